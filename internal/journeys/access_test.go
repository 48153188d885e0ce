//go:build browser

package journeys

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"amparo/internal/auth"
	"amparo/internal/browser"
	"amparo/internal/notice"
)

// asks opens one of the forms of a page, by where it is sent.
func (h *hands) asks(post string) (form string) {
	h.o.t.Helper()
	form = `form[action$="` + post + `"]`
	if !browser.Eval[bool](h.Page, `document.querySelector(`+quoted(form)+`).closest("details")?.open ?? true`) {
		h.Click(`details.ask:has(` + form + `) summary`)
	}
	return form + " "
}

// opens tells whether an address gives a page, or nothing that exists.
func (h *hands) opens(path string) bool {
	h.o.t.Helper()
	h.Allow("404")
	h.to(path)
	switch h.Status() {
	case 200:
		return true
	case 404:
		return false
	}
	h.o.t.Fatalf("%s answers %d", path, h.Status())
	return false
}

// A colleague is let in until a moment, sees the case, and when the moment has come it
// does not exist for him; nobody has to do anything.
func TestAccessIsGivenUntilAMomentAndThenGone(t *testing.T) {
	for _, scripts := range []string{"with scripts", "without scripts"} {
		t.Run(scripts, func(t *testing.T) {
			o := invented(t, 20)
			home := "/cases/" + o.made.Cases.Restricted
			nadia, mirko := o.known("nadia", browser.Desk), o.known("mirko", browser.Desk)
			if scripts == "without scripts" {
				nadia.NoScripts()
				mirko.NoScripts()
			}
			if mirko.opens(home) || mirko.opens("/search?q="+o.made.Cases.Restricted) && mirko.Count(`main a[href="`+home+`"]`) > 0 {
				t.Fatal("he sees it before")
			}
			nadia.to(home)
			title := nadia.Text("h1")
			nadia.Slow()
			nadia.afresh()
			nadia.follow("Who may see this")
			form := nadia.asks("/access/grant")
			nadia.Click(form + "button.main")
			nadia.Wait("#problems")
			if scripts == "with scripts" {
				nadia.Mend()
				nadia.looked("grant-refused")
				nadia.Resize(browser.Desk)
			}
			form = nadia.asks("/access/grant")
			nadia.afresh()
			nadia.Choose(form+"[name=account]", "mirko@demo.example")
			nadia.Click(form + "[name=until]")
			nadia.write("20 November 2026, 10:20")
			nadia.Press("Tab")
			nadia.write("stands in while I travel")
			nadia.turn(func() { nadia.Click(form + "button.main") })
			nadia.figures("letting a colleague in, "+scripts, limits{keys: 2, clicks: 3})
			nadia.says("main", "Mirko Ruizander", "stands in while I travel", "10:20")
			if !mirko.opens(home) {
				t.Fatal("let in he does not see it")
			}
			mirko.says("h1", title)
			mirko.to("/cases")
			mirko.says("main", title)
			mirko.to(home + "/access")
			mirko.says("main", "stands in while I travel")
			o.pass(21 * time.Minute)
			if mirko.opens(home) || mirko.opens(home+"/access") {
				t.Error("the moment has come and he sees it still")
			}
			mirko.to("/cases")
			mirko.SeeNot(title)
			nadia.Mend()
			nadia.to(home + "/access")
			nadia.says("main", "Ended")
			nadia.to(home + "/readings")
			nadia.says("main", "Mirko Ruizander")
		})
	}
}

// post is a mail server on the loopback that keeps what it is given.
type post struct {
	mu    sync.Mutex
	mails []string // whom each is for, and all of it
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &sack{post: p}, nil }

type sack struct {
	post *post
	to   string
}

func (s *sack) Reset()                                    {}
func (s *sack) Logout() error                             { return nil }
func (s *sack) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *sack) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }
func (s *sack) Data(r io.Reader) error {
	all, err := io.ReadAll(r)
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.post.mails = append(s.post.mails, s.to+"\n"+string(all))
	return err
}

