package edtf

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Understand reads a date in EDTF or in plain words of English or Arabic, whatever the language of the page. ref is the
// day from which "yesterday" or "Wednesday" count, usually the day of the document or of the call; a date without a year
// is the latest such day not after ref. Words is s as typed. An error is always an *Error; with CodeAmbiguous it holds
// the readings to choose from.
func Understand(s string, ref time.Time) (Date, error) { return understand(s, ref, past) }

// Foresee is Understand for what is planned: a date without a year is the next such day from ref on.
func Foresee(s string, ref time.Time) (Date, error) { return understand(s, ref, ahead) }

// direction is where a date without a year lies.
type direction int

const (
	past direction = iota
	ahead
)

type reader struct {
	ref     int // day number
	y, m, d int
	way     direction
}

func understand(s string, ref time.Time, way direction) (Date, error) {
	d, err := Parse(s)
	if err == nil {
		return d, nil
	}
	if e := err.(*Error); e.Code == CodeEmpty {
		return Date{}, err
	}
	r := &reader{way: way}
	r.y, r.m, r.d = ref.Year(), int(ref.Month()), ref.Day()
	r.ref = civil(r.y, r.m, r.d)
	text, werr := r.read(s)
	if werr == nil {
		if d, werr = Parse(text); werr == nil {
			d.Words = strings.TrimSpace(s)
			return d, nil
		}
	}
	// What was meant as EDTF deserves the exact reason; words deserve the words' reason.
	if e := err.(*Error); e.Code != CodeUnreadable && e.Code != CodeSet && werr.(*Error).Code == CodeUnreadable {
		return Date{}, withInput(err, s)
	}
	if e := err.(*Error); e.Code == CodeSet && strings.ContainsAny(s, "[]{}") {
		return Date{}, withInput(err, s)
	}
	return Date{}, withInput(werr, s)
}

func (r *reader) read(s string) (string, error) {
	if len(s) > 300 {
		return "", fail(CodeUnreadable)
	}
	ts, err := tokens(s)
	if err != nil {
		return "", err
	}
	ts, clock, err := takeClock(ts)
	if err != nil {
		return "", err
	}
	text, err := r.phrase(ts, 0)
	if err != nil {
		return "", err
	}
	if clock == "" {
		return text, nil
	}
	if _, ok := dayNumber(text); ok {
		return text + "T" + clock + ":00", nil
	}
	// An hour of a day that is itself not known says nothing that EDTF can hold.
	return text, nil
}

