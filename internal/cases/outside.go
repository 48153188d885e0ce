package cases

import (
	"cmp"
	"slices"
	"strings"

	"amparo/internal/cases/detention"
	"amparo/internal/cases/evidence"
	"amparo/internal/cases/person"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/record"
)

// Outside is what a paper for somebody outside is made of: dossiers that were
// made anew of what may be told, and of nothing else. Whatever is not named
// below is not in them.
type Outside struct {
	Dossiers
	Audience Audience
	All      []Telling  // of everybody there is, in order; the withheld among them
	Free     []FreeText // words of ours, which leave when they are ticked

	// Sealed tells that somebody in it, or in their cases, is known by a code name:
	// free words may hold his own, so none is offered.
	Sealed bool

	as       Paper
	withheld []string // names of which no free text may hold a part
	groups   []string // names of groups, which no free text may hold whole
	names    map[string]named
}

// named is whom a free text names beside those of the paper.
type named struct {
	also    []form.Ref // may be told of by their full names
	betrays string     // name of somebody who may not
}

// FreeText is one line in free words. It leaves only when whoever prints ticks it.
type FreeText struct {
	ID, Field string // Field says where it stands, such as "detention.reason_given"
	Who       form.Ref
	When      edtf.Date // of the step it is about
	Text      string
	Betrays   string     // a word in it that would tell who is withheld; then it never leaves
	Names     []form.Ref // people it names who are not on the paper and may be told of
	Ticked    bool
}

// Paper is what is asked of a paper for somebody outside.
type Paper struct {
	Day    string     // ISO day it speaks of
	Free   []string   // where free texts may stand in it
	Ticked []string   // ids of the free texts that leave
	Lines  []FreeText // of the case itself
	// Call is what a person goes by who is not told by his full name; the number is
	// his own in this paper.
	Call func(number int, identity string, p *person.Person) string
}

// NewOutside makes dossiers anew for an audience.
func NewOutside(tx *record.Tx, d Dossiers, a Audience, as Paper) (*Outside, error) {
	o := &Outside{Audience: a, as: as}
	var people []*record.Sheet
	seen := map[string]bool{}
	for _, one := range d.List {
		if id := one.Person.Head.ID; !seen[id] {
			seen[id] = true
			people = append(people, one.Person)
		}
	}
	told, err := a.TellOf(tx, people...)
	if err != nil {
		return nil, err
	}
	staff, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	for _, who := range staff {
		o.withheld = append(o.withheld, who.Title)
	}
	for _, p := range people {
		o.All = append(o.All, told[p.Head.ID])
		body := record.As[*person.Person](p)
		switch {
		case told[p.Head.ID].Identity == "full":
		case body.Group:
			o.groups = append(o.groups, body.Called()...)
		default:
			o.withheld = append(append(o.withheld, body.Called()...), body.Placeholder)
		}
		if !told[p.Head.ID].Family {
			o.withheld = append(o.withheld, body.Father, body.Mother)
		}
	}
	o.Dossiers = Dossiers{Sites: map[string]*record.Sheet{}, Bodies: map[string]*record.Sheet{}, Documents: map[string]*record.Sheet{}, Speakers: map[string]form.Ref{},
		Facts: Facts{Cited: map[string][]citation.Cited{}, Choices: map[string][]Chosen{}, Places: d.Places}}
	for id, s := range d.Sites {
		if !a.Barred(s.Head) {
			o.Sites[id] = s
		}
	}
	for id, s := range d.Bodies {
		if !a.Barred(s.Head) {
			o.Bodies[id] = s
		}
	}
	for id, s := range d.Documents {
		o.Documents[id] = o.document(s)
	}
	if len(as.Free) > 0 {
		if o.Sealed, err = anySealed(tx, people); err != nil {
			return nil, err
		}
	}
	if o.make(d, told); len(o.Free) > 0 { // what is in free words is known, and can be read for names
		o.names = map[string]named{}
		for from := 0; from < len(o.Free); {
			to, size := from, 0
			for to < len(o.Free) && (to == from || size+len(o.Free[to].Text) < MaxFindText) {
				size += len(o.Free[to].Text) + len(apart)
				to++
			}
			if err := o.readNames(tx, people, o.Free[from:to]); err != nil {
				return nil, err
			}
			from = to
		}
		o.make(d, told)
	}
	return o, nil
}

