package web_test

import (
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

var hiddenFields = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// written is what is hidden in the form of a page, as a browser would send it back.
func written(body string) url.Values {
	v := url.Values{}
	_, body, _ = strings.Cut(body, "<main")
	for _, m := range hiddenFields.FindAllStringSubmatch(body, -1) {
		if m[1] != "csrf" && m[1] != "nonce" && !strings.HasSuffix(m[1], ".id") {
			v.Add(m[1], html.UnescapeString(m[2]))
		}
	}
	return v
}

// sees fails where a page lacks some words.
func sees(t *testing.T, page webtest.Answer, status int, words ...string) {
	t.Helper()
	if page.Status != status {
		t.Errorf("status %d, want %d", page.Status, status)
	}
	for _, w := range words {
		if !strings.Contains(page.Body, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func TestAnAppealIsBegunFromAPerson(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	man := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Tarek Zahrawell")
	page := h.Nadia.Get("/appeals/new?person=" + man)
	sees(t, page, 200, "Tarek Zahrawell", "Urgent appeal", "An appeal by others")
	page = h.Nadia.Get("/appeals/new?person=" + man + "&kind=urgent_appeal&in=en&in=ar")
	sees(t, page, 200, "Urgent appeal: Tarek Zahrawell", "every day counts", "على وجه الاستعجال", "Arrests at the Blue Mill", `name="demands.0.number"`)
	v := written(page.Body)
	v["title"], v["kind"], v["persons"] = []string{"Urgent appeal: Tarek Zahrawell"}, []string{"urgent_appeal"}, []string{man}
	v.Set("texts.0.lang", "en")
	v.Set("texts.0.body", "For {{person.names}}.")
	v.Set("addressees.0.org", "Harbour court")
	v.Set("addressees.1.org", "Ministry of Quays")
	v.Set("facts.0.text", "He was taken from a bus.")
	v.Set("facts.0.new_speaker", "A sister")
	v.Set("demands.0.number", "1")
	v.Set("demands.0.kind", "release")
	v.Set("demands.0.targets", "Ministry of Quays")
	v.Set("demands.0.due", "1 December 2026")
	v.Set("demands.1.number", "2")
	v.Set("demands.1.kind", "lawyer")
	v.Set("demands.1.above", "true")
	v.Set("demands.2.number", "3")
	page = h.Nadia.Post("/appeals/new", v)
	if page.Status != 303 || !strings.HasSuffix(page.To(), "/edit") {
		t.Fatalf("kept: %d %s %s", page.Status, page.To(), page.Body)
	}
	at := page.To()
	page = h.Nadia.Get(at)
	sees(t, page, 200, "Harbour court", "Release those named above at once", "A sister", `name="demands.1.due" id="f-demands-1-due" value="1 December 2026"`, "Ministry of Quays")
	if n := strings.Count(page.Body, `name="demands.`+"2"+`.id"`); n != 1 {
		t.Errorf("a row without words was kept")
	}
	once := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]+)"`).FindAllStringSubmatch(page.Body, -1) {
		if once[m[1]] {
			t.Errorf("two elements have the id %q", m[1])
		}
		once[m[1]] = true
	}
	list := h.Nadia.Get("/demands.csv").Body
	if strings.Count(list, "\r\n") != 3 {
		t.Errorf("demands on file: %s", list)
	}
	if orgs := h.Nadia.Get("/organizations.csv").Body; strings.Count(orgs, "\r\n") != 3 {
		t.Errorf("the ministry was entered twice: %s", orgs)
	}
}

func TestWhatCannotBeKeptComesBackWithEveryWord(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	man := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Tarek Zahrawell")
	v := written(h.Nadia.Get("/appeals/new?person=" + man + "&kind=open_letter").Body)
	v["persons"] = []string{man}
	v.Set("texts.0.lang", "en")
	v.Set("texts.0.body", "Every word of it.")
	v.Set("addressees.0.org", "An office nobody knows")
	v.Set("demands.0.number", "1")
	v.Set("demands.0.text", "Tell us.")
	v.Set("demands.0.due", "the thirtieth of never")
	v.Set("facts.0.text", "It rained.")
	v.Set("facts.0.new_document", "E-9999")
	v.Set("pasted", "1. Amal Sarrani, teacher\nB. Unknown\n")
	page := h.Nadia.Post("/appeals/new", v)
	sees(t, page, 422, "Every word of it.", "An office nobody knows", "the thirtieth of never", "It rained.", "E-9999", "Amal Sarrani", "teacher", "B. Unknown", "Tarek Zahrawell", `id="f-demands-0-due-error"`, `href="#f-demands-0-due"`)
	v.Set("demands.0.due", "30 November 2026")
	page = h.Nadia.Post("/appeals/new", v)
	sees(t, page, 422, `id="f-title-error"`, `id="f-facts-0-new_document-error"`)
	if orgs := h.Nadia.Get("/organizations.csv").Body; strings.Count(orgs, "\r\n") != 1 {
		t.Errorf("something of it was kept: %s", orgs)
	}
	v.Set("title", "Kept at last")
	v.Del("facts.0.new_document")
	if page = h.Nadia.Post("/appeals/new", v); page.Status != 303 {
		t.Errorf("then: %d %s", page.Status, page.Body)
	}
}

func TestAPastedListOfSignatoriesIsTakenOverWholeAndLikenessesAreSaid(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	v := written(h.Nadia.Get("/appeals/new?case=" + h.Open + "&kind=petition").Body)
	v.Set("title", "Petition")
	v.Set("signatories.0.name", "Amal Sarrani")
	v.Set("pasted", "• Youssef Haddad-Noor; judge\n2) Amal Sarani, teacher\nYusuf Hadad Noor\n\nA name – a poet")
	v.Set("pasted_named", "true")
	v.Set("add", "paste")
	page := h.Nadia.Post("/appeals/new", v)
	sees(t, page, 200, "Youssef Haddad-Noor", "judge", "teacher", "A name", "a poet")
	if n := strings.Count(page.Body, "May be the same as"); n != 2 {
		t.Errorf("%d likenesses said, want 2", n)
	}
	v.Del("add")
	page = h.Nadia.Post("/appeals/new", v)
	page = h.Nadia.Get(page.To())
	for i, want := range []string{"Amal Sarrani", "Youssef Haddad-Noor", "Amal Sarani", "Yusuf Hadad Noor", "A name"} {
		if !strings.Contains(page.Body, `name="signatories.`+string(rune('0'+i))+`.name" id="f-signatories-`+string(rune('0'+i))+`-name" value="`+want+`"`) {
			t.Errorf("line %d is not %s", i+1, want)
		}
	}
}

func TestAfterApprovalTheFormAsksOnlyForWhatMayStillBeChanged(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		body := h.Make(h.Nadia, "organization", "", "names.0.full", "Harbour court")
		letter := h.Make(h.Nadia, "appeal", h.Open, "title", "Let the dockers go", "kind", "open_letter", "by", "ours", "addressees.0.org", body, "texts.0.lang", "en", "texts.0.body", "We write to you.")
		at := "/appeals/" + letter
		version := 1
		move := func(by *webtest.Person, name string, fields url.Values) {
			t.Helper()
			fields.Set("version", strconv.Itoa(version))
			if a := by.Post(at+"/moves/"+name, fields); a.Status != 303 {
				t.Fatalf("%s: %d\n%s", name, a.Status, plainText(a.Body))
			}
			version++
		}
		asks := func(want, words string) {
			t.Helper()
			page := h.Nadia.Get(at + "/edit")
			sees(t, page, 200, words)
			var got []string
			for _, m := range regexp.MustCompile(`name="fields" value="([^"]+)"`).FindAllStringSubmatch(page.Body, -1) {
				got = append(got, m[1])
			}
			if strings.Join(got, " ") != want {
				t.Errorf("it asks for %v, want %s", got, want)
			}
		}
		move(h.Nadia, "submit", url.Values{})
		move(h.Luis, "approve", url.Values{})
		asks("signatories signatory_count submitted_by same_matter_elsewhere attachments follows assignee send_by", "What was approved is what is sent")
		move(h.Nadia, "send", url.Values{"channel": {"post"}, "sent_at": {"2026-11-18"}, "proof": {"receipt 7"}})
		asks("signatories signatory_count submitted_by same_matter_elsewhere attachments follows assignee log", "What was approved is what was sent")
		v := url.Values{"fields": {"signatories", "title"}, "signatories.0.name": {"Amal Sarrani"}, "title": {"Other words"}, "version": {strconv.Itoa(version)}}
		if a := h.Nadia.Post(at, v); a.Status != 422 || !strings.Contains(a.Body, "Amal Sarrani") {
			t.Errorf("other words after sending: %d", a.Status)
		}
		v.Del("title")
		v["fields"] = []string{"signatories"}
		if a := h.Nadia.Post(at, v); a.Status != 303 || !strings.Contains(h.Nadia.Get(at).Body, "Amal Sarrani") {
			t.Errorf("a further signature: %d\n%s", a.Status, plainText(a.Body))
		}
	})
}

