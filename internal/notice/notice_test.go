package notice_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/notice"
)

// certificate is the mail server's own; the system trusts it for this test run.
var certificate tls.Certificate

func TestMain(m *testing.M) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	certificate = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	folder, err := os.MkdirTemp("", "notice")
	if err != nil {
		panic(err)
	}
	file := filepath.Join(folder, "roots.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		panic(err)
	}
	_ = os.Setenv("SSL_CERT_FILE", file)
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// postOffice is a real mail server on the loopback; it keeps what it is given.
type postOffice struct {
	mu       sync.Mutex
	url      string
	got      []received
	asked    int   // how often somebody came with a mail
	refuse   error // answer to the whole mail
	cut      bool  // closes the line instead of an answer
	password string
}

type received struct {
	from, to, raw string
	secure        bool
}

func (o *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &visit{office: o, conn: c}, nil
}

func (o *postOffice) mails() []received {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]received(nil), o.got...)
}

type visit struct {
	office *postOffice
	conn   *smtp.Conn
	mail   received
	known  bool
}

func (v *visit) AuthMechanisms() []string { return []string{sasl.Plain} }
func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "office@amparo.example" || password != v.office.password {
			return smtp.ErrAuthFailed
		}
		v.known = true
		return nil
	}), nil
}
func (v *visit) Reset()        {}
func (v *visit) Logout() error { return nil }
func (v *visit) Mail(from string, _ *smtp.MailOptions) error {
	if v.office.password != "" && !v.known {
		return smtp.ErrAuthRequired
	}
	v.mail.from = from
	return nil
}
func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error { v.mail.to = to; return nil }
func (v *visit) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, v.mail.secure = v.conn.TLSConnectionState()
	v.mail.raw = string(raw)
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	v.office.asked++
	if v.office.refuse != nil {
		return v.office.refuse
	}
	v.office.got = append(v.office.got, v.mail)
	if v.office.cut {
		return v.conn.Conn().Close()
	}
	return nil
}

// way is how the mail server is reached.
type way struct {
	scheme   string
	offers   bool // STARTTLS
	password string
}

