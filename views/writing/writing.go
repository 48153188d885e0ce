// Package writing holds the pages on which an appeal is begun and written with
// its demands, and the templates of the office that its texts are begun from.
package writing

import "amparo/views/parts"

// Begin chooses what an appeal is begun from.
type Begin struct {
	Title  string
	About  []parts.Run   // whom it is for: people, a case, the appeal it follows
	Hidden []parts.Pair  // the same for the form
	Ask    []parts.Field // whom it is for, where that is not said yet
	In     parts.Field   // languages of the text
	Kinds  []parts.Option
	Others parts.Option // an appeal by others
	Drafts []parts.Action
}

// Page is an appeal as a form, with its demands.
type Page struct {
	Title    string
	Sub      []parts.Run
	Back     parts.Action
	Rather   *parts.Action // something else to begin from the same
	Action   string
	Hidden   []parts.Pair
	Problems []parts.Problem
	Note     string // what is to be known before writing

	What        []parts.Field // kind, title, and the case of a new one
	By          []parts.Field // of an appeal by others: who made it, when, and the source
	Persons     parts.Field
	Facts       *Facts // nil for an appeal by others
	Texts       []Text
	AddText     parts.Field
	Names       []parts.Option // merge fields
	To          []Addressee
	Demands     []Demand
	Standard    []parts.Option // text of a demand by its kind
	Signatories []Signatory
	Paste       []parts.Field
	Count       []parts.Field
	More        []parts.Field
	Checks      Checks
	Draft       parts.Draft
	Drop        *parts.Action
	Submit      string // label; "" where it is under review already
}

// Facts are what an appeal tells: lines of the chronology to tick, and its own.
type Facts struct {
	Ticks []Tick
	Empty string
	Own   []Fact
}

// Tick is one line of the chronology.
type Tick struct {
	Value   string
	Text    string
	Sources string
	Badges  []parts.Badge
	Ticked  bool
	Used    bool // it is among the facts
}

// Fact is one fact in its own words, with the sources it rests on.
type Fact struct {
	Prefix, ID string
	N          string
	Text       parts.Field
	Lang       parts.Field // no label: one language only
	Sources    []parts.Option
	More       parts.Field // one more source that is on file
	New        []parts.Field
	NewOpen    bool
	Bare       bool // it rests on nothing yet
	Spare      bool
}

// Text is the appeal in one language.
type Text struct {
	Prefix, ID string
	Language   string
	Lang       string
	Body       parts.Field
	Preview    Preview
}

// Addressee is one whom it is written to.
type Addressee struct {
	Prefix, ID, Ref, Title string
	Org, Channel           parts.Field
	Spare                  bool
}

// Demand is one row of the demands.
type Demand struct {
	Prefix, ID, Version string
	Name                string // "Demand 2"
	Number, Kind, Text  parts.Field
	Targets             parts.Field
	Nobody, Due         parts.Field
	For                 parts.Field // no label: nobody is named
	Shown               string      // refs of those who can be chosen there
	Indicator           parts.Field
	Above               bool // it may be of the same, by the same day as the row above
	AboveTicked         bool
	Removable           bool
	State               *parts.Badge
	Spare               bool
	Open                bool
}

// Signatory is one row of who signs.
type Signatory struct {
	Prefix, ID     string
	Name, Capacity parts.Field
	Named          bool
	Confirmed      bool
	Withdrawn      bool
	Like           string // who else it may be
	Spare          bool
}

// Checks is what the appeal lacks as it stands in the form.
type Checks struct {
	Lists []CheckList
	Note  string // why there is none
}

// CheckList is one list of it.
type CheckList struct {
	Title string
	Items []Check
}

// Check is one line; Sign says how it stands in one letter and Spoken in words.
type Check struct {
	Sign, Spoken, Text string
	Repair             *parts.Action
}

// Kept is the answer to a draft: that it is kept, what the appeal lacks, and how
// its texts look now.
type Kept struct {
	Draft    parts.Draft
	Checks   *Checks
	Previews []Preview
}
