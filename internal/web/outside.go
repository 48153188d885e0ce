package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"amparo/internal/cases"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/person"
	"amparo/internal/citation"
	"amparo/internal/i18n"
	"amparo/internal/paper"
	"amparo/internal/record"
)

// What a paper for somebody outside is made of. Its people are made anew of what
// may be told (cases.Outside) and are worded as any others; what a paper says of
// its own case stands here.

// outsider words a paper for somebody outside.
type outsider struct {
	*printer
	out *cases.Outside
	few int // numbers left out because they are small
}

// outside makes dossiers anew for an audience, with the words of ours that were ticked.
func (r *Request) outside(tx *record.Tx, d cases.Dossiers, a cases.Audience, as cases.Paper) (*outsider, error) {
	p := r.printer(d, as.Day)
	for _, id := range r.c.Context().QueryArgs().PeekMulti("text") {
		as.Ticked = append(as.Ticked, string(id))
	}
	as.Call = p.callOutside
	out, err := cases.NewOutside(tx, d, a, as)
	if err != nil {
		return nil, err
	}
	p.d, p.outward, p.held = out.Dossiers, true, true
	return &outsider{printer: p, out: out}, nil
}

// callOutside is what somebody goes by who is not told by his name.
func (p *printer) callOutside(number int, identity string, who *person.Person) string {
	own, other := who.Latn, who.Arab
	if p.script == "Arab" {
		own, other = other, own
	}
	called := ""
	switch identity {
	case "initials":
		called = cases.Initials(cmp.Or(own, other, who.Cyrl))
	case "pseudonym":
		for _, n := range who.Names {
			if n.Kind == "pseudonym" && (called == "" || person.Script(n.Full) == p.script) {
				called = n.Full
			}
		}
	}
	switch {
	case called != "":
		return called
	case who.Group:
		return p.L.T("print.group_n", "n", p.L.Int(number))
	}
	return p.L.T("print.person_n", "n", p.L.Int(number))
}

// leaf is the paper with what goes on the register once it is given to somebody.
func (p *outsider) leaf(doc paper.Document, about *record.Sheet, from cases.Dossiers, canon ...string) leaf {
	ticked := []string{p.out.Audience.Name}
	for _, f := range p.out.Free {
		if f.Ticked {
			ticked = append(ticked, f.ID)
		}
	}
	doc.Foot = paper.CheckCode(slices.Concat(canon, ticked)...)
	return leaf{Document: doc, out: p.out, few: p.few, handed: p.out.Handed(about, from), records: len(p.d.List)}
}

// caseName is what a case goes by outside: its alias, its title where that was
// marked as fit for it, else nothing but what the paper is.
func (p *outsider) caseName(s *record.Sheet, word string) string {
	switch c := record.As[*casefile.Case](s); {
	case c.Alias != "":
		return i18n.Isolate(c.Alias)
	case p.out.Audience.Cleared(s.Head):
		return i18n.Isolate(s.Head.Title)
	}
	return p.L.T(word)
}

// barred refuses a paper about a record whose sensitivity keeps it inside.
func barred(a cases.Audience, s *record.Sheet) error {
	switch {
	case s.Head.Voided:
		return &record.NotOpen{Move: "print", Why: []record.Why{{Code: "print_voided"}}}
	case a.Barred(s.Head):
		return &record.NotOpen{Move: "print", Why: []record.Why{{Code: "print_barred"}}}
	}
	return nil
}

