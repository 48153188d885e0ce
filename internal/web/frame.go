package web

import (
	"encoding/json"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/assets"
	"amparo/internal/auth"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/record"
	"amparo/views/layout"
	"amparo/views/parts"
)

// plainRoutes are what pages are made with: files, health, small parts.
func (s *Server) plainRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: assets.Base + "*", Who: Anybody, Handle: (*Request).asset},
		{Method: get, Path: "/healthz", Who: Anybody, Handle: func(r *Request) error { return r.c.SendString("ok") }},
		{Method: get, Path: "/readyz", Who: Anybody, Handle: (*Request).readyz},
		{Method: get, Path: "/robots.txt", Who: Anybody, Handle: func(r *Request) error { return r.c.SendString("User-agent: *\nDisallow: /\n") }},
		{Method: get, Path: "/echo/date", Who: Looks, Handle: (*Request).echoDate},
		{Method: get, Path: "/suggest/:kind", Who: Looks, Handle: (*Request).suggest},
		{Method: post, Path: "/tray", Who: Writes, Sets: true, Handle: (*Request).startTray},
		{Method: post, Path: "/tray/end", Who: Writes, Sets: true, Handle: (*Request).endTray},
	}
}

func (r *Request) asset() error {
	if !sendAsset(r.c) {
		return record.ErrNotFound
	}
	return nil
}

// sendAsset sends one of our own files; it tells whether there is such a one.
func sendAsset(c *fiber.Ctx) bool {
	f := assets.Find(c.Path())
	if f == nil {
		return false
	}
	body, encoding := f.Encoded(c.Get(fiber.HeaderAcceptEncoding))
	c.Set(fiber.HeaderContentType, f.Type)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if encoding != "" {
		c.Set(fiber.HeaderContentEncoding, encoding)
	}
	c.Response().SetBodyRaw(body)
	return true
}

func (r *Request) readyz() error {
	if r.leaving.Load() {
		return statusError(fiber.StatusServiceUnavailable)
	}
	if r.o.Ready != nil {
		if err := r.o.Ready(r.c.UserContext()); err != nil {
			return statusError(fiber.StatusServiceUnavailable)
		}
	}
	return r.c.SendString("ready")
}

// echoDate says in words what was understood of a typed date.
func (r *Request) echoDate() error {
	var f form.Field
	date := newDate()
	f = form.OfDate("value", date)
	if r.query("ahead") != "" {
		f = form.OfDate("value", date, form.Ahead)
	}
	if code, args := f.Set(r.query("value"), r.now()); code != "" {
		u := parts.Understood{Problem: r.problem(form.Problem{Code: code, Args: args})}
		if len(args) == 2 {
			if e, ok := args[1].(*edtf.Error); ok {
				for _, d := range e.Options {
					u.Choices = append(u.Choices, parts.Option{Value: d.Text, Label: d.In(r.L)})
				}
			}
		}
		return r.part(fiber.StatusOK, parts.Echo(u))
	}
	words := date.In(r.L)
	if date.Clock != "" && !strings.Contains(words, date.Clock) {
		words += " " + date.Clock
	}
	return r.part(fiber.StatusOK, parts.Echo(parts.Understood{Words: words}))
}

