package web_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// ASVS 2.4.1, 15.2.2: whoever takes away file after file is slowed, in words, and
// nobody else is.
func TestWhoTakesAwayFileAfterFileIsSlowedAndNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		h := webtest.New(t, db, web.Options{Paces: web.Paces{Files: web.Pace{AtOnce: 20, Every: time.Second}}})
		h.Nadia.Post("/account/language", map[string][]string{"lang": {"ar"}})
		given := 0
		var refused webtest.Answer
		for range 100 {
			if refused = h.Nadia.Get("/places.csv"); refused.Status != 200 {
				break
			}
			given++
		}
		wait, err := strconv.Atoi(refused.Header.Get("Retry-After"))
		if given < 20 || refused.Status != 429 || err != nil || wait < 1 || wait > 1 || refused.Header.Get("Content-Disposition") != "" || !strings.Contains(refused.Body, "انتظر قليلًا") {
			t.Fatalf("after %d files: %d, again after %q: %s", given, refused.Status, refused.Header.Get("Retry-After"), plainText(refused.Body))
		}
		for _, path := range []string{"/people.xlsx", "/cases/" + h.Open + "/summary.pdf"} {
			if a := h.Nadia.Get(path); a.Status != 429 {
				t.Errorf("%s answers %d", path, a.Status)
			}
		}
		if a := h.Nadia.Send("GET", "/people.csv", "", "Authorization", "Bearer "+h.Nadia.Token()); a.Status != 429 {
			t.Errorf("a program of hers gets %d", a.Status)
		}
		for _, path := range []string{"/places", "/cases/" + h.Open + "/summary", "/search?q=a"} {
			if a := h.Nadia.Get(path); a.Status != 200 {
				t.Errorf("%s answers %d", path, a.Status)
			}
		}
		if a := h.Omar.Get("/places.csv"); a.Status != 200 {
			t.Errorf("a colleague gets %d", a.Status)
		}
	})
}

// ASVS 2.4.1, 15.2.2: whoever searches, uploads or asks at all faster than anybody
// works is slowed, with his programs, on every way there is to do so; what is open to
// anybody, and everybody else, is not. What was typed is carried on.
func TestWhoAsksFasterThanAnybodyWorksIsSlowedAndNobodyElse(t *testing.T) {
	few := web.Pace{AtOnce: 20, Every: time.Minute}
	searches := []string{"/search?q=a", "/suggest/any?q=a", "/suggest/account?q=a", "/people?q=a", "/people.csv?q=a", "/find", "/log/matches?name=a", "/people/matches?name=a"}
	pages, home := []string{"/", "/people", "/people.csv"}, ""
	search := func(p *webtest.Person) webtest.Answer { return p.Get("/search?q=a") }
	upload := func(p *webtest.Person) webtest.Answer {
		return p.Upload("/evidence", []webtest.Part{{Name: "title", Content: "Velvet & “letter”"}, {Name: "kind", Content: "letter"}, {Name: "case", Content: home}, {Name: "file", Called: "a.txt", Content: "words"}})
	}
	program := func(p *webtest.Person) webtest.Answer {
		return p.Send("GET", "/api/v1/search?q=a", "", "Authorization", "Bearer "+p.Token())
	}
	for name, c := range map[string]struct {
		paces        web.Paces
		asks         func(p *webtest.Person) webtest.Answer
		slowed, goes []string
		others       []func(p *webtest.Person) webtest.Answer
	}{
		"searches":   {web.Paces{Searches: few}, search, searches, pages, []func(p *webtest.Person) webtest.Answer{program}},
		"uploads":    {web.Paces{Uploads: few}, upload, nil, append(pages, searches...), nil},
		"everything": {web.Paces{All: few}, func(p *webtest.Person) webtest.Answer { return p.Get("/") }, append(append(pages, "/nothing/here"), searches...), nil, []func(p *webtest.Person) webtest.Answer{program, upload}},
	} {
		t.Run(name, func(t *testing.T) {
			h := webtest.New(t, dbtest.SQLite(t), web.Options{Paces: c.paces})
			home = h.Open
			for n := range 20 {
				if a := c.asks(h.Nadia); a.Status >= 400 {
					t.Fatalf("the request after %d is answered %d: %s", n, a.Status, plainText(a.Body))
				}
			}
			refused := c.asks(h.Nadia)
			if wait, err := strconv.Atoi(refused.Header.Get("Retry-After")); refused.Status != 429 || err != nil || wait < 1 || wait > 60 {
				t.Errorf("after twenty it answers %d, again after %q", refused.Status, refused.Header.Get("Retry-After"))
			}
			if name == "uploads" {
				if to, typed := carried(t, refused); to != "/evidence" || typed.Get("title") != "Velvet & “letter”" || typed.Get("case") != home {
					t.Errorf("it carries on %v to %s", typed, to)
				}
			}
			for _, path := range c.slowed {
				if a := h.Nadia.Get(path); a.Status != 429 || a.Header.Get("Retry-After") == "" {
					t.Errorf("%s answers %d", path, a.Status)
				}
			}
			for _, path := range append(c.goes, "/healthz", "/robots.txt") {
				if a := h.Nadia.Get(path); a.Status != 200 {
					t.Errorf("%s answers %d", path, a.Status)
				}
			}
			for n, ask := range append(c.others, c.asks) {
				if a := ask(h.Nadia); a.Status != 429 || a.Header.Get("Retry-After") == "" {
					t.Errorf("way %d answers %d", n, a.Status)
				}
				if a := ask(h.Omar); a.Status >= 400 {
					t.Errorf("way %d answers a colleague %d", n, a.Status)
				}
			}
		})
	}
}

// A password that came too fast is typed again: the page holds none.
func TestAPasswordThatCameTooFastIsNotInThePage(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{Paces: web.Paces{All: web.Pace{AtOnce: 1, Every: time.Hour}}})
	h.Nadia.Get("/")
	for path, v := range map[string]url.Values{"/account/password": {"current": {webtest.Password}, "password": {"another long phrase"}}, "/account/tokens": {"label": {"x"}, "fresh": {webtest.Password}}} {
		if a := h.Nadia.Post(path, v); a.Status != 429 || strings.Contains(a.Body, webtest.Password) || strings.Contains(a.Body, "another long") {
			t.Errorf("%s answers %d: %s", path, a.Status, plainText(a.Body))
		}
	}
}

// The usual paces let a morning's typing through: a name of thirty letters, each with
// its suggestions, in ten forms one after the other.
func TestTypingAllMorningMeetsNoPace(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{Paces: web.Paces{Files: web.Pace{AtOnce: 1, Every: time.Hour}}})
	for range 300 {
		if a := h.Nadia.Get("/suggest/person?q=velvet"); a.Status != 200 {
			t.Fatalf("it answers %d", a.Status)
		}
	}
}

// A sign-in that came too early says when to try again.
func TestASignInThatCameTooEarlySaysWhenToTryAgain(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	b := visiting(h)
	for range 5 {
		b.send("POST", "/login", map[string][]string{"email": {h.Nadia.Email}, "password": {"wrong wrong wrong"}})
	}
	if a := b.password(h.Nadia, "/"); a.Status != 429 || a.Header.Get("Retry-After") != "60" {
		t.Errorf("it answers %d, again after %q", a.Status, a.Header.Get("Retry-After"))
	}
}
