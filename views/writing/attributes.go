package writing

import (
	"strconv"
	"strings"

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

// filled tells whether something stands in one of the fields.
func filled(list []parts.Field) bool {
	for _, f := range list {
		if f.Value != "" || f.Error != "" || len(f.Items) > 0 {
			return true
		}
	}
	return false
}

func num(prefix, what string, i int) string {
	return "f-" + strings.ReplaceAll(prefix, ".", "-") + "-" + what + "-" + strconv.Itoa(i)
}

func order(i int) string { return strconv.Itoa(i + 1) }
