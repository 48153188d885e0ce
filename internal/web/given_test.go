package web_test

import (
	"net/url"
	"strings"
	"testing"

	"amparo/internal/auth/account"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/person"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/web/webtest"
)

// allow records what a person of the reading circle allowed.
func (o *onPaper) allow(ref string, scopes ...person.Scope) {
	o.change("person", ref, func(tx *record.Tx, s *record.Sheet) error {
		_, err := tx.Add("consents", s, &person.Consent{As: "self", Date: edtf.Must("2026-11-01"), Scopes: scopes})
		return err
	})
}

func (o *onPaper) flag(ref string, flags ...string) {
	o.change("person", ref, func(tx *record.Tx, s *record.Sheet) error {
		record.As[*person.Person](s).Flags = flags
		return tx.Save(s, s.Head.Version)
	})
}

func (o *onPaper) change(kind, ref string, do func(*record.Tx, *record.Sheet) error) {
	o.t.Helper()
	if err := o.Book.Do(o.t.Context(), o.Nadia.Actor(), func(tx *record.Tx) error {
		s, err := tx.Get(kind, ref)
		if err != nil {
			return err
		}
		return do(tx, s)
	}); err != nil {
		o.t.Fatal(err)
	}
}

// mixed is a case in which everybody allowed something else.
func mixed(t *testing.T) *onPaper {
	o := newOnPaper(t)
	all := []person.Scope{{Use: "partner", Identity: "full", Place: true}, {Use: "media", Identity: "full", Place: true}, {Use: "publication", Identity: "full", Place: true}}
	o.allow(o.people[0], person.Scope{Use: "partner", Identity: "full", Place: true}, person.Scope{Use: "media", Identity: "initials"}, person.Scope{Use: "publication", Identity: "full", Place: true})
	o.allow(o.people[1], person.Scope{Use: "partner", Identity: "initials"}, person.Scope{Use: "media", Identity: "none"}, person.Scope{Use: "publication", Identity: "none"})
	// of people[2] nobody was asked
	o.allow(o.people[3], all...)
	o.flag(o.people[3], "in_hiding")
	o.allow(o.people[4], all...)
	o.flag(o.people[4], "minor")
	o.allow(o.people[5], person.Scope{Use: "body", Identity: "full"})
	return o
}

// secret is what no paper for somebody outside may hold.
func (o *onPaper) secret() []string {
	return []string{"P-0", "C-0", "D-0", o.home, "Nadia", "Luis", "Əli", "Idris", "Vashti", "إدريس", "Wanda", o.cousin, "+000", "أخته", "رُفض", "Detainee 7", "entered by mistake", "Free Readers", "the order names it"}
}

func TestAPartnerIsToldWhatEachAllowedAndNoMore(t *testing.T) {
	o := mixed(t)
	at := "/cases/" + o.home + "/summary"
	for _, lang := range []string{"en", "ar"} {
		text := words(o.Nadia.Get(at + "?audience=partner&lang=" + lang).Body)
		lacks(t, text, append(o.secret(), "Nagorny", "Karim", "Dalwan", "كريم", "reading circle", "7 people", "1 Nov 2026", "opened")...)
		wants(t, text, "Sami Al-Nahri", "سامي النهري", "محمود بن لافي", "L. N.")
		if lang == "en" {
			wants(t, text, "Case summary", "audience: partner", "4 people.", "Others are not shown.", "Person 3", "Northgate prison", "preview, given to nobody", "Statement (B2)")
			lacks(t, text, "20 Mar 2022: L. N.")
		} else {
			wants(t, text, "الجهة المتلقية: شريك", "الشخص 3", "سجن البوابة الشمالية", "هناك آخرون غير معروضين")
		}
	}
	for _, file := range []string{".pdf", ".docx"} {
		a := o.Nadia.Get(at + file + "?audience=partner")
		if strings.Contains(a.Header.Get("Content-Disposition"), "-0") {
			t.Errorf("the file is called %s", a.Header.Get("Content-Disposition"))
		}
	}
	text := paragraphsOf(t, o.Nadia.Get(at+".docx?audience=partner"))
	lacks(t, text, append(o.secret(), "Nagorny", "Karim", "reading circle")...)
	wants(t, text, "Sami Al-Nahri")
}

