package web_test

import (
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"amparo/internal/cases/casefile"
	"amparo/internal/record"
	"amparo/internal/web/webtest"
)

var (
	hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]*)"[^>]*? value="([^"]*)"`)
	textArea    = regexp.MustCompile(`(?s)<textarea name="([^"]*)"[^>]*>(.*?)</textarea>`)
	chosenRadio = regexp.MustCompile(`<input type="radio"[^>]*? name="([^"]*)" value="([^"]*)" checked`)
)

// asSent is what a browser would send of the form on a conflict's page.
func asSent(body string) url.Values {
	_, form, _ := strings.Cut(body, `class="form card"`)
	form, _, _ = strings.Cut(form, "</form>")
	v := url.Values{}
	for _, find := range []*regexp.Regexp{hiddenInput, textArea, chosenRadio} {
		for _, m := range find.FindAllStringSubmatch(form, -1) {
			v.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
		}
	}
	v.Del("csrf")
	return v
}

func TestWhoSavesSecondSeesBothVersionsAndLosesNoWord(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		at := "/cases/" + h.Open
		form := func(summary, risk, priority, title string) url.Values {
			return url.Values{"version": {"1"}, "fields": {"title", "summary", "risk", "priority", "topics"}, "title": {title}, "summary": {summary}, "risk": {risk}, "priority": {priority}, "topics": {"mill\nnight"}}
		}
		if a := h.Luis.Post(at, form("Luis wrote the summary", "Luis sees a risk", "urgent", "Arrests at the Blue Mill")); a.Status != 303 {
			t.Fatalf("the first save answers %d", a.Status)
		}
		a := h.Nadia.Post(at, form("Nadia's own <words>\nin two lines", "", "normal", "Arrests at the Red Mill"))
		if a.Status != 409 {
			t.Fatalf("the second save answers %d", a.Status)
		}
		for _, words := range []string{"Luis wrote the summary", "Nadia's own <words>", "in two lines", "Luis sees a risk", "Arrests at the Red Mill", "Luis"} {
			if !strings.Contains(html.UnescapeString(a.Body), words) {
				t.Errorf("the page lacks %q", words)
			}
		}
		if strings.Contains(a.Body, "<words>") {
			t.Error("what was typed runs")
		}
		v := asSent(a.Body)
		for field, want := range map[string]string{"take:summary": "mine", "take:risk": "theirs", "take:priority": "theirs", "version": "2"} {
			if v.Get(field) != want {
				t.Errorf("%s stands at %q, not %q", field, v.Get(field), want)
			}
		}
		v.Set("mine:summary", "Nadia's words, put together with those of Luis")
		if b := h.Nadia.Post(at, v); b.Status != 303 {
			t.Fatalf("the settled form answers %d", b.Status)
		}
		s, err := h.Book.Get(t.Context(), h.Nadia.Actor(), "case", h.Open)
		if err != nil {
			t.Fatal(err)
		}
		c := record.As[*casefile.Case](s)
		got := []string{c.Summary, c.Risk, c.Priority, c.TitleText, strings.Join(c.Topics, " ")}
		if want := []string{"Nadia's words, put together with those of Luis", "Luis sees a risk", "urgent", "Arrests at the Red Mill", "mill night"}; !slices.Equal(got, want) {
			t.Errorf("on file is %q, not %q", got, want)
		}
		if c.Lead.Ref != h.Nadia.Email || s.Head.Version != 3 {
			t.Errorf("version %d, led by %q", s.Head.Version, c.Lead.Ref)
		}
		history := h.Nadia.Get(at + "/history").Body
		if !strings.Contains(history, "Luis wrote the summary") || !strings.Contains(history, "put together with those of Luis") {
			t.Error("the history lacks one of the two")
		}
	})
}

func TestAConflictSettledTooLateIsAnotherConflict(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		at := "/cases/" + h.Open
		save := func(p *webtest.Person, version, summary string) webtest.Answer {
			return p.Post(at, url.Values{"version": {version}, "fields": {"summary"}, "summary": {summary}})
		}
		save(h.Luis, "1", "one")
		v := asSent(save(h.Nadia, "1", "mine").Body)
		save(h.Luis, "2", "two")
		a := h.Nadia.Post(at, v)
		if a.Status != 409 || !strings.Contains(a.Body, "two") || asSent(a.Body).Get("mine:summary") != "mine" {
			t.Errorf("it answers %d", a.Status)
		}
	})
}

