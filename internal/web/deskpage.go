package web

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/task"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/names"
	"amparo/internal/record"
	pages "amparo/views/desk"
	"amparo/views/parts"
	searchpage "amparo/views/search"
)

// deskRoutes are the first page of the day and the global search.
func (s *Server) deskRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/", Who: Looks, Handle: (*Request).desk},
		{Method: get, Path: "/search", Who: Looks, Handle: (*Request).search},
		{Method: post, Path: "/tasks/:ref/postpone", Who: Writes, Handle: (*Request).postpone},
	}
}

// horizon is how far ahead the desk looks, in days.
const horizon = 7

// mostDue is how many rows of what is due the desk shows before it leads to the list.
const mostDue = 20

// desk is one person's day.
func (r *Request) desk() error {
	if r.query("view") == "team" && r.Actor.May(auth.Lead) {
		return r.team()
	}
	m := pages.Desk{Title: r.L.T("nav.desk"), Tabs: r.deskTabs()}
	nominated, err := r.nominationsWaiting()
	if err != nil {
		return err
	}
	err = r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		waits, err := r.waits(tx)
		if err != nil {
			return err
		}
		m.Waits = append(nominated, waits...)
		if m.Due, err = r.due(tx); err != nil {
			return err
		}
		if m.Stale, err = r.stale(tx); err != nil {
			return err
		}
		m.Changed, err = r.lately(tx)
		return err
	})
	if err != nil {
		return err
	}
	drafts, err := r.book.Drafts(r.c.UserContext(), r.Actor)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		name := d.Values["name"]
		title, at := r.L.T("do.log"), "/log?draft="+url.QueryEscape(d.Name)
		if d.Name == "find" {
			title, at = r.L.T("web.find.title"), "/find"
		}
		if len(name) > 0 {
			title += ": " + i18n.Isolate(strings.SplitN(name[0], "\n", 2)[0])
		}
		if rest, ok := strings.CutPrefix(d.Name, "appeals/"); ok {
			title, at = r.draftTitle(d), "/"+d.Name
			if !strings.HasPrefix(rest, "new?") {
				at += "/edit"
			}
		}
		m.Drafts = append(m.Drafts, pages.Row{Title: []parts.Run{{Text: title, URL: at}}, Sub: parts.Words(r.moment(d.At))})
	}
	if len(m.Waits)+len(m.Due)+len(m.Stale)+len(m.Changed)+len(m.Drafts) == 0 {
		m.Empty = &parts.Empty{Text: r.L.T("web.desk.empty_look")}
		if r.Actor.May(auth.Write) {
			m.Empty.Text = r.L.T("web.desk.empty")
			m.Empty.Action = &parts.Action{Label: r.L.T("do.log"), URL: "/log", Tone: parts.Main}
		}
	}
	return r.page(fiber.StatusOK, m.Title, pages.DeskPage(m))
}

// mine limits heads (h) to cases the actor leads or works on. It is put so that
// no database begins with all that is in those cases.
const mine = "h.case_id || '' IN " + record.Mine

