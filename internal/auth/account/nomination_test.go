package account_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
)

func rights(roles ...auth.Role) account.Rights { return account.Rights{Roles: roles} }

// roles is what an account may do now, as words.
func (o *office) roles(id string) string {
	o.t.Helper()
	u, err := o.User(o.t.Context(), program, id)
	o.must(err)
	return fmt.Sprint(u.Roles)
}

// second is another administrator, so that nobody is alone.
func (o *office) second() account.User {
	return o.add("second@office.example", "Second", "nine copper bells under water", auth.Administrator)
}

// ASVS 2.3.5.
func TestTheRoleAdministratorIsGivenByTwo(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, chief, second := t.Context(), o.chief.Actor(), o.second()
		s, err := o.SignIn(ctx, account.Attempt{Email: caseEmail, Password: casePassword})
		o.must(err)
		o.must(o.SetRights(ctx, chief, o.case1.ID, account.Rights{Roles: []auth.Role{auth.Caseworker, auth.Reader, auth.Administrator}, MayApprove: true}))
		if u, err := o.User(ctx, program, o.case1.ID); err != nil || fmt.Sprint(u.Roles) != "[caseworker reader]" || !u.MayApprove {
			t.Fatalf("the rest is given at once: %+v %v", u.Rights, err)
		}
		for name, refused := range map[string]struct {
			by   auth.Actor
			want *account.Refusal
		}{"by who asked": {chief, account.ErrSame}, "by the account itself": {o.case1.Actor(), account.ErrNotYours}, "by nobody": {auth.Actor{}, account.ErrNotYours}} {
			if err := o.AgreeNomination(ctx, refused.by, o.case1.ID); err != error(refused.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		o.must(o.SetRights(ctx, second.Actor(), o.case1.ID, rights(auth.Caseworker, auth.Reader, auth.Administrator)))
		if all, err := o.Nominations(ctx, chief); err != nil || len(all) != 1 || all[0].By.ID != o.chief.ID || o.roles(o.case1.ID) != "[caseworker reader]" {
			t.Errorf("asking for it twice gives it: %+v %v", all, err)
		}
		o.must(o.AgreeNomination(ctx, second.Actor(), o.case1.ID))
		if o.roles(o.case1.ID) != "[caseworker administrator reader]" {
			t.Error(o.roles(o.case1.ID))
		}
		if _, _, err := o.Session(ctx, s.Cookie); !errors.Is(err, account.ErrNobody) {
			t.Errorf("a session of before goes on: %v", err)
		}
		o.want(o.AgreeNomination(ctx, second.Actor(), o.case1.ID), account.ErrGone)
		events, err := o.Events(ctx, program, account.EventFilter{AccountID: o.case1.ID, Kinds: []account.EventKind{account.Nominated, account.NominationAgreed}})
		o.must(err)
		if len(events) != 2 || events[0].ActorID != second.ID || events[1].ActorID != o.chief.ID {
			t.Errorf("%+v", events)
		}
	})
}

func TestANominationIsDeclinedTakenBackOrEndsByItself(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, chief, second := t.Context(), o.chief.Actor(), o.second().Actor()
		third := o.add("third@office.example", "Third", "ten copper bells under water", auth.Administrator)
		ask := func() { o.must(o.SetRights(ctx, chief, o.case1.ID, rights(auth.Administrator, auth.Caseworker))) }
		gone := func(what string) {
			t.Helper()
			if all, err := o.Nominations(ctx, second); err != nil || len(all) != 0 {
				t.Errorf("%s: %+v %v", what, all, err)
			}
			o.want(o.AgreeNomination(ctx, second, o.case1.ID), account.ErrGone)
			if o.roles(o.case1.ID) != "[caseworker]" {
				t.Errorf("%s: %s", what, o.roles(o.case1.ID))
			}
		}
		for what, by := range map[string]auth.Actor{"taken back": chief, "declined": second} {
			ask()
			o.want(o.EndNomination(ctx, o.case1.Actor(), o.case1.ID), account.ErrNotYours)
			o.must(o.EndNomination(ctx, by, o.case1.ID))
			gone(what)
			o.want(o.EndNomination(ctx, by, o.case1.ID), account.ErrGone)
		}
		ask()
		o.clock.pass(7 * 24 * time.Hour)
		gone("a week later")
		ask()
		o.must(o.Disable(ctx, second, o.case1.ID))
		o.must(o.Enable(ctx, second, o.case1.ID))
		gone("disabled meanwhile")
		ask()
		o.must(o.SetRights(ctx, second, o.chief.ID, rights(auth.Caseworker)))
		gone("by who is no administrator any more")
		o.must(o.SetRights(ctx, second, o.case1.ID, rights(auth.Administrator, auth.Caseworker)))
		o.must(o.SetRights(ctx, program, third.ID, rights(auth.Caseworker)))
		o.want(o.AgreeNomination(ctx, third.Actor(), o.case1.ID), account.ErrNotYours) // his request began before
	})
}

