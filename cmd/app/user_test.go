package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"amparo/internal/auth/account"
	"amparo/internal/database/dbtest"
)

// at runs one command line and answers what it printed.
func at(t *testing.T, office *account.Office, line, stdin string) (string, error) {
	t.Helper()
	var out strings.Builder
	args := strings.Fields(line)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "_", " ")
	}
	var err error
	if args[0] == "user" {
		err = userCommand(context.Background(), office, "https://office.example/", args[1:], strings.NewReader(stdin), &out)
	} else {
		err = tokenCommand(context.Background(), office, args[1:], &out)
	}
	return out.String(), err
}

func office(t *testing.T) *account.Office {
	t.Helper()
	o, err := account.Open(dbtest.SQLite(t), account.Options{Cost: account.TestCost})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAnOperatorKeepsAccountsWithoutABrowser(t *testing.T) {
	o := office(t)
	run := func(line, stdin, want string) string {
		t.Helper()
		out, err := at(t, o, line, stdin)
		if err != nil || !strings.Contains(out, want) {
			t.Fatalf("%s: %v\n%s\nwant %q", line, err, out, want)
		}
		return out
	}
	run("user add --email mira@office.example --name Mira_Tolen --role administrator,supervisor --password-stdin", "quiet lanterns cross rivers\r\n", "mira@office.example")
	if _, err := o.SignIn(t.Context(), account.Attempt{Email: "mira@office.example", Password: "quiet lanterns cross rivers"}); err != nil {
		t.Error(err)
	}
	out := run("user add --email davud@office.example --name Davud --role reader", "", "https://office.example/invite/")
	key := strings.TrimSpace(out[strings.LastIndex(out, "/")+1:])
	if _, err := o.Link(t.Context(), account.InviteLinkKind, key); err != nil {
		t.Error(err)
	}
	run("user list", "", "supervisor,administrator")
	run("user reset davud@office.example", "", "/invite/")
	run("user reset --email mira@office.example", "", "/reset/")
	out = run("user reset-factor mira@office.example", "", "mira@office.example has no second factor any more")
	if _, err := o.SignIn(t.Context(), account.Attempt{Email: "mira@office.example", Password: "quiet lanterns cross rivers"}); !errors.Is(err, account.ErrUnproven) {
		t.Errorf("after a reset the password alone answers %v", err)
	}
	key = strings.TrimSpace(out[strings.LastIndex(out, "/")+1:])
	if link, err := o.Link(t.Context(), account.ResetLinkKind, key); err != nil || link.User.Email != "mira@office.example" {
		t.Errorf("its link is of %+v, %v", link, err)
	}
	run("user disable davud@office.example", "", "davud@office.example")
	run("user list", "", "disabled")
	run("user enable davud@office.example", "", "davud@office.example")
	out = run("token add --email mira@office.example --label nightly_export --days 30", "", "amp_")
	if actor, err := o.TokenActor(t.Context(), out[strings.Index(out, "amp_"):len(out)-1]); err != nil || actor.Email != "mira@office.example" {
		t.Errorf("%+v %v", actor, err)
	}
	listed := run("token list --email mira@office.example", "", "nightly export")
	run("token revoke "+strings.Fields(listed)[0], "", "revoked")
	run("token list", "", "revoked")
}

func TestAWronglyWrittenCommandSaysHowToWriteIt(t *testing.T) {
	o := office(t)
	for _, line := range []string{
		"user", "user add", "user add --email", "user add --nonsense", "user list now", "user disable", "user disable a b", "user fly",
		"token", "token add", "token add --email x@office.example", "token revoke", "token revoke a b", "token list x", "token fly",
	} {
		_, err := at(t, o, line, "")
		var usage wrongUsage
		if !errors.As(err, &usage) || !strings.Contains(usage.text, "amparo "+strings.Fields(line)[0]) {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestARefusedCommandSaysWhyInASentence(t *testing.T) {
	o := office(t)
	for line, want := range map[string]string{
		"user add --email x --name X --role reader":                                 "e-mail address",
		"user add --email x@office.example --name X --role root":                    "role",
		"user add --email x@office.example --name X --role reader --password-stdin": "at least 12",
		"user disable nobody@office.example":                                        "no such account",
		"token add --email nobody@office.example --label x":                         "no such account",
		"token revoke 00000000-0000-0000-0000-000000000000":                         "not there",
	} {
		_, err := at(t, o, line, "\n")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}
