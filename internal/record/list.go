package record

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"amparo/internal/database"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/workflow"
)

// Column is one column a list can show and sort by.
type Column struct {
	Name string
	SQL  string
	Type form.Type // how its cell is worded
	Sort string    // SQL to sort by; "" = cannot be sorted
	Then string    // SQL that settles ties, such as the end of an index; "" = the head's number
	File bool      // only in files, not on the page
}

// Filter is one question a list can be asked.
type Filter struct {
	Name    string
	SQL     string   // condition; its ? take the value, as often as there are any
	Options []string // closed choice; nil for free text or links
	Kind    string   // the value is a ref of this kind, "" otherwise; "account" for colleagues
	None    string   // condition where Nobody is asked for: what has no such thing
	Vocab   string   // catalogue prefix of the options
	// Along says which other SQL gives the same order while this filter is set:
	// a column of the index the filter reads, so that nothing has to be sorted.
	Along map[string]string
}

// Nobody asks a filter by colleague or record for what has none.
const Nobody = "none"

// Join is one table that a list reads beside the kind's own.
type Join struct {
	Table, Alias, On string
	// Some says that a record may have no row there and stays in the list all the
	// same, Each that it always has one; neither has more than one. What no filter
	// asks is then not counted over.
	Some, Each bool
}

// List says how a kind is listed.
type List struct {
	Join    []Join
	Columns []Column
	Filters []Filter
	Default string // sort, as in the address: "title", "-updated_at"
}

// Query is one question to a list.
type Query struct {
	Kind    string
	Q       string
	Filters map[string]string
	Sort    string
	Page    int // from 1
	PerPage int
	On      string // day; "" = today
}

// Row is one row of a list: the head's few words and the asked columns.
type Row struct {
	ID, Ref, Title, State string
	Version               int
	Cells                 []string
}

// closedBy is SQL for where the readings of a restricted record are told, "" for any other.
const closedBy = "CASE WHEN h.gate = '' THEN '' WHEN h.case_id = '' THEN h.id ELSE h.case_id END"

// note takes closedBy, the last cell, off a row and tells of a restricted one.
func (r *Row) note(read func(Head)) {
	last := len(r.Cells) - 1
	if by := r.Cells[last]; by != "" {
		read(Head{ID: r.ID, Ref: r.Ref, CaseID: by, Gate: by})
	}
	r.Cells = r.Cells[:last]
}

// Result is one page of a list with its exact total.
type Result struct {
	Rows  []Row
	Total int
	List  List
}

// keptAnswers keeps totals and sums as long as nothing was written: counting
// costs more than everything else on the page.
type keptAnswers struct {
	mu  sync.Mutex
	at  int64
	all map[string]any
}

// ListOf gives the declaration of a kind's list, columns of the head first.
func (k *Kind) ListOf(on string) List {
	l := List{Default: "-updated_at"}
	if k.List != nil {
		l = k.List(on)
	}
	head := []Column{
		{Name: "ref", SQL: "h.ref", Sort: "h.seq"},
		{Name: "title", SQL: "h.title", Sort: "h.sort"},
	}
	if len(k.Flow.Moves) > 0 {
		head = append(head, Column{Name: "state", SQL: "h.state", Sort: "h.state", Type: form.Choice})
		l.Filters = append([]Filter{{Name: "state", SQL: "h.state = ?", Options: stateNames(k.Flow), Vocab: "state." + k.Name + "."}}, l.Filters...)
	}
	l.Columns = append(head, l.Columns...)
	l.Columns = append(l.Columns, Column{Name: "updated_at", SQL: "h.updated_at", Sort: "h.updated_at", File: true})
	if !k.Register && !k.IsCase {
		l.Filters = append(l.Filters, Filter{Name: "case", SQL: "h.case_id = ?", Kind: "case"})
	}
	return l
}

func stateNames(f workflow.Flow) []string {
	var list []string
	for _, s := range f.States() {
		list = append(list, string(s))
	}
	return list
}

