package paper

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// elem is one element of the document's structure, for readers that speak or
// reflow: a kind of the PDF standard, then its children or its places on pages.
type elem struct {
	kind   string
	scope  string // of a TH: Row or Column
	alt    string // what a table is about
	points string // how the points of a list are told apart
	kids   []*elem
	places []place
	number int // of its object
}

type place struct{ page, id int }

func (e *elem) add(kind string) *elem {
	kid := &elem{kind: kind}
	e.kids = append(e.kids, kid)
	return kid
}

// drop removes elements that stand nowhere, and tells whether e is one.
func (e *elem) drop() (empty bool) {
	// An empty cell stays: without it the row's others would move.
	e.kids = slices.DeleteFunc(e.kids, func(k *elem) bool { return k.drop() })
	return len(e.kids) == 0 && len(e.places) == 0 && e.kind != "TD" && e.kind != "TH"
}

// used is the part of a font that a document uses. The code of a glyph in the
// text is its index here; a glyph that is read in two ways has two codes.
type used struct {
	shapes []shape
	texts  []string
	codes  map[code]int
}

type code struct {
	shape
	text string
}

// mostCodes keeps codes, and the parts that shapes are made of, within the 65 536
// that one font holds. No true text comes near it.
const mostCodes = 50_000

func (u *used) code(g glyph) int {
	k := code{g.shape, g.text}
	if c, ok := u.codes[k]; ok {
		return c
	}
	c := len(u.shapes)
	if c == mostCodes {
		return 0 // drawn as a missing letter
	}
	u.codes[k] = c
	u.shapes, u.texts = append(u.shapes, g.shape), append(u.texts, g.text)
	return c
}

// PDF writes the document as PDF 1.7: tagged, its text selectable, its fonts
// cut to the glyphs in use.
func (d Document) PDF(w io.Writer) error {
	p := presses.Get().(*press)
	defer presses.Put(p)
	l := p.lay(d)
	_, err := w.Write(l.write())
	if err != nil {
		return fmt.Errorf("write the pdf: %w", err)
	}
	return nil
}

func (l *layout) write() []byte {
	var f file
	catalog, pagesAt, tree, parents, info := f.reserve(), f.reserve(), f.reserve(), f.reserve(), f.reserve()
	fonts := [fontCount]*used{}

	contents := make([][]byte, len(l.pages))
	owners := make([][]*elem, len(l.pages))
	for i, p := range l.pages {
		contents[i], owners[i] = l.content(p, i, &fonts)
	}
	l.root.drop()
	l.root.reserve(&f)

	resources := "<</Font<<"
	for i, u := range fonts {
		if u != nil {
			resources += fmt.Sprintf("/F%d %d 0 R", i, f.font(typefaces()[i], fontNames[i], u))
		}
	}
	resources += ">>>>"

	var kids, nums strings.Builder
	pageAt := make([]int, len(l.pages))
	for i := range l.pages {
		pageAt[i] = f.reserve()
		body := f.stream("", contents[i])
		f.set(pageAt[i], fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Resources%s/Contents %d 0 R/StructParents %d/Tabs/S>>",
			pagesAt, num(l.w), num(l.h), resources, body, i))
		fmt.Fprintf(&kids, "%d 0 R ", pageAt[i])
		fmt.Fprintf(&nums, "%d[", i)
		for _, e := range owners[i] {
			fmt.Fprintf(&nums, "%d 0 R ", e.number)
		}
		nums.WriteString("]")
	}
	f.set(pagesAt, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(l.pages), kids.String()))
	l.root.store(&f, tree, pageAt)
	f.set(tree, fmt.Sprintf("<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>", l.root.number, parents, len(l.pages)))
	f.set(parents, "<</Nums["+nums.String()+"]>>")
	title := readable([]rune(strings.ReplaceAll(clean(l.doc.name()), "\n", " ")))
	f.set(info, "<</Title"+str(title)+"/Producer(amparo)>>")

	direction := ""
	if l.whole == 1 {
		direction = "/Direction/R2L"
	}
	f.set(catalog, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/Lang%s/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R%s/Metadata %d 0 R/ViewerPreferences<</DisplayDocTitle true%s>>>>",
		pagesAt, str(l.doc.Lang), tree, l.outline(&f, pageAt), f.raw("/Type/Metadata/Subtype/XML", metadata(title, l.doc.Lang)), direction))
	return f.bytes(catalog, info)
}

