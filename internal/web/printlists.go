package web

import (
	"slices"
	"strings"

	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/paper"
	"amparo/internal/record"
	"amparo/views/parts"
)

// onPaperAct leads from a list to the same on paper, with its filters.
func (r *Request) onPaperAct(path string) parts.Action {
	_, query, _ := strings.Cut(r.with("page", "", "per_page", "", "view", ""), "?")
	if query != "" {
		path += "?" + query
	}
	return parts.Action{Label: r.L.T("print.action"), URL: path}
}

// mostOfAState is how many appeals of one state a list prints at most.
const mostOfAState = 300

// appealsOnPaper is where appeals stand, state by state, what is late first: the
// board as a list for a meeting.
func (r *Request) appealsOnPaper(tx *record.Tx, _ *record.Sheet, day string) (leaf, error) {
	q := r.asked(appeal.Kind)
	found, err := cases.Board(tx, q, mostOfAState)
	if err != nil {
		return leaf{}, err
	}
	p := r.printer(cases.Dossiers{Bodies: map[string]*record.Sheet{}}, day)
	if err := p.readBodies(tx, found); err != nil {
		return leaf{}, err
	}
	people, err := tx.Accounts()
	if err != nil {
		return leaf{}, err
	}
	doc := paper.Document{Title: r.L.T("print.appeals")}
	canon := []string{"appeals"}
	total, shown := 0, 0
	for _, state := range slices.Concat(piles, folded) {
		pile := found[state]
		if pile.Total == 0 {
			continue
		}
		total, shown = total+pile.Total, shown+len(pile.Lines)
		doc.Blocks = append(doc.Blocks, paper.Heading{Level: 2, Text: r.L.T("print.state_count", "state", r.L.T("state.appeal."+state), "n", r.L.Int(pile.Total))})
		if pile.Total > len(pile.Lines) {
			doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: paper.Plain(r.L.T("print.cut", "n", r.L.Int(len(pile.Lines)), "total", r.L.Int(pile.Total))), Tone: paper.Muted})
		}
		t := paper.Table{Caption: r.L.T("state.appeal." + state), Columns: []paper.Column{{Title: r.L.T("field.ref"), Width: .1}, {Title: r.L.T("field.title"), Width: .3}, {Title: r.L.T("field.addressees"), Width: .22},
			{Title: r.L.T("field.appeal.assignee"), Width: .14}, {Title: r.L.T("print.standing"), Width: .24}}}
		for _, l := range pile.Lines {
			canon = append(canon, l.Ref.Ref+" "+l.UpdatedAt)
			title := paper.Apart(l.Title)
			if l.AppealKind != "" {
				title = below(title, paper.Text{{Text: r.L.T("option.appeal_kind." + l.AppealKind), Style: paper.Faint}})
			}
			who := people[l.Assignee].Title
			if l.Observed() {
				who = r.L.T("option.appeal_by.others")
			}
			t.Rows = append(t.Rows, []paper.Text{paper.Apart(l.Ref.Ref), title, p.bodies(l.To), paper.Apart(who), paper.Plain(r.standing(l).Word)})
		}
		doc.Blocks = append(doc.Blocks, t)
	}
	if total == 0 {
		doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: paper.Plain(r.L.T("kind.appeal.none")), Tone: paper.Muted})
	}
	doc.Foot = paper.CheckCode(canon...)
	return leaf{Document: doc, records: shown}, nil
}

// readBodies reads all whom appeals are written to, for their names in the
// document's script.
func (p *printer) readBodies(tx *record.Tx, found map[string]cases.Pile) error {
	var ids []string
	for _, pile := range found {
		for _, l := range pile.Lines {
			ids = append(ids, l.To...)
		}
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
		return nil
	}
	list, err := tx.Where("organization", "h.id IN ?", ids)
	for _, s := range list {
		p.d.Bodies[s.Head.ID] = s
	}
	return err
}

// bodies names organizations by their ids.
func (p *printer) bodies(ids []string) paper.Text {
	var list []paper.Text
	for _, id := range ids {
		list = append(list, p.body(id))
	}
	return p.join("print.comma", list...)
}

// deadlinesOnPaper is what is owed by when, as the list of deadlines is filtered.
func (r *Request) deadlinesOnPaper(tx *record.Tx, _ *record.Sheet, _ string) (leaf, error) {
	doc := paper.Document{Title: r.L.T("print.deadlines")}
	q, ok, err := r.askedDeadlines(tx)
	if err != nil {
		return leaf{}, err
	}
	if q.Status == "" {
		q.Status = cases.Running
	}
	q.Page, q.PerPage = 1, mostListed
	var list []cases.Owed
	total := 0
	if ok {
		if list, total, err = cases.Deadlines(tx, q); err != nil {
			return leaf{}, err
		}
	}
	people, err := tx.Accounts()
	if err != nil {
		return leaf{}, err
	}
	doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: paper.Text{{Text: r.L.N("page.deadlines.count", total), Style: paper.Bold}}})
	if total > len(list) {
		doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: paper.Plain(r.L.T("print.cut", "n", r.L.Int(len(list)), "total", r.L.Int(total))), Tone: paper.Muted})
	}
	t := paper.Table{Caption: r.L.T("print.deadlines"), Columns: []paper.Column{{Title: r.L.T("field.due"), Width: .21}, {Title: r.L.T("page.deadlines.what"), Width: .29}, {Title: r.L.T("page.rules.rule"), Width: .22},
		{Title: r.L.T("page.rules.owes"), Width: .12}, {Title: r.L.T("filter.assignee"), Width: .16}}}
	canon := []string{"deadlines"}
	for _, o := range list {
		canon = append(canon, strings.Join([]string{o.About.Ref, o.Rule, o.Day, o.Status}, " "))
		due := paper.Plain(r.dayOnPaper(o.Day))
		for _, word := range nonEmpty(r.daysLeft(o), r.deadlineWord(o)) {
			due = below(due, paper.Text{{Text: word, Style: paper.Faint}})
		}
		rule := paper.Plain(r.L.T("deadline.rule." + o.Rule))
		if !o.Confirmed {
			rule = below(rule, paper.Text{{Text: r.L.T("page.rules.unconfirmed"), Style: paper.Faint}})
		}
		about := below(paper.Apart(o.About.Title), paper.Text{{Text: o.About.Ref, Style: paper.Isolated | paper.Faint}})
		t.Rows = append(t.Rows, []paper.Text{due, about, rule, paper.Plain(r.L.T("deadline.owes." + o.Owes)), paper.Apart(people[o.Assignee].Title)})
	}
	if len(list) > 0 {
		doc.Blocks = append(doc.Blocks, t)
	}
	doc.Foot = paper.CheckCode(canon...)
	return leaf{Document: doc, records: len(list)}, nil
}

// deadlineWord is what is unusual of a deadline: met, late, estimated.
func (r *Request) deadlineWord(o cases.Owed) string {
	if o.Estimated {
		return r.L.T("page.deadlines.estimated")
	}
	if o.MetOn != "" {
		return r.L.T("deadline.status." + o.Status)
	}
	return ""
}
