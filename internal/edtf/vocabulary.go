package edtf

import "strings"

// token is one word of a date after its language is gone.
type token struct {
	sign  byte   // its letter in a signature, see the constants
	n     int    // number, month, weekday (0 Sunday), unit, offset in days, minutes of the clock
	width int    // digits of a number
	alts  []int  // other months the word can mean
	text  string // as written, for telling digits apart
}

// The letters of signatures. Capitals are words that stand for something by themselves.
const (
	tNumber    = 'n'
	tMonth     = 'M'
	tHijri     = 'H'
	tWeekday   = 'W'
	tSeason    = 'S'
	tEarly     = 'E'
	tMid       = 'D'
	tLate      = 'L'
	tUnit      = 'u'
	tAnnoHeg   = 'A'
	tAnnoDom   = 'G'
	tLast      = 'p'
	tNext      = 'f'
	tThis      = 't'
	tAgo       = 'g'
	tRelative  = 'R'
	tLastNight = 'N'
	tDecade    = 'd'
	tClock     = 'c'
	tAt        = 'a'
	tMorning   = 'x'
	tEvening   = 'z'
	tBetween   = 'b'
	tAnd       = '&'
	tOr        = '|'
	tFrom      = 'F'
	tTo        = '>'
	tUntil     = 'U'
	tSince     = 's'
	tBefore    = 'B'
	tAfter     = 'T'
	tBy        = 'Y'
	tNotBefore = 'O'
	tAbout     = '~'
	tMaybe     = '?'
	tIn        = 'i'
	tGoing     = 'o'
	tNoise     = ' '
)

// Units of time, the n of a tUnit token.
const (
	unitDay = iota
	unitWeek
	unitMonth
	unitYear
)

// phrases maps folded phrases of up to four words to tokens.
var phrases = map[string][]token{}

// starters are the words with which a phrase begins or goes on, so that a prefix is cut only from what is no word itself.
var starters = map[string]bool{}

const longestPhrase = 4

func say(t token, words string) {
	for _, p := range strings.Split(words, "|") {
		p = strings.TrimSpace(foldText(p))
		phrases[p] = []token{t}
		for _, w := range strings.Fields(p) {
			starters[w] = true
		}
	}
}

func sayAll(ts []token, words string) {
	for _, p := range strings.Split(words, "|") {
		say(ts[0], p)
		phrases[strings.TrimSpace(foldText(p))] = ts
	}
}

