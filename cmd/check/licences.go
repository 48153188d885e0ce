package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const thirdParty = "docs/third-party.md"

// module is what go list says of one.
type module struct {
	Path, Version, Dir, Sum string
	Main                    bool
	Replace                 *module
}

// parts that are not Go modules, by the file that must be there.
var copied = []struct{ file, name, version, licence, from string }{
	{"assets/vendor/htmx-4.0.1.min.js", "htmx", "4.0.1", "0BSD", "npm htmx.org"},
	{"internal/browser/testdata/axe.min.js", "axe-core", "4.14.1", "MPL-2.0", "npm axe-core; tests only, not in the program"},
	{"internal/paper/fonts/NotoSans-Regular.ttf", "Noto Sans", "", "OFL-1.1", "Debian fonts-noto-core"},
	{"internal/paper/fonts/NotoSansArabic-Regular.ttf", "Noto Sans Arabic", "", "OFL-1.1", "Debian fonts-noto-core"},
	{"internal/names/readings.txt", "Unihan readings (a selection)", "15.0", "Unicode-3.0", "the Unicode Character Database"},
	{"internal/auth/account/common.bin", "zxcvbn's list of common passwords (as hash prefixes)", "4.4.2", "MIT", "npm zxcvbn"},
	{"assets/icons/amparo.svg", "Tabler Icons (a selection)", "", "MIT", "npm @tabler/icons"},
}

// writeLicences writes docs/third-party.md, and docs/sbom.cdx.json for programs.
func writeLicences(ctx context.Context) error {
	texts, err := thirdParties(ctx)
	for path, text := range texts {
		err = errors.Join(err, os.WriteFile(path, []byte(text), 0o644)) // #nosec G306 -- to be read by everybody
	}
	return err
}

// listed compares both with what the code uses now.
func listed(ctx context.Context) error {
	texts, err := thirdParties(ctx)
	if err != nil {
		return err
	}
	for path, want := range texts {
		have, err := os.ReadFile(path) // #nosec G304 -- one of the two
		if err != nil || string(have) != want {
			return fmt.Errorf("%s is stale: run go run ./cmd/check -licences and commit it", path)
		}
	}
	return nil
}

// thirdParties are the texts of both lists by their path.
func thirdParties(ctx context.Context) (map[string]string, error) {
	program, err := modules(ctx, "./cmd/app")
	if err != nil {
		return nil, err
	}
	rest, err := modules(ctx, "-test", "-tags=browser", "./...", "tool")
	if err != nil {
		return nil, err
	}
	text, err := table(program, rest)
	if err != nil {
		return nil, err
	}
	bill, err := billOfMaterials(program)
	return map[string]string{thirdParty: text, sbom: bill}, err
}

func table(program, rest []module) (string, error) {
	inside := map[string]bool{}
	for _, m := range program {
		inside[m.Path] = true
	}
	rest = slices.DeleteFunc(rest, func(m module) bool { return inside[m.Path] })
	var b strings.Builder
	b.WriteString("# Third-party parts\n\nWritten by `go run ./cmd/check -licences`, which reads the licence file of each part. Amparo itself is under Apache-2.0 (`LICENSE`).\n")
	for _, section := range []struct {
		title string
		mods  []module
	}{{"In the program", program}, {"Tests and tools only", rest}} {
		fmt.Fprintf(&b, "\n## %s\n\n| module | version | licence |\n| --- | --- | --- |\n", section.title)
		for _, m := range section.mods {
			if m.Replace != nil { // by our own folder under third_party
				continue
			}
			l, err := licence(m)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", m.Path, m.Version, l)
		}
	}
	b.WriteString("\n## Copied into this repository\n\n| part | version | licence | from |\n| --- | --- | --- | --- |\n")
	for _, c := range copied {
		if _, err := os.Stat(c.file); err == nil {
			fmt.Fprintf(&b, "| %s (`%s`) | %s | %s | %s |\n", c.name, c.file, c.version, c.licence, c.from)
		}
	}
	return b.String(), nil
}

// modules are those whose packages the given ones need, always for one platform so that the list is the same everywhere.
func modules(ctx context.Context, args ...string) ([]module, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-deps", "-json=Module"}, args...)...) // #nosec G204 -- go, with arguments written above
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list the modules of %s: %w", strings.Join(args, " "), err)
	}
	byPath := map[string]module{}
	d := json.NewDecoder(strings.NewReader(string(out)))
	for d.More() {
		var p struct{ Module *module }
		if err := d.Decode(&p); err != nil {
			return nil, err
		}
		if p.Module != nil && !p.Module.Main {
			byPath[p.Module.Path] = *p.Module
		}
	}
	var all []module
	for _, m := range byPath {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// marks tell licences by a phrase of their text.
var marks = []struct{ phrase, name string }{
	{"Mozilla Public License Version 2.0", "MPL-2.0"},
	{"Mozilla Public License, version 2.0", "MPL-2.0"},
	{"GNU LESSER GENERAL PUBLIC LICENSE", "LGPL"},
	{"GNU GENERAL PUBLIC LICENSE", "GPL"},
	{"Apache License", "Apache-2.0"},
	{"Permission to use, copy, modify, and/or distribute this software", "ISC"},
	{"Permission to use, copy, modify, and distribute this software", "ISC"},
	{"Permission is hereby granted, free of charge", "MIT"},
	{"Neither the name", "BSD-3-Clause"},
	{"names of its contributors", "BSD-3-Clause"},
	{"Redistribution and use in source and binary forms", "BSD-2-Clause"},
	{"This is free and unencumbered software", "Unlicense"},
}

// licence reads a module's licence file; parts whose licence cannot be told, or is one we may not ship, stop the run.
func licence(m module) (string, error) {
	found, err := filepath.Glob(filepath.Join(m.Dir, "*"))
	if err != nil {
		return "", err
	}
	var names []string
	for _, path := range found {
		upper := strings.ToUpper(filepath.Base(path))
		if !strings.HasPrefix(upper, "LICEN") && !strings.HasPrefix(upper, "COPYING") && !strings.HasPrefix(upper, "UNLICENSE") {
			continue
		}
		text, err := os.ReadFile(path) // #nosec G304 -- licences of modules
		if err != nil {
			continue
		}
		for _, name := range recognise(string(text)) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return "", fmt.Errorf("the licence of %s is not recognised: see %s", m.Path, m.Dir)
	}
	if slices.Contains(names, "GPL") {
		return "", fmt.Errorf("%s is under the GPL, which does not go with Apache-2.0: do without it", m.Path)
	}
	return strings.Join(names, ", "), nil
}

// recognise names the licences of a text in the order in which they stand there: some files hold those of borrowed parts too.
func recognise(text string) []string {
	// Licences are wrapped at different widths.
	flat := strings.Join(strings.Fields(text), " ")
	at := map[string]int{}
	for _, m := range marks {
		if i := strings.Index(flat, m.phrase); i >= 0 {
			if old, known := at[m.name]; !known || i < old {
				at[m.name] = i
			}
		}
	}
	if _, three := at["BSD-3-Clause"]; three {
		delete(at, "BSD-2-Clause") // the shorter text opens the longer one
	}
	names := slices.Collect(maps.Keys(at))
	slices.SortFunc(names, func(a, b string) int { return at[a] - at[b] })
	return names
}
