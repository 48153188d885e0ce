package paper

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"amparo/internal/i18n"
)

// letterOf is a letter of invented people, with n signatories.
func letterOf(lang string, n int) Letter {
	var s Sources
	family := s.Mark("a", Plain("Statement of the family, 30 Mar 2022"), "B2")
	court := s.Mark("b", Plain("Order of remand 441, 2 Apr 2022"), "A1")
	l := Letter{Document: Document{Lang: "en", Dir: "ltr", Head: Head{Start: "Lantern Network", End: "A-0031"}, Foot: "A-0031 · 7F3K-9QMX"},
		Sender: []string{"Lantern Network", "12 Lighthouse Street, Marsun", "office@lantern.example"}, Place: "Marsun", Date: "3 May 2026",
		Numbers: []Fact{{"Our number", Apart("A-0031")}, {"Your number", Apart("G/175/26")}},
		To:      []Text{{{Text: "Committee of the Nine Coasts", Style: Bold}, {Text: "\nby e-mail", Style: Faint}}, {{Text: "Sea Council for Prisons", Style: Bold}}},
		Subject: "Rallies at the old quay: send a fact-finding mission",
		Body: Markdown("Dear members of the Committee,\n\nWe write on behalf of **Sami Al-Marsuni** (سامي المرسوني) and two others, taken at the rallies of 19 and 20 October.\n\n## What happened\n\n" +
			"1. They were taken from their homes between November and March; no warrant was shown. [1]\n2. Since 20 March they have been held at Northgate prison, where their lawyer was turned away twice. [1] [2]\n\n> «None was shown a warrant»\n\n## What we ask\n\nWe ask you\n")}
	l.Body = append(l.Body, List{First: 1, Items: []Item{
		{Mark: "1", Blocks: []Block{Paragraph{Text: Text{{Text: "Send a mission and visit the country before the end of the season."}, {Text: " Committee of the Nine Coasts · by 31 May 2026", Style: Faint}}}}},
		{Mark: "1a", Blocks: Markdown("Open places of detention to local defenders.")}, {Mark: "2", Blocks: Markdown("Release all who were taken at the rallies.")}}})
	l.Body = append(l.Body, Markdown("We would be grateful for word by the days named above.\n\nYours sincerely")...)
	l.Sources, l.Enclosures = s.Notes(), []Text{Plain("Statement of the family")}
	l.Others = "and 19 others"
	if lang == "ar" {
		l = arabicLetter(family, court)
	}
	for i := range n {
		l.Signatories = append(l.Signatories, Signatory{fmt.Sprintf("Signatory the %d.", i+1), "association"})
	}
	return l
}

func arabicLetter(family, court int) Letter {
	l := Letter{Document: Document{Lang: "ar", Dir: "rtl", Head: Head{Start: "شبكة الفانوس", End: i18n.Isolate("A-0031")}, Foot: i18n.Isolate("A-0031") + " · " + i18n.Isolate("7F3K-9QMX")},
		Sender: []string{"شبكة الفانوس", "12 شارع المنارة، مرسون", "office@lantern.example"}, Place: "مرسون", Date: "3 أيار/مايو 2026",
		Numbers: []Fact{{"رقمنا", Apart("A-0031")}, {"رقمكم", Apart("G/175/26")}},
		To:      []Text{{{Text: "لجنة السواحل التسعة", Style: Bold}, {Text: "\nبالبريد الإلكتروني", Style: Faint}}, {{Text: "مجلس البحر للسجون", Style: Bold}}},
		Subject: "تجمعات الرصيف القديم: إيفاد بعثة لتقصي الحقائق",
		Body: Markdown("السادة أعضاء اللجنة،\n\nنكتب إليكم نيابةً عن **سامي المرسوني** (Sami Al-Marsuni) وشخصين آخرين اعتُقلوا في تجمعات 19 و20 تشرين الأول/أكتوبر.\n\n## ما حدث\n\n" +
			"1. اعتُقلوا من بيوتهم بين تشرين الثاني/نوفمبر وآذار/مارس، ولم يُبرز أي أمر قضائي. [1]\n2. وهم محتجزون منذ 20 آذار/مارس في سجن البوابة الشمالية، حيث رُدّ محاميهم مرتين. [1] [2]\n\n## ما نطلبه\n\nنطلب منكم\n"),
		Others: "و19 غيرهم", Enclosures: []Text{Plain("إفادة الأسرة")}}
	l.Body = append(l.Body, List{First: 1, Items: []Item{
		{Mark: "1", Blocks: []Block{Paragraph{Text: Text{{Text: "إيفاد بعثة وزيارة البلد قبل نهاية الموسم."}, {Text: " لجنة السواحل التسعة · في موعد أقصاه 31 أيار/مايو 2026", Style: Faint}}}}},
		{Mark: "1a", Blocks: Markdown("فتح أماكن الاحتجاز أمام المدافعين المحليين.")}, {Mark: "2", Blocks: Markdown("Release all who were taken at the rallies.")}}})
	l.Body = append(l.Body, Markdown("ونرجو موافاتنا بما تم في المواعيد المذكورة أعلاه.\n\nوتفضلوا بقبول الاحترام")...)
	l.Sources = Notes{[]Note{{family, Plain("إفادة الأسرة، 30 آذار/مارس 2022"), "B2"}, {court, Plain("أمر الحبس رقم 441، 2 نيسان/أبريل 2022"), "A1"}}}
	return l
}

