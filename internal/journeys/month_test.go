//go:build browser

package journeys

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/browser"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// monthFigures are the figures of a month on its page, by where they lead.
const monthFigures = `Object.fromEntries([...document.querySelectorAll('main a[href^="/reports/2026-10/"]')].filter(a => /^[0-9,]+$/.test(a.textContent.trim())).map(a => [a.getAttribute("href"), a.textContent.trim()]))`

// smallNumbers are those that could point at somebody.
var smallNumbers = regexp.MustCompile(`(^|\s)[012](\s|$)`)

func TestJourneyNineTheMonthForTheBoardAsPDFInArabic(t *testing.T) {
	o := invented(t, 200)
	h := o.as("supervisor", browser.Desk)
	h.reads("ar")
	h.to("/reports/2026-10")
	h.Click(`details.ask:has(form[action="/reports/2026-10/freeze"]) summary`)
	h.turn(func() { h.Click(`form[action="/reports/2026-10/freeze"] button`) })
	h.See("أرقام مثبّتة")
	h.looked("month-frozen-ar")
	before := browser.Eval[map[string]string](h.Page, monthFigures)

	h.to("/")
	h.Slow()
	h.afresh()
	h.await(func() { h.Click(`nav a[href="/appeals"]`) }, "true")
	h.await(func() { h.Click(`a[href="/reports"]`) }, "true")
	h.await(func() { h.Click(`a[href="/reports/2026-10/paper"]`) }, "true")
	began := time.Now()
	_, pdf := h.caught(func() { h.Click(`#give button[value="pdf"]`) })
	h.waited += time.Since(began)
	if !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Errorf("what is given begins %.20q", pdf)
	}
	h.figures("9, the month for the board", limits{clicks: 4, waited: 3})
	h.Mend()

	if lines := strings.Join(h.rows("/given.csv?audience=board"), "\n"); strings.Count(lines, ",month,pdf,board,ar,") != 1 || !strings.Contains(lines, "مجلس الإدارة") {
		t.Errorf("the register says %s", lines)
	}

	const file = "/reports/2026-10/paper.pdf?lang=ar"
	was, pages := readBack(t, o.printed("supervisor", file))
	if pages < 1 || pages > 2 || !strings.Contains(was, "التقرير الشهري") {
		t.Fatalf("%d pages: %.500s", pages, was)
	}
	told := regexp.MustCompile(`صفحة \d+\s*من\s*\d+`).ReplaceAllString(was, "") // which page of how many
	if small := smallNumbers.FindString(told); small != "" {
		t.Errorf("the paper tells %q:\n%s", small, was)
	}
	numbers := len(regexp.MustCompile(`(^|\s)[0-9,]+(\s|$)`).FindAllString(told, -1))
	if numbers < 8 {
		t.Errorf("the paper tells only %d numbers:\n%s", numbers, was)
	}

	edited := o.thirtyDaysOfEdits("2026-10")
	h.to("/reports/2026-10")
	if after := browser.Eval[map[string]string](h.Page, monthFigures); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("after %d edits the page tells %v, before %v", edited, after, before)
	}
	if now, _ := readBack(t, o.printed("supervisor", file)); now != was {
		t.Errorf("after %d edits the paper is another:\n%s\n%s", edited, was, now)
	}
	for _, wrong := range browser.Eval[[]string](h.Page, `(async () => { const wrong = []; const all = `+monthFigures+`;
		for (const [at, n] of Object.entries(all)) {
			const page = new DOMParser().parseFromString(await (await fetch(at)).text(), "text/html");
			const rows = page.querySelectorAll("table.grid tbody tr").length, want = Math.min(50, Number(n.replace(",", "")));
			if (rows !== want) wrong.push(at + " says " + n + " and opens " + rows);
		}
		return wrong })()`) {
		t.Error(wrong)
	}
	h.to("/reports/2026-10?since=yes")
	if changed := h.Count("#since tbody tr"); changed < 2 {
		t.Errorf("%d figures are said to have changed", changed)
	}
	h.looked("month-since-ar")
	t.Logf("journey 9: %d figures on the page, each opens its rows; %d numbers on %d pages of paper, none under 3; the same after edits on %d days", len(before), numbers, pages, edited)
}

