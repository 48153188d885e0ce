package web

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases/casefile"
	"amparo/internal/record"
	pages "amparo/views/admin"
	"amparo/views/parts"
)

// auditRoutes show whether the history is whole, what happened to accounts, and
// to who leads a case who has read it.
func (s *Server) auditRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/admin/audit", Who: Rules, Handle: func(r *Request) error { return r.auditPage(fiber.StatusOK, nil, "") }},
		{Method: get, Path: "/admin/audit/anchor", Who: Rules, Handle: (*Request).giveAnchor},
		{Method: post, Path: "/admin/audit/verify", Who: Rules, Sets: true, Handle: (*Request).verify},
		{Method: get, Path: "/cases/:ref/readings", Who: Looks, Handle: (*Request).readings},
	}
}

// giveAnchor is where the history ends now, as a file to keep elsewhere.
func (r *Request) giveAnchor() error {
	a, err := r.book.Anchor(r.c.UserContext())
	if err != nil {
		return err
	}
	if r.c.Method() != fiber.MethodHead {
		if err := r.office.Note(r.c.UserContext(), r.Actor, account.Anchored, "", int(a.N)); err != nil {
			return err
		}
	}
	r.c.Set(fiber.HeaderContentType, "application/json")
	r.c.Set(fiber.HeaderContentDisposition, attachment(fmt.Sprintf("amparo-anchor-%d.json", a.N)))
	return r.c.SendString(a.String() + "\n")
}

// verify walks the history and says what it found. One walk at a time is enough.
func (r *Request) verify() error {
	if !r.walking.TryLock() {
		return statusError(fiber.StatusServiceUnavailable)
	}
	defer r.walking.Unlock()
	anchors, err := r.book.Anchors(strings.NewReader(r.value("anchors")))
	var not *record.NotOurs
	if errors.As(err, &not) {
		return r.auditPage(fiber.StatusUnprocessableEntity, nil, r.L.T("page.audit.not_ours", "line", not.Line))
	}
	if err != nil {
		return err
	}
	v, err := r.book.Walk(r.c.UserContext(), anchors...)
	if err != nil {
		return err
	}
	return r.auditPage(fiber.StatusOK, &v, "")
}

// eventsAtOnce is how many lines of the security log stand on a page.
const eventsAtOnce = 50

func (r *Request) auditPage(status int, found *record.Verdict, wrong string) error {
	ctx := r.c.UserContext()
	end, err := r.book.Anchor(ctx)
	if err != nil {
		return err
	}
	m := pages.Audit{Hash: end.Hash, Anchor: parts.Action{Label: r.L.T("page.audit.take"), URL: "/admin/audit/anchor"},
		Empty: parts.Empty{Text: r.L.T("page.audit.no_events")}}
	m.Lines = append(m.Lines, pages.Line{Label: r.L.T("page.audit.entries"), Value: r.L.Int(int(end.N))})
	taken, err := r.office.Events(ctx, r.Actor, account.EventFilter{Kinds: []account.EventKind{account.Anchored}, Limit: 1})
	if err != nil {
		return err
	}
	last := r.L.T("page.audit.never")
	if len(taken) > 0 {
		last = r.moment(taken[0].At.Format(time.RFC3339)) + r.L.T("web.comma") + r.L.T("page.audit.at_entry", "n", r.L.Int(taken[0].Count))
	}
	m.Lines = append(m.Lines, pages.Line{Label: r.L.T("page.audit.last"), Value: last})
	if found != nil {
		m.Found, m.Broken = r.foundWords(*found), found.Flaw != ""
	}
	m.Check = pages.Form{Action: "/admin/audit/verify", Submit: r.L.T("page.audit.check_now"), Fields: []parts.Field{{Name: "anchors", Label: r.L.T("page.audit.anchors"),
		Hint: r.L.T("page.audit.anchors_hint"), Type: parts.Textarea, Wide: true, Error: wrong}}}
	if r.c.Method() == fiber.MethodPost {
		m.Check.Fields[0].Value = r.value("anchors")
	}
	m.Check.Problems = parts.Problems(m.Check.Fields)
	if err := r.securityLog(&m); err != nil {
		return err
	}
	return r.page(status, r.L.T("nav.audit"), pages.AuditPage(m))
}

// foundWords says what a walk over the history found.
func (r *Request) foundWords(v record.Verdict) string {
	if v.Flaw != "" {
		text := r.L.T("audit.flaw."+string(v.Flaw), "n", v.Broken)
		if v.Since > 0 {
			text += " " + r.L.T("audit.since", "since", v.Since, "at", r.moment(v.Last.At))
		}
		return text
	}
	text := r.L.N("page.audit.whole", int(v.Lines))
	if v.Last.N > 0 {
		text += " " + r.L.T("page.audit.fits", "last", v.Last.N, "at", r.moment(v.Last.At))
	}
	return text
}

