package web_test

import (
	"strings"
	"testing"
)

func TestTwoPeopleAreMergedByVersionAndComeApartAgain(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	kept, gone := o.newPerson("nadia", home, "Kamal Tuwal"), o.newPerson("nadia", home, "Kamal Touwal")
	o.ask("nadia", "PATCH", "/api/v1/people/"+gone, `{"father":"Sami","mother":"Hala"}`, "If-Match", `"1"`).is(200)
	at, whole := "/api/v1/people/"+kept+"/merge", `{"with":"`+gone+`","with_version":2,"take":{"names":"both","father":"gone"},"reason":"one man"}`

	o.ask("nadia", "POST", at, whole, "If-Match", `"1"`).is(403)
	o.ask("luis", "POST", at, whole).is(428)
	o.ask("luis", "POST", at, whole, "If-Match", `"7"`).is(412)
	if a := o.ask("luis", "POST", at, strings.Replace(whole, ":2", ":1", 1), "If-Match", `"1"`).is(412); a.json["current"].(map[string]any)["ref"] != gone {
		t.Error(a.text)
	}
	for body, wrong := range map[string][2]string{
		`{}`: {"with", "required"},
		`{"with":"` + gone + `","with_version":2}`:                                        {"reason", "required"},
		`{"with":"P-999999","with_version":1,"note":"x"}`:                                 {"with", "not_found"},
		`{"with":"` + gone + `","with_version":2,"note":"x","keep":"all"}`:                {"keep", "unknown_field"},
		`{"with":"` + gone + `","with_version":2,"note":"x","take":{"father":"both"}}`:    {"take.father", "choice"},
		`{"with":"` + gone + `","with_version":2,"note":"x","take":{"name_latn":"kept"}}`: {"take.name_latn", "unknown_field"},
		`{"with":"` + gone + `","with_version":"two","note":"x"}`:                         {"with_version", "wrong_type"},
		`{"with":"` + gone + `","with_version":2,"note":7}`:                               {"note", "wrong_type"},
	} {
		a := o.ask("luis", "POST", at, body, "If-Match", `"1"`).is(422)
		if got := a.wrong()[wrong[0]]; got != wrong[1] {
			t.Errorf("%s: %q, wanted %s %s\n%s", body, got, wrong[0], wrong[1], a.text)
		}
	}
	if a := o.ask("luis", "POST", at, strings.Replace(strings.Replace(whole, gone, kept, 1), ":2", ":1", 1), "If-Match", `"1"`).is(409); a.json["why"] == nil {
		t.Error(a.text)
	}
	o.ask("luis", "POST", "/api/v1/cases/"+home+"/merge", whole, "If-Match", `"1"`).is(404)

	merged := o.ask("luis", "POST", at, whole, "If-Match", `"1"`).is(200)
	if merged.json["ref"] != kept || merged.json["father"] != "Sami" || merged.json["mother"] != "Hala" || len(merged.json["names"].([]any)) != 2 {
		t.Error(merged.text)
	}
	if a := o.ask("nadia", "GET", "/api/v1/people/"+gone, "").is(200); a.json["ref"] != kept || a.json["merged_into"] != kept {
		t.Error(a.text)
	}
	back := "/api/v1/people/" + gone + "/unmerge"
	o.ask("nadia", "POST", back, `{"note":"two men"}`, "If-Match", `"3"`).is(403)
	if a := o.ask("luis", "POST", back, `{"note":"two men"}`, "If-Match", `"2"`).is(412); a.json["current"].(map[string]any)["version"] != 3.0 {
		t.Error(a.text)
	}
	if a := o.ask("luis", "POST", back, `{}`, "If-Match", `"3"`).is(422); a.wrong()["reason"] != "required" {
		t.Error(a.text)
	}
	if a := o.ask("luis", "POST", back, `{"note":"two men"}`, "If-Match", `"3"`).is(200); a.json["ref"] != gone || a.json["father"] != "Sami" {
		t.Error(a.text)
	}
	if a := o.ask("nadia", "GET", "/api/v1/people/"+kept, "").is(200); a.json["father"] != "" || len(a.json["names"].([]any)) != 1 {
		t.Error(a.text)
	}
	o.ask("luis", "POST", back, `{"note":"two men"}`, "If-Match", `"4"`).is(404) // it is not merged any more
}

func TestAMergeTellsNothingOfWhoIsHidden(t *testing.T) {
	o := newOutside(t)
	open, closed := o.newCase("nadia", ""), o.newCase("nadia", `,"access":"restricted","lead":"nadia@example.org"`)
	kept, hidden := o.newPerson("nadia", open, "Kamal Tuwal"), o.newPerson("nadia", closed, "Kamal Touwal")
	at := "/api/v1/people/" + kept + "/merge"
	body := func(with string) string { return `{"with":"` + with + `","with_version":1,"note":"one man"}` }
	a := o.ask("luis", "POST", at, body(hidden), "If-Match", `"1"`).is(422)
	b := o.ask("luis", "POST", at, body("P-999999"), "If-Match", `"1"`).is(422)
	if strings.ReplaceAll(a.text, hidden, "P-999999") != b.text {
		t.Errorf("hidden: %s\nunknown: %s", a.text, b.text)
	}
	o.ask("luis", "POST", "/api/v1/people/"+hidden+"/merge", body(kept), "If-Match", `"1"`).is(404)
	o.ask("luis", "POST", "/api/v1/people/"+hidden+"/unmerge", `{"note":"x"}`, "If-Match", `"1"`).is(404)
}

func TestASearchAlsoFindsOtherSpellingsOfWhoAndWhat(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	person := o.newPerson("nadia", home, "Ruslan Tikhoberezhny")
	place := o.ask("nadia", "POST", "/api/v1/places", `{"names":[{"full":"Buludtəpə","kind":"legal"}],"type":"town"}`).is(201).ref()
	body := o.ask("nadia", "POST", "/api/v1/organizations", `{"names":[{"full":"al-Tamriyat","kind":"legal"}],"type":"armed_group"}`).is(201).ref()
	for q, want := range map[string]string{"Руслан+Тихобережный": person, "Ruslan+Tihoberezni": person, "Buludtapa": place, "Булудтапа": place, "التامريات": body} {
		a := o.ask("luis", "GET", "/api/v1/search?q="+q, "").is(200)
		items := a.json["items"].([]any)
		if len(items) == 0 || items[0].(map[string]any)["ref"] != want {
			t.Errorf("%s: %s", q, a.text)
		}
	}
	if a := o.ask("luis", "GET", "/api/v1/search?q=Ruslan+Tihoberezni&kind=place", "").is(200); a.json["total"] != 0.0 {
		t.Error(a.text)
	}
	// Words that are found do not keep a very like name out, nor bring in what is not.
	other := o.newPerson("nadia", home, "Ruslan Tihoberezni")
	o.newPerson("nadia", home, "Ruslan Tamrin")
	if a := o.ask("luis", "GET", "/api/v1/search?q=Ruslan+Tihoberezni", "").is(200); a.json["total"] != 2.0 || !strings.Contains(a.text, person) || !strings.Contains(a.text, other) {
		t.Error(a.text)
	}
}
