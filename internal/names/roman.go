package names

import "strings"

var cyrillicLatin = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "yo", 'ж': "zh", 'з': "z",
	'и': "i", 'й': "y", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r",
	'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch",
	'ъ': "a", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
	'і': "i", 'ї': "yi", 'є': "ye", 'ґ': "g", 'ў': "w",
	'ђ': "dj", 'ј': "y", 'љ': "lj", 'њ': "nj", 'ћ': "c", 'џ': "dj", 'ѓ': "gj", 'ќ': "kj", 'ѕ': "dz",
	'ә': "a", 'ғ': "gh", 'қ': "q", 'ң': "ng", 'ө': "o", 'ұ': "u", 'ү': "u", 'һ': "h", 'ҳ': "h",
	'ҷ': "j", 'ҹ': "j", 'ҝ': "g", 'ӣ': "i", 'ӯ': "u", 'җ': "j", 'ѝ': "i", 'ѐ': "e", 'ӏ': "",
}

var cyrillicPairs = strings.NewReplacer("чж", "ж", "ьё", "ё", "ьо", "ё", "йо", "ё")

var greekLatin = map[rune]string{
	'α': "a", 'β': "v", 'γ': "g", 'δ': "d", 'ε': "e", 'ζ': "z", 'η': "i", 'θ': "th", 'ι': "i",
	'κ': "k", 'λ': "l", 'μ': "m", 'ν': "n", 'ξ': "x", 'ο': "o", 'π': "p", 'ρ': "r", 'σ': "s",
	'ς': "s", 'τ': "t", 'υ': "y", 'φ': "f", 'χ': "kh", 'ψ': "ps", 'ω': "o",
	'ά': "a", 'έ': "e", 'ή': "i", 'ί': "i", 'ϊ': "i", 'ΐ': "i", 'ό': "o", 'ύ': "y", 'ϋ': "y", 'ΰ': "y", 'ώ': "o",
}

var greekPairs = strings.NewReplacer(
	"ου", "u", "ού", "u", "αι", "e", "αί", "e", "ει", "i", "εί", "i", "οι", "i", "οί", "i",
	"αυ", "av", "αύ", "av", "ευ", "ev", "εύ", "ev",
	"μπ", "mp", "ντ", "nt", "γκ", "gk", "γγ", "ng", "τζ", "j", "τσ", "ts",
)

var armenianLatin = map[rune]string{
	'ա': "a", 'բ': "b", 'գ': "g", 'դ': "d", 'ե': "e", 'զ': "z", 'է': "e", 'ը': "e", 'թ': "t", 'ժ': "zh",
	'ի': "i", 'լ': "l", 'խ': "kh", 'ծ': "ts", 'կ': "k", 'հ': "h", 'ձ': "dz", 'ղ': "gh", 'ճ': "ch", 'մ': "m",
	'յ': "y", 'ն': "n", 'շ': "sh", 'ո': "o", 'չ': "ch", 'պ': "p", 'ջ': "j", 'ռ': "r", 'ս': "s", 'վ': "v",
	'տ': "t", 'ր': "r", 'ց': "ts", 'ւ': "v", 'փ': "p", 'ք': "k", 'օ': "o", 'ֆ': "f", 'և': "ev",
}

var georgianLatin = map[rune]string{
	'ა': "a", 'ბ': "b", 'გ': "g", 'დ': "d", 'ე': "e", 'ვ': "v", 'ზ': "z", 'თ': "t", 'ი': "i", 'კ': "k",
	'ლ': "l", 'მ': "m", 'ნ': "n", 'ო': "o", 'პ': "p", 'ჟ': "zh", 'რ': "r", 'ს': "s", 'ტ': "t", 'უ': "u",
	'ფ': "p", 'ქ': "k", 'ღ': "gh", 'ყ': "q", 'შ': "sh", 'ჩ': "ch", 'ც': "ts", 'ძ': "dz", 'წ': "ts", 'ჭ': "ch",
	'ხ': "kh", 'ჯ': "j", 'ჰ': "h",
}

