package account

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
)

// Passkey is a key pair whose secret half never leaves its device.
type Passkey struct {
	ID     string
	Name   string
	MadeAt time.Time
	UsedAt time.Time // zero for never

	accountID, credential string
}

const (
	challengeLife = 5 * time.Minute
	passkeysMost  = 20 // of one account
	forSignIn     = "sign in"
)

// Passkeys asks devices to sign what only they can, for one public address.
type Passkeys struct {
	office *Office
	lib    *webauthn.WebAuthn
	Origin string // the address at which they work
}

// Passkeys makes the passkeys of a public address, such as
// https://records.example.org; nil where there can be none, since browsers make
// none for a bare number.
func (o *Office) Passkeys(origin string) (*Passkeys, error) {
	u, err := url.Parse(origin)
	if err != nil {
		return nil, fmt.Errorf("read the public address: %w", err)
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil || u.Hostname() == "" {
		return nil, nil
	}
	lib, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Amparo", RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("make passkeys possible: %w", err)
	}
	return &Passkeys{office: o, lib: lib, Origin: origin}, nil
}

// holder is an account as the library wants it.
type holder struct {
	User
	keys []Passkey
}

func (h holder) WebAuthnID() []byte          { return []byte(h.ID) }
func (h holder) WebAuthnName() string        { return h.Email }
func (h holder) WebAuthnDisplayName() string { return h.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential {
	var all []webauthn.Credential
	for _, k := range h.keys {
		var c webauthn.Credential
		if json.Unmarshal([]byte(k.credential), &c) == nil {
			all = append(all, c)
		}
	}
	return all
}

func holderBy(h *gorm.DB, accountID string) (holder, error) {
	u, _, err := load(h, `id = ? AND disabled_at = ''`, accountID)
	if err != nil {
		return holder{}, err
	}
	keys, err := passkeys(h, `account_id = ?`, accountID)
	return holder{u, keys}, err
}

// Ask is what a browser hands to a device that shall sign somebody in.
func (p *Passkeys) Ask(ctx context.Context) ([]byte, error) {
	options, session, err := p.lib.BeginDiscoverableLogin()
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return p.asked(ctx, forSignIn, session, options)
}

// AskNew is what a browser hands to a device that shall make a passkey.
func (p *Passkeys) AskNew(ctx context.Context, s Session) ([]byte, error) {
	who, err := holderBy(p.office.db.Read(ctx), s.AccountID)
	if errors.Is(err, ErrUnknown) {
		return nil, ErrNobody
	}
	if err != nil {
		return nil, wrap("ask for a new passkey", err)
	}
	options, session, err := p.lib.BeginRegistration(who, webauthn.WithExclusions(webauthn.Credentials(who.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("ask for a new passkey: %w", err)
	}
	return p.asked(ctx, "new for "+s.AccountID, session, options)
}

// asked keeps a challenge until its answer comes, once.
func (p *Passkeys) asked(ctx context.Context, purpose string, session *webauthn.SessionData, options any) ([]byte, error) {
	kept, err := json.Marshal(session)
	if err != nil {
		return nil, fmt.Errorf("keep a challenge: %w", err)
	}
	now := p.office.moment()
	err = p.office.db.Tx(ctx, func(tx *gorm.DB) error {
		if _, err := database.Exec(tx, `DELETE FROM account_challenge WHERE ends <= ?`, stamp(now)); err != nil {
			return err
		}
		_, err := database.Exec(tx, `INSERT INTO account_challenge (hash, asked, ends) VALUES (?, ?, ?)`,
			digest(purpose+" "+session.Challenge), string(kept), stamp(now.Add(challengeLife)))
		return err
	})
	if p.office.goesOn(err) && p.office.meanwhile.ask(digest(purpose+" "+session.Challenge), challenge{string(kept), now.Add(challengeLife)}, now) {
		err = nil
	}
	if err != nil {
		return nil, wrap("keep a challenge", err)
	}
	return json.Marshal(options)
}

// answered gives what was asked, which cannot be answered again.
func (p *Passkeys) answered(ctx context.Context, purpose, challenge string) (webauthn.SessionData, error) {
	var session webauthn.SessionData
	hash := digest(purpose + " " + challenge)
	if kept := p.office.meanwhile.answered(hash, p.office.moment()); kept != "" {
		return session, json.Unmarshal([]byte(kept), &session)
	}
	err := p.office.db.Tx(ctx, func(tx *gorm.DB) error {
		kept, err := text(tx, `SELECT asked FROM account_challenge WHERE hash = ? AND ends > ?`, hash, stamp(p.office.moment()))
		if err != nil {
			return err
		}
		if err := one(tx, ErrPasskey, `DELETE FROM account_challenge WHERE hash = ?`, hash); err != nil {
			return err
		}
		if kept == "" {
			return ErrPasskey
		}
		return json.Unmarshal([]byte(kept), &session)
	})
	return session, err
}

// SignIn begins a whole session for who holds a passkey; its device has checked a
// finger, a face or a PIN, so that it is two factors at once. Passwords that were
// guessed at do not stand in its way. Its errors are ErrPasskey and ErrSlow.
func (p *Passkeys) SignIn(ctx context.Context, answer string, a Attempt) (Session, error) {
	o := p.office
	subjects := []subject{addressSubject(a.Address)}
	if err := o.slowed(ctx, subjects); err != nil {
		return Session{}, err
	}
	who, key, err := p.holderOf(ctx, answer)
	if errors.Is(err, ErrPasskey) {
		return Session{}, errors.Join(err, o.missed(ctx, subjects, Event{Kind: SignInFailed, AccountID: who.ID}))
	}
	if err != nil {
		return Session{}, err
	}
	s := o.newSession(who.User, a.Agent)
	err = o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := o.used(tx, key); err != nil {
			return err
		}
		// The account may have been disabled meanwhile.
		now, _, err := load(tx, `id = ? AND disabled_at = ''`, who.ID)
		if err != nil {
			return ErrPasskey
		}
		s, err = o.admit(tx, now, s, a.Device)
		return err
	})
	if o.goesOn(err) {
		s, err = o.enterMeanwhile(ctx, s, "", a.Device, func(m *meanwhile) error {
			m.writes = append(m.writes, func(tx *gorm.DB) error {
				if err := o.used(tx, key); !errors.Is(err, ErrPasskey) { // taken away since, or used elsewhere
					return err
				}
				return nil
			})
			return nil
		})
	}
	return s, wrap("sign in by a passkey", err)
}

// Prove shows by a passkey that it is still the same person.
func (p *Passkeys) Prove(ctx context.Context, s Session, answer string) (Session, error) {
	who, key, err := p.holderOf(ctx, answer)
	if err == nil && who.ID != s.AccountID {
		err = ErrPasskey
	}
	if err == nil {
		err = p.office.db.Tx(ctx, func(tx *gorm.DB) error { return p.office.used(tx, key) })
	}
	if err != nil {
		return Session{}, wrap("confirm by a passkey", err)
	}
	return p.office.proved(ctx, s)
}

// usedKey is a passkey with what changed on it by being used.
type usedKey struct {
	id, before, after string
}

// used keeps the counter of a passkey; of two who use the same at once, one does.
func (o *Office) used(tx *gorm.DB, k usedKey) error {
	return one(tx, ErrPasskey, `UPDATE account_passkey SET credential = ?, used_at = ? WHERE id = ? AND credential = ?`, k.after, stamp(o.moment()), k.id, k.before)
}

// holderOf finds whose passkey has answered. One whose counter went back may have
// been copied: it is refused, and its owner told.
func (p *Passkeys) holderOf(ctx context.Context, answer string) (holder, usedKey, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return holder{}, usedKey{}, ErrPasskey
	}
	session, err := p.answered(ctx, forSignIn, parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return holder{}, usedKey{}, err
	}
	var who holder
	_, credential, err := p.lib.ValidatePasskeyLogin(func(_, userHandle []byte) (webauthn.User, error) {
		var err error
		who, err = holderBy(p.office.db.Read(ctx), string(userHandle))
		return who, err
	}, session, parsed)
	if err != nil {
		return holder{User: User{ID: who.ID}}, usedKey{}, ErrPasskey
	}
	handle := base64.RawURLEncoding.EncodeToString(credential.ID)
	list, err := passkeys(p.office.db.Read(ctx), `handle = ?`, handle)
	if err != nil {
		return holder{}, usedKey{}, wrap("find a passkey", err)
	}
	after, err := json.Marshal(credential)
	if err != nil || len(list) != 1 {
		return holder{}, usedKey{}, errors.Join(ErrPasskey, err)
	}
	if credential.Authenticator.CloneWarning {
		err := p.office.db.Tx(ctx, func(tx *gorm.DB) error {
			return p.office.alert(tx, Event{Kind: PasskeyCopied, AccountID: who.ID, SubjectID: list[0].ID})
		})
		return who, usedKey{}, errors.Join(ErrPasskey, err)
	}
	return who, usedKey{list[0].ID, list[0].credential, string(after)}, nil
}

