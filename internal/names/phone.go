package names

import "strings"

// A name is compared as a string of phones, one byte each. Lower-case vowels
// are themselves. The rest:
//
//	A any vowel or none (ʿayn, a leading alef)   W waw: w, v, u, o
//	Y ya: y, i, e                                H final ha: h, t, a or none
//	S sh  C ch  J dj  Z zh  X kh  G gh  T th  D dh  Q ts
//	c a c before e, i, y   K any other c   j the letter j   x the letter x
//	E the letters ch   B a g before e, i, y   F Cyrillic г, which may be h
const vowels = "aeiouAWYH"

func isVowel(p byte) bool {
	switch p {
	case 'a', 'e', 'i', 'o', 'u', 'A', 'W', 'Y', 'H':
		return true
	}
	return false
}

var (
	phoneSub  [128][128]float32
	phoneSize [128]float32
	phoneDrop [128]float32
)

// fillPhones writes the tables of what phones weigh and how near they are.
func fillPhones() {
	for i := range phoneSub {
		for j := range phoneSub[i] {
			if i != j {
				phoneSub[i][j] = 1
			}
		}
		phoneSize[i], phoneDrop[i] = 1, 1
	}
	set := func(pairs string, cost float32) {
		for i := 0; i+1 < len(pairs); i += 3 {
			phoneSub[pairs[i]][pairs[i+1]] = cost
			phoneSub[pairs[i+1]][pairs[i]] = cost
		}
	}
	for i := range vowels {
		for j := range vowels {
			if i != j {
				phoneSub[vowels[i]][vowels[j]] = .25
			}
		}
	}
	for i := 0; i < 5; i++ {
		v := vowels[i]
		phoneSize[v], phoneDrop[v] = .5, .45
		for _, c := range []byte("bpfvtdszSCJZkgqXGTDQcKxlrmnEBF") {
			phoneSub[v][c], phoneSub[c][v] = 1.2, 1.2
		}
	}
	set("Aa Ae Ai Ao Au AY AW", .03)
	set("Wu Wo", .02)
	set("Yi Ye", .02)
	set("Ya", .15)
	set("Ha He", .02)
	set("Hh Ht HT", .05)
	set("ei ou", .1)
	set("ae ao", .15)
	set("Ww Wv", .03)
	set("Wf Wb", .25)
	set("Yy Yj", .03)
	set("iy ij", .1)
	set("ey", .2)
	set("uw ov uv", .25)
	set("ow", .25)
	set("wv", .05)
	set("vf wf", .2)
	set("vb", .2)
	set("bp", .25)
	set("pf bf wb", .4)
	set("td", .25)
	set("tT dD", .08)
	set("Ts Ds", .25)
	set("TD Tz", .35)
	set("Dz", .1)
	set("sz", .15)
	set("sS zZ", .22)
	set("zS sZ sC", .4)
	set("sQ", .25)
	set("zQ", .2)
	set("cQ", .08)
	set("cs", .1)
	set("cz", .25)
	set("cC cJ", .12)
	set("cS ck", .25)
	set("cK", .2)
	set("Kk", .02)
	set("Kq", .08)
	set("KC KQ KJ", .2)
	set("Kg", .3)
	set("KX", .25)
	set("Ks KS", .4)
	set("kq", .06)
	set("kX", .22)
	set("kg gq", .25)
	set("qX qC qh", .35)
	set("qG", .25)
	set("Xx", .15)
	set("Xh", .12)
	set("Xj", .25)
	set("XG", .3)
	set("Gg", .06)
	set("Gh GA Gr Gk", .35)
	set("hG gh", .4)
	set("hj", .3)
	set("xk xs xz", .35)
	set("xS xZ", .15)
	set("xh", .35)
	set("yj", .08)
	set("jJ", .05)
	set("jZ", .08)
	set("jz jS", .4)
	set("jC jE", .2)
	set("yJ", .35)
	set("JZ", .12)
	set("JC JG Jg", .25)
	set("Jz", .3)
	set("JS ZS", .35)
	set("CS", .25)
	set("CQ", .25)
	set("CZ SQ", .4)
	set("CT Ct", .5)
	set("tQ", .45)
	set("EC", .01)
	set("ES EX", .12)
	set("Ek Eh Eq EK", .2)
	set("Ec EQ Es", .25)
	set("EZ Ex", .3)
	set("EJ", .22)
	set("Bg BJ", .04)
	set("Bj BZ BG", .1)
	set("BX BF Bh", .2)
	set("Bk", .25)
	set("Fg", .02)
	set("FG", .06)
	set("Fh", .12)
	set("FX", .25)
	set("Fk", .3)
	set("rl", .5)
	set("mn", .4)
	set("dz", .6)
	for _, v := range []byte("AWYH") {
		phoneSize[v] = .4
	}
	phoneDrop['A'] = .05
	phoneDrop['H'] = .05
	phoneDrop['W'], phoneDrop['Y'] = .3, .25
	phoneSize['h'], phoneDrop['h'] = .7, .3
	phoneDrop['y'], phoneSize['y'] = .4, .7
	phoneDrop['w'], phoneDrop['j'], phoneDrop['G'] = .6, .6, .6
}

