package edtf

import "strings"

// moment is one date of whatever precision, with the marks before and after each part.
type moment struct {
	sign              string // "-" before the year 0
	y, m, d           string
	yPre, mPre, dPre  string
	yPost, mPost, dPo string
	time              string // "T18:30:00", with its zone
}

type kind int

const (
	single kind = iota
	span        // a/b: lasts
	oneOf       // [..]: one of these
	allOf       // {..}: each of these
)

// end says what is known of one end of a span or of a range in a set.
type end int

const (
	known end = iota
	unknown
	open
)

// item is a moment, or a pair with a start and an end.
type item struct {
	a, b         moment
	start, stop  end
	ranged       bool
	lo, hi       int // outer bounds in days
	aLo, aHi     int
	bLo, bHi     int
	uncertain    bool
	yearA, yearB int
}

type expression struct {
	kind  kind
	items []item
}

// Parse reads a date written in EDTF. Case and spaces are forgiven, and digits may be Arabic; nothing else.
// An error is always an *Error.
func Parse(s string) (Date, error) {
	e, err := parse(s)
	if err != nil {
		return Date{}, withInput(err, s)
	}
	lo, hi := e.bounds()
	d := Date{Text: e.String(), Words: strings.TrimSpace(s), Earliest: isoDay(lo), Latest: isoDay(hi)}
	if e.kind == single && len(e.items[0].a.time) >= 6 {
		d.Clock = e.items[0].a.time[1:6]
	}
	return d, nil
}

