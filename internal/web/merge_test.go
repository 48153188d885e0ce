package web_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"amparo/internal/web/webtest"
)

func TestASupervisorMergesTwoPeopleOnOnePageAndTakesItBack(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		kept := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Kamal Tuwal", "father", "Sami")
		gone := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Kamal Touwal", "father", "Samy", "mother", "Hala")
		held := h.Make(h.Nadia, "detention", h.Open, "person", gone)
		queue := h.Luis.Get("/people/duplicates").Body
		if !strings.Contains(queue, "/people/"+kept+"/merge?with="+gone) && !strings.Contains(queue, "/people/"+gone+"/merge?with="+kept) {
			t.Fatalf("the queue does not hold the pair:\n%s", plainText(queue))
		}
		if page := h.Nadia.Get("/people/" + kept).Body; !strings.Contains(page, "/people/"+gone) || strings.Contains(page, "/merge?with=") {
			t.Errorf("who else could this be, for a caseworker:\n%s", plainText(page))
		}
		at := "/people/" + kept + "/merge"
		page := h.Luis.Get(at + "?with=" + gone)
		for _, want := range []string{"take:father", "take:names", "Samy", "Hala", gone, kept, `name="with_version"`} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the page lacks %q:\n%s", want, plainText(page.Body))
			}
		}
		sent := url.Values{"with": {gone}, "version": {"1"}, "with_version": {"1"}, "take:father": {"gone"}, "take:names": {"both"}}
		if a := h.Luis.Post(at, sent); a.Status != 422 || !strings.Contains(a.Body, `value="gone" checked`) {
			t.Errorf("without a reason: %d\n%s", a.Status, plainText(a.Body))
		}
		sent["reason"] = []string{"one man"}
		if a := h.Nadia.Post(at, sent); a.Status != 403 {
			t.Errorf("a caseworker: %d", a.Status)
		}
		h.Nadia.Post("/people/"+gone+"/notes", url.Values{"text": {"called"}})
		if a := h.Nadia.Post("/people/"+gone, url.Values{"version": {"1"}, "fields": {"mother"}, "mother": {"Hala K."}}); a.Status != 303 {
			t.Fatalf("edit: %d", a.Status)
		}
		if a := h.Luis.Post(at, sent); a.Status != 409 || !strings.Contains(a.Body, "Hala K.") || !strings.Contains(a.Body, "one man") {
			t.Errorf("stale: %d\n%s", a.Status, plainText(a.Body))
		}
		sent["with_version"] = []string{"2"}
		if a := h.Luis.Post(at, sent); a.Status != 303 || a.To() != "/people/"+kept {
			t.Fatalf("merge: %d %s\n%s", a.Status, a.To(), plainText(a.Body))
		}
		body := h.Luis.Get("/people/" + kept).Body
		for _, want := range []string{"Samy", "Hala K.", "called", held, "/people/" + gone + "/merge"} {
			if !strings.Contains(body, want) {
				t.Errorf("the kept page lacks %q:\n%s", want, plainText(body))
			}
		}
		for path, to := range map[string]string{"/people/" + gone: "/people/" + kept, "/people/" + gone + "/edit": "/people/" + kept + "/edit", "/people/" + gone + "?on=2026-11-20": "/people/" + kept + "?on=2026-11-20"} {
			if a := h.Nadia.Get(path); a.Status != 303 || a.To() != to {
				t.Errorf("%s: %d to %q", path, a.Status, a.To())
			}
		}
		token := h.Nadia.Token()
		var rec map[string]any
		if a := h.Nadia.JSON("GET", "/api/v1/people/"+gone, token, nil); a.Status != 200 || json.Unmarshal([]byte(a.Body), &rec) != nil || rec["ref"] != kept || rec["merged_into"] != kept {
			t.Errorf("API: %d %v", a.Status, rec)
		}
		if a := h.Nadia.JSON("POST", "/api/v1/detentions", token, map[string]any{"person": gone}); a.Status != 201 || !strings.Contains(a.Body, kept) {
			t.Errorf("a ref that was merged is given: %d %s", a.Status, a.Body)
		}
		if a := h.Nadia.JSON("GET", "/api/v1/people/"+gone+"/notes", token, nil); a.Status != 200 || !strings.Contains(a.Body, "called") {
			t.Errorf("notes by the merged ref: %d %s", a.Status, a.Body)
		}
		for _, path := range []string{"/people/" + gone + "/moves/unvoid", "/people/" + gone} {
			if a := h.Luis.Post(path, url.Values{"version": {"3"}, "reason": {"by hand"}, "fields": {"mother"}, "mother": {"X"}}); a.Status != 409 {
				t.Errorf("%s: %d", path, a.Status)
			}
		}
		if a := h.Luis.Get("/people/" + gone + "/history"); a.Status != 200 || !strings.Contains(a.Body, "one man") {
			t.Errorf("history of the merged: %d", a.Status)
		}
		ask := h.Luis.Get("/people/" + gone + "/merge")
		if ask.Status != 200 || !strings.Contains(ask.Body, "/people/"+gone+"/unmerge") {
			t.Fatalf("taking back is not offered: %d", ask.Status)
		}
		if a := h.Luis.Post("/people/"+gone+"/unmerge", url.Values{"version": {"3"}}); a.Status != 422 {
			t.Errorf("unmerge without a reason: %d", a.Status)
		}
		if a := h.Luis.Post("/people/"+gone+"/unmerge", url.Values{"version": {"3"}, "reason": {"two men"}}); a.Status != 303 {
			t.Fatalf("unmerge: %d\n%s", a.Status, plainText(a.Body))
		}
		if a := h.Nadia.Get("/people/" + gone); a.Status != 200 || !strings.Contains(a.Body, "Hala K.") {
			t.Errorf("after the merge was taken back: %d", a.Status)
		}
		if _, broken, err := h.Book.Verify(t.Context()); err != nil || broken != 0 {
			t.Errorf("history broken at %d (%v)", broken, err)
		}
	})
}

