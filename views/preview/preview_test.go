package preview

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"amparo/assets"
	"amparo/internal/i18n"
	"amparo/views/account"
	"amparo/views/admin"
	"amparo/views/casefile"
	"amparo/views/custody"
	"amparo/views/desk"
	"amparo/views/fault"
	"amparo/views/layout"
	"amparo/views/log"
	"amparo/views/parts"
	"amparo/views/person"
	"amparo/views/print"
	"amparo/views/records"
	"amparo/views/search"
)

// words are the samples in the language that is being drawn.
type words struct{ lang string }

func (w words) s(en, ar string) string {
	if w.lang == "ar" {
		return ar
	}
	return en
}

// With PREVIEW_DIR set the pages stay there, to be looked at.
func TestEveryPageIsDrawnInBothLanguagesAsThePolicyAllows(t *testing.T) {
	dir := os.Getenv("PREVIEW_DIR")
	if dir == "" {
		dir = t.TempDir()
	}
	for _, name := range []string{"css/app.css", "js/app.js", "icons/amparo.svg"} {
		write(t, filepath.Join(dir, filepath.FromSlash(assets.URL(name))), assets.Find(assets.URL(name)).Plain)
	}
	for _, lang := range []string{"en", "ar"} {
		w := words{lang}
		for name, body := range pages(w) {
			p := frame(w, body)
			switch name {
			case "login", "welcome":
				p.Bare, p.User = true, nil
			}
			var out bytes.Buffer
			ctx := i18n.With(context.Background(), i18n.In(lang))
			if err := layout.Shell(p).Render(ctx, &out); err != nil {
				t.Fatal(err)
			}
			for _, bad := range forbidden.FindAllString(out.String(), -1) {
				t.Errorf("%s-%s has %q, which the content policy forbids", name, lang, bad)
			}
			seen := map[string]bool{}
			for _, m := range ids.FindAllStringSubmatch(out.String(), -1) {
				if seen[m[1]] {
					t.Errorf("%s-%s has two elements with id %q", name, lang, m[1])
				}
				seen[m[1]] = true
			}
			for _, form := range strings.SplitAfter(out.String(), "</form>") {
				if i := strings.Index(form, `<form method="post"`); i >= 0 && !strings.Contains(form[i:], `name="csrf"`) && !strings.Contains(form[i:], `id="again-form"`) {
					t.Errorf("%s-%s has a form without token: %.120s", name, lang, form[i:])
				}
			}
			write(t, filepath.Join(dir, name+"-"+lang+".html"), out.Bytes())
			t.Logf("%s-%s: %d bytes", name, lang, out.Len())
		}
	}
}

var (
	forbidden = regexp.MustCompile(`<style|<script>|\s(?:style|on[a-z]+|hx-on[:a-z]*)="|javascript:`)
	ids       = regexp.MustCompile(`\sid="([^"]*)"`)
)

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func frame(w words, body templ.Component) layout.Page {
	r := i18n.In(w.lang)
	var nav []layout.Item
	for i, key := range []string{"nav.desk", "nav.cases", "nav.people", "nav.custody", "nav.tasks", "nav.register", "nav.evidence"} {
		nav = append(nav, layout.Item{Label: r.T(key), URL: "/x" + key, Current: i == 2})
	}
	nav[4].Count = "3"
	return layout.Page{
		Title: "Preview", Lang: w.lang, Dir: r.Dir(), CSRF: "token", Nav: nav,
		More: []layout.Item{{Label: r.T("nav.users"), URL: "/admin/users"}},
		Tray: &layout.Tray{Text: w.s("call, brother, 20 Nov · B2", "مكالمة، الأخ، 20 نوفمبر · B2"), Fields: []parts.Field{
			{Name: "speaker", Label: w.s("Who says it", "من القائل"), Type: parts.Text},
			{Name: "quote", Label: w.s("Quote", "اقتباس"), Type: parts.Textarea},
		}},
		User:   &layout.User{Name: "N. Sample", Role: w.s("Caseworker", "مسؤول ملفات"), Langs: []layout.Lang{{Code: "en", Name: "English", Current: w.lang == "en"}, {Code: "ar", Name: "العربية", Current: w.lang == "ar"}}},
		LogURL: "/log", Body: body,
	}
}

func name(w words) (string, string) {
	return w.s("Samir Qandil-Nour", "سمير قنديل نور"), w.s("سمير قنديل نور", "Samir Qandil-Nour")
}

func pages(w words) map[string]templ.Component {
	return map[string]templ.Component{
		"login": account.LoginPage(account.Login{Next: "/", Demo: []account.DemoUser{
			{Role: w.s("Caseworker", "مسؤول ملفات"), Email: "nadia@demo.example", Password: "x"},
			{Role: w.s("Supervisor", "مشرف"), Email: "lior@demo.example", Password: "x"},
		}, Langs: []account.Lang{{Code: "en", Name: "English", URL: "?lang=en", Current: w.lang == "en"}, {Code: "ar", Name: "العربية", URL: "?lang=ar", Current: w.lang == "ar"}}}),
		"login-error": account.LoginPage(account.Login{Email: "nadia@demo.example", Error: w.s("E-mail or password is not right.", "البريد أو كلمة المرور غير صحيح.")}),
		"desk":        desk.DeskPage(deskOf(w)),
		"desk-empty":  desk.DeskPage(desk.Desk{Title: w.s("Desk", "مكتبي"), Empty: &parts.Empty{Text: w.s("Nothing waits. Log or search.", "لا شيء بانتظارك. سجّل أو ابحث."), Action: &parts.Action{Label: w.s("Log a detention", "تسجيل احتجاز"), URL: "/log", Tone: parts.Main}}}),
		"team":        desk.TeamPage(teamOf(w)),
		"log":         log.LogPage(logOf(w)),
		"person":      person.PersonPage(personOf(w)),
		"placeholder": person.PersonPage(placeholderOf(w)),
		"step":        person.StepPage(stepOf(w)),
		"people":      records.ListPage(peopleOf(w)),
		"people-none": records.ListPage(emptyList(w)),
		"custody":     custody.CustodyPage(custodyOf(w)),
		"case":        casefile.CasePage(caseOf(w)),
		"show":        records.ShowPage(showOf(w)),
		"edit":        records.EditPage(editOf(w)),
		"history":     records.HistoryPage(historyOf(w)),
		"conflict":    records.ConflictPage(conflictOf(w)),
		"search":      search.SearchPage(searchOf(w)),
		"fault": fault.FaultPage(fault.Fault{Status: 404, Title: w.s("There is no such page", "لا توجد صفحة كهذه"), Text: w.s("It may never have been there, or it is not open to you.", "ربما لم توجد قط، أو ليست متاحة لك."), Ref: "7F3K-9QMX",
			Acts: []parts.Action{{Label: w.s("Desk", "مكتبي"), URL: "/", Tone: parts.Main}, {Label: w.s("Search", "بحث"), URL: "/search"}}}),
		"users": admin.UsersPage(usersOf(w)),
		"rules": admin.RulesPage(rulesOf(w)),
		"audit": admin.AuditPage(auditOf(w)), "readings": admin.ReadingsPage(readingsOf(w)), "lock": account.LockPage(),
		"print": print.PrintPage(print.Print{Title: w.s("Case summary", "ملخص القضية"), Action: "/x", Lang: w.lang, Dir: i18n.In(w.lang).Dir(), Back: parts.Action{Label: w.s("Back to the case", "العودة إلى القضية"), URL: "/"},
			Files:    []parts.Action{{Label: "PDF", URL: "/x.pdf", Tone: parts.Main}, {Label: "DOCX", URL: "/x.docx"}},
			Options:  []parts.Field{{Name: "audience", Label: w.s("For whom", "لمن"), Type: parts.Choice, Required: true, Value: "internal", Options: []parts.Option{{Value: "internal", Label: w.s("Inside only", "داخلي فقط")}}}},
			Document: templ.Raw("<h1>" + w.s("Members of a reading circle", "أعضاء حلقة قراءة") + "</h1><p>" + w.s("Seven men detained for their opinions.", "سبعة رجال محتجزون بسبب آرائهم.") + "</p>")}),
	}
}

