package cases

import (
	"errors"
	"slices"
	"strings"

	"amparo/internal/cases/detention"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Entry is one step as it is entered, for one person or for several who were
// held together, with its source.
type Entry struct {
	Step    detention.Step // without an id; places and bodies may be mere names
	Source  citation.Citation
	Episode string // ref of the detention it belongs to; "" = each person's latest
	Same    string // answer to a Near: "same" or "new"; "" asks
}

// Kept is what became of an entry for one person: a new step, or a further
// source on a step that was on file.
type Kept struct {
	Detention string // ref
	Step      string // id
	Citation  string // id, where only a source was added
}

// Near says that a step of this kind so close to the new one is on file, and
// asks whether they are the same.
type Near struct{ Step detention.Step }

func (n *Near) Error() string { return "a step of this kind is on file within a week" }

// AddStep keeps a step in the latest episode of each person; all of them or
// nothing. Whoever has no episode yet gets one. It appends to what is on file
// at this moment, so that two colleagues who enter steps at once both succeed.
func AddStep(tx *record.Tx, e Entry, people ...*record.Sheet) ([]Kept, error) {
	if len(people) == 0 {
		return nil, form.Problems{{Field: "also", Code: "required"}}
	}
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.Head.ID
	}
	on, err := tx.Tied("detention", "person", ids...)
	if err != nil {
		return nil, err
	}
	facts, err := factsOf(tx, on...)
	if err != nil {
		return nil, err
	}
	var kept []Kept
	for _, p := range people {
		d := latest(on, p.Head.ID, e.Episode)
		if d != nil && e.Step.Kind == detention.StepTransfer && e.Same != "new" {
			if near, ok := nearby(facts, d, e.Step); ok {
				if e.Same == "" {
					return nil, &Near{Step: near}
				}
				k, err := addToStep(tx, d, near, e)
				if err != nil {
					return nil, err
				}
				kept = append(kept, k)
				continue
			}
		}
		k, err := addStep(tx, p, d, &e)
		if err != nil {
			return nil, err
		}
		kept = append(kept, k)
	}
	return kept, nil
}

// latest is a person's latest episode, or the one asked for.
func latest(all []*record.Sheet, personID, episode string) *record.Sheet {
	var best *record.Sheet
	taken := ""
	for _, s := range all {
		d := record.As[*detention.Detention](s)
		if d.Person.ID != personID {
			continue
		}
		if episode != "" && s.Head.Ref == episode {
			return s
		}
		day := ""
		for _, step := range d.Steps {
			if step.Kind == detention.StepArrest && step.Annulled == "" && !step.Planned {
				day = step.Date.Earliest
				break
			}
		}
		if best == nil || day > taken || day == taken && s.Head.ID > best.Head.ID {
			best, taken = s, day
		}
	}
	return best
}

// nearby finds a step of the same kind within seven days of a new one, or one
// of which, like of the new one, no day is known.
func nearby(facts Facts, s *record.Sheet, step detention.Step) (detention.Step, bool) {
	for _, old := range record.As[*detention.Detention](s).Steps {
		if old.Kind != step.Kind || old.Annulled != "" || old.Planned != step.Planned {
			continue
		}
		a, b := old.Date, step.Date
		if a.IsZero() && b.IsZero() {
			return old, true
		}
		if a.Earliest == "" || a.Latest == "" || b.Earliest == "" || b.Latest == "" {
			continue
		}
		if a.Earliest <= edtf.AddDays(b.Latest, 7) && b.Earliest <= edtf.AddDays(a.Latest, 7) {
			return old, true
		}
	}
	return detention.Step{}, false
}

