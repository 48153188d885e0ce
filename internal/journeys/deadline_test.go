//go:build browser

package journeys

import (
	"testing"

	"amparo/internal/browser"
)

func TestTheRulesOfDeadlinesAreFitToBeSeenAndConfirmed(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			o := invented(t, 20)
			h := o.as("administrator", browser.Desk)
			h.reads(lang)
			h.to("/admin/rules")
			h.looked("rules-" + lang)
			h.turn(func() { h.Click(`form[action="/admin/rules/confirm"] button`) })
			h.Wait(`form[action="/admin/rules/doubt"]`)
			h.put("form[action='/admin/rules/holidays']", "day", "1 May 2027")
			h.turn(func() { h.Click(`form[action="/admin/rules/holidays"] button`) })
			h.Wait("#problems")
			h.put("form[action='/admin/rules/holidays']", "name", "Harvest day")
			h.turn(func() { h.Click(`form[action="/admin/rules/holidays"] button`) })
			h.Wait(`form[action="/admin/rules/holidays/remove"]`)
			h.looked("rules-settled-" + lang)
		})
	}
}

func TestDeadlinesAndTheirCalendarAreFitToBeSeen(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			o := invented(t, 40)
			h := o.as("caseworker", browser.Desk)
			h.reads(lang)
			for name, path := range map[string]string{"deadlines": "/deadlines", "deadlines-overdue": "/deadlines?overdue=yes", "deadlines-met": "/deadlines?status=met", "deadlines-none": "/deadlines?rule=un1970.silence", "account": "/account"} {
				h.to(path)
				if h.Status() != 200 {
					t.Errorf("%s: status %d", path, h.Status())
				}
				h.looked(name + "-" + lang)
			}
			h.to("/account")
			h.turn(func() { h.Click(`form[action="/account/calendar"] button`) })
			h.Wait("#calendar .secret")
			h.looked("calendar-made-" + lang)
		})
	}
}
