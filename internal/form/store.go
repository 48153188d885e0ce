package form

import (
	"encoding/json"
	"fmt"
	"strings"

	"amparo/internal/edtf"
)

// Columns names the database columns of a field: five for a date, one for all
// others. A group is one column of JSON.
func (f Field) Columns() []string {
	if f.Type == Date {
		return []string{f.Name, f.Name + "_words", f.Name + "_earliest", f.Name + "_latest", f.Name + "_clock"}
	}
	return []string{f.Name}
}

// Args gives the values for Columns.
func (f Field) Args() []any {
	switch v := f.ptr.(type) {
	case *string:
		return []any{*v}
	case *[]string:
		return []any{strings.Join(*v, "\n")}
	case *bool:
		if *v {
			return []any{1}
		}
		return []any{0}
	case *Num:
		if !v.Valid {
			return []any{nil}
		}
		return []any{v.N}
	case *edtf.Date:
		return []any{v.Text, v.Words, v.Earliest, v.Latest, v.Clock}
	case *Ref:
		return []any{v.ID}
	case *[]Ref:
		return []any{strings.Join(refIDs(*v), "\n")}
	}
	if f.rows.n() == 0 {
		return []any{""}
	}
	b, err := json.Marshal(f.storedRows())
	if err != nil {
		panic("form: " + f.Name + ": " + err.Error()) // maps of plain values always marshal
	}
	return []any{string(b)}
}

