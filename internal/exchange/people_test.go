package exchange_test

import (
	"context"
	"time"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/database"
	"amparo/internal/form"
	"amparo/internal/record"
)

var (
	nadia = auth.Actor{ID: "u-nadia", Email: "nadia@example.org", Name: "Nadia", Roles: []auth.Role{auth.Caseworker}}
	luis  = auth.Actor{ID: "u-luis", Email: "luis@example.org", Name: "Luis", Roles: []auth.Role{auth.Caseworker, auth.Supervisor}}
)

func book(db *database.DB) *record.Book {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	return cases.Open(db, record.Options{Now: func() time.Time { return now }, Day: func(t time.Time) string { return t.Format(time.DateOnly) },
		Accounts: func(context.Context) (map[string]form.Ref, error) {
			return map[string]form.Ref{
				nadia.ID: {ID: nadia.ID, Ref: nadia.Email, Kind: "account", Title: nadia.Name},
				luis.ID:  {ID: luis.ID, Ref: luis.Email, Kind: "account", Title: luis.Name},
			}, nil
		}})
}
