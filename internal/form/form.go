// Package form binds names to variables. A Field is one named variable of a
// record with its rules; a Set is all of them in order. From this one
// declaration follow input, decoding, checking, storing, showing, differences,
// JSON and the columns of files. It knows no record, page or database.
package form

import (
	"slices"

	"amparo/internal/edtf"
)

// Type says what a field holds and so how it is asked, stored and shown.
type Type string

const (
	Text     Type = "text"     // one line, *string
	Long     Type = "long"     // several lines, *string
	Date     Type = "date"     // uncertain date, *edtf.Date
	Choice   Type = "choice"   // one code of a closed list, *string
	Choices  Type = "choices"  // some codes of a closed list, *[]string
	List     Type = "list"     // free lines, *[]string
	Bool     Type = "bool"     // yes or no, *bool
	Number   Type = "number"   // *Num
	Link     Type = "link"     // one other record, *Ref
	Links    Type = "links"    // some other records, *[]Ref
	Account  Type = "account"  // one colleague, *Ref
	Accounts Type = "accounts" // some colleagues, *[]Ref
	Group    Type = "group"    // rows of fields
)

// Ref points at another record or at a colleague. On input only Ref (or a
// name) is known; the kernel fills the rest, and leaves Ref empty for what the
// reader may not see, so that saving keeps what is hidden.
type Ref struct {
	ID    string // internal id
	Ref   string // "P-0142", or the e-mail address of a colleague
	Kind  string // kind of record; "account" for a colleague
	Title string
	Arab  string // the title in Arabic letters, "" where it is so already or there is none
}

// Hidden tells whether the reference points at something its reader may not see.
func (r Ref) Hidden() bool { return r.ID != "" && r.Ref == "" }

// Num is a number that may be missing.
type Num struct {
	Valid bool
	N     float64
}

// Field is one named variable with its rules.
type Field struct {
	Name     string
	Type     Type
	Max      int      // characters of a text, entries of a list
	Required bool     // must be filled
	Derived  bool     // computed by the record itself, never input
	Told     bool     // derived, and the history tells how it changed
	Ahead    bool     // words of a date look forward ("Monday" is the next one)
	Inside   bool     // kept and shown, but not asked in the general form
	Options  []string // codes of a choice; labels lie in the catalogue under "option.<name>.<code>"
	Kind     string   // kind of record a link points at; "" for any
	Spoken   bool     // the text may be the ref of a record
	Guarded  bool     // tells who told something: read by those who work on the case alone
	Single   bool     // a group of at most one row; outside it is an object, not a list
	Vocab    string   // catalogue prefix of the options, if not the field's name

	ptr  any
	rows *rows
}

// rows reaches the repeated rows of a group without knowing their type.
type rows struct {
	n     func() int
	at    func(i int) (id *string, fields Set)
	add   func()
	reset func()
}

// Set is the fields of a record, in the order a person would fill them.
type Set []Field

// Rule changes a field's rules at its declaration.
type Rule func(*Field)

// Required makes a field one that must be filled.
func Required(f *Field) { f.Required = true }

// Derived marks a field that the record computes itself.
func Derived(f *Field) { f.Derived = true }

// Told marks a derived field that comes from outside all the same, such as the
// hash of a file: the history tells it.
func Told(f *Field) { f.Told = true }

// Inside marks a field that has its own page or verb and is not asked in the general form.
func Inside(f *Field) { f.Inside = true }

// Ahead makes words of a date look forward: for what is due or planned.
func Ahead(f *Field) { f.Ahead = true }

// Spoken marks a text that names somebody in words or by the ref of a record; the
// kernel leaves out refs that a reader may not see.
func Spoken(f *Field) { f.Spoken = true }

// Guarded marks what tells who told something, such as how to reach him; the kernel
// shows it only to those who work on the case.
func Guarded(f *Field) { f.Guarded = true }

