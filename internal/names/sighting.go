package names

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Shelf is where the names of one subject are kept, asked a few times for
// very many keys at once.
type Shelf[ID cmp.Ordered] struct {
	About Subject
	// Has tells which of the keys anything is filed under.
	Has func(keys []string) (map[string]bool, error)
	// Read gives the records filed under each key, at most limit of each.
	Read func(keys []string, limit int) (map[string][]ID, error)
	// Exact is the key of a name exactly as it is written; nil when there is none.
	Exact func(name string) string
	// Names gives the names that records go by, in their order.
	Names func(ids []ID) (map[ID][]string, error)
}

// Sighting is a stretch of a text that probably names a record.
type Sighting[ID cmp.Ordered] struct {
	Start, End int
	ID         ID
	About      Subject
	Name       string // the name that matched
	Match      Match
}

// anchor is a stretch of the text that shares a key with a record.
type anchor struct {
	start, end int // bytes
	a, b       int // units; -1 for a script without spaces
}

// FindIn finds the names on a shelf that a text probably contains, at or above
// Warn. They may overlap; Choose picks what to mark.
func FindIn[ID cmp.Ordered](t *Text, shelf Shelf[ID]) ([]Sighting[ID], error) {
	units := t.units(shelf.About)
	anchors := map[string][]anchor{} // by key
	var keys []string
	add := func(key string, a anchor) {
		if _, ok := anchors[key]; !ok {
			keys = append(keys, key)
		}
		if len(anchors[key]) < maxPlaces {
			anchors[key] = append(anchors[key], a)
		}
	}
	// Which words occur in any name at all.
	var probe []string
	seen := map[string]bool{}
	for i := range units {
		for _, c := range units[i].codes {
			if !seen[c] {
				seen[c] = true
				probe = append(probe, c)
			}
		}
	}
	alive, err := shelf.Has(probe)
	if err != nil {
		return nil, err
	}
	for i := range units {
		u := &units[i]
		u.codes = slices.DeleteFunc(slices.Clone(u.codes), func(c string) bool { return !alive[c] })
	}
	at := func(a, b int) anchor {
		return anchor{t.pieces[units[a].from].start, t.pieces[units[b].to].end, a, b}
	}
	pairs := map[string][]anchor{}
	var pairKeys []string
	for i := range units {
		a := &units[i]
		if len(a.codes) == 0 && len(a.groups) == 0 {
			continue
		}
		for _, c := range a.codes {
			add("="+c+".", at(i, i))
		}
		for j := i + 1; j <= i+2 && j < len(units) && units[j].stretch == a.stretch; j++ {
			b := &units[j]
			l := keyList{seen: map[string]bool{}}
			l.couple(&a.coded, &b.coded)
			for _, k := range l.list {
				if len(pairs[k.Key]) == 0 {
					pairKeys = append(pairKeys, k.Key)
				}
				pairs[k.Key] = append(pairs[k.Key], at(i, j))
			}
		}
	}
	if shelf.Exact != nil {
		n := 0
		for i := range t.pieces {
			p := &t.pieces[i]
			if !p.plain {
				continue
			}
			for _, w := range t.plainStretches(p) {
				if n++; n > maxPlain {
					break
				}
				add(shelf.Exact(t.source[w[0]:w[1]]), anchor{w[0], w[1], -1, -1})
			}
		}
	}
	// Whole names of two words and more, where each two neighbours are known.
	linked := map[[2]int]bool{}
	there, err := shelf.Has(pairKeys)
	if err != nil {
		return nil, err
	}
	for _, k := range pairKeys {
		if !there[k] {
			continue
		}
		for _, a := range pairs[k] {
			linked[[2]int{a.a, a.b}] = true
			add(k, a)
		}
	}
	for i := range units {
		for j := i + 1; j < i+maxStretch && linked[[2]int{j - 1, j}]; j++ {
			var whole []string
			for k := i; k <= j; k++ {
				if len(units[k].codes) > 0 {
					whole = append(whole, units[k].codes[0])
				}
			}
			slices.Sort(whole)
			add("="+strings.Join(whole, ".")+".", at(i, j))
		}
	}
	found, err := shelf.Read(keys, perTextKey)
	if err != nil {
		return nil, err
	}
	// Keys that few share first: where the work is bounded they say most.
	slices.SortStableFunc(keys, func(a, b string) int { return len(found[a]) - len(found[b]) })
	where := map[ID][]anchor{}
	var ids []ID
	for _, k := range keys {
		for _, id := range found[k] {
			if _, ok := where[id]; !ok {
				if len(ids) >= maxRecords {
					continue
				}
				ids = append(ids, id)
			}
			where[id] = append(where[id], anchors[k]...)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	called, err := shelf.Names(ids)
	if err != nil {
		return nil, err
	}
	w := weigher[ID]{t: t, what: shelf.About, units: units, left: maxCompared}
	for _, id := range ids {
		w.record(id, called[id], where[id])
	}
	for i := range w.out {
		s := &w.out[i]
		s.Match = Score(t.form(t.source[s.Start:s.End], shelf.About), prepare(s.Name, shelf.About))
	}
	return w.out, nil
}

// plainStretches are the pieces of two to four letters of a script without
// spaces that may be names.
func (t *Text) plainStretches(p *piece) [][2]int {
	var at []int
	for i := range t.source[p.start:p.end] {
		at = append(at, p.start+i)
	}
	at = append(at, p.end)
	var out [][2]int
	for i := range at {
		for n := 2; n <= 4 && i+n < len(at); n++ {
			out = append(out, [2]int{at[i], at[i+n]})
		}
	}
	return out
}

// weigher compares what shares a key.
type weigher[ID cmp.Ordered] struct {
	t     *Text
	what  subject
	units []unit
	left  int
	out   []Sighting[ID]
}

// record finds where in the text a record is named.
func (w *weigher[ID]) record(id ID, called []string, anchors []anchor) {
	slices.SortFunc(anchors, func(a, b anchor) int { return cmp.Or(a.start-b.start, a.end-b.end) })
	anchors = slices.Compact(anchors)
	covered := -1
	for n, name := range called {
		if n == 12 {
			break
		}
		f := prepare(name, w.what)
		size := 0
		for i := range f.words {
			if f.words[i].solid() {
				size++
			}
		}
		// A name of one word beside titles is no name to go by.
		alone := w.what == person && size == 1
		if alone && len(f.words) > 1 {
			continue
		}
		scores := map[string]float64{} // of what the text repeats
		for _, a := range anchors {
			if a.end <= covered && w.out[len(w.out)-1].Match.Score > .95 {
				continue // inside what is as good as certain
			}
			best := Sighting[ID]{ID: id, About: w.what, Name: name}
			try := func(start, end int) {
				text := w.t.source[start:end]
				s, ok := scores[text]
				if !ok {
					if w.left <= 0 {
						return
					}
					w.left--
					s = score(w.t.form(text, w.what), f)
					scores[text] = s
				}
				if s < Warn || alone && s < warnAlone || s < warnPlain && !w.t.tellsNames(start) {
					return
				}
				if s > best.Match.Score || s == best.Match.Score && end-start > best.End-best.Start {
					best.Start, best.End, best.Match.Score = start, end, s
				}
			}
			if a.a < 0 {
				try(a.start, a.end)
			} else {
				w.windows(a, size, try)
			}
			if best.Match.Score == 0 {
				continue
			}
			if best.Start < covered {
				// The same place again, by another key or another name.
				if i := len(w.out) - 1; w.out[i].Match.Score < best.Match.Score {
					w.out[i] = best
					covered = best.End
				}
				continue
			}
			w.out = append(w.out, best)
			covered = best.End
		}
		if n+1 < len(called) {
			covered = -1
		}
	}
}

// tellsNames reports whether capitals tell names at this place of the text.
func (t *Text) tellsNames(at int) bool {
	r, _ := utf8.DecodeRuneInString(t.source[at:])
	return t.cased && hasCase(scriptOf(r))
}

// windows tries the stretches around an anchor that are as long as the name.
func (w *weigher[ID]) windows(a anchor, size int, try func(start, end int)) {
	t, units := w.t, w.units
	most := min(max(size, a.b-a.a+1), maxStretch)
	for i := a.a; i >= 0 && a.b-i < most && units[i].stretch == units[a.a].stretch; i-- {
		for j := a.b; j < len(units) && j-i < most && units[j].stretch == units[a.a].stretch; j++ {
			first, last := units[i].from, units[j].to
			start, end := t.pieces[first].start, t.pieces[last].end
			try(start, end)
			if t.pieces[first].skip > 0 {
				try(start+t.pieces[first].skip, end)
			}
			if w.what == person {
				continue
			}
			// With its city, prison or brigade.
			side := func(k int) bool {
				return k >= 0 && k < len(t.pieces) && t.pieces[k].stretch == t.pieces[first].stretch
			}
			if side(last+1) && w.weak(last+1) {
				try(start, t.pieces[last+1].end)
			}
			if side(first-1) && w.weak(first-1) {
				try(t.pieces[first-1].start, end)
				if skip := t.pieces[first-1].skip; skip > 0 {
					try(t.pieces[first-1].start+skip, end)
				}
			}
		}
	}
}

// weak tells whether a word of the text is one that most names of the subject have.
func (w *weigher[ID]) weak(k int) bool {
	p := w.t.pieces[k]
	list := organizationWords
	if w.what == place {
		list = placeWords
	}
	word := w.t.source[p.start:p.end]
	return len(word) > 3 && (list[Fold(word)] || p.skip > 0 && list[Fold(word[p.skip:])])
}

// Choose picks what to mark: stretches that do not overlap, the surest first
// and of equals the longer. Each comes with what else the whole of it may mean;
// the text's order is kept.
func Choose[ID cmp.Ordered](t *Text, list []Sighting[ID]) [][]Sighting[ID] {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Sighting[ID]) int {
		return cmp.Or(cmp.Compare(b.Match.Score, a.Match.Score), cmp.Compare(b.End-b.Start, a.End-a.Start), cmp.Compare(a.Start, b.Start), cmp.Compare(a.ID, b.ID))
	})
	var marks [][]Sighting[ID]
	var order []int // marks by their place
	for _, s := range list {
		i, _ := slices.BinarySearchFunc(order, s.Start, func(m, start int) int {
			if marks[m][0].End <= start {
				return -1
			}
			return 1
		})
		if i < len(order) && marks[order[i]][0].Start < s.End {
			m := &marks[order[i]]
			first := (*m)[0]
			if len(*m) == maxPerPlace || slices.ContainsFunc(*m, func(o Sighting[ID]) bool { return o.ID == s.ID }) {
				continue
			}
			// Who is found by a family name and a father's is a brother, not another reading.
			if s.Start == first.Start && s.End == first.End || score(t.form(t.source[first.Start:first.End], s.About), prepare(s.Name, s.About)) >= Warn {
				*m = append(*m, s)
			}
			continue
		}
		marks = append(marks, []Sighting[ID]{s})
		order = slices.Insert(order, i, len(marks)-1)
	}
	out := make([][]Sighting[ID], len(order))
	for i, m := range order {
		out[i] = marks[m]
	}
	return out
}
