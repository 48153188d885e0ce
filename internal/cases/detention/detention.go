// Package detention is the room of detentions: one episode from loss of liberty
// to its end, with its dated steps (detention.go), and what follows from the
// steps: where the person is on any day, since when and how surely (custody.go).
// It reads and writes nothing itself.
package detention

import (
	"slices"
	"strconv"

	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/workflow"
)

// Charge is one accusation and what became of it.
type Charge struct {
	ID, Law, Article, Status string
	Date                     edtf.Date
}

// Ground is a category of arbitrariness with its reason.
type Ground struct{ ID, Category, Reason string }

// Remedy is a step taken before a domestic body.
type Remedy struct {
	ID, Body            string
	Date                edtf.Date
	Result, Ineffective string
}

// Step is one dated fact of the episode.
type Step struct {
	ID       string
	Kind     string
	Date     edtf.Date
	Planned  bool
	Places   []form.Ref // two or more: one of them
	By       form.Ref
	With     string
	Result   string
	Text     string
	Annulled string // reason; "" while the step counts
}

// Detention is one episode from loss of liberty to its end.
type Detention struct {
	Person                   form.Ref
	TakenBy, TakenAt         form.Ref
	OrderedBy                form.Ref
	WarrantShown             string
	ReasonGiven              string
	Charges                  []Charge
	LegalStatus              string
	RemandUntil, SentenceEnd edtf.Date
	Arbitrariness            []Ground
	Remedies                 []Remedy
	Steps                    []Step
}

// Closed lists of this room.
var (
	LegalStatuses  = []string{"no_charge", "charged", "remand", "on_trial", "sentenced", "appeal_pending", "administrative", "unknown"}
	ChargeStatuses = []string{"brought", "changed", "dropped", "convicted", "acquitted"}
)

// Fields binds the detention's variables.
func (d *Detention) Fields() form.Set {
	return form.Set{
		form.OfLink("person", &d.Person, "person", form.Required),
		form.OfLink("taken_by", &d.TakenBy, "organization"),
		form.OfLink("taken_at", &d.TakenAt, "place"),
		form.OfLink("ordered_by", &d.OrderedBy, "organization"),
		form.OfChoice("warrant_shown", &d.WarrantShown, []string{"yes", "no", "unknown"}, form.Vocab("yes_no_unknown")),
		form.OfLong("reason_given", &d.ReasonGiven, form.Max(4000)),
		form.OfGroup("charges", &d.Charges, func(c *Charge) (*string, form.Set) {
			return &c.ID, form.Set{
				form.OfText("law", &c.Law),
				form.OfText("article", &c.Article),
				form.OfChoice("status", &c.Status, ChargeStatuses, form.Vocab("charge_status")),
				form.OfDate("date", &c.Date),
			}
		}),
		form.OfChoice("legal_status", &d.LegalStatus, LegalStatuses),
		form.OfDate("remand_until", &d.RemandUntil, form.Ahead),
		form.OfDate("sentence_until", &d.SentenceEnd, form.Ahead),
		form.OfGroup("arbitrariness", &d.Arbitrariness, func(g *Ground) (*string, form.Set) {
			return &g.ID, form.Set{
				form.OfChoice("category", &g.Category, []string{"I", "II", "III", "IV", "V"}, form.Required, form.Vocab("wgad")),
				form.OfText("reason", &g.Reason, form.Max(4000)),
			}
		}),
		form.OfGroup("remedies", &d.Remedies, func(r *Remedy) (*string, form.Set) {
			return &r.ID, form.Set{
				form.OfText("body", &r.Body, form.Required),
				form.OfDate("date", &r.Date),
				form.OfText("result", &r.Result, form.Max(1000)),
				form.OfText("why_ineffective", &r.Ineffective, form.Max(1000)),
			}
		}),
		form.OfGroup("steps", &d.Steps, func(s *Step) (*string, form.Set) { return &s.ID, s.Fields() }, form.Inside),
	}
}

