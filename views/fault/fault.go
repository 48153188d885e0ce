// Package fault holds the pages that say plainly what went wrong.
package fault

import "amparo/views/parts"

// Fault is a page instead of the one that was asked for.
type Fault struct {
	Status int // 404, 403, 409, 500, 503 …
	Title  string
	Text   string
	Kept   string   // what becomes of what was typed, or ""
	Needs  []string // what has to be in place first
	Ref    string   // reference number to tell the administrator
	Acts   []parts.Action
}