// waits lists what waits for a decision: intake, and reviews whose day has come.
func (r *Request) waits(tx *record.Tx) ([]pages.Row, error) {
	if !r.Actor.May(auth.Write) {
		return nil, nil
	}
	limit, args := "h.id IN "+record.Mine, []any{r.Actor.ID}
	if r.Actor.May(auth.Lead) {
		limit, args = "1=1", nil
	}
	list, err := r.erasureWaiting(tx)
	if err != nil {
		return nil, err
	}
	access, err := r.accessWaits(tx)
	list = append(list, access...)
	if err != nil {
		return nil, err
	}
	read, err := r.toRead(tx)
	if err != nil {
		return nil, err
	}
	list = append(list, read...)
	// People are counted in the dozen cases that are shown, not in all that wait.
	rows, err := tx.Rows(`SELECT ref, title, state, review_on, created_at, (SELECT COUNT(*) FROM head p WHERE p.case_id = w.id AND p.kind = 'person' AND p.voided = 0)
		FROM (SELECT h.id, h.ref, h.title, h.state, t.review_on, h.created_at, h.seq FROM casefile t JOIN head h ON h.id = t.id WHERE h.voided = 0 AND %SCOPE% AND `+limit+`
		AND (h.state = 'intake' OR (h.state = 'open' AND t.review_on_earliest <> '' AND t.review_on_earliest <= ?)) ORDER BY h.seq LIMIT 12) w ORDER BY seq`,
		append(args, r.book.Today())...)
	for _, one := range rows {
		ref, title, state := one[0], one[1], one[2]
		row := pages.Row{Title: []parts.Run{{Text: title, URL: "/cases/" + ref, Strong: true}}}
		n, _ := strconv.Atoi(one[5])
		people := r.L.N("kind.person.count", n)
		if state == "intake" {
			b := r.stateBadge("case", "intake")
			row.When = &b
			row.Sub = []parts.Run{{Text: ref}, {Text: people}, {Text: r.L.T("web.desk.since", "when", r.day(one[4]))}}
			row.Acts = []parts.Action{{Label: r.L.T("web.desk.decide"), URL: "/cases/" + ref}}
		} else {
			row.When = &parts.Badge{Word: r.L.T("web.desk.review"), Tone: parts.Warn}
			row.Sub = []parts.Run{{Text: ref}, {Text: people}, {Text: r.dateText(one[3])}}
			row.Acts = []parts.Action{{Label: r.L.T("web.desk.look"), URL: "/cases/" + ref}}
		}
		list = append(list, spaced(row))
	}
	return list, err
}

// toRead lists what waits for the actor's own eyes: drafts of his that were sent
// back, and appeals of others that he may read.
func (r *Request) toRead(tx *record.Tx) ([]pages.Row, error) {
	people, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	var list []pages.Row
	if r.Actor.May(auth.Lead) || r.Actor.MayApprove {
		waits, _, err := cases.WaitsForReading(tx, 8)
		if err != nil {
			return nil, err
		}
		for _, w := range waits {
			if !slices.Contains(w.Authors, r.Actor.ID) {
				list = append(list, r.waitsRow(w, people))
			}
		}
	}
	back, err := cases.ReturnedTo(tx, r.Actor.ID, 8)
	for _, one := range back {
		list = append(list, spaced(pages.Row{When: &parts.Badge{Word: r.L.T("web.team.returned"), Tone: parts.Warn}, Title: []parts.Run{{Text: r.titled(one.Ref), URL: r.url(one.Ref), Strong: true}},
			Sub: []parts.Run{{Text: one.Ref.Ref}, {Text: people[one.By].Title}, {Text: r.ago(one.At)}, {Text: short(one.Why, 120)}}, Acts: []parts.Action{{Label: r.L.T("web.team.revise"), URL: r.url(one.Ref)}}}))
	}
	return list, err
}

// spaced puts a sign between the pieces of a row's second line.
func spaced(row pages.Row) pages.Row {
	var runs []parts.Run
	for _, one := range row.Sub {
		if one.Text == "" {
			continue
		}
		if len(runs) > 0 {
			runs = append(runs, parts.Run{Text: "·", Quiet: true})
		}
		runs = append(runs, one)
	}
	row.Sub = runs
	return row
}

// when words how near a day is: late, today, or its date.
func (r *Request) when(day, clock string) *parts.Badge {
	today := r.book.Today()
	b := &parts.Badge{Word: r.day(day), Tone: parts.Plain}
	switch n := edtf.DaysDiff(day, today); {
	case day < today:
		b.Word, b.Tone = r.L.N("web.desk.late", max(n, -n)), parts.Alarm
	case day == today:
		b.Word, b.Tone = r.L.T("web.desk.today"), parts.Warn
	}
	if clock != "" && day >= today {
		b.Word += " " + clock
	}
	return b
}

