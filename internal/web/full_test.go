//go:build linux

package web_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"amparo/internal/auth/account"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// A disk that takes nothing more keeps nobody out; what was used once stays used.
func TestOnAFullDiskPasskeysAndPasswordsOpenReadingAndNothingElse(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{Local: home})
	k := adds(t, h.Nadia, "Blue key")
	limit := func(most uint64) {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: most, Max: unix.RLIM_INFINITY}); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { limit(unix.RLIM_INFINITY) })
	limit(4096)
	byKey, byPassword := visiting(h), visiting(h)
	k.count++
	answer := k.signed(t, signing{challenge: byKey.challenge(t)})
	if a := byKey.send("POST", "/login", url.Values{"passkey": {answer}, "next": {"/people"}}); a.Status != 303 || a.To() != "/people" {
		t.Fatalf("a passkey answers %d %q: %s", a.Status, a.To(), plainText(a.Body))
	}
	if a := visiting(h).send("POST", "/login", url.Values{"passkey": {answer}}); a.Status != 422 {
		t.Errorf("the same answer of a passkey again: %d", a.Status)
	}
	if a := byPassword.send("POST", "/login", url.Values{"email": {h.Omar.Email}, "password": {"wrong wrong wrong"}}); a.Status != 422 {
		t.Errorf("a wrong password answers %d", a.Status)
	}
	if a := byPassword.password(h.Omar, "/people"); a.Status != 303 || a.To() != "/people" {
		t.Fatalf("a password answers %d %q", a.Status, a.To())
	}
	for who, b := range map[string]*visit{"by a passkey": byKey, "by a password": byPassword} {
		for _, path := range []string{"/", "/people", "/account", "/account/sessions"} {
			if a := b.send("GET", path, nil); a.Status != 200 || b.device != "" {
				t.Errorf("who came %s reads %s: %d", who, path, a.Status)
			}
		}
		body := url.Values{"csrf": {account.CSRF(b.session)}, "notices": {"never"}}.Encode()
		if a := h.Nobody().Send("POST", "/account/notices", body, "Content-Type", asForm, "Cookie", "amparo="+b.session); a.Status != 507 || !strings.Contains(plainText(a.Body), "The disk") {
			t.Errorf("who came %s writes: %d %s", who, a.Status, plainText(a.Body))
		}
	}
	limit(unix.RLIM_INFINITY)
	for _, b := range []*visit{byKey, byPassword} {
		if a := b.send("GET", "/people", nil); a.Status != 200 {
			t.Errorf("with room again who came answers %d", a.Status)
		}
	}
	k.count--
	b := visiting(h)
	if a := b.send("POST", "/login", url.Values{"passkey": {k.signed(t, signing{challenge: b.challenge(t)})}}); a.Status != 422 {
		t.Errorf("a copy that fell behind the counter gets %d", a.Status)
	}
}
