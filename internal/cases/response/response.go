// Package response is the room of answers: what somebody said or did about an
// appeal, a demand, or in general. A general denial answers no numbered demand.
package response

import (
	"strconv"

	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/workflow"
)

// Stand is what an answer says to one demand.
type Stand struct {
	ID     string
	Demand form.Ref
	Stance string
}

// Response is one answer, from anybody.
type Response struct {
	From         form.Ref
	Appeal       form.Ref
	Demand       form.Ref
	Answers      []form.Ref // none: it is general
	Stands       []Stand
	Form, Stance string
	Date         edtf.Date
	Text         string
	Document     form.Ref
}

// Closed lists of this room.
var (
	Forms   = []string{"letter", "statement", "meeting", "act", "refusal"}
	Stances = []string{"accepts", "partly", "denies", "refuses", "procedural"}
)

// General tells whether the answer speaks to no numbered demand.
func (r *Response) General() bool { return len(r.Answers) == 0 }

// Fields binds the answer's variables.
func (r *Response) Fields() form.Set {
	return form.Set{
		form.OfLink("from", &r.From, "organization", form.Required),
		form.OfLink("appeal", &r.Appeal, "appeal"),
		form.OfLink("demand", &r.Demand, "demand"),
		form.OfDate("date", &r.Date),
		form.OfChoice("form", &r.Form, Forms, form.Vocab("response_form")),
		form.OfChoice("stance", &r.Stance, Stances, form.Vocab("response_stance")),
		form.OfLinks("answers", &r.Answers, "demand"),
		form.OfGroup("stands", &r.Stands, func(s *Stand) (*string, form.Set) {
			return &s.ID, form.Set{
				form.OfLink("demand", &s.Demand, "demand", form.Required),
				form.OfChoice("stance", &s.Stance, Stances, form.Required, form.Vocab("response_stance")),
			}
		}),
		form.OfLong("text", &r.Text, form.Max(20000)),
		form.OfLink("document", &r.Document, "evidence"),
	}
}

// Title is who answered and when.
func (r *Response) Title() string {
	title := r.From.Title
	if r.Date.Text != "" {
		title += " · " + r.Date.Text
	}
	return title
}

// StanceOn is what the answer says to a demand, "" where it does not speak to it.
func (r *Response) StanceOn(demandID string) string {
	for _, s := range r.Stands {
		if s.Demand.ID == demandID {
			return s.Stance
		}
	}
	for _, a := range r.Answers {
		if a.ID == demandID {
			return r.Stance
		}
	}
	return ""
}

// Kind declares answers.
var Kind = &record.Kind{
	Name: "response", Path: "responses", Prefix: "R", Table: "response", Home: "appeal",
	New:  func() record.Body { return &Response{} },
	Flow: workflow.Simple,
	Check: func(b record.Body, today string) form.Problems {
		r := b.(*Response)
		if r.Date.Earliest > today {
			return form.Problems{{Field: "date", Code: "future"}}
		}
		seen := map[string]bool{}
		for i, s := range r.Stands {
			if s.Demand.ID != "" && seen[s.Demand.ID] {
				return form.Problems{{Field: "stands." + strconv.Itoa(i) + ".demand", Code: "twice"}}
			}
			seen[s.Demand.ID] = true
		}
		return nil
	},
	List: func(string) record.List {
		return record.List{Default: "-updated_at", Columns: []record.Column{
			{Name: "from", SQL: "t.\"from\"", Type: form.Link},
			{Name: "date", SQL: "t.date", Sort: "t.date_earliest", Type: form.Date},
			{Name: "form", SQL: "t.form", Sort: "t.form", Type: form.Choice},
			{Name: "stance", SQL: "t.stance", Sort: "t.stance", Type: form.Choice},
			{Name: "appeal", SQL: "t.appeal", Type: form.Link},
			{Name: "answers", SQL: "t.answers", Type: form.Links},
			{Name: "case", SQL: "h.case_id", Type: form.Link},
		}, Filters: []record.Filter{
			{Name: "form", SQL: "t.form = ?", Options: Forms, Vocab: "option.response_form."},
			{Name: "stance", SQL: "t.stance = ?", Options: Stances, Vocab: "option.response_stance."},
			{Name: "from", SQL: "t.\"from\" = ?", Kind: "organization"},
			{Name: "appeal", SQL: "t.appeal = ?", Kind: "appeal"},
			{Name: "country", SQL: "h.case_id IN (SELECT cf.id FROM casefile cf WHERE cf.country = ?)", Options: form.Countries(), Vocab: "option.country."},
		}}
	},
}
