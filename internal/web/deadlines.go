package web

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/deadline"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/parts"
	"amparo/views/records"
)

// deadlineRoutes are the deadlines of all that is on file, and the same as a
// calendar for other programs.
func (s *Server) deadlineRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/deadlines", Who: Looks, Handle: (*Request).deadlines},
		{Method: get, Path: "/calendar/:key.ics", Who: Anybody, Handle: (*Request).calendar},
		{Method: post, Path: "/account/calendar", Who: Looks, Fresh: fiveMinutes, Handle: (*Request).makeCalendar},
		{Method: post, Path: "/account/calendar/revoke", Who: Looks, Handle: (*Request).revokeCalendar},
	}
}

// near is how many days before its due day a deadline is marked.
const near = 7

// deadlineFilters are what the list can be asked.
func deadlineFilters() []record.Filter {
	return []record.Filter{
		{Name: "assignee", Kind: "account"},
		{Name: "rule", Options: cases.DueRules(), Vocab: "deadline.rule."},
		{Name: "status", Options: deadline.Statuses, Vocab: "deadline.status."},
		{Name: "case", Kind: "case"},
		{Name: "overdue", Options: []string{"yes"}, Vocab: "option.yes."},
	}
}

// askedDeadlines reads the question from the address; it is false where nothing
// can fit, as with a case that may not be seen.
func (r *Request) askedDeadlines(tx *record.Tx) (cases.OwedQuery, bool, error) {
	paged := r.asked(r.book.Kind("task")) // pages are counted the same for every list
	q := cases.OwedQuery{Rule: r.query("rule"), Status: r.query("status"), Later: r.query("sort") == "-due", Page: paged.Page, PerPage: paged.PerPage}
	if r.query("overdue") == "yes" {
		q.Status = deadline.Overdue
	}
	people, err := tx.Accounts()
	if err != nil {
		return q, false, err
	}
	if email := r.query("assignee"); email != "" {
		for id, one := range people {
			if one.Ref == email {
				q.Assignee = id
			}
		}
		if q.Assignee == "" {
			return q, false, nil
		}
	}
	for name, id := range map[string]*string{"case": &q.CaseID, "about": &q.AboutID} {
		if ref := r.query(name); ref != "" {
			found, err := tx.Find(ref)
			if errors.Is(err, record.ErrNotFound) {
				return q, false, nil
			}
			if err != nil {
				return q, false, err
			}
			*id = found.ID
		}
	}
	return q, true, nil
}

// deadlines is the list; what was met is shown only when it is asked for.
func (r *Request) deadlines() error {
	m := records.List{Title: r.L.T("nav.deadlines"), About: r.L.T("page.deadlines.about"), Action: "/deadlines"}
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		q, ok, err := r.askedDeadlines(tx)
		if err != nil {
			return err
		}
		if q.Status == "" {
			q.Status = cases.Running
		}
		var list []cases.Owed
		total := 0
		if ok {
			if list, total, err = cases.Deadlines(tx, q); err != nil {
				return err
			}
		}
		people, err := tx.Accounts()
		if err != nil {
			return err
		}
		m.Total = r.L.N("page.deadlines.count", total)
		m.Pager = r.pager(total, record.Query{Page: q.Page, PerPage: q.PerPage})
		m.Table = r.deadlineTable(list, people, q.Later)
		return nil
	})
	if err != nil {
		return err
	}
	mine := r.query("assignee") == r.Actor.Email
	m.Tabs = []parts.Tab{
		{Label: r.L.T("page.deadlines.mine"), URL: r.with("assignee", r.Actor.Email, "page", ""), Current: mine},
		{Label: r.L.T("page.deadlines.all"), URL: r.with("assignee", "", "page", ""), Current: r.query("assignee") == ""},
	}
	for _, f := range deadlineFilters() {
		v := r.query(f.Name)
		in := r.filterInput(f, v)
		if f.Name == "status" {
			in.Blank = r.L.T("page.deadlines.not_met")
		}
		if f.Options != nil && f.Name != "overdue" {
			m.Filters = append(m.Filters, in)
		} else {
			m.More = append(m.More, in)
			m.MoreOpen = m.MoreOpen || v != ""
		}
		if v != "" {
			word := v
			if slices.Contains(f.Options, v) {
				word = r.option(f.Vocab, v)
			}
			m.Set = append(m.Set, records.Filter{Label: in.Label + ": " + word, URL: r.with(f.Name, "", "page", "")})
		}
	}
	for _, name := range []string{"sort", "per_page"} {
		if v := r.query(name); v != "" {
			m.Hidden = append(m.Hidden, parts.Pair{Name: name, Value: v})
		}
	}
	m.Downloads = []parts.Action{{Label: r.L.T("nav.rules"), URL: "/admin/rules", Tone: parts.Quiet}, r.onPaperAct("/deadlines/list")}
	if len(m.Set) > 0 {
		m.ClearURL = "/deadlines"
	}
	if len(m.Table.Rows) == 0 {
		m.Empty = &parts.Empty{Text: r.L.T("page.deadlines.none")}
		if len(m.Set) > 0 {
			m.Empty = &parts.Empty{Text: r.L.T("page.deadlines.no_match"), Action: &parts.Action{Label: r.L.T("common.clear"), URL: "/deadlines"}}
		}
	}
	return r.page(fiber.StatusOK, m.Title, records.ListPage(m))
}

