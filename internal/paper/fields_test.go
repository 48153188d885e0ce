package paper

import (
	"fmt"
	"strings"
	"testing"

	"amparo/internal/i18n"
)

func values() Values {
	return Values{
		"person.names": {Paragraph{Text: Text{{Text: "Sami Al-Nahri", Style: Isolated}, {Text: " and "}, {Text: "Lev *Nagorny*", Style: Isolated}}}},
		"demands":      {List{First: 1, Items: []Item{{Blocks: Markdown("Release him")}, {Mark: "1a", Blocks: Markdown("Let him see a doctor")}}}},
		"facts":        {Paragraph{Text: Plain("Taken in March.").Marked(1)}, Paragraph{Text: Plain("Held since.").Marked(2)}},
		"date":         {Paragraph{Text: Plain("3 May 2026")}},
	}
}

func TestFieldsAreFilledWithWordsAndWithBlocks(t *testing.T) {
	for written, want := range map[string]string{
		"On {{date}} of **{{person.names}}**.": "p(On 3 May 2026 of *Sami Al-Nahri** and **Lev *Nagorny**.)",
		"{{facts}}":                            "p(Taken in March. #1) p(Held since. #2)",
		"We ask:\n\n{{ demands }}\n\nYours":    "p(We ask:) l(1.p(Release him)1ap(Let him see a doctor)) p(Yours)",
		"We ask {{demands}}.":                  "p(We ask (1) Release him; (1a) Let him see a doctor.)",
		"- {{demands}}":                        "l(•l(1.p(Release him)1ap(Let him see a doctor)))",
		"# Of {{person.names}} on {{date}} {{": "h2(Of Sami Al-Nahri and Lev *Nagorny* on 3 May 2026 {{)",
		"> {{DATE}}":                           "q(p(3 May 2026))",
		"{{persons}}, {{Persons}}":             "p(Sami Al-Nahri and Lev *Nagorny*, Sami Al-Nahri and Lev *Nagorny*)",
		"{{التاريخ}} {{ الأشخاص }}":            "p(3 May 2026 Sami Al-Nahri and Lev *Nagorny*)",
		"{{deadline}} {{nothing}}":             "p({{deadline}} {{nothing}})",
		"{{nothing}}":                          "p({{nothing}})",
	} {
		got := strings.ReplaceAll(said(values().Fill(Markdown(written))), ".#", ". #")
		if got != want {
			t.Errorf("%q\n becomes %s\n  wanted %s", written, got, want)
		}
	}
}

func TestWhatStandsInAFieldIsNoMarkdown(t *testing.T) {
	v := Values{"case.title": {Paragraph{Text: Plain("# <b>**x**</b> {{date}}")}}, "date": {Paragraph{Text: Plain("today")}}}
	if got, want := said(v.Fill(Markdown("{{case.title}} of {{case.title}}"))), "p(# <b>**x**</b> {{date}} of # <b>**x**</b> {{date}})"; got != want {
		t.Errorf("got %s, wanted %s", got, want)
	}
}

func TestAFieldWithoutValueIsToldWithItsPlace(t *testing.T) {
	written := "إلى {{الجهات المخاطبة}}:\n\n• {{date}}\n• {{person name}} {{ deadline }}\n\n\\{{no}} [x](y{{none}})"
	got := fmt.Sprint(values().Gaps(written))
	if want := "[{الجهات المخاطبة true 1 5} {person name false 4 3} {deadline true 4 19}]"; got != want {
		t.Errorf("got %s, wanted %s", got, want)
	}
}

func TestATextSaysWhichFieldsItHolds(t *testing.T) {
	if got := fmt.Sprint(FieldsIn("{{facts}} {{الأشخاص}} {{persons}} {{nothing}} \\{{date}}")); got != "[facts person.names]" {
		t.Error(got)
	}
}

func TestNoTwoFieldsHaveOneName(t *testing.T) {
	called := map[string]string{}
	for _, name := range FieldNames {
		for _, word := range []string{name, i18n.In("en").T("paper.merge." + name), i18n.In("ar").T("paper.merge." + name)} {
			if other, ok := called[folded(word)]; ok && other != name {
				t.Errorf("%q is %s and %s", word, other, name)
			}
			called[folded(word)] = name
			if m := fieldHere.FindStringSubmatch("{{" + word + "}}"); m == nil || m[1] != word {
				t.Errorf("{{%s}} is no field", word)
			}
		}
	}
	if len(called) < 2*len(FieldNames) {
		t.Errorf("%d names of %d fields", len(called), len(FieldNames))
	}
}
