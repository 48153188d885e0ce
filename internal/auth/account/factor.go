package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
)

// The second factor: codes of an authenticator and passkeys (passkey.go), with
// recovery codes for who has lost both. Which roles need one is a setting; who
// lacks one is led to set it up at the next sign-in and can do nothing else. The
// password alone does not set one up: that needs a device that was there before, or
// a one-time link.

// Stage is how far a sign-in has come.
type Stage string

// The stages of a sign-in. Until it is whole nobody acts in its session.
const (
	Whole  Stage = ""
	Second Stage = "second" // the second factor is awaited
	Enrol  Stage = "enrol"  // a second factor has to be set up first
)

const (
	secondLife    = 10 * time.Minute
	enrolLife     = 30 * time.Minute
	recoveryCodes = 10
	codeStep      = 30 // seconds that a code stands for
	factorSetting = "second_factor"
)

var codeOptions = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// Factors are what an account has beside its password.
type Factors struct {
	Codes    time.Time // since when an authenticator gives codes; zero for none
	Passkeys []Passkey
	Left     int  // recovery codes not used yet
	Needed   bool // by a role, or because the factor was reset
}

// Any tells whether there is a second factor.
func (f Factors) Any() bool { return !f.Codes.IsZero() || len(f.Passkeys) > 0 }

// Factors reads what an account has beside its password; for itself and who may administer.
func (o *Office) Factors(ctx context.Context, by auth.Actor, accountID string) (Factors, error) {
	if by.ID != accountID && !by.May(auth.Administer) {
		return Factors{}, ErrNotYours
	}
	f, err := o.factors(o.db.Read(ctx), accountID)
	return f, wrap("read the second factor", err)
}

func (o *Office) factors(h *gorm.DB, accountID string) (f Factors, err error) {
	made, err := text(h, `SELECT made_at FROM account_totp WHERE account_id = ?`, accountID)
	if err != nil {
		return f, err
	}
	f.Codes = parse(made)
	if f.Passkeys, err = passkeys(h, `account_id = ?`, accountID); err != nil {
		return f, err
	}
	if f.Left, err = count(h, `SELECT count(*) FROM account_recovery WHERE account_id = ? AND used_at = ''`, accountID); err != nil {
		return f, err
	}
	must, err := count(h, `SELECT must_enrol FROM account WHERE id = ?`, accountID)
	if err != nil {
		return f, err
	}
	u, _, err := load(h, `id = ?`, accountID)
	if err != nil {
		return f, err
	}
	needed, err := factorRoles(h)
	f.Needed = must > 0 || slices.ContainsFunc(needed, func(r auth.Role) bool { return slices.Contains(u.Roles, r) })
	return f, err
}

// FactorRoles are the roles that need a second factor.
func (o *Office) FactorRoles(ctx context.Context) ([]auth.Role, error) {
	roles, err := factorRoles(o.db.Read(ctx))
	return roles, wrap("read who needs a second factor", err)
}

func factorRoles(h *gorm.DB) ([]auth.Role, error) {
	words, err := text(h, `SELECT value FROM office_setting WHERE name = ?`, factorSetting)
	return splitRoles(words), err
}

