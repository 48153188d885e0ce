package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"amparo/internal/web"
	"amparo/internal/web/webtest"

	"amparo/internal/database/dbtest"
)

// pileOf is the part of the board that holds the appeals of a state.
func pileOf(t *testing.T, board, state string) string {
	t.Helper()
	_, after, ok := strings.Cut(board, `aria-labelledby="pile-`+state+`"`)
	if !ok {
		t.Fatalf("the board has no column %q", state)
	}
	pile, _, _ := strings.Cut(after, "</section>")
	return pile
}

// submit puts an appeal under review.
func submit(t *testing.T, p *webtest.Person, ref string) {
	t.Helper()
	if a := p.Post("/appeals/"+ref+"/moves/submit", url.Values{"version": {"1"}}); a.Status != 303 {
		t.Fatalf("submitting answers %d", a.Status)
	}
}

func TestABoardCountsAllAndLeadsToThoseWithoutACard(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		h.Make(h.Omar, "appeal", h.Restricted, "title", "Velvet plea")
		for i := range 23 {
			h.Make(h.Nadia, "appeal", h.Open, "title", fmt.Sprintf("Plain plea %d", i))
		}
		board := h.Luis.Get("/appeals?view=board").Body
		drafts := pileOf(t, board, "draft")
		if n := strings.Count(drafts, `id="card-`); n != 20 || !strings.Contains(drafts, `<span class="count">23</span>`) || !strings.Contains(drafts, "3 more") {
			t.Errorf("%d cards under %.300s", n, drafts)
		}
		if strings.Contains(board, "Velvet") {
			t.Error("the board tells of a hidden appeal")
		}
		more := regexp.MustCompile(`href="(/appeals\?[^"]*)">3 more`).FindStringSubmatch(drafts)
		if more == nil {
			t.Fatalf("nothing leads to the rest: %.300s", drafts)
		}
		if list := h.Luis.Get(strings.ReplaceAll(more[1], "&amp;", "&")).Body; !strings.Contains(list, "23 appeals") {
			t.Error("the rest is not the list of the column")
		}
		if mine := pileOf(t, h.Omar.Get("/appeals?view=board").Body, "draft"); !strings.Contains(mine, "Velvet plea") && !strings.Contains(mine, `<span class="count">24</span>`) {
			t.Error("who may see an appeal does not find it on the board")
		}
	})
}

func TestACardSaysWhoMustReadAndOffersItToHimAlone(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	ref := h.Make(h.Luis, "appeal", h.Open, "title", "Written by a supervisor")
	submit(t, h.Luis, ref)
	for _, one := range []struct {
		who         *webtest.Person
		says, never string
	}{
		{h.Petra, "waits 0 days for you", "for a reader"},
		{h.Luis, "waits 0 days for a reader", ">Review<"},
		{h.Nadia, "waits 0 days for a reader", ">Review<"},
	} {
		pile := pileOf(t, one.who.Get("/appeals?view=board").Body, "in_review")
		if !strings.Contains(pile, one.says) || strings.Contains(pile, one.never) {
			t.Errorf("%s reads %.600s", one.who.Name, pile)
		}
		if list := one.who.Get("/appeals").Body; !strings.Contains(list, one.says) {
			t.Errorf("the table tells %s something else than the board", one.who.Name)
		}
	}
	if pile := pileOf(t, h.Petra.Get("/appeals?view=board").Body, "in_review"); !strings.Contains(pile, ">Review<") {
		t.Error("who may read is not asked to")
	}
}

func TestABoardIsFilteredByWhoCarriesAnAppealAndWhomItIsWrittenTo(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		org := h.Make(h.Nadia, "organization", "", "names.0.full", "Harbour Court")
		other := h.Make(h.Nadia, "organization", "", "names.0.full", "Velvet Chamber")
		h.Make(h.Nadia, "appeal", h.Open, "title", "To the court", "addressees.0.org", org, "kind", "petition")
		h.Make(h.Omar, "appeal", h.Open, "title", "To nobody yet")
		h.Make(h.Omar, "appeal", h.Restricted, "title", "To the chamber", "addressees.0.org", other)
		for _, q := range []string{"to=" + org, "assignee=" + h.Nadia.Email, "kind=petition"} {
			draft := pileOf(t, h.Luis.Get("/appeals?view=board&"+q).Body, "draft")
			if !strings.Contains(draft, "To the court") || strings.Contains(draft, "To nobody") {
				t.Errorf("%s finds %.400s", q, draft)
			}
		}
		board := h.Luis.Get("/appeals?view=board").Body
		if !strings.Contains(board, "Harbour Court</option>") || strings.Contains(board, "Velvet Chamber") {
			t.Error("bodies to choose from tell of a hidden appeal, or lack one that is seen")
		}
		for _, q := range []string{"to=Nobody+there", "assignee=nobody@office.example", "overdue=maybe"} {
			if a := h.Luis.Get("/appeals?view=board&" + q); a.Status != 200 || strings.Contains(a.Body, `id="card-`) {
				t.Errorf("%s answers %d", q, a.Status)
			}
		}
	})
}
