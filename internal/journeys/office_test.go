//go:build browser

package journeys

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/browser"
	"amparo/internal/cases"
	"amparo/internal/cases/demo"
	"amparo/internal/database/dbtest"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/vault"
	"amparo/internal/web"
)

func TestMain(m *testing.M) { os.Exit(browser.Run(m)) }

// password opens the accounts of an empty office.
const password = "quiet lanterns cross rivers"

// start is the moment at which every office opens; from there its clock goes on.
var start = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// office is the whole program, listening, with its accounts.
type office struct {
	t        *testing.T
	url      string
	book     *record.Book
	accounts *account.Office
	files    *vault.Vault
	made     demo.Made
	now      func() time.Time
	ahead    atomic.Int64 // nanoseconds that were let pass
}

// pass lets time go by at the office.
func (o *office) pass(d time.Duration) { o.ahead.Add(int64(d)) }

// empty opens an office with a caseworker and a supervisor and nothing on file.
func empty(t *testing.T) *office {
	t.Helper()
	return restless(t, account.Limits{})
}

// restless is an empty office whose sessions live as long as limits say.
func restless(t *testing.T, limits account.Limits) *office {
	t.Helper()
	return open(t, limits, func(o *office) web.Options {
		for _, u := range []struct {
			name string
			role auth.Role
		}{{"Nadia Halloun", auth.Caseworker}, {"Luis Okaforte", auth.Supervisor}} {
			email := strings.ToLower(strings.Fields(u.name)[0]) + "@office.example"
			if _, err := o.accounts.AddUser(t.Context(), auth.System("test"), account.NewUser{Email: email, Name: u.name, Password: password, Rights: account.Rights{Roles: []auth.Role{u.role}}}); err != nil {
				t.Fatal(err)
			}
		}
		return web.Options{}
	})
}

// invented opens an office filled as the demo is.
func invented(t *testing.T, people int) *office {
	t.Helper()
	return open(t, account.Limits{}, func(o *office) web.Options {
		var err error
		if o.made, err = demo.Make(t.Context(), o.book, o.accounts, demo.Size{People: people, Seed: 1, Files: o.files}); err != nil {
			t.Fatal(err)
		}
		options := web.Options{Demo: true}
		for _, u := range o.made.Users {
			options.DemoUser = append(options.DemoUser, web.DemoUser{Role: u.Role, Email: u.Email, Password: u.Password})
		}
		return options
	})
}

