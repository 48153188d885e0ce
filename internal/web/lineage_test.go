package web_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"amparo/internal/web/webtest"
)

// snapshot is a photo that says where it was taken, and in a comment by whom.
func snapshot(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	place := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x1a\x00\x00\x00\x00\x00\x01"
	words := "\xff\xfe\x00\x0eTakenByHer" + "12"
	return "\xff\xd8\xff\xe1" + string([]byte{0, byte(len(place) + 2)}) + place + words + b.String()[2:]
}

func photoOf(home, called, content string) []webtest.Part {
	list := bringing(home, called, content)
	list[2].Content, list[3].Content = "photo", "The lamp"
	return list
}

func TestACopyWithoutWhatAPictureTellsSaysWhatItWasMadeFrom(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		original := snapshot(t)
		at := h.Nadia.Upload("/evidence", photoOf(h.Open, "IMG_1.jpg", original)).To()
		page := h.Nadia.Get(at).Body
		if !strings.Contains(page, "Place (GPS)") || !strings.Contains(page, "Names, captions, comments") || !strings.Contains(page, at+"/stripped") {
			t.Error("the page does not say what the picture tells")
		}
		if h.Rune.Post(at+"/stripped", nil).Status != 403 || h.Nobody().Post(at+"/stripped", nil).Status != 303 {
			t.Error("somebody else may make a copy")
		}
		a := h.Nadia.Post(at+"/stripped", nil)
		if a.Status != 303 || a.To() == at {
			t.Fatalf("%d to %q: %s", a.Status, a.To(), a.Body)
		}
		copied := h.Nadia.Get(a.To()).Body
		for _, word := range []string{"The lamp (without metadata)", "Made from", at, "Metadata removed", "Nadia", "Amparo", "IMG_1-stripped.jpg", "is the copy"} {
			if !strings.Contains(copied, word) {
				t.Errorf("the copy does not say %q", word)
			}
		}
		if strings.Contains(copied, "Place (GPS)") {
			t.Error("the copy tells the place")
		}
		if !strings.Contains(h.Nadia.Get(at).Body, a.To()) {
			t.Error("the original does not lead to its copy")
		}
		bare := h.Nadia.Get(a.To() + "/file").Body
		if bare == original || strings.Contains(bare, "TakenByHer") || strings.Contains(bare, "Exif") {
			t.Error("the copy is not bare")
		}
		if _, err := jpeg.Decode(strings.NewReader(bare)); err != nil {
			t.Errorf("the copy is no picture: %v", err)
		}
		if h.Nadia.Get(at+"/file").Body != original {
			t.Error("the original was changed")
		}
		if again := h.Nadia.Post(a.To()+"/stripped", nil); again.Status != 422 || !strings.Contains(again.Body, "tells nothing") {
			t.Errorf("a copy of the copy: %d", again.Status)
		}
		text := h.Nadia.Upload("/evidence", bringing(h.Open, "a.pdf", pdf)).To()
		if a := h.Nadia.Post(text+"/stripped", nil); a.Status != 422 {
			t.Errorf("of a document: %d", a.Status)
		}
		half := h.Nadia.Upload("/evidence", photoOf(h.Open, "half.jpg", original[:len(original)-30])).To()
		if a := h.Nadia.Post(half+"/stripped", nil); a.Status != 422 || !strings.Contains(a.Body, "cannot be read to its end") {
			t.Errorf("of half a picture: %d", a.Status)
		}
		if a := h.Nadia.JSON("POST", "/api/v1"+at+"/stripped", h.Nadia.Token(), nil); a.Status != 201 || !strings.Contains(a.Body, `"derived_from":"`+strings.TrimPrefix(at, "/evidence/")+`"`) {
			t.Errorf("by the API: %d %s", a.Status, a.Body)
		}
		only(t, h, 4, 0)

		// What was made from another is also entered by hand.
		by := bringing(h.Open, "transcript.txt", "said on the tape")
		if a := h.Nadia.Upload("/evidence", append(by, webtest.Part{Name: "derived_how", Content: "transcribed"}, webtest.Part{Name: "derived_from", Content: strings.TrimPrefix(at, "/evidence/")})); a.Status != 303 {
			t.Errorf("made from the photo: %d", a.Status)
		}
	})
}

