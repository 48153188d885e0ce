package web

import (
	"strconv"
	"strings"

	"amparo/internal/cases"
	"amparo/internal/cases/demand"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/parts"
)

// askedFor is what was asked for a person, and what came of it; nil when nothing was.
func (r *Request) askedFor(tx *record.Tx, person *record.Sheet) (*parts.Table, error) {
	list, err := tx.Tied("demand", "beneficiaries", person.Head.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var ids []string
	for _, s := range list {
		ids = append(ids, s.Head.ID)
	}
	asked, err := cases.AskedYet(tx, ids...)
	if err != nil {
		return nil, err
	}
	t := &parts.Table{Caption: r.L.T("page.case.asked")}
	for _, key := range []string{"kind.demand.one", "web.appeal.of_whom", "web.appeal.until", "field.outcome"} {
		t.Heads = append(t.Heads, parts.Head{Label: r.L.T(key)})
	}
	me := form.Ref{ID: person.Head.ID}
	for _, s := range list {
		d := record.As[*demand.Demand](s)
		outcome := parts.Cell{Badges: []parts.Badge{r.stateBadge("demand", s.Head.State)}}
		until := parts.Cell{Text: r.date(d.Due)}
		switch {
		case !asked[s.Head.ID]:
			outcome.Badges = []parts.Badge{{Word: r.L.T("web.appeal.not_sent_yet"), Tone: parts.Quiet}}
		case s.Head.State == demand.Open:
			until.Badges = r.lateBadge(d.Due.Latest)
		}
		// What was found for him alone counts before what holds for all.
		if own := d.Standing([]form.Ref{me}, r.book.Today())[me.ID]; own != "" && len(d.Beneficiaries) > 1 {
			outcome.Sub = r.L.T("web.asked.here", "outcome", r.L.T("option.demand_outcome."+own))
		}
		text := parts.Cell{Text: d.Text, URL: r.url(s.Ref()), Primary: true}
		if d.Appeal.Ref != "" {
			text.Sub = r.dotted(d.Appeal.Ref, d.Appeal.Title)
		}
		t.Rows = append(t.Rows, parts.TableRow{Cells: []parts.Cell{text, {Runs: r.mustAct(d)}, until, outcome}})
	}
	return t, nil
}

// askedIn is what was asked in a case, by appeal, and what came of it; nil when nothing was.
func (r *Request) askedIn(tx *record.Tx, home *record.Sheet) (*parts.Table, error) {
	rows, err := tx.Rows(`SELECT h.ref, h.title, h.state, al.addressees, al.sent, al.demands, al.met, al.answered, al.due FROM head h JOIN appeal_line al ON al.appeal_id = h.id
		WHERE h.case_id = ? AND h.voided = 0 AND %SCOPE% ORDER BY h.seq DESC LIMIT 100`, home.Head.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var ids []string
	for _, row := range rows {
		ids = append(ids, strings.Fields(row[3])...)
	}
	titles, err := tx.Titles(ids...)
	if err != nil {
		return nil, err
	}
	t := &parts.Table{Caption: r.L.T("page.case.asked")}
	for _, key := range []string{"kind.appeal.one", "field.addressees", "field.sent_at", "field.due", "field.outcome"} {
		t.Heads = append(t.Heads, parts.Head{Label: r.L.T(key)})
	}
	for _, row := range rows {
		var to []form.Ref
		for _, id := range strings.Fields(row[3]) {
			if ref, ok := titles[id]; ok {
				to = append(to, ref)
			}
		}
		demands, _ := strconv.Atoi(row[5])
		met, _ := strconv.Atoi(row[6])
		outcome := parts.Cell{Badges: []parts.Badge{r.stateBadge("appeal", row[2])}}
		if demands > 0 && row[4] != "" {
			outcome.Sub = r.L.T("web.asked.met", "n", r.L.Int(met), "of", r.L.Int(demands))
		}
		due := parts.Cell{Text: r.day(row[8]), Badges: r.lateBadge(row[8])}
		t.Rows = append(t.Rows, parts.TableRow{Cells: []parts.Cell{{Text: row[1], Sub: row[0], URL: "/appeals/" + row[0], Primary: true}, {Runs: r.links(to)}, {Text: r.dateText(row[4])}, due, outcome}})
	}
	return t, nil
}
