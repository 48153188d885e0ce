package demo

import (
	"time"

	"amparo/internal/cases"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/evidence"
	"amparo/internal/cases/person"
	"amparo/internal/cases/task"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// told are the records of the stories that later work comes back to.
type told struct {
	circle, judge, quiet                  *record.Sheet
	sami, samiHeld, layla, laylaHeld, dan *record.Sheet
	papers                                map[string]form.Ref
	members                               []*record.Sheet // of the group, whose families were asked
}

// month is a day's month as people say it.
func month(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic("demo: " + day + " is no day: " + err.Error())
	}
	return t.Format("January 2006")
}

// said reads a date in words, as its source gives it.
func (p *pen) said(words string) edtf.Date {
	d, err := edtf.Understand(words, p.tx.At)
	if err != nil && p.err == nil {
		p.err = err
	}
	return d
}

func num(n float64) form.Num { return form.Num{Valid: true, N: n} }

func step(kind string, date edtf.Date, text string, places ...form.Ref) detention.Step {
	return detention.Step{ID: record.NewID(), Kind: kind, Date: date, Text: text, Places: places}
}

// story tells a few cases in full, as they stood three weeks ago and before.
func (m *maker) story(made *Made) error {
	m.told.papers = map[string]form.Ref{}
	for _, chapter := range []struct {
		by   int // days ago
		tell func(at time.Time) error
	}{
		{88, m.endings}, {60, m.harbour}, {45, m.judge}, {40, m.wayOut},
	} {
		if err := chapter.tell(m.now.AddDate(0, 0, -chapter.by)); err != nil {
			return err
		}
	}
	made.Cases.Open, made.Cases.Restricted, made.Cases.Closed = m.told.circle.Head.Ref, m.told.judge.Head.Ref, m.told.quiet.Head.Ref
	return nil
}

// endings is a case in which every custody state there is occurs.
func (m *maker) endings(at time.Time) error {
	c := &crowdCase{land: &m.lands[1], state: "open"}
	if err := m.as(m.otherSuper, at, func(p *pen) { m.openCase(p, c, m.otherCase) }); err != nil {
		return err
	}
	return m.as(m.otherCase, at.Add(time.Hour), func(p *pen) {
		for n := range detention.CustodyStates {
			p.together(func() { m.somebody(p, c, n, m.otherCase) })
			m.entered++
		}
	})
}

// files are the contents of the papers that are there as files.
var files = map[string]struct {
	called  string
	content func() []byte
}{
	"court": {"judgment-114.pdf", func() []byte {
		return sheet("Special Circuit of Qasrun", "Judgment 114", "", "Three years. No lawyer was present.", "", "(Invented for the demonstration.)")
	}},
	"list": {"القائمة.csv", func() []byte {
		return []byte("name,taken,held\r\nS. H. M.,2021-11,Qasrun\r\nL. A. K.,2022-03,unknown\r\n")
	}},
	"note": {"voice-note.wav", hum},
	"lamp": {"IMG_0114.jpg", func() []byte { return asPhoto(shore()) }},
	"plan": {"sketch.png", func() []byte { return asPNG(shore()) }},
}

