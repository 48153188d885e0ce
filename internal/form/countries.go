package form

import (
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Countries lists the ISO 3166-1 alpha-2 codes of countries and territories,
// from the tables of x/text; states that are no more have no word there.
var Countries = sync.OnceValue(func() []string {
	var list []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			r, err := language.ParseRegion(code)
			if err == nil && r.IsCountry() && r.String() == code && r.Canonicalize() == r && r.ISO3() != "ZZZ" && display.English.Regions().Name(r) != "" {
				list = append(list, code)
			}
		}
	}
	return list
})
