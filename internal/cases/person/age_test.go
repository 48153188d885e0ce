package person

import (
	"testing"

	"amparo/internal/form"
)

func TestAnAgeIsKeptAsSureAsItWasTold(t *testing.T) {
	n := func(n float64) form.Num { return form.Num{Valid: true, N: n} }
	for text, want := range map[string]Age{
		"30": {N: n(30)}, "aged 30": {N: n(30)}, "30 years old": {N: n(30)}, "30y": {N: n(30)}, "٣٠": {N: n(30)}, "عمره ٣٠ سنة": {N: n(30)}, "۳۰": {N: n(30)},
		"about 30": {N: n(30), About: true}, "Approx. 30": {N: n(30), About: true}, "~30": {N: n(30), About: true}, "30~": {N: n(30), About: true},
		"maybe 30 or so": {N: n(30), About: true}, "حوالي 30": {N: n(30), About: true}, "نحو ٣٠ عامًا": {N: n(30), About: true}, "٣٠ سنة تقريبًا": {N: n(30), About: true},
		"25 to 30": {N: n(25), Max: n(30)}, "25-30": {N: n(25), Max: n(30)}, "25–30 years": {N: n(25), Max: n(30)}, "25..30": {N: n(25), Max: n(30)}, "between 25 and 30": {N: n(25), Max: n(30)},
		"من ٢٥ إلى ٣٠ سنة": {N: n(25), Max: n(30)}, "بين 25 و30": {N: n(25), Max: n(30)},
		"30s": {N: n(30), Max: n(39)}, "in his 30s": {N: n(30), Max: n(39)}, "in her early thirties": {N: n(30), Max: n(34)}, "late 30s": {N: n(36), Max: n(39)}, "في الثلاثينات من العمر": {N: n(30), Max: n(39)},
	} {
		if got, ok := ReadAge(text); !ok || got != want {
			t.Errorf("%q is read as %+v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "about", "1996", "about 1996", "1990s", "12/11/26", "3 March 2001", "between 1990 and 1995", "young", "11 Nov"} {
		if got, ok := ReadAge(text); ok {
			t.Errorf("%q is no age, and read as %+v", text, got)
		}
	}
	for _, a := range []Age{{N: n(131)}, {N: n(-1)}, {N: n(30), Max: n(20)}, {N: n(30), Max: n(131)}, {Max: n(30)}} {
		if a.Possible() {
			t.Errorf("somebody can be %+v", a)
		}
	}
}
