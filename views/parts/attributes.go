package parts

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"amparo/internal/i18n"
)

// live adds what HTMX needs to put the answer in place of the element target;
// without scripts the same form loads the page.
func live(post, id string) templ.Attributes {
	if id == "" {
		return templ.Attributes{}
	}
	return templ.Attributes{"hx-post": post, "hx-target": target(id), "hx-swap": "outerHTML"}
}

func describe(f Field) templ.Attributes {
	a := templ.Attributes{}
	if f.Error != "" && f.Type != Segment && f.Type != Choices {
		a["aria-invalid"] = f.invalid()
	}
	if d := f.described(); d != "" {
		a["aria-describedby"] = d
	}
	return a
}

func limits(f Field) templ.Attributes {
	a := describe(f)
	if d := f.dir(); d != "" {
		a["dir"] = d
	}
	if f.Max > 0 {
		a["maxlength"] = strconv.Itoa(f.Max)
	}
	if f.Required {
		a["aria-required"] = "true"
	}
	if f.Type == Date {
		a["data-echo"] = "/echo/date"
	}
	if f.Suggest != "" {
		a["list"] = f.DOMID() + "-list"
		a["data-suggest"] = f.Suggest
	}
	if f.Lang != "" {
		a["lang"] = f.Lang
	}
	return a
}

func sorted(h Head) templ.Attributes {
	if h.SortURL == "" {
		return templ.Attributes{}
	}
	return templ.Attributes{"aria-sort": h.ariaSort()}
}

func rows(f Field) string {
	n := 1 + strings.Count(f.Value, "\n")
	return strconv.Itoa(max(3, min(n, 12)))
}

func current(is bool) string {
	if is {
		return "page"
	}
	return "false"
}

func sure(t Tone) Tone {
	if t == Alarm {
		return Alarm
	}
	return Main
}

// Auto lets a text follow its own first strong letter; an empty one keeps the
// direction of the page.
func Auto(value string) templ.Attributes {
	if value == "" {
		return templ.Attributes{}
	}
	return templ.Attributes{"dir": "auto"}
}

func blank(ctx context.Context, f Field) string {
	if f.Blank != "" {
		return f.Blank
	}
	return i18n.T(ctx, "page.parts.choose")
}

// Lang marks a text of a known language; others keep that of the page.
func Lang(code string) templ.Attributes {
	if code == "" {
		return templ.Attributes{}
	}
	return templ.Attributes{"lang": code}
}
