package web

import (
	"slices"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/detention"
	room "amparo/internal/cases/person"
	"amparo/internal/edtf"
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
	given  []cases.Given
	day    string // as of
	url    string
	writes bool
}

// personPage shows a person as of a day, at one of the episodes.
func (r *Request) personPage(tx *record.Tx, s *record.Sheet, episode string, status int) error {
	l := &look{Request: r, tx: tx, p: record.As[*room.Person](s), url: r.url(s.Ref()), writes: r.writes(s)}
	var err error
	if l.d, err = cases.ReadDossier(tx, s); err != nil {
		return err
	}
	given, err := cases.ConsentsOf(tx, s)
	if err != nil {
		return err
	}
	l.given = given[s.Head.ID]
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
	if !s.Sealed() || s.Opened() {
		l.missing(&m)
	}
	if err := l.sides(&m, s); err != nil {
		return err
	}
	title := m.Name
	if s.Sealed() { // no name in the head of the window
		title = s.Head.Title
	}
	return r.page(status, title, personpage.PersonPage(m))
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
		sub = append(sub, r.aged(p))
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
	if s.Head.Restricted() {
		m.Restrict = r.L.T("option.access.restricted")
	}
	if b := r.levelBadge(s.Head.Sensitivity); b.Word != m.Restrict && s.Head.Sensitivity != record.Internal {
		m.Badges = append(m.Badges, b)
	}
	if s.Opened() {
		m.Badges = append(m.Badges, parts.Badge{Word: r.L.T("web.access.known_as", "code", s.Head.Title)})
	}
	if r.askedDay() != "" && l.day != l.tx.Today() {
		m.AsOf, m.Today = r.L.T("web.person.as_of", "day", edtf.Day(l.day).In(r.L)), l.url
	}
	if l.writes {
		m.Acts = append(m.Acts, parts.Action{Label: r.L.T("do.ask_for_it"), URL: "/appeals/new?person=" + s.Head.Ref, Tone: parts.Main}, parts.Action{Label: r.L.T("common.edit"), URL: l.url + "/edit"})
	}
	m.Acts = append(m.Acts, parts.Action{Label: r.L.T("web.person.print"), URL: l.url + "/summary"})
	m.Acts = append(m.Acts, r.givenAct(s)...)
	m.Acts = append(m.Acts, r.mergeAct(s)...)
	if s.Opened() {
		m.Acts = append(m.Acts, r.namedAct(s)...)
	}
	m.Acts = append(m.Acts, parts.Action{Label: r.L.T("web.access.title"), URL: l.url + "/access"})
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
		if st.DaysMax < 3 { // a range is no single day and no pair, even if it ends at one
			c.DayWord = r.L.N("web.person.day_word", 100)
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

// shownAbove are the fields of a person that the page words in its own way.
var shownAbove = map[string]bool{"placeholder": true, "group": true, "born": true, "age": true, "age_max": true, "age_about": true, "nationalities": true, "occupations": true,
	"flags": true, "consent_told": true, "calls": true, "contacts": true}

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
