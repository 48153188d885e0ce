package names

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// shelf keeps names in memory as the table of keys does.
func shelf(about Subject, called ...[]string) Shelf[int] {
	filed := map[string][]int{}
	for id, list := range called {
		seen := map[string]bool{}
		for _, name := range list {
			for _, k := range append(prepare(name, about).Keys(), "="+Fold(name)) {
				if !seen[k] {
					seen[k] = true
					filed[k] = append(filed[k], id)
				}
			}
		}
	}
	return Shelf[int]{
		About: about,
		Exact: func(name string) string { return "=" + Fold(name) },
		Has: func(keys []string) (map[string]bool, error) {
			there := map[string]bool{}
			for _, k := range keys {
				there[k] = len(filed[k]) > 0
			}
			return there, nil
		},
		Read: func(keys []string, limit int) (map[string][]int, error) {
			found := map[string][]int{}
			for _, k := range keys {
				found[k] = filed[k][:min(limit, len(filed[k]))]
			}
			return found, nil
		},
		Names: func(ids []int) (map[int][]string, error) {
			out := map[int][]string{}
			for _, id := range ids {
				out[id] = called[id]
			}
			return out, nil
		},
	}
}

// marked writes a text with what was found in brackets, and likely new names in braces.
func marked(t *testing.T, text string, shelves ...Shelf[int]) string {
	t.Helper()
	read := ReadText(text)
	var list []Sighting[int]
	for _, s := range shelves {
		found, err := FindIn(read, s)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, found...)
	}
	var taken []Stretch
	for _, m := range Choose(read, list) {
		taken = append(taken, Stretch{m[0].Start, m[0].End})
	}
	fresh := read.LikelyNames(taken)
	var out strings.Builder
	at := 0
	for len(taken)+len(fresh) > 0 {
		open, end := "[", "]"
		var s Stretch
		if len(fresh) == 0 || len(taken) > 0 && taken[0].Start < fresh[0].Start {
			s, taken = taken[0], taken[1:]
		} else {
			s, fresh, open, end = fresh[0], fresh[1:], "{", "}"
		}
		if s.Start < at || s.End <= s.Start || s.End > len(text) || !utf8.ValidString(text[s.Start:s.End]) && utf8.ValidString(text) {
			t.Fatalf("a mark from %d to %d after %d in %q", s.Start, s.End, at, text)
		}
		out.WriteString(text[at:s.Start] + open + text[s.Start:s.End] + end)
		at = s.End
	}
	return out.String() + text[at:]
}

func TestNamesOnFileAreMarkedInAText(t *testing.T) {
	people := shelf(OfPerson, []string{"Salim al-Warfali", "سالم الورفلي"}, []string{"Mohammed Faraj al-Tamri"}, []string{"Abd al-Karim Sabuni"}, []string{"Dilbar"}, []string{"王小明"})
	bodies := shelf(OfOrganization, []string{"al-Tamriyat"}, []string{"Harbour Guard"})
	places := shelf(OfPlace, []string{"Tarhuna"}, []string{"Quay prison"})
	for _, c := range [][2]string{
		{"On Tuesday Salem Alwarfali was taken by the Harbour Guard.", "On Tuesday [Salem Alwarfali] was taken by the [Harbour Guard]."},
		{"Salim Warfali's brother says nothing.", "[Salim Warfali]'s brother says nothing."},
		{"He and Mohamed al-Tamri went to Tarhouna, then home.", "He and [Mohamed al-Tamri] went to [Tarhouna], then home."},
		{"قال شهود إن سالم الورفلي نقل إلى ترهونة يوم الأحد", "قال شهود إن [سالم الورفلي] نقل إلى [ترهونة] يوم الأحد"},
		{"ومحمد التامري اعتقل بترهونة", "و[محمد التامري] اعتقل ب[ترهونة]"},
		{"Салим Варфали задержан в Тархуна.", "[Салим Варфали] задержан в [Тархуна]."},
		{"Abdulkarim Sabuni and Dilbar are held at Quay Prison.", "[Abdulkarim Sabuni] and [Dilbar] are held at [Quay Prison]."},
		{"salim warfali was seen in tarhuna", "[salim warfali] was seen in [tarhuna]"},
		{"昨天王小明被捕", "昨天[王小明]被捕"},
		{"مع Salim Warfali في Tarhuna", "مع [Salim Warfali] في [Tarhuna]"},
		{"A list: Nuria Ostrovar, Salim\nal-Warfali.", "A list: {Nuria Ostrovar}, [Salim\nal-Warfali]."},
	} {
		if got := marked(t, c[0], people, bodies, places); got != c[1] {
			t.Errorf("%s\n   got %s\nwanted %s", c[0], got, c[1])
		}
	}
}

