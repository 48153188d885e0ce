package cases_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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
				} else if _, ok := (&record.Sheet{Kind: k, Body: k.New(), Head: record.Head{State: string(m.From[0])}}).Asks(m.Name).Get(ask); !ok {
					t.Errorf("%s: the move %s asks for %q, which is no field", k.Name, m.Name, ask)
				}
			}
			if k.Asked != nil {
				s.fields(k.Name, k.Asked(k.New(), m.Name))
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
	for _, name := range []string{"citations", "choices", "notes", "counts", "consents", "comments"} {
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

var (
	// A code of a problem or reason, in the sources that give them.
	coded = regexp.MustCompile(`(form\.Problem|form\.Problems|Problem|Problems|Why)\{+(?:Field: [^,]+, )?Code: "([a-z_]+)"( \+)?`)
	// A value refused by its field: return "too_long", ….
	refused = regexp.MustCompile(`return "([a-z_]+)", (?:nil|\[\]any\{)`)
	// An action of the history with a name of its own.
	action = regexp.MustCompile(`(?:SaveAs|\.trail)\([^"\n]*"([a-z_]+)"( ?\+)?`)
)

func TestEveryRefusalAndEveryActionHasItsWords(t *testing.T) {
	s := newSaid(t)
	found := 0
	for _, dir := range []string{"../form", "../record", "../citation", "../web", "."} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range coded.FindAllStringSubmatch(string(text), -1) {
				found++
				prefix := "problem."
				if m[1] == "Why" {
					prefix = "why."
				}
				if m[3] == "" {
					s.wants(prefix + m[2])
				}
			}
			for _, m := range action.FindAllStringSubmatch(string(text), -1) {
				if m[2] == "" {
					s.wants("trail." + m[1])
				}
			}
			if dir == "../form" {
				for _, m := range refused.FindAllStringSubmatch(string(text), -1) {
					s.wants("problem." + m[1])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 20 {
		t.Errorf("only %d codes were found: are they written otherwise now?", found)
	}
	s.options("why.case_", []string{"closed", "rejected", "archived"}) // put together from the state
}

func TestEveryHintBelongsToAField(t *testing.T) {
	there := map[string]bool{}
	var walk func(prefix string, fields form.Set)
	walk = func(prefix string, fields form.Set) {
		for _, f := range fields {
			there["hint."+prefix+"."+f.Name] = true
			if f.Type == form.Group {
				walk(prefix+"."+f.Name, f.Template())
			}
		}
	}
	b := opened(t)
	for _, k := range b.Kinds() {
		walk(k.Name, k.New().Fields())
	}
	for _, name := range []string{"citations", "choices", "notes", "counts", "consents", "comments"} {
		p, _ := b.Part(name)
		walk(name, p.New().Fields())
	}
	r := cases.Report{}
	walk("log", r.Fields())
	text, err := os.ReadFile("../i18n/messages/en/records.json")
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]any
	if err := json.Unmarshal(text, &messages); err != nil {
		t.Fatal(err)
	}
	for key := range messages {
		if strings.HasPrefix(key, "hint.") && !there[key] {
			t.Errorf("%s stands under no field", key)
		}
	}
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

func TestEveryCountryHasAWord(t *testing.T) {
	for _, l := range i18n.Languages() {
		for _, code := range form.Countries() {
			if i18n.In(l.Code).Country(code) == code {
				t.Errorf("%s stands as a code in %s", code, l.Code)
			}
		}
	}
}
