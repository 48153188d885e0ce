package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"amparo/internal/cases/demand"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/web/webtest"
)

func TestTheOutcomeOfADemandIsRecordedForSeveralAtOnceAndConfirmed(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		l := newLetter(t, h)
		at := "/demands/" + l.demands[0]
		page := h.Nadia.Get(at)
		has(t, page, "Release them.", "Ministry of Quays", "10 days late", "No answer", "met for 0 of 2", "Time ran out on 10 Nov 2026", "a colleague who may approve, confirms it")
		if a := h.Nadia.Post(at+"/outcomes", url.Values{"version": {"1"}, "for": {l.men[0]}, "reason": {"He rang us."}}); a.Status != 422 {
			t.Errorf("an outcome of nothing is kept: %d", a.Status)
		} else {
			has(t, a, "He rang us.", `value="`+l.men[0]+`" form="outcome" checked`)
		}
		judged := url.Values{"version": {"1"}, "outcome": {"met"}, "for": {l.men[0]}, "date": {"2026-11-17"}, "grade": {"A"}, "reason": {"He rang us."}, "speaker": {"Ilias himself"}, "quote": {"I am at home"}}
		page = leads(t, h.Nadia, h.Nadia.Post(at+"/outcomes", judged))
		has(t, page, "met for 1 of 2", "not confirmed yet", "I am at home", "A: largely satisfactory", "17 Nov 2026")
		d := record.As[*demand.Demand](l.sheet("demand", l.demands[0]))
		if len(d.Assessments) != 1 || d.Assessments[0].Confirmed || len(d.Assessments[0].Citations) != 1 || d.Assessments[0].By.ID != h.Nadia.ID {
			t.Errorf("%+v", d.Assessments)
		}
		if got := l.states(); got != "sent open open open" {
			t.Error(got)
		}
		late := h.Nadia.Post(at+"/outcomes", judged)
		if late.Status != 409 {
			t.Errorf("kept over what a colleague said: %d", late.Status)
		}
		has(t, late, "I am at home", "Somebody changed this meanwhile")

		page = h.Luis.Get(at)
		has(t, page, "Confirm: Partly met", "Ilias Marun")
		version := regexp.MustCompile(`moves/partly_meet"[^>]*>(?s:.*?)name="version" value="(\d+)"`).FindStringSubmatch(page.Body)
		if version == nil {
			t.Fatal("nothing to confirm: " + page.Body)
		}
		leads(t, h.Luis, h.Luis.Post(at+"/moves/partly_meet", url.Values{"version": {version[1]}, "date": {"2026-11-17"}}))
		has(t, h.Luis.Get(at), "met for 1 of 2", "Partly met")

		// Who may say so says so at once.
		page = leads(t, h.Luis, h.Luis.Post(at+"/outcomes", url.Values{"version": {"3"}, "outcome": {"met"}, "for": l.men, "date": {"2026-11-19"}}))
		has(t, page, "met for 2 of 2")
		if got := l.states(); got != "sent met open open" {
			t.Error(got)
		}
		before := h.Luis.Get(at + "?on=2026-11-18")
		has(t, before, "As of", "met for 1 of 2")
		if strings.Contains(before.Body, "19 Nov 2026") {
			t.Error("the future is told")
		}
	})
}

func TestWhatIsProposedIsConfirmedAllOrNoneAndOnlyByThoseWhoMay(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		l := newLetter(t, h)
		list := h.Luis.Get("/demands")
		has(t, list, "3 demands wait to be confirmed", "Time ran out: 3", "Confirm the ticked")
		if a := h.Nadia.Get("/demands"); strings.Contains(a.Body, "Confirm the ticked") || !strings.Contains(a.Body, "3 demands wait") {
			t.Error("whoever may not confirm is asked to")
		}
		ticks := func(a webtest.Answer) (all []string) {
			for _, m := range regexp.MustCompile(`name="demand" value="([^"]+)"`).FindAllStringSubmatch(a.Body, -1) {
				all = append(all, m[1])
			}
			return all
		}
		all := ticks(list)
		if len(all) != 3 || !strings.HasPrefix(all[0], l.demands[0]+" lapse ") {
			t.Fatal(all)
		}
		if n := strings.Count(h.Luis.Get("/demands?ticked=all").Body, `form="confirm" checked`); n != 3 {
			t.Errorf("%d are ticked", n)
		}
		if a := h.Nadia.Post("/demands/confirm", url.Values{"demand": all}); a.Status != 403 {
			t.Errorf("a caseworker confirms: %d", a.Status)
		}
		if a := h.Luis.Post("/demands/confirm", url.Values{}); a.Status != 422 {
			t.Errorf("nothing is confirmed: %d", a.Status)
		}
		for _, bad := range []string{"x", l.demands[0] + " meet", l.demands[0] + " supersede 1", "M-1 lapse one"} {
			if a := h.Luis.Post("/demands/confirm", url.Values{"demand": {bad}}); a.Status != 400 {
				t.Errorf("%q answers %d", bad, a.Status)
			}
		}
		l.move(h.Nadia, "demand", l.demands[2], "acknowledge", nil)
		a := h.Luis.Post("/demands/confirm", url.Values{"demand": all, "grade": {"D"}, "reason": {"no word came"}})
		if a.Status != 409 {
			t.Fatalf("confirmed though one was changed: %d", a.Status)
		}
		has(t, a, "None was confirmed", l.demands[2], "no word came", `form="confirm" checked`)
		if got := l.states(); got != "sent open open acknowledged" {
			t.Error(got)
		}
		leads(t, h.Luis, h.Luis.Post("/demands/confirm", url.Values{"demand": ticks(a), "grade": {"D"}, "reason": {"no word came"}}))
		if got := l.states(); got != "sent lapsed lapsed lapsed" {
			t.Error(got)
		}
		d := record.As[*demand.Demand](l.sheet("demand", l.demands[1]))
		if len(d.Assessments) != 1 || d.Assessments[0].Grade != "D" || d.Assessments[0].Reason != "no word came" || d.Assessments[0].By.ID != h.Luis.ID {
			t.Errorf("%+v", d.Assessments)
		}
		if history := h.Luis.Get("/demands/" + l.demands[1] + "/history").Body; strings.Count(history, "no word came") < 1 {
			t.Error("no line of its own")
		}
		if strings.Contains(h.Luis.Get("/demands").Body, "wait to be confirmed") {
			t.Error("it still waits")
		}
	})
}

