package demo

import (
	"amparo/internal/cases/organization"
	"amparo/internal/cases/place"
	"amparo/internal/edtf"
	"amparo/internal/form"
)

// land is the register of one culture.
type land struct {
	*culture
	towns, prisons, stations, forces, courts []form.Ref
	paper                                    form.Ref
}

func orgNames(p pair, lang string) []organization.Name {
	names := []organization.Name{{Full: p.latn, Kind: "legal", Shown: true}}
	if p.own != "" {
		names[0].Kind = "translation"
		names = append(names, organization.Name{Full: p.own, Lang: lang, Kind: "legal"})
	}
	return names
}

func placeNames(p pair, lang string) []place.Name {
	var names []place.Name
	for _, n := range orgNames(p, lang) {
		names = append(names, place.Name(n))
	}
	return names
}

// register fills the shared register.
func (m *maker) register() error {
	return m.as(m.leadSuper, m.now.AddDate(0, -3, 0), func(p *pen) {
		m.net = p.create("organization", &organization.Organization{Names: orgNames(pair{"Lantern Network", "شبكة القنديل"}, "ar"), Type: "ngo", Founded: edtf.Must("2009"),
			Channels: []string{"post@lantern.example"}, Languages: []string{"en", "ar"}}, nil).Ref()
		for i := range cultures {
			m.lands = append(m.lands, m.settle(p, &cultures[i]))
		}
		// Entered in a hurry, not yet checked by anybody.
		for _, name := range []string{"the grey vans", "كتيبة الفجر المزعومة"} {
			p.create("organization", &organization.Organization{Names: []organization.Name{{Full: name, Kind: "known_as", Shown: true}}, Unchecked: true}, nil)
		}
		for _, name := range []string{"a farm near the cement works", "Школа за вокзалом"} {
			p.create("place", &place.Place{Names: []place.Name{{Full: name, Kind: "known_as", Shown: true}}, Unchecked: true}, nil)
		}
	})
}

// settle enters one culture's towns, forces, courts and places of detention.
func (m *maker) settle(p *pen, c *culture) land {
	l := land{culture: c}
	country := c.countries[0]
	ministry := p.create("organization", &organization.Organization{Names: orgNames(pair{"Ministry of Order, " + c.towns[0].latn, ""}, c.lang), Type: "state_organ", Country: country}, nil)
	for i, n := range c.forces {
		o := &organization.Organization{Names: orgNames(n, c.lang), Type: []string{"security_force", "security_force", "state_militia"}[i%3], Country: country,
			Relations: []organization.Relation{{To: ministry.Ref(), Kind: []string{"part_of", "commanded_by", "financed_by"}[i%3], Since: edtf.Must("2016~")}}, Founded: edtf.Must([]string{"1998", "2011-02", "2014/2015"}[i%3])}
		if i == 1 {
			o.Dissolved, o.DissolvedWhy = edtf.Must("2025-12"), "Merged into another directorate by decree; its people stayed."
		}
		l.forces = append(l.forces, p.create("organization", o, nil).Ref())
	}
	for _, n := range c.courts {
		l.courts = append(l.courts, p.create("organization", &organization.Organization{Names: orgNames(n, c.lang), Type: "court", Country: country}, nil).Ref())
	}
	l.paper = p.create("organization", &organization.Organization{Names: orgNames(c.paper, c.lang), Type: "medium", Country: country}, nil).Ref()
	for i, n := range c.towns {
		l.towns = append(l.towns, p.create("place", &place.Place{Names: placeNames(n, c.lang), Type: "town", Precision: "town",
			Lat: form.Num{Valid: true, N: 28.5 + float64(i)}, Lon: form.Num{Valid: true, N: 11.25 + float64(i)*2},
			ControlledBy: []place.Hold{{Org: l.forces[0], Since: edtf.Must("2015-06~")}}}, nil).Ref())
	}
	for i, n := range c.prisons {
		pl := &place.Place{Names: placeNames(n, c.lang), Type: "prison", Inside: l.towns[i%len(l.towns)],
			FacilityType: []string{"official_prison", "security_headquarters", "official_prison", "militia_site", "unofficial"}[i%5]}
		// Who runs a place changes: a former holder, and the one since.
		pl.RunBy = []place.Hold{{Org: l.forces[len(l.forces)-1], Since: edtf.Must("2013"), Until: edtf.Must("2019-05")}, {Org: l.forces[0], Since: edtf.Must("2019-06")}}
		l.prisons = append(l.prisons, p.create("place", pl, nil).Ref())
	}
	for _, n := range c.stations {
		l.stations = append(l.stations, p.create("place", &place.Place{Names: placeNames(n, c.lang), Type: "police_station", Inside: l.towns[0], FacilityType: "police_custody",
			RunBy: []place.Hold{{Org: l.forces[0]}}}, nil).Ref())
	}
	return l
}
