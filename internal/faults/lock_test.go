package faults

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"

	"amparo/internal/config"
)

// keys unlocks the office as the program does.
func (o *office) keys() *config.Keys {
	o.t.Helper()
	c := config.Plain()
	c.Data, c.KeyFile = o.env["AMPARO_DATA"], o.env["AMPARO_KEY_FILE"]
	k, err := c.Unlock()
	if err != nil {
		o.t.Fatal(err)
	}
	return k
}

// remembers tells whether the memory of the process holds any of the texts; only
// root may look.
func (s *server) remembers(texts ...[]byte) bool {
	s.o.t.Helper()
	proc := fmt.Sprintf("/proc/%d/", s.cmd.Process.Pid)
	maps, err := os.ReadFile(proc + "maps")
	if err != nil {
		s.o.t.Fatal(err)
	}
	mem, err := os.Open(proc + "mem")
	if err != nil {
		s.o.t.Fatal(err)
	}
	defer mem.Close()
	for lines := bufio.NewScanner(bytes.NewReader(maps)); lines.Scan(); {
		var from, to int64
		var may string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &may); err != nil || may[0] != 'r' || to-from > 1<<30 {
			continue
		}
		part := make([]byte, to-from)
		n, _ := mem.ReadAt(part, from) // what is reserved and not used cannot be read
		for _, text := range texts {
			if bytes.Contains(part[:n], text) {
				return true
			}
		}
	}
	return false
}

// answers asks for an address without any session, on a connection of its own.
func (s *server) answers(path string) (status int, text string, head http.Header) {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(s.url + path)
	if err != nil {
		return 0, err.Error(), nil
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error(), nil
	}
	return res.StatusCode, string(body), res.Header
}

// mustBeLocked looks at what a locked program may and may not say.
func (s *server) mustBeLocked(t *testing.T) {
	t.Helper()
	for _, path := range []string{"/", "/login", "/people", "/cases/C-0001", "/admin/audit", "/search?q=x", "/readyz", "/api/v1/people", "/nothing", "/setup/x"} {
		status, text, head := s.answers(path)
		if status != http.StatusServiceUnavailable || !strings.Contains(text, "locked") || !strings.Contains(head.Get("Clear-Site-Data"), "cookies") || head.Get("Cache-Control") != "no-store" || head.Get("Content-Security-Policy") == "" {
			t.Errorf("%s answers %d %v\n%s", path, status, head, text)
		}
	}
	if r := s.call("POST", "/people", map[string]any{}); r.Status != http.StatusServiceUnavailable {
		t.Errorf("the API answers %d: %s", r.Status, r.Text)
	}
	if status, text, _ := s.answers("/healthz"); status != http.StatusOK || text != "ok" {
		t.Errorf("/healthz answers %d %s: who watches would start it anew", status, text)
	}
}

func TestASignalLocksWithinASecondAndTheKeyIsGone(t *testing.T) {
	o := newOffice(t)
	s := o.serve(o.colleague())
	b := s.browser()
	b.signIn()
	key := o.keys().Database()
	secrets := [][]byte{key, []byte(hex.EncodeToString(key)), []byte(password)}
	if os.Geteuid() == 0 {
		if !s.remembers(secrets...) {
			t.Fatal("the key of a working program is not found in its memory: the search does not search")
		}
	} else if _, err := os.Open(fmt.Sprintf("/proc/%d/mem", s.cmd.Process.Pid)); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("another program of the same user may read the memory: %v", err)
	}

	began := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	for {
		if status, text, _ := s.answers("/login"); status == http.StatusServiceUnavailable && strings.Contains(text, "locked") {
			break
		}
		if time.Since(began) > 20*time.Second {
			t.Fatal("it does not lock: " + s.said())
		}
	}
	first := time.Since(began)
	for time.Since(began) < 20*time.Second && !s.isLocked() {
		time.Sleep(5 * time.Millisecond)
	}
	gone := time.Since(began)
	t.Logf("from the signal to the first refusal %v, to the end of the memory that held the key %v", first, gone)
	if first > time.Second || gone > 2*time.Second {
		t.Error("it takes too long")
	}
	s.mustBeLocked(t)
	if os.Geteuid() == 0 && s.remembers(secrets...) {
		t.Error("the locked program still has the key")
	}
	environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", s.cmd.Process.Pid))
	if err != nil || strings.Contains(string(environment), "AMPARO_KEY_FILE") || strings.Contains(string(environment), "AMPARO_DATA") {
		t.Errorf("its environment is %q, %v", environment, err)
	}
	for range 3 { // who is in fear presses more than once
		if err := s.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
			t.Fatal(err)
		}
	}
	s.mustBeLocked(t)
	s.stop()

	back := o.serve(s.token)
	if !strings.Contains(back.said(), "had been locked") {
		t.Error("the next start does not say that it was locked:", back.said())
	}
	again := back.browser()
	again.Jar = b.Jar
	if status, _ := again.page("/"); status != http.StatusSeeOther {
		t.Errorf("a session outlives the lock: %d", status)
	}
	fresh := back.browser()
	fresh.signIn()
	if _, text := fresh.page("/admin/audit"); !strings.Contains(text, "Everything locked") || !strings.Contains(text, "Started anew after a lock") {
		t.Error("the security log does not tell of the lock")
	}
	back.stop()
	if a := o.run("", "audit", "verify"); a.status != 0 {
		t.Error(a.errs)
	}
}

