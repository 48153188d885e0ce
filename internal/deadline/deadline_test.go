package deadline

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestRulesGiveTheExpectedDays(t *testing.T) {
	for _, c := range []struct {
		code, variant    string
		earliest, latest string
		due              string
		estimated        bool
		warn             string
	}{
		{"wgad.reply", "", "2022-03-28", "2022-03-28", "2022-05-27", false, ""},
		{"wgad.reply", "", "2019-12-02", "2019-12-02", "2020-01-31", false, ""},
		{"wgad.reply", OldMethods, "2022-03-28", "2022-03-28", "2022-06-26", false, ""},
		{"wgad.reply", "", "2009-03-02", "2009-03-02", "2009-05-31", false, ""},
		{"wgad.reply", "", "2022-03-01", "2022-03-28", "2022-05-27", true, ""}, // the state: from the latest
		{"wgad.followup", "", "2020-08-31", "2020-08-31", "2021-02-28", false, ""},
		{"wgad.followup", Source, "2020-08-31", "2020-08-31", "2021-02-28", false, ""},
		{"wgad.followup", Source, "2020-07-31", "2020-08-31", "2021-01-31", true, ""}, // us: from the earliest
		{"sp.reply", "", "2022-03-25", "2022-03-25", "2022-05-24", false, ""},
		{"wgeid.urgent_window", "", "2021-11-30", "2021-11-30", "2022-02-28", false, ""},
		{"wgeid.urgent_window", "", "2021-11-01", "2022-03-31", "2022-02-01", true, ""},
		{"wgeid.urgent_window", "", "2021-11-01", "", "2022-02-01", true, ""},
		{"wgeid.urgent_window", Linked, "2020-02-29", "2020-02-29", "2021-02-28", false, ""},
		{"wgeid.source_reply", "", "2021-08-31", "2021-08-31", "2022-02-28", false, ""},
		{"ced30.reply", "", "2022-04-01", "2022-04-01", "2022-04-15", false, ""},
		{"hrc.submit", "", "2016-02-29", "2016-02-29", "2021-02-28", false, ""},
		{"hrc.submit", AfterOtherProcedure, "2019-05-10", "2019-05-10", "2022-05-10", false, ""},
		{"cat22.reply", "", "2022-08-31", "2022-08-31", "2023-02-28", false, ""},
		{"ecthr.submit", "", "2022-01-31", "2022-01-31", "2022-07-31", false, ""},
		{"ecthr.submit", "", "2022-02-01", "2022-02-01", "2022-06-01", false, ""},
		{"ecthr.submit", "", "2022-10-31", "2022-10-31", "2023-02-28", false, ""},
		{"ecthr.submit", "", "2022-01-01", "2022-02-28", "2022-07-01", true, "2022-06-01"}, // by the later version it may end earlier
		{"achpr.submit", "", "2021-03-15", "2021-03-15", "2022-03-15", false, "2021-09-15"},
		{"un1970.silence", "", "2020-11-13", "2020-11-13", "2020-11-20", false, ""},
		{"own.custody_recheck", "", "2022-03-01", "2022-03-01", "2022-03-31", false, ""},
		{"own.custody_recheck", HighRisk, "2022-03-01", "2022-03-01", "2022-03-08", false, ""},
		{"own.consent_review", "", "2021-06-30", "2021-06-30", "2022-06-30", false, ""},
	} {
		due, ok := Of(c.code, Trigger{c.earliest, c.latest}, Options{Variant: c.variant})
		if !ok || due.Day != c.due || due.Estimated != c.estimated || due.Warn != c.warn {
			t.Errorf("%s %s from %s..%s: %v %s estimated %v warn %q, expected %s %v %q", c.code, c.variant, c.earliest, c.latest, ok, due.Day, due.Estimated, due.Warn, c.due, c.estimated, c.warn)
		}
	}
}

func TestAnExtensionCountsFromTheFirstDueDay(t *testing.T) {
	for trigger, want := range map[string]string{"2022-03-28": "2022-06-27", "2019-12-02": "2020-02-29"} {
		first, _ := Of("wgad.reply", On(trigger), Options{})
		once := Extend(first, "wgad.extension")
		if once.Day != want || once.First != first.Day {
			t.Errorf("%s extended: %s (first %s), expected %s", trigger, once.Day, once.First, want)
		}
		if twice := Extend(once, "wgad.extension"); twice != once {
			t.Errorf("asked for twice it gives %s", twice.Day)
		}
	}
	letter, _ := Of("sp.reply", On("2022-03-25"), Options{})
	for _, code := range []string{"wgad.extension", "cat22.reply", "none"} {
		if Extend(letter, code) != letter {
			t.Errorf("%s moved a deadline that it does not extend", code)
		}
	}
	if _, ok := Of("wgad.extension", On("2022-05-01"), Options{}); ok {
		t.Error("an extension was counted by itself")
	}
}

