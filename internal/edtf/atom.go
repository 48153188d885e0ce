package edtf

import (
	"fmt"
	"strings"
)

func ymd(y, m, d int) string { return fmt.Sprintf("%04d-%02d-%02d", y, m, d) }
func ym(y, m int) string     { return fmt.Sprintf("%04d-%02d", y, m) }

// atom reads one date without anything around it, by the order of its tokens.
func (r *reader) atom(ts []token) (string, error) {
	nothing := fail(CodeUnreadable)
	var kept []token
	for _, t := range ts {
		if t.sign != tAnnoDom && t.sign != ',' && (t.sign != tIn || signature(ts) == "inu") {
			kept = append(kept, t)
		}
	}
	ts = kept
	s := signature(ts)
	if s == "" {
		return "", nothing
	}
	if (!strings.ContainsAny(s, "pftg") || strings.ContainsAny(s, "WMS")) && s != "inu" && strings.Contains(s, "u") {
		// "the month of", "the year", يوم before what they name say nothing; a counted day or week does.
		kept = nil
		for i, t := range ts {
			if t.sign != tUnit {
				kept = append(kept, t)
			} else if t.n == unitWeek || t.n == unitDay && i > 0 && ts[i-1].sign == tNumber {
				return "", nothing
			}
		}
		ts, s = kept, signature(kept)
		if s == "" {
			return "", nothing
		}
	}
	// 13 من مارس
	if i := strings.Index(s, "nF"); i >= 0 && i+2 < len(s) && (s[i+2] == tMonth || s[i+2] == tHijri) {
		return r.atom(append(append([]token{}, ts[:i+1]...), ts[i+2:]...))
	}
	switch s[0] {
	case tEarly, tMid, tLate:
		inner, err := r.atom(ts[1:])
		if err != nil {
			return "", err
		}
		return third(inner, s[0])
	}
	// A word of two months asks which.
	for i, t := range ts {
		if len(t.alts) == 0 {
			continue
		}
		if len(ts) > 4 {
			return "", nothing
		}
		first, second := append([]token{}, ts...), append([]token{}, ts...)
		first[i].alts = nil
		second[i] = token{sign: tMonth, n: t.alts[0]}
		a, err := r.atom(first)
		b, err2 := r.atom(second)
		switch {
		case err != nil && err2 != nil:
			return "", err
		case err != nil:
			return b, nil
		case err2 != nil:
			return a, nil
		}
		return "", choose(a, b)
	}
	// A weekday beside a date is a check, not a date.
	if i := strings.IndexByte(s, tWeekday); i >= 0 && strings.ContainsAny(s, "nMHR") {
		rest := append(append([]token{}, ts[:i]...), ts[i+1:]...)
		text, err := r.atom(rest)
		if err != nil {
			return "", err
		}
		return onWeekday(text, ts[i].n)
	}
	n := func(i int) int { return ts[i].n }
	wide := func(i int) bool { return ts[i].width == 4 }
	switch s {
	case "n":
		if wide(0) {
			return fmt.Sprintf("%04d", n(0)), nil
		}
	case "d":
		return fmt.Sprintf("%03dX", n(0)/10), nil
	case "nA":
		return r.hijri(n(0), 0, 0)
	case "M", "H", "S", "nM", "Mn", "nMn", "Mnn", "nH", "Hn", "nHn", "Hnn", "HnA", "nHnA", "HnnA", "Sn", "nS":
		return r.named(ts)
	case "pM", "Mp", "fM", "Mf", "tM", "Mt", "pS", "Sp", "fS", "Sf", "tS", "St":
		return r.turned(ts)
	case "W", "pW", "Wp", "fW", "Wf", "tW", "Wt":
		return r.weekday(ts)
	case "R":
		return isoDay(r.ref + n(0)), nil
	case "N":
		return "[" + isoDay(r.ref-1) + ".." + isoDay(r.ref) + "]", nil
	case "nug":
		return r.ago(ts[:2])
	case "gnu":
		return r.ago(ts[1:])
	case "inu":
		return r.inTime(ts[1:])
	case "pu", "up", "tu", "ut", "fu", "uf":
		return r.period(ts)
	case "n/n/n", "n.n.n", "n-n-n":
		return r.numeric(ts)
	case "n/n", "n.n", "n-n":
		return r.shortNumeric(ts)
	}
	return "", nothing
}

