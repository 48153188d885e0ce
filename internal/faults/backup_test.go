package faults

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// people creates so many people from several hands at once and answers the ref
// of each by its name; each is called once it is acknowledged.
func (s *server) people(home string, n int, each func(name, ref string)) {
	var next atomic.Int64
	var hands sync.WaitGroup
	for range 4 {
		hands.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				name := fmt.Sprintf("Planted Name%05d", i)
				r := s.call("POST", "/people", map[string]any{"case": home, "names": []map[string]any{{"full": name}}})
				if r.Status == http.StatusCreated {
					each(name, r.Ref)
				} else {
					each(name, "")
				}
			}
		})
	}
	hands.Wait()
}

// names reads every person's ref and name through the API.
func (s *server) names() map[string]string {
	s.o.t.Helper()
	found := map[string]string{}
	for page := 1; ; page++ {
		r := s.call("GET", fmt.Sprintf("/people?per_page=100&page=%d", page), nil)
		var list struct{ Items []struct{ Ref, Title string } }
		if r.Status != http.StatusOK || json.Unmarshal([]byte(r.Text), &list) != nil {
			s.o.t.Fatalf("the list of people answers %d: %s", r.Status, r.Text)
		}
		if len(list.Items) == 0 {
			return found
		}
		for _, p := range list.Items {
			found[p.Ref] = p.Title
		}
	}
}

// The drill: a backup while two thousand writes are on their way, brought back
// on an empty machine that has nothing but the backup and the key file.
func TestABackupTakenDuringWritesComesBackWholeOnAnEmptyMachine(t *testing.T) {
	const writes = 2000
	o := newOffice(t)
	o.env["AMPARO_ANCHOR_FILE"] = o.path("anchors")
	s := o.serve(o.colleague())
	home := s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	photo := bytes.Repeat([]byte("Planted photograph "), 200_000)
	paper := s.upload(home, "Planted photograph", photo)
	if paper.Status != http.StatusCreated {
		t.Fatalf("a file answers %d: %s", paper.Status, paper.Text)
	}
	b := s.browser()
	b.signIn()

	var mu sync.Mutex
	kept, before := map[string]string{}, map[string]string{}
	began := make(chan struct{})
	backed := make(chan answer, 1)
	file := o.path("one.backup")
	go func() {
		<-began
		backed <- o.run("", "backup", file)
	}()
	s.people(home, writes, func(name, ref string) {
		mu.Lock()
		defer mu.Unlock()
		if kept[ref] = name; ref == "" {
			t.Errorf("%s was not kept", name)
		}
		if len(kept) == writes/4 {
			for ref, name := range kept {
				before[ref] = name
			}
			close(began)
		}
	})
	a := <-backed
	if a.status != 0 {
		t.Fatalf("the backup ends with %d: %s", a.status, a.errs)
	}
	t.Log(strings.TrimSpace(a.out))
	size := whole(t, file)

	// An empty machine: the backup and the key file, nothing else.
	fresh := newOffice(t)
	give(t, fresh.path("key"), o.path("key"))
	fresh.env["AMPARO_TZ"] = "Asia/Baku"
	start := time.Now()
	t.Log(strings.TrimSpace(fresh.must("", "restore", file)), time.Since(start))
	if out := fresh.must("", "audit", "verify"); !strings.Contains(out, "whole") {
		t.Error(out)
	}
	back := fresh.serve(s.token)
	found := back.names()
	for ref, name := range before {
		if found[ref] != name {
			t.Errorf("%s was kept before the backup began and is called %q after it", name, found[ref])
		}
	}
	for ref, name := range found {
		if kept[ref] != name {
			t.Errorf("%s is %q and was never kept as that", ref, name)
		}
	}
	t.Logf("%d writes, %d of them before the backup began, %d in the backup of %d bytes", writes, len(before), len(found), size)
	if len(found) == writes {
		t.Error("the backup began after the last write: nothing was tried")
	}
	if r := back.call("GET", "/evidence/"+paper.Ref+"/file", nil); r.Status != http.StatusOK || r.Text != string(photo) {
		t.Errorf("the file comes back with %d and %d bytes", r.Status, len(r.Text))
	}
	again := back.browser()
	again.Jar = b.Jar
	if status, _ := again.page("/"); status == http.StatusOK {
		t.Error("a session from before the backup is open again")
	}
	back.browser().signIn()
	if status := back.call("POST", "/people", map[string]any{"case": home, "names": []map[string]any{{"full": "Somebody Later"}}}).Status; status != http.StatusCreated {
		t.Errorf("afterwards nothing can be kept: %d", status)
	}
	back.stop()
	s.stop()
	t.Log(strings.TrimSpace(o.must("", "audit", "verify", "--anchor", o.path("anchors"))))
	if a := fresh.run("", "audit", "verify", "--anchor", o.path("anchors")); a.status != 1 || !strings.Contains(a.errs, "older copy") {
		t.Errorf("an anchor from after the backup does not tell that older records were put back: %+v", a)
	}
}

