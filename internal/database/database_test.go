package database

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"
)

var toy = fstest.MapFS{
	"0001_notes.sql": &fstest.MapFile{Data: []byte(`-- +goose Up
CREATE TABLE notes (id text PRIMARY KEY, words text NOT NULL UNIQUE, at timestamp NOT NULL, gone timestamp);
`)},
	"0002_find.sqlite.sql":   &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE VIRTUAL TABLE find USING fts5(words, tokenize='trigram');\n")},
	"0002_find.postgres.sql": &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE find (words text);\n")},
}

type note struct {
	ID    string
	Words string
	At    time.Time
	Gone  *time.Time
}

func key(b byte) []byte { return []byte(strings.Repeat(string(rune('a'+b)), 32)) }

func open(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(Options{Path: path, Key: key(0), Sync: Throwaway})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), toy); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestWhatIsWrittenIsReadAndNotInPlainText(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b%?.db")
	db := open(t, path)
	at := time.Date(2024, 3, 1, 12, 0, 0, 120000000, time.FixedZone("x", 7200))
	err := db.Tx(t.Context(), func(tx *gorm.DB) error {
		if err := tx.Create(&note{ID: "1", Words: "Planted-Name", At: at}).Error; err != nil {
			return err
		}
		if _, err := Exec(tx, "INSERT INTO find (words) VALUES (?)", "Planted-Name"); err != nil {
			return err
		}
		return tx.Exec("INSERT INTO notes (id, words, at, gone) VALUES (?, ?, ?, ?)", "2", "später", at.Add(time.Millisecond), at).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []note
	if err := db.Read(t.Context()).Order("at desc").Find(&got).Error; err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].ID != "2" || !got[1].At.Equal(at) || got[1].At.Location() != time.UTC || got[0].Gone == nil || got[1].Gone != nil {
		t.Fatalf("read back %+v", got)
	}
	rows, err := db.Query(t.Context(), "SELECT words FROM find WHERE find MATCH ?", `"ted-na"`)
	if err != nil {
		t.Fatal(err)
	}
	if !rows.Next() {
		t.Fatal("the fragment is not found")
	}
	rows.Close()
	if err := db.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := db.CopyTo(t.Context(), copied, key(3)); err != nil {
		t.Fatal(err)
	}
	if problems, err := db.Integrity(t.Context()); err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	for _, f := range []string{path, path + "-wal", copied} {
		b, _ := os.ReadFile(f)
		if strings.Contains(string(b), "Planted-Name") || strings.HasPrefix(string(b), "SQLite") {
			t.Errorf("%s holds plain text", f)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(Options{Path: copied, Key: key(3)})
	if err != nil {
		t.Fatal(err)
	}
	var n int64
	again.Read(t.Context()).Table("notes").Count(&n)
	if n != 2 {
		t.Errorf("the copy has %d rows", n)
	}
	again.Close()
}

func TestAFailedTransactionLeavesNothing(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	defer db.Close()
	stop := errors.New("stop")
	write := func(ctx context.Context, id string, then func() error) error {
		return db.Tx(ctx, func(tx *gorm.DB) error {
			if err := tx.Create(&note{ID: id, Words: id, At: time.Now()}).Error; err != nil {
				return err
			}
			return then()
		})
	}
	if err := write(t.Context(), "a", func() error { return stop }); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := write(ctx, "b", func() error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	func() {
		defer func() { recover() }()
		write(t.Context(), "c", func() error { panic("boom") })
	}()
	if err := write(t.Context(), "d", func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := write(t.Context(), "d", func() error { return nil }); !IsUnique(err) {
		t.Fatalf("a double id says %v", err)
	}
	var ids []string
	db.Read(t.Context()).Table("notes").Pluck("id", &ids)
	if strings.Join(ids, "") != "d" {
		t.Fatalf("left behind: %v", ids)
	}
	err := db.Tx(t.Context(), func(tx *gorm.DB) error {
		return tx.Transaction(func(inner *gorm.DB) error { return inner.Create(&note{ID: "e", Words: "e"}).Error })
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Tx(t.Context(), func(tx *gorm.DB) error {
		return db.Tx(tx.Statement.Context, func(*gorm.DB) error { return nil })
	})
	if err == nil {
		t.Fatal("a transaction inside a transaction was opened")
	}
	if err := db.Read(t.Context()).Exec("DELETE FROM notes").Error; err == nil {
		t.Fatal("a reader wrote")
	}
}

func TestReadersSeeNothingUncommittedAndAreNotBlocked(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	defer db.Close()
	err := db.Tx(t.Context(), func(tx *gorm.DB) error {
		if err := tx.Create(&note{ID: "1", Words: "w"}).Error; err != nil {
			return err
		}
		var n int64
		if err := db.Read(t.Context()).Table("notes").Count(&n).Error; err != nil || n != 0 {
			t.Errorf("a reader saw %d rows, %v", n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAWrongKeyDamageAndLossAreToldApartFromAFirstRun(t *testing.T) {
	damage := map[string]struct {
		do   func(path string) error
		key  byte
		want error
	}{
		"wrong key":   {func(string) error { return nil }, 1, ErrWrongKey},
		"removed":     {os.Remove, 0, ErrMissing},
		"emptied":     {func(p string) error { return os.Truncate(p, 0) }, 0, ErrMissing},
		"cut":         {func(p string) error { return os.Truncate(p, 9000) }, 0, ErrDamaged},
		"header":      {func(p string) error { return scribble(p, 0) }, 0, ErrDamaged},
		"not ours":    {func(p string) error { return os.WriteFile(p, []byte(plainHeader+"…"), 0o600) }, 0, ErrNotEncrypted},
		"other bytes": {func(p string) error { return os.WriteFile(p, []byte(strings.Repeat("x", 8192)), 0o600) }, 0, ErrDamaged},
	}
	for name, d := range damage {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			db := open(t, path)
			db.Checkpoint(t.Context())
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if err := d.do(path); err != nil {
				t.Fatal(err)
			}
			db, err := Open(Options{Path: path, Key: key(d.key)})
			if err == nil {
				err = db.Migrate(t.Context(), toy)
				db.Close()
			}
			if !errors.Is(err, d.want) {
				t.Errorf("says %v", err)
			}
		})
	}
}

func scribble(path string, at int64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteAt([]byte(strings.Repeat("z", 4096)), at)
	return err
}

func TestAnOlderProgramRefusesANewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	defer db.Close()
	if err := db.Migrate(t.Context(), fstest.MapFS{"0001_notes.sql": toy["0001_notes.sql"]}); !errors.Is(err, ErrNewer) {
		t.Fatalf("says %v", err)
	}
	steps, err := db.Steps(t.Context(), toy)
	if err != nil || len(steps) != 2 || !steps[1].Applied || steps[1].Name != "0002_find" {
		t.Fatal(steps, err)
	}
}

func TestTwoProgramsMayUseOneDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	a, b := open(t, path), open(t, path)
	defer a.Close()
	defer b.Close()
	var all sync.WaitGroup
	for _, who := range []struct {
		db   *DB
		name string
	}{{a, "a"}, {b, "b"}, {a, "c"}} {
		all.Go(func() {
			for i := range 20 {
				id := fmt.Sprint(who.name, i)
				if err := who.db.Tx(t.Context(), func(tx *gorm.DB) error { return tx.Create(&note{ID: id, Words: id}).Error }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	var n int64
	b.Read(t.Context()).Table("notes").Count(&n)
	if n != 60 {
		t.Errorf("%d of 60 rows are there", n)
	}
}

func TestAWriterWhoIsNoLongerWantedDoesNotWait(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	defer db.Close()
	err := db.Tx(t.Context(), func(*gorm.DB) error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := db.Tx(ctx, func(*gorm.DB) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("says %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPlaceholdersBecomeNumbersOutsideQuotes(t *testing.T) {
	got := dollars(`SELECT '?', "a?" FROM t WHERE a = ? AND b IN (?, ?)`)
	if want := `SELECT '?', "a?" FROM t WHERE a = $1 AND b IN ($2, $3)`; got != want {
		t.Errorf("got %s", got)
	}
}

func BenchmarkCreate(b *testing.B) {
	db, err := Open(Options{Path: filepath.Join(b.TempDir(), "x.db"), Key: key(0)})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(b.Context(), toy); err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		i++
		err := db.Tx(b.Context(), func(tx *gorm.DB) error {
			_, err := Exec(tx, "INSERT INTO notes (id, words, at) VALUES (?, ?, ?)", i, i, time.Now())
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
