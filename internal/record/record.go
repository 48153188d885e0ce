// Package record is the kernel: the only door to records. Reading is always
// scoped to an actor; writing is always one transaction with one actor, one
// moment and one history line. It knows no kind by name: rooms under
// internal/cases declare theirs as a Kind, and pages see records as Sheets.
package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"amparo/internal/auth"
	"amparo/internal/database"
	"amparo/internal/deadline"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/workflow"
)

// Body is what a kind keeps beside the head: a struct of its room.
type Body interface {
	Fields() form.Set // bound to the struct's own variables
	Title() string    // in no particular language; shown in lists and searches
}

// Head is the one row every record has.
type Head struct {
	ID, Ref, Kind             string
	CaseID                    string // home case; a case's own id for a case; "" in the shared register
	Title, State, Sensitivity string
	Arab                      string // the title in Arabic letters, where it is in others
	Gate                      string // what must be passed to see it: "" nothing, its case's id, its own
	Version                   int
	Voided                    bool
	CreatedAt, UpdatedAt      string // RFC 3339, UTC
	CreatedBy, UpdatedBy      string // account ids
	Seq                       int64
}

// Restricted tells whether only named people see the record.
func (h Head) Restricted() bool { return h.Gate != "" }

// Kind declares one kind of record.
type Kind struct {
	Name     string // "person": catalogue keys, API answers
	Path     string // "people": addresses, API, CSV
	Prefix   string // "P": refs
	Table    string
	New      func() Body
	Flow     workflow.Flow
	Register bool // shared register: needs no home case, seen by every colleague
	IsCase   bool // its records are cases: home of others and of themselves

	// Leads are fields that only who leads the office may change once the record
	// is there; ClosedLeads are more of them while the record is restricted.
	Leads, ClosedLeads []string
	// Identity are the fields that tell who a record is, derived ones too; sealed, they lie
	// behind its gate, and its field Alias bears a code name instead.
	Identity []string
	Alias    string
	// Close says in the body that named people alone see the case, or all colleagues; with Access.
	Close func(b Body, restricted bool)
	// Access says who may see what belongs to a case, its lead first; only for the kind that is a case.
	Access func(Body) (restricted bool, members []string)
	// Called lists the names a record goes by, for matching across spellings.
	Called func(Body) []string
	// Arab gives the title in Arabic letters, "" where it is so already or there is none.
	Arab func(Body) string
	// Compare prepares one of those names for being compared with others.
	Compare func(name string) names.Form
	// Enter makes a register entry from a mere name, marked unchecked.
	Enter func(name string) Body
	// Check finds what is wrong across fields, beyond the rules of each.
	Check func(b Body, today string) form.Problems
	// Asked gives what a move asks beside the record's own fields, bound to
	// variables of the body that are not kept; the kind's Shape puts them in place.
	Asked func(b Body, move string) form.Set
	// Authors lists the accounts that wrote the text, beside who entered it: for four eyes.
	Authors func(Body) []string
	// Content is the hash of the file that a record holds, "" for none.
	Content func(Body) string
	// Home gives the record whose home case a new one shares (its person, its appeal).
	Home string // name of the link field, "" for none
	// List says how its lists are read, as of a day.
	List func(on string) List
}

// Writing is what an actor must be allowed to do to change records of the kind.
func (k *Kind) Writing() auth.Action {
	if k.Register {
		return auth.Register
	}
	return auth.Write
}

// Moves are the kind's own and those every kind has.
func (k *Kind) flow(voided bool) workflow.Flow {
	f := k.Flow
	if voided {
		return workflow.Flow{Start: f.Start, Moves: []workflow.Move{
			{Name: "unvoid", Who: auth.Lead, Asks: []string{"reason"}}}}
	}
	moves := slices.Clone(f.Moves)
	return workflow.Flow{Start: f.Start, Moves: append(moves,
		workflow.Move{Name: "void", Who: auth.Lead, Asks: []string{"reason"}, Voids: true})}
}

// Voids tells whether a move of the kind strikes its record out.
func (k *Kind) Voids(move string) bool {
	return slices.ContainsFunc(k.flow(false).Moves, func(m workflow.Move) bool { return m.Name == move && m.Voids })
}

// Errors of the kernel. What may not be seen does not exist: ErrNotFound.
var (
	ErrNotFound  = errors.New("no such record")
	ErrForbidden = errors.New("not allowed")
)

// Stale says that somebody was quicker; it carries the present record.
type Stale struct{ Current *Sheet }

func (e *Stale) Error() string { return "somebody changed " + e.Current.Head.Ref + " meanwhile" }

// NotOpen says that a move or an edit cannot be made now, and why: catalogue
// keys under "why.".
type NotOpen struct {
	Move string
	Why  []Why
}

