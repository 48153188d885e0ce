package layout

import "github.com/a-h/templ"

func here(i Item) templ.Attributes {
	if i.Current {
		return templ.Attributes{"aria-current": "page"}
	}
	return templ.Attributes{}
}

func opened(items []Item) bool {
	for _, i := range items {
		if i.Current {
			return true
		}
	}
	return false
}
