package names

// Warn is the score from which two names are likely the same: at or above it
// people are warned of a double.
const Warn = 0.80

// Reason says why two names were found alike or not: a code of the catalogue
// area "names" and its arguments as name, value pairs.
type Reason struct {
	Code string
	Args []any
}

// Key is the reason's key in the message catalogue.
func (r Reason) Key() string { return "names.reason." + r.Code }

// Match is the likeness of two names: Score is between 0 and 1, Reasons are
// ordered from the most to the least telling.
type Match struct {
	Score   float64
	Reasons []Reason
}

// Compare prepares two names of persons and scores them.
func Compare(a, b string) Match { return Score(Prepare(a), Prepare(b)) }

// Likeness is the score of two prepared names alone, from 0 to 1.
func (f Form) Likeness(o Form) float64 { return score(f, o) }

func readingOf(a, b *word) reading {
	switch {
	case a.script == b.script:
		return plain
	case a.script.abjad() || b.script.abjad():
		return noVowels
	case a.script >= scriptHan || b.script >= scriptHan:
		return syllabic
	}
	return plain
}

// initialLikeness is what a matching initial counts.
const initialLikeness = .84

// wordScore is the likeness of two single words.
func wordScore(a, b *word) float32 {
	if a.folded == b.folded {
		return 1
	}
	if a.phones == "" || b.phones == "" {
		return 0 // numbers, and scripts without a table: as they are written or not at all
	}
	if (a.kind == title) != (b.kind == title) {
		return 0
	}
	if a.kind == initial || b.kind == initial {
		if a.kind == b.kind || len(a.phones) == 0 || len(b.phones) == 0 {
			return 0
		}
		if phoneSub[a.phones[0]][b.phones[0]] <= .1 {
			return initialLikeness
		}
		return 0
	}
	if a.script == scriptHan && b.script == scriptHan && a.syllable && b.syllable {
		return characters(a, b)
	}
	how := readingOf(a, b)
	if a.part != "" && b.part != "" {
		// Abd al-Rahim is not Abd al-Rahman: the servant says nothing.
		return min(likeness(a.part, b.part, how), likeness(a.phones, b.phones, how))
	}
	best := likeness(a.phones, b.phones, how)
	if a.script != b.script {
		if a.spoken != "" {
			best = max(best, likeness(a.spoken, b.phones, how)-.02)
		}
		if b.spoken != "" {
			best = max(best, likeness(a.phones, b.spoken, how)-.02)
		}
	}
	if a.part != "" && b.part == "" {
		best = max(best, likeness(a.part, b.phones, how)-.15)
	} else if b.part != "" && a.part == "" {
		best = max(best, likeness(a.phones, b.part, how)-.15)
	}
	for _, x := range a.others {
		best = max(best, likeness(x, b.phones, how)-.02)
		for _, y := range b.others {
			best = max(best, likeness(x, y, how)-.04)
		}
	}
	for _, y := range b.others {
		best = max(best, likeness(a.phones, y, how)-.02)
	}
	if best < .95 {
		for _, g := range a.groups {
			for _, h := range b.groups {
				if g == h {
					return max(best, .93)
				}
			}
		}
	}
	return best
}

// characters compares two Han characters. One read alike in every language is
// the same character written the other way (陳, 陈); one read alike in
// Mandarin alone is another.
func characters(a, b *word) float32 {
	if a.tracks == nil || b.tracks == nil || a.tracks[mandarin][0] != b.tracks[mandarin][0] {
		return 0
	}
	if a.tracks[cantonese][0] == b.tracks[cantonese][0] && a.tracks[korean][0] == b.tracks[korean][0] {
		return .98
	}
	return .5
}

// strength turns the likeness of two words into what it counts.
func strength(s float32) float32 {
	if s >= 1 {
		return 1
	}
	v := (s - .5) / .45
	if v <= 0 {
		return 0
	}
	return min(v, 1) * (.9 + .1*s)
}

type link struct {
	a, b   int // first words
	na, nb int // how many words each side gives
	v      float32
	like   float32
}

// Score compares two prepared names.
func Score(a, b Form) Match {
	s, links := align(a, b, nil)
	return Match{Score: s, Reasons: reasons(a, b, links)}
}

// score is Score without the reasons, for ranking many candidates.
func score(a, b Form) float64 {
	var store [48]link
	s, _ := align(a, b, store[:0])
	return s
}

// align scores two names in the language their Han characters are read best.
// What is in store is overwritten.
func align(a, b Form, store []link) (float64, []link) {
	if a.alts == nil && b.alts == nil || a.script == scriptHan && b.script == scriptHan {
		return alignWords(a, b, store)
	}
	best, links := alignWords(a, b, nil)
	try := func(x, y Form) {
		if s, l := alignWords(x, y, nil); s > best {
			best, links = s, l
		}
	}
	for _, ws := range a.alts {
		try(Form{words: ws, script: a.script}, b)
	}
	for _, ws := range b.alts {
		try(a, Form{words: ws, script: b.script})
	}
	// A character may be read in several ways: less sure than letters.
	return best * .94, links
}