// isLatinVowel includes y, which stands for a vowel often enough between
// consonants.
func isLatinVowel(c byte) bool {
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'
}

// latinPhones reads plain Latin letters as phones. Letters whose sound
// depends on the language become phones that stand for all of them.
func latinPhones(s string) string { return readPhones(s, false) }

// nativePhones reads letters this package itself has romanised: g, j and ch
// have one sound there.
func nativePhones(s string) string { return readPhones(s, true) }

func readPhones(s string, native bool) string {
	out := make([]byte, 0, len(s))
	put := func(p byte) {
		if n := len(out); n > 0 && out[n-1] == p {
			return
		}
		out = append(out, p)
	}
	at := func(i int) byte {
		if i < len(s) && i >= 0 {
			return s[i]
		}
		return 0
	}
	has := func(i int, p string) bool { return len(s) >= i+len(p) && s[i:i+len(p)] == p }
	for i := 0; i < len(s); i++ {
		c := s[i]
		next := at(i + 1)
		switch c {
		case 'a', 'e', 'i', 'u':
			if c == 'e' && next == 'e' {
				put('i')
				i++
				continue
			}
			put(c)
		case 'o':
			if next == 'u' || next == 'o' {
				put('u')
				i++
				continue
			}
			put('o')
		case 'b', 'f', 'v', 'l', 'r', 'm', 'n':
			put(c)
		case 'p':
			if next == 'h' {
				put('f')
				i++
				continue
			}
			put('p')
		case 't':
			switch {
			case has(i, "tsch"):
				put('C')
				i += 3
			case has(i, "tch"), has(i, "tsh"):
				put('C')
				i += 2
			case has(i, "th"):
				put('T')
				i++
			case has(i, "ts"), has(i, "tz"):
				put('Q')
				i++
			default:
				put('t')
			}
		case 'd':
			switch {
			case has(i, "dzh"), has(i, "dsch"):
				put('J')
				i += 2
			case has(i, "dj"):
				put('J')
				i++
			case has(i, "dh"):
				put('D')
				i++
			default:
				put('d')
			}
		case 's':
			switch {
			case has(i, "schtsch"):
				put('S')
				put('C')
				i += 6
			case has(i, "sch"):
				put('S')
				i += 2
			case has(i, "sh"), has(i, "sz"):
				put('S')
				i++
			default:
				put('s')
			}
		case 'z':
			if next == 'h' {
				put('Z')
				i++
				continue
			}
			put('z')
		case 'k':
			switch {
			case next == 'h':
				put('X')
				i++
			case next == 's':
				put('x')
				i++
			default:
				put('k')
			}
		case 'g':
			switch {
			case next == 'h':
				put('G')
				i++
			case next == 'j':
				put('J')
				i++
			case !native && (next == 'e' || next == 'i' || next == 'y'):
				put('B')
			default:
				put('g')
			}
		case 'q':
			if next == 'u' && isLatinVowel(at(i+2)) {
				put('k')
				if at(i+2) == 'a' {
					put('w')
				}
				i++
				continue
			}
			put('q')
		case 'c':
			switch {
			case next == 'h' && (at(i+2) == 'r' || at(i+2) == 'l'):
				put('k')
				i++
			case next == 'h' && !native:
				put('E')
				i++
			case next == 'h', next == 'z':
				put('C')
				i++
			case next == 'k', next == 'q':
				put('k')
				i++
			case next == 'e', next == 'i', next == 'y':
				put('c')
			default:
				put('K')
			}
		case 'h':
			put('h')
		case 'j':
			if native {
				put('J')
			} else {
				put('j')
			}
		case 'x':
			put('x')
		case 'w':
			put('w')
		case 'y':
			before, after := i > 0 && isLatinVowel(at(i-1)), isLatinVowel(next)
			if i > 0 && !before && !after {
				put('i')
			} else {
				put('y')
			}
		}
	}
	return string(out)
}

// reading says how two words were written, which decides what may be missing.
type reading uint8

const (
	plain    reading = iota
	noVowels         // one side is written without short vowels
	syllabic         // one side is written in syllables, vowels are filled in
)

// most bounds the phones of one word.
const most = 40

