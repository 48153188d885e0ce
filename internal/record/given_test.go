package record

import (
	"strings"
	"testing"
)

func TestWordsAreMeasuredInCharactersWhateverTheirScript(t *testing.T) {
	for text, code := range map[string]string{
		strings.Repeat("ش", mostReason):   "",
		strings.Repeat("ش", mostReason+1): "too_long",
		" \n":                             "required",
		"a\x00":                           "characters",
	} {
		p := needed("reason", text, mostReason)
		if code == "" && len(p) > 0 || code != "" && (len(p) != 1 || p[0].Code != code || p[0].Field != "reason") {
			t.Errorf("%.10q of %d bytes: %v, want %q", text, len(text), p, code)
		}
	}
}
