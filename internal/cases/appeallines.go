package cases

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/response"
	"amparo/internal/deadline"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// What boards, lists and figures ask across many appeals is kept beside them and
// renewed with every change of the appeal, its demands and its answers.

// keepAppeal renews all that is computed of one appeal, once for all that is
// changed of it together.
func keepAppeal(tx *record.Tx, id string) error {
	return tx.Last("appeal "+id, func() error { return computeAppeal(tx, id) })
}

func computeAppeal(tx *record.Tx, id string) error {
	sys := tx.AsSystem("an appeal is computed from all that is on file")
	s, err := sys.ByID("appeal", id)
	if err != nil {
		return err
	}
	p, err := ReadPlea(sys, s)
	if err != nil {
		return err
	}
	country, err := countryOf(sys, s.Head.CaseID)
	if err != nil {
		return err
	}
	var met, partly, answered int
	for _, d := range p.Demands {
		l, err := keepDemand(tx, d, &p, country)
		if err != nil {
			return err
		}
		switch d.Head.State {
		case demand.Met:
			met++
		case demand.PartlyMet:
			partly++
		}
		if l.answered {
			answered++
		}
	}
	dues, err := deadlinesOf(sys, p)
	if err != nil {
		return err
	}
	if err := keepDeadlines(tx, s, dues); err != nil {
		return err
	}
	if err := keepWindows(tx, sys, p); err != nil {
		return err
	}
	due := p.due(dues)
	waits := ""
	if s.Head.State == appeal.InReview {
		rows, err := sys.Rows("SELECT MAX(ar.at) FROM appeal_round ar JOIN head h ON h.id = ar.appeal_id WHERE ar.appeal_id = ? AND %SCOPE%", id)
		if err != nil {
			return err
		}
		waits = rows[0][0]
	}
	unread := ""
	if p.Urgency != "" && p.SecondReader.ID == "" {
		unread = edtf.AddDays(p.FirstSent().Latest, 1)
	}
	if err := tx.Derive("DELETE FROM appeal_line WHERE appeal_id = ?", id); err != nil {
		return err
	}
	var orgs []string
	for _, a := range p.Addressees {
		orgs = append(orgs, a.Org.ID)
	}
	authors := []string{s.Head.CreatedBy}
	for _, one := range p.Authors {
		authors = append(authors, one.ID)
	}
	first, state := p.FirstSent(), s.Head.State
	if s.Head.Voided {
		state = ""
	}
	return tx.Derive(`INSERT INTO appeal_line (appeal_id, addressees, sent, sent_earliest, sent_to, written_to, demands, met, partly, answered, due, waits_since, unread_until, state, assignee, authors)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`, id, strings.Join(orgs, "\n"), first.Text, first.Earliest, p.SentTo(), len(p.Addressees),
		len(p.Demands), met, partly, answered, due, waits, unread, state, p.Assignee.ID, strings.Join(authors, "\n"))
}

