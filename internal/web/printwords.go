package web

import (
	"fmt"
	"slices"
	"strings"

	"amparo/internal/cases"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/evidence"
	"amparo/internal/cases/person"
	"amparo/internal/cases/place"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/paper"
	"amparo/internal/record"
)

// printer words what was read for one printed document, and numbers its
// sources as they come up.
type printer struct {
	*Request
	d       cases.Dossiers
	day     string // ISO day the document speaks of
	script  string // in which names are written first (ISO 15924)
	outward bool   // it leaves: no refs are on it
	held    bool   // what is not said of a place may be known and held back
	brief   bool   // steps are told by their fields and sources alone
	sources paper.Sources
}

func (r *Request) printer(d cases.Dossiers, day string) *printer {
	p := &printer{Request: r, d: d, day: day, script: "Latn"}
	if r.L.Lang() == "ar" {
		p.script = "Arab"
	}
	return p
}

// slot is what stands at a placeholder of a sentence.
type slot struct {
	name string
	text paper.Text
}

// fill words a sentence whose placeholders hold names and footnote marks, which
// keep their own direction.
func (p *printer) fill(key string, slots ...slot) paper.Text {
	const first = '\uE000' // stands for a slot while the sentence is put together; no text has it
	var args []any
	for i, s := range slots {
		args = append(args, s.name, string(rune(first+i)))
	}
	var out paper.Text
	plain := 0
	text := p.L.T(key, args...)
	for i, c := range text {
		if c < first || int(c-first) >= len(slots) {
			continue
		}
		out = append(append(out, paper.Plain(text[plain:i])...), slots[c-first].text...)
		plain = i + len(string(c))
	}
	return append(out, paper.Plain(text[plain:])...)
}

// join puts texts together by the word of a key with {a} and {b}.
func (p *printer) join(key string, list ...paper.Text) paper.Text {
	var out paper.Text
	for _, t := range list {
		switch {
		case len(t) == 0:
		case len(out) == 0:
			out = t
		default:
			out = p.fill(key, slot{"a", out}, slot{"b", t})
		}
	}
	return out
}

// after puts texts one after the other, parted by a space.
func after(list ...paper.Text) paper.Text {
	var out paper.Text
	for _, t := range list {
		if len(t) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, paper.Span{Text: " "})
		}
		out = append(out, t...)
	}
	return out
}

// below puts texts on lines of their own.
func below(list ...paper.Text) paper.Text {
	var out paper.Text
	for _, t := range list {
		if len(t) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, paper.Span{Text: "\n"})
		}
		out = append(out, t...)
	}
	return out
}

// onPaper words a date as paper has it: short, but with both names of the month
// where a language has two.
func (r *Request) onPaper(d edtf.Date) string {
	if d.IsZero() {
		return ""
	}
	// A window is said by its two ends; its first and last day in full would fill
	// three lines of a column.
	if from, to, ok := strings.Cut(strings.Trim(d.Text, "[]"), ".."); ok && strings.HasPrefix(d.Text, "[") {
		a, errA := edtf.Parse(from)
		b, errB := edtf.Parse(to)
		if errA == nil && errB == nil && d.Clock == "" {
			return r.L.T("print.between", "a", r.onPaper(a), "b", r.onPaper(b))
		}
	}
	words := d.Short(r.L)
	if r.L.T("date.month.paper.1") != r.L.T("date.month.1") {
		words = d.Paper(r.L)
	}
	if d.Clock != "" && !strings.Contains(words, d.Clock) {
		words = r.L.T("date.at", "x", words, "t", d.Clock)
	}
	return words
}

func (r *Request) dayOnPaper(iso string) string {
	if len(iso) < 10 {
		return ""
	}
	return r.onPaper(edtf.Day(iso[:10]))
}

// since words the day from which a status holds.
func (p *printer) since(st detention.Status) string {
	if st.SinceEarliest == "" || st.SinceEarliest == st.SinceLatest {
		return p.dayOnPaper(st.SinceLatest)
	}
	d, err := edtf.Parse("[" + st.SinceEarliest + ".." + st.SinceLatest + "]")
	if err != nil {
		return p.dayOnPaper(st.SinceLatest)
	}
	return p.onPaper(d)
}

// name is what a person is called first in this document: in its own script,
// else in the Latin one, else in any.
func (p *printer) name(s *record.Sheet) string {
	all := p.scripts(s)
	if len(all) == 0 {
		return s.Head.Title
	}
	return all[0]
}

// scripts are the shown names of a person, one for each script, the document's
// own first.
func (p *printer) scripts(s *record.Sheet) []string {
	body := record.As[*person.Person](s)
	list := []string{body.Latn, body.Arab, body.Cyrl}
	if p.script == "Arab" {
		list = []string{body.Arab, body.Latn, body.Cyrl}
	}
	list = nonEmpty(list...)
	if len(list) == 0 {
		list = nonEmpty(s.Head.Title)
	}
	return list
}

