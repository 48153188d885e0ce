package paper

import (
	"strconv"

	"amparo/internal/i18n"
)

// All lengths here are points, measured from the top left of the sheet.
const (
	side      = 51.0
	above     = 42.0 // to the top of the running head
	below     = 40.0 // under the foot
	bodySize  = 10.0
	largeSize = 11.0
	cellSize  = 9.5
	noteSize  = 8.0
	padding   = 4.0 // inside a cell, above and below
	inset     = 6.0 // inside a cell, before and after
)

// sheet is the width and height of a size of paper.
func (s Size) sheet() (w, h float64) {
	if s == LetterSize {
		return 612, 792
	}
	return 595.28, 841.89
}

// ink is a grey, 0 is black.
type ink float64

const (
	dark  ink = 0.1
	faint ink = 0.38
	hair  ink = 0.78
)

// op is one thing on a page: strips of a line of text at (x, y), or, without
// strips, a rule from (x, y) to (x2, y2).
type op struct {
	x, y, x2, y2 float64
	size         float64
	ink          ink
	strips       []strip
	in           *elem // nil: decoration, not read aloud
}

type page struct{ ops []op }

// piece is what is never cut by the end of a page.
type piece struct {
	gap    float64 // above it, dropped at the top of a page
	height float64
	keep   bool   // on one page with the next
	turn   bool   // a new page begins here
	head   *piece // repeated first when a page begins with this
	paint  func(p *page, y float64, repeated repetition)
}

// repetition tells a table's head whether it stands there again.
type repetition int

const (
	first repetition = iota
	again
)

// mark of the outline: a heading and where it stands.
type bookmark struct {
	text  string
	level int
	page  int
	y     float64
}

// layout is one document on its way to pages.
type layout struct {
	*press
	doc    Document
	reader *i18n.Reader
	whole  uint8
	lead   float64 // height of a line, times the size
	body   float64 // size of running text
	w, h   float64
	pieces []piece
	pages  []*page
	root   *elem
	rank   int     // of the last heading, for who hears the document
	in     *elem   // the element that the next block belongs to
	indent float64 // of the blocks of lists and quotes
	marks  []bookmark
	top    float64 // where the body begins
	bottom float64 // and ends
}

// width is what the blocks have now; at is where it begins on the left.
func (l *layout) width() float64 { return l.w - 2*side - l.indent }

func (l *layout) at() float64 {
	if l.whole == 1 {
		return side
	}
	return side + l.indent
}

// block is a shaped and broken text, ready to be placed.
type block struct {
	words *words
	lines []line
	size  float64
	ink   ink
}

func (l *layout) set(t Text, start look, size, width float64, base uint8) block {
	w := l.shape(t, start, l.doc.Lang, l.whole, base)
	b := block{words: w, size: size, ink: dark}
	if start.faint {
		b.ink = faint
	}
	b.lines = w.lines(width * 1000 / size)
	return b
}

func (b block) height(lead float64) float64 { return float64(len(b.lines)) * b.size * lead }

// put draws line i so that its top is y, between x and x+width, at the start of
// direction dir (1 is right to left).
func (l *layout) put(p *page, b block, i int, x, y, width float64, dir uint8, in *elem) {
	ln := b.lines[i]
	if dir == 1 {
		x += width - ln.width*b.size/1000
	}
	latin := typefaces()[sans]
	baseline := y + b.size*(l.lead+(latin.up+latin.down)/1000)/2
	p.ops = append(p.ops, op{x: x, y: baseline, size: b.size, ink: b.ink, strips: b.words.strips(ln), in: in})
}

// run adds the lines of a text as pieces, so that a page never ends after its
// first line nor begins with its last.
func (l *layout) run(b block, gap float64, align Align, in *elem) {
	n := len(b.lines)
	x, width, dir := l.at(), l.width(), b.words.base
	if align == End {
		dir = 1 - l.whole
	}
	for i := range b.lines {
		pc := piece{height: b.size * l.lead, keep: n <= 3 && i < n-1 || i == 0 && n > 1 || i == n-2}
		if i == 0 {
			pc.gap = gap
		}
		pc.paint = func(p *page, y float64, _ repetition) {
			l.put(p, b, i, x, y, width, dir, in)
		}
		l.pieces = append(l.pieces, pc)
	}
}

func (l *layout) flow() {
	l.pieces, l.in, l.rank = l.pieces[:0], l.root, 0
	l.title()
	l.blocks(l.doc.Blocks)
}

