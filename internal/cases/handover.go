package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"amparo/internal/cases/appeal"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/task"
	"amparo/internal/form"
	"amparo/internal/record"
)

// HandedOver is the word of the history for work that changed hands.
const HandedOver = "handover"

// carried is all that a colleague carries and that can be handed over; its three
// ? are the account.
const carried = ` FROM (SELECT ti.from_id AS id FROM tie ti WHERE ti.to_id = ? AND ti.field IN ('lead', 'team')
	UNION SELECT t.id FROM appeal t WHERE t.assignee = ? UNION SELECT k.id FROM task k WHERE k.assignee = ?) w JOIN head h ON h.id = w.id
	WHERE h.voided = 0 AND h.kind IN ('case', 'appeal', 'task') AND h.state IN ('intake', 'open', 'dormant', 'draft', 'in_review', 'approved', 'sent', 'answered')
	AND (h.case_id = '' OR EXISTS (SELECT 1 FROM head hc WHERE hc.id = h.case_id AND hc.voided = 0 AND hc.state IN ('intake', 'open', 'dormant'))) AND %SCOPE%`

// Burden is one thing that a colleague carries.
type Burden struct {
	form.Ref
	State      string
	Restricted bool
}

// CarriedBy lists all that a colleague carries: cases he leads or works on,
// appeals, tasks; the oldest of each first. What lies in a closed case stays there.
func CarriedBy(tx *record.Tx, account string) ([]Burden, error) {
	rows, err := tx.Rows("SELECT h.id, h.ref, h.kind, h.title, h.state, CASE WHEN h.gate = '' THEN 0 ELSE 1 END"+carried+" ORDER BY h.seq", account, account, account)
	list := make([]Burden, len(rows))
	for i, r := range rows {
		list[i] = Burden{Ref: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, State: r[4], Restricted: r[5] == "1"}
	}
	order := map[string]int{"case": 0, "appeal": 1, "task": 2}
	slices.SortStableFunc(list, func(a, b Burden) int { return order[a.Kind] - order[b.Kind] })
	return list, err
}

// HandOver gives records to a colleague, in one piece of work: of cases the lead,
// and the place of from in the team; of appeals and tasks whoever carries them
// now. It tells how many changed hands.
func HandOver(tx *record.Tx, list []form.Ref, from, to form.Ref, reason string) (int, error) {
	moved := 0
	for _, ref := range list {
		s, err := tx.Get(ref.Kind, ref.Ref)
		if err != nil {
			return moved, err
		}
		before := s.Head.Version
		switch b := s.Body.(type) {
		case *casefile.Case:
			inTeam := slices.ContainsFunc(b.Team, func(t form.Ref) bool { return t.ID == from.ID })
			if b.Lead.ID == from.ID {
				b.Lead = to
			}
			b.Team = slices.DeleteFunc(slices.Clone(b.Team), func(t form.Ref) bool { return t.ID == from.ID || t.ID == to.ID && b.Lead.ID == to.ID })
			if inTeam && b.Lead.ID != to.ID && !slices.ContainsFunc(b.Team, func(t form.Ref) bool { return t.ID == to.ID }) {
				b.Team = append(b.Team, to)
			}
		case *appeal.Appeal:
			b.Assignee = to
		case *task.Task:
			b.Assignee = to
		default:
			return moved, fmt.Errorf("hand over a %s: it is carried by nobody", ref.Kind)
		}
		if !s.Changed() {
			continue
		}
		if err := mayCarry(tx, s, to); err != nil {
			return moved, err
		}
		if err := tx.SaveAs(s, before, HandedOver, reason); err != nil {
			return moved, err
		}
		moved++
	}
	return moved, nil
}

// mayCarry refuses to give a colleague what he could not open.
func mayCarry(tx *record.Tx, s *record.Sheet, to form.Ref) error {
	if s.Kind.IsCase { // who leads it sees it
		return nil
	}
	sees, err := tx.Sees(s, to.ID)
	if err == nil && !sees {
		return form.Problems{{Field: "to", Code: "not_on_case", Args: []any{"who", to.Title, "what", s.Head.Ref}}}
	}
	return err
}

// Handover is one piece of work by which records changed hands.
type Handover struct {
	At, Reason string
	By         form.Ref
	To         string // e-mail address of who got them
	Lines      []record.Line
}

// Handovers lists them, newest first, as far as the records may be seen.
func Handovers(tx *record.Tx) ([]Handover, error) {
	lines, err := tx.Acts(HandedOver, 1000)
	var list []Handover
	for _, l := range lines {
		n := len(list)
		if n == 0 || list[n-1].At != l.At || list[n-1].By.ID != l.By.ID || list[n-1].Reason != l.Note {
			list = append(list, Handover{At: l.At, By: l.By, Reason: l.Note})
			n++
		}
		h := &list[n-1]
		h.Lines = append(h.Lines, l)
		for _, c := range l.Changes {
			if to, ok := c.After.(string); ok && c.Field != "team" {
				h.To = to
			}
		}
	}
	return list, err
}

// TakeBack gives the records of a handover back to whoever had them, where they
// are still as the handover left them. It tells how many went back and how many
// have changed since.
func TakeBack(tx *record.Tx, h Handover, reason string) (back, changed int, err error) {
	for _, l := range h.Lines {
		s, err := tx.ByID(l.Record.Kind, l.Record.ID)
		if err != nil {
			return back, changed, err
		}
		before := s.Head.Version
		moved := false
		for _, c := range l.Changes {
			f, ok := s.Fields().Get(c.Field)
			if !ok || !sameJSON(f.JSON(), c.After) {
				moved = true
				break
			}
			f.SetRefs(accountsOf(c.Before))
		}
		if moved {
			changed++
			continue
		}
		err = tx.SaveAs(s, before, HandedOver, reason)
		var shut *record.NotOpen
		switch {
		case errors.As(err, &shut): // its case was closed meanwhile
			changed++
		case err != nil:
			return back, changed, err
		default:
			back++
		}
	}
	return back, changed, nil
}

func sameJSON(a, b any) bool {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	empty := func(t []byte) bool { return slices.Contains([]string{"null", "[]", `""`}, string(t)) }
	return errA == nil && errB == nil && (string(x) == string(y) || empty(x) && empty(y))
}

// accountsOf reads addresses of colleagues as the history keeps them.
func accountsOf(v any) []form.Ref {
	switch v := v.(type) {
	case string:
		return []form.Ref{{Ref: v, Kind: "account"}}
	case []any:
		var list []form.Ref
		for _, one := range v {
			list = append(list, accountsOf(one)...)
		}
		return list
	}
	return nil
}