// Add keeps a new passkey under a name. It answers as AddCodes does.
func (p *Passkeys) Add(ctx context.Context, s Session, name, answer, device string) (Session, []string, error) {
	o := p.office
	name, ok := normalName(name)
	if !ok {
		return Session{}, nil, ErrPasskeyName
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return Session{}, nil, ErrPasskey
	}
	session, err := p.answered(ctx, "new for "+s.AccountID, parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return Session{}, nil, wrap("add a passkey", err)
	}
	who, err := holderBy(o.db.Read(ctx), s.AccountID)
	if err != nil {
		return Session{}, nil, wrap("add a passkey", err)
	}
	credential, err := p.lib.CreateCredential(who, session, parsed)
	if err != nil || len(who.keys) >= passkeysMost {
		return Session{}, nil, ErrPasskey
	}
	credential.Attestation = webauthn.CredentialAttestation{} // nobody asks who made the device
	kept, err := json.Marshal(credential)
	if err != nil {
		return Session{}, nil, fmt.Errorf("keep a passkey: %w", err)
	}
	var made []string
	err = o.db.Tx(ctx, func(tx *gorm.DB) error {
		if _, err := database.Exec(tx, `INSERT INTO account_passkey (id, account_id, handle, name, credential, made_at, used_at) VALUES (?, ?, ?, ?, ?, ?, '')`,
			newID(), s.AccountID, base64.RawURLEncoding.EncodeToString(credential.ID), name, string(kept), stamp(o.moment())); err != nil {
			if database.IsUnique(err) {
				return ErrPasskey
			}
			return err
		}
		var err error
		s, made, err = o.enrolled(tx, s, device)
		return err
	})
	return s, made, wrap("add a passkey", err)
}