// securityLog fills in what happened to accounts, newest first.
func (r *Request) securityLog(m *pages.Audit) error {
	ctx := r.c.UserContext()
	kind := account.EventKind(r.query("kind"))
	page, _ := strconv.Atoi(r.query("page")) // what is no number is the first page
	page = min(max(page, 1), 10_000)
	filter := account.EventFilter{Limit: eventsAtOnce + 1, Skip: (page - 1) * eventsAtOnce}
	if slices.Contains(account.EventKinds, kind) {
		filter.Kinds = []account.EventKind{kind}
	} else {
		kind = ""
	}
	events, err := r.office.Events(ctx, r.Actor, filter)
	if err != nil {
		return err
	}
	choice := parts.Field{Name: "kind", Label: r.L.T("page.audit.kind"), Type: parts.Choice, Value: string(kind), Blank: r.L.T("page.audit.any")}
	for _, k := range account.EventKinds {
		choice.Options = append(choice.Options, parts.Option{Value: string(k), Label: r.L.T("event." + string(k)), Selected: k == kind})
	}
	m.Filter = pages.Form{Action: "/admin/audit", Submit: r.L.T("page.audit.show"), Fields: []parts.Field{choice}}
	at := func(n int) string {
		return "/admin/audit?kind=" + string(kind) + "&page=" + strconv.Itoa(n)
	}
	if more := len(events) > eventsAtOnce; more || page > 1 {
		m.Pager = &parts.Pager{Summary: r.L.T("page.audit.page", "n", r.L.Int(page))}
		if more {
			events, m.Pager.Next = events[:eventsAtOnce], at(page+1)
		}
		if page > 1 {
			m.Pager.Prev = at(page - 1)
		}
	}
	var ids []string
	for _, e := range events {
		ids = append(ids, e.ActorID, e.AccountID)
	}
	names, err := r.office.Names(ctx, ids...)
	if err != nil {
		return err
	}
	m.Table.Caption = r.L.T("page.audit.events")
	for _, key := range []string{"page.audit.when", "page.audit.what", "page.audit.by", "page.audit.whose", "page.audit.number"} {
		m.Table.Heads = append(m.Table.Heads, parts.Head{Label: r.L.T(key)})
	}
	for _, e := range events {
		by, whose, number := names[e.ActorID].Name, "", ""
		if e.ActorID == auth.System("x").ID {
			by = auth.System("x").Name
		}
		if e.AccountID != e.ActorID {
			whose = names[e.AccountID].Name
		}
		if e.Count > 0 {
			number = r.L.Int(e.Count)
		}
		m.Table.Rows = append(m.Table.Rows, parts.TableRow{Cells: []parts.Cell{{Text: r.moment(e.At.Format(time.RFC3339))}, {Text: r.L.T("event." + string(e.Kind)), Primary: true}, {Text: by}, {Text: whose}, {Text: number}}})
	}
	return nil
}

// readings tells who leads a case, and who leads the office with him, who has
// read it: for anybody else on the case the page is forbidden.
func (r *Request) readings() error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := tx.Get("case", r.ref())
		if err != nil {
			return err
		}
		if !r.maySeeReadings(s) {
			return record.ErrForbidden
		}
		lines, err := tx.Readings(s)
		if err != nil {
			return err
		}
		m := pages.Readings{Title: r.L.T("page.readings.of", "what", r.titled(s.Ref())), About: r.L.T("page.readings.about"),
			Back: parts.Action{Label: r.titled(s.Ref()), URL: r.url(s.Ref())}, Empty: parts.Empty{Text: r.L.T("page.readings.none")}}
		m.Table.Caption = r.L.T("page.readings.title")
		for _, key := range []string{"page.audit.when", "page.audit.by", "page.audit.what", "page.readings.record"} {
			m.Table.Heads = append(m.Table.Heads, parts.Head{Label: r.L.T(key)})
		}
		for _, l := range lines {
			what, about := r.act(l), parts.Cell{Text: r.titled(l.Record), URL: r.url(l.Record), Sub: l.Record.Ref}
			if n, err := strconv.Atoi(l.Note); err == nil {
				what = r.L.N("page.readings.listed", n)
				about.Sub = r.someRefs(l.Refs(), n)
			}
			m.Table.Rows = append(m.Table.Rows, parts.TableRow{Cells: []parts.Cell{{Text: r.moment(l.At)}, {Text: nameOf(l.By), Primary: true}, {Text: what}, about}})
		}
		return r.page(fiber.StatusOK, m.Title, pages.ReadingsPage(m))
	})
}

// refsTold is how many records a line of readings names on the page.
const refsTold = 12

// someRefs names the first of some records, and how many there are beside them.
func (r *Request) someRefs(refs []string, of int) string {
	told := refs[:min(refsTold, len(refs))]
	words := strings.Join(told, r.L.T("web.comma"))
	if more := of - len(told); more > 0 && len(told) > 0 {
		words += " " + r.L.N("web.case.and_others", more)
	}
	return words
}

// maySeeReadings is who leads the case, or the office.
func (r *Request) maySeeReadings(s *record.Sheet) bool {
	return record.As[*casefile.Case](s).Lead.ID == r.Actor.ID || r.Actor.May(auth.Lead)
}
