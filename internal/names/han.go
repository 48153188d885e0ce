package names

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed readings.txt
var readingsText string

// Tracks are the languages a Han character is read in. Names keep one track
// from the first word to the last.
const (
	mandarin = iota
	korean
	cantonese
	hokkien
	tracks
)

type hanReading [tracks][2]string

// hanReadings maps a character to its readings in each track.
var hanReadings = sync.OnceValue(func() map[rune]*hanReading {
	m := make(map[rune]*hanReading, 22000)
	at := func(r rune) *hanReading {
		h := m[r]
		if h == nil {
			h = new(hanReading)
			m[r] = h
		}
		return h
	}
	for line := range strings.Lines(readingsText) {
		if line[0] == '#' {
			continue
		}
		head, chars, _ := strings.Cut(strings.TrimRight(line, "\n"), ":")
		track := map[byte]int{'m': mandarin, 'c': cantonese, 'k': korean}[head[0]]
		text := head[2:]
		switch track {
		case korean:
			sound := []rune(text)[0]
			text = hangulSyllable(sound)
			if other, _, _ := strings.Cut(koreanSurnames[sound], ","); other != "" && head[1] == '0' {
				for _, r := range chars {
					at(r)[korean][1] = other
				}
			}
		case cantonese:
			text = jyutping(text)
		}
		for _, r := range chars {
			at(r)[track][head[1]-'0'] = text
		}
	}
	for pair := range strings.FieldsSeq(hokkienNames) {
		chars, text, _ := strings.Cut(pair, ":")
		for _, r := range chars {
			for i, t := range strings.SplitN(text, ",", 2) {
				at(r)[hokkien][i] = t
			}
		}
	}
	return m
})

// hokkienNames holds family and given names as Hokkien and Teochew speakers
// of South-East Asia and Taiwan spell them; no public table has them.
const hokkienNames = `陈陳:tan 林:lim 黄黃:ng,ooi 王:ong 李:lee 吴吳:goh 蔡:chua 张張:teo,teoh 刘劉:low,lau 郑鄭:tay,teh 杨楊:yeo 许許:koh,khaw
谢謝:chia,cheah 郭:kwek,quek 洪:ang 沈:sim 叶葉:yap 曾:chan 廖:liew 赖賴:luah 何:ho 罗羅:loh 高:koh 潘:phua 周:chew 徐:chee 孙孫:soon,seng
朱:choo 胡:oh 萧蕭:siew,siow 方:png 邱丘:khoo 庄莊:chng 施:see,sih 颜顏:gan 白:peh 余:ee 梁:neo,nio 邓鄧:teng 冯馮:pang 彭:phee 苏蘇:soh
卢盧:loh 江:kang 温溫:oon 傅:poh 游:yew 卓:toh 柯:kua 唐:tng 詹:chiam 涂:thor 戴:tay 魏:gooi 董:tang 姚:yeo 蓝藍:nah 石:chioh 尤:yeow 倪:geh
金:kim 德:teck 成:seng,sing 福:hock 发發:huat 明:beng,meng 文:boon 国國:kok 华華:hua,hwa 财財:chye 光:kwang,kong 荣榮:eng,yong 才:chai 美:bee 玉:geok,gek
水:chwee 春:choon 木:bak 天:thian 龙龍:leong 生:seng 忠:tiong 清:cheng 贤賢:hian 顺順:soon 安:an 平:peng 和:hoe 水:chui 源:guan 泉:chuan 振:chin
志:chee 益:aik,ek 伟偉:wee 英:eng 丽麗:lai 凤鳳:hong 月:guat 兰蘭:lan 花:hua 强強:keong 建:kian 永:eng 雄:hiong 山:suan 海:hai 友:yew 仁:jin 义義:ghee
祥:siang 瑞:swee 大:tua 木:bok 万萬:ban 兴興:heng 隆:leong 智:ti 有:oo 辉輝:hui 杰傑:kiat 吉:kiat 保:poh 石:chio 坤:khoon 炳:peng 添:thiam 来來:lai`

// jyutping writes a Cantonese reading the way names are spelled in Hong Kong.
func jyutping(s string) string {
	switch {
	case strings.HasPrefix(s, "gw"):
		s = "kw" + s[2:]
	case strings.HasPrefix(s, "z"):
		s = "ch" + s[1:]
	case strings.HasPrefix(s, "c"):
		s = "ch" + s[1:]
	case strings.HasPrefix(s, "j"):
		s = "y" + s[1:]
	case strings.HasPrefix(s, "g"):
		s = "k" + s[1:]
	case strings.HasPrefix(s, "d"):
		s = "t" + s[1:]
	case strings.HasPrefix(s, "b"):
		s = "p" + s[1:]
	}
	s = strings.Replace(s, "yyu", "yu", 1)
	s = strings.Replace(s, "oe", "eu", 1)
	s = strings.Replace(s, "eo", "u", 1)
	s = strings.Replace(s, "aa", "a", 1)
	return s
}

// comparable writes pinyin so that its letters sound as in other spellings.
func comparable(s string) string {
	switch {
	case strings.HasPrefix(s, "q"):
		s = "ch" + s[1:]
	case strings.HasPrefix(s, "x"):
		s = "sh" + s[1:]
	case strings.HasPrefix(s, "zh"):
	case strings.HasPrefix(s, "c") && !strings.HasPrefix(s, "ch"):
		s = "ts" + s[1:]
	}
	return strings.ReplaceAll(s, "v", "u")
}

func hanLatin(w []rune) string {
	var b strings.Builder
	for _, r := range w {
		if h := hanReadings()[r]; h != nil {
			b.WriteString(strings.ReplaceAll(h[mandarin][0], "v", "u"))
		}
	}
	return b.String()
}

// hanWord reads a run of characters as one word, in every track.
func hanWord(run []rune) word {
	w := word{text: run, folded: string(run), script: scriptHan, spelled: hanLatin(run), tracks: new(hanReading)}
	for t := range tracks {
		var first, second string
		known := false
		for _, r := range run {
			h := hanReadings()[r]
			if h == nil {
				continue
			}
			x, y := h[t][0], h[t][1]
			known = known || x != ""
			if x == "" {
				x = h[mandarin][0]
			}
			if y == "" {
				y = x
			}
			if t == mandarin {
				x, y = comparable(x), comparable(y)
			}
			first += x
			second += y
		}
		if !known {
			continue
		}
		w.tracks[t][0] = nativePhones(first)
		if len(run) == 1 && second != first {
			w.tracks[t][1] = nativePhones(second)
		}
	}
	w.phones = w.tracks[mandarin][0]
	return w
}

// inTrack returns the words of a name with Han characters read in one
// language; ok is false where that language adds no reading.
func inTrack(ws []word, track int) (out []word, ok bool) {
	out = make([]word, len(ws))
	copy(out, ws)
	for i := range out {
		w := &out[i]
		if w.tracks == nil {
			continue
		}
		if w.tracks[track][0] != "" {
			w.phones = w.tracks[track][0]
			ok = true
		}
		if second := w.tracks[track][1]; second != "" {
			w.others = []string{second}
		}
	}
	return out, ok
}
