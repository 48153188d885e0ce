package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/i18n"
)

// wrongUsage is a command that was written wrongly: its text says how to
// write it, and the program ends with 2.
type wrongUsage struct{ text string }

func (w wrongUsage) Error() string { return w.text }

// commandLine is who acts when an operator does without a browser.
var commandLine = auth.System("command line")

// userCommand runs `amparo user add|list|disable|enable|reset|reset-factor`. Links are
// written under base, the public address, which may be empty. Its errors are
// wrongUsage or one sentence for stderr.
func userCommand(ctx context.Context, office *account.Office, base string, args []string, in io.Reader, out io.Writer) error {
	usage := wrongUsage{i18n.T(ctx, "command.user.usage")}
	if len(args) == 0 {
		return usage
	}
	var err error
	switch rest := args[1:]; args[0] {
	case "add":
		err = userAdd(ctx, office, base, rest, in, out, usage)
	case "list":
		err = userList(ctx, office, rest, out, usage)
	case "disable":
		err = userChange(ctx, office, rest, out, usage, "command.user.disabled", office.Disable)
	case "enable":
		err = userChange(ctx, office, rest, out, usage, "command.user.enabled", office.Enable)
	case "reset-factor":
		err = userResetFactor(ctx, office, base, rest, out, usage)
	case "reset":
		err = userReset(ctx, office, base, rest, out, usage)
	case "help", "-h", "--help":
		_, err = fmt.Fprintln(out, usage.text)
	default:
		return usage
	}
	return inWords(ctx, err)
}

func userAdd(ctx context.Context, office *account.Office, base string, args []string, in io.Reader, out io.Writer, usage wrongUsage) error {
	var n account.NewUser
	var password bool
	f := flags("user add")
	f.StringVar(&n.Email, "email", "", "")
	f.StringVar(&n.Name, "name", "", "")
	f.StringVar(&n.Language, "language", "", "")
	f.BoolVar(&n.MayApprove, "may-approve", false, "")
	f.BoolVar(&password, "password-stdin", false, "")
	f.Func("role", "", func(s string) error {
		for _, word := range strings.Split(s, ",") {
			n.Roles = append(n.Roles, auth.Role(strings.TrimSpace(word)))
		}
		return nil
	})
	if f.Parse(args) != nil || f.NArg() > 0 || n.Email == "" {
		return usage
	}
	if password {
		line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the password: %w", err)
		}
		// An empty line must not turn into an account that waits for an invitation.
		if n.Password = strings.TrimRight(line, "\r\n"); n.Password == "" {
			return account.ErrPasswordShort
		}
	}
	u, err := office.AddUser(ctx, commandLine, n)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, i18n.T(ctx, "command.user.added", "email", u.Email))
	if password {
		return nil
	}
	key, err := office.Invite(ctx, commandLine, u.ID)
	if err != nil {
		return err
	}
	return printLink(ctx, out, base, account.InviteLinkKind, key)
}

func userList(ctx context.Context, office *account.Office, args []string, out io.Writer, usage wrongUsage) error {
	if len(args) > 0 {
		return usage
	}
	users, err := office.Users(ctx, commandLine)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, u := range users {
		words := make([]string, 0, len(u.Roles)+1)
		for _, r := range u.Roles {
			words = append(words, string(r))
		}
		if u.MayApprove {
			words = append(words, "may-approve")
		}
		state := i18n.T(ctx, "command.user.active")
		switch {
		case u.Disabled():
			state = i18n.T(ctx, "command.user.off")
		case u.Invited:
			state = i18n.T(ctx, "command.user.invited")
		}
		seen := i18n.T(ctx, "command.never")
		if !u.SignedInAt.IsZero() {
			seen = u.SignedInAt.Format("2006-01-02 15:04Z")
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", u.Email, u.Name, strings.Join(words, ","), state, seen)
	}
	return t.Flush()
}

func userChange(ctx context.Context, office *account.Office, args []string, out io.Writer, usage wrongUsage, done string,
	change func(ctx context.Context, by auth.Actor, id string) error) error {
	u, err := userOf(ctx, office, args, usage)
	if err != nil {
		return err
	}
	if err := change(ctx, commandLine, u.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, i18n.T(ctx, done, "email", u.Email))
	return err
}

func userReset(ctx context.Context, office *account.Office, base string, args []string, out io.Writer, usage wrongUsage) error {
	u, err := userOf(ctx, office, args, usage)
	if err != nil {
		return err
	}
	// Who was invited and never came gets an invitation; the way is the same.
	kind, make := account.ResetLinkKind, office.Reset
	if u.Invited {
		kind, make = account.InviteLinkKind, office.Invite
	}
	key, err := make(ctx, commandLine, u.ID)
	if err != nil {
		return err
	}
	return printLink(ctx, out, base, kind, key)
}

func userResetFactor(ctx context.Context, office *account.Office, base string, args []string, out io.Writer, usage wrongUsage) error {
	u, err := userOf(ctx, office, args, usage)
	if err != nil {
		return err
	}
	key, err := office.ResetFactor(ctx, commandLine, u.ID)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, i18n.T(ctx, "command.user.factor_reset", "email", u.Email))
	if key == "" {
		return nil
	}
	return printLink(ctx, out, base, account.ResetLinkKind, key)
}

// userOf finds the account that is named by --email or as the only word.
func userOf(ctx context.Context, office *account.Office, args []string, usage wrongUsage) (account.User, error) {
	var email string
	f := flags("user")
	f.StringVar(&email, "email", "", "")
	if f.Parse(args) != nil {
		return account.User{}, usage
	}
	words := slices.DeleteFunc(append([]string{email}, f.Args()...), func(s string) bool { return s == "" })
	if len(words) != 1 {
		return account.User{}, usage
	}
	return office.UserByEmail(ctx, commandLine, words[0])
}

func printLink(ctx context.Context, out io.Writer, base string, kind account.LinkKind, key string) error {
	_, err := fmt.Fprintf(out, "%s\n%s/%s/%s\n", i18n.T(ctx, "command.user.link"), strings.TrimRight(base, "/"), kind, key)
	return err
}

// inWords turns a refusal into its sentence.
func inWords(ctx context.Context, err error) error {
	var r *account.Refusal
	if errors.As(err, &r) {
		return errors.New(r.Words(i18n.From(ctx)))
	}
	return err
}

func flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}
