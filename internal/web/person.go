package web

import (
	"slices"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	room "amparo/internal/cases/person"
	"amparo/internal/cases/task"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/parts"
	personpage "amparo/views/person"
	"amparo/views/records"
)

// personFace is the page of a person.
func (r *Request) personFace(tx *record.Tx, s *record.Sheet) error {
	return r.personPage(tx, s, strings.ToUpper(r.query("episode")), fiber.StatusOK)
}

// detentionFace leads to the person's page at that episode; one that was struck
// out has only the page all kinds share.
func (r *Request) detentionFace(tx *record.Tx, s *record.Sheet) error {
	who := record.As[*detention.Detention](s).Person
	if s.Head.Voided || who.Hidden() {
		m, err := r.showModel(tx, s)
		if err != nil {
			return err
		}
		return r.page(fiber.StatusOK, s.Head.Title, records.ShowPage(m))
	}
	at := r.url(who) + "?episode=" + s.Head.Ref
	if day := r.on(); day != "" {
		at += "&on=" + day
	}
	return r.c.Redirect(at, fiber.StatusSeeOther)
}

// look is the page of one person while it is being worded.
type look struct {
	*Request
	tx     *record.Tx
	d      cases.Dossier
	p      *room.Person
	e      *cases.Episode // shown; nil when none is on file
	st     detention.Status
	day    string // as of
	url    string
	writes bool
}

// personPage shows a person as of a day, at one of the episodes.
func (r *Request) personPage(tx *record.Tx, s *record.Sheet, episode string, status int) error {
	l := &look{Request: r, tx: tx, p: record.As[*room.Person](s), url: r.url(s.Ref()), writes: r.Actor.May(auth.Write) && !s.Head.Voided}
	var err error
	if l.d, err = cases.ReadDossier(tx, s); err != nil {
		return err
	}
	l.day = tx.Today()
	if day := r.askedDay(); day != "" {
		l.day = day
	}
	l.e = l.d.On(l.day)
	for i := range l.d.Episodes {
		if l.d.Episodes[i].Head.Ref == episode {
			l.e = &l.d.Episodes[i]
		}
	}
	if l.e != nil {
		l.st = l.e.On(l.day)
	}
	m := personpage.Person{Ref: s.Head.Ref, Name: s.Head.Title, History: parts.Action{Label: r.L.T("web.history"), URL: l.url + "/history"}, Changed: r.changed(s)}
	l.head(&m, s)
	l.custody(&m)
	l.chronology(&m)
	l.where(&m)
	l.next(&m)
	l.missing(&m)
	if err := l.sides(&m, s); err != nil {
		return err
	}
	return r.page(status, m.Name, personpage.PersonPage(m))
}

// head words who he is.
func (l *look) head(m *personpage.Person, s *record.Sheet) {
	p, r := l.p, l.Request
	m.Name, m.Other = inScripts(r.L.Lang(), p)
	m.Initials = initials(m.Name)
	if s.Case.Ref != "" {
		run := r.link(s.Case)
		run.Text = s.Case.Ref + " " + s.Case.Title
		m.Case = &run
	}
	var sub []string
	if also := also(p, m.Name, m.Other); also != "" {
		sub = append(sub, r.L.T("web.person.also", "names", also))
	}
	if !p.Born.IsZero() {
		sub = append(sub, r.L.T("web.log.born", "when", p.Born.Short(r.L)))
	}
	if p.Age.Valid {
		sub = append(sub, r.L.N("web.log.aged", int(p.Age.N)))
	}
	for _, c := range p.Nationalities {
		sub = append(sub, r.L.Country(c))
	}
	sub = append(sub, p.Occupations...)
	m.Sub = strings.Join(sub, " · ")
	if p.Group {
		m.Badges = append(m.Badges, parts.Badge{Word: r.L.T("web.person.group")})
	}
	if len(p.Names) == 0 {
		m.Badges = append(m.Badges, parts.Badge{Word: r.L.T("web.person.unnamed"), Tone: parts.Unknown})
	}
	for _, f := range p.Flags {
		m.Badges = append(m.Badges, parts.Badge{Word: r.L.T("option.flag." + f), Tone: parts.Alarm})
	}
	for _, lab := range p.Labels {
		if lab.Until.IsZero() {
			m.Badges = append(m.Badges, parts.Badge{Word: lab.Label})
		}
	}
	if s.Head.Restricted {
		m.Restrict = r.L.T("option.access.restricted")
	}
	if r.askedDay() != "" && l.day != l.tx.Today() {
		m.AsOf, m.Today = r.L.T("web.person.as_of", "day", edtf.Day(l.day).In(r.L)), l.url
	}
	if l.writes {
		m.Acts = append(m.Acts, parts.Action{Label: r.L.T("common.edit"), URL: l.url + "/edit"})
	}
	m.Acts = append(m.Acts, parts.Action{Label: r.L.T("web.person.print"), URL: l.url + "/summary"})
}

