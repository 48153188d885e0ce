package record

import (
	"slices"

	"amparo/internal/form"
)

// Exactly finds the records of a kind that go by one of the names, letter for
// letter but for case, accents and forms of a letter, within scope. The answer
// is by names.Fold of the name, each list oldest first.
func (tx *Tx) Exactly(kind string, called ...string) (map[string][]form.Ref, error) {
	found := map[string][]form.Ref{}
	var keys []string
	for _, name := range called {
		if k := exactKey(name); k != "=" {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for chunk := range slices.Chunk(slices.Compact(keys), 500) {
		rows, err := tx.Rows(`SELECT nk.name_key, h.id, h.ref, h.title, h.case_id, h.gate FROM name_key nk JOIN head h ON h.id = nk.record_id
			WHERE nk.name_key IN ? AND nk.kind = ? AND h.voided = 0 AND %SCOPE% ORDER BY h.seq`, chunk, kind)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			fold := r[0][len("="):]
			tx.glimpsed(Head{ID: r[1], Ref: r[2], CaseID: r[4], Gate: r[5]})
			found[fold] = append(found[fold], form.Ref{ID: r[1], Ref: r[2], Kind: kind, Title: r[3]})
		}
	}
	return found, nil
}

// Known tells which of the refs are on file as a kind, within scope; voided
// ones too.
func (tx *Tx) Known(kind string, refs ...string) (map[string]bool, error) {
	known := map[string]bool{}
	asked := slices.DeleteFunc(slices.Clone(refs), func(r string) bool { return !LooksLikeRef(r) })
	for chunk := range slices.Chunk(asked, 500) {
		rows, err := tx.Rows("SELECT h.ref FROM head h WHERE h.ref IN ? AND h.kind = ? AND %SCOPE%", chunk, kind)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			known[r[0]] = true
		}
	}
	return known, nil
}
