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