// inScripts gives the name in the reader's script first, and one in another.
func inScripts(lang string, p *room.Person) (name, other string) {
	order := []string{p.Latn, p.Arab, p.Cyrl}
	switch lang {
	case "ar":
		order = []string{p.Arab, p.Latn, p.Cyrl}
	case "ru":
		order = []string{p.Cyrl, p.Latn, p.Arab}
	}
	order = append(order, p.Title())
	for _, n := range order {
		switch {
		case n == "" || n == name:
		case name == "":
			name = n
		case other == "":
			other = n
		}
	}
	return name, other
}

func also(p *room.Person, shown ...string) string {
	var list []string
	for _, n := range p.Called() {
		if !slices.Contains(shown, n) && !slices.Contains(list, n) && len(list) < 5 {
			list = append(list, n)
		}
	}
	return strings.Join(list, " · ")
}

// initials are the first letters of the first and the last word of a name, or
// its number for whoever has none.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return ""
	}
	for _, w := range words {
		if unicode.IsDigit([]rune(w)[0]) {
			return w
		}
	}
	first := string(unicode.ToUpper([]rune(words[0])[0]))
	if len(words) == 1 {
		return first
	}
	last := strings.TrimPrefix(words[len(words)-1], "ال")
	if last == "" {
		return first
	}
	gap := ""
	if unicode.Is(unicode.Arabic, []rune(words[0])[0]) {
		gap = " " // letters of this script would join
	}
	return first + gap + string(unicode.ToUpper([]rune(last)[0]))
}

// custody words where he stands on the day.
func (l *look) custody(m *personpage.Person) {
	r := l.Request
	if l.e == nil || l.st.State == "" {
		return
	}
	c := &m.Custody
	st := l.st
	c.State = r.custodyBadge(st.State)
	recheck := cases.RecheckAfter(l.p.Flags)
	if detention.Stale(st, l.day, recheck) {
		c.Marks = append(c.Marks, parts.Badge{Word: r.L.N("web.person.stale", recheck), Tone: parts.Warn})
	}
	if l.disputed() {
		c.Marks = append(c.Marks, parts.Badge{Word: r.L.T("web.person.differ"), Tone: parts.Unknown})
	}
	if st.Uncertain {
		c.Marks = append(c.Marks, parts.Badge{Word: r.L.T("web.person.unsure"), Tone: parts.Unknown})
	}
	l.days(c)
	c.Held = r.placeWords(l.d, st.Places)
	if len(st.Places) == 1 {
		if s := l.d.Sites[st.Places[0]]; s != nil {
			c.HeldURL = r.url(s.Ref())
		}
	}
	c.By = l.runBy()
	c.Seen = l.seen()
	if l.writes && st.InCustody && l.day == l.tx.Today() && l.d.On(l.day) == l.e {
		c.Confirm = &parts.Action{Label: r.L.T("web.desk.still_held"), Post: l.url + "/confirm", Hidden: []parts.Pair{{Name: "episode", Value: l.e.Head.Ref}}}
	}
	l.facts(m)
}

// days words how long, and why that is a range.
func (l *look) days(c *personpage.Custody) {
	r, st := l.Request, l.st
	taken := l.e.Taken()
	switch {
	case st.DaysOpen:
		c.Days = r.L.T("web.person.at_least", "n", st.DaysMin)
		c.DayWord, c.Why = r.L.N("web.person.day_word", st.DaysMin), r.L.T("web.person.why_open")
	default:
		c.Days, c.DayWord = r.span(st.DaysMin, st.DaysMax), r.L.N("web.person.day_word", st.DaysMax)
		if st.DaysMin == st.DaysMax {
			return
		}
		switch {
		case taken.IsZero():
			c.Why = r.L.T("web.person.why_open")
		case !taken.IsDay():
			c.Why = r.L.T("web.person.why_arrest", "date", taken.In(r.L))
		default:
			c.Why = r.L.T("web.person.why_end")
		}
	}
}