// SetFactorRoles says which roles need a second factor; none is allowed too.
func (o *Office) SetFactorRoles(ctx context.Context, by auth.Actor, roles []auth.Role) error {
	if len(roles) > 0 {
		var err error
		if roles, err = normalRoles(roles); err != nil {
			return err
		}
	}
	return o.settle(ctx, by, FactorRolesSet, joinRoles(roles), `INSERT INTO office_setting (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, factorSetting, joinRoles(roles))
}

// stage is how far the right password alone brings an account.
func (o *Office) stage(h *gorm.DB, accountID string) (Stage, error) {
	f, err := o.factors(h, accountID)
	switch {
	case err != nil:
		return Second, err
	case f.Any():
		return Second, nil
	case f.Needed:
		return Enrol, nil
	}
	return Whole, nil
}

// staged says how far the right password alone has brought a session.
func (o *Office) staged(h *gorm.DB, s *Session) (err error) {
	s.Stage, err = o.stage(h, s.AccountID)
	switch s.Stage {
	case Second:
		s.Ends = s.CreatedAt.Add(secondLife)
	case Enrol:
		s.Ends = s.CreatedAt.Add(enrolLife)
	}
	return err
}

// Seed is what an authenticator makes its codes from, before it is kept.
type Seed struct {
	Text    string // to type in
	Address string // the same, for the picture that a camera reads
	Sealed  string // the same, encrypted: it comes back with the first code
}

// NewSeed draws a seed for the account of a session. Nothing is kept until AddCodes.
func (o *Office) NewSeed(u User, s Session) Seed {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails: the program ends if the system has no randomness
	return o.seed(u, s, base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
}

func (o *Office) seed(u User, s Session, plain string) Seed {
	label := strings.NewReplacer("%", "%25", " ", "%20", "?", "%3F", "#", "%23", "&", "%26", ":", "%3A").Replace(u.Email)
	return Seed{Text: plain, Address: "otpauth://totp/Amparo:" + label + "?secret=" + plain + "&issuer=Amparo", Sealed: o.seal(offered(s), plain)}
}

// offered is what a seed is sealed for: to be kept in the very session in which it was
// shown. Whoever saw one in a session of his own could else have the owner keep it.
func offered(s Session) string { return "offered to " + s.AccountID + " in " + s.ID }

// SameSeed is a seed that was offered before in this session, to be shown again.
func (o *Office) SameSeed(u User, s Session, sealed string) (Seed, bool) {
	plain, err := o.unseal(offered(s), sealed)
	if err != nil {
		return Seed{}, false
	}
	return o.seed(u, s, plain), true
}

// AddCodes keeps a seed once the authenticator has shown with a code that it has
// it. It answers the session, which has a new secret and is whole now, and the
// recovery codes if there were none. Its errors are ErrCode, ErrSlow, ErrNobody.
func (o *Office) AddCodes(ctx context.Context, s Session, sealed, code, device string) (Session, []string, error) {
	plain, err := o.unseal(offered(s), sealed)
	if err != nil {
		return Session{}, nil, ErrCode
	}
	var made []string
	err = o.guarded(ctx, []subject{proofSubject(s.AccountID)}, Event{Kind: SignInFailed, AccountID: s.AccountID, SubjectID: s.ID}, ErrCode, func(tx *gorm.DB) error {
		step, ok := o.step(plain, code)
		if !ok {
			return ErrCode
		}
		if _, err := database.Exec(tx, `INSERT INTO account_totp (account_id, seed, last_step, made_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (account_id) DO UPDATE SET seed = excluded.seed, last_step = excluded.last_step, made_at = excluded.made_at`,
			s.AccountID, o.seal("seed of "+s.AccountID, plain), step, stamp(o.moment())); err != nil {
			return err
		}
		var err error
		s, made, err = o.enrolled(tx, s, device)
		return err
	}, nil)
	return s, made, wrap("set up codes", err)
}

// enrolled is what follows when a factor was added: recovery codes with the first
// one, an end to the other sessions, and a new secret for this one.
func (o *Office) enrolled(tx *gorm.DB, s Session, device string) (Session, []string, error) {
	u, _, err := load(tx, `id = ? AND disabled_at = ''`, s.AccountID)
	if err != nil {
		return s, nil, ErrNobody
	}
	if _, err := database.Exec(tx, `UPDATE account SET must_enrol = 0 WHERE id = ?`, u.ID); err != nil {
		return s, nil, err
	}
	var made []string
	left, err := count(tx, `SELECT count(*) FROM account_recovery WHERE account_id = ?`, u.ID)
	if err == nil && left == 0 {
		made, err = o.recoveryCodes(tx, u.ID)
	}
	if err != nil {
		return s, nil, err
	}
	if s, err = o.renewed(tx, u, s, device); err != nil {
		return s, nil, err
	}
	return s, made, o.alert(tx, Event{Kind: FactorAdded, AccountID: u.ID, ActorID: u.ID, SubjectID: s.ID})
}

// renewed gives a session a new secret after a factor has changed and ends all
// others; one that was not whole becomes so.
func (o *Office) renewed(tx *gorm.DB, u User, s Session, device string) (Session, error) {
	if err := o.endSessions(tx, u.ID, s.ID); err != nil {
		return s, err
	}
	if s.Stage == Whole {
		old := digest(s.Cookie)
		s.Cookie, s.ProvedAt = secret(), o.moment()
		return s, o.renew(tx, s, old)
	}
	return o.admit(tx, u, s, device)
}

// RemoveCodes takes the authenticator away.
func (o *Office) RemoveCodes(ctx context.Context, s Session) (Session, error) {
	return o.remove(ctx, s, `DELETE FROM account_totp WHERE account_id = ?`, s.AccountID)
}

// remove takes one factor away, but not the last one of an account that needs one.
func (o *Office) remove(ctx context.Context, s Session, query string, args ...any) (Session, error) {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		done, err := database.Exec(tx, query, args...)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrGone, err)
		}
		f, err := o.factors(tx, s.AccountID)
		if err != nil {
			return err
		}
		if !f.Any() && f.Needed {
			return ErrFactorNeeded
		}
		if !f.Any() {
			if _, err := database.Exec(tx, `DELETE FROM account_recovery WHERE account_id = ?`, s.AccountID); err != nil {
				return err
			}
		}
		if s, err = o.renewed(tx, User{ID: s.AccountID}, s, ""); err != nil {
			return err
		}
		return o.alert(tx, Event{Kind: FactorRemoved, AccountID: s.AccountID, ActorID: s.AccountID, SubjectID: s.ID})
	})
	return s, wrap("take a factor away", err)
}

// NewRecoveryCodes makes ten codes in place of those that were left.
func (o *Office) NewRecoveryCodes(ctx context.Context, s Session) ([]string, error) {
	var made []string
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		f, err := o.factors(tx, s.AccountID)
		if err != nil {
			return err
		}
		if !f.Any() {
			return ErrGone
		}
		if made, err = o.recoveryCodes(tx, s.AccountID); err != nil {
			return err
		}
		return o.alert(tx, Event{Kind: RecoveryMade, AccountID: s.AccountID, ActorID: s.AccountID, SubjectID: s.ID})
	})
	return made, wrap("make recovery codes", err)
}

func (o *Office) recoveryCodes(tx *gorm.DB, accountID string) ([]string, error) {
	if _, err := database.Exec(tx, `DELETE FROM account_recovery WHERE account_id = ?`, accountID); err != nil {
		return nil, err
	}
	var made []string
	for range recoveryCodes {
		var b [10]byte
		_, _ = rand.Read(b[:])
		code := base32.StdEncoding.EncodeToString(b[:])
		if _, err := database.Exec(tx, `INSERT INTO account_recovery (hash, account_id, used_at) VALUES (?, ?, '')`, recoveryDigest(accountID, code), accountID); err != nil {
			return nil, err
		}
		made = append(made, strings.Join([]string{code[:4], code[4:8], code[8:12], code[12:]}, "-"))
	}
	return made, nil
}

func recoveryDigest(accountID, code string) string {
	return digest("recovery " + accountID + " " + code)
}

// ResetFactor takes every factor of an account away, for who has lost them, and
// makes the secret of a link (ResetLinkKind) by which its owner chooses a password
// and sets up another; none for an account that is disabled. Who may administer only.
func (o *Office) ResetFactor(ctx context.Context, by auth.Actor, id string) (key string, err error) {
	err = o.administer(ctx, by, id, FactorReset, func(tx *gorm.DB, u User) error {
		for _, query := range []string{`DELETE FROM account_totp WHERE account_id = ?`, `DELETE FROM account_passkey WHERE account_id = ?`,
			`DELETE FROM account_recovery WHERE account_id = ?`, `UPDATE account SET must_enrol = 1 WHERE id = ?`} {
			if _, err := database.Exec(tx, query, id); err != nil {
				return err
			}
		}
		for _, s := range []subject{factorSubject(id), proofSubject(id)} {
			if err := o.forgive(tx, s); err != nil {
				return err
			}
		}
		if err := o.endSessions(tx, id, ""); err != nil {
			return err
		}
		if err := o.endWaysIn(tx, id); err != nil {
			return err
		}
		if !u.Disabled() {
			key = secret()
			if err := o.insertLink(tx, key, ResetLinkKind, id, by.ID, linkLife); err != nil {
				return err
			}
		}
		return o.tell(tx, id)
	})
	if err != nil {
		return "", err
	}
	return key, nil
}

// Verify makes a session whole by a code of the authenticator or by a recovery
// code, given in the session that awaits it. Its errors are ErrCode, ErrSlow,
// ErrNobody. Of many who send the same code at once, one gets in.
func (o *Office) Verify(ctx context.Context, s Session, code string, a Attempt) (Session, error) {
	if s.Stage != Second {
		return Session{}, ErrNobody
	}
	known, err := o.knownDevice(ctx, s.AccountID, a.Device)
	if err != nil {
		return Session{}, wrap("check a code", err)
	}
	subjects := []subject{factorSubject(s.AccountID), addressSubject(a.Address)}
	recovery, isRecovery := recoveryCode(code)
	switch {
	case isRecovery:
		// Eighty bits need no patience, and guesses at short codes must not shut out who has a long one.
		subjects = subjects[1:]
	case known:
		subjects = []subject{knownFactorSubject(a.Device)}
	}
	var inMemory func() error
	if awaits := s; !isRecovery { // which must stay spent, whatever happens
		inMemory = func() (err error) {
			s, err = o.verifyMeanwhile(ctx, awaits, code, a, subjects[0])
			return err
		}
	}
	err = o.guarded(ctx, subjects, Event{Kind: SignInFailed, AccountID: s.AccountID, SubjectID: s.ID}, ErrCode, func(tx *gorm.DB) error {
		u, _, err := load(tx, `id = ? AND disabled_at = ''`, s.AccountID)
		if errors.Is(err, ErrUnknown) {
			return ErrNobody
		}
		if err != nil {
			return err
		}
		if isRecovery {
			err = one(tx, ErrCode, `UPDATE account_recovery SET used_at = ? WHERE hash = ? AND account_id = ? AND used_at = ''`, stamp(o.moment()), recoveryDigest(u.ID, recovery), u.ID)
		} else {
			err = o.spendCode(tx, u.ID, code)
		}
		if err != nil {
			return err
		}
		if s, err = o.admit(tx, u, s, a.Device); err != nil || !isRecovery {
			return err
		}
		return o.alert(tx, Event{Kind: RecoveryUsed, AccountID: u.ID, ActorID: u.ID, SubjectID: s.ID})
	}, inMemory)
	return s, wrap("check a code", err)
}

// guarded does what a right answer allows, for subjects whose turn it is, in one
// transaction; wrong is the answer that counts as a guess. While the disk takes
// nothing it does inMemory instead, if that is not nil.
func (o *Office) guarded(ctx context.Context, subjects []subject, fail Event, wrong *Refusal, do func(tx *gorm.DB) error, inMemory func() error) error {
	release, err := o.turns.take(ctx, subjects[0].digest)
	if err != nil {
		return err
	}
	defer release()
	if err := o.slowed(ctx, subjects); err != nil {
		return err
	}
	err = o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := do(tx); err != nil {
			return err
		}
		return o.forgive(tx, subjects[0])
	})
	if inMemory != nil && o.goesOn(err) {
		err = inMemory()
	}
	if !errors.Is(err, wrong) {
		return err
	}
	return errors.Join(err, o.missed(ctx, subjects, fail))
}

// spendCode takes a code of the account's authenticator, which is then spent.
func (o *Office) spendCode(tx *gorm.DB, accountID, code string) error {
	step, _, err := o.codeOf(tx, accountID, code)
	if err == nil && step <= o.meanwhile.taken(accountID) {
		err = ErrCode
	}
	if err != nil {
		return err
	}
	return one(tx, ErrCode, `UPDATE account_totp SET last_step = ? WHERE account_id = ? AND last_step < ?`, step, accountID, step)
}

// codeOf finds of which step a code is, and the last one that was spent.
func (o *Office) codeOf(h *gorm.DB, accountID, code string) (step, last int64, err error) {
	sealed, err := text(h, `SELECT seed FROM account_totp WHERE account_id = ?`, accountID)
	if err != nil {
		return 0, 0, err
	}
	if sealed == "" {
		return 0, 0, ErrCode
	}
	plain, err := o.unseal("seed of "+accountID, sealed)
	if err != nil {
		return 0, 0, err
	}
	step, ok := o.step(plain, code)
	if !ok {
		return 0, 0, ErrCode
	}
	spent, err := count(h, `SELECT last_step FROM account_totp WHERE account_id = ?`, accountID)
	return step, int64(spent), err
}

// step finds which moment a code is of: this one, the one before or the next.
func (o *Office) step(seed, code string) (int64, bool) {
	code, ok := shortCode(code)
	if !ok {
		return 0, false
	}
	at := o.moment().Unix() / codeStep
	for _, step := range []int64{at, at - 1, at + 1} {
		want, err := hotp.GenerateCodeCustom(seed, uint64(step), codeOptions) // #nosec G115 -- a moment after 1970
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}

// squeezed takes out what people put between groups, and reads the digits of Arabic and Persian.
func squeezed(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u200e' || r == '\u200f':
			return -1
		}
		return r
	}, strings.ToUpper(code))
}

// shortCode is a code of an authenticator as it is compared.
func shortCode(code string) (string, bool) {
	code = squeezed(code)
	return code, len(code) == 6 && strings.Trim(code, "0123456789") == ""
}

// recoveryCode is a recovery code as it is compared. What looks alike is read alike.
func recoveryCode(code string) (string, bool) {
	code = strings.NewReplacer("0", "O", "1", "I", "8", "B").Replace(squeezed(code))
	return code, len(code) == 16 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// one changes exactly one row, or answers why not.
func one(tx *gorm.DB, otherwise *Refusal, query string, args ...any) error {
	done, err := database.Exec(tx, query, args...)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(otherwise, err)
	}
	return nil
}

// seal encrypts a text so that it can be read again for the same purpose only.
func (o *Office) seal(purpose, plain string) string {
	nonce := make([]byte, o.sealer.NonceSize())
	_, _ = rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(o.sealer.Seal(nonce, nonce, []byte(plain), []byte(purpose)))
}

func (o *Office) unseal(purpose, sealed string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(b) < o.sealer.NonceSize() {
		return "", errors.New("what was sealed cannot be read")
	}
	plain, err := o.sealer.Open(nil, b[:o.sealer.NonceSize()], b[o.sealer.NonceSize():], []byte(purpose))
	return string(plain), err
}