func deskOf(w words) desk.Desk {
	n, _ := name(w)
	postpone := parts.Ask{Name: "postpone-T-0029", Label: "⋯", Spoken: w.s("Postpone", "تأجيل"), Post: "/x", Submit: w.s("Postpone", "تأجيل"), Fields: []parts.Field{
		{Name: "until", Label: w.s("Until", "إلى"), Type: parts.Date}, {Name: "why", Label: w.s("Why", "لماذا")}}}
	return desk.Desk{
		Title: w.s("Desk", "مكتبي"),
		Waits: []desk.Row{{ID: "r1", Title: parts.Words(w.s("Changes asked on your case summary", "طُلبت تعديلات على ملخصك")), Sub: parts.Words(w.s("C-0034 · L. Sample: “name the place” · since yesterday", "C-0034 · ل. عيّنة: «اذكر المكان» · منذ أمس")), Acts: []parts.Action{{Label: w.s("Revise", "تعديل"), URL: "/"}}}},
		Due: []desk.Row{
			{ID: "r2", When: &parts.Badge{Word: w.s("2 days late", "تأخّر يومين"), Tone: parts.Alarm}, Title: []parts.Run{{Text: w.s("Ask the court office for the file", "طلب الملف من قلم المحكمة"), URL: "/x"}}, Sub: parts.Words("T-0029 · C-0007"), Acts: []parts.Action{{Label: w.s("Done", "تم"), Post: "/x", Target: "r2"}}, Asks: []parts.Ask{postpone}},
			{ID: "r3", When: &parts.Badge{Word: w.s("Today 10:00", "اليوم 10:00"), Tone: parts.Warn}, Title: parts.Words(w.s("Detention hearing, Court of Wadi Sarab", "جلسة احتجاز، محكمة وادي سراب")), Sub: parts.Words(n + " (P-0142) · C-0007"), Acts: []parts.Action{{Label: w.s("What happened?", "ماذا حدث؟"), URL: "/"}}},
			{ID: "r4", When: &parts.Badge{Word: w.s("Today 18:00", "اليوم 18:00"), Tone: parts.Warn}, Title: parts.Words(w.s("Call the brother back", "معاودة الاتصال بالأخ")), Sub: parts.Words(w.s("safe after 18:00, do not leave a message · promised: news of the hearing", "آمن بعد 18:00، دون ترك رسالة · وعد: خبر الجلسة")), Acts: []parts.Action{{Label: w.s("Log the call", "تسجيل المكالمة"), URL: "/"}}},
			{ID: "r5", When: &parts.Badge{Word: w.s("Mon 23 Nov", "الاثنين 23 نوفمبر")}, Title: parts.Words(w.s("Review of the case is due", "موعد مراجعة القضية")), Sub: parts.Words("C-0027"), Acts: []parts.Action{{Label: w.s("Open", "فتح"), URL: "/"}}, Done: w.s("done", "تم")},
		},
		Stale: []desk.Row{
			{ID: "r6", Title: []parts.Run{{Text: w.s("Khalil Sarrab", "خليل سرّاب"), URL: "/x"}, {Text: "P-0151", Quiet: true}}, Sub: parts.Words(w.s("last: 11 Oct, Tel Harran (lawyer, B2) · 40 days", "آخر خبر: 11 أكتوبر، تل حرّان (محامٍ، B2) · 40 يومًا")), Acts: []parts.Action{{Label: w.s("Still held", "ما زال محتجزًا"), Post: "/x", Target: "r6"}}},
			{ID: "r7", Title: []parts.Run{{Text: w.s("Detainee 5 of 7", "محتجز 5 من 7"), URL: "/x"}, {Text: "P-0147", Quiet: true}}, Sub: parts.Words(w.s("Tel Harran or Wadi Sarab · 52 days", "تل حرّان أو وادي سراب · 52 يومًا")), Acts: []parts.Action{{Label: w.s("Still held", "ما زال محتجزًا"), Post: "/x"}}},
		},
		Drafts:  []desk.Row{{ID: "r8", Title: []parts.Run{{Text: w.s("Log: “Sameer Kandil”, 12 minutes ago", "تسجيل: «سمير قنديل»، قبل 12 دقيقة"), URL: "/log"}}}},
		Changed: []desk.Row{{ID: "r9", Title: parts.Words(w.s("Transferred to Wadi Sarab prison: Omar Tayyan and 2 others", "نقل إلى سجن وادي سراب: عمر تيّان و2 آخران")), Sub: parts.Words(w.s("M. Sample · 40 minutes ago · family, by phone (B2)", "م. عيّنة · قبل 40 دقيقة · العائلة، هاتفيًا (B2)"))}},
	}
}

func teamOf(w words) desk.Team {
	d := deskOf(w)
	return desk.Team{Title: w.s("Team", "الفريق"), Tabs: []parts.Tab{{Label: w.s("Mine", "لي"), URL: "/"}, {Label: w.s("Team", "الفريق"), URL: "/?view=team", Current: true, Count: "12"}},
		Waits: desk.Section{Title: w.s("2 wait for a decision", "بانتظار القرار: 2"), Rows: d.Waits}, Unled: desk.Section{Title: w.s("1 without a lead", "بلا مسؤول: 1"), Rows: d.Drafts}, Stale: desk.Section{Title: w.s("1 in custody not confirmed", "احتجاز بلا تأكيد: 1"), Rows: d.Stale[:1]},
		LateSum: w.s("Late, by who must act", "التأخّر بحسب الجهة"), Late: parts.Table{Caption: "y", Heads: []parts.Head{{Label: w.s("Must act", "الجهة")}, {Label: w.s("Longest", "الأطول"), Numeric: true}},
			Rows: []parts.TableRow{{Cells: []parts.Cell{{Text: w.s("Ministry of Quays", "وزارة الأرصفة"), Primary: true}, {Text: "31", Numeric: true}}}}},
		People: parts.Table{Caption: "x", Heads: []parts.Head{{Label: w.s("Colleague", "الزميل")}, {Label: w.s("Cases", "قضايا"), Numeric: true}, {Label: w.s("Tasks", "مهام"), Numeric: true}, {Label: w.s("Late", "متأخر"), Numeric: true}},
			Rows: []parts.TableRow{{Cells: []parts.Cell{{Text: "N. Sample", Primary: true}, {Text: "12", Numeric: true}, {Text: "31", Numeric: true}, {Text: "4", Numeric: true}}}}}}
}

func logOf(w words) log.Log {
	n, o := name(w)
	return log.Log{
		Title: w.s("Log a detention", "تسجيل احتجاز"), Action: "/log", Call: w.s("Second entry of this call", "الإدخال الثاني من المكالمة"),
		Source:      parts.Field{Name: "source", Label: w.s("Who tells us", "من يخبرنا"), Value: w.s("Brother, by phone", "الأخ، هاتفيًا"), Kept: true, Max: 500, Focus: false},
		CallBack:    parts.Field{Name: "source_contact", Label: w.s("Call back (safe when?)", "معاودة الاتصال (متى يكون آمنًا؟)"), Value: w.s("after 18:00, no message", "بعد 18:00، دون رسالة")},
		Name:        parts.Field{Name: "name", Label: w.s("Name, as you heard it", "الاسم كما سمعته"), Hint: w.s("several: one per line, or “7 men, no names”", "عدة أسماء: اسم في كل سطر، أو «7 رجال بلا أسماء»"), Type: parts.Textarea, Value: w.s("Sameer Kandil", "سمير قنديل"), Large: true, Focus: true},
		Age:         parts.Field{Name: "age_or_birth", Label: w.s("Age or date of birth", "العمر أو تاريخ الميلاد"), Value: w.s("about 30", "نحو 30")},
		When:        parts.Field{Name: "when", Label: w.s("When", "متى"), Type: parts.Date, Value: w.s("between Nov 2021 and Mar 2022", "بين تشرين الثاني 2021 وآذار 2022"), Echo: w.s("one day between 1 Nov 2021 and 31 Mar 2022", "يوم واحد بين 1 نوفمبر 2021 و31 مارس 2022")},
		TakenBy:     parts.Field{Name: "taken_by", Label: w.s("Taken by", "الجهة التي اعتقلت"), Type: parts.Ref, Suggest: "organization", Value: w.s("Bureau of Inner Watch", "مكتب الرقابة الداخلية")},
		Where:       parts.Field{Name: "taken_at", Label: w.s("Where", "أين"), Type: parts.Ref, Suggest: "place", Value: w.s("Sarab town", "بلدة سراب")},
		HeldNow:     parts.Field{Name: "held_now", Label: w.s("Held now", "محتجز الآن"), Type: parts.Segment, Value: "place", Options: []parts.Option{{Value: "unknown", Label: w.s("not known to us", "غير معلوم لنا")}, {Value: "denied", Label: w.s("authorities deny", "السلطات تنكر")}, {Value: "place", Label: w.s("at a place", "في مكان")}, {Value: "several", Label: w.s("one of several", "أحد عدة أماكن")}}},
		HeldAt:      parts.Field{Name: "held_at", Label: w.s("Place", "المكان"), Type: parts.Ref, Suggest: "place"},
		What:        parts.Field{Name: "what_happened", Label: w.s("What happened", "ماذا حدث"), Type: parts.Textarea, Value: w.s("Taken from home at night, no warrant shown. Family told nothing.", "أُخذ من منزله ليلًا دون أمر. لم تُبلَّغ العائلة بشيء.")},
		MayUse:      parts.Field{Name: "consent", Label: w.s("May we use it?", "هل يجوز استخدامه؟"), Type: parts.Segment, Options: []parts.Option{{Value: "not_asked", Label: w.s("not asked", "لم نسأل")}, {Value: "no", Label: w.s("no", "لا")}, {Value: "yes", Label: w.s("yes, to…", "نعم، لدى…")}}},
		MayTo:       parts.Field{Name: "consent_to", Label: w.s("To whom", "لدى من"), Type: parts.Choices, Options: []parts.Option{{Value: "un", Label: w.s("UN bodies", "هيئات الأمم المتحدة")}, {Value: "partners", Label: w.s("partners", "شركاء")}, {Value: "media", Label: w.s("media", "إعلام")}}},
		Reason:      parts.Field{Name: "reason_given", Label: w.s("Reason given", "السبب المذكور")},
		File:        parts.Field{Name: "file", Label: w.s("Photo or voice note", "صورة أو ملاحظة صوتية")},
		NextCall:    parts.Field{Name: "next_call", Label: w.s("Next call", "المكالمة التالية"), Type: parts.Date, Value: w.s("tomorrow 18:30", "غدًا 18:30"), Echo: w.s("Sat 21 Nov 2026, 18:30", "السبت 21 نوفمبر 2026، 18:30")},
		Case:        parts.Field{Name: "case", Label: w.s("Case", "القضية"), Type: parts.Ref, Suggest: "case", Hint: ""},
		Reliability: parts.Field{Name: "reliability", Label: w.s("Reliability", "الموثوقية"), Type: parts.Choice}, Credibility: parts.Field{Name: "credibility", Label: w.s("Credibility", "المصداقية"), Type: parts.Choice},
		Draft: parts.Draft{Text: w.s("draft kept 3 s ago", "حُفظت المسودة قبل 3 ثوانٍ"), URL: "/drafts/log"},
		Saved: []parts.Run{{Text: w.s("Saved from this call:", "حُفظ من هذه المكالمة:")}, {Text: w.s("Omar Tayyan", "عمر تيّان"), URL: "/people/P-0149", Strong: true}},
		Matches: log.Matches{Asked: true, List: []log.Match{
			{Ref: "P-0142", Name: n, Other: []string{o}, URL: "/people/P-0142", Alike: parts.Badge{Word: w.s("very alike", "شبه كبير"), Tone: parts.Warn}, Family: w.s("son of Nour and Layla · born about 1996 · Sarab", "ابن نور وليلى · مواليد 1996 تقريبًا · سراب"), Custody: w.s("held since Nov 2021–Mar 2022, Wadi Sarab prison", "محتجز منذ نوفمبر 2021–مارس 2022، سجن وادي سراب"), Reasons: w.s("same sound, same force, dates overlap", "النطق نفسه، الجهة نفسها، التواريخ تتقاطع"), Answer: "same_arrest"},
			{Ref: "P-0877", Name: w.s("Samira Kandilli", "سميرة قنديلي"), URL: "/people/P-0877", Alike: parts.Badge{Word: w.s("a little alike", "شبه قليل"), Tone: parts.Quiet}, Family: w.s("born 1961 · released 2019", "مواليد 1961 · إفراج 2019")},
		}},
	}
}

func strip(w words) *person.Strip {
	return &person.Strip{Dir: i18n.In(w.lang).Dir(), Lanes: 2, Summary: w.s("Custody from Nov 2021 to today", "الاحتجاز من نوفمبر 2021 إلى اليوم"), Segments: []person.Segment{
		{From: 0, Width: 8, Label: "", Look: person.Window}, {From: 8, Width: 4, Label: w.s("Inner Watch", "الرقابة"), Look: person.Arrest},
		{From: 12, Width: 33, Label: w.s("Wadi Sarab prison", "سجن وادي سراب"), Look: person.Held, Lane: 1}, {From: 12, Width: 33, Label: w.s("Tel Harran", "تل حرّان"), Look: person.Second, Lane: 2},
		{From: 45, Width: 14, Look: person.Fading}, {From: 59, Width: 18, Label: w.s("no news", "لا أخبار"), Look: person.Gap}, {From: 77, Width: 19, Label: w.s("Wadi Sarab prison", "سجن وادي سراب"), Look: person.Held}, {From: 96, Width: 4, Look: person.Planned}},
		Ticks: []person.Mark{{At: 12}, {At: 30}, {At: 77}, {At: 95}}, Axis: []person.Mark{{At: 0, Label: w.s("Nov 2021", "نوفمبر 2021")}, {At: 27, Label: "2023"}, {At: 50, Label: "2024", Minor: true}, {At: 74, Label: "2025"}, {At: 96, Label: w.s("today", "اليوم")}},
		Legend: []string{w.s("tick = confirmed", "علامة = تأكيد"), w.s("fading = ageing", "تلاشٍ = خبر يقدُم"), w.s("hatched = one day inside", "مخطط = يوم ضمن المدة")}}
}

func steps(w words) []person.Step {
	source := func(step string) parts.Ask {
		return parts.Ask{Name: "source-" + step, Label: w.s("Another source on this", "مصدر آخر للواقعة نفسها"), Post: "/x", Fields: []parts.Field{{Name: "says", Label: w.s("What it says", "ماذا يقول")}, {Name: "speaker", Label: w.s("Who says it", "من القائل")}}}
	}
	return []person.Step{
		{ID: "4", Date: w.s("24 Nov 2026", "24 نوفمبر 2026"), Text: parts.Words(w.s("Hearing planned, Court of Wadi Sarab", "جلسة مقررة، محكمة وادي سراب")), Look: "planned"},
		{ID: "3", Date: w.s("3 Nov 2026", "3 نوفمبر 2026"), Text: parts.Words(w.s("Family visit, 10 minutes, behind glass", "زيارة عائلية، 10 دقائق، خلف زجاج")), Sub: parts.Words(w.s("Family, by phone · B2 · logged by M. Sample", "العائلة، هاتفيًا · B2 · سجّلها م. عيّنة")), Asks: []parts.Ask{source("3")}},
		{ID: "2", Date: w.s("about 20 Mar 2022", "نحو 20 مارس 2022"), Text: []parts.Run{{Text: w.s("Transferred to", "نقل إلى")}, {Text: w.s("Wadi Sarab prison", "سجن وادي سراب"), Strong: true}, {Text: w.s("(family, B2)", "(العائلة، B2)")}, {Text: w.s("or Tel Harran", "أو تل حرّان"), Strong: true}, {Text: w.s("(lawyer, C3)", "(محامٍ، C3)")}}, Badges: []parts.Badge{{Word: w.s("sources differ", "تعارض المصادر"), Tone: parts.Unknown}},
			Choice: parts.Words(w.s("We go with Wadi Sarab because he was seen there on 3 Nov. L. Sample", "نعتمد وادي سراب لأنه شوهد هناك في 3 نوفمبر. ل. عيّنة")),
			Says:   []person.Says{{Text: parts.Words(w.s("Wadi Sarab prison · family, by phone · B2", "سجن وادي سراب · العائلة، هاتفيًا · B2")), Chosen: true}, {Text: parts.Words(w.s("Tel Harran · lawyer, letter · C3", "تل حرّان · محامٍ، رسالة · C3")), Asks: []parts.Ask{{Name: "go", Label: w.s("Go with this", "اعتماد هذه"), Post: "/x", Fields: []parts.Field{{Name: "because", Label: w.s("Because", "لأن"), Required: true}}}}}}},
		{ID: "1", Date: w.s("one day between Nov 2021 and Mar 2022", "يوم بين نوفمبر 2021 ومارس 2022"), Text: parts.Words(w.s("Arrested by the Bureau of Inner Watch, Sarab town", "اعتقال على يد مكتب الرقابة الداخلية، بلدة سراب")), Badges: []parts.Badge{{Word: w.s("no warrant", "دون أمر قضائي"), Tone: parts.Alarm}}, Look: "alarm", Sub: parts.Words(w.s("Statement E-0188 · B2", "بيان E-0188 · B2")), Asks: []parts.Ask{source("1")}},
	}
}

func related(title, empty string, rows ...parts.Cell) records.Related {
	return records.Related{Title: title, Empty: empty, Rows: rows}
}

