package paper

import (
	"bytes"
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Markdown reads what somebody wrote for a letter: headings, paragraphs, bold
// and italic, lists, quotes, links, lines across, marks of notes as [1] or [^1]
// and merge fields as {{date}}. Of a link the words stay and the address is
// added in brackets, since paper has nothing to press. HTML, pictures and code
// are no part of it: they stay the text they are.
func Markdown(written string) []Block {
	source, doc := parse(written)
	r := reading{source: source}
	return r.blocks(doc, 0)
}

// parse gives the tree of a text and the bytes it points into, which differ
// from what was written in single letters only.
func parse(written string) ([]byte, ast.Node) {
	source := []byte(ourSigns(written))
	if strings.Count(written, "[") > 5000 || tower(source) {
		return source, flat().Parse(text.NewReader(source))
	}
	return source, grammar().Parse(text.NewReader(source))
}

// tower tells whether a line stands hundreds of quotes or lists deep.
func tower(source []byte) bool {
	for line := range bytes.Lines(source) {
		begins := line[:len(line)-len(bytes.TrimLeft(line, " >*+-.)0123456789"))]
		if bytes.Count(begins, []byte(">")) > 200 || bytes.Count(begins, []byte(" ")) > 400 {
			return true
		}
	}
	return false
}

// flat reads paragraphs and no more: what nobody writes but to keep the program
// busy.
var flat = sync.OnceValue(func() parser.Parser {
	return parser.NewParser(parser.WithBlockParsers(util.Prioritized(anyIndent{parser.NewParagraphParser()}, 1000)))
})

// Setext headings, code, HTML and references are left out on purpose: a line of
// dashes under a signature, a deep indent or a backtick in a name would turn
// into something else, and "[1]: …" would vanish.
var grammar = sync.OnceValue(func() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(anyIndent{parser.NewParagraphParser()}, 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(fieldParser{}, 100),
			util.Prioritized(noteParser{}, 110),
			util.Prioritized(pictureParser{}, 120),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
	)
})

// anyIndent is for lines far in, which are code elsewhere and text here.
type anyIndent struct{ parser.BlockParser }

func (anyIndent) CanAcceptIndentedLine() bool { return true }

var (
	point  = regexp.MustCompile(`(?m)^[ >]*(?:•|[٠-٩۰-۹]{1,9}[.)])[ \t]`)
	digits = strings.NewReplacer("•", "-",
		"٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9",
		"۰", "0", "۱", "1", "۲", "2", "۳", "3", "۴", "4", "۵", "5", "۶", "6", "۷", "7", "۸", "8", "۹", "9")
)

// ourSigns makes a list of points begun with • or with Arabic figures, letter
// for letter, so that places in the text stay where they are.
func ourSigns(written string) string {
	written = strings.ReplaceAll(strings.ToValidUTF8(written, "\ufffd"), "\x00", "\ufffd")
	return point.ReplaceAllStringFunc(written, digits.Replace)
}

// field is {{name}} in the tree.
type field struct {
	ast.BaseInline
	name string
	at   int // byte of the source
}

var (
	kindField   = ast.NewNodeKind("Field")
	kindNote    = ast.NewNodeKind("Note")
	fieldHere   = regexp.MustCompile(`^\{\{[ \t]*([\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}._ -]{0,60}?)[ \t]*\}\}`)
	noteHere    = regexp.MustCompile(`^\[\^?([0-9٠-٩۰-۹]{1,3})\]`)
	pictureHere = regexp.MustCompile(`^!\[[^\[\]\n]*\]\([^()\n]*\)`)
)

func (*field) Kind() ast.NodeKind           { return kindField }
func (f *field) Dump(source []byte, lv int) { ast.DumpHelper(f, source, lv, nil, nil) }

type fieldParser struct{}

func (fieldParser) Trigger() []byte { return []byte{'{'} }

func (fieldParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	m := fieldHere.FindSubmatch(line)
	if m == nil {
		return nil
	}
	block.Advance(len(m[0]))
	return &field{name: string(m[1]), at: segment.Start}
}

// noteMark is [1] or [^1] in the tree.
type noteMark struct {
	ast.BaseInline
	number int
}

func (*noteMark) Kind() ast.NodeKind           { return kindNote }
func (n *noteMark) Dump(source []byte, lv int) { ast.DumpHelper(n, source, lv, nil, nil) }

type noteParser struct{}

func (noteParser) Trigger() []byte { return []byte{'['} }

func (noteParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	m := noteHere.FindSubmatch(line)
	if m == nil || len(line) > len(m[0]) && line[len(m[0])] == '(' {
		return nil
	}
	number, _ := strconv.Atoi(digits.Replace(string(m[1]))) // figures alone, three at most
	if number == 0 {
		return nil
	}
	block.Advance(len(m[0]))
	return &noteMark{number: number}
}

// pictureParser keeps ![…](…) as it is written.
type pictureParser struct{}

func (pictureParser) Trigger() []byte { return []byte{'!'} }

func (pictureParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	if len(line) < 2 || line[1] != '[' {
		return nil
	}
	n := max(2, len(pictureHere.Find(line)))
	block.Advance(n)
	return ast.NewTextSegment(segment.WithStop(segment.Start + n))
}

// deepest list or quote within lists and quotes; what lies deeper stands there.
const nested = 6

