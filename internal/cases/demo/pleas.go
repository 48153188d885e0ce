package demo

import (
	"fmt"
	"strconv"
	"time"

	"amparo/internal/auth"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/response"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// pleasPerWork is how many appeals one piece of work enters at most.
const pleasPerWork = 250

// plea is one appeal of the crowd while it is being told.
type plea struct {
	home    home
	until   string // the state it is told up to
	ago     int    // sent so many days ago
	sheet   *record.Sheet
	demands []*record.Sheet
}

// home is an open case of the crowd.
type home struct {
	sheet *record.Sheet
	land  *land
}

// words of the crowd's appeals, by kind of demand.
var pleaWords = []struct{ kind, title, text string }{
	{"release", "Release those taken in %s", "Release all who are held without charge."},
	{"medical_care", "A doctor for the people held in %s", "Let a doctor of their choice see them."},
	{"visit", "Visits of families in %s", "Let the families visit every week."},
	{"lawyer", "Lawyers shut out in %s", "Let their lawyers see them alone."},
	{"locate", "Tell where the people of %s are", "Say where each of them is held, and under whose command."},
	{"investigate", "Look into the raids of %s", "Examine what happened and publish what you find."},
	{"access", "Open the cells of %s", "Let independent monitors in without notice."},
	{"stop", "Stop the broadcasts from %s", "Take the recordings down and make no others."},
}

// pleaKinds are how often each kind of appeal comes.
var pleaKinds = []string{"urgent_appeal", "urgent_appeal", "urgent_appeal", "open_letter", "communication", "communication", "national_complaint", "petition"}

// pleaState draws how far an appeal went.
func (m *maker) pleaState() string {
	k := m.r.IntN(100)
	for _, o := range []struct {
		state string
		odds  int
	}{{appeal.Draft, 8}, {appeal.InReview, 4}, {appeal.Approved, 4}, {appeal.Sent, 42}, {appeal.Answered, 28}, {appeal.Closed, 11}} {
		if k -= o.odds; k < 0 {
			return o.state
		}
	}
	return appeal.Withdrawn
}

// pleas enters n appeals of the crowd's cases, with four demands each.
func (m *maker) pleas(n int) error {
	if len(m.homes) == 0 {
		m.homes = []home{{m.told.circle, &m.lands[0]}}
	}
	start := m.now.AddDate(0, 0, -span/2)
	for done := 0; done < n; {
		at := start.Add(time.Duration(float64((span/2-1)*24) * float64(done) / float64(n) * float64(time.Hour)))
		batch := make([]*plea, min(n-done, pleasPerWork))
		for i := range batch {
			batch[i] = &plea{home: pick(m.r, m.homes), until: m.pleaState(), ago: 3 + m.r.IntN(60)}
			if chance(m.r, 55) { // from the files of earlier years, entered now
				batch[i].ago = 60 + m.r.IntN(1100)
			}
		}
		worker, super := m.leadCase, m.leadSuper
		if m.r.IntN(3) == 0 {
			worker, super = m.otherCase, m.otherSuper
		}
		if err := m.tellPleas(batch, at, worker, super); err != nil {
			return err
		}
		done += len(batch)
	}
	return nil
}

// tellPleas enters appeals, has them approved, sends them, and tells what came of them.
func (m *maker) tellPleas(batch []*plea, at time.Time, worker, super auth.Actor) error {
	each := func(who auth.Actor, hours int, do func(p *pen, one *plea), states ...string) error {
		return m.as(who, at.Add(time.Duration(hours)*time.Hour), func(p *pen) {
			for _, one := range batch {
				for _, s := range states {
					if one.until == s {
						p.together(func() { do(p, one) })
					}
				}
			}
		})
	}
	move := func(name string, fields func(p *pen, one *plea) []string) func(p *pen, one *plea) {
		return func(p *pen, one *plea) {
			var typed []string
			if fields != nil {
				typed = fields(p, one)
			}
			reason := ""
			if name == "withdraw" {
				reason = "The family asked us to wait."
			}
			p.move(p.again(one.sheet), name, reason, typed...)
		}
	}
	past := []string{appeal.Sent, appeal.Answered, appeal.Closed}
	for _, step := range []func() error{
		func() error {
			return each(worker, 0, m.writePlea, append([]string{appeal.Draft, appeal.InReview, appeal.Approved, appeal.Withdrawn}, past...)...)
		},
		func() error {
			return each(worker, 1, move("submit", nil), append([]string{appeal.InReview, appeal.Approved}, past...)...)
		},
		func() error { return each(worker, 2, move("withdraw", nil), appeal.Withdrawn) },
		func() error {
			return each(super, 3, move("approve", nil), append([]string{appeal.Approved}, past...)...)
		},
		func() error {
			return each(worker, 4, move("send", func(p *pen, one *plea) []string {
				return []string{"channel", "e-mail", "sent_at", p.ago(one.ago), "proof", "read receipt"}
			}), past...)
		},
		func() error { return each(worker, 5, m.answerPlea, appeal.Answered, appeal.Closed) },
		func() error { return each(super, 6, m.settlePlea, past...) },
		func() error {
			return each(super, 7, move("close", func(*pen, *plea) []string { return []string{"outcome", "Followed to its end; the file is shut."} }), appeal.Closed)
		},
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// writePlea enters an appeal with its demands.
func (m *maker) writePlea(p *pen, one *plea) {
	r, l := m.r, one.home.land
	home := p.again(one.home.sheet)
	first := r.IntN(len(pleaWords))
	a := &appeal.Appeal{By: appeal.Ours, Kind: pick(r, pleaKinds), TitleText: fmt.Sprintf(pleaWords[first].title, pick(r, l.culture.towns).latn),
		Texts: []appeal.Text{{Lang: "en", Body: "We write to you about the people named in this case.\n\n{{demands}}"}}}
	to := []form.Ref{m.asked.group, m.asked.rapporteur, m.asked.committee, m.asked.ministry, m.asked.prisons, m.asked.attorney}
	i := r.IntN(len(to))
	a.Addressees = append(a.Addressees, appeal.Addressee{Org: to[i]})
	if chance(r, 25) {
		a.Addressees = append(a.Addressees, appeal.Addressee{Org: to[(i+1)%len(to)]})
	}
	if chance(r, 40) {
		a.SendBy = edtf.Day(edtf.AddDays(p.today, 3+r.IntN(30)))
	}
	one.sheet = p.create("appeal", a, home)
	sent := m.now.AddDate(0, 0, -one.ago).Format(time.DateOnly)
	for n := range 4 {
		w := pleaWords[(first+n)%len(pleaWords)]
		d := &demand.Demand{Appeal: one.sheet.Ref(), Number: strconv.Itoa(n + 1), Text: w.text, Kind: w.kind}
		switch r.IntN(5) {
		case 0:
			d.Unspecified = true
		case 1:
			d.Targets = []form.Ref{pick(r, l.forces), m.asked.ministry}
		case 2:
			d.Targets = []form.Ref{pick(r, l.forces)}
		default:
			d.Targets = []form.Ref{pick(r, []form.Ref{m.asked.ministry, m.asked.prisons, m.asked.attorney})}
		}
		if chance(r, 70) {
			d.Due = edtf.Day(edtf.AddDays(sent, 14+r.IntN(60)))
		}
		one.demands = append(one.demands, p.create("demand", d, home))
	}
}

// answerPlea files an answer to some of an appeal's demands.
func (m *maker) answerPlea(p *pen, one *plea) {
	speaks := 1 + m.r.IntN(3)
	var to []form.Ref
	for _, d := range one.demands[:speaks] {
		to = append(to, d.Ref())
	}
	p.create("response", &response.Response{From: m.asked.ministry, Appeal: one.sheet.Ref(), Date: edtf.Day(p.ago(max(0, one.ago-3-m.r.IntN(50)))), Form: pick(m.r, []string{"letter", "statement", "meeting"}),
		Stance: pick(m.r, []string{"accepts", "partly", "denies", "refuses"}), Answers: to, Text: "The matter has been passed on to those who are competent."}, p.again(one.home.sheet))
}

// settlePlea says of an appeal's demands what came of them.
func (m *maker) settlePlea(p *pen, one *plea) {
	for _, s := range one.demands {
		d := record.As[*demand.Demand](s)
		outcome := pick(m.r, []string{"", "", "", "meet", "partly_meet", "reject", "pledge", "lapse", "lapse"})
		if one.until == appeal.Sent && outcome != "lapse" && chance(m.r, 70) {
			outcome = ""
		}
		if outcome == "" || outcome == "lapse" && (d.Due.Latest == "" || d.Due.Latest >= p.today) {
			continue
		}
		p.move(p.again(s), outcome, "", "date", p.ago(m.r.IntN(max(1, min(one.ago, 400)))))
	}
}
