// Package casefile holds the page of one case: the whole matter on one page.
package casefile

import (
	"amparo/views/parts"
	"amparo/views/person"
	"amparo/views/records"
)

// Case is the page.
type Case struct {
	Head     records.Head
	Voided   string
	Summary  string
	Risk     string
	Facts    []records.Line // lead, opened, country, priority, family told
	People   parts.Table    // Tick "people", FormID "bulk"
	NoPeople *parts.Empty
	Total    string // "7 people, 5 in custody"
	Bulk     *Bulk
	AddURL   *parts.Action
	AskURL   *parts.Action // starts an appeal
	Asked    []parts.Table // what was asked and what came of it
	Filter   []parts.Tab   // of the chronology
	Steps    []person.Step
	NoSteps  string
	MoreURL  *parts.Action // the rest of a long chronology
	Counts   []parts.Count
	Counting parts.Ask
	Tasks    records.Related
	Review   records.Related // next review
	Team     records.Related // with Asks to add and remove
	Sources  records.Related
	Given    *records.Related // what was given of it to somebody outside
	Moves    []parts.Ask
	Cites    []parts.Citation
	Cite     parts.Ask
	Notes    []parts.Note
	NotePost string
	History  parts.Action
	Readings *parts.Action // who has read a restricted case; for who leads it
}

// Bulk is one step for the ticked people, or an appeal for them: "people" and
// "kind" are sent by GET.
type Bulk struct {
	Action string
	Case   string
	Kind   parts.Field
}
