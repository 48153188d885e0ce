package cases

import "slices"

// fewest is the smallest figure that leaves the office: a smaller one could point
// at somebody.
const fewest = 3

// Figure is a number as it leaves the office.
type Figure struct {
	N    int
	Kept bool // it is kept back, since it or what could be worked out with it is too small
}

// BoardRow is the figures of one row, or of all rows that are too small to be told apart.
type BoardRow struct {
	MonthRow
	Rest bool
	Told map[string]Figure
}

// ForBoard gives the figures of the whole month as they leave the office.
func (m Month) ForBoard() map[string]Figure {
	out := map[string]Figure{}
	for _, f := range MonthFigures {
		out[f] = Figure{m.All[f], m.All[f] < fewest}
	}
	return out
}

// ForBoardBy gives rows of a month as they leave the office. Nothing under three is
// told, none included, so that what is kept back may be anything from none to two.
// Rows without a figure to tell are told as one, and where what is kept back of a
// column could be worked out from its sum, its smallest figure is kept back too.
func (m Month) ForBoardBy(by string, figures []string) []BoardRow {
	var rows []BoardRow
	rest := BoardRow{MonthRow: MonthRow{N: map[string]int{}}, Rest: true}
	for _, r := range m.By[by] {
		switch {
		case slices.ContainsFunc(figures, func(f string) bool { return r.N[f] >= fewest }):
			rows = append(rows, BoardRow{MonthRow: r})
		default:
			for f, n := range r.N {
				rest.N[f] += n
			}
		}
	}
	if slices.ContainsFunc(figures, func(f string) bool { return rest.N[f] > 0 }) {
		rows = append(rows, rest)
	}
	for i := range rows {
		rows[i].Told = map[string]Figure{}
	}
	for _, f := range figures {
		kept := 0
		for i, r := range rows {
			rows[i].Told[f] = Figure{r.N[f], r.N[f] < fewest}
			if r.N[f] < fewest {
				kept += r.N[f]
			}
		}
		if kept == 0 || kept >= fewest {
			continue
		}
		smallest := -1
		for i, r := range rows {
			if !r.Told[f].Kept && (smallest < 0 || r.N[f] < rows[smallest].N[f]) {
				smallest = i
			}
		}
		if smallest >= 0 {
			rows[smallest].Told[f] = Figure{rows[smallest].N[f], true}
		}
	}
	if !slices.ContainsFunc(rows, func(r BoardRow) bool { return !r.keptBack() }) {
		return nil
	}
	return rows
}

func (r BoardRow) keptBack() bool {
	for _, f := range r.Told {
		if !f.Kept {
			return false
		}
	}
	return true
}
