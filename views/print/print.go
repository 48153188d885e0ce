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
	GivenTo  parts.Field    // asked when it is recorded
	Given    string         // address that records a print as given to somebody, or ""
	Files    []parts.Action // the same as a file, in each form
	LeftOut  []string       // what is left out, and why
	Untold   []string       // what has no text in this language
	Refused  string         // plain words instead of a document
	Lang     string         // of the document
	Dir      string
	Document templ.Component // the sheet's content
}
