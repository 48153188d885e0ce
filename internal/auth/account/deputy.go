package account

import (
	"context"
	"time"

	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
)

// Deputies: who may approve names a colleague who does so while he is away.

// Deputy is one who approves in another's place from one day to another, both
// included.
type Deputy struct {
	ID          string
	For, Who    User // only id, e-mail address and name are filled
	From, Until string
}

// mayApprove is SQL for whether an account (alias a) may approve on a day, given
// twice: by itself, or as the deputy of one who still may.
const mayApprove = `CASE WHEN a.may_approve = 1 OR EXISTS (SELECT 1 FROM account_deputy d JOIN account o ON o.id = d.account_id
	WHERE d.deputy_id = a.id AND d.ended_at = '' AND d.from_day <= ? AND d.until_day >= ? AND o.disabled_at = ''
	AND (o.may_approve = 1 OR o.roles LIKE '%supervisor%')) THEN 1 ELSE 0 END`

func (o *Office) today() string { return o.moment().Format(time.DateOnly) }

// What may be wrong with naming a deputy.
var (
	ErrDeputyWho   = &Refusal{Key: "error.account.deputy_who", Field: "deputy"}
	ErrDeputyDays  = &Refusal{Key: "error.account.deputy_days", Field: "until"}
	ErrDeputyRight = &Refusal{Key: "error.account.deputy_right"}
)

// NameDeputy lets a colleague approve in the actor's place. Only who may approve
// by role or by name can pass it on; a deputy cannot.
func (o *Office) NameDeputy(ctx context.Context, by auth.Actor, email, from, until string) error {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		me, _, err := load(tx, `id = ? AND disabled_at = ''`, by.ID)
		if err != nil {
			return err
		}
		if !me.MayApprove && !by.Has(auth.Supervisor) {
			return ErrDeputyRight
		}
		address, _ := NormalEmail(email)
		who, _, err := load(tx, `email = ? AND disabled_at = ''`, address)
		if err != nil || who.ID == by.ID || !who.Actor().Staff() {
			return ErrDeputyWho
		}
		if !day(from) || !day(until) || until < from || until < o.today() {
			return ErrDeputyDays
		}
		id := newID()
		if _, err := database.Exec(tx, `INSERT INTO account_deputy (id, account_id, deputy_id, from_day, until_day) VALUES (?, ?, ?, ?, ?)`, id, by.ID, who.ID, from, until); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: DeputyNamed, AccountID: who.ID, ActorID: by.ID, SubjectID: id})
	})
	return wrap("name a deputy", err)
}

func day(text string) bool { _, err := time.Parse(time.DateOnly, text); return err == nil }

// EndDeputy ends it at once.
func (o *Office) EndDeputy(ctx context.Context, by auth.Actor, id string) error {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		done, err := database.Exec(tx, `UPDATE account_deputy SET ended_at = ? WHERE id = ? AND account_id = ? AND ended_at = ''`, stamp(o.moment()), id, by.ID)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errOr(err, ErrUnknown)
		}
		return o.note(tx, Event{Kind: DeputyEnded, AccountID: by.ID, ActorID: by.ID, SubjectID: id})
	})
	return wrap("end a deputy", err)
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// Deputies lists who stands in for whom, now or later: those the actor named and
// those he is; for the program itself, all.
func (o *Office) Deputies(ctx context.Context, by auth.Actor) ([]Deputy, error) {
	all := 0
	if by.IsSystem() {
		all = 1
	}
	rows, err := o.db.Query(ctx, `SELECT d.id, d.from_day, d.until_day, a.id, a.email, a.name, b.id, b.email, b.name FROM account_deputy d
		JOIN account a ON a.id = d.account_id JOIN account b ON b.id = d.deputy_id
		WHERE (d.account_id = ? OR d.deputy_id = ? OR 1 = ?) AND d.ended_at = '' AND d.until_day >= ? ORDER BY d.from_day, d.id`, by.ID, by.ID, all, o.today())
	if err != nil {
		return nil, wrap("list deputies", err)
	}
	defer rows.Close()
	var list []Deputy
	for rows.Next() {
		var d Deputy
		if err := rows.Scan(&d.ID, &d.From, &d.Until, &d.For.ID, &d.For.Email, &d.For.Name, &d.Who.ID, &d.Who.Email, &d.Who.Name); err != nil {
			return nil, wrap("list deputies", err)
		}
		list = append(list, d)
	}
	return list, wrap("list deputies", rows.Err())
}
