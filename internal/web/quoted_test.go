package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"amparo/internal/web/webtest"
)

// quoting are the links of a page that lead to quoted words.
func quoting(page webtest.Answer) []string {
	var list []string
	for _, m := range regexp.MustCompile(`href="(/evidence/[^"]+[?]quote=[^"#]+)#quote"`).FindAllStringSubmatch(page.Body, -1) {
		list = append(list, m[1])
	}
	return list
}

func TestASourceLeadsToTheWordsItIsQuotedFor(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		man := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Tarek Zahrawell")
		text := "They came at night.\nNobody showed a\u00a0 warrant <b>to</b> him.\nThe guard left."
		doc := h.Make(h.Nadia, "evidence", h.Open, "kind", "statement", "title", "A statement", "text", text)
		for _, quote := range []string{"Nobody showed a warrant <b>to</b> him.", "words it does not have"} {
			if a := h.Nadia.Post("/people/"+man+"/citations", url.Values{"document": {doc}, "quote": {quote}}); a.Status != 303 {
				t.Fatalf("%d\n%s", a.Status, plainText(a.Body))
			}
		}
		list := quoting(h.Nadia.Get("/people/" + man))
		if len(list) != 2 {
			t.Fatalf("the page leads to %v", list)
		}
		sees(t, h.Nadia.Get(list[0]), 200, "They came at night.\n<mark id=\"quote\">Nobody showed a\u00a0 warrant &lt;b&gt;to&lt;/b&gt; him.</mark>\nThe guard left.")
		sees(t, h.Nadia.Get(list[1]), 200, `id="quote"`, "words it does not have", "The text kept here does not have these words.")
		// A citation of another document, or of what may not be seen, marks nothing.
		other := h.Make(h.Nadia, "evidence", h.Open, "kind", "statement", "title", "Another", "text", text)
		at, _, _ := strings.Cut(list[0], doc)
		for _, page := range []webtest.Answer{h.Nadia.Get(at + other + strings.TrimPrefix(list[0], at+doc)), h.Nadia.Get("/evidence/" + doc + "?quote=%27"), h.Nadia.Get("/evidence/" + doc)} {
			if page.Status != 200 || strings.Contains(page.Body, `id="quote"`) {
				t.Errorf("%d, or something is marked", page.Status)
			}
		}
		hidden := h.Make(h.Omar, "person", h.Restricted, "names.0.full", "Somebody else")
		h.Omar.Post("/people/"+hidden+"/citations", url.Values{"document": {doc}, "quote": {"The guard left."}})
		secret := quoting(h.Omar.Get("/people/" + hidden))
		if len(secret) != 1 {
			t.Fatalf("the page leads to %v", secret)
		}
		if page := h.Nadia.Get(secret[0]); page.Status != 200 || strings.Contains(page.Body, `id="quote"`) {
			t.Errorf("%d, or it tells what a citation in a restricted case quotes", page.Status)
		}
	})
}

