package cases_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/person"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/form"
	"amparo/internal/record"
)

// chained writes some history and gives the anchors that were taken after the
// sixth and the last entry.
func chained(t *testing.T, db *database.DB) (b *record.Book, sixth, last record.Anchor) {
	t.Helper()
	b = book(db)
	for i := range 12 {
		err := b.Do(t.Context(), luis, func(tx *record.Tx) error {
			_, err := tx.Create("case", &casefile.Case{TitleText: fmt.Sprintf("Matter %d", i), Lead: form.Ref{ID: luis.ID}}, nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if i == 5 {
			sixth = anchor(t, b)
		}
	}
	return b, sixth, anchor(t, b)
}

func anchor(t *testing.T, b *record.Book) record.Anchor {
	t.Helper()
	a, err := b.Anchor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// forge changes the history as somebody does who has the database and the key.
func forge(t *testing.T, db *database.DB, statements ...string) {
	t.Helper()
	free := []string{"DROP TRIGGER IF EXISTS trail_stays", "DROP TRIGGER IF EXISTS trail_keeps"}
	if db.Dialect() == database.Postgres {
		free = []string{"DROP TRIGGER IF EXISTS trail_stays ON trail"}
	}
	err := db.Tx(t.Context(), func(tx *gorm.DB) error {
		for _, q := range append(free, statements...) {
			if err := tx.Exec(q).Error; err != nil {
				return fmt.Errorf("%s: %w", q, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

const line = "(n, at, actor, record_id, action, move, version, payload_hash, hash)"

func TestEachManipulationOfTheHistoryIsFoundAndLocated(t *testing.T) {
	swap := func(a, b int) []string {
		return []string{fmt.Sprintf("UPDATE trail SET n = -1 WHERE n = %d", a), fmt.Sprintf("UPDATE trail SET n = %d WHERE n = %d", a, b), fmt.Sprintf("UPDATE trail SET n = %d WHERE n = -1", b),
			fmt.Sprintf("UPDATE trail_payload SET n = -1 WHERE n = %d", a), fmt.Sprintf("UPDATE trail_payload SET n = %d WHERE n = %d", a, b), fmt.Sprintf("UPDATE trail_payload SET n = %d WHERE n = -1", b)}
	}
	shift := []string{"UPDATE trail SET n = -n WHERE n > 4", "UPDATE trail SET n = 1 - n WHERE n < 0", "UPDATE trail_payload SET n = -n WHERE n > 4", "UPDATE trail_payload SET n = 1 - n WHERE n < 0"}
	cut := []string{"DELETE FROM trail WHERE n > 9", "DELETE FROM trail_payload WHERE n > 9"}
	shorter := append(slices.Clone(cut), "UPDATE chain SET n = 9, hash = (SELECT hash FROM trail WHERE n = 9)")
	for _, m := range []struct {
		what   string
		do     []string
		broken int64
		flaw   record.Flaw
		since  int64
		outer  bool // only an anchor shows it
	}{
		{what: "who did it is changed", do: []string{"UPDATE trail SET actor = 'u-nadia' WHERE n = 5"}, broken: 5, flaw: record.Changed},
		{what: "when is changed", do: []string{"UPDATE trail SET at = '2020-01-01T00:00:00.000Z' WHERE n = 12"}, broken: 12, flaw: record.Changed, since: 6},
		{what: "what it says is changed", do: []string{"UPDATE trail_payload SET changes = replace(changes, 'Matter', 'Nothing') WHERE n = 7"}, broken: 7, flaw: record.Changed, since: 6},
		{what: "what it says is emptied without an entry that says so", do: []string{"UPDATE trail_payload SET salt = '', changes = '' WHERE n = 4"}, broken: 4, flaw: record.Changed},
		{what: "what it says is taken away", do: []string{"DELETE FROM trail_payload WHERE n = 8"}, broken: 8, flaw: record.Changed, since: 6},
		{what: "one is removed", do: []string{"DELETE FROM trail WHERE n = 3", "DELETE FROM trail_payload WHERE n = 3"}, broken: 3, flaw: record.Missing},
		{what: "one is removed and the others close up", do: []string{"DELETE FROM trail WHERE n = 4", "DELETE FROM trail_payload WHERE n = 4",
			"UPDATE trail SET n = -n WHERE n > 4", "UPDATE trail SET n = -n - 1 WHERE n < 0", "UPDATE trail_payload SET n = -n WHERE n > 4", "UPDATE trail_payload SET n = -n - 1 WHERE n < 0", "UPDATE chain SET n = 11"}, broken: 4, flaw: record.Changed},
		{what: "two change places", do: swap(4, 9), broken: 4, flaw: record.Changed},
		{what: "one is put between", do: append(slices.Clone(shift), "INSERT INTO trail "+line+" SELECT 5, at, actor, record_id, action, move, version, payload_hash, hash FROM trail WHERE n = 2",
			"INSERT INTO trail_payload SELECT 5, salt, note, changes FROM trail_payload WHERE n = 2", "UPDATE chain SET n = 13"), broken: 5, flaw: record.Changed},
		{what: "one is put at the end", do: []string{"INSERT INTO trail " + line + " SELECT 13, at, actor, record_id, action, move, version, payload_hash, hash FROM trail WHERE n = 2",
			"INSERT INTO trail_payload SELECT 13, salt, note, changes FROM trail_payload WHERE n = 2"}, broken: 13, flaw: record.Changed, since: 12},
		{what: "one is put before the first", do: []string{"INSERT INTO trail " + line + " SELECT 0, at, actor, record_id, action, move, version, payload_hash, hash FROM trail WHERE n = 2"}, broken: 1, flaw: record.Added},
		{what: "the end is cut off", do: cut, broken: 10, flaw: record.Missing, since: 6},
		{what: "the end is cut off and says that it is the end", do: shorter, broken: 10, flaw: record.Missing, since: 6, outer: true},
		{what: "an old copy is put back", do: []string{"DELETE FROM trail WHERE n > 6", "DELETE FROM trail_payload WHERE n > 6", "UPDATE chain SET n = 6, hash = (SELECT hash FROM trail WHERE n = 6)"}, broken: 7, flaw: record.Missing, since: 6, outer: true},
	} {
		t.Run(m.what, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				b, sixth, last := chained(t, db)
				if v, err := b.Walk(t.Context(), last, sixth); err != nil || v.Flaw != "" || v.Lines != 12 || v.Last != last {
					t.Fatalf("before anything is done: %+v, %v", v, err)
				}
				forge(t, db, m.do...)
				alone, err := b.Walk(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if found := alone.Flaw != ""; found == m.outer {
					t.Errorf("without an anchor: %+v", alone)
				}
				if !m.outer && (alone.Broken != m.broken || alone.Flaw != m.flaw) {
					t.Errorf("without an anchor: %+v", alone)
				}
				v, err := b.Walk(t.Context(), sixth, last)
				if err != nil {
					t.Fatal(err)
				}
				if v.Broken != m.broken || v.Flaw != m.flaw || v.Since != m.since {
					t.Errorf("got %+v, want %d %s since %d", v, m.broken, m.flaw, m.since)
				}
			})
		})
	}
}

// Who has the key and the program can write a whole new history: only an anchor
// from outside tells.
func TestAHistoryWrittenAnewIsToldByTheAnchorOutside(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b, sixth, last := chained(t, db)
		forge(t, db, "DELETE FROM trail WHERE n > 8", "DELETE FROM trail_payload WHERE n > 8", "UPDATE chain SET n = 8, hash = (SELECT hash FROM trail WHERE n = 8)")
		for i := range 6 {
			err := b.Do(t.Context(), luis, func(tx *record.Tx) error {
				_, err := tx.Create("case", &casefile.Case{TitleText: fmt.Sprintf("Other %d", i), Lead: form.Ref{ID: luis.ID}}, nil)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if lines, broken, err := b.Verify(t.Context()); err != nil || broken != 0 || lines != 14 {
			t.Fatalf("%d lines, broken at %d, %v", lines, broken, err)
		}
		v, err := b.Walk(t.Context(), last, sixth)
		if err != nil || v.Broken != 12 || v.Flaw != record.Rewritten || v.Since != 6 || v.Last != sixth {
			t.Errorf("%+v, %v", v, err)
		}
		if v, err := b.Walk(t.Context(), sixth); err != nil || v.Flaw != "" {
			t.Errorf("up to the sixth nothing was changed: %+v, %v", v, err)
		}
	})
}

func TestAnAnchorOfOtherRecordsOrChangedByHandIsRefused(t *testing.T) {
	b, sixth, last := chained(t, dbtest.SQLite(t))
	text := sixth.String() + "\n\n" + last.String() + "\n"
	list, err := b.Anchors(strings.NewReader(text))
	if err != nil || !slices.Equal(list, []record.Anchor{sixth, last}) {
		t.Fatalf("%v, %v", list, err)
	}
	other := record.Open(dbtest.SQLite(t), record.Options{AnchorKey: []byte("another office")})
	var not *record.NotOurs
	if _, err := other.Anchors(strings.NewReader(text)); !errors.As(err, &not) || not.Line != 1 {
		t.Errorf("another office reads it: %v", err)
	}
	for _, bad := range []string{strings.Replace(text, last.Hash[:8], "00000000", 1), strings.Replace(text, `"n":12`, `"n":11`, 1), strings.Replace(text, last.At[:4], "2020", 1), "a letter", "{}"} {
		if _, err := b.Anchors(strings.NewReader(bad)); !errors.As(err, &not) {
			t.Errorf("%q is taken: %v", bad, err)
		}
	}
}

func TestAWalkDuringWritingSeesOneMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b, _, _ := chained(t, db)
		stop, stopped := make(chan struct{}), make(chan error, 1)
		go func() {
			for {
				select {
				case <-stop:
					stopped <- nil
					return
				default:
				}
				if err := b.Do(t.Context(), luis, func(tx *record.Tx) error {
					_, err := tx.Create("case", &casefile.Case{TitleText: "Another", Lead: form.Ref{ID: luis.ID}}, nil)
					return err
				}); err != nil {
					stopped <- err
					return
				}
			}
		}()
		seen := map[int64]bool{}
		for until := time.Now().Add(20 * time.Second); len(seen) < 10 && time.Now().Before(until); {
			v, err := b.Walk(t.Context())
			if err != nil || v.Flaw != "" {
				t.Fatalf("%+v, %v", v, err)
			}
			seen[v.Lines] = true
		}
		close(stop)
		if err := <-stopped; err != nil || len(seen) < 10 {
			t.Errorf("%d different moments, %v", len(seen), err)
		}
	})
}

// closed is a restricted case of Nadia and Luis with two people in it.
func closed(t *testing.T, b *record.Book) (home string, people []string) {
	t.Helper()
	err := b.Do(t.Context(), nadia, func(tx *record.Tx) error {
		c, err := tx.Create("case", &casefile.Case{TitleText: "Velvet matter", Lead: form.Ref{ID: nadia.ID}, Team: []form.Ref{{ID: luis.ID}}, Access: casefile.Restricted}, nil)
		if err != nil {
			return err
		}
		home = c.Head.Ref
		for _, name := range []string{"Lina Qarsin", "Yusuf Tamrin"} {
			p, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: name}}}, c)
			if err != nil {
				return err
			}
			people = append(people, p.Head.Ref)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return home, people
}

// told lists who read what, newest first: "Luis read P-0001".
func told(t *testing.T, b *record.Book, home string) []string {
	t.Helper()
	var list []string
	err := b.View(t.Context(), auth.System("test"), func(tx *record.Tx) error {
		s, err := tx.Get("case", home)
		if err != nil {
			return err
		}
		lines, err := tx.Readings(s)
		for _, l := range lines {
			list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", l.By.Title, l.Action, l.Record.Ref, l.Note)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestWhoReadsARestrictedRecordLeavesALineThatChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
		b := book(db).At(func() time.Time { return now })
		home, people := closed(t, b)
		_, before, err := b.Verify(t.Context())
		if err != nil || before != 0 {
			t.Fatal(before, err)
		}
		read := func(a auth.Actor, kind, ref string) *record.Sheet {
			t.Helper()
			s, err := b.Get(t.Context(), a, kind, ref)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		first := read(luis, "person", people[0])
		read(luis, "person", people[0])
		if got := told(t, b, home); !slices.Equal(got, []string{"Luis read " + people[0]}) {
			t.Errorf("read twice in a minute: %v", got)
		}
		now = now.Add(11 * time.Minute)
		again := read(luis, "person", people[0])
		if again.Head.Version != first.Head.Version || again.Head.UpdatedAt != first.Head.UpdatedAt {
			t.Errorf("reading has changed the record: %+v, %+v", first.Head, again.Head)
		}
		read(nadia, "case", home)
		err = b.View(t.Context(), luis, func(tx *record.Tx) error {
			if s, err := tx.Get("person", people[1]); err != nil || s == nil {
				return err
			}
			_, err := tx.Where("person", "1 = 1") // what a page shows beside what was opened needs no line of its own
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := told(t, b, home), []string{"Luis read " + people[1], "Nadia read " + home, "Luis read " + people[0], "Luis read " + people[0]}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		// No page about a record: rows of a file.
		for range 2 {
			if err := b.View(t.Context(), luis, func(tx *record.Tx) error {
				_, err := tx.Each(record.Query{Kind: "person"}, func(record.Row) error { return nil })
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if got := told(t, b, home)[0]; got != "Luis read_list "+home+" 2" {
			t.Error(got)
		}
		// The record's own history tells what was changed, and colleagues are not told of readings as of news.
		err = b.View(t.Context(), nadia, func(tx *record.Tx) error {
			lines, err := tx.History(first)
			if err != nil || len(lines) != 1 || lines[0].Action != "create" {
				t.Errorf("history %v, %v", lines, err)
			}
			news, err := tx.Recent("2020-01-01T00:00:00.000Z", 50)
			if len(news) != 0 {
				t.Errorf("news %v", news)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, broken, err := b.Verify(t.Context()); err != nil || broken != 0 {
			t.Errorf("broken at %d, %v", broken, err)
		}
	})
}

func TestReadingWhatIsNotRestrictedWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b, _, last := chained(t, db)
		err := b.View(t.Context(), nadia, func(tx *record.Tx) error {
			_, err := tx.Where("case", "1 = 1")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if a := anchor(t, b); a.N != last.N {
			t.Errorf("%d lines were written", a.N-last.N)
		}
	})
}

func TestAReadingThatCannotBeWrittenDoesNotTakePlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b := book(db)
		home, people := closed(t, b)
		forge(t, db, "ALTER TABLE trail_payload RENAME TO away")
		if s, err := b.Get(t.Context(), luis, "person", people[0]); err == nil {
			t.Errorf("%s was read", s.Head.Title)
		}
		forge(t, db, "ALTER TABLE away RENAME TO trail_payload")
		if _, err := b.Get(t.Context(), luis, "person", people[0]); err != nil {
			t.Fatal(err)
		}
		if got := told(t, b, home); len(got) != 1 {
			t.Errorf("%v", got)
		}
	})
}
