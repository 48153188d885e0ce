package cases

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"amparo/internal/cases/demand"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

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

func (f ScoreFilter) where(tx *record.Tx) (sql string, args []any) {
	sql = " WHERE dl.asked = 1 AND " + tx.Seen("dl.demand_id", "demand")
	if f.Body != "" {
		sql += " AND dl.targets LIKE '%' || ? || '%'" // ids are never part of each other
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
func Scoreboard(tx *record.Tx, by string, f ScoreFilter) ([]Score, Score, error) {
	where, args := f.where(tx)
	column := "dl." + by
	if by == "body" {
		column = "dl.targets"
	}
	all, err := record.Fold(tx, "scores", "SELECT "+column+", "+demand.ResultOn(tx.Today())+", dl.answered, dl.asked_on, dl.answered_on FROM demand_line dl"+where, args, func(rows iter.Seq[[]string]) []Score {
		sum := &scoring{Score: Score{Results: map[string]int{}}}
		at := map[string]*scoring{}
		for r := range rows {
			days, answered := 0, r[2] == "1"
			timed := r[3] > "" && r[4] >= r[3]
			if timed {
				days = edtf.DaysDiff(r[3], r[4])
			}
			sum.add(r[1], answered, timed, days)
			for key := range strings.SplitSeq(r[0], "\n") {
				s := at[key]
				if s == nil {
					s = &scoring{Score: Score{Key: key, Results: map[string]int{}}}
					at[key] = s
				}
				s.add(r[1], answered, timed, days)
			}
		}
		list := []Score{sum.score()}
		for _, s := range at {
			list = append(list, s.score())
		}
		slices.SortFunc(list[1:], func(a, b Score) int {
			return cmp.Or(b.Asked-a.Asked, strings.Compare(a.Key, b.Key))
		})
		return list
	})
	if err != nil {
		return nil, Score{}, err
	}
	rows := slices.Clone(all[1:])
	if by == "body" {
		ids := make([]string, len(rows))
		for i, r := range rows {
			ids[i] = r.Key
		}
		titles, err := tx.Titles(ids...)
		if err != nil {
			return nil, Score{}, err
		}
		for i := range rows {
			rows[i].Body = titles[rows[i].Key]
		}
	}
	return rows, all[0], nil
}

// scoring is a score while it is counted.
type scoring struct {
	Score
	days []int
}

func (s *scoring) add(result string, answered, timed bool, days int) {
	s.Asked++
	s.Results[result]++
	if answered {
		s.Answered++
	}
	if timed {
		s.days = append(s.days, days)
	}
}

// score settles the median: the middle one, or between the two in the middle.
func (s *scoring) score() Score {
	if n := len(s.days); n > 0 {
		slices.Sort(s.days)
		s.Median, s.Timed = (s.days[(n-1)/2]+s.days[n/2]+1)/2, true
	}
	return s.Score
}