func personOf(w words) person.Person {
	n, o := name(w)
	var verbs []parts.Action
	for _, v := range [][2]string{{"Transferred", "نقل"}, {"Seen", "مشاهدة"}, {"Visit", "زيارة"}, {"Hearing", "جلسة"}, {"Ill-treated", "سوء معاملة"}, {"Released", "إفراج"}} {
		verbs = append(verbs, parts.Action{Label: w.s(v[0], v[1]), URL: "/x"})
	}
	return person.Person{
		Ref: "P-0142", Case: &parts.Run{Text: w.s("C-0007 Members of a reading circle", "C-0007 أعضاء حلقة قراءة"), URL: "/cases/C-0007"}, Initials: w.s("SQ", "س ق"), Name: n, Other: o,
		Sub:    w.s("also Sameer Kandil, Samir Kandil · born about 1996 · teacher", "أيضًا سمير القنديل · مواليد 1996 تقريبًا · معلّم"),
		Badges: []parts.Badge{{Word: w.s("medical need", "حاجة طبية"), Tone: parts.Alarm}},
		Custody: person.Custody{State: parts.Badge{Word: w.s("Held, place uncertain", "احتجاز، المكان غير مؤكد"), Tone: parts.Alarm}, Days: w.s("1,695–1,845", "1,695–1,845"), DayWord: w.s("days", "يومًا"), Why: w.s("the date of arrest is known to 5 months", "تاريخ الاعتقال معلوم في حدود 5 أشهر"),
			Held: w.s("Wadi Sarab prison", "سجن وادي سراب"), HeldURL: "/places/L-0004", By: w.s("run by the Shield Apparatus", "يديره جهاز الدرع"), Seen: w.s("last seen 3 Nov 2026 (family, B2)", "آخر مشاهدة 3 نوفمبر 2026 (العائلة، B2)"), Confirm: &parts.Action{Label: w.s("Still held, confirmed", "ما زال محتجزًا، مؤكد"), Post: "/x"}},
		Facts: []records.Line{{Label: w.s("Legal status", "الوضع القانوني"), Value: parts.Words(w.s("no charge", "دون تهمة"))}, {Label: w.s("Family", "العائلة"), Value: parts.Words(w.s("after 18:00, no message", "بعد 18:00، دون رسالة"))}, {Label: w.s("Lawyer", "المحامي"), Value: parts.Words(w.s("none", "لا يوجد"))}, {Label: w.s("Lead", "المسؤول"), Value: parts.Words("N. Sample")}, {Label: w.s("Consent", "الموافقة"), Value: parts.Words(w.s("not asked", "لم نسأل"))}},
		Acts:  []parts.Action{{Label: w.s("Edit", "تعديل"), URL: "/x"}, {Label: w.s("Print", "طباعة"), URL: "/x"}},
		Strip: strip(w), Verbs: verbs, More: []parts.Action{{Label: w.s("Sentence", "حكم"), URL: "/x"}, {Label: w.s("Hospital", "مستشفى"), URL: "/x"}, {Label: w.s("Death", "وفاة"), URL: "/x"}}, Steps: steps(w),
		Where:   person.Where{Action: "/people/P-0142", On: parts.Field{Name: "on", Label: w.s("Day", "اليوم"), Type: parts.Date, Value: "2022-03-23"}, Answer: []parts.Run{{Text: w.s("23 Mar 2022:", "23 مارس 2022:")}, {Text: w.s("Wadi Sarab prison (family, B2) or Tel Harran (lawyer, C3)", "سجن وادي سراب (العائلة، B2) أو تل حرّان (محامٍ، C3)"), Strong: true}}},
		Next:    []person.Next{{When: parts.Badge{Word: w.s("today 10:00", "اليوم 10:00"), Tone: parts.Warn}, Text: w.s("Detention hearing", "جلسة احتجاز"), Sub: w.s("Court of Wadi Sarab", "محكمة وادي سراب"), Acts: []parts.Action{{Label: w.s("What happened?", "ماذا حدث؟"), URL: "/x"}}}},
		Missing: person.Missing{Title: w.s("What is missing: 3 of 8", "ما ينقص: 3 من 8"), Items: []person.Item{{Text: w.s("Identity", "الهوية"), Has: true}, {Text: w.s("Date, time and place of arrest", "تاريخ الاعتقال ووقته ومكانه"), Has: true}, {Text: w.s("Who ordered it, and on what grounds", "من أمر به ولأي سبب"), URL: "/x"}, {Text: w.s("Who supervises the detention", "من يشرف على الاحتجاز"), URL: "/x"}}},
		Tasks:   related(w.s("Tasks", "المهام"), w.s("No task is open.", "لا مهام مفتوحة."), parts.Cell{Text: w.s("Ask for the file", "طلب الملف"), URL: "/x", Sub: w.s("by 24 Nov · N. Sample", "حتى 24 نوفمبر · N. Sample"), Badges: []parts.Badge{{Word: w.s("late", "متأخر"), Tone: parts.Alarm}}}),
		Calls:   related(w.s("Calls", "المكالمات"), w.s("No call on file.", "لا مكالمات مسجلة.")),
		Moves:   []parts.Ask{{Name: "void", Label: w.s("Entered by mistake", "أُدخل خطأً"), Post: "/x", Tone: parts.Alarm, Fields: []parts.Field{{Name: "reason", Label: w.s("Reason", "السبب"), Required: true}}}, {Name: "merge", Label: w.s("Merge", "دمج"), Why: w.s("Only a supervisor may do this.", "هذا للمشرفين فقط.")}},
		Cites:   []parts.Citation{{Field: w.s("arrest", "اعتقال"), Says: w.s("taken at night", "أُخذ ليلًا"), Grade: "B2", Speaker: w.s("brother", "الأخ"), Via: w.s("phone", "الهاتف"), Quote: w.s("They came after midnight.", "جاؤوا بعد منتصف الليل."), Document: parts.Run{Text: "E-0188", URL: "/x"}, Locator: w.s("paragraph 4", "الفقرة 4")}},
		Cite:    parts.Ask{Label: w.s("Add a source", "إضافة مصدر"), Post: "/x"},
		Notes:   []parts.Note{{By: "M. Sample", At: w.s("20 Nov 2026, 09:14", "20 نوفمبر 2026، 09:14"), Text: w.s("Brother sounds afraid.\nAsk again.", "الأخ خائف على ما يبدو.\nنسأل مجددًا.")}}, NotePost: "/x",
		History: parts.Action{Label: w.s("History (14)", "التاريخ (14)"), URL: "/x"}, Changed: w.s("changed 20 Nov 2026", "تغيّر في 20 نوفمبر 2026"),
	}
}

func placeholderOf(w words) person.Person {
	p := personOf(w)
	return person.Person{Ref: "P-0147", Case: p.Case, Initials: "5", Name: w.s("Detainee 5 of 7", "محتجز 5 من 7"), Badges: []parts.Badge{{Word: w.s("without a name", "بلا اسم"), Tone: parts.Unknown}},
		Custody: person.Custody{State: parts.Badge{Word: w.s("Reported, unconfirmed", "خبر غير مؤكد"), Tone: parts.Warn}}, Verbs: p.Verbs, More: p.More,
		NoSteps: &parts.Empty{Text: w.s("Only a placeholder so far: ask for the name, the day, the force.", "لا شيء سوى إشارة حتى الآن: اسأل عن الاسم واليوم والجهة.")},
		Missing: p.Missing, Tasks: related(p.Tasks.Title, w.s("No task is open.", "لا مهام مفتوحة.")), Calls: p.Calls, Where: p.Where, NotePost: "/x"}
}

func stepOf(w words) person.StepForm {
	n, _ := name(w)
	return person.StepForm{Title: w.s("Transferred", "نقل"), Person: parts.Run{Text: n + " · P-0142", URL: "/x"}, Action: "/x", Version: "4",
		Kinds: []parts.Tab{{Label: w.s("Transferred", "نقل"), URL: "/x", Current: true}, {Label: w.s("Seen", "مشاهدة"), URL: "/x"}, {Label: w.s("Visit", "زيارة"), URL: "/x"}},
		Fields: []parts.Field{{Name: "date", Label: w.s("When", "متى"), Type: parts.Date, Value: w.s("Wednesday", "الأربعاء"), Echo: w.s("Wed 18 Nov 2026", "الأربعاء 18 نوفمبر 2026")}, {Name: "places", Label: w.s("To where", "إلى أين"), Hint: w.s("Two or more: one of them.", "مكانان أو أكثر: أحدها."), Type: parts.Refs, Suggest: "place", Items: []parts.Option{{Value: "L-0004", Label: w.s("Wadi Sarab prison", "سجن وادي سراب")}}},
			{Name: "text", Label: w.s("What happened", "ماذا حدث"), Type: parts.Textarea}},
		Same:   &person.Same{Question: w.s("There is a transfer on 16 Nov 2026. Is this the same one?", "هناك نقل في 16 نوفمبر 2026. هل هو نفسه؟"), Options: []parts.Option{{Value: "same", Label: w.s("Same one, another source", "نفسه، مصدر آخر")}, {Value: "new", Label: w.s("Another transfer", "نقل آخر")}}},
		Also:   &person.Also{Title: w.s("Also for 6 others held together", "أيضًا لـ 6 آخرين محتجزين معه"), Options: []parts.Option{{Value: "P-0143", Label: w.s("Omar Tayyan", "عمر تيّان"), Hint: "P-0143", Selected: true}, {Value: "P-0144", Label: w.s("Detainee 3 of 7", "محتجز 3 من 7"), Hint: "P-0144"}}},
		Folded: []parts.Field{{Name: "by", Label: w.s("By whom", "على يد من"), Type: parts.Ref, Suggest: "organization"}}, Draft: parts.Draft{URL: "/drafts/step"}, Cancel: "/x"}
}

