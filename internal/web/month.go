package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/paper"
	"amparo/internal/record"
	pages "amparo/views/month"
	"amparo/views/parts"
	"amparo/views/records"
)

// monthRoutes are the months for the board.
func (s *Server) monthRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/reports", Who: Writes, Handle: (*Request).months},
		{Method: get, Path: "/reports/:ref", Who: Writes, Handle: (*Request).month},
		{Method: get, Path: "/reports/:ref/:figure", Who: Writes, Handle: (*Request).monthRows},
		{Method: post, Path: "/reports/:ref/freeze", Who: Leads, Handle: (*Request).freezeMonth},
		{Method: post, Path: "/reports/:ref/thaw", Who: Leads, Handle: (*Request).thawMonth},
	}
}

// monthsListed is how many months are listed, with those that are frozen.
const monthsListed = 13

// askedMonth is the month in the address.
func (r *Request) askedMonth() (cases.Month, error) {
	m, ok := cases.MonthCalled(r.ref(), r.book.Today())
	if !ok {
		return m, record.ErrNotFound
	}
	return m, nil
}

// monthName words a month: "October 2026".
func (r *Request) monthName(name string) string {
	d, err := edtf.Parse(name)
	if err != nil {
		return name
	}
	return d.In(r.L)
}

// standingOf says how far a month is: not over yet, frozen or not.
func (r *Request) standingOf(m cases.Month) parts.Badge {
	switch {
	case m.FrozenAt != "":
		return parts.Badge{Word: r.L.T("web.month.frozen"), Tone: parts.Good}
	case !m.Ended:
		return parts.Badge{Word: r.L.T("web.month.so_far")}
	}
	return parts.Badge{Word: r.L.T("web.month.open"), Tone: parts.Warn}
}

// months lists the months, and leads to any other.
func (r *Request) months() error {
	today := r.book.Today()
	m := pages.Months{Title: r.L.T("web.month.many"), About: r.L.T("web.month.about"), Tabs: r.asking()}
	m.Other = parts.Field{Name: "month", Label: r.L.T("web.month.other"), Hint: r.L.T("web.month.other_hint"), Type: parts.Text, Max: 20, Value: r.query("month")}
	if m.Other.Value != "" {
		if d, problem := edtf.Understand(m.Other.Value, r.now()); problem == nil && len(d.Text) >= 7 {
			if asked, ok := cases.MonthCalled(d.Text[:7], today); ok {
				return r.to("/reports/" + asked.Name)
			}
		}
		m.Other.Error = r.L.T("web.month.no_month")
	}
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		frozen, err := cases.FrozenMonths(tx)
		if err != nil {
			return err
		}
		people, err := tx.Accounts()
		if err != nil {
			return err
		}
		by := map[string]cases.FrozenMonth{}
		var names []string
		for _, f := range frozen {
			by[f.Name] = f
			names = append(names, f.Name)
		}
		for first, n := today[:7]+"-01", 0; n < monthsListed; n++ {
			names = append(names, first[:7])
			first = edtf.AddDays(first, -1)[:7] + "-01"
		}
		slices.Sort(names)
		names = slices.Compact(names)
		slices.Reverse(names)
		m.Table = parts.Table{Caption: m.Title, Heads: []parts.Head{{Label: r.L.T("web.month.one")}, {Label: r.L.T("field.state")}, {Label: r.L.T("web.month.frozen_by")}, {Label: r.L.T("web.month.paper"), Hidden: true}}}
		for _, name := range names {
			one, _ := cases.MonthCalled(name, today)
			f, ok := by[name]
			if ok {
				one.FrozenAt = f.At
			}
			row := []parts.Cell{{Text: r.monthName(name), URL: "/reports/" + name, Primary: true}, {Badges: []parts.Badge{r.standingOf(one)}}, {}, {Actions: []parts.Action{{Label: r.L.T("web.month.paper"), URL: "/reports/" + name + "/paper"}}}}
			if ok {
				row[2] = parts.Cell{Text: people[f.By].Title, Sub: r.moment(f.At)}
			}
			m.Table.Rows = append(m.Table.Rows, parts.TableRow{Cells: row})
		}
		return nil
	})
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if m.Other.Error != "" {
		status = fiber.StatusUnprocessableEntity
	}
	return r.page(status, m.Title, pages.MonthsPage(m))
}

// figureWord names a figure of a month.
func (r *Request) figureWord(figure string) string { return r.L.T("web.month.figure." + figure) }

// monthKeys are the words of a month's tables.
var monthKeys = map[string]string{"body": "web.score.by.body", "country": "web.score.by.country", "kind": "web.score.by.kind"}

