// Package merge holds the pages on records that may be one: two of them side by
// side, the queue of likely pairs, and the card of who may be meant by a name.
package merge

import (
	"strconv"

	"amparo/views/parts"
)

// Merge is two records side by side, to be made one.
type Merge struct {
	Title    string
	Action   string
	Cancel   string
	Swap     parts.Action // the same with the other one kept
	Stale    string       // what changed since the page was opened, or ""
	Problems []parts.Problem
	Why      []string // why they cannot be merged; then nothing can be sent
	Hidden   []parts.Pair
	Kept     Side
	Gone     Side
	Fields   []Field // what differs
	Same     []Field // what both say
	Carried  string  // what moves along, in words
	Reason   parts.Field
}

// Ask asks with which record to merge.
type Ask struct {
	Title, Action, Cancel string
	With                  parts.Field
}

// Side is one record in few words.
type Side struct {
	Ref, Title, URL string
	Case            string
	Gist            string // what is known of it, in one line
	Changed         string
}

// Field is one field of both. The form sends "take:" + Name.
type Field struct {
	Name, Label string
	Kept, Gone  string
	Take        string // kept, gone, both
	Unites      bool   // both can be kept
}

func (f Field) id(i int, take string) string { return "take-" + strconv.Itoa(i) + "-" + take }

// Queue is likely pairs, best first.
type Queue struct {
	Title string
	Tabs  []parts.Tab
	Pairs []Pair
	Empty string
}

// Pair is two records that may be one.
type Pair struct {
	A, B    Side
	Alike   parts.Badge
	Reasons string
	Acts    []parts.Action
}

// Likely is who on file may be meant by a name that is being typed.
type Likely struct {
	Refresh string // address that gives the card anew
	List    []One
	Sure    bool // it was said that this is somebody else
}

// One is one of them.
type One struct {
	Ref, Title, URL, Name string
	Alike                 parts.Badge
	Reasons               string
}
