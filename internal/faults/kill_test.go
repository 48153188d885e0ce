package faults

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"amparo/internal/database"
)

// much is how much of a fault is tried: few of it in every run of the tests,
// many where AMPARO_FAULTS=all asks for it (make faults).
func much(few, many int) int {
	if os.Getenv("AMPARO_FAULTS") == "all" {
		return many
	}
	return few
}

// ledger is what was sent and what was acknowledged: an answer that came whole.
type ledger struct {
	mu      sync.Mutex
	n       int
	sent    map[string]bool     // names of people
	people  map[string]string   // name by ref, acknowledged
	fathers map[string][]string // of a ref, the last acknowledged value first, then one without an answer
	files   map[string][]byte   // content by ref, acknowledged
	acts    int
}

func newLedger() *ledger {
	return &ledger{sent: map[string]bool{}, people: map[string]string{}, fathers: map[string][]string{}, files: map[string][]byte{}}
}

// write does one thing after the other until one is not done, whose answer it
// gives, or stop says that it is enough.
func (l *ledger) write(s *server, home string, stop func() bool) (failed reply) {
	mine, version := "", ""
	for !stop() {
		l.mu.Lock()
		l.n++
		n := l.n
		l.mu.Unlock()
		switch {
		case n%10 == 0:
			content := bytes.Repeat([]byte(fmt.Sprintf("Planted file %d ", n)), 1+n%4000)
			r := s.upload(home, fmt.Sprintf("File %06d", n), content)
			if r.Status != http.StatusCreated {
				return r
			}
			l.mu.Lock()
			l.files[r.Ref] = content
			l.acts++
			l.mu.Unlock()
		case n%4 == 1 && mine != "":
			father := fmt.Sprintf("Father %06d", n)
			l.mu.Lock()
			l.fathers[mine] = append(l.fathers[mine], father)
			l.mu.Unlock()
			r := s.call("PATCH", "/people/"+mine, map[string]any{"father": father}, "If-Match", version)
			if r.Status != http.StatusOK {
				return r
			}
			version = r.Etag
			l.mu.Lock()
			l.fathers[mine] = []string{father}
			l.acts++
			l.mu.Unlock()
		default:
			name := fmt.Sprintf("Planted Name%06d", n)
			l.mu.Lock()
			l.sent[name] = true
			l.mu.Unlock()
			r := s.call("POST", "/people", map[string]any{"case": home, "names": []map[string]any{{"full": name}}})
			if r.Status != http.StatusCreated {
				return r
			}
			mine, version = r.Ref, r.Etag
			l.mu.Lock()
			l.people[r.Ref], l.fathers[r.Ref] = name, []string{""}
			l.acts++
			l.mu.Unlock()
		}
	}
	return reply{}
}

// hold compares what is on file with what was acknowledged: nothing is lost,
// nothing is there twice, and nothing is there that was never sent.
func (l *ledger) hold(t *testing.T, s *server) {
	t.Helper()
	found, seen := s.names(), map[string]bool{}
	for ref, name := range l.people {
		if found[ref] != name {
			t.Errorf("lost: %s was acknowledged as %q and is %q", ref, name, found[ref])
		}
	}
	for ref, name := range found {
		if seen[name] || !l.sent[name] {
			t.Errorf("%s %q is there twice, or was never sent", ref, name)
		}
		seen[name] = true
	}
}

// holdAll looks into every edit and every file too.
func (l *ledger) holdAll(t *testing.T, s *server) {
	t.Helper()
	l.hold(t, s)
	for ref, fathers := range l.fathers {
		r := s.call("GET", "/people/"+ref, nil)
		if !slices.ContainsFunc(fathers, func(f string) bool {
			return strings.Contains(r.Text, `"father":"`+f+`"`) || f == "" && !strings.Contains(r.Text, "Father")
		}) {
			t.Errorf("lost: of the edits %v of %s none is in %s", fathers, ref, r.Text)
		}
	}
	for ref, content := range l.files {
		if r := s.call("GET", "/evidence/"+ref+"/file", nil); r.Status != http.StatusOK || r.Text != string(content) {
			t.Errorf("lost: the file of %s comes back with %d and %d of %d bytes", ref, r.Status, len(r.Text), len(content))
		}
	}
}

