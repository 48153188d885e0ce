// Package person is the room of people and groups: their names in several
// scripts, what is known of them, whom they are tied to, how to reach them and
// what was said on the telephone. Custody is computed elsewhere (detention).
package person

import (
	"strings"
	"unicode"

	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/record"
	"amparo/internal/workflow"
)

// Name is one name in one script.
type Name struct {
	ID, Full, Script, Lang, Kind string
	Shown                        bool
}

// Relation ties a person to a person or an organization.
type Relation struct {
	ID           string
	To           form.Ref
	Kind         string
	Since, Until edtf.Date
}

// Role is the part a person plays in a case.
type Role struct {
	ID           string
	Case         form.Ref
	Role         string
	Since, Until edtf.Date
}

// Label is what a body calls a person, such as "prisoner of conscience".
type Label struct {
	ID, Label    string
	By           form.Ref
	Since, Until edtf.Date
}

// Contact is one way to reach a person or the family.
type Contact struct {
	ID, Kind, Value, Safe, Hours, Note string
}

// Call is one telephone call or visit: what was said and what was promised.
type Call struct {
	ID                   string
	At                   edtf.Date
	With, Said, Promised string
	Next                 edtf.Date
}

// Person is an individual, or a group.
type Person struct {
	Names                        []Name
	Placeholder                  string
	Group                        bool
	Father, Mother               string
	Born, Died                   edtf.Date
	Age, AgeMax                  form.Num // AgeMax: at most, of a range
	AgeAbout                     bool
	AgeOn                        edtf.Date
	Sex                          string
	Nationalities, Occupations   []string
	Documents                    []string
	Relations                    []Relation
	Roles                        []Role
	Labels                       []Label
	Contacts                     []Contact
	Calls                        []Call
	Flags                        []string
	Consent                      []string // what was said about using it, as first told on the telephone
	Latn, Arab, Cyrl, OtherNames string
}

// Closed lists of this room.
var (
	NameKinds     = []string{"legal", "birth", "known_as", "nom_de_guerre", "alias", "transliteration", "pseudonym"}
	RelationKinds = []string{"member_of", "parent_of", "child_of", "spouse_of", "sibling_of", "relative_of", "lawyer_of", "client_of", "employee_of", "leader_of", "detained_with", "other"}
	RoleNames     = []string{"detainee", "missing", "killed", "relative", "witness", "source", "alleged_perpetrator", "official", "lawyer", "signatory"}
	Sexes         = []string{"female", "male", "other", "unknown"}
	Flags         = []string{"minor", "medical", "death_penalty", "hunger_strike", "torture_risk", "do_not_contact", "in_hiding"}
	ConsentTold   = []string{"not_asked", "no", "un", "partners", "media"}
	ContactKinds  = []string{"phone", "messenger", "email", "address", "other"}
)