func TestAnInvitationToBeAnAdministratorWaitsForTheSecond(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, chief, second := t.Context(), o.chief.Actor(), o.second().Actor()
		invite := func(email string, roles ...auth.Role) account.User {
			u, err := o.AddUser(ctx, chief, account.NewUser{Email: email, Name: "New", Rights: rights(roles...)})
			o.must(err)
			return u
		}
		u := invite("new@office.example", auth.Administrator)
		if o.roles(u.ID) != "[]" || len(u.Roles) != 0 {
			t.Fatalf("%+v", u)
		}
		for _, offer := range []func() (string, error){func() (string, error) { return o.Invite(ctx, chief, u.ID) }, func() (string, error) { return o.Reset(ctx, chief, u.ID) }} {
			if _, err := offer(); err != error(account.ErrAwaits) {
				t.Errorf("a link is made: %v", err)
			}
		}
		o.want(o.AgreeNomination(ctx, chief, u.ID), account.ErrSame)
		o.must(o.AgreeNomination(ctx, second, u.ID))
		key, err := o.Invite(ctx, chief, u.ID)
		o.must(err)
		_, err = o.Accept(ctx, account.InviteLinkKind, key, "eleven copper bells under water")
		o.must(err)
		if o.roles(u.ID) != "[administrator]" {
			t.Error(o.roles(u.ID))
		}
		if both := invite("both@office.example", auth.Reader, auth.Administrator); o.roles(both.ID) != "[reader]" {
			t.Error(o.roles(both.ID))
		}
		// Who was one and was disabled comes back in the same way.
		o.must(o.Disable(ctx, chief, u.ID))
		o.must(o.Enable(ctx, chief, u.ID))
		if back, err := o.User(ctx, program, u.ID); err != nil || !back.Disabled() {
			t.Errorf("enabled by one: %+v %v", back, err)
		}
		o.must(o.AgreeNomination(ctx, second, u.ID))
		if back, err := o.User(ctx, program, u.ID); err != nil || back.Disabled() || o.roles(u.ID) != "[administrator]" {
			t.Errorf("%+v %v", back, err)
		}
	})
}

// Whoever takes another administrator's account over by a link is one person, not two.
func TestNobodyAgreesByAnAccountThatHeLetHimselfInTo(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, chief, second := t.Context(), o.chief, o.second()
		takeOver := func(by, whose account.User, password string) {
			key, err := o.Reset(ctx, by.Actor(), whose.ID)
			o.must(err)
			_, err = o.Accept(ctx, account.ResetLinkKind, key, password)
			o.must(err)
		}
		takeOver(chief, second, "twelve copper bells under water")
		o.must(o.SetRights(ctx, chief.Actor(), o.case1.ID, rights(auth.Administrator)))
		o.want(o.AgreeNomination(ctx, second.Actor(), o.case1.ID), account.ErrSame)
		o.must(o.EndNomination(ctx, chief.Actor(), o.case1.ID))
		o.must(o.SetRights(ctx, second.Actor(), o.case1.ID, rights(auth.Administrator)))
		o.want(o.AgreeNomination(ctx, chief.Actor(), o.case1.ID), account.ErrSame)
		o.clock.pass(6 * 24 * time.Hour)
		_, err := o.Sweep(ctx)
		o.must(err)
		o.want(o.AgreeNomination(ctx, chief.Actor(), o.case1.ID), account.ErrSame)
	})
}

