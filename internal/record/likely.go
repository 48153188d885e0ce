package record

import (
	"cmp"
	"slices"
	"strings"

	"amparo/internal/form"
	"amparo/internal/names"
)

// Pairs are looked for while a record is kept, so they are looked for cheaply:
// this many records of each key, this many of them scored, this many kept.
const (
	pairPostings   = 40
	pairCandidates = 16
	pairsKept      = 3
)

// inOrder gives two ids as pairs are kept.
func inOrder(a, b string) (string, string) {
	if a > b {
		return b, a
	}
	return a, b
}

// pair keeps which records of the kind a new or renamed one is like. Pairs are
// the same whoever saves; who may see both is asked when they are read.
func (tx *Tx) pair(s *Sheet, called []string, again bool) error {
	if again {
		if err := tx.exec("DELETE FROM likely_pair WHERE a_id = ? OR b_id = ?", s.Head.ID, s.Head.ID); err != nil {
			return err
		}
	}
	sys := tx.AsSystem("pairs are looked for among all")
	best := map[string]float64{}
	for _, name := range called {
		asked := s.Kind.Compare(name)
		if asked.Empty() {
			continue
		}
		found, err := names.Candidates(asked, func(keys []string, most int) (map[string][]string, error) {
			return sys.keyed(s.Kind.Name, keys, min(most, pairPostings))
		}, pairCandidates)
		if err != nil {
			return err
		}
		var ids []string
		for _, c := range found {
			if c.ID != s.Head.ID {
				ids = append(ids, c.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		rows, err := sys.Rows("SELECT c.record_id, c.name FROM called c JOIN head h ON h.id = c.record_id WHERE h.id IN ? AND h.voided = 0 AND %SCOPE%", ids)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if m := names.Score(asked, s.Kind.Compare(r[1])); m.Score >= names.Warn && m.Score > best[r[0]] {
				best[r[0]] = m.Score
			}
		}
	}
	ids := make([]string, 0, len(best))
	for id := range best {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(best[b], best[a]), strings.Compare(a, b)) })
	for _, id := range ids[:min(len(ids), pairsKept)] {
		a, b := inOrder(s.Head.ID, id)
		if err := tx.exec("INSERT INTO likely_pair (a_id, b_id, kind, score) VALUES (?,?,?,?)", a, b, s.Kind.Name, best[id]); err != nil {
			return err
		}
	}
	return nil
}

// sameNames tells whether a record is still called as it is indexed.
func (tx *Tx) sameNames(id string, called []string) (bool, error) {
	rows, err := flat(tx.query("SELECT name FROM called WHERE record_id = ? ORDER BY pos", id))
	if err != nil || len(rows) != len(called) {
		return false, err
	}
	for i, r := range rows {
		if r[0] != called[i] {
			return false, nil
		}
	}
	return true, nil
}

// Pair is two records that may be one.
type Pair struct {
	A, B  form.Ref
	Match names.Match // of the two names that are most alike
	Names [2]string
}

// LikelyPairs lists pairs of a kind, best first, of which the actor may see
// both and nobody said that they are two.
func (tx *Tx) LikelyPairs(kind string, limit int) ([]Pair, error) {
	return tx.likely(kind, "", limit)
}

// LikelyOf lists who else a record could be, best first; A is the record.
func (tx *Tx) LikelyOf(s *Sheet, limit int) ([]Pair, error) {
	if s.Kind.Called == nil {
		return nil, nil
	}
	return tx.likely(s.Kind.Name, s.Head.ID, limit)
}

