//go:build browser

package journeys

import (
	"fmt"
	"strings"
	"testing"

	"amparo/internal/browser"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/person"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/record"
)

// held puts a man on file with six steps of his custody, the first five with a source, and gives his ref. The bodies that
// can be written to are in the register.
func (o *office) held() string {
	o.t.Helper()
	ref := ""
	if err := o.book.Do(o.t.Context(), o.actor("Nadia"), func(tx *record.Tx) error {
		home, err := tx.Create("case", &casefile.Case{TitleText: "Ferry workers", Access: casefile.Staff, Priority: "normal", Risk: "The family was warned not to speak."}, nil)
		if err != nil {
			return err
		}
		man, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: "Tarek Zahrawell", Shown: true}, {Full: "طارق زهراول", Shown: true}}}, home)
		if err != nil {
			return err
		}
		ref = man.Head.Ref
		for _, name := range []string{"Committee of the Coast", "Ferry Ministry", "Prison Service of the Coast"} {
			if _, err := tx.Create("organization", &organization.Organization{Names: []organization.Name{{Full: name, Shown: true}}}, nil); err != nil {
				return err
			}
		}
		guard, err := tx.Create("organization", &organization.Organization{Names: []organization.Name{{Full: "Grey River Guard"}}}, nil)
		if err != nil {
			return err
		}
		d := &detention.Detention{Person: man.Ref()}
		for _, s := range []struct{ kind, day, result string }{{"arrest", "2026-11-02", ""}, {"held", "2026-11-03", ""}, {"visit", "2026-11-06", "denied"}, {"ill_treatment", "2026-11-08", ""}, {"transfer", "2026-11-12", ""}, {"seen", "2026-11-18", ""}} {
			d.Steps = append(d.Steps, detention.Step{Kind: s.kind, Date: edtf.Must(s.day), By: guard.Ref(), Result: s.result})
		}
		one, err := tx.Create("detention", d, home)
		if err != nil {
			return err
		}
		for i, s := range record.As[*detention.Detention](one).Steps[:5] {
			c := &citation.Citation{Field: "steps." + s.ID, Speaker: "A sister", Quote: fmt.Sprintf("what she said of step %d", i+1), Reliability: "B", Credibility: "2"}
			if _, err := tx.Add("citations", one, c); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		o.t.Fatal(err)
	}
	return ref
}

// stops are keys other than text, and clicks, since the count began.
func (h *hands) stops() int { return h.Keys - h.typed + h.Clicks }

func TestJourneyFiveDraftsAnUrgentAppealFromAPerson(t *testing.T) {
	o := empty(t)
	man := o.held()
	h := o.nadia(browser.Desk)
	h.to("/people/" + man)
	h.afresh()
	h.follow("Ask for it")
	h.turn(func() { h.Click(`button[value="urgent_appeal"]`) })
	if title := h.Value("[name=title]"); title != "Urgent appeal: Tarek Zahrawell" {
		t.Errorf("the title proposed is %q", title)
	}
	for i := range 5 {
		h.Click(fmt.Sprintf(`#facts .ticks li:nth-child(%d) label`, i+1))
	}
	h.Click(`[name="addressees.0.org"]`)
	h.write("Committee of the Coast")
	h.Press("Tab", "Tab")
	h.write("Ferry Ministry")
	for i, kind := range []string{"release", "locate", "medical_care", "investigate"} {
		h.Choose(fmt.Sprintf(`[name="demands.%d.kind"]`, i), kind)
		if i > 0 {
			h.Click(fmt.Sprintf(`label:has([name="demands.%d.above"])`, i))
			continue
		}
		h.Click(`[name="demands.0.targets"]`)
		h.write("Ferry Ministry")
		h.Press("Tab")
		h.write("4 December 2026")
	}
	if words := h.Value(`[name="demands.3.text"]`); !strings.HasPrefix(words, "Open a prompt") {
		t.Errorf("the usual words of an investigation are %q", words)
	}
	if number := h.Value(`[name="demands.3.number"]`); number != "4" {
		t.Errorf("the fourth demand has the number %q", number)
	}
	h.Until("what is missing", `document.querySelector("#checks a")`)
	h.says("#seen-en", "2 Nov 2026: Arrest by Grey River Guard.", "Open a prompt", "by 4 Dec 2026")
	h.Shot("write-before-submitting")
	drafted := h.stops()

	// Each gap is one click from where it is mended, before anything is on file.
	for i := range h.Count("#checks a") {
		at := browser.Eval[string](h.Page, fmt.Sprintf(`document.querySelectorAll("#checks a")[%d].getAttribute("href")`, i))
		if part, ok := strings.CutPrefix(at, "#"); ok && h.Count("#"+part) != 1 {
			t.Errorf("a gap leads to %s, which is not on the page", at)
		} else if !ok && !strings.HasPrefix(at, "/people/"+man+"/consent") && !strings.HasPrefix(at, "/cases/") {
			t.Errorf("a gap leads to %s", at)
		}
	}
	h.turn(func() { h.Click(`button[value="submit"]`) })
	h.See("In review")
	t.Logf("journey 5: %d stops, %d letters typed", drafted+1, h.typed)
	if drafted+1 > 36 {
		t.Errorf("journey 5: %d stops, at most 36", drafted+1)
	}
	h.figures("5", limits{})
	h.says("main", "Committee of the Coast", "Ferry Ministry", "2 Nov 2026: Arrest by Grey River Guard.", "A sister", "Release those named above", "4 Dec 2026", "every day counts")
	if n := h.total("/demands.csv"); n != 4 {
		t.Errorf("%d demands on file", n)
	}
	if n := h.total("/organizations.csv"); n != 4 {
		t.Errorf("%d organizations on file: one was entered again", n)
	}
	h.Shot("write-submitted")
	h.to(h.Path() + "/edit")
	h.Click("[name=title]")
	h.write(" and his brother")
	h.save()
	h.See("Saved")
	if title := h.Value("[name=title]"); title != "Urgent appeal: Tarek Zahrawell and his brother" {
		t.Errorf("Ctrl+Enter kept the title %q", title)
	}
}

