package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/i18n"
	"amparo/internal/record"
)

// After an erasure the commands of an operator find the history whole, by the
// anchors of its certificate too; what somebody empties without an entry that says
// so is found all the same.
func TestAnOperatorFindsTheHistoryWholeAfterAnErasureAndNotAfterAForgery(t *testing.T) {
	dir, amparo := shell(t)
	if status, _, errs := amparo("quiet lanterns cross rivers\n", "user", "add", "--email", "mira@office.example", "--name", "Mira", "--role", "caseworker", "--password-stdin"); status != 0 {
		t.Fatal(errs)
	}
	people := write(t, filepath.Join(dir, "people.csv"), "name_latn\nLina Qarsin\nYusuf Tamrin\n")
	if status, _, errs := amparo("", "import", people, "--kind", "people", "--report", filepath.Join(dir, "report")); status != 0 {
		t.Fatal(errs)
	}
	env := map[string]string{"AMPARO_DATA": filepath.Join(dir, "data"), "AMPARO_KEY_FILE": filepath.Join(dir, "key")}
	ctx := i18n.With(context.Background(), i18n.In("en"))
	within := func(work func(all *opened)) {
		t.Helper()
		all, err := records(ctx, "test", nil, func(name string) string { return env[name] })
		if err != nil {
			t.Fatal(err)
		}
		defer all.db.Close()
		work(all)
	}
	supervisor := func(id string) auth.Actor { return auth.Actor{ID: id, Name: id, Roles: []auth.Role{auth.Supervisor}} }
	anchors := ""
	within(func(all *opened) {
		var s *record.Sheet
		work := func(by string, do func(tx *record.Tx) error) {
			t.Helper()
			if err := all.book.Do(ctx, supervisor(by), func(tx *record.Tx) error {
				list, err := tx.Where("person", "h.title = ?", "Lina Qarsin")
				if err == nil && len(list) > 0 {
					s = list[0]
				}
				if err != nil {
					return err
				}
				return do(tx)
			}); err != nil {
				t.Fatal(err)
			}
		}
		work("first", func(tx *record.Tx) error {
			return tx.AskErase(s, s.Head.Version, record.Erasing{AskedBy: "self", Reason: "Asked for", BackupsUntil: "2027-01-01"})
		})
		work("second", func(tx *record.Tx) error {
			p, _, err := tx.PlanErase(s, nil, nil)
			if err != nil {
				return err
			}
			return tx.Erase(s, p.Seen)
		})
		if err := cases.CleanErased(ctx, all.book, all.files); err != nil {
			t.Fatal(err)
		}
		work("first", func(tx *record.Tx) error {
			e, err := tx.ErasedWith(s.Head.Ref)
			if err != nil {
				return err
			}
			if e.CleanedAt == "" {
				t.Error("it is not clean")
			}
			anchors = write(t, filepath.Join(dir, "certificate"), e.Before.String()+"\n"+e.After.String()+"\n")
			return nil
		})
	})
	for _, line := range []string{"audit verify", "audit verify --anchor " + anchors} {
		if status, out, errs := amparo("", strings.Fields(line)...); status != 0 || !strings.Contains(out, "whole") {
			t.Errorf("%s: %d\n%s%s", line, status, out, errs)
		}
	}
	if _, out, errs := amparo("", "check"); strings.Contains(out, "WRONG The history") || !strings.Contains(out, "istory") {
		t.Errorf("check: %s%s", out, errs)
	}
	within(func(all *opened) {
		if err := all.db.Tx(ctx, func(tx *gorm.DB) error {
			return tx.Exec("UPDATE trail_payload SET salt = '', note = '', changes = '' WHERE n = 1").Error
		}); err != nil {
			t.Fatal(err)
		}
	})
	if status, out, errs := amparo("", "audit", "verify"); status != 1 || !strings.Contains(errs, "1") {
		t.Errorf("after a forgery: %d\n%s%s", status, out, errs)
	}
	if status, out, _ := amparo("", "check"); status == 0 {
		t.Errorf("check after a forgery: %s", out)
	}
}