// due lists tasks and planned steps: late, today, this week, in one list.
func (r *Request) due(tx *record.Tx) ([]pages.Row, error) {
	if !r.Actor.May(auth.Write) {
		return nil, nil
	}
	until := edtf.AddDays(r.book.Today(), horizon)
	type dated struct {
		day string
		row pages.Row
	}
	var all []dated
	sheets, err := tx.Where("task", `h.state = 'open' AND h.id IN (SELECT dt.id FROM task dt JOIN head dh ON dh.id = dt.id WHERE dt.assignee = ? AND dt.due_earliest > '' AND dt.due_earliest <= ?
		AND dh.state = 'open' AND dh.voided = 0 ORDER BY dt.due_earliest LIMIT 30)`, r.Actor.ID, until)
	if err != nil {
		return nil, err
	}
	for _, s := range sheets {
		t := record.As[*task.Task](s)
		row := pages.Row{ID: "row-" + s.Head.Ref, When: r.when(t.Due.Latest, t.Due.Clock), Title: []parts.Run{{Text: t.Text, URL: "/tasks/" + s.Head.Ref, Strong: true}}}
		if t.About.Ref != "" {
			row.Sub = append(row.Sub, r.link(t.About))
		}
		if s.Case.Ref != "" {
			row.Sub = append(row.Sub, r.link(s.Case))
		}
		row.Acts = []parts.Action{{Label: r.L.T("move.done"), Post: "/tasks/" + s.Head.Ref + "/moves/done", Hidden: []parts.Pair{{Name: "version", Value: version(s)}, {Name: "next", Value: "/"}}}}
		row.Asks = []parts.Ask{r.postponeAsk(s)}
		all = append(all, dated{t.Due.Latest, spaced(row)})
	}
	steps, err := tx.Rows(`SELECT cu.next_day, cu.next_clock, cu.next_step, hp.ref, hp.title, d.steps, h.ref, hp.title_arab FROM custody cu JOIN head h ON h.id = cu.detention_id JOIN detention d ON d.id = h.id
		JOIN head hp ON hp.id = cu.person_id WHERE h.voided = 0 AND cu.next_day > '' AND cu.next_day <= ? AND %SCOPE% AND `+mine+" ORDER BY cu.next_day LIMIT 30", until, r.Actor.ID)
	if err != nil {
		return nil, err
	}
	for _, one := range steps {
		kind := stepKind(one[5], one[2])
		row := pages.Row{When: r.when(one[0], one[1]), Title: []parts.Run{{Text: r.L.T("option.step." + kind), URL: "/people/" + one[3], Strong: true}},
			Sub: []parts.Run{{Text: r.titled(form.Ref{Title: one[4], Arab: one[7]}), URL: "/people/" + one[3]}, {Text: one[3]}}}
		label := r.L.T("common.open")
		if one[0] <= r.book.Today() {
			label = r.L.T("web.desk.what_happened")
		}
		row.Acts = []parts.Action{{Label: label, URL: "/people/" + one[3] + "#step-" + one[2]}}
		all = append(all, dated{one[0], spaced(row)})
	}
	lines, err := cases.DueOf(tx, r.Actor.ID, until, mostDue)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		all = append(all, dated{l.Due, spaced(pages.Row{When: r.when(l.Due, ""), Title: []parts.Run{{Text: r.titled(l.Ref), URL: r.url(l.Ref), Strong: true}},
			Sub: []parts.Run{{Text: l.Ref.Ref}, {Text: r.L.T("kind.appeal.one")}, {Text: r.standing(l).Word}}, Acts: []parts.Action{{Label: r.L.T("common.open"), URL: r.url(l.Ref)}}})})
	}
	// Insertion keeps tasks before steps of the same day.
	for i := 1; i < len(all); i++ {
		for j := i; j > 0 && all[j].day < all[j-1].day; j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
	var list []pages.Row
	for i, d := range all {
		if i == mostDue {
			list = append(list, pages.Row{Title: []parts.Run{{Text: r.L.N("web.desk.more", len(all)-i), URL: "/tasks?sort=due&state=open"}}})
			break
		}
		list = append(list, d.row)
	}
	return list, nil
}

