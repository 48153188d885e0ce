package account_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
)

func TestASessionEndsWhenItIsIdle(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		worker, chief := o.signIn(caseEmail, casePassword), o.signIn(chiefEmail, chiefPassword)
		o.clock.pass(14 * time.Minute)
		if !o.alive(worker) || !o.alive(chief) {
			t.Fatal("ended early")
		}
		o.clock.pass(16 * time.Minute)
		if o.alive(chief) {
			t.Error("an administrator idled 16 minutes")
		}
		if !o.alive(worker) {
			t.Error("a caseworker was put out after 16 minutes")
		}
		o.clock.pass(31 * time.Minute)
		if o.alive(worker) {
			t.Error("a caseworker idled 31 minutes")
		}
		n, err := o.Sweep(t.Context())
		o.must(err)
		if n != 2 {
			t.Errorf("%d swept", n)
		}
	})
}

func TestASessionEndsAfterTwelveHoursOfWork(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		s := o.signIn(caseEmail, casePassword)
		for range 71 {
			o.clock.pass(10 * time.Minute)
			if !o.alive(s) {
				t.Fatal("ended early")
			}
		}
		o.clock.pass(10 * time.Minute)
		if o.alive(s) {
			t.Error("alive after twelve hours")
		}
	})
}

func TestAClockSetBackEndsSessions(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		s := o.signIn(caseEmail, casePassword)
		o.clock.pass(-24 * time.Hour)
		if o.alive(s) {
			t.Error("the session gained a day")
		}
	})
}

func TestOnlyASecretOfTheServerIsASession(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		s := o.signIn(caseEmail, casePassword)
		for _, cookie := range []string{"", "planted", s.ID, strings.ToUpper(s.Cookie), s.Cookie + "x", strings.Repeat("x", 10000), "\x00\xff"} {
			if o.alive(account.Session{Cookie: cookie}) {
				t.Errorf("%.20q is a session", cookie)
			}
		}
		if again := o.signIn(caseEmail, casePassword); again.Cookie == s.Cookie || again.ID == s.ID || len(s.Cookie) != 43 {
			t.Error("a sign-in did not get a new secret of 256 bits")
		}
	})
}

func TestWhatChangesAnAccountEndsItsSessions(t *testing.T) {
	for name, change := range map[string]func(o *office) error{
		"disabled": func(o *office) error { return o.Disable(o.t.Context(), o.chief.Actor(), o.case1.ID) },
		"other role": func(o *office) error {
			return o.SetRights(o.t.Context(), o.chief.Actor(), o.case1.ID, account.Rights{Roles: []auth.Role{auth.Reader}})
		},
		"reset": func(o *office) error {
			key, err := o.Reset(o.t.Context(), o.chief.Actor(), o.case1.ID)
			o.must(err)
			_, err = o.Accept(o.t.Context(), account.ResetLinkKind, key, "eleven kites over the harbour")
			return err
		},
		"all ended": func(o *office) error { return o.RevokeAll(o.t.Context(), o.chief.Actor(), o.case1.ID) },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, o *office) {
				a, b, other := o.signIn(caseEmail, casePassword), o.signIn(caseEmail, casePassword), o.signIn(chiefEmail, chiefPassword)
				o.must(change(o))
				if o.alive(a) || o.alive(b) {
					t.Error("a session lives on")
				}
				if !o.alive(other) {
					t.Error("somebody else's session ended")
				}
			})
		})
	}
}

func TestAChangedPasswordEndsTheOthersAndRenewsThisOne(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		here, there := o.signIn(caseEmail, casePassword), o.signIn(caseEmail, casePassword)
		_, err := o.ChangePassword(t.Context(), here, "not the present one", "eleven kites over the harbour")
		o.want(err, account.ErrCurrent)
		_, err = o.ChangePassword(t.Context(), here, casePassword, "short")
		o.want(err, account.ErrPasswordShort)
		renewed, err := o.ChangePassword(t.Context(), here, casePassword, "eleven kites over the harbour")
		o.must(err)
		if o.alive(here) || o.alive(there) || !o.alive(renewed) || renewed.ID != here.ID {
			t.Error("not exactly the renewed session lives")
		}
		_, err = o.SignIn(t.Context(), account.Attempt{Email: caseEmail, Password: casePassword})
		o.want(err, account.ErrWrong)
		o.signIn(caseEmail, "eleven kites over the harbour")
	})
}

