// Package records holds the pages that every kind of record shares: list, show,
// form, history and conflict. Kinds with a face of their own have a folder beside it.
package records

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"amparo/views/parts"
)

// List is a list of records of one kind.
type List struct {
	Title     string
	About     string
	New       *parts.Action
	Tabs      []parts.Tab
	Action    string        // address of the list, for its filter form
	Filters   []parts.Field // q first
	More      []parts.Field // folded away unless one of them is set
	MoreOpen  bool
	Set       []Filter // filters in force, each with an address without it
	ClearURL  string
	Total     string // worded: "312 people"
	Table     parts.Table
	Pager     *parts.Pager
	Downloads []parts.Action // CSV, XLSX, print
	Empty     *parts.Empty   // instead of the table
	Bulk      templ.Component
	Hidden    []parts.Pair // kept through filtering: sort, per_page
}

// Bulk is a form for the ticked rows of a list.
type Bulk struct {
	ID, Post, Submit string
	Tick             string // name of the boxes
	TickAll          parts.Action
	Hidden           []parts.Pair
	Fields           []parts.Field
}

// Filter is one filter in force.
type Filter struct {
	Label string
	URL   string // the list without it
}

// Show is one record.
type Show struct {
	Head     Head
	File     *File
	Sections []Section
	Groups   []Group
	Moves    []parts.Ask
	Related  []Related
	Tasks    *Related
	Cites    []parts.Citation
	Cite     parts.Ask
	Counts   []parts.Count
	Counting parts.Ask // no Post: this kind takes no counts
	Notes    []parts.Note
	NotePost string
	History  parts.Action
	Voided   string // who struck it out, when and why; "" for a record that counts
	Quoted   string // words quoted from it that its text does not have
}

// Head is what stands on top of a record.
type Head struct {
	Kind     string // in words
	Ref      string
	Case     *parts.Run
	Title    string
	Other    string // the title in another script
	Sub      string
	Badges   []parts.Badge
	Actions  []parts.Action // edit, print
	Restrict string         // "named people only", or ""
	Changed  string         // "changed 20 Nov 2026 by M. Ruiz"
}

// Section is labels with their values.
type Section struct {
	Title string
	Lines []Line
}

// Line is a label and its value; Badges mark disputes and grades.
type Line struct {
	Label  string
	Value  []parts.Run
	Sub    string
	Badges []parts.Badge
	Text   string        // long text instead of Value, line breaks kept
	Marked *parts.Marked // the same text with the words that are quoted
}

// Group is a repeated group as a table.
type Group struct {
	Title string
	Table parts.Table
	Empty string
}

// File is the file that a record holds, and in whose hands it was.
type File struct {
	Name  string
	Size  string // in words
	Type  string // in words
	Media string // as programs say it
	Hash  string
	URL   string
	Same  []parts.Run // other records with the same file
	Held  []Holding   // newest first

	Spoiled *parts.Badge  // what is wrong with it
	Tells   []parts.Badge // what a picture tells beside what it shows
	Strip   string        // where a copy that does not is made, "" where none can be
	Export  *parts.Ask    // gives it to somebody with its proof
}

// Recheck is how the files were last found, and how far a comparing is.
type Recheck struct {
	Title   string
	About   string
	Post    string
	Running bool
	Failed  bool
	Percent int
	Lines   []string
	Spoiled []parts.Cell
}

func (r Recheck) percent() string { return strconv.Itoa(r.Percent) }

// Holding is one line of who brought or took a file.
type Holding struct{ What, By, At string }

// short is enough of a hash to tell it from others.
func (f File) short() string { return f.Hash[:min(len(f.Hash), 12)] + "…" }

// Related is records of another kind that belong here.
type Related struct {
	ID    string
	Title string
	Rows  []parts.Cell
	Empty string
	Add   *parts.Action
	Asks  []parts.Ask
}

// Edit is the form of a record, new or on file.
type Edit struct {
	Title    string
	About    string
	Action   string
	Version  string // "" for a new record
	Hidden   []parts.Pair
	Problems []parts.Problem
	Sections []Fields
	Draft    parts.Draft
	Save     string // label; Save when empty
	Cancel   string // address
	Also     []parts.Action
}

// Under puts a card right below a field of the form's first section.
func (e *Edit) Under(name string, card templ.Component) {
	first := e.Sections[0]
	i := slices.IndexFunc(first.Fields, func(f parts.Field) bool { return f.Name == name })
	if card == nil || i < 0 {
		return
	}
	rest := first
	first.Fields, rest.Fields = first.Fields[:i+1], first.Fields[i+1:]
	first.Below = card
	e.Sections = slices.Insert(e.Sections[1:], 0, first, rest)
}

func (e Edit) enctype() string {
	var all []parts.Field
	for _, s := range e.Sections {
		all = append(all, s.Fields...)
	}
	return parts.Enctype(all)
}

// Fields is a part of a form under its own heading; Folded ones open on demand.
type Fields struct {
	Title  string
	About  string
	Folded bool
	Fields []parts.Field
	Below  templ.Component // who else may be meant by the names above
}

// History is who changed what, newest first.
type History struct {
	Title   string
	Back    parts.Action
	Entries []Entry
	Pager   *parts.Pager
}

// Entry is one change.
type Entry struct {
	N       string
	At      string
	By      string
	What    string // the act, in words
	Note    string
	Changes []Change
}

// Change is one field before and after.
type Change struct {
	Field  string
	Before string
	After  string
}

// Conflict is a save that came second. Nothing is lost: each field that differs is
// shown in both versions, and the reader chooses.
type Conflict struct {
	Title   string
	By      string // who saved in between
	At      string
	Action  string
	Version string       // of what is on file now
	Hidden  []parts.Pair // all fields that do not differ, as typed
	Fields  []Differing
	Cancel  string
}

// Differing is a field whose two versions differ. The form sends Name with the
// chosen text: "mine:" + Name holds mine, "theirs:" + Name theirs, and
// "take:" + Name says which ("mine" or "theirs").
type Differing struct {
	Name   string
	Label  string
	Mine   string
	Theirs string
	Before string // what it was when I began
	Take   string // "mine" unless said otherwise
	Fixed  bool   // mine can be taken or left here, not written anew
}

func (d Differing) takes(which string) bool {
	if d.Take == "" {
		return which == "mine"
	}
	return d.Take == which
}