func peopleOf(w words) records.List {
	n, o := name(w)
	l := records.List{Title: w.s("People", "الأشخاص"), New: &parts.Action{Label: w.s("New person", "شخص جديد"), URL: "/x"}, Action: "/people", Total: w.s("312 people", "312 شخصًا"),
		Filters: []parts.Field{{Name: "q", Label: w.s("Search", "بحث"), Type: parts.Text}, {Name: "state", Label: w.s("Status", "الحالة"), Type: parts.Choice, Options: []parts.Option{{Value: "in_custody", Label: w.s("In custody", "قيد الاحتجاز"), Selected: true}}}, {Name: "place", Label: w.s("Place", "المكان"), Type: parts.Choice}},
		More:    []parts.Field{{Name: "country", Label: w.s("Country", "البلد"), Type: parts.Choice}},
		Set:     []records.Filter{{Label: w.s("In custody", "قيد الاحتجاز"), URL: "/people"}}, ClearURL: "/people",
		Downloads: []parts.Action{{Label: "CSV", URL: "/people.csv"}, {Label: "XLSX", URL: "/people.xlsx"}},
		Pager:     &parts.Pager{Summary: w.s("1–50 of 312", "1–50 من 312"), Next: "/x", Pages: []parts.PageLink{{Label: "1", Current: true}, {Label: "2", URL: "/x"}, {Label: "…"}, {Label: "7", URL: "/x"}}},
		Table:     parts.Table{Caption: w.s("People", "الأشخاص"), Heads: []parts.Head{{Label: w.s("Name", "الاسم"), SortURL: "/x", Sorted: "asc"}, {Label: w.s("Ref", "الرقم")}, {Label: w.s("Status", "الحالة")}, {Label: w.s("Since", "منذ"), SortURL: "/x"}, {Label: w.s("Days", "أيام"), Numeric: true}, {Label: w.s("Held at", "مكان الاحتجاز")}, {Label: w.s("Last confirmed", "آخر تأكيد")}}}}
	for i := range 8 {
		state := parts.Badge{Word: w.s("Held, place known", "احتجاز، المكان معلوم"), Tone: parts.Alarm}
		sub := ""
		if i%3 == 1 {
			state, sub = parts.Badge{Word: w.s("Released", "إفراج"), Tone: parts.Good}, w.s("not confirmed for 41 days", "بلا تأكيد منذ 41 يومًا")
		}
		l.Table.Rows = append(l.Table.Rows, parts.TableRow{Cells: []parts.Cell{{Text: n, Other: o, URL: "/people/P-0142", Primary: true}, {Text: "P-0142", Tight: true}, {Badges: []parts.Badge{state}}, {Text: w.s("Nov 2021 – Mar 2022", "نوفمبر 2021 – مارس 2022")}, {Text: "1,695–1,845", Numeric: true}, {Text: w.s("Wadi Sarab prison", "سجن وادي سراب")}, {Text: w.s("3 Nov 2026", "3 نوفمبر 2026"), Sub: sub}}})
	}
	return l
}

func emptyList(w words) records.List {
	l := peopleOf(w)
	l.Table, l.Pager, l.Total = parts.Table{}, nil, w.s("0 people", "لا أحد")
	l.Empty = &parts.Empty{Text: w.s("None match; log?", "لا أحد يطابق؛ تسجيل؟"), Action: &parts.Action{Label: w.s("Log a detention", "تسجيل احتجاز"), URL: "/log", Tone: parts.Main}}
	return l
}

func custodyOf(w words) custody.Custody {
	l := peopleOf(w)
	l.Set = nil
	return custody.Custody{Title: w.s("Custody", "الاحتجاز"), About: w.s("As of 20 Nov 2026, from what is on file now", "كما في 20 نوفمبر 2026، مما هو مسجل الآن"), AsOf: parts.Field{Name: "on", Label: w.s("As of", "بتاريخ"), Type: parts.Date, Value: "2026-11-20"}, List: l,
		Sums: []custody.Sum{{Figure: "41–46", Label: w.s("in custody", "قيد الاحتجاز"), URL: "/x"}, {Figure: "12", Label: w.s("whereabouts unknown", "مكان الوجود مجهول"), URL: "/x"}, {Figure: "9", Label: w.s("not confirmed for 30 days", "بلا تأكيد منذ 30 يومًا"), URL: "/x"}}, Print: &parts.Action{Label: w.s("Print the list", "طباعة القائمة"), URL: "/x"}}
}

func caseOf(w words) casefile.Case {
	t := peopleOf(w).Table
	t.Tick, t.FormID, t.Rows = "people", "bulk", t.Rows[:4]
	t.Heads = slices.Delete(slices.Clone(t.Heads), 1, 2)
	for i := range t.Rows {
		cells := slices.Clone(t.Rows[i].Cells)
		cells[0].Sub = cells[1].Text
		t.Rows[i].Cells, t.Rows[i].Select = slices.Delete(cells, 1, 2), "P-0142"
	}
	p := personOf(w)
	return casefile.Case{Head: records.Head{Kind: w.s("Case", "قضية"), Ref: "C-0007", Title: w.s("Members of a reading circle", "أعضاء حلقة قراءة"), Badges: []parts.Badge{{Word: w.s("Open", "مفتوحة"), Tone: parts.Good}, {Word: w.s("urgent", "عاجلة"), Tone: parts.Alarm}}, Restrict: w.s("Named people only", "لأشخاص محددين"), Actions: []parts.Action{{Label: w.s("Edit", "تعديل"), URL: "/x"}, {Label: w.s("Print", "طباعة"), URL: "/x"}}, Changed: w.s("changed 20 Nov 2026 by M. Sample", "تغيّر في 20 نوفمبر 2026، م. عيّنة")},
		Summary: w.s("Seven men detained between November 2021 and March 2022 for their opinions.", "سبعة رجال محتجزون بين نوفمبر 2021 ومارس 2022 بسبب آرائهم."), Risk: w.s("Two families were threatened.", "هُددت عائلتان."),
		People: t, Total: w.s("7 people, 5 in custody", "7 أشخاص، 5 قيد الاحتجاز"), Bulk: &casefile.Bulk{Action: "/x", Kind: parts.Field{Name: "kind", Label: w.s("Step", "خطوة"), Type: parts.Choice, Required: true, Value: "seen", Options: []parts.Option{{Value: "seen", Label: w.s("Seen", "مشاهدة")}}}}, AddURL: &parts.Action{Label: w.s("Add a person", "إضافة شخص"), URL: "/x"},
		Filter: []parts.Tab{{Label: w.s("All", "الكل"), URL: "/x", Current: true}, {Label: w.s("Arrests", "اعتقالات"), URL: "/x"}}, Steps: p.Steps,
		Counts: []parts.Count{{Text: w.s("at least 7 people", "7 أشخاص على الأقل"), AsOf: w.s("30 Mar 2022", "30 مارس 2022"), By: w.s("a partner", "شريك")}}, Counting: parts.Ask{Label: w.s("Add a count", "إضافة عدد"), Post: "/x"},
		Tasks: p.Tasks, Review: related(w.s("Next review", "المراجعة القادمة"), w.s("No day is set.", "لم يحدد يوم."), parts.Cell{Text: w.s("1 Dec 2026", "1 ديسمبر 2026")}), Team: related(w.s("Team", "الفريق"), "", parts.Cell{Text: "N. Sample", Sub: w.s("lead", "المسؤول")}, parts.Cell{Text: "M. Sample"}), Sources: related(w.s("Sources", "المصادر"), w.s("No document yet.", "لا مستند بعد.")),
		Moves:    []parts.Ask{{Label: w.s("Close", "إغلاق"), Post: "/x", Fields: []parts.Field{{Name: "closing_reason", Label: w.s("Why is it closed?", "لماذا تُغلق؟"), Required: true}}}, {Label: w.s("Put on hold", "تعليق"), Why: w.s("A day to wake it is missing.", "ينقص يوم للتذكير."), Needs: []string{w.s("a reason", "سبب"), w.s("a day", "يوم")}}},
		NotePost: "/x", History: p.History}
}

