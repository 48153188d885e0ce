package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	room "amparo/internal/cases/person"
	"amparo/internal/cases/task"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/parts"
	personpage "amparo/views/person"
	"amparo/views/records"
)

// next words what comes next: planned steps, and the dates of remand and sentence.
func (l *look) next(m *personpage.Person) {
	if l.e == nil {
		return
	}
	r := l.Request
	today := l.tx.Today()
	steps := slices.DeleteFunc(slices.Clone(l.e.Steps), func(s detention.Step) bool { return !s.Planned || s.Annulled != "" })
	slices.SortStableFunc(steps, func(a, b detention.Step) int { return edtf.Compare(a.Date, b.Date) })
	for _, s := range steps {
		n := personpage.Next{When: l.when(s.Date, today), Text: r.L.T("step.is." + s.Kind)}
		var sub []string
		for _, p := range s.Places {
			sub = append(sub, p.Title)
		}
		n.Sub = joinFilled(" · ", r.either(sub), s.With, s.Text)
		if l.writes {
			n.Asks = []parts.Ask{r.happenedAsk(l.e, s, "next-")}
		}
		m.Next = append(m.Next, n)
	}
	for _, own := range []struct {
		key  string
		date edtf.Date
	}{{"web.person.remand_ends", l.e.RemandUntil}, {"web.person.sentence_ends", l.e.SentenceEnd}} {
		if !own.date.IsZero() && l.st.InCustody {
			m.Next = append(m.Next, personpage.Next{When: l.when(own.date, today), Text: r.L.T(own.key)})
		}
	}
}

// when words a date ahead, with how much it presses.
func (l *look) when(d edtf.Date, today string) parts.Badge {
	r := l.Request
	switch {
	case d.IsZero():
		return parts.Badge{Word: r.L.T("date.unknown"), Tone: parts.Unknown}
	case d.Latest != "" && d.Latest < today:
		return parts.Badge{Word: r.dated(d), Tone: parts.Alarm}
	case d.Earliest == today && d.Latest == today:
		return parts.Badge{Word: strings.TrimSpace(r.L.T("web.desk.today") + " " + d.Clock), Tone: parts.Warn}
	case d.Earliest != "" && edtf.DaysDiff(today, d.Earliest) <= 7:
		return parts.Badge{Word: r.dated(d), Tone: parts.Warn}
	}
	return parts.Badge{Word: r.dated(d)}
}

// sides words what stands beside: tasks, calls, contacts, who is held with him,
// and what hangs on the records.
func (l *look) sides(m *personpage.Person, s *record.Sheet) error {
	r, tx := l.Request, l.tx
	var err error
	if s.Head.Voided {
		if m.Voided, err = r.voided(tx, s); err != nil {
			return err
		}
	}
	if err := l.caseFacts(m, s); err != nil {
		return err
	}
	if err := l.tasks(m, s); err != nil {
		return err
	}
	l.calls(m)
	l.contacts(m)
	for field, beside := range map[string]*records.Related{"calls": &m.Calls, "contacts": &m.Contacts} {
		if sealed := s.Sealed() && !s.Opened(); sealed || s.Veiled(field) {
			beside.Empty = r.L.T("web.access.veiled")
			if sealed {
				beside.Asks = nil
			}
		}
	}
	if m.Moves, err = r.moves(tx, s); err != nil {
		return err
	}
	if l.e != nil {
		own, err := r.moves(tx, l.e.Sheet)
		if err != nil {
			return err
		}
		for _, a := range own {
			a.Name, a.Label = "episode-"+a.Name, r.L.T("web.person.of_episode", "what", a.Label, "ref", l.e.Head.Ref)
			m.Moves = append(m.Moves, a)
		}
	}
	l.fields(m, s)
	if m.Cites, m.Counts, m.Notes, err = r.piecesBeside(tx, s, l.d.Cited[s.Head.ID]); err != nil {
		return err
	}
	for i := range l.d.Episodes {
		e := &l.d.Episodes[i]
		for _, c := range l.d.Cited[e.Head.ID] {
			if !strings.HasPrefix(c.Field, "steps.") {
				m.Cites = append(m.Cites, r.cite(e.Sheet, c, l.d.Speakers))
			}
		}
	}
	if l.writes {
		m.Cite, m.Counting, m.NotePost = r.citeAsk(s, ""), r.countAsk(s), l.url+"/notes"
	}
	if m.Asked, err = r.askedFor(l.tx, s); err != nil {
		return err
	}
	if m.Related, err = r.related(tx, s); err != nil {
		return err
	}
	m.Related = slices.DeleteFunc(m.Related, func(rel records.Related) bool {
		return rel.ID == "related-detention" || rel.ID == "related-task" || rel.ID == "related-demand"
	})
	return l.together(m)
}