func open(t *testing.T, w way) *postOffice {
	t.Helper()
	o := &postOffice{password: w.password}
	server := smtp.NewServer(o)
	server.Domain, server.AllowInsecureAuth = "127.0.0.1", true
	trust := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	if w.offers {
		server.TLSConfig = trust
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if w.scheme == "smtps" {
		l = tls.NewListener(l, trust)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	o.url = w.scheme + "://" + address + "?from=office@amparo.example"
	if w.password != "" {
		o.url = w.scheme + "://office%40amparo.example:" + w.password + "@" + address
	}
	return o
}

// house is an office with two colleagues and a clock.
type house struct {
	*notice.Notices
	t      *testing.T
	at     time.Time
	counts map[string]notice.Count // by address
	opened []notice.Opened
	lina   account.User
}

func (h *house) round() {
	h.t.Helper()
	if err := h.Round(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

func fill(t *testing.T, db *database.DB, o *postOffice) *house {
	t.Helper()
	h := &house{t: t, at: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC), counts: map[string]notice.Count{}}
	now := func() time.Time { return h.at }
	office, err := account.Open(db, account.Options{Cost: account.TestCost, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	post, err := notice.NewPost(o.url)
	if err != nil {
		t.Fatal(err)
	}
	h.Notices = &notice.Notices{Office: office, Post: post, URL: "https://records.example", Now: now, Zone: time.UTC, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Count:  func(_ context.Context, who auth.Actor) (notice.Count, error) { return h.counts[who.Email], nil },
		Opened: func(context.Context, time.Time) ([]notice.Opened, error) { return h.opened, nil }}
	add := func(email, name, language string) account.User {
		u, err := office.AddUser(t.Context(), auth.System("test"), account.NewUser{Email: email, Name: name, Password: "quiet lanterns cross rivers", Language: language, Rights: account.Rights{Roles: []auth.Role{auth.Caseworker}}})
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	h.lina = add("one@office.example", "Lina Sarrab", "en")
	add("two@office.example", "Omar Ersen", "ar")
	return h
}

// read gives subject and text of a mail.
func read(t *testing.T, m received) (string, string) {
	t.Helper()
	parsed, err := mail.ReadMessage(strings.NewReader(m.raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(parsed.Body))
	if err != nil {
		t.Fatal(err)
	}
	return subject, strings.ReplaceAll(string(text), "\r\n", "\n")
}

func TestANoticeIsACountAndALinkInTheReadersLanguage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		o := open(t, way{scheme: "smtp", offers: true, password: "blue-mill"})
		h := fill(t, db, o)
		h.counts["one@office.example"], h.counts["two@office.example"] = notice.Count{Due: 3, Overdue: 1}, notice.Count{Overdue: 2}
		h.round()
		got := o.mails()
		if len(got) != 2 {
			t.Fatalf("%d mails, want 2", len(got))
		}
		for _, m := range got {
			subject, text := read(t, m)
			for _, name := range []string{"Lina", "Sarrab", "Omar", "Ersen"} {
				if strings.Contains(m.raw, name) || strings.Contains(subject+text, name) {
					t.Errorf("the mail to %s has a name in it: %s", m.to, m.raw)
				}
			}
			if !m.secure || m.from != "office@amparo.example" {
				t.Errorf("sent in the clear or by another: %+v", m)
			}
		}
		subject, text := read(t, got[0])
		if got[0].to != "one@office.example" || subject != "Daily notice" || text != "3 deadlines are near.\n1 deadline is overdue.\n\nhttps://records.example/deadlines\n\nNotices are switched off under My account.\n" {
			t.Errorf("to %s: %q\n%s", got[0].to, subject, text)
		}
		if subject, text = read(t, got[1]); subject != "إشعار يومي" || !strings.HasPrefix(text, "مهلتان جرى تجاوزهما.\n\nhttps://records.example/deadlines\n") {
			t.Errorf("in Arabic: %q\n%s", subject, text)
		}
	})
}

// ASVS 6.3.7, 14.2.1: what happened to an account is told at once, also to who wants no
// notices of deadlines, without any name; a further device that is known is not told.
func TestASignInOnANewDeviceIsToldByACountAndALink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		o := open(t, way{scheme: "smtp"})
		h := fill(t, db, o)
		h.at = h.at.Add(-4 * time.Hour) // four in the morning: it does not wait
		if err := h.Office.SetNotices(t.Context(), h.lina.ID, account.NoticesNever); err != nil {
			t.Fatal(err)
		}
		enter := func(device string) account.Session {
			s, err := h.Office.SignIn(t.Context(), account.Attempt{Email: h.lina.Email, Password: "quiet lanterns cross rivers", Agent: "Firefox/1 Linux", Device: device})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		first := enter("")
		h.round()
		first = enter(first.Device)
		h.round()
		if n := len(o.mails()); n != 0 {
			t.Fatalf("%d mails about the device she always has", n)
		}
		enter("")
		h.round()
		h.round()
		got := o.mails()
		if len(got) != 1 {
			t.Fatalf("%d mails, want 1", len(got))
		}
		subject, text := read(t, got[0])
		if got[0].to != h.lina.Email || subject != "Your account" || text != "Something happened to your account or in the office that you should know of.\n\nhttps://records.example/account#lately\n" {
			t.Errorf("to %s: %q\n%s", got[0].to, subject, text)
		}
		for _, word := range []string{"Lina", "Sarrab", "Firefox", "Linux"} {
			if strings.Contains(got[0].raw, word) {
				t.Errorf("the mail has %q in it", word)
			}
		}
		_, s, err := h.Office.Session(t.Context(), first.Cookie)
		if err != nil {
			t.Fatal(err)
		}
		if list, err := h.Office.Alerts(t.Context(), s); err != nil || len(list) != 1 || list[0].Kind != account.NewDevice {
			t.Errorf("the device of before is told %v, %v", list, err)
		}
		h.at = h.at.Add(2 * time.Minute)
		if _, err := h.Office.ChangePassword(t.Context(), s, "quiet lanterns cross rivers", "nine brass kettles whistle"); err != nil {
			t.Fatal(err)
		}
		h.round()
		if n := len(o.mails()); n != 2 {
			t.Errorf("%d mails after a changed password, want 2", n)
		}
	})
}

func TestNobodyIsToldTwiceADayOrWithoutReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		o := open(t, way{scheme: "smtp"})
		h := fill(t, db, o)
		h.counts["one@office.example"] = notice.Count{Due: 1}
		h.at = h.at.Add(-2 * time.Hour)
		h.round()
		if n := len(o.mails()); n != 0 {
			t.Errorf("%d mails at six in the morning", n)
		}
		for range 3 {
			h.at = h.at.Add(3 * time.Hour)
			h.round()
		}
		if n := len(o.mails()); n != 1 {
			t.Errorf("%d mails on one day, want 1", n)
		}
		h.at = h.at.Add(24 * time.Hour)
		h.round()
		if n := len(o.mails()); n != 2 {
			t.Errorf("%d mails on two days, want 2", n)
		}
		if err := h.Office.SetNotices(t.Context(), h.lina.ID, account.NoticesNever); err != nil {
			t.Fatal(err)
		}
		h.at = h.at.Add(24 * time.Hour)
		h.round()
		if n := len(o.mails()); n != 2 {
			t.Errorf("%d mails after notices were switched off, want 2", n)
		}
	})
}

func TestWhatTheServerRefusesIsTriedAgainLaterAlsoAfterARestart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		o := open(t, way{scheme: "smtp"})
		h := fill(t, db, o)
		h.counts["one@office.example"] = notice.Count{Due: 1}
		o.refuse = &smtp.SMTPError{Code: 451, Message: "later"}
		h.round()
		o.refuse = nil
		h.round()
		if n := len(o.mails()); n != 0 {
			t.Errorf("tried again at once: %d mails", n)
		}
		// The program starts anew: what waits lies in the database.
		again, err := account.Open(db, account.Options{Cost: account.TestCost, Now: h.Now})
		if err != nil {
			t.Fatal(err)
		}
		h.Office = again
		h.at = h.at.Add(time.Minute)
		h.round()
		h.at = h.at.Add(time.Hour)
		h.round()
		if n := len(o.mails()); n != 1 {
			t.Errorf("%d mails after the second try, want 1", n)
		}
	})
}

