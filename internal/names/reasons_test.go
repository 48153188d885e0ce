package names

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// sentence joins reasons by a catalogue file, as a screen would.
func sentence(t *testing.T, lang string, reasons []Reason) string {
	t.Helper()
	raw, err := os.ReadFile("../i18n/messages/" + lang + "/names.json")
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]string
	if err := json.Unmarshal(raw, &messages); err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, r := range reasons {
		m, ok := messages[r.Key()]
		if !ok {
			t.Errorf("%s: no message %s", lang, r.Key())
		}
		for i := 0; i+1 < len(r.Args); i += 2 {
			m = strings.ReplaceAll(m, "{"+r.Args[i].(string)+"}", r.Args[i+1].(string))
		}
		if strings.Contains(m, "{") {
			t.Errorf("%s: %s is not filled", lang, m)
		}
		parts = append(parts, m)
	}
	return strings.Join(parts, messages["names.reason.separator"])
}

func TestAReasonReadsAsASentence(t *testing.T) {
	m := Compare("Tamri, Mohammed", "محمد التامري")
	if got, want := sentence(t, "en", m.Reasons), "same consonants; Mohammed = محمد; order differs; script differs; with and without the article"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, pair := range [][2]string{
		{"Salim Warfali", "Nadia Warfali"}, {"Salim Faraj Warfali", "Salim Warfali"}, {"K. Ostrovar", "Kestutis Ostrovar"},
		{"Abu Layth Tariq", "Abou Laith Tariq"}, {"Anne Marie Holst", "Annemarie Holst"}, {"Bill Ostrovar", "William Ostrovar"}, {"Same Name", "same name"},
	} {
		for _, lang := range []string{"en", "ar"} {
			if sentence(t, lang, Compare(pair[0], pair[1]).Reasons) == "" {
				t.Errorf("%v has no reason in %s", pair, lang)
			}
		}
	}
}

func TestEveryReasonIsInBothLanguages(t *testing.T) {
	for _, code := range []string{
		"same_spelling", "same_words", "same_consonants", "same_sound", "near_spelling", "mohammed_variant", "same_given_name", "order_differs",
		"script_differs", "joined_words", "article", "initials", "kunya", "missing_part", "part_differs",
	} {
		for _, lang := range []string{"en", "ar"} {
			sentence(t, lang, []Reason{{Code: code, Args: []any{"a", "x", "b", "y", "part", "z"}}})
		}
	}
}
