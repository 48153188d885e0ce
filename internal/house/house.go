// Package house holds the tests that read the whole tree: which room may import which, how files are named, what no
// file may say. It has no code that the program uses.
package house
