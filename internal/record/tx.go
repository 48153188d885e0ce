package record

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
	"amparo/internal/deadline"
	"amparo/internal/form"
)

// Tx is one piece of work: one transaction, one actor, one moment.
type Tx struct {
	Actor auth.Actor
	At    time.Time

	book     *Book
	ctx      context.Context
	db       *gorm.DB
	readonly bool
	enter    bool
	undoing  bool
	work     *work
}

// work is what one piece of work remembers, whoever acts in it. What it drew
// from is locked until its transaction ends, so it need not ask again.
type work struct {
	drawn   map[string]int64 // last number of each counter
	written map[string]int64 // the same as the table has it
	line    int64            // last line of the history, 0 before the first
	hash    string
	at      int64             // how far the history went when answers from before were first asked for, 0 before
	held    *[]late           // effects held back, nil when none are
	last    *[]keyed          // what is computed once they are done, nil when they are not being held
	texts   []text            // words still to be indexed
	made    map[string]string // home cases of the records it made, by id
	many    bool              // see Many
	rows    []row
	filings []*filing
	scribe  *scribe
	people  map[string]form.Ref
	days    *deadline.Calendar
	seen    map[string]*seen               // of restricted cases, while only reading
	passes  map[string]map[string][]string // of each actor
	heads   map[string]map[string]Head     // that were asked for, of each actor; empty: not there
}

// text is what a record is found by; again says that it was indexed before.
type text struct {
	seq   int64
	fold  string
	again bool
}

// late is an effect that is still to come.
type late struct{ before, after *Sheet }

// keyed is a computation that is still to come; see Last.
type keyed struct {
	key     string
	compute func() error
}

// Do runs one piece of work; either all of it is kept or nothing.
func (b *Book) Do(ctx context.Context, a auth.Actor, work func(tx *Tx) error) error {
	return b.db.Tx(ctx, func(db *gorm.DB) error {
		tx := &Tx{book: b, ctx: ctx, db: db, Actor: a, At: b.now().UTC(), work: newWork()}
		if err := tx.alone(); err != nil {
			return err
		}
		defer tx.written() // nobody writes any more when what failed is taken back
		if err := work(tx); err != nil {
			return err
		}
		return tx.finish()
	})
}

// alone lets one piece of work write at a time on PostgreSQL too, as SQLite does
// by itself: taken first, the end of the chain is a lock that two works can
// never take in different orders.
func (tx *Tx) alone() error {
	if tx.book.db.Dialect() != database.Postgres {
		return nil
	}
	var n int64
	return tx.one([]any{&n}, "SELECT n FROM chain WHERE id = 1 FOR UPDATE")
}

func newWork() *work {
	return &work{drawn: map[string]int64{}, written: map[string]int64{}, made: map[string]string{}, heads: map[string]map[string]Head{}}
}

// finish writes what the work remembered: its counters and the end of the chain.
func (tx *Tx) finish() error {
	if err := tx.putAll(); err != nil {
		return err
	}
	w := tx.work
	for name, last := range w.drawn {
		if last != w.written[name] {
			if err := tx.exec("UPDATE counter SET last = ? WHERE name = ?", last, name); err != nil {
				return err
			}
		}
	}
	if err := tx.indexTexts(); err != nil || w.line == 0 {
		return err
	}
	return tx.exec("UPDATE chain SET n = ?, hash = ? WHERE id = 1", w.line, w.hash)
}

// Together holds effects back until all of write is done, so that what is
// computed from several rows is computed once.
func (tx *Tx) Together(write func() error) error {
	if tx.work.held != nil {
		return write()
	}
	var held []late
	tx.work.held = &held
	err := write()
	tx.work.held = nil
	var last []keyed
	tx.work.last = &last
	for _, l := range held {
		if err == nil {
			err = tx.effects(l.before, l.after)
		}
	}
	tx.work.last = nil
	for _, k := range last {
		if err == nil {
			err = k.compute()
		}
	}
	return err
}

