package paper

import (
	"sort"

	"golang.org/x/text/unicode/bidi"
)

// Neither x/text nor go-text tells the embedding level of each letter: both
// merge neighbouring runs of one direction, which puts a number between Arabic
// and Latin, or a name at the end of an isolate, on the wrong side. So the
// algorithm (Unicode annex 9) is here, without the old embeddings and
// overrides: clean has removed those, since they only serve to deceive.

const deepest = 60 // nested isolates; deeper ones are read flat

// direction of a paragraph: its first strong letter outside isolates. Without
// one it is whole's, if it holds isolates (a line of names), else left to
// right (a phone number, a range of figures).
func direction(text []rune, whole uint8) uint8 {
	level, found, isolates := firstStrong(text)
	switch {
	case found:
		return level
	case isolates:
		return whole
	default:
		return 0
	}
}

func firstStrong(text []rune) (level uint8, found, isolates bool) {
	depth := 0
	for _, r := range text {
		switch class(r) {
		case bidi.LRI, bidi.RLI, bidi.FSI:
			depth++
			isolates = true
		case bidi.PDI:
			depth = max(0, depth-1)
		case bidi.L:
			if depth == 0 {
				return 0, true, isolates
			}
		case bidi.R, bidi.AL:
			if depth == 0 {
				return 1, true, isolates
			}
		}
	}
	return 0, false, isolates
}

func class(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	return p.Class()
}

// levels gives the embedding level of each letter of a paragraph.
func levels(text []rune, base uint8) []uint8 {
	out := make([]uint8, len(text))
	resolve(text, out, base, 0)
	return out
}

// resolve works on one isolate: what lies in isolates within is resolved by
// itself and stands here as a neutral pair.
func resolve(text []rune, out []uint8, base uint8, depth int) {
	at := make([]int, 0, len(text))
	kinds := make([]bidi.Class, 0, len(text))
	for i := 0; i < len(text); i++ {
		out[i] = base
		c := class(text[i])
		switch c {
		case bidi.LRI, bidi.RLI, bidi.FSI:
			at, kinds = append(at, i), append(kinds, bidi.ON)
			if depth == deepest {
				continue
			}
			end := closing(text, i)
			if c == bidi.FSI {
				c = bidi.LRI
				if level, _, _ := firstStrong(text[i+1 : end]); level == 1 {
					c = bidi.RLI
				}
			}
			inner := base + 1
			if inner%2 == 1 != (c == bidi.RLI) {
				inner++
			}
			resolve(text[i+1:end], out[i+1:end], inner, depth+1)
			if end < len(text) {
				out[end] = base
				at, kinds = append(at, end), append(kinds, bidi.ON)
			}
			i = end
		case bidi.LRE, bidi.RLE, bidi.LRO, bidi.RLO, bidi.PDF, bidi.BN:
		case bidi.PDI:
			at, kinds = append(at, i), append(kinds, bidi.ON)
		case bidi.B:
			at, kinds = append(at, i), append(kinds, bidi.WS)
		default:
			at, kinds = append(at, i), append(kinds, c)
		}
	}
	original := append([]bidi.Class(nil), kinds...)
	edge := bidi.L
	if base%2 == 1 {
		edge = bidi.R
	}
	weak(kinds, edge)
	brackets(text, at, kinds, original, edge)
	neutral(kinds, edge)
	for k, i := range at {
		out[i] = base
		switch kinds[k] {
		case bidi.L:
			out[i] += base % 2
		case bidi.R:
			out[i] += 1 - base%2
		case bidi.EN, bidi.AN:
			out[i] += 2 - base%2
		}
	}
	k := 0
	for i := range text {
		if k < len(at) && at[k] == i {
			k++
		} else if c := class(text[i]); c == bidi.BN && i > 0 && out[i] == base {
			out[i] = out[i-1] // joiners must not cut a word in two
		}
	}
}

