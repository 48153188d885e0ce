package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/response"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	pages "amparo/views/demand"
	"amparo/views/parts"
	"amparo/views/records"
)

// demandRoutes are what became of demands: of one, and of several at once.
func (s *Server) demandRoutes() []Route {
	post := fiber.MethodPost
	return []Route{
		{Method: post, Path: "/demands/confirm", Who: Writes, Handle: (*Request).confirmDemands},
		{Method: post, Path: "/demands/:ref/outcomes", Who: Writes, Handle: (*Request).recordOutcome},
	}
}

// askedPage is the page of one demand while it is being worded.
type askedPage struct {
	*Request
	tx     *record.Tx
	d      cases.Asked
	st     cases.DemandStanding
	plea   *cases.Plea // its appeal; nil for one that was asked alone or may not be seen
	day    string      // as of
	now    bool        // as of today
	writes bool
	status int
}

// demandPage is one demand: what was asked of whom, and what became of it for whom.
func (r *Request) demandPage(tx *record.Tx, s *record.Sheet) error {
	return r.demandPageAt(tx, s, fiber.StatusOK)
}

func (r *Request) demandPageAt(tx *record.Tx, s *record.Sheet, status int) error {
	k := &askedPage{Request: r, tx: tx, d: cases.Asked{Sheet: s, Demand: record.As[*demand.Demand](s)}, day: tx.Today(), status: status}
	if day := r.askedDay(); day != "" {
		k.day = day
	}
	k.now = k.day == tx.Today()
	k.writes = r.writes(s) && k.now
	standings, err := cases.DemandStandings(tx, k.day, s)
	if err != nil {
		return err
	}
	k.st = standings[s.Head.ID]
	if k.d.Appeal.Ref != "" {
		of, err := tx.ByID("appeal", k.d.Appeal.ID)
		if err != nil {
			return err
		}
		p, err := cases.ReadPlea(tx, of)
		if err != nil {
			return err
		}
		k.plea = &p
	}
	base := r.url(s.Ref())
	m := pages.Demand{Head: r.head(s), Text: k.d.Text, History: parts.Action{Label: r.L.T("web.history"), URL: base + "/history"}}
	m.Head.Badges = append(k.badges(), m.Head.Badges[1:]...)
	m.OnAction, m.On = base, parts.Field{Name: "on", Label: r.L.T("web.person.day"), Type: parts.Date, Value: r.query("on"), Max: 200}
	if !k.now {
		m.AsOf, m.Today = r.L.T("web.person.as_of", "day", edtf.Day(k.day).In(r.L)), base
	}
	if r.query("on") != "" && r.askedDay() == "" {
		m.On.Error = r.L.T("web.person.one_day")
	}
	if s.Head.Voided {
		if m.Voided, err = r.voided(tx, s); err != nil {
			return err
		}
	}
	for _, step := range []func(*pages.Demand) error{k.next, k.judged, k.answers, k.kin} {
		if err := step(&m); err != nil {
			return err
		}
	}
	k.facts(&m)
	k.grid(&m)
	if m.Cites, _, m.Notes, err = r.pieces(tx, s); err != nil {
		return err
	}
	if k.writes {
		m.Cite, m.NotePost = r.citeAsk(s, ""), base+"/notes"
	}
	return r.page(k.status, s.Head.Title, pages.DemandPage(m))
}

// badges say where it stands: its state, how late it is, that nobody answered.
func (k *askedPage) badges() []parts.Badge {
	r := k.Request
	if !k.st.Asked && k.st.State == demand.Open {
		return []parts.Badge{{Word: r.L.T("web.appeal.not_sent_yet"), Tone: parts.Quiet}}
	}
	list := []parts.Badge{r.stateBadge("demand", k.st.State)}
	if k.st.Overdue > 0 {
		list = append(list, parts.Badge{Word: r.L.N("web.desk.late", k.st.Overdue), Tone: parts.Alarm})
	}
	if k.st.LapseProposed {
		list = append(list, parts.Badge{Word: r.L.T("web.demand.lapse_open"), Tone: parts.Unknown})
	}
	if !k.st.Answered && slices.Contains(demand.Waiting, k.st.State) {
		list = append(list, parts.Badge{Word: r.L.T("web.appeal.no_answer"), Tone: parts.Quiet})
	}
	return list
}