func init() {
	for i, w := range []string{
		"january|jan|يناير|كانون الثاني|كانون ثاني|جانفي|جانفيي|أي النار|أين النار",
		"february|feb|febr|فبراير|شباط|فيفري|النوار",
		"march|mar|مارس|آذار|مارت",
		"april|apr|أبريل|إبريل|نيسان|أفريل|الطير",
		"may|مايو|أيار|ماي|الماء",
		"june|jun|يونيو|يونية|حزيران|جوان",
		"july|jul|يوليو|يولية|يوليوز|تموز|جويلية|ناصر",
		"august|aug|أغسطس|آب|أوت|غشت|هانيبال",
		"september|sep|sept|سبتمبر|أيلول|شتنبر|الفاتح",
		"october|oct|أكتوبر|اكتوبر|تشرين الأول|تشرين أول|التمور",
		"november|nov|نوفمبر|تشرين الثاني|تشرين ثاني|نونبر|الحرث",
		"december|dec|ديسمبر|كانون الأول|كانون أول|دجنبر",
	} {
		say(token{sign: tMonth, n: i + 1}, w)
	}
	say(token{sign: tMonth, n: 10, alts: []int{11}}, "تشرين")
	say(token{sign: tMonth, n: 12, alts: []int{1}}, "كانون")
	say(token{sign: tMonth, n: 12}, "الكانون")
	// In Libya's calendar of 1986 to 2011 March and June were called spring and summer.
	say(token{sign: tSeason, n: 21, alts: []int{3}}, "الربيع")
	say(token{sign: tSeason, n: 22, alts: []int{6}}, "الصيف")
	say(token{sign: tSeason, n: 21}, "spring|ربيع")
	say(token{sign: tSeason, n: 22}, "summer|صيف")
	say(token{sign: tSeason, n: 23}, "autumn|fall|خريف|الخريف")
	say(token{sign: tSeason, n: 24}, "winter|شتاء|الشتاء")
	for i, w := range []string{
		"muharram|محرم|المحرم|محرم الحرام",
		"safar|صفر",
		"rabi al awwal|rabi al awal|rabi i|rabi ul awwal|rabi 1|ربيع الأول|ربيع أول",
		"rabi al thani|rabi al akhir|rabi ath thani|rabi ii|rabi 2|ربيع الثاني|ربيع الآخر|ربيع ثاني",
		"jumada al ula|jumada al awwal|jumada i|jumada 1|جمادى الأولى|جمادى الأول|جماد الأول|جمادى أولى",
		"jumada al thani|jumada al thaniya|jumada al akhira|jumada ii|jumada 2|جمادى الآخرة|جمادى الثانية|جمادى الثاني|جماد الثاني|جماد الآخر",
		"rajab|رجب",
		"shaban|شعبان",
		"ramadan|ramadhan|ramazan|رمضان",
		"shawwal|shawal|شوال",
		"dhu al qada|dhu al qadah|dhul qada|dhul qadah|dhu al qida|ذو القعدة|ذي القعدة|ذو قعدة",
		"dhu al hijja|dhu al hijjah|dhul hijja|dhul hijjah|ذو الحجة|ذي الحجة|ذو حجة",
	} {
		say(token{sign: tHijri, n: i + 1}, w)
	}
	for i, w := range []string{
		"sunday|sun|الأحد",
		"monday|mon|الاثنين|الإثنين|الاتنين",
		"tuesday|tue|tues|الثلاثاء|الثلاثا",
		"wednesday|wed|weds|الأربعاء|الاربعا",
		"thursday|thu|thur|thurs|الخميس",
		"friday|fri|الجمعة",
		"saturday|sat|السبت",
	} {
		say(token{sign: tWeekday, n: i}, w)
	}
	for i, w := range []string{
		"one|واحد|واحدة", "two|اثنين|اثنان", "three|ثلاثة|ثلاث", "four|أربعة|أربع", "five|خمسة|خمس", "six|ستة|ست",
		"seven|سبعة|سبع", "eight|ثمانية|ثماني|ثمان", "nine|تسعة|تسع", "ten|عشرة|عشر", "eleven", "twelve",
	} {
		say(token{sign: tNumber, n: i + 1, width: 1}, w)
	}
	for i, w := range []string{
		"day|days|يوم|أيام|يوما", "week|weeks|أسبوع|أسابيع|أسبوعا|الأسبوع", "month|months|شهر|أشهر|شهور|شهرا|الشهر",
		"year|years|سنة|سنوات|سنين|عام|أعوام|عاما|السنة|العام",
	} {
		say(token{sign: tUnit, n: i}, w)
	}
	for i, w := range []string{"يومين|يومان", "أسبوعين|أسبوعان", "شهرين|شهران", "سنتين|سنتان|عامين|عامان"} {
		sayAll([]token{{sign: tNumber, n: 2, width: 1}, {sign: tUnit, n: i}}, w)
	}
	for i, w := range []string{"a day", "a week", "a month", "a year"} {
		sayAll([]token{{sign: tNumber, n: 1, width: 1}, {sign: tUnit, n: i}}, w)
	}
	say(token{sign: tRelative, n: 0}, "today|tonight|now|اليوم|الليلة|هذا اليوم|الآن")
	say(token{sign: tRelative, n: -1}, "yesterday|أمس|امس|البارحة|مبارح|امبارح|إمبارح|بالأمس|يوم أمس")
	say(token{sign: tRelative, n: -2}, "day before yesterday|أول أمس|أمس الأول|أول من أمس|أول البارحة|أول امبارح")
	say(token{sign: tRelative, n: 1}, "tomorrow|غدا|غدًا|بكرة|بكرا|يوم غد|غد")
	say(token{sign: tRelative, n: 2}, "day after tomorrow|بعد غد|بعد بكرة|بعد الغد")
	sayAll([]token{{sign: tRelative}, {sign: tMorning}}, "this morning|هذا الصباح")
	sayAll([]token{{sign: tRelative}, {sign: tEvening}}, "this afternoon|this evening|هذا المساء|هذه الليلة")
	say(token{sign: tLastNight}, "last night|الليلة الماضية|ليلة أمس|ليلة البارحة|البارحة ليلا|yesterday night|overnight|ليل أمس")
	say(token{sign: tEarly}, "early|beginning of|start of|أوائل|مطلع|بداية|اوائل|مستهل")
	say(token{sign: tMid}, "mid|middle of|منتصف|أواسط|وسط")
	say(token{sign: tLate}, "late|end of|أواخر|نهاية|آخر|اخر")
	say(token{sign: tAnnoHeg}, "ah|a h|h|ه|هجري|هجرية|للهجرة")
	say(token{sign: tAnnoDom}, "ad|ce|م|ميلادي|ميلادية")
	say(token{sign: tLast}, "last|past|previous|الماضي|الماضية|المنصرم|المنصرمة|الفائت|الفائتة|السابق|السابقة")
	say(token{sign: tNext}, "next|coming|القادم|القادمة|المقبل|المقبلة|الجاي|الجاية")
	say(token{sign: tThis}, "this|current|هذا|هذه|الحالي|الحالية|الجاري|الجارية")
	say(token{sign: tAgo}, "ago|مضت|خلت")
	say(token{sign: tAt}, "at|الساعة|ساعة")
	say(token{sign: tMorning}, "am|a m|صباحا|ص|صباح|morning|in the morning|الصباح|فجرا|فجر|dawn|at dawn|الفجر")
	say(token{sign: tEvening}, "pm|p m|مساء|م مساء|afternoon|evening|in the evening|in the afternoon|المساء|عصرا|ظهرا|ليلا|night|at night|noon|at noon|ليل|ليلة|ظهر|الظهر|العصر|عصر")
	say(token{sign: tBetween}, "between|sometime between|some time between|one day between|بين|ما بين|فيما بين|في يوم ما بين|يوم ما بين|يوم بين")
	say(token{sign: tAnd}, "and|و|&")
	say(token{sign: tOr}, "or|أو|او|either")
	say(token{sign: tFrom}, "from|من")
	say(token{sign: tTo}, "to|through|thru|إلى|الى|لغاية|ولغاية")
	say(token{sign: tUntil}, "until|till|up to|حتى")
	say(token{sign: tSince}, "since|منذ|ever since|مند")
	say(token{sign: tBefore}, "before|prior to|earlier than|قبل|قبيل")
	say(token{sign: tAfter}, "after|later than|بعد|عقب")
	say(token{sign: tBy}, "by|no later than|not later than|on or before|at the latest|في موعد أقصاه|موعد أقصاه|بحلول|قبل أو في")
	say(token{sign: tNotBefore}, "on or after|not before|no earlier than|not earlier than|في أو بعد|ابتداء من|اعتبارا من")
	say(token{sign: tAbout}, "about|around|circa|ca|c|approximately|approx|roughly|some time around|حوالي|نحو|قرابة|تقريبا|زهاء|قرب|في حدود")
	say(token{sign: tMaybe}, "perhaps|maybe|probably|possibly|uncertain|ربما|لعل|لعله|غالبا|على الأرجح|يحتمل")
	say(token{sign: tIn}, "in|during|within|في|خلال|أثناء")
	say(token{sign: tGoing}, "present|the present|onward|onwards|ongoing|to date|to present|till now|until now|up to now|حتى الآن|حتى اليوم|إلى الآن|فصاعدا")
	ordinals()
	say(token{sign: tNoise}, "the|of|on|some time|sometime|one|some day|تاريخ|بتاريخ|الموافق|لسنة|لعام|يوم|dated|day of|month of|year")
	// "one", "year" and يوم are also words with a meaning; the grammar drops them where they say nothing.
	say(token{sign: tNumber, n: 1, width: 1}, "one")
	say(token{sign: tUnit, n: unitDay}, "يوم")
	say(token{sign: tUnit, n: unitYear}, "year")
	for i, w := range []string{"العشرينات|العشرينيات", "الثلاثينات|الثلاثينيات", "الأربعينات|الأربعينيات", "الخمسينات|الخمسينيات", "الستينات|الستينيات", "السبعينات|السبعينيات", "الثمانينات|الثمانينيات", "التسعينات|التسعينيات"} {
		say(token{sign: tDecade, n: 1920 + i*10}, w)
	}
}

