package paper

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"amparo/assets"
	"amparo/internal/i18n"
)

func TestTheCheckCodeIsShortAndChangesWithItsParts(t *testing.T) {
	shape := regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)
	seen := map[string]string{}
	for _, parts := range [][]string{nil, {""}, {"", ""}, {"ab", "c"}, {"a", "bc"}, {"abc"}, {"c", "ab"}} {
		c := CheckCode(parts...)
		if !shape.MatchString(c) {
			t.Errorf("CheckCode(%q) = %q", parts, c)
		}
		if before, ok := seen[c]; ok {
			t.Errorf("%q and %s have the same code", parts, before)
		}
		seen[c] = fmt.Sprintf("%q", parts)
		if CheckCode(parts...) != c {
			t.Errorf("CheckCode(%q) changes", parts)
		}
	}
}

func TestLatinCyrillicAndAzerbaijaniReadBackAsWritten(t *testing.T) {
	text := read(t, inEnglish()).text()
	for _, want := range []string{
		"Members of a reading circle, Port Vesna", "Сергій Їжаков, Əli Şıxlı, Čedomir Țiu", "Vasıf Ağdamlı",
		"Office of Inner", "[1]", "1,695–1,845", "three people not shown", "A1", "Two demands were left out",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on paper", want)
		}
	}
}

func TestArabicIsJoinedAndReadBackLetterByLetter(t *testing.T) {
	b := read(t, inArabic())
	text := b.text()
	for _, want := range []string{
		"أعضاء حلقة قراءة، ميناء فيسنا", "الأشخاص", "أربعة منهم على الأقل قيد الاحتجاز", "محمّد الأمين", "لا اسم بعد", "محمود بن لافي", "فُتحت القضية",
	} {
		if !strings.Contains(text, seen(want)) {
			t.Errorf("%q is not on paper", want)
		}
	}
	for _, want := range []string{"Əli Şıxlı oğlu", "Сергій Їжаков", "+000 91 234 567", "P-0142", "7F3K-9QMX", "C-0007"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on paper", want)
		}
	}
}

func TestArabicLettersTakeTheirJoinedForms(t *testing.T) {
	p := presses.Get().(*press)
	defer presses.Put(p)
	shapes := map[uint16]bool{}
	w := p.shape(Plain("ببب ب"), look{}, "ar", 1, anyDirection)
	for _, it := range w.items {
		for _, g := range it.glyphs {
			if g.text == "ب" {
				shapes[g.id] = true
			}
		}
	}
	if len(shapes) != 4 {
		t.Errorf("beh has %d forms, not 4: first, middle, last and alone", len(shapes))
	}
}

func TestEachPageHasItsHeadItsFootAndItsNumber(t *testing.T) {
	b := read(t, inEnglish())
	if len(b.pages) < 3 {
		t.Fatalf("%d pages", len(b.pages))
	}
	for i := range b.pages {
		for _, want := range []string{
			"Amparo · Case summary · audience: internal",
			fmt.Sprintf("C-0007 · printed 20 Nov 2026 by L. Okafor · page %d of %d", i+1, len(b.pages)),
			"check code 7F3K-9QMX",
		} {
			if !strings.Contains(b.page(i), want) {
				t.Errorf("page %d lacks %q", i+1, want)
			}
		}
	}
}

func TestTheHeadOfATableIsRepeatedOnEachPageItReaches(t *testing.T) {
	d := Document{Lang: "en", Dir: "ltr", Title: "Long", Blocks: []Block{
		Table{Columns: []Column{{Title: "Reference"}, {Title: "What"}}, Rows: rows(120)}, Paragraph{Text: Plain("After all.")},
	}}
	b := read(t, d)
	if len(b.pages) < 3 {
		t.Fatalf("%d pages", len(b.pages))
	}
	read := 0
	for i := range b.pages {
		if n := strings.Count(b.page(i), "Reference"); n != 1 {
			t.Errorf("page %d has the head %d times", i+1, n)
		}
		for _, l := range b.pages[i] {
			if l.text == "Reference" && l.tag == "TH" {
				read++
			}
		}
	}
	if read != 1 {
		t.Errorf("the head is read aloud %d times", read)
	}
	for i := range 120 {
		if n := strings.Count(b.text(), fmt.Sprintf("row %d.", i)); n != 1 {
			t.Errorf("row %d stands there %d times", i, n)
		}
	}
}

func rows(n int) [][]Text {
	var out [][]Text
	for i := range n {
		out = append(out, []Text{Apart(fmt.Sprintf("P-%04d", i)), Plain(fmt.Sprintf("row %d.", i))})
	}
	return out
}

func TestNoHeadingIsTheLastThingOnItsPage(t *testing.T) {
	followers := map[string]Block{
		"paragraph":  Paragraph{Text: Plain(strings.Repeat("a few words that follow ", 20))},
		"table":      Table{Columns: []Column{{Title: "Reference"}}, Rows: rows(5)},
		"chronology": Chronology{Rows: []Moment{{"1 Mar 2022", Plain("one")}, {"2 Mar 2022", Plain("two")}}},
		"facts":      Facts{[]Fact{{"label", Plain("value")}}},
	}
	for name, follower := range followers {
		for filler := range 60 {
			d := Document{Lang: "en", Dir: "ltr", Title: "T", Foot: "foot"}
			for range filler {
				d.Blocks = append(d.Blocks, Paragraph{Text: Plain("filler")})
			}
			d.Blocks = append(d.Blocks, Heading{2, "The heading"}, Heading{3, "The lower heading"}, follower)
			b := read(t, d)
			for i, p := range b.pages {
				for k := range p {
					if p[k].tag == "H3" && (k+1 == len(p) || p[k+1].tag == "Artifact" && !strings.Contains(b.page(i), "Reference")) {
						t.Fatalf("%s after %d lines: a heading ends page %d:\n%s", name, filler, i+1, b.page(i))
					}
				}
				if strings.Contains(b.page(i), "Reference") && strings.Count(b.page(i), "P-0") < 2 {
					t.Fatalf("after %d lines: the head of a table stands without two rows on page %d", filler, i+1)
				}
			}
		}
	}
}

func TestNothingStandsOutsideTheSheet(t *testing.T) {
	long := strings.Repeat("Wörterzusammensetzung", 40)
	for _, dir := range []string{"ltr", "rtl"} {
		for _, size := range []Size{A4, LetterSize} {
			d := Document{Lang: "en", Dir: dir, Title: long, Size: size, Foot: long, Head: Head{long, long}, Blocks: []Block{
				Paragraph{Text: Plain(long + " " + strings.Repeat("سلام ", 3000))},
				Table{Columns: []Column{{Title: long}, {Title: "b", Width: 3}, {Title: "c"}}, Rows: [][]Text{{Plain(long), Plain(strings.Repeat("word ", 4000)), Plain("c")}, {}}},
				Facts{[]Fact{{long, Plain(long)}}}, Chronology{Rows: []Moment{{long, Plain(long).Marked(1, 2, 3)}}},
				Notes{[]Note{{Number: 12345, Text: Plain(long), Grade: long}}},
			}}
			w, h := size.sheet()
			for i, p := range read(t, d).pages {
				for _, l := range p {
					if l.x < side-6 || l.x > w-side || l.y < 20 || l.y > h-above {
						t.Errorf("page %d: %q at %.0f, %.0f", i+1, l.text, l.x, l.y)
					}
				}
			}
		}
	}
}

func TestARowTallerThanAPageGoesOnOverThePages(t *testing.T) {
	var words []string
	for i := range 3000 {
		words = append(words, fmt.Sprintf("w%d", i))
	}
	d := Document{Lang: "en", Dir: "ltr", Blocks: []Block{Table{Columns: []Column{{Title: "A"}}, Rows: [][]Text{{Plain(strings.Join(words, " "))}}}}}
	text := " " + strings.ReplaceAll(read(t, d).text(), "\n", " ") + " "
	for _, w := range words {
		if !strings.Contains(text, " "+w+" ") {
			t.Fatalf("%s is lost", w)
		}
	}
}

func TestTheDirectionOfTheDocumentMirrorsItsTables(t *testing.T) {
	at := func(d Document, text string) float64 {
		for _, p := range read(t, d).pages {
			for _, l := range p {
				if l.text == text {
					return l.x
				}
			}
		}
		t.Fatalf("%q is not on paper", text)
		return 0
	}
	table := Table{Columns: []Column{{Title: "first"}, {Title: "second"}}, Rows: [][]Text{{Plain("1-1"), Plain("22")}}}
	ltr := Document{Lang: "en", Dir: "ltr", Blocks: []Block{table}}
	rtl := Document{Lang: "ar", Dir: "rtl", Blocks: []Block{table}}
	if at(ltr, "first") > at(ltr, "second") || at(ltr, "1-1") > at(ltr, "22") {
		t.Error("columns of an English table run from right to left")
	}
	if at(rtl, "first") < at(rtl, "second") || at(rtl, "1-1") < at(rtl, "22") {
		t.Error("columns of an Arabic table run from left to right")
	}
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	if !bytes.Equal(read(t, inArabic()).raw, read(t, inArabic()).raw) {
		t.Error("two prints differ")
	}
}