// caseFacts adds who leads, who is the lawyer and what may be told.
func (l *look) caseFacts(m *personpage.Person, s *record.Sheet) error {
	r := l.Request
	add := func(key string, runs []parts.Run) {
		if len(runs) > 0 {
			m.Facts = append(m.Facts, records.Line{Label: r.L.T(key), Value: runs})
		}
	}
	for _, c := range l.p.Contacts {
		if c.Safe != "no" {
			add("web.person.reach", parts.Words(joinFilled(" · ", c.Value, c.Hours, c.Note)))
			break
		}
	}
	var lawyers []parts.Run
	for _, rel := range l.p.Relations {
		if rel.Kind == "client_of" && !rel.To.Hidden() {
			lawyers = append(lawyers, r.link(rel.To))
		}
	}
	add("web.person.lawyer", lawyers)
	if s.Head.CaseID != "" {
		home, err := l.tx.ByID("case", s.Head.CaseID)
		if err != nil && err != record.ErrNotFound {
			return err
		}
		if err == nil {
			if lead := record.As[*casefile.Case](home).Lead; lead.ID != "" {
				add("web.person.lead", parts.Words(nameOf(lead)))
			}
		}
	}
	add("web.person.consent", []parts.Run{{Text: r.consentNow(l.p, l.given, l.tx.Today()), URL: l.url + "/consent"}})
	return nil
}

func (l *look) tasks(m *personpage.Person, s *record.Sheet) error {
	r := l.Request
	ids := []string{s.Head.ID}
	for _, e := range l.d.Episodes {
		ids = append(ids, e.Head.ID)
	}
	list, err := l.tx.Tied("task", "about", ids...)
	if err != nil {
		return err
	}
	m.Tasks = records.Related{ID: "tasks", Title: r.L.T("kind.task.many"), Empty: r.L.T("web.person.no_task")}
	for _, t := range list {
		if t.Head.State != "open" {
			continue
		}
		b := record.As[*task.Task](t)
		cell := parts.Cell{Text: r.titled(t.Ref()), URL: r.url(t.Ref()), Sub: joinFilled(" · ", r.dated(b.Due), b.Assignee.Title)}
		if b.Due.Latest != "" && b.Due.Latest < l.tx.Today() {
			cell.Badges = []parts.Badge{{Word: r.L.T("web.person.late"), Tone: parts.Alarm}}
		}
		m.Tasks.Rows = append(m.Tasks.Rows, cell)
	}
	if l.writes {
		m.Tasks.Add = &parts.Action{Label: r.L.T("kind.task.new"), URL: "/tasks/new?about=" + s.Head.Ref + "&case=" + s.Case.Ref + "&next=" + l.url}
	}
	return nil
}

func (l *look) calls(m *personpage.Person) {
	r := l.Request
	m.Calls = records.Related{ID: "calls", Title: r.label("person", "calls"), Empty: r.L.T("web.person.no_call")}
	for i := len(l.p.Calls) - 1; i >= 0; i-- {
		c := l.p.Calls[i]
		cell := parts.Cell{Text: joinFilled(" · ", r.dated(c.At), c.With), Sub: c.Said}
		if c.Promised != "" {
			cell.Sub = joinFilled("\n", c.Said, r.L.T("web.person.promised", "what", c.Promised))
		}
		if !c.Next.IsZero() {
			cell.Badges = []parts.Badge{{Word: r.L.T("web.person.next_call", "date", r.dated(c.Next))}}
		}
		m.Calls.Rows = append(m.Calls.Rows, cell)
	}
	if !l.writes {
		return
	}
	ask := parts.Ask{Name: "call", Label: r.L.T("web.person.log_call"), Post: l.url + "/calls", Submit: r.L.T("common.save")}
	for _, f := range callFields(&room.Call{}) {
		ask.Fields = append(ask.Fields, r.input("person.calls", "", f, nil))
	}
	m.Calls.Asks = []parts.Ask{r.refill(ask)}
}

// callFields are the inputs of a telephone call.
func callFields(c *room.Call) form.Set {
	p := room.Person{Calls: []room.Call{*c}}
	f, _ := p.Fields().Get("calls")
	_, fields := f.Row(0)
	return fields
}

