// Package web is what browsers and other programs reach: routes that name who
// may, the session behind a request, the pages all kinds share, pages with
// their own face, JSON, and one table that turns errors into answers. What
// records mean and who may see which is decided below, in record and cases.
package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/record"
	"amparo/internal/vault"
)

// Options say how the program is reached and told the time.
type Options struct {
	URL      string // public address; "" = relative links, plain http on the loopback
	Local    string // without a public address: where a browser on this machine has passkeys, such as http://localhost:8080
	Demo     bool   // fictional data, sign-ins shown
	DemoUser []DemoUser
	TLS      bool           // https by its own certificate
	Proxies  []netip.Prefix // named proxies, whose word on the client counts
	Now      func() time.Time
	Ready    func(ctx context.Context) error
	Lock     func(by auth.Actor) // takes the key away; nil where there is nothing to lock
	Zone     *time.Location      // of the office's day
	Files    *vault.Vault        // evidence files; nil: none are taken and none can be opened
	FileMost int64               // bytes of one file; 0: vault.Most
	Scanner  *vault.Scanner      // looks through files as they come; nil: nobody does
	Paces    Paces               // how fast one account may go; what is zero is as usual
	Log      *slog.Logger
}

// DemoUser is a sign-in the demo shows.
type DemoUser struct{ Role, Email, Password string }

// Server answers requests over one book and one office of accounts.
type Server struct {
	book     *record.Book
	office   *account.Office
	store    *account.Store
	passkeys *account.Passkeys // nil where there can be none
	o        Options
	app      *fiber.App
	routes   []Route
	cross    *http.CrossOriginProtection
	sent     *sendings
	left     allowance
	opened   opened
	reading  reading
	life     context.Context // ends with Close; what outlives a request ends with it
	end      context.CancelFunc
	choices  map[string]string // where the words of every choice lie
	walking  sync.Mutex        // over the history
	locked   atomic.Bool
	leaving  atomic.Bool
	silent   silent
}

// Who says who may use a route. Which records he may see there is the
// kernel's affair.
type Who struct {
	open bool        // nobody needs to be signed in
	do   auth.Action // what his roles must allow
}

// The rules of routes.
var (
	Anybody = Who{open: true}
	Looks   = Who{do: auth.Look}
	Writes  = Who{do: auth.Write}
	Files   = Who{do: auth.Register} // keeps the shared register: every colleague but readers
	Leads   = Who{do: auth.Lead}
	Rules   = Who{do: auth.Administer}
)

// writers is the rule of routes that change records of a kind.
func writers(k *record.Kind) Who { return Who{do: k.Writing()} }

// Allows tells whether an actor may use routes of this rule.
func (w Who) Allows(a auth.Actor) bool { return w.open || a.May(w.do) }

// Open tells whether nobody needs to be signed in.
func (w Who) Open() bool { return w.open }

// Route is one address with its rule. A route without a rule lets nobody in.
type Route struct {
	Method, Path string
	Who          Who
	Handle       func(*Request) error
	API          bool          // answers JSON, errors too
	Upload       bool          // files may come with its form
	Sets         bool          // puts one thing in place of another: sent again it is meant again
	Fresh        time.Duration // within how long who acts must have shown who he is; 0: at all
}

