package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/database"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/record"
	"amparo/migrations"
)

// opened is a throwaway database: "sqlite" makes a file, a name that ends in .db
// is a file that stays for the next run, "postgres" takes the server that the
// check command names, anything else is the address of one.
func opened(at string) (*database.DB, func(), error) {
	o := database.Options{URL: at}
	clear := func() {}
	switch {
	case strings.HasSuffix(at, ".db"):
		o = fileAt(at)
	case at == "sqlite":
		dir, err := os.MkdirTemp("", "amparo-names-")
		if err != nil {
			return nil, clear, err
		}
		clear = func() { _ = os.RemoveAll(dir) }
		o = fileAt(filepath.Join(dir, "amparo.db"))
	case at == "postgres":
		if o.URL = os.Getenv("AMPARO_TEST_POSTGRES"); o.URL == "" {
			return nil, clear, errors.New("no server: run this with go run ./cmd/check -postgres -- …")
		}
	}
	db, err := database.Open(o)
	if err == nil {
		err = db.Migrate(context.Background(), migrations.Files)
	}
	return db, clear, err
}

func fileAt(path string) database.Options {
	return database.Options{Path: path, Key: []byte(strings.Repeat("k", 32)), Sync: database.Throwaway}
}

// runDatabase measures the search the program itself makes, over the tables it
// keeps. Only the filling is shorter: rows go in without a history.
func runDatabase(w io.Writer, d *data, at string, size int, misses string, texts bool) error {
	db, clear, err := opened(at)
	defer clear()
	if err != nil {
		return err
	}
	defer db.Close()
	people := fill(d.roster, size)
	start := time.Now()
	there := 0
	if err := db.Pool().QueryRow("SELECT COUNT(*) FROM called").Scan(&there); err != nil {
		return err
	}
	if there != len(people) {
		if err := fillTables(db, people); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "%s: %d people loaded in %v\n", db.Dialect(), len(people), time.Since(start).Round(time.Second))
	book := cases.Open(db, record.Options{Now: time.Now, Day: func(t time.Time) string { return t.Format(time.DateOnly) },
		Accounts: func(context.Context) (map[string]form.Ref, error) { return nil, nil }})
	reader := auth.Actor{ID: "bench", Roles: []auth.Role{auth.Caseworker}}
	find := func(q string, limit int) []int {
		var out []int
		lost := book.View(context.Background(), reader, func(tx *record.Tx) error {
			likes, err := tx.Like("person", q, limit)
			for _, l := range likes {
				n, _ := strconv.Atoi(strings.TrimPrefix(l.Ref.Ref, "P-"))
				out = append(out, n-1)
			}
			return err
		})
		if lost != nil {
			err = lost
		}
		return out
	}
	if texts {
		return readTexts(w, book, reader, d)
	}
	for _, q := range d.queries[:min(200, len(d.queries))] { // pages of the file come into memory
		find(q.text, 10)
	}
	measure(w, string(db.Dialect()), find, people, d.queries, misses)
	return cmp.Or(err, readTexts(w, book, reader, d))
}

// readTexts measures how long it takes to find the people of a text of the
// longest size: prose in two scripts, and names without anything between them.
func readTexts(w io.Writer, book *record.Book, reader auth.Actor, d *data) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for _, of := range []struct{ title, class, before, after string }{
		{"Latin prose", "same-latin", "On the third day after the market was closed, neighbours saw ", " being led away by armed men; nobody would tell the family where to. "},
		{"Arabic prose", "arabic-latin", "وفي صباح اليوم الثالث بعد إغلاق السوق شاهد الجيران رجالا مسلحين يقتادون ", " إلى جهة مجهولة ولم تعرف الأسرة شيئا عن مصيره حتى الآن. "},
		{"Latin names only", "same-latin", "", ", "},
		{"Arabic names only", "arabic-latin", "", " "},
	} {
		var text []string
		letters, named := 0, 0
		for i := 0; letters < 199_000; i++ {
			q := d.queries[i%len(d.queries)]
			if i > 50*len(d.queries) {
				break
			}
			if q.class != of.class || of.class == "arabic-latin" && q.group == "" {
				continue
			}
			one := of.before + q.text + of.after
			letters += len([]rune(one))
			named++
			text = append(text, one)
		}
		for range 2 {
			start := time.Now()
			err := book.View(context.Background(), reader, func(tx *record.Tx) error {
				text := strings.Join(text, "")
				cpu := threadTime()
				found, err := cases.Find(tx, text, start)
				worked := threadTime() - cpu
				fmt.Fprintf(w, "%-18s %d characters, %d names, %d marked, %d proposed, %d dates: %v, %v of the processor\n", of.title, letters, named, len(found.Known), len(found.New), len(found.Dates), time.Since(start).Round(time.Millisecond), worked.Round(time.Millisecond))
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// fillTables fills the tables a search reads.
func fillTables(db *database.DB, people []person) error {
	type key struct{ key, id string }
	ctx := context.Background()
	var keys []key
	heads, called := make([]any, 0, 9*len(people)), make([]any, 0, 3*len(people))
	at := time.Now().UTC().Format(time.RFC3339)
	for i, p := range people {
		id := record.NewID()
		heads = append(heads, id, i+1, "P-"+strconv.Itoa(i+1), p.name, names.Fold(p.name), at, "", at, "")
		called = append(called, id, 0, p.name)
		for _, k := range names.Keys(p.name) {
			keys = append(keys, key{k, id})
		}
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(strings.Compare(a.key, b.key), strings.Compare(a.id, b.id)) })
	cells := make([]any, 0, 2*len(keys))
	for _, k := range keys {
		cells = append(cells, k.key, k.id)
	}
	for _, part := range []struct {
		into, row string
		width     int
		cells     []any
	}{
		{"head (id, seq, ref, kind, state, title, sort, created_at, created_by, updated_at, updated_by)", "(?,?,?,'person','',?,?,?,?,?,?)", 9, heads},
		{"called (record_id, pos, name)", "(?,?,?)", 3, called},
		{"name_key (name_key, kind, record_id)", "(?,'person',?)", 2, cells},
	} {
		const rows = 500
		for chunk := range slices.Chunk(part.cells, part.width*rows*200) {
			err := db.Tx(ctx, func(tx *database.Handle) error {
				for some := range slices.Chunk(chunk, part.width*rows) {
					if _, err := database.Exec(tx, "INSERT INTO "+part.into+" VALUES "+part.row+strings.Repeat(","+part.row, len(some)/part.width-1), some...); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	if db.Dialect() == database.Postgres {
		return db.Tx(ctx, func(tx *database.Handle) error { _, err := database.Exec(tx, "ANALYZE"); return err })
	}
	return nil
}
