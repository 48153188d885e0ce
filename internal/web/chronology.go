package web

import (
	"slices"
	"strings"

	"amparo/internal/cases"
	"amparo/internal/cases/detention"
	"amparo/internal/citation"
	"amparo/views/parts"
	personpage "amparo/views/person"
)

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
				run.Text, run.URL = run.Text+" "+c.Document.Ref, r.cited(c)
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
