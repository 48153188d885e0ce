package cases_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/person"
	"amparo/internal/cases/place"
	"amparo/internal/citation"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// twice is one man logged by two callers, with what hangs on both.
type twice struct {
	t          *testing.T
	db         *database.DB
	b          *record.Book
	kept, gone string // refs
	friend     string // points at both
}

func newTwice(t *testing.T, db *database.DB) *twice {
	t.Helper()
	w := &twice{t: t, db: db, b: book(db)}
	w.do(nadia, func(tx *record.Tx) error {
		tx.EnterNames()
		first, err := cases.Log(tx, &cases.Report{Name: "Kamal Tuwal", When: edtf.Must("2026-10-01"), HeldNow: "Quay prison"}, citation.Citation{Speaker: "a brother"}, words)
		if err != nil {
			return err
		}
		second, err := cases.Log(tx, &cases.Report{Name: "كمال طوال", When: edtf.Must("2026-11-02"), HeldNow: "Northgate prison"}, citation.Citation{Speaker: "a lawyer"}, words)
		if err != nil {
			return err
		}
		a, b := first.People[0], second.People[0]
		w.kept, w.gone = a.Head.Ref, b.Head.Ref
		p := record.As[*person.Person](b)
		p.Father, p.Occupations, p.Contacts = "Karim", []string{"docker"}, []person.Contact{{Kind: "phone", Value: "000", Safe: "no"}}
		p.Relations = []person.Relation{{To: a.Ref(), Kind: "other"}}
		if err := tx.Save(b, b.Head.Version); err != nil {
			return err
		}
		if _, err := tx.Add("notes", b, &citation.Note{Text: "called at noon"}); err != nil {
			return err
		}
		if _, err := tx.Add("citations", b, &citation.Citation{Field: "father", Says: "Karim", Speaker: "a lawyer"}); err != nil {
			return err
		}
		friend, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: "Sami Zahran"}},
			Relations: []person.Relation{{To: a.Ref(), Kind: "other"}, {To: b.Ref(), Kind: "sibling_of"}}}, first.Case)
		if err == nil {
			w.friend = friend.Head.Ref
		}
		return err
	})
	return w
}

func (w *twice) do(a auth.Actor, work func(tx *record.Tx) error) {
	w.t.Helper()
	if err := w.b.Do(w.t.Context(), a, work); err != nil {
		w.t.Fatal(err)
	}
}

// all is every field, tie and piece on file, and who stands where in custody,
// without what must move on: versions and moments.
func (w *twice) all() string {
	w.t.Helper()
	var out strings.Builder
	w.do(auth.System("a test looks"), func(tx *record.Tx) error {
		for _, k := range w.b.Kinds() {
			list, err := tx.Where(k.Name, "1=1")
			if err != nil {
				return err
			}
			for _, s := range list {
				values := s.Fields().Snapshot()
				fmt.Fprintf(&out, "%s %q %s\n", s.Head.Ref, s.Head.Title, s.Head.State)
				for _, name := range slices.Sorted(maps.Keys(values)) {
					fmt.Fprintf(&out, "  %s=%q\n", name, values[name])
				}
			}
		}
		for _, q := range []string{
			"SELECT t.from_id, t.field, t.row_id, t.pos, t.to_id FROM tie t JOIN head h ON h.id = t.from_id WHERE %SCOPE% ORDER BY 1,2,3,4,5",
			"SELECT c.record_id, c.id FROM citation c JOIN head h ON h.id = c.record_id WHERE %SCOPE% ORDER BY 1,2",
			"SELECT c.record_id, c.id FROM note c JOIN head h ON h.id = c.record_id WHERE %SCOPE% ORDER BY 1,2",
			"SELECT c.person_id, c.detention_id, c.state, c.latest, c.place_ids FROM custody c JOIN head h ON h.id = c.detention_id WHERE %SCOPE% ORDER BY 1,2",
		} {
			rows, err := tx.Rows(q)
			if err != nil {
				return err
			}
			for _, r := range rows {
				fmt.Fprintln(&out, strings.Join(r, " | "))
			}
		}
		return nil
	})
	return out.String()
}

func (w *twice) pair(tx *record.Tx, kind string) (a, b *record.Sheet, err error) {
	if a, err = tx.Get(kind, w.kept); err == nil {
		b, err = tx.Itself(kind, w.gone)
	}
	return a, b, err
}

func (w *twice) merge(a auth.Actor, take map[string]string) error {
	return w.b.Do(w.t.Context(), a, func(tx *record.Tx) error {
		kept, gone, err := w.pair(tx, "person")
		if err != nil {
			return err
		}
		return tx.Merge(kept, gone, kept.Head.Version, gone.Head.Version, take, "one man")
	})
}

