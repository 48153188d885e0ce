package web

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/workflow"
	"amparo/views/parts"
	"amparo/views/records"
)

func formatFloat(f float64) string { return strconv.FormatFloat(f, 'f', 6, 64) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func version(s *record.Sheet) string { return strconv.Itoa(s.Head.Version) }

// formFrom reads a form and the version of the record that its writer began from.
func (r *Request) formFrom() (v form.Values, began int, err error) {
	if v, err = r.form(); err != nil {
		return nil, 0, err
	}
	if began, err = strconv.Atoi(v.First("version")); err != nil {
		return nil, 0, statusError(fiber.StatusBadRequest)
	}
	return v, began, nil
}

// asksFor lists the fields of a general form, in order.
func asksFor(fields form.Set) form.Set {
	var list form.Set
	for _, f := range fields {
		if !f.Derived && !f.Inside {
			list = append(list, f)
		}
	}
	return list
}

// complete adds what browsers leave out: ticks that are off and rows that were
// taken away. Fields that the form did not show stay as they are.
func complete(v form.Values, fields form.Set) form.Values {
	for _, name := range v["fields"] {
		f, ok := fields.Get(name)
		if !ok {
			continue
		}
		if f.Type == form.Group {
			v[name+".sent"] = []string{"1"}
			renumber(v, f)
			template := f.Template()
			for key := range maps.Clone(v) {
				rest, ok := strings.CutPrefix(key, name+".")
				if !ok {
					continue
				}
				number, _, ok := strings.Cut(rest, ".")
				if !ok {
					continue
				}
				for _, c := range template {
					if path := name + "." + number + "." + c.Name; v[path] == nil {
						v[path] = []string{""}
					}
				}
			}
			continue
		}
		if v[name] == nil {
			v[name] = []string{""}
		}
	}
	return v
}

// editModel words the form of a record, with the fields it asks for.
func (r *Request) editModel(k *record.Kind, body record.Body, asked form.Set, problems form.Problems) records.Edit {
	m := records.Edit{Save: r.L.T("common.save"), Cancel: "/" + k.Path, Action: "/" + k.Path}
	var plain, folded records.Fields
	folded.Folded, folded.Title = true, r.L.T("web.more_fields")
	for _, f := range asked {
		m.Hidden = append(m.Hidden, parts.Pair{Name: "fields", Value: f.Name})
		in := r.input(k.Name, "", f, problems)
		r.retype(&in)
		if f.Type == form.Group {
			r.spare(k.Name, f, &in)
		}
		// What is filled, needed or wrong stays in sight; the rest opens on demand.
		if slices.Contains(foremost[k.Name], f.Name) || f.Required || len(parts.Problems([]parts.Field{in})) > 0 {
			plain.Fields = append(plain.Fields, in)
		} else {
			folded.Fields = append(folded.Fields, in)
			if !f.Empty() {
				folded.Folded = false
			}
		}
	}
	if in, asked := r.fileField(k, body, problems); asked {
		plain.Fields = append(plain.Fields, in)
	}
	m.Sections = []records.Fields{plain}
	if len(folded.Fields) > 0 {
		m.Sections = append(m.Sections, folded)
	}
	for _, p := range problems {
		target := ""
		for _, sec := range m.Sections {
			for _, f := range sec.Fields {
				if f.Name == p.Field || strings.HasPrefix(p.Field, f.Name+".") {
					target = f.DOMID()
				}
			}
		}
		name, _, _ := strings.Cut(p.Field, ".")
		m.Problems = append(m.Problems, parts.Problem{Target: target, Text: r.label(k.Name, name) + ": " + r.problem(p)})
	}
	if next := r.value("next"); own(next, "") != "" {
		m.Hidden = append(m.Hidden, parts.Pair{Name: "next", Value: next})
		m.Cancel = next
	}
	return m
}

// foremost are the fields a form shows at once, in the order of the room.
var foremost = map[string][]string{
	"appeal":       {"assignee", "send_by", "signatories", "signatory_count", "log"},
	"case":         {"title", "summary", "country", "topics", "lead", "team", "access", "priority", "risk", "review_on"},
	"person":       {"names", "placeholder", "father", "mother", "born", "age", "age_max", "age_about", "sex", "nationalities", "occupations", "flags", "contacts"},
	"detention":    {"person", "taken_by", "taken_at", "warrant_shown", "reason_given", "legal_status", "charges"},
	"organization": {"names", "type", "country", "relations", "unchecked"},
	"place":        {"names", "type", "inside", "run_by", "unchecked"},
	"evidence":     {"kind", "title", "issuer", "published", "url", "text"},
	"task":         {"text", "due", "assignee", "about"},
}

// spare gives a group one empty row to write in, or one more after "add".
func (r *Request) spare(kind string, f form.Field, in *parts.Field) {
	if len(in.Rows) > 0 && (r.value("add") != f.Name || len(in.Rows) >= f.Max && f.Max > 0) {
		return
	}
	n := len(in.Rows)
	in.Rows = append(in.Rows, r.row(kind, f.Name, n, "", f.Template(), nil))
}

// home finds the case of the address or form for a new record.
func (r *Request) home(tx *record.Tx, k *record.Kind, body record.Body) (*record.Sheet, error) {
	if k.IsCase || k.Register {
		return nil, nil
	}
	if ref := r.value("case"); ref != "" {
		s, err := tx.Get("case", strings.ToUpper(strings.TrimSpace(ref)))
		if err == record.ErrNotFound {
			return nil, form.Problems{{Field: "case", Code: "not_found", Args: []any{"what", ref}}}
		}
		return s, err
	}
	if k.Home == "" {
		return nil, nil
	}
	f, _ := body.Fields().Get(k.Home)
	for _, to := range f.Refs() {
		found := to
		if found.ID == "" {
			var err error
			if found, err = tx.Resolve(f.Kind, to.Ref); err == record.ErrNotFound {
				return nil, form.Problems{{Field: k.Home, Code: "not_found", Args: []any{"what", to.Ref}}}
			} else if err != nil {
				return nil, err
			}
		}
		s, err := tx.ByID(found.Kind, found.ID)
		if err != nil {
			return nil, err
		}
		if s.Head.CaseID != "" {
			return tx.ByID("case", s.Head.CaseID)
		}
	}
	return nil, nil
}

func (r *Request) newForm(k *record.Kind) error {
	if face, ok := r.formFaces()[k.Name]; ok {
		return face.begin()
	}
	body := k.New()
	v := form.Values{}
	for _, f := range asksFor(body.Fields()) {
		if text := r.query(f.Name); text != "" {
			v[f.Name] = []string{text}
		}
	}
	body.Fields().Decode(v, r.now())
	return r.newPage(fiber.StatusOK, k, body, nil)
}

func (r *Request) newPage(status int, k *record.Kind, body record.Body, problems form.Problems) error {
	m := r.editModel(k, body, asksFor(body.Fields()), problems)
	m.Title = r.L.T("kind." + k.Name + ".new")
	if !k.IsCase && !k.Register {
		in := parts.Field{Name: "case", Label: r.L.T("field.case"), Type: parts.Ref, Suggest: "case", Value: r.value("case"), Required: k.Home == "", Max: 300}
		for _, p := range problems {
			if p.Field == "case" {
				in.Error = r.problem(p)
			}
		}
		m.Sections[0].Fields = append([]parts.Field{in}, m.Sections[0].Fields...)
	}
	m.Under("names", r.likelyCard(k, body, nil))
	return r.page(status, m.Title, records.EditPage(m))
}

func (r *Request) create(k *record.Kind) error {
	v, err := r.form()
	if err != nil {
		return err
	}
	body := k.New()
	problems := asksFor(body.Fields()).Decode(complete(v, asksFor(k.New().Fields())), r.now())
	if v.First("add") != "" {
		return r.newPage(fiber.StatusOK, k, body, nil)
	}
	file, wrong := r.fileOf(k)
	problems = append(problems, wrong...)
	var made *record.Sheet
	if err = problems.Or(); err == nil {
		err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			tx.EnterNames()
			if err := r.somebodyElse(tx, k, body, nil, nil); err != nil {
				return err
			}
			home, err := r.home(tx, k, body)
			if err != nil {
				return err
			}
			if err := file.hold(body, r.now()); err != nil {
				return err
			}
			if made, err = tx.Create(k.Name, body, home); err != nil {
				return err
			}
			if _, err := r.citeFromTray(tx, made, ""); err != nil {
				return err
			}
			return file.keep()
		})
	}
	if errors.As(err, &problems) {
		return r.newPage(refused(problems), k, body, problems)
	}
	if err == nil {
		err = r.tellSame(made)
	}
	if err != nil {
		return err
	}
	return r.to(r.back(r.url(made.Ref())))
}

