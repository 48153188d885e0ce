package web

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/casefile"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/desk"
	pages "amparo/views/erase"
	"amparo/views/parts"
)

// eraseRoutes are the erasing of a record by two people, and what is told of it
// afterwards. Programs cannot: both people show who they are.
func (s *Server) eraseRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	routes := []Route{
		{Method: get, Path: "/erasures", Who: Leads, Handle: (*Request).erasures},
		{Method: get, Path: "/erasures/:ref", Who: Leads, Handle: (*Request).erasure},
		{Method: get, Path: "/erasures/:ref/anchors", Who: Leads, Handle: (*Request).erasureAnchors},
	}
	for _, k := range s.book.Kinds() {
		at := "/" + k.Path + "/:ref/erase"
		routes = append(routes,
			Route{Method: get, Path: at, Who: Leads, Handle: func(r *Request) error { return r.eraseForm(k) }},
			Route{Method: post, Path: at, Who: Leads, Fresh: fiveMinutes, Handle: func(r *Request) error { return r.askErase(k) }},
			Route{Method: post, Path: at + "/agree", Who: Leads, Fresh: fiveMinutes, Handle: func(r *Request) error { return r.erase(k) }},
			Route{Method: post, Path: at + "/keep", Who: Leads, Handle: func(r *Request) error { return r.keepOnFile(k) }},
		)
	}
	return routes
}

// erasing is what is asked of who wants a record erased.
type erasing struct {
	askedBy, reason string
	until           edtf.Date
	with, histories []string
}

func (e *erasing) fields(also, histories []string) form.Set {
	set := form.Set{form.OfChoice("asked_by", &e.askedBy, record.AskedBy, form.Required, form.Vocab("erasure")), form.OfLong("reason", &e.reason, form.Required, form.Max(2000)),
		form.OfDate("backups_until", &e.until, form.Required, form.Ahead)}
	if len(also) > 0 {
		set = append(set, form.OfChoices("with", &e.with, also))
	}
	if len(histories) > 0 {
		set = append(set, form.OfChoices("histories", &e.histories, histories))
	}
	return set
}

// eraseActs lead to the erasing of a record.
func (r *Request) eraseActs(s *record.Sheet) []parts.Action {
	if !r.Actor.May(auth.Lead) {
		return nil
	}
	return []parts.Action{{Label: r.L.T("web.erase.start"), URL: r.url(s.Ref()) + "/erase", Tone: parts.Quiet}, {Label: r.L.T("web.erase.title"), URL: "/erasures", Tone: parts.Quiet}}
}

// offered are the refs that can be ticked: what could go too, and whose history
// names it.
func offered(p record.Plan) (also, histories []string) {
	for _, ref := range p.Also {
		also = append(also, ref.Ref)
	}
	for _, place := range p.Places {
		if len(place.Lines) > 0 {
			histories = append(histories, place.Record.Ref)
		}
	}
	return also, histories
}

// backupsUsually is for how long copies are kept where the office does as the
// guide says.
const backupsUsually = 31

// eraseForm asks for an erasure, or shows what somebody has asked for.
func (r *Request) eraseForm(k *record.Kind) error { return r.eraseAgain(k, fiber.StatusOK, nil, nil) }

