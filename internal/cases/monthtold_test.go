package cases

import (
	"fmt"
	"math/rand"
	"testing"
)

// What a reader of the paper can work out of a column: its sum, its rows, and the
// signs between them.
func TestNothingUnderThreeLeavesAndNothingCanBeWorkedOut(t *testing.T) {
	r := rand.New(rand.NewSource(7))
	told := 0
	for range 4000 {
		m := Month{All: map[string]int{}, By: map[string][]MonthRow{}}
		for i := range 1 + r.Intn(7) {
			row := MonthRow{Key: fmt.Sprint(i), N: map[string]int{}}
			for _, f := range DemandFigures {
				row.N[f] = max(0, r.Intn(12)-4)
				m.All[f] += row.N[f]
			}
			m.By["kind"] = append(m.By["kind"], row)
		}
		all := m.ForBoard()
		rows := m.ForBoardBy("kind", DemandFigures)
		for _, f := range DemandFigures {
			shown, hidden := 0, 0
			for _, row := range rows {
				c := row.Told[f]
				if !c.Kept {
					told++
					if c.N < 3 {
						t.Fatalf("%d is told", c.N)
					}
					shown += c.N
				} else if row.N[f] > 0 {
					hidden++
				}
			}
			if !all[f].Kept && all[f].N < 3 {
				t.Fatalf("a sum of %d is told", all[f].N)
			}
			if rest := m.All[f] - shown; len(rows) > 0 && !all[f].Kept && rest > 0 && (rest < 3 || hidden < 2) {
				t.Fatalf("%s: %d of %d are told in %v, so the rest is %d in %d rows", f, shown, m.All[f], rows, rest, hidden)
			}
		}
	}
	if told < 10000 {
		t.Errorf("only %d figures were told", told)
	}
}
