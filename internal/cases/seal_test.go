package cases_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/evidence"
	"amparo/internal/cases/person"
	"amparo/internal/cases/task"
	"amparo/internal/citation"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Who is sealed is nowhere but behind his gate: not in what colleagues read, nor
// in any table that is read for them.
func TestSomebodySealedIsKnownByHisCodeNameAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		g := newGates(t, db)
		home := g.make(nadia, "case", "", &casefile.Case{TitleText: "Open matter", Lead: refTo(nadia), Team: []form.Ref{refTo(luis)}})
		twin := g.make(nadia, "person", home, &person.Person{Names: []person.Name{{Full: "Kamal Touwal"}}})
		man := g.make(nadia, "person", home, &person.Person{Names: []person.Name{{Full: "Kamal Tuwal"}, {Full: "كمال طوال"}}, Father: "Zubruq", Documents: []string{"ID-77123"},
			Flags: []string{"torture_risk"}, Contacts: []person.Contact{{Kind: "phone", Value: "+999 555 0188"}}})
		sheet := func(a auth.Actor) *record.Sheet {
			t.Helper()
			s, err := g.b.Get(t.Context(), a, "person", man)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		held := g.make(nadia, "detention", home, arrested(sheet(nadia)))
		brother := g.make(nadia, "person", home, &person.Person{Names: []person.Name{{Full: "Sami Zahran"}}, Relations: []person.Relation{{To: sheet(nadia).Ref(), Kind: "sibling_of"}}})
		if err := g.do(nadia, "person", man, func(tx *record.Tx, s *record.Sheet) error {
			_, err := tx.Add("notes", s, &citation.Note{Text: "Tuwal called"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		seal := func(a auth.Actor, l record.Level) error {
			return g.do(a, "person", man, func(tx *record.Tx, s *record.Sheet) error {
				_, err := tx.Classify(s, s.Head.Version, l)
				return err
			})
		}
		for name, l := range map[string]record.Level{
			"no code name":  {Level: record.Sealed, Named: []form.Ref{refTo(luis)}, Reason: "r"},
			"his own name":  {Level: record.Sealed, Named: []form.Ref{refTo(luis)}, Code: "kamal", Reason: "r"},
			"one alone":     {Level: record.Sealed, Code: "Falcon", Reason: "r"},
			"three":         {Level: record.Sealed, Named: []form.Ref{refTo(luis), refTo(petra)}, Code: "Falcon", Reason: "r"},
			"no reason":     {Level: record.Sealed, Named: []form.Ref{refTo(luis)}, Code: "Falcon"},
			"no such level": {Level: "secret", Reason: "r"},
		} {
			var p form.Problems
			if err := seal(nadia, l); !errors.As(err, &p) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := seal(nadia, record.Level{Level: record.Sealed, Named: []form.Ref{refTo(luis)}, Code: "Falcon", Reason: "his brother was visited"}); err != nil {
			t.Fatal(err)
		}
		if p := record.As[*person.Person](sheet(nadia)); p.Father != "Zubruq" || len(p.Names) != 2 || p.Latn != "Kamal Tuwal" {
			t.Errorf("who sealed him reads %+v", p)
		}
		s := sheet(petra)
		p := record.As[*person.Person](s)
		if s.Head.Title != "Falcon" || len(p.Names) > 0 || p.Father+p.Latn+p.Arab != "" || len(p.Documents)+len(p.Contacts) > 0 || len(p.Flags) != 1 {
			t.Errorf("a colleague reads %q, %+v", s.Head.Title, p)
		}
		// Nothing that is read for others holds who he is.
		tables := []string{"SELECT title FROM head", "SELECT title_arab FROM head", "SELECT sort FROM head", "SELECT name FROM called", "SELECT sort FROM custody", "SELECT names || father || id_documents || contacts FROM person"}
		if db.Dialect() == database.Postgres {
			tables = append(tables, "SELECT CAST(words AS text) FROM head_text")
		} else { // what was deleted, too
			tables = append(tables, "SELECT CAST(block AS text) FROM head_text_data")
		}
		for _, sql := range tables {
			rows, err := db.Query(t.Context(), sql)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for rows.Next() {
				var text string
				if err := rows.Scan(&text); err != nil {
					t.Fatal(err)
				}
				n++
				if low := strings.ToLower(text); strings.Contains(low, "tuwal") || strings.Contains(low, "zubruq") || strings.Contains(low, "77123") || strings.Contains(low, "0188") || strings.Contains(low, "كمال") {
					t.Errorf("%s holds %q", sql, text)
				}
			}
			rows.Close()
			if n == 0 {
				t.Errorf("%s is empty: nothing was looked at", sql)
			}
		}
		if err := g.b.View(t.Context(), petra, func(tx *record.Tx) error {
			for _, q := range []string{"Tuwal", "Kamal Tuwal", "Zubruq", "طوال", "ID-77123"} {
				hits, n, err := tx.Search(q, "", 1, 10)
				if err != nil || n > 0 {
					t.Errorf("%s finds %+v, %v", q, hits, err)
				}
			}
			if _, n, _ := tx.Search("Falcon", "", 1, 10); n != 2 {
				t.Errorf("the code name finds %d, not him and his detention", n)
			}
			if list, err := tx.Like("person", "Kamal Tuwal", 10); err != nil || slices.ContainsFunc(list, func(l record.Likeness) bool { return l.Ref.Ref == man }) {
				t.Errorf("like his name are %+v, %v", list, err)
			}
			if pairs, err := tx.LikelyPairs("person", 10); err != nil || len(pairs) > 0 {
				t.Errorf("doubles %+v, %v", pairs, err)
			}
			if exact, err := tx.Exactly("person", "Kamal Tuwal"); err != nil || len(exact) > 0 {
				t.Errorf("exactly %+v, %v", exact, err)
			}
			s, err := tx.Get("person", man)
			if err != nil {
				return err
			}
			if notes, err := tx.Pieces("notes", s); err != nil || len(notes) > 0 {
				t.Errorf("notes of his are read: %+v, %v", notes, err)
			}
			lines, err := tx.History(s)
			if text := fmt.Sprint(lines); err != nil || len(lines) < 3 || strings.Contains(text, "Tuwal") || strings.Contains(text, "visited") {
				t.Errorf("the history tells %s, %v", text, err)
			}
			d, err := tx.Get("detention", held)
			if err != nil || d.Head.Title != "Falcon" || record.As[*detention.Detention](d).Person.Title != "Falcon" {
				t.Errorf("his detention is called %q, %v", d.Head.Title, err)
			}
			b, err := tx.Get("person", brother)
			if err != nil || record.As[*person.Person](b).Relations[0].To.Title != "Falcon" {
				t.Errorf("his brother tells %+v, %v", record.As[*person.Person](b).Relations, err)
			}
			list, err := tx.InCase("person", s.Head.CaseID)
			if err != nil || strings.Contains(fmt.Sprintf("%+v", list[1].Body), "Tuwal") {
				t.Errorf("the case tells %v", err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		// Nobody writes him back by accident, and a holder's edit stays behind the gate.
		err := g.do(petra, "person", man, func(tx *record.Tx, s *record.Sheet) error {
			record.As[*person.Person](s).Names = []person.Name{{Full: "Kamal Tuwal"}}
			return tx.Save(s, s.Head.Version)
		})
		var problems form.Problems
		if !errors.As(err, &problems) || problems[0].Code != "sealed" {
			t.Errorf("written into the open: %v", err)
		}
		if err := g.do(petra, "person", man, func(tx *record.Tx, s *record.Sheet) error {
			record.As[*person.Person](s).Flags = []string{"medical"}
			return tx.Save(s, s.Head.Version)
		}); err != nil {
			t.Errorf("what is open cannot be edited: %v", err)
		}
		if err := g.do(luis, "person", man, func(tx *record.Tx, s *record.Sheet) error {
			record.As[*person.Person](s).Mother = "Amal"
			return tx.Save(s, s.Head.Version)
		}); err != nil {
			t.Fatal(err)
		}
		if p := record.As[*person.Person](sheet(nadia)); p.Mother != "Amal" || p.Father != "Zubruq" || p.Flags[0] != "medical" || len(p.Names) != 2 {
			t.Errorf("after both edits: %+v", p)
		}
		if s := sheet(petra); s.Head.Title != "Falcon" || record.As[*person.Person](s).Mother != "" {
			t.Errorf("the edit leaked: %q", s.Head.Title)
		}
		// The lead changes: who leads now is one of the two.
		if err := g.do(petra, "case", home, func(tx *record.Tx, s *record.Sheet) error {
			record.As[*casefile.Case](s).Lead = refTo(stranger)
			return tx.Save(s, s.Head.Version)
		}); err != nil {
			t.Fatal(err)
		}
		if sheet(nadia).Opened() || !sheet(stranger).Opened() || !sheet(luis).Opened() {
			t.Error("the seal did not pass to the new lead")
		}
		// Both agree: he is as he was.
		if err := seal(luis, record.Level{Level: record.Internal, Reason: "he is abroad"}); err != nil {
			t.Fatal(err)
		}
		if err := g.do(petra, "person", man, func(tx *record.Tx, s *record.Sheet) error { return tx.Widen(s) }); err != record.ErrForbidden {
			t.Errorf("a third one agrees: %v", err)
		}
		if err := g.do(stranger, "person", man, func(tx *record.Tx, s *record.Sheet) error { return tx.Widen(s) }); err != nil {
			t.Fatal(err)
		}
		if s := sheet(petra); s.Head.Title != "Kamal Tuwal" || record.As[*person.Person](s).Mother != "Amal" {
			t.Errorf("unsealed he is %q", s.Head.Title)
		}
		if err := g.b.View(t.Context(), petra, func(tx *record.Tx) error {
			if _, n, err := tx.Search("Kamal Tuwal", "", 1, 10); err != nil || n != 2 {
				t.Errorf("found %d, %v", n, err)
			}
			pairs, err := tx.LikelyPairs("person", 10)
			if err != nil || len(pairs) != 1 || pairs[0].A.Ref != twin && pairs[0].B.Ref != twin {
				t.Errorf("doubles %+v, %v", pairs, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatBelongsToAClosedRecordGoesBehindItsGate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		g := newGates(t, db)
		home := g.make(nadia, "case", "", &casefile.Case{TitleText: "Open matter", Lead: refTo(nadia)})
		man := g.make(nadia, "person", home, &person.Person{Names: []person.Name{{Full: "Kamal Tuwal"}}})
		s, _ := g.b.Get(t.Context(), nadia, "person", man)
		held := g.make(nadia, "detention", home, arrested(s))
		if err := g.do(nadia, "person", man, func(tx *record.Tx, s *record.Sheet) error {
			_, err := tx.Classify(s, s.Head.Version, record.Level{Level: record.Restricted, Named: []form.Ref{refTo(luis)}, Reason: "threats"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		s, _ = g.b.Get(t.Context(), nadia, "person", man)
		errand := g.make(luis, "task", home, &task.Task{Text: "see him", About: s.Ref()})
		later := g.make(nadia, "detention", home, arrested(s))
		for kind, ref := range map[string]string{"person": man, "detention": held, "task": errand} {
			if got := g.who(kind, ref); got != "Nadia Luis" {
				t.Errorf("%s is seen by %s", kind, got)
			}
		}
		if got := g.who("detention", later); got != "Nadia Luis" {
			t.Errorf("a later detention is seen by %s", got)
		}
		if got := g.who("case", home); got != "Nadia Luis Omar Petra" {
			t.Errorf("the case is seen by %s", got)
		}
		// A task that is turned away from him is open again, one turned to him is not.
		if err := g.do(luis, "task", errand, func(tx *record.Tx, s *record.Sheet) error {
			record.As[*task.Task](s).About = form.Ref{}
			return tx.Save(s, s.Head.Version)
		}); err != nil {
			t.Fatal(err)
		}
		if got := g.who("task", errand); got != "Nadia Luis Omar Petra" {
			t.Errorf("the task is seen by %s", got)
		}
	})
}

func TestWhoToldItIsReadByThoseWhoWorkOnTheCase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		g := newGates(t, db)
		home := g.make(nadia, "case", "", &casefile.Case{TitleText: "Open matter", Lead: refTo(nadia), Team: []form.Ref{refTo(rune_)}})
		man := g.make(nadia, "person", home, &person.Person{Names: []person.Name{{Full: "Kamal Tuwal"}}, Contacts: []person.Contact{{Kind: "phone", Value: "+999 555 0188 Zubruq"}}})
		paper := g.make(nadia, "evidence", home, &evidence.Evidence{Kind: "letter", TitleText: "A letter", ReceivedFrom: "Zubruq the clerk"})
		read := func(a auth.Actor) (n int, from string) {
			t.Helper()
			s, err := g.b.Get(t.Context(), a, "person", man)
			if err != nil {
				t.Fatal(err)
			}
			e, err := g.b.Get(t.Context(), a, "evidence", paper)
			if err != nil {
				t.Fatal(err)
			}
			return len(record.As[*person.Person](s).Contacts), record.As[*evidence.Evidence](e).ReceivedFrom
		}
		for _, a := range []auth.Actor{nadia, luis, stranger, petra, rune_} {
			n, from := read(a)
			if knows := a.ID != stranger.ID && a.ID != rune_.ID; knows != (n == 1) || knows != (from != "") {
				t.Errorf("%s reads %d, %q", a.Name, n, from)
			}
			_ = g.b.View(t.Context(), a, func(tx *record.Tx) error {
				if _, n, err := tx.Search("Zubruq", "", 1, 5); err != nil || n > 0 {
					t.Errorf("%s finds %d by who told it, %v", a.Name, n, err)
				}
				s, err := tx.Get("person", man)
				if err != nil {
					return err
				}
				lines, err := tx.History(s)
				if a.ID == stranger.ID && strings.Contains(fmt.Sprint(lines), "Zubruq") {
					t.Errorf("the history tells %s", a.Name)
				}
				return err
			})
		}
		// What he adds is added, what is hidden stays.
		if err := g.do(stranger, "person", man, func(tx *record.Tx, s *record.Sheet) error {
			p := record.As[*person.Person](s)
			p.Mother, p.Contacts = "Amal", append(p.Contacts, person.Contact{Kind: "phone", Value: "+999 555 0199"})
			return tx.Save(s, s.Head.Version)
		}); err != nil {
			t.Fatal(err)
		}
		if n, _ := read(nadia); n != 2 {
			t.Errorf("after a colleague's edit there are %d contacts", n)
		}
		if n, _ := read(stranger); n != 0 {
			t.Errorf("he reads %d", n)
		}
		err := g.do(stranger, "evidence", paper, func(tx *record.Tx, s *record.Sheet) error {
			record.As[*evidence.Evidence](s).ReceivedFrom = "somebody"
			return tx.Save(s, s.Head.Version)
		})
		var p form.Problems
		if !errors.As(err, &p) || p[0].Code != "guarded" {
			t.Errorf("overwritten unseen: %v", err)
		}
	})
}

func TestToWhomItWasGivenIsToldOfNothingThatTheRegisterHides(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		g := newGates(t, db)
		home := g.make(nadia, "case", "", &casefile.Case{TitleText: "Open matter", Lead: refTo(nadia), Team: []form.Ref{refTo(rune_)}})
		man := g.make(nadia, "person", home, &person.Person{Names: []person.Name{{Full: "Kamal Tuwal"}}})
		if err := g.do(nadia, "case", home, func(tx *record.Tx, s *record.Sheet) error {
			him, err := tx.Get("person", man)
			if err != nil {
				return err
			}
			return tx.HandOut(record.Handout{What: "print.case", Form: "pdf", To: "the lawyer of Kamal Tuwal", Why: "hearing",
				Records: []record.Handed{record.HandedOf(s, ""), record.HandedOf(him, "full")}}, s)
		}); err != nil {
			t.Fatal(err)
		}
		told := func(a auth.Actor) (notes string) {
			t.Helper()
			if err := g.b.View(t.Context(), a, func(tx *record.Tx) error {
				s, err := tx.Get("case", home)
				if err != nil {
					return err
				}
				lines, err := tx.History(s)
				for _, l := range lines {
					notes += l.Action + " " + l.Note + "\n"
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return notes
		}
		for _, a := range []auth.Actor{nadia, stranger, rune_} {
			if got := told(a); strings.Contains(got, "Kamal") != (a.ID != rune_.ID) || !strings.Contains(got, "hand_out") { // the register is not for readers
				t.Errorf("%s reads %q", a.Name, got)
			}
		}
		if err := g.do(nadia, "person", man, func(tx *record.Tx, s *record.Sheet) error {
			_, err := tx.Classify(s, s.Head.Version, record.Level{Level: record.Restricted, Reason: "threats"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, a := range []auth.Actor{nadia, stranger} {
			if got := told(a); strings.Contains(got, "Kamal") != (a.ID == nadia.ID) || !strings.Contains(got, "hand_out") {
				t.Errorf("with him restricted %s reads %q", a.Name, got)
			}
		}
	})
}

func TestNoFreeWordsLeaveThatMayNameSomebodySealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		g := newGates(t, db)
		home := g.make(nadia, "case", "", &casefile.Case{TitleText: "Open matter", Lead: refTo(nadia), Team: []form.Ref{refTo(luis), refTo(petra)}})
		man := g.make(nadia, "person", home, &person.Person{Names: []person.Name{{Full: "Kamal Tuwal"}}})
		friend := g.make(nadia, "person", home, &person.Person{Names: []person.Name{{Full: "Sami Zahran"}}})
		var who *record.Sheet
		if err := g.do(nadia, "person", friend, func(tx *record.Tx, s *record.Sheet) error {
			who = s
			_, err := tx.Add("consents", s, &person.Consent{As: "self", Date: edtf.Must("2026-11-01"), Scopes: []person.Scope{{Use: "partner", Identity: "full"}}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		held := arrested(who)
		held.ReasonGiven = "Taken together with Kamal Tuwal"
		g.make(nadia, "detention", home, held)
		partner, _ := cases.AudienceOf("partner")
		offered := func(a auth.Actor) (list []cases.FreeText) {
			t.Helper()
			if err := g.b.View(t.Context(), a, func(tx *record.Tx) error {
				one, err := tx.Get("person", man)
				if err != nil {
					return err
				}
				two, err := tx.Get("person", friend)
				if err != nil {
					return err
				}
				d, err := cases.ReadDossiers(tx, []*record.Sheet{one, two})
				if err != nil {
					return err
				}
				o, err := cases.NewOutside(tx, d, partner, cases.Paper{Day: "2026-11-20", Free: []string{"detention.reason_given"}, Call: func(int, string, *person.Person) string { return "somebody" }})
				if err == nil {
					list = o.Free
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return list
		}
		if got := offered(luis); len(got) != 1 || got[0].Betrays == "" {
			t.Fatalf("before he is sealed: %+v", got)
		}
		if err := g.do(nadia, "person", man, func(tx *record.Tx, s *record.Sheet) error {
			_, err := tx.Classify(s, s.Head.Version, record.Level{Level: record.Sealed, Named: []form.Ref{refTo(petra)}, Code: "Falcon", Reason: "threats"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, a := range []auth.Actor{nadia, luis} {
			if got := offered(a); len(got) != 0 {
				t.Errorf("%s is offered %+v", a.Name, got)
			}
		}
	})
}
