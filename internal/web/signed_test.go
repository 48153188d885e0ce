package web

import (
	"slices"
	"testing"
)

func TestSignedLinesAreReadAsPeopleWriteThem(t *testing.T) {
	for line, want := range map[string][]string{
		"Amal Sarrani, teacher": {"Amal Sarrani", "teacher"}, "3. Amal Sarrani": {"Amal Sarrani", ""}, " - Amal  Sarrani ; judge, retired": {"Amal  Sarrani", "judge, retired"},
		"٣. أمل السراني، معلمة": {"أمل السراني", "معلمة"}, "7 sisters of mercy": {"7 sisters of mercy", ""}, "": {"", ""}, "Jean-Paul Amri – poet": {"Jean-Paul Amri", "poet"},
	} {
		if name, capacity := signed(line); !slices.Equal([]string{name, capacity}, want) {
			t.Errorf("%q is read as %q, %q", line, name, capacity)
		}
	}
}
