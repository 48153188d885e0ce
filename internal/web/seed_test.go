package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"amparo/internal/web/webtest"
)

// This test enters what a caseworker takes from two published documents: facts with their source, in our own words. The
// demands themselves are data; they are read from the document where it lies beside the project.

// numbered are the demands of a document by number, in our own words where the document is not at hand.
func numbered(t *testing.T, document string, own ...string) []string {
	t.Helper()
	files, err := filepath.Glob("../../../shared/seeds/" + document + "_*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		return own
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, m := range regexp.MustCompile(`(?m)^\d\)\s+(.+?)[”"]?\r?$`).FindAllStringSubmatch(string(text), -1) {
		list = append(list, strings.TrimSpace(m[1]))
	}
	if len(list) != len(own) {
		t.Fatalf("%s has %d numbered demands", document, len(list))
	}
	return list
}

// entering keeps records through the API as somebody, and gives their refs.
type entering struct {
	*webtest.House
	t     *testing.T
	token string
}

func (e entering) post(path string, in map[string]any) string {
	e.t.Helper()
	a := e.Nadia.JSON("POST", "/api/v1/"+path, e.token, in)
	if a.Status != 201 {
		e.t.Fatalf("%s: %d %s", path, a.Status, a.Body)
	}
	m := regexp.MustCompile(`"(?:ref|id)":"([^"]+)"`).FindStringSubmatch(a.Body)
	if i := strings.Index(a.Body, `"ref":"`); i >= 0 {
		m = regexp.MustCompile(`"ref":"([^"]+)"`).FindStringSubmatch(a.Body)
	}
	return m[1]
}

func (e entering) org(kind string, all ...string) string {
	e.t.Helper()
	var names []map[string]string
	for _, n := range all {
		names = append(names, map[string]string{"full": n})
	}
	return e.post("organizations", map[string]any{"type": kind, "names": names})
}

// reads opens a page and gives its words.
func (e entering) reads(path string) string {
	e.t.Helper()
	a := e.Luis.Get(path)
	if a.Status != 200 {
		e.t.Fatalf("%s answers %d", path, a.Status)
	}
	_, body, _ := strings.Cut(a.Body, "<main")
	text := regexp.MustCompile(`(?s)<[^>]*>`).ReplaceAllString(body, " ")
	text = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&amp;", "&").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

func (e entering) says(path string, all ...string) {
	e.t.Helper()
	text := e.reads(path)
	for _, words := range all {
		if !strings.Contains(text, words) {
			e.t.Errorf("%s lacks %q: %.600s", path, words, text)
		}
	}
}

func TestAnOpenLetterByOthersIsEnteredWholeAndAnswers(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		e := entering{h, t, h.Nadia.Token()}
		home := e.post("cases", map[string]any{"title": "An open letter on torture", "country": "AZ", "lead": h.Nadia.Email})
		cat, cpt := e.org("treaty_body", "UN Committee against Torture", "CAT"), e.org("intergovernmental", "European Committee for the Prevention of Torture", "CPT")
		interior, justice := e.org("state_organ", "Ministry of Internal Affairs of Azerbaijan"), e.org("state_organ", "Ministry of Justice of Azerbaijan")
		centre, baku := e.org("ngo", "Election Monitoring and Democracy Studies Center", "EMDS"), e.org("state_organ", "Official Baku")
		article := e.post("evidence", map[string]any{"case": home, "kind": "media_article", "title": "Article on an appeal of civil society", "published": "[2019-10-20..2019-11-30]", "quality": []string{"undated"}})
		rallies := e.post("cases/"+home+"/citations", map[string]any{"document": article, "says": "Rallies on XXXX-10-19 and XXXX-10-20; the text gives no year", "basis": "stated"})
		e.post("cases/"+home+"/citations", map[string]any{"speaker": "another report", "says": "The rallies of 19 and 20 October were in 2019", "basis": "inferred"})
		letter := e.post("appeals", map[string]any{"case": home, "by": "others", "kind": "open_letter", "title": "Open letter on torture to two committees", "dated": "[2019-10-20..2019-11-30]", "submitters": []string{centre},
			"addressees": []map[string]string{{"org": cat}, {"org": cpt}}, "signatory_count": map[string]any{"qualifier": "more_than", "n": 20},
			"facts": []map[string]any{{"text": "Arrests and ill-treatment at the rallies of 19 and 20 October.", "citations": []string{rallies}}}})
		e.post("appeals/"+letter+"/citations", map[string]any{"document": article, "speaker": centre, "says": "More than 20 signed", "basis": "stated"})
		text := numbered(t, "003", "Send fact-finding missions and visit the country before the year ends.", "Let local defenders and international organizations watch places of detention.", "Examine what the police have stated, to see who goes unpunished.")
		ask := func(number, text, kind string, more map[string]any) string {
			in := map[string]any{"appeal": letter, "number": number, "text": text, "kind": kind}
			for name, v := range more {
				in[name] = v
			}
			return e.post("demands", in)
		}
		both := []string{cat, cpt}
		one := ask("1", text[0], "visit", map[string]any{"targets": both, "due": "2019-12-31"})
		missions := ask("1a", "Launch fact-finding missions.", "investigate", map[string]any{"targets": both, "due": "2019-12-31", "parent": one})
		visit := ask("1b", "Visit the country.", "visit", map[string]any{"targets": both, "due": "2019-12-31", "parent": one})
		two := ask("2", text[1], "access", map[string]any{"targets": []string{interior, justice}})
		three := ask("3", text[2], "investigate", map[string]any{"target_unspecified": true})
		for _, count := range []map[string]any{{"unit": "political_prisoner", "qualifier": "about", "n": 135, "counted_by": "local defenders"}, {"unit": "prisoner_of_conscience", "qualifier": "more_than", "n": 10, "counted_by": "Amnesty International"}} {
			e.post("cases/"+home+"/counts", count)
		}
		leads(t, h.Nadia, h.Nadia.Post("/appeals/"+letter+"/responses", map[string][]string{"from": {baku}, "form": {"statement"}, "stance": {"denies"}, "text": {"All freedoms are ensured; the criticism is biased; nobody is persecuted."}, "document": {article}}))

		// 1. Who is written to, and who must act?
		at := "/appeals/" + letter
		e.says(at, "UN Committee against Torture", "European Committee for the Prevention of Torture")
		e.says("/demands/"+one, "Must act UN Committee against Torture · European Committee for the Prevention of Torture")
		e.says("/demands/"+two, "Must act Ministry of Internal Affairs of Azerbaijan · Ministry of Justice of Azerbaijan")
		e.says("/demands/"+three, "Must act The text names nobody who must act")
		// 2. How many numbered demands, what text?
		for i, ref := range []string{one, two, three} {
			e.says(at, text[i])
			e.says("/demands/"+ref, text[i])
		}
		e.says("/demands/"+one, "Launch fact-finding missions.", "Visit the country.")
		for _, ref := range []string{missions, visit} {
			e.says("/demands/"+ref, text[0][:20])
		}
		// 3. Which has a due date, and its state on 1 January 2020?
		e.says("/demands/"+one+"?on=2020-01-01", "As of 1 January 2020", "1 day late", "Time ran out, not confirmed", "31 Dec 2019", "No answer")
		e.says("/demands/"+one, "Confirm: Time ran out", "D: no cooperation", "Suggested, since no answer is on file")
		for ref, want := range map[string]string{one: `"overdue_days":1`, two: `"overdue_days":null`, three: `"overdue_days":null`} {
			a := h.Luis.JSON("GET", "/api/v1/demands/"+ref+"?on=2020-01-01", h.Luis.Token(), nil)
			if !strings.Contains(a.Body, want) || !strings.Contains(a.Body, fmt.Sprintf(`"lapse_proposed":%t`, ref == one)) || !strings.Contains(a.Body, `"state":"open"`) {
				t.Errorf("%s on 1 January 2020: %s", ref, a.Body)
			}
		}
		for _, ref := range []string{two, three} {
			e.says("/demands/"+ref, "no day was set")
		}
		// 4. Did the authorities respond?
		e.says(at, "Official Baku", "Denies", "Sent")
		for _, ref := range []string{one, missions, visit, two, three} {
			e.says("/demands/"+ref, "■ Waiting", "No answer Official Baku in general, to no demand · Denies")
		}
		// 5. How many signed, how many are named?
		e.says(at, "more than 20", "0")
		// 6. When were the rallies?
		e.says("/cases/"+home, "XXXX-10-19 and XXXX-10-20; the text gives no year", "were in 2019")
		// 7. How many political prisoners?
		e.says("/cases/"+home, "about 135 political prisoners", "more than 10 prisoners of conscience", "local defenders", "Amnesty International")
	})
}

