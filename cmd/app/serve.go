package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/cases/demo"
	"amparo/internal/config"
	"amparo/internal/database"
	"amparo/internal/i18n"
	"amparo/internal/notice"
	"amparo/internal/record"
	"amparo/internal/vault"
	"amparo/internal/web"
	"amparo/migrations"
)

// settings reads a command's flags and environment.
func settings(name string, args []string, getenv func(string) string, mode config.Mode, more func(*flag.FlagSet)) (*config.Config, []string, error) {
	f := flags(name)
	c := config.Register(f, getenv)
	if more != nil {
		more(f)
	}
	if err := f.Parse(args); err != nil {
		return nil, nil, wrongUsage{fmt.Sprintf("amparo %s: %v", name, err)}
	}
	return c, f.Args(), c.Settle(mode)
}

// opened is everything that stands behind the pages.
type opened struct {
	db     *database.DB
	office *account.Office
	book   *record.Book
	files  *vault.Vault
	config *config.Config
	// throwaway is the folder of the demo, which is lost when it is locked.
	throwaway string
}

// open unlocks and opens the records; it migrates only where asked to.
func open(ctx context.Context, c *config.Config, keys *config.Keys, o database.Options, a account.Options) (*opened, error) {
	if o.URL == "" {
		o.Path, o.Key = c.DatabasePath(), keys.Database()
	}
	db, err := database.Open(o)
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, migrations.Files); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	a.Now, a.Key = c.Now, keys.Derive("factors")
	office, err := account.Open(db, a)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	files, err := vault.Open(c.FilesPath(), keys.Derive("files"))
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	book := cases.Open(db, record.Options{Now: c.Now, Day: c.Day, Accounts: office.Directory, Calendar: office.Calendar, AnchorKey: keys.Derive("anchor")})
	if _, err := book.Refile(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := cases.CountByNewRules(ctx, book); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &opened{db: db, office: office, book: book, files: files, config: c}, nil
}

func logger(c *config.Config, errs io.Writer) *slog.Logger {
	if c.Log == "json" {
		return slog.New(slog.NewJSONHandler(errs, nil))
	}
	return slog.New(slog.NewTextHandler(errs, nil))
}

// serve runs the app for real use.
func serve(ctx context.Context, args []string, getenv func(string) string, out, errs io.Writer) error {
	c, _, err := settings("serve", args, getenv, config.Office, nil)
	if err != nil {
		return err
	}
	if err := c.Exposure(); err != nil {
		return err
	}
	if err := keepMemory(); err != nil {
		return err
	}
	keys, err := c.Unlock()
	if err != nil {
		return err
	}
	all, err := open(ctx, c, keys, database.Options{URL: c.DatabaseURL}, account.Options{})
	if err != nil {
		return err
	}
	defer all.db.Close()
	if err := all.unlocked(ctx, out); err != nil {
		return err
	}
	if keys.Made != "" {
		fmt.Fprintln(out, i18n.T(ctx, "command.serve.key_made", "place", keys.Made))
	}
	listener, err := listenOn(ctx, c.Addr)
	if err != nil {
		return err
	}
	base := c.URL
	if base == "" {
		base = "http://" + listener.Addr().String()
		if c.TLSCert != "" {
			base = "https://" + listener.Addr().String()
		}
	}
	empty, err := all.office.Empty(ctx)
	if err != nil {
		return err
	}
	if empty {
		key, err := all.office.SetupLink(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, i18n.T(ctx, "command.serve.setup", "url", base+"/setup/"+key))
	}
	scanner, err := vault.NewScanner(c.Scanner)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	log := logger(c, errs)
	if c.SMTPURL != "" {
		stop, err := all.notify(ctx, log)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		defer stop()
	}
	fmt.Fprintln(out, i18n.T(ctx, "command.serve.listening", "url", base))
	return all.listen(ctx, listener, web.Options{URL: c.URL, TLS: c.TLSCert != "", Proxies: c.Proxies, Scanner: scanner, Log: log})
}

func listenOn(ctx context.Context, address string) (*net.TCPListener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, errors.New(i18n.T(ctx, "command.serve.no_listen", "addr", address))
	}
	return l.(*net.TCPListener), nil
}

// notify tells colleagues of their deadlines by mail until stop is called.
func (all *opened) notify(ctx context.Context, log *slog.Logger) (stop func(), err error) {
	post, err := notice.NewPost(all.config.SMTPURL)
	if err != nil {
		return nil, err
	}
	n := &notice.Notices{Office: all.office, Post: post, URL: all.config.URL, Now: all.config.Now, Zone: all.config.Zone, Log: log,
		Count: func(ctx context.Context, who auth.Actor) (count notice.Count, err error) {
			err = all.book.View(ctx, who, func(tx *record.Tx) (err error) {
				count.Due, count.Overdue, err = cases.Told(tx)
				return err
			})
			return count, err
		},
		Opened: func(ctx context.Context, since time.Time) ([]notice.Opened, error) {
			told, err := all.book.ToTell(ctx, since)
			list := make([]notice.Opened, len(told))
			for i, one := range told {
				list[i] = notice.Opened{Account: one.Account, At: one.At}
			}
			return list, err
		}}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.Run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}, nil
}