func TestTwoWhoWriteAtOnceBothSeeBoth(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	a := h.Make(h.Nadia, "appeal", h.Open, "title", "Letter", "kind", "open_letter")
	h.Make(h.Nadia, "demand", h.Open, "appeal", a, "number", "1", "text", "Let them go.")
	at := "/appeals/" + a + "/edit"
	first, second := h.Nadia.Get(at), h.Omar.Get(at)
	id := regexp.MustCompile(`name="demands.0.id" value="([^"]+)"`).FindStringSubmatch(first.Body)[1]
	type change struct{ title, text string }
	form := func(page webtest.Answer, c change) url.Values {
		v := written(page.Body)
		v.Set("title", c.title)
		v.Set("kind", "open_letter")
		v.Set("demands.0.id", id)
		v.Set("demands.0.number", "1")
		v.Set("demands.0.text", c.text)
		return v
	}
	if page := h.Nadia.Post(at, form(first, change{"Letter of Nadia", "Nadia's demand."})); page.Status != 303 {
		t.Fatalf("the first: %d %s", page.Status, page.Body)
	}
	v := form(second, change{"Letter of Omar", "Omar's demand."})
	page := h.Omar.Post(at, v)
	sees(t, page, 409, "Letter of Nadia", "Letter of Omar", "Nadia&#39;s demand.", "Omar&#39;s demand.", `name="take:title"`, `name="take:demands.0"`)
	v = written(page.Body)
	v.Set("demands.0.id", id)
	v.Set("take:title", "mine")
	v.Set("mine:title", "Letter of both")
	v.Set("take:demands.0", "theirs")
	if page = h.Omar.Post(at, v); page.Status != 303 {
		t.Fatalf("settled: %d %s", page.Status, page.Body)
	}
	sees(t, h.Omar.Get(at), 200, "Letter of both", "Nadia&#39;s demand.")
}

