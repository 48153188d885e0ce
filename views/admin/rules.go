package admin

import "amparo/views/parts"

// Rules is the rules of deadlines, and which days the office does not work.
// Who may only look gets no forms and no buttons.
type Rules struct {
	Table    parts.Table
	Holidays []Holiday
	Add      *Form // a further holiday
	Weekend  string
	Week     *Form        // which days are the weekend
	Lately   []parts.Cell // what was changed, by whom
}

// Holiday is a day on which nobody works.
type Holiday struct {
	Day    string
	Name   string
	Remove *parts.Action
}
