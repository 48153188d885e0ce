// Package deadline counts the days that the rules of bodies give: who owes what until when, in which version of the
// rules, and on which days to remind. The rules are data, in rules.json; a test holds docs/deadlines.md against them.
//
// Everything here is pure: days are ISO days (YYYY-MM-DD), today is an argument. Not here: imprecise dates in words
// (package edtf gives the two bounds of a Trigger), which records set a deadline off, holidays of an office, and the
// words for rules, which lie in the catalogue under "deadline.…".
package deadline

import (
	"slices"
	"time"
)

// Who owes what a deadline asks for.
const (
	Us    = "us"
	State = "state"
	Body  = "body"
)

// The variants of rules; each is held by some rules only. The plain rule has none.
const (
	OldMethods          = "old_methods"           // wgad.reply under the older methods of work
	Source              = "source"                // wgad.followup, what the source owes
	Linked              = "linked"                // wgeid.urgent_window, linked to a case already there
	AfterOtherProcedure = "after_other_procedure" // hrc.submit, after another international procedure
	HighRisk            = "high_risk"             // own.custody_recheck
)

// Trigger is the day that sets a deadline off, as far as it is known.
type Trigger struct {
	Earliest string // first possible day; "" = open
	Latest   string // last possible day; "" = open
}

// On is a trigger on one known day.
func On(day string) Trigger { return Trigger{Earliest: day, Latest: day} }

// Counted is the bound that is counted from: the cautious one for what we owe, the lenient one for what others owe.
func (t Trigger) Counted(owes string) string {
	if owes == Us {
		return t.Earliest
	}
	return t.Latest
}

// Options is what counting needs to know beside the trigger.
type Options struct {
	Variant string
	Holiday func(day string) bool // nil: no holidays
	Weekend []time.Weekday        // of the office, for what it owes itself; nil: Saturday and Sunday
}

// Due is the day on which something is owed.
type Due struct {
	Rule      Rule
	Day       string
	Estimated bool   // counted from an uncertain trigger
	Warn      string // a day before Day from which it is already late by a stricter reading; "" where there is none
	First     string // the due day before it was extended; "" where it was not
}

// Of counts a rule from its trigger. It is false where no version of the rule holds, where the bound to count from is
// open, and for an extension, which is counted by Extend.
func Of(code string, t Trigger, o Options) (Due, bool) {
	rule, ok := version(code, o.Variant, t)
	if !ok || rule.Extends != "" {
		return Due{}, false
	}
	if rule.Owes != Us {
		o.Weekend = nil // whoever else owes works in his own week, not in the office's
	}
	from := t.Counted(rule.Owes)
	day, ok := after(from, rule.Amount, rule.Unit, o)
	if !ok {
		return Due{}, false
	}
	due := Due{Rule: rule, Day: day, Estimated: t.Earliest != t.Latest}
	if rule.Warn > 0 {
		due.Warn, _ = after(from, rule.Warn, rule.Unit, o)
	}
	if rule.Owes == Us {
		due.warnOfVersions(t, o)
	}
	return due, true
}

// warnOfVersions looks at the versions that begin within an uncertain trigger: one that gives less time may end before
// the day counted from the earliest bound, and what we owe must not be late by either.
func (d *Due) warnOfVersions(t Trigger, o Options) {
	for _, r := range rules {
		if r.Code != d.Rule.Code || r.Variant != o.Variant || r.From <= t.Earliest || t.Latest != "" && r.From > t.Latest {
			continue
		}
		if day, ok := after(r.From, r.Amount, r.Unit, o); ok && day < d.Day && (d.Warn == "" || day < d.Warn) {
			d.Warn = day
		}
	}
}

// Extend adds an extension, counted from the first due day: asked for twice it gives no more. A rule that extends
// something else changes nothing.
func Extend(d Due, code string) Due {
	first := d.Day
	if d.First != "" {
		first = d.First
	}
	rule, ok := version(code, "", On(first))
	if !ok || rule.Extends != d.Rule.Code {
		return d
	}
	if day, ok := after(first, rule.Amount, rule.Unit, Options{}); ok {
		d.First, d.Day = first, day
	}
	return d
}

// Reminders lists the days on which to remind of a due day: at half time, 14, 7, 3 and 1 days before, and on the day;
// none before the start.
func Reminders(start, due string) []string {
	from, ok1 := parse(start)
	to, ok2 := parse(due)
	if !ok1 || !ok2 {
		return nil
	}
	days := []string{}
	for _, before := range []int{(between(from, to) + 1) / 2, 14, 7, 3, 1, 0} {
		if day := to.AddDate(0, 0, -before); !day.Before(from) && !day.After(to) {
			days = append(days, day.Format(time.DateOnly))
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// The words for where a deadline stands.
const (
	Open     = "open"
	Met      = "met"
	Overdue  = "overdue"
	Extended = "extended"
)

// Statuses lists them all.
var Statuses = []string{Open, Met, Overdue, Extended}

// Status says where a deadline stands on a day. metOn is the day on which what was owed came, extended the later due
// day; both are "" where there is none. On its due day a deadline is still open.
func Status(due, today, metOn, extended string) string {
	switch {
	case metOn != "" && metOn <= today:
		return Met
	case today > max(due, extended) && due != "":
		return Overdue
	case extended != "":
		return Extended
	}
	return Open
}

// Days counts the days left until a due day; below zero it is that many days late.
func Days(due, today string) int {
	to, ok1 := parse(due)
	from, ok2 := parse(today)
	if !ok1 || !ok2 {
		return 0
	}
	return between(from, to)
}
