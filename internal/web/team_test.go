package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// carrier reads who carries a record from its page of the API.
func carrier(p *webtest.Person, token, path string) string {
	a := p.JSON("GET", "/api/v1"+path, token, nil)
	for _, field := range []string{`"assignee":"`, `"lead":"`} {
		if _, after, ok := strings.Cut(a.Body, field); ok {
			who, _, _ := strings.Cut(after, `"`)
			return who
		}
	}
	return fmt.Sprint(a.Status)
}

func TestTheTeamsPageIsForWhoLeads(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		plea := h.Make(h.Nadia, "appeal", h.Open, "title", "Plain plea")
		submit(t, h.Nadia, plea)
		hidden := h.Make(h.Omar, "appeal", h.Restricted, "title", "Velvet plea")
		submit(t, h.Omar, hidden)
		h.Make(h.Nadia, "task", h.Open, "text", "Long ago", "due", "1 Nov 2026", "assignee", h.Nadia.Email)
		body := h.Luis.Get("/?view=team").Body
		for _, words := range []string{"3 wait for a decision", "Plain plea", "Arrests at the Blue Mill", "/tasks?overdue=yes&amp;assignee=nadia%40office.example", "/handover?from=nadia%40office.example"} {
			if !strings.Contains(body, words) {
				t.Errorf("the page lacks %q", words)
			}
		}
		if strings.Contains(body, "Velvet") {
			t.Error("the page tells of a hidden appeal")
		}
		if body := h.Petra.Get("/?view=team").Body; !strings.Contains(body, "Velvet plea") || !strings.Contains(body, "5 wait for a decision") {
			t.Error("who may see an appeal is not told that it waits")
		}
		for _, p := range []*webtest.Person{h.Nadia, h.Rune, h.Ada} {
			if body := p.Get("/?view=team").Body; strings.Contains(body, "wait for a decision") || strings.Contains(p.Get("/").Body, "/?view=team") {
				t.Errorf("%s sees the team's page", p.Name)
			}
			if a := p.Post("/reassign", url.Values{"kind": {"task"}}); a.Status != 403 {
				t.Errorf("%s may reassign: %d", p.Name, a.Status)
			}
		}
	})
}

func TestAllOfAColleaguesWorkGoesToAnotherAndComesBack(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		token := h.Luis.Token()
		plea := h.Make(h.Nadia, "appeal", h.Open, "title", "Plain plea")
		errand := h.Make(h.Nadia, "task", h.Open, "text", "Plain errand", "assignee", h.Nadia.Email)
		form := h.Luis.Get("/handover?from=" + h.Nadia.Email).Body
		for _, what := range []string{h.Open, h.Shared, plea, errand} {
			if !strings.Contains(form, `value="`+what+`"`) {
				t.Errorf("%s is not listed", what)
			}
		}
		give := url.Values{"from": {h.Nadia.Email}, "to": {h.Omar.Email}, "pick": {h.Open, h.Shared, plea, errand}}
		if a := h.Luis.Post("/handover", give); a.Status != 422 || !strings.Contains(a.Body, `value="`+plea+`" form="handover" checked`) {
			t.Errorf("without a reason it answers %d, or loses what was ticked", a.Status)
		}
		give.Set("reason", "Nadia is away until spring.")
		if a := h.Luis.Post("/handover", give); a.Status != 303 {
			t.Fatalf("handing over answers %d: %.400s", a.Status, a.Body)
		}
		where := map[string]string{"/cases/" + h.Open: "", "/cases/" + h.Shared: "", "/appeals/" + plea: "", "/tasks/" + errand: ""}
		for path := range where {
			if who := carrier(h.Luis, token, path); who != h.Omar.Email {
				t.Errorf("%s is carried by %s", path, who)
			}
			if history := h.Luis.Get(path + "/history").Body; !strings.Contains(history, "Handed over") || !strings.Contains(history, "away until spring") {
				t.Errorf("the history of %s does not say so", path)
			}
		}
		if list := h.Luis.Get("/handovers").Body; !strings.Contains(list, "4 records to Omar") {
			t.Errorf("the list of what changed hands: %.300s", list)
		}
		// One of them is given on meanwhile, so it stays where it is.
		if a := h.Luis.Post("/reassign", url.Values{"kind": {"task"}, "pick": {errand}, "to": {h.Petra.Email}}); a.Status != 303 {
			t.Fatalf("reassigning answers %d", a.Status)
		}
		list := h.Luis.Get("/handovers").Body
		_, after, _ := strings.Cut(list, "4 records to Omar")
		_, after, _ = strings.Cut(after, `action="`)
		undo, _, _ := strings.Cut(after, `"`)
		if a := h.Luis.Post(strings.ReplaceAll(undo, "&amp;", "&"), nil); a.Status != 303 {
			t.Fatalf("taking back at %s answers %d", undo, a.Status)
		}
		if page := h.Luis.Get("/handovers").Body; !strings.Contains(page, "3 given back; 1 changed since and stay.") {
			t.Error("it is not said what stays")
		}
		for path, who := range map[string]string{"/cases/" + h.Open: h.Nadia.Email, "/cases/" + h.Shared: h.Nadia.Email, "/appeals/" + plea: h.Nadia.Email, "/tasks/" + errand: h.Petra.Email} {
			if got := carrier(h.Luis, token, path); got != who {
				t.Errorf("%s is carried by %s afterwards", path, got)
			}
		}
	})
}

