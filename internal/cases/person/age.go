package person

import (
	"regexp"
	"strconv"
	"strings"

	"amparo/internal/edtf"
	"amparo/internal/form"
)

// Age is an age as told, in years: N, or from N to Max; About says that it is no more than a guess.
type Age struct {
	N, Max form.Num
	About  bool
}

var (
	ageAbout = regexp.MustCompile(`about|around|approx(imately|\.)?|circa|roughly|maybe|perhaps|or so|~|≈|نحو|حوالي|حوالى|تقريبًا|تقريبا|قرابة|زهاء|في حدود|ربما`)
	ageUnits = regexp.MustCompile(`\b(aged?|years? old|years?|yrs?|y|between|in (his|her|their)|the|in|old)\b|من العمر|عمرها|عمره|العمر|سنوات|سنين|سنة|أعوام|عامًا|عاما|عام`)
	ageOne   = regexp.MustCompile(`^(\d{1,3})(?:y|yrs|yo)?$`)
	ageRange = regexp.MustCompile(`^(?:من|بين)?\s*(\d{1,3})\s*(?:-|–|\.\.|to|and|or|إلى|الى|أو|او|و)\s*(\d{1,3})$`)
	ageTens  = regexp.MustCompile(`^(early|mid|late|أوائل|منتصف|أواخر)?[\s-]*(\d0)'?s$`)
)

// decades are the tens of an age in words, as ageTens reads them.
var decades = strings.NewReplacer("twenties", "20s", "thirties", "30s", "forties", "40s", "fifties", "50s", "sixties", "60s", "seventies", "70s", "eighties", "80s", "nineties", "90s",
	"العشرينيات", "20s", "العشرينات", "20s", "الثلاثينيات", "30s", "الثلاثينات", "30s", "الأربعينيات", "40s", "الأربعينات", "40s", "الخمسينيات", "50s", "الخمسينات", "50s",
	"الستينيات", "60s", "الستينات", "60s", "السبعينيات", "70s", "السبعينات", "70s", "الثمانينيات", "80s", "الثمانينات", "80s", "التسعينيات", "90s", "التسعينات", "90s")

// ReadAge reads "30", "about 30", "25 to 30", "in her thirties", in English or
// Arabic, and what files hold ("30~", "25..30"); false for anything else.
func ReadAge(text string) (Age, bool) {
	text = strings.ToLower(form.ASCII(text))
	about := ageAbout.MatchString(text)
	text = decades.Replace(ageAbout.ReplaceAllString(text, " "))
	text = strings.TrimPrefix(strings.TrimSpace(ageUnits.ReplaceAllString(text, " ")), "في ")
	text = strings.Join(strings.Fields(text), " ")
	years := func(digits string) form.Num {
		n, _ := strconv.Atoi(digits)
		return form.Num{Valid: true, N: float64(n)}
	}
	if m := ageOne.FindStringSubmatch(text); m != nil {
		return Age{N: years(m[1]), About: about}, true
	}
	if m := ageRange.FindStringSubmatch(text); m != nil {
		return Age{N: years(m[1]), Max: years(m[2])}, true
	}
	m := ageTens.FindStringSubmatch(text)
	if m == nil {
		return Age{}, false
	}
	a := Age{N: years(m[2]), Max: years(m[2])}
	from, to := 0.0, 9.0
	switch m[1] {
	case "early", "أوائل":
		to = 4
	case "mid", "منتصف":
		from, to = 3, 7
	case "late", "أواخر":
		from = 6
	}
	a.N.N, a.Max.N = a.N.N+from, a.Max.N+to
	return a, true
}

// Possible tells whether somebody can be of that age.
func (a Age) Possible() bool {
	return !a.N.Valid && !a.Max.Valid || a.N.Valid && a.N.N >= 0 && a.N.N <= 130 && (!a.Max.Valid || a.Max.N >= a.N.N && a.Max.N <= 130)
}

// Exact tells whether the age was told as one number that is sure.
func (a Age) Exact() bool { return !a.About && !a.Max.Valid }

// Words say the age without its unit: "30", "about 30", "25 to 30".
func (a Age) Words(s edtf.Speaker) string {
	switch {
	case a.Max.Valid:
		return s.T("age.range", "n", int(a.N.N), "max", int(a.Max.N))
	case a.About:
		return s.T("age.about", "n", int(a.N.N))
	}
	return strconv.Itoa(int(a.N.N))
}

// AgeTold is the person's age as told.
func (p *Person) AgeTold() Age { return Age{p.Age, p.AgeMax, p.AgeAbout} }
