package i18n

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/feature/plural"
)

func TestEveryLanguageHasTheSameMessages(t *testing.T) {
	base := readers[Fallback]
	for code, r := range readers {
		for key := range base.messages {
			if _, ok := r.messages[key]; !ok {
				t.Errorf("%s lacks %q", code, key)
			}
		}
		for key := range r.messages {
			if _, ok := base.messages[key]; !ok {
				t.Errorf("%s has %q, which %s lacks", code, key, Fallback)
			}
		}
	}
}

func TestEveryLanguageUsesTheSamePlaceholders(t *testing.T) {
	// "One", "two" and "zero" may say their number in words and so leave {n} out.
	names := func(m message) []string {
		found := map[string]bool{}
		for _, form := range m.forms {
			if form == nil {
				continue
			}
			for _, n := range form.names {
				found[n] = true
			}
		}
		return slices.Sorted(maps.Keys(found))
	}
	for code, r := range readers {
		for key, m := range r.messages {
			base, ok := readers[Fallback].messages[key]
			if !ok {
				continue
			}
			if m.plural != base.plural {
				t.Errorf("%s %q: plural forms in one language only", code, key)
			}
			if got, want := names(m), names(base); !slices.Equal(got, want) {
				t.Errorf("%s %q: placeholders %v, want %v", code, key, got, want)
			}
			for form, tpl := range m.forms {
				if tpl == nil {
					continue
				}
				for _, want := range names(base) {
					if want != "n" && !slices.Contains(tpl.names, want) {
						t.Errorf("%s %q: form %d leaves {%s} out", code, key, form, want)
					}
				}
			}
		}
	}
}

func TestEveryPluralHasTheFormsOfItsLanguage(t *testing.T) {
	want := map[string][]plural.Form{
		"en": {plural.One, plural.Other},
		"ar": {plural.Zero, plural.One, plural.Two, plural.Few, plural.Many, plural.Other},
	}
	for code, r := range readers {
		if want[code] == nil {
			t.Fatalf("say which plural forms %s has", code)
		}
		for key, m := range r.messages {
			if !m.plural {
				continue
			}
			for form, tpl := range m.forms {
				if has, needs := tpl != nil, slices.Contains(want[code], plural.Form(form)); has != needs {
					t.Errorf("%s %q: form %d there %v, wanted %v", code, key, form, has, needs)
				}
			}
		}
	}
}

// joints stand between two words, so their spaces count.
var joints = []string{"web.comma", "web.or", "web.and"}

// keyed is a whole key; the codes of choices may be capital, such as grades.
var keyed = regexp.MustCompile(`^(?:[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+|option\.[a-z_]+\.[A-Z]+)$`)

func TestNoMessageIsEmptyOrPadded(t *testing.T) {
	for code, r := range readers {
		for key, m := range r.messages {
			for _, tpl := range m.forms {
				if tpl == nil {
					continue
				}
				whole := strings.Join(tpl.texts, "x")
				if !keyed.MatchString(key) {
					t.Errorf("%q is no key: a key is <area>.<name>", key)
				}
				if joins := strings.HasSuffix(key, ".separator") || slices.Contains(joints, key); whole == "" || !joins && whole != strings.TrimSpace(whole) {
					t.Errorf("%s %q is empty or padded: %q", code, key, whole)
				}
			}
		}
	}
}

// A key in code: i18n.T(ctx, "a.b"), r.T("a.b"), N(ctx, "a.b", …), T("a." + x).
var (
	call    = regexp.MustCompile(`\b([TN]|Has)\(\s*(?:[\w.()]+\s*,\s*)?"([^"\\]*)"(\s*\+)?`)
	literal = regexp.MustCompile(`"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)"`)
)

type use struct{ file, key string }

// uses reads all Go and templ sources of the program but not its tests.
func uses(t *testing.T, root string) (calls, composed, literals []use) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "third_party" || name == "node_modules" || name == "testdata" || name == "data") {
				return filepath.SkipDir
			}
			return nil
		}
		source := strings.HasSuffix(name, ".templ") ||
			strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_templ.go")
		if !source {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := withoutComments(string(data))
		short, _ := filepath.Rel(root, path)
		for _, m := range call.FindAllStringSubmatch(text, -1) {
			if m[3] != "" || strings.HasSuffix(m[2], ".") {
				composed = append(composed, use{short, m[2]})
			} else if m[1] != "Has" && strings.Contains(m[2], ".") {
				calls = append(calls, use{short, m[2]})
			}
		}
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			literals = append(literals, use{short, m[1]})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return calls, composed, literals
}

var comment = regexp.MustCompile(`(?m)^\s*//.*$`)

func withoutComments(source string) string { return comment.ReplaceAllString(source, "") }

func prefixed(key string) bool {
	return slices.ContainsFunc(Prefixes, func(p Prefix) bool { return strings.HasPrefix(key, p.Begins) })
}

const root = "../.."

func TestEveryMessageInCodeExists(t *testing.T) {
	calls, composed, _ := uses(t, root)
	for _, u := range calls {
		if _, ok := readers[Fallback].messages[u.key]; !ok {
			t.Errorf("%s: no message %q", u.file, u.key)
		}
	}
	for _, u := range composed {
		if !prefixed(u.key) {
			t.Errorf("%s: %q is composed but not listed in Prefixes", u.file, u.key)
		}
	}
}

// A message added before the code that shows it fails here until both are there.
func TestNoMessageIsLeftOver(t *testing.T) {
	_, _, literals := uses(t, root)
	used := map[string]bool{}
	for _, u := range literals {
		used[u.key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(readers[Fallback].messages)) {
		if !used[key] && !prefixed(key) {
			t.Errorf("nothing uses %q", key)
		}
	}
}

func TestThePrefixesAreWholeAndDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Prefixes {
		if !strings.HasSuffix(p.Begins, ".") || p.From == "" || seen[p.Begins] {
			t.Errorf("%+v", p)
		}
		seen[p.Begins] = true
	}
}

func TestTheWalkSeesKeysInGoAndTempl(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.go", "package a\n// i18n.T(ctx, \"in.comment\")\nvar x = r.T(\"a.plain\") + i18n.N(c.UserContext(), \"a.many\", 3)\nvar y = i18n.T(ctx, \"state.\"+s)\nvar z = Code(\"error.code\")\n")
	write("a_test.go", "package a\nvar x = r.T(\"a.test\")\n")
	write("b.templ", "<h1>{ i18n.T(ctx, \"b.title\", \"n\", 5) }</h1>")
	calls, composed, literals := uses(t, dir)
	keys := func(list []use) (out []string) {
		for _, u := range list {
			out = append(out, u.key)
		}
		return out
	}
	if got := keys(calls); !slices.Equal(got, []string{"a.plain", "a.many", "b.title"}) {
		t.Errorf("calls: %v", got)
	}
	if got := keys(composed); !slices.Equal(got, []string{"state."}) {
		t.Errorf("composed: %v", got)
	}
	if got := keys(literals); !slices.Contains(got, "error.code") || slices.Contains(got, "in.comment") || slices.Contains(got, "a.test") {
		t.Errorf("literals: %v", got)
	}
}
