package cases

import (
	"strings"
	"testing"
	"time"

	"amparo/internal/names"
)

func TestDatesInATextAreRead(t *testing.T) {
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ text, want string }{
		{"He was taken on 3 March 2021 near the mill.", "2021-03-03"},
		{"On 12 November 2026 nobody called.", "2026-11-12"},
		{"They came yesterday with 14 cars; 1950 people saw it.", "2026-11-19"},
		{"He may march to the sun.", ""},
		{"اعتقل يوم 5 مارس 2020 في البيت", "2020-03-05"},
		{"Seen in May 2022, and again in June 2022.", "2022-05 2022-06"},
		{"Case 14-22, room 7, 500 dinars.", ""},
	} {
		var got []string
		for _, d := range dates(c.text, day, nil) {
			got = append(got, d.Date.Text)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, wanted %s", c.text, got, c.want)
		}
	}
}

func TestTheSentenceAroundANameIsCited(t *testing.T) {
	long := strings.Repeat("word ", 400)
	for _, c := range [][3]string{
		{"One. Two Salim three. Four.", "Salim", "Two Salim three."},
		{"He paid 3.50 to Salim. Four.", "Salim", "He paid 3.50 to Salim."},
		{"أين سالم؟ في البيت.", "سالم", "أين سالم؟"},
		{"Salim", "Salim", "Salim"},
		{"First line\nSalim here", "Salim", "Salim here"},
	} {
		i := strings.Index(c[0], c[1])
		if got := SentenceAt(c[0], names.Stretch{Start: i, End: i + len(c[1])}); got != c[2] {
			t.Errorf("%q: %q", c[0], got)
		}
	}
	text := long + "Salim " + long
	i := strings.Index(text, "Salim")
	if got := SentenceAt(text, names.Stretch{Start: i, End: i + 5}); !strings.Contains(got, "Salim") || len([]rune(got)) > 1000 {
		t.Errorf("%d letters of a long sentence", len([]rune(got)))
	}
}
