package web_test

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/cases/demo"
	"amparo/internal/database/dbtest"
	"amparo/internal/record"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

var monthFigure = regexp.MustCompile(`<a href="(/reports/[0-9-]+/[a-z_]+[^"]*)"><bdi>([0-9,]+)</bdi></a>`)

func TestEveryFigureOfAMonthLeadsToAsManyRecordsFrozenOrNot(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	if _, err := demo.Make(t.Context(), h.Book, h.Office, demo.Size{People: 40, Appeals: 40, Seed: 2}); err != nil {
		t.Fatal(err)
	}
	looked := 0
	check := func(month string) map[string]string {
		figures := map[string]string{}
		for _, m := range monthFigure.FindAllStringSubmatch(h.Luis.Get("/reports/"+month).Body, -1) {
			if n := strings.Count(rows(h.Luis.Get(html.UnescapeString(m[1])).Body), "<tr"); m[2] != fmt.Sprint(n) && n < 50 {
				t.Errorf("%s leads to %d records", m[0], n)
			}
			figures[m[1]] = m[2]
			looked++
		}
		return figures
	}
	before := check("2026-10")
	if a := h.Luis.Post("/reports/2026-10/freeze", nil); a.Status != 303 {
		t.Fatalf("freezing answers %d: %.300s", a.Status, a.Body)
	}
	if after := check("2026-10"); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("frozen it tells %v, before %v", after, before)
	}
	check("2026-11")
	if looked < 60 {
		t.Errorf("only %d figures were found", looked)
	}
}

// closeRecord lets nobody but its writer see one record.
func closeRecord(t *testing.T, h *webtest.House, p *webtest.Person, kind, ref string) {
	t.Helper()
	u, err := h.Office.UserByEmail(t.Context(), auth.System("a test"), p.Email)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Book.Do(t.Context(), u.Actor(), func(tx *record.Tx) error {
		s, err := tx.Get(kind, ref)
		if err != nil {
			return err
		}
		_, err = tx.Classify(s, s.Head.Version, record.Level{Level: "restricted", Reason: "She asked for it."})
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestFiguresLeaveOutARecordThatIsClosedByItself(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		ministry := h.Make(h.Nadia, "organization", "", "names.0.full", "Ministry of Lamps")
		list := askedIn(h, h.Nadia, h.Open, "2026-10-05", ministry, 4)
		closeRecord(t, h, h.Nadia, "demand", list[0])
		for _, p := range []*webtest.Person{h.Nadia, h.Luis} {
			if got := figureOf(p, "2026-10", "asked"); got != "3" {
				t.Errorf("%s is told %s in the month", p.Name, got)
			}
		}
		if body := h.Luis.Get("/demands/scoreboard").Body; !strings.Contains(body, "/demands?asked=yes\"><bdi>3<") {
			t.Error("the scoreboard counts what is closed")
		}
		if body := h.Nadia.Get("/demands/scoreboard").Body; !strings.Contains(body, "/demands?asked=yes\"><bdi>4<") {
			t.Error("the scoreboard leaves out what its reader may see")
		}
	})
}

// askedIn makes an appeal by others with demands of a day, and gives their refs.
func askedIn(h *webtest.House, by *webtest.Person, home, day, body string, n int) []string {
	plea := h.Make(by, "appeal", home, "title", "Observed on "+day, "by", "others", "addressees.0.org", body, "addressees.0.sent_at", day)
	var list []string
	for i := range n {
		list = append(list, h.Make(by, "demand", home, "appeal", plea, "number", fmt.Sprint(i+1), "text", "Do it", "targets", body, "kind", "release"))
	}
	return list
}

func figureOf(p *webtest.Person, month, figure string) string {
	m := regexp.MustCompile(`/reports/` + month + `/` + figure + `"><bdi>([0-9,]+)</bdi>`).FindStringSubmatch(p.Get("/reports/" + month).Body)
	if m == nil {
		return "0"
	}
	return m[1]
}

func TestAFrozenMonthStaysAsItWasAndSaysWhatHasChanged(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		ministry := h.Make(h.Nadia, "organization", "", "names.0.full", "Ministry of Lamps")
		list := askedIn(h, h.Nadia, h.Open, "2026-10-05", ministry, 4)
		if a := h.Nadia.Post("/reports/2026-10/freeze", nil); a.Status != 403 {
			t.Errorf("a caseworker freezes a month: %d", a.Status)
		}
		if a := h.Luis.Post("/reports/2026-11/freeze", nil); a.Status != 409 {
			t.Errorf("a month that is not over is frozen: %d", a.Status)
		}
		if body := h.Luis.Get("/reports/2026-11").Body; !strings.Contains(body, "So far") || !strings.Contains(body, "The month is not over") {
			t.Error("a month that is not over does not say so")
		}
		if a := h.Luis.Post("/reports/2026-10/freeze", nil); a.Status != 303 {
			t.Fatalf("freezing answers %d: %.300s", a.Status, a.Body)
		}
		if a := h.Luis.Post("/reports/2026-10/freeze", nil); a.Status != 409 {
			t.Errorf("it is frozen twice: %d", a.Status)
		}
		later := askedIn(h, h.Nadia, h.Open, "2026-10-20", ministry, 1)
		if a := h.Luis.Post("/demands/"+list[0]+"/moves/void", url.Values{"version": {"1"}, "reason": {"entered twice"}}); a.Status != 303 {
			t.Fatalf("striking out answers %d", a.Status)
		}
		if got := figureOf(h.Nadia, "2026-10", "asked"); got != "4" {
			t.Errorf("a frozen month tells %s asked instead of 4", got)
		}
		if rows := h.Nadia.Get("/reports/2026-10/asked").Body; !strings.Contains(rows, list[0]) || !strings.Contains(rows, "Struck out since") || strings.Contains(rows, later[0]+"<") {
			t.Error("its rows are not those of then")
		}
		since := h.Nadia.Get("/reports/2026-10?since=yes").Body
		_, since, _ = strings.Cut(since, `id="since"`)
		if !strings.Contains(since, "/demands/"+later[0]) || !strings.Contains(since, "/demands/"+list[0]) {
			t.Errorf("what has changed since is not said: %.600s", since)
		}
		if a := h.Luis.Post("/reports/2026-10/thaw", url.Values{"reason": {" "}}); a.Status != 422 || !strings.Contains(a.Body, "f-reason-error") {
			t.Errorf("without a reason: %d", a.Status)
		}
		if a := h.Nadia.Post("/reports/2026-10/thaw", url.Values{"reason": {"why not"}}); a.Status != 403 {
			t.Errorf("a caseworker lets it count anew: %d", a.Status)
		}
		if a := h.Luis.Post("/reports/2026-10/thaw", url.Values{"reason": {"An answer was filed late."}}); a.Status != 303 {
			t.Fatalf("letting it count anew answers %d", a.Status)
		}
		page := h.Nadia.Get("/reports/2026-10").Body
		if figureOf(h.Nadia, "2026-10", "asked") != "4" || !strings.Contains(page, "An answer was filed late.") || strings.Count(page, "Freeze the month") < 1 || !strings.Contains(page, "Not frozen") {
			t.Error("let go, it does not count what is on file, or does not tell why")
		}
		if lines, broken, err := h.Book.Verify(t.Context()); err != nil || broken != 0 || lines == 0 {
			t.Errorf("the history: %d lines, broken at %d, %v", lines, broken, err)
		}
	})
}

