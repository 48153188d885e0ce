package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/person"
	"amparo/internal/cases/response"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// bodies are whom the office writes to.
type bodies struct{ group, rapporteur, committee, sea, sanctions, ministry, prisons, attorney form.Ref }

// asking is one appeal to be told, with how far it went.
type asking struct {
	title, kind string
	persons     []form.Ref
	to          []form.Ref
	en, ar      string
	demands     []asked
	until       string // the state it is told up to
	days        int    // begun so many days ago
	urgent      bool   // sent before it was read by somebody else
}

type asked struct {
	kind, text string
	of         form.Ref
	due        int    // days from today; 0: none
	becomes    string // the move that settles it
}

// appeals tells what was asked of whom, in every state there is.
func (m *maker) appeals() error {
	to, err := m.writtenTo()
	if err != nil {
		return err
	}
	m.asked = to
	t := &m.told
	sami, layla := t.sami.Ref(), t.layla.Ref()
	if err := m.consents(to); err != nil {
		return err
	}
	letter := func(what string) (en, ar string) {
		return "We write to you about " + what + ".\n\n{{persons}}\n\n## What happened\n\n{{facts}}\n\n## What we ask\n\n{{demands}}\n\nWe would be grateful for word by the days named above.",
			"نكتب إليكم بشأن القضية المبيّنة أدناه.\n\n{{persons}}\n\n## ما حدث\n\n{{facts}}\n\n## ما نطلبه\n\n{{demands}}\n\nونرجو موافاتنا بما تم في المواعيد المذكورة أعلاه."
	}
	list := []asking{
		{title: "Harbour Civic Circle: a communication on eleven arrests", kind: "communication", persons: []form.Ref{sami, layla}, to: []form.Ref{to.group}, until: "in_review", days: 12,
			demands: []asked{{"release", "Find that the detention is arbitrary and ask for release.", to.group, 0, ""}, {"cooperate", "Answer the questions of the family's lawyer.", to.attorney, 45, ""}}},
		{title: "Families at the gate of Northgate prison", kind: "urgent_appeal", persons: []form.Ref{sami}, to: []form.Ref{to.attorney}, until: "in_review", days: 2,
			demands: []asked{{"visit", "Let the families visit once a week.", to.attorney, 20, ""}}},
		{title: "A blogger in hiding", kind: "urgent_appeal", to: []form.Ref{to.rapporteur}, until: "draft", days: 1, demands: []asked{{"stop", "Stop the threats against him.", form.Ref{}, 0, ""}}},
		{title: "Open letter of the harbour's readers", kind: "open_letter", to: []form.Ref{to.ministry}, until: "draft", days: 6,
			demands: []asked{{"law_reform", "Repeal the decree on reading rooms.", to.ministry, 0, ""}, {"release", "Free the librarians.", to.ministry, 30, ""}}},
		{title: "Medical visit to three people", kind: "urgent_appeal", persons: []form.Ref{sami}, to: []form.Ref{to.prisons}, until: "approved", days: 9,
			demands: []asked{{"medical_care", "Let an independent doctor see them.", to.prisons, 12, ""}, {"access", "Give their lawyer the medical file.", to.prisons, 12, ""}}},
		{title: "Rallies at the old quay: send a fact-finding mission", kind: "open_letter", persons: []form.Ref{sami, layla}, to: []form.Ref{to.committee, to.sea}, until: "sent", days: 80,
			demands: []asked{{"visit", "Send a mission and visit the country before the end of the season.", to.committee, -31, ""}, {"access", "Open places of detention to local defenders.", to.ministry, 0, ""},
				{"investigate", "Examine the statements of the harbour police.", form.Ref{}, 0, ""}, {"release", "Release all who were taken at the rallies.", to.ministry, -12, ""}}},
		{title: "Communication on Sami Al-Marsuni", kind: "communication", persons: []form.Ref{sami}, to: []form.Ref{to.group}, until: "sent", days: 75,
			demands: []asked{{"release", "Release Sami Al-Marsuni at once.", to.ministry, 3, ""}, {"lawyer", "Let his lawyer see him alone.", to.prisons, -5, "pledge"}}},
		{title: "Stop the broadcast of confessions", kind: "urgent_appeal", to: []form.Ref{to.ministry}, until: "sent", days: 60, urgent: true,
			demands: []asked{{"stop", "Take the recording down and show no other.", to.ministry, -31, "acknowledge"}}},
		{title: "Medical care for Layla", kind: "urgent_appeal", persons: []form.Ref{layla}, to: []form.Ref{to.prisons}, until: "answered", days: 50,
			demands: []asked{{"medical_care", "Bring her to the dentist of her choice.", to.prisons, -20, "meet"}, {"visit", "Let her sister visit.", to.prisons, -20, "partly_meet"},
				{"access", "Give her the books that were sent.", to.prisons, -20, "regress"}, {"investigate", "Find out who kept the parcels.", to.prisons, -20, "lapse"}}},
		{title: "Petition for the reading room", kind: "petition", to: []form.Ref{to.ministry}, until: "closed", days: 85,
			demands: []asked{{"uphold", "Let the reading room open again.", to.ministry, -40, "reject"}, {"reparation", "Pay for the books that were burned.", to.ministry, -40, "supersede"}, {"other", "Return the keys.", to.ministry, -40, "withdraw"}}},
		{title: "A word in private with the harbour master", kind: "quiet_diplomacy", to: []form.Ref{to.ministry}, until: "withdrawn", days: 30, demands: []asked{{"release", "Let them go home for the feast.", to.ministry, 0, ""}}},
		{title: "Put the Grey Directorate on the list", kind: "sanctions_request", to: []form.Ref{to.sanctions}, until: "draft", days: 3, demands: []asked{{"list", "List the directorate and its two chiefs.", to.sanctions, 0, ""}}},
	}
	for _, a := range list {
		a.en, a.ar = letter(a.title)
		if err := m.ask(a); err != nil {
			return fmt.Errorf("appeal %q: %w", a.title, err)
		}
	}
	return m.observed(to)
}

