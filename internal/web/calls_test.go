package web_test

import (
	"net/url"
	"regexp"
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
