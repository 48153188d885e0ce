package record

import (
	"slices"
	"strings"

	"amparo/internal/database"
)

// What is held back at most in a work of a great many records.
const (
	manyRows    = 32      // of a table
	manyKeys    = 1 << 20 // of names
	keysAtATime = 512     // of a statement: what it may have to undo is noted for each anew
)

// row is a table's rows that are still to be written: the sentence of one, and
// the cells of all.
type row struct {
	sql   string
	n     int
	cells []any
}

// nameKey is one line of the index of names that is still to be written.
type nameKey struct{ key, kind, id string }

// Many says that this work creates a great many records. Their rows are then
// written together, and their keys of names sorted, which is several times
// quicker; whatever else the work asks for or writes comes after them. Likely
// doubles are not looked for; see Twins.
func (tx *Tx) Many() { tx.work.many = true }

// Twins pairs a new record of a great many with those that go by the very same
// name, so that somebody is asked whether they are one.
func (tx *Tx) Twins(s *Sheet, ids ...string) error {
	if !tx.work.many { // pairs were looked for already
		return nil
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for _, id := range ids[:min(len(ids), pairsKept)] {
		a, b := inOrder(s.Head.ID, id)
		if err := tx.put("INSERT INTO likely_pair (a_id, b_id, kind, score) VALUES (?,?,?,?)", a, b, s.Kind.Name, 1.0); err != nil {
			return err
		}
	}
	return nil
}

// put inserts a row; of a great many, together with those that follow. The
// sentence ends with the placeholders of its values.
func (tx *Tx) put(sql string, cells ...any) error {
	w := tx.work
	if !w.many {
		return tx.exec(sql, cells...)
	}
	i := slices.IndexFunc(w.rows, func(r row) bool { return r.sql == sql })
	if i < 0 {
		i = len(w.rows)
		w.rows = append(w.rows, row{sql: sql})
	}
	r := &w.rows[i]
	r.cells = append(r.cells, cells...)
	if r.n++; r.n < manyRows {
		return nil
	}
	return tx.putRows(r)
}

// putRows writes the rows of a table that were held back.
func (tx *Tx) putRows(r *row) error {
	if r.n == 0 {
		return nil
	}
	width := len(r.cells) / r.n
	cells, n := r.cells, r.n
	r.cells, r.n = nil, 0
	if n == manyRows {
		values := r.sql[strings.LastIndex(r.sql, "VALUES ")+len("VALUES "):]
		return tx.insert(r.sql+strings.Repeat(", "+values, n-1), cells)
	}
	for row := range slices.Chunk(cells, width) {
		if err := tx.insert(r.sql, row); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) insert(sql string, cells []any) error {
	if tx.readonly {
		panic("record: writing while only reading")
	}
	_, err := database.Exec(tx.db, sql, cells...)
	return err
}

// putAll writes all that was held back.
func (tx *Tx) putAll() error {
	for i := range tx.work.rows {
		if err := tx.putRows(&tx.work.rows[i]); err != nil {
			return err
		}
	}
	return tx.putKeys()
}

// holdKeys holds the keys of a new record back.
func (tx *Tx) holdKeys(s *Sheet, keys []string) error {
	w := tx.work
	for _, k := range keys {
		w.keys = append(w.keys, nameKey{k, s.Kind.Name, s.Head.ID})
	}
	if len(w.keys) < manyKeys {
		return nil
	}
	return tx.putKeys()
}

// putKeys writes the keys that were held back.
func (tx *Tx) putKeys() error {
	w := tx.work
	if len(w.keys) == 0 {
		return nil
	}
	slices.SortFunc(w.keys, func(a, b nameKey) int {
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return strings.Compare(a.id, b.id)
	})
	const into = "INSERT INTO name_key (name_key, kind, record_id) VALUES (?,?,?)"
	whole := into + strings.Repeat(", (?,?,?)", keysAtATime-1)
	cells := make([]any, 0, 3*keysAtATime)
	for keys := range slices.Chunk(w.keys, keysAtATime) {
		cells = cells[:0]
		for _, k := range keys {
			cells = append(cells, k.key, k.kind, k.id)
		}
		if len(keys) == keysAtATime {
			if err := tx.insert(whole, cells); err != nil {
				return err
			}
			continue
		}
		for row := range slices.Chunk(cells, 3) {
			if err := tx.insert(into, row); err != nil {
				return err
			}
		}
	}
	w.keys = w.keys[:0]
	return nil
}
