//go:build browser

package journeys

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amparo/internal/browser"
)

// onDisk writes a file that somebody is going to attach.
func onDisk(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFileIsBroughtAndNothingIsTypedTwiceWhenTheLineIsCut(t *testing.T) {
	t.Parallel()
	h := empty(t).nadia(browser.Desk)
	logged(h, "Sister, by telephone", "Tarek Zahrawell", "12 November 2026")
	h.to("/evidence/new")
	h.looked("evidence-new")
	h.Choose("#f-kind", "letter")
	h.Fill("#f-case", "C-")
	home := browser.Eval[string](h.Page, `fetch("/cases.csv").then(r => r.text()).then(t => t.match(/C-[0-9]+/)[0])`)
	h.Fill("#f-case", home)
	h.Fill("#f-title", "Letter of the sister")
	h.Fill("#f-text", "He was well on Friday.")

	h.Attach("#f-file", onDisk(t, "nothing.txt", ""))
	h.See("This file is empty.")
	h.Click("#edit .form-end button.main")
	if h.Path() != "/evidence/new" || h.Value("#f-title") != "Letter of the sister" {
		t.Fatal("a file that cannot be taken is sent")
	}

	h.Attach("#f-file", onDisk(t, "رسالة الأخت.txt", strings.Repeat("He was well on Friday.\n", 40_000)))
	h.SeeNot("This file is empty.")
	h.Allow("ERR_INTERNET_DISCONNECTED")
	h.Cut()
	h.Click("#edit .form-end button.main")
	h.Until("word of the cut line", `document.querySelector(".upload [role=status]").textContent === document.body.dataset.sayOffline`)
	h.Shot("evidence-cut")
	if h.Value("#f-text") != "He was well on Friday." || browser.Eval[int](h.Page, `document.querySelector("#f-file").files.length`) != 1 {
		t.Fatal("something is lost")
	}
	h.turn(h.Mend) // it goes through by itself
	h.See("رسالة الأخت.txt")
	h.See("898 KB")
	if !strings.HasPrefix(h.Path(), "/evidence/E-") {
		t.Fatalf("we are at %s", h.Path())
	}
	if size := browser.Eval[int](h.Page, `fetch(location.pathname + "/file").then(r => r.arrayBuffer()).then(b => b.byteLength)`); size != 23*40_000 {
		t.Errorf("the file comes back with %d bytes", size)
	}
	h.to(h.Path())
	for _, fold := range []string{"details:nth-of-type(1)", "details:nth-of-type(2)"} {
		h.Click("#file " + fold + " summary")
	}
	h.See("File opened")
	h.looked("evidence-file")
	h.to("/evidence")
	h.See("Text")
	h.looked("evidence-list")
	at := h.Path()
	h.reads("ar")
	h.to(at)
	h.looked("evidence-list-ar")
	h.to("/evidence/new")
	h.looked("evidence-new-ar")
	h.to("/evidence")
	h.turn(func() { h.Click("tbody a") })
	h.looked("evidence-file-ar")
}

func TestWhatAPictureTellsIsSeenAndLeftBehindAndAllFilesAreCompared(t *testing.T) {
	t.Parallel()
	o := invented(t, 40)
	h := o.as("supervisor", browser.Desk)
	for _, lang := range []string{"en", "ar"} {
		h.reads(lang)
		h.to("/evidence?file=with")
		h.turn(func() {
			browser.Eval[bool](h.Page, `([...document.querySelectorAll("tbody a")].find(a => a.textContent.includes("lamp at the quay")).click(), true)`)
		})
		h.looked("evidence-photo-" + lang)
		at := h.Path()
		if lang == "en" {
			h.See("Place (GPS)")
			h.follow("Make a copy that does not")
			h.See("without metadata")
			h.See("Made from")
			h.SeeNot("Place (GPS)")
			h.looked("evidence-stripped")
			if h.Path() == at {
				t.Error("there is no copy")
			}
		}
		h.to("/evidence/recheck")
		h.turn(func() { h.Click("#recheck button.main") })
		h.Wait("#recheck button.main") // the page finds out by itself that it is done
		h.looked("evidence-recheck-" + lang)
	}
}
