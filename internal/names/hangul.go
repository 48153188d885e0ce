package names

import "strings"

var (
	hangulLead  = strings.Split("k,kk,n,t,tt,r,m,p,pp,s,ss,,j,jj,ch,k,t,p,h", ",")
	hangulVowel = strings.Split("a,ae,ya,yae,o,e,yo,ye,o,wa,wae,oe,yo,u,wo,we,wi,yu,u,ui,i", ",")
	hangulTail  = strings.Split(",k,k,k,n,n,n,t,l,k,m,l,l,l,p,l,m,p,p,t,t,ng,t,t,k,t,p,t", ",")
)

// hangulSyllable spells one composed syllable.
func hangulSyllable(r rune) string {
	n := int(r) - 0xac00
	if n < 0 || n >= 11172 {
		return ""
	}
	return hangulLead[n/588] + hangulVowel[n%588/28] + hangulTail[n%28]
}

func hangulLatin(w []rune) string {
	var b strings.Builder
	for _, r := range w {
		b.WriteString(hangulSyllable(r))
	}
	return b.String()
}

// koreanSurnames are spellings of family names that do not follow the sound.
var koreanSurnames = map[rune]string{
	'이': "ri,lee", '리': "i", '박': "park", '임': "rim,lim", '노': "ro", '나': "ra", '유': "ryu", '류': "yu", '양': "ryang", '여': "ryo",
	'염': "ryom", '허': "hur", '서': "suh", '최': "choi", '오': "oh", '우': "woo", '윤': "yoon", '강': "kang", '권': "kwon", '문': "moon",
	'정': "jung,chung", '조': "cho", '전': "chun", '천': "chun", '엄': "eum", '림': "im", '량': "yang", '백': "paik",
}

// hangulWord reads one syllable of a Korean name.
func hangulWord(r rune, first bool) word {
	s := hangulSyllable(r)
	w := word{text: []rune{r}, folded: string(r), script: scriptHangul, spelled: s, phones: nativePhones(s)}
	if first {
		for o := range strings.SplitSeq(koreanSurnames[r], ",") {
			if p := latinPhones(o); p != "" && p != w.phones {
				w.others = append(w.others, p)
			}
		}
	}
	return w
}