func TestStrangersLearnNothingOfLikelyPairs(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		open := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Kamal Tuwal")
		hidden := h.Make(h.Omar, "person", h.Restricted, "names.0.full", "Kamal Touwal")
		for path, status := range map[string]int{"/people/duplicates": 200, "/people/" + open: 200, "/people/" + open + "/merge?with=" + hidden: 422,
			"/people/matches?name=Kamal+Tuwal": 200, "/people/" + hidden + "/merge": 404, "/people/" + hidden + "/matches?name=Kamal+Tuwal": 200} {
			a := h.Luis.Get(path)
			told := strings.Contains(a.Body, hidden) && !strings.Contains(path, hidden) // what was asked may be repeated
			if told || strings.Contains(a.Body, "Touwal") || a.Status != status {
				t.Errorf("%s: %d\n%s", path, a.Status, plainText(a.Body))
			}
		}
		missing := h.Luis.Get("/people/" + open + "/merge?with=P-999999").Body
		if got := h.Luis.Get("/people/" + open + "/merge?with=" + hidden).Body; plainText(strings.ReplaceAll(got, hidden, "P-999999")) != plainText(missing) {
			t.Errorf("what is hidden and what is not there differ")
		}
		for _, act := range []string{"merge", "not-same", "perhaps-same"} {
			if a := h.Luis.Post("/people/"+open+"/"+act, url.Values{"with": {hidden}, "version": {"1"}, "with_version": {"1"}, "reason": {"x"}}); a.Status != 404 {
				t.Errorf("%s: %d", act, a.Status)
			}
		}
		if a := h.Petra.Get("/people/duplicates"); !strings.Contains(a.Body, hidden) || !strings.Contains(a.Body, open) {
			t.Errorf("who may see both is not told:\n%s", plainText(a.Body))
		}
		if a := h.Petra.Post("/people/"+open+"/merge", url.Values{"with": {hidden}, "version": {"1"}, "with_version": {"1"}, "reason": {"x"}}); a.Status != 409 {
			t.Errorf("across a restricted case: %d", a.Status)
		}
		// A new record through the API is told only whom its maker may see.
		token := h.Nadia.Token()
		var rec struct{ Likely []struct{ Ref, Name string } }
		a := h.Nadia.JSON("POST", "/api/v1/people", token, map[string]any{"case": h.Open, "names": []map[string]any{{"full": "Kamal Tuwall"}}})
		if json.Unmarshal([]byte(a.Body), &rec) != nil || a.Status != 201 || len(rec.Likely) != 1 || rec.Likely[0].Ref != open {
			t.Errorf("API create: %d %+v", a.Status, rec)
		}
		var whole map[string]any
		if json.Unmarshal([]byte(a.Body), &whole) != nil {
			t.Fatal("no object")
		}
		if b := h.Nadia.Send("PATCH", a.Header.Get("Location"), a.Body, "Authorization", "Bearer "+token, "Content-Type", "application/json", "If-Match", a.Header.Get("ETag")); b.Status != 200 {
			t.Errorf("what was answered cannot be sent back: %d %s", b.Status, b.Body)
		}
	})
}

func TestANewRecordOfAKnownNameIsAskedAboutOnce(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		for kind, name := range map[string][2]string{"organizations": {"Harbour Guard", "The Harbor Guard"}, "places": {"Northgate prison", "Northgate Prison"}, "people": {"Kamal Tuwal", "Kamal Touwal"}} {
			k, _ := h.Book.KindAt(kind)
			home := ""
			if !k.Register {
				home = h.Open
			}
			known := h.Make(h.Nadia, k.Name, home, "names.0.full", name[0])
			v := url.Values{"fields": {"names"}, "names.0.full": {name[1]}, "case": {home}}
			a := h.Nadia.Post("/"+kind, v)
			if a.Status != 422 || !strings.Contains(a.Body, known) || !strings.Contains(a.Body, `name="confirm"`) || !strings.Contains(a.Body, name[1]) {
				t.Errorf("%s: %d\n%s", kind, a.Status, plainText(a.Body))
			}
			if a := h.Nadia.Get("/" + kind + "/matches?names.0.full=" + url.QueryEscape(name[1])); a.Status != 200 || !strings.Contains(a.Body, known) {
				t.Errorf("%s: while typing: %d\n%s", kind, a.Status, plainText(a.Body))
			}
			v.Set("confirm", "1")
			if a := h.Nadia.Post("/"+kind, v); a.Status != 303 {
				t.Errorf("%s: said to be another: %d\n%s", kind, a.Status, plainText(a.Body))
			}
		}
	})
}

