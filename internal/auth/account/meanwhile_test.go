//go:build linux

package account_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"
	"golang.org/x/sys/unix"

	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
)

// full lets the disk take nothing more, or again.
func (o *office) full(full bool) {
	o.t.Helper()
	limit := unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}
	if full {
		limit.Cur = 4096
		o.t.Cleanup(func() {
			o.must(unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}))
		})
	}
	o.must(unix.Setrlimit(unix.RLIMIT_FSIZE, &limit))
	if err := o.Note(o.t.Context(), program, account.Exported, "", 1); database.IsFull(err) != full {
		o.t.Fatalf("a write: %v", err)
	}
}

// again is the program started anew on the same records.
func (o *office) again() *office {
	o.t.Helper()
	next, err := account.Open(o.db, account.Options{Cost: account.TestCost, Now: o.clock.now, Key: make([]byte, 32)})
	o.must(err)
	return &office{Office: next, t: o.t, db: o.db, clock: o.clock, chief: o.chief, case1: o.case1}
}

func TestWhileTheDiskIsFullSigningInGoesOnAndIsWrittenOnceThereIsRoom(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	before, chief := o.signIn(caseEmail, casePassword), o.signIn(chiefEmail, chiefPassword)
	o.full(true)
	s := o.signIn(caseEmail, casePassword)
	actor, found, err := o.Session(t.Context(), s.Cookie)
	o.must(err)
	if actor.ID != o.case1.ID || actor.Name != o.case1.Name || found.ID != s.ID || s.Device != "" {
		t.Errorf("%+v in %+v", actor, found)
	}
	if _, err := o.Prove(t.Context(), found, casePassword); !database.IsFull(err) {
		t.Errorf("a proof: %v", err)
	}
	if err := o.Put(t.Context(), found, "tray", "x"); !database.IsFull(err) {
		t.Errorf("a value: %v", err)
	}
	// Signing out counts, wherever the session lies.
	gone := o.signIn(caseEmail, casePassword)
	o.must(o.SignOut(t.Context(), gone.Cookie))
	o.must(o.SignOut(t.Context(), before.Cookie))
	if o.alive(gone) || o.alive(before) {
		t.Error("signed out but alive")
	}
	// Guesses are slowed as ever.
	guess := account.Attempt{Email: chiefEmail, Password: "wrong but long enough", Address: "192.0.2.99"}
	for range 5 {
		_, err := o.SignIn(t.Context(), guess)
		o.want(err, account.ErrWrong)
	}
	_, err = o.SignIn(t.Context(), guess)
	o.want(err, account.ErrSlow)
	at := o.clock.now()
	o.clock.pass(10 * time.Minute)
	if !o.alive(s) {
		t.Error("ended early")
	}

	o.full(false)
	if !o.alive(s) {
		t.Error("with room again the session is lost")
	}
	next := o.again()
	if !next.alive(s) || !next.alive(chief) || next.alive(gone) || next.alive(before) {
		t.Error("not exactly the sessions that live are in the table")
	}
	signedIn, slowed := 0, 0
	for _, e := range o.events(account.SignedIn) {
		if e.AccountID == o.case1.ID && e.At.Equal(at) {
			signedIn++
		}
	}
	for _, e := range o.events(account.SignInFailed) {
		if e.AccountID == o.chief.ID && e.At.Equal(at) {
			slowed++
		}
	}
	if signedIn != 3 || slowed != 5 || len(o.events(account.SignedOut)) != 2 {
		t.Errorf("noted are %d sign-ins, %d failures, %d ends", signedIn, slowed, len(o.events(account.SignedOut)))
	}
	o.clock.pass(-8 * time.Minute)
	guess.Password = chiefPassword
	if _, err = next.SignIn(t.Context(), guess); err != nil {
		t.Errorf("the wait is longer than it was: %v", err)
	}
	o.clock.pass(39 * time.Minute)
	if o.alive(s) || next.alive(s) {
		t.Error("it does not end of idleness")
	}
}

