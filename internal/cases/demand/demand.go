// Package demand is the room of demands: one numbered thing that somebody must
// do, for whom, by when, and how far it was done, as told by assessments over time.
package demand

import (
	"slices"
	"strconv"

	"amparo/internal/auth"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/workflow"
)

// Assessment is what became of a demand by a day, for some beneficiaries or for all.
type Assessment struct {
	ID        string
	Date      edtf.Date
	Outcome   string
	For       []form.Ref // none: for all
	Grade     string     // A to E, as treaty bodies grade follow-up
	Reason    string
	Citations []string // ids
	By        form.Ref
	Confirmed bool // a move wrote it and it gave the demand its state; else it proposes
}

// Demand is one numbered demand.
type Demand struct {
	Appeal        form.Ref
	DemandedBy    []form.Ref
	Number, Text  string
	Kind          string
	Targets       []form.Ref
	Unspecified   bool
	Beneficiaries []form.Ref
	Due           edtf.Date
	Indicator     string
	Parent        form.Ref
	Assessments   []Assessment

	Judged Assessment // what a move is told; added to Assessments
}

// Closed lists of this room.
var (
	Kinds = []string{"release", "stop", "investigate", "prosecute", "access", "visit", "medical_care", "lawyer", "locate", "return_remains",
		"reparation", "law_reform", "list", "cooperate", "uphold", "other"}
	Outcomes = []string{"met", "partly_met", "not_met", "pledged", "rejected", "lapsed", "regressed"}
	Grades   = []string{"A", "B", "C", "D", "E"}
)

// States of a demand.
const (
	Open         = "open"
	Acknowledged = "acknowledged"
	Pledged      = "pledged"
	PartlyMet    = "partly_met"
	Met          = "met"
	Rejected     = "rejected"
	Lapsed       = "lapsed"
	Superseded   = "superseded"
	Withdrawn    = "withdrawn"
	Regressed    = "regressed"
)

// Results are what became of a demand that was asked; each has just one.
var Results = []string{"met", "partly_met", "refused", "ignored", "waiting", "otherwise"}

// ResultOn is the SQL that tells the result by a day, over lines of demands (dl).
// Ignored is who gave no answer until the time ran out.
func ResultOn(day string) string {
	return `CASE WHEN dl.state = '` + Met + `' THEN 'met' WHEN dl.state = '` + PartlyMet + `' THEN 'partly_met' WHEN dl.state = '` + Rejected + `' THEN 'refused'
		WHEN dl.state IN ('` + Superseded + `', '` + Withdrawn + `') THEN 'otherwise' WHEN dl.answered = 0 AND (dl.state = '` + Lapsed + `' OR dl.due <> '' AND dl.due < '` + day + `') THEN 'ignored'
		WHEN dl.waiting = 1 THEN 'waiting' ELSE 'otherwise' END`
}

// Waiting are the states in which a demand is still asked for.
var Waiting = []string{Open, Acknowledged, Pledged, PartlyMet, Regressed}

// Frozen are the fields that make up what is approved with the appeal.
var Frozen = []string{"appeal", "number", "text", "kind", "targets", "target_unspecified", "beneficiaries", "due", "parent"}

func (a *Assessment) judgement() form.Set {
	return form.Set{
		form.OfDate("date", &a.Date),
		form.OfLinks("for", &a.For, "person"),
		form.OfChoice("grade", &a.Grade, Grades, form.Vocab("demand_grade")),
		form.OfList("citations", &a.Citations),
	}
}

// Fields binds the demand's variables.
func (d *Demand) Fields() form.Set {
	return form.Set{
		form.OfText("number", &d.Number, form.Required, form.Max(20)),
		form.OfLong("text", &d.Text, form.Required, form.Max(4000)),
		form.OfChoice("kind", &d.Kind, Kinds, form.Vocab("demand_kind")),
		form.OfLink("appeal", &d.Appeal, "appeal"),
		form.OfLinks("demanded_by", &d.DemandedBy, "organization"),
		form.OfLinks("targets", &d.Targets, "organization"),
		form.OfBool("target_unspecified", &d.Unspecified),
		form.OfLinks("beneficiaries", &d.Beneficiaries, "person"),
		form.OfDate("due", &d.Due, form.Ahead),
		form.OfLong("indicator", &d.Indicator, form.Max(2000)),
		form.OfLink("parent", &d.Parent, "demand"),
		form.OfGroup("assessments", &d.Assessments, func(a *Assessment) (*string, form.Set) {
			return &a.ID, append(form.Set{form.OfChoice("outcome", &a.Outcome, Outcomes, form.Required, form.Vocab("demand_outcome"))},
				append(a.judgement(), form.OfLong("reason", &a.Reason, form.Max(4000)), form.OfAccount("by", &a.By, form.Derived), form.OfBool("confirmed", &a.Confirmed, form.Derived))...)
		}),
	}
}