// Why is one reason why something is not open now.
type Why struct {
	Code string
	Args []any
}

func (e *NotOpen) Error() string { return e.Move + " is not open now" }

// Effect is what a saved record sets off elsewhere, in the same transaction.
type Effect func(tx *Tx, before *Sheet, after *Sheet) error

// Act is what is being done to a record: Move is "" for creating and editing.
type Act struct{ Move, Note string }

// Shape completes a checked record before it is kept, or refuses it with
// form.Problems or NotOpen: what is computed from other records, what an edit may
// not touch any more, what a move writes. A record that is not on file yet has no ID.
type Shape func(tx *Tx, s *Sheet, act Act) error

// StatesOn gives the states that records had on a day in the past, by their ids, as
// far as they can be told from what is on file now.
type StatesOn func(tx *Tx, day string, sheets ...*Sheet) (map[string]string, error)

// Condition is what must be true before a move; it gives the reasons why not.
type Condition func(tx *Tx, s *Sheet) ([]Why, error)

// Book holds all kinds over one database.
type Book struct {
	db         *database.DB
	kinds      []*Kind
	cases      *Kind // the kind that is a case
	byName     map[string]*Kind
	byPath     map[string]*Kind
	parts      map[string]*Part
	beside     []Beside
	now        func() time.Time
	day        func(time.Time) string
	accounts   func(ctx context.Context) (map[string]form.Ref, error)
	calendar   func(ctx context.Context) (deadline.Calendar, error)
	effects    map[string][]Effect
	shapes     map[string]Shape
	conditions map[string]Condition
	statesOn   map[string]StatesOn
	editable   Condition
	answers    *keptAnswers
	readings   *readings
	anchorKey  []byte
	sql        map[string]*kindSQL
}

// Options are what the kernel needs from outside.
type Options struct {
	Now func() time.Time
	// Day is the office's day of a moment, YYYY-MM-DD.
	Day func(time.Time) string
	// Accounts gives every account by id, for names of colleagues.
	Accounts func(ctx context.Context) (map[string]form.Ref, error)
	// Calendar gives the office's working days and the rules it has confirmed; nil is the usual week and none.
	Calendar func(ctx context.Context) (deadline.Calendar, error)
	// AnchorKey marks anchors of the history as ours.
	AnchorKey []byte
}

// Open makes the book of the given kinds.
func Open(db *database.DB, o Options, kinds ...*Kind) *Book {
	b := &Book{db: db, kinds: kinds, now: o.Now, day: o.Day, accounts: o.Accounts, calendar: o.Calendar,
		byName: map[string]*Kind{}, byPath: map[string]*Kind{}, parts: map[string]*Part{},
		effects: map[string][]Effect{}, shapes: map[string]Shape{}, conditions: map[string]Condition{}, statesOn: map[string]StatesOn{}, sql: map[string]*kindSQL{}, answers: &keptAnswers{},
		readings: &readings{}, anchorKey: o.AnchorKey}
	for _, k := range kinds {
		b.byName[k.Name], b.byPath[k.Path] = k, k
		b.sql[k.Name] = newKindSQL(k, db.Dialect())
		if k.IsCase {
			b.cases = k
		}
	}
	return b
}

// Kinds lists every kind in the order they were opened.
func (b *Book) Kinds() []*Kind { return b.kinds }

// Kind finds a kind by name; it must exist.
func (b *Book) Kind(name string) *Kind {
	k, ok := b.byName[name]
	if !ok {
		panic("record: no kind " + name)
	}
	return k
}

// KindAt finds a kind by its path.
func (b *Book) KindAt(path string) (*Kind, bool) { k, ok := b.byPath[path]; return k, ok }

// After registers an effect of saving a kind.
func (b *Book) After(kind string, e Effect) { b.effects[kind] = append(b.effects[kind], e) }

// Before registers what completes a record of a kind before it is kept.
func (b *Book) Before(kind string, s Shape) { b.shapes[kind] = s }

// Require registers a condition by the name the flows use for it.
func (b *Book) Require(name string, c Condition) { b.conditions[name] = c }

// States registers how the state of a kind's records on a past day is told, for
// lists as of that day.
func (b *Book) States(kind string, s StatesOn) { b.statesOn[kind] = s }

// Editable registers the condition for any change of a record.
func (b *Book) Editable(c Condition) { b.editable = c }

// At is the same book with another clock, for filling a demo with a past.
func (b *Book) At(now func() time.Time) *Book {
	same := *b
	same.now = now
	return &same
}

// Now is this moment as the program is told it.
func (b *Book) Now() time.Time { return b.now() }

// Today is the office's day.
func (b *Book) Today() string { return b.day(b.now()) }