// disputed tells whether sources differ on where he is now.
func (l *look) disputed() bool {
	for _, step := range l.e.Steps {
		if step.ID == l.st.SinceEvent {
			_, differ := l.d.PlacesOf(l.e.Head.ID, step)
			return differ
		}
	}
	return false
}

// runBy words who runs each place where he may be, as of the day.
func (l *look) runBy() string {
	r := l.Request
	var words []string
	for _, id := range l.st.Places {
		s, p := l.d.Site(id)
		if p == nil {
			continue
		}
		var who []string
		for _, o := range p.RunOn(l.day) {
			who = append(who, titleOr(o))
		}
		text := r.L.T("web.person.run_by_unknown")
		if len(who) > 0 {
			text = r.L.T("web.person.run_by", "who", r.either(who))
		}
		if len(l.st.Places) > 1 {
			text = r.apart(s.Head.Title) + ": " + text
		}
		words = append(words, text)
	}
	if len(words) > 0 {
		return strings.Join(words, " · ")
	}
	if by := l.holder(); by != "" && l.st.InCustody {
		return r.L.T("web.person.held_by", "who", r.apart(by))
	}
	return ""
}

// holder is the name of who took or holds him.
func (l *look) holder() string {
	for _, s := range l.e.Steps {
		if s.By.ID != "" && s.By.ID == l.st.By {
			return s.By.Title
		}
	}
	if l.st.By != "" && l.e.TakenBy.ID == l.st.By {
		return l.e.TakenBy.Title
	}
	return ""
}

// seen words the last confirmation with its source and age.
func (l *look) seen() string {
	r, st := l.Request, l.st
	if st.LastConfirmed == "" || !st.InCustody {
		return ""
	}
	text := r.L.T("web.person.confirmed", "on", r.day(st.LastConfirmed))
	for _, c := range l.d.About(l.e.Head.ID, "steps."+st.LastConfirmedBy) {
		if by := l.by(c); by != "" {
			text += " (" + by + ")"
			break
		}
	}
	age := edtf.DaysDiff(st.LastConfirmed, l.day)
	if age <= 0 {
		return text
	}
	return text + " · " + r.L.N("web.person.days_ago", age)
}

// by words who says it and how far he is believed: "family, B2".
func (l *look) by(c citation.Cited) string {
	who := c.Speaker
	if ref, ok := l.d.Speakers[c.Speaker]; ok {
		who = ref.Title
	}
	if who == "" {
		who = titleOr(c.Document)
	}
	if g := c.Grade(); g != "" {
		return l.L.T("web.person.by_graded", "who", l.apart(who), "grade", g)
	}
	return who
}

// facts are the short lines under the header.
func (l *look) facts(m *personpage.Person) {
	r, e := l.Request, l.e
	add := func(key, text string) {
		if text != "" {
			m.Facts = append(m.Facts, records.Line{Label: r.L.T(key), Value: parts.Words(text)})
		}
	}
	var legal []string
	if e.LegalStatus != "" {
		legal = append(legal, r.L.T("option.legal_status."+e.LegalStatus))
	}
	if !e.RemandUntil.IsZero() {
		legal = append(legal, r.L.T("web.person.remand_until", "date", r.dated(e.RemandUntil)))
	}
	if !e.SentenceEnd.IsZero() {
		legal = append(legal, r.L.T("web.person.sentence_until", "date", r.dated(e.SentenceEnd)))
	}
	add("web.person.legal", strings.Join(legal, " · "))
}

// stepKey is where a step stands in the chronology: what has no date follows
// the step entered before it.
type stepKey struct {
	day  string
	e    *cases.Episode
	step detention.Step
	pos  int
}

func (l *look) ordered() []stepKey {
	var list []stepKey
	for i := range l.d.Episodes {
		e := &l.d.Episodes[i]
		day := ""
		for n, s := range e.Steps {
			if s.Date.Earliest != "" {
				day = s.Date.Earliest
			}
			list = append(list, stepKey{day: day, e: e, step: s, pos: n})
		}
	}
	slices.SortStableFunc(list, func(a, b stepKey) int {
		if c := strings.Compare(b.day+b.step.Date.Clock, a.day+a.step.Date.Clock); c != 0 {
			return c
		}
		return b.pos - a.pos
	})
	return list
}

// chronology words all episodes' steps, newest first, and the verbs.
func (l *look) chronology(m *personpage.Person) {
	r := l.Request
	for i := len(l.d.Episodes) - 1; i >= 0 && len(l.d.Episodes) > 1; i-- {
		e := &l.d.Episodes[i]
		label := r.dated(e.Taken())
		if label == "" {
			label = e.Head.Ref
		}
		m.Episodes = append(m.Episodes, parts.Tab{Label: label, URL: l.url + "?episode=" + e.Head.Ref, Count: r.L.T("custody." + e.Head.State), Current: e == l.e})
	}
	if l.e == nil {
		m.NoSteps = &parts.Empty{Text: r.L.T("web.person.no_detention")}
		if l.writes {
			m.NoSteps.Action = &parts.Action{Label: r.L.T("page.nav.log"), URL: "/log?person=" + l.d.Person.Head.Ref + "&case=" + l.d.Person.Case.Ref, Tone: parts.Main}
		}
		return
	}
	m.Strip = r.strip(l.d, l.e, l.day)
	if l.writes {
		for _, k := range detention.StepKinds {
			a := parts.Action{Label: r.L.T("step.is." + k), URL: l.url + "/steps/new?episode=" + l.e.Head.Ref + "&kind=" + k}
			if !slices.Contains(verbs, k) {
				m.More = append(m.More, a)
			}
		}
		for _, k := range verbs {
			m.Verbs = append(m.Verbs, parts.Action{Label: r.L.T("step.is." + k), URL: l.url + "/steps/new?episode=" + l.e.Head.Ref + "&kind=" + k})
		}
	}
	for _, one := range l.ordered() {
		m.Steps = append(m.Steps, l.step(one.e, one.step))
	}
	if len(m.Steps) == 0 {
		m.NoSteps = &parts.Empty{Text: r.L.T("web.person.no_steps")}
	}
}

// step words one line of the chronology.
func (l *look) step(e *cases.Episode, s detention.Step) personpage.Step {
	r := l.Request
	row := personpage.Step{ID: s.ID, Date: r.dated(s.Date), Detail: s.Text}
	if row.Date == "" {
		row.Date = r.L.T("date.unknown")
	} else if !s.Date.IsDay() {
		row.Date = s.Date.In(r.L)
	}
	versions := l.d.Versions(e.Head.ID, s)
	row.Text = l.said(s, versions)
	row.Badges = l.marks(e, s, len(versions) > 1)
	row.Sub = l.sources(e, s)
	if len(versions) > 1 {
		row.Says, row.Choice = l.versions(e, s, versions)
	}
	for _, c := range l.d.About(e.Head.ID, "steps."+s.ID) {
		if c.Says != "" && !strings.HasSuffix(c.Field, ".places") {
			row.Says = append(row.Says, personpage.Says{Text: []parts.Run{{Text: c.Says}, {Text: l.by(c), Quiet: true}}})
		} else if c.Note != "" {
			row.Says = append(row.Says, personpage.Says{Text: []parts.Run{{Text: c.Note}, {Text: l.by(c), Quiet: true}}})
		}
	}
	switch {
	case s.Annulled != "":
		row.Look = "annulled"
		row.Choice = parts.Words(r.L.T("web.steps.annulled_because", "why", s.Annulled))
	case s.Planned:
		row.Look = "planned"
	case slices.Contains([]string{detention.StepArrest, detention.StepIllTreatment, detention.StepCustodyDenied, detention.StepDeath, detention.StepExecution}, s.Kind):
		row.Look = "alarm"
	}
	if l.writes {
		row.Asks = append(row.Asks, r.stepAsks(e, s, "")...)
	}
	return row
}