// writtenTo enters whom the office writes to.
func (m *maker) writtenTo() (bodies, error) {
	var b bodies
	err := m.as(m.leadSuper, m.now.AddDate(0, -3, 0).Add(time.Hour), func(p *pen) {
		org := func(latn, own, kind, body, country string) form.Ref {
			return p.create("organization", &organization.Organization{Names: orgNames(pair{latn, own}, "ar"), Type: kind, Body: body, Country: country, Languages: []string{"en", "fr"}, Channels: []string{"e-mail", "post"}}, nil).Ref()
		}
		b = bodies{
			group:      org("Working Group on the Taken", "الفريق العامل المعني بالمأخوذين", "special_procedure", "wgad", ""),
			rapporteur: org("Rapporteur on Those Who Speak", "مقرر المتكلمين", "special_procedure", "sp", ""),
			committee:  org("Committee of the Nine Coasts", "لجنة السواحل التسعة", "treaty_body", "cat", ""),
			sea:        org("Sea Council for Prisons", "مجلس البحر للسجون", "treaty_body", "cpt", ""),
			sanctions:  org("Lists Committee of the Nine Coasts", "لجنة القوائم للسواحل التسعة", "sanctions_committee", "un1970", ""),
			ministry:   org("Ministry of Quays, Marsun", "وزارة الأرصفة في مرسون", "state_organ", "", "LY"),
			prisons:    org("Prison Service of Marsun", "مصلحة سجون مرسون", "state_organ", "", "LY"),
			attorney:   org("Attorney of the Republic, Marsun", "وكيل الجمهورية في مرسون", "state_organ", "", "LY"),
		}
	})
	return b, err
}