func TestThePublicLearnsTheLeastThatWasAllowed(t *testing.T) {
	o := mixed(t)
	text := words(o.Nadia.Get("/cases/" + o.home + "/summary?audience=public").Body)
	lacks(t, text, append(o.secret(), "Sami", "سامي", "Nagorny", "Karim", "محمود", "L. N.", "20 Mar", "Northgate", "not known", "reading circle")...)
	wants(t, text, "S. A.", "Person 2", "Person 3", "Person 4")
	// What may be published is more than what journalists may be told.
	wants(t, words(o.Nadia.Get("/cases/"+o.home+"/summary?audience=publication").Body), "Sami Al-Nahri", "Person 2")
	for ref, want := range map[string]string{o.people[2]: "No consent is on file", o.people[5]: "No consent is on file", o.people[0]: ""} {
		page := o.Nadia.Get("/people/" + ref + "/summary?audience=public")
		if want == "" {
			wants(t, words(page.Body), "S. A.", "Mar 2022")
			lacks(t, words(page.Body), append(o.secret(), "Sami", "1996", "Annulled", "medical", "195 bis", "20 Mar 2022")...)
			continue
		}
		if page.Status != 200 || !strings.Contains(page.Body, want) {
			t.Errorf("%s: %d", ref, page.Status)
		}
		if a := o.Nadia.Get("/people/" + ref + "/summary.pdf?audience=public"); a.Status != 409 {
			t.Errorf("a file of nobody: %d", a.Status)
		}
	}
	list := words(o.Nadia.Get("/detentions/list?audience=public").Body)
	lacks(t, list, append(o.secret(), "Sami", "Karim", "6 people", "Northgate")...)
	wants(t, list, "4 people.", "S. A.")
	for _, audience := range []string{"everybody", "%00", "Public"} {
		if a := o.Nadia.Get("/cases/" + o.home + "/summary.pdf?audience=" + audience); a.Status != 409 {
			t.Errorf("%s: %d", audience, a.Status)
		}
	}
	if a := o.Nadia.Get("/deadlines/list.pdf?audience=public"); a.Status != 409 {
		t.Errorf("the list of deadlines leaves: %d", a.Status)
	}
}

func TestWhatWasMarkedAsNotForThemStaysInside(t *testing.T) {
	o := mixed(t)
	at := "/cases/" + o.home + "/summary.pdf?audience="
	for sensitivity, shut := range map[string]map[string]bool{"restricted": {"partner": true, "public": true}, "sealed": {"partner": true, "public": true}, "partner": {"public": true}, "public": {}, "internal": {}} {
		o.mark(o.home, sensitivity)
		for _, audience := range []string{"partner", "public"} {
			if a := o.Nadia.Get(at + audience); (a.Status == 409) != shut[audience] {
				t.Errorf("a case marked %s answers a print for %s with %d", sensitivity, audience, a.Status)
			}
		}
	}
	o.mark(o.home, "partner")
	wants(t, words(o.Nadia.Get("/cases/"+o.home+"/summary?audience=partner").Body), "Members of a reading circle")
	o.mark(o.people[0], "sealed")
	lacks(t, words(o.Nadia.Get("/cases/"+o.home+"/summary?audience=partner").Body), "Sami")
}

// mark sets how sensitive a record is.
func (o *onPaper) mark(ref, sensitivity string) {
	o.t.Helper()
	if err := o.Book.Do(o.t.Context(), o.Nadia.Actor(), func(tx *record.Tx) error {
		return tx.Derive("UPDATE head SET sensitivity = ? WHERE ref = ?", sensitivity, ref)
	}); err != nil {
		o.t.Fatal(err)
	}
}

