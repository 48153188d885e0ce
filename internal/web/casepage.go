package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/evidence"
	"amparo/internal/cases/person"
	"amparo/internal/cases/task"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	pages "amparo/views/casefile"
	"amparo/views/parts"
	"amparo/views/records"
)

// caseRoutes are what a case has beyond the pages all kinds share.
func (s *Server) caseRoutes() []Route {
	post := fiber.MethodPost
	return []Route{
		{Method: post, Path: "/cases/:ref/team", Who: Writes, Handle: (*Request).changeTeam},
	}
}

// casePage is the whole matter on one page.
func (r *Request) casePage(tx *record.Tx, s *record.Sheet) error {
	c := record.As[*casefile.Case](s)
	base := r.url(s.Ref())
	m := pages.Case{Head: r.head(s), Summary: c.Summary, Risk: c.Risk, History: parts.Action{Label: r.L.T("web.history"), URL: base + "/history"}}
	var err error
	if s.Head.Voided {
		if m.Voided, err = r.voided(tx, s); err != nil {
			return err
		}
	}
	writes := r.writes(s)
	sections, _ := r.fieldsOf(s, map[string]bool{"title": true, "summary": true, "risk": true, "lead": true, "team": true, "review_on": true, "access": c.Access == casefile.Staff, "priority": c.Priority == "normal"})
	for _, sec := range sections {
		m.Facts = append(m.Facts, sec.Lines...)
	}
	people, err := tx.InCase("person", s.Head.ID)
	if err != nil {
		return err
	}
	closed := func(p *record.Sheet) bool { return p.Head.Restricted() || p.Sealed() }
	if r.maySeeReadings(s) && (s.Head.Restricted() || slices.ContainsFunc(people, closed)) {
		m.Readings = &parts.Action{Label: r.L.T("page.readings.title"), URL: base + "/readings"}
	}
	if err := r.casePeople(tx, &m, s, people, writes); err != nil {
		return err
	}
	if err := r.caseSteps(tx, &m, s); err != nil {
		return err
	}
	asked, err := r.askedIn(tx, s)
	if err != nil {
		return err
	}
	if asked != nil {
		m.Asked = append(m.Asked, *asked)
	}
	if m.Moves, err = r.moves(tx, s); err != nil {
		return err
	}
	if m.Cites, m.Counts, m.Notes, err = r.pieces(tx, s); err != nil {
		return err
	}
	if m.Tasks, err = r.tasksOf(tx, s, writes); err != nil {
		return err
	}
	m.Review = records.Related{ID: "review", Title: r.L.T("field.review_on")}
	if c.ReviewOn.IsZero() {
		m.Review.Empty = r.L.T("web.case.no_review")
	} else {
		m.Review.Rows = []parts.Cell{{Text: r.date(c.ReviewOn), Badges: r.lateBadge(c.ReviewOn.Latest)}}
	}
	m.Team = records.Related{ID: "team", Title: r.L.T("field.team")}
	if c.Lead.ID != "" {
		m.Team.Rows = append(m.Team.Rows, parts.Cell{Text: c.Lead.Title, Sub: r.L.T("field.lead")})
	} else {
		m.Team.Rows = append(m.Team.Rows, parts.Cell{Text: r.L.T("web.case.no_lead"), Badges: []parts.Badge{{Word: r.L.T("web.missing"), Tone: parts.Warn}}})
	}
	for _, t := range c.Team {
		m.Team.Rows = append(m.Team.Rows, parts.Cell{Text: nameOf(t)})
	}
	if m.Given, err = r.lastGiven(tx, s); err != nil {
		return err
	}
	sources, err := tx.InCase("evidence", s.Head.ID)
	if err != nil {
		return err
	}
	m.Sources = records.Related{ID: "sources", Title: r.L.T("kind.evidence.many"), Empty: r.L.T("web.case.no_sources")}
	for _, e := range sources {
		one := record.As[*evidence.Evidence](e)
		m.Sources.Rows = append(m.Sources.Rows, parts.Cell{Text: r.titled(e.Ref()), URL: r.url(e.Ref()), Sub: r.dotted(e.Head.Ref, one.Issuer, r.date(one.Published))})
	}
	if writes {
		m.Cite, m.Counting, m.NotePost = r.citeAsk(s, ""), r.countAsk(s), base+"/notes"
		m.AddURL = &parts.Action{Label: r.L.T("do.log"), URL: "/log?case=" + s.Head.Ref, Tone: parts.Main}
		m.AskURL = &parts.Action{Label: r.L.T("do.ask_for_it"), URL: "/appeals/new?case=" + s.Head.Ref}
		m.Sources.Add = &parts.Action{Label: r.L.T("web.add_source"), URL: "/evidence/new?case=" + s.Head.Ref + "&next=" + base}
		m.Team.Asks = []parts.Ask{{Name: "team", Label: r.L.T("web.case.change_team"), Post: base + "/team", Version: version(s), Fields: r.teamFields(s)}}
	}
	return r.page(fiber.StatusOK, s.Head.Title, pages.CasePage(m))
}