// choose is the error that asks which of two readings is meant.
func choose(a, b string) error {
	x, err := Parse(a)
	if err != nil {
		return err
	}
	y, err := Parse(b)
	if err != nil {
		return err
	}
	return &Error{Code: CodeAmbiguous, Options: []Date{x, y}}
}

// third cuts a month into days 1–10, 11–20 and the rest, and a year into thirds of four months.
func third(text string, part byte) (string, error) {
	i := strings.IndexByte("EDL", part)
	switch len(text) {
	case 4:
		if _, ok := digits(text); ok {
			return fmt.Sprintf("[%s-%02d..%s-%02d]", text, i*4+1, text, i*4+4), nil
		}
	case 7:
		y, ok1 := digits(text[:4])
		m, ok2 := digits(text[5:])
		if ok1 && ok2 && m >= 1 && m <= 12 {
			last := i*10 + 10
			if i == 2 {
				last = monthLength(y, m)
			}
			return fmt.Sprintf("[%s-%02d..%s-%02d]", text, i*10+1, text, last), nil
		}
	}
	return "", fail(CodeUnreadable)
}

func onWeekday(text string, weekday int) (string, error) {
	d, err := Parse(text)
	if err != nil {
		return "", err
	}
	a, ok1 := dayNumber(d.Earliest)
	b, ok2 := dayNumber(d.Latest)
	if !ok1 || !ok2 || b-a > 6 {
		return "", fail(CodeUnreadable)
	}
	for day := a; day <= b; day++ {
		if dayOfWeek(day) == weekday {
			return isoDay(day), nil
		}
	}
	return "", fail(CodeWeekday)
}

// dayOfWeek counts from Sunday; 1970-01-01 was a Thursday.
func dayOfWeek(n int) int { return ((n+4)%7 + 7) % 7 }

// named reads a date whose month (or season) is a word.
func (r *reader) named(ts []token) (string, error) {
	var name token
	var ns []token
	hegira := false
	for _, t := range ts {
		switch t.sign {
		case tNumber:
			ns = append(ns, t)
		case tAnnoHeg:
			hegira = true
		default:
			name = t
		}
	}
	y, d := -1, 0
	for i, t := range ns {
		switch {
		case t.width == 4 && y < 0:
			y = t.n
		case d == 0 && t.width <= 2 && !(i == 1 && y < 0 && len(ns) == 2):
			d = t.n
			if d == 0 {
				return "", fail(CodeDay)
			}
		case y < 0 && t.width == 2 && i == 1:
			y = r.century(t.n)
			if name.sign == tHijri {
				y = 1400 + t.n
			}
		default:
			return "", fail(CodeUnreadable)
		}
	}
	if name.sign == tHijri {
		if y < 0 {
			if hegira {
				return "", fail(CodeUnreadable)
			}
			return r.hijriNear(name.n, d)
		}
		return r.hijri(y, name.n, d)
	}
	if name.sign == tSeason {
		if d != 0 {
			return "", fail(CodeUnreadable)
		}
	} else if d > monthLength(2000, name.n) {
		return "", fail(CodeDay)
	}
	if y >= 0 {
		if d == 0 {
			return ym(y, name.n), nil
		}
		return ymd(y, name.n, d), nil
	}
	return r.near(name.n, d)
}

