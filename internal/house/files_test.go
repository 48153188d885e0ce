package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	// A property or value that knows left from right; the logical one turns with the reader's direction.
	physical = regexp.MustCompile(`(?i)(^|[\s;{])((margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right|top-left|top-right|bottom-left|bottom-right)[a-z-]*|border-(top|bottom)-(left|right)-radius|left|right)\s*:|(text-align|float|clear|caption-side|justify-content|justify-items|justify-self)\s*:\s*(left|right)\b|translateX\(|background-position[a-z-]*\s*:[^;}]*\b(left|right)\b`)
)

func TestStylesKnowNoLeftAndNoRight(t *testing.T) {
	for _, file := range files(t, ".css") {
		if !strings.HasPrefix(file, "assets/css/") {
			continue
		}
		text := cssComment.ReplaceAllStringFunc(read(t, file), func(c string) string { return strings.Repeat("\n", strings.Count(c, "\n")) })
		for i, line := range strings.Split(text, "\n") {
			if found := physical.FindString(line); found != "" {
				t.Errorf("%s:%d: %q: write the logical property (inline-start, inline-end)", file, i+1, strings.TrimSpace(found))
			}
		}
	}
}

func TestThePhysicalPropertyTestSeesThem(t *testing.T) {
	for line, bad := range map[string]bool{
		"margin-left: 1px": true, "a{left:0}": true, "text-align: right;": true, "border-top-left-radius: 2px": true, "padding-right:1em": true, "float:left": true,
		"margin-inline-start: 1px": false, "text-align: start": false, "border-start-start-radius: 2px": false, ".left-side { color: red }": false, "inset-inline-end: 0": false, "--left: 1px": false,
	} {
		if physical.MatchString(line) != bad {
			t.Errorf("%q is judged wrongly", line)
		}
	}
}

func TestTemplatesCarryNoStylesAndNoScriptsOfTheirOwn(t *testing.T) {
	inline := regexp.MustCompile(`\s(style|on[a-z]+|hx-on[:a-z-]*)\s*=\s*["{]|<style[\s>]|<script>|templ\.Raw\(|js:`)
	for _, file := range files(t, ".templ") {
		for i, line := range strings.Split(read(t, file), "\n") {
			if found := inline.FindString(line); found != "" {
				t.Errorf("%s:%d: %q: the content security policy refuses it", file, i+1, strings.TrimSpace(found))
			}
		}
	}
}

var migration = regexp.MustCompile(`^migrations/(\d{4})_[a-z0-9_]+(\.sqlite|\.postgres)?\.sql$`)

func TestMigrationsAreNumberedOnceAndMarked(t *testing.T) {
	type pair struct{ both, sqlite, postgres string }
	seen := map[string]*pair{}
	for _, file := range files(t, ".sql") {
		if !strings.HasPrefix(file, "migrations/") {
			continue
		}
		m := migration.FindStringSubmatch(file)
		if m == nil {
			t.Errorf("%s is not called NNNN_name.sql, .sqlite.sql or .postgres.sql", file)
			continue
		}
		if !strings.Contains(read(t, file), "-- +goose Up") {
			t.Errorf("%s lacks the line -- +goose Up", file)
		}
		p := seen[m[1]]
		if p == nil {
			p = &pair{}
			seen[m[1]] = p
		}
		slot := &p.both
		switch m[2] {
		case ".sqlite":
			slot = &p.sqlite
		case ".postgres":
			slot = &p.postgres
		}
		if *slot != "" {
			t.Errorf("%s and %s have one number", file, *slot)
		}
		*slot = file
	}
	for number, p := range seen {
		if p.both != "" && (p.sqlite != "" || p.postgres != "") {
			t.Errorf("%s is there for both databases and for one", number)
		}
		if p.both == "" && (p.sqlite == "" || p.postgres == "") {
			t.Errorf("%s is there for one database only", number)
		}
		if strings.TrimSuffix(p.sqlite, ".sqlite.sql") != strings.TrimSuffix(p.postgres, ".postgres.sql") {
			t.Errorf("%s and %s have one number and two names", p.sqlite, p.postgres)
		}
	}
}

func TestNothingIsLeftForLater(t *testing.T) {
	later := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX|HA` + `CK)\b`)
	for _, file := range files(t, ".go", ".templ", ".css", ".js", ".sql", ".md", "Makefile", ".json", ".yml") {
		if strings.HasPrefix(file, "internal/browser/testdata/") {
			continue
		}
		for i, line := range strings.Split(read(t, file), "\n") {
			if found := later.FindString(line); found != "" {
				t.Errorf("%s:%d says %s: do it, or write an issue", file, i+1, found)
			}
		}
	}
}

func TestNoTestIsSkipped(t *testing.T) {
	skip := regexp.MustCompile(`\b[tb]\.Skip(f|Now)?\(`)
	for _, file := range files(t, "_test.go", "test.go") {
		for i, line := range strings.Split(read(t, file), "\n") {
			if skip.MatchString(line) {
				t.Errorf("%s:%d skips a test: what cannot run must fail", file, i+1)
			}
		}
	}
}

func TestEveryPackageSaysWhatLivesThere(t *testing.T) {
	said := map[string]bool{}
	for _, file := range files(t, ".go") {
		dir := filepath.Dir(file)
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "third_party/") {
			continue
		}
		text := read(t, file)
		said[dir] = said[dir] || regexp.MustCompile(`(?m)^// (Package|Command) [a-z0-9-]+ `).MatchString(text)
	}
	for dir, ok := range said {
		if !ok {
			t.Errorf("%s has no package comment", dir)
		}
	}
}
