package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// visit is a browser that is not signed in yet and keeps its cookies.
type visit struct {
	h       *webtest.House
	visitor string
	session string
	device  string
}

func (b *visit) send(method, path string, v url.Values) webtest.Answer {
	body := ""
	if v != nil {
		v.Set("csrf", account.CSRF(b.visitor))
		body = v.Encode()
	}
	cookies := "amparo-visitor=" + b.visitor
	if b.session != "" {
		cookies += "; amparo=" + b.session
	}
	if b.device != "" {
		cookies += "; amparo-device=" + b.device
	}
	a := b.h.Nobody().Send(method, path, body, "Content-Type", asForm, "Cookie", cookies)
	if c := cookie(a, "amparo"); c != nil {
		b.session = c.Value
	}
	if c := cookie(a, "amparo-device"); c != nil {
		b.device = c.Value
	}
	return a
}

func visiting(h *webtest.House) *visit { return &visit{h: h, visitor: account.NewVisitor()} }

// password gives the password and nothing more.
func (b *visit) password(p *webtest.Person, next string) webtest.Answer {
	return b.send("POST", "/login", url.Values{"email": {p.Email}, "password": {webtest.Password}, "next": {next}})
}

var seedText = regexp.MustCompile(`class="secret"[^>]*>([A-Z2-7 ]+)<`)
var codeText = regexp.MustCompile(`<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>`)

// authenticator is a seed with what it shows.
type authenticator string

func (a authenticator) at(t *testing.T, when time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(string(a), when)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// enrols sets codes up on the person's own page; it gives the recovery codes too.
func enrols(t *testing.T, h *webtest.House, p *webtest.Person) (authenticator, []string) {
	t.Helper()
	page := p.Get("/account/factors")
	found := seedText.FindStringSubmatch(page.Body)
	if found == nil {
		t.Fatalf("no seed is offered: %s", plainText(page.Body))
	}
	seed := authenticator(strings.ReplaceAll(found[1], " ", ""))
	to, v := carried(t, page)
	v.Set("code", seed.at(t, h.Now()))
	a := p.Post(to, v)
	follows(p, a)
	var codes []string
	for _, c := range codeText.FindAllStringSubmatch(a.Body, -1) {
		codes = append(codes, c[1])
	}
	if a.Status != 200 || len(codes) != 10 {
		t.Fatalf("setting up answers %d with %d codes: %s", a.Status, len(codes), plainText(a.Body))
	}
	return seed, codes
}

// ASVS 6.3.3, 7.2.4, 6.5.5, 6.5.1: the password alone opens nothing; a code does,
// within its window and once.
func TestThePasswordAloneOpensNothingAndACodeDoesOnce(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		seed, _ := enrols(t, h, h.Nadia)
		h.Pass(5 * time.Minute)
		b := visiting(h)
		a := b.password(h.Nadia, "/people?q=x")
		if a.Status != 303 || a.To() != "/login/verify?next=%2Fpeople%3Fq%3Dx" || b.device != "" {
			t.Fatalf("the password leads to %d %q", a.Status, a.To())
		}
		half := b.session
		for _, path := range []string{"/", "/people", "/account", "/account/factors", "/people.csv", "/api/v1/people"} {
			if a := b.send("GET", path, nil); a.Status != 303 && a.Status != 401 || strings.Contains(a.Body, "Nadia") {
				t.Errorf("half signed in, %s answers %d", path, a.Status)
			}
		}
		if a := b.send("POST", "/tasks", url.Values{"text": {"Forged"}, "fields": {"text"}}); a.Status != 303 {
			t.Errorf("half signed in, a form answers %d", a.Status)
		}
		for what, code := range map[string]string{"too old": seed.at(t, h.Now().Add(-61*time.Second)), "to come": seed.at(t, h.Now().Add(61*time.Second)), "empty": "", "none": "12345", "the set-up's own": seed.at(t, h.Now().Add(-5*time.Minute))} {
			a := b.send("POST", "/login/verify", url.Values{"code": {code}})
			if a.Status == 429 {
				h.Pass(2 * time.Minute)
			} else if a.Status != 422 || !strings.Contains(a.Body, `aria-invalid="true"`) {
				t.Errorf("a code that is %s answers %d", what, a.Status)
			}
		}
		h.Pass(3 * time.Minute)
		b.session = ""
		b.password(h.Nadia, "/people?q=x")
		code := seed.at(t, h.Now().Add(-30*time.Second))
		a = b.send("POST", "/login/verify", url.Values{"code": {" " + code[:3] + " " + code[3:]}, "next": {"/people?q=x"}})
		if a.Status != 303 || a.To() != "/people?q=x" || b.session == half || b.device == "" {
			t.Fatalf("the code answers %d %q", a.Status, a.To())
		}
		if a := b.send("GET", "/people", nil); a.Status != 200 {
			t.Errorf("signed in, the people answer %d", a.Status)
		}
		c := visiting(h)
		c.password(h.Nadia, "/")
		if a := c.send("POST", "/login/verify", url.Values{"code": {code}}); a.Status != 422 {
			t.Errorf("the same code again answers %d", a.Status)
		}
		if a := c.send("POST", "/login/verify", url.Values{"code": {seed.at(t, h.Now().Add(30*time.Second))}}); a.Status != 303 {
			t.Errorf("the next code answers %d", a.Status)
		}
	})
}

