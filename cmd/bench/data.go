package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/cases/demo"
	"amparo/internal/database"
	"amparo/internal/record"
	"amparo/migrations"
)

// key encrypts the folder. It is no secret: what is in it is invented.
func key() []byte {
	k := sha256.Sum256([]byte("amparo bench"))
	return k[:]
}

// made is what is kept beside the database about how it came to be.
type made struct {
	People  int           `json:"people"`
	Wanted  int           `json:"wanted"` // appeals that were asked for
	Appeals int           `json:"appeals"`
	Demands int           `json:"demands"`
	Took    time.Duration `json:"took"`
	Records int           `json:"records"`
	Bytes   int64         `json:"bytes"`
}

// opened is the database with the doors to it.
type opened struct {
	db     *database.DB
	office *account.Office
	book   *record.Book
}

// open opens the folder's database as the program does: encrypted, each commit
// on the disk when it is answered.
func open(ctx context.Context, dir string) (*opened, error) {
	db, err := database.Open(database.Options{Path: filepath.Join(dir, "amparo.db"), Key: key(), Sync: database.OnDisk})
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, migrations.Files); err != nil {
		return nil, err
	}
	office, err := account.Open(db, account.Options{Cost: account.TestCost})
	if err != nil {
		return nil, err
	}
	day := func(at time.Time) string { return at.UTC().Format(time.DateOnly) }
	book := cases.Open(db, record.Options{Now: time.Now, Day: day, Accounts: office.Directory})
	return &opened{db, office, book}, nil
}

// fill makes the folder's data, or takes what is there already.
func fill(ctx context.Context, dir string, size demo.Size) (made, error) {
	var m made
	about := filepath.Join(dir, "made.json")
	b, err := os.ReadFile(about) // #nosec G304 -- a file of its own
	if err == nil && json.Unmarshal(b, &m) == nil {
		if m.People != size.People || m.Wanted != size.Appeals {
			return m, fmt.Errorf("%s holds %d people and %d appeals: name another folder", dir, m.People, m.Wanted)
		}
		return m, nil
	}
	all, err := open(ctx, dir)
	if err != nil {
		return m, err
	}
	defer all.db.Close()
	fmt.Fprintf(os.Stderr, "making %d people and %d appeals in %s\n", size.People, size.Appeals, dir)
	start := time.Now()
	if _, err := demo.Make(ctx, all.book, all.office, size); err != nil {
		return m, err
	}
	m.People, m.Wanted, m.Took = size.People, size.Appeals, time.Since(start)
	if err := all.db.Checkpoint(ctx); err != nil {
		return m, err
	}
	if err := all.db.Pool().QueryRowContext(ctx, `SELECT COUNT(*), SUM(CASE WHEN kind = 'appeal' THEN 1 ELSE 0 END), SUM(CASE WHEN kind = 'demand' THEN 1 ELSE 0 END) FROM head`).
		Scan(&m.Records, &m.Appeals, &m.Demands); err != nil {
		return m, err
	}
	if info, err := os.Stat(filepath.Join(dir, "amparo.db")); err == nil {
		m.Bytes = info.Size()
	}
	b, err = json.Marshal(m)
	if err != nil {
		return m, err
	}
	return m, os.WriteFile(about, b, 0o600)
}
