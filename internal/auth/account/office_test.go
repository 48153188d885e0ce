package account_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
)

// The office of the tests: two people with passwords and a clock that moves
// only when it is told to.
type office struct {
	*account.Office
	t     *testing.T
	db    *database.DB
	clock *clock
	chief account.User // administrator
	case1 account.User // caseworker
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

const (
	chiefEmail, chiefPassword = "mira.tolen@office.example", "quiet lanterns cross rivers"
	caseEmail, casePassword   = "davud.ersen@office.example", "seven clouds above orchards"
)

var program = auth.System("test")

func open(t *testing.T, db *database.DB) *office {
	t.Helper()
	o := empty(t, db)
	o.chief = o.add(chiefEmail, "Mira Tolen", chiefPassword, auth.Administrator)
	o.case1 = o.add(caseEmail, "Davud Ersen", casePassword, auth.Caseworker)
	return o
}

func empty(t *testing.T, db *database.DB) *office {
	t.Helper()
	c := &clock{at: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	o, err := account.Open(db, account.Options{Cost: account.TestCost, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	return &office{Office: o, t: t, db: db, clock: c}
}

func (o *office) add(email, name, password string, roles ...auth.Role) account.User {
	o.t.Helper()
	u, err := o.AddUser(o.t.Context(), program, account.NewUser{Email: email, Name: name, Password: password, Rights: account.Rights{Roles: roles}})
	o.must(err)
	return u
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) want(err, refusal error) {
	o.t.Helper()
	if !errors.Is(err, refusal) {
		o.t.Fatalf("got %v, want %v", err, refusal)
	}
}

func (o *office) signIn(email, password string) account.Session {
	o.t.Helper()
	s, err := o.SignIn(o.t.Context(), account.Attempt{Email: email, Password: password, Address: "192.0.2.7"})
	o.must(err)
	return s
}

func (o *office) alive(s account.Session) bool {
	o.t.Helper()
	_, _, err := o.Session(o.t.Context(), s.Cookie)
	if err != nil && !errors.Is(err, account.ErrNobody) {
		o.t.Fatal(err)
	}
	return err == nil
}

func (o *office) events(kind account.EventKind) []account.Event {
	o.t.Helper()
	all, err := o.Events(o.t.Context(), program, account.EventFilter{Kinds: []account.EventKind{kind}})
	o.must(err)
	return all
}

func each(t *testing.T, do func(t *testing.T, o *office)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *database.DB) { do(t, open(t, db)) })
}

func TestWhoHasThePasswordGetsASession(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		s, err := o.SignIn(t.Context(), account.Attempt{
			Email: "  Davud.Ersen@OFFICE.example ", Password: casePassword, Address: "192.0.2.7",
			Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		})
		o.must(err)
		actor, found, err := o.Session(t.Context(), s.Cookie)
		o.must(err)
		if actor.ID != o.case1.ID || actor.Email != caseEmail || !actor.Has(auth.Caseworker) || actor.May(auth.Administer) {
			t.Errorf("actor %+v", actor)
		}
		if found.ID != s.ID || found.Agent != "Firefox, Linux" || found.Language != "en" || !found.ProvedAt.Equal(o.clock.now()) {
			t.Errorf("session %+v", found)
		}
		u, err := o.User(t.Context(), actor, o.case1.ID)
		o.must(err)
		if !u.SignedInAt.Equal(o.clock.now()) {
			t.Errorf("last sign-in %v", u.SignedInAt)
		}
		if e := o.events(account.SignedIn); len(e) != 1 || e[0].SubjectID != s.ID || e[0].AccountID != o.case1.ID {
			t.Errorf("events %+v", e)
		}
	})
}

func TestAFailedSignInSaysTheSameWhateverTheReason(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		off := o.add("gone@office.example", "Gone Away", casePassword, auth.Reader)
		o.must(o.Disable(t.Context(), program, off.ID))
		o.add("invited@office.example", "Not Here Yet", "", auth.Reader)
		for name, a := range map[string]account.Attempt{
			"wrong password": {Email: caseEmail, Password: chiefPassword},
			"no account":     {Email: "nobody@office.example", Password: casePassword},
			"disabled":       {Email: "gone@office.example", Password: casePassword},
			"invited":        {Email: "invited@office.example", Password: ""},
			"no address":     {Email: "' OR 1=1 --", Password: casePassword},
			"nothing":        {},
			"NUL and noise":  {Email: "a\x00b\xff@x", Password: "\x00\xff"},
			"very long":      {Email: strings.Repeat("x", 1<<16), Password: strings.Repeat("x", 1<<16)},
		} {
			_, err := o.SignIn(t.Context(), a)
			if !errors.Is(err, account.ErrWrong) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if e := o.events(account.SignInFailed); len(e) != 8 {
			t.Errorf("%d failures noted", len(e))
		}
	})
}

