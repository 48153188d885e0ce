package web

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/record"
	pages "amparo/views/board"
	"amparo/views/parts"
	"amparo/views/records"
)

// cardsShown is how many cards a column shows before it leads to the list.
const cardsShown = 20

// piles are the columns of the board, and those that are folded away.
var (
	piles  = []string{appeal.Draft, appeal.InReview, appeal.Approved, appeal.Sent, appeal.Answered}
	folded = []string{appeal.Closed, appeal.Withdrawn}
)

// asking are the views on what was asked of others, and what came of it.
func (r *Request) asking() []parts.Tab {
	path, board := r.c.Path(), r.query("view") == "board"
	tabs := []parts.Tab{
		{Label: r.L.T("web.board.table"), URL: "/appeals", Current: path == "/appeals" && !board},
		{Label: r.L.T("web.board.board"), URL: "/appeals?view=board", Current: path == "/appeals" && board},
		{Label: r.L.T("kind.demand.many"), URL: "/demands", Current: path == "/demands"},
		{Label: r.L.T("web.score.title"), URL: "/demands/scoreboard", Current: path == "/demands/scoreboard"},
	}
	if r.Actor.May(auth.Write) {
		tabs = append(tabs, parts.Tab{Label: r.L.T("web.month.tab"), URL: "/reports", Current: path == "/reports"})
	}
	return tabs
}

