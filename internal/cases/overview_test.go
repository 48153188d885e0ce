package cases_test

import (
	"errors"
	"testing"

	"amparo/internal/cases"
	"amparo/internal/cases/detention"
	"amparo/internal/citation"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

func TestSumsFollowTheDayAndOneStepHoldsForAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b := book(db)
		var out cases.Logged
		err := b.Do(t.Context(), nadia, func(tx *record.Tx) error {
			tx.EnterNames()
			var err error
			out, err = cases.Log(tx, &cases.Report{Name: "7 men, no names", When: edtf.Must("2026-03-01"), TakenBy: form.Ref{Ref: "Harbour Guard"}}, citation.Citation{}, words)
			if err != nil {
				return err
			}
			moved := cases.Entry{Step: detention.Step{Kind: detention.StepTransfer, Date: edtf.Must("2026-04-01"), Places: []form.Ref{{Ref: "Northgate prison"}, {Ref: "Quay prison"}}}}
			kept, err := cases.AddStep(tx, moved, out.People...)
			if err == nil && len(kept) != 7 {
				t.Errorf("kept for %d", len(kept))
			}
			if err != nil {
				return err
			}
			released := cases.Entry{Step: detention.Step{Kind: detention.StepRelease, Date: edtf.Must("2026-05")}}
			_, err = cases.AddStep(tx, released, out.People[:2]...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = b.View(t.Context(), luis, func(tx *record.Tx) error {
			for _, c := range []struct {
				day                          string
				inCustody, uncertain, unsure [2]int
			}{
				{"2026-02-01", [2]int{}, [2]int{}, [2]int{}},
				{"2026-04-02", [2]int{7, 7}, [2]int{7, 7}, [2]int{}},
				{"2026-05-10", [2]int{5, 7}, [2]int{5, 7}, [2]int{}}, // two may have been released already
				{"2026-06-01", [2]int{5, 5}, [2]int{5, 5}, [2]int{}},
			} {
				s, err := cases.SumsOn(tx, c.day)
				if err != nil {
					return err
				}
				if s.InCustody != c.inCustody || s.Uncertain != c.uncertain || s.Known != c.unsure {
					t.Errorf("%s: %+v", c.day, s)
				}
			}
			d, err := cases.ReadDossier(tx, out.People[3])
			if err != nil {
				return err
			}
			others, err := cases.HeldTogether(tx, d.On(tx.Today()))
			if err == nil && len(others) != 6 {
				t.Errorf("%d others", len(others))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestASecondTransferCloseToAnotherIsAskedAbout(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		err := book(db).Do(t.Context(), nadia, func(tx *record.Tx) error {
			tx.EnterNames()
			out, err := cases.Log(tx, &cases.Report{Name: "Somebody Invented", When: edtf.Must("2026-03-01")}, citation.Citation{}, words)
			if err != nil {
				return err
			}
			entry := func(day, same string) error {
				_, err := cases.AddStep(tx, cases.Entry{Step: detention.Step{Kind: detention.StepTransfer, Date: edtf.Must(day), Places: []form.Ref{{Ref: "Quay prison"}}}, Same: same}, out.People...)
				return err
			}
			var near *cases.Near
			for _, c := range []struct {
				day, same string
				asks      bool
			}{{"2026-04-01", "", false}, {"2026-04-09", "", false}, {"2026-04-16", "", true}, {"2026-04-16", "new", false}, {"2026-04", "", true}} {
				if err := entry(c.day, c.same); errors.As(err, &near) != c.asks || err != nil && !c.asks {
					t.Errorf("%s %s: %v", c.day, c.same, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func step(kind, day string) detention.Step { return detention.Step{Kind: kind, Date: edtf.Must(day)} }
