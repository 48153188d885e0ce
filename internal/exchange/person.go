package exchange

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"amparo/internal/cases/person"
	"amparo/internal/form"
	"amparo/internal/i18n"
)

// entry is one row as it will be kept.
type entry struct {
	line     Line
	ref      string // as the row has it
	home     string // ref of a case, "" for the case of the whole file
	person   *person.Person
	problems form.Problems // by the heads of the file
}

// reading turns rows into people.
type reading struct {
	sheet   *Sheet
	columns []string
	now     time.Time
}

// entry reads one row.
func (r *reading) entry(line Line) entry {
	e := entry{line: line, person: &person.Person{}}
	wrong := func(i int, code string, args ...any) {
		e.problems = append(e.problems, form.Problem{Field: r.sheet.Heads[i], Code: code, Args: args})
	}
	if line.More {
		e.problems = append(e.problems, form.Problem{Code: "beside"})
	}
	p := e.person
	fields := p.Fields()
	group, _ := fields.Get("names")
	title := -1
	for i, column := range r.columns {
		text := strings.TrimSpace(line.Cells[i])
		if text == "" {
			continue
		}
		if !form.Clean(text) {
			wrong(i, "characters")
			continue
		}
		switch {
		case column == "":
			if r.sheet.Heads[i] == "" {
				e.problems = append(e.problems, form.Problem{Code: "beside"})
			}
		case column == "ref":
			e.ref = strings.ToUpper(text)
		case column == "case":
			e.home = strings.ToUpper(text)
		case column == "title":
			title = i
		case column == "other_names":
			for _, one := range pieces(text) {
				if code, args := r.name(group, p, one, ""); code != "" {
					wrong(i, code, args...)
					break
				}
			}
		case slices.Contains(nameHeads, column):
			if code, args := r.name(group, p, text, column); code != "" {
				wrong(i, code, args...)
			}
		default:
			if age, ok := person.ReadAge(text); ok && column == "age" {
				p.Age, p.AgeMax, p.AgeAbout = age.N, age.Max, age.About
				continue
			}
			f, _ := fields.Get(column)
			typed, code, args := r.typed(f, text)
			if code == "" {
				code, args = f.Set(typed, r.now)
			}
			if code != "" {
				wrong(i, code, args...)
			}
		}
	}
	// An export shows a placeholder as the title and nowhere else.
	if f, _ := fields.Get("placeholder"); title >= 0 && len(p.Names) == 0 && p.Placeholder == "" {
		if code, args := f.Set(line.Cells[title], r.now); code != "" {
			wrong(title, code, args...)
		}
	}
	return e
}

// name adds one name of a person; the first under a script's own head is the
// one that is shown.
func (r *reading) name(group form.Field, p *person.Person, text, head string) (code string, args []any) {
	if slices.ContainsFunc(p.Names, func(n person.Name) bool { return n.Full == text }) {
		return "", nil
	}
	if len(p.Names) == group.Max {
		return "too_many", []any{"max", group.Max}
	}
	full, _ := group.Template().Get("full")
	if code, args = full.Set(text, r.now); code != "" {
		p.Names = p.Names[:len(p.Names)-1]
		return code, args
	}
	p.Names[len(p.Names)-1].Shown = head != ""
	return "", nil
}

// pieces cuts a list in one cell.
func pieces(text string) []string {
	var list []string
	for _, one := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '؛' || r == '\n' }) {
		if one = strings.TrimSpace(one); one != "" {
			list = append(list, one)
		}
	}
	return list
}

// typed turns a cell into what would be typed into the field.
func (r *reading) typed(f form.Field, text string) (typed, code string, args []any) {
	switch f.Type {
	case form.Date:
		return r.day(text), "", nil
	case form.List:
		return strings.Join(pieces(text), "\n"), "", nil
	case form.Choice:
		typed, ok := choice(f, text)
		if !ok {
			return "", "choice", choiceArgs(f, text)
		}
		return typed, "", nil
	case form.Choices:
		var codes []string
		for _, one := range pieces(text) {
			found, ok := choicesOf(f, one)
			if !ok {
				return "", "choice", choiceArgs(f, one)
			}
			codes = append(codes, found...)
		}
		slices.Sort(codes)
		return strings.Join(slices.Compact(codes), "\n"), "", nil
	}
	return text, "", nil
}

// choicesOf reads one piece of a list of codes; countries may also stand
// between commas.
func choicesOf(f form.Field, text string) ([]string, bool) {
	if code, ok := choice(f, text); ok {
		return []string{code}, true
	}
	var codes []string
	list := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",،/", r) })
	for _, one := range list {
		code, ok := choice(f, strings.TrimSpace(one))
		if !ok {
			return nil, false
		}
		codes = append(codes, code)
	}
	return codes, len(list) > 1
}

// choice finds the code that is written as such or in the words of a language
// of the program.
func choice(f form.Field, text string) (string, bool) {
	if f.Vocab == "country" {
		return countryOf(text)
	}
	code := tidy(text)
	if slices.Contains(f.Options, code) {
		return code, true
	}
	if f.Name == "sex" {
		switch code {
		case "m":
			return "male", true
		case "f":
			return "female", true
		}
	}
	for _, one := range f.Options {
		for _, l := range i18n.Languages() {
			if key := f.LabelPrefix() + one; i18n.In(l.Code).Has(key) && folded(i18n.In(l.Code).T(key)) == folded(text) {
				return one, true
			}
		}
	}
	return "", false
}

func choiceArgs(f form.Field, text string) []any {
	if f.Vocab == "country" {
		return []any{"what", short(text), "known", ""}
	}
	return []any{"what", short(text), "known", strings.Join(f.Options, ", ")}
}

func short(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}

// day reads the number by which a workbook keeps a day. A year is a number too;
// five figures are no year, and as a day they lie between 1927 and 2173.
func (r *reading) day(text string) string {
	if r.sheet.Format != XLSX {
		return text
	}
	whole, _, _ := strings.Cut(text, ".")
	if len(whole) != 5 || whole[0] == '0' {
		return text
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	t, err := excelize.ExcelDateToTime(n, r.sheet.from1904)
	if err != nil {
		return text
	}
	return t.Format(time.DateOnly)
}
