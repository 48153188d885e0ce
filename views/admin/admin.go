// Package admin holds the pages about accounts of others. One's own is in views/account.
package admin

import "amparo/views/parts"

// Users is who has an account.
type Users struct {
	Factors Form // which roles need a second factor
	Reading Form // how much is opened in a day
	Table   parts.Table
	Total   string
	Invite  Form
	Link    string // one-time link of a fresh invitation or reset, shown once
	LinkTo  string // whom it is for, and until when it works
}

// User is one account.
type User struct {
	Name   string
	Email  string
	Badges []parts.Badge
	Lines  []Line
	Form   Form        // name and roles
	Waits  string      // what waits for a second administrator
	Asks   []parts.Ask // reset, disable, end all sessions
	Events []parts.Cell
	Link   string
	LinkTo string
	Back   parts.Action
}

// Line is a label and its value.
type Line struct{ Label, Value string }

// Form is fields that are posted somewhere.
type Form struct {
	Action   string
	Fields   []parts.Field
	Problems []parts.Problem
	Submit   string
	Open     bool
}
