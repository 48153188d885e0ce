package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnOperatorKeepsAnchorsAndHoldsTheHistoryAgainstThem(t *testing.T) {
	dir, amparo := shell(t)
	if status, _, errs := amparo("quiet lanterns cross rivers\n", "user", "add", "--email", "mira@office.example", "--name", "Mira", "--role", "caseworker", "--password-stdin"); status != 0 {
		t.Fatal(errs)
	}
	people := write(t, filepath.Join(dir, "people.csv"), "name_latn\nLina Qarsin\nYusuf Tamrin\n")
	anchors, empty := filepath.Join(dir, "anchors"), write(t, filepath.Join(dir, "empty"), "\n")
	other := write(t, filepath.Join(dir, "other"), `{"n":1,"hash":"00","at":"2026-01-01T00:00:00.000Z","mark":"00"}`+"\n")
	for _, step := range []struct {
		line      string
		status    int
		out, errs string
	}{
		{line: "audit anchor", out: `{"n":0,`},
		{line: "import " + people + " --kind people --report " + filepath.Join(dir, "report")},
		{line: "audit anchor " + anchors, out: "added to"},
		{line: "audit verify --anchor " + anchors, out: "It is what the anchor saw: up to entry 3"},
		{line: "import " + people + " --kind people --report " + filepath.Join(dir, "report")},
		{line: "audit anchor " + anchors},
		{line: "audit verify --anchor=" + anchors, out: "It is what all 2 anchors saw: the last up to entry 6"},
		{line: "audit verify", out: "The history is whole: 6 lines."},
		{line: "audit verify --anchor " + other, status: 1, errs: "Line 1 of " + other + " is no anchor of these records"},
		{line: "audit verify --anchor " + empty, status: 1, errs: "There is no anchor in"},
		{line: "audit verify --anchor " + filepath.Join(dir, "none"), status: 1, errs: "no such file"},
		{line: "audit verify now", status: 2, errs: "amparo audit verify"},
		{line: "audit anchor a b", status: 2, errs: "amparo audit anchor"},
		{line: "audit", status: 2, errs: "amparo audit"},
	} {
		status, out, errs := amparo("", strings.Fields(step.line)...)
		if status != step.status || !strings.Contains(out, step.out) || !strings.Contains(errs, step.errs) {
			t.Errorf("%s: %d\n%s%s", step.line, status, out, errs)
		}
	}
	info, err := os.Stat(anchors)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestMemoryThatMayLieOnADiskIsNamed(t *testing.T) {
	head := "Filename\tType\tSize\tUsed\tPriority\n"
	for text, want := range map[string]string{head: "", head + "/dev/zram0 partition 1 0 100\n": "", head + "/dev/sda5  partition 8 0 -2\n/swapfile file 8 0 -3\n": "/dev/sda5, /swapfile"} {
		if got := swap(write(t, filepath.Join(t.TempDir(), "swaps"), text)); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	if swap("/nowhere") != "" {
		t.Error("where the system does not say, nothing is said")
	}
}