func (tx *Tx) likely(kind, of string, limit int) ([]Pair, error) {
	see, args := tx.scope()
	where, all := "p.kind = ?", []any{kind}
	if of != "" {
		where, all = "(p.a_id = ? OR p.b_id = ?)", []any{of, of}
	}
	all = append(append(append(all, args...), args...), limit)
	rows, err := flat(tx.query(`SELECT h.id, h.ref, h.title, g.id, g.ref, g.title, h.case_id, h.gate, g.case_id, g.gate FROM likely_pair p JOIN head h ON h.id = p.a_id JOIN head g ON g.id = p.b_id
		WHERE `+where+" AND h.voided = 0 AND g.voided = 0 AND "+see+" AND EXISTS (SELECT 1 FROM head h WHERE h.id = p.b_id AND "+see+`)
		AND NOT EXISTS (SELECT 1 FROM not_same n WHERE n.a_id = p.a_id AND n.b_id = p.b_id) ORDER BY p.score DESC, p.a_id DESC, p.b_id DESC LIMIT ?`, all...))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	list := make([]Pair, len(rows))
	var ids []string
	for i, r := range rows {
		list[i].A, list[i].B = form.Ref{ID: r[0], Ref: r[1], Kind: kind, Title: r[2]}, form.Ref{ID: r[3], Ref: r[4], Kind: kind, Title: r[5]}
		if list[i].B.ID == of {
			list[i].A, list[i].B = list[i].B, list[i].A
		}
		tx.glimpsed(Head{ID: r[0], Ref: r[1], CaseID: r[6], Gate: r[7]})
		tx.glimpsed(Head{ID: r[3], Ref: r[4], CaseID: r[8], Gate: r[9]})
		ids = append(ids, r[0], r[3])
	}
	slices.Sort(ids)
	called, err := flat(tx.query("SELECT record_id, name FROM called WHERE record_id IN ? ORDER BY record_id, pos", slices.Compact(ids)))
	if err != nil {
		return nil, err
	}
	by := map[string][]string{}
	for _, r := range called {
		by[r[0]] = append(by[r[0]], r[1])
	}
	compare := tx.book.Kind(kind).Compare
	for i := range list {
		p := &list[i]
		for _, a := range by[p.A.ID] {
			for _, b := range by[p.B.ID] {
				if m := names.Score(compare(a), compare(b)); m.Score > p.Match.Score {
					p.Match, p.Names = m, [2]string{a, b}
				}
			}
		}
	}
	return list, nil
}

// NotSame remembers that two records are two; they are not suggested again.
func (tx *Tx) NotSame(a, b *Sheet, note string) error {
	if err := tx.twoOfAKind(a, b, note); err != nil {
		return err
	}
	x, y := inOrder(a.Head.ID, b.Head.ID)
	done, err := tx.run("INSERT INTO not_same (a_id, b_id, at, by_id, note) VALUES (?,?,?,?,?) ON CONFLICT (a_id, b_id) DO NOTHING", x, y, Moment(tx.At), tx.Actor.ID, note)
	if err != nil || done == 0 {
		return err
	}
	return tx.bothTold(a, b, "not_same", note)
}

// PerhapsSame takes back that two records are two.
func (tx *Tx) PerhapsSame(a, b *Sheet) error {
	if err := tx.twoOfAKind(a, b, ""); err != nil {
		return err
	}
	x, y := inOrder(a.Head.ID, b.Head.ID)
	done, err := tx.run("DELETE FROM not_same WHERE a_id = ? AND b_id = ?", x, y)
	if err != nil || done == 0 {
		return err
	}
	return tx.bothTold(a, b, "perhaps_same", "")
}

func (tx *Tx) twoOfAKind(a, b *Sheet, note string) error {
	if err := tx.mayWrite(a.Kind); err != nil {
		return err
	}
	if a.Kind != b.Kind || a.Kind.Called == nil {
		return &NotOpen{Move: "not_same", Why: []Why{{Code: "merge_kind"}}}
	}
	if a.Head.ID == b.Head.ID {
		return &NotOpen{Move: "not_same", Why: []Why{{Code: "merge_itself"}}}
	}
	return unfit("reason", note, mostReason).Or()
}

// bothTold writes the line of a pair into the history of each, naming the other
// only where whoever reads the one may read the other.
func (tx *Tx) bothTold(a, b *Sheet, action, note string) error {
	for _, two := range [][2]*Sheet{{a, b}, {b, a}} {
		line := note
		if !two[1].Head.Restricted() || two[0].Head.Gate == two[1].Head.Gate {
			line = two[1].Head.Ref
			if note != "" {
				line += ": " + note
			}
		}
		if err := tx.trail(two[0].Head, action, "", line, nil); err != nil {
			return err
		}
	}
	return nil
}

// TwoApart lists what a record was said not to be, within scope.
func (tx *Tx) TwoApart(s *Sheet) ([]form.Ref, error) {
	rows, err := tx.Rows(`SELECT h.id, h.ref, h.kind, h.title FROM not_same n JOIN head h ON h.id = CASE WHEN n.a_id = ? THEN n.b_id ELSE n.a_id END
		WHERE (n.a_id = ? OR n.b_id = ?) AND h.voided = 0 AND %SCOPE% ORDER BY h.seq`, s.Head.ID, s.Head.ID, s.Head.ID)
	var list []form.Ref
	for _, r := range rows {
		list = append(list, form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]})
	}
	return list, err
}

// MergedHere lists the records that were merged into this one, within scope.
func (tx *Tx) MergedHere(s *Sheet) ([]form.Ref, error) {
	rows, err := tx.Rows("SELECT h.id, h.ref, h.kind, h.title FROM head h WHERE h.merged_into = ? AND %SCOPE% ORDER BY h.seq", s.Head.ID)
	var list []form.Ref
	for _, r := range rows {
		list = append(list, form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]})
	}
	return list, err
}