// suggest lists records for a half-typed name or ref.
func (r *Request) suggest() error {
	kind := r.c.Params("kind")
	var list []parts.Option
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		if kind == "account" {
			people, err := tx.Accounts()
			if err != nil {
				return err
			}
			for _, p := range people {
				if strings.Contains(strings.ToLower(p.Title+" "+p.Ref), strings.ToLower(r.query("q"))) {
					list = append(list, parts.Option{Value: p.Ref, Label: p.Title})
				}
			}
			return nil
		}
		if kind == "any" {
			kind = ""
		}
		hits, _, err := tx.Search(r.query("q"), kind, 1, 8)
		for _, h := range hits {
			value := h.Ref.Ref
			if h.Kind == "place" || h.Kind == "organization" {
				value = h.Title
			}
			list = append(list, parts.Option{Value: value, Label: h.Title + " · " + h.Ref.Ref})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.part(fiber.StatusOK, parts.Suggestions(list))
}

// flashed is a message said once, on the next page.
type flashed struct {
	Text, URL, Undo, UndoLabel string
}

// flash keeps a message for the next page, worded now.
func (r *Request) flash(key string, args ...any) {
	b, _ := json.Marshal(flashed{Text: r.L.T(key, args...)})
	_ = r.office.Put(r.c.UserContext(), r.Session, "flash", string(b)) // a lost message is no loss of work
}

// flashUndo keeps a message with a button that takes the act back.
func (r *Request) flashUndo(undo string, key string, args ...any) {
	b, _ := json.Marshal(flashed{Text: r.L.T(key, args...), Undo: undo, UndoLabel: r.L.T("web.undo")})
	_ = r.office.Put(r.c.UserContext(), r.Session, "flash", string(b))
}

// furnish fills the frame around a page for who is signed in.
func (r *Request) furnish(p *layout.Page) error {
	path := r.c.Path()
	item := func(key, url string) layout.Item {
		return layout.Item{Label: r.L.T(key), URL: url, Current: path == url || (url != "/" && strings.HasPrefix(path, url+"/"))}
	}
	staff := r.Actor.Staff() || r.Actor.Has(auth.Reader)
	p.Nav = append(p.Nav, item("nav.desk", "/"))
	if staff {
		p.Nav = append(p.Nav, item("nav.cases", "/cases"), item("nav.people", "/people"), item("nav.custody", "/detentions"))
		asks := item("nav.appeals", "/appeals")
		asks.Current = asks.Current || strings.HasPrefix(path, "/demands") || strings.HasPrefix(path, "/reports") || strings.HasPrefix(path, "/responses")
		p.Nav = append(p.Nav, asks, item("nav.tasks", "/tasks"), item("nav.deadlines", "/deadlines"))
	}
	register := item("nav.register", "/organizations")
	register.Current = register.Current || strings.HasPrefix(path, "/places")
	p.Nav = append(p.Nav, register)
	if staff {
		p.Nav = append(p.Nav, item("nav.evidence", "/evidence"))
	}
	if r.Actor.May(auth.Write) {
		p.Nav = append(p.Nav, item("given.title", "/given"))
	}
	if r.Actor.May(auth.Administer) {
		p.Nav = append(p.Nav, item("nav.users", "/admin/users"), item("nav.audit", "/admin/audit"), item("nav.rules", "/admin/rules"), item("nav.templates", "/admin/templates"))
	}
	if path == "/search" {
		p.Search = r.query("q")
	}
	if err := r.alerts(p); err != nil {
		return err
	}
	p.User = &layout.User{Name: r.Actor.Name, Role: r.roleWords(), Email: r.Actor.Email, Idle: int(r.Session.Idle.Seconds())}
	if r.passkeys != nil {
		p.User.Passkey, p.User.Origin = "/login/passkey", r.passkeys.Origin
	}
	if r.o.Lock != nil && r.Actor.May(auth.Register) {
		p.User.LockURL = "/lock"
	}
	for _, l := range i18n.Languages() {
		p.User.Langs = append(p.User.Langs, layout.Lang{Code: l.Code, Name: l.Name, Current: l.Code == r.L.Lang()})
	}
	if r.Actor.May(auth.Write) {
		p.LogURL = "/log"
		if !r.token {
			p.Tray = r.trayModel()
		}
	}
	if text := r.Session.Value("flash"); text != "" && r.c.Method() == fiber.MethodGet && !r.wantsPart() {
		var f flashed
		if json.Unmarshal([]byte(text), &f) == nil && f.Text != "" {
			one := layout.Flash{Text: f.Text, URL: f.URL}
			if f.Undo != "" {
				one.Undo = &parts.Action{Label: f.UndoLabel, Post: f.Undo}
			}
			p.Flash = append(p.Flash, one)
		}
		if err := r.office.Put(r.c.UserContext(), r.Session, "flash", ""); err != nil {
			return err
		}
	}
	return nil
}

func (r *Request) roleWords() string {
	var words []string
	for _, role := range r.Actor.Roles {
		words = append(words, r.L.T("role."+string(role)))
	}
	return strings.Join(words, r.L.T("web.comma"))
}
