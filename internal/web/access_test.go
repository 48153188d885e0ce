package web_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/web/webtest"
)

func TestWhoLeadsLetsSomebodyInForAWhileAndTakesItBack(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		man := h.Make(h.Omar, "person", h.Restricted, "names.0.full", "Velvet Ersen")
		at := "/cases/" + h.Restricted + "/access"
		give := func(p *webtest.Person, who *webtest.Person, until, why string) webtest.Answer {
			return p.Post(at+"/grant", url.Values{"account": {who.Email}, "until": {until}, "reason": {why}})
		}
		for _, one := range []webtest.Answer{give(h.Omar, h.Nadia, "", "holiday"), give(h.Omar, h.Nadia, "sometime", "holiday"), give(h.Omar, h.Nadia, "2026-11-19", "holiday"),
			give(h.Omar, h.Nadia, "2026-12-01", ""), give(h.Omar, h.Ada, "2026-12-01", "holiday")} {
			if one.Status != 422 || !strings.Contains(one.Body, `aria-invalid="true"`) {
				t.Errorf("answers %d without a word beside the field", one.Status)
			}
		}
		if a := give(h.Omar, h.Nadia, "2026-12-01", "stands in for Omar"); a.Status != 303 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if a := h.Nadia.Get("/people/" + man); a.Status != 200 {
			t.Errorf("let in she is answered %d", a.Status)
		}
		for p, tells := range map[*webtest.Person]bool{h.Omar: true, h.Petra: true, h.Nadia: true} {
			if a := p.Get(at); strings.Contains(a.Body, "stands in for Omar") != tells || a.Status != 200 {
				t.Errorf("%s is told %v", p.Name, !tells)
			}
		}
		if a := give(h.Nadia, h.Rune, "2026-12-01", "too"); a.Status != 403 {
			t.Errorf("who was let in lets in: %d", a.Status)
		}
		if a := h.Omar.Post(at+"/end", url.Values{"account": {h.Nadia.Email}}); a.Status != 303 {
			t.Fatal(a.Status)
		}
		if a := h.Nadia.Get("/people/" + man); a.Status != 404 {
			t.Errorf("taken back she is answered %d", a.Status)
		}
	})
}

// What is asked for in an emergency is answered alike whether it is there or not.
func TestBreakingGlassTellsNothingOfWhatIsBehind(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		man := h.Make(h.Omar, "person", h.Restricted, "names.0.full", "Velvet Ersen")
		for _, p := range []*webtest.Person{h.Nadia, h.Ada, h.Rune} {
			if a := p.Get("/break-glass"); a.Status != 403 {
				t.Errorf("%s is answered %d", p.Name, a.Status)
			}
		}
		if a := h.Luis.Post("/break-glass", url.Values{"ref": {"someone"}, "reason": {""}}); a.Status != 422 || strings.Count(a.Body, `aria-invalid="true"`) != 2 {
			t.Errorf("an empty form: %d", a.Status)
		}
		var bodies []string
		for _, ref := range []string{"C-9999", h.Restricted, h.Open} {
			if ref == h.Restricted {
				if a := h.Luis.Get("/cases/" + ref); a.Status != 404 {
					t.Fatal("it is open before")
				}
			}
			a := h.Luis.Post("/break-glass", url.Values{"ref": {ref}, "reason": {"he was taken"}})
			if a.Status != 303 || a.To() != "/break-glass?asked="+ref {
				t.Fatalf("%s: %d to %q", ref, a.Status, a.To())
			}
			bodies = append(bodies, strings.ReplaceAll(h.Luis.Get(a.To()).Body, ref, "REF"))
		}
		if bodies[0] != bodies[1] || bodies[1] != bodies[2] {
			t.Error("the answers differ")
		}
		if a := h.Luis.Get("/people/" + man); a.Status != 200 {
			t.Errorf("opened it answers %d", a.Status)
		}
		if a := h.Luis.Post("/people/"+man+"/notes", url.Values{"text": {"x"}}); a.Status != 403 {
			t.Errorf("who broke in writes: %d", a.Status)
		}
		for _, p := range []*webtest.Person{h.Omar, h.Petra} {
			if a := p.Get("/"); !strings.Contains(a.Body, "he was taken") || !strings.Contains(a.Body, h.Restricted) {
				t.Errorf("%s is not told on the desk", p.Name)
			}
		}
		for _, p := range []*webtest.Person{h.Nadia, h.Ada, h.Rune} {
			if a := p.Get("/"); strings.Contains(a.Body, "he was taken") {
				t.Errorf("%s is told", p.Name)
			}
		}
	})
}

func TestASecondPersonAgreesBeforeWhatIsClosedIsWidened(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		at := "/cases/" + h.Restricted + "/access"
		if a := h.Petra.Post("/cases/"+h.Restricted, url.Values{"version": {"1"}, "fields": {"access"}, "access": {"staff"}}); a.Status != 422 {
			t.Errorf("opened by an edit: %d", a.Status)
		}
		if a := h.Petra.Post(at+"/level", url.Values{"version": {"1"}, "level": {"internal"}, "reason": {"the trial is over"}}); a.Status != 303 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if a := h.Petra.Post(at+"/agree", nil); a.Status != 403 {
			t.Errorf("she agrees with herself: %d", a.Status)
		}
		if a := h.Luis.Post(at+"/agree", nil); a.Status != 404 {
			t.Errorf("who does not see it agrees: %d", a.Status)
		}
		if a := h.Petra.Post("/cases/"+h.Restricted+"/team", url.Values{"version": {"1"}, "lead": {h.Omar.Email}, "team": {h.Petra.Email + "\n" + h.Luis.Email}, "access": {"restricted"}}); a.Status != 303 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if a := h.Luis.Get("/"); !strings.Contains(a.Body, "the trial is over") {
			t.Error("it does not wait on his desk")
		}
		if a := h.Luis.Post(at+"/agree", nil); a.Status != 303 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if a := h.Nadia.Get("/cases/" + h.Restricted); a.Status != 200 {
			t.Errorf("widened it answers %d", a.Status)
		}
	})
}