// Calendar is how the office counts days, and which rules it has confirmed.
func (b *Book) Calendar(ctx context.Context) (deadline.Calendar, error) {
	if b.calendar == nil {
		return deadline.Calendar{}, nil
	}
	return b.calendar(ctx)
}

// Sheet is one record with its fields, as one actor sees it.
type Sheet struct {
	Head Head
	Body Body
	Kind *Kind
	Case form.Ref // home case, empty when there is none or it may not be seen

	kept   *kept    // nil for a record that is not on file yet
	fields form.Set // declared once for bound, since they are asked for often
	bound  Body
	opened bool                       // sealed, and read with who it is
	looks  bool                       // seen by breaking in alone
	masked map[string]json.RawMessage // what an opened one tells everybody instead
	veiled map[string]json.RawMessage // what its reader may not read
}

// kept is what a record's fields were when it was read or last kept. Most
// sheets are only looked at, so it is worked out when it is first asked for.
type kept struct {
	read     func() form.Set
	values   map[string]string
	readable map[string]any
}

func (k *kept) open() {
	if k.values == nil {
		f := k.read()
		k.values, k.readable = f.Snapshot(), f.Readable()
	}
}

// ReadOnly tells whether its reader sees the record only because he broke in.
func (s *Sheet) ReadOnly() bool { return s.looks }

// Fields are the record's fields, bound to its body.
func (s *Sheet) Fields() form.Set {
	if s.fields == nil || s.bound != s.Body {
		s.fields, s.bound = s.Body.Fields(), s.Body
	}
	return s.fields
}

// Ref points at this record.
func (s *Sheet) Ref() form.Ref {
	return s.Head.ref()
}

func (h Head) ref() form.Ref {
	return form.Ref{ID: h.ID, Ref: h.Ref, Kind: h.Kind, Title: h.Title, Arab: h.Arab}
}

// As gives the body as the struct of its room.
func As[T Body](s *Sheet) T { return s.Body.(T) }

// columns of head in the order scanHead reads them.
const headColumns = "h.id, h.seq, h.ref, h.kind, h.case_id, h.title, h.title_arab, h.state, h.sensitivity, h.version, h.voided, h.gate, h.created_at, h.created_by, h.updated_at, h.updated_by"

func (h *Head) dests() []any {
	return []any{&h.ID, &h.Seq, &h.Ref, &h.Kind, &h.CaseID, &h.Title, &h.Arab, &h.State, &h.Sensitivity, &h.Version,
		(*intBool)(&h.Voided), &h.Gate, &h.CreatedAt, &h.CreatedBy, &h.UpdatedAt, &h.UpdatedBy}
}

// intBool reads 0 and 1, since the two databases differ on booleans.
type intBool bool

// Scan implements sql.Scanner.
func (b *intBool) Scan(v any) error {
	switch v := v.(type) {
	case int64:
		*b = v != 0
	case bool:
		*b = intBool(v)
	default:
		return fmt.Errorf("not a truth value: %T", v)
	}
	return nil
}

// kindSQL holds the sentences made once per kind from its fields.
type kindSQL struct{ get, insert, update, follows string }

func newKindSQL(k *Kind, d database.Dialect) *kindSQL {
	cols := k.New().Fields().Columns()
	qualified := make([]string, len(cols))
	marks := make([]string, len(cols))
	sets := make([]string, len(cols))
	for i, c := range cols {
		qualified[i], marks[i], sets[i] = "t."+quote(c), "?", quote(c)+" = ?"
	}
	quoted := make([]string, len(cols))
	for i, c := range cols {
		quoted[i] = quote(c)
	}
	return &kindSQL{
		get: "SELECT " + headColumns + ", " + strings.Join(qualified, ", ") + " FROM head h JOIN " + k.Table +
			" t ON t.id = h.id WHERE " + aside(d, "h.kind") + " = '" + k.Name + "' AND ",
		insert:  "INSERT INTO " + k.Table + " (id, " + strings.Join(quoted, ", ") + ") VALUES (?, " + strings.Join(marks, ", ") + ")",
		update:  "UPDATE " + k.Table + " SET " + strings.Join(sets, ", ") + " WHERE id = ?",
		follows: k.follows(),
	}
}

// aside keeps SQLite from choosing its way by a column that tells little, such
// as the kind: without statistics it takes any equality for a find.
func aside(d database.Dialect, column string) string {
	if d == database.SQLite {
		return "+" + column
	}
	return column
}

// quote protects column names that are words of SQL.
func quote(c string) string { return `"` + c + `"` }

// entitle gives the head the title that the body has now.
func (s *Sheet) entitle() {
	s.Head.Title = s.Body.Title()
	if s.Kind.Arab != nil {
		s.Head.Arab = s.Kind.Arab(s.Body)
	}
}

func (s *Sheet) state() workflow.State { return workflow.State(s.Head.State) }
