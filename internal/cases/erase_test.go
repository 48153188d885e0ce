package cases_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"amparo/internal/auth"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/person"
	"amparo/internal/cases/response"
	"amparo/internal/cases/task"
	"amparo/internal/citation"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// erasing is a person with all that belongs to him, and others who point at him.
type erasing struct {
	*gates
	home, who, held, errand, friend, letter string
}

const marker = "zqxv"

func newErasing(t *testing.T, db *database.DB) *erasing {
	t.Helper()
	e := &erasing{gates: newGates(t, db)}
	e.work(luis, func(tx *record.Tx) error {
		c, err := tx.Create("case", &casefile.Case{TitleText: "Arrests at the mill", Lead: form.Ref{ID: nadia.ID}}, nil)
		if err != nil {
			return err
		}
		who, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: marker + "1 " + marker + "2"}}, Father: marker + "3", Occupations: []string{marker + "4"},
			Contacts: []person.Contact{{Kind: "phone", Value: marker + "5", Safe: "no"}}}, c)
		if err != nil {
			return err
		}
		held, err := tx.Create("detention", &detention.Detention{Person: who.Ref(), ReasonGiven: marker + "6", Steps: []detention.Step{{Kind: "arrest", Date: edtf.Must("2026-10-01"), Text: marker + "7"}}}, c)
		if err != nil {
			return err
		}
		errand, err := tx.Create("task", &task.Task{Text: marker + "8", About: who.Ref(), Assignee: form.Ref{ID: nadia.ID}}, c)
		if err != nil {
			return err
		}
		friend, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: "Sami Zahran"}}, Relations: []person.Relation{{To: who.Ref(), Kind: "sibling_of"}}}, c)
		if err != nil {
			return err
		}
		letter, err := tx.Create("appeal", &appeal.Appeal{TitleText: "For two brothers", Kind: "urgent_appeal", Persons: []form.Ref{who.Ref(), friend.Ref()}}, c)
		if err != nil {
			return err
		}
		for _, s := range []*record.Sheet{who, held} {
			if _, err := tx.Add("notes", s, &citation.Note{Text: marker + "9"}); err != nil {
				return err
			}
			if _, err := tx.Add("citations", s, &citation.Citation{Says: marker + "10", Speaker: marker + "11", Quote: marker + "12"}); err != nil {
				return err
			}
		}
		p := record.As[*person.Person](who)
		p.Mother = marker + "13"
		e.home, e.who, e.held, e.errand, e.friend, e.letter = c.Head.Ref, who.Head.Ref, held.Head.Ref, errand.Head.Ref, friend.Head.Ref, letter.Head.Ref
		return tx.Save(who, who.Head.Version)
	})
	return e
}

func (g *gates) work(a auth.Actor, do func(tx *record.Tx) error) {
	g.t.Helper()
	if err := g.b.Do(g.t.Context(), a, do); err != nil {
		g.t.Fatal(err)
	}
}

func (g *gates) ask(a auth.Actor, kind, ref string, what record.Erasing) error {
	return g.b.Do(g.t.Context(), a, func(tx *record.Tx) error {
		s, err := tx.Get(kind, ref)
		if err != nil {
			return err
		}
		return tx.AskErase(s, s.Head.Version, what)
	})
}

// agree is the second person's word, who has seen what goes.
func (g *gates) agree(a auth.Actor, kind, ref string) error {
	return g.b.Do(g.t.Context(), a, func(tx *record.Tx) error {
		s, err := tx.Get(kind, ref)
		if err != nil {
			return err
		}
		e, err := tx.ErasureOf(s.Head.ID)
		if err != nil {
			return err
		}
		p, _, err := tx.PlanErase(s, e.With, e.Histories)
		if err != nil {
			return err
		}
		return tx.Erase(s, p.Seen)
	})
}

func (g *gates) whole() {
	g.t.Helper()
	if v, err := g.b.Walk(g.t.Context()); err != nil || v.Flaw != "" {
		g.t.Errorf("the history: %+v, %v", v, err)
	}
}

var byFamily = record.Erasing{AskedBy: "family", Reason: "The family asks for it in writing", BackupsUntil: "2026-12-21"}