// monthKey names a row of a table by body, country or kind.
func (r *Request) monthKey(by string, row cases.MonthRow) string {
	switch {
	case by == "body" && row.Body.Ref != "":
		return row.Body.Title
	case by == "body":
		return r.L.T("web.team.unspecified")
	case row.Key == "":
		return r.L.T("web.score.not_given")
	case by == "country":
		return r.L.Country(row.Key)
	}
	return r.option("option.demand_kind.", row.Key)
}

// monthTables are the tables by whom, where and what: the figures of each.
var monthTables = []struct {
	by, title string
	figures   []string
}{
	{"body", "web.month.by_body", cases.DemandFigures},
	{"country", "web.month.by_country", cases.DemandFigures},
	{"country", "web.month.people_by_country", cases.PeopleFigures},
	{"kind", "web.month.by_kind", cases.DemandFigures},
}

// month shows what a month brought, to the last one: every figure leads to its rows.
func (r *Request) month() error {
	m, err := r.askedMonth()
	if err != nil {
		return err
	}
	p := pages.Month{Title: r.monthName(m.Name), Print: parts.Action{Label: r.L.T("web.month.paper"), URL: "/reports/" + m.Name + "/paper", Tone: parts.Main}}
	err = r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		if m, err = cases.ReadMonth(tx, m); err != nil {
			return err
		}
		people, err := tx.Accounts()
		if err != nil {
			return err
		}
		p.State = r.standingOf(m)
		p.About, p.Counts = r.monthSays(m, people), r.L.T("web.month.counts")
		lead := func(figure string, extra ...string) string {
			v := url.Values{}
			for i := 0; i+1 < len(extra); i += 2 {
				v.Set(extra[i], extra[i+1])
			}
			at := "/reports/" + m.Name + "/" + figure
			if len(v) > 0 {
				at += "?" + v.Encode()
			}
			return at
		}
		for _, figure := range cases.MonthFigures {
			p.Figures = append(p.Figures, pages.Figure{Label: r.figureWord(figure), Value: r.L.Int(m.All[figure]), URL: lead(figure), None: m.All[figure] == 0})
		}
		for _, t := range monthTables {
			table := parts.Table{Caption: r.L.T(t.title), Heads: []parts.Head{{Label: r.L.T(monthKeys[t.by])}}}
			for _, figure := range t.figures {
				table.Heads = append(table.Heads, parts.Head{Label: r.figureWord(figure), Numeric: true})
			}
			for _, row := range m.By[t.by] {
				cells, some := []parts.Cell{{Text: r.monthKey(t.by, row), Primary: true}}, false
				for _, figure := range t.figures {
					cells = append(cells, r.figure(row.N[figure], lead(figure, "by", t.by, "of", row.Key)))
					some = some || row.N[figure] > 0
				}
				if some {
					table.Rows = append(table.Rows, parts.TableRow{Cells: cells})
				}
			}
			if len(table.Rows) > 0 {
				p.Tables = append(p.Tables, table)
			}
		}
		if len(p.Tables) == 0 {
			p.Empty = &parts.Empty{Text: r.L.T("web.month.empty")}
		}
		if err := r.monthActs(tx, m, &p); err != nil {
			return err
		}
		lines, err := cases.MonthHistory(tx, m)
		for _, l := range lines {
			p.History = append(p.History, records.Entry{N: r.L.Int(int(l.N)), At: r.moment(l.At), By: nameOf(l.By), What: r.act(l), Note: l.Note})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.page(fiber.StatusOK, p.Title, pages.MonthPage(p))
}

// monthSays is one sentence on how far a month is.
func (r *Request) monthSays(m cases.Month, people map[string]form.Ref) string {
	switch {
	case m.FrozenAt != "":
		return r.L.T("web.month.was_frozen", "who", people[m.FrozenBy].Title, "at", r.moment(m.FrozenAt))
	case !m.Ended:
		return r.L.T("web.month.not_over", "day", r.day(r.book.Today()))
	}
	return r.L.T("web.month.not_frozen")
}

// monthActs is what can be done with a month: frozen, compared, thawed.
func (r *Request) monthActs(tx *record.Tx, m cases.Month, p *pages.Month) error {
	at := "/reports/" + m.Name
	switch {
	case m.FrozenAt == "" && r.Actor.May(auth.Lead):
		freeze := parts.Ask{Name: "freeze", Label: r.L.T("trail.freeze_month"), Note: r.L.T("web.month.freeze_note"), Post: at + "/freeze", Tone: parts.Main}
		if !m.Ended {
			freeze.Why = r.L.T("why.month_not_over")
		}
		p.Asks = append(p.Asks, freeze)
	case m.FrozenAt == "":
	case r.query("since") == "":
		p.Since = &parts.Action{Label: r.L.T("web.month.since"), URL: at + "?since=yes#since"}
	default:
		changes, err := cases.SinceFrozen(tx, m)
		if err != nil {
			return err
		}
		p.Changed = r.monthChanges(changes)
	}
	if m.FrozenAt != "" && r.Actor.May(auth.Lead) {
		p.Asks = append(p.Asks, parts.Ask{Name: "thaw", Label: r.L.T("trail.thaw_month"), Note: r.L.T("web.month.thaw_note"), Post: at + "/thaw", Fields: []parts.Field{r.reasonField(parts.Text, 1000)}})
	}
	return nil
}

// monthChanges words what has changed since a month was frozen.
func (r *Request) monthChanges(changes map[string]cases.MonthChange) *pages.Changed {
	c := &pages.Changed{Title: r.L.T("web.month.since"), None: r.L.T("web.month.nothing_changed")}
	c.Table = parts.Table{Caption: c.Title, Heads: []parts.Head{{Label: r.L.T("web.month.figure")}, {Label: r.L.T("web.month.came")}, {Label: r.L.T("web.month.went")}}}
	for _, figure := range cases.MonthFigures {
		one := changes[figure]
		if len(one.Came)+len(one.Went) == 0 {
			continue
		}
		runs := func(list []form.Ref) parts.Cell {
			cell := parts.Cell{Stacked: true}
			for _, ref := range list {
				cell.Runs = append(cell.Runs, r.link(ref))
			}
			return cell
		}
		row := []parts.Cell{{Text: r.figureWord(figure), Primary: true}, runs(one.Came), runs(one.Went)}
		if one.More > 0 {
			row[0].Sub = r.L.N("web.desk.more", one.More)
		}
		c.Table.Rows = append(c.Table.Rows, parts.TableRow{Cells: row})
	}
	return c
}

// monthRows lists the very records behind a figure.
func (r *Request) monthRows() error {
	m, err := r.askedMonth()
	if err != nil {
		return err
	}
	figure := r.c.Params("figure")
	if !slices.Contains(cases.MonthFigures, figure) {
		return record.ErrNotFound
	}
	by, key := r.query("by"), r.query("of")
	if !slices.Contains(cases.MonthBy, by) {
		by, key = "", ""
	}
	q := record.Query{PerPage: 50}
	q.Page, _ = strconv.Atoi(r.query("page")) // what is no number is the first page
	q.Page = min(max(q.Page, 1), 100000)
	p := pages.Rows{Back: parts.Action{Label: r.monthName(m.Name), URL: "/reports/" + m.Name}}
	err = r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		if m, err = cases.ReadMonth(tx, m); err != nil {
			return err
		}
		list, total, err := cases.CountedIn(tx, m, figure, by, key, q.Page, q.PerPage)
		if err != nil {
			return err
		}
		p.Title = r.L.T("web.month.rows_of", "figure", r.figureWord(figure), "month", r.monthName(m.Name))
		for _, row := range m.By[by] {
			if row.Key == key {
				p.Sub = r.monthKey(by, row)
			}
		}
		if p.Total = r.L.N("web.month.rows", total); m.FrozenAt != "" { // a number beside the figure would tell what was closed since
			p.Total, p.About = "", r.L.T("web.month.as_today")
		}
		p.Table = parts.Table{Caption: p.Title, Heads: []parts.Head{{Label: r.L.T("field.title")}, {Label: r.L.T("web.month.stands")}}}
		for _, c := range list {
			state := parts.Cell{Badges: []parts.Badge{r.stateBadge(c.Kind, c.State)}}
			if c.Kind == "detention" {
				state = parts.Cell{Badges: []parts.Badge{r.custodyBadge(c.State)}}
			}
			if c.Voided {
				state.Badges = append(state.Badges, parts.Badge{Word: r.L.T("web.month.voided"), Tone: parts.Quiet})
			}
			p.Table.Rows = append(p.Table.Rows, parts.TableRow{Cells: []parts.Cell{{Text: r.titled(c.Ref), URL: r.url(c.Ref), Sub: c.Ref.Ref, Primary: true}, state}})
		}
		if len(list) == 0 {
			p.Empty = &parts.Empty{Text: r.L.T("web.month.no_rows")}
		}
		p.Pager = r.pager(total, q)
		return nil
	})
	if err != nil {
		return err
	}
	return r.page(fiber.StatusOK, p.Title, pages.RowsPage(p))
}

