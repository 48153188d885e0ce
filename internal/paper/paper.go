// Package paper turns the description of a printed document into a page of
// HTML for the print preview, into a PDF that the program writes itself and into
// a DOCX. What people write for letters, it reads as Markdown with merge fields.
//
// A Document is a title and a list of blocks in reading order. Every block is
// plain data; which facts of a record go on paper, and who may see them, is
// decided by whoever builds the Document. Sentences that are not in the
// Document (page x of y, the heading of the sources) come from the catalogue,
// area paper. Nothing here knows a record, a route or a reader's rights.
//
// All forms choose directions alike: the document's own direction mirrors
// tables and margins, and each paragraph or cell is read in the direction of
// its first strong letter. The same Document always gives the same bytes, and
// none of them carries a moment, a user's name or a machine's name of its own.
package paper

import (
	"strconv"
	"strings"
)

// Size is the sheet a document is laid out for.
type Size int

// The two sheets in use.
const (
	A4         Size = iota // 210 × 297 mm
	LetterSize             // 8.5 × 11 in
)

// SizeOf reads "letter" (in any case) as LetterSize and everything else as A4.
func SizeOf(name string) Size {
	if strings.EqualFold(name, "letter") {
		return LetterSize
	}
	return A4
}

// Document is one printed document.
type Document struct {
	Lang   string // BCP 47, such as "ar"
	Dir    string // "ltr" or "rtl"
	Title  string // first heading and the name a viewer shows
	Name   string // in place of the title where no heading stands first
	Head   Head
	Foot   string // a line at the end of each page: check code, given to whom
	Size   Size
	Large  bool // running text in a larger size, as in a letter
	Blocks []Block
}

// Head is the running head of each page; the page number is added at its end.
type Head struct {
	Start string // where reading begins: left in English, right in Arabic
	End   string
}

// name is what a viewer shows.
func (d Document) name() string {
	if d.Name != "" {
		return d.Name
	}
	return d.Title
}

// Block is one of Heading, Paragraph, List, Quote, Rule, Space, Break, Facts,
// Table, Chronology and Notes.
type Block interface{ block() }

// Heading begins a part (level 2) or a part of a part (level 3), or is what a
// letter is about (level 1). It is never the last thing on a page.
type Heading struct {
	Level int // 1 to 3; others are taken as the nearer of them
	Text  string
}

// Tone says how loudly a paragraph is set.
type Tone int

// The tones of a paragraph.
const (
	Normal Tone = iota
	Muted       // small and grey: remarks, what is left out
)

// Paragraph is running text.
type Paragraph struct {
	Text  Text
	Tone  Tone
	Align Align // End stands against the side where lines end
}

// List is points under each other. It has bullets, or numbers from First on.
type List struct {
	First int // 0: bullets
	Items []Item
}

// Item is one point of a list. It may hold lists of its own.
type Item struct {
	Mark   string // in place of bullet or number, such as "1a"
	Blocks []Block
}

// mark is what stands before item i.
func (l List) mark(i int) string {
	switch {
	case l.Items[i].Mark != "":
		return l.Items[i].Mark
	case l.First == 0:
		return "•"
	default:
		return strconv.Itoa(l.First+i) + "."
	}
}

// Quote is what somebody else wrote or said.
type Quote struct{ Blocks []Block }

// Rule is a line across.
type Rule struct{}

// Space is the height of a line left free.
type Space struct{}

// Break begins a new page.
type Break struct{}

// Facts is a list of labels and values.
type Facts struct{ Facts []Fact }

// Fact is one label and its value.
type Fact struct {
	Label string
	Value Text
}

// Table has columns with a head that is repeated on each page it reaches.
// A row shorter than the columns is filled with empty cells, a longer one cut.
type Table struct {
	Caption string // read aloud, not printed; may be empty
	Columns []Column
	Rows    [][]Text
}

// Align is where the text of a column or a paragraph stands.
type Align int

// Start is where reading begins; End is for columns of figures and for dates.
const (
	Start Align = iota
	End
)

// Column is one column of a table.
type Column struct {
	Title string
	Width float64 // share of the table's width, 0 to 1; 0 chooses by content
	Align Align
}

// Chronology is what happened, by date.
type Chronology struct {
	Caption string // read aloud, not printed; may be empty
	Rows    []Moment
}

// Moment is one line of a chronology.
type Moment struct {
	Date string // as the reader says it
	Text Text
}

// Notes is the numbered list of sources that footnote marks point at.
type Notes struct{ Notes []Note }

// Note is one source.
type Note struct {
	Number int
	Text   Text
	Grade  string // such as "B2"; empty when not graded
}

// full is the text of a note with its grade.
func (n Note) full() Text {
	if n.Grade == "" {
		return n.Text
	}
	out := append(Text(nil), n.Text...)
	return append(out, Span{Text: " "}, Span{Text: "(" + n.Grade + ")", Style: Isolated})
}

// mark is how a footnote mark reads.
func mark(number int) string { return "[" + strconv.Itoa(number) + "]" }

func (Heading) block()    {}
func (Paragraph) block()  {}
func (List) block()       {}
func (Quote) block()      {}
func (Rule) block()       {}
func (Space) block()      {}
func (Break) block()      {}
func (Facts) block()      {}
func (Table) block()      {}
func (Chronology) block() {}
func (Notes) block()      {}

// Style is how a span is set; styles are added with |.
type Style int

// The styles of a span. Arabic letters have no italic and stay upright.
const (
	Bold Style = 1 << iota
	Italic
	Faint    // grey
	Isolated // of its own direction, whatever stands around: names, refs, numbers
)

// Span is a stretch of text of one style, or a footnote mark.
type Span struct {
	Text  string
	Style Style
	Note  int    // above 0: a mark "[n]", and Text is ignored
	Field string // of a merge field that is not filled: its name
}

// Text is a paragraph's or a cell's worth of spans.
type Text []Span

// Plain is text of no particular style. The empty string gives empty Text.
func Plain(s string) Text {
	if s == "" {
		return nil
	}
	return Text{{Text: s}}
}

// Apart is text of its own direction: a name, a ref, a number.
func Apart(s string) Text {
	if s == "" {
		return nil
	}
	return Text{{Text: s, Style: Isolated}}
}

// Marked adds footnote marks after the text.
func (t Text) Marked(numbers ...int) Text {
	out := append(Text(nil), t...)
	for _, n := range numbers {
		out = append(out, Span{Note: n})
	}
	return out
}

// Sources numbers the sources of a document in the order they are first
// cited. The zero value is ready.
type Sources struct {
	byKey map[string]int
	notes []Note
}

// Mark gives the number of a source, the same for the same key. Text and grade
// of the first call are kept.
func (s *Sources) Mark(key string, text Text, grade string) int {
	if n, ok := s.byKey[key]; ok {
		return n
	}
	if s.byKey == nil {
		s.byKey = map[string]int{}
	}
	n := len(s.notes) + 1
	s.byKey[key] = n
	s.notes = append(s.notes, Note{Number: n, Text: text, Grade: grade})
	return n
}

// Notes is the list of all sources marked so far, for the end of the document.
func (s *Sources) Notes() Notes { return Notes{Notes: append([]Note(nil), s.notes...)} }
