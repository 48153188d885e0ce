package web_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/vault"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

const pdf = "%PDF-1.7\nA letter of nobody, invented.\n%%EOF\n"

// withFiles opens the office on every database, for files of at most 100,000 bytes.
func withFiles(t *testing.T, do func(t *testing.T, h *webtest.House)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *database.DB) { do(t, webtest.New(t, db, web.Options{FileMost: 100_000})) })
}

// bringing is a form that makes a piece of evidence with a file.
func bringing(home, called, content string) []webtest.Part {
	return []webtest.Part{{Name: "fields", Content: "title"}, {Name: "case", Content: home}, {Name: "kind", Content: "letter"}, {Name: "title", Content: "A letter"}, {Name: "file", Called: called, Content: content}}
}

func sumOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// lying is how many files lie in each folder: kept, and still on their way.
func lying(t *testing.T, h *webtest.House) (kept, arriving int) {
	t.Helper()
	for dir, n := range map[string]*int{"kept": &kept, "arriving": &arriving} {
		list, err := os.ReadDir(filepath.Join(h.Folder, dir))
		if err != nil {
			t.Fatal(err)
		}
		*n = len(list)
	}
	return kept, arriving
}

func only(t *testing.T, h *webtest.House, kept, arriving int) {
	t.Helper()
	if k, a := lying(t, h); k != kept || a != arriving {
		t.Errorf("%d files are kept and %d on their way, not %d and %d", k, a, kept, arriving)
	}
}

func TestAFileComesBackAsItCameAndAsAnAttachmentOnly(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		a := h.Nadia.Upload("/evidence", bringing(h.Open, "رسالة 1.pdf", pdf))
		if a.Status != 303 || !strings.HasPrefix(a.To(), "/evidence/E-") {
			t.Fatalf("%d to %q", a.Status, a.To())
		}
		page := h.Nadia.Get(a.To())
		for _, word := range []string{"رسالة 1.pdf", "PDF document", "45 bytes", sumOf(pdf), a.To() + "/file", "File received"} {
			if !strings.Contains(page.Body, word) {
				t.Errorf("the page does not say %q", word)
			}
		}
		file := h.Omar.Get(a.To() + "/file")
		if file.Status != 200 || file.Body != pdf {
			t.Fatalf("%d %q", file.Status, file.Body)
		}
		for name, want := range map[string]string{"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
			"Cache-Control": "no-store", "Content-Length": strconv.Itoa(len(pdf)),
			"Content-Disposition": `attachment; filename="_____ 1.pdf"; filename*=UTF-8''%D8%B1%D8%B3%D8%A7%D9%84%D8%A9%201.pdf`} {
			if got := file.Header.Get(name); got != want {
				t.Errorf("%s: %q, not %q", name, got, want)
			}
		}
		if head := h.Omar.Send("HEAD", a.To()+"/file", ""); head.Status != 200 || head.Body != "" || head.Header.Get("Content-Length") != strconv.Itoa(len(pdf)) {
			t.Errorf("its head: %d, %d bytes, %q", head.Status, len(head.Body), head.Header.Get("Content-Length"))
		}
		history := h.Nadia.Get(a.To() + "/history").Body
		if strings.Count(history, "File opened") != 1 || !strings.Contains(history, sumOf(pdf)) || !strings.Contains(history, "Omar") {
			t.Error("the history does not tell the hash and who opened the file, once")
		}
		if strings.Contains(h.Nadia.Get("/").Body, "File opened") {
			t.Error("what was opened counts as what was changed")
		}
		if _, broken, err := h.Book.Verify(t.Context()); err != nil || broken != 0 {
			t.Errorf("the chain breaks at %d, %v", broken, err)
		}
		only(t, h, 1, 0)
	})
}