// Must is Parse for literals in tests and tables; it panics on an error.
func Must(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

func parse(s string) (expression, error) {
	s = strings.Join(strings.Fields(western(s)), "")
	if s == "" {
		return expression{}, fail(CodeEmpty)
	}
	if len(s) > 400 {
		return expression{}, fail(CodeUnreadable)
	}
	s = strings.ToUpper(s)
	switch {
	case s[0] == '[' || s[0] == '{':
		return parseSet(s)
	case strings.ContainsAny(s, "[]{},"):
		return expression{}, fail(CodeSet)
	case strings.Contains(s, "/"):
		return parseSpan(s)
	}
	it, err := parseItem(s)
	if err != nil {
		return expression{}, err
	}
	return expression{single, []item{it}}, nil
}

func parseSpan(s string) (expression, error) {
	a, b, _ := strings.Cut(s, "/")
	if strings.Contains(b, "/") {
		return expression{}, fail(CodeUnreadable)
	}
	it := item{ranged: true, aLo: never, aHi: forever, bLo: never, bHi: forever}
	var err error
	if it.start, err = parseEnd(a, &it.a, &it.aLo, &it.aHi, &it.yearA); err != nil {
		return expression{}, err
	}
	if it.stop, err = parseEnd(b, &it.b, &it.bLo, &it.bHi, &it.yearB); err != nil {
		return expression{}, err
	}
	if err := it.close(); err != nil {
		return expression{}, err
	}
	return expression{span, []item{it}}, nil
}

func parseEnd(s string, m *moment, lo, hi, year *int) (end, error) {
	switch s {
	case "":
		return unknown, nil
	case "..":
		return open, nil
	}
	var err error
	if *m, err = parseMoment(s); err != nil {
		return known, err
	}
	*lo, *hi, *year, err = m.bounds()
	return known, err
}

// close checks the order of a pair and sets its outer bounds.
func (it *item) close() error {
	if it.start != known && it.stop != known {
		return fail(CodeOpen)
	}
	it.lo, it.hi = never, forever
	if it.start == known {
		it.lo = it.aLo
	}
	if it.stop == known {
		it.hi = it.bHi
	}
	if it.start == known && it.stop == known {
		if it.aLo > it.bHi || it.yearA > it.yearB {
			return fail(CodeReversed)
		}
	}
	it.uncertain = it.a.qualified() || it.b.qualified()
	return nil
}

func parseSet(s string) (expression, error) {
	e := expression{kind: oneOf}
	closing := "]"
	if s[0] == '{' {
		e.kind, closing = allOf, "}"
	}
	if !strings.HasSuffix(s, closing) || len(s) < 3 {
		return e, fail(CodeSet)
	}
	inner := s[1 : len(s)-1]
	if strings.ContainsAny(inner, "[]{}/") {
		return e, fail(CodeSet)
	}
	for _, part := range strings.Split(inner, ",") {
		if part == "" {
			return e, fail(CodeSet)
		}
		if !strings.Contains(part, "..") {
			it, err := parseItem(part)
			if err != nil {
				return e, err
			}
			e.items = append(e.items, it)
			continue
		}
		a, b, _ := strings.Cut(part, "..")
		it := item{ranged: true, aLo: never, aHi: forever, bLo: never, bHi: forever}
		var err error
		if it.start, err = parseEnd(a, &it.a, &it.aLo, &it.aHi, &it.yearA); err != nil {
			return e, err
		}
		if it.stop, err = parseEnd(b, &it.b, &it.bLo, &it.bHi, &it.yearB); err != nil {
			return e, err
		}
		// In a set an absent end is always written as nothing beside the dots.
		if it.start != known {
			it.start = open
		}
		if it.stop != known {
			it.stop = open
		}
		if err := it.close(); err != nil {
			return e, err
		}
		e.items = append(e.items, it)
	}
	return e, nil
}

func parseItem(s string) (item, error) {
	m, err := parseMoment(s)
	if err != nil {
		return item{}, err
	}
	lo, hi, year, err := m.bounds()
	if err != nil {
		return item{}, err
	}
	return item{a: m, lo: lo, hi: hi, aLo: lo, aHi: hi, yearA: year, uncertain: m.qualified()}, nil
}

// scanner eats a moment from the left.
type scanner struct{ s string }

func (c *scanner) mark() string {
	q := ""
	for c.s != "" && strings.IndexByte("?~%", c.s[0]) >= 0 && len(q) < 2 {
		q += c.s[:1]
		c.s = c.s[1:]
	}
	if len(q) == 2 {
		if q == "??" || q == "~~" {
			return q[:1]
		}
		return "%"
	}
	return q
}

func (c *scanner) run(n int) string {
	if len(c.s) < n {
		return ""
	}
	for i := 0; i < n; i++ {
		if (c.s[i] < '0' || c.s[i] > '9') && c.s[i] != 'X' {
			return ""
		}
	}
	r := c.s[:n]
	c.s = c.s[n:]
	return r
}

func (c *scanner) hyphen() bool {
	if c.s == "" || c.s[0] != '-' {
		return false
	}
	c.s = c.s[1:]
	return true
}

func parseMoment(s string) (moment, error) {
	var m moment
	c := &scanner{s}
	unreadable := fail(CodeUnreadable)
	m.yPre = c.mark()
	if strings.HasPrefix(c.s, "Y") {
		c.s = c.s[1:]
		if c.hyphen() {
			m.sign = "-"
		}
		n := 0
		for n < len(c.s) && c.s[n] >= '0' && c.s[n] <= '9' {
			n++
		}
		if n < 5 || n > 15 {
			return m, fail(CodeYear)
		}
		m.y = "Y" + c.s[:n]
		c.s = c.s[n:]
		m.yPost = c.mark()
		if c.s != "" {
			return m, unreadable
		}
		return m, nil
	}
	if c.hyphen() {
		m.sign = "-"
	}
	if m.y = c.run(4); m.y == "" {
		return m, unreadable
	}
	m.yPost = c.mark()
	if c.s == "" {
		return m, nil
	}
	if !c.hyphen() {
		return m, unreadable
	}
	m.mPre = c.mark()
	if m.m = c.run(2); m.m == "" {
		return m, unreadable
	}
	m.mPost = c.mark()
	if c.s == "" {
		return m, nil
	}
	if !c.hyphen() {
		return m, unreadable
	}
	m.dPre = c.mark()
	if m.d = c.run(2); m.d == "" {
		return m, unreadable
	}
	m.dPo = c.mark()
	if c.s == "" {
		return m, nil
	}
	if c.s[0] != 'T' || m.qualified() || m.masked() {
		return m, unreadable
	}
	t, ok := readTime(c.s[1:])
	if !ok {
		return m, fail(CodeTime)
	}
	m.time = "T" + t
	return m, nil
}

// readTime reads hh:mm[:ss] with an optional Z or ±hh[:mm], and returns it with its seconds.
func readTime(s string) (string, bool) {
	zone := ""
	if strings.HasSuffix(s, "Z") {
		s, zone = s[:len(s)-1], "Z"
	} else if i := strings.IndexAny(s, "+-"); i >= 0 {
		s, zone = s[:i], s[i:]
		h, min, both := strings.Cut(zone[1:], ":")
		if !twoDigits(h, 23) || both && !twoDigits(min, 59) {
			return "", false
		}
	}
	part := strings.Split(s, ":")
	if len(part) == 2 {
		part = append(part, "00")
	}
	if len(part) != 3 || !twoDigits(part[0], 23) || !twoDigits(part[1], 59) || !twoDigits(part[2], 59) {
		return "", false
	}
	return strings.Join(part, ":") + zone, true
}

func twoDigits(s string, most int) bool {
	n, ok := digits(s)
	return ok && len(s) == 2 && n <= most
}

func (m moment) masked() bool { return strings.Contains(m.y+m.m+m.d, "X") }

func (m moment) qualified() bool {
	return m.yPre+m.mPre+m.dPre+m.yPost+m.mPost+m.dPo != ""
}

// String writes the moment in normal form.
func (m moment) String() string {
	y := m.sign + m.y
	if strings.HasPrefix(m.y, "Y") {
		y = "Y" + m.sign + m.y[1:]
	}
	s := m.yPre + y + m.yPost
	if m.m != "" {
		s += "-" + m.mPre + m.m + m.mPost
	}
	if m.d != "" {
		s += "-" + m.dPre + m.d + m.dPo
	}
	return s + m.time
}

func fits(mask string, n int) bool {
	for i := len(mask) - 1; i >= 0; i-- {
		if mask[i] != 'X' && int(mask[i]-'0') != n%10 {
			return false
		}
		n /= 10
	}
	return n == 0
}

// bounds returns the first and the last day the moment can mean, and its year (of a masked one, the first).
// Days that four digits of a year cannot hold are drawn to the nearest that can, so that the bounds stay true.
func (m moment) bounds() (lo, hi, year int, err error) {
	if strings.HasPrefix(m.y, "Y") || m.sign != "" {
		n, ok := digits(strings.TrimPrefix(m.y, "Y"))
		if !ok {
			return 0, 0, 0, fail(CodeMask)
		}
		if m.sign != "" {
			if n == 0 {
				return 0, 0, 0, fail(CodeYear)
			}
			// Month and day must still be possible; leap years repeat every 400 years, so a later year stands in.
			if _, _, err := m.within(2000 - n%2000 + 2000); err != nil {
				return 0, 0, 0, err
			}
			return never, civil(0, 1, 1), -n, nil
		}
		if n > 9999 {
			return civil(9999, 12, 31), forever, n, nil
		}
		return civil(n, 1, 1), civil(n, 12, 31), n, nil
	}
	if m.y == "XXXX" {
		if _, _, err := m.within(2000); err != nil {
			return 0, 0, 0, err
		}
		return never, forever, 0, nil
	}
	if n, ok := digits(m.y); ok {
		lo, hi, err = m.within(n)
		if hi > civil(9999, 12, 31) {
			hi = forever
		}
		return lo, hi, n, err
	}
	// February 29 may fit only some of the years of a mask.
	first := 0
	for ; first <= 9999; first++ {
		if !fits(m.y, first) {
			continue
		}
		if lo, _, err = m.within(first); err == nil {
			break
		}
	}
	if err != nil {
		return 0, 0, 0, err
	}
	for y := 9999; y >= first; y-- {
		if !fits(m.y, y) {
			continue
		}
		var e error
		if _, hi, e = m.within(y); e == nil {
			break
		}
	}
	if hi > civil(9999, 12, 31) {
		hi = forever
	}
	return lo, hi, first, nil
}

// within returns the bounds inside one year.
func (m moment) within(y int) (lo, hi int, err error) {
	if m.m == "" {
		return civil(y, 1, 1), civil(y, 12, 31), nil
	}
	if season, ok := digits(m.m); ok && season >= 21 && season <= 24 {
		if m.d != "" {
			return 0, 0, fail(CodeDay)
		}
		// Seasons are those of the north, by whole months; winter runs into the next year.
		from := (season-21)*3 + 3
		toY, to := y, from+2
		if to > 12 {
			toY, to = y+1, to-12
		}
		return civil(y, from, 1), civil(toY, to, monthLength(toY, to)), nil
	}
	code := CodeMonth
	if strings.Contains(m.m, "X") {
		code = CodeMask
	}
	found := false
	for mo := 1; mo <= 12; mo++ {
		if !fits(m.m, mo) {
			continue
		}
		a, b := 1, monthLength(y, mo)
		if m.d != "" {
			if code != CodeMask || !found {
				code = CodeDay
				if strings.Contains(m.d, "X") {
					code = CodeMask
				}
			}
			for a <= monthLength(y, mo) && !fits(m.d, a) {
				a++
			}
			for b >= 1 && !fits(m.d, b) {
				b--
			}
			if a > b {
				continue
			}
		}
		if !found {
			lo, found = civil(y, mo, a), true
		}
		hi = civil(y, mo, b)
	}
	if !found {
		return 0, 0, fail(code)
	}
	return lo, hi, nil
}

func (e expression) bounds() (lo, hi int) {
	lo, hi = forever, never
	for _, it := range e.items {
		lo, hi = min(lo, it.lo), max(hi, it.hi)
	}
	return lo, hi
}

// String writes the expression in normal form.
func (e expression) String() string {
	if e.kind == span {
		it := e.items[0]
		return side(it.start, it.a) + "/" + side(it.stop, it.b)
	}
	parts := make([]string, len(e.items))
	for i, it := range e.items {
		parts[i] = it.a.String()
		if it.ranged {
			parts[i] = ".."
			if it.start == known {
				parts[i] = it.a.String() + parts[i]
			}
			if it.stop == known {
				parts[i] += it.b.String()
			}
		}
	}
	switch s := strings.Join(parts, ","); e.kind {
	case oneOf:
		return "[" + s + "]"
	case allOf:
		return "{" + s + "}"
	default:
		return s
	}
}

func side(e end, m moment) string {
	switch e {
	case unknown:
		return ""
	case open:
		return ".."
	}
	return m.String()
}
