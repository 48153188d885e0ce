package web

import (
	"slices"

	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/casefile"
	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/paper"
	"amparo/internal/record"
)

// The papers of an appeal for somebody outside who is no body it is written to.
// Its words were read by somebody else and name whom they are for: it leaves only
// where everybody in it may be told by his full name.

// lettersOutside makes one of the papers of an appeal for an audience.
func lettersOutside(what string, lay func(*post, *leaf)) func(*Request, *record.Tx, *record.Sheet, string, cases.Audience) (leaf, error) {
	return func(r *Request, tx *record.Tx, s *record.Sheet, day string, a cases.Audience) (leaf, error) {
		if err := barred(a, s); err != nil {
			return leaf{}, err
		}
		p, doc, err := r.post(tx, s, day)
		if err != nil {
			return doc, err
		}
		canon := append([]string{what, a.Name}, p.l.Canon()...)
		all := p.l.People
		if err := p.turnOutside(tx, a); err != nil {
			return doc, err
		}
		lay(p, &doc)
		doc.Foot = paper.CheckCode(canon...)
		doc.out, doc.handed, doc.untold = p.out, p.out.Handed(s, all), p.untold()
		return doc, nil
	}
}

// turnOutside leaves of what the papers are made of what an audience may be told,
// or refuses them.
func (p *post) turnOutside(tx *record.Tx, a cases.Audience) error {
	out, err := cases.NewOutside(tx, p.l.People, a, cases.Paper{Day: p.day, Call: p.callOutside})
	if err != nil {
		return err
	}
	if home, err := tx.ByID("case", p.l.Head.CaseID); err != nil {
		return err
	} else if record.As[*casefile.Case](home).Alias == "" && !a.Cleared(home.Head) {
		p.l.CaseName = ""
	}
	notes := map[string]citation.Cited{}
	for id, c := range p.l.Footnotes {
		notes[id] = out.Source(c)
	}
	// Bodies that are written to and must act are named in the words that were read.
	for id, s := range p.l.People.Bodies {
		out.Bodies[id] = s
	}
	// Whom its demands are for is told of as well as whom it is for itself.
	told, err := cases.ToldAppeals(tx, a, []string{p.l.Head.ID})
	if err != nil {
		return err
	}
	out.All = told.All
	p.out, p.d, p.l.People, p.l.Footnotes, p.outward, p.held = out, out.Dossiers, out.Dossiers, notes, true, true
	why := p.unfit(p.values().Gaps(p.l.Appeal.Body(p.lang)))
	if told.Unseen[p.l.Head.ID] && !slices.ContainsFunc(why, func(w record.Why) bool { return w.Code == "print_hidden" }) {
		why = append(why, record.Why{Code: "print_hidden"})
	}
	var who []form.Ref
	for _, t := range told.All {
		if t.Identity != "full" && !told.Nameless[t.Person.ID] {
			who = append(who, t.Person)
		}
	}
	return p.uncovered(why, who)
}

// appealsOutside is where appeals stand, for an audience: of those that left, and
// are for nobody who is withheld. They have no titles but where these were marked
// as fit to be told.
func (r *Request) appealsOutside(tx *record.Tx, _ *record.Sheet, day string, a cases.Audience) (leaf, error) {
	found, err := cases.Board(tx, r.asked(appeal.Kind), mostOfAState)
	if err != nil {
		return leaf{}, err
	}
	var ids []string
	for _, state := range appealsThatLeft {
		for _, l := range found[state].Lines {
			ids = append(ids, l.ID)
		}
	}
	told, err := cases.ToldAppeals(tx, a, ids)
	if err != nil {
		return leaf{}, err
	}
	p := &outsider{printer: r.printer(cases.Dossiers{Bodies: map[string]*record.Sheet{}}, day), out: told.Outside}
	if err := p.readBodies(tx, found); err != nil {
		return leaf{}, err
	}
	for id, s := range p.d.Bodies {
		if a.Barred(s.Head) {
			delete(p.d.Bodies, id)
		}
	}
	p.outward = true
	doc := paper.Document{Title: r.L.T("print.appeals")}
	canon := []string{"appeals"}
	handed := told.People
	n := 0
	for _, state := range appealsThatLeft {
		t := paper.Table{Caption: r.L.T("state.appeal." + state), Columns: []paper.Column{{Title: p.refHead(), Width: .08}, {Title: r.L.T("print.appeal"), Width: .32}, {Title: r.L.T("field.addressees"), Width: .26},
			{Title: r.L.T("print.sent"), Width: .14}, {Title: r.L.T("print.standing"), Width: .2}}}
		for _, l := range found[state].Lines {
			s := told.Appeals[l.ID]
			if s == nil {
				continue
			}
			n++
			canon = append(canon, l.Ref.Ref+" "+l.UpdatedAt)
			handed = append(handed, record.HandedOf(s, ""))
			what := paper.Plain(r.L.T("kind.appeal.one"))
			if l.AppealKind != "" {
				what = paper.Plain(r.L.T("option.appeal_kind." + l.AppealKind))
			}
			if a.Cleared(s.Head) {
				what = below(paper.Apart(l.Title), what)
			}
			to := slices.DeleteFunc(slices.Clone(l.To), func(id string) bool { return p.d.Bodies[id] == nil })
			sent := cases.Coarse(record.As[*appeal.Appeal](s).FirstSent(), "initials")
			t.Rows = append(t.Rows, []paper.Text{paper.Apart(r.L.Int(n)), what, p.bodies(to), paper.Plain(r.onPaper(sent)), paper.Plain(r.standing(l).Word)})
		}
		if len(t.Rows) > 0 {
			doc.Blocks = append(doc.Blocks, paper.Heading{Level: 2, Text: r.L.T("state.appeal." + state)}, t)
		}
	}
	if n == 0 {
		doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: paper.Plain(r.L.T("print.no_appeals_shown")), Tone: paper.Muted})
	}
	l := p.leaf(doc, nil, cases.Dossiers{}, canon...)
	l.handed, l.records = handed, n
	return l, nil
}

// appealsThatLeft are the states of appeals of which somebody outside knows.
var appealsThatLeft = []string{appeal.Sent, appeal.Answered, appeal.Closed}