func (l *layout) blocks(list []Block) {
	for _, b := range list {
		switch b := b.(type) {
		case Heading:
			l.heading(b)
		case Paragraph:
			l.paragraph(b)
		case List:
			l.list(b)
		case Quote:
			l.quote(b)
		case Rule:
			l.across()
		case Space:
			l.pieces = append(l.pieces, piece{gap: l.body, paint: func(*page, float64, repetition) {}})
		case Break:
			l.pieces = append(l.pieces, piece{turn: true, paint: func(*page, float64, repetition) {}})
		case Facts:
			l.facts(b)
		case Table:
			l.table(b)
		case Chronology:
			l.chronology(b)
		case Notes:
			l.notes(b)
		}
	}
}

func (l *layout) title() {
	if l.doc.Title == "" {
		return
	}
	e := l.root.add(l.ranked(1))
	b := l.set(Plain(l.doc.Title), look{weight: bold}, 17, l.width(), anyDirection)
	l.bookmark(l.doc.Title, 1)
	l.run(b, 0, Start, e)
	l.pieces[len(l.pieces)-1].keep = true
}

func (l *layout) heading(h Heading) {
	if clean(h.Text) == "" {
		return
	}
	size, gap, level := 12.0, 14.0, 2
	switch {
	case h.Level > 2:
		size, gap, level = 10.5, 10, 3
	case h.Level == 1:
		size, gap, level = 13, 14, 1
	}
	b := l.set(Plain(h.Text), look{weight: bold}, size, l.width(), anyDirection)
	l.bookmark(h.Text, level)
	from := len(l.pieces)
	l.run(b, gap, Start, l.in.add(l.ranked(level)))
	for i := from; i < len(l.pieces); i++ {
		l.pieces[i].keep = true
	}
}

// ranked is the tag of a heading. Who hears a document is told of parts of parts
// only within parts, so no rank is left out, whatever its size on paper.
func (l *layout) ranked(level int) string {
	l.rank = min(level, l.rank+1)
	return "H" + strconv.Itoa(l.rank)
}

// bookmark is an invisible piece that notes where the next one stands.
func (l *layout) bookmark(text string, level int) {
	l.pieces = append(l.pieces, piece{keep: true, paint: func(_ *page, y float64, _ repetition) {
		l.marks = append(l.marks, bookmark{readable([]rune(clean(text))), level, len(l.pages) - 1, y})
	}})
}

func (l *layout) paragraph(p Paragraph) {
	size, start := l.body, look{}
	if p.Tone == Muted {
		size, start = noteSize, look{faint: true}
	}
	b := l.set(p.Text, start, size, l.width(), anyDirection)
	if len(b.lines) > 0 {
		l.run(b, 5, p.Align, l.in.add("P"))
	}
}

// inside lays blocks that stand further in, as children of e. Where hardly any
// width is left they stand no further in.
func (l *layout) inside(list []Block, e *elem, by float64) (from, to int) {
	before, parent := l.indent, l.in
	if l.width()-by > 150 {
		l.indent += by
	}
	l.in = e
	from = len(l.pieces)
	l.blocks(list)
	l.indent, l.in = before, parent
	return from, len(l.pieces)
}

func (l *layout) list(list List) {
	e := l.in.add("L")
	e.points = "Disc"
	if list.First > 0 {
		e.points = "Decimal"
	}
	marks := make([]block, len(list.Items))
	by := 14.0
	for i := range list.Items {
		marks[i] = l.set(Plain(list.mark(i)), look{}, l.body, l.width()/3, l.whole)
		for _, ln := range marks[i].lines {
			by = max(by, ln.width*l.body/1000+6)
		}
	}
	for i, item := range list.Items {
		li := e.add("LI")
		label := li.add("Lbl")
		x, width := l.at(), l.width()
		at := len(l.pieces)
		l.pieces = append(l.pieces, piece{keep: true, paint: func(p *page, y float64, _ repetition) {
			for k := range marks[i].lines {
				l.put(p, marks[i], k, x, y+float64(k)*l.body*l.lead, width, l.whole, label)
			}
		}})
		from, to := l.inside(item.Blocks, li.add("LBody"), by)
		if from == to { // nothing but its mark
			l.pieces = append(l.pieces, piece{height: l.body * l.lead, paint: func(*page, float64, repetition) {}})
		}
		// The mark stands beside the first line, so the gap goes before both.
		for k := from; k < len(l.pieces); k++ {
			l.pieces[at].gap = max(l.pieces[at].gap, l.pieces[k].gap)
			l.pieces[k].gap = 0
			if l.pieces[k].height > 0 {
				break
			}
		}
		if i > 0 {
			l.pieces[at].gap = min(l.pieces[at].gap, 3)
		}
	}
}

