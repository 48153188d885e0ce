package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/paper"
	"amparo/internal/record"
	pages "amparo/views/erase"
	"amparo/views/parts"
)

// erasures lists what waits to be erased and what was.
func (r *Request) erasures() error {
	m := pages.List{Title: r.L.T("web.erase.title"), About: r.L.T("web.erase.list_about"), Empty: parts.Empty{Text: r.L.T("web.erase.none")}}
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		list, err := tx.Erasures()
		if err != nil {
			return err
		}
		m.Table = parts.Table{Caption: m.Title, Heads: []parts.Head{{Label: r.L.T("web.erase.record")}, {Label: r.L.T("web.erase.asked_on")}, {Label: r.label("erase", "asked_by")}, {Label: r.L.T("web.erase.state")}}}
		for _, e := range list {
			what := parts.Cell{Text: r.titled(e.Record), URL: r.url(e.Record) + "/erase", Sub: r.dotted(e.Record.Ref, r.L.T("kind."+e.Record.Kind+".one")), Primary: true}
			state := parts.Cell{Badges: []parts.Badge{{Word: r.L.T("web.erase.state.waits"), Tone: parts.Warn}}}
			if e.ErasedAt != "" {
				what.URL, what.Sub = "/erasures/"+e.Record.Ref, r.L.T("kind."+e.Record.Kind+".one")
				state = parts.Cell{Badges: []parts.Badge{{Word: r.L.T("web.erase.state.done"), Tone: parts.Quiet}}, Text: r.moment(e.ErasedAt), Sub: nameOf(e.Second)}
			}
			m.Table.Rows = append(m.Table.Rows, parts.TableRow{Cells: []parts.Cell{what, {Text: r.moment(e.At), Sub: nameOf(e.By)}, {Text: r.L.T("option.erasure." + e.AskedBy)}, state}})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.page(fiber.StatusOK, m.Title, pages.ListPage(m))
}

// erased reads an erasure that was done, with what went of all that its reader may know of.
func (r *Request) erased(tx *record.Tx) (e *record.Erasure, went []form.Ref, err error) {
	if e, err = tx.ErasedWith(r.ref()); err != nil {
		return nil, nil, err
	}
	if e.Record.ID == "" { // went with what is not told of
		return nil, nil, record.ErrNotFound
	}
	titles, err := tx.Titles(e.Went.Records...)
	for _, id := range e.Went.Records {
		if ref := titles[id]; ref.ID != "" {
			went = append(went, ref)
		}
	}
	return e, went, err
}

// erasure tells of one that was done, and where it is still named.
func (r *Request) erasure() error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		e, went, err := r.erased(tx)
		if err != nil {
			return err
		}
		m := pages.Erased{Title: r.L.T("web.erase.done_of", "what", e.Record.Ref), Back: parts.Action{Label: r.L.T("web.erase.title"), URL: "/erasures"},
			State: parts.Badge{Word: r.L.T("web.erase.state.done"), Tone: parts.Quiet}, About: []string{r.L.T("web.erase.done", "at", r.moment(e.ErasedAt))},
			Acts: []parts.Action{{Label: r.L.T("print.erasure"), URL: "/erasures/" + e.Record.Ref + "/certificate", Tone: parts.Main},
				{Label: r.L.T("web.erase.anchors"), URL: "/erasures/" + e.Record.Ref + "/anchors"}}}
		if e.CleanedAt == "" {
			m.About = append(m.About, r.L.T("web.erase.uncleaned"))
		}
		facts, err := r.erasureFacts(tx, e)
		if err != nil {
			return err
		}
		m.Lines = facts
		m.Sections = append(m.Sections, pages.Section{ID: "went-h", Title: r.L.T("web.erase.went"), Lines: r.wentLines(e.Went.Pieces, e.Went.Lines, e.Went.Files), Table: r.wentTable(went)})
		if e.Went.Handouts > 0 {
			m.Sections = append(m.Sections, pages.Section{ID: "given-h", Title: r.L.T("given.title"), Text: r.L.N("web.erase.given_out", e.Went.Handouts), Tone: parts.Warn,
				Act: &parts.Action{Label: r.L.T("web.erase.given_see"), URL: "/given?about=" + e.Record.Ref}})
		}
		left, err := r.leftNamed(tx, e)
		if err != nil {
			return err
		}
		if len(left) > 0 {
			m.Sections = append(m.Sections, pages.Section{ID: "left-h", Title: r.L.T("web.erase.left"), Text: r.L.T("web.erase.left_text"), Tone: parts.Warn, Table: r.placeTable(left, nil)})
		}
		return r.page(fiber.StatusOK, m.Title, pages.ErasedPage(m))
	})
}

// wentTable lists the refs that went, by kind.
func (r *Request) wentTable(went []form.Ref) parts.Table {
	t := parts.Table{Caption: r.L.T("web.erase.went"), Heads: []parts.Head{{Label: r.L.T("web.erase.kind")}, {Label: r.L.T("web.erase.number"), Numeric: true}, {Label: r.L.T("web.erase.refs")}}}
	for _, k := range r.kindsOf(went) {
		t.Rows = append(t.Rows, parts.TableRow{Cells: []parts.Cell{{Text: k.word, Primary: true}, {Text: r.L.Int(len(k.refs)), Numeric: true}, {Text: strings.Join(k.refs, r.L.T("web.comma"))}}})
	}
	return t
}

