package names

import "sort"

// Hit is one candidate found for a query.
type Hit struct {
	Record int
	Score  float64
}

// Index keeps postings over Keys in memory. It answers as the database table
// would: each key gives at most a bounded number of records, the best
// candidates by weight are then scored.
type Index struct {
	postings map[string][]int32
	forms    []Form
}

// NewIndex returns an empty index.
func NewIndex() *Index { return &Index{postings: map[string][]int32{}} }

// Add files a person's name and returns its record number, from 0.
func (x *Index) Add(name string) int {
	f := Prepare(name)
	n := len(x.forms)
	x.forms = append(x.forms, f)
	for _, k := range f.keys() {
		x.postings[k.Key] = append(x.postings[k.Key], int32(n))
	}
	return n
}

// Limits of one search.
const (
	perKey     = 1500 // postings read of one key
	candidates = 300  // forms scored
)

// Find returns the best records for a name, at most limit of them.
func (x *Index) Find(name string, limit int) []Hit {
	f := Prepare(name)
	votes := map[int32]float64{}
	for _, k := range f.keys() {
		p := x.postings[k.Key]
		w := k.Weight
		if len(p) > perKey {
			p = p[:perKey]
		}
		for _, r := range p {
			votes[r] += w
		}
	}
	hits := make([]Hit, 0, len(votes))
	for r, w := range votes {
		hits = append(hits, Hit{int(r), w})
	}
	best(hits)
	if len(hits) > candidates {
		hits = hits[:candidates]
	}
	for i := range hits {
		hits[i].Score = score(f, x.forms[hits[i].Record])
	}
	best(hits)
	if len(hits) > limit {
		hits = hits[:limit]
	}
	return hits
}

func best(h []Hit) {
	sort.Slice(h, func(i, j int) bool {
		if h[i].Score != h[j].Score {
			return h[i].Score > h[j].Score
		}
		return h[i].Record < h[j].Record
	})
}

// KeysPerName is the mean number of keys stored for one name.
func (x *Index) KeysPerName() float64 {
	n := 0
	for _, p := range x.postings {
		n += len(p)
	}
	return float64(n) / float64(max(len(x.forms), 1))
}

// Shared lists the keys two names have in common.
func Shared(a, b string) []string {
	has := map[string]bool{}
	for _, k := range Keys(a) {
		has[k] = true
	}
	var out []string
	for _, k := range Probe(b) {
		if has[k] {
			out = append(out, k)
		}
	}
	return out
}
