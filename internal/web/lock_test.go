package web_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"amparo/internal/auth"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

func TestEveryColleagueButReadersMayLockAndThenNobodyGetsAnything(t *testing.T) {
	by := ""
	h := webtest.New(t, dbtest.SQLite(t), web.Options{Lock: func(a auth.Actor) { by += a.Name }})
	for p, status := range map[*webtest.Person]int{h.Nadia: 200, h.Luis: 200, h.Ada: 200, h.Rune: 403, h.Nobody(): 303} {
		a := p.Get("/lock")
		if a.Status != status || strings.Contains(p.Get("/").Body, `href="/lock"`) != (status == 200) {
			t.Errorf("%s: %d, not %d", p.Name, a.Status, status)
		}
	}
	h.Rune.Post("/lock", nil)
	h.Nadia.Send("POST", "/lock", "", "Content-Type", "application/x-www-form-urlencoded") // without the form's token
	token := h.Nadia.Token()
	if a := h.Nobody().Send("POST", "/lock", "", "Authorization", "Bearer "+token); a.Status == 503 || by != "" {
		t.Fatalf("locked by %q: %d", by, a.Status)
	}
	a := h.Nadia.Post("/lock", url.Values{})
	if a.Status != 503 || by != "Nadia" || !strings.Contains(a.Body, "The records are locked") {
		t.Fatalf("%d by %q\n%s", a.Status, by, plainText(a.Body))
	}
	for _, path := range []string{"/", "/people", "/login", "/lock", "/api/v1/people", "/nothing", "/cases/" + h.Open} {
		for _, p := range []*webtest.Person{h.Nadia, h.Nobody()} {
			for _, method := range []string{"GET", "POST", "TRACE"} {
				a := p.Send(method, path, "", "Authorization", "Bearer "+token)
				if a.Status != 503 || strings.Contains(a.Body, "Blue Mill") || a.Header.Get("Clear-Site-Data") == "" {
					t.Errorf("%s %s: %d", method, path, a.Status)
				}
			}
		}
	}
	if a := h.Nadia.Send("GET", "/", "", "Accept-Language", "ar"); !strings.Contains(a.Body, `dir="rtl"`) || !strings.Contains(a.Body, "مقفلة") {
		t.Errorf("in Arabic: %s", plainText(a.Body))
	}
	if a := h.Nadia.Send("GET", "/people", "", "HX-Request", "true"); a.Header.Get("HX-Redirect") != "/" || a.Body != "" {
		t.Errorf("a part answers %q", a.Body)
	}
}

func TestALockedProgramGivesItsStylesAndNothingElse(t *testing.T) {
	app := web.Locked(web.Options{URL: "https://records.example.org"})
	for path, status := range map[string]int{"/": 503, "/people.csv": 503, "/healthz": 200, "/readyz": 503, "/static/none.css": 503} {
		res, err := app.Test(httptest.NewRequest("GET", path, nil), -1)
		if err != nil || res.StatusCode != status || res.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s: %v, %v", path, res, err)
		}
	}
	body := webtest.New(t, dbtest.SQLite(t), web.Options{}).Nobody().Get("/login").Body
	_, css, _ := strings.Cut(body, `rel="stylesheet" href="`)
	css, _, _ = strings.Cut(css, `"`)
	if res, err := app.Test(httptest.NewRequest("GET", css, nil), -1); err != nil || res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/css") {
		t.Errorf("%s: %v, %v", css, res, err)
	}
}