// appealBoard shows where every appeal stands, in columns.
func (r *Request) appealBoard() error {
	k := appeal.Kind
	q := r.asked(k)
	q.Filters["state"] = ""
	m := pages.Board{Title: r.L.T("kind.appeal.many"), Tabs: r.asking(), Filter: records.List{Action: "/appeals", Hidden: []parts.Pair{{Name: "view", Value: "board"}}}}
	if r.Actor.May(auth.Write) {
		m.New = &parts.Action{Label: r.L.T("kind.appeal.new"), URL: "/appeals/new", Tone: parts.Main}
	}
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		found, err := cases.Board(tx, q, cardsShown)
		if err != nil {
			return err
		}
		var bodies []string
		for _, p := range found {
			for _, l := range p.Lines {
				bodies = append(bodies, l.To...)
			}
		}
		titles, err := r.appealFilters(tx, &m.Filter, q, bodies)
		if err != nil {
			return err
		}
		people, err := tx.Accounts()
		if err != nil {
			return err
		}
		for _, state := range piles {
			m.Columns = append(m.Columns, r.pile(state, found[state], titles, people))
		}
		for _, state := range folded {
			if found[state].Total > 0 {
				m.Folded = append(m.Folded, r.pile(state, found[state], titles, people))
			}
		}
		if len(found) == 0 {
			m.Empty = &parts.Empty{Text: r.L.T("kind.appeal.none"), Action: m.New}
			if len(m.Filter.Set) > 0 {
				m.Empty = &parts.Empty{Text: r.L.T("web.list.no_match"), Action: &parts.Action{Label: r.L.T("common.clear"), URL: m.Filter.ClearURL}}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.page(fiber.StatusOK, m.Title, pages.BoardPage(m))
}

// appealFilters are what appeals can be filtered by, alike on table and board:
// who carries them and whom they are written to are chosen among those that
// occur. The titles of the bodies asked for come along.
func (r *Request) appealFilters(tx *record.Tx, m *records.List, q record.Query, bodies []string) (map[string]form.Ref, error) {
	to, err := cases.WrittenTo(tx)
	if err != nil {
		return nil, err
	}
	const most = 200 // beyond that a name is typed
	if len(to) > most {
		to = nil
	}
	titles, err := tx.Titles(append(bodies, to...)...)
	if err != nil {
		return nil, err
	}
	people, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	choose := func(in *parts.Field, ids []string, from map[string]form.Ref, blank string) {
		in.Type, in.Suggest, in.Blank = parts.Choice, "", blank
		for _, id := range ids {
			if ref := from[id]; ref.Ref != "" {
				in.Options = append(in.Options, parts.Option{Value: ref.Ref, Label: ref.Title, Selected: strings.EqualFold(ref.Ref, in.Value)})
			}
		}
		compare := r.L.Compare()
		slices.SortStableFunc(in.Options, func(a, b parts.Option) int { return compare(a.Label, b.Label) })
	}
	inputs := map[string]parts.Field{}
	for _, f := range appeal.Kind.ListOf(tx.Today()).Filters {
		in := r.filterInput(f, q.Filters[f.Name])
		switch {
		case f.Name == "assignee":
			choose(&in, slices.Collect(maps.Keys(people)), people, r.L.T("web.board.all_colleagues"))
			in.Options = append(in.Options, parts.Option{Value: record.Nobody, Label: r.L.T("web.board.nobody")})
		case f.Name == "to" && len(to) > 0:
			choose(&in, to, titles, r.L.T("web.board.all_bodies"))
		}
		if f.Name == "kind" || f.Name == "overdue" {
			in.Blank = r.L.T("web.search.all")
		}
		inputs[f.Name] = in
	}
	m.Filters, m.More, m.MoreOpen = nil, nil, false
	if m.Action == "/appeals" && r.query("view") != "board" {
		m.Filters = append(m.Filters, parts.Field{Name: "q", Label: r.L.T("web.list.search"), Value: q.Q, Type: parts.Text, Max: 200})
		m.More = append(m.More, inputs["state"])
	}
	m.Filters = append(m.Filters, inputs["assignee"], inputs["to"], inputs["kind"], inputs["overdue"])
	m.More = append(m.More, inputs["case"], inputs["person"], inputs["by"])
	for _, in := range m.More {
		m.MoreOpen = m.MoreOpen || in.Value != ""
	}
	m.Set, m.ClearURL = r.filtersSet(appeal.Kind.ListOf(tx.Today()).Filters, q), ""
	if len(m.Set) > 0 {
		m.ClearURL = m.Action
		if r.query("view") == "board" {
			m.ClearURL += "?view=board"
		}
	}
	return titles, nil
}

// pile is one column of the board.
func (r *Request) pile(state string, p cases.Pile, titles, people map[string]form.Ref) pages.Column {
	c := pages.Column{ID: "pile-" + state, Title: r.L.T("state.appeal." + state), Count: r.L.Int(p.Total), Empty: r.L.T("web.board.none")}
	for _, l := range p.Lines {
		c.Cards = append(c.Cards, r.card(l, titles, people))
	}
	if rest := p.Total - len(p.Lines); rest > 0 {
		c.More = &parts.Action{Label: r.L.N("web.board.more", rest), URL: r.with("view", "", "state", state)}
	}
	return c
}

// card is one appeal on the board.
func (r *Request) card(l cases.Line, titles, people map[string]form.Ref) pages.Card {
	c := pages.Card{Ref: l.Ref.Ref, Title: l.Title, URL: r.url(l.Ref), Line: r.standing(l)}
	var to []string
	for _, id := range l.To {
		if ref := titles[id]; ref.Ref != "" {
			to = append(to, i18n.Isolate(ref.Title))
		}
	}
	who := people[l.Assignee].Title
	if l.Observed() {
		who = r.L.T("option.appeal_by.others")
	}
	c.Who = i18n.Isolate(l.Ref.Ref)
	if who != "" {
		c.Who += " · " + i18n.Isolate(who)
	}
	if len(to) > 0 {
		c.Who = r.L.T("web.board.to", "who", c.Who, "to", strings.Join(to, r.L.T("web.comma")))
	}
	switch {
	case l.MayRead(r.Actor) && (l.State == appeal.InReview || l.UnreadUntil != ""):
		c.Acts = append(c.Acts, parts.Action{Label: r.L.T("web.board.review"), URL: c.URL, Tone: parts.Main})
	case r.Actor.May(auth.Write) && l.State == appeal.Approved && l.Assignee == r.Actor.ID:
		c.Acts = append(c.Acts, parts.Action{Label: r.L.T("move.send"), URL: c.URL})
	}
	return c
}

// waitsLong is after how many days an appeal that waits for its reader is late.
const waitsLong = 3

// standing is the one thing that matters about an appeal now. What is late has
// another tone, and so another sign.
func (r *Request) standing(l cases.Line) parts.Badge {
	today := r.book.Today()
	late := func(day string) bool { return day != "" && day < today }
	say := func(tone parts.Tone, text string) parts.Badge { return parts.Badge{Word: text, Tone: tone} }
	met := r.L.N("web.board.met", l.Demands, "met", r.L.Int(l.Met))
	if l.UnreadUntil != "" && l.State != appeal.Withdrawn {
		tone := parts.Warn
		if late(l.UnreadUntil) {
			tone = parts.Alarm
		}
		return say(tone, r.L.T("web.board.unread", "day", r.day(l.UnreadUntil)))
	}
	switch l.State {
	case appeal.Draft, appeal.Approved:
		switch {
		case late(l.SendBy):
			return say(parts.Alarm, r.L.N("web.board.send_late", edtf.DaysDiff(l.SendBy, today), "day", r.day(l.SendBy)))
		case l.SendBy != "" && (l.State == appeal.Approved || l.SendBy <= edtf.AddDays(today, horizon)):
			return say(parts.Plain, r.L.T("web.board.send_by", "day", r.day(l.SendBy)))
		case l.State == appeal.Approved:
			return say(parts.Plain, r.L.T("web.board.to_send"))
		}
		return say(parts.Plain, r.L.T("web.board.edited", "when", r.ago(l.UpdatedAt)))
	case appeal.InReview:
		days := max(0, edtf.DaysDiff(r.dayOf(l.WaitsSince), today))
		tone := parts.Plain
		if days >= waitsLong {
			tone = parts.Alarm
		}
		if l.MayRead(r.Actor) {
			return say(tone, r.L.N("web.board.waits_you", days))
		}
		return say(tone, r.L.N("web.board.waits", days))
	case appeal.Sent, appeal.Answered:
		if l.Sent < l.Written && !l.Observed() {
			return say(parts.Alarm, r.L.T("web.board.not_sent", "left", r.L.Int(l.Written-l.Sent), "of", r.L.Int(l.Written)))
		}
		days := 0
		if l.Due != "" {
			days = edtf.DaysDiff(today, l.Due)
		}
		switch {
		case late(l.Due) && l.WeOwe:
			return say(parts.Alarm, r.L.N("web.board.we_late", -days))
		case late(l.Due) && l.Answered == 0:
			return say(parts.Alarm, r.L.N("web.board.no_answer", -days))
		case late(l.Due):
			return say(parts.Alarm, r.L.N("web.desk.late", -days)+r.L.T("web.comma")+met)
		case l.Due == "" && l.State == appeal.Answered, l.Demands > 0 && l.Met == l.Demands:
			return say(parts.Plain, met)
		case l.Due == "":
			return say(parts.Plain, r.L.T("web.board.no_due"))
		case l.WeOwe:
			return say(parts.Warn, r.L.N("web.board.we_due", days))
		case l.State == appeal.Answered:
			return say(parts.Plain, met+r.L.T("web.comma")+r.L.N("web.board.due", days))
		}
		return say(parts.Plain, r.L.N("web.board.reply_due", days))
	case appeal.Withdrawn:
		return say(parts.Quiet, r.day(l.UpdatedAt))
	}
	return say(parts.Quiet, met)
}

// dayOf is the office's day of a moment; a day is its own.
func (r *Request) dayOf(moment string) string {
	if form.IsDay(moment) {
		return moment
	}
	t, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		return r.book.Today()
	}
	return t.In(r.o.Zone).Format(time.DateOnly)
}

// ago words how long a moment has passed: minutes and hours today, then days,
// then its date.
func (r *Request) ago(moment string) string {
	t, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		return ""
	}
	passed, days := r.now().Sub(t), edtf.DaysDiff(r.dayOf(moment), r.book.Today())
	switch {
	case passed < time.Minute:
		return r.L.T("web.board.ago.now")
	case passed < time.Hour:
		return r.L.N("web.board.ago.minutes", int(passed.Minutes()))
	case days < 1 || passed < 6*time.Hour:
		return r.L.N("web.board.ago.hours", int(passed.Hours()))
	case days == 1:
		return r.L.T("web.board.ago.yesterday")
	case days <= 14:
		return r.L.N("web.board.ago.days", days)
	}
	return r.day(r.dayOf(moment))
}