// Whoever had the password may have made himself other ways in while he did.
func TestANewPasswordOrAFactorTakenAwayEndsTokensAndTheCalendarToo(t *testing.T) {
	const other = "eleven kites over the harbour"
	for what, change := range map[string]func(o *office) error{
		"changed": func(o *office) error {
			_, err := o.ChangePassword(o.t.Context(), o.signIn(caseEmail, casePassword), casePassword, other)
			return err
		},
		"chosen by a link": func(o *office) error {
			key, err := o.Reset(o.t.Context(), program, o.case1.ID)
			o.must(err)
			_, err = o.Accept(o.t.Context(), account.ResetLinkKind, key, other)
			return err
		},
		"factor taken away": func(o *office) error {
			_, err := o.ResetFactor(o.t.Context(), program, o.case1.ID)
			return err
		},
	} {
		each(t, func(t *testing.T, o *office) {
			ctx := t.Context()
			var keys, feeds []string
			for _, u := range []account.User{o.case1, o.chief} {
				key, _, err := o.AddToken(ctx, u.Actor(), account.NewToken{AccountID: u.ID, Label: "nightly script"})
				o.must(err)
				feed, err := o.MakeCalendar(ctx, u.Actor())
				o.must(err)
				keys, feeds = append(keys, key), append(feeds, feed)
			}
			o.must(change(o))
			for i, want := range []bool{false, true} { // another account keeps its own
				_, token := o.TokenActor(ctx, keys[i])
				_, feed := o.CalendarOwner(ctx, feeds[i])
				if (token == nil) != want || (feed == nil) != want {
					t.Errorf("%s: account %d: token %v, calendar %v", what, i, token, feed)
				}
			}
		})
	}
}

// The password is compared before the session begins; between the two it may change.
func TestASignInThatAPasswordOvertakesDoesNotSurviveIt(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ended := make(chan error, 1)
		o.must(o.db.Tx(t.Context(), func(tx *gorm.DB) error {
			if _, err := database.Exec(tx, `UPDATE account SET password = password WHERE id = ?`, o.case1.ID); err != nil { // the row is held
				return err
			}
			go func() {
				_, err := o.SignIn(context.WithoutCancel(t.Context()), account.Attempt{Email: caseEmail, Password: casePassword})
				ended <- err
			}()
			time.Sleep(300 * time.Millisecond) // it has compared the password and waits to write
			_, err := database.Exec(tx, `UPDATE account SET password = (SELECT password FROM account WHERE id = ?) WHERE id = ?`, o.chief.ID, o.case1.ID)
			return err
		}))
		o.want(<-ended, account.ErrWrong)
	})
}

func TestAPasswordGivenAgainRenewsTheProof(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		s := o.signIn(caseEmail, casePassword)
		o.clock.pass(10 * time.Minute)
		if s.ProvedWithin(5*time.Minute, o.clock.now()) {
			t.Error("ten minutes are within five")
		}
		_, err := o.Prove(t.Context(), s, "wrong but long enough")
		o.want(err, account.ErrCurrent)
		renewed, err := o.Prove(t.Context(), s, casePassword)
		o.must(err)
		_, found, err := o.Session(t.Context(), renewed.Cookie)
		o.must(err)
		if !found.ProvedWithin(5*time.Minute, o.clock.now()) || o.alive(s) {
			t.Error("no fresh proof, or the old secret lives")
		}
		for range 5 {
			_, _ = o.Prove(t.Context(), renewed, "wrong but long enough")
		}
		_, err = o.Prove(t.Context(), renewed, casePassword)
		o.want(err, account.ErrSlow)
	})
}

func TestSessionsAreListedAndEndedOneByOne(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		a := o.signIn(caseEmail, casePassword)
		o.clock.pass(time.Minute)
		b := o.signIn(caseEmail, casePassword)
		c := o.signIn(chiefEmail, chiefPassword)
		me := o.case1.Actor()
		all, err := o.Sessions(t.Context(), me, me.ID)
		o.must(err)
		if len(all) != 2 || all[0].ID != b.ID || all[0].Cookie != "" {
			t.Errorf("%+v", all)
		}
		o.want(o.Revoke(t.Context(), me, c.ID), account.ErrGone)
		_, err = o.Sessions(t.Context(), me, o.chief.ID)
		o.want(err, account.ErrNotYours)
		o.must(o.Revoke(t.Context(), me, a.ID))
		if o.alive(a) || !o.alive(b) {
			t.Error("not exactly one ended")
		}
		d := o.signIn(caseEmail, casePassword)
		o.must(o.RevokeOthers(t.Context(), d))
		if o.alive(b) || !o.alive(d) || !o.alive(c) {
			t.Error("not exactly the others ended")
		}
		o.must(o.SignOut(t.Context(), d.Cookie))
		o.must(o.SignOut(t.Context(), d.Cookie))
		if o.alive(d) {
			t.Error("signed out but alive")
		}
	})
}