func (w *twice) unmerge(a auth.Actor) error {
	return w.b.Do(w.t.Context(), a, func(tx *record.Tx) error {
		gone, err := tx.Itself("person", w.gone)
		if err != nil {
			return err
		}
		return tx.Unmerge(gone, gone.Head.Version, "two men after all")
	})
}

func (w *twice) whole() {
	w.t.Helper()
	if _, broken, err := w.b.Verify(w.t.Context()); err != nil || broken != 0 {
		w.t.Fatalf("history broken at %d: %v", broken, err)
	}
}

func TestAMergeCarriesEverythingAndIsTakenBackExactly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newTwice(t, db)
		before := w.all()
		if err := w.merge(luis, nil); err != nil {
			t.Fatal(err)
		}
		err := w.b.View(t.Context(), luis, func(tx *record.Tx) error {
			kept, gone, err := w.pair(tx, "person")
			if err != nil {
				return err
			}
			p := record.As[*person.Person](kept)
			if len(p.Names) != 2 || p.Father != "Karim" || len(p.Contacts) != 1 || len(p.Relations) != 0 || p.Arab == "" {
				return fmt.Errorf("the kept man is %+v", p)
			}
			into, err := tx.MergedInto(gone)
			if err != nil || into.Ref != w.kept {
				return fmt.Errorf("the other leads to %v (%v)", into, err)
			}
			if found, err := tx.Find(w.gone); err != nil || found.Ref != w.kept {
				return fmt.Errorf("his ref means %v (%v)", found, err)
			}
			if led, err := tx.Get("person", w.gone); err != nil || led.Head.Ref != w.kept {
				return fmt.Errorf("his ref reads %v (%v)", led, err)
			}
			episodes, err := tx.Tied("detention", "person", kept.Head.ID)
			if err != nil || len(episodes) != 2 {
				return fmt.Errorf("%d episodes (%v)", len(episodes), err)
			}
			if rest, err := tx.LinksTo(gone.Head.ID); err != nil || len(rest) != 0 {
				return fmt.Errorf("still pointing at him: %v (%v)", rest, err)
			}
			now, err := cases.CustodyOf(tx, kept.Head.ID)
			if err != nil || now[kept.Head.ID].Taken != "2026-11-02" {
				return fmt.Errorf("custody is %+v (%v)", now, err)
			}
			for part, n := range map[string]int{"notes": 1, "citations": 1} {
				if list, err := tx.Pieces(part, kept); err != nil || len(list) != n {
					return fmt.Errorf("%d %s (%v)", len(list), part, err)
				}
			}
			res, err := tx.List(record.Query{Kind: "person"})
			if err != nil || res.Total != 2 {
				return fmt.Errorf("%d people in the list (%v)", res.Total, err)
			}
			if hits, n, err := tx.Search(w.gone, "", 1, 10); err != nil || n != 0 {
				return fmt.Errorf("search finds %v (%v)", hits, err)
			}
			if like, err := tx.Like("person", "كمال طوال", 5); err != nil || len(like) != 1 || like[0].Ref.Ref != w.kept {
				return fmt.Errorf("like %v (%v)", like, err)
			}
			friend, err := tx.Get("person", w.friend)
			if err != nil {
				return err
			}
			for _, r := range record.As[*person.Person](friend).Relations {
				if r.To.Ref != w.kept {
					return fmt.Errorf("a friend points at %v", r.To)
				}
			}
			for ref, action := range map[*record.Sheet]string{kept: "merge", gone: "merge_into", friend: "relink", episodes[1]: "relink"} {
				lines, err := tx.History(ref)
				if err != nil || lines[0].Action != action {
					return fmt.Errorf("%s: last line is %q, not %q (%v)", ref.Head.Ref, lines[0].Action, action, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		w.whole()
		if err := w.unmerge(luis); err != nil {
			t.Fatal(err)
		}
		if after := w.all(); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
		w.whole()
		if err := w.merge(luis, map[string]string{"names": record.TakeGone, "father": record.TakeKept}); err != nil {
			t.Fatal(err)
		}
		w.do(luis, func(tx *record.Tx) error {
			kept, err := tx.Get("person", w.kept)
			if p := record.As[*person.Person](kept); err == nil && (p.Title() != "كمال طوال" || p.Father != "") {
				return fmt.Errorf("chosen otherwise: %+v", p)
			}
			return err
		})
		if err := w.unmerge(luis); err != nil {
			t.Fatal(err)
		}
		if after := w.all(); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
	})
}

func TestAMergeIsRefusedToWhoMayNotAndNobodyIsOverwritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newTwice(t, db)
		if err := w.merge(nadia, nil); err != record.ErrForbidden {
			t.Fatalf("a caseworker got %v", err)
		}
		err := w.b.Do(t.Context(), luis, func(tx *record.Tx) error {
			kept, gone, err := w.pair(tx, "person")
			if err != nil {
				return err
			}
			return tx.Merge(kept, gone, kept.Head.Version, gone.Head.Version-1, nil, "one man")
		})
		var stale *record.Stale
		if !errors.As(err, &stale) || stale.Current.Head.Ref != w.gone {
			t.Fatalf("who came late got %v", err)
		}
		err = w.b.Do(t.Context(), luis, func(tx *record.Tx) error {
			kept, gone, err := w.pair(tx, "person")
			if err != nil {
				return err
			}
			return tx.Merge(kept, gone, kept.Head.Version, gone.Head.Version, nil, " ")
		})
		var problems form.Problems
		if !errors.As(err, &problems) {
			t.Fatalf("without a reason: %v", err)
		}
	})
}

