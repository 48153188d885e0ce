package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// writing is what an appeal needs around it, entered through the API.
type writing struct {
	*outside
	home, man, committee, ministry string // refs
}

func newWriting(t *testing.T) writing {
	t.Helper()
	w := writing{outside: newOutside(t)}
	w.home = w.newCase("nadia", `,"country":"AQ"`)
	w.man = w.newPerson("nadia", w.home, "Ilias Marun")
	org := func(name, more string) string {
		return w.ask("nadia", "POST", "/api/v1/organizations", fmt.Sprintf(`{"names":[{"full":%q}]%s}`, name, more)).is(201).ref()
	}
	w.committee, w.ministry = org("Committee of the Nine Coasts", `,"body":"cat"`), org("Ministry of Quays", "")
	return w
}

// tagged is the version of an answer as If-Match sends it.
func (a answer) tagged() []string { return []string{"If-Match", a.get("Etag")} }

// move makes a move of what an answer told.
func (o *outside) move(who string, of answer, name, body string) answer {
	o.t.Helper()
	path := of.get("Location")
	if path == "" {
		path = strings.SplitN(strings.SplitN(of.what, " ", 3)[2], "/moves/", 2)[0]
	}
	return o.ask(who, "POST", path+"/moves/"+name, body, of.tagged()...)
}

// draft is an appeal of Nadia's with a demand that is due.
func (w writing) draft() (appeal, first, second answer) {
	w.t.Helper()
	fact := w.ask("nadia", "POST", "/api/v1/people/"+w.man+"/citations", `{"speaker":"a cousin","says":"He was taken at dawn."}`).is(201)
	appeal = w.ask("nadia", "POST", "/api/v1/appeals", `{"kind":"urgent_appeal","title":"Release Ilias Marun","persons":["`+w.man+`"],"addressees":[{"org":"`+w.committee+`"}],
		"texts":[{"lang":"en","body":"We write to you."},{"lang":"ar","body":"نكتب إليكم."}],"facts":[{"text":"He was taken at dawn.","citations":["`+fact.json["id"].(string)+`"]}],
		"signatories":[{"name":"Lantern Network","may_be_named":true}],"signatory_count":{"qualifier":"more_than","n":20}}`).is(201)
	if appeal.json["case"] != w.home || appeal.json["state"] != "draft" {
		w.t.Error(appeal.text)
	}
	first = w.ask("nadia", "POST", "/api/v1/demands", `{"appeal":"`+appeal.ref()+`","number":"1","text":"Release him.","kind":"release","targets":["`+w.ministry+`"],"beneficiaries":["`+w.man+`"],"due":"2026-11-18"}`).is(201)
	second = w.ask("nadia", "POST", "/api/v1/demands", `{"appeal":"`+appeal.ref()+`","number":"2","text":"Let a doctor in.","kind":"medical_care"}`).is(201)
	return appeal, first, second
}