func (r *Request) eraseAgain(k *record.Kind, status int, typed form.Values, problems form.Problems) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		e, err := tx.ErasureOf(s.Head.ID)
		if err != nil && !errors.Is(err, record.ErrNotFound) {
			return err
		}
		var with, histories []string
		if e != nil {
			with, histories = e.With, e.Histories
		}
		p, why, err := tx.PlanErase(s, with, histories)
		if err != nil {
			return err
		}
		base := r.url(s.Ref()) + "/erase"
		m := pages.Erase{Title: r.L.T("web.erase.of", "what", r.titled(s.Ref())), Back: parts.Action{Label: r.titled(s.Ref()), URL: r.url(s.Ref())},
			About: []string{r.L.T("web.erase.about"), r.L.T("web.erase.two")}, Why: r.reasons(why)}
		if e != nil {
			m.Waiting = r.erasureWaits(e, base)
		}
		if m.Sections, err = r.eraseSections(tx, s, p, with, histories); err != nil {
			return err
		}
		switch {
		case len(why) > 0:
		case e == nil:
			m.Ask = r.eraseAsk(s, p, base, typed, problems)
			m.Problems = parts.Problems(m.Ask.Fields)
		case e.By.ID != r.Actor.ID:
			m.Ask = &pages.Ask{Title: r.L.T("web.erase.agree_title"), Note: r.L.T("web.erase.agree_note"), Post: base + "/agree", Submit: r.L.T("web.erase.agree"), Hidden: []parts.Pair{{Name: "seen", Value: p.Seen}}}
		}
		return r.page(status, m.Title, pages.ErasePage(m))
	})
}

// eraseAsk is the form of who asks.
func (r *Request) eraseAsk(s *record.Sheet, p record.Plan, base string, typed form.Values, problems form.Problems) *pages.Ask {
	e := &erasing{until: edtf.Day(edtf.AddDays(r.book.Today(), backupsUsually))}
	fields := e.fields(offered(p))
	if typed != nil {
		_ = fields.Decode(typed, r.now()) // what was wrong is said beside each
	}
	ask := &pages.Ask{Title: r.L.T("web.erase.ask_title"), Note: r.L.T("web.erase.ask_note"), Post: base, Submit: r.L.T("web.erase.ask"), Hidden: []parts.Pair{{Name: "version", Value: version(s)}}}
	titles := map[string]form.Ref{}
	for _, ref := range p.Also {
		titles[ref.Ref] = ref
	}
	lines := map[string]int{}
	for _, place := range p.Places {
		titles[place.Record.Ref], lines[place.Record.Ref] = place.Record, len(place.Lines)
	}
	for _, f := range fields {
		choices := f.Options
		if f.Type == form.Choices {
			f.Options = nil // refs, worded below
		}
		in := r.input("erase", "", f, problems)
		if typed != nil && f.Name == "backups_until" {
			in.Value = legible(typed.First(f.Name))
		}
		if f.Type == form.Choices {
			in.Wide = true
			for _, ref := range choices {
				o := parts.Option{Value: ref, Label: titles[ref].Title, Hint: ref, Selected: slices.Contains(f.Lines(), ref)}
				if f.Name == "histories" {
					o.Hint = r.dotted(ref, r.L.N("web.erase.lines", lines[ref]))
				}
				in.Options = append(in.Options, o)
			}
		}
		ask.Fields = append(ask.Fields, in)
	}
	return ask
}

// erasureWaits words what somebody has asked for.
func (r *Request) erasureWaits(e *record.Erasure, base string) *pages.Waiting {
	w := &pages.Waiting{Text: r.L.T("web.erase.asked", "by", nameOf(e.By), "at", r.moment(e.At)), Reason: e.Reason, Keep: parts.Action{Label: r.L.T("web.erase.keep"), Post: base + "/keep"},
		Lines: []pages.Line{{Label: r.label("erase", "asked_by"), Value: r.L.T("option.erasure." + e.AskedBy)}, {Label: r.label("erase", "backups_until"), Value: r.dayWords(e.BackupsUntil)}}}
	if e.By.ID == r.Actor.ID {
		w.Text += " " + r.L.T("web.erase.waits")
	}
	return w
}

func (r *Request) dayWords(day string) string { return edtf.Day(day).In(r.L) }