// make makes the dossiers, and lists what stands in them in free words.
func (o *Outside) make(d Dossiers, told map[string]Telling) {
	o.List, o.Free = nil, nil
	clear(o.Cited)
	numbers := map[string]int{}
	for _, one := range o.as.Lines {
		o.free(one.ID, one.Field, Telling{}, edtf.Date{}, one.Text)
	}
	for _, one := range d.List {
		t := told[one.Person.Head.ID]
		if t.Identity == "" {
			continue
		}
		if numbers[t.Person.ID] == 0 {
			numbers[t.Person.ID] = len(numbers) + 1
		}
		o.List = append(o.List, o.dossier(one, t, numbers[t.Person.ID]))
	}
}

// anySealed tells whether one of some people, or somebody in their cases, is sealed.
func anySealed(tx *record.Tx, people []*record.Sheet) (bool, error) {
	var homes []string
	for _, p := range people {
		if p.Sealed() {
			return true, nil
		}
		homes = append(homes, p.Head.CaseID)
	}
	if len(homes) == 0 {
		return false, nil
	}
	slices.Sort(homes)
	rows, err := tx.AsSystem("whether free words may hold a sealed name").Rows("SELECT 1 FROM head h WHERE h.kind = 'person' AND h.sensitivity = ? AND h.case_id IN ? AND %SCOPE% LIMIT 1", record.Sealed, slices.Compact(homes))
	return len(rows) > 0, err
}

// apart keeps one free text from the next while they are read for names.
const apart = "\n\n"

// readNames reads free texts at once for people on file who are not on the paper.
// Of those of the same case consent decides as of everybody; who is of another may
// only be somebody of that name.
func (o *Outside) readNames(tx *record.Tx, people []*record.Sheet, texts []FreeText) error {
	var all strings.Builder
	begins := make([]int, len(texts))
	for i, f := range texts {
		begins[i] = all.Len()
		all.WriteString(f.Text + apart)
	}
	read := names.ReadText(all.String())
	seen, err := names.FindIn(read, tx.Shelf("person", names.OfPerson))
	if err != nil || len(seen) == 0 {
		return err
	}
	on, homes := map[string]bool{}, map[string]bool{}
	for _, p := range people {
		on[p.Head.ID], homes[p.Head.CaseID] = true, true
	}
	marks := names.Choose(read, seen)
	var ids []string
	for _, m := range marks {
		for _, s := range m {
			ids = append(ids, s.ID)
		}
	}
	slices.Sort(ids)
	list, err := tx.Where("person", "h.id IN ?", slices.Compact(ids))
	if err != nil {
		return err
	}
	told, err := o.Audience.TellOf(tx, list...)
	if err != nil {
		return err
	}
	found := map[string]*record.Sheet{}
	for _, s := range list {
		found[s.Head.ID] = s
	}
	for _, m := range marks {
		i, hit := slices.BinarySearch(begins, m[0].Start)
		if !hit {
			i--
		}
		best := slices.DeleteFunc(slices.Clone(m), func(s names.Sighting[string]) bool { return found[s.ID] == nil || s.Match.Score < m[0].Match.Score })
		if slices.ContainsFunc(best, func(s names.Sighting[string]) bool { return on[s.ID] }) {
			continue
		}
		n := o.names[texts[i].ID]
		for _, s := range best {
			p := found[s.ID]
			if homes[p.Head.CaseID] && told[s.ID].Identity != "full" {
				n.betrays = s.Name
			} else if !slices.ContainsFunc(n.also, func(r form.Ref) bool { return r.ID == s.ID }) {
				n.also = append(n.also, p.Ref())
			}
		}
		o.names[texts[i].ID] = n
	}
	return nil
}

// document is a source as far as it may be named: what was marked as fit for the
// audience by its title, all others by their kind alone.
func (o *Outside) document(s *record.Sheet) *record.Sheet {
	e, body := record.As[*evidence.Evidence](s), &evidence.Evidence{}
	body.Kind = e.Kind
	if o.Audience.Cleared(s.Head) {
		body.TitleText, body.Issuer, body.Published, body.URL = e.TitleText, e.Issuer, e.Published, e.URL
	}
	return &record.Sheet{Head: record.Head{ID: s.Head.ID, Kind: s.Head.Kind}, Body: body, Kind: s.Kind}
}

