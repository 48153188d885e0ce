package account

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
)

// LinkKind is what a one-time link is for; it is also the first part of its address.
type LinkKind string

// The kinds of one-time links.
const (
	SetupLinkKind  LinkKind = "setup"  // makes the first administrator
	InviteLinkKind LinkKind = "invite" // chooses the first password of an account
	ResetLinkKind  LinkKind = "reset"  // chooses a new one
)

const (
	setupLife = time.Hour
	linkLife  = 24 * time.Hour
)

// Link is a living one-time link.
type Link struct {
	Kind LinkKind
	User User // zero for a set-up link
	Ends time.Time
}

// SetupLink makes the secret of the link for the first administrator, good
// for an hour; an earlier one ends. ErrSetUp once there is any account.
func (o *Office) SetupLink(ctx context.Context) (string, error) {
	key := secret()
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := nobodyYet(tx); err != nil {
			return err
		}
		if err := o.endLinks(tx, ""); err != nil {
			return err
		}
		return o.insertLink(tx, key, SetupLinkKind, "", "", setupLife)
	})
	if err != nil {
		return "", wrap("make a set-up link", err)
	}
	return key, nil
}

// Empty tells whether there is no account yet.
func (o *Office) Empty(ctx context.Context) (bool, error) {
	err := nobodyYet(o.db.Read(ctx))
	if errors.Is(err, ErrSetUp) {
		return false, nil
	}
	return err == nil, wrap("count accounts", err)
}

func nobodyYet(h *gorm.DB) error {
	n, err := count(h, `SELECT count(*) FROM account`)
	if err == nil && n > 0 {
		return ErrSetUp
	}
	return err
}

// Setup makes the first administrator with the secret of the set-up link,
// which is then spent. ErrLink when the link is not good, ErrSetUp when
// somebody was first; what is wrong with the input leaves the link as it is.
func (o *Office) Setup(ctx context.Context, key string, n NewUser) (User, error) {
	if _, err := o.Link(ctx, SetupLinkKind, key); err != nil {
		return User{}, err
	}
	if n.Password == "" {
		return User{}, ErrPasswordShort
	}
	n.Rights = Rights{Roles: []auth.Role{auth.Administrator}}
	u, hash, err := o.prepare(ctx, n)
	if err != nil {
		return User{}, err
	}
	err = o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := lockAccounts(tx); err != nil {
			return err
		}
		if err := nobodyYet(tx); err != nil {
			return err
		}
		if err := o.spend(tx, SetupLinkKind, key); err != nil {
			return err
		}
		if err := o.insert(tx, u, hash); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: SetUpDone, AccountID: u.ID, ActorID: u.ID})
	})
	if err != nil {
		return User{}, wrap("set up", err)
	}
	return u, nil
}

// Invite makes the secret of a link by which an account without a password
// chooses its first; an earlier link of the account ends.
func (o *Office) Invite(ctx context.Context, by auth.Actor, id string) (string, error) {
	return o.offer(ctx, by, id, InviteLinkKind, Invited)
}

// Reset makes the secret of a link by which an account chooses a new
// password; the old one works until then. An earlier link of the account ends.
func (o *Office) Reset(ctx context.Context, by auth.Actor, id string) (string, error) {
	return o.offer(ctx, by, id, ResetLinkKind, ResetStarted)
}

func (o *Office) offer(ctx context.Context, by auth.Actor, id string, kind LinkKind, event EventKind) (string, error) {
	key := secret()
	err := o.administer(ctx, by, id, event, func(tx *gorm.DB, u User) error {
		if u.Disabled() || kind == InviteLinkKind && !u.Invited {
			return ErrUnknown
		}
		if len(u.Roles) == 0 { // a nomination waits, and nothing else opens the account
			return ErrAwaits
		}
		if err := o.endLinks(tx, id); err != nil {
			return err
		}
		return o.insertLink(tx, key, kind, id, by.ID, linkLife)
	})
	if err != nil {
		return "", err
	}
	return key, nil
}