// drops fills what leaving out each phone of s costs.
func drops(s string, how reading, out *[most]float32) {
	for i := 0; i < len(s); i++ {
		c := phoneDrop[s[i]]
		switch {
		case i == 0 && c < .6 && s[i] != 'A':
			c += .1
		case s[i] == 'e' && i == len(s)-1 && i > 1:
			c = .25
		case s[i] == 's' && i == len(s)-1 && i > 3:
			c = .6
		case s[i] == 'y' && i+1 < len(s) && s[i+1] == 'u':
			c = .2
		}
		if how != plain && isVowel(s[i]) {
			if how == noVowels {
				c = min(c, .12)
			} else {
				c = min(c, .2)
			}
		}
		out[i] = c
	}
}

// distance is the weighted edit distance of two phone strings; above limit
// any number above limit is returned.
func distance(a, b string, how reading, limit float32) float32 {
	if a == b {
		return 0
	}
	if len(a) > most {
		a = a[:most]
	}
	if len(b) > most {
		b = b[:most]
	}
	subs := &costs[how]
	var dropA, dropB [most]float32
	drops(a, how, &dropA)
	drops(b, how, &dropB)
	var rows [3][most + 1]float32
	two, one, row := &rows[0], &rows[1], &rows[2]
	for j := 0; j < len(b); j++ {
		one[j+1] = one[j] + dropB[j]
	}
	low0 := float32(0)
	for i := 0; i < len(a); i++ {
		row[0] = one[0] + dropA[i]
		low := row[0]
		da := dropA[i]
		line := &subs[a[i]&127]
		left := row[0]
		for j := 0; j < len(b); j++ {
			sub := line[b[j]&127]
			if i == 0 && j == 0 && sub >= .2 {
				sub *= 1.25
			}
			best := one[j] + sub
			if c := one[j+1] + da; c < best {
				best = c
			}
			if c := left + dropB[j]; c < best {
				best = c
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				if c := two[j-1] + .6; c < best {
					best = c
				}
			}
			row[j+1] = best
			left = best
			if best < low {
				low = best
			}
		}
		if low > limit && low0 > limit {
			return low
		}
		low0 = low
		two, one, row = one, row, two
	}
	return one[len(b)]
}

// costs holds the cost of each swap in each reading.
var costs = func() (t [3][128][128]float32) {
	fillPhones()
	for how := range t {
		for a := range t[how] {
			for b := range t[how][a] {
				c := phoneSub[a][b]
				if how != int(plain) && a != b {
					c = looser(c, byte(a), byte(b), reading(how))
				}
				t[how][a][b] = c
			}
		}
	}
	return t
}()

// looser lowers the cost of swaps that only happen between scripts.
func looser(cost float32, a, b byte, how reading) float32 {
	if how == noVowels {
		switch {
		case a == 'J' && b == 'g', a == 'g' && b == 'J':
			return .1
		case a == 'f' && b == 'v', a == 'v' && b == 'f':
			return .05
		case a == 'b' && b == 'p', a == 'p' && b == 'b', a == 'S' && b == 's', a == 's' && b == 'S',
			a == 'B' && b == 'J', a == 'J' && b == 'B':
			return .1
		case a == 'p' && b == 'f', a == 'f' && b == 'p', a == 'k' && b == 'X', a == 'X' && b == 'k', a == 'E' && b == 'k', a == 'k' && b == 'E':
			return .15
		}
		if isVowel(a) && isVowel(b) && cost > .12 {
			return .12
		}
		return cost
	}
	switch {
	case a == 'r' && b == 'l', a == 'l' && b == 'r':
		return .15
	case a == 'b' && b == 'v', a == 'v' && b == 'b', a == 'k' && b == 'g', a == 'g' && b == 'k',
		a == 'p' && b == 'b', a == 'b' && b == 'p', a == 't' && b == 'd', a == 'd' && b == 't',
		a == 'p' && b == 'f', a == 'f' && b == 'p':
		return .12
	case a == 'j' && b == 'C', a == 'C' && b == 'j', a == 'J' && b == 'C', a == 'C' && b == 'J', a == 'J' && b == 'E', a == 'E' && b == 'J',
		a == 'J' && b == 'Z', a == 'Z' && b == 'J', a == 'Z' && b == 'E', a == 'E' && b == 'Z', a == 'S' && b == 'x', a == 'x' && b == 'S',
		a == 'C' && b == 'q', a == 'q' && b == 'C', a == 'E' && b == 'q', a == 'Q' && b == 'E', a == 'E' && b == 'Q', a == 'Z' && b == 'j', a == 'j' && b == 'Z', a == 'Z' && b == 'C', a == 'C' && b == 'Z',
		a == 's' && b == 'S', a == 'S' && b == 's', a == 'Q' && b == 'C', a == 'C' && b == 'Q':
		return .08
	case a == 'm' && b == 'n', a == 'n' && b == 'm':
		return .2
	}
	if isVowel(a) && isVowel(b) && cost > .15 {
		return .15
	}
	if cost > .2 && cost < 1 {
		return cost * .8
	}
	return cost
}