// Fields binds the person's variables.
func (p *Person) Fields() form.Set {
	return form.Set{
		form.OfGroup("names", &p.Names, func(n *Name) (*string, form.Set) {
			return &n.ID, form.Set{
				form.OfText("full", &n.Full, form.Required),
				form.OfText("script", &n.Script, form.Max(4)),
				form.OfText("lang", &n.Lang, form.Max(35)),
				form.OfChoice("kind", &n.Kind, NameKinds, form.Vocab("name_kind")),
				form.OfBool("shown", &n.Shown),
			}
		}),
		form.OfText("placeholder", &p.Placeholder),
		form.OfBool("group", &p.Group),
		form.OfText("father", &p.Father),
		form.OfText("mother", &p.Mother),
		form.OfDate("born", &p.Born),
		form.OfDate("died", &p.Died),
		form.OfNumber("age", &p.Age),
		form.OfNumber("age_max", &p.AgeMax),
		form.OfBool("age_about", &p.AgeAbout),
		form.OfDate("age_on", &p.AgeOn),
		form.OfChoice("sex", &p.Sex, Sexes),
		form.OfChoices("nationalities", &p.Nationalities, form.Countries(), form.Vocab("country")),
		form.OfList("occupations", &p.Occupations),
		form.OfList("id_documents", &p.Documents),
		form.OfChoices("flags", &p.Flags, Flags, form.Vocab("flag")),
		form.OfChoices("consent_told", &p.Consent, ConsentTold),
		form.OfGroup("relations", &p.Relations, func(r *Relation) (*string, form.Set) {
			return &r.ID, form.Set{
				form.OfLink("to", &r.To, "", form.Required),
				form.OfChoice("kind", &r.Kind, RelationKinds, form.Required, form.Vocab("relation_kind")),
				form.OfDate("since", &r.Since),
				form.OfDate("until", &r.Until),
			}
		}),
		form.OfGroup("roles", &p.Roles, func(r *Role) (*string, form.Set) {
			return &r.ID, form.Set{
				form.OfLink("case", &r.Case, "case"),
				form.OfChoice("role", &r.Role, RoleNames, form.Required),
				form.OfDate("since", &r.Since),
				form.OfDate("until", &r.Until),
			}
		}),
		form.OfGroup("labels", &p.Labels, func(l *Label) (*string, form.Set) {
			return &l.ID, form.Set{
				form.OfText("label", &l.Label, form.Required),
				form.OfLink("by", &l.By, "organization"),
				form.OfDate("since", &l.Since),
				form.OfDate("until", &l.Until),
			}
		}),
		form.OfGroup("contacts", &p.Contacts, func(c *Contact) (*string, form.Set) {
			return &c.ID, form.Set{
				form.OfChoice("kind", &c.Kind, ContactKinds, form.Vocab("contact_kind")),
				form.OfText("value", &c.Value, form.Required),
				form.OfChoice("safe", &c.Safe, []string{"yes", "no", "unknown"}, form.Vocab("yes_no_unknown")),
				form.OfText("hours", &c.Hours),
				form.OfText("note", &c.Note, form.Max(1000)),
			}
		}, form.Guarded),
		form.OfGroup("calls", &p.Calls, func(c *Call) (*string, form.Set) {
			return &c.ID, form.Set{
				form.OfDate("at", &c.At),
				form.OfText("with", &c.With),
				form.OfLong("said", &c.Said, form.Max(10000)),
				form.OfLong("promised", &c.Promised, form.Max(2000)),
				form.OfDate("next", &c.Next, form.Ahead),
			}
		}, form.Inside, form.Guarded),
		form.OfText("name_latn", &p.Latn, form.Derived),
		form.OfText("name_arab", &p.Arab, form.Derived),
		form.OfText("name_cyrl", &p.Cyrl, form.Derived),
		form.OfText("other_names", &p.OtherNames, form.Derived),
	}
}

// Script gives the ISO 15924 code of a name's letters, "" when there are none.
func Script(s string) string {
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Latin, r):
			return "Latn"
		case unicode.Is(unicode.Arabic, r):
			return "Arab"
		case unicode.Is(unicode.Cyrillic, r):
			return "Cyrl"
		case unicode.Is(unicode.Greek, r):
			return "Grek"
		case unicode.Is(unicode.Hebrew, r):
			return "Hebr"
		case unicode.Is(unicode.Han, r):
			return "Hani"
		case unicode.Is(unicode.Hangul, r):
			return "Hang"
		case unicode.IsLetter(r):
			return "Zyyy"
		}
	}
	return ""
}

// shown is the name to show in a script: the one marked so, else the first.
func (p *Person) shown(script string) string {
	first := ""
	for _, n := range p.Names {
		if n.script() != script {
			continue
		}
		if n.Shown {
			return n.Full
		}
		if first == "" {
			first = n.Full
		}
	}
	return first
}

func (n Name) script() string {
	if s := Script(n.Full); s != "" {
		return s
	}
	return n.Script
}

// Title is the name to show, Latin first; a placeholder where there is none.
func (p *Person) Title() string {
	if s := p.shown("Latn"); s != "" {
		return s
	}
	for _, n := range p.Names {
		if n.Shown {
			return n.Full
		}
	}
	if len(p.Names) > 0 {
		return p.Names[0].Full
	}
	return p.Placeholder
}

// arab is the name in Arabic letters, where the title is in others.
func (p *Person) arab() string {
	if name := p.shown("Arab"); name != p.Title() {
		return name
	}
	return ""
}

// Called lists every name of the person.
func (p *Person) Called() []string {
	var list []string
	for _, n := range p.Names {
		list = append(list, n.Full)
	}
	return list
}

func check(b record.Body, today string) form.Problems {
	p := b.(*Person)
	var problems form.Problems
	if len(p.Names) == 0 && p.Placeholder == "" {
		problems = append(problems, form.Problem{Field: "names", Code: "name_or_placeholder"})
	}
	if !p.AgeTold().Possible() {
		problems = append(problems, form.Problem{Field: "age", Code: "age"})
	}
	if p.Born.Earliest > today {
		problems = append(problems, form.Problem{Field: "born", Code: "future"})
	}
	if p.Died.Earliest > today {
		problems = append(problems, form.Problem{Field: "died", Code: "future"})
	}
	if p.Died.Latest != "" && p.Born.Earliest != "" && p.Died.Latest < p.Born.Earliest {
		problems = append(problems, form.Problem{Field: "died", Code: "before_birth"})
	}
	for i := range p.Names {
		p.Names[i].Script = p.Names[i].script()
	}
	p.Latn, p.Arab, p.Cyrl = p.shown("Latn"), p.shown("Arab"), p.shown("Cyrl")
	var others []string
	for _, n := range p.Names {
		if n.Full != p.Latn && n.Full != p.Arab && n.Full != p.Cyrl {
			others = append(others, n.Full)
		}
	}
	p.OtherNames = strings.Join(others, "; ")
	return problems
}