// List reads one page of a kind.
func (tx *Tx) List(q Query) (Result, error) {
	on := tx.day(q.On)
	k := tx.book.Kind(q.Kind)
	l := k.ListOf(on)
	res := Result{List: l}
	from, args, ok, err := tx.from(k, l, q)
	if err != nil || !ok {
		return res, err
	}
	order := tx.order(l, q)
	cols := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		cols[i] = c.SQL
	}
	if q.PerPage <= 0 {
		q.PerPage = 50
	}
	q.Page = max(q.Page, 1)
	if res.Total, err = tx.total(counted(k, l, from, ""), args); err != nil {
		return res, err
	}
	cols = append(cols, closedBy)
	rows, err := tx.query("SELECT h.id, h.ref, h.title, h.state, h.version, "+strings.Join(cols, ", ")+tx.along(k, l, from, order)+order+" LIMIT ? OFFSET ?",
		append(slices.Clone(args), q.PerPage, (q.Page-1)*q.PerPage)...)
	if err != nil {
		return res, err
	}
	if res.Rows, err = scanRows(rows, len(cols), nil); err != nil {
		return res, err
	}
	for i := range res.Rows {
		res.Rows[i].note(tx.glimpsed)
	}
	return res, tx.standAs(k, l, on, res.Rows)
}

// standAs puts into rows the state that each had on a past day.
func (tx *Tx) standAs(k *Kind, l List, on string, rows []Row) error {
	if tx.book.statesOn[k.Name] == nil || on >= tx.Today() || len(rows) == 0 {
		return nil
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	states, err := tx.statesOf(k, on, ids)
	at := slices.IndexFunc(l.Columns, func(c Column) bool { return c.Name == "state" })
	for i, r := range rows {
		if s, ok := states[r.ID]; ok {
			rows[i].State, r.Cells[at] = s, s
		}
	}
	return err
}

// statesOf are the states that records had on a past day, whoever asks.
func (tx *Tx) statesOf(k *Kind, on string, ids []string) (map[string]string, error) {
	sys := tx.AsSystem("a state of the past follows from all that is on file")
	all := map[string]string{}
	for chunk := range slices.Chunk(ids, 500) {
		sheets, err := sys.Where(k.Name, "h.id IN ?", chunk)
		if err != nil {
			return nil, err
		}
		states, err := tx.book.statesOn[k.Name](sys, on, sheets...)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, states)
	}
	return all, nil
}

// stoodAs lists the ids, as JSON, of what a question finds that had a state on the
// day it asks for.
func (tx *Tx) stoodAs(k *Kind, l List, q Query, state string) (string, error) {
	q.Filters = maps.Clone(q.Filters)
	delete(q.Filters, "state")
	from, args, ok, err := tx.from(k, l, q)
	if err != nil || !ok {
		return "[]", err
	}
	rows, err := flat(tx.query("SELECT h.id"+from, args...))
	if err != nil {
		return "", err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r[0]
	}
	states, err := tx.statesOf(k, q.On, ids)
	if err != nil {
		return "", err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return states[id] != state })
	text, err := json.Marshal(append([]string{}, ids...))
	return string(text), err
}