func TestOfManySavesAtOnceExactlyOneWins(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		var all sync.WaitGroup
		statuses := make([]int, 8)
		for i := range statuses {
			all.Go(func() {
				statuses[i] = h.Nadia.Post("/cases/"+h.Open, url.Values{"version": {"1"}, "fields": {"summary"}, "summary": {fmt.Sprint("racer ", i)}}).Status
			})
		}
		all.Wait()
		slices.Sort(statuses)
		if statuses[0] != 303 || statuses[1] != 409 || statuses[7] != 409 {
			t.Errorf("%v", statuses)
		}
	})
}

func TestADoubleClickOnTheLogDoesOneThing(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		for _, next := range []string{"", "same_call"} {
			v := url.Values{"once": {record.NewID()}, "source": {"a cousin"}, "name": {"Doubled " + next + "\nAnd Another"}, "when": {"yesterday"}, "held_now": {"unknown"}, "next": {next}}
			answers := make([]webtest.Answer, 6)
			before := len(refsIn(h, "/people"))
			var all sync.WaitGroup
			for i := range answers {
				all.Go(func() { answers[i] = h.Nadia.Post("/log", v) })
			}
			all.Wait()
			for _, a := range answers {
				if a.Status != 303 || a.To() != answers[0].To() {
					t.Errorf("one answers %d %q, another %d %q", answers[0].Status, answers[0].To(), a.Status, a.To())
				}
			}
			if now := len(refsIn(h, "/people")); now != before+2 {
				t.Errorf("%d people became %d", before, now)
			}
			if next != "" && !strings.Contains(h.Nadia.Get("/log").Body, "C-") {
				t.Error("the next entry of the call has lost its case")
			}
		}
	})
}

var personRef = regexp.MustCompile(`P-[0-9]{4,}`)

func refsIn(h *webtest.House, at string) []string {
	list := personRef.FindAllString(h.Nadia.Get(at).Body, -1)
	slices.Sort(list)
	return slices.Compact(list)
}

func TestAFormSentTwiceIsKeptOnce(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	before := strings.Count(h.Nadia.Get("/tasks").Body, "Ask the lawyer twice")
	v := url.Values{"nonce": {"FORMSENTTWICE1234"}, "fields": {"text"}, "text": {"Ask the lawyer twice"}, "case": {h.Open}}
	answers := make(chan webtest.Answer, 5)
	for range cap(answers) {
		go func() { answers <- h.Nadia.Post("/tasks", v) }()
	}
	led := map[string]bool{}
	for range cap(answers) {
		a := <-answers
		if a.Status != 303 {
			t.Fatalf("one sending was answered %d", a.Status)
		}
		led[a.To()] = true
	}
	if len(led) != 1 {
		t.Errorf("the sendings lead to %d places", len(led))
	}
	if after := strings.Count(h.Nadia.Get("/tasks?q=lawyer+twice").Body, "Ask the lawyer twice"); after != before+1 && after != before+2 {
		t.Errorf("the task is on the list %d times", after)
	}
	// Gone back to and changed, the same form is another.
	v.Set("text", "Ask the lawyer a third time")
	if a := h.Nadia.Post("/tasks", v); a.Status != 303 || led[a.To()] {
		t.Errorf("the changed form was answered %d and led to %s", a.Status, a.To())
	}
	// What could not be kept may be sent again.
	bad := url.Values{"nonce": {"FORMSENTTWICE5678"}, "fields": {"text"}, "text": {""}, "case": {h.Open}}
	if a := h.Nadia.Post("/tasks", bad); a.Status != 422 {
		t.Fatalf("an empty task was answered %d", a.Status)
	}
	bad.Set("text", "Now with words")
	if a := h.Nadia.Post("/tasks", bad); a.Status != 303 {
		t.Errorf("the mended form was answered %d", a.Status)
	}
}

func TestTheQuotePickedLastIsTheOneInTheTray(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	for _, quote := range []string{"They took him at dawn.", "Nobody was told where.", "They took him at dawn."} {
		v := url.Values{"nonce": {"ONETRAYFORM12345"}, "speaker": {"a cousin"}, "quote": {quote}, "next": {"/"}}
		if a := h.Nadia.Post("/tray", v); a.Status != 303 {
			t.Fatalf("the tray answers %d", a.Status)
		}
	}
	if page := h.Nadia.Get("/").Body; !strings.Contains(page, "They took him at dawn.") || strings.Contains(page, "Nobody was told where.") {
		t.Error("the tray holds a quote that was not picked last")
	}
}