func (r *Request) editForm(k *record.Kind) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		if face, ok := r.formFaces()[k.Name]; ok && face.of(s) {
			return face.edit(tx, s)
		}
		return r.editPage(fiber.StatusOK, s, version(s), nil)
	})
}

func (r *Request) editPage(status int, s *record.Sheet, version string, problems form.Problems) error {
	asked, about := asksFor(s.Fields()), ""
	if face, ok := r.formFaces()[s.Kind.Name]; ok && face.left != nil {
		var names []string
		names, about = face.left(s)
		asked = slices.DeleteFunc(asked, func(f form.Field) bool { return !slices.Contains(names, f.Name) })
	}
	m := r.editModel(s.Kind, s.Body, asked, problems)
	m.Title, m.About = r.L.T("web.edit_of", "what", r.titled(s.Ref())), about
	if in, asked := r.fromSource(s.Kind); asked {
		m.Sections = append(m.Sections, records.Fields{Fields: []parts.Field{in}})
	}
	m.Action, m.Version = r.url(s.Ref()), version
	m.Under("names", r.likelyCard(s.Kind, s.Body, s))
	if r.value("next") == "" {
		m.Cancel = m.Action
	}
	for i := range m.Sections {
		m.Sections[i].Fields = slices.DeleteFunc(m.Sections[i].Fields, func(f parts.Field) bool { return !s.Writable(f.Name) })
	}
	m.Hidden = slices.DeleteFunc(m.Hidden, func(p parts.Pair) bool { return p.Name == "fields" && !s.Writable(p.Value) })
	return r.page(status, m.Title, records.EditPage(m))
}