// appealList is the table of appeals, with the same line as on the board.
func (r *Request) appealList(m records.List) error {
	m.Downloads = append(m.Downloads, r.onPaperAct("/appeals/list"))
	refs := make([]string, len(m.Table.Rows))
	for i, row := range m.Table.Rows {
		refs[i] = row.Select
	}
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		lines, err := cases.LinesOf(tx, refs...)
		if err != nil {
			return err
		}
		for i, row := range m.Table.Rows {
			l, ok := lines[row.Select]
			for at, h := range m.Table.Heads {
				switch {
				case !ok:
				case h.Name == "title" && l.AppealKind != "":
					row.Cells[at].Sub = r.dotted(row.Select, r.L.T("option.appeal_kind."+l.AppealKind))
				case h.Name == "due":
					line := r.standing(l)
					row.Cells[at] = parts.Cell{Text: line.Word}
					if line.Tone == parts.Alarm || line.Tone == parts.Warn {
						row.Cells[at] = parts.Cell{Badges: []parts.Badge{line}}
					}
				case h.Name == "met" && l.Demands > 0:
					row.Cells[at] = parts.Cell{Text: r.L.T("web.board.of", "n", r.L.Int(l.Met), "of", r.L.Int(l.Demands)), Numeric: true, Tight: true}
				case h.Name == "met":
					row.Cells[at] = parts.Cell{}
				}
			}
			m.Table.Rows[i] = row
		}
		_, err = r.appealFilters(tx, &m, r.asked(appeal.Kind), nil)
		return err
	})
	if err != nil {
		return err
	}
	return r.page(fiber.StatusOK, m.Title, records.ListPage(m))
}
