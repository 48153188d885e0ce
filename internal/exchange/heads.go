package exchange

import (
	"encoding/json"
	"slices"
	"strings"

	"amparo/internal/cases/person"
	"amparo/internal/form"
	"amparo/internal/names"
)

// nameHeads are the heads of names by the script they are written in.
var nameHeads = []string{"name_latn", "name_arab", "name_cyrl"}

// otherHeads are heads that are no plain field of a person.
var otherHeads = append([]string{"ref", "case", "title", "other_names"}, nameHeads...)

// readOnly are the heads of people.csv that the program computes itself.
var readOnly = []string{"custody_state", "custody_since", "held_at", "held_by", "days_min", "days_max", "last_confirmed", "version"}

// plain are the fields of a person that one cell can hold.
var plain = func() []string {
	var list []string
	for _, f := range (&person.Person{}).Fields() {
		if !f.Derived && f.Type != form.Group && !f.IsLink() {
			list = append(list, f.Name)
		}
	}
	return list
}()

// PeopleHeads lists the heads that an import of people reads.
func PeopleHeads() []string { return slices.Concat(otherHeads, plain) }

// KnownHead tells whether people have such a head, read or ignored.
func KnownHead(head string) bool {
	head = tidy(head)
	return slices.Contains(otherHeads, head) || slices.Contains(plain, head) || slices.Contains(readOnly, head)
}

// tidy makes "Name Latn" and "name_latn" one head.
func tidy(head string) string {
	return strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(head)))
}

// Map gives their heads ours; "" leaves a column out.
type Map map[string]string

// MapExample shows what a map looks like.
const MapExample = `{"Full name": "name_latn", "Remarks": ""}`

// ReadMap reads a map as JSON. The error is a *Fault.
func ReadMap(data []byte) (Map, error) {
	m := Map{}
	if json.Unmarshal(data, &m) != nil {
		return nil, fault("map", "example", MapExample)
	}
	var wrong []string
	for _, to := range m {
		if to != "" && !KnownHead(to) {
			wrong = append(wrong, to)
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return nil, fault("map_target", "heads", listed(wrong), "known", strings.Join(PeopleHeads(), ", "))
	}
	return m, nil
}

// Known tells heads that the map or the program knows.
func (m Map) Known(head string) bool {
	_, ok := m[strings.TrimSpace(head)]
	return ok || KnownHead(head)
}

// columns finds what each head means: ours by position, "" for what is
// ignored, and the heads that were ignored because the program computes them.
func (m Map) columns(heads []string) (columns []string, ignored []string, err error) {
	columns = make([]string, len(heads))
	var unknown, double []string
	for i, head := range heads {
		to, mapped := m[head]
		if !mapped {
			to = tidy(head)
		} else if to = tidy(to); to == "" {
			continue
		}
		switch {
		case to == "": // a column without a head: its cells must be empty
		case slices.Contains(readOnly, to):
			ignored = append(ignored, head)
		case !KnownHead(to):
			unknown = append(unknown, head)
		case slices.Contains(columns, to):
			double = append(double, head)
		default:
			columns[i] = to
		}
	}
	var absent []string
	for head := range m {
		if !slices.Contains(heads, head) {
			absent = append(absent, head)
		}
	}
	slices.Sort(absent)
	switch {
	case len(unknown) > 0:
		return nil, nil, fault("unknown_heads", "heads", listed(unknown), "known", strings.Join(PeopleHeads(), ", "))
	case len(absent) > 0:
		return nil, nil, fault("map_head", "heads", listed(absent))
	case len(double) > 0:
		return nil, nil, fault("double_heads", "heads", listed(double))
	case !slices.ContainsFunc(columns, func(c string) bool {
		return slices.Contains(nameHeads, c) || c == "other_names" || c == "placeholder" || c == "title"
	}):
		return nil, nil, fault("no_names", "known", strings.Join(append(slices.Clone(nameHeads), "other_names", "placeholder"), ", "))
	}
	return columns, ignored, nil
}

// listed names heads in a sentence, each shortened so that it stays one.
func listed(heads []string) string {
	short := make([]string, 0, len(heads))
	for i, h := range heads {
		if i == 20 {
			short = append(short, "…")
			break
		}
		if r := []rune(h); len(r) > 60 {
			h = string(r[:60]) + "…"
		}
		short = append(short, "“"+strings.Map(printable, h)+"”")
	}
	return strings.Join(short, ", ")
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}

// folded is a name as doubles are found by it.
func folded(name string) string { return names.Fold(name) }
