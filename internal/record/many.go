package record

import (
	"slices"
	"strings"
)

// manyKeys is how many keys are held back at most before they are written.
const manyKeys = 1 << 18

// nameKey is one line of the index of names that is still to be written.
type nameKey struct{ key, kind, id string }

// Many says that this work creates a great many records. Their keys of names
// are then written sorted and together, which is several times quicker. Likely
// doubles are then found among those of the very same name only.
func (tx *Tx) Many() { tx.work.many = true }

// keepMany holds the keys of a new record back.
func (tx *Tx) keepMany(s *Sheet, keys map[string]bool) error {
	for k := range keys {
		tx.work.keys = append(tx.work.keys, nameKey{k, s.Kind.Name, s.Head.ID})
	}
	if len(tx.work.keys) < manyKeys {
		return nil
	}
	return tx.indexMany()
}

// indexMany writes the keys that were held back; whoever looks by a key in the
// same work asks for it first.
func (tx *Tx) indexMany() error {
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
	cells := make([]any, 0, 3*len(w.keys))
	for _, k := range w.keys {
		cells = append(cells, k.key, k.kind, k.id)
	}
	w.keys = w.keys[:0]
	return tx.fill("name_key (name_key, kind, record_id)", 3, cells)
}
