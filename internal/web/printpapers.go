package web

import (
	"slices"
	"strings"

	"amparo/internal/cases"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/person"
	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/paper"
	"amparo/internal/record"
	personpage "amparo/views/person"
)

// addFact adds a line to a list of facts, if there is anything to say.
func addFact(to *paper.Facts, label string, value paper.Text) {
	if len(value) > 0 {
		to.Facts = append(to.Facts, paper.Fact{Label: label, Value: value})
	}
}

// caseSummary is the whole matter on paper: people, what happened, what was
// counted, what is missing, and on what it rests.
func (r *Request) caseSummary(tx *record.Tx, s *record.Sheet, day string) (paper.Document, int, error) {
	c, err := cases.ReadCaseSummary(tx, s, day)
	if err != nil {
		return paper.Document{}, 0, err
	}
	p := r.printer(c.Dossiers, day)
	doc := p.begin(c)
	body := record.As[*casefile.Case](s)
	if body.Summary != "" {
		for _, para := range strings.Split(strings.ReplaceAll(body.Summary, "\r", ""), "\n\n") {
			doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: append(paper.Apart(flat(para)), p.on(s.Head.ID, "summary")...)})
		}
	}
	doc.Blocks = append(doc.Blocks, p.caseFacts(s, body), paper.Heading{Level: 2, Text: r.L.T("print.people")}, p.people(c.List))
	doc.Blocks = append(doc.Blocks, paper.Heading{Level: 2, Text: r.L.T("print.chronology")}, p.chronology(c.List))
	if len(c.Counts) > 0 {
		doc.Blocks = append(doc.Blocks, paper.Heading{Level: 2, Text: r.L.T("print.counts")}, p.counts(s, c.Counts))
	}
	doc.Blocks = append(doc.Blocks, paper.Heading{Level: 2, Text: r.L.T("print.missing")}, p.gaps(c, body))
	doc.Blocks = append(doc.Blocks, p.notes()...)
	return doc, len(c.List), nil
}

// caseChronology is what happened in a case, and on what it rests.
func (r *Request) caseChronology(tx *record.Tx, s *record.Sheet, day string) (paper.Document, int, error) {
	c, err := cases.ReadCaseSummary(tx, s, day)
	if err != nil {
		return paper.Document{}, 0, err
	}
	p := r.printer(c.Dossiers, day)
	doc := p.begin(c)
	doc.Blocks = append(doc.Blocks, paper.Heading{Level: 2, Text: r.L.T("print.chronology")}, p.chronology(c.List))
	doc.Blocks = append(doc.Blocks, p.notes()...)
	return doc, len(c.List), nil
}

// begin is a document of a case with its title and its summary line.
func (p *printer) begin(c cases.CaseSummary) paper.Document {
	body := record.As[*casefile.Case](c.Case)
	doc := paper.Document{Title: i18n.Isolate(c.Case.Head.Title), Foot: paper.CheckCode(append([]string{"case", p.day}, c.Canon()...)...)}
	held := p.L.T("print.in_custody", "n", p.L.Int(c.InCustody[1]))
	if c.InCustody[0] != c.InCustody[1] {
		held = p.L.T("print.in_custody_range", "min", p.L.Int(c.InCustody[0]), "max", p.L.Int(c.InCustody[1]))
	}
	line := paper.Text{{Text: p.L.T("print.sentence", "what", p.L.N("print.people_n", len(c.List)))}, {Text: " "}, {Text: held, Style: paper.Bold}}
	if !body.OpenedOn.IsZero() {
		line = after(line, paper.Plain(p.L.T("print.opened", "date", p.onPaper(body.OpenedOn))))
	}
	doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: append(line, p.on(c.Case.Head.ID, "")...)})
	if c.Case.Head.Voided {
		doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: paper.Text{{Text: p.L.T("web.voided"), Style: paper.Bold}}})
	}
	return doc
}

