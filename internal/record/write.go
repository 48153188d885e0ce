package record

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"amparo/internal/auth"
	"amparo/internal/form"
	"amparo/internal/names"
)

// Probe tells what Create would refuse, and keeps nothing: for rehearsals. It
// may be asked while only reading.
func (tx *Tx) Probe(kind string, body Body, home *Sheet) error {
	_, err := tx.begin(kind, body, home)
	return err
}

// begin does all of creating that comes before the first write.
func (tx *Tx) begin(kind string, body Body, home *Sheet) (*Sheet, error) {
	k := tx.book.Kind(kind)
	s := &Sheet{Kind: k, Body: body}
	if err := tx.mayWrite(k); err != nil {
		return nil, err
	}
	if home != nil && !k.IsCase {
		if home.Head.CaseID == "" || !home.Kind.IsCase {
			return nil, fmt.Errorf("record: home of a new %s is not a case", kind)
		}
		s.Head.CaseID, s.Head.Gate, s.Case = home.Head.CaseID, home.Head.Gate, home.Ref()
		if err := cmp.Or(tx.mayChange(home), tx.open(home)); err != nil {
			return nil, err
		}
	} else if !k.Register && !k.IsCase {
		return nil, form.Problems{{Field: "case", Code: "required"}}
	}
	err := tx.settle(s)
	if err != nil {
		return nil, err
	}
	if err := tx.shape(s, Act{}); err != nil {
		return nil, err
	}
	if gate, err := tx.parentGate(s); err != nil {
		return nil, err
	} else if gate != "" {
		s.Head.Gate = gate
	}
	return s, tx.fitting(s, "")
}

// shape lets a kind complete its record before it is kept.
func (tx *Tx) shape(s *Sheet, act Act) error {
	if shape := tx.book.shapes[s.Kind.Name]; shape != nil {
		return shape(tx, s, act)
	}
	return nil
}

// Create keeps a new record. home is the case it belongs to; it may be nil for
// the shared register and for cases themselves.
func (tx *Tx) Create(kind string, body Body, home *Sheet) (*Sheet, error) {
	s, err := tx.begin(kind, body, home)
	if err != nil {
		return nil, err
	}
	k := s.Kind
	n, err := tx.next(k.Prefix, 1+rand.Int64N(9)) // #nosec G404 -- a gap is not a secret; it must only tell nothing
	if err != nil {
		return nil, err
	}
	seq, err := tx.next("#", 1)
	if err != nil {
		return nil, err
	}
	h := &s.Head
	h.ID, h.Seq, h.Ref, h.Kind, h.Version = NewID(), seq, fmt.Sprintf("%s-%04d", k.Prefix, n), k.Name, 1
	if h.State == "" {
		h.State = string(k.Flow.Start)
	}
	if h.Sensitivity == "" {
		h.Sensitivity = "internal"
	}
	if k.IsCase {
		h.CaseID = h.ID
		s.Case = s.Ref()
	}
	h.CreatedAt, h.CreatedBy = Moment(tx.At), tx.Actor.ID
	h.UpdatedAt, h.UpdatedBy = h.CreatedAt, h.CreatedBy
	s.entitle()
	s.Case.Title = cmp.Or(s.Case.Title, h.Title)
	if err := tx.put(`INSERT INTO head (id, seq, ref, kind, case_id, title, title_arab, sort, state, sensitivity, version, gate, created_at, created_by, updated_at, updated_by)
		VALUES (?,?,?,?,?,?,?,?,?,?,1,?,?,?,?,?)`, h.ID, h.Seq, h.Ref, h.Kind, h.CaseID, h.Title, h.Arab, names.Fold(h.Title), h.State, h.Sensitivity,
		h.Gate, h.CreatedAt, h.CreatedBy, h.UpdatedAt, h.UpdatedBy); err != nil {
		return nil, err
	}
	if err := tx.put(tx.book.sql[k.Name].insert, append([]any{h.ID}, s.Fields().Args()...)...); err != nil {
		return nil, err
	}
	if err := tx.derived(s, nil); err != nil {
		return nil, err
	}
	changes, now := s.changes()
	tx.work.made[h.ID] = h.CaseID
	if err := tx.trail(s.Head, "create", "", "", changes); err != nil {
		return nil, err
	}
	s.kept = now
	return s, tx.effects(nil, s)
}

// mayWrite asks the table of roles for the right to change a kind at all.
func (tx *Tx) mayWrite(k *Kind) error {
	if !tx.Actor.May(k.Writing()) {
		return ErrForbidden
	}
	return nil
}

