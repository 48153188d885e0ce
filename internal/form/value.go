package form

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"amparo/internal/edtf"
)

func itoa(i int) string { return strconv.Itoa(i) }

// Problem is one thing wrong with one field; its sentence lies in the
// catalogue under "problem.<code>".
type Problem struct {
	Field string // path, "names.0.full"
	Code  string
	Args  []any // name, value pairs for the sentence
}

// Problems are all things wrong with an input, in the order of its fields.
type Problems []Problem

// Error makes Problems an error; it names fields and codes only, never values.
func (p Problems) Error() string {
	parts := make([]string, len(p))
	for i, one := range p {
		parts[i] = one.Field + ": " + one.Code
	}
	return "invalid input: " + strings.Join(parts, ", ")
}

// Has tells whether a field has a problem.
func (p Problems) Has(field string) bool {
	return slices.ContainsFunc(p, func(one Problem) bool { return one.Field == field })
}

// Or gives the problems as an error, nil when there are none.
func (p Problems) Or() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// Clean tells whether a text can be kept as it is: valid UTF-8 without NUL.
// Nothing is ever cut or changed in silence; what is not clean is refused.
func Clean(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// String gives the value as one would type it: EDTF or words for a date, refs
// for links, lines for lists.
func (f Field) String() string {
	switch v := f.ptr.(type) {
	case *string:
		return *v
	case *[]string:
		return strings.Join(*v, "\n")
	case *bool:
		if *v {
			return "true"
		}
		return ""
	case *Num:
		if !v.Valid {
			return ""
		}
		return strconv.FormatFloat(v.N, 'f', -1, 64)
	case *edtf.Date:
		if v.Words != "" {
			return v.Words
		}
		return v.Text
	case *Ref:
		return v.Ref
	case *[]Ref:
		var refs []string
		for _, r := range *v {
			if !r.Hidden() {
				refs = append(refs, r.Ref)
			}
		}
		return strings.Join(refs, "\n")
	}
	return ""
}

// Set reads typed text into the variable. now is the day that words such as
// "yesterday" count from. Links keep the words typed in Ref.Ref until the
// kernel finds the record.
func (f Field) Set(text string, now time.Time) (code string, args []any) {
	if !Clean(text) {
		return "characters", nil
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if f.Type != Long {
		text = strings.TrimSpace(text)
	}
	switch v := f.ptr.(type) {
	case *string:
		if f.Type == Text {
			text = strings.ReplaceAll(text, "\n", " ")
		}
		if n := utf8.RuneCountInString(text); n > f.Max {
			return "too_long", []any{"max", f.Max, "n", n}
		}
		if f.Type == Choice && text != "" && !slices.Contains(f.Options, text) {
			return "choice", nil
		}
		if f.Type == Long && strings.TrimSpace(text) == "" {
			text = ""
		}
		*v = text
	case *[]string:
		lines := splitLines(text)
		if len(lines) > f.Max {
			return "too_many", []any{"max", f.Max}
		}
		for _, l := range lines {
			if utf8.RuneCountInString(l) > 500 {
				return "too_long", []any{"max", 500, "n", utf8.RuneCountInString(l)}
			}
			if f.Type == Choices && !slices.Contains(f.Options, l) {
				return "choice", nil
			}
		}
		*v = lines
	case *bool:
		switch strings.ToLower(text) {
		case "", "false", "0", "no", "off":
			*v = false
		case "true", "1", "yes", "on":
			*v = true
		default:
			return "yes_no", nil
		}
	case *Num:
		if text == "" {
			*v = Num{}
			return "", nil
		}
		n, err := strconv.ParseFloat(strings.ReplaceAll(ASCII(text), ",", "."), 64)
		if err != nil || n != n || n > 1e15 || n < -1e15 {
			return "number", nil
		}
		*v = Num{Valid: true, N: n}
	case *edtf.Date:
		if text == "" {
			*v = edtf.Date{}
			return "", nil
		}
		if utf8.RuneCountInString(text) > f.Max {
			return "too_long", []any{"max", f.Max, "n", utf8.RuneCountInString(text)}
		}
		if text == v.Words || text == v.Text {
			return "", nil // unchanged: words such as "yesterday" keep the day they meant
		}
		understand := edtf.Understand
		if f.Ahead {
			understand = edtf.Foresee
		}
		d, err := understand(text, now)
		if err != nil {
			var e *edtf.Error
			errors.As(err, &e) // the only error there is
			return "date", []any{"error", e}
		}
		*v = d
	case *Ref:
		if text == "" {
			if !v.Hidden() {
				*v = Ref{}
			}
			return "", nil
		}
		if utf8.RuneCountInString(text) > f.Max {
			return "too_long", []any{"max", f.Max, "n", utf8.RuneCountInString(text)}
		}
		if text == v.Ref {
			return "", nil
		}
		*v = Ref{Ref: text}
	case *[]Ref:
		lines := splitLines(strings.NewReplacer(";", "\n", "؛", "\n").Replace(text)) // names in one input
		if len(lines) > f.Max {
			return "too_many", []any{"max", f.Max}
		}
		var refs []Ref
		for _, l := range lines {
			i := slices.IndexFunc(*v, func(r Ref) bool { return r.Ref == l })
			switch {
			case slices.ContainsFunc(refs, func(r Ref) bool { return r.Ref == l }):
			case i >= 0:
				refs = append(refs, (*v)[i])
			default:
				refs = append(refs, Ref{Ref: l})
			}
		}
		for _, r := range *v {
			if r.Hidden() {
				refs = append(refs, r)
			}
		}
		*v = refs
	}
	return "", nil
}

func splitLines(text string) []string {
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// ASCII turns Arabic and Persian digits into ASCII ones.
func ASCII(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		case r == '٫':
			return '.'
		}
		return r
	}, s)
}

