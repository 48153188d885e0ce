package web_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"amparo/internal/auth"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/evidence"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/person"
	"amparo/internal/cases/place"
	"amparo/internal/citation"
	"amparo/internal/database/dbtest"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/record"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// onPaper is a case of seven invented people of a reading circle: taken inside a
// window by one force, moved later; of one of them two sources tell two places.
type onPaper struct {
	*webtest.House
	t      *testing.T
	home   string
	people []string
	cousin string // who told us, in person
}

// circle are the names of the seven, in two scripts where both are known.
var circle = [][2]string{{"Sami Al-Nahri", "سامي النهري"}, {"Lev Nagorny", ""}, {"Əli Şıxlı", ""}, {"Karim Dalwan", "كريم دلوان"}, {"", "محمود بن لافي"}, {"Idris Vashti", "إدريس الفاشتي"}, {"", ""}}

func newOnPaper(t *testing.T) *onPaper {
	t.Helper()
	o := &onPaper{t: t, House: webtest.New(t, dbtest.SQLite(t), web.Options{}), cousin: "Hanna, a cousin"}
	err := o.Book.Do(t.Context(), o.Nadia.Actor(), func(tx *record.Tx) error { return o.fill(tx) })
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *onPaper) fill(tx *record.Tx) error {
	var failed error
	make := func(kind string, body record.Body, home *record.Sheet) *record.Sheet {
		if failed != nil {
			return nil
		}
		var s *record.Sheet
		s, failed = tx.Create(kind, body, home)
		return s
	}
	home := make("case", &casefile.Case{TitleText: "Members of a reading circle, Port Vesna", Access: casefile.Staff, Priority: "high", Country: "AQ",
		Summary: "Seven people of a reading circle were taken for their opinions.", OpenedOn: edtf.Must("2022-03-16"),
		Lead: form.Ref{Ref: o.Nadia.Email}}, nil)
	force := make("organization", &organization.Organization{Names: []organization.Name{{Full: "Office of Inner Order", Kind: "legal", Shown: true}, {Full: "مكتب النظام الداخلي", Kind: "translation"}}}, nil)
	quay := make("place", &place.Place{Type: "prison", Names: []place.Name{{Full: "Quay prison", Shown: true}, {Full: "سجن الرصيف"}}}, nil)
	north := make("place", &place.Place{Type: "prison", Names: []place.Name{{Full: "Northgate prison", Shown: true}, {Full: "سجن البوابة الشمالية"}}}, nil)
	town := make("place", &place.Place{Type: "town", Names: []place.Name{{Full: "Port Vesna", Shown: true}, {Full: "ميناء فيسنا"}}}, nil)
	if failed != nil {
		return failed
	}
	doc := make("evidence", &evidence.Evidence{Kind: "statement", TitleText: "Statement on the arrests", Issuer: "Free Readers", Published: edtf.Must("2022-03-30"), URL: "https://example.org/statement"}, home)
	court := make("evidence", &evidence.Evidence{Kind: "court_document", TitleText: "Order of remand 441", Published: edtf.Must("2022-04-02")}, home)
	if failed != nil {
		return failed
	}
	o.home = home.Head.Ref
	for i, n := range circle {
		p := &person.Person{Sex: "male", Placeholder: "Detainee 7 of 7", Roles: []person.Role{{Case: home.Ref(), Role: "detainee"}},
			Contacts: []person.Contact{{Kind: "phone", Value: "+000 91 234 567"}}}
		for k, full := range n {
			if full != "" {
				p.Names = append(p.Names, person.Name{Full: full, Kind: []string{"legal", "transliteration"}[k], Shown: true})
			}
		}
		if i == 0 {
			p.Born, p.Nationalities, p.Flags, p.Consent = edtf.Must("1996~"), []string{"AQ"}, []string{"medical"}, []string{"un"}
			p.Labels = []person.Label{{Label: "prisoner of conscience", By: force.Ref(), Since: edtf.Must("2022-05")}}
		}
		s := make("person", p, home)
		if failed != nil {
			return failed
		}
		o.people = append(o.people, s.Head.Ref)
		d := &detention.Detention{Person: s.Ref(), TakenBy: force.Ref(), LegalStatus: "remand", ReasonGiven: "«إهانة المكتب»", Steps: []detention.Step{
			{ID: record.NewID(), Kind: "arrest", Date: edtf.Must("[2021-11..2022-03]"), By: force.Ref(), Places: []form.Ref{town.Ref()}},
			{ID: record.NewID(), Kind: "held", Places: []form.Ref{quay.Ref()}, By: force.Ref()},
		}}
		if i < 4 {
			d.Steps = append(d.Steps, detention.Step{ID: record.NewID(), Kind: "transfer", Date: edtf.Must("2022-03-20"), Places: []form.Ref{north.Ref()}})
		}
		if i == 0 {
			d.Steps = append(d.Steps,
				detention.Step{ID: record.NewID(), Kind: "visit", Date: edtf.Must("2022-04-01"), Result: "denied", With: "أخته", Text: "رُفض دخولها عند البوابة دون ذكر السبب."},
				detention.Step{ID: record.NewID(), Kind: "hearing", Date: edtf.Must("2026-12-03"), Planned: true},
				detention.Step{ID: record.NewID(), Kind: "release", Date: edtf.Must("2023"), Annulled: "entered by mistake"})
			d.Charges = []detention.Charge{{Law: "Penal code", Article: "195 bis", Status: "brought", Date: edtf.Must("2022-04")}}
			d.Arbitrariness = []detention.Ground{{Category: "II", Reason: "Taken for what they read."}}
		}
		if i == 5 {
			d.Steps = append(d.Steps, detention.Step{ID: record.NewID(), Kind: "release", Date: edtf.Must("2022-06-09")})
		}
		e := make("detention", d, home)
		if failed != nil {
			return failed
		}
		for k, step := range d.Steps {
			c := &citation.Citation{Field: "steps." + step.ID, Document: doc.Ref(), Locator: "p. 2", Reliability: "B", Credibility: "2"}
			if k > 1 {
				c = &citation.Citation{Field: "steps." + step.ID, Speaker: o.cousin, Reliability: "C", Credibility: "3"}
			}
			if _, err := tx.Add("citations", e, c); err != nil {
				return err
			}
		}
		if i < 2 {
			other := &citation.Citation{Field: "steps." + d.Steps[2].ID + ".places", Says: quay.Head.Ref, Document: court.Ref(), Reliability: "A", Credibility: "1"}
			if _, err := tx.Add("citations", e, other); err != nil {
				return err
			}
		}
		if i == 1 {
			if _, err := tx.Add("choices", e, &citation.Choice{Field: "steps." + d.Steps[2].ID + ".places", Says: quay.Head.Ref, Reason: "the order names it"}); err != nil {
				return err
			}
		}
	}
	witness := &person.Person{Names: []person.Name{{Full: "Wanda Quietly", Kind: "legal"}}, Roles: []person.Role{{Case: home.Ref(), Role: "witness"}}}
	make("person", witness, home)
	for _, tally := range []*citation.Tally{
		{Unit: "detainee", Qualifier: "exact", N: form.Num{Valid: true, N: 7}, AsOf: edtf.Must("2022-03-30"), CountedBy: "Free Readers"},
		{Unit: "detainee", Qualifier: "at_least", N: form.Num{Valid: true, N: 9}, AsOf: edtf.Must("2022-04"), CountedBy: o.cousin},
	} {
		if failed == nil {
			_, failed = tx.Add("counts", home, tally)
		}
	}
	return failed
}