func TestTheAPITakesAndGivesFiles(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		token := h.Nadia.Token()
		bearer := []string{"Authorization", "Bearer " + token}
		send := func(path string, list []webtest.Part, more ...string) (webtest.Answer, map[string]any) {
			t.Helper()
			p := *h.Nadia
			p.Cookie = ""
			a := p.Upload(path, list, append(bearer, more...)...)
			var m map[string]any
			if err := json.Unmarshal([]byte(a.Body), &m); err != nil {
				t.Fatalf("%d %s", a.Status, a.Body)
			}
			return a, m
		}
		parts := []webtest.Part{{Name: "case", Content: h.Open}, {Name: "kind", Content: "letter"}, {Name: "title", Content: "A letter"}, {Name: "received_from", Content: "the post"},
			{Name: "quality", Content: "partial"}, {Name: "quality", Content: "undated"}, {Name: "file", Called: "letter.pdf", Content: pdf}}
		a, made := send("/api/v1/evidence", parts)
		if a.Status != 201 || made["sha256"] != sumOf(pdf) || made["size"] != float64(len(pdf)) || made["media_type"] != "application/pdf" || made["file_name"] != "letter.pdf" ||
			made["received_at"] != "2026-11-20T10:00:00Z" || made["received_from"] != "the post" || len(made["quality"].([]any)) != 2 || len(made["same_file"].([]any)) != 0 {
			t.Fatalf("%d %v", a.Status, made)
		}
		at := a.Header.Get("Location")
		if file := h.Nadia.Send("GET", at+"/file", "", bearer...); file.Status != 200 || file.Body != pdf || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment;") {
			t.Errorf("the file: %d %q", file.Status, file.Body)
		}
		if _, again := send("/api/v1/evidence", parts); fmt.Sprint(again["same_file"]) != "["+made["ref"].(string)+"]" {
			t.Errorf("the same file again: %v", again["same_file"])
		}
		for what, c := range map[string]struct {
			list  []webtest.Part
			field string
			want  int
		}{
			"a hash by hand":  {append(bringing(h.Open, "a.pdf", pdf)[1:], webtest.Part{Name: "sha256", Content: sumOf(pdf)}), "sha256", 422},
			"an unknown name": {append(bringing(h.Open, "a.pdf", pdf)[1:], webtest.Part{Name: "colour", Content: "red"}), "colour", 422},
			"another file":    {append(bringing(h.Open, "a.pdf", pdf)[1:], webtest.Part{Name: "other", Called: "b.pdf", Content: pdf}), "other", 422},
			"no title":        {[]webtest.Part{{Name: "case", Content: h.Open}, {Name: "kind", Content: "letter"}, {Name: "file", Called: "a.pdf", Content: pdf}}, "title", 422},
			"no case":         {bringing("C-9999", "a.pdf", pdf)[1:], "case", 422},
			"empty":           {bringing(h.Open, "a.pdf", "")[1:], "file", 422},
			"too large":       {bringing(h.Open, "a.pdf", strings.Repeat("x", 100_001))[1:], "file", 413},
			"a program":       {bringing(h.Open, "a.pdf", "MZ\x90\x00"+pdf)[1:], "file", 422},
			"named a program": {bringing(h.Open, "a.pdf.exe", pdf)[1:], "file", 422},
		} {
			a, m := send("/api/v1/evidence", c.list)
			errors, _ := m["errors"].([]any)
			if a.Status != c.want || len(errors) != 1 || errors[0].(map[string]any)["field"] != c.field {
				t.Errorf("%s: %d %v", what, a.Status, m)
			}
		}
		only(t, h, 1, 0)

		bare := h.Make(h.Nadia, "evidence", h.Open, "kind", "letter", "title", "Bare")
		file := []webtest.Part{{Name: "file", Called: "late.txt", Content: "said on the phone"}}
		if a, _ := send("/api/v1/evidence/"+bare+"/file", file); a.Status != 428 {
			t.Errorf("without a version: %d", a.Status)
		}
		if a, m := send("/api/v1/evidence/"+bare+"/file", nil, "If-Match", `"1"`); a.Status != 422 {
			t.Errorf("without a file: %d %v", a.Status, m)
		}
		if a, m := send("/api/v1/evidence/"+bare+"/file", file, "If-Match", `"1"`); a.Status != 200 || m["sha256"] != sumOf("said on the phone") || m["version"] != 2.0 {
			t.Errorf("added: %d %v", a.Status, m)
		}
		if a, _ := send("/api/v1/evidence/"+bare+"/file", []webtest.Part{{Name: "file", Called: "b.txt", Content: "other"}}, "If-Match", `"2"`); a.Status != 422 {
			t.Errorf("a second file: %d", a.Status)
		}
		if a := h.Nadia.JSON("PATCH", "/api/v1/evidence/"+bare, token, map[string]any{"sha256": ""}); a.Status != 428 {
			t.Errorf("%d", a.Status)
		}
		if a := h.Nadia.Send("PATCH", "/api/v1/evidence/"+bare, `{"sha256":"","size":1}`, append(bearer, "If-Match", `"2"`, "Content-Type", "application/json")...); a.Status != 422 || !strings.Contains(a.Body, "read_only") {
			t.Errorf("a hash by hand afterwards: %d %s", a.Status, a.Body)
		}
		only(t, h, 2, 0)
	})
}

