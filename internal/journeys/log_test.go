//go:build browser

package journeys

import (
	"strings"
	"testing"

	"amparo/internal/browser"
)

// call is what the first caller tells, field by field as one tabs through them.
var call = []string{"Sister, by telephone", "after 18:00", "Tarek Zahrawell", "about 34", "12 November 2026", "Grey River Guard", "Old Mill checkpoint"}

// tellThat types the call into the form and leaves the keyboard in "what happened": 8 keys beside the text.
func tellThat(h *hands) {
	h.o.t.Helper()
	for i, text := range call {
		if i > 0 {
			h.Press("Tab")
		}
		h.write(text)
	}
	h.Press("Tab", "Space") // held now: not known to us
}

// kept checks that the person's page shows what was told.
func kept(h *hands) {
	h.o.t.Helper()
	for _, words := range []string{"Tarek Zahrawell", "about 34 years old", "12 Nov 2026", "Grey River Guard", "Old Mill checkpoint", "Sister, by telephone", "after 18:00", "Whereabouts unknown", "taken from a bus"} {
		h.See(words)
	}
	if people, detentions := h.total("/people.csv"), h.total("/detentions.csv"); people != 1 || detentions != 1 {
		h.o.t.Errorf("%d people and %d detentions on file", people, detentions)
	}
}

const onPerson = `location.pathname.startsWith("/people/")`

func TestJourneyOneLogsADetaineeFromTheDeskByKeyboardAlone(t *testing.T) {
	waited := 9.0
	for _, layout := range []struct{ name, l, find string }{{"latin", "l", "/"}, {"arabic", "م", "ظ"}, {"russian", "д", "."}} {
		t.Run(layout.name, func(t *testing.T) {
			h := empty(t).nadia(browser.Desk)
			h.PressAt("Slash", layout.find)
			if h.Focused() != "q" {
				t.Errorf("the key for the search leads to %q", h.Focused())
			}
			if text := h.Value("#find"); text != "" {
				t.Errorf("it also typed %q", text)
			}
			h.to("/")
			h.Slow()
			h.afresh()
			h.await(func() { h.PressAt("KeyL", layout.l, "Alt") }, `document.activeElement.name === "source"`)
			tellThat(h)
			h.Press("Tab")
			h.write("taken from a bus")
			h.await(func() { h.Press("Control+Enter") }, onPerson)
			waited = min(waited, h.waited.Seconds())
			h.figures("1, "+layout.name, limits{keys: 12, seconds: 60})
			h.Mend()
			kept(h)
		})
	}
	if waited > 1 { // the shortest of three: other work on the machine is not the program's
		t.Errorf("journey 1: %.2f s waiting in all, at most 1", waited)
	}
}

func TestJourneyOneWorksWithoutScripts(t *testing.T) {
	h := empty(t).nadia(browser.Desk)
	h.NoScripts()
	h.to("/")
	h.Slow()
	h.afresh()
	h.PressAt("KeyL", "l", "Alt")
	h.Wait("#log")
	if h.Focused() != "source" {
		t.Errorf("the keyboard is on %q", h.Focused())
	}
	tellThat(h)
	h.Press("Tab")
	h.write("taken from a bus")
	h.Press("Shift+Tab", "Enter")
	h.Until("the person", onPerson)
	h.figures("1, without scripts", limits{keys: 12, seconds: 60})
	h.Mend()
	kept(h)
}

func TestJourneyOneSurvivesACutLine(t *testing.T) {
	h := empty(t).nadia(browser.Desk)
	h.Allow("ERR_INTERNET_DISCONNECTED")
	h.to("/log")
	h.afresh()
	tellThat(h)
	h.Press("Tab")
	h.write("taken from a bus")
	h.Cut()
	h.Press("Control+Enter")
	h.Until("word of the line", `document.querySelector("#draft").textContent.length > 10`)
	if h.Path() != "/log" || !strings.Contains(h.Value("[name=what_happened]"), "taken from a bus") {
		t.Fatal("the form is gone")
	}
	h.Shot("log-line-cut")
	h.Mend()
	h.Until("the person", onPerson) // by itself, nothing retyped
	h.figures("1, line cut", limits{keys: 12, seconds: 60})
	kept(h)
}

func TestJourneyOneSurvivesAnExpiredSession(t *testing.T) {
	o := empty(t)
	h := o.nadia(browser.Desk)
	h.to("/log")
	h.afresh()
	tellThat(h)
	h.Press("Tab")
	h.write("taken from a bus")
	o.revoke("nadia@office.example")
	h.Press("Control+Enter")
	h.Until("the sign-in over the page", `document.querySelector("#again").open && document.activeElement.id === "again-password"`)
	h.Shot("log-session-expired")
	h.Axe()
	h.write("a wrong one of many")
	h.Press("Enter")
	h.Wait("#again-error")
	h.Fill("#again-password", "")
	h.write(password)
	h.Press("Enter")
	h.Until("the person", onPerson)
	h.figures("1, session expired", limits{seconds: 60})
	kept(h)
}

func TestAHalfToldCallWaitsAsADraft(t *testing.T) {
	t.Parallel()
	o := empty(t)
	h := o.nadia(browser.Desk)
	h.to("/log")
	tellThat(h)
	h.See("Draft kept")
	other := &hands{Page: h.Another(browser.Phone), o: o} // another device
	other.Go(o.url + "/login")
	other.signIn("nadia@office.example", password)
	other.See("Log a detention: Tarek Zahrawell")
	other.to("/log")
	if got := other.Value("[name=name]"); got != "Tarek Zahrawell" {
		t.Errorf("the draft says %q", got)
	}
}
