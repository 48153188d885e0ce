package account

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"amparo/internal/auth"
)

// Template is a text of the office's own in place of one that the program
// brings along. Each change is a line in the log of events.
type Template struct {
	Name, Lang string
	Body       string
	At         time.Time
	By         string // account id
}

// templateMax is the longest template, in characters.
const templateMax = 50_000

// Templates lists the office's own texts.
func (o *Office) Templates(ctx context.Context) ([]Template, error) {
	rows, err := o.db.Query(ctx, `SELECT kind, lang, body, changed_at, changed_by FROM appeal_template ORDER BY kind, lang`)
	if err != nil {
		return nil, wrap("read the templates", err)
	}
	defer rows.Close()
	var list []Template
	for rows.Next() {
		var t Template
		var at string
		if err := rows.Scan(&t.Name, &t.Lang, &t.Body, &at, &t.By); err != nil {
			return nil, wrap("read the templates", err)
		}
		t.At = parse(at)
		list = append(list, t)
	}
	return list, wrap("read the templates", rows.Err())
}

// SetTemplate keeps a text of the office's own.
func (o *Office) SetTemplate(ctx context.Context, by auth.Actor, name, lang, body string) error {
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	if body == "" || utf8.RuneCountInString(body) > templateMax || !utf8.ValidString(body) || strings.ContainsRune(body, 0) {
		return ErrTemplate
	}
	return o.settle(ctx, by, TemplateSet, name+" "+lang, `INSERT INTO appeal_template (kind, lang, body, changed_at, changed_by) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (kind, lang) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at, changed_by = excluded.changed_by WHERE appeal_template.body <> excluded.body`,
		name, lang, body+"\n", stamp(o.moment()), by.ID)
}

// ResetTemplate goes back to the text that the program brings along.
func (o *Office) ResetTemplate(ctx context.Context, by auth.Actor, name, lang string) error {
	return o.settle(ctx, by, TemplateReset, name+" "+lang, `DELETE FROM appeal_template WHERE kind = ? AND lang = ?`, name, lang)
}
