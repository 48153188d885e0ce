package names

import "strings"

var kanaTable = func() map[rune]string {
	m := map[rune]string{}
	rows := "ア a イ i ウ u エ e オ o カ ka キ ki ク ku ケ ke コ ko ガ ga ギ gi グ gu ゲ ge ゴ go サ sa シ shi ス su セ se ソ so " +
		"ザ za ジ ji ズ zu ゼ ze ゾ zo タ ta チ chi ツ tsu テ te ト to ダ da ヂ ji ヅ zu デ de ド do ナ na ニ ni ヌ nu ネ ne ノ no " +
		"ハ ha ヒ hi フ fu ヘ he ホ ho バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po マ ma ミ mi ム mu メ me モ mo " +
		"ヤ ya ユ yu ヨ yo ラ ra リ ri ル ru レ re ロ ro ワ wa ヲ o ン n ヴ vu ヰ i ヱ e"
	f := strings.Fields(rows)
	for i := 0; i+1 < len(f); i += 2 {
		r := []rune(f[i])[0]
		m[r] = f[i+1]
		m[r-0x60] = f[i+1]
	}
	return m
}()

var kanaSmall = map[rune]string{
	'ァ': "a", 'ィ': "i", 'ゥ': "u", 'ェ': "e", 'ォ': "o", 'ャ': "ya", 'ュ': "yu", 'ョ': "yo", 'ヮ': "wa",
	'ぁ': "a", 'ぃ': "i", 'ぅ': "u", 'ぇ': "e", 'ぉ': "o", 'ゃ': "ya", 'ゅ': "yu", 'ょ': "yo", 'ゎ': "wa",
}

// kanaLatin spells kana in the Hepburn manner; a small vowel replaces the
// vowel before it (ティ ti), the length mark is dropped.
func kanaLatin(w []rune) string {
	var b []byte
	for _, r := range w {
		if v, ok := kanaSmall[r]; ok {
			if n := len(b); n > 0 && isLatinVowel(b[n-1]) {
				if (n == 1 || isLatinVowel(b[n-2])) && b[n-1] == 'u' && v[0] != 'u' {
					b[n-1] = 'w'
					b = append(b, v...)
					continue
				}
				b = b[:n-1]
				if n > 2 && v[0] == 'y' && (b[n-2] == 'h' || b[n-2] == 'j') {
					v = v[1:]
				} else if n > 1 && v[0] == 'y' && b[n-2] == 'j' {
					v = v[1:]
				}
			}
			b = append(b, v...)
			continue
		}
		b = append(b, kanaTable[r]...)
	}
	return string(b)
}
