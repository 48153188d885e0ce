package account_test

import (
	"errors"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
)

func TestADeputyApprovesFromDayToDayAndNoLonger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
		o, err := account.Open(db, account.Options{Cost: account.TestCost, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		add := func(email string, role auth.Role) auth.Actor {
			u, err := o.AddUser(t.Context(), auth.System("test"), account.NewUser{Email: email, Name: email, Password: "quiet lanterns cross rivers", Rights: account.Rights{Roles: []auth.Role{role}}})
			if err != nil {
				t.Fatal(err)
			}
			return u.Actor()
		}
		luis, dina, rosa := add("luis@office.example", auth.Supervisor), add("dina@office.example", auth.Caseworker), add("rosa@office.example", auth.Reader)
		for _, c := range []struct {
			by          auth.Actor
			email       string
			from, until string
			want        *account.Refusal
		}{
			{dina, luis.Email, "2026-11-20", "2026-11-22", account.ErrDeputyRight},
			{luis, luis.Email, "2026-11-20", "2026-11-22", account.ErrDeputyWho},
			{luis, rosa.Email, "2026-11-20", "2026-11-22", account.ErrDeputyWho},
			{luis, "nobody@office.example", "2026-11-20", "2026-11-22", account.ErrDeputyWho},
			{luis, dina.Email, "2026-11-22", "2026-11-21", account.ErrDeputyDays},
			{luis, dina.Email, "2026-11-01", "2026-11-19", account.ErrDeputyDays},
			{luis, dina.Email, "tomorrow", "", account.ErrDeputyDays},
		} {
			if err := o.NameDeputy(t.Context(), c.by, c.email, c.from, c.until); !errors.Is(err, c.want) {
				t.Errorf("%s names %s from %s to %s: %v", c.by.Email, c.email, c.from, c.until, err)
			}
		}
		if err := o.NameDeputy(t.Context(), luis, dina.Email, "2026-11-21", "2026-11-22"); err != nil {
			t.Fatal(err)
		}
		token, _, err := o.AddToken(t.Context(), dina, account.NewToken{AccountID: dina.ID, Label: "test"})
		if err != nil {
			t.Fatal(err)
		}
		may := func() bool {
			session, err := o.SignIn(t.Context(), account.Attempt{Email: dina.Email, Password: "quiet lanterns cross rivers"})
			if err != nil {
				t.Fatal(err)
			}
			a, _, err := o.Session(t.Context(), session.Cookie)
			if err != nil {
				t.Fatal(err)
			}
			b, err := o.TokenActor(t.Context(), token)
			if err != nil || a.MayApprove != b.MayApprove {
				t.Errorf("a session says %v, a token %v: %v", a.MayApprove, b.MayApprove, err)
			}
			return a.MayApprove
		}
		for _, day := range []struct {
			day  int
			want bool
		}{{20, false}, {21, true}, {22, true}, {23, false}} {
			now = time.Date(2026, 11, day.day, 12, 0, 0, 0, time.UTC)
			if may() != day.want {
				t.Errorf("on the %dth: %v", day.day, !day.want)
			}
		}
		now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
		list, err := o.Deputies(t.Context(), dina)
		if err != nil || len(list) != 1 || list[0].For.Name != luis.Name {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := o.EndDeputy(t.Context(), dina, list[0].ID); !errors.Is(err, account.ErrUnknown) {
			t.Errorf("the deputy ends it: %v", err)
		}
		if err := o.EndDeputy(t.Context(), luis, list[0].ID); err != nil || may() {
			t.Errorf("after its end: %v", err)
		}
	})
}
