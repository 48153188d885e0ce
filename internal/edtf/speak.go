package edtf

import (
	"strconv"
	"strings"
)

// Speaker gives the words of one language: the text of a catalogue key with its {placeholders} filled from name, value
// pairs. i18n.Reader is one.
type Speaker interface {
	T(key string, args ...any) string
}

// style is one way of writing dates.
type style int

const (
	long  style = iota // 13 March 2022
	short              // 13 Mar 2022
	paper              // long, with the months as on paper of the UN
)

// In says the date in full words, as an echo of what was typed: "one day between 1 Nov 2021 and 31 Mar 2022".
func (d Date) In(s Speaker) string { return d.say(s, long) }

// Short says the date for lists and headers: "13 Mar 2022", "Nov 2021 – Mar 2022", "about 1996".
func (d Date) Short(s Speaker) string { return d.say(s, short) }

// Paper says the date for printed documents, in Arabic with both names of the month.
func (d Date) Paper(s Speaker) string { return d.say(s, paper) }

func (d Date) say(s Speaker, how style) string {
	if d.IsZero() {
		return s.T("date.unknown")
	}
	e, err := parse(d.Text)
	if err != nil {
		return d.Text
	}
	switch e.kind {
	case single:
		return e.items[0].a.say(s, how)
	case span:
		it := e.items[0]
		a, b := it.a.say(s, how), it.b.say(s, how)
		switch {
		case it.stop == open:
			return s.T("date.span.on", "a", a)
		case it.stop == unknown:
			return s.T("date.span.from", "a", a)
		case it.start == open:
			return s.T("date.span.until", "b", b)
		case it.start == unknown:
			return s.T("date.span.to", "b", b)
		}
		return s.T("date.span", "a", a, "b", b)
	}
	parts := make([]string, len(e.items))
	for i, it := range e.items {
		parts[i] = it.say(s, how, e.kind)
	}
	if e.kind == allOf {
		return join(s, "date.and", parts)
	}
	return join(s, "date.or", parts)
}

func (it item) say(s Speaker, how style, k kind) string {
	if !it.ranged {
		return it.a.say(s, how)
	}
	switch {
	case it.start == open && k == allOf:
		return s.T("date.each.until", "b", it.b.say(s, how))
	case it.stop == open && k == allOf:
		return s.T("date.each.from", "a", it.a.say(s, how))
	case it.start == open:
		return s.T("date.by", "b", it.b.say(s, how))
	case it.stop == open:
		return s.T("date.notbefore", "a", it.a.say(s, how))
	case k == allOf:
		return s.T("date.each", "a", it.a.say(s, how), "b", it.b.say(s, how))
	}
	if how == short {
		return noted(s, it, s.T("date.between.short", "a", it.a.plain().say(s, short), "b", it.b.plain().say(s, short)))
	}
	if it.lo == never || it.hi == forever {
		return s.T("date.between", "a", it.a.say(s, how), "b", it.b.say(s, how))
	}
	// The first and the last day, with short months: that is what the echo must leave no doubt about.
	months := short
	if how == paper {
		months = paper
	}
	return noted(s, it, s.T("date.between", "a", dayWords(s, months, it.lo), "b", dayWords(s, months, it.hi)))
}

// noted adds what the marks of a range say.
func noted(s Speaker, it item, text string) string {
	marks := it.a.marks() + it.b.marks()
	if strings.ContainsAny(marks, "~%") {
		text = s.T("date.note.about", "x", text)
	}
	if strings.ContainsAny(marks, "?%") {
		text = s.T("date.note.unsure", "x", text)
	}
	return text
}

func dayWords(s Speaker, how style, n int) string {
	y, m, d := fromCivil(n)
	return s.T("date.day", "d", strconv.Itoa(d), "m", monthName(s, how, m), "y", strconv.Itoa(y))
}

func monthName(s Speaker, how style, m int) string {
	key := "date.month."
	switch how {
	case short:
		key += "short."
	case paper:
		key += "paper."
	}
	return s.T(key + strconv.Itoa(m))
}

func (m moment) marks() string { return m.yPre + m.mPre + m.dPre + m.yPost + m.mPost + m.dPo }

