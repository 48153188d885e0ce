package cases_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"

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
	"amparo/migrations"
)

var (
	petra = auth.Actor{ID: "u-petra", Email: "petra@example.org", Name: "Petra", Roles: []auth.Role{auth.Supervisor}}
	rune_ = auth.Actor{ID: "u-rune", Email: "rune@example.org", Name: "Rune", Roles: []auth.Role{auth.Reader}}
	ada   = auth.Actor{ID: "u-ada", Email: "ada@example.org", Name: "Ada", Roles: []auth.Role{auth.Administrator}}
	cast  = []auth.Actor{nadia, luis, stranger, petra, rune_, ada}
)

// gates is an office with a clock that can be put on.
type gates struct {
	t   *testing.T
	b   *record.Book
	db  *database.DB
	now time.Time
}

func newGates(t *testing.T, db *database.DB) *gates {
	g := &gates{t: t, db: db, now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)}
	people := map[string]form.Ref{}
	for _, a := range cast {
		people[a.ID] = form.Ref{ID: a.ID, Ref: a.Email, Kind: "account", Title: a.Name}
	}
	g.b = cases.Open(db, record.Options{Now: func() time.Time { return g.now }, Day: func(t time.Time) string { return t.Format(time.DateOnly) },
		Accounts: func(context.Context) (map[string]form.Ref, error) { return people, nil }})
	return g
}

func (g *gates) make(a auth.Actor, kind, home string, body record.Body) string {
	g.t.Helper()
	var s *record.Sheet
	if err := g.b.Do(g.t.Context(), a, func(tx *record.Tx) (err error) {
		var in *record.Sheet
		if home != "" {
			if in, err = tx.Get("case", home); err != nil {
				return err
			}
		}
		s, err = tx.Create(kind, body, in)
		return err
	}); err != nil {
		g.t.Fatal(err)
	}
	return s.Head.Ref
}

func (g *gates) do(a auth.Actor, kind, ref string, work func(tx *record.Tx, s *record.Sheet) error) error {
	return g.b.Do(g.t.Context(), a, func(tx *record.Tx) error {
		s, err := tx.Get(kind, ref)
		if err != nil {
			return err
		}
		return work(tx, s)
	})
}

func (g *gates) sees(a auth.Actor, kind, ref string) bool {
	g.t.Helper()
	_, err := g.b.Get(g.t.Context(), a, kind, ref)
	if err != nil && err != record.ErrNotFound {
		g.t.Fatalf("%s reads %s: %v", a.Name, ref, err)
	}
	found, listed := 0, false
	if e := g.b.View(g.t.Context(), a, func(tx *record.Tx) error {
		_, n, err := tx.Search(ref, "", 1, 5)
		if err != nil {
			return err
		}
		res, err := tx.List(record.Query{Kind: kind, PerPage: 500})
		listed = slices.ContainsFunc(res.Rows, func(r record.Row) bool { return r.Ref == ref })
		if len(res.Rows) != res.Total {
			g.t.Errorf("%s is told of %d %ss and shown %d", a.Name, res.Total, kind, len(res.Rows))
		}
		found = n
		return err
	}); e != nil {
		g.t.Fatal(e)
	}
	if (err == nil) != (found == 1) || (err == nil) != listed {
		g.t.Errorf("%s and %s: read %v, found %d, listed %v", a.Name, ref, err, found, listed)
	}
	return err == nil
}

func (g *gates) who(kind, ref string) string {
	var list []string
	for _, a := range cast {
		if g.sees(a, kind, ref) {
			list = append(list, a.Name)
		}
	}
	return strings.Join(list, " ")
}

func refTo(a auth.Actor) form.Ref { return form.Ref{ID: a.ID, Ref: a.Email} }

func arrested(who *record.Sheet) *detention.Detention {
	return &detention.Detention{Person: who.Ref(), Steps: []detention.Step{{Kind: "arrest", Date: edtf.Must("2026-11-01")}}}
}

func (g *gates) restricted() (home, man string) {
	home = g.make(nadia, "case", "", &casefile.Case{TitleText: "Velvet matter", Lead: refTo(nadia), Team: []form.Ref{refTo(luis)}, Access: casefile.Restricted})
	return home, g.make(nadia, "person", home, &person.Person{Names: []person.Name{{Full: "Lina Qarsin"}}})
}

