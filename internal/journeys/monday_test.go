//go:build browser

package journeys

import (
	"fmt"
	"testing"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/browser"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/task"
	"amparo/internal/form"
	"amparo/internal/record"
)

func TestJourneyEightASupervisorsMonday(t *testing.T) {
	o := invented(t, 20)
	o.burdens(12)
	h := o.as("supervisor", browser.Desk)
	h.Slow()
	h.afresh()
	h.to("/?view=team")
	// What waits, is late, was not confirmed, has no lead, and who has too much.
	h.says("#decide-h", "wait for a decision")
	h.says("#late-h", "Late, by who must act")
	h.says("#stale-h", "in custody not confirmed")
	h.says("#unled-h", "without a lead")
	h.says("[aria-labelledby=load-h]", "Tamsin Vellacort", "12")
	if h.Clicks != 0 {
		t.Errorf("%d clicks to see it", h.Clicks)
	}
	h.figures("8, all of it at a glance", limits{})
	all := h.Count("#waits tbody tr")
	if all < 7 {
		t.Fatalf("%d wait to be confirmed", all)
	}
	h.follow("Tick all")
	h.Click("#waits tbody tr:last-child input") // this one is left
	h.await(func() { h.Click("#confirm button.main") }, "true")
	h.figures(fmt.Sprintf("8, %d outcomes confirmed", all-1), limits{clicks: 4})
	h.See(fmt.Sprintf("Confirmed: %d", all-1))
	h.says("#waits", "1 demand waits to be confirmed")

	h.afresh()
	h.await(func() { h.Click(`a[href="/tasks?state=open&assignee=tamsin%40demo.example"]`) }, "true")
	h.ClickOn("Tick all")
	h.Until("twelve ticks", `document.querySelectorAll('input[name="pick"]:checked').length === 12`)
	h.Choose("#reassign-to", "mirko@demo.example")
	h.await(func() { h.Click("#reassign button.main") }, "true")
	h.figures("8, twelve tasks moved", limits{clicks: 5})
	h.Mend()
	h.See("12 given to Mirko Ruizander.")
	h.to("/?view=team")
	h.looked("monday-en")
}

// burdens gives a new colleague so many tasks in a case that nobody leads.
func (o *office) burdens(tasks int) {
	o.t.Helper()
	const email = "tamsin@demo.example"
	by := auth.System("test")
	if _, err := o.accounts.AddUser(o.t.Context(), by, account.NewUser{Email: email, Name: "Tamsin Vellacort", Password: password, Rights: account.Rights{Roles: []auth.Role{auth.Caseworker}}}); err != nil {
		o.t.Fatal(err)
	}
	users, err := o.accounts.Users(o.t.Context(), by)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, u := range users {
		if u.Email != "lucia@demo.example" {
			continue
		}
		if err := o.book.Do(o.t.Context(), u.Actor(), func(tx *record.Tx) error {
			home, err := tx.Create("case", &casefile.Case{TitleText: "The night watch at the quay", Access: casefile.Staff, Priority: "normal"}, nil)
			for i := 0; i < tasks && err == nil; i++ {
				_, err = tx.Create("task", &task.Task{Text: fmt.Sprintf("Ring the family, call %d", i+1), Assignee: form.Ref{Ref: email, Kind: "account"}}, home)
			}
			return err
		}); err != nil {
			o.t.Fatal(err)
		}
	}
}
