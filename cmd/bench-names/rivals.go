package main

import (
	"sort"

	"amparo/internal/names"
)

// finder answers a query with the places of people in the roster, best first.
type finder func(q string, limit int) []int

func exact(people []person) finder {
	at := map[string][]int{}
	for i, p := range people {
		f := names.Fold(p.name)
		at[f] = append(at[f], i)
	}
	return func(q string, limit int) []int {
		hits := at[names.Fold(q)]
		return hits[:min(limit, len(hits))]
	}
}

func trigramsOf(s string) []string {
	r := []rune("  " + names.Fold(s) + " ")
	seen := map[string]bool{}
	var out []string
	for i := 0; i+3 <= len(r); i++ {
		if g := string(r[i : i+3]); !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	return out
}

func trigram(people []person) finder {
	postings := map[string][]int32{}
	sizes := make([]int, len(people))
	for i, p := range people {
		g := trigramsOf(p.name)
		sizes[i] = len(g)
		for _, t := range g {
			postings[t] = append(postings[t], int32(i)) // #nosec G115 -- of some hundred thousand people
		}
	}
	return func(q string, limit int) []int {
		g := trigramsOf(q)
		shared := map[int32]int{}
		for _, t := range g {
			for _, i := range postings[t] {
				shared[i]++
			}
		}
		top := newTop(limit)
		for i, n := range shared {
			top.add(int(i), float64(n)/float64(len(g)+sizes[i]-n))
		}
		return top.places()
	}
}

func jaroWinklerFinder(people []person) finder {
	folded := make([][]rune, len(people))
	for i, p := range people {
		folded[i] = []rune(names.Fold(p.name))
	}
	return func(q string, limit int) []int {
		f := []rune(names.Fold(q))
		top := newTop(limit)
		for i := range folded {
			if s := jaroWinkler(f, folded[i]); s > .5 {
				top.add(i, s)
			}
		}
		return top.places()
	}
}

func jaroWinkler(a, b []rune) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	window := max(max(len(a), len(b))/2-1, 0)
	var usedA, usedB [256]bool
	a, b = a[:min(len(a), 256)], b[:min(len(b), 256)]
	m := 0
	for i := range a {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if !usedB[j] && a[i] == b[j] {
				usedA[i], usedB[j] = true, true
				m++
				break
			}
		}
	}
	if m == 0 {
		return 0
	}
	swaps, k := 0, 0
	for i := range a {
		if !usedA[i] {
			continue
		}
		for !usedB[k] {
			k++
		}
		if a[i] != b[k] {
			swaps++
		}
		k++
	}
	fm := float64(m)
	s := (fm/float64(len(a)) + fm/float64(len(b)) + (fm-float64(swaps)/2)/fm) / 3
	for i := 0; i < 4 && i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		s += .1 * (1 - s)
	}
	return s
}

// top keeps the best few of many scored places.
type top struct {
	limit int
	place []int
	score []float64
}

func newTop(limit int) *top { return &top{limit: limit} }

func (t *top) add(place int, score float64) {
	n := len(t.score)
	if n == t.limit && (score < t.score[n-1] || score == t.score[n-1] && place > t.place[n-1]) {
		return
	}
	i := sort.Search(n, func(i int) bool {
		return t.score[i] < score || t.score[i] == score && t.place[i] > place
	})
	t.score = append(t.score, 0)
	t.place = append(t.place, 0)
	copy(t.score[i+1:], t.score[i:])
	copy(t.place[i+1:], t.place[i:])
	t.score[i], t.place[i] = score, place
	if len(t.score) > t.limit {
		t.score, t.place = t.score[:t.limit], t.place[:t.limit]
	}
}

func (t *top) places() []int { return t.place }