// mailed goes one round of notices over a real mail server, and gives what came.
func (o *office) mailed() []string {
	o.t.Helper()
	p := &post{}
	server := smtp.NewServer(p)
	server.Domain = "127.0.0.1"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		o.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	defer func() { _, _ = server.Close(), l.Close(); <-done }() // a server that does not serve yet closes no listener
	out, err := notice.NewPost("smtp://" + l.Addr().String() + "?from=office@demo.example")
	if err != nil {
		o.t.Fatal(err)
	}
	n := notice.Notices{Office: o.accounts, Post: out, URL: "https://records.example", Now: o.now, Zone: time.UTC, Log: slog.New(slog.DiscardHandler),
		Count: func(context.Context, auth.Actor) (notice.Count, error) { return notice.Count{}, nil },
		Opened: func(ctx context.Context, since time.Time) (list []notice.Opened, err error) {
			told, err := o.book.ToTell(ctx, since)
			for _, one := range told {
				list = append(list, notice.Opened{Account: one.Account, At: one.At})
			}
			return list, err
		}}
	if err := n.Round(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mails
}

// A supervisor opens a restricted case in an emergency: he shows again who he is, reads
// and changes nothing; its lead is told on the desk and by mail, which names nothing.
func TestACaseIsOpenedInAnEmergencyAndItsLeadIsTold(t *testing.T) {
	o := invented(t, 20)
	ref := o.made.Cases.Restricted
	home := "/cases/" + ref
	nadia, sander := o.known("nadia", browser.Desk), o.known("sander", browser.Desk)
	nadia.to(home)
	title := nadia.Text("h1")
	if sander.opens(home) {
		t.Fatal("he sees it before")
	}
	o.pass(6 * time.Minute)
	sander.to("/?view=team")
	sander.afresh()
	sander.follow("Open a case in an emergency")
	sander.looked("glass")
	sander.Resize(browser.Desk)
	sander.afresh()
	sander.Click("[name=ref]")
	sander.write(strings.ToLower(ref))
	sander.Press("Tab")
	sander.write("He was taken an hour ago and nobody answers")
	sander.Allow("403")
	sander.turn(func() { sander.Click("main form button.alarm") })
	sander.says("h1", "Is it still you?")
	sander.looked("glass-proof")
	sander.Resize(browser.Desk)
	for _, u := range o.made.Users {
		if strings.HasPrefix(u.Email, "sander@") {
			sander.Fill("[name=fresh]", u.Password)
		}
	}
	sander.turn(func() { sander.Click("main form button.main") })
	sander.says("main", ref)
	sander.looked("glass-asked")
	sander.Resize(browser.Desk)
	sander.follow("Look for " + ref)
	sander.turn(func() { sander.Click(`main a[href="` + home + `"]`) })
	sander.says("h1", title)
	sander.figures("opening a case in an emergency", limits{clicks: 7})
	sander.looked("glass-case")
	sander.Resize(browser.Desk)
	man := sander.pick("/people.csv", "case", ref)["ref"]
	for _, path := range []string{home, "/people/" + man, "/people/" + man + "/consent", home + "/access"} {
		sander.to(path)
		if n := sander.Count(`main form[method="post"], main a[href$="/edit"]`); n > 0 {
			t.Errorf("%s offers %d changes", path, n)
		}
	}
	nadia.to("/")
	nadia.says("main", "He was taken an hour ago and nobody answers", "Sander Vanterloo", ref)
	nadia.looked("glass-desk")
	nadia.reads("ar")
	nadia.looked("glass-desk-ar")
	mails := o.mailed()
	if len(mails) != 1 || !strings.HasPrefix(mails[0], "nadia@demo.example\n") || !strings.Contains(mails[0], "https://records.example/") {
		t.Fatalf("%d mails: %v", len(mails), mails)
	}
	for _, words := range []string{ref, title, "Sander", "taken an hour"} {
		if strings.Contains(mails[0], words) {
			t.Errorf("the mail says %q: %s", words, mails[0])
		}
	}
	if again := o.mailed(); len(again) != 0 {
		t.Errorf("told again: %v", again)
	}
	nadia.to(home + "/readings")
	nadia.says("main", "Sander Vanterloo")
	nadia.looked("readings-ar")
	for range 9 { // nobody's session rests too long
		o.pass(27 * time.Minute)
		sander.to("/account")
	}
	if sander.opens(home) {
		t.Error("four hours later he sees it still")
	}
}

// Somebody is sealed by two, is known to all others by a code name everywhere, and is
// read by the two on his own page.
func TestSomebodyIsSealedAndKnownByACodeName(t *testing.T) {
	o := invented(t, 20)
	nadia, mirko, lucia := o.known("nadia", browser.Desk), o.known("mirko", browser.Desk), o.known("lucia", browser.Desk)
	row := nadia.pick("/people.csv", "case", o.made.Cases.Open, "name_latn", " ", "custody_state", "held")
	at, name := "/people/"+row["ref"], row["name_latn"]
	last := name[strings.LastIndex(name, " ")+1:]
	for _, lang := range []string{"ar", "en"} {
		nadia.reads(lang)
		nadia.to(at + "/access")
		nadia.asks("/access/level")
		nadia.looked("seal-form-" + lang)
		nadia.Resize(browser.Desk)
	}
	form := nadia.asks("/access/level")
	nadia.Slow()
	nadia.afresh() // of the page whose form is open
	nadia.Choose(form+"[name=level]", "sealed")
	nadia.Click(form + `[name=named][value="lucia@demo.example"]`)
	nadia.Click(form + "[name=code]")
	nadia.write("Falcon of the quay")
	nadia.Click(form + "[name=reason]")
	nadia.write("Men came to the house of the family.")
	nadia.turn(func() { nadia.Click(form + "button.main") })
	nadia.figures("sealing somebody", limits{clicks: 5})
	nadia.Mend()
	nadia.says("main", "Where Falcon of the quay is named") // free words are for her to mend
	nadia.to(at + "/access")
	nadia.says("main", "Sealed", "Falcon of the quay")
	nadia.looked("sealed-access")
	for _, h := range []*hands{nadia, lucia} {
		h.to(at)
		h.says("main", "Falcon of the quay", last)
	}
	nadia.looked("sealed-person")
	for _, path := range []string{at, at + "/edit", at + "/history", at + "/access", at + "/summary", "/cases/" + o.made.Cases.Open, "/detentions", "/detentions?case=" + o.made.Cases.Open, "/people?case=" + o.made.Cases.Open, "/search?q=" + last, "/appeals", "/tasks"} {
		mirko.to(path)
		if text := browser.Eval[string](mirko.Page, "document.documentElement.outerHTML"); strings.Contains(text, name) {
			t.Errorf("%s holds the name", path)
		}
	}
	mirko.to("/search?q=falcon+of+the+quay")
	mirko.says("main", "Falcon of the quay")
	mirko.to(at)
	mirko.says("h1", "Falcon of the quay")
	for _, list := range []string{"/people.csv", "/detentions.csv"} {
		if all := strings.Join(mirko.rows(list), "\n"); strings.Contains(all, name) || !strings.Contains(all, "Falcon of the quay") {
			t.Errorf("%s tells who it is", list)
		}
	}
	// Printed for somebody outside no line in free words is offered, and it is said why.
	mirko.to("/cases/" + o.made.Cases.Open + "/summary?audience=partner")
	mirko.says("aside.options-col", "somebody in this case is sealed")
	mirko.looked("sealed-print")
}

// What is closed is opened by two supervisors of the case: one asks, the other agrees.
func TestARestrictedCaseIsWidenedByTwo(t *testing.T) {
	o := invented(t, 20)
	home := "/cases/" + o.made.Cases.Restricted
	lucia, sander, mirko := o.known("lucia", browser.Desk), o.known("sander", browser.Desk), o.known("mirko", browser.Desk)
	lucia.to(home)
	title := lucia.Text("h1")
	form := lucia.asks(home + "/team")
	lucia.Fill(form+"[name=team][type=text]", "sander@demo.example")
	lucia.turn(func() { lucia.Click(form + "button.main") })
	lucia.to(home + "/access")
	lucia.afresh()
	form = lucia.asks("/access/level")
	lucia.Choose(form+"[name=level]", "internal")
	lucia.Click(form + "[name=reason]")
	lucia.write("The families speak of it in public now.")
	lucia.turn(func() { lucia.Click(form + "button.main") })
	lucia.figures("asking to open a case", limits{clicks: 4})
	lucia.says("main", "The families speak of it in public now.")
	lucia.looked("widening-asked")
	if lucia.Count(`form[action$="/access/agree"]`) > 0 {
		t.Error("who asked may agree")
	}
	if mirko.opens(home) {
		t.Fatal("asked for it is open")
	}
	sander.to("/")
	sander.says("main", "The families speak of it in public now.")
	sander.looked("widening-desk")
	sander.Resize(browser.Desk)
	sander.afresh()
	sander.turn(func() { sander.Click(`main a[href="` + home + `/access"]`) })
	sander.looked("widening-second")
	sander.Resize(browser.Desk)
	sander.turn(func() { sander.Click(`form[action$="/access/agree"] button`) })
	sander.figures("agreeing to it", limits{clicks: 2})
	if !mirko.opens(home) {
		t.Error("agreed to it is closed")
	}
	mirko.says("h1", title)
}
