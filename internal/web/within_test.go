package web_test

import (
	"net/url"
	"strings"
	"testing"

	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// What colleagues of a restricted case write about it elsewhere must not tell
// others that it is there.
func TestARestrictedCaseIsNotToldOfByRecordsOutsideIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		h := webtest.New(t, db, web.Options{})
		hidden := h.Make(h.Omar, "person", h.Restricted, "names.0.full", "Quillon Varnavich", "names.0.kind", "legal")
		paper := h.Make(h.Omar, "evidence", h.Restricted, "kind", "letter", "title", "Velvet letter")
		open := h.Make(h.Omar, "person", h.Open, "names.0.full", "Tessaly Brandoval", "names.0.kind", "legal",
			"relations.0.to", hidden, "relations.0.kind", "parent_of")
		omar, nadia := h.Omar.Token(), h.Nadia.Token()
		ask := func(method, path, token string, in any, status int) webtest.Answer {
			t.Helper()
			a := h.Omar.JSON(method, "/api/v1"+path, token, in)
			if a.Status != status {
				t.Fatalf("%s %s: %d, not %d: %s", method, path, a.Status, status, a.Body)
			}
			return a
		}
		ask("POST", "/people/"+open+"/citations", omar, map[string]any{"says": "seen", "speaker": hidden, "via": []string{hidden}, "document": paper}, 201)
		ask("POST", "/people/"+open+"/counts", omar, map[string]any{"unit": "person", "qualifier": "exact", "n": 2, "counted_by": hidden}, 201)

		// Nothing about the hidden person is filed outside his case, and his team
		// files no episode of an open person inside it.
		ask("POST", "/detentions", omar, map[string]any{"person": hidden, "case": h.Open}, 422)
		ask("POST", "/detentions", omar, map[string]any{"person": open, "case": h.Restricted}, 422)
		ask("POST", "/tasks", omar, map[string]any{"text": "look", "about": hidden, "case": h.Open}, 201)
		ask("POST", "/log", omar, map[string]any{"name": "Quillon Varnavich", "person": hidden, "match": "new_arrest", "case": h.Open}, 422)
		ask("POST", "/log", omar, map[string]any{"name": "Quillon Varnavic", "person": hidden, "match": "unsure", "case": h.Open}, 201)
		ask("POST", "/detentions", omar, map[string]any{"person": hidden}, 201)

		for _, path := range []string{"/people/" + open, "/people/" + open + "/history", "/people/" + open + "/edit", "/people/" + open + "/summary",
			"/people", "/tasks", "/detentions", "/cases/" + h.Open, "/", "/people.csv", "/tasks.csv", "/api/v1/people/" + open, "/api/v1/people/" + open + "/history",
			"/api/v1/people/" + open + "/citations", "/api/v1/people/" + open + "/counts", "/api/v1/tasks"} {
			a := h.Nadia.Get(path)
			if strings.HasPrefix(path, "/api/") {
				a = h.Nadia.JSON("GET", path, nadia, nil)
			}
			if a.Status != 200 {
				t.Errorf("%s: %d", path, a.Status)
			}
			for _, word := range []string{hidden, paper, h.Restricted, "Varnavich", "Velvet", "parent_of", "not open to you"} {
				if strings.Contains(a.Body, word) && !(word == "parent_of" && strings.HasSuffix(path, "/edit")) {
					t.Errorf("%s tells %s", path, word)
				}
			}
		}

		// Who cannot see a row does not take it away by saving his own.
		ask("GET", "/people/"+open, nadia, nil, 200)
		saved := h.Nadia.Post("/people/"+open, url.Values{"version": {"1"}, "fields": {"relations", "father"}, "father": {"Old Brandoval"}})
		if saved.Status != 303 {
			t.Fatalf("saving: %d %s", saved.Status, saved.Body)
		}
		if a := ask("GET", "/people/"+open, omar, nil, 200); !strings.Contains(a.Body, hidden) {
			t.Error("the hidden relation is gone")
		}
	})
}

func TestWhatAMoveSaysIsNotSetByAnEdit(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	nadia := h.Nadia.Token()
	a := h.Nadia.Send("PATCH", "/api/v1/cases/"+h.Open, `{"retention":"destroy","closing_reason":"x"}`, "Authorization", "Bearer "+nadia, "Content-Type", "application/json", "If-Match", `"1"`)
	if a.Status != 422 {
		t.Errorf("the API: %d %s", a.Status, a.Body)
	}
	h.Nadia.Post("/cases/"+h.Open, url.Values{"version": {"1"}, "fields": {"retention", "closing_reason"}, "retention": {"destroy"}, "closing_reason": {"x"}})
	if a := h.Nadia.JSON("GET", "/api/v1/cases/"+h.Open, nadia, nil); !strings.Contains(a.Body, `"retention":""`) || !strings.Contains(a.Body, `"version":1`) {
		t.Errorf("a form set them: %s", a.Body)
	}
}

func TestWhatLiesInAClosedOrVoidedCaseIsNotStruckOutOrChanged(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	luis := h.Luis.Token()
	do := func(path, match string, in any) int {
		b := "{}"
		if m, ok := in.(string); ok {
			b = m
		}
		return h.Luis.Send("POST", "/api/v1"+path, b, "Authorization", "Bearer "+luis, "Content-Type", "application/json", "If-Match", match).Status
	}
	who := h.Make(h.Nadia, "person", h.Open, "placeholder", "Man with a cane")
	other := h.Make(h.Nadia, "person", h.Shared, "placeholder", "Man with a hat")
	if s := do("/cases/"+h.Open+"/moves/reject", `"1"`, `{"reason":"x"}`); s != 200 {
		t.Fatal(s)
	}
	if s := do("/people/"+who+"/moves/void", `"1"`, `{"reason":"x"}`); s != 409 {
		t.Errorf("struck out in a rejected case: %d", s)
	}
	if s := do("/cases/"+h.Shared+"/moves/void", `"1"`, `{"reason":"x"}`); s != 200 {
		t.Fatal(s)
	}
	if s := do("/people/"+other+"/notes", "", `{"text":"x"}`); s != 409 {
		t.Errorf("a note in a struck-out case: %d", s)
	}
}

func TestTheHistoryOfARecordIsNumberedByItself(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	who := h.Make(h.Nadia, "person", h.Open, "placeholder", "Man with a cane")
	h.Make(h.Omar, "person", h.Restricted, "placeholder", "Somebody else")
	token := h.Nadia.Token()
	h.Nadia.JSON("POST", "/api/v1/people/"+who+"/notes", token, map[string]any{"text": "x"})
	a := h.Nadia.JSON("GET", "/api/v1/people/"+who+"/history", token, nil)
	if !strings.Contains(a.Body, `"n":1,`) || !strings.Contains(a.Body, `"n":2,`) {
		t.Errorf("numbers tell what happened elsewhere: %s", a.Body)
	}
}
