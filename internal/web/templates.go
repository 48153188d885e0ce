package web

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases/appeal"
	"amparo/internal/i18n"
	"amparo/internal/paper"
	"amparo/internal/record"
	"amparo/views/parts"
	pages "amparo/views/writing"
)

// templateRoutes are the texts that appeals are begun from: everybody may read
// them, an administrator changes them.
func (s *Server) templateRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	const one = "/admin/templates/:name/:in"
	return []Route{
		{Method: get, Path: "/admin/templates", Who: Looks, Handle: (*Request).templatesPage},
		{Method: get, Path: one, Who: Looks, Handle: (*Request).templateForm},
		{Method: post, Path: one, Who: Rules, Handle: (*Request).setTemplate},
		{Method: post, Path: one + "/reset", Who: Rules, Handle: (*Request).resetTemplate},
		{Method: post, Path: one + "/preview", Who: Rules, Sets: true, Handle: (*Request).previewTemplate},
	}
}

// templateName names a template in words.
func (r *Request) templateName(name string) string {
	switch name {
	case appeal.Reminder:
		return r.L.T("page.writing.reminder")
	case appeal.Letterhead:
		return r.L.T("page.writing.letterhead")
	}
	return r.L.T("option.appeal_kind." + name)
}

// template is the text an appeal is begun from: the office's own, else the one
// the program brings along, in a language it has.
func (r *Request) template(name, lang string) (string, error) {
	own, err := r.office.Templates(r.c.UserContext())
	if err != nil {
		return "", err
	}
	for _, t := range own {
		if t.Name == name && t.Lang == lang {
			return t.Body, nil
		}
	}
	return appeal.Template(name, lang), nil
}

// letterhead is what stands at the head of papers that leave, a line each; none
// where the office has not said so.
func (r *Request) letterhead(lang string) ([]string, error) {
	own, err := r.office.Templates(r.c.UserContext())
	var lines []string
	for _, t := range own {
		if t.Name == appeal.Letterhead && t.Lang == lang {
			for line := range strings.Lines(t.Body) {
				lines = append(lines, nonEmpty(flat(line))...)
			}
		}
	}
	return lines, err
}

// askedTemplate is the template of the address; one that is not there is not found.
func (r *Request) askedTemplate() (name, lang string, err error) {
	name, lang = r.c.Params("name"), r.c.Params("in")
	if appeal.Template(name, lang) == "" {
		return "", "", record.ErrNotFound
	}
	return name, lang, nil
}

