package web

import (
	"regexp"
	"strings"

	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/parts"
	"amparo/views/records"
)

// A citation leads to its document; where it quotes words, to the words in the
// document's text.

// cited is where a citation leads to.
func (r *Request) cited(c citation.Cited) string {
	at := r.url(c.Document)
	if c.Quote != "" {
		at += "?quote=" + c.ID + "#quote"
	}
	return at
}

// footnote words a citation in one line that leads to where it leads.
func (r *Request) footnote(c citation.Cited, speakers map[string]form.Ref) parts.Run {
	run := parts.Run{Text: r.dotted(spoken(c.Speaker, speakers), c.Document.Title, c.Locator, c.Grade())}
	if c.Document.Ref != "" {
		run.URL = r.cited(c)
	}
	return run
}

// markQuote marks on the page of a document the words that a citation quotes;
// words that its text does not have stand above it.
func (r *Request) markQuote(tx *record.Tx, s *record.Sheet, m *records.Show) error {
	id := r.query("quote")
	if id == "" {
		return nil
	}
	all, err := citation.ByID(tx, id)
	c, ok := all[id]
	if err != nil || !ok || c.Document.ID != s.Head.ID || c.Quote == "" {
		return err
	}
	for _, sec := range m.Sections {
		for i, line := range sec.Lines {
			if before, words, after, ok := within(line.Text, c.Quote); ok {
				sec.Lines[i].Marked = &parts.Marked{Before: before, Words: words, After: after}
				return nil
			}
		}
	}
	m.Quoted = c.Quote
	return nil
}

// within finds quoted words in a text, however either breaks its lines.
func within(text, quote string) (before, words, after string, ok bool) {
	list := strings.Fields(quote)
	if len(list) == 0 || text == "" {
		return "", "", "", false
	}
	for i := range list {
		list[i] = regexp.QuoteMeta(list[i])
	}
	at := regexp.MustCompile(strings.Join(list, `[\s\p{Zs}]+`)).FindStringIndex(text)
	if at == nil {
		return "", "", "", false
	}
	return text[:at[0]], text[at[0]:at[1]], text[at[1]:], true
}
