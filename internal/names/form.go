package names

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// kind is the part a word plays in a name.
type kind uint8

const (
	ordinary kind = iota
	particle
	initial
	kunya
	title
)

// word is one word of a name ready to be compared.
type word struct {
	folded   string
	text     []rune   // lower case, marks kept
	spelled  string   // in Latin letters
	phones   string   // as sounds, see phone.go
	part     string   // a compound without its first half
	spoken   string   // French endings dropped, for scripts that write by sound
	others   []string // further readings
	groups   []int    // lists of given names it is in
	weight   float32
	kind     kind
	script   script
	article  bool
	tracks   *hanReading // Han: the reading in each language
	syllable bool        // one syllable of a name written without spaces
	from, to int32       // of the words of a text, the first and the last it was made of
}

// latin is the word as Romanise writes it: ç, spelled tch for the sake of its
// sound, reads better as ch.
func (w *word) latin() string {
	if w.script == latin && !strings.Contains(w.folded, "tch") {
		return strings.ReplaceAll(w.spelled, "tch", "ch")
	}
	return w.spelled
}

// Form is a name prepared for comparison. Prepare it once, compare it often.
type Form struct {
	folded string
	words  []word
	alts   [][]word // Han: the words in each further language
	script script
	born   int // place of the first ibn, bin or bint, 0 for none
}

// Empty reports whether nothing in the name can be compared.
func (f Form) Empty() bool { return len(f.words) == 0 }

// Prepare returns the comparable form of a person's name in any script.
func Prepare(s string) Form { return prepare(s, person) }

// PrepareOrganization returns the comparable form of an organization's name:
// words such as brigade, company or ministry carry little weight.
func PrepareOrganization(s string) Form { return prepare(s, organization) }

// PreparePlace returns the comparable form of a place's name: words such as
// city, district or prison carry little weight.
func PreparePlace(s string) Form { return prepare(s, place) }

type subject uint8

const (
	person subject = iota
	organization
	place
)

// maxWords bounds the work on a pasted paragraph.
const maxWords = 12

// split cuts a name into runs of letters of one script, lower case, NFC.
func split(s string) [][]rune {
	if !norm.NFC.IsNormalString(s) {
		s = norm.NFC.String(s)
	}
	var out [][]rune
	var cur []rune
	flush := func() {
		if len(cur) > 0 {
			out = append(out, cur)
			cur = nil
		}
	}
	for _, r := range s {
		if r >= 0xfb50 && r < 0xff00 || r >= 0xff00 && r < 0xfff0 || r >= 0xf900 && r < 0xfb00 {
			for _, x := range norm.NFKC.String(string(r)) {
				if unicode.IsLetter(x) {
					cur = append(cur, unicode.ToLower(x))
				}
			}
			continue
		}
		r = unicode.ToLower(r)
		switch {
		case (r == '\'' || r == '׳' || r == '’') && len(cur) > 0 && strings.ContainsRune("גזצת", cur[len(cur)-1]):
			cur = append(cur, '׳')
		case dropped(r), r == 'ـ':
		case unicode.Is(unicode.Mn, r) && !keepsMarks(r) && scriptOf(r) != thai:
		case r == 'ー', r == '々':
			cur = append(cur, r)
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r):
			if n := len(cur); n > 0 && scriptOf(cur[n-1]) != scriptOf(r) && !unicode.IsDigit(r) {
				flush()
			}
			cur = append(cur, r)
		default:
			flush()
		}
		if len(out) >= 4*maxWords {
			break
		}
	}
	flush()
	return out
}

// words reads every word of a name, without judging its part.
func words(s string) []word {
	runs := split(s)
	out := make([]word, 0, len(runs))
	han, hangul := eastAsian(runs)
	for _, run := range runs {
		if s := scriptOf(run[0]); s == scriptHan && han || s == scriptHangul && hangul {
			out = append(out, syllables(run, s)...)
			continue
		}
		if len(run) > 40 {
			run = run[:40]
		}
		out = append(out, readWord(run))
	}
	return out
}

