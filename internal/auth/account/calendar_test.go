package account_test

import (
	"slices"
	"testing"
	"time"

	"amparo/internal/auth/account"
	"amparo/internal/deadline"
)

func TestAnAdministratorSettlesTheCalendar(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, chief := t.Context(), o.chief.Actor()
		letter, _ := deadline.For("sp.reply", deadline.On("2026-03-02"))
		read := func() deadline.Calendar {
			t.Helper()
			c, err := o.Calendar(ctx)
			o.must(err)
			return c
		}
		if c := read(); c.Confirms(letter) || !slices.Equal(c.Days(), []time.Weekday{time.Saturday, time.Sunday}) || len(c.Holidays) != 0 {
			t.Errorf("an office that has settled nothing: %+v", c)
		}
		o.must(o.ConfirmRule(ctx, chief, letter.ID()))
		o.must(o.ConfirmRule(ctx, chief, letter.ID()))
		if c := read(); !c.Confirms(letter) || c.Confirmed[letter.ID()].By != o.chief.ID || !c.Confirmed[letter.ID()].At.Equal(o.clock.now()) {
			t.Errorf("after the tick: %+v", c.Confirmed)
		}
		o.must(o.DoubtRule(ctx, chief, letter.ID()))
		if read().Confirms(letter) {
			t.Error("the tick could not be taken back")
		}
		o.must(o.SetHoliday(ctx, chief, "2026-05-04", "Day of the harvest"))
		o.must(o.SetHoliday(ctx, chief, "2026-05-04", " Harvest day "))
		o.must(o.SetWeekend(ctx, chief, []time.Weekday{time.Saturday, time.Friday}))
		c := read()
		if c.Holidays["2026-05-04"] != "Harvest day" || !slices.Equal(c.Days(), []time.Weekday{time.Friday, time.Saturday}) {
			t.Errorf("after holidays and weekend: %+v", c)
		}
		if due, _ := deadline.Of("un1970.silence", deadline.On("2026-04-28"), c.Options("")); due.Day != "2026-05-06" {
			t.Errorf("five working days after 28 April end on %s", due.Day)
		}
		o.must(o.SetWeekend(ctx, chief, nil))
		if d := read().Days(); d == nil || len(d) != 0 {
			t.Errorf("an office without a weekend has %v", d)
		}
		o.must(o.RemoveHoliday(ctx, chief, "2026-05-04"))
		o.must(o.RemoveHoliday(ctx, chief, "2026-05-04"))
		if len(read().Holidays) != 0 {
			t.Error("the holiday is still there")
		}
		for kind, n := range map[account.EventKind]int{account.RuleConfirmed: 1, account.RuleDoubted: 1, account.HolidayAdded: 2, account.HolidayRemoved: 1, account.WeekendSet: 2} {
			if e := o.events(kind); len(e) != n || e[0].ActorID != o.chief.ID {
				t.Errorf("%s: %d lines, want %d: %+v", kind, len(e), n, e)
			}
		}
	})
}

func TestTheCalendarRefusesWhatItCannotKeep(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, chief, other := t.Context(), o.chief.Actor(), o.case1.Actor()
		checked, _ := deadline.For("cat22.reply", deadline.On("2026-03-02"))
		o.want(o.ConfirmRule(ctx, chief, "none"), account.ErrGone)
		o.want(o.ConfirmRule(ctx, chief, checked.ID()), account.ErrGone)
		o.want(o.SetHoliday(ctx, chief, "2026-02-30", "x"), account.ErrHolidayDay)
		o.want(o.SetHoliday(ctx, chief, "", "x"), account.ErrHolidayDay)
		o.want(o.SetHoliday(ctx, chief, "2026-02-28", " "), account.ErrHolidayName)
		o.want(o.SetWeekend(ctx, chief, []time.Weekday{0, 1, 2, 3, 4, 5, 6}), account.ErrWeekend)
		o.want(o.SetWeekend(ctx, chief, []time.Weekday{9}), account.ErrWeekend)
		o.want(o.SetWeekend(ctx, chief, []time.Weekday{-1}), account.ErrWeekend)
		letter, _ := deadline.For("sp.reply", deadline.On("2026-03-02"))
		o.want(o.ConfirmRule(ctx, other, letter.ID()), account.ErrNotYours)
		o.want(o.DoubtRule(ctx, other, letter.ID()), account.ErrNotYours)
		o.want(o.SetHoliday(ctx, other, "2026-05-04", "x"), account.ErrNotYours)
		o.want(o.RemoveHoliday(ctx, other, "2026-05-04"), account.ErrNotYours)
		o.want(o.SetWeekend(ctx, other, nil), account.ErrNotYours)
	})
}