// RenamePasskey gives one of an account's own passkeys another name.
func (o *Office) RenamePasskey(ctx context.Context, by auth.Actor, id, name string) error {
	name, ok := normalName(name)
	if !ok {
		return ErrPasskeyName
	}
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		return one(tx, ErrGone, `UPDATE account_passkey SET name = ? WHERE account_id = ? AND id = ?`, name, by.ID, id)
	})
	return wrap("rename a passkey", err)
}

// RemovePasskey ends one of an account's own passkeys.
func (o *Office) RemovePasskey(ctx context.Context, s Session, id string) (Session, error) {
	return o.remove(ctx, s, `DELETE FROM account_passkey WHERE account_id = ? AND id = ?`, s.AccountID, id)
}

func passkeys(h *gorm.DB, where string, args ...any) ([]Passkey, error) {
	rows, err := database.Query(h, `SELECT id, account_id, name, credential, made_at, used_at FROM account_passkey WHERE `+where+` ORDER BY made_at, id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Passkey
	for rows.Next() {
		var p Passkey
		var made, used string
		if err := rows.Scan(&p.ID, &p.accountID, &p.Name, &p.credential, &made, &used); err != nil {
			return nil, err
		}
		p.MadeAt, p.UsedAt = parse(made), parse(used)
		all = append(all, p)
	}
	return all, rows.Err()
}