// consents are what people of one case allowed: each something else, so that its
// papers for somebody outside show all there is.
func (m *maker) consents(to bodies) error {
	if err := m.as(m.leadCase, m.now.AddDate(0, 0, -89), func(p *pen) {
		for _, one := range []*record.Sheet{m.told.sami, m.told.layla} {
			p.add("consents", p.again(one), &person.Consent{GivenBy: "a sister", As: "next_of_kin", Why: "He is held without word; she speaks for the mother.", Date: p.day(0), Language: "ar", Method: "by telephone, read back",
				Explained: "Who will read the letter, that it cannot be called back, that she may say no later.",
				Scopes: []person.Scope{{Use: "internal", Identity: "full"}, {Use: "body", Body: to.group, Identity: "full", Place: true}, {Use: "body", Body: to.committee, Identity: "full"},
					{Use: "body", Body: to.prisons, Identity: "full"}, {Use: "partner", Identity: "initials"}}})
		}
		t := m.told
		p.add("consents", p.again(t.sami), &person.Consent{GivenBy: "the mother", As: "next_of_kin", Date: p.day(0), Language: "ar", Method: "in person, at the lawyer's",
			Explained: "That a newspaper cannot be called back.", Scopes: []person.Scope{{Use: "partner", Identity: "full", Place: true}, {Use: "court", Identity: "full", Place: true, Family: true},
				{Use: "media", Identity: "initials"}, {Use: "publication", Identity: "pseudonym"}}})
		p.add("consents", p.again(t.dan), &person.Consent{GivenBy: "his wife", As: "next_of_kin", Date: p.day(0), Language: "ar", Method: "by telephone, read back",
			Scopes: []person.Scope{{Use: "partner", Identity: "full", Place: true}, {Use: "media", Identity: "full", Place: true}, {Use: "publication", Identity: "full", Place: true}}})
	}); err != nil {
		return err
	}
	// Written down lately: what is kept of custody is always as of the day of the last line.
	return m.as(m.leadCase, m.now.AddDate(0, 0, -1), func(p *pen) {
		t := m.told
		p.add("consents", p.again(t.members[0]), &person.Consent{GivenBy: "her uncle", As: "next_of_kin", Date: p.day(88), Language: "ar", Method: "by telephone",
			Scopes: []person.Scope{{Use: "partner", Identity: "none", Place: true}, {Use: "media", Identity: "none"}, {Use: "publication", Identity: "none"}}})
		p.add("consents", p.again(t.members[1]), &person.Consent{GivenBy: "his father", As: "next_of_kin", Date: p.day(88), Language: "ar", Method: "in writing",
			Scopes: []person.Scope{{Use: "media", Identity: "full"}, {Use: "partner", Identity: "full"}}, Withdrawn: []person.Withdrawal{{Date: p.day(28), Scope: "All of it, since the visit of the Inner Watch."}}})
	})
}

// given are papers that went to somebody outside.
func (m *maker) given() error {
	for _, one := range []struct {
		days                    int
		what, audience, to, why string
		told, code              string
	}{
		{70, "print.case", "partner", "Salma Essidrouni, lawyer", "for the appeal against the second file", "full", "7F3K-9QMX"},
		{33, "print.person", "media", "The Harbour Gazette", "for a page on the families' Fridays", "initials", "2HDW-40TB"},
		{12, "print.chronology", "court", "Court of Appeal, Marsun", "as an annex to the lawyer's brief", "full", "QZ81-V5NE"},
	} {
		if err := m.as(m.leadCase, m.now.AddDate(0, 0, -one.days), func(p *pen) {
			home, who := p.again(m.told.circle), p.again(m.told.sami)
			about := home
			records := []record.Handed{record.HandedOf(home, ""), record.HandedOf(who, one.told)}
			if one.what == "print.person" {
				about, records = who, records[1:]
			}
			sum := sha256.Sum256([]byte(one.to))
			if p.err == nil {
				p.err = p.tx.HandOut(record.Handout{What: one.what, Form: "pdf", Audience: one.audience, Lang: "ar", To: one.to, Why: one.why,
					Code: one.code, SHA256: hex.EncodeToString(sum[:]), Records: records}, about)
			}
		}); err != nil {
			return err
		}
	}
	return nil
}

