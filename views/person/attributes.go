package person

import "github.com/a-h/templ"

func paint(g Segment) templ.Attributes {
	if fill := g.fill(); fill != "" {
		return templ.Attributes{"fill": fill}
	}
	return templ.Attributes{}
}

// fade runs from what was confirmed to what is ageing, in the direction of writing.
func fade(dir string, end int) string {
	if (dir == "rtl") == (end == 0) {
		return "1"
	}
	return "0"
}