// open refuses changes to what is closed.
func (tx *Tx) open(s *Sheet) error {
	if s.Head.Voided {
		if merged, err := tx.isMerged(s); err != nil || merged {
			return cmp.Or[error](err, &NotOpen{Move: "edit", Why: []Why{{Code: "merged"}}})
		}
		return &NotOpen{Move: "edit", Why: []Why{{Code: "voided"}}}
	}
	if tx.book.editable == nil || tx.undoing {
		return nil
	}
	why, err := tx.book.editable(tx, s)
	if err != nil {
		return err
	}
	if len(why) > 0 {
		return &NotOpen{Move: "edit", Why: why}
	}
	return nil
}

// settle checks an input, finds what its links point at and gives rows their ids.
func (tx *Tx) settle(s *Sheet) error {
	fields := s.Fields()
	p, err := tx.Links(fields)
	if err != nil {
		return err
	}
	p = append(p, fields.Check()...)
	if s.Kind.Check != nil {
		p = append(p, s.Kind.Check(s.Body, tx.Today())...)
	}
	if err := p.Or(); err != nil {
		return err
	}
	fields.NewRowIDs(NewID)
	return nil
}

// Links turns typed refs and names of links into the records they mean,
// within scope; what may not be seen is "not found".
func (tx *Tx) Links(fields form.Set) (form.Problems, error) {
	var p form.Problems
	var failed error
	fields.Walk(func(path string, f form.Field) {
		if !f.IsLink() || failed != nil {
			return
		}
		refs := slices.Clone(f.Refs())
		changed := false
		for i, r := range refs {
			if r.ID != "" {
				continue
			}
			var found form.Ref
			var err error
			if f.Kind == "account" {
				found, err = tx.account(r)
			} else {
				found, err = tx.Resolve(f.Kind, r.Ref)
			}
			if err != nil && err != ErrNotFound {
				failed = err
				return
			}
			if found.ID == "" || (f.Kind != "" && f.Kind != "account" && found.Kind != f.Kind) {
				p = append(p, form.Problem{Field: path, Code: "not_found", Args: []any{"what", r.Ref}})
				continue
			}
			refs[i], changed = found, true
		}
		if changed {
			f.SetRefs(refs)
		}
	})
	return p, failed
}

// Resolve finds the record a typed ref or name means. A name means the record
// of that kind, of any kind for "", that goes by it, if there is just one; where the work enters
// names, an unknown one becomes an unchecked register entry.
func (tx *Tx) Resolve(kind, text string) (form.Ref, error) {
	text = strings.TrimSpace(text)
	if LooksLikeRef(strings.ToUpper(text)) {
		return tx.find(strings.ToUpper(text), Erased) // nothing is linked to what is gone
	}
	if text == "" || !form.Clean(text) {
		return form.Ref{}, ErrNotFound
	}
	k := &Kind{} // of any kind
	if kind != "" {
		k = tx.book.Kind(kind)
	}
	rows, err := tx.Rows(`SELECT h.id, h.ref, h.kind, h.title FROM head h JOIN name_key nk ON nk.record_id = h.id
		WHERE nk.name_key = ? AND (nk.kind = ? OR ? = '') AND h.voided = 0 AND %SCOPE% ORDER BY h.seq LIMIT 2`, exactKey(text), kind, kind)
	if err != nil {
		return form.Ref{}, err
	}
	if len(rows) == 1 || (len(rows) > 1 && k.Register) {
		r := rows[0]
		return form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, nil
	}
	if !tx.enter || k.Enter == nil || tx.readonly {
		return form.Ref{}, ErrNotFound
	}
	s, err := tx.Create(kind, k.Enter(text), nil)
	if err != nil {
		return form.Ref{}, err
	}
	return s.Ref(), nil
}

// exactKey is the index term under which a whole name is found.
func exactKey(name string) string { return "=" + names.Fold(name) }

// Save keeps the changed fields of a record if nobody was quicker: version is
// the one its editor started from.
func (tx *Tx) Save(s *Sheet, version int) error { return tx.save(s, version, "edit", "", "") }

// SaveAs keeps changed fields under a word of its own in the history, with a note.
func (tx *Tx) SaveAs(s *Sheet, version int, action, note string) error {
	return tx.save(s, version, action, "", note)
}

// leads finds changed fields that only who leads the office may change.
// Of a restricted record he must see it for good, so that nobody lengthens his own stay.
func (tx *Tx) leads(s *Sheet, changes []form.Change) error {
	stays, err := tx.lasting(s)
	if err != nil {
		return err
	}
	var p form.Problems
	for _, c := range changes {
		closed := s.Head.Restricted() && slices.Contains(s.Kind.ClosedLeads, c.Field)
		if closed || slices.Contains(s.Kind.Leads, c.Field) {
			if !tx.Actor.May(auth.Lead) || !stays {
				p = append(p, form.Problem{Field: c.Field, Code: "lead_only"})
			}
		}
	}
	return p.Or()
}

