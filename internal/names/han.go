package names

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed pinyin.txt
var pinyinText string

// hanReadings maps a character to its Mandarin readings, commonest first.
var hanReadings = sync.OnceValue(func() map[rune][]string {
	m := make(map[rune][]string, 28000)
	for line := range strings.Lines(pinyinText) {
		line = strings.TrimRight(line, "\n")
		i := strings.IndexAny(line, ":+")
		if i <= 0 || line[0] == '#' {
			continue
		}
		reading := line[:i]
		for _, r := range line[i+1:] {
			m[r] = append(m[r], reading)
		}
	}
	return m
})

func hanLatin(w []rune) string {
	var b strings.Builder
	for _, r := range w {
		if rs := hanReadings()[r]; len(rs) > 0 {
			b.WriteString(strings.ReplaceAll(rs[0], "v", "u"))
		}
	}
	return b.String()
}