func TestWhatOnlySoundsAlikeIsNotMarked(t *testing.T) {
	people := shelf(OfPerson, []string{"Salim al-Warfali"}, []string{"Said Ali"})
	for _, text := range []string{
		"He said all was well.", "Salim went home. Warfali stayed.", "Salim Faraj spoke.", "A salami and a waffle.", "قال علي إنه بخير",
	} {
		if got := strings.NewReplacer("{", "", "}", "").Replace(marked(t, text, people)); got != text {
			t.Errorf("marked: %s", got)
		}
	}
}

func TestLikelyNewNamesAreProposed(t *testing.T) {
	for _, c := range [][2]string{
		{"The guard saw Nuria Ostrovar on Monday.", "The guard saw {Nuria Ostrovar} on Monday."},
		{"Yesterday Colonel Faraj bin Salim spoke to the Ministry of Interior.", "Yesterday Colonel {Faraj bin Salim} spoke to the Ministry of Interior."},
		{"اعتقل محمد سالم الترهوني في البيت", "اعتقل {محمد سالم الترهوني} في البيت"},
		{"Вчера Мурад Аслани пропал.", "Вчера {Мурад Аслани} пропал."},
	} {
		if got := marked(t, c[0]); got != c[1] {
			t.Errorf("%s\n   got %s\nwanted %s", c[0], got, c[1])
		}
	}
}

func TestTheSurerMarkWinsAndTheOtherIsKept(t *testing.T) {
	people := shelf(OfPerson, []string{"Salim Warfali"}, []string{"Saleem Warfalli"})
	read := ReadText("Salim Warfali was seen.")
	list, err := FindIn(read, people)
	if err != nil {
		t.Fatal(err)
	}
	marks := Choose(read, list)
	if len(marks) != 1 || len(marks[0]) != 2 || marks[0][0].ID != 0 || marks[0][1].ID != 1 || len(marks[0][0].Match.Reasons) == 0 {
		t.Fatalf("%+v", marks)
	}
}

func TestABrotherIsNotWhatANameMayMean(t *testing.T) {
	people := shelf(OfPerson, []string{"Ilya Andreyevich Ostrovar"}, []string{"Artyom Andreyevich Ostrovar"}, []string{"Ilia Ostrovar"}, []string{"Colonel Salim Warfali"}, []string{"Salim Warfali"})
	for text, want := range map[string][]int{"They took Ilya Andreyevich Ostrovar away.": {0, 2}, "Yesterday Colonel Salim Warfali spoke.": {3, 4}} {
		read := ReadText(text)
		list, err := FindIn(read, people)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, m := range Choose(read, list) {
			for _, s := range m {
				got = append(got, s.ID)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s may mean %v, wanted %v", text, got, want)
		}
	}
}

func FuzzMarksNeverOverlapAndLoseNoLetter(f *testing.F) {
	for _, s := range []string{"", "Salim al-Warfali's house in Tarhuna", "ومحمد التامري بترهونة", "Al-\u200fWarfali Salim", "王小明 in Tarhuna\n\nSalim", "\xff Salim \xc3Warfali", "E. J. Salim Warfali", "abd al", "Ab'd ul-ʼ", "१२ Salim ـوسالم الورفلي"} {
		f.Add(s)
	}
	people := shelf(OfPerson, []string{"Salim al-Warfali", "سالم الورفلي"}, []string{"Mohammed Faraj al-Tamri"}, []string{"王小明"}, []string{"Abd al-Karim Din"}, []string{"Abu Salim"})
	places := shelf(OfPlace, []string{"Tarhuna"}, []string{"Salim city"})
	plain := strings.NewReplacer("[", "", "]", "", "{", "", "}", "")
	f.Fuzz(func(t *testing.T, text string) {
		if got := marked(t, text, people, places); plain.Replace(got) != plain.Replace(text) {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
