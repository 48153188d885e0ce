// Package month is what a calendar month brought, for the board.
package month

import (
	"amparo/views/parts"
	"amparo/views/records"
)

// Months leads to every month.
type Months struct {
	Title, About string
	Tabs         []parts.Tab
	Table        parts.Table
	Other        parts.Field // another month
}

// Month is one of them.
type Month struct {
	Title   string
	State   parts.Badge
	About   string // how far it is
	Counts  string // what is counted
	Print   parts.Action
	Figures []Figure
	Tables  []parts.Table
	Empty   *parts.Empty // instead of the tables
	Asks    []parts.Ask
	Since   *parts.Action // to what has changed since it was frozen
	Changed *Changed      // that; nil unless it was asked for
	History []records.Entry
}

// Figure is one number of the whole month; it leads to its rows.
type Figure struct {
	Label, Value, URL string
	None              bool
}

// Changed is what has changed since a month was frozen.
type Changed struct {
	Title, None string
	Table       parts.Table
}

// Rows is the records behind a figure.
type Rows struct {
	Empty                    *parts.Empty
	Title, Sub, Total, About string
	Back                     parts.Action
	Table                    parts.Table
	Pager                    *parts.Pager
}