func TestManyPrintsAtOnceDoNotDisturbEachOther(t *testing.T) {
	want := read(t, inArabic()).raw
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			d := inArabic()
			if i%2 == 1 {
				d = inEnglish()
			}
			var out bytes.Buffer
			if err := d.PDF(&out); err != nil || i%2 == 0 && !bytes.Equal(out.Bytes(), want) {
				t.Errorf("print %d differs: %v", i, err)
			}
		})
	}
	all.Wait()
}

func TestAPdfOfSomePagesIsSmallAndCarriesNoMoment(t *testing.T) {
	for _, d := range []Document{inEnglish(), inArabic()} {
		b := read(t, d)
		if len(b.raw) > 60_000 {
			t.Errorf("%s: %d bytes for %d pages", d.Lang, len(b.raw), len(b.pages))
		}
		for _, never := range []string{"CreationDate", "ModDate", "/Author", "/Creator", "CreateDate"} {
			if bytes.Contains(b.raw, []byte(never)) || b.find(never) != "" {
				t.Errorf("%s: carries %s", d.Lang, never)
			}
		}
		if b.find("/Lang"+str(d.Lang)) == "" || b.find("/Marked true") == "" {
			t.Errorf("%s: language or tags are not said", d.Lang)
		}
	}
}

func TestEveryPieceOfTextHasItsPlaceInTheStructure(t *testing.T) {
	b := read(t, inArabic())
	count := map[string]int{}
	for _, body := range b.objects {
		if m := regexp.MustCompile(`/Type/StructElem/S/(\w+)`).FindStringSubmatch(body); m != nil {
			count[m[1]]++
		}
	}
	for kind, want := range map[string]int{"Document": 1, "H1": 1, "H2": 4, "P": 1, "Table": 3, "THead": 2, "TH": 6 + 5 + 40, "TD": 5*6 + 40 + 20*5, "L": 2, "LI": 4 + 3} {
		if count[kind] != want {
			t.Errorf("%d × %s, want %d", count[kind], kind, want)
		}
	}
	for i, p := range b.pages {
		for _, l := range p {
			if l.tag == "" {
				t.Errorf("page %d: %q is outside the structure", i+1, l.text)
			}
		}
	}
}

func TestNoRankOfHeadingsIsLeftOutForWhoHearsThem(t *testing.T) {
	ranks := func(d Document) string {
		out := ""
		for _, l := range read(t, d).pages[0] {
			if strings.HasPrefix(l.tag, "H") {
				out += l.tag + " "
			}
		}
		return out
	}
	for want, d := range map[string]Document{
		"H1 H2 H3 H2 ": {Title: "a", Blocks: []Block{Heading{2, "b"}, Heading{3, "c"}, Heading{2, "d"}}},
		"H1 H2 H2 H3 ": {Title: "a", Blocks: []Block{Heading{3, "b"}, Heading{2, "c"}, Heading{3, "d"}}},
		"H1 H2 ":       {Blocks: []Block{Heading{2, "a"}, Heading{3, "b"}}},
		"H1 H2 H3 ":    {Blocks: []Block{Heading{1, "a"}, Heading{2, "b"}, Heading{3, "c"}}},
	} {
		if got := ranks(d); got != want {
			t.Errorf("read as %s, wanted %s", got, want)
		}
	}
	if read(t, Document{Blocks: Markdown("- a\n\n1. b")}).find("/ListNumbering/Decimal") == "" {
		t.Error("a list does not say how its points are told apart")
	}
}

