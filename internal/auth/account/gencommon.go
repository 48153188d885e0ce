//go:build ignore

// Writes common.bin from the password list of the npm package zxcvbn 4.4.2
// (MIT, Dan Wheeler and Dropbox, Inc.): four bytes of SHA-256 of each entry,
// sorted, so that the list is small and shows no ugly word.
//
//	npm pack zxcvbn@4.4.2 && tar xzf zxcvbn-4.4.2.tgz
//	go run gencommon.go package/lib/frequency_lists.js common.bin
package main

import (
	"bytes"
	"crypto/sha256"
	"log"
	"os"
	"regexp"
	"slices"
	"strings"
)

func main() {
	source, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	list := regexp.MustCompile(`passwords: "([^"]+)"`).FindSubmatch(source)
	if list == nil {
		log.Fatal("no list of passwords in " + os.Args[1])
	}
	var prefixes [][]byte
	for _, word := range strings.Split(string(list[1]), ",") {
		sum := sha256.Sum256([]byte(strings.ToLower(word)))
		prefixes = append(prefixes, sum[:4])
	}
	slices.SortFunc(prefixes, bytes.Compare)
	prefixes = slices.CompactFunc(prefixes, bytes.Equal)
	log.Printf("%d passwords", len(prefixes))
	if err := os.WriteFile(os.Args[2], bytes.Join(prefixes, nil), 0o644); err != nil {
		log.Fatal(err)
	}
}
