package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"amparo/internal/auth"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/person"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// posted is an appeal for one of the reading circle to two bodies, under review
// by Luis: three demands, two facts, a text in English and one in Arabic.
type posted struct {
	*onPaper
	t                          *testing.T
	appeal, committee, council string
}

const english = "Dear members,\n\nWe write about **{{persons}}**, taken by force [1]. It was {{date}}.\n\n## The facts\n\n{{facts}}\n\nWe ask by {{deadline}}:\n\n{{demands}}\n\n> Nobody showed a warrant [2].\n\nYours, [9]"

func newPosted(t *testing.T) *posted {
	t.Helper()
	p := &posted{onPaper: newOnPaper(t), t: t}
	p.do(p.Nadia.Actor(), func(tx *record.Tx) error {
		home, err := tx.Get("case", p.home)
		if err != nil {
			return err
		}
		record.As[*casefile.Case](home).Alias = "The harbour matter"
		if err := tx.Save(home, home.Head.Version); err != nil {
			return err
		}
		sami, err := tx.Get("person", p.people[0])
		if err != nil {
			return err
		}
		org := func(latn, arab string, langs ...string) form.Ref {
			s, made := tx.Create("organization", &organization.Organization{Names: []organization.Name{{Full: latn, Shown: true}, {Full: arab}}, Channels: []string{"e-mail", "post"}, Languages: langs}, nil)
			if made != nil {
				err = made
				return form.Ref{}
			}
			return s.Ref()
		}
		committee, council, ministry := org("Committee of the Nine Coasts", "لجنة السواحل التسعة", "en", "fr"), org("Sea Council", "مجلس البحر", "en"), org("Ministry of Quays", "وزارة الأرصفة")
		if err != nil {
			return err
		}
		p.committee, p.council = committee.Ref, council.Ref
		ours, err := tx.Add("citations", home, &citation.Citation{Speaker: p.cousin, Quote: "none was shown", Reliability: "C", Credibility: "3"})
		if err != nil {
			return err
		}
		episodes, err := tx.Tied("detention", "person", sami.Head.ID)
		if err != nil {
			return err
		}
		told, err := citation.Of(tx, episodes[0])
		if err != nil {
			return err
		}
		a := &appeal.Appeal{Kind: "urgent_appeal", TitleText: "Free the readers", Persons: []form.Ref{sami.Ref()}, Addressees: []appeal.Addressee{{Org: committee}, {Org: council}},
			Texts:       []appeal.Text{{Lang: "en", Body: english}, {Lang: "ar", Body: "السادة الأعضاء،\n\nنكتب بشأن {{الأشخاص}}.\n\n{{الوقائع}}\n\n{{المطالب}}"}, {Lang: "fr", Body: "Mesdames, Messieurs,\n\n{{facts}}"}},
			Facts:       []appeal.Fact{{Text: "They were taken from their homes.", Citations: []string{told[0].ID, ours.ID}}, {Text: "No warrant was shown.", Citations: []string{ours.ID}}},
			SubmittedBy: "Lantern Network\n12 Lighthouse Street",
			Signatories: []appeal.Signatory{{Name: "Lantern Network", Capacity: "association", MayBeNamed: true}, {Name: "Readers of Marsun", MayBeNamed: true},
				{Name: "A Hidden Judge"}, {Name: "B Hidden"}, {Name: "C Hidden"}, {Name: "Gone Away", MayBeNamed: true, Withdrawn: true}}}
		s, err := tx.Create("appeal", a, home)
		if err != nil {
			return err
		}
		p.appeal = s.Head.Ref
		for _, d := range []*demand.Demand{{Number: "1", Text: "Release him.", Targets: []form.Ref{ministry}, Due: edtf.Must("2026-12-15")}, {Number: "1a", Text: "Let a doctor in.", Unspecified: true}, {Number: "2", Text: "اكشفوا عن مكانه.", Unspecified: true}} {
			d.Appeal = s.Ref()
			if _, err := tx.Create("demand", d, home); err != nil {
				return err
			}
		}
		// Signatures fall with each demand that is added, so they are given last.
		if s, err = tx.Get("appeal", p.appeal); err != nil {
			return err
		}
		signed := record.As[*appeal.Appeal](s).Signatories
		for i := range signed {
			signed[i].Confirmed = signed[i].Name != "Readers of Marsun" && signed[i].Name != "Gone Away"
		}
		return tx.Save(s, s.Head.Version)
	})
	p.move(p.Nadia.Actor(), "submit", nil)
	return p
}