// ofKind are the refs of one kind that went.
type ofKind struct {
	word string
	refs []string
}

func (r *Request) kindsOf(went []form.Ref) []ofKind {
	var list []ofKind
	for _, k := range r.book.Kinds() {
		one := ofKind{word: r.L.T("kind." + k.Name + ".many")}
		for _, ref := range went {
			if ref.Kind == k.Name {
				one.refs = append(one.refs, ref.Ref)
			}
		}
		if len(one.refs) > 0 {
			list = append(list, one)
		}
	}
	return list
}

// erasureAnchors are the ends of the history before and after, as a file that
// “audit verify” reads.
func (r *Request) erasureAnchors() error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		e, _, err := r.erased(tx)
		if err != nil {
			return err
		}
		r.c.Set(fiber.HeaderContentType, "application/json")
		r.c.Set(fiber.HeaderContentDisposition, attachment("amparo-erasure-"+e.Record.Ref+".json"))
		return r.c.SendString(e.Before.String() + "\n" + e.After.String() + "\n")
	})
}

// leftNamed are the places where words still named it when it was erased, as far
// as they are on file and may be seen.
func (r *Request) leftNamed(tx *record.Tx, e *record.Erasure) ([]record.Place, error) {
	var ids []string
	for _, p := range e.Went.Left {
		ids = append(ids, p.Record.ID)
	}
	titles, err := tx.Titles(ids...)
	var list []record.Place
	for _, p := range e.Went.Left {
		if p.Record = titles[p.Record.ID]; p.Record.ID != "" && p.Record.Title != p.Record.Ref {
			list = append(list, p)
		}
	}
	return list, err
}

// erasureFacts are what the certificate says: who, when, why, and where in the history.
func (r *Request) erasureFacts(tx *record.Tx, e *record.Erasure) ([]pages.Line, error) {
	line := func(key, value string) pages.Line {
		return pages.Line{Label: r.label("erase", key), Value: value}
	}
	list := []pages.Line{
		line("record", r.dotted(e.Record.Ref, r.L.T("kind."+e.Record.Kind+".one"))),
		line("asked_by", r.L.T("option.erasure."+e.AskedBy)),
		line("reason", e.Reason),
		line("first", r.dotted(nameOf(e.By), r.moment(e.At))),
		line("second", r.dotted(nameOf(e.Second), r.moment(e.ErasedAt))),
	}
	if n := len(e.Went.Others); n > 0 {
		titles, err := tx.Titles(sortedKeys(e.Went.Others)...)
		if err != nil {
			return nil, err
		}
		var refs []string
		for _, id := range sortedKeys(e.Went.Others) {
			if ref := titles[id]; ref.ID != "" {
				refs = append(refs, ref.Ref+" ("+r.L.Int(e.Went.Others[id])+")")
			}
		}
		if len(refs) > 0 {
			list = append(list, line("others", strings.Join(refs, r.L.T("web.comma"))))
		}
	}
	known, err := r.backupsKnown(e)
	if err != nil {
		return nil, err
	}
	list = append(list, line("backups", r.L.T("web.erase.backups_hold", "until", r.dayWords(e.BackupsUntil))+" "+known),
		line("entries", r.L.T("web.erase.entries_span", "from", strconv.FormatInt(e.Before.N+1, 10), "to", strconv.FormatInt(e.After.N, 10))),
		line("before", e.Before.Hash), line("after", e.After.Hash))
	return list, nil
}

// backupsKnown words which copies the program itself knows of that may still hold
// what was erased.
func (r *Request) backupsKnown(e *record.Erasure) (string, error) {
	at, err := time.Parse(time.RFC3339, e.ErasedAt)
	if err != nil {
		return "", err
	}
	events, err := r.office.Events(r.c.UserContext(), auth.System("which backups may hold what was erased"), account.EventFilter{Kinds: []account.EventKind{account.BackedUp}, Limit: 1000})
	if err != nil {
		return "", err
	}
	var made []string
	for _, one := range events {
		if one.At.Before(at) {
			made = append(made, r.moment(record.Moment(one.At)))
		}
	}
	if len(made) == 0 {
		return r.L.T("web.erase.backups_none"), nil
	}
	return r.L.N("web.erase.backups_known", len(made), "last", made[0]), nil
}