// words is a page as one text, letters only.
func words(html string) string {
	if _, main, ok := strings.Cut(html, `class="paper `); ok {
		html, _, _ = strings.Cut(main, "</article>")
	}
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(strings.ReplaceAll(html, "<br>", " "), "")
	text = strings.NewReplacer("\u2068", "", "\u2069", "", "&nbsp;", " ", "&#39;", "'", "&#34;", `"`, "&amp;", "&").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

func wants(t *testing.T, text string, list ...string) {
	t.Helper()
	for _, want := range list {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on paper:\n%s", want, text)
		}
	}
}

func lacks(t *testing.T, text string, list ...string) {
	t.Helper()
	for _, bad := range list {
		if strings.Contains(text, bad) {
			t.Errorf("%q is on paper:\n%s", bad, text)
		}
	}
}

// parsed opens a PDF: its table of objects is where it says, its streams unpack,
// and the letters it maps its signs to come back.
func parsed(t *testing.T, a webtest.Answer) (letters string) {
	t.Helper()
	raw := []byte(a.Body)
	if a.Status != 200 || a.Header.Get("Content-Type") != "application/pdf" || !bytes.HasPrefix(raw, []byte("%PDF-1.")) || !bytes.HasSuffix(bytes.TrimSpace(raw), []byte("%%EOF")) {
		t.Fatalf("%d %s %.60q", a.Status, a.Header.Get("Content-Type"), a.Body)
	}
	m := regexp.MustCompile(`startxref\s+(\d+)\s+%%EOF`).FindSubmatch(raw)
	at := 0
	if m != nil {
		fmt.Sscan(string(m[1]), &at)
	}
	if at <= 0 || at >= len(raw) || !regexp.MustCompile(`^(xref|\d+ 0 obj)`).Match(raw[at:]) {
		t.Fatal("the table of objects is not where the file says")
	}
	var out strings.Builder
	for _, s := range regexp.MustCompile(`(?s)FlateDecode[^>]*/Length (\d+)>>\nstream\n`).FindAllSubmatchIndex(raw, -1) {
		n := 0
		fmt.Sscan(string(raw[s[2]:s[3]]), &n)
		z, err := zlib.NewReader(bytes.NewReader(raw[s[1] : s[1]+n]))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range regexp.MustCompile(`<[0-9A-F]{4}><([0-9A-F]{4})>`).FindAllSubmatch(text, -1) {
			var r rune
			fmt.Sscanf(string(c[1]), "%X", &r)
			out.WriteRune(r)
		}
	}
	return out.String()
}