// freezeMonth keeps what a month counts.
func (r *Request) freezeMonth() error {
	m, err := r.askedMonth()
	if err != nil {
		return err
	}
	if err := r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error { return cases.Freeze(tx, m) }); err != nil {
		return err
	}
	r.flash("web.month.done", "month", r.monthName(m.Name))
	return r.to("/reports/" + m.Name)
}

// thawMonth lets it count anew, for a reason.
func (r *Request) thawMonth() error {
	m, err := r.askedMonth()
	if err != nil {
		return err
	}
	v, err := r.form()
	if err != nil {
		return err
	}
	err = reasonProblems(v.First("reason"), 1000).Or()
	if err == nil {
		err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error { return cases.Thaw(tx, m, strings.TrimSpace(v.First("reason"))) })
	}
	var problems form.Problems
	if errors.As(err, &problems) {
		e := records.Edit{Title: r.L.T("trail.thaw_month"), About: r.monthName(m.Name), Cancel: "/reports/" + m.Name}
		return r.mend(fiber.StatusUnprocessableEntity, e, []parts.Field{r.reasonField(parts.Text, 1000)}, problems)
	}
	if err != nil {
		return err
	}
	return r.to("/reports/" + m.Name)
}

// keptBack stands for a figure that is not told.
const keptBack = "·"

