package paper

import (
	"archive/zip"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/bidi"

	"amparo/internal/i18n"
)

// DOCX writes the document for word processors: real headings, numbered lists,
// tables whose heads are repeated, marks that lead to their source, the number
// of each page as a field. Who wrote it, when and with what is not in it, and
// the file asks the program that saves it next to leave that out too.
func (d Document) DOCX(w io.Writer) error {
	p := presses.Get().(*press)
	defer presses.Put(p)
	f := &wording{layout: p.begin(d), sources: map[int]bool{}}
	for _, b := range d.Blocks {
		if n, ok := b.(Notes); ok {
			for _, note := range n.Notes {
				f.sources[note.Number] = true
			}
		}
	}
	if clean(d.Title) != "" {
		f.paragraph(Plain(d.Title), manner{style: "Title"})
	}
	f.blocks(d.Blocks, manner{})
	z := zip.NewWriter(w)
	for _, part := range f.parts() {
		// The format asks for a moment; this is the first it knows.
		out, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = io.WriteString(out, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+"\n"+part.body)
		}
		if err != nil {
			return fmt.Errorf("write the docx: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write the docx: %w", err)
	}
	return nil
}

// wording is a document on its way to DOCX. Of the layout it takes the sheet,
// the widths of columns and how far in it stands.
type wording struct {
	*layout
	b       strings.Builder
	sources map[int]bool // numbers that marks can lead to
	starts  []start      // of the numbered lists
	depth   int          // of lists within lists
	turned  bool         // the next paragraph begins a page
	ids     int          // of bookmarks
}

// start is the first number of a list that stands depth lists in.
type start struct{ depth, first int }

func (f *wording) put(parts ...string) {
	for _, s := range parts {
		f.b.WriteString(s)
	}
}

// twips is a length as the format counts it, in twentieths of a point.
func twips(points float64) string { return strconv.Itoa(int(points*20 + .5)) }

// stand is the side that a paragraph stands on.
type stand int

const (
	ofItself stand = iota // where its own direction begins
	begins                // where the document's direction begins
	ends                  // and ends
)

// manner is how a paragraph is set.
type manner struct {
	style  string
	look   look
	stand  stand
	list   int     // number of the list that it is a point of
	mark   string  // in place of the point's number
	source int     // number of the source that it is
	hang   float64 // how far its mark stands out
	short  float64 // how far from the side its lines end
	bar    bool    // it is part of a quote
	rule   bool    // nothing but a line
}

func (f *wording) blocks(list []Block, around manner) {
	for _, b := range list {
		f.block(b, around)
	}
}

func (f *wording) block(b Block, m manner) {
	switch b := b.(type) {
	case Heading:
		m.style = "Heading1"
		switch {
		case b.Level > 2:
			m.style = "Heading2"
		case b.Level == 1:
			m.style = "Subject"
		}
		if clean(b.Text) != "" {
			f.paragraph(Plain(b.Text), m)
		}
	case Paragraph:
		if b.Tone == Muted {
			m.style = "Remark"
		}
		if b.Align == End {
			m.stand = ends
		}
		if len(b.Text) > 0 {
			f.paragraph(b.Text, m)
		}
	case List:
		f.list(b, m)
	case Quote:
		m.bar = true
		f.further(14, func() { f.blocks(b.Blocks, m) })
	case Rule:
		m.rule = true
		f.paragraph(nil, m)
	case Space:
		f.spacer()
	case Break:
		f.turned = true
	case Facts:
		f.facts(b)
	case Table:
		f.table(b)
	case Chronology:
		f.chronology(b)
	case Notes:
		f.further(32, func() {
			for _, n := range b.Notes {
				f.paragraph(n.full(), manner{style: "Source", mark: mark(n.Number), source: n.Number, hang: 32})
			}
		})
	}
}

// further writes what stands further in, as the layout does.
func (f *wording) further(by float64, write func()) {
	before := f.indent
	if f.width()-by > 150 {
		f.indent += by
	}
	write()
	f.indent = before
}

