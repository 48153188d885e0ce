// Command gosec looks for what is dangerous in the code of the module whose folder it is told, by all rules of the gosec
// library; an exception has its reason at its line. Their own command reads and compiles each package by itself; here all are loaded once, out of Go's cache. It is
// a module of its own so that what it needs stays out of the program's.
package main

import (
	"cmp"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/securego/gosec/v2"
	"github.com/securego/gosec/v2/analyzers"
	"github.com/securego/gosec/v2/issue"
	"github.com/securego/gosec/v2/rules"
	"golang.org/x/tools/go/packages"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "gosec: name the folder of one module")
		os.Exit(2)
	}
	found, err := look(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "gosec:", err)
		os.Exit(2)
	}
	for _, i := range found {
		fmt.Printf("%s:%s: %s (%s)\n", i.File, i.Line, i.What, i.RuleID)
	}
	if len(found) > 0 {
		os.Exit(1)
	}
}

// look answers what the rules find in the module in the folder dir.
func look(dir string) ([]*issue.Issue, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	// Its rule on loop variables asks Go for the version of the module once for each loop.
	if err := os.Setenv("GOSECGOVERSION", runtime.Version()); err != nil {
		return nil, err
	}
	all, err := packages.Load(&packages.Config{Mode: gosec.LoadMode, Dir: dir}, "./...")
	if err != nil {
		return nil, fmt.Errorf("load the packages: %w", err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there is nothing in %s", dir)
	}
	conf := gosec.NewConfig()
	reader := gosec.NewAnalyzer(conf, false, false, false, 1, log.New(io.Discard, "", 0))
	reader.LoadRules(rules.Generate(false).RulesInfo())
	reader.LoadAnalyzers(analyzers.Generate(false).AnalyzersInfo())
	for _, p := range all {
		for _, e := range p.Errors {
			return nil, e
		}
		reader.CheckRules(p)
		reader.CheckAnalyzers(p)
	}
	found, _, _ := reader.Report()
	for _, i := range found {
		if rel, err := filepath.Rel(dir, i.File); err == nil {
			i.File = rel
		}
	}
	slices.SortFunc(found, func(a, b *issue.Issue) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	return found, nil
}
