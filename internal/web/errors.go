package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/vault"
	"amparo/views/fault"
	"amparo/views/parts"
)

var (
	errSignedOut = errors.New("signed out")
	errCrossSite = errors.New("from another site or an old page")
)

// statusError is an answer that has a number and nothing more to say.
type statusError int

func (e statusError) Error() string { return http.StatusText(int(e)) }

// fail turns an error into an answer: one table for pages and JSON.
func (r *Request) fail(err error) error {
	status, key := fiber.StatusInternalServerError, "internal"
	var needs []string
	var stale *record.Stale
	var notOpen *record.NotOpen
	var problems form.Problems
	var refusal *account.Refusal
	var code statusError
	var proof *unproven
	var erased *record.Erasure
	var fast *tooFast
	switch {
	case errors.As(err, &fast):
		status, key = fiber.StatusTooManyRequests, "too_many"
		if fast.enough {
			key = "enough"
		}
		r.later(fast.wait)
	case errors.Is(err, account.ErrSlow):
		status, key = fiber.StatusTooManyRequests, "too_many"
	case errors.Is(err, errSignedOut):
		status, key = fiber.StatusUnauthorized, "signed_out"
	case errors.As(err, &proof) && !r.route.API:
		r.c.Response().ResetBody()
		return r.proofPage(proof)
	case errors.As(err, &proof):
		status, key = fiber.StatusForbidden, "forbidden"
	case errors.Is(err, errCrossSite):
		status, key = fiber.StatusForbidden, "cross_site"
	case errors.Is(err, record.ErrNotFound):
		status, key = fiber.StatusNotFound, "not_found"
		if erased = r.gone(); erased != nil {
			status, key = fiber.StatusGone, "erased"
		}
	case errors.Is(err, record.ErrForbidden), errors.Is(err, account.ErrNotYours):
		status, key = fiber.StatusForbidden, "forbidden"
	case errors.As(err, &stale):
		status, key = fiber.StatusConflict, "stale"
	case errors.As(err, &notOpen):
		status, key = fiber.StatusConflict, "not_open"
		needs = r.reasons(notOpen.Why)
	case errors.As(err, &problems):
		status, key = refused(problems), "invalid"
		for _, p := range problems {
			needs = append(needs, r.problem(p))
		}
	case errors.Is(err, vault.ErrDamaged), errors.Is(err, vault.ErrMissing), errors.Is(err, vault.ErrKey):
		key = "file_damaged"
	case database.IsFull(err):
		status, key = fiber.StatusInsufficientStorage, "no_room"
	case database.IsBusy(err), database.IsDown(err):
		status, key = fiber.StatusServiceUnavailable, "unavailable"
	case database.IsDamaged(err):
		status, key = fiber.StatusServiceUnavailable, "damaged"
	case errors.As(err, &refusal):
		status, key = fiber.StatusUnprocessableEntity, "invalid"
		if errors.Is(err, account.ErrUnknown) || errors.Is(err, account.ErrLink) || errors.Is(err, account.ErrSetUp) {
			status, key = fiber.StatusNotFound, "not_found"
		}
		needs = append(needs, refusal.Words(r.L))
	case errors.As(err, &code):
		status = int(code)
		switch status {
		case fiber.StatusRequestEntityTooLarge:
			key = "too_large"
		case fiber.StatusMethodNotAllowed, fiber.StatusNotFound:
			status, key = fiber.StatusNotFound, "not_found"
		case fiber.StatusTooManyRequests:
			key = "too_many"
		case fiber.StatusServiceUnavailable:
			key = "unavailable"
		case fiber.StatusInsufficientStorage:
			key = "no_room"
		case fiber.StatusPreconditionRequired:
			key = "precondition"
		default:
			if status < 500 {
				key = "bad_request"
			}
		}
	}
	var moved *movedTo
	if errors.As(err, &moved) {
		return r.c.Redirect(moved.address, fiber.StatusSeeOther)
	}
	number := ""
	if status >= 500 {
		number = reference()
		r.o.Log.Error("request failed", "reference", number, "method", r.c.Method(), "route", r.route.Path, "kind", typeName(err))
	}
	r.c.Response().ResetBody()
	if r.route.API {
		return r.failAPI(status, key, number, err)
	}
	if status == fiber.StatusUnauthorized {
		if r.c.Get("HX-Request") == "true" {
			return r.c.SendStatus(status)
		}
		next := "/"
		if r.c.Method() == fiber.MethodGet {
			next = r.c.OriginalURL()
		} else if ref := r.c.Get(fiber.HeaderReferer); ref != "" {
			if u, err := url.Parse(ref); err == nil {
				next = u.RequestURI()
			}
		}
		return r.c.Redirect("/login?next="+url.QueryEscape(own(next, "/")), fiber.StatusSeeOther)
	}
	f := fault.Fault{Status: status, Title: r.L.T("web.fault." + key + ".title"), Text: r.L.T("web.fault." + key + ".text"), Needs: needs, Ref: number}
	if erased != nil {
		f.Text = r.L.T("web.erase.gone", "what", r.ref(), "at", r.moment(erased.ErasedAt))
		if r.Actor.May(auth.Lead) && erased.Record.ID != "" {
			f.Acts = append(f.Acts, parts.Action{Label: r.L.T("print.erasure"), URL: "/erasures/" + erased.Record.Ref})
		}
	}
	if fast != nil && !fast.enough {
		f.Acts = append(f.Acts, r.sendAgain()...)
	}
	if !r.Actor.IsNobody() {
		f.Acts = append(f.Acts, parts.Action{Label: r.L.T("nav.desk"), URL: "/"})
		if status == fiber.StatusNotFound && r.Actor.May(auth.Lead) {
			f.Acts = append(f.Acts, parts.Action{Label: r.L.T("web.glass.title"), URL: "/break-glass"})
		}
	}
	return r.page(status, f.Title, fault.FaultPage(f))
}

func typeName(err error) string {
	// Messages of databases can carry values; the log holds their kind only.
	s := strings.SplitN(err.Error(), ":", 2)[0]
	if len(s) > 60 {
		s = s[:60]
	}
	return s
}

// ourFrames tells where in our own code this is, the nearest first; no values.
func ourFrames() string {
	pc := make([]uintptr, 50)
	frames := runtime.CallersFrames(pc[:runtime.Callers(3, pc)])
	var list []string
	for {
		f, more := frames.Next()
		if name, ok := strings.CutPrefix(f.Function, "amparo/"); ok {
			list = append(list, fmt.Sprintf("%s:%d", name, f.Line))
		}
		if !more || len(list) == 6 {
			return strings.Join(list, " < ")
		}
	}
}

// reasons words why something is not open now.
func (r *Request) reasons(list []record.Why) []string {
	var out []string
	for _, w := range list {
		args := w.Args
		if w.Code == "state" {
			args = nil
		}
		out = append(out, r.L.T("why."+w.Code, args...))
	}
	return out
}

// problem words what is wrong with a field.
func (r *Request) problem(p form.Problem) string {
	if p.Code == "date" && len(p.Args) == 2 {
		if e, ok := p.Args[1].(*edtf.Error); ok {
			return e.In(r.L)
		}
	}
	return r.L.T("problem."+p.Code, p.Args...)
}

var zippers = sync.Pool{New: func() any { z, _ := gzip.NewWriterLevel(nil, 4); return z }}

func squeeze(html []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(html) / 4)
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(&out)
	_, _ = z.Write(html)
	_ = z.Close()
	return out.Bytes()
}