// harbour is the open case that has a little of everything.
func (m *maker) harbour(at time.Time) error {
	t, l := &m.told, m.lands[0]
	watch, guard := l.forces[1], l.forces[0]
	north, quay, mill, station := l.prisons[0], l.prisons[1], l.prisons[2], l.stations[0]
	if err := m.as(m.leadSuper, at, func(p *pen) {
		t.circle = p.create("case", &casefile.Case{TitleText: "Members of the Harbour Civic Circle", Alias: "Lighthouse keepers",
			Summary: "People of a reading and debating circle in Marsun, taken one after another over several years. Families call on Fridays. Two sources often differ on who is held where.",
			Country: "LY", Topics: []string{"freedom of association", "enforced disappearance", "fair trial"}, Lead: colleague(m.leadCase),
			Team: []form.Ref{colleague(m.otherCase), colleague(m.leadSuper), colleague(m.reader)}, Access: casefile.Staff, Priority: "high",
			Risk:     "Relatives were visited by the Inner Watch after a press article. No calls in office hours; the brother's number is safe after 20:00.",
			OpenedOn: p.day(0), ReviewOn: p.day(-63)}, nil)
		for _, e := range []struct {
			key string
			e   evidence.Evidence
		}{
			{"court", evidence.Evidence{Kind: "court_document", TitleText: "Judgment 114, Special Circuit of Qasrun", Issuer: "Special Circuit, Qasrun", Published: p.day(1300), Language: "ar",
				Text: "حكمت الدائرة حضوريا بسجن المتهم سامي حسن المرسوني ثلاث سنوات. لم يحضر عنه محام.", Quality: []string{"partial"}}},
			{"video", evidence.Evidence{Kind: "video", TitleText: "Broadcast of a recorded confession", Issuer: "a page close to the Inner Watch", Published: p.day(1690), Language: "ar",
				URL: "https://archive.example/harbour/confession", Quality: []string{"edited", "loaded_words"}}},
			{"statement", evidence.Evidence{Kind: "statement", TitleText: "Statement of the families, first", Issuer: "Lantern Network", Published: p.day(1650), Language: "en",
				Text: "Between November and March eleven members of the circle were taken from their homes. None was shown a warrant."}},
			{"article", evidence.Evidence{Kind: "media_article", TitleText: "Readers of the harbour library still held", Issuer: "The Harbour Gazette", Published: p.day(200), Language: "en",
				URL: "https://gazette.example/readers", Text: "About 112 people are held by November, the families' committee says, twelve of them taken in October."}},
			{"reprint", evidence.Evidence{Kind: "media_article", TitleText: "قراء مكتبة الميناء لا يزالون محتجزين", Issuer: "جريدة الميناء", Published: p.day(199), Language: "ar", Quality: []string{"machine_translation"}}},
			{"list", evidence.Evidence{Kind: "list", TitleText: "List kept by the families' committee", Published: edtf.Must("2025-XX"), Language: "ar", Quality: []string{"undated", "unsigned"},
				ReceivedFrom: "the committee's secretary", CollectedBy: "Nadia Halloun", Method: "handed over on paper, typed by us"}},
			{"note", evidence.Evidence{Kind: "audio", TitleText: "Voice note about the quay", Published: p.day(30), Language: "ar", ReceivedFrom: "a neighbour, by messenger", CollectedBy: "Nadia Halloun", Method: "saved from the messenger on the office's telephone"}},
			{"lamp", evidence.Evidence{Kind: "photo", TitleText: "The lamp at the quay, as the neighbour saw it", Published: p.day(30), ReceivedFrom: "a neighbour, by messenger", CollectedBy: "Nadia Halloun", Method: "saved from the messenger on the office's telephone"}},
			{"plan", evidence.Evidence{Kind: "other", TitleText: "Sketch of the quay", ReceivedFrom: "a released member", Method: "drawn during the interview"}},
		} {
			if f, ok := files[e.key]; ok {
				t.papers[e.key] = p.holding(&e.e, t.circle, f.called, f.content()).Ref()
				continue
			}
			t.papers[e.key] = p.create("evidence", &e.e, t.circle).Ref()
		}
		p.add("citations", t.circle,
			&citation.Citation{Document: t.papers["article"], Locator: "second paragraph", Quote: "About 112 people are held by November, the families' committee says.", Basis: "stated", Reliability: "B", Credibility: "3", Origin: "families' committee"},
			&citation.Citation{Document: t.papers["reprint"], Quote: "نحو ١١٢ شخصا", Basis: "stated", Reliability: "C", Credibility: "3", Origin: "families' committee", Note: "A reprint of the same: one source, not two."})
		p.add("counts", t.circle,
			&citation.Tally{Unit: "detainee", Qualifier: "exact", N: num(12), Basis: "increment", Since: p.day(51), AsOf: p.day(20), CountedBy: "The Harbour Gazette"},
			&citation.Tally{Unit: "detainee", Qualifier: "about", N: num(112), Basis: "cumulative", AsOf: p.day(5), CountedBy: "the families' committee"},
			&citation.Tally{Unit: "killed", Qualifier: "at_least", N: num(2), Basis: "cumulative", AsOf: p.day(5), CountedBy: "Lantern Network"},
			&citation.Tally{Unit: "detainee", Qualifier: "range", N: num(60), NMax: num(80), Basis: "snapshot", AsOf: p.day(90), CountedBy: "a released member"})
		p.add("notes", t.circle, &citation.Note{Text: "Ask every caller whether the family wants the name in public. Nobody said yes so far."})
		p.move(t.circle, "open", "")
	}); err != nil {
		return err
	}
	return m.as(m.leadCase, at.Add(3*time.Hour), func(p *pen) {
		home := t.circle
		role := func(r string) []person.Role { return []person.Role{{Case: home.Ref(), Role: r}} }
		brother := p.create("person", &person.Person{Names: []person.Name{{Full: "Nader Hasan Al-Marsuni", Kind: "transliteration", Shown: true}, {Full: "نادر حسن المرسوني", Lang: "ar", Kind: "legal", Shown: true}},
			Sex: "male", Roles: append(role("relative"), person.Role{Case: home.Ref(), Role: "source"}), Flags: []string{"do_not_contact"},
			Contacts: []person.Contact{{Kind: "phone", Value: "+999 555 0117", Safe: "yes", Hours: "after 20:00, not on Mondays"}, {Kind: "address", Value: "the old flat above the bakery", Safe: "no", Note: "watched"}}}, home)
		counsel := p.create("person", &person.Person{Names: []person.Name{{Full: "Salma Ibrahim Essidrouni", Shown: true}, {Full: "سلمى إبراهيم السدروني", Lang: "ar", Kind: "legal", Shown: true}}, Sex: "female",
			Occupations: []string{"lawyer"}, Roles: role("lawyer"), Contacts: []person.Contact{{Kind: "email", Value: "office@essidrouni.example", Safe: "unknown"}}}, home)
		m.entered += 2

		t.sami = p.create("person", &person.Person{
			Names: []person.Name{{Full: "Sami Hasan Al-Marsuni", Lang: "ar-Latn", Kind: "transliteration", Shown: true}, {Full: "سامي حسن المرسوني", Lang: "ar", Kind: "legal", Shown: true},
				{Full: "Сами Хасан аль-Марсуни", Lang: "ru", Kind: "transliteration", Shown: true}, {Full: "Samy Elmarsouni", Kind: "transliteration"}, {Full: "Sami Al Marsouni", Kind: "known_as"},
				{Full: "Sami Həsən əl-Marsuni", Lang: "az", Kind: "transliteration"}, {Full: "Harbour Wren", Kind: "pseudonym"}},
			Father: "Hasan Murad Al-Marsuni", Mother: "Huda Al-Darfili", Born: p.said("about 1996"), Sex: "male", Nationalities: []string{"LY"}, Occupations: []string{"blogger", "librarian"},
			Documents: []string{"national number ending in 4417 (seen by the brother)"}, Flags: []string{"torture_risk", "medical"}, Consent: []string{"un"},
			Relations: []person.Relation{{To: brother.Ref(), Kind: "sibling_of"}, {To: counsel.Ref(), Kind: "client_of", Since: p.day(1400)}, {To: m.net, Kind: "member_of", Since: edtf.Must("2019~"), Until: edtf.Must("2021-06")}},
			Roles:     role("detainee"), Labels: []person.Label{{Label: "prisoner of conscience", By: m.net, Since: p.day(1500)}},
			Contacts: []person.Contact{{Kind: "messenger", Value: "the cousin abroad, @wrenhouse", Safe: "yes", Hours: "any time"}},
			Calls: []person.Call{
				{At: p.day(1640), With: "the brother", Said: "Taken from the flat one night in winter; he does not know the day.", Promised: "We write nothing in public without asking.", Next: p.day(1610)},
				{At: p.day(400), With: "Salma Essidrouni", Said: "The appeal was filed. She was let in once.", Next: p.day(370)},
				{At: p.day(1), With: "the mother", Said: "He needs his heart tablets; the last parcel came back.", Promised: "We ask the lawyer about the parcel.", Next: p.day(-64)}}}, home)
		m.entered++
		from, to := month(p.ago(1840)), month(p.ago(1700))
		arrest := step("arrest", p.said("between "+from+" and "+to), "Taken from his flat at night by men in two cars. No paper was shown.", l.towns[0])
		arrest.By = watch
		held := step("held", p.day(1698), "", station)
		hurt := step("ill_treatment", p.day(1690), "“Confession” broadcast; bruises on the left hand are seen in it.")
		moved := step("transfer", edtf.Must(p.ago(1683)+"~"), "Brought to a prison at night.", north)
		moved.By = guard
		sentence := step("sentence", p.day(1300), "Three years, then a second file was opened. No lawyer was present.")
		sentence.With = "Special Circuit, Qasrun"
		seen := step("seen", edtf.Must(p.ago(700)[:7]), "A released man shared a corridor with him.", north)
		visit := step("visit", p.day(4), "Family visit, ten minutes, behind glass.", north)
		visit.With, visit.Result = "the mother", "allowed"
		refused := step("visit", p.day(120), "Turned away at the gate.")
		refused.With, refused.Result = "Salma Essidrouni, lawyer", "denied"
		wrong := step("release", p.day(900), "A rumour that he was free; it was his cousin.")
		wrong.Annulled = "mixed up with his cousin of the same name"
		d := &detention.Detention{Person: t.sami.Ref(), TakenBy: watch, TakenAt: l.towns[0], OrderedBy: l.forces[1], WarrantShown: "no", ReasonGiven: "Told to the family weeks later: “spreading unease”.",
			Charges:     []detention.Charge{{Law: "Penal Code", Article: "207", Status: "convicted", Date: p.day(1300)}, {Law: "Cyber Order 5", Article: "12(3)", Status: "brought", Date: p.day(1250)}, {Law: "Penal Code", Article: "211", Status: "dropped", Date: p.day(1310)}},
			LegalStatus: "appeal_pending", RemandUntil: p.day(-82), SentenceEnd: p.day(205),
			Arbitrariness: []detention.Ground{{Category: "I", Reason: "No warrant, and held on past the end of the sentence."}, {Category: "II", Reason: "Held for what he wrote."}, {Category: "III", Reason: "Tried without a lawyer."}},
			Remedies:      []detention.Remedy{{Body: "Court of Appeal, Marsun", Date: p.day(1200), Result: "no date set", Ineffective: "the file is said to be lost"}},
			Steps:         []detention.Step{arrest, held, hurt, moved, sentence, wrong, seen, refused, visit}}
		t.samiHeld = p.create("detention", d, home)
		field := func(s detention.Step) string { return "steps." + s.ID }
		p.together(func() {
			p.add("citations", t.samiHeld,
				&citation.Citation{Field: field(arrest), Document: t.papers["statement"], Locator: "p. 1", Quote: "None was shown a warrant.", Speaker: m.net.Ref, Via: []string{brother.Head.Ref}, Basis: "stated", Reliability: "B", Credibility: "2"},
				&citation.Citation{Field: field(arrest), Speaker: brother.Head.Ref, Says: "in the first days of the olive harvest", Basis: "stated", Reliability: "B", Credibility: "3"},
				&citation.Citation{Field: field(hurt), Document: t.papers["video"], Locator: "00:41", Quote: "I regret what I wrote about the harbour.", Basis: "stated", Reliability: "A", Credibility: "2", Note: "Made under duress: shows that he was held, not what he thinks."},
				&citation.Citation{Field: field(moved) + ".places", Says: north.Ref, Speaker: "the family", Basis: "stated", Reliability: "B", Credibility: "2"},
				&citation.Citation{Field: field(moved) + ".places", Says: quay.Ref, Speaker: counsel.Head.Ref, Basis: "inferred", Reliability: "C", Credibility: "3"},
				&citation.Citation{Field: field(sentence), Document: t.papers["court"], Locator: "p. 4", Quote: "لم يحضر عنه محام", Basis: "stated", Reliability: "A", Credibility: "1"},
				&citation.Citation{Field: field(visit), Speaker: "the mother, by telephone", Basis: "stated", Reliability: "B", Credibility: "2"})
			p.add("choices", t.samiHeld, &citation.Choice{Field: field(moved) + ".places", Says: north.Ref, Reason: "The mother has seen him there since."})
		})
		p.add("citations", t.sami, &citation.Citation{Field: "born", Speaker: brother.Head.Ref, Says: "the year after the flood", Basis: "stated", Reliability: "B", Credibility: "3"})
		p.add("notes", t.sami, &citation.Note{Text: "The name is written in seven ways on file; the court uses «المرسوني», the Gazette «المارسوني»."}, &citation.Note{Text: "حالته الصحية تحتاج إلى متابعة: دواء القلب."})

		// Two sources, two places, and nobody has chosen; a minor, long without word.
		t.layla = p.create("person", &person.Person{Names: []person.Name{{Full: "Leila Omar Safsafouni", Kind: "transliteration", Shown: true}, {Full: "ليلى عمر الصفصافوني", Lang: "ar", Kind: "legal", Shown: true}, {Full: "Layla Al-Safsafuni", Kind: "known_as"}},
			Age: num(16), AgeOn: p.day(80), Sex: "female", Nationalities: []string{"LY"}, Occupations: []string{"student"}, Flags: []string{"minor"}, Consent: []string{"not_asked"},
			Relations: []person.Relation{{To: t.sami.Ref(), Kind: "relative_of"}}, Roles: role("detainee")}, home)
		m.entered++
		taken := step("arrest", p.day(80), "Taken on the way home from school.", l.towns[0])
		kept := step("held", edtf.Must(p.ago(75)+"~"), "", quay)
		t.laylaHeld = p.create("detention", &detention.Detention{Person: t.layla.Ref(), TakenBy: guard, TakenAt: l.towns[0], WarrantShown: "unknown", LegalStatus: "no_charge", Steps: []detention.Step{taken, kept}}, home)
		p.together(func() {
			p.add("citations", t.laylaHeld,
				&citation.Citation{Field: field(kept) + ".places", Says: quay.Ref, Speaker: "a neighbour", Basis: "stated", Reliability: "C", Credibility: "3"},
				&citation.Citation{Field: field(kept) + ".places", Says: mill.Ref, Speaker: counsel.Head.Ref, Basis: "stated", Reliability: "B", Credibility: "3"})
		})

		// Held a second time, after a release; long chronology.
		t.dan = p.create("person", &person.Person{Names: []person.Name{{Full: "Tariq Bashir El Halfaouani", Kind: "transliteration", Shown: true}, {Full: "طارق بشير الحلفواني", Lang: "ar", Kind: "legal", Shown: true}},
			Born: edtf.Must("1979-04-1X"), Sex: "male", Nationalities: []string{"LY", "TN"}, Occupations: []string{"dock worker"}, Roles: role("detainee"),
			Relations: []person.Relation{{To: t.sami.Ref(), Kind: "detained_with", Since: p.day(1683), Until: p.day(1500)}}}, home)
		m.entered++
		p.create("detention", &detention.Detention{Person: t.dan.Ref(), TakenBy: watch, WarrantShown: "no", Steps: []detention.Step{step("arrest", edtf.Must(p.ago(1720)+"?"), "", l.towns[0]), step("held", p.day(1683), "", north), step("release", p.day(1500), "Let out at the roadside.")}}, home)
		long := &detention.Detention{Person: t.dan.Ref(), TakenBy: guard, TakenAt: l.towns[1], WarrantShown: "yes", LegalStatus: "on_trial", Steps: []detention.Step{step("arrest", p.day(1100), "", l.towns[1]), step("held", p.day(1095), "", mill)}}
		for day := 1060; day > 10; day -= 35 {
			s := step("visit", p.day(day), "")
			s.With, s.Result = "his wife", "allowed"
			if day%3 == 0 {
				s.Result = "denied"
			}
			long.Steps = append(long.Steps, s)
			if day%4 == 0 {
				long.Steps = append(long.Steps, step("hearing", p.day(day-3), "Put off again."))
			}
		}
		p.create("detention", long, home)

		// Only a placeholder; and a group with members and counts.
		grey := p.create("person", &person.Person{Placeholder: "Man in the grey coat", Sex: "male", Roles: role("detainee")}, home)
		p.create("detention", &detention.Detention{Person: grey.Ref(), Steps: []detention.Step{step("arrest", edtf.Must(p.ago(150)[:7]+"?"), "Seen being led away near the fish market.", l.towns[0])}}, home)
		group := p.create("person", &person.Person{Names: []person.Name{{Full: "Harbour Civic Circle, October arrests", Shown: true}, {Full: "حلقة الميناء المدنية، اعتقالات أكتوبر", Lang: "ar", Shown: true}}, Group: true, Roles: role("detainee")}, home)
		p.add("counts", group, &citation.Tally{Unit: "person", Qualifier: "at_least", N: num(12), Basis: "cumulative", AsOf: p.day(20), CountedBy: "The Harbour Gazette"}, &citation.Tally{Unit: "person", Qualifier: "more_than", N: num(10), AsOf: p.day(30), CountedBy: "a neighbour"})
		for _, name := range []pair{{"Rim Al-Jabruni", "ريم الجبروني"}, {"Walid Ramloussi", "وليد الرملوسي"}} {
			member := p.create("person", &person.Person{Names: []person.Name{{Full: name.latn, Kind: "transliteration", Shown: true}, {Full: name.own, Lang: "ar", Kind: "legal", Shown: true}}, Roles: role("detainee"),
				Relations: []person.Relation{{To: group.Ref(), Kind: "member_of"}}}, home)
			t.members = append(t.members, member)
			p.create("detention", &detention.Detention{Person: member.Ref(), TakenBy: guard, Steps: []detention.Step{step("arrest", p.said("early "+month(p.ago(40))), "", l.towns[0]), step("custody_denied", p.day(2), "The guard's spokesman: “we hold nobody of that name”.")}}, home)
		}
		chief := p.create("person", &person.Person{Names: []person.Name{{Full: "Colonel Mansur Touinaï", Shown: true}, {Full: "العقيد منصور الطوينعي", Lang: "ar", Shown: true}, {Full: "Abu Manara", Kind: "nom_de_guerre"}},
			Sex: "male", Roles: []person.Role{{Case: home.Ref(), Role: "alleged_perpetrator"}, {Case: home.Ref(), Role: "official"}}, Relations: []person.Relation{{To: watch, Kind: "leader_of", Since: edtf.Must("2020~"), Until: edtf.Must("2024-02/..")}}}, home)
		p.add("citations", chief, &citation.Citation{Document: t.papers["list"], Basis: "inferred", Reliability: "D", Credibility: "4"})
		m.entered += 5
	})
}

