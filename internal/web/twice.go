package web

import (
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// A form that is sent twice, by a double click or an impatient reload, does one
// thing: the second sending waits for the first and is led where that one led.
// What is remembered lives as long as the process and for a while at most; the
// log of a detention, which is sent on bad lines, is remembered in the database
// as well.

// rememberSent is how long a form that was kept is known again.
const rememberSent = 10 * time.Minute

// sending is one form on its way.
type sending struct {
	at   time.Time
	done chan struct{}
	led  string // where the first sending led; "" when it was not kept
}

// sendings are the forms sent lately, by session and form.
type sendings struct {
	mu    sync.Mutex
	forms map[string]*sending
}

// claim gives the sending of a form, and whether the caller is the first.
func (s *sendings) claim(key string, now time.Time) (*sending, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forms == nil || len(s.forms) > 20000 {
		s.forms = map[string]*sending{}
	}
	if old, ok := s.forms[key]; ok && now.Sub(old.at) < rememberSent {
		return old, false
	}
	if len(s.forms)%500 == 499 {
		for k, old := range s.forms {
			if now.Sub(old.at) >= rememberSent {
				delete(s.forms, k)
			}
		}
	}
	one := &sending{at: now, done: make(chan struct{})}
	s.forms[key] = one
	return one, true
}

// finish says where the first sending led; one that was not kept is forgotten,
// so that it can be sent again.
func (s *sendings) finish(key string, one *sending, led string) {
	s.mu.Lock()
	one.led = led
	if led == "" {
		delete(s.forms, key)
	}
	s.mu.Unlock()
	close(one.done)
}

// once runs the handler of a form unless the same form is on its way or was kept.
func (r *Request) once(handle func(*Request) error) error {
	v, err := r.form()
	nonce := v.First("nonce")
	if err != nil || nonce == "" || len(nonce) > 64 || r.Actor.IsNobody() {
		return handle(r)
	}
	// The whole form counts: one that was gone back to and changed is another.
	sum := r.fingerprint()
	key := r.Session.ID + " " + r.c.Path() + " " + string(sum[:])
	one, first := r.sent.claim(key, time.Now())
	if !first {
		select {
		case <-one.done:
		case <-time.After(20 * time.Second):
			return statusError(fiber.StatusServiceUnavailable)
		}
		if one.led == "" {
			return handle(r)
		}
		return r.to(one.led)
	}
	defer func() { r.sent.finish(key, one, r.led) }()
	return handle(r)
}