func TestAHalfWrittenAppealWaitsOnTheServer(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	start := "/appeals/new?case=" + h.Open + "&kind=petition"
	v := written(h.Nadia.Get(start).Body)
	v.Set("title", "Half of it")
	v.Set("texts.0.lang", "en")
	v.Set("texts.0.body", "So far")
	page := h.Nadia.Post("/drafts/appeals", v)
	sees(t, page, 200, "Draft kept", `id="checks"`, `href="#addressees"`)
	sees(t, h.Nadia.Get(start), 200, "Half of it", "So far", "Throw this draft away")
	sees(t, h.Nadia.Get("/"), 200, "Half of it")
	if list := h.Nadia.Get("/appeals.csv").Body; strings.Count(list, "\r\n") != 1 {
		t.Errorf("a draft is on file: %s", list)
	}
	if other := h.Omar.Get(start); strings.Contains(other.Body, "Half of it") {
		t.Error("somebody else sees the draft")
	}
	for _, bad := range []string{"", "log", "appeals/", "appeals/X", "people/P-0001"} {
		if page := h.Nadia.Post("/drafts/appeals", url.Values{"draft": {bad}, "title": {"x"}}); page.Status != 400 {
			t.Errorf("a draft called %q: %d", bad, page.Status)
		}
	}
	if page = h.Nadia.Post("/drafts/appeals/drop", url.Values{"draft": v["draft"]}); page.Status != 303 {
		t.Errorf("throwing it away: %d", page.Status)
	}
	if page = h.Nadia.Get(start); strings.Contains(page.Body, "Half of it") {
		t.Error("it is still there")
	}
	v.Set("then", "submit")
	page = h.Nadia.Post("/appeals/new", v)
	sees(t, h.Nadia.Get(page.To()), 200, "In review", "Half of it")
}