func TestFreeTextLeavesLineByLineAndNeverWithAWithheldName(t *testing.T) {
	o := mixed(t)
	var safe, telling string
	o.change("detention", o.detention(0), func(tx *record.Tx, s *record.Sheet) error {
		d := record.As[*detention.Detention](s)
		d.Steps[0].Text, d.Steps[1].Text = "They broke the door at night.", "Taken together with Əli Şıxlı."
		safe, telling = d.Steps[0].ID, d.Steps[1].ID
		return tx.Save(s, s.Head.Version)
	})
	at := "/cases/" + o.home + "/summary?audience=partner"
	page := o.Nadia.Get(at)
	lacks(t, words(page.Body), "broke the door", "Taken together")
	wants(t, page.Body, `value="`+safe+`"`, "They broke the door at night.", "which may not be told")
	lacks(t, page.Body, `value="`+telling+`"`)
	page = o.Nadia.Get(at + "&text=" + safe + "&text=" + telling)
	wants(t, words(page.Body), "broke the door")
	lacks(t, words(page.Body), "Taken together")
}

// What is in free words may name somebody who is not on this paper at all.
func TestAFreeTextIsReadForPeopleWhoAreNotOnThePaper(t *testing.T) {
	o := mixed(t)
	friend := ""
	o.change("case", o.home, func(tx *record.Tx, home *record.Sheet) error {
		s, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: "Orso Belmonte", Kind: "legal", Shown: true}}}, home)
		if err != nil {
			return err
		}
		friend = s.Head.Ref
		elsewhere, err := tx.Get("case", o.Open)
		if err != nil {
			return err
		}
		_, err = tx.Create("person", &person.Person{Names: []person.Name{{Full: "Tullio Ferrante", Kind: "legal", Shown: true}}}, elsewhere)
		return err
	})
	o.allow(friend, person.Scope{Use: "partner", Identity: "full"})
	var ids [4]string
	o.change("detention", o.detention(0), func(tx *record.Tx, s *record.Sheet) error {
		d := record.As[*detention.Detention](s)
		for i, text := range []string{"The door was broken with Karim Dalwan inside.", "Orso Belmonte saw it from the street.", "Later Tullio Ferrante called.", "Nobody else was there."} {
			d.Steps[i].Text, ids[i] = text, d.Steps[i].ID
		}
		return tx.Save(s, s.Head.Version)
	})
	at := "/people/" + o.people[0] + "/summary?audience=partner"
	page := o.Nadia.Get(at)
	lacks(t, page.Body, `value="`+ids[0]+`"`) // in hiding, though he allowed it, and not on this paper
	wants(t, page.Body, `value="`+ids[1]+`"`, `value="`+ids[2]+`"`, `value="`+ids[3]+`"`)
	wants(t, page.Body, "Karim Dalwan\u2069”, which may not be told")
	text := plainText(page.Body)
	if strings.Count(text, "it also names") != 2 || !strings.Contains(text, "Orso Belmonte\u2069, of whom") || !strings.Contains(text, "Tullio Ferrante\u2069, of whom") {
		t.Errorf("it warns: %s", text)
	}
	page = o.Nadia.Get(at + "&text=" + ids[0] + "&text=" + ids[1] + "&text=" + ids[3])
	wants(t, words(page.Body), "saw it from the street", "Nobody else was there")
	lacks(t, words(page.Body), "The door was broken")
	// He withdraws: the same line names somebody who may not be told of.
	o.flag(friend, "in_hiding")
	page = o.Nadia.Get(at + "&text=" + ids[1])
	lacks(t, page.Body, `value="`+ids[1]+`"`)
	lacks(t, words(page.Body), "saw it from the street")
	// On the paper of the case all of them are told of as they allowed.
	wants(t, o.Nadia.Get("/cases/"+o.home+"/summary?audience=partner").Body, `value="`+ids[3]+`"`)

	// One of the case is sealed: nobody can look for his name, so no line is offered, and it is said why.
	o.change("person", o.people[5], func(tx *record.Tx, s *record.Sheet) error {
		_, err := tx.Classify(s, s.Head.Version, record.Level{Level: record.Sealed, Named: []form.Ref{{ID: o.Luis.ID}}, Code: "Falcon", Reason: "threats"})
		return err
	})
	page = o.Nadia.Get(at + "&text=" + ids[3])
	lacks(t, page.Body, `value="`+ids[3]+`"`, "Nobody else was there")
	wants(t, page.Body, "somebody in this case is sealed")

}