// Check finds required fields that are empty.
func (s Set) Check() Problems {
	var p Problems
	s.Walk(func(path string, f Field) {
		if f.Required && !f.Derived && f.Empty() {
			p = append(p, Problem{Field: path, Code: "required"})
		}
	})
	return p
}

// JSON gives the value as the API writes it: refs for links, null for what is
// missing, the four parts of a date are added by Set.JSON.
func (f Field) JSON() any {
	switch v := f.ptr.(type) {
	case *string:
		return *v
	case *[]string:
		if *v == nil {
			return []string{}
		}
		return *v
	case *bool:
		return *v
	case *Num:
		if !v.Valid {
			return nil
		}
		return v.N
	case *edtf.Date:
		return v.Text
	case *Ref:
		if v.Ref == "" {
			return nil
		}
		return v.Ref
	case *[]Ref:
		refs := []string{}
		for _, r := range *v {
			if !r.Hidden() {
				refs = append(refs, r.Ref)
			}
		}
		return refs
	}
	list := []map[string]any{}
	for i := range f.rows.n() {
		if f.HidesRow(i) {
			continue
		}
		id, row := f.rows.at(i)
		m := row.JSON()
		if f.Single {
			return m
		}
		m["id"] = *id
		list = append(list, m)
	}
	if f.Single {
		return nil
	}
	return list
}

// JSON gives the whole set as the API writes it.
func (s Set) JSON() map[string]any {
	m := make(map[string]any, len(s)+8)
	for _, f := range s {
		m[f.Name] = f.JSON()
		if f.Type == Date {
			d := f.Day()
			m[f.Name+"_words"], m[f.Name+"_earliest"], m[f.Name+"_latest"] = d.Words, d.Earliest, d.Latest
		}
	}
	return m
}

// SetJSON reads what an API client sent into the variables. Only fields that
// are sent change; an unknown field is a problem, not ignored.
func (s Set) SetJSON(in map[string]json.RawMessage, now time.Time) Problems {
	return s.setJSON("", in, now)
}

func (s Set) setJSON(prefix string, in map[string]json.RawMessage, now time.Time) Problems {
	var p Problems
	for name := range in {
		f, ok := s.Get(name)
		if !ok || f.Derived {
			if s.readOnly(name) || (prefix != "" && name == "id") {
				continue
			}
			p = append(p, Problem{Field: prefix + name, Code: "unknown_field"})
		}
	}
	slices.SortFunc(p, func(a, b Problem) int { return strings.Compare(a.Field, b.Field) })
	for _, f := range s {
		raw, sent := in[f.Name]
		if !sent || f.Derived {
			continue
		}
		path := prefix + f.Name
		if f.Type == Group {
			p = append(p, f.setRowsJSON(path, raw, now)...)
			continue
		}
		text, ok := jsonText(raw)
		if !ok {
			p = append(p, Problem{Field: path, Code: "wrong_type"})
			continue
		}
		if code, args := f.Set(text, now); code != "" {
			p = append(p, Problem{Field: path, Code: code, Args: args})
		}
	}
	return p
}

// readOnly tells whether a name is one that answers carry and a client may
// send back untouched: the computed parts of dates and derived fields.
func (s Set) readOnly(name string) bool {
	for _, end := range []string{"_words", "_earliest", "_latest"} {
		if base, ok := strings.CutSuffix(name, end); ok {
			if f, found := s.Get(base); found && f.Type == Date {
				return true
			}
		}
	}
	f, ok := s.Get(name)
	return ok && f.Derived
}

func (f Field) setRowsJSON(path string, raw json.RawMessage, now time.Time) Problems {
	var list []map[string]json.RawMessage
	if f.Single {
		var one map[string]json.RawMessage
		if err := json.Unmarshal(raw, &one); err != nil {
			return Problems{{Field: path, Code: "wrong_type"}}
		}
		if one != nil {
			list = append(list, one)
		}
	} else if err := json.Unmarshal(raw, &list); err != nil {
		return Problems{{Field: path, Code: "wrong_type"}}
	}
	if len(list) > f.Max {
		return Problems{{Field: path, Code: "too_many", Args: []any{"max", f.Max}}}
	}
	ids := make([]string, len(list))
	for i, row := range list {
		if raw, ok := row["id"]; ok {
			ids[i], _ = jsonText(raw)
		}
	}
	f.align(ids)
	var p Problems
	for i, row := range list {
		_, fields := f.rows.at(i)
		at := path + "." + itoa(i) + "."
		if f.Single {
			at = path + "."
		}
		p = append(p, fields.setJSON(at, row, now)...)
	}
	return p
}

