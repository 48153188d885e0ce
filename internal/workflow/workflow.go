// Package workflow holds the life of a record as a table: its states and the
// moves between them, who may make each, what it asks and what must be true
// first. It decides nothing about particular records; the kernel asks it.
package workflow

import (
	"slices"

	"amparo/internal/auth"
)

// State is one step of a record's life; its word lies in the catalogue under
// "state.<kind>.<state>".
type State string

// Move is one row of the table.
type Move struct {
	Name      string
	From      []State // none: from every state
	To        State
	Who       auth.Action
	Approver  bool     // also open to who holds the right "may approve"
	NotAuthor bool     // four eyes: not by the author of the text
	Asks      []string // fields that must be filled as part of the move; "reason" is the note
	May       []string // fields that may be filled as part of the move
	Needs     []string // names of conditions, looked up by the kernel
	Voids     bool     // strikes the record out; it stays on file
}

// Flow is the whole table of a kind.
type Flow struct {
	Start State
	Moves []Move
}

// Simple is the life of kinds that merely exist.
var Simple = Flow{Start: "active"}

func (m Move) leaves(s State) bool { return len(m.From) == 0 || slices.Contains(m.From, s) }

// From lists the moves that lead away from a state.
func (f Flow) From(s State) []Move {
	var open []Move
	for _, m := range f.Moves {
		if m.leaves(s) {
			open = append(open, m)
		}
	}
	return open
}

// Find gives the row for a move from a state, and whether a move of that name
// exists at all.
func (f Flow) Find(name string, from State) (m Move, open, exists bool) {
	for _, m := range f.Moves {
		if m.Name != name {
			continue
		}
		exists = true
		if m.leaves(from) {
			return m, true, true
		}
	}
	return Move{}, false, exists
}

// States lists every state the table knows, the start first.
func (f Flow) States() []State {
	all := []State{f.Start}
	add := func(s State) {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	for _, m := range f.Moves {
		for _, s := range m.From {
			add(s)
		}
		if m.To != "" {
			add(m.To)
		}
	}
	return all
}
