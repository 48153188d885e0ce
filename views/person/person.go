// Package person holds the page of one person: who he is, where he is held and how
// we know, what comes next and what is missing; and the form for a next step.
package person

import (
	"amparo/views/parts"
	"amparo/views/records"
)

// Person is the page.
type Person struct {
	Ref      string
	Case     *parts.Run
	Initials string
	Name     string
	Other    string // the name in another script
	Sub      string // other names, born, nationality, occupation
	Badges   []parts.Badge
	Custody  Custody
	Asked    *parts.Table   // what was asked for the person, and what came of it
	Facts    []records.Line // legal status, medical need, how to reach the family, lawyer, lead, consent
	Acts     []parts.Action // edit, print
	Voided   string
	Restrict string

	AsOf     string // "As of 23 Mar 2022", when looked at on another day
	Today    string // address of the page as of today
	Episodes []parts.Tab
	Strip    *Strip
	Verbs    []parts.Action
	More     []parts.Action
	Steps    []Step
	NoSteps  *parts.Empty
	Where    Where

	Next     []Next
	Missing  Missing
	Tasks    records.Related
	Calls    records.Related
	Contacts records.Related
	Related  []records.Related // held together, members of a group, appeals
	Moves    []parts.Ask
	Sections []records.Section // the remaining fields
	Groups   []records.Group
	Cites    []parts.Citation
	Cite     parts.Ask
	Counts   []parts.Count
	Counting parts.Ask
	Notes    []parts.Note
	NotePost string
	History  parts.Action
	Changed  string
}

// Custody is the top right of the page: what is so now.
type Custody struct {
	State   parts.Badge
	Marks   []parts.Badge // stale, sources differ
	Days    string        // "1,695–1,845"
	DayWord string        // "days"
	Why     string        // why the days are a range
	Held    string        // place, or "A or B"
	HeldURL string
	By      string
	Seen    string        // last confirmation with source and age
	Confirm *parts.Action // still held, confirmed
}

// Step is one line of the chronology.
type Step struct {
	ID     string
	Date   string
	Text   []parts.Run
	Badges []parts.Badge
	Sub    []parts.Run // sources
	Says   []Says      // where sources differ
	Choice []parts.Run // "We go with …: because … L. Okafor"
	Look   string      // "", "alarm", "planned", "annulled"
	Acts   []parts.Action
	Asks   []parts.Ask // another source, go with, happened, annul
	Detail string      // free text of the step
}

// Says is one version of what a source says about a step.
type Says struct {
	Text   []parts.Run
	Chosen bool
	Acts   []parts.Action
	Asks   []parts.Ask // go with this one, because …
}

// Where answers "where was he on this day?".
type Where struct {
	Action string // address of the page; the form sends "on"
	On     parts.Field
	Answer []parts.Run
}

// Next is what comes next.
type Next struct {
	When parts.Badge
	Text string
	Sub  string
	Acts []parts.Action
	Asks []parts.Ask
}

// Missing is what is not known yet.
type Missing struct {
	Title   string // "What is missing: 3 of 8"
	Items   []Item
	Prompts []Item // beyond the eight
}

// Item is one thing that should be known.
type Item struct {
	Text   string
	Has    bool
	Partly string // what of it is known and what is not; "" when all or nothing is
	URL    string // where it is entered
}

// StepForm is the form for a next step, for one or for several.
type StepForm struct {
	Title    string
	About    string
	Person   parts.Run
	Action   string
	Version  string
	Hidden   []parts.Pair
	Problems []parts.Problem
	Kinds    []parts.Tab // the verbs, to change one's mind
	Fields   []parts.Field
	Folded   []parts.Field // details and grades
	Also     *Also
	Same     *Same
	Draft    parts.Draft
	Cancel   string
}

// Also is the others for whom the same happened; each is sent as "also".
type Also struct {
	Title   string // "Also for the 6 others held together"
	Options []parts.Option
}

// Same asks whether a step so close to another is the same one; sent as "same".
type Same struct {
	Question string
	Options  []parts.Option
}

// Strip is custody, drawn to scale. Positions are hundredths of the
// whole from the beginning in time; the direction of writing is applied when drawn.
type Strip struct {
	Dir      string
	Summary  string // the whole in words, for those who do not see it
	Segments []Segment
	Ticks    []Mark
	Axis     []Mark
	Legend   []string
	Lanes    int // 1, or 2 where sources differ
}

// Look is how a piece of the strip is drawn.
type Look string

// The looks of a piece.
const (
	Window  Look = "window"  // one day inside
	Arrest  Look = "arrest"  // in the hands of who arrested
	Held    Look = "held"    // held, place known and confirmed
	Second  Look = "held2"   // held, in another place
	Fading  Look = "fading"  // held as far as we know: ageing
	Gap     Look = "gap"     // no news
	Denied  Look = "denied"  // custody denied
	Out     Look = "out"     // free
	Planned Look = "planned" // not yet
)

// Segment is a piece of time.
type Segment struct {
	From, Width float64 // in hundredths of the whole
	Label       string
	Title       string // in full, with dates
	Look        Look
	Lane        int // 0 all, 1 and 2 when lanes differ
}

// Mark is a point in time.
type Mark struct {
	At    float64 // in hundredths of the whole
	Label string
	Minor bool // left out where there is little room
}

// shown is how many steps of a chronology stand open; a few more than that are
// not folded away.
func shown(list []Step) int {
	if len(list) > 25 {
		return 20
	}
	return len(list)
}