// caseOutside is the case summary for an audience.
func (r *Request) caseOutside(tx *record.Tx, s *record.Sheet, day string, a cases.Audience) (leaf, error) {
	if err := barred(a, s); err != nil {
		return leaf{}, err
	}
	c, err := cases.ReadCaseSummary(tx, s, day)
	if err != nil {
		return leaf{}, err
	}
	as := cases.Paper{Day: day, Free: []string{"detention.steps.text", "case.summary"}}
	for i, para := range strings.Split(strings.ReplaceAll(record.As[*casefile.Case](s).Summary, "\r", ""), "\n\n") {
		as.Lines = append(as.Lines, cases.FreeText{ID: s.Head.ID + ".summary." + strconv.Itoa(i), Field: "case.summary", Text: flat(para)})
	}
	p, err := r.outside(tx, c.Dossiers, a, as)
	if err != nil {
		return leaf{}, err
	}
	doc := paper.Document{Title: p.caseName(s, "print.case")}
	add := func(blocks ...paper.Block) { doc.Blocks = append(doc.Blocks, blocks...) }
	for _, line := range as.Lines {
		if p.out.Leaves(line.ID) {
			add(paper.Paragraph{Text: paper.Apart(line.Text)})
		}
	}
	add(p.howMany()...)
	if f := p.land(s); len(f.Facts) > 0 {
		add(f)
	}
	add(paper.Heading{Level: 2, Text: r.L.T("print.people")}, p.people(p.d.List), paper.Heading{Level: 2, Text: r.L.T("print.chronology")}, p.chronology(p.d.List))
	if t := p.tallies(c.Counts); len(t.Rows) > 0 {
		add(paper.Heading{Level: 2, Text: r.L.T("print.counts")}, t)
	}
	add(p.notes()...)
	return p.leaf(doc, s, c.Dossiers, append([]string{"case", day}, c.Canon()...)...), nil
}

// chronologyOutside is what happened in a case, for an audience.
func (r *Request) chronologyOutside(tx *record.Tx, s *record.Sheet, day string, a cases.Audience) (leaf, error) {
	if err := barred(a, s); err != nil {
		return leaf{}, err
	}
	c, err := cases.ReadCaseSummary(tx, s, day)
	if err != nil {
		return leaf{}, err
	}
	p, err := r.outside(tx, c.Dossiers, a, cases.Paper{Day: day, Free: []string{"detention.steps.text"}})
	if err != nil {
		return leaf{}, err
	}
	doc := paper.Document{Title: p.caseName(s, "print.chronology")}
	doc.Blocks = append(p.howMany(), paper.Heading{Level: 2, Text: r.L.T("print.chronology")}, p.chronology(p.d.List))
	doc.Blocks = append(doc.Blocks, p.notes()...)
	return p.leaf(doc, s, c.Dossiers, append([]string{"chronology", day}, c.Canon()...)...), nil
}

// howMany says how many people the paper tells of, where that is no small
// number, and that there are others, where they are no small number either.
func (p *outsider) howMany() []paper.Block {
	people := map[string]bool{}
	for _, d := range p.d.List {
		people[d.Person.Head.ID] = true
	}
	var said []string
	if n := len(people); n >= cases.FewestTold {
		said = append(said, p.L.T("print.sentence", "what", p.L.N("print.people_n", n)))
	}
	if p.out.Withheld() >= cases.FewestTold {
		said = append(said, p.L.T("print.others_not_shown"))
	}
	if len(said) == 0 {
		return nil
	}
	return []paper.Block{paper.Paragraph{Text: paper.Plain(strings.Join(said, " "))}}
}

// land is the country of a case, where nobody's place is withheld.
func (p *outsider) land(s *record.Sheet) paper.Facts {
	var f paper.Facts
	for _, t := range p.out.All {
		if !t.Place {
			return f
		}
	}
	addFact(&f, p.label("case", "country"), paper.Plain(p.option("option.country.", record.As[*casefile.Case](s).Country)))
	return f
}

// tallies are the counts that give nobody away: no small ones, and none that
// with another or with the people shown makes a small one plain.
func (p *outsider) tallies(list []record.Piece) paper.Table {
	t := paper.Table{Caption: p.L.T("print.counts"), Columns: []paper.Column{{Title: p.L.T("print.count"), Width: .6}, {Title: p.L.T("field.as_of"), Width: .4}}}
	for _, piece := range p.tellable(list) {
		t.Rows = append(t.Rows, []paper.Text{paper.Plain(p.count(piece, nil).Text), paper.Plain(p.onPaper(cases.Coarse(piece.Body.(*citation.Tally).AsOf, "initials")))})
	}
	return t
}