func (o *Outside) dossier(d Dossier, t Telling, number int) Dossier {
	p := record.As[*person.Person](d.Person)
	body := &person.Person{Group: p.Group}
	title := ""
	if t.Identity == "full" {
		body.Latn, body.Arab, body.Cyrl = p.Latn, p.Arab, p.Cyrl
		body.Sex, body.Nationalities, body.Occupations = p.Sex, p.Nationalities, p.Occupations
		body.Born, body.Died, body.AgeOn = p.Born, p.Died, p.AgeOn
		body.Age, body.AgeMax, body.AgeAbout = p.Age, p.AgeMax, p.AgeAbout
		if o.Audience.Public {
			body.Born, body.Died = Coarse(p.Born, "none"), Coarse(p.Died, "none")
		}
		if title = p.Latn; len(p.Names) > 0 && title == "" {
			title = p.Title()
		}
	}
	if title == "" {
		title = o.as.Call(number, t.Identity, p)
	}
	if t.Family {
		body.Father, body.Mother = p.Father, p.Mother
	}
	for _, l := range p.Labels {
		if t.Identity == "full" && o.free(l.ID, "person.labels", t, l.Since, l.Label) {
			body.Labels = append(body.Labels, person.Label{Label: l.Label, By: o.body(l.By), Since: l.Since, Until: l.Until})
		}
	}
	made := Dossier{Facts: o.Facts, Sites: o.Sites, Speakers: o.Speakers,
		Person: &record.Sheet{Head: record.Head{ID: d.Person.Head.ID, Ref: ordinal(number), Kind: d.Person.Head.Kind, Title: title}, Body: body, Kind: d.Person.Kind}}
	o.cite(d.Facts, d.Person.Head.ID, t)
	for _, e := range d.Episodes {
		if !o.Audience.Barred(e.Head) {
			made.Episodes = append(made.Episodes, o.episode(d, e, t))
		}
	}
	return made
}

// body is a force or an office that may be named.
func (o *Outside) body(r form.Ref) form.Ref {
	if o.Bodies[r.ID] == nil {
		return form.Ref{}
	}
	return form.Ref{ID: r.ID, Kind: r.Kind}
}

// places are those that may be named, of somebody whose place may be told.
func (o *Outside) places(t Telling, list []form.Ref) (out []form.Ref) {
	for _, r := range list {
		if t.Place && o.Sites[r.ID] != nil {
			out = append(out, form.Ref{ID: r.ID, Kind: r.Kind})
		}
	}
	return out
}

// free offers a free text and tells whether it leaves.
func (o *Outside) free(id, field string, t Telling, when edtf.Date, text string) bool {
	text = strings.TrimSpace(text)
	if text == "" || o.Sealed || !slices.Contains(o.as.Free, field) {
		return false
	}
	f := FreeText{ID: id, Field: field, Who: t.Person, When: when, Text: text, Betrays: cmp.Or(Betrays(text, o.withheld, o.groups), o.names[id].betrays), Names: o.names[id].also}
	f.Ticked = f.Betrays == "" && slices.Contains(o.as.Ticked, id)
	o.Free = append(o.Free, f)
	return f.Ticked
}