func TestAGrantHoldsUntilItsMomentAndNotASecondLonger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		g := newGates(t, db)
		home, man := g.restricted()
		grant := func(by, to auth.Actor, kind, ref string, until time.Time, reason string) error {
			return g.do(by, kind, ref, func(tx *record.Tx, s *record.Sheet) error { return tx.Grant(s, refTo(to), until, reason) })
		}
		end := g.now.Add(90 * time.Minute)
		for name, one := range map[string]error{
			"no reason":   grant(nadia, stranger, "case", home, end, " "),
			"in the past": grant(nadia, stranger, "case", home, g.now, "holiday"),
			"for ever":    grant(nadia, stranger, "case", home, g.now.AddDate(2, 0, 0), "holiday"),
			"no moment":   grant(nadia, stranger, "case", home, time.Time{}, "holiday"),
		} {
			var p form.Problems
			if !errors.As(one, &p) {
				t.Errorf("%s: %v", name, one)
			}
		}
		for _, a := range []auth.Actor{nadia, stranger} {
			to := rune_
			if a.ID == nadia.ID {
				to = stranger
			}
			err := grant(a, to, "case", home, end, "stands in for a week")
			if a.ID == nadia.ID && err != nil || a.ID != nadia.ID && err != record.ErrForbidden { // who was let in lets nobody in
				t.Errorf("%s lets %s in: %v", a.Name, to.Name, err)
			}
		}
		if err := grant(luis, rune_, "person", man, end, "his lawyer"); err != nil {
			t.Fatal(err)
		}
		g.now = end.Add(-time.Second)
		if got := g.who("person", man); got != "Nadia Luis Omar Rune" {
			t.Errorf("before the end it is seen by %s", got)
		}
		if got := g.who("case", home); got != "Nadia Luis Omar" { // the reader got one record
			t.Errorf("before the end the case is seen by %s", got)
		}
		g.now = end
		if got := g.who("person", man) + "/" + g.who("case", home); got != "Nadia Luis/Nadia Luis" {
			t.Errorf("at the end it is seen by %s", got)
		}
		// Taken back, it is over at once.
		if err := grant(nadia, stranger, "case", home, g.now.Add(time.Hour), "again"); err != nil {
			t.Fatal(err)
		}
		if !g.sees(stranger, "person", man) {
			t.Error("let in again he sees nothing")
		}
		if err := g.do(nadia, "case", home, func(tx *record.Tx, s *record.Sheet) error { return tx.EndGrant(s, refTo(stranger)) }); err != nil {
			t.Fatal(err)
		}
		if g.sees(stranger, "person", man) {
			t.Error("taken back he sees it still")
		}
		lines := g.history("case", home)
		if want := []string{"grant_end", "grant", "grant", "create"}; !slices.Equal(lines, want) {
			t.Errorf("history: %v", lines)
		}
		// An administrator and a grant: no case-bound record.
		if err := grant(nadia, ada, "case", home, g.now.Add(time.Hour), "by mistake"); err != nil {
			t.Fatal(err)
		}
		if g.sees(ada, "case", home) || g.sees(ada, "person", man) {
			t.Error("an administrator sees what lies in a case")
		}
	})
}

func (g *gates) history(kind, ref string) (actions []string) {
	g.t.Helper()
	if err := g.b.View(g.t.Context(), auth.System("test"), func(tx *record.Tx) error {
		s, err := tx.Get(kind, ref)
		if err != nil {
			return err
		}
		lines, err := tx.History(s)
		for _, l := range lines {
			actions = append(actions, l.Action)
		}
		return err
	}); err != nil {
		g.t.Fatal(err)
	}
	return actions
}

