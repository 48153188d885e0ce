package web_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-ical"

	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/deadline"
	"amparo/internal/i18n"
	"amparo/internal/record"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// before puts an observed appeal before a body: what happened there, day by day.
func before(h *webtest.House, by *webtest.Person, home, title, body string, log ...string) string {
	org := h.Make(by, "organization", "", "names.0.full", "Body of "+title, "body", body)
	typed := []string{"title", title, "kind", "communication", "by", "others", "assignee", by.Email, "addressees.0.org", org}
	for i := 0; i+1 < len(log); i += 2 {
		n := "log." + string(rune('0'+i/2))
		typed = append(typed, n+".kind", log[i], n+".date", log[i+1], n+".org", org)
	}
	return h.Make(by, "appeal", home, typed...)
}

type owed struct {
	About, Rule, Trigger, Due, Owes, Status string
	Estimated, Confirmed                    bool
	Days                                    int
}

func owedTo(t *testing.T, p *webtest.Person, query string) []owed {
	t.Helper()
	a := p.JSON("GET", "/api/v1/deadlines"+query, p.Token(), nil)
	var page struct {
		Items                []owed
		Total, Page, PerPage int
	}
	if err := json.Unmarshal([]byte(a.Body), &page); err != nil || a.Status != 200 || page.Total != len(page.Items) {
		t.Fatalf("%s: %d %s", query, a.Status, a.Body)
	}
	return page.Items
}

func TestDeadlinesAreToldAsTheyStand(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		late := before(h, h.Nadia, h.Open, "Late letter", "wgad", "transmitted", "2026-09-15")
		longer := before(h, h.Nadia, h.Open, "Longer letter", "wgad", "transmitted", "2026-09-28", "extension", "2026-11-01")
		near := before(h, h.Luis, h.Open, "Near letter", "sp", "transmitted", "2026-09-26")
		met := before(h, h.Luis, h.Shared, "Answered letter", "cat", "transmitted", "[2026-03-01..2026-03-31]", "reply", "2026-06-03")
		want := []owed{
			{late, "wgad.reply", "2026-09-15", "2026-11-14", "state", "overdue", false, true, -6},
			{near, "sp.reply", "2026-09-26", "2026-11-25", "state", "open", false, false, 5},
			{longer, "wgad.reply", "2026-09-28", "2026-12-27", "state", "extended", false, true, 37},
		}
		all := owedTo(t, h.Nadia, "")
		if len(all) != 4 || all[0] != (owed{met, "cat22.reply", "[2026-03-01..2026-03-31]", "2026-09-30", "state", "met", true, true, -51}) || !slices.Equal(all[1:], want) {
			t.Errorf("told as\n%+v, want\n%+v", all, want)
		}
		for query, refs := range map[string][]string{
			"?overdue=yes": {late}, "?status=met": {met}, "?status=extended": {longer}, "?status=open": {near}, "?status=soon": nil,
			"?rule=sp.reply": {near}, "?rule=none": nil, "?case=" + h.Shared: {met}, "?case=C-999999": nil, "?about=" + late: {late}, "?about=x": nil,
			"?assignee=" + h.Luis.Email: {met, near}, "?assignee=nobody@office.example": nil, "?assignee=" + h.Luis.Email + "&sort=-due": {near, met},
		} {
			var got []string
			for _, o := range owedTo(t, h.Nadia, query) {
				got = append(got, o.About)
			}
			if !slices.Equal(got, refs) {
				t.Errorf("%s gives %v, want %v", query, got, refs)
			}
		}
		page := h.Nadia.Get("/deadlines").Body
		for _, words := range []string{"6 days late", "5 days left", ">Overdue<", ">Extended<", ">Unconfirmed<", "Reply to the Special Procedures", "3 deadlines", "Late letter"} {
			if !strings.Contains(page, words) {
				t.Errorf("the page does not say %q", words)
			}
		}
		if strings.Contains(page, "Answered letter") {
			t.Error("what was met is listed although nobody asked for it")
		}
		if page := h.Nadia.Get("/deadlines?status=met").Body; !strings.Contains(page, "Answered letter") || !strings.Contains(page, ">estimated<") {
			t.Error("what was met is not found, or not marked as estimated")
		}
		if page := h.Nadia.Get("/deadlines?rule=hrc.submit").Body; !strings.Contains(page, "No deadline fits") {
			t.Error("an empty list says nothing")
		}
		letter, _ := deadline.For("sp.reply", deadline.On("2026-09-26"))
		h.Ada.Post("/admin/rules/confirm", url.Values{"rule": {letter.ID()}})
		if !owedTo(t, h.Nadia, "?about="+near)[0].Confirmed {
			t.Error("a confirmed rule is told as unconfirmed")
		}
	})
}