// casePeople fills the grid of people with where each stands.
func (r *Request) casePeople(tx *record.Tx, m *pages.Case, s *record.Sheet, people []*record.Sheet, writes bool) error {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.Head.ID
	}
	custody, err := cases.CustodyOf(tx, ids...)
	if err != nil {
		return err
	}
	var places []string
	held := 0
	for _, c := range custody {
		places = append(places, c.Places...)
		if c.InCustody {
			held++
		}
	}
	titles, err := tx.Titles(places...)
	if err != nil {
		return err
	}
	m.Total = r.L.N("kind.person.count", len(people))
	if held > 0 {
		m.Total += r.L.T("web.comma") + r.L.T("web.case.in_custody", "n", r.L.Int(held))
	}
	if len(people) == 0 {
		m.NoPeople = &parts.Empty{Text: r.L.T("web.case.no_people")}
		if writes {
			m.NoPeople.Action = &parts.Action{Label: r.L.T("do.log"), URL: "/log?case=" + s.Head.Ref, Tone: parts.Main}
		}
		return nil
	}
	m.People.Caption = r.L.T("kind.person.many")
	for _, name := range []string{"title", "custody_state", "held_at", "custody_since", "last_confirmed"} {
		m.People.Heads = append(m.People.Heads, parts.Head{Label: r.column(r.book.Kind("person"), name)})
	}
	m.People.Heads = append(m.People.Heads, parts.Head{Label: r.L.T("web.person.consent")})
	consents, err := cases.ConsentsOf(tx, people...)
	if err != nil {
		return err
	}
	if writes {
		m.People.Tick, m.People.FormID = "people", "bulk"
		m.Bulk = &pages.Bulk{Action: r.url(s.Ref()) + "/steps", Case: s.Head.Ref, Kind: parts.Field{Name: "kind", ID: "bulk-kind", Label: r.L.T("web.case.bulk"), Type: parts.Choice,
			Options: r.options("option.step.", detention.StepKinds[1:])}}
	}
	today := r.book.Today()
	for _, p := range people {
		name := parts.Cell{Text: r.titled(p.Ref()), URL: r.url(p.Ref()), Sub: p.Head.Ref, Primary: true}
		for _, other := range []string{p.Head.Arab, p.Head.Title} {
			if other != name.Text {
				name.Other = other
			}
		}
		row := parts.TableRow{Select: p.Head.Ref, Cells: []parts.Cell{name}}
		c, ok := custody[p.Head.ID]
		if !ok {
			row.Cells = append(row.Cells, parts.Cell{}, parts.Cell{}, parts.Cell{}, parts.Cell{})
		} else {
			state := parts.Cell{Badges: []parts.Badge{r.custodyBadge(c.State)}}
			if c.StaleOn != "" && c.StaleOn <= today {
				state.Badges = append(state.Badges, parts.Badge{Word: r.L.T("web.custody.stale"), Tone: parts.Warn})
			}
			var at []parts.Run
			for _, id := range c.Places {
				if len(at) > 0 {
					at = append(at, parts.Run{Text: r.L.T("web.or"), Quiet: true})
				}
				if ref, ok := titles[id]; ok {
					at = append(at, r.link(ref))
				}
			}
			row.Cells = append(row.Cells, state, parts.Cell{Runs: at}, parts.Cell{Text: r.dateText(c.Since)}, parts.Cell{Text: r.day(c.LastConfirmed)})
		}
		row.Cells = append(row.Cells, r.consentCell(p, consents[p.Head.ID], today))
		m.People.Rows = append(m.People.Rows, row)
	}
	return nil
}

// consentCell tells for what somebody's consent holds, and since when.
func (r *Request) consentCell(s *record.Sheet, given []cases.Given, today string) parts.Cell {
	p := record.As[*person.Person](s)
	cell := parts.Cell{Text: r.consentNow(p, given, today), URL: r.url(s.Ref()) + "/consent"}
	var uses []string
	for _, scope := range cases.Allowed(given, today) {
		uses = append(uses, r.useWords(scope))
	}
	switch {
	case len(uses) > 0:
		cell.Text, cell.Sub = strings.Join(uses, r.L.T("web.comma")), cell.Text
	case len(given) == 0 && len(p.Consent) > 0 && p.Consent[0] != "not_asked": // that is said already
		cell.Sub = r.L.T("field.consent_told")
	}
	return cell
}

// lateBadge marks a day that has passed.
func (r *Request) lateBadge(day string) []parts.Badge {
	if day == "" || day >= r.book.Today() {
		return nil
	}
	return []parts.Badge{{Word: r.L.N("web.desk.late", edtf.DaysDiff(day, r.book.Today())), Tone: parts.Alarm}}
}

