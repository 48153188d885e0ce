package paper

import (
	"context"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"

	"amparo/assets"
	"amparo/internal/i18n"

	"github.com/a-h/templ"
)

func escape(s string) string { return html.EscapeString(clean(s)) }

// Page is the document as a component for the print page: HTML, and before it
// the link to its style sheet, which no other page needs.
func Page(d Document) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, `<link rel="stylesheet" href="`+assets.URL("css/paper.css")+`">`); err != nil {
			return fmt.Errorf("write the paper: %w", err)
		}
		return HTML(w, d)
	})
}

// Fragment is blocks alone as they will be on paper, without a sheet around
// them: for the preview beside a text that is being written.
func Fragment(lang string, blocks []Block) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		p := &html5{reader: i18n.In(lang)}
		dir := p.reader.Dir()
		if dir == "rtl" {
			p.whole = 1
		}
		p.put(`<link rel="stylesheet" href="`, assets.URL("css/paper.css"), `"><div class="paper paper-fragment" lang="`, escape(lang), `" dir="`, dir, `">`)
		p.blocks(blocks)
		p.put("</div>\n")
		if _, err := io.WriteString(w, p.b.String()); err != nil {
			return fmt.Errorf("write the preview: %w", err)
		}
		return nil
	})
}

// HTML writes the document as one <div class="paper …"> without scripts,
// inline styles or ids other than paper-note-N. Its looks are in
// assets/css/paper.css.
func HTML(w io.Writer, d Document) error {
	p := &html5{reader: i18n.In(d.Lang)}
	if d.Dir == "rtl" {
		p.whole = 1
	}
	size := "paper-a4"
	if d.Size == LetterSize {
		size = "paper-letter"
	}
	if d.Large {
		size += " paper-large"
	}
	p.put(`<div class="paper `, size, `" lang="`, escape(d.Lang), `" dir="`, p.dirOf(p.whole), `">`)
	p.put(`<header class="paper-head"><p class="paper-head-start">`, escape(d.Head.Start), `</p><p class="paper-head-end">`, escape(d.Head.End), `</p></header>`)
	if d.Title != "" {
		p.element("h1", `class="paper-title"`, Plain(d.Title))
	}
	inside := false
	for _, b := range d.Blocks {
		if h, ok := b.(Heading); ok && h.Level <= 2 {
			if inside {
				p.put(`</section>`)
			}
			p.put(`<section class="paper-section">`)
			inside = true
		}
		p.block(b)
	}
	if inside {
		p.put(`</section>`)
	}
	if d.Foot != "" {
		p.put(`<footer class="paper-foot"><p>`, escape(d.Foot), `</p></footer>`)
	}
	p.put("</div>\n")
	if _, err := io.WriteString(w, p.b.String()); err != nil {
		return fmt.Errorf("write the paper: %w", err)
	}
	return nil
}

// html5 is a page being written.
type html5 struct {
	b      strings.Builder
	reader *i18n.Reader
	whole  uint8
}

func (p *html5) put(parts ...string) {
	for _, s := range parts {
		p.b.WriteString(s)
	}
}

func (p *html5) dirOf(level uint8) string {
	if level == 1 {
		return "rtl"
	}
	return "ltr"
}

// direction is the one the PDF takes for the same text.
func (p *html5) direction(t Text) string {
	runes, _ := t.letters(look{})
	return p.dirOf(direction(runes, p.whole))
}

// element writes a block of text that stands on the side of its own direction.
func (p *html5) element(tag, attributes string, t Text) {
	p.put(`<`, tag, ` `, attributes)
	if dir := p.direction(t); dir != p.dirOf(p.whole) {
		p.put(` dir="`, dir, `"`)
	}
	p.put(`>`)
	p.text(t)
	p.put(`</`, tag, `>`)
}

// cell writes text that is read in its own direction but stands where the
// document's reading begins.
func (p *html5) cell(t Text) {
	if dir := p.direction(t); dir != p.dirOf(p.whole) && len(t) > 0 {
		p.put(`<bdi dir="`, dir, `">`)
		p.text(t)
		p.put(`</bdi>`)
		return
	}
	p.text(t)
}

func (p *html5) text(t Text) {
	for _, s := range t {
		if s.Note > 0 {
			n := strconv.Itoa(s.Note)
			p.put(`&nbsp;<a class="paper-mark" href="#paper-note-`, n, `" aria-label="`, escape(p.reader.T("paper.source", "number", s.Note)), `"><bdi>`, mark(s.Note), `</bdi></a>`)
			continue
		}
		var closing string
		wrap := func(open, end string) {
			p.put(open)
			closing = end + closing
		}
		if s.Style&Isolated != 0 {
			open := `<bdi>`
			if short(s.Text) {
				open = `<bdi class="paper-whole">`
			}
			wrap(open, `</bdi>`)
		}
		if s.Field != "" {
			wrap(`<mark class="paper-unfilled">`, `</mark>`)
		}
		if s.Style&Bold != 0 {
			wrap(`<strong>`, `</strong>`)
		}
		if s.Style&Italic != 0 {
			wrap(`<em>`, `</em>`)
		}
		if s.Style&Faint != 0 {
			wrap(`<span class="paper-faint">`, `</span>`)
		}
		p.put(strings.ReplaceAll(escape(s.Text), "\n", "<br>"), closing)
	}
}