// New makes the server; it does not listen yet.
func New(book *record.Book, office *account.Office, o Options) *Server {
	transport := account.Plain
	if o.secure() {
		transport = account.TLS
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.FileMost == 0 {
		o.FileMost = vault.Most
	}
	o.Paces = o.Paces.orUsual()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{book: book, office: office, store: office.Store(transport), o: o, cross: http.NewCrossOriginProtection(), choices: choicesOf(book), sent: &sendings{}}
	if o.URL != "" {
		_ = s.cross.AddTrustedOrigin(strings.TrimRight(o.URL, "/"))
	}
	origin := o.URL
	if origin == "" {
		origin = o.Local
	}
	var err error
	if s.passkeys, err = office.Passkeys(origin); err != nil {
		o.Log.Error("passkeys are off", "kind", typeName(err))
	}
	s.life, s.end = context.WithCancel(context.Background())
	s.app = fiber.New(fiber.Config{
		// Strings of a request live in reused buffers otherwise, and a name kept a
		// moment too long would turn into another user's.
		Immutable:             true,
		DisableStartupMessage: true,
		// What reads bodies, and how much of them, stands in body.go. Nothing may
		// parse a form before: it would lay files on the disk unencrypted.
		BodyLimit:                    bodyLimit,
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		ReadBufferSize:               16 << 10,
		ReadTimeout:                  60 * time.Second,
		WriteTimeout:                 120 * time.Second,
		IdleTimeout:                  75 * time.Second,
		// Fiber itself believes no header about the client: that is in reach.go.
		EnableTrustedProxyCheck: true,
		ErrorHandler:            s.lost,
		StrictRouting:           false,
		CaseSensitive:           true,
		UnescapePath:            false,
	})
	s.app.Server().HeaderReceived = s.readHead
	s.app.Server().ConnState = s.silent.follow
	s.app.Use(s.guard)
	for _, r := range s.table() {
		s.add(r)
	}
	s.app.Use(s.missing)
	return s
}

// App is the program as fiber knows it, for listening and for tests.
func (s *Server) App() *fiber.App { return s.app }

// Close ends what outlives its request, and waits for it.
func (s *Server) Close() {
	s.end()
	s.reading.under.Wait()
}

// Routes lists every route with its rule.
func (s *Server) Routes() []Route { return s.routes }

func (s *Server) add(r Route) {
	s.routes = append(s.routes, r)
	s.app.Add(r.Method, r.Path, func(c *fiber.Ctx) error { return s.serve(c, r) })
	if r.Method == fiber.MethodGet {
		s.app.Add(fiber.MethodHead, r.Path, func(c *fiber.Ctx) error { return s.serve(c, r) })
	}
}

// table lists every route; kinds bring theirs along.
func (s *Server) table() []Route {
	var t []Route
	t = append(t, s.plainRoutes()...)
	t = append(t, s.accountRoutes()...)
	t = append(t, s.factorRoutes()...)
	t = append(t, s.adminRoutes()...)
	t = append(t, s.ruleRoutes()...)
	t = append(t, s.auditRoutes()...)
	t = append(t, s.lockRoutes()...)
	t = append(t, s.templateRoutes()...)
	t = append(t, s.deadlineRoutes()...)
	t = append(t, s.givenRoutes()...)
	t = append(t, s.writingRoutes()...)
	t = append(t, s.deskRoutes()...)
	t = append(t, s.teamRoutes()...)
	t = append(t, s.scoreRoutes()...)
	t = append(t, s.logRoutes()...)
	t = append(t, s.findRoutes()...)
	t = append(t, s.personRoutes()...)
	t = append(t, s.caseRoutes()...)
	t = append(t, s.accessRoutes()...)
	t = append(t, s.eraseRoutes()...)
	t = append(t, s.namedRoutes()...)
	t = append(t, s.appealRoutes()...)
	t = append(t, s.answerRoutes()...)
	t = append(t, s.demandRoutes()...)
	t = append(t, s.consentRoutes()...)
	t = append(t, s.printRoutes()...)
	t = append(t, s.monthRoutes()...)
	t = append(t, s.apiRoutes()...)
	t = append(t, s.mergeRoutes()...)
	t = append(t, s.fileRoutes()...)
	for _, k := range s.book.Kinds() {
		t = append(t, s.kindRoutes(k)...)
	}
	return t
}

// headers of every answer, errors included. No script or style of a page may
// come from anywhere but our own files.
var headers = [][2]string{
	{"Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"},
	{"X-Frame-Options", "DENY"},
	{"Cache-Control", "no-store"},
}

// secure says whether browsers reach the program by https alone.
func (o Options) secure() bool { return o.TLS || strings.HasPrefix(o.URL, "https://") }

// dress sets the headers of every answer.
func (s *Server) dress(c *fiber.Ctx) { dress(c, s.o.secure()) }

func dress(c *fiber.Ctx, secure bool) {
	for _, h := range headers {
		c.Set(h[0], h[1])
	}
	if secure {
		c.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// guard comes before everything: headers, and requests that two programs could
// read differently are refused and the connection closed.
func (s *Server) guard(c *fiber.Ctx) error {
	s.silent.heard(c.Context().Conn())
	if s.locked.Load() {
		return answerLocked(c, s.o)
	}
	s.dress(c)
	if s.leaving.Load() {
		c.Context().Response.SetConnectionClose() // nobody should send the next request into an end
	}
	h := &c.Request().Header
	lengths, hosts, chunked := 0, 0, false
	// As they were sent: fasthttp itself keeps only the last of each.
	for line := range bytes.SplitSeq(h.RawHeaders(), []byte{'\n'}) {
		name, _, _ := bytes.Cut(line, []byte{':'})
		switch strings.ToLower(strings.TrimSpace(string(name))) {
		case "content-length":
			lengths++
		case "host":
			hosts++
		case "transfer-encoding":
			chunked = true
		}
	}
	if lengths > 1 || hosts > 1 || (lengths > 0 && chunked) {
		c.Context().Response.SetConnectionClose()
		return c.Status(fiber.StatusBadRequest).SendString("Bad request")
	}
	if answered, err := s.readable(c); answered || err != nil {
		return err
	}
	if err := takeIn(c); err != nil {
		return err
	}
	defer s.leave(c)
	return c.Next()
}

// missing answers addresses that are no route.
func (s *Server) missing(c *fiber.Ctx) error {
	return s.serve(c, Route{Method: c.Method(), Path: "", Who: Anybody, API: strings.HasPrefix(c.Path(), "/api/"),
		Handle: func(*Request) error { return record.ErrNotFound }})
}

// lost answers what went wrong outside our handlers: too large a body, a method
// that is not there.
func (s *Server) lost(c *fiber.Ctx, err error) error {
	if s.locked.Load() {
		return answerLocked(c, s.o)
	}
	s.dress(c) // such a request never passed the guard
	status := fiber.StatusInternalServerError
	if e, ok := err.(*fiber.Error); ok {
		status = e.Code
	}
	return s.serve(c, Route{Method: c.Method(), Who: Anybody, API: strings.HasPrefix(c.Path(), "/api/"),
		Handle: func(*Request) error { return statusError(status) }})
}
