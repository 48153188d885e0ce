package cases

import (
	"slices"
	"strings"

	"amparo/internal/cases/appeal"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/person"
	"amparo/internal/citation"
	"amparo/internal/deadline"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// effects registers what a saved record sets off elsewhere:
//
//	detention  → the custody of each day, for lists and pages
//	person     → the same, since risk shortens the time until it is stale; when to ask for consent again
//	evidence   → the same, since its date says by when a step was known
//	place      → the same when it is merged or parted again, since sources name it
func effects(b *record.Book) {
	b.After("detention", keepCustody)
	b.After("person", func(tx *record.Tx, before, s *record.Sheet) error {
		if before == nil {
			return nil
		}
		if err := keepConsents(tx, s); err != nil {
			return err
		}
		return keepCustodies(tx, "person", s.Head.ID)
	})
	b.After("place", func(tx *record.Tx, before, s *record.Sheet) error {
		if before == nil || before.Head.Voided == s.Head.Voided {
			return nil
		}
		list, err := tx.AsSystem("custody follows what it rests on").Where("detention", `h.id IN (SELECT c.record_id FROM citation c WHERE c.says LIKE ?)
			OR h.id IN (SELECT c.record_id FROM choice c WHERE c.says LIKE ?)`, "%"+s.Head.Ref+"%", "%"+s.Head.Ref+"%")
		if err != nil {
			return err
		}
		for _, d := range list {
			if err := keepCustody(tx, d, d); err != nil {
				return err
			}
		}
		return nil
	})
	b.After("evidence", func(tx *record.Tx, before, s *record.Sheet) error {
		if before == nil {
			return nil
		}
		return keepCustodies(tx, "@citations.document", s.Head.ID)
	})
}

func keepCustodies(tx *record.Tx, field, id string) error {
	list, err := tx.AsSystem("custody follows what it rests on").Tied("detention", field, id)
	if err != nil {
		return err
	}
	for _, d := range list {
		if err := keepCustody(tx, d, d); err != nil {
			return err
		}
	}
	return nil
}

// keepCustody computes a detention's custody and keeps it for lists. It reads
// with the program's own eyes: what is computed must not depend on who saves.
func keepCustody(tx *record.Tx, before, s *record.Sheet) error {
	sys := tx.AsSystem("custody is computed from all that is on file")
	d := record.As[*detention.Detention](s)
	var dues []Due
	if before != nil {
		for _, table := range []string{"custody", "custody_place", "custody_period"} {
			if err := tx.Derive("DELETE FROM "+table+" WHERE detention_id = ?", s.Head.ID); err != nil {
				return err
			}
		}
	}
	owner, err := sys.Rows("SELECT h.title, h.sort, t.flags, h.title_arab FROM head h JOIN person t ON t.id = h.id WHERE h.id = ? AND %SCOPE%", d.Person.ID)
	if err != nil {
		return err
	}
	if len(owner) == 0 {
		return record.ErrNotFound
	}
	title, sort, flags := owner[0][0], owner[0][1], strings.Split(owner[0][2], "\n")
	if !s.Head.Voided {
		facts, err := factsOf(sys, s)
		if err != nil {
			return err
		}
		events := facts.Events(s)
		today := tx.Today()
		now := detention.On(events, today)
		limit := RecheckAfter(flags)
		taken := takenOn(events)
		stale := ""
		if now.InCustody {
			stale = taken.Latest
			if now.LastConfirmed != "" {
				stale = now.LastConfirmed
			}
			if stale == "" {
				stale = s.Head.CreatedAt[:10]
			}
			stale = edtf.AddDays(stale, limit)
		}
		if dues, err = custodyDues(sys, d, now, takenOn(events), stale); err != nil {
			return err
		}
		ended := ""
		if !now.InCustody {
			ended = now.SinceLatest
		}
		since := now.SinceEarliest
		if now.SinceLatest != since {
			since = "[" + now.SinceEarliest + ".." + now.SinceLatest + "]"
		}
		for _, e := range events { // as stated, where nothing narrows it
			if e.ID == now.SinceEvent && e.Date.Earliest == now.SinceEarliest && e.Date.Latest == now.SinceLatest {
				since = e.Date.Text
			}
		}
		var nextDay, nextClock, nextStep string
		if now.Next != nil {
			nextDay, nextClock, nextStep = now.Next.Date.Earliest, now.Next.Date.Clock, now.Next.ID
		}
		if err := tx.Derive(`INSERT INTO custody (detention_id, person_id, case_id, sort, latest, state, in_custody, since, since_earliest, since_latest, taken, taken_earliest, taken_latest,
			ended, place_ids, by_id, last_confirmed, stale_on, next_day, next_clock, next_step) VALUES (?,?,?,?,1,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
			s.Head.ID, d.Person.ID, s.Head.CaseID, sort, now.State, bit(now.InCustody), since, now.SinceEarliest, now.SinceLatest,
			taken.Text, taken.Earliest, taken.Latest, ended, strings.Join(now.Places, "\n"), now.By, now.LastConfirmed, stale, nextDay, nextClock, nextStep); err != nil {
			return err
		}
		var places, periods []any
		for _, p := range now.Places {
			places = append(places, s.Head.ID, p)
		}
		if err := tx.DeriveRows("custody_place (detention_id, place_id)", 2, places); err != nil {
			return err
		}
		for i, p := range detention.Periods(events, today) {
			periods = append(periods, s.Head.ID, i, p.From, p.FromEarliest, p.To, p.State, bit(detention.InCustody(p.State)), strings.Join(p.Places, "\n"), p.By)
		}
		if err := tx.DeriveRows("custody_period (detention_id, n, from_day, from_earliest, to_day, state, in_custody, place_ids, by_id)", 9, periods); err != nil {
			return err
		}
		if s.Head.State != now.State || s.Head.Title != title || s.Head.Arab != owner[0][3] || before != nil {
			if err := tx.Derive("UPDATE head SET state = ?, title = ?, title_arab = ?, sort = ? WHERE id = ?", now.State, title, owner[0][3], sort, s.Head.ID); err != nil {
				return err
			}
			renamed := s.Head.Title != title
			s.Head.State, s.Head.Title, s.Head.Arab = now.State, title, owner[0][3]
			if renamed && before != nil {
				if err := tx.Reword(s); err != nil {
					return err
				}
			}
		}
	}
	if before != nil || len(dues) > 0 {
		if err := keepDeadlines(tx, s, dues); err != nil {
			return err
		}
	}
	return tx.Derive(`UPDATE custody SET latest = 1 - latest WHERE person_id = ? AND latest <> CASE WHEN detention_id = (SELECT detention_id FROM custody
		WHERE person_id = ? ORDER BY taken_earliest DESC, detention_id DESC LIMIT 1) THEN 1 ELSE 0 END`, d.Person.ID, d.Person.ID)
}

// custodyDues lists what is due while somebody is held: to ask again, and while
// he is disappeared to write to those who may still act at once.
func custodyDues(sys *record.Tx, d *detention.Detention, now detention.Status, taken edtf.Date, stale string) ([]Due, error) {
	if !now.InCustody {
		return nil, nil
	}
	dues := []Due{{Rule: "own.custody_recheck", Day: stale, Owes: deadline.Us, Trigger: deadline.On(now.LastConfirmed)}}
	if now.State != detention.StateDisappeared {
		return dues, nil
	}
	one, _, ok := counted("wgeid.urgent_window", taken, deadline.Options{})
	if !ok {
		return dues, nil
	}
	list, err := sys.Tied("appeal", "persons", d.Person.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		for _, to := range record.As[*appeal.Appeal](s).Addressees {
			if !to.Sent() {
				continue
			}
			body, err := bodyOf(sys, to.Org.ID)
			if err != nil {
				return nil, err
			}
			if body == "wgeid" {
				one.MetOn = to.SentAt.Latest
			}
		}
	}
	return append(dues, one), nil
}

// bodyOf is the name the rules know a body by, "" for all others.
func bodyOf(sys *record.Tx, orgID string) (string, error) {
	rows, err := sys.Rows("SELECT t.body FROM organization t JOIN head h ON h.id = t.id WHERE h.id = ? AND %SCOPE%", orgID)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0][0], nil
}

// keepConsents renews the day on which the newest consent of a person has to be
// asked for again.
func keepConsents(tx *record.Tx, s *record.Sheet) error {
	pieces, err := tx.AsSystem("consents are asked for again").Pieces("consents", s)
	if err != nil {
		return err
	}
	newest := edtf.Date{}
	for _, p := range pieces {
		c := p.Body.(*person.Consent)
		if p.Annulled == "" && len(c.Withdrawn) == 0 && c.Date.Earliest > newest.Earliest {
			newest = c.Date
		}
	}
	var dues []Due
	if one, _, ok := counted("own.consent_review", newest, deadline.Options{}); ok {
		dues = append(dues, one)
	}
	return keepDeadlines(tx, s, dues)
}

func bit(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// takenOn is the date of the arrest, as stated.
func takenOn(events []detention.Event) edtf.Date {
	for _, e := range events {
		if e.Kind == "arrest" && !e.Annulled && !e.Planned {
			return e.Date
		}
	}
	return edtf.Date{}
}

// Facts are what hangs on detentions: who says what, which of it we go with,
// and when the documents are from.
type Facts struct {
	Cited   map[string][]citation.Cited // by record id
	Choices map[string][]Chosen         // by record id
	Dates   map[string]edtf.Date        // evidence id → date of the document
	Places  map[string]form.Ref         // what "says" texts of places mean
}

// Chosen is a choice between sources, with who made it.
type Chosen struct {
	record.Piece
	*citation.Choice
}

// factsOf reads what hangs on sheets, in four questions however many they are.
func factsOf(tx *record.Tx, sheets ...*record.Sheet) (Facts, error) {
	f := Facts{Cited: map[string][]citation.Cited{}, Choices: map[string][]Chosen{}, Dates: map[string]edtf.Date{}, Places: map[string]form.Ref{}}
	cited, err := citation.Of(tx, sheets...)
	if err != nil {
		return f, err
	}
	docs := map[string]bool{}
	said := map[string]bool{}
	for _, c := range cited {
		f.Cited[c.RecordID] = append(f.Cited[c.RecordID], c)
		if c.Document.ID != "" {
			docs[c.Document.ID] = true
		}
		for _, ref := range strings.Fields(c.Says) {
			if record.LooksLikeRef(ref) {
				said[ref] = true
			}
		}
	}
	choices, err := tx.Pieces("choices", sheets...)
	if err != nil {
		return f, err
	}
	for _, p := range choices {
		if p.Annulled != "" {
			continue
		}
		c := p.Body.(*citation.Choice)
		f.Choices[p.RecordID] = append(f.Choices[p.RecordID], Chosen{Piece: p, Choice: c})
		for _, ref := range strings.Fields(c.Says) {
			if record.LooksLikeRef(ref) {
				said[ref] = true
			}
		}
	}
	if len(docs) > 0 {
		rows, err := tx.Rows(`SELECT h.id, t.published, t.published_words, t.published_earliest, t.published_latest FROM head h JOIN evidence t ON t.id = h.id
			WHERE h.id IN ? AND h.voided = 0 AND %SCOPE%`, keys(docs))
		if err != nil {
			return f, err
		}
		for _, r := range rows {
			f.Dates[r[0]] = edtf.Date{Text: r[1], Words: r[2], Earliest: r[3], Latest: r[4]}
		}
	}
	if len(said) > 0 {
		rows, err := tx.Rows(`SELECT h.id, g.ref, h.kind, h.title, h.ref FROM head g JOIN head h ON h.id = CASE WHEN g.merged_into = '' THEN g.id ELSE g.merged_into END
			WHERE g.ref IN ? AND %SCOPE%`, keys(said))
		if err != nil {
			return f, err
		}
		for _, r := range rows {
			f.Places[r[1]] = form.Ref{ID: r[0], Ref: r[4], Kind: r[2], Title: r[3]}
		}
	}
	return f, nil
}

func keys(set map[string]bool) []string {
	list := make([]string, 0, len(set))
	for k := range set {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// About lists the citations about one field of a record: a step's own and those
// about parts of the step.
func (f Facts) About(recordID, field string) []citation.Cited {
	var list []citation.Cited
	for _, c := range f.Cited[recordID] {
		if c.Field == field || strings.HasPrefix(c.Field, field+".") {
			list = append(list, c)
		}
	}
	return list
}

// Choice is what we go with for a field, if somebody chose.
func (f Facts) Choice(recordID, field string) (Chosen, bool) {
	list := f.Choices[recordID]
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Field == field {
			return list[i], true
		}
	}
	return Chosen{}, false
}

// PlacesOf are the places a step may have been at: what it says itself and what
// other sources say, unless somebody chose among them.
func (f Facts) PlacesOf(recordID string, step detention.Step) (places []form.Ref, disputed bool) {
	field := "steps." + step.ID + ".places"
	add := func(r form.Ref) {
		if r.ID != "" && !slices.ContainsFunc(places, func(p form.Ref) bool { return p.ID == r.ID }) {
			places = append(places, r)
		}
	}
	for _, p := range step.Places {
		add(p)
	}
	own := len(places)
	for _, c := range f.About(recordID, field) {
		for _, ref := range strings.Fields(c.Says) {
			add(f.Places[ref])
		}
	}
	disputed = len(places) > own && len(f.Versions(recordID, step)) > 1
	if ch, ok := f.Choice(recordID, field); ok {
		places = nil
		for _, ref := range strings.Fields(ch.Says) {
			add(f.Places[ref])
		}
		return places, disputed
	}
	return places, disputed
}

// Events turns a detention's steps into what custody is computed from.
func (f Facts) Events(s *record.Sheet) []detention.Event {
	d := record.As[*detention.Detention](s)
	saved := s.Head.UpdatedAt[:10]
	events := make([]detention.Event, 0, len(d.Steps))
	for i, step := range d.Steps {
		e := detention.Event{ID: step.ID, Kind: step.Kind, Date: step.Date, Planned: step.Planned, Annulled: step.Annulled != "",
			By: step.By.ID, With: step.With, Result: step.Result, Pos: i}
		places, _ := f.PlacesOf(s.Head.ID, step)
		for _, p := range places {
			e.Places = append(e.Places, p.ID)
		}
		for _, c := range f.About(s.Head.ID, "steps."+step.ID) {
			known := c.At[:10]
			// A document that may be newer than its earliest date confirms nothing
			// beyond it.
			if day := f.Dates[c.Document.ID]; day.Latest != "" {
				known = day.Latest
			} else if day.Earliest != "" {
				known = day.Earliest
			}
			if e.Known == "" || known < e.Known {
				e.Known = known
			}
		}
		if e.Known == "" {
			e.Known = min(record.EnteredOn(step.ID, saved), saved)
		}
		events = append(events, e)
	}
	return events
}