func TestNothingOfAnErasedPersonIsOnFileAndTheHistoryIsWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		e := newErasing(t, db)
		if len(dbtest.Holding(t, db, marker)) < 9 {
			t.Fatalf("the marker stands only in %v", dbtest.Holding(t, db, marker))
		}
		if err := e.ask(luis, "person", e.who, byFamily); err != nil {
			t.Fatal(err)
		}
		before := anchor(t, e.b)
		if err := e.agree(luis, "person", e.who); !errors.Is(err, record.ErrForbidden) {
			t.Errorf("who asked agrees himself: %v", err)
		}
		if err := e.agree(petra, "person", e.who); err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Holding(t, db, marker); len(found) > 0 {
			t.Errorf("the marker stands in %v", found)
		}
		e.whole()
		e.work(luis, func(tx *record.Tx) error {
			for _, one := range [][2]string{{"person", e.who}, {"detention", e.held}, {"task", e.errand}} {
				if _, err := tx.Get(one[0], one[1]); !errors.Is(err, record.ErrNotFound) {
					t.Errorf("%s can be read: %v", one[1], err)
				}
				done, err := tx.ErasedWith(one[1])
				if err != nil {
					return err
				}
				if done.Record.Ref != e.who || done.ErasedAt == "" || done.By.ID != luis.ID || done.Second.ID != petra.ID {
					t.Errorf("%s: %+v", one[1], done)
				}
				if len(done.Went.Records) != 3 || done.Went.Pieces["notes"] != 2 || done.Went.Pieces["citations"] != 2 || len(done.Went.Unlinked) != 2 || done.Before.N != before.N {
					t.Errorf("the certificate says %+v", done.Went)
				}
				if v, err := e.b.Walk(t.Context(), done.Before, done.After); err != nil || v.Flaw != "" || v.Last != done.After {
					t.Errorf("against the anchors of the certificate: %+v, %v", v, err)
				}
			}
			letter, err := tx.Get("appeal", e.letter)
			if err != nil {
				return err
			}
			if left := record.As[*appeal.Appeal](letter).Persons; len(left) != 1 || left[0].Ref != e.friend {
				t.Errorf("the appeal is for %v", left)
			}
			friend, err := tx.Get("person", e.friend)
			if err != nil {
				return err
			}
			if left := record.As[*person.Person](friend).Relations; len(left) != 0 {
				t.Errorf("the brother has %v", left)
			}
			lines, err := tx.History(friend)
			if err != nil || lines[0].Action != "unlink" {
				t.Errorf("his history says %v, %v", lines, err)
			}
			if _, err := tx.Resolve("person", e.who); !errors.Is(err, record.ErrNotFound) {
				t.Errorf("something can be linked to what is gone: %v", err)
			}
			return nil
		})
		e.work(nadia, func(tx *record.Tx) error { // colleagues read of it once
			lines, err := tx.Recent("2020-01-01T00:00:00.000Z", 100)
			n := 0
			for _, l := range lines {
				if l.Action == "erase" {
					n++
				}
				if l.Record.Ref == e.held || l.Record.Ref == e.errand {
					t.Errorf("it is news that %s was %s", l.Record.Ref, l.Action)
				}
			}
			if n != 1 {
				t.Errorf("%d lines tell of it", n)
			}
			return err
		})
		// What was emptied and is not said to be still shows.
		forge(t, db, "UPDATE trail_payload SET salt = '', note = '', changes = '' WHERE n = 1")
		if v, err := e.b.Walk(t.Context()); err != nil || v.Flaw != record.Changed || v.Broken != 1 {
			t.Errorf("a forged emptying: %+v, %v", v, err)
		}
	})
}

