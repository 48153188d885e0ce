// Package print holds the page around a printed document: the document as it will
// be, and beside it what can be chosen. The document itself is made by paper.
package print

import (
	"github.com/a-h/templ"

	"amparo/views/parts"
)

// Print is the page.
type Print struct {
	Title    string
	Back     parts.Action
	Action   string         // address of this page; the options are sent by GET
	Options  []parts.Field  // audience, language, paper, sections
	Files    []parts.Action // the same as a file, in each form
	LeftOut  []string       // what is left out, and why
	Free     *parts.Field   // words of ours that leave when they are ticked
	Preview  bool           // it would leave: nothing of it is printed from here
	Told     []Reveal       // of whom it would tell what
	Withheld []Reveal       // of whom it tells nothing
	Give     string         // address that gives it to somebody, or ""
	GivenTo  []parts.Field  // to whom, and why
	Code     string         // of what was looked at, so that nothing else is given
	Changed  string         // it is not what was looked at any more
	Problems []parts.Problem
	Untold   []string // what has no text in this language
	Refused  string   // plain words instead of a document
	Lang     string   // of the document
	Dir      string
	Document templ.Component // the sheet's content
}

// Reveal is what a paper would tell of one person, on which consents, or why it
// tells nothing or no more.
type Reveal struct {
	Who       parts.Run
	What, Why string
	On        []string
}

// ticked is how many lines in free words leave.
func (p Print) ticked() (n int) {
	for _, o := range p.Free.Options {
		if o.Selected {
			n++
		}
	}
	return n
}
