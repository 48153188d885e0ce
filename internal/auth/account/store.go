package account

import (
	"errors"
	"net/http"

	"github.com/gorilla/sessions"

	"amparo/internal/auth"
)

// Store is the sessions of an Office as gorilla/sessions wants them. The
// cookie holds the random secret and nothing else; who it is and what is kept
// with it is in the table, so signing out ends every copy of the cookie.
type Store struct {
	office  *Office
	name    string
	options sessions.Options
}

var _ sessions.Store = (*Store)(nil)

// Transport is how the browser reaches the program.
type Transport int

const (
	// Plain is http, on the loopback only.
	Plain Transport = iota
	// TLS is https, by itself or through a named proxy.
	TLS
)

// Store makes the session store for web.
func (o *Office) Store(t Transport) *Store {
	s := &Store{office: o, name: "amparo", options: sessions.Options{Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}}
	if t == TLS {
		// The prefix makes browsers refuse the cookie from another host or without TLS.
		s.name, s.options.Secure = "__Host-amparo", true
	}
	return s
}

// Name is the name of the cookie.
func (s *Store) Name() string { return s.name }

// keys of sessions.Session.Values
type valueKey int

const (
	sessionValue valueKey = iota
	actorValue
)

// Get is the session of the request, read once.
func (s *Store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New reads the session of the request's cookie. IsNew tells that there is
// none; a cookie that the server did not make is never taken over.
func (s *Store) New(r *http.Request, name string) (*sessions.Session, error) {
	g := sessions.NewSession(s, name)
	options := s.options
	g.Options, g.IsNew = &options, true
	c, err := r.Cookie(name)
	if err != nil {
		return g, nil
	}
	actor, at, err := s.office.Session(r.Context(), c.Value)
	if errors.Is(err, ErrNobody) {
		return g, nil
	}
	if err != nil {
		return g, err
	}
	hold(g, actor, at)
	g.IsNew = false
	return g, nil
}

// Save writes the cookie: the secret of a session that has just begun or got
// a new one, or an expired cookie after the session's end (MaxAge below 0),
// which also ends it in the table.
func (s *Store) Save(r *http.Request, w http.ResponseWriter, g *sessions.Session) error {
	at, ok := g.Values[sessionValue].(Session)
	if g.Options.MaxAge < 0 || !ok {
		if ok {
			if err := s.office.SignOut(r.Context(), at.Cookie); err != nil {
				return err
			}
		}
		options := *g.Options
		options.MaxAge = -1
		http.SetCookie(w, sessions.NewCookie(g.Name(), "", &options))
		return nil
	}
	if c, err := r.Cookie(g.Name()); err == nil && c.Value == at.Cookie {
		return nil
	}
	http.SetCookie(w, sessions.NewCookie(g.Name(), at.Cookie, g.Options))
	return nil
}

// Current is who acts in a request and in which session; the zero Actor and
// Session when nobody is signed in.
func (s *Store) Current(r *http.Request) (auth.Actor, Session, error) {
	g, err := s.Get(r, s.name)
	if err != nil {
		return auth.Actor{}, Session{}, err
	}
	actor, _ := g.Values[actorValue].(auth.Actor)
	at, _ := g.Values[sessionValue].(Session)
	return actor, at, nil
}

// Begin hands the browser the cookie of a session that SignIn, Prove or
// ChangePassword has answered. The session that the request came with, if it
// is another, ends.
func (s *Store) Begin(w http.ResponseWriter, r *http.Request, at Session) error {
	g, err := s.Get(r, s.name)
	if err != nil {
		return err
	}
	if old, ok := g.Values[sessionValue].(Session); ok && old.ID != at.ID {
		if err := s.office.SignOut(r.Context(), old.Cookie); err != nil {
			return err
		}
	}
	actor, at, err := s.office.Session(r.Context(), at.Cookie)
	if err != nil {
		return err
	}
	hold(g, actor, at)
	return g.Save(r, w)
}

// End signs out and takes the cookie back.
func (s *Store) End(w http.ResponseWriter, r *http.Request) error {
	g, err := s.Get(r, s.name)
	if err != nil {
		return err
	}
	g.Options.MaxAge = -1
	err = g.Save(r, w)
	delete(g.Values, sessionValue)
	delete(g.Values, actorValue)
	return err
}

func hold(g *sessions.Session, actor auth.Actor, at Session) {
	g.ID = at.ID
	g.Values[actorValue], g.Values[sessionValue] = actor, at
}
