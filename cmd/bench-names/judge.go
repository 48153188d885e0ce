package main

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"amparo/internal/names"
)

func words(s string) []string { return strings.Fields(s) }

type scored struct {
	score float64
	same  bool
}

// decide gives precision, recall and F1 at a threshold.
func decide(list []scored, threshold float64) (precision, recall, f1 float64) {
	var tp, fp, fn float64
	for _, s := range list {
		switch {
		case s.score >= threshold && s.same:
			tp++
		case s.score >= threshold:
			fp++
		case s.same:
			fn++
		}
	}
	if tp == 0 {
		return 0, 0, 0
	}
	precision, recall = tp/(tp+fp), tp/(tp+fn)
	return precision, recall, 2 * precision * recall / (precision + recall)
}

func averagePrecision(list []scored) float64 {
	list = append([]scored(nil), list...)
	sort.SliceStable(list, func(i, j int) bool { return list[i].score > list[j].score })
	var hits, sum float64
	for i, s := range list {
		if s.same {
			hits++
			sum += hits / float64(i+1)
		}
	}
	return sum / max(hits, 1)
}

func auc(list []scored) float64 {
	var wins, n float64
	for _, a := range list {
		if !a.same {
			continue
		}
		for _, b := range list {
			if b.same {
				continue
			}
			n++
			if a.score > b.score {
				wins++
			} else if a.score == b.score {
				wins += .5
			}
		}
	}
	return wins / max(n, 1)
}

func judge(w io.Writer, d *data, show bool) {
	type method struct {
		name      string
		threshold float64
		score     func(a, b string) float64
	}
	methods := []method{
		{"names", names.Warn, func(a, b string) float64 { return names.Compare(a, b).Score }},
		{"trigram", .5, trigramScore},
		{"jaro-winkler", .9, func(a, b string) float64 {
			return jaroWinkler([]rune(names.Fold(a)), []rune(names.Fold(b)))
		}},
	}
	fmt.Fprintf(w, "\n%-14s %-9s %9s %9s %6s %6s %6s\n", "decision", "threshold", "precision", "recall", "F1", "AP", "AUC")
	for _, m := range methods {
		var bench, pairs, mixed []scored
		for _, c := range d.cases {
			s := m.score(c.a, c.b)
			bench = append(bench, scored{s, c.same})
			if show && m.name == "names" && (s >= m.threshold) != c.same {
				fmt.Fprintf(w, "  %v %.2f  %s | %s  (%s)\n", c.same, s, c.a, c.b, c.where)
			}
		}
		for i, q := range d.queries {
			s := m.score(q.text, q.name)
			pairs = append(pairs, scored{s, true})
			if i%3 == 0 {
				mixed = append(mixed, scored{s, true})
			}
		}
		for _, n := range d.negatives {
			s := m.score(n[0], n[1])
			pairs = append(pairs, scored{s, false})
			mixed = append(mixed, scored{s, false})
		}
		for _, part := range []struct {
			name string
			list []scored
		}{{"bench", bench}, {"pairs", pairs}, {"pairs 1:1", mixed}} {
			p, r, f := decide(part.list, m.threshold)
			area := 0.0
			if part.name != "pairs" {
				area = auc(part.list)
			}
			fmt.Fprintf(w, "%-14s %-9.2f %9.3f %9.3f %6.3f %6.3f %6.3f  %s\n", m.name, m.threshold, p, r, f, averagePrecision(part.list), area, part.name)
		}
		if m.name == "names" {
			for t := .5; t < 1; t += .05 {
				p, r, f := decide(bench, t)
				pp, pr, pf := decide(mixed, t)
				fmt.Fprintf(w, "    at %.2f  bench %.3f %.3f %.3f   pairs 1:1 %.3f %.3f %.3f\n", t, p, r, f, pp, pr, pf)
			}
		}
	}
}

func trigramScore(a, b string) float64 {
	x, y := trigramsOf(a), trigramsOf(b)
	have := map[string]bool{}
	for _, g := range x {
		have[g] = true
	}
	n := 0
	for _, g := range y {
		if have[g] {
			n++
		}
	}
	return float64(n) / float64(max(len(x)+len(y)-n, 1))
}