// spoilAllButTheShortest turns a bit in every kept file but one.
func spoilAllButTheShortest(t *testing.T, h *webtest.House) {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(h.Folder, "kept", "*"))
	if err != nil || len(list) == 0 {
		t.Fatalf("%v %v", list, err)
	}
	var contents [][]byte
	shortest := 1 << 20
	for _, path := range list {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		contents, shortest = append(contents, content), min(shortest, len(content))
	}
	for i, path := range list {
		if len(contents[i]) == shortest {
			continue
		}
		contents[i][len(contents[i])-1] ^= 1
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, contents[i], 0o400); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatRestsOnASpoiledFileIsMarkedUntilItIsMended(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		whole := h.Nadia.Upload("/evidence", bringing(h.Open, "whole.txt", "whole")).To()
		at := h.Nadia.Upload("/evidence", bringing(h.Open, "letter.pdf", pdf)).To()
		ref := strings.TrimPrefix(at, "/evidence/")
		hidden := h.Omar.Upload("/evidence", bringing(h.Restricted, "velvet.pdf", pdf+"velvet")).To()
		person := "/people/" + h.Make(h.Nadia, "person", h.Open, "names.0.full", "Tarek Zahrawell", "father", "Karim")
		if a := h.Nadia.Post(person+"/citations", url.Values{"document": {ref}, "field": {"father"}, "says": {"he was seen"}}); a.Status != 303 {
			t.Fatalf("%d", a.Status)
		}
		compare := func() string {
			t.Helper()
			if a := h.Luis.Post("/evidence/recheck", nil); a.Status != 303 {
				t.Fatalf("%d", a.Status)
			}
			for range 200 {
				if page := h.Luis.Get("/evidence/recheck").Body; !strings.Contains(page, "Comparing:") {
					return page
				}
				time.Sleep(20 * time.Millisecond)
			}
			t.Fatal("the comparing does not end")
			return ""
		}
		if page := h.Luis.Get("/evidence/recheck").Body; !strings.Contains(page, "2 have not been compared") {
			t.Error("it is not said that nothing was compared yet")
		}
		if page := compare(); !strings.Contains(page, "2 files") || !strings.Contains(page, "2 are whole") || strings.Contains(page, "missing") && strings.Contains(page, "is missing") {
			t.Error("whole files are not said to be whole, or others are counted")
		}
		for _, p := range []*webtest.Person{h.Nadia, h.Ada, h.Rune} {
			if p.Get("/evidence/recheck").Status != 403 || p.Post("/evidence/recheck", nil).Status != 403 {
				t.Errorf("%v may compare", p.Roles)
			}
		}
		spoilAllButTheShortest(t, h)
		page := compare()
		if !strings.Contains(page, "1 is damaged") || !strings.Contains(page, ref) || strings.Contains(page, hidden) || strings.Contains(page, "elvet") {
			t.Errorf("the page does not lead to what is damaged, or to what is hidden")
		}
		for where, p := range map[string]string{"the page of the source": at, "the page of who it is cited on": person, "its paper": person + "/summary", "the history": at + "/history", "the list of what is spoiled": "/evidence?file=spoiled"} {
			body := h.Nadia.Get(p).Body
			if p == "/evidence?file=spoiled" {
				if !strings.Contains(body, ref) || strings.Contains(body, whole) {
					t.Errorf("%s is another", where)
				}
				continue
			}
			if !strings.Contains(body, "File damaged") && !strings.Contains(body, "File found damaged") {
				t.Errorf("%s does not say that the file is damaged", where)
			}
		}
		compare()
		if n := strings.Count(h.Nadia.Get(at+"/history").Body, "File found damaged"); n != 1 {
			t.Errorf("the same finding stands %d times in the history", n)
		}
		if a := h.Nadia.Upload("/evidence", bringing(h.Open, "again.pdf", pdf)); a.Status != 303 {
			t.Fatalf("%d", a.Status)
		}
		if body := h.Nadia.Get(person).Body; strings.Contains(body, "File damaged") {
			t.Error("mended it is still marked")
		}
		if !strings.Contains(h.Nadia.Get(at+"/history").Body, "File found whole again") || h.Nadia.Get(at+"/file").Body != pdf {
			t.Error("that it is whole again is not told")
		}
		if _, broken, err := h.Book.Verify(t.Context()); err != nil || broken != 0 {
			t.Errorf("the chain breaks at %d, %v", broken, err)
		}
	})
}