func size(s string) float32 {
	var n float32
	for i := 0; i < len(s); i++ {
		n += phoneSize[s[i]]
	}
	return n
}

// likeness is 1 for the same sound and falls to 0.
func likeness(a, b string, how reading) float32 {
	// Below one half a likeness counts for nothing: do not finish it.
	return likenessFrom(.5, a, b, how)
}

// likenessFrom is likeness where nothing below least is of interest: it may then
// be any number below.
func likenessFrom(least float32, a, b string, how reading) float32 {
	if a == b {
		return 1
	}
	x, y := size(a), size(b)
	n := max(x, y)
	if n == 0 {
		return 0
	}
	limit := n * (1 - least)
	if d := x - y; how == plain && (d > limit*1.2 || -d > limit*1.2) || apart(a, b, how) > limit || apart(b, a, how) > limit {
		return 0
	}
	v := 1 - distance(a, b, how, limit)/n
	return max(v, 0)
}

// apart is what the distance of a from b is at least: the consonants of a that
// nothing in b stands for are left out or swapped for a strange one.
func apart(a, b string, how reading) float32 {
	var in uint64
	for i := 0; i < len(b); i++ {
		in |= 1 << (b[i] & 63)
	}
	var least float32
	for i := 0; i < len(a); i++ {
		if c := &strange[how][a[i]&63]; c.near&in == 0 {
			least += c.cost
		}
	}
	return least
}

// strange holds for each consonant the phones it may be swapped for at a lower
// price than a strange one, as bits, and the least that leaving it out or
// swapping it for a strange one costs; vowels and y cost too little to tell.
var strange = func() (t [3][64]struct {
	near uint64
	cost float32
}) {
	const price = .9
	for how := range t {
		for _, a := range []byte("bpfvtdszSCJZkgqXGTDQcKxlrmnEBFhwj") {
			c := &t[how][a&63]
			c.cost = min(phoneDrop[a], price)
			if a == 's' {
				c.cost = min(c.cost, .6)
			}
			for b := range byte(128) {
				if costs[how][a][b] < price {
					c.near |= 1 << (b & 63)
				}
			}
		}
	}
	return t
}()

// thirdSkeleton reads x as in Azerbaijani, where it is kh; it is empty for
// words without x.
func thirdSkeleton(p string) string {
	if strings.IndexByte(p, 'x') < 0 {
		return ""
	}
	c, _ := skeleton(strings.ReplaceAll(p, "x", ""))
	return c
}

// skeleton is the coarse consonant code used as an index term. other is the
// code of the second reading, where letters are ambiguous between scripts.
func skeleton(p string) (code, other string) {
	a := make([]byte, 0, len(p))
	b := make([]byte, 0, len(p))
	put := func(s []byte, c byte) []byte {
		if c == 0 || len(s) > 0 && s[len(s)-1] == c {
			return s
		}
		return append(s, c)
	}
	for i := 0; i < len(p); i++ {
		var x, y byte
		switch p[i] {
		case 'b', 'p', 'f', 'v':
			x, y = 'p', 'p'
		case 'w':
			x, y = 'p', 0
		case 'W':
			x, y = 0, 'p'
		case 't', 'd':
			x, y = 't', 't'
		case 'T', 'D':
			x, y = 't', 's'
		case 's', 'z', 'Q', 'S', 'C', 'Z':
			x, y = 's', 's'
		case 'c':
			x, y = 's', 'k'
		case 'J':
			x, y = 's', 'k'
		case 'j':
			x, y = 's', 0
		case 'x':
			x, y = 's', 'k'
		case 'k', 'G', 'K', 'g':
			x, y = 'k', 'k'
		case 'q':
			x, y = 'k', 's'
		case 'X':
			x, y = 'k', 0
		case 'E', 'B':
			x, y = 's', 'k'
		case 'F':
			x, y = 'k', 0
		case 'm':
			x, y = 'm', 'm'
		case 'n':
			x, y = 'n', 'n'
		case 'l':
			x, y = 'l', 'l'
		case 'r':
			x, y = 'r', 'r'
		}
		a, b = put(a, x), put(b, y)
	}
	code, other = string(a), string(b)
	if code == "" {
		code = "-"
	}
	if other == "" {
		other = "-"
	}
	return code, other
}

// cyrillicPhones marks г, which writes both g and h.
func cyrillicPhones(w []rune, spelled string) string {
	p := []byte(nativePhones(spelled))
	if len(w) == 0 || !strings.ContainsRune(string(w), 'г') {
		return string(p)
	}
	for i, c := range p {
		if c == 'g' {
			p[i] = 'F'
		}
	}
	return string(p)
}