func (p *printer) caseFacts(s *record.Sheet, c *casefile.Case) paper.Facts {
	var f paper.Facts
	add := func(field string, value paper.Text) {
		if len(value) > 0 {
			addFact(&f, p.label("case", field), append(value, p.on(s.Head.ID, field)...))
		}
	}
	add("state", paper.Plain(p.L.T("state.case."+s.Head.State)))
	add("country", paper.Plain(p.option("option.country.", c.Country)))
	add("topics", paper.Plain(strings.Join(c.Topics, p.L.T("web.comma"))))
	if c.Priority != "" && c.Priority != "normal" {
		add("priority", paper.Plain(p.option("option.priority.", c.Priority)))
	}
	if s.Head.Restricted() {
		add("access", paper.Plain(p.L.T("option.access.restricted")))
	}
	if c.Lead.ID != "" {
		add("lead", paper.Apart(nameOf(c.Lead)))
	}
	add("review_on", paper.Plain(p.onPaper(c.ReviewOn)))
	add("closed_on", paper.Plain(p.onPaper(c.ClosedOn)))
	return f
}

// people is the table of everybody with where he stands.
func (p *printer) people(list []cases.Dossier) paper.Block {
	switch {
	case len(list) > 0:
	case p.outward:
		return paper.Paragraph{Text: paper.Plain(p.L.T("print.nobody_shown")), Tone: paper.Muted}
	default:
		return paper.Paragraph{Text: paper.Plain(p.L.T("print.no_people")), Tone: paper.Muted}
	}
	t := paper.Table{Caption: p.L.T("print.people"), Columns: []paper.Column{{Title: p.refHead(), Width: .1}, {Title: p.L.T("column.person.title"), Width: .2}, {Title: p.L.T("field.taken"), Width: .17},
		{Title: p.L.T("print.by"), Width: .17}, {Title: p.L.T("print.now"), Width: .21}, {Title: p.L.T("print.days"), Align: paper.End, Width: .15}}}
	for _, d := range list {
		name := append(p.names(d.Person), p.on(d.Person.Head.ID, "", "names")...)
		row := []paper.Text{paper.Apart(d.Person.Head.Ref), name}
		if e := d.On(p.day); e != nil {
			st := e.On(p.day)
			row = append(row, p.taken(e), p.takenBy(e), p.now(e, st), paper.Apart(p.days(st)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// refHead heads the column of refs; on what leaves, people have numbers instead.
func (p *printer) refHead() string {
	if p.outward {
		return p.L.T("print.number")
	}
	return p.L.T("field.ref")
}

func (p *printer) taken(e *cases.Episode) paper.Text {
	return append(paper.Plain(p.onPaper(e.Taken())), p.on(e.Head.ID, "")...)
}

// takenBy is who arrested, as the episode or its first step says.
func (p *printer) takenBy(e *cases.Episode) paper.Text {
	by := e.TakenBy
	for _, s := range e.Steps {
		if by.ID == "" && s.Kind == detention.StepArrest && s.Annulled == "" {
			by = s.By
		}
	}
	return append(p.ref(by), p.on(e.Head.ID, "taken_by")...)
}

// now is where somebody stands: the status, and under it the place or places.
func (p *printer) now(e *cases.Episode, st detention.Status) paper.Text {
	if st.State == "" {
		return nil
	}
	return below(paper.Plain(p.L.T("custody."+st.State)), p.places(st.Places))
}

// counts are observations: each with its day and who counted, none is the sum.
func (p *printer) counts(s *record.Sheet, list []record.Piece) paper.Table {
	t := paper.Table{Caption: p.L.T("print.counts"), Columns: []paper.Column{{Title: p.L.T("print.count"), Width: .45}, {Title: p.L.T("field.as_of"), Width: .25}, {Title: p.L.T("print.counted_by"), Width: .3}}}
	told := p.d.Confidants()
	for _, piece := range list {
		tally := piece.Body.(*citation.Tally)
		text := paper.Plain(p.count(piece, nil).Text)
		for _, c := range p.d.Cited[s.Head.ID] {
			if tally.Citation != "" && c.ID == tally.Citation {
				text = append(text, p.marks(c)...)
			}
		}
		by := paper.Apart(tally.CountedBy)
		if who := p.d.Speakers[tally.CountedBy]; who.Kind == "organization" {
			by = paper.Apart(who.Title)
		}
		if told[tally.CountedBy] {
			by = paper.Plain(p.L.T("print.told_us"))
		}
		t.Rows = append(t.Rows, []paper.Text{text, paper.Plain(p.onPaper(tally.AsOf)), by})
	}
	return t
}

// gaps is what is missing in a case: of the case itself, and of whom.
func (p *printer) gaps(c cases.CaseSummary, body *casefile.Case) paper.Block {
	var of []string
	if body.Lead.ID == "" {
		of = append(of, "print.gap.lead")
	}
	if body.ReviewOn.IsZero() {
		of = append(of, "print.gap.review")
	}
	if body.Risk == "" {
		of = append(of, "print.gap.risk")
	}
	order := []string{"print.gap.name", "print.gap.birth", "print.gap.taken", "print.gap.by", "print.gap.place", "print.gap.stale", "print.gap.differ", "print.gap.source", "print.gap.consent"}
	who := map[string][]form.Ref{}
	for _, d := range c.List {
		for _, gap := range p.lacks(d) {
			who[gap] = append(who[gap], d.Person.Ref())
		}
	}
	var f paper.Facts
	var words []paper.Text
	for _, key := range of {
		words = append(words, paper.Plain(p.L.T(key)))
	}
	addFact(&f, p.L.T("print.gap.case"), below(words...))
	for _, key := range order {
		list := who[key]
		switch {
		case len(list) == 0:
		case len(list) == len(c.List) && len(list) > 2:
			addFact(&f, p.L.T(key), paper.Plain(p.L.T("print.all_of", "n", p.L.Int(len(list)))))
		default:
			addFact(&f, p.L.T(key), append(paper.Plain(p.L.N("print.people_n", len(list))+" "), p.some(list, 40)...))
		}
	}
	if len(f.Facts) == 0 {
		return paper.Paragraph{Text: paper.Plain(p.L.T("print.nothing_missing")), Tone: paper.Muted}
	}
	return f
}

// lacks names what is not known of one person.
func (p *printer) lacks(d cases.Dossier) []string {
	var list []string
	b := record.As[*person.Person](d.Person)
	if len(b.Names) == 0 {
		list = append(list, "print.gap.name")
	}
	if b.Born.IsZero() && !b.Age.Valid && !b.Group {
		list = append(list, "print.gap.birth")
	}
	if len(b.Consent) == 0 || slices.Contains(b.Consent, "not_asked") || slices.Contains(b.Consent, "no") {
		list = append(list, "print.gap.consent")
	}
	cited := len(d.Cited[d.Person.Head.ID])
	for _, e := range d.Episodes {
		cited += len(d.Cited[e.Head.ID])
	}
	if cited == 0 {
		list = append(list, "print.gap.source")
	}
	e := d.On(p.day)
	if e == nil {
		return list
	}
	if e.Taken().IsZero() {
		list = append(list, "print.gap.taken")
	}
	if len(p.takenBy(e)) == 0 {
		list = append(list, "print.gap.by")
	}
	st := e.On(p.day)
	if st.InCustody && len(st.Places) != 1 {
		list = append(list, "print.gap.place")
	}
	if detention.Stale(st, p.day, cases.RecheckAfter(b.Flags)) {
		list = append(list, "print.gap.stale")
	}
	for _, s := range e.Steps {
		if _, chosen := d.Choice(e.Head.ID, "steps."+s.ID+".places"); !chosen && s.Annulled == "" && len(d.Versions(e.Head.ID, s)) > 1 {
			return append(list, "print.gap.differ")
		}
	}
	return list
}

// notes are the sources marked so far, under their heading.
func (p *printer) notes() []paper.Block {
	head := paper.Heading{Level: 2, Text: p.L.T("paper.sources")}
	n := p.sources.Notes()
	if len(n.Notes) == 0 {
		return []paper.Block{head, paper.Paragraph{Text: paper.Plain(p.L.T("print.no_sources")), Tone: paper.Muted}}
	}
	return []paper.Block{head, n}
}

// personSummary is one person on paper. How to reach him or his family is never
// on it.
func (r *Request) personSummary(tx *record.Tx, s *record.Sheet, day string) (paper.Document, int, error) {
	d, err := cases.ReadDossiers(tx, []*record.Sheet{s})
	if err != nil {
		return paper.Document{}, 0, err
	}
	p := r.printer(d, day)
	one := d.List[0]
	body := record.As[*person.Person](s)
	doc := paper.Document{Title: i18n.Isolate(p.name(s)), Foot: paper.CheckCode(append([]string{"person", day}, d.Canon()...)...)}
	add := func(blocks ...paper.Block) { doc.Blocks = append(doc.Blocks, blocks...) }
	heading := func(key string) { add(paper.Heading{Level: 2, Text: r.L.T(key)}) }
	if all := p.scripts(s); len(all) > 1 {
		var names paper.Text
		for _, n := range all[1:] {
			names = after(names, paper.Apart(n))
		}
		add(paper.Paragraph{Text: names})
	}
	if s.Head.Voided {
		add(paper.Paragraph{Text: paper.Text{{Text: r.L.T("web.voided"), Style: paper.Bold}}})
	}
	add(p.identity(s, body))
	e := one.On(day)
	heading("print.custody")
	if e == nil {
		add(paper.Paragraph{Text: paper.Plain(r.L.T("print.no_custody")), Tone: paper.Muted})
	} else {
		add(p.custody(e, body))
		heading("print.chronology")
		add(p.chronology(d.List))
		if legal := p.legal(e); len(legal) > 0 {
			heading("print.legal")
			add(legal...)
		}
	}
	if t := p.relations(body); len(t.Rows) > 0 {
		add(paper.Heading{Level: 2, Text: r.label("person", "relations")}, t)
	}
	if t := p.labels(body); len(t.Rows) > 0 {
		add(paper.Heading{Level: 2, Text: r.label("person", "labels")}, t)
	}
	add(p.missing(tx, one, e)...)
	add(p.notes()...)
	return doc, 1, nil
}

// identity is who somebody is: every name, and what tells him from namesakes.
func (p *printer) identity(s *record.Sheet, b *person.Person) paper.Facts {
	var f paper.Facts
	add := func(field string, value paper.Text) {
		if len(value) > 0 {
			addFact(&f, p.label("person", field), append(value, p.on(s.Head.ID, field)...))
		}
	}
	if !p.outward {
		addFact(&f, p.L.T("field.ref"), paper.Apart(s.Head.Ref))
	}
	var names []paper.Text
	for _, n := range b.Names {
		one := paper.Apart(n.Full)
		if n.Kind != "" {
			one = after(one, paper.Text{{Text: "(" + p.L.T("option.name_kind."+n.Kind) + ")", Style: paper.Isolated | paper.Faint}})
		}
		names = append(names, one)
	}
	add("names", below(names...))
	add("father", paper.Apart(b.Father))
	add("mother", paper.Apart(b.Mother))
	add("born", paper.Plain(p.onPaper(b.Born)))
	if b.Age.Valid {
		age := paper.Apart(b.AgeTold().Words(p.L))
		if !b.AgeOn.IsZero() {
			age = append(age, paper.Span{Text: " (" + p.onPaper(b.AgeOn) + ")"})
		}
		add("age", age)
	}
	add("died", paper.Plain(p.onPaper(b.Died)))
	if b.Sex != "" {
		add("sex", paper.Plain(p.L.T("option.sex."+b.Sex)))
	}
	var words []string
	for _, c := range b.Nationalities {
		words = append(words, p.L.Country(c))
	}
	add("nationalities", paper.Plain(strings.Join(words, p.L.T("web.comma"))))
	add("occupations", p.apart(b.Occupations))
	add("id_documents", p.apart(b.Documents))
	words = nil
	for _, flag := range b.Flags {
		words = append(words, p.L.T("option.flag."+flag))
	}
	add("flags", paper.Plain(strings.Join(words, p.L.T("web.comma"))))
	words = nil
	for _, c := range b.Consent {
		if c != "not_asked" { // he may have been asked since, and have said yes
			words = append(words, p.L.T("option.consent_told."+c))
		}
	}
	add("consent_told", paper.Plain(strings.Join(words, p.L.T("web.comma"))))
	if s.Case.Ref != "" {
		addFact(&f, p.L.T("kind.case.one"), after(paper.Apart(s.Case.Ref), paper.Apart(s.Case.Title)))
	}
	return f
}

// apart lists free texts, each with its own direction.
func (p *printer) apart(list []string) paper.Text {
	var texts []paper.Text
	for _, t := range list {
		texts = append(texts, paper.Apart(t))
	}
	return p.join("print.comma", texts...)
}

// custody is where somebody stands on the day, since when, how long and how surely.
func (p *printer) custody(e *cases.Episode, b *person.Person) paper.Block {
	st := e.On(p.day)
	if st.State == "" {
		return paper.Paragraph{Text: paper.Plain(p.L.T("print.no_custody")), Tone: paper.Muted}
	}
	var f paper.Facts
	status := paper.Text{{Text: p.L.T("custody." + st.State), Style: paper.Bold}}
	if !p.outward && detention.Stale(st, p.day, cases.RecheckAfter(b.Flags)) {
		status = append(status, paper.Span{Text: " · " + p.L.T("print.gap.stale")})
	}
	addFact(&f, p.L.T("field.custody"), append(status, p.on(e.Head.ID, "steps."+st.SinceEvent, "steps."+st.SinceEvent+".places")...))
	addFact(&f, p.L.T("print.since"), paper.Plain(p.since(st)))
	addFact(&f, p.L.T("field.held_at"), p.places(st.Places))
	addFact(&f, p.L.T("field.held_by"), p.body(st.By))
	addFact(&f, p.L.T("field.taken"), p.taken(e))
	addFact(&f, p.L.T("field.taken_by"), p.takenBy(e))
	addFact(&f, p.L.T("field.taken_at"), append(p.ref(e.TakenAt), p.on(e.Head.ID, "taken_at")...))
	addFact(&f, p.L.T("print.days_in_custody"), paper.Apart(p.days(st)))
	addFact(&f, p.L.T("field.last_confirmed"), paper.Plain(p.dayOnPaper(st.LastConfirmed)))
	if st.Next != nil {
		if step, ok := e.Step(st.Next.ID); ok {
			what, _ := p.happened(cases.Occurrence{Episode: *e, Step: *step})
			addFact(&f, p.L.T("print.next"), after(paper.Plain(p.onPaper(step.Date)), what))
		}
	}
	return f
}

// legal is the legal side of an episode.
func (p *printer) legal(e *cases.Episode) []paper.Block {
	var f paper.Facts
	id := e.Head.ID
	add := func(field string, value paper.Text) {
		if len(value) > 0 {
			addFact(&f, p.label("detention", field), append(value, p.on(id, field)...))
		}
	}
	choice := func(field, prefix, code string) {
		if code != "" {
			add(field, paper.Plain(p.L.T(prefix+code)))
		}
	}
	choice("legal_status", "option.legal_status.", e.LegalStatus)
	add("remand_until", paper.Plain(p.onPaper(e.RemandUntil)))
	add("sentence_until", paper.Plain(p.onPaper(e.SentenceEnd)))
	add("ordered_by", p.ref(e.OrderedBy))
	choice("warrant_shown", "option.yes_no_unknown.", e.WarrantShown)
	add("reason_given", paper.Apart(flat(e.ReasonGiven)))
	for _, g := range e.Arbitrariness {
		add("arbitrariness", below(paper.Plain(p.L.T("option.wgad."+g.Category)), paper.Apart(flat(g.Reason))))
	}
	var blocks []paper.Block
	if len(f.Facts) > 0 {
		blocks = append(blocks, f)
	}
	if len(e.Charges) > 0 {
		t := paper.Table{Caption: p.label("detention", "charges")}
		for _, name := range []string{"law", "article", "status", "date"} {
			t.Columns = append(t.Columns, paper.Column{Title: p.label("detention.charges", name)})
		}
		for _, c := range e.Charges {
			status := ""
			if c.Status != "" {
				status = p.L.T("option.charge_status." + c.Status)
			}
			t.Rows = append(t.Rows, []paper.Text{paper.Apart(c.Law), paper.Apart(c.Article), paper.Plain(status), paper.Plain(p.onPaper(c.Date))})
		}
		blocks = append(blocks, paper.Heading{Level: 3, Text: t.Caption}, t)
	}
	if len(e.Remedies) > 0 {
		t := paper.Table{Caption: p.label("detention", "remedies")}
		for _, name := range []string{"body", "date", "result", "why_ineffective"} {
			t.Columns = append(t.Columns, paper.Column{Title: p.label("detention.remedies", name)})
		}
		for _, m := range e.Remedies {
			t.Rows = append(t.Rows, []paper.Text{paper.Apart(m.Body), paper.Plain(p.onPaper(m.Date)), paper.Apart(flat(m.Result)), paper.Apart(flat(m.Ineffective))})
		}
		blocks = append(blocks, paper.Heading{Level: 3, Text: t.Caption}, t)
	}
	return blocks
}

// relations are whom somebody is tied to; what may not be seen is left out.
func (p *printer) relations(b *person.Person) paper.Table {
	t := paper.Table{Caption: p.label("person", "relations"), Columns: []paper.Column{{Title: p.label("person.relations", "kind"), Width: .25}, {Title: p.label("person.relations", "to"), Width: .45},
		{Title: p.label("person.relations", "since"), Width: .15}, {Title: p.label("person.relations", "until"), Width: .15}}}
	for _, rel := range b.Relations {
		if rel.To.Hidden() {
			continue
		}
		t.Rows = append(t.Rows, []paper.Text{paper.Plain(p.L.T("option.relation_kind." + rel.Kind)), after(p.ref(rel.To), paper.Text{{Text: rel.To.Ref, Style: paper.Isolated | paper.Faint}}), paper.Plain(p.onPaper(rel.Since)), paper.Plain(p.onPaper(rel.Until))})
	}
	return t
}

// labels are what bodies call somebody.
func (p *printer) labels(b *person.Person) paper.Table {
	t := paper.Table{Caption: p.label("person", "labels"), Columns: []paper.Column{{Title: p.label("person.labels", "label"), Width: .35}, {Title: p.label("person.labels", "by"), Width: .35},
		{Title: p.label("person.labels", "since"), Width: .15}, {Title: p.label("person.labels", "until"), Width: .15}}}
	for _, l := range b.Labels {
		t.Rows = append(t.Rows, []paper.Text{paper.Apart(l.Label), p.ref(l.By), paper.Plain(p.onPaper(l.Since)), paper.Plain(p.onPaper(l.Until))})
	}
	return t
}

// missing is the same question the person's page asks: what of article 17 (3)
// of the Convention against Enforced Disappearance is not on file.
func (p *printer) missing(tx *record.Tx, d cases.Dossier, e *cases.Episode) []paper.Block {
	l := &look{Request: p.Request, tx: tx, d: d, p: record.As[*person.Person](d.Person), e: e, day: p.day, url: p.url(d.Person.Ref())}
	if e != nil {
		l.st = e.On(p.day)
	}
	var m personpage.Person
	l.missing(&m)
	var f paper.Facts
	for _, item := range m.Missing.Items {
		if !item.Has {
			text := paper.Plain("–")
			if item.Partly != "" {
				text = paper.Plain(item.Partly)
			}
			addFact(&f, item.Text, text)
		}
	}
	if len(f.Facts) == 0 {
		return []paper.Block{paper.Heading{Level: 2, Text: p.L.T("print.missing")}, paper.Paragraph{Text: paper.Plain(p.L.T("print.nothing_missing")), Tone: paper.Muted}}
	}
	return []paper.Block{paper.Heading{Level: 2, Text: m.Missing.Title}, f}
}

// mostListed is how many people one list prints at most.
const mostListed = 5000

// detaineeList is who is in custody on a day, by the filters of the list of
// detentions; without a filter on status, those in custody alone.
func (r *Request) detaineeList(tx *record.Tx, _ *record.Sheet, day string) (paper.Document, int, error) {
	list, res, err := r.listed(tx, day)
	if err != nil {
		return paper.Document{}, 0, err
	}
	p := r.printer(list, day)
	doc := paper.Document{Title: r.L.T("print.list"), Foot: paper.CheckCode(append([]string{"list", day}, list.Canon()...)...)}
	line := paper.Text{{Text: r.L.T("print.sentence", "what", r.dayOnPaper(day)) + " "}, {Text: r.L.T("print.sentence", "what", r.L.N("print.people_n", res.Total)), Style: paper.Bold}}
	doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: line})
	if res.Total > len(res.Rows) {
		doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: paper.Plain(r.L.T("print.cut", "n", r.L.Int(len(res.Rows)), "total", r.L.Int(res.Total))), Tone: paper.Muted})
	}
	doc.Blocks = append(doc.Blocks, p.detainees(list))
	doc.Blocks = append(doc.Blocks, p.notes()...)
	return doc, len(list.List), nil
}

// listed reads the people of a list of detainees, and how many there are.
func (r *Request) listed(tx *record.Tx, day string) (cases.Dossiers, record.Result, error) {
	q := r.asked(r.book.Kind("detention"))
	q.On = day
	if q.Filters["state"] == "" && q.Filters["in_custody"] == "" {
		q.Filters["in_custody"] = "yes"
	}
	if q.Sort == "" {
		q.Sort = "person"
	}
	q.Page, q.PerPage = 1, mostListed
	res, err := tx.List(q)
	if err != nil {
		return cases.Dossiers{}, res, err
	}
	order := make([]string, len(res.Rows))
	for i, row := range res.Rows {
		order[i] = row.ID
	}
	list, err := cases.DossiersOf(tx, order)
	return list, res, err
}

// detainees is the table of a list, a row for each episode.
func (p *printer) detainees(list cases.Dossiers) paper.Block {
	switch {
	case len(list.List) > 0:
	case p.outward:
		return paper.Paragraph{Text: paper.Plain(p.L.T("print.nobody_shown")), Tone: paper.Muted}
	default:
		return paper.Paragraph{Text: paper.Plain(p.L.T("kind.detention.none")), Tone: paper.Muted}
	}
	t := paper.Table{Caption: p.L.T("print.list"), Columns: []paper.Column{{Title: p.refHead(), Width: .1}, {Title: p.L.T("column.person.title"), Width: .17}, {Title: p.L.T("field.taken"), Width: .14},
		{Title: p.L.T("print.by"), Width: .15}, {Title: p.L.T("print.now"), Width: .17}, {Title: p.L.T("field.last_confirmed"), Width: .13}, {Title: p.L.T("print.days"), Align: paper.End, Width: .14}}}
	for _, d := range list.List {
		for i := range d.Episodes {
			e := &d.Episodes[i]
			st := e.On(p.day)
			t.Rows = append(t.Rows, []paper.Text{paper.Apart(d.Person.Head.Ref), p.names(d.Person), p.taken(e), p.takenBy(e),
				append(p.now(e, st), p.on(e.Head.ID, "steps."+st.SinceEvent, "steps."+st.SinceEvent+".places")...), paper.Plain(p.dayOnPaper(st.LastConfirmed)), paper.Apart(p.days(st))})
		}
	}
	return t
}
