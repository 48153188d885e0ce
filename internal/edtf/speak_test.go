package edtf

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// keys is a speaker that says the key alone.
type keys struct{}

func (keys) T(key string, args ...any) string { return key }

// reader of one catalogue file, without the package that serves it.
type words map[string]string

func (w words) T(key string, args ...any) string {
	text, ok := w[key]
	if !ok {
		panic("no words for " + key)
	}
	for i := 0; i+1 < len(args); i += 2 {
		text = strings.ReplaceAll(text, "{"+args[i].(string)+"}", args[i+1].(string))
	}
	return text
}

func catalogue(t *testing.T, lang string) words {
	t.Helper()
	b, err := os.ReadFile("../i18n/messages/" + lang + "/date.json")
	if err != nil {
		t.Fatal(err)
	}
	w := words{}
	if err := json.Unmarshal(b, &w); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestDatesAreSaidInWords(t *testing.T) {
	en, ar := catalogue(t, "en"), catalogue(t, "ar")
	for _, c := range []struct{ in, long, short, paper string }{
		{"[2021-11..2022-03]", "one day between 1 Nov 2021 and 31 Mar 2022", "Nov 2021 – Mar 2022", "في يوم ما بين 1 تشرين الثاني/نوفمبر 2021 و31 آذار/مارس 2022"},
		{"2021-11/2022-03", "from November 2021 to March 2022", "from Nov 2021 to Mar 2022", "من تشرين الثاني/نوفمبر 2021 إلى آذار/مارس 2022"},
		{"2022-03-13", "13 March 2022", "13 Mar 2022", "13 آذار/مارس 2022"},
		{"2026-11-21T18:30:00", "21 November 2026 at 18:30", "21 Nov 2026 at 18:30", "21 تشرين الثاني/نوفمبر 2026، الساعة 18:30"},
		{"2020-06", "June 2020", "Jun 2020", "حزيران/يونيو 2020"},
		{"1996~", "about 1996", "about 1996", "حوالي 1996"},
		{"1996%", "about 1996 (not certain)", "about 1996 (not certain)", "حوالي 1996 (غير مؤكد)"},
		{"2020-06-~20", "about 20 June 2020", "about 20 Jun 2020", "حوالي 20 حزيران/يونيو 2020"},
		{"2004?-06-11", "11 June 2004 (year not certain)", "11 Jun 2004 (year not certain)", "11 حزيران/يونيو 2004 (السنة غير مؤكدة)"},
		{"2022-03/", "from March 2022, end unknown", "from Mar 2022, end unknown", "من آذار/مارس 2022، والنهاية مجهولة"},
		{"2022-03/..", "since March 2022, still going on", "since Mar 2022, still going on", "منذ آذار/مارس 2022 وما زال مستمرًا"},
		{"../2020-06", "until June 2020", "until Jun 2020", "حتى حزيران/يونيو 2020"},
		{"2021-1X", "one day between 1 Oct 2021 and 31 Dec 2021", "1 Oct 2021 – 31 Dec 2021", "في يوم ما بين 1 تشرين الأول/أكتوبر 2021 و31 كانون الأول/ديسمبر 2021"},
		{"[2020-11-20,2020-11-27]", "20 November 2020 or 27 November 2020", "20 Nov 2020 or 27 Nov 2020", "20 تشرين الثاني/نوفمبر 2020 أو 27 تشرين الثاني/نوفمبر 2020"},
		{"{2019-10-19,2019-10-20}", "19 October 2019 and 20 October 2019", "19 Oct 2019 and 20 Oct 2019", "19 تشرين الأول/أكتوبر 2019 و20 تشرين الأول/أكتوبر 2019"},
		{"[..2021-06-22]", "on or before 22 June 2021", "on or before 22 Jun 2021", "في موعد لا يتجاوز 22 حزيران/يونيو 2021"},
		{"[2022-03-25..]", "on or after 25 March 2022", "on or after 25 Mar 2022", "في 25 آذار/مارس 2022 أو بعده"},
		{"XXXX-10-19", "19 October, year unknown", "19 Oct, year unknown", "19 تشرين الأول/أكتوبر، السنة مجهولة"},
		{"2020-22", "summer 2020", "summer 2020", "صيف 2020"},
		{"199X", "the 1990s", "the 1990s", "العقد الذي يبدأ في 1990"},
		{"[2022-04-16~..2022-04-18~]", "one day between 16 Apr 2022 and 18 Apr 2022, approximately", "16 Apr 2022 – 18 Apr 2022, approximately", "في يوم ما بين 16 نيسان/أبريل 2022 و18 نيسان/أبريل 2022 تقريبًا"},
	} {
		d := Must(c.in)
		if got := d.In(en); got != c.long {
			t.Errorf("%s in full: %q, want %q", c.in, got, c.long)
		}
		if got := d.Short(en); got != c.short {
			t.Errorf("%s in short: %q, want %q", c.in, got, c.short)
		}
		if got := d.Paper(ar); got != c.paper {
			t.Errorf("%s on paper: %q, want %q", c.in, got, c.paper)
		}
	}
	if got := (Date{}).In(en); got != "date unknown" {
		t.Errorf("nothing is said as %q", got)
	}
}

func TestWhatIsSaidInWordsIsUnderstoodAgain(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		w := catalogue(t, lang)
		for _, text := range []string{"2022-03-13", "2020-06", "1996~", "2021-11/2022-03", "[2020-11-20,2020-11-27]", "{2019-10-19,2019-10-20}", "../2020-06", "2020-22", "2026-11-21T18:30:00"} {
			for _, said := range []string{Must(text).In(w), Must(text).Short(w), Must(text).Paper(w)} {
				if d, err := Understand(said, ref); err != nil || d.Text != text {
					t.Errorf("%s: %q is understood as %q, %v", text, said, d.Text, err)
				}
			}
		}
		said := Must("[2021-11..2022-03]").In(w)
		if d, err := Understand(said, ref); err != nil || d.Text != "[2021-11-01..2022-03-31]" {
			t.Errorf("%q is understood as %q, %v", said, d.Text, err)
		}
	}
}

func TestEveryErrorHasItsSentence(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		w := catalogue(t, lang)
		for _, code := range Codes {
			e := &Error{Code: code, Input: "12/11/26", Options: []Date{Day("2026-11-12"), Day("2026-12-11")}}
			if e.In(w) == "" || !strings.HasPrefix(e.Key(), "date.error.") {
				t.Errorf("%s %s", lang, code)
			}
		}
	}
	if got := (&Error{Code: CodeAmbiguous, Input: "12/11/26", Options: []Date{Day("2026-11-12"), Day("2026-12-11")}}).In(catalogue(t, "en")); !strings.Contains(got, "12 November 2026 or 11 December 2026") {
		t.Errorf("%q", got)
	}
}
