package cases

import (
	"context"
	"errors"

	"amparo/internal/auth"
	"amparo/internal/cases/evidence"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/vault"
)

// SameFile gives the other pieces of evidence with the same file, as far as the
// actor may see them, oldest first.
func SameFile(tx *record.Tx, s *record.Sheet) ([]form.Ref, error) {
	e := record.As[*evidence.Evidence](s)
	if e.SHA256 == "" {
		return nil, nil
	}
	rows, err := tx.Rows(`SELECT h.id, h.ref, h.kind, h.title FROM evidence t JOIN head h ON h.id = t.id
		WHERE t.sha256 = ? AND h.id <> ? AND h.voided = 0 AND %SCOPE% ORDER BY h.seq LIMIT 20`, e.SHA256, s.Head.ID)
	if err != nil {
		return nil, err
	}
	var list []form.Ref
	for _, r := range rows {
		list = append(list, form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]})
	}
	return list, nil
}

// HeldFiles gives the hash of every file that a record holds, struck out or
// not, as far as the actor may see them.
func HeldFiles(tx *record.Tx) ([]string, error) {
	rows, err := tx.Rows("SELECT DISTINCT t.sha256 FROM evidence t JOIN head h ON h.id = t.id WHERE t.sha256 <> '' AND %SCOPE%")
	if err != nil {
		return nil, err
	}
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = r[0]
	}
	return list, nil
}

// How a file was found.
const (
	Whole   = "whole"
	Damaged = "damaged"
	Missing = "missing"
)

// CheckFiles reads every file that a record holds and compares it with its hash;
// it gives how each was found, by hash. tell is told how far it is.
func CheckFiles(ctx context.Context, b *record.Book, files *vault.Vault, tell func(done, of int)) (map[string]string, error) {
	var sums []string
	err := b.View(ctx, auth.System("are all files whole"), func(tx *record.Tx) (err error) {
		sums, err = HeldFiles(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	found := make(map[string]string, len(sums))
	for i, sum := range sums {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		tell(i, len(sums))
		switch err := files.Check(sum); {
		case err == nil:
			found[sum] = Whole
		case errors.Is(err, vault.ErrMissing):
			found[sum] = Missing
		case errors.Is(err, vault.ErrDamaged), errors.Is(err, vault.ErrKey):
			found[sum] = Damaged
		default:
			return nil, err
		}
	}
	tell(len(sums), len(sums))
	return found, nil
}

// HoldsFile tells whether a record holds the file with this hash, whoever asks.
func HoldsFile(tx *record.Tx, sum string) (bool, error) {
	rows, err := tx.AsSystem("is a file still needed").Rows("SELECT h.id FROM evidence t JOIN head h ON h.id = t.id WHERE t.sha256 = ? AND %SCOPE% LIMIT 1", sum)
	return len(rows) > 0, err
}