// ASVS 6.5.1, 15.4: of twenty who send one code at once, one gets in.
func TestOneCodeSentTwentyTimesAtOnceOpensOneSession(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		seed, codes := enrols(t, h, h.Nadia)
		h.Pass(5 * time.Minute)
		for what, of := range map[string]func() string{"a code": func() string { return seed.at(t, h.Now()) }, "a recovery code": func() string { return codes[3] }} {
			code := of()
			var open []*visit
			for range 20 {
				b := visiting(h)
				b.password(h.Nadia, "/")
				open = append(open, b)
			}
			before := alive(t, h, h.Nadia)
			var wait sync.WaitGroup
			for _, b := range open {
				wait.Go(func() { b.send("POST", "/login/verify", url.Values{"code": {code}}) })
			}
			wait.Wait()
			if got := alive(t, h, h.Nadia) - before; got != 1 {
				t.Errorf("%s opens %d sessions", what, got)
			}
			h.Pass(20 * time.Minute)
			h.Nadia.Get("/account")
		}
	})
}

func alive(t *testing.T, h *webtest.House, p *webtest.Person) int {
	t.Helper()
	list, err := h.Office.Sessions(t.Context(), auth.System("test"), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// ASVS 6.3.1, 6.6.3: five tries, then a wait that grows; it shuts out neither who has
// a recovery code nor who comes from a device that has signed in before.
func TestGuessingCodesIsSlowedAndTheOwnerStillGetsIn(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		seed, codes := enrols(t, h, h.Nadia)
		h.Pass(5 * time.Minute)
		owner := visiting(h)
		owner.password(h.Nadia, "/")
		if a := owner.send("POST", "/login/verify", url.Values{"code": {seed.at(t, h.Now())}}); a.Status != 303 {
			t.Fatalf("the owner gets %d", a.Status)
		}
		h.Pass(5 * time.Minute)
		b := visiting(h)
		b.password(h.Nadia, "/")
		for n := range 5 {
			if a := b.send("POST", "/login/verify", url.Values{"code": {fmt.Sprintf("00000%d", n)}}); a.Status != 422 {
				t.Fatalf("try %d answers %d", n, a.Status)
			}
		}
		if a := b.send("POST", "/login/verify", url.Values{"code": {seed.at(t, h.Now())}}); a.Status != 429 || !strings.Contains(a.Body, "minute") {
			t.Errorf("the sixth, right, answers %d", a.Status)
		}
		owner.session = ""
		owner.password(h.Nadia, "/")
		if a := owner.send("POST", "/login/verify", url.Values{"code": {seed.at(t, h.Now())}}); a.Status != 303 {
			t.Errorf("on a known device the owner gets %d", a.Status)
		}
		lost := visiting(h)
		lost.password(h.Nadia, "/")
		if a := lost.send("POST", "/login/verify", url.Values{"code": {strings.ToLower(codes[0])}}); a.Status != 303 {
			t.Errorf("with a recovery code the owner gets %d", a.Status)
		}
	})
}

