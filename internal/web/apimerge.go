package web

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/form"
	"amparo/internal/record"
)

// mergeOperations make two records of a kind one, take that back, or say that
// they are two, and take that back.
func mergeOperations(k *record.Kind, one string, rec schema) []operation {
	may := writers(k)
	return []operation{
		{method: fiber.MethodPost, path: one + "/not-same", who: may, do: func(r *Request) error { return r.apiTwo(k, (*record.Tx).NotSame) }, id: "not_same_" + k.Name, tag: k.Name, body: schemaRef("two"), status: 200, reply: rec},
		{method: fiber.MethodPost, path: one + "/perhaps-same", who: may, do: func(r *Request) error {
			return r.apiTwo(k, func(tx *record.Tx, a, b *record.Sheet, _ string) error { return tx.PerhapsSame(a, b) })
		}, id: "perhaps_same_" + k.Name, tag: k.Name, body: schemaRef("two"), status: 200, reply: rec},
		{method: fiber.MethodPost, path: one + "/merge", who: Leads, do: func(r *Request) error { return r.apiMerge(k) }, id: "merge_" + k.Name, tag: k.Name, matches: true, body: schemaRef(k.Name + "_merge"), status: 200, reply: rec},
		{method: fiber.MethodPost, path: one + "/unmerge", who: Leads, do: func(r *Request) error { return r.apiUnmerge(k) }, id: "unmerge_" + k.Name, tag: k.Name, matches: true, body: schemaRef("note"), status: 200, reply: rec},
	}
}

// merging is what a merge is told: the other record, the version of it that was
// chosen from, and which value to keep where both have one.
type merging struct {
	with    form.Ref
	version form.Num
	take    []taking
}

type taking struct {
	id string
	of []string // by the kind's fields
}

func (m *merging) fields(k *record.Kind) form.Set {
	fields := k.New().Fields()
	return form.Set{
		form.OfLink("with", &m.with, k.Name, form.Required),
		form.OfNumber("with_version", &m.version, form.Required),
		form.OfOne("take", &m.take, func(t *taking) (*string, form.Set) {
			if t.of == nil {
				t.of = make([]string, len(fields))
			}
			var set form.Set
			for i, f := range fields {
				if f.Derived {
					continue
				}
				options := []string{record.TakeKept, record.TakeGone}
				if record.Unites(f) {
					options = append(options, record.TakeBoth)
				}
				set = append(set, form.OfChoice(f.Name, &t.of[i], options))
			}
			return &t.id, set
		}),
	}
}

// mergeSchema describes the body of a merge.
func mergeSchema(k *record.Kind) schema {
	of := objectOf(fieldSchemas((&merging{}).fields(k), given))
	of["properties"].(schema)["note"], of["properties"].(schema)["reason"] = textOf(4000), textOf(4000)
	of["required"], of["additionalProperties"] = []string{"with", "with_version"}, false
	return of
}

// noted takes the note of an act, which may also be called its reason, out of a body.
func noted(in map[string]json.RawMessage) (note string, problems form.Problems) {
	for _, name := range []string{"note", "reason"} {
		raw, sent := in[name]
		if !sent {
			continue
		}
		text, ok := jsonString(raw)
		if !ok {
			problems = append(problems, form.Problem{Field: name, Code: "wrong_type"})
		}
		if text != "" {
			note = text
		}
		delete(in, name)
	}
	return note, problems
}

// apiMerge takes the record that the body names into that of the address.
func (r *Request) apiMerge(k *record.Kind) error {
	in, err := r.object()
	if err != nil {
		return err
	}
	note, problems := noted(in)
	m := &merging{}
	fields := m.fields(k)
	problems = append(problems, r.fill(fields, in)...)
	if len(problems) == 0 {
		problems = fields.Check()
	}
	if err := problems.Or(); err != nil {
		return err
	}
	take := map[string]string{}
	for i, f := range k.New().Fields() {
		if len(m.take) > 0 {
			take[f.Name] = m.take[0].of[i]
		}
	}
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		kept, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		began, err := r.began(kept)
		if err != nil {
			return err
		}
		gone, err := tx.Itself(k.Name, m.with.Ref)
		if err == record.ErrNotFound {
			return form.Problems{{Field: "with", Code: "not_found", Args: []any{"what", m.with.Ref}}}
		}
		if err != nil {
			return err
		}
		if err := tx.Merge(kept, gone, began, int(m.version.N), take, note); err != nil {
			return r.notMerged(k, err)
		}
		return r.apiKept(tx, fiber.StatusOK, kept)
	})
}

// apiUnmerge brings the merged record of the address back.
func (r *Request) apiUnmerge(k *record.Kind) error {
	in, err := r.object()
	if err != nil {
		return err
	}
	note, problems := noted(in)
	if err := append(problems, r.fill(nil, in)...).Or(); err != nil {
		return err
	}
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		gone, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		began, err := r.began(gone)
		if err != nil {
			return err
		}
		if err := tx.Unmerge(gone, began, note); err != nil {
			return r.notMerged(k, err)
		}
		return r.apiKept(tx, fiber.StatusOK, gone)
	})
}

// apiTwo says of the record of the address and the one the body names that they
// are two, or takes it back.
func (r *Request) apiTwo(k *record.Kind, say func(tx *record.Tx, a, b *record.Sheet, note string) error) error {
	in, err := r.object()
	if err != nil {
		return err
	}
	note, problems := noted(in)
	var with form.Ref
	fields := form.Set{form.OfLink("with", &with, k.Name, form.Required)}
	if problems = append(problems, r.fill(fields, in)...); len(problems) == 0 {
		problems = fields.Check()
	}
	if err := problems.Or(); err != nil {
		return err
	}
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		a, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		b, err := tx.Get(k.Name, with.Ref)
		if err == record.ErrNotFound {
			return form.Problems{{Field: "with", Code: "not_found", Args: []any{"what", with.Ref}}}
		}
		if err != nil {
			return err
		}
		if err := say(tx, a, b, note); err != nil {
			return r.notMerged(k, err)
		}
		return r.apiKept(tx, fiber.StatusOK, a)
	})
}

// notMerged words why a merge, or taking it back, is not open now.
func (r *Request) notMerged(k *record.Kind, err error) error {
	var closed *record.NotOpen
	if !errors.As(err, &closed) {
		return err
	}
	return &explained{err, map[string]any{"why": r.mergeReasons(k, slices.Clone(closed.Why))}}
}
