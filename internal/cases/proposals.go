package cases

import (
	"slices"
	"strconv"

	"amparo/internal/cases/demand"
	"amparo/internal/cases/detention"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Proposal is a move of a demand that what is on file speaks for. It is made only
// when somebody who may confirms it.
type Proposal struct {
	Asked
	Move     string
	Released []Release           // who was released since it was asked
	Judged   []demand.Assessment // what colleagues noted and nobody has confirmed
}

// Release is somebody set free on a day.
type Release struct {
	Person form.Ref
	On     edtf.Date
}

// Day is the last day of what the proposal rests on, zero when it rests on the due day alone.
func (p Proposal) Day() edtf.Date {
	var day edtf.Date
	later := func(d edtf.Date) {
		if d.Latest > day.Latest {
			day = d
		}
	}
	for _, r := range p.Released {
		later(r.On)
	}
	for _, a := range p.Judged {
		later(a.Date)
	}
	return day
}

// proposing is every demand with the move proposed for it: by what came of it, or
// because its day has passed; alias p, with ? for today. Each half follows an index.
const proposing = `(SELECT pl.demand_id AS id, pl.proposal AS move, pl.due AS due FROM demand_line pl WHERE pl.proposal > ''
	UNION ALL SELECT pl.demand_id, 'lapse', pl.due FROM demand_line pl WHERE pl.waiting = 1 AND pl.due > '' AND pl.due < ? AND pl.proposal = '') p`

// Proposals lists what waits to be confirmed, what is late longest first, and how
// many there are of each move.
func Proposals(tx *record.Tx, most int) ([]Proposal, map[string]int, error) {
	counts := map[string]int{}
	within := " FROM " + proposing + " WHERE " + tx.Seen("p.id", "demand")
	sums, err := tx.Sums("SELECT p.move, COUNT(*)"+within+" GROUP BY p.move", tx.Today())
	if err != nil || len(sums) == 0 {
		return nil, counts, err
	}
	for _, r := range sums {
		if counts[r[0]], err = strconv.Atoi(r[1]); err != nil {
			return nil, nil, err
		}
	}
	rows, err := tx.Sums("SELECT p.id"+within+" ORDER BY CASE p.due WHEN '' THEN '9999' ELSE p.due END, p.id LIMIT "+strconv.Itoa(most), tx.Today())
	if err != nil {
		return nil, nil, err
	}
	at := map[string]int{}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i], at[r[0]] = r[0], i
	}
	sheets, err := tx.Where("demand", "h.id IN ?", ids)
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(sheets, func(a, b *record.Sheet) int { return at[a.Head.ID] - at[b.Head.ID] })
	found, err := ProposalsOf(tx, sheets...)
	var list []Proposal
	for _, s := range sheets {
		if p, ok := found[s.Head.ID]; ok {
			list = append(list, p)
		}
	}
	return list, counts, err
}

// ProposalsOf gives what is proposed for demands, by their ids.
func ProposalsOf(tx *record.Tx, demands ...*record.Sheet) (map[string]Proposal, error) {
	out := map[string]Proposal{}
	if len(demands) == 0 {
		return out, nil
	}
	ids := make([]string, len(demands))
	people := map[string]bool{}
	for i, s := range demands {
		ids[i] = s.Head.ID
		if d := record.As[*demand.Demand](s); d.Kind == "release" {
			for _, b := range d.Beneficiaries {
				people[b.ID] = true
			}
		}
	}
	rows, err := tx.Rows("SELECT h.id, CASE WHEN l.proposal > '' THEN l.proposal ELSE 'lapse' END, l.asked_on FROM demand_line l JOIN head h ON h.id = l.demand_id WHERE h.id IN ? AND (l.proposal > '' OR l.waiting = 1 AND l.due > '' AND l.due < ?) AND %SCOPE%", ids, tx.Today())
	if err != nil {
		return nil, err
	}
	free, err := released(tx, people)
	if err != nil {
		return nil, err
	}
	proposed := map[string][]string{}
	for _, r := range rows {
		proposed[r[0]] = r
	}
	for _, s := range demands {
		r, ok := proposed[s.Head.ID]
		if !ok {
			continue
		}
		d := record.As[*demand.Demand](s)
		p := Proposal{Asked: Asked{s, d}, Move: r[1]}
		if p.Move != "lapse" {
			for _, b := range d.Beneficiaries {
				if on, ok := free[b.ID]; ok && d.Kind == "release" && on.Latest >= r[2] {
					p.Released = append(p.Released, Release{b, on})
				}
			}
			for _, a := range d.Assessments {
				if !a.Confirmed && (a.Outcome == "met" || a.Outcome == "partly_met") {
					p.Judged = append(p.Judged, a)
				}
			}
		}
		out[s.Head.ID] = p
	}
	return out, nil
}