func TestCountsAndChangesCiteTheSourceBeingWorkedFrom(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		doc := h.Make(h.Nadia, "evidence", h.Open, "kind", "statement", "title", "A statement", "text", "Seven were held. The guard runs it.")
		place := h.Make(h.Nadia, "place", "", "names.0.full", "Quay prison")
		works := func(quote string) {
			t.Helper()
			if a := h.Nadia.Post("/tray", url.Values{"document": {doc}, "speaker": {"A clerk"}, "quote": {quote}}); a.Status != 303 {
				t.Fatalf("the tray: %d", a.Status)
			}
		}
		cites := func() string {
			return h.Nadia.JSON("GET", "/api/v1/places/"+place+"/citations", h.Nadia.Token(), nil).Body
		}
		edit := url.Values{"fields": {"type"}, "type": {"prison"}, "version": {"1"}}
		if a := h.Nadia.Post("/places/"+place, edit); a.Status != 303 || strings.Contains(cites(), `"quote"`) {
			t.Errorf("a change without a source: %d %s", a.Status, cites())
		}
		works("The guard runs it.")
		sees(t, h.Nadia.Get("/places/"+place+"/edit"), 200, `name="from_source"`, "This change is from", "A clerk")
		edit = url.Values{"fields": {"run_by"}, "run_by.0.org": {"Harbour guard"}, "version": {"2"}}
		if a := h.Nadia.Post("/places/"+place, edit); a.Status != 303 || strings.Contains(cites(), "The guard runs it.") {
			t.Errorf("a change that is not from it: %d %s", a.Status, cites())
		}
		edit = url.Values{"fields": {"names"}, "names.0.full": {"Quay prison"}, "names.1.full": {"Old quay"}, "from_source": {"true"}, "version": {"3"}}
		if a := h.Nadia.Post("/places/"+place, edit); a.Status != 303 || !strings.Contains(cites(), "The guard runs it.") || !strings.Contains(cites(), `"field":"names"`) {
			t.Errorf("a change that is from it: %d %s", a.Status, cites())
		}
		works("Seven were held.")
		if a := h.Nadia.Post("/places/"+place+"/counts", url.Values{"unit": {"detainee"}, "qualifier": {"exact"}, "n": {"7"}}); a.Status != 303 {
			t.Fatalf("%d\n%s", a.Status, plainText(a.Body))
		}
		page := h.Nadia.Get("/places/" + place)
		_, counts, _ := strings.Cut(page.Body, `id="counts"`)
		counts, _, _ = strings.Cut(counts, "</dl>")
		if list := quoting(webtest.Answer{Body: counts}); len(list) != 1 || !strings.Contains(h.Nadia.Get(list[0]).Body, `<mark id="quote">Seven were held.</mark>`) {
			t.Errorf("the count leads to %v: %s", list, counts)
		}
	})
}

func TestADemandOfOthersThatStandsInTheDocumentCitesItsPlace(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		doc := h.Make(h.Nadia, "evidence", h.Open, "kind", "statement", "title", "A letter", "text", "We ask that you mend the lamps, and more.")
		page := h.Nadia.Get("/appeals/new?by=others&case=" + h.Open)
		sees(t, page, 200, `name="texts.0.body"`)
		v := written(page.Body)
		v.Set("title", "Letter of the lighthouse keepers")
		v.Set("submitters", "Keepers of the coast; Friends of the lamps")
		v.Set("source_document", doc)
		v.Set("demands.0.number", "1")
		v.Set("demands.0.text", "mend the lamps")
		v.Set("demands.0.targets", "Harbour office؛ Lamp office")
		v.Set("demands.1.number", "2")
		v.Set("demands.1.text", "Pay the keepers.")
		v.Set("demands.1.target_unspecified", "true")
		made := h.Nadia.Post("/appeals/new", v)
		if made.Status != 303 {
			t.Fatalf("%d\n%s", made.Status, plainText(made.Body))
		}
		sees(t, h.Nadia.Get(made.To()), 200, "Keepers of the coast", "Friends of the lamps")
		a := h.Nadia.JSON("GET", "/api/v1/demands", h.Nadia.Token(), nil)
		refs := regexp.MustCompile(`"ref":"(M-[0-9]+)"`).FindAllStringSubmatch(a.Body, -1)
		cited := 0
		for _, m := range refs {
			page := h.Nadia.Get("/demands/" + m[1])
			list := quoting(page)
			if cited += len(list); len(list) == 0 {
				continue
			}
			sees(t, page, 200, "Harbour office", "Lamp office")
			sees(t, h.Nadia.Get(list[0]), 200, `We ask that you <mark id="quote">mend the lamps</mark>, and more.`)
		}
		if len(refs) < 2 || cited != 1 {
			t.Errorf("%d demands, %d of them cite their place", len(refs), cited)
		}
	})
}
