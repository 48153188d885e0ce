package web_test

import (
	"strconv"
	"strings"
	"testing"

	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// ASVS 2.4.1, 15.2.2: whoever takes away file after file is slowed, in words, and
// nobody else is.
func TestWhoTakesAwayFileAfterFileIsSlowedAndNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		h := webtest.New(t, db, web.Options{FilesAtOnce: 20})
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