// released tells since when people are free, of those who are. Whoever sees a
// demand for somebody may know that it was met.
func released(tx *record.Tx, people map[string]bool) (map[string]edtf.Date, error) {
	out := map[string]edtf.Date{}
	if len(people) == 0 {
		return out, nil
	}
	rows, err := tx.Rows(`SELECT cu.person_id, cu.since, cu.since_earliest, cu.since_latest FROM custody cu JOIN head h ON h.id = cu.person_id
		WHERE cu.person_id IN ? AND cu.latest = 1 AND cu.state = ? AND %SCOPE%`, keys(people), detention.StateReleased)
	for _, r := range rows {
		out[r[0]] = edtf.Date{Text: r[1], Earliest: r[2], Latest: r[3]}
	}
	return out, err
}

// Confirmation is a proposal as somebody saw it.
type Confirmation struct {
	Ref, Move string
	Version   int
}

// Confirm makes proposed moves in one piece of work, all or none: each as it was
// seen, with a grade and a reason for all of them where they are given.
func Confirm(tx *record.Tx, list []Confirmation, grade, reason string) error {
	for _, c := range list {
		s, err := tx.Get("demand", c.Ref)
		if err != nil {
			return err
		}
		found, err := ProposalsOf(tx, s)
		if err != nil {
			return err
		}
		p, ok := found[s.Head.ID]
		if s.Head.Version == c.Version && (!ok || p.Move != c.Move) {
			return &record.NotOpen{Move: c.Move, Why: []record.Why{{Code: "not_proposed", Args: []any{"what", s.Head.Ref}}}}
		}
		record.As[*demand.Demand](s).Judged = demand.Assessment{Date: p.Day(), Grade: grade}
		if err := tx.Move(s, c.Version, c.Move, reason, nil); err != nil {
			return err
		}
	}
	return nil
}

// confirming is the move that makes an outcome the state of the whole demand.
func confirming(d *demand.Demand, a demand.Assessment) string {
	whole := len(a.For) == 0
	if !whole {
		whole = !slices.ContainsFunc(d.Beneficiaries, func(b form.Ref) bool {
			return !slices.ContainsFunc(a.For, func(f form.Ref) bool { return f.ID == b.ID })
		})
	}
	switch a.Outcome {
	case "met":
		if whole {
			return "meet"
		}
		return "partly_meet"
	case "partly_met":
		return "partly_meet"
	case "regressed":
		return "regress"
	case "pledged", "rejected":
		if whole {
			return map[string]string{"pledged": "pledge", "rejected": "reject"}[a.Outcome]
		}
	}
	return ""
}

// RecordOutcome keeps what came of a demand, for some or for all. Where that
// settles the whole demand and its writer may say so, it is said; else it waits to be confirmed.
func RecordOutcome(tx *record.Tx, d Asked, a demand.Assessment) error {
	move := confirming(d.Demand, a)
	if move != "" {
		offers, err := tx.Offers(d.Sheet)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(offers, func(o record.Offer) bool { return o.Name == move && o.Open }) {
			move = ""
		}
	}
	if move != "" && judgements[move] == a.Outcome {
		reason := a.Reason
		d.Judged, d.Judged.Reason = a, ""
		return tx.Move(d.Sheet, d.Head.Version, move, reason, nil)
	}
	d.Assessments = append(d.Assessments, a)
	if err := tx.Save(d.Sheet, d.Head.Version); err != nil || move == "" {
		return err
	}
	d.Judged = demand.Assessment{Date: a.Date, Citations: a.Citations}
	return tx.Move(d.Sheet, d.Head.Version, move, "", nil)
}