// latinLetters are Latin letters whose sound plain folding would lose.
var latinLetters = map[rune]string{
	'š': "sh", 'č': "tch", 'ž': "zh", 'ş': "sh", 'ș': "sh", 'ç': "tch", 'ć': "tch", 'đ': "dj", 'ğ': "gh",
	'ñ': "ny", 'ś': "sh", 'ź': "zh", 'ż': "zh", 'ň': "n", 'ř': "r", 'ť': "t", 'ď': "d", 'ł': "l",
	'ä': "ae", 'ö': "o", 'ü': "u", 'ø': "o", 'å': "a", 'æ': "ae", 'ß': "ss", 'ə': "a", 'ı': "i",
	'ț': "ts", 'ţ': "ts", 'ʿ': "", 'ḥ': "h", 'ṣ': "s", 'ḍ': "d", 'ṭ': "t", 'ẓ': "z", 'ġ': "gh", 'ḫ': "kh", 'ḏ': "dh", 'ṯ': "th",
	'ķ': "k", 'ļ': "l", 'ņ': "n", 'ģ': "g",
}

// arabicPhones reads one word in Arabic letters, article already removed.
func arabicPhones(w []rune) string {
	out := make([]byte, 0, len(w)+2)
	put := func(p byte) {
		if n := len(out); n > 0 && out[n-1] == p {
			return
		}
		out = append(out, p)
	}
	for i, r := range w {
		last := i == len(w)-1
		switch r {
		case 'ا', 'أ', 'إ', 'ٱ':
			if i == 0 {
				put('A')
			} else {
				put('a')
			}
		case 'آ':
			put('a')
		case 'ء', 'ع':
			put('A')
		case 'ؤ':
			put('W')
		case 'ئ':
			put('Y')
		case 'ب':
			put('b')
		case 'پ':
			put('p')
		case 'ت', 'ٹ', 'ط', 'ټ':
			put('t')
		case 'ث':
			put('T')
		case 'ج':
			put('J')
		case 'چ':
			put('C')
		case 'ح':
			put('h')
		case 'خ':
			put('X')
		case 'د', 'ڈ', 'ډ':
			put('d')
		case 'ذ', 'ض', 'ظ':
			put('D')
		case 'ر', 'ڑ', 'ړ', 'ڕ':
			put('r')
		case 'ز', 'ږ':
			put('z')
		case 'ژ':
			put('Z')
		case 'س', 'ص':
			put('s')
		case 'ش', 'ښ':
			put('S')
		case 'غ':
			put('G')
		case 'ف':
			put('f')
		case 'ڤ':
			put('v')
		case 'ق':
			put('q')
		case 'ك', 'ک', 'ڪ':
			put('k')
		case 'گ', 'ګ', 'ڭ':
			put('g')
		case 'ل', 'ڵ':
			put('l')
		case 'م':
			put('m')
		case 'ن', 'ں', 'ڼ':
			put('n')
		case 'ه', 'ہ', 'ھ', 'ە', 'ۀ', 'ة':
			if last || r == 'ة' {
				put('H')
			} else {
				put('h')
			}
		case 'و', 'ۆ', 'ۇ', 'ۈ', 'ۋ':
			if i == 0 {
				put('w')
			} else {
				put('W')
			}
		case 'ي', 'ی', 'ې', 'ێ', 'ۍ':
			if i == 0 {
				put('y')
			} else {
				put('Y')
			}
		case 'ى':
			put('Y')
		}
	}
	return string(out)
}

