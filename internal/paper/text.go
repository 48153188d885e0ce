package paper

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"
)

// clean drops what no paper should carry: control letters, and the embeddings
// and overrides that turn text around to deceive. Isolates and joiners stay.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029' || r == '\u0085' || r == '\v' || r == '\f':
			return '\n'
		case r == '\t':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0 || r >= '\u202a' && r <= '\u202e' || r == '\ufeff' || r == '\u00ad':
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(s, "\ufffd"))
}

const (
	isolate = '\u2068'
	pop     = '\u2069'
)

// invisible letters steer shaping and order but leave no mark on paper.
func invisible(r rune) bool {
	return r >= '\u200b' && r <= '\u200f' || r >= '\u2060' && r <= '\u206f' || r == '\u061c' || r >= '\ufe00' && r <= '\ufe0f' || r == '\n'
}

// look is what a letter is set in.
type look struct {
	weight weight
	faint  bool
}

// glyph is one placed shape, in thousandths of the font size.
type glyph struct {
	shape
	text    string // what is read back from it; empty for the rest of a group
	at      int    // index of its first letter
	advance float64
}

// shape is what a glyph looks like, in units of its font. A mark is moved to
// its place within the shape and not by the text around it, and a ligature of
// Arabic is cut in one blank and one drawn part: so every letter has a code and
// a place of its own, in order, which readers of PDF that know nothing of
// Arabic need to give the text back right.
type shape struct {
	id     uint16
	dx, dy int16
	blank  bool
	wide   uint16 // its own advance; 0 for a mark
}

// item is a stretch of one font, level and look, shaped as a whole.
type item struct {
	from, to int
	level    uint8
	face     int
	look     look
	script   language.Script
	glyphs   []glyph // from left to right
}

// words is a shaped paragraph, before it is broken into lines.
type words struct {
	runes   []rune
	levels  []uint8
	base    uint8 // level of the paragraph: 1 is right to left
	items   []item
	itemOf  []int32
	advance []float64 // of each letter, thousandths
	breaks  []bool    // a line may end after this letter
	must    []bool    // a line must end after this letter
}

// letters puts spans into one line of letters with their looks.
func (t Text) letters(start look) (runes []rune, looks []look) {
	add := func(s string, l look) {
		for _, r := range s {
			runes, looks = append(runes, r), append(looks, l)
		}
	}
	for _, s := range t {
		l := start
		switch {
		case s.Style&Bold != 0 || s.Field != "":
			l.weight = bold
		case s.Style&Italic != 0 && l.weight == regular:
			l.weight = italic
		}
		l.faint = l.faint || s.Style&Faint != 0
		body := clean(s.Text)
		if s.Note > 0 {
			// A mark never begins a line.
			add("\u00a0", start)
			body, s.Style, l = mark(s.Note), Isolated, start
		}
		if s.Style&Isolated != 0 && body != "" {
			body = string(isolate) + body + string(pop)
		}
		add(body, l)
	}
	return runes, looks
}

const anyDirection = 2 // for shape: the text's own first strong letter decides

// shape prepares text for breaking. Lang helps fonts choose local forms; whole
// is the level of the document, base the paragraph's or anyDirection.
func (p *press) shape(t Text, start look, lang string, whole, base uint8) *words {
	runes, looks := t.letters(start)
	w := &words{runes: runes, base: base}
	if base == anyDirection {
		w.base = direction(runes, whole)
	}
	n := len(runes)
	w.itemOf = make([]int32, n)
	w.advance = make([]float64, n)
	w.breaks = make([]bool, n)
	w.must = make([]bool, n)
	if n == 0 {
		return w
	}
	w.levels = make([]uint8, n)
	for from := 0; from < n; {
		to := from
		for to < n && runes[to] != '\n' {
			to++
		}
		copy(w.levels[from:to], levels(runes[from:to], w.base))
		if to < n {
			w.levels[to], w.must[to] = w.base, true
			to++
		}
		from = to
	}
	w.itemize(looks)
	for i := range w.items {
		p.shapeItem(w, &w.items[i], lang)
	}
	var seg segmenter.Segmenter
	seg.Init(runes)
	for lines := seg.LineIterator(); lines.Next(); {
		l := lines.Line()
		end := l.Offset + len(l.Text) - 1
		if runes[end] == '–' && end+1 < n && unicode.IsDigit(runes[end+1]) {
			continue // a range of figures stays on its line
		}
		w.breaks[end] = true
	}
	return w
}

// longest item, roughly, in letters: lines are cut out of items by looking
// through their glyphs.
const longest = 500

