package web

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/demand"
	"amparo/internal/record"
	"amparo/views/parts"
	"amparo/views/records"
	pages "amparo/views/score"
)

// scoreRoutes are what came of what was asked.
func (s *Server) scoreRoutes() []Route {
	return []Route{{Method: fiber.MethodGet, Path: "/demands/scoreboard", Who: Looks, Handle: (*Request).scoreboard}}
}

// How many rows a scoreboard has, and how many of them are drawn.
const (
	mostScores = 100
	mostBars   = 12
)

// scoreWords name what a scoreboard is told by.
var scoreWords = map[string]string{"body": "web.score.by.body", "country": "web.score.by.country", "kind": "web.score.by.kind", "year": "web.score.by.year"}

// scoreFilters are what a scoreboard can be limited to; the list of demands knows
// them by the same names.
var scoreFilters = []string{"to", "country", "kind", "year"}

// scoreboard shows what came of demands: by whom they were to be met, by country,
// kind or year. Every figure leads to its rows.
func (r *Request) scoreboard() error {
	by := r.query("by")
	if !slices.Contains(cases.ScoreBy, by) {
		by = cases.ScoreBy[0]
	}
	const path = "/demands/scoreboard"
	m := pages.Scoreboard{Title: r.L.T("web.score.title"), About: r.L.T("web.score.about"), Tabs: r.asking(), Filter: records.List{Action: path, Hidden: []parts.Pair{{Name: "by", Value: by}}}}
	for _, one := range cases.ScoreBy {
		m.By = append(m.By, parts.Tab{Label: r.L.T(scoreWords[one]), URL: r.with("by", one), Current: one == by})
	}
	q := r.asked(demand.Kind)
	var rows []cases.Score
	var all cases.Score
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		f := cases.ScoreFilter{Country: q.Filters["country"], Kind: q.Filters["kind"], Year: q.Filters["year"]}
		known := true
		if body := q.Filters["to"]; body != "" {
			ref, err := tx.Resolve("organization", body)
			if err == record.ErrNotFound {
				known = false
			} else if err != nil {
				return err
			}
			f.Body = ref.ID
		}
		var set []record.Filter
		for _, name := range scoreFilters {
			for _, one := range demand.Kind.ListOf(tx.Today()).Filters {
				if one.Name != name {
					continue
				}
				in := r.filterInput(one, q.Filters[name])
				if one.Options != nil {
					in.Blank = r.L.T("web.search.all")
				}
				if name == "to" {
					in.Label = r.L.T("field.targets")
				}
				m.Filter.Filters = append(m.Filter.Filters, in)
				set = append(set, one)
			}
		}
		q.Q = ""
		if m.Filter.Set = r.filtersSet(set, q); len(m.Filter.Set) > 0 {
			m.Filter.ClearURL = path + "?by=" + by
		}
		if !known {
			return nil
		}
		var err error
		rows, all, err = cases.Scoreboard(tx, by, f)
		return err
	})
	if err != nil {
		return err
	}
	if all.Asked == 0 {
		m.Empty = &parts.Empty{Text: r.L.T("web.score.none")}
		if len(m.Filter.Set) > 0 {
			m.Empty.Text = r.L.T("web.list.no_match")
		}
	} else {
		rows = rows[:min(len(rows), mostScores)]
		m.Chart = r.scoreChart(by, rows[:min(len(rows), mostBars)])
		m.Table = r.scoreTable(by, rows, all, q)
	}
	return r.page(fiber.StatusOK, m.Title, pages.ScoreboardPage(m))
}

// scored names a row of the scoreboard, and gives the filter that asks for it.
func (r *Request) scored(by string, s cases.Score) (label, filter, value string) {
	value = s.Key
	switch {
	case by == "body" && s.Body.Ref != "":
		return s.Body.Title, "to", s.Body.Ref
	case by == "body":
		return r.L.T("web.team.unspecified"), "to", record.Nobody
	case s.Key == "":
		return r.L.T("web.score.not_given"), by, record.Nobody
	case by == "country":
		return r.L.Country(s.Key), by, value
	case by == "kind":
		return r.option("option.demand_kind.", s.Key), by, value
	}
	return s.Key, by, value
}

// scoreChart draws the rows: each bar as long as it was often asked, in pieces by
// what came of it.
func (r *Request) scoreChart(by string, rows []cases.Score) pages.Chart {
	c := pages.Chart{Dir: r.L.Dir(), Summary: r.L.T("web.score.chart")}
	for _, result := range demand.Results {
		c.Legend = append(c.Legend, pages.Piece{Look: result, Label: r.L.T("option.demand_result." + result)})
	}
	longest := 1
	for _, s := range rows {
		longest = max(longest, s.Asked)
	}
	for _, s := range rows {
		label, _, _ := r.scored(by, s)
		b := pages.Bar{Label: label, Figure: r.L.Int(s.Asked)}
		from := 0.0
		for _, result := range demand.Results {
			n := s.Results[result]
			if n == 0 {
				continue
			}
			width := 100 * float64(n) / float64(longest)
			b.Pieces = append(b.Pieces, pages.Piece{Look: result, Label: r.L.T("option.demand_result."+result) + ": " + r.L.Int(n), From: from, Width: width})
			from += width
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}

// scoreTable is the same in figures.
func (r *Request) scoreTable(by string, rows []cases.Score, all cases.Score, q record.Query) parts.Table {
	t := parts.Table{Caption: r.L.T("web.score.title"), Heads: []parts.Head{{Label: r.L.T(scoreWords[by])}, {Label: r.L.T("web.score.asked"), Numeric: true}, {Label: r.L.T("web.score.answered"), Numeric: true}}}
	for _, result := range demand.Results {
		t.Heads = append(t.Heads, parts.Head{Label: r.L.T("option.demand_result." + result), Numeric: true})
	}
	t.Heads = append(t.Heads, parts.Head{Label: r.L.T("web.score.median"), Numeric: true})
	add := func(label string, s cases.Score, more ...string) {
		at := func(pairs ...string) string {
			v := url.Values{}
			for _, name := range scoreFilters {
				if value := q.Filters[name]; value != "" {
					v.Set(name, value)
				}
			}
			pairs = append(pairs, more...)
			for i := 0; i+1 < len(pairs); i += 2 {
				v.Set(pairs[i], pairs[i+1])
			}
			return "/demands?" + v.Encode()
		}
		row := []parts.Cell{{Text: label, Primary: true}, r.figure(s.Asked, at("asked", "yes")), r.figure(s.Answered, at("answered", "yes"))}
		for _, result := range demand.Results {
			row = append(row, r.figure(s.Results[result], at("result", result)))
		}
		median := parts.Cell{Numeric: true}
		if s.Timed {
			median.Text = r.L.Int(s.Median)
		}
		t.Rows = append(t.Rows, parts.TableRow{Cells: append(row, median)})
	}
	for _, s := range rows {
		label, filter, value := r.scored(by, s)
		add(label, s, filter, value)
	}
	add(r.L.T("web.score.all"), all)
	return t
}
