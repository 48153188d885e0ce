// Package appeal is the page of one appeal: where it stands, what is missing, its
// text with what was said about it and what changed, its demands, whom it went to
// and what came back.
package appeal

import (
	"github.com/a-h/templ"

	"amparo/views/parts"
	"amparo/views/records"
)

// Appeal is the page.
type Appeal struct {
	Head     records.Head
	Stages   []Stage
	Notice   string // an appeal by others; sent before it was read by somebody else
	Voided   string
	Verbs    []parts.Ask // what can be done now, the main one first
	Shut     []parts.Ask // what cannot be done now, and why
	Checks   []Checks
	Changed  []Changed // since the last round; empty in the first
	Since    string    // worded: what the changes are since
	Texts    []Text
	NoText   *parts.Empty
	Comments []Comment
	Comment  parts.Ask // no Post: nobody may comment now
	Facts    []Fact
	Demands  parts.Table
	NoDemand *parts.Empty
	General  []string // answers that speak to no demand, one line each
	To       []Addressee
	NoBody   string
	Signed   []parts.Run // how many signed, how many may be named
	Names    []parts.Cell
	Log      []parts.Cell
	LogAsk   parts.Ask
	Dues     records.Related // time limits that run
	Answers  records.Related
	Followed records.Related
	Papers   records.Related // attachments
	Rest     []records.Line  // the rest of what is on file
	Cites    []parts.Citation
	Cite     parts.Ask
	Notes    []parts.Note
	NotePost string
	History  parts.Action
}

// Stage is one step of the way from draft to closed.
type Stage struct {
	N, Label      string
	Done, Current bool
}

func (s Stage) class() string {
	switch {
	case s.Current:
		return "now"
	case s.Done:
		return "done"
	}
	return ""
}

func (s Stage) current() string {
	if s.Current {
		return "step"
	}
	return "false"
}

// Checks is one list of what to look at.
type Checks struct {
	Name  string // key of its title
	Title string
	Items []Check
}

// Check is one line of it; Sign says how it stands in one letter and Spoken in words.
type Check struct {
	Sign, Spoken, Text string
	Repair             *parts.Action
}

// Text is the appeal in one language.
type Text struct {
	ID, Lang, Name string
	Body           templ.Component
}

// Changed is one block that differs from the last round.
type Changed struct {
	Title string
	Edits []Edit
	Note  string // what changed beside words
}

// Edit is a stretch of words: it stayed, went or came.
type Edit struct {
	Text       string
	Went, Came bool
}

// Comment is what a reader said about a passage.
type Comment struct {
	ID, By, At, Passage, Text string
	Settled                   bool
	Settle                    *parts.Action
}

// Fact is one statement with its footnotes.
type Fact struct {
	Text  string
	Notes []parts.Run
}

// Addressee is one body that is written to.
type Addressee struct {
	Name  parts.Run
	Lines []parts.Run
	State *parts.Badge // nil where it is not ours to know
	Asks  []parts.Ask
}
