package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/config"
	"amparo/internal/database"
	"amparo/internal/i18n"
	"amparo/internal/notice"
	"amparo/internal/vault"
)

// records opens the records for a command that keeps them.
func records(ctx context.Context, name string, args []string, getenv func(string) string) (*opened, error) {
	c, _, err := settings(name, args, getenv, config.Office, nil)
	if err != nil {
		return nil, err
	}
	keys, err := c.Unlock()
	if err != nil {
		return nil, err
	}
	return open(ctx, c, keys, database.Options{URL: c.DatabaseURL}, account.Options{})
}

// withOffice runs the commands about accounts and tokens; settings come from
// the environment, so that their own flags stay few.
func withOffice(ctx context.Context, name string, args []string, getenv func(string) string, in io.Reader, out io.Writer) error {
	all, err := records(ctx, name, nil, getenv)
	if err != nil {
		return err
	}
	defer all.db.Close()
	if name == "user" {
		return userCommand(ctx, all.office, all.config.URL, args, in, out)
	}
	return tokenCommand(ctx, all.office, args, out)
}

// migrate brings the database to this program's schema; opening does it.
func migrate(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	if len(args) != 1 || (args[0] != "up" && args[0] != "status") {
		return wrongUsage{i18n.T(ctx, "command.migrate.usage")}
	}
	all, err := records(ctx, "migrate", nil, getenv)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, i18n.T(ctx, "command.migrate.done"))
	return all.db.Close()
}

// checkFiles says whether every evidence file is there and whole.
func (all *opened) checkFiles(ctx context.Context, say func(ok bool, key string, args ...any), errs io.Writer) error {
	l := i18n.From(ctx)
	last := time.Now()
	found, err := cases.CheckFiles(ctx, all.book, all.files, func(done, of int) {
		if time.Since(last) > 2*time.Second {
			last = time.Now()
			fmt.Fprintln(errs, l.T("command.check.files_progress", "done", l.Int(done), "of", l.Int(of)))
		}
	})
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, how := range found {
		count[how]++
	}
	say(count[cases.Whole] == len(found), "command.check.files", "n", l.Int(len(found)), "whole", l.Int(count[cases.Whole]), "damaged", l.Int(count[cases.Damaged]), "missing", l.Int(count[cases.Missing]))
	strays, err := all.files.Strays(slices.Collect(maps.Keys(found)))
	if err == nil && strays > 0 {
		say(true, "command.check.strays", "n", l.Int(strays))
	}
	return err
}

// check says what is wrong with the configuration and how to mend it.
func check(ctx context.Context, args []string, getenv func(string) string, out, errs io.Writer) error {
	c, _, err := settings("check", args, getenv, config.Office, nil)
	if err != nil {
		return err
	}
	wrong := 0
	say := func(ok bool, key string, args ...any) {
		mark := "ok   "
		if !ok {
			mark = "WRONG"
			wrong++
		}
		fmt.Fprintln(out, mark, i18n.T(ctx, key, args...))
	}
	say(os.Geteuid() != 0, "command.check.root")
	keys, err := c.Unlock()
	if err != nil {
		return err
	}
	all, err := open(ctx, c, keys, database.Options{URL: c.DatabaseURL}, account.Options{})
	if err != nil {
		return err
	}
	defer all.db.Close()
	say(true, "command.check.database", "dialect", string(all.db.Dialect()))
	if c.DatabaseURL != "" {
		say(database.Verified(c.DatabaseURL), "command.check.verified")
	}
	say(c.Exposed() == "", "command.check.key", "why", c.Exposed())
	reach := checkReach(c)
	say(reach == "", "command.check.reach", "why", reach)
	scanner, err := vault.NewScanner(c.Scanner)
	if err == nil && scanner != nil {
		err = scanner.Ping(ctx)
	}
	switch {
	case err != nil:
		say(false, "command.check.scanner", "why", err.Error())
	case scanner != nil:
		say(true, "command.check.scanner", "why", "")
	}
	if where := swap("/proc/swaps"); where != "" {
		fmt.Fprintln(out, "note ", i18n.T(ctx, "command.check.swap", "where", where))
	}
	if c.SMTPURL != "" {
		post, err := notice.NewPost(c.SMTPURL)
		if err == nil {
			err = post.Reach(ctx)
		}
		why := ""
		if err != nil {
			why = err.Error()
		}
		say(err == nil, "command.check.mail", "why", why)
	}
	_, broken, err := all.book.Verify(ctx)
	if err != nil {
		return err
	}
	say(broken == 0, "command.check.history")
	if err := all.checkFiles(ctx, say, errs); err != nil {
		return err
	}
	if wrong > 0 {
		return errors.New(i18n.N(ctx, "command.check.wrong", wrong))
	}
	return nil
}

// swap lists where the system lays memory on a disk, as far as it says so.
func swap(list string) string {
	text, err := os.ReadFile(filepath.Clean(list))
	if err != nil {
		return ""
	}
	var where []string
	for i, line := range strings.Split(string(text), "\n") {
		if at := strings.Fields(line); i > 0 && len(at) > 0 && !strings.HasPrefix(at[0], "/dev/zram") {
			where = append(where, at[0])
		}
	}
	return strings.Join(where, ", ")
}
