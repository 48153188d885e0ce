package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

type tally struct{ passed, failed int }

// testRun says which tests to run and what they find around them.
type testRun struct {
	url      string // the throwaway PostgreSQL
	all      bool   // every package
	browser  bool   // the tests in the browser too (or alone, without all)
	match    string
	packages []string
}

// longest are the packages whose tests take longest: begun first, they do not run on alone when the others have ended.
var longest = []string{"./internal/journeys", "./internal/web", "./internal/faults", "./internal/cases"}

// event is a line of go test -json.
type event struct {
	Action      string
	Package     string
	ImportPath  string
	Test        string
	Output      string
	Elapsed     float64
	FailedBuild string
}

// test runs go test and counts single tests. A skipped test counts as failed: a run that could not do what it is for
// must not look green.
func test(ctx context.Context, r testRun) (tally, error) {
	// Three packages at once, whatever the machine has: the journeys and the faults mostly wait.
	// What vet has read is not read again, and nobody debugs these binaries.
	args := []string{"test", "-json", "-count=1", "-timeout=20m", "-p=3", "-vet=off", "-ldflags=-s -w"}
	if r.browser {
		args = append(args, "-tags=browser")
	}
	if r.match != "" {
		args = append(args, "-run="+r.match)
	}
	packages := r.packages
	if len(packages) == 0 {
		packages = append(slices.Clone(longest), "./...")
		if !r.all {
			var err error
			if packages, err = browserPackages(); err != nil {
				return tally{}, err
			}
			if len(packages) == 0 {
				return tally{}, nil
			}
		}
	}
	cmd := exec.CommandContext(ctx, "go", append(args, packages...)...) // #nosec G204 -- go, with what the operator names
	cmd.Env = append(os.Environ(), setting(r.url))
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return tally{}, err
	}
	if err := cmd.Start(); err != nil {
		return tally{}, err
	}
	sum := count(out, os.Stdout)
	// A failing test makes go test fail too; that was counted. Anything else was not.
	if err := cmd.Wait(); err != nil && sum.failed == 0 {
		fmt.Println("FAIL go test:", err)
		sum.failed++
	}
	return sum, nil
}

// count reads go test's events, prints what failed and a line for each package, and adds up.
func count(events io.Reader, to io.Writer) tally {
	var sum tally
	said := map[string][]string{}   // what a test printed
	failedIn := map[string]int{}    // failed tests of a package
	ran := map[string]int{}         // tests of a package
	builds := map[string][]string{} // what the compiler said
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(to, lines.Text())
			continue
		}
		name := e.Package + " " + e.Test
		switch e.Action {
		case "build-output":
			builds[e.ImportPath] = append(builds[e.ImportPath], e.Output)
		case "output":
			said[name] = append(said[name], e.Output)
		case "pass", "fail", "skip":
			if e.Test == "" {
				finish(to, e, failedIn, ran, builds, said[name], &sum)
				break
			}
			ran[e.Package]++
			switch e.Action {
			case "pass":
				sum.passed++
			case "fail":
				sum.failed++
				failedIn[e.Package]++
				fmt.Fprintf(to, "FAIL %s\n%s", name, strings.Join(said[name], ""))
			case "skip":
				sum.failed++
				failedIn[e.Package]++
				fmt.Fprintf(to, "FAIL %s was skipped\n%s", name, strings.Join(said[name], ""))
			}
			delete(said, name)
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(to, "FAIL read the tests' output:", err)
		sum.failed++
	}
	return sum
}

// finish closes a package: one that fails without a failed test (it did not compile, it crashed, it took too long) counts as one.
func finish(to io.Writer, e event, failedIn, ran map[string]int, builds map[string][]string, said []string, sum *tally) {
	if e.Action != "fail" {
		if ran[e.Package] > 0 {
			fmt.Fprintf(to, "ok   %s: %d tests (%.1fs)\n", e.Package, ran[e.Package], e.Elapsed)
		}
		return
	}
	if failedIn[e.Package] == 0 {
		sum.failed++
		fmt.Fprintf(to, "%s%s", strings.Join(builds[e.FailedBuild], ""), strings.Join(said, ""))
	}
	fmt.Fprintf(to, "FAIL %s (%.1fs)\n", e.Package, e.Elapsed)
}

// browserPackages are the folders with tests for the browser.
func browserPackages() ([]string, error) {
	files, err := sources("_test.go")
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, path := range files {
		text, err := os.ReadFile(path) // #nosec G304 -- files of this repository
		if err != nil {
			return nil, err
		}
		if strings.Contains(string(text), "\n//go:build browser") || strings.HasPrefix(string(text), "//go:build browser") {
			dirs = append(dirs, "./"+path[:strings.LastIndex(path, "/")])
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs), nil
}