func refIDs(refs []Ref) []string {
	ids := make([]string, 0, len(refs))
	for _, r := range refs {
		if r.ID != "" {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// Dests gives pointers to scan Columns into; call Loaded afterwards.
func (f Field) Dests(row *Scanned) []any {
	n := len(f.Columns())
	dests := make([]any, n)
	for i := range n {
		row.cells = append(row.cells, new(any))
		dests[i] = row.cells[len(row.cells)-1]
	}
	return dests
}

// Scanned holds the raw cells of one row while it is read.
type Scanned struct{ cells []*any }

// Dests gives pointers for every column of the set, in order.
func (s Set) Dests(row *Scanned) []any {
	row.cells = make([]*any, 0, len(s)+8)
	var d []any
	for _, f := range s {
		d = append(d, f.Dests(row)...)
	}
	return d
}

// Columns names every column of the set, in order.
func (s Set) Columns() []string {
	var c []string
	for _, f := range s {
		c = append(c, f.Columns()...)
	}
	return c
}

// Args gives the values for Columns.
func (s Set) Args() []any {
	var a []any
	for _, f := range s {
		a = append(a, f.Args()...)
	}
	return a
}

// Loaded moves scanned cells into the variables.
func (s Set) Loaded(row *Scanned) {
	at := 0
	next := func() any { at++; return *row.cells[at-1] }
	for _, f := range s {
		switch v := f.ptr.(type) {
		case *string:
			*v = cellText(next())
		case *[]string:
			*v = splitStored(cellText(next()))
		case *bool:
			*v = cellNumber(next()) != 0
		case *Num:
			c := next()
			*v = Num{Valid: c != nil, N: cellNumber(c)}
		case *edtf.Date:
			v.Text, v.Words, v.Earliest, v.Latest, v.Clock = cellText(next()), cellText(next()), cellText(next()), cellText(next()), cellText(next())
		case *Ref:
			*v = Ref{ID: cellText(next())}
		case *[]Ref:
			*v = nil
			for _, id := range splitStored(cellText(next())) {
				*v = append(*v, Ref{ID: id})
			}
		default:
			text := cellText(next())
			f.rows.reset()
			if text != "" {
				var raw json.RawMessage = []byte(text)
				f.loadRows(raw)
			}
		}
	}
}

func splitStored(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

func cellText(c any) string {
	switch v := c.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

func cellNumber(c any) float64 {
	switch v := c.(type) {
	case int64:
		return float64(v)
	case int32:
		return float64(v)
	case float64:
		return v
	case bool:
		if v {
			return 1
		}
	}
	return 0
}

// stored gives a row of a group as it is kept: ids for links, all parts of dates.
func (s Set) stored() map[string]any {
	m := make(map[string]any, len(s))
	for _, f := range s {
		if f.Empty() {
			continue
		}
		switch v := f.ptr.(type) {
		case *edtf.Date:
			m[f.Name] = []string{v.Text, v.Words, v.Earliest, v.Latest, v.Clock}
		case *Ref:
			m[f.Name] = v.ID
		case *[]Ref:
			m[f.Name] = refIDs(*v)
		case *Num:
			m[f.Name] = v.N
		case *string:
			m[f.Name] = *v
		case *[]string:
			m[f.Name] = *v
		case *bool:
			m[f.Name] = *v
		default:
			m[f.Name] = f.storedRows()
		}
	}
	return m
}

func (f Field) storedRows() []map[string]any {
	list := make([]map[string]any, f.rows.n())
	for i := range list {
		id, row := f.rows.at(i)
		list[i] = row.stored()
		list[i]["id"] = *id
	}
	return list
}

func (f Field) loadRows(raw json.RawMessage) {
	var list []map[string]json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return
	}
	for _, m := range list {
		f.rows.add()
		id, row := f.rows.at(f.rows.n() - 1)
		_ = json.Unmarshal(m["id"], id)
		row.load(m)
	}
}

func (s Set) load(m map[string]json.RawMessage) {
	for _, f := range s {
		raw, ok := m[f.Name]
		if !ok {
			continue
		}
		switch v := f.ptr.(type) {
		case *string:
			_ = json.Unmarshal(raw, v)
		case *[]string:
			_ = json.Unmarshal(raw, v)
		case *bool:
			_ = json.Unmarshal(raw, v)
		case *Num:
			v.Valid = json.Unmarshal(raw, &v.N) == nil
		case *edtf.Date:
			var parts []string
			if json.Unmarshal(raw, &parts) == nil && len(parts) == 5 {
				v.Text, v.Words, v.Earliest, v.Latest, v.Clock = parts[0], parts[1], parts[2], parts[3], parts[4]
			}
		case *Ref:
			_ = json.Unmarshal(raw, &v.ID)
		case *[]Ref:
			var ids []string
			_ = json.Unmarshal(raw, &ids)
			for _, id := range ids {
				*v = append(*v, Ref{ID: id})
			}
		default:
			f.loadRows(raw)
		}
	}
}

// NewRowIDs gives every row of every group that has none a fresh id.
func (s Set) NewRowIDs(fresh func() string) {
	s.Walk(func(_ string, f Field) {
		if f.Type != Group {
			return
		}
		for i := range f.rows.n() {
			if id, _ := f.rows.at(i); *id == "" {
				*id = fresh()
			}
		}
	})
}

// Change is one field's value before and after, as typed.
type Change struct {
	Field  string `json:"field"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// Snapshot gives every field's value as kept, to be compared later.
func (s Set) Snapshot() map[string]string {
	m := make(map[string]string, len(s))
	for _, f := range s {
		m[f.Name] = f.stamp()
	}
	return m
}

// stamp is all of a field's kept value in one text, to be compared.
func (f Field) stamp() string {
	switch v := f.ptr.(type) {
	case *string:
		return *v
	case *Ref:
		return v.ID
	case *edtf.Date:
		return strings.Join([]string{v.Text, v.Words, v.Earliest, v.Latest, v.Clock}, "\x00")
	}
	return fmt.Sprint(f.Args()[0])
}

// Readable gives the value of every field that has one, for people and for the
// history, as JSON does; rows of groups too tell only what is in them.
func (s Set) Readable() map[string]any {
	m := make(map[string]any, len(s))
	for _, f := range s {
		switch {
		case f.Empty():
		case f.Type == Group:
			rows := []map[string]any{}
			for i := range f.rows.n() {
				if f.HidesRow(i) {
					continue
				}
				id, row := f.rows.at(i)
				one := row.Readable()
				one["id"] = *id
				rows = append(rows, one)
			}
			m[f.Name] = rows
		default:
			m[f.Name] = f.JSON()
		}
	}
	return m
}
