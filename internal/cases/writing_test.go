package cases_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/form"
	"amparo/internal/record"
)

// writing opens the plea as a form for somebody, lets him change it, and keeps it.
func (p *plea) writing(a auth.Actor, change func(w *cases.Writing) (out []string)) error {
	p.t.Helper()
	return p.b.Do(p.t.Context(), a, func(tx *record.Tx) error {
		tx.EnterNames()
		s, err := tx.Get("appeal", p.appeal)
		if err != nil {
			return err
		}
		home, err := tx.ByID("case", s.Head.CaseID)
		if err != nil {
			return err
		}
		read, err := cases.ReadPlea(tx, s)
		if err != nil {
			return err
		}
		w := cases.Written(read)
		out := change(w)
		_, err = cases.Write(tx, w, s, home, s.Head.Version, out, "not asked for")
		return err
	})
}

func (p *plea) numbers() string {
	p.t.Helper()
	var list []string
	p.do(luis, func(tx *record.Tx) error {
		s, err := tx.Get("appeal", p.appeal)
		if err != nil {
			return err
		}
		read, err := cases.ReadPlea(tx, s)
		for _, d := range read.Demands {
			one := d.Number + " " + d.Text
			if d.Parent.ID != "" {
				one += " (part)"
			}
			list = append(list, one)
		}
		return err
	})
	return strings.Join(list, " | ")
}

func TestAnAppealAndItsDemandsAreKeptAsOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPlea(t, book(db))
		w := &cases.Writing{Appeal: &appeal.Appeal{By: appeal.Ours}}
		p.must(w.Fields().Decode(form.Values{"title": {"Two men of the quay"}, "kind": {"urgent_appeal"}, "persons": {p.man}, "addressees.sent": {"1"}, "addressees.0.org": {"Harbour court"},
			"demands.sent": {"1"}, "demands.0.number": {"1"}, "demands.0.text": {"Tell where he is."}, "demands.0.targets": {"Harbour court"}, "demands.0.due": {"2026-12-01"},
			"demands.1.number": {"1a"}, "demands.1.text": {"Tell since when."}, "demands.1.target_unspecified": {"true"}}, time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)).Or())
		for i := range w.Demands {
			w.Demands[i].All = true
		}
		p.do(nadia, func(tx *record.Tx) error {
			tx.EnterNames()
			home, err := tx.Get("case", p.home)
			if err != nil {
				return err
			}
			s, err := cases.Write(tx, w, nil, home, 0, nil, "")
			if err == nil {
				p.appeal = s.Head.Ref
			}
			return err
		})
		if got := p.numbers(); got != "1 Tell where he is. | 1a Tell since when. (part)" {
			t.Errorf("kept: %s", got)
		}
		p.do(nadia, func(tx *record.Tx) error {
			s, err := tx.Get("appeal", p.appeal)
			p.must(err)
			read, err := cases.ReadPlea(tx, s)
			p.must(err)
			for _, d := range read.Demands {
				if len(d.Beneficiaries) != 1 || d.Beneficiaries[0].Ref != p.man {
					t.Errorf("%s is for %v", d.Number, d.Beneficiaries)
				}
			}
			if read.Demands[0].Targets[0].ID != read.Addressees[0].Org.ID {
				t.Error("the court was entered twice")
			}
			return nil
		})
	})
}

func TestWhatIsWrongWithARowIsSaidOfThatRowAndNothingIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPlea(t, book(db))
		before := p.numbers()
		err := p.writing(nadia, func(w *cases.Writing) []string {
			w.TitleText = ""
			w.Demands[1].Text = ""
			w.Demands[0].Unspecified = true
			w.Demands = append(w.Demands, cases.Wanted{Demand: demand.Demand{Number: "9", Text: "One more.", Targets: []form.Ref{{Ref: "P-9999"}}}})
			return nil
		})
		var problems form.Problems
		if !errors.As(err, &problems) {
			t.Fatal(err)
		}
		var fields []string
		for _, one := range problems {
			fields = append(fields, one.Field)
		}
		if want := []string{"title", "demands.0.target_unspecified", "demands.1.text", "demands.2.targets"}; !slices.Equal(fields, want) {
			t.Errorf("wrong: %v, want %v", fields, want)
		}
		err = p.writing(nadia, func(w *cases.Writing) []string {
			w.Demands[1].Number = "1"
			return nil
		})
		if !errors.As(err, &problems) || problems[0].Field != "demands.1.number" || problems[0].Code != "twice" {
			t.Errorf("one number twice: %v", err)
		}
		if after := p.numbers(); after != before {
			t.Errorf("something was kept: %s", after)
		}
	})
}

func TestDemandsChangePlacesAndMoveUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPlea(t, book(db))
		p.must(p.writing(nadia, func(w *cases.Writing) []string {
			w.Demands[0].Number, w.Demands[1].Number = "2", "1"
			return nil
		}))
		if got := p.numbers(); got != "1 Let a doctor in. | 2 Release him." {
			t.Errorf("after changing places: %s", got)
		}
		p.must(p.writing(nadia, func(w *cases.Writing) []string {
			w.Demands[0].Number, w.Demands[1].Number = "2", "2a"
			w.Demands = append([]cases.Wanted{{Demand: demand.Demand{Number: "1", Text: "Tell where he is."}}}, w.Demands...)
			return nil
		}))
		if got := p.numbers(); got != "1 Tell where he is. | 2 Let a doctor in. | 2a Release him. (part)" {
			t.Errorf("after one came before them: %s", got)
		}
	})
}

func TestAWriterTakesADemandOutThatWasNeverSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPlea(t, book(db))
		id := p.sheet("demand", p.second).Head.ID
		p.must(p.writing(deputy, func(w *cases.Writing) []string {
			w.Demands = w.Demands[:1]
			return []string{id}
		}))
		if got := p.numbers(); got != "1 Release him." {
			t.Errorf("left: %s", got)
		}
		p.do(luis, func(tx *record.Tx) error {
			lines, err := tx.History(p.sheet("demand", p.second))
			if err == nil && (lines[0].Move != "take_out" || lines[0].By.ID != deputy.ID || lines[0].Note != "not asked for") {
				t.Errorf("the history says %+v", lines[0])
			}
			return err
		})
		// It counts as writing: who takes a demand out does not approve, and the appeal's own history says so.
		p.do(luis, func(tx *record.Tx) error {
			lines, err := tx.History(p.sheet("appeal", p.appeal))
			if err == nil && (lines[0].Action != "demands" || lines[0].By.ID != deputy.ID || lines[0].Note != p.second) {
				t.Errorf("the history of the appeal says %+v", lines[0])
			}
			return err
		})
		p.must(p.move(nadia, "appeal", p.appeal, "submit", nil))
		if err := p.move(deputy, "appeal", p.appeal, "approve", nil); err != record.ErrForbidden {
			t.Errorf("who took a demand out approves: %v", err)
		}
		// What somebody else takes out meanwhile is a conflict, not a loss.
		first := p.sheet("demand", p.first).Head.ID
		err := p.writing(nadia, func(w *cases.Writing) []string {
			w.Demands[0].Version--
			return nil
		})
		var stale *record.Stale
		if !errors.As(err, &stale) {
			t.Errorf("a demand somebody changed meanwhile: %v", err)
		}
		p.must(p.move(luis, "appeal", p.appeal, "approve", nil))
		err = p.writing(nadia, func(w *cases.Writing) []string {
			w.Demands = nil
			return []string{first}
		})
		var shut *record.NotOpen
		if !errors.As(err, &shut) {
			t.Errorf("a demand of an approved appeal is taken out: %v", err)
		}
	})
}
