package main

import (
	"fmt"
	"runtime"
	"unsafe" // for the size of a word alone

	"golang.org/x/sys/unix"
)

// keepMemory keeps what is in memory from being written to a disk by a crash,
// and from being read by other programs of the same user.
func keepMemory() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("turn core dumps off: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("keep other programs from the memory: %w", err)
	}
	return nil
}

// holdBack keeps a signal waiting for the program that do starts in the place of
// this one: until that listens to signals, it would be ended by it.
func holdBack(s unix.Signal, do func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var set, old unix.Sigset_t
	word := uint(unsafe.Sizeof(set.Val[0])) * 8              // which differs between machines
	set.Val[(uint(s)-1)/word] |= 1 << ((uint(s) - 1) % word) // #nosec G115 -- signals are counted from 1
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &set, &old); err != nil {
		return err
	}
	err := do()
	_ = unix.PthreadSigmask(unix.SIG_SETMASK, &old, nil) // the program ends now
	return err
}