func TestABrokenGateReadsForFourHoursAndTellsTheTeam(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		g := newGates(t, db)
		home, man := g.restricted()
		other := g.make(nadia, "case", "", &casefile.Case{TitleText: "Open matter", Lead: refTo(nadia)})
		for _, a := range []auth.Actor{stranger, ada, rune_} {
			if _, err := g.b.BreakIn(t.Context(), a, home, "he was taken"); err != record.ErrForbidden {
				t.Errorf("%s breaks in: %v", a.Name, err)
			}
		}
		lines := func() (n int64) {
			n, broken, err := g.b.Verify(t.Context())
			if err != nil || broken != 0 {
				t.Fatalf("the history breaks at %d: %v", broken, err)
			}
			return n
		}
		// What is done, and what is said, is the same whether there is such a case or not.
		for _, ref := range []string{"C-9999", other, man} {
			before := lines()
			out, err := g.b.BreakIn(t.Context(), petra, ref, "he was taken")
			if err != nil || out.Until != record.Moment(g.now.Add(record.GlassLasts)) || lines() != before+1 {
				t.Errorf("%s: %+v, %v, %d lines", ref, out, err, lines()-before)
			}
		}
		if got := g.who("case", home); got != "Nadia Luis Petra" {
			t.Errorf("by the ref of somebody in it the case is open to %s", got)
		}
		if told, err := g.b.ToTell(t.Context(), g.now.Add(-time.Hour)); err != nil || len(told) != 1 || told[0].Account != nadia.ID {
			t.Errorf("told are %+v, %v", told, err)
		}
		for _, a := range cast {
			var list []record.Pass
			if err := g.b.View(t.Context(), a, func(tx *record.Tx) (err error) {
				list, _, err = tx.BrokenInto(record.Moment(g.now.Add(-time.Hour)))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if on := a.ID == nadia.ID || a.ID == luis.ID; on != (len(list) == 1) {
				t.Errorf("%s is told of %+v", a.Name, list)
			}
		}
		// He reads and leaves a line, changes nothing, and cannot lengthen his stay.
		for what, err := range map[string]error{
			"edits": g.do(petra, "person", man, func(tx *record.Tx, s *record.Sheet) error {
				record.As[*person.Person](s).Mother = "Amal"
				return tx.Save(s, s.Head.Version)
			}),
			"joins the team": g.do(petra, "case", home, func(tx *record.Tx, s *record.Sheet) error {
				record.As[*casefile.Case](s).Team = append(record.As[*casefile.Case](s).Team, refTo(petra))
				return tx.Save(s, s.Head.Version)
			}),
			"opens it to all": g.do(petra, "case", home, func(tx *record.Tx, s *record.Sheet) error {
				_, err := tx.Classify(s, s.Head.Version, record.Level{Level: record.Internal, Reason: "why not"})
				return err
			}),
			"lets himself in": g.do(petra, "case", home, func(tx *record.Tx, s *record.Sheet) error {
				return tx.Grant(s, refTo(petra), g.now.Add(24*time.Hour), "longer")
			}),
			"writes a note": g.do(petra, "person", man, func(tx *record.Tx, s *record.Sheet) error {
				_, err := tx.Add("notes", s, &citation.Note{Text: "seen"})
				return err
			}),
			"adds to it": g.do(petra, "case", home, func(tx *record.Tx, s *record.Sheet) error {
				_, err := tx.Create("task", &task.Task{Text: "call"}, s)
				return err
			}),
		} {
			if err != record.ErrForbidden {
				t.Errorf("who broke in %s: %v", what, err)
			}
		}
		if got := told(t, g.b, home); !slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, "Petra read") }) {
			t.Errorf("the readings are %v", got)
		}
		g.now = g.now.Add(record.GlassLasts - time.Minute)
		if !g.sees(petra, "person", man) {
			t.Error("it is shut before its time")
		}
		g.now = g.now.Add(time.Minute)
		if g.sees(petra, "person", man) || g.sees(petra, "case", home) {
			t.Error("it stays open")
		}
		for range 3 {
			_, _ = g.b.BreakIn(t.Context(), petra, fmt.Sprintf("C-%d", 9000+rand.IntN(900)), "looking around")
		}
		var p form.Problems
		if _, err := g.b.BreakIn(t.Context(), petra, home, "once more"); !errors.As(err, &p) {
			t.Errorf("asked for without end: %v", err)
		}
		// The same gate, broken again each time it has shut, counts each time.
		g.now = g.now.Add(25 * time.Hour)
		for range record.GlassMost {
			if _, err := g.b.BreakIn(t.Context(), petra, home, "he was taken"); err != nil {
				t.Fatal(err)
			}
			g.now = g.now.Add(record.GlassLasts)
		}
		if _, err := g.b.BreakIn(t.Context(), petra, home, "he was taken"); !errors.As(err, &p) || g.sees(petra, "case", home) {
			t.Errorf("the same case is opened a sixth time within a day: %v", err)
		}
		g.now = g.now.Add(24*time.Hour - time.Duration(record.GlassMost)*record.GlassLasts)
		if _, err := g.b.BreakIn(t.Context(), petra, home, "he was taken"); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}

func TestARestrictedCaseIsOpenedByTwoSupervisorsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		g := newGates(t, db)
		home := g.make(nadia, "case", "", &casefile.Case{TitleText: "Velvet matter", Lead: refTo(nadia), Team: []form.Ref{refTo(luis), refTo(petra)}, Access: casefile.Restricted})
		man := g.make(nadia, "person", home, &person.Person{Names: []person.Name{{Full: "Lina Qarsin"}}})
		widen := func(a auth.Actor) error {
			return g.do(a, "case", home, func(tx *record.Tx, s *record.Sheet) error { return tx.Widen(s) })
		}
		ask := func(a auth.Actor) error {
			return g.do(a, "case", home, func(tx *record.Tx, s *record.Sheet) error {
				waits, err := tx.Classify(s, s.Head.Version, record.Level{Level: record.Internal, Reason: "the trial is over"})
				if err == nil && !waits {
					t.Error("one alone opens it")
				}
				return err
			})
		}
		err := g.do(luis, "case", home, func(tx *record.Tx, s *record.Sheet) error {
			record.As[*casefile.Case](s).Access = casefile.Staff
			return tx.Save(s, s.Head.Version)
		})
		var p form.Problems
		if !errors.As(err, &p) || p[0].Code != "second_person" {
			t.Errorf("opened by an edit: %v", err)
		}
		if err := ask(nadia); err != record.ErrForbidden {
			t.Errorf("a caseworker asks: %v", err)
		}
		if err := ask(luis); err != nil {
			t.Fatal(err)
		}
		var shut *record.NotOpen
		if err := ask(petra); !errors.As(err, &shut) {
			t.Errorf("asked twice: %v", err)
		}
		for _, a := range []auth.Actor{luis, nadia} {
			if err := widen(a); err != record.ErrForbidden {
				t.Errorf("%s agrees: %v", a.Name, err)
			}
		}
		for _, a := range cast {
			_ = g.b.View(t.Context(), a, func(tx *record.Tx) error {
				list, err := tx.Widenings()
				if err != nil || (a.ID == petra.ID) != (len(list) == 1) {
					t.Errorf("for %s wait %+v, %v", a.Name, list, err)
				}
				return nil
			})
		}
		if got := g.who("person", man); got != "Nadia Luis Petra" {
			t.Errorf("before that it is seen by %s", got)
		}
		if err := widen(petra); err != nil {
			t.Fatal(err)
		}
		if got := g.who("person", man); got != "Nadia Luis Omar Petra" {
			t.Errorf("after that it is seen by %s", got)
		}
	})
}