// facts are what was asked of whom, by when.
func (k *askedPage) facts(m *pages.Demand) {
	r, d := k.Request, k.d
	add := func(label string, runs []parts.Run, badges ...parts.Badge) {
		if len(runs)+len(badges) > 0 {
			m.Facts.Lines = append(m.Facts.Lines, records.Line{Label: label, Value: runs, Badges: badges})
		}
	}
	if k.plea != nil {
		add(r.label("demand", "appeal"), []parts.Run{r.link(k.plea.Ref())}, r.stateBadge("appeal", k.plea.Head.State))
		if k.plea.Observed() && len(d.DemandedBy) == 0 {
			add(r.label("demand", "demanded_by"), r.links(k.plea.Submitters))
		}
	}
	add(r.label("demand", "demanded_by"), r.links(d.DemandedBy))
	if d.Unspecified {
		add(r.label("demand", "targets"), []parts.Run{{Text: r.L.T("web.demand.unspecified"), Quiet: true}})
	} else {
		add(r.label("demand", "targets"), r.links(d.Targets))
	}
	if d.Due.IsZero() {
		add(r.label("demand", "due"), []parts.Run{{Text: r.L.T("web.demand.no_due"), Quiet: true}})
	} else if k.st.Overdue > 0 {
		add(r.label("demand", "due"), parts.Words(r.date(d.Due)), parts.Badge{Word: r.L.N("web.desk.late", k.st.Overdue), Tone: parts.Alarm})
	} else {
		add(r.label("demand", "due"), parts.Words(r.date(d.Due)))
	}
	if d.Demand.Kind != "" {
		add(r.label("demand", "kind"), parts.Words(r.L.T("option.demand_kind."+d.Demand.Kind)))
	}
	if d.Indicator != "" {
		m.Facts.Lines = append(m.Facts.Lines, records.Line{Label: r.label("demand", "indicator"), Text: d.Indicator})
	}
	if d.Parent.Ref != "" {
		add(r.label("demand", "parent"), []parts.Run{r.link(d.Parent)})
	}
}

// mustAct says in one line of whom a demand is asked.
func (r *Request) mustAct(d *demand.Demand) []parts.Run {
	if d.Unspecified {
		return []parts.Run{{Text: r.L.T("web.appeal.unspecified"), Quiet: true}}
	}
	return r.links(d.Targets)
}

// outcomeTones are how much outcomes weigh.
var outcomeTones = map[string]parts.Tone{"met": parts.Good, "partly_met": parts.Warn, "not_met": parts.Quiet, "pledged": parts.Warn, "rejected": parts.Quiet, "lapsed": parts.Alarm, "regressed": parts.Alarm}

func (r *Request) outcomeBadge(outcome string) parts.Badge {
	return parts.Badge{Word: r.L.T("option.demand_outcome." + outcome), Tone: outcomeTones[outcome]}
}

// grid is what each of those it is for got, over time.
func (k *askedPage) grid(m *pages.Demand) {
	r, d := k.Request, k.d
	standing := d.Standing(d.Beneficiaries, k.day)
	m.Grid = parts.Table{Caption: r.L.T("web.demand.grid"), Heads: []parts.Head{{Label: r.L.T("field.beneficiaries")}, {Label: r.L.T("field.outcome")}, {Label: r.L.T("web.demand.since")}, {Label: r.L.T("web.demand.before")}}}
	again, _ := r.c.Locals("again").(*again)
	met := 0
	for _, b := range d.Beneficiaries {
		if b.Hidden() {
			continue
		}
		now := standing[b.ID]
		if now == "met" {
			met++
		}
		row := parts.TableRow{Select: b.Ref, Cells: []parts.Cell{{Text: r.titled(b), URL: r.url(b), Sub: b.Ref, Primary: true}}}
		row.Ticked = again != nil && slices.Contains(again.values["for"], b.Ref)
		outcome, since, before := parts.Cell{Text: r.L.T("web.demand.nothing_yet")}, parts.Cell{}, parts.Cell{}
		if now != "" {
			outcome = parts.Cell{Badges: []parts.Badge{r.outcomeBadge(now)}}
		}
		told := d.About(b.ID, k.day)
		for i, a := range told {
			if a.Outcome == now {
				since.Text = r.date(a.Date)
				if i > 0 {
					before.Text = r.dotted(r.L.T("option.demand_outcome."+told[i-1].Outcome), r.date(told[i-1].Date))
				}
			}
		}
		row.Cells = append(row.Cells, outcome, since, before)
		m.Grid.Rows = append(m.Grid.Rows, row)
	}
	if n := len(m.Grid.Rows); n > 1 {
		m.Sum = r.L.T("web.demand.met_for", "n", r.L.Int(met), "of", r.L.Int(n))
	}
	if !k.writes || !k.st.Asked {
		return
	}
	if len(m.Grid.Rows) > 1 {
		m.Grid.Tick, m.Grid.FormID = "for", "outcome"
	}
	m.Outcome = r.outcomeAsk(d)
}

