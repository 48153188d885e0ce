package web_test

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

var hiddens = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// carried is what a page's first form inside main carries on, with where it goes.
func carried(t *testing.T, a webtest.Answer) (string, url.Values) {
	t.Helper()
	_, body, _ := strings.Cut(a.Body, `<main`)
	body = strings.Replace(body, `<form method="post" action="/account/told"`, "", 1) // of what the owner is told above
	_, body, ok := strings.Cut(body, `<form method="post" action="`)
	to, body, _ := strings.Cut(body, `"`)
	if !ok {
		t.Fatalf("there is no form: %s", plainText(a.Body))
	}
	body, _, _ = strings.Cut(body, "</form>")
	v := url.Values{}
	for _, f := range hiddens.FindAllStringSubmatch(body, -1) {
		if f[1] != "nonce" {
			v.Add(f[1], html.UnescapeString(f[2]))
		}
	}
	return html.UnescapeString(to), v
}

// follows takes over the cookie that an answer sets, as a browser does.
func follows(p *webtest.Person, a webtest.Answer) {
	if c := cookie(a, "amparo"); c != nil {
		p.Cookie = c.Value
	}
}

// ASVS 7.5.1, 7.5.3, 7.2.4: user management asks again after five minutes, in
// place, keeps what was typed and gives the session a new secret.
func TestManagingAccountsAsksAgainAndCarriesOn(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		h.Pass(6 * time.Minute)
		typed := url.Values{"name": {"Iris & “Co” <x>"}, "email": {"iris@office.example"}, "roles": {"caseworker", "reader"}}
		a := h.Ada.Post("/admin/users", typed)
		if a.Status != 403 || !strings.Contains(a.Body, "Is it still you?") || strings.Contains(h.Ada.Get("/admin/users").Body, "iris@office.example") {
			t.Fatalf("without asking it answers %d", a.Status)
		}
		to, v := carried(t, a)
		for name, list := range typed {
			if to != "/admin/users" || fmt.Sprint(v[name]) != fmt.Sprint(list) {
				t.Errorf("%s carries %s %q, not %q", to, name, v[name], list)
			}
		}
		v.Set("fresh", "not her password at all")
		a = h.Ada.Post(to, v)
		if a.Status != 422 || !strings.Contains(a.Body, `aria-invalid="true"`) || strings.Contains(a.Body, "not her password") {
			t.Fatalf("a wrong answer gives %d", a.Status)
		}
		to, v = carried(t, a)
		v.Set("fresh", webtest.Password)
		old := *h.Ada
		a = h.Ada.Post(to, v)
		follows(h.Ada, a)
		if a.Status != 200 || !strings.Contains(a.Body, "iris@office.example") || h.Ada.Cookie == old.Cookie {
			t.Fatalf("the right answer gives %d", a.Status)
		}
		if old.Get("/").Status != 303 || h.Ada.Get("/").Status != 200 {
			t.Error("the secret of before still opens the session, or the new one does not")
		}
		if _, v := carried(t, h.Ada.Get("/account/tokens")); v.Get("csrf") != account.CSRF(h.Ada.Cookie) {
			t.Error("the pages are bound to the old secret")
		}
		if a := h.Ada.Post("/admin/users/"+h.Omar.ID+"/end_sessions", nil); a.Status != 303 {
			t.Errorf("right after it asks again: %d", a.Status)
		}
		h.Pass(6 * time.Minute)
		if a := h.Ada.Post("/admin/users/"+h.Omar.ID+"/disable", nil); a.Status != 403 {
			t.Errorf("six minutes later it answers %d", a.Status)
		}
	})
}

// ASVS 6.3.1: the question cannot be used to guess the password of a session that was left open.
func TestAnsweringWronglyIsSlowed(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	h.Pass(10 * time.Minute)
	for range 5 {
		if a := h.Nadia.Post("/account/tokens", url.Values{"label": {"x"}, "fresh": {"wrong wrong wrong"}}); a.Status != 422 {
			t.Fatalf("it answers %d", a.Status)
		}
	}
	if a := h.Nadia.Post("/account/tokens", url.Values{"label": {"x"}, "fresh": {webtest.Password}}); a.Status != 429 {
		t.Errorf("the sixth answers %d", a.Status)
	}
	h.Pass(2 * time.Minute)
	a := h.Nadia.Post("/account/tokens", url.Values{"label": {"x"}, "fresh": {webtest.Password}})
	if a.Status != 200 || !strings.Contains(a.Body, "amp_") {
		t.Errorf("after the wait it answers %d", a.Status)
	}
}

