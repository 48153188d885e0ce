package cases_test

import (
	"slices"
	"testing"

	"amparo/internal/cases"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/names"
)

func TestNamesFiledByOlderRulesAreFiledAnewOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newTwice(t, db)
		if err := w.merge(luis, nil); err != nil {
			t.Fatal(err)
		}
		want := filed(t, db)
		if n, err := w.b.Refile(t.Context()); err != nil || n == 0 {
			t.Fatalf("%d records filed in a register of no edition: %v", n, err)
		}
		if got := filed(t, db); !slices.Equal(got, want) {
			t.Errorf("filed anew as %q, wanted %q", got, want)
		}
		if n, err := w.b.Refile(t.Context()); err != nil || n != 0 {
			t.Errorf("%d records filed once more: %v", n, err)
		}
		if err := db.Tx(t.Context(), func(tx *database.Handle) error {
			for _, sql := range []string{"UPDATE name_key SET name_key = 'old' || name_key", "UPDATE counter SET last = last - 1 WHERE name = 'edition of names'"} {
				if _, err := database.Exec(tx, sql); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if n, err := w.b.Refile(t.Context()); err != nil || n == 0 {
			t.Fatalf("%d records filed by edition %d: %v", n, names.Edition, err)
		}
		if got := filed(t, db); !slices.Equal(got, want) {
			t.Errorf("after an older edition filed as %q, wanted %q", got, want)
		}
	})
}

// filed is all that is in the index of names.
func filed(t *testing.T, db *database.DB) (list []string) {
	t.Helper()
	rows, err := db.Query(t.Context(), "SELECT name_key, kind, record_id FROM name_key")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var key, kind, id string
		if err := rows.Scan(&key, &kind, &id); err != nil {
			t.Fatal(err)
		}
		list = append(list, key+" "+kind+" "+id)
	}
	slices.Sort(list)
	if err := rows.Err(); err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	return list
}

func TestDeadlinesCountedByOlderRulesAreCountedAgainOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b := book(db)
		newPlea(t, b).sent()
		days := func() (list []string) {
			t.Helper()
			rows, err := db.Query(t.Context(), "SELECT due FROM deadline ORDER BY about_id, rule, due")
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			for rows.Next() {
				var day string
				if err := rows.Scan(&day); err != nil {
					t.Fatal(err)
				}
				list = append(list, day)
			}
			return list
		}
		write := func(sql string) {
			t.Helper()
			if err := db.Tx(t.Context(), func(tx *database.Handle) error { _, err := database.Exec(tx, sql); return err }); err != nil {
				t.Fatal(err)
			}
		}
		count := func() {
			t.Helper()
			if err := cases.CountByNewRules(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		right := days()
		if len(right) == 0 {
			t.Fatal("nothing is due")
		}
		count()
		write("UPDATE deadline SET due = '1999-09-09'")
		wrong := days()
		if count(); !slices.Equal(days(), wrong) {
			t.Errorf("counted again by the same rules: %q", days())
		}
		write("UPDATE counter SET last = last - 1 WHERE name = 'edition of deadlines'")
		if count(); !slices.Equal(days(), right) {
			t.Errorf("by new rules %q are due, wanted %q", days(), right)
		}
	})
}
