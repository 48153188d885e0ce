package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// opened is a DOCX of ours by the names of its parts, each of which is XML.
func opened(t testing.TB, d Document) map[string]string {
	t.Helper()
	var out bytes.Buffer
	if err := d.DOCX(&out); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(body)
		for dec := xml.NewDecoder(bytes.NewReader(body)); ; {
			_, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", f.Name, err, body)
			}
		}
	}
	return parts
}

var (
	paragraphs = regexp.MustCompile(`(?s)<w:p>.*?</w:p>`)
	texts      = regexp.MustCompile(`<w:t xml:space="preserve">([^<]*)</w:t>|<w:(br|tab)/>`)
)

// lines are the paragraphs of a part as text.
func lines(part string) []string {
	var out []string
	for _, p := range paragraphs.FindAllString(part, -1) {
		line := ""
		for _, m := range texts.FindAllStringSubmatch(p, -1) {
			if m[2] != "" {
				line += "|"
			}
			line += m[1]
		}
		out = append(out, strings.NewReplacer("\u200e", "", "\u200f", "", "\u00a0", " ", "&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(line))
	}
	return out
}

func TestTheDocxSaysWhatThePdfSays(t *testing.T) {
	for name, d := range map[string]Document{"en": inEnglish(), "ar": inArabic()} {
		parts := opened(t, d)
		body := strings.Join(lines(parts["word/document.xml"]), "\n")
		for _, b := range d.Blocks {
			switch b := b.(type) {
			case Heading:
				if !strings.Contains(body, b.Text) {
					t.Errorf("%s lacks the heading %q", name, b.Text)
				}
			case Table:
				for _, row := range b.Rows {
					for _, cell := range row {
						if want := readable([]rune(strings.NewReplacer("\u2068", "", "\u2069", "").Replace(cell.String()))); !strings.Contains(strings.ReplaceAll(body, " [", "["), want) {
							t.Errorf("%s lacks %q", name, want)
						}
					}
				}
			}
		}
		head := strings.Join(lines(parts["word/header1.xml"]), "\n")
		if !strings.Contains(head, readable([]rune(d.Head.Start))) || !strings.Contains(head, "C-0007") {
			t.Errorf("%s: the running head is %q", name, head)
		}
		for _, field := range []string{`w:instr="PAGE"`, `w:instr="NUMPAGES"`} {
			if strings.Count(parts["word/header1.xml"], field) != 1 {
				t.Errorf("%s: the head lacks the field %s", name, field)
			}
		}
		if foot := strings.Join(lines(parts["word/footer1.xml"]), ""); !strings.Contains(foot, "7F3K-9QMX") {
			t.Errorf("%s: the foot is %q", name, foot)
		}
	}
}

func TestTheDocxHasRealHeadingsHeadsOfTablesAndLinkedSources(t *testing.T) {
	body := opened(t, inEnglish())["word/document.xml"]
	for want, n := range map[string]int{
		`<w:pStyle w:val="Title"/>`: 1, `<w:pStyle w:val="Heading1"/>`: 4, `<w:pStyle w:val="Heading2"/>`: 1, `<w:tblHeader/>`: 2, `<w:tbl>`: 4,
		`w:name="source_1"`: 1, `w:name="source_2"`: 1, `w:anchor="source_1"`: 34, `<w:tblCaption w:val="People of this case"/>`: 1, `<w:bidiVisual/>`: 0,
	} {
		if got := strings.Count(body, want); got != n {
			t.Errorf("%d × %s, wanted %d", got, want, n)
		}
	}
}

func TestAnArabicDocxRunsFromTheRight(t *testing.T) {
	parts := opened(t, inArabic())
	body := parts["word/document.xml"]
	if n := strings.Count(body, "<w:bidiVisual/>"); n != 4 {
		t.Errorf("%d tables run from the right", n)
	}
	if !strings.Contains(body, `</w:rPr><w:t xml:space="preserve">`+"\u200e"+`P-0142`+"\u200e"+`</w:t>`) {
		t.Error("a reference has no direction of its own")
	}
	if !regexp.MustCompile(`<w:bidi/></w:sectPr>`).MatchString(body) || !strings.Contains(parts["word/styles.xml"], `w:bidi="ar"`) {
		t.Error("the document does not say that it is Arabic and runs from the right")
	}
	if strings.ContainsAny(body, "\u2066\u2067\u2068\u2069\u202a\u202b\u202d\u202e") {
		t.Error("a letter is left that programs do not agree on")
	}
	for _, run := range regexp.MustCompile(`<w:r><w:rPr>(.*?)</w:rPr>(.*?)</w:r>`).FindAllStringSubmatch(body, -1) {
		arabic := strings.ContainsFunc(run[2], func(r rune) bool { return r >= 0x620 && r < 0x660 })
		if right := strings.Contains(run[1], "<w:rtl/>"); arabic && !right {
			t.Errorf("%s is not read from the right", run[0])
		}
	}
}

// runsOf are the runs of a text: < for one read from the right.
func runsOf(t Text, base uint8) string {
	out, last := "", letter{span: -2}
	for _, l := range inOrder(t, base) {
		if l.right != last.right || last.span == -2 {
			out += "|"
			if l.right == 1 {
				out += "<"
			}
		}
		last = l
		out += strings.NewReplacer("\u200e", "L", "\u200f", "R", "\u00a0", " ").Replace(string(l.r))
	}
	return out
}

func TestEachRunHasOneDirection(t *testing.T) {
	for _, c := range []struct {
		base uint8
		text Text
		want string
	}{
		{0, Plain("plain 12/3 words"), "|plain 12/3 words"},
		{0, Apart("P-0142"), "|P-0142"},
		{0, Text{{Text: "to "}, {Text: "سامي", Style: Isolated}, {Text: ", 3"}}, "|to |<RساميR|, 3"},
		{0, Plain("he said «رقم 12 هنا» twice"), "|he said «|<رقم 12 هنا|» twice"},
		{1, Plain("في 16 آذار"), "|<في 16 آذار"},
		{1, Plain("قال Sami Al 12 ثم"), "|<قال |Sami Al 12|< ثم"},
		{1, Text{{Text: "بين "}, {Text: "1,695–1,845", Style: Isolated}, {Text: " يوم"}}, "|<بين |L1,695–1,845L|< يوم"},
		{1, Plain("نص").Marked(2), "|<نص R[2]R"},
		{0, Plain("text").Marked(2), "|text [2]"},
		{0, Plain("text نص").Marked(2), "|text |<نص| L[2]L"},
		{1, append(append(Text{{Text: "\u2068"}, {Text: "said."}}, Text{}.Marked(2)...), Span{Text: "then\u2069"}), "|Lsaid. L[2]LthenL"},
		{1, Plain("أ\nb"), "|<أ\n|b"},
	} {
		if got := runsOf(c.text, c.base); got != c.want {
			t.Errorf("%v\n  got %s\nwanted %s", c.text, got, c.want)
		}
	}
}

func TestListsOfADocxAreNumberedByIt(t *testing.T) {
	parts := opened(t, Document{Lang: "en", Dir: "ltr", Blocks: append(Markdown("1. a\n2. b\n   - x\n   - y\n\nthen\n\n5. e\n\n> said"), List{Items: []Item{{Mark: "1a", Blocks: Markdown("ask")}}})})
	body := parts["word/document.xml"]
	if got := regexp.MustCompile(`<w:numPr>.*?</w:numPr>`).FindAllString(body, -1); fmt.Sprint(len(got)) != "5" {
		t.Errorf("numbered points: %v", got)
	}
	for _, want := range []string{`<w:ilvl w:val="1"/><w:numId w:val="1"/>`, `<w:ilvl w:val="0"/><w:numId w:val="2"/>`, `<w:ilvl w:val="0"/><w:numId w:val="3"/>`, `<w:pBdr><w:left `} {
		if !strings.Contains(body, want) {
			t.Errorf("lacks %s", want)
		}
	}
	if !strings.Contains(parts["word/numbering.xml"], `<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>`) {
		t.Error("the second list does not begin with 5")
	}
	if got := lines(body); !slices.Contains(got, "1a|ask") || !slices.Contains(got, "said") {
		t.Errorf("%q", got)
	}
}

func TestADocxTellsNothingOfWhoMadeIt(t *testing.T) {
	parts := opened(t, inEnglish())
	if got := slices.Sorted(maps.Keys(parts)); !slices.Equal(got, []string{"[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/_rels/document.xml.rels", "word/document.xml", "word/footer1.xml", "word/header1.xml", "word/numbering.xml", "word/settings.xml", "word/styles.xml"}) {
		t.Errorf("parts: %v", got)
	}
	core := regexp.MustCompile(`<([a-z]+:[a-zA-Z]+)[ >]`).FindAllStringSubmatch(parts["docProps/core.xml"], -1)
	for _, m := range core {
		if !slices.Contains([]string{"cp:coreProperties", "dc:title", "dc:language"}, m[1]) {
			t.Errorf("the properties hold %s", m[1])
		}
	}
	if !strings.Contains(parts["word/settings.xml"], "<w:removePersonalInformation/>") || strings.Contains(parts["word/document.xml"], "rsid") {
		t.Error("who saves it next is noted in it")
	}
	for _, d := range []func() Document{inEnglish, inArabic} {
		var a, b bytes.Buffer
		if err := errors.Join(d().DOCX(&a), d().DOCX(&b)); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("two files differ: %v", err)
		}
	}
}

func TestEveryPartOfADocxIsDeclaredAndFound(t *testing.T) {
	parts := opened(t, inArabic())
	for _, m := range regexp.MustCompile(`PartName="/([^"]+)"`).FindAllStringSubmatch(parts["[Content_Types].xml"], -1) {
		if parts[m[1]] == "" {
			t.Errorf("%s is declared and not there", m[1])
		}
	}
	targets := regexp.MustCompile(`Id="(r\d)"[^>]*Target="([^"]+)"`).FindAllStringSubmatch(parts["word/_rels/document.xml.rels"], -1)
	found := map[string]string{}
	for _, m := range targets {
		found[m[1]] = m[2]
		if parts["word/"+m[2]] == "" {
			t.Errorf("%s is pointed at and not there", m[2])
		}
	}
	if found["r4"] != "header1.xml" || found["r5"] != "footer1.xml" {
		t.Errorf("the section points at %v", found)
	}
}

func TestABreakOfADocxBeginsAPageWhateverFollows(t *testing.T) {
	for _, next := range []Block{Paragraph{Text: Plain("x")}, Heading{2, "x"}, Table{Columns: []Column{{Title: "x"}}}, Facts{[]Fact{{"x", nil}}}} {
		body := opened(t, Document{Lang: "en", Dir: "ltr", Blocks: []Block{Paragraph{Text: Plain("one")}, Break{}, next, Break{}}})["word/document.xml"]
		at, there := strings.Index(body, "<w:pageBreakBefore/>"), strings.Index(body, ">x<")
		if at < 0 || there < at || strings.Count(body, "<w:pageBreakBefore/>") != 1 {
			t.Errorf("%T: the page begins at %d, it stands at %d", next, at, there)
		}
	}
}