// Grouped reads the first rows of each state of a list, for boards, and how many
// each has. key is SQL by which the rows of a state stand, the newest first where
// it is the same; columns are their cells. Both are in the list's own tables.
func (tx *Tx) Grouped(q Query, most int, key string, columns ...string) ([]Row, map[string]int, error) {
	k := tx.book.Kind(q.Kind)
	l := k.ListOf(tx.day(q.On))
	from, args, ok, err := tx.from(k, l, q)
	if err != nil || !ok {
		return nil, nil, err
	}
	ask := "SELECT h.state, " + key + ", h.seq, h.id" + counted(k, l, from, key)
	totals := map[string]int{}
	cells, err := remembered(tx, fmt.Sprint("first ", most, " ", columns, " ", ask, args), func() ([][]string, error) {
		first, err := tx.foremost(ask, args, most)
		if err != nil {
			return nil, err
		}
		var list [][]string
		var ids []string
		for state, pile := range first {
			list = append(list, []string{state, strconv.Itoa(pile.total)}) // its head, without cells
			for _, one := range pile.list {
				ids = append(ids, one.id)
			}
		}
		if len(ids) == 0 {
			return list, nil
		}
		var joins strings.Builder
		for _, j := range l.joins(k) {
			joins.WriteString(j.text())
		}
		rows, err := flat(tx.query("SELECT h.id, h.ref, h.title, h.state, h.version, "+strings.Join(append(slices.Clone(columns), closedBy), ", ")+" FROM head h"+joins.String()+
			" WHERE h.id IN ? ORDER BY h.state, "+key+", h.seq DESC", ids))
		return append(list, rows...), err
	})
	var rows []Row
	for _, c := range cells {
		if len(c) == 2 {
			totals[c[0]], _ = strconv.Atoi(c[1])
			continue
		}
		version, _ := strconv.Atoi(c[4])
		row := Row{ID: c[0], Ref: c[1], Title: c[2], State: c[3], Version: version, Cells: c[5:]}
		row.note(tx.glimpsed)
		rows = append(rows, row)
	}
	return rows, totals, err
}

// ranked is a row as it is compared with others of its state.
type ranked struct {
	key, id string
	seq     int64
}

// foremost reads through a list once and keeps the first rows of each state.
// The database could do the same by numbering the rows, at twice the price.
func (tx *Tx) foremost(ask string, args []any, most int) (map[string]*pile, error) {
	rows, err := tx.query(ask, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	piles := map[string]*pile{}
	for rows.Next() {
		var state, key nullText
		var one ranked
		if err := rows.Scan(&state, &key, &one.seq, &one.id); err != nil {
			return nil, err
		}
		p := piles[string(state)]
		if p == nil {
			p = &pile{}
			piles[string(state)] = p
		}
		one.key = string(key)
		p.add(one, most)
	}
	return piles, rows.Err()
}

// pile is the first rows of one state, in order, and how many there are in all.
type pile struct {
	list  []ranked
	total int
}

func (p *pile) add(one ranked, most int) {
	p.total++
	at, _ := slices.BinarySearchFunc(p.list, one, func(a, b ranked) int {
		return cmp.Or(strings.Compare(a.key, b.key), cmp.Compare(b.seq, a.seq))
	})
	if at >= most {
		return
	}
	if len(p.list) == most {
		p.list = p.list[:most-1]
	}
	p.list = slices.Insert(p.list, at, one)
}

// day is the asked day, today where none is asked. It goes into the sentence as
// text, so nothing that is not a day gets through.
func (tx *Tx) day(on string) string {
	if form.IsDay(on) {
		return on
	}
	return tx.Today()
}

// Each reads every row of a list, for files; it never holds more than one.
func (tx *Tx) Each(q Query, row func(Row) error) (List, error) {
	on := tx.day(q.On)
	k := tx.book.Kind(q.Kind)
	l := k.ListOf(on)
	from, args, ok, err := tx.from(k, l, q)
	if err != nil || !ok {
		return l, err
	}
	cols := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		cols[i] = c.SQL
	}
	cols = append(cols, closedBy)
	rows, err := tx.query("SELECT h.id, h.ref, h.title, h.state, h.version, "+strings.Join(cols, ", ")+from+tx.order(l, q), args...)
	if err != nil {
		return l, err
	}
	_, err = scanRows(rows, len(cols), func(r Row) error {
		r.note(tx.saw)
		return row(r)
	})
	return l, err
}

