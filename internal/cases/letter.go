package cases

import (
	"maps"
	"slices"
	"strconv"

	"amparo/internal/cases/casefile"
	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Letter is what the papers of an appeal are written from: the appeal with its
// demands, the dossiers of its people, and the sources of its facts.
type Letter struct {
	Plea
	People    Dossiers                  // in the appeal's order; who may not be seen is not among them
	Footnotes map[string]citation.Cited // by id: the citations that facts rest on
	CaseName  string                    // that the case goes by outside: its alias, where it has one
}

// ReadLetter reads an appeal for its papers, in a number of questions that does
// not grow with what is on file.
func ReadLetter(tx *record.Tx, s *record.Sheet) (Letter, error) {
	l := Letter{Footnotes: map[string]citation.Cited{}}
	var err error
	if l.Plea, err = ReadPlea(tx, s); err != nil {
		return l, err
	}
	people, err := l.people(tx)
	if err != nil {
		return l, err
	}
	cited, err := l.cited(tx)
	if err != nil {
		return l, err
	}
	if l.People, err = ReadDossiers(tx, people, cited...); err != nil {
		return l, err
	}
	resting := l.resting()
	for _, list := range l.People.Cited {
		for _, c := range list {
			if resting[c.ID] {
				l.Footnotes[c.ID] = c
			}
		}
	}
	if err := l.readBodies(tx); err != nil {
		return l, err
	}
	if s.Head.CaseID == "" {
		return l, nil
	}
	home, err := tx.ByID("case", s.Head.CaseID)
	if err != nil {
		return l, err // who may see an appeal may see its case
	}
	if l.CaseName = record.As[*casefile.Case](home).Alias; l.CaseName == "" {
		l.CaseName = home.Head.Title
	}
	return l, nil
}

func (l Letter) people(tx *record.Tx) ([]*record.Sheet, error) {
	if len(l.Persons) == 0 {
		return nil, nil
	}
	var ids []string
	for _, r := range l.Persons {
		ids = append(ids, r.ID)
	}
	people, err := tx.Where("person", "h.id IN ?", ids)
	slices.SortFunc(people, func(a, b *record.Sheet) int { return slices.Index(ids, a.Head.ID) - slices.Index(ids, b.Head.ID) })
	return people, err
}

// resting are the ids of the citations that the facts rest on.
func (l Letter) resting() map[string]bool {
	ids := map[string]bool{}
	for _, f := range l.Facts {
		for _, id := range f.Citations {
			ids[id] = true
		}
	}
	return ids
}

// cited reads the records that the citations of facts hang on.
func (l Letter) cited(tx *record.Tx) ([]*record.Sheet, error) {
	ids := l.resting()
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := tx.Rows("SELECT DISTINCT h.kind, h.id FROM citation ci JOIN head h ON h.id = ci.record_id WHERE ci.id IN ? AND %SCOPE% ORDER BY h.kind, h.id", keys(ids))
	if err != nil {
		return nil, err
	}
	of := map[string][]string{}
	for _, r := range rows {
		of[r[0]] = append(of[r[0]], r[1])
	}
	var list []*record.Sheet
	for _, kind := range slices.Sorted(maps.Keys(of)) {
		found, err := tx.Where(kind, "h.id IN ?", of[kind])
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
}

// readBodies reads whom is written to and who must act.
func (l Letter) readBodies(tx *record.Tx) error {
	wanted := map[string]bool{}
	add := func(refs ...form.Ref) {
		for _, r := range refs {
			if r.ID != "" && l.People.Bodies[r.ID] == nil {
				wanted[r.ID] = true
			}
		}
	}
	for _, a := range l.Addressees {
		add(a.Org)
	}
	for _, d := range l.Demands {
		add(d.Targets...)
	}
	add(l.Submitters...)
	if len(wanted) == 0 {
		return nil
	}
	found, err := tx.Where("organization", "h.id IN ?", keys(wanted))
	for _, s := range found {
		l.People.Bodies[s.Head.ID] = s
	}
	return err
}

// Unconsented are the people of the appeal whom no consent covers before a body.
func (l Letter) Unconsented(tx *record.Tx, bodyID string) ([]form.Ref, error) {
	gaps, err := consentGaps(tx, l.Sheet)
	return gaps[bodyID], err
}

// Canon is what the papers of an appeal are made of, in the sense of
// Dossiers.Canon.
func (l Letter) Canon() []string {
	list := []string{l.Head.Ref + " " + strconv.Itoa(l.Head.Version), l.Hash()}
	for _, d := range l.Demands {
		list = append(list, d.Head.Ref+" "+strconv.Itoa(d.Head.Version))
	}
	return append(list, l.People.Canon()...)
}
