// Package recordtest is the suite that every kind must pass: what it keeps it
// reads back, who comes second is told, strangers find nothing, every change
// has its line, and its columns are those of its table.
package recordtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/database"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Subject is a kind under test.
type Subject struct {
	Kind string
	// Body makes a record of the kind; it may create what it points at.
	Body func(tx *record.Tx, home *record.Sheet) (record.Body, error)
	// Change alters one field of a record.
	Change func(record.Body)
	// Case makes a case led by the actor, restricted to its team.
	Case func(tx *record.Tx) (*record.Sheet, error)
}

// Cast are the people of the suite: who owns the case, who has no part in it,
// and who leads the office.
type Cast struct{ Owner, Stranger, Lead auth.Actor }

// Run holds a kind to the promises of the kernel.
func Run(t *testing.T, db *database.DB, b *record.Book, cast Cast, s Subject) {
	t.Helper()
	ctx := t.Context()
	k := b.Kind(s.Kind)

	var made, home *record.Sheet
	err := b.Do(ctx, cast.Owner, func(tx *record.Tx) error {
		var err error
		if home, err = s.Case(tx); err != nil {
			return fmt.Errorf("make a case: %w", err)
		}
		body, err := s.Body(tx, home)
		if err != nil {
			return fmt.Errorf("make what it points at: %w", err)
		}
		if k.Register || k.IsCase {
			home = nil
		}
		made, err = tx.Create(s.Kind, body, home)
		return err
	})
	if err != nil {
		t.Fatalf("create: %v", err)
	}

	columns(t, db, k)

	read, err := b.Get(ctx, cast.Owner, s.Kind, made.Head.Ref)
	if err != nil {
		t.Fatalf("read back: %v", err)
	}
	kept, got := made.Fields().Snapshot(), read.Fields().Snapshot()
	for name, value := range kept {
		if got[name] != value {
			t.Errorf("field %s was kept as %s and read as %s", name, value, got[name])
		}
	}

	if !k.Register && !k.IsCase {
		if _, err := b.Get(ctx, cast.Stranger, s.Kind, made.Head.Ref); err != record.ErrNotFound {
			t.Errorf("a stranger reads it: %v", err)
		}
		if err := b.Do(ctx, cast.Stranger, func(tx *record.Tx) error {
			sheet, err := tx.AsSystem("as if it had leaked").Get(s.Kind, made.Head.Ref)
			if err != nil {
				return err
			}
			s.Change(sheet.Body)
			return tx.Save(sheet, sheet.Head.Version)
		}); err != record.ErrNotFound {
			t.Errorf("a stranger writes it: %v", err)
		}
		_ = b.View(ctx, cast.Stranger, func(tx *record.Tx) error {
			res, err := tx.List(record.Query{Kind: s.Kind})
			if err != nil || slices.ContainsFunc(res.Rows, func(r record.Row) bool { return r.Ref == made.Head.Ref }) {
				t.Errorf("a stranger finds it in the list: %v", err)
			}
			if hits, _, err := tx.Search(made.Head.Ref, "", 1, 5); err != nil || len(hits) > 0 {
				t.Errorf("a stranger finds it by its ref: %v", err)
			}
			return nil
		})
	}

	save := func(version int) error {
		return b.Do(ctx, cast.Owner, func(tx *record.Tx) error {
			sheet, err := tx.Get(s.Kind, made.Head.Ref)
			if err != nil {
				return err
			}
			s.Change(sheet.Body)
			return tx.Save(sheet, version)
		})
	}
	if err := save(read.Head.Version); err != nil {
		t.Fatalf("save: %v", err)
	}
	var stale *record.Stale
	if err := save(read.Head.Version); !errors.As(err, &stale) {
		t.Errorf("a second save from the same version is not refused: %v", err)
	}
	_ = b.View(ctx, cast.Owner, func(tx *record.Tx) error {
		sheet, err := tx.Get(s.Kind, made.Head.Ref)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := tx.History(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if len(lines) < 2 || lines[len(lines)-1].Action != "create" || !slices.ContainsFunc(lines, func(l record.Line) bool { return l.Action == "edit" && len(l.Changes) > 0 }) {
			t.Errorf("the history lacks a line: %+v", lines)
		}
		if _, err := tx.Offers(sheet); err != nil {
			t.Errorf("moves: %v", err)
		}
		return nil
	})

	voided(t, b, cast, s.Kind, made.Head.Ref)
	if !k.IsCase {
		closed(t, b, cast, s.Kind, made.Head.Ref)
	}
	if _, broken, err := b.Verify(ctx); err != nil || broken != 0 {
		t.Errorf("the chain breaks at line %d: %v", broken, err)
	}
}

// closed seals the record for two people and has it opened again by both.
func closed(t *testing.T, b *record.Book, cast Cast, kind, ref string) {
	t.Helper()
	ctx := t.Context()
	do := func(a auth.Actor, work func(tx *record.Tx, s *record.Sheet) error) error {
		return b.Do(ctx, a, func(tx *record.Tx) error {
			s, err := tx.Get(kind, ref)
			if err != nil {
				return err
			}
			return work(tx, s)
		})
	}
	var words string
	var hides bool
	if err := do(cast.Owner, func(tx *record.Tx, s *record.Sheet) error {
		words, hides = s.Head.Title, len(s.Kind.Identity) > 0
		_, err := tx.Classify(s, s.Head.Version, record.Level{Level: record.Sealed, Named: []form.Ref{{ID: cast.Lead.ID}}, Code: "Falcon 9", Reason: "he was threatened"})
		return err
	}); err != nil {
		t.Fatalf("seal: %v", err)
	}
	finds := func(a auth.Actor) (by int) {
		_ = b.View(ctx, a, func(tx *record.Tx) error {
			_, n, err := tx.Search(words, kind, 1, 50)
			if err != nil {
				t.Errorf("search: %v", err)
			}
			by = n
			return nil
		})
		return by
	}
	if _, err := b.Get(ctx, cast.Stranger, kind, ref); err != record.ErrNotFound {
		t.Errorf("a stranger reads what is sealed: %v", err)
	}
	if n := finds(cast.Stranger); n != 0 {
		t.Errorf("a stranger finds %d by the words of what is sealed", n)
	}
	if n := finds(cast.Owner); hides && n != 0 || !hides && n == 0 {
		t.Errorf("who sealed it finds %d", n)
	}
	if err := do(cast.Owner, func(tx *record.Tx, s *record.Sheet) error {
		if s.Head.Sensitivity != record.Sealed || hides != s.Opened() {
			t.Errorf("level %s, opened %v", s.Head.Sensitivity, s.Opened())
		}
		s2 := record.Level{Level: record.Internal, Reason: "it is over"}
		if waits, err := tx.Classify(s, s.Head.Version, s2); err != nil || !waits {
			t.Errorf("one alone opens it: %v", err)
		}
		return nil
	}); err != nil {
		t.Fatalf("ask for it to be opened: %v", err)
	}
	if err := do(cast.Owner, func(tx *record.Tx, s *record.Sheet) error { return tx.Widen(s) }); err != record.ErrForbidden {
		t.Errorf("who asked agrees with himself: %v", err)
	}
	if err := do(cast.Lead, func(tx *record.Tx, s *record.Sheet) error { return tx.Widen(s) }); err != nil {
		t.Fatalf("the second person agrees: %v", err)
	}
	s, err := b.Get(ctx, cast.Owner, kind, ref)
	if err != nil || s.Head.Sensitivity != record.Internal || s.Head.Title != words {
		t.Errorf("opened again it is not as it was: %v", err)
	}
}

// voided strikes the record out and brings it back.
func voided(t *testing.T, b *record.Book, cast Cast, kind, ref string) {
	t.Helper()
	move := func(a auth.Actor, name, note string) error {
		return b.Do(t.Context(), a, func(tx *record.Tx) error {
			sheet, err := tx.AsSystem("find it for the suite").Get(kind, ref)
			if err != nil {
				return err
			}
			return tx.Move(sheet, sheet.Head.Version, name, note, nil)
		})
	}
	if err := move(cast.Owner, "void", "entered by mistake"); err != record.ErrForbidden {
		t.Errorf("a caseworker strikes a record out: %v", err)
	}
	var problems form.Problems
	if err := move(cast.Lead, "void", ""); !errors.As(err, &problems) {
		t.Errorf("struck out without a reason: %v", err)
	}
	if err := move(cast.Lead, "void", "entered by mistake"); err != nil {
		t.Errorf("void: %v", err)
	}
	if err := move(cast.Lead, "unvoid", "it was right"); err != nil {
		t.Errorf("unvoid: %v", err)
	}
}

// columns holds the declaration and the table together.
func columns(t *testing.T, db *database.DB, k *record.Kind) {
	t.Helper()
	rows, err := db.Query(t.Context(), "SELECT * FROM "+k.Table+" WHERE 1 = 0")
	if err != nil {
		t.Fatalf("table of %s: %v", k.Name, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	declared := append(k.New().Fields().Columns(), "id")
	slices.Sort(names)
	slices.Sort(declared)
	if !slices.Equal(names, declared) {
		t.Errorf("the table of %s has columns\n  %s\nand its fields declare\n  %s", k.Name, strings.Join(names, " "), strings.Join(declared, " "))
	}
}

// Moment is the fixed moment of the suite.
var Moment = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
