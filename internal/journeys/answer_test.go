//go:build browser

package journeys

import (
	"encoding/csv"
	"strings"
	"testing"

	"amparo/internal/browser"
)

// table is a downloaded list by its heads.
func (h *hands) table(list string) []map[string]string {
	h.o.t.Helper()
	lines, err := csv.NewReader(strings.NewReader(strings.Join(h.rows(list), "\n"))).ReadAll()
	if err != nil {
		h.o.t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, head := range lines[0] {
			row[head] = line[i]
		}
		out = append(out, row)
	}
	return out
}

// pick is the first row of a downloaded list of which all is so: head, value, ….
func (h *hands) pick(list string, want ...string) map[string]string {
	h.o.t.Helper()
	for _, row := range h.table(list) {
		fits := true
		for i := 0; i+1 < len(want); i += 2 {
			fits = fits && strings.Contains(row[want[i]], want[i+1])
		}
		if fits {
			return row
		}
	}
	h.o.t.Fatalf("%s has no row with %v", list, want)
	return nil
}

func TestPagesOfDemandsAndAnswersAreFitToBeSeen(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			o := invented(t, 40)
			h := o.as("supervisor", browser.Desk)
			h.reads(lang)
			rallies := h.pick("/appeals.csv", "title", "Rallies at the old quay")["ref"]
			medical := h.pick("/appeals.csv", "title", "Medical care for Layla")["ref"]
			sami := h.pick("/people.csv", "title", "Sami Hasan Al-Marsuni")["ref"]
			home := h.pick("/people.csv", "ref", sami)["case"]
			unasked := ""
			for _, row := range h.table("/people.csv?case=" + home) {
				if row["ref"] != sami {
					unasked = row["ref"]
				}
			}
			body := h.pick("/organizations.csv", "title", "Sea Council for Prisons")["ref"]
			for name, path := range map[string]string{
				"demands-ticked": "/demands?ticked=all",
				"demand-late":    "/demands/" + h.pick("/demands.csv", "appeal", rallies, "number", "1")["ref"],
				"demand-met":     "/demands/" + h.pick("/demands.csv", "appeal", medical, "number", "1")["ref"],
				"answer-new":     "/appeals/" + rallies + "/responses/new",
				"consent":        "/people/" + sami + "/consent",
				"consent-body":   "/people/" + unasked + "/consent?body=" + body + "&next=/appeals/" + rallies,
			} {
				h.to(path)
				if h.Status() != 200 {
					t.Errorf("%s: status %d", path, h.Status())
				}
				h.looked(name + "-" + lang)
			}
		})
	}
}

func TestJourneySevenRecordsAGeneralDenial(t *testing.T) {
	o := empty(t)
	ref, demands := o.drafted()
	o.moved("Nadia", ref, "submit")
	o.moved("Luis", ref, "approve")
	h := o.nadia(browser.Desk)
	h.to("/appeals/" + ref)
	h.ClickOn("Record sending")
	h.put("details[open]", "channel", "e-mail")
	h.put("details[open]", "sent_at", "today")
	h.put("details[open]", "proof", "read receipt 12")
	h.turn(func() { h.Click("details[open] .buttons button") })
	h.Slow()
	h.afresh()
	h.follow("Record an answer")
	h.write("Office of the Prime Minister of the Coast") // the cursor stands there
	h.Press("Tab")
	h.write("today")
	h.ClickOn("Statement")
	h.ClickOn("Denies")
	h.Press("Tab")
	h.write("All rights are upheld; nobody is held for his work.")
	h.save()
	h.figures("7, the general denial", limits{clicks: 7})
	h.Mend()
	h.See("It speaks to no demand")
	h.See("Sent")
	h.Shot("appeal-denied")
	if text := tidy(h.Text("#demands")); strings.Count(text, "No answer") != len(demands) || strings.Contains(text, "Refused") {
		t.Errorf("the demands say %s", text)
	}
	for _, row := range h.table("/demands.csv") {
		if row["state"] != "open" {
			t.Errorf("demand %s is %s", row["number"], row["state"])
		}
	}
	h.to("/demands/" + demands[0])
	h.says("#answers", "No answer", "Office of the Prime Minister of the Coast", "in general, to no demand", "Denies")
}

func TestJourneyElevenAFamilyWithdrawsConsent(t *testing.T) {
	o := empty(t)
	ref, _ := o.drafted()
	o.moved("Nadia", ref, "submit")
	o.moved("Luis", ref, "approve")
	h := o.nadia(browser.Desk)
	h.to("/people")
	h.follow("Tarek Zahrawell")
	h.Slow()
	h.afresh()
	h.Click(".facts a[href$='/consent']")
	h.Wait("#given")
	h.says("#used", "Let the ferry workers go", "Approved", "covers it")
	h.Click("#given details.ask summary")
	h.Press("Tab")
	h.write("today")
	h.Press("Tab")
	h.write("All of it; the brother asks that nothing more is sent.")
	h.turn(func() { h.Click("#given details[open] .buttons button") })
	h.figures("11, consent withdrawn", limits{clicks: 5})
	h.Mend()
	h.See("1 approval fell.")
	h.says("#today", "No consent is on file")
	h.says("#used", "Let the ferry workers go", "Draft", "does not cover")
	h.looked("consent-withdrawn")

	// What is missing is recorded from the appeal in three clicks, and leads back.
	o.moved("Nadia", ref, "submit")
	h.to("/appeals/" + ref)
	h.Slow()
	h.afresh()
	h.Click("a[href*='/consent?body=']")
	h.Wait("#consent")
	h.ClickOn("Himself or herself")
	h.Press("Tab", "Tab")
	h.write("today")
	h.save()
	h.figures("consent from the check list", limits{clicks: 3})
	h.Mend()
	if h.Path() != "/appeals/"+ref {
		t.Errorf("it leads to %s", h.Path())
	}
	if n := h.Count("a[href*='/consent?body=']"); n != 1 {
		t.Errorf("%d consents are missing, one of two was recorded", n)
	}
}
