package cases

import (
	"slices"
	"time"

	"amparo/internal/form"
	"amparo/internal/record"
)

// Share lets somebody outside who reads here see a case or one record until a
// moment. What he is told so is given to him as what is on paper: it stands on the
// given-to register, as for a partner, so that the end of a consent finds it.
func Share(tx *record.Tx, s *record.Sheet, to form.Ref, until time.Time, reason string) error {
	if err := tx.Grant(s, to, until, reason); err != nil {
		return err
	}
	told, err := toldHere(tx, s)
	if err != nil {
		return err
	}
	people, err := tx.Accounts()
	if err != nil {
		return err
	}
	for _, one := range people {
		if to.Title == "" && one.Ref == to.Ref {
			to.Title = one.Title
		}
	}
	return tx.HandOut(record.Handout{What: "given.share", Form: "account", Audience: "partner", To: nameAndAddress(to), Why: reason, Records: told})
}

func nameAndAddress(to form.Ref) string {
	if to.Title == "" || to.Title == to.Ref {
		return to.Ref
	}
	return to.Title + " (" + to.Ref + ")"
}

// toldHere are the records that somebody is told of who sees a case, or one record.
func toldHere(tx *record.Tx, s *record.Sheet) ([]record.Handed, error) {
	var people []*record.Sheet
	var err error
	switch home, _ := s.Fields().Get(s.Kind.Home); {
	case s.Kind.IsCase:
		people, err = tx.InCase("person", s.Head.ID)
	case home.Kind == "person":
		var ids []string
		for _, r := range home.Refs() {
			ids = append(ids, r.ID)
		}
		if len(ids) > 0 {
			people, err = tx.Where("person", "h.id IN ?", ids)
		}
	}
	told := []record.Handed{record.HandedOf(s, "")}
	if s.Kind.Name == "person" {
		told, people = nil, append(people, s)
	}
	for _, p := range people {
		as := "full"
		if p.Sealed() {
			as = "pseudonym"
		}
		if !slices.ContainsFunc(told, func(h record.Handed) bool { return h.ID == p.Head.ID }) {
			told = append(told, record.HandedOf(p, as))
		}
	}
	return told, err
}
