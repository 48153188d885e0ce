package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/backup"
	"amparo/internal/cases"
	"amparo/internal/config"
	"amparo/internal/database"
	"amparo/internal/i18n"
	"amparo/internal/record"
	"amparo/internal/vault"
)

// oneFile reads a command line with settings and the name of one file.
func oneFile(name string, args []string, getenv func(string) string, usage wrongUsage, more func(*flag.FlagSet)) (*config.Config, string, error) {
	f := flags(name)
	c := config.Register(f, getenv)
	more(f)
	words, err := interleaved(f, args)
	if err != nil || len(words) != 1 {
		return nil, "", usage
	}
	return c, words[0], c.Settle(config.Office)
}

// backupCommand writes records and evidence files into one encrypted file,
// whether the app runs or not.
func backupCommand(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	recovery := ""
	c, file, err := oneFile("backup", args, getenv, wrongUsage{i18n.T(ctx, "command.backup.usage")}, func(f *flag.FlagSet) {
		f.StringVar(&recovery, "recovery-passphrase-file", "", "")
	})
	if err != nil {
		return err
	}
	if c.DatabaseURL != "" {
		return backup.ErrPostgres
	}
	if _, err := os.Stat(c.SealedPath()); errors.Is(err, os.ErrNotExist) && !c.HalfRestored() {
		return errors.New(i18n.T(ctx, "command.backup.nothing", "folder", c.Data))
	}
	began := time.Now()
	keys, err := c.Unlock()
	if err != nil {
		return err
	}
	sealed, err := os.ReadFile(c.SealedPath())
	if err != nil {
		return fmt.Errorf("read the wrapped data key: %w", err)
	}
	source := backup.Source{Keys: keys, Config: c, Sealed: [][]byte{sealed}, Now: c.Now}
	if recovery != "" {
		also, err := keys.SealBy(recovery)
		if err != nil {
			return err
		}
		source.Sealed = append(source.Sealed, also)
	}
	all, err := open(ctx, c, keys, database.Options{}, account.Options{})
	if err != nil {
		return err
	}
	defer all.db.Close()
	source.DB = all.db
	made, err := backup.Write(ctx, file, source)
	if err != nil {
		return inWords(ctx, err)
	}
	if err := all.office.Note(ctx, auth.System("backup"), account.BackedUp, "", int(made.Lines)); err != nil {
		return err
	}
	l := i18n.From(ctx)
	fmt.Fprintln(out, l.T("command.backup.made", "file", file, "size", megabytes(l, made.Size), "lines", l.Int(int(made.Lines)), "files", l.Int(made.Files), "took", took(began)))
	fmt.Fprintln(out, l.T("command.backup.sha256", "sha256", made.SHA256))
	if c.PassphraseFile != "" {
		fmt.Fprintln(out, l.T("command.backup.keep_passphrase"))
	} else if place, err := c.KeyPlace(); err == nil {
		fmt.Fprintln(out, l.T("command.backup.keep_key", "place", place))
	}
	if recovery != "" {
		fmt.Fprintln(out, l.T("command.backup.keep_recovery"))
	}
	files, err := damaged(ctx, all.book, all.files)
	if err != nil {
		return err
	}
	// The backup is there all the same; what is made of it must not take away older ones.
	return flawed(l, made.Broken, files)
}

// restoreCommand brings a backup back into an empty data folder.
func restoreCommand(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	c, file, err := oneFile("restore", args, getenv, wrongUsage{i18n.T(ctx, "command.restore.usage")}, func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	began := time.Now()
	l := i18n.From(ctx)
	var files []string
	brought, err := backup.Restore(ctx, file, c, func(db *database.DB, keys *config.Keys, folder string) error {
		kept, err := vault.Open(folder, keys.Derive("files"))
		if err != nil {
			return err
		}
		defer kept.Close()
		book := cases.Open(db, record.Options{Now: c.Now, Day: c.Day})
		if files, err = damaged(ctx, book, kept); err != nil {
			return err
		}
		office, err := account.Open(db, account.Options{Now: c.Now})
		if err != nil {
			return err
		}
		// Who was signed out since the backup was made must not be signed in by it.
		return office.RevokeEverybody(ctx, auth.System("restore"), account.Restored)
	})
	if err != nil {
		return inWords(ctx, err)
	}
	fmt.Fprintln(out, l.T("command.restore.done", "folder", c.Data, "at", brought.At.In(c.Zone).Format("2006-01-02 15:04"), "lines", l.Int(int(brought.Lines)),
		"files", l.Int(brought.Files), "took", took(began)))
	return flawed(l, brought.Broken, files)
}

// damaged lists the files that a record holds and that do not open whole.
func damaged(ctx context.Context, book *record.Book, kept *vault.Vault) ([]string, error) {
	found, err := cases.CheckFiles(ctx, book, kept, func(int, int) {})
	maps.DeleteFunc(found, func(_, how string) bool { return how == cases.Whole })
	return slices.Sorted(maps.Keys(found)), err
}

// flawed is what has to be said of records that are not all whole, nil when they are.
func flawed(l *i18n.Reader, broken int64, files []string) error {
	var said []string
	if broken != 0 {
		said = append(said, l.T("command.audit.broken", "n", broken))
	}
	if len(files) > 0 {
		said = append(said, l.N("command.backup.damaged", len(files), "files", strings.Join(files, ", ")))
	}
	if len(said) == 0 {
		return nil
	}
	return errors.New(strings.Join(said, "\n"))
}

func took(began time.Time) string { return time.Since(began).Round(100 * time.Millisecond).String() }

func megabytes(l *i18n.Reader, n int64) string {
	return l.Int(int((n+1<<20-1)/(1<<20))) + " MiB"
}
