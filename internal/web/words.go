package web

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/parts"
)

// label is the name of a field of a kind, in words: the kind's own where it has
// one, else the one shared by all kinds.
func (r *Request) label(kind, field string) string {
	if key := "field." + kind + "." + field; r.L.Has(key) {
		return r.L.T(key)
	}
	return r.L.T("field." + field)
}

// option is the word for a code of a choice.
func (r *Request) option(prefix, code string) string {
	switch {
	case code == "":
		return ""
	case prefix == "option.country.":
		return r.L.Country(code)
	case prefix == "option.language.":
		return r.L.LanguageName(code)
	}
	return r.L.T(prefix + code)
}

// moment words a moment in the office's zone: "20 Nov 2026, 18:30".
func (r *Request) moment(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	local := t.In(r.o.Zone)
	return edtf.Day(local.Format(time.DateOnly)).Short(r.L) + r.L.T("web.comma") + local.Format("15:04")
}

// day words an ISO day, "" for none.
func (r *Request) day(iso string) string {
	if len(iso) < 10 {
		return ""
	}
	return edtf.Day(iso[:10]).Short(r.L)
}

// date words an uncertain date with its hour.
func (r *Request) date(d edtf.Date) string {
	if d.IsZero() {
		return ""
	}
	s := d.Short(r.L)
	if d.Clock != "" && !strings.Contains(s, d.Clock) {
		s += " " + d.Clock
	}
	return s
}

// dateText words the EDTF text of a date.
func (r *Request) dateText(text string) string {
	if text == "" {
		return ""
	}
	d, err := edtf.Parse(text)
	if err != nil {
		return text
	}
	return d.Short(r.L)
}

// link is a run that leads to a record.
func (r *Request) link(ref form.Ref) parts.Run {
	if ref.Ref == "" {
		return parts.Run{Text: r.L.T("web.hidden"), Quiet: true}
	}
	if ref.Kind == "account" {
		return parts.Run{Text: ref.Title}
	}
	return parts.Run{Text: r.titled(ref), URL: r.url(ref)}
}

// titled names a record in the letters of whoever reads, where it has such a name.
func (r *Request) titled(ref form.Ref) string {
	if ref.Arab != "" && r.L.Lang() == "ar" {
		return ref.Arab
	}
	return ref.Title
}

// links are several in one line; what may not be seen is left out.
func (r *Request) links(refs []form.Ref) []parts.Run {
	var runs []parts.Run
	for _, ref := range refs {
		if ref.Hidden() {
			continue
		}
		if len(runs) > 0 {
			runs = append(runs, parts.Run{Text: "·", Quiet: true})
		}
		runs = append(runs, r.link(ref))
	}
	return runs
}

// url is the address of a record.
func (r *Request) url(ref form.Ref) string {
	return "/" + r.book.Kind(ref.Kind).Path + "/" + ref.Ref
}

// runs words the value of a field for showing.
func (r *Request) runs(f form.Field) []parts.Run {
	if f.Empty() {
		return nil
	}
	switch f.Type {
	case form.Date:
		return parts.Words(r.date(f.Day()))
	case form.Choice:
		return parts.Words(r.option(f.LabelPrefix(), f.String()))
	case form.Choices:
		var words []string
		for _, c := range f.Lines() {
			words = append(words, r.option(f.LabelPrefix(), c))
		}
		return parts.Words(strings.Join(words, r.L.T("web.comma")))
	case form.List:
		return parts.Words(strings.Join(f.Lines(), r.L.T("web.comma")))
	case form.Bool:
		return parts.Words(r.L.T("option.yes_no_unknown.yes"))
	case form.Number:
		return parts.Words(f.String())
	case form.Link, form.Links, form.Account, form.Accounts:
		var list []parts.Run
		for _, ref := range f.Refs() {
			if ref.Hidden() {
				continue
			}
			if len(list) > 0 {
				list = append(list, parts.Run{Text: r.L.T("web.comma")})
			}
			list = append(list, r.link(ref))
		}
		return list
	}
	return parts.Words(r.coded(f.Name, f.String()))
}

// coded words what is kept as a code of the world, by the name of its field.
func (r *Request) coded(field, text string) string {
	switch field {
	case "script":
		return r.L.ScriptName(text)
	case "lang", "language":
		return r.L.LanguageName(text)
	case "sensitivity":
		return r.option("option.sensitivity.", text)
	}
	if len(text) == len(record.Moment(time.Time{})) {
		if at := r.moment(text); at != "" {
			return at
		}
	}
	return text
}