func TestDeadlinesOfACaseThatMayNotBeSeenDoNotExist(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		hidden := before(h, h.Omar, h.Restricted, "Velvet letter", "wgad", "transmitted", "2026-09-15")
		for _, p := range []*webtest.Person{h.Nadia, h.Luis, h.Ada, h.Rune} {
			if got := owedTo(t, p, ""); len(got) != 0 {
				t.Errorf("%s sees %+v", p.Name, got)
			}
			for _, at := range []string{"/deadlines", "/deadlines?case=" + h.Restricted, "/deadlines?assignee=" + h.Omar.Email} {
				if a := p.Get(at); a.Status != 200 || strings.Contains(a.Body, "Velvet") || strings.Contains(a.Body, hidden) {
					t.Errorf("%s at %s: %d, or told of it", p.Name, at, a.Status)
				}
			}
		}
		for _, p := range []*webtest.Person{h.Omar, h.Petra} {
			if got := owedTo(t, p, "?case="+h.Restricted); len(got) != 1 || got[0].About != hidden {
				t.Errorf("%s sees %+v", p.Name, got)
			}
		}
	})
}

func TestWhatIsOverWithItsCaseIsNotOwed(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		ref := before(h, h.Nadia, h.Open, "Late letter", "wgad", "transmitted", "2026-09-15")
		if err := h.Book.Do(t.Context(), h.Luis.Actor(), func(tx *record.Tx) error {
			s, err := tx.Get("appeal", ref)
			if err != nil {
				return err
			}
			return tx.Move(s, s.Head.Version, "void", "entered by mistake", nil)
		}); err != nil {
			t.Fatal(err)
		}
		if got := owedTo(t, h.Nadia, ""); len(got) != 0 {
			t.Errorf("an appeal that was struck out owes %+v", got)
		}
	})
}

func TestAnOpinionGivesTheStateAndUsSixMonthsToFollowUp(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		for _, c := range []struct{ log, met string }{{"", ""}, {"follow_up", "state"}, {"comments", "us"}} {
			log := []string{"decision", "2026-05-04"}
			if c.log != "" {
				log = append(log, c.log, "2026-09-01")
			}
			list := owedTo(t, h.Nadia, "?about="+before(h, h.Nadia, h.Open, "Opinion "+c.log, "wgad", log...))
			owes := map[string]string{}
			for _, o := range list {
				if o.Rule != "wgad.followup" || o.Due != "2026-11-04" {
					t.Errorf("%+v", o)
				}
				owes[o.Owes] = o.Status
			}
			for _, who := range []string{"state", "us"} {
				want := "overdue"
				if who == c.met {
					want = "met"
				}
				if owes[who] != want {
					t.Errorf("after %q it is %s for %s", c.log, owes[who], who)
				}
			}
		}
	})
}

