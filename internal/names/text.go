package names

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the work on one text.
const (
	perTextKey   = 12     // records read of one key
	maxRecords   = 12_000 // records whose names are read
	maxPlaces    = 1_000  // places of the text that share one key
	maxCompared  = 20_000 // comparisons of a stretch of the text with a name
	maxPlain     = 20_000 // stretches of a script without spaces
	maxStretch   = 5      // words of a name in a text
	maxNewNames  = 300    // likely names not on file
	maxPerPlace  = 6      // records told for one place of the text
	longestToken = 40     // letters read of one word

	// Capitals already tell a name; without them more must agree.
	warnPlain = .81
	// One word alone is said of many people.
	warnAlone = .93
)

// Subject is what a name is the name of.
type Subject = subject

// The subjects of names.
const (
	OfPerson       = person
	OfOrganization = organization
	OfPlace        = place
)

// Text is a text cut into the words that may be parts of names. The positions
// it tells are bytes of the text, always between two letters.
type Text struct {
	source string
	pieces []piece
	cased  bool
	known  map[string][]word // words that were read, by how they are written
	forms  [place + 1]map[string]Form
}

// piece is one word of a text.
type piece struct {
	start, end int
	skip       int  // bytes of a prefix that Arabic writes together with the word
	stretch    int  // words of one stretch stand side by side
	capital    bool // begins with a capital letter
	link       bool // small word inside a name: al, bin, of
	plain      bool // of a script without spaces between words
	script     script
}

// ReadText cuts a text into words.
func ReadText(s string) *Text {
	t := &Text{source: s, known: map[string][]word{}}
	capitals, small := 0, 0
	stretch := 0
	last := -1 // end of the word before
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			i += n
			continue
		}
		start, end, of, letters := i, i+n, scriptOf(r), 1
		for i += n; i < len(s); i += n {
			r, n = utf8.DecodeRuneInString(s[i:])
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				if scriptOf(r) != of && !unicode.IsDigit(r) {
					break
				}
				letters++
				end = i + n
			} else if unicode.IsMark(r) {
				end = i + n
			} else if !dropped(r) && r != 'ـ' {
				break
			}
		}
		p := piece{start: start, end: end, script: of, plain: of == scriptHan || of == scriptKana || of == scriptHangul}
		word := s[start:end]
		for _, own := range [...]string{"'s", "’s"} { // the owner, not part of the name
			if rest := strings.TrimSuffix(word, own); rest != word && len(rest) > 2 {
				p.end, word = start+len(rest), rest
			}
		}
		first, size := utf8.DecodeRuneInString(word)
		p.capital = unicode.IsUpper(first) || unicode.IsTitle(first)
		if of == arabic && letters > 3 && strings.ContainsRune("وبلفك", first) {
			p.skip = size
		}
		if last < 0 || t.parted(last, start) {
			stretch++
		}
		p.stretch = stretch
		if unicode.IsLower(first) {
			small++
		} else if p.capital {
			capitals++
		}
		t.pieces = append(t.pieces, p)
		last = p.end
	}
	// A text all in small or all in capital letters does not tell names by them.
	t.cased = capitals > 0 && small > 0 && capitals*40 > small && small > capitals/4
	shift := 0
	for i := range t.pieces {
		p := &t.pieces[i]
		p.stretch += shift
		word := s[p.start:p.end]
		if first, _ := utf8.DecodeRuneInString(word); unicode.IsDigit(first) {
			shift += 2
			p.stretch = -1
			continue
		}
		folded := Fold(word)
		upper := t.cased && hasCase(p.script)
		p.link = !p.capital && (articles[folded] || particles[folded] || kinsmen[folded] || kunyas[folded] || servants[folded] ||
			organizationWords[folded] || placeWords[folded])
		if !p.link && (upper && !p.capital || !upper && t.common(p, folded)) {
			shift += 2
			p.stretch = -1
		}
	}
	return t
}

// common tells whether a word is one of those that end a name, alone or behind
// a prefix. Folded, على would be the name Ali.
func (t *Text) common(p *piece, folded string) bool {
	word := t.source[p.start:p.end]
	return between[folded] || word == "على" || p.skip > 0 && (between[Fold(word[p.skip:])] || word[p.skip:] == "على")
}

func hasCase(s script) bool {
	return s == latin || s == cyrillic || s == greek || s == armenian
}