// ask tells one appeal from its first draft to where it stands.
func (m *maker) ask(a asking) error {
	begun := m.now.AddDate(0, 0, -a.days).Add(-3 * time.Hour)
	var sheet *record.Sheet
	var made []*record.Sheet
	if err := m.as(m.leadCase, begun, func(p *pen) {
		home := p.again(m.told.circle)
		cite := p.add("citations", home, &citation.Citation{Document: m.told.papers["statement"], Locator: "first paragraph", Quote: "None was shown a warrant.", Basis: "stated", Reliability: "B", Credibility: "2"})
		body := &appeal.Appeal{By: appeal.Ours, Kind: a.kind, TitleText: a.title, Persons: a.persons,
			Texts:       []appeal.Text{{Lang: "en", Body: a.en}, {Lang: "ar", Body: a.ar}},
			Facts:       []appeal.Fact{{Text: "They were taken from their homes between November and March; no warrant was shown.", Citations: []string{cite}}},
			SubmittedBy: "Lantern Network\n7 Beacon Lane, Marsun\noffice@lantern.example",
			SendBy:      edtf.Day(edtf.AddDays(p.today, 14)),
			Signatories: []appeal.Signatory{{Name: "Lantern Network", MayBeNamed: true, Capacity: "association"}, {Name: "Readers of Marsun", MayBeNamed: true}, {Name: "a retired judge", Capacity: "jurist"}}}
		for _, org := range a.to {
			body.Addressees = append(body.Addressees, appeal.Addressee{Org: org})
		}
		sheet = p.create("appeal", body, home)
		for i, d := range a.demands {
			one := &demand.Demand{Appeal: sheet.Ref(), Number: strconv.Itoa(i + 1), Text: d.text, Kind: d.kind, Beneficiaries: a.persons}
			if d.of.ID != "" {
				one.Targets = []form.Ref{d.of}
			} else {
				one.Unspecified = true
			}
			if d.due != 0 {
				one.Due = edtf.Day(edtf.AddDays(m.now.Format(time.DateOnly), d.due))
			}
			made = append(made, p.create("demand", one, home))
		}
		if a.until != "draft" {
			s := p.again(sheet)
			signed := record.As[*appeal.Appeal](s).Signatories
			for i := range signed {
				signed[i].Confirmed = true
			}
			p.save(s)
		}
		switch a.until {
		case "draft":
		case "withdrawn":
			p.move(p.again(sheet), "withdraw", "The harbour master left his office.")
		default:
			if !a.urgent {
				p.move(p.again(sheet), "submit", "")
			}
		}
	}); err != nil || a.until == "draft" || a.until == "withdrawn" || a.until == "in_review" {
		return err
	}
	if a.urgent {
		return m.as(m.leadCase, begun.Add(time.Hour), func(p *pen) {
			p.move(p.again(sheet), "send_urgently", "", "urgency", "The broadcast was announced for this evening.", "channel", "e-mail", "sent_at", p.ago(0), "proof", "read receipt")
			m.become(p, made, a)
		})
	}
	if err := m.as(m.leadSuper, begun.Add(24*time.Hour), func(p *pen) { p.move(p.again(sheet), "approve", "") }); err != nil || a.until == "approved" {
		return err
	}
	if err := m.as(m.leadCase, begun.Add(26*time.Hour), func(p *pen) {
		p.move(p.again(sheet), "send", "", "channel", "e-mail", "sent_at", p.ago(0), "proof", "read receipt", "their_ref", fmt.Sprintf("G/%d/26", 100+a.days))
		if a.kind == "communication" {
			s := p.again(sheet)
			body := record.As[*appeal.Appeal](s)
			body.Log = append(body.Log, appeal.Entry{Kind: "registered", Date: p.day(-3)}, appeal.Entry{Kind: "transmitted", Date: p.day(-10), Text: "Passed on to the government."})
			p.save(s)
		}
	}); err != nil {
		return err
	}
	return m.as(m.leadSuper, m.now.AddDate(0, 0, -min(a.days-5, 8)), func(p *pen) {
		switch a.until {
		case "answered":
			p.create("response", &response.Response{From: record.As[*demand.Demand](made[0]).Targets[0], Appeal: sheet.Ref(), Date: p.day(2), Form: "letter", Stance: "partly",
				Answers: []form.Ref{made[0].Ref(), made[1].Ref()}, Text: "The dentist has been. Visits are granted for feast days."}, p.again(m.told.circle))
		case "sent", "closed":
			if len(a.demands) > 1 {
				p.create("response", &response.Response{From: record.As[*appeal.Appeal](sheet).Addressees[0].Org, Appeal: sheet.Ref(), Date: p.day(4), Form: "statement", Stance: "denies",
					Text: "All rights are upheld; nobody is held for his opinions."}, p.again(m.told.circle))
			}
		}
		m.become(p, made, a)
		if a.until == "closed" {
			p.move(p.again(sheet), "close", "", "outcome", "The room stays shut; the petition is taken up again in spring.")
		}
	})
}