// tasksOf lists the open tasks of a case.
func (r *Request) tasksOf(tx *record.Tx, s *record.Sheet, writes bool) (records.Related, error) {
	m := records.Related{ID: "tasks", Title: r.L.T("kind.task.many"), Empty: r.L.T("web.case.no_tasks")}
	list, err := tx.Where("task", "h.case_id = ? AND h.state = 'open'", s.Head.CaseID)
	if err != nil {
		return m, err
	}
	for _, one := range list {
		t := record.As[*task.Task](one)
		cell := parts.Cell{Text: t.Text, URL: r.url(one.Ref()), Sub: r.dotted(r.date(t.Due), t.Assignee.Title), Badges: r.lateBadge(t.Due.Latest)}
		if writes {
			cell.Actions = []parts.Action{{Label: r.L.T("move.done"), Post: r.url(one.Ref()) + "/moves/done", Hidden: []parts.Pair{{Name: "version", Value: version(one)}, {Name: "next", Value: r.url(s.Ref())}}}}
		}
		m.Rows = append(m.Rows, cell)
	}
	if writes {
		m.Add = &parts.Action{Label: r.L.T("kind.task.new"), URL: "/tasks/new?about=" + s.Head.Ref + "&next=" + r.url(s.Ref())}
	}
	return m, nil
}

func (r *Request) teamFields(s *record.Sheet) []parts.Field {
	var list []parts.Field
	for _, name := range []string{"lead", "team", "access"} {
		f, _ := s.Fields().Get(name)
		in := r.input("case", "", f, nil)
		in.ID = "team-" + name
		list = append(list, in)
	}
	return list
}

// changeTeam says who leads, who works on the case and who may see it.
func (r *Request) changeTeam() error {
	v, began, err := r.formFrom()
	if err != nil {
		return err
	}
	v["fields"] = []string{"lead", "team", "access"}
	var s *record.Sheet
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		if s, err = tx.Get("case", r.ref()); err != nil {
			return err
		}
		if err := s.Fields().Decode(only(complete(v, (&casefile.Case{}).Fields()), v["fields"]), r.now()).Or(); err != nil {
			return err
		}
		return tx.SaveAs(s, began, "team", "")
	})
	var problems form.Problems
	var stale *record.Stale
	if errors.As(err, &problems) || errors.As(err, &stale) {
		status, m := r.again(r.L.T("web.case.change_team"), s, stale)
		return r.mend(status, m, r.teamFields(s), problems)
	}
	if err != nil {
		return err
	}
	return r.to("/cases/" + r.ref())
}

// caseSteps fills the chronology of everybody in the case, newest first. One
// fact that befell several people is one line.
func (r *Request) caseSteps(tx *record.Tx, m *pages.Case, s *record.Sheet) error {
	d, err := cases.ReadMatter(tx, s)
	if err != nil {
		return err
	}
	kind := r.query("kind")
	seen := map[string]bool{}
	l := &look{Request: r, tx: tx, d: d, day: tx.Today()}
	at := map[string]int{}
	var whom [][]form.Ref
	for _, one := range l.ordered() {
		seen[one.step.Kind] = true
		if kind != "" && one.step.Kind != kind {
			continue
		}
		same := []string{one.step.Kind, one.step.Date.Text, one.step.Text, one.step.By.ID, one.step.Annulled, strconv.FormatBool(one.step.Planned)}
		places, _ := d.PlacesOf(one.e.Head.ID, one.step)
		for _, p := range places {
			same = append(same, p.ID)
		}
		key := strings.Join(same, "\x00")
		if i, ok := at[key]; ok {
			whom[i] = append(whom[i], one.e.Person)
			continue
		}
		at[key] = len(m.Steps)
		m.Steps = append(m.Steps, l.step(one.e, one.step))
		whom = append(whom, []form.Ref{one.e.Person})
	}
	for i, list := range whom {
		var runs []parts.Run
		for n, p := range list {
			if n == 3 && len(list) > 4 {
				runs = append(runs, parts.Run{Text: r.L.N("web.case.and_others", len(list)-n), Quiet: true})
				break
			}
			if n > 0 {
				runs = append(runs, parts.Run{Text: r.L.T("web.comma")})
			}
			runs = append(runs, r.link(p))
		}
		m.Steps[i].Sub = append(append(runs, parts.Run{Text: "·", Quiet: true}), m.Steps[i].Sub...)
	}
	const most = 60
	if len(m.Steps) > most && r.query("all") == "" {
		m.Steps = m.Steps[:most]
		m.MoreURL = &parts.Action{Label: r.L.T("web.case.whole_chronology"), URL: r.with("all", "1")}
	}
	if len(seen) > 1 {
		m.Filter = append(m.Filter, parts.Tab{Label: r.L.T("web.search.all"), URL: r.with("kind", ""), Current: kind == ""})
		for _, k := range detention.StepKinds {
			if seen[k] {
				m.Filter = append(m.Filter, parts.Tab{Label: r.L.T("option.step." + k), URL: r.with("kind", k), Current: kind == k})
			}
		}
	}
	if len(m.Steps) == 0 {
		m.NoSteps = r.L.T("web.case.no_steps")
	}
	return nil
}

// dotted words what is known after each other, each in its own direction.
func (r *Request) dotted(list ...string) string {
	list = nonEmpty(list...)
	for i := range list {
		list[i] = r.apart(list[i])
	}
	return strings.Join(list, " · ")
}
