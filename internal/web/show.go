package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/parts"
	"amparo/views/records"
)

// show is the page of one record: its own face where it has one, else the page
// all kinds share.
func (r *Request) show(k *record.Kind) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		if face, ok := r.faces()[k.Name]; ok {
			return face(tx, s)
		}
		m, err := r.showModel(tx, s)
		if err != nil {
			return err
		}
		return r.page(fiber.StatusOK, s.Head.Title, records.ShowPage(m))
	})
}

func (r *Request) mayWrite(k *record.Kind) bool { return r.Actor.May(k.Writing()) }

// writes tells whether the reader may change a record as it is now.
func (r *Request) writes(s *record.Sheet) bool {
	return r.mayWrite(s.Kind) && !s.Head.Voided && !s.ReadOnly()
}

// showModel words a record for the page all kinds share.
func (r *Request) showModel(tx *record.Tx, s *record.Sheet) (records.Show, error) {
	base := r.url(s.Ref())
	m := records.Show{Head: r.head(s), History: parts.Action{Label: r.L.T("web.history"), URL: base + "/history"}}
	var err error
	if m.File, err = r.fileCard(tx, s); err != nil {
		return m, err
	}
	if m.Sections, m.Groups = r.fieldsOf(s, nil); s.Head.Voided {
		if m.Voided, err = r.voided(tx, s); err != nil {
			return m, err
		}
	}
	if err = r.markQuote(tx, s, &m); err != nil {
		return m, err
	}
	if m.Moves, err = r.moves(tx, s); err != nil {
		return m, err
	}
	if m.Cites, m.Counts, m.Notes, err = r.pieces(tx, s); err != nil {
		return m, err
	}
	if r.writes(s) {
		m.Cite, m.Counting, m.NotePost = r.citeAsk(s, ""), r.countAsk(s), base+"/notes"
	}
	if m.Related, err = r.related(tx, s); err != nil {
		return m, err
	}
	return m, nil
}

// head words what stands on top of a record.
func (r *Request) head(s *record.Sheet) records.Head {
	k := s.Kind
	h := records.Head{Kind: r.L.T("kind." + k.Name + ".one"), Ref: s.Head.Ref, Title: r.titled(s.Ref())}
	if !k.IsCase && s.Case.Ref != "" {
		run := r.link(s.Case)
		h.Case = &run
	}
	if len(k.Flow.Moves) > 0 {
		h.Badges = append(h.Badges, r.stateBadge(k.Name, s.Head.State))
	}
	if s.Head.Voided {
		h.Badges = append(h.Badges, parts.Badge{Word: r.L.T("web.voided"), Tone: parts.Quiet})
	}
	if f, ok := s.Fields().Get("unchecked"); ok && f.Yes() {
		h.Badges = append(h.Badges, parts.Badge{Word: r.L.T("web.unchecked"), Tone: parts.Warn})
	}
	if s.Head.Restricted() {
		h.Restrict = r.L.T("option.access.restricted")
	}
	if s.ReadOnly() {
		h.Badges = append(h.Badges, parts.Badge{Word: r.L.T("web.glass.read_only"), Tone: parts.Alarm})
	}
	if b := r.levelBadge(s.Head.Sensitivity); b.Word != h.Restrict && s.Head.Sensitivity != record.Internal {
		h.Badges = append(h.Badges, b)
	}
	if r.writes(s) {
		h.Actions = append(h.Actions, parts.Action{Label: r.L.T("common.edit"), URL: r.url(s.Ref()) + "/edit"})
	}
	if k.Name == "evidence" && r.Actor.May(auth.Write) && !r.token {
		h.Actions = append(h.Actions, parts.Action{Label: r.L.T("web.work_from"), Post: "/tray", Tone: parts.Main,
			Hidden: []parts.Pair{{Name: "document", Value: s.Head.Ref}, {Name: "next", Value: r.url(s.Ref())}}})
	}
	if k.Name == "evidence" && r.Actor.May(auth.Write) {
		h.Actions = append(h.Actions, parts.Action{Label: r.L.T("web.find.link"), URL: "/find?evidence=" + s.Head.Ref})
	}
	h.Actions = append(h.Actions, r.mergeAct(s)...)
	if k.Name == "case" || k.Name == "person" {
		h.Actions = append(h.Actions, parts.Action{Label: r.L.T("print.action"), URL: r.url(s.Ref()) + "/summary"})
	}
	if a, ok := s.Body.(*appeal.Appeal); ok {
		for _, d := range printable {
			if d.kind == k.Name && (!a.Observed() || d.word == "print.letter") {
				h.Actions = append(h.Actions, parts.Action{Label: r.L.T(d.word), URL: strings.Replace(d.path, "/appeals/:ref", r.url(s.Ref()), 1)})
			}
		}
	}
	h.Actions = append(h.Actions, parts.Action{Label: r.L.T("web.access.title"), URL: r.url(s.Ref()) + "/access"})
	h.Changed = r.changed(s)
	return h
}

