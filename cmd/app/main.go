// Command amparo runs the app and keeps it: serve, demo, accounts, tokens,
// history, checks. Each command reads its settings, opens what it needs, and
// ends with 0 fine, 1 failed, 2 wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"amparo/internal/i18n"
)

func main() {
	ownFiles()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx = i18n.With(ctx, i18n.In(i18n.Match(os.Getenv("LANG"))))
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

// run carries out one command line and gives its exit status.
func run(ctx context.Context, args []string, getenv func(string) string, in io.Reader, out, errs io.Writer) int {
	err := command(ctx, args, getenv, in, out, errs)
	var usage wrongUsage
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintln(errs, usage.text)
		return 2
	}
	fmt.Fprintln(errs, err)
	return 1
}

func command(ctx context.Context, args []string, getenv func(string) string, in io.Reader, out, errs io.Writer) error {
	if len(args) == 0 {
		return wrongUsage{i18n.T(ctx, "command.usage")}
	}
	name, rest := args[0], args[1:]
	switch name {
	case "serve":
		return serve(ctx, rest, getenv, out, errs)
	case "demo":
		return demoCommand(ctx, rest, getenv, out, errs)
	case "user", "token":
		return withOffice(ctx, name, rest, getenv, in, out)
	case "import":
		return importCommand(ctx, rest, getenv, out, errs)
	case "backup":
		return backupCommand(ctx, rest, getenv, out)
	case "restore":
		return restoreCommand(ctx, rest, getenv, out)
	case "migrate":
		return migrate(ctx, rest, getenv, out)
	case "audit":
		return audit(ctx, rest, getenv, out)
	case "key":
		return key(ctx, rest, getenv, out)
	case "check":
		return check(ctx, rest, getenv, out, errs)
	case "locked": // what serve becomes
		return locked(ctx, getenv, errs)
	case "help", "-h", "--help":
		fmt.Fprintln(out, i18n.T(ctx, "command.usage"))
		return nil
	}
	return wrongUsage{i18n.T(ctx, "command.usage")}
}
