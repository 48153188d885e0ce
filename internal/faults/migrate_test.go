package faults

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"amparo/internal/database"
	"amparo/migrations"
)

// upTo is the migrations up to a number.
func upTo(t *testing.T, number string) fs.FS {
	t.Helper()
	some := fstest.MapFS{}
	list, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range list {
		if name[:4] <= number {
			text, err := fs.ReadFile(migrations.Files, name)
			if err != nil {
				t.Fatal(err)
			}
			some[name] = &fstest.MapFile{Data: text}
		}
	}
	return some
}

// numbers are those of all migrations.
func numbers(t *testing.T) []string {
	t.Helper()
	list, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, name := range list {
		all = append(all, name[:4])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// From every schema there ever was the program of today comes to its own,
// however often it is killed on the way, and what was kept is still there.
func TestAMigrationThatIsKilledEndsInTheOldSchemaOrTheNew(t *testing.T) {
	kills := much(2, 20)
	o := newOffice(t)
	o.colleague() // makes the key
	key := o.keys().Database()
	all := numbers(t)
	killed, finished := 0, 0
	for i, number := range all[:len(all)-1] {
		if much(i%5, 0) != 0 {
			continue
		}
		old := filepath.Join(t.TempDir(), "old.db")
		db, err := database.Open(database.Options{Path: old, Key: key, Sync: database.Throwaway})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context(), upTo(t, number)); err != nil {
			t.Fatalf("%s: %v", number, err)
		}
		err = db.Tx(t.Context(), func(tx *database.Handle) error {
			for n := range 2000 {
				id := fmt.Sprintf("old-%05d", n)
				if _, err := database.Exec(tx, "INSERT INTO head (id, seq, ref, kind, title, state, created_at, created_by, updated_at, updated_by) VALUES (?,?,?,'place',?,'','','','','')", id, n+1, "L-"+id, id); err != nil {
					return err
				}
				if _, err := database.Exec(tx, "INSERT INTO called (record_id, pos, name) VALUES (?,0,?)", id, "Quay prison "+id); err != nil {
					return err
				}
				for k := range 5 {
					if _, err := database.Exec(tx, "INSERT INTO name_key (name_key, kind, record_id) VALUES (?,'place',?)", fmt.Sprintf("key%d.%d", k, n%97), id); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("%s: %v", number, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		file := o.path("data/amparo.db")
		for range kills {
			for _, f := range database.Files(file) {
				_ = os.Remove(f) // not all of them are there
			}
			give(t, file, old)
			give(t, file+".made", old+".made")
			cmd := o.command("migrate", "up")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
			_ = cmd.Process.Kill() // it may have ended
			if cmd.Wait() != nil {
				killed++
			}
			now, err := database.Open(database.Options{Path: file, Key: key})
			if err != nil {
				t.Fatalf("%s: after a kill it does not open: %v", number, err)
			}
			steps, err := now.Steps(t.Context(), migrations.Files)
			if err != nil {
				t.Fatal(err)
			}
			waiting := false
			for _, step := range steps { // those that are done come first: none is half done
				if step.Applied && waiting {
					t.Errorf("%s: %s is applied and one before it is not", number, step.Name)
				}
				waiting = waiting || !step.Applied
			}
			if problems, err := now.Integrity(t.Context()); err != nil || len(problems) > 0 {
				t.Errorf("%s: %v %v", number, problems, err)
			}
			if err := now.Close(); err != nil {
				t.Fatal(err)
			}
			o.must("", "migrate", "up")
			if now, err = database.Open(database.Options{Path: file, Key: key}); err != nil {
				t.Fatal(err)
			}
			var heads, called int
			if err := now.Read(t.Context()).Raw("SELECT (SELECT count(*) FROM head WHERE id LIKE 'old-%'), (SELECT count(*) FROM called)").Row().Scan(&heads, &called); err != nil || heads != 2000 || called != 2000 {
				t.Errorf("%s: %d of 2000 records and %d of 2000 names are there, %v", number, heads, called, err)
			}
			if steps, err = now.Steps(t.Context(), migrations.Files); err != nil || slices.ContainsFunc(steps, func(s database.Step) bool { return !s.Applied }) {
				t.Errorf("%s: the next start leaves %v, %v", number, steps, err)
			}
			if err := now.Close(); err != nil {
				t.Fatal(err)
			}
			finished++
		}
	}
	t.Logf("%d migrations, %d of them killed on the way; all of them came to the end at the next start", finished, killed)
	if killed == 0 {
		t.Error("nothing was killed in time")
	}
}