// save keeps an edited record. Who comes second sees both versions.
func (r *Request) save(k *record.Kind) error {
	v, began, err := r.formFrom()
	if err != nil {
		return err
	}
	v = r.settleConflict(k, v)
	var s *record.Sheet
	file, wrong := r.fileOf(k)
	var problems form.Problems
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		tx.EnterNames()
		var err error
		if s, err = r.sheet(tx, k); err != nil {
			return err
		}
		before := s.Fields().Snapshot()
		var called []string
		if k.Called != nil {
			called = k.Called(s.Body)
		}
		problems = asksFor(s.Fields()).Decode(complete(v, asksFor(k.New().Fields())), r.now())
		if v.First("add") != "" {
			return errAnotherRow
		}
		if s.Head.Version != began {
			return &record.Stale{Current: s}
		}
		if err := append(problems, wrong...).Or(); err != nil {
			return err
		}
		if err := r.somebodyElse(tx, k, s.Body, s, called); err != nil {
			return err
		}
		if err := file.hold(s.Body, r.now()); err != nil {
			return err
		}
		if err := tx.Save(s, began); err != nil {
			return err
		}
		if changed := differing(before, s.Fields().Snapshot()); len(changed) > 0 && v.First("from_source") != "" {
			about := ""
			if len(changed) == 1 {
				about = changed[0]
			}
			if _, err := r.citeFromTray(tx, s, about); err != nil {
				return err
			}
		}
		return file.keep()
	})
	if err == nil && file != nil {
		err = r.tellSame(s)
	}
	var stale *record.Stale
	switch {
	case err == nil:
		return r.to(r.back(r.url(s.Ref())))
	case err == errAnotherRow:
		return r.editPage(fiber.StatusOK, s, v.First("version"), nil)
	case errors.As(err, &stale):
		return r.conflict(k, s, began)
	case errors.As(err, &problems):
		return r.editPage(refused(problems), s, v.First("version"), problems)
	}
	return err
}

