package record

import (
	"context"
	"strconv"
	"sync"
	"time"

	"amparo/internal/auth"
)

// Reading of a restricted record writes lines of its own into the history: they
// bump no version and stand on no record's history page. Whoever opens a record
// leaves one on it; whoever gets records of a case without opening any, as in a
// file of a list, leaves one on the case with their number.
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
	others int
}

func (w *work) seenOf(caseID string) *seen {
	if w.seen == nil {
		w.seen = map[string]*seen{}
	}
	s := w.seen[caseID]
	if s == nil {
		s = &seen{opened: map[string]Head{}}
		w.seen[caseID] = s
	}
	return s
}

// readUnder is the record that tells of readings: the case, or what lies in none itself.
func readUnder(h Head) string { return cmpOr(h.CaseID, h.ID) }

// saw remembers that a person has read a restricted record.
func (tx *Tx) saw(h Head) {
	if h.Restricted() && tx.readonly && !tx.Actor.IsSystem() {
		tx.work.seenOf(readUnder(h)).others++
	}
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
		head   Head
		action string
		note   string
	}
	var lines []line
	now := b.now()
	for caseID, s := range w.seen {
		for _, h := range s.opened {
			if b.readings.due(a.ID, h.ID, now) {
				lines = append(lines, line{h, readRecord, ""})
			}
		}
		if len(s.opened) == 0 && b.readings.due(a.ID, readList+caseID, now) {
			lines = append(lines, line{Head{ID: caseID}, readList, strconv.Itoa(s.others)})
		}
	}
	if len(lines) == 0 {
		return nil
	}
	err := b.Do(ctx, a, func(tx *Tx) error {
		for _, l := range lines {
			if err := tx.trail(l.head, l.action, "", l.note, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		for _, l := range lines {
			b.readings.forget(a.ID, l.head.ID)
			b.readings.forget(a.ID, readList+l.head.ID)
		}
	}
	return err
}

// Readings are who read what of a case, newest first, files that were taken out
// included; the note of a list is the number of its records.
func (tx *Tx) Readings(s *Sheet) ([]Line, error) {
	return tx.lines("t.action LIKE 'read%' AND t.record_id IN (SELECT id FROM head WHERE case_id = ?) ORDER BY t.n DESC LIMIT 1000", s.Head.CaseID)
}
