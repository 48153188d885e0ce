// Package i18n holds every sentence a person reads: the catalogue of messages
// in each language, plural forms, direction of writing and numbers. Dates in
// words live in edtf; which language a person has chosen lives with the account.
//
// The catalogue is messages/<lang>/<area>.json, one file per area:
//
//	{"nav.desk": "Desk", "people.count": {"one": "{n} person", "other": "{n} people"}}
//
// It is compiled once at start, so a message costs a map look-up and one
// string. A key that does not exist panics in tests; in production it is shown
// as it stands.
package i18n

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Language is one language the program speaks.
type Language struct {
	Code string // BCP 47 primary tag, as in messages/<code>
	Name string // its name in itself
	Dir  string // "ltr" or "rtl"
}

var languages = []Language{
	{Code: "en", Name: "English", Dir: "ltr"},
	{Code: "ar", Name: "العربية", Dir: "rtl"},
}

// Fallback is the language of a reader of whom nothing is known.
const Fallback = "en"

// Languages lists the languages, the fallback first. The slice is a copy.
func Languages() []Language { return append([]Language(nil), languages...) }

// Known tells whether the program speaks the language of this code.
func Known(lang string) bool { _, ok := readers[lang]; return ok }

// Reader reads the catalogue in one language. Readers are shared and never change.
type Reader struct {
	language Language
	tag      language.Tag
	messages map[string]message
	next     *Reader // where a message is looked for that is missing here
}

var readers = mustLoad()

var matcher = func() language.Matcher {
	tags := make([]language.Tag, len(languages))
	for i, l := range languages {
		tags[i] = language.MustParse(l.Code)
	}
	return language.NewMatcher(tags)
}()

// In returns the reader of a language, or of the fallback when it is not spoken here.
func In(lang string) *Reader {
	if r, ok := readers[lang]; ok {
		return r
	}
	return readers[Fallback]
}

// Match chooses the language that suits an Accept-Language header best. It
// always answers one of Languages.
func Match(acceptLanguage string) string {
	if len(acceptLanguage) > 500 {
		return Fallback
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return Fallback
	}
	_, i, confidence := matcher.Match(wanted...)
	if confidence == language.No {
		return Fallback
	}
	return languages[i].Code
}

// Lang is the code of the reader's language, such as "ar".
func (r *Reader) Lang() string { return r.language.Code }

// Dir is the direction of writing, "ltr" or "rtl".
func (r *Reader) Dir() string { return r.language.Dir }

// Has tells whether a message of this key exists.
func (r *Reader) Has(key string) bool {
	_, ok := r.find(key)
	return ok
}

// T is the message of a key. Args are pairs of a placeholder's name and its
// value: r.T("x.y", "name", "Lina", "days", 5). Whole numbers are grouped.
func (r *Reader) T(key string, args ...any) string {
	m, ok := r.find(key)
	if !ok {
		return missing(r, key)
	}
	if m.plural && testing.Testing() {
		panic("i18n: " + key + " has plural forms: use N")
	}
	return m.forms[plural.Other].fill(r, key, "", args)
}

// N is the message of a key in the plural form that n asks for; {n} is n, grouped.
func (r *Reader) N(key string, n int, args ...any) string {
	m, ok := r.find(key)
	if !ok {
		return missing(r, key)
	}
	if !m.plural && testing.Testing() {
		panic("i18n: " + key + " has no plural forms: use T")
	}
	t := m.forms[r.form(n)]
	if t == nil {
		t = m.forms[plural.Other]
	}
	return t.fill(r, key, r.Int(n), args)
}

func (r *Reader) form(n int) plural.Form {
	if n < 0 {
		n = -n
	}
	// Plural rules look at the last six digits only; the rest says "large".
	if n >= 10_000_000 {
		n = 1_000_000 + n%1_000_000
	}
	return plural.Cardinal.MatchPlural(r.tag, n, 0, 0, 0, 0)
}

// Int writes a whole number with its thousands grouped: 1,845. Digits and
// separator are the same in every language, as in the papers of the UN.
func (r *Reader) Int(n int) string { return group(strconv.Itoa(n)) }

func group(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if len(digits) <= 3 {
		return sign + digits
	}
	var b strings.Builder
	b.Grow(len(sign) + len(digits) + len(digits)/3)
	b.WriteString(sign)
	for i := 0; i < len(digits); i++ {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// Isolate wraps text of unknown direction (a name, a ref, a number) for use
// inside a plain sentence of either direction, where no <bdi> can be written.
func Isolate(s string) string {
	if s == "" {
		return ""
	}
	const firstStrong, pop = "\u2068", "\u2069"
	return firstStrong + s + pop
}

func (r *Reader) find(key string) (message, bool) {
	for at := r; at != nil; at = at.next {
		if m, ok := at.messages[key]; ok {
			return m, true
		}
	}
	return message{}, false
}

func missing(r *Reader, key string) string {
	if testing.Testing() {
		panic(fmt.Sprintf("i18n: no message %q in %s", key, r.language.Code))
	}
	return key
}

type readerKey struct{}

// With returns a context whose messages are read by r.
func With(ctx context.Context, r *Reader) context.Context {
	return context.WithValue(ctx, readerKey{}, r)
}

// From is the reader of the context, or the fallback's when it has none.
func From(ctx context.Context) *Reader {
	if r, ok := ctx.Value(readerKey{}).(*Reader); ok {
		return r
	}
	return readers[Fallback]
}

// T is the message of a key in the language of the context; see Reader.T.
func T(ctx context.Context, key string, args ...any) string { return From(ctx).T(key, args...) }

// N is the message of a key in the plural form of n; see Reader.N.
func N(ctx context.Context, key string, n int, args ...any) string {
	return From(ctx).N(key, n, args...)
}