// Max sets the greatest number of characters, or of entries for a list.
func Max(n int) Rule { return func(f *Field) { f.Max = n } }

// Vocab names the list of labels, where several fields share one.
func Vocab(name string) Rule { return func(f *Field) { f.Vocab = name } }

func field(name string, t Type, ptr any, max int, rules []Rule) Field {
	f := Field{Name: name, Type: t, ptr: ptr, Max: max}
	for _, r := range rules {
		r(&f)
	}
	return f
}

// OfText is one line of text.
func OfText(name string, v *string, rules ...Rule) Field { return field(name, Text, v, 300, rules) }

// OfLong is text of several lines.
func OfLong(name string, v *string, rules ...Rule) Field { return field(name, Long, v, 20000, rules) }

// OfDate is an uncertain date.
func OfDate(name string, v *edtf.Date, rules ...Rule) Field { return field(name, Date, v, 200, rules) }

// OfChoice is one of a closed list of codes.
func OfChoice(name string, v *string, options []string, rules ...Rule) Field {
	f := field(name, Choice, v, 100, rules)
	f.Options = options
	return f
}

// OfChoices is any number of a closed list of codes.
func OfChoices(name string, v *[]string, options []string, rules ...Rule) Field {
	f := field(name, Choices, v, 100, rules)
	f.Options = options
	return f
}

// OfList is free lines.
func OfList(name string, v *[]string, rules ...Rule) Field { return field(name, List, v, 100, rules) }

// OfBool is yes or no.
func OfBool(name string, v *bool, rules ...Rule) Field { return field(name, Bool, v, 0, rules) }

// OfNumber is a number that may be missing.
func OfNumber(name string, v *Num, rules ...Rule) Field { return field(name, Number, v, 0, rules) }

// OfLink is one other record of a kind ("" for any).
func OfLink(name string, v *Ref, kind string, rules ...Rule) Field {
	f := field(name, Link, v, 300, rules)
	f.Kind = kind
	return f
}

// OfLinks is some other records of a kind ("" for any).
func OfLinks(name string, v *[]Ref, kind string, rules ...Rule) Field {
	f := field(name, Links, v, 200, rules)
	f.Kind = kind
	return f
}

// OfAccount is one colleague.
func OfAccount(name string, v *Ref, rules ...Rule) Field {
	f := field(name, Account, v, 300, rules)
	f.Kind = "account"
	return f
}

// OfAccounts is some colleagues.
func OfAccounts(name string, v *[]Ref, rules ...Rule) Field {
	f := field(name, Accounts, v, 200, rules)
	f.Kind = "account"
	return f
}

// OfGroup is repeated rows; bind gives each row's id and fields.
func OfGroup[T any](name string, list *[]T, bind func(*T) (id *string, fields Set), rules ...Rule) Field {
	f := field(name, Group, list, 500, rules)
	type binding struct {
		row    *T
		id     *string
		fields Set
	}
	var bound []binding // a row's fields are declared once, since they are asked for often
	f.rows = &rows{
		n: func() int { return len(*list) },
		at: func(i int) (*string, Set) {
			row := &(*list)[i]
			for i >= len(bound) {
				bound = append(bound, binding{})
			}
			b := &bound[i]
			if b.row != row {
				b.row = row
				b.id, b.fields = bind(row)
			}
			return b.id, b.fields
		},
		add:   func() { var zero T; *list = append(*list, zero) },
		reset: func() { *list = nil },
	}
	return f
}

// OfOne is a few fields under one name, such as a qualifier with its number; the
// list holds at most one.
func OfOne[T any](name string, one *[]T, bind func(*T) (id *string, fields Set), rules ...Rule) Field {
	f := OfGroup(name, one, bind, rules...)
	f.Max, f.Single = 1, true
	return f
}