// names is a person in all scripts, each with its own direction.
func (p *printer) names(s *record.Sheet) paper.Text {
	var out paper.Text
	for i, n := range p.scripts(s) {
		one := paper.Apart(n)
		if i > 0 {
			one[0].Style |= paper.Faint
		}
		out = below(out, one)
	}
	if record.As[*person.Person](s).Group {
		out = after(out, paper.Text{{Text: "(" + p.L.T("print.group") + ")", Style: paper.Faint | paper.Isolated}})
	}
	return out
}

// ref is a record by its name: places and bodies in the document's script.
func (p *printer) ref(r form.Ref) paper.Text {
	if r.ID == "" {
		return nil
	}
	for _, known := range []map[string]*record.Sheet{p.d.Sites, p.d.Bodies} {
		if s := known[r.ID]; s != nil {
			return paper.Apart(cases.NameIn(s, p.script))
		}
	}
	if r.Ref == "" {
		return paper.Plain(p.L.T("print.hidden"))
	}
	return paper.Apart(r.Title)
}

// site is a place known by its id.
func (p *printer) site(id string) paper.Text {
	if s := p.d.Sites[id]; s != nil {
		return p.ref(s.Ref())
	}
	return paper.Plain(p.L.T("print.hidden"))
}

// body is an organization known by its id.
func (p *printer) body(id string) paper.Text {
	if s := p.d.Bodies[id]; s != nil {
		return p.ref(s.Ref())
	}
	if id == "" {
		return nil
	}
	return paper.Plain(p.L.T("print.hidden"))
}

func (p *printer) refs(key string, list []form.Ref) paper.Text {
	var texts []paper.Text
	for _, r := range list {
		texts = append(texts, p.ref(r))
	}
	return p.join(key, texts...)
}

// mark numbers the source of a citation. Of who told us nothing stands here but
// the day; a body that speaks and a document have their names.
func (p *printer) mark(c citation.Cited) int {
	var parts []paper.Text
	key := []string{c.Document.ID, c.Locator, c.Grade(), c.Basis}
	if speaker := p.d.Speakers[c.Speaker]; speaker.Kind == "organization" {
		parts = append(parts, p.ref(speaker))
		key = append(key, speaker.ID)
	} else if c.Document.ID == "" {
		key = append(key, c.Speaker, c.Origin)
	}
	switch doc := p.d.Documents[c.Document.ID]; {
	case doc != nil:
		e := record.As[*evidence.Evidence](doc)
		kind := ""
		if e.Kind != "" {
			kind = p.option("option.evidence_kind.", e.Kind)
		}
		parts = append(parts, paper.Plain(kind), paper.Apart(e.TitleText), paper.Apart(e.Issuer), paper.Plain(p.onPaper(e.Published)), paper.Apart(c.Locator), paper.Apart(e.URL))
		if !p.outward {
			parts = append(parts, paper.Apart(doc.Head.Ref))
			if how := p.spoiled[doc.Head.ID]; how != "" {
				parts = append(parts, paper.Plain(p.L.T("file.found."+how)))
			}
		}
	case c.Document.ID != "":
		parts = append(parts, paper.Plain(p.L.T("print.source_hidden")))
	case c.At != "":
		key = append(key, c.At[:10])
		parts = append(parts, paper.Plain(p.L.T("print.statement", "date", p.dayOnPaper(c.At))))
	}
	if len(p.join("print.comma", parts...)) == 0 { // of which nothing may be told but that it is there
		parts = append(parts, paper.Plain(p.L.T("print.source_kept")))
	}
	if c.Basis == "inferred" {
		parts = append(parts, paper.Plain(p.L.T("print.inferred")))
	}
	if c.Grade() == "" {
		parts = append(parts, paper.Plain(p.L.T("print.not_graded")))
	}
	return p.sources.Mark(strings.Join(key, "\n"), p.join("print.comma", parts...), c.Grade())
}

// marks are the footnotes of citations, each number once, in order.
func (p *printer) marks(list ...citation.Cited) paper.Text {
	var numbers []int
	for _, c := range list {
		numbers = append(numbers, p.mark(c))
	}
	slices.Sort(numbers)
	return paper.Text(nil).Marked(slices.Compact(numbers)...)
}

// on are the footnotes of what is cited for fields of a record, and no more
// than those.
func (p *printer) on(recordID string, fields ...string) paper.Text {
	var list []citation.Cited
	for _, c := range p.d.Cited[recordID] {
		if slices.Contains(fields, c.Field) {
			list = append(list, c)
		}
	}
	return p.marks(list...)
}