// paragraphsOf opens a DOCX and gives its text, a line for each paragraph, and
// then its running head and its foot.
func paragraphsOf(t *testing.T, a webtest.Answer) string {
	t.Helper()
	if a.Status != 200 || a.Header.Get("Content-Type") != "application/vnd.openxmlformats-officedocument.wordprocessingml.document" {
		t.Fatalf("%d %s %.60q", a.Status, a.Header.Get("Content-Type"), a.Body)
	}
	z, err := zip.NewReader(strings.NewReader(a.Body), int64(len(a.Body)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, name := range []string{"word/document.xml", "word/header1.xml", "word/footer1.xml", "docProps/core.xml"} {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(strings.ReplaceAll(string(part), "</w:p>", "\n"), "")
		out.WriteString(strings.NewReplacer("\u200e", "", "\u200f", "", "\u00a0", " ", "&#39;", "'", "&#34;", `"`, "&amp;", "&").Replace(text))
	}
	return out.String()
}

func TestEveryPrintIsAFileForWordProcessorsToo(t *testing.T) {
	o := newOnPaper(t)
	for at, want := range map[string][2]string{
		"/cases/" + o.home + "/summary":       {"All 7 people: Arrest in Port Vesna by Office of Inner Order.", "جميع الأشخاص وعددهم 7: اعتقال في ميناء فيسنا على يد مكتب النظام الداخلي."},
		"/cases/" + o.home + "/chronology":    {"Northgate prison [2] or Quay prison [3]", "سجن البوابة الشمالية [2] أو سجن الرصيف [3]"},
		"/people/" + o.people[0] + "/summary": {"195 bis", "رُفض دخولها عند البوابة دون ذكر السبب."},
		"/detentions/list":                    {"20 Nov 2026. 6 people.", "قائمة المحتجزين"},
	} {
		for i, lang := range []string{"en", "ar"} {
			a := o.Nadia.Get(at + ".docx?lang=" + lang)
			text := paragraphsOf(t, a)
			wants(t, text, want[i], "Nadia")
			lacks(t, text, o.cousin, "Wanda", "+000")
			if name := a.Header.Get("Content-Disposition"); !strings.HasPrefix(name, "attachment; ") || !strings.HasSuffix(name, `.docx"`) {
				t.Errorf("%s is called %s", at, name)
			}
		}
		wants(t, o.Nadia.Get(at).Body, at+".docx?", "Open in a word processor")
	}
}

// To look at them: go test -run Looked -artifacts ./internal/web
func TestThePrintsCanBeLookedAt(t *testing.T) {
	o := newOnPaper(t)
	for _, lang := range []string{"en", "ar"} {
		for name, at := range map[string]string{"case": "/cases/" + o.home + "/summary", "chronology": "/cases/" + o.home + "/chronology", "person": "/people/" + o.people[0] + "/summary", "list": "/detentions/list"} {
			a := o.Nadia.Get(at + ".pdf?lang=" + lang)
			letters := parsed(t, a)
			if lang == "ar" && !strings.ContainsAny(letters, "سين") || !strings.ContainsAny(letters, "Sami") {
				t.Errorf("%s in %s has letters %q", name, lang, letters)
			}
			if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+"-"+lang+".pdf"), []byte(a.Body), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestACaseOnPaperSaysWhoWhenWhereAndOnWhatItRests(t *testing.T) {
	o := newOnPaper(t)
	a := o.Nadia.Get("/cases/" + o.home + "/summary")
	if a.Status != 200 {
		t.Fatal(a.Status, a.Body)
	}
	text := words(a.Body)
	wants(t, text, "Amparo · Case summary · audience: internal", o.home+" · printed 20 Nov 2026 by Nadia", "Members of a reading circle, Port Vesna",
		"7 people.", "In custody: 6.", "Opened 16 Mar 2022.", "taken for their opinions",
		"Sami Al-Nahri سامي النهري", "محمود بن لافي", "Əli Şıxlı", "Nov 2021 – Mar 2022", "Office of Inner Order", "1,695–1,845",
		"All 7 people: Arrest in Port Vesna by Office of Inner Order.", "Held at Quay prison by Office of Inner Order",
		"Northgate prison [2] or Quay prison [3]", "Sources differ.", "We go with Quay prison, because: the order names it (Nadia, 20 Nov 2026).",
		"Visit refused. [2] With: أخته.", "رُفض دخولها عند البوابة", "Planned: Hearing", "7 detainees", "Free Readers", "told to us",
		"Statement, Statement on the arrests, Free Readers, 30 Mar 2022, p. 2", "(B2)", "Statement to us, 20 Nov 2026", "(C3)", "Order of remand 441", "(A1)",
		"Name not known", "check code ", "as on file 20 Nov 2026, 10:00")
	lacks(t, text, o.cousin, "Wanda", "+000", "entered by mistake", "Sami Al-Nahri: Release")
	lacks(t, a.Body, o.cousin, "Wanda", "+000")
	wants(t, a.Body, `/cases/`+o.home+`/summary.pdf?lang=en`, "Open as PDF")
}

func TestACaseOnPaperSpeaksArabicThroughout(t *testing.T) {
	o := newOnPaper(t)
	text := words(o.Nadia.Get("/cases/" + o.home + "/summary?lang=ar&paper=letter").Body)
	wants(t, text, "ملخص القضية", "سامي النهري Sami Al-Nahri", "جميع الأشخاص وعددهم 7: اعتقال في ميناء فيسنا على يد مكتب النظام الداخلي.", "تشرين الثاني/نوفمبر 2021",
		"سجن البوابة الشمالية [2] أو سجن الرصيف [3]", "المصادر متعارضة.", "رفض زيارة.", "بين 1,695 و1,845", "ما ينقص", "رمز التحقق")
	lacks(t, text, "Office of Inner Order", "Northgate", "Custody", "Arrest")
}

func TestAPersonOnPaperHasNoWayToReachHim(t *testing.T) {
	o := newOnPaper(t)
	text := words(o.Nadia.Get("/people/" + o.people[0] + "/summary").Body)
	wants(t, text, "Sami Al-Nahri", "سامي النهري", "about 1996", "On remand", "Penal code", "195 bis", "II – results", "prisoner of conscience", "What is missing", "Held, place uncertain",
		"Northgate prison or Quay prison", "Planned: Hearing", "1,695–1,845", "«إهانة المكتب»", "Arrest in Port Vesna by Office of Inner Order.")
	lacks(t, text, "+000", o.cousin, "All 7 people")
	o2 := words(o.Nadia.Get("/people/" + o.people[6] + "/summary").Body)
	wants(t, o2, "Detainee 7 of 7", "What is missing")
}

func TestAListOnPaperHasWhoIsHeldOnTheDay(t *testing.T) {
	o := newOnPaper(t)
	text := words(o.Nadia.Get("/detentions/list").Body)
	wants(t, text, "List of detainees", "20 Nov 2026. 6 people.", "Sami Al-Nahri", "محمود بن لافي", "Northgate prison or Quay prison")
	lacks(t, text, "Idris Vashti")
	wants(t, words(o.Nadia.Get("/detentions/list?on=2022-04-05").Body), "5 Apr 2022. 7 people.", "Idris Vashti", "As of 5 Apr 2022, from what is on file now.")
	wants(t, words(o.Nadia.Get("/detentions/list?state=released").Body), "1 person.", "Idris Vashti")
	wants(t, words(o.Nadia.Get("/detentions/list?place=Nowhere").Body), "0 people.")
}

func TestWhoMayNotSeeARecordFindsNoPrintOfIt(t *testing.T) {
	o := newOnPaper(t)
	for _, at := range []string{"/cases/" + o.home + "/summary", "/cases/" + o.home + "/summary.pdf", "/cases/" + o.home + "/summary.docx", "/people/" + o.people[0] + "/summary.pdf?audience=public", "/cases/" + o.Restricted + "/chronology", "/cases/C-99999/summary", "/people/" + o.home + "/summary"} {
		who := o.Rune
		if a := who.Get(at); a.Status != 404 {
			t.Errorf("%s: %d", at, a.Status)
		}
	}
	if a := o.Nadia.Get("/cases/" + o.Restricted + "/summary"); a.Status != 404 {
		t.Error(a.Status)
	}
	if a := o.Rune.Get("/cases/" + o.Shared + "/summary.pdf"); a.Status != 200 {
		t.Error("a reader may print what he may see:", a.Status)
	}
	lacks(t, words(o.Rune.Get("/detentions/list").Body), "Sami", "Quay")
}

func TestTheCheckCodeChangesWithTheRecordAlone(t *testing.T) {
	o := newOnPaper(t)
	code := func(query string) string {
		m := regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}`).FindString(o.Nadia.Get("/cases/" + o.home + "/summary" + query).Body)
		if m == "" {
			t.Fatal("no check code")
		}
		return m
	}
	first := code("")
	if code("?lang=ar") != first || code("?paper=letter") != first {
		t.Error("language or paper changes the code")
	}
	err := o.Book.Do(t.Context(), o.Luis.Actor(), func(tx *record.Tx) error {
		s, err := tx.Get("case", o.home)
		if err != nil {
			return err
		}
		_, err = tx.Add("citations", s, &citation.Citation{Speaker: "a lawyer"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if code("") == first {
		t.Error("a new source does not change the code")
	}
}

func TestEveryStepHasItsSentence(t *testing.T) {
	for _, l := range i18n.Languages() {
		r := i18n.In(l.Code)
		for _, kind := range append([]string{"visit_denied"}, detention.StepKinds...) {
			for _, shape := range []string{"none", "at", "by", "at_by"} {
				text := r.T("print.step."+kind+"."+shape, "where", "WHERE", "by", "BY")
				if strings.Contains(text, "WHERE") != strings.HasPrefix(shape, "at") || strings.Contains(text, "BY") != strings.HasSuffix(shape, "by") {
					t.Errorf("%s %s %s: %q", l.Code, kind, shape, text)
				}
			}
		}
	}
}

func TestACaseOfThreeHundredIsReadable(t *testing.T) {
	o := newOnPaper(t)
	err := o.Book.Do(t.Context(), auth.System("a large case"), func(tx *record.Tx) error {
		home, err := tx.Get("case", o.home)
		if err != nil {
			return err
		}
		for i := range 300 {
			p, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: fmt.Sprintf("Invented Person %d", i), Kind: "legal"}}}, home)
			if err != nil {
				return err
			}
			d := &detention.Detention{Person: p.Ref(), Steps: []detention.Step{{Kind: "arrest", Date: edtf.Must("2022-01-15")}}}
			if _, err := tx.Create("detention", d, home); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	text := words(o.Nadia.Get("/cases/" + o.home + "/summary").Body)
	wants(t, text, "307 people.", "300 people (P-", "and 260 more", "Invented Person 299")
	parsed(t, o.Nadia.Get("/cases/"+o.home+"/summary.pdf"))
}
