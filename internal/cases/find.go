package cases

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/record"
)

// MaxFindText is the longest text, in characters, that names are found in.
const MaxFindText = 200_000

// Limits of what is proposed from one text.
const (
	maxDates   = 200   // dates told
	maxTries   = 6_000 // stretches tried as a date
	dateWords  = 7     // words of a date
	quoteRunes = 900   // of a sentence that is cited
)

// Sighted is a stretch of a text with the records it may mean, the likeliest first.
type Sighted struct {
	names.Stretch
	Found []Found
}

// Found is one record that a stretch of a text may mean.
type Found struct {
	form.Ref
	Name    string // the name that matched
	Score   float64
	Reasons []names.Reason
}

// Dated is a stretch of a text that reads as a date.
type Dated struct {
	names.Stretch
	Date edtf.Date
}

// Reading is what a text names. Nothing in it overlaps, and everything is in
// the text's order.
type Reading struct {
	Known []Sighted
	New   []names.Stretch // likely names of people that are not on file
	Dates []Dated
}

// Find reads a text of at most MaxFindText characters for the people,
// organizations and places that the actor may see. day is the day of the text,
// from which "yesterday" counts.
func Find(tx *record.Tx, text string, day time.Time) (Reading, error) {
	var out Reading
	t := names.ReadText(text)
	var seen []names.Sighting[string]
	for _, of := range []struct {
		kind  string
		about names.Subject
	}{{"person", names.OfPerson}, {"organization", names.OfOrganization}, {"place", names.OfPlace}} {
		list, err := names.FindIn(t, tx.Shelf(of.kind, of.about))
		if err != nil {
			return out, err
		}
		seen = append(seen, list...)
	}
	marks := names.Choose(t, seen)
	var ids []string
	for _, m := range marks {
		for _, s := range m {
			ids = append(ids, s.ID)
		}
	}
	refs, err := tx.Titles(ids...)
	if err != nil {
		return out, err
	}
	var taken []names.Stretch
	for _, m := range marks {
		n := Sighted{Stretch: names.Stretch{Start: m[0].Start, End: m[0].End}}
		for _, s := range m {
			if ref, ok := refs[s.ID]; ok {
				n.Found = append(n.Found, Found{Ref: ref, Name: s.Name, Score: s.Match.Score, Reasons: s.Match.Reasons})
			}
		}
		if len(n.Found) > 0 {
			out.Known, taken = append(out.Known, n), append(taken, n.Stretch)
		}
	}
	out.Dates = dates(text, day, taken)
	for _, d := range out.Dates {
		taken = append(taken, d.Stretch)
	}
	slices.SortFunc(taken, func(a, b names.Stretch) int { return cmp.Compare(a.Start, b.Start) })
	out.New = t.LikelyNames(taken)
	return out, nil
}

// dateWord is a word of a text as it is looked at for dates.
type dateWord struct {
	names.Stretch
	digit, sole, plain bool // has a digit; is a date alone; is one, but more often something else
	sentence           int
}

// tells whether the word by itself makes a date likely.
func (w dateWord) tells() bool { return w.digit || w.sole && !w.plain }

// dates finds what reads as a date, leaving out what is a name.
func dates(text string, day time.Time, taken []names.Stretch) []Dated {
	var words []dateWord
	sentence, tries := 0, 0
	tried := map[string]bool{}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			if r == '\n' || strings.ContainsRune("!?؟;؛。\"“”()[]{}", r) || r == '.' && (i+1 == len(text) || text[i+1] <= ' ') {
				sentence++
			}
			i += n
			continue
		}
		w := dateWord{Stretch: names.Stretch{Start: i}, sentence: sentence}
		for ; i < len(text); i += n {
			r, n = utf8.DecodeRuneInString(text[i:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
				break
			}
			w.digit = w.digit || unicode.IsDigit(r)
		}
		w.End = i
		s := text[w.Start:w.End]
		if !w.digit && len(s) < 40 && utf8.RuneCountInString(s) > 2 {
			ok, known := tried[s]
			if !known && tries < maxTries {
				tries++
				_, err := edtf.Understand(s, day)
				ok = err == nil
				tried[s] = ok
			}
			w.sole = ok
			low := strings.ToLower(s)
			w.plain = low == "may" || low == "march" || low == "mar" || low == "sun" || low == "sat" || low == "now"
		}
		words = append(words, w)
	}
	var out []Dated
	next := 0 // of taken
	for i := 0; i < len(words) && len(out) < maxDates; i++ {
		w := words[i]
		for next < len(taken) && taken[next].End <= w.Start {
			next++
		}
		if next < len(taken) && taken[next].Start < w.End {
			continue
		}
		// A date begins with its number or its word, or one or two before it.
		anchored := false
		for j := i; j < len(words) && j < i+3 && words[j].sentence == w.sentence; j++ {
			anchored = anchored || words[j].tells()
		}
		if !anchored {
			continue
		}
		for j := min(i+dateWords, len(words)) - 1; j >= i; j-- {
			if words[j].sentence != w.sentence || tries >= maxTries {
				continue
			}
			if i == j && (w.digit && w.End-w.Start < 8 || !w.tells()) || !slices.ContainsFunc(words[i:j+1], dateWord.tells) {
				continue
			}
			said := text[w.Start:words[j].End]
			if len(said) > 120 || strings.ContainsAny(said, "\n") {
				continue
			}
			tries++
			d, err := edtf.Understand(said, day)
			if err != nil || d.Earliest != "" && (d.Earliest < "1850" || d.Earliest > "2150") {
				continue
			}
			out = append(out, Dated{names.Stretch{Start: w.Start, End: words[j].End}, d})
			i = j
			break
		}
	}
	return out
}

// SentenceAt is the sentence of a text around a stretch, to be cited.
func SentenceAt(text string, at names.Stretch) string {
	start, end := 0, len(text)
	if i := strings.LastIndexFunc(text[:at.Start], sentenceEnd); i >= 0 {
		_, n := utf8.DecodeRuneInString(text[i:])
		start = i + n
	}
	if i := strings.IndexFunc(text[at.End:], sentenceEnd); i >= 0 {
		_, n := utf8.DecodeRuneInString(text[at.End+i:])
		end = at.End + i + n
	}
	// A full stop inside a number ends nothing.
	for start > 0 && start < at.Start && text[start-1] == '.' && text[start] > ' ' {
		i := strings.LastIndexFunc(text[:start-1], sentenceEnd)
		if i < 0 {
			start = 0
			break
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		start = i + n
	}
	quote := strings.TrimSpace(text[start:end])
	if utf8.RuneCountInString(quote) <= quoteRunes {
		return quote
	}
	from, to := at.Start, at.End
	for n := 0; n < quoteRunes/2 && (from > start || to < end); n++ {
		if from > start {
			_, size := utf8.DecodeLastRuneInString(text[start:from])
			from -= size
		}
		if to < end {
			_, size := utf8.DecodeRuneInString(text[to:end])
			to += size
		}
	}
	return strings.TrimSpace(text[from:to])
}

func sentenceEnd(r rune) bool { return strings.ContainsRune(".!?؟。।\n", r) }