// eastAsian tells whether the Han and the Hangul of a name are a Chinese or
// Korean name, read syllable by syllable; a foreign name written by sound
// comes in several runs of several syllables.
func eastAsian(runs [][]rune) (han, hangul bool) {
	nHan, nHangul, han1, hangul1 := 0, 0, 0, 0
	runsHan, runsHangul := 0, 0
	for _, run := range runs {
		switch scriptOf(run[0]) {
		case scriptHan:
			runsHan++
			nHan += len(run)
			if runsHan == 1 {
				han1 = len(run)
			}
		case scriptHangul:
			runsHangul++
			nHangul += len(run)
			if runsHangul == 1 {
				hangul1 = len(run)
			}
		}
	}
	han = runsHan == 1 || runsHan == 2 && nHan <= 4 && han1 <= 2
	hangul = runsHangul == 1 && nHangul <= 4 || runsHangul == 2 && nHangul <= 4 && hangul1 == 1
	return han, hangul
}

// syllables reads a run without spaces one character at a time.
func syllables(run []rune, s script) []word {
	out := make([]word, 0, len(run))
	for i, r := range run {
		var w word
		if s == scriptHan {
			if r == '々' && i > 0 {
				r = run[i-1]
			}
			w = hanWord([]rune{r})
		} else {
			w = hangulWord(r, i == 0)
		}
		w.syllable = true
		if w.phones != "" {
			out = append(out, w)
		}
	}
	return out
}

func readWord(run []rune) word {
	w := word{text: run, folded: Fold(string(run)), script: scriptOf(run[0])}
	switch w.script {
	case arabic:
		if rest := withoutArticle(run); rest != nil {
			w.article = true
			run = rest
		}
		w.phones = arabicPhones(run)
		w.spelled = spell(w.phones)
		if g, ok := givenLatin[w.folded]; ok {
			w.spelled = g
		}
	case scriptHan:
		w = hanWord(run)
	case hebrew:
		w.phones = hebrewPhones(run)
		w.spelled = spell(w.phones)
	default:
		w.spelled = letters(run, w.script)
		if w.script == latin {
			w.phones = latinPhones(w.spelled)
		} else {
			w.phones = nativePhones(w.spelled)
			if w.script == cyrillic {
				w.phones = cyrillicPhones(run, w.spelled)
			}
		}
	}
	w.groups = givenForms[w.folded]
	if w.groups == nil && w.script != latin {
		w.groups = givenForms[w.spelled]
	}
	return w
}

// givenLatin spells the commonest Arabic given names with their vowels.
var givenLatin = func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(`محمد muhammad|احمد ahmad|علي ali|حسن hasan|حسين husayn|يوسف yusuf|ابراهيم ibrahim|عمر umar|عثمان uthman|موسي musa|عيسي isa|خالد khalid|محمود mahmud|مصطفي mustafa|سعيد said|صالح salih|سالم salim|فاطمه fatima|مريم maryam|خديجه khadija|داود dawud|سليمان sulayman|يعقوب yaqub|يحيي yahya|عبد abd|بن bin|ابو abu|ام umm`) {
		for pair := range strings.SplitSeq(line, "|") {
			a, b, _ := strings.Cut(strings.TrimSpace(pair), " ")
			m[a] = b
		}
	}
	return m
}()

// withoutArticle returns the word after ال, or nil when the word is too short
// for ال to be an article.
func withoutArticle(w []rune) []rune {
	if len(w) >= 5 && (w[0] == 'ا' || w[0] == 'أ' || w[0] == 'إ' || w[0] == 'ٱ') && w[1] == 'ل' {
		if string(w) == "الله" || string(w) == "اللہ" {
			return nil
		}
		return w[2:]
	}
	return nil
}

// gluedArticle returns a Latin word without a leading al- or el- that was
// written as part of it.
func gluedArticle(s string) string {
	if len(s) >= 6 && (s[0] == 'a' || s[0] == 'e') {
		if s[1] == 'l' && s[2] != 'l' && !isLatinVowel(s[2]) {
			return s[2:]
		}
		if s[1] == 'l' && isLatinVowel(s[2]) && len(s) >= 7 && s[0] == 'a' {
			return s[2:]
		}
	}
	return ""
}

// withEnding returns a family name as another language ends it: the endings -li
// and -zade that took the place of -ov in Azerbaijan, and the Czech and Slovak
// -ová that any woman's name may get.
func withEnding(text []rune, spelled string) string {
	t := string(text)
	if stem, ok := strings.CutSuffix(t, "ová"); ok && len(stem) > 3 {
		return spelled[:len(spelled)-len("ova")]
	}
	for _, e := range [...]string{"zade", "zada", "li", "lu"} {
		stem, ok := strings.CutSuffix(spelled, e)
		if n := len(stem); ok && n > 2 && stem[n-1] != 'l' && (len(e) > 2 || !isLatinVowel(stem[n-1])) {
			return stem + "ov"
		}
	}
	return ""
}

