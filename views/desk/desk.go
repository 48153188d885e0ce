// Package desk holds the first page of the day: what waits, what is due, who was
// not confirmed, what was begun and what changed; and the team's view of the same.
package desk

import (
	"github.com/a-h/templ"

	"amparo/views/parts"
)

// Desk is one person's day.
type Desk struct {
	Title   string
	Tabs    []parts.Tab // mine, team; none for those without a team
	Waits   []Row
	Due     []Row // late, today, this week: one list
	Stale   []Row
	Drafts  []Row
	Changed []Row
	Since   string       // heading of Changed, such as "Changed since Thursday 18:20"; a plain one when empty
	Empty   *parts.Empty // instead of everything
}

// Row is one thing that can be finished where it stands.
type Row struct {
	ID    string // element id, so that the answer can replace the row
	When  *parts.Badge
	Title []parts.Run
	Sub   []parts.Run
	Acts  []parts.Action
	Asks  []parts.Ask // postpone (until, why), done
	Done  string      // what became of it, instead of the acts, after it was finished here
}

// Team is a supervisor's Monday.
type Team struct {
	Title    string
	Tabs     []parts.Tab
	Empty    string // words where nothing waits
	Waits    Section
	Proposed templ.Component // outcomes to confirm; nil where there are none
	Late     parts.Table     // by body
	LateSum  string
	People   parts.Table
	Stale    Section
	Unled    Section
	Links    []parts.Action // scoreboard, months, doubles, what changed hands
}

// Section is rows under a heading that says how many there are.
type Section struct {
	Title string
	Rows  []Row
	More  *parts.Action
}

// Handover asks what of a colleague's work goes to whom.
type Handover struct {
	Title    string
	About    string
	Action   string
	From     parts.Field // who gives
	Problems []parts.Problem
	Fields   []parts.Field // to whom, why
	Groups   []Burdens     // none until it is said who gives
	Empty    string
	Cancel   string
}

// Burdens is what a colleague carries of one kind.
type Burdens struct {
	Title string
	Table parts.Table
}

// Handovers is what changed hands lately.
type Handovers struct {
	Title string
	Rows  []Row
	Begin parts.Action
	Empty *parts.Empty
}
