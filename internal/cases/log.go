package cases

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/person"
	"amparo/internal/cases/task"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Report is what somebody tells of a detention, in the order a caller talks.
type Report struct {
	Source, SourceContact     string
	Reliability, Credibility  string
	Name                      string // names, one per line, or "7 men, no names"
	Person                    form.Ref
	HowMany                   form.Num
	AgeOrBirth                string
	When                      edtf.Date
	TakenBy, TakenAt          form.Ref
	HeldNow                   string // unknown, denied, place, several, or the names of places
	HeldPlace                 string // names of places, one per line
	WhatHappened, ReasonGiven string
	Consent                   []string
	NextCall                  edtf.Date
	Case                      form.Ref
	Match                     string
	Misread                   form.Problems // what could not be read of it
}

// Answers of the match card, and of "held now".
var (
	Matches = []string{"same_arrest", "new_arrest", "other", "unsure"}
	HeldNow = []string{"unknown", "denied", "place", "several"}
)

// Fields binds the report's variables.
func (r *Report) Fields() form.Set {
	return form.Set{
		form.OfText("source", &r.Source),
		form.OfText("source_contact", &r.SourceContact),
		form.OfChoice("reliability", &r.Reliability, citation.Reliability),
		form.OfChoice("credibility", &r.Credibility, citation.Credibility),
		form.OfLong("name", &r.Name, form.Max(20000)),
		form.OfLink("person", &r.Person, "person"),
		form.OfNumber("how_many", &r.HowMany),
		form.OfText("age_or_birth", &r.AgeOrBirth, form.Max(100)),
		form.OfDate("when", &r.When),
		form.OfLink("taken_by", &r.TakenBy, "organization"),
		form.OfLink("where", &r.TakenAt, "place"),
		form.OfLong("held_now", &r.HeldNow, form.Max(1000)),
		form.OfLong("held_place", &r.HeldPlace, form.Max(1000)),
		form.OfLong("what_happened", &r.WhatHappened, form.Max(4000)),
		form.OfLong("reason_given", &r.ReasonGiven, form.Max(4000)),
		form.OfChoices("consent", &r.Consent, person.ConsentTold, form.Vocab("consent_told")),
		form.OfDate("next_call", &r.NextCall, form.Ahead),
		form.OfLink("case", &r.Case, "case"),
		form.OfChoice("match", &r.Match, Matches),
	}
}

// Words are the few texts that logging writes into records, in the logger's
// own language.
type Words struct {
	CaseTitle   string // of a new intake case: no names in it
	Placeholder func(i, n int) string
	CallBack    string
	CheckDouble string
}

// Logged is what a report became.
type Logged struct {
	Case       *record.Sheet
	People     []*record.Sheet
	Detentions []*record.Sheet
	Again      bool // a further source on an arrest already on file
}

// someone is one person of a report before it is on file.
type someone struct{ name, placeholder, sex string }

var (
	unnamed   = regexp.MustCompile(`(?i)^\s*(at least|more than|about|around|exactly)?\s*([0-9٠-٩۰-۹]{1,3})\s*([^,،;0-9]*?)\s*[,،;:\-–]?\s*(no names?|unnamed|names? unknown|unknown names?|without names?|بلا أسماء|بدون أسماء|بلا اسماء|بدون اسماء|مجهولو? الأسماء|أسماؤهم مجهولة|الأسماء مجهولة)\s*$`)
	unnamedAr = regexp.MustCompile(`^\s*(على الأقل|ما لا يقل عن|أكثر من|نحو|حوالي)\s*`)
)

// MaxPeople is how many people one report may name.
const MaxPeople = 200

// people reads who was taken: names one per line, or a number without names.
func (r *Report) people(w Words) (list []someone, qualifier string, problems form.Problems) {
	text := strings.TrimSpace(r.Name)
	qualifier = "exact"
	count, noun := 0, ""
	if m := unnamed.FindStringSubmatch(unnamedAr.ReplaceAllString(text, "")); m != nil {
		count, _ = strconv.Atoi(digits(m[2]))
		noun = strings.ToLower(m[3])
		q := strings.ToLower(m[1] + unnamedAr.FindString(text))
		switch {
		case strings.Contains(q, "least"), strings.Contains(q, "الأقل"), strings.Contains(q, "لا يقل"):
			qualifier = "at_least"
		case strings.Contains(q, "more"), strings.Contains(q, "أكثر"):
			qualifier = "more_than"
		case q != "" && !strings.Contains(q, "exact"):
			qualifier = "about"
		}
		text = ""
	}
	if r.HowMany.Valid {
		count = int(r.HowMany.N)
		if float64(count) != r.HowMany.N || count < 1 {
			problems = append(problems, form.Problem{Field: "how_many", Code: "number"})
		}
	}
	sex := ""
	switch {
	case strings.HasPrefix(noun, "men"), strings.HasPrefix(noun, "boy"), strings.HasPrefix(noun, "رجال"), strings.HasPrefix(noun, "رجل"):
		sex = "male"
	case strings.HasPrefix(noun, "women"), strings.HasPrefix(noun, "girl"), strings.HasPrefix(noun, "نساء"), strings.HasPrefix(noun, "امرأة"):
		sex = "female"
	}
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			if n := utf8.RuneCountInString(line); n > 300 && !problems.Has("name") {
				problems = append(problems, form.Problem{Field: "name", Code: "too_long", Args: []any{"max", 300, "n", n}})
			}
			list = append(list, someone{name: line, sex: sex})
		}
	}
	if max(len(list), count) > MaxPeople {
		return nil, "", append(problems, form.Problem{Field: "name", Code: "too_many", Args: []any{"max", MaxPeople}})
	}
	for i := len(list); i < count; i++ {
		list = append(list, someone{placeholder: w.Placeholder(i+1, count), sex: sex})
	}
	return list, qualifier, problems
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		}
		return r
	}, s)
}

