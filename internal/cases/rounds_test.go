package cases_test

import (
	"strings"
	"testing"

	"amparo/internal/cases"
)

// marked writes what went in […] and what came in {…}.
func marked(edits []cases.Edit) string {
	var b strings.Builder
	for _, e := range edits {
		switch e.Op {
		case -1:
			b.WriteString("[" + e.Text + "]")
		case 1:
			b.WriteString("{" + e.Text + "}")
		default:
			b.WriteString(e.Text)
		}
	}
	return b.String()
}

func TestASecondRoundShowsWhichWordsChanged(t *testing.T) {
	for _, c := range [][3]string{
		{"He was taken on Monday.", "He was taken on Tuesday.", "He was taken on [Monday.]{Tuesday.}"},
		{"", "All new.", "{All new.}"},
		{"Gone.", "", "[Gone.]"},
		{"The same.\n\nTwice.", "The same.\n\nTwice.", "The same.\n\nTwice."},
		{"أُخذ يوم الاثنين من بيته", "أُخذ يوم الثلاثاء من بيته", "أُخذ يوم [الاثنين ]{الثلاثاء }من بيته"},
	} {
		if got := marked(cases.Differ(c[0], c[1])); got != c[2] {
			t.Errorf("%q → %q\n got %q\nwant %q", c[0], c[1], got, c[2])
		}
	}
}

func FuzzDifferGivesBackBothTexts(f *testing.F) {
	f.Add("a b c", "a c d")
	f.Add("\n\n x", " ")
	f.Fuzz(func(t *testing.T, before, now string) {
		var a, b strings.Builder
		for _, e := range cases.Differ(before, now) {
			if e.Op <= 0 {
				a.WriteString(e.Text)
			}
			if e.Op >= 0 {
				b.WriteString(e.Text)
			}
		}
		if a.String() != before || b.String() != now {
			t.Errorf("%q, %q came back as %q, %q", before, now, a.String(), b.String())
		}
	})
}
