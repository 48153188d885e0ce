package web

import (
	"slices"
	"strings"

	"amparo/internal/cases/detention"
	room "amparo/internal/cases/person"
	personpage "amparo/views/person"
)

// fact is one part of an item that should be known.
type fact struct {
	key   string // catalogue key under "missing.part."
	known bool
}

// missing words what the register of article 17 (3) of the Convention against
// Enforced Disappearance should hold and is not on file, computed from the
// record, and what else one would ask for.
func (l *look) missing(m *personpage.Person) {
	r := l.Request
	edit := l.url + "/edit?next=" + l.url
	if l.e != nil {
		episode := "/detentions/" + l.e.Head.Ref + "/edit?next=" + l.url
		step := l.url + "/steps/new?episode=" + l.e.Head.Ref + "&kind="
		items := []struct {
			letter, url string
			facts       []fact
		}{
			{"a", edit, l.identity()},
			{"b", episode, l.taking()},
			{"c", episode, []fact{{"ordering", l.e.OrderedBy.ID != ""}, {"grounds", l.e.ReasonGiven != "" || len(l.e.Charges) > 0}}},
			{"d", step + detention.StepHeld, l.supervising()},
			{"e", step + detention.StepHeld, l.admission()},
			{"f", step + detention.StepHospital, []fact{{"health", l.has(detention.StepHospital) || slices.Contains(l.p.Flags, "medical")}}},
			{"g", step + detention.StepDeath, l.death()},
			{"h", step + detention.StepTransfer, l.leaving()},
		}
		known, all := 0, 0
		for _, i := range items {
			all++
			var item personpage.Item
			if len(i.facts) > 0 {
				item = l.item(i.letter, i.url, i.facts)
			} else { // nothing of the kind has happened
				item = personpage.Item{Text: r.L.T("missing.none." + i.letter), Has: true}
			}
			if item.Has {
				known++
			}
			m.Missing.Items = append(m.Missing.Items, item)
		}
		m.Missing.Title = r.L.T("web.person.missing", "n", all-known, "all", all)
	} else {
		m.Missing.Title = r.L.T("web.person.missing_none")
		m.Missing.Items = append(m.Missing.Items, l.item("a", edit, l.identity()))
	}
	l.prompts(m, edit)
}

// item words one item: known, known in part, or missing.
func (l *look) item(letter, url string, facts []fact) personpage.Item {
	r := l.Request
	var has, lacks []string
	for _, f := range facts {
		word := r.L.T("missing.part." + f.key)
		if f.known {
			has = append(has, word)
		} else {
			lacks = append(lacks, word)
		}
	}
	item := personpage.Item{Text: r.L.T("missing." + letter), Has: len(lacks) == 0, URL: url}
	if !l.writes {
		item.URL = ""
	}
	if len(has) > 0 && len(lacks) > 0 {
		item.Partly = r.L.T("web.person.partly", "has", strings.Join(has, r.L.T("web.comma")), "lacks", strings.Join(lacks, r.L.T("web.comma")))
	}
	return item
}

func (l *look) has(kind string) bool {
	return slices.ContainsFunc(l.e.Steps, func(s detention.Step) bool { return s.Kind == kind && s.Annulled == "" && !s.Planned })
}

// happened lists the steps of some kinds that count.
func (l *look) happened(kinds ...string) []detention.Step {
	var list []detention.Step
	for _, s := range l.e.Steps {
		if s.Annulled == "" && !s.Planned && slices.Contains(kinds, s.Kind) {
			list = append(list, s)
		}
	}
	return list
}

func (l *look) identity() []fact {
	p := l.p
	return []fact{{"name", len(p.Names) > 0}, {"born_or_parents", !p.Born.IsZero() || p.Age.Valid || p.Father != "" || p.Mother != "" || len(p.Documents) > 0}}
}

func (l *look) taking() []fact {
	place, by := l.e.TakenAt.ID != "", l.e.TakenBy.ID != ""
	for _, s := range l.happened(detention.StepArrest) {
		place, by = place || len(s.Places) == 1, by || s.By.ID != ""
	}
	return []fact{{"date", l.e.Taken().IsDay()}, {"place", place}, {"authority", by}}
}

// supervising is known in part as long as only a force is named that held him.
func (l *look) supervising() []fact {
	force := l.e.TakenBy.ID != "" || slices.ContainsFunc(l.e.Steps, func(s detention.Step) bool { return s.By.ID != "" && s.Annulled == "" })
	now := l.st.By != ""
	if len(l.st.Places) == 1 {
		if _, p := l.d.Site(l.st.Places[0]); p != nil {
			now = now || len(p.RunOn(l.day)) > 0
		}
	} else {
		now = false // in one of several places, so whose it is stays open
	}
	return []fact{{"force", force || now}, {"supervision", now}}
}

func (l *look) admission() []fact {
	st := l.st
	one := len(st.Places) == 1 && st.State != detention.StateReported
	run := false
	if one {
		if _, p := l.d.Site(st.Places[0]); p != nil {
			run = len(p.RunOn(l.day)) > 0
		}
	}
	exact := false
	for _, s := range l.e.Steps {
		exact = exact || s.ID == st.SinceEvent && s.Date.IsDay()
	}
	return []fact{{"which_place", one}, {"admission", one && exact}, {"run_by", run}}
}

func (l *look) death() []fact {
	steps := l.happened(detention.StepDeath, detention.StepExecution)
	if len(steps) == 0 {
		return nil
	}
	told := slices.ContainsFunc(steps, func(s detention.Step) bool { return s.Text != "" })
	return []fact{{"date", steps[0].Date.IsDay()}, {"circumstances", told}, {"remains", false}}
}

func (l *look) leaving() []fact {
	steps := l.happened(detention.StepTransfer, detention.StepRelease, detention.StepConditionalRelease, detention.StepHandover)
	if len(steps) == 0 {
		return nil
	}
	date, to, by := true, true, true
	for _, s := range steps {
		date = date && s.Date.IsDay()
		by = by && s.By.ID != ""
		if s.Kind == detention.StepTransfer {
			to = to && len(s.Places) == 1
		}
		if s.Kind == detention.StepHandover {
			to = to && s.With != ""
		}
	}
	return []fact{{"leaving_date", date}, {"destination", to}, {"leaving_authority", by}}
}

// prompts are what one would ask for beyond the eight.
func (l *look) prompts(m *personpage.Person, edit string) {
	r := l.Request
	ask := func(known bool, key, url string) {
		if known || !l.writes {
			return
		}
		m.Missing.Prompts = append(m.Missing.Prompts, personpage.Item{Text: r.L.T(key), URL: url})
	}
	ask(len(l.p.Contacts) > 0, "missing.ask.contact", edit)
	ask(len(l.given) > 0 || len(l.p.Consent) > 0 && !slices.Equal(l.p.Consent, []string{"not_asked"}), "missing.ask.consent", l.url+"/consent")
	ask(slices.ContainsFunc(l.p.Relations, func(rel room.Relation) bool { return rel.Kind == "client_of" && !rel.To.Hidden() }), "missing.ask.lawyer", edit)
	if l.e != nil {
		ask(l.e.LegalStatus != "" && l.e.LegalStatus != "unknown", "missing.ask.legal", "/detentions/"+l.e.Head.Ref+"/edit?next="+l.url)
		ask(l.e.WarrantShown != "" && l.e.WarrantShown != "unknown", "missing.ask.warrant", "/detentions/"+l.e.Head.Ref+"/edit?next="+l.url)
	}
}
