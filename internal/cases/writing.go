package cases

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Writing is an appeal with its demands as one form: what its writer has before
// him, and keeps as one piece of work.
type Writing struct {
	*appeal.Appeal
	Demands []Wanted
}

// Wanted is one row of the demands.
type Wanted struct {
	ID      string // of the demand; "" for a new one
	Version int    // the one its writer began from
	All     bool   // for everybody the appeal names, whoever that will be
	demand.Demand
}

// Fields binds the appeal's own variables and the rows of its demands.
func (w *Writing) Fields() form.Set {
	return append(w.Appeal.Fields(), form.OfGroup("demands", &w.Demands, func(d *Wanted) (*string, form.Set) {
		var list form.Set
		for _, f := range d.Demand.Fields() {
			if slices.Contains(wanted, f.Name) {
				list = append(list, f)
			}
		}
		return &d.ID, list
	}))
}

// wanted are the fields of a demand that are written with its appeal; the rest
// follows from them or from what becomes of it.
var wanted = []string{"number", "text", "kind", "targets", "target_unspecified", "beneficiaries", "due", "indicator"}

// Written is an appeal on file as a form; what is no longer asked for is left out.
func Written(p Plea) *Writing {
	w := &Writing{Appeal: p.Appeal}
	for _, d := range p.Demands {
		if d.Head.State == demand.Withdrawn || d.Head.State == demand.Superseded {
			continue
		}
		w.Demands = append(w.Demands, Wanted{ID: d.Head.ID, Version: d.Head.Version, All: sameRefs(d.Beneficiaries, p.Persons), Demand: *d.Demand})
	}
	return w
}

// Removable tells whether a demand can still be taken out by who writes: it
// belongs to words that are still being written, and nothing has become of it.
func (p Plea) Removable(d Asked) bool {
	return !fixed(p.Appeal, p.Head.State) && d.Head.State == demand.Open && len(d.Assessments) == 0 && len(p.AnswersTo(d.Head.ID)) == 0
}