func TestGuessesAreSlowedAlikeForAccountsThatExistAndThatDoNot(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for _, email := range []string{caseEmail, "nobody@office.example"} {
			guess := account.Attempt{Email: email, Password: "wrong but long enough", Address: "192.0.2.1"}
			for range 5 {
				_, err := o.SignIn(t.Context(), guess)
				o.want(err, account.ErrWrong)
			}
			for range 20 {
				_, err := o.SignIn(t.Context(), guess)
				o.want(err, account.ErrSlow)
			}
			o.clock.pass(time.Minute)
			_, err := o.SignIn(t.Context(), guess)
			o.want(err, account.ErrWrong)
			_, err = o.SignIn(t.Context(), guess)
			var r *account.Refusal
			if !errors.As(err, &r) || r.Wait != 2*time.Minute {
				t.Errorf("%s: %v, wait %v", email, err, r)
			}
		}
	})
}

func TestStrangersCannotLockTheOwnerOut(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		before := o.signIn(caseEmail, casePassword)
		attack := func() {
			for range 500 {
				_, err := o.SignIn(t.Context(), account.Attempt{Email: caseEmail, Password: "wrong but long enough", Address: "198.51.100.9"})
				if errors.Is(err, account.ErrSlow) {
					o.clock.pass(20 * time.Second)
				}
			}
		}
		attack()
		_, err := o.SignIn(t.Context(), account.Attempt{Email: caseEmail, Password: casePassword, Address: "192.0.2.7"})
		if err != nil && !errors.Is(err, account.ErrSlow) {
			t.Fatal(err)
		}
		s, err := o.SignIn(t.Context(), account.Attempt{Email: caseEmail, Password: casePassword, Address: "192.0.2.7", Device: before.Device})
		o.must(err)
		if s.Device == before.Device || s.Device == "" {
			t.Error("the device's secret was not renewed")
		}

		attack()
		key, err := o.Reset(t.Context(), o.chief.Actor(), o.case1.ID)
		o.must(err)
		_, err = o.Accept(t.Context(), account.ResetLinkKind, key, "eleven kites over the harbour")
		o.must(err)
		_, err = o.SignIn(t.Context(), account.Attempt{Email: caseEmail, Password: "eleven kites over the harbour", Address: "192.0.2.7"})
		o.must(err)
	})
}

func TestTheWaitHasABoundAndIsNotStretchedByTryingOn(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		guess := account.Attempt{Email: caseEmail, Password: "wrong but long enough", Address: "192.0.2.1"}
		for range 40 {
			_, err := o.SignIn(t.Context(), guess)
			var r *account.Refusal
			if !errors.As(err, &r) || r.Wait > 5*time.Minute {
				t.Fatalf("%v %+v", err, r)
			}
			o.clock.pass(r.Wait)
		}
		o.clock.pass(5 * time.Minute)
		o.signIn(caseEmail, casePassword)
	})
}

func TestAnotherPersonsDeviceHelpsNobody(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		mine := o.signIn(chiefEmail, chiefPassword)
		guess := account.Attempt{Email: caseEmail, Password: "wrong but long enough", Address: "192.0.2.1", Device: mine.Device}
		for range 5 {
			_, err := o.SignIn(t.Context(), guess)
			o.want(err, account.ErrWrong)
		}
		_, err := o.SignIn(t.Context(), guess)
		o.want(err, account.ErrSlow)
	})
}

func TestAnAddressThatTriesManyAccountsIsSlowed(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		var slow bool
		for i := range 40 {
			_, err := o.SignIn(t.Context(), account.Attempt{
				Email: strings.Repeat("x", i+1) + "@office.example", Password: "wrong but long enough",
				Address: "2001:db8:1:2::" + string(rune('1'+i%9)),
			})
			slow = slow || errors.Is(err, account.ErrSlow)
		}
		if !slow {
			t.Error("40 accounts were tried from one network")
		}
		_, err := o.SignIn(t.Context(), account.Attempt{Email: caseEmail, Password: casePassword, Address: "2001:db8:ffff::1"})
		o.must(err)
	})
}