// short tells whether a text is a ref, a number or the like, which is never cut
// at its hyphen.
func short(s string) bool { return len(s) <= 24 && !strings.ContainsAny(s, " \n") }

func (p *html5) block(b Block) {
	switch b := b.(type) {
	case Heading:
		tag := "h2"
		switch {
		case b.Level > 2:
			tag = "h3"
		case b.Level == 1:
			tag = "h1"
		}
		p.element(tag, `class="paper-heading"`, Plain(b.Text))
	case Paragraph:
		class := `paper-text`
		if b.Tone == Muted {
			class += ` paper-muted`
		}
		if b.Align == End {
			p.put(`<p class="`, class, ` paper-end">`)
			p.cell(b.Text)
			p.put(`</p>`)
			return
		}
		p.element("p", `class="`+class+`"`, b.Text)
	case List:
		p.list(b)
	case Quote:
		p.put(`<blockquote class="paper-quote">`)
		p.blocks(b.Blocks)
		p.put(`</blockquote>`)
	case Rule:
		p.put(`<hr class="paper-rule">`)
	case Space:
		p.put(`<div class="paper-space"></div>`)
	case Break:
		p.put(`<div class="paper-break"></div>`)
	case Facts:
		p.facts(b)
	case Table:
		p.table(b)
	case Chronology:
		p.chronology(b)
	case Notes:
		p.notes(b)
	}
}

func (p *html5) blocks(list []Block) {
	for _, b := range list {
		p.block(b)
	}
}

func (p *html5) list(list List) {
	tag := "ol"
	if list.First == 0 {
		tag = "ul"
	}
	p.put(`<`, tag, ` class="paper-list">`)
	for i, item := range list.Items {
		p.put(`<li><span class="paper-point">`, escape(list.mark(i)), `</span><div>`)
		p.blocks(item.Blocks)
		p.put(`</div></li>`)
	}
	p.put(`</`, tag, `>`)
}

func (p *html5) facts(f Facts) {
	if len(f.Facts) == 0 {
		return
	}
	p.put(`<dl class="paper-facts">`)
	for _, fact := range f.Facts {
		p.put(`<div class="paper-fact"><dt>`)
		p.cell(Plain(fact.Label))
		p.put(`</dt><dd>`)
		p.cell(fact.Value)
		p.put(`</dd></div>`)
	}
	p.put(`</dl>`)
}

func (p *html5) caption(s string) {
	if s != "" {
		p.put(`<caption class="paper-caption">`, escape(s), `</caption>`)
	}
}

func (p *html5) table(t Table) {
	if len(t.Columns) == 0 {
		return
	}
	side := func(c Column) string {
		if c.Align == End {
			return ` class="paper-end"`
		}
		return ""
	}
	p.put(`<table class="paper-table">`)
	p.caption(t.Caption)
	p.put(`<thead><tr>`)
	for _, c := range t.Columns {
		p.put(`<th scope="col"`, side(c), `>`)
		p.cell(Plain(c.Title))
		p.put(`</th>`)
	}
	p.put(`</tr></thead><tbody>`)
	for _, r := range t.Rows {
		p.put(`<tr>`)
		for i, c := range t.Columns {
			p.put(`<td`, side(c), `>`)
			if i < len(r) {
				p.cell(r[i])
			}
			p.put(`</td>`)
		}
		p.put(`</tr>`)
	}
	p.put(`</tbody></table>`)
}

func (p *html5) chronology(c Chronology) {
	if len(c.Rows) == 0 {
		return
	}
	p.put(`<table class="paper-chronology">`)
	p.caption(c.Caption)
	p.put(`<tbody>`)
	for _, m := range c.Rows {
		p.put(`<tr><th scope="row">`)
		p.cell(Plain(m.Date))
		p.put(`</th><td>`)
		p.cell(m.Text)
		p.put(`</td></tr>`)
	}
	p.put(`</tbody></table>`)
}

func (p *html5) notes(n Notes) {
	if len(n.Notes) == 0 {
		return
	}
	p.put(`<ol class="paper-notes">`)
	for _, note := range n.Notes {
		p.put(`<li id="paper-note-`, strconv.Itoa(note.Number), `" value="`, strconv.Itoa(note.Number), `"><bdi class="paper-number">`, mark(note.Number), `</bdi> <span>`)
		p.cell(note.full())
		p.put(`</span></li>`)
	}
	p.put(`</ol>`)
}