func TestASessionInMemoryEndsWithItsTimeItsAccountAndItsPassword(t *testing.T) {
	for name, change := range map[string]struct {
		do   func(o, other *office) error
		ends bool
	}{
		"idle":     {func(o, _ *office) error { o.clock.pass(31 * time.Minute); return nil }, true},
		"in time":  {func(o, _ *office) error { o.clock.pass(29 * time.Minute); return nil }, false},
		"clock":    {func(o, _ *office) error { o.clock.pass(-time.Hour); return nil }, true},
		"disabled": {func(o, other *office) error { o.full(false); return other.Disable(o.t.Context(), program, o.case1.ID) }, true},
		"ended": {func(o, _ *office) error {
			o.full(false)
			return o.RevokeAll(o.t.Context(), o.chief.Actor(), o.case1.ID)
		}, true},
		"all ended": {func(o, _ *office) error {
			o.full(false)
			return o.RevokeEverybody(o.t.Context(), o.chief.Actor(), account.Locked)
		}, true},
		"another password": {func(o, other *office) error {
			o.full(false)
			key, err := other.Reset(o.t.Context(), program, o.case1.ID)
			o.must(err)
			_, err = other.Accept(o.t.Context(), account.ResetLinkKind, key, "eleven kites over the harbour")
			return err
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, dbtest.SQLite(t))
			o.full(true)
			s := o.signIn(caseEmail, casePassword)
			o.must(change.do(o, o.again()))
			if o.alive(s) == change.ends {
				t.Errorf("ended: %v", !change.ends)
			}
			o.full(false)
			_, err := o.Sweep(t.Context())
			o.must(err)
			if o.again().alive(s) == change.ends {
				t.Errorf("ended on the disk: %v", !change.ends)
			}
		})
	}
}

func TestACodeThatWasTakenInMemoryStaysSpent(t *testing.T) {
	o := open(t, dbtest.SQLite(t)).again()
	s := o.signIn(caseEmail, casePassword)
	seed := o.NewSeed(o.case1, s)
	code := func() string {
		c, err := hotp.GenerateCode(seed.Text, uint64(o.clock.now().Unix()/30))
		o.must(err)
		return c
	}
	_, recovery, err := o.AddCodes(t.Context(), s, seed.Sealed, code(), "")
	o.must(err)
	a := account.Attempt{Address: "192.0.2.7"}
	verify := func(o *office, code string) (account.Session, error) {
		_, half, err := o.Session(t.Context(), o.signIn(caseEmail, casePassword).Cookie)
		o.must(err)
		return o.Verify(t.Context(), half, code, a)
	}
	o.full(true)
	_, err = verify(o, code())
	o.want(err, account.ErrCode) // spent by setting up
	o.clock.pass(2 * time.Minute)
	half := o.signIn(caseEmail, casePassword)
	_, half, err = o.Session(t.Context(), half.Cookie)
	o.must(err)
	taken := code()
	whole, err := o.Verify(t.Context(), half, taken, a)
	o.must(err)
	if actor, _, err := o.Session(t.Context(), whole.Cookie); err != nil || actor.ID != o.case1.ID || o.alive(half) {
		t.Errorf("%+v, %v", actor, err)
	}
	_, err = verify(o, taken)
	o.want(err, account.ErrCode)
	if _, err := verify(o, recovery[0]); !database.IsFull(err) {
		t.Errorf("a recovery code is spent without a trace: %v", err)
	}
	if _, _, err := o.AddCodes(t.Context(), whole, seed.Sealed, code(), ""); err == nil {
		t.Error("a factor is set up without a trace")
	}
	// Started anew nobody knows what was taken: only what comes after counts.
	_, err = verify(o.again(), taken)
	o.want(err, account.ErrCode)

	o.clock.pass(2 * time.Minute)
	taken = code()
	var waits sync.WaitGroup
	var mu sync.Mutex
	in := 0
	_, half, err = o.Session(t.Context(), o.signIn(caseEmail, casePassword).Cookie)
	o.must(err)
	for range 20 {
		waits.Go(func() {
			_, err := o.Verify(t.Context(), half, taken, a)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			} else if !errors.Is(err, account.ErrCode) && !errors.Is(err, account.ErrNobody) && !errors.Is(err, account.ErrSlow) {
				t.Error(err)
			}
		})
	}
	waits.Wait()
	if in != 1 {
		t.Errorf("%d got in with one code", in)
	}
	o.full(false)
	o.clock.pass(20 * time.Second) // the code is good still, were it not spent
	_, err = o.Sweep(t.Context())
	o.must(err)
	for _, o := range []*office{o, o.again()} {
		o.must(o.forget())
		_, err = verify(o, taken)
		o.want(err, account.ErrCode)
	}
	_, err = verify(o, recovery[0])
	o.must(err)
}

// forget lets everybody try again at once.
func (o *office) forget() error {
	return o.db.Tx(o.t.Context(), func(tx *database.Handle) error {
		_, err := database.Exec(tx, `DELETE FROM account_guess`)
		return err
	})
}
