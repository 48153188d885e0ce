package web

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/parts"
	"amparo/views/records"
)

// A form that cannot be kept comes back with every word that was typed in it.

// legible makes a typed text fit for a page: what is no text is marked, not dropped.
func legible(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// retype puts back what was typed: where it could not be read, and in links
// always, since a name that was entered on the way is gone with the refused work.
func (r *Request) retype(in *parts.Field) { retype(in, r.values) }

func retype(in *parts.Field, values form.Values) {
	for i := range in.Rows {
		for j := range in.Rows[i].Fields {
			retype(&in.Rows[i].Fields[j], values)
		}
	}
	typed, sent := values[in.Name]
	if !sent {
		return
	}
	switch in.Type {
	case parts.Refs:
		in.Items = nil
		for _, text := range typed {
			for line := range strings.SplitSeq(text, "\n") { // as typed: names are cut when it is read
				if line = strings.TrimSpace(legible(line)); line != "" && !slices.ContainsFunc(in.Items, func(o parts.Option) bool { return o.Value == line }) {
					in.Items = append(in.Items, parts.Option{Value: line, Label: line, Selected: true})
				}
			}
		}
	case parts.Ref:
		if text := legible(typed[0]); text != in.Value {
			in.Value, in.Echo = text, ""
		}
	case parts.Choice, parts.Choices, parts.Segment, parts.Bool, parts.Group:
	default:
		if in.Error != "" {
			in.Value, in.Echo = legible(strings.Join(typed, "\n")), ""
		}
	}
}

// renumber closes the gaps that removed and empty rows leave, so that a row has
// the same number when it is read, complained about and shown again.
func renumber(v form.Values, f form.Field) {
	template := f.Template()
	closeGaps(v, f.Name, func(row form.Values) bool {
		return slices.ContainsFunc(template, func(c form.Field) bool {
			return c.Type != form.Bool && strings.TrimSpace(strings.Join(row[c.Name], "")) != ""
		})
	})
}

// closeGaps renumbers the rows of a group that are filled and stay.
func closeGaps(v form.Values, group string, filled func(row form.Values) bool) {
	rows := map[int]form.Values{}
	for path, list := range maps.Clone(v) {
		rest, ok := strings.CutPrefix(path, group+".")
		number, sub, row := strings.Cut(rest, ".")
		if !ok || !row {
			continue
		}
		delete(v, path)
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 || n > 10000 || strconv.Itoa(n) != number {
			continue
		}
		if rows[n] == nil {
			rows[n] = form.Values{}
		}
		rows[n][sub] = list
	}
	next := 0
	for _, n := range slices.Sorted(maps.Keys(rows)) {
		if !filled(rows[n]) || rows[n].First("remove") != "" {
			continue
		}
		for sub, list := range rows[n] {
			v[group+"."+strconv.Itoa(next)+"."+sub] = list
		}
		next++
	}
}

// mend shows a short form again that could not be kept, with what was typed and
// what is wrong with it.
func (r *Request) mend(status int, m records.Edit, fields []parts.Field, problems form.Problems) error {
	var shown []string
	for i := range fields {
		for _, p := range problems {
			if p.Field == fields[i].Name {
				fields[i].Error = r.problem(p)
			}
		}
		r.retype(&fields[i])
		shown = append(shown, fields[i].Name)
	}
	m.Problems = append(m.Problems, parts.Problems(fields)...)
	for _, p := range problems {
		if !slices.Contains(shown, p.Field) {
			m.Problems = append(m.Problems, parts.Problem{Text: r.problem(p)})
		}
	}
	if next := own(r.value("next"), ""); next != "" {
		m.Hidden = append(m.Hidden, parts.Pair{Name: "next", Value: next})
		m.Cancel = next
	}
	m.Action, m.Save = r.c.Path(), cmp.Or(m.Save, r.L.T("common.save"))
	m.Sections = []records.Fields{{Fields: fields}}
	return r.page(status, m.Title, records.EditPage(m))
}

// again begins the page on which a short form of a record is shown once more:
// something was wrong with it, or somebody was quicker; then it goes out from
// the record as it is now.
func (r *Request) again(title string, s *record.Sheet, stale *record.Stale) (status int, m records.Edit) {
	m = records.Edit{Title: title, About: s.Head.Title, Version: r.value("version"), Cancel: r.url(s.Ref())}
	if stale == nil {
		return fiber.StatusUnprocessableEntity, m
	}
	m.Version = version(stale.Current)
	m.Problems = []parts.Problem{{Text: r.L.T("web.fault.stale.title")}}
	return fiber.StatusConflict, m
}

// reasonField asks why.
func (r *Request) reasonField(kind parts.Type, most int) parts.Field {
	return parts.Field{Name: "reason", Label: r.L.T("web.reason"), Type: kind, Required: true, Max: most, Value: legible(r.value("reason"))}
}