func (p *outsider) tellable(list []record.Piece) (kept []record.Piece) {
	people := map[string]bool{}
	for _, d := range p.d.List {
		people[d.Person.Head.ID] = true
	}
	plain := []int{len(people)}
	for _, piece := range list {
		tally := piece.Body.(*citation.Tally)
		numbers := []int{int(tally.N.N)}
		if tally.NMax.Valid {
			numbers = append(numbers, int(tally.NMax.N))
		}
		if !tally.N.Valid || slices.Contains(cases.Tellable(plain, numbers...), false) {
			p.few++
			continue
		}
		plain, kept = append(plain, numbers...), append(kept, piece)
	}
	return kept
}

// personOutside is the summary of one person for an audience.
func (r *Request) personOutside(tx *record.Tx, s *record.Sheet, day string, a cases.Audience) (leaf, error) {
	d, err := cases.ReadDossiers(tx, []*record.Sheet{s})
	if err != nil {
		return leaf{}, err
	}
	p, err := r.outside(tx, d, a, cases.Paper{Day: day, Free: []string{"detention.steps.text", "detention.reason_given", "detention.charges", "detention.arbitrariness", "detention.remedies", "person.labels"}})
	if err != nil {
		return leaf{}, err
	}
	if len(p.d.List) == 0 {
		return leaf{}, &record.NotOpen{Move: "print", Why: []record.Why{{Code: "print_told_" + p.out.All[0].Why[0]}}}
	}
	one := p.d.List[0]
	body := record.As[*person.Person](one.Person)
	doc := paper.Document{Title: i18n.Isolate(p.name(one.Person))}
	add := func(blocks ...paper.Block) { doc.Blocks = append(doc.Blocks, blocks...) }
	heading := func(key string) { add(paper.Heading{Level: 2, Text: r.L.T(key)}) }
	if all := p.scripts(one.Person); len(all) > 1 {
		var names paper.Text
		for _, n := range all[1:] {
			names = after(names, paper.Apart(n))
		}
		add(paper.Paragraph{Text: names})
	}
	if f := p.identity(one.Person, body); len(f.Facts) > 0 {
		add(f)
	}
	heading("print.custody")
	if e := one.On(day); e == nil {
		add(paper.Paragraph{Text: paper.Plain(r.L.T("print.no_custody")), Tone: paper.Muted})
	} else {
		add(p.custody(e, body))
		heading("print.chronology")
		add(p.chronology(p.d.List))
		if legal := p.legal(e); len(legal) > 0 {
			heading("print.legal")
			add(legal...)
		}
	}
	if t := p.labels(body); len(t.Rows) > 0 {
		add(paper.Heading{Level: 2, Text: r.label("person", "labels")}, t)
	}
	add(p.notes()...)
	return p.leaf(doc, s, d, append([]string{"person", day}, d.Canon()...)...), nil
}

// listOutside is who is in custody on a day, for an audience.
func (r *Request) listOutside(tx *record.Tx, _ *record.Sheet, day string, a cases.Audience) (leaf, error) {
	list, _, err := r.listed(tx, day)
	if err != nil {
		return leaf{}, err
	}
	p, err := r.outside(tx, list, a, cases.Paper{Day: day})
	if err != nil {
		return leaf{}, err
	}
	doc := paper.Document{Title: r.L.T("print.list")}
	doc.Blocks = append([]paper.Block{paper.Paragraph{Text: paper.Plain(r.L.T("print.sentence", "what", r.dayOnPaper(day)))}}, p.howMany()...)
	doc.Blocks = append(doc.Blocks, p.detainees(p.d))
	doc.Blocks = append(doc.Blocks, p.notes()...)
	return p.leaf(doc, nil, list, append([]string{"list", day}, list.Canon()...)...), nil
}