func TestTheAPISaysWhoSeesARecord(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		man := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Kamal Tuwal", "father", "Zubruq")
		nadia, luis := h.Nadia.Token(), h.Luis.Token()
		at := "/api/v1/people/" + man
		level := func(token, version string, body map[string]any) webtest.Answer {
			b, _ := json.Marshal(body)
			return h.Nadia.Send("PUT", at+"/sensitivity", string(b), "Authorization", "Bearer "+token, "Content-Type", "application/json", "If-Match", `"`+version+`"`)
		}
		if a := level(nadia, "1", map[string]any{"level": "sealed", "named": []string{h.Luis.Email}, "code": "Falcon", "reason": "threats"}); a.Status != 200 || !strings.Contains(a.Body, `"sealed"`) {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if a := h.Nadia.JSON("GET", at, nadia, nil); !strings.Contains(a.Body, "Zubruq") || !strings.Contains(a.Body, `"title":"Falcon"`) {
			t.Errorf("who sealed him reads %s", a.Body)
		}
		if a := h.Petra.JSON("GET", at, h.Petra.Token(), nil); strings.Contains(a.Body, "Zubruq") || strings.Contains(a.Body, "Tuwal") || !strings.Contains(a.Body, "Falcon") {
			t.Errorf("a colleague reads %s", a.Body)
		}
		if a := level(nadia, "2", map[string]any{"level": "internal", "reason": "over"}); a.Status != 200 || !strings.Contains(a.Body, `"waiting":{`) {
			t.Errorf("asked: %d %s", a.Status, a.Body)
		}
		if a := h.Luis.JSON("POST", at+"/access/agree", luis, map[string]any{}); a.Status != 200 || !strings.Contains(a.Body, `"waiting":null`) {
			t.Errorf("agreed: %d %s", a.Status, a.Body)
		}
		if a := h.Nadia.JSON("POST", at+"/access/grants", nadia, map[string]any{"account": h.Rune.Email, "until": "2026-12-01", "reason": "his lawyer"}); a.Status != 201 || !strings.Contains(a.Body, h.Rune.Email) {
			t.Errorf("granted: %d %s", a.Status, a.Body)
		}
		if a := h.Rune.JSON("GET", at, h.Rune.Token(), nil); a.Status != 200 {
			t.Errorf("the reader is answered %d", a.Status)
		}
		if a := h.Nadia.JSON("POST", at+"/access/grants/end", nadia, map[string]any{"account": h.Rune.Email}); a.Status != 200 {
			t.Errorf("taken back: %d %s", a.Status, a.Body)
		}
		if a := h.Rune.JSON("GET", at, h.Rune.Token(), nil); a.Status != 404 {
			t.Errorf("taken back the reader is answered %d", a.Status)
		}
	})
}

// sealed is somebody under a code name in an open case, with all that hangs on him,
// and Nadia's grant on the restricted case that ended a second ago.
func sealed(t *testing.T, h *webtest.House) (ref string) {
	t.Helper()
	ref = h.Make(h.Omar, "person", h.Open, "names.0.full", song+"91 "+song+"92", "father", song+"93", "contacts.0.value", song+"94")
	h.Make(h.Omar, "detention", h.Open, "person", ref, "steps.0.kind", "arrest", "steps.0.date", "2026-11-01")
	if a := h.Omar.Post("/people/"+ref+"/notes", url.Values{"text": {song + "95"}}); a.Status != 303 {
		t.Fatal(a.Status)
	}
	if err := h.Book.Do(t.Context(), h.Nadia.Actor(), func(tx *record.Tx) error {
		s, err := tx.Get("person", ref)
		if err != nil {
			return err
		}
		_, err = tx.Classify(s, s.Head.Version, record.Level{Level: record.Sealed, Named: []form.Ref{{ID: h.Omar.ID}}, Code: "Falcon", Reason: song + "96"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	ended := webtest.Now.Add(-time.Second)
	if err := h.Book.At(func() time.Time { return ended.Add(-time.Hour) }).Do(t.Context(), h.Omar.Actor(), func(tx *record.Tx) error {
		s, err := tx.Get("case", h.Restricted)
		if err != nil {
			return err
		}
		return tx.Grant(s, form.Ref{ID: h.Luis.ID}, ended, "for an hour")
	}); err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestAFormOfASealedPersonAsksNothingThatIsSealed(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		ref := sealed(t, h)
		for p, open := range map[*webtest.Person]bool{h.Omar: true, h.Petra: false} {
			for _, at := range []string{"/people/" + ref, "/people/" + ref + "/edit"} {
				a := p.Get(at)
				if a.Status != 200 || strings.Contains(a.Body, song+"93") != open {
					t.Errorf("%s at %s: %d, told %v", p.Name, at, a.Status, !open)
				}
				if strings.HasSuffix(at, "/edit") && strings.Contains(a.Body, `name="father"`) != open {
					t.Errorf("%s is asked for the father: %v", p.Name, !open)
				}
				if strings.Contains(strings.ToLower(a.Body[:strings.Index(a.Body, "</title>")]), song) {
					t.Errorf("the head of the window says who %s is", p.Name)
				}
			}
		}
	})
}
