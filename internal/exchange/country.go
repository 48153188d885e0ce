package exchange

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"amparo/internal/form"
	"amparo/internal/names"
)

// countryLanguages are those whose names of countries are read.
var countryLanguages = []string{"en", "ar", "fr", "es", "pt", "de", "it", "nl", "ru", "uk", "az", "tr", "fa", "ur", "he", "el", "hy", "ka", "zh", "ko", "hi", "id"}

// further are names in common use that the tables write otherwise.
var further = map[string]string{
	"turkey": "TR", "turkiye": "TR", "palestine": "PS", "state of palestine": "PS", "فلسطين": "PS", "burma": "MM", "myanmar": "MM",
	"ivory coast": "CI", "swaziland": "SZ", "czech republic": "CZ", "macedonia": "MK", "cape verde": "CV", "east timor": "TL",
	"dr congo": "CD", "democratic republic of the congo": "CD", "congo": "CG", "republic of the congo": "CG", "syrian arab republic": "SY",
	"russian federation": "RU", "republic of korea": "KR", "dprk": "KP", "usa": "US", "uk": "GB", "great britain": "GB", "uae": "AE",
	"الامارات": "AE", "viet nam": "VN", "lao pdr": "LA", "iran islamic republic of": "IR", "holland": "NL", "ksa": "SA",
}

var countries = sync.OnceValue(func() map[string]string {
	byName := map[string]string{}
	for _, lang := range countryLanguages {
		regions := display.Regions(language.Make(lang))
		for _, code := range form.Countries() {
			name := names.Fold(regions.Name(language.MustParseRegion(code)))
			if _, taken := byName[name]; !taken && name != "" {
				byName[name] = code
			}
		}
	}
	for name, code := range further {
		byName[names.Fold(name)] = code
	}
	return byName
})

// countryOf finds the code of a country from a code of two or three letters or
// from its name.
func countryOf(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if code := strings.ToUpper(text); len(code) == 2 && slices.Contains(form.Countries(), code) {
		return code, true
	}
	if code, ok := countries()[names.Fold(text)]; ok {
		return code, true
	}
	if len(text) == 3 {
		if r, err := language.ParseRegion(strings.ToUpper(text)); err == nil && slices.Contains(form.Countries(), r.String()) {
			return r.String(), true
		}
	}
	return "", false
}
