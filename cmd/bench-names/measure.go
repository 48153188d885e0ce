package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"sort"
	"time"

	"amparo/internal/names"
)

// tally sums what the queries of one class reached.
type tally struct {
	n, found10, found1 int
	reciprocal         float64
	times, worked      []time.Duration
}

func (t *tally) add(rank int, took, worked time.Duration) {
	t.n++
	t.times = append(t.times, took)
	t.worked = append(t.worked, worked)
	if rank > 0 {
		t.found10++
		t.reciprocal += 1 / float64(rank)
		if rank == 1 {
			t.found1++
		}
	}
}

// at is the time under which a share of the queries stayed.
func at(share float64, times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[int(share*float64(len(times)-1))].Round(10 * time.Microsecond)
}

func run(w io.Writer, d *data, size int, only bool, misses string) {
	people := fill(d.roster, size)
	fmt.Fprintf(w, "%d people, %d queries\n", len(people), len(d.queries))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	index := names.NewIndex()
	for _, p := range people {
		index.Add(p.name)
	}
	built := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Fprintf(w, "index: built in %v, %d MB, %.1f keys a name\n", built.Round(time.Millisecond), (after.HeapAlloc-before.HeapAlloc)>>20, index.KeysPerName())
	ours := func(q string, limit int) []int {
		hits := index.Find(q, limit)
		out := make([]int, len(hits))
		for i, h := range hits {
			out[i] = h.Record
		}
		return out
	}
	measure(w, "names", ours, people, d.queries, misses)
	lost(w, index, people, d.queries)
	if only {
		return
	}
	measure(w, "exact", exact(people), people, d.queries, "")
	measure(w, "trigram", trigram(people), people, d.queries, "")
	// Jaro-Winkler reads the whole roster for each query: one in eight.
	var some []query
	for i := 0; i < len(d.queries); i += 8 {
		some = append(some, d.queries[i])
	}
	measure(w, "jaro-winkler (1 in 8)", jaroWinklerFinder(people), people, some, "")
}

func measure(w io.Writer, title string, find finder, people []person, queries []query, misses string) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	tallies := map[string]*tally{}
	for _, q := range queries {
		start, cpu := time.Now(), threadTime()
		hits := find(q.text, 10)
		took, worked := time.Since(start), threadTime()-cpu
		rank := 0
		for i, h := range hits {
			if people[h].id == q.want {
				rank = i + 1
				break
			}
		}
		if misses != "" && rank == 0 && (q.class == misses || q.group == misses) {
			best := ""
			if len(hits) > 0 {
				best = people[hits[0]].name
			}
			m := names.Compare(q.text, q.name)
			fmt.Fprintf(w, "  missed  %s | wanted %s | first %s | %.2f %s %s %v\n", q.text, q.name, best, m.Score, names.Romanise(q.text), names.Romanise(q.name), shared(q.text, q.name))
		}
		for _, class := range []string{"all", q.class, q.group} {
			if class == "" {
				continue
			}
			if tallies[class] == nil {
				tallies[class] = new(tally)
			}
			tallies[class].add(rank, took, worked)
		}
	}
	classes := make([]string, 0, len(tallies))
	for c := range tallies {
		classes = append(classes, c)
	}
	sort.Slice(classes, func(i, j int) bool {
		if a, b := tallies[classes[i]].n, tallies[classes[j]].n; a != b {
			return a > b
		}
		return classes[i] < classes[j]
	})
	fmt.Fprintf(w, "\n%-22s %6s %9s %6s %8s %9s %9s %9s\n", title, "n", "recall@10", "MRR", "first", "p50", "p95", "p95 cpu")
	for _, c := range classes {
		t := tallies[c]
		if t.n < 10 {
			continue
		}
		n := float64(t.n)
		fmt.Fprintf(w, "%-22s %6d %9.3f %6.3f %8.3f %9s %9s %9s\n", c, t.n, float64(t.found10)/n, t.reciprocal/n, float64(t.found1)/n,
			at(.5, t.times), at(.95, t.times), at(.95, t.worked))
	}
}

// fill adds made-up people, parts of roster names put together anew, so that
// the time of a query is measured on a register of real size.
func fill(roster []person, size int) []person {
	people := slices.Clone(roster)
	step := 7919
	for i := 0; len(people) < size; i++ {
		a := words(roster[i*step%len(roster)].name)
		b := words(roster[(i*step+i/len(roster)*31+17)%len(roster)].name)
		if len(a) == 0 || len(b) == 0 {
			continue
		}
		people = append(people, person{fmt.Sprintf("made-up:%d", i), a[0] + " " + b[len(b)-1]})
		if len(a) > 2 {
			people[len(people)-1].name = a[0] + " " + a[1] + " " + b[len(b)-1]
		}
	}
	return people
}

// shared lists the keys by which a query could find a name.
func shared(q, name string) []string {
	has := map[string]bool{}
	for _, k := range names.Keys(name) {
		has[k] = true
	}
	var out []string
	for _, k := range names.Probe(q) {
		if has[k] {
			out = append(out, k)
		}
	}
	return out
}

// lost counts the right people who were not even among the candidates: what
// the keys lose, as against what the ranking loses.
func lost(w io.Writer, index *names.Index, people []person, queries []query) {
	at := map[string]int{}
	for i, p := range people {
		at[p.id] = i
	}
	all, gone := 0, 0
	for i := 0; i < len(queries); i += 4 {
		q := queries[i]
		all++
		if !index.Considered(q.text, at[q.want]) {
			gone++
		}
	}
	fmt.Fprintf(w, "not among the candidates: %.3f of 1 query in 4\n", float64(gone)/float64(all))
}
