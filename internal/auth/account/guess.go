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
		_, _, free, err := o.guesses(o.db.Read(ctx), s)
		if err != nil {
			return wrap("read the count of guesses", err)
		}
		wait = max(wait, free.Sub(now))
	}
	if wait <= 0 {
		return nil
	}
	// A clock that was set back must not make anybody wait longer than ever meant.
	return &Refusal{Key: ErrSlow.Key, Wait: min(wait, factorPace.most)}
}

func (o *Office) guesses(h *gorm.DB, s subject) (failures int, last, free time.Time, err error) {
	rows, err := database.Query(h, `SELECT failures, last_at, free_at FROM account_guess WHERE subject = ?`, s.digest)
	if err != nil {
		return 0, last, free, err
	}
	defer rows.Close()
	if rows.Next() {
		var lastAt, freeAt string
		err = rows.Scan(&failures, &lastAt, &freeAt)
		last, free = parse(lastAt), parse(freeAt)
	}
	if err == nil {
		err = rows.Err()
	}
	return failures, last, free, err
}

func (o *Office) failed(tx *gorm.DB, subjects []subject) error {
	now := o.moment()
	for _, s := range subjects {
		failures, last, _, err := o.guesses(tx, s)
		if err != nil {
			return err
		}
		if now.Sub(last) > s.pace.forget {
			failures = 0
		}
		failures++
		_, err = database.Exec(tx, `INSERT INTO account_guess (subject, failures, last_at, free_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at, free_at = excluded.free_at`,
			s.digest, failures, stamp(now), stamp(now.Add(s.pace.wait(failures))))
		if err != nil {
			return err
		}
	}
	return nil
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