// An entry that says what was emptied stands for those and no others.
func TestAnEntryThatSaysWhatWasEmptiedCoversNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		e := newErasing(t, db)
		e.work(luis, func(tx *record.Tx) error {
			c, err := tx.Get("case", e.home)
			if err != nil {
				return err
			}
			record.As[*casefile.Case](c).Summary = marker + "1 " + marker + "2 was seen"
			if err := tx.Save(c, c.Head.Version); err != nil {
				return err
			}
			record.As[*casefile.Case](c).Summary = "Somebody was seen"
			return tx.Save(c, c.Head.Version)
		})
		what := byFamily
		what.Histories = []string{e.home}
		if err := e.ask(luis, "person", e.who, what); err != nil {
			t.Fatal(err)
		}
		if err := e.agree(petra, "person", e.who); err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Holding(t, db, marker); len(found) > 0 {
			t.Errorf("the marker stands in %v", found)
		}
		e.whole()
		e.work(luis, func(tx *record.Tx) error {
			c, err := tx.Get("case", e.home)
			if err != nil {
				return err
			}
			done, err := tx.ErasedWith(e.who)
			if err != nil {
				return err
			}
			if done.Went.Others[c.Head.ID] != 2 || len(done.Went.Left) != 0 {
				t.Errorf("the certificate says %+v", done.Went)
			}
			return nil
		})
		forge(t, db, "UPDATE trail_payload SET salt = '', note = '', changes = '' WHERE n = 1") // the first of the same case
		if v, err := e.b.Walk(t.Context()); err != nil || v.Flaw != record.Changed || v.Broken != 1 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestTwoSupervisorsEraseAndNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		e := newErasing(t, db)
		for _, a := range []auth.Actor{nadia, stranger, rune_, ada} {
			if err := e.ask(a, "person", e.who, byFamily); !errors.Is(err, record.ErrForbidden) && !errors.Is(err, record.ErrNotFound) {
				t.Errorf("%s asks: %v", a.Name, err)
			}
		}
		var wrong form.Problems
		for _, bad := range []record.Erasing{{AskedBy: "family", BackupsUntil: "2026-12-21"}, {Reason: "because", BackupsUntil: "2026-12-21"}, {AskedBy: "nobody", Reason: "because", BackupsUntil: "2026-12-21"},
			{AskedBy: "self", Reason: "because", BackupsUntil: "soon"}, {AskedBy: "self", Reason: "asked by " + marker + "1 " + marker + "2 himself", BackupsUntil: "2026-12-21"},
			{AskedBy: "self", Reason: "because", BackupsUntil: "2026-12-21", With: []string{"E-9999"}}} {
			if err := e.ask(luis, "person", e.who, bad); !errors.As(err, &wrong) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if err := e.agree(petra, "person", e.who); !errors.Is(err, record.ErrNotFound) {
			t.Errorf("nobody has asked: %v", err)
		}
		if err := e.ask(luis, "person", e.who, byFamily); err != nil {
			t.Fatal(err)
		}
		var shut *record.NotOpen
		if err := e.ask(petra, "person", e.who, byFamily); !errors.As(err, &shut) {
			t.Errorf("asked twice: %v", err)
		}
		for _, a := range []auth.Actor{luis, nadia, stranger, rune_, ada} {
			if err := e.agree(a, "person", e.who); !errors.Is(err, record.ErrForbidden) && !errors.Is(err, record.ErrNotFound) {
				t.Errorf("%s agrees: %v", a.Name, err)
			}
		}
		// What came meanwhile was not agreed to.
		seen := ""
		e.work(petra, func(tx *record.Tx) error {
			s, err := tx.Get("person", e.who)
			if err != nil {
				return err
			}
			p, _, err := tx.PlanErase(s, nil, nil)
			seen = p.Seen
			return err
		})
		e.work(nadia, func(tx *record.Tx) error {
			s, err := tx.Get("person", e.who)
			if err != nil {
				return err
			}
			home, err := tx.Get("case", e.home)
			if err != nil {
				return err
			}
			_, err = tx.Create("detention", &detention.Detention{Person: s.Ref()}, home)
			return err
		})
		var stale *record.Stale
		if err := e.b.Do(t.Context(), petra, func(tx *record.Tx) error {
			s, err := tx.Get("person", e.who)
			if err != nil {
				return err
			}
			return tx.Erase(s, seen)
		}); !errors.As(err, &stale) {
			t.Errorf("a detention came meanwhile: %v", err)
		}
		// It can be kept after all, and asked again.
		e.work(petra, func(tx *record.Tx) error {
			s, err := tx.Get("person", e.who)
			if err != nil {
				return err
			}
			return tx.KeepOnFile(s)
		})
		if err := e.agree(petra, "person", e.who); !errors.Is(err, record.ErrNotFound) {
			t.Errorf("it was to be kept: %v", err)
		}
		if err := e.ask(petra, "person", e.who, byFamily); err != nil {
			t.Fatal(err)
		}
		results := make(chan error, 2)
		for range 2 { // at the same moment
			go func() { results <- e.agree(luis, "person", e.who) }()
		}
		first, second := <-results, <-results
		if (first == nil) == (second == nil) {
			t.Errorf("both at once: %v, %v", first, second)
		}
		e.whole()
	})
}

