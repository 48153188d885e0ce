package web_test

import (
	"fmt"
	"testing"

	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// questions counts the statements that one opening of a page runs, the second
// time, when what may be remembered is.
func questions(t *testing.T, p *webtest.Person, at string) int64 {
	t.Helper()
	p.Get(at)
	before := database.Statements()
	if a := p.Get(at); a.Status != 200 {
		t.Fatalf("%s answers %d", at, a.Status)
	}
	return database.Statements() - before
}

// These are not to be run beside other tests of this package: the count is the program's.
func TestAPageAsksNoMoreQuestionsForAHundredRowsThanForTen(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		person := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Main One")
		h.Make(h.Nadia, "detention", h.Open, "person", person)
		at := 0
		fill := func(upTo int) {
			for ; at < upTo; at++ {
				n := fmt.Sprint(at)
				p := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Common Name "+n, "relations.0.to", person, "relations.0.kind", "relative_of")
				h.Make(h.Nadia, "detention", h.Open, "person", p, "taken_by", "Harbour Guard "+n, "taken_at", "Quay "+n)
				h.Make(h.Nadia, "task", h.Open, "text", "Common errand "+n, "about", p, "due", "tomorrow", "assignee", h.Nadia.Email)
				h.Make(h.Nadia, "task", h.Open, "text", "About the main one "+n, "about", person)
				h.Make(h.Nadia, "evidence", h.Open, "kind", "letter", "title", "Common letter "+n)
				h.Make(h.Nadia, "case", "", "title", "Common matter "+n, "lead", h.Nadia.Email)
				body := h.Make(h.Nadia, "organization", "", "names.0.full", "Common body "+n)
				plea := h.Make(h.Nadia, "appeal", h.Open, "title", "Common plea "+n, "addressees.0.org", body, "persons", p)
				h.Make(h.Nadia, "demand", h.Open, "appeal", plea, "number", "1", "text", "Common demand "+n, "targets", body)
				if a := h.Nadia.Post("/people/"+p+"/consent", map[string][]string{"as": {"self"}, "date": {"2026-11-02"}, "use.body": {"full"}, "bodies": {body}}); a.Status != 303 {
					t.Fatalf("a consent answers %d", a.Status)
				}
				for _, at := range []string{"/people/" + person, "/cases/" + h.Open} {
					if a := h.Nadia.Post(at+"/notes", map[string][]string{"text": {"Common note " + n}}); a.Status != 303 {
						t.Fatalf("a note answers %d", a.Status)
					}
					if a := h.Nadia.Post(at+"/citations", map[string][]string{"speaker": {"Speaker " + n}, "says": {"so"}}); a.Status != 303 {
						t.Fatalf("a citation answers %d", a.Status)
					}
				}
			}
		}
		pages := []string{"/", "/?view=team", "/appeals?view=board", "/demands/scoreboard", "/search?q=common", "/suggest/any?q=common", "/log/matches?name=Common+Name", "/people/" + person, "/people/" + person + "/history", "/cases/" + h.Open, "/cases/" + h.Open + "/history", "/people/" + person + "/edit"}
		for _, k := range h.Book.Kinds() {
			pages = append(pages, "/"+k.Path+"?per_page=100", "/"+k.Path+".csv", "/api/v1/"+k.Path+"?per_page=100")
		}
		few := map[string]int64{}
		fill(10)
		for _, page := range pages {
			few[page] = questions(t, h.Nadia, page)
		}
		fill(100)
		for _, page := range pages {
			if many := questions(t, h.Nadia, page); many > few[page] {
				t.Errorf("%s asks %d questions for ten rows and %d for a hundred", page, few[page], many)
			}
			if few[page] == 0 {
				t.Errorf("%s asks nothing: the count does not count", page)
			}
		}
	})
}

// A reading changes nothing, so what was counted before it stays counted.
func TestAReadingDropsNoCounts(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	one := h.Make(h.Omar, "person", h.Restricted, "names.0.full", "Velvet Ersen")
	few := questions(t, h.Nadia, "/people")
	lines, _, err := h.Book.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.Petra.Get("/people/" + one)
	h.Petra.Get("/people?q=velvet")
	if now, broken, err := h.Book.Verify(t.Context()); err != nil || broken != 0 || now != lines+2 {
		t.Fatalf("%d readings were written, broken at %d, %v", now-lines, broken, err)
	}
	before := database.Statements()
	h.Nadia.Get("/people")
	if n := database.Statements() - before; n != few {
		t.Errorf("after somebody read, a list asks %d questions, before %d", n, few)
	}
}

func TestAPersonsPageAsksNothingTwice(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		person := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Main One")
		other := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Other One")
		for _, p := range []string{person, other} {
			h.Make(h.Nadia, "detention", h.Open, "person", p, "taken_by", "Harbour Guard", "taken_at", "Quay")
		}
		h.Make(h.Nadia, "task", h.Open, "text", "Ring the mother", "about", person)
		plea := h.Make(h.Nadia, "appeal", h.Open, "title", "Let her go", "persons", person)
		h.Make(h.Nadia, "demand", h.Open, "appeal", plea, "number", "1", "text", "Let her go", "beneficiaries", person)
		if n := questions(t, h.Nadia, "/people/"+person); n > 23 {
			t.Errorf("it asks %d", n)
		}
	})
}