func (r *Request) changed(s *record.Sheet) string {
	people, err := r.book.Accounts(r.c.UserContext())
	if err != nil {
		return ""
	}
	by := nameOf(people[s.Head.UpdatedBy])
	if by == "" { // a day came, or a deadline passed
		by = r.L.T("app.name")
	}
	return r.L.T("web.changed", "at", r.moment(s.Head.UpdatedAt), "by", r.apart(by))
}

// fieldsOf words the fields of a record, leaving out those named.
func (r *Request) fieldsOf(s *record.Sheet, without map[string]bool) ([]records.Section, []records.Group) {
	var lines []records.Line
	var groups []records.Group
	for _, f := range s.Fields() {
		if without[f.Name] || f.Derived || f.Empty() || f.Hides() {
			continue
		}
		if f.Type == form.Group {
			if g := r.group(s.Kind.Name, f); len(g.Table.Rows) > 0 {
				groups = append(groups, g)
			}
			continue
		}
		line := records.Line{Label: r.label(s.Kind.Name, f.Name)}
		if f.Type == form.Long {
			line.Text = f.String()
		} else {
			line.Value = r.runs(f)
		}
		if f.Name == "url" {
			line.Value = []parts.Run{{Text: f.String(), URL: f.String()}}
		}
		lines = append(lines, line)
	}
	var sections []records.Section
	if len(lines) > 0 {
		sections = []records.Section{{Lines: lines}}
	}
	return sections, groups
}

// group words repeated rows as a table; columns that are empty in every row are
// left out.
func (r *Request) group(kind string, f form.Field) records.Group {
	g := records.Group{Title: r.label(kind, f.Name)}
	g.Table.Caption = g.Title
	filled := map[string]bool{}
	for i := range f.Len() {
		if f.HidesRow(i) {
			continue
		}
		_, row := f.Row(i)
		for _, c := range row {
			filled[c.Name] = filled[c.Name] || !c.Empty()
		}
	}
	for i := range f.Len() {
		if f.HidesRow(i) {
			continue
		}
		_, row := f.Row(i)
		var tr parts.TableRow
		for _, c := range row {
			if !filled[c.Name] {
				continue
			}
			if len(g.Table.Rows) == 0 {
				g.Table.Heads = append(g.Table.Heads, parts.Head{Label: r.label(kind+"."+f.Name, c.Name)})
			}
			tr.Cells = append(tr.Cells, parts.Cell{Runs: r.runs(c), Primary: len(tr.Cells) == 0})
		}
		g.Table.Rows = append(g.Table.Rows, tr)
	}
	return g
}

// voided says who struck the record out, when and why.
func (r *Request) voided(tx *record.Tx, s *record.Sheet) (string, error) {
	lines, err := tx.History(s)
	if err != nil {
		return "", err
	}
	for _, l := range lines {
		if s.Kind.Voids(l.Move) {
			return r.L.T("web.voided_by", "by", nameOf(l.By), "at", r.moment(l.At), "why", l.Note), nil
		}
	}
	return r.L.T("web.voided"), nil
}

// moves words what may be done next, with what each asks and why not.
func (r *Request) moves(tx *record.Tx, s *record.Sheet) ([]parts.Ask, error) {
	if !r.mayWrite(s.Kind) || s.ReadOnly() {
		return nil, nil
	}
	offers, err := tx.Offers(s)
	if err != nil {
		return nil, err
	}
	var list []parts.Ask
	for _, o := range offers {
		a := parts.Ask{Name: "move-" + o.Name, Label: r.L.T("move." + o.Name), Post: r.url(s.Ref()) + "/moves/" + o.Name, Version: version(s)}
		if !o.Open {
			a.Why = strings.Join(r.reasons(o.Why), " ")
		}
		if s.Kind.Voids(o.Name) {
			a.Tone, a.Note = parts.Quiet, r.L.T("web.void_note")
		}
		if slices.Contains(o.Asks, "reason") {
			a.Fields = append(a.Fields, parts.Field{Name: "reason", ID: o.Name + "-reason", Label: r.L.T("web.reason"), Type: parts.Textarea, Required: true, Max: 4000})
		}
		for _, f := range o.Fields {
			in := r.input(s.Kind.Name, "", f, nil)
			in.ID, in.Required = o.Name+"-"+f.Name, slices.Contains(o.Asks, f.Name)
			a.Fields = append(a.Fields, in)
		}
		list = append(list, a)
	}
	return list, nil
}