// isLocked tells whether the process is another program by now.
func (s *server) isLocked() bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", s.cmd.Process.Pid))
	return err == nil && string(line) == "amparo\x00locked\x00"
}

func TestTheButtonLocksForEverybody(t *testing.T) {
	o := newOffice(t)
	s := o.serve(o.colleague())
	b := s.browser()
	b.signIn()
	if _, text := b.page("/"); !strings.Contains(text, `href="/lock"`) {
		t.Error("no page leads to the lock")
	}
	began := time.Now()
	if status, text := b.post("/lock", "/lock", url.Values{}); status != http.StatusServiceUnavailable || !strings.Contains(text, "Locked") {
		t.Fatalf("the button answers %d: %s", status, text)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
	s.mustBeLocked(t)
	for !s.isLocked() && time.Since(began) < 10*time.Second {
		time.Sleep(5 * time.Millisecond)
	}
	s.mustBeLocked(t)
}

// names of two hundred invented people, in three scripts.
func planted() (names []string) {
	first := []string{"Qazwin", "Хведор", "ليلى", "Ößkar", "Žydrūnė"}
	for i := range 200 {
		names = append(names, fmt.Sprintf("%s Plantedname%03dx", first[i%len(first)], i))
	}
	return names
}

// Two hundred names go in through the program, into records, notes, files, log
// lines and addresses; then everything that lies on the disk is searched.
func TestTwoHundredPlantedNamesAreReadableNowhereOnTheDisk(t *testing.T) {
	o := newOffice(t)
	o.env["AMPARO_ANCHOR_FILE"] = o.path("tmp/anchors")
	s := o.serve(o.colleague())
	home := s.make("/cases", map[string]any{"title": "Case of " + planted()[0], "summary": planted()[1]})
	closed := s.make("/cases", map[string]any{"title": "Case of " + planted()[2], "access": "restricted", "lead": email})
	for i, name := range planted() {
		in := home
		if i%4 == 0 {
			in = closed
		}
		ref := s.make("/people", map[string]any{"case": in, "names": []map[string]any{{"full": name}}})
		if i%10 == 0 {
			if r := s.call("POST", "/people/"+ref+"/notes", map[string]any{"text": "Seen with " + name}); r.Status != http.StatusCreated {
				t.Fatal(r)
			}
			if r := s.upload(in, name, []byte(strings.Repeat(name+"\n", 2000))); r.Status != http.StatusCreated {
				t.Fatal(r)
			}
			s.call("GET", "/search?q="+url.QueryEscape(name), nil)
			s.call("GET", "/"+url.PathEscape(name), nil)
			s.call("POST", "/people", map[string]any{"case": in, name: name})
		}
	}
	b := s.browser()
	b.signIn()
	for _, page := range []string{"/", "/people", "/people.xlsx", "/people.csv", "/cases/" + closed, "/cases/" + closed + "/summary.pdf", "/cases/" + closed + "/summary.docx", "/search?q=Plantedname007x"} {
		if status, _ := b.page(page); status != http.StatusOK {
			t.Errorf("%s answers %d", page, status)
		}
	}
	o.must("", "backup", o.path("one.backup"))
	o.run("", "export", planted()[3])
	// While it works: the write-ahead log and what is shared between processes too.
	tells(t, o)
	s.kill() // as a raid would: nothing is tidied up
	o.logs.WriteString(s.said())
	tells(t, o)
	if err := os.WriteFile(o.path("tmp/control"), []byte("x "+planted()[5]+" y"), 0o600); err != nil {
		t.Fatal(err)
	}
	if found := readable(t, o); len(found) != 1 {
		t.Errorf("a planted file is found in %v: the search does not search", found)
	}
}

func tells(t *testing.T, o *office) {
	t.Helper()
	for _, what := range readable(t, o) {
		t.Errorf("%s tells a name", what)
	}
}

// readable lists the files, and "the log", in which any planted name, or the part
// that all share, is found: as text, in either case, or in two bytes a letter.
func readable(t *testing.T, o *office) (found []string) {
	t.Helper()
	wide := func(s string) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return b
	}
	var wanted [][]byte
	for _, name := range append(planted(), "Plantedname", "plantedname", "PLANTEDNAME", email) {
		wanted = append(wanted, []byte(name), []byte(strings.ToLower(name)), wide(name))
	}
	look := func(where string, text []byte) {
		for _, w := range wanted {
			if bytes.Contains(text, w) {
				found = append(found, where)
				return
			}
		}
	}
	files := 0
	err := filepath.WalkDir(o.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		if info, err := d.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others on the machine: %v, %v", path, info, err)
		}
		look("the name of "+path, []byte(path))
		text, err := os.ReadFile(path)
		look(path, text)
		return err
	})
	if err != nil || files < 8 {
		t.Fatalf("%d files, %v", files, err)
	}
	look("the log", o.logs.Bytes())
	return found
}