// reading turns the tree into blocks.
type reading struct{ source []byte }

func (r reading) blocks(parent ast.Node, depth int) []Block {
	var out []Block
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			if t := r.text(n, 0); len(t) > 0 {
				out = append(out, Heading{Level: max(2, min(n.Level, 3)), Text: t.String()})
			}
		case *ast.ThematicBreak:
			out = append(out, Rule{})
		case *ast.List:
			if depth >= nested {
				for item := n.FirstChild(); item != nil; item = item.NextSibling() {
					out = append(out, r.blocks(item, depth)...)
				}
				continue
			}
			var list List
			if n.IsOrdered() {
				list.First = max(1, n.Start)
			}
			for item := n.FirstChild(); item != nil; item = item.NextSibling() {
				list.Items = append(list.Items, Item{Blocks: r.blocks(item, depth+1)})
			}
			out = append(out, list)
		case *ast.Blockquote:
			if depth >= nested {
				out = append(out, r.blocks(n, depth)...)
			} else if inner := r.blocks(n, depth+1); len(inner) > 0 {
				out = append(out, Quote{Blocks: inner})
			}
		default: // a paragraph, also that of a list without empty lines
			if t := r.text(n, 0); len(t) > 0 {
				out = append(out, Paragraph{Text: t})
			}
		}
	}
	return out
}

var escaped = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]*);")

// plain takes escapes out.
func plain(s []byte) string {
	return escaped.ReplaceAllStringFunc(string(s), func(m string) string {
		if m[0] == '\\' {
			return m[1:]
		}
		return html.UnescapeString(m)
	})
}

func (r reading) text(parent ast.Node, style Style) Text {
	var out Text
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			s := plain(n.Value(r.source))
			switch {
			case n.HardLineBreak():
				s += "\n"
			case n.SoftLineBreak():
				s += " "
			}
			out = out.and(Span{Text: s, Style: style})
		case *ast.Emphasis:
			more := Italic
			if n.Level == 2 {
				more = Bold
			}
			for _, s := range r.text(n, style|more) {
				out = out.and(s)
			}
		case *ast.Link:
			words := r.text(n, style)
			for _, s := range words {
				out = out.and(s)
			}
			to := plain(n.Destination)
			if said := words.String(); to != "" && to != said && to != "mailto:"+said {
				if said != "" {
					out = out.and(Span{Text: " ", Style: style})
				}
				out = out.and(Span{Text: "(" + to + ")", Style: style | Isolated})
			}
		case *ast.AutoLink:
			out = out.and(Span{Text: string(n.Label(r.source)), Style: style | Isolated})
		case *noteMark:
			if k := len(out) - 1; k >= 0 { // the mark brings a space that no line ends at
				out[k].Text = strings.TrimRight(out[k].Text, " ")
			}
			out = out.and(Span{Note: n.number})
		case *field:
			out = out.and(Span{Text: "{{" + n.name + "}}", Field: n.name, Style: style | Isolated})
		}
	}
	return out
}

// and adds a span, to the last one where both are of one kind.
func (t Text) and(s Span) Text {
	if s.Text == "" && s.Note == 0 {
		return t
	}
	if k := len(t) - 1; k >= 0 && t[k].Style == s.Style && s.Style&Isolated == 0 && t[k].Note == 0 && s.Note == 0 {
		t[k].Text += s.Text
		return t
	}
	return append(t, s)
}

// String is the text without its styles.
func (t Text) String() string {
	var b strings.Builder
	for _, s := range t {
		if s.Note > 0 {
			b.WriteString(mark(s.Note))
			continue
		}
		b.WriteString(s.Text)
	}
	return b.String()
}

// Renumber gives the marks of notes in blocks the numbers that number says for
// them; a mark for which it says none was no mark, and is shown as text.
func Renumber(blocks []Block, number func(written int) []int) []Block {
	return over(blocks, func(t Text) Text {
		var out Text
		for _, s := range t {
			if s.Note == 0 {
				out = out.and(s)
				continue
			}
			list := number(s.Note)
			if len(list) == 0 {
				if len(out) > 0 && out[len(out)-1].Note == 0 {
					out = out.and(Span{Text: " "})
				}
				out = out.and(Span{Text: mark(s.Note), Style: Isolated})
			}
			for _, n := range list {
				out = out.and(Span{Note: n})
			}
		}
		return out
	})
}

// over changes every text of Markdown's blocks; the blocks given stay as they are.
func over(blocks []Block, change func(Text) Text) []Block {
	out := make([]Block, len(blocks))
	for i, b := range blocks {
		switch b := b.(type) {
		case Paragraph:
			b.Text = change(b.Text)
			out[i] = b
		case Quote:
			out[i] = Quote{Blocks: over(b.Blocks, change)}
		case List:
			items := make([]Item, len(b.Items))
			for k, item := range b.Items {
				items[k] = Item{Mark: item.Mark, Blocks: over(item.Blocks, change)}
			}
			out[i] = List{First: b.First, Items: items}
		default:
			out[i] = b
		}
	}
	return out
}

// lineAndColumn counts letters, from 1, of the byte at in a text.
func lineAndColumn(source []byte, at int) (line, column int) {
	for _, r := range string(source[:at]) {
		column++
		if r == '\n' {
			line, column = line+1, 0
		}
	}
	return line + 1, column + 1
}