func TestALetterHasItsPartsInTheirOrder(t *testing.T) {
	b := read(t, letterOf("en", 2).Lay())
	text, at := strings.ReplaceAll(b.text(), "\n", " "), 0
	for _, want := range []string{"Lantern Network", "12 Lighthouse Street", "Marsun, 3 May 2026", "Your number", "G/175/26", "Committee of the Nine Coasts", "by e-mail", "Sea Council",
		"Subject: Rallies at the old quay", "Dear members", "What happened", "1.", "no warrant was shown", "What we ask", "1a", "Open places", "Yours sincerely", "Signatory the 1.", "Signatory the 2.", "and 19 others",
		"Enclosed", "Statement of the family", "Sources", "[1]", "(B2)", "(A1)"} {
		next := strings.Index(text[at:], want)
		if next < 0 {
			t.Fatalf("%q is not there after %q:\n%s", want, text[max(0, at-60):at], text)
		}
		at += next
	}
	if len(b.pages) > 2 || !strings.Contains(b.page(0), "page 1 of") {
		t.Errorf("%d pages", len(b.pages))
	}
	if title := b.find("/Producer"); !strings.Contains(title, str("Rallies at the old quay: send a fact-finding mission")) {
		t.Errorf("a viewer shows %s", title)
	}
}

func TestAnArabicLetterIsArabicThroughout(t *testing.T) {
	text := read(t, letterOf("ar", 0).Lay()).text()
	for _, want := range []string{"الموضوع: تجمعات الرصيف القديم", "المرفقات", "المصادر", "السادة أعضاء اللجنة", "غيرهم"} {
		if !strings.Contains(text, seen(want)) {
			t.Errorf("%q is not on paper:\n%s", want, text)
		}
	}
}

func TestManySignatoriesAreNumbered(t *testing.T) {
	few := lines(opened(t, letterOf("en", 4).Lay())["word/document.xml"])
	if !slices.Contains(few, "Signatory the 4., association") || slices.Contains(few, "Signed by") {
		t.Errorf("%q", few)
	}
	many := read(t, letterOf("en", 120).Lay()).text()
	for _, want := range []string{"Signed by", "120.", "Signatory the 120.", "and 19 others"} {
		if !strings.Contains(many, want) {
			t.Errorf("lacks %q", want)
		}
	}
}

func TestALetterWithoutPartsIsNothingButItsFrame(t *testing.T) {
	if d := (Letter{Document: Document{Lang: "en", Dir: "ltr"}}).Lay(); len(d.Blocks) != 0 {
		t.Errorf("%+v", d.Blocks)
	}
}

func TestAPageOfSignaturesHasRoomToSign(t *testing.T) {
	b := read(t, SignaturePage{Document: Document{Lang: "en", Dir: "ltr"}, Letter: "Rallies at the old quay", To: "Committee of the Nine Coasts", Names: []Signatory{{"Lantern Network", "association"}}, Lines: 20}.Lay())
	text := b.text()
	for _, want := range []string{"Signatures", "“Rallies at the old quay”", "It is written to: Committee of the Nine Coasts.", "Lantern", "20", "May my name"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	rows := map[string]float64{}
	for _, l := range b.pages[0] {
		if l.text == "2" || l.text == "3" {
			rows[l.text] = l.y
		}
	}
	if high := rows["2"] - rows["3"]; high < 30 {
		t.Errorf("a line to sign is %.0f points high", high)
	}
}
