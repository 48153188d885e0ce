package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"amparo/internal/auth"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/evidence"
	"amparo/internal/cases/person"
	"amparo/internal/cases/task"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// perWork is how many people one piece of work enters at least: the fewer
// works, the fewer times the same page of an index is written.
const perWork = 400

// unnamed is how many people the last story adds, after the crowd.
const unnamed = 7

// span is how far back the office's own work goes, in days.
const span = 28

// subjects are what the cases of the crowd are about.
var subjects = []string{"Arrests after the bread march", "Raids on the %s quarter", "Students of the %s institute", "The night of the buses", "Families at the %s gate",
	"Trial of the choir", "Dock workers of %s", "The school basement", "Readers of the banned almanac", "Election observers in %s"}

// crowdCase is one case of the crowd while it is being filled.
type crowdCase struct {
	land   *land
	sheet  *record.Sheet
	docs   []form.Ref
	people int
	state  string
}

// manyPeople is beyond how many likely doubles are no longer looked for: the
// invented names repeat, and the queue of doubles would hold nothing else.
const manyPeople = 2000

// crowd enters n people in cases of five to forty.
func (m *maker) crowd(n int) error {
	start := m.now.AddDate(0, 0, -span)
	most := max(perWork, min(10000, n/10))
	for done := 0; done < n; {
		at := start.Add(time.Duration(float64(span*24*time.Hour-6*time.Hour) * float64(done) / float64(n)))
		var batch []*crowdCase
		size := 0
		for done+size < n && size < most {
			c := &crowdCase{land: &m.lands[m.r.IntN(len(m.lands))], people: min(5+m.r.IntN(36), n-done-size), state: m.caseState()}
			size += c.people
			batch = append(batch, c)
		}
		super, worker := m.leadSuper, m.leadCase
		if m.r.IntN(2) == 0 {
			super, worker = m.otherSuper, m.otherCase
		}
		if err := m.as(super, at, func(p *pen) {
			for _, c := range batch {
				m.openCase(p, c, worker)
			}
		}); err != nil {
			return err
		}
		first := len(detention.CustodyStates) + done
		if err := m.as(worker, at.Add(time.Hour), func(p *pen) {
			if n > manyPeople {
				p.tx.Many()
			}
			for _, c := range batch {
				for range c.people {
					p.together(func() { m.somebody(p, c, first, worker) })
					first++
				}
			}
		}); err != nil {
			return err
		}
		if err := m.as(super, at.Add(2*time.Hour), func(p *pen) {
			for _, c := range batch {
				if m.closeCase(p, c); c.state == "open" {
					m.homes = append(m.homes, home{c.sheet, c.land})
				}
			}
		}); err != nil {
			return err
		}
		done += size
	}
	return nil
}

func (m *maker) caseState() string {
	switch k := m.r.IntN(100); {
	case k < 70:
		return "open"
	case k < 82:
		return "intake"
	case k < 90:
		return "dormant"
	case k < 96:
		return "closed"
	}
	return "archived"
}

// openCase makes a case with its documents and opens it.
func (m *maker) openCase(p *pen, c *crowdCase, lead auth.Actor) {
	town := pick(m.r, c.land.culture.towns).latn
	title := pick(m.r, subjects)
	if strings.Contains(title, "%s") {
		title = fmt.Sprintf(title, town)
	} else {
		title += ", " + town
	}
	file := &casefile.Case{TitleText: title, Summary: "Invented for the demo: several people taken on one day, told by relatives and by the local press.",
		Country: pick(m.r, c.land.countries), Topics: []string{pick(m.r, []string{"freedom of assembly", "fair trial", "enforced disappearance", "press freedom"})},
		Lead: colleague(lead), Access: casefile.Staff, Priority: pick(m.r, []string{"low", "normal", "normal", "high", "urgent"}),
		OpenedOn: edtf.Day(p.today), ReviewOn: edtf.Day(edtf.AddDays(p.today, 20+m.r.IntN(60)))}
	c.sheet = p.create("case", file, nil)
	for range 1 + m.r.IntN(2) {
		doc := p.create("evidence", &evidence.Evidence{Kind: pick(m.r, []string{"media_article", "statement", "letter", "court_document", "list"}),
			TitleText: fmt.Sprintf("%s: %s", c.land.culture.paper.latn, title), Issuer: c.land.culture.paper.latn, Published: edtf.Day(p.ago(m.r.IntN(5))), Language: c.land.lang}, c.sheet)
		c.docs = append(c.docs, doc.Ref())
	}
	p.add("citations", c.sheet, &citation.Citation{Document: c.docs[0], Quote: "More than a dozen people were taken to an unknown place.", Reliability: "C", Credibility: "3", Basis: "stated"})
	if c.state != "intake" {
		p.move(c.sheet, "open", "")
	}
}

