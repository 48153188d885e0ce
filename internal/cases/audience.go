package cases

import (
	"slices"
	"strconv"
	"strings"

	"amparo/internal/cases/person"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/record"
)

// Audience is for whom a paper is made.
type Audience struct {
	Name string
	// Uses are the uses of consent that must all allow it; a paper for our own
	// office needs none.
	Uses []string
	// Public tells that anybody may come to read it.
	Public bool
}

// Audiences are all there are: our own office, and those outside.
var Audiences = []Audience{
	{Name: "internal"},
	{Name: "partner", Uses: []string{"partner"}},
	{Name: "court", Uses: []string{"court"}},
	{Name: "public", Uses: []string{"media", "publication"}, Public: true},
	{Name: "media", Uses: []string{"media"}, Public: true},
	{Name: "publication", Uses: []string{"publication"}, Public: true},
}

// ToBody is for whom an appeal is that was sent to a body: whom it names, consent
// to that body decides.
const ToBody = "body"

// AudienceOf finds an audience by its name.
func AudienceOf(name string) (Audience, bool) {
	i := slices.IndexFunc(Audiences, func(a Audience) bool { return a.Name == name })
	if i < 0 {
		return Audience{}, false
	}
	return Audiences[i], true
}

// Outside tells whether a paper for this audience leaves the office.
func (a Audience) Outside() bool { return len(a.Uses) > 0 }

// Barred tells whether a record's sensitivity keeps it from an audience. What is
// internal, as everything is at first, is not barred: of people their consent
// decides, and words of ours leave only when they are ticked.
func (a Audience) Barred(h record.Head) bool {
	switch h.Sensitivity {
	case "restricted", "sealed":
		return a.Outside()
	case "partner":
		return a.Public
	}
	return h.Voided && a.Outside()
}

// Cleared tells whether a record was marked as fit for an audience: its words
// may leave as they stand.
func (a Audience) Cleared(h record.Head) bool {
	return !a.Outside() || !h.Voided && (h.Sensitivity == "public" || h.Sensitivity == "partner" && !a.Public)
}

// Telling is how much of a person an audience is told.
type Telling struct {
	Person form.Ref
	// Identity is one of person.ConsentIdentity; "" means that nothing is told at
	// all, not even that there is somebody.
	Identity      string
	Place, Family bool
	Why           []string // why no more is told, as codes
	By            []Given  // the consents it rests on
}

// weakest is the lesser of two identities.
func weakest(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return person.ConsentIdentity[max(slices.Index(person.ConsentIdentity, a), slices.Index(person.ConsentIdentity, b))]
}

// Tell finds how much of a person an audience is told on a day: no more than
// every use of it is consented to, than the record's sensitivity lets out and
// than does no harm. No consent means no.
func (a Audience) Tell(s *record.Sheet, consents []Given, day string) Telling {
	p := record.As[*person.Person](s)
	t := Telling{Person: s.Ref(), Identity: "full", Place: true, Family: true}
	nothing := func(why string) Telling { return Telling{Person: s.Ref(), Why: []string{why}} }
	if !a.Outside() {
		return t
	}
	if s.Head.Voided {
		return nothing("voided")
	}
	if a.Barred(s.Head) {
		return nothing("sensitivity")
	}
	allowed := Allowed(consents, day)
	for _, use := range a.Uses {
		i := slices.IndexFunc(allowed, func(sc person.Scope) bool { return sc.Use == use && sc.Body.ID == "" })
		if i < 0 {
			return nothing(whyNone(consents, use, day))
		}
		t.Identity, t.Place, t.Family = weakest(t.Identity, allowed[i].Identity), t.Place && allowed[i].Place, t.Family && allowed[i].Family
		for _, g := range consents {
			if g.Annulled == "" && g.Holds(day) && allows(g, use) && !slices.ContainsFunc(t.By, func(o Given) bool { return o.ID == g.ID }) {
				t.By = append(t.By, g)
			}
		}
	}
	if t.Identity != "full" {
		t.Why = append(t.Why, "identity")
	}
	if !t.Place {
		t.Why = append(t.Why, "place")
	}
	// What may do harm is not for anybody to allow.
	if slices.Contains(p.Flags, "in_hiding") {
		t.Identity, t.Place, t.Family = weakest(t.Identity, "none"), false, false
		t.Why = append(t.Why, "in_hiding")
	}
	if slices.Contains(p.Flags, "minor") && a.Public {
		t.Identity, t.Family = weakest(t.Identity, "pseudonym"), false
		t.Why = append(t.Why, "minor")
	}
	t.Family = t.Family && t.Identity == "full"
	return t
}