func TestAFileIsSeenByWhomItsRecordIsSeen(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		hidden := h.Omar.Upload("/evidence", bringing(h.Restricted, "velvet.pdf", pdf)).To()
		shared := h.Nadia.Upload("/evidence", bringing(h.Shared, "plain.pdf", pdf)).To()
		never := "/evidence/E-999999999"
		for _, p := range []*webtest.Person{h.Nadia, h.Luis, h.Ada, h.Rune} {
			for _, at := range []string{"", "/api/v1"} {
				headers := []string{}
				if at != "" {
					headers = []string{"Authorization", "Bearer " + p.Token()}
				}
				a, b := p.Send("GET", at+hidden+"/file", "", headers...), p.Send("GET", at+never+"/file", "", headers...)
				if a.Status != 404 || unref(a.Body, hidden) != unref(b.Body, never) || a.Header.Get("Content-Disposition") != "" {
					t.Errorf("%v reads the file of a hidden record at %s: %d", p.Roles, at, a.Status)
				}
			}
		}
		if a := h.Petra.Get(hidden + "/file"); a.Status != 200 || a.Body != pdf {
			t.Errorf("one of the case does not: %d", a.Status)
		}
		if a := h.Rune.Get(shared + "/file"); a.Status != 200 || a.Body != pdf {
			t.Errorf("a reader of a shared case does not: %d", a.Status)
		}
		if a := h.Nobody().Get(shared + "/file"); a.Status != 303 {
			t.Errorf("nobody gets %d", a.Status)
		}
		bare := h.Make(h.Nadia, "evidence", h.Open, "kind", "letter", "title", "Bare")
		if a := h.Nadia.Get("/evidence/" + bare + "/file"); a.Status != 404 {
			t.Errorf("of a record without a file: %d", a.Status)
		}
		// That the same file is there is told only to who may see where.
		if page := h.Nadia.Get(shared).Body; strings.Contains(page, strings.TrimPrefix(hidden, "/evidence/")) {
			t.Error("the page tells of a hidden record with the same file")
		}
		if page := h.Omar.Get(shared).Body; !strings.Contains(page, hidden) {
			t.Error("the page does not tell of the same file")
		}
		h.Omar.Upload("/evidence", bringing(h.Open, "third.pdf", pdf))
		if page := h.Omar.Get("/").Body; !strings.Contains(page, "The same file is on file as "+strings.TrimPrefix(hidden, "/evidence/")) {
			t.Error("it is not said after the upload")
		}
		if list := h.Nadia.Get("/evidence?file=with").Body; strings.Contains(list, "Velvet") || strings.Count(list, "PDF document") != 2 || strings.Contains(list, "Bare") {
			t.Error("the list of files is another")
		}
		if list := h.Nadia.Get("/evidence?file=without").Body; !strings.Contains(list, "Bare") || strings.Contains(list, "PDF document") {
			t.Error("the list without files is another")
		}
		only(t, h, 1, 0)
	})
}

var waiting = regexp.MustCompile(`name="file.waiting" value="([^"]+)"`)