// near finds the year of a month or day that has none.
func (r *reader) near(m, d int) (string, error) {
	step := -1
	y := r.y + 1
	if r.way == ahead {
		step, y = 1, r.y-1
	}
	for range 12 {
		probe := moment{y: fmt.Sprintf("%04d", y), m: fmt.Sprintf("%02d", m)}
		if d != 0 {
			probe.d = fmt.Sprintf("%02d", d)
		}
		if y >= 0 && y <= 9999 {
			if lo, hi, _, err := probe.bounds(); err == nil && (r.way == past && lo <= r.ref || r.way == ahead && hi >= r.ref) {
				return probe.String(), nil
			}
		}
		y += step
	}
	return "", fail(CodeDay)
}

// turned reads "last June", "next summer", "this March".
func (r *reader) turned(ts []token) (string, error) {
	name, turn := ts[0], ts[1]
	if turn.sign == tMonth || turn.sign == tSeason {
		name, turn = turn, name
	}
	q := *r
	switch turn.sign {
	case tThis:
		return ym(r.y, name.n), nil
	case tLast:
		q.way = past
		if name.sign == tMonth && name.n == r.m {
			return ym(r.y-1, name.n), nil
		}
	case tNext:
		q.way = ahead
		if name.sign == tMonth && name.n == r.m {
			return ym(r.y+1, name.n), nil
		}
	}
	return q.near(name.n, 0)
}

func (r *reader) weekday(ts []token) (string, error) {
	w, turn := ts[0], token{}
	if len(ts) == 2 {
		if turn = ts[1]; turn.sign == tWeekday {
			w, turn = turn, w
		}
	}
	back := (dayOfWeek(r.ref) - w.n + 7) % 7
	switch {
	case turn.sign == tNext, turn.sign == 0 && r.way == ahead && back != 0:
		return isoDay(r.ref + 7 - back), nil
	case turn.sign == tThis && back == 0:
		return isoDay(r.ref), nil
	case turn.sign == tThis:
		return "", choose(isoDay(r.ref-back), isoDay(r.ref+7-back))
	case back == 0 && turn.sign == tLast:
		return isoDay(r.ref - 7), nil
	case back == 0 && r.way == ahead:
		return "", choose(isoDay(r.ref), isoDay(r.ref+7))
	case back == 0:
		// Said on a Wednesday, "Wednesday" may be today or a week ago.
		return "", choose(isoDay(r.ref), isoDay(r.ref-7))
	}
	return isoDay(r.ref - back), nil
}

func amount(ts []token) (n, unit int) {
	n = 1
	for _, t := range ts {
		if t.sign == tNumber {
			n = t.n
		} else {
			unit = t.n
		}
	}
	return n, unit
}

// ago reads "3 days ago". Beyond days nobody counts exactly, so weeks give an approximate day, months a month, years a year.
func (r *reader) ago(ts []token) (string, error) {
	n, unit := amount(ts)
	return r.shift(-n, unit)
}

func (r *reader) inTime(ts []token) (string, error) {
	n, unit := amount(ts)
	return r.shift(n, unit)
}

func (r *reader) shift(n, unit int) (string, error) {
	text := ""
	switch unit {
	case unitDay:
		text = isoDay(r.ref + n)
	case unitWeek:
		text = isoDay(r.ref+7*n) + "~"
	case unitMonth:
		total := r.y*12 + r.m - 1 + n
		if total >= 0 && total/12 <= 9999 {
			text = ym(total/12, total%12+1) + "~"
		}
	case unitYear:
		if y := r.y + n; y >= 0 && y <= 9999 {
			text = fmt.Sprintf("%04d~", y)
		}
	}
	if len(text) < 4 {
		return "", fail(CodeUnreadable)
	}
	return text, nil
}

