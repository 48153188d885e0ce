package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amparo/internal/i18n"
)

// shell runs command lines of the program on a data folder of its own.
func shell(t *testing.T) (dir string, amparo func(stdin string, args ...string) (status int, out, errs string)) {
	t.Helper()
	dir = t.TempDir()
	env := map[string]string{"AMPARO_DATA": filepath.Join(dir, "data"), "AMPARO_KEY_FILE": filepath.Join(dir, "key")}
	return dir, func(stdin string, args ...string) (int, string, string) {
		t.Helper()
		var out, errs strings.Builder
		ctx := i18n.With(context.Background(), i18n.In("en"))
		status := run(ctx, args, func(name string) string { return env[name] }, strings.NewReader(stdin), &out, &errs)
		return status, out.String(), errs.String()
	}
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnOperatorImportsPeopleFromASheet(t *testing.T) {
	dir, amparo := shell(t)
	for _, who := range []string{"mira caseworker", "sami reader"} {
		name, role, _ := strings.Cut(who, " ")
		if status, _, errs := amparo("quiet lanterns cross rivers\n", "user", "add", "--email", name+"@office.example", "--name", name, "--role", role, "--password-stdin"); status != 0 {
			t.Fatal(errs)
		}
	}
	good := write(t, filepath.Join(dir, "good.csv"), "Full name;born\nLina Qarsin;about 1972\nYusuf Tamrin;\n")
	bad := write(t, filepath.Join(dir, "bad.csv"), "name_latn,age\nLina Qarsin,200\n")
	heads := write(t, filepath.Join(dir, "map.json"), `{"Full name": "name_latn"}`)
	report := filepath.Join(dir, "report.csv")
	as := "--as=mira@office.example"
	for _, step := range []struct {
		line      []string
		status    int
		out, errs string
		reported  string
	}{
		{line: []string{good, "--kind", "people", as}, status: 1, errs: "not known: “Full name”"},
		{line: []string{good, "--kind", "people", "--map", heads, "--dry-run", as}, out: "2,ready,,,\r\n", errs: "ready 2, matched 0, skipped 0, wrong 0\nThis was a rehearsal"},
		{line: []string{bad, "--kind", "people", as}, status: 1, out: `2,wrong,,"age: An age is a number`, errs: "Nothing was kept: 1 row is wrong."},
		{line: []string{"--kind", "people", "--report", report, good, "--map", heads}, errs: "created 2, matched 0, skipped 0, wrong 0\nThey belong to the new case C-", reported: "2,created,P-"},
		{line: []string{good, "--kind=people", "--map", heads, "--dry-run", as}, out: "Lina Qarsin: same name", errs: "2 rows look like"},
		{line: []string{good, "--kind", "people", "--map", heads, "--as", "sami@office.example"}, status: 1, errs: "may not create people"},
		{line: []string{good, "--kind", "people", "--map", heads, "--case", "C-9999", as}, status: 1, errs: "There is no case C-9999"},
		{line: []string{good, "--kind", "people", "--map", good}, status: 1, errs: "The map is not JSON"},
		{line: []string{good, "--kind", "people", "--map", heads, "--report", good}, status: 1, errs: "would overwrite"},
		{line: []string{filepath.Join(dir, "none.csv"), "--kind", "people"}, status: 1, errs: "cannot be read"},
		{line: []string{good, "--kind", "people", "--as", "nobody@office.example"}, status: 1, errs: "no such account"},
		{line: []string{good, "--kind", "cases"}, status: 2, errs: "amparo import FILE"},
		{line: []string{"--kind", "people"}, status: 2, errs: "amparo import FILE"},
		{line: []string{good, good, "--kind", "people"}, status: 2, errs: "amparo import FILE"},
		{line: []string{"--help"}, out: "amparo import FILE"},
	} {
		status, out, errs := amparo("", append([]string{"import"}, step.line...)...)
		if status != step.status || !strings.Contains(out, step.out) || !strings.Contains(errs, step.errs) {
			t.Errorf("%q: %d\n%s\n%s", step.line, status, out, errs)
		}
		if step.reported != "" {
			if text, err := os.ReadFile(report); err != nil || !strings.Contains(string(text), step.reported) {
				t.Errorf("%q reported %q, %v", step.line, text, err)
			}
		}
	}
	if status, out, errs := amparo("", "audit", "verify"); status != 0 || !strings.Contains(out, "whole") {
		t.Errorf("%d %s %s", status, out, errs)
	}
}

func TestWhoImportsMustBeSaidWhereSeveralMay(t *testing.T) {
	dir, amparo := shell(t)
	for _, who := range []string{"mira caseworker,administrator", "davud caseworker"} {
		name, role, _ := strings.Cut(who, " ")
		if status, _, errs := amparo("quiet lanterns cross rivers\n", "user", "add", "--email", name+"@office.example", "--name", name, "--role", role, "--password-stdin"); status != 0 {
			t.Fatal(errs)
		}
	}
	file := write(t, filepath.Join(dir, "people.csv"), "name_latn\nLina Qarsin\n")
	if status, _, errs := amparo("", "import", file, "--kind", "people"); status != 2 || !strings.Contains(errs, "--as EMAIL") {
		t.Errorf("%d %s", status, errs)
	}
	if status, _, errs := amparo("", "user", "disable", "davud@office.example"); status != 0 {
		t.Fatal(errs)
	}
	if status, _, errs := amparo("", "import", file, "--kind", "people", "--as", "davud@office.example"); status != 1 || !strings.Contains(errs, "disabled") {
		t.Errorf("%d %s", status, errs)
	}
	if status, _, errs := amparo("", "import", file, "--kind", "people"); status != 0 {
		t.Errorf("%d %s", status, errs)
	}
}
