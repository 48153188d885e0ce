package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/person"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/record"
	"amparo/views/parts"
	pages "amparo/views/writing"
)

// writingRoutes are what the form of an appeal has beyond those all kinds share.
func (s *Server) writingRoutes() []Route {
	post := fiber.MethodPost
	return []Route{
		{Method: post, Path: "/appeals/new", Who: Writes, Handle: func(r *Request) error { return r.keepAppeal("") }},
		{Method: post, Path: "/appeals/:ref/edit", Who: Writes, Handle: func(r *Request) error { return r.keepAppeal(r.ref()) }},
		{Method: post, Path: "/drafts/appeals", Who: Writes, Sets: true, Handle: (*Request).keepWriting},
		{Method: post, Path: "/drafts/appeals/drop", Who: Writes, Handle: (*Request).dropWriting},
		{Method: post, Path: "/previews/appeals/:text", Who: Writes, Sets: true, Handle: (*Request).previewText},
	}
}

// beginning is what a new appeal is begun from, as its address says it.
type beginning struct {
	kind, by      string
	in            []string // languages of the text
	people        []string // refs
	home, follows string   // refs
}

// beginning reads it from the address.
func (r *Request) beginning() beginning {
	all := func(name string) (list []string) {
		for _, b := range r.c.Context().QueryArgs().PeekMulti(name) {
			for text := range strings.FieldsSeq(string(b)) {
				if form.Clean(text) && len(text) < 40 && !slices.Contains(list, text) {
					list = append(list, text)
				}
			}
		}
		return list
	}
	b := beginning{home: strings.ToUpper(r.query("case")), follows: strings.ToUpper(r.query("follows"))}
	if kind := r.query("kind"); slices.Contains(appeal.Kinds, kind) {
		b.kind = kind
	}
	if r.query("by") == appeal.Others {
		b.by = appeal.Others
	}
	for _, code := range all("in") {
		if slices.Contains(tongues, code) {
			b.in = append(b.in, code)
		}
	}
	for _, name := range []string{"person", "people", "persons"} {
		for _, ref := range all(name) {
			if ref = strings.ToUpper(ref); !slices.Contains(b.people, ref) {
				b.people = append(b.people, ref)
			}
		}
	}
	return b
}

// query is the same as an address, and the name of its draft.
func (b beginning) query() string {
	v := url.Values{}
	for name, text := range map[string]string{"kind": b.kind, "by": b.by, "case": b.home, "follows": b.follows} {
		if text != "" {
			v.Set(name, text)
		}
	}
	v["in"], v["person"] = b.in, b.people
	return "appeals/new?" + v.Encode()
}

// tongues are the languages an appeal can be written in, by their codes; those
// the office has templates in come first.
var tongues = []string{"en", "ar", "fr", "es", "ru", "zh", "az", "de", "fa", "he", "it", "ku", "pt", "tr", "uk"}

// beginAppeal begins an appeal: first what kind it is, then the form, filled with
// what is known already.
func (r *Request) beginAppeal() error {
	b := r.beginning()
	if b.kind == "" && b.by == "" && (b.follows == "" || r.query("as") == "new") {
		return r.chooseAppeal(b)
	}
	draft, err := r.draft(b.query())
	if err != nil {
		return err
	}
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		m := &manuscript{Request: r, tx: tx, draft: b.query(), reminds: b.follows != "" && b.kind == "" && b.by == ""}
		var err error
		if m.w, m.home, err = r.prefill(tx, b); err != nil {
			return err
		}
		if draft.At != "" {
			return m.fromDraft(draft)
		}
		return m.page(fiber.StatusOK)
	})
}

// chooseAppeal asks what kind of appeal it will be.
func (r *Request) chooseAppeal(b beginning) error {
	m := pages.Begin{Title: r.L.T("kind.appeal.new")}
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		for _, ref := range b.people {
			s, err := tx.Get("person", ref)
			if err != nil {
				return err
			}
			m.Hidden = append(m.Hidden, parts.Pair{Name: "person", Value: s.Head.Ref})
			m.About = append(m.About, r.link(s.Ref()))
		}
		for kind, ref := range map[string]string{"case": b.home, "appeal": b.follows} {
			if ref == "" {
				continue
			}
			s, err := tx.Get(kind, ref)
			if err != nil {
				return err
			}
			name := map[string]string{"case": "case", "appeal": "follows"}[kind]
			m.Hidden = append(m.Hidden, parts.Pair{Name: name, Value: s.Head.Ref})
			m.About = append(m.About, r.link(s.Ref()))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := len(m.About) - 1; i > 0; i-- {
		m.About = slices.Insert(m.About, i, parts.Run{Text: "·", Quiet: true})
	}
	if len(m.About) == 0 {
		m.Ask = []parts.Field{{Name: "people", Label: r.L.T("page.writing.for_whom"), Type: parts.Ref, Suggest: "person", Max: 300},
			{Name: "case", Label: r.L.T("field.case"), Type: parts.Ref, Suggest: "case", Max: 300}}
	}
	m.In = parts.Field{Name: "in", Label: r.L.T("page.writing.languages"), Type: parts.Choices}
	for _, l := range i18n.Languages() {
		m.In.Options = append(m.In.Options, parts.Option{Value: l.Code, Label: r.L.LanguageName(l.Code), Selected: l.Code == r.L.Lang()})
	}
	for _, k := range appeal.Kinds {
		m.Kinds = append(m.Kinds, parts.Option{Value: k, Label: r.L.T("option.appeal_kind." + k), Hint: r.L.T("web.write.kind." + k)})
	}
	m.Others = parts.Option{Value: appeal.Others, Label: r.L.T("page.writing.others"), Hint: r.L.T("page.writing.others_hint")}
	drafts, err := r.book.Drafts(r.c.UserContext(), r.Actor)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if strings.HasPrefix(d.Name, "appeals/new?") {
			m.Drafts = append(m.Drafts, parts.Action{Label: r.draftTitle(d), URL: "/" + d.Name})
		}
	}
	return r.page(fiber.StatusOK, m.Title, pages.BeginPage(m))
}

