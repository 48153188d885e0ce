package names

import "sort"

// KeyWeight is one key a query looks up, with what a hit on it counts.
type KeyWeight struct {
	Key    string
	Weight float64
}

// codes lists the index codes of one word, the surest first.
func (w *word) codes() []string {
	a, b := skeleton(w.phones)
	out := []string{a}
	if b != a {
		out = append(out, b)
	}
	for _, o := range w.others {
		c, _ := skeleton(o)
		if c != a && c != b {
			out = append(out, c)
		}
	}
	return out
}

func solidWords(f Form) []*word {
	var out []*word
	for i := range f.words {
		if k := f.words[i].kind; k == ordinary || k == kunya {
			out = append(out, &f.words[i])
		}
	}
	if len(out) > 6 {
		out = out[:6]
	}
	return out
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

func (f Form) keys() []KeyWeight {
	ws := solidWords(f)
	seen := map[string]bool{}
	var out []KeyWeight
	add := func(k string, w float64) {
		if !seen[k] {
			seen[k] = true
			out = append(out, KeyWeight{k, w})
		}
	}
	pair := func(a, b string) string {
		if a > b {
			a, b = b, a
		}
		return a + "+" + b
	}
	codes := make([][]string, len(ws))
	for i, w := range ws {
		codes[i] = w.codes()
	}
	if len(ws) > 1 {
		whole := make([]string, len(ws))
		for i := range ws {
			whole[i] = codes[i][0]
		}
		sort.Strings(whole)
		key := "="
		for _, c := range whole {
			key += c + "."
		}
		add(key, 4)
	}
	for i := range ws {
		for j := i + 1; j < len(ws); j++ {
			for x, a := range codes[i] {
				for y, b := range codes[j] {
					if x+y < 2 {
						add(pair(a, b), 3)
					}
				}
			}
		}
	}
	// Two words written as one, or one written as two.
	for i := 0; i+1 < len(ws); i++ {
		c, _ := skeleton(ws[i].phones + ws[i+1].phones)
		if len(c) > 2 {
			add(c, 2)
		}
	}
	for i := range ws {
		for j := range ws {
			if i != j && len(codes[i][0]) > 1 {
				add(codes[i][0]+"~"+codes[j][0][:1], 1.5)
			}
		}
	}
	for i := range ws {
		for _, c := range codes[i] {
			add(c, 1)
		}
	}
	return out
}
