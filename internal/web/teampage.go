package web

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	demandpages "amparo/views/demand"
	pages "amparo/views/desk"
	"amparo/views/parts"
)

// How many rows each part of a supervisor's Monday shows before it leads on.
const (
	mostWaits  = 15
	mostBodies = 12
	mostStale  = 6
	mostUnled  = 6
)

// deskTabs are a day of one's own and the team's, for who leads.
func (r *Request) deskTabs() []parts.Tab {
	if !r.Actor.May(auth.Lead) {
		return nil
	}
	team := r.query("view") == "team"
	return []parts.Tab{{Label: r.L.T("web.team.mine"), URL: "/", Current: !team}, {Label: r.L.T("web.team.title"), URL: "/?view=team", Current: team}}
}

// colleagues are the accounts that can carry work, by id, and until when each is away.
func (r *Request) colleagues() (map[string]form.Ref, map[string]account.Deputy, error) {
	system := auth.System("who can take work")
	users, err := r.office.Users(r.c.UserContext(), system)
	if err != nil {
		return nil, nil, err
	}
	list := map[string]form.Ref{}
	for _, u := range users {
		if u.Actor().Staff() && !u.Disabled() {
			list[u.ID] = form.Ref{ID: u.ID, Ref: u.Email, Kind: "account", Title: u.Name}
		}
	}
	deputies, err := r.office.Deputies(r.c.UserContext(), system)
	away := map[string]account.Deputy{}
	for _, d := range deputies {
		if today := r.book.Today(); d.From <= today && today <= d.Until {
			away[d.For.ID] = d
		}
	}
	return list, away, err
}