func (r *Request) templatesPage() error {
	ctx := r.c.UserContext()
	own, err := r.office.Templates(ctx)
	if err != nil {
		return err
	}
	var ids []string
	for _, t := range own {
		ids = append(ids, t.By)
	}
	names, err := r.office.Names(ctx, ids...)
	if err != nil {
		return err
	}
	m := pages.Templates{Table: parts.Table{Caption: r.L.T("nav.templates"), Heads: []parts.Head{{Label: r.L.T("field.kind")}}}}
	for _, l := range i18n.Languages() {
		m.Table.Heads = append(m.Table.Heads, parts.Head{Label: r.L.LanguageName(l.Code)})
	}
	for _, name := range appeal.Templates() {
		row := parts.TableRow{Cells: []parts.Cell{{Text: r.templateName(name), Primary: true}}}
		for _, l := range i18n.Languages() {
			cell := parts.Cell{Text: r.L.T("page.writing.built_in"), URL: "/admin/templates/" + name + "/" + l.Code}
			for _, t := range own {
				if t.Name == name && t.Lang == l.Code {
					cell.Text, cell.Sub = r.L.T("page.writing.own"), r.L.T("page.rules.by_on", "by", names[t.By].Name, "day", r.moment(t.At.Format(time.RFC3339)))
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		m.Table.Rows = append(m.Table.Rows, row)
	}
	if r.Actor.May(auth.Administer) {
		if m.Lately, err = r.templatesLately(); err != nil {
			return err
		}
	}
	return r.page(fiber.StatusOK, r.L.T("nav.templates"), pages.TemplatesPage(m))
}

// templatesLately is who changed which template.
func (r *Request) templatesLately() ([]parts.Cell, error) {
	ctx := r.c.UserContext()
	events, err := r.office.Events(ctx, r.Actor, account.EventFilter{Limit: 10, Kinds: []account.EventKind{account.TemplateSet, account.TemplateReset}})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range events {
		ids = append(ids, e.ActorID)
	}
	names, err := r.office.Names(ctx, ids...)
	if err != nil {
		return nil, err
	}
	var list []parts.Cell
	for _, e := range events {
		name, lang, _ := strings.Cut(e.SubjectID, " ")
		list = append(list, parts.Cell{Text: r.dotted(r.L.T("event."+string(e.Kind)), r.templateName(name), r.L.LanguageName(lang)),
			Sub: r.L.T("page.rules.by_on", "by", names[e.ActorID].Name, "day", r.moment(e.At.Format(time.RFC3339)))})
	}
	return list, nil
}

func (r *Request) templateForm() error {
	name, lang, err := r.askedTemplate()
	if err != nil {
		return err
	}
	body, err := r.template(name, lang)
	if err != nil {
		return err
	}
	return r.templatePage(fiber.StatusOK, name, lang, body, nil)
}

func (r *Request) templatePage(status int, name, lang, body string, wrong error) error {
	at := "/admin/templates/" + name + "/" + lang
	m := pages.Template{Title: r.L.T("page.writing.template_in", "what", r.templateName(name), "language", r.L.LanguageName(lang)),
		Back: parts.Action{Label: r.L.T("nav.templates"), URL: "/admin/templates"}, Names: r.mergeNames(lang), Preview: r.example(lang, body)}
	m.Preview.ID, m.Preview.URL, m.Preview.Label = "preview", at+"/preview", r.L.T("page.writing.example")
	own, err := r.office.Templates(r.c.UserContext())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(own, func(t account.Template) bool { return t.Name == name && t.Lang == lang })
	m.About = r.L.T("page.writing.built_in_about")
	if i >= 0 {
		m.About = r.L.T("page.writing.own_about")
	}
	if r.Actor.May(auth.Administer) {
		m.Action = at
		fields := []parts.Field{{Name: "body", Label: r.L.T("field.appeal.texts.body"), Value: body, Lang: lang}}
		fields, m.Problems = r.refused(fields, wrong)
		m.Body = fields[0]
		if i >= 0 {
			m.Reset = &parts.Action{Label: r.L.T("page.writing.reset"), Post: at + "/reset", Tone: parts.Quiet}
		}
	}
	return r.page(status, m.Title, pages.TemplatePage(m))
}

// setTemplate keeps a text of the office's own, or only shows how it looks.
func (r *Request) setTemplate() error {
	name, lang, err := r.askedTemplate()
	if err != nil {
		return err
	}
	body := r.value("body")
	if r.value("then") == "preview" {
		return r.templatePage(fiber.StatusOK, name, lang, legible(body), nil)
	}
	if err := r.office.SetTemplate(r.c.UserContext(), r.Actor, name, lang, body); err != nil {
		return r.retry(err, func(status int) error { return r.templatePage(status, name, lang, legible(body), err) })
	}
	r.flash("page.writing.template_kept", "what", r.templateName(name))
	return r.to("/admin/templates")
}

func (r *Request) resetTemplate() error {
	name, lang, err := r.askedTemplate()
	if err != nil {
		return err
	}
	if err := r.office.ResetTemplate(r.c.UserContext(), r.Actor, name, lang); err != nil {
		return err
	}
	return r.to("/admin/templates/" + name + "/" + lang)
}

func (r *Request) previewTemplate() error {
	_, lang, err := r.askedTemplate()
	if err != nil {
		return err
	}
	return r.part(fiber.StatusOK, pages.PreviewPart(r.example(lang, legible(r.value("body")))))
}

// example shows a text as a letter about invented people.
func (r *Request) example(lang, body string) pages.Preview {
	in := i18n.In(lang)
	values := paper.Values{}
	for _, name := range paper.FieldNames {
		said := in.T("web.write.example." + name)
		switch name {
		case "facts", "demands", "signatories", "addressees":
			list := paper.List{First: 1}
			if name == "signatories" || name == "addressees" {
				list.First = 0
			}
			for line := range strings.SplitSeq(said, "\n") {
				list.Items = append(list.Items, paper.Item{Blocks: []paper.Block{paper.Paragraph{Text: paper.Plain(line)}}})
			}
			values[name] = []paper.Block{list}
		default:
			values[name] = []paper.Block{paper.Paragraph{Text: paper.Apart(said)}}
		}
	}
	return r.seen(lang, body, paper.Markdown(body), values)
}

// seen is a text as it will be on paper, with a word on each merge field that
// stands for nothing.
func (r *Request) seen(lang, body string, blocks []paper.Block, values paper.Values) pages.Preview {
	p := pages.Preview{Paper: paper.Fragment(lang, values.Fill(blocks))}
	for _, g := range values.Gaps(body) {
		key := "page.writing.gap"
		if !g.Known {
			key = "page.writing.no_field"
		}
		if note := r.L.T(key, "field", i18n.Isolate("{{"+g.Field+"}}"), "line", r.L.Int(g.Line)); !slices.Contains(p.Notes, note) {
			p.Notes = append(p.Notes, note)
		}
	}
	return p
}

// mergeNames lists the merge fields as they are called in a language, with what
// each stands for.
func (r *Request) mergeNames(lang string) []parts.Option {
	var list []parts.Option
	for _, name := range paper.FieldNames {
		called := "{{" + name + "}}"
		if lang != i18n.Fallback {
			called = "{{" + i18n.In(lang).T("paper.merge."+name) + "}}"
		}
		list = append(list, parts.Option{Value: called, Label: r.L.T("paper.merge." + name)})
	}
	return list
}