// unspoken returns a Latin word without a French ending that is written but
// not heard, as scripts that write by sound leave it out.
func unspoken(s string) string {
	for _, e := range [...][2]string{{"eaux", "o"}, {"ault", "o"}, {"aud", "o"}, {"aut", "o"}, {"eau", "o"}, {"ard", "ar"}, {"and", "an"}, {"ond", "on"}, {"ont", "on"},
		{"oix", "ua"}, {"eix", "e"}, {"oux", "u"}, {"ois", "ua"}, {"ais", "e"}, {"et", "e"}, {"ot", "o"}, {"lles", "l"}, {"ieu", "e"}, {"ieux", "e"}, {"ent", "an"}, {"ert", "er"}, {"ques", "k"}} {
		if n := len(s) - len(e[0]); n >= 2 && s[n:] == e[0] {
			return s[:n] + e[1]
		}
	}
	return ""
}

func prepare(s string, what subject) Form {
	raw := words(s)
	f := Form{folded: Fold(s)}
	merged := join(raw, what)
	kept := weigh(merged, what)
	if len(kept) > maxWords {
		kept = kept[:maxWords]
	}
	for i := range kept {
		if i > 0 && f.born == 0 && what == person && descent[kept[i].folded] {
			f.born = i
		}
	}
	f.words = kept
	for i := range kept {
		if kept[i].tracks == nil {
			continue
		}
		last := tracks
		if !kept[i].syllable {
			last = cantonese + 1
		}
		f.words, _ = inTrack(kept, mandarin)
		for t := mandarin + 1; t < last; t++ {
			if t == korean && !kept[i].syllable {
				continue
			}
			if ws, ok := inTrack(kept, t); ok {
				f.alts = append(f.alts, ws)
			}
		}
		break
	}
	if len(kept) > 0 {
		f.script = kept[0].script
	}
	return f
}

// weigh judges the part of every word in a name.
func weigh(merged []word, what subject) []word {
	stop := map[string]bool{}
	switch what {
	case organization:
		stop = organizationWords
	case place:
		stop = placeWords
	}
	kept := merged[:0]
	for i, w := range merged {
		if len(w.phones) == 0 && len(w.folded) == 0 {
			continue
		}
		w.weight = 1
		switch {
		case stop[w.folded]:
			w.weight, w.kind = .15, particle
		case what == person && honorifics[w.folded] && (i > 0 || w.folded != "md"):
			w.weight, w.kind = .06, title
		case what == person && len(w.text) == 1 && w.script < scriptHan &&
			(i == 0 || len(merged[i-1].text) == 1 || i+1 < len(merged) && len(merged[i+1].text) == 1):
			// E. J. Ostrovar: before a particle, a single letter is an initial.
			w.weight, w.kind = .3, initial
		case what == person && kinsmen[w.folded]:
			w.weight, w.kind = .1, particle
		case what != organization && articles[w.folded] || particles[w.folded]:
			w.weight, w.kind = .1, particle
		case what == person && len(w.text) == 1 && !w.syllable && w.script < scriptHan:
			w.weight, w.kind = .3, initial
		case commonWords[w.folded]:
			w.weight = .7
		}
		if w.kind == ordinary {
			if z := size(w.phones); z < 2 && w.phones != "" {
				w.weight *= .8
			} else if z > 4 {
				w.weight *= 1.15
			}
			if w.script == latin {
				if rest := gluedArticle(w.spelled); rest != "" {
					w.others = append(w.others, latinPhones(rest))
				}
				if rest := withEnding(w.text, w.spelled); what == person && rest != "" {
					w.others = append(w.others, latinPhones(rest))
				}
				if rest := unspoken(w.spelled); rest != "" {
					w.spoken = latinPhones(rest)
				}
			}
		}
		kept = append(kept, w)
	}
	solid := false
	for _, w := range kept {
		if w.solid() {
			solid = true
		}
	}
	if !solid {
		for i := range kept {
			kept[i].weight, kept[i].kind = 1, ordinary
		}
	}
	return kept
}