// told is what a report says once it is read.
type told struct {
	who       []someone
	qualifier string
	born      edtf.Date
	age       person.Age
	held      string
	places    []form.Ref
	known     *record.Sheet // who is on file and may be meant
	episode   *record.Sheet // his arrest, where this is another report of it
}

// read finds all that is wrong with a report at once, and what its links mean.
func (r *Report) read(tx *record.Tx, w Words) (told, error) {
	var t told
	problems := slices.Clone(r.Misread)
	add := func(more ...form.Problem) {
		for _, one := range more {
			if !r.Misread.Has(one.Field) { // what was not read is not missing
				problems = append(problems, one)
			}
		}
	}
	var more form.Problems
	t.who, t.qualifier, more = r.people(w)
	add(more...)
	if len(t.who) == 0 && !r.onFile() && !problems.Has("name") {
		add(form.Problem{Field: "name", Code: "name_or_number"})
	}
	if r.onFile() && r.Person.Ref == "" {
		add(form.Problem{Field: "person", Code: "which_person"})
	}
	if r.AgeOrBirth != "" {
		t.born, t.age, more = ageOrBirth(r.AgeOrBirth, tx.At)
		add(more...)
	}
	if r.When.Earliest > tx.Today() {
		add(form.Problem{Field: "when", Code: "future"})
	}
	t.held, t.places = r.heldPlaces()
	if (t.held == "place" || t.held == "several") && len(t.places) == 0 {
		add(form.Problem{Field: "held_place", Code: "required"})
	}
	if r.Person.Ref != "" && r.Match != "" && r.Match != "other" {
		if err := t.of(tx, r, add); err != nil {
			return t, err
		}
	}
	links := form.Set{form.OfLink("case", &r.Case, "case")}
	if t.episode == nil { // of an arrest on file only words are added
		links = append(links, form.OfLink("taken_by", &r.TakenBy, "organization"), form.OfLink("where", &r.TakenAt, "place"), form.OfLinks("held_place", &t.places, "place"))
	}
	more, err := tx.Links(links)
	if err != nil {
		return t, err
	}
	add(more...)
	fields := r.Fields()
	order := func(p form.Problem) int {
		return slices.IndexFunc(fields, func(f form.Field) bool { return f.Name == p.Field })
	}
	slices.SortStableFunc(problems, func(a, b form.Problem) int { return order(a) - order(b) })
	return t, problems.Or()
}

// of finds who on file may be meant, and which arrest.
func (t *told) of(tx *record.Tx, r *Report, add func(...form.Problem)) error {
	problems, err := tx.Links(form.Set{form.OfLink("person", &r.Person, "person")})
	if add(problems...); err != nil || r.Person.ID == "" {
		return err
	}
	if t.known, err = tx.Get("person", r.Person.Ref); err != nil || r.Match != "same_arrest" {
		return err
	}
	list, err := tx.Tied("detention", "person", t.known.Head.ID)
	if len(list) > 0 {
		t.episode = list[len(list)-1]
	}
	return err
}

// onFile tells whether the report is of somebody who is on file.
func (r *Report) onFile() bool { return r.Match == "same_arrest" || r.Match == "new_arrest" }