func TestAnAppealLivesItsWholeLifeOverTheAPI(t *testing.T) {
	w := newWriting(t)
	appeal, first, second := w.draft()
	at := appeal.get("Location")
	if a := w.ask("luis", "GET", first.get("Location"), "").is(200); a.json["state"] != "open" || a.json["overdue_days"] != 0.0 || a.json["lapse_proposed"] != false || a.json["case"] != w.home {
		t.Error("a demand nobody has received is late: " + a.text)
	}
	w.move("nadia", appeal, "approve", "").is(409)
	appeal = w.move("nadia", appeal, "submit", "").is(200)
	if got := w.move("luis", appeal, "approve", "").is(409); !strings.Contains(got.text, "2") || got.json["moves"] == nil {
		t.Error("approved though demand 2 names nobody: " + got.text)
	}
	w.move("luis", appeal, "return", `{}`).is(422)
	appeal = w.move("luis", appeal, "return", `{"note":"Who lets the doctor in?"}`).is(200)
	w.ask("nadia", "PATCH", second.get("Location"), `{"target_unspecified":true}`, second.tagged()...).is(200)
	remark := w.ask("luis", "POST", at+"/comments", `{"lang":"en","passage":"We write to you.","text":"Say who we are."}`).is(201)
	w.ask("nadia", "PATCH", at+"/comments/"+remark.json["id"].(string), `{"settled":true}`).is(200)
	w.ask("luis", "GET", "/api/v1/people/"+w.man+"/comments", "").is(404)
	appeal = w.move("nadia", appeal, "submit", "").is(200)
	if got := w.move("nadia", appeal, "approve", "").is(403); got.json["code"] != "forbidden" {
		t.Error(got.text)
	}
	stale := appeal
	appeal = w.move("luis", appeal, "approve", "").is(200)
	w.move("luis", stale, "approve", "").is(412)
	if hash, _ := appeal.json["text_hash"].(string); len(hash) != 64 {
		t.Error(appeal.text)
	}
	if got := w.ask("nadia", "PATCH", at, `{"title":"Other words"}`, appeal.tagged()...).is(422); got.wrong()["title"] != "frozen" {
		t.Error(got.text)
	}

	sending := `{"channel":"post","sent_at":"2026-11-12","proof":"receipt 7"}`
	if got := w.move("nadia", appeal, "send", sending).is(409); !strings.Contains(got.text, "Ilias Marun") {
		t.Error("sent without consent: " + got.text)
	}
	w.ask("nadia", "POST", "/api/v1/people/"+w.man+"/consents", `{"as":"next_of_kin","given_by":"his mother","date":"2026-11-10","scopes":[{"use":"body","identity":"full"}]}`).is(201)
	w.ask("nadia", "GET", "/api/v1/appeals/"+appeal.ref()+"/consents", "").is(404)
	if got := w.move("nadia", appeal, "send", `{"channel":"post"}`).is(422); got.wrong()["sent_at"] != "required" || got.wrong()["proof"] != "required" {
		t.Error(got.text)
	}
	appeal = w.move("nadia", appeal, "send", sending).is(200)
	to := appeal.json["addressees"].([]any)[0].(map[string]any)
	if appeal.json["state"] != "sent" || to["org"] != w.committee || to["sent_at"] != "2026-11-12" || to["proof"] != "receipt 7" {
		t.Error(appeal.text)
	}
	if a := w.ask("luis", "GET", first.get("Location"), "").is(200); a.json["overdue_days"] != 2.0 || a.json["lapse_proposed"] != true || a.json["answered"] != false {
		t.Error(a.text)
	}
	if a := w.ask("luis", "GET", second.get("Location"), "").is(200); a.json["overdue_days"] != nil || a.json["lapse_proposed"] != false {
		t.Error("late though no day was set: " + a.text)
	}

	respond := func(more string) answer {
		return w.ask("nadia", "POST", "/api/v1/responses", `{"from":"`+w.ministry+`","appeal":"`+appeal.ref()+`","form":"statement","date":"2026-11-15","stance":"denies"`+more+`}`).is(201)
	}
	respond("")
	state := func(of answer) any { return w.ask("luis", "GET", of.get("Location"), "").is(200).json["state"] }
	was := w.ask("luis", "GET", at, "").is(200)
	if was.json["state"] != "sent" || state(first) != "open" || state(second) != "open" {
		t.Error("a general denial answers: " + was.text)
	}
	spoken := respond(`,"stands":[{"demand":"` + second.ref() + `","stance":"partly"}]`)
	if list, _ := json.Marshal(spoken.json["answers"]); string(list) != `["`+second.ref()+`"]` {
		t.Error(spoken.text)
	}
	now := w.ask("luis", "GET", at, "").is(200)
	if now.json["state"] != "answered" {
		t.Error(now.text)
	}
	if a := w.ask("luis", "GET", second.get("Location"), "").is(200); a.json["answered"] != true || a.json["state"] != "open" {
		t.Error(a.text)
	}
	if a := w.ask("luis", "GET", at+"?on=2026-11-14", "").is(200); a.json["state"] != "sent" {
		t.Error("answered before the answer came: " + a.text)
	}
	if a := w.ask("luis", "GET", at+"?on=2026-11-11", "").is(200); a.json["state"] != "draft" {
		t.Error("sent before it was: " + a.text)
	}

	kept := w.ask("luis", "GET", first.get("Location"), "").is(200)
	w.move("nadia", kept, "meet", "").is(403)
	met := w.move("luis", kept, "meet", `{"date":"2026-11-19","for":["`+w.man+`"],"grade":"A","note":"He is at home."}`).is(200)
	judged := met.json["assessments"].([]any)[0].(map[string]any)
	if met.json["state"] != "met" || judged["outcome"] != "met" || judged["grade"] != "A" || judged["confirmed"] != true || judged["by"] != "luis@example.org" {
		t.Error(met.text)
	}
	if a := w.ask("luis", "GET", first.get("Location")+"?on=2026-11-18", "").is(200); a.json["state"] != "open" {
		t.Error("met before the day: " + a.text)
	}
	if a := w.ask("luis", "GET", first.get("Location")+"?on=2026-11-19", "").is(200); a.json["state"] != "met" {
		t.Error(a.text)
	}
	w.move("luis", now, "close", `{}`).is(422)
	now = w.move("luis", now, "close", `{"outcome":"He was released."}`).is(200)
	now = w.move("luis", now, "reopen", `{"note":"Taken again."}`).is(200)
	if now.json["state"] != "answered" {
		t.Error(now.text)
	}
	w.move("nadia", now, "withdraw", `{"told":"all bodies"}`).is(403)
	w.move("luis", now, "withdraw", `{"told":"all bodies"}`).is(200)
}