func (p *posted) do(a auth.Actor, work func(*record.Tx) error) {
	if err := p.Book.Do(p.t.Context(), a, work); err != nil {
		p.t.Fatal(err)
	}
}

// move makes a move of the appeal with fields as typed.
func (p *posted) move(a auth.Actor, name string, typed form.Values) {
	p.t.Helper()
	p.do(a, func(tx *record.Tx) error {
		s, err := tx.Get("appeal", p.appeal)
		if err != nil {
			return err
		}
		return tx.Move(s, s.Head.Version, name, "", func(set form.Set) form.Problems { return set.Decode(typed, tx.At) })
	})
}

// consent lets the committee know the man by his name.
func (p *posted) consent() {
	p.do(p.Nadia.Actor(), func(tx *record.Tx) error {
		s, err := tx.Get("person", p.people[0])
		if err != nil {
			return err
		}
		org, err := tx.Get("organization", p.committee)
		if err != nil {
			return err
		}
		_, err = tx.Add("consents", s, &person.Consent{As: "self", Date: edtf.Must("2026-11-01"), Scopes: []person.Scope{{Use: "body", Body: org.Ref(), Identity: "full"}}})
		return err
	})
}

func (p *posted) send() {
	p.move(p.Nadia.Actor(), "send", form.Values{"channel": {"e-mail"}, "sent_at": {"2026-11-18"}, "proof": {"receipt"}, "their_ref": {"G/12/26"}})
}

func TestALetterIsMadeOfItsTextFactsDemandsAndSignatories(t *testing.T) {
	p := newPosted(t)
	a := p.Nadia.Get("/appeals/" + p.appeal + "/letter?lang=en")
	if a.Status != 200 {
		t.Fatal(a.Status, a.Body)
	}
	text := words(a.Body)
	wants(t, text, "Amparo · Appeal letter · audience: internal", p.appeal+" · printed 20 Nov 2026 by Nadia", "Draft: not approved yet, not to be sent.", "Lantern Network 12 Lighthouse Street", "The day is filled in at sending",
		"Our number", "Committee of the Nine Coasts not sent yet", "Sea Council", "Subject: Free the readers", "Dear members,", "We write about Sami Al-Nahri (سامي النهري), taken by force [1] [2].",
		"The facts", "They were taken from their homes. [1] [2]", "No warrant was shown. [2]", "We ask by 15 Dec 2026:", "Release him.Ministry of Quays · by 15 Dec 2026", "Let a doctor in.", "اكشفوا عن مكانه.", "Nobody showed a warrant [2].",
		"Yours, [9]", "Readers of Marsun, not confirmed yet", "and 3 others", "Sources", "Statement on the arrests", "(B2)", "Statement to us, 20 Nov 2026", "(C3)", "check code ")
	lacks(t, a.Body, "A Hidden Judge", "Gone Away", p.cousin)
	lacks(t, text, "{{", "The harbour matter")
	if strings.Count(text, "Release him.") != 1 || strings.Count(text, "They were taken from their homes.") != 1 {
		t.Error("facts or demands stand there twice")
	}
	wants(t, a.Body, "/letter.pdf?", "/letter.docx?", "Demands: 2.", `<option value="fr"`, `<option value="`+p.committee+`"`)
	if order := regexp.MustCompile(`(?s)paper-point">1<.*paper-point">1a<.*paper-point">2<`); !order.MatchString(a.Body) {
		t.Error("the demands are not in their order")
	}
}

func TestALetterSpeaksTheLanguageItIsAskedIn(t *testing.T) {
	p := newPosted(t)
	text := words(p.Nadia.Get("/appeals/" + p.appeal + "/letter?lang=ar").Body)
	wants(t, text, "رسالة النداء", "مسودة لم تُعتمد بعد", "الموضوع:", "لجنة السواحل التسعة", "السادة الأعضاء،", "سامي النهري (Sami Al-Nahri)", "وموقّعون آخرون عددهم 3", "المصادر", "وزارة الأرصفة · في موعد أقصاه 15 كانون الأول/ديسمبر 2026")
	lacks(t, text, "Dear members", "What we ask", "ما حدث")
	page := p.Nadia.Get("/appeals/" + p.appeal + "/letter?lang=fr").Body
	wants(t, page, `lang="fr" dir="ltr"`, "Mesdames, Messieurs", "What we ask", "They were taken from their homes.")
	p.do(p.Nadia.Actor(), func(tx *record.Tx) error {
		s, err := tx.Get("appeal", p.appeal)
		if err != nil {
			return err
		}
		record.As[*appeal.Appeal](s).Texts = []appeal.Text{{Lang: "fr", Body: "Bonjour {{monsieur}}\n\n{{date}}"}}
		return tx.Save(s, s.Head.Version)
	})
	wants(t, words(p.Nadia.Get("/appeals/"+p.appeal+"/letter?lang=ar").Body), "لا نص مسجَّل بهذه اللغة (العربية)، والنصوص المتاحة بـ: الفرنسية.", "ما حدث", "They were taken from their homes.")
	page = p.Nadia.Get("/appeals/" + p.appeal + "/letter").Body
	wants(t, page, "Bonjour", `<mark class="paper-unfilled">{{monsieur}}</mark>`)
	wants(t, words(page), "{{monsieur}} in line 1 of the text is no merge field.")
}