// Title is the demand's number and text.
func (d *Demand) Title() string {
	text := []rune(d.Text)
	if len(text) > 160 {
		text = append(text[:157], '…')
	}
	return d.Number + ". " + string(text)
}

// Standing is what the newest assessment says of each of some people. One for all
// counts for each of them, but takes from nobody what he has: who was helped stays
// helped when the rest is refused or runs out, and "partly" for all is what it is
// because of those who have an outcome of their own. Who is not told of is left out.
func (d *Demand) Standing(people []form.Ref, on string) map[string]string {
	out := map[string]string{}
	for _, a := range d.InOrder(on) {
		for _, p := range a.For {
			out[p.ID] = a.Outcome
		}
		if len(a.For) > 0 || a.Outcome == "partly_met" && len(out) > 0 {
			continue
		}
		for _, p := range people {
			if out[p.ID] != "met" || a.Outcome == "regressed" {
				out[p.ID] = a.Outcome
			}
		}
	}
	return out
}

// About lists what was said of one person, of him or of all, oldest first.
func (d *Demand) About(personID, on string) []Assessment {
	return slices.DeleteFunc(d.InOrder(on), func(a Assessment) bool {
		return len(a.For) > 0 && !slices.ContainsFunc(a.For, func(p form.Ref) bool { return p.ID == personID })
	})
}

// InOrder lists the assessments made of days up to one, oldest first; those of
// no day count as the first.
func (d *Demand) InOrder(on string) []Assessment {
	var list []Assessment
	for _, a := range d.Assessments {
		if on != "" && a.Date.Earliest > on {
			continue
		}
		i := len(list)
		for i > 0 && list[i-1].Date.Earliest > a.Date.Earliest {
			i--
		}
		list = append(list[:i], append([]Assessment{a}, list[i:]...)...)
	}
	return list
}

// Latest is the newest assessment up to a day; ok is false where there is none.
func (d *Demand) Latest(on string) (Assessment, bool) {
	list := d.InOrder(on)
	if len(list) == 0 {
		return Assessment{}, false
	}
	return list[len(list)-1], true
}

// Grade is the newest grade given of days up to one, "" where there is none.
func (d *Demand) Grade(on string) string {
	grade := ""
	for _, a := range d.InOrder(on) {
		if a.Grade != "" {
			grade = a.Grade
		}
	}
	return grade
}

func states(s ...workflow.State) []workflow.State { return s }

// but lists the states that may become another one; none becomes itself.
func but(to workflow.State) []workflow.State {
	return slices.DeleteFunc(states(Open, Acknowledged, Pledged, PartlyMet, Regressed, Lapsed, Rejected), func(s workflow.State) bool { return s == to })
}

var judged = []string{"date", "for", "grade", "citations"}