// days is a number of days, or a range of them.
func (p *printer) days(st detention.Status) string {
	switch {
	case st.State == "", p.outward && st.DaysMax == 0 && !st.DaysOpen:
		return ""
	case st.DaysOpen:
		return p.L.T("print.days_least", "min", p.L.Int(st.DaysMin))
	case st.DaysMin == st.DaysMax:
		return p.L.Int(st.DaysMin)
	}
	return p.L.T("print.days_range", "min", p.L.Int(st.DaysMin), "max", p.L.Int(st.DaysMax))
}

// places are where somebody is held, with "or" between alternatives.
func (p *printer) places(ids []string) paper.Text {
	var texts []paper.Text
	for _, id := range ids {
		texts = append(texts, p.site(id))
	}
	return p.join("print.or", texts...)
}

// towns are the types of place one is in, not at.
var towns = []string{"country", "region", "district", "town", "village", "neighbourhood"}

// where is the place of a step in the words that its kind asks for.
func (p *printer) where(kind string, places []form.Ref, text paper.Text) paper.Text {
	key := "print.at"
	if kind == detention.StepTransfer {
		key = "print.to"
	} else if s := p.d.Sites[places[0].ID]; s != nil && slices.Contains(towns, record.As[*place.Place](s).Type) {
		key = "print.in"
	}
	return p.fill(key, slot{"place", text})
}

// happened words one step from its fields alone, so that it exists in every
// language; tail is what follows the sentence: sources, who was there, what
// other sources say, what we go with and why, and what was written about it.
func (p *printer) happened(h cases.Occurrence) (what, tail paper.Text) {
	s, id := h.Step, h.Episode.Head.ID
	places, by := s.Places, s.By
	if s.Kind == detention.StepArrest {
		if len(places) == 0 && h.Episode.TakenAt.ID != "" {
			places = []form.Ref{h.Episode.TakenAt}
		}
		if by.ID == "" {
			by = h.Episode.TakenBy
		}
	}
	field := "steps." + s.ID
	inline := map[string]bool{}
	where := p.refs("print.or", places)
	versions := p.d.Versions(id, s)
	if len(versions) > 1 || len(versions) == 1 && len(places) == 0 {
		where = nil
		for _, v := range versions {
			where = p.join("print.or", where, append(p.refs("print.or", v.Places), p.marks(v.Cited...)...))
			for _, c := range v.Cited {
				inline[c.ID] = true
			}
		}
		places = versions[0].Places
	}
	kind := s.Kind
	if kind == detention.StepVisit && s.Result == "denied" {
		kind = "visit_denied"
	}
	var slots []slot
	shape := "none"
	switch {
	case len(where) > 0 && by.ID != "":
		shape, slots = "at_by", []slot{{"where", p.where(kind, places, where)}, {"by", p.ref(by)}}
	case len(where) > 0:
		shape, slots = "at", []slot{{"where", p.where(kind, places, where)}}
	case by.ID != "":
		shape, slots = "by", []slot{{"by", p.ref(by)}}
	}
	if p.held && len(where) == 0 && (kind == detention.StepHeld || kind == detention.StepTransfer) {
		kind += "_unsaid"
	}
	what = p.fill("print.step."+kind+"."+shape, slots...)
	if s.Planned {
		key := "print.planned"
		if s.Date.Latest != "" && s.Date.Latest < p.day {
			key = "print.overdue"
		}
		what = p.fill(key, slot{"what", what})
	}
	return what, p.tail(id, field, s, len(versions) > 1, inline)
}

func (p *printer) tail(id, field string, s detention.Step, differ bool, inline map[string]bool) paper.Text {
	var said []paper.Text
	for _, c := range p.d.Differ(id, field) {
		inline[c.ID] = true
		key, what := "print.also_said", p.says(c.Says)
		if c.Field == field+".date" {
			if d, err := edtf.Parse(c.Says); err == nil {
				key, what = "print.other_date", paper.Plain(p.onPaper(d))
			}
		}
		name := "what"
		if key == "print.other_date" {
			name = "date"
		}
		said = append(said, append(p.fill(key, slot{name, what}), p.marks(c)...))
	}
	var rest []citation.Cited
	for _, c := range p.d.About(id, field) {
		if !inline[c.ID] {
			rest = append(rest, c)
		}
	}
	tail := p.marks(rest...)
	if p.brief {
		if differ || len(said) > 0 {
			tail = append(tail, paper.Span{Text: " "}, paper.Span{Text: p.L.T("print.differ"), Style: paper.Bold})
		}
		return tail
	}
	if s.With != "" {
		tail = append(append(tail, paper.Span{Text: " "}), p.fill("print.with", slot{"who", paper.Apart(s.With)})...)
	}
	var chosen []paper.Text
	for _, c := range p.d.Choices[id] {
		if c.Field == field || strings.HasPrefix(c.Field, field+".") {
			chosen = append(chosen, p.fill("print.chosen", slot{"what", p.says(c.Says)}, slot{"why", paper.Apart(flat(c.Reason))},
				slot{"who", paper.Text{{Text: nameOf(c.By), Style: paper.Isolated}, {Text: p.L.T("web.comma") + p.dayOnPaper(c.At)}}}))
		}
	}
	if differ || len(said) > 0 {
		differs := paper.Text{{Text: p.L.T("print.differ"), Style: paper.Bold}}
		tail = append(append(tail, paper.Span{Text: " "}), after(append([]paper.Text{differs}, said...)...)...)
	}
	tail = below(append([]paper.Text{tail}, chosen...)...)
	if s.Text != "" {
		own := paper.Span{Text: flat(s.Text), Style: paper.Isolated}
		if person.Script(s.Text) != "Arab" { // whose letters are never slanted
			own.Style |= paper.Italic
		}
		tail = append(tail, paper.Span{Text: "\n"}, own)
	}
	return tail
}

