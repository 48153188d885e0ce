package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"amparo/assets"
	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

const asForm = "application/x-www-form-urlencoded"

func TestAFormWithoutItsOwnTokenChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		own, other := account.CSRF(h.Nadia.Cookie), account.CSRF(h.Omar.Cookie)
		task := h.Make(h.Nadia, "task", h.Open, "text", "Call the family")
		done := h.Make(h.Nadia, "task", h.Open, "text", "Call the lawyer")
		forms := map[string]url.Values{
			"/tasks":                         {"text": {"Forged errand"}, "case": {h.Open}},
			"/tasks/" + task:                 {"version": {"1"}, "text": {"Forged errand"}, "fields": {"text"}},
			"/tasks/" + task + "/notes":      {"text": {"Forged errand"}},
			"/tasks/" + done + "/moves/done": {"version": {"1"}},
			"/log":                           {"name": {"Forged errand"}, "source": {"x"}},
			"/tray":                          {"speaker": {"Forged errand"}},
			"/drafts/log":                    {"name": {"Forged errand"}},
			"/account/language":              {"lang": {"ar"}},
			"/account/tokens":                {"label": {"Forged errand"}},
			"/account/sessions/end":          {},
			"/logout":                        {},
		}
		attempts := map[string]struct {
			token   string
			headers []string
		}{
			"no token":               {"", nil},
			"a made-up token":        {"0000000000000000", nil},
			"another person's token": {other, nil},
			"a visitor's token":      {account.CSRF(account.NewVisitor()), nil},
			"another site":           {own, []string{"Sec-Fetch-Site", "cross-site"}},
			"a neighbour's site":     {own, []string{"Sec-Fetch-Site", "same-site"}},
			"another origin":         {own, []string{"Origin", "https://elsewhere.example"}},
			"no origin":              {own, []string{"Origin", "null"}},
			"JSON":                   {own, []string{"Content-Type", "application/json", "X-CSRF-Token", own}},
			"plain text":             {own, []string{"Content-Type", "text/plain", "X-CSRF-Token", own}},
			"XML":                    {own, []string{"Content-Type", "text/xml", "X-CSRF-Token", own}},
		}
		for path, v := range forms {
			for what, attempt := range attempts {
				v.Del("csrf")
				if attempt.token != "" {
					v.Set("csrf", attempt.token)
				}
				a := h.Nadia.Send("POST", path, v.Encode(), append([]string{"Content-Type", asForm}, attempt.headers...)...)
				if a.Status != 403 && a.Status != 415 {
					t.Errorf("%s with %s answers %d", path, what, a.Status)
				}
			}
			v.Del("csrf")
			if a := h.Nadia.Send("POST", path+"?csrf="+url.QueryEscape(own), v.Encode(), "Content-Type", asForm); a.Status != 403 {
				t.Errorf("%s with its token in the address answers %d", path, a.Status)
			}
			if a := h.Nadia.Get(path + "?" + v.Encode()); a.Status >= 500 {
				t.Errorf("%s answers %d to GET", path, a.Status)
			}
		}
		for _, at := range []string{"/", "/tasks", "/tasks/" + task, "/log", "/account/tokens", "/people"} {
			if a := h.Nadia.Get(at); a.Status != 200 || strings.Contains(a.Body, "Forged errand") || !strings.Contains(a.Body, `lang="en"`) {
				t.Errorf("%s answers %d; something was changed", at, a.Status)
			}
		}
		for path, v := range forms {
			if path == "/logout" {
				continue
			}
			if a := h.Nadia.Post(path, v); a.Status >= 400 {
				t.Errorf("%s with its own token answers %d", path, a.Status)
			}
		}
	})
}

// signIn sends the sign-in form as a browser would that holds a session's cookie already, "" for none.
func signIn(h *webtest.House, email, password, session string) webtest.Answer {
	visitor := account.NewVisitor()
	v := url.Values{"email": {email}, "password": {password}, "csrf": {account.CSRF(visitor)}}
	return h.Nobody().Send("POST", "/login", v.Encode(), "Content-Type", asForm, "Cookie", "amparo-visitor="+visitor+"; __Host-amparo-visitor="+visitor+"; amparo="+session)
}

func cookie(a webtest.Answer, name string) *http.Cookie {
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func TestASessionThatIsPlantedIsNotTakenOver(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		planted := account.NewVisitor()
		a := signIn(h, h.Nadia.Email, webtest.Password, planted)
		c := cookie(a, "amparo")
		if a.Status != 303 || c == nil || c.Value == planted || len(c.Value) < 43 {
			t.Fatalf("signing in answers %d with %v", a.Status, c)
		}
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("the cookie is %v", c)
		}
		p := *h.Nadia
		p.Cookie = planted
		if a := p.Get("/"); a.Status != 303 {
			t.Errorf("the planted session answers %d", a.Status)
		}
		p.Cookie = c.Value
		again := cookie(p.Post("/login", url.Values{"email": {h.Nadia.Email}, "password": {webtest.Password}}), "amparo")
		if again == nil || again.Value == c.Value {
			t.Error("signing in again keeps the old session's secret")
		}
		if p.Get("/").Status != 303 {
			t.Error("the session before is still open")
		}
	})
}

