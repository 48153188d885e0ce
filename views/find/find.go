// Package find holds the page that marks names and dates in a text. Who is
// named, and what its reader may see of it, is decided elsewhere.
package find

import (
	"strings"

	"amparo/views/parts"
)

// Find is the page: a form for a text or, where there is one, the text with
// its marks and what can be done with them.
type Find struct {
	Title    string
	About    []parts.Run // what is being read: the document
	Problems []parts.Problem
	Asked    []parts.Field // the form
	Pieces   []Piece       // the text, in order; every letter is in exactly one
	Summary  string
	Records  []Record
	More     string // what is not listed, in words
	New      []Proposal
	Dates    []Proposal
	Work     *parts.Action // work from this document
	Forget   *parts.Action
}

// Piece is a part of the text: plain, or marked.
type Piece struct {
	Text  string
	Kind  Mark
	URL   string
	Word  string // what kind of record it is
	Title string // of the record
	Why   string
}

// Mark says why a part of the text is marked.
type Mark string

// The marks.
const (
	Plain  Mark = ""
	Known  Mark = "known"  // names a record
	Likely Mark = "likely" // may be a name that is not on file
	Date   Mark = "date"
)

// Paragraphs cuts the pieces where the text has an empty line, so that each
// paragraph finds its own direction.
func (f Find) Paragraphs() [][]Piece {
	var out [][]Piece
	var cur []Piece
	for _, p := range f.Pieces {
		if p.Kind != Plain {
			cur = append(cur, p)
			continue
		}
		for i, line := range strings.Split(p.Text, "\n") {
			if i > 0 {
				out, cur = append(out, cur), nil
			}
			if line = strings.TrimSuffix(line, "\r"); line != "" {
				cur = append(cur, Piece{Text: line})
			}
		}
	}
	return append(out, cur)
}

// Record is one record that the text names, with the sentence to cite.
type Record struct {
	Title string
	URL   string
	Kind  string
	Ref   string
	Alike parts.Badge
	Why   string
	Times string // how often
	Quote string
	Cite  *Cite
	Other []parts.Run // what else may be meant
}

// Cite is the form of one click that cites the sentence.
type Cite struct {
	Post   string
	Hidden []parts.Pair
	Label  string
	Spoken string
}

// Proposal is something for the quick log.
type Proposal struct {
	Text string
	Note string
	URL  string
}
