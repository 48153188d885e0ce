// Package access holds the pages on who may see a record, and why, and until when.
package access

import "amparo/views/parts"

// Access is who may see one record.
type Access struct {
	Title    string
	Back     parts.Action
	Level    parts.Badge
	About    string // who may see it, in a sentence
	More     string // what is behind a code name, in a sentence
	Problems []parts.Problem
	Waiting  *Waiting
	Table    parts.Table
	Asks     []parts.Ask
	Acts     []parts.Action // that have a page of their own
}

// Waiting is what a second person has to agree to.
type Waiting struct {
	Text, Reason string
	Acts         []parts.Action
}

// Glass asks to open a restricted case in an emergency.
type Glass struct {
	Title    string
	About    []string
	Asked    *Asked
	Problems []parts.Problem
	Fields   []parts.Field
}

// Asked is what was asked for, in words that are the same whatever came of it.
type Asked struct {
	Text string
	Look parts.Action
}