func TestHostileLettersDoNoHarm(t *testing.T) {
	nasty := "a\x00b\x1b[31m\u202egnp.exe\u202c \xff\xfe \ufeff\t x\u2028y 漢字 😀 \U000e0041 (>>\\) <script>alert(1)</script> \u2067\u2067\u2066" + strings.Repeat("\u2068", 300)
	d := Document{Lang: "e\"><script>", Dir: nasty, Title: nasty, Head: Head{nasty, nasty}, Foot: nasty, Blocks: []Block{
		Heading{9, nasty}, Heading{-1, ""}, Paragraph{Text: Plain(nasty).Marked(-1, 0, 7)}, Facts{}, Facts{[]Fact{{nasty, nil}}},
		Table{}, Table{Caption: nasty, Columns: []Column{{Title: nasty, Width: -4}}, Rows: [][]Text{nil, {nil, nil, Plain(nasty)}, {Plain(nasty)}}},
		Chronology{Caption: nasty, Rows: []Moment{{}, {nasty, Plain(nasty)}}}, Notes{}, Notes{[]Note{{}, {Number: 7, Text: Plain(nasty), Grade: nasty}}}, nil,
	}}
	b := read(t, d)
	if !strings.Contains(b.text(), "gnp.exe") {
		t.Error("an override turned the text around")
	}
	for name, part := range opened(t, d) {
		if strings.ContainsAny(part, "\u202e\x00\x1b") {
			t.Errorf("%s of the docx carries what turns text around", name)
		}
	}
	var page bytes.Buffer
	if err := HTML(&page, d); err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"<script", "\u202e", "\x00", "\x1b", "style="} {
		if strings.Contains(page.String(), never) {
			t.Errorf("the page carries %q", never)
		}
	}
}

func TestTheEmptyDocumentIsOneEmptyPage(t *testing.T) {
	if n := len(read(t, Document{}).pages); n != 1 {
		t.Errorf("%d pages", n)
	}
	opened(t, Document{})
}

func TestSourcesAreNumberedInTheOrderTheyAreCited(t *testing.T) {
	var s Sources
	got := []int{s.Mark("x", Plain("X"), "A1"), s.Mark("y", Plain("Y"), ""), s.Mark("x", Plain("other"), "C3")}
	if fmt.Sprint(got) != "[1 2 1]" {
		t.Errorf("numbers %v", got)
	}
	n := s.Notes().Notes
	if len(n) != 2 || n[0].Text[0].Text != "X" || n[0].Grade != "A1" || n[1].Number != 2 {
		t.Errorf("notes %+v", n)
	}
}

func TestThePageHasHeadingsTableHeadsAndLinkedSources(t *testing.T) {
	var out bytes.Buffer
	d := inArabic()
	if err := HTML(&out, d); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	for _, want := range []string{
		`<div class="paper paper-a4" lang="ar" dir="rtl">`, `<h1 class="paper-title">`, `<section class="paper-section"><h2 `, `<thead><tr><th scope="col">`,
		`<a class="paper-mark" href="#paper-note-1"`, `<li id="paper-note-1" value="1">`, `<dl class="paper-facts">`, `<bdi dir="ltr">Əli Şıxlı oğlu</bdi>`, `<bdi class="paper-whole">P-0142</bdi>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, tag := range []string{"section", "table", "thead", "tbody", "tr", "td", "th", "dl", "dd", "dt", "div", "bdi", "a", "li", "ol", "p", "span", "h1", "h2"} {
		opened := len(regexp.MustCompile(`<`+tag+`[ >]`).FindAllString(page, -1))
		if closed := strings.Count(page, "</"+tag+">"); opened != closed {
			t.Errorf("<%s> is opened %d times and closed %d times", tag, opened, closed)
		}
	}
	for _, never := range []string{"style=", "<script", "onclick"} {
		if strings.Contains(page, never) {
			t.Errorf("the page carries %s", never)
		}
	}
}

func TestThePageBringsItsStyleSheetWhichKnowsNoPhysicalSides(t *testing.T) {
	var out bytes.Buffer
	if err := Page(inEnglish()).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`^<link rel="stylesheet" href="([^"]+)">`).FindStringSubmatch(out.String())
	if address == nil || assets.Find(address[1]) == nil {
		t.Fatal("the style sheet is not linked")
	}
	if side := regexp.MustCompile(`(?i)\b(left|right)\b|-(top|bottom):`).FindString(string(assets.Find(address[1]).Plain)); side != "" {
		t.Errorf("the style sheet says %q", side)
	}
}

func TestBothLanguagesSayThePageNumber(t *testing.T) {
	for lang, want := range map[string]string{"en": "page 2 of 3", "ar": "صفحة 2 من 3"} {
		if got := pageOf(i18n.In(lang), 2, 3); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

func BenchmarkAPdfOfFourPages(b *testing.B) {
	d := inArabic()
	for b.Loop() {
		var out bytes.Buffer
		if err := d.PDF(&out); err != nil {
			b.Fatal(err)
		}
	}
}