// outcomes are what may be recorded by hand; that time ran out is only confirmed.
var outcomes = []string{"met", "partly_met", "not_met", "pledged", "rejected", "regressed"}

// outcomeAsk asks what became of a demand, and how we know.
func (r *Request) outcomeAsk(d cases.Asked) parts.Ask {
	a := parts.Ask{Name: "outcome", Label: r.L.T("web.demand.record"), Note: r.L.T("web.demand.record_note"), Post: r.url(d.Ref()) + "/outcomes", Version: version(d.Sheet)}
	_, row := judging(&demand.Demand{})
	for _, name := range []string{"outcome", "date", "grade", "reason"} {
		f, _ := row.Get(name)
		in := r.input("demand.assessments", "", f, nil)
		if name == "outcome" {
			in.Type, in.Options, in.Wide = parts.Segment, r.options(f.LabelPrefix(), outcomes), true
		}
		a.Fields = append(a.Fields, in)
	}
	c := &citation.Citation{}
	r.inherit(c)
	for _, name := range []string{"speaker", "document", "quote", "reliability", "credibility"} {
		f, _ := c.Fields().Get(name)
		a.Fields = append(a.Fields, r.input("citations", "", f, nil))
	}
	for i := range a.Fields {
		a.Fields[i].ID = "outcome-" + a.Fields[i].Name
	}
	return r.refill(a)
}

// judging is one more assessment of a demand, with its fields.
func judging(d *demand.Demand) (*demand.Assessment, form.Set) {
	f, _ := d.Fields().Get("assessments")
	row := f.Template()
	return &d.Assessments[len(d.Assessments)-1], row
}

// recordOutcome keeps what became of a demand for the ticked, or for all.
func (r *Request) recordOutcome() error {
	v, began, err := r.formFrom()
	if err != nil {
		return err
	}
	source, problems := r.typedSource(v)
	judged, row := judging(&demand.Demand{})
	problems = append(row.Decode(only(v, []string{"outcome", "date", "grade", "reason"}), r.now()), problems...)
	if judged.Outcome == "" && !problems.Has("outcome") {
		problems = append(problems, form.Problem{Field: "outcome", Code: "required"})
	}
	if judged.Date.Earliest > r.book.Today() {
		problems = append(problems, form.Problem{Field: "date", Code: "future"})
	}
	var s *record.Sheet
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		tx.EnterNames()
		var err error
		if s, err = tx.Get("demand", r.ref()); err != nil {
			return err
		}
		if err := problems.Or(); err != nil {
			return err
		}
		if s.Head.Version != began {
			return &record.Stale{Current: s}
		}
		d := cases.Asked{Sheet: s, Demand: record.As[*demand.Demand](s)}
		for _, b := range d.Beneficiaries {
			if slices.Contains(v["for"], b.Ref) {
				judged.For = append(judged.For, b)
			}
		}
		if !source.Empty() {
			source.Field = "assessments"
			c, err := tx.Add("citations", s, &source)
			if err != nil {
				return err
			}
			judged.Citations = []string{c.ID}
		}
		return cases.RecordOutcome(tx, d, *judged)
	})
	var stale *record.Stale
	status := fiber.StatusUnprocessableEntity
	if errors.As(err, &stale) {
		status, problems = fiber.StatusConflict, form.Problems{{Field: "outcome", Code: "meanwhile"}}
	} else if errors.As(err, &problems); err == nil {
		r.flash("web.demand.recorded")
		return r.to(r.back(r.url(s.Ref())))
	}
	if s == nil || stale == nil && len(problems) == 0 {
		return err
	}
	r.c.Locals("again", &again{ask: "outcome", values: v, problems: problems})
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		now, err := tx.Get("demand", s.Head.Ref)
		if err != nil {
			return err
		}
		return r.demandPageAt(tx, now, status)
	})
}

