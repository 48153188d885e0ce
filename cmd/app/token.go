package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"amparo/internal/auth/account"
	"amparo/internal/i18n"
)

// tokenCommand runs `amparo token add|list|revoke`. Its errors are wrongUsage
// or one sentence for stderr.
func tokenCommand(ctx context.Context, office *account.Office, args []string, out io.Writer) error {
	usage := wrongUsage{i18n.T(ctx, "command.token.usage")}
	if len(args) == 0 {
		return usage
	}
	var err error
	switch rest := args[1:]; args[0] {
	case "add":
		err = tokenAdd(ctx, office, rest, out, usage)
	case "list":
		err = tokenList(ctx, office, rest, out, usage)
	case "revoke":
		err = tokenRevoke(ctx, office, rest, out, usage)
	case "help", "-h", "--help":
		_, err = fmt.Fprintln(out, usage.text)
	default:
		return usage
	}
	return inWords(ctx, err)
}

func tokenAdd(ctx context.Context, office *account.Office, args []string, out io.Writer, usage wrongUsage) error {
	var email, label string
	var days int
	f := flags("token add")
	f.StringVar(&email, "email", "", "")
	f.StringVar(&label, "label", "", "")
	f.IntVar(&days, "days", 0, "")
	if f.Parse(args) != nil || f.NArg() > 0 || email == "" || label == "" || days < 0 {
		return usage
	}
	u, err := office.UserByEmail(ctx, commandLine, email)
	if err != nil {
		return err
	}
	n := account.NewToken{AccountID: u.ID, Label: label}
	if days > 0 {
		n.Ends = time.Now().AddDate(0, 0, min(days, 10_000))
	}
	key, t, err := office.AddToken(ctx, commandLine, n)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n%s\n", i18n.T(ctx, "command.token.added", "email", u.Email, "day", t.Ends.Format(time.DateOnly)), key)
	return err
}

func tokenList(ctx context.Context, office *account.Office, args []string, out io.Writer, usage wrongUsage) error {
	var email string
	f := flags("token list")
	f.StringVar(&email, "email", "", "")
	if f.Parse(args) != nil || f.NArg() > 0 {
		return usage
	}
	var owner string
	if email != "" {
		u, err := office.UserByEmail(ctx, commandLine, email)
		if err != nil {
			return err
		}
		owner = u.ID
	}
	tokens, err := office.Tokens(ctx, commandLine, owner)
	if err != nil {
		return err
	}
	ids := make([]string, len(tokens))
	for i, t := range tokens {
		ids[i] = t.AccountID
	}
	names, err := office.Names(ctx, ids...)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, t := range tokens {
		state := i18n.T(ctx, "command.token.until", "day", t.Ends.Format(time.DateOnly))
		switch {
		case !t.RevokedAt.IsZero():
			state = i18n.T(ctx, "command.token.off")
		case !time.Now().Before(t.Ends):
			state = i18n.T(ctx, "command.token.ended")
		}
		used := i18n.T(ctx, "command.never")
		if !t.UsedAt.IsZero() {
			used = t.UsedAt.Format("2006-01-02 15:04Z")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", t.ID, names[t.AccountID].Email, t.Label, state, used)
	}
	return w.Flush()
}

func tokenRevoke(ctx context.Context, office *account.Office, args []string, out io.Writer, usage wrongUsage) error {
	if len(args) != 1 {
		return usage
	}
	if err := office.RevokeToken(ctx, commandLine, args[0]); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, i18n.T(ctx, "command.token.revoked"))
	return err
}