// tokens cuts a text into words, numbers and signs and looks the words up.
func tokens(s string) ([]token, error) {
	type piece struct {
		text string
		kind rune // 'w' word, 'n' number, else the sign itself
	}
	var pieces []piece
	rs := []rune(foldText(s))
	for i := 0; i < len(rs); {
		j := i
		switch c := rs[i]; {
		case unicode.IsSpace(c):
			i++
			continue
		case c >= '0' && c <= '9':
			for j < len(rs) && rs[j] >= '0' && rs[j] <= '9' {
				j++
			}
			pieces = append(pieces, piece{string(rs[i:j]), 'n'})
		case unicode.IsLetter(c):
			for j < len(rs) && (unicode.IsLetter(rs[j]) || unicode.IsMark(rs[j])) {
				j++
			}
			w := string(rs[i:j])
			after := len(pieces) > 0 && pieces[len(pieces)-1].kind == 'n' && i > 0 && rs[i-1] >= '0' && rs[i-1] <= '9'
			switch {
			case after && (w == "st" || w == "nd" || w == "rd" || w == "th"):
			case after && w == "s":
				pieces = append(pieces, piece{"s", 's'})
			default:
				pieces = append(pieces, piece{w, 'w'})
			}
		default:
			j = i + 1
			letterBefore := i > 0 && unicode.IsLetter(rs[i-1])
			letterAfter := j < len(rs) && unicode.IsLetter(rs[j])
			last := ""
			if len(pieces) > 0 {
				last = pieces[len(pieces)-1].text
			}
			switch {
			case c == '.' && letterBefore: // an abbreviation
			case c == '-' && letterBefore && (letterAfter || j < len(rs) && rs[j] >= '0' && rs[j] <= '9') && joins[last]:
			default:
				pieces = append(pieces, piece{string(c), c})
			}
		}
		i = j
	}
	// Prefixes that Arabic writes together with the word.
	var words []piece
	for _, p := range pieces {
		if rest := strings.TrimPrefix(p.text, "و"); p.kind == 'w' && !starters[p.text] && rest != p.text && (rest == "" || starters[rest]) {
			words = append(words, piece{"و", 'w'})
			if p.text = rest; rest == "" {
				continue
			}
		}
		if p.kind == 'w' && !starters[p.text] {
			for _, prefix := range []string{"ب", "ل", "ف", "ك", "لل"} {
				if rest := strings.TrimPrefix(p.text, prefix); rest != p.text {
					if starters[rest] {
						p.text = rest
						break
					}
					if prefix == "لل" && starters["ال"+rest] {
						p.text = "ال" + rest
						break
					}
				}
			}
		}
		words = append(words, p)
	}
	var out []token
	for i := 0; i < len(words); {
		p := words[i]
		switch p.kind {
		case 'n':
			if len(p.text) > 4 {
				return nil, fail(CodeUnreadable)
			}
			n, _ := digits(p.text)
			// hh:mm
			if i+2 < len(words) && words[i+1].kind == ':' && words[i+2].kind == 'n' {
				if len(p.text) > 2 || len(words[i+2].text) != 2 {
					return nil, fail(CodeTime)
				}
				min, _ := digits(words[i+2].text)
				if n > 23 || min > 59 {
					return nil, fail(CodeTime)
				}
				out = append(out, token{sign: tClock, n: n*60 + min})
				i += 3
				continue
			}
			if i+1 < len(words) && words[i+1].kind == 's' {
				if len(p.text) != 4 || n%10 != 0 {
					return nil, fail(CodeUnreadable)
				}
				out = append(out, token{sign: tDecade, n: n})
				i += 2
				continue
			}
			out = append(out, token{sign: tNumber, n: n, width: len(p.text), text: p.text})
			i++
		case 'w':
			found := false
			for k := min(longestPhrase, len(words)-i); k > 0 && !found; k-- {
				var key []string
				for _, q := range words[i : i+k] {
					if q.kind == 'w' || q.kind == 'n' && k > 1 {
						key = append(key, q.text)
					}
				}
				if len(key) != k {
					continue
				}
				if ts, ok := phrases[strings.Join(key, " ")]; ok {
					out = append(out, ts...)
					i += k
					found = true
				}
			}
			if !found {
				return nil, fail(CodeUnreadable)
			}
		default:
			switch p.kind {
			case '/', '-', '.', ',', '?', '~', '&':
				out = append(out, token{sign: byte(p.kind)})
			case '(', ')', ';':
			default:
				return nil, fail(CodeUnreadable)
			}
			i++
		}
	}
	if len(out) > 40 {
		return nil, fail(CodeUnreadable)
	}
	kept := out[:0]
	for _, t := range out {
		if t.sign != tNoise {
			kept = append(kept, t)
		}
	}
	// A full stop at the end ends a sentence, not a date.
	for len(kept) > 0 && (kept[len(kept)-1].sign == '.' || kept[len(kept)-1].sign == ',') {
		kept = kept[:len(kept)-1]
	}
	return doubled(kept), nil
}

// joins are words after which a hyphen only binds ("mid-June", "al-Hijja").
var joins = map[string]bool{"al": true, "ar": true, "ath": true, "ul": true, "dhu": true, "dhul": true, "mid": true, "early": true, "late": true, "rabi": true, "jumada": true}

// doubled drops the second name of a month written twice, as in تشرين الثاني/نوفمبر.
func doubled(ts []token) []token {
	var out []token
	for i := 0; i < len(ts); i++ {
		out = append(out, ts[i])
		if ts[i].sign != tMonth {
			continue
		}
		j := i + 1
		if j < len(ts) && (ts[j].sign == '/' || ts[j].sign == '-') {
			j++
		}
		if j < len(ts) && ts[j].sign == tMonth && (ts[j].n == ts[i].n || ts[i].has(ts[j].n) && ts[j].alts == nil) {
			out[len(out)-1] = ts[j]
			i = j
		}
	}
	return out
}