// become makes of the demands what became of them.
func (m *maker) become(p *pen, made []*record.Sheet, a asking) {
	for i, d := range a.demands {
		grade := map[string]string{"meet": "A", "partly_meet": "B", "lapse": "D", "reject": "E"}[d.becomes]
		switch d.becomes {
		case "":
		case "supersede", "withdraw":
			p.move(p.again(made[i]), d.becomes, "Asked for in another way now.")
		case "regress":
			p.move(p.again(made[i]), "meet", "The books were handed over.", "grade", "A")
			p.move(p.again(made[i]), "regress", "They were taken away again two days later.", "grade", "E")
		default:
			p.move(p.again(made[i]), d.becomes, "", "grade", grade)
		}
	}
}

// observed is an appeal by others, and what was struck out.
func (m *maker) observed(to bodies) error {
	return m.as(m.leadSuper, m.now.AddDate(0, 0, -14), func(p *pen) {
		home := p.again(m.told.circle)
		others := p.create("appeal", &appeal.Appeal{By: appeal.Others, Kind: "open_letter", TitleText: "Letter of the lighthouse keepers to two committees", Dated: edtf.Must("[2026-09-20..2026-10-31]"),
			Submitters: []form.Ref{m.net}, Addressees: []appeal.Addressee{{Org: to.committee}, {Org: to.sea}}, SignatoryCount: []appeal.Count{{Qualifier: "more_than", N: num(20)}}}, home)
		p.add("citations", others, &citation.Citation{Document: m.told.papers["article"], Quote: "more than twenty keepers signed", Basis: "stated", Reliability: "B", Credibility: "3"})
		p.create("demand", &demand.Demand{Appeal: others.Ref(), Number: "1", Text: "Send a mission to the lighthouses.", Kind: "visit", Targets: []form.Ref{to.committee, to.sea}, Due: p.day(2)}, home)
		p.create("demand", &demand.Demand{Appeal: others.Ref(), Number: "2", Text: "Let local keepers inspect the lamps.", Kind: "access", Targets: []form.Ref{to.ministry}}, home)
		wrong := p.create("appeal", &appeal.Appeal{By: appeal.Ours, TitleText: "Begun twice"}, home)
		d := p.create("demand", &demand.Demand{Appeal: wrong.Ref(), Number: "1", Text: "The same once more.", Unspecified: true}, home)
		r := p.create("response", &response.Response{From: to.ministry, Form: "meeting", Stance: "procedural", Text: "It was about another port."}, home)
		for _, s := range []*record.Sheet{d, r, wrong} {
			p.move(p.again(s), "void", "Entered by mistake.")
		}
	})
}