// quote has a line along the side where it begins.
func (l *layout) quote(q Quote) {
	x := l.at() + 2
	if l.whole == 1 {
		x = side + l.width() - 2
	}
	from, to := l.inside(q.Blocks, l.in.add("BlockQuote"), 14)
	for i := from; i < to; i++ {
		pc := l.pieces[i]
		gap := pc.gap
		if i == from {
			gap = 0
		}
		l.pieces[i].paint = func(p *page, y float64, r repetition) {
			if y-gap < l.top {
				gap = 0
			}
			p.rule(x, y-gap, x, y+pc.height)
			pc.paint(p, y, r)
		}
	}
}

func (l *layout) across() {
	x, width := l.at(), l.width()
	l.pieces = append(l.pieces, piece{gap: 5, height: 6, paint: func(p *page, y float64, _ repetition) { p.rule(x, y+3, x+width, y+3) }})
}

// frame is how a grid is ruled.
type frame int

const (
	boxed frame = iota // around each cell
	ruled              // under each row
	open               // not at all
)

// cell is one cell of a grid: its text and its place in the structure.
type cell struct {
	text Text
	look look
	in   *elem
}

// grid lays rows of cells out in columns of the given widths.
type grid struct {
	widths []float64
	aligns []Align
	frame  frame
	size   float64
}

func (l *layout) facts(f Facts) {
	if len(f.Facts) == 0 {
		return
	}
	g := grid{widths: []float64{l.width() * .25, l.width() * .75}, frame: open, size: cellSize}
	list := l.in.add("L")
	for i, fact := range f.Facts {
		li := list.add("LI")
		l.row(g, []cell{
			{Plain(fact.Label), look{faint: true}, li.add("Lbl")}, {fact.Value, look{}, li.add("LBody")},
		}, nil, beginning(i), neighbours(i, len(f.Facts)))
	}
}

func (l *layout) chronology(c Chronology) {
	if len(c.Rows) == 0 {
		return
	}
	g := grid{widths: []float64{l.width() * .25, l.width() * .75}, frame: ruled, size: cellSize}
	table := l.in.add("Table")
	table.alt = clean(c.Caption)
	for i, m := range c.Rows {
		tr := table.add("TR")
		th := tr.add("TH")
		th.scope = "Row"
		l.row(g, []cell{{Plain(m.Date), look{}, th}, {m.Text, look{}, tr.add("TD")}}, nil, beginning(i), neighbours(i, len(c.Rows)))
	}
}

func (l *layout) notes(n Notes) {
	if len(n.Notes) == 0 {
		return
	}
	g := grid{widths: []float64{36, l.width() - 36}, frame: open, size: 9}
	list := l.in.add("L")
	for i, note := range n.Notes {
		li := list.add("LI")
		l.row(g, []cell{
			{Apart(mark(note.Number)), look{}, li.add("Lbl")}, {note.full(), look{}, li.add("LBody")},
		}, nil, beginning(i), neighbours(i, len(n.Notes)))
	}
}

func (l *layout) table(t Table) {
	if len(t.Columns) == 0 {
		return
	}
	table := l.in.add("Table")
	table.alt = clean(t.Caption)
	g := grid{widths: l.columns(t), frame: boxed, size: cellSize}
	titles := make([]cell, len(t.Columns))
	tr := table.add("THead").add("TR")
	for i, c := range t.Columns {
		g.aligns = append(g.aligns, c.Align)
		th := tr.add("TH")
		th.scope = "Column"
		titles[i] = cell{Plain(c.Title), look{weight: bold}, th}
	}
	at := len(l.pieces)
	l.row(g, titles, nil, beginning(0), together)
	if len(l.pieces) > at+1 { // a head longer than half a page is not repeated
		at = -1
	}
	var head *piece
	if at >= 0 {
		copied := l.pieces[at]
		head = &copied
	}
	body := table.add("TBody")
	for i, r := range t.Rows {
		tr := body.add("TR")
		cells := make([]cell, len(t.Columns))
		for k := range cells {
			cells[k].in = tr.add("TD")
			if k < len(r) {
				cells[k].text = r[k]
			}
		}
		l.row(g, cells, head, 0, neighbours(i, len(t.Rows)))
	}
}

// bond says whether a row stays with the next.
type bond int