func TestManyGuessesAtOnceAreCountedLikeManyInARow(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		var wrong, slow int
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 30 {
			all.Go(func() {
				_, err := o.SignIn(t.Context(), account.Attempt{Email: caseEmail, Password: "wrong but long enough", Address: "192.0.2.1"})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case errors.Is(err, account.ErrWrong):
					wrong++
				case errors.Is(err, account.ErrSlow):
					slow++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if wrong != 5 || slow != 25 {
			t.Errorf("%d compared, %d slowed", wrong, slow)
		}
	})
}

func TestManyRightSignInsAtOnceAllSucceed(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := o.SignIn(t.Context(), account.Attempt{Email: caseEmail, Password: casePassword, Address: "192.0.2.1"}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

func TestNothingThatOpensIsKeptInTheClear(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		s := o.signIn(caseEmail, casePassword)
		link, err := o.Reset(t.Context(), program, o.case1.ID)
		o.must(err)
		key, _, err := o.AddToken(t.Context(), o.case1.Actor(), account.NewToken{AccountID: o.case1.ID, Label: "script"})
		o.must(err)
		var found []string
		for table, columns := range map[string]string{
			"account": "password", "account_session": "hash || id || agent", "account_link": "hash || made_by",
			"account_token": "hash || id || label", "account_device": "hash", "account_guess": "subject",
		} {
			rows, err := o.db.Query(t.Context(), "SELECT "+columns+" FROM "+table)
			o.must(err)
			for rows.Next() {
				var text string
				o.must(rows.Scan(&text))
				found = append(found, text)
			}
			o.must(rows.Close())
		}
		whole := strings.Join(found, "\n")
		for _, secret := range []string{s.Cookie, s.Device, link, key, strings.TrimPrefix(key, account.TokenPrefix), casePassword, caseEmail, "192.0.2"} {
			if strings.Contains(whole, secret) {
				t.Errorf("%q is kept in the clear", secret)
			}
		}
		if !strings.Contains(whole, "$argon2id$v=19$") {
			t.Error("no argon2id hash")
		}
	})
}

func TestPasswordsAreHashedAtFullCostAndOlderHashesAreRaised(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		cheap := open(t, db)
		full, err := account.Open(db, account.Options{Now: cheap.clock.now})
		cheap.must(err)
		hash := func() (h string) {
			rows, err := db.Query(t.Context(), "SELECT password FROM account WHERE id = ?", cheap.case1.ID)
			cheap.must(err)
			defer rows.Close()
			rows.Next()
			cheap.must(rows.Scan(&h))
			return h
		}
		if strings.HasPrefix(hash(), "$argon2id$v=19$m=65536,t=3,p=2$") {
			t.Fatal("the test's hash is not cheap")
		}
		_, err = full.SignIn(t.Context(), account.Attempt{Email: caseEmail, Password: casePassword})
		cheap.must(err)
		if !strings.HasPrefix(hash(), "$argon2id$v=19$m=65536,t=3,p=2$") {
			t.Error("the hash was not raised at sign-in")
		}
		_, err = full.SignIn(t.Context(), account.Attempt{Email: caseEmail, Password: casePassword})
		cheap.must(err)
	})
}

func TestAPasswordIsTheSameHoweverItsLettersAreComposed(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.add("accent@office.example", "Accent", "caf\u00e9 over seven hills", auth.Reader)
		o.signIn("accent@office.example", "cafe\u0301 over seven hills")
	})
}

// Who reads and holds the last connection must not wait for who waits for it.
func TestWhatEverybodyIsCalledIsKnownWhileSomebodyReadsItAnew(t *testing.T) {
	db := dbtest.SQLite(t)
	o := open(t, db)
	if _, err := o.Directory(t.Context()); err != nil {
		t.Fatal(err)
	}
	db.Pool().SetMaxOpenConns(1)
	time.Sleep(1100 * time.Millisecond)
	rows, err := db.Query(t.Context(), "SELECT 1")
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 2)
	for range 2 { // one reads it anew and waits, the other must not
		go func() {
			_, err := o.Directory(t.Context())
			answered <- err
		}()
	}
	select {
	case err = <-answered:
	case <-time.After(5 * time.Second):
		t.Error("everybody waits")
	}
	if err := errors.Join(err, rows.Close(), <-answered); err != nil {
		t.Error(err)
	}
}