// Fields binds one step's variables.
func (s *Step) Fields() form.Set {
	when := form.OfDate("date", &s.Date)
	if s.Planned {
		when = form.OfDate("date", &s.Date, form.Ahead)
	}
	return form.Set{
		form.OfChoice("kind", &s.Kind, StepKinds, form.Required, form.Vocab("step")),
		when,
		form.OfBool("planned", &s.Planned),
		form.OfLinks("places", &s.Places, "place"),
		form.OfLink("by", &s.By, "organization"),
		form.OfText("with", &s.With),
		form.OfChoice("result", &s.Result, []string{"allowed", "denied", "unknown"}, form.Vocab("step_result")),
		form.OfLong("text", &s.Text, form.Max(4000)),
		form.OfText("annulled", &s.Annulled, form.Max(1000)),
	}
}

// Title is the name of the person held.
func (d *Detention) Title() string { return d.Person.Title }

// Step finds a step by id.
func (d *Detention) Step(id string) (*Step, bool) {
	i := slices.IndexFunc(d.Steps, func(s Step) bool { return s.ID == id })
	if i < 0 {
		return nil, false
	}
	return &d.Steps[i], true
}

func check(b record.Body, today string) form.Problems {
	d := b.(*Detention)
	var problems form.Problems
	for i, s := range d.Steps {
		if !s.Planned && s.Annulled == "" && s.Date.Earliest > today {
			problems = append(problems, form.Problem{Field: "steps." + strconv.Itoa(i) + ".date", Code: "future_step"})
		}
	}
	return problems
}

// Kind declares detentions; their state is computed from their steps.
var Kind = &record.Kind{
	Name: "detention", Path: "detentions", Prefix: "D", Table: "detention", Home: "person",
	New:   func() record.Body { return &Detention{} },
	Flow:  workflow.Flow{Start: "reported"},
	Check: check,
	List: func(on string) record.List {
		return record.List{
			// The period that holds on the asked day; the newest wins where two touch.
			Join: []record.Join{
				{Table: "custody", Alias: "cu", On: "cu.detention_id = h.id", Some: true},
				{Table: "custody_period", Alias: "cp", On: "cp.detention_id = h.id AND cp.from_day <= '" + on + "' AND (cp.to_day = '' OR cp.to_day > '" + on + "')"},
				{Table: "head", Alias: "hp", On: "hp.id = cu.person_id", Some: true},
			},
			Columns: []record.Column{
				{Name: "person", SQL: "cu.person_id", Sort: "hp.sort", Type: form.Link},
				{Name: "name", SQL: "hp.title", File: true},
				{Name: "taken", SQL: "cu.taken", Sort: "cu.taken_earliest", Type: form.Date},
				{Name: "taken_by", SQL: "t.taken_by", Type: form.Link},
				{Name: "taken_at", SQL: "t.taken_at", Type: form.Link, File: true},
				{Name: "warrant_shown", SQL: "t.warrant_shown", Type: form.Choice, File: true},
				{Name: "custody", SQL: "cp.state", Sort: "cp.state", Type: form.Choice},
				{Name: "since", SQL: "cp.from_day", Sort: "cp.from_day", Then: "cp.detention_id", Type: form.Date},
				{Name: "held_at", SQL: "cp.place_ids", Type: form.Links},
				{Name: "last_confirmed", SQL: "cu.last_confirmed", Sort: "cu.last_confirmed", Type: form.Date},
				{Name: "case", SQL: "h.case_id", Type: form.Link},
			},
			Filters: []record.Filter{
				{Name: "in_custody", SQL: "cp.in_custody = CASE ? WHEN 'yes' THEN 1 ELSE 0 END", Options: []string{"yes", "no"}, Vocab: "option.yes_no_unknown."},
				{Name: "state", SQL: "cp.state = ?", Options: CustodyStates, Vocab: "custody."},
				{Name: "place", SQL: "('\n' || cp.place_ids || '\n') LIKE ('%\n' || ? || '\n%')", Kind: "place"},
				{Name: "organization", SQL: "t.taken_by = ? OR cp.by_id = ?", Kind: "organization"},
				{Name: "person", SQL: "cu.person_id = ?", Kind: "person"},
				{Name: "legal_status", SQL: "t.legal_status = ?", Options: LegalStatuses, Vocab: "option.legal_status."},
				{Name: "country", SQL: "h.case_id IN (SELECT cf.id FROM casefile cf WHERE cf.country = ?)", Options: form.Countries(), Vocab: "option.country."},
				{Name: "stale", SQL: "cp.in_custody = 1 AND cu.stale_on <= '" + on + "' AND ? = 'yes'", Options: []string{"yes"}, Vocab: "option.yes."},
			},
			Default: "-since",
		}
	},
}
