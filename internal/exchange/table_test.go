package exchange

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestWhatWouldBeginAFormulaGetsAnApostrophe(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+44 20 7946 0000": "'+44 20 7946 0000", "-2": "'-2", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "\rx": "'\rx", "\x00x": "'\x00x",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x", "a=b": "a=b", "": "", "Лина": "Лина", "لينا": "لينا",
	} {
		if got := Plain(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestACSVFileHasMarkHeadsAndCRLF(t *testing.T) {
	var b bytes.Buffer
	table := NewTable(&b, CSV, []string{"ref", "title", "days"})
	if err := table.Row([]Cell{{Text: "P-0001"}, {Text: "=cmd, \"quoted\"\nand more"}, {Text: "-3", Number: true}}); err != nil {
		t.Fatal(err)
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	if want := "\ufeffref,title,days\r\nP-0001,\"'=cmd, \"\"quoted\"\"\r\nand more\",-3\r\n"; b.String() != want {
		t.Errorf("%q", b.String())
	}
}

func TestCellsOfAWorkbookAreTextAndNeverFormulas(t *testing.T) {
	var b bytes.Buffer
	table := NewTable(&b, XLSX, []string{"title", "days"})
	if err := table.Row([]Cell{{Text: "=HYPERLINK(\"x\")"}, {Text: "12", Number: true}}); err != nil {
		t.Fatal(err)
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, "xl/worksheets/") {
			continue
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(in)
		in.Close()
		if strings.Contains(string(text), "<f>") || strings.Contains(string(text), "<f ") {
			t.Errorf("a formula in %s", f.Name)
		}
	}
	book, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if v, err := book.GetCellValue("Sheet1", "A2"); err != nil || v != "=HYPERLINK(\"x\")" {
		t.Errorf("%q, %v", v, err)
	}
	if kind, err := book.GetCellType("Sheet1", "A2"); err != nil || kind != excelize.CellTypeInlineString {
		t.Errorf("type %v, %v", kind, err)
	}
}

func TestALargeWorkbookLeavesNothingOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var b bytes.Buffer
	table := NewTable(&b, XLSX, []string{"title"})
	long := strings.Repeat("x", 30000)
	for range 700 { // more than excelize keeps in memory by itself
		if err := table.Row([]Cell{{Text: long}}); err != nil {
			t.Fatal(err)
		}
	}
	if table.book == nil || empty(t, dir) != nil {
		t.Fatal(empty(t, dir))
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
}

func empty(t *testing.T, dir string) error {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range list {
		return fmt.Errorf("%s lies on the disk", f.Name())
	}
	return nil
}