func TestNothingTypedAndNoFileIsLostWhenAFormComesBack(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		typed := "Words that took an hour"
		for what, c := range map[string]struct {
			called, content, says string
			want                  int
		}{
			"empty":     {"a.pdf", "", "This file is empty.", 422},
			"too large": {"a.pdf", strings.Repeat("x", 150_000), "This file is too large", 413},
			"a program": {"run.bat", "del", "Programs are not taken", 422},
		} {
			a := h.Nadia.Upload("/evidence", append(bringing(h.Open, c.called, c.content), webtest.Part{Name: "text", Content: typed}))
			if a.Status != c.want || !strings.Contains(a.Body, typed) || !strings.Contains(a.Body, c.says) || !strings.Contains(a.Body, `href="#f-file"`) || waiting.MatchString(a.Body) {
				t.Errorf("%s: %d; the words or the error are not there", what, a.Status)
			}
		}
		only(t, h, 0, 0)

		list := bringing(h.Open, "statement.pdf", pdf)
		list[3].Content = "" // no title
		a := h.Nadia.Upload("/evidence", append(list, webtest.Part{Name: "text", Content: typed}))
		ticket := waiting.FindStringSubmatch(a.Body)
		if a.Status != 422 || ticket == nil || !strings.Contains(a.Body, "statement.pdf (45 bytes) has arrived") || !strings.Contains(a.Body, typed) {
			t.Fatalf("%d; the file does not wait", a.Status)
		}
		only(t, h, 0, 1)
		again := url.Values{"case": {h.Open}, "kind": {"letter"}, "title": {"A statement"}, "text": {typed}, "fields": {"title", "text"}, "file.waiting": {ticket[1]}}
		if a := h.Omar.Post("/evidence", again); a.Status != 422 || !strings.Contains(a.Body, "not waiting any more") {
			t.Errorf("somebody else claims it: %d", a.Status)
		}
		dropped := url.Values{"file.leave": {"true"}}
		for name, v := range again {
			dropped[name] = v
		}
		if a := h.Nadia.Post("/evidence", dropped); a.Status != 303 || strings.Contains(h.Nadia.Get(a.To()).Body, "statement.pdf") {
			t.Errorf("left out it is there: %d", a.Status)
		}
		made := h.Nadia.Post("/evidence", again)
		if file := h.Nadia.Get(made.To() + "/file"); made.Status != 303 || file.Body != pdf || !strings.Contains(file.Header.Get("Content-Disposition"), "statement.pdf") {
			t.Errorf("%d; the file is %q", made.Status, file.Body)
		}
		if a := h.Nadia.Post("/evidence", again); a.Status != 422 {
			t.Errorf("claimed twice: %d", a.Status)
		}
		only(t, h, 1, 0)
	})
}

func TestARecordTakesOneFileAndKeepsIt(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		at := "/evidence/" + h.Make(h.Nadia, "evidence", h.Open, "kind", "letter", "title", "Bare")
		if form := h.Nadia.Get(at + "/edit").Body; !strings.Contains(form, `type="file"`) || !strings.Contains(form, `enctype="multipart/form-data"`) {
			t.Error("a record without a file does not ask for one")
		}
		late := []webtest.Part{{Name: "version", Content: "1"}, {Name: "fields", Content: "title"}, {Name: "title", Content: "Now with a file"}, {Name: "file", Called: "a.txt", Content: "first"}}
		if a := h.Nadia.Upload(at, late); a.Status != 303 {
			t.Fatalf("%d", a.Status)
		}
		if form := h.Nadia.Get(at + "/edit").Body; strings.Contains(form, `type="file"`) {
			t.Error("a record with a file asks for another")
		}
		late[0].Content, late[3].Content = "2", "second"
		if a := h.Nadia.Upload(at, late); a.Status != 422 || !strings.Contains(a.Body, "A file is there already") {
			t.Errorf("a second file: %d", a.Status)
		}
		late[0].Content = "1"
		if a := h.Nadia.Upload(at, late); a.Status != 409 || !waiting.MatchString(a.Body) {
			t.Errorf("who comes second loses his file: %d", a.Status)
		}
		if file := h.Nadia.Get(at + "/file"); file.Body != "first" {
			t.Errorf("the file is %q", file.Body)
		}
		if h.Nadia.Upload("/evidence", bringing(h.Open, "b.txt", "first")).Status != 303 {
			t.Error("the same file on another record is refused")
		}
		kept, _ := lying(t, h)
		if kept != 1 {
			t.Errorf("%d files are kept", kept)
		}
	})
}

