package web

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/evidence"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/record"
	pages "amparo/views/find"
	"amparo/views/parts"
)

// findRoutes mark in a text who and what is on file. What is pasted is kept as
// a draft of its reader, so that the page is there again after each citation.
func (s *Server) findRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/find", Who: Writes, Handle: (*Request).find},
		{Method: post, Path: "/find", Who: Writes, Handle: (*Request).keepText},
		{Method: post, Path: "/find/forget", Who: Writes, Handle: (*Request).forgetText},
	}
}

// Limits of the page.
const (
	maxFoundRecords = 200
	maxFoundNew     = 100
	maxFoundDates   = 60
)

// findText is a text to be read and where it comes from.
type findText struct {
	text, speaker string
	when          edtf.Date // of the text
	doc           form.Ref  // the evidence it is, if any
	next          string    // address of this page
}

// findFields ask for a text, who says it and when.
func findFields(t *findText) form.Set {
	return form.Set{
		form.OfLong("text", &t.text, form.Required, form.Max(cases.MaxFindText)),
		form.OfText("speaker", &t.speaker),
		form.OfDate("published", &t.when),
	}
}

// find shows a document, or the text that was pasted last, with its marks.
func (r *Request) find() error {
	t := findText{next: "/find"}
	if ref := r.query("evidence"); ref != "" {
		err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			s, err := tx.Get("evidence", ref)
			if err != nil {
				return err
			}
			e := record.As[*evidence.Evidence](s)
			t = findText{text: e.Text, when: e.Published, doc: s.Ref(), next: "/find?evidence=" + url.QueryEscape(s.Head.Ref)}
			return nil
		})
		if err != nil {
			return err
		}
		return r.findPage(fiber.StatusOK, &t, nil)
	}
	drafts, err := r.book.Drafts(r.c.UserContext(), r.Actor)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if d.Name == "find" {
			// What was kept was in order once; a rule that changed since drops the field.
			_ = findFields(&t).Decode(d.Values, r.now())
		}
	}
	return r.findPage(fiber.StatusOK, &t, nil)
}

// keepText keeps a pasted text for its reader alone and shows it with its marks.
func (r *Request) keepText() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	t := findText{next: "/find"}
	problems := findFields(&t).Decode(v, r.now())
	if t.text == "" && len(problems) == 0 {
		problems = form.Problems{{Field: "text", Code: "required"}}
	}
	if len(problems) > 0 {
		return r.findPage(fiber.StatusUnprocessableEntity, &t, problems)
	}
	if err := r.book.KeepDraft(r.c.UserContext(), r.Actor, "find", only(v, []string{"text", "speaker", "published"})); err != nil {
		return err
	}
	return r.to("/find")
}

func (r *Request) forgetText() error {
	if err := r.book.KeepDraft(r.c.UserContext(), r.Actor, "find", nil); err != nil {
		return err
	}
	return r.to("/find")
}

// findPage words a text with its marks.
func (r *Request) findPage(status int, t *findText, problems form.Problems) error {
	m := pages.Find{Title: r.L.T("web.find.title")}
	if t.doc.Ref == "" {
		for _, f := range findFields(t) {
			in := r.input("evidence", "", f, problems)
			r.retype(&in)
			if f.Name == "text" {
				in.Label, in.Hint = r.L.T("web.find.paste"), r.L.T("web.find.paste_hint")
			}
			m.Asked = append(m.Asked, in)
		}
		m.Problems = parts.Problems(m.Asked)
		if t.text != "" && len(problems) == 0 {
			m.Forget = &parts.Action{Label: r.L.T("web.find.forget"), Post: "/find/forget", Tone: parts.Quiet}
		}
	} else {
		m.About = []parts.Run{r.link(t.doc), {Text: t.doc.Ref, Quiet: true}}
		if !t.when.IsZero() {
			m.About = append(m.About, parts.Run{Text: t.when.Short(r.L), Quiet: true})
		}
		m.Work = &parts.Action{Label: r.L.T("web.work_from"), Post: "/tray", Hidden: []parts.Pair{{Name: "document", Value: t.doc.Ref}, {Name: "next", Value: t.next}}}
	}
	if t.text == "" || len(problems) > 0 {
		if t.doc.Ref != "" {
			m.About = append(m.About, parts.Run{Text: r.L.T("web.find.no_text")})
		}
		return r.page(status, m.Title, pages.FindPage(m))
	}
	day := r.now()
	if t.when.Latest != "" {
		if at, err := time.Parse(time.DateOnly, t.when.Latest); err == nil {
			day = at
		}
	}
	var found cases.Reading
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		found, err = cases.Find(tx, t.text, day)
		return err
	})
	if err != nil {
		return err
	}
	m.Pieces = r.findPieces(t.text, found)
	m.Records, m.More = r.findRecords(t, found.Known)
	m.Summary = r.L.T("web.find.summary", "known", r.L.N("web.find.records", recordsIn(found.Known)), "new", r.L.N("web.find.names", len(found.New)), "dates", r.L.N("web.find.date_count", len(found.Dates)))
	r.findProposals(&m, t.text, found)
	return r.page(status, m.Title, pages.FindPage(m))
}

// recordsIn counts the records that a text names.
func recordsIn(known []cases.Sighted) int {
	refs := map[string]bool{}
	for _, k := range known {
		refs[k.Found[0].Ref.Ref] = true
	}
	return len(refs)
}