// next is what can be done: the move that what is on file speaks for first.
func (k *askedPage) next(m *pages.Demand) error {
	r := k.Request
	if !k.now {
		return nil
	}
	found, err := cases.ProposalsOf(k.tx, k.d.Sheet)
	if err != nil {
		return err
	}
	moves, err := r.moves(k.tx, k.d.Sheet)
	if err != nil {
		return err
	}
	for i := range moves {
		k.fit(&moves[i])
	}
	if p, ok := found[k.d.Head.ID]; ok && !k.d.Head.Voided {
		m.Proposal = &pages.Proposal{Text: r.because(p), Note: r.L.T("web.demand.somebody_confirms")}
		i := slices.IndexFunc(moves, func(a parts.Ask) bool { return a.Name == "move-"+p.Move })
		if i >= 0 && moves[i].Why == "" {
			m.Proposal.Ask = k.proposalAsk(moves[i], p)
			moves = slices.Delete(moves, i, i+1)
		}
	}
	m.Moves = moves
	return nil
}

// proposalAsk is the move that is proposed, filled with what speaks for it.
func (k *askedPage) proposalAsk(a parts.Ask, p cases.Proposal) parts.Ask {
	r := k.Request
	a.Label, a.Tone = r.L.T("web.demand.confirm_as", "what", r.L.T("state.demand."+proposedStates[p.Move])), parts.Main
	for i := range a.Fields {
		switch f := &a.Fields[i]; f.Name {
		case "date":
			if day := p.Day(); !day.IsZero() {
				f.Value, f.Echo = day.Text, day.In(r.L)
			}
		case "grade":
			if p.Move == "lapse" && !k.st.Answered {
				f.Value, f.Hint = "D", r.L.T("web.demand.grade_hint")
				for j := range f.Options {
					f.Options[j].Selected = f.Options[j].Value == "D"
				}
			}
		}
	}
	return a
}

// fit makes the form of a move one for people: those it is for are ticked, and
// what proves it is added where it is recorded.
func (k *askedPage) fit(a *parts.Ask) {
	a.Fields = slices.DeleteFunc(a.Fields, func(f parts.Field) bool { return f.Name == "citations" })
	for i := range a.Fields {
		f := &a.Fields[i]
		if f.Name != "for" {
			continue
		}
		who := parts.Field{Name: "for", ID: f.ID, Label: f.Label, Type: parts.Choices, Hint: k.L.T("web.answer.for_hint")}
		for _, b := range k.d.Beneficiaries {
			if !b.Hidden() {
				who.Options = append(who.Options, parts.Option{Value: b.Ref, Label: b.Title})
			}
		}
		*f = who
	}
	if len(k.d.Beneficiaries) < 2 {
		a.Fields = slices.DeleteFunc(a.Fields, func(f parts.Field) bool { return f.Name == "for" })
	}
	if !slices.ContainsFunc(a.Fields, func(f parts.Field) bool { return f.Name == "reason" }) {
		a.Fields = append(a.Fields, parts.Field{Name: "reason", ID: a.Name + "-reason", Label: k.L.T("web.reason"), Type: parts.Textarea, Max: 4000})
	}
}

// because words what a proposal rests on.
func (r *Request) because(p cases.Proposal) []parts.Run {
	var runs []parts.Run
	add := func(list ...parts.Run) {
		if len(runs) > 0 {
			runs = append(runs, parts.Run{Text: "·", Quiet: true})
		}
		runs = append(runs, list...)
	}
	if p.Move == "lapse" {
		return []parts.Run{{Text: r.L.T("web.demand.ran_out", "date", r.date(p.Due)), Strong: true}}
	}
	for _, one := range p.Released {
		add(r.sentence("web.demand.released", "who", []parts.Run{r.link(one.Person)}, "when", parts.Words(r.date(one.On)))...)
	}
	for _, a := range p.Judged {
		badge := r.outcomeBadge(a.Outcome)
		add(parts.Run{Badge: &badge}, parts.Run{Text: r.dotted(r.whom(a), r.date(a.Date), nameOf(a.By))})
	}
	return runs
}

// whom words for whom an assessment is, "" for all.
func (r *Request) whom(a demand.Assessment) string {
	var who []string
	for _, p := range a.For {
		if !p.Hidden() {
			who = append(who, titleOr(p))
		}
	}
	if len(who) == 0 && len(a.For) > 0 {
		return r.L.T("web.hidden")
	}
	return strings.Join(who, r.L.T("web.comma"))
}

