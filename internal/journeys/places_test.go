//go:build browser

package journeys

import (
	"strings"
	"testing"

	"amparo/internal/browser"
)

func TestJourneyThreeMovesSevenUnnamedMenToOneOfTwoPrisons(t *testing.T) {
	h := empty(t).nadia(browser.Desk)
	h.afresh()
	h.await(func() { h.PressAt("KeyL", "l", "Alt") }, `document.activeElement.name === "source"`)
	h.write("A driver, by telephone")
	h.Press("Tab", "Tab")
	h.write("7 men, no names")
	h.Press("Tab", "Tab")
	h.write("between Nov 2021 and Mar 2022")
	h.Press("Tab")
	h.write("Grey River Guard")
	h.Press("Tab", "Tab", "ArrowRight", "ArrowRight", "Tab") // held now: at a place, and which
	h.write("Grey River headquarters")
	h.await(func() { h.Press("Control+Enter") }, onPerson)
	h.figures("3, seven men", limits{keys: 14})
	h.See("Detainee 1 of 7")
	h.See("Grey River headquarters")
	if people, detentions := h.total("/people.csv"), h.total("/detentions.csv"); people != 7 || detentions != 7 {
		t.Fatalf("%d people and %d detentions", people, detentions)
	}
	h.Shot("person-placeholder")

	h.afresh()
	h.follow("Transferred")
	h.write("by 23 March 2022") // the day itself is not known
	h.Press("Tab")
	h.write("Quarry Road prison or Salt Lake prison")
	h.ClickOn("All")
	h.Shot("step-for-seven")
	h.await(func() { h.Press("Control+Enter") }, onPerson)
	k, c := h.Keys-h.typed, h.Clicks
	h.figures("3, moved", limits{keys: 10 - c})
	if k+c > 10 {
		t.Errorf("%d keys and clicks, at most 10", k+c)
	}
	h.See("Quarry Road prison or Salt Lake prison")
	h.See("Held, place uncertain")

	uncertain := 0
	for _, row := range h.rows("/people.csv")[1:] {
		if strings.Contains(row, ",held_place_uncertain,") && strings.Contains(row, "Quarry Road prison") {
			uncertain++
		}
	}
	if uncertain != 7 {
		t.Errorf("%d of 7 are held at an uncertain place:\n%s", uncertain, strings.Join(h.rows("/people.csv"), "\n"))
	}
	third := ""
	for _, row := range h.rows("/people.csv")[1:] {
		if strings.Contains(row, "Detainee 3 of 7") {
			third = strings.Split(row, ",")[0]
		}
	}
	h.to("/people/" + third)
	h.Fill("input[name=on]", "23 Mar 2022")
	h.turn(func() { h.Press("Enter") })
	for _, words := range []string{"Quarry Road prison or Salt Lake prison", "not known which", "Grey River headquarters"} {
		if answer := tidy(h.Text("#where")); !strings.Contains(answer, words) {
			t.Errorf("on 23 March 2022 the answer %q lacks %q", answer, words)
		}
	}
	h.Shot("person-where-on")
	h.to("/detentions?on=2022-03-23")
	h.See("Quarry Road prison or Salt Lake prison")
	h.Shot("custody-on-a-day")
}