// differing names the fields that differ between two snapshots.
func differing(a, b map[string]string) []string {
	var list []string
	for _, name := range sortedKeys(b) {
		if a[name] != b[name] {
			list = append(list, name)
		}
	}
	return list
}

var errAnotherRow = errors.New("one more row is asked for")

// conflict shows both versions of every field that differs, side by side; what
// was typed is kept either way. mine holds what the late editor typed.
func (r *Request) conflict(k *record.Kind, mine *record.Sheet, began int) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		theirs, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		before, err := tx.ChangedSince(theirs, began)
		if err != nil {
			return err
		}
		v, _ := r.form()
		m := records.Conflict{Title: theirs.Head.Title, At: r.moment(theirs.Head.UpdatedAt), Action: r.url(theirs.Ref()), Version: version(theirs), Cancel: r.url(theirs.Ref())}
		people, err := tx.Accounts()
		if err != nil {
			return err
		}
		m.By = nameOf(people[theirs.Head.UpdatedBy])
		m.Hidden = append(m.Hidden, parts.Pair{Name: "conflict", Value: "1"}, parts.Pair{Name: "from_source", Value: v.First("from_source")})
		mineNow, theirsNow := mine.Fields(), theirs.Fields()
		a, b := mineNow.Snapshot(), theirsNow.Snapshot()
		for _, name := range v["fields"] {
			f, ok := mineNow.Get(name)
			if !ok {
				continue
			}
			m.Hidden = append(m.Hidden, parts.Pair{Name: "fields", Value: name})
			for key, list := range v {
				if key == name || strings.HasPrefix(key, name+".") && !strings.HasSuffix(key, ".sent") {
					for _, text := range list {
						m.Hidden = append(m.Hidden, parts.Pair{Name: key, Value: text})
					}
				}
			}
			old, changed := before[name]
			if !changed || a[name] == b[name] {
				continue
			}
			t, _ := theirsNow.Get(name)
			d := records.Differing{Name: name, Label: r.label(k.Name, name), Mine: r.typed(k.Name, f), Theirs: r.typed(k.Name, t), Before: r.plain(k.Name, name, old), Take: "mine"}
			if same(mineNow.Readable()[name], old) {
				d.Take = "theirs" // only they changed it
			}
			d.Fixed = !rewritable(f)
			m.Fields = append(m.Fields, d)
		}
		if in, asked := r.fileField(k, mine.Body, nil); asked && in.Value != "" {
			m.Hidden = append(m.Hidden, parts.Pair{Name: in.Name + ".waiting", Value: in.Value})
		}
		slices.SortStableFunc(m.Hidden, func(a, b parts.Pair) int { return strings.Compare(a.Name, b.Name) })
		return r.page(fiber.StatusConflict, r.L.T("web.conflict"), records.ConflictPage(m))
	})
}

// rewritable tells whether a field is one text, which the page of a conflict
// lets its writer mend; rows, links and choices can only be taken or left there.
func rewritable(f form.Field) bool {
	switch f.Type {
	case form.Text, form.Long, form.Date, form.Number:
		return true
	}
	return false
}

// same compares two readable values as the history keeps them; the inner ids of
// rows do not count.
func same(a, b any) bool {
	plain := func(v any) any {
		text, _ := json.Marshal(v)
		var out any
		_ = json.Unmarshal(text, &out) // it was made one line above
		return withoutIDs(out)
	}
	return reflect.DeepEqual(plain(a), plain(b))
}