// ordinals are the days of the month as Arabic prose writes them: الخامس عشر من آذار.
func ordinals() {
	units := strings.Split("الحادي|الثاني|الثالث|الرابع|الخامس|السادس|السابع|الثامن|التاسع", "|")
	for i, u := range units {
		day := func(n int, words string) { say(token{sign: tNumber, n: n, width: 2}, words) }
		if i > 0 {
			day(i+1, u)
		}
		day(i+11, u+" عشر")
		day(i+21, u+" و العشرين|"+u+" و العشرون")
		if i == 0 {
			day(31, u+" و الثلاثين|"+u+" و الثلاثون")
		}
	}
	say(token{sign: tNumber, n: 1, width: 2}, "الأول")
	say(token{sign: tNumber, n: 10, width: 2}, "العاشر")
	say(token{sign: tNumber, n: 20, width: 2}, "العشرين|العشرون")
	say(token{sign: tNumber, n: 30, width: 2}, "الثلاثين|الثلاثون")
}

// foldText makes one spelling of many: lower case, no vowel signs, one form of alef, yeh and teh marbuta, ASCII digits.
func foldText(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(western(s)) {
		switch {
		case r >= 'ً' && r <= '\u065f', r == '\u0670', r == 'ـ':
		case r == 'أ', r == 'إ', r == 'آ', r == 'ٱ':
			b.WriteRune('ا')
		case r == 'ى', r == 'ی', r == 'ې':
			b.WriteRune('ي')
		case r == 'ة':
			b.WriteRune('ه')
		case r == 'ک':
			b.WriteRune('ك')
		case r == '\'', r == '’', r == '‘', r == '`', r == 'ʿ', r == 'ʾ', r == 'ʼ', r == '"', r == '“', r == '”', r == '«', r == '»':
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
