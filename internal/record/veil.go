package record

import (
	"encoding/json"
	"slices"

	"amparo/internal/auth"
	"amparo/internal/form"
)

// Who told something is kept apart from what he told: fields marked Guarded are
// read by those who work on the case and by supervisors. For all others they are
// empty, are not searched, and stay as they are when such a one saves the record;
// what he adds to a list is added.

// seesSources tells whether the actor may read who told what of a record.
func (tx *Tx) seesSources(h Head) (bool, error) {
	switch {
	case tx.Actor.May(auth.Lead) || h.CreatedBy == tx.Actor.ID:
		return true, nil
	case !tx.Actor.Staff():
		return false, nil
	case h.CaseID == "":
		return true, nil
	}
	for _, gate := range []string{h.CaseID, h.ID} {
		if ok, err := tx.holds(gate); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// veil empties what the actor may not read of a record.
func (tx *Tx) veil(s *Sheet) error {
	var guarded form.Set
	for _, f := range s.Fields() {
		if f.Guarded && !f.Empty() {
			guarded = append(guarded, f)
		}
	}
	if len(guarded) == 0 {
		return nil
	}
	if ok, err := tx.seesSources(s.Head); ok || err != nil {
		return err
	}
	s.veiled = keep(guarded)
	restore(guarded, nil)
	return nil
}

// unveil puts back what is hidden from the actor before his record is kept, with
// what he added to it. A single value that is there already he cannot change.
func (tx *Tx) unveil(s *Sheet) error {
	var p form.Problems
	for _, f := range s.Fields() {
		hidden, ok := s.veiled[f.Name]
		if !ok {
			continue
		}
		added := f.Keep()
		switch {
		case string(added) == "null":
		case f.Type == form.Group:
			var list, more []json.RawMessage
			if err := json.Unmarshal(hidden, &list); err != nil {
				return err
			}
			if err := json.Unmarshal(added, &more); err != nil {
				return err
			}
			hidden, _ = json.Marshal(append(list, more...))
		default:
			p = append(p, form.Problem{Field: f.Name, Code: "guarded"})
			continue
		}
		f.Restore(hidden)
	}
	return p.Or()
}

// Veiled tells whether a field holds something that the actor may not read.
func (s *Sheet) Veiled(field string) bool { _, ok := s.veiled[field]; return ok }

// Writable tells whether the actor may say what a field holds: not where it is
// hidden from him, unless it is a list, to which he may add.
func (s *Sheet) Writable(field string) bool {
	if s.Sealed() && !s.opened && slices.Contains(s.Kind.Identity, field) {
		return false
	}
	f, _ := s.Fields().Get(field)
	return !s.Veiled(field) || f.Type == form.Group
}

// hushHidden leaves out of lines of the history what is sealed, and who told it.
func (tx *Tx) hushHidden(list []Line, heads map[string]Head) error {
	if tx.Actor.IsSystem() {
		return nil
	}
	for i := range list {
		h, ok := heads[list[i].Record.ID]
		if !ok {
			continue
		}
		k := tx.book.Kind(h.Kind)
		if ok, err := tx.knows(h); err != nil {
			return err
		} else if !ok {
			list[i].Changes, list[i].Note = nil, ""
			continue
		}
		guarded := k.guarded()
		if len(guarded) == 0 || !slices.ContainsFunc(list[i].Changes, func(c form.Change) bool { return slices.Contains(guarded, c.Field) }) {
			continue
		}
		if ok, err := tx.seesSources(h); err != nil {
			return err
		} else if !ok {
			list[i].Changes = slices.DeleteFunc(list[i].Changes, func(c form.Change) bool { return slices.Contains(guarded, c.Field) })
		}
	}
	return nil
}

// guarded are the fields of a kind that tell who told something.
func (k *Kind) guarded() []string {
	var list []string
	for _, f := range k.New().Fields() {
		if f.Guarded {
			list = append(list, f.Name)
		}
	}
	return list
}