// ASVS 6.5.2, 6.5.4, 6.5.6: recovery codes are long, kept as hashes, good once, and
// their use is told.
func TestARecoveryCodeOpensOnceAndItsUseIsTold(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		_, codes := enrols(t, h, h.Nadia)
		for _, code := range codes {
			if bits := len(strings.ReplaceAll(code, "-", "")) * 5; bits < 80 {
				t.Errorf("a code has %d bits", bits)
			}
		}
		b := visiting(h)
		b.password(h.Nadia, "/")
		if a := b.send("POST", "/login/verify", url.Values{"code": {codes[7]}}); a.Status != 303 {
			t.Fatalf("it answers %d", a.Status)
		}
		if a := b.send("GET", "/account/factors", nil); !strings.Contains(a.Body, "9 codes are left") {
			t.Errorf("the page says %s", plainText(a.Body))
		}
		again := visiting(h)
		again.password(h.Nadia, "/")
		if a := again.send("POST", "/login/verify", url.Values{"code": {codes[7]}}); a.Status != 422 {
			t.Errorf("again it answers %d", a.Status)
		}
		// The sessions of before are told, on whatever page comes next, until somebody says so.
		if a := h.Nadia.Get("/people"); !strings.Contains(a.Body, "Recovery code used") || !strings.Contains(a.Body, "/account/told") {
			t.Error("nobody is told")
		}
		if a := b.send("GET", "/people", nil); strings.Contains(a.Body, "Recovery code used") {
			t.Error("who used it is told of himself")
		}
		h.Nadia.Post("/account/told", nil)
		if a := h.Nadia.Get("/people"); strings.Contains(a.Body, "Recovery code used") {
			t.Error("it is told for ever")
		}
		// New codes end the old ones.
		a := h.Nadia.Post("/account/factors/codes", nil)
		if fresh := codeText.FindAllString(a.Body, -1); len(fresh) != 10 || strings.Contains(a.Body, codes[0]) {
			t.Errorf("new ones: %d", len(fresh))
		}
		c := visiting(h)
		c.password(h.Nadia, "/")
		if a := c.send("POST", "/login/verify", url.Values{"code": {codes[1]}}); a.Status != 422 {
			t.Errorf("one of the old ones answers %d", a.Status)
		}
		notices, err := h.Office.WaitingNotices(t.Context())
		if err != nil || len(notices) == 0 || notices[0].Kind != account.NoticeSecurity || notices[0].Email != h.Nadia.Email {
			t.Errorf("no mail is on its way: %v %v", notices, err)
		}
	})
}

