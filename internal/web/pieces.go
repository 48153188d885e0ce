package web

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/parts"
	"amparo/views/records"
)

// addPiece hangs a note, a citation or a count on a record.
func (r *Request) addPiece(k *record.Kind, name string) error {
	v, err := r.form()
	if err != nil {
		return err
	}
	part, _ := r.book.Part(name)
	body := part.New()
	problems := body.Fields().Decode(v, r.now())
	var s *record.Sheet
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		if s, err = r.sheet(tx, k); err != nil {
			return err
		}
		if c, ok := body.(*citation.Citation); ok {
			r.inherit(c)
			if c.Empty() {
				problems = append(problems, form.Problem{Field: "speaker", Code: "citation_empty"})
			}
		}
		if t, ok := body.(*citation.Tally); ok && !t.N.Valid && !slices.Contains([]string{"several", "unknown", "zero"}, t.Qualifier) {
			problems = append(problems, form.Problem{Field: "n", Code: "required"})
		}
		if err := problems.Or(); err != nil {
			return err
		}
		if t, ok := body.(*citation.Tally); ok {
			if t.Citation, err = r.citeFromTray(tx, s, "counts"); err != nil {
				return err
			}
		}
		_, err = tx.Add(name, s, body)
		return err
	})
	if errors.As(err, &problems) {
		m := records.Edit{Title: r.L.T(pieceTitles[name]), About: s.Head.Title, Cancel: r.url(s.Ref())}
		var fields []parts.Field
		for _, f := range body.Fields() {
			if f.Name == "field" || f.Name == "citation" {
				m.Hidden = append(m.Hidden, parts.Pair{Name: f.Name, Value: f.String()})
				continue
			}
			fields = append(fields, r.input(name, "", f, problems))
		}
		return r.mend(fiber.StatusUnprocessableEntity, m, fields, problems)
	}
	if err != nil {
		return err
	}
	return r.to(r.back(r.url(s.Ref())))
}

// pieceTitles name what is being added.
var pieceTitles = map[string]string{"notes": "page.parts.write_note", "comments": "web.appeal.comment", "citations": "web.add_source", "counts": "web.add_count"}

// annulPiece takes a note, citation or count out of account, with a reason.
func (r *Request) annulPiece(k *record.Kind) error {
	v, err := r.form()
	if err != nil {
		return err
	}
	if _, ok := r.book.Part(r.c.Params("part")); !ok {
		return record.ErrNotFound
	}
	reason := strings.TrimSpace(v.First("reason"))
	var s *record.Sheet
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		if s, err = r.sheet(tx, k); err != nil {
			return err
		}
		if _, err := tx.Piece(r.c.Params("part"), s, r.c.Params("id")); err != nil {
			return err
		}
		if err := reasonProblems(reason, 4000).Or(); err != nil {
			return err
		}
		return tx.Annul(r.c.Params("part"), s, r.c.Params("id"), reason)
	})
	var problems form.Problems
	if errors.As(err, &problems) {
		m := records.Edit{Title: r.L.T("web.reason"), About: s.Head.Title, Cancel: r.url(s.Ref())}
		return r.mend(fiber.StatusUnprocessableEntity, m, []parts.Field{r.reasonField(parts.Textarea, 4000)}, problems)
	}
	if err != nil {
		return err
	}
	return r.to(r.back(r.url(s.Ref())))
}

// reasonProblems tells what is wrong with a typed reason.
func reasonProblems(reason string, most int) form.Problems {
	var text string
	f := form.OfLong("reason", &text, form.Max(most))
	code, args := f.Set(reason, time.Time{})
	if code == "" && strings.TrimSpace(reason) == "" {
		code = "required"
	}
	if code == "" {
		return nil
	}
	return form.Problems{{Field: "reason", Code: code, Args: args}}
}

// citeAsk is the form that adds a source to a record or to one of its fields.
func (r *Request) citeAsk(s *record.Sheet, field string) parts.Ask {
	a := parts.Ask{Name: "cite", Label: r.L.T("web.add_source"), Post: r.url(s.Ref()) + "/citations", Submit: r.L.T("common.save"), Hidden: []parts.Pair{{Name: "field", Value: field}}}
	c := &citation.Citation{}
	r.inherit(c)
	a.Fields = r.citeFields(c, "cite-")
	return a
}

// citeFields are the inputs of a citation, grades and the rest last.
func (r *Request) citeFields(c *citation.Citation, id string) []parts.Field {
	var list []parts.Field
	for _, name := range []string{"says", "speaker", "document", "locator", "quote", "reliability", "credibility", "basis", "origin"} {
		f, _ := c.Fields().Get(name)
		in := r.input("citations", "", f, nil)
		in.ID = id + name
		list = append(list, in)
	}
	return list
}

// countAsk is the form that adds an observed number.
func (r *Request) countAsk(s *record.Sheet) parts.Ask {
	switch s.Kind.Name {
	case "case", "person", "place", "organization":
	default:
		return parts.Ask{}
	}
	a := parts.Ask{Name: "count", Label: r.L.T("web.add_count"), Post: r.url(s.Ref()) + "/counts", Submit: r.L.T("common.save")}
	t := &citation.Tally{Qualifier: "exact", Unit: "person"}
	for _, f := range t.Fields() {
		if f.Name == "citation" {
			continue
		}
		in := r.input("counts", "", f, nil)
		in.ID = "count-" + f.Name
		a.Fields = append(a.Fields, in)
	}
	return a
}