// addStep appends to an episode, or opens one.
func addStep(tx *record.Tx, who, d *record.Sheet, e *Entry) (Kept, error) {
	step := e.Step
	step.ID, step.Places = record.NewID(), slices.Clone(e.Step.Places)
	var err error
	n := 0
	if d == nil || step.Kind == detention.StepArrest && !detention.InCustody(d.Head.State) {
		body := &detention.Detention{Person: who.Ref(), Steps: []detention.Step{step}}
		if step.Kind == detention.StepArrest {
			body.TakenBy = step.By
			if len(step.Places) == 1 {
				body.TakenAt = step.Places[0]
			}
		}
		home, failed := tx.ByID("case", who.Head.CaseID)
		if failed != nil {
			return Kept{}, failed
		}
		d, err = tx.Create("detention", body, home)
	} else {
		body := record.As[*detention.Detention](d)
		n = len(body.Steps)
		body.Steps = append(body.Steps, step)
		err = tx.Save(d, d.Head.Version)
	}
	if err != nil {
		return Kept{}, ofStep(err, n)
	}
	// What was found or entered for the first person holds for the others.
	saved := record.As[*detention.Detention](d).Steps[n]
	e.Step.Places, e.Step.By = saved.Places, saved.By
	if !e.Source.Empty() {
		c := e.Source
		c.Field = "steps." + step.ID
		if _, err := tx.Add("citations", d, &c); err != nil {
			return Kept{}, err
		}
		e.Source.Document = c.Document
	}
	return Kept{Detention: d.Head.Ref, Step: step.ID}, nil
}

// addToStep keeps what was entered as a further source on a step on file.
func addToStep(tx *record.Tx, d *record.Sheet, on detention.Step, e Entry) (Kept, error) {
	names := make([]string, len(e.Step.Places))
	for i, p := range e.Step.Places {
		names[i] = p.Ref
	}
	c := e.Source
	c.Note = joined(c.Note, e.Step.Date.Words, e.Step.Text)
	id, err := AddSource(tx, d, on.ID, c, names)
	return Kept{Detention: d.Head.Ref, Step: on.ID, Citation: id}, err
}

func joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), "; ")
}

// ofStep gives problems of a detention the names its step's fields have in the form.
func ofStep(err error, n int) error {
	var p form.Problems
	if !errors.As(err, &p) {
		return err
	}
	out := slices.Clone(p)
	for i := range out {
		if rest, ok := strings.CutPrefix(out[i].Field, "steps."); ok {
			if _, name, ok := strings.Cut(rest, "."); ok {
				out[i].Field = name
			}
		}
	}
	return out
}