// ASVS 6.3.3, 8.2.1: who needs a second factor and has none can do nothing but set one up.
func TestWhoNeedsASecondFactorIsLedToItAndNowhereElse(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		if a := h.Nadia.Post("/admin/factors", url.Values{"factor_roles": {"reader"}}); a.Status != 403 {
			t.Errorf("a caseworker sets it: %d", a.Status)
		}
		b := visiting(h)
		if a := b.password(h.Luis, "/"); a.To() != "/" {
			t.Fatalf("while nobody needs one he is led to %q", a.To())
		}
		if a := h.Ada.Post("/admin/factors", url.Values{"factor_roles": {"supervisor", "administrator"}}); a.Status != 303 {
			t.Fatalf("setting it answers %d", a.Status)
		}
		if a := visiting(h).password(h.Nadia, "/"); a.To() != "/" {
			t.Errorf("who does not need one is led to %q", a.To())
		}
		// On a device that was never there the password may be anybody's.
		if a := visiting(h).password(h.Luis, "/cases"); a.Status != 422 || !strings.Contains(plainText(a.Body), "one-time link") || cookie(a, "amparo") != nil || cookie(a, "amparo-device") != nil {
			t.Errorf("from an unknown device it answers %d %q", a.Status, a.To())
		}
		if events, err := h.Office.Alerts(t.Context(), account.Session{ID: "another", AccountID: h.Luis.ID, AlertedAt: h.Now().Add(-time.Hour)}); err != nil || !slices.ContainsFunc(events, func(e account.Event) bool { return e.Kind == account.EnrolRefused }) {
			t.Errorf("its owner is told of %v, %v", events, err)
		}
		b.session = ""
		if a := b.password(h.Luis, "/cases"); a.To() != "/login/enrol?next=%2Fcases" {
			t.Fatalf("who needs one is led to %q", a.To())
		}
		for _, route := range h.Routes() {
			if route.Who.Open() {
				continue
			}
			at := address(route, map[string]string{"cases": h.Open})
			var v url.Values
			if route.Method == "POST" {
				v = url.Values{"version": {"1"}}
			}
			if a := b.send(route.Method, at, v); a.Status != 303 && a.Status != 401 || a.Status == 303 && !strings.HasPrefix(a.To(), "/login?") {
				t.Errorf("%s %s answers %d %q", route.Method, at, a.Status, a.To())
			}
		}
		page := b.send("GET", "/login/enrol?next=%2Fcases", nil)
		found := seedText.FindStringSubmatch(page.Body)
		if found == nil || !strings.Contains(page.Body, "<svg class=\"qr\"") {
			t.Fatalf("the page offers nothing: %s", plainText(page.Body))
		}
		seed := authenticator(strings.ReplaceAll(found[1], " ", ""))
		_, v := carried(t, page)
		v.Set("code", "000000")
		page = b.send("POST", "/login/enrol", v)
		if page.Status != 422 || !strings.Contains(page.Body, found[1]) {
			t.Errorf("a wrong code answers %d, and offers another seed than the authenticator has", page.Status)
		}
		v.Set("code", seed.at(t, h.Now()))
		half := b.session
		a := b.send("POST", "/login/enrol", v)
		if a.Status != 200 || len(codeText.FindAllString(a.Body, -1)) != 10 || !strings.Contains(a.Body, `href="/cases"`) || b.session == half {
			t.Fatalf("the right one answers %d: %s", a.Status, plainText(a.Body))
		}
		if a := b.send("GET", "/cases", nil); a.Status != 200 {
			t.Errorf("then the cases answer %d", a.Status)
		}
		if a := b.send("POST", "/login/enrol", v); a.Status != 403 {
			t.Errorf("setting up again from the door answers %d", a.Status)
		}
		h.Luis.Cookie = b.session
		if a := h.Luis.Post("/account/factors/remove", nil); a.Status != 422 || !strings.Contains(a.Body, "Add another before") {
			t.Errorf("removing the only one answers %d", a.Status)
		}
	})
}

// ASVS 6.4.4, 7.4.3, 6.3.7: a lost factor is taken away by an administrator; the account
// sets up another, its sessions end, its owner is told.
func TestAResetFactorIsSetUpAnew(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		seed, codes := enrols(t, h, h.Nadia)
		if a := h.Luis.Post("/admin/users/"+h.Nadia.ID+"/reset_factor", nil); a.Status != 403 {
			t.Errorf("a supervisor gets %d", a.Status)
		}
		if a := h.Ada.Get("/admin/users/" + h.Nadia.ID); !strings.Contains(a.Body, "Take the second factor away") {
			t.Error("the administrator is not offered it")
		}
		owners := visiting(h)
		owners.device = deviceOf(t, h, h.Nadia, seed)
		a := h.Ada.Post("/admin/users/"+h.Nadia.ID+"/reset_factor", nil)
		link := regexp.MustCompile(`/reset/[\w-]+`).FindString(a.Body)
		if a.Status != 200 || link == "" {
			t.Fatalf("it answers %d", a.Status)
		}
		if a := h.Nadia.Get("/"); a.Status != 303 {
			t.Errorf("the session of before answers %d", a.Status)
		}
		// Neither the password nor a device of before sets up another: the link does.
		for _, b := range []*visit{visiting(h), owners} {
			if a := b.password(h.Nadia, "/"); a.Status != 422 || b.session != "" {
				t.Errorf("the password alone answers %d %q", a.Status, a.To())
			}
		}
		b := visiting(h)
		if a := b.send("POST", link, url.Values{"password": {webtest.Password}}); a.To() != "/login/enrol?next=%2F" || b.device == "" {
			t.Errorf("the link leads to %q", a.To())
		}
		// Who comes back later on that device goes on there.
		b.session = ""
		if a := b.password(h.Nadia, "/"); a.To() != "/login/enrol?next=%2F" {
			t.Errorf("the next sign-in leads to %q", a.To())
		}
		h.Pass(time.Minute)
		for _, code := range []string{seed.at(t, h.Now()), codes[0]} {
			b.send("POST", "/login/verify", url.Values{"code": {code}})
			if b.send("GET", "/", nil).Status == 200 {
				t.Error("the lost factor still opens")
			}
		}
		events, err := h.Office.Events(t.Context(), auth.System("test"), account.EventFilter{AccountID: h.Nadia.ID, Kinds: []account.EventKind{account.FactorReset}})
		if err != nil || len(events) != 1 || events[0].ActorID != h.Ada.ID {
			t.Errorf("the log has %v, %v", events, err)
		}
	})
}

