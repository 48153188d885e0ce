package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/config"
	"amparo/internal/i18n"
	"amparo/internal/web"
)

// listenerName is the variable that tells a locked program which of its open
// files is the listening socket.
const listenerName = "AMPARO_LOCKED_LISTENER"

// endSessionsWithin is how long a lock waits for the database to take the
// sessions away; what it does not reach is done when the records are next opened.
const endSessionsWithin = 300 * time.Millisecond

// lock ends all sessions and turns this process into one that has no key: the
// operating system puts a new program in its place, with none of its memory and
// none of its files but the listening socket. It does not return unless that
// fails, and then the process has to end.
func (all *opened) lock(by auth.Actor, l *net.TCPListener) error {
	mark := os.WriteFile(all.config.LockedPath(), []byte(all.config.Now().Format(time.RFC3339)+"\n"), 0o600)
	ctx, cancel := context.WithTimeout(context.Background(), endSessionsWithin)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- all.office.RevokeEverybody(ctx, by, account.Locked) }()
	select {
	case <-ended: // an error does not keep the lock from coming
	case <-ctx.Done():
	}
	if all.throwaway != "" {
		mark = os.RemoveAll(all.throwaway)
	}
	return errors.Join(mark, becomeLocked(l, all.config))
}

// unlocked ends what the last lock did not reach, when the records open again.
func (all *opened) unlocked(ctx context.Context, out io.Writer) error {
	if _, err := os.Stat(all.config.LockedPath()); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := all.office.RevokeEverybody(ctx, auth.System("unlock"), account.Unlocked); err != nil {
		return err
	}
	fmt.Fprintln(out, i18n.T(ctx, "command.serve.unlocked"))
	return os.Remove(all.config.LockedPath())
}

// locked is what serve becomes: it says on every address that the records are
// locked, until it is stopped.
func locked(ctx context.Context, getenv func(string) string, errs io.Writer) error {
	fd, err := strconv.Atoi(getenv(listenerName))
	if err != nil {
		return wrongUsage{i18n.T(ctx, "command.locked.usage")}
	}
	f := os.NewFile(uintptr(fd), "listener")
	l, err := net.FileListener(f)
	if err != nil {
		return fmt.Errorf("take over the listening socket: %w", err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	c := &config.Config{TLSCert: getenv("AMPARO_TLS_CERT"), TLSKey: getenv("AMPARO_TLS_KEY")}
	if l, err = encrypted(l, c); err != nil {
		return err
	}
	deafToLock()
	fmt.Fprintln(errs, i18n.T(ctx, "command.locked.done"))
	app := web.Locked(web.Options{URL: getenv("AMPARO_URL"), TLS: c.TLSCert != ""})
	failed := make(chan error, 1)
	go func() { failed <- app.Listener(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return app.ShutdownWithTimeout(time.Second)
	}
}
