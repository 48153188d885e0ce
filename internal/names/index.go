package names

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
)

// Limits of one search, for a table of postings as for the index in memory.
const (
	perKey   = 400 // postings read of one key
	fewShare = 100 // records that share a spelling which still tells them apart
	always   = 150 // candidates that are scored however little speaks for them

	// CandidateLimit is how many candidates are worth scoring for one query.
	CandidateLimit = 300
)

// Candidate is a record worth scoring. Rare is 1 when nobody else spells a word
// as the query and this record do, less the more do so, and 0 from a hundred.
type Candidate[ID cmp.Ordered] struct {
	ID   ID
	Rare float64
}

// Candidates chooses the records worth scoring against f. read is asked for
// the records filed under some keys, at most limit of each key, and may be
// asked twice; when it fails, Candidates stops with its error. The likeliest
// come first, at most n. ID is whatever the register numbers records with.
func Candidates[ID cmp.Ordered](f Form, read func(keys []string, limit int) (map[string][]ID, error), n int) ([]Candidate[ID], error) {
	probe := f.keys()
	votes, rare := map[ID]float64{}, map[ID]float64{}
	// First the keys that name two words or more, and spellings; single sounds,
	// which half the register may share, only where those found too few.
	selective := 0
	for selective < len(probe) && probe[selective].Weight >= joinedWeight {
		selective++
	}
	for _, part := range [2][]KeyWeight{probe[:selective], probe[selective:]} {
		if len(part) == 0 || len(votes) >= n {
			continue
		}
		found, err := read(keyStrings(part), perKey)
		if err != nil {
			return nil, err
		}
		for _, k := range part {
			p := found[k.Key]
			if len(p) == 0 {
				continue
			}
			// A key few share tells more than one that many have.
			w := k.Weight * (1 + math.Log(perKey/float64(len(p))))
			if len(p) >= perKey {
				// Not all of its records were read; those that were are chance.
				w = k.Weight * .5
			}
			if strings.HasPrefix(k.Key, spellMark) {
				if len(p) >= fewShare {
					continue
				}
				share := 1 - math.Log(float64(len(p)))/math.Log(fewShare)
				for _, r := range p {
					rare[r] = max(rare[r], share)
				}
			}
			for _, r := range p {
				votes[r] += w
			}
		}
	}
	type vote struct {
		record ID
		weight float64
	}
	list := make([]vote, 0, len(votes))
	for r, w := range votes {
		list = append(list, vote{r, w})
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].weight != list[j].weight {
			return list[i].weight > list[j].weight
		}
		return list[i].record < list[j].record
	})
	if len(list) > n {
		list = list[:n]
	}
	// Further down only who has a tenth of what speaks for the first, in scripts
	// that write every sound: elsewhere votes say less.
	if !f.script.abjad() && f.script < scriptHan {
		for len(list) > always && list[len(list)-1].weight < list[0].weight/10 {
			list = list[:len(list)-1]
		}
	}
	out := make([]Candidate[ID], len(list))
	for i, v := range list {
		out[i] = Candidate[ID]{v.record, rare[v.record]}
	}
	return out, nil
}

// Rank orders what was found. Names that are alike come as their score says;
// below that, one rare word in common says more than several that sound a
// little like others.
func (c Candidate[ID]) Rank(score float64) float64 {
	if score >= Warn {
		return score
	}
	return min(score+.3*c.Rare, math.Nextafter(Warn, 0))
}

// Hit is one record found for a query.
type Hit struct {
	Record int
	Score  float64
}

// Index keeps postings over Keys in memory. It answers as the database table
// would: each key gives a bounded number of records, the likeliest candidates
// are then scored.
type Index struct {
	postings map[string][]int64
	forms    []Form
}

// NewIndex returns an empty index.
func NewIndex() *Index { return &Index{postings: map[string][]int64{}} }

// Add files a person's name and returns its record number, from 0.
func (x *Index) Add(name string) int { return x.AddForm(Prepare(name)) }

// AddForm is Add for a prepared name of any subject.
func (x *Index) AddForm(f Form) int {
	n := len(x.forms)
	x.forms = append(x.forms, f)
	for _, k := range f.keys() {
		x.postings[k.Key] = append(x.postings[k.Key], int64(n))
	}
	return n
}

func (x *Index) read(keys []string, limit int) (map[string][]int64, error) {
	out := make(map[string][]int64, len(keys))
	for _, k := range keys {
		if p := x.postings[k]; len(p) > 0 {
			out[k] = p[:min(limit, len(p))]
		}
	}
	return out, nil
}

// Find returns the best records for a name, at most limit of them.
func (x *Index) Find(name string, limit int) []Hit { return x.FindForm(Prepare(name), limit) }

// FindForm is Find for a prepared name of any subject.
func (x *Index) FindForm(f Form, limit int) []Hit {
	records, _ := Candidates(f, x.read, CandidateLimit) // memory does not fail
	hits := make([]Hit, len(records))
	ranks := make(map[int]float64, len(records))
	for i, r := range records {
		hits[i] = Hit{int(r.ID), score(f, x.forms[r.ID])}
		ranks[hits[i].Record] = r.Rank(hits[i].Score)
	}
	// Equal ranks keep the order of the candidates.
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(ranks[b.Record], ranks[a.Record]) })
	if len(hits) > limit {
		hits = hits[:limit]
	}
	return hits
}

// Considered reports whether a record is among the candidates of a query.
func (x *Index) Considered(name string, record int) bool {
	records, _ := Candidates(Prepare(name), x.read, CandidateLimit)
	for _, r := range records {
		if int(r.ID) == record {
			return true
		}
	}
	return false
}

// KeysPerName is the mean number of keys stored for one name.
func (x *Index) KeysPerName() float64 {
	n := 0
	for _, p := range x.postings {
		n += len(p)
	}
	return float64(n) / float64(max(len(x.forms), 1))
}