// deviceOf signs in with a code on a device of one's own.
func deviceOf(t *testing.T, h *webtest.House, p *webtest.Person, seed authenticator) string {
	t.Helper()
	h.Pass(2 * time.Minute)
	b := visiting(h)
	b.password(p, "/")
	if a := b.send("POST", "/login/verify", url.Values{"code": {seed.at(t, h.Now())}}); a.To() != "/" || b.device == "" {
		t.Fatalf("a code leads to %q", a.To())
	}
	return b.device
}

// ASVS 7.4.3, 7.5.1, 6.3.4: a change of factors ends the other sessions, wants it shown
// again who is there, and a code does for that.
func TestAChangeOfFactorsEndsTheOtherSessionsAndAsksWhoItIs(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		other := *h.Nadia
		other.SignIn()
		h.Nadia.Get("/account")
		seed, _ := enrols(t, h, h.Nadia)
		if other.Get("/").Status != 303 {
			t.Error("another session goes on after a factor was added")
		}
		h.Pass(10 * time.Minute)
		a := h.Nadia.Post("/account/factors/remove", nil)
		if a.Status != 403 {
			t.Fatalf("removing it answers %d", a.Status)
		}
		to, v := carried(t, a)
		v.Set("fresh", seed.at(t, h.Now()))
		a = h.Nadia.Post(to, v)
		follows(h.Nadia, a)
		if a.Status != 303 || !strings.Contains(h.Nadia.Get("/account/factors").Body, "The code it shows now") {
			t.Errorf("with a code it answers %d", a.Status)
		}
		if a := visiting(h).password(h.Nadia, "/"); a.To() != "/" {
			t.Errorf("without a factor the password leads to %q", a.To())
		}
	})
}