func withoutIDs(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = withoutIDs(v[i])
		}
	case map[string]any:
		delete(v, "id")
		for name := range v {
			v[name] = withoutIDs(v[name])
		}
	}
	return v
}

// typed words a field as one text, for comparing.
func (r *Request) typed(kind string, f form.Field) string {
	if f.Type == form.Choice {
		return r.option(f.LabelPrefix(), f.String())
	}
	if f.Type == form.Group || f.IsLink() {
		var words []string
		for _, ref := range f.Refs() {
			words = append(words, titleOr(ref))
		}
		if f.Type == form.Group {
			b := r.group(kind, f)
			for _, row := range b.Table.Rows {
				var cells []string
				for _, c := range row.Cells {
					for _, run := range c.Runs {
						cells = append(cells, run.Text)
					}
				}
				words = append(words, strings.Join(cells, " · "))
			}
		}
		return strings.Join(words, "\n")
	}
	return f.String()
}

// settleConflict takes, for each field that differed, the version that was
// chosen: "theirs" leaves the field as it is on file now; "mine" may have been
// written anew on the page of the conflict.
func (r *Request) settleConflict(k *record.Kind, v form.Values) form.Values {
	if v.First("conflict") == "" {
		return v
	}
	var keep []string
	for _, name := range v["fields"] {
		if v.First("take:"+name) == "theirs" {
			for key := range maps.Clone(v) {
				if key == name || strings.HasPrefix(key, name+".") {
					delete(v, key)
				}
			}
			continue
		}
		keep = append(keep, name)
		if f, ok := k.New().Fields().Get(name); ok && rewritable(f) && v["mine:"+name] != nil {
			v[name] = v["mine:"+name]
		}
	}
	v["fields"] = keep
	return v
}

// move makes a move of a record.
func (r *Request) move(k *record.Kind) error {
	v, began, err := r.formFrom()
	if err != nil {
		return err
	}
	var s *record.Sheet
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		if s, err = r.sheet(tx, k); err != nil {
			return err
		}
		return tx.Move(s, began, r.c.Params("move"), v.First("reason"), func(fields form.Set) form.Problems {
			return fields.Decode(v, r.now())
		})
	})
	var problems form.Problems
	var stale *record.Stale
	if errors.As(err, &problems) || errors.As(err, &stale) && r.typedWords() {
		return r.moveAgain(k, s, problems, stale)
	}
	if err != nil {
		return err
	}
	r.flash("web.moved", "what", r.L.T("move."+r.c.Params("move")), "ref", s.Head.Ref)
	return r.to(r.back(r.url(s.Ref())))
}

// typedWords tells whether the form holds more than the program itself wrote in it.
func (r *Request) typedWords() bool {
	for name, list := range r.values {
		if name != "csrf" && name != "version" && name != "next" && strings.TrimSpace(strings.Join(list, "")) != "" {
			return true
		}
	}
	return false
}

// moveAgain asks for a move's words again: something is wrong with them, or
// somebody was quicker; then the move goes out from the record as it is now.
func (r *Request) moveAgain(k *record.Kind, s *record.Sheet, problems form.Problems, stale *record.Stale) error {
	name := r.c.Params("move")
	status, m := r.again(r.L.T("move."+name), s, stale)
	m.Save = m.Title
	var fields []parts.Field
	asks, _, _ := k.Flow.Find(name, workflow.State(s.Head.State))
	for _, f := range s.Asks(name) {
		in := r.input(k.Name, "", f, problems)
		in.Required = slices.Contains(asks.Asks, f.Name)
		fields = append(fields, in)
	}
	if r.value("reason") != "" || problems.Has("reason") {
		fields = append(fields, r.reasonField(parts.Textarea, 4000))
	}
	return r.mend(status, m, fields, problems)
}

// only keeps the named fields of a form, so that a move changes nothing else.
func only(v form.Values, names []string) form.Values {
	out := form.Values{}
	for _, n := range names {
		if list, ok := v[n]; ok {
			out[n] = list
		}
	}
	return out
}