// content is what is drawn on a page, and the elements that own its parts.
func (l *layout) content(p *page, number int, fonts *[fontCount]*used) ([]byte, []*elem) {
	var out bytes.Buffer
	var owners []*elem
	var current *elem
	inside := false
	for _, o := range p.ops {
		if !inside || o.in != current {
			if inside {
				out.WriteString("EMC\n")
			}
			inside, current = true, o.in
			if o.in == nil {
				out.WriteString("/Artifact BMC\n")
			} else {
				fmt.Fprintf(&out, "/%s<</MCID %d>>BDC\n", o.in.kind, len(owners))
				o.in.places = append(o.in.places, place{number, len(owners)})
				owners = append(owners, o.in)
			}
		}
		if o.strips == nil {
			fmt.Fprintf(&out, "%s G 0.6 w %s %s m %s %s l S\n", num(float64(o.ink)), num(o.x), num(l.h-o.y), num(o.x2), num(l.h-o.y2))
			continue
		}
		out.WriteString("BT\n")
		for _, s := range o.strips {
			u := fonts[s.face]
			if u == nil {
				u = &used{codes: map[code]int{}}
				wide, _ := typefaces()[s.face].metricsOf(0)
				u.code(glyph{shape: shape{wide: wide}}) // code 0 is for what is missing
				fonts[s.face] = u
			}
			shade := o.ink
			if s.look.faint {
				shade = faint
			}
			fmt.Fprintf(&out, "%s g/F%d %s Tf 1 0 0 1 %s %s Tm[", num(float64(shade)), s.face, num(o.size), num(o.x+s.x*o.size/1000), num(l.h-o.y))
			u.show(&out, s)
			out.WriteString("]TJ\n")
		}
		out.WriteString("ET\n")
	}
	if inside {
		out.WriteString("EMC\n")
	}
	return out.Bytes(), owners
}

// show writes the glyphs of a strip with the corrections between them.
func (u *used) show(out *bytes.Buffer, s strip) {
	face := typefaces()[s.face]
	pen, want := 0.0, 0.0
	opened := false
	for _, g := range s.glyphs {
		if off := want - pen; off > .5 || off < -.5 {
			if opened {
				out.WriteByte('>')
				opened = false
			}
			out.WriteString(num(-off))
			pen += off
		}
		if !opened {
			out.WriteByte('<')
			opened = true
		}
		fmt.Fprintf(out, "%04X", u.code(g))
		pen += face.thousandths(g.wide)
		want += g.advance
	}
	if opened {
		out.WriteByte('>')
	}
}

// thousandths is a width as the PDF states it.
func (t *typeface) thousandths(wide uint16) float64 {
	return float64(int(float64(wide)*1000/t.upem + .5))
}

func (f *file) font(t *typeface, name string, u *used) int {
	data := t.subset(u.shapes)
	sum := sha256.Sum256(data)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	name = string(tag) + "+" + name
	file := f.stream("/Length1 "+strconv.Itoa(len(data)), data)
	head := t.tables["head"]
	box := make([]string, 4)
	for i := range box {
		v := int16(uint16(head[36+2*i])<<8 | uint16(head[37+2*i])) // #nosec G115 -- the font keeps it with a sign
		box[i] = num(float64(v) * 1000 / t.upem)
	}
	slant := "0"
	if strings.HasSuffix(name, "Italic") {
		slant = "-12"
	}
	descriptor := f.add(fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%s]/ItalicAngle %s/Ascent %s/Descent %s/CapHeight 714/StemV 80/FontFile2 %d 0 R>>",
		name, strings.Join(box, " "), slant, num(t.up), num(t.down), file))
	var widths strings.Builder
	for _, s := range u.shapes {
		widths.WriteString(num(t.thousandths(s.wide)) + " ")
	}
	descendant := f.add(fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/CIDToGIDMap/Identity/DW 0/W[0[%s]]>>",
		name, descriptor, widths.String()))
	return f.add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>",
		name, descendant, f.stream("", u.toUnicode())))
}

