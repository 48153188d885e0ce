// Package demand holds the page of one demand, with what became of it for whom,
// and the ledger of all demands with what waits to be confirmed.
package demand

import (
	"amparo/views/parts"
	"amparo/views/records"
)

// Demand is the page.
type Demand struct {
	Head     records.Head
	Text     string // as it was sent
	AsOf     string // "As of 1 Jan 2020", when looked at on another day
	Today    string // address of the page as of today
	Voided   string
	Proposal *Proposal
	Facts    records.Section
	Grid     parts.Table // whom it is for, and what each got
	Sum      string      // "met for 3 of 7"
	Outcome  parts.Ask   // no Post: nobody may record one now
	Judged   []Judged
	NoJudged string
	Answers  records.Related
	Parts    records.Related
	Follows  records.Related
	Moves    []parts.Ask
	On       parts.Field
	OnAction string
	Cites    []parts.Citation
	Cite     parts.Ask
	Notes    []parts.Note
	NotePost string
	History  parts.Action
}

// Proposal is what is on file speaks for, to be confirmed.
type Proposal struct {
	Text []parts.Run
	Ask  parts.Ask // no Post: somebody else confirms
	Note string    // who
}

// Judged is one assessment.
type Judged struct {
	Date    string
	Outcome parts.Badge
	For     string
	Open    string // words for one that nobody has confirmed
	Grade   string
	Reason  string
	Sources []parts.Run
	By      string
}

// Ledger is the list of demands.
type Ledger struct {
	List   records.List
	Waits  parts.Table // what waits to be confirmed, late longest first
	Title  string      // "6 wait to be confirmed"
	Sum    string      // how many of each
	More   *parts.Action
	Form   *Confirming // nil: whoever looks may not confirm
	Ticked parts.Action
}

// Confirming is the form that confirms the ticked rows.
type Confirming struct {
	Post     string
	Next     string
	Fields   []parts.Field
	Problems []parts.Problem
}
