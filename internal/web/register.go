package web

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/exchange"
	"amparo/internal/record"
	"amparo/views/parts"
	"amparo/views/records"
)

// givenRoutes are the register of what was given to somebody outside.
func (s *Server) givenRoutes() []Route {
	get := fiber.MethodGet
	return []Route{
		{Method: get, Path: "/given", Who: Writes, Handle: (*Request).givenPage},
		{Method: get, Path: "/given.csv", Who: Writes, Handle: func(r *Request) error { return r.givenFile(exchange.CSV) }},
		{Method: get, Path: "/given.xlsx", Who: Writes, Handle: func(r *Request) error { return r.givenFile(exchange.XLSX) }},
	}
}

// givenAudiences are those outside, and the bodies that appeals are sent to.
func givenAudiences() []string {
	list := []string{cases.ToBody, record.ToBoard}
	for _, a := range cases.Audiences {
		if a.Outside() {
			list = append(list, a.Name)
		}
	}
	return list
}

// givenFilters are what the register can be asked.
func givenFilters() []record.Filter {
	return []record.Filter{{Name: "about", Kind: "any"}, {Name: "audience", Options: givenAudiences(), Vocab: "print.audience."}, {Name: "to_whom"}}
}

// askedGiven reads the question from the address; it is false where nothing can
// fit, as with a record that may not be seen.
func (r *Request) askedGiven(tx *record.Tx) (record.HandoutQuery, bool, error) {
	paged := r.asked(r.book.Kind("task"))
	q := record.HandoutQuery{Audience: r.query("audience"), To: r.query("to_whom"), Page: paged.Page, PerPage: paged.PerPage}
	if about := r.query("about"); about != "" {
		found, err := tx.Find(strings.ToUpper(about))
		if errors.Is(err, record.ErrNotFound) {
			return q, false, nil
		}
		if err != nil {
			return q, false, err
		}
		q.About = found.ID
	}
	return q, true, nil
}

func (r *Request) handouts(tx *record.Tx, change func(*record.HandoutQuery)) ([]record.Handout, int, record.HandoutQuery, error) {
	q, ok, err := r.askedGiven(tx)
	if err != nil || !ok {
		return nil, 0, q, err
	}
	change(&q)
	list, total, err := tx.Handouts(q)
	return list, total, q, err
}

// givenPage is the register, newest first.
func (r *Request) givenPage() error {
	m := records.List{Title: r.L.T("given.title"), About: r.L.T("given.about"), Action: "/given"}
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		list, total, q, err := r.handouts(tx, func(*record.HandoutQuery) {})
		if err != nil {
			return err
		}
		m.Total = r.L.N("given.count", total)
		m.Pager = r.pager(total, record.Query{Page: q.Page, PerPage: q.PerPage})
		m.Table = r.givenTable(list)
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range givenFilters() {
		v := r.query(f.Name)
		in := r.filterInput(f, v)
		m.Filters = append(m.Filters, in)
		if v != "" {
			word := v
			if slices.Contains(givenAudiences(), v) {
				word = r.L.T("print.audience." + v)
			}
			m.Set = append(m.Set, records.Filter{Label: in.Label + ": " + word, URL: r.with(f.Name, "", "page", "")})
		}
	}
	if v := r.query("per_page"); v != "" {
		m.Hidden = []parts.Pair{{Name: "per_page", Value: v}}
	}
	_, query, _ := strings.Cut(r.with("page", "", "per_page", ""), "?")
	if query != "" {
		query = "?" + query
	}
	m.Downloads = []parts.Action{{Label: "CSV", URL: "/given.csv" + query}, {Label: "XLSX", URL: "/given.xlsx" + query}}
	if len(m.Set) > 0 {
		m.ClearURL = "/given"
	}
	if len(m.Table.Rows) == 0 {
		m.Empty = &parts.Empty{Text: r.L.T("given.none")}
		if len(m.Set) > 0 {
			m.Empty = &parts.Empty{Text: r.L.T("given.no_match"), Action: &parts.Action{Label: r.L.T("common.clear"), URL: "/given"}}
		}
	}
	return r.page(fiber.StatusOK, m.Title, records.ListPage(m))
}

// mostTold is how many records a line of the register names.
const mostTold = 5

func (r *Request) givenTable(list []record.Handout) parts.Table {
	t := parts.Table{Caption: r.L.T("given.title")}
	for _, name := range []string{"when", "to", "what", "records", "proof"} {
		t.Heads = append(t.Heads, parts.Head{Label: r.L.T("given." + name)})
	}
	for _, h := range list {
		told := parts.Cell{Stacked: true}
		for i, one := range h.Records {
			if i == mostTold && len(h.Records) > mostTold+1 {
				told.Runs = append(told.Runs, parts.Run{Text: r.L.N("web.case.and_others", len(h.Records)-i), Quiet: true})
				break
			}
			run := r.link(one.Ref)
			if one.Told != "" {
				run.Text += " (" + r.L.T("option.consent_identity."+one.Told) + ")"
			}
			told.Runs = append(told.Runs, run)
		}
		proof := h.Code
		if proof == "" && len(h.SHA256) > 12 {
			proof = h.SHA256[:12]
		}
		t.Rows = append(t.Rows, parts.TableRow{Cells: []parts.Cell{
			{Text: r.moment(h.At), Sub: nameOf(h.By), Tight: true},
			{Text: h.To, Sub: h.Why, Primary: true},
			{Text: r.L.T(h.What), Sub: r.dotted(r.L.T("print.audience."+h.Audience), r.languageOf(h.Lang), r.L.T("given.form."+h.Form))},
			told, {Text: proof, Tight: true}}})
	}
	return t
}

