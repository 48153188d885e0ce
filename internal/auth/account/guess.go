package account

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"gorm.io/gorm"

	"amparo/internal/database"
)

// Guesses are slowed, never stopped: after some free tries each further one
// waits twice as long, up to a bound. A try that came too early is not counted,
// so nobody can stretch another's wait by trying on. A device that has signed
// in before is counted by itself: its owner gets in while strangers guess, and
// a reset link clears the account's count for who has no such device.

// pace is how one kind of subject is slowed.
type pace struct {
	free   int           // tries without waiting
	first  time.Duration // wait after the last free try, then doubled
	most   time.Duration
	forget time.Duration // after so long without a failure all is forgotten
}

var (
	accountPace = pace{free: 5, first: time.Minute, most: 5 * time.Minute, forget: time.Hour}
	// A code has a million values and three that are good at a time.
	factorPace  = pace{free: 5, first: time.Minute, most: 15 * time.Minute, forget: 24 * time.Hour}
	addressPace = pace{free: 30, first: 10 * time.Second, most: time.Minute, forget: 15 * time.Minute}
)

func (p pace) wait(failures int) time.Duration {
	if failures < p.free {
		return 0
	}
	d := p.first
	for range failures - p.free {
		if d *= 2; d >= p.most {
			return p.most
		}
	}
	return d
}

// subject is who or what is being slowed, known by a digest.
type subject struct {
	digest string
	pace   pace
}

func accountSubject(email string) subject { return subject{digest("account " + email), accountPace} }
func deviceSubject(device string) subject { return subject{digest("device " + device), accountPace} }
func proofSubject(id string) subject      { return subject{digest("proof " + id), accountPace} }
func factorSubject(id string) subject     { return subject{digest("factor " + id), factorPace} }

// knownFactorSubject is a device that has signed in before, at its codes.
func knownFactorSubject(device string) subject {
	return subject{digest("factor at " + device), factorPace}
}

// addressSubject takes a network for IPv6, where one machine has very many addresses.
func addressSubject(addr string) subject {
	if a, err := netip.ParseAddr(addr); err == nil {
		a = a.Unmap().WithZone("")
		if a.Is6() {
			if p, err := a.Prefix(64); err == nil {
				addr = p.String()
			}
		} else {
			addr = a.String()
		}
	}
	return subject{digest("address " + addr), addressPace}
}

// slowed answers ErrSlow with the longest wait of the subjects, if any waits.
func (o *Office) slowed(ctx context.Context, subjects []subject) error {
	now := o.moment()
	var wait time.Duration
	for _, s := range subjects {
		g, err := o.guesses(o.db.Read(ctx), s)
		if err != nil {
			return wrap("read the count of guesses", err)
		}
		wait = max(wait, g.free.Sub(now))
	}
	if wait <= 0 {
		return nil
	}
	// A clock that was set back must not make anybody wait longer than ever meant.
	return &Refusal{Key: ErrSlow.Key, Wait: min(wait, factorPace.most)}
}

// guess is how often a subject has failed.
type guess struct {
	failures   int
	last, free time.Time
}

// after is the count after one failure more.
func (s subject) after(g guess, now time.Time) guess {
	if now.Sub(g.last) > s.pace.forget {
		g.failures = 0
	}
	g.failures++
	return guess{g.failures, now, now.Add(s.pace.wait(g.failures))}
}

func (o *Office) guesses(h *gorm.DB, s subject) (g guess, err error) {
	if g, ok := o.meanwhile.guess(s.digest); ok {
		return g, nil
	}
	rows, err := database.Query(h, `SELECT failures, last_at, free_at FROM account_guess WHERE subject = ?`, s.digest)
	if err != nil {
		return g, err
	}
	defer rows.Close()
	if rows.Next() {
		var lastAt, freeAt string
		err = rows.Scan(&g.failures, &lastAt, &freeAt)
		g.last, g.free = parse(lastAt), parse(freeAt)
	}
	if err == nil {
		err = rows.Err()
	}
	return g, err
}

func (o *Office) failed(tx *gorm.DB, subjects []subject) error {
	if err := lockGuesses(tx); err != nil {
		return err
	}
	now := o.moment()
	for _, s := range subjects {
		g, err := o.guesses(tx, s)
		if err == nil {
			err = keepGuess(tx, s.digest, s.after(g, now))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lockGuesses keeps two servers from counting two failures as one; SQLite has one
// writer anyway. Both may still be at a try when the last free one fails.
func lockGuesses(tx *gorm.DB) error {
	if database.DialectOf(tx) != database.Postgres {
		return nil
	}
	_, err := database.Exec(tx, `LOCK TABLE account_guess IN SHARE ROW EXCLUSIVE MODE`)
	return err
}

func keepGuess(tx *gorm.DB, subject string, g guess) error {
	_, err := database.Exec(tx, `INSERT INTO account_guess (subject, failures, last_at, free_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at, free_at = excluded.free_at`,
		subject, g.failures, stamp(g.last), stamp(g.free))
	return err
}

// missed counts and notes a failed try.
func (o *Office) missed(ctx context.Context, subjects []subject, fail Event) error {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := o.failed(tx, subjects); err != nil {
			return err
		}
		if err := o.note(tx, fail); err != nil {
			return err
		}
		g, err := o.guesses(tx, subjects[0])
		if err == nil && g.failures >= subjects[0].pace.free {
			err = o.note(tx, Event{Kind: SignInSlowed, AccountID: fail.AccountID})
		}
		return err
	})
	if o.goesOn(err) {
		err = o.missedMeanwhile(ctx, subjects, fail)
	}
	return wrap("count a failed try", err)
}

func (o *Office) forgive(tx *gorm.DB, s subject) error {
	_, err := database.Exec(tx, `DELETE FROM account_guess WHERE subject = ?`, s.digest)
	return err
}

// turns lets tries at one account go one after the other, so that many at once
// are counted like many in a row.
type turns struct {
	mu   sync.Mutex
	open map[string]*turn
}

type turn struct {
	ch    chan struct{}
	users int
}

func (t *turns) take(ctx context.Context, key string) (release func(), err error) {
	t.mu.Lock()
	if t.open == nil {
		t.open = map[string]*turn{}
	}
	at := t.open[key]
	if at == nil {
		at = &turn{ch: make(chan struct{}, 1)}
		t.open[key] = at
	}
	at.users++
	t.mu.Unlock()

	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if at.users--; at.users == 0 {
			delete(t.open, key)
		}
	}
	timer := time.NewTimer(hashWait)
	defer timer.Stop()
	select {
	case at.ch <- struct{}{}:
		return func() { <-at.ch; leave() }, nil
	case <-timer.C:
		leave()
		return nil, ErrBusy
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