func TestAHolidayMovesWhatIsCountedInWorkingDays(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		before(h, h.Nadia, h.Open, "Silent round", "un1970", "transmitted", "2026-11-16")
		due := func() string {
			t.Helper()
			list := owedTo(t, h.Nadia, "?rule=un1970.silence")
			if len(list) != 1 || list[0].Owes != "body" || list[0].Confirmed {
				t.Fatalf("%+v", list)
			}
			return list[0].Due
		}
		if due() != "2026-11-23" {
			t.Errorf("five working days end on %s", due())
		}
		h.Ada.Post("/admin/rules/holidays", url.Values{"day": {"2026-11-18"}, "name": {"Harvest day"}})
		if due() != "2026-11-24" {
			t.Errorf("with a holiday they end on %s", due())
		}
		h.Ada.Post("/admin/rules/weekend", url.Values{"weekend": {"1", "2"}})
		if due() != "2026-11-24" {
			t.Errorf("with another weekend of the office they end on %s", due())
		}
		h.Ada.Post("/admin/rules/holidays/remove", url.Values{"day": {"2026-11-18"}})
		if due() != "2026-11-23" {
			t.Errorf("without the holiday they end on %s", due())
		}
	})
}

func TestAColleagueIsToldOfHisOwnDeadlinesOnTheirDays(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		before(h, h.Nadia, h.Open, "Late letter", "wgad", "transmitted", "2026-09-15")
		before(h, h.Nadia, h.Open, "Due in three days", "sp", "transmitted", "2026-09-24")
		before(h, h.Nadia, h.Open, "Due in five days", "sp", "transmitted", "2026-09-26")
		before(h, h.Nadia, h.Open, "At half time", "sp", "transmitted", "2026-10-21")
		before(h, h.Nadia, h.Open, "Answered", "sp", "transmitted", "2026-09-24", "reply", "2026-10-01")
		before(h, h.Omar, h.Restricted, "Of another", "wgad", "transmitted", "2026-09-15")
		for _, p := range []struct {
			*webtest.Person
			due, overdue int
		}{{h.Nadia, 2, 1}, {h.Omar, 0, 1}, {h.Luis, 0, 0}, {h.Ada, 0, 0}} {
			if err := h.Book.View(t.Context(), p.Actor(), func(tx *record.Tx) error {
				due, overdue, err := cases.Told(tx)
				if due != p.due || overdue != p.overdue {
					t.Errorf("%s is told of %d and %d, want %d and %d", p.Name, due, overdue, p.due, p.overdue)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestEveryDeadlineHasItsWords(t *testing.T) {
	for _, l := range i18n.Languages() {
		in := i18n.In(l.Code)
		for _, code := range cases.DueRules() {
			if !in.Has("deadline.rule." + code) {
				t.Errorf("%s lacks the words for %s", l.Code, code)
			}
		}
		for _, status := range deadline.Statuses {
			if !in.Has("deadline.status." + status) {
				t.Errorf("%s lacks the word for %s", l.Code, status)
			}
		}
	}
}

// feed makes the calendar of a person and answers its address.
func feed(t *testing.T, p *webtest.Person) string {
	t.Helper()
	a := p.Post("/account/calendar", nil)
	_, after, ok := strings.Cut(a.Body, "http://records.example/calendar/")
	if a.Status != 200 || !ok {
		t.Fatalf("no address is shown: %d", a.Status)
	}
	key, _, _ := strings.Cut(after, "<")
	return "/calendar/" + key
}

func TestACalendarFeedTellsDaysAndRulesAndNoNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		h := webtest.New(t, db, web.Options{URL: "http://records.example"})
		refs := []string{before(h, h.Omar, h.Restricted, "Velvet letter", "wgad", "transmitted", "2026-09-15"),
			before(h, h.Omar, h.Restricted, "Second letter", "wgad", "transmitted", "2026-09-15"),
			before(h, h.Omar, h.Restricted, "Guess", "cat", "transmitted", "[2026-09-01..2026-09-30]")}
		before(h, h.Nadia, h.Open, "Of another", "sp", "transmitted", "2026-09-26")
		for _, text := range []string{"Call Quillon", "Write to Tessaly"} {
			h.Make(h.Omar, "task", h.Restricted, "text", text, "due", "2026-11-25", "assignee", h.Omar.Email)
		}
		address := feed(t, h.Omar)
		a := h.Nobody().Get(address)
		if a.Status != 200 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/calendar") {
			t.Fatalf("%d %s", a.Status, a.Header.Get("Content-Type"))
		}
		for _, word := range append(refs, "Velvet", "Second", "Guess", "Quillon", "Tessaly", "Omar", "Body of", h.Restricted, h.Omar.ID) {
			if strings.Contains(a.Body, word) {
				t.Errorf("the feed tells %q: %s", word, a.Body)
			}
		}
		cal, err := ical.NewDecoder(strings.NewReader(a.Body)).Decode()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range cal.Events() {
			text, _ := e.Props.Text(ical.PropSummary)
			got = append(got, e.Props.Get(ical.PropDateTimeStart).Value+" "+text+" "+e.Props.Get(ical.PropURL).Value)
		}
		want := []string{
			"20261114 2 deadlines: Reply to the Working Group on Arbitrary Detention http://records.example/deadlines",
			"20261125 2 tasks due http://records.example/tasks",
			"20270330 Deadline: Reply to a complaint before the Committee against Torture (estimated) http://records.example/deadlines",
		}
		if !slices.Equal(got, want) {
			t.Errorf("the feed has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if again := h.Nobody().Get(address); again.Body != a.Body {
			t.Error("the same fetched twice is not the same")
		}
	})
}

func TestACalendarFeedEndsWithItsAddressItsOwnerAndHisRights(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		h := webtest.New(t, db, web.Options{URL: "http://records.example"})
		before(h, h.Omar, h.Restricted, "Velvet letter", "wgad", "transmitted", "2026-09-15")
		status := func(address string) int { return h.Nobody().Get(address).Status }
		none := h.Nobody().Get("/calendar/none.ics")
		first := feed(t, h.Omar)
		second := feed(t, h.Omar)
		if status(first) != 404 || status(second) != 200 || none.Status != 404 {
			t.Errorf("the address before a new one answers %d, the new one %d, an invented one %d", status(first), status(second), none.Status)
		}
		if a := h.Nobody().Get(first); a.Body != none.Body {
			t.Error("an address that was once good answers otherwise than one that never was")
		}
		if page := h.Omar.Get("/account").Body; strings.Contains(page, strings.TrimSuffix(second, ".ics")) || !strings.Contains(page, "There is an address") {
			t.Error("the address is shown again, or not spoken of")
		}
		by := h.Ada.Actor()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		// Omar reads only what is shared with him from now on: the restricted case is.
		must(h.Office.SetRights(t.Context(), by, h.Omar.ID, account.Rights{Roles: h.Ada.Roles}))
		if a := h.Nobody().Get(second); a.Status != 200 || strings.Contains(a.Body, "VEVENT") {
			t.Errorf("with an administrator's rights the feed still tells of the case: %d", a.Status)
		}
		must(h.Office.SetRights(t.Context(), by, h.Omar.ID, account.Rights{Roles: h.Nadia.Roles}))
		if a := h.Nobody().Get(second); !strings.Contains(a.Body, "VEVENT") {
			t.Error("with his rights back the feed is empty")
		}
		must(h.Office.Disable(t.Context(), by, h.Omar.ID))
		if a := h.Nobody().Get(second); a.Status != 404 || a.Body != none.Body {
			t.Errorf("the feed of a disabled account answers %d", a.Status)
		}
		must(h.Office.Enable(t.Context(), by, h.Omar.ID))
		h.Omar.SignIn()
		if a := h.Omar.Post("/account/calendar/revoke", nil); a.Status != 303 || status(second) != 404 {
			t.Errorf("revoked (%d) it answers %d", a.Status, status(second))
		}
	})
}
