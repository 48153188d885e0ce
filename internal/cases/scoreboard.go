package cases

import (
	"slices"
	"strconv"

	"amparo/internal/cases/demand"
	"amparo/internal/form"
	"amparo/internal/record"
)

// seenDemands limits lines of demands (dl) to those within scope. It looks for
// the few cases that are hidden, instead of at each of all demands.
const seenDemands = `dl.demand_id NOT IN (SELECT hd.id FROM head hd WHERE hd.kind = 'demand' AND hd.case_id IN (SELECT h.id FROM head h WHERE h.kind = 'case' AND NOT (%SCOPE%)))`

// Score is what came of the demands of one row of a scoreboard.
type Score struct {
	Key             string   // of the row: a code or a year; "" where none is given
	Body            form.Ref // of a row by body
	Asked, Answered int
	Results         map[string]int // by what became of them, see demand.Results
	Median          int            // days until they were answered
	Timed           bool           // whether there is a median
}

// ScoreBy are what a scoreboard can be told by.
var ScoreBy = []string{"body", "country", "kind", "year"}

// ScoreFilter limits a scoreboard; empty fields do not.
type ScoreFilter struct{ Body, Country, Kind, Year string } // Body is an id

func (f ScoreFilter) where() (sql string, args []any) {
	sql = " WHERE dl.asked = 1 AND " + seenDemands
	if f.Body != "" {
		sql += " AND dl.demand_id IN (SELECT ft.demand_id FROM demand_target ft WHERE ft.target_id = ?)"
		args = append(args, f.Body)
	}
	for _, one := range []struct{ column, value string }{{"country", f.Country}, {"kind", f.Kind}, {"year", f.Year}} {
		if one.value != "" {
			sql += " AND dl." + one.column + " = ?"
			args = append(args, one.value)
		}
	}
	return sql, args
}

// Scoreboard tells what came of demands by body, country, kind or year, the most
// asked first, and of all together. A demand to two bodies is in the row of each.
func Scoreboard(tx *record.Tx, by string, f ScoreFilter) (rows []Score, all Score, err error) {
	whole, err := scores(tx, "''", "", f)
	if err != nil {
		return nil, all, err
	}
	for _, one := range whole {
		all = one
	}
	column, join := "dl."+by, ""
	if by == "body" {
		column, join = "COALESCE(dt.target_id, '')", " LEFT JOIN demand_target dt ON dt.demand_id = dl.demand_id"
	}
	if rows, err = scores(tx, column, join, f); err != nil || by != "body" {
		return rows, all, err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.Key
	}
	titles, err := tx.Titles(ids...)
	for i := range rows {
		rows[i].Body = titles[rows[i].Key]
	}
	return rows, all, err
}

func scores(tx *record.Tx, column, join string, f ScoreFilter) ([]Score, error) {
	where, args := f.where()
	from := " FROM demand_line dl" + join + where
	counts, err := tx.Sums("SELECT "+column+" AS g, "+demand.ResultOn(tx.Today())+" AS result, dl.answered, COUNT(*)"+from+" GROUP BY 1, 2, 3", args...)
	if err != nil {
		return nil, err
	}
	var list []Score
	at := map[string]int{}
	for _, r := range counts {
		i, ok := at[r[0]]
		if !ok {
			i = len(list)
			at[r[0]] = i
			list = append(list, Score{Key: r[0], Results: map[string]int{}})
		}
		n, err := strconv.Atoi(r[3])
		if err != nil {
			return nil, err
		}
		s := &list[i]
		s.Asked += n
		s.Results[r[1]] += n
		if r[2] == "1" {
			s.Answered += n
		}
	}
	// The median is the middle one, or lies between the two in the middle.
	medians, err := tx.Sums("SELECT g, AVG(days) FROM (SELECT g, days, ROW_NUMBER() OVER (PARTITION BY g ORDER BY days) AS nth, COUNT(*) OVER (PARTITION BY g) AS many FROM (SELECT "+column+" AS g, "+
		tx.DaysBetween("dl.asked_on", "dl.answered_on")+" AS days"+from+" AND dl.answered_on >= dl.asked_on AND dl.asked_on > '') d) m WHERE nth IN ((many + 1) / 2, (many + 2) / 2) GROUP BY g", args...)
	if err != nil {
		return nil, err
	}
	for _, r := range medians {
		days, err := strconv.ParseFloat(r[1], 64)
		if i, ok := at[r[0]]; ok && err == nil {
			list[i].Median, list[i].Timed = int(days+.5), true
		}
	}
	slices.SortStableFunc(list, func(a, b Score) int {
		if a.Asked != b.Asked {
			return b.Asked - a.Asked
		}
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	return list, nil
}
