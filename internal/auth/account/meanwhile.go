package account

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"gorm.io/gorm"

	"amparo/internal/database"
)

// A disk that takes nothing more must not keep out who only wants to read. What a
// sign-in would have written is then kept here, and written once there is room. It
// lasts no longer than the program, so nothing lies here that must not be forgotten:
// recovery codes are not spent, factors not set up, passwords not changed. Only with
// a database of its own: one of several servers must know no session that the others
// do not.

const (
	missesKept     = 1000 // failed tries noted; the others are only counted
	challengesKept = 1000
)

// meanwhile may be locked inside a transaction; none begins while it is locked.
type meanwhile struct {
	mu       sync.Mutex
	sessions map[string]held           // by the digest of their secret
	ended    map[string]bool           // digests of sessions in the table that have ended
	guesses  map[string]guess          // by subject, in place of the table's
	steps    map[string]int64          // the last code that was taken, by account
	writes   []func(tx *gorm.DB) error // what else waits for room
	misses   int                       // of these, failed tries
	asked    map[string]challenge      // of passkeys; never written
	began    int64                     // step of codes at the start: what was taken before nobody knows
}

// held is a session in memory, good while its account has the same password.
type held struct {
	Session
	password string
}

type challenge struct {
	asked string
	ends  time.Time
}

// emptied is meanwhile with nothing that waits for room.
func (m *meanwhile) emptied() {
	m.sessions, m.ended, m.guesses, m.steps, m.writes, m.misses = map[string]held{}, map[string]bool{}, map[string]guess{}, map[string]int64{}, nil, 0
}

// goesOn tells whether an error means that signing in goes on in memory.
func (o *Office) goesOn(err error) bool {
	return database.IsFull(err) && o.db.Dialect() == database.SQLite
}

// catchUp writes what waits for room, if there is some now.
func (o *Office) catchUp(ctx context.Context) {
	m := &o.meanwhile
	m.mu.Lock()
	waits := len(m.sessions)+len(m.ended)+len(m.guesses)+len(m.steps)+len(m.writes) > 0
	m.mu.Unlock()
	if !waits {
		return
	}
	locked := false
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		m.mu.Lock()
		locked = true
		return o.write(tx, m)
	})
	if locked {
		if err == nil {
			m.emptied()
		}
		m.mu.Unlock()
	}
}

func (o *Office) write(tx *gorm.DB, m *meanwhile) error {
	for hash := range m.ended {
		if _, err := database.Exec(tx, `DELETE FROM account_session WHERE hash = ?`, hash); err != nil {
			return err
		}
	}
	for _, s := range m.sessions {
		u, err := s.account(tx)
		if errors.Is(err, ErrNobody) {
			continue
		}
		if err == nil {
			err = o.insertSession(tx, s.Session, u.Rights)
		}
		if err != nil {
			return err
		}
	}
	for subject, g := range m.guesses {
		if err := keepGuess(tx, subject, g); err != nil {
			return err
		}
	}
	for account, step := range m.steps {
		if _, err := database.Exec(tx, `UPDATE account_totp SET last_step = ? WHERE account_id = ? AND last_step < ?`, step, account, step); err != nil {
			return err
		}
	}
	for _, write := range m.writes {
		if err := write(tx); err != nil {
			return err
		}
	}
	return nil
}

// account is whose session it is; ErrNobody where he has been disabled or has
// another password.
func (s held) account(h *gorm.DB) (User, error) {
	u, password, err := load(h, `id = ? AND disabled_at = ''`, s.AccountID)
	if errors.Is(err, ErrUnknown) || err == nil && password != s.password {
		return u, ErrNobody
	}
	return u, err
}

// find gives the session of a secret's digest, if it lies in memory; over tells
// that the table's has ended.
func (m *meanwhile) find(hash string) (s held, here, over bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, here = m.sessions[hash]
	return s, here, m.ended[hash]
}

// seen notes that a session was used.
func (m *meanwhile) seen(hash string, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.sessions[hash]; ok {
		s.SeenAt = at
		m.sessions[hash] = s
	}
}

// drop ends the sessions in memory that a rule names.
func (m *meanwhile) drop(which func(s held) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.sessions, func(_ string, s held) bool { return which(s) })
}

// guess is the count of a subject, if it lies in memory.
func (m *meanwhile) guess(subject string) (guess, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g, ok := m.guesses[subject]
	return g, ok
}

// taken is the last code of an account that was taken in memory.
func (m *meanwhile) taken(accountID string) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.steps[accountID]
}

// end ends the session of a secret's digest, wherever it lies.
func (m *meanwhile) end(hash string) {
	if _, ok := m.sessions[hash]; !ok {
		m.ended[hash] = true
	}
	delete(m.sessions, hash)
}

// keep adds a session; of an account and a stage the oldest ends when there are too many.
func (m *meanwhile) keep(s held) {
	oldest, n := "", 0
	for hash, other := range m.sessions {
		switch {
		case !other.Ends.After(s.CreatedAt):
			delete(m.sessions, hash)
		case other.AccountID == s.AccountID && other.Stage == s.Stage:
			if n++; oldest == "" || other.CreatedAt.Before(m.sessions[oldest].CreatedAt) {
				oldest = hash
			}
		}
	}
	if n >= sessionsKept {
		delete(m.sessions, oldest)
	}
	m.sessions[digest(s.Cookie)] = s
}