// sound looks at the records from inside once the program has ended: every page
// reads, the history is whole, and every version of a record has its line.
func (o *office) sound(t *testing.T) {
	t.Helper()
	if a := o.run("", "audit", "verify"); a.status != 0 {
		t.Errorf("the history is not whole: %s", a.errs)
	}
	db, err := database.Open(database.Options{URL: o.env["AMPARO_DATABASE_URL"], Path: o.path("data/amparo.db"), Key: o.keys().Database()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if problems, err := db.Integrity(context.Background()); err != nil || len(problems) > 0 {
		t.Errorf("the database is not whole: %v %v", problems, err)
	}
	for what, query := range map[string]string{
		"records without the line of their version": "SELECT count(*) FROM head h WHERE NOT EXISTS (SELECT 1 FROM trail t WHERE t.record_id = h.id AND t.version = h.version)",
		"records with fewer lines than versions":    "SELECT count(*) FROM head h WHERE (SELECT count(DISTINCT version) FROM trail t WHERE t.record_id = h.id) < h.version",
		"people without their fields":               "SELECT count(*) FROM head h WHERE h.kind = 'person' AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = h.id)",
		"people who are found by no name":           "SELECT count(*) FROM head h WHERE h.kind = 'person' AND NOT EXISTS (SELECT 1 FROM called c WHERE c.record_id = h.id)",
		"records without words to be found by":      "SELECT count(*) FROM head h WHERE NOT EXISTS (SELECT 1 FROM head_text x WHERE x.rowid = h.seq)",
	} {
		var n int
		if err := db.Read(context.Background()).Raw(query).Row().Scan(&n); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
}

func TestNothingAcknowledgedIsLostWhenTheProgramIsKilled(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		if o.env["AMPARO_DATABASE_URL"] != "" {
			killed(t, o, much(2, 30), much(40, 3000))
		} else {
			killed(t, o, much(6, 20), much(300, 2000))
		}
	})
}

func killed(t *testing.T, o *office, rounds, writes int) {
	s := o.serve(o.colleague())
	home := s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	l := newLedger()
	var starts []time.Duration
	for round := range rounds {
		enough := writes * (round + 1) / rounds
		var hands sync.WaitGroup
		for range 4 {
			hands.Go(func() { l.write(s, home, func() bool { return false }) })
		}
		for began := time.Now(); ; time.Sleep(2 * time.Millisecond) {
			l.mu.Lock()
			acts := l.acts
			l.mu.Unlock()
			if acts >= enough {
				break
			}
			if time.Since(began) > 2*time.Minute {
				t.Fatalf("only %d writes were answered", acts)
			}
		}
		time.Sleep(time.Duration(rand.IntN(20_000)) * time.Microsecond)
		s.kill()
		hands.Wait()
		began := time.Now()
		s = o.serve(s.token)
		starts = append(starts, time.Since(began))
		l.hold(t, s)
	}
	l.holdAll(t, s)
	s.stop()
	o.sound(t)
	slices.Sort(starts)
	t.Logf("%d acknowledged (%d people, %d files), 0 lost, in %d rounds; start after a kill: median %v, at most %v",
		l.acts, len(l.people), len(l.files), rounds, starts[len(starts)/2].Round(time.Millisecond), starts[len(starts)-1].Round(time.Millisecond))
	if len(l.files) == 0 || len(l.people) == l.acts-len(l.files) {
		t.Error("no file came, or nothing was edited: it was not tried")
	}
}

func TestAskedToEndItAnswersEverybodyFirst(t *testing.T) {
	rounds := much(3, 30)
	o := newOffice(t)
	o.env["AMPARO_ANCHOR_FILE"] = o.path("anchors")
	token := o.colleague()
	home := ""
	l := newLedger()
	var ends []time.Duration
	for range rounds {
		s := o.serve(token)
		if home == "" {
			home = s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
		}
		var hands sync.WaitGroup
		for range 4 {
			hands.Go(func() { l.write(s, home, func() bool { return false }) })
		}
		time.Sleep(time.Duration(100+rand.IntN(200)) * time.Millisecond)
		// Browsers open a connection ahead of need: it keeps nobody waiting.
		if unused, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://")); err != nil {
			t.Fatal(err)
		} else {
			defer unused.Close()
		}
		began := time.Now()
		if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		ready := 0
		for ready == 0 || ready == http.StatusOK {
			ready = s.ready()
		}
		if ready != http.StatusServiceUnavailable {
			t.Errorf("before it ends readiness answers %d", ready)
		}
		if err := s.end(); err != nil {
			t.Errorf("it ends with %v: %s", err, s.said())
		}
		ends = append(ends, time.Since(began))
		hands.Wait()
	}
	s := o.serve(token)
	l.holdAll(t, s)
	found := s.names()
	if len(found) != len(l.people) {
		t.Errorf("%d people are on file and %d were acknowledged: an answer was cut off", len(found), len(l.people))
	}
	s.stop()
	o.sound(t)
	if a := o.run("", "audit", "verify", "--anchor", o.path("anchors")); a.status != 0 {
		t.Error(a.errs)
	}
	slices.Sort(ends)
	t.Logf("%d acknowledged in %d rounds, 0 cut off; end after the signal: median %v, at most %v", l.acts, rounds, ends[len(ends)/2].Round(time.Millisecond), ends[len(ends)-1].Round(time.Millisecond))
	if ends[len(ends)-1] > 6*time.Second {
		t.Error("it takes too long to end")
	}
}

// ready asks for readiness on a connection of its own; 0 is no answer.
func (s *server) ready() int {
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(s.url + "/readyz")
	if err != nil {
		return -1
	}
	res.Body.Close()
	return res.StatusCode
}

func TestAFrozenProgramGoesOn(t *testing.T) {
	o := newOffice(t)
	s := o.serve(o.colleague())
	home := s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	l := newLedger()
	until := time.Now().Add(time.Duration(much(2, 8)) * time.Second)
	var hands sync.WaitGroup
	for range 4 {
		hands.Go(func() { l.write(s, home, func() bool { return time.Now().After(until) }) })
	}
	time.Sleep(200 * time.Millisecond)
	for _, sig := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGCONT} {
		if err := s.cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		if sig == syscall.SIGSTOP {
			time.Sleep(time.Duration(much(1, 5)) * time.Second)
		}
	}
	hands.Wait()
	before := l.acts
	s.make("/people", map[string]any{"case": home, "names": []map[string]any{{"full": "Somebody later"}}})
	l.sent["Somebody later"] = true
	l.holdAll(t, s)
	s.stop()
	o.sound(t)
	t.Logf("%d acknowledged, 0 lost", before)
}