func (l *look) contacts(m *personpage.Person) {
	r := l.Request
	m.Contacts = records.Related{ID: "contacts", Title: r.label("person", "contacts")}
	for _, c := range l.p.Contacts {
		cell := parts.Cell{Text: c.Value, Sub: joinFilled(" · ", c.Hours, c.Note)}
		if c.Kind != "" {
			cell.Sub = joinFilled(" · ", r.L.T("option.contact_kind."+c.Kind), cell.Sub)
		}
		switch c.Safe {
		case "no":
			cell.Badges = []parts.Badge{{Word: r.L.T("web.person.not_safe"), Tone: parts.Alarm}}
		case "yes":
			cell.Badges = []parts.Badge{{Word: r.L.T("web.person.safe"), Tone: parts.Good}}
		}
		m.Contacts.Rows = append(m.Contacts.Rows, cell)
	}
}

// fields words the rest of what is on file, of the person and of the episode.
func (l *look) fields(m *personpage.Person, s *record.Sheet) {
	r := l.Request
	if l.e != nil {
		sections, groups := r.fieldsOf(l.e.Sheet, map[string]bool{"person": true, "steps": true, "legal_status": true})
		for i := range sections {
			sections[i].Title = r.L.T("web.person.episode", "ref", l.e.Head.Ref)
		}
		m.Sections, m.Groups = append(m.Sections, sections...), append(m.Groups, groups...)
		if l.writes {
			m.Acts = append(m.Acts, parts.Action{Label: r.L.T("web.person.edit_episode"), URL: "/detentions/" + l.e.Head.Ref + "/edit?next=" + l.url})
		}
	}
	sections, groups := r.fieldsOf(s, shownAbove)
	for i := range sections {
		sections[i].Title = r.L.T("web.person.more")
	}
	m.Sections, m.Groups = append(m.Sections, sections...), append(m.Groups, groups...)
}

// together lists who is held with him.
func (l *look) together(m *personpage.Person) error {
	r := l.Request
	others, err := cases.HeldTogether(l.tx, l.e)
	if err != nil || len(others) == 0 {
		return err
	}
	rel := records.Related{ID: "together", Title: r.L.N("web.person.together", len(others))}
	for i, o := range others {
		if i == 12 {
			break
		}
		rel.Rows = append(rel.Rows, parts.Cell{Text: r.titled(o.Ref), URL: r.url(o.Ref), Sub: o.Ref.Ref, Badges: []parts.Badge{r.custodyBadge(o.State)}})
	}
	if len(others) > 12 {
		rel.Add = &parts.Action{Label: r.L.T("web.person.all_of_case"), URL: r.url(l.d.Person.Case)}
	}
	m.Related = append([]records.Related{rel}, m.Related...)
	return nil
}

// addCall keeps a telephone call, and the task to call again.
func (r *Request) addCall() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	var s *record.Sheet
	err = r.keep(func(tx *record.Tx) error {
		var err error
		if s, err = tx.Get("person", r.ref()); err != nil {
			return err
		}
		p := record.As[*room.Person](s)
		p.Calls = append(p.Calls, room.Call{})
		all, _ := p.Fields().Get("calls")
		_, fields := all.Row(len(p.Calls) - 1)
		problems := fields.Decode(v, r.now())
		call := p.Calls[len(p.Calls)-1]
		if call.With+call.Said+call.Promised == "" {
			problems = append(problems, form.Problem{Field: "said", Code: "required"})
		}
		if err := problems.Or(); err != nil {
			return err
		}
		if err := tx.Save(s, s.Head.Version); err != nil || call.Next.IsZero() {
			return err
		}
		home, err := tx.ByID("case", s.Head.CaseID)
		if err != nil {
			return err
		}
		_, err = tx.Create("task", &task.Task{Text: joinFilled(": ", r.L.T("web.person.call_back"), call.With), Due: call.Next, About: s.Ref(),
			Assignee: form.Ref{ID: r.Actor.ID, Ref: r.Actor.Email}}, home)
		return err
	})
	if problems, ok := err.(form.Problems); ok && s != nil {
		r.c.Locals("again", &again{ask: "call", values: v, problems: problems})
		return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			who, err := tx.Get("person", r.ref())
			if err != nil {
				return err
			}
			return r.personPage(tx, who, "", fiber.StatusUnprocessableEntity)
		})
	}
	if err != nil {
		return err
	}
	return r.to(r.back(r.url(s.Ref()) + "#calls"))
}