// Letting a reader in is giving: it is on the register, and the end of a consent finds it.
func TestWhatIsSharedWithAReaderIsOnTheRegister(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		man := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Ilias Marun")
		held := h.Make(h.Nadia, "detention", h.Open, "person", man)
		leads(t, h.Nadia, h.Nadia.Post("/people/"+man+"/consent", url.Values{"as": {"self"}, "date": {"2026-11-02"}, "use.partner": {"full"}}))
		let := func(at string, who *webtest.Person, why string) {
			if a := h.Nadia.Post(at+"/access/grant", url.Values{"account": {who.Email}, "until": {"2026-12-01"}, "reason": {why}}); a.Status != 303 {
				t.Fatalf("%s answers %d", at, a.Status)
			}
		}
		let("/cases/"+h.Open, h.Omar, "a colleague")
		if lines := h.Nadia.Get("/given.csv").Body; strings.Contains(lines, "a colleague") {
			t.Errorf("a colleague is on the register: %s", lines)
		}
		let("/cases/"+h.Open, h.Rune, "the hearing")
		let("/detentions/"+held, h.Rune, "the appeal")
		lines := h.Luis.Get("/given.csv").Body
		for _, want := range []string{"Rune", h.Rune.Email, "the hearing", ",share,account,partner,", h.Open + " v1", man + " v1 full", held + " v1", "the appeal"} {
			if !strings.Contains(lines, want) {
				t.Errorf("%q is not on it: %s", want, lines)
			}
		}
		if a := h.Nadia.JSON("POST", "/api/v1/people/"+man+"/access/grants", h.Nadia.Token(), map[string]any{"account": h.Rune.Email, "until": "2026-12-01", "reason": "by a program"}); a.Status != 201 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		has(t, h.Luis.Get("/given?about="+man), "by a program", "the hearing", "reads it in Amparo")
		has(t, h.Nadia.Get("/people/"+man+"/consent"), "Rune")
		page := leads(t, h.Nadia, h.Nadia.Post("/people/"+man+"/consent/"+consents(t, h, man)[0].ID+"/withdraw", url.Values{"date": {"today"}, "scope": {"all of it"}}))
		if tasks := h.Nadia.Get("/tasks.csv").Body; strings.Count(tasks, "Rune") != 1 {
			t.Errorf("%s\n%s", tasks, plainText(page.Body))
		}
	})
}

func (o *onPaper) detention(i int) string {
	o.t.Helper()
	ref := ""
	o.change("person", o.people[i], func(tx *record.Tx, s *record.Sheet) error {
		list, err := tx.Tied("detention", "person", s.Head.ID)
		if err == nil {
			ref = list[0].Head.Ref
		}
		return err
	})
	return ref
}