func TestANewNameOfARecordOnFileIsAskedAboutOnceAndTheOldOnesAreNot(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		known := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Kamal Tuwal")
		self := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Idris Marbat")
		other := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Idris Marbat", "father", "Salem")
		at := "/people/" + self
		v := url.Values{"fields": {"names", "father"}, "names.0.full": {"Idris Marbat"}, "father": {"Sami"}, "version": {"1"}}
		if a := h.Nadia.Post(at, v); a.Status != 303 {
			t.Fatalf("a namesake is asked about again though no name was changed: %d\n%s", a.Status, plainText(a.Body))
		}
		v.Set("names.1.full", "Kamal Touwal")
		v.Set("version", "2")
		a := h.Nadia.Post(at, v)
		if a.Status != 422 || !strings.Contains(a.Body, known) || !strings.Contains(a.Body, `name="confirm"`) || !strings.Contains(a.Body, "Kamal Touwal") {
			t.Errorf("%d\n%s", a.Status, plainText(a.Body))
		}
		if names, card, rest := strings.Index(a.Body, `name="names.1.full"`), strings.Index(a.Body, `id="likely"`), strings.Index(a.Body, `name="father"`); names > card || card > rest {
			t.Errorf("the card stands at %d, the names at %d, what follows at %d", card, names, rest)
		}
		v.Set("confirm", "1")
		if a := h.Nadia.Post(at, v); a.Status != 303 {
			t.Errorf("said to be another: %d\n%s", a.Status, plainText(a.Body))
		}
		typing := at + "/matches?names.0.full=Idris+Marbat"
		if a := h.Nadia.Get(typing); a.Status != 200 || !strings.Contains(a.Body, other) || strings.Contains(a.Body, ">"+self+"<") {
			t.Errorf("while typing: %d\n%s", a.Status, plainText(a.Body))
		}
		h.Nadia.Post(at+"/not-same", url.Values{"with": {other}})
		if a := h.Nadia.Get(typing); a.Status != 200 || strings.Contains(a.Body, other) {
			t.Errorf("who was said to be another is suggested again: %s", plainText(a.Body))
		}
	})
}

func TestATownAndThePrisonNamedAfterItAreNotAskedAbout(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		h.Make(h.Nadia, "place", "", "names.0.full", "Northgate", "type", "town")
		if a := h.Nadia.Post("/places", url.Values{"fields": {"names", "type"}, "names.0.full": {"Northgate prison"}, "type": {"prison"}}); a.Status != 303 {
			t.Errorf("%d\n%s", a.Status, plainText(a.Body))
		}
	})
}

func TestWhatIsNotTheSameIsRememberedAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		one := h.Make(h.Nadia, "organization", "", "names.0.full", "Harbour Guard")
		two := h.Make(h.Nadia, "organization", "", "names.0.full", "The Harbor Guard")
		if a := h.Luis.Get("/organizations/duplicates"); !strings.Contains(a.Body, one) || !strings.Contains(a.Body, two) {
			t.Fatalf("not in the queue:\n%s", plainText(a.Body))
		}
		if a := h.Nadia.Post("/organizations/"+one+"/not-same", url.Values{"with": {two}, "next": {"/organizations/" + two}}); a.To() != "/organizations/"+two {
			t.Fatalf("%d to %q", a.Status, a.To())
		}
		if a := h.Luis.Get("/organizations/duplicates"); strings.Contains(a.Body, one) {
			t.Errorf("suggested again")
		}
		if a := h.Nadia.Get("/organizations/" + two); !strings.Contains(a.Body, "/organizations/"+two+"/perhaps-same") {
			t.Errorf("cannot be taken back:\n%s", plainText(a.Body))
		}
		h.Nadia.Post("/organizations/"+two+"/perhaps-same", url.Values{"with": {one}})
		if a := h.Luis.Get("/organizations/duplicates?lang=ar"); !strings.Contains(a.Body, one) || !strings.Contains(a.Body, "ربما كانا واحدًا") {
			t.Errorf("taken back, and not suggested")
		}
		if a := h.Luis.Post("/organizations/"+one+"/merge", url.Values{"with": {two}, "version": {"1"}, "with_version": {"1"}, "reason": {"one force"}}); a.Status != 303 {
			t.Errorf("merge: %d\n%s", a.Status, plainText(a.Body))
		}
	})
}