// judged lists what was said of it, newest first, with what it rests on.
func (k *askedPage) judged(m *pages.Demand) error {
	r := k.Request
	m.NoJudged = r.L.T("web.demand.not_judged")
	var ids, refs []string
	list := k.d.InOrder(k.day)
	slices.Reverse(list)
	for _, a := range list {
		ids, refs = append(ids, a.Citations...), append(refs, a.Reason)
	}
	cited, err := citation.ByID(k.tx, ids...)
	if err != nil {
		return err
	}
	for _, c := range cited {
		refs = append(refs, c.Speaker)
	}
	named, err := cases.Named(k.tx, refs...)
	if err != nil {
		return err
	}
	for _, a := range list {
		one := pages.Judged{Date: r.date(a.Date), Outcome: r.outcomeBadge(a.Outcome), For: r.whom(a), Reason: a.Reason, By: nameOf(a.By)}
		if !a.Confirmed && (a.Outcome == "met" || a.Outcome == "partly_met") && k.st.State != demand.Met {
			one.Open = r.L.T("web.demand.unconfirmed")
		}
		if a.Grade != "" {
			one.Grade = r.L.T("option.demand_grade." + a.Grade)
		}
		if from, ok := named[a.Reason]; ok {
			one.Reason = ""
			one.Sources = append(one.Sources, r.link(from))
		}
		for _, id := range a.Citations {
			c, ok := cited[id]
			if !ok {
				continue
			}
			one.Sources = append(one.Sources, r.footnote(c, named))
			if c.Quote != "" {
				one.Sources = append(one.Sources, parts.Run{Text: "“" + c.Quote + "”", Quiet: true})
			}
		}
		m.Judged = append(m.Judged, one)
	}
	return nil
}

// answers lists who spoke to it. What was said in general is said once, and answers nothing.
func (k *askedPage) answers(m *pages.Demand) error {
	r := k.Request
	m.Answers = records.Related{ID: "answers", Title: r.L.T("kind.response.many"), Empty: r.L.T("web.appeal.no_answer")}
	if !k.st.Asked {
		m.Answers.Empty = r.L.T("web.appeal.not_sent_yet")
	}
	list, err := k.tx.Tied("response", "answers", k.d.Head.ID)
	if err != nil {
		return err
	}
	for _, s := range list {
		a := record.As[*response.Response](s)
		if a.Date.Earliest > k.day {
			continue
		}
		cell := parts.Cell{Text: a.From.Title, URL: r.url(s.Ref()), Sub: r.dotted(r.date(a.Date), r.option("option.response_form.", a.Form), short(a.Text, 140))}
		if stance := a.StanceOn(k.d.Head.ID); stance != "" {
			cell.Badges = []parts.Badge{{Word: r.L.T("option.response_stance." + stance)}}
		}
		m.Answers.Rows = append(m.Answers.Rows, cell)
	}
	if k.plea == nil {
		return nil
	}
	var general []parts.Cell
	for _, a := range k.plea.Responses {
		if a.General() && a.Date.Earliest <= k.day {
			general = append(general, parts.Cell{Text: a.From.Title, URL: r.url(a.Ref()),
				Sub: r.dotted(r.L.T("web.demand.in_general"), r.option("option.response_stance.", a.Stance), r.date(a.Date))})
		}
	}
	if len(m.Answers.Rows) == 0 && len(general) > 0 {
		m.Answers.Rows = []parts.Cell{{Runs: []parts.Run{{Text: m.Answers.Empty, Quiet: true}}}}
	}
	m.Answers.Rows = append(m.Answers.Rows, general...)
	if k.writes && k.st.Asked && k.plea.Head.State != appeal.Withdrawn {
		m.Answers.Add = &parts.Action{Label: r.L.T("kind.response.new"), URL: r.url(k.plea.Ref()) + "/responses/new?next=" + r.url(k.d.Ref()) + "#demand-" + k.d.Head.Ref}
	}
	return nil
}

// short cuts a text after some letters.
func short(text string, most int) string {
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	return string(letters[:most-1]) + "…"
}