func TestThePreviewIsTheTextAsTheLetterHasIt(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	man := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Tarek Zahrawell")
	v := written(h.Nadia.Get("/appeals/new?person=" + man + "&kind=petition").Body)
	v["persons"] = []string{man}
	v.Set("title", "Petition")
	v.Set("texts.0.lang", "en")
	v.Set("texts.0.body", "For **{{person.names}}**:\n\n{{facts}}\n\nThey know it [1]. By {{deadline}}, {{nonsense}}.")
	v.Set("facts.0.text", "He was taken from a bus.")
	v.Set("facts.0.new_speaker", "A sister")
	v.Set("demands.0.number", "1")
	v.Set("demands.0.text", "Tell us.")
	v.Set("demands.0.due", "1 December 2026")
	part := h.Nadia.Post("/previews/appeals/en", v)
	sees(t, part, 200, "Tarek Zahrawell", "He was taken from a bus.", "1 Dec 2026", "is no name that Amparo knows")
	if strings.Contains(part.Body, "<main") || !strings.Contains(part.Body, "[1]") && !strings.Contains(part.Body, "<sup") {
		t.Errorf("the preview: %s", part.Body)
	}
	v.Set("title", "") // what cannot be kept is shown as it is written
	sees(t, h.Nadia.Post("/previews/appeals/en", v), 200, "{{person.names}}")
	for _, list := range []string{"/appeals.csv", "/demands.csv"} {
		if rows := h.Nadia.Get(list).Body; strings.Count(rows, "\r\n") != 1 {
			t.Errorf("looking kept something in %s", list)
		}
	}
}

func TestAReminderQuotesWhatWasNotAnswered(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	a := h.Make(h.Nadia, "appeal", h.Open, "title", "First letter", "kind", "urgent_appeal", "addressees.0.org", "Harbour court", "texts.0.lang", "en", "texts.0.body", "x")
	h.Make(h.Nadia, "demand", h.Open, "appeal", a, "number", "1", "text", "Let them go.", "due", "2026-12-01")
	page := h.Nadia.Get("/appeals/new?follows=" + a)
	sees(t, page, 200, "Reminder: First letter", "Harbour court", "1\\. Let them go. (by 1 Dec 2026)", "Our letter of")
	sees(t, h.Nadia.Get("/appeals/new?as=new&follows="+a), 200, "What kind of appeal", "First letter")
	hidden := h.Make(h.Omar, "appeal", h.Restricted, "title", "Velvet letter")
	for _, nowhere := range []string{"follows=" + hidden, "case=" + h.Restricted, "person=P-9999", "kind=petition&case=C-9999"} {
		if page := h.Nadia.Get("/appeals/new?kind=petition&" + nowhere); page.Status != 404 {
			t.Errorf("%s: %d", nowhere, page.Status)
		}
	}
}

func TestAnAppealByOthersNeedsASourceAndNoneOfOurMoves(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	page := h.Nadia.Get("/appeals/new?by=others&case=" + h.Open)
	sees(t, page, 200, "Who made it", `name="source_document"`)
	if strings.Contains(page.Body, `value="submit"`) {
		t.Error("an appeal by others can be submitted")
	}
	v := written(page.Body)
	v.Set("title", "Letter of the lighthouse keepers")
	v["submitters"] = []string{"Keepers of the coast"}
	v.Set("dated", "October 2026")
	v.Set("demands.0.number", "1")
	v.Set("demands.0.text", "Mend the lamps.")
	v.Set("demands.0.target_unspecified", "true")
	page = h.Nadia.Post("/appeals/new", v)
	sees(t, page, 422, `id="f-source_document-error"`, "Keepers of the coast")
	v.Set("source_speaker", "Keepers of the coast")
	v.Set("source_quote", "we ask that the lamps be mended")
	page = h.Nadia.Post("/appeals/new", v)
	if page.Status != 303 || strings.HasSuffix(page.To(), "/edit") {
		t.Fatalf("kept: %d %s", page.Status, page.Body)
	}
	sees(t, h.Nadia.Get(page.To()), 200, "Letter of the lighthouse keepers", "we ask that the lamps be mended", "Mend the lamps.")
	sees(t, h.Nadia.Get(page.To()+"/edit"), 200, "Mend the lamps.", `name="submitters"`)
}