func TestAnErasureThatFailsOnTheWayLeavesAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		e := newErasing(t, db)
		if err := e.ask(luis, "person", e.who, byFamily); err != nil {
			t.Fatal(err)
		}
		was := dbtest.Holding(t, db, marker)
		before := anchor(t, e.b)
		for _, table := range []string{"erased", "custody_place", "not_same", "trail_payload"} {
			forge(t, db, "ALTER TABLE "+table+" RENAME TO away")
			if err := e.agree(petra, "person", e.who); err == nil {
				t.Errorf("it was erased without %s", table)
			}
			forge(t, db, "ALTER TABLE away RENAME TO "+table)
			if now := anchor(t, e.b); now.N != before.N || !slices.Equal(dbtest.Holding(t, db, marker), was) {
				t.Errorf("without %s: %+v, %v", table, now, dbtest.Holding(t, db, marker))
			}
		}
		if err := e.agree(petra, "person", e.who); err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Holding(t, db, marker); len(found) > 0 {
			t.Errorf("the marker stands in %v", found)
		}
	})
}

func TestWhatWasMergedGoesTooAndAMergeTakenBackLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		e := newErasing(t, db)
		twin := e.make(nadia, "person", e.home, &person.Person{Names: []person.Name{{Full: marker + "20 " + marker + "21"}}, Father: marker + "22"})
		merge := func(kept, gone string) {
			t.Helper()
			e.work(luis, func(tx *record.Tx) error {
				a, err := tx.Get("person", kept)
				if err != nil {
					return err
				}
				b, err := tx.Get("person", gone)
				if err != nil {
					return err
				}
				return tx.Merge(a, b, a.Head.Version, b.Head.Version, nil, marker+"23")
			})
		}
		// Taken over by the brother by mistake, and given back.
		merge(e.friend, twin)
		e.work(luis, func(tx *record.Tx) error {
			s, err := tx.Itself("person", twin)
			if err != nil {
				return err
			}
			return tx.Unmerge(s, s.Head.Version, marker+"24")
		})
		merge(e.who, twin)
		if err := e.ask(luis, "person", twin, byFamily); err != nil { // by the ref it had
			t.Fatal(err)
		}
		if err := e.agree(petra, "person", e.who); err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Holding(t, db, marker); len(found) > 0 {
			t.Errorf("the marker stands in %v", found)
		}
		e.whole()
		e.work(luis, func(tx *record.Tx) error {
			if _, err := tx.Itself("person", twin); !errors.Is(err, record.ErrNotFound) {
				t.Errorf("the twin can be read: %v", err)
			}
			done, err := tx.ErasedWith(twin)
			if err == nil && done.Record.Ref != e.who {
				t.Errorf("it went with %s", done.Record.Ref)
			}
			return err
		})
	})
}

func TestWhatOthersCannotDoWithoutIsNotErased(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		e := newErasing(t, db)
		body := e.make(luis, "organization", "", &organization.Organization{Names: []organization.Name{{Full: "Ministry of Lamps"}}})
		answer := ""
		e.work(nadia, func(tx *record.Tx) error {
			c, err := tx.Get("case", e.home)
			if err != nil {
				return err
			}
			from, err := tx.Get("organization", body)
			if err != nil {
				return err
			}
			s, err := tx.Create("response", &response.Response{From: from.Ref(), Text: "No."}, c)
			if err == nil {
				answer = s.Head.Ref
			}
			return err
		})
		var shut *record.NotOpen
		if err := e.ask(luis, "organization", body, byFamily); !errors.As(err, &shut) || !strings.Contains(fmt.Sprint(shut.Why), answer) {
			t.Errorf("%v", err)
		}
		// A case goes with all that is in it.
		if err := e.ask(luis, "case", e.home, byFamily); err != nil {
			t.Fatal(err)
		}
		if err := e.agree(petra, "case", e.home); err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Holding(t, db, marker); len(found) > 0 {
			t.Errorf("the marker stands in %v", found)
		}
		if err := e.ask(luis, "organization", body, byFamily); err != nil {
			t.Fatal(err)
		}
		if err := e.agree(petra, "organization", body); err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Holding(t, db, "Ministry of Lamps"); len(found) > 0 {
			t.Errorf("the ministry stands in %v", found)
		}
		e.whole()
	})
}