func showOf(w words) records.Show {
	c := caseOf(w)
	c.Head.Title, c.Head.Kind, c.Head.Ref = w.s("Wadi Sarab prison", "سجن وادي سراب"), w.s("Place", "مكان"), "L-0004"
	return records.Show{Head: c.Head, Sections: []records.Section{{Title: w.s("Place", "مكان"), Lines: []records.Line{{Label: w.s("Kind", "النوع"), Value: parts.Words(w.s("prison", "سجن"))}, {Label: w.s("Inside", "داخل"), Value: []parts.Run{{Text: w.s("Sarab town", "بلدة سراب"), URL: "/x"}}, Badges: []parts.Badge{{Word: "B2"}}}, {Label: w.s("About", "نبذة"), Text: w.s("Two blocks,\none yard.", "مبنيان،\nوساحة.")}}}},
		Groups: []records.Group{{Title: w.s("Run by", "تديره"), Table: parts.Table{Caption: "x", Heads: []parts.Head{{Label: w.s("Organization", "الجهة")}, {Label: w.s("Since", "منذ")}}, Rows: []parts.TableRow{{Cells: []parts.Cell{{Text: w.s("Shield Apparatus", "جهاز الدرع"), URL: "/x", Primary: true}, {Text: "2019"}}}}}}},
		Moves:  c.Moves, Related: []records.Related{c.Team}, Cites: personOf(w).Cites, NotePost: "/x", History: c.History}
}

func editOf(w words) records.Edit {
	names := []parts.Row{}
	for i, v := range []string{"Samir Qandil-Nour", "سمير قنديل نور"} {
		p := "names." + string(rune('0'+i))
		names = append(names, parts.Row{Prefix: p, ID: "n1", Fields: []parts.Field{{Name: p + ".full", Label: w.s("Name in full", "الاسم الكامل"), Value: v, Required: true}, {Name: p + ".kind", Label: w.s("Kind", "النوع"), Type: parts.Choice, Value: "legal", Options: []parts.Option{{Value: "legal", Label: w.s("legal name", "الاسم القانوني")}}}, {Name: p + ".shown", Label: w.s("shown", "يُعرض"), Type: parts.Bool, Value: "true"}}})
	}
	fields := []parts.Field{{Name: "names", Label: w.s("Names", "الأسماء"), Type: parts.Group, Rows: names},
		{Name: "born", Label: w.s("Born", "تاريخ الميلاد"), Type: parts.Date, Value: "12/11/96", Error: w.s("Is it 12 November or 11 December?", "هل هو 12 نوفمبر أم 11 ديسمبر؟")},
		{Name: "sex", Label: w.s("Sex", "الجنس"), Type: parts.Choice, Options: []parts.Option{{Value: "male", Label: w.s("male", "ذكر")}}},
		{Name: "nationalities", Label: w.s("Nationalities", "الجنسيات"), Type: parts.List, Hint: w.s("one per line", "واحدة في كل سطر")},
		{Name: "flags", Label: w.s("Watch out", "تنبيه"), Type: parts.Choices, Options: []parts.Option{{Value: "minor", Label: w.s("minor", "قاصر")}, {Value: "medical", Label: w.s("medical need", "حاجة طبية"), Selected: true}, {Value: "in_hiding", Label: w.s("in hiding", "متوارٍ")}}, Wide: true}}
	return records.Edit{Title: w.s("Edit the person", "تعديل الشخص"), Action: "/x", Version: "4", Problems: parts.Problems(fields), Sections: []records.Fields{{Fields: fields}, {Title: w.s("Papers", "وثائق"), Folded: true, Fields: []parts.Field{{Name: "id", Label: w.s("Number", "رقم")}}}}, Draft: parts.Draft{Text: w.s("draft kept", "حُفظت المسودة"), URL: "/drafts/x"}, Cancel: "/x"}
}

func historyOf(w words) records.History {
	n, _ := name(w)
	return records.History{Title: n, Back: parts.Action{Label: w.s("Back", "رجوع"), URL: "/x"}, Entries: []records.Entry{
		{N: "14", At: w.s("20 Nov 2026, 09:14", "20 نوفمبر 2026، 09:14"), By: "M. Sample", What: w.s("Edited", "تعديل"), Changes: []records.Change{{Field: w.s("Born", "الميلاد"), Before: w.s("about 1995", "نحو 1995"), After: w.s("about 1996", "نحو 1996")}, {Field: w.s("Occupation", "المهنة"), After: w.s("teacher", "معلّم")}}},
		{N: "1", At: w.s("16 Mar 2022, 18:02", "16 مارس 2022، 18:02"), By: "N. Sample", What: w.s("Logged", "تسجيل"), Note: w.s("from a call", "من مكالمة")}}}
}

func conflictOf(w words) records.Conflict {
	return records.Conflict{Title: w.s("Two versions of this person", "نسختان من هذا الشخص"), By: "M. Sample", At: w.s("2 minutes ago", "قبل دقيقتين"), Action: "/x", Version: "5", Cancel: "/x", Fields: []records.Differing{{Name: "born", Label: w.s("Born", "الميلاد"), Mine: w.s("about 1996", "نحو 1996"), Theirs: "1997", Before: w.s("about 1995", "نحو 1995")}, {Name: "father", Label: w.s("Father", "الأب"), Mine: w.s("Nour", "نور"), Theirs: w.s("Noor Qandil", "نور قنديل"), Take: "theirs"}}}
}

