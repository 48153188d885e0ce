// Package custody holds the list of who is in custody on a day: a table where
// there is room, cards on a phone, with the count as a range.
package custody

import (
	"amparo/views/parts"
	"amparo/views/records"
)

// Custody is the page.
type Custody struct {
	Title string
	About string       // "As of 20 Nov 2026, from what is on file now"
	AsOf  parts.Field  // name "on"
	List  records.List // its Action, Filters, Table, Pager, Downloads
	Sums  []Sum
	Print *parts.Action
}

// Sum is a count, with a range where states are not sure.
type Sum struct {
	Figure string
	Label  string
	URL    string
}