func TestAClosedRecordIsErasedByThoseWhoSeeItAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		e := newErasing(t, db)
		e.work(nadia, func(tx *record.Tx) error {
			s, err := tx.Get("person", e.who)
			if err != nil {
				return err
			}
			_, err = tx.Classify(s, s.Head.Version, record.Level{Level: record.Sealed, Named: []form.Ref{{ID: luis.ID}}, Code: "Falcon", Reason: marker + "30"})
			return err
		})
		var shut *record.NotOpen
		if err := e.ask(petra, "person", e.who, byFamily); !errors.As(err, &shut) || shut.Why[0].Code != "erase_sealed" {
			t.Errorf("who does not know who it is asks: %v", err)
		}
		// Nor by way of the case, and no guess at the name is answered.
		for _, reason := range []string{"The family asks", "The family of " + marker + "1 " + marker + "2 asks"} {
			if err := e.ask(petra, "case", e.home, record.Erasing{AskedBy: "family", Reason: reason, BackupsUntil: "2026-12-21"}); !errors.As(err, &shut) || shut.Why[0].Code != "erase_sealed" {
				t.Errorf("who does not know who it is asks for the case, because %q: %v", reason, err)
			}
		}
		// Nor is it told whose history holds a name that somebody else is given.
		bait := e.make(petra, "person", e.home, &person.Person{Names: []person.Name{{Full: marker + "1 " + marker + "2"}}})
		for who, told := range map[*auth.Actor]bool{&petra: false, &luis: true} {
			e.work(*who, func(tx *record.Tx) error {
				s, err := tx.Get("person", bait)
				if err != nil {
					return err
				}
				p, _, err := tx.PlanErase(s, nil, nil)
				if at := slices.IndexFunc(p.Places, func(one record.Place) bool { return one.Record.Ref == e.who }); (at >= 0) != told {
					t.Errorf("%s is told where a sealed name stands: %v", who.Name, p.Places)
				}
				return err
			})
		}
		e.work(luis, func(tx *record.Tx) error {
			s, err := tx.Get("person", bait)
			if err != nil {
				return err
			}
			record.As[*person.Person](s).Names[0].Full = "Nobody of that name"
			return tx.Save(s, s.Head.Version)
		})
		if err := e.ask(luis, "person", bait, byFamily); err != nil {
			t.Fatal(err)
		}
		if err := e.agree(petra, "person", bait); err != nil {
			t.Fatal(err)
		}
		e.work(luis, func(tx *record.Tx) error {
			s, err := tx.Get("person", e.who)
			if err != nil {
				return err
			}
			where, err := tx.Named(s.NamesOf(), s.Head.ID)
			if err != nil || len(where) != 0 {
				t.Errorf("he is named in %v, %v", where, err)
			}
			return nil
		})
		if err := e.ask(luis, "person", e.who, byFamily); err != nil {
			t.Fatal(err)
		}
		if err := e.agree(petra, "person", e.who); err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Holding(t, db, marker); len(found) > 0 {
			t.Errorf("the marker stands in %v", found)
		}
		if found := dbtest.Holding(t, db, "Falcon"); len(found) > 0 {
			t.Errorf("the code name stands in %v", found)
		}
		e.whole()
		// To a stranger to a restricted case its erased record never was.
		closed, people := closed(t, e.b)
		_ = closed
		if err := e.ask(petra, "person", people[0], byFamily); !errors.Is(err, record.ErrNotFound) {
			t.Errorf("%v", err)
		}
		if err := e.ask(luis, "person", people[0], byFamily); err != nil {
			t.Fatal(err)
		}
		e.work(petra, func(tx *record.Tx) error {
			list, err := tx.ErasuresToDecide()
			if len(list) != 0 {
				t.Errorf("%v", list)
			}
			return err
		})
	})
}

