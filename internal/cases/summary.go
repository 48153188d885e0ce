package cases

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"amparo/internal/cases/detention"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/person"
	"amparo/internal/cases/place"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Dossiers are the dossiers of several people, read together, with the
// documents and bodies that printed pages speak of.
type Dossiers struct {
	Facts
	List      []Dossier                // in the order of the people given; all share the same facts
	Sites     map[string]*record.Sheet // places by id
	Bodies    map[string]*record.Sheet // organizations by id
	Documents map[string]*record.Sheet // evidence by id
	Speakers  map[string]form.Ref      // records that citations name as speakers, by ref

	read []*record.Sheet // all that facts hang on
}

// ReadDossiers reads the dossiers of people in a number of questions that does
// not grow with them; sources of the further sheets come along.
func ReadDossiers(tx *record.Tx, people []*record.Sheet, further ...*record.Sheet) (Dossiers, error) {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.Head.ID
	}
	held, err := tx.Tied("detention", "person", ids...)
	if err != nil {
		return Dossiers{}, err
	}
	d, err := gather(tx, people, held, further)
	if err != nil {
		return d, err
	}
	episodes := map[string][]Episode{}
	for _, s := range held {
		e := d.episode(s)
		episodes[e.Person.ID] = append(episodes[e.Person.ID], e)
	}
	for _, p := range people {
		list := episodes[p.Head.ID]
		slices.SortStableFunc(list, func(a, b Episode) int {
			if c := strings.Compare(a.Taken().Earliest, b.Taken().Earliest); c != 0 {
				return c
			}
			return strings.Compare(a.Head.ID, b.Head.ID)
		})
		d.List = append(d.List, d.dossier(p, list...))
	}
	return d, nil
}

// DossiersOf reads a dossier for each detention of a list, in its order, with
// that one episode in it. Whose person may not be seen is left out.
func DossiersOf(tx *record.Tx, detentions []string) (Dossiers, error) {
	if len(detentions) == 0 {
		return Dossiers{}, nil
	}
	held, err := tx.Where("detention", "h.id IN ?", detentions)
	if err != nil {
		return Dossiers{}, err
	}
	owners := map[string]bool{}
	byID := map[string]*record.Sheet{}
	for _, s := range held {
		byID[s.Head.ID] = s
		owners[record.As[*detention.Detention](s).Person.ID] = true
	}
	people, err := tx.Where("person", "h.id IN ?", keys(owners))
	if err != nil {
		return Dossiers{}, err
	}
	for _, p := range people {
		byID[p.Head.ID] = p
	}
	d, err := gather(tx, people, held, nil)
	if err != nil {
		return d, err
	}
	for _, id := range detentions {
		if s := byID[id]; s != nil {
			e := d.episode(s)
			if p := byID[e.Person.ID]; p != nil {
				d.List = append(d.List, d.dossier(p, e))
			}
		}
	}
	return d, nil
}

func (d Dossiers) episode(s *record.Sheet) Episode {
	return Episode{Sheet: s, Detention: record.As[*detention.Detention](s), Events: d.Events(s)}
}

func (d Dossiers) dossier(p *record.Sheet, episodes ...Episode) Dossier {
	return Dossier{Facts: d.Facts, Person: p, Episodes: episodes, Sites: d.Sites, Speakers: d.Speakers}
}

// gather reads what hangs on people and detentions and what they speak of.
func gather(tx *record.Tx, people, held, further []*record.Sheet) (Dossiers, error) {
	d := Dossiers{Sites: map[string]*record.Sheet{}, Bodies: map[string]*record.Sheet{}, Documents: map[string]*record.Sheet{}}
	d.read = slices.Concat(further, people, held)
	var err error
	if d.Facts, err = factsOf(tx, d.read...); err != nil {
		return d, err
	}
	wanted := d.wanted(people, held)
	for kind, into := range map[string]map[string]*record.Sheet{"place": d.Sites, "organization": d.Bodies, "evidence": d.Documents} {
		if len(wanted[kind]) == 0 {
			continue
		}
		found, err := tx.Where(kind, "h.id IN ?", keys(wanted[kind]))
		if err != nil {
			return d, err
		}
		for _, s := range found {
			into[s.Head.ID] = s
		}
	}
	all := Dossier{Facts: d.Facts, Speakers: map[string]form.Ref{}}
	err = all.readSpeakers(tx)
	d.Speakers = all.Speakers
	return d, err
}