func (m moment) plain() moment {
	return moment{sign: m.sign, y: m.y, m: m.m, d: m.d, time: m.time}
}

// part finds what is said of one part: its own mark, or one after a later part, which holds for all before it.
func (m moment) parts() (year, month, day string) {
	year = m.yPre + m.yPost + m.mPost + m.dPo
	month = m.mPre + m.mPost + m.dPo
	day = m.dPre + m.dPo
	return
}

func (m moment) say(s Speaker, how style) string {
	if m.y == "" {
		return ""
	}
	text := m.bare(s, how)
	if m.time != "" {
		text = s.T("date.at", "x", text, "t", m.time[1:6])
	}
	if !m.qualified() {
		return text
	}
	y, mo, d := m.parts()
	finest, partial := y, ""
	switch {
	case m.d != "":
		finest = d
	case m.m != "":
		finest = mo
	}
	// A mark on the finest part is the everyday "about"; one on a coarser part alone has to be named.
	if finest == "" {
		partial = "year"
		if mo != "" {
			partial = "month"
		}
		finest = mo
		if mo == "" {
			finest = y
		}
		if strings.ContainsAny(finest, "~%") {
			text = s.T("date.note.about."+partial, "x", text)
		}
		if strings.ContainsAny(finest, "?%") {
			text = s.T("date.note.unsure."+partial, "x", text)
		}
		return text
	}
	if strings.ContainsAny(finest, "~%") {
		text = s.T("date.about", "x", text)
	}
	if strings.ContainsAny(finest, "?%") {
		text = s.T("date.note.unsure", "x", text)
	}
	return text
}

func (m moment) bare(s Speaker, how style) string {
	if m.sign != "" {
		n := strings.TrimLeft(strings.TrimPrefix(m.y, "Y"), "0")
		return s.T("date.minus", "y", n)
	}
	if strings.HasPrefix(m.y, "Y") {
		return s.T("date.year", "y", strings.TrimLeft(m.y[1:], "0"))
	}
	mo, known := digits(m.m)
	known = known && mo >= 1 && mo <= 12
	d, knownDay := digits(m.d)
	y, knownYear := digits(m.y)
	switch {
	case m.y == "XXXX" && known && knownDay:
		return s.T("date.day.anyyear", "d", strconv.Itoa(d), "m", monthName(s, how, mo))
	case m.y == "XXXX" && known && (m.d == "" || m.d == "XX"):
		return s.T("date.month.anyyear", "m", monthName(s, how, mo))
	case m.y == "XXXX":
		return s.T("date.masked", "x", m.plain().String())
	case m.m == "" && knownYear:
		return s.T("date.year", "y", strconv.Itoa(y))
	case m.m == "" && strings.HasSuffix(m.y, "X") && !strings.Contains(m.y[:3], "X"):
		return s.T("date.decade", "y", m.y[:3]+"0")
	case knownYear && m.d == "" && mo >= 21 && mo <= 24:
		return s.T("date.season."+strconv.Itoa(mo-20), "y", strconv.Itoa(y))
	case knownYear && known && m.d == "":
		return s.T("date.month.year", "m", monthName(s, how, mo), "y", strconv.Itoa(y))
	case knownYear && known && knownDay:
		return s.T("date.day", "d", strconv.Itoa(d), "m", monthName(s, how, mo), "y", strconv.Itoa(y))
	}
	lo, hi, _, err := m.bounds()
	if err != nil || lo == never || hi == forever {
		return s.T("date.masked", "x", m.plain().String())
	}
	if how == short {
		return s.T("date.between.short", "a", dayWords(s, short, lo), "b", dayWords(s, short, hi))
	}
	months := short
	if how == paper {
		months = paper
	}
	return s.T("date.between", "a", dayWords(s, months, lo), "b", dayWords(s, months, hi))
}

// join puts words of a list together: commas, and the key's word before the last.
func join(s Speaker, key string, parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	text := parts[0]
	for i := 1; i < len(parts); i++ {
		k := "date.comma"
		if i == len(parts)-1 {
			k = key
		}
		text = s.T(k, "a", text, "b", parts[i])
	}
	return text
}
