package exchange

import (
	"io"
	"strconv"
	"strings"
)

// reportHeads are the heads of the file of a report.
var reportHeads = []string{"row", "result", "ref", "why", "doubles"}

// Write writes the report as CSV, one line for each row of the sheet.
func (r *Report) Write(w io.Writer) error {
	t := NewTable(w, CSV, reportHeads)
	for _, o := range r.Rows {
		if err := t.Row([]Cell{{Text: strconv.Itoa(o.Row), Number: true}, {Text: string(o.Result)}, {Text: o.Ref},
			{Text: strings.Join(o.Why, "; ")}, {Text: strings.Join(o.Doubles, "; ")}}); err != nil {
			return err
		}
	}
	return t.Close()
}