// wanted lists the ids of places, organizations and documents that are spoken of.
func (d Dossiers) wanted(people, held []*record.Sheet) map[string]map[string]bool {
	ids := map[string]map[string]bool{"place": {}, "organization": {}, "evidence": {}}
	add := func(kind string, refs ...form.Ref) {
		for _, r := range refs {
			if r.ID != "" && !r.Hidden() {
				ids[kind][r.ID] = true
			}
		}
	}
	for _, s := range held {
		one := record.As[*detention.Detention](s)
		add("place", one.TakenAt)
		add("organization", one.TakenBy, one.OrderedBy)
		for _, step := range one.Steps {
			add("place", step.Places...)
			add("organization", step.By)
		}
	}
	for _, s := range people {
		for _, l := range record.As[*person.Person](s).Labels {
			add("organization", l.By)
		}
	}
	for _, r := range d.Places {
		if ids[r.Kind] != nil {
			add(r.Kind, r)
		}
	}
	for _, list := range d.Cited {
		for _, c := range list {
			add("evidence", c.Document)
		}
	}
	return ids
}

// NameIn is the name of a place or an organization in a script (ISO 15924), the
// title of the record where it has none.
func NameIn(s *record.Sheet, script string) string {
	best := ""
	take := func(full, kind string, shown bool) {
		if person.Script(full) != script || kind == "acronym" {
			return
		}
		if best == "" || shown {
			best = full
		}
	}
	switch body := s.Body.(type) {
	case *place.Place:
		for _, n := range body.Names {
			take(n.Full, n.Kind, n.Shown)
		}
	case *organization.Organization:
		for _, n := range body.Names {
			take(n.Full, n.Kind, n.Shown)
		}
	}
	if best == "" {
		return s.Head.Title
	}
	return best
}

// Canon is all that was read and the counts, in the sense of Dossiers.Canon.
func (c CaseSummary) Canon() []string {
	list := c.Dossiers.Canon()
	for _, p := range c.Counts {
		list = append(list, canonical(p))
	}
	return list
}

// Confidants are the speakers of whom no document is on file: who told us
// something in person. Their names stand nowhere beside what they said.
func (d Dossiers) Confidants() map[string]bool {
	set := map[string]bool{}
	for _, list := range d.Cited {
		for _, c := range list {
			if c.Document.ID == "" && c.Speaker != "" && d.Speakers[c.Speaker].Kind != "organization" {
				set[c.Speaker] = true
			}
		}
	}
	return set
}

// Canon is all that was read, in an order and a form that do not depend on the
// reader's language or the moment: it changes when a record changes.
func (d Dossiers) Canon() []string {
	var list []string
	for _, s := range slices.Concat(d.read, sheets(d.Sites), sheets(d.Bodies), sheets(d.Documents)) {
		list = append(list, s.Head.Ref+" "+strconv.Itoa(s.Head.Version))
	}
	for _, some := range d.Cited {
		for _, c := range some {
			list = append(list, canonical(c.Piece))
		}
	}
	for _, some := range d.Choices {
		for _, c := range some {
			list = append(list, canonical(c.Piece))
		}
	}
	slices.Sort(list)
	return list
}

func canonical(p record.Piece) string {
	b, err := json.Marshal(p.Body.Fields().Snapshot())
	if err != nil {
		panic("cases: texts always marshal: " + err.Error())
	}
	return p.ID + " " + string(b)
}