func (o *Outside) episode(d Dossier, e Episode, t Telling) Episode {
	real := e.On(o.as.Day)
	at := standIn{Status: detention.Status{State: real.State, AsOf: real.AsOf, SinceEvent: real.SinceEvent, InCustody: real.InCustody, Uncertain: real.Uncertain}}
	if o.Bodies[real.By] != nil {
		at.By = real.By
	}
	if t.Place {
		at.Alternatives = real.Alternatives
		for _, id := range real.Places {
			if o.Sites[id] != nil {
				at.Places = append(at.Places, id)
			}
		}
	}
	if t.Identity == "full" { // a number of days tells the day
		at.SinceEarliest, at.SinceLatest, at.LastConfirmed = real.SinceEarliest, real.SinceLatest, real.LastConfirmed
		at.DaysMin, at.DaysMax, at.DaysOpen = real.DaysMin, real.DaysMax, real.DaysOpen
	}
	at.taken = Coarse(e.Taken(), t.Identity)
	body := &detention.Detention{TakenBy: o.body(e.TakenBy), OrderedBy: o.body(e.OrderedBy), WarrantShown: e.WarrantShown, LegalStatus: e.LegalStatus,
		RemandUntil: Coarse(e.RemandUntil, t.Identity), SentenceEnd: Coarse(e.SentenceEnd, t.Identity)}
	if at := o.places(t, []form.Ref{e.TakenAt}); len(at) > 0 {
		body.TakenAt = at[0]
	}
	if o.free(e.Head.ID+".reason", "detention.reason_given", t, edtf.Date{}, e.ReasonGiven) {
		body.ReasonGiven = e.ReasonGiven
	}
	for _, c := range e.Charges {
		if o.free(c.ID, "detention.charges", t, c.Date, strings.TrimSpace(c.Law+" "+c.Article)) {
			body.Charges = append(body.Charges, detention.Charge{Law: c.Law, Article: c.Article, Status: c.Status, Date: Coarse(c.Date, t.Identity)})
		}
	}
	for _, g := range e.Arbitrariness {
		one := detention.Ground{Category: g.Category}
		if o.free(g.ID, "detention.arbitrariness", t, edtf.Date{}, g.Reason) {
			one.Reason = g.Reason
		}
		body.Arbitrariness = append(body.Arbitrariness, one)
	}
	for _, m := range e.Remedies {
		if o.free(m.ID, "detention.remedies", t, m.Date, strings.Join(strings.Fields(m.Body+" "+m.Result+" "+m.Ineffective), " ")) {
			body.Remedies = append(body.Remedies, detention.Remedy{Body: m.Body, Date: Coarse(m.Date, t.Identity), Result: m.Result, Ineffective: m.Ineffective})
		}
	}
	// In the order in which they happened, which their coarse dates may not show.
	for _, h := range Chronology(o.as.Day, Dossier{Facts: d.Facts, Person: d.Person, Episodes: []Episode{e}}) {
		s := h.Step
		one := detention.Step{ID: s.ID, Kind: s.Kind, Date: Coarse(s.Date, t.Identity), Planned: s.Planned, Places: o.places(t, s.Places), By: o.body(s.By), Result: s.Result}
		if o.free(s.ID, "detention.steps.text", t, s.Date, s.Text) {
			one.Text = s.Text
		}
		body.Steps = append(body.Steps, one)
		if real.Next != nil && real.Next.ID == s.ID {
			at.Next = &detention.Event{ID: s.ID, Kind: s.Kind, Date: one.Date, Planned: true}
		}
	}
	o.cite(d.Facts, e.Head.ID, t)
	return Episode{Sheet: &record.Sheet{Head: record.Head{ID: e.Head.ID, Kind: e.Head.Kind}, Body: body, Kind: e.Kind}, Detention: body, told: &at}
}

// standIn is what an audience is told of an episode in place of what is so.
type standIn struct {
	detention.Status
	taken edtf.Date
}

// cite keeps of the sources of a record in which document and how far to be
// believed; what a source says only where it names a place that may be told. Who
// said it is told to nobody.
func (o *Outside) cite(f Facts, recordID string, t Telling) {
	if o.Cited[recordID] != nil {
		return
	}
	for _, c := range f.Cited[recordID] {
		one := o.Source(c)
		if strings.HasSuffix(c.Field, ".places") {
			var said []form.Ref
			for _, ref := range strings.Fields(c.Says) {
				said = append(said, f.Places[ref])
			}
			if n := len(said); n == 0 || len(o.places(t, said)) < n {
				continue
			}
			one.Says = c.Says
		}
		o.Cited[recordID] = append(o.Cited[recordID], one)
	}
}

// Leaves tells whether a free text was ticked, and may leave.
func (o *Outside) Leaves(id string) bool {
	return slices.ContainsFunc(o.Free, func(f FreeText) bool { return f.ID == id && f.Ticked })
}

