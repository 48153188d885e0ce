// Command bench-names measures how well package names finds and judges the
// spelling pairs of a data folder, beside exact, trigram and Jaro-Winkler
// search over the same roster in the same run.
//
//	go run ./cmd/bench-names [-size N] [-misses CLASS] DATA_DIR
//	go run ./cmd/bench-names -database sqlite [-size N] DATA_DIR
//	go run ./cmd/check -postgres -- go run ./cmd/bench-names -database postgres [-size N] DATA_DIR
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
)

func main() {
	size := flag.Int("size", 0, "fill the roster with made-up people up to this number")
	misses := flag.String("misses", "", "print the queries of this class that were not found")
	only := flag.Bool("only", false, "measure package names alone")
	pairs := flag.Bool("pairs", false, "print the labelled pairs judged wrongly")
	base := flag.String("database", "", `measure the search in a throwaway database: "sqlite", "postgres" under cmd/check, or the address of a server`)
	every := flag.Int("every", 1, "ask one query in so many")
	texts := flag.Bool("texts", false, "with -database: measure the reading of texts alone")
	profile := flag.String("profile", "", "write a processor profile to this file")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: bench-names [-size N] [-database sqlite|postgres] [-only] [-misses CLASS] [-pairs] DATA_DIR")
		os.Exit(2)
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench-names:", err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	d, err := load(flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-names:", err)
		os.Exit(1)
	}
	if *every > 1 {
		var some []query
		for i := 0; i < len(d.queries); i += *every {
			some = append(some, d.queries[i])
		}
		d.queries = some
	}
	if *base != "" {
		if err := runDatabase(os.Stdout, d, *base, *size, *misses, *texts); err != nil {
			fmt.Fprintln(os.Stderr, "bench-names:", err)
			pprof.StopCPUProfile()
			os.Exit(1)
		}
		return
	}
	run(os.Stdout, d, *size, *only, *misses)
	judge(os.Stdout, d, *pairs)
}