// pieces words what hangs on a record.
func (r *Request) pieces(tx *record.Tx, s *record.Sheet) ([]parts.Citation, []parts.Count, []parts.Note, error) {
	cited, err := citation.Of(tx, s)
	if err != nil {
		return nil, nil, nil, err
	}
	return r.piecesBeside(tx, s, cited)
}

// piecesBeside is pieces where the citations were read already.
func (r *Request) piecesBeside(tx *record.Tx, s *record.Sheet, cited []citation.Cited) (cites []parts.Citation, counts []parts.Count, notes []parts.Note, err error) {
	tallies, err := tx.Pieces("counts", s)
	if err != nil {
		return nil, nil, nil, err
	}
	var who []string
	for _, c := range cited {
		who = append(who, c.Speaker)
	}
	for _, p := range tallies {
		who = append(who, p.Body.(*citation.Tally).CountedBy)
	}
	speakers, err := cases.Named(tx, who...)
	if err != nil {
		return nil, nil, nil, err
	}
	if slices.ContainsFunc(cited, func(c citation.Cited) bool { return c.Document.ID != "" }) {
		if _, err := r.spoiledFiles(tx); err != nil {
			return nil, nil, nil, err
		}
	}
	byID := map[string]parts.Citation{}
	for _, c := range cited {
		one := r.cite(s, c, speakers)
		cites, byID[c.ID] = append(cites, one), one
	}
	for _, p := range tallies {
		if p.Annulled != "" {
			continue
		}
		one := r.count(p, speakers)
		if on, ok := byID[p.Body.(*citation.Tally).Citation]; ok && on.URL != "" {
			one.Cited = &on.Document
		}
		counts = append(counts, one)
	}
	written, err := tx.Pieces("notes", s)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, p := range written {
		if p.Annulled == "" {
			notes = append(notes, parts.Note{By: nameOf(p.By), At: r.moment(p.At), Text: p.Body.(*citation.Note).Text})
		}
	}
	return cites, counts, notes, nil
}

// spoken is who says something: the title where the text is a ref of ours.
func spoken(text string, speakers map[string]form.Ref) string {
	if ref, ok := speakers[text]; ok {
		return ref.Title
	}
	return text
}

// cite words one citation.
func (r *Request) cite(s *record.Sheet, c citation.Cited, speakers map[string]form.Ref) parts.Citation {
	out := parts.Citation{Says: c.Says, Speaker: spoken(c.Speaker, speakers), Via: strings.Join(c.Via, r.L.T("web.comma")), Locator: c.Locator, Quote: c.Quote,
		Grade: c.Grade(), Origin: c.Origin, Note: c.Note, By: r.L.T("web.entered_by", "by", nameOf(c.By), "at", r.moment(c.At))}
	if out.Grade == "" {
		out.Grade = r.L.T("web.not_graded")
	}
	if c.Basis != "" {
		out.Basis = r.L.T("option.basis." + c.Basis)
	}
	if c.Field != "" {
		name, _, _ := strings.Cut(c.Field, ".")
		if _, ok := s.Fields().Get(name); ok {
			out.Field = r.label(s.Kind.Name, name)
		}
	}
	if c.Document.Ref != "" {
		out.Document = r.link(c.Document)
		out.Document.URL = r.cited(c)
		out.URL = out.Document.URL
		out.Spoiled = r.spoiledBadge(r.spoiled[c.Document.ID])
	}
	return out
}

// count words one observation of a number.
func (r *Request) count(p record.Piece, speakers map[string]form.Ref) parts.Count {
	t := p.Body.(*citation.Tally)
	n := ""
	if t.N.Valid {
		n = r.L.Int(int(t.N.N))
	}
	top := ""
	if t.NMax.Valid {
		top = r.L.Int(int(t.NMax.N))
	}
	out := parts.Count{Text: r.L.T("count."+t.Qualifier, "n", n, "max", top, "what", r.L.N("unit."+t.Unit, int(max(t.N.N, t.NMax.N)))), AsOf: r.date(t.AsOf), By: spoken(t.CountedBy, speakers)}
	if t.Basis != "" {
		out.Source = r.L.T("option.count_basis." + t.Basis)
	}
	return out
}

