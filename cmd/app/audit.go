package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/i18n"
	"amparo/internal/record"
)

// audit walks the history and says whether it is whole, or takes an anchor of
// it to keep outside.
func audit(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	usage := wrongUsage{i18n.T(ctx, "command.audit.usage")}
	f, against := flags("audit"), ""
	f.StringVar(&against, "anchor", "", "")
	words, err := interleaved(f, args)
	if err != nil || len(words) == 0 || words[0] == "anchor" && (len(words) > 2 || against != "") || words[0] == "verify" && len(words) > 1 {
		return usage
	}
	switch words[0] {
	case "anchor", "verify":
	default:
		return usage
	}
	all, err := records(ctx, "audit", nil, getenv)
	if err != nil {
		return err
	}
	defer all.db.Close()
	if words[0] == "anchor" {
		return all.anchor(ctx, append(words, "")[1], out)
	}
	return all.verify(ctx, against, out)
}

// anchor prints an anchor, or adds it to a file.
func (all *opened) anchor(ctx context.Context, file string, out io.Writer) error {
	a, err := all.book.Anchor(ctx)
	if err != nil {
		return err
	}
	if file == "" {
		_, err = fmt.Fprintln(out, a)
	} else if err = keepAnchor(file, a); err == nil {
		_, err = fmt.Fprintln(out, i18n.T(ctx, "command.audit.anchored", "n", a.N, "file", file))
	}
	if err != nil {
		return err
	}
	return all.office.Note(ctx, auth.System("anchor"), account.Anchored, "", int(a.N))
}

// keepAnchor adds an anchor to a file; it is on the disk when it returns.
func keepAnchor(file string, a record.Anchor) error {
	f, err := os.OpenFile(filepath.Clean(file), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep the anchor: %w", err)
	}
	_, err = fmt.Fprintln(f, a)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("keep the anchor: %w", err)
	}
	return nil
}

// verify walks the history and holds it against the anchors in a file.
func (all *opened) verify(ctx context.Context, against string, out io.Writer) error {
	l := i18n.From(ctx)
	var anchors []record.Anchor
	if against != "" {
		text, err := os.ReadFile(filepath.Clean(against))
		if err != nil {
			return fmt.Errorf("read the anchors: %w", err)
		}
		var not *record.NotOurs
		if anchors, err = all.book.Anchors(bytes.NewReader(text)); errors.As(err, &not) {
			return errors.New(l.T("command.audit.not_ours", "line", not.Line, "file", against))
		} else if err != nil {
			return err
		}
		if len(anchors) == 0 {
			return errors.New(l.T("command.audit.no_anchor", "file", against))
		}
	}
	v, err := all.book.Walk(ctx, anchors...)
	if err != nil {
		return err
	}
	if v.Flaw != "" {
		return errors.New(flaw(l, v))
	}
	fmt.Fprintln(out, l.N("command.audit.whole", int(v.Lines)))
	if v.Last.N > 0 {
		fmt.Fprintln(out, l.N("command.audit.fits", len(anchors), "last", v.Last.N, "at", v.Last.At))
	}
	return nil
}

// flaw says in a sentence which entry is the first that is not whole.
func flaw(l *i18n.Reader, v record.Verdict) string {
	text := l.T("audit.flaw."+string(v.Flaw), "n", v.Broken)
	if v.Since > 0 {
		text += " " + l.T("audit.since", "since", v.Since, "at", v.Last.At)
	}
	return text
}

const anchorEach = time.Hour

// anchors adds an anchor to the file that the settings name: each hour in which
// something was written, and when the program ends.
func (all *opened) anchors(ctx context.Context, log *slog.Logger) (stop func()) {
	if all.config.AnchorFile == "" {
		return func() {}
	}
	last := int64(-1)
	keep := func() {
		ctx := context.WithoutCancel(ctx)
		a, err := all.book.Anchor(ctx)
		if err == nil && a.N != last {
			err = keepAnchor(all.config.AnchorFile, a)
		}
		if err != nil {
			log.Error("the anchor of the history could not be kept", "why", err.Error())
			return
		}
		last = a.N
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			keep()
			select {
			case <-ctx.Done():
				keep()
				return
			case <-time.After(anchorEach):
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}
