package writing

import (
	"github.com/a-h/templ"

	"amparo/views/parts"
)

// wrong wires a field to its problem.
func wrong(f parts.Field) templ.Attributes {
	if f.Error == "" {
		return templ.Attributes{}
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": f.DOMID() + "-error"}
}
