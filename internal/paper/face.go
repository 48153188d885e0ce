package paper

import (
	"bytes"
	"embed"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
)

//go:embed fonts/*.ttf
var fontFiles embed.FS

// The fonts on paper. Their order is the order of look-up within a weight.
const (
	sans = iota
	sansBold
	sansItalic
	arabic
	arabicBold
	fontCount
)

var fontNames = [fontCount]string{
	sans: "NotoSans-Regular", sansBold: "NotoSans-Bold", sansItalic: "NotoSans-Italic",
	arabic: "NotoSansArabic-Regular", arabicBold: "NotoSansArabic-Bold",
}

// typeface is one embedded font: parsed for shaping, and its raw tables for
// cutting out the glyphs that a document uses. It never changes.
type typeface struct {
	font   *font.Font
	tables map[string][]byte
	upem   float64
	up     float64 // above the line and, negative, below it: thousandths
	down   float64
}

var typefaces = sync.OnceValue(func() [fontCount]*typeface {
	var all [fontCount]*typeface
	for i, name := range fontNames {
		data, err := fontFiles.ReadFile("fonts/" + name + ".ttf")
		if err != nil {
			panic("paper: " + err.Error())
		}
		face, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			panic("paper: font " + name + ": " + err.Error())
		}
		t := &typeface{font: face.Font, tables: tablesOf(data), upem: float64(face.Upem())}
		if e, ok := face.FontHExtents(); ok {
			t.up, t.down = float64(e.Ascender)*1000/t.upem, float64(e.Descender)*1000/t.upem
		}
		all[i] = t
	}
	return all
})

// press holds what shaping reuses from line to line. It serves one document at
// a time.
type press struct {
	buffer *harfbuzz.Buffer
	fonts  [fontCount]*harfbuzz.Font
}

var presses = sync.Pool{New: func() any {
	p := &press{buffer: harfbuzz.NewBuffer()}
	for i, t := range typefaces() {
		p.fonts[i] = harfbuzz.NewFont(font.NewFace(t.font))
	}
	return p
}}

// weight is the look of a span, as far as it chooses a font.
type weight uint8

const (
	regular weight = iota
	bold
	italic
)

var chains = [...][2]int{
	regular: {sans, arabic}, bold: {sansBold, arabicBold}, italic: {sansItalic, arabic},
}

// choose picks the font of a letter. Letters of a script take the first font
// that has them; spaces and punctuation stay with the font before them, so that
// a run is not cut in pieces for each full stop.
func choose(r rune, w weight, before int) int {
	chain := chains[w]
	if before == chain[1] && !language.LookupScript(r).Strong() && (r < '0' || r > '9') {
		if _, ok := typefaces()[before].font.NominalGlyph(r); ok {
			return before
		}
	}
	for _, f := range chain {
		if _, ok := typefaces()[f].font.NominalGlyph(r); ok {
			return f
		}
	}
	return chain[0]
}
