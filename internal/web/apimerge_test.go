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

func TestTwoAreSaidToBeTwoThroughTheAPI(t *testing.T) {
	o := newOutside(t)
	open, closed := o.newCase("nadia", ""), o.newCase("nadia", `,"access":"restricted","lead":"nadia@example.org"`)
	a, hidden := o.newPerson("nadia", open, "Kamal Tuwal"), o.newPerson("nadia", closed, "Kamal Touwal")
	made := o.ask("nadia", "POST", "/api/v1/people", `{"case":"`+open+`","names":[{"full":"Kamal Towal"}]}`).is(201)
	b := made.ref()
	if !strings.Contains(made.text, `"likely"`) || !strings.Contains(made.text, a) {
		t.Errorf("nobody is told of who may be the same: %s", made.text)
	}
	at := "/api/v1/people/" + a
	pairs := func() int { return strings.Count(o.ask("luis", "GET", at+"/history", "").is(200).text, `"not_same"`) }
	for body, wrong := range map[string][2]string{
		`{}`:                            {"with", "required"},
		`{"with":"P-999999"}`:           {"with", "not_found"},
		`{"with":"` + b + `","note":7}`: {"note", "wrong_type"},
		`{"with":"` + b + `","as":"x"}`: {"as", "unknown_field"},
	} {
		if got := o.ask("nadia", "POST", at+"/not-same", body).is(422); got.wrong()[wrong[0]] != wrong[1] {
			t.Errorf("%s: %s", body, got.text)
		}
	}
	o.ask("nadia", "POST", at+"/not-same", `{"with":"`+a+`"}`).is(409)
	unknown, secret := o.ask("luis", "POST", at+"/not-same", `{"with":"P-999999"}`).is(422), o.ask("luis", "POST", at+"/not-same", `{"with":"`+hidden+`"}`).is(422)
	if strings.ReplaceAll(secret.text, hidden, "P-999999") != unknown.text {
		t.Errorf("hidden: %s\nunknown: %s", secret.text, unknown.text)
	}
	if got := o.ask("nadia", "POST", at+"/not-same", `{"with":"`+b+`","note":"cousins"}`).is(200); got.json["ref"] != a || pairs() != 1 {
		t.Errorf("%d lines of history: %s", pairs(), got.text)
	}
	o.ask("nadia", "POST", at+"/not-same", `{"with":"`+b+`"}`).is(200) // said twice it is said once
	if pairs() != 1 {
		t.Errorf("%d lines of history", pairs())
	}
	o.ask("nadia", "POST", at+"/perhaps-same", `{"with":"`+b+`"}`).is(200)
	if text := o.ask("luis", "GET", at+"/history", "").is(200).text; !strings.Contains(text, `"perhaps_same"`) {
		t.Error(text)
	}
}
