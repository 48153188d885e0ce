// Package consent holds the page of what may be told of a person: what is allowed
// today, where it is used, what was given and withdrawn, and the form for one more.
package consent

import "amparo/views/parts"

// Consent is the page.
type Consent struct {
	Person  parts.Run
	Title   string
	Badges  []parts.Badge // flags that no consent overrides
	Caution string
	Today   string // what holds, in one sentence
	Allowed parts.Table
	Empty   *parts.Empty
	Used    parts.Table
	NoUse   string
	Went    parts.Table // papers and files that told of the person
	Given   []Given
	Form    *Form
	Back    *parts.Action // where the form was asked for
}

// Given is one consent on file.
type Given struct {
	ID     string
	Date   string
	State  parts.Badge
	By     string
	Lines  []string
	Scopes []string
	Entry  string
	Asks   []parts.Ask
}

// Form records a consent.
type Form struct {
	Open     bool
	Label    string
	Action   string
	Hidden   []parts.Pair
	Problems []parts.Problem
	Fields   []parts.Field
	Uses     []Use
	Nothing  parts.Field
	More     []parts.Field
	Also     *Also
}

// Also is the others for whom the same is said; each is sent as "also".
type Also struct {
	Title   string
	Options []parts.Option
}

// Use is one use with how much of the person it may show.
type Use struct {
	Name   string
	Fields []parts.Field // identity first; what goes with it shows once one is chosen
}