func TestPeopleOfARestrictedCaseAreNotMergedAcrossCasesNorSuggested(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newTwice(t, db)
		pairs := func(a auth.Actor) (n int) {
			if err := w.b.View(t.Context(), a, func(tx *record.Tx) error {
				list, err := tx.LikelyPairs("person", 50)
				n = len(list)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := pairs(luis); n != 1 {
			t.Fatalf("%d likely pairs", n)
		}
		w.do(luis, func(tx *record.Tx) error {
			gone, err := tx.Itself("person", w.gone)
			if err != nil {
				return err
			}
			home, err := tx.ByID("case", gone.Head.CaseID)
			if err != nil {
				return err
			}
			record.As[*casefile.Case](home).Access = casefile.Restricted
			return tx.Save(home, home.Head.Version)
		})
		if n := pairs(luis); n != 0 {
			t.Fatalf("a stranger is told of %d pairs", n)
		}
		if err := w.merge(luis, nil); err != record.ErrNotFound {
			t.Fatalf("a stranger got %v", err)
		}
		lead := nadia
		lead.Roles = []auth.Role{auth.Supervisor}
		if n := pairs(lead); n != 1 {
			t.Fatalf("who sees both is told of %d pairs", n)
		}
		var closed *record.NotOpen
		if err := w.merge(lead, nil); !errors.As(err, &closed) || closed.Why[0].Code != "merge_restricted" {
			t.Fatalf("merging across got %v", err)
		}
	})
}

func TestAMergeThatOthersBuiltOnIsNotTakenBackBlindly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newTwice(t, db)
		if err := w.merge(luis, nil); err != nil {
			t.Fatal(err)
		}
		w.do(nadia, func(tx *record.Tx) error {
			kept, err := tx.Get("person", w.kept)
			if err != nil {
				return err
			}
			record.As[*person.Person](kept).Father = "Kareem"
			return tx.Save(kept, kept.Head.Version)
		})
		var closed *record.NotOpen
		if err := w.unmerge(luis); !errors.As(err, &closed) || closed.Why[0].Code != "merge_changed" || closed.Why[0].Args[1] != "father" {
			t.Fatalf("got %v", err)
		}
		// What was merged further leads on, and the later merge is taken back first.
		w.do(luis, func(tx *record.Tx) error {
			kept, err := tx.Get("person", w.kept)
			if err != nil {
				return err
			}
			friend, err := tx.Get("person", w.friend)
			if err != nil {
				return err
			}
			return tx.Merge(friend, kept, friend.Head.Version, kept.Head.Version, nil, "him too")
		})
		w.do(luis, func(tx *record.Tx) error {
			gone, err := tx.Itself("person", w.gone)
			if err != nil {
				return err
			}
			if into, err := tx.MergedInto(gone); err != nil || into.Ref != w.friend {
				return fmt.Errorf("leads to %v (%v)", into, err)
			}
			_, why, err := tx.WhyNotUnmerge(gone)
			if err == nil && (len(why) != 1 || why[0].Code != "merged_further") {
				err = fmt.Errorf("why not: %v", why)
			}
			if err != nil {
				return err
			}
			kept, err := tx.Itself("person", w.kept)
			if err != nil {
				return err
			}
			return tx.Unmerge(kept, kept.Head.Version, "not him")
		})
		w.do(luis, func(tx *record.Tx) error {
			if found, err := tx.Find(w.gone); err != nil || found.Ref != w.kept {
				return fmt.Errorf("the first merge leads to %v (%v)", found, err)
			}
			gone, err := tx.Itself("person", w.gone)
			if err != nil {
				return err
			}
			for _, move := range []string{"unvoid", "void"} {
				if err := tx.Move(gone, gone.Head.Version, move, "by hand", nil); err == nil {
					return fmt.Errorf("a merged record takes %s", move)
				}
			}
			return nil
		})
		w.whole()
	})
}

