// Package erase holds the pages on which a record is erased for good by two
// people, and what is told of it afterwards.
package erase

import "amparo/views/parts"

// Erase is what would go, and the question: of the first person, or of the second.
type Erase struct {
	Title    string
	Back     parts.Action
	About    []string
	Problems []parts.Problem
	Why      []string // why it cannot be
	Waiting  *Waiting
	Sections []Section
	Ask      *Ask
}

// Waiting is what somebody has asked for.
type Waiting struct {
	Text, Reason string
	Lines        []Line
	Keep         parts.Action // it stays on file after all
}

// Line is one fact in words.
type Line struct{ Label, Value string }

// Section is one part of what goes, or of what stays.
type Section struct {
	ID, Title, Text string
	Lines           []Line
	Table           parts.Table
	Tone            parts.Tone
	Act             *parts.Action
}

// Ask is the form of either person.
type Ask struct {
	Title, Note, Post, Submit string
	Hidden                    []parts.Pair
	Fields                    []parts.Field
}

// Erased is the record of an erasure, and where it is still named.
type Erased struct {
	Title    string
	Back     parts.Action
	State    parts.Badge
	About    []string
	Acts     []parts.Action
	Lines    []Line
	Sections []Section
}

// Named is where free words name somebody.
type Named struct {
	Title string
	Back  parts.Action
	About []string
	Table parts.Table
	Empty *parts.Empty
}

// List is every erasure that waits or was done.
type List struct {
	Title, About string
	Table        parts.Table
	Empty        parts.Empty
}
