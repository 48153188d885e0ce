// Package place is the room of places, the shared register from countries down
// to cells: where each lies, and who runs or controls it over time.
package place

import (
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/record"
	"amparo/internal/workflow"
)

// Name is one name of a place.
type Name struct {
	ID, Full, Script, Lang, Kind string
	Shown                        bool
}

// Hold says which organization runs or controls a place, from when to when.
type Hold struct {
	ID           string
	Org          form.Ref
	Since, Until edtf.Date
}

// Place is one entry of the register.
type Place struct {
	Names        []Name
	Type         string
	Inside       form.Ref
	Lat, Lon     form.Num
	Precision    string
	RunBy        []Hold
	ControlledBy []Hold
	FacilityType string
	Unchecked    bool
}

// Closed lists of this room.
var (
	Types      = []string{"country", "region", "district", "town", "village", "neighbourhood", "facility", "prison", "police_station", "court", "hospital", "checkpoint", "burial_site", "address", "other"}
	Precisions = []string{"exact", "street", "town", "region", "country"}
	Facilities = []string{"official_prison", "police_custody", "security_headquarters", "military_site", "militia_site", "migrant_centre", "hospital", "unofficial", "unknown"}
	NameKinds  = []string{"legal", "known_as", "alias", "acronym", "transliteration", "translation"}
)

// Fields binds the place's variables.
func (p *Place) Fields() form.Set {
	hold := func(h *Hold) (*string, form.Set) {
		return &h.ID, form.Set{
			form.OfLink("org", &h.Org, "organization", form.Required),
			form.OfDate("since", &h.Since),
			form.OfDate("until", &h.Until),
		}
	}
	return form.Set{
		form.OfGroup("names", &p.Names, func(n *Name) (*string, form.Set) {
			return &n.ID, form.Set{
				form.OfText("full", &n.Full, form.Required),
				form.OfText("script", &n.Script, form.Max(4)),
				form.OfText("lang", &n.Lang, form.Max(35)),
				form.OfChoice("kind", &n.Kind, NameKinds, form.Vocab("register_name_kind")),
				form.OfBool("shown", &n.Shown),
			}
		}, form.Required),
		form.OfChoice("type", &p.Type, Types, form.Vocab("place_type")),
		form.OfLink("inside", &p.Inside, "place"),
		form.OfNumber("lat", &p.Lat),
		form.OfNumber("lon", &p.Lon),
		form.OfChoice("precision", &p.Precision, Precisions),
		form.OfGroup("run_by", &p.RunBy, hold),
		form.OfGroup("controlled_by", &p.ControlledBy, hold),
		form.OfChoice("facility_type", &p.FacilityType, Facilities),
		form.OfBool("unchecked", &p.Unchecked),
	}
}

// Title is the shown name, else the first.
func (p *Place) Title() string {
	for _, n := range p.Names {
		if n.Shown {
			return n.Full
		}
	}
	if len(p.Names) > 0 {
		return p.Names[0].Full
	}
	return ""
}

// Called lists every name of the place.
func (p *Place) Called() []string {
	var list []string
	for _, n := range p.Names {
		list = append(list, n.Full)
	}
	return list
}

// RunOn lists the organizations that ran the place on a day; one whose dates
// are not known counts, since what is unknown is not denied.
func (p *Place) RunOn(day string) []form.Ref {
	var list []form.Ref
	for _, h := range p.RunBy {
		if (h.Since.Earliest == "" || h.Since.Earliest <= day) && (h.Until.Text == "" || h.Until.Latest == "" || day <= h.Until.Latest) {
			list = append(list, h.Org)
		}
	}
	return list
}

// Kind declares places.
var Kind = &record.Kind{
	Name: "place", Path: "places", Prefix: "L", Table: "place", Register: true,
	New:     func() record.Body { return &Place{} },
	Flow:    workflow.Simple,
	Called:  func(b record.Body) []string { return b.(*Place).Called() },
	Compare: names.PreparePlace,
	Enter: func(name string) record.Body {
		return &Place{Names: []Name{{Full: name, Kind: "known_as", Shown: true}}, Unchecked: true}
	},
	Check: func(b record.Body, _ string) form.Problems {
		p := b.(*Place)
		var problems form.Problems
		if p.Lat.Valid && (p.Lat.N < -90 || p.Lat.N > 90) {
			problems = append(problems, form.Problem{Field: "lat", Code: "latitude"})
		}
		if p.Lon.Valid && (p.Lon.N < -180 || p.Lon.N > 180) {
			problems = append(problems, form.Problem{Field: "lon", Code: "longitude"})
		}
		return problems
	},
	List: func(string) record.List {
		return record.List{Default: "title", Columns: []record.Column{
			{Name: "type", SQL: "t.type", Sort: "t.type", Type: form.Choice},
			{Name: "inside", SQL: "t.inside", Type: form.Link},
			{Name: "facility_type", SQL: "t.facility_type", Sort: "t.facility_type", Type: form.Choice},
			{Name: "unchecked", SQL: "t.unchecked", Sort: "t.unchecked", Type: form.Bool},
		}, Filters: []record.Filter{
			{Name: "type", SQL: "t.type = ?", Options: Types, Vocab: "option.place_type."},
			{Name: "inside", SQL: "t.inside = ?", Kind: "place"},
			{Name: "unchecked", SQL: "t.unchecked = 1 AND ? = 'yes'", Options: []string{"yes"}, Vocab: "option.yes."},
		}}
	},
}
