package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"

	"amparo/internal/database"
	"amparo/migrations"
)

func TestEveryTestHasAFreshDatabaseWithTheWholeSchema(t *testing.T) {
	for range 2 {
		Each(t, func(t *testing.T, db *database.DB) {
			var n int64
			if err := db.Read(t.Context()).Table("schema_migrations").Count(&n).Error; err != nil || n < 2 {
				t.Fatalf("%d migrations, %v", n, err)
			}
			err := db.Tx(t.Context(), func(tx *gorm.DB) error {
				return tx.Exec("CREATE TABLE only_here (n integer)").Error
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestBothDatabasesKeepMomentsAlikeAndNameADoubleValue(t *testing.T) {
	Each(t, func(t *testing.T, db *database.DB) {
		err := db.Tx(t.Context(), func(tx *gorm.DB) error {
			if err := tx.Exec("CREATE TABLE moments (id text PRIMARY KEY, at timestamp)").Error; err != nil {
				return err
			}
			at := "2024-03-01T10:00:00.5Z"
			return tx.Exec("INSERT INTO moments (id, at) VALUES (?, ?)", "a", parse(t, at)).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := db.Query(t.Context(), "SELECT at FROM moments WHERE id = ?", "a")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		moment := parse(t, "2000-01-01T00:00:00Z")
		for rows.Next() {
			if err := rows.Scan(&moment); err != nil {
				t.Fatal(err)
			}
		}
		if got := moment.String(); got != "2024-03-01 10:00:00.5 +0000 UTC" {
			t.Errorf("read back %s", got)
		}
		err = db.Tx(t.Context(), func(tx *gorm.DB) error {
			return tx.Exec("INSERT INTO moments (id) VALUES (?)", "a").Error
		})
		if !database.IsUnique(err) {
			t.Errorf("a double id says %v", err)
		}
	})
}

func parse(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestBothDatabasesRollBackAndRefuseAlike(t *testing.T) {
	Each(t, func(t *testing.T, db *database.DB) {
		stop := errors.New("stop")
		write := func(fn func(tx *gorm.DB) error) error { return db.Tx(t.Context(), fn) }
		err := write(func(tx *gorm.DB) error {
			return tx.Exec("CREATE TABLE few (id text PRIMARY KEY, n integer NOT NULL CHECK (n > 0), parent text REFERENCES few (id))").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		err = write(func(tx *gorm.DB) error {
			if _, err := database.Exec(tx, "INSERT INTO few (id, n) VALUES (?, ?)", "gone", 1); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Errorf("says %v", err)
		}
		err = write(func(tx *gorm.DB) error {
			_, err := database.Exec(tx, "INSERT INTO few (id, n) VALUES (?, ?)", "a", 0)
			return err
		})
		if !database.IsCheck(err) {
			t.Errorf("a refused number says %v", err)
		}
		err = write(func(tx *gorm.DB) error {
			_, err := database.Exec(tx, "INSERT INTO few (id, n, parent) VALUES (?, ?, ?)", "a", 1, "nobody")
			return err
		})
		if !database.IsForeignKey(err) {
			t.Errorf("a lost parent says %v", err)
		}
		rows, err := db.Query(t.Context(), "SELECT id FROM few WHERE n > ?", 0)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		if rows.Next() {
			t.Error("something was left behind")
		}
	})
}

// Each server migrates when it starts; two that start together on one PostgreSQL must not get in each other's way.
func TestTwoServersMayMigrateAtOnce(t *testing.T) {
	Each(t, func(t *testing.T, db *database.DB) {
		if db.Dialect() != database.Postgres {
			return // one program migrates one SQLite file
		}
		admin, err := sql.Open("pgx", os.Getenv(Server))
		if err != nil {
			t.Fatal(err)
		}
		defer admin.Close()
		name := fmt.Sprintf("race_%d", os.Getpid())
		if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
			t.Fatal(err)
		}
		defer admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		at, err := named(os.Getenv(Server), name)
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() {
				server, err := database.Open(database.Options{URL: at})
				if err != nil {
					t.Error(err)
					return
				}
				defer server.Close()
				if err := server.Migrate(t.Context(), migrations.Files); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

// From every schema there ever was the program comes to today's, with all that was
// kept under it: each step of the way is taken alone, with records of its own.
func TestFromEverySchemaThereWasRecordsComeForward(t *testing.T) {
	EachEmpty(t, func(t *testing.T, db *database.DB) {
		names, err := fs.Glob(migrations.Files, "*.sql")
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(names)
		some := fstest.MapFS{}
		records := 0
		for i, name := range names {
			text, err := fs.ReadFile(migrations.Files, name)
			if err != nil {
				t.Fatal(err)
			}
			some[name] = &fstest.MapFile{Data: text}
			if i+1 < len(names) && names[i+1][:4] == name[:4] {
				continue // the same step for the other database
			}
			if err := db.Migrate(t.Context(), some); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			err = db.Tx(t.Context(), func(tx *database.Handle) error {
				for range 20 {
					records++
					id := fmt.Sprintf("old-%s-%d", name[:4], records)
					for query, args := range map[string][]any{
						"INSERT INTO head (id, seq, ref, kind, title, state, created_at, created_by, updated_at, updated_by) VALUES (?,?,?,'place',?,'','','','','')": {id, records, "L-" + id, id},
						"INSERT INTO called (record_id, pos, name) VALUES (?,0,?)":                                                                                    {id, "Quay prison " + id},
						"INSERT INTO name_key (name_key, kind, record_id) VALUES (?,'place',?)":                                                                       {"key", id},
					} {
						if _, err := database.Exec(tx, query, args...); err != nil {
							return err
						}
					}
				}
				return nil
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		for table, where := range map[string]string{"head": "title = id", "called": "name = 'Quay prison ' || record_id", "name_key": "name_key = 'key'"} {
			var n int
			if err := db.Read(t.Context()).Raw("SELECT count(*) FROM " + table + " WHERE " + where).Row().Scan(&n); err != nil || n != records {
				t.Errorf("%d of %d are left in %s, %v", n, records, table, err)
			}
		}
		steps, err := db.Steps(t.Context(), migrations.Files)
		if err != nil || len(steps) < 15 || slices.ContainsFunc(steps, func(s database.Step) bool { return !s.Applied }) {
			t.Errorf("the steps are %v, %v", steps, err)
		}
	})
}

func TestHoweverManyWriteThereIsAConnectionToReadBesideIt(t *testing.T) {
	Each(t, func(t *testing.T, db *database.DB) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				if err := db.Tx(ctx, func(tx *gorm.DB) error {
					time.Sleep(5 * time.Millisecond)
					return db.Ping(ctx)
				}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}
