package web

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/layout"
	"amparo/views/parts"
	"amparo/views/records"
)

// source is what "Working from …" holds: every save inherits it until it is ended.
type source struct {
	Speaker, Document, Title, Locator, Quote, Reliability, Credibility, Origin string
}

func (t source) empty() bool { return t == source{} }

// fields are the tray's own, those of a citation that hold for many facts.
func (t *source) fields() form.Set {
	return form.Set{
		form.OfText("speaker", &t.Speaker),
		form.OfText("document", &t.Document),
		form.OfText("locator", &t.Locator),
		form.OfLong("quote", &t.Quote, form.Max(3000)),
		form.OfChoice("reliability", &t.Reliability, citation.Reliability),
		form.OfChoice("credibility", &t.Credibility, citation.Credibility),
		form.OfText("origin", &t.Origin),
	}
}

// tray is the source the session works from.
func (r *Request) tray() source {
	var t source
	if text := r.Session.Value("tray"); text != "" {
		_ = json.Unmarshal([]byte(text), &t) // an unreadable tray is an empty one
	}
	return t
}

func (r *Request) keepTray(t source) error {
	text := ""
	if !t.empty() {
		b, err := json.Marshal(t)
		if err != nil {
			return err
		}
		text = string(b)
	}
	return r.office.Put(r.c.UserContext(), r.Session, "tray", text)
}

// trayModel words the tray for the frame.
func (r *Request) trayModel() *layout.Tray {
	t := r.tray()
	m := &layout.Tray{Return: r.c.OriginalURL()}
	if r.c.Method() != fiber.MethodGet {
		m.Return = "/"
	}
	var words []string
	for _, w := range []string{t.Title, t.Speaker, t.Reliability + t.Credibility} {
		if w != "" {
			words = append(words, w)
		}
	}
	m.Text = strings.Join(words, " · ")
	if record.LooksLikeRef(t.Document) {
		m.URL = "/evidence/" + t.Document
	}
	for _, f := range t.fields() {
		in := r.input("citations", "", f, nil)
		in.ID = "tray-" + f.Name
		if f.Name == "document" {
			in.Type, in.Suggest = parts.Ref, "evidence"
		}
		m.Fields = append(m.Fields, in)
	}
	return m
}

// startTray sets the source to work from.
func (r *Request) startTray() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	t := source{}
	if problems := t.fields().Decode(v, r.now()); len(problems) > 0 {
		return r.trayAgain(&t, problems)
	}
	if t.Document != "" {
		err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			ref, err := tx.Find(strings.ToUpper(t.Document))
			if err == record.ErrNotFound || (err == nil && ref.Kind != "evidence") {
				return form.Problems{{Field: "document", Code: "not_found", Args: []any{"what", t.Document}}}
			}
			t.Document, t.Title = ref.Ref, ref.Title
			return err
		})
		var problems form.Problems
		if errors.As(err, &problems) {
			return r.trayAgain(&t, problems)
		}
		if err != nil {
			return err
		}
	}
	if err := r.keepTray(t); err != nil {
		return err
	}
	return r.to(r.back("/"))
}

// trayAgain shows the tray's form with what is wrong in it.
func (r *Request) trayAgain(t *source, problems form.Problems) error {
	var fields []parts.Field
	for _, f := range t.fields() {
		in := r.input("citations", "", f, problems)
		if f.Name == "document" {
			in.Type, in.Suggest = parts.Ref, "evidence"
		}
		fields = append(fields, in)
	}
	return r.mend(fiber.StatusUnprocessableEntity, records.Edit{Title: r.L.T("page.nav.tray_keep"), About: r.L.T("page.nav.tray_about"), Cancel: "/"}, fields, problems)
}

func (r *Request) endTray() error {
	if err := r.keepTray(source{}); err != nil {
		return err
	}
	return r.to(r.back("/"))
}

// inherit fills what a citation leaves open from the tray. The quote stays with
// one save: the next fact has another.
func (r *Request) inherit(c *citation.Citation) {
	t := r.tray()
	fill := func(to *string, from string) {
		if *to == "" {
			*to = from
		}
	}
	if c.Speaker == "" && c.Document.Ref == "" && t.Document != "" {
		c.Document = form.Ref{Ref: t.Document, Title: t.Title, Kind: "evidence"}
	}
	if c.Speaker == "" || c.Speaker == t.Speaker {
		fill(&c.Speaker, t.Speaker)
		fill(&c.Locator, t.Locator)
		fill(&c.Quote, t.Quote)
		fill(&c.Reliability, t.Reliability)
		fill(&c.Credibility, t.Credibility)
		fill(&c.Origin, t.Origin)
	}
}

// citeFromTray cites the source being worked from on what was just saved, and
// gives the citation's id; "" where nothing is worked from.
func (r *Request) citeFromTray(tx *record.Tx, s *record.Sheet, field string) (id string, err error) {
	c := &citation.Citation{Field: field}
	if r.inherit(c); c.Empty() || !citable(s.Kind) {
		return "", nil
	}
	piece, err := tx.Add("citations", s, c)
	return piece.ID, err
}

// citable tells whether records of a kind rest on sources: a source and a task do not.
func citable(k *record.Kind) bool { return k.Name != "evidence" && k.Name != "task" }

// fromSource asks in the form of a record on file whether what is changed is from
// the source being worked from.
func (r *Request) fromSource(k *record.Kind) (in parts.Field, asked bool) {
	t := r.trayModel()
	in = parts.Field{Name: "from_source", Label: r.L.T("web.from_source", "what", r.apart(t.Text)), Type: parts.Bool, Value: "true", Wide: true}
	if r.c.Method() == fiber.MethodPost {
		in.Value = r.value("from_source")
	}
	return in, citable(k) && !r.tray().empty()
}
