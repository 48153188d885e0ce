// Command check is the gate: one command that makes sure of what the tests need, then runs every check and every test on
// SQLite and PostgreSQL and in a browser. Its last line is "N passed, N failed"; it exits 1 unless nothing failed.
//
//	go run ./cmd/check                      everything
//	go run ./cmd/check -only vet,test       some of it: tools format vet staticcheck gosec templ licences test browser
//	go run ./cmd/check -licences            write docs/third-party.md and docs/sbom.cdx.json anew
//	go run ./cmd/check -release             build bin/amparo twice, in two folders, to the same hash
//	go run ./cmd/check -postgres -- CMD …   run a command with a throwaway PostgreSQL
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"amparo/internal/database/cluster"
)

var parts = []string{"tools", "format", "vet", "staticcheck", "gosec", "templ", "licences", "test", "browser"}

func main() {
	only := flag.String("only", "", "parts to run, with commas: "+strings.Join(parts, " "))
	licences := flag.Bool("licences", false, "write docs/third-party.md and docs/sbom.cdx.json anew and stop")
	twice := flag.Bool("release", false, "build bin/amparo twice, in two folders, to the same hash and stop")
	postgres := flag.Bool("postgres", false, "run the command that follows with a throwaway PostgreSQL")
	run := flag.String("run", "", "only the tests whose name matches, as in go test -run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := 0
	var err error
	switch {
	case *licences:
		err = writeLicences(ctx)
	case *twice:
		err = release(ctx)
	case *postgres:
		code, err = withPostgres(ctx, flag.Args())
	default:
		code, err = check(ctx, *only, *run, flag.Args())
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		code = 1
	}
	os.Exit(code)
}

// check runs the parts in their order, goes on after a failure, and counts.
func check(ctx context.Context, only, run string, packages []string) (int, error) {
	want := parts
	if only != "" {
		want = strings.Split(only, ",")
		for _, w := range want {
			if !slices.Contains(parts, w) {
				return 2, fmt.Errorf("there is no part %q: choose from %s", w, strings.Join(parts, " "))
			}
		}
	}
	// Memory is there to be used: fewer collections are a tenth of the time, of reading and compiling too.
	if err := os.Setenv("GOGC", "400"); err != nil {
		return 1, err
	}
	has := func(part string) bool { return slices.Contains(want, part) }
	if has("tools") || has("test") || has("browser") {
		if err := provide(ctx); err != nil {
			return 1, err
		}
	}
	// The slowest of them reads on beside the others.
	secure := make(chan error, 1)
	if has("gosec") {
		go func() { secure <- secured(ctx) }()
	}
	failed := 0
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"format", formatted}, {"vet", vetted}, {"staticcheck", staticked}, {"gosec", func(context.Context) error { return <-secure }}, {"templ", generated}, {"licences", listed},
	} {
		if !has(step.name) {
			continue
		}
		began := time.Now()
		if err := step.do(ctx); err != nil {
			failed++
			fmt.Printf("FAIL %s: %v\n", step.name, err)
			continue
		}
		fmt.Printf("ok   %s (%.1fs)\n", step.name, time.Since(began).Seconds())
	}
	var sum tally
	if has("test") || has("browser") {
		server, err := cluster.New(ctx, cluster.Careless)
		if err != nil {
			return 1, err
		}
		defer server.Remove()
		sum, err = test(ctx, testRun{url: server.URL, browser: has("browser"), all: has("test"), match: run, packages: packages})
		if err != nil {
			return 1, err
		}
	}
	sum.failed += failed
	if ctx.Err() != nil {
		return 1, fmt.Errorf("interrupted")
	}
	fmt.Printf("%d passed, %d failed\n", sum.passed, sum.failed)
	if sum.failed > 0 {
		return 1, nil
	}
	return 0, nil
}

// setting is the environment variable by which the tests find PostgreSQL.
func setting(url string) string { return "AMPARO_TEST_POSTGRES=" + url }

func withPostgres(ctx context.Context, command []string) (int, error) {
	if len(command) == 0 {
		return 2, fmt.Errorf("say which command to run: go run ./cmd/check -postgres -- go test ./internal/record")
	}
	if err := provide(ctx); err != nil {
		return 1, err
	}
	server, err := cluster.New(ctx, cluster.Careless)
	if err != nil {
		return 1, err
	}
	defer server.Remove()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) // #nosec G204 -- what the operator names
	cmd.Env = append(os.Environ(), setting(server.URL))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		if cmd.ProcessState != nil && cmd.ProcessState.ExitCode() > 0 {
			return cmd.ProcessState.ExitCode(), nil
		}
		return 1, err
	}
	return 0, nil
}

// output runs a command and returns what it printed; where it fails the error carries that.
func output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, strings.TrimSpace(out.String()))
	}
	return out.String(), nil
}

// sources are the Go files of the repository, folders that are not ours left out.
func sources(ending string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(path, ending) {
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

func formatted(ctx context.Context) error {
	files, err := sources(".go")
	if err != nil {
		return err
	}
	out, err := output(ctx, "gofmt", append([]string{"-l"}, files...)...)
	if err != nil {
		return err
	}
	if out = strings.TrimSpace(out); out != "" {
		return fmt.Errorf("run gofmt -w on\n%s", out)
	}
	return nil
}

func vetted(ctx context.Context) error {
	_, err := output(ctx, "go", "vet", "-tags", "browser,tour", "./...")
	return err
}

func staticked(ctx context.Context) error {
	_, err := output(ctx, "go", "tool", "staticcheck", "-tags", "browser,tour", "./...")
	return err
}

// secured looks for what is dangerous in the code.
func secured(ctx context.Context) error {
	_, err := output(ctx, "go", "run", "-C", "cmd/check/gosec", ".", "../../..")
	return err
}

// sourceName is where generated code names its template: by a path from wherever the generator was started.
var sourceName = regexp.MustCompile("FileName: `(?:[^`]*/)?([^`/]+)`")

// generated makes the views' Go code anew and compares: what was committed must be what the templates say.
func generated(ctx context.Context) error {
	before, err := contents("_templ.go")
	if err != nil {
		return err
	}
	if _, err := output(ctx, "go", "tool", "templ", "generate"); err != nil {
		return err
	}
	after, err := contents("_templ.go")
	if err != nil {
		return err
	}
	var stale []string
	for path, text := range after {
		old, there := before[path]
		switch {
		case text == old:
		case there && sourceName.ReplaceAllString(text, "$1") == sourceName.ReplaceAllString(old, "$1"):
			err := os.WriteFile(path, []byte(old), 0o644) // #nosec G306 -- source, to be read by everybody
			if err != nil {
				return err
			}
		default:
			stale = append(stale, path)
		}
	}
	for path := range before {
		source := strings.TrimSuffix(path, "_templ.go") + ".templ"
		if _, err := os.Stat(source); err != nil {
			stale = append(stale, path+" (its template is gone)")
		}
	}
	slices.Sort(stale)
	if len(stale) > 0 {
		return fmt.Errorf("generated code was stale and has been made anew, commit it:\n%s", strings.Join(stale, "\n"))
	}
	return nil
}

func contents(ending string) (map[string]string, error) {
	files, err := sources(ending)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, path := range files {
		text, err := os.ReadFile(path) // #nosec G304 -- files of this repository
		if err != nil {
			return nil, err
		}
		all[path] = string(text)
	}
	return all, nil
}
