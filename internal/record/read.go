package record

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"iter"
	"regexp"
	"slices"
	"strings"

	"amparo/internal/auth"
	"amparo/internal/database"
	"amparo/internal/form"
)

// view makes a Tx that only reads, so that pages and conditions ask the same
// questions in the same way.
func (b *Book) view(ctx context.Context, a auth.Actor) *Tx {
	return &Tx{book: b, ctx: ctx, db: b.db.Read(ctx), Actor: a, At: b.now(), readonly: true, work: newWork()}
}

// View reads several things as one actor sees them.
func (b *Book) View(ctx context.Context, a auth.Actor, read func(tx *Tx) error) error {
	tx := b.view(ctx, a)
	if err := read(tx); err != nil {
		return err
	}
	return b.noteReadings(ctx, a, tx.work)
}

// Get reads one record by kind name and ref.
func (b *Book) Get(ctx context.Context, a auth.Actor, kind, ref string) (s *Sheet, err error) {
	err = b.View(ctx, a, func(tx *Tx) error {
		s, err = tx.Get(kind, ref)
		return err
	})
	return s, err
}

// Get reads one record by ref; the ref of a merged record means the one it was
// merged into.
func (tx *Tx) Get(kind, ref string) (*Sheet, error) {
	s, err := tx.Itself(kind, ref)
	if err != nil || !s.Head.Voided {
		return s, err
	}
	into, err := tx.MergedInto(s)
	if err != nil || into.ID == "" {
		return s, err
	}
	return tx.ByID(into.Kind, into.ID)
}

// Itself reads one record by ref, a merged one too.
func (tx *Tx) Itself(kind, ref string) (*Sheet, error) {
	if !LooksLikeRef(ref) {
		return nil, ErrNotFound
	}
	list, err := tx.load(tx.book.Kind(kind), "h.ref = ?", ref)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ErrNotFound
	}
	if err := tx.openSeal(list[0]); err != nil {
		return nil, err
	}
	tx.askedFor(list[0])
	return list[0], nil
}

// ByID reads one record by its inner id.
func (tx *Tx) ByID(kind, id string) (*Sheet, error) {
	list, err := tx.load(tx.book.Kind(kind), "h.id = ?", id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ErrNotFound
	}
	return list[0], nil
}

// Tied reads the records of a kind that point at any of the ids through a
// field, oldest first; voided ones are left out.
func (tx *Tx) Tied(kind, field string, ids ...string) ([]*Sheet, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return tx.load(tx.book.Kind(kind), "h.voided = 0 AND h.id IN (SELECT from_id FROM tie WHERE field = ? AND to_id IN ?)", field, ids)
}

// InCase reads the records of a kind whose home is the case, oldest first;
// voided ones are left out.
func (tx *Tx) InCase(kind, caseID string) ([]*Sheet, error) {
	return tx.load(tx.book.Kind(kind), "+h.voided = 0 AND h.case_id = ? AND h.kind = ?", caseID, kind)
}

// Where reads records by a condition on head (h) and the kind's table (t);
// for rooms' own questions, always within scope.
func (tx *Tx) Where(kind, condition string, args ...any) ([]*Sheet, error) {
	return tx.load(tx.book.Kind(kind), "h.voided = 0 AND ("+condition+")", args...)
}

