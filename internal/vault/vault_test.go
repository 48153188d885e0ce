package vault

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
)

var key = bytes.Repeat([]byte{7}, 32)

func opened(t testing.TB) (*Vault, string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "files")
	return openedIn(t, folder), folder
}

func openedIn(t testing.TB, folder string) *Vault {
	t.Helper()
	v, err := Open(folder, key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

// put keeps a content and gives its hash.
func put(t testing.TB, v *Vault, content []byte) string {
	t.Helper()
	a, err := v.Take(bytes.NewReader(content), Most)
	if err == nil {
		err = a.Keep()
	}
	if err != nil {
		t.Fatal(err)
	}
	return a.SHA256
}

func get(v *Vault, sum string) ([]byte, error) {
	c, err := v.Open(sum)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return io.ReadAll(c)
}

// onDisk lists what lies in a folder, by name.
func onDisk(t testing.TB, folder, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(filepath.Join(folder, dir))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, filepath.Join(folder, dir, e.Name()))
	}
	return names
}

func random(n int) []byte {
	r := rand.NewChaCha8([32]byte{byte(n), byte(n >> 8)})
	b := make([]byte, n)
	_, _ = r.Read(b) // it never fails
	return b
}

func TestWhatGoesInComesOutWithItsHashAndSize(t *testing.T) {
	v, folder := opened(t)
	for _, n := range []int{1, 100, 65535, 65536, 65537, 131072, 300000, 1 << 20} {
		content := random(n)
		a, err := v.Take(iotest.HalfReader(bytes.NewReader(content)), Most)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		if a.SHA256 != hex.EncodeToString(sum[:]) || a.Size != int64(n) {
			t.Errorf("%d bytes: hash %s, size %d", n, a.SHA256, a.Size)
		}
		if err := v.Check(a.SHA256); !errors.Is(err, ErrMissing) {
			t.Errorf("before it is kept it can be opened: %v", err)
		}
		if err := a.Keep(); err != nil {
			t.Fatal(err)
		}
		if got, err := get(v, a.SHA256); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes come back as %d, %v", n, len(got), err)
		}
	}
	if left := onDisk(t, folder, arriving); len(left) > 0 {
		t.Errorf("on its way is still %v", left)
	}
	again := openedIn(t, folder)
	if got, err := get(again, put(t, again, random(100))); err != nil || !bytes.Equal(got, random(100)) {
		t.Errorf("after opening anew: %v", err)
	}
}

