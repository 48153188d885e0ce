package person

import (
	"strconv"
	"strings"
)

const (
	laneHeight = 34.0
	laneGap    = 2.0
)

func percent(v float64) string {
	return strconv.FormatFloat(max(0, min(v, 100)), 'f', 2, 64) + "%"
}

func pixels(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// at is where a point of time is drawn: time runs in the direction of writing.
func (s Strip) at(v float64) string {
	if s.Dir == "rtl" {
		return percent(100 - v)
	}
	return percent(v)
}

func (s Strip) x(g Segment) string {
	if s.Dir == "rtl" {
		return percent(100 - g.From - g.Width)
	}
	return percent(g.From)
}

// edge is where the label begins inside its piece.
func (s Strip) edge() (x, dx string) {
	if s.Dir == "rtl" {
		return "100%", "-8"
	}
	return "0", "8"
}

func (s Strip) edgeX() string  { x, _ := s.edge(); return x }
func (s Strip) edgeDX() string { _, dx := s.edge(); return dx }

func (s Strip) body() float64 {
	if s.Lanes > 1 {
		return 2*laneHeight + laneGap
	}
	return laneHeight
}

func (s Strip) height() string   { return pixels(s.body() + 30) }
func (s Strip) tickFrom() string { return pixels(s.body()) }
func (s Strip) tickTo() string   { return pixels(s.body() + 8) }
func (s Strip) axisY() string    { return pixels(s.body() + 24) }

func (s Strip) y(g Segment) string {
	if g.Lane == 2 {
		return pixels(laneHeight + laneGap)
	}
	return "0"
}

func (s Strip) h(g Segment) string {
	if g.Lane == 0 {
		return pixels(s.body())
	}
	return pixels(laneHeight)
}

func (s Strip) middle(g Segment) string {
	if g.Lane == 0 {
		return pixels(s.body()/2 + 4)
	}
	return pixels(laneHeight/2 + 4)
}

// anchor keeps the labels of both ends inside the drawing.
func anchor(v float64) string {
	switch {
	case v < 6:
		return "start"
	case v > 94:
		return "end"
	default:
		return "middle"
	}
}

func (g Segment) fill() string {
	switch g.Look {
	case Window:
		return "url(#hatch)"
	case Gap:
		return "url(#gap)"
	case Fading:
		return "url(#fade)"
	default:
		return ""
	}
}

func (g Segment) ink() string {
	switch g.Look {
	case Gap, Out, Planned:
		return ""
	default:
		return "on-dark"
	}
}

// label is left out where there is no room for a word.
func (g Segment) label() string {
	if g.Width < 3.5 {
		return ""
	}
	// About one letter to 0.9 hundredths of a strip 700 pixels wide.
	room := int(g.Width/0.9) - 1
	r := []rune(strings.TrimSpace(g.Label))
	if len(r) <= room {
		return string(r)
	}
	if room < 3 {
		return ""
	}
	return string(r[:room-1]) + "…"
}

func (m Mark) classes() string {
	if m.Minor {
		return "axis axis-minor"
	}
	return "axis"
}