func TestAReleaseIsProposedWithItsDayAndConfirmedAsOfIt(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		l := newLetter(t, h)
		for _, man := range l.men {
			h.Make(h.Nadia, "detention", h.Open, "person", man, "steps.0.kind", "arrest", "steps.0.date", "2026-10-01", "steps.1.kind", "release", "steps.1.date", "2026-11-18")
		}
		page := h.Luis.Get("/demands/" + l.demands[0])
		has(t, page, "Confirm: Met", "Sefa Marun", "18 Nov 2026", `value="2026-11-18"`)
		has(t, h.Luis.Get("/demands"), "Met: 3", "18 Nov 2026")
		value := fmt.Sprintf("%s meet %d", l.demands[0], l.sheet("demand", l.demands[0]).Head.Version)
		leads(t, h.Luis, h.Luis.Post("/demands/confirm", url.Values{"demand": {value}}))
		if d := record.As[*demand.Demand](l.sheet("demand", l.demands[0])); d.Assessments[0].Date.Text != "2026-11-18" {
			t.Errorf("%+v", d.Assessments)
		}
	})
}

func TestTheLedgerSaysWhatWasNotSentAndWhatIsLate(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		l := newLetter(t, h)
		draft := h.Make(h.Nadia, "appeal", h.Open, "title", "A draft")
		h.Make(h.Nadia, "demand", h.Open, "appeal", draft, "number", "1", "text", "Not asked yet.", "due", "2026-11-01")
		a := h.Nadia.Get("/demands?sort=due")
		has(t, a, "not sent yet", "10 days late")
		if strings.Contains(a.Body, "19 days late") {
			t.Error("what nobody received is late")
		}
		if a := h.Nadia.Get("/demands/" + l.demands[0] + "?on=gibberish"); a.Status != 200 {
			t.Errorf("answers %d", a.Status)
		}
		lone := h.Make(h.Nadia, "demand", h.Open, "number", "7", "text", "Asked by word of mouth.")
		has(t, h.Nadia.Get("/demands/"+lone), "Asked by word of mouth.", "Record outcome")
		l.move(h.Luis, "demand", lone, "void", form.Values{"reason": {"twice"}})
		if a := h.Luis.Get("/demands/" + lone); a.Status != 200 || strings.Contains(a.Body, "Record outcome") {
			t.Errorf("answers %d", a.Status)
		}
	})
}

func TestAListAsOfADayAsksTheStateOfThatDay(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		ministry := h.Make(h.Nadia, "organization", "", "names.0.full", "Ministry of Lamps")
		list := askedIn(h, h.Nadia, h.Open, "2026-10-05", ministry, 3)
		if a := h.Nadia.Post("/demands/"+list[0]+"/moves/reject", map[string][]string{"version": {"1"}, "date": {"2026-11-10"}}); a.Status != 303 {
			t.Fatalf("refusing answers %d: %.300s", a.Status, a.Body)
		}
		for q, want := range map[string]string{"state=open": "2 demands", "state=rejected": "1 demand", "state=open&on=2026-11-01": "3 demands", "state=rejected&on=2026-11-01": "0 demands", "state=rejected&on=2026-11-12": "1 demand", "state=none&on=2026-11-01": "0 demands"} {
			if body := h.Luis.Get("/demands?" + q).Body; !strings.Contains(body, ">"+want+"<") {
				t.Errorf("%s: not %s", q, want)
			}
			if csv := h.Luis.Get("/demands.csv?" + q).Body; strings.Count(strings.TrimSpace(csv), "\n") != int(want[0]-'0') {
				t.Errorf("%s as a file: %q", q, csv)
			}
		}
		// On the page too: what was refused later was still waited for.
		if body := h.Luis.Get("/demands?on=2026-11-01").Body; strings.Contains(body, "Refused</bdi>") && !strings.Contains(body, "Waiting</bdi>") {
			t.Error("the list of a day shows the states of today")
		}
	})
}