func TestWhatIsNotKeptLeavesNoFile(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		closed := h.Make(h.Nadia, "case", "", "title", "Closed matter", "lead", h.Nadia.Email)
		if a := h.Luis.Post("/cases/"+closed+"/moves/reject", url.Values{"version": {"1"}, "reason": {"not ours"}}); a.Status != 303 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if a := h.Nadia.Upload("/evidence", bringing(closed, "a.pdf", pdf)); a.Status != 409 {
			t.Errorf("into a closed case: %d", a.Status)
		}
		for what, p := range map[string]*webtest.Person{"a reader": h.Rune, "an administrator": h.Ada, "nobody": h.Nobody()} {
			if a := p.Upload("/evidence", bringing(h.Shared, "a.pdf", pdf)); a.Status != 403 && a.Status != 303 {
				t.Errorf("%s: %d", what, a.Status)
			}
		}
		own := account.CSRF(h.Nadia.Cookie)
		body, kind := h.Nadia.Parts(bringing(h.Open, "a.pdf", pdf)...)
		without := strings.ReplaceAll(body, own, "forged")
		_, rest, _ := strings.Cut(body, own)
		_, rest, _ = strings.Cut(rest, "--")
		boundary := strings.TrimPrefix(kind, "multipart/form-data; boundary=")
		after := "--" + strings.TrimSuffix(rest, "--\r\n") + "\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + own + "\r\n--" + boundary + "--\r\n"
		for what, c := range map[string]struct {
			body    string
			headers []string
			want    int
		}{
			"a forged token":          {without, nil, 403},
			"its token after it":      {after, nil, 403},
			"another site":            {body, []string{"Sec-Fetch-Site", "cross-site"}, 403},
			"another kind":            {body, []string{"Content-Type", "application/octet-stream"}, 415},
			"squeezed":                {body, []string{"Content-Encoding", "gzip"}, 400},
			"no boundary":             {body, []string{"Content-Type", "multipart/form-data"}, 400},
			"another boundary":        {body, []string{"Content-Type", "multipart/form-data; boundary=y"}, 400},
			"a part without a name":   {body + "", []string{"Content-Type", "multipart/form-data; boundary=" + boundary + "; boundary=y"}, 400},
			"a session to the API":    {body, []string{"X-At", "/api/v1/evidence"}, 401},
			"a place without a field": {body, []string{"X-At", "/tray"}, 303},
		} {
			at := "/evidence"
			headers := append([]string{"Content-Type", kind}, c.headers...)
			if len(c.headers) > 0 && c.headers[0] == "X-At" {
				at = c.headers[1]
			}
			if a := h.Nadia.Send("POST", at, c.body, headers...); a.Status != c.want {
				t.Errorf("%s: %d, not %d", what, a.Status, c.want)
			}
		}
		for what, head := range map[string]string{
			"a doubled name":   `form-data; name="file"; name="x"; filename="a.pdf"`,
			"a doubled file":   `form-data; name="file"; filename="a.pdf"; filename="b.exe"`,
			"no name":          `form-data; filename="a.pdf"`,
			"no disposition":   ``,
			"half a quotation": `form-data; name="file"; filename="a.pdf`,
			"a NUL in it":      "form-data; name=\"file\x00\"; filename=\"a.pdf\"",
		} {
			bad := strings.Replace(body, `form-data; name="file"; filename="a.pdf"`, head, 1)
			if a := h.Nadia.Send("POST", "/evidence", bad, "Content-Type", kind); a.Status != 400 && a.Status != 303 {
				t.Errorf("%s: %d", what, a.Status)
			}
		}
		many := strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n", 5001)
		head := "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + own + "\r\n"
		if a := h.Nadia.Send("POST", "/evidence", head+many+"--x--\r\n", "Content-Type", "multipart/form-data; boundary=x"); a.Status != 413 {
			t.Errorf("5,001 parts: %d", a.Status)
		}
		files := strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"f%d\"; filename=\"a\"\r\n\r\nb\r\n", 30)
		if a := h.Nadia.Send("POST", "/evidence", head+files+"--x--\r\n", "Content-Type", "multipart/form-data; boundary=x"); a.Status != 422 {
			t.Errorf("thirty files: %d", a.Status)
		}
		only(t, h, 0, 0)
	})
}

