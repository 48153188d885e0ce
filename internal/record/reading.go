package record

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"amparo/internal/auth"
	"amparo/internal/form"
)

// Reading of a restricted record writes lines of its own into the history: they
// bump no version and stand on no record's history page. Whoever opens a record
// leaves one on it; whoever gets records of a case without opening any, as rows of
// a file or titles in a list, a search or a suggestion, leaves one on the case with
// their number and refs.
const (
	readRecord  = "read"
	readList    = "read_list"
	notReadings = "t.action NOT IN ('" + readRecord + "', '" + readList + "')"
)

// readAgain is for how long a person's further readings of the same are taken for one.
const readAgain = 10 * time.Minute

// readings remembers who read what lately.
type readings struct {
	mu   sync.Mutex
	last map[[2]string]time.Time
}

// due tells whether a reading is to be written.
func (r *readings) due(who, what string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := [2]string{who, what}
	if at, ok := r.last[key]; ok && now.Sub(at) < readAgain && !now.Before(at) {
		return false
	}
	if r.last == nil || len(r.last) > 10_000 {
		r.last = map[[2]string]time.Time{}
	}
	r.last[key] = now
	return true
}

func (r *readings) forget(who, what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.last, [2]string{who, what})
}

// seen is what a view has read of restricted cases, by case.
type seen struct {
	opened map[string]Head
	rows   bool              // some were got with what they hold
	refs   map[string]string // of all that were got or named, by id
}

// mostRefs is how many records a line names that were not opened.
const mostRefs = 200

func (w *work) seenOf(caseID string) *seen {
	if w.seen == nil {
		w.seen = map[string]*seen{}
	}
	s := w.seen[caseID]
	if s == nil {
		s = &seen{opened: map[string]Head{}, refs: map[string]string{}}
		w.seen[caseID] = s
	}
	return s
}

// readUnder is the record that tells of readings: the case, or what lies in none itself.
func readUnder(h Head) string { return cmp.Or(h.CaseID, h.ID) }

// saw remembers that a person has read a restricted record.
func (tx *Tx) saw(h Head) {
	if h.Restricted() && tx.readonly && !tx.Actor.IsSystem() {
		s := tx.work.seenOf(readUnder(h))
		s.rows = true
		s.refs[h.ID] = h.Ref
	}
}

// glimpsed remembers that a person was shown how a restricted record is called.
func (tx *Tx) glimpsed(h Head) {
	if h.Restricted() && tx.readonly && !tx.Actor.IsSystem() {
		tx.work.seenOf(readUnder(h)).refs[h.ID] = h.Ref
	}
}

// Showed remembers that a person is shown how records are called which a question of
// a room's own found.
func (tx *Tx) Showed(refs ...form.Ref) error {
	if !tx.readonly || tx.Actor.IsSystem() || len(refs) == 0 {
		return nil
	}
	if held, err := tx.passes(); err != nil || len(held) == 0 { // who passes no gate sees nothing that has one
		return err
	}
	ids := make([]string, len(refs))
	for i, r := range refs {
		ids[i] = r.ID
	}
	_, err := tx.Titles(ids...)
	return err
}

// askedFor remembers that the reader asked for this very record.
func (tx *Tx) askedFor(s *Sheet) {
	if (s.Head.Restricted() || s.opened) && tx.readonly && !tx.Actor.IsSystem() {
		tx.work.seenOf(readUnder(s.Head)).opened[s.Head.ID] = s.Head
	}
}

// noteReadings writes what a view has read of restricted cases. A reading that
// cannot be written does not take place.
func (b *Book) noteReadings(ctx context.Context, a auth.Actor, w *work) error {
	type line struct {
		head    Head
		action  string
		note    string
		changes []form.Change
	}
	var lines []line
	var due []string // what is taken for read from now on
	now := b.now()
	isDue := func(what string) bool {
		if !b.readings.due(a.ID, what, now) {
			return false
		}
		due = append(due, what)
		return true
	}
	for caseID, s := range w.seen {
		for _, h := range s.opened {
			if isDue(h.ID) {
				lines = append(lines, line{head: h, action: readRecord})
			}
		}
		if len(s.opened) > 0 { // what a page shows beside what was opened
			continue
		}
		// Rows are one reading for all; titles are one for each that was not shown lately.
		taken := s.rows && isDue(readList+caseID)
		var refs []string
		for id, ref := range s.refs {
			if id == caseID && len(s.refs) > 1 { // its records name it
				continue
			}
			if isDue("title "+id) || taken {
				refs = append(refs, ref)
			}
		}
		if len(refs) > 0 {
			n := len(refs)
			slices.Sort(refs)
			lines = append(lines, line{Head{ID: caseID}, readList, strconv.Itoa(n), []form.Change{{Field: "refs", After: refs[:min(n, mostRefs)]}}})
		}
	}
	if len(lines) == 0 {
		return nil
	}
	var last int64
	err := b.Do(ctx, a, func(tx *Tx) error {
		for _, l := range lines {
			if err := tx.trail(l.head, l.action, "", l.note, l.changes); err != nil {
				return err
			}
		}
		last = tx.work.line
		return nil
	})
	if err == nil {
		b.answers.stillSo(last-int64(len(lines)), last)
	}
	if err != nil {
		for _, what := range due {
			b.readings.forget(a.ID, what)
		}
	}
	return err
}

// Readings are who read what of a case, newest first, files that were taken out
// included; the note of a list is the number of its records, its change their refs.
// Of records that the actor may not see nothing is told.
func (tx *Tx) Readings(s *Sheet) ([]Line, error) {
	limit, args := tx.scope()
	list, err := tx.lines("t.action LIKE 'read%' AND t.record_id IN (SELECT h.id FROM head h WHERE h.case_id = ? AND "+limit+") ORDER BY t.n DESC LIMIT 1000",
		append([]any{s.Head.CaseID}, args...)...)
	if err != nil {
		return nil, err
	}
	var refs []string
	for _, l := range list {
		refs = append(refs, l.Refs()...)
	}
	seen, err := tx.visible(refs)
	if err != nil {
		return nil, err
	}
	told := list[:0]
	for _, l := range list {
		named := l.Refs()
		visible := slices.DeleteFunc(slices.Clone(named), func(ref string) bool { return !seen[ref] })
		switch {
		case l.Action != readList:
		case len(visible) == 0 && (len(named) > 0 || !s.Head.Restricted()):
			continue
		case len(visible) < len(named):
			l.Note, l.Changes = strconv.Itoa(len(visible)), []form.Change{{Field: "refs", After: visible}}
		}
		told = append(told, l)
	}
	return told, nil
}

// Refs are the records that a line names which were read without being opened.
func (l Line) Refs() []string {
	var list []string
	for _, c := range l.Changes {
		if c.Field != "refs" {
			continue
		}
		switch refs := c.After.(type) {
		case []string:
			list = append(list, refs...)
		case []any:
			for _, one := range refs {
				if ref, ok := one.(string); ok {
					list = append(list, ref)
				}
			}
		}
	}
	return list
}
