package cases

import (
	"slices"
	"strconv"
	"strings"

	"amparo/internal/cases/detention"
	"amparo/internal/cases/place"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Dossier is one person with every episode of detention on file, who says what
// about it, and the places that are spoken of.
type Dossier struct {
	Facts
	Person   *record.Sheet
	Episodes []Episode                // by the day of arrest, oldest first
	Sites    map[string]*record.Sheet // places by id
	Speakers map[string]form.Ref      // records that citations name as speakers, by ref
}

// Episode is one detention with what custody is computed from.
type Episode struct {
	*record.Sheet
	*detention.Detention
	Events []detention.Event

	told *standIn // what an audience is told of it in place of what is so
}

// ReadDossier reads a person's dossier in a number of questions that does not
// grow with what is on file.
func ReadDossier(tx *record.Tx, s *record.Sheet) (Dossier, error) {
	list, err := tx.Tied("detention", "person", s.Head.ID)
	if err != nil {
		return Dossier{}, err
	}
	return readDossier(tx, s, list)
}

// ReadMatter reads the episodes of everybody in a case, in as many questions as
// for one person.
func ReadMatter(tx *record.Tx, home *record.Sheet) (Dossier, error) {
	list, err := tx.InCase("detention", home.Head.ID)
	if err != nil {
		return Dossier{}, err
	}
	return readDossier(tx, home, list)
}

func readDossier(tx *record.Tx, s *record.Sheet, list []*record.Sheet) (Dossier, error) {
	d := Dossier{Person: s, Sites: map[string]*record.Sheet{}, Speakers: map[string]form.Ref{}}
	var err error
	if d.Facts, err = factsOf(tx, append([]*record.Sheet{s}, list...)...); err != nil {
		return d, err
	}
	sites := map[string]bool{}
	for _, one := range list {
		e := Episode{Sheet: one, Detention: record.As[*detention.Detention](one), Events: d.Facts.Events(one)}
		d.Episodes = append(d.Episodes, e)
		if e.TakenAt.ID != "" {
			sites[e.TakenAt.ID] = true
		}
		for _, step := range e.Steps {
			for _, p := range step.Places {
				sites[p.ID] = true
			}
		}
	}
	slices.SortStableFunc(d.Episodes, func(a, b Episode) int {
		if c := strings.Compare(takenOn(a.Events).Earliest, takenOn(b.Events).Earliest); c != 0 {
			return c
		}
		return strings.Compare(a.Head.ID, b.Head.ID)
	})
	for _, p := range d.Places {
		if p.Kind == "place" {
			sites[p.ID] = true
		}
	}
	if len(sites) > 0 {
		found, err := tx.Where("place", "h.id IN ?", keys(sites))
		if err != nil {
			return d, err
		}
		for _, p := range found {
			d.Sites[p.Head.ID] = p
		}
	}
	return d, d.readSpeakers(tx)
}

func (d *Dossier) readSpeakers(tx *record.Tx) error {
	var said []string
	for _, list := range d.Cited {
		for _, c := range list {
			said = append(said, c.Speaker)
		}
	}
	found, err := Named(tx, said...)
	for ref, who := range found {
		d.Speakers[ref] = who
	}
	return err
}

// Named finds the records that texts name by their ref, such as who says or
// counted something; what is not visible or no ref is left out.
func Named(tx *record.Tx, texts ...string) (map[string]form.Ref, error) {
	refs := map[string]bool{}
	for _, text := range texts {
		if record.LooksLikeRef(text) {
			refs[text] = true
		}
	}
	if len(refs) == 0 {
		return nil, nil
	}
	rows, err := tx.Rows("SELECT h.id, h.ref, h.kind, h.title, h.title_arab FROM head h WHERE h.ref IN ? AND %SCOPE%", keys(refs))
	found := map[string]form.Ref{}
	for _, r := range rows {
		found[r[1]] = form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3], Arab: r[4]}
	}
	return found, err
}

// On is the episode that answers for a day: the latest that had begun, else the
// first on file; nil when there is none.
func (d Dossier) On(day string) *Episode {
	var at *Episode
	for i := range d.Episodes {
		if at == nil || d.Episodes[i].On(day).State != "" {
			at = &d.Episodes[i]
		}
	}
	return at
}

// On is what is known of custody in this episode on an ISO day.
func (e Episode) On(day string) detention.Status {
	if e.told != nil {
		return e.told.Status
	}
	return detention.On(e.Events, day)
}

// Taken is when the person was arrested, as stated; the zero date when nobody says.
func (e Episode) Taken() edtf.Date {
	if e.told != nil {
		return e.told.taken
	}
	return takenOn(e.Events)
}

// Event finds what custody is computed from by the step's id.
func (e Episode) Event(id string) (detention.Event, bool) {
	i := slices.IndexFunc(e.Events, func(ev detention.Event) bool { return ev.ID == id })
	if i < 0 {
		return detention.Event{}, false
	}
	return e.Events[i], true
}

// Site is a place of the dossier as its room knows it; nil when it may not be seen.
func (d Dossier) Site(id string) (*record.Sheet, *place.Place) {
	s := d.Sites[id]
	if s == nil {
		return nil, nil
	}
	return s, record.As[*place.Place](s)
}

// Version is one account of where a step took place, with who gives it.
type Version struct {
	Places []form.Ref
	Cited  []citation.Cited
	Chosen bool
}

// Says is the account as a choice keeps it: refs, one after the other.
func (v Version) Says() string {
	refs := make([]string, len(v.Places))
	for i, p := range v.Places {
		refs[i] = p.Ref
	}
	return strings.Join(refs, " ")
}