func TestASessionKeepsSmallValues(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		s, other := o.signIn(caseEmail, casePassword), o.signIn(caseEmail, casePassword)
		o.must(o.Put(t.Context(), s, "tray", `{"evidence":"E-0001"}`))
		o.must(o.Put(t.Context(), s, "tray", `{"evidence":"E-0002"}`))
		o.must(o.Put(t.Context(), s, "seen", "yes"))
		_, found, err := o.Session(t.Context(), s.Cookie)
		o.must(err)
		if found.Value("tray") != `{"evidence":"E-0002"}` || found.Value("seen") != "yes" || found.Value("none") != "" {
			t.Errorf("%+v", found)
		}
		if _, found, _ := o.Session(t.Context(), other.Cookie); found.Value("tray") != "" {
			t.Error("another session sees it")
		}
		o.must(o.Put(t.Context(), s, "tray", ""))
		if _, found, _ := o.Session(t.Context(), s.Cookie); found.Value("tray") != "" {
			t.Error("not taken away")
		}
		o.want(o.Put(t.Context(), s, "tray", strings.Repeat("x", 8<<10+1)), account.ErrTooMuch)
		o.want(o.Put(t.Context(), s, "", "x"), account.ErrTooMuch)
		o.must(o.SignOut(t.Context(), s.Cookie))
		o.want(o.Put(t.Context(), s, "tray", "x"), account.ErrNobody)
	})
}

func TestWhatSessionsHoldOfWhatIsErasedGoesAndNothingOfOthers(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		s := o.signIn(caseEmail, casePassword)
		held := map[string]string{
			"of the record":      `{"Document":"P-1000","Title":"x"}`,
			"of its name":        `{"Text":"kept: Sela\nTavo \u0026 Sons."}`,
			"of its Arabic name": `{"Text":"حُفظ ألفا وسيلا تافو"}`,
			"of a later ref":     `{"Document":"P-10001"}`,
			"of a longer name":   `{"Text":"Sela Tavora was kept, and Giselle"}`,
		}
		for name, value := range held {
			o.must(o.Put(t.Context(), s, name, value))
		}
		o.must(o.Unremember(t.Context(), "P-1000", "Sela Tavo & Sons", "سيلا تافو", "Selle", "", "—"))
		_, found, err := o.Session(t.Context(), s.Cookie)
		o.must(err)
		for name := range held {
			if stays := name == "of a later ref" || name == "of a longer name"; (found.Value(name) != "") != stays {
				t.Errorf("%s: %q is left", name, found.Value(name))
			}
		}
	})
}

func TestAFormTokenBelongsToOneCookie(t *testing.T) {
	a, b := account.NewVisitor(), account.NewVisitor()
	for name, c := range map[string]struct {
		cookie, token string
		want          bool
	}{
		"its own":    {a, account.CSRF(a), true},
		"another's":  {a, account.CSRF(b), false},
		"the cookie": {a, a, false},
		"no token":   {a, "", false},
		"no cookie":  {"", "", false},
	} {
		if got := account.CheckCSRF(c.cookie, c.token); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// browser keeps the cookies of a store between requests.
type browser struct {
	t       *testing.T
	cookies map[string]string
}

func (b *browser) visit(do func(w http.ResponseWriter, r *http.Request)) *http.Cookie {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, "/", nil)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	do(w, r)
	var set *http.Cookie
	for _, c := range w.Result().Cookies() {
		set = c
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return set
}

func TestABrowserSignsInAndOutThroughTheStore(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		store := o.Store(account.TLS)
		b := &browser{t: t, cookies: map[string]string{store.Name(): "planted-by-somebody"}}
		who := func() (id string) {
			b.visit(func(w http.ResponseWriter, r *http.Request) {
				actor, _, err := store.Current(r)
				o.must(err)
				id = actor.ID
			})
			return id
		}
		if who() != "" {
			t.Fatal("a planted secret is somebody")
		}
		first := o.signIn(caseEmail, casePassword)
		c := b.visit(func(w http.ResponseWriter, r *http.Request) { o.must(store.Begin(w, r, first)) })
		if c == nil || c.Name != "__Host-amparo" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Value != first.Cookie {
			t.Errorf("cookie %+v", c)
		}
		if who() != o.case1.ID {
			t.Error("not signed in")
		}
		if c := b.visit(func(w http.ResponseWriter, r *http.Request) { _, _, _ = store.Current(r) }); c != nil {
			t.Errorf("a mere look set %v", c)
		}
		second := o.signIn(chiefEmail, chiefPassword)
		b.visit(func(w http.ResponseWriter, r *http.Request) { o.must(store.Begin(w, r, second)) })
		if who() != o.chief.ID || o.alive(first) {
			t.Error("the earlier session lives on")
		}
		stolen := b.cookies[store.Name()]
		c = b.visit(func(w http.ResponseWriter, r *http.Request) { o.must(store.End(w, r)) })
		if c == nil || c.MaxAge >= 0 || who() != "" || o.alive(account.Session{Cookie: stolen}) {
			t.Error("not signed out everywhere")
		}
	})
}

func TestOnThePlainLoopbackTheCookieHasItsPlainName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		o := open(t, db)
		store := o.Store(account.Plain)
		b := &browser{t: t, cookies: map[string]string{}}
		s := o.signIn(caseEmail, casePassword)
		c := b.visit(func(w http.ResponseWriter, r *http.Request) { o.must(store.Begin(w, r, s)) })
		if c == nil || c.Name != "amparo" || c.Secure || !c.HttpOnly {
			t.Errorf("cookie %+v", c)
		}
	})
}
