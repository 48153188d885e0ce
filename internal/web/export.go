package web

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/exchange"
	"amparo/internal/form"
	"amparo/internal/record"
)

// fileColumns are the heads of the files whose form others hold on to; all
// other kinds have those of their list.
var fileColumns = map[string][]string{
	"person": {"ref", "case", "title", "name_latn", "name_arab", "name_cyrl", "other_names", "born", "age", "sex", "nationalities",
		"custody_state", "custody_since", "held_at", "held_by", "days_min", "days_max", "last_confirmed", "version"},
	"detention": {"ref", "case", "person", "name", "taken", "taken_by", "taken_at", "warrant_shown", "state", "since", "held_at"},
	"appeal":    {"ref", "case", "title", "kind", "state", "author", "addressees", "sent_at", "due", "overdue_days"},
	"demand":    {"ref", "appeal", "number", "text", "kind", "targets", "due", "state", "grade", "overdue_days"},
}

// listed are the list's columns that a file calls by another name.
var listed = map[string]map[string]string{"detention": {"state": "custody"}}

// byRef are the columns whose links are written as refs; all others are written
// by the names of what they point at, for people to read.
var byRef = []string{"case", "person", "about", "appeal"}

func headsOf(k *record.Kind, l record.List) []string {
	if heads, ok := fileColumns[k.Name]; ok {
		return heads
	}
	var heads []string
	for _, c := range l.Columns {
		if c.Name != "updated_at" && !slices.Contains(heads, c.Name) {
			heads = append(heads, c.Name)
		}
	}
	return append(heads, "updated_at", "version")
}

// atOnce is how many rows of a file are worded together: their links are looked
// up in one question.
const atOnce = 500

// exports bounds how many files are made at a time. Each holds one connection
// that reads rows and needs another for what the rows point at.
var exports = make(chan struct{}, 2)

// listFile is the whole list as a file: the filter, not the page.
func (r *Request) listFile(k *record.Kind, format string) error {
	if a, known := r.audience(); !known || a.Outside() {
		return &record.NotOpen{Move: "export", Why: []record.Why{{Code: "file_inside_only"}}}
	}
	r.c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+k.Path+"-internal."+format+`"`)
	r.c.Set(fiber.HeaderContentType, exchange.MediaType(format))
	if r.c.Method() == fiber.MethodHead {
		return nil
	}
	select {
	case exports <- struct{}{}:
		defer func() { <-exports }()
	case <-time.After(30 * time.Second):
		return statusError(fiber.StatusServiceUnavailable)
	}
	// The whole file is made before the first byte is sent, in memory: nothing
	// unencrypted is laid on the disk, and no half of a file looks like a whole.
	var b bytes.Buffer
	rows := 0
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		q := r.asked(k)
		file := exchange.NewTable(&b, format, headsOf(k, k.ListOf(r.asOf())))
		f := listFile{r: r, tx: tx, k: k, list: k.ListOf(r.asOf()), file: file}
		if _, err := tx.Each(q, f.add); err != nil {
			return err
		}
		if err := f.flush(); err != nil {
			return err
		}
		rows = f.n
		return file.Close()
	})
	if err == nil {
		err = r.carryOff(k.Name, rows)
	}
	if err != nil {
		r.c.Response().Header.Del(fiber.HeaderContentDisposition)
		return err
	}
	r.c.Response().SetBodyRaw(b.Bytes())
	return nil
}

// listFile writes the rows of a list into a table.
type listFile struct {
	r      *Request
	tx     *record.Tx
	k      *record.Kind
	list   record.List
	file   *exchange.Table
	people map[string]form.Ref
	rows   []record.Row
	n      int
}

func (f *listFile) add(row record.Row) error {
	f.rows = append(f.rows, row)
	if len(f.rows) < atOnce {
		return nil
	}
	return f.flush()
}

// cellsOf gives a row's values by the names of their columns, as the list read them.
func (f *listFile) cellsOf(row record.Row) map[string]string {
	m := map[string]string{"version": strconv.Itoa(row.Version)}
	for i, c := range f.list.Columns {
		m[c.Name] = row.Cells[i]
	}
	for name, column := range listed[f.k.Name] {
		m[name] = m[column]
	}
	return m
}

func (f *listFile) flush() error {
	if len(f.rows) == 0 {
		return nil
	}
	rows := f.rows
	f.rows = f.rows[:0]
	var err error
	if f.people == nil {
		if f.people, err = f.tx.Accounts(); err != nil {
			return err
		}
	}
	cells := make([]map[string]string, len(rows))
	for i, row := range rows {
		cells[i] = f.cellsOf(row)
	}
	if fill, ok := filled[f.k.Name]; ok {
		if err := fill(f, rows, cells); err != nil {
			return err
		}
	}
	types := map[string]form.Type{}
	for _, c := range f.list.Columns {
		types[c.Name] = c.Type
	}
	for name, column := range listed[f.k.Name] {
		types[name] = types[column]
	}
	for _, name := range []string{"version", "days_min", "days_max", "overdue_days"} {
		types[name] = form.Number
	}
	var ids []string
	for _, m := range cells {
		for name, v := range m {
			if t := types[name]; v != "" && (t == form.Link || t == form.Links) {
				ids = append(ids, strings.Split(v, "\n")...)
			}
		}
	}
	slices.Sort(ids)
	titles, err := f.tx.Titles(slices.Compact(ids)...)
	if err != nil {
		return err
	}
	heads := headsOf(f.k, f.list)
	for _, m := range cells {
		line := make([]exchange.Cell, len(heads))
		for i, name := range heads {
			line[i] = f.cell(name, types[name], m[name], titles)
		}
		if err := f.file.Row(line); err != nil {
			return err
		}
	}
	f.n += len(rows)
	return nil
}

func (f *listFile) cell(name string, t form.Type, v string, titles map[string]form.Ref) exchange.Cell {
	switch t {
	case form.Number:
		_, err := strconv.ParseFloat(v, 64) // an age may be "30~"
		return exchange.Cell{Text: v, Number: err == nil}
	case form.Bool:
		return exchange.Cell{Text: strconv.FormatBool(v == "1")}
	case form.Account:
		v = f.people[v].Ref
	case form.List, form.Choices:
		v = strings.ReplaceAll(v, "\n", "; ")
	case form.Link, form.Links:
		var words []string
		for _, id := range strings.Split(v, "\n") {
			ref, ok := titles[id]
			switch {
			case !ok:
			case slices.Contains(byRef, name):
				words = append(words, ref.Ref)
			default:
				words = append(words, ref.Title)
			}
		}
		v = strings.Join(words, "; ")
	}
	return exchange.Cell{Text: v}
}

// filled puts in place what a kind's file computes for the asked day.
var filled = map[string]func(f *listFile, rows []record.Row, cells []map[string]string) error{
	"person": (*listFile).custody, "appeal": (*listFile).appeals, "demand": (*listFile).demands}

// sheets are the records of a file's rows, for what is computed of them.
func (f *listFile) sheets(rows []record.Row) ([]*record.Sheet, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return f.tx.Where(f.k.Name, "h.id IN ?", ids)
}

// appeals puts in place where appeals stood on the asked day.
func (f *listFile) appeals(rows []record.Row, cells []map[string]string) error {
	sheets, err := f.sheets(rows)
	if err != nil {
		return err
	}
	all, err := cases.AppealStandings(f.tx, f.r.asOf(), sheets...)
	for i, row := range rows {
		st := all[row.ID]
		cells[i]["state"], cells[i]["due"] = st.State, st.Due
		if st.Due != "" {
			cells[i]["overdue_days"] = strconv.Itoa(st.Overdue)
		}
	}
	return err
}

// demands puts in place where demands stood on the asked day.
func (f *listFile) demands(rows []record.Row, cells []map[string]string) error {
	sheets, err := f.sheets(rows)
	if err != nil {
		return err
	}
	all, err := cases.DemandStandings(f.tx, f.r.asOf(), sheets...)
	for i, row := range rows {
		st := all[row.ID]
		cells[i]["state"], cells[i]["grade"] = st.State, st.Grade
		if cells[i]["due"] != "" {
			cells[i]["overdue_days"] = strconv.Itoa(st.Overdue)
		}
	}
	return err
}

// custody replaces what the list keeps of custody, as of today, by what is so
// on the asked day.
func (f *listFile) custody(rows []record.Row, cells []map[string]string) error {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	all, err := cases.StandingOfPeople(f.tx, f.r.asOf(), ids...)
	if err != nil {
		return err
	}
	for i, row := range rows {
		m := cells[i]
		for _, name := range []string{"custody_state", "custody_since", "held_at", "held_by", "days_min", "days_max", "last_confirmed"} {
			m[name] = ""
		}
		switch { // as person.ReadAge reads it
		case m["age_max"] != "":
			m["age"] += ".." + m["age_max"]
		case m["age"] != "" && m["age_about"] == "1":
			m["age"] += "~"
		}
		st, ok := all[row.ID]
		if !ok {
			continue
		}
		m["custody_state"], m["custody_since"], m["held_at"], m["held_by"] = st.State, sinceText(st), strings.Join(st.Places, "\n"), st.By
		m["days_min"], m["last_confirmed"] = strconv.Itoa(st.DaysMin), st.LastConfirmed
		if !st.DaysOpen {
			m["days_max"] = strconv.Itoa(st.DaysMax)
		}
	}
	return nil
}