func (r *Request) deadlineTable(list []cases.Owed, people map[string]form.Ref, later bool) parts.Table {
	due := parts.Head{Label: r.L.T("field.due"), SortURL: r.with("sort", "-due", "page", ""), Sorted: "asc"}
	if later {
		due.SortURL, due.Sorted = r.with("sort", "", "page", ""), "desc"
	}
	t := parts.Table{Caption: r.L.T("nav.deadlines"), Heads: []parts.Head{due, {Label: r.L.T("page.deadlines.what")}, {Label: r.L.T("page.rules.rule")},
		{Label: r.L.T("page.rules.owes")}, {Label: r.L.T("filter.status")}, {Label: r.L.T("filter.assignee")}}}
	for _, o := range list {
		day := parts.Cell{Text: r.day(o.Day), Sub: r.daysLeft(o), Tight: true}
		if o.Estimated {
			day.Badges = []parts.Badge{{Word: r.L.T("page.deadlines.estimated"), Tone: parts.Unknown}}
		}
		rule := parts.Cell{Text: r.L.T("deadline.rule." + o.Rule)}
		if !o.Confirmed {
			rule.Badges = []parts.Badge{{Word: r.L.T("page.rules.unconfirmed"), Tone: parts.Unknown}}
		}
		t.Rows = append(t.Rows, parts.TableRow{Cells: []parts.Cell{day,
			{Text: r.titled(o.About), URL: r.url(o.About), Sub: o.About.Ref, Primary: true}, rule,
			{Text: r.L.T("deadline.owes." + o.Owes)}, {Badges: []parts.Badge{r.deadlineBadge(o)}}, {Text: people[o.Assignee].Title}}})
	}
	return t
}

// daysLeft words how far off a deadline is; nothing for one that was met.
func (r *Request) daysLeft(o cases.Owed) string {
	switch {
	case o.Status == deadline.Met:
		return ""
	case o.Days < 0:
		return r.L.N("web.desk.late", -o.Days)
	case o.Days == 0:
		return r.L.T("web.desk.today")
	}
	return r.L.N("page.deadlines.left", o.Days)
}

func (r *Request) deadlineBadge(o cases.Owed) parts.Badge {
	b := parts.Badge{Word: r.L.T("deadline.status." + o.Status)}
	switch {
	case o.Status == deadline.Met:
		b.Tone = parts.Good
	case o.Status == deadline.Overdue:
		b.Tone = parts.Alarm
	case o.Days <= near:
		b.Tone = parts.Warn
	}
	return b
}

// apiDeadlines is the list for other programs, met ones among it.
func (r *Request) apiDeadlines() error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		q, ok, err := r.askedDeadlines(tx)
		if err != nil {
			return err
		}
		items, total := []map[string]any{}, 0
		if ok {
			var list []cases.Owed
			if list, total, err = cases.Deadlines(tx, q); err != nil {
				return err
			}
			for _, o := range list {
				items = append(items, map[string]any{"about": o.About.Ref, "rule": o.Rule, "trigger": edtfBetween(o.Trigger), "due": o.Day, "owes": o.Owes,
					"estimated": o.Estimated, "confirmed": o.Confirmed, "status": o.Status, "days": o.Days})
			}
		}
		return r.jsonPage(items, total, q.Page, q.PerPage)
	})
}

// edtfBetween is a trigger as EDTF has it: a day, or one of the days between two.
func edtfBetween(t deadline.Trigger) string {
	if t.Earliest == t.Latest {
		return t.Earliest
	}
	return "[" + t.Earliest + ".." + t.Latest + "]"
}

// deadlineOperation describes the list for the API.
func deadlineOperation() operation {
	query := []parameter{{"about", textOf(20)}, {"sort", codesOf([]string{"due", "-due"})}}
	for _, f := range deadlineFilters() {
		of := textOf(254)
		if f.Options != nil {
			of = codesOf(f.Options)
		}
		query = append(query, parameter{f.Name, of})
	}
	return operation{method: fiber.MethodGet, path: apiBase + "deadlines", who: Looks, do: (*Request).apiDeadlines, id: "deadlines", tag: "deadline",
		query: append(query, pageParameters...), status: 200, reply: pageOf(schemaRef("deadline"))}
}

// deadlineSchema is one deadline as the API tells it.
func deadlineSchema() schema {
	return objectOf(schema{"about": textOf(20), "rule": codesOf(cases.DueRules()), "trigger": schema{"type": "string"}, "due": dayOf, "owes": codesOf([]string{deadline.Us, deadline.State, deadline.Body}),
		"estimated": yesOrNo, "confirmed": yesOrNo, "status": codesOf(deadline.Statuses), "days": wholeNumber})
}
