package web_test

import (
	"net/url"
	"strings"
	"testing"

	"amparo/internal/deadline"
	"amparo/internal/web/webtest"
)

func TestEverybodyReadsTheRulesAndAnAdministratorConfirmsThem(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		letter, _ := deadline.For("sp.reply", deadline.On("2026-03-02"))
		tick := url.Values{"rule": {letter.ID()}}
		if a := h.Nadia.Get("/admin/rules"); a.Status != 200 || strings.Contains(a.Body, "/admin/rules/confirm") || strings.Contains(a.Body, `name="weekend"`) || !strings.Contains(a.Body, "Saturday, Sunday") {
			t.Errorf("a caseworker gets %d, with buttons or without the weekend", a.Status)
		}
		if n := strings.Count(h.Ada.Get("/admin/rules").Body, ">Unconfirmed<"); n == 0 {
			t.Error("nothing is unconfirmed in a new office")
		}
		if a := h.Nadia.Post("/admin/rules/confirm", tick); a.Status != 403 {
			t.Errorf("a caseworker confirms: %d", a.Status)
		}
		if a := h.Ada.Post("/admin/rules/confirm", tick); a.Status != 303 {
			t.Errorf("an administrator confirms: %d", a.Status)
		}
		page := h.Ada.Get("/admin/rules").Body
		if !strings.Contains(page, "Ada, 20 Nov 2026") || !strings.Contains(page, "/admin/rules/doubt") || !strings.Contains(page, "Rule confirmed · ") {
			t.Error("the page does not say who confirmed the rule and when")
		}
		if c, err := h.Book.Calendar(t.Context()); err != nil || !c.Confirms(letter) {
			t.Errorf("the book does not know that the rule is confirmed: %v", err)
		}
		h.Ada.Post("/admin/rules/doubt", tick)
		if c, err := h.Book.Calendar(t.Context()); err != nil || c.Confirms(letter) {
			t.Errorf("the tick stays after it was taken back: %v", err)
		}
		if a := h.Ada.Post("/admin/rules/confirm", url.Values{"rule": {"none"}}); a.Status != 422 || !strings.Contains(a.Body, "not there any more") {
			t.Errorf("a rule that is not there: %d", a.Status)
		}
	})
}

func TestTheOfficeKeepsItsHolidaysAndItsWeekend(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		if a := h.Ada.Post("/admin/rules/holidays", url.Values{"day": {"1 May 2027"}, "name": {"Harvest <day>"}}); a.Status != 303 {
			t.Fatalf("a holiday in plain words: %d", a.Status)
		}
		if page := h.Rune.Get("/admin/rules").Body; !strings.Contains(page, "Harvest &lt;day&gt;") || !strings.Contains(page, "1 May 2027") || strings.Contains(page, "/holidays/remove") {
			t.Error("a reader does not see the holiday as it is, or is offered to remove it")
		}
		for _, bad := range []url.Values{
			{"day": {"May 2027"}, "name": {"Whole month"}}, {"day": {"30 Feb 2027"}, "name": {"Whole month"}}, {"day": {""}, "name": {"Whole month"}}, {"day": {"2 May 2027"}, "name": {""}},
		} {
			a := h.Ada.Post("/admin/rules/holidays", bad)
			if a.Status != 422 || !strings.Contains(a.Body, `aria-invalid="true"`) || !strings.Contains(a.Body, `value="`+bad.Get("name")+`"`) {
				t.Errorf("%v: %d, without the problem at its field or without what was typed", bad, a.Status)
			}
		}
		h.Ada.Post("/admin/rules/holidays/remove", url.Values{"day": {"2027-05-01"}})
		if page := h.Rune.Get("/admin/rules").Body; strings.Contains(page, "Harvest") {
			t.Error("the holiday is still there")
		}
		if a := h.Ada.Post("/admin/rules/weekend", url.Values{"weekend": {"5", "6"}}); a.Status != 303 || !strings.Contains(h.Rune.Get("/admin/rules").Body, "Friday, Saturday") {
			t.Errorf("another weekend: %d", a.Status)
		}
		for _, bad := range [][]string{{"0", "1", "2", "3", "4", "5", "6"}, {"x"}, {"7"}} {
			if a := h.Ada.Post("/admin/rules/weekend", url.Values{"weekend": bad}); a.Status != 422 || !strings.Contains(a.Body, "At least one day") {
				t.Errorf("a weekend of %v: %d", bad, a.Status)
			}
		}
	})
}

func TestEverybodyChoosesWhetherToBeToldByMail(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		chosen := func() string {
			t.Helper()
			u, err := h.Office.User(t.Context(), h.Nadia.Actor(), h.Nadia.ID)
			if err != nil {
				t.Fatal(err)
			}
			return u.Notices
		}
		if chosen() != "daily" || !strings.Contains(h.Nadia.Get("/account").Body, `value="daily" aria-pressed="true"`) {
			t.Errorf("a new account is told %q", chosen())
		}
		if a := h.Nadia.Post("/account/notices", url.Values{"notices": {"never"}}); a.Status != 303 || chosen() != "never" {
			t.Errorf("switched off: %d, told %q", a.Status, chosen())
		}
		if a := h.Nadia.Post("/account/notices", url.Values{"notices": {"hourly"}}); a.Status != 422 || chosen() != "never" {
			t.Errorf("something else: %d, told %q", a.Status, chosen())
		}
	})
}