// monthOnPaper is the month for the board: what leaves the office tells no figure
// that could point at somebody.
func (r *Request) monthOnPaper(tx *record.Tx, _ *record.Sheet, _ string) (leaf, error) {
	m, err := r.askedMonth()
	if err != nil {
		return leaf{}, err
	}
	if m, err = cases.ReadMonth(tx, m); err != nil {
		return leaf{}, err
	}
	name, err := edtf.Parse(m.Name)
	if err != nil {
		return leaf{}, err
	}
	title := r.L.T("print.month_of", "month", r.onPaper(name))
	doc := paper.Document{Title: title}
	told := func(f cases.Figure) paper.Text {
		if f.Kept {
			return paper.Text{{Text: keptBack, Style: paper.Faint}}
		}
		return paper.Apart(r.L.Int(f.N))
	}
	say := func(text string, tone paper.Tone) {
		doc.Blocks = append(doc.Blocks, paper.Paragraph{Text: paper.Plain(text), Tone: tone})
	}
	switch {
	case m.FrozenAt != "":
		say(r.L.T("print.month_frozen", "day", r.dayOnPaper(r.dayOf(m.FrozenAt))), paper.Normal)
	case !m.Ended:
		say(r.L.T("print.month_so_far", "day", r.dayOnPaper(r.book.Today())), paper.Normal)
	default:
		say(r.L.T("web.month.not_frozen"), paper.Normal)
	}
	canon := []string{"month", m.Name}
	all := m.ForBoard()
	table := paper.Table{Caption: title, Columns: []paper.Column{{Title: r.L.T("web.month.figure"), Width: .8}, {Title: r.L.T("print.month_number"), Width: .2, Align: paper.End}}}
	for _, figure := range cases.MonthFigures {
		table.Rows = append(table.Rows, []paper.Text{paper.Plain(r.figureWord(figure)), told(all[figure])})
		if !all[figure].Kept {
			canon = append(canon, figure+" "+strconv.Itoa(all[figure].N))
		}
	}
	doc.Blocks = append(doc.Blocks, table)
	for _, t := range monthTables {
		rows := m.ForBoardBy(t.by, t.figures)
		if len(rows) == 0 {
			continue
		}
		first := .26
		table := paper.Table{Caption: r.L.T(t.title), Columns: []paper.Column{{Title: r.L.T(monthKeys[t.by]), Width: first}}}
		for _, figure := range t.figures {
			table.Columns = append(table.Columns, paper.Column{Title: r.figureWord(figure), Width: (1 - first) / float64(len(t.figures)), Align: paper.End})
		}
		for _, row := range rows {
			cells := []paper.Text{paper.Apart(r.monthKey(t.by, row.MonthRow))}
			if row.Rest {
				cells[0] = paper.Plain(r.L.T("print.month_rest"))
			}
			for _, figure := range t.figures {
				cells = append(cells, told(row.Told[figure]))
			}
			table.Rows = append(table.Rows, cells)
		}
		doc.Blocks = append(doc.Blocks, paper.Heading{Level: 2, Text: r.L.T(t.title)}, table)
	}
	say(r.L.T("print.month_few", "sign", keptBack), paper.Muted)
	say(r.L.T("print.month_counts"), paper.Muted)
	doc.Foot = paper.CheckCode(canon...)
	return leaf{Document: doc, leaves: true, to: r.L.T("print.board"), why: title}, nil
}
