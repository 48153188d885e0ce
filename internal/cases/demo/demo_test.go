package demo_test

import (
	"context"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/cases/demo"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/form"
	"amparo/internal/record"
)

var now = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// open makes an empty book and office over a database.
func open(t testing.TB, db *database.DB) (*record.Book, *account.Office) {
	t.Helper()
	office, err := account.Open(db, account.Options{Cost: account.TestCost, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	book := cases.Open(db, record.Options{Now: func() time.Time { return now }, Day: func(t time.Time) string { return t.Format(time.DateOnly) },
		Accounts: func(ctx context.Context) (map[string]form.Ref, error) {
			users, err := office.Users(context.WithoutCancel(ctx), auth.System("names of colleagues"))
			all := map[string]form.Ref{}
			for _, u := range users {
				all[u.ID] = form.Ref{ID: u.ID, Ref: u.Email, Kind: "account", Title: u.Name}
			}
			return all, err
		}})
	return book, office
}

func TestMake(t *testing.T) {
	book, office := open(t, dbtest.SQLite(t))
	if _, err := demo.Make(t.Context(), book, office, demo.Size{People: 60, Seed: 1}); err != nil {
		t.Fatal(err)
	}
}
