package web

import (
	"slices"
	"strings"

	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/person"
	"amparo/internal/i18n"
	"amparo/internal/paper"
	"amparo/internal/record"
)

// linesToSign is how many lines a page of signatures has at least.
const linesToSign = 14

// signatures is the page that is signed by hand.
func (r *Request) signatures(tx *record.Tx, s *record.Sheet, day string) (leaf, error) {
	p, doc, err := r.post(tx, s, day)
	if err != nil {
		return doc, err
	}
	p.laySignatures(&doc)
	doc.Foot = p.code("signatures")
	return doc, nil
}

func (p *post) laySignatures(doc *leaf) {
	page := paper.SignaturePage{Document: doc.Document, Letter: p.l.TitleText, Lines: linesToSign}
	var to []string
	for _, a := range p.l.Addressees {
		to = append(to, i18n.Isolate(p.called(a.Org)))
	}
	page.To = strings.Join(to, p.L.T("web.comma"))
	for _, one := range p.l.Signatories {
		if one.MayBeNamed && (p.out == nil && !one.Withdrawn || p.signs(one)) {
			page.Names = append(page.Names, paper.Signatory{Name: one.Name, Capacity: one.Capacity})
		}
	}
	doc.Document = page.Lay()
}

// urgentAction is a sheet for those who are asked to write at once: who is in
// danger, what happened, what to ask, of whom, until when, and how.
func (r *Request) urgentAction(tx *record.Tx, s *record.Sheet, day string) (leaf, error) {
	p, doc, err := r.post(tx, s, day)
	if err != nil {
		return doc, err
	}
	p.layUrgent(&doc)
	doc.Foot = p.code("urgent")
	doc.left, doc.untold = p.leftOut(), p.untold()
	return doc, nil
}

func (p *post) layUrgent(doc *leaf) {
	p.brief = true
	d := &doc.Document
	d.Title = p.L.T("urgent.title", "what", i18n.Isolate(p.l.TitleText))
	add := func(blocks ...paper.Block) { d.Blocks = append(d.Blocks, blocks...) }
	heading := func(key string) { add(paper.Heading{Level: 2, Text: p.L.T(key)}) }
	add(paper.Paragraph{Text: paper.Text{{Text: p.until(), Style: paper.Bold}}})
	for _, remark := range p.sheetRemarks() {
		add(paper.Paragraph{Text: paper.Plain(remark), Tone: paper.Muted})
	}
	heading("urgent.who")
	add(p.whoIsInDanger()...)
	heading("letter.facts")
	if facts := p.facts(); len(facts) > 0 {
		add(facts...)
	}
	add(p.whatHappened()...)
	heading("urgent.why")
	add(p.whyUrgent()...)
	heading("urgent.ask")
	if demands := p.demands(); len(demands) > 0 {
		add(demands...)
	} else {
		add(paper.Paragraph{Text: paper.Plain(p.L.T("urgent.no_demand")), Tone: paper.Muted})
	}
	heading("urgent.to")
	add(p.whomToWrite())
	heading("urgent.how")
	tone := paper.List{}
	for _, key := range []string{"urgent.how_polite", "urgent.how_own_words", "urgent.how_facts", "urgent.how_who", "urgent.how_copy"} {
		tone.Items = append(tone.Items, paper.Item{Blocks: []paper.Block{paper.Paragraph{Text: paper.Plain(p.L.T(key))}}})
	}
	add(tone)
	add(p.notes()...)
}

// sheetRemarks are those of the letter that a sheet needs too.
func (p *post) sheetRemarks() []string {
	switch {
	case p.l.Head.Voided:
		return []string{p.L.T("web.voided")}
	case p.l.Observed():
		return []string{p.L.T("letter.observed")}
	case p.l.Head.State == appeal.Draft || p.l.Head.State == appeal.InReview:
		return []string{p.L.T("letter.draft")}
	case p.l.Head.State == appeal.Withdrawn || p.l.Head.State == appeal.Closed:
		return []string{p.L.T("urgent.over")}
	}
	return nil
}

// until words by when to write: the next day that a demand is due or, while the
// appeal is not sent, that it is to be sent.
func (p *post) until() string {
	days := []string{p.l.SendBy.Latest}
	if p.l.SentTo() > 0 {
		days = nil
	}
	for _, d := range p.asking() {
		days = append(days, d.Due.Latest)
	}
	slices.Sort(days)
	today, passed := p.book.Today(), ""
	for _, day := range days {
		if day >= today {
			return p.L.T("urgent.until", "date", p.dayOnPaper(day))
		}
		passed = day
	}
	if passed != "" {
		return p.L.T("urgent.passed", "date", p.dayOnPaper(passed))
	}
	return p.L.T("urgent.no_day")
}

