package dbtest

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
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
