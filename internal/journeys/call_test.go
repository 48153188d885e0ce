//go:build browser

package journeys

import (
	"slices"
	"strings"
	"testing"

	"amparo/internal/browser"
)

// logged puts one detention on file, through the form.
func logged(h *hands, source, name, when string) {
	h.o.t.Helper()
	h.to("/log")
	h.write(source)
	h.Press("Tab", "Tab")
	h.write(name)
	h.Press("Tab", "Tab")
	h.write(when)
	h.save()
	h.Until("the person", onPerson)
}

func TestJourneyTwoLogsThreeArrestsOfOneCall(t *testing.T) {
	o := empty(t)
	h := o.nadia(browser.Desk)
	logged(h, "A neighbour, in person", "سامر بوخيالي", "3 November 2026")
	onFile := strings.TrimPrefix(h.Path(), "/people/")
	for _, name := range []string{"Samira Qawsell", "Omar Kandrill", "سمير الدراوني"} {
		logged(h, "A list passed on", name, "2025")
	}
	people, detentions := h.total("/people.csv"), h.total("/detentions.csv")
	h.to("/")
	h.Slow()
	h.afresh()

	h.await(func() { h.PressAt("KeyL", "l", "Alt") }, `document.activeElement.name === "source"`)
	tellThat(h)
	h.await(func() { h.Press("Control+Shift+Enter") }, `document.querySelector("[name=saved]") && document.activeElement.name === "name"`)
	h.figures("2, first arrest", limits{keys: 12})
	for field, want := range map[string]string{"source": call[0], "when": call[4], "taken_by": call[5], "where": call[6]} {
		if got := h.Value("[name=" + field + "]"); got != want {
			t.Errorf("%s is %q, kept should be %q", field, got, want)
		}
	}
	h.Shot("log-same-call")

	h.write("Yusef Maraqell")
	h.Press("Tab")
	h.write("22")
	h.await(func() { h.Press("Control+Shift+Enter") }, `document.querySelectorAll("[name=saved]").length === 2 && document.activeElement.name === "name"`)
	h.figures("2, second arrest", limits{keys: 6})

	h.write("Samer B") // six letters
	h.Wait("#matches .match")
	h.Until("him among the matches", `[...document.querySelectorAll("#matches .match")].slice(0, 3).some(e => e.innerText.includes(`+quoted(onFile)+`))`)
	h.write("ukhayali")
	h.Until("him first", `document.querySelector("#matches .match")?.innerText.includes(`+quoted(onFile)+`) && document.querySelector("#matches .match").innerText.includes("سامر بوخيالي")`)
	h.Shot("log-match-card")
	h.Press("Tab", "Tab", "Tab", "Space") // past the age, past the link to his page, to the first answer
	if got := h.Value(`#matches input:checked`); got != "true" {
		t.Error("no answer is chosen by the space bar")
	}
	h.await(func() { h.Press("Control+Enter") }, onPerson)
	h.figures("2, third arrest", limits{keys: 8})
	h.Mend()

	if h.Path() != "/people/"+onFile {
		t.Errorf("the third arrest led to %s", h.Path())
	}
	h.See("A neighbour, in person")
	h.See("Sister, by telephone")
	h.See("Samer Bukhayali")
	if p, d := h.total("/people.csv")-people, h.total("/detentions.csv")-detentions; p != 2 || d != 2 {
		t.Errorf("people +%d, detentions +%d", p, d)
	}
	// One call, one case.
	var cases []string
	for _, row := range h.rows("/people.csv")[1:] {
		if strings.Contains(row, "Tarek") || strings.Contains(row, "Yusef") {
			cases = append(cases, strings.Split(row, ",")[1])
		}
	}
	if len(cases) != 2 || cases[0] != cases[1] || cases[0] == "" {
		t.Errorf("the call's people are in the cases %v", slices.Compact(cases))
	}
}
