package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/web/webtest"
)

// consents are those of a person on file, newest first.
func consents(t *testing.T, h *webtest.House, ref string) (list []cases.Given) {
	t.Helper()
	if err := h.Book.View(t.Context(), h.Luis.Actor(), func(tx *record.Tx) error {
		s, err := tx.Get("person", ref)
		if err != nil {
			return err
		}
		all, err := cases.ConsentsOf(tx, s)
		list = all[s.Head.ID]
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAConsentIsRecordedUseByUseForSeveralAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		one := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Ilias Marun")
		other := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Sefa Marun")
		committee := h.Make(h.Nadia, "organization", "", "names.0.full", "Committee of the Nine Coasts")
		at := "/people/" + one + "/consent"
		has(t, h.Nadia.Get(at), "nothing leaves the office", "Sefa Marun")
		has(t, h.Nadia.Get("/people/"+one), `href="`+at+`"`)
		if a := h.Rune.Get(at); a.Status != 404 {
			t.Errorf("a stranger sees it: %d", a.Status)
		}

		wrong := h.Nadia.Post(at, url.Values{"as": {"next_of_kin"}, "method": {"by telephone"}, "also": {other}})
		if wrong.Status != 422 {
			t.Fatalf("a consent to nothing is kept: %d", wrong.Status)
		}
		has(t, wrong, "by telephone", "Choose what is allowed", `value="`+other+`" checked`, `id="consent-given_by-error"`, `id="consent-date-error"`)

		given := url.Values{"as": {"next_of_kin"}, "given_by": {"their mother"}, "date": {"2026-11-02"}, "language": {"ar"}, "method": {"by telephone"}, "explained": {"Who will read it."},
			"use.body": {"full"}, "bodies": {committee, "Rapporteur on Quays"}, "with.body": {"place"}, "use.partner": {"initials"}, "also": {other}, "until": {"2027-11-02"}}
		page := leads(t, h.Nadia, h.Nadia.Post(at, given))
		has(t, page, "Committee of the Nine Coasts", "Rapporteur on Quays", "Full name", "Initials", "their mother", "18 days ago", "by telephone")
		for _, ref := range []string{one, other} {
			list := consents(t, h, ref)
			if len(list) != 1 || len(list[0].Scopes) != 3 || !list[0].Scopes[0].Place || list[0].Scopes[0].Body.Ref != committee || list[0].Scopes[2].Use != "partner" {
				t.Errorf("%s: %+v", ref, list)
			}
		}
		has(t, h.Nadia.Get("/people/"+one), "2 Nov 2026 · 18 days ago")

		both := h.Nadia.Post(at, url.Values{"as": {"self"}, "date": {"2026-11-02"}, "use.media": {"full"}, "nothing": {"true"}})
		if both.Status != 422 {
			t.Errorf("something and nothing is allowed: %d", both.Status)
		}
		for field, bad := range map[string]string{"date": "2030-01-01", "as": "a friend", "use.media": "everything"} {
			v := url.Values{"as": {"self"}, "date": {"2026-11-02"}, "use.court": {"full"}}
			v.Set(field, bad)
			if a := h.Nadia.Post(at, v); a.Status != 422 {
				t.Errorf("%s %q answers %d", field, bad, a.Status)
			}
		}
		if n := len(consents(t, h, one)); n != 1 {
			t.Errorf("%d on file", n)
		}
		leads(t, h.Nadia, h.Nadia.Post("/people/"+other+"/consent", url.Values{"as": {"self"}, "date": {"2026-11-19"}, "nothing": {"true"}}))
		has(t, h.Nadia.Get("/people/"+other), "Asked, and nothing is allowed")
	})
}

func TestAMissingConsentIsRecordedFromTheAppealAndLeadsBack(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		man := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Ilias Marun")
		committee := h.Make(h.Nadia, "organization", "", "names.0.full", "Committee of the Nine Coasts")
		ref := h.Make(h.Nadia, "appeal", h.Open, "title", "Let him go", "persons", man, "addressees.0.org", committee)
		link := regexp.MustCompile(`href="(/people/[^"]*/consent\?[^"]*)"`).FindStringSubmatch(h.Nadia.Get("/appeals/" + ref).Body)
		if link == nil {
			t.Fatal("the appeal does not lead to the missing consent")
		}
		page := h.Nadia.Get(strings.ReplaceAll(link[1], "&amp;", "&"))
		has(t, page, "Committee of the Nine Coasts", `name="next" value="/appeals/`+ref+`"`, `value="`+committee+`" checked`)
		if !regexp.MustCompile(`name="use\.body"[^>]*value="full"[^>]*checked`).MatchString(page.Body) {
			t.Error("the body's letter is not asked for")
		}
		a := h.Nadia.Post("/people/"+man+"/consent", url.Values{"as": {"self"}, "date": {"today"}, "use.body": {"full"}, "bodies": {committee}, "next": {"/appeals/" + ref}})
		if a.To() != "/appeals/"+ref {
			t.Errorf("leads to %q", a.To())
		}
		if strings.Contains(h.Nadia.Get("/appeals/"+ref).Body, "/consent?body=") {
			t.Error("it still lacks consent")
		}
	})
}

