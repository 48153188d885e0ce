package names

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldLimit is the first code point not answered from the table; everything
// above it is rare enough in names to be folded rune by rune.
const foldLimit = 0x3000

type foldTable struct {
	text [foldLimit]string // what the rune becomes; "" drops it
	word [foldLimit]bool   // whether it is part of a word
}

var foldings = sync.OnceValue(func() *foldTable {
	t := new(foldTable)
	for r := rune(0); r < foldLimit; r++ {
		t.text[r], t.word[r] = foldRune(r)
	}
	return t
})

// foldSpecial lists letters that have no decomposition, or that this field
// wants unified beyond what Unicode says.
var foldSpecial = map[rune]string{
	'ə': "e", 'ı': "i", 'ł': "l", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th",
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ħ': "h", 'ŧ': "t", 'ŋ': "n", 'ɣ': "g",
	'ƣ': "g", 'ɵ': "o", 'ƶ': "z", 'ɓ': "b", 'ɗ': "d", 'ƙ': "k", 'ĸ': "k",
	'ǝ': "e", 'ɛ': "e", 'ɔ': "o", 'ŀ': "l", 'ǥ': "g", 'ɨ': "i", 'ʉ': "u",
	'ƒ': "f", 'ƴ': "y", 'ɖ': "d", 'ǩ': "k", 'ſ': "s",
	// Cyrillic: one letter for the sounds that scripts split and clerks merge.
	'ё': "е", 'ї': "і", 'ґ': "г", 'ў': "у", 'й': "и", 'ѝ': "и", 'ѐ': "е",
	'ѓ': "г", 'ќ': "к", 'ҝ': "к", 'қ': "к", 'ғ': "г", 'ҹ': "ч", 'ҷ': "ч",
	'ң': "н", 'ү': "у", 'ұ': "у", 'ө': "о", 'һ': "х", 'ҳ': "х", 'ӣ': "и", 'ӯ': "у",
	// Arabic letters, Persian, Urdu and Kurdish forms included.
	'أ': "ا", 'إ': "ا", 'آ': "ا", 'ٱ': "ا", 'ى': "ي", 'ی': "ي", 'ې': "ي",
	'ۍ': "ي", 'ێ': "ي", 'ئ': "ي", 'ؤ': "و", 'ۆ': "و", 'ۇ': "و", 'ۈ': "و",
	'ۋ': "و", 'ة': "ه", 'ۀ': "ه", 'ە': "ه", 'ہ': "ه", 'ھ': "ه", 'ۂ': "ه",
	'ۃ': "ه", 'ک': "ك", 'ڪ': "ك", 'گ': "گ", 'ڭ': "ك", 'ں': "ن", 'ڵ': "ل",
	'ڕ': "ر", 'ڤ': "ف", 'ء': "", 'ـ': "",
	'ך': "כ", 'ם': "מ", 'ן': "נ", 'ף': "פ", 'ץ': "צ",
	'ς': "σ",
}

// dropped are marks written inside a word that must not split it.
func dropped(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', 'ʻ', 'ʾ', 'ʿ', '`', '´', 'ˈ', 'ˊ', 'ˋ', '′', '\u00ad', '\u200c', '\u200d',
		'\u200b', '\u200e', '\u200f', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e',
		'\u2066', '\u2067', '\u2068', '\u2069', '\ufeff', '״', '׳':
		return true
	}
	return false
}

// keepsMarks tells scripts whose combining marks are letters, not ornament.
func keepsMarks(r rune) bool {
	return r >= 0x0900 && r < 0x1100 || r >= 0x1780 && r < 0x1800 || r >= 0x3040 && r < 0x3100
}

func foldRune(r rune) (text string, word bool) {
	r = unicode.ToLower(r)
	if s, ok := foldSpecial[r]; ok {
		return s, true
	}
	if dropped(r) {
		return "", true
	}
	if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
		if keepsMarks(r) {
			return string(r), true
		}
		return "", true
	}
	if unicode.Is(unicode.Mc, r) {
		return string(r), true
	}
	if d := digit(r); d >= 0 {
		return string(rune('0' + d)), true
	}
	if unicode.Is(unicode.Hangul, r) || unicode.Is(unicode.Han, r) && r < 0xf900 {
		return string(r), true
	}
	if keepsMarks(r) {
		if unicode.IsLetter(r) {
			return string(r), true
		}
		return " ", false
	}
	var buf [utf8.UTFMax]byte
	if dec := norm.NFKD.Properties(utf8.AppendRune(buf[:0], r)).Decomposition(); dec != nil {
		var b strings.Builder
		for _, x := range string(dec) {
			if unicode.Is(unicode.Mn, x) {
				continue
			}
			x = unicode.ToLower(x)
			if s, ok := foldSpecial[x]; ok {
				b.WriteString(s)
			} else if unicode.IsLetter(x) || unicode.IsDigit(x) {
				b.WriteRune(x)
			}
		}
		if b.Len() == 0 {
			return " ", false
		}
		return b.String(), true
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return string(r), true
	}
	return " ", false
}

// digit returns the value of a decimal digit of any script, or -1.
func digit(r rune) int {
	if r >= '0' && r <= '9' {
		return int(r - '0')
	}
	if r < 0x660 || !unicode.Is(unicode.Nd, r) {
		return -1
	}
	// Decimal digits come in runs of ten that start at a multiple the run
	// itself reveals: walk back to its zero.
	n := 0
	for n < 10 && unicode.Is(unicode.Nd, r-rune(n)) {
		n++
	}
	return (n - 1) % 10
}

// Fold returns the one form used for full-text search in both databases:
// lower case, no diacritics, Arabic letter forms unified, digits in ASCII,
// punctuation as single spaces. The script is kept.
func Fold(s string) string {
	if !norm.NFC.IsNormalString(s) {
		s = norm.NFC.String(s)
	}
	t := foldings()
	b := make([]byte, 0, len(s)+8)
	space := false
	for i := 0; i < len(s); {
		var text string
		var word bool
		if c := s[i]; c < utf8.RuneSelf {
			text, word = t.text[c], t.word[c]
			i++
		} else {
			r, n := utf8.DecodeRuneInString(s[i:])
			i += n
			if r < foldLimit {
				text, word = t.text[r], t.word[r]
			} else {
				text, word = foldRune(r)
			}
		}
		if !word {
			space = len(b) > 0
			continue
		}
		if text == "" {
			continue
		}
		if space {
			b = append(b, ' ')
			space = false
		}
		b = append(b, text...)
	}
	return string(b)
}
