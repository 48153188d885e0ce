//go:build browser

package journeys

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"amparo/internal/browser"
	"amparo/internal/edtf"
	"amparo/internal/i18n"
)

// caught keeps the next file that the page's form gives, instead of laying it
// down: its name and its bytes.
func (h *hands) caught(give func()) (name string, content []byte) {
	h.o.t.Helper()
	browser.Eval[bool](h.Page, `(() => { const f = document.querySelector("#give"); window.gift = "";
		f.addEventListener("submit", (e) => { e.preventDefault();
			fetch(f.action, {method: "POST", body: new URLSearchParams(new FormData(f, e.submitter))}).then(async (r) => {
				const b = new Uint8Array(await r.arrayBuffer());
				window.gift = r.status + "\n" + r.headers.get("Content-Disposition") + "\n" + btoa(Array.from(b, (c) => String.fromCharCode(c)).join("")) }) });
		return true })()`)
	give()
	h.Until("the file", `window.gift !== ""`)
	parts := strings.SplitN(browser.Eval[string](h.Page, `window.gift`), "\n", 3)
	if parts[0] != "200" {
		h.o.t.Fatalf("the file answers %s", parts[0])
	}
	content, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		h.o.t.Fatal(err)
	}
	return parts[1], content
}

// about is what another program says of a PDF itself: title, author, dates.
func about(t *testing.T, pdf []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdfinfo", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// bare is a text without spaces and vowel signs, which other programs set as they
// like when they read Arabic back.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, text)
}

func TestJourneyTenPrintsACaseForALawyerAndForAJournalist(t *testing.T) {
	o := invented(t, 20)
	h := o.as("caseworker", browser.Desk)
	taken := strings.Split(h.pick("/detentions.csv", "name", "Safsafouni")["taken"], ",")[0]
	day := edtf.Day(taken).Paper(i18n.In("ar"))
	if day == "" {
		t.Fatalf("the day of an arrest is %q", taken)
	}
	// Whoever printed it, whoever allowed nothing or took it back, refs, the day of
	// an arrest beside initials, and a count of one.
	never := []string{"Nadia", "Halloun", "C-0", "P-0", "D-0", "Walid", "وليد", "الرملوسي", "Nader", "نادر", "Rim", "ريم", "الجبروني", "ليلى", "Leila", "الطوينعي", "المعطف", "grey coat", day, "شخص واحد", "1 person"}
	for _, one := range []struct {
		name, audience, to, why string
		tells, hides            []string
	}{
		{"10, for a lawyer", "partner", "سلمى، محامية", "جلسة الاستئناف", []string{"سامي حسن المرسوني", "طارق بشير الحلفواني", "سجن البوابة الشمالية", "الشخص 4", "سلمى، محامية"}, nil},
		{"10, for a journalist", "media", "صحفي في جريدة الميناء", "تحقيق عن العائلات", []string{"طارق بشير الحلفواني", "س. ح. ا.", "سُلِّمت في"}, []string{"سامي", "المرسوني", "Sami", "سجن البوابة الشمالية ["}},
	} {
		h.to("/cases/" + o.made.Cases.Open)
		h.Slow()
		h.afresh()
		h.follow("Print")
		h.Choose("#f-audience", one.audience)
		h.Choose("#f-lang", "ar")
		h.follow("Show")
		h.says("#told", "Tariq Bashir El Halfaouani", "Full name")
		h.says("#withheld", "Walid Ramloussi", "The consent was withdrawn.", "Nader Hasan Al-Marsuni", "No consent is on file")
		h.Click("#given-to")
		h.write(one.to)
		h.Press("Tab")
		h.write(one.why)
		called, pdf := h.caught(func() { h.Press("Enter") })
		h.figures(one.name, limits{clicks: 5})
		h.Mend()
		h.looked("given-" + one.audience)
		text, pages := readBack(t, pdf)
		itself := about(t, pdf)
		if pages == 0 || !strings.Contains(called, `"case.pdf"`) {
			t.Errorf("%d pages, called %s", pages, called)
		}
		for _, words := range one.tells {
			if !strings.Contains(bare(text), bare(words)) {
				t.Errorf("%s: %q is not on it:\n%s", one.name, words, text)
			}
		}
		for _, words := range append(one.hides, never...) {
			if strings.Contains(text, words) || strings.Contains(itself, words) || strings.Contains(called, words) {
				t.Errorf("%s: %q is on it:\n%s\n%s", one.name, words, text, itself)
			}
		}
		if strings.Contains(itself, "Author") && !strings.Contains(itself, "Author:          \n") {
			t.Errorf("the file says of itself: %s", itself)
		}
	}
	lines := strings.Join(h.rows("/given.csv?to_whom=%D8%B5%D8%AD%D9%81%D9%8A"), "\n") + strings.Join(h.rows("/given.csv?to_whom=%D8%B3%D9%84%D9%85%D9%89"), "\n")
	for _, words := range []string{"صحفي في جريدة الميناء", "تحقيق عن العائلات", ",pdf,media,ar,", "سلمى، محامية", ",pdf,partner,ar,"} {
		if strings.Count(lines, words) != 1 {
			t.Errorf("%q stands %d times on the register:\n%s", words, strings.Count(lines, words), lines)
		}
	}
	h.to("/given")
	h.looked("given")
}

func TestTheFormThatGivesAFileAwayIsFitToBeSeen(t *testing.T) {
	t.Parallel()
	o := invented(t, 20)
	h := o.as("caseworker", browser.Desk)
	at := "/evidence/" + h.pick("/evidence.csv", "media_type", "image/")["ref"]
	for _, lang := range []string{"en", "ar"} {
		h.reads(lang)
		h.to(at)
		form := h.asks("/export")
		h.looked("file-export-" + lang)
		h.Resize(browser.Desk)
		h.turn(func() { h.Click(form + "button.main") })
		h.Wait("#problems")
		h.looked("file-export-refused-" + lang)
		h.Resize(browser.Desk)
	}
}
