package web_test

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"amparo/internal/web/webtest"
)

var draftName = regexp.MustCompile(`name="draft" value="(log[^"]*)"`)

func TestASecondCallNeitherMixesWithTheFirstNorCostsIt(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		name := func(at string) string {
			found := draftName.FindStringSubmatch(h.Nadia.Get(at).Body)
			if found == nil {
				t.Fatalf("%s keeps no draft", at)
			}
			return found[1]
		}
		first := name("/log")
		h.Nadia.Post("/drafts/log", url.Values{"draft": {first}, "name": {"Firstly Ersen"}, "what_happened": {"a white van"}})
		if at := name("/log"); at != first || !strings.Contains(h.Nadia.Get("/log").Body, "a white van") {
			t.Error("a call does not go on where it was left")
		}
		if page := h.Nadia.Get("/log?case=" + h.Open).Body; strings.Contains(page, "a white van") {
			t.Error("what was said in one call stands in a call on another case")
		}
		second := name("/log?draft=new")
		if page := h.Nadia.Get("/log?draft=new").Body; second == first || strings.Contains(page, "a white van") {
			t.Error("another call holds words of the first")
		}
		refused := h.Nadia.Post("/log", url.Values{"draft": {second}, "name": {"Secondly Ersen"}, "when": {"no day at all"}, "what_happened": {"a blue van"}})
		if refused.Status != 422 || !strings.Contains(h.Nadia.Get("/log?draft="+second).Body, "a blue van") {
			t.Errorf("what is refused with %d is not kept", refused.Status)
		}
		if desk := h.Nadia.Get("/").Body; !strings.Contains(desk, "Firstly Ersen") || !strings.Contains(desk, "Secondly Ersen") || !strings.Contains(desk, "/log?draft="+url.QueryEscape(first)) {
			t.Error("the desk does not lead to both")
		}
		if a := h.Nadia.Post("/log", url.Values{"draft": {second}, "name": {"Secondly Ersen"}, "when": {"yesterday"}}); a.Status != 303 {
			t.Errorf("saving answers %d", a.Status)
		}
		if desk := h.Nadia.Get("/").Body; !strings.Contains(desk, "Firstly Ersen") || strings.Contains(desk, "/log?draft="+url.QueryEscape(second)) {
			t.Error("saving one call keeps its draft, or costs the other")
		}
		if a := h.Luis.Get("/log?draft=" + first); strings.Contains(a.Body, "a white van") {
			t.Error("a draft is shown to somebody else")
		}
		h.Nadia.Post("/drafts/log/drop", url.Values{"draft": {first}})
		if strings.Contains(h.Nadia.Get("/").Body, "Firstly Ersen") {
			t.Error("a draft that was thrown away is there")
		}
	})
}

// Whoever is on the telephone is told once what is wrong with what he typed.
func TestAllThatIsWrongWithACallIsSaidAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		wrong := map[string]string{"reliability": "Z", "age_or_birth": "old", "when": "no day at all", "taken_by": "O-99999", "where": "L-99999",
			"next_call": "some time", "case": "C-99999"}
		v := url.Values{"held_now": {"place"}, "consent": {"yes"}, "match": {"new_arrest:P-99999"}}
		in := map[string]any{"held_now": "several", "held_place": "Northgate prison or L-99999", "match": "new_arrest", "person": "P-99999", "how_many": 0.5}
		for name, text := range wrong {
			v.Set(name, text)
			in[name] = text
		}
		a := h.Nadia.Post("/log", v)
		if a.Status != 422 {
			t.Fatalf("a call full of faults is answered with %d", a.Status)
		}
		for name := range wrong {
			if !strings.Contains(a.Body, `id="f-`+name+`-error"`) {
				t.Errorf("nothing is said at %s", name)
			}
		}
		for _, at := range []string{"f-held_place-error", "f-consent_to-error", "match-error"} {
			if !strings.Contains(a.Body, `id="`+at+`"`) {
				t.Errorf("nothing is said at %s", at)
			}
		}
		told := h.Nadia.JSON("POST", "/api/v1/log", h.Nadia.Token(), in)
		for _, name := range append(slices.Collect(maps.Keys(wrong)), "held_place", "person", "how_many") {
			if n := strings.Count(told.Body, `"field":"`+name+`"`); told.Status != 422 || n != 1 {
				t.Errorf("the API names %s %d times: %s", name, n, told.Body)
			}
		}
		namesake := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Tolva Ersen")
		before := h.Nadia.Get("/cases.csv").Body
		if a := h.Nadia.Post("/log", url.Values{"match": {"other:" + namesake}, "when": {"yesterday"}}); a.Status != 422 {
			t.Errorf("a call about nobody is answered with %d", a.Status)
		}
		if h.Nadia.Get("/cases.csv").Body != before {
			t.Error("a call that was refused made a case")
		}
	})
}

func TestAnAgeIsShownAsSureAsItWasTold(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		for told, want := range map[string]struct{ page, arabic, paper, file string }{
			"about 30":        {"about 30 years old", "العمر نحو 30 سنة", "about 30", "30~"},
			"٢٥ إلى ٣٠ سنة":   {"25 to 30 years old", "العمر بين 25 و30 سنة", "25 to 30", "25..30"},
			"in her thirties": {"30 to 39 years old", "العمر بين 30 و39 سنة", "30 to 39", "30..39"},
			"41":              {">41 years old", "العمر 41 سنة", "41", "41"},
		} {
			a := h.Nadia.Post("/log", url.Values{"name": {"Tolva Ersen"}, "age_or_birth": {told}, "case": {h.Open}})
			if a.Status != 303 {
				t.Fatalf("%q answers %d", told, a.Status)
			}
			at := a.To()
			ref := at[strings.LastIndex(at, "/")+1:]
			has(t, h.Nadia.Get(at), want.page)
			has(t, h.Nadia.Get("/log/matches?name=Tolva+Ersen"), strings.TrimPrefix(want.page, ">"))
			has(t, h.Nadia.Get(at+"/summary"), want.paper)
			h.Nadia.Post("/account/language", url.Values{"lang": {"ar"}})
			has(t, h.Nadia.Get(at), want.arabic)
			h.Nadia.Post("/account/language", url.Values{"lang": {"en"}})
			has(t, h.Nadia.Get("/people.csv"), ref+","+h.Open+",Tolva Ersen,Tolva Ersen,,,,,"+want.file+",")
			if body := h.Nadia.JSON("GET", "/api/v1/people/"+ref, h.Nadia.Token(), nil).Body; !strings.Contains(body, `"age_about":`+fmt.Sprint(told == "about 30")) {
				t.Errorf("%q is given as %s", told, body)
			}
		}
		has(t, h.Nadia.Post("/log", url.Values{"name": {"Tolva Ersen"}, "age_or_birth": {"quite young"}}), "Try “about 30”")
		if a := h.Nadia.Post("/log", url.Values{"name": {"Tolva Ersen"}, "age_or_birth": {"40 to 30"}}); a.Status != 422 {
			t.Errorf("an age that ends before it begins answers %d", a.Status)
		}
	})
}