// marks are the states of one step.
func (l *look) marks(e *cases.Episode, s detention.Step, differ bool) []parts.Badge {
	r := l.Request
	var list []parts.Badge
	if differ {
		list = append(list, parts.Badge{Word: r.L.T("web.person.differ"), Tone: parts.Unknown})
	}
	if s.Annulled != "" {
		return append(list, parts.Badge{Word: r.L.T("web.steps.annulled"), Tone: parts.Quiet})
	}
	if s.Planned {
		if s.Date.Latest != "" && s.Date.Latest <= l.tx.Today() {
			list = append(list, parts.Badge{Word: r.L.T("web.desk.what_happened"), Tone: parts.Warn})
		} else {
			list = append(list, parts.Badge{Word: r.L.T("web.steps.planned")})
		}
	}
	if s.Result == "denied" {
		list = append(list, parts.Badge{Word: r.L.T("option.step_result.denied"), Tone: parts.Alarm})
	}
	if s.Kind == detention.StepArrest && e.WarrantShown == "no" {
		list = append(list, parts.Badge{Word: r.L.T("web.person.no_warrant"), Tone: parts.Alarm})
	}
	return list
}

// said words what happened: "Transferred to A (family, B2) or B (lawyer, C3)".
func (l *look) said(s detention.Step, versions []cases.Version) []parts.Run {
	r := l.Request
	runs := []parts.Run{{Text: r.L.T("step.is." + s.Kind)}}
	if places := l.sites(versions); len(places) > 0 {
		key := "web.steps.at"
		if s.Kind == detention.StepTransfer {
			key = "web.steps.to"
		}
		runs = append(runs, r.sentence(key, "places", places)...)
	}
	if s.By.ID != "" {
		runs = append(runs, r.sentence("web.steps.by", "who", []parts.Run{r.link(s.By)})...)
	}
	if s.With != "" {
		runs = append(runs, r.sentence("web.steps.with", "who", parts.Words(s.With))...)
	}
	if s.Result == "allowed" {
		runs = append(runs, parts.Run{Text: "· " + r.L.T("option.step_result.allowed"), Quiet: true})
	}
	return runs
}

// sites names the places of all accounts; who says which stands beside each
// where they differ.
func (l *look) sites(versions []cases.Version) []parts.Run {
	r := l.Request
	var runs []parts.Run
	for i, v := range versions {
		if i > 0 {
			runs = append(runs, parts.Run{Text: r.L.T("web.or")})
		}
		for n, p := range v.Places {
			if n > 0 {
				runs = append(runs, parts.Run{Text: r.L.T("web.or")})
			}
			run := r.link(p)
			run.Strong = true
			runs = append(runs, run)
		}
		if len(versions) > 1 {
			if by := l.who(v); by != "" {
				runs = append(runs, parts.Run{Text: "(" + by + ")", Quiet: true})
			}
		}
	}
	return runs
}

// who says one account: each source once, those of one origin together.
func (l *look) who(v cases.Version) string {
	var words []string
	origins := map[string]bool{}
	for _, c := range v.Cited {
		if c.Origin != "" && origins[c.Origin] {
			continue
		}
		origins[c.Origin] = true
		if by := l.by(c); by != "" && !slices.Contains(words, by) {
			words = append(words, by)
		}
	}
	return strings.Join(words, "; ")
}

// versions words each account of a step, with what we go with and why.
func (l *look) versions(e *cases.Episode, s detention.Step, versions []cases.Version) (says []personpage.Says, choice []parts.Run) {
	r := l.Request
	base := "/detentions/" + e.Head.Ref + "/steps/" + s.ID + "/"
	for i, v := range versions {
		one := personpage.Says{Text: l.sites([]cases.Version{v}), Chosen: v.Chosen}
		if by := l.who(v); by != "" {
			one.Text = append(one.Text, parts.Run{Text: by, Quiet: true})
		}
		for _, c := range v.Cited {
			if c.Quote != "" {
				one.Text = append(one.Text, parts.Run{Text: r.L.T("web.person.quoted", "text", c.Quote), Quiet: true})
			}
		}
		if l.writes && s.Annulled == "" && !v.Chosen {
			one.Asks = []parts.Ask{r.refill(parts.Ask{Name: "choose-" + s.ID + "-" + itoa(i), Label: r.L.T("web.steps.choose"), Post: base + "choose", Hidden: []parts.Pair{{Name: "says", Value: v.Says()}},
				Fields: []parts.Field{{Name: "reason", Label: r.L.T("web.steps.because"), Type: parts.Text, Required: true, Max: 4000}}})}
		}
		if l.writes && v.Chosen {
			one.Acts = []parts.Action{{Label: r.L.T("web.steps.unchoose"), Post: base + "unchoose"}}
		}
		says = append(says, one)
	}
	if ch, ok := l.d.Choice(e.Head.ID, "steps."+s.ID+".places"); ok {
		var names []parts.Run
		for _, ref := range strings.Fields(ch.Says) {
			if p, ok := l.d.Places[ref]; ok {
				if len(names) > 0 {
					names = append(names, parts.Run{Text: r.L.T("web.or")})
				}
				names = append(names, parts.Run{Text: p.Title, Strong: true})
			}
		}
		choice = r.sentence("web.steps.we_go_with", "what", names, "why", parts.Words(ch.Reason), "who", parts.Words(nameOf(ch.By)))
	}
	return says, choice
}