// team is a supervisor's Monday: what waits, what is late, what nobody has in
// hand, and who has how much.
func (r *Request) team() error {
	m := pages.Team{Title: r.L.T("web.team.title"), Tabs: r.deskTabs(), Empty: r.L.T("web.team.empty")}
	m.Links = []parts.Action{{Label: r.L.T("web.month.tab"), URL: "/reports"}, {Label: r.L.T("web.team.doubles"), URL: "/people/duplicates"}, {Label: r.L.T("web.team.handovers"), URL: "/handovers"},
		{Label: r.L.T("web.glass.title"), URL: "/break-glass"}}
	staff, away, err := r.colleagues()
	if err != nil {
		return err
	}
	err = r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		people, err := tx.Accounts()
		if err != nil {
			return err
		}
		for _, part := range []func(*record.Tx, *pages.Team) error{
			func(tx *record.Tx, m *pages.Team) error { return r.teamWaits(tx, m, people) }, r.teamLate, r.teamStale,
			func(tx *record.Tx, m *pages.Team) error { return r.teamUnled(tx, m) },
			func(tx *record.Tx, m *pages.Team) error { return r.teamLoads(tx, m, staff, people, away) },
		} {
			if err := part(tx, &m); err != nil {
				return err
			}
		}
		ledger := demandpages.Ledger{}
		if err := r.proposed(tx, &ledger, "/?view=team", mostProposed); err != nil {
			return err
		}
		if len(ledger.Waits.Rows) > 0 {
			m.Proposed, m.Empty = demandpages.WaitsPart(ledger), ""
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.page(fiber.StatusOK, m.Title, pages.TeamPage(m))
}

// waitsFor words what something waits for and what to do about it.
var waitsFor = map[string]struct {
	word string
	tone parts.Tone
	act  string
}{
	cases.ForReader:  {"web.team.for.reader", parts.Warn, "web.board.review"},
	cases.ForSecond:  {"web.team.for.second", parts.Alarm, "web.board.review"},
	cases.ForOpening: {"web.team.for.opening", parts.Warn, "web.desk.decide"},
	cases.ForReview:  {"web.team.for.review", parts.Plain, "web.desk.look"},
}

// waitsRow is one thing that waits for a decision.
func (r *Request) waitsRow(w cases.Waiting, people map[string]form.Ref) pages.Row {
	how := waitsFor[w.What]
	row := pages.Row{When: &parts.Badge{Word: r.L.T(how.word), Tone: how.tone}, Title: []parts.Run{{Text: r.titled(w.Ref), URL: r.url(w.Ref), Strong: true}}}
	days := 0
	if w.Since != "" {
		days = max(0, edtf.DaysDiff(r.dayOf(w.Since), r.book.Today()))
	}
	mine := !slices.Contains(w.Authors, r.Actor.ID)
	row.Sub = []parts.Run{{Text: w.Ref.Ref}, {Text: people[w.Carrier].Title}}
	switch {
	case w.Since == "":
	case mine:
		row.Sub = append(row.Sub, parts.Run{Text: r.L.N("web.board.waits_you", days), Strong: days >= waitsLong})
	default:
		row.Sub = append(row.Sub, parts.Run{Text: r.L.N("web.team.waits_other", days)})
	}
	if mine {
		row.Acts = []parts.Action{{Label: r.L.T(how.act), URL: r.url(w.Ref)}}
	}
	return spaced(row)
}

func (r *Request) teamWaits(tx *record.Tx, m *pages.Team, people map[string]form.Ref) error {
	list, total, err := cases.WaitsForDecision(tx, mostWaits)
	if err != nil {
		return err
	}
	m.Waits.Title = r.L.N("web.team.waits", total)
	for _, w := range list {
		m.Waits.Rows = append(m.Waits.Rows, r.waitsRow(w, people))
	}
	if rest := total - len(list); rest > 0 {
		m.Waits.More = &parts.Action{Label: r.L.N("web.desk.more", rest), URL: "/appeals?state=in_review"}
	}
	return nil
}

// teamLate is whose time has run out, and for how long.
func (r *Request) teamLate(tx *record.Tx, m *pages.Team) error {
	list, err := cases.LateByBody(tx, mostBodies)
	if err != nil || len(list) == 0 {
		return err
	}
	m.LateSum = r.L.T("web.team.late")
	m.Late = parts.Table{Caption: m.LateSum, Heads: []parts.Head{{Label: r.L.T("field.targets")}, {Label: r.L.T("web.team.week"), Numeric: true}, {Label: r.L.T("web.team.month"), Numeric: true},
		{Label: r.L.T("web.team.older"), Numeric: true}}}
	for _, o := range list {
		who := parts.Cell{Text: r.L.T("web.team.unspecified"), Primary: true, URL: "/demands?overdue=yes&to=" + record.Nobody}
		if o.Body.ID != "" {
			who = parts.Cell{Text: o.Body.Title, Primary: true, URL: "/demands?overdue=yes&to=" + o.Body.Ref}
		}
		who.Sub = r.L.N("web.team.longest", o.Longest)
		m.Late.Rows = append(m.Late.Rows, parts.TableRow{Cells: []parts.Cell{who, r.figure(o.Week, ""), r.figure(o.Month, ""), r.figure(o.Older, "")}})
	}
	return nil
}

// figure is a number in a table; nothing stands for none.
func (r *Request) figure(n int, at string) parts.Cell {
	if n == 0 {
		return parts.Cell{Numeric: true}
	}
	return parts.Cell{Text: r.L.Int(n), URL: at, Numeric: true}
}

func (r *Request) teamStale(tx *record.Tx, m *pages.Team) error {
	list, total, err := cases.StaleCustodies(tx, mostStale)
	if err != nil {
		return err
	}
	m.Stale.Title = r.L.N("web.team.stale", total)
	for _, one := range list {
		row := pages.Row{Title: []parts.Run{{Text: r.titled(one.Ref), URL: r.url(one.Ref), Strong: true}}, Sub: []parts.Run{{Text: one.Ref.Ref}, {Text: r.L.T("custody." + one.State)}}}
		if one.LastConfirmed != "" {
			row.Sub = append(row.Sub, parts.Run{Text: r.L.T("web.desk.last", "when", r.day(one.LastConfirmed))})
		}
		m.Stale.Rows = append(m.Stale.Rows, spaced(row))
	}
	if rest := total - len(list); rest > 0 {
		m.Stale.More = &parts.Action{Label: r.L.N("web.desk.more", rest), URL: "/detentions?stale=yes"}
	}
	return nil
}

func (r *Request) teamUnled(tx *record.Tx, m *pages.Team) error {
	list, total, err := cases.WithoutLead(tx, mostUnled)
	if err != nil {
		return err
	}
	m.Unled.Title = r.L.N("web.team.unled", total)
	for _, one := range list {
		b := r.stateBadge(one.Kind, one.State)
		m.Unled.Rows = append(m.Unled.Rows, spaced(pages.Row{When: &b, Title: []parts.Run{{Text: r.titled(one.Ref), URL: r.url(one.Ref), Strong: true}},
			Sub: []parts.Run{{Text: one.Ref.Ref}, {Text: r.L.T("web.desk.since", "when", r.day(r.dayOf(one.Since)))}}}))
	}
	if rest := total - len(list); rest > 0 {
		m.Unled.More = &parts.Action{Label: r.L.N("web.desk.more", rest), URL: "/cases?lead=" + record.Nobody}
	}
	return nil
}

// teamLoads is who has how much. Every figure leads to its rows.
func (r *Request) teamLoads(tx *record.Tx, m *pages.Team, staff, people map[string]form.Ref, away map[string]account.Deputy) error {
	loads, err := cases.Loads(tx)
	if err != nil {
		return err
	}
	all := maps.Clone(staff)
	for id := range loads { // whoever left may still have work
		if _, ok := all[id]; !ok {
			all[id] = people[id]
		}
	}
	m.People.Caption = r.L.T("page.desk.load")
	for _, key := range []string{"web.team.colleague", "kind.case.many", "state.appeal.draft", "state.appeal.in_review", "state.appeal.approved", "state.appeal.sent", "state.appeal.answered", "web.team.late_appeals", "kind.task.many", "web.team.late_tasks"} {
		m.People.Heads = append(m.People.Heads, parts.Head{Label: r.L.T(key), Numeric: len(m.People.Heads) > 0})
	}
	m.People.Heads = append(m.People.Heads, parts.Head{Label: r.L.T("web.team.hand_over"), Hidden: true})
	ids := slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		return cmp.Or(loads[b].All()-loads[a].All(), strings.Compare(all[a].Title, all[b].Title))
	})
	for _, id := range ids {
		who, l := all[id], loads[id]
		if who.Ref == "" {
			continue
		}
		of := "&assignee=" + url.QueryEscape(who.Ref)
		name := parts.Cell{Text: who.Title, Primary: true}
		if d, ok := away[id]; ok {
			name.Sub = r.L.T("web.team.away", "until", r.day(d.Until), "deputy", d.Who.Name)
		} else if _, ok := staff[id]; !ok {
			name.Sub = r.L.T("web.team.left")
		}
		row := []parts.Cell{name, r.figure(l.Cases, "/cases?running=yes&lead="+url.QueryEscape(who.Ref))}
		for _, state := range piles {
			row = append(row, r.figure(l.Appeals[state], "/appeals?state="+state+of))
		}
		row = append(row, r.lateFigure(l.Late, "/appeals?overdue=yes"+of), r.figure(l.Tasks, "/tasks?state=open"+of), r.lateFigure(l.LateTasks, "/tasks?overdue=yes"+of))
		if l.All() > 0 {
			row = append(row, parts.Cell{Actions: []parts.Action{{Label: r.L.T("web.team.hand_over"), URL: "/handover?from=" + url.QueryEscape(who.Ref)}}})
		} else {
			row = append(row, parts.Cell{})
		}
		m.People.Rows = append(m.People.Rows, parts.TableRow{Cells: row})
	}
	return nil
}

// lateFigure is a number of what is late: a sign stands with it.
func (r *Request) lateFigure(n int, at string) parts.Cell {
	if n == 0 {
		return parts.Cell{Numeric: true}
	}
	return parts.Cell{Runs: []parts.Run{{Text: "▲ " + r.L.Int(n), URL: at, Strong: true}}, Numeric: true}
}