func TestACopyForABodyIsWhatMayLeaveAndNothingMore(t *testing.T) {
	p := newPosted(t)
	at := "/appeals/" + p.appeal + "/letter"
	refused := func(query, why string) {
		t.Helper()
		page, file := p.Nadia.Get(at+query), p.Nadia.Get(at+".pdf"+query)
		if page.Status != 200 || !strings.Contains(page.Body, why) || file.Status != 409 || strings.Contains(page.Body, "Dear members") {
			t.Errorf("%s: %d, %d, without %q", query, page.Status, file.Status, why)
		}
	}
	to := "?lang=en&to=" + p.committee
	refused(to, "once it is approved")
	p.move(p.Luis.Actor(), "approve", nil)
	refused(to, "No consent that covers this body is on file for: \u2068Sami")
	p.consent()
	refused("?lang=en&to="+p.council, "No consent that covers this body")
	before := p.Nadia.Get(at + to)
	wants(t, words(before.Body), "20 Nov 2026", "Dear members,")
	p.send()
	a := p.Nadia.Get(at + to)
	text := words(a.Body)
	wants(t, text, "Lantern Network", "18 Nov 2026", "It was 18 Nov 2026.", "Your numberG/12/26", "Committee of the Nine Coasts e-mail", "Dear members,", "association", "and 3 others", "Statement on the arrests", "(B2)")
	lacks(t, text, "Nadia", "internal", "printed", "Amparo", "Sea Council", "Readers of Marsun", "Draft", "sent 18", "not sent", "E-00", "P-0", p.home, "as on file", "reading circle")
	refused("?lang=ar&to="+p.council, "No consent that covers this body")
	for query, status := range map[string]int{"?to=O-99999": 404, "?to=" + p.home: 404} {
		if got := p.Nadia.Get(at + query).Status; got != status {
			t.Errorf("%s: %d", query, got)
		}
	}
	for _, ext := range []string{".pdf", ".docx"} {
		file := p.Nadia.Get(at + ext + to)
		if file.Status != 200 {
			t.Fatal(file.Status)
		}
		if ext == ".docx" {
			lacks(t, paragraphsOf(t, file), "Nadia", "Sea Council", "internal", "Readers of Marsun")
		} else {
			parsed(t, file)
			lacks(t, file.Body, "Nadia")
		}
	}
	wants(t, words(p.Nadia.Get(at+"?lang=en").Body), "Committee of the Nine Coasts e-mail sent 18 Nov 2026", "Sea Council not sent yet")
}

func TestACopyIsNotMadeByWhoMayNotSeeSomebodyInIt(t *testing.T) {
	p := newPosted(t)
	p.consent()
	p.do(p.Omar.Actor(), func(tx *record.Tx) error {
		home, err := tx.Get("case", p.Restricted)
		if err != nil {
			return err
		}
		kept, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: "Velvet Ersen"}}}, home)
		if err != nil {
			return err
		}
		s, err := tx.Get("appeal", p.appeal)
		if err != nil {
			return err
		}
		a := record.As[*appeal.Appeal](s)
		a.Persons = append(a.Persons, kept.Ref())
		return tx.Save(s, s.Head.Version)
	})
	p.move(p.Luis.Actor(), "approve", nil)
	at := "/appeals/" + p.appeal + "/letter?lang=en"
	wants(t, words(p.Omar.Get(at).Body), "Sami Al-Nahri (سامي النهري) and Velvet Ersen")
	ours, copied := p.Nadia.Get(at).Body, p.Nadia.Get(at+"&to="+p.committee).Body
	wants(t, words(ours), "Sami Al-Nahri (سامي النهري) and not shown")
	wants(t, copied, "is not shown to you")
	lacks(t, ours+copied, "Velvet", "Ersen")
}

