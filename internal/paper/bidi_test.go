package paper

import (
	"strings"
	"testing"
	"unicode"

	gotext "github.com/go-text/typesetting/bidi"
)

// visual is the letters of a line from left to right. A bracket that is drawn
// turned round is still the letter that was written.
func visual(text string, base uint8) string {
	p := presses.Get().(*press)
	defer presses.Put(p)
	w := p.shape(Plain(text), look{}, "en", base, base)
	var b strings.Builder
	for _, l := range w.lines(1e9) {
		for _, s := range w.strips(l) {
			for _, g := range s.glyphs {
				b.WriteString(g.text)
			}
		}
	}
	return b.String()
}

func TestTheOrderForTheEye(t *testing.T) {
	const ltr, rtl = 0, 1
	for _, c := range []struct {
		name, text, want string
		base             uint8
	}{
		{"English alone", "abc 12, d", "abc 12, d", ltr},
		{"an Arabic word in English", "ab دار cd", "ab راد cd", ltr},
		{"a number after Arabic belongs to it", "دار 12 cd", "12 راد cd", ltr},
		{"brackets stay around their content", "دار (abc) دار", "راد )abc( راد", rtl},
		{"brackets open on the side where reading begins", "دار (دار)", ")راد( راد", rtl},
		{"a ref keeps its parts", "دار P-0142", "P-0142 راد", rtl},
		{"a range of figures that is isolated is not turned", "دار \u20681,695–1,845\u2069", "1,695–1,845 راد", rtl},
		{"a name in two scripts, isolated, keeps its order", "دار \u2068Sami دار\u2069 دار", "راد Sami راد راد", rtl},
		{"two isolated names stand in the order of the sentence", "\u2068Sami\u2069 \u2068Lev\u2069 دار", "راد Lev Sami", rtl},
		{"an isolate without an end does no harm", "a \u2067دار b", "a b راد", ltr},
		{"a share after Arabic letters is an Arabic number", "دار 12%", "%12 راد", rtl},
		{"a share alone is not", "12%", "12%", rtl},
	} {
		if got := visual(c.text, c.base); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTheFirstStrongLetterDecides(t *testing.T) {
	for text, want := range map[string]uint8{
		"": 0, "12": 0, "abc دار": 0, "دار abc": 1, "12 دار": 1, "«دار»": 1, "\u2068abc\u2069 دار": 1, "\u2068دار\u2069 abc": 0,
		"\u2068abc\u2069": 1, "\u2068abc\u2069، \u2068abc\u2069": 1, // names alone go with the document
	} {
		if got := direction([]rune(text), 1); got != want {
			t.Errorf("direction(%q) = %d", text, got)
		}
	}
}

// The library knows directions, if not levels: ours must agree on them.
func FuzzDirectionsAgreeWithTheLibrary(f *testing.F) {
	f.Add("abc دار (12,5%) \u2068x\u2069 +١٢ [דג]")
	f.Add("دا\u064eر 12-13 a.b «ج»")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ReplaceAll(clean(s), "\n", " ")
		text := []rune(s)
		if len(text) > 200 || strings.ContainsAny(s, "\u2066\u2067\u2068\u2069") {
			return
		}
		for _, r := range text {
			// Versions of Unicode differ in newer letters and in places without one, and our brackets are those of our fonts.
			if unicode.Is(unicode.Cn, r) || r > 0x6ff || r > 0x24f && r < 0x400 || r > 0x52f && r < 0x590 {
				return
			}
		}
		var p gotext.Paragraph
		for base, dir := range []gotext.Direction{gotext.LeftToRight, gotext.RightToLeft} {
			got := levels(text, uint8(base))
			runs := p.Segment(text, dir)
			for i := range runs.NumRuns() {
				r := runs.Run(i)
				for k := r.Start; k < r.End; k++ {
					// Spaces at the end are put right line by line.
					if strings.TrimSpace(string(text[k:])) == "" || class(text[k]) == 11 {
						continue
					}
					if (got[k]%2 == 0) != r.IsLeftToRight() {
						t.Fatalf("%q, letter %d: level %d", s, k, got[k])
					}
				}
			}
		}
	})
}
