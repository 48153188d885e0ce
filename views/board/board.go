// Package board holds where appeals stand: columns of cards, each with the one
// line that matters about it. Nothing is dragged: a card moves when its appeal does.
package board

import (
	"amparo/views/parts"
	"amparo/views/records"
)

// Board is the page.
type Board struct {
	Title   string
	New     *parts.Action
	Tabs    []parts.Tab
	Filter  records.List // its Action, Filters, More, Set
	Columns []Column
	Folded  []Column     // closed, withdrawn: shut until asked for
	Empty   *parts.Empty // instead of the columns
}

// Column is the appeals of one state.
type Column struct {
	ID    string
	Title string
	Count string // how many there are in all
	Cards []Card
	More  *parts.Action // leads to those that have no card here
	Empty string
}

// Card is one appeal.
type Card struct {
	Ref   string
	Title string
	URL   string
	Who   string // "A-0031 · N. Haddad → Prison service"
	Line  parts.Badge
	Acts  []parts.Action
}

func (c Card) late() bool { return c.Line.Tone == parts.Alarm }
