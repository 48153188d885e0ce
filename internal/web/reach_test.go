package web_test

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"amparo/assets"
	"amparo/internal/auth/account"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// guess signs in wrongly, each time at another account, as if through a proxy.
func guess(h *webtest.House, n int, forwarded string) webtest.Answer {
	visitor := account.NewVisitor()
	v := url.Values{"email": {fmt.Sprintf("nobody%d@office.example", n)}, "password": {"no such words here"}, "csrf": {account.CSRF(visitor)}}
	return h.Nobody().Send("POST", "/login", v.Encode(), "Content-Type", asForm, "Cookie", "amparo-visitor="+visitor, "X-Forwarded-For", forwarded)
}

// ASVS 15.3.4, 6.3.1: an address that the client made up does not give it further
// tries. Requests of these tests come from 0.0.0.0.
func TestAForgedAddressDoesNotWalkPastTheLimits(t *testing.T) {
	here := netip.MustParsePrefix("0.0.0.0/32")
	for what, c := range map[string]struct {
		proxies []netip.Prefix
		forged  string // %d is another one each time
		fresh   string // "" or an address that must still be let try
	}{
		"without a proxy":         {nil, "198.51.100.%d", ""},
		"by who is no proxy":      {[]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, "198.51.100.%d", ""},
		"before what a proxy saw": {[]netip.Prefix{here}, "198.51.100.%d, 192.0.2.44", "198.51.100.1, 192.0.2.45"},
		"behind two proxies":      {[]netip.Prefix{here, netip.MustParsePrefix("10.0.0.0/8")}, "198.51.100.%d, 192.0.2.44, 10.0.0.3", "192.0.2.45, 10.0.0.3"},
		"with what is no address": {[]netip.Prefix{here}, "192.0.2.%d, unknown", "192.0.2.45"},
	} {
		t.Run(what, func(t *testing.T) {
			h := webtest.New(t, dbtest.SQLite(t), web.Options{URL: "http://127.0.0.1:8080", Proxies: c.proxies})
			if what == "by who is no proxy" {
				// Who comes past the proxy gets nothing at all.
				if a := guess(h, 0, "198.51.100.7"); a.Status != 403 || strings.Contains(a.Body, "<form") {
					t.Errorf("it answers %d", a.Status)
				}
				return
			}
			for n := range 30 {
				if a := guess(h, n, strings.ReplaceAll(c.forged, "%d", fmt.Sprint(n))); a.Status != 422 {
					t.Fatalf("try %d answers %d", n, a.Status)
				}
			}
			if a := guess(h, 31, strings.ReplaceAll(c.forged, "%d", "200")); a.Status != 429 {
				t.Errorf("after thirty tries another answers %d", a.Status)
			}
			if c.fresh != "" {
				if a := guess(h, 32, c.fresh); a.Status != 422 {
					t.Errorf("somebody else behind the same proxy gets %d", a.Status)
				}
			}
		})
	}
}

// ASVS 4.1.2, 12.2.1: what came to the proxy in the clear is led to https, or
// refused where a program must notice.
func TestBehindAProxyPlainTextLeadsToHTTPS(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{URL: "https://office.example", Proxies: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/32")}})
	for _, c := range []struct {
		method, path, proto string
		status              int
		to                  string
	}{
		{"GET", "/login?next=%2Fpeople", "http", 308, "https://office.example/login?next=%2Fpeople"},
		{"GET", "/login", "http, https", 308, "https://office.example/login"},
		{"GET", "//evil.example/", "http", 308, "https://office.example/"},
		{"POST", "/login", "http", 403, ""},
		{"GET", "/api/v1/people", "http", 403, ""},
		{"GET", "/healthz", "http", 200, ""},
		{"GET", "/login", "https", 200, ""},
	} {
		a := h.Nobody().Send(c.method, c.path, "", "X-Forwarded-Proto", c.proto)
		if a.Status != c.status || a.To() != c.to {
			t.Errorf("%s %s by %s: %d %q", c.method, c.path, c.proto, a.Status, a.To())
		}
	}
}

// ASVS 3.3.1, 7.2.4 with a certificate of its own and no address configured.
func TestItsOwnCertificateMakesTheCookiesSecure(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{TLS: true})
	a := signIn(h, h.Nadia.Email, webtest.Password, "")
	for _, name := range []string{"__Host-amparo", "__Host-amparo-device"} {
		if c := cookie(a, name); c == nil || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
			t.Errorf("%s is %v", name, c)
		}
	}
	if a.Header.Get("Strict-Transport-Security") != "max-age=31536000; includeSubDomains" {
		t.Error("no HSTS")
	}
}

var fetched = regexp.MustCompile(`(?i)<(?:script|img|iframe|frame|embed|object|source|audio|video|track|input|use|image)\b[^>]*\s(?:src|srcset|data|href|xlink:href|poster)\s*=\s*"([^"]*)"|<link\b[^>]*\shref="([^"]*)"|<form\b[^>]*\saction="([^"]*)"|\shx-(?:get|post|put|patch|delete)="([^"]*)"|<meta\b[^>]*http-equiv="refresh"[^>]*content="([^"]*)"|url\(([^)]*)\)`)

// ASVS 14.2.3, 3.6.1: nothing of a page is asked from another host.
func TestNoPageAndNoFileOfOursAsksAnotherHost(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{URL: "https://office.example"})
	refs := filled(h, h.Nadia, h.Open, "Plain")
	looked := 0
	ours := func(what, body string) {
		for _, found := range fetched.FindAllStringSubmatch(body, -1) {
			for _, at := range found[1:] {
				at = strings.Trim(at, `"' `)
				u, err := url.Parse(at)
				if err != nil || u.Scheme != "" && u.Scheme != "data" || u.Host != "" {
					t.Errorf("%s asks for %q", what, at)
				}
				looked++
			}
		}
	}
	for _, route := range h.Routes() {
		if route.Method != "GET" {
			continue
		}
		for _, p := range []*webtest.Person{h.Nobody(), h.Nadia, h.Ada} {
			at := address(route, refs)
			a := p.Send("GET", at, "", "Cookie", "__Host-amparo="+p.Cookie)
			if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
				ours(at, a.Body)
			}
			if got := a.Header.Get("Content-Security-Policy"); got != policy {
				t.Errorf("%s has the policy %q", at, got)
			}
		}
	}
	if looked < 1000 {
		t.Errorf("only %d addresses were looked at", looked)
	}
	for _, name := range []string{"css/app.css", "css/paper.css", "js/app.js", "icons/amparo.svg"} {
		a := h.Nobody().Get(assets.URL(name))
		if a.Status != 200 {
			t.Fatalf("%s answers %d", name, a.Status)
		}
		for _, at := range regexp.MustCompile(`(?i)(?:https?:|wss?:)?//[a-z0-9-]+\.[a-z0-9.-]+`).FindAllString(a.Body, -1) {
			if !strings.Contains(at, "www.w3.org/") && !strings.HasSuffix(at, "www.w3.org") { // the names of SVG and XLink, which nobody fetches
				t.Errorf("%s names %q", name, at)
			}
		}
	}
}
