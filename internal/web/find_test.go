package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	stdhtml "html"

	"amparo/internal/web/webtest"
)

const findSaid = "On 3 March 2026 Salem Alwarfali was taken by the Harbour Guard to Tarhouna.\n\nسالم الورفلي في ترهونة. Nuria Ostrovar saw it."

// office with what the text names on file, and a document that holds it.
func findOffice(h *webtest.House) (person, doc string) {
	person = h.Make(h.Nadia, "person", h.Open, "names.0.full", "Salim al-Warfali")
	h.Make(h.Nadia, "organization", "", "names.0.full", "Harbour Guard")
	h.Make(h.Nadia, "place", "", "names.0.full", "Tarhuna")
	return person, h.Make(h.Nadia, "evidence", h.Open, "kind", "letter", "title", "A neighbour's letter", "text", findSaid)
}

var (
	foundText  = regexp.MustCompile(`(?s)<div class="found-text">(.*?)</div>`)
	foundSpan  = regexp.MustCompile(`<bdi class="hidden">[^<]*</bdi>`)
	foundTag   = regexp.MustCompile(`<[^>]*>`)
	foundMarks = regexp.MustCompile(`<mark class="(\w+)"[^>]*>(?:<a [^>]*>)?([^<]*)<`)
)

func TestATextIsShownLetterByLetterWithItsMarks(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		person, doc := findOffice(h)
		page := h.Nadia.Get("/find?evidence=" + doc)
		if page.Status != 200 {
			t.Fatalf("%d", page.Status)
		}
		body := foundText.FindStringSubmatch(page.Body)[1]
		var marks []string
		for _, m := range foundMarks.FindAllStringSubmatch(body, -1) {
			marks = append(marks, m[1]+": "+stdhtml.UnescapeString(m[2]))
		}
		want := "date: On 3 March 2026|known: Salem Alwarfali|known: Harbour Guard|known: Tarhouna|known: سالم الورفلي|known: ترهونة|likely: Nuria Ostrovar"
		if got := strings.Join(marks, "|"); got != want {
			t.Errorf("marks\n   got %s\nwanted %s", got, want)
		}
		if strings.Contains(foundSpan.ReplaceAllString(body, ""), "<bdi") {
			t.Error("a mark isolates its words: the paragraph takes its direction from others")
		}
		var lines []string
		for _, p := range strings.Split(body, "</p>") {
			if strings.Contains(p, "<p") {
				lines = append(lines, stdhtml.UnescapeString(foundTag.ReplaceAllString(foundSpan.ReplaceAllString(p, ""), "")))
			}
		}
		if got := strings.Join(lines, "\n"); got != findSaid {
			t.Errorf("the text became %q", got)
		}
		if !strings.Contains(page.Body, "/log?name=Nuria+Ostrovar") || !strings.Contains(page.Body, "/log?when=2026-03-03") {
			t.Error("no way to log the new name or the date")
		}
		if !strings.Contains(h.Nadia.Get("/evidence/"+doc).Body, `href="/find?evidence=`+doc+`"`) {
			t.Error("the document does not lead to its names")
		}
		a := h.Nadia.Post("/people/"+person+"/citations", url.Values{"quote": {"On 3 March 2026 Salem Alwarfali was taken by the Harbour Guard to Tarhouna."}, "document": {doc}, "next": {"/find?evidence=" + doc}})
		if a.Status != 303 || a.To() != "/find?evidence="+doc {
			t.Fatalf("citing answers %d to %q", a.Status, a.To())
		}
		if !strings.Contains(h.Nadia.Get("/people/"+person).Body, "Salem Alwarfali was taken") {
			t.Error("the citation is not on the person")
		}
	})
}

func TestOneClickOnTheFoundPageCitesTheSentence(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		person, doc := findOffice(h)
		page := h.Nadia.Get("/find?evidence=" + doc).Body
		form := regexp.MustCompile(`(?s)<form method="post" action="/people/` + person + `/citations">(.*?)</form>`).FindStringSubmatch(page)
		if form == nil {
			t.Fatal("no form to cite")
		}
		v := url.Values{}
		for _, in := range regexp.MustCompile(`name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(form[1], -1) {
			if in[1] != "csrf" {
				v.Set(in[1], stdhtml.UnescapeString(in[2]))
			}
		}
		if v.Get("quote") != "On 3 March 2026 Salem Alwarfali was taken by the Harbour Guard to Tarhouna." || v.Get("document") != doc {
			t.Errorf("it would cite %v", v)
		}
		if a := h.Nadia.Post("/people/"+person+"/citations", v); a.Status != 303 || !strings.HasPrefix(a.To(), "/find?evidence="+doc) {
			t.Errorf("%d to %q", a.Status, a.To())
		}
	})
}

func TestAPastedTextStaysWithItsReaderUntilItIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		findOffice(h)
		if a := h.Nadia.Post("/find", url.Values{"text": {findSaid}, "speaker": {"a neighbour"}}); a.Status != 303 || a.To() != "/find" {
			t.Fatalf("%d to %q", a.Status, a.To())
		}
		if body := h.Nadia.Get("/find").Body; !strings.Contains(body, `<mark class="known"`) || !strings.Contains(body, `name="speaker" value="a neighbour"`) {
			t.Error("the pasted text is not read, or its speaker is not cited")
		}
		if body := h.Luis.Get("/find").Body; strings.Contains(body, "Nuria Ostrovar") {
			t.Error("another reader sees the pasted text")
		}
		h.Nadia.Post("/find/forget", nil)
		if body := h.Nadia.Get("/find").Body; strings.Contains(body, "Nuria Ostrovar") {
			t.Error("the text was not forgotten")
		}
	})
}

func TestATextThatIsTooLongComesBackWithItsReason(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		for name, v := range map[string]url.Values{"long": {"text": {strings.Repeat("Salim Warfali. ", 15000)}}, "empty": {"text": {""}}, "bytes": {"text": {"Salim\x00Warfali"}}} {
			if a := h.Nadia.Post("/find", v); a.Status != 422 || !strings.Contains(a.Body, "summary-bad") {
				t.Errorf("%s: %d", name, a.Status)
			}
		}
	})
}

func TestNamesAReaderMayNotSeeAreNotMarked(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		secret := h.Make(h.Omar, "person", h.Restricted, "names.0.full", "Salim al-Warfali")
		doc := h.Make(h.Omar, "evidence", h.Restricted, "kind", "letter", "title", "Velvet letter", "text", "Salim Warfali is well.")
		h.Nadia.Post("/find", url.Values{"text": {"Salem Alwarfali was seen."}})
		if body := h.Nadia.Get("/find").Body; strings.Contains(body, secret) || strings.Contains(body, `<mark class="known"`) || !strings.Contains(body, `<mark class="likely"`) {
			t.Error("a person of a restricted case is told, or the name is not proposed as new")
		}
		if a := h.Nadia.Get("/find?evidence=" + doc); a.Status != 404 || strings.Contains(a.Body, "Velvet") {
			t.Errorf("a document of a restricted case answers %d", a.Status)
		}
		if a := h.Omar.Get("/find?evidence=" + doc); a.Status != 200 || !strings.Contains(a.Body, secret) {
			t.Errorf("its own team gets %d", a.Status)
		}
	})
}