func TestAFileNameIsNeverAPathAndNeverMoreThanAName(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		for called, want := range map[string]string{
			"../../../etc/passwd": "passwd", `C:\Users\x\..\letter.pdf`: "letter.pdf", "/": "file", "..": "file", "a/../": "file", ".": "file",
			"a\u202Egnp.pdf": "agnp.pdf", "  two   words .txt": "two words .txt", strings.Repeat("ص", 300) + ".pdf": strings.Repeat("ص", 146) + ".pdf", "%2e%2e%2fz": "%2e%2e%2fz",
			`<script>alert(1)</script>.txt`: "script>.txt", "a;b,c=d.txt": "a;b,c=d.txt",
		} {
			a := h.Nadia.Upload("/evidence", bringing(h.Open, called, "content "+called))
			if a.Status != 303 {
				t.Errorf("%.30q: %d", called, a.Status)
				continue
			}
			said := h.Nadia.Get(a.To() + "/file").Header.Get("Content-Disposition")
			_, name, _ := strings.Cut(said, "filename*=UTF-8''")
			if got, err := url.PathUnescape(name); err != nil || got != want || strings.ContainsAny(said, "\r\n\x00") {
				t.Errorf("%.30q is called %q, not %q", called, got, want)
			}
			if runs(h.Nadia.Get(a.To()).Body) {
				t.Errorf("%.30q runs", called)
			}
		}
		err := filepath.WalkDir(filepath.Dir(h.Folder), func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && !strings.HasPrefix(path, h.Folder) {
				t.Errorf("outside of the folder lies %s", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatABrowserCouldRunIsGivenAsMereBytes(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		for called, content := range map[string]string{
			"a.html": "<html><script>alert(1)</script>", "a.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "a.xml": `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>`,
			"a.xhtml": `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>`, "letter.txt": "<script>alert(1)</script>", "picture.html": "GIF89a/*<script>alert(1)</script>*/",
		} {
			at := h.Nadia.Upload("/evidence", bringing(h.Open, called, content)).To()
			file := h.Nadia.Get(at + "/file")
			kind := file.Header.Get("Content-Type")
			if file.Body != content || kind != "application/octet-stream" && kind != "image/gif" || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment;") ||
				file.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(file.Header.Get("Content-Security-Policy"), "sandbox;") {
				t.Errorf("%s is given as %s, %v", called, kind, file.Header)
			}
		}
	})
}

func TestADamagedFileIsSaidAndNothingOfItLeaves(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	at := h.Nadia.Upload("/evidence", bringing(h.Open, "a.pdf", pdf)).To()
	list, err := filepath.Glob(filepath.Join(h.Folder, "kept", "*"))
	if err != nil || len(list) != 1 {
		t.Fatalf("%v %v", list, err)
	}
	content, err := os.ReadFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-20] ^= 1
	for what, spoil := range map[string]func() error{
		"damaged": func() error { _ = os.Remove(list[0]); return os.WriteFile(list[0], content, 0o400) },
		"missing": func() error { return os.Remove(list[0]) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		page, api := h.Nadia.Get(at+"/file"), h.Nadia.JSON("GET", "/api/v1"+at+"/file", h.Nadia.Token(), nil)
		if page.Status != 500 || !strings.Contains(page.Body, "The file cannot be given") || page.Header.Get("Content-Disposition") != "" || strings.Contains(page.Body, "PDF-1.7") ||
			!strings.Contains(page.Header.Get("Content-Security-Policy"), "script-src 'self'") {
			t.Errorf("%s: the page says %d", what, page.Status)
		}
		if api.Status != 500 || !strings.Contains(api.Body, "file_damaged") {
			t.Errorf("%s: the API says %d %s", what, api.Status, api.Body)
		}
		if strings.Contains(h.Nadia.Get(at+"/history").Body, "File opened") {
			t.Errorf("%s: the history says that it was opened", what)
		}
		if h.Nadia.Get(at).Status != 200 {
			t.Errorf("%s: the record is gone too", what)
		}
	}
	if h.Nadia.Upload("/evidence", bringing(h.Open, "again.pdf", pdf)).Status != 303 || h.Nadia.Get(at+"/file").Body != pdf {
		t.Error("the same file, brought again, does not mend it")
	}
}

// wire is a connection to the program itself.
type wire struct {
	net.Conn
	in *bufio.Reader
}

func dial(t *testing.T, at string) *wire {
	t.Helper()
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	t.Cleanup(func() { conn.Close() })
	return &wire{conn, bufio.NewReader(conn)}
}

func (w *wire) answer(t *testing.T) *http.Response {
	t.Helper()
	res, err := http.ReadResponse(w.in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Fatal(err)
	}
	return res
}

func TestAnUploadThatBreaksOffLeavesNothingAndStopsNobody(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go h.App().Listener(l)
	defer h.App().Shutdown()
	body, kind := h.Nadia.Parts(bringing(h.Open, "a.bin", strings.Repeat("0123456789", 30_000))...)
	head := fmt.Sprintf("POST /evidence HTTP/1.1\r\nHost: office.example\r\nCookie: amparo=%s\r\nContent-Type: %s\r\n", h.Nadia.Cookie, kind)
	length := fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body))
	for _, share := range []float64{0.02, 0.3, 0.7, 0.999} {
		w := dial(t, l.Addr().String())
		fmt.Fprint(w, head, length, body[:int(share*float64(len(body)))])
		w.Close()
	}
	slow := make([]*wire, 60)
	for i := range slow {
		slow[i] = dial(t, l.Addr().String())
		fmt.Fprint(slow[i], head, length, body[:20_000])
	}
	began := time.Now()
	if a := h.Omar.Get("/"); a.Status != 200 || time.Since(began) > time.Second {
		t.Errorf("others wait %s for %d", time.Since(began), a.Status)
	}
	for _, w := range slow {
		w.Close()
	}
	left := -1
	for range 100 {
		if _, left = lying(t, h); left == 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if kept, _ := lying(t, h); left != 0 || kept != 0 {
		t.Errorf("%d files are kept and %d on their way", kept, left)
	}

	// In pieces without a length, and a second request on the same line.
	w := dial(t, l.Addr().String())
	fmt.Fprint(w, head, "Transfer-Encoding: chunked\r\n\r\n")
	for piece := range strings.SplitSeq(body, "9") {
		piece += "9"
		fmt.Fprintf(w, "%x\r\n%s\r\n", len(piece), piece)
	}
	fmt.Fprint(w, "0\r\n\r\n")
	if res := w.answer(t); res.StatusCode != 303 {
		t.Errorf("in pieces: %d", res.StatusCode)
	}
	fmt.Fprint(w, "GET /healthz HTTP/1.1\r\nHost: office.example\r\n\r\n")
	if res := w.answer(t); res.StatusCode != 200 {
		t.Errorf("afterwards: %d", res.StatusCode)
	}
	fmt.Fprint(w, head, length, body)
	if res := w.answer(t); res.StatusCode != 303 {
		t.Errorf("with a length: %d", res.StatusCode)
	}
	fmt.Fprint(w, "GET /healthz HTTP/1.1\r\nHost: office.example\r\n\r\n")
	if res := w.answer(t); res.StatusCode != 200 {
		t.Errorf("afterwards: %d", res.StatusCode)
	}

	// What is left of a refused body is never taken for a request.
	w = dial(t, l.Addr().String())
	hidden := "GET /healthz HTTP/1.1\r\nHost: office.example\r\n\r\n"
	fmt.Fprint(w, strings.Replace(head, h.Nadia.Cookie, "none", 1), length, strings.Repeat(hidden, len(body)/len(hidden)+1)[:len(body)])
	if res := w.answer(t); res.StatusCode != 303 || !res.Close {
		t.Errorf("signed out: %d, closed %t", res.StatusCode, res.Close)
	}
	if _, err := w.in.ReadByte(); err == nil {
		t.Error("the line goes on after a body that was not read")
	}
}

func TestNothingOfAFileIsReadableInTheFolder(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	planted := []string{"Plantedname Ofnobody", "plantedfile", sumOf(pdf), "%PDF"}
	h.Nadia.Upload("/evidence", bringing(h.Open, planted[1]+".pdf", pdf))
	h.Nadia.Upload("/evidence", bringing(h.Open, planted[1]+".txt", strings.Repeat(planted[0]+"\n", 3000)))
	list := bringing(h.Open, planted[1]+".docx", planted[0])
	list[3].Content = ""
	if h.Nadia.Upload("/evidence", list).Status != 422 {
		t.Error("the third does not wait")
	}
	seen := 0
	err := filepath.WalkDir(h.Folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		seen++
		content, err := os.ReadFile(path)
		for _, p := range planted {
			if bytes.Contains(content, []byte(p)) || strings.Contains(path, p) {
				t.Errorf("%s holds %q", path, p)
			}
		}
		return err
	})
	if err != nil || seen < 4 {
		t.Errorf("%d files were read, %v", seen, err)
	}
}

