package account

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
	"amparo/internal/deadline"
)

// What an office settles about deadlines: which rules an administrator has held
// against their source, its holidays and its weekend. Each change is a line in
// the log of events.

const weekendSetting = "weekend"

// Calendar is how the office counts days, and which rules it has confirmed.
func (o *Office) Calendar(ctx context.Context) (deadline.Calendar, error) {
	c := deadline.Calendar{Holidays: map[string]string{}, Confirmed: map[string]deadline.Tick{}}
	rows, err := o.db.Query(ctx, `SELECT 'rule', rule, account_id, at FROM office_rule
		UNION ALL SELECT 'holiday', day, name, '' FROM office_holiday
		UNION ALL SELECT 'setting', name, value, '' FROM office_setting`)
	if err != nil {
		return c, wrap("read the calendar", err)
	}
	defer rows.Close()
	for rows.Next() {
		var what, key, value, at string
		if err := rows.Scan(&what, &key, &value, &at); err != nil {
			return c, wrap("read the calendar", err)
		}
		switch {
		case what == "rule":
			c.Confirmed[key] = deadline.Tick{By: value, At: parse(at)}
		case what == "holiday":
			c.Holidays[key] = value
		case key == weekendSetting:
			c.Weekend = Weekend(value)
		}
	}
	return c, wrap("read the calendar", rows.Err())
}

// ConfirmRule notes that an administrator has held a rule against its source.
func (o *Office) ConfirmRule(ctx context.Context, by auth.Actor, id string) error {
	if !slices.ContainsFunc(deadline.Rules(), func(r deadline.Rule) bool { return r.ID() == id && !r.Checked }) {
		return ErrGone
	}
	return o.settle(ctx, by, RuleConfirmed, id, `INSERT INTO office_rule (rule, account_id, at) VALUES (?, ?, ?) ON CONFLICT (rule) DO NOTHING`,
		id, by.ID, stamp(o.moment()))
}

// DoubtRule takes a confirmation back.
func (o *Office) DoubtRule(ctx context.Context, by auth.Actor, id string) error {
	return o.settle(ctx, by, RuleDoubted, id, `DELETE FROM office_rule WHERE rule = ?`, id)
}

// SetHoliday names a day on which nobody works, or renames it.
func (o *Office) SetHoliday(ctx context.Context, by auth.Actor, day, name string) error {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return ErrHolidayDay
	}
	name, ok := normalName(name)
	if !ok {
		return ErrHolidayName
	}
	return o.settle(ctx, by, HolidayAdded, day, `INSERT INTO office_holiday (day, name) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET name = excluded.name`, day, name)
}

// RemoveHoliday makes a day an ordinary one again.
func (o *Office) RemoveHoliday(ctx context.Context, by auth.Actor, day string) error {
	return o.settle(ctx, by, HolidayRemoved, day, `DELETE FROM office_holiday WHERE day = ?`, day)
}

// SetWeekend says on which days of the week nobody works; there may be none, but not all seven.
func (o *Office) SetWeekend(ctx context.Context, by auth.Actor, days []time.Weekday) error {
	value := fromWeekend(days)
	if len(Weekend(value)) != len(days) || len(days) > 6 {
		return ErrWeekend
	}
	return o.settle(ctx, by, WeekendSet, value, `INSERT INTO office_setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, weekendSetting, value)
}

// settle changes one row; what changes nothing leaves no line.
func (o *Office) settle(ctx context.Context, by auth.Actor, kind EventKind, subject, query string, args ...any) error {
	if !by.May(auth.Administer) {
		return ErrNotYours
	}
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		done, err := database.Exec(tx, query, args...)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return o.note(tx, Event{Kind: kind, ActorID: by.ID, SubjectID: subject})
	})
	return wrap(string(kind), err)
}

func fromWeekend(days []time.Weekday) string {
	days = slices.Clone(days)
	slices.Sort(days)
	var words []string
	for _, d := range slices.Compact(days) {
		words = append(words, strconv.Itoa(int(d)))
	}
	return strings.Join(words, " ")
}

// Weekend reads the days of the week as the log of events has them. It is never
// nil: an office may work on all days.
func Weekend(s string) []time.Weekday {
	days := []time.Weekday{}
	for _, w := range strings.Fields(s) {
		if n, err := strconv.Atoi(w); err == nil && n >= 0 && n <= 6 {
			days = append(days, time.Weekday(n))
		}
	}
	return days
}
