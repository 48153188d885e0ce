//go:build !linux

package main

import "syscall"

// keepMemory does nothing where the system has no way for it: see docs/security.md.
func keepMemory() error { return nil }

// holdBack does what it is told: here nothing can keep a signal waiting.
func holdBack(_ syscall.Signal, do func() error) error { return do() }
