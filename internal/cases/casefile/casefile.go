// Package casefile is the room of cases: the whole matter that people,
// detentions, appeals and evidence belong to, who works on it and who may see it.
package casefile

import (
	"amparo/internal/auth"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/workflow"
)

// Case is one matter.
type Case struct {
	TitleText, Alias, Summary string
	Country                   string
	Topics                    []string
	Lead                      form.Ref
	Team                      []form.Ref
	Access, Priority          string
	Risk                      string
	ReviewOn, OpenedOn        edtf.Date
	ClosedOn, WakeOn          edtf.Date
	ClosingReason, Retention  string
	FamilyTold                string
}

// Access of a case.
const (
	Staff      = "staff"
	Restricted = "restricted"
)

// Fields binds the case's variables.
func (c *Case) Fields() form.Set {
	return form.Set{
		form.OfText("title", &c.TitleText, form.Required),
		form.OfText("alias", &c.Alias),
		form.OfLong("summary", &c.Summary),
		form.OfChoice("country", &c.Country, form.Countries(), form.Vocab("country")),
		form.OfList("topics", &c.Topics),
		form.OfAccount("lead", &c.Lead),
		form.OfAccounts("team", &c.Team),
		form.OfChoice("access", &c.Access, []string{Staff, Restricted}),
		form.OfChoice("priority", &c.Priority, []string{"low", "normal", "high", "urgent"}),
		form.OfLong("risk", &c.Risk),
		form.OfDate("review_on", &c.ReviewOn, form.Ahead),
		form.OfDate("opened_on", &c.OpenedOn),
		form.OfDate("closed_on", &c.ClosedOn, form.Inside),
		form.OfLong("closing_reason", &c.ClosingReason, form.Inside, form.Max(4000)),
		form.OfChoice("retention", &c.Retention, []string{"permanent", "ten_years", "five_years", "destroy"}, form.Inside),
		form.OfDate("wake_on", &c.WakeOn, form.Ahead, form.Inside),
		form.OfText("family_told", &c.FamilyTold, form.Inside, form.Max(1000)),
	}
}

// Title is the case's own title; every colleague who sees it may.
func (c *Case) Title() string { return c.TitleText }

// Kind declares cases.
var Kind = &record.Kind{
	Name: "case", Path: "cases", Prefix: "C", Table: "casefile", IsCase: true,
	New: func() record.Body { return &Case{Access: Staff, Priority: "normal"} },
	Flow: workflow.Flow{Start: "intake", Moves: []workflow.Move{
		{Name: "open", From: states("intake"), To: "open", Who: auth.Lead, Asks: []string{"lead"}, Needs: []string{"case.citation"}},
		{Name: "reject", From: states("intake"), To: "rejected", Who: auth.Lead, Asks: []string{"reason"}},
		{Name: "sleep", From: states("open"), To: "dormant", Who: auth.Lead, Asks: []string{"reason", "wake_on"}},
		{Name: "wake", From: states("dormant"), To: "open", Who: auth.Lead},
		{Name: "close", From: states("open", "dormant"), To: "closed", Who: auth.Lead, Asks: []string{"closing_reason", "family_told"}, Needs: []string{"case.no_open_task"}},
		{Name: "reopen", From: states("closed", "rejected"), To: "open", Who: auth.Lead, Asks: []string{"reason"}},
		{Name: "archive", From: states("closed"), To: "archived", Who: auth.Lead, Asks: []string{"retention"}},
	}},
	Leads: []string{"access"}, ClosedLeads: []string{"lead", "team"},
	Close: func(b record.Body, restricted bool) {
		b.(*Case).Access = Staff
		if restricted {
			b.(*Case).Access = Restricted
		}
	},
	Access: func(b record.Body) (bool, []string) {
		c := b.(*Case)
		members := []string{c.Lead.ID}
		for _, t := range c.Team {
			members = append(members, t.ID)
		}
		return c.Access == Restricted, members
	},
	Check: func(b record.Body, _ string) form.Problems {
		c := b.(*Case)
		if c.Access == Restricted && c.Lead.ID == "" && len(c.Team) == 0 {
			return form.Problems{{Field: "team", Code: "restricted_needs_people"}}
		}
		return nil
	},
	List: func(string) record.List {
		return record.List{
			Default: "-updated_at",
			Columns: []record.Column{
				{Name: "country", SQL: "t.country", Sort: "t.country", Type: form.Choice},
				{Name: "priority", SQL: "t.priority", Sort: "CASE t.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'low' THEN 3 ELSE 2 END", Type: form.Choice},
				{Name: "lead", SQL: "t.lead", Type: form.Account},
				{Name: "review_on", SQL: "t.review_on", Sort: "t.review_on_earliest", Type: form.Date},
				{Name: "people", SQL: "(SELECT COUNT(*) FROM head p WHERE p.case_id = h.id AND p.kind = 'person' AND p.voided = 0)", Type: form.Number},
				{Name: "in_custody", SQL: "(SELECT COUNT(*) FROM custody cu WHERE cu.case_id = h.id AND cu.latest = 1 AND cu.in_custody = 1)", Type: form.Number},
			},
			Filters: []record.Filter{
				{Name: "country", SQL: "t.country = ?", Options: form.Countries(), Vocab: "option.country."},
				{Name: "priority", SQL: "t.priority = ?", Options: []string{"low", "normal", "high", "urgent"}, Vocab: "option.priority."},
				{Name: "lead", SQL: "t.lead = ?", Kind: "account"},
				{Name: "running", SQL: "h.state IN ('intake', 'open', 'dormant') AND ? = 'yes'", Options: []string{"yes"}, Vocab: "option.yes."},
				{Name: "assignee", SQL: "h.id IN (SELECT from_id FROM tie WHERE field IN ('lead','team') AND to_id = ?)", Kind: "account"},
			},
		}
	},
}

func states(s ...workflow.State) []workflow.State { return s }