func TestWhatWasApprovedIsWhatIsPrinted(t *testing.T) {
	p := newPosted(t)
	p.consent()
	p.move(p.Luis.Actor(), "approve", nil)
	text := func() string {
		return words(p.Nadia.Get("/appeals/" + p.appeal + "/letter?lang=en&to=" + p.committee).Body)
	}
	before := text()
	err := p.Book.Do(t.Context(), p.Nadia.Actor(), func(tx *record.Tx) error {
		s, err := tx.Get("appeal", p.appeal)
		if err != nil {
			return err
		}
		record.As[*appeal.Appeal](s).Texts[0].Body = "Other words."
		return tx.Save(s, s.Head.Version)
	})
	if err == nil || text() != before {
		t.Error("approved words were changed: ", err)
	}
}

func TestTheCheckCodeOfALetterChangesWithTheAppealAndIsOneForAllItsForms(t *testing.T) {
	p := newPosted(t)
	code := func(query string) string {
		return regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}`).FindString(p.Nadia.Get("/appeals/" + p.appeal + "/letter" + query).Body)
	}
	first := code("?lang=en")
	if first == "" || code("?lang=ar") != first || code("?lang=en&paper=letter") != first {
		t.Error("no code, or language or paper changes it: ", first)
	}
	p.move(p.Luis.Actor(), "approve", nil)
	if code("?lang=en") == first {
		t.Error("approval does not change the code")
	}
}

func TestOneOrTwoUnnamedSignatoriesAreNotCounted(t *testing.T) {
	p := newPosted(t)
	for _, c := range []struct {
		count appeal.Count
		drop  int
		want  string
	}{{appeal.Count{}, 1, "and others"}, {appeal.Count{Qualifier: "exact", N: form.Num{Valid: true, N: 23}}, 0, "and 21 others"}, {appeal.Count{Qualifier: "more_than", N: form.Num{Valid: true, N: 20}}, 0, "and more than 18 others"},
		{appeal.Count{Qualifier: "several"}, 0, "and others"}} {
		p.do(p.Nadia.Actor(), func(tx *record.Tx) error {
			s, err := tx.Get("appeal", p.appeal)
			if err != nil {
				return err
			}
			a := record.As[*appeal.Appeal](s)
			a.Signatories = a.Signatories[:5-c.drop]
			a.SignatoryCount = nil
			if c.count.Qualifier != "" {
				a.SignatoryCount = []appeal.Count{c.count}
			}
			return tx.Save(s, s.Head.Version)
		})
		wants(t, words(p.Nadia.Get("/appeals/"+p.appeal+"/letter?lang=en").Body), c.want)
		if c.drop > 0 {
			p.do(p.Nadia.Actor(), func(tx *record.Tx) error {
				s, err := tx.Get("appeal", p.appeal)
				if err != nil {
					return err
				}
				a := record.As[*appeal.Appeal](s)
				a.Signatories = append(a.Signatories, appeal.Signatory{Name: "C Hidden", Confirmed: true})
				return tx.Save(s, s.Head.Version)
			})
		}
	}
}

func TestAnUrgentActionSaysWhoWhyWhatToAskOfWhomAndUntilWhen(t *testing.T) {
	p := newPosted(t)
	at := "/appeals/" + p.appeal + "/urgent-action"
	text := words(p.Nadia.Get(at + "?lang=en").Body)
	wants(t, text, "Urgent action: Free the readers", "Write by: 15 Dec 2026", "Draft: not approved yet", "Who is in danger", "Sami Al-Nahri", "about 1996", "What happened", "They were taken from their homes.", "Arrest in Port Vesna by Office of Inner Order.",
		"Why it is urgent", "Medical", "3 Dec 2026 Planned: Hearing", "What to ask", "1Release him.", "Whom to write to", "Committee of the Nine Coasts", "e-mail, post", "English, French", "How to write", "Be polite", "Sources", "(B2)")
	lacks(t, text, p.cousin, "Wanda", "+000", "أخته", "We go with")
	wants(t, words(p.Nadia.Get(at+"?lang=ar").Body), "تحرك عاجل:", "المعرَّضون للخطر", "اعتقال في ميناء فيسنا على يد مكتب النظام الداخلي.", "كيف نكتب", "الإنجليزية، الفرنسية")
	for _, audience := range []string{"partner", "public"} {
		a := p.Nadia.Get(at + "?audience=" + audience)
		wants(t, a.Body, "A letter leaves once it is approved.", "No consent for this audience")
		lacks(t, a.Body, `class="paper `, "Nine Coasts", "They were taken")
	}
}

