package account

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
)

// The role administrator is given by two: one administrator nominates, another
// agrees. Where nobody else could agree it is given at once, and the supervisors are
// told. The program itself, at the command line, needs no second.

const (
	nominationLife = 7 * 24 * time.Hour
	// lately is for how long who made the link that an account came in by does not
	// count as another person than its owner.
	lately = 7 * 24 * time.Hour
)

// Nomination is an account that is to become an administrator's.
type Nomination struct {
	Account, By Name // only id, e-mail address and name are filled
	At, Ends    time.Time
}

// grant gives back the roles that an account gets at once out of those that somebody
// gives it. The role administrator may have to wait.
func (o *Office) grant(tx *gorm.DB, by auth.Actor, u User, roles []auth.Role) ([]auth.Role, error) {
	if by.IsSystem() || u.Actor().Has(auth.Administrator) || !slices.Contains(roles, auth.Administrator) {
		return roles, nil
	}
	waits, err := o.nominate(tx, by, u.ID)
	if err != nil || !waits {
		return roles, err
	}
	rest := slices.DeleteFunc(slices.Clone(roles), func(r auth.Role) bool { return r == auth.Administrator })
	if len(rest) == 0 {
		rest = u.Roles
	}
	return rest, nil
}

// nominate writes down that an account is to become an administrator's; false where
// nobody else could agree.
func (o *Office) nominate(tx *gorm.DB, by auth.Actor, id string) (waits bool, err error) {
	others, err := count(tx, `SELECT count(*) FROM account WHERE id NOT IN (?, ?) AND disabled_at = '' AND password <> '' AND roles LIKE '%administrator%'`, by.ID, id)
	if err != nil {
		return false, err
	}
	if others == 0 {
		return false, o.tellRoles(tx, Event{Kind: MadeAlone, ActorID: by.ID, SubjectID: id}, auth.Supervisor)
	}
	if all, err := o.nominations(tx); err != nil || NominationOf(all, id) != nil { // it waits already
		return true, err
	}
	now := o.moment()
	if _, err := database.Exec(tx, `INSERT INTO account_nomination (account_id, by_id, at, ends) VALUES (?, ?, ?, ?)
		ON CONFLICT (account_id) DO UPDATE SET by_id = excluded.by_id, at = excluded.at, ends = excluded.ends`, id, by.ID, stamp(now), stamp(now.Add(nominationLife))); err != nil {
		return true, err
	}
	return true, o.note(tx, Event{Kind: Nominated, AccountID: id, ActorID: by.ID})
}

// tellRoles alerts everybody with one of the roles who can sign in.
func (o *Office) tellRoles(tx *gorm.DB, e Event, roles ...auth.Role) error {
	all, err := list(tx, `disabled_at = '' AND password <> ''`)
	for _, u := range all {
		if !slices.ContainsFunc(roles, u.Actor().Has) {
			continue
		}
		e.AccountID = u.ID
		if err := o.alert(tx, e); err != nil {
			return err
		}
	}
	return err
}

// nominations are those that wait. Who nominated must still be an administrator.
func (o *Office) nominations(h *gorm.DB) ([]Nomination, error) {
	rows, err := database.Query(h, `SELECT a.id, a.email, a.name, b.id, b.email, b.name, n.at, n.ends FROM account_nomination n
		JOIN account a ON a.id = n.account_id JOIN account b ON b.id = n.by_id
		WHERE n.ends > ? AND b.disabled_at = '' AND b.roles LIKE '%administrator%' ORDER BY n.at, a.id`, stamp(o.moment()))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Nomination
	for rows.Next() {
		var n Nomination
		var at, ends string
		if err := rows.Scan(&n.Account.ID, &n.Account.Email, &n.Account.Name, &n.By.ID, &n.By.Email, &n.By.Name, &at, &ends); err != nil {
			return nil, err
		}
		n.At, n.Ends = parse(at), parse(ends)
		all = append(all, n)
	}
	return all, rows.Err()
}

// NominationOf is the one of an account, nil for none.
func NominationOf(list []Nomination, id string) *Nomination {
	for i := range list {
		if list[i].Account.ID == id {
			return &list[i]
		}
	}
	return nil
}

// Nominations lists who is to become an administrator, the oldest first; only for
// who may administer.
func (o *Office) Nominations(ctx context.Context, by auth.Actor) ([]Nomination, error) {
	if !by.May(auth.Administer) {
		return nil, ErrNotYours
	}
	all, err := o.nominations(o.db.Read(ctx))
	return all, wrap("list nominations", err)
}

// AgreeNomination makes a nominated account an administrator's, or enables one that
// is, and ends its sessions. ErrGone when nothing waits; ErrSame when who agrees is, or may be, who
// nominated: himself, or by an account that one let the other in to.
func (o *Office) AgreeNomination(ctx context.Context, by auth.Actor, id string) error {
	return o.administer(ctx, by, id, NominationAgreed, func(tx *gorm.DB, u User) error {
		all, err := o.nominations(tx)
		if err != nil {
			return err
		}
		n := NominationOf(all, id)
		if n == nil {
			return ErrGone
		}
		// Who agrees may have lost the role since his request began.
		still, err := count(tx, `SELECT count(*) FROM account WHERE id = ? AND disabled_at = '' AND roles LIKE '%administrator%'`, by.ID)
		if err != nil || still == 0 {
			return errOr(err, ErrNotYours)
		}
		first := n.By.ID
		same, err := count(tx, `SELECT count(*) FROM account_link WHERE used_at >= ? AND (account_id = ? AND made_by = ? OR account_id = ? AND made_by = ?)`,
			stamp(o.moment().Add(-lately)), by.ID, first, first, by.ID)
		if err != nil || first == by.ID || same > 0 {
			return errOr(err, ErrSame)
		}
		roles, err := normalRoles(append(u.Roles, auth.Administrator))
		if err != nil {
			return err
		}
		query, value := `UPDATE account SET roles = ? WHERE id = ?`, joinRoles(roles)
		if u.Actor().Has(auth.Administrator) {
			query, value = `UPDATE account SET disabled_at = ? WHERE id = ?`, ""
		}
		if _, err := database.Exec(tx, query, value, id); err != nil {
			return err
		}
		if _, err := endNomination(tx, id); err != nil {
			return err
		}
		return o.endSessions(tx, id, "")
	})
}

// EndNomination takes a nomination back, or declines it: any administrator may.
func (o *Office) EndNomination(ctx context.Context, by auth.Actor, id string) error {
	return o.administer(ctx, by, id, NominationEnded, func(tx *gorm.DB, u User) error {
		n, err := endNomination(tx, id)
		if err == nil && n == 0 {
			return ErrGone
		}
		return err
	})
}

func endNomination(tx *gorm.DB, id string) (int64, error) {
	done, err := database.Exec(tx, `DELETE FROM account_nomination WHERE account_id = ?`, id)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}