func TestSigningOutEndsEveryCopyOfTheCookie(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		copied := *h.Nadia
		a := h.Nadia.Post("/logout", nil)
		if a.Status != 303 || a.To() != "/login" || a.Header.Get("Clear-Site-Data") == "" {
			t.Errorf("signing out answers %d %q %v", a.Status, a.To(), a.Header)
		}
		if c := cookie(a, "amparo"); c == nil || c.MaxAge >= 0 || c.Value != "" {
			t.Errorf("the cookie is left as %v", c)
		}
		if a := copied.Get("/people"); a.Status != 303 || a.To() != "/login?next=%2Fpeople" {
			t.Errorf("the copy answers %d %q", a.Status, a.To())
		}
		if a := copied.Post("/tray", url.Values{"speaker": {"x"}}); a.Status != 303 {
			t.Errorf("a form of the copy answers %d", a.Status)
		}
		if a := copied.Send("GET", "/log/matches?name=x", "", "HX-Request", "true"); a.Status != 401 || a.Body != "" && strings.Contains(a.Body, "<form") {
			t.Errorf("a part of a page answers %d", a.Status)
		}
		if a := copied.Send("GET", "/api/v1/people", ""); a.Status != 401 {
			t.Errorf("the API answers the copy %d", a.Status)
		}
	})
}

func TestWhatChangesAnAccountEndsItsSessionsAtOnce(t *testing.T) {
	elsewhere := func(h *webtest.House, path string, v url.Values) webtest.Answer {
		other := *h.Omar
		other.SignIn()
		return other.Post(path, v)
	}
	for what, change := range map[string]func(h *webtest.House) webtest.Answer{
		"other roles": func(h *webtest.House) webtest.Answer {
			return h.Ada.Post("/admin/users/"+h.Omar.ID, url.Values{"name": {"Omar"}, "roles": {"reader"}})
		},
		"the administrator ends them": func(h *webtest.House) webtest.Answer {
			return h.Ada.Post("/admin/users/"+h.Omar.ID+"/end_sessions", nil)
		},
		"the account is disabled": func(h *webtest.House) webtest.Answer { return h.Ada.Post("/admin/users/"+h.Omar.ID+"/disable", nil) },
		"he ends the others":      func(h *webtest.House) webtest.Answer { return elsewhere(h, "/account/sessions/end", nil) },
		"another password": func(h *webtest.House) webtest.Answer {
			return elsewhere(h, "/account/password", url.Values{"current": {webtest.Password}, "password": {"nine brass kettles whistle"}})
		},
	} {
		t.Run(what, func(t *testing.T) {
			each(t, func(t *testing.T, h *webtest.House) {
				if a := h.Omar.Get("/"); a.Status != 200 {
					t.Fatalf("before, the desk answers %d", a.Status)
				}
				if a := change(h); a.Status != 303 {
					t.Fatalf("the change answers %d", a.Status)
				}
				if a := h.Omar.Get("/"); a.Status != 303 {
					t.Errorf("afterwards the old session answers %d", a.Status)
				}
			})
		})
	}
}

func TestNobodyEndsTheSessionOfAnother(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		list, err := h.Office.Sessions(t.Context(), auth.System("test"), h.Omar.ID)
		if err != nil || len(list) == 0 {
			t.Fatal(err)
		}
		a := h.Nadia.Post("/account/sessions/"+list[0].ID+"/end", nil)
		b := h.Nadia.Post("/account/sessions/nothing/end", nil)
		if a.Status != b.Status || a.Body != b.Body || h.Omar.Get("/").Status != 200 {
			t.Errorf("another's session answers %d, an unknown one %d", a.Status, b.Status)
		}
	})
}

func TestSigningInLeadsOnlyToOurOwnPages(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	for next, want := range map[string]string{
		"/people?q=x": "/people?q=x", "": "/", "//evil.example": "/", "https://evil.example/": "/", `/\evil.example`: "/", `\\evil.example`: "/", "javascript:alert(1)": "/",
		"/\t/evil.example": "/", "/x\r\nSet-Cookie: a=b": "/", "people": "/", "/%2F/evil.example": "/%2F/evil.example", " //evil.example": "/", "///evil.example": "/",
	} {
		visitor := account.NewVisitor()
		v := url.Values{"email": {h.Nadia.Email}, "password": {webtest.Password}, "csrf": {account.CSRF(visitor)}, "next": {next}}
		a := h.Nobody().Send("POST", "/login", v.Encode(), "Content-Type", asForm, "Cookie", "amparo-visitor="+visitor)
		if a.Status != 303 || a.To() != want {
			t.Errorf("%q leads to %d %q, not %q", next, a.Status, a.To(), want)
		}
		if to := h.Nadia.Get("/login?next=" + url.QueryEscape(next)).To(); to != want {
			t.Errorf("%q leads who is signed in to %q, not %q", next, to, want)
		}
		if a := h.Nadia.Post("/tray/end", url.Values{"next": {next}}); a.To() != want {
			t.Errorf("%q leads from a form to %q, not %q", next, a.To(), want)
		}
	}
}