// sources words who says a step happened, each once with its grade.
func (l *look) sources(e *cases.Episode, s detention.Step) []parts.Run {
	r := l.Request
	var runs []parts.Run
	origins := map[string]int{}
	cited := l.d.About(e.Head.ID, "steps."+s.ID)
	for _, c := range cited {
		if c.Origin != "" {
			origins[c.Origin]++
		}
	}
	for i, c := range cited {
		if i > 0 {
			runs = append(runs, parts.Run{Text: "·", Quiet: true})
		}
		if by := l.by(c); c.Speaker != "" && by != "" {
			run := parts.Run{Text: by}
			if ref, ok := l.d.Speakers[c.Speaker]; ok {
				run.URL = r.url(ref)
			}
			runs = append(runs, run)
		}
		if c.Document.ID != "" {
			run := r.link(c.Document)
			if c.Document.Ref != "" {
				run.Text += " " + c.Document.Ref
			}
			runs = append(runs, run)
		}
		if c.Locator != "" {
			runs = append(runs, parts.Run{Text: c.Locator, Quiet: true})
		}
		if c.Quote != "" && !strings.HasSuffix(c.Field, ".places") {
			runs = append(runs, parts.Run{Text: r.L.T("web.person.quoted", "text", c.Quote), Quiet: true})
		}
		if c.Basis == "inferred" {
			runs = append(runs, parts.Run{Text: r.L.T("option.basis.inferred"), Quiet: true})
		}
		if origins[c.Origin] > 1 {
			runs = append(runs, parts.Run{Text: r.L.T("web.person.same_origin"), Quiet: true})
		}
	}
	if len(runs) == 0 {
		return []parts.Run{{Text: r.L.T("web.person.no_source"), Quiet: true}}
	}
	return runs
}

// where answers "where was he on this day?".
func (l *look) where(m *personpage.Person) {
	r := l.Request
	typed := r.query("on")
	m.Where = personpage.Where{Action: l.url, On: parts.Field{Name: "on", Label: r.L.T("web.person.day"), Type: parts.Date, Value: typed, Max: 200}}
	if typed == "" || l.e == nil {
		return
	}
	if r.askedDay() == "" {
		m.Where.On.Error = r.L.T("web.person.one_day")
		return
	}
	st := l.st
	w := []parts.Run{{Text: r.L.T("web.person.on_day", "day", edtf.Day(l.day).In(r.L))}}
	switch {
	case st.State == "":
		w = append(w, parts.Run{Text: r.L.T("web.person.before_arrest"), Strong: true})
	case len(st.Places) > 0:
		for i, id := range st.Places {
			if i > 0 {
				w = append(w, parts.Run{Text: r.L.T("web.or")})
			}
			run := parts.Run{Text: r.L.T("web.hidden"), Strong: true}
			if s := l.d.Sites[id]; s != nil {
				run = r.link(s.Ref())
				run.Strong = true
			}
			w = append(w, run)
		}
		if st.Alternatives {
			w = append(w, parts.Run{Text: r.L.T("web.person.not_known_which")})
		}
	}
	if st.State != "" {
		b := r.custodyBadge(st.State)
		w = append(w, parts.Run{Badge: &b})
		w = append(w, l.since()...)
	}
	if st.Uncertain {
		w = append(w, parts.Run{Text: r.L.T("web.person.may_have_moved"), Quiet: true})
	}
	m.Where.Answer = w
}

