package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/bytebufferpool"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/record"
	"amparo/views/layout"
	"amparo/views/parts"
)

// Request is one request with who makes it and in which language.
type Request struct {
	*Server
	c          *fiber.Ctx
	route      Route
	Actor      auth.Actor
	Session    account.Session
	L          *i18n.Reader
	token      bool   // by API token, not by session
	visitor    string // secret of a visitor's forms
	values     form.Values
	led        string // where a kept form leads
	came       map[string]*upload
	asksSecond bool              // a second person has to agree to what was just asked
	spoiled    map[string]string // evidence whose file is not what it was
}

// ctx is the context of the request, with the reader's language.
func (r *Request) ctx() context.Context { return i18n.With(r.c.UserContext(), r.L) }

// serve finds out who asks, holds the rule of the route, runs it, and turns an
// error into an answer.
func (s *Server) serve(c *fiber.Ctx, route Route) (err error) {
	r := &Request{Server: s, c: c, route: route}
	defer func() {
		// One request that goes wrong must not take the program, and everybody
		// else's work, with it. What it panicked with may hold names: not logged.
		if recover() != nil {
			s.o.Log.Error("request panicked", "route", route.Path, "at", ourFrames())
			c.Response().ResetBody()
			err = c.SendStatus(fiber.StatusInternalServerError)
		}
	}()
	if err := r.identify(); err != nil {
		return r.fail(err)
	}
	if !route.Who.Allows(r.Actor) {
		if r.Actor.IsNobody() {
			return r.fail(errSignedOut)
		}
		return r.fail(record.ErrForbidden)
	}
	defer r.leaveFiles()
	if route.Path != "" { // what is no route changes nothing and needs no proof
		if err := r.sameSite(); err != nil {
			return r.fail(err)
		}
	}
	if err := r.inPace(); err != nil {
		return r.fail(err)
	}
	if err := r.prove(); err != nil {
		return r.fail(err)
	}
	if route.Fresh > 0 {
		if err := r.fresh(route.Fresh); err != nil {
			return r.fail(err)
		}
	}
	back, err := r.open()
	if err != nil {
		return r.fail(err)
	}
	handle := route.Handle
	if c.Method() == fiber.MethodPost && !route.API && !route.Sets {
		handle = func(r *Request) error { return r.once(route.Handle) }
	}
	if err := handle(r); err != nil {
		back()
		return r.fail(err)
	}
	return nil
}

// httpRequest gives gorilla/sessions the little it reads, copied.
func (r *Request) httpRequest() *http.Request {
	if old, ok := r.c.Locals("http").(*http.Request); ok {
		return old
	}
	h := http.Header{}
	if cookie := r.c.Get(fiber.HeaderCookie); cookie != "" {
		h.Set("Cookie", strings.Clone(cookie))
	}
	for _, name := range []string{"Sec-Fetch-Site", "Origin"} {
		if v := r.c.Get(name); v != "" {
			h.Set(name, strings.Clone(v))
		}
	}
	req := (&http.Request{Method: r.c.Method(), Host: strings.Clone(r.c.Hostname()), Header: h, URL: &url.URL{Path: r.c.Path()}}).WithContext(r.c.UserContext())
	r.c.Locals("http", req)
	return req
}

// collector takes the headers that gorilla/sessions writes.
type collector struct{ h http.Header }

func (c collector) Header() http.Header       { return c.h }
func (c collector) Write([]byte) (int, error) { return 0, errors.New("only headers") }
func (c collector) WriteHeader(int)           {}

func (r *Request) writeCookies(write func(w http.ResponseWriter) error) error {
	w := collector{h: http.Header{}}
	if err := write(w); err != nil {
		return err
	}
	for _, v := range w.h.Values("Set-Cookie") {
		r.c.Response().Header.Add(fiber.HeaderSetCookie, v)
	}
	return nil
}

const (
	langCookie    = "amparo-lang"
	visitorCookie = "amparo-visitor"
	deviceCookie  = "amparo-device"
)