func alignWords(a, b Form, store []link) (float64, []link) {
	if len(a.words) == 0 || len(b.words) == 0 {
		return 0, nil
	}
	links := store[:0]
	var single [maxWords][maxWords]float32
	for i := range a.words {
		for j := range b.words {
			l := wordScore(&a.words[i], &b.words[j])
			single[i][j] = l
			if v := strength(l); v > 0 {
				links = append(links, link{i, j, 1, 1, v, l})
			}
		}
	}
	links = joined(links, a, b, false, &single)
	links = joined(links, b, a, true, &single)
	// Best links first; a joined pair counts for all the words it covers.
	for i := 1; i < len(links); i++ {
		for k := i; k > 0 && better(links[k], links[k-1], a, b); k-- {
			links[k], links[k-1] = links[k-1], links[k]
		}
	}
	var usedA, usedB [maxWords]bool
	var got, all float32
	chosen := links[:0]
	for _, l := range links {
		free := true
		for k := range l.na {
			free = free && !usedA[l.a+k]
		}
		for k := range l.nb {
			free = free && !usedB[l.b+k]
		}
		if !free {
			continue
		}
		var wa, wb float32
		for k := range l.na {
			usedA[l.a+k] = true
			wa += a.words[l.a+k].weight
		}
		for k := range l.nb {
			usedB[l.b+k] = true
			wb += b.words[l.b+k].weight
		}
		w := (wa + wb) / 2
		if a.words[l.a].kind == initial || b.words[l.b].kind == initial {
			w = min(wa, wb)
		}
		got += w * l.v
		all += w
		chosen = append(chosen, l)
	}
	var leftA, leftB float32
	solid := 0
	for i := range a.words {
		if !usedA[i] {
			leftA += a.words[i].weight
		}
	}
	for j := range b.words {
		if !usedB[j] {
			leftB += b.words[j].weight
		}
	}
	for _, l := range chosen {
		if a.words[l.a].solid() && b.words[l.b].solid() {
			solid += max(l.na, l.nb)
		}
	}
	if solid == 0 {
		return 0, chosen
	}
	clash := min(leftA, leftB)
	missing := max(leftA, leftB) - clash
	// One missing part says little, and a second even less.
	gap := missing * .3
	if missing > 1 {
		gap = .3 + (missing-1)*.18
	}
	s := got / (all + clash*1.3 + gap)
	if solid == 1 && (leftA+leftB) >= .7 {
		s = min(s, .78)
	}
	if a.script != b.script {
		s *= .98
	}
	if orderDiffers(chosen) {
		// Of two who are called alike, the one whose names stand in this order.
		s -= .01
	}
	if a.born > 0 && b.born > 0 && fathersSwapped(a, b, chosen) {
		s *= .75
	}
	return float64(max(0, min(1, s))), chosen
}

func better(x, y link, a, b Form) bool {
	gx := x.v * (a.words[x.a].weight*float32(x.na) + b.words[x.b].weight*float32(x.nb))
	gy := y.v * (a.words[y.a].weight*float32(y.na) + b.words[y.b].weight*float32(y.nb))
	if gx != gy {
		return gx > gy
	}
	dx, dy := x.a-x.b, y.a-y.b
	return dx*dx < dy*dy
}

// joined adds links of neighbouring words of a with one word of b.
// single is how alike the words are one by one.
func joined(links []link, a, b Form, swapped bool, single *[maxWords][maxWords]float32) []link {
	const alike = .78
	// Words that found their like alone need no neighbour.
	var doneA, doneB [maxWords]bool
	for _, l := range links {
		if l.v < .9 {
			continue
		}
		x, y := l.a, l.b
		if swapped {
			x, y = y, x
		}
		doneA[x], doneB[y] = true, true
	}
	for i := 0; i+1 < len(a.words); i++ {
		x := &a.words[i]
		if x.kind == initial || x.phones == "" || doneA[i] {
			continue
		}
		span := 3
		if x.syllable {
			span = 4
		}
		phones, zx := x.phones, size(x.phones)
		for n := 2; n <= span && i+n <= len(a.words); n++ {
			y := &a.words[i+n-1]
			if y.kind == initial || y.phones == "" || doneA[i+n-1] {
				break
			}
			phones += y.phones
			zx += size(y.phones)
			for j := range b.words {
				w := &b.words[j]
				if doneB[j] {
					continue
				}
				if z := size(w.phones); z < zx*.7 || z > zx*1.4 || !w.solid() {
					continue
				}
				how := readingOf(x, w)
				l := likenessFrom(alike, phones, w.phones, how)
				if n == 2 && !x.syllable && l < .97 {
					l = max(l, likenessFrom(alike, y.phones+x.phones, w.phones, how)-.03)
				}
				if l < alike {
					continue
				}
				// One of the words alone does as well: then the other is its own.
				alone := false
				for k := range n {
					one := single[i+k][j]
					if swapped {
						one = single[j][i+k]
					}
					alone = alone || one >= l
				}
				if alone {
					continue
				}
				v := strength(l) * .98
				if swapped {
					links = append(links, link{j, i, 1, n, v, l})
				} else {
					links = append(links, link{i, j, n, 1, v, l})
				}
			}
		}
	}
	return links
}

// fathersSwapped tells X bin Y from Y bin X.
func fathersSwapped(a, b Form, links []link) bool {
	for _, l := range links {
		if l.a == a.born-1 && l.b > b.born || l.b == b.born-1 && l.a > a.born {
			return true
		}
	}
	return false
}

// solid tells words that carry a name from initials, particles and titles.
func (w *word) solid() bool { return w.kind == ordinary || w.kind == kunya }
