package names

// The scripts of India share one layout in Unicode: the same letter sits at
// the same offset of each 128-wide block, so one table reads them all.
var brahmicConsonants = map[rune]string{
	0x15: "k", 0x16: "kh", 0x17: "g", 0x18: "gh", 0x19: "n", 0x1a: "ch", 0x1b: "chh", 0x1c: "j", 0x1d: "jh", 0x1e: "n",
	0x1f: "t", 0x20: "th", 0x21: "d", 0x22: "dh", 0x23: "n", 0x24: "t", 0x25: "th", 0x26: "d", 0x27: "dh", 0x28: "n", 0x29: "n",
	0x2a: "p", 0x2b: "ph", 0x2c: "b", 0x2d: "bh", 0x2e: "m", 0x2f: "y", 0x30: "r", 0x31: "r", 0x32: "l", 0x33: "l", 0x34: "l",
	0x35: "v", 0x36: "sh", 0x37: "sh", 0x38: "s", 0x39: "h",
	0x58: "q", 0x59: "kh", 0x5a: "gh", 0x5b: "z", 0x5c: "r", 0x5d: "rh", 0x5e: "f", 0x5f: "y", 0x70: "r", 0x71: "v",
}

var brahmicVowels = map[rune]string{
	0x05: "a", 0x06: "a", 0x07: "i", 0x08: "i", 0x09: "u", 0x0a: "u", 0x0b: "ri", 0x0e: "e", 0x0f: "e", 0x10: "ai",
	0x12: "o", 0x13: "o", 0x14: "au", 0x0d: "e", 0x11: "o",
}

var brahmicSigns = map[rune]string{
	0x3e: "a", 0x3f: "i", 0x40: "i", 0x41: "u", 0x42: "u", 0x43: "ri", 0x46: "e", 0x47: "e", 0x48: "ai",
	0x4a: "o", 0x4b: "o", 0x4c: "au", 0x45: "e", 0x49: "o", 0x57: "au",
}

func brahmic(w []rune) string {
	if len(w) > 0 {
		switch {
		case w[0] >= 0xd80 && w[0] < 0xe00:
			return table(w, sinhalaConsonants, sinhalaVowels, 0xdca)
		case w[0] >= 0x1780 && w[0] < 0x1800:
			return table(w, khmerConsonants, khmerVowels, 0x17d2)
		case w[0] >= 0x1000 && w[0] < 0x10a0:
			return table(w, myanmarConsonants, myanmarVowels, 0x103a)
		}
	}
	tamil := len(w) > 0 && w[0] >= 0xb80 && w[0] < 0xc00
	var b []byte
	inherent := false
	for i, r := range w {
		o := r & 0x7f
		if c, ok := brahmicConsonants[o]; ok {
			if inherent {
				b = append(b, 'a')
			}
			if tamil {
				c = tamilSound(w, i, c)
			}
			b = append(b, c...)
			inherent = true
			continue
		}
		if s, ok := brahmicSigns[o]; ok {
			b, inherent = append(b, s...), false
			continue
		}
		switch o {
		case 0x4d: // virama: no vowel
			inherent = false
			continue
		case 0x3c: // nukta
			continue
		case 0x01, 0x02: // nasal
			if inherent {
				b = append(b, 'a')
			}
			b, inherent = append(b, 'n'), false
			continue
		}
		if v, ok := brahmicVowels[o]; ok {
			if inherent {
				b = append(b, 'a')
			}
			b, inherent = append(b, v...), false
		}
	}
	return string(b)
}

// tamilSound voices what Tamil writes without a sign for voice.
func tamilSound(w []rune, i int, c string) string {
	single := !(i > 0 && w[i-1] == 0xbcd) && !(i+1 < len(w) && w[i+1] == 0xbcd)
	if i == 0 || !single {
		if c == "ch" {
			return "s"
		}
		return c
	}
	switch c {
	case "k":
		return "g"
	case "ch":
		return "s"
	case "t":
		return "d"
	}
	return c
}

