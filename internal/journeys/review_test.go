//go:build browser

package journeys

import (
	"fmt"
	"strings"
	"testing"

	"amparo/internal/auth"
	"amparo/internal/browser"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/person"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// actor is the colleague of an empty office with this name.
func (o *office) actor(name string) auth.Actor {
	o.t.Helper()
	users, err := o.accounts.Users(o.t.Context(), auth.System("test"))
	if err != nil {
		o.t.Fatal(err)
	}
	for _, u := range users {
		if strings.HasPrefix(u.Name, name) {
			return u.Actor()
		}
	}
	o.t.Fatalf("nobody is called %s", name)
	return auth.Actor{}
}

// drafted puts Nadia's appeal to two bodies with four demands on file, for one
// person whose consent covers both, and gives its ref and those of the demands.
func (o *office) drafted() (ref string, demands []string) {
	o.t.Helper()
	if err := o.book.Do(o.t.Context(), o.actor("Nadia"), func(tx *record.Tx) error {
		home, err := tx.Create("case", &casefile.Case{TitleText: "Ferry workers", Access: casefile.Staff, Priority: "normal"}, nil)
		if err != nil {
			return err
		}
		man, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: "Tarek Zahrawell"}}}, home)
		if err != nil {
			return err
		}
		if _, err := tx.Add("consents", man, &person.Consent{As: "self", Date: edtf.Must("2026-11-01"), Scopes: []person.Scope{{Use: "body", Identity: "full"}}}); err != nil {
			return err
		}
		var to []appeal.Addressee
		for _, name := range []string{"Committee of the Coast", "Ferry Ministry"} {
			org, err := tx.Create("organization", &organization.Organization{Names: []organization.Name{{Full: name}}}, nil)
			if err != nil {
				return err
			}
			to = append(to, appeal.Addressee{Org: org.Ref()})
		}
		a, err := tx.Create("appeal", &appeal.Appeal{TitleText: "Let the ferry workers go", Kind: "urgent_appeal", Persons: []form.Ref{man.Ref()}, Addressees: to,
			Texts: []appeal.Text{{Lang: "en", Body: "We write about the ferry workers taken on Monday.\n\nThey were taken at the quay."}}}, home)
		if err != nil {
			return err
		}
		ref = a.Head.Ref
		for i, text := range []string{"Let them go.", "Let a doctor in.", "Tell where they are.", "Find out who took them."} {
			d, err := tx.Create("demand", &demand.Demand{Appeal: a.Ref(), Number: fmt.Sprint(i + 1), Text: text, Targets: []form.Ref{to[1].Org}, Beneficiaries: []form.Ref{man.Ref()}}, home)
			if err != nil {
				return err
			}
			demands = append(demands, d.Head.Ref)
		}
		return nil
	}); err != nil {
		o.t.Fatal(err)
	}
	return ref, demands
}

func TestJourneySixASupervisorAsksForAChangeAndApprovesTheSecondRound(t *testing.T) {
	o := empty(t)
	ref, _ := o.drafted()
	author := o.nadia(browser.Desk)
	author.to("/appeals/" + ref)
	author.ClickOn("Submit for review")
	author.turn(func() { author.Click("details.ask[open] button") })
	author.See("In review")
	if open := author.Text("#moves"); strings.Contains(open, "Approve") {
		t.Errorf("the author is offered %s", open)
	}

	h := o.at(browser.Phone)
	h.signIn("luis@office.example", password)
	h.to("/appeals/" + ref)
	h.NoSidewaysScroll()
	h.Slow()
	h.afresh()
	h.ClickOn("Ask for changes")
	h.Click("#move-return-reason, [id='return-reason']")
	h.write("Say on which Monday.")
	h.turn(func() { h.Click("details.ask[open] button") })
	h.See("Draft")

	author.to("/appeals/" + ref)
	if err := o.book.Do(t.Context(), o.actor("Nadia"), func(tx *record.Tx) error {
		s, err := tx.Get("appeal", ref)
		if err != nil {
			return err
		}
		a := record.As[*appeal.Appeal](s)
		a.Texts[0].Body = strings.Replace(a.Texts[0].Body, "on Monday", "on Monday 16 November", 1)
		return tx.Save(s, s.Head.Version)
	}); err != nil {
		t.Fatal(err)
	}
	author.to("/appeals/" + ref)
	author.ClickOn("Submit for review")
	author.turn(func() { author.Click("details.ask[open] button") })

	h.to("/appeals/" + ref)
	if came := h.Text("#changed ins"); !strings.Contains(came, "16 November") {
		t.Errorf("the second round shows %q as new", came)
	}
	if changed := tidy(h.Text("#changed")); strings.Contains(changed, "doctor") {
		t.Errorf("the second round shows what did not change: %s", changed)
	}
	h.Shot("appeal-second-round-phone")
	h.ClickOn("Approve")
	h.turn(func() { h.Click("details.ask[open] button") })
	h.See("Approved")
	h.figures("6", limits{clicks: 8})
	h.Mend()

	// The author is refused, however the request comes.
	status := browser.Eval[float64](author.Page, `fetch("/appeals/`+ref+`/moves/approve", {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": document.querySelector("[name=csrf]").value}, body: "version=5"}).then(r => r.status)`)
	if status != 403 && status != 409 {
		t.Errorf("the author's own request is answered %v", status)
	}
}

func TestJourneySevenRecordsTheSendingToTwoBodies(t *testing.T) {
	o := empty(t)
	ref, _ := o.drafted()
	o.moved("Nadia", ref, "submit")
	o.moved("Luis", ref, "approve")
	h := o.nadia(browser.Desk)
	h.to("/appeals/" + ref)
	h.Slow()
	h.afresh()
	h.ClickOn("Record sending")
	h.Click("#send-channel")
	h.write("e-mail")
	h.Press("Tab")
	h.write("yesterday")
	h.Press("Tab")
	h.write("read receipt 12")
	h.save()
	h.See("not sent yet")
	h.Click("#addressees li:nth-child(2) summary")
	h.Click("#addressees li:nth-child(2) [name=channel]")
	h.write("by hand")
	h.Press("Tab")
	h.write("today")
	h.Press("Tab")
	h.write("stamped copy")
	h.save()
	h.figures("7, sending to two bodies", limits{clicks: 8})
	h.Mend()
	h.See("stamped copy")
	h.SeeNot("not sent yet")
	if n := h.Count("#demands .badge"); n != 4 {
		t.Errorf("%d outcomes", n)
	}
	if text := tidy(h.Text("#demands")); strings.Count(text, "No answer") != 4 {
		t.Errorf("the demands say %s", text)
	}
	h.Shot("appeal-sent")
}

// moved makes a move that a journey only needs behind it.
func (o *office) moved(who, ref, move string) {
	o.t.Helper()
	if err := o.book.Do(o.t.Context(), o.actor(who), func(tx *record.Tx) error {
		s, err := tx.Get("appeal", ref)
		if err != nil {
			return err
		}
		return tx.Move(s, s.Head.Version, move, "", nil)
	}); err != nil {
		o.t.Fatal(err)
	}
}