func TestAnAppealByOthersIsDatedAndItsDemandLapsesOnlyWhenConfirmed(t *testing.T) {
	w := newWriting(t)
	appeal := w.ask("nadia", "POST", "/api/v1/appeals", `{"case":"`+w.home+`","by":"others","kind":"open_letter","title":"Letter of the keepers","dated":"[2019-10-20..2019-11-30]","addressees":[{"org":"`+w.committee+`"}]}`).is(201)
	if appeal.json["state"] != "sent" {
		t.Error(appeal.text)
	}
	d := w.ask("nadia", "POST", "/api/v1/demands", `{"appeal":"`+appeal.ref()+`","number":"1","text":"Visit.","kind":"visit","targets":["`+w.committee+`"],"due":"2019-12-31"}`).is(201)
	at := d.get("Location")
	for day, late := range map[string]float64{"2019-12-31": 0, "2020-01-01": 1} {
		a := w.ask("luis", "GET", at+"?on="+day, "").is(200)
		if a.json["state"] != "open" || a.json["overdue_days"] != late || a.json["lapse_proposed"] != (late > 0) {
			t.Errorf("on %s: %s", day, a.text)
		}
	}
	w.move("nadia", d, "lapse", "").is(403)
	lapsed := w.move("luis", d, "lapse", `{"date":"2020-01-02","grade":"D"}`).is(200)
	if lapsed.json["state"] != "lapsed" || lapsed.json["lapse_proposed"] != false {
		t.Error(lapsed.text)
	}
	if a := w.ask("luis", "GET", at+"?on=2020-01-01", "").is(200); a.json["state"] != "open" || a.json["lapse_proposed"] != true {
		t.Error(a.text)
	}
	if a := w.ask("luis", "GET", "/api/v1/demands?overdue=yes&on=2020-01-01", "").is(200); a.json["total"] != 1.0 {
		t.Error(a.text)
	}
	if a := w.ask("luis", "GET", "/api/v1/demands?overdue=yes", "").is(200); a.json["total"] != 0.0 {
		t.Error(a.text)
	}
	for _, body := range []string{`{"overdue_days":3}`, `{"answered":true}`, `{"lapse_proposed":true}`} {
		if a := w.ask("nadia", "PATCH", at, body, lapsed.tagged()...).is(422); len(a.wrong()) != 1 {
			t.Error(a.text)
		}
	}
	w.ask("nadia", "PATCH", at, w.ask("nadia", "GET", at, "").text, lapsed.tagged()...).is(200)
}

func TestAppealsAndDemandsAsFilesHaveTheHeadsOthersHoldOnTo(t *testing.T) {
	w := newWriting(t)
	appeal, first, _ := w.draft()
	lines := strings.Split(w.ask("luis", "GET", "/appeals.csv", "").text, "\r\n")
	if lines[0] != "\ufeffref,case,title,kind,state,author,addressees,sent_at,due,overdue_days" {
		t.Errorf("heads %q", lines[0])
	}
	if want := appeal.ref() + "," + w.home + ",Release Ilias Marun,urgent_appeal,draft,nadia@example.org,Committee of the Nine Coasts,,,"; lines[1] != want {
		t.Errorf("%q, want %q", lines[1], want)
	}
	lines = strings.Split(w.ask("luis", "GET", "/demands.csv?sort=ref", "").text, "\r\n")
	if lines[0] != "\ufeffref,appeal,number,text,kind,targets,due,state,grade,overdue_days" {
		t.Errorf("heads %q", lines[0])
	}
	if want := first.ref() + "," + appeal.ref() + ",1,Release him.,release,Ministry of Quays,2026-11-18,open,,0"; lines[1] != want {
		t.Errorf("%q, want %q", lines[1], want)
	}
	for query, total := range map[string]float64{"?person=" + w.man: 1, "?to=" + w.ministry: 1, "?country=AQ": 2, "?country=BV": 0, "?appeal=" + appeal.ref(): 2, "?assignee=nadia@example.org": 2, "?assignee=luis@example.org": 0, "?case=" + w.home: 2, "?from=" + w.ministry: 0, "?state=met": 0} {
		if a := w.ask("luis", "GET", "/api/v1/demands"+query, "").is(200); a.json["total"] != total {
			t.Errorf("%s: %v", query, a.json["total"])
		}
	}
	for query, total := range map[string]float64{"?person=" + w.man: 1, "?to=" + w.committee: 1, "?country=AQ": 1, "?country=BV": 0, "?assignee=nadia@example.org": 1, "?from=" + w.ministry: 0, "?state=draft": 1, "?state=sent": 0, "?overdue=yes": 0} {
		if a := w.ask("luis", "GET", "/api/v1/appeals"+query, "").is(200); a.json["total"] != total {
			t.Errorf("%s: %v", query, a.json["total"])
		}
	}
}
