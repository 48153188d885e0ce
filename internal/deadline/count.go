package deadline

import (
	"slices"
	"time"
)

// The units a rule may count in.
const (
	CalendarDays = "days"
	WorkingDays  = "working_days"
	Weeks        = "weeks"
	Months       = "months"
	Years        = "years"
)

// longest is how many days a run of days that are no working days may last; no calendar of an office has one.
const longest = 366

// after counts an amount of time from a day that is itself not counted.
func after(from string, amount int, unit string, o Options) (string, bool) {
	day, ok := parse(from)
	if !ok {
		return "", false
	}
	switch unit {
	case CalendarDays:
		day = day.AddDate(0, 0, amount)
	case Weeks:
		day = day.AddDate(0, 0, 7*amount)
	case Months:
		day = addMonths(day, amount)
	case Years:
		day = addMonths(day, 12*amount)
	case WorkingDays:
		for ; amount > 0; amount-- {
			if day, ok = nextWorkingDay(day, o); !ok {
				return "", false
			}
		}
	default:
		return "", false
	}
	if day.Year() > 9999 {
		return "", false
	}
	return day.Format(time.DateOnly), true
}

// addMonths keeps the day of the month and clamps it to the last one: January 31 and one month is February 28 or 29.
func addMonths(day time.Time, months int) time.Time {
	first := time.Date(day.Year(), day.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(day.Day(), last)-1)
}

var usualWeekend = []time.Weekday{time.Saturday, time.Sunday}

func nextWorkingDay(day time.Time, o Options) (time.Time, bool) {
	weekend := o.Weekend
	if weekend == nil {
		weekend = usualWeekend
	}
	for range longest {
		day = day.AddDate(0, 0, 1)
		if !slices.Contains(weekend, day.Weekday()) && (o.Holiday == nil || !o.Holiday(day.Format(time.DateOnly))) {
			return day, true
		}
	}
	return day, false
}

func parse(iso string) (time.Time, bool) {
	day, err := time.Parse(time.DateOnly, iso)
	return day, err == nil
}

func between(from, to time.Time) int { return int(to.Unix()-from.Unix()) / 86400 }