// register reads the given-to register as somebody sees it.
func (o *onPaper) register(by *webtest.Person, about string) (list []record.Handout) {
	o.t.Helper()
	if err := o.Book.View(o.t.Context(), by.Actor(), func(tx *record.Tx) error {
		id := ""
		if about != "" {
			one, err := tx.Find(about)
			if err != nil {
				return err
			}
			id = one.ID
		}
		var err error
		list, _, err = tx.Handouts(record.HandoutQuery{About: id})
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	return list
}

func TestWhatIsGivenToSomebodyIsOnTheRegisterOnce(t *testing.T) {
	o := mixed(t)
	at := "/cases/" + o.home + "/summary"
	page := o.Nadia.Get(at + "?audience=partner")
	o.Nadia.Get(at + ".pdf?audience=partner")
	if n := len(o.register(o.Nadia, "")); n != 0 {
		t.Fatalf("looking writes %d lines", n)
	}
	wants(t, page.Body, `action="`+at+`/given?audience=partner`, "What this would reveal", "Əli Şıxlı", "No consent is on file", "In hiding")
	code := cutOut(page.Body, `name="code" value="`, `"`)
	send := func(v url.Values) webtest.Answer {
		v.Set("code", code)
		v.Set("csrf", account.CSRF(o.Nadia.Cookie))
		return o.Nadia.Post(at+"/given?audience=partner&lang=ar", v)
	}
	for _, v := range []url.Values{{"to": {"Salma, lawyer"}}, {"why": {"the hearing"}}, {"to": {" "}, "why": {"x"}}} {
		a := send(v)
		if a.Status != 422 || !strings.Contains(a.Body, `-error"`) {
			t.Errorf("%v answers %d", v, a.Status)
		}
	}
	code = cutOut(o.Nadia.Get(at+"?audience=partner&lang=ar").Body, `name="code" value="`, `"`)
	given := url.Values{"to": {"Salma, lawyer"}, "why": {"the hearing"}, "form": {"docx"}, "nonce": {"one"}}
	a := send(given)
	text := paragraphsOf(t, a)
	wants(t, text, "سُلِّمت إلى", "Salma, lawyer")
	lacks(t, text, append(o.secret(), "معاينة")...)
	send(given) // a double click
	list := o.register(o.Nadia, "")
	if len(list) != 1 {
		t.Fatalf("%d lines", len(list))
	}
	h := list[0]
	if h.To != "Salma, lawyer" || h.Why != "the hearing" || h.Audience != "partner" || h.Lang != "ar" || h.Form != "docx" || h.By.ID != o.Nadia.ID || h.Code != code || len(h.SHA256) != 64 {
		t.Errorf("%+v", h)
	}
	told := map[string]string{}
	for _, one := range h.Records {
		told[one.Ref.Ref] = one.Told
		if one.Version == 0 {
			t.Error("no version of", one.Ref.Ref)
		}
	}
	if len(told) != 5 || told[o.people[0]] != "full" || told[o.people[1]] != "initials" || told[o.people[3]] != "none" {
		t.Error(told)
	}
	for _, about := range []string{o.home, o.people[0]} {
		if len(o.register(o.Luis, about)) != 1 {
			t.Error("it is not on the register of", about)
		}
	}
	if len(o.register(o.Luis, o.people[2])) != 0 {
		t.Error("who was withheld is on the register")
	}
	has(t, o.Nadia.Get("/cases/"+o.home+"/history"), "Salma, lawyer")
	// Somebody changed it since it was looked at.
	o.flag(o.people[0], "medical", "torture_risk")
	a = send(url.Values{"to": {"Salma"}, "why": {"again"}, "nonce": {"two"}})
	if a.Status != 409 || !strings.Contains(a.Body, `role="alert"`) || !strings.Contains(a.Body, `value="Salma"`) {
		t.Errorf("%d", a.Status)
	}
	if n := len(o.register(o.Nadia, "")); n != 1 {
		t.Errorf("%d lines", n)
	}
	if a := o.Rune.Post("/cases/"+o.Shared+"/summary/given?audience=partner", url.Values{"to": {"x"}, "why": {"y"}}); a.Status != 403 {
		t.Errorf("a reader gives papers away: %d", a.Status)
	}
}

func cutOut(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	inner, _, _ := strings.Cut(rest, to)
	return inner
}

func TestTheRegisterIsReadByWhoSeesAllThatWasTold(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		open := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Ilias Marun")
		hidden := h.Make(h.Omar, "person", h.Restricted, "names.0.full", "Velvet Ersen")
		h.Make(h.Nadia, "detention", h.Open, "person", open, "steps.0.kind", "arrest", "steps.0.date", "2026-10-01")
		h.Make(h.Omar, "detention", h.Restricted, "person", hidden, "steps.0.kind", "arrest", "steps.0.date", "2026-10-02")
		for who, ref := range map[*webtest.Person]string{h.Nadia: open, h.Omar: hidden} {
			leads(t, who, who.Post("/people/"+ref+"/consent", url.Values{"as": {"self"}, "date": {"2026-11-02"}, "use.partner": {"full"}}))
		}
		give := func(who *webtest.Person, at, to string) {
			page := who.Get(at + "?audience=partner")
			if a := who.Post(at+"/given?audience=partner", url.Values{"code": {between(page.Body, `name="code" value="`, `"`)}, "to": {to}, "why": {"a hearing"}}); a.Status != 200 {
				t.Fatalf("%s answers %d", at, a.Status)
			}
		}
		give(h.Nadia, "/people/"+open+"/summary", "Open Lawyer")
		give(h.Omar, "/people/"+hidden+"/summary", "Velvet Lawyer")
		give(h.Omar, "/detentions/list", "Both Lawyer") // tells of both
		for who, sees := range map[*webtest.Person][]string{h.Nadia: {"Open Lawyer"}, h.Luis: {"Open Lawyer"}, h.Omar: {"Open Lawyer", "Velvet Lawyer", "Both Lawyer"}} {
			token := who.Token()
			for _, at := range []string{"/given", "/given.csv", "/api/v1/given", "/given?about=" + open, "/given.csv?to_whom=lawyer", "/api/v1/given?audience=partner"} {
				a := who.Get(at)
				if strings.HasPrefix(at, "/api/") {
					a = who.JSON("GET", at, token, nil)
				}
				for _, one := range []string{"Open Lawyer", "Velvet Lawyer", "Both Lawyer"} {
					want := false
					for _, s := range sees {
						want = want || s == one && !(strings.Contains(at, "about") && s == "Velvet Lawyer")
					}
					if strings.Contains(a.Body, one) != want {
						t.Errorf("%s sees %q at %s: %t", who.Name, one, at, !want)
					}
				}
			}
			has(t, who.Get("/given?to_whom=nobody+such"), "No line fits")
		}
		for _, who := range []*webtest.Person{h.Rune, h.Ada} {
			if a := who.Get("/given"); a.Status != 403 {
				t.Errorf("%s reads the register: %d", who.Name, a.Status)
			}
		}
		has(t, h.Nadia.Get("/cases/"+h.Open), "Open Lawyer", `href="/given?about=`+h.Open)
		has(t, h.Nadia.Get("/people/"+open+"/consent"), "Open Lawyer", "covers it")
		has(t, h.Nadia.Get("/people/"+open), `href="/given?about=`+open)

		// Consent ends: whoever was given something is to be told, once.
		id := consents(t, h, open)[0].ID
		page := leads(t, h.Nadia, h.Nadia.Post("/people/"+open+"/consent/"+id+"/withdraw", url.Values{"date": {"today"}, "scope": {"all of it"}}))
		has(t, page, "2 parties are to be told.", "does not cover")
		tasks := h.Nadia.Get("/tasks.csv").Body
		if strings.Count(tasks, "Tell Open Lawyer") != 1 || strings.Count(tasks, "Tell Both Lawyer") != 1 || strings.Contains(tasks, "Tell Velvet Lawyer") {
			t.Error(tasks)
		}
	})
}

