package cases

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

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
		how, err := FoundAs(files.Check(sum))
		if err != nil {
			return nil, err
		}
		found[sum] = how
	}
	tell(len(sums), len(sums))
	return found, nil
}

// FoundAs words what the vault said of a file; an error that is not about the
// file comes back.
func FoundAs(err error) (string, error) {
	switch {
	case err == nil:
		return Whole, nil
	case errors.Is(err, vault.ErrMissing):
		return Missing, nil
	case errors.Is(err, vault.ErrDamaged), errors.Is(err, vault.ErrKey):
		return Damaged, nil
	}
	return "", err
}

// KeepFound keeps how files were found, by hash. Where that is another finding
// than the last, every record that holds the file gets a line of it.
func KeepFound(ctx context.Context, b *record.Book, found map[string]string) error {
	sums := slices.Sorted(maps.Keys(found))
	for some := range slices.Chunk(sums, 500) {
		err := b.Do(ctx, auth.System("how files were found"), func(tx *record.Tx) error {
			rows, err := tx.Rows("SELECT DISTINCT f.sha256, f.state FROM file_check f JOIN evidence t ON t.sha256 = f.sha256 JOIN head h ON h.id = t.id WHERE f.sha256 IN ? AND %SCOPE%", some)
			if err != nil {
				return err
			}
			was := map[string]string{}
			for _, r := range rows {
				was[r[0]] = r[1]
			}
			for _, sum := range some {
				how := found[sum]
				if err := tx.Derive("INSERT INTO file_check (sha256, state, checked_at) VALUES (?,?,?) ON CONFLICT (sha256) DO UPDATE SET state = excluded.state, checked_at = excluded.checked_at",
					sum, how, tx.At.UTC().Format(time.RFC3339)); err != nil {
					return err
				}
				if before, known := was[sum]; how == before || !known && how == Whole {
					continue
				}
				holders, err := tx.Where("evidence", "t.sha256 = ?", sum)
				if err != nil {
					return err
				}
				for _, s := range holders {
					if err := tx.Witness(s, "file_"+how); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// SpoiledFiles gives the evidence whose file was last found damaged or missing,
// by id, as far as the actor may see it.
func SpoiledFiles(tx *record.Tx) (map[string]string, error) {
	rows, err := tx.Rows("SELECT t.id, f.state FROM file_check f JOIN evidence t ON t.sha256 = f.sha256 JOIN head h ON h.id = t.id WHERE f.state <> 'whole' AND %SCOPE%")
	if err != nil {
		return nil, err
	}
	spoiled := make(map[string]string, len(rows))
	for _, r := range rows {
		spoiled[r[0]] = r[1]
	}
	return spoiled, nil
}

// FilesStanding is how the files that an actor may see were last found.
type FilesStanding struct {
	Files, Whole, Damaged, Missing, Never int    // Never: not looked at since they came
	Oldest                                string // when the one was found that was looked at longest ago, "" when none was
}

// StandingOfFiles counts how files were last found, as far as the actor may see
// the records that hold them.
func StandingOfFiles(tx *record.Tx) (FilesStanding, error) {
	var st FilesStanding
	rows, err := tx.Rows(`SELECT COALESCE(f.state, ''), COUNT(DISTINCT t.sha256), MIN(f.checked_at) FROM evidence t JOIN head h ON h.id = t.id LEFT JOIN file_check f ON f.sha256 = t.sha256
		WHERE t.sha256 <> '' AND %SCOPE% GROUP BY COALESCE(f.state, '')`)
	for _, r := range rows {
		n, err := strconv.Atoi(r[1])
		if err != nil {
			return st, err
		}
		st.Files += n
		switch r[0] {
		case Whole:
			st.Whole = n
		case Damaged:
			st.Damaged = n
		case Missing:
			st.Missing = n
		default:
			st.Never = n
		}
		if r[2] != "" && (st.Oldest == "" || r[2] < st.Oldest) {
			st.Oldest = r[2]
		}
	}
	return st, err
}

// HoldsFile tells whether a record holds the file with this hash, whoever asks.
func HoldsFile(tx *record.Tx, sum string) (bool, error) {
	rows, err := tx.AsSystem("is a file still needed").Rows("SELECT h.id FROM evidence t JOIN head h ON h.id = t.id WHERE t.sha256 = ? AND %SCOPE% LIMIT 1", sum)
	return len(rows) > 0, err
}

// CleanErased takes away the files that erased records held and that no other
// holds, and then overwrites what the database has freed. What could not be done
// is done at the next time.
func CleanErased(ctx context.Context, b *record.Book, files *vault.Vault) error {
	left, err := b.Uncleaned(ctx)
	if err != nil || len(left) == 0 {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(left)) {
		for _, sum := range left[id] {
			err := b.Do(ctx, auth.System("files of erased records"), func(tx *record.Tx) error {
				held, err := HoldsFile(tx, sum)
				if err != nil || held || files == nil {
					return err
				}
				if err := tx.Derive("DELETE FROM file_check WHERE sha256 = ?", sum); err != nil {
					return err
				}
				return files.Remove(sum)
			})
			if err != nil {
				return err
			}
		}
	}
	return b.Clean(ctx, slices.Sorted(maps.Keys(left))...)
}
