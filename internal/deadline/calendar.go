package deadline

import "time"

// Calendar is what an office has settled: its weekend, its holidays, and which rules somebody has held against their
// source. The zero Calendar is the usual week, without holidays and with nothing confirmed.
type Calendar struct {
	Weekend   []time.Weekday    // nil: Saturday and Sunday
	Holidays  map[string]string // day → name
	Confirmed map[string]Tick   // by Rule.ID
}

// Tick is who confirmed a rule and when.
type Tick struct {
	By string // account id
	At time.Time
}

// Days are the days of the weekend.
func (c Calendar) Days() []time.Weekday {
	if c.Weekend == nil {
		return usualWeekend
	}
	return c.Weekend
}

// Options are those of a rule of this variant in the office's days.
func (c Calendar) Options(variant string) Options {
	return Options{Variant: variant, Weekend: c.Weekend, Holiday: func(day string) bool { _, ok := c.Holidays[day]; return ok }}
}

// Confirms tells whether a rule was held against its source, here or by an administrator of the office.
func (c Calendar) Confirms(r Rule) bool {
	_, ticked := c.Confirmed[r.ID()]
	return r.Checked || ticked
}