func open(t *testing.T, limits account.Limits, fill func(o *office) web.Options) *office {
	t.Helper()
	began := time.Now()
	o := &office{t: t}
	now := func() time.Time {
		return start.Add(time.Since(began) + time.Duration(o.ahead.Load())).Truncate(time.Microsecond)
	}
	o.now = now
	db := dbtest.SQLite(t)
	var err error
	if o.accounts, err = account.Open(db, account.Options{Cost: account.TestCost, Limits: limits, Now: now}); err != nil {
		t.Fatal(err)
	}
	o.book = cases.Open(db, record.Options{Now: now, Day: func(at time.Time) string { return at.Format(time.DateOnly) }, Accounts: o.colleagues, Calendar: o.accounts.Calendar})
	if o.files, err = vault.Open(filepath.Join(t.TempDir(), "files"), make([]byte, 32)); err != nil {
		t.Fatal(err)
	}
	options := fill(o)
	options.Now, options.Files = now, o.files
	if testing.Verbose() {
		options.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.url = "http://" + listener.Addr().String()
	options.Local = o.local()
	server := web.New(o.book, o.accounts, options)
	done := make(chan error, 1)
	go func() { done <- server.App().Listener(listener) }()
	t.Cleanup(func() {
		if err := server.App().ShutdownWithTimeout(5 * time.Second); err != nil {
			t.Log(err) // a tab may keep its connection
		}
		<-done
	})
	return o
}

// local is the office's address by the name at which browsers have passkeys.
func (o *office) local() string { return strings.Replace(o.url, "127.0.0.1", "localhost", 1) }

// colleagues gives everybody's names.
func (o *office) colleagues(ctx context.Context) (map[string]form.Ref, error) {
	users, err := o.accounts.Users(context.WithoutCancel(ctx), auth.System("names of colleagues"))
	all := map[string]form.Ref{}
	for _, u := range users {
		all[u.ID] = form.Ref{ID: u.ID, Ref: u.Email, Kind: "account", Title: u.Name}
	}
	return all, err
}

// revoke ends every session of an account, as hours without a request do.
func (o *office) revoke(email string) {
	o.t.Helper()
	by := auth.System("test")
	users, err := o.accounts.Users(o.t.Context(), by)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, u := range users {
		if u.Email == email {
			if err := o.accounts.RevokeAll(o.t.Context(), u.Actor(), u.ID); err != nil {
				o.t.Fatal(err)
			}
		}
	}
}

// hands are a colleague at a page: what they do beside typing text is counted, and how long they wait.
type hands struct {
	*browser.Page
	o      *office
	typed  int // letters of text
	waited time.Duration
	began  time.Time
}

// at opens a browser at the sign-in.
func (o *office) at(width int) *hands {
	o.t.Helper()
	h := &hands{Page: browser.Open(o.t, width), o: o}
	h.Go(o.url + "/login")
	return h
}

// signIn signs a colleague in.
func (h *hands) signIn(email, word string) {
	h.o.t.Helper()
	h.Fill("#email", email)
	h.Fill("#password", word)
	h.Press("Enter")
	h.Wait("#find")
	h.afresh()
}

// nadia signs the caseworker of an empty office in.
func (o *office) nadia(width int) *hands {
	o.t.Helper()
	h := o.at(width)
	h.signIn("nadia@office.example", password)
	return h
}

// as signs somebody of the invented office in, by role.
func (o *office) as(role string, width int) *hands {
	o.t.Helper()
	for _, u := range o.made.Users {
		if u.Role == role {
			h := o.at(width)
			h.signIn(u.Email, u.Password)
			return h
		}
	}
	o.t.Fatalf("nobody has the role %q", role)
	return nil
}

// known signs somebody of the invented office in, by the name before the @.
func (o *office) known(name string, width int) *hands {
	o.t.Helper()
	for _, u := range o.made.Users {
		if strings.HasPrefix(u.Email, name+"@") {
			h := o.at(width)
			h.signIn(u.Email, u.Password)
			return h
		}
	}
	o.t.Fatalf("nobody is called %q", name)
	return nil
}

// to opens a page of the office.
func (h *hands) to(path string) { h.o.t.Helper(); h.Go(h.o.url + path) }

// write types text.
func (h *hands) write(text string) {
	h.o.t.Helper()
	h.typed += utf8.RuneCountInString(text)
	h.Type(text)
}

// afresh counts from zero.
func (h *hands) afresh() {
	h.Effort()
	h.typed, h.waited, h.began = 0, 0, time.Now()
}

// await does something that leads to another page and adds the time from the key or click until that page can be used,
// as the browser's own clock tells it.
func (h *hands) await(act func(), arrived string) {
	h.o.t.Helper()
	browser.Eval[bool](h.Page, `(() => {
		const note = (what) => () => sessionStorage.setItem(what, performance.timeOrigin + performance.now());
		window.leaving = document.body;
		for (const kind of ["keydown", "click"]) addEventListener(kind, note("left"), {capture: true});
		new MutationObserver(note("came")).observe(document.documentElement, {childList: true});
		return true })()`)
	act()
	h.Until("the next page", `window.leaving !== document.body && document.readyState === "complete" && (`+arrived+`)`)
	took := browser.Eval[float64](h.Page, `(window.leaving ? Number(sessionStorage.getItem("came")) : performance.timeOrigin + performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd) - Number(sessionStorage.getItem("left"))`)
	h.waited += time.Duration(took * float64(time.Millisecond))
}

// turn does something that leads to another page, and waits for that.
func (h *hands) turn(act func()) {
	h.o.t.Helper()
	browser.Eval[bool](h.Page, `(() => { window.leaving = document.body; return true })()`)
	act()
	h.Until("the next page", `window.leaving !== document.body && document.readyState === "complete"`)
	h.Rest()
}

// follow clicks on what says these words and leads to another page.
func (h *hands) follow(words string) { h.o.t.Helper(); h.turn(func() { h.ClickOn(words) }) }

// save presses Ctrl+Enter and waits for the page after it.
func (h *hands) save() { h.o.t.Helper(); h.turn(func() { h.Press("Control+Enter") }) }

// limits are what a journey may take; 0 = not limited.
type limits struct {
	keys, clicks    int
	seconds, waited float64
}

// figures prints what a journey took, fails it beyond its limits, and counts from zero.
func (h *hands) figures(name string, l limits) {
	h.o.t.Helper()
	k, c, s, w := h.Keys-h.typed, h.Clicks, time.Since(h.began).Seconds(), h.waited.Seconds()
	h.o.t.Logf("journey %s: %d K, %d C, %.1f s, %.2f s waiting", name, k, c, s, w)
	over := func(what string, got, most float64) {
		if most > 0 && got > most {
			h.o.t.Errorf("journey %s: %s %v, at most %v", name, what, got, most)
		}
	}
	over("keys", float64(k), float64(l.keys))
	over("clicks", float64(c), float64(l.clicks))
	over("seconds", s, l.seconds)
	over("seconds of waiting", w, l.waited)
	h.afresh()
}

// total is how many records of a kind the downloaded list has.
func (h *hands) total(list string) int {
	h.o.t.Helper()
	return len(h.rows(list)) - 1
}

// rows are the lines of a downloaded list, its head first.
func (h *hands) rows(list string) []string {
	h.o.t.Helper()
	text := browser.Eval[string](h.Page, fmt.Sprintf(`fetch(%q).then(r => r.text())`, list))
	return strings.Split(strings.TrimSpace(strings.TrimPrefix(text, "\ufeff")), "\r\n")
}

// quoted is a text as JavaScript writes it.
func quoted(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}

// tidy is a page's text without marks of direction and with single spaces.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		if r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f {
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