// judge is the restricted case.
func (m *maker) judge(at time.Time) error {
	t, l := &m.told, m.lands[2]
	var clerk *record.Sheet
	if err := m.as(m.leadCase, at, func(p *pen) {
		t.judge = p.create("case", &casefile.Case{TitleText: "The judge who refused to sign", Alias: "Blue folder", Summary: "A judge and a court clerk, taken after a refusal. Only named colleagues work on it: a source is inside the court.",
			Country: "AZ", Topics: []string{"independence of judges"}, Lead: colleague(m.leadCase), Team: []form.Ref{colleague(m.leadSuper)}, Access: casefile.Restricted, Priority: "urgent",
			Risk: "The source would be found within a day if the alias were ever used together with the town.", OpenedOn: p.day(0), ReviewOn: p.day(-47)}, nil)
		doc := p.holding(&evidence.Evidence{Kind: "message", TitleText: "Message of the clerk's wife", Published: p.day(2), Language: "az", Text: "Onu gecə apardılar. Heç nə demədilər."}, t.judge,
			"mesaj.txt", []byte("Onu gecə apardılar. Heç nə demədilər.\n"))
		judge := p.create("person", &person.Person{Names: []person.Name{{Full: "Rəşad Şəfəqdağlı", Lang: "az", Kind: "legal", Shown: true}, {Full: "Рашад Шафагдаглы", Lang: "ru", Kind: "transliteration", Shown: true},
			{Full: "Rashad Shafagdagli", Kind: "transliteration"}, {Full: "رشاد شفق داغلي", Lang: "fa", Kind: "transliteration", Shown: true}}, Sex: "male", Born: edtf.Must("1971~"), Occupations: []string{"judge"},
			Flags: []string{"death_penalty"}, Nationalities: []string{"AZ"}, Roles: []person.Role{{Case: t.judge.Ref(), Role: "detainee"}}}, t.judge)
		clerk = p.create("person", &person.Person{Names: []person.Name{{Full: "Aytən Gülbulaqlı", Lang: "az", Kind: "legal", Shown: true}, {Full: "Айтен Гюльбулаглы", Lang: "ru", Kind: "transliteration", Shown: true}}, Sex: "female",
			Occupations: []string{"court clerk"}, Flags: []string{"in_hiding"}, Roles: []person.Role{{Case: t.judge.Ref(), Role: "witness"}}}, t.judge)
		m.entered += 2
		arrest := step("arrest", p.said("on "+time.Time.Format(p.tx.At.AddDate(0, 0, -3), "2 January 2006")), "Taken from the car park of the court.", l.towns[0])
		d := p.create("detention", &detention.Detention{Person: judge.Ref(), TakenBy: l.forces[0], TakenAt: l.towns[0], WarrantShown: "no", Steps: []detention.Step{arrest, step("custody_denied", p.day(0), "The court says that he is on leave.")}}, t.judge)
		p.add("citations", d, &citation.Citation{Field: "steps." + arrest.ID, Document: doc.Ref(), Quote: "Onu gecə apardılar.", Basis: "stated", Reliability: "B", Credibility: "2"})
		p.add("notes", clerk, &citation.Note{Text: "Never ring her. She writes."})
	}); err != nil {
		return err
	}
	if err := m.as(m.leadSuper, at.Add(time.Hour), func(p *pen) { p.move(p.again(t.judge), "open", "") }); err != nil {
		return err
	}
	return m.gates(clerk)
}