// draft is a half-written form of the reader's own by its name; without a moment
// where there is none.
func (r *Request) draft(name string) (record.Draft, error) {
	drafts, err := r.book.Drafts(r.c.UserContext(), r.Actor)
	for _, d := range drafts {
		if d.Name == name {
			return d, nil
		}
	}
	return record.Draft{}, err
}

// draftTitle is what a half-written appeal is called.
func (r *Request) draftTitle(d record.Draft) string {
	title := r.L.T("kind.appeal.one")
	if given := form.Values(d.Values).First("title"); given != "" {
		title += ": " + i18n.Isolate(given)
	}
	return title
}

// prefill makes a new appeal of what is known: whom it is for, in which case, whom
// was written to in that case before, and the office's text.
func (r *Request) prefill(tx *record.Tx, b beginning) (*cases.Writing, *record.Sheet, error) {
	w := &cases.Writing{Appeal: &appeal.Appeal{By: appeal.Ours, Kind: b.kind}}
	if b.by == appeal.Others {
		w.By = appeal.Others
	}
	var home *record.Sheet
	at := func(caseID string) (err error) {
		if home == nil && caseID != "" {
			home, err = tx.ByID("case", caseID)
		}
		return err
	}
	if b.home != "" {
		s, err := tx.Get("case", b.home)
		if err != nil {
			return nil, nil, err
		}
		home = s
	}
	var people []*record.Sheet
	for _, ref := range b.people {
		s, err := tx.Get("person", ref)
		if err == nil {
			err = at(s.Head.CaseID)
		}
		if err != nil {
			return nil, nil, err
		}
		people = append(people, s)
		w.Persons = append(w.Persons, s.Ref())
	}
	in := slices.Clone(b.in)
	var before *cases.Plea
	if b.follows != "" {
		s, err := tx.Get("appeal", b.follows)
		if err != nil {
			return nil, nil, err
		}
		p, err := cases.ReadPlea(tx, s)
		if err == nil {
			err = at(s.Head.CaseID)
		}
		if err != nil {
			return nil, nil, err
		}
		before = &p
		w.Follows, w.Persons, w.Addressees = s.Ref(), p.Persons, cases.ToWriteTo(p.Appeal)
		for _, t := range p.Texts {
			if len(b.in) == 0 && i18n.Known(t.Lang) {
				in = append(in, t.Lang)
			}
		}
		if w.Kind == "" {
			w.Kind = p.Appeal.Kind
		}
	} else if home != nil && !w.Observed() {
		var err error
		if w.Addressees, err = cases.LastWrittenTo(tx, home.Head.ID); err != nil {
			return nil, nil, err
		}
	}
	if len(in) == 0 {
		in = []string{r.L.Lang()}
	}
	w.TitleText = r.proposeTitle(in[0], w, people, home, before, b.kind == "")
	for _, lang := range in {
		if w.Observed() {
			w.Texts = append(w.Texts, appeal.Text{Lang: lang})
			continue
		}
		body, err := r.beginText(lang, w.Kind, before, b.kind == "")
		if err != nil {
			return nil, nil, err
		}
		w.Texts = append(w.Texts, appeal.Text{Lang: lang, Body: body})
	}
	return w, home, nil
}

// proposeTitle words what the appeal is about, in the language of its text.
func (r *Request) proposeTitle(lang string, w *cases.Writing, people []*record.Sheet, home *record.Sheet, before *cases.Plea, reminds bool) string {
	in := i18n.In(lang)
	if before != nil && reminds {
		return in.T("web.write.reminder_title", "what", before.TitleText)
	}
	if w.Observed() {
		return ""
	}
	who := ""
	switch {
	case len(people) == 1:
		who, _ = inScripts(lang, record.As[*person.Person](people[0]))
	case len(people) > 1:
		first, _ := inScripts(lang, record.As[*person.Person](people[0]))
		who = in.N("web.write.and_others", len(people)-1, "who", first)
	case home != nil:
		who = home.Head.Title
	default:
		return ""
	}
	return in.T("web.write.title", "kind", in.T("option.appeal_kind."+w.Kind), "who", who)
}

// beginText is the text an appeal begins with. A reminder quotes what was asked
// before and not answered, as it was sent.
func (r *Request) beginText(lang, kind string, before *cases.Plea, reminds bool) (string, error) {
	if before == nil || !reminds {
		return r.template(kind, lang)
	}
	body, err := r.template(appeal.Reminder, lang)
	if err != nil {
		return "", err
	}
	in := i18n.In(lang)
	q := *r
	q.L = in
	var quote strings.Builder
	quote.WriteString("> " + in.T("web.write.our_letter", "what", before.TitleText, "date", q.onPaper(before.FirstSent())))
	for _, d := range before.Unanswered() {
		quote.WriteString("\n>\n> " + d.Number + "\\. " + strings.ReplaceAll(flat(d.Demand.Text), "\n", " "))
		if !d.Due.IsZero() {
			quote.WriteString(" (" + in.T("web.write.by_day", "date", q.onPaper(d.Due)) + ")")
		}
	}
	return strings.NewReplacer("{{demands}}", quote.String(), "{{"+in.T("paper.merge.demands")+"}}", quote.String()).Replace(body), nil
}