// Log keeps a report: people, detentions with their first steps, the source of
// each, the next call, and a case where there is none yet.
func Log(tx *record.Tx, r *Report, source citation.Citation, w Words) (Logged, error) {
	var out Logged
	t, err := r.read(tx, w)
	if err != nil {
		return out, err
	}
	known := t.known
	if out.Case, err = r.home(tx, known, w); err != nil {
		return out, err
	}
	if source.Speaker == "" {
		source.Speaker = r.Source
	}
	if r.Reliability != "" {
		source.Reliability = r.Reliability
	}
	if r.Credibility != "" {
		source.Credibility = r.Credibility
	}
	switch {
	case t.episode != nil:
		out.Again = true
		err = r.again(tx, t, source, &out)
	case r.onFile():
		err = r.arrest(tx, known, out.Case, t, source, &out)
	default:
		for _, one := range t.who {
			p := &person.Person{Placeholder: one.placeholder, Sex: one.sex, Age: t.age.N, AgeMax: t.age.Max, AgeAbout: t.age.About, Born: t.born}
			if t.age.N.Valid {
				p.AgeOn = r.When
			}
			if one.name != "" {
				p.Names = []person.Name{{Full: one.name, Kind: "known_as", Shown: true}}
			}
			p.Roles = []person.Role{{Case: out.Case.Ref(), Role: "detainee"}}
			p.Consent = r.Consent
			sheet, err := tx.Create("person", p, out.Case)
			if err != nil {
				return out, err
			}
			if err := r.arrest(tx, sheet, out.Case, t, source, &out); err != nil {
				return out, err
			}
		}
		if known != nil && r.Match == "unsure" && len(out.People) > 0 {
			// The task names both, so it lies in the case that fewer may see.
			about, home := out.People[0], out.Case
			if known.Head.Restricted() && known.Head.Gate != home.Head.Gate {
				if about = known; err == nil {
					home, err = tx.ByID("case", known.Head.CaseID)
				}
			}
			if err == nil {
				_, err = tx.Create("task", &task.Task{Text: w.CheckDouble + " " + out.People[0].Head.Ref + " / " + known.Head.Ref,
					About: about.Ref(), Assignee: form.Ref{ID: tx.Actor.ID, Ref: tx.Actor.Email}}, home)
			}
		}
		if err == nil && len(t.who) > 1 && t.who[len(t.who)-1].placeholder != "" {
			_, err = tx.Add("counts", out.Case, &citation.Tally{Unit: "detainee", Qualifier: t.qualifier,
				N: form.Num{Valid: true, N: float64(len(t.who))}, Basis: "cumulative", AsOf: r.When, CountedBy: source.Speaker})
		}
	}
	if err != nil {
		return out, err
	}
	return out, r.call(tx, &out, w)
}

// home finds the case the report belongs to, or opens a new one for intake with
// the logger as its lead and no name in its title.
func (r *Report) home(tx *record.Tx, known *record.Sheet, w Words) (*record.Sheet, error) {
	if known != nil && r.Match == "same_arrest" {
		return tx.ByID("case", known.Head.CaseID)
	}
	if r.Case.Ref != "" {
		return tx.Get("case", r.Case.Ref)
	}
	if known != nil && r.onFile() {
		return tx.ByID("case", known.Head.CaseID)
	}
	return tx.Create("case", &casefile.Case{TitleText: w.CaseTitle, Access: casefile.Staff, Priority: "normal",
		Lead: form.Ref{ID: tx.Actor.ID, Ref: tx.Actor.Email, Title: tx.Actor.Name}}, nil)
}

// heldPlaces are the places the report says the person may be held at now.
func (r *Report) heldPlaces() (state string, places []form.Ref) {
	text := r.HeldPlace
	state = r.HeldNow
	if !slices.Contains(HeldNow, r.HeldNow) && r.HeldNow != "" {
		text, state = r.HeldNow, "place"
	}
	if state != "place" && state != "several" {
		return state, nil
	}
	for _, sep := range []string{" or ", " أو ", " ou ", ";", "؛"} {
		text = strings.ReplaceAll(text, sep, "\n")
	}
	for _, p := range strings.Split(text, "\n") {
		if p = strings.TrimSpace(p); p != "" {
			places = append(places, form.Ref{Ref: p})
		}
	}
	return state, places
}

// arrest writes a new episode for a person.
func (r *Report) arrest(tx *record.Tx, who, home *record.Sheet, t told, source citation.Citation, out *Logged) error {
	d := &detention.Detention{Person: who.Ref(), TakenBy: r.TakenBy, TakenAt: r.TakenAt, ReasonGiven: r.ReasonGiven}
	arrest := detention.Step{ID: record.NewID(), Kind: "arrest", Date: r.When, By: r.TakenBy, Text: r.WhatHappened}
	if r.TakenAt.Ref != "" {
		arrest.Places = []form.Ref{r.TakenAt}
	}
	d.Steps = []detention.Step{arrest}
	switch t.held {
	case "denied":
		d.Steps = append(d.Steps, detention.Step{ID: record.NewID(), Kind: "custody_denied"})
	case "unknown", "place", "several":
		d.Steps = append(d.Steps, detention.Step{ID: record.NewID(), Kind: "held", By: r.TakenBy, Places: t.places})
	}
	// Custody is computed once, after the sources of the steps are there.
	return tx.Together(func() error {
		s, err := tx.Create("detention", d, home)
		if err != nil {
			return err
		}
		out.People, out.Detentions = append(out.People, who), append(out.Detentions, s)
		if source.Empty() {
			return nil
		}
		for _, step := range record.As[*detention.Detention](s).Steps {
			c := source
			c.Field = "steps." + step.ID
			if _, err := tx.Add("citations", s, &c); err != nil {
				return err
			}
		}
		return nil
	})
}

