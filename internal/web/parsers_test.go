package web

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func FuzzAFileNameIsNeverAPath(f *testing.F) {
	for _, name := range []string{"", "a.pdf", "../../etc/passwd", `C:\x\y.docx`, "\u202Egnp.exe", "a\x00b", strings.Repeat("ص", 300) + ".jpeg", ". .", "con.", "\xff\xfe"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, called string) {
		name := fileName(called)
		if name == "" || name == "." || name == ".." || !utf8.ValidString(name) || strings.ContainsAny(name, `/\`) || utf8.RuneCountInString(name) > 150 {
			t.Fatalf("%q is kept as %q", called, name)
		}
		if strings.ContainsFunc(name, func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) }) {
			t.Fatalf("%q holds what is not seen", name)
		}
	})
}

func FuzzASignedLineIsCutAndNeverChanged(f *testing.F) {
	for _, line := range []string{"", "1. Mira Sol, teacher", "• نور علي، محامية", "- A - B - C", "12) X;Y", "—", "\t\t", "1", "\xff, \xfe"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		name, capacity := signed(line)
		at := strings.Index(line, name)
		if at < 0 || !strings.Contains(line[at+len(name):], capacity) || name != strings.TrimSpace(name) || capacity != strings.TrimSpace(capacity) {
			t.Fatalf("%q is read as %q and %q", line, name, capacity)
		}
	})
}
