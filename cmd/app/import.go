package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/config"
	"amparo/internal/database"
	"amparo/internal/edtf"
	"amparo/internal/exchange"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/record"
)

// doublesFree is up to how many rows doubles are looked for in every spelling
// without being asked to: some seconds.
const doublesFree = 1000

// importing is what the words after `amparo import` ask for.
type importing struct {
	file, kind, heads, as, home, report string
	dry, doubles                        bool
}

// importCommand runs `amparo import FILE --kind people`. The report goes to out
// or into a file, what else there is to say to errs.
func importCommand(ctx context.Context, args []string, getenv func(string) string, out, errs io.Writer) error {
	usage := wrongUsage{i18n.T(ctx, "command.import.usage", "example", exchange.MapExample)}
	if len(args) == 1 && (args[0] == "help" || args[0] == "-h" || args[0] == "--help") {
		_, err := fmt.Fprintln(out, usage.text)
		return err
	}
	var a importing
	f := flags("import")
	c := config.Register(f, getenv)
	f.StringVar(&a.kind, "kind", "", "")
	f.StringVar(&a.heads, "map", "", "")
	f.StringVar(&a.as, "as", "", "")
	f.StringVar(&a.home, "case", "", "")
	f.StringVar(&a.report, "report", "", "")
	f.BoolVar(&a.dry, "dry-run", false, "")
	f.BoolVar(&a.doubles, "doubles", false, "")
	words, err := interleaved(f, args)
	if err != nil || len(words) != 1 || a.kind != "people" {
		return usage
	}
	a.file = words[0]
	if err := c.Settle(config.Office); err != nil {
		return err
	}
	l := i18n.From(ctx)
	// The file is read before the records are opened: what is wrong with it is
	// said at once.
	sheet, heads, err := a.read(l)
	if err != nil {
		return err
	}
	report, err := a.reportTo(l, out)
	if err != nil {
		return err
	}
	defer report.Close()
	keys, err := c.Unlock()
	if err != nil {
		return err
	}
	all, err := open(ctx, c, keys, database.Options{URL: c.DatabaseURL}, account.Options{})
	if err != nil {
		return err
	}
	defer all.db.Close()
	u, err := a.who(ctx, all.office)
	if err != nil {
		return inWords(ctx, err)
	}
	own := i18n.In(u.Language)
	o := exchange.Options{Heads: heads, Case: a.home, CaseTitle: own.T("exchange.case_title", "day", edtf.Day(all.book.Today()).Short(own)),
		Progress: progress(l, errs)}
	if a.dry {
		o.Rehearse = exchange.Rehearse
	}
	switch {
	case a.doubles || len(sheet.Rows) <= doublesFree:
		o.Doubles = exchange.AnySpelling
	default:
		fmt.Fprintln(errs, l.T("command.import.quick", "n", l.Int(len(sheet.Rows))))
	}
	if sheet.Others > 0 {
		fmt.Fprintln(errs, l.N("command.import.sheets", sheet.Others, "name", sheet.Name))
	}
	done, err := exchange.ImportPeople(ctx, all.book, u.Actor(), l, sheet, o)
	var fault *exchange.Fault
	var problems form.Problems
	switch {
	case errors.As(err, &fault):
		return errors.New(fault.In(l))
	case errors.As(err, &problems):
		return errors.New(l.T("command.import.no_case", "ref", a.home, "email", u.Email))
	case errors.Is(err, record.ErrForbidden):
		return errors.New(l.T("command.import.may_not", "email", u.Email))
	case err != nil:
		return err
	}
	if err := done.Write(report); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if err := report.Close(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return a.say(l, errs, done)
}

// interleaved parses flags that stand before and after the words of a command.
func interleaved(f *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		if f.NArg() == 0 {
			return words, nil
		}
		words, args = append(words, f.Arg(0)), f.Args()[1:]
	}
}