// TestNoSequenceShowsARecordWithoutAPass does what an office could do, in any
// order and by anybody, and holds who sees what against passes counted apart.
func TestNoSequenceShowsARecordWithoutAPass(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 1))
		t.Logf("seed %d", seed)
		g := newGates(t, db)
		type thing struct{ kind, ref, home string }
		home := []string{g.make(nadia, "case", "", &casefile.Case{TitleText: "Open matter", Lead: refTo(nadia), Team: []form.Ref{refTo(luis)}}),
			g.make(nadia, "case", "", &casefile.Case{TitleText: "Velvet matter", Lead: refTo(nadia), Team: []form.Ref{refTo(luis), refTo(petra)}, Access: casefile.Restricted})}
		var all []thing
		for _, h := range home {
			all = append(all, thing{"case", h, h})
			p := g.make(nadia, "person", h, &person.Person{Names: []person.Name{{Full: "Kamal Tuwal"}}})
			s, _ := g.b.Get(t.Context(), nadia, "person", p)
			all = append(all, thing{"person", p, h}, thing{"detention", g.make(nadia, "detention", h, arrested(s)), h},
				thing{"evidence", g.make(nadia, "evidence", h, &evidence.Evidence{Kind: "letter", TitleText: "Letter"}), h})
		}
		done := map[string]int{}
		for range 150 {
			a, to, one := cast[r.IntN(len(cast))], cast[r.IntN(len(cast))], all[r.IntN(len(all))]
			if r.IntN(2) == 0 { // else nearly everything is refused
				a = []auth.Actor{nadia, luis, petra}[r.IntN(3)]
			}
			what := []string{"grant", "end", "break", "close", "seal", "open", "agree", "keep", "team", "wait", "access"}[r.IntN(11)]
			var err error
			switch what {
			case "grant":
				err = g.do(a, one.kind, one.ref, func(tx *record.Tx, s *record.Sheet) error {
					return tx.Grant(s, refTo(to), g.now.Add(time.Duration(1+r.IntN(120))*time.Minute), "r")
				})
			case "end":
				err = g.do(a, one.kind, one.ref, func(tx *record.Tx, s *record.Sheet) error { return tx.EndGrant(s, refTo(to)) })
			case "break":
				_, err = g.b.BreakIn(t.Context(), a, one.ref, "r")
			case "close", "seal", "open":
				level := map[string]string{"close": record.Restricted, "seal": record.Sealed, "open": record.Internal}[what]
				err = g.do(a, one.kind, one.ref, func(tx *record.Tx, s *record.Sheet) error {
					_, err := tx.Classify(s, s.Head.Version, record.Level{Level: level, Named: []form.Ref{refTo(to)}, Code: "Falcon", Reason: "r"})
					return err
				})
			case "agree":
				err = g.do(a, one.kind, one.ref, func(tx *record.Tx, s *record.Sheet) error { return tx.Widen(s) })
			case "keep":
				err = g.do(a, one.kind, one.ref, func(tx *record.Tx, s *record.Sheet) error { return tx.KeepClosed(s) })
			case "team":
				err = g.do(a, "case", one.home, func(tx *record.Tx, s *record.Sheet) error {
					c := record.As[*casefile.Case](s)
					c.Team = []form.Ref{refTo(luis), refTo(to)}
					return tx.Save(s, s.Head.Version)
				})
			case "access":
				err = g.do(a, "case", one.home, func(tx *record.Tx, s *record.Sheet) error {
					record.As[*casefile.Case](s).Access = []string{casefile.Staff, casefile.Restricted}[r.IntN(2)]
					return tx.Save(s, s.Head.Version)
				})
			case "wait":
				g.now = g.now.Add(time.Duration(r.IntN(90)) * time.Minute)
			}
			if err == nil {
				done[what]++
			}
		}
		for _, one := range all {
			for _, a := range cast {
				if g.sees(a, one.kind, one.ref) != g.maySee(a, one.kind, one.ref) {
					t.Errorf("%s and %s: sees %v", a.Name, one.ref, g.sees(a, one.kind, one.ref))
				}
			}
		}
		if len(done) < 7 {
			t.Errorf("only %v was done: the sequence tries nothing", done)
		}
	})
}

// maySee reads the tables as they are and decides in its own way.
func (g *gates) maySee(a auth.Actor, kind, ref string) bool {
	g.t.Helper()
	one := func(sql string, args ...any) (list []string) {
		rows, err := g.db.Query(g.t.Context(), sql, args...)
		if err != nil {
			g.t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				g.t.Fatal(err)
			}
			list = append(list, s)
		}
		return list
	}
	get := func(what, id string) string { return one("SELECT "+what+" FROM head WHERE id = ?", id)[0] }
	id := one("SELECT id FROM head WHERE ref = ?", ref)[0]
	home := get("case_id", id)
	pass := map[string]bool{}
	for _, line := range one("SELECT gate || ' ' || until FROM pass WHERE account_id = ?", a.ID) {
		gate, until, _ := strings.Cut(line, " ")
		if end, err := time.Parse(time.RFC3339, until); until == "9999" || err == nil && end.After(g.now) {
			pass[gate] = true
		}
	}
	// What stands between: itself, what it follows, or its case.
	behind := ""
	closed := func(id string) bool {
		level := get("sensitivity", id)
		return level == record.Restricted || level == record.Sealed && get("kind", id) != "person"
	}
	if one("SELECT access FROM casefile WHERE id = ?", home)[0] == casefile.Restricted {
		behind = home
	}
	if kind == "detention" {
		if p := one("SELECT person FROM detention WHERE id = ?", id)[0]; closed(p) {
			behind = p
		}
	}
	if kind != "case" && closed(id) {
		behind = id
	}
	switch {
	case a.Staff():
		return behind == "" || pass[behind] || pass[id]
	case a.Has(auth.Reader):
		return pass[id] || behind == "" && pass[home] || pass[behind]
	}
	return false
}