// Last computes what several effects of one work ask for under the same key
// once, when all of them are done; of a single one, at once.
func (tx *Tx) Last(key string, compute func() error) error {
	w := tx.work
	if w.last == nil {
		return compute()
	}
	if !slices.ContainsFunc(*w.last, func(k keyed) bool { return k.key == key }) {
		*w.last = append(*w.last, keyed{key, compute})
	}
	return nil
}

// effects sets off what follows from a saved record, or holds it back.
func (tx *Tx) effects(before, after *Sheet) error {
	if tx.work.held != nil {
		if !slices.ContainsFunc(*tx.work.held, func(l late) bool { return l.after == after }) {
			*tx.work.held = append(*tx.work.held, late{before, after})
		}
		return nil
	}
	for _, e := range tx.book.effects[after.Kind.Name] {
		if err := e(tx, before, after); err != nil {
			return err
		}
	}
	return nil
}

// Today is the office's day of the work.
func (tx *Tx) Today() string { return tx.book.day(tx.At) }

// Calendar is how the office counts days, and which rules it has confirmed.
func (tx *Tx) Calendar() (deadline.Calendar, error) {
	if tx.work.days == nil {
		c, err := tx.book.Calendar(tx.ctx)
		if err != nil {
			return c, err
		}
		tx.work.days = &c
	}
	return *tx.work.days, nil
}

// EnterNames lets links to the shared register be given as mere names: an
// unknown one becomes a register entry marked unchecked. Pages do so, the API
// does not.
func (tx *Tx) EnterNames() { tx.enter = true }

// Moment is how moments are kept: RFC 3339, UTC, milliseconds, so that text sorts by time.
func Moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// NewID makes an inner id: a UUIDv7, which sorts by time and tells nothing.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// EnteredOn is the day on which a row with that id was entered, read from the
// id itself; otherwise gives the day to use when it tells none.
func EnteredOn(id, otherwise string) string {
	u, err := uuid.Parse(id)
	if err != nil || u.Version() != 7 {
		return otherwise
	}
	sec, nsec := u.Time().UnixTime()
	return time.Unix(sec, nsec).UTC().Format(time.DateOnly)
}

// next draws the next number of a counter; refs skip a random 1 to 9, so that
// a gap tells nothing about what is hidden.
func (tx *Tx) next(counter string, step int64) (int64, error) {
	w := tx.work
	if n, ok := w.drawn[counter]; ok {
		w.drawn[counter] = n + step
		return n + step, nil
	}
	var n int64
	err := tx.one([]any{&n}, `INSERT INTO counter (name, last) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET last = counter.last + ? RETURNING last`, counter, step, step)
	w.drawn[counter], w.written[counter] = n, n
	return n, err
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (tx *Tx) exec(sql string, args ...any) error {
	if tx.readonly {
		panic("record: writing while only reading")
	}
	_, err := tx.run(sql, args...)
	return err
}

func (tx *Tx) run(sql string, args ...any) (int64, error) {
	if err := tx.putAll(); err != nil {
		return 0, err
	}
	sql, args = spread(sql, args)
	done, err := database.Exec(tx.db, sql, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// Derive writes a table that a room computes from its records, such as the
// custody of each day. It is not history and needs none: it can be made anew.
func (tx *Tx) Derive(sql string, args ...any) error { return tx.exec(sql, args...) }

// AsSystem gives the same work with the eyes of the program itself, for what
// must come out the same whoever acts.
func (tx *Tx) AsSystem(reason string) *Tx { return tx.as(auth.System(reason)) }

// AsColleague gives the same work with the eyes of a colleague who is named on no
// case: what is told to everybody counts only what everybody may see.
func (tx *Tx) AsColleague() *Tx { return tx.as(colleague("any colleague")) }

func colleague(id string) auth.Actor {
	return auth.Actor{ID: id, Roles: []auth.Role{auth.Caseworker}}
}

func (tx *Tx) as(a auth.Actor) *Tx {
	same := *tx
	same.Actor = a
	return &same
}