const (
	loose bond = iota
	together
)

// neighbours keeps the first two and the last two rows of a list together, so
// that none stands alone on a page.
func neighbours(i, n int) bond {
	if i == 0 && n > 1 || i == n-2 {
		return together
	}
	return loose
}

// beginning is the gap above row i of a list.
func beginning(i int) float64 {
	if i == 0 {
		return 4
	}
	return 0
}

// row adds one row of a grid. A row taller than a third of a page is cut
// between lines.
func (l *layout) row(g grid, cells []cell, head *piece, gap float64, with bond) {
	blocks := make([]block, len(cells))
	most := 1
	for i, c := range cells {
		room := g.widths[i] - 2*inset
		if g.frame == open {
			room = g.widths[i] - inset
		}
		blocks[i] = l.set(c.text, c.look, g.size, room, anyDirection)
		most = max(most, len(blocks[i].lines))
	}
	pad, x := padding, l.at()
	if g.frame == open {
		pad = 1.5
	}
	each := g.size * l.lead
	fit := max(4, int((l.bottom-l.top)/3/each))
	if most <= fit+2 {
		fit = most
	}
	for from := 0; from < most; from += fit {
		to := min(most, from+fit)
		pc := piece{height: float64(to-from)*each + 2*pad, head: head}
		pc.keep = with == together && to == most && pc.height < (l.bottom-l.top)/6
		if from == 0 {
			pc.gap = gap
		}
		pc.paint = func(p *page, y float64, repeated repetition) {
			l.paintRow(p, g, cells, blocks, from, to, x, y, pad, pc.height, repeated)
		}
		l.pieces = append(l.pieces, pc)
	}
}

func (l *layout) paintRow(p *page, g grid, cells []cell, blocks []block, from, to int, begin, y, pad, height float64, repeated repetition) {
	offset, all := 0.0, 0.0
	for _, w := range g.widths {
		all += w
	}
	for i, b := range blocks {
		x := begin + offset
		if l.whole == 1 {
			x = begin + all - offset - g.widths[i]
		}
		offset += g.widths[i]
		dir := l.whole
		if i < len(g.aligns) && g.aligns[i] == End {
			dir = 1 - dir
		}
		in := cells[i].in
		if repeated == again {
			in = nil
		}
		left, width := x+inset, g.widths[i]-2*inset
		if g.frame == open { // flush with the text around
			left, width = x, g.widths[i]-inset
			if l.whole == 1 {
				left += inset
			}
		}
		for k := from; k < min(to, len(b.lines)); k++ {
			l.put(p, b, k, left, y+pad+float64(k-from)*b.size*l.lead, width, dir, in)
		}
		if g.frame == boxed {
			p.rule(x, y, x, y+height)
		}
	}
	if g.frame == boxed {
		right := begin + all
		p.rule(right, y, right, y+height)
		p.rule(begin, y, right, y)
	}
	if g.frame != open {
		p.rule(begin, y+height, begin+all, y+height)
	}
}

func (p *page) rule(x, y, x2, y2 float64) {
	p.ops = append(p.ops, op{x: x, y: y, x2: x2, y2: y2, ink: hair})
}

// columns chooses widths: asked shares first, then by what the cells hold.
func (l *layout) columns(t Table) []float64 {
	n := len(t.Columns)
	out, want, least := make([]float64, n), make([]float64, n), make([]float64, n)
	rest := l.width()
	var sumWant, sumLeast float64
	for i, c := range t.Columns {
		if c.Width > 0 {
			out[i] = min(c.Width, 1) * l.width()
			rest -= out[i]
			continue
		}
		measure := func(text Text, start look) {
			all, word := l.shape(text, start, l.doc.Lang, l.whole, anyDirection).natural()
			want[i] = max(want[i], all*cellSize/1000+2*inset+.5)
			least[i] = max(least[i], min(word*cellSize/1000+2*inset+.5, l.width()*.3))
		}
		measure(Plain(c.Title), look{weight: bold})
		for _, r := range t.Rows {
			if i < len(r) {
				measure(r[i], look{})
			}
		}
		want[i] = min(want[i], l.width()*.6)
		sumWant, sumLeast = sumWant+want[i], sumLeast+least[i]
	}
	total := 0.0
	for i := range out {
		switch {
		case out[i] > 0:
		case sumWant <= rest:
			out[i] = want[i] * rest / sumWant
		case sumLeast < rest:
			out[i] = least[i] + (want[i]-least[i])*(rest-sumLeast)/(sumWant-sumLeast)
		default:
			out[i] = max(24, least[i]*rest/max(sumLeast, 1))
		}
		total += out[i]
	}
	for i := range out { // asked shares may not add up
		out[i] *= l.width() / total
	}
	return out
}

