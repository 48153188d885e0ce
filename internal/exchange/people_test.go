package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/person"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/exchange"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/names"
	"amparo/internal/record"
)

var (
	nadia  = auth.Actor{ID: "u-nadia", Email: "nadia@example.org", Name: "Nadia", Roles: []auth.Role{auth.Caseworker}}
	luis   = auth.Actor{ID: "u-luis", Email: "luis@example.org", Name: "Luis", Roles: []auth.Role{auth.Caseworker, auth.Supervisor}}
	reader = auth.Actor{ID: "u-rana", Email: "rana@example.org", Name: "Rana", Roles: []auth.Role{auth.Reader}}
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

// bring imports a CSV as nadia.
func bring(t *testing.T, b *record.Book, text string, o exchange.Options) *exchange.Report {
	t.Helper()
	r, err := bringAs(t, b, nadia, text, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func bringAs(t *testing.T, b *record.Book, a auth.Actor, text string, o exchange.Options) (*exchange.Report, error) {
	t.Helper()
	sheet, err := exchange.Read([]byte(text), o.Heads.Known)
	if err != nil {
		t.Fatal(err)
	}
	o.CaseTitle = "People from a list"
	return exchange.ImportPeople(t.Context(), b, a, i18n.In("en"), sheet, o)
}

// people reads everybody luis sees, oldest first.
func people(t *testing.T, b *record.Book) (list []*record.Sheet) {
	t.Helper()
	if err := b.View(t.Context(), luis, func(tx *record.Tx) (err error) {
		list, err = tx.Where("person", "1 = 1")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// newCase opens a case of nadia's.
func newCase(t *testing.T, b *record.Book, access string) (s *record.Sheet) {
	t.Helper()
	if err := b.Do(t.Context(), luis, func(tx *record.Tx) (err error) {
		s, err = tx.Create("case", &casefile.Case{TitleText: "Ferry arrests", Access: access, Lead: form.Ref{Ref: luis.Email}}, nil)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

func results(r *exchange.Report) string {
	var list []string
	for _, o := range r.Rows {
		list = append(list, fmt.Sprintf("%d %s", o.Row, o.Result))
	}
	return strings.Join(list, ", ")
}

const heads = "name_latn,name_arab,name_cyrl,other_names,born,age,sex,nationalities\n"

func TestPeopleOfASheetAreOnFileWithNamesInEveryScript(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		for _, doubles := range []exchange.Doubles{exchange.SameSpelling, exchange.AnySpelling} {
			b := book(db)
			before := len(people(t, b))
			r := bring(t, b, heads+"Lina Qarsin,لينا قرسين,Лина Карсин,Lina Q.; أم نادر؛ Λίνα,about 1972,,f,Libya; TUR\n"+
				"Yusuf Tamrin,,,,3 Dec 1981,44~,ذكر,\"أذربيجان, LY\"\n", exchange.Options{Doubles: doubles})
			if !r.Kept || results(r) != "2 created, 3 created" {
				t.Fatalf("%s %+v", results(r), r)
			}
			list := people(t, b)[before:]
			if len(list) != 2 || list[0].Head.Ref != r.Rows[0].Ref || list[0].Case.Ref != r.Case.Ref || r.Case.Ref == "" {
				t.Fatalf("%d people, %+v", len(list), r)
			}
			p := record.As[*person.Person](list[0])
			if p.Latn != "Lina Qarsin" || p.Arab != "لينا قرسين" || p.Cyrl != "Лина Карсин" || p.OtherNames != "Lina Q.; أم نادر; Λίνα" {
				t.Errorf("%+v", p.Names)
			}
			if p.Born.Text != "1972~" || p.Sex != "female" || !slices.Equal(p.Nationalities, []string{"LY", "TR"}) {
				t.Errorf("%+v", p)
			}
			q := record.As[*person.Person](list[1])
			if q.Born.Text != "1981-12-03" || q.Age.N != 44 || !q.AgeAbout || q.Sex != "male" || !slices.Equal(q.Nationalities, []string{"AZ", "LY"}) {
				t.Errorf("%+v", q)
			}
			err := b.View(t.Context(), luis, func(tx *record.Tx) error {
				like, err := tx.Like("person", "لينا قرسين", 20)
				if err != nil {
					return err
				}
				if !slices.ContainsFunc(like, func(l record.Likeness) bool { return l.Ref.Ref == list[0].Head.Ref }) {
					t.Errorf("not found by her name: %+v", like)
				}
				hits, _, err := tx.Search("tamrin", "", 1, 10)
				if err != nil || !slices.ContainsFunc(hits, func(h record.Hit) bool { return h.Ref.Ref == list[1].Head.Ref }) {
					t.Errorf("not found by a word: %+v %v", hits, err)
				}
				lines, err := tx.History(list[0])
				if len(lines) != 1 || lines[0].Action != "create" || lines[0].By.ID != nadia.ID || len(lines[0].Changes) == 0 {
					t.Errorf("history %+v", lines)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if n, broken, err := b.Verify(t.Context()); err != nil || broken != 0 || n == 0 {
				t.Errorf("%d lines, broken at %d, %v", n, broken, err)
			}
		}
	})
}

func TestOfAGreatManyEachIsFiledUnderTheKeysOfItsNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b := book(db)
		if r := bring(t, b, string(crowd(2300)), exchange.Options{}); !r.Kept {
			t.Fatalf("%+v", r)
		}
		filed := map[string][]string{}
		rows, err := db.Query(t.Context(), "SELECT record_id, name_key FROM name_key WHERE kind = 'person'")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var id, key string
			if err := rows.Scan(&id, &key); err != nil {
				t.Fatal(err)
			}
			filed[id] = append(filed[id], key)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		for _, s := range people(t, b) {
			var want []string
			for _, name := range record.As[*person.Person](s).Called() {
				want = append(append(want, names.Keys(name)...), "="+names.Fold(name))
			}
			got := filed[s.Head.ID]
			slices.Sort(got)
			slices.Sort(want)
			if want = slices.Compact(want); !slices.Equal(got, want) {
				t.Fatalf("%s is filed under %q, wanted %q", s.Head.Ref, got, want)
			}
		}
		if lines, broken, err := b.Verify(t.Context()); err != nil || broken != 0 || lines < 2300 {
			t.Errorf("history of %d lines, broken at %d: %v", lines, broken, err)
		}
	})
}

func TestOneWrongRowKeepsNobody(t *testing.T) {
	b := book(dbtest.SQLite(t))
	r := bring(t, b, heads+"Lina Qarsin,,,,,,,\nYusuf Tamrin,,,,the day of the ferry,forty,green,Atlantis\n,,,,1990,,,\n"+
		strings.Repeat("x", 301)+",,,,,200,,\n\"Nadir\x00\",,,,2090,,,\nHuda,,,,,,,,surplus\n", exchange.Options{})
	if r.Kept || results(r) != "2 ready, 3 wrong, 4 wrong, 5 wrong, 6 wrong, 7 wrong" || r.Rows[0].Ref != "" {
		t.Fatal(results(r))
	}
	for i, want := range map[int][]string{
		1: {"born: ", "age: Write a number", "sex: “green” is not known here. Write one of: female", "nationalities: “Atlantis” is no country"},
		2: {"name_latn: Give a name, or a placeholder"},
		3: {"name_latn: This is too long: 301 characters, at most 300", "age: An age is"},
		4: {"name_latn: This contains something that is not text", "born: This day has not come"},
		5: {"Something stands in a column without a head"},
	} {
		why := strings.Join(r.Rows[i].Why, "; ")
		for _, w := range want {
			if !strings.Contains(why, w) {
				t.Errorf("row %d: %q lacks %q", r.Rows[i].Row, why, w)
			}
		}
	}
	if n := len(people(t, b)); n != 0 {
		t.Errorf("%d people were kept", n)
	}
}

func TestARehearsalKeepsNothing(t *testing.T) {
	b := book(dbtest.SQLite(t))
	r := bring(t, b, heads+"Lina Qarsin,,,,,,,\n", exchange.Options{Rehearse: exchange.Rehearse})
	if r.Kept || results(r) != "2 ready" || r.Case.Ref != "" || len(people(t, b)) != 0 {
		t.Errorf("%+v", r)
	}
	if n, _, err := b.Verify(t.Context()); n != 0 || err != nil {
		t.Errorf("%d lines of history, %v", n, err)
	}
}

func TestWhoIsOnFileIsMatchedAndARepeatedRowIsSkipped(t *testing.T) {
	b := book(dbtest.SQLite(t))
	first := bring(t, b, heads+"Lina Qarsin,,,,,,,\n", exchange.Options{})
	ref := first.Rows[0].Ref
	r := bring(t, b, "ref,title,name_latn,custody_state,version,placeholder\n"+ref+",Lina Qarsin,Lina K.,held_known,7,\nP-9999,Someone,,,,\n,,Omar Beshtin,,,\n,,Omar Beshtin,,,\n"+
		",,,,,unknown man\n,,,,,unknown man\n", exchange.Options{})
	if results(r) != "2 matched, 3 created, 4 created, 5 skipped, 6 created, 7 created" || r.Rows[0].Ref != ref || !r.Kept {
		t.Fatal(results(r))
	}
	if !slices.Equal(r.Ignored, []string{"custody_state", "version"}) {
		t.Errorf("ignored %q", r.Ignored)
	}
	list := people(t, b)
	if list[0].Head.Title != "Lina Qarsin" || list[0].Head.Version != 1 || record.As[*person.Person](list[1]).Placeholder != "Someone" {
		t.Errorf("%+v", list[1].Body)
	}
}

func TestLikelyDoublesAreNamedAndRevealNothing(t *testing.T) {
	b := book(dbtest.SQLite(t))
	hidden := newCase(t, b, casefile.Restricted)
	if r, err := bringAs(t, b, luis, heads+"Karim Dastani,,,,,,,\n", exchange.Options{Case: hidden.Head.Ref}); err != nil || !r.Kept {
		t.Fatal(r, err)
	}
	ref := bring(t, b, heads+"Mohammed al-Tamri,,,,,,,\n", exchange.Options{}).Rows[0].Ref
	text := heads + "MOHAMMED AL-TAMRI,,,,,,,\n,محمد التامري,,,,,,\nKarim Dastani,,,,,,,\nKarim Dastani,,,,1990,,,\n"
	r := bring(t, b, text, exchange.Options{Rehearse: exchange.Rehearse, Doubles: exchange.AnySpelling})
	got := func(i int) string { return strings.Join(r.Rows[i].Doubles, "; ") }
	if !strings.Contains(got(0), ref+" Mohammed al-Tamri: same name") || !strings.Contains(got(1), ref) || !strings.Contains(got(1), "row 2: ") {
		t.Errorf("%q, %q", got(0), got(1))
	}
	if got(2) != "" || got(3) != "same name as row 4; row 4: 1.00" {
		t.Errorf("%q, %q", got(2), got(3))
	}
	r = bring(t, b, text, exchange.Options{Rehearse: exchange.Rehearse})
	if !strings.Contains(got(0), ref) || got(1) != "" || got(2) != "" || got(3) != "same name as row 4" {
		t.Errorf("%+v", r.Rows)
	}
}

func TestDoublesOfALargeImportAreAskedAbout(t *testing.T) {
	b := book(dbtest.SQLite(t))
	ref := bring(t, b, heads+"Mohammed al-Tamri,,,,,,,\n", exchange.Options{}).Rows[0].Ref
	r := bring(t, b, heads+"MOHAMMED AL-TAMRI,,,,,,,\nLina Qarsin,,,,,,,\nLina Qarsin,,,,1990,,,\n", exchange.Options{})
	want := map[string]bool{ref + " " + r.Rows[0].Ref: true, r.Rows[1].Ref + " " + r.Rows[2].Ref: true}
	err := b.View(t.Context(), luis, func(tx *record.Tx) error {
		pairs, err := tx.LikelyPairs("person", 10)
		if len(pairs) != 2 {
			t.Errorf("%+v", pairs)
		}
		for _, p := range pairs {
			if !want[p.A.Ref+" "+p.B.Ref] && !want[p.B.Ref+" "+p.A.Ref] {
				t.Errorf("%s and %s", p.A.Ref, p.B.Ref)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestACaseThatMayNotBeSeenOrIsClosedTakesNobody(t *testing.T) {
	b := book(dbtest.SQLite(t))
	hidden, seen := newCase(t, b, casefile.Restricted), newCase(t, b, casefile.Staff)
	text := "name_latn,case\nLina Qarsin," + hidden.Head.Ref + "\nYusuf Tamrin,C-999999\nHuda Beshtin," + strings.ToLower(seen.Head.Ref) + "\n"
	r := bring(t, b, text, exchange.Options{})
	if results(r) != "2 wrong, 3 wrong, 4 ready" {
		t.Fatal(results(r))
	}
	if a, b := r.Rows[0].Why[0], r.Rows[1].Why[0]; strings.ReplaceAll(a, hidden.Head.Ref, "C-999999") != b {
		t.Errorf("a hidden case answers %q, one that is not there %q", a, b)
	}
	var problems form.Problems
	if _, err := bringAs(t, b, nadia, "name_latn\nLina\n", exchange.Options{Case: hidden.Head.Ref}); !errors.As(err, &problems) {
		t.Errorf("%v", err)
	}
	if err := b.Do(t.Context(), luis, func(tx *record.Tx) error {
		s, err := tx.Get("case", seen.Head.Ref)
		if err != nil {
			return err
		}
		return tx.Move(s, s.Head.Version, "reject", "entered twice", nil)
	}); err != nil {
		t.Fatal(err)
	}
	r = bring(t, b, "name_latn,case\nHuda Beshtin,"+seen.Head.Ref+"\n", exchange.Options{})
	if results(r) != "2 wrong" || !strings.HasPrefix(r.Rows[0].Why[0], "case: The case was rejected") {
		t.Errorf("%+v", r.Rows)
	}
}

func TestWhoMayNotWriteImportsNobody(t *testing.T) {
	b := book(dbtest.SQLite(t))
	if _, err := bringAs(t, b, reader, "name_latn\nLina\n", exchange.Options{}); !errors.Is(err, record.ErrForbidden) {
		t.Errorf("%v", err)
	}
}

func TestTheirHeadsGetOurMeaningByAMap(t *testing.T) {
	b := book(dbtest.SQLite(t))
	m, err := exchange.ReadMap([]byte(`{"Full name": "name_latn", "Birthday": "born", "Remarks": ""}`))
	if err != nil {
		t.Fatal(err)
	}
	r := bring(t, b, "Full name;Birthday;Remarks\nLina Qarsin;maybe;tall\n", exchange.Options{Heads: m})
	if results(r) != "2 wrong" || !strings.HasPrefix(r.Rows[0].Why[0], "Birthday: ") {
		t.Fatalf("%+v", r.Rows)
	}
	if r = bring(t, b, "Full name;Birthday;Remarks\nLina Qarsin;1990;tall\n", exchange.Options{Heads: m}); !r.Kept {
		t.Errorf("%+v", r.Rows)
	}
}

func TestHeadsThatDoNotDoAreListed(t *testing.T) {
	b := book(dbtest.SQLite(t))
	for text, want := range map[string]string{
		"name_latn,shoe size,Colour\nLina,40,red\n": "“shoe size”, “Colour”. Known are ref, case,",
		"name_latn,Name Latn\nLina,Lina\n":          "mean the same as another: “Name Latn”",
		"born,age\n1990,36\n":                       "No column holds a name",
	} {
		_, err := bringAs(t, b, nadia, text, exchange.Options{})
		var fault *exchange.Fault
		if !errors.As(err, &fault) || !strings.Contains(fault.In(i18n.In("en")), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for text, want := range map[string]string{`{"a": "name_latn", "b": "shoe"}`: "map_target", `["a"]`: "map", ``: "map"} {
		_, err := exchange.ReadMap([]byte(text))
		var fault *exchange.Fault
		if !errors.As(err, &fault) || fault.Code != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	_, err := bringAs(t, b, nadia, "name_latn\nLina\n", exchange.Options{Heads: exchange.Map{"Naem": "name_latn"}})
	var fault *exchange.Fault
	if !errors.As(err, &fault) || fault.Code != "map_head" {
		t.Errorf("%v", err)
	}
}

func TestAnExportComesBackAsItWent(t *testing.T) {
	b := book(dbtest.SQLite(t))
	for _, format := range []string{exchange.CSV, exchange.XLSX} {
		var out bytes.Buffer
		table := exchange.NewTable(&out, format, []string{"name_latn", "other_names", "placeholder", "age", "born"})
		for _, row := range [][]exchange.Cell{
			{{Text: "=Lina " + format}, {Text: "+Lin; @home"}, {}, {Text: "34", Number: true}, {Text: "1990~"}},
			{{Text: "'Abd " + format}, {}, {}, {}, {Text: "35000", Number: true}},
		} {
			if err := table.Row(row); err != nil {
				t.Fatal(err)
			}
		}
		if err := table.Close(); err != nil {
			t.Fatal(err)
		}
		before := len(people(t, b))
		r := bring(t, b, out.String(), exchange.Options{})
		if format == exchange.CSV { // 35000 is a day only where a workbook keeps it
			if results(r) != "2 ready, 3 wrong" {
				t.Fatal(results(r))
			}
			continue
		}
		if !r.Kept {
			t.Fatalf("%s: %+v", format, r.Rows)
		}
		list := people(t, b)[before:]
		p, q := record.As[*person.Person](list[0]), record.As[*person.Person](list[1])
		if p.Latn != "=Lina "+format || p.OtherNames != "+Lin; @home" || p.Age.N != 34 || p.Born.Text != "1990~" {
			t.Errorf("%s: %+v", format, p)
		}
		if q.Latn != "'Abd "+format || q.Born.Text != "1995-10-28" {
			t.Errorf("%s: %+v", format, q)
		}
	}
}

func TestTheReportIsASafeTable(t *testing.T) {
	r := &exchange.Report{Rows: []exchange.Outcome{{Row: 2, Result: exchange.Wrong, Why: []string{"=a: b", "c"}}, {Row: 3, Result: exchange.Ready, Doubles: []string{"P-0001 Lina: same name"}}}}
	var out strings.Builder
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	if want := "\ufeffrow,result,ref,why,doubles\r\n2,wrong,,'=a: b; c,\r\n3,ready,,,P-0001 Lina: same name\r\n"; out.String() != want {
		t.Errorf("%q", out.String())
	}
}
