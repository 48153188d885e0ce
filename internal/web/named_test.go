package web_test

import (
	"net/url"
	"strings"
	"testing"

	"amparo/internal/web/webtest"
)

// A seal changes no free words: who seals is led to where they name him, and so are
// those who may know him, and nobody else.
func TestWhereTheNameOfSomebodySealedStandsIsListedForThoseWhoKnowHim(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		who := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Amal Qarsin", "names.1.full", "أمل قرصين")
		at := "/people/" + who
		errand := h.Make(h.Nadia, "task", h.Open, "text", "Ring the mother of AMAL  Qarsin", "about", h.Open)
		letter := h.Make(h.Nadia, "appeal", h.Open, "title", "Release Amal Qarsin", "kind", "urgent_appeal")
		source := h.Make(h.Nadia, "evidence", h.Open, "kind", "letter", "title", "A letter", "text", "seen with أملُ قرصين\nin June")
		noted := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Sami Zahran")
		if a := h.Nadia.Post("/people/"+noted+"/citations", url.Values{"speaker": {"a neighbour"}, "quote": {"they took Amal Qarsin and him"}}); a.Status != 303 {
			t.Fatal(a.Status)
		}
		hidden := h.Make(h.Omar, "task", h.Restricted, "text", "Ask about Amal Qarsin", "about", h.Restricted)
		listed := func(p *webtest.Person) {
			t.Helper()
			a := p.Get(at + "/named")
			if a.Status != 200 {
				t.Fatalf("%s is answered %d", p.Name, a.Status)
			}
			for _, one := range []string{"/tasks/" + errand, "/appeals/" + letter, "/evidence/" + source, "/people/" + noted} {
				if !strings.Contains(a.Body, one) {
					t.Errorf("%s is not led to %s", p.Name, one)
				}
			}
			if strings.Contains(a.Body, hidden) {
				t.Error("it tells of a restricted case")
			}
		}
		if a := h.Nadia.Get(at + "/access"); !strings.Contains(a.Body, at+"/named") {
			t.Error("who seals is not told where to look")
		}
		listed(h.Nadia)
		a := h.Nadia.Post(at+"/access/level", url.Values{"version": {versionAt(t, h.Nadia, at+"/access")}, "level": {"sealed"}, "named": {h.Luis.Email}, "code": {"Falcon"}, "reason": {"in danger"}})
		if a.To() != at+"/named" {
			t.Errorf("after sealing it leads to %q (%d)", a.To(), a.Status)
		}
		listed(h.Nadia)
		listed(h.Luis)
		if a := h.Luis.Get(at); !strings.Contains(a.Body, at+"/named") {
			t.Error("the page of somebody sealed does not lead there")
		}
		for _, p := range []*webtest.Person{h.Omar, h.Petra} {
			if a := p.Get(at + "/named"); a.Status != 403 || strings.Contains(a.Body, letter) {
				t.Errorf("%s is answered %d", p.Name, a.Status)
			}
			if a := p.Get(at); strings.Contains(a.Body, at+"/named") {
				t.Errorf("%s is led there", p.Name)
			}
		}
	})
}