// paginate places the pieces on pages.
func (l *layout) paginate() {
	l.pages, l.marks = []*page{{}}, nil
	p, y, fresh := l.pages[0], l.top, true
	for i := 0; i < len(l.pieces); {
		if l.pieces[i].turn && !fresh {
			p, y, fresh = &page{}, l.top, true
			l.pages = append(l.pages, p)
		}
		end, need := i, 0.0
		for ; end < len(l.pieces) && (end == i || !l.pieces[end].turn); end++ {
			if end > i || !fresh {
				need += l.pieces[end].gap
			}
			need += l.pieces[end].height
			if !l.pieces[end].keep {
				end++
				break
			}
		}
		if need > l.bottom-l.top { // cannot stay together on any page
			end = i + 1
			for end < len(l.pieces) && l.pieces[end-1].height == 0 {
				end++
			}
			need = 0
			for k := i; k < end; k++ {
				need += l.pieces[k].gap + l.pieces[k].height
			}
		}
		if y+need > l.bottom+.01 && !fresh {
			p, y, fresh = &page{}, l.top, true
			l.pages = append(l.pages, p)
			if head := l.pieces[i].head; head != nil {
				head.paint(p, y, again)
				y, fresh = y+head.height, false
			}
		}
		for ; i < end; i++ {
			pc := l.pieces[i]
			if !fresh {
				y += pc.gap
			}
			pc.paint(p, y, first)
			y += pc.height
			fresh = fresh && pc.height == 0
		}
	}
}

// surroundings draws the running head and the foot of every page.
func (l *layout) surroundings() {
	for i, p := range l.pages {
		start, end := l.headTexts(i+1, len(l.pages))
		y := above
		for k := range start.lines {
			l.put(p, start, k, side, y+float64(k)*noteSize*l.lead, l.width(), l.whole, nil)
		}
		for k := range end.lines {
			l.put(p, end, k, side, y+float64(k)*noteSize*l.lead, l.width(), 1-l.whole, nil)
		}
		p.rule(side, l.top-14, side+l.width(), l.top-14)
		if foot := l.footText(); len(foot.lines) > 0 {
			p.rule(side, l.bottom+10, side+l.width(), l.bottom+10)
			for k := range foot.lines {
				l.put(p, foot, k, side, l.bottom+14+float64(k)*noteSize*l.lead, l.width(), l.whole, nil)
			}
		}
	}
}

func (l *layout) headTexts(number, of int) (start, end block) {
	pageText := pageOf(l.reader, number, of)
	if l.doc.Head.End != "" {
		pageText = i18n.Isolate(l.doc.Head.End) + " · " + pageText
	}
	small := look{faint: true}
	end = l.set(Plain(pageText), small, noteSize, l.width()*.6, l.whole)
	taken := 0.0
	for _, ln := range end.lines {
		taken = max(taken, ln.width*noteSize/1000)
	}
	start = l.set(Plain(l.doc.Head.Start), small, noteSize, l.width()-taken-12, l.whole)
	return start, end
}

func (l *layout) footText() block {
	return l.set(Plain(l.doc.Foot), look{faint: true}, noteSize, l.width(), l.whole)
}

func pageOf[N int | string](r *i18n.Reader, number, of N) string {
	return r.T("paper.page", "page", number, "pages", of)
}

// begin is a document with its sheet, before anything stands on it.
func (p *press) begin(d Document) *layout {
	l := &layout{press: p, doc: d, reader: i18n.In(d.Lang), lead: 1.4, body: bodySize, root: &elem{kind: "Document"}}
	if d.Large {
		l.body = largeSize
	}
	if d.Dir == "rtl" {
		l.whole, l.lead = 1, 1.55
	}
	l.w, l.h = d.Size.sheet()
	return l
}

// lay makes the pages of a document.
func (p *press) lay(d Document) *layout {
	l := p.begin(d)
	// The number of pages is not known yet; 888 is wide enough for any.
	start, end := l.headTexts(888, 888)
	rows := max(len(start.lines), len(end.lines))
	l.top = above + float64(rows)*noteSize*l.lead + 20
	l.bottom = l.h - below - l.footText().height(l.lead) - 14
	l.flow()
	l.paginate()
	l.surroundings()
	return l
}
