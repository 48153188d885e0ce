//go:build browser

package journeys

import (
	"strings"
	"testing"

	"amparo/internal/browser"
)

// TestNamesInATextAreMarkedCitedAndFitToBeSeen pastes a text in three scripts.
func TestNamesInATextAreMarkedCitedAndFitToBeSeen(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			o := invented(t, 120)
			h := o.as("caseworker", browser.Desk)
			h.reads(lang)
			h.to("/find")
			h.looked("find-empty-" + lang)
			h.turn(func() { h.Click(`form[action="/find"] button.main`) })
			h.Wait("#problems")
			h.looked("find-refused-" + lang)

			var latin, arabic, cyrillic []string
			for _, row := range h.rows("/people.csv")[1:] {
				cells := strings.Split(row, ",")
				if cells[3] != "" && len(latin) < 3 {
					latin = append(latin, cells[3])
				}
				if cells[4] != "" && len(arabic) < 3 {
					arabic = append(arabic, cells[4])
				}
				if cells[5] != "" && len(cyrillic) < 2 {
					cyrillic = append(cyrillic, cells[5])
				}
			}
			if len(latin) < 3 || len(arabic) < 3 || len(cyrillic) < 2 {
				t.Fatalf("nobody to write about: %q %q %q", latin, arabic, cyrillic)
			}
			h.to("/find")
			h.put(`form[action="/find"]`, "text", "On 3 March 2026 "+latin[0]+" and "+latin[1]+" were taken from the market to Darfil, "+
				"together with Ilmatar Vuorenmaa, a teacher. A lawyer asked for "+latin[2]+" on 5 March 2026; nobody would tell him anything.\n"+
				"وفي 7 مارس 2026 شوهد "+arabic[0]+" و"+arabic[1]+" في درفيل، وسأل الجيران عن "+arabic[2]+" فلم يجبهم أحد.\n"+
				"Позже там же видели "+strings.Join(cyrillic, " и ")+".")
			h.put(`form[action="/find"]`, "speaker", "a neighbour")
			h.turn(func() { h.Click(`form[action="/find"] button.main`) })
			h.Wait("mark.known")
			if n := h.Count("mark.known"); n < 8 {
				t.Errorf("%d names marked", n)
			}
			h.looked("find-" + lang)
			person := browser.Eval[string](h.Page, `document.querySelector(".found a").pathname`)
			h.turn(func() { h.Click(".found form button") })
			if h.Count("mark.known") == 0 || !strings.Contains(h.Address(), "/find#found-") {
				t.Errorf("after a citation: %s", h.Address())
			}
			h.to(person)
			h.See("a neighbour")
		})
	}
}