// from builds the part after SELECT …; ok is false when a filter names
// something that does not exist for this reader, so the list is empty.
func (tx *Tx) from(k *Kind, l List, q Query) (string, []any, bool, error) {
	var sql strings.Builder
	limit, scopeArgs := tx.scope()
	sql.WriteString(" FROM head h")
	for _, j := range l.joins(k) {
		sql.WriteString(j.text())
	}
	fmt.Fprintf(&sql, " WHERE h.kind = '%s' AND h.voided = 0 AND %s", k.Name, limit)
	args := slices.Clone(scopeArgs)
	for _, f := range l.Filters {
		value := strings.TrimSpace(q.Filters[f.Name])
		if value == "" || !form.Clean(value) {
			continue
		}
		if value == Nobody && f.None != "" {
			sql.WriteString(" AND (" + f.None + ")")
			continue
		}
		if f.Options != nil && !slices.Contains(f.Options, value) {
			return "", nil, false, nil
		}
		if f.Name == "state" && tx.book.statesOn[k.Name] != nil && form.IsDay(q.On) && q.On < tx.Today() {
			ids, err := tx.stoodAs(k, l, q, value)
			if err != nil {
				return "", nil, false, err
			}
			each := "SELECT value FROM json_each(?)"
			if tx.book.db.Dialect() == database.Postgres {
				each = "SELECT json_array_elements_text(CAST(? AS json))"
			}
			sql.WriteString(" AND h.id IN (" + each + ")")
			args = append(args, ids)
			continue
		}
		switch f.Kind {
		case "":
		case "account":
			who, err := tx.account(form.Ref{Ref: value})
			if err != nil {
				return "", nil, false, err
			}
			if who.ID == "" && value != Nobody {
				return "", nil, false, nil
			}
			value = who.ID
		default:
			r, err := tx.Resolve(f.Kind, value)
			if err == ErrNotFound {
				return "", nil, false, nil
			}
			if err != nil {
				return "", nil, false, err
			}
			value = r.ID
		}
		sql.WriteString(" AND (" + f.SQL + ")")
		for range strings.Count(f.SQL, "?") {
			args = append(args, value)
		}
	}
	if words := names.Fold(q.Q); words != "" {
		if ref := strings.ToUpper(strings.TrimSpace(q.Q)); LooksLikeRef(ref) {
			sql.WriteString(" AND h.ref = ?")
			args = append(args, ref)
		} else {
			match, term, err := tx.matches(words)
			if err != nil {
				return "", nil, false, err
			}
			sql.WriteString(" AND " + match)
			args = append(args, term)
		}
	} else if strings.TrimSpace(q.Q) != "" {
		return "", nil, false, nil
	}
	return sql.String(), args, true, nil
}

func (l List) joins(k *Kind) []Join {
	return append([]Join{{Table: k.Table, Alias: "t", On: "t.id = h.id", Some: true}}, l.Join...)
}

func (j Join) text() string {
	how := " JOIN "
	if j.Some || j.Each { // LEFT keeps the heads in front, whose index tells most
		how = " LEFT JOIN "
	}
	return how + j.Table + " " + j.Alias + " ON " + j.On
}

// counted leaves out tables that take nothing away and are asked neither here
// nor in the rest of the sentence.
func counted(k *Kind, l List, from, rest string) string {
	for _, j := range slices.Backward(l.joins(k)) {
		without := strings.Replace(from, j.text(), "", 1)
		if (j.Some || j.Each) && !strings.Contains(without+rest, j.Alias+".") {
			from = without
		}
	}
	return from
}

// order sorts by a column of the list only, never by text from the address.
func (tx *Tx) order(l List, q Query) string {
	for _, want := range []string{q.Sort, l.Default} {
		name, down := strings.CutPrefix(want, "-")
		for _, c := range l.Columns {
			if c.Name == name && c.Sort != "" {
				by := c.Sort
				for _, f := range l.Filters {
					if same := f.Along[by]; same != "" && strings.TrimSpace(q.Filters[f.Name]) != "" {
						by = same
					}
				}
				then := c.Then
				if then == "" {
					then = "h.seq"
				}
				if down {
					return " ORDER BY " + by + " DESC, " + then + " DESC"
				}
				return " ORDER BY " + by + ", " + then
			}
		}
	}
	return " ORDER BY h.seq DESC"
}

// along keeps SQLite from gathering all heads of a kind first where a page is
// sorted by another table: it then follows that table's own index and stops
// after one page.
func (tx *Tx) along(k *Kind, l List, from, order string) string {
	if strings.HasPrefix(order, " ORDER BY h.") {
		return from
	}
	for _, j := range l.Join {
		if j.Each {
			from = strings.Replace(from, j.text(), strings.Replace(j.text(), " LEFT JOIN ", " JOIN ", 1), 1)
		}
	}
	return strings.Replace(from, "WHERE h.kind = '"+k.Name+"'", "WHERE "+aside(tx.book.db.Dialect(), "h.kind")+" = '"+k.Name+"'", 1)
}