// missedMeanwhile counts a failed try in memory.
func (o *Office) missedMeanwhile(ctx context.Context, subjects []subject, fail Event) error {
	m, now := &o.meanwhile, o.moment()
	for _, s := range subjects {
		g, err := o.guesses(o.db.Read(ctx), s)
		if err != nil {
			return err
		}
		m.mu.Lock()
		m.guesses[s.digest] = s.after(g, now)
		m.mu.Unlock()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.misses++; m.misses <= missesKept {
		fail.At = now
		m.writes = append(m.writes, func(tx *gorm.DB) error { return o.note(tx, fail) })
	}
	return nil
}

// enterMeanwhile begins a session in memory. spend, which runs while nobody else
// enters, may refuse.
func (o *Office) enterMeanwhile(ctx context.Context, s Session, password string, device string, spend func(m *meanwhile) error) (Session, error) {
	u, now, err := load(o.db.Read(ctx), `id = ? AND disabled_at = ''`, s.AccountID)
	if errors.Is(err, ErrUnknown) || err == nil && password != "" && now != password {
		return Session{}, ErrNobody
	}
	if err != nil {
		return Session{}, err
	}
	known, err := o.knownDevice(ctx, u.ID, device)
	if err != nil {
		return Session{}, err
	}
	s.Language, s.Device = u.Language, ""
	m := &o.meanwhile
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := spend(m); err != nil {
		return Session{}, err
	}
	m.keep(held{s, now})
	if s.Stage != Whole {
		return s, nil
	}
	entered := Event{At: s.CreatedAt, Kind: SignedIn, AccountID: u.ID, ActorID: u.ID, SubjectID: s.ID}
	m.writes = append(m.writes, func(tx *gorm.DB) error {
		if _, err := database.Exec(tx, `UPDATE account SET signed_in_at = ? WHERE id = ?`, stamp(s.CreatedAt), u.ID); err != nil {
			return err
		}
		if !known && !u.SignedInAt.IsZero() {
			told := entered
			told.Kind = NewDevice
			if err := o.alert(tx, told); err != nil {
				return err
			}
		}
		return o.note(tx, entered)
	})
	return s, nil
}

// verifyMeanwhile makes a session whole by a code of the authenticator, in memory.
func (o *Office) verifyMeanwhile(ctx context.Context, s Session, code string, a Attempt, guessed subject) (Session, error) {
	u, _, err := load(o.db.Read(ctx), `id = ? AND disabled_at = ''`, s.AccountID)
	if errors.Is(err, ErrUnknown) {
		return Session{}, ErrNobody
	}
	if err != nil {
		return Session{}, err
	}
	step, last, err := o.codeOf(o.db.Read(ctx), u.ID, code)
	if err != nil {
		return Session{}, err
	}
	whole, awaits := o.newSession(u, ""), digest(s.Cookie)
	whole.Agent = s.Agent
	return o.enterMeanwhile(ctx, whole, "", a.Device, func(m *meanwhile) error {
		if step <= max(last, m.steps[u.ID], m.began+1) {
			return ErrCode
		}
		if _, here := m.sessions[awaits]; s.held && !here || m.ended[awaits] {
			return ErrNobody
		}
		m.end(awaits)
		m.steps[u.ID], m.guesses[guessed.digest] = step, guess{}
		return nil
	})
}

// sessionMeanwhile is what Session does with one in memory.
func (o *Office) sessionMeanwhile(ctx context.Context, s held) (User, Session, error) {
	u, err := s.account(o.db.Read(ctx))
	if err != nil {
		return User{}, Session{}, err
	}
	now := o.moment()
	if !now.Before(o.idleEnds(s.Session, u.Rights, s.SeenAt)) || now.Before(s.SeenAt.Add(-clockSlack)) {
		return User{}, Session{}, ErrNobody
	}
	o.meanwhile.seen(digest(s.Cookie), now)
	s.SeenAt, s.Idle, s.Session.held = now, o.idle(u.Rights), true
	return u, s.Session, nil
}

func (o *Office) signOutMeanwhile(s Session) {
	m, left := &o.meanwhile, Event{At: o.moment(), Kind: SignedOut, AccountID: s.AccountID, ActorID: s.AccountID, SubjectID: s.ID}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.end(digest(s.Cookie))
	m.writes = append(m.writes, func(tx *gorm.DB) error { return o.note(tx, left) })
}

// ask keeps a challenge of a passkey; false when there are too many.
func (m *meanwhile) ask(hash string, c challenge, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.asked, func(_ string, c challenge) bool { return !now.Before(c.ends) })
	if len(m.asked) >= challengesKept {
		return false
	}
	if m.asked == nil {
		m.asked = map[string]challenge{}
	}
	m.asked[hash] = c
	return true
}

// answered takes a challenge, which cannot be answered again; "" where there is none.
func (m *meanwhile) answered(hash string, now time.Time) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.asked[hash]
	delete(m.asked, hash)
	if !now.Before(c.ends) {
		return ""
	}
	return c.asked
}