// SplitPlaces reads names of places typed one per line or as "A or B".
func SplitPlaces(lines []string) []string {
	var out []string
	for _, text := range lines {
		for _, sep := range []string{" or ", " أو ", " ou ", " или ", ";", "؛"} {
			text = strings.ReplaceAll(text, sep, "\n")
		}
		for _, one := range strings.Split(text, "\n") {
			if one = strings.TrimSpace(one); one != "" && !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
	}
	return out
}

// Undo takes back what was just entered: steps are annulled, sources too.
func Undo(tx *record.Tx, list []Kept, reason string) error {
	for _, k := range list {
		d, err := tx.Get("detention", k.Detention)
		if err != nil {
			return err
		}
		if k.Citation != "" {
			err = tx.Annul("citations", d, k.Citation, reason)
		} else {
			err = AnnulStep(tx, d, k.Step, reason)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// change alters one step of an episode and keeps it, with a note for the history.
func change(tx *record.Tx, d *record.Sheet, id, note string, alter func(*detention.Step) form.Problems) error {
	body := record.As[*detention.Detention](d)
	step, ok := body.Step(id)
	if !ok {
		return record.ErrNotFound
	}
	if err := alter(step).Or(); err != nil {
		return err
	}
	return ofStep(tx.SaveAs(d, d.Head.Version, "edit", note), 0)
}

// AnnulStep takes a step out of account with a reason; it stays on file.
func AnnulStep(tx *record.Tx, d *record.Sheet, id, reason string) error {
	return change(tx, d, id, reason, func(s *detention.Step) form.Problems {
		if strings.TrimSpace(reason) == "" {
			return form.Problems{{Field: "reason", Code: "required"}}
		}
		if code, args := form.OfText("reason", &s.Annulled, form.Max(1000)).Set(reason, tx.At); code != "" {
			return form.Problems{{Field: "reason", Code: code, Args: args}}
		}
		return nil
	})
}

// RestoreStep takes a step back into account with a reason.
func RestoreStep(tx *record.Tx, d *record.Sheet, id, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return form.Problems{{Field: "reason", Code: "required"}}
	}
	return change(tx, d, id, reason, func(s *detention.Step) form.Problems { s.Annulled = ""; return nil })
}

// Answers to "did it happen?".
var Answers = []string{"yes", "no", "later"}

// Outcome is the answer to what became of a planned step.
type Outcome struct {
	Answer string    // one of Answers
	Date   edtf.Date // when it happened, or its new date; the planned one where it happened and none is given
	Text   string    // what happened
	Reason string    // why it did not
	Source citation.Citation
}

// Happened keeps what became of a planned step.
func Happened(tx *record.Tx, d *record.Sheet, id string, o Outcome) error {
	err := change(tx, d, id, o.Reason, func(s *detention.Step) form.Problems {
		if !s.Planned || s.Annulled != "" {
			return form.Problems{{Field: "answer", Code: "not_planned"}}
		}
		switch o.Answer {
		case "yes":
			s.Planned = false
			if !o.Date.IsZero() {
				s.Date = o.Date
			}
			if s.Date.Earliest > tx.Today() {
				return form.Problems{{Field: "date", Code: "future_step"}}
			}
			s.Text = joined(s.Text, o.Text)
		case "no":
			if strings.TrimSpace(o.Reason) == "" {
				return form.Problems{{Field: "reason", Code: "required"}}
			}
			s.Annulled = o.Reason
		case "later":
			if o.Date.IsZero() {
				return form.Problems{{Field: "date", Code: "required"}}
			}
			s.Date = o.Date
		default:
			return form.Problems{{Field: "answer", Code: "required"}}
		}
		return nil
	})
	if err != nil || o.Source.Empty() {
		return err
	}
	c := o.Source
	c.Field = "steps." + id
	_, err = tx.Add("citations", d, &c)
	return err
}

// AddSource keeps what another source says about a step. Names of places are
// kept as the refs of the places they mean, so that sources can be compared.
func AddSource(tx *record.Tx, d *record.Sheet, id string, c citation.Citation, places []string) (string, error) {
	if _, ok := record.As[*detention.Detention](d).Step(id); !ok {
		return "", record.ErrNotFound
	}
	c.Field = "steps." + id
	if len(places) > 0 {
		var refs []string
		for _, name := range places {
			p, err := tx.Resolve("place", name)
			if err == record.ErrNotFound || err == nil && p.Kind != "place" {
				return "", form.Problems{{Field: "places", Code: "not_found", Args: []any{"what", name}}}
			}
			if err != nil {
				return "", err
			}
			refs = append(refs, p.Ref)
		}
		c.Note = joined(c.Says, c.Note)
		c.Field, c.Says = c.Field+".places", strings.Join(refs, " ")
	}
	if c.Empty() {
		return "", form.Problems{{Field: "speaker", Code: "citation_empty"}}
	}
	piece, err := tx.Add("citations", d, &c)
	return piece.ID, err
}

// Choose keeps which of several accounts of a step's place we go with, and why.
func Choose(tx *record.Tx, d *record.Sheet, id, says, reason string) error {
	step, ok := record.As[*detention.Detention](d).Step(id)
	if !ok {
		return record.ErrNotFound
	}
	facts, err := factsOf(tx, d)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(facts.Versions(d.Head.ID, *step), func(v Version) bool { return v.Says() == says }) {
		return form.Problems{{Field: "says", Code: "choice"}}
	}
	_, err = tx.Add("choices", d, &citation.Choice{Field: "steps." + id + ".places", Says: says, Reason: strings.TrimSpace(reason)})
	return err
}

// Unchoose takes back what was chosen for a step; all accounts count again.
func Unchoose(tx *record.Tx, d *record.Sheet, id, reason string) error {
	facts, err := factsOf(tx, d)
	if err != nil {
		return err
	}
	done := record.ErrNotFound
	for _, c := range facts.Choices[d.Head.ID] {
		if c.Field == "steps."+id+".places" {
			if done = tx.Annul("choices", d, c.ID, reason); done != nil {
				return done
			}
		}
	}
	return done
}
