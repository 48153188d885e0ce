package paper

import (
	"strconv"
	"testing"
)

func TestAFontNeverHasMoreCodesThanItCanHold(t *testing.T) {
	u := &used{codes: map[code]int{}}
	for i := range mostCodes {
		if got := u.code(glyph{text: strconv.Itoa(i)}); got != i {
			t.Fatalf("glyph %d has the code %d", i, got)
		}
	}
	if got := u.code(glyph{text: "one more"}); got != 0 {
		t.Errorf("one more has the code %d", got)
	}
	if got := u.code(glyph{text: "7"}); got != 7 {
		t.Errorf("one of old has the code %d", got)
	}
}
