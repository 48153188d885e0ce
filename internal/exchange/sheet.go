package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"amparo/internal/i18n"
)

// What a file may be at most.
const (
	MaxBytes = 64 << 20
	MaxRows  = 200_000
	MaxHeads = 200
	maxUnzip = 256 << 20
)

// Sheet is a table as it was read: text in rows under heads. Blank rows are
// left out.
type Sheet struct {
	Format string
	Name   string // of the sheet in a workbook
	Others int    // further sheets of the workbook, which were not read
	Heads  []string
	Rows   []Line

	from1904 bool // days of the workbook's dates count from 1904
}

// Line is one row under the heads.
type Line struct {
	N     int      // as a spreadsheet numbers it, the heads being row 1
	Cells []string // as many as there are heads
	More  bool     // something stands to the right of the last head
}

// Fault says why a file could not be read at all; its sentence lies in the
// catalogue under "exchange.fault.<code>".
type Fault struct {
	Code string
	Args []any // name, value pairs
}

// Error names the code only.
func (f *Fault) Error() string { return "unreadable file: " + f.Code }

// In words the fault.
func (f *Fault) In(l *i18n.Reader) string { return l.T("exchange.fault."+f.Code, f.Args...) }

func fault(code string, args ...any) error { return &Fault{code, args} }

// Read reads a file's content: CSV in UTF-8, with comma, semicolon or tab, or
// the first sheet of an XLSX workbook. Which it is shows in the content. known
// tells heads that are expected and decides between separators. The error is
// always a *Fault.
func Read(data []byte, known func(head string) bool) (*Sheet, error) {
	var s *Sheet
	var err error
	switch {
	case len(data) > MaxBytes:
		return nil, fault("too_large", "max", MaxBytes>>20)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		s, err = readWorkbook(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, fault("old_workbook")
	default:
		s, err = readCSV(data, known)
	}
	if err != nil {
		return nil, err
	}
	if len(s.Heads) == 0 {
		return nil, fault("empty")
	}
	return s, nil
}

// take adds the next row; the first that is not blank are the heads.
func (s *Sheet) take(n int, cells []string) error {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 {
		return nil
	}
	if s.Heads == nil {
		if len(cells) > MaxHeads {
			return fault("too_many_heads", "max", MaxHeads)
		}
		for _, c := range cells {
			s.Heads = append(s.Heads, strings.TrimSpace(c))
		}
		return nil
	}
	if len(s.Rows) == MaxRows {
		return fault("too_many_rows", "max", MaxRows)
	}
	line := Line{N: n, More: len(cells) > len(s.Heads), Cells: make([]string, len(s.Heads))}
	copy(line.Cells, cells)
	s.Rows = append(s.Rows, line)
	return nil
}

func readCSV(data []byte, known func(string) bool) (*Sheet, error) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, fault("encoding", "line", 1)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		return nil, fault("encoding", "line", 1+bytes.Count(data[:firstInvalid(data)], []byte("\n")))
	}
	if !bytes.Contains(data, []byte("\n")) { // line ends of old Macintosh programs
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	s := &Sheet{Format: CSV}
	comma, skip := separator(data, known)
	lines := csv.NewReader(bytes.NewReader(data))
	lines.Comma, lines.FieldsPerRecord = comma, -1
	inside := 0 // line ends inside cells so far, which a spreadsheet does not count
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			line := 0
			var p *csv.ParseError
			if errors.As(err, &p) {
				line = p.StartLine
			}
			return nil, fault("csv", "line", line)
		}
		at, _ := lines.FieldPos(0)
		n := at - inside
		for i, c := range cells {
			inside += strings.Count(c, "\n")
			cells[i] = Bare(c)
		}
		if skip {
			skip = false
			continue
		}
		if err := s.take(n, cells); err != nil {
			return nil, err
		}
	}
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}

// separator chooses the one under which most heads are known, then the one
// that stands most often between them. skip tells that the first line only
// names it, as Excel writes it.
func separator(data []byte, known func(string) bool) (comma rune, skip bool) {
	if rest, ok := bytes.CutPrefix(data, []byte("sep=")); ok && len(rest) > 0 && strings.ContainsRune(",;\t", rune(rest[0])) {
		if len(rest) == 1 || rest[1] == '\r' || rest[1] == '\n' {
			return rune(rest[0]), true
		}
	}
	comma, best, most := ',', -1, 0
	for _, c := range ",;\t" {
		lines := csv.NewReader(bytes.NewReader(data))
		lines.Comma, lines.FieldsPerRecord = c, -1
		cells, err := lines.Read()
		if err != nil {
			continue
		}
		score := 0
		for _, head := range cells {
			if known(head) {
				score++
			}
		}
		if score > best || (score == best && len(cells) > most) {
			comma, best, most = c, score, len(cells)
		}
	}
	return comma, false
}

func readWorkbook(data []byte) (s *Sheet, err error) {
	defer func() {
		if recover() != nil { // the library trusts what a broken workbook says of itself
			s, err = nil, fault("workbook")
		}
	}()
	// Limits are equal and the folder cannot be, so that nothing is unpacked onto
	// the disk.
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: maxUnzip, RawCellValue: true, TmpDir: filepath.Join(os.DevNull, "no-folder")})
	if err != nil {
		if strings.Contains(err.Error(), "unzip size exceeds") {
			return nil, fault("too_large_inside", "max", maxUnzip>>20)
		}
		return nil, fault("workbook")
	}
	defer book.Close()
	list := book.GetSheetList()
	if len(list) == 0 {
		return nil, fault("empty")
	}
	s = &Sheet{Format: XLSX, Name: list[0], Others: len(list) - 1}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		s.from1904 = *props.Date1904
	}
	rows, err := book.Rows(list[0])
	if err != nil {
		return nil, fault("workbook")
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, fault("workbook")
		}
		for i, c := range cells {
			cells[i] = strings.ReplaceAll(c, "\r\n", "\n")
		}
		if err := s.take(n, cells); err != nil {
			return nil, err
		}
	}
	if rows.Error() != nil {
		return nil, fault("workbook")
	}
	return s, nil
}

// Bare takes away the apostrophe that Plain put before the beginning of a
// formula.
func Bare(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && rest != "" && strings.ContainsRune(dangerous, first(rest)) {
		return rest
	}
	return text
}

// Load reads the content of a file, which must not be larger than MaxBytes.
func Load(path string) ([]byte, error) {
	f, err := os.Open(path) // #nosec G304 -- what the operator names
	if err != nil {
		return nil, fmt.Errorf("open the file: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	return data, nil
}
