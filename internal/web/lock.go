package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/assets"
	"amparo/internal/i18n"
	"amparo/internal/record"
	pages "amparo/views/account"
	"amparo/views/fault"
	"amparo/views/layout"
)

// lockRoutes take the key away from the program, for who fears that the machine
// is about to be taken: every colleague but readers.
func (s *Server) lockRoutes() []Route {
	return []Route{
		{Method: fiber.MethodGet, Path: "/lock", Who: Files, Handle: (*Request).lockPage},
		{Method: fiber.MethodPost, Path: "/lock", Who: Files, Sets: true, Handle: (*Request).lockNow},
	}
}

func (r *Request) lockPage() error {
	if r.o.Lock == nil || r.token {
		return record.ErrNotFound
	}
	return r.page(fiber.StatusOK, r.L.T("nav.lock"), pages.LockPage())
}

func (r *Request) lockNow() error {
	if r.o.Lock == nil || r.token {
		return record.ErrNotFound
	}
	r.Server.Lock()
	r.o.Lock(r.Actor)
	return answerLocked(r.c, r.o)
}

// Lock answers every request from now on with the locked page.
func (s *Server) Lock() { s.locked.Store(true) }

// Locked is a program that has no key and no records and says so on every
// address, until it is started anew.
func Locked(o Options) *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true, BodyLimit: 1 << 20, ReadTimeout: 20 * time.Second, WriteTimeout: 20 * time.Second, IdleTimeout: 20 * time.Second,
		ErrorHandler: func(c *fiber.Ctx, _ error) error { return answerLocked(c, o) }})
	app.Use(func(c *fiber.Ctx) error { return answerLocked(c, o) })
	return app
}

// answerLocked tells that the records are locked, and has the browser forget
// what it holds of them.
func answerLocked(c *fiber.Ctx, o Options) error {
	c.Response().Reset()
	dress(c, o.secure())
	switch path := c.Path(); {
	case strings.HasPrefix(path, assets.Base):
		if sendAsset(c) {
			return nil
		}
	case path == "/healthz":
		// The program is well: who watches over it must not start it anew and so unlock it.
		return c.SendString("ok")
	}
	l := i18n.In(i18n.Match(c.Get(fiber.HeaderAcceptLanguage)))
	if chosen := c.Cookies(o.cookie(langCookie)); i18n.Known(chosen) {
		l = i18n.In(chosen)
	}
	c.Set("Clear-Site-Data", `"cache", "cookies", "storage"`)
	c.Status(fiber.StatusServiceUnavailable)
	title, text := l.T("web.fault.locked.title"), l.T("web.fault.locked.text")
	if strings.HasPrefix(c.Path(), "/api/") {
		body, err := json.Marshal(map[string]any{"type": "urn:amparo:problem:locked", "code": "locked", "status": fiber.StatusServiceUnavailable, "title": http.StatusText(fiber.StatusServiceUnavailable), "detail": text})
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, problemType)
		return c.Send(body)
	}
	if c.Get("HX-Request") == "true" {
		c.Set("HX-Redirect", "/")
		return nil
	}
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	page := layout.Page{Title: title, Lang: l.Lang(), Dir: l.Dir(), Bare: true, Body: fault.FaultPage(fault.Fault{Status: fiber.StatusServiceUnavailable, Title: title, Text: text})}
	return layout.Shell(page).Render(i18n.With(c.UserContext(), l), c.Response().BodyWriter())
}
