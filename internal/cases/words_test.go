package cases_test

import (
	"strings"
	"testing"

	"amparo/internal/cases"
	"amparo/internal/cases/detention"
	"amparo/internal/citation"
	"amparo/internal/database/dbtest"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/record"
)

// said checks keys in every language and names each missing one once.
type said struct {
	t    *testing.T
	seen map[string]bool
}

func newSaid(t *testing.T) said { return said{t: t, seen: map[string]bool{}} }

func (s said) wants(keys ...string) {
	s.t.Helper()
	for _, key := range keys {
		if s.seen[key] {
			continue
		}
		s.seen[key] = true
		for _, l := range i18n.Languages() {
			if !i18n.In(l.Code).Has(key) {
				s.t.Errorf("%s: no message %q", l.Code, key)
			}
		}
	}
}

// wantsOne takes the first key that exists, as labels do.
func (s said) wantsOne(keys ...string) {
	s.t.Helper()
	for _, key := range keys {
		if i18n.In(i18n.Fallback).Has(key) {
			s.wants(key)
			return
		}
	}
	s.t.Errorf("no message %s", strings.Join(keys, " nor "))
}

// fields checks labels and words of choices; prefix is what a page gives as kind.
func (s said) fields(prefix string, fields form.Set) {
	s.t.Helper()
	for _, f := range fields {
		s.wantsOne("field."+prefix+"."+f.Name, "field."+f.Name)
		switch f.Type {
		case form.Choice, form.Choices:
			if f.LabelPrefix() != "option.country." { // the words of x/text
				s.options(f.LabelPrefix(), f.Options)
			}
		case form.Group:
			s.fields(prefix+"."+f.Name, f.Template())
		}
	}
}

func (s said) options(prefix string, codes []string) {
	s.t.Helper()
	for _, code := range codes {
		s.wants(prefix + code)
	}
}

func opened(t *testing.T) *record.Book {
	t.Helper()
	return book(dbtest.SQLite(t))
}

func TestEveryKindHasItsWords(t *testing.T) {
	s := newSaid(t)
	for _, k := range opened(t).Kinds() {
		for _, end := range []string{".one", ".many", ".new", ".none", ".count"} {
			s.wants("kind." + k.Name + end)
		}
		s.fields(k.Name, k.New().Fields())
		for _, m := range k.Flow.Moves {
			s.wants("move." + m.Name)
			for _, ask := range m.Asks {
				if ask == "reason" {
					s.wants("web.reason")
				} else if _, ok := k.New().Fields().Get(ask); !ok {
					t.Errorf("%s: the move %s asks for %q, which is no field", k.Name, m.Name, ask)
				}
			}
		}
		if k.Name != "detention" { // its states are those of custody
			for _, state := range k.Flow.States() {
				s.wants("state." + k.Name + "." + string(state))
			}
		}
	}
	s.wants("move.void", "move.unvoid", "field.case")
	s.options("custody.", detention.CustodyStates)
}

func TestEveryListHasItsWords(t *testing.T) {
	s := newSaid(t)
	for _, k := range opened(t).Kinds() {
		l := k.ListOf("2026-11-20")
		for _, c := range l.Columns {
			s.wantsOne("column."+k.Name+"."+c.Name, "column."+c.Name, "field."+k.Name+"."+c.Name, "field."+c.Name)
		}
		for _, f := range l.Filters {
			s.wants("filter." + f.Name)
			if f.Vocab != "option.country." {
				s.options(f.Vocab, f.Options)
			}
		}
	}
}

func TestEveryPartHasItsWords(t *testing.T) {
	s := newSaid(t)
	b := opened(t)
	for _, name := range []string{"citations", "choices", "notes", "counts"} {
		p, ok := b.Part(name)
		if !ok {
			t.Fatalf("no part %s", name)
		}
		s.fields(name, p.New().Fields())
		for _, did := range []string{"add_", "edit_", "annul_", "restore_"} {
			s.wants("trail." + did + name)
		}
	}
	s.wants("trail.create", "trail.edit", "trail.move")
	s.options("count.", citation.Qualifiers)
	s.options("unit.", citation.Units)
}

func TestTheLogHasItsWords(t *testing.T) {
	s := newSaid(t)
	r := cases.Report{}
	s.fields("log", r.Fields())
	s.options("option.held_now.", cases.HeldNow)
}

func TestACountReadsAsASentence(t *testing.T) {
	for _, l := range i18n.Languages() {
		r := i18n.In(l.Code)
		for _, unit := range citation.Units {
			for _, n := range []int{0, 1, 2, 7, 12, 100} {
				what := r.N("unit."+unit, n)
				for _, q := range citation.Qualifiers {
					text := r.T("count."+q, "n", r.Int(n), "max", r.Int(n+5), "what", what)
					if !strings.Contains(text, what) {
						t.Errorf("%s %s %d: %q does not say %q", l.Code, q, n, text, what)
					}
				}
			}
		}
	}
}

// Reasons and problems that the kernel and the rooms give by code.
func TestEveryRefusalHasItsWords(t *testing.T) {
	s := newSaid(t)
	s.options("why.", []string{"role", "author", "state", "voided", "case_closed", "case_rejected", "case_archived", "needs_citation", "open_deadlines"})
	s.options("problem.", []string{"required", "characters", "too_long", "too_many", "choice", "yes_no", "number", "date", "not_found", "unknown_field", "wrong_type",
		"name_or_placeholder", "name_or_number", "which_person", "age", "future", "future_step", "before_birth", "latitude", "longitude", "url",
		"restricted_needs_people", "citation_empty"})
}

func TestArabicStatusLabelsGuessNoGender(t *testing.T) {
	ar := i18n.In("ar")
	for _, state := range detention.CustodyStates {
		if word := ar.T("custody." + state); strings.HasPrefix(word, "محتجز") || strings.HasPrefix(word, "مفرج") {
			t.Errorf("%s: %q guesses a gender", state, word)
		}
	}
	if ar.T("kind.case.one") != "قضية" {
		t.Errorf("a case is called %q", ar.T("kind.case.one"))
	}
}