func (tx *Tx) save(s *Sheet, version int, action, move, note string) error {
	if err := cmp.Or(tx.mayWrite(s.Kind), tx.mayChange(s)); err != nil {
		return err
	}
	if move == "" {
		if err := tx.open(s); err != nil {
			return err
		}
	}
	if s.Head.Version != version {
		return tx.stale(s)
	}
	if err := tx.unveil(s); err != nil {
		return err
	}
	if err := tx.settle(s); err != nil {
		return err
	}
	if err := s.unidentified(); err != nil {
		return err
	}
	if err := tx.fitting(s, move); err != nil {
		return err
	}
	if err := tx.shape(s, Act{Move: move, Note: note}); err != nil {
		return err
	}
	s.Fields().NewRowIDs(NewID)
	changes, now := s.changes()
	if len(changes) == 0 && move == "" && note == "" {
		return nil // nothing to keep: no line, no new version
	}
	differs := len(changes) > 0 || s.kept == nil || !maps.Equal(s.kept.values, now.values)
	if err := tx.leads(s, changes); err != nil {
		return err
	}
	if err := tx.narrowing(s, action); err != nil {
		return err
	}
	back, err := tx.masking(s)
	if err != nil {
		return err
	}
	old := *s
	h := &s.Head
	s.entitle()
	h.UpdatedAt, h.UpdatedBy = Moment(tx.At), tx.Actor.ID
	// The scope stands in the sentence once more, so that a sheet read with other
	// eyes cannot be written with these.
	limit, limitArgs := tx.scope()
	done, err := tx.run(`UPDATE head AS h SET title = ?, title_arab = ?, sort = ?, state = ?, sensitivity = ?, voided = ?, version = version + 1, updated_at = ?, updated_by = ?
		WHERE id = ? AND version = ? AND `+limit, append([]any{h.Title, h.Arab, names.Fold(h.Title), h.State, h.Sensitivity, b2i(h.Voided), h.UpdatedAt, h.UpdatedBy, h.ID, version}, limitArgs...)...)
	if err != nil {
		return err
	}
	if done == 0 {
		return tx.stale(s)
	}
	h.Version++
	if differs {
		if err := tx.exec(tx.book.sql[s.Kind.Name].update, append(s.Fields().Args(), h.ID)...); err != nil {
			return err
		}
		if err := tx.derived(s, &old); err != nil {
			return err
		}
	}
	if err := tx.trail(s.Head, action, move, note, changes); err != nil {
		return err
	}
	s.kept = now
	if err := tx.follow(s, changes); err != nil {
		return err
	}
	if err := cmp.Or(tx.effects(&old, s), back()); err != nil {
		return err
	}
	if len(s.veiled) > 0 {
		return tx.veil(s)
	}
	return nil
}

// follow moves a record behind the gate of what it belongs to from now on.
func (tx *Tx) follow(s *Sheet, changes []form.Change) error {
	name := tx.book.sql[s.Kind.Name].follows
	if name != "" && slices.ContainsFunc(changes, func(c form.Change) bool { return c.Field == name }) {
		return tx.regate(s)
	}
	return nil
}

// narrowing refuses to open a restricted case to all by an edit: that needs two.
func (tx *Tx) narrowing(s *Sheet, action string) error {
	if s.Kind.Access == nil || !s.Head.Restricted() || action == "widen" {
		return nil
	}
	if restricted, _ := s.Kind.Access(s.Body); !restricted {
		return form.Problems{{Field: "access", Code: "second_person"}}
	}
	return nil
}

func (tx *Tx) stale(s *Sheet) error {
	now, err := tx.Itself(s.Kind.Name, s.Head.Ref)
	if err != nil {
		return err
	}
	return &Stale{Current: now}
}

// Changed tells whether a record's fields differ from what was read.
func (s *Sheet) Changed() bool {
	list, _ := s.changes()
	return len(list) > 0
}

// changes compares the fields with what was read, and gives what they are now.
func (s *Sheet) changes() ([]form.Change, *kept) {
	fields := s.Fields()
	now := &kept{values: fields.Snapshot(), readable: fields.Readable()}
	before := &kept{}
	if s.kept != nil {
		before = s.kept
		before.open()
	}
	var list []form.Change
	for _, f := range fields {
		if f.Derived && !f.Told || (s.kept == nil && f.Empty()) || (s.kept != nil && before.values[f.Name] == now.values[f.Name]) {
			continue
		}
		list = append(list, form.Change{Field: f.Name, Before: before.readable[f.Name], After: now.readable[f.Name]})
	}
	return list, now
}