func TestAPageOfSignaturesHasThoseWhoMayBeNamedAndRoomForMore(t *testing.T) {
	p := newPosted(t)
	text := words(p.Nadia.Get("/appeals/" + p.appeal + "/signatures?lang=en").Body)
	wants(t, text, "We sign the letter “Free the readers”.", "Committee of the Nine Coasts, Sea Council", "Lantern Network", "Readers of Marsun", "14")
	lacks(t, text, "Hidden", "Gone Away")
}

func TestWhoMayNotSeeAnAppealFindsNoPaperOfIt(t *testing.T) {
	p := newPosted(t)
	for _, what := range []string{"letter", "letter.pdf", "letter.docx?to=" + p.committee, "urgent-action", "urgent-action.pdf", "signatures.docx"} {
		if a := p.Rune.Get("/appeals/" + p.appeal + "/" + what); a.Status != 404 {
			t.Errorf("%s: %d", what, a.Status)
		}
	}
}

func TestAppealsAndDeadlinesAreListedOnPaperAsTheyAreFiltered(t *testing.T) {
	p := newPosted(t)
	at := "/appeals/list"
	text := words(p.Nadia.Get(at + "?lang=en").Body)
	wants(t, text, "List of appeals", "In review: 1", p.appeal, "Free the readers", "Urgent appeal", "Committee of the Nine Coasts, Sea Council", "Nadia", "audience: internal", "check code ")
	wants(t, words(p.Nadia.Get(at+"?lang=ar").Body), "قائمة النداءات", "قيد المراجعة: 1", "لجنة السواحل التسعة، مجلس البحر")
	lacks(t, words(p.Nadia.Get(at+"?lang=en&state=draft").Body), "Free the readers")
	lacks(t, words(p.Rune.Get(at).Body), "Free the readers", "Nine Coasts")
	wants(t, p.Nadia.Get("/appeals?to="+p.council).Body, at+"?to="+p.council)
	wants(t, p.Nadia.Get(at+"?to="+p.council).Body, `name="to"`, at+".pdf?lang=en&amp;to="+p.council)

	p.consent()
	p.move(p.Luis.Actor(), "approve", nil)
	p.send()
	text = words(p.Nadia.Get("/deadlines/list?lang=en").Body)
	wants(t, text, "List of deadlines", "15 Dec 2026", "Release him.")
	wants(t, words(p.Nadia.Get("/deadlines/list?lang=ar").Body), "قائمة المواعيد", "15 كانون الأول/ديسمبر 2026")
	lacks(t, words(p.Nadia.Get("/deadlines/list?lang=en&overdue=yes").Body), "Release him.")
	lacks(t, words(p.Rune.Get("/deadlines/list").Body), "Release him.")
	wants(t, p.Nadia.Get("/deadlines?overdue=yes").Body, "/deadlines/list?overdue=yes")
	for _, path := range []string{at, "/deadlines/list"} {
		parsed(t, p.Luis.Get(path+".pdf"))
		paragraphsOf(t, p.Luis.Get(path+".docx"))
		for _, audience := range []string{"partner", "public"} {
			lacks(t, p.Nadia.Get(path+"?audience="+audience).Body, "Free the readers", "Release him", "Nine Coasts")
		}
	}
}

// To look at them: go test -run Looked -artifacts ./internal/web
func TestTheLettersCanBeLookedAt(t *testing.T) {
	p := newPosted(t)
	p.consent()
	p.move(p.Luis.Actor(), "approve", nil)
	for _, lang := range []string{"en", "ar"} {
		for name, at := range map[string]string{"letter": "letter", "copy": "letter&to=" + p.committee, "urgent": "urgent-action", "signatures": "signatures"} {
			path, query, _ := strings.Cut(at, "&")
			for _, ext := range []string{".pdf", ".docx"} {
				a := p.Nadia.Get("/appeals/" + p.appeal + "/" + path + ext + "?lang=" + lang + "&" + query)
				if ext == ".pdf" {
					if letters := parsed(t, a); lang == "ar" && !strings.ContainsAny(letters, "سين") {
						t.Errorf("%s has letters %q", name, letters)
					}
				} else if text := paragraphsOf(t, a); !strings.Contains(text, "Free the readers") {
					t.Errorf("%s lacks its title", name)
				}
				if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+"-"+lang+ext), []byte(a.Body), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
