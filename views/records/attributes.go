package records

import "github.com/a-h/templ"

// again asks for the page anew while something is under way.
func again(r Recheck) templ.Attributes {
	if !r.Running {
		return nil
	}
	return templ.Attributes{"hx-get": r.Post, "hx-trigger": "every 1s", "hx-select": "#recheck", "hx-target": "#recheck", "hx-swap": "outerHTML"}
}
