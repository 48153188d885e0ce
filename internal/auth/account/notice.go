package account

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"amparo/internal/database"
)

// Notices on their way. A notice is a count for one account and one day, never a
// name. It is written down before it is sent, so that a restart loses none; the
// moment before a mail is handed over is written down too, so that one whose
// fate is not known is not sent again: tomorrow brings another.

// How an account is told of its deadlines.
const (
	NoticesDaily = "daily"
	NoticesNever = "never"
)

// NoticeSecurity is a notice of what happened to the account itself. Nobody
// switches it off.
const NoticeSecurity = "security"

const (
	noticeLife  = 20 * time.Hour      // after that the day is over and its count stale
	noticeKept  = 31 * 24 * time.Hour // as proof that the day was done with
	noticeFirst = time.Minute         // wait after the first failure, then doubled
	noticeMost  = time.Hour
)

// Notice is one that waits to be sent.
type Notice struct {
	ID       string
	Email    string
	Language string
	Kind     string // "" for deadlines, or NoticeSecurity
	Due      int    // deadlines of which today is a day to remind; or what happened to the account
	Overdue  int
	Tries    int
}

// SetNotices says how an account is told of its deadlines.
func (o *Office) SetNotices(ctx context.Context, accountID, how string) error {
	if !slices.Contains([]string{NoticesDaily, NoticesNever}, how) {
		return ErrNotices
	}
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		_, err := database.Exec(tx, `UPDATE account SET notices = ? WHERE id = ?`, how, accountID)
		return err
	})
	return wrap("set notices", err)
}

// Untold lists the accounts that want a notice and have none for a day.
func (o *Office) Untold(ctx context.Context, day string) ([]User, error) {
	found, err := list(o.db.Read(ctx), `notices = ? AND disabled_at = '' AND password <> '' AND NOT EXISTS (SELECT 1 FROM account_notice n WHERE n.account_id = account.id AND n.day = ?)`, NoticesDaily, day)
	return found, wrap("list who is to be told", err)
}

// QueueNotice writes down a notice to be sent; a second one for the same day is not taken.
func (o *Office) QueueNotice(ctx context.Context, accountID, day string, due, overdue int) error {
	now := stamp(o.moment())
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		_, err := database.Exec(tx, `INSERT INTO account_notice (id, account_id, day, due, overdue, made_at, tries, next_at, handed_at, done_at)
			VALUES (?, ?, ?, ?, ?, ?, 0, ?, '', '') ON CONFLICT (account_id, day) DO NOTHING`, newID(), accountID, day, due, overdue, now, now)
		return err
	})
	return wrap("queue a notice", err)
}

// NoticeOpened is the sort of notice that somebody opened a case of the account's in
// an emergency; it goes out whatever is switched off.
const NoticeOpened = "opened"

// QueueOpened writes down that an account is told of a case that was opened at a
// moment; a second one for the same moment is not taken.
func (o *Office) QueueOpened(ctx context.Context, accountID, at string) error {
	now := stamp(o.moment())
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		_, err := database.Exec(tx, `INSERT INTO account_notice (id, account_id, day, kind, due, overdue, made_at, tries, next_at, handed_at, done_at)
			VALUES (?, ?, ?, ?, 1, 0, ?, 0, ?, '', '') ON CONFLICT (account_id, day) DO NOTHING`, newID(), accountID, NoticeOpened+" "+at, NoticeOpened, now, now)
		return err
	})
	return wrap("queue a notice", err)
}

// WaitingNotices lists what is to be sent now, the oldest first. What an account
// has switched off meanwhile, or what is a day old, is left out.
func (o *Office) WaitingNotices(ctx context.Context) ([]Notice, error) {
	now := o.moment()
	rows, err := o.db.Query(ctx, `SELECT n.id, a.email, a.language, n.kind, n.due, n.overdue, n.tries FROM account_notice n JOIN account a ON a.id = n.account_id
		WHERE n.done_at = '' AND n.handed_at = '' AND n.next_at <= ? AND n.made_at > ? AND a.disabled_at = '' AND (a.notices = ? OR n.kind <> '') ORDER BY n.made_at, n.id`,
		stamp(now), stamp(now.Add(-noticeLife)), NoticesDaily)
	if err != nil {
		return nil, wrap("list waiting notices", err)
	}
	defer rows.Close()
	var all []Notice
	for rows.Next() {
		var n Notice
		if err := rows.Scan(&n.ID, &n.Email, &n.Language, &n.Kind, &n.Due, &n.Overdue, &n.Tries); err != nil {
			return nil, wrap("list waiting notices", err)
		}
		all = append(all, n)
	}
	return all, wrap("list waiting notices", rows.Err())
}

// HandNotice writes down that a notice is about to be handed to the mail server.
// ErrGone when somebody else has.
func (o *Office) HandNotice(ctx context.Context, id string) error {
	return o.changeNotice(ctx, `handed_at = ?`, `handed_at = '' AND done_at = ''`, id, stamp(o.moment()))
}

// NoticeSent writes down that the mail server has taken a notice.
func (o *Office) NoticeSent(ctx context.Context, id string) error {
	return o.changeNotice(ctx, `done_at = ?`, `done_at = ''`, id, stamp(o.moment()))
}

// NoticeFailed lets a notice be tried again, later after each failure.
func (o *Office) NoticeFailed(ctx context.Context, n Notice) error {
	wait := min(noticeFirst<<min(n.Tries, 10), noticeMost)
	return o.changeNotice(ctx, `tries = tries + 1, handed_at = '', next_at = ?`, `done_at = ''`, n.ID, stamp(o.moment().Add(wait)))
}

func (o *Office) changeNotice(ctx context.Context, set, where, id, at string) error {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		done, err := database.Exec(tx, `UPDATE account_notice SET `+set+` WHERE id = ? AND `+where, at, id)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if err == nil && n == 0 {
			return ErrGone
		}
		return err
	})
	return wrap("note what became of a notice", err)
}