func TestAVoiceNoteOfACallIsASourceOnWhomItTellsOf(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		ogg := "OggS\x00\x02" + strings.Repeat("\x00", 22) + "OpusHead" + strings.Repeat("\x00", 40)
		list := []webtest.Part{{Name: "source", Content: "a cousin"}, {Name: "name", Content: "Tarek Zahrawell\nSami Zahrawell"}, {Name: "case", Content: h.Open}, {Name: "reliability", Content: "B"}, {Name: "file", Called: "note.ogg", Content: ogg}}
		wrong := append([]webtest.Part{}, list...)
		wrong[1].Content = ""
		a := h.Nadia.Upload("/log", wrong)
		if a.Status != 422 || !waiting.MatchString(a.Body) {
			t.Errorf("without a name: %d", a.Status)
		}
		if a := h.Nadia.Upload("/log", list); a.Status != 303 {
			t.Fatalf("%d", a.Status)
		} else if page := h.Nadia.Get(a.To()).Body; !strings.Contains(page, "Sent with a call, 20 Nov 2026") || !strings.Contains(page, "B") {
			t.Error("the page of the first does not name the source")
		}
		at := regexp.MustCompile(`/evidence/E-\d+`).FindString(h.Nadia.Get("/evidence?kind=audio").Body)
		if at == "" || h.Nadia.Get(at+"/file").Body != ogg || strings.Count(h.Nadia.Get(at).Body, "Zahrawell") != 2 {
			t.Errorf("the source %q does not hold the file or is not on both", at)
		}
		only(t, h, 1, 1)
	})
}

