//go:build browser

package journeys

import (
	"testing"

	"amparo/internal/browser"
)

func TestTheSupervisorsPagesAreFitToBeSeen(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			o := invented(t, 60)
			h := o.as("supervisor", browser.Desk)
			h.reads(lang)
			for _, page := range [][2]string{{"appeals", "/appeals"}, {"board", "/appeals?view=board"}, {"scoreboard", "/demands/scoreboard"}, {"scoreboard-kind", "/demands/scoreboard?by=kind"}, {"team", "/?view=team"}, {"desk-lead", "/"}, {"handover", "/handover?from=nadia@demo.example"}, {"handovers-none", "/handovers"}, {"tasks-lead", "/tasks"}} {
				h.to(page[1])
				if h.Status() != 200 {
					t.Errorf("%s: status %d", page[1], h.Status())
				}
				h.looked(page[0] + "-" + lang)
			}
		})
	}
}
