package dbtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"amparo/internal/database"
)

// Tables is the text of every table of a database in small letters, by table: every
// column is read as text.
func Tables(t testing.TB, db *database.DB) map[string]string {
	t.Helper()
	tables := "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	if db.Dialect() == database.Postgres {
		tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	all := map[string]string{}
	for _, name := range rowsOf(t, db, tables) {
		name = strings.TrimRight(name, "\x00")
		all[name] = strings.ToLower(strings.Join(rowsOf(t, db, `SELECT * FROM "`+name+`"`), "\n"))
	}
	return all
}

// rowsOf reads rows as text, with a NUL after each cell.
func rowsOf(t testing.TB, db *database.DB, query string) (list []string) {
	t.Helper()
	rows, err := db.Query(t.Context(), query)
	if err != nil {
		t.Fatal(query, err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		cells, dests := make([]any, len(cols)), make([]any, len(cols))
		for i := range cells {
			dests[i] = &cells[i]
		}
		if err := rows.Scan(dests...); err != nil {
			t.Fatal(err)
		}
		var row strings.Builder
		for _, c := range cells {
			if b, ok := c.([]byte); ok {
				c = string(b)
			}
			fmt.Fprintf(&row, "%v\x00", c)
		}
		list = append(list, row.String())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// Holding lists the tables in which a text stands, in whatever case.
func Holding(t testing.TB, db *database.DB, text string) (list []string) {
	t.Helper()
	for name, all := range Tables(t, db) {
		if strings.Contains(all, strings.ToLower(text)) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}
