package account

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"amparo/internal/auth"
)

// How many different people and cases an account opens in a day before it is asked who
// it is, and those who lead the office are told. Web counts; here is the number, and
// what is written.

// The number as it comes, and the bounds of what an administrator may set.
const (
	ReadingUsual = 300
	ReadingLeast = 50
	readingMost  = 100_000
)

const readingSetting = "reading"

// ReadingLimit is the number that the office has set.
func (o *Office) ReadingLimit(ctx context.Context) (int, error) {
	value, err := text(o.db.Read(ctx), `SELECT value FROM office_setting WHERE name = ?`, readingSetting)
	if n, wrong := strconv.Atoi(value); err == nil && wrong == nil {
		return n, nil
	}
	return ReadingUsual, wrap("read how many records are opened in a day", err)
}

// SetReadingLimit sets it; only who may administer.
func (o *Office) SetReadingLimit(ctx context.Context, by auth.Actor, n int) error {
	if n < ReadingLeast || n > readingMost {
		return ErrReading
	}
	return o.settle(ctx, by, ReadingLimitSet, strconv.Itoa(n), `INSERT INTO office_setting (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE office_setting.value <> excluded.value`, readingSetting, strconv.Itoa(n))
}

// NoteReading writes that an account wants to open more than n different people and
// cases on a day, once for each n. At the first of a day who leads the office is told:
// with who and how many, never which.
func (o *Office) NoteReading(ctx context.Context, accountID, day string, n int) error {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := lockAccounts(tx); err != nil {
			return err
		}
		const before = `SELECT count(*) FROM account_event WHERE account_id = ? AND kind = ? AND subject_id = ? AND count >= ?`
		known, err := count(tx, before, accountID, string(ReadMuch), day, n)
		if err != nil || known > 0 {
			return err
		}
		told, err := count(tx, before, accountID, string(ReadMuch), day, 0)
		if err != nil {
			return err
		}
		if err := o.note(tx, Event{Kind: ReadMuch, AccountID: accountID, ActorID: accountID, SubjectID: day, Count: n}); err != nil || told > 0 {
			return err
		}
		return o.tellRoles(tx, Event{Kind: ReadingTold, ActorID: accountID, SubjectID: day, Count: n}, auth.Supervisor, auth.Administrator)
	})
	return wrap("note that an account opens much", err)
}