func TestTickedLinesOfTheChronologyBecomeFactsWithTheirSources(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	page := h.Nadia.Post("/log", url.Values{"source": {"Sister, by telephone"}, "name": {"Tarek Zahrawell"}, "when": {"12 November 2026"}, "taken_by": {"Grey River Guard"}, "where": {"Old Mill checkpoint"}, "case": {h.Open}, "reliability": {"B"}, "credibility": {"2"}})
	man := page.To()[strings.LastIndex(page.To(), "/")+1:]
	start := "/appeals/new?person=" + man + "&kind=urgent_appeal&in=en&in=ar"
	page = h.Nadia.Get(start)
	sees(t, page, 200, "12 Nov 2026: Arrest at Old Mill checkpoint by Grey River Guard.", "Sister, by telephone", "B2")
	keys := regexp.MustCompile(`name="tick" value="([^"]+)"`).FindAllStringSubmatch(page.Body, -1)
	if len(keys) == 0 {
		t.Fatal("nothing to tick")
	}
	v := written(page.Body)
	v.Set("title", "Urgent")
	v["persons"] = []string{man}
	for i, lang := range []string{"en", "ar"} {
		v.Set("texts."+string(rune('0'+i))+".lang", lang)
		v.Set("texts."+string(rune('0'+i))+".body", "{{facts}}")
	}
	for _, k := range keys {
		v.Add("tick", k[1])
	}
	page = h.Nadia.Post("/appeals/new", v)
	if page.Status != 303 {
		t.Fatalf("%d %s", page.Status, page.Body)
	}
	page = h.Nadia.Get(page.To())
	sees(t, page, 200, "told already", "اعتقال")
	if strings.Contains(page.Body, `name="tick"`) || strings.Contains(page.Body, "Rests on no source yet") {
		t.Error("what is told can be told again, or lost its source")
	}
}

func TestWhatIsNoTextIsRefusedAndNeverAFault(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	a := h.Make(h.Nadia, "appeal", h.Open, "title", "Letter", "kind", "open_letter", "texts.0.lang", "en", "texts.0.body", "x")
	edit := written(h.Nadia.Get("/appeals/" + a + "/edit").Body)
	begun := written(h.Nadia.Get("/appeals/new?kind=petition&case=" + h.Open).Body)
	for _, bad := range []string{"\xff\xfe", "a\x00b", strings.Repeat("x", 200_000), "-1", "99999999999999999999", "../../etc", "{{{{", "A-0001"} {
		for _, field := range []string{"title", "kind", "persons", "facts.0.text", "facts.0.citations", "facts.0.new_document", "facts.99999999999999999999.text", "facts.-1.text", "texts.0.lang", "texts.0.body", "addressees.0.org", "addressees.0.id",
			"demands.0.text", "demands.0.id", "demands.0.version", "demands.0.targets", "demands.0.due", "demands.0.for", "demands.0.above", "signatories.0.name", "signatory_count.0.n", "pasted", "tick", "out", "fields", "add", "add_lang", "then", "draft", "case", "conflict", "take:title", "version"} {
			for at, form := range map[string]url.Values{"/appeals/" + a + "/edit": edit, "/appeals/new": begun, "/drafts/appeals": begun, "/previews/appeals/en": edit} {
				v := url.Values{}
				for name, list := range form {
					v[name] = list
				}
				v.Add(field, bad)
				if field == "version" || field == "draft" || field == "case" {
					v[field] = []string{bad}
				}
				if page := h.Nadia.Post(at, v); page.Status >= 500 {
					t.Errorf("%s with %s = %.20q: %d", at, field, bad, page.Status)
				}
			}
		}
	}
}

// A letter with a field that stands for nothing is not sent: who reads the appeal
// is told before that, with a way to the text.
func TestAFieldThatStandsForNothingIsToldBeforeSending(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	man := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Tarek Zahrawell")
	petition := func(text string) webtest.Answer {
		v := written(h.Nadia.Get("/appeals/new?person=" + man + "&kind=petition").Body)
		v["persons"] = []string{man}
		v.Set("title", "Petition")
		v.Set("texts.0.lang", "en")
		v.Set("texts.0.body", text)
		page := h.Nadia.Post("/appeals/new", v)
		if page.Status != 303 {
			t.Fatalf("answers %d", page.Status)
		}
		return h.Nadia.Get(strings.TrimSuffix(page.To(), "/edit"))
	}
	sees(t, petition("For {{person.names}}.\n\n{{facts}}"), 200, "Before sending", "nothing stands for", "{{facts}}")
	if whole := petition("For {{person.names}}."); strings.Contains(whole.Body, "nothing stands for") {
		t.Error("of a text without gaps one is told")
	}
}
