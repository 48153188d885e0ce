package paper

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"amparo/internal/i18n"
)

// inEnglish is a case summary of three pages; nobody in it exists.
func inEnglish() Document {
	var s Sources
	family := s.Mark("a", Plain("Statement of the family, 30 Mar 2022"), "B2")
	court := s.Mark("b", Plain("Court document, https://example.org/archive/decisions/2022/03/decision-of-the-chamber-of-accusation-no-441-2022.html"), "A1")
	d := Document{
		Lang: "en", Dir: "ltr", Title: "Members of a reading circle, Port Vesna",
		Head: Head{Start: "Amparo · Case summary · audience: internal", End: "C-0007 · printed 20 Nov 2026 by L. Okafor"},
		Foot: "check code 7F3K-9QMX: shows whether the record has changed since",
		Blocks: []Block{
			Paragraph{Text: Text{{Text: "Seven men detained between November 2021 and March 2022 for their opinions. Opened 16 Mar 2022. "}, {Text: "At least 4 in custody.", Style: Bold}}},
			Facts{[]Fact{
				{"State", Plain("Open")}, {"Lead", Plain("Lina Okafor")},
				{"Names on file", Plain("Сергій Їжаков, Əli Şıxlı, Čedomir Țiu")},
				{"Next review", Plain("1 Dec 2026")},
			}},
			Heading{2, "People"},
		},
	}
	people := Table{Caption: "People of this case", Columns: []Column{{Title: "Ref"}, {Title: "Name"}, {Title: "Taken"}, {Title: "By"}, {Title: "Now"}, {Title: "Days", Align: End}}}
	names := []string{"Sami Al-Nahri " + i18n.Isolate("سامي النهري"), "Əli Şıxlı oğlu", "Сергій Їжаков", "Vasıf Ağdamlı", "Lev Nagorny " + i18n.Isolate("Лев Нагорный"), i18n.Isolate("محمود بن لافي"), "Not named (man, about 40)"}
	for i, n := range names {
		people.Rows = append(people.Rows, []Text{
			Apart(fmt.Sprintf("P-%04d", 142+i)), Plain(n), Plain("Nov 2021 – Mar 2022"), Plain("Office of Inner Order"),
			Plain("Gray Harbour prison"), Apart("1,695–1,845"),
		})
	}
	people.Rows = append(people.Rows, []Text{Plain("–"), {{Text: "three people not shown", Style: Italic}}})
	d.Blocks = append(d.Blocks, people, Heading{2, "Chronology"})
	var c Chronology
	for i := range 34 {
		text := Plain("Seven men arrested by the Office of Inner Order.")
		if i%3 == 1 {
			text = Plain("The circle announces that it dissolves itself; its members are told to report each week, and two of them are told that their passports will not be given back before the trial has ended.")
		}
		if i == 4 {
			text = Plain("«نطلب إبلاغ الأسرة بمكان احتجازه (الرقم 12/2022) فورًا» من رسالة الأسرة.")
		}
		c.Rows = append(c.Rows, Moment{fmt.Sprintf("%d Mar 2022", i+1), text.Marked(family, court)})
	}
	d.Blocks = append(d.Blocks, c, Heading{2, "What was asked, and what came of it"})
	asked := Table{Columns: []Column{{Title: "#", Width: .06}, {Title: "Demand"}, {Title: "Of whom"}, {Title: "Due"}, {Title: "Outcome"}}}
	for i := range 26 {
		asked.Rows = append(asked.Rows, []Text{Apart(fmt.Sprint(i + 1)), Plain("Release"), Plain("Attorney General"), Plain("20 Oct 2026"), Plain("no answer, 31 days late")})
	}
	d.Blocks = append(d.Blocks, asked, Heading{3, "Remarks"}, Paragraph{Text: Plain("Two demands were left out because their text exists in another language only."), Tone: Muted},
		Heading{2, i18n.In("en").T("paper.sources")}, s.Notes())
	return d
}