// ASVS 5.4.3: with a scanner a file is looked through before it is kept; what nobody
// can look through is not kept.
func TestAFileThatTheScannerRefusesIsNotKept(t *testing.T) {
	at := filepath.Join(t.TempDir(), "clamd")
	l, err := net.Listen("unix", at)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			in := bufio.NewReader(conn)
			_, _ = in.ReadString(0)
			var all []byte
			for {
				var n uint32
				if binary.Read(in, binary.BigEndian, &n) != nil || n == 0 {
					break
				}
				piece := make([]byte, n)
				_, _ = io.ReadFull(in, piece)
				all = append(all, piece...)
			}
			said := "stream: OK\x00"
			if strings.Contains(string(all), "plague") {
				said = "stream: Plague.One FOUND\x00"
			}
			_, _ = io.WriteString(conn, said)
			_ = conn.Close()
		}
	}()
	scanner, err := vault.NewScanner("unix:" + at)
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.New(t, dbtest.SQLite(t), web.Options{Scanner: scanner})
	if a := h.Nadia.Upload("/evidence", bringing(h.Open, "a.txt", "a letter")); a.Status != 303 {
		t.Errorf("a letter answers %d", a.Status)
	}
	if a := h.Nadia.Upload("/evidence", bringing(h.Open, "b.txt", "the plague")); a.Status != 422 || !strings.Contains(a.Body, "does harm") || !strings.Contains(a.Body, "A letter") {
		t.Errorf("what does harm answers %d: %s", a.Status, plainText(a.Body))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if a := h.Nadia.Upload("/evidence", bringing(h.Open, "c.txt", "another letter")); a.Status != 422 || !strings.Contains(a.Body, "could not be looked through") {
		t.Errorf("without the scanner a file answers %d", a.Status)
	}
	if kept, arriving := lying(t, h); kept != 1 || arriving != 0 {
		t.Errorf("%d files are kept, %d on their way", kept, arriving)
	}
}