// ASVS 7.5.3: more than fifty records in one file ask again after an hour; a list
// of fifty, and a program with a token, do not.
func TestALargeFileAsksAgainAndIsThenGiven(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	token := h.Nadia.Token()
	for n := range 50 {
		h.Make(h.Nadia, "task", h.Open, "text", fmt.Sprintf("Errand %d", n))
	}
	used := func() { // the session must not end of idleness
		for range 3 {
			h.Pass(21 * time.Minute)
			h.Nadia.Get("/account")
		}
	}
	used()
	if a := h.Nadia.Get("/tasks.csv"); a.Status != 200 {
		t.Fatalf("fifty answer %d", a.Status)
	}
	h.Make(h.Nadia, "task", h.Open, "text", "Errand 51")
	a := h.Nadia.Get("/tasks.csv?sort=text")
	if a.Status != 403 || strings.Contains(a.Body, "Errand") || a.Header.Get("Content-Disposition") != "" {
		t.Fatalf("fifty-one answer %d", a.Status)
	}
	to, v := carried(t, a)
	v.Set("fresh", webtest.Password)
	a = h.Nadia.Post(to, v)
	follows(h.Nadia, a)
	if a.Status != 303 || a.To() != "/tasks.csv?sort=text" {
		t.Fatalf("after the answer it leads to %d %q", a.Status, a.To())
	}
	if a := h.Nadia.Get(a.To()); a.Status != 200 || strings.Count(a.Body, "Errand") != 51 {
		t.Errorf("then it gives %d", a.Status)
	}
	used()
	if a := h.Nobody().Send("GET", "/tasks.csv", "", "Authorization", "Bearer "+token); a.Status != 200 {
		t.Errorf("a program gets %d", a.Status)
	}
	if n := exported(t, h); n != 3 {
		t.Errorf("the log has %d files, not 3", n)
	}
}

// ASVS 7.5.3: whatever carries more than fifty records away, as a table, a paper, a
// preview that a browser would print or an answer to a program, asks alike.
func TestWhateverCarriesManyAwayAsksAgain(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	token := h.Nadia.Token()
	body := h.Make(h.Nadia, "organization", "", "names.0.full", "Harbour Guard")
	var one string
	for n := range 51 {
		one = h.Make(h.Nadia, "person", h.Open, "names.0.full", fmt.Sprintf("Common Velvet%d", n))
		h.Make(h.Nadia, "detention", h.Open, "person", one, "steps.0.kind", "arrest", "steps.0.date", "2026-11-01")
		h.Make(h.Nadia, "appeal", h.Open, "title", fmt.Sprintf("Common Velvet%d", n), "addressees.0.org", body)
	}
	lists := []string{"/people.csv", "/people.xlsx", "/detentions/list", "/detentions/list.pdf", "/detentions/list.docx", "/appeals/list", "/appeals/list.pdf", "/appeals/list.docx",
		"/cases/" + h.Open + "/summary", "/cases/" + h.Open + "/summary.pdf", "/cases/" + h.Open + "/chronology.docx",
		"/api/v1/people?per_page=100", "/api/v1/detentions?per_page=100", "/api/v1/search?q=common&per_page=100"}
	small := []string{"/people/" + one + "/summary", "/people/" + one + "/summary.pdf", "/people?per_page=100", "/api/v1/people?per_page=50", "/api/v1/people/" + one, "/detentions/list.pdf?person=" + one}
	for _, at := range append(lists, small...) {
		if a := h.Nadia.Get(at); a.Status != 200 {
			t.Errorf("right after the sign-in %s answers %d", at, a.Status)
		}
	}
	for range 3 { // the session must not end of idleness
		h.Pass(21 * time.Minute)
		h.Nadia.Get("/account")
	}
	before := exported(t, h)
	for _, at := range lists {
		if a := h.Nadia.Get(at); a.Status != 403 || strings.Contains(a.Body, "Velvet") || a.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s answers %d", at, a.Status)
		}
		if a := h.Nobody().Send("GET", at, "", "Authorization", "Bearer "+token); a.Status != 200 {
			t.Errorf("a program gets %d at %s", a.Status, at)
		}
	}
	if n := exported(t, h) - before; n != len(lists)-3 { // pages of the API are pages
		t.Errorf("%d of %d that a program took are on the log", n, len(lists)-3)
	}
	for _, at := range small {
		if a := h.Nadia.Get(at); a.Status != 200 {
			t.Errorf("%s answers %d", at, a.Status)
		}
	}
	a := h.Nadia.Get("/detentions/list.pdf")
	to, v := carried(t, a)
	v.Set("fresh", webtest.Password)
	a = h.Nadia.Post(to, v)
	follows(h.Nadia, a)
	if a.Status != 303 || a.To() != "/detentions/list.pdf" {
		t.Fatalf("after the answer it leads to %d %q", a.Status, a.To())
	}
	if a := h.Nadia.Get(a.To()); a.Status != 200 || !strings.HasPrefix(a.Body, "%PDF-") {
		t.Errorf("then it gives %d", a.Status)
	}
}

func exported(t *testing.T, h *webtest.House) int {
	events, err := h.Office.Events(t.Context(), auth.System("test"), account.EventFilter{Kinds: []account.EventKind{account.Exported}})
	if err != nil {
		t.Fatal(err)
	}
	return len(events)
}

// What changes who gets in, and no other form of an account, asks again.
func TestWhatAsksAgainIsNamedHere(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	for _, route := range h.Routes() {
		admin := route.Method == "POST" && strings.HasPrefix(route.Path, "/admin/users")
		if admin && route.Fresh == 0 {
			t.Errorf("%s %s asks nobody who he is", route.Method, route.Path)
		}
		if route.Fresh > 0 && (route.Upload || route.API) {
			t.Errorf("%s %s cannot carry on what it was sent", route.Method, route.Path)
		}
	}
}
