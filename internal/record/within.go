package record

import (
	"reflect"
	"slices"

	"amparo/internal/form"
	"amparo/internal/workflow"
)

// What a record tells must not reach further than those who may see what it
// tells of: where records may lie, and what is left out where they are read.

// fitting refuses what no field by itself can: a record filed where others
// would learn of a restricted case, and what only a move may set.
func (tx *Tx) fitting(s *Sheet, move string) error {
	if move == "" {
		if p := s.setByHand(); p != nil {
			return p
		}
	}
	return tx.within(s)
}

// setByHand finds changed fields that are the words of a move, such as why a
// case was closed; an edit would say them without the move.
func (s *Sheet) setByHand() error {
	var p form.Problems
	for _, f := range s.Fields() {
		asked := slices.ContainsFunc(s.Kind.Flow.Moves, func(m workflow.Move) bool { return slices.Contains(m.Asks, f.Name) })
		if !f.Inside || !asked {
			continue
		}
		if s.kept == nil {
			if !f.Empty() {
				p = append(p, form.Problem{Field: f.Name, Code: "read_only"})
			}
			continue
		}
		s.kept.open()
		if s.kept.values[f.Name] != (form.Set{f}).Snapshot()[f.Name] {
			p = append(p, form.Problem{Field: f.Name, Code: "read_only"})
		}
	}
	return p.Or()
}

// within refuses a record that cannot be without another, as a detention without
// its person, in another case when either case is restricted: it bears the
// other's name, and what is computed from it shows on the other.
func (tx *Tx) within(s *Sheet) error {
	if s.Kind.Home == "" {
		return nil
	}
	f, ok := s.Fields().Get(s.Kind.Home)
	if !ok || !f.Required {
		return nil
	}
	for _, to := range f.Refs() {
		if to.ID == "" {
			continue
		}
		if s.kept != nil {
			s.kept.open()
			if s.kept.values[f.Name] == (form.Set{f}).Snapshot()[f.Name] {
				continue // as it was
			}
		}
		if tx.work.made[to.ID] == s.Head.CaseID && s.Head.CaseID != "" {
			continue // made by this very work, in the same case
		}
		rows, err := tx.AsSystem("does it lie in a restricted case").Rows("SELECT h.case_id, h.gate FROM head h WHERE h.id = ? AND %SCOPE%", to.ID)
		if err != nil {
			return err
		}
		if len(rows) == 0 || rows[0][0] == "" || rows[0][0] == s.Head.CaseID {
			continue
		}
		if rows[0][1] != "" || s.Head.Restricted() {
			return form.Problems{{Field: f.Name, Code: "other_case"}}
		}
	}
	return nil
}

// visible tells which of the texts are refs of records the actor may see.
func (tx *Tx) visible(texts []string) (map[string]bool, error) {
	seen := map[string]bool{}
	slices.Sort(texts)
	limit, args := tx.scope()
	for chunk := range slices.Chunk(slices.Compact(texts), 500) {
		rows, err := flat(tx.query("SELECT h.ref FROM head h WHERE h.ref IN ? AND "+limit, append([]any{chunk}, args...)...))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			seen[r[0]] = true
		}
	}
	return seen, nil
}

// hush empties, in rows that are only read, texts that are refs of what the
// actor may not see. A ref of nothing is treated alike, so that the answer does
// not tell one from the other.
func (tx *Tx) hush(list []Piece) error {
	if tx.Actor.IsSystem() {
		return nil
	}
	spoken := func(visit func(form.Field)) {
		for _, piece := range list {
			for _, f := range piece.Body.Fields() {
				if f.Spoken {
					visit(f)
				}
			}
		}
	}
	var refs []string
	spoken(func(f form.Field) {
		for _, text := range f.Texts() {
			if LooksLikeRef(text) {
				refs = append(refs, text)
			}
		}
	})
	if len(refs) == 0 {
		return nil
	}
	seen, err := tx.visible(refs)
	if err != nil {
		return err
	}
	spoken(func(f form.Field) { f.Drop(func(text string) bool { return LooksLikeRef(text) && !seen[text] }) })
	return nil
}

// hushLines leaves out of the history of a kind's record what its links and
// speakers named and the actor may not see.
func (tx *Tx) hushLines(k *Kind, list []Line) error {
	if tx.Actor.IsSystem() {
		return nil
	}
	named := map[string]bool{}
	note := func(prefix string, fields form.Set) {
		for _, f := range fields {
			if f.IsLink() && f.Kind != "account" || f.Spoken || f.Type == form.Group {
				named[prefix+f.Name] = true
			}
		}
	}
	note("", k.New().Fields())
	for name, p := range tx.book.parts {
		note(name+".", p.New().Fields())
	}
	var refs []string
	for _, l := range list {
		for _, c := range l.Changes {
			if named[c.Field] {
				refs = refsIn(refsIn(refs, c.Before), c.After)
			}
		}
	}
	if len(refs) == 0 {
		return nil
	}
	seen, err := tx.visible(refs)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Changes = slices.DeleteFunc(list[i].Changes, func(c form.Change) bool {
			return named[c.Field] && reflect.DeepEqual(without(c.Before, seen), without(c.After, seen))
		})
		for j, c := range list[i].Changes {
			if named[c.Field] {
				list[i].Changes[j].Before, list[i].Changes[j].After = without(c.Before, seen), without(c.After, seen)
			}
		}
	}
	return nil
}

// without leaves out of a kept value the refs that are not among the seen, and
// rows that are about one of them.
func without(v any, seen map[string]bool) any {
	hidden := func(v any) bool {
		text, ok := v.(string)
		return ok && LooksLikeRef(text) && !seen[text]
	}
	switch v := v.(type) {
	case string:
		if hidden(v) {
			return nil
		}
	case []any:
		var list []any
		for _, one := range v {
			if one = without(one, seen); one != nil {
				list = append(list, one)
			}
		}
		if len(list) == 0 {
			return nil
		}
		return list
	case map[string]any:
		row := make(map[string]any, len(v))
		for name, one := range v {
			if hidden(one) {
				return nil
			}
			row[name] = one
			if _, several := one.([]any); several {
				row[name] = without(one, seen)
			}
		}
		return row
	}
	return v
}

// refsIn gathers the texts of a kept value that have the shape of a ref.
func refsIn(refs []string, v any) []string {
	switch v := v.(type) {
	case string:
		if LooksLikeRef(v) {
			return append(refs, v)
		}
	case []any:
		for _, one := range v {
			refs = refsIn(refs, one)
		}
	case map[string]any:
		for _, one := range v {
			refs = refsIn(refs, one)
		}
	}
	return refs
}