func TestAWrongPasswordAndAnUnknownAccountAnswerAlike(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	a := signIn(h, h.Nadia.Email, "not her password at all", "")
	b := signIn(h, "niemand@office.example", "not her password at all", "")
	if a.Status != 422 || b.Status != 422 || cookie(a, "amparo") != nil {
		t.Fatalf("%d and %d", a.Status, b.Status)
	}
	blind := func(a webtest.Answer) string {
		// The token of a form is another for every visitor.
		_, rest, _ := strings.Cut(a.Body, `name="csrf" value="`)
		token, _, _ := strings.Cut(rest, `"`)
		return strings.NewReplacer(token, "", h.Nadia.Email, "", "niemand@office.example", "").Replace(a.Body)
	}
	if blind(a) != blind(b) {
		t.Error("the two answers differ")
	}
	if strings.Contains(a.Body, "not her password") {
		t.Error("the password stands in the page")
	}
	if !strings.Contains(a.Body, h.Nadia.Email) {
		t.Error("the typed address is lost")
	}
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

// dressed tells which headers an answer lacks or should not have.
func dressed(t *testing.T, what string, a webtest.Answer) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY", "Strict-Transport-Security": "max-age=31536000; includeSubDomains"} {
		if got := a.Header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %s is %q", what, name, got)
		}
	}
	if a.Header.Get("Permissions-Policy") == "" {
		t.Errorf("%s: no Permissions-Policy", what)
	}
	for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
		if got := a.Header.Get(name); got != "" {
			t.Errorf("%s: %s is %q", what, name, got)
		}
	}
	if cache := a.Header.Get("Cache-Control"); cache != "no-store" {
		t.Errorf("%s: Cache-Control is %q", what, cache)
	}
	kind := a.Header.Get("Content-Type")
	if strings.HasPrefix(kind, "text/") && !strings.Contains(strings.ToLower(kind), "charset=utf-8") {
		t.Errorf("%s: Content-Type is %q", what, kind)
	}
}

func TestEveryAnswerWearsTheSameHeaders(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{URL: "https://office.example"})
	refs := filled(h, h.Nadia, h.Open, "Plain")
	// Behind TLS the cookie has its other name.
	as := func(p *webtest.Person, method, path, body string, headers ...string) webtest.Answer {
		return p.Send(method, path, body, append([]string{"Cookie", "__Host-amparo=" + p.Cookie, "Content-Type", asForm}, headers...)...)
	}
	for _, route := range h.Routes() {
		at := address(route, refs)
		for _, p := range []*webtest.Person{h.Nobody(), h.Nadia, h.Rune} {
			dressed(t, route.Method+" "+at, as(p, route.Method, at, ""))
		}
		if route.Path == "/logout" {
			h.Nadia.SignIn()
		}
	}
	token := "csrf=" + url.QueryEscape(account.CSRF(h.Nadia.Cookie))
	for what, a := range map[string]webtest.Answer{
		"404":               as(h.Nadia, "GET", "/nothing", ""),
		"404 file":          as(h.Nobody(), "GET", assets.Base+"nothing.css", ""),
		"404 method":        as(h.Nobody(), "TRACE", "/", ""),
		"HEAD":              as(h.Nadia, "HEAD", "/people", ""),
		"403":               as(h.Nadia, "POST", "/tray", "speaker=x"),
		"415":               as(h.Nadia, "POST", "/tray", "{}", "Content-Type", "application/json"),
		"422":               as(h.Nadia, "POST", "/tasks", token+"&fields=text&text="),
		"409":               as(h.Nadia, "POST", "/tasks/"+refs["tasks"], token+"&version=0&fields=text&text=x"),
		"400":               as(h.Nadia, "POST", "/tasks/"+refs["tasks"], token+"&version=x"),
		"400 multipart":     as(h.Nadia, "POST", "/tray", "--x", "Content-Type", "multipart/form-data"),
		"part of a page":    as(h.Nadia, "GET", "/log/matches?name=Plain+Ersen", "", "HX-Request", "true"),
		"signed out part":   as(h.Nobody(), "GET", "/log/matches", "", "HX-Request", "true"),
		"API signed out":    as(h.Nobody(), "GET", "/api/v1/people", ""),
		"API nothing there": as(h.Nadia, "GET", "/api/v1/nothing", ""),
	} {
		dressed(t, what, a)
	}
	f := as(h.Nobody(), "GET", assets.URL("css/app.css"), "")
	if f.Status != 200 || f.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || f.Header.Get("Content-Security-Policy") != policy {
		t.Errorf("a file answers %d with %v", f.Status, f.Header)
	}
	if a := as(h.Nadia, "GET", "/", ""); a.Status != 200 {
		t.Errorf("the desk answers %d", a.Status)
	}
}

func TestBehindTLSTheCookieCannotBeReadOrSetByOthers(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{URL: "https://office.example"})
	c := cookie(signIn(h, h.Nadia.Email, webtest.Password, ""), "__Host-amparo")
	if c == nil || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %v", c)
	}
}
