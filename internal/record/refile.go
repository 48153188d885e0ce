package record

import (
	"context"
	"fmt"

	"amparo/internal/auth"
	"amparo/internal/names"
)

// edition is the counter that tells by which rules names were filed last.
const edition = "edition of names"

// Refile files all names anew where this program files them by other rules than
// the one that wrote them: otherwise who is on file would no longer be found by
// the new keys. It tells how many records were filed.
func (b *Book) Refile(ctx context.Context) (n int, err error) {
	var last int64
	if err := b.View(ctx, auth.System("by which rules names are filed"), func(tx *Tx) (err error) {
		last, err = tx.edition()
		return err
	}); err != nil || last == names.Edition {
		return 0, err
	}
	err = b.Do(ctx, auth.System("names are filed by new rules"), func(tx *Tx) error {
		if last, err := tx.edition(); err != nil || last == names.Edition {
			return err // another server was quicker
		}
		if err := tx.exec("DELETE FROM name_key"); err != nil {
			return err
		}
		tx.Many()
		for after, more := "", true; more; {
			rows, err := flat(tx.query(`SELECT h.id, h.kind, c.name FROM called c JOIN head h ON h.id = c.record_id
				WHERE c.record_id IN (SELECT DISTINCT record_id FROM called WHERE record_id > ? ORDER BY record_id LIMIT ?) ORDER BY c.record_id, c.pos`, after, refiled))
			if err != nil {
				return err
			}
			more = false
			var called []string
			for i, r := range rows {
				called = append(called, r[2])
				if i+1 < len(rows) && rows[i+1][0] == r[0] {
					continue
				}
				if err := tx.fileLater(b.Kind(r[1]), r[0], called); err != nil {
					return err
				}
				after, called, more = r[0], nil, true
				n++
			}
		}
		return tx.exec("INSERT INTO counter (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = ?", edition, names.Edition, names.Edition)
	})
	if err != nil {
		return 0, fmt.Errorf("file names anew: %w", err)
	}
	return n, nil
}

// refiled is how many records are read at a time.
const refiled = 50_000

func (tx *Tx) edition() (last int64, err error) {
	return last, tx.one([]any{&last}, "SELECT COALESCE((SELECT last FROM counter WHERE name = ?), 0)", edition)
}