func sameRefs(a, b []form.Ref) bool {
	ids := func(list []form.Ref) (out []string) {
		for _, r := range list {
			out = append(out, cmp.Or(r.ID, r.Ref))
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(ids(a), ids(b))
}

// Write keeps an appeal and its demands. s is the appeal on file, read in this
// work, with the writing bound to its body; nil for a new one. began is the
// version its writer began from, out the ids of demands that are taken out, for
// the reason given. Problems of a demand name its row.
func Write(tx *record.Tx, w *Writing, s, home *record.Sheet, began int, out []string, reason string) (*record.Sheet, error) {
	var problems form.Problems
	w.number()
	err := tx.Together(func() error {
		var err error
		if s == nil {
			s, err = tx.Create("appeal", w.Appeal, home)
		} else {
			err = tx.Save(s, began)
		}
		if errors.As(err, &problems) {
			return w.rehearse(tx, home, problems)
		}
		if err != nil {
			return err
		}
		for _, id := range out {
			d, err := tx.ByID("demand", id)
			if err == nil && record.As[*demand.Demand](d).Appeal.ID != s.Head.ID {
				err = record.ErrNotFound
			}
			if err == nil {
				err = tx.Move(d, d.Head.Version, "take_out", reason, nil)
			}
			if err != nil {
				return err
			}
		}
		return w.keepDemands(tx, s, home)
	})
	if err != nil {
		return nil, err
	}
	return tx.ByID("appeal", s.Head.ID) // a change of its demands may have made it another version
}

// number gives rows without a number the next ones, and completes what is left
// to the program.
func (w *Writing) number() {
	next := NextNumber(w.Demands)
	for i := range w.Demands {
		d := &w.Demands[i]
		if d.Number == "" {
			d.Number = strconv.Itoa(next)
			next++
		}
		if w.Observed() && len(d.DemandedBy) == 0 {
			d.DemandedBy = w.Submitters
		}
	}
}

// NextNumber is the number of the next whole demand.
func NextNumber(list []Wanted) int {
	most := 0
	for _, d := range list {
		whole, _ := cutNumber(d.Number)
		if n, err := strconv.Atoi(whole); err == nil && n < 1000 {
			most = max(most, n)
		}
	}
	return most + 1
}

// cutNumber cuts "1a" into 1 and a.
func cutNumber(number string) (whole, part string) {
	i := strings.IndexFunc(number, func(r rune) bool { return r < '0' || r > '9' })
	if i < 0 {
		return number, ""
	}
	return number[:i], number[i:]
}

// Wrong adds to what is wrong with a form what else is wrong with it, so that
// everything is said at once.
func (w *Writing) Wrong(tx *record.Tx, home *record.Sheet, problems form.Problems) error {
	if home == nil {
		problems = append(problems, form.Problem{Field: "case", Code: "required"})
	}
	for _, p := range append(w.Appeal.Fields().Check(), appeal.Kind.Check(w.Appeal, tx.Today())...) {
		if !problems.Has(p.Field) {
			problems = append(problems, p)
		}
	}
	return w.rehearse(tx, home, problems)
}

// rehearse adds what is wrong with the demands of an appeal that cannot be kept.
func (w *Writing) rehearse(tx *record.Tx, home *record.Sheet, problems form.Problems) error {
	for i := range w.Demands {
		body := w.Demands[i].Demand
		body.Appeal = form.Ref{} // not there yet, or not as it will be
		var p form.Problems
		err := error(nil)
		if home != nil {
			err = tx.Probe("demand", &body, home)
		}
		if !errors.As(err, &p) && err != nil {
			return err
		}
		for _, one := range inRow(i, p) {
			if !problems.Has(one.Field) {
				problems = append(problems, one)
			}
		}
	}
	return problems
}

func inRow(i int, p form.Problems) form.Problems {
	out := slices.Clone(p)
	for k := range out {
		out[k].Field = "demands." + strconv.Itoa(i) + "." + out[k].Field
	}
	return out
}

// keepDemands keeps the rows: those on file first, so that a number is free
// before another row takes it.
func (w *Writing) keepDemands(tx *record.Tx, s, home *record.Sheet) error {
	var problems form.Problems
	keep := func(i int, write func() error) error {
		err := write()
		var p form.Problems
		if errors.As(err, &p) {
			problems = append(problems, inRow(i, p)...)
			return nil
		}
		return err
	}
	sheets := map[int]*record.Sheet{}
	var onFile, fresh []int
	for i := range w.Demands {
		d := &w.Demands[i]
		d.Appeal = s.Ref()
		if d.All {
			d.Beneficiaries = slices.Clone(w.Persons)
		}
		if d.ID == "" {
			fresh = append(fresh, i)
			continue
		}
		one, err := tx.ByID("demand", d.ID)
		if err != nil {
			return err
		}
		if record.As[*demand.Demand](one).Appeal.ID != s.Head.ID {
			return record.ErrNotFound
		}
		if one.Head.Voided { // taken out by somebody else meanwhile
			return &record.Stale{Current: one}
		}
		sheets[i] = one
		onFile = append(onFile, i)
	}
	for len(onFile) > 0 {
		n := slices.IndexFunc(onFile, func(i int) bool { return !w.held(i, onFile, sheets) })
		turn := n < 0
		if turn { // each waits for another's number: one steps aside
			n = 0
		}
		i := onFile[n]
		d := &w.Demands[i]
		one := sheets[i]
		if turn {
			record.As[*demand.Demand](one).Number = d.Number + "*"
			if err := keep(i, func() error { return tx.Save(one, d.Version) }); err != nil {
				return err
			}
			d.Version = one.Head.Version
			if len(problems) > 0 {
				return problems
			}
			continue
		}
		if err := keep(i, func() error { return w.keepRow(tx, i, one) }); err != nil {
			return err
		}
		onFile = slices.Delete(onFile, n, n+1)
	}
	slices.SortStableFunc(fresh, func(a, b int) int { return compareNumbers(w.Demands[a].Number, w.Demands[b].Number) })
	for _, i := range fresh {
		err := keep(i, func() error {
			d := w.Demands[i].Demand
			d.Parent = w.parent(i, d.Parent)
			made, err := tx.Create("demand", &d, home)
			if err == nil {
				w.Demands[i].ID, w.Demands[i].Version = made.Head.ID, made.Head.Version
				w.Demands[i].Demand = d
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for i, one := range sheets { // a part that was there before its whole
		if len(problems) == 0 && w.parent(i, form.Ref{}).ID != "" {
			if err := keep(i, func() error { return w.keepRow(tx, i, one) }); err != nil {
				return err
			}
		}
	}
	return problems.Or()
}

// held tells whether the number a row wants is still that of another row on file.
func (w *Writing) held(i int, onFile []int, sheets map[int]*record.Sheet) bool {
	return slices.ContainsFunc(onFile, func(k int) bool {
		return k != i && record.As[*demand.Demand](sheets[k]).Number == w.Demands[i].Number
	})
}

// keepRow keeps a row of a demand on file.
func (w *Writing) keepRow(tx *record.Tx, i int, one *record.Sheet) error {
	row, d := &w.Demands[i], record.As[*demand.Demand](one)
	assessments := d.Assessments
	parent := w.parent(i, d.Parent)
	*d = row.Demand
	d.Assessments, d.Parent = assessments, parent
	if err := tx.Save(one, row.Version); err != nil {
		return err
	}
	row.Version = one.Head.Version
	return nil
}

// parent is the demand that a row is a part of by its number, 1 for 1a, else the
// one it was a part of before.
func (w *Writing) parent(i int, before form.Ref) form.Ref {
	whole, part := cutNumber(w.Demands[i].Number)
	if part == "" {
		return before
	}
	for k, d := range w.Demands {
		if k != i && d.Number == whole && d.ID != "" {
			return form.Ref{ID: d.ID, Kind: "demand"}
		}
	}
	return before
}

// Unanswered are the demands that nobody has spoken to and that are still asked
// for; where all were spoken to, those that are not met.
func (p Plea) Unanswered() []Asked {
	var silent, open []Asked
	for _, d := range p.Demands {
		if !slices.Contains(demand.Waiting, d.Head.State) && d.Head.State != demand.Lapsed {
			continue
		}
		open = append(open, d)
		if len(p.AnswersTo(d.Head.ID)) == 0 {
			silent = append(silent, d)
		}
	}
	if len(silent) > 0 {
		return silent
	}
	return open
}

// LastWrittenTo are the addressees of the newest appeal of ours in a case.
func LastWrittenTo(tx *record.Tx, caseID string) ([]appeal.Addressee, error) {
	list, err := tx.Where("appeal", "h.case_id = ? AND t.\"by\" = ? AND t.addressees <> ''", caseID, appeal.Ours)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return ToWriteTo(record.As[*appeal.Appeal](list[len(list)-1])), nil
}

// ToWriteTo are an appeal's addressees for another one: whom, and how.
func ToWriteTo(a *appeal.Appeal) []appeal.Addressee {
	var to []appeal.Addressee
	for _, one := range a.Addressees {
		to = append(to, appeal.Addressee{Org: one.Org, Channel: one.Channel})
	}
	return to
}