func TestNothingIsCountedFromWhatIsNotKnown(t *testing.T) {
	for name, c := range map[string]struct {
		code string
		t    Trigger
		o    Options
	}{
		"the state, and the trigger is open after": {"wgad.reply", Trigger{"2022-03-28", ""}, Options{}},
		"we, and the trigger is open before":       {"cat22.reply", Trigger{}, Options{}},
		"an unknown rule":                          {"none", On("2022-03-28"), Options{}},
		"a variant the rule does not have":         {"sp.reply", On("2022-03-28"), Options{Variant: Linked}},
		"no day":                                   {"hrc.submit", On("2022-02-30"), Options{}},
		"beyond the calendar":                      {"hrc.submit", On("9998-01-01"), Options{}},
		"a calendar without working days":          {"un1970.silence", On("2022-03-28"), Options{Holiday: func(string) bool { return true }}},
	} {
		if due, ok := Of(c.code, c.t, c.o); ok {
			t.Errorf("%s: counted to %s", name, due.Day)
		}
	}
}

func TestTheVersionIsThatOfTheDayOfTheTrigger(t *testing.T) {
	for day, amount := range map[string]int{"2022-01-31": 6, "2022-02-01": 4} {
		if r, ok := For("ecthr.submit", On(day)); !ok || r.Amount != amount {
			t.Errorf("%s: %d months, expected %d", day, r.Amount, amount)
		}
	}
}

func TestWorkingDaysKnowHolidaysAndTheWeekend(t *testing.T) {
	holiday := func(day string) bool { return day == "2020-11-17" }
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Holiday: holiday}, "2020-11-23"},
		{Options{Weekend: []time.Weekday{time.Friday, time.Saturday}}, "2020-11-19"},
		{Options{Weekend: []time.Weekday{}}, "2020-11-18"},
	} {
		if day, _ := after("2020-11-13", 5, WorkingDays, c.o); day != c.want {
			t.Errorf("%s, expected %s", day, c.want)
		}
	}
	// The committee keeps its own week, whatever the weekend of the office.
	for _, weekend := range [][]time.Weekday{nil, {}, {time.Friday, time.Saturday}} {
		if due, _ := Of("un1970.silence", On("2020-11-13"), Options{Weekend: weekend}); due.Day != "2020-11-20" {
			t.Errorf("with the weekend %v: %s", weekend, due.Day)
		}
	}
}

func TestRemindersComeAtHalfTimeAndTowardsTheEnd(t *testing.T) {
	for _, c := range []struct {
		start, due string
		want       []string
	}{
		{"2022-03-28", "2022-05-27", []string{"2022-04-27", "2022-05-13", "2022-05-20", "2022-05-24", "2022-05-26", "2022-05-27"}},
		{"2022-04-01", "2022-04-15", []string{"2022-04-01", "2022-04-08", "2022-04-12", "2022-04-14", "2022-04-15"}},
		{"2022-04-01", "2022-04-02", []string{"2022-04-01", "2022-04-02"}},
		{"2022-04-01", "2022-04-01", []string{"2022-04-01"}},
		{"2022-04-02", "2022-04-01", []string{}},
		{"", "2022-04-01", nil},
	} {
		if got := Reminders(c.start, c.due); !slices.Equal(got, c.want) {
			t.Errorf("from %s to %s: %v, expected %v", c.start, c.due, got, c.want)
		}
	}
}

func TestStatusIsReadFromTheDays(t *testing.T) {
	for _, c := range []struct{ due, today, met, extended, want string }{
		{"2022-05-27", "2022-05-26", "", "", Open},
		{"2022-05-27", "2022-05-27", "", "", Open},
		{"2022-05-27", "2022-05-28", "", "", Overdue},
		{"2022-05-27", "2022-05-28", "", "2022-06-27", Extended},
		{"2022-05-27", "2022-06-28", "", "2022-06-27", Overdue},
		{"2022-05-27", "2022-07-01", "2022-06-30", "", Met},
		{"2022-05-27", "2022-06-01", "2022-06-30", "", Overdue}, // as it stood on that day
		{"", "2022-06-01", "", "", Open},
	} {
		if got := Status(c.due, c.today, c.met, c.extended); got != c.want {
			t.Errorf("due %s met %q extended %q on %s: %s, expected %s", c.due, c.met, c.extended, c.today, got, c.want)
		}
	}
	if left, late := Days("2022-05-27", "2022-05-20"), Days("2022-05-27", "2022-06-01"); left != 7 || late != -5 {
		t.Errorf("%d days left and %d late", left, late)
	}
}

