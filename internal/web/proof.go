package web

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth/account"
	pages "amparo/views/account"
	"amparo/views/parts"
)

// Some acts want it to be shown again, lately, that it is still the same person who
// sits there: a route says so by Fresh, a handler that knows it only on the way by
// r.fresh. It is asked in place: the form comes back with all that was typed and one
// field more, and goes on from there.

const (
	// anHour is for what carries much away, lets others see more, or cannot be undone.
	anHour = time.Hour
	// fiveMinutes is for what changes who gets in.
	fiveMinutes = 5 * time.Minute
	// bulk is how many records may leave in one piece without being asked.
	bulk = 50
	// proofField is what the question is answered in.
	proofField   = "fresh"
	proofPasskey = "fresh-passkey"
)

// unproven asks who it is; wrong is what was wrong with the last answer, nil for none.
type unproven struct {
	wrong  error
	opened int // people and cases today, where that is why
}

func (u *unproven) Error() string { return "who it is has to be shown again" }

// fresh tells whether who acts has lately shown who he is. Programs with a token of
// their own have nobody who could.
func (r *Request) fresh(within time.Duration) error {
	if r.token || r.Session.ProvedWithin(within, r.o.Now()) {
		return nil
	}
	return &unproven{}
}

// carryOff is asked before records leave in one piece, as a file or a paper:
// many of them at once ask who it is, and the log has their number.
func (r *Request) carryOff(what string, n int) error {
	if err := r.mayCarry(n); err != nil {
		return err
	}
	return r.office.Note(r.c.UserContext(), r.Actor, account.Exported, what, n)
}

func (r *Request) mayCarry(n int) error {
	if n <= bulk {
		return nil
	}
	return r.fresh(anHour)
}

// prove reads the answer that came with a form, if any.
func (r *Request) prove() error {
	answer, signed := r.values.First(proofField), r.values.First(proofPasskey)
	if answer == "" && signed == "" || r.Actor.IsNobody() || r.token {
		return nil
	}
	var s account.Session
	var err error
	if signed != "" && r.passkeys != nil {
		s, err = r.passkeys.Prove(r.c.UserContext(), r.Session, signed)
	} else {
		s, err = r.office.Prove(r.c.UserContext(), r.Session, answer)
	}
	var refusal *account.Refusal
	if errors.As(err, &refusal) && !errors.Is(err, account.ErrNobody) {
		return &unproven{wrong: err}
	}
	if err != nil {
		return err
	}
	r.Session = s
	return r.begin(s)
}

// proofPage asks, and keeps what was typed.
func (r *Request) proofPage(u *unproven) error {
	status := fiber.StatusForbidden
	field := r.passwordField(proofField, r.L.T("web.proof.field"), "current-password")
	field.Focus = true
	var refusal *account.Refusal
	if errors.As(u.wrong, &refusal) {
		status, field.Error = r.refusedStatus(refusal), refusal.Words(r.L)
	}
	m := pages.Proof{Action: own(r.c.OriginalURL(), "/"), Fields: []parts.Field{field}}
	m.Problems = parts.Problems(m.Fields)
	if u.opened > 0 {
		m.Why = r.L.N("web.proof.opened", u.opened)
	}
	m.Passkey = r.ceremony("/login/passkey")
	m.Passkey.Field = proofPasskey
	if r.c.Method() != fiber.MethodPost {
		m.Action, m.Kept = "/account/proof", []parts.Pair{{Name: "next", Value: r.c.OriginalURL()}}
	}
	m.Kept = append(m.Kept, r.carriedOn()...)
	return r.page(status, r.L.T("web.proof.title"), pages.ProofPage(m))
}

// carriedOn is what came with a form, but for what shows who sent it.
func (r *Request) carriedOn() []parts.Pair {
	var list []parts.Pair
	for _, name := range slices.Sorted(maps.Keys(r.values)) {
		if name == "csrf" || name == proofField || name == proofPasskey {
			continue
		}
		for _, value := range r.values[name] {
			list = append(list, parts.Pair{Name: name, Value: value})
		}
	}
	return list
}
