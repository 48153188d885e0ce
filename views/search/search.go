// Package search holds the page of hits over all kinds.
package search

import "amparo/views/parts"

// Search is the page.
type Search struct {
	Query string
	Total string
	Kinds []parts.Tab
	Hits  []Hit
	Pager *parts.Pager
	Empty *parts.Empty
}

// Hit is one record that was found, and why.
type Hit struct {
	Kind   string
	Ref    string
	Title  string
	Other  string
	URL    string
	Badges []parts.Badge
	Why    []Piece // the place in the text, hits marked
	Sub    string
}

// Piece is part of a snippet.
type Piece struct {
	Text string
	Hit  bool
}