func (r *Request) postponeAsk(s *record.Sheet) parts.Ask {
	return parts.Ask{Name: "postpone-" + s.Head.Ref, Label: r.L.T("web.desk.postpone"), Post: "/tasks/" + s.Head.Ref + "/postpone", Version: version(s),
		Hidden: []parts.Pair{{Name: "next", Value: "/"}},
		Fields: []parts.Field{
			{Name: "due", ID: "due-" + s.Head.Ref, Label: r.L.T("web.desk.until"), Type: parts.Date, Required: true, Max: 200},
			{Name: "reason", ID: "why-" + s.Head.Ref, Label: r.L.T("web.reason"), Type: parts.Text, Required: true, Max: 1000}}}
}

// postpone gives a task another day, with a reason.
func (r *Request) postpone() error {
	v, began, err := r.formFrom()
	if err != nil {
		return err
	}
	var s *record.Sheet
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		if s, err = tx.Get("task", r.ref()); err != nil {
			return err
		}
		problems := s.Fields().Decode(only(v, []string{"due"}), r.now())
		problems = append(problems, reasonProblems(v.First("reason"), 1000)...)
		if err := problems.Or(); err != nil {
			return err
		}
		return tx.SaveAs(s, began, "postpone", v.First("reason"))
	})
	var problems form.Problems
	var stale *record.Stale
	if errors.As(err, &problems) || errors.As(err, &stale) {
		status, m := r.again(r.L.T("web.desk.postpone"), s, stale)
		due, _ := s.Fields().Get("due")
		in := r.input("task", "", due, problems)
		in.Label = r.L.T("web.desk.until")
		return r.mend(status, m, []parts.Field{in, r.reasonField(parts.Text, 1000)}, problems)
	}
	if err != nil {
		return err
	}
	return r.to(r.back("/tasks/" + r.ref()))
}

// stale lists people in custody whom nothing has confirmed for long.
func (r *Request) stale(tx *record.Tx) ([]pages.Row, error) {
	if !r.Actor.May(auth.Write) {
		return nil, nil
	}
	rows, err := tx.Rows(`SELECT hp.ref, hp.title, cu.state, cu.last_confirmed, hp.title_arab FROM custody cu JOIN head h ON h.id = cu.detention_id JOIN head hp ON hp.id = cu.person_id
		WHERE h.voided = 0 AND hp.voided = 0 AND cu.latest = 1 AND cu.in_custody = 1 AND cu.stale_on <= ? AND %SCOPE% AND `+mine+" ORDER BY cu.stale_on LIMIT 8", r.book.Today(), r.Actor.ID)
	var list []pages.Row
	for _, one := range rows {
		row := pages.Row{Title: []parts.Run{{Text: r.titled(form.Ref{Title: one[1], Arab: one[4]}), URL: "/people/" + one[0], Strong: true}}, Sub: []parts.Run{{Text: one[0]}, {Text: r.L.T("custody." + one[2])}}}
		if one[3] != "" {
			row.Sub = append(row.Sub, parts.Run{Text: r.L.T("web.desk.last", "when", r.day(one[3]))}, parts.Run{Text: r.L.N("web.days", edtf.DaysDiff(one[3], r.book.Today()))})
		}
		row.Acts = []parts.Action{{Label: r.L.T("web.desk.still_held"), Post: "/people/" + one[0] + "/confirm", Hidden: []parts.Pair{{Name: "next", Value: "/"}}}}
		list = append(list, spaced(row))
	}
	return list, err
}

// lately lists what others changed in the last days.
func (r *Request) lately(tx *record.Tx) ([]pages.Row, error) {
	if !r.Actor.Staff() {
		return nil, nil
	}
	lines, err := tx.Recent(edtf.AddDays(r.book.Today(), -3), 60)
	if err != nil {
		return nil, err
	}
	var list []pages.Row
	seen := map[string]bool{}
	for _, l := range lines {
		key := l.Record.Ref + l.Action + l.Move
		if seen[key] || l.Record.Ref == "" || len(list) == 8 {
			continue
		}
		seen[key] = true
		list = append(list, spaced(pages.Row{Title: []parts.Run{{Text: r.act(l) + ":"}, r.link(l.Record)},
			Sub: []parts.Run{{Text: l.Record.Ref}, {Text: nameOf(l.By)}, {Text: r.moment(l.At)}}}))
	}
	return list, nil
}