func (t token) has(n int) bool {
	for _, a := range t.alts {
		if a == n {
			return true
		}
	}
	return false
}

func signature(ts []token) string {
	b := make([]byte, len(ts))
	for i, t := range ts {
		b[i] = t.sign
	}
	return string(b)
}

// takeClock takes the time of day out of the tokens.
func takeClock(ts []token) ([]token, string, error) {
	var out []token
	clock := ""
	for i := 0; i < len(ts); i++ {
		t := ts[i]
		rest := signature(ts[i:])
		at := -1
		switch {
		case strings.HasPrefix(rest, "ac"), strings.HasPrefix(rest, "an"):
			at = i + 1
		case t.sign == tClock:
			at = i
		case strings.HasPrefix(rest, "nx"), strings.HasPrefix(rest, "nz"):
			// "5 morning" is an hour only when nothing else claims the number, as "March 5 morning" does.
			if i == 0 || ts[i-1].sign != tMonth && ts[i-1].sign != tHijri {
				if t.width <= 2 && t.n <= 12 && t.n >= 1 {
					at = i
				}
			}
		case t.sign == tMorning, t.sign == tEvening, t.sign == tAt:
			continue // a part of the day sharpens nothing
		}
		if at < 0 {
			out = append(out, t)
			continue
		}
		c := ts[at]
		minutes := c.n
		if c.sign == tNumber {
			if c.width > 2 || c.n > 23 {
				return nil, "", fail(CodeTime)
			}
			minutes *= 60
		}
		if at+1 < len(ts) && minutes < 13*60 {
			switch ts[at+1].sign {
			case tMorning:
				if minutes >= 12*60 {
					minutes -= 12 * 60
				}
				at++
			case tEvening:
				if minutes < 12*60 {
					minutes += 12 * 60
				}
				at++
			}
		}
		if clock != "" {
			return nil, "", fail(CodeUnreadable)
		}
		clock = fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
		i = at
	}
	return out, clock, nil
}

func unreadable(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Code == CodeUnreadable
}