func TestListsAsFilesStayInside(t *testing.T) {
	o := newOnPaper(t)
	a := o.Nadia.Get("/people.csv")
	if a.Status != 200 || !strings.Contains(a.Header.Get("Content-Disposition"), "people-internal.csv") {
		t.Errorf("%d %s", a.Status, a.Header.Get("Content-Disposition"))
	}
	for _, at := range []string{"/people.csv?audience=partner", "/detentions.xlsx?audience=public", "/people.csv?audience=everybody"} {
		if a := o.Nadia.Get(at); a.Status != 409 || strings.Contains(a.Body, "Sami") {
			t.Errorf("%s answers %d", at, a.Status)
		}
	}
	wants(t, o.Nadia.Get("/people.csv?audience=internal").Body, "Sami")
}

func TestALetterIsOnTheRegisterOnceItWasSent(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		l := newLetter(t, h)
		csv := h.Nadia.Get("/given.csv?audience=body").Body
		if strings.Count(csv, "Committee of the Nine Coasts") != 1 || !strings.Contains(csv, ",sent,body,") || !strings.Contains(csv, l.men[0]+" v") {
			t.Error(csv)
		}
		has(t, h.Nadia.Get("/given"), "Committee of the Nine Coasts")
	})
}

func TestALetterLeavesForAnAudienceWhereEverybodyInItMayBeNamed(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		l := newLetter(t, h)
		ref := h.Make(h.Nadia, "appeal", h.Open, "title", "A letter for the quay", "kind", "open_letter", "persons", l.men[0], "addressees.0.org", l.ministry,
			"texts.0.lang", "en", "texts.0.body", "We write for {{person.names}}.\n\n{{demands}}", "submitted_by", "Lantern Network", "signatories.0.name", "Rima Unconfirmed", "signatories.0.may_be_named", "true")
		h.Make(h.Nadia, "demand", h.Open, "appeal", ref, "number", "1", "text", "Let them go.", "kind", "release", "targets", l.ministry, "beneficiaries", l.men[1])
		at := "/appeals/" + ref
		if a := h.Nadia.Get(at + "/letter.pdf?audience=public"); a.Status != 409 {
			t.Errorf("a draft leaves: %d", a.Status)
		}
		l.move(h.Nadia, "appeal", ref, "submit", nil)
		l.move(h.Luis, "appeal", ref, "approve", nil)
		allow := func(man string, uses ...string) {
			v := url.Values{"as": {"self"}, "date": {"2026-11-02"}}
			for _, use := range uses {
				v.Set("use."+use, "full")
			}
			leads(t, h.Nadia, h.Nadia.Post("/people/"+man+"/consent", v))
		}
		allow(l.men[0], "media", "publication", "partner")
		// The second man is named in a demand and allowed nothing yet.
		page := h.Nadia.Get(at + "/letter?audience=public")
		has(t, page, "Sefa Marun")
		lacks(t, page.Body, "Let them go.", `name="to"`)
		allow(l.men[1], "media", "publication")
		for _, paper := range []string{"letter", "urgent-action", "signatures"} {
			for _, lang := range []string{"en", "ar"} {
				page := h.Nadia.Get(at + "/" + paper + "?audience=public&lang=" + lang)
				if lang == "ar" {
					if !strings.Contains(page.Body, "العربية") {
						t.Errorf("%s: %d", paper, page.Status)
					}
					continue // it has no text in Arabic
				}
				text := words(page.Body)
				wants(t, text, "A letter for the quay", "preview, given to nobody")
				lacks(t, text, "A-0", "P-0", "Nadia", "Rima", "Unconfirmed", "draft", "not sent yet")
				parsed(t, h.Nadia.Get(at+"/"+paper+".pdf?audience=public"))
			}
			if a := h.Nadia.Get(at + "/" + paper + ".pdf?audience=partner"); a.Status != 409 {
				t.Errorf("%s for a partner: %d", paper, a.Status)
			}
		}
		wants(t, words(h.Nadia.Get(at+"/letter?audience=public").Body), "We write for Ilias Marun", "Let them go.", "Ministry of Quays", "Lantern Network")

		// The list of appeals: those that left, without titles, none for who is withheld.
		text := words(h.Nadia.Get("/appeals/list?audience=public").Body)
		wants(t, text, "Urgent appeal", "Committee of the Nine Coasts", "Nov 2026")
		lacks(t, text, "brothers", "quay", "A-0", "Nadia", "2 Nov 2026", "Marun")
		text = words(h.Nadia.Get("/appeals/list?audience=partner").Body)
		wants(t, text, "No appeal is shown")
		lacks(t, text, "Committee")
	})
}
