//go:build browser

package journeys

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// printed fetches a file as a program with a token does.
func (o *office) printed(role, path string) []byte {
	o.t.Helper()
	ask, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, o.url+path, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, u := range o.made.Users {
		if u.Role == role {
			ask.Header.Set("Authorization", "Bearer "+u.Token)
		}
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		o.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 {
		o.t.Fatalf("%s: %d %v %.200s", path, answer.StatusCode, err, body)
	}
	return body
}

// readBack is what another program finds in a PDF: its text without the signs of
// direction, and how its pages look.
func readBack(t *testing.T, pdf []byte) (text string, pages int) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "a.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	if out2, err := exec.CommandContext(t.Context(), "pdftoppm", "-gray", "-r", "36", file, filepath.Join(dir, "page")).CombinedOutput(); err != nil || len(out2) > 0 {
		t.Fatalf("%v %s", err, out2)
	}
	list, err := filepath.Glob(filepath.Join(dir, "page*.pgm"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range list {
		looksPrinted(t, name)
	}
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, string(out))
	return strings.Join(strings.Fields(text), " "), len(list)
}

// looksPrinted tells that a page has ink on it and none at its edges.
func looksPrinted(t *testing.T, name string) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var wide, high, most int
	if n, err := fmt.Fscanf(bytes.NewReader(raw), "P5\n%d %d\n%d\n", &wide, &high, &most); n != 3 || wide*high > len(raw) {
		t.Fatalf("%s is no picture: %v", name, err)
	}
	dots := raw[len(raw)-wide*high:]
	const edge = 10 // dots of half a millimetre
	inked, outside := 0, 0
	for i, d := range dots {
		if d > 200 {
			continue
		}
		inked++
		if x, y := i%wide, i/wide; x < edge || y < edge || x >= wide-edge || y >= high-edge {
			outside++
		}
	}
	if inked < wide*high/400 || outside > 0 {
		t.Errorf("%s: %d of %d dots have ink, %d at the edge", filepath.Base(name), inked, wide*high, outside)
	}
}

func TestPapersReadBackInAnotherProgramAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	o := invented(t, 300)
	plea := ""
	for _, row := range strings.Split(string(o.printed("caseworker", "/appeals.csv")), "\r\n") {
		if strings.Contains(row, "Communication on Sami") {
			plea = "/appeals/" + strings.Split(row, ",")[0]
		}
	}
	for path, want := range map[string][]string{
		plea + "/letter.pdf?lang=en":        {"Lantern Network", "Working Group on the Taken", "Subject: Communication on Sami Al-Marsuni", "What happened", "no warrant was shown. [1]", "Release Sami Al-Marsuni at once.", "Readers of Marsun", "page 1 of 1"},
		plea + "/letter.pdf?lang=ar":        {"الفريق العامل المعني بالمأخوذين", "نكتب إليكم بشأن القضية المبيّنة أدناه", "سامي حسن المرسوني", "ما نطلبه", "وزارة الأرصفة في مرسون"},
		plea + "/urgent-action.pdf?lang=en": {"Who is in danger", "Northgate prison", "Whom to write to", "How to write"},
		plea + "/urgent-action.pdf?lang=ar": {"سبب الاستعجال", "سجن البوابة الشمالية", "الجهات التي يُكتب إليها", "كيف نكتب"},
		plea + "/signatures.pdf?lang=ar":    {"التوقيعات", "هل يجوز ذكر"},
		"/appeals/list.pdf?lang=ar":         {"قائمة النداءات", "قيد المراجعة"},
		"/deadlines/list.pdf?lang=en":       {"List of deadlines"},
	} {
		text, pages := readBack(t, o.printed("caseworker", path))
		if pages == 0 || strings.Contains(path, "urgent") && pages > 2 || strings.Contains(path, "letter") && pages > 1 {
			t.Errorf("%s: %d pages", path, pages)
		}
		for _, words := range want {
			if !strings.Contains(text, words) {
				t.Errorf("%s: %q is not read back:\n%s", path, words, text)
			}
		}
	}
}