// input makes the input of a field, filled and with its problem.
func (r *Request) input(kind, prefix string, f form.Field, problems form.Problems) parts.Field {
	path := prefix + f.Name
	in := parts.Field{Name: path, Label: r.label(kind, f.Name), Value: f.String(), Required: f.Required, Max: f.Max}
	if key := "hint." + kind + "." + f.Name; r.L.Has(key) {
		in.Hint = r.L.T(key)
	}
	for _, p := range problems {
		if p.Field == path {
			in.Error = r.problem(p)
		}
	}
	switch f.Type {
	case form.Text:
		in.Type = parts.Text
	case form.Long:
		in.Type = parts.Textarea
	case form.Date:
		in.Type = parts.Date
		if d := f.Day(); !d.IsZero() {
			in.Echo = d.In(r.L)
		}
	case form.Choice:
		in.Type, in.Max = parts.Choice, 0
		in.Options = append(in.Options, parts.Option{})
		in.Options = append(in.Options, r.options(f.LabelPrefix(), f.Options, f.String())...)
	case form.Choices:
		in.Type, in.Max = parts.Choices, 0
		in.Options = r.options(f.LabelPrefix(), f.Options, f.Lines()...)
		if len(f.Options) > 40 { // nobody ticks one of 250 boxes: codes are typed, one per line
			in.Type, in.Options, in.Hint = parts.List, nil, r.L.T("web.codes")
			if f.Vocab == "country" {
				in.Hint = r.L.T("web.country_codes")
			}
		}
	case form.List:
		in.Type, in.Max = parts.List, 0
	case form.Bool:
		in.Type = parts.Bool
	case form.Number:
		in.Type, in.Max = parts.Number, 20
	case form.Link, form.Account:
		in.Type, in.Suggest = parts.Ref, suggests(f.Kind)
		for _, ref := range f.Refs() {
			in.Echo = ref.Title
		}
	case form.Links, form.Accounts:
		in.Type, in.Suggest, in.Max = parts.Refs, suggests(f.Kind), 1000
		if in.Hint == "" {
			in.Hint = r.L.T("page.parts.several")
		}
		for _, ref := range f.Refs() {
			if !ref.Hidden() {
				in.Items = append(in.Items, parts.Option{Value: ref.Ref, Label: titleOr(ref), Selected: true})
			}
		}
		in.Value = ""
	case form.Group:
		in.Type = parts.Group
		for i := range f.Len() {
			if f.HidesRow(i) {
				continue
			}
			id, row := f.Row(i)
			in.Rows = append(in.Rows, r.row(kind, path, i, id, row, problems))
		}
	}
	return in
}

func titleOr(ref form.Ref) string {
	if ref.Title != "" {
		return ref.Title
	}
	return ref.Ref
}

func suggests(kind string) string {
	if kind == "" {
		return "any"
	}
	return kind
}

func (r *Request) row(kind, path string, i int, id string, fields form.Set, problems form.Problems) parts.Row {
	prefix := path + "." + strconv.Itoa(i)
	row := parts.Row{Prefix: prefix, ID: id}
	name := path[strings.LastIndex(path, ".")+1:]
	for _, f := range fields {
		if f.Derived {
			continue
		}
		row.Fields = append(row.Fields, r.input(kind+"."+name, prefix+".", f, problems))
	}
	return row
}

// options words the codes of a choice.
func (r *Request) options(prefix string, codes []string, chosen ...string) []parts.Option {
	list := make([]parts.Option, 0, len(codes))
	for _, c := range codes {
		o := parts.Option{Value: c, Label: r.option(prefix, c)}
		for _, one := range chosen {
			o.Selected = o.Selected || one == c
		}
		list = append(list, o)
	}
	if prefix == "option.country." {
		compare := r.L.Compare()
		slices.SortStableFunc(list, func(a, b parts.Option) int { return compare(a.Label, b.Label) })
	}
	return list
}

// tones of states: how much each weighs. A state that is not here is plain.
var tones = map[string]parts.Tone{
	"reported": parts.Warn, "held_known": parts.Alarm, "held_place_uncertain": parts.Unknown, "whereabouts_unknown": parts.Unknown,
	"disappeared": parts.Alarm, "in_transfer": parts.Warn, "conditional_release": parts.Good, "released": parts.Good, "escaped": parts.Quiet,
	"handed_over": parts.Warn, "died": parts.Quiet, "executed": parts.Quiet, "trail_lost": parts.Unknown,
	"intake": parts.Warn, "open": parts.Plain, "dormant": parts.Quiet, "closed": parts.Quiet, "rejected": parts.Quiet, "archived": parts.Quiet,
	"draft": parts.Quiet, "in_review": parts.Warn, "approved": parts.Good, "sent": parts.Plain, "answered": parts.Good, "withdrawn": parts.Quiet,
	"acknowledged": parts.Plain, "pledged": parts.Warn, "partly_met": parts.Warn, "met": parts.Good, "lapsed": parts.Alarm, "superseded": parts.Quiet, "regressed": parts.Alarm,
	"done": parts.Good, "dropped": parts.Quiet,
	"urgent": parts.Alarm, "high": parts.Warn,
}

// custodyBadge is a state of custody in its word and shape.
func (r *Request) custodyBadge(state string) parts.Badge {
	return parts.Badge{Word: r.L.T("custody." + state), Tone: tones[state]}
}

// stateBadge is a record's state in its word and shape.
func (r *Request) stateBadge(kind, state string) parts.Badge {
	if kind == "detention" {
		return r.custodyBadge(state)
	}
	return parts.Badge{Word: r.L.T("state." + kind + "." + state), Tone: tones[state]}
}

// nameOf gives who an account is, in words.
func nameOf(ref form.Ref) string {
	if ref.Title != "" {
		return ref.Title
	}
	return ref.ID
}

// lead gives the address that leads back to where a form was opened.
func (r *Request) back(otherwise string) string { return own(r.value("next"), otherwise) }

// sheet reads the record of the address within a view; a merged one leads on.
func (r *Request) sheet(tx *record.Tx, k *record.Kind) (*record.Sheet, error) {
	s, err := tx.Itself(k.Name, r.ref())
	if err != nil {
		return nil, err
	}
	return r.follow(tx, s)
}

// stepKind finds the kind of a step in the kept text of a detention's steps.
func stepKind(steps, id string) string {
	var list []struct{ ID, Kind string }
	if json.Unmarshal([]byte(steps), &list) == nil {
		for _, s := range list {
			if s.ID == id {
				return s.Kind
			}
		}
	}
	return "held"
}