// says words what a source says: the names of what its refs mean, else its own text.
func (p *printer) says(text string) paper.Text {
	var texts []paper.Text
	for _, word := range strings.Fields(text) {
		r, ok := p.d.Places[word]
		if !ok {
			return paper.Apart(flat(text))
		}
		texts = append(texts, p.ref(r))
	}
	return p.join("print.or", texts...)
}

// flat puts free text on one line.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

// when words the date of a step; where none is known, the day by which it was.
func (p *printer) when(h cases.Occurrence) string {
	if !h.Step.Date.IsZero() {
		return p.onPaper(h.Step.Date)
	}
	if ev, ok := h.Episode.Event(h.Step.ID); ok && ev.Known != "" {
		return p.L.T("print.known_by", "date", p.dayOnPaper(ev.Known))
	}
	return p.L.T("date.unknown")
}

// atMost is how many people a line of the chronology names before it counts them.
const atMost = 10

// chronology words the steps of people; what was the same for several of them
// stands in one line. Nobody is named where there is but one person.
func (p *printer) chronology(list []cases.Dossier) paper.Block {
	type line struct {
		date       string
		what, tail paper.Text
		who        []cases.Dossier
	}
	var lines []*line
	same := map[string]*line{}
	for _, h := range cases.Chronology(p.day, list...) {
		date := p.when(h)
		what, tail := p.happened(h)
		key := fmt.Sprint(date, what, tail)
		l := same[key]
		if l == nil {
			l = &line{date: date, what: what, tail: tail}
			same[key] = l
			lines = append(lines, l)
		}
		if !slices.ContainsFunc(l.who, func(d cases.Dossier) bool { return d.Person.Head.ID == h.Who.Person.Head.ID }) {
			l.who = append(l.who, h.Who)
		}
	}
	if len(lines) == 0 {
		return paper.Paragraph{Text: paper.Plain(p.L.T("print.no_steps")), Tone: paper.Muted}
	}
	c := paper.Chronology{Caption: p.L.T("print.chronology")}
	for _, l := range lines {
		text := l.what
		if len(list) > 1 {
			text = p.fill("print.step_of", slot{"who", p.who(l.who, len(list))}, slot{"what", text})
		}
		text = append(p.fill("print.sentence", slot{"what", text}), l.tail...)
		c.Rows = append(c.Rows, paper.Moment{Date: l.date, Text: text})
	}
	return c
}

// who names people in a line: all of many by their number, some of many by
// their refs, few by name.
func (p *printer) who(list []cases.Dossier, of int) paper.Text {
	if len(list) == of && of > 2 {
		return paper.Plain(p.L.T("print.all_of", "n", p.L.Int(of)))
	}
	var texts []paper.Text
	if len(list) > atMost {
		refs := make([]form.Ref, len(list))
		for i, d := range list {
			refs[i] = d.Person.Ref()
		}
		return append(paper.Plain(p.L.N("print.people_n", len(list))+" "), p.some(refs, 40)...)
	}
	for _, d := range list {
		texts = append(texts, paper.Text{{Text: p.name(d.Person), Style: paper.Isolated | paper.Bold}})
	}
	return p.join("print.comma", texts...)
}

// some lists refs in brackets, and how many more there are.
func (p *printer) some(refs []form.Ref, most int) paper.Text {
	var texts []paper.Text
	for _, r := range refs[:min(len(refs), most)] {
		texts = append(texts, paper.Text{{Text: r.Ref, Style: paper.Isolated | paper.Faint}})
	}
	if more := len(refs) - most; more > 0 {
		texts = append(texts, paper.Plain(p.L.T("print.more", "n", p.L.Int(more))))
	}
	out := append(paper.Text{{Text: "("}}, p.join("print.comma", texts...)...)
	return append(out, paper.Span{Text: ")"})
}