func TestTheTableIsWhole(t *testing.T) {
	ids := map[string]bool{}
	for _, r := range Rules() {
		if ids[r.ID()] {
			t.Errorf("%s is there twice", r.ID())
		}
		ids[r.ID()] = true
		if !slices.Contains([]string{Us, State, Body}, r.Owes) || !slices.Contains([]string{CalendarDays, WorkingDays, Weeks, Months, Years}, r.Unit) ||
			!slices.Contains([]string{Binding, Customary, Own}, r.Strength) || !slices.Contains([]string{"", OldMethods, Source, Linked, AfterOtherProcedure, HighRisk}, r.Variant) {
			t.Errorf("%s: a word that nobody knows: %+v", r.ID(), r)
		}
		if r.Amount < 1 || r.Warn < 0 || r.Warn >= r.Amount || r.Mechanism == "" || r.Trigger == "" || r.After == "" || r.Source == "" {
			t.Errorf("%s: something is missing: %+v", r.ID(), r)
		}
		for _, day := range []string{r.From, r.Until, r.CheckedOn} {
			if _, ok := parse(day); !ok && day != "" {
				t.Errorf("%s: %q is no day", r.ID(), day)
			}
		}
		if r.Extends != "" && !slices.Contains(Codes(), r.Extends) {
			t.Errorf("%s extends %s, which is no rule", r.ID(), r.Extends)
		}
		for _, other := range Rules() {
			if r.ID() != other.ID() && r.Code == other.Code && r.Variant == other.Variant {
				if r.Owes != other.Owes {
					t.Errorf("%s and %s: versions of one rule and two who owe", r.ID(), other.ID())
				}
				if (r.Until == "" || other.From <= r.Until) && (other.Until == "" || r.From <= other.Until) {
					t.Errorf("%s and %s hold on the same day", r.ID(), other.ID())
				}
			}
		}
	}
}

// from1999 gives days of some years with every month's end and two leap days among them.
func from1999(each func(day string)) {
	for day := time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2005; day = day.AddDate(0, 0, 1) {
		each(day.Format(time.DateOnly))
	}
}

func TestMonthsClampAndNeverRunBack(t *testing.T) {
	for _, months := range []int{1, 3, 4, 6, 12, 36} {
		last := ""
		from1999(func(day string) {
			due, ok := after(day, months, Months, Options{})
			if !ok || due < last {
				t.Fatalf("%s and %d months: %s after %s", day, months, due, last)
			}
			last = due
			a, _ := parse(day)
			b, _ := parse(due)
			if got := (b.Year()-a.Year())*12 + int(b.Month()-a.Month()); got != months {
				t.Fatalf("%s and %d months lands in %s", day, months, due)
			}
			if b.Day() != a.Day() && (b.Day() > a.Day() || b.AddDate(0, 0, 1).Day() != 1) {
				t.Fatalf("%s and %d months: %s is neither the same day nor the last of its month", day, months, due)
			}
		})
	}
}

func TestALaterTriggerIsNeverDueEarlier(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- repeatable holidays for a test
	holidays := map[string]bool{}
	from1999(func(day string) { holidays[day] = random.IntN(20) == 0 })
	o := Options{Holiday: func(day string) bool { return holidays[day] }}
	for _, r := range Rules() {
		last := ""
		from1999(func(day string) {
			due, ok := after(day, r.Amount, r.Unit, o)
			if !ok || due <= day || due < last {
				t.Fatalf("%s from %s: %s after %s", r.ID(), day, due, last)
			}
			last = due
		})
	}
}

func TestAWorkingDayIsNeverAWeekendOrAHoliday(t *testing.T) {
	holiday := func(day string) bool { return day[8:] == "03" || day[5:] == "12-24" }
	from1999(func(day string) {
		for amount := 1; amount < 8; amount++ {
			due, ok := after(day, amount, WorkingDays, Options{Holiday: holiday})
			at, _ := parse(due)
			if !ok || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday || holiday(due) {
				t.Fatalf("%s and %d working days: %s, a %s", day, amount, due, at.Weekday())
			}
		}
	})
}

func FuzzDue(f *testing.F) {
	for _, seed := range []string{"2022-03-28", "2020-02-29", "2022-02-30", "9999-12-31", "", "0000-01-01", "٢٠٢٢-٠٣-٢٨"} {
		f.Add(seed, seed, uint8(0))
	}
	all := Rules()
	f.Fuzz(func(t *testing.T, earliest, latest string, n uint8) {
		rule := all[int(n)%len(all)]
		due, ok := Of(rule.Code, Trigger{earliest, latest}, Options{Variant: rule.Variant})
		if !ok {
			return
		}
		if _, readable := parse(due.Day); !readable {
			t.Fatalf("%s from %q..%q: %q is no day", rule.Code, earliest, latest, due.Day)
		}
		if Extend(due, "wgad.extension").Day < due.Day {
			t.Fatalf("an extension of %s shortened it", due.Day)
		}
		reminders := Reminders(earliest, due.Day)
		if !slices.IsSorted(reminders) || len(reminders) > 6 {
			t.Fatalf("reminders %v", reminders)
		}
		if Days(due.Day, due.Day) != 0 || Status(due.Day, due.Day, "", "") != Open {
			t.Fatalf("on its day %s it is not open", due.Day)
		}
	})
}
