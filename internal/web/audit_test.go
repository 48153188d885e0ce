package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"amparo/internal/web/webtest"
)

func TestAnAdministratorSeesWhetherTheHistoryIsWholeAndTakesAnAnchor(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		page := h.Ada.Get("/admin/audit")
		if page.Status != 200 || !strings.Contains(page.Body, "Signed in") || strings.Contains(page.Body, "is whole") {
			t.Fatalf("%d\n%s", page.Status, plainText(page.Body))
		}
		anchor := h.Ada.Get("/admin/audit/anchor")
		if anchor.Status != 200 || !strings.Contains(anchor.Header.Get("Content-Disposition"), "amparo-anchor-") || !strings.Contains(anchor.Body, `"mark":"`) {
			t.Fatalf("%d %s", anchor.Status, anchor.Body)
		}
		h.Make(h.Nadia, "person", h.Open, "names.0.full", "Lina Qarsin")
		if a := h.Ada.Post("/admin/audit/verify", url.Values{"anchors": {anchor.Body}}); a.Status != 200 || !strings.Contains(a.Body, "The history is whole: 4 entries. It is what the anchors saw, up to entry 3 on") {
			t.Errorf("%d\n%s", a.Status, plainText(a.Body))
		}
		if a := h.Ada.Post("/admin/audit/verify", nil); a.Status != 200 || !strings.Contains(a.Body, "The history is whole: 4 entries.") || strings.Contains(a.Body, "It is what") {
			t.Errorf("%d\n%s", a.Status, plainText(a.Body))
		}
		for _, bad := range []string{"a letter", strings.Replace(anchor.Body, `"n":3`, `"n":2`, 1), "\n\n{}"} {
			if a := h.Ada.Post("/admin/audit/verify", url.Values{"anchors": {bad}}); a.Status != 422 || !strings.Contains(a.Body, "is no anchor of these records") || strings.Contains(a.Body, "is whole") {
				t.Errorf("%q: %d\n%s", bad, a.Status, plainText(a.Body))
			}
		}
		again := h.Ada.Get("/admin/audit")
		if !strings.Contains(again.Body, "Anchor of the history taken") || !strings.Contains(again.Body, "entry 3") {
			t.Errorf("the anchor is not told:\n%s", plainText(again.Body))
		}
		for _, q := range []string{"?kind=anchored", "?kind=nonsense", "?page=7", "?page=x", "?page=-1", "?kind='&page=99999999999999999999"} {
			if a := h.Ada.Get("/admin/audit" + q); a.Status != 200 {
				t.Errorf("%s: %d", q, a.Status)
			}
		}
		if a := h.Ada.Get("/admin/audit?kind=anchored"); strings.Contains(a.Body, "<td") && strings.Contains(rows(a.Body), "Signed in") {
			t.Errorf("a filter does not filter:\n%s", plainText(a.Body))
		}
	})
}

// rows is what stands in a page's table.
func rows(body string) string {
	_, body, _ = strings.Cut(body, "<tbody")
	body, _, _ = strings.Cut(body, "</tbody>")
	return body
}

func TestWhoLeadsARestrictedCaseSeesWhoHasReadIt(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		at := "/cases/" + h.Restricted
		person := h.Make(h.Omar, "person", h.Restricted, "names.0.full", "Velvet Ersen")
		h.Petra.Get("/people/" + person)
		h.Petra.JSON("GET", "/api/v1/people/"+person, h.Petra.Token(), nil)
		h.Nadia.Get("/people/" + person) // finds nothing, so reads nothing
		if a := h.Omar.Get(at); !strings.Contains(a.Body, at+"/readings") {
			t.Error("the case does not lead to who has read it")
		}
		page := h.Omar.Get(at + "/readings")
		table := rows(page.Body)
		if page.Status != 200 || strings.Count(table, "Petra") != 1 || !strings.Contains(table, "Velvet Ersen") || !strings.Contains(table, "Omar") || strings.Contains(table, "Nadia") {
			t.Errorf("%d\n%s", page.Status, plainText(page.Body))
		}
		if a := h.Petra.Get("/people.csv"); !strings.Contains(a.Body, "Velvet") {
			t.Fatal("a file of the list lacks the person")
		}
		if a := h.Omar.Get(at + "/readings"); !strings.Contains(a.Body, "1 record read in a list or file") {
			t.Errorf("a file leaves no line:\n%s", plainText(a.Body))
		}
		if a := h.Omar.Get("/people/" + person + "/history"); strings.Contains(a.Body, "Opened") {
			t.Errorf("readings stand in the record's history:\n%s", plainText(a.Body))
		}
		for p, status := range map[*webtest.Person]int{h.Petra: 200, h.Luis: 404, h.Nadia: 404, h.Ada: 404, h.Rune: 404} {
			if a := p.Get(at + "/readings"); a.Status != status {
				t.Errorf("%s: %d, not %d", p.Name, a.Status, status)
			}
		}
		// On an open case nothing is noted, and who does not lead it is told so.
		if a := h.Nadia.Get("/cases/" + h.Open + "/readings"); a.Status != 200 || !strings.Contains(a.Body, "Nobody has read it yet") {
			t.Errorf("%d\n%s", a.Status, plainText(a.Body))
		}
		if a := h.Omar.Get("/cases/" + h.Open + "/readings"); a.Status != 403 {
			t.Errorf("%d", a.Status)
		}
	})
}

