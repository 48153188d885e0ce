package record

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"amparo/internal/auth"
	"amparo/internal/form"
)

// Which value the kept record gets in a merge.
const (
	TakeKept = "kept"
	TakeGone = "gone"
	TakeBoth = "both" // lists and groups: united
)

// moved is what a merge changed, and so what taking it back must change.
type moved struct {
	Fields    map[string]wasField `json:"fields"`    // of the kept record
	Pointers  []pointer           `json:"pointers"`  // links of others
	Pieces    map[string][]string `json:"pieces"`    // ids of rows by part
	Followers []string            `json:"followers"` // records merged into the gone one before
}

type wasField struct {
	Before json.RawMessage `json:"before"`
	After  string          `json:"after"` // as compared
}

// pointer is one link of another record, by the place where its tie says it is.
type pointer struct {
	From  string `json:"from"`
	Kind  string `json:"kind"`
	Field string `json:"field"`
	Row   string `json:"row"`
	Pos   int    `json:"pos"`
	Twice bool   `json:"twice"` // the list held both records, so one place fell away
}

// Unites tells whether both values of a field can be kept side by side.
func Unites(f form.Field) bool {
	return f.Type == form.Group || f.Type == form.List || f.Type == form.Choices || f.Type == form.Links
}

// MergedInto gives the record that this one was merged into, empty when it was
// not or when that one may not be seen.
func (tx *Tx) MergedInto(s *Sheet) (form.Ref, error) {
	if !s.Head.Voided {
		return form.Ref{}, nil
	}
	rows, err := tx.Rows("SELECT h.id, h.ref, h.kind, h.title FROM head g JOIN head h ON h.id = g.merged_into WHERE g.id = ? AND %SCOPE%", s.Head.ID)
	if err != nil || len(rows) == 0 {
		return form.Ref{}, err
	}
	return form.Ref{ID: rows[0][0], Ref: rows[0][1], Kind: rows[0][2], Title: rows[0][3]}, nil
}

// isMerged tells whether a record was merged into another, whoever asks.
func (tx *Tx) isMerged(s *Sheet) (bool, error) {
	into, err := tx.AsSystem("is it merged").MergedInto(s)
	return into.ID != "", err
}

