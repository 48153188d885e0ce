// Package faults starts the program as an operator does, as a process of its
// own, and does to it from outside what the world does: kills it in the middle
// of its work, fills its disk, takes its key, copies its folder. There are only
// tests here; what a single package should do is tested where it lives.
package faults