// enteredLate puts on file what others had asked in a month that is long over.
func enteredLate(tx *record.Tx, like *record.Sheet, day string) error {
	home, err := tx.ByID("case", like.Head.CaseID)
	if err != nil {
		return err
	}
	targets := record.As[*demand.Demand](like).Targets
	a, err := tx.Create("appeal", &appeal.Appeal{By: appeal.Others, TitleText: "A letter of the dockers", Addressees: []appeal.Addressee{{Org: targets[0], SentAt: edtf.Must(day)}}}, home)
	if err != nil {
		return err
	}
	_, err = tx.Create("demand", &demand.Demand{Appeal: a.Ref(), Number: "1", Text: "Let the dockers go.", Kind: "release", Targets: targets[:1]}, home)
	return err
}

// thirtyDaysOfEdits changes, day by day, what a month is counted from: demands are
// withdrawn, refused and reworded, and what others asked is entered late. It tells
// on how many days.
func (o *office) thirtyDaysOfEdits(month string) int {
	o.t.Helper()
	users, err := o.accounts.Users(o.t.Context(), auth.System("test"))
	if err != nil {
		o.t.Fatal(err)
	}
	var lead auth.Actor
	for _, u := range users {
		if u.Email == "lucia@demo.example" {
			lead = u.Actor()
		}
	}
	var asked []*record.Sheet
	if err := o.book.View(o.t.Context(), lead, func(tx *record.Tx) error {
		asked, err = tx.Where("demand", "t.targets > '' AND h.id IN (SELECT demand_id FROM demand_line WHERE asked = 1 AND waiting = 1 AND asked_on LIKE ? || '%')", month)
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	days := min(30, len(asked))
	if days < 10 {
		o.t.Fatalf("only %d demands were asked in %s", days, month)
	}
	for day := range days {
		at := start.AddDate(0, 0, day+30-days)
		if err := o.book.At(func() time.Time { return at }).Do(o.t.Context(), lead, func(tx *record.Tx) error {
			s, err := tx.ByID("demand", asked[day].Head.ID)
			if err != nil {
				return err
			}
			switch day % 3 {
			case 0:
				if day == 0 {
					if err := enteredLate(tx, s, month+"-15"); err != nil {
						return err
					}
				}
				return tx.Move(s, s.Head.Version, "withdraw", "Asked again in another letter.", nil)
			case 1:
				return tx.Move(s, s.Head.Version, "reject", "", func(set form.Set) form.Problems {
					f, _ := set.Get("date")
					f.Set(month+"-28", at)
					return nil
				})
			}
			record.As[*demand.Demand](s).Indicator = "A visit that the family confirms."
			return tx.Save(s, s.Head.Version)
		}); err != nil {
			o.t.Fatalf("day %d, %s: %v", day, asked[day].Head.Ref, err)
		}
	}
	return days
}

func TestTheMonthsAreFitToBeSeen(t *testing.T) {
	t.Parallel()
	o := invented(t, 60)
	for _, lang := range []string{"en", "ar"} {
		h := o.as("supervisor", browser.Desk)
		h.reads(lang)
		for name, path := range map[string]string{"months": "/reports", "month-wrong": "/reports?month=never", "month-so-far": "/reports/2026-11", "month-open": "/reports/2026-10", "month-none": "/reports/2019-02",
			"month-frozen": "/reports/2026-09", "month-since": "/reports/2026-09?since=yes", "month-rows": "/reports/2026-10/in_custody", "month-paper": "/reports/2026-09/paper"} {
			h.to(path)
			h.looked(name + "-" + lang)
		}
	}
}
