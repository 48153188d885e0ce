package cases_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/person"
	"amparo/internal/citation"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

var (
	nadia = auth.Actor{ID: "u-nadia", Email: "nadia@example.org", Name: "Nadia", Roles: []auth.Role{auth.Caseworker}}
	luis  = auth.Actor{ID: "u-luis", Email: "luis@example.org", Name: "Luis", Roles: []auth.Role{auth.Caseworker, auth.Supervisor}}
	words = cases.Words{CaseTitle: "Arrests", Placeholder: func(i, n int) string { return fmt.Sprintf("Detainee %d of %d", i, n) },
		CallBack: "Call back", CheckDouble: "Same person?"}
)

func book(db *database.DB) *record.Book {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	return cases.Open(db, record.Options{Now: func() time.Time { return now }, Day: func(t time.Time) string { return t.Format(time.DateOnly) },
		Accounts: func(context.Context) (map[string]form.Ref, error) {
			return map[string]form.Ref{
				nadia.ID: {ID: nadia.ID, Ref: nadia.Email, Kind: "account", Title: nadia.Name},
				luis.ID:  {ID: luis.ID, Ref: luis.Email, Kind: "account", Title: luis.Name},
			}, nil
		}})
}

func TestSevenMenWithoutNamesBecomeSevenDetentions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b, ctx := book(db), t.Context()
		var out cases.Logged
		err := b.Do(ctx, nadia, func(tx *record.Tx) error {
			tx.EnterNames()
			r := &cases.Report{Name: "7 men, no names", When: edtf.Must("[2021-11..2022-03]"), TakenBy: form.Ref{Ref: "Harbour Guard"},
				HeldNow: "several", HeldPlace: "Northgate prison or Quay prison", Source: "a cousin", Reliability: "B", Credibility: "2"}
			var err error
			out, err = cases.Log(tx, r, citation.Citation{}, words)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.People) != 7 || len(out.Detentions) != 7 {
			t.Fatalf("%d people, %d detentions", len(out.People), len(out.Detentions))
		}
		err = b.View(ctx, luis, func(tx *record.Tx) error {
			res, err := tx.List(record.Query{Kind: "person", Filters: map[string]string{"custody": "held_place_uncertain", "place": "Quay prison"}})
			if err != nil {
				return err
			}
			if res.Total != 7 {
				return fmt.Errorf("%d people held at one of two places", res.Total)
			}
			res, err = tx.List(record.Query{Kind: "detention", On: "2026-11-20"})
			if err != nil {
				return err
			}
			if res.Total != 7 {
				return fmt.Errorf("%d detentions on the day", res.Total)
			}
			hits, _, err := tx.Search("northgate", "", 1, 10)
			if err != nil {
				return err
			}
			if len(hits) == 0 {
				return errors.New("the new register entry is not found by search")
			}
			like, err := tx.Like("organization", "the harbor guard", 5)
			if err != nil {
				return err
			}
			if len(like) == 0 {
				return errors.New("no likeness")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, broken, err := b.Verify(ctx); err != nil || broken != 0 {
			t.Fatalf("history broken at %d: %v", broken, err)
		}
	})
}

func TestWhoComesSecondIsToldAndNothingIsOverwritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b, ctx := book(db), t.Context()
		var ref string
		err := b.Do(ctx, nadia, func(tx *record.Tx) error {
			out, err := cases.Log(tx, &cases.Report{Name: "Ilyas Marouf"}, citation.Citation{}, words)
			if err == nil {
				ref = out.People[0].Head.Ref
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		edit := func(a auth.Actor, version int, father string) error {
			return b.Do(ctx, a, func(tx *record.Tx) error {
				s, err := tx.Get("person", ref)
				if err != nil {
					return err
				}
				record.As[*person.Person](s).Father = father
				return tx.Save(s, version)
			})
		}
		if err := edit(nadia, 1, "Karim"); err != nil {
			t.Fatal(err)
		}
		var stale *record.Stale
		if err := edit(luis, 1, "Kareem"); !errors.As(err, &stale) {
			t.Fatalf("second editor got %v", err)
		}
		if got := record.As[*person.Person](stale.Current).Father; got != "Karim" {
			t.Fatalf("father is %q", got)
		}
	})
}

func TestARestrictedCaseDoesNotExistForOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b, ctx := book(db), t.Context()
		var out cases.Logged
		err := b.Do(ctx, nadia, func(tx *record.Tx) error {
			var err error
			if out, err = cases.Log(tx, &cases.Report{Name: "Ilyas Marouf"}, citation.Citation{}, words); err != nil {
				return err
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		restrict := func(a auth.Actor) error {
			return b.Do(ctx, a, func(tx *record.Tx) error {
				s, err := tx.Get("case", out.Case.Head.Ref)
				if err != nil {
					return err
				}
				f, _ := s.Fields().Get("access")
				f.Set("restricted", tx.At)
				return tx.Save(s, s.Head.Version)
			})
		}
		var problems form.Problems
		if err := restrict(nadia); !errors.As(err, &problems) || !problems.Has("access") {
			t.Fatalf("a caseworker decides who may see a case: %v", err)
		}
		if err := restrict(luis); err != nil {
			t.Fatal(err)
		}
		_, err = b.Get(ctx, luis, "person", out.People[0].Head.Ref)
		if err != record.ErrNotFound {
			t.Fatalf("a stranger got %v", err)
		}
		if err := b.View(ctx, luis, func(tx *record.Tx) error {
			if hits, n, err := tx.Search("Marouf", "", 1, 10); err != nil || n != 0 || len(hits) != 0 {
				return fmt.Errorf("search tells a stranger: %d %v", n, err)
			}
			if like, err := tx.Like("person", "Ilias Maruf", 5); err != nil || len(like) != 0 {
				return fmt.Errorf("matching tells a stranger: %v %v", like, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Get(ctx, nadia, "person", out.People[0].Head.Ref); err != nil {
			t.Fatal(err)
		}
	})
}

func TestASourceThatSaysAnotherPlaceMakesThePlaceUncertain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b, ctx := book(db), t.Context()
		err := b.Do(ctx, nadia, func(tx *record.Tx) error {
			tx.EnterNames()
			out, err := cases.Log(tx, &cases.Report{Name: "Ilyas Marouf", When: edtf.Must("2026-10-01"), HeldNow: "Quay prison"}, citation.Citation{Speaker: "family"}, words)
			if err != nil {
				return err
			}
			d := out.Detentions[0]
			if d.Head.State != "held_known" {
				return fmt.Errorf("first state %s", d.Head.State)
			}
			other, err := tx.Resolve("place", "Northgate prison")
			if err != nil {
				return err
			}
			step := record.As[*detention.Detention](d).Steps[1]
			field := "steps." + step.ID + ".places"
			if _, err := tx.Add("citations", d, &citation.Citation{Field: field, Says: other.Ref, Speaker: "lawyer"}); err != nil {
				return err
			}
			if d.Head.State != "held_place_uncertain" {
				return fmt.Errorf("after the second source: %s", d.Head.State)
			}
			if _, err := tx.Add("choices", d, &citation.Choice{Field: field, Says: other.Ref, Reason: "seen there"}); err != nil {
				return err
			}
			if d.Head.State != "held_known" {
				return fmt.Errorf("after the choice: %s", d.Head.State)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestManyWritersAtOnceAllSucceed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b, ctx := book(db), t.Context()
		var shared string
		if err := b.Do(ctx, nadia, func(tx *record.Tx) error {
			out, err := cases.Log(tx, &cases.Report{Name: "Ilyas Marouf"}, citation.Citation{}, words)
			if err == nil {
				shared = out.People[0].Head.Ref
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		failed := make(chan error, 24)
		for i := range cap(failed) {
			go func() {
				failed <- b.Do(ctx, nadia, func(tx *record.Tx) error {
					tx.EnterNames()
					if i%3 == 0 { // an edit first, so that locks are asked for in another order
						s, err := tx.Get("person", shared)
						if err != nil {
							return err
						}
						if _, err := tx.Add("notes", s, &citation.Note{Text: fmt.Sprint("note ", i)}); err != nil {
							return err
						}
					}
					_, err := cases.Log(tx, &cases.Report{Name: fmt.Sprint("Person ", i), HeldNow: fmt.Sprint("Prison ", i%4)}, citation.Citation{Speaker: "family"}, words)
					return err
				})
			}()
		}
		for range cap(failed) {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
		if _, broken, err := b.Verify(ctx); err != nil || broken != 0 {
			t.Errorf("the chain breaks at %d: %v", broken, err)
		}
	})
}
