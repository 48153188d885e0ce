// Package log holds the page on which a detention is logged, in the order in
// which a caller talks, and the card of people already on file.
package log

import "amparo/views/parts"

// Log is the form. The fields come worded and filled; this page gives each its place.
type Log struct {
	Title    string
	Action   string
	Hidden   []parts.Pair
	Problems []parts.Problem

	Source      parts.Field // source
	CallBack    parts.Field // source_contact
	Reliability parts.Field // folded away with Credibility
	Credibility parts.Field
	Name        parts.Field // name, several lines
	HowMany     parts.Field // no label: left out
	Age         parts.Field // age_or_birth
	When        parts.Field
	TakenBy     parts.Field
	Where       parts.Field // taken_at
	HeldNow     parts.Field // Segment of unknown, denied, place, several
	HeldAt      parts.Field // the place or places; shown for place and several
	What        parts.Field // what_happened
	Reason      parts.Field // reason_given
	MayUse      parts.Field // consent: Segment of not_asked, no, yes
	MayTo       parts.Field // Choices of un, partners, media; shown for yes
	NextCall    parts.Field
	Case        parts.Field
	File        parts.Field // a photo or a voice note

	Matches Matches
	Draft   parts.Draft
	Saved   []parts.Run    // "Saved from this call: …", after Save and next
	Call    string         // "Second entry of this call", or ""
	Left    string         // says that a draft goes on here, and of when
	Instead []parts.Action // begins another call, throws the draft away
}

// Matches is the people on file who may be meant.
type Matches struct {
	Asked bool // a name was there to look for
	List  []Match
	Error string
}

// Match is one of them. The four answers share the radio name "match"; each value is
// the answer and the ref: "same_arrest:P-0142".
type Match struct {
	Ref     string
	Name    string
	Other   []string // the name in another script, and as it was found
	URL     string
	Alike   parts.Badge // "very alike"
	Family  string      // father's and mother's name, birth, town
	Custody string
	Reasons string
	Answer  string // what was chosen: "same_arrest", …
}