func table(w []rune, consonants, signs map[rune]string, virama rune) string {
	var b []byte
	inherent := false
	for _, r := range w {
		if c, ok := consonants[r]; ok {
			if inherent {
				b = append(b, 'a')
			}
			b, inherent = append(b, c...), true
			continue
		}
		if s, ok := signs[r]; ok {
			b, inherent = append(b, s...), false
			continue
		}
		if r == virama {
			inherent = false
		}
	}
	return string(b)
}

func letterTable(start rune, list ...string) map[rune]string {
	m := map[rune]string{}
	for i, s := range list {
		if s != "." {
			m[start+rune(i)] = s
		}
	}
	return m
}

var (
	sinhalaConsonants = letterTable(0xd9a, "k", "kh", "g", "gh", "n", "n", "ch", "ch", "j", "j", "n", "n", "j", "t", "t", "d", "d", "n", "d",
		"th", "th", "d", "dh", "n", ".", "nd", "p", "ph", "b", "bh", "m", "mb", "y", "r", ".", "l", ".", ".", "v", "sh", "sh", "s", "h", "l", "f")
	sinhalaVowels = func() map[rune]string {
		m := letterTable(0xdcf, "a", "e", "e", "i", "i", "u", ".", "u", "ru", "e", "e", "ai", "o", "o", "au")
		for i, s := range []string{"a", "a", "e", "e", "i", "i", "u", "u", "ri", "ri", ".", ".", "e", "e", "ai", "o", "o", "au"} {
			m[0xd85+rune(i)] = s
		}
		m[0xd82] = "n"
		return m
	}()
	khmerConsonants = letterTable(0x1780, "k", "kh", "k", "kh", "ng", "ch", "ch", "ch", "ch", "nh", "d", "th", "d", "th", "n",
		"t", "th", "t", "th", "n", "b", "ph", "p", "ph", "m", "y", "r", "l", "v", "s", "s", "s", "h", "l", "a")
	khmerVowels       = letterTable(0x17b6, "a", "i", "ei", "eu", "eu", "o", "u", "uo", "aeu", "eua", "ie", "e", "ae", "ai", "ao", "au", "m", "h", "a")
	myanmarConsonants = letterTable(0x1000, "k", "kh", "g", "g", "ng", "s", "s", "z", "z", "ny", "ny", "t", "ht", "d", "d", "n", "t", "ht", "d", "d", "n",
		"p", "ph", "b", "b", "m", "y", "y", "l", "w", "th", "h", "l", "a")
	myanmarVowels = letterTable(0x102b, "a", "a", "i", "i", "u", "u", "e", "e", ".", ".", ".", "n", ".", ".", ".", ".", "y", "y", "w", "h")
)

var (
	thaiConsonants = letterTable(0xe01, "k", "kh", "kh", "kh", "kh", "kh", "ng", "ch", "ch", "ch", "s", "ch", "y", "d", "t", "th", "th", "th", "n",
		"d", "t", "th", "th", "th", "n", "b", "p", "ph", "f", "ph", "f", "ph", "m", "y", "r", "rue", "l", "lue", "w", "s", "s", "s", "h", "l", "", "h")
	thaiVowels = map[rune]string{0xe30: "a", 0xe31: "a", 0xe32: "a", 0xe33: "am", 0xe34: "i", 0xe35: "i", 0xe36: "ue", 0xe37: "ue", 0xe38: "u", 0xe39: "u", 0xe45: "a"}
	thaiBefore = map[rune]string{0xe40: "e", 0xe41: "ae", 0xe42: "o", 0xe43: "ai", 0xe44: "ai"}
)

// thaiLatin puts a vowel written before its consonant after it.
func thaiLatin(w []rune) string {
	var b []byte
	hold := ""
	for i, r := range w {
		if v, ok := thaiBefore[r]; ok {
			hold = v
			continue
		}
		if i+1 < len(w) && w[i+1] == 0xe4c { // silenced letter
			continue
		}
		if c, ok := thaiConsonants[r]; ok {
			b = append(b, c...)
			b = append(b, hold...)
			hold = ""
			continue
		}
		b = append(b, thaiVowels[r]...)
	}
	return string(b)
}