func TestTwoPlacesThatAreOneMakeTheirCustodyCertain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := &twice{t: t, db: db, b: book(db)}
		var d string
		w.do(nadia, func(tx *record.Tx) error {
			tx.EnterNames()
			out, err := cases.Log(tx, &cases.Report{Name: "Kamal Tuwal", When: edtf.Must("2026-10-01"), HeldNow: "several", HeldPlace: "Quay prison\nKay jail"}, citation.Citation{Speaker: "family"}, words)
			if err != nil {
				return err
			}
			d = out.Detentions[0].Head.Ref
			step := record.As[*detention.Detention](out.Detentions[0]).Steps[1]
			w.kept, w.gone = step.Places[0].Ref, step.Places[1].Ref
			if _, err := tx.Add("citations", out.Detentions[0], &citation.Citation{Field: "steps." + step.ID + ".places", Says: w.gone, Speaker: "lawyer"}); err != nil {
				return err
			}
			_, err = tx.Create("place", &place.Place{Names: []place.Name{{Full: "Yard of the jail"}}, Inside: form.Ref{Ref: w.gone}}, nil)
			return err
		})
		before := w.all()
		state := func() (s string) {
			w.do(nadia, func(tx *record.Tx) error {
				one, err := tx.Get("detention", d)
				if err == nil {
					s = one.Head.State
				}
				return err
			})
			return s
		}
		if s := state(); s != "held_place_uncertain" {
			t.Fatalf("first %s", s)
		}
		w.do(luis, func(tx *record.Tx) error {
			kept, gone, err := w.pair(tx, "place")
			if err != nil {
				return err
			}
			return tx.Merge(kept, gone, kept.Head.Version, gone.Head.Version, nil, "one house")
		})
		if s := state(); s != "held_known" {
			t.Errorf("merged %s", s)
		}
		w.do(luis, func(tx *record.Tx) error {
			gone, err := tx.Itself("place", w.gone)
			if err != nil {
				return err
			}
			return tx.Unmerge(gone, gone.Head.Version, "two houses")
		})
		if after := w.all(); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
		w.whole()
	})
}

func TestTwoOfOneNameAreNotSuggestedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := newTwice(t, db)
		count := func() (pairs, others, apart int) {
			w.do(luis, func(tx *record.Tx) error {
				list, err := tx.LikelyPairs("person", 50)
				if err != nil {
					return err
				}
				kept, err := tx.Get("person", w.kept)
				if err != nil {
					return err
				}
				of, err := tx.LikelyOf(kept, 5)
				if err != nil {
					return err
				}
				two, err := tx.TwoApart(kept)
				pairs, others, apart = len(list), len(of), len(two)
				if pairs > 0 && (list[0].Match.Score < 0.8 || of[0].A.Ref != w.kept || of[0].B.Ref != w.gone) {
					return fmt.Errorf("pair %+v, of the man %+v", list[0], of[0])
				}
				return err
			})
			return pairs, others, apart
		}
		if p, o, a := count(); p != 1 || o != 1 || a != 0 {
			t.Fatalf("%d pairs, %d of him, %d apart", p, o, a)
		}
		w.do(nadia, func(tx *record.Tx) error {
			a, b, err := w.pair(tx, "person")
			if err != nil {
				return err
			}
			return tx.NotSame(b, a, "other mother")
		})
		if p, o, a := count(); p != 0 || o != 0 || a != 1 {
			t.Fatalf("said to be two: %d pairs, %d of him, %d apart", p, o, a)
		}
		w.do(nadia, func(tx *record.Tx) error { // renaming does not bring it up again
			a, _, err := w.pair(tx, "person")
			if err != nil {
				return err
			}
			record.As[*person.Person](a).Names[0].Full = "Camal Tuwal"
			return tx.Save(a, a.Head.Version)
		})
		if p, _, _ := count(); p != 0 {
			t.Fatalf("suggested again")
		}
		w.do(nadia, func(tx *record.Tx) error {
			a, b, err := w.pair(tx, "person")
			if err != nil {
				return err
			}
			return tx.PerhapsSame(a, b)
		})
		if p, _, _ := count(); p != 1 {
			t.Fatalf("not suggested after it was taken back")
		}
		w.whole()
	})
}