// erasureOnPaper is the certificate: what an outside reader can hold against the
// history, and no word of what was erased.
func (r *Request) erasureOnPaper(tx *record.Tx, _ *record.Sheet, _ string) (leaf, error) {
	e, went, err := r.erased(tx)
	if err != nil {
		return leaf{}, err
	}
	facts, err := r.erasureFacts(tx, e)
	if err != nil {
		return leaf{}, err
	}
	doc := paper.Document{Title: r.L.T("print.erasure_of", "what", e.Record.Ref)}
	say := func(text string, tone paper.Tone) {
		doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: paper.Plain(text), Tone: tone})
	}
	say(r.L.T("web.erase.done", "at", r.moment(e.ErasedAt)), paper.Normal)
	table := func(list []pages.Line) paper.Facts {
		var f paper.Facts
		for _, l := range list {
			f.Facts = append(f.Facts, paper.Fact{Label: l.Label, Value: paper.Apart(l.Value)})
		}
		return f
	}
	doc.Blocks = append(doc.Blocks, table(facts), paper.Heading{Level: 2, Text: r.L.T("web.erase.went")}, table(r.wentLines(e.Went.Pieces, e.Went.Lines, e.Went.Files)))
	rows := paper.Table{Caption: r.L.T("web.erase.went"), Columns: []paper.Column{{Title: r.L.T("web.erase.kind"), Width: .25}, {Title: r.L.T("web.erase.number"), Width: .15, Align: paper.End}, {Title: r.L.T("web.erase.refs"), Width: .6}}}
	canon := []string{"erasure", e.ErasedAt, e.Before.Hash, e.After.Hash}
	for _, k := range r.kindsOf(went) {
		rows.Rows = append(rows.Rows, []paper.Text{paper.Plain(k.word), paper.Apart(r.L.Int(len(k.refs))), paper.Plain(strings.Join(isolated(k.refs), r.L.T("web.comma")))})
		canon = append(canon, k.refs...)
	}
	doc.Blocks = append(doc.Blocks, rows)
	if e.Went.Handouts > 0 {
		say(r.L.N("web.erase.given_out", e.Went.Handouts), paper.Normal)
	}
	left, err := r.leftNamed(tx, e)
	if err != nil {
		return leaf{}, err
	}
	if len(left) > 0 {
		var refs []string
		for _, p := range left {
			refs = append(refs, p.Record.Ref)
		}
		doc.Blocks = append(doc.Blocks, paper.Heading{Level: 2, Text: r.L.T("web.erase.left")}, paper.Paragraph{Text: paper.Plain(strings.Join(isolated(refs), r.L.T("web.comma")))})
	}
	doc.Blocks = append(doc.Blocks, paper.Heading{Level: 2, Text: r.L.T("web.erase.check")})
	say(r.L.T("web.erase.check_text"), paper.Normal)
	for _, a := range []record.Anchor{e.Before, e.After} {
		doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: paper.Text{{Text: a.String(), Style: paper.Isolated}}})
	}
	doc.Foot = paper.CheckCode(canon...)
	return leaf{Document: doc}, nil
}

// isolated keeps each ref from turning round what stands beside it.
func isolated(refs []string) []string {
	list := make([]string, len(refs))
	for i, ref := range refs {
		list[i] = i18n.Isolate(ref)
	}
	return list
}

// gone tells of a record that was erased, to whom it was in sight.
func (r *Request) gone() *record.Erasure {
	if r.Actor.IsNobody() || !record.LooksLikeRef(r.ref()) {
		return nil
	}
	var e *record.Erasure
	if err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) (err error) {
		e, err = tx.ErasedWith(r.ref())
		return err
	}); err != nil {
		return nil
	}
	return e
}

// erasureOperation lists erasures for other programs. None of them asks for one, or
// agrees: a program has nobody who could show who he is.
func erasureOperation() operation {
	return operation{method: fiber.MethodGet, path: apiBase + "erasures", who: Leads, do: (*Request).apiErasures, id: "erasures", tag: "erasures", status: 200, reply: itemsOf(schemaRef("erasure"))}
}

func erasureSchema() schema {
	text := schema{"type": "string"}
	end := orNull(objectOf(schema{"n": wholeNumber, "hash": text, "at": momentOf, "mark": text}))
	return objectOf(schema{"ref": textOf(20), "kind": text, "asked_by": codesOf(record.AskedBy), "reason": text, "by": text, "at": momentOf, "second": text, "erased_at": orNull(momentOf),
		"backups_until": text, "records": listOf(textOf(20)), "before": end, "after": end})
}

func (r *Request) apiErasures() error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		list, err := tx.Erasures()
		if err != nil {
			return err
		}
		items := []map[string]any{}
		for _, e := range list {
			titles, err := tx.Titles(e.Went.Records...)
			if err != nil {
				return err
			}
			refs := []string{}
			for _, id := range e.Went.Records {
				if ref := titles[id]; ref.ID != "" {
					refs = append(refs, ref.Ref)
				}
			}
			one := map[string]any{"ref": e.Record.Ref, "kind": e.Record.Kind, "asked_by": e.AskedBy, "reason": e.Reason, "by": e.By.Ref, "at": e.At, "second": e.Second.Ref, "erased_at": nil,
				"backups_until": e.BackupsUntil, "records": refs, "before": nil, "after": nil}
			if e.ErasedAt != "" {
				one["erased_at"], one["before"], one["after"] = e.ErasedAt, e.Before, e.After
			}
			items = append(items, one)
		}
		return r.json(fiber.StatusOK, map[string]any{"items": items})
	})
}