// listen answers until the context ends, then lets requests under way finish; or
// until somebody locks the records.
func (all *opened) listen(ctx context.Context, l *net.TCPListener, o web.Options) error {
	pressed, signalled := make(chan auth.Actor, 1), lockSignals()
	o.Lock = func(by auth.Actor) {
		select {
		case pressed <- by:
		default: // somebody else has
		}
	}
	o.Now, o.Zone, o.Ready, o.Files = all.config.Now, all.config.Zone, all.db.Ping, all.files
	// With a database of its own nobody else writes into this folder: what is
	// unfinished at the start stays so. Of several servers one may be at it now.
	if all.db.Dialect() == database.SQLite {
		if _, err := all.files.Sweep(time.Now()); err != nil {
			return err
		}
	}
	if o.URL == "" && !o.TLS {
		o.Local = fmt.Sprintf("http://localhost:%d", l.Addr().(*net.TCPAddr).Port)
	}
	outside, err := encrypted(l, all.config)
	if err != nil {
		return err
	}
	stop := all.anchors(ctx, o.Log)
	defer stop()
	server := web.New(all.book, all.office, o)
	defer server.Close()
	failed := make(chan error, 1)
	go func() { failed <- server.App().Listener(outside) }()
	go all.sweep(ctx, o.Log)
	select {
	case err := <-failed:
		return err
	case <-signalled:
		server.Lock()
		return all.lock(auth.System("signal"), l)
	case by := <-pressed:
		time.Sleep(answerWithin)
		return all.lock(by, l)
	case <-ctx.Done():
	}
	server.Leave()
	time.Sleep(farewell)
	return server.End(14 * time.Second)
}

// farewell is how long the program still answers after it was asked to end, no
// longer ready: whoever stands before it sends nobody here any more.
const farewell = 500 * time.Millisecond

// answerWithin is how long who pressed the button has to get the locked page.
const answerWithin = 150 * time.Millisecond

// waits is how long a file waits for a form that came back to be mended.
const waits = 24 * time.Hour

// sweep takes away sessions that have ended and files that nobody came back for.
func (all *opened) sweep(ctx context.Context, log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Minute):
			_, _ = all.office.Sweep(ctx) // tried again in ten minutes
			_, _ = all.files.Sweep(time.Now().Add(-waits))
			if err := cases.CleanErased(ctx, all.book, all.files); err != nil && ctx.Err() == nil {
				log.Error("an erasure is not cleaned up yet")
			}
			if err := all.compare(ctx); err != nil && ctx.Err() == nil {
				log.Error("the files could not be compared")
			}
		}
	}
}

// compare reads all evidence files and compares them with their hashes, once a week.
func (all *opened) compare(ctx context.Context) error {
	var st cases.FilesStanding
	err := all.book.View(ctx, auth.System("when were the files compared"), func(tx *record.Tx) (err error) {
		st, err = cases.StandingOfFiles(tx)
		return err
	})
	if err != nil || st.Files == 0 || st.Oldest > all.config.Now().AddDate(0, 0, -7).Format(time.RFC3339) {
		return err
	}
	found, err := cases.CheckFiles(ctx, all.book, all.files, func(int, int) {})
	if err != nil {
		return err
	}
	return cases.KeepFound(ctx, all.book, found)
}

// demoCommand runs on throwaway, fictional data and prints a sign-in for each role.
func demoCommand(ctx context.Context, args []string, getenv func(string) string, out, errs io.Writer) error {
	people, seed, asJSON := 300, int64(1), false
	c, _, err := settings("demo", args, getenv, config.Demo, func(f *flag.FlagSet) {
		f.IntVar(&people, "people", 300, i18n.T(ctx, "command.demo.people"))
		f.Int64Var(&seed, "seed", 1, i18n.T(ctx, "command.demo.seed"))
		f.BoolVar(&asJSON, "json", false, i18n.T(ctx, "command.demo.json"))
	})
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "amparo-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	c.Data = folder
	if c.DatabaseURL != "" {
		return errors.New(i18n.T(ctx, "command.demo.no_postgres"))
	}
	all, err := open(ctx, c, config.RandomKeys(), database.Options{Sync: database.Throwaway, Path: filepath.Join(folder, "amparo.db")}, account.Options{Cost: account.TestCost})
	if err != nil {
		return err
	}
	defer all.db.Close()
	all.throwaway = folder
	usual := debug.SetGCPercent(500) // inventing a great many people makes much that is soon forgotten
	made, err := demo.Make(ctx, all.book, all.office, demo.Size{People: people, Seed: seed, Files: all.files})
	debug.SetGCPercent(usual)
	if err != nil {
		return err
	}
	listener, err := listenOn(ctx, c.Addr)
	if err != nil {
		return err
	}
	made.URL = "http://" + listener.Addr().String()
	if asJSON {
		if err := json.NewEncoder(out).Encode(made); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(out, i18n.T(ctx, "command.demo.ready", "url", made.URL))
		for _, u := range made.Users {
			fmt.Fprintf(out, "  %-14s %-36s %s\n", u.Role, u.Email, u.Password)
		}
	}
	o := web.Options{Demo: true, Paces: web.Unpaced, Log: logger(c, errs)}
	for _, u := range made.Users {
		o.DemoUser = append(o.DemoUser, web.DemoUser{Role: u.Role, Email: u.Email, Password: u.Password})
	}
	return all.listen(ctx, listener, o)
}
