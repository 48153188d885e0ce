//go:build browser

package journeys

import (
	"strings"
	"testing"

	"amparo/internal/browser"
)

func TestJourneyFourASecondSourceContradictsATransfer(t *testing.T) {
	h := empty(t).nadia(browser.Desk)
	logged(h, "Sister, by telephone", "Tarek Zahrawell", "12 November 2026")
	person := h.Path()
	h.follow("Transferred")
	h.write("16 November 2026")
	h.Press("Tab")
	h.write("Quarry Road prison")
	h.Fill("#step [name=speaker]", "family")
	h.ClickOn("Details and grade")
	h.Choose("#step [name=reliability]", "B")
	h.Choose("#step [name=credibility]", "2")
	h.save()
	h.See("Held, place known")

	h.afresh()
	h.Click("li[id^=step-]:nth-child(1) details.ask summary") // another source on this
	h.Click("li[id^=step-]:nth-child(1) [name=places]")
	h.write("Salt Lake prison")
	h.Press("Tab", "Tab")
	h.write("lawyer")
	h.Choose("li[id^=step-]:nth-child(1) [name=reliability]", "C")
	h.Choose("li[id^=step-]:nth-child(1) [name=credibility]", "3")
	h.save()
	h.See("Sources differ")
	h.figures("4, contradicted", limits{clicks: 6})

	both := "Quarry Road prison or Salt Lake prison"
	shown := func(where string) {
		t.Helper()
		text := tidy(h.Text("body"))
		if !strings.Contains(text, both) && !(strings.Contains(text, "Quarry Road prison (family, B2)") && strings.Contains(text, "Salt Lake prison (lawyer, C3)")) {
			t.Errorf("%s does not show both places: %s", where, text)
		}
	}
	if !strings.HasPrefix(h.Path(), "/people/") {
		t.Fatalf("we are at %s", h.Path())
	}
	for _, words := range []string{both, "Quarry Road prison (family, B2) or Salt Lake prison (lawyer, C3)", "Held, place uncertain"} {
		h.See(words)
	}
	if lanes := browser.Eval[string](h.Page, `[...document.querySelectorAll(".strip > svg")].filter(s => s.querySelector("text")).map(s => s.querySelector("text").textContent + " at " + s.getAttribute("y")).join("; ")`); !strings.Contains(lanes, "Quarry") || !strings.Contains(lanes, "Salt Lake") {
		t.Errorf("the strip has the lanes %q", lanes)
	}
	h.Shot("person-sources-differ")
	h.to("/people")
	shown("the list of people")
	h.to("/detentions")
	shown("the custody list")
	h.to(person + "/summary")
	shown("the printed summary")
	h.Shot("print-sources-differ")

	h.to(person)
	h.afresh()
	h.ClickOn("Go with this")
	if h.Count("details.ask[open] [name=reason]") != 1 {
		t.Fatal("no reason is asked for")
	}
	h.Click("details.ask[open] [name=reason]")
	h.save() // no reason, no choice
	h.SeeNot("We go with")
	h.Wait("details.ask[open] .error")
	h.Click("details.ask[open] [name=reason]")
	h.write("the lawyer was at the gate")
	h.save()
	h.See("the lawyer was at the gate")
	h.See("Held, place known")
	h.See("Salt Lake prison") // both stay
	h.See("Quarry Road prison")
	h.Shot("person-source-chosen")
	h.figures("4, chosen", limits{clicks: 6})
	h.follow("Take the choice back")
	h.See("Held, place uncertain")
	h.See(both)
	h.figures("4, undone", limits{clicks: 2})
}