func (w *words) itemize(looks []look) {
	face, script := -1, language.Common
	for i, r := range w.runes {
		if invisible(r) && r != '\u200c' && r != '\u200d' {
			w.itemOf[i] = -1
			script = language.Common
			continue
		}
		s := language.LookupScript(r)
		if !s.Strong() {
			s = script
		}
		f := choose(r, looks[i].weight, face)
		if r == '\u200c' || r == '\u200d' {
			if face >= 0 {
				f = face
			}
		}
		last := len(w.items) - 1
		if last >= 0 {
			it := &w.items[last]
			same := it.to == i && it.face == f && it.level == w.levels[i] && it.look == looks[i] &&
				(i-it.from < longest || w.runes[i-1] != ' ')
			if same && (it.script == s || it.script == language.Common) {
				it.to, it.script = i+1, s
				w.itemOf[i] = int32(last) // #nosec G115 -- fewer items than letters
				face, script = f, s
				continue
			}
		}
		w.items = append(w.items, item{from: i, to: i + 1, level: w.levels[i], face: f, look: looks[i], script: s})
		w.itemOf[i] = int32(last + 1) // #nosec G115 -- fewer items than letters
		face, script = f, s
	}
}

// Ligatures that are a matter of taste make text hard to search.
var features = []harfbuzz.Feature{
	{Tag: ot.MustNewTag("liga"), Value: 0, Start: harfbuzz.FeatureGlobalStart, End: harfbuzz.FeatureGlobalEnd},
	{Tag: ot.MustNewTag("dlig"), Value: 0, Start: harfbuzz.FeatureGlobalStart, End: harfbuzz.FeatureGlobalEnd},
}

func (p *press) shapeItem(w *words, it *item, lang string) {
	b := p.buffer
	b.Clear()
	b.AddRunes(w.runes, it.from, it.to-it.from)
	b.ClusterLevel = harfbuzz.Characters
	b.Props.Direction = harfbuzz.LeftToRight
	if it.level%2 == 1 {
		b.Props.Direction = harfbuzz.RightToLeft
	}
	b.Props.Script = it.script
	b.Props.Language = language.NewLanguage(lang)
	b.Shape(p.fonts[it.face], features)

	scale := 1000 / typefaces()[it.face].upem
	// Letters that went into a ligature are read back from the glyph of the
	// nearest letter before them.
	owns := make([]bool, it.to-it.from)
	done := make([]bool, it.to-it.from)
	for _, info := range b.Info {
		owns[info.Cluster-it.from] = true
	}
	it.glyphs = make([]glyph, 0, len(b.Info))
	for k := range b.Info {
		at, pos := b.Info[k].Cluster, b.Pos[k]
		g := glyph{at: at, advance: float64(pos.XAdvance) * scale, shape: shape{
			id: gid(b.Info[k].Glyph), dx: int16(pos.XOffset), dy: int16(pos.YOffset), // #nosec G115 -- moves within a glyph, read from the font with 16 bits
		}}
		g.wide, _ = typefaces()[it.face].metricsOf(g.id)
		w.advance[at] += g.advance
		if !done[at-it.from] {
			done[at-it.from] = true // later glyphs of the group carry no text
			end := at + 1
			for end < it.to && !owns[end-it.from] {
				end++
			}
			g.text = readable(w.runes[at:end])
			if g.text == "" && g.advance == 0 {
				continue
			}
		}
		if it.level%2 == 1 && g.advance > 0 {
			it.glyphs = append(it.glyphs, g.apart()...)
		} else {
			it.glyphs = append(it.glyphs, g)
		}
	}
}

// apart cuts a ligature that is read from right to left into a part for each
// of its letters, the last letter first. The last part draws the whole.
func (g glyph) apart() []glyph {
	letters := []rune(g.text)
	n := len(letters)
	if n < 2 || slices.ContainsFunc(letters, func(r rune) bool { return unicode.Is(unicode.M, r) }) {
		return []glyph{g}
	}
	wide := g.wide / uint16(n) // #nosec G115 -- letters of one ligature
	out := make([]glyph, n)
	for i := range out {
		out[i] = g
		out[i].text = string(letters[n-1-i])
		out[i].advance = g.advance / float64(n)
		out[i].wide = wide
		if i < n-1 {
			out[i].shape = shape{blank: true, wide: wide}
		}
	}
	out[n-1].dx -= int16(wide) * int16(n-1) // #nosec G115 -- less than the width of the glyph
	return out
}

func gid(g font.GID) uint16 {
	if g > math.MaxUint16 {
		return 0
	}
	return uint16(g) // #nosec G115 -- compared above
}

