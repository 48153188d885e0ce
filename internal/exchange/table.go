// Package exchange holds the files that records come and go in: tables as CSV
// and XLSX whose cells no spreadsheet takes for a formula. Which columns a kind
// has is decided by who writes the table.
package exchange

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Formats of tables, by the end of the file's name.
const (
	CSV  = "csv"
	XLSX = "xlsx"
)

// MediaType is the media type of a format.
func MediaType(format string) string {
	if format == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Cell is one value of a table. A number is written as one where the format
// knows numbers; whatever else is text and is never computed.
type Cell struct {
	Text   string
	Number bool
}

// Table writes rows into a file of one of the formats; Close ends it.
type Table struct {
	out   io.Writer
	lines *csv.Writer // nil for XLSX
	book  *excelize.File
	sheet *excelize.StreamWriter
	row   int
	err   error
}

// NewTable begins a table with its heads as the first row. A CSV file is UTF-8
// with a byte order mark, its lines end in CRLF.
func NewTable(out io.Writer, format string, heads []string) *Table {
	t := &Table{out: out}
	if format == XLSX {
		// Excelize lays large sheets on the disk unencrypted. A folder that cannot
		// be keeps them in memory.
		t.book = excelize.NewFile(excelize.Options{TmpDir: filepath.Join(os.DevNull, "no-folder")})
		t.sheet, t.err = t.book.NewStreamWriter(t.book.GetSheetName(0))
		if t.err == nil {
			t.err = t.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
		}
	} else {
		t.lines = csv.NewWriter(out)
		t.lines.UseCRLF = true
		_, t.err = io.WriteString(out, "\ufeff")
	}
	cells := make([]Cell, len(heads))
	for i, h := range heads {
		cells[i] = Cell{Text: h}
	}
	if t.err == nil {
		t.err = t.Row(cells)
	}
	return t
}

// Row adds one row.
func (t *Table) Row(cells []Cell) error {
	if t.err != nil {
		return t.err
	}
	t.row++
	if t.lines != nil {
		line := make([]string, len(cells))
		for i, c := range cells {
			line[i] = c.Text
			if _, plain := number(c); !plain {
				line[i] = Plain(c.Text)
			}
		}
		return t.lines.Write(line)
	}
	line := make([]any, len(cells))
	for i, c := range cells {
		line[i] = c.Text // typed as text, which is never computed
		if n, ok := number(c); ok {
			line[i] = n
		} else if c.Text == "" {
			line[i] = nil
		}
	}
	return t.sheet.SetRow("A"+strconv.Itoa(t.row), line)
}

// Close ends the file.
func (t *Table) Close() error {
	if t.err != nil {
		return t.err
	}
	if t.lines != nil {
		t.lines.Flush()
		return t.lines.Error()
	}
	defer t.book.Close()
	if err := t.sheet.Flush(); err != nil {
		return fmt.Errorf("end the sheet: %w", err)
	}
	if _, err := t.book.WriteTo(t.out); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

func number(c Cell) (float64, bool) {
	if !c.Number || c.Text == "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(c.Text, 64)
	return n, err == nil
}

// dangerous are the beginnings that a spreadsheet reads as the start of a
// formula, the full-width forms too.
const dangerous = "=+-@\t\r\n\x00＝＋－＠"

// Plain makes a text safe to open in a spreadsheet: what would begin a formula
// gets an apostrophe before it and stays readable.
func Plain(text string) string {
	if text != "" && strings.ContainsRune(dangerous, first(text)) {
		return "'" + text
	}
	return text
}

func first(text string) rune {
	for _, r := range text {
		return r
	}
	return 0
}