// parted tells whether what stands between two words ends a name.
func (t *Text) parted(from, to int) bool {
	gap := t.source[from:to]
	lines := 0
	for _, r := range gap {
		switch {
		case r == '\n':
			lines++
		case r == '.':
			// Dr. Salim, E. J. Ostrovar
			word := t.source[:from]
			if i := strings.LastIndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
				_, n := utf8.DecodeRuneInString(word[i:])
				word = word[i+n:]
			}
			if utf8.RuneCountInString(word) > 3 {
				return true
			}
		case unicode.IsSpace(r), dropped(r), r == '-', r == '‐', r == '‑', r == 'ـ', r == '·', r == '・', r == '־':
		default:
			return true
		}
	}
	return lines > 1
}

// read gives the words that a word of the text is read as.
func (t *Text) read(s string) []word {
	ws, ok := t.known[s]
	if !ok {
		for _, run := range split(s) {
			if len(run) > longestToken {
				run = run[:longestToken]
			}
			ws = append(ws, readWord(run))
		}
		t.known[s] = ws
	}
	return ws
}

// unit is one word of a name as the keys see it.
type unit struct {
	from, to int // words of the text
	stretch  int
	coded
}

// units are the words of the text that may be parts of names of a subject.
func (t *Text) units(what subject) []unit {
	var out []unit
	codedBy := map[string]coded{}
	for i := 0; i < len(t.pieces); {
		j := i
		for j < len(t.pieces) && t.pieces[j].stretch == t.pieces[i].stretch {
			j++
		}
		if t.pieces[i].stretch < 0 {
			i++
			continue
		}
		var raw []word
		for k := i; k < j; k++ {
			if t.pieces[k].plain {
				continue
			}
			for _, w := range t.read(t.source[t.pieces[k].start:t.pieces[k].end]) {
				w.from, w.to = int32(k), int32(k) // #nosec G115 -- a text has fewer pieces than bytes, and forms take a few hundred thousand
				raw = append(raw, w)
			}
		}
		for _, w := range weigh(join(raw, what), what) {
			if w.kind != ordinary && w.kind != kunya || len(w.phones) == 0 {
				continue
			}
			u := unit{from: int(w.from), to: int(w.to), stretch: t.pieces[w.from].stretch}
			if u.from < u.to && strings.EqualFold(t.source[t.pieces[u.from].start:t.pieces[u.from].end], "the") {
				u.from++ // an article of the sentence, not of the name
			}
			text := t.source[t.pieces[u.from].start:t.pieces[u.to].end]
			var ok bool
			if u.coded, ok = codedBy[text]; !ok {
				u.coded = w.coded()
				if skip := t.pieces[u.from].skip; skip > 0 {
					for _, bare := range t.units1(text[skip:], what) {
						for _, c := range bare.codes {
							if !slices.Contains(u.codes, c) {
								u.codes = append(u.codes, c)
							}
						}
						if len(u.groups) == 0 {
							u.groups = bare.groups
						}
					}
				}
				codedBy[text] = u.coded
			}
			out = append(out, u)
		}
		i = j
	}
	return out
}

// units1 reads a word again without its prefix.
func (t *Text) units1(s string, what subject) []coded {
	raw := slices.Clone(t.read(s))
	var out []coded
	for _, w := range weigh(join(raw, what), what) {
		if len(w.phones) > 0 {
			out = append(out, w.coded())
		}
	}
	return out
}

// form prepares a stretch of the text.
func (t *Text) form(s string, what subject) Form {
	if t.forms[what] == nil {
		t.forms[what] = map[string]Form{}
	}
	f, ok := t.forms[what][s]
	if !ok {
		f = prepare(s, what)
		t.forms[what][s] = f
	}
	return f
}

// Stretch is a part of a text, in bytes.
type Stretch struct{ Start, End int }