func (f *wording) list(list List, around manner) {
	point := around
	point.hang, point.list = 18, 1
	if list.First > 0 {
		f.starts = append(f.starts, start{min(f.depth, 8), list.First})
		point.list = len(f.starts) + 1
	}
	f.further(18, func() {
		for _, item := range list.Items {
			point.mark = item.Mark
			var text Text
			rest := item.Blocks
			if len(rest) > 0 {
				if p, ok := rest[0].(Paragraph); ok {
					text, rest = p.Text, rest[1:]
				}
			}
			f.paragraph(text, point)
			f.depth++
			f.blocks(rest, around)
			f.depth--
		}
	})
}

// paragraph writes its properties, in the order that the format asks for, and
// its text.
func (f *wording) paragraph(t Text, m manner) {
	runes, _ := t.letters(look{})
	base := direction(runes, f.whole)
	if m.hang > 0 && base != f.whole && len(runes) > 0 {
		// The mark stands where the document's reading begins, so the text beside
		// it keeps its direction as a part of the line.
		t = append(append(Text{{Text: string(isolate)}}, t...), Span{Text: string(pop)})
		base = f.whole
	}
	if len(runes) == 0 {
		base = f.whole
	}
	f.put(`<w:p><w:pPr>`)
	if m.style != "" {
		f.put(`<w:pStyle w:val="`, m.style, `"/>`)
	}
	if f.turned {
		f.put(`<w:pageBreakBefore/>`)
		f.turned = false
	}
	if m.list > 0 && m.mark == "" {
		f.put(`<w:numPr><w:ilvl w:val="`, strconv.Itoa(min(f.depth, 8)), `"/><w:numId w:val="`, strconv.Itoa(m.list), `"/></w:numPr>`)
	}
	switch {
	case m.rule:
		f.put(`<w:pBdr>`, border("bottom"), `</w:pBdr>`)
	case m.bar && base == 1: // sides of the sheet, here alone in the format
		f.put(`<w:pBdr>`, border("right"), `</w:pBdr>`)
	case m.bar:
		f.put(`<w:pBdr>`, border("left"), `</w:pBdr>`)
	}
	if base == 1 {
		f.put(`<w:bidi/>`)
	}
	if f.indent > 0 || m.short > 0 {
		f.put(`<w:ind w:left="`, twips(f.indent), `" w:right="`, twips(m.short), `"`) // where reading begins and ends, on either side
		if m.hang > 0 {
			f.put(` w:hanging="`, twips(min(m.hang, f.indent)), `"`)
		}
		f.put(`/>`)
	}
	if m.stand == begins && base != f.whole || m.stand == ends && base == f.whole {
		f.put(`<w:jc w:val="end"/>`)
	}
	f.put(`</w:pPr>`)
	if m.source > 0 {
		f.ids++
		id := strconv.Itoa(f.ids)
		f.put(`<w:bookmarkStart w:id="`, id, `" w:name="source_`, strconv.Itoa(m.source), `"/><w:bookmarkEnd w:id="`, id, `"/>`)
	}
	if m.mark != "" {
		f.text(Apart(m.mark), m.look, base)
		f.put(`<w:r><w:tab/></w:r>`)
	}
	f.text(t, m.look, base)
	f.put("</w:p>\n")
}

func border(side string) string {
	return `<w:` + side + ` w:val="single" w:sz="4" w:space="6" w:color="C8C8C8"/>`
}

// Where the number of the page and of all pages goes; no text has these letters.
const (
	pageHere  = '\uE000'
	pagesHere = '\uE001'
)

// text writes runs, each of one direction and one look.
func (f *wording) text(t Text, begin look, base uint8) {
	var now strings.Builder
	last := letter{}
	flush := func() {
		if now.Len() > 0 {
			f.run(t, last, begin, now.String())
			now.Reset()
		}
	}
	for _, l := range inOrder(t, base) {
		if l.span != last.span || l.right != last.right {
			flush()
			last = l
		}
		if l.r != pageHere && l.r != pagesHere {
			now.WriteRune(l.r)
			continue
		}
		flush()
		field := map[rune]string{pageHere: "PAGE", pagesHere: "NUMPAGES"}[l.r]
		f.put(`<w:fldSimple w:instr="`, field, `">`)
		f.run(t, l, begin, "1")
		f.put(`</w:fldSimple>`)
	}
	flush()
}

// letter is one of a paragraph.
type letter struct {
	r     rune
	span  int   // that it belongs to, or -1
	right uint8 // 1: its run is read from the right
	level uint8
	apart bool // it is in an isolate that is read from the left
}