// eraseSections show what goes, who loses what, and where it is still named.
func (r *Request) eraseSections(tx *record.Tx, s *record.Sheet, p record.Plan, with, histories []string) ([]pages.Section, error) {
	goes := pages.Section{ID: "goes-h", Title: r.L.T("web.erase.goes"), Lines: r.wentLines(p.Pieces, p.Lines, p.Files), Table: r.refTable(r.L.T("web.erase.goes"), p.Records)}
	list := []pages.Section{goes}
	warn := func(id, title, text string) {
		list = append(list, pages.Section{ID: id, Title: title, Text: text, Tone: parts.Warn})
	}
	home, err := r.caseOf(tx, s)
	if err != nil {
		return nil, err
	}
	if home != nil && record.As[*casefile.Case](home).Retention == "permanent" {
		warn("kept-h", r.L.T("web.erase.hold"), r.L.T("web.erase.hold_text"))
	}
	if p.Handouts > 0 {
		warn("given-h", r.L.T("given.title"), r.L.N("web.erase.given", p.Handouts))
	}
	if len(p.Linked) > 0 {
		list = append(list, pages.Section{ID: "linked-h", Title: r.L.T("web.erase.linked"), Text: r.L.T("web.erase.linked_text"), Table: r.refTable(r.L.T("web.erase.linked"), p.Linked)})
	}
	named := pages.Section{ID: "named-h", Title: r.L.T("web.erase.named"), Text: r.L.T("web.erase.named_none")}
	if len(p.Places) > 0 {
		named.Text, named.Table = r.L.T("web.erase.named_text"), r.placeTable(p.Places, histories)
	}
	return append(list, named), nil
}

// caseOf is the home case of a record, nil where there is none or it is not told.
func (r *Request) caseOf(tx *record.Tx, s *record.Sheet) (*record.Sheet, error) {
	if s.Case.Ref == "" {
		return nil, nil
	}
	home, err := tx.ByID("case", s.Head.CaseID)
	if errors.Is(err, record.ErrNotFound) {
		return nil, nil
	}
	return home, err
}

// wentLines count what goes, or went.
func (r *Request) wentLines(pieces map[string]int, lines, files int) []pages.Line {
	var list []pages.Line
	for _, name := range sortedKeys(pieces) {
		list = append(list, pages.Line{Label: r.L.T("web.erase.part." + name), Value: r.L.Int(pieces[name])})
	}
	list = append(list, pages.Line{Label: r.L.T("web.erase.own_lines"), Value: r.L.Int(lines)})
	if files > 0 {
		list = append(list, pages.Line{Label: r.L.T("web.erase.files"), Value: r.L.Int(files)})
	}
	return list
}

func (r *Request) refTable(caption string, refs []form.Ref) parts.Table {
	t := parts.Table{Caption: caption, Heads: []parts.Head{{Label: r.L.T("web.erase.record")}, {Label: r.L.T("web.erase.kind")}}}
	for _, ref := range refs {
		cell := parts.Cell{Text: r.titled(ref), URL: r.url(ref), Sub: ref.Ref, Primary: true}
		if ref.Title == ref.Ref { // nothing but its ref is left
			cell.Sub = ""
		}
		t.Rows = append(t.Rows, parts.TableRow{Cells: []parts.Cell{cell, {Text: r.L.T("kind." + ref.Kind + ".one")}}})
	}
	return t
}

// placeTable lists where words or history name somebody, each with a link to where
// it can be mended.
func (r *Request) placeTable(list []record.Place, histories []string) parts.Table {
	t := parts.Table{Caption: r.L.T("web.erase.named"), Heads: []parts.Head{{Label: r.L.T("web.erase.record")}, {Label: r.L.T("web.erase.where")}}}
	for _, p := range list {
		where := parts.Cell{Stacked: true}
		for _, f := range p.Fields {
			where.Runs = append(where.Runs, parts.Run{Text: r.fieldAt(p.Record.Kind, f)})
		}
		if len(p.Lines) > 0 {
			run := parts.Run{Text: r.L.N("web.erase.lines", len(p.Lines)), URL: r.url(p.Record) + "/history"}
			if slices.Contains(histories, p.Record.ID) {
				run.Text += r.L.T("web.comma") + r.L.T("web.erase.goes_too")
			}
			where.Runs = append(where.Runs, run)
		}
		t.Rows = append(t.Rows, parts.TableRow{Cells: []parts.Cell{{Text: r.titled(p.Record), URL: r.url(p.Record), Sub: p.Record.Ref, Primary: true}, where}})
	}
	return t
}