// related words what points at a record and what it has under it.
func (r *Request) related(tx *record.Tx, s *record.Sheet) ([]records.Related, error) {
	out, err := r.kindred(tx, s)
	if err != nil {
		return nil, err
	}
	links, err := tx.LinksTo(s.Head.ID)
	if err != nil {
		return nil, err
	}
	byKind := map[string]*records.Related{}
	var order []string
	seen := map[string]bool{}
	for _, l := range links {
		if seen[l.From.ID] {
			continue
		}
		seen[l.From.ID] = true
		kind := l.From.Kind
		rel := byKind[kind]
		if rel == nil {
			rel = &records.Related{ID: "related-" + kind, Title: r.L.T("kind." + kind + ".many")}
			byKind[kind] = rel
			order = append(order, kind)
		}
		cell := parts.Cell{Text: r.titled(l.From), URL: r.url(l.From), Sub: l.From.Ref}
		if k := r.book.Kind(kind); len(k.Flow.Moves) > 0 || kind == "detention" {
			cell.Badges = []parts.Badge{r.stateBadge(kind, l.State)}
		}
		rel.Rows = append(rel.Rows, cell)
	}
	for _, kind := range order {
		out = append(out, *byKind[kind])
	}
	return out, nil
}

// history is who changed what on a record.
func (r *Request) history(k *record.Kind) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		lines, err := tx.History(s)
		if err != nil {
			return err
		}
		m := records.History{Title: r.L.T("web.history_of", "what", r.titled(s.Ref())), Back: parts.Action{Label: r.titled(s.Ref()), URL: r.url(s.Ref())}}
		for i, l := range lines {
			// Numbered by itself: gaps in the whole history would tell how much
			// happened elsewhere.
			l.N = int64(len(lines) - i)
			m.Entries = append(m.Entries, r.entry(k, l))
		}
		return r.page(fiber.StatusOK, m.Title, records.HistoryPage(m))
	})
}

// act words what a line of the history did.
func (r *Request) act(l record.Line) string {
	if l.Move != "" {
		return r.L.T("move." + l.Move)
	}
	return r.L.T("trail." + l.Action)
}

func (r *Request) entry(k *record.Kind, l record.Line) records.Entry {
	e := records.Entry{N: r.L.Int(int(l.N)), At: r.moment(l.At), By: nameOf(l.By), What: r.act(l), Note: l.Note}
	for _, c := range l.Changes {
		name := c.Field
		kind := k.Name
		if part, field, ok := strings.Cut(c.Field, "."); ok {
			kind, name = part, field
		}
		e.Changes = append(e.Changes, records.Change{Field: r.label(kind, name), Before: r.plain(kind, name, c.Before), After: r.plain(kind, name, c.After)})
	}
	return e
}

// choicesOf maps every choice of kinds and parts to where its words lie, so that
// the history can word codes.
func choicesOf(b *record.Book) map[string]string {
	out := map[string]string{}
	var walk func(prefix string, fields form.Set)
	walk = func(prefix string, fields form.Set) {
		for _, f := range fields {
			switch f.Type {
			case form.Choice, form.Choices:
				out[prefix+"."+f.Name] = f.LabelPrefix()
			case form.Group:
				walk(prefix+"."+f.Name, f.Template())
			}
		}
	}
	for _, k := range b.Kinds() {
		walk(k.Name, k.New().Fields())
	}
	for _, name := range []string{"citations", "counts", "notes", "choices", "consents", "comments"} {
		if p, ok := b.Part(name); ok {
			walk(name, p.New().Fields())
		}
	}
	return out
}

// plain words a value of the history as one text: rows one per line, their
// filled fields after each other.
func (r *Request) plain(kind, field string, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if prefix, ok := r.choices[kind+"."+field]; ok {
			return r.option(prefix, v)
		}
		return r.coded(field, v)
	case bool:
		if v {
			return r.L.T("option.yes_no_unknown.yes")
		}
		return r.L.T("option.yes_no_unknown.no")
	case float64:
		return strings.TrimSuffix(strings.TrimRight(formatFloat(v), "0"), ".")
	case []any:
		var lines []string
		for _, one := range v {
			if text := r.plain(kind, field, one); text != "" {
				lines = append(lines, text)
			}
		}
		return strings.Join(lines, "\n")
	case map[string]any:
		var words []string
		for _, name := range sortedKeys(v) {
			if name == "id" || strings.HasSuffix(name, "_earliest") || strings.HasSuffix(name, "_latest") || strings.HasSuffix(name, "_words") {
				continue
			}
			if text := r.plain(kind+"."+field, name, v[name]); text != "" && v[name] != false {
				words = append(words, r.label(kind+"."+field, name)+": "+strings.ReplaceAll(text, "\n", ", "))
			}
		}
		return strings.Join(words, " · ")
	}
	return ""
}
