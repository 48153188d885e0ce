package writing

import (
	"github.com/a-h/templ"

	"amparo/views/parts"
)

// Preview is how a text looks in the letter. URL answers the form with it.
type Preview struct {
	ID    string
	URL   string
	Label string
	Paper templ.Component
	Notes []string // what stands for nothing, in words
}

// Templates lists what letters are begun from.
type Templates struct {
	Table  parts.Table
	Lately []parts.Cell // who changed what
}

// Template is one of them, with its preview on invented data.
type Template struct {
	Title    string
	About    string // whose text it is
	Action   string // "" where its reader may only look
	Body     parts.Field
	Problems []parts.Problem
	Names    []parts.Option // merge fields, with what each stands for
	Preview  Preview
	Reset    *parts.Action
	Back     parts.Action
}