// Titles tell as well: one line for a list, a search or a suggestion, with what it
// showed, and none again within ten minutes.
func TestWhoIsShownARestrictedTitleLeavesOneLine(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		one := h.Make(h.Omar, "person", h.Restricted, "names.0.full", "Velvet Ersen")
		two := h.Make(h.Omar, "person", h.Restricted, "names.0.full", "Velvet Erssen")
		h.Make(h.Nadia, "person", h.Open, "names.0.full", "Velvet Open")
		at := "/cases/" + h.Restricted + "/readings"
		lines := func() []string {
			var list []string
			for _, row := range strings.Split(rows(h.Omar.Get(at).Body), "</tr>") {
				if text := plainText(row); strings.Contains(text, "Petra") {
					list = append(list, text)
				}
			}
			return list
		}
		for i, path := range []string{"/people", "/search?q=velvet", "/suggest/person?q=velvet", "/people?sort=title", "/api/v1/people/matches?name=Velvet+Ersen"} {
			if a := h.Petra.Get(path); a.Status != 200 || !strings.Contains(a.Body, "Velvet") {
				t.Fatalf("%s answers %d", path, a.Status)
			}
			h.Nadia.Get(path) // sees none of them
			h.Luis.Get(path)
			got := lines()
			if len(got) != i+1 || !strings.Contains(got[0], one) || !strings.Contains(got[0], two) && i < 4 {
				t.Fatalf("%s leaves %q", path, got)
			}
			h.Petra.Get(path)
			if again := lines(); len(again) != i+1 {
				t.Errorf("%s at once again leaves %q", path, again)
			}
			h.Pass(11 * time.Minute)
		}
		// What is owed, what changed and who is like whom are lists too; a day has gone by.
		h.Make(h.Omar, "task", h.Restricted, "text", "Velvet errand", "due", "2026-11-25", "assignee", h.Petra.Email, "about", one)
		for _, path := range []string{"/", "/tasks", "/people/duplicates"} {
			n := len(lines())
			h.Petra.Get(path)
			h.Nadia.Get(path)
			h.Luis.Get(path)
			if got := lines(); len(got) != n+1 {
				t.Errorf("%s leaves %d lines", path, len(got)-n)
			}
			h.Pass(11 * time.Minute)
		}
		if body := h.Omar.Get(at).Body; strings.Contains(rows(body), "Nadia") || strings.Contains(rows(body), "Luis") {
			t.Errorf("who sees none of it leaves a line:\n%s", plainText(body))
		}
		// What is closed by itself in an open case is told to who may see it, and to no other.
		closed := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Quiet Marun")
		closeRecord(t, h, h.Nadia, "person", closed)
		h.Nadia.Get("/people?q=quiet")
		h.Nadia.Get("/people/" + closed)
		at = "/cases/" + h.Open + "/readings"
		if body := h.Nadia.Get(at).Body; strings.Count(plainText(rows(body)), closed) != 2 {
			t.Errorf("the lead reads:\n%s", plainText(body))
		}
		has(t, h.Nadia.Get("/cases/"+h.Open), at)
		if a := h.Luis.Get(at); a.Status != 200 || strings.Count(rows(a.Body), "<tr") != 0 {
			t.Errorf("a supervisor who does not see it reads:\n%s", plainText(a.Body))
		}
	})
}