// phrase reads what stands around dates: between, since, before, about, or.
func (r *reader) phrase(ts []token, depth int) (string, error) {
	nothing := fail(CodeUnreadable)
	for len(ts) > 1 && (ts[0].sign == tIn && signature(ts) != "inu" || ts[0].sign == ',') {
		ts = ts[1:]
	}
	if len(ts) == 0 || depth > 4 {
		return "", nothing
	}
	if last := len(ts) - 1; ts[last].sign == tGoing {
		ts = ts[:last]
		for len(ts) > 0 && strings.IndexByte(">-U", ts[len(ts)-1].sign) >= 0 {
			ts = ts[:len(ts)-1]
		}
		for len(ts) > 0 && (ts[0].sign == tFrom || ts[0].sign == tSince) {
			ts = ts[1:]
		}
		a, err := r.whole(ts, depth)
		if err != nil {
			return "", err
		}
		return a + "/..", nil
	}
	rest := ts[1:]
	switch ts[0].sign {
	case tBetween:
		for i, t := range rest {
			if t.sign == tAnd || t.sign == '-' || t.sign == tTo || t.sign == tUntil {
				a, b, err := r.pair(rest[:i], rest[i+1:])
				if err == nil {
					return "[" + a + ".." + b + "]", nil
				}
				if !unreadable(err) {
					return "", err
				}
			}
		}
		return "", nothing
	case tFrom:
		for i, t := range rest {
			if t.sign == tTo || t.sign == '-' || t.sign == tUntil {
				if i > 0 && rest[i-1].sign == tAnd {
					i-- // "من مارس وحتى مايو"
					rest = append(append([]token{}, rest[:i]...), rest[i+1:]...)
				}
				a, b, err := r.pair(rest[:i], rest[i+1:])
				if err == nil {
					return a + "/" + b, nil
				}
				if !unreadable(err) {
					return "", err
				}
			}
		}
		if s := signature(rest); s == "nu" || s == "u" {
			return r.ago(rest)
		}
		a, err := r.whole(rest, depth)
		if err != nil {
			return "", err
		}
		return a + "/", nil
	case tSince:
		if s := signature(rest); s == "nu" || s == "u" {
			return r.ago(rest)
		}
		a, err := r.whole(rest, depth)
		if err != nil {
			return "", err
		}
		return a + "/..", nil
	case tUntil:
		a, err := r.whole(rest, depth)
		if err != nil {
			return "", err
		}
		return "../" + a, nil
	case tBefore, tAfter:
		if s := signature(rest); s == "nu" || s == "u" {
			if ts[0].sign == tBefore {
				return r.ago(rest)
			}
			return r.inTime(rest)
		}
		a, err := r.phrase(rest, depth+1)
		if err != nil {
			return "", err
		}
		d, err := Parse(a)
		if err != nil {
			return "", err
		}
		if ts[0].sign == tBefore {
			if day := AddDays(d.Earliest, -1); day != "" {
				return "[.." + day + "]", nil
			}
			return "", nothing
		}
		if day := AddDays(d.Latest, 1); day != "" {
			return "[" + day + "..]", nil
		}
		return "", nothing
	case tBy, tNotBefore:
		a, err := r.whole(rest, depth)
		if err != nil {
			return "", err
		}
		if ts[0].sign == tBy {
			return "[.." + a + "]", nil
		}
		return "[" + a + "..]", nil
	case tAbout, tMaybe:
		return r.qualified(rest, ts[0].sign, depth)
	}
	if last := ts[len(ts)-1].sign; (last == tAbout || last == tMaybe) && len(ts) > 1 {
		return r.qualified(ts[:len(ts)-1], last, depth)
	}
	text, err := r.atom(ts)
	if err == nil || !unreadable(err) {
		return text, err
	}
	for _, sep := range []byte{tOr, tAnd} {
		if s, e := r.list(ts, sep); e == nil || !unreadable(e) {
			return s, e
		}
	}
	for i, t := range ts {
		if t.sign == tTo || t.sign == '-' || t.sign == tUntil {
			a, b, err := r.pair(ts[:i], ts[i+1:])
			if err == nil {
				return a + "/" + b, nil
			}
			if !unreadable(err) {
				return "", err
			}
		}
	}
	return "", nothing
}

// whole reads a phrase that must come out as one date, since it becomes the end of something.
func (r *reader) whole(ts []token, depth int) (string, error) {
	a, err := r.phrase(ts, depth+1)
	if err != nil {
		return "", err
	}
	if !strings.ContainsAny(a, "[]{}/") {
		return a, nil
	}
	return "", fail(CodeUnreadable)
}

// qualified marks every date in what the words say as approximate or uncertain.
func (r *reader) qualified(ts []token, mark byte, depth int) (string, error) {
	text, err := r.phrase(ts, depth+1)
	if err != nil {
		return "", err
	}
	return marked(text, mark), nil
}

// marked puts a qualifier behind every date of an expression.
func marked(text string, mark byte) string {
	other := byte(tAbout)
	if mark == tAbout {
		other = tMaybe
	}
	var b strings.Builder
	start := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && strings.IndexByte("[]{},/.", text[i]) < 0 {
			continue
		}
		if s := text[start:i]; s != "" {
			switch s[len(s)-1] {
			case mark, '%':
				b.WriteString(s)
			case other:
				b.WriteString(s[:len(s)-1] + "%")
			default:
				b.WriteString(s + string(mark))
			}
		}
		if i < len(text) {
			b.WriteByte(text[i])
		}
		start = i + 1
	}
	return b.String()
}

// list reads "a, b or c" and "a and b".
func (r *reader) list(ts []token, sep byte) (string, error) {
	var parts [][]token
	start, seen := 0, false
	for i, t := range ts {
		if t.sign == sep || t.sign == ',' {
			seen = seen || t.sign == sep
			if i > start {
				parts = append(parts, ts[start:i])
			}
			start = i + 1
		}
	}
	if start < len(ts) {
		parts = append(parts, ts[start:])
	}
	if !seen || len(parts) < 2 {
		return "", fail(CodeUnreadable)
	}
	texts := make([]string, len(parts))
	// What the last names, the earlier ones may leave out, so the list is read from its end.
	next := parts[len(parts)-1]
	for i := len(parts) - 1; i >= 0; i-- {
		part := parts[i]
		if i < len(parts)-1 {
			part = complete(part, next)
		}
		a, err := r.edge(part)
		if err != nil {
			return "", err
		}
		texts[i], next = a, part
	}
	if sep == tOr {
		return "[" + strings.Join(texts, ",") + "]", nil
	}
	return "{" + strings.Join(texts, ",") + "}", nil
}