// So is whoever uses the invitation that he made for somebody else.
func TestNobodyAgreesByAnAccountThatHeInvitedAndTookHimself(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, chief, second := t.Context(), o.chief, o.second()
		puppet, err := o.AddUser(ctx, chief.Actor(), account.NewUser{Email: "new@office.example", Name: "Runa Felk", Rights: rights(auth.Caseworker)})
		o.must(err)
		key, err := o.Invite(ctx, chief.Actor(), puppet.ID)
		o.must(err)
		_, err = o.Accept(ctx, account.InviteLinkKind, key, "twelve copper bells under water")
		o.must(err)
		o.must(o.SetRights(ctx, chief.Actor(), puppet.ID, rights(auth.Administrator)))
		o.must(o.AgreeNomination(ctx, second.Actor(), puppet.ID)) // who takes it for a colleague
		puppet, err = o.User(ctx, program, puppet.ID)
		o.must(err)
		o.must(o.SetRights(ctx, chief.Actor(), o.case1.ID, rights(auth.Administrator)))
		o.want(o.AgreeNomination(ctx, puppet.Actor(), o.case1.ID), account.ErrSame)
		o.must(o.AgreeNomination(ctx, second.Actor(), o.case1.ID))
	})
}

// Where nobody else could agree it is given at once, and every supervisor is told.
func TestTheOnlyAdministratorMakesAnotherAndTheSupervisorsAreTold(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, chief := t.Context(), o.chief.Actor()
		lead := o.add("lead@office.example", "Lead", "nine silver spoons at noon", auth.Supervisor)
		off := o.add("off@office.example", "Off", "ten silver spoons at noon", auth.Supervisor, auth.Administrator)
		o.must(o.Disable(ctx, program, off.ID))
		s, err := o.SignIn(ctx, account.Attempt{Email: "lead@office.example", Password: "nine silver spoons at noon"})
		o.must(err)
		told := func() (ids []string) {
			_, now, err := o.Session(ctx, s.Cookie)
			o.must(err)
			events, err := o.Alerts(ctx, now)
			o.must(err)
			for _, e := range events {
				if e.Kind != account.MadeAlone || e.ActorID != chief.ID {
					t.Errorf("%+v", e)
				}
				ids = append(ids, e.SubjectID)
			}
			slices.Sort(ids)
			return ids
		}
		u, err := o.AddUser(ctx, chief, account.NewUser{Email: "new@office.example", Name: "New", Rights: rights(auth.Administrator)})
		o.must(err)
		if o.roles(u.ID) != "[administrator]" || !slices.Equal(told(), []string{u.ID}) {
			t.Errorf("%s, told of %v", o.roles(u.ID), told())
		}
		// Who was invited and never came cannot agree either.
		o.must(o.SetRights(ctx, chief, o.case1.ID, rights(auth.Administrator)))
		if o.roles(o.case1.ID) != "[administrator]" || len(told()) != 2 {
			t.Errorf("%s, told of %v", o.roles(o.case1.ID), told())
		}
		waiting, err := o.WaitingNotices(ctx)
		o.must(err)
		if len(waiting) != 1 || waiting[0].Email != lead.Email || waiting[0].Kind != account.NoticeSecurity || waiting[0].Due != 2 {
			t.Errorf("%+v", waiting)
		}
		o.must(o.SetRights(ctx, chief, lead.ID, rights(auth.Supervisor, auth.Administrator)))
		if o.roles(lead.ID) != "[supervisor]" {
			t.Error("with a second there it is given by one")
		}
	})
}

// Of many who decide at the same moment, one does.
func TestOfManyWhoDecideOnANominationAtOnceOneDoes(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, chief, second := t.Context(), o.chief.Actor(), o.second().Actor()
		for range 5 {
			o.must(o.SetRights(ctx, program, o.case1.ID, rights(auth.Caseworker)))
			o.must(o.SetRights(ctx, chief, o.case1.ID, rights(auth.Caseworker, auth.Administrator)))
			var wg sync.WaitGroup
			errs := make([]error, 8)
			for i := range errs {
				wg.Go(func() {
					switch {
					case i == 0:
						errs[i] = o.EndNomination(ctx, chief, o.case1.ID)
					case i%2 == 1:
						errs[i] = o.AgreeNomination(ctx, chief, o.case1.ID)
					default:
						errs[i] = o.AgreeNomination(ctx, second, o.case1.ID)
					}
				})
			}
			wg.Wait()
			done := 0
			for i, err := range errs {
				switch {
				case err == nil && i%2 == 1:
					t.Error("who asked has agreed")
				case err == nil:
					done++
				case !errors.Is(err, account.ErrGone) && !errors.Is(err, account.ErrSame):
					t.Error(err)
				}
			}
			want := "[caseworker administrator]"
			if errs[0] == nil {
				want = "[caseworker]"
			}
			if done != 1 || o.roles(o.case1.ID) != want {
				t.Errorf("%d have decided, and it is %s", done, o.roles(o.case1.ID))
			}
		}
	})
}
