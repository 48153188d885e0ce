// Command bench-names measures how well package names finds and judges the
// spelling pairs of a data folder, beside exact, trigram and Jaro-Winkler
// search over the same roster in the same run.
//
//	go run ./cmd/bench-names [-size N] [-misses CLASS] DATA_DIR
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
	profile := flag.String("profile", "", "write a processor profile to this file")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: bench-names [-size N] [-only] [-misses CLASS] [-pairs] DATA_DIR")
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
	run(os.Stdout, d, *size, *only, *misses)
	judge(os.Stdout, d, *pairs)
}