func TestAnAppealIsWrittenWithoutScripts(t *testing.T) {
	t.Parallel()
	o := empty(t)
	man := o.held()
	h := o.nadia(browser.Desk)
	h.NoScripts()
	h.to("/people/" + man)
	h.afresh()
	h.follow("Ask for it")
	h.turn(func() { h.Click(`button[value="urgent_appeal"]`) })
	h.Click(`#facts .ticks li:nth-child(1) label`)
	h.Click(`[name="addressees.0.org"]`)
	h.write("Committee of the Coast")
	for i, kind := range []string{"release", "locate", "investigate"} {
		if h.Count(fmt.Sprintf(`[name="demands.%d.kind"]`, i)) == 0 {
			h.turn(func() { h.Click(`button[name=add][value=demands]`) })
		}
		h.Choose(fmt.Sprintf(`[name="demands.%d.kind"]`, i), kind)
		if i > 0 {
			h.Click(fmt.Sprintf(`label:has([name="demands.%d.above"])`, i))
			continue
		}
		h.Click(`[name="demands.0.targets"]`)
		h.write("Ferry Ministry")
	}
	h.turn(func() { h.Click(`button[name=add][value=preview]`) })
	h.says("#checks", "Demand 1 has no date.")
	h.turn(func() { h.Click(`.write-end button.main`) })
	h.See("Saved")
	if at := h.Path(); !strings.HasSuffix(at, "/edit") {
		t.Errorf("saving leads to %s", at)
	}
	h.turn(func() { h.Click(`button[value="submit"]`) })
	h.See("In review")
	h.says("main", "Open a prompt", "Ferry Ministry")
	t.Logf("without scripts: %d stops", h.stops())
}

func TestPagesOfWritingAreFitToBeSeen(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			o := invented(t, 60)
			h := o.as("caseworker", browser.Desk)
			h.reads(lang)
			sami := strings.Split(findRow(t, h, "/people.csv?q=Sami+Hasan+Al-Marsuni", "Sami Hasan Al-Marsuni"), ",")[0]
			for _, page := range [][2]string{{"begin", "/appeals/new"}, {"begin-person", "/appeals/new?person=" + sami}, {"write-new", "/appeals/new?kind=urgent_appeal&in=" + lang + "&person=" + sami},
				{"write-both", "/appeals/new?kind=open_letter&in=en&in=ar&case=" + o.made.Cases.Open}, {"write-others", "/appeals/new?by=others&case=" + o.made.Cases.Open}, {"write-nothing", "/appeals/new?kind=petition"},
				{"people-ask", "/people"}, {"case-ask", "/cases/" + o.made.Cases.Open}, {"templates", "/admin/templates"}, {"template", "/admin/templates/communication/" + lang}} {
				h.to(page[1])
				if h.Status() != 200 {
					t.Errorf("%s: status %d", page[1], h.Status())
				}
				h.looked(page[0] + "-" + lang)
			}
			draft := strings.Split(findRow(t, h, "/appeals.csv?state=draft", ",draft,"), ",")[0]
			for _, state := range []string{"approved", "sent"} {
				h.to("/appeals/" + h.pick("/appeals.csv?by=ours&state="+state, "state", state)["ref"] + "/edit")
				h.looked("write-" + state + "-" + lang)
			}
			h.to("/appeals/" + draft + "/edit")
			h.looked("write-draft-" + lang)
			h.put("#write", "title", "")
			h.put("#write", "demands.0.due", "the thirtieth of never")
			h.put("#write", "pasted", "Amal Sarrani, teacher\nAmal Sarani")
			h.turn(func() { h.Click(".write-end button.main") })
			h.Wait("#problems")
			h.looked("write-refused-" + lang)

			chief := o.as("administrator", browser.Desk)
			chief.reads(lang)
			chief.to("/admin/templates/urgent_appeal/" + lang)
			chief.Fill("textarea[name=body]", "{{facts}} {{nothing}}")
			chief.Until("the preview", `document.querySelector("#preview .needs")`)
			chief.looked("template-edit-" + lang)
		})
	}
}
