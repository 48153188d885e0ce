package record

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"amparo/internal/auth"
	"amparo/internal/form"
)

// Part declares rows that hang on records of any kind: notes, citations,
// counts. They are seen by whoever sees their record and leave a line in its
// history; they do not change its version, so that adding a source never
// collides with somebody's editing.
type Part struct {
	Name  string // "notes": addresses and the API
	Table string
	New   func() PartBody
	// Lasting rows may change after the home case was closed: a consent can be
	// withdrawn at any time.
	Lasting bool
}

// PartBody is what a part keeps.
type PartBody interface{ Fields() form.Set }

// Piece is one row of a part.
type Piece struct {
	ID, RecordID string
	At           string
	By           form.Ref
	Annulled     string // reason; "" while it counts
	Body         PartBody
}

// Hang registers a part.
func (b *Book) Hang(p *Part) { b.parts[p.Name] = p }

// Part finds a part by name.
func (b *Book) Part(name string) (*Part, bool) { p, ok := b.parts[name]; return p, ok }

// Parts lists every part by name.
func (b *Book) Parts() []*Part {
	var list []*Part
	for _, name := range slices.Sorted(maps.Keys(b.parts)) {
		list = append(list, b.parts[name])
	}
	return list
}

// Pieces reads the rows of a part that hang on the sheets, oldest first.
func (tx *Tx) Pieces(part string, sheets ...*Sheet) ([]Piece, error) {
	var ids []string
	for _, s := range sheets { // what hangs on somebody sealed would tell who it is
		if ok, err := tx.knows(s.Head); err != nil {
			return nil, err
		} else if ok {
			ids = append(ids, s.Head.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := tx.pieces(tx.book.parts[part], "record_id IN ?", ids)
	if err != nil {
		return nil, err
	}
	return list, tx.hush(list)
}

// PiecesByID reads rows of a part by their own ids, within scope of the records
// they hang on.
func (tx *Tx) PiecesByID(part string, ids ...string) ([]Piece, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	limit, args := tx.scope()
	list, err := tx.pieces(tx.book.parts[part], "id IN ? AND record_id IN (SELECT h.id FROM head h WHERE h.voided = 0 AND "+limit+" AND "+unsealed+")", append(append([]any{ids}, args...), tx.Actor.ID, minute(tx.At))...)
	if err != nil {
		return nil, err
	}
	return list, tx.hush(list)
}

// unsealed is Tx.knows as a condition on heads (h), with the actor and the moment.
const unsealed = "(h.sensitivity <> '" + Sealed + "' OR " + passed + "(h.id)))"

func (tx *Tx) pieces(p *Part, where string, args ...any) ([]Piece, error) {
	cols := p.New().Fields().Columns()
	for i := range cols {
		cols[i] = quote(cols[i])
	}
	people, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	rows, err := tx.query("SELECT id, record_id, created_at, created_by, annulled, "+strings.Join(cols, ", ")+
		" FROM "+p.Table+" WHERE "+where+" ORDER BY id", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Piece
	ids := map[string]bool{}
	for rows.Next() {
		piece := Piece{Body: p.New()}
		fields := piece.Body.Fields()
		var cells form.Scanned
		var by string
		if err := rows.Scan(append([]any{&piece.ID, &piece.RecordID, &piece.At, &by, &piece.Annulled}, fields.Dests(&cells)...)...); err != nil {
			return nil, err
		}
		fields.Loaded(&cells)
		piece.By = people[by]
		fields.Walk(func(_ string, f form.Field) {
			if f.IsLink() && f.Kind != "account" {
				for _, r := range f.Refs() {
					ids[r.ID] = true
				}
			}
		})
		list = append(list, piece)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	found, err := tx.refs(ids)
	if err != nil {
		return nil, err
	}
	for _, piece := range list {
		fillLinks(piece.Body.Fields(), found, people)
	}
	return list, nil
}

// mayHang refuses rows of a part on a record that the actor may not change, or that is closed.
func (tx *Tx) mayHang(s *Sheet, p *Part) error {
	if err := cmp.Or(tx.mayWrite(s.Kind), tx.mayChange(s)); err != nil {
		return err
	}
	if p.Lasting && !s.Head.Voided {
		return nil
	}
	return tx.open(s)
}

// Add hangs a new row on a record.
func (tx *Tx) Add(part string, s *Sheet, body PartBody) (Piece, error) {
	p := tx.book.parts[part]
	if err := tx.mayHang(s, p); err != nil {
		return Piece{}, err
	}
	fields := body.Fields()
	problems, err := tx.Links(fields)
	if err != nil {
		return Piece{}, err
	}
	if err := append(problems, fields.Check()...).Or(); err != nil {
		return Piece{}, err
	}
	fields.NewRowIDs(NewID)
	piece := Piece{ID: NewID(), RecordID: s.Head.ID, At: Moment(tx.At), By: form.Ref{ID: tx.Actor.ID, Ref: tx.Actor.Email, Title: tx.Actor.Name}, Body: body}
	cols := fields.Columns()
	for i := range cols {
		cols[i] = quote(cols[i])
	}
	marks := strings.Repeat(",?", len(cols))
	if err := tx.exec("INSERT INTO "+p.Table+" (id, record_id, created_at, created_by, "+strings.Join(cols, ", ")+") VALUES (?,?,?,?"+marks+")",
		append([]any{piece.ID, piece.RecordID, piece.At, tx.Actor.ID}, fields.Args()...)...); err != nil {
		return Piece{}, err
	}
	if err := tx.tie(s.Head.ID, "@"+p.Name+".", piece.ID, fields); err != nil {
		return Piece{}, err
	}
	var changes []form.Change
	for _, f := range fields {
		if !f.Empty() {
			changes = append(changes, form.Change{Field: p.Name + "." + f.Name, After: f.JSON()})
		}
	}
	if err := tx.trail(s.Head, "add_"+p.Name, "", "", changes); err != nil {
		return Piece{}, err
	}
	return piece, tx.ripple(s)
}

// Piece reads one row of a part that hangs on a record.
func (tx *Tx) Piece(part string, s *Sheet, id string) (Piece, error) {
	piece, err := tx.piece(part, s, id)
	if err != nil {
		return piece, err
	}
	return piece, tx.hush([]Piece{piece})
}

// piece reads a row as it is kept, for changing it.
func (tx *Tx) piece(part string, s *Sheet, id string) (Piece, error) {
	if ok, err := tx.knows(s.Head); err != nil || !ok {
		return Piece{}, cmp.Or(err, ErrNotFound)
	}
	list, err := tx.pieces(tx.book.parts[part], "record_id = ? AND id = ?", s.Head.ID, id)
	if err != nil {
		return Piece{}, err
	}
	if len(list) == 0 {
		return Piece{}, ErrNotFound
	}
	return list[0], nil
}

// Amend keeps changed fields of a row; change alters the row just read.
func (tx *Tx) Amend(part string, s *Sheet, id string, change func(PartBody) error) error {
	p := tx.book.parts[part]
	if err := tx.mayHang(s, p); err != nil {
		return err
	}
	piece, err := tx.piece(part, s, id)
	if err != nil {
		return err
	}
	fields := piece.Body.Fields()
	before, readable := fields.Snapshot(), fields.Readable()
	if err := change(piece.Body); err != nil {
		return err
	}
	fields = piece.Body.Fields()
	problems, err := tx.Links(fields)
	if err != nil {
		return err
	}
	if err := append(problems, fields.Check()...).Or(); err != nil {
		return err
	}
	fields.NewRowIDs(NewID)
	after, now := fields.Snapshot(), fields.Readable()
	var changes []form.Change
	for _, f := range fields {
		if before[f.Name] != after[f.Name] {
			changes = append(changes, form.Change{Field: p.Name + "." + f.Name, Before: readable[f.Name], After: now[f.Name]})
		}
	}
	if len(changes) == 0 {
		return nil
	}
	if err := tx.keepPiece(p, s.Head.ID, id, fields); err != nil {
		return err
	}
	if err := tx.trail(s.Head, "edit_"+p.Name, "", "", changes); err != nil {
		return err
	}
	return tx.ripple(s)
}

// keepPiece writes the fields of a row that is on file.
func (tx *Tx) keepPiece(p *Part, record, id string, fields form.Set) error {
	cols := fields.Columns()
	for i := range cols {
		cols[i] = quote(cols[i]) + " = ?"
	}
	if err := tx.exec("UPDATE "+p.Table+" SET "+strings.Join(cols, ", ")+" WHERE id = ?", append(fields.Args(), id)...); err != nil {
		return err
	}
	if err := tx.exec("DELETE FROM tie WHERE from_id = ? AND row_id = ? AND field LIKE '@%'", record, id); err != nil {
		return err
	}
	return tx.tie(record, "@"+p.Name+".", id, fields)
}

// Annul takes a row out of account with a reason, or back into account with
// an empty one; it stays on file.
func (tx *Tx) Annul(part string, s *Sheet, id, reason string) error {
	p := tx.book.parts[part]
	if err := tx.mayHang(s, p); err != nil {
		return err
	}
	if _, err := tx.Piece(part, s, id); err != nil {
		return err
	}
	if err := tx.exec("UPDATE "+p.Table+" SET annulled = ? WHERE id = ?", reason, id); err != nil {
		return err
	}
	action := "annul_"
	if reason == "" {
		action = "restore_"
	}
	if err := tx.trail(s.Head, action+p.Name, "", reason, nil); err != nil {
		return err
	}
	return tx.ripple(s)
}

// ripple runs the effects of a record whose parts changed.
func (tx *Tx) ripple(s *Sheet) error {
	return tx.effects(s, s)
}

// Offer is one move of a record as its reader may make it now, or why not.
type Offer struct {
	Name, To string
	Asks     []string
	Fields   form.Set // what it may fill, beside the reason
	Open     bool
	Why      []Why
}

// Offers lists the moves from the record's state, by the same question that is
// asked when a move is made, so a button never lies.
func (tx *Tx) Offers(s *Sheet) ([]Offer, error) {
	var list []Offer
	for _, m := range s.Kind.flow(s.Head.Voided).From(s.state()) {
		if m.Who == auth.Itself {
			continue // follows from something else
		}
		why, err := tx.whyNot(s, m.Name)
		if err != nil {
			return nil, err
		}
		to := string(m.To)
		if to == "" {
			to = s.Head.State
		}
		list = append(list, Offer{Name: m.Name, To: to, Asks: m.Asks, Fields: s.Asks(m.Name), Open: len(why) == 0, Why: why})
	}
	return list, nil
}

// whyNot gives every reason why a move cannot be made now; "role" when it is
// the actor who may not.
func (tx *Tx) whyNot(s *Sheet, name string) ([]Why, error) {
	m, open, exists := s.Kind.flow(s.Head.Voided).Find(name, s.state())
	if !exists {
		return nil, ErrNotFound
	}
	if !open {
		return []Why{{Code: "state", Args: []any{"state", s.Head.State}}}, nil
	}
	var why []Why
	if !tx.Actor.May(m.Who) && !(m.Approver && tx.Actor.MayApprove) {
		why = append(why, Why{Code: "role"})
	}
	if m.NotAuthor && s.wrote(tx.Actor.ID) {
		why = append(why, Why{Code: "author"})
	}
	if (m.Voids || name == "unvoid") && !s.Kind.IsCase && tx.book.editable != nil {
		shut, err := tx.book.editable(tx, s)
		if err != nil {
			return nil, err
		}
		why = append(why, shut...)
	}
	for _, need := range m.Needs {
		c, ok := tx.book.conditions[need]
		if !ok {
			panic("record: no condition " + need)
		}
		more, err := c(tx, s)
		if err != nil {
			return nil, err
		}
		why = append(why, more...)
	}
	return why, nil
}

// wrote tells whether an account is among the authors of a record.
func (s *Sheet) wrote(account string) bool {
	return s.Head.CreatedBy == account || s.Kind.Authors != nil && slices.Contains(s.Kind.Authors(s.Body), account)
}

// Asks are the fields that a move may fill, those it asks first; none where the
// move is not open from the record's state.
func (s *Sheet) Asks(move string) form.Set {
	m, _, _ := s.Kind.flow(s.Head.Voided).Find(move, s.state())
	all := s.Fields()
	if s.Kind.Asked != nil {
		all = append(s.Kind.Asked(s.Body, move), all...)
	}
	var list form.Set
	for _, name := range slices.Concat(m.Asks, m.May) {
		if f, ok := all.Get(name); ok {
			list = append(list, f)
		}
	}
	return list
}

// Move makes a move: loads nothing, trusts nothing; the sheet was read in this
// work. fill changes the asked fields; note is the reason given.
func (tx *Tx) Move(s *Sheet, version int, name, note string, fill func(form.Set) form.Problems) error {
	if s.Head.Version != version {
		return tx.stale(s)
	}
	m, _, exists := s.Kind.flow(s.Head.Voided).Find(name, s.state())
	if !exists {
		return ErrNotFound
	}
	if merged, err := tx.isMerged(s); err != nil || merged {
		return cmp.Or[error](err, &NotOpen{Move: name, Why: []Why{{Code: "merged"}}})
	}
	var problems form.Problems
	fields := s.Asks(name)
	if fill != nil {
		problems = fill(fields)
	}
	why, err := tx.whyNot(s, name)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(why, func(w Why) bool { return w.Code == "role" || w.Code == "author" }) {
		return ErrForbidden
	}
	if len(why) > 0 {
		return &NotOpen{Move: name, Why: why}
	}
	for _, ask := range m.Asks {
		if ask == "reason" {
			if strings.TrimSpace(note) == "" {
				problems = append(problems, form.Problem{Field: "reason", Code: "required"})
			}
			continue
		}
		if f, ok := fields.Get(ask); ok && f.Empty() && !problems.Has(ask) {
			problems = append(problems, form.Problem{Field: ask, Code: "required"})
		}
	}
	problems = append(problems, unfit("reason", note, mostReason)...)
	missing, err := tx.Links(fields)
	if err != nil {
		return err
	}
	if err := append(problems, missing...).Or(); err != nil {
		return err
	}
	if m.Voids || name == "unvoid" {
		s.Head.Voided = m.Voids
	}
	if m.To != "" {
		s.Head.State = string(m.To)
	}
	return tx.save(s, version, "move", name, note)
}