func (tx *Tx) load(k *Kind, where string, args ...any) ([]*Sheet, error) {
	limit, limitArgs := tx.scope()
	rows, err := tx.query(tx.book.sql[k.Name].get+"("+where+") AND "+limit+" ORDER BY h.seq", append(slices.Clone(args), limitArgs...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []*Sheet
	var raw []*form.Scanned
	for rows.Next() {
		s := &Sheet{Kind: k, Body: k.New()}
		fields := s.Fields()
		var cells form.Scanned
		if err := rows.Scan(append(s.Head.dests(), fields.Dests(&cells)...)...); err != nil {
			return nil, err
		}
		fields.Loaded(&cells)
		tx.saw(s.Head)
		list, raw = append(list, s), append(raw, &cells)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	found, people, err := tx.fillRefs(list)
	if err != nil {
		return nil, err
	}
	for i, s := range list {
		s.kept = &kept{read: func() form.Set {
			fields := k.New().Fields()
			fields.Loaded(raw[i])
			fillLinks(fields, found, people)
			return fields
		}}
		if err := tx.veil(s); err != nil {
			return nil, err
		}
		if s.Head.Gate != "" && tx.Actor.Staff() {
			if err := tx.mayChange(s); errors.Is(err, ErrForbidden) {
				s.looks = true
			} else if err != nil && !errors.Is(err, ErrNotFound) {
				return nil, err
			}
		}
	}
	return list, nil
}

// fillRefs gives every link of the sheets its ref and title, in one question
// for all; what the actor may not see stays hidden.
func (tx *Tx) fillRefs(list []*Sheet) (found, people map[string]form.Ref, err error) {
	ids := map[string]bool{}
	accounts := false
	for _, s := range list {
		if s.Head.CaseID != "" {
			ids[s.Head.CaseID] = true
		}
		s.Fields().Walk(func(_ string, f form.Field) {
			if !f.IsLink() {
				return
			}
			for _, r := range f.Refs() {
				if f.Kind == "account" {
					accounts = true
				} else if r.ID != "" {
					ids[r.ID] = true
				}
			}
		})
	}
	if found, err = tx.refs(ids); err != nil {
		return nil, nil, err
	}
	if accounts {
		if people, err = tx.Accounts(); err != nil {
			return nil, nil, err
		}
	}
	for _, s := range list {
		s.Case = found[s.Head.CaseID]
		fillLinks(s.Fields(), found, people)
	}
	return found, people, nil
}

func fillLinks(fields form.Set, found, people map[string]form.Ref) {
	fields.Walk(func(_ string, f form.Field) {
		if !f.IsLink() {
			return
		}
		refs := slices.Clone(f.Refs())
		for i, r := range refs {
			from := found
			if f.Kind == "account" {
				from = people
			}
			if full, ok := from[r.ID]; ok {
				refs[i] = full
			}
		}
		f.SetRefs(refs)
	})
}

// refs resolves ids to refs and titles, within scope.
func (tx *Tx) refs(ids map[string]bool) (map[string]form.Ref, error) {
	heads, err := tx.heads(ids)
	found := make(map[string]form.Ref, len(heads))
	for id, h := range heads {
		found[id] = h.ref()
	}
	return found, err
}

// Head reads what a record is in short, within scope.
func (tx *Tx) Head(id string) (Head, error) {
	found, err := tx.heads(map[string]bool{id: true})
	if h, ok := found[id]; ok || err != nil {
		return h, err
	}
	return Head{}, ErrNotFound
}

// heads reads heads by id, within scope. While only reading, none is asked for
// twice, nor one that is not there.
func (tx *Tx) heads(ids map[string]bool) (map[string]Head, error) {
	found, known := map[string]Head{}, tx.work.heads[tx.Actor.ID]
	if known == nil || !tx.readonly || len(known) > 5000 { // a list of everybody is not kept whole
		known = map[string]Head{}
	}
	list := make([]string, 0, len(ids))
	for id := range ids {
		h, asked := known[id]
		switch {
		case !asked:
			list = append(list, id)
		case h.ID != "":
			found[id] = h
		}
	}
	slices.Sort(list)
	limit, args := tx.scope()
	for chunk := range slices.Chunk(list, 500) {
		rows, err := tx.query("SELECT "+headColumns+" FROM head h WHERE h.id IN ? AND "+limit, append([]any{chunk}, args...)...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var h Head
			if err := rows.Scan(h.dests()...); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			found[h.ID] = h
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
		for _, id := range chunk {
			known[id] = found[id]
		}
	}
	tx.work.heads[tx.Actor.ID] = known
	return found, nil
}

// Titles resolves ids to refs and titles, within scope, in one question.
func (tx *Tx) Titles(ids ...string) (map[string]form.Ref, error) {
	set := map[string]bool{}
	for _, id := range ids {
		if id != "" {
			set[id] = true
		}
	}
	heads, err := tx.heads(set)
	found := make(map[string]form.Ref, len(heads))
	for id, h := range heads {
		tx.glimpsed(h)
		found[id] = h.ref()
	}
	return found, err
}

// Accounts gives every account by id.
func (tx *Tx) Accounts() (map[string]form.Ref, error) {
	if tx.work.people == nil {
		people, err := tx.book.accounts(tx.ctx)
		if err != nil {
			return nil, err
		}
		tx.work.people = people
	}
	return tx.work.people, nil
}

// query runs a reading sentence; a slice of texts fills an IN.
func (tx *Tx) query(q string, args ...any) (*sql.Rows, error) {
	if err := tx.putAll(); err != nil {
		return nil, err
	}
	q, args = spread(q, args)
	return database.Query(tx.db, q, args...)
}

// one reads a single row, which must be there.
func (tx *Tx) one(into []any, q string, args ...any) error {
	rows, err := tx.query(q, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		return cmp.Or(rows.Err(), sql.ErrNoRows)
	}
	return rows.Scan(into...)
}

// spread turns "IN ?" with a slice into as many placeholders as it has entries.
func spread(q string, args []any) (string, []any) {
	if !slices.ContainsFunc(args, func(a any) bool { _, ok := a.([]string); return ok }) {
		return q, args
	}
	var sql strings.Builder
	var flat []any
	parts := strings.Split(q, "?")
	for i, a := range args {
		sql.WriteString(parts[i])
		list, ok := a.([]string)
		if !ok {
			sql.WriteString("?")
			flat = append(flat, a)
			continue
		}
		sql.WriteString("(?" + strings.Repeat(",?", len(list)-1) + ")")
		for _, one := range list {
			flat = append(flat, one)
		}
	}
	sql.WriteString(strings.Join(parts[len(args):], "?"))
	return sql.String(), flat
}

var refShape = regexp.MustCompile(`^[A-Z]{1,2}-[0-9]{1,12}$`)

// LooksLikeRef tells whether a text has the shape of a ref.
func LooksLikeRef(s string) bool { return refShape.MatchString(s) }

// Find gives the head a ref points at, of any kind, within scope; the ref of a
// merged record leads to the one it was merged into.
func (tx *Tx) Find(ref string) (form.Ref, error) { return tx.find(ref, "") }

// find leaves out records in a state.
func (tx *Tx) find(ref, but string) (form.Ref, error) {
	var r form.Ref
	if !LooksLikeRef(ref) {
		return r, ErrNotFound
	}
	limit, args := tx.scope()
	rows, err := tx.query("SELECT h.id, h.ref, h.kind, h.title, h.title_arab FROM head g JOIN head h ON h.id = CASE WHEN g.merged_into = '' THEN g.id ELSE g.merged_into END WHERE g.ref = ? AND h.state <> ? AND "+limit,
		append([]any{ref, but}, args...)...)
	if err != nil {
		return r, err
	}
	defer rows.Close()
	if !rows.Next() {
		return r, cmp.Or(rows.Err(), ErrNotFound)
	}
	return r, rows.Scan(&r.ID, &r.Ref, &r.Kind, &r.Title, &r.Arab)
}

// PointingAt lists the heads that point at a record, with the field they do it by.
type PointingAt struct {
	Field string
	From  form.Ref
	State string
}

// LinksTo reads what points at a record, within scope; voided records are left out.
func (tx *Tx) LinksTo(id string) ([]PointingAt, error) {
	limit, args := tx.scope()
	rows, err := tx.query(`SELECT DISTINCT t.field, h.id, h.ref, h.kind, h.title, h.title_arab, h.state, h.seq FROM tie t JOIN head h ON h.id = t.from_id
		WHERE t.to_id = ? AND h.voided = 0 AND `+limit+" ORDER BY h.seq LIMIT 500", append([]any{id}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []PointingAt
	for rows.Next() {
		var p PointingAt
		var seq int64
		if err := rows.Scan(&p.Field, &p.From.ID, &p.From.Ref, &p.From.Kind, &p.From.Title, &p.From.Arab, &p.State, &seq); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// Rows reads a room's own question in flat text cells; the sentence must name
// heads as h so that the scope can be laid on them: %SCOPE% stands where it goes.
func (tx *Tx) Rows(sql string, args ...any) ([][]string, error) {
	sql, args = tx.scoped(sql, args)
	return flat(tx.query(sql, args...))
}

func (tx *Tx) scoped(sql string, args []any) (string, []any) {
	limit, limitArgs := tx.scope()
	before, after, ok := strings.Cut(sql, "%SCOPE%")
	if !ok {
		panic("record: a question without scope: " + sql)
	}
	n := strings.Count(before, "?")
	all := append(slices.Clone(args[:n]), limitArgs...)
	return before + limit + after, append(all, args[n:]...)
}

// flat scans any rows into text; NULL becomes "".
func flat(rows *sql.Rows, err error) ([][]string, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list [][]string
	for cells := range eachRow(rows, &err) {
		list = append(list, slices.Clone(cells))
	}
	return list, err
}

// eachRow gives the cells of rows as text, in a slice that the next row overwrites.
func eachRow(rows *sql.Rows, err *error) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		var cols []string
		if cols, *err = rows.Columns(); *err != nil {
			return
		}
		row, cells, dests := make([]string, len(cols)), make([]nullText, len(cols)), make([]any, len(cols))
		for i := range cells {
			dests[i] = &cells[i]
		}
		for rows.Next() {
			if *err = rows.Scan(dests...); *err != nil {
				return
			}
			for i, c := range cells {
				row[i] = string(c)
			}
			if !yield(row) {
				return
			}
		}
		*err = rows.Err()
	}
}

// Accounts gives every account by id, for names of who did what.
func (b *Book) Accounts(ctx context.Context) (map[string]form.Ref, error) { return b.accounts(ctx) }
