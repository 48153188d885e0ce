package names

import (
	"slices"
	"sort"
	"strconv"
)

// KeyWeight is one key a query looks up, with what a hit on it counts.
type KeyWeight struct {
	Key    string
	Weight float64
}

// Keys returns the index terms to store for a person's name.
func Keys(s string) []string { return Prepare(s).Keys() }

// Probe returns the keys a query for a person's name looks up, the most
// selective first.
func Probe(s string) []string { return keyStrings(Prepare(s).keys()) }

// Keys returns the index terms to store for a prepared name of any subject.
func (f Form) Keys() []string { return keyStrings(f.keys()) }

// Probe returns the keys to look up with their weights, the most selective
// first; a candidate's rank is the sum of the weights it was found by.
func (f Form) Probe() []KeyWeight { return f.keys() }

func keyStrings(in []KeyWeight) []string {
	out := make([]string, len(in))
	for i, k := range in {
		out[i] = k.Key
	}
	return out
}

// Edition goes up whenever Keys files a name otherwise than before: a register
// that was filed by another edition has to be filed anew.
const Edition = 3

// maxKeyed bounds the words of a name that are indexed.
const maxKeyed = 6

// Weights of the kinds of key: the whole name, two of its words, a word as it
// is spelled, two words written as one, a word and the first consonant of
// another, a word as it sounds.
const (
	wholeWeight  = 4
	pairWeight   = 3
	spellWeight  = 2.5
	joinedWeight = 2
	halfWeight   = 1.5
	wordWeight   = 1
)

// spellMark begins the key of a word as it is spelled.
const spellMark = "'"

// coded is a word as the index sees it.
type coded struct {
	spelled string // "" for an initial and a syllable: many share those
	phones  string
	codes   []string // the surest first
	groups  []string // the given names it is a form of
	initial bool
	glues   bool // may be written as one with its neighbours
}

func (w *word) coded() coded {
	c := coded{phones: w.phones, glues: w.syllable}
	if !w.syllable && w.kind != initial {
		c.spelled = spellMark + w.folded
	}
	if c.phones == "" { // a number, or a script without a table
		c.codes = []string{w.folded}
		return c
	}
	a, b := skeleton(c.phones)
	c.codes = append(c.codes, a)
	if b != a {
		c.codes = append(c.codes, b)
	}
	if x := thirdSkeleton(c.phones); x != "" && x != a && x != b {
		c.codes = append(c.codes, x)
	}
	if w.part != "" {
		if x, _ := skeleton(w.part); x != a && x != b {
			c.codes = append(c.codes, x)
		}
	}
	if w.spoken != "" {
		if x, _ := skeleton(w.spoken); x != a && x != b {
			c.codes = append(c.codes, x)
		}
	}
	for _, o := range w.others {
		if x, _ := skeleton(o); x != a && x != b {
			c.codes = append(c.codes, x)
		}
	}
	if !w.syllable && (w.script == scriptHan || w.script == scriptKana || w.script == scriptHangul) {
		c.codes = liquids(c.codes)
	}
	for _, g := range w.groups {
		c.groups = append(c.groups, "@"+strconv.Itoa(g))
	}
	return c
}

// opening is the class of the first sound of a word, "-" for a vowel.
func opening(p string) string {
	if p == "" || p[0] == 'h' || p[0] == 'w' || p[0] == 'y' {
		return "-"
	}
	c, _ := skeleton(p[:1])
	return c
}

// liquids adds the codes with r for l and l for r, one sound in the scripts
// of East Asia.
func liquids(codes []string) []string {
	out := codes
	for _, c := range codes {
		n := 0
		for i := range len(c) {
			if c[i] == 'r' || c[i] == 'l' {
				n++
			}
		}
		for m := range 1 << min(n, 3) {
			b := []byte(c)
			k := 0
			for i := range b {
				if b[i] == 'r' || b[i] == 'l' {
					b[i] = "rl"[m>>k&1]
					if k < 2 {
						k++
					}
				}
			}
			if s := string(b); !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

type keyList struct {
	list []KeyWeight
	seen map[string]bool
}

func (l *keyList) add(key string, weight float64) {
	if !l.seen[key] {
		l.seen[key] = true
		l.list = append(l.list, KeyWeight{key, weight})
	}
}

func (l *keyList) pair(a, b string, weight float64) {
	if a > b {
		a, b = b, a
	}
	l.add(a+"+"+b, weight)
}

// couple adds the keys of two words of one name.
func (l *keyList) couple(a, b *coded) {
	for x, p := range a.codes {
		for y, q := range b.codes {
			if x == 0 || y == 0 || x+y < 3 {
				l.pair(p, q, pairWeight)
			}
		}
	}
	for _, g := range a.groups {
		for _, q := range b.codes[:min(1, len(b.codes))] {
			l.pair(g, q, pairWeight)
		}
		for _, h := range b.groups {
			l.pair(g, h, pairWeight)
		}
	}
	for _, h := range b.groups {
		for _, p := range a.codes[:min(1, len(a.codes))] {
			l.pair(p, h, pairWeight)
		}
	}
}

func (f Form) keys() []KeyWeight {
	l := keyList{seen: map[string]bool{}}
	trackKeys(f.words, &l)
	for _, ws := range f.alts {
		trackKeys(ws, &l)
	}
	sort.SliceStable(l.list, func(i, j int) bool { return l.list[i].Weight > l.list[j].Weight })
	return l.list
}

func trackKeys(words []word, l *keyList) {
	var ws []coded
	for i := range words {
		w := &words[i]
		switch w.kind {
		case initial:
			c := w.coded()
			c.initial = true
			ws = append(ws, c)
		case ordinary, kunya:
			ws = append(ws, w.coded())
		}
		if len(ws) == maxKeyed {
			break
		}
	}
	var whole []string
	for _, w := range ws {
		if !w.initial {
			whole = append(whole, w.codes[0])
		}
	}
	if len(whole) > 1 {
		sort.Strings(whole)
		key := "="
		for _, c := range whole {
			key += c + "."
		}
		l.add(key, wholeWeight)
	} else if len(ws) == 1 {
		// Whose only name this is comes before everybody who has it among others.
		for _, c := range ws[0].codes {
			l.add("="+c+".", wholeWeight)
		}
	}
	for i := range ws {
		a := &ws[i]
		for j := range ws {
			b := &ws[j]
			if i == j || a.initial {
				continue
			}
			if b.initial || len(a.codes[0]) > 1 {
				l.add(a.codes[0]+"~"+opening(b.phones), halfWeight)
			}
			if b.initial || j < i {
				continue
			}
			l.couple(a, b)
		}
	}
	for i := range ws {
		p := ws[i].phones
		for j := i + 1; j < len(ws) && j < i+4; j++ {
			if j > i+1 && !ws[i].glues || ws[i].initial || ws[j].initial {
				break
			}
			p += ws[j].phones
			c, _ := skeleton(p)
			if len(c) > 2 {
				l.add(c, joinedWeight)
			}
			if len(ws) > 5 || !ws[i].glues {
				continue // beside a whole word written apart, its other words find it
			}
			for k := range ws {
				if (k < i || k > j) && !ws[k].initial {
					l.pair(c, ws[k].codes[0], pairWeight)
				}
			}
		}
	}
	for i := range ws {
		if ws[i].initial {
			continue
		}
		if ws[i].spelled != "" {
			l.add(ws[i].spelled, spellWeight)
		}
		for _, c := range ws[i].codes {
			l.add(c, wordWeight)
		}
		if len(ws) == 1 {
			for _, g := range ws[i].groups {
				l.add(g, wordWeight)
			}
		}
	}
}
