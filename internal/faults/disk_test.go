//go:build linux

package faults

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"amparo/internal/database"
)

// The disk takes nothing more. Everywhere it is tried with a limit on the size
// of files, which needs no right; where a small disk may be mounted, with one too.
func TestAFullDiskRefusesWritesInWordsAndLosesNothing(t *testing.T) {
	t.Run("a limit", func(t *testing.T) {
		o := newOffice(t)
		full(t, o, func(s *server) (free func()) {
			limit := func(most uint64) {
				if err := unix.Prlimit(s.cmd.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: most, Max: unix.RLIM_INFINITY}, nil); err != nil {
					t.Fatal(err)
				}
			}
			limit(4096)
			return func() { limit(unix.RLIM_INFINITY) }
		})
	})
	t.Run("a small disk", func(t *testing.T) {
		o := newOffice(t)
		if err := os.Mkdir(o.path("data"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := unix.Mount("none", o.path("data"), "tmpfs", 0, "size=12m"); err != nil {
			t.Logf("no disk may be mounted here: %v", err)
			return
		}
		t.Cleanup(func() {
			if err := unix.Unmount(o.path("data"), unix.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
		full(t, o, func(*server) (free func()) {
			ballast, err := os.Create(o.path("data/ballast"))
			if err != nil {
				t.Fatal(err)
			}
			for _, size := range []int{1 << 20, 4096, 1} { // to the last byte
				for {
					if _, err := ballast.Write(make([]byte, size)); err != nil {
						break
					}
				}
			}
			return func() {
				if err := errors.Join(ballast.Close(), os.Remove(ballast.Name())); err != nil {
					t.Fatal(err)
				}
			}
		})
	})
}

func full(t *testing.T, o *office, fill func(s *server) (free func())) {
	s := o.serve(o.colleague())
	home := s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	l := newLedger()
	l.write(s, home, func() bool { return l.acts >= 12 })
	b := s.browser()
	b.signIn()

	free := fill(s)
	refused, kept := 0, 0
	for i := range 40 {
		name := fmt.Sprintf("Planted Later%03d", i)
		l.sent[name] = true
		r := s.call("POST", "/people", map[string]any{"case": home, "names": []map[string]any{{"full": name}}})
		switch {
		case r.Status == http.StatusCreated:
			kept++
			l.people[r.Ref] = name
		case r.Status == http.StatusInsufficientStorage && strings.Contains(r.Text, "The disk is full"):
			refused++
		default:
			t.Errorf("a write answers %d %s", r.Status, r.Text)
		}
	}
	if refused == 0 {
		t.Error("nothing was refused: it was not tried")
	}
	big := make([]byte, 3<<20)
	_, _ = rand.Read(big)
	if r := s.upload(home, "Too much", big); r.Status != http.StatusInsufficientStorage {
		t.Errorf("a file answers %d %s", r.Status, r.Text)
	}
	for lang, word := range map[string]string{"en": "The disk takes nothing more", "ar": "القرص لا يتسع للمزيد"} {
		page := "/people/new?lang=" + lang
		if status, text := b.post(page, "/people?lang="+lang, url.Values{"case": {home}, "placeholder": {"A man in a coat"}, "fields": {"placeholder"}}); status != http.StatusInsufficientStorage || !strings.Contains(text, word) {
			t.Errorf("in %s a form answers %d %.300s", lang, status, text)
		}
	}
	for _, at := range []string{"/", "/people", "/search?q=planted", "/cases/" + home, "/healthz", "/readyz"} {
		if status, text := b.page(at); status != http.StatusOK {
			t.Errorf("reading %s answers %d: %.200s", at, status, text)
		}
	}
	came, left := s.browser(), s.browser()
	came.signIn()
	left.signIn()
	for _, at := range []string{"/people", "/search?q=planted", "/cases/" + home} {
		if status, text := came.page(at); status != http.StatusOK {
			t.Errorf("who has just signed in reads %s: %d %.200s", at, status, text)
		}
	}
	if status, text := came.post("/people/new", "/people", url.Values{"case": {home}, "placeholder": {"A man in a coat"}, "fields": {"placeholder"}}); status != http.StatusInsufficientStorage {
		t.Errorf("who has just signed in writes: %d %.300s", status, text)
	}
	for _, b := range []*browser{b, left} {
		if status, _ := b.post("/people", "/logout", url.Values{}); status != http.StatusSeeOther {
			t.Errorf("signing out answers %d", status)
		}
	}

	free()
	began := time.Now()
	for {
		l.n++
		name := fmt.Sprintf("Planted After%06d", l.n)
		l.sent[name] = true
		r := s.call("POST", "/people", map[string]any{"case": home, "names": []map[string]any{{"full": name}}})
		if r.Status == http.StatusCreated {
			l.people[r.Ref] = name
			break
		}
		if time.Since(began) > 10*time.Second {
			t.Fatalf("with room again nothing is kept: %d %s", r.Status, r.Text)
		}
	}
	took := time.Since(began)
	s.browser().signIn()
	if status, _ := came.page("/people"); status != http.StatusOK {
		t.Errorf("who signed in meanwhile reads: %d", status)
	}
	if r := s.upload(home, "Not too much", big); r.Status != http.StatusCreated {
		t.Errorf("with room again a file answers %d", r.Status)
	}
	l.holdAll(t, s)
	s.stop()
	s = o.serve(s.token)
	for who, here := range map[*browser]bool{came: true, left: false, b: false} {
		who.s, who.Transport = s, s.http.Transport
		if status, _ := who.page("/people"); (status == http.StatusOK) != here {
			t.Errorf("after a restart it answers %d to who was here: %v", status, here)
		}
	}
	s.stop()
	o.sound(t)
	t.Logf("of 40 writes %d refused, %d kept, 0 dropped; signing in and out goes on; the first write after %v", refused, kept, took.Round(time.Millisecond))
}

// readOnly lets nobody write into the folder. Root is not held by rights, so the
// folder is mounted for reading only where that may be done.
func readOnly(t *testing.T, dir string) (possible bool) {
	if os.Geteuid() != 0 {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			mode := os.FileMode(0o400)
			if d.IsDir() {
				mode = 0o500
			}
			t.Cleanup(func() { _ = os.Chmod(path, mode|0o200) })
			return errors.Join(err, os.Chmod(path, mode))
		})
		if err != nil {
			t.Fatal(err)
		}
		return true
	}
	if err := unix.Mount(dir, dir, "", unix.MS_BIND, ""); err != nil {
		return false
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	if err := unix.Mount("none", dir, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	return true
}

func TestOnAReadOnlyDiskItSaysSo(t *testing.T) {
	o, _ := little(t)
	if !readOnly(t, o.path("data")) {
		t.Log("nothing may be mounted here")
		return
	}
	s, err := o.try("")
	if err == nil {
		s.stop()
		t.Fatal("it starts")
	}
	if !strings.Contains(s.said(), "cannot be written to") {
		t.Errorf("it says %q", s.said())
	}
}

func TestADamagedDatabaseIsToldAndNeverTakenForAFirstRun(t *testing.T) {
	o, backup := little(t)
	file := o.path("data/amparo.db")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// A checkpoint has moved all pages into the file when the program ended.
	put := func(text []byte) {
		t.Helper()
		for _, f := range []string{file + "-wal", file + "-shm"} {
			if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
		if text == nil {
			err = os.Remove(file)
		} else {
			err = os.WriteFile(file, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	scribbled := func(at ...int) []byte {
		text := append([]byte(nil), good...)
		for _, page := range at {
			_, _ = rand.Read(text[page*4096 : (page+1)*4096])
		}
		return text
	}
	pages := len(good) / 4096
	var many []int
	for i := 2; i < pages; i += 3 {
		many = append(many, i)
	}
	for what, c := range map[string]struct {
		text []byte
		want string
	}{
		"its header":           {scribbled(0), "damaged"},
		"every third page":     {scribbled(many...), "damaged"},
		"cut in half":          {good[:len(good)/2/4096*4096], "damaged"},
		"emptied":              {[]byte{}, "missing or empty"},
		"missing":              {nil, "missing or empty"},
		"another file instead": {make([]byte, 40960), "damaged"},
	} {
		put(c.text)
		s, err := o.try("")
		if err != nil {
			if !strings.Contains(s.said(), c.want) || !strings.Contains(s.said(), "amparo restore FILE") {
				t.Errorf("%s: it says %q", what, s.said())
			}
		} else { // pages that nobody needs at the start
			for _, at := range []string{"/", "/login", "/setup/x"} {
				if status, text, _ := s.answers(at); status == http.StatusInternalServerError || strings.Contains(text, "set up") && status == http.StatusOK {
					t.Errorf("%s: %s answers %d", what, at, status)
				}
			}
			if strings.Contains(s.said(), "/setup/") {
				t.Errorf("%s: it is taken for a first run", what)
			}
			s.kill()
		}
		if a := o.run("", "check"); a.status == 0 {
			t.Errorf("%s: amparo check finds nothing", what)
		}
	}
	put(good)
	s := o.serve("")
	s.browser().signIn()
	s.stop()
	o.sound(t)
	if a := o.run("", "restore", backup); a.status != 1 {
		t.Error("a restore overwrites what is there")
	}
}

func TestWhileAnotherProcessHoldsTheDatabaseWritesWaitAndReadsGoOn(t *testing.T) {
	o := newOffice(t)
	s := o.serve(o.colleague())
	home := s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	b := s.browser()
	b.signIn()
	db, err := database.Open(database.Options{Path: o.path("data/amparo.db"), Key: o.keys().Database()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	held, holds := make(chan error, 1), make(chan struct{})
	go func() {
		held <- db.Tx(context.Background(), func(*database.Handle) error {
			close(holds)
			time.Sleep(3 * time.Second)
			return nil
		})
	}()
	<-holds
	began := time.Now()
	wrote := make(chan time.Duration, 1)
	go func() {
		s.make("/people", map[string]any{"case": home, "names": []map[string]any{{"full": "Planted Waiting"}}})
		wrote <- time.Since(began)
	}()
	slowest := time.Duration(0)
	for range 20 {
		at := time.Now()
		if status, _ := b.page("/people"); status != http.StatusOK {
			t.Errorf("reading answers %d", status)
		}
		slowest = max(slowest, time.Since(at))
		time.Sleep(50 * time.Millisecond)
	}
	waited := <-wrote
	if err := <-held; err != nil {
		t.Fatal(err)
	}
	t.Logf("a write waited %v of 3 s and was kept; reading took at most %v", waited.Round(time.Millisecond), slowest.Round(time.Millisecond))
	if waited < 2*time.Second || slowest > 1500*time.Millisecond {
		t.Error("the write did not wait, or reading did")
	}
	s.stop()
	o.sound(t)
}

func TestAnUploadThatBreaksOffLeavesNothing(t *testing.T) {
	o := newOffice(t)
	s := o.serve(o.colleague())
	home := s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	body := "--x\r\nContent-Disposition: form-data; name=\"case\"\r\n\r\n" + home + "\r\n--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nletter\r\n--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nCut off\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n" + strings.Repeat("planted line\n", 20_000) + "\r\n--x--\r\n"
	at, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	rounds := much(1, 5)
	for range rounds {
		for _, part := range []int{2, 20, 300, 700, 999} { // of a thousand
			conn, err := net.Dial("tcp", at.Host)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(conn, "POST /api/v1/evidence HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n%s", at.Host, s.token, len(body), body[:len(body)*part/1000])
			conn.Close()
			if began := time.Now(); s.ready() != http.StatusOK || time.Since(began) > time.Second {
				t.Error("meanwhile it does not answer")
			}
		}
	}
	// The same whole is kept, so that what was cut off was rightly made.
	conn, err := net.Dial("tcp", at.Host)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST /api/v1/evidence HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", at.Host, s.token, len(body), body)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || res.StatusCode != http.StatusCreated {
		t.Fatal(res, err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	conn.Close()
	if r := s.call("GET", "/evidence", nil); strings.Count(r.Text, `"Cut off"`) == 0 || strings.Contains(r.Text, `"total":2`) {
		t.Error("more is on file than the one that came whole: " + r.Text)
	}
	s.stop()
	s = o.serve(s.token) // unfinished files are swept away at the start
	s.stop()
	var left []string
	for _, in := range []string{"data/files/arriving/*", "data/files/kept/*"} {
		list, err := filepath.Glob(o.path(in))
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, list...)
	}
	t.Logf("%d uploads cut off; %d file is left, that of the one that came whole", 5*rounds, len(left))
	if len(left) != 1 {
		t.Error(left)
	}
	o.sound(t)
}
