//go:build !linux

package main

import "time"

// threadTime is not known outside Linux.
func threadTime() time.Duration { return 0 }
