package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
)

const (
	deviceLife    = 180 * 24 * time.Hour
	sessionsKept  = 100     // of one account; the oldest ends when there are more
	valueMost     = 8 << 10 // bytes of one value of a session
	valuesMost    = 16      // values of one session
	clockSlack    = 5 * time.Minute
	seenPrecision = time.Minute
)

// Session is one sign-in that goes on.
type Session struct {
	ID        string // for lists and for ending it; opens nothing
	Cookie    string // the secret; empty in lists
	Device    string // a new secret for the device's own cookie; only right after SignIn
	AccountID string
	Agent     string // coarse, such as "Firefox, Linux"; may be empty
	Language  string // what the account reads in
	CreatedAt time.Time
	SeenAt    time.Time     // last request, to the minute
	ProvedAt  time.Time     // when who it is was last shown, by password, code or passkey
	Ends      time.Time     // at the latest
	Stage     Stage         // until it is Whole nobody acts in it
	Idle      time.Duration // how long it lives without a request
	AlertedAt time.Time     // since when something happened to the account that its owner has not been told; zero for nothing

	values map[string]string
	held   bool // in memory, while the disk takes nothing
}

// Value is a small text kept with the session by Put, or "".
func (s Session) Value(name string) string { return s.values[name] }

// ProvedWithin tells whether the password was given within the last d.
func (s Session) ProvedWithin(d time.Duration, now time.Time) bool {
	age := now.Sub(s.ProvedAt)
	return age <= d && age >= -clockSlack
}

// CSRF is the token for the forms of this session.
func (s Session) CSRF() string { return CSRF(s.Cookie) }