// inOrder says of each letter from which side it is read. Programs do not agree
// on isolates, but all know the marks that stand for a letter of a direction, so
// what has a direction of its own is put between two of them.
func inOrder(t Text, base uint8) []letter {
	list := spelled(t)
	runes := make([]rune, len(list))
	for i, l := range list {
		runes[i] = l.r
	}
	turns := base == 1
	for from := 0; from < len(runes); {
		to := from
		for to < len(runes) && runes[to] != '\n' {
			to++
		}
		for i, level := range levels(runes[from:to], base) {
			list[from+i].level = level
			turns = turns || level%2 == 1
		}
		if to < len(runes) {
			list[to].level = base
		}
		from = to + 1
	}
	var within []uint8 // directions of the isolates around
	out := list[:0]
	for i, l := range list {
		l.right = l.level % 2
		kind := class(l.r)
		switch kind {
		case bidi.LRI, bidi.RLI, bidi.FSI:
			first, _, _ := firstStrong(runes[i+1 : closing(runes, i)])
			if kind == bidi.LRI || kind == bidi.FSI && first == 0 {
				l.right, l.r = 0, '\u200e'
			} else {
				l.right, l.r = 1, '\u200f'
			}
			within = append(within, l.right)
		case bidi.PDI:
			if len(within) == 0 {
				continue
			}
			l.right = within[len(within)-1]
			l.r = '\u200e' + rune(l.right)
		}
		l.apart = len(within) > 0 && within[len(within)-1] == 0
		if l.span >= 0 && t[l.span].Note > 0 { // the mark of a source stands as what is around it
			l.right, l.level, l.apart = base, base, false
			if outer := len(within) - 2; outer >= 0 {
				l.right, l.apart = within[outer], within[outer] == 0
			}
			if l.r == '\u200e' || l.r == '\u200f' {
				l.r = '\u200e' + rune(l.right)
			}
		}
		if kind == bidi.PDI {
			within = within[:len(within)-1]
		}
		if turns || l.r != '\u200e' && l.r != '\u200f' {
			out = append(out, l)
		}
	}
	// Figures among letters read from the right stay in the run of those.
	for from := 0; from < len(out); from++ {
		to, words := from, false
		for ; to < len(out) && out[to].level > 0 && out[to].level%2 == 0; to++ {
			words = words || out[to].apart || class(out[to].r) == bidi.L
		}
		for ; from < to; from++ {
			if !words {
				out[from].right = 1
			}
		}
	}
	return out
}

// spelled is a text letter by letter, marks and isolates spelled out.
func spelled(t Text) []letter {
	var list []letter
	add := func(s string, span int) {
		for _, r := range s {
			list = append(list, letter{r: r, span: span})
		}
	}
	for i, s := range t {
		body := clean(s.Text)
		if s.Note > 0 {
			add("\u00a0", -1)
			body, s.Style = mark(s.Note), Isolated
		}
		if s.Style&Isolated != 0 && body != "" {
			body = string(isolate) + body + string(pop)
		}
		add(body, i)
	}
	return list
}

// run writes letters as the span of the first of them is set.
func (f *wording) run(t Text, at letter, l look, letters string) {
	var s Span
	if at.span >= 0 {
		s = t[at.span]
	}
	link := s.Note > 0 && f.sources[s.Note]
	if link {
		f.put(`<w:hyperlink w:anchor="source_`, strconv.Itoa(s.Note), `" w:history="1">`)
	}
	f.put(`<w:r><w:rPr>`)
	if s.Style&Bold != 0 || l.weight == bold || s.Field != "" {
		f.put(`<w:b/><w:bCs/>`)
	}
	if s.Style&Italic != 0 { // Arabic letters, which iCs would slant, stay upright
		f.put(`<w:i/>`)
	}
	if s.Style&Faint != 0 || l.faint {
		f.put(`<w:color w:val="5C5C5C"/>`)
	}
	if s.Field != "" {
		f.put(`<w:highlight w:val="yellow"/>`)
	}
	if at.right == 1 {
		f.put(`<w:rtl/>`)
	}
	f.put(`</w:rPr>`)
	for k, line := range strings.Split(letters, "\n") {
		if k > 0 {
			f.put(`<w:br/>`)
		}
		if line != "" {
			f.put(`<w:t xml:space="preserve">`, forXML(line), `</w:t>`)
		}
	}
	f.put(`</w:r>`)
	if link {
		f.put(`</w:hyperlink>`)
	}
}

