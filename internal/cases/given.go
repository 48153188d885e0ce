package cases

import (
	"slices"
	"strconv"

	"amparo/internal/cases/appeal"
	"amparo/internal/form"
	"amparo/internal/record"
)

// HandedOut is something that told of a person and was given to somebody.
type HandedOut struct {
	record.Handout
	Told string // how the person was told of
}

// GivenOf lists what told of a person and was given to somebody, newest first;
// letters to bodies are not among it, they stand with their appeals.
func GivenOf(tx *record.Tx, s *record.Sheet) ([]HandedOut, error) {
	all, _, err := tx.Handouts(record.HandoutQuery{About: s.Head.ID})
	if err != nil {
		return nil, err
	}
	merged, err := tx.MergedHere(s)
	if err != nil {
		return nil, err
	}
	same := []string{s.Head.ID}
	for _, m := range merged {
		same = append(same, m.ID)
	}
	var list []HandedOut
	for _, h := range all {
		if h.Audience == ToBody {
			continue
		}
		for _, one := range h.Records {
			if one.Told != "" && slices.Contains(same, one.ID) {
				list = append(list, HandedOut{h, one.Told})
				break
			}
		}
	}
	return list, nil
}

// Covered tells whether what was told then might still be told on a day.
func (h HandedOut) Covered(s *record.Sheet, consents []Given, day string) bool {
	a, known := AudienceOf(h.Audience)
	now := a.Tell(s, consents, day).Identity
	return known && now != "" && weakest(now, h.Told) == h.Told
}

// keepSendings writes on the given-to register to whom an appeal of ours was
// newly sent.
func keepSendings(tx *record.Tx, _, s *record.Sheet) error {
	a := record.As[*appeal.Appeal](s)
	if len(a.JustSent) == 0 {
		return nil
	}
	told, err := toldIn(tx, a, s)
	for _, org := range a.JustSent {
		if err == nil {
			err = tx.HandOut(record.Handout{What: "print.letter", Form: "sent", Audience: ToBody, To: org.Title, SHA256: a.TextHash, Records: told})
		}
	}
	a.JustSent = nil
	return err
}

// toldIn are the records that a letter tells of: itself, and those it is for,
// by their full names.
func toldIn(tx *record.Tx, a *appeal.Appeal, s *record.Sheet) ([]record.Handed, error) {
	told := []record.Handed{record.HandedOf(s, "")}
	if len(a.Persons) == 0 {
		return told, nil
	}
	var ids []string
	for _, p := range a.Persons {
		ids = append(ids, p.ID)
	}
	rows, err := tx.AsSystem("whom a letter names").Rows("SELECT h.id, h.version FROM head h WHERE h.id IN ? AND %SCOPE% ORDER BY h.seq", ids)
	for _, r := range rows {
		version, _ := strconv.Atoi(r[1]) // versions are always digits
		told = append(told, record.Handed{Ref: form.Ref{ID: r[0]}, Version: version, Told: "full"})
	}
	return told, err
}