// period reads "last week", "this month", "next year".
func (r *reader) period(ts []token) (string, error) {
	unit, turn := ts[0], ts[1]
	if turn.sign == tUnit {
		unit, turn = turn, unit
	}
	n := 0
	switch turn.sign {
	case tLast:
		n = -1
	case tNext:
		n = 1
	}
	switch unit.n {
	case unitDay:
		return isoDay(r.ref + n), nil
	case unitWeek:
		// Weeks begin on different days in different countries, hence approximate.
		monday := r.ref - (dayOfWeek(r.ref)+6)%7 + 7*n
		return fmt.Sprintf("[%s~..%s~]", isoDay(monday), isoDay(monday+6)), nil
	}
	text, err := r.shift(n, unit.n)
	return strings.TrimSuffix(text, "~"), err
}

// century gives a year of two digits the hundred that brings it nearest to, or not far after, the reference.
func (r *reader) century(n int) int {
	y := r.y/100*100 + n
	if y > r.y+10 {
		y -= 100
	}
	return max(y, 0)
}

// numeric reads a date of three numbers. Only dots say that the day comes first.
func (r *reader) numeric(ts []token) (string, error) {
	a, b, c := ts[0], ts[2], ts[4]
	if a.width == 4 {
		if b.width > 2 || c.width > 2 {
			return "", fail(CodeUnreadable)
		}
		return ymd(a.n, b.n, c.n), nil
	}
	if a.width > 2 || b.width > 2 || c.width == 3 || c.width == 1 {
		return "", fail(CodeUnreadable)
	}
	y := c.n
	if c.width == 2 {
		y = r.century(y)
	}
	return dayOrMonth(a.n, b.n, ts[1].sign, func(d, m int) (string, error) { return ymd(y, m, d), nil })
}

// shortNumeric reads month and year ("11/2021"), or day and month ("12/11").
func (r *reader) shortNumeric(ts []token) (string, error) {
	a, b := ts[0], ts[2]
	switch {
	case a.width == 4 && b.width <= 2 && ts[1].sign != '-':
		return ym(a.n, b.n), nil
	case a.width <= 2 && b.width == 4:
		return ym(b.n, a.n), nil
	case a.width <= 2 && b.width <= 2 && ts[1].sign != '-':
		return dayOrMonth(a.n, b.n, ts[1].sign, func(d, m int) (string, error) {
			if d < 1 || d > monthLength(2000, m) {
				return "", fail(CodeDay)
			}
			return r.near(m, d)
		})
	}
	return "", fail(CodeUnreadable)
}

func dayOrMonth(a, b int, sep byte, date func(d, m int) (string, error)) (string, error) {
	dayFirst, monthFirst := b >= 1 && b <= 12, a >= 1 && a <= 12
	switch {
	case dayFirst && monthFirst && a != b && sep != '.':
		x, err := date(a, b)
		if err != nil {
			return "", err
		}
		y, err := date(b, a)
		if err != nil {
			return "", err
		}
		return "", choose(x, y)
	case dayFirst:
		return date(a, b)
	case monthFirst:
		return date(b, a)
	}
	return "", fail(CodeMonth)
}

// hijri converts a year, month or day of the Islamic calendar, a day wider on each side.
func (r *reader) hijri(y, m, d int) (string, error) {
	if y < 1 || y > 2000 {
		return "", fail(CodeYear)
	}
	switch {
	case m == 0:
		return hijriRange(fromHijri(y, 1, 1), fromHijri(y+1, 1, 1)-1), nil
	case d == 0:
		return hijriRange(fromHijri(y, m, 1), fromHijri(y, m, 1)+hijriMonthLength(y, m)-1), nil
	case d > 30:
		return "", fail(CodeDay)
	}
	day := fromHijri(y, m, d)
	return hijriRange(day, day), nil
}

func (r *reader) hijriNear(m, d int) (string, error) {
	y, _, _ := toHijri(r.ref)
	first := max(d, 1)
	switch {
	case r.way == past && fromHijri(y, m, first) > r.ref:
		y--
	case r.way == ahead && fromHijri(y, m, first)+30*(1-min(d, 1)) < r.ref:
		y++
	}
	return r.hijri(y, m, d)
}
