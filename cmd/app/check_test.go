package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/cases/demo"
	"amparo/internal/config"
	"amparo/internal/database"
	"amparo/internal/record"
)

func TestCheckSaysWhetherEveryFileIsWholeAndTheFolderTellsNothing(t *testing.T) {
	c := config.Plain()
	c.Data, c.KeyFile = filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "key")
	keys, err := c.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	all, err := open(t.Context(), c, keys, database.Options{}, account.Options{Cost: account.TestCost})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Make(t.Context(), all.book, all.office, demo.Size{People: 40, Seed: 1, Files: all.files}); err != nil {
		t.Fatal(err)
	}
	stray, err := all.files.Take(strings.NewReader("held by nobody"), 100)
	if err == nil {
		err = stray.Keep()
	}
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = filepath.WalkDir(c.Data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		seen++
		content, err := os.ReadFile(path)
		for _, planted := range []string{"Marsuni", "المرسوني", "judgment-114", "IMG_0114", "Invented Works", "Judgment 114", "taken,held", "gecə apardılar", "%PDF-1", "JFIF", "WAVEfmt"} {
			if bytes.Contains(content, []byte(planted)) || strings.Contains(path, planted) {
				t.Errorf("%s holds %q", path, planted)
			}
		}
		return err
	})
	if err != nil || seen < 8 {
		t.Fatalf("%d files were read, %v", seen, err)
	}
	standing := func() (st cases.FilesStanding) {
		if err := all.book.View(t.Context(), auth.System("test"), func(tx *record.Tx) (err error) {
			st, err = cases.StandingOfFiles(tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return st
	}
	if err := all.compare(t.Context()); err != nil || standing().Whole != 6 || standing().Never != 0 {
		t.Errorf("compared: %+v, %v", standing(), err)
	}
	first := standing().Oldest
	time.Sleep(1100 * time.Millisecond)
	if err := all.compare(t.Context()); err != nil || standing().Oldest != first {
		t.Errorf("within the week they are compared again: %+v, %v", standing(), err)
	}
	if err := c.SetNow(time.Now().AddDate(0, 0, 8).UTC().Format(time.RFC3339)); err != nil {
		t.Fatal(err)
	}
	if err := all.compare(t.Context()); err != nil || standing().Oldest == first {
		t.Errorf("after a week they are not compared again: %+v, %v", standing(), err)
	}
	if err := all.db.Close(); err != nil {
		t.Fatal(err)
	}

	env := map[string]string{"AMPARO_DATA": c.Data, "AMPARO_KEY_FILE": c.KeyFile}
	checked := func() (int, string) {
		var out, errs strings.Builder
		status := run(t.Context(), []string{"check"}, func(name string) string { return env[name] }, strings.NewReader(""), &out, &errs)
		return status, out.String() + errs.String()
	}
	if _, said := checked(); !strings.Contains(said, "ok    Evidence files: 6; whole 6, damaged 0, missing 0.") || !strings.Contains(said, "Files that no record holds (an upload stopped at its last moment): 1.") {
		t.Errorf("it says:\n%s", said)
	}
	list, err := filepath.Glob(filepath.Join(c.FilesPath(), "kept", "*"))
	if err != nil || len(list) != 7 {
		t.Fatalf("%v %v", list, err)
	}
	spoiled := 0
	for _, path := range list { // one of them is the stray: three spoil two or three
		if spoiled == 3 {
			break
		}
		spoiled++
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if spoiled > 1 {
			if err := os.WriteFile(path, []byte("age-encryption.org/v1\n"), 0o400); err != nil {
				t.Fatal(err)
			}
		}
	}
	if status, said := checked(); status != 1 || !strings.Contains(said, "WRONG Evidence files: 6; whole ") || strings.Contains(said, "whole 6") || strings.Contains(said, "damaged 0, missing 0") {
		t.Errorf("%d:\n%s", status, said)
	}
	if err := os.Remove(filepath.Join(c.FilesPath(), "key")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.FilesPath(), "key"), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, said := checked(); status != 1 || !strings.Contains(said, "encrypted with another key") {
		t.Errorf("%d:\n%s", status, said)
	}
}
