// Package webtest is an invented office to knock at: six people, three cases,
// one server, asked through the program itself without a network. What pages
// should say is not decided here; the tests of web do.
package webtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/database"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/vault"
	"amparo/internal/web"
)

// Now is the moment at which the office stands still.
var Now = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// Password opens every account of the office.
const Password = "quiet lanterns cross rivers"

// House is the office with its server and the refs of its three cases.
type House struct {
	*web.Server
	Book   *record.Book
	Office *account.Office

	Nadia, Omar *Person // caseworkers
	Luis, Petra *Person // supervisors
	Ada         *Person // administrator
	Rune        *Person // reader
	Open        string  // a case every colleague sees; Nadia leads it
	Restricted  string  // a case of Omar and Petra alone
	Shared      string  // a case of Nadia, shown to Rune
	Folder      string  // of the evidence files
	t           testing.TB
	passed      time.Duration
	names       map[string]form.Ref
}

// Now is the moment at the office.
func (h *House) Now() time.Time { return Now.Add(h.passed) }

// Pass lets time go by.
func (h *House) Pass(d time.Duration) { h.passed += d }

// Person is an account with the session of its browser.
type Person struct {
	account.User
	Cookie string // secret of the session; "" while signed out
	house  *House
}

// nonces tell two showings of a form apart and nothing else: answers are
// compared without them.
var nonces = regexp.MustCompile(`name="nonce" value="[^"]*"`)

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// To is the address that the answer leads to, "" for none.
func (a Answer) To() string { return a.Header.Get("Location") }

// Empty is the office before anybody has an account.
func Empty(t testing.TB, db *database.DB, o web.Options) *House {
	t.Helper()
	h := &House{t: t, names: map[string]form.Ref{}}
	now := h.Now
	office, err := account.Open(db, account.Options{Cost: account.TestCost, Now: now})
	h.Office = office
	h.must(err)
	h.Book = cases.Open(db, record.Options{Now: now, Day: func(at time.Time) string { return at.Format(time.DateOnly) },
		Accounts: func(context.Context) (map[string]form.Ref, error) { return h.names, nil }, Calendar: office.Calendar})
	if o.Now == nil {
		o.Now = now
	}
	if o.Files == nil {
		h.Folder = filepath.Join(t.TempDir(), "files")
		o.Files, err = vault.Open(h.Folder, make([]byte, 32))
		h.must(err)
		t.Cleanup(func() { _ = o.Files.Close() })
	}
	if o.Paces == (web.Paces{}) {
		o.Paces = web.Unpaced // a test asks as fast as it can
	}
	o.Log = slog.New(slog.NewTextHandler(t.Output(), nil)) // a failing request tells its reason
	h.Server = web.New(h.Book, office, o)
	t.Cleanup(h.Server.Close)
	return h
}

// New fills a migrated database with the office.
func New(t testing.TB, db *database.DB, o web.Options) *House {
	t.Helper()
	h := Empty(t, db, o)
	add := func(name string, roles ...auth.Role) *Person {
		u, err := h.Office.AddUser(t.Context(), auth.System("test"), account.NewUser{Email: strings.ToLower(name) + "@office.example", Name: name, Password: Password, Rights: account.Rights{Roles: roles}})
		h.must(err)
		p := &Person{User: u, house: h}
		p.SignIn()
		h.names[p.ID] = form.Ref{ID: p.ID, Ref: p.Email, Kind: "account", Title: p.Name}
		return p
	}
	h.Nadia, h.Omar = add("Nadia", auth.Caseworker), add("Omar", auth.Caseworker)
	h.Luis, h.Petra = add("Luis", auth.Supervisor), add("Petra", auth.Supervisor)
	h.Ada, h.Rune = add("Ada", auth.Administrator), add("Rune", auth.Reader)
	h.Open = h.Make(h.Nadia, "case", "", "title", "Arrests at the Blue Mill", "lead", h.Nadia.Email)
	h.Restricted = h.Make(h.Omar, "case", "", "title", "Velvet matter", "lead", h.Omar.Email, "team", h.Petra.Email, "access", "restricted")
	h.Shared = h.Make(h.Nadia, "case", "", "title", "Harbour night", "lead", h.Nadia.Email, "team", h.Rune.Email)
	return h
}

