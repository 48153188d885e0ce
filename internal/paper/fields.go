package paper

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/yuin/goldmark/ast"

	"amparo/internal/i18n"
)

// FieldNames are the merge fields a text may hold, as in {{date}}. Their names
// in the languages of the catalogue, paper.merge.<name>, mean the same:
// {{الأشخاص}} is {{person.names}}.
var FieldNames = []string{"addressees", "case.title", "date", "deadline", "demands", "facts", "person.names", "signatories"}

var fieldCalled = sync.OnceValue(func() map[string]string {
	called := map[string]string{}
	for _, name := range FieldNames {
		called[name] = name
		for _, l := range i18n.Languages() {
			called[folded(i18n.In(l.Code).T("paper.merge."+name))] = name
		}
	}
	return called
})

// folded is a name without what people write or leave out: case, spaces, the
// signs above Arabic letters.
func folded(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	return strings.Join(strings.Fields(name), " ")
}

// Values are what stands in place of merge fields, by the names of FieldNames.
type Values map[string][]Block

func (v Values) of(name string) (blocks []Block, known bool) {
	name, known = fieldCalled()[folded(name)]
	return v[name], known
}

// FieldsIn lists the fields a text holds, by the names of FieldNames.
func FieldsIn(written string) []string {
	var list []string
	for _, g := range (Values{}).Gaps(written) {
		if name := fieldCalled()[folded(g.Field)]; name != "" && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// Gap is a merge field for which nothing stands in its place.
type Gap struct {
	Field        string // as written
	Known        bool   // there is such a field, but nothing to put there yet
	Line, Column int    // from 1, in letters
}

// Gaps finds the merge fields of a text that have no value.
func (v Values) Gaps(written string) []Gap {
	source, doc := parse(written)
	var list []Gap
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // no step of it fails
		if f, ok := n.(*field); ok && entering {
			blocks, known := v.of(f.name)
			if len(blocks) == 0 {
				g := Gap{Field: f.name, Known: known}
				g.Line, g.Column = lineAndColumn(source, f.at)
				list = append(list, g)
			}
		}
		return ast.WalkContinue, nil
	})
	return list
}

// Fill puts values in the place of merge fields. A field that is alone in its
// paragraph becomes the value's blocks, one within a sentence its words. A
// field without a value stays, marked.
func (v Values) Fill(blocks []Block) []Block {
	var out []Block
	for _, b := range blocks {
		switch b := b.(type) {
		case Paragraph:
			if len(b.Text) == 1 && b.Text[0].Field != "" {
				if value, _ := v.of(b.Text[0].Field); len(value) > 0 {
					out = append(out, value...)
					continue
				}
			}
			b.Text = v.fill(b.Text)
			out = append(out, b)
		case Heading:
			b.Text = v.fillLine(b.Text)
			out = append(out, b)
		case Quote:
			out = append(out, Quote{Blocks: v.Fill(b.Blocks)})
		case List:
			list := List{First: b.First}
			for _, item := range b.Items {
				list.Items = append(list.Items, Item{Mark: item.Mark, Blocks: v.Fill(item.Blocks)})
			}
			out = append(out, list)
		default:
			out = append(out, b)
		}
	}
	return out
}

func (v Values) fill(t Text) Text {
	var out Text
	for _, s := range t {
		value, _ := v.of(s.Field)
		if s.Field == "" || len(value) == 0 {
			out = out.and(s)
			continue
		}
		for _, w := range sentence(value) {
			w.Style |= s.Style &^ Isolated
			out = out.and(w)
		}
	}
	return out
}

// fillLine is for headings, which are a line without styles.
func (v Values) fillLine(line string) string {
	var out strings.Builder
	for line != "" {
		m := fieldHere.FindStringSubmatch(line)
		if m == nil {
			next := 1 + strings.Index(line[1:], "{{")
			if next == 0 {
				next = len(line)
			}
			out.WriteString(line[:next])
			line = line[next:]
			continue
		}
		said := m[0]
		if value, _ := v.of(m[1]); len(value) > 0 {
			said = sentence(value).String()
		}
		out.WriteString(said)
		line = line[len(m[0]):]
	}
	return out.String()
}

// sentence is blocks as a part of a sentence.
func sentence(blocks []Block) Text {
	var parts []Text
	for _, b := range blocks {
		switch b := b.(type) {
		case Paragraph:
			parts = append(parts, b.Text)
		case Heading:
			parts = append(parts, Plain(b.Text))
		case Quote:
			parts = append(parts, sentence(b.Blocks))
		case List:
			for i, item := range b.Items {
				said := sentence(item.Blocks)
				if b.First > 0 || item.Mark != "" {
					said = append(Text{{Text: "(" + strings.TrimSuffix(b.mark(i), ".") + ") "}}, said...)
				}
				parts = append(parts, said)
			}
		}
	}
	parts = slices.DeleteFunc(parts, func(t Text) bool { return len(t) == 0 })
	var out Text
	for i, part := range parts {
		if i > 0 {
			runes, _ := out.letters(look{})
			if direction(runes, 0) == 1 {
				out = out.and(Span{Text: "؛ "})
			} else {
				out = out.and(Span{Text: "; "})
			}
		}
		for _, s := range part {
			s.Text = strings.ReplaceAll(s.Text, "\n", " ")
			out = out.and(s)
		}
	}
	return out
}