func TestAMonthCountsNothingThatOnlyNamedPeopleSee(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		velvet := h.Make(h.Nadia, "organization", "", "names.0.full", "Velvet Chamber")
		askedIn(h, h.Omar, h.Restricted, "2026-10-05", velvet, 5)
		open := askedIn(h, h.Nadia, h.Open, "2026-10-06", velvet, 3)
		for _, p := range []*webtest.Person{h.Luis, h.Petra, h.Omar} {
			if got := figureOf(p, "2026-10", "asked"); got != "3" {
				t.Errorf("%s is told %s", p.Name, got)
			}
			if rows := p.Get("/reports/2026-10/asked").Body; strings.Count(rows, `href="/demands/M-`) != 3 || !strings.Contains(rows, open[0]) {
				t.Errorf("%s is shown other rows", p.Name)
			}
		}
		for _, p := range []*webtest.Person{h.Rune, h.Ada} {
			for _, at := range []string{"/reports", "/reports/2026-10", "/reports/2026-10/asked", "/reports/2026-10/paper", "/reports/2026-10/paper.pdf"} {
				if a := p.Get(at); a.Status != 403 {
					t.Errorf("%s at %s: %d", p.Name, at, a.Status)
				}
			}
		}
		for _, at := range []string{"/reports/2026-13", "/reports/2027-01", "/reports/nothing", "/reports/2026-10/nothing", "/reports/1066-10", "/reports/%27/paper"} {
			if a := h.Luis.Get(at); a.Status != 404 {
				t.Errorf("%s answers %d", at, a.Status)
			}
		}
		if a := h.Luis.Get("/reports?month=March+2025"); a.Status != 303 || a.To() != "/reports/2025-03" {
			t.Errorf("March 2025 leads to %d %q", a.Status, a.To())
		}
		if a := h.Luis.Get("/reports?month=never"); a.Status != 422 || !strings.Contains(a.Body, "f-month-error") {
			t.Errorf("what is no month answers %d", a.Status)
		}
		if a := h.Luis.Get("/reports/2025-03"); a.Status != 200 || !strings.Contains(a.Body, "Nothing was asked") {
			t.Errorf("an empty month answers %d", a.Status)
		}
	})
}