func TestTheSameContentIsKeptOnceAndNeverChanged(t *testing.T) {
	v, folder := opened(t)
	first := put(t, v, []byte("a statement"))
	file := onDisk(t, folder, kept)[0]
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if second := put(t, v, []byte("a statement")); second != first {
		t.Errorf("two hashes: %s and %s", first, second)
	}
	after, err := os.ReadFile(file)
	if files := onDisk(t, folder, kept); err != nil || len(files) != 1 || !bytes.Equal(before, after) || len(onDisk(t, folder, arriving)) > 0 {
		t.Errorf("now there are %v, %v", files, err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o400 {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
}

func TestNeitherNameNorContentOnTheDiskTellsAnything(t *testing.T) {
	v, folder := opened(t)
	secret := "Planted Name of Somebody"
	sum := put(t, v, []byte("%PDF-1.7 "+strings.Repeat(secret+"\n", 5000)))
	waiting, err := v.Take(strings.NewReader(secret), Most)
	if err != nil {
		t.Fatal(err)
	}
	waiting.Ticket("nadia", secret+".pdf")
	err = filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, told := range []string{"Planted", "PDF", sum, sum[:16], waiting.SHA256} {
			if bytes.Contains(content, []byte(told)) || strings.Contains(path, told) {
				t.Errorf("%s tells %q", path, told)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestADamagedFileNeverGivesItsFirstByte(t *testing.T) {
	v, folder := opened(t)
	content := random(200000)
	sum := put(t, v, content)
	file := onDisk(t, folder, kept)[0]
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	replace := func(with []byte) {
		if err := errors.Join(os.Remove(file), os.WriteFile(file, with, 0o400)); err != nil {
			t.Fatal(err)
		}
	}
	flipped := func(i int) []byte { b := bytes.Clone(whole); b[i] ^= 1; return b }
	other, otherFolder := opened(t)
	put(t, other, random(200001))
	moved, err := os.ReadFile(onDisk(t, otherFolder, kept)[0])
	if err != nil {
		t.Fatal(err)
	}
	for what, with := range map[string][]byte{
		"emptied": {}, "cut in the head": whole[:50], "cut in the middle": whole[:100000], "cut at the end": whole[:len(whole)-1], "cut after a part": whole[:len(whole)-(200000%65536)-16],
		"longer": append(bytes.Clone(whole), 0), "another text": []byte("not a file of ours"), "a turned bit in the head": flipped(3), "in its key": flipped(60), "in its middle": flipped(90000),
		"at its end": flipped(len(whole) - 1), "another whole file": moved,
	} {
		replace(with)
		if got, err := v.Open(sum); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrKey) {
			t.Errorf("%s: it opens, %v", what, err)
			got.Close()
		}
	}
	replace(whole)
	if err := v.Check(sum); err != nil {
		t.Errorf("put back it is not whole: %v", err)
	}
	replace(flipped(90000))
	if put(t, v, content) != sum || v.Check(sum) != nil {
		t.Error("the same content, brought again, does not mend it")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	for _, lost := range []string{sum, "", "x", "../kept", strings.ToUpper(sum), sum + "\n"} {
		if err := v.Check(lost); !errors.Is(err, ErrMissing) {
			t.Errorf("%q: %v", lost, err)
		}
	}
}

func TestAnotherKeyIsRefusedInOneSentence(t *testing.T) {
	v, folder := opened(t)
	sum := put(t, v, []byte("a statement"))
	if _, err := Open(folder, bytes.Repeat([]byte{8}, 32)); !errors.Is(err, ErrKey) {
		t.Errorf("opened with another key: %v", err)
	}
	elsewhere := filepath.Join(t.TempDir(), "files")
	foreign, err := Open(elsewhere, bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	defer foreign.Close()
	content, err := os.ReadFile(onDisk(t, folder, kept)[0])
	if err == nil {
		err = os.WriteFile(filepath.Join(elsewhere, foreign.name(sum)), content, 0o400)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := foreign.Check(sum); !errors.Is(err, ErrKey) {
		t.Errorf("a file of another key: %v", err)
	}
}

func TestNothingHalfIsLeftOfWhatBreaksOff(t *testing.T) {
	v, folder := opened(t)
	for what, c := range map[string]struct {
		r    io.Reader
		most int64
		want error
	}{
		"cut":                {io.MultiReader(bytes.NewReader(random(150000)), iotest.ErrReader(io.ErrUnexpectedEOF)), Most, ErrCut},
		"cut at once":        {iotest.ErrReader(errors.New("line down")), Most, ErrCut},
		"empty":              {strings.NewReader(""), Most, ErrEmpty},
		"a byte too long":    {bytes.NewReader(random(1001)), 1000, ErrLarge},
		"without an end":     {endless{}, 1 << 20, ErrLarge},
		"slow and cut again": {iotest.OneByteReader(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(io.ErrClosedPipe))), Most, ErrCut},
	} {
		if _, err := v.Take(c.r, c.most); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if a, err := v.Take(bytes.NewReader(random(1000)), 1000); err != nil || a.Drop() != nil || a.Drop() != nil {
		t.Errorf("of the greatest size: %v", err)
	}
	if left := append(onDisk(t, folder, arriving), onDisk(t, folder, kept)...); len(left) > 0 {
		t.Errorf("left is %v", left)
	}
}

// endless is a file that never stops.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestAFullDiskIsSaidAndLeavesNothing(t *testing.T) {
	if folder := os.Getenv("AMPARO_TEST_FULL"); folder != "" {
		v := openedIn(t, folder)
		// As a full disk does, this lets some be written and then no more.
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 200000, Max: 200000}); err != nil {
			t.Fatal(err)
		}
		_, err := v.Take(bytes.NewReader(random(1<<20)), Most)
		fmt.Println("said:", err)
		return
	}
	folder := filepath.Join(t.TempDir(), "files")
	cmd := exec.Command(os.Args[0], "-test.run=^TestAFullDiskIsSaidAndLeavesNothing$")
	cmd.Env = append(os.Environ(), "AMPARO_TEST_FULL="+folder)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "said: write a file") {
		t.Errorf("%v: %s", err, out)
	}
	if left := onDisk(t, folder, arriving); len(left) > 0 {
		t.Errorf("left is %v", left)
	}
}

func TestAFileWaitsForWhomItsTicketWasGiven(t *testing.T) {
	v, folder := opened(t)
	a, err := v.Take(strings.NewReader("a statement"), Most)
	if err != nil {
		t.Fatal(err)
	}
	text := a.Ticket("nadia", "statement.txt")
	if _, _, err := v.Claim(text, "omar"); !errors.Is(err, ErrTicket) {
		t.Errorf("somebody else claims it: %v", err)
	}
	for _, forged := range []string{"", "x", text[1:], text + "A", strings.ToUpper(text)} {
		if _, _, err := v.Claim(forged, "nadia"); !errors.Is(err, ErrTicket) {
			t.Errorf("%.20q: %v", forged, err)
		}
	}
	same, name, err := openedIn(t, folder).Claim(text, "nadia")
	if err != nil || !reflect.DeepEqual(same.File, a.File) || name != "statement.txt" {
		t.Fatalf("claimed: %+v %q %v", same, name, err)
	}
	if err := same.Keep(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.Claim(text, "nadia"); !errors.Is(err, ErrTicket) {
		t.Errorf("claimed twice: %v", err)
	}
	if err := a.Keep(); err != nil {
		t.Errorf("kept by two at once: %v", err)
	}
	if got, err := get(v, a.SHA256); err != nil || string(got) != "a statement" {
		t.Errorf("it reads %q, %v", got, err)
	}
}

func TestWhatWasKeptForNothingIsTakenAwayUnlessItWasThereBefore(t *testing.T) {
	v, folder := opened(t)
	sum := put(t, v, []byte("there before"))
	for _, content := range []string{"there before", "new"} {
		a, err := v.Take(strings.NewReader(content), Most)
		if err != nil || !a.Waits() {
			t.Fatalf("%v, waits %t", err, a.Waits())
		}
		if err := errors.Join(a.Keep(), a.Unkeep(), a.Unkeep()); err != nil || a.Waits() {
			t.Errorf("%s: %v", content, err)
		}
	}
	if err := v.Check(sum); err != nil || len(onDisk(t, folder, kept)) != 1 {
		t.Errorf("kept is %v, %v", onDisk(t, folder, kept), err)
	}
}

func TestSweepingTakesWhatNobodyCameBackForAndNothingElse(t *testing.T) {
	v, folder := opened(t)
	sum := put(t, v, []byte("kept"))
	for range 3 {
		if _, err := v.Take(bytes.NewReader(random(100)), Most); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(onDisk(t, folder, arriving)[0], old, old); err != nil {
		t.Fatal(err)
	}
	if n, err := v.Sweep(time.Now().Add(-24 * time.Hour)); n != 1 || err != nil {
		t.Errorf("%d swept, %v", n, err)
	}
	if n, err := v.Sweep(time.Now().Add(time.Minute)); n != 2 || err != nil || v.Check(sum) != nil {
		t.Errorf("%d swept, %v", n, err)
	}
	put(t, v, []byte("a stray"))
	if n, err := v.Strays([]string{sum}); n != 1 || err != nil {
		t.Errorf("%d strays, %v", n, err)
	}
}

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	v, _ := opened(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a, err := v.Take(io.LimitReader(endless{}, 32<<20), Most)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; err != nil || used > 2<<20 {
		t.Fatalf("%d KiB were asked for in taking it, %v", used>>10, err)
	}
	if err := a.Keep(); err != nil {
		t.Fatal(err)
	}
	c, err := v.Open(a.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 4 {
		if _, err := io.CopyN(io.Discard, c, 8<<20); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if after.HeapAlloc > before.HeapAlloc+2<<20 {
			t.Errorf("%d KiB are held in giving it", (after.HeapAlloc-before.HeapAlloc)>>10)
		}
	}
}

func TestTheTypeIsFoundInTheContent(t *testing.T) {
	for head, want := range map[string]string{
		"%PDF-1.7\n":            "application/pdf",
		"\x89PNG\r\n\x1a\n":     "image/png",
		"\xff\xd8\xff\xe0":      "image/jpeg",
		"نص عربي في سطر واحد\n": "text/plain",
		"<html><script>":        "text/html",
		`<svg xmlns="http://www.w3.org/2000/svg" onload="x()">`: "image/svg+xml",
		"GIF89a<script>alert(1)</script>":                       "image/gif",
		"MZ\x90\x00":                                            "application/vnd.microsoft.portable-executable",
		"MZ\x90\x00%PDF-1.7":                                    "application/vnd.microsoft.portable-executable",
		"MZ said: nothing.":                                     "text/plain",
		"\x00\x01\x02\x03":                                      "application/octet-stream",
	} {
		if got := MediaType([]byte(head)); got != want {
			t.Errorf("%q is %s, not %s", head, got, want)
		}
	}
}

func FuzzNoFileOnTheDiskIsGivenUnlessItIsTheOneMeant(f *testing.F) {
	v, folder := opened(f)
	sum := put(f, v, []byte("a statement"))
	file := onDisk(f, folder, kept)[0]
	whole, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte("age-encryption.org/v1\n-> amparo-1\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := errors.Join(os.RemoveAll(file), os.WriteFile(file, content, 0o400)); err != nil {
			t.Fatal(err)
		}
		if got, err := get(v, sum); err == nil && string(got) != "a statement" {
			t.Errorf("it reads %q", got)
		}
	})
}

func FuzzAnyBeginningHasAType(f *testing.F) {
	f.Add([]byte("%PDF-"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, head []byte) {
		if kind := MediaType(head); !strings.Contains(kind, "/") || strings.ContainsAny(kind, "; \r\n\"") {
			t.Errorf("%q", kind)
		}
	})
}
