package account_test

import (
	"strings"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/i18n"
)

func TestOnlyAnAdministratorChangesAccounts(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		for _, by := range []auth.Actor{{}, o.case1.Actor(), {ID: "x", Roles: []auth.Role{auth.Supervisor, auth.Reader}}} {
			_, err := o.AddUser(ctx, by, account.NewUser{Email: "x@office.example", Name: "X", Rights: account.Rights{Roles: []auth.Role{auth.Reader}}})
			o.want(err, account.ErrNotYours)
			o.want(o.SetRights(ctx, by, o.case1.ID, account.Rights{Roles: auth.Roles}), account.ErrNotYours)
			o.want(o.Disable(ctx, by, o.chief.ID), account.ErrNotYours)
			o.want(o.Enable(ctx, by, o.chief.ID), account.ErrNotYours)
			o.want(o.Rename(ctx, by, o.chief.ID, "Y"), account.ErrNotYours)
			_, err = o.Invite(ctx, by, o.chief.ID)
			o.want(err, account.ErrNotYours)
			_, err = o.Reset(ctx, by, o.chief.ID)
			o.want(err, account.ErrNotYours)
			_, err = o.Users(ctx, by)
			o.want(err, account.ErrNotYours)
			_, err = o.UserByEmail(ctx, by, chiefEmail)
			o.want(err, account.ErrNotYours)
			_, err = o.Events(ctx, by, account.EventFilter{})
			o.want(err, account.ErrNotYours)
		}
	})
}

func TestABadAccountIsRefusedWithItsField(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		good := account.NewUser{Email: "new@office.example", Name: "New", Rights: account.Rights{Roles: []auth.Role{auth.Reader}}}
		for name, c := range map[string]struct {
			change func(n *account.NewUser)
			want   *account.Refusal
		}{
			"no address":       {func(n *account.NewUser) { n.Email = "new" }, account.ErrEmail},
			"address and name": {func(n *account.NewUser) { n.Email = "New <new@office.example>" }, account.ErrEmail},
			"line in address":  {func(n *account.NewUser) { n.Email = "a@b.example\nBcc: c" }, account.ErrEmail},
			"long address":     {func(n *account.NewUser) { n.Email = strings.Repeat("x", 250) + "@b.example" }, account.ErrEmail},
			"taken address":    {func(n *account.NewUser) { n.Email = strings.ToUpper(caseEmail) }, account.ErrTaken},
			"no name":          {func(n *account.NewUser) { n.Name = "  " }, account.ErrName},
			"NUL in name":      {func(n *account.NewUser) { n.Name = "a\x00b" }, account.ErrName},
			"long name":        {func(n *account.NewUser) { n.Name = strings.Repeat("ن", 121) }, account.ErrName},
			"no role":          {func(n *account.NewUser) { n.Roles = nil }, account.ErrRoles},
			"unknown role":     {func(n *account.NewUser) { n.Roles = []auth.Role{"root"} }, account.ErrRoles},
			"unknown language": {func(n *account.NewUser) { n.Language = "tlh" }, account.ErrLanguage},
			"its own address":  {func(n *account.NewUser) { n.Password = "new-office-example-7" }, account.ErrPasswordContext},
		} {
			n := good
			c.change(&n)
			if _, err := o.AddUser(t.Context(), program, n); err != error(c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		u, err := o.AddUser(t.Context(), program, good)
		o.must(err)
		if !u.Invited || u.Language != "en" {
			t.Errorf("%+v", u)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		reader := account.Rights{Roles: []auth.Role{auth.Reader}}
		o.want(o.Disable(ctx, program, o.chief.ID), account.ErrLast)
		o.want(o.SetRights(ctx, o.chief.Actor(), o.chief.ID, reader), account.ErrLast)
		if u, err := o.User(ctx, program, o.chief.ID); err != nil || u.Disabled() || len(u.Roles) != 1 || u.Roles[0] != auth.Administrator {
			t.Errorf("%+v %v", u, err)
		}
		o.add("second@office.example", "Second", "", auth.Administrator)
		o.must(o.Disable(ctx, program, o.chief.ID))
		o.must(o.Enable(ctx, program, o.chief.ID))
	})
}

func TestNamesAreFoundByIdAndByAddress(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		byID, err := o.Names(t.Context(), o.case1.ID, o.chief.ID, o.case1.ID, "system", "' OR 1=1")
		o.must(err)
		if len(byID) != 2 || byID[o.case1.ID].Name != "Davud Ersen" {
			t.Errorf("%+v", byID)
		}
		byEmail, err := o.NamesByEmail(t.Context(), "DAVUD.ersen@office.example", "nobody@office.example")
		o.must(err)
		if len(byEmail) != 1 || byEmail["DAVUD.ersen@office.example"].ID != o.case1.ID {
			t.Errorf("%+v", byEmail)
		}
		none, err := o.Names(t.Context())
		o.must(err)
		if len(none) != 0 {
			t.Errorf("%+v", none)
		}
		o.must(o.Disable(t.Context(), program, o.case1.ID))
		left, err := o.Colleagues(t.Context())
		o.must(err)
		if len(left) != 1 || left[0].ID != o.chief.ID {
			t.Errorf("%+v", left)
		}
	})
}