// A folder of records from before gates is opened by this program: who saw a
// restricted case sees it still, and nobody else.
func TestRestrictedCasesKeepTheirPeopleWhenTheSchemaMoves(t *testing.T) {
	before := fstest.MapFS{}
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	own := slices.IndexFunc(names, func(n string) bool { return strings.HasSuffix(n, "_access.sql") })
	for _, name := range names[:own] {
		text, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		before[name] = &fstest.MapFile{Data: text}
	}
	path := filepath.Join(t.TempDir(), "amparo.db")
	db, err := database.Open(database.Options{Path: path, Key: dbtest.Key, Sync: database.Throwaway})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	if err := db.Tx(t.Context(), func(tx *gorm.DB) error {
		head := `INSERT INTO head (id, seq, ref, kind, case_id, title, sort, state, restricted, created_at, created_by, updated_at, updated_by) VALUES (?,?,?,?,?,?,?,?,?,'','','','')`
		for _, row := range [][]any{{"c1", 1, "C-0001", "case", "c1", "Velvet", "velvet", "intake", 1}, {"p1", 2, "P-0001", "person", "c1", "Lina", "lina", "active", 1},
			{"c2", 3, "C-0002", "case", "c2", "Mill", "mill", "intake", 0}, {"p2", 4, "P-0002", "person", "c2", "Sami", "sami", "active", 0}} {
			if _, err := database.Exec(tx, head, row...); err != nil {
				return err
			}
			table := "casefile (id, title, access)"
			values := "(?, 'x', 'staff')"
			if row[3] == "person" {
				table, values = "person (id, age, name_arab)", "(?, 30, 'لينا')"
			} else if row[8] == 1 {
				values = "(?, 'x', 'restricted')"
			}
			if _, err := database.Exec(tx, "INSERT INTO "+table+" VALUES "+values, row[0]); err != nil {
				return err
			}
			if _, err := database.Exec(tx, "INSERT INTO head_text (rowid, fold) VALUES (?, ?)", row[1], row[6]); err != nil {
				return err
			}
		}
		for _, row := range [][]any{{"c1", nadia.ID}, {"c1", luis.ID}, {"c2", nadia.ID}, {"c2", rune_.ID}} {
			if _, err := database.Exec(tx, "INSERT INTO member (case_id, account_id) VALUES (?,?)", row...); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), migrations.Files); err != nil {
		t.Fatal(err)
	}
	g := newGates(t, db)
	for ref, want := range map[string]string{"C-0001": "Nadia Luis", "P-0001": "Nadia Luis", "C-0002": "Nadia Luis Omar Petra Rune", "P-0002": "Nadia Luis Omar Petra Rune"} {
		kind := map[byte]string{'C': "case", 'P': "person"}[ref[0]]
		if got := g.who(kind, ref); got != want {
			t.Errorf("%s is seen by %q, not %q", ref, got, want)
		}
	}
	if s, err := g.b.Get(t.Context(), nadia, "case", "C-0001"); err != nil || s.Head.Sensitivity != record.Restricted {
		t.Errorf("its level is not told: %v", err)
	}
	s, err := g.b.Get(t.Context(), nadia, "person", "P-0001")
	if err != nil {
		t.Fatal(err)
	}
	if age := record.As[*person.Person](s).AgeTold(); age.N.N != 30 || !age.Exact() {
		t.Errorf("an age of 30 has become %+v", age)
	}
	if s.Head.Arab != "لينا" {
		t.Errorf("the name in Arabic letters is %q", s.Head.Arab)
	}
}