// toUnicode says how each code is read.
func (u *used) toUnicode() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	var lines []string
	for c, t := range u.texts {
		if t == "" {
			continue
		}
		var line strings.Builder
		fmt.Fprintf(&line, "<%04X><", c)
		for _, v := range utf16.Encode([]rune(t)) {
			fmt.Fprintf(&line, "%04X", v)
		}
		line.WriteString(">\n")
		lines = append(lines, line.String())
	}
	for part := range slices.Chunk(lines, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n%sendbfchar\n", len(part), strings.Join(part, ""))
	}
	b.WriteString("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}

func (e *elem) reserve(f *file) {
	e.number = f.reserve()
	for _, k := range e.kids {
		k.reserve(f)
	}
}

func (e *elem) store(f *file, parent int, pageAt []int) {
	var b strings.Builder
	fmt.Fprintf(&b, "<</Type/StructElem/S/%s/P %d 0 R", e.kind, parent)
	if e.scope != "" {
		fmt.Fprintf(&b, "/A<</O/Table/Scope/%s>>", e.scope)
	}
	if e.points != "" {
		fmt.Fprintf(&b, "/A<</O/List/ListNumbering/%s>>", e.points)
	}
	if e.alt != "" {
		fmt.Fprintf(&b, "/A<</O/Table/Summary%s>>", str(e.alt))
	}
	b.WriteString("/K[")
	for _, k := range e.kids {
		fmt.Fprintf(&b, "%d 0 R ", k.number)
	}
	for _, at := range e.places {
		fmt.Fprintf(&b, "<</Type/MCR/Pg %d 0 R/MCID %d>>", pageAt[at.page], at.id)
	}
	b.WriteString("]>>")
	f.set(e.number, b.String())
	for _, k := range e.kids {
		k.store(f, e.number, pageAt)
	}
}

// outline is the list of headings that viewers show at the side.
func (l *layout) outline(f *file, pageAt []int) string {
	marks := slices.DeleteFunc(slices.Clone(l.marks), func(m bookmark) bool { return m.level == 1 })
	if len(marks) == 0 {
		return ""
	}
	root := f.reserve()
	at := make([]int, len(marks))
	for i := range marks {
		at[i] = f.reserve()
	}
	for i, m := range marks {
		entry := fmt.Sprintf("<</Title%s/Parent %d 0 R/Dest[%d 0 R/XYZ null %s null]", str(m.text), root, pageAt[m.page], num(l.h-m.y+6))
		if i > 0 {
			entry += fmt.Sprintf("/Prev %d 0 R", at[i-1])
		}
		if i+1 < len(at) {
			entry += fmt.Sprintf("/Next %d 0 R", at[i+1])
		}
		f.set(at[i], entry+">>")
	}
	f.set(root, fmt.Sprintf("<</Type/Outlines/Count %d/First %d 0 R/Last %d 0 R>>", len(at), at[0], at[len(at)-1]))
	return fmt.Sprintf("/Outlines %d 0 R", root)
}

func metadata(title, lang string) []byte {
	return []byte("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">` +
		`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + escape(title) + `</rdf:li></rdf:Alt></dc:title>` +
		`<dc:language><rdf:Bag><rdf:li>` + escape(lang) + `</rdf:li></rdf:Bag></dc:language>` +
		"</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
}

// file collects numbered objects. Small ones go together into compressed
// streams, which makes a tagged document a fifth as large.
type file struct {
	objects []object
}

type object struct {
	body   string
	stream bool
}

// reserve gives the number of an object that is set later.
func (f *file) reserve() int {
	f.objects = append(f.objects, object{})
	return len(f.objects)
}

func (f *file) set(number int, body string) { f.objects[number-1].body = body }

func (f *file) add(body string) int {
	n := f.reserve()
	f.set(n, body)
	return n
}

func (f *file) stream(dict string, data []byte) int {
	return f.raw(dict+"/Filter/FlateDecode", deflate(data))
}

func (f *file) raw(dict string, data []byte) int {
	f.objects = append(f.objects, object{fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data), true})
	return len(f.objects)
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(data) // a bytes.Buffer does not fail
	_ = z.Close()
	return b.Bytes()
}

func (f *file) bytes(catalog, info int) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	type entry struct{ kind, a, b int }
	entries := []entry{{0, 0, 65535}}
	var small []int
	n := len(f.objects)
	for i := range n {
		entries = append(entries, entry{})
		if !f.objects[i].stream {
			small = append(small, i+1)
		}
	}
	for part := range slices.Chunk(small, 200) {
		var index, bodies strings.Builder
		holder := len(f.objects) + 1
		for k, number := range part {
			fmt.Fprintf(&index, "%d %d ", number, bodies.Len())
			bodies.WriteString(f.objects[number-1].body + "\n")
			entries[number] = entry{2, holder, k}
		}
		f.stream(fmt.Sprintf("/Type/ObjStm/N %d/First %d", len(part), index.Len()), []byte(index.String()+bodies.String()))
		entries = append(entries, entry{})
	}
	for i, o := range f.objects {
		if o.stream {
			entries[i+1] = entry{1, out.Len(), 0}
			fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o.body)
		}
	}
	start := out.Len()
	entries = append(entries, entry{1, start, 0})
	var table []byte
	for _, e := range entries {
		table = append(table, byte(e.kind), byte(e.a>>24), byte(e.a>>16), byte(e.a>>8), byte(e.a), byte(e.b>>8), byte(e.b))
	}
	sum := sha256.Sum256(out.Bytes())
	id := hex.EncodeToString(sum[:16])
	packed := deflate(table)
	fmt.Fprintf(&out, "%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/Filter/FlateDecode/Length %d>>\nstream\n",
		len(entries)-1, len(entries), catalog, info, id, id, len(packed))
	out.Write(packed)
	fmt.Fprintf(&out, "\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", start)
	return out.Bytes()
}

// num writes a number shortly, to the hundredth.
func num(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

// str is a text string of any letters.
func str(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, v := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", v)
	}
	b.WriteByte('>')
	return b.String()
}