func TestTheFirstAdministratorComesByALinkThatWorksOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		o := empty(t, db)
		ctx := t.Context()
		if first, err := o.Empty(ctx); err != nil || !first {
			t.Fatalf("%v %v", first, err)
		}
		old, err := o.SetupLink(ctx)
		o.must(err)
		key, err := o.SetupLink(ctx)
		o.must(err)
		_, err = o.Link(ctx, account.SetupLinkKind, old)
		o.want(err, account.ErrLink)
		_, err = o.Link(ctx, account.ResetLinkKind, key)
		o.want(err, account.ErrLink)
		_, err = o.Link(ctx, account.SetupLinkKind, key)
		o.must(err)
		n := account.NewUser{Email: chiefEmail, Name: "Mira Tolen", Password: "short"}
		_, err = o.Setup(ctx, key, n)
		o.want(err, account.ErrPasswordShort)
		n.Password = ""
		_, err = o.Setup(ctx, key, n)
		o.want(err, account.ErrPasswordShort)
		n.Password = chiefPassword
		u, err := o.Setup(ctx, key, n)
		o.must(err)
		if !u.Actor().May(auth.Administer) || u.Actor().Staff() {
			t.Errorf("%+v", u)
		}
		_, err = o.Setup(ctx, key, n)
		o.want(err, account.ErrLink)
		_, err = o.Link(ctx, account.SetupLinkKind, key)
		o.want(err, account.ErrLink)
		_, err = o.SetupLink(ctx)
		o.want(err, account.ErrSetUp)
		o.signIn(chiefEmail, chiefPassword)
	})
}

func TestASetUpLinkEndsAfterAnHour(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		o := empty(t, db)
		key, err := o.SetupLink(t.Context())
		o.must(err)
		o.clock.pass(time.Hour)
		_, err = o.Setup(t.Context(), key, account.NewUser{Email: chiefEmail, Name: "Mira", Password: chiefPassword})
		o.want(err, account.ErrLink)
	})
}

func TestAnInvitationWorksOnceWithinADayForItsAccount(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		u := o.add("new@office.example", "New Colleague", "", auth.Reader)
		o.want(func() error { _, err := o.Invite(ctx, program, o.case1.ID); return err }(), account.ErrUnknown)
		late, err := o.Invite(ctx, o.chief.Actor(), u.ID)
		o.must(err)
		o.clock.pass(24 * time.Hour)
		_, err = o.Accept(ctx, account.InviteLinkKind, late, casePassword)
		o.want(err, account.ErrLink)
		replaced, err := o.Invite(ctx, o.chief.Actor(), u.ID)
		o.must(err)
		key, err := o.Invite(ctx, o.chief.Actor(), u.ID)
		o.must(err)
		_, err = o.Accept(ctx, account.InviteLinkKind, replaced, casePassword)
		o.want(err, account.ErrLink)
		_, err = o.Accept(ctx, account.SetupLinkKind, key, casePassword)
		o.want(err, account.ErrLink)
		l, err := o.Link(ctx, account.InviteLinkKind, key)
		o.must(err)
		if l.User.ID != u.ID || !l.User.Invited {
			t.Errorf("%+v", l)
		}
		_, err = o.Accept(ctx, account.InviteLinkKind, key, "colleague new")
		o.want(err, account.ErrPasswordContext)
		got, err := o.Accept(ctx, account.InviteLinkKind, key, casePassword)
		o.must(err)
		if got.ID != u.ID || got.Invited {
			t.Errorf("%+v", got)
		}
		_, err = o.Accept(ctx, account.InviteLinkKind, key, chiefPassword)
		o.want(err, account.ErrLink)
		o.signIn("new@office.example", casePassword)
	})
}