// Kind declares demands.
var Kind = &record.Kind{
	Name: "demand", Path: "demands", Prefix: "M", Table: "demand", Home: "appeal",
	New: func() record.Body { return &Demand{} },
	Flow: workflow.Flow{Start: Open, Moves: []workflow.Move{
		{Name: "acknowledge", From: but(Acknowledged), To: Acknowledged, Who: auth.Write, May: judged, Needs: []string{"demand.sent"}},
		{Name: "pledge", From: but(Pledged), To: Pledged, Who: auth.Write, May: judged, Needs: []string{"demand.sent"}},
		{Name: "reject", From: but(Rejected), To: Rejected, Who: auth.Write, May: judged, Needs: []string{"demand.sent"}},
		{Name: "partly_meet", From: but(PartlyMet), To: PartlyMet, Who: auth.Lead, Approver: true, May: judged, Needs: []string{"demand.sent"}},
		{Name: "meet", From: but(Met), To: Met, Who: auth.Lead, Approver: true, May: judged, Needs: []string{"demand.sent"}},
		{Name: "lapse", From: but(Lapsed), To: Lapsed, Who: auth.Lead, Approver: true, May: judged, Needs: []string{"demand.sent", "demand.due_passed"}},
		{Name: "take_out", From: states(Open), Who: auth.Write, Asks: []string{"reason"}, Needs: []string{"demand.untouched"}, Voids: true},
		{Name: "supersede", From: but(Superseded), To: Superseded, Who: auth.Write, Asks: []string{"reason"}},
		{Name: "withdraw", From: but(Withdrawn), To: Withdrawn, Who: auth.Write, Asks: []string{"reason"}},
		{Name: "regress", From: states(Met), To: Regressed, Who: auth.Write, May: judged, Needs: []string{"demand.sent"}},
	}},
	Asked: func(b record.Body, _ string) form.Set { return b.(*Demand).Judged.judgement() },
	Check: func(b record.Body, _ string) form.Problems {
		d := b.(*Demand)
		if len(d.Targets) > 0 && d.Unspecified {
			return form.Problems{{Field: "target_unspecified", Code: "target_and_none"}}
		}
		for i, a := range d.Assessments {
			if a.Date.IsZero() && a.Outcome == "" {
				return form.Problems{{Field: "assessments." + strconv.Itoa(i) + ".outcome", Code: "required"}}
			}
		}
		return nil
	},
	List: func(on string) record.List {
		return record.List{
			Default: "due",
			Join:    []record.Join{{Table: "demand_line", Alias: "dl", On: "dl.demand_id = h.id", Each: true}},
			Columns: []record.Column{
				{Name: "number", SQL: "t.number", File: true},
				{Name: "text", SQL: "t.text", File: true},
				{Name: "targets", SQL: "t.targets", Type: form.Links},
				// What is waited for stands first, the longest late before all.
				{Name: "due", SQL: "t.due", Sort: "CASE WHEN dl.waiting = 1 AND dl.due <> '' THEN dl.due ELSE '9999' END", Then: "dl.demand_id", Type: form.Date},
				{Name: "answered", SQL: "dl.answered", Type: form.Bool},
				{Name: "grade", SQL: "dl.grade", Type: form.Text},
				{Name: "appeal", SQL: "t.appeal", Type: form.Link},
				{Name: "kind", SQL: "t.kind", Sort: "t.kind", Type: form.Choice, File: true},
				{Name: "due_latest", SQL: "CASE WHEN dl.waiting = 1 THEN t.due_latest ELSE '' END", File: true},
				{Name: "asked", SQL: "dl.asked_on", File: true},
				{Name: "not_sent", SQL: "CASE WHEN dl.asked = 0 THEN '1' ELSE '' END", File: true},
				{Name: "case", SQL: "h.case_id", Type: form.Link, File: true},
			},
			Filters: []record.Filter{
				{Name: "kind", SQL: "t.kind = ?", Options: Kinds, Vocab: "option.demand_kind.", None: "t.kind = ''"},
				{Name: "overdue", SQL: "(dl.waiting = 1 OR dl.asked = 1 AND dl.outcome_on > '" + on + "') AND t.due_latest <> '' AND t.due_latest < '" + on + "' AND ? = 'yes'", Options: []string{"yes"}, Vocab: "option.yes."},
				{Name: "answered", SQL: "dl.asked = 1 AND dl.answered = CASE WHEN ? = 'yes' THEN 1 ELSE 0 END", Options: []string{"yes", "no"}, Vocab: "option.yes."},
				{Name: "proposed", SQL: "CASE WHEN dl.proposal <> '' THEN dl.proposal WHEN dl.waiting = 1 AND t.due_latest <> '' AND t.due_latest < '" + on + "' THEN 'lapse' ELSE '' END = ?", Options: []string{"lapse", "meet", "partly_meet"}, Vocab: "move."},
				{Name: "to", SQL: "h.id IN (SELECT from_id FROM tie WHERE field = 'targets' AND to_id = ?)", Kind: "organization", None: "t.targets = ''"},
				{Name: "person", SQL: "h.id IN (SELECT from_id FROM tie WHERE field = 'beneficiaries' AND to_id = ?)", Kind: "person"},
				{Name: "from", SQL: "h.id IN (SELECT from_id FROM tie WHERE field = 'demanded_by' AND to_id = ?)", Kind: "organization"},
				{Name: "appeal", SQL: "t.appeal = ?", Kind: "appeal"},
				{Name: "assignee", SQL: "t.appeal IN (SELECT ap.id FROM appeal ap WHERE ap.assignee = ?)", Kind: "account"},
				{Name: "country", SQL: "dl.country = ?", Options: form.Countries(), Vocab: "option.country.", None: "dl.country = ''"},
				{Name: "year", SQL: "dl.year = ?", None: "dl.year = ''"},
				{Name: "asked", SQL: "dl.asked = 1 AND ? = 'yes'", Options: []string{"yes"}, Vocab: "option.yes."},
				{Name: "result", SQL: "dl.asked = 1 AND " + ResultOn(on) + " = ?", Options: Results, Vocab: "option.demand_result."},
				{Name: "asked_in", SQL: "dl.asked = 1 AND dl.asked_on LIKE ? || '%'"},
				{Name: "answered_in", SQL: "dl.asked = 1 AND dl.answered_on LIKE ? || '%'"},
				{Name: "settled_in", SQL: "dl.asked = 1 AND dl.outcome_on LIKE ? || '%'"},
			},
		}
	},
}