// search finds records of every kind.
func (r *Request) search() error {
	q, kind := strings.TrimSpace(r.query("q")), r.query("kind")
	if _, ok := r.kindNamed(kind); !ok {
		kind = ""
	}
	page, _ := strconv.Atoi(r.query("page"))
	page = min(max(page, 1), 1000)
	m := searchpage.Search{Query: q}
	exact := ""
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		hits, total, err := tx.Search(q, kind, page, 25)
		if err != nil {
			return err
		}
		if record.LooksLikeRef(strings.ToUpper(q)) && len(hits) == 1 {
			exact = r.url(hits[0].Ref)
		}
		for _, h := range hits {
			hit := searchpage.Hit{Kind: r.L.T("kind." + h.Kind + ".one"), Ref: h.Ref.Ref, Title: r.titled(h.Ref), URL: r.url(h.Ref)}
			if k := r.book.Kind(h.Kind); len(k.Flow.Moves) > 0 || h.Kind == "detention" {
				hit.Badges = []parts.Badge{r.stateBadge(h.Kind, h.State)}
			}
			m.Hits = append(m.Hits, hit)
		}
		likes, err := r.alsoCalled(tx, q, kind, hits)
		if err != nil {
			return err
		}
		for _, l := range likes {
			m.Hits = append(m.Hits, searchpage.Hit{Kind: r.L.T("kind." + l.Kind + ".one"), Ref: l.Ref.Ref, Title: r.titled(l.Ref), URL: r.url(l.Ref), Sub: r.nameReasons(l.Reasons)})
		}
		total += len(likes)
		m.Total = r.L.N("web.search.count", total)
		m.Pager = r.pager(total, record.Query{Page: page, PerPage: 25})
		return nil
	})
	if err != nil {
		return err
	}
	if exact != "" {
		return r.c.Redirect(exact, fiber.StatusSeeOther)
	}
	m.Kinds = append(m.Kinds, parts.Tab{Label: r.L.T("web.search.all"), URL: r.with("kind", "", "page", ""), Current: kind == ""})
	for _, k := range r.book.Kinds() {
		m.Kinds = append(m.Kinds, parts.Tab{Label: r.L.T("kind." + k.Name + ".many"), URL: r.with("kind", k.Name, "page", ""), Current: kind == k.Name})
	}
	if len(m.Hits) == 0 {
		m.Empty = &parts.Empty{Text: r.L.T("web.search.none")}
		if q == "" {
			m.Empty.Text = r.L.T("web.search.ask")
		}
	}
	return r.page(fiber.StatusOK, r.L.T("nav.search"), searchpage.SearchPage(m))
}

// A search that finds fewer than this by its words also looks for names like them.
const few = 5

// alsoCalled finds who and what goes by a name like the words of a search,
// beside what was found by the words themselves; where that is nothing, names
// that are less alike will do.
func (r *Request) alsoCalled(tx *record.Tx, q, kind string, hits []record.Hit) ([]record.Likeness, error) {
	q = strings.TrimSpace(q)
	if page := r.query("page"); len(hits) >= few || page != "" && page != "1" || len([]rune(q)) < 3 || len(q) > 300 || record.LooksLikeRef(strings.ToUpper(q)) {
		return nil, nil
	}
	var list []record.Likeness
	for _, k := range r.book.Kinds() {
		if k.Called == nil || kind != "" && kind != k.Name {
			continue
		}
		likes, err := tx.Like(k.Name, q, 10)
		if err != nil {
			return nil, err
		}
		list = append(list, likes...)
	}
	list = slices.DeleteFunc(list, func(l record.Likeness) bool {
		return len(hits) > 0 && l.Score < names.Warn || slices.ContainsFunc(hits, func(h record.Hit) bool { return h.ID == l.ID })
	})
	slices.SortStableFunc(list, func(a, b record.Likeness) int { return cmp.Compare(b.Score, a.Score) })
	return list[:min(len(list), 10)], nil
}

func (r *Request) kindNamed(name string) (*record.Kind, bool) {
	for _, k := range r.book.Kinds() {
		if k.Name == name {
			return k, true
		}
	}
	return nil, false
}