func searchOf(w words) search.Search {
	n, o := name(w)
	return search.Search{Query: w.s("kandil", "قنديل"), Total: w.s("2 found", "نتيجتان"), Kinds: []parts.Tab{{Label: w.s("All", "الكل"), URL: "/x", Current: true, Count: "2"}, {Label: w.s("People", "الأشخاص"), URL: "/x", Count: "1"}}, Hits: []search.Hit{{Kind: w.s("Person", "شخص"), Ref: "P-0142", Title: n, Other: o, URL: "/x", Badges: []parts.Badge{{Word: w.s("Held", "احتجاز"), Tone: parts.Alarm}}, Why: []search.Piece{{Text: w.s("also ", "أيضًا ")}, {Text: w.s("Kandil", "قنديل"), Hit: true}}}}}
}

func auditOf(w words) admin.Audit {
	return admin.Audit{
		Hash: "5de9b108951dba6e9c14974944918f9b7fac53dee9483510534e80b48c65f821", Found: w.s("The history is whole: 8,214 entries.", "سجل التغييرات سليم: 8,214 قيدًا."),
		Lines:  []admin.Line{{Label: w.s("Entries", "عدد القيود"), Value: "8,214"}, {Label: w.s("Last anchor taken", "آخر بصمة أُخذت"), Value: w.s("20 Nov 2026, entry 8,011", "20 تشرين الثاني 2026، القيد 8,011")}},
		Anchor: parts.Action{Label: w.s("Take an anchor", "أخذ بصمة"), URL: "/x"},
		Check:  admin.Form{Action: "/x", Submit: w.s("Check now", "التحقق الآن"), Fields: []parts.Field{{Name: "anchors", Label: w.s("Anchors", "البصمات"), Type: parts.Textarea}}},
		Filter: admin.Form{Action: "/x", Submit: w.s("Show", "عرض"), Fields: []parts.Field{{Name: "kind", Label: w.s("What happened", "ما حدث"), Type: parts.Choice, Blank: w.s("Anything", "أي شيء")}}},
		Table: parts.Table{Heads: []parts.Head{{Label: w.s("When", "الوقت")}, {Label: w.s("What", "الحدث")}, {Label: w.s("By", "بواسطة")}},
			Rows: []parts.TableRow{{Cells: []parts.Cell{{Text: w.s("20 Nov 2026, 10:00", "20 تشرين الثاني 2026، 10:00")}, {Text: w.s("Signed in", "تسجيل دخول"), Primary: true}, {Text: "Nadia"}}}}},
	}
}

func readingsOf(w words) admin.Readings {
	return admin.Readings{Title: w.s("Who has read Velvet matter", "من اطّلع على قضية المخمل"), About: w.s("Whoever opens a record leaves a line.", "كل من يفتح سجلًا يترك سطرًا."),
		Back: parts.Action{Label: w.s("Velvet matter", "قضية المخمل"), URL: "/x"}, Empty: parts.Empty{Text: w.s("Nobody has read it yet.", "لم يطّلع عليها أحد بعد.")}}
}

func rulesOf(w words) admin.Rules {
	row := func(checked parts.Cell) parts.TableRow {
		return parts.TableRow{Cells: []parts.Cell{
			{Text: w.s("Reply to the Special Procedures", "الرد على الإجراءات الخاصة"), Sub: "sp.reply", Primary: true, Badges: []parts.Badge{{Word: w.s("a variant", "صيغة أخرى"), Tone: parts.Quiet}}},
			{Text: w.s("the State", "الدولة")}, {Text: w.s("60 days", "60 يومًا")}, {Text: w.s("the letter is sent", "إرسال الرسالة")}, {Text: w.s("The letter is made public.", "تُنشر الرسالة.")},
			{Text: w.s("always", "دائمًا")}, {Text: "Closing paragraph of communications", Sub: w.s("customary", "عُرف متبع")}, checked}}
	}
	return admin.Rules{
		Table: parts.Table{Caption: "x", Heads: []parts.Head{{Label: w.s("Rule", "القاعدة")}, {Label: w.s("Who owes", "على من")}, {Label: w.s("Time", "المدة")}, {Label: w.s("Counts from", "تُحسب من")}, {Label: w.s("Then", "بعدها")}, {Label: w.s("Valid", "السريان")}, {Label: w.s("Source", "المصدر")}, {Label: w.s("Checked", "التحقق")}},
			Rows: []parts.TableRow{
				row(parts.Cell{Badges: []parts.Badge{{Word: w.s("Checked", "جرى التحقق"), Tone: parts.Good}}, Sub: w.s("20 Nov 2026", "20 نوفمبر 2026")}),
				row(parts.Cell{Badges: []parts.Badge{{Word: w.s("Unconfirmed", "غير مؤكدة"), Tone: parts.Unknown}}, Actions: []parts.Action{{Label: w.s("Held against its source", "طُوبقت مع مصدرها"), Post: "/x", Tone: parts.Quiet}}}),
			}},
		Holidays: []admin.Holiday{{Day: w.s("1 May 2027", "1 مايو 2027"), Name: w.s("Harvest day", "يوم الحصاد"), Remove: &parts.Action{Label: w.s("Remove", "حذف"), Post: "/x", Tone: parts.Quiet}}},
		Add:      &admin.Form{Action: "/x", Submit: w.s("Add", "إضافة"), Fields: []parts.Field{{Name: "day", Label: w.s("Day", "اليوم"), Type: parts.Date}, {Name: "name", Label: w.s("Name", "الاسم")}}},
		Week:     &admin.Form{Action: "/x", Submit: w.s("Save", "حفظ"), Fields: []parts.Field{{Name: "weekend", Label: w.s("Weekend", "نهاية الأسبوع"), Type: parts.Choices, Options: []parts.Option{{Value: "6", Label: w.s("Saturday", "السبت"), Selected: true}}}}},
		Lately:   []parts.Cell{{Text: w.s("Holiday set · 1 May 2027", "إضافة يوم عطلة · 1 مايو 2027"), Sub: w.s("A. Sample, 20 Nov 2026", "أ. عيّنة، 20 نوفمبر 2026")}},
	}
}

func usersOf(w words) admin.Users {
	return admin.Users{Total: w.s("6 accounts", "6 حسابات"), Invite: admin.Form{Action: "/x", Submit: w.s("Invite", "دعوة"), Open: true, Fields: []parts.Field{{Name: "name", Label: w.s("Name", "الاسم")}, {Name: "email", Label: w.s("E-mail", "البريد"), Type: parts.Email}, {Name: "roles", Label: w.s("Roles", "الأدوار"), Type: parts.Choices, Options: []parts.Option{{Value: "caseworker", Label: w.s("caseworker", "مسؤول ملفات")}, {Value: "supervisor", Label: w.s("supervisor", "مشرف")}}}}},
		Table: parts.Table{Caption: "x", Heads: []parts.Head{{Label: w.s("Name", "الاسم")}, {Label: w.s("E-mail", "البريد")}, {Label: w.s("Roles", "الأدوار")}}, Rows: []parts.TableRow{{Cells: []parts.Cell{{Text: "N. Sample", URL: "/x", Primary: true}, {Text: "nadia@demo.example"}, {Text: w.s("caseworker", "مسؤول ملفات")}}}}}}
}