// ASVS 11.3.1, 14.1.1: the seed is nowhere to be read in the tables, and bound to its account.
func TestASeedIsEncryptedAndBoundToItsAccount(t *testing.T) {
	db := dbtest.SQLite(t)
	h := webtest.New(t, db, web.Options{})
	seed, codes := enrols(t, h, h.Nadia)
	other, _ := enrols(t, h, h.Omar)
	for _, query := range []string{`SELECT seed FROM account_totp`, `SELECT hash FROM account_recovery`} {
		rows, err := db.Query(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var kept string
			if err := rows.Scan(&kept); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(kept, string(seed)) || strings.Contains(kept, strings.ReplaceAll(codes[0], "-", "")) {
				t.Errorf("%s shows %s", query, kept)
			}
		}
		rows.Close()
	}
	// The other's seed, moved here, opens nothing.
	if err := db.Tx(t.Context(), func(tx *gorm.DB) error {
		_, err := database.Exec(tx, `UPDATE account_totp SET seed = (SELECT o.seed FROM account_totp o WHERE o.account_id = ?) WHERE account_id = ?`, h.Omar.ID, h.Nadia.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h.Pass(time.Minute)
	b := visiting(h)
	b.password(h.Nadia, "/")
	if a := b.send("POST", "/login/verify", url.Values{"code": {other.at(t, h.Now())}}); a.Status == 303 {
		t.Error("a seed moved to another account opens it")
	}
}

// Whoever has once been shown a seed, in a session of his own, must not have the owner keep it.
func TestASeedIsKeptOnlyInTheSessionThatShowedIt(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	thief := *h.Nadia
	thief.SignIn()
	shown := func(p *webtest.Person, path string) (seed authenticator, sealed string) {
		page := p.Get(path)
		_, v := carried(t, page)
		return authenticator(strings.ReplaceAll(seedText.FindStringSubmatch(page.Body)[1], " ", "")), v.Get("seed")
	}
	known, offered := shown(&thief, "/account/factors")
	if seed, _ := shown(h.Nadia, "/account/factors?seed="+offered); seed == known {
		t.Error("an address has the page offer a seed that somebody else knows")
	}
	if a := h.Nadia.Post("/account/factors", url.Values{"seed": {offered}, "code": {known.at(t, h.Now())}}); a.Status != 422 {
		t.Errorf("a seed that was shown in another session is answered %d", a.Status)
	}
}

// ASVS 7.3.1, 7.3.2, 7.1.1: from outside, idle limits by role and twelve hours in all.
func TestSessionsEndOfIdlenessAndAfterTwelveHours(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		open := func(p *webtest.Person) bool { return p.Get("/account").Status == 200 }
		h.Pass(14 * time.Minute)
		if !open(h.Ada) || !open(h.Nadia) {
			t.Fatal("ended early")
		}
		h.Pass(16 * time.Minute)
		if open(h.Ada) || !open(h.Nadia) {
			t.Error("after sixteen minutes of rest the administrator goes on, or the caseworker does not")
		}
		h.Pass(31 * time.Minute)
		if open(h.Nadia) {
			t.Error("after half an hour of rest the caseworker goes on")
		}
		h.Nadia.SignIn()
		for range 35 {
			h.Pass(20 * time.Minute)
			if !open(h.Nadia) {
				t.Fatal("work is cut off")
			}
		}
		h.Pass(21 * time.Minute)
		if open(h.Nadia) {
			t.Error("after twelve hours of work the session goes on")
		}
	})
}

// ASVS 6.3.2, 13.4.5, 6.3.3: the first administrator is asked for a second factor and may say not now.
func TestTheFirstAdministratorIsAskedForASecondFactor(t *testing.T) {
	h := webtest.Empty(t, dbtest.SQLite(t), web.Options{})
	key, err := h.Office.SetupLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := visiting(h)
	a := b.send("POST", "/setup/"+key, url.Values{"name": {"Ines"}, "email": {"ines@office.example"}, "password": {webtest.Password}})
	if a.Status != 303 || a.To() != "/account/factors?first=yes" {
		t.Fatalf("after the set-up it leads to %d %q", a.Status, a.To())
	}
	if a := b.send("GET", a.To(), nil); a.Status != 200 || !strings.Contains(a.Body, `<a href="/">Not now</a>`) || seedText.FindString(a.Body) == "" {
		t.Errorf("it answers %d: %s", a.Status, plainText(a.Body))
	}
	if a := b.send("GET", "/setup/"+key, nil); a.Status != 404 {
		t.Errorf("the link again answers %d", a.Status)
	}
}

// ASVS 7.5.2, 6.3.7: a device that was not known is told on the next page of the others, named coarsely.
func TestANewDeviceIsToldOnTheNextPage(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		b := visiting(h)
		b.password(h.Nadia, "/")
		if a := h.Nadia.Get("/people"); !strings.Contains(a.Body, "Signed in on a new device") {
			t.Error("the device of before is not told")
		}
		if a := b.send("GET", "/people", nil); strings.Contains(a.Body, "Signed in on a new device") {
			t.Error("the new device is told of itself")
		}
		h.Nadia.Post("/account/told", nil)
		b.session = ""
		b.password(h.Nadia, "/") // known by its own cookie now
		if a := h.Nadia.Get("/people"); a.Status != 200 || strings.Contains(a.Body, "Signed in on a new device") {
			t.Errorf("a known device is told: %d", a.Status)
		}
	})
}

// ASVS 7.2.4, 7.4.1: who knows a password and no code cannot push out who is signed in,
// and a half session ends of itself.
func TestHalfSessionsPushNobodyOutAndEnd(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	seed, _ := enrols(t, h, h.Nadia)
	var last *visit
	for range 105 {
		last = visiting(h)
		if a := last.password(h.Nadia, "/"); a.To() != "/login/verify?next=%2F" {
			t.Fatalf("it leads to %d %q", a.Status, a.To())
		}
	}
	if a := h.Nadia.Get("/"); a.Status != 200 {
		t.Errorf("her session answers %d", a.Status)
	}
	h.Pass(11 * time.Minute)
	if a := last.send("POST", "/login/verify", url.Values{"code": {seed.at(t, h.Now())}}); a.Status != 303 || last.send("GET", "/people", nil).Status == 200 {
		t.Errorf("after eleven minutes the code answers %d", a.Status)
	}
}
