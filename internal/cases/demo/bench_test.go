package demo_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/demo"
	"amparo/internal/cases/person"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/edtf"
	"amparo/internal/record"
	"amparo/migrations"
)

// file opens an encrypted database that keeps every commit on the disk, or
// leaves that to the operating system as the demo does.
func file(b *testing.B, sync database.Sync) (*database.DB, string) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "amparo.db")
	db, err := database.Open(database.Options{Path: path, Key: dbtest.Key, Sync: sync})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if err := db.Migrate(b.Context(), migrations.Files); err != nil {
		b.Fatal(err)
	}
	return db, path
}

func BenchmarkMakeOfFiveThousandPeople(b *testing.B) {
	const people = 5000
	for b.Loop() {
		db, path := file(b, database.Throwaway)
		book, office := open(b, db)
		start := time.Now()
		if _, err := demo.Make(b.Context(), book, office, demo.Size{People: people, Seed: 1}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(people/time.Since(start).Seconds(), "people/s")
		if err := db.Checkpoint(b.Context()); err != nil {
			b.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/people, "bytes/person")
	}
}

func BenchmarkOnePersonKeptOnDisk(b *testing.B) {
	var safe database.Sync
	db, _ := file(b, safe)
	book, office := open(b, db)
	if _, err := demo.Make(b.Context(), book, office, demo.Size{People: 1000, Seed: 1}); err != nil {
		b.Fatal(err)
	}
	nadia, err := office.UserByEmail(b.Context(), auth.System("bench"), "nadia@demo.example")
	if err != nil {
		b.Fatal(err)
	}
	var home *record.Sheet
	if err := book.Do(b.Context(), nadia.Actor(), func(tx *record.Tx) error {
		home, err = tx.Create("case", &casefile.Case{TitleText: "Bench", Access: casefile.Staff, Priority: "normal"}, nil)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := book.Do(b.Context(), nadia.Actor(), func(tx *record.Tx) error {
			_, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: "Sami Hasan Al-Marsuni", Shown: true}, {Full: "سامي حسن المرسوني", Shown: true}},
				Born: edtf.Must("1996~"), Occupations: []string{"blogger"}}, home)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
}