// forXML escapes a text and drops what XML may not carry at all.
func forXML(s string) string {
	return escape(strings.Map(func(r rune) rune {
		if r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, s))
}

// open begins a table of columns of the given widths. Its columns run as the
// document does.
func (f *wording) open(widths []float64, caption string, lines ...string) {
	if f.turned { // a table cannot begin a page, a paragraph can
		f.spacer()
	}
	all := 0.0
	for _, w := range widths {
		all += w
	}
	f.put(`<w:tbl><w:tblPr>`)
	if f.whole == 1 {
		f.put(`<w:bidiVisual/>`)
	}
	f.put(`<w:tblW w:w="`, twips(all), `" w:type="dxa"/>`)
	if f.indent > 0 {
		f.put(`<w:tblInd w:w="`, twips(f.indent), `" w:type="dxa"/>`)
	}
	if len(lines) > 0 {
		f.put(`<w:tblBorders>`)
		for _, side := range lines {
			f.put(`<w:`, side, ` w:val="single" w:sz="4" w:space="0" w:color="C8C8C8"/>`)
		}
		f.put(`</w:tblBorders>`)
	}
	margin := "0"
	if slices.Contains(lines, "insideV") {
		margin = "100"
	}
	f.put(`<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="60" w:type="dxa"/><w:left w:w="`, margin, `" w:type="dxa"/><w:bottom w:w="60" w:type="dxa"/><w:right w:w="`, margin, `" w:type="dxa"/></w:tblCellMar>`)
	if caption = clean(caption); caption != "" {
		f.put(`<w:tblCaption w:val="`, forXML(caption), `"/>`)
	}
	f.put(`</w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		f.put(`<w:gridCol w:w="`, twips(w), `"/>`)
	}
	f.put("</w:tblGrid>\n")
}

// spacer is an empty line between what would grow together.
func (f *wording) spacer() { f.paragraph(nil, manner{style: "Spacer"}) }

func (f *wording) close() {
	f.put("</w:tbl>\n")
	f.spacer()
}

// kindOfRow tells the head of a table from its rows.
type kindOfRow string

const (
	headRow  kindOfRow = `<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`
	wholeRow kindOfRow = `<w:trPr><w:cantSplit/></w:trPr>`
	longRow  kindOfRow = ``
)

func (f *wording) row(kind kindOfRow, widths []float64, cells []manner, texts []Text) {
	for _, t := range texts {
		if kind == wholeRow && len(t.String()) > 1200 {
			kind = longRow
		}
	}
	f.put(`<w:tr>`, string(kind))
	for i, w := range widths {
		f.put(`<w:tc><w:tcPr><w:tcW w:w="`, twips(w), `" w:type="dxa"/></w:tcPr>`)
		var t Text
		if i < len(texts) {
			t = texts[i]
		}
		before := f.indent
		f.indent = 0
		f.paragraph(t, cells[i])
		f.indent = before
		f.put(`</w:tc>`)
	}
	f.put("</w:tr>\n")
}

func (f *wording) facts(list Facts) {
	if len(list.Facts) == 0 {
		return
	}
	widths := []float64{f.width() * .25, f.width() * .75}
	f.open(widths, "")
	for _, fact := range list.Facts {
		f.row(wholeRow, widths, []manner{{style: "Cell", stand: begins, short: inset, look: look{faint: true}}, {style: "Cell", stand: begins}}, []Text{Plain(fact.Label), fact.Value})
	}
	f.close()
}

func (f *wording) chronology(c Chronology) {
	if len(c.Rows) == 0 {
		return
	}
	widths := []float64{f.width() * .25, f.width() * .75}
	f.open(widths, c.Caption, "bottom", "insideH")
	for _, m := range c.Rows {
		f.row(wholeRow, widths, []manner{{style: "Cell", stand: begins, short: inset}, {style: "Cell", stand: begins}}, []Text{Plain(m.Date), m.Text})
	}
	f.close()
}

func (f *wording) table(t Table) {
	if len(t.Columns) == 0 {
		return
	}
	widths := f.columns(t)
	f.open(widths, t.Caption, "top", "left", "bottom", "right", "insideH", "insideV")
	head, cells := make([]manner, len(widths)), make([]manner, len(widths))
	var titles []Text
	for i, c := range t.Columns {
		cells[i] = manner{style: "Cell", stand: begins}
		if c.Align == End {
			cells[i].stand = ends
		}
		head[i] = cells[i]
		head[i].look.weight = bold
		titles = append(titles, Plain(c.Title))
	}
	f.row(headRow, widths, head, titles)
	for _, r := range t.Rows {
		f.row(wholeRow, widths, cells, r)
	}
	f.close()
}

// part is one file of the package.
type part struct{ name, body string }

const (
	mainSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	linkSpace = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	wordType  = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	relation  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

func (f *wording) parts() []part {
	body := f.b.String()
	f.turned = false
	take := func(write func()) string {
		f.b.Reset()
		write()
		return f.b.String()
	}
	head, foot := take(f.head), take(f.foot)
	return []part{
		{"[Content_Types].xml", contentTypes()},
		{"_rels/.rels", relations(link{"officeDocument", "word/document.xml"}, link{"core", "docProps/core.xml"})},
		{"docProps/core.xml", f.properties()},
		{"word/document.xml", `<w:document ` + mainSpace + ` ` + linkSpace + `><w:body>` + "\n" + body + f.section() + `</w:body></w:document>`},
		{"word/_rels/document.xml.rels", relations(link{"styles", "styles.xml"}, link{"numbering", "numbering.xml"}, link{"settings", "settings.xml"}, link{"header", "header1.xml"}, link{"footer", "footer1.xml"})},
		{"word/styles.xml", f.styles()},
		{"word/numbering.xml", f.numbering()},
		{"word/settings.xml", `<w:settings ` + mainSpace + `><w:removePersonalInformation/><w:removeDateAndTime/><w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`},
		{"word/header1.xml", `<w:hdr ` + mainSpace + `>` + head + `</w:hdr>`},
		{"word/footer1.xml", `<w:ftr ` + mainSpace + `>` + foot + `</w:ftr>`},
	}
}

func contentTypes() string {
	var b strings.Builder
	b.WriteString(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`)
	for _, t := range [][2]string{{"document", "document.main"}, {"styles", "styles"}, {"numbering", "numbering"}, {"settings", "settings"}, {"header1", "header"}, {"footer1", "footer"}} {
		b.WriteString(`<Override PartName="/word/` + t[0] + `.xml" ContentType="` + wordType + t[1] + `+xml"/>`)
	}
	b.WriteString(`</Types>`)
	return b.String()
}

// link is a part that another part points at.
type link struct{ kind, target string }

func relations(list ...link) string {
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i, l := range list {
		kind := relation + l.kind
		if l.kind == "core" {
			kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
		}
		b.WriteString(`<Relationship Id="r` + strconv.Itoa(i+1) + `" Type="` + kind + `" Target="` + l.target + `"/>`)
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

// properties are the title and the language, and nothing else.
func (f *wording) properties() string {
	title := readable([]rune(strings.ReplaceAll(clean(f.doc.name()), "\n", " ")))
	return `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` +
		forXML(title) + `</dc:title><dc:language>` + forXML(f.doc.Lang) + `</dc:language></cp:coreProperties>`
}

// section is the sheet, with what stands on each page.
func (f *wording) section() string {
	direction := ""
	if f.whole == 1 {
		direction = `<w:bidi/>`
	}
	return `<w:sectPr><w:headerReference w:type="default" r:id="r4"/><w:footerReference w:type="default" r:id="r5"/><w:pgSz w:w="` + twips(f.w) + `" w:h="` + twips(f.h) + `"/>` +
		`<w:pgMar w:top="1500" w:right="` + twips(side) + `" w:bottom="1300" w:left="` + twips(side) + `" w:header="` + twips(above) + `" w:footer="` + twips(below) + `" w:gutter="0"/>` + direction + `</w:sectPr>`
}

// head is the running head. It is a table, so that two long texts stand beside
// each other and not in each other.
func (f *wording) head() {
	page := pageOf(f.reader, string(pageHere), string(pagesHere))
	end := strings.Map(func(r rune) rune {
		if r == pageHere || r == pagesHere {
			return -1
		}
		return r
	}, f.doc.Head.End)
	if end != "" {
		page = i18n.Isolate(end) + " · " + page
	}
	widths := []float64{f.width() * .45, f.width() * .55}
	f.open(widths, "", "bottom")
	f.row(wholeRow, widths, []manner{{style: "Header", stand: begins}, {style: "Header", stand: ends}}, []Text{Plain(f.doc.Head.Start), Plain(page)})
	f.close()
}

func (f *wording) foot() { f.paragraph(Plain(f.doc.Foot), manner{style: "Footer"}) }

// numbering holds the bullets, and for each list its first number.
func (f *wording) numbering() string {
	var b strings.Builder
	b.WriteString(`<w:numbering ` + mainSpace + `>`)
	for kind, format := range []string{"bullet", "decimal"} {
		b.WriteString(`<w:abstractNum w:abstractNumId="` + strconv.Itoa(kind) + `"><w:multiLevelType w:val="multilevel"/>`)
		for lv := range 9 {
			sign := "•"
			if format == "decimal" {
				sign = "%" + strconv.Itoa(lv+1) + "."
			}
			b.WriteString(`<w:lvl w:ilvl="` + strconv.Itoa(lv) + `"><w:start w:val="1"/><w:numFmt w:val="` + format + `"/><w:lvlText w:val="` + sign + `"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="` + twips(float64(18*(lv+1))) + `" w:hanging="360"/></w:pPr></w:lvl>`)
		}
		b.WriteString(`</w:abstractNum>`)
	}
	b.WriteString(`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`)
	for i, s := range f.starts {
		b.WriteString(`<w:num w:numId="` + strconv.Itoa(i+2) + `"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="` + strconv.Itoa(s.depth) + `"><w:startOverride w:val="` + strconv.Itoa(s.first) + `"/></w:lvlOverride></w:num>`)
	}
	b.WriteString(`</w:numbering>`)
	return b.String()
}

// styles has few and plain ones, in a font that every office has.
func (f *wording) styles() string {
	latin, arabic := f.doc.Lang, "ar"
	if f.whole == 1 {
		latin, arabic = "en", f.doc.Lang
	}
	size := func(points float64) string {
		half := strconv.Itoa(int(points * 2))
		return `<w:sz w:val="` + half + `"/><w:szCs w:val="` + half + `"/>`
	}
	spacing := func(before, after int) string {
		return fmt.Sprintf(`<w:spacing w:before="%d" w:after="%d"/>`, before, after)
	}
	var b strings.Builder
	b.WriteString(`<w:styles ` + mainSpace + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>` + size(f.body+.5) +
		`<w:lang w:val="` + forXML(latin) + `" w:bidi="` + forXML(arabic) + `"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="100" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>`)
	for _, s := range []struct{ id, name, paragraph, run string }{
		{"Title", "Title", `<w:keepNext/>` + spacing(0, 160), `<w:b/><w:bCs/>` + size(17)},
		{"Subject", "Subject", `<w:keepNext/><w:keepLines/>` + spacing(240, 160), `<w:b/><w:bCs/>` + size(13)},
		{"Heading1", "heading 1", `<w:keepNext/><w:keepLines/>` + spacing(280, 80) + `<w:outlineLvl w:val="0"/>`, `<w:b/><w:bCs/>` + size(13)},
		{"Heading2", "heading 2", `<w:keepNext/><w:keepLines/>` + spacing(200, 60) + `<w:outlineLvl w:val="1"/>`, `<w:b/><w:bCs/>` + size(11)},
		{"Remark", "Remark", spacing(40, 60), `<w:color w:val="5C5C5C"/>` + size(9)},
		{"Cell", "Cell", spacing(0, 0), size(9.5)},
		{"Source", "Source", spacing(0, 40), size(9)},
		{"Spacer", "Spacer", `<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>`, size(4)},
		{"Header", "header", spacing(0, 0), `<w:color w:val="5C5C5C"/>` + size(8)},
		{"Footer", "footer", `<w:pBdr>` + strings.Replace(border("top"), `w:space="6"`, `w:space="4"`, 1) + `</w:pBdr>` + spacing(0, 0), `<w:color w:val="5C5C5C"/>` + size(8)},
	} {
		b.WriteString(`<w:style w:type="paragraph" w:styleId="` + s.id + `"><w:name w:val="` + s.name + `"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>` + s.paragraph + `</w:pPr><w:rPr>` + s.run + `</w:rPr></w:style>`)
	}
	b.WriteString(`</w:styles>`)
	return b.String()
}