// gates shows what the restricted case has known: somebody under a code name, a
// colleague let in for some days, and one who opened it at night.
func (m *maker) gates(clerk *record.Sheet) error {
	t := &m.told
	if err := m.as(m.leadCase, m.now.AddDate(0, 0, -12), func(p *pen) {
		s := p.again(clerk)
		if p.err == nil {
			_, p.err = p.tx.Classify(s, s.Head.Version, record.Level{Level: record.Sealed, Named: []form.Ref{colleague(m.leadSuper)}, Code: "Lantern", Reason: "She is in hiding, and her sister was asked about her by name."})
		}
		home := p.again(t.judge)
		if p.err == nil {
			p.err = p.tx.Grant(home, colleague(m.otherCase), m.now.AddDate(0, 0, -9), "Stands in while we are at the hearing.")
		}
	}); err != nil {
		return err
	}
	m.clock = m.now.AddDate(0, 0, -3).Add(-7 * time.Hour)
	_, err := m.book.BreakIn(m.ctx, m.otherSuper, t.judge.Head.Ref, "The clerk's wife rang at night: men at the door. Nobody of the team could be reached.")
	return err
}

// wayOut are cases in every state other than open, and one with nobody in it.
func (m *maker) wayOut(at time.Time) error {
	t, l := &m.told, m.lands[3]
	return m.as(m.leadSuper, at, func(p *pen) {
		file := func(title, country string) *record.Sheet {
			c := p.create("case", &casefile.Case{TitleText: title, Country: country, Lead: colleague(m.leadCase), Team: []form.Ref{colleague(m.leadSuper)}, Access: casefile.Staff, Priority: "normal", OpenedOn: p.day(0)}, nil)
			p.add("citations", c, &citation.Citation{Speaker: "a relative, by telephone", Basis: "stated", Reliability: "B", Credibility: "3"})
			return c
		}
		t.quiet = file("Presenters of Radio Cerrolindo", "GT")
		p.move(t.quiet, "open", "")
		for _, name := range []string{"Inés Valdesoto", "Tomás Riofrondo"} {
			who := p.create("person", &person.Person{Names: []person.Name{{Full: name, Lang: "es", Kind: "legal", Shown: true}}, Occupations: []string{"community radio presenter"}, Nationalities: []string{"GT"},
				Roles: []person.Role{{Case: t.quiet.Ref(), Role: "detainee"}}}, t.quiet)
			p.create("detention", &detention.Detention{Person: who.Ref(), TakenBy: l.forces[0], WarrantShown: "yes", Steps: []detention.Step{step("arrest", p.day(300), "", l.towns[1]), step("held", p.day(299), "", l.prisons[0]), step("release", p.day(30), "Acquitted and let go the same evening.")}}, t.quiet)
			m.entered++
		}
		p.move(t.quiet, "close", "", "closing_reason", "Both were acquitted and are at home.", "family_told", "yes, in person")
		old := file("Printers of the spring leaflets", "BY")
		p.move(old, "open", "")
		p.move(old, "close", "", "closing_reason", "Everybody was released.", "family_told", "yes, by letter")
		p.move(old, "archive", "", "retention", "ten_years")
		p.move(file("Anonymous letter about a warehouse", "KZ"), "reject", "Nothing in it could be confirmed by anybody.")
		asleep := file("The teachers of Kamnebrod", "BY")
		p.move(asleep, "open", "")
		p.move(asleep, "sleep", "No news for a year; the family asks us to wait.", "wake_on", p.ago(-120))
		p.move(file("Night shift of the Darfil pumping station", "TN"), "open", "")
	})
}