func TestWaitsGrowAndAStaleCountIsDropped(t *testing.T) {
	o := open(t, way{scheme: "smtp"})
	h := fill(t, dbtest.SQLite(t), o)
	h.counts["one@office.example"] = notice.Count{Due: 1}
	o.refuse = errors.New("never")
	began := h.at
	for h.at.Sub(began) < 15*time.Hour {
		h.round()
		h.at = h.at.Add(time.Minute)
	}
	if o.asked < 10 || o.asked > 25 {
		t.Errorf("%d tries in fifteen hours", o.asked)
	}
	h.at = began.Add(21 * time.Hour)
	o.refuse = nil
	h.round()
	if n := len(o.mails()); n != 0 {
		t.Errorf("yesterday's count was sent today: %d mails", n)
	}
}

func TestAMailWhoseFateIsNotKnownIsNotSentAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		o := open(t, way{scheme: "smtp"})
		h := fill(t, db, o)
		h.counts["one@office.example"] = notice.Count{Due: 1}
		o.cut = true
		h.round()
		o.cut = false
		for range 5 {
			h.at = h.at.Add(2 * time.Hour)
			h.round()
		}
		if n := len(o.mails()); n != 1 {
			t.Errorf("%d mails, want 1", n)
		}
	})
}

func TestTwoServersSendANoticeOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		o := open(t, way{scheme: "smtp"})
		h := fill(t, db, o)
		h.counts["one@office.example"], h.counts["two@office.example"] = notice.Count{Due: 1}, notice.Count{Due: 2}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := h.Round(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := len(o.mails()); n != 2 {
			t.Errorf("%d mails from four servers, want 2", n)
		}
	})
}

func TestMailTakesEveryWayThatIsNamed(t *testing.T) {
	for name, w := range map[string]way{
		"plain":                 {scheme: "smtp"},
		"STARTTLS":              {scheme: "smtp", offers: true},
		"STARTTLS and password": {scheme: "smtp", offers: true, password: "blue-mill"},
		"TLS and password":      {scheme: "smtps", password: "blue-mill"},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, w)
			post, err := notice.NewPost(o.url)
			if err != nil {
				t.Fatal(err)
			}
			m := notice.Mail{ID: "one", To: "one@office.example", Subject: "x", Text: ".\nline\n", At: time.Now()}
			if err := post.Send(t.Context(), m, func() error { return nil }); err != nil {
				t.Fatal(err)
			}
			got := o.mails()
			if len(got) != 1 || got[0].secure != (w.offers || w.scheme == "smtps") {
				t.Errorf("%+v", got)
			}
			if _, text := read(t, got[0]); text != ".\nline\n" {
				t.Errorf("the text arrives as %q", text)
			}
		})
	}
	o := open(t, way{scheme: "smtps", password: "blue-mill"})
	post, err := notice.NewPost(strings.Replace(o.url, "blue-mill", "wrong", 1))
	if err != nil {
		t.Fatal(err)
	}
	handed := false
	if err := post.Send(t.Context(), notice.Mail{To: "one@office.example"}, func() error { handed = true; return nil }); err == nil || handed {
		t.Error("a mail was handed over with a wrong password")
	}
}

func TestAWrongAddressOfAMailServerIsRefused(t *testing.T) {
	for _, address := range []string{"", "mail.example", "http://mail.example", "smtp://", "smtp://mail.example", "smtp://user:x@mail.example", "smtp://mail.example/inbox?from=a@b.example", "smtp://mail.example?from=Amparo%20<a@b.example>", "smtp://mail.example?from=a@b.example%0d%0aBcc:x"} {
		if _, err := notice.NewPost(address); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
}

// A case that was opened in an emergency is told of once, at any hour, also to who
// has switched daily notices off.
func TestWhoLeadsACaseThatWasOpenedIsToldOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		o := open(t, way{scheme: "smtp"})
		h := fill(t, db, o)
		h.at = time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
		if err := h.Office.SetNotices(t.Context(), h.lina.ID, account.NoticesNever); err != nil {
			t.Fatal(err)
		}
		h.opened = []notice.Opened{{Account: h.lina.ID, At: "2026-11-20T02:59:00.000Z"}}
		h.round()
		h.round()
		if len(o.mails()) != 1 {
			t.Fatalf("%d mails", len(o.mails()))
		}
		if _, text := read(t, o.mails()[0]); !strings.Contains(text, "in an emergency") || !strings.HasSuffix(text, "https://records.example/\n") {
			t.Errorf("the mail says %s", text)
		}
	})
}