// closeCase brings a case to the state it is meant to be in.
func (m *maker) closeCase(p *pen, c *crowdCase) {
	switch c.state {
	case "dormant":
		p.move(c.sheet, "sleep", "No news from anybody for months.", "wake_on", edtf.AddDays(p.today, 90))
	case "closed", "archived":
		p.move(c.sheet, "close", "", "closing_reason", "All of the people of this case are free or have their own counsel.", "family_told", "yes, by telephone")
		if c.state == "archived" {
			p.move(c.sheet, "archive", "", "retention", "ten_years")
		}
	}
}

// custodyOdds are how often each custody state comes, in percent.
var custodyOdds = []struct {
	state string
	odds  int
}{
	{detention.StateHeldKnown, 38}, {detention.StateHeldPlaceUncertain, 8}, {detention.StateWhereaboutsUnknown, 9}, {detention.StateDisappeared, 7}, {detention.StateReported, 6},
	{detention.StateInTransfer, 2}, {detention.StateConditionalRelease, 5}, {detention.StateReleased, 14}, {detention.StateEscaped, 1}, {detention.StateHandedOver, 1},
	{detention.StateDied, 3}, {detention.StateExecuted, 1}, {detention.StateTrailLost, 5},
}

// custodyState draws the state of the nth person: the first of a demo show every
// state once.
func (m *maker) custodyState(n int) string {
	if n < len(detention.CustodyStates) {
		return detention.CustodyStates[n]
	}
	k := m.r.IntN(100)
	for _, o := range custodyOdds {
		if k -= o.odds; k < 0 {
			return o.state
		}
	}
	return detention.StateHeldKnown
}

// somebody enters one person with what is known of the detention.
func (m *maker) somebody(p *pen, c *crowdCase, n int, worker auth.Actor) {
	r := m.r
	if p.err != nil {
		return
	}
	names, female := c.land.named(r)
	who := &person.Person{Names: names, Sex: "male", Nationalities: []string{c.land.countries[0]}, Consent: []string{pick(r, []string{"not_asked", "no", "un", "partners"})}}
	if female {
		who.Sex = "female"
	}
	switch r.IntN(4) {
	case 0:
		who.Born = edtf.Must(fmt.Sprintf("%d~", 1955+r.IntN(50)))
	case 1:
		who.Born = edtf.Must(fmt.Sprintf("%d-%02d-%02d", 1955+r.IntN(50), 1+r.IntN(12), 1+r.IntN(28)))
	case 2:
		who.Age, who.AgeOn = form.Num{Valid: true, N: float64(18 + r.IntN(50))}, edtf.Day(p.today)
		who.AgeAbout = int(who.Age.N)%5 == 0 // guesses are round
	}
	if chance(r, 70) {
		who.Occupations = []string{pick(r, c.land.jobs)}
	}
	if chance(r, 6) {
		who.Flags = []string{pick(r, []string{"medical", "torture_risk", "minor", "hunger_strike", "do_not_contact"})}
	}
	role := "detainee"
	if n >= len(detention.CustodyStates) && chance(r, 22) {
		role = pick(r, []string{"relative", "witness", "lawyer", "source"})
	}
	who.Roles = []person.Role{{Case: c.sheet.Ref(), Role: role}}
	if chance(r, 25) {
		who.Contacts = []person.Contact{{Kind: "phone", Value: fmt.Sprintf("+999 555 %04d", r.IntN(10000)), Safe: pick(r, []string{"yes", "no", "unknown"}), Hours: "after eight in the evening"}}
	}
	s := p.create("person", who, c.sheet)
	if role != "detainee" {
		return
	}
	d := &detention.Detention{Person: s.Ref(), WarrantShown: pick(r, []string{"no", "no", "unknown", "yes"}), LegalStatus: pick(r, []string{"no_charge", "remand", "on_trial", "unknown", "sentenced"})}
	m.tell(p, c.land, d, m.custodyState(n))
	ds := p.create("detention", d, c.sheet)
	if n > 2000 && chance(r, 40) {
		return // a crowd as large as this has many of whom only a list tells
	}
	cite := &citation.Citation{Field: "steps." + d.Steps[0].ID, Reliability: pick(r, citation.Reliability[:4]), Credibility: pick(r, citation.Credibility[:4]), Basis: "stated"}
	if chance(r, 60) {
		cite.Document = pick(r, c.docs)
	} else {
		cite.Speaker = pick(r, []string{"the mother, by telephone", "a brother", "a released cellmate", "the lawyer"})
	}
	p.add("citations", ds, cite)
	if chance(r, 4) && (c.state == "open" || c.state == "intake") {
		p.create("task", &task.Task{Text: pick(r, []string{"Ring the family again", "Ask the lawyer for the charge sheet", "Check the place of detention"}), About: s.Ref(),
			Due: edtf.Day(edtf.AddDays(p.today, r.IntN(30))), Assignee: colleague(worker)}, c.sheet)
	}
}