// today is what the office did yesterday and this morning: tasks, a call that
// came in, what was entered by mistake, and what is half written.
func (m *maker) today() error {
	t, l := &m.told, m.lands[0]
	tasks := func(p *pen, texts []string, c *record.Sheet, about form.Ref, who form.Ref) {
		due := []int{9, 2, 0, 0, -1, -3, -5, -30}
		for i, text := range texts {
			one := &task.Task{Text: text, About: about, Assignee: who}
			if i < len(due) {
				one.Due = p.day(due[i])
			}
			s := p.create("task", one, c)
			switch i {
			case len(texts) - 1:
				p.move(s, "drop", "The family does it themselves.")
			case len(texts) - 2:
				p.move(s, "done", "")
			}
		}
	}
	if err := m.as(m.leadCase, m.now.Add(-26*time.Hour), func(p *pen) {
		c := p.again(t.circle)
		d := p.again(t.samiHeld)
		body := record.As[*detention.Detention](d)
		for _, planned := range []struct {
			text, date, with string
		}{{"Hearing on the second file", p.ago(-1) + "T10:00", "Court of Appeal, Marsun"}, {"Prosecutor's decision on the parcel", p.ago(5), "the prosecutor's office"}} {
			s := step("hearing", edtf.Must(planned.date), planned.text)
			s.Planned, s.With = true, planned.with
			body.Steps = append(body.Steps, s)
		}
		p.save(d)
		tasks(p, []string{"Ask for the charge sheet of the second file", "Send the letter about the tablets", "Ring the mother after the hearing", "Check the number of the flat", "Translate the judgment", "Call Salma Essidrouni back",
			"Prepare the review of risks", "Compare the two lists", "No date: scan the old notebook", "Thank the Gazette for the page", "Find a second source on the transfer"}, c, t.sami.Ref(), colleague(m.leadCase))
		p.create("task", &task.Task{Text: "Send the clerk's letter on by hand", About: t.judge.Ref(), Due: p.day(0), Assignee: colleague(m.leadSuper)}, p.again(t.judge))
	}); err != nil {
		return err
	}
	if err := m.as(m.otherCase, m.now.Add(-5*time.Hour), func(p *pen) {
		c := p.again(t.circle)
		tasks(p, []string{"Ask the school about Leila", "Write to the quay prison's office", "Call the neighbour", "File the article", "Ask for a second photograph", "Meet the families' committee",
			"Check who runs the old mill now", "Plan the visit in spring", "No date: learn the new form", "Correct the spelling of Safsafouni", "Buy a new telephone card"}, c, t.layla.Ref(), colleague(m.otherCase))
		p.tx.EnterNames()
		if p.err == nil {
			_, p.err = cases.Log(p.tx, &cases.Report{Name: "7 men, no names", When: p.said("yesterday"), TakenBy: form.Ref{Ref: "Harbour Guard"}, TakenAt: form.Ref{Ref: "Halfawan"}, HeldNow: "several", HeldPlace: "Northgate prison or Quay prison",
				WhatHappened: "Seven men taken from the ferry; nobody on the quay knew them.", Source: "a dock worker", SourceContact: "+999 555 0188, mornings", Reliability: "C", Credibility: "3", Consent: []string{"not_asked"}, NextCall: p.day(-2)},
				citation.Citation{}, cases.Words{CaseTitle: "Arrests, Halfawan ferry", CallBack: "Call back", CheckDouble: "The same person?", Placeholder: func(i, n int) string { return "Detainee " + string(rune('0'+i)) + " of " + string(rune('0'+n)) }})
		}
	}); err != nil {
		return err
	}
	if err := m.as(m.leadSuper, m.now.Add(-2*time.Hour), func(p *pen) {
		c := p.again(t.circle)
		wrong := "Entered twice by mistake."
		double := p.create("person", &person.Person{Names: []person.Name{{Full: "Sami Al-Marsuny", Shown: true}}, Roles: []person.Role{{Case: c.Ref(), Role: "detainee"}}}, c)
		held := p.create("detention", &detention.Detention{Person: double.Ref(), Steps: []detention.Step{step("arrest", p.day(1), "")}}, c)
		for _, s := range []*record.Sheet{held, double, p.create("task", &task.Task{Text: "Ring the wrong number", Assignee: colleague(m.leadCase)}, c),
			p.create("evidence", &evidence.Evidence{Kind: "photo", TitleText: "Photograph of somebody else"}, c), p.create("case", &casefile.Case{TitleText: "Test case, please ignore", Access: casefile.Staff, Priority: "low"}, nil)} {
			p.move(s, "void", wrong)
		}
		for _, kind := range []string{"organization", "place"} {
			if p.err == nil {
				var r form.Ref
				p.tx.EnterNames()
				if r, p.err = p.tx.Resolve(kind, "a name misheard on the telephone"); p.err == nil {
					var s *record.Sheet
					if s, p.err = p.tx.ByID(kind, r.ID); p.err == nil {
						p.move(s, "void", wrong)
					}
				}
			}
		}
		note := p.add("notes", c, &citation.Note{Text: "The hearing is at nine."})
		p.annul("notes", c, note, "It is at ten; the caller corrected himself.")
		rumour := p.add("citations", c, &citation.Citation{Speaker: "a passer-by", Says: "three hundred were taken", Reliability: "E", Credibility: "5"})
		p.annul("citations", c, rumour, "He had read it in the leaflet that we wrote.")
		p.add("counts", c, &citation.Tally{Unit: "detainee", Qualifier: "several", Basis: "increment", AsOf: p.day(0), CountedBy: "a dock worker"})
		if held := p.again(t.laylaHeld); p.err == nil {
			record.As[*detention.Detention](held).LegalStatus = "administrative"
			p.save(held)
		}
	}); err != nil {
		return err
	}
	m.clock = m.now.Add(-20 * time.Minute)
	if err := m.book.KeepDraft(m.ctx, m.leadCase, "log", map[string][]string{"name": {"Karim Al-Numayshawi"}, "source": {"a sister, by telephone"}, "reliability": {"B"}, "when": {"three days ago"},
		"what_happened": {"Two men in plain clothes, a white van. She was in the kitchen and heard"}}); err != nil {
		return err
	}
	return m.book.KeepDraft(m.ctx, m.otherCase, "log", map[string][]string{"name": {"سعاد البرقوشي"}, "taken_by": {l.culture.forces[2].latn}, "where": {"Darfil"}})
}
