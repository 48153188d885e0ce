package i18n

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// reader compiles a small catalogue for a test.
func reader(t *testing.T, lang, catalogue string) *Reader {
	t.Helper()
	all, err := load(fstest.MapFS{"messages/" + lang + "/test.json": {Data: []byte(catalogue)}})
	if err != nil {
		t.Fatal(err)
	}
	return all[lang]
}

func TestPlaceholdersAreFilledByName(t *testing.T) {
	r := reader(t, "en", `{"a":"{who} was moved to {where}, {days} days","b":"plain"}`)
	if got, want := r.T("a", "days", 1845, "where", "Al-Safsaf", "who", "Lina"), "Lina was moved to Al-Safsaf, 1,845 days"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := r.T("b"); got != "plain" {
		t.Errorf("got %q", got)
	}
}

func TestArabicTakesEachOfItsSixForms(t *testing.T) {
	r := reader(t, "ar", `{"x":{"zero":"zero","one":"one","two":"two","few":"few {n}","many":"many {n}","other":"other {n}"}}`)
	for n, want := range map[int]string{
		0: "zero", 1: "one", 2: "two", 3: "few 3", 10: "few 10", 11: "many 11", 99: "many 99", 100: "other 100",
		102: "other 102", 103: "few 103", 1845: "many 1,845", 12_000_003: "few 12,000,003", 10_000_000: "other 10,000,000",
	} {
		if got := r.N("x", n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestEnglishTakesOneAndOther(t *testing.T) {
	r := reader(t, "en", `{"x":{"one":"{n} person in {where}","other":"{n} people in {where}"}}`)
	for n, want := range map[int]string{0: "0 people in A", 1: "1 person in A", 1695: "1,695 people in A"} {
		if got := r.N("x", n, "where", "A"); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestWholeNumbersAreGroupedAlikeInEveryLanguage(t *testing.T) {
	for _, l := range Languages() {
		for n, want := range map[int]string{0: "0", 7: "7", -12: "-12", 999: "999", 1845: "1,845", -1845: "-1,845", 100000: "100,000", 1234567: "1,234,567"} {
			if got := In(l.Code).Int(n); got != want {
				t.Errorf("%s %d: got %q, want %q", l.Code, n, got, want)
			}
		}
	}
}

func TestTheLanguageFollowsTheBrowser(t *testing.T) {
	for header, want := range map[string]string{
		"": "en", "ar": "ar", "ar-LY,ar;q=0.9,en;q=0.5": "ar", "en-GB": "en", "ru,ar;q=0.8,en;q=0.7": "ar",
		"ja": "en", "*": "en", "%%%": "en", strings.Repeat("ar,", 1000): "en",
	} {
		if got := Match(header); got != want {
			t.Errorf("%.30q: got %s, want %s", header, got, want)
		}
	}
}

func TestAReaderKnowsItsDirectionAndTravelsInTheContext(t *testing.T) {
	if From(context.Background()).Lang() != Fallback {
		t.Error("a bare context does not read the fallback")
	}
	ctx := With(context.Background(), In("ar"))
	if r := From(ctx); r.Lang() != "ar" || r.Dir() != "rtl" {
		t.Errorf("got %s %s", r.Lang(), r.Dir())
	}
	if In("tlh").Lang() != Fallback || Known("tlh") || !Known("ar") {
		t.Error("an unknown language is not read by the fallback")
	}
	if got := T(ctx, "common.save"); got != "حفظ" {
		t.Errorf("got %q", got)
	}
	if got := N(ctx, "error.account.password_long", 128); got != "تتألف كلمة المرور من 128 حرفًا على الأكثر." {
		t.Errorf("got %q", got)
	}
}

func TestIsolatedTextCarriesItsMarks(t *testing.T) {
	if got := Isolate("P-0142"); got != "\u2068P-0142\u2069" {
		t.Errorf("got %q", got)
	}
	if Isolate("") != "" {
		t.Error("nothing was isolated")
	}
}

func TestAMistakeInCodePanicsInTests(t *testing.T) {
	r := reader(t, "en", `{"a":"{x}","p":{"one":"1","other":"2"}}`)
	for name, do := range map[string]func(){
		"missing key":         func() { r.T("nothing.here") },
		"missing placeholder": func() { r.T("a") },
		"plural read plainly": func() { r.T("p") },
		"plain as plural":     func() { r.N("a", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			do()
		})
	}
}

func TestABrokenCatalogueIsRefused(t *testing.T) {
	for name, catalogue := range map[string]string{
		"key twice":          `{"a":"1","a":"2"}`,
		"no other form":      `{"a":{"one":"1"}}`,
		"unknown form":       `{"a":{"several":"1","other":"2"}}`,
		"open brace":         `{"a":"{x"}`,
		"empty placeholder":  `{"a":"{}"}`,
		"strange name":       `{"a":"{X y}"}`,
		"a number":           `{"a":5}`,
		"a list":             `{"a":["x"]}`,
		"text after the end": `{} {}`,
		"not an object":      `[]`,
		"cut short":          `{"a":"1"`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := load(fstest.MapFS{"messages/en/x.json": {Data: []byte(catalogue)}}); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestAMessageCostsNoMoreThanItsOwnString(t *testing.T) {
	r := reader(t, "en", `{"a":"plain","b":"{who} in {where}"}`)
	if n := testing.AllocsPerRun(100, func() { r.T("a") }); n != 0 {
		t.Errorf("plain: %v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { r.T("b", "who", "Lina", "where", "Al-Safsaf") }); n > 1 {
		t.Errorf("filled: %v allocations", n)
	}
}

func TestLanguagesStartWithTheFallback(t *testing.T) {
	if l := Languages(); l[0].Code != Fallback || !slices.ContainsFunc(l, func(l Language) bool { return l.Dir == "rtl" }) {
		t.Errorf("got %v", l)
	}
}