// What lies behind a gate goes with the rest, and nobody before it learns of it.
func TestAnErasureTellsOfNothingBehindAGate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		e := newErasing(t, db)
		classify := func(tx *record.Tx, kind, ref string, l record.Level) error {
			s, err := tx.Get(kind, ref)
			if err == nil {
				_, err = tx.Classify(s, s.Head.Version, l)
			}
			return err
		}
		plan := func(a auth.Actor) (p record.Plan) {
			e.work(a, func(tx *record.Tx) error {
				s, err := tx.Get("case", e.home)
				if err == nil {
					p, _, err = tx.PlanErase(s, nil, nil)
				}
				return err
			})
			return p
		}
		e.work(nadia, func(tx *record.Tx) error {
			other, err := tx.Create("case", &casefile.Case{TitleText: "Strikes at the kiln", Lead: form.Ref{ID: nadia.ID}}, nil)
			if err != nil {
				return err
			}
			if _, err := tx.Create("task", &task.Task{Text: "Ask the brother of " + marker + "1 " + marker + "2"}, other); err != nil {
				return err
			}
			return classify(tx, "person", e.who, record.Level{Level: record.Restricted, Named: []form.Ref{{ID: luis.ID}}, Reason: "threats"})
		})
		before := plan(petra)
		e.work(luis, func(tx *record.Tx) error {
			s, err := tx.Get("person", e.who)
			if err != nil {
				return err
			}
			_, err = tx.Add("notes", s, &citation.Note{Text: "One more"})
			record.As[*person.Person](s).Mother = "Somebody"
			return errors.Join(err, tx.Save(s, s.Head.Version))
		})
		after := plan(petra)
		if before.Seen != after.Seen || before.Lines != after.Lines || before.Pieces["notes"] != after.Pieces["notes"] {
			t.Errorf("what changes behind the gate changes the plan: %+v, then %+v", before, after)
		}
		// A guess at his name is answered as any other reason.
		if err := e.ask(petra, "case", e.home, record.Erasing{AskedBy: "court", Reason: "On " + marker + "1 " + marker + "2, says the court", BackupsUntil: "2026-12-21"}); err != nil {
			t.Errorf("a guess at a name behind the gate: %v", err)
		}
		after = plan(petra)
		if err := e.agree(luis, "case", e.home); err != nil {
			t.Fatal(err)
		}
		for a, sees := range map[*auth.Actor]bool{&petra: false, &luis: true} {
			e.work(*a, func(tx *record.Tx) error {
				done, err := tx.ErasedWith(e.home)
				if err != nil {
					return err
				}
				if told := done.Went.Lines != after.Lines || done.Went.Pieces["notes"] != after.Pieces["notes"] || len(done.Went.Records) != len(after.Records); told != sees {
					t.Errorf("%s is told by the certificate of what was behind the gate: %v: %+v", a.Name, told, done.Went)
				}
				if named := len(done.Went.Left) > 0; named != sees {
					t.Errorf("%s is told where a name from behind the gate stands: %v: %+v", a.Name, named, done.Went.Left)
				}
				return nil
			})
		}
	})
	dbtest.Each(t, func(t *testing.T, db *database.DB) { // with an open record ticked beside
		e := newErasing(t, db)
		e.work(nadia, func(tx *record.Tx) error {
			s, err := tx.Get("person", e.who)
			if err == nil {
				_, err = tx.Classify(s, s.Head.Version, record.Level{Level: record.Restricted, Named: []form.Ref{{ID: luis.ID}, {ID: petra.ID}}, Reason: "threats"})
			}
			return err
		})
		what := byFamily
		what.With = []string{e.letter}
		if err := e.ask(luis, "person", e.who, what); err != nil {
			t.Fatal(err)
		}
		if err := e.agree(petra, "person", e.who); err != nil {
			t.Fatal(err)
		}
		e.work(stranger, func(tx *record.Tx) error {
			done, err := tx.ErasedWith(e.letter)
			if err != nil || done.ErasedAt == "" || done.Record != (form.Ref{}) || done.Reason != "" || len(done.Went.Records) > 0 {
				t.Errorf("who never saw the person is told of an appeal that went with him: %+v, %v", done, err)
			}
			return nil
		})
	})
}
