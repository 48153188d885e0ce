package record

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"amparo/internal/auth"
	"amparo/internal/form"
	"amparo/internal/names"
)

// How far a record may be told, from the widest to the narrowest. Restricted and
// sealed have a gate of their own; somebody who is sealed stays in sight under a
// code name, and it is who he is that lies behind the gate.
const (
	Public     = "public"
	Partner    = "partner"
	Internal   = "internal"
	Restricted = "restricted" // people who are named
	Sealed     = "sealed"     // who leads the case and one more
)

// Levels are all of them, from the widest to the narrowest.
var Levels = []string{Public, Partner, Internal, Restricted, Sealed}

// Closes tells whether a level has a gate, so that it is given up by two people only.
func Closes(level string) bool { return level == Restricted || level == Sealed }

// LevelsOf are those a record of the kind can have: a case is sealed by what is in it.
func (k *Kind) LevelsOf() []string {
	if k.IsCase {
		return Levels[:4]
	}
	return Levels
}

// Level is how far a record is to be told.
type Level struct {
	Level  string
	Named  []form.Ref // who may see it beside its case's lead and the actor
	Code   string     // name under which somebody sealed stays in sight
	Reason string
}

// Classify says how far a record may be told. What is narrower counts at once;
// it answers true where what is wider waits for a second person.
func (tx *Tx) Classify(s *Sheet, version int, l Level) (waits bool, err error) {
	if s.Head.Version != version {
		return false, tx.stale(s)
	}
	if err := tx.mayClassify(s); err != nil {
		return false, err
	}
	if !slices.Contains(s.Kind.LevelsOf(), l.Level) {
		return false, form.Problems{{Field: "level", Code: "choice"}}
	}
	if err := needed("reason", l.Reason, mostReason).Or(); err != nil {
		return false, err
	}
	now := s.Head.Sensitivity
	if Closes(now) && slices.Index(Levels, l.Level) < slices.Index(Levels, now) {
		return true, tx.propose(s, l)
	}
	if now == Sealed || now == l.Level && now != Restricted {
		return false, form.Problems{{Field: "level", Code: "same_level"}}
	}
	return false, tx.classify(s, l, "sensitivity")
}

// mayClassify holds who may say how far a record is told: who writes it and
// sees it for good; of a case and its likes, a supervisor.
func (tx *Tx) mayClassify(s *Sheet) error {
	if err := tx.mayWrite(s.Kind); err != nil {
		return err
	}
	if s.Kind.IsCase && !tx.Actor.May(auth.Lead) {
		return ErrForbidden
	}
	if s.Head.Voided {
		return &NotOpen{Move: "edit", Why: []Why{{Code: "voided"}}}
	}
	ok, err := tx.lasting(s)
	if err == nil && ok && s.Sealed() {
		ok, err = tx.holds(s.Head.ID, ByName)
	}
	if err == nil && !ok {
		err = ErrForbidden
	}
	return err
}

// Waiting is a record that somebody wants more people to see.
type Waiting struct {
	Record        form.Ref
	Level, Reason string
	By            form.Ref
	At            string
}

// propose writes down that somebody wants more people to see a record.
func (tx *Tx) propose(s *Sheet, l Level) error {
	done, err := tx.run("INSERT INTO widening (record_id, level, reason, by_id, at) VALUES (?,?,?,?,?) ON CONFLICT (record_id) DO NOTHING",
		s.Head.ID, l.Level, l.Reason, tx.Actor.ID, Moment(tx.At))
	if err != nil {
		return err
	}
	if done == 0 {
		return &NotOpen{Move: "widen", Why: []Why{{Code: "widening_waits"}}}
	}
	return tx.trail(s.Head, "widen_ask", "", l.Reason, []form.Change{{Field: "sensitivity", Before: s.Head.Sensitivity, After: l.Level}})
}