// Link looks at a link without spending it, for its page. ErrLink when it is
// not there, spent, late, or its account is disabled.
func (o *Office) Link(ctx context.Context, kind LinkKind, key string) (Link, error) {
	rows, err := o.db.Query(ctx, `SELECT account_id, ends FROM account_link WHERE hash = ? AND kind = ? AND used_at = '' AND ends > ?`,
		digest(key), string(kind), stamp(o.moment()))
	if err != nil {
		return Link{}, wrap("look at a link", err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return Link{}, wrap("look at a link", err)
		}
		return Link{}, ErrLink
	}
	var accountID, ends string
	if err := rows.Scan(&accountID, &ends); err != nil {
		return Link{}, wrap("look at a link", err)
	}
	_ = rows.Close()
	l := Link{Kind: kind, Ends: parse(ends)}
	if kind == SetupLinkKind {
		if empty, err := o.Empty(ctx); err != nil || !empty {
			if err == nil {
				err = ErrLink
			}
			return Link{}, err
		}
		return l, nil
	}
	l.User, _, err = load(o.db.Read(ctx), `id = ? AND disabled_at = ''`, accountID)
	if errors.Is(err, ErrUnknown) {
		return Link{}, ErrLink
	}
	return l, wrap("look at a link", err)
}

// Accept sets the password of the link's account and spends the link. It ends
// the account's sessions and other links, and forgets the guesses that were
// made at it. A password that will not do leaves the link as it is.
func (o *Office) Accept(ctx context.Context, kind LinkKind, key, password string) (User, error) {
	if kind == SetupLinkKind {
		return User{}, ErrLink
	}
	l, err := o.Link(ctx, kind, key)
	if err != nil {
		return User{}, err
	}
	hash, err := o.newPassword(ctx, l.User, password)
	if err != nil {
		return User{}, err
	}
	err = o.db.Tx(ctx, func(tx *gorm.DB) error {
		u, _, err := load(tx, `id = ? AND disabled_at = ''`, l.User.ID)
		if errors.Is(err, ErrUnknown) {
			return ErrLink
		}
		if err != nil {
			return err
		}
		if err := o.spend(tx, kind, key); err != nil {
			return err
		}
		if err := o.setPassword(tx, u, hash, ""); err != nil {
			return err
		}
		for _, s := range []subject{accountSubject(u.Email), proofSubject(u.ID)} {
			if err := o.forgive(tx, s); err != nil {
				return err
			}
		}
		used := Event{Kind: LinkUsed, AccountID: u.ID, ActorID: u.ID}
		if kind == InviteLinkKind {
			return o.note(tx, used)
		}
		return o.alert(tx, used)
	})
	if err != nil {
		return User{}, wrap("use a link", err)
	}
	l.User.Invited = false
	return l.User, nil
}

// spend marks a link as used where it still may be: of two who hold it, one.
func (o *Office) spend(tx *gorm.DB, kind LinkKind, key string) error {
	now := stamp(o.moment())
	done, err := database.Exec(tx, `UPDATE account_link SET used_at = ? WHERE hash = ? AND kind = ? AND used_at = '' AND ends > ?`,
		now, digest(key), string(kind), now)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return ErrLink
	}
	return nil
}

func (o *Office) insertLink(tx *gorm.DB, key string, kind LinkKind, accountID, by string, life time.Duration) error {
	now := o.moment()
	_, err := database.Exec(tx, `INSERT INTO account_link (hash, kind, account_id, made_by, created_at, ends, used_at) VALUES (?, ?, ?, ?, ?, ?, '')`,
		digest(key), string(kind), accountID, by, stamp(now), stamp(now.Add(life)))
	return err
}

func (o *Office) endLinks(tx *gorm.DB, accountID string) error {
	_, err := database.Exec(tx, `DELETE FROM account_link WHERE account_id = ? AND used_at = ''`, accountID)
	return err
}