func sheets(m map[string]*record.Sheet) []*record.Sheet {
	list := make([]*record.Sheet, 0, len(m))
	for _, s := range m {
		list = append(list, s)
	}
	return list
}

// CaseSummary is what a case summary holds: the case, everybody in it but
// sources and witnesses, and the counts that were made.
type CaseSummary struct {
	Dossiers
	Case      *record.Sheet
	Counts    []record.Piece
	InCustody [2]int // on the day: certainly, possibly
}

// ReadCaseSummary reads a case for printing, as of an ISO day.
func ReadCaseSummary(tx *record.Tx, s *record.Sheet, day string) (CaseSummary, error) {
	c := CaseSummary{Case: s}
	people, err := tx.InCase("person", s.Head.ID)
	if err != nil {
		return c, err
	}
	others, err := tx.Tied("person", "roles.case", s.Head.ID)
	if err != nil {
		return c, err
	}
	for _, p := range others {
		if p.Head.CaseID != s.Head.ID {
			people = append(people, p)
		}
	}
	if c.Dossiers, err = ReadDossiers(tx, people, s); err != nil {
		return c, err
	}
	c.List = slices.DeleteFunc(c.List, func(d Dossier) bool {
		return len(d.Episodes) == 0 && onlySource(record.As[*person.Person](d.Person), s.Head.ID)
	})
	for _, d := range c.List {
		if e := d.On(day); e != nil {
			st := e.On(day)
			if st.InCustody && !st.Uncertain {
				c.InCustody[0]++
			}
			if st.InCustody || st.State == detention.StateTrailLost {
				c.InCustody[1]++
			}
		}
	}
	counts, err := tx.Pieces("counts", s)
	for _, p := range counts {
		if p.Annulled == "" {
			c.Counts = append(c.Counts, p)
		}
	}
	return c, err
}

// onlySource tells whether a person has no part in a case but to have told of
// it. Who told must not stand beside what was told.
func onlySource(p *person.Person, caseID string) bool {
	told := false
	for _, r := range p.Roles {
		if r.Case.ID != "" && r.Case.ID != caseID {
			continue
		}
		if r.Role != "source" && r.Role != "witness" {
			return false
		}
		told = true
	}
	return told
}

// Occurrence is one step of a chronology: whose, in which episode, and where it
// stands in time. A step without a date stands after the one entered before it.
type Occurrence struct {
	Who     Dossier
	Episode Episode
	Step    detention.Step
	Order   edtf.Date
}

// Chronology lists the steps of dossiers by date; annulled ones are left out,
// and what had not begun by an ISO day, unless it was planned.
func Chronology(day string, list ...Dossier) []Occurrence {
	var out []Occurrence
	for _, d := range list {
		for _, e := range d.Episodes {
			var before edtf.Date
			for _, s := range e.Steps {
				if s.Annulled != "" || !s.Planned && s.Date.Earliest > day {
					continue
				}
				h := Occurrence{Who: d, Episode: e, Step: s, Order: s.Date}
				if s.Date.Earliest == "" {
					h.Order = before
				} else if !s.Planned {
					before = s.Date
				}
				out = append(out, h)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Occurrence) int {
		for _, c := range []int{strings.Compare(a.Order.Earliest, b.Order.Earliest), strings.Compare(a.Order.Latest, b.Order.Latest), strings.Compare(a.Order.Clock, b.Order.Clock)} {
			if c != 0 {
				return c
			}
		}
		return 0
	})
	return out
}

// Differ lists what sources say about a field of a record in other words than
// the entry, apart from accounts of a step's place, which Versions holds.
func (f Facts) Differ(recordID, field string) []citation.Cited {
	var list []citation.Cited
	for _, c := range f.About(recordID, field) {
		if c.Says != "" && !strings.HasSuffix(c.Field, ".places") {
			list = append(list, c)
		}
	}
	return list
}