// Widening gives what waits for a second person on a record, nil for nothing.
func (tx *Tx) Widening(s *Sheet) (*Waiting, error) {
	list, err := tx.widenings("w.record_id = ?", s.Head.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if s.Sealed() && !s.opened { // a reason may say who it is
		list[0].Reason = ""
	}
	return &list[0], nil
}

// Widenings lists what waits for the actor's word as the second person.
func (tx *Tx) Widenings() ([]Waiting, error) {
	list, err := tx.widenings("w.by_id <> ?", tx.Actor.ID)
	if err != nil {
		return nil, err
	}
	var mine []Waiting
	for _, w := range list {
		s, err := tx.ByID(w.Record.Kind, w.Record.ID)
		if err != nil {
			return nil, err
		}
		switch err := tx.mayClassify(s); {
		case err == nil:
			mine = append(mine, w)
		case !errors.Is(err, ErrForbidden):
			var shut *NotOpen
			if !errors.As(err, &shut) {
				return nil, err
			}
		}
	}
	return mine, nil
}

func (tx *Tx) widenings(where string, args ...any) ([]Waiting, error) {
	rows, err := tx.Rows("SELECT h.id, h.ref, h.kind, h.title, w.level, w.reason, w.by_id, w.at FROM widening w JOIN head h ON h.id = w.record_id WHERE "+where+" AND %SCOPE% ORDER BY w.at LIMIT 50", args...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	people, err := tx.Accounts()
	list := make([]Waiting, len(rows))
	for i, r := range rows {
		list[i] = Waiting{Record: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, Level: r[4], Reason: r[5], By: people[r[6]], At: r[7]}
		list[i].By.ID = r[6]
	}
	return list, err
}

// Widen is the second person's word: more people see the record from now on.
func (tx *Tx) Widen(s *Sheet) error {
	w, err := tx.second(s)
	if err != nil {
		return err
	}
	if w.By.ID == tx.Actor.ID {
		return ErrForbidden
	}
	if err := tx.classify(s, Level{Level: w.Level, Reason: w.Reason}, "widen"); err != nil {
		return err
	}
	return tx.exec("DELETE FROM widening WHERE record_id = ?", s.Head.ID)
}

// KeepClosed takes back what was to be widened; who wanted it may do so too.
func (tx *Tx) KeepClosed(s *Sheet) error {
	w, err := tx.second(s)
	if err != nil {
		return err
	}
	if err := tx.exec("DELETE FROM widening WHERE record_id = ?", s.Head.ID); err != nil {
		return err
	}
	return tx.trail(s.Head, "widen_refuse", "", "", []form.Change{{Field: "sensitivity", Before: w.Level, After: s.Head.Sensitivity}})
}

func (tx *Tx) second(s *Sheet) (*Waiting, error) {
	if err := tx.mayClassify(s); err != nil {
		return nil, err
	}
	w, err := tx.Widening(s)
	if err == nil && w == nil {
		err = ErrNotFound
	}
	return w, err
}

// classify writes a level with all that follows from it: who is named, who is
// hidden under which name, and the gates of what belongs to the record.
func (tx *Tx) classify(s *Sheet, l Level, action string) error {
	before := s.Head.Sensitivity
	named, err := tx.named(s, l)
	if err != nil {
		return err
	}
	changes := []form.Change{{Field: "sensitivity", Before: before, After: l.Level}}
	if before == l.Level {
		changes = nil
	}
	if s.Kind.IsCase {
		s.Kind.Close(s.Body, Closes(l.Level))
		return tx.save(s, s.Head.Version, action, "", l.Reason)
	}
	old := *s
	hides := len(s.Kind.Identity) > 0
	if hides && l.Level == Sealed {
		if err := tx.hide(s, l.Code, named); err != nil {
			return err
		}
	} else if s.Sealed() {
		if err := tx.reveal(s); err != nil {
			return err
		}
	}
	h := &s.Head
	h.Sensitivity, h.UpdatedAt, h.UpdatedBy = l.Level, Moment(tx.At), tx.Actor.ID
	s.entitle()
	limit, args := tx.scope()
	done, err := tx.run(`UPDATE head AS h SET title = ?, title_arab = ?, sort = ?, sensitivity = ?, version = version + 1, updated_at = ?, updated_by = ? WHERE id = ? AND version = ? AND `+limit,
		append([]any{h.Title, h.Arab, names.Fold(h.Title), h.Sensitivity, h.UpdatedAt, h.UpdatedBy, h.ID, h.Version}, args...)...)
	if err != nil {
		return err
	}
	if done == 0 {
		return tx.stale(s)
	}
	h.Version++
	if hides && (before == Sealed || l.Level == Sealed) {
		if err := tx.exec(tx.book.sql[s.Kind.Name].update, append(s.Fields().Args(), h.ID)...); err != nil {
			return err
		}
		if err := tx.derived(s, &old); err != nil {
			return err
		}
	}
	if err := tx.exec("DELETE FROM pass WHERE gate = ? AND origin <> ?", h.ID, unlessSealed(l.Level)); err != nil {
		return err
	}
	tx.work.passes = nil
	var told []string
	for _, one := range named {
		if err := tx.letIn(one.ID, h.ID, ByName, forever, l.Reason); err != nil {
			return err
		}
		told = append(told, one.Ref)
	}
	if len(told) > 0 {
		changes = append(changes, form.Change{Field: "named", After: told})
	}
	if err := tx.regate(s); err != nil {
		return err
	}
	if err := tx.trail(s.Head, action, "", l.Reason, changes); err != nil {
		return err
	}
	s.kept = nil
	if err := tx.effects(&old, s); err != nil || !hides || l.Level != Sealed {
		return err
	}
	return tx.mergeWords()
}

// unlessSealed is the sort of pass that outlives a new level: what was granted
// stays granted, but for what is sealed.
func unlessSealed(level string) string {
	if level == Sealed {
		return ""
	}
	return ByGrant
}

// named are the accounts that see a closed record: who leads its case, who
// closes it, and those he names; of a sealed one, two in all.
func (tx *Tx) named(s *Sheet, l Level) ([]form.Ref, error) {
	if s.Kind.IsCase || !Closes(l.Level) {
		return nil, nil
	}
	ids := map[string]bool{tx.Actor.ID: true}
	home, err := tx.AsSystem("who leads the case").caseOf(s)
	if err != nil {
		return nil, err
	}
	if home != nil {
		if lead := home.lead(); lead != "" {
			ids[lead] = true
		}
	}
	var list []form.Ref
	for _, one := range l.Named {
		found, err := tx.account(one)
		if err != nil {
			return nil, err
		}
		if found.ID == "" {
			return nil, form.Problems{{Field: "named", Code: "not_found", Args: []any{"what", one.Ref}}}
		}
		ids[found.ID] = true
	}
	if l.Level == Sealed && len(ids) != 2 {
		return nil, form.Problems{{Field: "named", Code: "sealed_two"}}
	}
	for id := range ids {
		one, err := tx.account(form.Ref{ID: id})
		if err != nil {
			return nil, err
		}
		one.ID = id
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b form.Ref) int { return strings.Compare(a.Ref, b.Ref) })
	return list, nil
}

// Sealed tells whether the record stays in sight under a code name.
func (s *Sheet) Sealed() bool { return s.Head.Sensitivity == Sealed && len(s.Kind.Identity) > 0 }

// knows tells whether the actor may know who a record is.
func (tx *Tx) knows(h Head) (bool, error) {
	if h.Sensitivity != Sealed || len(tx.book.Kind(h.Kind).Identity) == 0 {
		return true, nil
	}
	return tx.holds(h.ID)
}

// Opened tells whether a sealed record was read with who it is.
func (s *Sheet) Opened() bool { return s.opened }

// identity are the fields that tell who a record is.
func (s *Sheet) identity() form.Set {
	var list form.Set
	for _, f := range s.Fields() {
		if slices.Contains(s.Kind.Identity, f.Name) {
			list = append(list, f)
		}
	}
	return list
}

// keep gives the stored values of some fields; restore puts them back.
func keep(fields form.Set) map[string]json.RawMessage {
	m := make(map[string]json.RawMessage, len(fields))
	for _, f := range fields {
		m[f.Name] = f.Keep()
	}
	return m
}

func restore(fields form.Set, values map[string]json.RawMessage) {
	for _, f := range fields {
		f.Restore(values[f.Name])
	}
}

// hide puts who a record is behind its gate and a code name in its place.
func (tx *Tx) hide(s *Sheet, code string, named []form.Ref) error {
	alias, _ := s.Fields().Get(s.Kind.Alias)
	code = strings.TrimSpace(code)
	switch {
	case code == "":
		return form.Problems{{Field: "code", Code: "required"}}
	case !form.Clean(code) || len([]rune(code)) > 100:
		return form.Problems{{Field: "code", Code: "characters"}}
	case LooksLikeRef(strings.ToUpper(code)):
		return form.Problems{{Field: "code", Code: "code_name"}}
	}
	if s.Kind.Called != nil {
		for _, name := range s.Kind.Called(s.Body) {
			folded := strings.Fields(names.Fold(name))
			for _, word := range strings.Fields(names.Fold(code)) {
				if slices.Contains(folded, word) {
					return form.Problems{{Field: "code", Code: "code_name"}}
				}
			}
		}
	}
	// Who is let see who it is must see the record itself.
	for _, one := range named {
		if sees, err := tx.Sees(s, one.ID); err != nil {
			return err
		} else if !sees {
			return form.Problems{{Field: "named", Code: "not_on_case", Args: []any{"who", one.Title, "what", s.Head.Ref}}}
		}
	}
	if err := tx.keepIdentity(s); err != nil {
		return err
	}
	restore(s.identity(), nil)
	_, _ = alias.Set(code, tx.At)
	return nil
}

// keepIdentity writes who a record is behind its gate.
func (tx *Tx) keepIdentity(s *Sheet) error {
	text, err := json.Marshal(keep(s.identity()))
	if err != nil {
		return err
	}
	return tx.exec("INSERT INTO identity (record_id, fields) VALUES (?,?) ON CONFLICT (record_id) DO UPDATE SET fields = excluded.fields", s.Head.ID, string(text))
}

// reveal puts who a record is back into it.
func (tx *Tx) reveal(s *Sheet) error {
	if !s.opened {
		if err := tx.unlock(s); err != nil {
			return err
		}
	}
	s.opened, s.masked = false, nil
	return tx.exec("DELETE FROM identity WHERE record_id = ?", s.Head.ID)
}

// openSeal lets the holder of a pass read who a sealed record is. Only a record
// that is asked for by itself is opened: lists and what others tell of it keep
// to the code name.
func (tx *Tx) openSeal(s *Sheet) error {
	if !s.Sealed() || tx.Actor.IsSystem() {
		return nil
	}
	if ok, err := tx.knows(s.Head); !ok || err != nil {
		return err
	}
	return tx.unlock(s)
}

// unlock puts who a sealed record is into its sheet.
func (tx *Tx) unlock(s *Sheet) error {
	rows, err := flat(tx.query("SELECT fields FROM identity WHERE record_id = ?", s.Head.ID))
	if err != nil || len(rows) == 0 {
		return cmp.Or(err, ErrNotFound)
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal([]byte(rows[0][0]), &values); err != nil {
		return err
	}
	s.masked = keep(s.identity())
	restore(s.identity(), values)
	found, people, err := tx.fillRefs([]*Sheet{s})
	if err != nil {
		return err
	}
	s.opened = true
	stored := s.kept
	s.kept = &kept{read: func() form.Set {
		fields := stored.read()
		for _, f := range fields {
			if raw, ok := values[f.Name]; ok && slices.Contains(s.Kind.Identity, f.Name) {
				f.Restore(raw)
			}
		}
		fillLinks(fields, found, people)
		return fields
	}}
	return nil
}

// masking keeps who an opened record is apart while it is written, so that the
// record itself, its words, names and ties hold the code name alone. What it
// gives puts things back.
func (tx *Tx) masking(s *Sheet) (back func() error, err error) {
	if !s.opened {
		return func() error { return nil }, nil
	}
	if err := tx.keepIdentity(s); err != nil {
		return nil, err
	}
	values := keep(s.identity())
	restore(s.identity(), s.masked)
	return func() error {
		restore(s.identity(), values)
		_, _, err := tx.fillRefs([]*Sheet{s})
		return err
	}, nil
}

// unidentified refuses to write who somebody sealed is where everybody could read it.
func (s *Sheet) unidentified() error {
	if !s.Sealed() || s.opened || s.kept == nil {
		return nil
	}
	s.kept.open()
	var p form.Problems
	now := s.Fields().Snapshot()
	for _, f := range s.identity() {
		if !f.Derived && s.kept.values[f.Name] != now[f.Name] {
			p = append(p, form.Problem{Field: f.Name, Code: "sealed"})
		}
	}
	return p.Or()
}

// follows is the link field by which records of a kind belong to one other,
// "" for none: they go behind its gate with it.
func (k *Kind) follows() string {
	if f, ok := k.New().Fields().Get(k.Home); ok && f.Type == form.Link {
		return k.Home
	}
	return ""
}

// gateOf works out the gate of a record from its level, what it belongs to and
// its case.
func (tx *Tx) gateOf(s *Sheet) (string, error) {
	if Closes(s.Head.Sensitivity) && !s.Sealed() {
		return s.Head.ID, nil
	}
	if gate, err := tx.parentGate(s); gate != "" || err != nil {
		return gate, err
	}
	rows, err := flat(tx.query("SELECT gate FROM head WHERE id = ? AND id = case_id", s.Head.CaseID))
	return first(rows), err
}

// parentGate is the gate of what a record follows, where that is closed by itself.
func (tx *Tx) parentGate(s *Sheet) (string, error) {
	name := tx.book.sql[s.Kind.Name].follows
	if name == "" {
		return "", nil
	}
	f, _ := s.Fields().Get(name)
	for _, to := range f.Refs() {
		if _, fresh := tx.work.made[to.ID]; to.ID == "" || fresh { // what was made in this work is not closed yet
			continue
		}
		rows, err := flat(tx.query("SELECT gate FROM head WHERE id = ? AND gate <> '' AND gate <> case_id", to.ID))
		if err != nil || len(rows) > 0 {
			return first(rows), err
		}
	}
	return "", nil
}

func first(rows [][]string) string {
	if len(rows) == 0 {
		return ""
	}
	return rows[0][0]
}

// regate gives a record, what was merged into it and what follows it the gates
// they have now.
func (tx *Tx) regate(s *Sheet) error {
	gate, err := tx.gateOf(s)
	if err != nil {
		return err
	}
	gone := gate
	if s.Sealed() {
		gone = s.Head.ID
	}
	if err := tx.exec("UPDATE head SET gate = ? WHERE merged_into = ? AND gate <> ?", gone, s.Head.ID, gone); err != nil {
		return err
	}
	if gate == s.Head.Gate {
		return nil
	}
	if err := tx.exec("UPDATE head SET gate = ? WHERE id = ?", gate, s.Head.ID); err != nil {
		return err
	}
	s.Head.Gate = gate
	sys := tx.AsSystem("what belongs to a record follows it")
	for _, k := range tx.book.kinds {
		name := tx.book.sql[k.Name].follows
		if name == "" {
			continue
		}
		list, err := sys.load(k, "h.id IN (SELECT from_id FROM tie WHERE field = ? AND to_id = ?)", name, s.Head.ID)
		if err != nil {
			return err
		}
		for _, one := range list {
			if one.Head.CaseID != s.Head.CaseID && one.Head.Gate != "" && one.Head.Gate == one.Head.CaseID {
				return form.Problems{{Field: "level", Code: "follows_elsewhere"}}
			}
			if err := tx.regate(one); err != nil {
				return err
			}
		}
	}
	return nil
}