func (h *House) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// Make keeps a record of a kind in a case ("" for none), its fields given as
// typed: name, value, …; it answers the ref.
func (h *House) Make(by *Person, kind, home string, typed ...string) string {
	h.t.Helper()
	body := h.Book.Kind(kind).New()
	v := form.Values{}
	for i := 0; i+1 < len(typed); i += 2 {
		v[typed[i]] = []string{typed[i+1]}
		if group, _, ok := strings.Cut(typed[i], "."); ok {
			v[group+".sent"] = []string{"1"}
		}
	}
	h.must(body.Fields().Decode(v, Now).Or())
	var made *record.Sheet
	h.must(h.Book.Do(h.t.Context(), by.Actor(), func(tx *record.Tx) error {
		tx.EnterNames()
		var in *record.Sheet
		var err error
		if home != "" {
			if in, err = tx.Get("case", home); err != nil {
				return err
			}
		}
		made, err = tx.Create(kind, body, in)
		return err
	}))
	return made.Head.Ref
}

// SignIn begins a session at the office itself.
func (p *Person) SignIn() {
	p.house.t.Helper()
	s, err := p.house.Office.SignIn(p.house.t.Context(), account.Attempt{Email: p.Email, Password: Password, Address: "192.0.2.7"})
	p.house.must(err)
	p.Cookie = s.Cookie
}

// Token makes an API token.
func (p *Person) Token() string {
	key, _, err := p.house.Office.AddToken(p.house.t.Context(), p.Actor(), account.NewToken{AccountID: p.ID, Label: "test"})
	p.house.must(err)
	return key
}

// Nobody is a visitor without a session.
func (h *House) Nobody() *Person { return &Person{house: h} }

// Send asks the program; headers are name, value, ….
func (p *Person) Send(method, path, body string, headers ...string) Answer {
	p.house.t.Helper()
	req := httptest.NewRequest(method, "http://office.example/", strings.NewReader(body))
	req.RequestURI = path // as it is: what no client would send is asked for too
	if p.Cookie != "" {
		req.AddCookie(&http.Cookie{Name: "amparo", Value: p.Cookie})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := p.house.App().Test(req, -1)
	p.house.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	p.house.must(err)
	return Answer{Status: res.StatusCode, Header: res.Header, Body: nonces.ReplaceAllString(string(b), `name="nonce" value=""`)}
}

// Get opens a page.
func (p *Person) Get(path string) Answer { p.house.t.Helper(); return p.Send("GET", path, "") }

// Post sends a form with the token of the person's own session.
func (p *Person) Post(path string, v url.Values) Answer {
	p.house.t.Helper()
	sent := url.Values{"csrf": {account.CSRF(p.Cookie)}}
	for name, list := range v {
		sent[name] = list
	}
	return p.Send("POST", path, sent.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// Part is one part of a form: a field, or a file when it is called something.
type Part struct{ Name, Called, Content string }

// Parts writes a form in parts with the person's own token first.
func (p *Person) Parts(list ...Part) (body, contentType string) {
	p.house.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if p.Cookie != "" {
		list = append([]Part{{Name: "csrf", Content: account.CSRF(p.Cookie)}}, list...)
	}
	for _, one := range list {
		write := func() (io.Writer, error) { return w.CreateFormField(one.Name) }
		if one.Called != "" {
			write = func() (io.Writer, error) { return w.CreateFormFile(one.Name, one.Called) }
		}
		to, err := write()
		p.house.must(err)
		_, err = io.WriteString(to, one.Content)
		p.house.must(err)
	}
	p.house.must(w.Close())
	return b.String(), w.FormDataContentType()
}

// Upload sends a form in parts; headers are name, value, ….
func (p *Person) Upload(path string, list []Part, headers ...string) Answer {
	p.house.t.Helper()
	body, kind := p.Parts(list...)
	return p.Send("POST", path, body, append([]string{"Content-Type", kind}, headers...)...)
}

// JSON asks the API with a token; in is nil for no body.
func (p *Person) JSON(method, path, token string, in any) Answer {
	p.house.t.Helper()
	body := ""
	if in != nil {
		b, err := json.Marshal(in)
		p.house.must(err)
		body = string(b)
	}
	return p.Send(method, path, body, "Authorization", "Bearer "+token, "Content-Type", "application/json")
}
