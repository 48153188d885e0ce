package record

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"amparo/internal/auth"
	"amparo/internal/form"
	"amparo/internal/names"
)

// Place is a record whose free words name somebody, and in which of its fields:
// "summary", or with the part that hangs on it "notes.text".
type Place struct {
	Record form.Ref
	Fields []string
	// Lines are the numbers of entries of its history that do so too.
	Lines []int64

	head Head
}

// called are names to be looked for in words, folded as they are searched.
type called []string

func calledAs(list []string) called {
	var c called
	for _, name := range list {
		if f := strings.TrimSpace(names.Fold(name)); len([]rune(f)) > 1 {
			c = append(c, f)
		}
	}
	slices.Sort(c)
	return slices.Compact(c)
}

// unescaped makes words of what JSON writes between them.
var unescaped = strings.NewReplacer(`\n`, " ", `\t`, " ", `\r`, " ")

// in tells whether a text holds one of the names: several words as they stand,
// a single one only by itself.
func (c called) in(text string) bool {
	if len(text) < 2 {
		return false
	}
	folded := " " + names.Fold(unescaped.Replace(text)) + " "
	return slices.ContainsFunc(c, func(name string) bool {
		if strings.Contains(name, " ") {
			return strings.Contains(folded, name)
		}
		return strings.Contains(folded, " "+name+" ")
	})
}

// words are the fields of a set that hold what somebody wrote; who told
// something is looked through only for who may read it everywhere.
func (tx *Tx) words(fields form.Set) []string {
	var list []string
	for _, f := range fields {
		if f.Guarded && !tx.Actor.May(auth.Lead) {
			continue
		}
		switch f.Type {
		case form.Text, form.Long, form.List, form.Group:
			if !f.Derived {
				list = append(list, f.Name)
			}
		}
	}
	return list
}

// NamesOf are the names that a record goes by, as far as its reader may know them.
func (s *Sheet) NamesOf() []string {
	if s.Kind.Called == nil || s.Sealed() && !s.opened {
		return nil
	}
	return s.Kind.Called(s.Body)
}

// Named finds the records, within scope, whose words name somebody who goes by one
// of the names; those of the given ids are left out. It reads all that is on file.
func (tx *Tx) Named(list []string, but ...string) ([]Place, error) {
	c := calledAs(list)
	if len(c) == 0 {
		return nil, nil
	}
	found := places{}
	limit, args := tx.scope()
	const head = "SELECT h.id, h.ref, h.kind, h.title, h.case_id, h.gate"
	for _, k := range tx.book.kinds {
		fields := tx.words(k.New().Fields())
		if err := tx.wordsOf(found, c, fields, "", head+columnsOf("t", fields)+" FROM head h JOIN "+k.Table+" t ON t.id = h.id WHERE "+limit, args...); err != nil {
			return nil, err
		}
	}
	for _, p := range tx.book.Parts() {
		fields := tx.words(p.New().Fields())
		if err := tx.wordsOf(found, c, fields, p.Name+".", head+columnsOf("t", fields)+" FROM "+p.Table+" t JOIN head h ON h.id = t.record_id WHERE "+limit+" AND "+unsealed,
			append(slices.Clone(args), tx.Actor.ID, minute(tx.At))...); err != nil {
			return nil, err
		}
	}
	for _, b := range tx.book.beside {
		if b.Words == "" {
			continue
		}
		if err := tx.wordsOf(found, c, []string{b.Words}, b.Table+".", head+columnsOf("t", []string{b.Words})+" FROM "+b.Table+" t JOIN head h ON h.id = t."+b.Key+" WHERE "+limit, args...); err != nil {
			return nil, err
		}
	}
	return found.list(tx, but), nil
}

func columnsOf(table string, fields []string) string {
	var b strings.Builder
	for _, name := range fields {
		b.WriteString(", " + table + "." + quote(name))
	}
	return b.String()
}

// wordsOf looks at rows of a head and some of its words.
func (tx *Tx) wordsOf(found places, c called, fields []string, prefix, sql string, args ...any) error {
	if len(fields) == 0 {
		return nil
	}
	rows, err := tx.query(sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for cells := range eachRow(rows, &err) {
		for i, name := range fields {
			if c.in(cells[6+i]) {
				found.at(cells).Fields = append(found.at(cells).Fields, prefix+name)
			}
		}
	}
	return err
}

// linesNaming finds the entries of the history that do, within scope.
func (tx *Tx) linesNaming(list []string, but ...string) ([]Place, error) {
	c := calledAs(list)
	if len(c) == 0 {
		return nil, nil
	}
	found := places{}
	limit, args := tx.scope()
	rows, err := tx.query("SELECT h.id, h.ref, h.kind, h.title, h.case_id, h.gate, t.n, p.note, p.changes FROM trail t JOIN trail_payload p ON p.n = t.n JOIN head h ON h.id = t.record_id WHERE (p.note <> '' OR p.changes <> '') AND t.action <> '"+erasing+"' AND "+limit+" ORDER BY t.n", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for cells := range eachRow(rows, &err) {
		if c.in(cells[7]) || c.in(cells[8]) {
			found.at(cells).Lines = append(found.at(cells).Lines, number(cells[6]))
		}
	}
	if err == nil {
		err = tx.legible(found, c)
	}
	return found.list(tx, but), err
}

// legible keeps of what was found in the history what its reader may read there.
func (tx *Tx) legible(found places, c called) error {
	if tx.Actor.IsSystem() {
		return nil
	}
	for id, one := range found {
		var left []int64
		var ns []any
		for _, n := range one.Lines {
			ns = append(ns, n)
		}
		for chunk := range slices.Chunk(ns, 500) {
			list, err := tx.lines("t.n IN (?"+strings.Repeat(", ?", len(chunk)-1)+") ORDER BY t.n", chunk...)
			if err != nil {
				return err
			}
			for _, l := range list {
				changes, err := json.Marshal(l.Changes)
				if err != nil {
					return err
				}
				if c.in(l.Note) || c.in(string(changes)) {
					left = append(left, l.N)
				}
			}
		}
		if one.Lines = left; len(left) == 0 {
			delete(found, id)
		}
	}
	return nil
}

// places are what was found, by record.
type places map[string]*Place

func (p places) at(cells []string) *Place {
	one := p[cells[0]]
	if one == nil {
		h := Head{ID: strings.Clone(cells[0]), Ref: strings.Clone(cells[1]), Kind: strings.Clone(cells[2]), Title: strings.Clone(cells[3]), CaseID: strings.Clone(cells[4]), Gate: strings.Clone(cells[5])}
		one = &Place{Record: h.ref(), head: h}
		p[one.Record.ID] = one
	}
	return one
}

func (p places) list(tx *Tx, but []string) []Place {
	var list []Place
	for id, one := range p {
		if !slices.Contains(but, id) {
			tx.glimpsed(one.head)
			slices.Sort(one.Fields)
			one.Fields = slices.Compact(one.Fields)
			list = append(list, *one)
		}
	}
	slices.SortFunc(list, func(a, b Place) int {
		return cmp.Or(strings.Compare(a.Record.Kind, b.Record.Kind), strings.Compare(a.Record.Ref, b.Record.Ref))
	})
	return list
}
