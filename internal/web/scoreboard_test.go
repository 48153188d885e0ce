package web_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"amparo/internal/cases/demo"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

var figureLink = regexp.MustCompile(`<a href="(/demands\?[^"]*)"><bdi>([0-9,]+)</bdi></a>`)

func TestEveryFigureOfTheScoreboardLeadsToAsManyDemands(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	if _, err := demo.Make(t.Context(), h.Book, h.Office, demo.Size{People: 20, Appeals: 12, Seed: 2}); err != nil {
		t.Fatal(err)
	}
	looked := 0
	for _, page := range []string{"?by=body", "?by=country", "?by=kind", "?by=year", "?by=kind&country=LY"} {
		for _, m := range figureLink.FindAllStringSubmatch(h.Luis.Get("/demands/scoreboard"+page).Body, -1) {
			word := "demands"
			if m[2] == "1" {
				word = "demand"
			}
			if list := h.Luis.Get(html.UnescapeString(m[1])).Body; !strings.Contains(list, ">"+m[2]+" "+word+"<") {
				t.Errorf("%s: %s leads to another number of demands", page, m[0])
			}
			looked++
		}
	}
	if looked < 80 {
		t.Errorf("only %d figures were found", looked)
	}
}

func TestTheScoreboardTellsWhoAnsweredWhoRefusedAndWhoIgnored(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		ministry := h.Make(h.Nadia, "organization", "", "names.0.full", "Ministry of Lamps")
		velvet := h.Make(h.Nadia, "organization", "", "names.0.full", "Velvet Chamber")
		asked := func(by *webtest.Person, home, body, number, due string) string {
			plea := h.Make(by, "appeal", home, "title", "Observed "+number, "by", "others", "addressees.0.org", body, "addressees.0.sent_at", "2026-09-01")
			d := h.Make(by, "demand", home, "appeal", plea, "number", "1", "text", "Do it "+number, "targets", body, "due", due, "kind", "release")
			if number == "answered" {
				h.Make(by, "response", home, "from", body, "appeal", plea, "answers", d, "date", "2026-09-11", "form", "letter")
			}
			if number == "late answer" {
				h.Make(by, "response", home, "from", body, "appeal", plea, "answers", d, "date", "2026-10-01", "form", "letter")
			}
			return d
		}
		asked(h.Nadia, h.Open, ministry, "answered", "")
		asked(h.Nadia, h.Open, ministry, "late answer", "2026-09-20")
		asked(h.Nadia, h.Open, ministry, "ignored", "2026-10-20")
		asked(h.Nadia, h.Open, ministry, "waiting", "2027-01-01")
		refused := asked(h.Nadia, h.Open, ministry, "refused", "")
		if a := h.Nadia.Post("/demands/"+refused+"/moves/reject", map[string][]string{"version": {"1"}}); a.Status != 303 {
			t.Fatalf("refusing answers %d", a.Status)
		}
		asked(h.Omar, h.Restricted, velvet, "hidden", "")
		row := func(p *webtest.Person, body string) string {
			_, after, _ := strings.Cut(p.Get("/demands/scoreboard").Body, "<bdi>"+body+"</bdi>")
			line, _, _ := strings.Cut(after, "</tr>")
			var figures []string
			for _, m := range regexp.MustCompile(`<td class="num[^"]*"[^>]*>(.*?)</td>`).FindAllStringSubmatch(line, -1) {
				figures = append(figures, strings.TrimSpace(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], "")))
			}
			return strings.Join(figures, "|")
		}
		// asked, answered, met, partly met, refused, ignored, waiting, otherwise, median of 10 and 30 days
		if got := row(h.Luis, "Ministry of Lamps"); got != "5|2|||1|1|3||20" {
			t.Errorf("the ministry: %q", got)
		}
		if body := h.Luis.Get("/demands/scoreboard").Body; strings.Contains(body, "Velvet") {
			t.Error("a hidden demand is counted")
		}
		if got := row(h.Petra, "Velvet Chamber"); got != "1|||||||1|" && got != "1||||||1||" {
			t.Errorf("who may see it: %q", got)
		}
		if got := fmt.Sprint(h.Rune.Get("/demands/scoreboard").Status, strings.Contains(h.Rune.Get("/demands/scoreboard").Body, "Lamps")); got != "200 false" {
			t.Errorf("a reader of another case: %s", got)
		}
		for _, q := range []string{"?by=nothing", "?to=Nobody+there", "?country=XX", "?year=%27%3B--", "?kind=none"} {
			if a := h.Luis.Get("/demands/scoreboard" + q); a.Status != 200 {
				t.Errorf("%s answers %d", q, a.Status)
			}
		}
	})
}