func TestWhatIsHiddenIsNotHandedOverAndNotGivenToWhoMayNotSeeIt(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		errand := h.Make(h.Omar, "task", h.Restricted, "text", "Velvet errand", "assignee", h.Omar.Email)
		if form := h.Luis.Get("/handover?from=" + h.Omar.Email).Body; strings.Contains(form, "Velvet") || !strings.Contains(form, "carries nothing") {
			t.Error("what is hidden is listed")
		}
		give := url.Values{"from": {h.Omar.Email}, "to": {h.Nadia.Email}, "reason": {"moves on"}, "pick": {h.Restricted, errand}}
		if a := h.Luis.Post("/handover", give); a.Status != 404 {
			t.Errorf("what is hidden is handed over: %d", a.Status)
		}
		if a := h.Petra.Post("/reassign", url.Values{"kind": {"task"}, "pick": {errand}, "to": {h.Nadia.Email}}); a.Status != 422 || !strings.Contains(a.Body, "only named people see") {
			t.Errorf("a colleague is given what she may not see: %d", a.Status)
		}
		if form := h.Petra.Get("/handover?from=" + h.Omar.Email).Body; !strings.Contains(form, "whoever gets it will see it") {
			t.Error("it is not said that the case is for named people")
		}
		if a := h.Petra.Post("/handover", give); a.Status != 303 {
			t.Fatalf("handing over answers %d: %.300s", a.Status, a.Body)
		}
		if a, b := h.Nadia.Get("/tasks/"+errand), h.Omar.Get("/tasks/"+errand); a.Status != 200 || b.Status != 404 {
			t.Errorf("after handing over, %d for who got it and %d for who gave it", a.Status, b.Status)
		}
	})
}

func TestTickedRowsAreGivenInOnePieceOfWorkOrNotAtAll(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	var pick []string
	for i := range 12 {
		pick = append(pick, h.Make(h.Nadia, "task", h.Open, "text", fmt.Sprintf("Errand %d", i), "assignee", h.Nadia.Email))
	}
	list := h.Luis.Get("/tasks?assignee=" + h.Nadia.Email + "&ticked=all").Body
	if n := strings.Count(list, `form="reassign" checked`); n != 12 {
		t.Errorf("%d rows are ticked", n)
	}
	if strings.Contains(h.Nadia.Get("/tasks").Body, "reassign") {
		t.Error("who does not lead is offered to give tasks away")
	}
	for name, v := range map[string]url.Values{
		"to nobody":     {"kind": {"task"}, "pick": pick},
		"to a stranger": {"kind": {"task"}, "pick": pick, "to": {"nobody@office.example"}},
		"to a reader":   {"kind": {"task"}, "pick": pick, "to": {h.Rune.Email}},
		"nothing":       {"kind": {"task"}, "to": {h.Omar.Email}},
		"one of a case": {"kind": {"task"}, "to": {h.Omar.Email}, "pick": {h.Open}},
	} {
		if a := h.Luis.Post("/reassign", v); a.Status != 422 {
			t.Errorf("%s: %d", name, a.Status)
		}
	}
	if a := h.Luis.Post("/reassign", url.Values{"kind": {"task"}, "to": {h.Omar.Email}, "pick": append(pick, "T-999999999")}); a.Status != 404 || !strings.Contains(h.Luis.Get("/tasks?assignee="+h.Nadia.Email).Body, "12 tasks") {
		t.Errorf("one that is not there: %d, or some went all the same", a.Status)
	}
	if a := h.Luis.Post("/reassign", url.Values{"kind": {"task"}, "to": {h.Omar.Email}, "pick": pick, "next": {"/tasks?state=open"}}); a.Status != 303 || a.To() != "/tasks?state=open" {
		t.Errorf("giving twelve answers %d to %q", a.Status, a.To())
	}
	if page := h.Luis.Get("/tasks?assignee=" + h.Omar.Email).Body; !strings.Contains(page, "12 tasks") || !strings.Contains(page, "12 given to Omar.") {
		t.Error("they did not arrive")
	}
}

func TestTheDeskSaysWhatWaitsForMyEyesAndWhatCameBack(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		plea := h.Make(h.Nadia, "appeal", h.Open, "title", "Plain plea", "send_by", "10 Nov 2026")
		submit(t, h.Nadia, plea)
		if desk := h.Luis.Get("/").Body; !strings.Contains(desk, "Plain plea") || !strings.Contains(desk, "waits 0 days for you") {
			t.Error("who may read an appeal is not told on his desk")
		}
		if a := h.Luis.Post("/appeals/"+plea+"/moves/return", url.Values{"version": {"2"}, "reason": {"Say who was there."}}); a.Status != 303 {
			t.Fatalf("returning answers %d", a.Status)
		}
		desk := h.Nadia.Get("/").Body
		for _, words := range []string{"Changes asked for", "Say who was there.", "10 days late"} {
			if !strings.Contains(desk, words) {
				t.Errorf("her desk lacks %q", words)
			}
		}
		if strings.Contains(h.Luis.Get("/").Body, "waits 0 days for you") {
			t.Error("what was sent back still waits")
		}
	})
}