// findPieces cuts the text at its marks.
func (r *Request) findPieces(text string, found cases.Reading) []pages.Piece {
	type mark struct {
		names.Stretch
		pages.Piece
	}
	var marks []mark
	for _, k := range found.Known {
		best := k.Found[0]
		marks = append(marks, mark{k.Stretch, pages.Piece{Kind: pages.Known, URL: r.url(best.Ref), Word: r.L.T("kind." + best.Kind + ".one"), Title: best.Title, Why: r.nameReasons(best.Reasons)}})
	}
	for _, s := range found.New {
		marks = append(marks, mark{s, pages.Piece{Kind: pages.Likely, Why: r.L.T("web.find.likely")}})
	}
	for _, d := range found.Dates {
		marks = append(marks, mark{d.Stretch, pages.Piece{Kind: pages.Date, Why: d.Date.In(r.L)}})
	}
	slices.SortFunc(marks, func(a, b mark) int { return a.Start - b.Start })
	var list []pages.Piece
	at := 0
	for _, one := range marks {
		if one.Start > at {
			list = append(list, pages.Piece{Text: text[at:one.Start]})
		}
		one.Text = text[one.Start:one.End]
		list = append(list, one.Piece)
		at = one.End
	}
	if at < len(text) {
		list = append(list, pages.Piece{Text: text[at:]})
	}
	return list
}

// findRecords lists each record once, with the first sentence that names it.
func (r *Request) findRecords(t *findText, known []cases.Sighted) (list []pages.Record, more string) {
	at := map[string]int{}
	times := map[string]int{}
	left := 0
	for _, k := range known {
		best := k.Found[0]
		if times[best.Ref.Ref]++; times[best.Ref.Ref] > 1 {
			continue
		}
		if len(list) == maxFoundRecords {
			left++
			continue
		}
		rec := pages.Record{Title: best.Title, URL: r.url(best.Ref), Kind: r.L.T("kind." + best.Kind + ".one"), Ref: best.Ref.Ref, Alike: r.alike(best.Score), Why: r.nameReasons(best.Reasons), Quote: cases.SentenceAt(t.text, k.Stretch)}
		for i, o := range k.Found[1:] {
			if i > 0 {
				rec.Other = append(rec.Other, parts.Run{Text: r.L.T("web.or")})
			}
			rec.Other = append(rec.Other, r.link(o.Ref), parts.Run{Text: o.Ref.Ref, Quiet: true})
		}
		if r.mayWrite(r.book.Kind(best.Kind)) {
			rec.Cite = &pages.Cite{Post: r.url(best.Ref) + "/citations", Label: r.L.T("web.find.cite"), Spoken: r.L.T("web.find.cite_on", "name", best.Title),
				Hidden: []parts.Pair{{Name: "quote", Value: rec.Quote}, {Name: "next", Value: t.next + "#found-" + best.Ref.Ref}}}
			switch {
			case t.doc.Ref != "":
				rec.Cite.Hidden = append(rec.Cite.Hidden, parts.Pair{Name: "document", Value: t.doc.Ref})
			case t.speaker != "":
				rec.Cite.Hidden = append(rec.Cite.Hidden, parts.Pair{Name: "speaker", Value: t.speaker})
			}
		}
		at[best.Ref.Ref] = len(list)
		list = append(list, rec)
	}
	for ref, i := range at {
		list[i].Times = r.L.N("web.find.times", times[ref])
	}
	if left > 0 {
		more = r.L.N("web.find.more", left)
	}
	return list, more
}

// findProposals offers what may be new for the quick log; a date of the same
// sentence goes with a name.
func (r *Request) findProposals(m *pages.Find, text string, found cases.Reading) {
	logAt := func(pairs ...string) string {
		q := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i+1] != "" && utf8.RuneCountInString(pairs[i+1]) < 500 {
				q.Set(pairs[i], pairs[i+1])
			}
		}
		return "/log?" + q.Encode()
	}
	flat := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	seen := map[string]bool{}
	for _, s := range found.New {
		name := flat(text[s.Start:s.End])
		fold := names.Fold(name)
		if seen[fold] || len(m.New) >= maxFoundNew {
			continue
		}
		seen[fold] = true
		p := pages.Proposal{Text: name}
		when := ""
		i, _ := slices.BinarySearchFunc(found.Dates, s.Start, func(d cases.Dated, at int) int { return d.Start - at })
		for _, d := range found.Dates[max(i-1, 0):min(i+1, len(found.Dates))] {
			from, to := min(d.Start, s.Start), max(d.End, s.End)
			if to-from < 600 && !strings.ContainsAny(text[from:to], ".!?؟\n") {
				when, p.Note = d.Date.String(), d.Date.Short(r.L)
			}
		}
		p.URL = logAt("name", name, "when", when)
		m.New = append(m.New, p)
	}
	clear(seen)
	for _, d := range found.Dates {
		said := flat(text[d.Start:d.End])
		if seen[said] || len(m.Dates) >= maxFoundDates {
			continue
		}
		seen[said] = true
		m.Dates = append(m.Dates, pages.Proposal{Text: said, Note: d.Date.In(r.L), URL: logAt("when", d.Date.String())})
	}
}
