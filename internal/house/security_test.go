package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The page on security names tests as proof; each of them must be there.
func TestEveryTestThatTheSecurityPageNamesIsThere(t *testing.T) {
	page, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	err = filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(Test[A-Z][A-Za-z0-9]+)`").FindAllStringSubmatch(string(page), -1)
	for _, n := range named {
		if !strings.Contains(all.String(), "\nfunc "+n[1]+"(") {
			t.Errorf("there is no %s", n[1])
		}
	}
	if len(named) < 50 {
		t.Errorf("the page names %d tests: the pattern finds nothing", len(named))
	}
}
