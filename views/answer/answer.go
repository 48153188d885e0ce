// Package answer holds the form on which an answer to an appeal is recorded: who
// answers, and what is said to each demand.
package answer

import "amparo/views/parts"

// Answer is the form.
type Answer struct {
	Title    string
	Appeal   parts.Run
	Action   string
	Version  string // "" for a new answer
	Hidden   []parts.Pair
	Problems []parts.Problem
	Fields   []parts.Field
	About    string // what it means that no demand is spoken to
	Demands  []Demand
	Cancel   string
}

// Demand is one demand with what the answer says to it.
type Demand struct {
	ID     string
	Number string
	Text   string
	Sub    string // who must act, by when
	Badges []parts.Badge
	Fields []parts.Field
}
