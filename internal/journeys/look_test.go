//go:build browser

package journeys

import (
	"strconv"
	"strings"
	"testing"

	"amparo/internal/browser"
)

// looked judges the page as it stands at a desk and on a phone: axe, sideways scroll, and a picture of each where
// AMPARO_SHOTS asks for them. What the console or the content policy say fails the test by itself.
func (h *hands) looked(name string) {
	h.o.t.Helper()
	for _, width := range []int{browser.Phone, browser.Desk} {
		h.Resize(width)
		browser.Eval[bool](h.Page, `(scrollTo(0, 0), true)`)
		h.Axe()
		h.NoSidewaysScroll()
		h.Shot(name + map[int]string{browser.Desk: "-1400", browser.Phone: "-390"}[width])
	}
}

// reads switches the page's reader to a language, as the menu under his name does.
func (h *hands) reads(lang string) {
	h.o.t.Helper()
	h.Click("details.user summary")
	h.turn(func() { h.Click(`form[action="/account/language"] button[value=` + lang + `]`) })
	if got := browser.Eval[string](h.Page, "document.documentElement.lang"); got != lang {
		h.o.t.Fatalf("the page is in %q, asked for %q", got, lang)
	}
}

func TestPagesOfAnEmptyOfficeAreFitToBeSeen(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			h := empty(t).at(browser.Desk)
			h.to("/login?lang=" + lang)
			h.looked("login-" + lang)
			h.to("/login")
			h.signIn("nadia@office.example", password)
			h.reads(lang)
			for name, path := range map[string]string{"desk-empty": "/", "people-none": "/people", "custody-none": "/detentions", "log-empty": "/log"} {
				h.to(path)
				h.looked(name + "-" + lang)
			}
			h.to("/nothing/here")
			if h.Status() != 404 {
				t.Errorf("status %d", h.Status())
			}
			h.looked("not-found-" + lang)
			h.to("/log")
			h.put("#log", "held_now=place", "true")
			h.turn(func() { h.Click("#log .form-end button.main") })
			h.Wait("#problems")
			h.looked("log-refused-" + lang)
		})
	}
}

func TestPagesOfABusyOfficeAreFitToBeSeen(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			o := invented(t, 300)
			h := o.as("caseworker", browser.Desk)
			h.reads(lang)
			rich, unnamed, edits := "", "", 0 // rich is who was worked on most
			for _, row := range h.rows("/people.csv")[1:] {
				cells := strings.Split(row, ",")
				if n, err := strconv.Atoi(cells[len(cells)-1]); err == nil && n > edits && cells[1] == o.made.Cases.Open && strings.Contains(row, ",held_") {
					rich, edits = cells[0], n
				}
				if cells[3]+cells[4]+cells[5] == "" && cells[11] != "" {
					unnamed = cells[0]
				}
			}
			if rich == "" || unnamed == "" {
				t.Fatalf("nobody to look at: %q %q", rich, unnamed)
			}
			home, plea := "/cases/"+o.made.Cases.Open, ""
			for _, row := range h.rows("/appeals.csv")[1:] {
				if strings.Contains(row, ",sent,") {
					plea = "/appeals/" + strings.Split(row, ",")[0]
				}
			}
			for _, page := range [][2]string{{"desk-full", "/"}, {"people-300", "/people"}, {"person-rich", "/people/" + rich}, {"person-unnamed", "/people/" + unnamed},
				{"step", "/people/" + rich + "/steps/new?kind=transfer"}, {"case", home}, {"cases", "/cases"}, {"custody", "/detentions"}, {"tasks", "/tasks"}, {"organizations", "/organizations"}, {"places", "/places"},
				{"evidence", "/evidence"}, {"search", "/search?q=mar"}, {"history", "/people/" + rich + "/history"}, {"person-edit", "/people/" + rich + "/edit"},
				{"case-print", home + "/summary?lang=" + lang}, {"person-print", "/people/" + rich + "/summary?lang=" + lang},
				{"appeal", plea}, {"letter-print", plea + "/letter?lang=" + lang}, {"urgent-print", plea + "/urgent-action?lang=" + lang}, {"signatures-print", plea + "/signatures?lang=" + lang}} {
				h.to(page[1])
				if h.Status() != 200 {
					t.Errorf("%s: status %d", page[1], h.Status())
				}
				h.looked(page[0] + "-" + lang)
			}

			// Somebody already on file.
			name := ""
			for _, row := range h.rows("/people.csv")[1:] {
				if cells := strings.Split(row, ","); cells[3] != "" {
					name = cells[3]
				}
			}
			h.to("/log")
			h.Fill("#log [name=name]", name)
			h.Wait("#matches .match")
			h.looked("log-match-" + lang)

			// Two at once on one case.
			h.to(home + "/edit")
			h.put("#edit", "summary", "What I wrote, a little too late.")
			browser.Eval[bool](h.Page, `(() => { const f = document.querySelector("#edit"); const body = new URLSearchParams(new FormData(f)); body.set("summary", "What a colleague wrote meanwhile."); return fetch(f.getAttribute("action"), {method: "POST", body}).then(r => r.ok) })()`)
			h.turn(func() { h.Click("#edit .form-end button.main") })
			if h.Status() != 409 {
				t.Errorf("two at once: status %d", h.Status())
			}
			for _, words := range []string{"What I wrote, a little too late.", "What a colleague wrote meanwhile."} {
				h.Until(words, `document.body.innerText.includes(`+quoted(words)+`) || [...document.querySelectorAll("textarea, input")].some(e => e.value === `+quoted(words)+`)`)
			}
			h.looked("conflict-" + lang)
		})
	}
}