// cookie is a cookie's name. Under https it begins so that a browser takes it from
// this very host alone, over https alone.
func (o Options) cookie(name string) string {
	if o.secure() {
		return "__Host-" + name
	}
	return name
}

// identify finds the actor by token or session, and the language.
func (r *Request) identify() error {
	r.L = i18n.In(i18n.Match(r.c.Get(fiber.HeaderAcceptLanguage)))
	if l := r.c.Cookies(r.o.cookie(langCookie)); i18n.Known(l) {
		r.L = i18n.In(l)
	}
	if scheme, secret, ok := strings.Cut(r.c.Get(fiber.HeaderAuthorization), " "); ok && strings.EqualFold(scheme, "Bearer") {
		actor, err := r.office.TokenActor(r.c.UserContext(), strings.TrimSpace(secret))
		if errors.Is(err, account.ErrNobody) {
			return errSignedOut
		}
		if err != nil {
			return err
		}
		if !r.route.API && r.c.Method() != fiber.MethodGet && r.c.Method() != fiber.MethodHead {
			return record.ErrForbidden // a token opens pages for reading only
		}
		r.Actor, r.token = actor, true
	} else {
		actor, session, err := r.store.Current(r.httpRequest())
		if err != nil {
			return err
		}
		r.Actor, r.Session = actor, session
		if i18n.Known(session.Language) && !actor.IsNobody() {
			r.L = i18n.In(session.Language)
		}
	}
	if l := r.c.Query("lang"); i18n.Known(l) {
		r.L = i18n.In(l)
	}
	r.visitor = r.c.Cookies(r.o.cookie(visitorCookie))
	return nil
}

// csrf is the token for the forms of this request's page.
func (r *Request) csrf() string {
	if !r.Actor.IsNobody() {
		return r.Session.CSRF()
	}
	if r.visitor == "" {
		r.visitor = account.NewVisitor()
		r.cookie(visitorCookie, r.visitor, 3600)
	}
	return account.CSRF(r.visitor)
}

func (r *Request) cookie(name, value string, seconds int) {
	r.c.Cookie(&fiber.Cookie{Name: r.o.cookie(name), Value: value, Path: "/", MaxAge: seconds, HTTPOnly: true, SameSite: "Lax", Secure: r.o.secure()})
}

// sameSite refuses what another site made the browser send: by the browser's
// own word on where it comes from, and by a token bound to the session.
func (r *Request) sameSite() error {
	switch r.c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return nil
	}
	if r.token {
		return nil
	}
	if r.route.API {
		return errSignedOut // sessions do not open the API for writing
	}
	if err := r.cross.Check(r.httpRequest()); err != nil {
		return errCrossSite
	}
	kind := strings.ToLower(r.c.Get(fiber.HeaderContentType))
	if kind != "" && !strings.HasPrefix(kind, "application/x-www-form-urlencoded") && !strings.HasPrefix(kind, "multipart/form-data") {
		return statusError(fiber.StatusUnsupportedMediaType)
	}
	if _, err := r.form(); err != nil {
		return err
	}
	if !r.proven() {
		if r.Actor.IsNobody() && !r.route.Who.Open() {
			return errSignedOut
		}
		return errCrossSite
	}
	return nil
}

// proven tells whether what was read of the form so far holds the token of our own pages.
func (r *Request) proven() bool {
	token := r.c.Get("X-CSRF-Token")
	if token == "" {
		token = r.values.First("csrf")
	}
	secret := r.Session.Cookie
	if r.Actor.IsNobody() {
		secret = r.visitor
	}
	return account.CheckCSRF(secret, token)
}

// form reads the body of a page's form, once.
func (r *Request) form() (form.Values, error) {
	if r.values != nil {
		return r.values, nil
	}
	r.values = form.Values{}
	if isMultipart(r.c) {
		return r.values, r.readParts()
	}
	n := 0
	r.c.Request().PostArgs().VisitAll(func(k, v []byte) {
		if n++; n <= partsLimit {
			r.values[string(k)] = append(r.values[string(k)], string(v))
		}
	})
	if n > partsLimit {
		return nil, statusError(fiber.StatusRequestEntityTooLarge)
	}
	return r.values, nil
}