// Versions lists the accounts of where a step took place: the entry's own
// first, then those of other sources that say something else.
func (f Facts) Versions(recordID string, step detention.Step) []Version {
	var list []Version
	find := func(places []form.Ref) *Version {
		i := slices.IndexFunc(list, func(v Version) bool {
			return slices.EqualFunc(v.Places, places, func(a, b form.Ref) bool { return a.ID == b.ID })
		})
		if i < 0 {
			list = append(list, Version{Places: places})
			i = len(list) - 1
		}
		return &list[i]
	}
	field := "steps." + step.ID
	if len(step.Places) > 0 {
		find(step.Places)
	}
	for _, c := range f.About(recordID, field) {
		switch c.Field {
		case field:
			if len(step.Places) > 0 {
				list[0].Cited = append(list[0].Cited, c)
			}
		case field + ".places":
			var places []form.Ref
			for _, ref := range strings.Fields(c.Says) {
				if p, ok := f.Places[ref]; ok {
					places = append(places, p)
				}
			}
			if len(places) > 0 {
				v := find(places)
				v.Cited = append(v.Cited, c)
			}
		}
	}
	if choice, ok := f.Choice(recordID, field+".places"); ok {
		for i := range list {
			list[i].Chosen = list[i].Says() == choice.Says
		}
	}
	return list
}

// highRisk are the flags of a person that shorten the time until custody counts as stale.
var highRisk = []string{"minor", "medical", "death_penalty", "hunger_strike", "torture_risk"}

// RecheckAfter is after how many days without a confirmation custody counts as
// stale: sooner for whoever's flags say high risk.
func RecheckAfter(flags []string) int {
	if slices.ContainsFunc(flags, func(f string) bool { return slices.Contains(highRisk, f) }) {
		return 7
	}
	return 30
}

// Companion is somebody of the same case who was in custody at the same time.
type Companion struct {
	form.Ref
	State, Since string // Since is EDTF
}

// HeldTogether lists the people of the same case whose latest custody overlaps
// an episode, by name; at most 200.
func HeldTogether(tx *record.Tx, e *Episode) ([]Companion, error) {
	if e == nil {
		return nil, nil
	}
	st := e.On(tx.Today())
	from, to := e.Taken().Earliest, "9999-12-31"
	if !st.InCustody {
		to = st.SinceLatest
	}
	rows, err := tx.Rows(`SELECT h.id, h.ref, h.kind, h.title, cu.state, cu.since, h.title_arab FROM custody cu JOIN head h ON h.id = cu.person_id
		WHERE cu.case_id = ? AND cu.latest = 1 AND h.voided = 0 AND h.id <> ? AND cu.taken_earliest <= ? AND (cu.ended = '' OR cu.ended >= ?) AND %SCOPE%
		ORDER BY h.sort, h.seq LIMIT 200`, e.Head.CaseID, e.Person.ID, to, from)
	if err != nil {
		return nil, err
	}
	list := make([]Companion, len(rows))
	for i, r := range rows {
		list[i] = Companion{Ref: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3], Arab: r[6]}, State: r[4], Since: r[5]}
	}
	return list, nil
}

// Sums are how many people were in custody on a day, each with a range: the
// first figure is certain, the second what is possible.
type Sums struct {
	InCustody, Known, Uncertain, Unknown, Stale [2]int
}

// SumsOn counts custody on an ISO day, in one question.
func SumsOn(tx *record.Tx, day string) (Sums, error) {
	var s Sums
	// A state is unsure while the step after it may already have happened, and
	// the first one while the arrest may not have.
	rows, err := tx.Sums(`SELECT cp.state, cp.in_custody,
			CASE WHEN cp.n = 0 AND cu.taken_latest > ? THEN 1 WHEN np.from_earliest IS NOT NULL AND np.from_earliest <> '' AND np.from_earliest <= ? THEN 1 ELSE 0 END AS unsure,
			COALESCE(np.in_custody, -1) AS then_held, CASE WHEN cu.in_custody = 1 AND cu.stale_on <= ? THEN 1 ELSE 0 END AS stale, COUNT(*)
		FROM head h JOIN custody cu ON cu.detention_id = h.id
		JOIN custody_period cp ON cp.detention_id = h.id AND cp.from_day <= ? AND (cp.to_day = '' OR cp.to_day > ?)
		LEFT JOIN custody_period np ON np.detention_id = h.id AND np.n = cp.n + 1
		WHERE h.kind = 'detention' AND h.voided = 0 AND %SCOPE% GROUP BY 1, 2, 3, 4, 5`, day, day, day, day, day)
	add := func(to *[2]int, n int, sure bool) {
		to[1] += n
		if sure {
			to[0] += n
		}
	}
	for _, r := range rows {
		n, _ := strconv.Atoi(r[5])
		sure := r[2] == "0"
		switch {
		case r[1] == "1":
			add(&s.InCustody, n, sure || r[3] == "1")
		case !sure && r[3] == "1":
			s.InCustody[1] += n
		}
		switch r[0] {
		case detention.StateHeldKnown:
			add(&s.Known, n, sure)
		case detention.StateHeldPlaceUncertain:
			add(&s.Uncertain, n, sure)
		case detention.StateWhereaboutsUnknown, detention.StateDisappeared:
			add(&s.Unknown, n, sure)
		}
		if r[4] == "1" && r[1] == "1" {
			add(&s.Stale, n, true)
		}
	}
	return s, err
}
