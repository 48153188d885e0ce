package dbtest

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"amparo/internal/database"
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