func (r *Request) languageOf(code string) string {
	if code == "" {
		return ""
	}
	return r.L.LanguageName(code)
}

// givenFile is the register as a file: the filter, not the page.
func (r *Request) givenFile(format string) error {
	r.c.Set(fiber.HeaderContentDisposition, `attachment; filename="given-internal.`+format+`"`)
	r.c.Set(fiber.HeaderContentType, exchange.MediaType(format))
	if r.c.Method() == fiber.MethodHead {
		return nil
	}
	var b bytes.Buffer
	rows := 0
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		list, _, _, err := r.handouts(tx, func(q *record.HandoutQuery) { q.PerPage = 0 })
		if err != nil {
			return err
		}
		rows = len(list)
		file := exchange.NewTable(&b, format, []string{"at", "by", "to", "why", "what", "form", "audience", "lang", "records", "code", "sha256"})
		for _, h := range list {
			var told []string
			for _, one := range h.Records {
				told = append(told, strings.TrimSpace(one.Ref.Ref+" v"+strconv.Itoa(one.Version)+" "+one.Told))
			}
			var line []exchange.Cell
			for _, text := range []string{h.At, h.By.Ref, h.To, h.Why, givenWhat(h), h.Form, h.Audience, h.Lang, strings.Join(told, "; "), h.Code, h.SHA256} {
				line = append(line, exchange.Cell{Text: text})
			}
			if err := file.Row(line); err != nil {
				return err
			}
		}
		return file.Close()
	})
	if err == nil {
		err = r.carryOff("given", rows)
	}
	if err != nil {
		r.c.Response().Header.Del(fiber.HeaderContentDisposition)
		return err
	}
	r.c.Response().SetBodyRaw(b.Bytes())
	return nil
}

// givenWhat is what was given as a code.
func givenWhat(h record.Handout) string { return h.What[strings.LastIndex(h.What, ".")+1:] }

// apiGiven is the register for other programs.
func (r *Request) apiGiven() error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		list, total, q, err := r.handouts(tx, func(*record.HandoutQuery) {})
		if err != nil {
			return err
		}
		items := []map[string]any{}
		for _, h := range list {
			told := []map[string]any{}
			for _, one := range h.Records {
				told = append(told, map[string]any{"ref": one.Ref.Ref, "version": one.Version, "identity": one.Told})
			}
			items = append(items, map[string]any{"at": h.At, "by": h.By.Ref, "to": h.To, "why": h.Why, "what": givenWhat(h), "form": h.Form,
				"audience": h.Audience, "lang": h.Lang, "code": h.Code, "sha256": h.SHA256, "records": told})
		}
		return r.jsonPage(items, total, q.Page, q.PerPage)
	})
}

// givenOperation describes the register for the API.
func givenOperation() operation {
	return operation{method: fiber.MethodGet, path: apiBase + "given", who: Writes, do: (*Request).apiGiven, id: "given", tag: "given",
		query: append([]parameter{{"about", textOf(20)}, {"audience", codesOf(givenAudiences())}, {"to_whom", textOf(500)}}, pageParameters...), status: 200, reply: pageOf(schemaRef("handout"))}
}

// givenSchema is one line of the register as the API tells it.
func givenSchema() schema {
	text := schema{"type": "string"}
	return objectOf(schema{"at": momentOf, "by": text, "to": text, "why": text, "what": text, "form": codesOf([]string{"pdf", "docx", "zip", "sent", "account"}),
		"audience": codesOf(givenAudiences()), "lang": text, "code": text, "sha256": text,
		"records": listOf(objectOf(schema{"ref": textOf(20), "version": wholeNumber, "identity": text}))})
}

// givenAct leads from a record to what was given of it.
func (r *Request) givenAct(s *record.Sheet) []parts.Action {
	if !r.Actor.May(auth.Write) {
		return nil
	}
	return []parts.Action{{Label: r.L.T("given.title"), URL: "/given?about=" + s.Head.Ref, Tone: parts.Quiet}}
}

// lastGiven is what was given of a record lately, for its page; nil when nothing was.
func (r *Request) lastGiven(tx *record.Tx, s *record.Sheet) (*records.Related, error) {
	if !r.Actor.May(auth.Write) {
		return nil, nil
	}
	list, total, err := tx.Handouts(record.HandoutQuery{About: s.Head.ID, Page: 1, PerPage: mostTold})
	if err != nil || total == 0 {
		return nil, err
	}
	m := &records.Related{ID: "given-to", Title: r.L.T("given.title"), Add: &parts.Action{Label: r.L.N("given.count", total), URL: "/given?about=" + s.Head.Ref, Tone: parts.Quiet}}
	for _, h := range list {
		m.Rows = append(m.Rows, parts.Cell{Text: h.To, Sub: r.dotted(r.L.T(h.What), r.L.T("print.audience."+h.Audience), r.moment(h.At))})
	}
	return m, nil
}