// inArabic is the same kind of document in the other direction.
func inArabic() Document {
	var s Sources
	family := s.Mark("a", Plain("إفادة الأسرة، 30 آذار/مارس 2022"), "B2")
	court := s.Mark("b", Plain("وثيقة قضائية، "+i18n.Isolate("https://example.org/archive/441-2022.html")), "A1")
	english := s.Mark("c", Plain("Letter of the bar association, in English"), "")
	d := Document{
		Lang: "ar", Dir: "rtl", Title: "أعضاء حلقة قراءة، ميناء فيسنا",
		Head: Head{Start: "أمبارو · ملخص القضية · الجمهور: داخلي", End: i18n.Isolate("C-0007") + " · طُبع في 20 تشرين الثاني/نوفمبر 2026"},
		Foot: i18n.In("ar").T("paper.check_code", "code", i18n.Isolate("7F3K-9QMX")),
		Blocks: []Block{
			Paragraph{Text: Text{{Text: "سبعة رجال احتُجزوا بين تشرين الثاني/نوفمبر 2021 وآذار/مارس 2022 بسبب آرائهم. فُتحت القضية في 16 آذار/مارس 2022. "}, {Text: "أربعة منهم على الأقل قيد الاحتجاز.", Style: Bold}}},
			Facts{[]Fact{
				{"الوضع", Plain("مفتوحة")}, {"المسؤول", Apart("Lina Okafor")},
				{"هاتف الأسرة", Apart("+000 91 234 567")},
				{"الأسماء في الملف", Plain(i18n.Isolate("Сергій Їжаков") + "، " + i18n.Isolate("Əli Şıxlı") + "، " + i18n.Isolate("محمود بن لافي"))},
			}},
			Heading{2, "الأشخاص"},
		},
	}
	people := Table{Columns: []Column{{Title: "الرقم"}, {Title: "الاسم"}, {Title: "تاريخ الاعتقال"}, {Title: "الجهة"}, {Title: "المكان الآن"}, {Title: "الأيام", Align: End}}}
	names := []string{i18n.Isolate("سامي النهري") + " " + i18n.Isolate("Sami Al-Nahri"), "Əli Şıxlı oğlu", "Сергій Їжаков", "محمّد الأمين (أبو لؤي)", "لا اسم بعد"}
	for i, n := range names {
		people.Rows = append(people.Rows, []Text{
			Apart(fmt.Sprintf("P-%04d", 142+i)), Plain(n), Plain("بين تشرين الثاني/نوفمبر 2021 وآذار/مارس 2022"), Plain("مكتب النظام الداخلي"),
			Plain("سجن الميناء الرمادي"), Plain("بين 1,695 و1,845 يومًا"),
		})
	}
	d.Blocks = append(d.Blocks, people, Heading{2, "التسلسل الزمني"})
	var c Chronology
	for i := range 40 {
		text := Plain("اعتقل مكتب النظام الداخلي سبعة رجال، بينهم " + i18n.Isolate("Sami Al-Nahri سامي النهري") + " وقريب له.")
		if i%3 == 1 {
			text = Plain("أعلنت الحلقة حلّ نفسها، وطُلب من أعضائها الحضور كل أسبوع، وأُبلغ اثنان منهم بأن جوازي سفرهما لن يُعادا قبل انتهاء المحاكمة (القضية رقم 441/2022).")
		}
		c.Rows = append(c.Rows, Moment{fmt.Sprintf("%d آذار/مارس 2022", i+1), text.Marked(family, court)})
	}
	d.Blocks = append(d.Blocks, c, Heading{2, "ما طُلب وما نتج عنه"})
	asked := Table{Columns: []Column{{Title: "#", Width: .06}, {Title: "المطلب"}, {Title: "ممن"}, {Title: "الموعد"}, {Title: "النتيجة"}}}
	for i := range 20 {
		asked.Rows = append(asked.Rows, []Text{Apart(fmt.Sprint(i + 1)), Plain("الإفراج"), Plain("النائب العام"), Plain("20 تشرين الأول/أكتوبر 2026"), Plain("لا جواب، متأخر 31 يومًا").Marked(english)})
	}
	d.Blocks = append(d.Blocks, asked, Heading{2, i18n.In("ar").T("paper.sources")}, s.Notes())
	return d
}

// written is a text with all that Markdown can say.
func written(lang string) Document {
	text := "# Facts\n\nWe write about **Sami Al-Nahri** (سامي النهري), taken [1] in *March*.\n\n1. First point that is long enough to go over one line, so that its second line is seen to begin under the first one and not under its number.\n   - inner one\n   - inner two\n2. Second\n\n   with a second paragraph.\n3. نقطة بالعربية 12/2022\n\nAnd again:\n\n4. fourth\n\n> What they said, with more words so that the quote goes over at least two lines of the page on which it is shown. And still more.\n>\n> - and a list\n\n---\n\nSee [the list](https://example.org/list).  \n{{deadline}} is to fill.\n"
	dir := "ltr"
	if lang == "ar" {
		dir = "rtl"
		text = "# الوقائع\n\nنكتب إليكم بشأن **سامي النهري** (Sami Al-Nahri)، الذي اعتُقل [1] في *آذار/مارس* 2022.\n\n1. نقطة أولى طويلة بما يكفي لتمتد على أكثر من سطر واحد، حتى نرى كيف تبدأ الأسطر التالية تحت أول السطر الأول لا تحت الرقم نفسه.\n   - داخلية أولى\n   - داخلية ثانية\n2. ثانية\n\n   وفقرة أخرى.\n3. A point in English, no. 12/2022.\n\nثم:\n\n4. رابعة\n\n> ما قالوه، مع كلمات أخرى كي يمتد الاقتباس على سطرين على الأقل من الصفحة التي يظهر فيها، ثم كلمات أخرى بعدها.\n>\n> - وقائمة\n\n---\n\nانظر [القائمة](https://example.org/list).  \n{{الموعد الأخير}} لم يُملأ.\n"
	}
	d := Document{Lang: lang, Dir: dir, Title: "Written", Head: Head{Start: "Amparo", End: "A-0031"}, Foot: "foot", Blocks: Markdown(text)}
	d.Blocks = append(d.Blocks, Break{}, Heading{2, "Sources"}, Paragraph{Text: Plain("3 May 2026"), Align: End}, Notes{[]Note{{1, Plain("Statement"), "B2"}}})
	return d
}

// To look at the pages: go test -run Looked -artifacts ./internal/paper
func TestTheSamplesCanBeLookedAt(t *testing.T) {
	for name, d := range map[string]Document{"en": inEnglish(), "ar": inArabic(), "written-en": written("en"), "written-ar": written("ar"), "letter-en": letterOf("en", 3).Lay(), "letter-ar": letterOf("ar", 60).Lay(),
		"signatures-ar": SignaturePage{Document: Document{Lang: "ar", Dir: "rtl"}, Letter: "تجمعات الرصيف القديم", To: "لجنة السواحل التسعة", Names: []Signatory{{"شبكة الفانوس", "جمعية"}}, Lines: 14}.Lay()} {
		var pdf, page, docx bytes.Buffer
		if err := d.PDF(&pdf); err != nil {
			t.Fatal(err)
		}
		if err := HTML(&page, d); err != nil {
			t.Fatal(err)
		}
		if err := d.DOCX(&docx); err != nil {
			t.Fatal(err)
		}
		for ext, data := range map[string][]byte{".pdf": pdf.Bytes(), ".html": page.Bytes(), ".docx": docx.Bytes()} {
			if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+ext), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
