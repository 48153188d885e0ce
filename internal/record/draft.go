package record

import (
	"context"
	"encoding/json"

	"amparo/internal/auth"
)

// Draft is a half-written form, kept on the server for its writer alone.
type Draft struct {
	Name   string // which form: "log", "people/P-0142"
	At     string
	Values map[string][]string
}

// KeepDraft keeps what is typed so far; an empty form drops the draft.
func (b *Book) KeepDraft(ctx context.Context, a auth.Actor, name string, values map[string][]string) error {
	text, err := json.Marshal(values)
	if err != nil {
		return err
	}
	return b.Do(ctx, a, func(tx *Tx) error {
		if len(values) == 0 {
			return tx.exec("DELETE FROM draft WHERE account_id = ? AND name = ?", a.ID, name)
		}
		return tx.exec(`INSERT INTO draft (account_id, name, fields, updated_at) VALUES (?,?,?,?)
			ON CONFLICT (account_id, name) DO UPDATE SET fields = excluded.fields, updated_at = excluded.updated_at`,
			a.ID, name, string(text), Moment(tx.At))
	})
}

// Drafts reads an account's drafts, newest first.
func (b *Book) Drafts(ctx context.Context, a auth.Actor) ([]Draft, error) {
	rows, err := flat(b.db.Query(ctx, "SELECT name, updated_at, fields FROM draft WHERE account_id = ? AND name NOT LIKE 'once:%' ORDER BY updated_at DESC LIMIT 50", a.ID))
	if err != nil {
		return nil, err
	}
	list := make([]Draft, len(rows))
	for i, r := range rows {
		list[i] = Draft{Name: r[0], At: r[1]}
		if err := json.Unmarshal([]byte(r[2]), &list[i].Values); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Once makes a form that is sent twice do one thing: the first to come with a
// token gets done = false and must call Did; the second gets what the first
// answered.
func (tx *Tx) Once(token string) (answer string, done bool, err error) {
	if token == "" {
		return "", false, nil
	}
	// The row is taken before the work begins: on PostgreSQL the second waits
	// here until the first has committed.
	taken, err := tx.run("INSERT INTO draft (account_id, name, fields, updated_at) VALUES (?,?,'',?) ON CONFLICT (account_id, name) DO NOTHING",
		tx.Actor.ID, "once:"+token, Moment(tx.At))
	if err != nil || taken > 0 {
		return "", false, err
	}
	rows, err := flat(tx.query("SELECT fields FROM draft WHERE account_id = ? AND name = ?", tx.Actor.ID, "once:"+token))
	if err != nil || len(rows) == 0 {
		return "", false, err
	}
	return rows[0][0], true, nil
}

// Did keeps the answer for a form's token; those older than a day go.
func (tx *Tx) Did(token, answer string) error {
	if token == "" {
		return nil
	}
	if err := tx.exec("DELETE FROM draft WHERE name LIKE 'once:%' AND updated_at < ?", Moment(tx.At.AddDate(0, 0, -1))); err != nil {
		return err
	}
	return tx.exec("UPDATE draft SET fields = ? WHERE account_id = ? AND name = ?", answer, tx.Actor.ID, "once:"+token)
}