func TestWhatIsFoundDamagedOnOpeningIsMarkedAtOnce(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		at := h.Nadia.Upload("/evidence", bringing(h.Open, "letter.pdf", pdf)).To()
		list, err := filepath.Glob(filepath.Join(h.Folder, "kept", "*"))
		if err != nil || len(list) != 1 || os.Remove(list[0]) != nil {
			t.Fatalf("%v %v", list, err)
		}
		if a := h.Nadia.Get(at + "/file"); a.Status != 500 {
			t.Errorf("%d", a.Status)
		}
		if !strings.Contains(h.Nadia.Get(at).Body, "File missing") {
			t.Error("it is not marked")
		}
	})
}

func TestAnExportedItemIsCheckedWithoutTheProgram(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		at := h.Nadia.Upload("/evidence", bringing(h.Open, "رسالة 1.pdf", pdf)).To()
		given := url.Values{"audience": {"court"}, "to": {"Court of Appeal"}, "why": {"as evidence"}}
		if h.Rune.Post(at+"/export", given).Status != 403 {
			t.Error("a reader exports")
		}
		hidden := h.Omar.Upload("/evidence", bringing(h.Restricted, "velvet.pdf", pdf)).To()
		if h.Nadia.Post(hidden+"/export", given).Status != 404 {
			t.Error("a stranger exports")
		}
		h.Omar.Get(at + "/file")
		for _, lacks := range []string{"audience", "to", "why"} {
			v := maps.Clone(given)
			v.Set(lacks, "")
			if a := h.Nadia.Post(at+"/export", v); a.Status != 422 || strings.Contains(a.Header.Get("Content-Type"), "zip") {
				t.Errorf("without %s it answers %d", lacks, a.Status)
			}
		}
		if a := h.Nadia.Post(at+"/export", url.Values{"audience": {"public"}, "to": {"x"}, "why": {"y"}}); a.Status != 422 {
			t.Errorf("the public is given all that is on file: %d", a.Status)
		}
		a := h.Nadia.Post(at+"/export", given)
		if a.Status != 200 || a.Header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(a.Header.Get("Content-Disposition"), `attachment; filename="E-`) || a.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %v", a.Status, a.Header)
		}
		z, err := zip.NewReader(strings.NewReader(a.Body), int64(len(a.Body)))
		if err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		for _, f := range z.File {
			if !regexp.MustCompile(`^(file/)?[^/\\]+$`).MatchString(f.Name) {
				t.Errorf("a file is called %q", f.Name)
			}
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(in)
			path := filepath.Join(folder, filepath.FromSlash(f.Name))
			if err == nil {
				err = os.MkdirAll(filepath.Dir(path), 0o700)
			}
			if err == nil {
				err = os.WriteFile(path, content, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		check := func() (string, error) {
			cmd := exec.Command("sha256sum", "-c", "SHA256SUMS")
			cmd.Dir = folder
			out, err := cmd.CombinedOutput()
			return string(out), err
		}
		if out, err := check(); err != nil || strings.Count(out, ": OK") != 3 {
			t.Errorf("sha256sum says %s, %v", out, err)
		}
		history, err := os.ReadFile(filepath.Join(folder, "history.json"))
		if err != nil || !strings.Contains(string(history), sumOf(pdf)) || !strings.Contains(string(history), "read_file") || !strings.Contains(string(history), h.Omar.Email) {
			t.Errorf("the history lacks something: %s, %v", history, err)
		}
		if err := os.WriteFile(filepath.Join(folder, "record.json"), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := check(); err == nil {
			t.Errorf("a change is not seen: %s", out)
		}
		if !strings.Contains(h.Nadia.Get(at+"/history").Body, "Exported with its file") {
			t.Error("the export left no line")
		}
		if csv := h.Nadia.Get("/given.csv").Body; strings.Count(csv, "Court of Appeal") != 1 || !strings.Contains(csv, sumOf(pdf)) {
			t.Errorf("the register says %s", csv)
		}
	})
}