// keepWindows ends the time in which those who act on disappearances can be
// written to, once they were.
func keepWindows(tx, sys *record.Tx, p Plea) error {
	for _, to := range p.Addressees {
		if !to.Sent() {
			continue
		}
		body, err := bodyOf(sys, to.Org.ID)
		if err != nil {
			return err
		}
		if body != "wgeid" {
			continue
		}
		for _, one := range p.Persons {
			if err := keepCustodies(tx, "person", one.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// due is the next day on which something of the appeal is due, "" when nothing is.
func (p Plea) due(dues []Due) string {
	due := ""
	sooner := func(day string) {
		if day != "" && (due == "" || day < due) {
			due = day
		}
	}
	switch p.Head.State {
	case appeal.Draft, appeal.InReview, appeal.Approved:
		sooner(p.SendBy.Latest)
	case appeal.Sent, appeal.Answered:
		for _, d := range p.Demands {
			if slices.Contains(demand.Waiting, d.Head.State) {
				sooner(d.Due.Latest)
			}
		}
	default:
		return ""
	}
	for _, d := range dues {
		if d.MetOn == "" {
			sooner(d.Day)
		}
	}
	return due
}

func countryOf(sys *record.Tx, caseID string) (string, error) {
	rows, err := sys.Rows("SELECT c.country FROM casefile c JOIN head h ON h.id = c.id WHERE h.id = ? AND %SCOPE%", caseID)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0][0], nil
}

type demandLine struct{ answered bool }

// keepDemand renews what is computed of one demand; p is its appeal, nil when it has none.
func keepDemand(tx *record.Tx, d Asked, p *Plea, country string) (demandLine, error) {
	var l demandLine
	id := d.Head.ID
	asked, open := p == nil, true
	askedOn, appealID := "", ""
	if p != nil {
		appealID, askedOn = p.Head.ID, p.FirstSent().Earliest
		asked = p.Observed() || p.SentTo() > 0
		open = p.Head.State == appeal.Sent || p.Head.State == appeal.Answered
	}
	waiting := asked && open && slices.Contains(demand.Waiting, d.Head.State)
	answeredOn := ""
	var answers []Answer
	if p != nil {
		answers = p.AnswersTo(id)
	} else {
		var err error
		if answers, err = answersAlone(tx, id); err != nil {
			return l, err
		}
	}
	for _, r := range answers {
		l.answered = true
		if answeredOn == "" || r.Date.Earliest != "" && r.Date.Earliest < answeredOn {
			answeredOn = r.Date.Earliest
		}
	}
	outcomeOn := ""
	if last, ok := d.Latest(""); ok {
		outcomeOn = last.Date.Latest
	}
	proposal := ""
	if waiting || asked && open && d.Head.State == demand.Lapsed {
		var err error
		if proposal, err = proposed(tx, d, askedOn); err != nil {
			return l, err
		}
	}
	if err := tx.Derive("DELETE FROM demand_line WHERE demand_id = ?", id); err != nil {
		return l, err
	}
	if d.Head.Voided {
		return l, keepDeadlines(tx, d.Sheet, nil)
	}
	year := askedOn
	if len(year) > 4 {
		year = year[:4]
	}
	var targets []string
	for _, t := range d.Targets {
		targets = append(targets, t.ID)
	}
	if err := tx.Derive(`INSERT INTO demand_line (demand_id, appeal_id, kind, country, year, asked_on, due, state, asked, waiting, answered, answered_on, outcome, outcome_on, grade, proposal, targets)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`, id, appealID, d.Demand.Kind, country, year, askedOn, d.Due.Latest, d.Head.State, bit(asked), bit(waiting), bit(l.answered),
		answeredOn, d.Head.State, outcomeOn, d.Grade(""), proposal, strings.Join(targets, "\n")); err != nil {
		return l, err
	}
	var dues []Due
	if asked && d.Due.Latest != "" && d.Head.State != demand.Superseded && d.Head.State != demand.Withdrawn {
		one := Due{Rule: RuleDemand, Day: d.Due.Latest, Owes: deadline.State, Trigger: deadline.On(d.Due.Latest)}
		if !waiting {
			one.MetOn = cmp.Or(outcomeOn, d.Head.UpdatedAt[:10])
		}
		dues = append(dues, one)
	}
	return l, keepDeadlines(tx, d.Sheet, dues)
}

func answersAlone(tx *record.Tx, demandID string) ([]Answer, error) {
	list, err := tx.AsSystem("a demand is computed from all that is on file").Tied("response", "answers", demandID)
	var out []Answer
	for _, one := range list {
		out = append(out, Answer{one, record.As[*response.Response](one)})
	}
	return out, err
}

// proposed is the move that what is on file speaks for: all or some of its
// beneficiaries got what was asked. A supervisor confirms it.
func proposed(tx *record.Tx, d Asked, askedOn string) (string, error) {
	standing := d.Standing(d.Beneficiaries, "")
	if d.Demand.Kind == "release" && len(d.Beneficiaries) > 0 {
		var ids []string
		for _, b := range d.Beneficiaries {
			ids = append(ids, b.ID)
		}
		rows, err := tx.AsSystem("a release may meet a demand").Rows(`SELECT h.id FROM custody cu JOIN head h ON h.id = cu.person_id
			WHERE cu.person_id IN ? AND cu.latest = 1 AND cu.state = ? AND cu.since_latest >= ? AND %SCOPE%`, ids, detention.StateReleased, askedOn)
		if err != nil {
			return "", err
		}
		for _, r := range rows {
			if standing[r[0]] == "" {
				standing[r[0]] = "met"
			}
		}
	}
	met, partly := 0, 0
	for _, outcome := range standing {
		switch outcome {
		case "met":
			met++
		case "partly_met":
			partly++
		}
	}
	all := len(d.Beneficiaries)
	if all == 0 {
		if last, ok := d.Latest(""); ok {
			switch last.Outcome {
			case "met":
				return "meet", nil
			case "partly_met":
				partly++
			}
		}
	}
	switch {
	case all > 0 && met >= all:
		return "meet", nil
	case met+partly > 0 && d.Head.State != demand.PartlyMet:
		return "partly_meet", nil
	}
	return "", nil
}

// RuleDemand is the due day that an appeal itself sets for a demand.
const RuleDemand = "demand.due"

// Due is one deadline that follows from a record.
type Due struct {
	Rule, Day, Owes     string
	Trigger             deadline.Trigger
	Estimated, Extended bool
	MetOn               string // ISO day on which what was owed came; "" while it is owed
}

// keepDeadlines replaces the deadlines that follow from a record.
func keepDeadlines(tx *record.Tx, s *record.Sheet, dues []Due) error {
	if err := tx.Derive("DELETE FROM deadline WHERE about_id = ?", s.Head.ID); err != nil {
		return err
	}
	var cells []any
	for _, d := range dues {
		cells = append(cells, record.NewID(), s.Head.ID, s.Head.CaseID, d.Rule, d.Trigger.Earliest, d.Trigger.Latest, d.Day, d.Owes, bit(d.Estimated), bit(d.Extended), d.MetOn)
	}
	return tx.DeriveRows("deadline (id, about_id, case_id, rule, trigger_earliest, trigger_latest, due, owes, estimated, extended, met_on)", 11, cells)
}

// counted makes a deadline of a rule and what set it off.
func counted(rule string, from edtf.Date, o deadline.Options) (Due, deadline.Due, bool) {
	t := deadline.Trigger{Earliest: from.Earliest, Latest: from.Latest}
	d, ok := deadline.Of(rule, t, o)
	return Due{Rule: rule, Day: d.Day, Owes: d.Rule.Owes, Trigger: t, Estimated: d.Estimated}, d, ok
}

// onReply are the rules that run from the day a body passes an appeal on until a
// reply comes, by the name the rules know the body by.
var onReply = map[string]string{"wgad": "wgad.reply", "sp": "sp.reply", "ced": "ced30.reply", "cat": "cat22.reply", "un1970": "un1970.silence"}

// onExhaustion are those that run from the end of remedies at home until we write.
var onExhaustion = map[string]string{"hrc": "hrc.submit", "ecthr": "ecthr.submit", "achpr": "achpr.submit"}

// deadlinesOf lists the time limits of the bodies an appeal is addressed to.
func deadlinesOf(sys *record.Tx, p Plea) ([]Due, error) {
	if p.Head.Voided || p.Head.State == appeal.Withdrawn {
		return nil, nil
	}
	var orgs []string
	for _, a := range p.Addressees {
		orgs = append(orgs, a.Org.ID)
	}
	if len(orgs) == 0 {
		return nil, nil
	}
	sheets, err := sys.Where("organization", "h.id IN ? AND t.body <> ''", orgs)
	if err != nil {
		return nil, err
	}
	calendar, err := sys.Calendar()
	if err != nil {
		return nil, err
	}
	var list []Due
	for _, s := range sheets {
		body := record.As[*organization.Organization](s).Body
		log := p.logOf(s.Head.ID)
		// owe adds what a rule asks for from a line of the procedure on, until a line of another kind.
		owe := func(rule, since, until string, o deadline.Options) {
			from, ok := entry(log, since, "")
			if !ok {
				return
			}
			one, first, ok := counted(rule, from.Date, o)
			if !ok {
				return
			}
			if _, asked := entry(log, "extension", from.Date.Earliest); asked && until == "reply" {
				longer := deadline.Extend(first, body+".extension")
				one.Day, one.Extended = longer.Day, longer.First != ""
			}
			if done, ok := entry(log, until, from.Date.Earliest); ok {
				one.MetOn = cmp.Or(done.Date.Latest, one.Day)
			}
			list = append(list, one)
		}
		if rule := onReply[body]; rule != "" {
			owe(rule, "transmitted", "reply", calendar.Options(""))
		}
		switch body {
		case "wgad":
			owe("wgad.followup", "decision", "follow_up", deadline.Options{})
			owe("wgad.followup", "decision", "comments", deadline.Options{Variant: deadline.Source})
		case "wgeid":
			owe("wgeid.source_reply", "reply", "comments", deadline.Options{})
		}
		if rule := onExhaustion[body]; rule != "" {
			exhausted, err := exhaustion(sys, p)
			if err != nil {
				return nil, err
			}
			o := deadline.Options{}
			if body == "hrc" && p.SameMatter != "" {
				o.Variant = deadline.AfterOtherProcedure
			}
			if one, _, ok := counted(rule, exhausted, o); ok {
				for _, a := range p.Addressees {
					if a.Org.ID == s.Head.ID && a.Sent() {
						one.MetOn = a.SentAt.Latest
					}
				}
				list = append(list, one)
			}
		}
	}
	return list, nil
}

// logOf lists the procedure before one body by date: its own lines and those of none.
func (p Plea) logOf(orgID string) []appeal.Entry {
	var list []appeal.Entry
	for _, e := range p.Log {
		if e.Org.ID == "" || e.Org.ID == orgID {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b appeal.Entry) int { return edtf.Compare(a.Date, b.Date) })
	return list
}

// entry is the first line of a kind on or after a day.
func entry(log []appeal.Entry, kind, from string) (appeal.Entry, bool) {
	for _, e := range log {
		if e.Kind == kind && !e.Date.IsZero() && (from == "" || e.Date.Latest == "" || e.Date.Latest >= from) {
			return e, true
		}
	}
	return appeal.Entry{}, false
}

// exhaustion is the day of the last decision at home in the matters of an appeal's people.
func exhaustion(sys *record.Tx, p Plea) (edtf.Date, error) {
	var ids []string
	for _, one := range p.Persons {
		ids = append(ids, one.ID)
	}
	list, err := sys.Tied("detention", "person", ids...)
	last := edtf.Date{}
	for _, s := range list {
		for _, r := range record.As[*detention.Detention](s).Remedies {
			if r.Date.Earliest > last.Earliest {
				last = r.Date
			}
		}
	}
	return last, err
}

// appealEffects registers what appeals, demands and answers set off:
//
//	appeal    → its line for boards, the lines of its demands, its deadlines
//	demand    → the same for its appeal; while that is under review the appeal's version too
//	response  → the same; an answer to a demand answers the appeal
//	detention → demands for release, and time limits that run from the end of remedies
func appealEffects(b *record.Book) {
	b.After("appeal", func(tx *record.Tx, before, s *record.Sheet) error { return keepAppeal(tx, s.Head.ID) })
	b.After("appeal", keepSendings)
	b.After("demand", afterDemand)
	b.After("response", afterResponse)
	b.After("detention", func(tx *record.Tx, before, s *record.Sheet) error {
		personID := record.As[*detention.Detention](s).Person.ID
		rows, err := tx.AsSystem("demands follow custody").Rows(`SELECT DISTINCT h.id FROM tie ti JOIN demand_line dl ON dl.demand_id = ti.from_id AND dl.appeal_id <> ''
			JOIN head h ON h.id = dl.appeal_id WHERE ti.to_id = ? AND ti.field = 'beneficiaries' AND dl.kind = 'release' AND %SCOPE%
			UNION SELECT ti.from_id FROM tie ti WHERE ti.to_id = ? AND ti.field = 'persons'`, personID, personID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := keepAppeal(tx, r[0]); err != nil {
				return err
			}
		}
		return nil
	})
}

func afterDemand(tx *record.Tx, before, s *record.Sheet) error {
	d := record.As[*demand.Demand](s)
	if d.Appeal.ID == "" {
		country, err := countryOf(tx.AsSystem("a demand is computed from all that is on file"), s.Head.CaseID)
		if err != nil {
			return err
		}
		_, err = keepDemand(tx, Asked{s, d}, nil, country)
		return err
	}
	of, err := tx.ByID("appeal", d.Appeal.ID)
	if err != nil {
		return err
	}
	if reworded(before, s) && !fixed(record.As[*appeal.Appeal](of), of.Head.State) && !record.As[*appeal.Appeal](of).Observed() {
		return rewritten(tx, of, s)
	}
	return keepAppeal(tx, d.Appeal.ID)
}

// reworded tells whether a save touched what is approved with the appeal.
func reworded(before, s *record.Sheet) bool {
	return before == nil || before != s && (before.Head.Voided != s.Head.Voided || before.Head.State == s.Head.State)
}

// rewritten makes who changed a demand an author of the appeal, in the appeal's
// own history. While the appeal is under review it gets another version each
// time: who approves at the same moment must be told, since he has read other words.
func rewritten(tx *record.Tx, of, s *record.Sheet) error {
	a := record.As[*appeal.Appeal](of)
	added := addAuthor(tx, a)
	signed := slices.ContainsFunc(a.Signatories, func(g appeal.Signatory) bool { return g.Confirmed })
	if !added && !signed && of.Head.State != appeal.InReview {
		return keepAppeal(tx, of.Head.ID)
	}
	unsign(a)
	return tx.SaveAs(of, of.Head.Version, "demands", s.Head.Ref)
}

func afterResponse(tx *record.Tx, before, s *record.Sheet) error {
	r := record.As[*response.Response](s)
	if r.Appeal.ID != "" {
		if err := answer(tx, r.Appeal.ID, s); err != nil {
			return err
		}
		return keepAppeal(tx, r.Appeal.ID)
	}
	for _, d := range r.Answers {
		sys := tx.AsSystem("a demand is computed from all that is on file")
		one, err := sys.ByID("demand", d.ID)
		if err != nil {
			return err
		}
		if err := afterDemand(sys, one, one); err != nil {
			return err
		}
	}
	return nil
}

// answer moves an appeal on when a demand of it is answered, and back when what
// answered it was struck out.
func answer(tx *record.Tx, appealID string, by *record.Sheet) error {
	sys := tx.AsSystem("an answer came in")
	s, err := sys.ByID("appeal", appealID)
	if err != nil {
		return err
	}
	p, err := ReadPlea(sys, s)
	if err != nil {
		return err
	}
	switch {
	case p.answered() && s.Head.State == appeal.Sent:
		return sys.Move(s, s.Head.Version, "answer", by.Head.Ref, nil)
	case !p.answered() && s.Head.State == appeal.Answered:
		return sys.Move(s, s.Head.Version, "unanswer", by.Head.Ref, nil)
	}
	return nil
}

// appealGuards registers what must be true before moves of appeals and demands.
func appealGuards(b *record.Book) {
	b.Require("appeal.targets", func(tx *record.Tx, s *record.Sheet) ([]record.Why, error) {
		p, err := whole(tx, s)
		var none []string
		for _, d := range p.Demands {
			if len(d.Targets) == 0 && !d.Unspecified {
				none = append(none, d.Number)
			}
		}
		if err != nil || len(none) == 0 {
			return nil, err
		}
		return []record.Why{{Code: "needs_targets", Args: []any{"which", strings.Join(none, ", ")}}}, nil
	})
	b.Require("appeal.footnotes", func(tx *record.Tx, s *record.Sheet) ([]record.Why, error) {
		bare := 0
		for _, f := range record.As[*appeal.Appeal](s).Facts {
			if len(f.Citations) == 0 {
				bare++
			}
		}
		if bare == 0 {
			return nil, nil
		}
		return []record.Why{{Code: "needs_footnotes", Args: []any{"n", strconv.Itoa(bare)}}}, nil
	})
	b.Require("appeal.addressees", func(tx *record.Tx, s *record.Sheet) ([]record.Why, error) {
		if len(record.As[*appeal.Appeal](s).Addressees) == 0 {
			return []record.Why{{Code: "needs_addressee"}}, nil
		}
		return nil, nil
	})
	b.Require("appeal.consent", func(tx *record.Tx, s *record.Sheet) ([]record.Why, error) {
		gaps, err := consentGaps(tx, s)
		if err != nil {
			return nil, err
		}
		var who []form.Ref
		for _, to := range record.As[*appeal.Appeal](s).Addressees {
			if to.Sent() {
				continue
			}
			if len(gaps[to.Org.ID]) == 0 {
				return nil, nil // to this one it may go
			}
			who = gaps[to.Org.ID]
		}
		if len(who) == 0 {
			return nil, nil
		}
		return []record.Why{{Code: "needs_consent", Args: []any{"who", namesOf(who)}}}, nil
	})
	b.Require("appeal.unread", func(tx *record.Tx, s *record.Sheet) ([]record.Why, error) {
		if a := record.As[*appeal.Appeal](s); a.Urgency == "" || a.SecondReader.ID != "" {
			return []record.Why{{Code: "nothing_unread"}}, nil
		}
		return nil, nil
	})
	b.Require("demand.sent", func(tx *record.Tx, s *record.Sheet) ([]record.Why, error) {
		d := record.As[*demand.Demand](s)
		if d.Appeal.ID == "" {
			return nil, nil
		}
		of, err := tx.AsSystem("was it sent").ByID("appeal", d.Appeal.ID)
		if err != nil {
			return nil, err
		}
		if a := record.As[*appeal.Appeal](of); a.Observed() || a.SentTo() > 0 {
			return nil, nil
		}
		return []record.Why{{Code: "not_sent"}}, nil
	})
	b.Require("demand.untouched", func(tx *record.Tx, s *record.Sheet) ([]record.Why, error) {
		d := record.As[*demand.Demand](s)
		sys := tx.AsSystem("did anything come of it")
		if d.Appeal.ID != "" {
			of, err := sys.ByID("appeal", d.Appeal.ID)
			if err != nil {
				return nil, err
			}
			if fixed(record.As[*appeal.Appeal](of), of.Head.State) {
				return []record.Why{{Code: "appeal_fixed"}}, nil
			}
		}
		answers, err := answersAlone(sys, s.Head.ID)
		if err != nil || len(answers)+len(d.Assessments) == 0 {
			return nil, err
		}
		return []record.Why{{Code: "demand_touched"}}, nil
	})
	b.Require("demand.due_passed", func(tx *record.Tx, s *record.Sheet) ([]record.Why, error) {
		if d := record.As[*demand.Demand](s); d.Due.Latest == "" || d.Due.Latest >= tx.Today() {
			return []record.Why{{Code: "not_due"}}, nil
		}
		return nil, nil
	})
}
