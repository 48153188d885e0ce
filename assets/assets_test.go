package assets

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"
)

func TestTheVendoredLibraryIsTheOneThatWasRead(t *testing.T) {
	data, err := files.ReadFile("vendor/htmx-4.0.1.min.js")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	const want = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Fatalf("htmx has hash %s, assets/vendor/README.md says %s", got, want)
	}
}

func TestStylesKnowNoPhysicalLeftAndRight(t *testing.T) {
	css := Find(URL("css/app.css")).Plain
	physical := regexp.MustCompile(`(?i)(margin|padding|border|inset)-(left|right|top|bottom)\b|[;{\s](left|right)\s*:|text-align:\s*(left|right)|float:\s*(left|right)`)
	for n, line := range strings.Split(string(css), "\n") {
		if physical.MatchString(line) {
			t.Errorf("line %d: %s", n+1, line)
		}
	}
}

func TestStyleAndScriptFitTheirShareOfTheFirstVisit(t *testing.T) {
	total := 0
	for _, name := range []string{"css/app.css", "js/app.js", "icons/amparo.svg"} {
		body, _ := Find(URL(name)).Encoded("gzip, br")
		t.Logf("%s: %d bytes", name, len(body))
		total += len(body)
	}
	// 30 KB for the whole first visit leaves 4 KB for the page itself.
	if total > 26*1024 {
		t.Fatalf("%d bytes compressed", total)
	}
}

func TestAnAssetIsFoundByItsOwnAddressOnly(t *testing.T) {
	address := URL("css/app.css")
	if !regexp.MustCompile(`^/assets/css/app\.[0-9a-f]{12}\.css$`).MatchString(address) {
		t.Fatalf("address is %s", address)
	}
	if f := Find(address); f == nil || f.Type != "text/css; charset=utf-8" {
		t.Fatalf("found %v", f)
	}
	if Find("/assets/css/app.css") != nil || Find("/assets/../assets.go") != nil {
		t.Fatal("found what has no address")
	}
}

func TestTheSmallestAcceptedFormIsSent(t *testing.T) {
	f := Find(URL("css/app.css"))
	for accept, want := range map[string]string{"gzip, br": "br", "gzip": "gzip", "": ""} {
		if _, got := f.Encoded(accept); got != want {
			t.Errorf("%q gets %q, want %q", accept, got, want)
		}
	}
}