// pair reads the two ends of a range, each lending the other what it leaves out.
func (r *reader) pair(a, b []token) (string, string, error) {
	strip := func(ts []token) []token {
		for len(ts) > 0 && (ts[0].sign == tIn || ts[0].sign == ',' || ts[0].sign == tFrom) {
			ts = ts[1:]
		}
		return ts
	}
	a, b = strip(a), strip(b)
	if len(a) == 0 || len(b) == 0 {
		return "", "", fail(CodeUnreadable)
	}
	// "March 3-5, 2022": the month stands with the first alone.
	if a[0].sign == tMonth && strings.HasPrefix(signature(b), "n") && !strings.ContainsAny(signature(b), "MH/.-") && b[0].width <= 2 && signature(a) == "Mn" && a[1].width <= 2 {
		b = append([]token{a[0]}, b...)
	}
	if year(b) == 0 && year(a) != 0 {
		if m, n := month(a), month(b); m != 0 && n != 0 {
			y := year(a)
			if n < m {
				y++
			}
			b = append(append([]token{}, b...), token{sign: tNumber, n: y, width: 4})
		}
	}
	right, err := r.edge(b)
	if err != nil {
		return "", "", err
	}
	a = complete(a, b)
	if year(a) == 0 && month(a) != 0 && len(right) >= 4 {
		if y, ok := digits(right[:4]); ok {
			if n := month(b); n != 0 && month(a) > n {
				y--
			}
			a = append(append([]token{}, a...), token{sign: tNumber, n: y, width: 4})
		}
	}
	left, err := r.edge(a)
	return left, right, err
}

// edge reads one end of a range or one of a list: a single date, perhaps "about" one. It goes no deeper, so that a long
// line of dashes stays cheap.
func (r *reader) edge(ts []token) (string, error) {
	marks := ""
	for len(ts) > 1 {
		first, last := ts[0].sign, ts[len(ts)-1].sign
		switch {
		case first == tAbout || first == tMaybe:
			marks, ts = marks+string(first), ts[1:]
			continue
		case last == tAbout || last == tMaybe:
			marks, ts = marks+string(last), ts[:len(ts)-1]
			continue
		}
		break
	}
	text, err := r.atom(ts)
	if err != nil {
		return "", err
	}
	// A Hijri day or a third of a month is a window already: its first or last day alone would claim too much.
	if strings.ContainsAny(text, "[]{}/,") {
		return "", fail(CodeUnreadable)
	}
	for i := range len(marks) {
		text = marked(text, marks[i])
	}
	return text, nil
}

// complete gives a short first date ("3", "3 March", "November") the month and year of the second.
func complete(a, b []token) []token {
	out := append([]token{}, a...)
	if signature(a) == "n" && a[0].width <= 2 {
		switch s := signature(b); {
		case strings.HasPrefix(s, "nM"), strings.HasPrefix(s, "nH"):
			return append(out, b[1:]...)
		case strings.HasPrefix(s, "Mn"):
			return append(append([]token{b[0]}, out...), b[2:]...)
		}
	}
	if y := year(b); y != 0 && year(a) == 0 && (month(a) != 0 || hijriMonth(a) && hijriMonth(b)) {
		if m, n := month(a), month(b); m != 0 && n != 0 && m > n {
			y--
		}
		out = append(out, token{sign: tNumber, n: y, width: 4})
	}
	return out
}

func year(ts []token) int {
	for _, t := range ts {
		if t.sign == tNumber && t.width == 4 {
			return t.n
		}
	}
	return 0
}

func month(ts []token) int {
	for _, t := range ts {
		if t.sign == tMonth {
			return t.n
		}
	}
	return 0
}

func hijriMonth(ts []token) bool { return strings.IndexByte(signature(ts), tHijri) >= 0 }
