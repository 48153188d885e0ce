//go:build browser

package journeys

import (
	"strings"

	"amparo/internal/browser"
)

// put sets a field of the page, as picking, ticking or pasting does; for a tick the value is "true" or "", for one of
// several ticks the name ends in "=" and the choice.
func (h *hands) put(inside, name, value string) {
	h.o.t.Helper()
	name, choice, several := strings.Cut(name, "=")
	selector := inside + ` [name="` + name + `"]`
	if several {
		selector += `[value="` + choice + `"]`
	}
	done := browser.Eval[bool](h.Page, `(() => {
		const e = [...document.querySelectorAll(`+quoted(selector)+`)].pop();
		if (!e) return false;
		if (e.type === "checkbox" || e.type === "radio") e.checked = `+quoted(value)+` === "true"; else e.value = `+quoted(value)+`;
		e.dispatchEvent(new Event("input", {bubbles: true}));
		e.dispatchEvent(new Event("change", {bubbles: true}));
		return e.type === "checkbox" || e.type === "radio" || e.value === `+quoted(value)+`.replace(/\r?\n/g, "\n") })()`)
	if !done {
		h.o.t.Fatalf("%s: %s does not take %q", h.Path(), selector, value)
	}
}

// enter opens a form, fills it (name, value, …) and saves; rows of a group are added as they are needed. It gives the
// ref of what is on file now.
func (h *hands) enter(path string, fields ...string) string {
	h.o.t.Helper()
	h.to(path)
	for i := 0; i+1 < len(fields); i += 2 {
		if group, _, ok := strings.Cut(fields[i], "."); ok && h.Count(`#edit [name="`+fields[i]+`"]`) == 0 {
			h.turn(func() {
				browser.Eval[bool](h.Page, `(document.querySelector('#edit button[name=add][value=`+group+`]').click(), true)`)
			})
		}
		h.put("#edit", fields[i], fields[i+1])
	}
	h.turn(func() { h.Click("#edit .form-end button.main") })
	if h.Count("#problems") > 0 {
		h.o.t.Fatalf("%s: %s", path, h.Text("#problems"))
	}
	return h.Path()[strings.LastIndex(h.Path(), "/")+1:]
}

// add fills one of the forms that unfold on a record's page: citations, counts, notes.
func (h *hands) add(path, piece string, fields ...string) {
	h.o.t.Helper()
	if h.Path() != path {
		h.to(path)
	}
	form := `form[action="` + path + "/" + piece + `"]`
	browser.Eval[bool](h.Page, `(document.querySelector(`+quoted(form)+`).closest("details").open = true)`)
	for i := 0; i+1 < len(fields); i += 2 {
		h.put(form, fields[i], fields[i+1])
	}
	h.turn(func() { h.Click(form + " .buttons button") })
	if h.Count("#problems") > 0 {
		h.o.t.Fatalf("%s of %s: %s", piece, path, h.Text("#problems"))
	}
}

// source sets the tray, from which every save inherits its source.
func (h *hands) source(fields ...string) {
	h.o.t.Helper()
	h.Click("#tray summary")
	for i := 0; i+1 < len(fields); i += 2 {
		h.put("#tray-form", fields[i], fields[i+1])
	}
	h.turn(func() { h.Click("#tray-form .buttons button") })
}

// says fails unless the page, or the part of it that fits, shows all of these words.
func (h *hands) says(part string, all ...string) {
	h.o.t.Helper()
	text := tidy(browser.Eval[string](h.Page, `[...document.querySelectorAll(`+quoted(part)+`)].map(e => e.innerText).join(" ")`))
	for _, words := range all {
		if !strings.Contains(text, words) {
			h.o.t.Errorf("%s %s lacks %q: %s", h.Path(), part, words, text)
		}
	}
}