// jsonText turns a JSON value into the text one would have typed.
func jsonText(raw json.RawMessage) (string, bool) {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return "", false
	}
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case []any:
		var lines []string
		for _, one := range v {
			s, ok := one.(string)
			if !ok || strings.Contains(s, "\n") {
				return "", false
			}
			lines = append(lines, s)
		}
		return strings.Join(lines, "\n"), true
	}
	return "", false
}

// align reorders the rows of a group to the given ids: known ids keep their
// row with everything hidden in it, unknown or empty ids become fresh rows.
// Rows that the editor could not see stay behind them.
func (f Field) align(ids []string) {
	stored := map[string]string{}
	seen := map[string]Ref{}
	ids = slices.Clone(ids)
	for i := range f.rows.n() {
		id, row := f.rows.at(i)
		b, _ := json.Marshal(row.stored())
		stored[*id] = string(b)
		for _, c := range row {
			for _, r := range c.Refs() {
				seen[r.ID] = r
			}
		}
		if f.HidesRow(i) && !slices.Contains(ids, *id) {
			ids = append(ids, *id)
		}
	}
	f.rows.reset()
	used := map[string]bool{}
	for _, want := range ids {
		f.rows.add()
		id, row := f.rows.at(f.rows.n() - 1)
		if text, ok := stored[want]; ok && want != "" && !used[want] {
			used[want] = true
			*id = want
			var m map[string]json.RawMessage
			if json.Unmarshal([]byte(text), &m) == nil {
				row.load(m)
			}
			for _, c := range row {
				refs := slices.Clone(c.Refs())
				for i, r := range refs {
					refs[i] = seen[r.ID]
				}
				if len(refs) > 0 {
					c.SetRefs(refs)
				}
			}
		}
	}
}

// Values are typed texts by path, as a page sends them: repeated names hold
// several entries.
type Values map[string][]string

// First gives the first text under a name; of doubled parameters the first wins.
func (v Values) First(name string) string {
	if list := v[name]; len(list) > 0 {
		return list[0]
	}
	return ""
}

// Decode reads a page's values into the variables. Only fields that the page
// sent change; groups are sent as "names.0.full" with "names.0.id", rows left
// wholly empty are dropped.
func (s Set) Decode(v Values, now time.Time) Problems { return s.decode("", v, now) }

func (s Set) decode(prefix string, v Values, now time.Time) Problems {
	var p Problems
	for _, f := range s {
		if f.Derived {
			continue
		}
		path := prefix + f.Name
		if f.Type == Group {
			if _, sent := v[path+".sent"]; sent {
				p = append(p, f.decodeRows(path, v, now)...)
			}
			continue
		}
		list, sent := v[path]
		if !sent {
			continue
		}
		text := strings.Join(list, "\n")
		if f.Type != List && f.Type != Choices && f.Type != Links && f.Type != Accounts {
			text = list[0]
			if f.Type == Bool && slices.Contains(list, "true") {
				text = "true" // a tick box follows a hidden "false"
			}
		}
		if code, args := f.Set(text, now); code != "" {
			p = append(p, Problem{Field: path, Code: code, Args: args})
		}
	}
	return p
}

func (f Field) decodeRows(path string, v Values, now time.Time) Problems {
	f.rows.add() // learn the names of a row's fields
	_, template := f.rows.at(f.rows.n() - 1)
	var numbers []int
	seen := map[int]bool{}
	for name := range v {
		rest, ok := strings.CutPrefix(name, path+".")
		if !ok {
			continue
		}
		number, sub, ok := strings.Cut(rest, ".")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n < 0 || n > 10000 || seen[n] {
			continue
		}
		if _, known := template.Get(sub); !known && sub != "id" {
			continue
		}
		filled := false
		for _, tf := range template {
			if tf.Type == Bool {
				continue
			}
			for _, text := range v[path+"."+number+"."+tf.Name] {
				filled = filled || strings.TrimSpace(text) != ""
			}
		}
		if filled && v.First(path+"."+number+".remove") == "" {
			seen[n] = true
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	if len(numbers) > f.Max {
		return Problems{{Field: path, Code: "too_many", Args: []any{"max", f.Max}}}
	}
	ids := make([]string, len(numbers))
	for i, n := range numbers {
		ids[i] = v.First(fmt.Sprintf("%s.%d.id", path, n))
	}
	f.align(ids)
	var p Problems
	for i, n := range numbers {
		_, row := f.rows.at(i)
		p = append(p, row.decode(fmt.Sprintf("%s.%d.", path, n), v, now)...)
	}
	return p
}

// IsDay tells whether a text is a day, YYYY-MM-DD.
func IsDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil && len(s) == len(time.DateOnly)
}