// CSRF derives the token for forms from a secret cookie. Web uses it for
// sessions through Session.CSRF, and with a cookie of its own (NewVisitor) for
// the forms that come before there is a session.
func CSRF(cookie string) string {
	if cookie == "" {
		return ""
	}
	m := hmac.New(sha256.New, []byte(cookie))
	m.Write([]byte("csrf"))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// CheckCSRF tells, in constant time, whether a token belongs to the cookie.
func CheckCSRF(cookie, token string) bool {
	want := CSRF(cookie)
	return want != "" && hmac.Equal([]byte(want), []byte(token))
}

// NewVisitor is a secret for the cookie of somebody who has not signed in.
func NewVisitor() string { return secret() }

// Attempt is one try to sign in.
type Attempt struct {
	Email    string
	Password string
	Address  string // the client's network address
	Agent    string // the User-Agent header
	Device   string // the device's own cookie from an earlier Session.Device, if any
	ByLink   bool   // comes from a one-time link that has just been used
}

// SignIn checks a password and starts a session with a new secret. Its errors
// are ErrWrong, ErrSlow and ErrBusy, alike in words, work and time whether
// the account exists or not; and after the right password ErrUnproven.
func (o *Office) SignIn(ctx context.Context, a Attempt) (Session, error) {
	o.catchUp(ctx)
	var u User
	var hash string
	email, ok := NormalEmail(a.Email)
	if ok {
		var err error
		if u, hash, err = load(o.db.Read(ctx), `email = ?`, email); err != nil && !errors.Is(err, ErrUnknown) {
			return Session{}, wrap("sign in", err)
		}
	}
	known, err := o.knownDevice(ctx, u.ID, a.Device)
	if err != nil {
		return Session{}, wrap("sign in", err)
	}
	subjects := []subject{accountSubject(email), addressSubject(a.Address)}
	if known {
		subjects = []subject{deviceSubject(a.Device)}
	}
	release, err := o.turns.take(ctx, subjects[0].digest)
	if err != nil {
		return Session{}, err
	}
	defer release()
	fail := Event{Kind: SignInFailed, AccountID: u.ID}
	if u.Disabled() {
		hash = ""
	}
	matches, outdated, err := o.try(ctx, subjects, a.Password, hash, fail)
	if err != nil {
		return Session{}, err
	}
	if !matches {
		return Session{}, ErrWrong
	}
	present := hash
	if outdated {
		if hash, err = o.hasher.make(ctx, a.Password); err != nil {
			return Session{}, err
		}
	}

	s, unproven := o.newSession(u, a.Agent), false
	err = o.db.Tx(ctx, func(tx *gorm.DB) error {
		// The account may have been disabled or given another password meanwhile, and on
		// PostgreSQL be about to: the row is held until this sign-in can be ended with the others.
		if err := one(tx, ErrWrong, `UPDATE account SET password = ? WHERE id = ? AND password = ? AND disabled_at = ''`, hash, u.ID, present); err != nil {
			return err
		}
		now, _, err := load(tx, `id = ?`, u.ID)
		if err != nil {
			return err
		}
		s.Language = now.Language
		if err := o.forgive(tx, subjects[0]); err != nil {
			return err
		}
		if err := o.staged(tx, &s); err != nil {
			return err
		}
		switch {
		case s.Stage == Whole:
			s, err = o.admit(tx, now, s, a.Device)
			return err
		case s.Stage == Enrol && a.ByLink:
			if s.Device, err = o.remember(tx, u.ID, a.Device); err != nil {
				return err
			}
		case s.Stage == Enrol && !known:
			// A password may be known to others: the factor must not become theirs.
			unproven = true
			return o.alert(tx, Event{Kind: EnrolRefused, AccountID: u.ID})
		}
		return o.insertSession(tx, s, now.Rights)
	})
	if err == nil && unproven {
		return Session{}, ErrUnproven
	}
	if o.goesOn(err) {
		if err = o.staged(o.db.Read(ctx), &s); err == nil && s.Stage == Enrol && !known {
			err = ErrUnproven
		}
		if err == nil {
			s, err = o.enterMeanwhile(ctx, s, present, a.Device, func(m *meanwhile) error {
				m.guesses[subjects[0].digest] = guess{}
				return nil
			})
		}
		if errors.Is(err, ErrNobody) {
			err = ErrWrong
		}
	}
	if errors.Is(err, ErrUnknown) {
		return Session{}, ErrWrong
	}
	if err != nil {
		return Session{}, wrap("sign in", err)
	}
	return s, nil
}

// admit begins a whole session in place of the one that awaited it, if any,
// remembers the device, and tells the account's owner of one that was not known.
func (o *Office) admit(tx *gorm.DB, u User, s Session, device string) (Session, error) {
	if s.held {
		return s, database.ErrFull
	}
	if s.Stage != Whole {
		// Of many who answer at once for the same sign-in, one gets in.
		if err := one(tx, ErrNobody, `DELETE FROM account_session WHERE hash = ?`, digest(s.Cookie)); err != nil {
			return s, err
		}
		agent := s.Agent
		s = o.newSession(u, "")
		s.Agent = agent
	}
	known, err := count(tx, `SELECT count(*) FROM account_device WHERE hash = ? AND account_id = ? AND ends > ?`, digest(device), u.ID, stamp(o.moment()))
	if err != nil {
		return s, err
	}
	if _, err := database.Exec(tx, `UPDATE account SET signed_in_at = ? WHERE id = ?`, stamp(s.CreatedAt), u.ID); err != nil {
		return s, err
	}
	if s.Device, err = o.remember(tx, u.ID, device); err != nil {
		return s, err
	}
	if err := o.insertSession(tx, s, u.Rights); err != nil {
		return s, err
	}
	if known == 0 && !u.SignedInAt.IsZero() {
		if err := o.alert(tx, Event{Kind: NewDevice, AccountID: u.ID, ActorID: u.ID, SubjectID: s.ID}); err != nil {
			return s, err
		}
	}
	return s, o.note(tx, Event{Kind: SignedIn, AccountID: u.ID, ActorID: u.ID, SubjectID: s.ID})
}

// remember makes a device known under a new secret, in place of its earlier one.
func (o *Office) remember(tx *gorm.DB, accountID, before string) (device string, err error) {
	device = secret()
	if _, err := database.Exec(tx, `DELETE FROM account_device WHERE hash = ?`, digest(before)); err != nil {
		return "", err
	}
	_, err = database.Exec(tx, `INSERT INTO account_device (hash, account_id, ends) VALUES (?, ?, ?)`, digest(device), accountID, stamp(o.moment().Add(deviceLife)))
	return device, err
}

// try compares a password for subjects whose turn it is, and counts a failure.
func (o *Office) try(ctx context.Context, subjects []subject, password, hash string, fail Event) (matches, outdated bool, err error) {
	if err := o.slowed(ctx, subjects); err != nil {
		return false, false, err
	}
	release, err := o.hasher.turn(ctx)
	if err != nil {
		return false, false, err
	}
	// While this one waited for its turn, others from the same address may have failed.
	if err = o.slowed(ctx, subjects); err == nil {
		matches, outdated, err = o.hasher.check(password, hash)
	}
	release()
	if err != nil || matches {
		return matches, outdated, err
	}
	return false, false, o.missed(ctx, subjects, fail)
}

func (o *Office) knownDevice(ctx context.Context, accountID, device string) (bool, error) {
	n, err := count(o.db.Read(ctx), `SELECT count(*) FROM account_device WHERE hash = ? AND account_id = ? AND ends > ?`,
		digest(device), accountID, stamp(o.moment()))
	return n > 0 && device != "", err
}

func (o *Office) newSession(u User, agent string) Session {
	now := o.moment()
	return Session{
		ID: newID(), Cookie: secret(), AccountID: u.ID, Agent: coarse(agent), Language: u.Language,
		CreatedAt: now, SeenAt: now, ProvedAt: now, Ends: now.Add(o.limits.Whole),
	}
}

func (o *Office) idle(r Rights) time.Duration {
	if (auth.Actor{Roles: r.Roles}).Has(auth.Administrator) {
		return o.limits.IdleAdministrator
	}
	return o.limits.Idle
}

func (o *Office) idleEnds(s Session, r Rights, now time.Time) time.Time {
	ends := now.Add(o.idle(r))
	if s.Ends.Before(ends) {
		return s.Ends
	}
	return ends
}

func (o *Office) insertSession(tx *gorm.DB, s Session, r Rights) error {
	_, err := database.Exec(tx, `INSERT INTO account_session (hash, id, account_id, agent, created_at, seen_at, proved_at, idle_ends, ends, stage)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, digest(s.Cookie), s.ID, s.AccountID, s.Agent, stamp(s.CreatedAt), stamp(s.SeenAt),
		stamp(s.ProvedAt), stamp(o.idleEnds(s, r, s.SeenAt)), stamp(s.Ends), string(s.Stage))
	if err != nil {
		return err
	}
	// Of each stage by itself: who knows a password and no more must not push out who is signed in.
	_, err = database.Exec(tx, `DELETE FROM account_session WHERE account_id = ? AND stage = ? AND id NOT IN
		(SELECT id FROM account_session WHERE account_id = ? AND stage = ? ORDER BY created_at DESC, id DESC LIMIT ?)`,
		s.AccountID, string(s.Stage), s.AccountID, string(s.Stage), sessionsKept)
	return err
}

// Session finds who holds a session's cookie and keeps the session awake. It
// answers ErrNobody when there is no such session, or no more, and the zero Actor
// while its sign-in is not whole. One query.
func (o *Office) Session(ctx context.Context, cookie string) (auth.Actor, Session, error) {
	if cookie == "" || len(cookie) > 100 {
		return auth.Actor{}, Session{}, ErrNobody
	}
	o.catchUp(ctx)
	if held, here, over := o.meanwhile.find(digest(cookie)); over {
		return auth.Actor{}, Session{}, ErrNobody
	} else if here {
		u, s, err := o.sessionMeanwhile(ctx, held)
		if err != nil || s.Stage != Whole {
			return auth.Actor{}, s, wrap("find a session", err)
		}
		return u.Actor(), s, nil
	}
	rows, err := o.db.Query(ctx, `SELECT s.id, s.account_id, s.agent, s.created_at, s.seen_at, s.proved_at, s.idle_ends, s.ends, s.stage, a.alert_since,
			a.email, a.name, a.roles, `+mayApprove+`, a.language, a.disabled_at, coalesce(v.name, ''), coalesce(v.value, '')
		FROM account_session s JOIN account a ON a.id = s.account_id LEFT JOIN account_session_value v ON v.session_id = s.id
		WHERE s.hash = ?`, o.today(), o.today(), digest(cookie))
	if err != nil {
		return auth.Actor{}, Session{}, wrap("find a session", err)
	}
	defer rows.Close()
	s := Session{values: map[string]string{}}
	var u User
	var idleEnds time.Time
	for rows.Next() {
		var created, seen, proved, idle, ends, stage, alerted, roles, disabled, name, value string
		var mayApprove int
		err := rows.Scan(&s.ID, &s.AccountID, &s.Agent, &created, &seen, &proved, &idle, &ends, &stage, &alerted,
			&u.Email, &u.Name, &roles, &mayApprove, &s.Language, &disabled, &name, &value)
		if err != nil {
			return auth.Actor{}, Session{}, wrap("find a session", err)
		}
		s.Cookie, s.CreatedAt, s.SeenAt, s.ProvedAt, s.Ends = cookie, parse(created), parse(seen), parse(proved), parse(ends)
		s.Stage, s.AlertedAt = Stage(stage), parse(alerted)
		u.ID, u.Roles, u.MayApprove, u.DisabledAt, idleEnds = s.AccountID, splitRoles(roles), mayApprove != 0, parse(disabled), parse(idle)
		if name != "" {
			s.values[name] = value
		}
	}
	if err := rows.Err(); err != nil {
		return auth.Actor{}, Session{}, wrap("find a session", err)
	}
	_ = rows.Close()
	now := o.moment()
	switch {
	case s.ID == "", u.Disabled(), !now.Before(s.Ends), !now.Before(idleEnds),
		// A clock set back must not give a session more life than it was granted.
		now.Before(s.SeenAt.Add(-clockSlack)):
		return auth.Actor{}, Session{}, ErrNobody
	}
	s.Idle = o.idle(u.Rights)
	if now.Sub(s.SeenAt) >= min(seenPrecision, s.Idle/10) {
		s.SeenAt = now
		// A disk that takes no writes must not keep anybody from reading: the
		// session then ends a little earlier, no more.
		_ = o.db.Tx(ctx, func(tx *gorm.DB) error {
			_, err := database.Exec(tx, `UPDATE account_session SET seen_at = ?, idle_ends = ? WHERE hash = ?`,
				stamp(now), stamp(o.idleEnds(s, u.Rights, now)), digest(cookie))
			return err
		})
	}
	if s.Stage != Whole {
		return auth.Actor{}, s, nil
	}
	return u.Actor(), s, nil
}

// SignOut ends the session of a cookie. A cookie without a session is no error.
func (o *Office) SignOut(ctx context.Context, cookie string) error {
	_, s, err := o.Session(ctx, cookie)
	if errors.Is(err, ErrNobody) {
		return nil
	}
	if err != nil {
		return err
	}
	if !s.held {
		err = o.db.Tx(ctx, func(tx *gorm.DB) error {
			if _, err := database.Exec(tx, `DELETE FROM account_session WHERE id = ?`, s.ID); err != nil {
				return err
			}
			return o.note(tx, Event{Kind: SignedOut, AccountID: s.AccountID, ActorID: s.AccountID, SubjectID: s.ID})
		})
	}
	if s.held || o.goesOn(err) {
		o.signOutMeanwhile(s)
		return nil
	}
	return wrap("sign out", err)
}

// Sessions lists the living sessions of an account, the last used first; for
// itself and who may administer.
func (o *Office) Sessions(ctx context.Context, by auth.Actor, accountID string) ([]Session, error) {
	if by.ID != accountID && !by.May(auth.Administer) {
		return nil, ErrNotYours
	}
	now := stamp(o.moment())
	rows, err := o.db.Query(ctx, `SELECT id, agent, created_at, seen_at, proved_at, ends FROM account_session
		WHERE account_id = ? AND stage = '' AND idle_ends > ? AND ends > ? ORDER BY seen_at DESC, id DESC`, accountID, now, now)
	if err != nil {
		return nil, wrap("list sessions", err)
	}
	defer rows.Close()
	var all []Session
	for rows.Next() {
		s := Session{AccountID: accountID}
		var created, seen, proved, ends string
		if err := rows.Scan(&s.ID, &s.Agent, &created, &seen, &proved, &ends); err != nil {
			return nil, wrap("list sessions", err)
		}
		s.CreatedAt, s.SeenAt, s.ProvedAt, s.Ends = parse(created), parse(seen), parse(proved), parse(ends)
		all = append(all, s)
	}
	return all, wrap("list sessions", rows.Err())
}

// Revoke ends one session by its id; an account its own, who may administer any.
func (o *Office) Revoke(ctx context.Context, by auth.Actor, sessionID string) error {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		owner, err := text(tx, `SELECT account_id FROM account_session WHERE id = ?`, sessionID)
		if err != nil {
			return err
		}
		if owner == "" || by.IsNobody() || owner != by.ID && !by.May(auth.Administer) {
			return ErrGone
		}
		if _, err := database.Exec(tx, `DELETE FROM account_session WHERE id = ?`, sessionID); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: SessionEnded, AccountID: owner, ActorID: by.ID, SubjectID: sessionID})
	})
	return wrap("end a session", err)
}

// RevokeOthers ends all sessions of the account but this one.
func (o *Office) RevokeOthers(ctx context.Context, s Session) error {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := o.endSessions(tx, s.AccountID, s.ID); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: SessionEnded, AccountID: s.AccountID, ActorID: s.AccountID})
	})
	return wrap("end the other sessions", err)
}

// RevokeAll ends every session of an account; for itself and who may administer.
func (o *Office) RevokeAll(ctx context.Context, by auth.Actor, accountID string) error {
	if by.ID != accountID && !by.May(auth.Administer) {
		return ErrNotYours
	}
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := o.endSessions(tx, accountID, ""); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: SessionEnded, AccountID: accountID, ActorID: by.ID})
	})
	return wrap("end all sessions", err)
}

// RevokeEverybody ends every session there is, for the reason that kind names.
func (o *Office) RevokeEverybody(ctx context.Context, by auth.Actor, kind EventKind) error {
	if !by.May(auth.Register) {
		return ErrNotYours
	}
	o.meanwhile.drop(func(held) bool { return true })
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		done, err := database.Exec(tx, `DELETE FROM account_session`)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return err
		}
		return o.note(tx, Event{Kind: kind, ActorID: by.ID, Count: int(n)})
	})
	return wrap("end everybody's sessions", err)
}

// endSessions ends the sessions of an account, all but the one to spare.
func (o *Office) endSessions(tx *gorm.DB, accountID, spare string) error {
	o.meanwhile.drop(func(s held) bool { return s.AccountID == accountID && s.ID != spare })
	_, err := database.Exec(tx, `DELETE FROM account_session WHERE account_id = ? AND id <> ?`, accountID, spare)
	return err
}

// Prove checks the password, or a code of the authenticator, again within a
// session, gives the session a new secret and sets ProvedAt. Its errors are
// ErrCurrent, ErrSlow, ErrBusy, ErrNobody.
func (o *Office) Prove(ctx context.Context, s Session, answer string) (Session, error) {
	if _, short := shortCode(answer); short {
		wrong := o.guarded(ctx, []subject{proofSubject(s.AccountID)}, Event{Kind: SignInFailed, AccountID: s.AccountID, ActorID: s.AccountID, SubjectID: s.ID}, ErrCode,
			func(tx *gorm.DB) error { return o.spendCode(tx, s.AccountID, answer) }, nil)
		if wrong != nil {
			return Session{}, wrap("confirm a code", wrong)
		}
	} else if _, err := o.proven(ctx, s, answer); err != nil {
		return Session{}, err
	}
	return o.proved(ctx, s)
}

// proved gives a session a new secret after it was shown again who is there.
func (o *Office) proved(ctx context.Context, s Session) (Session, error) {
	old := digest(s.Cookie)
	s.Cookie, s.ProvedAt = secret(), o.moment()
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := o.renew(tx, s, old); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: Proved, AccountID: s.AccountID, ActorID: s.AccountID, SubjectID: s.ID})
	})
	if err != nil {
		return Session{}, wrap("confirm who it is", err)
	}
	return s, nil
}

// ChangePassword sets a new password for who gives the present one, ends the
// account's other sessions and gives this one a new secret.
func (o *Office) ChangePassword(ctx context.Context, s Session, current, password string) (Session, error) {
	u, err := o.proven(ctx, s, current)
	if err != nil {
		return Session{}, err
	}
	hash, err := o.newPassword(ctx, u, password)
	if err != nil {
		return Session{}, err
	}
	old := digest(s.Cookie)
	s.Cookie, s.ProvedAt = secret(), o.moment()
	err = o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := o.renew(tx, s, old); err != nil {
			return err
		}
		if err := o.setPassword(tx, u, hash, s.ID); err != nil {
			return err
		}
		return o.alert(tx, Event{Kind: PasswordChanged, AccountID: u.ID, ActorID: u.ID, SubjectID: s.ID})
	})
	if err != nil {
		return Session{}, wrap("change a password", err)
	}
	return s, nil
}

// setPassword writes a hash and closes every other way in: sessions but the one to
// spare, and what endWaysIn ends.
func (o *Office) setPassword(tx *gorm.DB, u User, hash, spare string) error {
	if _, err := database.Exec(tx, `UPDATE account SET password = ? WHERE id = ?`, hash, u.ID); err != nil {
		return err
	}
	if err := o.endWaysIn(tx, u.ID); err != nil {
		return err
	}
	return o.endSessions(tx, u.ID, spare)
}

// endWaysIn ends what somebody else may have made or kept while he had the password:
// links, remembered devices, tokens and the calendar feed.
func (o *Office) endWaysIn(tx *gorm.DB, accountID string) error {
	if err := o.endLinks(tx, accountID); err != nil {
		return err
	}
	for _, query := range []string{`DELETE FROM account_device WHERE account_id = ?`, `DELETE FROM account_calendar WHERE account_id = ?`} {
		if _, err := database.Exec(tx, query, accountID); err != nil {
			return err
		}
	}
	_, err := database.Exec(tx, `UPDATE account_token SET revoked_at = ? WHERE account_id = ? AND revoked_at = ''`, stamp(o.moment()), accountID)
	return err
}

func (o *Office) proven(ctx context.Context, s Session, password string) (User, error) {
	u, hash, err := load(o.db.Read(ctx), `id = ? AND disabled_at = ''`, s.AccountID)
	if errors.Is(err, ErrUnknown) {
		return User{}, ErrNobody
	}
	if err != nil {
		return User{}, wrap("confirm a password", err)
	}
	subjects := []subject{proofSubject(u.ID)}
	release, err := o.turns.take(ctx, subjects[0].digest)
	if err != nil {
		return User{}, err
	}
	defer release()
	matches, _, err := o.try(ctx, subjects, password, hash, Event{Kind: SignInFailed, AccountID: u.ID, ActorID: u.ID, SubjectID: s.ID})
	if err != nil {
		return User{}, err
	}
	if !matches {
		return User{}, ErrCurrent
	}
	err = o.db.Tx(ctx, func(tx *gorm.DB) error { return o.forgive(tx, subjects[0]) })
	return u, wrap("confirm a password", err)
}

func (o *Office) renew(tx *gorm.DB, s Session, old string) error {
	if s.held {
		return database.ErrFull
	}
	done, err := database.Exec(tx, `UPDATE account_session SET hash = ?, proved_at = ? WHERE hash = ?`, digest(s.Cookie), stamp(s.ProvedAt), old)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return ErrNobody
	}
	return nil
}

// Put keeps a small text with the session under a name, such as the source
// that somebody works from; "" takes it away. ErrTooMuch beyond 8 KiB, a name
// of 40 bytes or 16 values.
func (o *Office) Put(ctx context.Context, s Session, name, value string) error {
	if name == "" || len(name) > 40 || len(value) > valueMost || !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		return ErrTooMuch
	}
	if s.held {
		return wrap("keep a value with a session", database.ErrFull)
	}
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		if value == "" {
			_, err := database.Exec(tx, `DELETE FROM account_session_value WHERE session_id = ? AND name = ?`, s.ID, name)
			return err
		}
		alive, err := count(tx, `SELECT count(*) FROM account_session WHERE id = ?`, s.ID)
		if err != nil {
			return err
		}
		if alive == 0 {
			return ErrNobody
		}
		n, err := count(tx, `SELECT count(*) FROM account_session_value WHERE session_id = ? AND name <> ?`, s.ID, name)
		if err != nil {
			return err
		}
		if n >= valuesMost {
			return ErrTooMuch
		}
		_, err = database.Exec(tx, `INSERT INTO account_session_value (session_id, name, value) VALUES (?, ?, ?)
			ON CONFLICT (session_id, name) DO UPDATE SET value = excluded.value`, s.ID, name, value)
		return err
	})
	return wrap("keep a value with a session", err)
}

// Unremember takes away what sessions hold in which one of the texts stands: what
// was said to somebody on his next page, or the source he works from.
func (o *Office) Unremember(ctx context.Context, texts ...string) error {
	return wrap("take away what sessions hold", o.db.Tx(ctx, func(tx *gorm.DB) error {
		rows, err := database.Query(tx, `SELECT session_id, name, value FROM account_session_value`)
		if err != nil {
			return err
		}
		defer rows.Close()
		var found [][2]string
		for rows.Next() {
			var id, name, value string
			if err := rows.Scan(&id, &name, &value); err != nil {
				return err
			}
			if slices.ContainsFunc(texts, func(text string) bool { return says(value, text) }) {
				found = append(found, [2]string{id, name})
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		for _, one := range found {
			if _, err := database.Exec(tx, `DELETE FROM account_session_value WHERE session_id = ? AND name = ?`, one[0], one[1]); err != nil {
				return err
			}
		}
		return nil
	}))
}

// says tells whether a text stands in a kept value by itself, and not within a
// longer word or number: P-1000 does not stand in P-10001.
func says(value, text string) bool {
	told, asked := words(value), words(text)
	for d := json.NewDecoder(strings.NewReader(value)); ; { // as it is read, without what JSON escapes
		token, err := d.Token()
		if err != nil {
			break
		}
		if one, ok := token.(string); ok {
			told += words(one)
		}
	}
	return len(asked) > 2 && (strings.Contains(told, asked) || strings.Contains(told, " و"+asked[1:])) // Arabic writes "and" onto the next word
}

// words are the words and numbers of a text, each between two blanks.
func words(text string) string {
	return " " + strings.Join(strings.FieldsFunc(text, func(c rune) bool { return !unicode.In(c, unicode.L, unicode.M, unicode.N) }), " ") + " "
}

// Sweep deletes what has ended: sessions, links, devices, old counts of
// guesses and old notices. It answers how many sessions went.
func (o *Office) Sweep(ctx context.Context) (sessions int, err error) {
	o.catchUp(ctx)
	now := o.moment()
	err = o.db.Tx(ctx, func(tx *gorm.DB) error {
		done, err := database.Exec(tx, `DELETE FROM account_session WHERE idle_ends <= ?`, stamp(now))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err == nil {
			sessions = int(n)
		}
		for query, before := range map[string]time.Time{
			`DELETE FROM account_link WHERE ends <= ?`:       now.Add(-7 * 24 * time.Hour),
			`DELETE FROM account_device WHERE ends <= ?`:     now,
			`DELETE FROM account_nomination WHERE ends <= ?`: now,
			`DELETE FROM account_challenge WHERE ends <= ?`:  now,
			`DELETE FROM account_guess WHERE last_at <= ?`:   now.Add(-factorPace.forget),
			`DELETE FROM account_notice WHERE made_at <= ?`:  now.Add(-noticeKept),
		} {
			if _, err := database.Exec(tx, query, stamp(before)); err != nil {
				return err
			}
		}
		return nil
	})
	return sessions, wrap("sweep ended sessions", err)
}

func text(h *gorm.DB, query string, args ...any) (s string, err error) {
	rows, err := database.Query(h, query, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&s)
	}
	if err == nil {
		err = rows.Err()
	}
	return s, err
}

// coarse keeps of a User-Agent what its owner needs to know the device again:
// the program and the system, by their own names.
func coarse(agent string) string {
	first := func(pairs ...string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	program := first("Edg", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "FxiOS", "Firefox", "CriOS", "Chrome", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := first("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	return strings.Trim(program+", "+system, ", ")
}
