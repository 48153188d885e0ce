package faults

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// Another key while the program works: who works notices nothing, the earlier key
// opens nothing any more, and whenever it is interrupted one of the two does.
func TestTheKeyIsChangedWhileTheProgramWorksAndWheneverItIsInterrupted(t *testing.T) {
	o := newOffice(t)
	s := o.serve(o.colleague())
	home := s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	phrase := o.path("phrase")
	if err := os.WriteFile(phrase, []byte("six brass kettles whistle at dawn\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	use := func(keyFile, passphraseFile string) {
		o.env["AMPARO_KEY_FILE"], o.env["AMPARO_PASSPHRASE_FILE"] = keyFile, passphraseFile
	}
	opens := func(keyFile, passphraseFile string) bool {
		use(keyFile, passphraseFile)
		return o.run("", "migrate", "status").status == 0
	}
	old, next := o.path("key"), o.path("another-key")
	if a := o.run("", "key", "change", "--to-key-file", o.path("data/key")); a.status != 1 || !strings.Contains(a.errs, "inside AMPARO_DATA") {
		t.Errorf("a key beside the records: %d %s", a.status, a.errs)
	}
	said := o.must("", "key", "change", "--to-key-file", next)
	if !strings.Contains(said, "AMPARO_KEY_FILE="+next) {
		t.Errorf("it says %s", said)
	}
	s.make("/people", map[string]any{"case": home, "names": []map[string]any{{"full": "Planted Later"}}})
	s.stop()
	if opens(old, "") || !opens(next, "") {
		t.Error("not exactly the new key opens the records")
	}
	o.must("", "key", "change", "--to-passphrase-file", phrase)
	if opens(next, "") || !opens("", phrase) {
		t.Error("not exactly the passphrase opens the records")
	}
	if a := o.run("", "key", "change"); a.status != 2 {
		t.Errorf("without a key to change to it ends with %d", a.status)
	}
	use("", phrase)
	o.must("", "key", "change", "--to-key-file", old)
	killed, changed, took := 0, 0, time.Second
	for range much(6, 60) {
		use(old, "")
		began := time.Now()
		cmd := o.command("key", "change", "--to-key-file", next)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(took))))
		_ = cmd.Process.Kill() // it may have ended
		if cmd.Wait() != nil {
			killed++
		}
		now, before := opens(next, ""), opens(old, "")
		if now == before {
			t.Fatalf("after a kill the new key opens them: %t, the old one: %t", now, before)
		}
		if now {
			changed++
			began = time.Now()
			use(next, "")
			o.must("", "key", "change", "--to-key-file", old)
			took = time.Since(began)
		} else {
			took = max(took, 2*time.Since(began)) // under load it had not got there
		}
	}
	t.Logf("%d killed on the way, %d times the new key was in place", killed, changed)
	use(old, "")
	s = o.serve(s.token)
	if r := s.call("GET", "/people", nil); !strings.Contains(r.Text, "Planted Later") {
		t.Error("what was written meanwhile is not there: " + r.Text)
	}
	s.stop()
	o.sound(t)
}