// derived renews what is computed from a record's fields: ties, words for
// searching, names for matching, who may see a case.
func (tx *Tx) derived(s *Sheet, old *Sheet) error {
	if old != nil {
		if err := tx.exec("DELETE FROM tie WHERE from_id = ? AND field NOT LIKE '@%'", s.Head.ID); err != nil {
			return err
		}
	}
	if err := tx.tie(s.Head.ID, "", "", s.Fields()); err != nil {
		return err
	}
	if err := tx.index(s, old != nil); err != nil {
		return err
	}
	if s.Kind.Access != nil {
		return tx.access(s, old)
	}
	return nil
}

// tie keeps one line per link, so that it can be followed backwards.
func (tx *Tx) tie(from, prefix, row string, fields form.Set) error {
	return tx.fill("tie (from_id, field, row_id, pos, to_id)", 5, ties(nil, from, prefix, row, fields))
}

// ties lists the cells of a record's lines of tie.
func ties(cells []any, from, prefix, row string, fields form.Set) []any {
	for _, f := range fields {
		if f.Type == form.Group {
			for i := range f.Len() {
				id, sub := f.Row(i)
				cells = ties(cells, from, prefix+f.Name+".", id, sub)
			}
			continue
		}
		if !f.IsLink() {
			continue
		}
		for i, r := range f.Refs() {
			if r.ID != "" {
				cells = append(cells, from, prefix+f.Name, row, i, r.ID)
			}
		}
	}
	return cells
}

// fill inserts rows into a table, many at a time, in few different numbers so
// that few statements have to be kept ready.
func (tx *Tx) fill(into string, width int, cells []any) error {
	row := "(?" + strings.Repeat(",?", width-1) + ")"
	for len(cells) > 0 {
		n := len(cells) / width
		switch {
		case n >= 32:
			n = 32
		case n >= 16:
			n = 16
		case n > 8:
			n = 8
		}
		if err := tx.exec("INSERT INTO "+into+" VALUES "+row+strings.Repeat(","+row, n-1), cells[:n*width]...); err != nil {
			return err
		}
		cells = cells[n*width:]
	}
	return nil
}

// DeriveRows writes rows of a table that a room computes, as Derive does.
func (tx *Tx) DeriveRows(into string, width int, cells []any) error {
	return tx.fill(into, width, cells)
}

// access keeps who may see what belongs to a case: passes of its team, and gates.
func (tx *Tx) access(s *Sheet, old *Sheet) error {
	restricted, members := s.Kind.Access(s.Body)
	if err := tx.exec("DELETE FROM pass WHERE gate = ? AND origin = ?", s.Head.ID, ByTeam); err != nil {
		return err
	}
	slices.Sort(members)
	for _, m := range slices.Compact(members) {
		if m == "" {
			continue
		}
		if err := tx.letIn(m, s.Head.ID, ByTeam, forever, ""); err != nil {
			return err
		}
	}
	if old != nil {
		if err := tx.newLead(s, s.lead()); err != nil {
			return err
		}
	}
	gate, level := "", s.Head.Sensitivity
	switch {
	case restricted:
		gate, level = s.Head.ID, Restricted
	case level == Restricted:
		level = Internal
	}
	if s.Head.Gate == gate {
		return nil
	}
	was := s.Head.Gate
	s.Head.Gate, s.Head.Sensitivity = gate, level
	if err := tx.exec("UPDATE head SET sensitivity = ? WHERE id = ?", level, s.Head.ID); err != nil {
		return err
	}
	return tx.exec("UPDATE head SET gate = ? WHERE case_id = ? AND gate = ?", gate, s.Head.ID, was)
}

// newLead hands what is closed by itself within a case to who leads it now.
func (tx *Tx) newLead(s *Sheet, lead string) error {
	s.kept.open()
	was := s.kept.values["lead"]
	if lead == "" || was == "" || was == lead {
		return nil
	}
	closed := "gate IN (SELECT id FROM head WHERE case_id = ?) AND origin = '" + ByName + "'"
	if err := tx.exec("DELETE FROM pass WHERE account_id = ? AND "+closed+" AND gate IN (SELECT gate FROM pass WHERE account_id = ? AND origin = '"+ByName+"')", lead, s.Head.ID, was); err != nil {
		return err
	}
	return tx.exec("UPDATE pass SET account_id = ? WHERE account_id = ? AND "+closed, lead, was, s.Head.ID)
}