// custodyStates are those of the room of detentions, which this room must not import.
var custodyStates = []string{"reported", "held_known", "held_place_uncertain", "whereabouts_unknown", "disappeared", "in_transfer",
	"conditional_release", "released", "escaped", "handed_over", "died", "executed", "trail_lost"}

// Kind declares people.
var Kind = &record.Kind{
	Name: "person", Path: "people", Prefix: "P", Table: "person",
	New:   func() record.Body { return &Person{} },
	Flow:  workflow.Simple,
	Alias: "placeholder",
	Identity: []string{"names", "placeholder", "father", "mother", "born", "died", "age", "age_max", "age_about", "age_on", "nationalities", "occupations", "id_documents",
		"relations", "labels", "contacts", "calls", "name_latn", "name_arab", "name_cyrl", "other_names"},
	Called:  func(b record.Body) []string { return b.(*Person).Called() },
	Arab:    func(b record.Body) string { return b.(*Person).arab() },
	Compare: names.Prepare,
	Check:   check,
	List: func(on string) record.List {
		return record.List{
			Join: []record.Join{{Table: "custody", Alias: "cu", On: "cu.person_id = h.id AND cu.latest = 1", Some: true}},
			Columns: []record.Column{
				{Name: "name_latn", SQL: "t.name_latn", File: true},
				{Name: "name_arab", SQL: "t.name_arab"},
				{Name: "name_cyrl", SQL: "t.name_cyrl", File: true},
				{Name: "other_names", SQL: "t.other_names", File: true},
				{Name: "born", SQL: "t.born", Sort: "t.born_earliest", Type: form.Date, File: true},
				{Name: "age", SQL: "t.age", Type: form.Number, File: true},
				{Name: "age_max", SQL: "t.age_max", Type: form.Number, File: true},
				{Name: "age_about", SQL: "t.age_about", Type: form.Bool, File: true},
				{Name: "sex", SQL: "t.sex", Type: form.Choice, File: true},
				{Name: "nationalities", SQL: "t.nationalities", Type: form.List, File: true},
				{Name: "custody_state", SQL: "cu.state", Sort: "cu.state", Type: form.Choice},
				{Name: "custody_since", SQL: "cu.since", Sort: "cu.since_earliest", Type: form.Date},
				{Name: "held_at", SQL: "cu.place_ids", Type: form.Links},
				{Name: "held_by", SQL: "cu.by_id", Type: form.Link, File: true},
				{Name: "days_min", SQL: "cu.taken_latest", File: true},
				{Name: "days_max", SQL: "cu.taken_earliest", File: true},
				{Name: "last_confirmed", SQL: "cu.last_confirmed", Sort: "cu.last_confirmed", Type: form.Date},
				{Name: "ended", SQL: "cu.ended", File: true},
				{Name: "case", SQL: "h.case_id", Type: form.Link},
			},
			Filters: []record.Filter{
				{Name: "custody", SQL: "cu.state = ?", Options: custodyStates, Vocab: "custody.", Along: map[string]string{"h.sort": "cu.sort"}},
				{Name: "in_custody", SQL: "cu.in_custody = 1 AND ? = 'yes'", Options: []string{"yes"}, Vocab: "option.yes."},
				{Name: "stale", SQL: "cu.in_custody = 1 AND cu.stale_on <= '" + on + "' AND ? = 'yes'", Options: []string{"yes"}, Vocab: "option.yes."},
				{Name: "place", SQL: "cu.detention_id IN (SELECT cp.detention_id FROM custody_place cp WHERE cp.place_id = ?)", Kind: "place"},
				{Name: "organization", SQL: "cu.by_id = ?", Kind: "organization"},
				{Name: "country", SQL: "h.case_id IN (SELECT cf.id FROM casefile cf WHERE cf.country = ?)", Options: form.Countries(), Vocab: "option.country."},
				{Name: "role", SQL: "t.roles LIKE ('%\"role\":\"' || ? || '\"%')", Options: RoleNames, Vocab: "option.role."},
			},
			Default: "-updated_at",
		}
	},
}
