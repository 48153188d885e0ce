//go:build unix

package main

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime"

	"golang.org/x/sys/unix"

	"amparo/internal/config"
)

// ownFiles keeps what the program writes from everybody else on the machine, what
// the database writes beside itself too.
func ownFiles() { unix.Umask(0o077) }

// lockSignal is the signal by which an operator locks the records.
const lockSignal = unix.SIGUSR1

// lockSignals tells when an operator asks for the lock.
func lockSignals() chan os.Signal {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, lockSignal)
	return asked
}

// deafToLock keeps a second signal from ending a program that is locked already.
func deafToLock() { signal.Ignore(lockSignal) }

// becomeLocked puts `amparo locked` in the place of this program. Of the
// environment it gets only what it needs, since that too can hold secrets.
func becomeLocked(l *net.TCPListener, c *config.Config) error {
	f, err := l.File()
	if err != nil {
		return fmt.Errorf("hand over the listening socket: %w", err)
	}
	if _, err := unix.FcntlInt(f.Fd(), unix.F_SETFD, 0); err != nil {
		return fmt.Errorf("hand over the listening socket: %w", err)
	}
	self := "/proc/self/exe"
	if runtime.GOOS != "linux" {
		if self, err = os.Executable(); err != nil {
			return fmt.Errorf("find the program: %w", err)
		}
	}
	env := []string{fmt.Sprintf("%s=%d", listenerName, f.Fd()), "AMPARO_URL=" + c.URL, "AMPARO_TLS_CERT=" + c.TLSCert, "AMPARO_TLS_KEY=" + c.TLSKey, "LANG=" + os.Getenv("LANG")}
	return holdBack(lockSignal, func() error { return unix.Exec(self, []string{"amparo", "locked"}, env) })
}
