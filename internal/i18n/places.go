package i18n

import (
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// namers are the words for countries, languages and scripts, from the tables of x/text.
var namers sync.Map // language code → *namer

type namer struct {
	regions   display.Namer
	languages display.Namer
	scripts   display.Namer
}

func (r *Reader) namer() *namer {
	if n, ok := namers.Load(r.Lang()); ok {
		return n.(*namer)
	}
	tag := language.Make(r.Lang())
	n, _ := namers.LoadOrStore(r.Lang(), &namer{regions: display.Regions(tag), languages: display.Languages(tag), scripts: display.Scripts(tag)})
	return n.(*namer)
}

// Country is the word for an ISO 3166-1 alpha-2 code; the code itself where
// there is none.
func (r *Reader) Country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := r.namer().regions.Name(region); name != "" {
		return name
	}
	return code
}

// LanguageName is the word for a BCP 47 code; the code itself where there is none.
func (r *Reader) LanguageName(code string) string {
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	if name := r.namer().languages.Name(tag); name != "" {
		return name
	}
	return code
}

// ScriptName is the word for an ISO 15924 code; the code itself where there is none.
func (r *Reader) ScriptName(code string) string {
	script, err := language.ParseScript(code)
	if err != nil {
		return code
	}
	if name := r.namer().scripts.Name(script); name != "" {
		return name
	}
	return code
}

// Compare orders two texts as the language's dictionaries do.
func (r *Reader) Compare() func(a, b string) int {
	return collate.New(language.Make(r.Lang())).CompareString
}
