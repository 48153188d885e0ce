package names

import "unicode"

// script is the writing system of one word.
type script uint8

const (
	latin script = iota
	arabic
	cyrillic
	greek
	hebrew
	armenian
	georgian
	scriptHan
	scriptKana
	scriptHangul
	indic
	thai
	khmer
	myanmar
	otherScript
)

func scriptOf(r rune) script {
	switch {
	case r < 0x250, r >= 0x1e00 && r < 0x1f00, r >= 0x250 && r < 0x2b0:
		return latin
	case r >= 0x370 && r < 0x400, r >= 0x1f00 && r < 0x2000:
		return greek
	case r >= 0x400 && r < 0x530:
		return cyrillic
	case r >= 0x530 && r < 0x590:
		return armenian
	case r >= 0x590 && r < 0x600:
		return hebrew
	case r >= 0x600 && r < 0x700, r >= 0x750 && r < 0x780, r >= 0x8a0 && r < 0x900, r >= 0xfb50 && r < 0xfe00, r >= 0xfe70 && r < 0xff00:
		return arabic
	case r >= 0x900 && r < 0xe00:
		return indic
	case r >= 0xe00 && r < 0xf00:
		return thai
	case r >= 0x1000 && r < 0x10a0:
		return myanmar
	case r >= 0x10a0 && r < 0x1100:
		return georgian
	case r >= 0x1780 && r < 0x1800:
		return khmer
	case r >= 0x3040 && r < 0x3100, r >= 0x31f0 && r < 0x3200:
		return scriptKana
	case r >= 0xac00 && r < 0xd7b0, r >= 0x1100 && r < 0x1200:
		return scriptHangul
	case r >= 0x3400 && r < 0xa000, r == 0x3007, r >= 0x20000 && r < 0x32000, r >= 0xf900 && r < 0xfb00:
		return scriptHan
	case r >= 0xff00 && r < 0xff61:
		return latin
	case unicode.Is(unicode.Latin, r):
		return latin
	}
	return otherScript
}

// abjad tells scripts that leave short vowels unwritten.
func (s script) abjad() bool { return s == arabic || s == hebrew }
