package web

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/form"
	"amparo/internal/paper"
	"amparo/internal/record"
	"amparo/views/parts"
	pages "amparo/views/writing"
)

// What is half written waits on the server, and is looked at as it would be kept.

// trial is what came of keeping an appeal for a moment.
type trial struct {
	checks pages.Checks
	seen   map[string]pages.Preview
}

var errTried = errors.New("it was only tried")

// rehearse keeps an appeal as it stands in the form, looks at it, and takes it
// back: what is said of it is what would be said if it were saved. What cannot
// be kept yet tells nothing.
func (r *Request) rehearse(ref string, v form.Values, look func(*trial)) error {
	err := r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		tx.EnterNames()
		m, err := r.manuscript(tx, ref, v)
		if err != nil {
			return err
		}
		began := 0
		if m.s != nil {
			began = m.s.Head.Version
		}
		for i, d := range m.w.Demands { // who comes second is told when he saves
			for _, now := range m.plea.Demands {
				if now.Head.ID == d.ID {
					m.w.Demands[i].Version = now.Head.Version
				}
			}
		}
		s, err := m.keep(began)
		if err != nil {
			return err
		}
		p, err := cases.ReadPlea(tx, s)
		if err != nil {
			return err
		}
		l, err := cases.CheckAppeal(tx, p)
		if err != nil {
			return err
		}
		t := &trial{checks: m.checkPanel(s, l)}
		if t.seen, err = r.seenIn(tx, s); err != nil {
			return err
		}
		look(t)
		return errTried
	})
	var problems form.Problems
	var stale *record.Stale
	var shut *record.NotOpen
	if err == errTried || errors.As(err, &problems) || errors.As(err, &stale) || errors.As(err, &shut) {
		return nil
	}
	return err
}

// seenIn shows the text of an appeal in each language as it stands in the letter.
func (r *Request) seenIn(tx *record.Tx, s *record.Sheet) (map[string]pages.Preview, error) {
	seen := map[string]pages.Preview{}
	l, err := cases.ReadLetter(tx, s)
	for _, t := range l.Texts {
		blocks, values := r.inLetter(l, t.Lang)
		seen[t.Lang] = r.seen(t.Lang, t.Body, blocks, values)
	}
	return seen, err
}

// writingForm reads the form of an appeal while it is written: the name of the
// draft it keeps, and the appeal it is of, "" for a new one.
func (r *Request) writingForm() (v form.Values, name, ref string, err error) {
	if v, err = r.form(); err != nil {
		return nil, "", "", err
	}
	name = v.First("draft")
	rest, ok := strings.CutPrefix(name, "appeals/")
	switch {
	case ok && strings.HasPrefix(rest, "new?") && len(name) < 2000:
		return v, name, "", nil
	case ok && record.LooksLikeRef(rest):
		return v, name, rest, nil
	}
	return nil, "", "", statusError(fiber.StatusBadRequest)
}

// keepWriting keeps the half-written form on the server, and answers what the
// appeal lacks as it stands in it.
func (r *Request) keepWriting() error {
	v, name, ref, err := r.writingForm()
	if err != nil {
		return err
	}
	values := form.Values{}
	size := 0
	for field, list := range v {
		if field == "csrf" || field == "nonce" {
			continue
		}
		for _, text := range list {
			if !form.Clean(text) {
				return form.Problems{{Field: field, Code: "characters"}}
			}
			size += len(field) + len(text)
			if strings.TrimSpace(text) != "" {
				values[field] = append(values[field], text)
			}
		}
	}
	if size > 1_000_000 {
		return statusError(fiber.StatusRequestEntityTooLarge)
	}
	if err := r.book.KeepDraft(r.c.UserContext(), r.Actor, name, values); err != nil {
		return err
	}
	kept := pages.Kept{Draft: parts.Draft{Text: r.L.T("web.log.draft_now"), URL: "/drafts/appeals"}}
	if err := r.rehearse(ref, v, func(t *trial) {
		kept.Checks = &t.checks
		for _, lang := range slices.Sorted(maps.Keys(t.seen)) {
			one := t.seen[lang]
			one.ID = "seen-" + lang
			kept.Previews = append(kept.Previews, one)
		}
	}); err != nil {
		return err
	}
	return r.part(fiber.StatusOK, pages.KeptPart(kept))
}

// dropWriting throws a half-written form away.
func (r *Request) dropWriting() error {
	_, name, ref, err := r.writingForm()
	if err != nil {
		return err
	}
	if err := r.book.KeepDraft(r.c.UserContext(), r.Actor, name, nil); err != nil {
		return err
	}
	if ref == "" {
		return r.to("/" + name)
	}
	return r.to("/appeals/" + ref + "/edit")
}

// previewText shows one text of the form as it will be in the letter.
func (r *Request) previewText() error {
	v, _, ref, err := r.writingForm()
	if err != nil {
		return err
	}
	lang := r.c.Params("text")
	if !slices.Contains(tongues, lang) {
		return statusError(fiber.StatusBadRequest)
	}
	body := ""
	for i := 0; rowThere(v, "texts", i); i++ {
		if prefix := "texts." + strconv.Itoa(i) + "."; v.First(prefix+"lang") == lang {
			body = legible(v.First(prefix + "body"))
		}
	}
	seen := pages.Preview{Paper: paper.Fragment(lang, paper.Markdown(body))}
	if err := r.rehearse(ref, v, func(t *trial) {
		if one, ok := t.seen[lang]; ok {
			seen = one
		}
	}); err != nil {
		return err
	}
	return r.part(fiber.StatusOK, pages.PreviewPart(seen))
}