func hebrewPhones(w []rune) string {
	out := make([]byte, 0, len(w))
	for i, r := range w {
		last := i == len(w)-1
		switch r {
		case 'א':
			if i == 0 {
				out = append(out, 'A')
			} else {
				out = append(out, 'a')
			}
		case 'ב':
			if i == 0 {
				out = append(out, 'b')
			} else {
				out = append(out, 'v')
			}
		case 'ג':
			if i+1 < len(w) && (w[i+1] == '׳' || w[i+1] == '\'') {
				out = append(out, 'J')
			} else {
				out = append(out, 'g')
			}
		case 'ד':
			out = append(out, 'd')
		case 'ה':
			if last {
				out = append(out, 'H')
			} else {
				out = append(out, 'h')
			}
		case 'ו':
			if i == 0 {
				out = append(out, 'w')
			} else if n := len(out); n > 0 && out[n-1] == 'W' {
				out[n-1] = 'w'
			} else {
				out = append(out, 'W')
			}
		case 'ז':
			out = append(out, 'z')
		case 'ח':
			out = append(out, 'X')
		case 'ט', 'ת':
			out = append(out, 't')
		case 'י':
			if i == 0 {
				out = append(out, 'y')
			} else if n := len(out); n > 0 && out[n-1] == 'Y' {
				out[n-1] = 'y'
			} else {
				out = append(out, 'Y')
			}
		case 'כ', 'ך', 'ק':
			out = append(out, 'k')
		case 'ל':
			out = append(out, 'l')
		case 'מ', 'ם':
			out = append(out, 'm')
		case 'נ', 'ן':
			out = append(out, 'n')
		case 'ס':
			out = append(out, 's')
		case 'ע':
			out = append(out, 'A')
		case 'פ':
			out = append(out, 'p')
		case 'ף':
			out = append(out, 'f')
		case 'צ', 'ץ':
			out = append(out, 'Q')
		case 'ר':
			out = append(out, 'r')
		case 'ש':
			out = append(out, 'S')
		}
	}
	return string(out)
}

var phoneLatin = map[byte]string{
	'A': "a", 'W': "w", 'Y': "y", 'H': "a", 'S': "sh", 'C': "ch", 'J': "j", 'Z': "zh",
	'X': "kh", 'G': "gh", 'T': "th", 'D': "dh", 'Q': "ts",
}

// spell writes phones as letters; w and y between consonants read as vowels.
func spell(p string) string {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		c := p[i]
		inner := i > 0 && (i == len(p)-1 || !isVowel(p[i+1])) && !isVowel(p[i-1])
		switch {
		case c == 'W' && inner:
			b.WriteByte('u')
		case c == 'Y' && inner:
			b.WriteByte('i')
		default:
			if s, ok := phoneLatin[c]; ok {
				b.WriteString(s)
			} else {
				b.WriteByte(c)
			}
		}
	}
	return b.String()
}

// letters writes one lower-case word of an alphabet in plain Latin letters.
func letters(w []rune, s script) string {
	var table map[rune]string
	switch s {
	case cyrillic:
		w = []rune(cyrillicPairs.Replace(string(w)))
		table = cyrillicLatin
	case greek:
		str := string(w)
		for _, p := range [...][2]string{{"μπ", "b"}, {"ντ", "d"}, {"γκ", "g"}} {
			if strings.HasPrefix(str, p[0]) {
				str = p[1] + str[len(p[0]):]
			}
		}
		str = greekPairs.Replace(str)
		w = []rune(str)
		table = greekLatin
	case armenian:
		str := strings.ReplaceAll(string(w), "ու", "u")
		w = []rune(str)
		table = armenianLatin
	case georgian:
		table = georgianLatin
	case indic:
		return brahmic(w)
	case thai:
		return thaiLatin(w)
	case khmer, myanmar:
		return brahmic(w)
	case scriptKana:
		return kanaLatin(w)
	case scriptHangul:
		return hangulLatin(w)
	case scriptHan:
		return hanLatin(w)
	default:
		table = latinLetters
	}
	var b strings.Builder
	for _, r := range w {
		if t, ok := table[r]; ok {
			b.WriteString(t)
			continue
		}
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		if t, ok := foldSpecial[r]; ok && t != "" && t[0] < 0x80 {
			b.WriteString(t)
			continue
		}
		text, _ := foldRune(r)
		for i := 0; i < len(text); i++ {
			if text[i] < 0x80 && text[i] != ' ' {
				b.WriteByte(text[i])
			}
		}
	}
	return strings.ReplaceAll(b.String(), "ttch", "tch")
}

// Romanise writes a name of any script in comparable Latin letters, lower
// case, words separated by one space. Scripts without vowels stay without
// them, but for the given names everyone knows.
func Romanise(s string) string {
	var out []string
	for _, w := range words(s) {
		if t := w.latin(); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, " ")
}
