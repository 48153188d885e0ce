// Package organization is the room of organizations, the shared register of
// forces, bodies, courts and groups, and of who belongs to or commands whom.
package organization

import (
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/record"
	"amparo/internal/workflow"
)

// Name is one name of an organization.
type Name struct {
	ID, Full, Script, Lang, Kind string
	Shown                        bool
}

// Relation ties an organization to another or to a person, over time.
type Relation struct {
	ID           string
	To           form.Ref
	Kind         string
	Since, Until edtf.Date
}

// Organization is one entry of the register.
type Organization struct {
	Names               []Name
	Type, Body, Country string
	Relations           []Relation
	Founded, Dissolved  edtf.Date
	DissolvedWhy        string
	Channels, Languages []string
	Unchecked           bool
}

// Closed lists of this room.
var (
	Types = []string{"state_organ", "security_force", "state_militia", "armed_group", "court", "ngo", "association", "treaty_body",
		"special_procedure", "sanctions_committee", "intergovernmental", "company", "medium", "other"}
	Bodies    = []string{"wgad", "sp", "wgeid", "ced", "hrc", "cat", "spt", "cpt", "ecthr", "achpr", "un1970"}
	Relations = []string{"part_of", "commanded_by", "aligned_with", "financed_by", "leader"}
	NameKinds = []string{"legal", "known_as", "alias", "acronym", "transliteration", "translation"}
)

// Fields binds the organization's variables.
func (o *Organization) Fields() form.Set {
	return form.Set{
		form.OfGroup("names", &o.Names, func(n *Name) (*string, form.Set) {
			return &n.ID, form.Set{
				form.OfText("full", &n.Full, form.Required),
				form.OfText("script", &n.Script, form.Max(4)),
				form.OfText("lang", &n.Lang, form.Max(35)),
				form.OfChoice("kind", &n.Kind, NameKinds, form.Vocab("register_name_kind")),
				form.OfBool("shown", &n.Shown),
			}
		}, form.Required),
		form.OfChoice("type", &o.Type, Types, form.Vocab("organization_type")),
		form.OfChoice("body", &o.Body, Bodies),
		form.OfChoice("country", &o.Country, form.Countries()),
		form.OfGroup("relations", &o.Relations, func(r *Relation) (*string, form.Set) {
			return &r.ID, form.Set{
				form.OfLink("to", &r.To, "", form.Required),
				form.OfChoice("kind", &r.Kind, Relations, form.Required, form.Vocab("organization_relation")),
				form.OfDate("since", &r.Since),
				form.OfDate("until", &r.Until),
			}
		}),
		form.OfDate("founded", &o.Founded),
		form.OfDate("dissolved", &o.Dissolved),
		form.OfLong("dissolved_why", &o.DissolvedWhy, form.Max(4000)),
		form.OfList("channels", &o.Channels),
		form.OfList("languages", &o.Languages),
		form.OfBool("unchecked", &o.Unchecked),
	}
}

// Title is the shown name, else the first.
func (o *Organization) Title() string {
	for _, n := range o.Names {
		if n.Shown {
			return n.Full
		}
	}
	if len(o.Names) > 0 {
		return o.Names[0].Full
	}
	return ""
}

// Called lists every name of the organization.
func (o *Organization) Called() []string {
	var list []string
	for _, n := range o.Names {
		list = append(list, n.Full)
	}
	return list
}

// Kind declares organizations.
var Kind = &record.Kind{
	Name: "organization", Path: "organizations", Prefix: "O", Table: "organization", Register: true,
	New:     func() record.Body { return &Organization{} },
	Flow:    workflow.Simple,
	Called:  func(b record.Body) []string { return b.(*Organization).Called() },
	Compare: names.PrepareOrganization,
	Enter: func(name string) record.Body {
		return &Organization{Names: []Name{{Full: name, Kind: "known_as", Shown: true}}, Unchecked: true}
	},
	List: func(string) record.List {
		return record.List{Default: "title", Columns: []record.Column{
			{Name: "type", SQL: "t.type", Sort: "t.type", Type: form.Choice},
			{Name: "country", SQL: "t.country", Sort: "t.country", Type: form.Choice},
			{Name: "founded", SQL: "t.founded", Sort: "t.founded_earliest", Type: form.Date, File: true},
			{Name: "dissolved", SQL: "t.dissolved", Sort: "t.dissolved_earliest", Type: form.Date, File: true},
			{Name: "unchecked", SQL: "t.unchecked", Sort: "t.unchecked", Type: form.Bool},
		}, Filters: []record.Filter{
			{Name: "type", SQL: "t.type = ?", Options: Types, Vocab: "option.organization_type."},
			{Name: "country", SQL: "t.country = ?", Options: form.Countries(), Vocab: "option.country."},
			{Name: "unchecked", SQL: "t.unchecked = 1 AND ? = 'yes'", Options: []string{"yes"}, Vocab: "option.yes."},
		}}
	},
}