func TestAWithdrawnConsentLetsApprovalsFallAndSaysWhoIsToBeTold(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		l := newLetter(t, h)
		man := l.men[0]
		approved := func(home string, by *webtest.Person, persons string) string {
			ref := h.Make(by, "appeal", home, "title", "A second letter", "persons", persons, "addressees.0.org", l.ministry)
			l.move(by, "appeal", ref, "submit", nil)
			return ref
		}
		next := approved(h.Open, h.Nadia, man)
		l.move(h.Luis, "appeal", next, "approve", nil)
		apart := approved(h.Open, h.Nadia, l.men[1])
		l.move(h.Luis, "appeal", apart, "approve", nil)
		hidden := approved(h.Restricted, h.Omar, man)
		l.move(h.Petra, "appeal", hidden, "approve", nil)

		at := "/people/" + man + "/consent"
		id := consents(t, h, man)[0].ID
		has(t, h.Nadia.Get(at), "A second letter", "Let the brothers go", "Committee of the Nine Coasts 2 Nov 2026", "covers it")
		if a := h.Nadia.Post(at+"/"+id+"/withdraw", url.Values{"scope": {"all of it"}}); a.Status != 422 {
			t.Errorf("withdrawn on no day: %d", a.Status)
		} else {
			has(t, a, "all of it")
		}
		if a := h.Nadia.Post(at+"/none/withdraw", url.Values{"date": {"today"}}); a.Status != 404 {
			t.Errorf("answers %d", a.Status)
		}
		page := leads(t, h.Nadia, h.Nadia.Post(at+"/"+id+"/withdraw", url.Values{"date": {"today"}, "scope": {"all of it"}}))
		has(t, page, "2 approvals fell.", "1 party is to be told.", "Withdrawn on 20 Nov 2026", "does not cover", "nothing leaves the office")
		for ref, want := range map[string]string{next: appeal.Draft, apart: appeal.Approved} {
			if s := l.sheet("appeal", ref); s.Head.State != want {
				t.Errorf("%s is %s, want %s", ref, s.Head.State, want)
			}
		}
		if s, err := h.Book.Get(t.Context(), h.Omar.Actor(), "appeal", hidden); err != nil || s.Head.State != appeal.Draft {
			t.Errorf("the letter nobody here sees: %v", err)
		}
		if strings.Contains(page.Body, hidden) {
			t.Error("the page tells of a restricted case")
		}
		has(t, h.Nadia.Get("/appeals/"+next+"/history"), "does not cover it any more")
		tasks := h.Nadia.Get("/tasks.csv").Body
		if strings.Count(tasks, "Tell Committee of the Nine Coasts") != 1 || !strings.Contains(tasks, man) {
			t.Error(tasks)
		}
		if strings.Contains(tasks, "Ministry") {
			t.Error("who was never written to is to be told")
		}

		// The same over the API; a case that was closed keeps nobody from withdrawing.
		l.consent(man)
		l.move(h.Luis, "appeal", next, "withdraw", form.Values{"reason": {"for the test"}})
		again := consents(t, h, man)[0]
		token := h.Nadia.Token()
		if a := h.Nadia.JSON("PATCH", "/api/v1/people/"+man+"/consents/"+again.ID, token, map[string]any{"withdrawn": map[string]string{"date": "2026-11-20"}}); a.Status != 200 {
			t.Fatal(a.Body)
		}
		if tasks := h.Nadia.Get("/tasks.csv").Body; strings.Count(tasks, "Tell Committee of the Nine Coasts") != 2 {
			t.Error(tasks)
		}
	})
}

func TestAConsentCanBeWithdrawnAfterItsCaseWasClosed(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		man := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Ilias Marun")
		if a := h.Nadia.Post("/people/"+man+"/citations", url.Values{"speaker": {"a cousin"}}); a.Status != 303 {
			t.Fatal(a.Status)
		}
		leads(t, h.Nadia, h.Nadia.Post("/people/"+man+"/consent", url.Values{"as": {"self"}, "date": {"2026-11-02"}, "use.body": {"full"}}))
		l := &letter{House: h, t: t}
		l.move(h.Luis, "case", h.Open, "open", nil)
		l.move(h.Luis, "case", h.Open, "close", form.Values{"closing_reason": {"over"}, "family_told": {"yes"}})
		at := "/people/" + man + "/consent"
		leads(t, h.Nadia, h.Nadia.Post(at+"/"+consents(t, h, man)[0].ID+"/withdraw", url.Values{"date": {"today"}}))
		has(t, h.Nadia.Get(at), "Withdrawn on")
		id := consents(t, h, man)[0].ID
		leads(t, h.Nadia, h.Nadia.Post(at+"/"+id+"/annul", url.Values{"reason": {"of another man"}}))
		has(t, h.Nadia.Get(at), "Annulled", "of another man")
	})
}

func TestThePeopleOfACaseStandWithTheConsentThatHoldsNow(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		person := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Ilias Marun", "consent_told", "media")
		at := "/people/" + person + "/consent"
		row := func() string {
			_, cell, found := strings.Cut(h.Nadia.Get("/cases/"+h.Open).Body, `href="`+at+`"`)
			if !found {
				t.Fatal("the case does not lead to the consent")
			}
			cell, _, _ = strings.Cut(cell, "</tr>")
			return cell
		}
		holds := func(words ...string) {
			t.Helper()
			for _, w := range words {
				if !strings.Contains(row(), w) {
					t.Errorf("no %q in %s", w, row())
				}
			}
		}
		holds("Yes: media", "Consent as told to us")
		leads(t, h.Nadia, h.Nadia.Post(at, url.Values{"as": {"self"}, "date": {"2026-11-02"}, "use.partner": {"initials"}}))
		holds("A partner", "2 Nov 2026 · 18 days ago")
		if strings.Contains(row(), "media") {
			t.Error("what was told at first stands beside what was recorded")
		}
		leads(t, h.Nadia, h.Nadia.Post(at+"/"+consents(t, h, person)[0].ID+"/withdraw", url.Values{"date": {"2026-11-19"}}))
		holds("Withdrawn on 19 Nov 2026")
		leads(t, h.Nadia, h.Nadia.Post(at, url.Values{"as": {"self"}, "date": {"2026-11-20"}, "nothing": {"true"}}))
		holds("Asked, and nothing is allowed")
	})
}
