package exchange_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"amparo/internal/exchange"
	"amparo/internal/i18n"
)

func read(data []byte) (*exchange.Sheet, error) { return exchange.Read(data, exchange.Map{}.Known) }

func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestATableIsReadHoweverItsProgramWritesIt(t *testing.T) {
	want := [][]string{{"Lina, of the ferry", "1972"}, {"ليلى\nقرسين", ""}}
	for name, data := range map[string]string{
		"plain":          "name_latn,born\n\"Lina, of the ferry\",1972\n\"ليلى\nقرسين\",\n",
		"mark and CRLF":  "\ufeffname_latn,born\r\n\"Lina, of the ferry\",1972\r\n\r\n\"ليلى\r\nقرسين\"\r\n",
		"semicolons":     "name_latn;born\nLina, of the ferry;1972\n\"ليلى\nقرسين\";\n",
		"tabs":           "name_latn\tborn\nLina, of the ferry\t1972\n\"ليلى\nقرسين\"\t\n",
		"separator told": "sep=;\r\nname_latn;born\r\nLina, of the ferry;1972\r\n\"ليلى\r\nقرسين\";\r\n",
		"workbook":       string(workbook(t, []any{" name_latn ", "born"}, []any{"Lina, of the ferry", 1972}, []any{nil}, []any{"ليلى\nقرسين"})),
	} {
		s, err := read([]byte(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got [][]string
		for _, l := range s.Rows {
			got = append(got, l.Cells)
		}
		if !reflect.DeepEqual(s.Heads, []string{"name_latn", "born"}) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q %q", name, s.Heads, got)
		}
	}
}

func TestRowsAreNumberedAsASpreadsheetDoes(t *testing.T) {
	for name, data := range map[string][]byte{
		"csv":      []byte("\nname_latn\nLina\n\n\"two\nlines\"\nOmar\n"),
		"workbook": workbook(t, []any{nil}, []any{"name_latn"}, []any{"Lina"}, []any{nil}, []any{"two\nlines"}, []any{"Omar"}),
	} {
		s, err := read(data)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, l := range s.Rows {
			got = append(got, l.N)
		}
		if !reflect.DeepEqual(got, []int{3, 5, 6}) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAFileThatCannotBeReadSaysWhatToDo(t *testing.T) {
	wide := utf16.Encode([]rune("name_latn\nLina\n"))
	unicode := []byte{0xff, 0xfe}
	for _, u := range wide {
		unicode = append(unicode, byte(u), byte(u>>8))
	}
	for want, data := range map[string][]byte{
		"empty":            []byte("\n \n"),
		"encoding":         unicode,
		"csv":              []byte("name_latn\n\"Lina\nOmar\n"),
		"old_workbook":     []byte("\xd0\xcf\x11\xe0rest"),
		"workbook":         []byte("PK\x03\x04rest"),
		"too_many_heads":   []byte(strings.Repeat("a,", 201) + "b\n"),
		"too_many_rows":    []byte("name_latn\n" + strings.Repeat("a\n", exchange.MaxRows+1)),
		"too_large":        make([]byte, exchange.MaxBytes+1),
		"too_large_inside": bomb(t),
	} {
		_, err := read(data)
		var fault *exchange.Fault
		if !errors.As(err, &fault) || fault.Code != want {
			t.Errorf("%s: %v", want, err)
			continue
		}
		for _, l := range i18n.Languages() {
			if words := fault.In(i18n.In(l.Code)); strings.Contains(words, "{") {
				t.Errorf("%s: %s", want, words)
			}
		}
	}
	_, err := read([]byte("name_latn\nLina\n\xe1\xe4\n"))
	var fault *exchange.Fault
	if !errors.As(err, &fault) || fault.Code != "encoding" || fault.Args[1] != 3 {
		t.Errorf("%+v", fault)
	}
}

// bomb is a small workbook that unpacks to more than is allowed.
func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 257 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestALargeWorkbookIsNotUnpackedOntoTheDisk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	rows := [][]any{{"name_latn", "title"}}
	for i := range 700 {
		rows = append(rows, []any{"Lina", fmt.Sprint(i) + strings.Repeat("x", 30000)})
	}
	s, err := read(workbook(t, rows...))
	if err != nil || len(s.Rows) != 700 {
		t.Fatal(err)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) > 0 {
		t.Errorf("%v %v", list, err)
	}
}

func TestOnlyAnApostropheBeforeAFormulaIsTakenAway(t *testing.T) {
	for text, want := range map[string]string{"'=1": "=1", "'+44": "+44", "'＝x": "＝x", "'Abd": "'Abd", "'": "'", "''=1": "''=1", "=1": "=1", "": ""} {
		if got := exchange.Bare(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func FuzzReadingAFileNeverPanicsAndKeepsItsShape(f *testing.F) {
	f.Add([]byte("name_latn,born\nLina,1972\n"))
	f.Add([]byte("sep=\t\nname_latn\tborn\n\"a\nb\"\t'=1\n"))
	f.Add([]byte("\ufeffname_latn;born\r\rx"))
	f.Add(workbook(f, []any{"name_latn", "born"}, []any{"Lina", 35000}))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := read(data)
		if err != nil {
			var fault *exchange.Fault
			if !errors.As(err, &fault) {
				t.Fatalf("%v is no fault", err)
			}
			_ = fault.In(i18n.In("ar"))
			return
		}
		last := 0
		for _, l := range s.Rows {
			if len(l.Cells) != len(s.Heads) || l.N <= last {
				t.Fatalf("row %d after %d has %d cells under %d heads", l.N, last, len(l.Cells), len(s.Heads))
			}
			last = l.N
		}
	})
}