// readable is the text that a reader gets when he copies a glyph.
func readable(runes []rune) string {
	var b []byte
	for _, r := range runes {
		switch {
		case r == '\u00a0':
			r = ' '
		case invisible(r):
			continue
		}
		b = utf8.AppendRune(b, r)
	}
	return string(b)
}

// line is the letters from up to to, without the spaces at its end.
type line struct {
	from, to int
	tail     int     // the space that follows and hangs out, or -1
	width    float64 // thousandths of the size
}

func space(r rune) bool {
	return r == ' ' || r == '\n' || invisible(r) && r != '\u2068' && r != '\u2069'
}

// lines breaks the paragraph so that no line is wider than width, given in
// thousandths of the size. A word wider than that is cut between letters.
func (w *words) lines(width float64) []line {
	var out []line
	n := len(w.runes)
	for from := 0; from < n; {
		end, good := from, -1
		total := 0.0
		for ; end < n; end++ {
			if !space(w.runes[end]) && total+w.advance[end] > width+0.01 && end > from {
				break
			}
			total += w.advance[end]
			if w.breaks[end] {
				good = end + 1
			}
			if w.must[end] {
				end++
				good = end
				break
			}
		}
		if end < n || good == end {
			switch {
			case good > from:
				end = good
			default:
				// Marks and the rest of a ligature stay with their letter.
				for cut := end; cut > from+1; cut-- {
					if w.advance[cut] > 0 {
						end = cut
						break
					}
				}
			}
		}
		out = append(out, w.line(from, end))
		from = end
	}
	return out
}

func (w *words) line(from, to int) line {
	l := line{from: from, to: to, tail: -1}
	for l.to > l.from && space(w.runes[l.to-1]) {
		l.to--
		if w.runes[l.to] == ' ' {
			l.tail = l.to
		}
	}
	for i := l.from; i < l.to; i++ {
		l.width += w.advance[i]
	}
	return l
}

// natural is the width of the text on one line, and of its longest word.
func (w *words) natural() (all, word float64) {
	line, piece, trail := 0.0, 0.0, 0.0
	for i, r := range w.runes {
		if w.must[i] {
			line, piece, trail = 0, 0, 0
			continue
		}
		line += w.advance[i]
		if space(r) {
			trail += w.advance[i]
		} else {
			piece += trail + w.advance[i]
			trail = 0
		}
		all, word = max(all, line), max(word, piece)
		if w.breaks[i] {
			piece, trail = 0, 0
		}
	}
	return all, word
}

// strip is one stretch of a line as it is drawn: glyphs of one font in order
// from left to right.
type strip struct {
	face   int
	look   look
	glyphs []glyph
	x      float64 // from the left of the line, thousandths
}

// strips orders a line for the eye (rules L1 and L2).
func (w *words) strips(l line) []strip {
	type span struct {
		from, to int
		level    uint8
		item     int32
	}
	var spans []span
	for i := l.from; i < l.to; i++ {
		if w.itemOf[i] < 0 {
			continue
		}
		if k := len(spans) - 1; k >= 0 && spans[k].item == w.itemOf[i] && spans[k].to == i {
			spans[k].to++
			continue
		}
		spans = append(spans, span{i, i + 1, w.levels[i], w.itemOf[i]})
	}
	var top uint8
	for _, s := range spans {
		top = max(top, s.level)
	}
	for level := top; level > 0; level-- {
		for i := 0; i < len(spans); i++ {
			if spans[i].level < level {
				continue
			}
			end := i
			for end < len(spans) && spans[end].level >= level {
				end++
			}
			for a, b := i, end-1; a < b; a, b = a+1, b-1 {
				spans[a], spans[b] = spans[b], spans[a]
			}
			i = end
		}
	}
	x := 0.0
	if l.tail >= 0 {
		// Kept so that the words of two lines are not read as one.
		s := span{l.tail, l.tail + 1, w.base, w.itemOf[l.tail]}
		if w.base == 1 {
			spans, x = slices.Insert(spans, 0, s), -w.advance[l.tail]
		} else {
			spans = append(spans, s)
		}
	}
	out := make([]strip, 0, len(spans))
	for _, s := range spans {
		it := &w.items[s.item]
		st := strip{face: it.face, look: it.look, x: x}
		for _, g := range it.glyphs {
			if g.at >= s.from && g.at < s.to {
				st.glyphs = append(st.glyphs, g)
				x += g.advance
			}
		}
		if len(st.glyphs) > 0 {
			out = append(out, st)
		}
	}
	return out
}
