//go:build !linux

package main

import "syscall"

// keepMemory does nothing: only on Linux does the program keep its memory out of core dumps.
func keepMemory() error { return nil }

// holdBack does what it is told: here nothing can keep a signal waiting.
func holdBack(_ syscall.Signal, do func() error) error { return do() }