// kin are the parts of a demand and the letters that remind of it.
func (k *askedPage) kin(m *pages.Demand) error {
	r := k.Request
	list, err := k.tx.Tied("demand", "parent", k.d.Head.ID)
	if err != nil {
		return err
	}
	m.Parts = records.Related{ID: "parts", Title: r.L.T("web.demand.parts")}
	for _, s := range list {
		m.Parts.Rows = append(m.Parts.Rows, parts.Cell{Text: r.titled(s.Ref()), URL: r.url(s.Ref()), Badges: []parts.Badge{r.stateBadge("demand", s.Head.State)}})
	}
	if k.plea == nil {
		return nil
	}
	m.Follows, err = r.reminders(k.tx, *k.plea, k.writes && k.st.Asked)
	return err
}

// mostProposed is how many proposals the ledger shows before it leads to the list.
const mostProposed = 50

// proposedStates are the states that proposed moves lead to.
var proposedStates = map[string]string{"lapse": demand.Lapsed, "meet": demand.Met, "partly_meet": demand.PartlyMet}

// demandList is the ledger: what waits to be confirmed, then every demand.
func (r *Request) demandList(list records.List) error {
	return r.ledger(fiber.StatusOK, list, nil)
}

func (r *Request) ledger(status int, list records.List, problems []parts.Problem) error {
	first := func(name string) {
		if i := slices.IndexFunc(list.More, func(f parts.Field) bool { return f.Name == name }); i >= 0 {
			list.Filters = slices.Insert(list.Filters, 1, list.More[i])
			list.More = slices.Delete(list.More, i, i+1)
		}
	}
	if i := slices.IndexFunc(list.Filters, func(f parts.Field) bool { return f.Name == "kind" }); i >= 0 {
		list.More, list.Filters = append([]parts.Field{list.Filters[i]}, list.More...), slices.Delete(list.Filters, i, i+1)
		list.MoreOpen = list.MoreOpen || list.More[0].Value != ""
	}
	first("to")
	for i := range list.Filters {
		if list.Filters[i].Name == "to" {
			list.Filters[i].Label = r.L.T("field.targets")
		}
	}
	m := pages.Ledger{List: list}
	if len(list.Set) == 0 && r.query("page") == "" {
		err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error { return r.proposed(tx, &m, "/demands", mostProposed) })
		if err != nil {
			return err
		}
		if m.Form != nil {
			m.Form.Problems = problems
		}
	}
	return r.page(status, list.Title, pages.LedgerPage(m))
}

// proposed fills what waits to be confirmed, with the form that confirms the
// ticked rows for whoever may; afterwards it leads to next.
func (r *Request) proposed(tx *record.Tx, m *pages.Ledger, next string, most int) error {
	list, counts, err := cases.Proposals(tx, most)
	if err != nil || len(list) == 0 {
		return err
	}
	all := 0
	var sums []string
	for _, move := range []string{"lapse", "meet", "partly_meet"} {
		if n := counts[move]; n > 0 {
			all += n
			sums = append(sums, r.L.T("web.demand.sum", "what", r.L.T("state.demand."+proposedStates[move]), "n", r.L.Int(n)))
		}
	}
	m.Title, m.Sum = r.L.N("web.demand.wait", all), strings.Join(sums, " · ")
	m.Waits = parts.Table{Caption: m.Title, Heads: []parts.Head{{Label: r.L.T("kind.demand.one")}, {Label: r.L.T("field.targets")}, {Label: r.L.T("web.demand.proposed")}, {Label: r.L.T("web.demand.on_file")}}}
	may := r.Actor.May(auth.Write) && (r.Actor.May(auth.Lead) || r.Actor.MayApprove)
	v, _ := r.form()
	for _, p := range list {
		value := p.Head.Ref + " " + p.Move + " " + version(p.Sheet)
		row := parts.TableRow{Select: value, Spoken: p.Head.Ref, Ticked: r.query("ticked") == "all" || slices.Contains(v["demand"], value)}
		var of []string
		for _, t := range p.Targets {
			if !t.Hidden() {
				of = append(of, t.Title)
			}
		}
		rests := parts.Cell{Runs: r.because(p)}
		if p.Move == "lapse" {
			rests = parts.Cell{Text: r.date(p.Due), Badges: r.lateBadge(p.Due.Latest)}
		}
		row.Cells = []parts.Cell{{Text: r.titled(p.Ref()), URL: r.url(p.Ref()), Sub: r.dotted(p.Head.Ref, p.Appeal.Title), Primary: true}, {Text: strings.Join(of, r.L.T("web.comma"))},
			{Badges: []parts.Badge{r.stateBadge("demand", proposedStates[p.Move])}}, rests}
		m.Waits.Rows = append(m.Waits.Rows, row)
	}
	if all > len(list) {
		m.More = &parts.Action{Label: r.L.N("web.desk.more", all-len(list)), URL: "/demands?proposed=lapse&sort=due"}
	}
	if !may {
		return nil
	}
	m.Waits.Tick, m.Waits.FormID = "demand", "confirm"
	m.Ticked = parts.Action{Label: r.L.T("web.demand.tick_all"), URL: r.with("ticked", "all") + "#waits"}
	grade := parts.Field{Name: "grade", ID: "confirm-grade", Label: r.label("demand.assessments", "grade"), Type: parts.Choice, Options: r.options("option.demand_grade.", demand.Grades, r.value("grade")), Blank: r.L.T("web.not_graded")}
	reason := parts.Field{Name: "reason", ID: "confirm-reason", Label: r.L.T("web.demand.reason_for_all"), Type: parts.Text, Max: 1000, Value: legible(r.value("reason"))}
	m.Form = &pages.Confirming{Post: "/demands/confirm", Next: next, Fields: []parts.Field{grade, reason}}
	return nil
}