func (p *post) whoIsInDanger() []paper.Block {
	if len(p.l.People.List) == 0 {
		return []paper.Block{paper.Paragraph{Text: paper.Plain(p.L.T("urgent.nobody")), Tone: paper.Muted}}
	}
	const few = 4
	if len(p.l.People.List) > few {
		return []paper.Block{p.printer.people(p.l.People.List)}
	}
	var blocks []paper.Block
	for _, d := range p.l.People.List {
		var f paper.Facts
		b := record.As[*person.Person](d.Person)
		name := p.names(d.Person)
		name[0].Style |= paper.Bold
		addFact(&f, p.L.T("column.person.title"), name)
		addFact(&f, p.label("person", "born"), paper.Plain(p.onPaper(b.Born)))
		if b.Age.Valid {
			addFact(&f, p.label("person", "age"), paper.Apart(b.AgeTold().Words(p.L)))
		}
		addFact(&f, p.label("person", "occupations"), p.apart(b.Occupations))
		if e := d.On(p.day); e != nil {
			st := e.On(p.day)
			addFact(&f, p.L.T("field.taken"), p.taken(e))
			addFact(&f, p.L.T("field.taken_by"), p.takenBy(e))
			addFact(&f, p.L.T("print.now"), p.now(e, st))
			addFact(&f, p.L.T("print.days_in_custody"), paper.Apart(p.days(st)))
		}
		blocks = append(blocks, f)
	}
	return blocks
}

// mostSteps is how many of the last steps a sheet has.
const mostSteps = 10

// whatHappened are the last steps of those in danger, by date.
func (p *post) whatHappened() []paper.Block {
	c, ok := p.chronology(p.l.People.List).(paper.Chronology)
	if !ok {
		return nil
	}
	var blocks []paper.Block
	if more := len(c.Rows) - mostSteps; more > 0 {
		c.Rows = c.Rows[more:]
		blocks = append(blocks, paper.Paragraph{Text: paper.Plain(p.L.T("urgent.last_steps", "n", p.L.Int(mostSteps))), Tone: paper.Muted})
	}
	return append(blocks, c)
}

// whyUrgent is what is written of it, what puts people at risk, and what stands
// before them next.
func (p *post) whyUrgent() []paper.Block {
	var blocks []paper.Block
	if p.l.Urgency != "" && p.out == nil {
		blocks = append(blocks, paper.Paragraph{Text: paper.Plain(p.l.Urgency)})
	}
	var risks paper.Facts
	for _, d := range p.l.People.List {
		var words []paper.Text
		for _, flag := range record.As[*person.Person](d.Person).Flags {
			if flag != "do_not_contact" {
				words = append(words, paper.Plain(p.L.T("option.flag."+flag)))
			}
		}
		if e := d.On(p.day); e != nil {
			if next := e.On(p.day).Next; next != nil {
				if step, ok := e.Step(next.ID); ok {
					what, _ := p.happened(cases.Occurrence{Episode: *e, Step: *step})
					words = append(words, after(paper.Plain(p.onPaper(step.Date)), what))
				}
			}
		}
		addFact(&risks, i18n.Isolate(p.name(d.Person)), below(words...))
	}
	if len(risks.Facts) > 0 {
		blocks = append(blocks, risks)
	}
	if len(blocks) == 0 {
		blocks = append(blocks, paper.Paragraph{Text: paper.Plain(p.L.T("urgent.no_why")), Tone: paper.Muted})
	}
	return blocks
}

// whomToWrite is the table of those written to: how, and in which languages.
func (p *post) whomToWrite() paper.Block {
	if len(p.l.Addressees) == 0 {
		return paper.Paragraph{Text: paper.Plain(p.L.T("urgent.no_addressee")), Tone: paper.Muted}
	}
	t := paper.Table{Caption: p.L.T("urgent.to"), Columns: []paper.Column{{Title: p.L.T("urgent.whom"), Width: .4}, {Title: p.L.T("urgent.channel"), Width: .35}, {Title: p.L.T("urgent.languages"), Width: .25}}}
	for _, a := range p.l.Addressees {
		row := []paper.Text{p.ref(a.Org), paper.Apart(a.Channel), nil}
		if s := p.l.People.Bodies[a.Org.ID]; s != nil {
			o := record.As[*organization.Organization](s)
			row[1] = p.apart(append(nonEmpty(a.Channel), slices.DeleteFunc(slices.Clone(o.Channels), func(c string) bool { return c == a.Channel })...))
			var langs []string
			for _, code := range o.Languages {
				langs = append(langs, p.L.LanguageName(code))
			}
			row[2] = paper.Plain(strings.Join(langs, p.L.T("web.comma")))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