// tell writes the steps of an episode that ends in a state.
func (m *maker) tell(p *pen, l *land, d *detention.Detention, state string) {
	r := m.r
	force := pick(r, l.forces)
	d.TakenBy, d.TakenAt = force, pick(r, l.towns)
	from := 20 + r.IntN(1500) // days ago
	if r.IntN(3) == 0 {
		from = 5 + r.IntN(60)
	}
	to := r.IntN(min(from, 40)) // days ago of the last word
	if state == detention.StateTrailLost {
		from, to = 2100+r.IntN(900), 1950+r.IntN(100)
	}
	at := func(share int) int { return from - (from-to)*share/100 }
	add := func(kind string, day int, latest int, places ...form.Ref) *detention.Step {
		d.Steps = append(d.Steps, detention.Step{ID: record.NewID(), Kind: kind, Date: around(r, p.ago(day), p.ago(latest)), Places: places})
		return &d.Steps[len(d.Steps)-1]
	}
	add("arrest", from, at(20), d.TakenAt).By = force
	here := pick(r, l.prisons)
	held := func() {
		add("held", at(30), at(45), here)
		if chance(r, 30) {
			add("visit", at(50), at(60)).Result = pick(r, []string{"allowed", "denied"})
		}
		if chance(r, 25) {
			add("hearing", at(62), at(70))
		}
	}
	switch state {
	case detention.StateReported:
	case detention.StateHeldKnown:
		held()
		if chance(r, 40) {
			here = pick(r, l.prisons)
			add("transfer", at(72), at(80), here)
		}
		add(pick(r, []string{"seen", "visit", "seen"}), to, to)
	case detention.StateHeldPlaceUncertain:
		i := r.IntN(len(l.prisons))
		add("held", at(50), to, l.prisons[i], l.prisons[(i+1)%len(l.prisons)])
	case detention.StateWhereaboutsUnknown:
		add("held", at(50), to)
	case detention.StateDisappeared:
		add("custody_denied", at(60), to)
	case detention.StateInTransfer:
		held()
		add("transfer", to, to)
	case detention.StateTrailLost:
		held()
	default:
		held()
		kind := map[string]string{detention.StateConditionalRelease: "conditional_release", detention.StateReleased: "release", detention.StateEscaped: "escape",
			detention.StateHandedOver: "handover", detention.StateDied: "death", detention.StateExecuted: "execution"}[state]
		add(kind, at(90), to)
	}
	if detention.InCustody(state) && chance(r, 10) {
		d.Steps = append(d.Steps, detention.Step{ID: record.NewID(), Kind: "hearing", Planned: true, Date: edtf.Day(edtf.AddDays(p.today, r.IntN(60))), With: l.culture.courts[0].latn})
	}
}

// around is a date as sources give it, exact or not, that allows the day and
// nothing after the latest.
func around(r *rand.Rand, day, latest string) edtf.Date {
	text := ""
	switch r.IntN(8) {
	case 0:
		text = day[:7]
	case 1:
		text = day + "~"
	case 2:
		text = "[" + edtf.AddDays(day, -3) + ".." + edtf.AddDays(day, 4) + "]"
	case 3:
		text = day[:9] + "X"
	case 4:
		text = day[:7] + "?"
	}
	if text != "" {
		if d, err := edtf.Parse(text); err == nil && d.Latest != "" && d.Latest <= latest {
			return d
		}
	}
	return edtf.Day(day)
}
