// Package desk holds the first page of the day: what waits, what is due, who was
// not confirmed, what was begun and what changed; and the team's view of the same.
package desk

import "amparo/views/parts"

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
	Title      string
	Tabs       []parts.Tab
	Waits      []Row
	Late       []Row
	Unled      []Row // intake without a lead
	People     parts.Table
	Duplicates []Row
	Empty      string
}