// fieldAt words a field of a record, or of what hangs on it.
func (r *Request) fieldAt(kind, field string) string {
	part, name, hangs := strings.Cut(field, ".")
	if !hangs {
		return r.label(kind, field)
	}
	if key := "web.erase.part." + part; r.L.Has(key) {
		return r.L.T(key) + ": " + r.label(part, name)
	}
	return r.label(part, name)
}

func (r *Request) askErase(k *record.Kind) error {
	typed, began, err := r.formFrom()
	if err != nil {
		return err
	}
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		p, why, err := tx.PlanErase(s, nil, nil)
		if err != nil {
			return err
		}
		if len(why) > 0 {
			return &record.NotOpen{Move: "erase", Why: why}
		}
		e := &erasing{}
		fields := e.fields(offered(p))
		problems := fields.Decode(typed, r.now())
		if len(problems) == 0 {
			problems = fields.Check()
		}
		if !problems.Has("backups_until") && (e.until.Latest == "" || e.until.Earliest != e.until.Latest) {
			problems = append(problems, form.Problem{Field: "backups_until", Code: "erase_day"})
		}
		if err := problems.Or(); err != nil {
			return err
		}
		return tx.AskErase(s, began, record.Erasing{AskedBy: e.askedBy, Reason: e.reason, BackupsUntil: e.until.Latest, With: e.with, Histories: e.histories})
	})
	var problems form.Problems
	if errors.As(err, &problems) {
		return r.eraseAgain(k, fiber.StatusUnprocessableEntity, typed, problems)
	}
	if err != nil {
		return err
	}
	return r.to("/" + k.Path + "/" + r.ref() + "/erase")
}

// erase is the second person's word.
func (r *Request) erase(k *record.Kind) error {
	var gone []string
	err := r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		e, err := tx.ErasureOf(s.Head.ID)
		if err != nil {
			return err
		}
		p, _, err := tx.PlanErase(s, e.With, e.Histories)
		if err != nil {
			return err
		}
		for _, ref := range p.Records {
			gone = append(gone, ref.Ref, ref.Title)
		}
		return tx.Erase(s, r.value("seen"))
	})
	if err != nil {
		return err
	}
	if err := r.cleanErased(gone); err != nil {
		r.o.Log.Error("an erasure is not cleaned up yet", "kind", typeName(err)) // tried again every ten minutes
	}
	return r.to("/erasures/" + r.ref())
}

// cleanErased takes away what is not kept with the records: what colleagues hold in
// their sessions, files, and freed space. It goes on when nobody waits for it any more.
func (r *Request) cleanErased(gone []string) error {
	ctx := context.WithoutCancel(r.c.UserContext())
	if err := r.office.Unremember(ctx, gone...); err != nil {
		return err
	}
	return cases.CleanErased(ctx, r.book, r.o.Files)
}

func (r *Request) keepOnFile(k *record.Kind) error {
	if err := r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		return tx.KeepOnFile(s)
	}); err != nil {
		return err
	}
	return r.to("/" + k.Path + "/" + r.ref() + "/erase")
}

// erasureWaiting are the erasures that wait for a second person.
func (r *Request) erasureWaiting(tx *record.Tx) ([]desk.Row, error) {
	list, err := tx.ErasuresToDecide()
	var rows []desk.Row
	for _, e := range list {
		at := r.url(e.Record) + "/erase"
		rows = append(rows, spaced(desk.Row{When: &parts.Badge{Word: r.L.T("web.erase.state.waits"), Tone: parts.Alarm}, Title: []parts.Run{{Text: e.Record.Title, URL: at, Strong: true}},
			Sub:  []parts.Run{{Text: e.Record.Ref}, {Text: r.L.T("web.erase.asked", "by", nameOf(e.By), "at", r.moment(e.At))}},
			Acts: []parts.Action{{Label: r.L.T("web.desk.decide"), URL: at}}}))
	}
	return rows, err
}