// whole looks at a backup from outside: it is private and tells nothing.
func whole(t *testing.T, file string) int {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("others can read the backup: %v", info.Mode())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, told := range []string{"Planted", "planted", "SQLite format", "Blue Mill", email} {
		if bytes.Contains(text, []byte(told)) {
			t.Errorf("the backup tells %q", told)
		}
	}
	return len(text)
}

// A file that was damaged before the backup must not keep the rest from being
// brought back, and must be told.
func TestADamagedFileIsToldByBackupAndRestoreAndStopsNeither(t *testing.T) {
	o := newOffice(t)
	s := o.serve(o.colleague())
	home := s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	good, bad := s.upload(home, "Planted letter", []byte("a whole letter")), s.upload(home, "Planted note", []byte("a note"))
	s.stop()
	kept, err := filepath.Glob(o.path("data/files/kept/*"))
	if err != nil || len(kept) != 2 {
		t.Fatal(kept, err)
	}
	slices.SortFunc(kept, func(a, b string) int { return int(size(t, a) - size(t, b)) })
	if err := errors.Join(os.Chmod(kept[0], 0o600), os.Truncate(kept[0], size(t, kept[0])-1)); err != nil {
		t.Fatal(err)
	}
	file := o.path("one.backup")
	if a := o.run("", "backup", file); a.status != 1 || !strings.Contains(a.out, "Backup written") || !strings.Contains(a.errs, "One evidence file is damaged") {
		t.Errorf("%+v", a)
	}
	fresh := newOffice(t)
	give(t, fresh.path("key"), o.path("key"))
	if a := fresh.run("", "restore", file); a.status != 1 || !strings.Contains(a.out, "Brought back") || !strings.Contains(a.errs, "One evidence file is damaged") {
		t.Errorf("%+v", a)
	}
	back := fresh.serve(s.token)
	if r := back.call("GET", "/evidence/"+good.Ref+"/file", nil); r.Text != "a whole letter" {
		t.Errorf("the whole file answers %d %s", r.Status, r.Text)
	}
	if r := back.call("GET", "/evidence/"+bad.Ref+"/file", nil); r.Status == http.StatusOK {
		t.Errorf("the damaged file is given: %s", r.Text)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func give(t *testing.T, to, from string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// little is an office with one case, a file among its evidence files, and a
// backup of both.
func little(t *testing.T) (o *office, file string) {
	t.Helper()
	o = newOffice(t)
	s := o.serve(o.colleague())
	s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	s.stop()
	file = o.path("one.backup")
	o.must("", "backup", file)
	return o, file
}

// empty tells whether nothing lies in the data folder.
func (o *office) empty() bool {
	list, err := os.ReadDir(o.path("data"))
	return os.IsNotExist(err) || err == nil && len(list) == 0
}

func (o *office) mustRefuse(t *testing.T, want string, args ...string) {
	t.Helper()
	start := time.Now()
	a := o.run("", args...)
	if a.status != 1 || !strings.Contains(a.errs, want) || strings.Count(a.errs, "\n") != 1 {
		t.Errorf("%v ends with %d and says %q, not %q", args, a.status, a.errs, want)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("%v took %v", args, took)
	}
}

func TestARestoreThatCannotBeWholeTouchesNothing(t *testing.T) {
	o, file := little(t)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fresh := newOffice(t)
	broken := fresh.path("broken.backup")
	try := func(want string, text []byte) {
		t.Helper()
		if err := os.WriteFile(broken, text, 0o600); err != nil {
			t.Fatal(err)
		}
		fresh.mustRefuse(t, want, "restore", broken)
		if !fresh.empty() {
			t.Errorf("%s: something was left in the data folder", want)
		}
	}
	try("key file of these records is not there", text)
	other := newOffice(t)
	other.colleague()
	give(t, fresh.path("key"), other.path("key"))
	try("does not unlock", text)
	give(t, fresh.path("key"), o.path("key"))
	for _, at := range []int{len(text) - 1, len(text) - 20, len(text) - 70000, len(text) / 2, 70000, 700, 40} {
		try("cut off", text[:at])
	}
	for _, at := range []int{len(text) - 1, len(text) / 2, 66000} {
		flipped := bytes.Clone(text)
		flipped[at] ^= 1
		try("damaged", flipped)
	}
	try("damaged", append(bytes.Clone(text), 0))
	try("not a backup", []byte("a letter\n"))
	try("not a backup", nil)
	if err := os.MkdirAll(fresh.path("data"), 0o700); err != nil {
		t.Fatal(err)
	}
	give(t, fresh.path("data/letter"), file)
	fresh.mustRefuse(t, "not empty", "restore", file)
	o.mustRefuse(t, "not empty", "restore", file)
	fresh.env["AMPARO_DATABASE_URL"] = "postgres://office@127.0.0.1:1/office"
	fresh.mustRefuse(t, "pg_dump", "restore", file)
	fresh.mustRefuse(t, "pg_dump", "backup", fresh.path("x"))
}

func TestABackupOverwritesNothingAndDoesNotLieBesideTheRecords(t *testing.T) {
	o, file := little(t)
	before := whole(t, file)
	o.mustRefuse(t, "exists already", "backup", file)
	o.mustRefuse(t, "inside AMPARO_DATA", "backup", o.path("data/one.backup"))
	if whole(t, file) != before {
		t.Error("the older backup was changed")
	}
	o.mustRefuse(t, "no such file", "backup", o.path("nowhere/one.backup"))
	newOffice(t).mustRefuse(t, "no records", "backup", o.path("two.backup"))
	if a := o.run("", "backup"); a.status != 2 || !strings.Contains(a.errs, "amparo backup FILE") {
		t.Errorf("%+v", a)
	}
	if a := o.run("", "restore", file, "now"); a.status != 2 || !strings.Contains(a.errs, "amparo restore FILE") {
		t.Errorf("%+v", a)
	}
}

func TestARecoveryPassphraseBringsRecordsBackWithoutTheKeyFile(t *testing.T) {
	o, _ := little(t)
	words := o.path("words")
	if err := os.WriteFile(words, []byte("nine grey herons left before the rain\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.must("", "backup", o.path("two.backup"), "--recovery-passphrase-file", words)
	fresh := newOffice(t)
	delete(fresh.env, "AMPARO_KEY_FILE")
	fresh.env["AMPARO_PASSPHRASE_FILE"] = words
	fresh.must("", "restore", o.path("two.backup"))
	fresh.serve("").browser().signIn()
	fresh.must("", "backup", fresh.path("three.backup"))
	third := newOffice(t)
	third.env["AMPARO_PASSPHRASE_FILE"], third.env["AMPARO_KEY_FILE"] = o.path("other"), ""
	if err := os.WriteFile(o.path("other"), []byte("other words than these nine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	third.mustRefuse(t, "does not unlock", "restore", fresh.path("three.backup"))
	third.mustRefuse(t, "unlocked by a key file", "restore", o.path("one.backup"))
}

// Whenever a backup or a restore is killed, what is left is either whole or
// says that it is not.
func TestAKilledBackupOrRestoreLeavesNothingThatLooksWhole(t *testing.T) {
	o, file := little(t)
	s := o.serve(tokenText.FindString(o.must("", "token", "add", "--email", email, "--label", "more")))
	s.people(s.make("/cases", map[string]any{"title": "Many"}), 100, func(string, string) {})
	s.stop()
	killed := func(o *office, after time.Duration, args ...string) bool {
		cmd := o.command(args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after)
		_ = cmd.Process.Kill() // it may have ended by itself
		return cmd.Wait() != nil
	}
	start := time.Now()
	o.must("", "backup", o.path("timed.backup"))
	takes := time.Since(start)
	n, m := 0, 0
	for i := range 7 {
		after := takes * time.Duration(i) / 5
		to := o.path(fmt.Sprintf("killed-%d.backup", i))
		if killed(o, after, "backup", to) {
			n++
		}
		if _, err := os.Stat(to); err == nil {
			fresh := newOffice(t)
			give(t, fresh.path("key"), o.path("key"))
			fresh.must("", "restore", to)
		}
		fresh := newOffice(t)
		give(t, fresh.path("key"), o.path("key"))
		if killed(fresh, after, "restore", file) {
			m++
		}
		_, ended := os.Stat(fresh.path("data/data.key"))
		if ended != nil && !fresh.empty() {
			fresh.mustRefuse(t, "amparo restore FILE", "audit", "verify")
		}
		if ended != nil {
			fresh.must("", "restore", file)
		}
		if out := fresh.must("", "user", "list"); !strings.Contains(out, email) {
			t.Errorf("killed after %v, this was brought back: %s", after, out)
		}
	}
	t.Logf("%d backups and %d restores were killed before their end", n, m)
	if n == 0 || m == 0 {
		t.Error("nothing was killed in time")
	}
	o.must("", "backup", o.path("after.backup"))
}