// closing is the index of the PDI that matches the initiator at i, or the end.
func closing(text []rune, i int) int {
	depth := 0
	for j := i; j < len(text); j++ {
		switch class(text[j]) {
		case bidi.LRI, bidi.RLI, bidi.FSI:
			depth++
		case bidi.PDI:
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return len(text)
}

// weak is rules W1 to W7.
func weak(kinds []bidi.Class, edge bidi.Class) {
	before, strong := edge, edge
	for i, c := range kinds {
		if c == bidi.NSM {
			c = before
		}
		before = c
		switch c {
		case bidi.L, bidi.R, bidi.AL:
			strong = c
		case bidi.EN:
			if strong == bidi.AL {
				c = bidi.AN
			}
		}
		kinds[i] = c
	}
	for i, c := range kinds {
		if c == bidi.AL {
			kinds[i] = bidi.R
		}
	}
	for i := 1; i+1 < len(kinds); i++ {
		a, b := kinds[i-1], kinds[i+1]
		switch {
		case a != b:
		case a == bidi.EN && (kinds[i] == bidi.ES || kinds[i] == bidi.CS):
			kinds[i] = bidi.EN
		case a == bidi.AN && kinds[i] == bidi.CS:
			kinds[i] = bidi.AN
		}
	}
	for i := 0; i < len(kinds); i++ {
		if kinds[i] != bidi.ET {
			continue
		}
		end := i
		for end < len(kinds) && kinds[end] == bidi.ET {
			end++
		}
		to := bidi.ON
		if i > 0 && kinds[i-1] == bidi.EN || end < len(kinds) && kinds[end] == bidi.EN {
			to = bidi.EN
		}
		fill(kinds[i:end], to)
		i = end - 1
	}
	strong = edge
	for i, c := range kinds {
		switch c {
		case bidi.ES, bidi.CS:
			kinds[i] = bidi.ON
		case bidi.L, bidi.R:
			strong = c
		case bidi.EN:
			if strong == bidi.L {
				kinds[i] = bidi.L
			}
		}
	}
}

var closers = map[rune]rune{
	')': '(', ']': '[', '}': '{', '⁆': '⁅', '〉': '〈', '⟩': '⟨', '》': '《', '」': '「', '】': '【', '）': '（',
}

// brackets is rule N0: a pair takes one direction.
func brackets(text []rune, at []int, kinds, original []bidi.Class, edge bidi.Class) {
	type pair struct{ open, close int }
	var pairs []pair
	var open []int
	for k, i := range at {
		if kinds[k] != bidi.ON {
			continue
		}
		p, _ := bidi.LookupRune(text[i])
		if !p.IsBracket() {
			continue
		}
		if p.IsOpeningBracket() {
			if len(open) == 63 {
				break
			}
			open = append(open, k)
			continue
		}
		for j := len(open) - 1; j >= 0; j-- {
			if closers[text[i]] == text[at[open[j]]] {
				pairs = append(pairs, pair{open[j], k})
				open = open[:j]
				break
			}
		}
	}
	sort.Slice(pairs, func(a, b int) bool { return pairs[a].open < pairs[b].open })
	for _, p := range pairs {
		other := false
		to := bidi.ON
		for k := p.open + 1; k < p.close && to != edge; k++ {
			switch d := strength(kinds[k]); {
			case d == edge:
				to = edge
			case d != bidi.ON:
				other = true
			}
		}
		if to != edge {
			if !other {
				continue
			}
			to = edge
			for k := p.open - 1; k >= 0; k-- {
				if d := strength(kinds[k]); d != bidi.ON {
					to = d
					break
				}
			}
		}
		for _, k := range []int{p.open, p.close} {
			kinds[k] = to
			for n := k + 1; n < len(kinds) && original[n] == bidi.NSM; n++ {
				kinds[n] = to
			}
		}
	}
}

// strength is L or R for what counts as such between neutrals, else ON.
func strength(c bidi.Class) bidi.Class {
	switch c {
	case bidi.L:
		return bidi.L
	case bidi.R, bidi.EN, bidi.AN:
		return bidi.R
	default:
		return bidi.ON
	}
}

// neutral is rules N1 and N2.
func neutral(kinds []bidi.Class, edge bidi.Class) {
	before := edge
	for i := 0; i < len(kinds); i++ {
		if d := strength(kinds[i]); d != bidi.ON {
			before = d
			continue
		}
		end := i
		for end < len(kinds) && strength(kinds[end]) == bidi.ON {
			end++
		}
		after := edge
		if end < len(kinds) {
			after = strength(kinds[end])
		}
		to := edge
		if before == after {
			to = before
		}
		fill(kinds[i:end], to)
		i = end - 1
	}
}

func fill(kinds []bidi.Class, to bidi.Class) {
	for i := range kinds {
		kinds[i] = to
	}
}
