package record

import (
	"bytes"
	"cmp"
	"container/heap"
	"slices"
	"strings"

	"amparo/internal/database"
)

// What is held back at most in a work of a great many records.
const (
	manyRows    = 32      // of a table
	filingSize  = 1 << 11 // records whose keys are worked out together
	manyFilings = 128
	keysAtATime = 512 // of a statement: what it may have to undo is noted for each anew
)

// row is a table's rows that are still to be written: the sentence of one, and
// the cells of all.
type row struct {
	sql   string
	n     int
	cells []any
}

// Many says that this work creates a great many records. Their rows are then
// written together, and their keys of names sorted, which is several times
// quicker; whatever else the work asks for or writes comes after them. Likely
// doubles are not looked for; see Twins.
func (tx *Tx) Many() { tx.work.many = true }

// Twins pairs a new record of a great many with those that go by the very same
// name, so that somebody is asked whether they are one.
func (tx *Tx) Twins(s *Sheet, ids ...string) error {
	if !tx.work.many { // pairs were looked for already
		return nil
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for _, id := range ids[:min(len(ids), pairsKept)] {
		a, b := inOrder(s.Head.ID, id)
		if err := tx.put("INSERT INTO likely_pair (a_id, b_id, kind, score) VALUES (?,?,?,?)", a, b, s.Kind.Name, 1.0); err != nil {
			return err
		}
	}
	return nil
}

// put inserts a row; of a great many, together with those that follow. The
// sentence ends with the placeholders of its values.
func (tx *Tx) put(sql string, cells ...any) error {
	w := tx.work
	if !w.many {
		return tx.exec(sql, cells...)
	}
	i := slices.IndexFunc(w.rows, func(r row) bool { return r.sql == sql })
	if i < 0 {
		i = len(w.rows)
		w.rows = append(w.rows, row{sql: sql})
	}
	r := &w.rows[i]
	r.cells = append(r.cells, cells...)
	if r.n++; r.n < manyRows {
		return nil
	}
	return tx.putRows(r)
}

// putRows writes the rows of a table that were held back.
func (tx *Tx) putRows(r *row) error {
	if r.n == 0 {
		return nil
	}
	width := len(r.cells) / r.n
	cells, n := r.cells, r.n
	r.cells, r.n = nil, 0
	if n == manyRows {
		return tx.insert(together(r.sql, width, cells))
	}
	for row := range slices.Chunk(cells, width) {
		if err := tx.insert(r.sql, row); err != nil {
			return err
		}
	}
	return nil
}

// together makes one sentence of many rows. Where all of them have an empty text
// it stands in the sentence: of the columns there are, a sheet fills few.
func together(sql string, width int, cells []any) (string, []any) {
	used := make([]bool, width)
	for i, c := range cells {
		used[i%width] = used[i%width] || c != ""
	}
	into, values, _ := strings.Cut(sql, "VALUES ")
	var row strings.Builder
	at := 0
	for _, r := range values {
		if r == '?' {
			if at++; !used[at-1] {
				row.WriteString("''")
				continue
			}
		}
		row.WriteRune(r)
	}
	left := make([]any, 0, len(cells))
	for i, c := range cells {
		if used[i%width] {
			left = append(left, c)
		}
	}
	return into + "VALUES " + row.String() + strings.Repeat(", "+row.String(), len(cells)/width-1), left
}

// insert hands rows to the scribe.
func (tx *Tx) insert(sql string, cells []any) error {
	if tx.readonly {
		panic("record: writing while only reading")
	}
	w := tx.work
	if w.scribe == nil {
		w.scribe = newScribe(tx.db)
	}
	select {
	case w.scribe.todo <- statement{sql, cells}:
		return nil
	case <-w.scribe.done:
		return w.scribe.err
	}
}

// scribe writes rows on another processor while the work goes on; whoever else
// uses the connection waits for it first.
type scribe struct {
	todo chan statement
	done chan struct{}
	err  error // once done
}

type statement struct {
	sql   string
	cells []any
}

func newScribe(db *database.Handle) *scribe {
	s := &scribe{todo: make(chan statement, 64), done: make(chan struct{})}
	go func() {
		defer close(s.done)
		for one := range s.todo {
			if _, s.err = database.Exec(db, one.sql, one.cells...); s.err != nil {
				return
			}
		}
	}()
	return s
}

// written waits until all is written that was handed to the scribe.
func (tx *Tx) written() error {
	s := tx.work.scribe
	if s == nil {
		return nil
	}
	tx.work.scribe = nil
	close(s.todo)
	<-s.done
	return s.err
}

// putAll writes all that was held back.
func (tx *Tx) putAll() error {
	for i := range tx.work.rows {
		if err := tx.putRows(&tx.work.rows[i]); err != nil {
			return err
		}
	}
	if err := tx.putKeys(); err != nil {
		return err
	}
	return tx.written()
}

// filing is some records of a kind whose keys of names are worked out on another
// processor while the work goes on.
type filing struct {
	kind   *Kind
	ids    []string
	called [][]string
	text   []byte // all keys, one after the other: millions of strings would keep the collector busy
	keys   []filed
	ready  chan struct{} // nil while records are added
}

// filed is where a key stands in the text of its filing, and whose it is.
type filed struct {
	from   uint32
	length uint16
	at     uint16 // of ids
}

func (f *filing) key(k filed) []byte { return f.text[k.from : k.from+uint32(k.length)] }

// begin starts working out the keys, sorted.
func (f *filing) begin() {
	f.ready = make(chan struct{})
	go func() {
		defer close(f.ready)
		for i, called := range f.called {
			for _, k := range f.kind.keys(called) {
				f.keys = append(f.keys, filed{uint32(len(f.text)), uint16(len(k)), uint16(i)}) // #nosec G115 -- at most filingSize records, their names as long as their fields allow
				f.text = append(f.text, k...)
			}
		}
		f.called = nil
		slices.SortFunc(f.keys, func(a, b filed) int {
			return cmp.Or(bytes.Compare(f.key(a), f.key(b)), int(a.at)-int(b.at))
		})
	}()
}

// fileLater holds the names of a record that has no keys back.
func (tx *Tx) fileLater(kind *Kind, id string, called []string) error {
	w := tx.work
	i := slices.IndexFunc(w.filings, func(f *filing) bool { return f.kind == kind && f.ready == nil })
	if i < 0 {
		i = len(w.filings)
		w.filings = append(w.filings, &filing{kind: kind})
	}
	f := w.filings[i]
	f.ids, f.called = append(f.ids, id), append(f.called, called)
	if len(f.ids) == filingSize {
		f.begin()
	}
	if len(w.filings) < manyFilings {
		return nil
	}
	return tx.putKeys()
}

// putKeys writes the keys of the names that were held back, all in the order of
// the index, so that each of its pages is written once.
func (tx *Tx) putKeys() error {
	w := tx.work
	all := w.filings
	w.filings = nil
	for _, f := range all {
		if f.ready == nil {
			f.begin()
		}
	}
	for len(all) > 0 {
		kind := all[0].kind
		var same, others []*filing
		for _, f := range all {
			if f.kind == kind {
				same = append(same, f)
			} else {
				others = append(others, f)
			}
		}
		if err := tx.putKeysOf(kind, same); err != nil {
			return err
		}
		all = others
	}
	return nil
}

func (tx *Tx) putKeysOf(kind *Kind, filings []*filing) error {
	row := "(?,'" + kind.Name + "',?)"
	into := "INSERT INTO name_key (name_key, kind, record_id) VALUES " + row
	whole := into + strings.Repeat(", "+row, keysAtATime-1)
	var left queue
	for _, f := range filings {
		if <-f.ready; len(f.keys) > 0 {
			left = append(left, f)
		}
	}
	heap.Init(&left)
	cells := make([]any, 0, 2*keysAtATime)
	for len(left) > 0 {
		f := left[0]
		k := f.keys[0]
		if f.keys = f.keys[1:]; len(f.keys) > 0 {
			heap.Fix(&left, 0)
		} else {
			heap.Pop(&left)
		}
		if cells = append(cells, string(f.key(k)), f.ids[k.at]); len(cells) == cap(cells) {
			if err := tx.insert(whole, cells); err != nil {
				return err
			}
			cells = make([]any, 0, 2*keysAtATime)
		}
	}
	for key := range slices.Chunk(cells, 2) {
		if err := tx.insert(into, key); err != nil {
			return err
		}
	}
	return nil
}

// queue is filings by the key that each has to write next.
type queue []*filing

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return bytes.Compare(q[i].key(q[i].keys[0]), q[j].key(q[j].keys[0])) < 0
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(f any)   { *q = append(*q, f.(*filing)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
