// Package edtf reads, compares and says dates that are not exactly known.
//
// A date is written in the Extended Date/Time Format (ISO 8601-2:2019): level 0 and 1 whole, and of level 2 masked
// digits, one-of and all-of sets and qualifiers of single parts. Parse reads that notation alone, Understand also plain
// words in English and Arabic. Whatever was written, a Date carries the first and the last day it can mean, so that
// sorting and overlap never need the notation again.
//
// Not here: deadlines and working days (package deadline), the clock, storage, and ranges of days in words.
package edtf

import (
	"fmt"
	"strings"
)

// Date is an imprecise date. The zero Date says nothing.
type Date struct {
	Text     string // EDTF in normal form, such as "[2021-11..2022-03]"
	Words    string // as it was typed or as the source says it
	Earliest string // first possible day, YYYY-MM-DD; "" when open or unknown
	Latest   string // last possible day, YYYY-MM-DD; "" when open or unknown
	Clock    string // time of day as HH:MM, only where one was given
}

// IsZero reports whether the date says nothing at all.
func (d Date) IsZero() bool { return d.Text == "" }

// String returns the EDTF text.
func (d Date) String() string { return d.Text }

// IsDay reports whether the date is one known day.
func (d Date) IsDay() bool { return d.Earliest != "" && d.Earliest == d.Latest }

// Day returns the Date of one ISO day (YYYY-MM-DD); the zero Date if that is not a day.
func Day(iso string) Date {
	if _, ok := dayNumber(iso); !ok {
		return Date{}
	}
	return Date{Text: iso, Words: iso, Earliest: iso, Latest: iso}
}

// Between returns the exact span of days from one ISO day to another, both included; "" leaves that side open.
// It is what a filter "from … to …" asks for. The zero Date is returned when a day is unreadable or the two are reversed.
func Between(from, to string) Date {
	a, b := from, to
	if a == "" {
		a = ".."
	}
	if b == "" {
		b = ".."
	}
	d, err := Parse(a + "/" + b)
	if err != nil {
		return Date{}
	}
	return d
}

// The codes an Error may have. Each has a sentence in the catalogue under "date.error.<code>".
const (
	CodeEmpty      = "empty"      // nothing was given
	CodeYear       = "year"       // a year that cannot be
	CodeMonth      = "month"      // no such month, as in 2022-13
	CodeDay        = "day"        // no such day in that month, as in 2022-02-30
	CodeTime       = "time"       // no such time of day
	CodeReversed   = "reversed"   // the end lies before the start
	CodeMask       = "mask"       // an X that no date can fill, as in 2021-2X
	CodeSet        = "set"        // a bracket that does not close, or an empty set
	CodeOpen       = "open"       // both ends open: nothing is said
	CodeWeekday    = "weekday"    // the weekday and the date do not agree
	CodeAmbiguous  = "ambiguous"  // two readings; Options holds them
	CodeUnreadable = "unreadable" // anything else
)

// Codes lists every error code, for the test that the catalogue is complete.
var Codes = []string{CodeEmpty, CodeYear, CodeMonth, CodeDay, CodeTime, CodeReversed, CodeMask, CodeSet, CodeOpen, CodeWeekday, CodeAmbiguous, CodeUnreadable}

// Error says why an input is not a date.
type Error struct {
	Code    string
	Input   string
	Options []Date // the possible readings, only with CodeAmbiguous
}

// Error names the code and the input, for logs; people read In.
func (e *Error) Error() string { return fmt.Sprintf("edtf: %s: %q", e.Code, e.Input) }

// Key returns the catalogue key of the sentence for this error.
func (e *Error) Key() string { return "date.error." + e.Code }

// In returns the sentence with its hint in the reader's language.
func (e *Error) In(s Speaker) string {
	options := make([]string, len(e.Options))
	for i, o := range e.Options {
		options[i] = o.In(s)
	}
	return s.T(e.Key(), "input", e.Input, "options", join(s, "date.or", options))
}

func fail(code string) error { return &Error{Code: code} }

func withInput(err error, input string) error {
	if e, ok := err.(*Error); ok {
		e.Input = input
	}
	return err
}

// Days are counted from 1970-01-01. Beyond these two nothing is known.
const (
	never   = -1 << 40
	forever = 1 << 40
)

func isLeap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func monthLength(y, m int) int {
	switch m {
	case 2:
		if isLeap(y) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// civil counts days in the proleptic Gregorian calendar, with the year starting in March so that the leap day is last.
func civil(y, m, d int) int {
	if m <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	doy := (153*((m+9)%12)+2)/5 + d - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

func fromCivil(n int) (y, m, d int) {
	n += 719468
	era := n / 146097
	if n < 0 {
		era = (n - 146096) / 146097
	}
	doe := n - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = mp + 3
	if m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

func isoDay(n int) string {
	if n <= never || n >= forever {
		return ""
	}
	y, m, d := fromCivil(n)
	if y < 0 || y > 9999 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", y, m, d)
}

func dayNumber(iso string) (int, bool) {
	if len(iso) != 10 || iso[4] != '-' || iso[7] != '-' {
		return 0, false
	}
	y, ok1 := digits(iso[:4])
	m, ok2 := digits(iso[5:7])
	d, ok3 := digits(iso[8:])
	if !ok1 || !ok2 || !ok3 || m < 1 || m > 12 || d < 1 || d > monthLength(y, m) {
		return 0, false
	}
	return civil(y, m, d), true
}

func digits(s string) (int, bool) {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' || n > 1<<50 {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}

// AddDays returns the ISO day n days after day (before it for a negative n); "" if day is not an ISO day.
func AddDays(day string, n int) string {
	d, ok := dayNumber(day)
	if !ok {
		return ""
	}
	return isoDay(d + n)
}

// DaysDiff returns how many days lie from ISO day a to ISO day b, negative when b is earlier, 0 if either is unreadable.
func DaysDiff(a, b string) int {
	x, ok1 := dayNumber(a)
	y, ok2 := dayNumber(b)
	if !ok1 || !ok2 {
		return 0
	}
	return y - x
}

// western turns Arabic-Indic and Persian digits into ASCII, the dashes of typographers into hyphens, and drops marks of direction.
func western(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		case r >= '\u2010' && r <= '\u2015', r == '\u2212':
			return '-'
		case r == '…':
			return -1
		case r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\ufeff', r == '\u061c':
			return -1
		case r == '\u00a0', r == '\u202f':
			return ' '
		case r == '،':
			return ','
		case r == '؟':
			return '?'
		}
		return r
	}, s)
}
