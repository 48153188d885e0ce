package account

import (
	"context"
	"time"

	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
)

// The calendar feed of an account: an address with a secret, for programs that
// cannot sign in. There is one at a time; a new one ends the one before.

// MakeCalendar makes the address of the actor's own feed and answers its secret,
// which cannot be shown again.
func (o *Office) MakeCalendar(ctx context.Context, by auth.Actor) (string, error) {
	key := secret()
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		if _, _, err := load(tx, `id = ? AND disabled_at = ''`, by.ID); err != nil {
			return err
		}
		if _, err := database.Exec(tx, `INSERT INTO account_calendar (account_id, hash, made_at) VALUES (?, ?, ?)
			ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, made_at = excluded.made_at`, by.ID, digest(key), stamp(o.moment())); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: CalendarMade, AccountID: by.ID, ActorID: by.ID})
	})
	if err != nil {
		return "", wrap("make a calendar feed", err)
	}
	return key, nil
}

// RevokeCalendar ends the actor's own feed at once.
func (o *Office) RevokeCalendar(ctx context.Context, by auth.Actor) error {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		done, err := database.Exec(tx, `DELETE FROM account_calendar WHERE account_id = ?`, by.ID)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return o.note(tx, Event{Kind: CalendarRevoked, AccountID: by.ID, ActorID: by.ID})
	})
	return wrap("revoke a calendar feed", err)
}

// CalendarMadeAt is when the actor's own feed was made; zero where there is none.
func (o *Office) CalendarMadeAt(ctx context.Context, by auth.Actor) (time.Time, error) {
	at, err := text(o.db.Read(ctx), `SELECT made_at FROM account_calendar WHERE account_id = ?`, by.ID)
	return parse(at), wrap("read a calendar feed", err)
}

// CalendarOwner finds whose feed a secret opens, in one question whatever the
// answer. ErrUnknown when it is unknown or revoked, or the account is disabled.
func (o *Office) CalendarOwner(ctx context.Context, key string) (User, error) {
	u, _, err := load(o.db.Read(ctx), `disabled_at = '' AND id = (SELECT account_id FROM account_calendar WHERE hash = ?)`, digest(key))
	return u, wrap("find a calendar feed", err)
}
