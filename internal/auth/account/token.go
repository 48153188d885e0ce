package account

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
)

// TokenPrefix begins every API token, so that one is known when it is found
// where it should not be.
const TokenPrefix = "amp_"

const (
	tokenLife = 90 * 24 * time.Hour
	tokenMost = 366 * 24 * time.Hour
)

// Token is an API token without its secret.
type Token struct {
	ID        string
	AccountID string
	Label     string // what it is for
	CreatedAt time.Time
	Ends      time.Time
	UsedAt    time.Time // to the minute; zero for never
	RevokedAt time.Time // zero while it works
}

// NewToken is what a token is made from.
type NewToken struct {
	AccountID string
	Label     string    // 1 to 80 characters
	Ends      time.Time // at most a year ahead; zero is 90 days from now
}

// AddToken makes a token and answers its secret, which cannot be shown again.
// An account makes its own; who may administer makes them for any.
func (o *Office) AddToken(ctx context.Context, by auth.Actor, n NewToken) (string, Token, error) {
	if by.IsNobody() || by.ID != n.AccountID && !by.May(auth.Administer) {
		return "", Token{}, ErrNotYours
	}
	label := strings.TrimSpace(norm.NFC.String(n.Label))
	if c := utf8.RuneCountInString(label); c < 1 || c > 80 || !utf8.ValidString(label) || strings.ContainsFunc(label, unicode.IsControl) {
		return "", Token{}, ErrLabel
	}
	now := o.moment()
	if n.Ends.IsZero() {
		n.Ends = now.Add(tokenLife)
	}
	if !n.Ends.After(now) || n.Ends.After(now.Add(tokenMost)) {
		return "", Token{}, ErrExpires
	}
	key := TokenPrefix + secret()
	t := Token{ID: newID(), AccountID: n.AccountID, Label: label, CreatedAt: now, Ends: n.Ends.UTC().Truncate(time.Millisecond)}
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		if _, _, err := load(tx, `id = ? AND disabled_at = ''`, n.AccountID); err != nil {
			return err
		}
		if _, err := database.Exec(tx, `INSERT INTO account_token (id, hash, account_id, label, created_at, ends, used_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, '', '')`,
			t.ID, digest(key), t.AccountID, t.Label, stamp(t.CreatedAt), stamp(t.Ends)); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: TokenAdded, AccountID: t.AccountID, ActorID: by.ID, SubjectID: t.ID})
	})
	if err != nil {
		return "", Token{}, wrap("make a token", err)
	}
	return key, t, nil
}

// Tokens lists the tokens of an account, revoked and ended ones too, the
// newest first; "" lists those of all accounts for who may administer.
func (o *Office) Tokens(ctx context.Context, by auth.Actor, accountID string) ([]Token, error) {
	if by.IsNobody() || by.ID != accountID && !by.May(auth.Administer) {
		return nil, ErrNotYours
	}
	rows, err := o.db.Query(ctx, `SELECT id, account_id, label, created_at, ends, used_at, revoked_at FROM account_token
		WHERE account_id = ? OR ? = '' ORDER BY created_at DESC, id DESC`, accountID, accountID)
	if err != nil {
		return nil, wrap("list tokens", err)
	}
	defer rows.Close()
	var all []Token
	for rows.Next() {
		var t Token
		var created, ends, used, revoked string
		if err := rows.Scan(&t.ID, &t.AccountID, &t.Label, &created, &ends, &used, &revoked); err != nil {
			return nil, wrap("list tokens", err)
		}
		t.CreatedAt, t.Ends, t.UsedAt, t.RevokedAt = parse(created), parse(ends), parse(used), parse(revoked)
		all = append(all, t)
	}
	return all, wrap("list tokens", rows.Err())
}

// RevokeToken ends a token at once; an account its own, who may administer any.
func (o *Office) RevokeToken(ctx context.Context, by auth.Actor, id string) error {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		owner, err := text(tx, `SELECT account_id FROM account_token WHERE id = ?`, id)
		if err != nil {
			return err
		}
		if owner == "" || by.IsNobody() || owner != by.ID && !by.May(auth.Administer) {
			return ErrGone
		}
		if _, err := database.Exec(tx, `UPDATE account_token SET revoked_at = ? WHERE id = ? AND revoked_at = ''`, stamp(o.moment()), id); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: TokenRevoked, AccountID: owner, ActorID: by.ID, SubjectID: id})
	})
	return wrap("revoke a token", err)
}

// TokenActor finds who acts with a token, given without the word Bearer.
// ErrNobody when it is unknown, ended or revoked, or its account is disabled.
func (o *Office) TokenActor(ctx context.Context, bearer string) (auth.Actor, error) {
	if !strings.HasPrefix(bearer, TokenPrefix) || len(bearer) > 100 {
		return auth.Actor{}, ErrNobody
	}
	hash, now := digest(bearer), o.moment()
	rows, err := o.db.Query(ctx, `SELECT a.id, a.email, a.name, a.roles, `+mayApprove+`, t.used_at FROM account_token t JOIN account a ON a.id = t.account_id
		WHERE t.hash = ? AND t.revoked_at = '' AND t.ends > ? AND a.disabled_at = ''`, o.today(), o.today(), hash, stamp(now))
	if err != nil {
		return auth.Actor{}, wrap("find a token", err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return auth.Actor{}, wrap("find a token", err)
		}
		return auth.Actor{}, ErrNobody
	}
	var u User
	var roles, used string
	var mayApprove int
	if err := rows.Scan(&u.ID, &u.Email, &u.Name, &roles, &mayApprove, &used); err != nil {
		return auth.Actor{}, wrap("find a token", err)
	}
	_ = rows.Close()
	u.Roles, u.MayApprove = splitRoles(roles), mayApprove != 0
	if age := now.Sub(parse(used)); age >= seenPrecision || age < 0 {
		// As with sessions: a full disk must not keep anybody from reading.
		_ = o.db.Tx(ctx, func(tx *gorm.DB) error {
			_, err := database.Exec(tx, `UPDATE account_token SET used_at = ? WHERE hash = ?`, stamp(now), hash)
			return err
		})
	}
	return u.Actor(), nil
}
