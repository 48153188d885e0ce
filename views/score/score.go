// Package score holds what came of what was asked: bars drawn on the server, with
// the figures beneath.
package score

import (
	"strconv"

	"amparo/views/parts"
	"amparo/views/records"
)

// Scoreboard is the page.
type Scoreboard struct {
	Title  string
	About  string
	Tabs   []parts.Tab
	Filter records.List // its Action, Filters, Set
	By     []parts.Tab
	Chart  Chart
	Table  parts.Table
	Empty  *parts.Empty
}

// Chart is bars under each other, the longest as wide as the page.
type Chart struct {
	Dir     string // "rtl": bars grow from the other side
	Summary string // what a reader hears instead
	Legend  []Piece
	Bars    []Bar
}

// Bar is one row of the chart.
type Bar struct {
	Label  string
	Figure string // the number the bar stands for
	Pieces []Piece
}

// Piece is a part of a bar, in hundredths of the whole width, with its pattern.
type Piece struct {
	Look  string // of the pattern: met, partly_met, refused, ignored, waiting, otherwise
	Label string
	From  float64
	Width float64
}

const barHeight = 46

func (c Chart) height() string { return strconv.Itoa(len(c.Bars) * barHeight) }

func (c Chart) y(i, more int) string { return strconv.Itoa(i*barHeight + more) }

func percent(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) + "%" }

// x is where a piece begins: bars grow in the direction of writing.
func (c Chart) x(p Piece) string {
	if c.Dir == "rtl" {
		return percent(100 - p.From - p.Width)
	}
	return percent(p.From)
}

// edge is where a line of text begins.
func (c Chart) edge() string {
	if c.Dir == "rtl" {
		return "100%"
	}
	return "0"
}

// end is where the figure of a bar stands.
func (c Chart) end() string {
	if c.Dir == "rtl" {
		return "0"
	}
	return "100%"
}

func (p Piece) fill() string { return "url(#look-" + p.Look + ")" }