// LikelyNames finds the stretches of a text that are probably names of people,
// leaving out what overlaps with those taken, which must be in order.
func (t *Text) LikelyNames(taken []Stretch) []Stretch {
	var out []Stretch
	free := func(s Stretch) bool {
		i, _ := slices.BinarySearchFunc(taken, s.Start, func(o Stretch, start int) int {
			if o.End <= start {
				return -1
			}
			return 1
		})
		return i == len(taken) || taken[i].Start >= s.End
	}
	keep := func(i, j int) {
		for j > i && t.pieces[j].link {
			j--
		}
		if j == i || len(out) >= maxNewNames {
			return
		}
		if s := (Stretch{t.pieces[i].start + t.pieces[i].skip0(t), t.pieces[j].end}); free(s) {
			out = append(out, s)
		}
	}
	for i := 0; i < len(t.pieces); {
		p := &t.pieces[i]
		if p.stretch < 0 || p.plain {
			i++
			continue
		}
		j := i
		if t.cased && hasCase(p.script) {
			solid, other := 0, false
			first := -1
			for ; j < len(t.pieces) && t.pieces[j].stretch == p.stretch; j++ {
				q := &t.pieces[j]
				word := t.source[q.start:q.end]
				folded := Fold(word)
				if q.link && first < 0 && !articles[folded] && !kunyas[folded] && !servants[folded] {
					continue
				}
				if first < 0 && (between[folded] || honorifics[folded] || articles[folded] && !q.link) {
					continue // the first word of a sentence, a title
				}
				if between[folded] {
					break
				}
				if first < 0 {
					first = j
				}
				if !q.link {
					solid++
					other = other || organizationWords[folded] || placeWords[folded] && !articles[folded] || strings.ToUpper(word) == word && q.end-q.start > 2
				}
			}
			if first >= 0 && solid > 1 && solid <= maxStretch && !other {
				keep(first, j-1)
			}
			i = max(j, i+1)
			continue
		}
		// Without capitals a given name, a kunya or a title begins a name.
		for ; j < len(t.pieces) && t.pieces[j].stretch == p.stretch && j-i < 4; j++ {
			if j > i && t.pieces[j].skip > 0 && t.pieces[j].end-t.pieces[j].start > 6 && t.startsName(j) {
				break // and the next
			}
		}
		if t.startsName(i) && j-i > 1 {
			keep(i, j-1)
			i = j
			continue
		}
		i++
	}
	return out
}

// startsName tells whether a word begins a name by what it is.
func (t *Text) startsName(i int) bool {
	p := &t.pieces[i]
	word := t.source[p.start:p.end]
	for _, s := range []string{word, word[p.skip:]} {
		folded := Fold(s)
		if servants[folded] || kunyas[folded] {
			return true
		}
		for _, w := range t.read(s) {
			if len(w.groups) > 0 {
				return true
			}
		}
	}
	return false
}

// skip0 is how much of a word is a prefix, when only what follows is a name.
func (p *piece) skip0(t *Text) int {
	if p.skip == 0 {
		return 0
	}
	for _, w := range t.read(t.source[p.start:p.end]) {
		if len(w.groups) > 0 {
			return 0
		}
	}
	return p.skip
}

// between are common words that stand beside names and are none: they end a
// stretch where capitals do not tell names.
var between = set(`a an the this that these those he she it they we you i his her its their our my who whom whose which what when where why how
	was were is are be been being am has have had do does did will would shall should can could may might must not no nor or and but if then than as so
	at by for from in into of off on onto out over to up upon with without within about after against along among around before behind below beneath
	beside between beyond during except inside near outside since through throughout toward towards under until while because although though
	also there here all any some many most more other another such only own same both each every few several
	said says told reported according arrested detained taken held released killed seen found brought
	january february march april june july august september october november december
	monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow morning evening night day week month year last next
	mother father brother sister son daughter wife husband family men man women woman people
	في من الي عن مع هذا هذه ذلك تلك التي الذي الذين هو هي هم كان كانت كانوا يكون قد لقد ان انه انها لم لن لا ما كما بعد قبل بين عند عندما حيث حتي منذ خلال ضد
	او ثم اذا لكن بل كل بعض غير اي ايضا اليوم امس غدا يوم ليله صباح مساء شهر عام سنه قال قالت وقال اعتقل اعتقلت اوقف اختطف افرج قتل وقتل الماضي
	يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت
	и в во на с со из за по от до к о об у не что как это этот эта был была были его ее их он она они мы вы который которая после перед при под над для или а но
	вчера сегодня завтра января февраля марта апреля мая июня июля августа сентября октября ноября декабря года году
	και το η ο της του των στο στη στην για απο με
	של את על לא הוא היא הם כי אם גם או עם אל מן
	از در به که با را این آن بود شد است و برای تا
	ve bir bu da de ile icin olarak sonra once
	le la les un une des dans sur par pour avec est sont ete il elle ils
	el los las una por para con fue su`)