// A figure that fell would tell, on a paper the board has had since, that something was closed.
func TestAFrozenMonthKeepsItsFiguresWhenACaseIsClosedAndNamesNothingOfIt(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		ministry := h.Make(h.Nadia, "organization", "", "names.0.full", "Ministry of Lamps")
		matter := h.Make(h.Luis, "case", "", "title", "Velvet matter", "lead", h.Luis.Email, "country", "AQ")
		velvet := askedIn(h, h.Luis, matter, "2026-10-05", ministry, 3)
		open := askedIn(h, h.Nadia, h.Open, "2026-10-06", ministry, 4)
		if a := h.Luis.Post("/reports/2026-10/freeze", nil); a.Status != 303 {
			t.Fatalf("freezing answers %d", a.Status)
		}
		paper := func() string { return words(h.Nadia.Get("/reports/2026-10/paper").Body) }
		page := func() string {
			_, body, _ := strings.Cut(h.Nadia.Get("/reports/2026-10").Body, "<main")
			return plainText(webtest.Answer{Body: body}.Body)
		}
		was, told := page(), paper()
		if a := h.Luis.Post("/cases/"+matter+"/access/level", url.Values{"version": {"1"}, "level": {"restricted"}, "reason": {"threats"}}); a.Status != 303 {
			t.Fatalf("closing answers %d %.300s", a.Status, plainText(a.Body))
		}
		if a := h.Nadia.Get("/demands/" + velvet[0]); a.Status != 404 {
			t.Fatalf("it is not closed: %d", a.Status)
		}
		if now := page(); now != was {
			t.Errorf("the page has changed:\n%s\n%s", was, now)
		}
		if now := paper(); now != told {
			t.Errorf("the paper has changed:\n%s\n%s", told, now)
		}
		for _, p := range []*webtest.Person{h.Nadia, h.Petra, h.Luis} {
			for _, at := range []string{"/reports/2026-10/asked", "/reports/2026-10/asked?by=country&of=AQ", "/reports/2026-10?since=yes"} {
				body := p.Get(at).Body
				_, since, ok := strings.Cut(body, `id="since"`)
				if strings.Contains(at, "since") && ok {
					body = since
				}
				for _, ref := range velvet {
					if strings.Contains(body, ref) {
						t.Errorf("%s finds %s at %s", p.Name, ref, at)
					}
				}
				if n := strings.Count(rows(body), "<tr"); strings.HasSuffix(at, "asked") && n != len(open) || !strings.HasSuffix(at, "asked") && n != 0 {
					t.Errorf("%s is shown %d rows at %s", p.Name, n, at)
				}
				if strings.Contains(plainText(body), "7 records") || strings.Contains(plainText(body), "4 records") {
					t.Errorf("%s is told a number of rows", p.Name)
				}
			}
		}
	})
}

func TestTheMonthForTheBoardIsOnTheRegisterWhenItIsGiven(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		const at = "/reports/2026-10/paper"
		page := h.Nadia.Get(at)
		has(t, page, `value="The board"`, "preview, given to nobody")
		if a := h.Nadia.Get(at + ".pdf"); a.Status != 200 {
			t.Errorf("a preview as a file answers %d", a.Status)
		}
		if lines := h.Nadia.Get("/given.csv").Body; strings.Contains(lines, "board") {
			t.Errorf("looking writes a line: %s", lines)
		}
		give := func(to string) webtest.Answer {
			return h.Nadia.Post(at+"/given?lang=en", url.Values{"to": {to}, "why": {"their meeting"}, "form": {"docx"}, "code": {between(page.Body, `name="code" value="`, `"`)}, "nonce": {"one"}})
		}
		if a := give(" "); a.Status != 422 || !strings.Contains(a.Body, `aria-invalid="true"`) {
			t.Errorf("to nobody: %d", a.Status)
		}
		text := paragraphsOf(t, give("Board of Lantern House"))
		wants(t, text, "given to:", "Board of Lantern House")
		give("Board of Lantern House")
		for _, p := range []*webtest.Person{h.Nadia, h.Petra} {
			if lines := p.Get("/given.csv?audience=board").Body; strings.Count(lines, "Board of Lantern House") != 1 || !strings.Contains(lines, ",month,docx,board,en,") {
				t.Errorf("%s reads %s", p.Name, lines)
			}
		}
	})
}

func TestAMonthOfAHundredRowsAsksNoMoreQuestions(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	body := h.Make(h.Nadia, "organization", "", "names.0.full", "Ministry of Lamps")
	askedIn(h, h.Nadia, h.Open, "2026-10-05", body, 3)
	few := questions(t, h.Luis, "/reports/2026-10")
	for i := range 20 {
		askedIn(h, h.Nadia, h.Open, time.Date(2026, 10, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), body, 2)
	}
	if many := questions(t, h.Luis, "/reports/2026-10"); many > few {
		t.Errorf("%d questions for few and %d for many", few, many)
	}
}
