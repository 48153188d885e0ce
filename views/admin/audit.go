package admin

import "amparo/views/parts"

// Audit is the state of the history and the log of security.
type Audit struct {
	Lines  []Line // where the history ends
	Hash   string
	Anchor parts.Action // takes an anchor
	Check  Form
	Found  string // what the walk just found, "" before one
	Broken bool
	Filter Form
	Table  parts.Table
	Empty  parts.Empty
	Pager  *parts.Pager
}

// Readings is who read what of a restricted case.
type Readings struct {
	Title, About string
	Back         parts.Action
	Table        parts.Table
	Empty        parts.Empty
}