func (tx *Tx) total(from string, args []any) (int, error) {
	rows, err := tx.kept("SELECT COUNT(*)"+from, args...)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(rows[0][0])
}

// Sums reads as Rows does, but asks a question only once as long as nothing is
// written: for figures over all that is on file.
func (tx *Tx) Sums(sql string, args ...any) ([][]string, error) {
	sql, args = tx.scoped(sql, args)
	return tx.kept(sql, args...)
}

func (tx *Tx) kept(sql string, args ...any) ([][]string, error) {
	return remembered(tx, fmt.Sprint(sql, args), func() ([][]string, error) { return flat(tx.query(sql, args...)) })
}

// Fold reads the rows of a question one by one and keeps what is made of them, as
// Sums keeps its answers: where that costs less than letting the database group
// them. what tells apart what is made of the same question; nobody may change it.
// The cells are overwritten by those of the next row.
func Fold[T any](tx *Tx, what, sql string, args []any, fold func(rows iter.Seq[[]string]) T) (T, error) {
	sql, args = tx.scoped(sql, args)
	return remembered(tx, fmt.Sprint(what, " ", sql, args), func() (T, error) {
		var made T
		rows, err := tx.query(sql, args...)
		if err != nil {
			return made, err
		}
		defer rows.Close()
		made = fold(eachRow(rows, &err))
		return made, err
	})
}

// remembered gives the answer to a question from before, as long as nothing was
// written since.
func remembered[T any](tx *Tx, key string, ask func() (T, error)) (answer T, err error) {
	if !tx.readonly { // what is being written has no number yet
		return ask()
	}
	// Asked once in a work: what is written meanwhile counts from the next on.
	if tx.work.at == 0 {
		if err = tx.one([]any{&tx.work.at}, "SELECT n + 1 FROM chain WHERE id = 1"); err != nil {
			return answer, err
		}
	}
	at := tx.work.at
	c := tx.book.answers
	c.mu.Lock()
	if c.all == nil || c.at != at || len(c.all) > 1000 {
		c.at, c.all = at, map[string]any{}
	}
	kept, ok := c.all[key]
	c.mu.Unlock()
	if ok {
		return kept.(T), nil
	}
	if answer, err = ask(); err != nil {
		return answer, err
	}
	c.mu.Lock()
	if c.at == at {
		c.all[key] = answer
	}
	c.mu.Unlock()
	return answer, nil
}

// stillSo says that the lines of the history after one, to the last, changed nothing
// that could have been asked: what was kept before them holds after them.
func (c *keptAnswers) stillSo(before, last int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at == before+1 {
		c.at = last + 1
	}
}

// nullText reads any cell as text; NULL is "".
type nullText string

// Scan implements sql.Scanner.
func (t *nullText) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = ""
	case string:
		*t = nullText(v)
	case []byte:
		*t = nullText(v)
	case time.Time: // SQLite's driver takes what reads as a moment for one where a column has no type, as in MAX(at)
		*t = nullText(Moment(v))
	default:
		*t = nullText(fmt.Sprint(v))
	}
	return nil
}

func scanRows(rows *sql.Rows, n int, each func(Row) error) ([]Row, error) {
	defer rows.Close()
	var list []Row
	cells := make([]nullText, n)
	for rows.Next() {
		var r Row
		dests := make([]any, 0, n+5)
		dests = append(dests, &r.ID, &r.Ref, &r.Title, &r.State, &r.Version)
		for i := range cells {
			dests = append(dests, &cells[i])
		}
		if err := rows.Scan(dests...); err != nil {
			return nil, err
		}
		r.Cells = make([]string, n)
		for i, c := range cells {
			r.Cells[i] = string(c)
		}
		if each != nil {
			if err := each(r); err != nil {
				return nil, err
			}
			continue
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
