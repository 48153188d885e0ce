package cases

import (
	"cmp"
	"errors"
	"slices"

	"amparo/internal/cases/appeal"
	"amparo/internal/cases/person"
	"amparo/internal/cases/task"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Given is one consent of a person that is on file.
type Given struct {
	record.Piece
	*person.Consent
}

// ConsentsOf reads the consents of people in one question, by the id of each, the
// newest first; annulled ones too.
func ConsentsOf(tx *record.Tx, people ...*record.Sheet) (map[string][]Given, error) {
	pieces, err := tx.Pieces("consents", people...)
	of := map[string][]Given{}
	for _, p := range pieces {
		of[p.RecordID] = append(of[p.RecordID], Given{p, p.Body.(*person.Consent)})
	}
	for _, list := range of {
		slices.Reverse(list) // of one day the one entered last comes first
		slices.SortStableFunc(list, func(a, b Given) int { return edtf.Compare(b.Date, a.Date) })
	}
	return of, err
}

// Allowed is how far consents go on a day for one use: one line per use and named body.
func Allowed(list []Given, day string) []person.Scope {
	var out []person.Scope
	for _, g := range list {
		if g.Annulled != "" || !g.Holds(day) {
			continue
		}
		for _, s := range g.Scopes {
			i := slices.IndexFunc(out, func(o person.Scope) bool { return o.Use == s.Use && o.Body.ID == s.Body.ID })
			if i < 0 {
				out = append(out, s)
				continue
			}
			if slices.Index(person.ConsentIdentity, s.Identity) < slices.Index(person.ConsentIdentity, out[i].Identity) {
				out[i].Identity = s.Identity
			}
			out[i].Photo, out[i].Place, out[i].Family = out[i].Photo || s.Photo, out[i].Place || s.Place, out[i].Family || s.Family
		}
	}
	slices.SortStableFunc(out, func(a, b person.Scope) int {
		return slices.Index(person.ConsentUses, a.Use) - slices.Index(person.ConsentUses, b.Use)
	})
	return out
}

// covers tells whether somebody may be named to a body on a day; nobody asks for
// who has no name.
func covers(s *record.Sheet, list []Given, day, orgID string) bool {
	return !record.As[*person.Person](s).Named() ||
		slices.ContainsFunc(list, func(g Given) bool { return g.Annulled == "" && g.Holds(day) && g.Covers(orgID) == "full" })
}

// Mention is an appeal that tells of a person.
type Mention struct {
	*record.Sheet
	*appeal.Appeal
}

// MentionsOf lists the appeals that tell of a person, as one they are for or in a demand.
func MentionsOf(tx *record.Tx, s *record.Sheet) ([]Mention, error) {
	list, err := tx.Where("appeal", `h.id IN (SELECT ti.from_id FROM tie ti WHERE ti.field = 'persons' AND ti.to_id = ?)
		OR h.id IN (SELECT d.appeal FROM demand d JOIN tie ti ON ti.from_id = d.id WHERE ti.field = 'beneficiaries' AND ti.to_id = ?)`, s.Head.ID, s.Head.ID)
	var out []Mention
	for _, one := range list {
		out = append(out, Mention{one, record.As[*appeal.Appeal](one)})
	}
	return out, err
}

// Uncovered are the addressees of an appeal to whom a person may not be named.
func (m Mention) Uncovered(s *record.Sheet, list []Given, day string) []form.Ref {
	var out []form.Ref
	for _, to := range m.Addressees {
		if !covers(s, list, day, to.Org.ID) {
			out = append(out, to.Org)
		}
	}
	return out
}

// Ending words what follows when a consent ends: why an approval falls, and the
// tasks to tell a body that was written to, and who was given a paper or a file.
type Ending struct {
	Fell string
	Tell func(body form.Ref) string
	// Given words the task to tell who was given something that told of the person.
	Given func(h HandedOut) string
}

// Ended is what followed from the end of a consent.
type Ended struct{ Fell, Tasks int }

// EndConsent does what ends a consent of a person, and what follows from it where
// he may not be named any more: approvals fall, and who was written to or was
// given something is to be told. It follows in all cases, whoever may see them.
func EndConsent(tx *record.Tx, s *record.Sheet, words Ending, end func() error) (Ended, error) {
	var done Ended
	sys := tx.AsSystem("a consent ended")
	before, err := ConsentsOf(sys, s)
	if err != nil {
		return done, err
	}
	if err := end(); err != nil {
		return done, err
	}
	after, err := ConsentsOf(sys, s)
	if err != nil {
		return done, err
	}
	list, err := MentionsOf(sys, s)
	if err != nil {
		return done, err
	}
	told := map[string]bool{}
	for _, one := range list {
		fell := false
		for _, to := range one.Addressees {
			if !covers(s, before[s.Head.ID], tx.Today(), to.Org.ID) || covers(s, after[s.Head.ID], tx.Today(), to.Org.ID) {
				continue
			}
			fell = fell || one.Head.State == appeal.Approved
			if to.Sent() && !one.Observed() && !told[to.Org.ID] {
				told[to.Org.ID] = true
				made, err := tell(sys, cmp.Or(one.Assignee.ID, tx.Actor.ID), one.Sheet, words.Tell(to.Org))
				if err != nil {
					return done, err
				}
				done.Tasks += made
			}
		}
		if fell {
			if err := sys.Move(one.Sheet, one.Head.Version, "revise", words.Fell, nil); err != nil {
				return done, err
			}
			done.Fell++
		}
	}
	made, err := tellGiven(sys, tx.Actor.ID, s, words, before[s.Head.ID], after[s.Head.ID])
	done.Tasks += made
	return done, err
}

// tellGiven makes a task for each who was given something that told of the person
// and might be given it no more.
func tellGiven(sys *record.Tx, by string, s *record.Sheet, words Ending, before, after []Given) (int, error) {
	given, err := GivenOf(sys, s)
	if err != nil {
		return 0, err
	}
	// What ran out is on paper still: the end of a consent that held then counts.
	lasting := make([]Given, len(before))
	for i, g := range before {
		c := *g.Consent
		c.Until = edtf.Date{}
		lasting[i] = Given{g.Piece, &c}
	}
	made := 0
	told := map[string]bool{}
	for _, h := range given {
		if told[h.To] || !h.Covered(s, lasting, sys.Today()) || h.Covered(s, after, sys.Today()) {
			continue
		}
		told[h.To] = true
		n, err := tell(sys, by, s, words.Given(h))
		if err != nil {
			return made, err
		}
		made += n
	}
	return made, nil
}

// tell makes the task to tell somebody; in a case that is closed nothing is left to do.
func tell(sys *record.Tx, who string, of *record.Sheet, text string) (int, error) {
	home, err := sys.ByID("case", of.Head.CaseID)
	if err != nil {
		return 0, err
	}
	_, err = sys.Create("task", &task.Task{Text: text, About: of.Ref(), Due: edtf.Day(sys.Today()), Assignee: form.Ref{ID: who}}, home)
	var closed *record.NotOpen
	if errors.As(err, &closed) {
		return 0, nil
	}
	return 1, err
}