// since words from when that state is known, and where he was before.
func (l *look) since() []parts.Run {
	r, st := l.Request, l.st
	var w []parts.Run
	for _, s := range l.e.Steps {
		if s.ID != st.SinceEvent {
			continue
		}
		if s.Date.IsZero() {
			w = append(w, parts.Run{Text: "·", Quiet: true}, parts.Run{Text: r.L.T("web.person.since_unknown", "what", r.L.T("step.is."+s.Kind)), Quiet: true})
		} else {
			w = append(w, parts.Run{Text: "·", Quiet: true}, parts.Run{Text: r.L.T("web.person.since", "date", s.Date.In(r.L)), Quiet: true})
		}
	}
	before := l.before()
	if periods := detention.Periods(l.e.Events, l.day); before == "" && len(periods) > 1 {
		before = r.stateOf(l.d, periods[len(periods)-2])
	}
	if before != "" {
		w = append(w, parts.Run{Text: "·", Quiet: true}, parts.Run{Text: r.L.T("web.person.before_that", "what", before), Quiet: true})
	}
	return w
}

// before names where he was held before the step that led to the present state.
func (l *look) before() string {
	passed := false
	for _, one := range l.ordered() {
		if one.e != l.e || one.step.Planned || one.step.Annulled != "" || one.step.Kind == detention.StepArrest {
			continue
		}
		if ev, ok := l.e.Event(one.step.ID); passed && ok && len(ev.Places) > 0 && one.step.Kind != detention.StepHearing {
			return l.placeWords(l.d, ev.Places)
		}
		passed = passed || one.step.ID == l.st.SinceEvent
	}
	return ""
}

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

// dated words a date with its hour, "" for none.
func (r *Request) dated(d edtf.Date) string {
	if d.IsZero() {
		return ""
	}
	return joinFilled(" ", d.Short(r.L), lacking(d.Short(r.L), d.Clock))
}

// lacking is a text unless it is already part of the whole.
func lacking(whole, text string) string {
	if strings.Contains(whole, text) {
		return ""
	}
	return text
}

func joinFilled(sep string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), sep)
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
	if m.Cites, m.Counts, m.Notes, err = r.pieces(tx, s); err != nil {
		return err
	}
	for i := range l.d.Episodes {
		e := &l.d.Episodes[i]
		for _, c := range l.d.Cited[e.Head.ID] {
			if !strings.HasPrefix(c.Field, "steps.") {
				m.Cites = append(m.Cites, r.cite(e.Sheet, c))
			}
		}
	}
	if l.writes {
		m.Cite, m.Counting, m.NotePost = r.citeAsk(s, ""), r.countAsk(s), l.url+"/notes"
	}
	if m.Related, err = r.related(tx, s); err != nil {
		return err
	}
	m.Related = slices.DeleteFunc(m.Related, func(rel records.Related) bool {
		return rel.ID == "related-detention" || rel.ID == "related-task"
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
		if rel.Kind == "client_of" {
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
	var told []string
	for _, c := range l.p.Consent {
		told = append(told, r.L.T("option.consent_told."+c))
	}
	if len(told) == 0 {
		told = []string{r.L.T("web.person.not_asked")}
	}
	add("web.person.consent", parts.Words(strings.Join(told, r.L.T("web.comma"))))
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
		cell := parts.Cell{Text: t.Head.Title, URL: r.url(t.Ref()), Sub: joinFilled(" · ", r.dated(b.Due), b.Assignee.Title)}
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

// shownAbove are the fields of a person that the page words in its own way.
var shownAbove = map[string]bool{"placeholder": true, "group": true, "born": true, "age": true, "nationalities": true, "occupations": true,
	"flags": true, "consent_told": true, "calls": true, "contacts": true}

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
		rel.Rows = append(rel.Rows, parts.Cell{Text: o.Title, URL: r.url(o.Ref), Sub: o.Ref.Ref, Badges: []parts.Badge{r.custodyBadge(o.State)}})
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

// sentence words a message whose placeholders are pieces with links: name,
// pieces pairs.
func (r *Request) sentence(key string, holes ...any) []parts.Run {
	const mark = "\x1f"
	args := make([]any, 0, len(holes))
	pieces := map[string][]parts.Run{}
	for i := 0; i+1 < len(holes); i += 2 {
		name := holes[i].(string)
		pieces[name] = holes[i+1].([]parts.Run)
		args = append(args, name, mark+name+mark)
	}
	var runs []parts.Run
	for i, text := range strings.Split(r.L.T(key, args...), mark) {
		if i%2 == 1 {
			runs = append(runs, pieces[text]...)
		} else if text = strings.TrimSpace(text); text != "" {
			runs = append(runs, parts.Run{Text: text})
		}
	}
	return runs
}