// join writes compound names as one word: Abd al-Rahman, Abu Bakr, Jamal
// al-Din, Fadl Allah; and drops articles that stand alone.
func join(raw []word, what subject) []word {
	out := make([]word, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		w := raw[i]
		if what != person {
			if i+1 < len(raw) && isArticle(w.folded, raw[i+1].folded) {
				raw[i+1].article, raw[i+1].from = true, w.from
				continue
			}
			out = append(out, w)
			continue
		}
		if i+1 < len(raw) && len(raw[i+1].text) > 1 && isArticle(w.folded, raw[i+1].folded) {
			raw[i+1].article, raw[i+1].from = true, w.from
			continue
		}
		if servants[w.folded] && i+1 < len(raw) {
			j := i + 1
			for j < len(raw)-1 && isArticle(raw[j].folded, raw[j+1].folded) {
				j++
			}
			out = append(out, compound("abd", raw[i], raw[j]))
			i = j
			continue
		}
		if kunyas[w.folded] && i+1 < len(raw) {
			j := i + 1
			for j < len(raw)-1 && isArticle(raw[j].folded, raw[j+1].folded) {
				j++
			}
			c := compound("abu", raw[i], raw[j])
			if raw[i].folded[0] == 'u' || raw[i].folded == "ام" || raw[i].folded == "oum" {
				c = compound("um", raw[i], raw[j])
			}
			c.kind = kunya
			out = append(out, c)
			i = j
			continue
		}
		if n := len(out); n > 0 && ending(w.folded) && out[n-1].kind == ordinary {
			c := compound(out[n-1].spelled, out[n-1], w)
			c.part = out[n-1].phones
			if w.folded != "allah" && w.folded != "الله" && w.folded != "ullah" && w.folded != "ollah" {
				c.phones = out[n-1].phones + "din"
				c.spelled = out[n-1].spelled + "din"
			} else {
				c.phones = out[n-1].phones + "alah"
				c.spelled = out[n-1].spelled + "allah"
			}
			out[n-1] = c
			continue
		}
		shape(&w)
		out = append(out, w)
	}
	return out
}

func ending(s string) bool {
	switch s {
	case "din", "deen", "eddin", "eddine", "uddin", "addin", "iddin", "aldin", "dine", "dien", "الدين", "دين", "дин", "эддин",
		"allah", "ullah", "ollah", "الله", "אלדין":
		return true
	}
	return false
}

func compound(head string, a, b word) word {
	rest := b.phones
	text := b.spelled
	if b.script == latin {
		rest = latinPhones(text)
	}
	p := latinPhones(head)
	if a.script.abjad() && len(a.phones) > 0 && head != "abd" && head != "abu" && head != "um" {
		p = a.phones
	}
	return word{
		folded: a.folded + b.folded, text: slices.Concat(a.text, []rune{' '}, b.text),
		spelled: head + text, phones: p + rest, part: rest, script: a.script, article: a.article,
		from: a.from, to: b.to,
	}
}

// shape rewrites compounds that were glued in Latin letters, so that
// Abdulrahman, Abdurrahman and Abd al-Rahman are one word.
func shape(w *word) {
	if w.script == arabic {
		if t := string(w.text); strings.HasPrefix(t, "عبدال") && len(w.text) > 7 {
			w.part = arabicPhones(w.text[5:])
			w.phones = "abd" + w.part
			w.spelled = "abd" + spell(arabicPhones(w.text[5:]))
		} else if strings.HasPrefix(t, "ابو") && len(w.text) > 5 {
			w.others = append(w.others, "abu"+arabicPhones(w.text[3:]))
		} else if strings.HasSuffix(t, "الدين") && len(w.text) > 7 {
			w.phones = arabicPhones(w.text[:len(w.text)-5]) + "din"
		}
		return
	}
	s := w.spelled
	if strings.HasPrefix(s, "abd") && len(s) > 8 && isLatinVowel(s[3]) && !strings.Contains(s, "llah") {
		rest := s[4:]
		switch {
		case rest[0] == 'l' && !isLatinVowel(rest[1]):
			rest = rest[1:]
		case rest[0] == 'l' && isLatinVowel(rest[1]) && len(rest) > 5:
			w.others = append(w.others, latinPhones("abd"+rest))
			rest = rest[1:]
		case rest[0] == rest[1]:
			rest = rest[1:]
		case strings.HasPrefix(rest, "shsh"):
			rest = rest[2:]
		}
		w.phones, w.part = latinPhones("abd"+rest), latinPhones(rest)
		return
	}
	for _, end := range [...]string{"eddine", "addine", "uddin", "eddin", "addin", "iddin", "aldin", "ettin", "uddeen"} {
		if strings.HasSuffix(s, end) && len(s) > len(end)+2 {
			w.phones = latinPhones(s[:len(s)-len(end)] + "din")
			return
		}
	}
}