// WhyNotMerge gives the reasons why two records, both read in this work, cannot
// be merged now.
func (tx *Tx) WhyNotMerge(kept, gone *Sheet) ([]Why, error) {
	switch {
	case kept.Kind != gone.Kind || kept.Kind.Called == nil:
		return []Why{{Code: "merge_kind"}}, nil
	case kept.Head.ID == gone.Head.ID:
		return []Why{{Code: "merge_itself"}}, nil
	case kept.Head.Gate != gone.Head.Gate || kept.Sealed() || gone.Sealed():
		return []Why{{Code: "merge_restricted"}}, nil
	}
	for _, s := range []*Sheet{kept, gone} {
		var closed *NotOpen
		if err := tx.open(s); errors.As(err, &closed) {
			return closed.Why, nil
		} else if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (tx *Tx) mayMerge(k *Kind) error {
	if !tx.Actor.May(auth.Lead) {
		return ErrForbidden
	}
	return tx.mayWrite(k)
}

// Merge takes one record into another of its kind: the kept one gets the chosen
// fields (TakeKept, TakeGone, TakeBoth by name; both or whatever is filled where
// nothing is said), all that points at the other or hangs on it, and the other
// leads to it from then on. The versions are those that were chosen from.
func (tx *Tx) Merge(kept, gone *Sheet, keptVersion, goneVersion int, take map[string]string, reason string) error {
	if err := tx.mayMerge(kept.Kind); err != nil {
		return err
	}
	if kept.Head.Version != keptVersion {
		return tx.stale(kept)
	}
	if gone.Head.Version != goneVersion {
		return tx.stale(gone)
	}
	why, err := tx.WhyNotMerge(kept, gone)
	if err != nil {
		return err
	}
	if len(why) > 0 {
		return &NotOpen{Move: "merge", Why: why}
	}
	if err := needed("reason", reason, mostReason).Or(); err != nil {
		return err
	}
	return tx.Together(func() error {
		m := moved{Fields: map[string]wasField{}, Pieces: map[string][]string{}}
		for _, f := range kept.Fields() {
			other, _ := gone.Fields().Get(f.Name)
			if f.Derived {
				continue
			}
			before := f.Keep()
			after := choose(f, before, other.Keep(), take[f.Name], kept.Head.ID, gone.Head.ID)
			if string(before) != string(after) {
				m.Fields[f.Name] = wasField{Before: before}
				f.Restore(after)
			}
		}
		if _, _, err := tx.fillRefs([]*Sheet{kept}); err != nil {
			return err
		}
		if err := tx.save(kept, keptVersion, "merge", "", gone.Head.Ref+": "+reason); err != nil {
			return err
		}
		stamps := kept.Fields().Snapshot()
		for name, was := range m.Fields {
			was.After = stamps[name]
			m.Fields[name] = was
		}
		if err := tx.followers(&m, kept, gone); err != nil {
			return err
		}
		if err := tx.putAway(gone, kept.Head.ID, "merge_into", kept.Head.Ref+": "+reason); err != nil {
			return err
		}
		if m.Pointers, err = tx.repoint(gone, kept); err != nil {
			return err
		}
		if err := tx.movePieces(&m, gone.Head.ID, kept.Head.ID); err != nil {
			return err
		}
		text, err := json.Marshal(m)
		if err != nil {
			return err
		}
		return tx.exec("INSERT INTO merging (id, kind, kept_id, gone_id, at, by_id, reason, moved) VALUES (?,?,?,?,?,?,?,?)",
			NewID(), kept.Kind.Name, kept.Head.ID, gone.Head.ID, Moment(tx.At), tx.Actor.ID, reason, string(text))
	})
}

// choose gives the stored value of a field after a merge. A record never
// points at itself, so links between the two fall away.
func choose(f form.Field, kept, gone json.RawMessage, take, keptID, goneID string) json.RawMessage {
	const empty = "null"
	value := kept
	switch {
	case take == TakeGone:
		value = gone
	case take == TakeKept:
	case !Unites(f):
		if string(kept) == empty {
			value = gone
		}
	case f.Type == form.Group:
		value = uniteRows(kept, gone)
	default:
		var a, b []string
		_, _ = json.Unmarshal(kept, &a), json.Unmarshal(gone, &b)
		for _, one := range b {
			if !slices.Contains(a, one) {
				a = append(a, one)
			}
		}
		if len(a) > 0 {
			value, _ = json.Marshal(a)
		}
	}
	self := func(raw json.RawMessage) bool { return string(raw) == `"`+keptID+`"` || string(raw) == `"`+goneID+`"` }
	switch f.Type {
	case form.Link:
		if self(value) {
			return json.RawMessage(empty)
		}
	case form.Links:
		var ids []string
		_ = json.Unmarshal(value, &ids)
		if n := len(ids); n > 0 {
			if ids = slices.DeleteFunc(ids, func(id string) bool { return id == keptID || id == goneID }); len(ids) < n {
				value, _ = json.Marshal(ids)
			}
		}
	case form.Group:
		rows := rowsOf(value)
		n := len(rows)
		rows = slices.DeleteFunc(rows, func(row map[string]json.RawMessage) bool {
			for name, raw := range row {
				if name != "id" && self(raw) {
					return true
				}
			}
			return false
		})
		if len(rows) < n {
			value, _ = json.Marshal(rows)
		}
	}
	return value
}

func rowsOf(raw json.RawMessage) (rows []map[string]json.RawMessage) {
	_ = json.Unmarshal(raw, &rows)
	return rows
}

// uniteRows adds the rows that say something the kept record does not say yet.
// One name is one row, of whatever kind; what is only ticked makes no row another.
func uniteRows(kept, gone json.RawMessage) json.RawMessage {
	rows := rowsOf(kept)
	said := func(row map[string]json.RawMessage) string {
		if name, ok := row["full"]; ok {
			return string(name)
		}
		same := maps.Clone(row)
		maps.DeleteFunc(same, func(name string, raw json.RawMessage) bool {
			return name == "id" || string(raw) == "true"
		})
		b, _ := json.Marshal(same)
		return string(b)
	}
	known := map[string]bool{}
	for _, row := range rows {
		known[said(row)] = true
	}
	n := len(rows)
	for _, row := range rowsOf(gone) {
		if !known[said(row)] {
			rows = append(rows, row)
		}
	}
	if len(rows) == n {
		return kept
	}
	b, _ := json.Marshal(rows)
	return b
}

// putAway takes a record out of lists, counts and searches, or with no into
// back into them.
func (tx *Tx) putAway(s *Sheet, into, action, note string) error {
	if err := tx.mayChange(s); err != nil {
		return err
	}
	old := *s
	h := &s.Head
	h.Voided, h.UpdatedAt, h.UpdatedBy = into != "", Moment(tx.At), tx.Actor.ID
	limit, args := tx.scope()
	done, err := tx.run("UPDATE head AS h SET voided = ?, merged_into = ?, version = version + 1, updated_at = ?, updated_by = ? WHERE id = ? AND version = ? AND "+limit,
		append([]any{b2i(h.Voided), into, h.UpdatedAt, h.UpdatedBy, h.ID, h.Version}, args...)...)
	if err != nil {
		return err
	}
	if done == 0 {
		return tx.stale(s)
	}
	h.Version++
	if err := tx.trail(s.Head, action, "", note, nil); err != nil {
		return err
	}
	return tx.effects(&old, s)
}

// followers lead on what was merged into the gone record before.
func (tx *Tx) followers(m *moved, kept, gone *Sheet) error {
	rows, err := flat(tx.query("SELECT id FROM head WHERE merged_into = ? ORDER BY id", gone.Head.ID))
	if err != nil || len(rows) == 0 {
		return err
	}
	for _, r := range rows {
		m.Followers = append(m.Followers, r[0])
	}
	return tx.exec("UPDATE head SET merged_into = ? WHERE id IN ?", kept.Head.ID, m.Followers)
}

// movePieces hands over what hangs on a record, with the links in it.
func (tx *Tx) movePieces(m *moved, from, to string) error {
	for _, name := range slices.Sorted(maps.Keys(tx.book.parts)) {
		rows, err := flat(tx.query("SELECT id FROM "+tx.book.parts[name].Table+" WHERE record_id = ? ORDER BY id", from))
		if err != nil {
			return err
		}
		for _, r := range rows {
			m.Pieces[name] = append(m.Pieces[name], r[0])
		}
		if err := tx.handOver(name, m.Pieces[name], from, to); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) handOver(part string, ids []string, from, to string) error {
	for chunk := range slices.Chunk(ids, 500) {
		if err := tx.exec("UPDATE "+tx.book.parts[part].Table+" SET record_id = ? WHERE record_id = ? AND id IN ?", to, from, chunk); err != nil {
			return err
		}
		if err := tx.exec("UPDATE tie SET from_id = ? WHERE from_id = ? AND field LIKE '@%' AND row_id IN ?", to, from, chunk); err != nil {
			return err
		}
	}
	return nil
}

// repoint makes every link to one record lead to another. It sees with the
// program's eyes, since what nobody here may see points at the record too.
func (tx *Tx) repoint(from, to *Sheet) ([]pointer, error) {
	rows, err := flat(tx.query(`SELECT DISTINCT h.id, h.kind, h.seq FROM tie t JOIN head h ON h.id = t.from_id
		WHERE t.to_id = ? AND t.from_id NOT IN ? AND t.field NOT LIKE '@%' ORDER BY h.seq`, from.Head.ID, []string{from.Head.ID, to.Head.ID}))
	if err != nil {
		return nil, err
	}
	byKind := map[string][]string{}
	for _, r := range rows {
		byKind[r[1]] = append(byKind[r[1]], r[0])
	}
	var moved []pointer
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		err := tx.others(kind, byKind[kind], func(s *Sheet) error {
			return tx.relink(s, from, to, func(old *Sheet) (fields []string) {
				links("", "", s.Fields(), func(path, row string, f form.Field) {
					refs := f.Refs()
					var list []form.Ref
					changed := false
					for i, r := range refs {
						if r.ID != from.Head.ID {
							list = append(list, r)
							continue
						}
						there := func(o form.Ref) bool { return o.ID == to.Head.ID }
						p := pointer{From: s.Head.ID, Kind: kind, Field: path, Row: row, Pos: i, Twice: slices.ContainsFunc(refs, there) || slices.ContainsFunc(list, there)}
						if !p.Twice {
							list = append(list, to.Ref())
						}
						moved, changed, fields = append(moved, p), true, append(fields, path)
					}
					if changed {
						f.SetRefs(list)
					}
				})
				return fields
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return moved, nil
}

// others reads records with the program's eyes, a few hundred at a time.
func (tx *Tx) others(kind string, ids []string, each func(*Sheet) error) error {
	for chunk := range slices.Chunk(ids, 500) {
		list, err := tx.AsSystem("links follow a merge").load(tx.book.Kind(kind), "h.id IN ?", chunk)
		if err != nil {
			return err
		}
		for _, s := range list {
			if err := each(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// links visits the link fields of a record as its ties name them.
func links(prefix, row string, fields form.Set, visit func(path, row string, f form.Field)) {
	for _, f := range fields {
		if f.Type == form.Group {
			for i := range f.Len() {
				id, sub := f.Row(i)
				links(prefix+f.Name+".", id, sub, visit)
			}
		} else if f.IsLink() && f.Kind != "account" {
			visit(prefix+f.Name, row, f)
		}
	}
}

// relink keeps a record whose links change because what they point at was
// merged or parted again. It is no editing: a closed case does not hinder it.
func (tx *Tx) relink(s, from, to *Sheet, change func(old *Sheet) []string) error {
	old := *s
	fields := change(&old)
	if len(fields) == 0 {
		return nil
	}
	// Who reads this record need not be let into the case of those two.
	var changes []form.Change
	if !from.Head.Restricted() && !to.Head.Restricted() {
		slices.Sort(fields)
		for _, path := range slices.Compact(fields) {
			field, _, _ := strings.Cut(path, ".")
			changes = append(changes, form.Change{Field: field, Before: from.Head.Ref, After: to.Head.Ref})
		}
	}
	return tx.keepLinks(s, &old, "relink", changes)
}

// keepLinks keeps a record of which nothing but links has changed, under a word of
// its own in the history.
func (tx *Tx) keepLinks(s, old *Sheet, action string, changes []form.Change) error {
	h := &s.Head
	h.UpdatedAt, h.UpdatedBy = Moment(tx.At), tx.Actor.ID
	s.entitle()
	h.Version++
	if err := tx.exec("UPDATE head SET version = ?, updated_at = ?, updated_by = ? WHERE id = ?", h.Version, h.UpdatedAt, h.UpdatedBy, h.ID); err != nil {
		return err
	}
	if err := tx.exec(tx.book.sql[s.Kind.Name].update, append(s.Fields().Args(), h.ID)...); err != nil {
		return err
	}
	if err := tx.derived(s, old); err != nil {
		return err
	}
	if err := tx.trail(s.Head, action, "", "", changes); err != nil {
		return err
	}
	s.kept = nil
	return tx.effects(old, s)
}

// merging is a merge on file.
type merging struct {
	id, kept string
	moved    moved
}

func (tx *Tx) mergingOf(gone *Sheet) (merging, error) {
	rows, err := flat(tx.query("SELECT id, kept_id, moved FROM merging WHERE gone_id = ? AND undone_at = '' ORDER BY id DESC LIMIT 1", gone.Head.ID))
	if err != nil {
		return merging{}, err
	}
	if len(rows) == 0 {
		return merging{}, ErrNotFound
	}
	m := merging{id: rows[0][0], kept: rows[0][1]}
	return m, json.Unmarshal([]byte(rows[0][2]), &m.moved)
}

// WhyNotUnmerge gives the reasons why a merge cannot be taken back now: what
// was done since that makes it doubtful what belongs to whom.
func (tx *Tx) WhyNotUnmerge(gone *Sheet) (*Sheet, []Why, error) {
	m, err := tx.mergingOf(gone)
	if err != nil {
		return nil, nil, err
	}
	kept, err := tx.ByID(gone.Kind.Name, m.kept)
	if err != nil {
		return nil, nil, err
	}
	if kept.Head.Voided {
		if further, err := tx.isMerged(kept); err != nil {
			return nil, nil, err
		} else if further {
			return kept, []Why{{Code: "merged_further", Args: []any{"ref", kept.Head.Ref}}}, nil
		}
		return kept, []Why{{Code: "merge_voided", Args: []any{"ref", kept.Head.Ref}}}, nil
	}
	if Closes(kept.Head.Sensitivity) { // what the other would be seen by is kept with this one
		return kept, []Why{{Code: "merge_closed", Args: []any{"ref", kept.Head.Ref}}}, nil
	}
	var why []Why
	now := kept.Fields().Snapshot()
	for _, name := range slices.Sorted(maps.Keys(m.moved.Fields)) {
		if now[name] != m.moved.Fields[name].After {
			why = append(why, Why{Code: "merge_changed", Args: []any{"field", name}})
		}
	}
	var closed *NotOpen
	if err := tx.open(kept); errors.As(err, &closed) {
		why = append(why, closed.Why...)
	} else if err != nil {
		return nil, nil, err
	}
	return kept, why, nil
}

// Unmerge takes a merge back: both records, their fields, what points at them
// and what hangs on them are as before. What came to the kept record since
// stays with it. version is the gone record's.
func (tx *Tx) Unmerge(gone *Sheet, version int, reason string) error {
	if err := tx.mayMerge(gone.Kind); err != nil {
		return err
	}
	if gone.Head.Version != version {
		return tx.stale(gone)
	}
	kept, why, err := tx.WhyNotUnmerge(gone)
	if err != nil {
		return err
	}
	if len(why) > 0 {
		return &NotOpen{Move: "unmerge", Why: why}
	}
	if err := needed("reason", reason, mostReason).Or(); err != nil {
		return err
	}
	m, err := tx.mergingOf(gone)
	if err != nil {
		return err
	}
	return tx.Together(func() error {
		for name, was := range m.moved.Fields {
			f, _ := kept.Fields().Get(name)
			f.Restore(was.Before)
		}
		if _, _, err := tx.fillRefs([]*Sheet{kept}); err != nil {
			return err
		}
		if err := tx.putAway(gone, "", "unmerge", kept.Head.Ref+": "+reason); err != nil {
			return err
		}
		if err := tx.save(kept, kept.Head.Version, "unmerge", "", gone.Head.Ref+": "+reason); err != nil {
			return err
		}
		if err := tx.pointBack(m.moved.Pointers, kept, gone); err != nil {
			return err
		}
		for _, part := range slices.Sorted(maps.Keys(m.moved.Pieces)) {
			if err := tx.handOver(part, m.moved.Pieces[part], kept.Head.ID, gone.Head.ID); err != nil {
				return err
			}
		}
		if len(m.moved.Followers) > 0 {
			if err := tx.exec("UPDATE head SET merged_into = ? WHERE merged_into = ? AND id IN ?", gone.Head.ID, kept.Head.ID, m.moved.Followers); err != nil {
				return err
			}
		}
		return tx.exec("UPDATE merging SET undone_at = ?, undone_by = ? WHERE id = ?", Moment(tx.At), tx.Actor.ID, m.id)
	})
}

// pointBack gives back the links that a merge moved. A link that somebody has
// since taken away or turned elsewhere stays as he left it.
func (tx *Tx) pointBack(list []pointer, kept, gone *Sheet) error {
	ids := map[string][]string{}
	asked := map[string][]pointer{}
	for _, p := range list {
		if asked[p.From] == nil {
			ids[p.Kind] = append(ids[p.Kind], p.From)
		}
		asked[p.From] = append(asked[p.From], p)
	}
	for _, kind := range slices.Sorted(maps.Keys(ids)) {
		err := tx.others(kind, ids[kind], func(s *Sheet) error {
			return tx.relink(s, kept, gone, func(*Sheet) (fields []string) {
				links("", "", s.Fields(), func(path, row string, f form.Field) {
					for _, p := range asked[s.Head.ID] {
						if p.Field != path || p.Row != row {
							continue
						}
						refs := slices.Clone(f.Refs())
						at := slices.IndexFunc(refs, func(r form.Ref) bool { return r.ID == kept.Head.ID })
						switch {
						case at < 0:
							continue
						case p.Twice:
							refs = slices.Insert(refs, min(p.Pos, len(refs)), gone.Ref())
						default:
							refs[at] = gone.Ref()
						}
						f.SetRefs(refs)
						fields = append(fields, path)
					}
				})
				return fields
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