// Handed are the records that a paper tells of, in their present versions, for
// the given-to register: what it is about, and whom it tells of.
func (o *Outside) Handed(about *record.Sheet, from Dossiers) []record.Handed {
	var list []record.Handed
	told := map[string]string{}
	for _, t := range o.All {
		told[t.Person.ID] = t.Identity
	}
	if about != nil {
		list = append(list, record.HandedOf(about, told[about.Head.ID]))
		delete(told, about.Head.ID)
	}
	for _, d := range from.List {
		if identity := told[d.Person.Head.ID]; identity != "" {
			list = append(list, record.HandedOf(d.Person, identity))
			delete(told, d.Person.Head.ID)
		}
	}
	return list
}

// Withheld is how many people there are of whom nothing is told.
func (o *Outside) Withheld() int {
	n := 0
	for _, t := range o.All {
		if t.Identity == "" {
			n++
		}
	}
	return n
}

// Source is a citation as far as an audience may learn of it.
func (o *Outside) Source(c citation.Cited) citation.Cited {
	one := &citation.Citation{Field: c.Field, Basis: c.Basis, Reliability: c.Reliability, Credibility: c.Credibility}
	if s := o.Documents[c.Document.ID]; s != nil {
		one.Document = form.Ref{ID: c.Document.ID, Kind: c.Document.Kind}
		if record.As[*evidence.Evidence](s).TitleText != "" {
			one.Locator = c.Locator
		}
	}
	return citation.Cited{Piece: record.Piece{ID: c.ID, RecordID: c.RecordID}, Citation: one}
}

// AppealsTold are appeals of which an audience may learn, by id, with those they
// are for.
type AppealsTold struct {
	*Outside
	Appeals  map[string]*record.Sheet
	People   []record.Handed
	Unseen   map[string]bool // appeals that are also for somebody whom their reader may not see
	Nameless map[string]bool // people who have no name that could be told
}

// ToldAppeals keeps of some appeals those that are for nobody of whom an audience
// is told nothing.
func ToldAppeals(tx *record.Tx, a Audience, ids []string) (AppealsTold, error) {
	out := AppealsTold{Outside: &Outside{Audience: a}, Appeals: map[string]*record.Sheet{}, Unseen: map[string]bool{}, Nameless: map[string]bool{}}
	if len(ids) == 0 {
		return out, nil
	}
	list, err := tx.Where("appeal", "h.id IN ?", ids)
	if err != nil {
		return out, err
	}
	rows, err := tx.AsSystem("whom appeals are for").Rows(`SELECT ti.from_id, ti.to_id FROM tie ti JOIN head h ON h.id = ti.from_id WHERE ti.field = 'persons' AND ti.from_id IN ? AND %SCOPE%
		UNION SELECT d.appeal, ti.to_id FROM tie ti JOIN demand d ON d.id = ti.from_id WHERE ti.field = 'beneficiaries' AND d.appeal IN ?`, ids, ids)
	if err != nil {
		return out, err
	}
	of := map[string][]string{}
	wanted := map[string]bool{}
	for _, r := range rows {
		of[r[0]] = append(of[r[0]], r[1])
		wanted[r[1]] = true
	}
	var d Dossiers
	if len(wanted) > 0 {
		people, err := tx.Where("person", "h.id IN ?", keys(wanted))
		if err != nil {
			return out, err
		}
		for _, p := range people {
			d.List = append(d.List, Dossier{Person: p})
			out.Nameless[p.Head.ID] = !record.As[*person.Person](p).Named()
		}
	}
	if out.Outside, err = NewOutside(tx, d, a, Paper{Day: tx.Today(), Call: func(n int, _ string, _ *person.Person) string { return ordinal(n) }}); err != nil {
		return out, err
	}
	told := map[string]string{} // who may not be seen is not told of either
	for _, t := range out.All {
		told[t.Person.ID] = t.Identity
	}
	shown := map[string]bool{}
	for _, s := range list {
		out.Unseen[s.Head.ID] = slices.ContainsFunc(of[s.Head.ID], func(id string) bool { _, seen := told[id]; return !seen })
		if a.Barred(s.Head) || slices.ContainsFunc(of[s.Head.ID], func(id string) bool { return told[id] == "" }) {
			continue
		}
		out.Appeals[s.Head.ID] = s
		for _, id := range of[s.Head.ID] {
			shown[id] = true
		}
	}
	for _, one := range d.List {
		if shown[one.Person.Head.ID] {
			out.People = append(out.People, record.HandedOf(one.Person, "none"))
		}
	}
	return out, nil
}