func TestALinkOfADisabledAccountIsDead(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		key, err := o.Reset(t.Context(), program, o.case1.ID)
		o.must(err)
		o.must(o.Disable(t.Context(), program, o.case1.ID))
		_, err = o.Accept(t.Context(), account.ResetLinkKind, key, "eleven kites over the harbour")
		o.want(err, account.ErrLink)
		_, err = o.Reset(t.Context(), program, o.case1.ID)
		o.want(err, account.ErrUnknown)
	})
}

func TestATokenActsForItsAccountUntilItEnds(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, me := t.Context(), o.case1.Actor()
		_, _, err := o.AddToken(ctx, me, account.NewToken{AccountID: o.chief.ID, Label: "x"})
		o.want(err, account.ErrNotYours)
		_, _, err = o.AddToken(ctx, me, account.NewToken{AccountID: me.ID, Label: " "})
		o.want(err, account.ErrLabel)
		_, _, err = o.AddToken(ctx, me, account.NewToken{AccountID: me.ID, Label: "x", Ends: o.clock.now().AddDate(2, 0, 0)})
		o.want(err, account.ErrExpires)
		key, token, err := o.AddToken(ctx, me, account.NewToken{AccountID: me.ID, Label: "nightly script"})
		o.must(err)
		if !strings.HasPrefix(key, "amp_") || len(key) != 47 {
			t.Errorf("token %q", key)
		}
		actor, err := o.TokenActor(ctx, key)
		o.must(err)
		if actor.ID != me.ID || !actor.Has(auth.Caseworker) {
			t.Errorf("%+v", actor)
		}
		all, err := o.Tokens(ctx, me, me.ID)
		o.must(err)
		if len(all) != 1 || all[0].Label != "nightly script" || !all[0].UsedAt.Equal(o.clock.now()) {
			t.Errorf("%+v", all)
		}
		for _, bad := range []string{"", "amp_", key + "x", strings.TrimPrefix(key, "amp_"), "Bearer " + key, "amp_\x00"} {
			_, err := o.TokenActor(ctx, bad)
			o.want(err, account.ErrNobody)
		}
		o.must(o.Disable(ctx, program, me.ID))
		_, err = o.TokenActor(ctx, key)
		o.want(err, account.ErrNobody)
		o.must(o.Enable(ctx, program, me.ID))
		_, err = o.TokenActor(ctx, key)
		o.must(err)
		o.want(o.RevokeToken(ctx, auth.Actor{ID: "stranger"}, token.ID), account.ErrGone)
		o.must(o.RevokeToken(ctx, me, token.ID))
		_, err = o.TokenActor(ctx, key)
		o.want(err, account.ErrNobody)

		key, _, err = o.AddToken(ctx, me, account.NewToken{AccountID: me.ID, Label: "short", Ends: o.clock.now().Add(time.Hour)})
		o.must(err)
		o.clock.pass(time.Hour)
		_, err = o.TokenActor(ctx, key)
		o.want(err, account.ErrNobody)
	})
}

func TestExportsAndRefusalsAreNotedAndOwnEventsCanBeRead(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		me := o.case1.Actor()
		o.must(o.Note(t.Context(), me, account.Exported, "people", 57))
		o.must(o.Note(t.Context(), me, account.Refused, "", 0))
		mine, err := o.Events(t.Context(), me, account.EventFilter{AccountID: me.ID, Kinds: []account.EventKind{account.Exported}})
		o.must(err)
		if len(mine) != 1 || mine[0].Count != 57 || mine[0].SubjectID != "people" {
			t.Errorf("%+v", mine)
		}
		_, err = o.Events(t.Context(), me, account.EventFilter{AccountID: o.chief.ID})
		o.want(err, account.ErrNotYours)
	})
}

func TestTheLanguageOfAnAccountReachesItsSessions(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		s := o.signIn(caseEmail, casePassword)
		o.want(o.SetLanguage(t.Context(), o.case1.ID, "tlh"), account.ErrLanguage)
		o.must(o.SetLanguage(t.Context(), o.case1.ID, "ar"))
		_, found, err := o.Session(t.Context(), s.Cookie)
		o.must(err)
		if found.Language != "ar" {
			t.Errorf("reads %s", found.Language)
		}
	})
}

func TestEveryRefusalRoleAndEventHasItsWords(t *testing.T) {
	for _, l := range i18n.Languages() {
		r := i18n.In(l.Code)
		for _, refusal := range account.Refusals() {
			if refusal.Words(r) == "" {
				t.Errorf("%s: %s", l.Code, refusal.Key)
			}
		}
		for _, role := range auth.Roles {
			r.T("role." + string(role))
			r.T("role." + string(role) + ".about")
		}
		for _, kind := range account.EventKinds {
			r.T("event." + string(kind))
		}
	}
}