// Get finds a field by name.
func (s Set) Get(name string) (Field, bool) {
	for _, f := range s {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Len is the number of rows of a group.
func (f Field) Len() int { return f.rows.n() }

// Row gives the fields of row i of a group, and its id.
func (f Field) Row(i int) (id string, fields Set) {
	p, s := f.rows.at(i)
	return *p, s
}

// Hides tells whether a link holds nothing but what its reader may not see.
func (f Field) Hides() bool {
	refs := f.Refs()
	return len(refs) > 0 && !slices.ContainsFunc(refs, func(r Ref) bool { return !r.Hidden() })
}

// Texts gives the texts a field holds, none for other types.
func (f Field) Texts() []string {
	switch v := f.ptr.(type) {
	case *string:
		return []string{*v}
	case *[]string:
		return *v
	}
	return nil
}

// Drop empties the texts of a field that are to be left out.
func (f Field) Drop(out func(text string) bool) {
	switch v := f.ptr.(type) {
	case *string:
		if out(*v) {
			*v = ""
		}
	case *[]string:
		*v = slices.DeleteFunc(slices.Clone(*v), out)
	}
}

// HidesRow tells whether row i of a group points at something its reader may not
// see; such a row is kept and never shown, since it would tell that it is there.
func (f Field) HidesRow(i int) bool {
	_, row := f.rows.at(i)
	return slices.ContainsFunc(row, func(c Field) bool { return c.Type == Link && c.Hides() })
}

// Template adds an empty row to the group and gives its fields; for a set that is
// not going to be kept.
func (f Field) Template() Set {
	f.rows.add()
	_, s := f.rows.at(f.rows.n() - 1)
	return s
}

// LabelPrefix is where the catalogue keeps the labels of a choice's codes.
func (f Field) LabelPrefix() string {
	if f.Vocab != "" {
		return "option." + f.Vocab + "."
	}
	return "option." + f.Name + "."
}

// Refs gives the references a link field holds, hidden ones too.
func (f Field) Refs() []Ref {
	switch v := f.ptr.(type) {
	case *Ref:
		if v.ID == "" && v.Ref == "" {
			return nil
		}
		return []Ref{*v}
	case *[]Ref:
		return *v
	}
	return nil
}

// SetRefs replaces the references a link field holds.
func (f Field) SetRefs(refs []Ref) {
	switch v := f.ptr.(type) {
	case *Ref:
		*v = Ref{}
		if len(refs) > 0 {
			*v = refs[0]
		}
	case *[]Ref:
		*v = refs
	}
}

// Day gives the date a date field holds.
func (f Field) Day() edtf.Date { return *f.ptr.(*edtf.Date) }

// Lines gives the entries of a list or of choices.
func (f Field) Lines() []string { return *f.ptr.(*[]string) }

// Yes gives the answer a bool field holds.
func (f Field) Yes() bool { return *f.ptr.(*bool) }

// IsLink tells whether the field points at records or colleagues.
func (f Field) IsLink() bool {
	return f.Type == Link || f.Type == Links || f.Type == Account || f.Type == Accounts
}

// Empty tells whether nothing is filled in.
func (f Field) Empty() bool {
	switch v := f.ptr.(type) {
	case *string:
		return *v == ""
	case *[]string:
		return len(*v) == 0
	case *bool:
		return !*v
	case *Num:
		return !v.Valid
	case *edtf.Date:
		return v.Text == ""
	case *Ref:
		return v.ID == "" && v.Ref == ""
	case *[]Ref:
		return len(*v) == 0
	}
	return f.rows.n() == 0
}

// Walk visits every field, those inside groups too, with its path
// ("names.0.full").
func (s Set) Walk(visit func(path string, f Field)) { s.walk("", visit) }

func (s Set) walk(prefix string, visit func(string, Field)) {
	for _, f := range s {
		visit(prefix+f.Name, f)
		if f.Type == Group {
			for i := range f.rows.n() {
				_, row := f.rows.at(i)
				row.walk(prefix+f.Name+"."+itoa(i)+".", visit)
			}
		}
	}
}