// confirmDemands makes the ticked proposals so, all or none.
func (r *Request) confirmDemands() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	if len(v["demand"]) > 200 {
		return statusError(fiber.StatusRequestEntityTooLarge)
	}
	var list []cases.Confirmation
	for _, one := range v["demand"] {
		words := strings.Fields(one)
		if len(words) != 3 || !record.LooksLikeRef(words[0]) || proposedStates[words[1]] == "" {
			return statusError(fiber.StatusBadRequest)
		}
		n, err := strconv.Atoi(words[2])
		if err != nil {
			return statusError(fiber.StatusBadRequest)
		}
		list = append(list, cases.Confirmation{Ref: words[0], Move: words[1], Version: n})
	}
	var problems form.Problems
	if len(list) == 0 {
		problems = form.Problems{{Field: "demand", Code: "none_ticked"}}
	}
	if grade := v.First("grade"); grade != "" && !slices.Contains(demand.Grades, grade) {
		problems = append(problems, form.Problem{Field: "grade", Code: "choice"})
	}
	if reason := v.First("reason"); reason != "" {
		problems = append(problems, reasonProblems(reason, 1000)...)
	}
	if err = problems.Or(); err == nil {
		err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			return cases.Confirm(tx, list, v.First("grade"), strings.TrimSpace(v.First("reason")))
		})
	}
	var stale *record.Stale
	var notOpen *record.NotOpen
	status, word := fiber.StatusConflict, ""
	switch {
	case err == nil:
		r.flash("web.demand.confirmed", "n", r.L.Int(len(list)))
		return r.to(r.back("/demands"))
	case errors.As(err, &stale):
		word = r.L.T("web.demand.changed", "what", stale.Current.Head.Ref)
	case errors.As(err, &notOpen):
		word = strings.Join(r.reasons(notOpen.Why), " ")
	case errors.As(err, &problems):
		status, word = fiber.StatusUnprocessableEntity, r.problem(problems[0])
	default:
		return err
	}
	var model records.List
	err = r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) (err error) {
		model, err = r.listModel(tx, r.book.Kind("demand"), record.Query{Kind: "demand", Filters: map[string]string{}, Page: 1, PerPage: 50})
		return err
	})
	if err != nil {
		return err
	}
	return r.ledger(status, model, []parts.Problem{{Text: word}, {Text: r.L.T("web.demand.none_confirmed")}})
}

// markLate shows in a list of demands how late one is, and that it was not sent yet.
func (r *Request) markLate(k *record.Kind, res record.Result, row record.Row, shown []int, tr *parts.TableRow) {
	if k.Name != "demand" {
		return
	}
	raw := map[string]string{}
	for i, c := range res.List.Columns {
		raw[c.Name] = row.Cells[i]
	}
	for n, i := range shown {
		switch res.List.Columns[i].Name {
		case "due":
			tr.Cells[n].Badges = r.lateBadge(raw["due_latest"])
		case "state":
			if raw["not_sent"] != "" && row.State == demand.Open {
				tr.Cells[n].Badges = []parts.Badge{{Word: r.L.T("web.appeal.not_sent_yet"), Tone: parts.Quiet}}
			}
		}
	}
}
