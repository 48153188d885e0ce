package main

import (
	"syscall"
	"time"
)

// threadTime is the processor time this thread has used: it does not count
// the waiting on a busy machine. It needs runtime.LockOSThread.
func threadTime() time.Duration {
	var u syscall.Rusage
	const thread = 1 // RUSAGE_THREAD
	if syscall.Getrusage(thread, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