// read reads the file and its map; errors are sentences.
func (a importing) read(l *i18n.Reader) (*exchange.Sheet, exchange.Map, error) {
	var heads exchange.Map
	if a.heads != "" {
		data, err := exchange.Load(a.heads)
		if err != nil {
			return nil, nil, errors.New(l.T("command.import.no_map", "file", a.heads))
		}
		if heads, err = exchange.ReadMap(data); err != nil {
			return nil, nil, faultIn(l, err)
		}
	}
	data, err := exchange.Load(a.file)
	if err != nil {
		return nil, nil, errors.New(l.T("command.import.no_file", "file", a.file))
	}
	sheet, err := exchange.Read(data, heads.Known)
	return sheet, heads, faultIn(l, err)
}

func faultIn(l *i18n.Reader, err error) error {
	var fault *exchange.Fault
	if errors.As(err, &fault) {
		return errors.New(fault.In(l))
	}
	return err
}

// reportTo opens where the report goes before anything is kept.
func (a importing) reportTo(l *i18n.Reader, out io.Writer) (io.WriteCloser, error) {
	if a.report == "" {
		return unclosed{out}, nil
	}
	for _, read := range []string{a.file, a.heads} {
		one, err := os.Stat(read)
		other, err2 := os.Stat(a.report)
		if err == nil && err2 == nil && os.SameFile(one, other) {
			return nil, errors.New(l.T("command.import.report_over", "file", a.report))
		}
	}
	f, err := os.OpenFile(filepath.Clean(a.report), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, errors.New(l.T("command.import.no_report", "file", a.report))
	}
	return f, nil
}

// who finds the account that acts: the named one, or the only one that may write.
func (a importing) who(ctx context.Context, office *account.Office) (account.User, error) {
	if a.as != "" {
		u, err := office.UserByEmail(ctx, commandLine, a.as)
		if err == nil && u.Disabled() {
			return u, errors.New(i18n.T(ctx, "command.import.disabled", "email", u.Email))
		}
		return u, err
	}
	users, err := office.Users(ctx, commandLine)
	if err != nil {
		return account.User{}, err
	}
	var may []account.User
	for _, u := range users {
		if !u.Disabled() && u.Actor().May(auth.Write) {
			may = append(may, u)
		}
	}
	if len(may) != 1 {
		return account.User{}, wrongUsage{i18n.T(ctx, "command.import.who")}
	}
	return may[0], nil
}

// progress tells every few seconds how far long work is.
func progress(l *i18n.Reader, errs io.Writer) func(exchange.Stage, int, int) {
	last := time.Now()
	return func(stage exchange.Stage, done, of int) {
		if time.Since(last) < 2*time.Second {
			return
		}
		last = time.Now()
		fmt.Fprintln(errs, l.T("command.import.progress."+string(stage), "done", l.Int(done), "of", l.Int(of)))
	}
}

// say sums up; an import that kept nothing for a wrong row is an error.
func (a importing) say(l *i18n.Reader, errs io.Writer, r *exchange.Report) error {
	if len(r.Ignored) > 0 {
		fmt.Fprintln(errs, l.T("command.import.ignored", "heads", strings.Join(r.Ignored, ", ")))
	}
	n := func(result exchange.Result) string { return l.Int(r.Count(result)) }
	key := "command.import.counts"
	if !r.Kept {
		key = "command.import.counts_ready"
	}
	fmt.Fprintln(errs, l.T(key, "created", n(exchange.Created), "ready", n(exchange.Ready), "matched", n(exchange.Matched),
		"skipped", n(exchange.Skipped), "wrong", n(exchange.Wrong)))
	if r.Case.Ref != "" {
		fmt.Fprintln(errs, l.T("command.import.case", "ref", r.Case.Ref))
	}
	doubles := 0
	for _, o := range r.Rows {
		if len(o.Doubles) > 0 {
			doubles++
		}
	}
	if doubles > 0 {
		fmt.Fprintln(errs, l.N("command.import.doubles", doubles))
	}
	if wrong := r.Count(exchange.Wrong); wrong > 0 {
		return errors.New(l.N("command.import.wrong", wrong))
	}
	if a.dry {
		fmt.Fprintln(errs, l.T("command.import.rehearsed"))
	}
	return nil
}

// unclosed stays open when the report ends.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }
