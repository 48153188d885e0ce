package deadline_test

import (
	"fmt"
	"testing"

	"amparo/internal/deadline"
	"amparo/internal/i18n"
)

func TestEveryRuleHasItsWords(t *testing.T) {
	for _, l := range i18n.Languages() {
		in := i18n.In(l.Code)
		need := func(family, word string) {
			if word != "" && !in.Has("deadline."+family+"."+word) {
				t.Errorf("%s lacks deadline.%s.%s", l.Code, family, word)
			}
		}
		for _, r := range deadline.Rules() {
			need("rule", r.Code)
			need("variant", r.Variant)
			need("trigger", r.Trigger)
			need("owes", r.Owes)
			need("unit", r.Unit)
			need("after", r.After)
			need("caution", r.Caution)
			need("strength", r.Strength)
		}
		for day := range 7 {
			need("weekday", fmt.Sprint(day))
		}
	}
}