// value is the first text of a form field, or of the address.
func (r *Request) value(name string) string {
	if r.c.Method() == fiber.MethodPost {
		v, _ := r.form()
		return v.First(name)
	}
	return r.query(name)
}

// query is one parameter of the address, "" when it cannot be read as text.
func (r *Request) query(name string) string {
	v := r.c.Query(name)
	if !form.Clean(v) || utf8.RuneCountInString(v) > 2000 {
		return ""
	}
	return v
}

// ref is the record named in the address, "" when it cannot be read as text.
func (r *Request) ref() string {
	if ref := r.c.Params("ref"); form.Clean(ref) {
		return ref
	}
	return ""
}

// wantsPart tells whether only a part of a page is asked for.
func (r *Request) wantsPart() bool {
	return r.c.Get("HX-Request") == "true" && r.c.Get("HX-Boosted") != "true"
}

// part sends a component alone.
func (r *Request) part(status int, body templ.Component) error {
	buf := bytebufferpool.Get()
	defer bytebufferpool.Put(buf)
	if err := body.Render(parts.WithToken(r.ctx(), r.csrf()), buf); err != nil {
		return err
	}
	return r.send(status, buf.Bytes())
}

// page sends a whole page. It is rendered before the first byte is sent, so
// that a half page never leaves.
func (r *Request) page(status int, title string, body templ.Component) error {
	return r.frame(status, layout.Page{Title: title, Body: body})
}

func (r *Request) frame(status int, p layout.Page) error {
	p.Lang, p.Dir, p.CSRF = r.L.Lang(), r.L.Dir(), r.csrf()
	if r.o.Demo {
		p.Demo = r.L.T("web.demo")
	}
	if r.Actor.IsNobody() {
		p.Bare = true
	} else {
		if err := r.furnish(&p); err != nil {
			return err
		}
	}
	buf := bytebufferpool.Get()
	defer bytebufferpool.Put(buf)
	if err := layout.Shell(p).Render(r.ctx(), buf); err != nil {
		return err
	}
	return r.send(status, buf.Bytes())
}

func (r *Request) send(status int, html []byte) error {
	r.c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	r.c.Set(fiber.HeaderVary, "Accept-Encoding, Cookie, HX-Request")
	body := html
	if len(html) > 1200 && strings.Contains(r.c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		body = squeeze(html)
		r.c.Set(fiber.HeaderContentEncoding, "gzip")
	} else {
		body = bytes.Clone(html)
	}
	r.c.Status(status).Response().SetBodyRaw(body)
	return nil
}

// to leads the browser on after a form was kept. Whoever asks to follow gets the
// next page in the same answer: on a slow line that is a third of the wait.
func (r *Request) to(address string) error {
	r.led = address
	if r.c.Get("X-Follow") == "true" {
		u, err := url.Parse(address)
		if err != nil {
			return err
		}
		h := &r.c.Request().Header
		h.Del("X-Follow")
		h.Del("HX-Request")
		r.c.Locals("http", nil) // the session is read anew, with what was just kept in it
		r.c.Set("HX-Push-Url", address)
		r.c.Request().URI().SetQueryString(u.RawQuery)
		r.c.Method(fiber.MethodGet)
		r.c.Path(u.Path)
		return r.c.RestartRouting()
	}
	if r.c.Get("HX-Request") == "true" {
		r.c.Set("HX-Redirect", address)
		return r.c.SendStatus(fiber.StatusNoContent)
	}
	return r.c.Redirect(address, fiber.StatusSeeOther)
}

// now is this moment in the office's zone, for words such as "yesterday".
func (r *Request) now() time.Time { return r.o.Now().In(r.o.Zone) }

// own keeps only addresses of our own, so that nobody can be led elsewhere.
func own(address, otherwise string) string {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") ||
		strings.ContainsAny(address, "\\\r\n\t") {
		return otherwise
	}
	return address
}

// reference is a number that finds the answer in the log and tells nothing.
func reference() string { return rand.Text()[:10] }