func TestDemandsOfTwoBodiesWithoutADayAreNeverLate(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		e := entering{h, t, h.Nadia.Token()}
		home := e.post("cases", map[string]any{"title": "Seven men held over an association", "country": "LY"})
		amnesty, un, authorities := e.org("ngo", "Amnesty International"), e.org("intergovernmental", "United Nations"), e.org("state_organ", "Libyan authorities")
		said := e.post("appeals", map[string]any{"case": home, "by": "others", "kind": "open_letter", "title": "What two organizations asked", "dated": "2022-03", "submitters": []string{amnesty, un}, "addressees": []map[string]string{{"org": authorities}}})
		var refs []string
		for i, text := range []string{"Stop targeting people for what they think.", "Uphold freedom of expression.", "Investigate what the agency is said to have done."} {
			refs = append(refs, e.post("demands", map[string]any{"appeal": said, "number": fmt.Sprint(i + 1), "text": text, "kind": []string{"stop", "uphold", "investigate"}[i], "targets": []string{authorities}, "demanded_by": []string{amnesty, un}}))
		}
		for _, ref := range refs {
			e.says("/demands/"+ref, "Demanded by Amnesty International · United Nations", "Must act Libyan authorities", "no day was set", "No answer")
			if page := e.reads("/demands/" + ref); strings.Contains(page, "days late") || strings.Contains(page, "Time ran out, not confirmed") {
				t.Errorf("it is late: %.300s", page)
			}
		}
		for query, n := range map[string]string{"from=" + un: `"total":3`, "overdue=yes": `"total":0`, "answered=yes": `"total":0`, "answered=no": `"total":3`} {
			if a := h.Luis.JSON("GET", "/api/v1/demands?"+query, h.Luis.Token(), nil); !strings.Contains(a.Body, n) {
				t.Errorf("%s: %s", query, a.Body)
			}
		}
	})
}