func allows(g Given, use string) bool {
	return slices.ContainsFunc(g.Scopes, func(sc person.Scope) bool { return sc.Use == use && sc.Body.ID == "" })
}

// whyNone tells why no consent holds for a use: it was never given, was
// withdrawn, or ran out.
func whyNone(consents []Given, use, day string) string {
	why := "no_consent"
	for _, g := range consents {
		switch {
		case g.Annulled != "" || !allows(g, use):
		case len(g.Withdrawn) > 0:
			return "withdrawn"
		case !g.Holds(day):
			why = "ran_out"
		}
	}
	return why
}

// TellOf asks of several people what an audience is told of each, in one
// question, by the id of the person.
func (a Audience) TellOf(tx *record.Tx, people ...*record.Sheet) (map[string]Telling, error) {
	out := map[string]Telling{}
	pieces, err := tx.Pieces("consents", people...)
	if err != nil {
		return nil, err
	}
	of := map[string][]Given{}
	for _, p := range pieces {
		of[p.RecordID] = append(of[p.RecordID], Given{p, p.Body.(*person.Consent)})
	}
	for _, s := range people {
		out[s.Head.ID] = a.Tell(s, of[s.Head.ID], tx.Today())
	}
	return out, nil
}

// FewestTold is the smallest number of people that is told by number: fewer
// could be known by it.
const FewestTold = 3

// Tellable leaves of some numbers those that give nobody away: none that is
// small, and none whose difference to another one kept, or to a number that is
// plain already, is small. It answers which of them may be told.
func Tellable(plain []int, numbers ...int) []bool {
	may := make([]bool, len(numbers))
	told := slices.Clone(plain)
	for i, n := range numbers {
		may[i] = n >= FewestTold
		for _, m := range told {
			if d := max(n-m, m-n); d > 0 && d < FewestTold {
				may[i] = false
			}
		}
		if may[i] {
			told = append(told, n)
		}
	}
	return may
}

// Initials are the first letters of the words of a name.
func Initials(name string) string {
	var out []string
	for _, w := range strings.Fields(name) {
		for _, r := range w {
			out = append(out, strings.ToUpper(string(r))+".")
			break
		}
	}
	return strings.Join(out, " ")
}

// Coarse is a date as exactly as it may be told beside an identity: to the day
// with the full name, to the month with initials or a pseudonym, and to the year
// with neither, since a day tells who it was.
func Coarse(d edtf.Date, identity string) edtf.Date {
	if identity == "full" || d.IsZero() {
		return d
	}
	keep := len("2006-01")
	if identity == "none" {
		keep = len("2006")
	}
	if len(d.Earliest) < keep || len(d.Latest) < keep {
		return edtf.Date{}
	}
	from, to := d.Earliest[:keep], d.Latest[:keep]
	text := from
	if from != to {
		text = "[" + from + ".." + to + "]"
	}
	out, err := edtf.Parse(text)
	if err != nil {
		return edtf.Date{}
	}
	return out
}

// Betrays finds a word in a free text that would tell who was withheld: a name,
// a group's name as a whole, or the ref of a record. It gives "" when there is none.
func Betrays(text string, withheld, groups []string) string {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;:.()[]«»\"'“”", r) }) {
		if record.LooksLikeRef(word) {
			return word
		}
	}
	words := strings.Fields(names.Fold(text))
	for _, group := range groups {
		if name := names.Fold(group); name != "" && strings.Contains(" "+strings.Join(words, " ")+" ", " "+name+" ") {
			return group
		}
	}
	for _, name := range withheld {
		for _, part := range strings.Fields(names.Fold(name)) {
			if len([]rune(part)) < 4 {
				continue
			}
			for _, word := range words {
				// A name may stand with a letter or two before it: "and", "by", "the".
				if ahead, ok := strings.CutSuffix(word, part); ok && len([]rune(ahead)) <= 2 || strings.HasPrefix(word, part) && len([]rune(word))-len([]rune(part)) <= 2 {
					return part
				}
			}
		}
	}
	return ""
}

// ordinal is a number of a document's own in place of a ref.
func ordinal(n int) string { return strconv.Itoa(n) }