// again keeps a further report of an arrest on file as another source on it.
func (r *Report) again(tx *record.Tx, t told, source citation.Citation, out *Logged) error {
	who, s := t.known, t.episode
	out.People = []*record.Sheet{who}
	out.Detentions = []*record.Sheet{s}
	field := ""
	if d := record.As[*detention.Detention](s); len(d.Steps) > 0 {
		field = "steps." + d.Steps[0].ID
	}
	c := source
	c.Field = field
	var says []string
	for _, part := range []string{r.When.Words, r.TakenBy.Ref, r.TakenAt.Ref, r.WhatHappened} {
		if part != "" {
			says = append(says, part)
		}
	}
	c.Says = strings.Join(says, "; ")
	if c.Empty() {
		c.Says = r.Name
	}
	if _, err := tx.Add("citations", s, &c); err != nil {
		return err
	}
	// A spelling nobody had on file yet is worth keeping.
	p := record.As[*person.Person](who)
	if name := strings.TrimSpace(r.Name); name != "" && !strings.Contains(name, "\n") && !slices.Contains(p.Called(), name) {
		p.Names = append(p.Names, person.Name{Full: name, Kind: "known_as"})
		return tx.Save(who, who.Head.Version)
	}
	return nil
}

// call keeps how to reach the caller, what was said, and the task to call back.
func (r *Report) call(tx *record.Tx, out *Logged, w Words) error {
	if len(out.People) == 0 {
		return nil
	}
	first := out.People[0]
	if r.SourceContact != "" || (r.Source != "" && r.NextCall.Text != "") {
		if first.Sealed() && !first.Opened() { // how to reach the caller goes behind the seal with the rest
			if _, err := tx.Add("notes", first, &citation.Note{Text: strings.Join([]string{r.Source, r.SourceContact, r.WhatHappened}, "\n")}); err != nil {
				return err
			}
			return r.callBack(tx, first, out, w)
		}
		p := record.As[*person.Person](first)
		if r.SourceContact != "" {
			p.Contacts = append(p.Contacts, person.Contact{Kind: "phone", Value: r.Source, Hours: r.SourceContact})
			if r.Source == "" {
				p.Contacts[len(p.Contacts)-1].Value, p.Contacts[len(p.Contacts)-1].Hours = r.SourceContact, ""
			}
		}
		p.Calls = append(p.Calls, person.Call{At: today(tx), With: r.Source, Said: r.WhatHappened, Next: r.NextCall})
		if err := tx.Save(first, first.Head.Version); err != nil {
			return err
		}
	}
	return r.callBack(tx, first, out, w)
}

func (r *Report) callBack(tx *record.Tx, first *record.Sheet, out *Logged, w Words) error {
	if r.NextCall.Text == "" {
		return nil
	}
	// Whom to call stands with the call, where only those who work on the case read it.
	_, err := tx.Create("task", &task.Task{Text: w.CallBack, Due: r.NextCall, About: first.Ref(),
		Assignee: form.Ref{ID: tx.Actor.ID, Ref: tx.Actor.Email}}, out.Case)
	return err
}

func today(tx *record.Tx) edtf.Date {
	d, err := edtf.Parse(tx.Today())
	if err != nil {
		panic("cases: today is no date: " + err.Error())
	}
	return d
}

// ageOrBirth reads "about 30", "30" or a date of birth.
func ageOrBirth(text string, now time.Time) (born edtf.Date, age person.Age, problems form.Problems) {
	if age, ok := person.ReadAge(text); ok {
		if !age.Possible() {
			return born, age, form.Problems{{Field: "age_or_birth", Code: "age"}}
		}
		return born, age, nil
	}
	f := form.OfDate("age_or_birth", &born)
	if code, args := f.Set(text, now); code != "" {
		if len(args) == 2 {
			if e, ok := args[1].(*edtf.Error); ok && e.Code == edtf.CodeUnreadable {
				code = "age_or_birth"
			}
		}
		return born, age, form.Problems{{Field: "age_or_birth", Code: code, Args: args}}
	}
	if born.Earliest > now.Format(time.DateOnly) {
		return born, age, form.Problems{{Field: "age_or_birth", Code: "future"}}
	}
	return born, age, nil
}
