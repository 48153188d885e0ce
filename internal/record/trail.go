package record

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"amparo/internal/form"
)

// trail writes the one history line of a change. The line holds a salted hash
// of its payload; the chain runs over the hashes, so that a payload can be
// erased on request and the chain stays whole.
func (tx *Tx) trail(h Head, action, move, note string, changes []form.Change) error {
	w := tx.work
	// The first update takes the row's lock until the work ends, so that on
	// PostgreSQL two writers never draw the same number; finish writes the last.
	if w.line++; w.line == 1 {
		if err := tx.one([]any{&w.line, &w.hash}, "UPDATE chain SET n = n + 1 WHERE id = 1 RETURNING n, hash"); err != nil {
			return err
		}
	}
	n := w.line
	salt := rand.Text()
	text := ""
	if len(changes) > 0 {
		b, err := json.Marshal(changes)
		if err != nil {
			return err
		}
		text = string(b)
	}
	at := Moment(tx.At)
	payload := payloadHash(salt, note, text)
	w.hash = lineHash(w.hash, n, at, tx.Actor.ID, h.ID, action, move, h.Version, payload)
	if err := tx.put(`INSERT INTO trail (n, at, actor, record_id, action, move, version, payload_hash, hash) VALUES (?,?,?,?,?,?,?,?,?)`,
		n, at, tx.Actor.ID, h.ID, action, move, h.Version, payload, w.hash); err != nil {
		return err
	}
	return tx.put("INSERT INTO trail_payload (n, salt, note, changes) VALUES (?,?,?,?)", n, salt, note, text)
}

func payloadHash(salt, note, changes string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s", salt, note, changes))
	return hex.EncodeToString(sum[:])
}

func lineHash(last string, n int64, at, actor, record, action, move string, version int, payload string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s\x00%s\x00%s\x00%s\x00%s\x00%d\x00%s", last, n, at, actor, record, action, move, version, payload))
	return hex.EncodeToString(sum[:])
}

// Line is one line of a record's history.
type Line struct {
	N       int64         `json:"n"`
	At      string        `json:"at"`
	By      form.Ref      `json:"-"`
	Action  string        `json:"action"`
	Move    string        `json:"move"`
	Note    string        `json:"note"`
	Version int           `json:"version"`
	Record  form.Ref      `json:"-"`
	Changes []form.Change `json:"changes"`
}

// History reads a record's lines, newest first; the caller has shown that the
// actor may see the record by holding its sheet.
func (tx *Tx) History(s *Sheet) ([]Line, error) {
	list, err := tx.lines("t.record_id = ? AND "+notReadings+" ORDER BY t.n DESC LIMIT 1000", s.Head.ID)
	if err != nil {
		return nil, err
	}
	return list, tx.hushLines(s.Kind, list)
}

// Witness leaves a line of what happened to a record and changed nothing in it,
// such as that its file was opened, or was found damaged. It needs no right but
// to see the record. Actions that begin with "read" tell who took something out;
// they are no news to colleagues.
func (tx *Tx) Witness(s *Sheet, action string) error {
	return tx.trail(s.Head, action, "", "", nil)
}

// Enter leaves a line of what happened to something that is no record, under a
// name of its own, such as a month that was frozen. Who may is for the room to say.
func (tx *Tx) Enter(about, action, note string, changes []form.Change) error {
	return tx.trail(Head{ID: about}, action, "", note, changes)
}

// Entries reads the lines of such a thing, newest first.
func (tx *Tx) Entries(about string) ([]Line, error) {
	return tx.lines("t.record_id = ? ORDER BY t.n DESC", about)
}

// erasedOnce leaves one line of each erasure: not those of all that went with it, nor
// what had been done to them before.
const erasedOnce = "(t.action <> '" + erasing + "' AND h.state <> '" + Erased + "' OR t.action = '" + erasing + "' AND h.id IN (SELECT x.record_id FROM erasure x))"

// Recent reads what others changed since a moment, newest first, within scope.
func (tx *Tx) Recent(since string, limit int) ([]Line, error) {
	sql, args := tx.scope()
	list, err := tx.lines("t.at > ? AND t.actor <> ? AND t.action NOT LIKE 'read%' AND EXISTS (SELECT 1 FROM head h WHERE h.id = t.record_id AND "+erasedOnce+" AND "+sql+") ORDER BY t.n DESC LIMIT ?",
		append(append([]any{since, tx.Actor.ID}, args...), limit)...)
	if err != nil {
		return nil, err
	}
	var shown []form.Ref
	for _, l := range list {
		shown = append(shown, l.Record)
	}
	return list, tx.Showed(shown...)
}

// actsWithin is how many lines of the whole history are looked through for acts
// of one sort, from its end.
const actsWithin = 100_000

// Acts reads the lines of one sort of act in the late history, newest first, within scope.
func (tx *Tx) Acts(action string, most int) ([]Line, error) {
	sql, args := tx.scope()
	return tx.lines("t.action = ? AND t.n > (SELECT n FROM chain WHERE id = 1) - ? AND EXISTS (SELECT 1 FROM head h WHERE h.id = t.record_id AND "+sql+") ORDER BY t.n DESC LIMIT ?",
		append(append([]any{action, actsWithin}, args...), most)...)
}

func (tx *Tx) lines(where string, args ...any) ([]Line, error) {
	people, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	rows, err := tx.query(`SELECT t.n, t.at, t.actor, t.action, t.move, t.version, p.note, p.changes, t.record_id
		FROM trail t JOIN trail_payload p ON p.n = t.n WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Line
	for rows.Next() {
		var l Line
		var actor, changes string
		if err := rows.Scan(&l.N, &l.At, &actor, &l.Action, &l.Move, &l.Version, &l.Note, &changes, &l.Record.ID); err != nil {
			return nil, err
		}
		l.By = people[actor]
		if l.By.ID == "" {
			l.By = form.Ref{ID: actor}
		}
		if changes != "" {
			if err := json.Unmarshal([]byte(changes), &l.Changes); err != nil {
				return nil, err
			}
		}
		list = append(list, l)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, l := range list {
		ids[l.Record.ID] = true
	}
	heads, err := tx.heads(ids)
	if err != nil {
		return nil, err
	}
	if err := tx.hushHidden(list, heads); err != nil {
		return nil, err
	}
	if err := tx.hushHandouts(list); err != nil {
		return nil, err
	}
	for i := range list {
		h := heads[list[i].Record.ID]
		list[i].Record = h.ref()
	}
	return list, nil
}

// ChangedSince gives the fields that others changed after a version, with
// their value before: what a late editor must be shown.
func (tx *Tx) ChangedSince(s *Sheet, version int) (map[string]any, error) {
	lines, err := tx.History(s)
	if err != nil {
		return nil, err
	}
	before := map[string]any{}
	for _, l := range lines { // newest first, so the oldest "before" stays
		if l.Version > version {
			for _, c := range l.Changes {
				before[c.Field] = c.Before
			}
		}
	}
	return before, nil
}
