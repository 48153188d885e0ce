package record

import (
	"context"
	"fmt"

	"amparo/internal/auth"
	"amparo/internal/names"
)

// Anew computes something of all records again where this program does so by
// another edition of its rules than the one that did it last, and once only.
func (b *Book) Anew(ctx context.Context, what string, edition int64, compute func(*Tx) error) error {
	name := "edition of " + what
	done := func(tx *Tx) (bool, error) {
		var last int64
		err := tx.one([]any{&last}, "SELECT COALESCE((SELECT last FROM counter WHERE name = ?), 0)", name)
		return last == edition, err
	}
	var same bool
	if err := b.View(ctx, auth.System("by which rules something was computed"), func(tx *Tx) (err error) {
		same, err = done(tx)
		return err
	}); err != nil || same {
		return err
	}
	err := b.Do(ctx, auth.System("the rules of "+what+" are new"), func(tx *Tx) error {
		if same, err := done(tx); err != nil || same {
			return err // another server was quicker
		}
		if err := compute(tx); err != nil {
			return err
		}
		return tx.exec("INSERT INTO counter (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = ?", name, edition, edition)
	})
	if err != nil {
		return fmt.Errorf("compute %s anew: %w", what, err)
	}
	return nil
}

// Refile files all names anew where this program files them by other rules than
// the one that wrote them: otherwise who is on file would no longer be found by
// the new keys. It tells how many records were filed.
func (b *Book) Refile(ctx context.Context) (n int, err error) {
	err = b.Anew(ctx, "names", names.Edition, func(tx *Tx) error {
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
		return nil
	})
	return n, err
}

// refiled is how many records are read at a time.
const refiled = 50_000
