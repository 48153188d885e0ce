package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/valyala/fasthttp"

	"amparo/internal/database"
	"amparo/internal/names"
)

// serveFloor answers the same questions with the least that could: the same
// rows by prepared sentences, printed as a bare table. It knows no sessions, no
// rights, no languages and no layout, and keeps a count once it has counted.
func serveFloor(ctx context.Context, dir string) error {
	all, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer all.db.Close()
	l, err := listen()
	if err != nil {
		return err
	}
	f := &bare{db: all.db, counts: map[string]int{}, today: time.Now().UTC().Format(time.DateOnly)}
	if err := all.db.Pool().QueryRowContext(ctx, "SELECT id FROM account WHERE email = ?", worker).Scan(&f.worker); err != nil {
		return err
	}
	server := &fasthttp.Server{Handler: f.answer, NoDefaultServerHeader: true}
	go func() { _ = server.Serve(l) }()
	return waitForEnd(map[string]string{})
}

// bare is the floor's server.
type bare struct {
	db     *database.DB
	worker string
	today  string
	mu     sync.Mutex
	counts map[string]int
}

func (f *bare) answer(c *fasthttp.RequestCtx) {
	var out bytes.Buffer
	var err error
	arg := func(name string) string { return string(c.QueryArgs().Peek(name)) }
	path := string(c.Path())
	switch {
	case path == "/readyz":
	case path == "/" && arg("view") == "team":
		err = f.monday(c, &out)
	case path == "/":
		err = f.desk(c, &out)
	case path == "/people":
		n, _ := strconv.Atoi(arg("page"))
		err = f.list(c, &out, arg("custody"), n)
	case path == "/demands/scoreboard":
		err = f.scoreboard(c, &out)
	case path == "/appeals" && arg("view") == "board":
		err = f.board(c, &out)
	case path == "/appeals":
		n, _ := strconv.Atoi(arg("page"))
		err = f.appeals(c, &out, n)
	case path == "/search":
		err = f.search(c, &out, arg("q"))
	case path == "/detentions":
		err = f.custody(c, &out, arg("on"))
	case path == "/api/v1/people":
		err = f.create(c, &out)
	default:
		err = f.person(c, &out, strings.TrimPrefix(path, "/people/"))
	}
	if err != nil {
		c.Error(err.Error(), 500)
		return
	}
	c.SetContentType("text/html; charset=utf-8")
	c.SetBody(out.Bytes())
}

// rows prints what a sentence finds, one table row each.
func (f *bare) rows(ctx context.Context, out *bytes.Buffer, query string, args ...any) error {
	rows, err := f.db.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	cells, into := make([]sql.NullString, len(cols)), make([]any, len(cols))
	for i := range cells {
		into[i] = &cells[i]
	}
	fmt.Fprint(out, "<table>")
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		fmt.Fprint(out, "<tr>")
		for _, cell := range cells {
			fmt.Fprintf(out, "<td>%s</td>", html.EscapeString(cell.String))
		}
		fmt.Fprint(out, "</tr>")
	}
	fmt.Fprint(out, "</table>")
	return rows.Err()
}

// count prints a total, counted once for a question.
func (f *bare) count(ctx context.Context, out *bytes.Buffer, query string, args ...any) error {
	key := fmt.Sprint(query, args)
	f.mu.Lock()
	n, ok := f.counts[key]
	f.mu.Unlock()
	if !ok {
		rows, err := f.db.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := rows.Scan(&n); err != nil {
				return err
			}
		}
		f.mu.Lock()
		f.counts[key] = n
		f.mu.Unlock()
	}
	fmt.Fprintf(out, "<p>%d</p>", n)
	return nil
}

func (f *bare) desk(ctx context.Context, out *bytes.Buffer) error {
	const mine = "h.case_id || '' IN (SELECT gate FROM pass WHERE account_id = ? AND origin = 'team')"
	week := time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`SELECT ref, title, state, review_on, created_at, (SELECT COUNT(*) FROM head p WHERE p.case_id = w.id AND p.kind = 'person')
			FROM (SELECT h.id, h.ref, h.title, h.state, t.review_on, h.created_at, h.seq FROM casefile t JOIN head h ON h.id = t.id WHERE h.voided = 0 AND h.id IN (SELECT gate FROM pass WHERE account_id = ? AND origin = 'team')
			AND (h.state = 'intake' OR (h.state = 'open' AND t.review_on_earliest <> '' AND t.review_on_earliest <= ?)) ORDER BY h.seq LIMIT 12) w`, []any{f.worker, f.today}},
		{`SELECT h.ref, t.text, t.due, c.ref, c.title, a.ref, a.title FROM task t JOIN head h ON h.id = t.id LEFT JOIN head c ON c.id = h.case_id LEFT JOIN head a ON a.id = t.about
			WHERE t.assignee = ? AND h.state = 'open' AND h.voided = 0 AND t.due_earliest > '' AND t.due_earliest <= ? ORDER BY t.due_earliest LIMIT 30`, []any{f.worker, week}},
		{`SELECT cu.next_day, cu.next_clock, cu.next_step, hp.ref, hp.title, d.steps FROM custody cu JOIN head h ON h.id = cu.detention_id JOIN detention d ON d.id = h.id JOIN head hp ON hp.id = cu.person_id
			WHERE h.voided = 0 AND cu.next_day > '' AND cu.next_day <= ? AND ` + mine + ` ORDER BY cu.next_day LIMIT 30`, []any{week, f.worker}},
		{`SELECT hp.ref, hp.title, cu.state, cu.last_confirmed FROM custody cu JOIN head h ON h.id = cu.detention_id JOIN head hp ON hp.id = cu.person_id
			WHERE h.voided = 0 AND hp.voided = 0 AND cu.latest = 1 AND cu.in_custody = 1 AND cu.stale_on <= ? AND ` + mine + ` ORDER BY cu.stale_on LIMIT 8`, []any{f.today, f.worker}},
		{`SELECT t.at, t.actor, t.action, h.ref, h.title FROM trail t JOIN head h ON h.id = t.record_id WHERE t.actor <> ? ORDER BY t.n DESC LIMIT 60`, []any{f.worker}},
	} {
		if err := f.rows(ctx, out, q.sql, q.args...); err != nil {
			return err
		}
	}
	return nil
}

func (f *bare) list(ctx context.Context, out *bytes.Buffer, state string, page int) error {
	if err := f.count(ctx, out, "SELECT COUNT(*) FROM custody cu JOIN head h ON h.id = cu.person_id WHERE cu.latest = 1 AND cu.state = ? AND h.voided = 0", state); err != nil {
		return err
	}
	return f.rows(ctx, out, `SELECT h.ref, h.title, h.state, t.name_arab, cu.state, cu.since, p.title, cu.last_confirmed, c.ref, c.title FROM head h JOIN person t ON t.id = h.id
		JOIN custody cu ON cu.person_id = h.id LEFT JOIN head p ON p.id = cu.place_ids LEFT JOIN head c ON c.id = h.case_id
		WHERE cu.latest = 1 AND cu.state = ? AND h.voided = 0 ORDER BY cu.sort, h.seq LIMIT 50 OFFSET ?`, state, (max(page, 1)-1)*50)
}

func (f *bare) person(ctx context.Context, out *bytes.Buffer, ref string) error {
	for _, q := range []string{
		"SELECT h.*, t.* FROM head h JOIN person t ON t.id = h.id WHERE h.ref = ?",
		"SELECT d.*, h.* FROM head p JOIN tie ti ON ti.to_id = p.id AND ti.field = 'person' JOIN detention d ON d.id = ti.from_id JOIN head h ON h.id = d.id WHERE p.ref = ?",
		"SELECT c.* FROM head p JOIN tie ti ON ti.to_id = p.id AND ti.field = 'person' JOIN citation c ON c.record_id = ti.from_id WHERE p.ref = ?",
		"SELECT DISTINCT l.ref, l.title, pl.* FROM head p JOIN tie ti ON ti.to_id = p.id AND ti.field = 'person' JOIN tie t2 ON t2.from_id = ti.from_id JOIN head l ON l.id = t2.to_id LEFT JOIN place pl ON pl.id = l.id WHERE p.ref = ?",
		"SELECT n.* FROM head p JOIN note n ON n.record_id = p.id WHERE p.ref = ?",
		"SELECT c.* FROM head p JOIN citation c ON c.record_id = p.id WHERE p.ref = ?",
		"SELECT h.ref, h.title, h.state FROM head p JOIN tie ti ON ti.to_id = p.id JOIN head h ON h.id = ti.from_id WHERE p.ref = ?",
	} {
		if err := f.rows(ctx, out, q, ref); err != nil {
			return err
		}
	}
	return nil
}

func (f *bare) search(ctx context.Context, out *bytes.Buffer, q string) error {
	return f.rows(ctx, out, `SELECT ref, kind, title, state, COUNT(*) OVER () FROM (SELECT h.ref, h.kind, h.title, h.state, h.sort, h.seq FROM head h WHERE h.voided = 0
		AND h.seq IN (SELECT rowid FROM head_text WHERE head_text MATCH ?) ORDER BY h.seq DESC LIMIT 1000) ORDER BY kind <> 'person', kind, sort, seq LIMIT 25`, `"`+names.Fold(q)+`"*`)
}

func (f *bare) custody(ctx context.Context, out *bytes.Buffer, day string) error {
	const from = ` FROM custody_period cp JOIN custody cu ON cu.detention_id = cp.detention_id JOIN head h ON h.id = cp.detention_id`
	const where = ` WHERE cp.from_day <= ? AND (cp.to_day = '' OR cp.to_day > ?) AND h.voided = 0`
	if err := f.count(ctx, out, "SELECT COUNT(*)"+from+where, day, day); err != nil {
		return err
	}
	if err := f.count(ctx, out, "SELECT SUM(cp.in_custody)"+from+where, day, day); err != nil {
		return err
	}
	return f.rows(ctx, out, `SELECT h.ref, hp.ref, hp.title, cu.taken, tb.title, cp.state, cp.from_day, p.title, cu.last_confirmed, c.ref, c.title`+from+`
		JOIN detention t ON t.id = h.id JOIN head hp ON hp.id = cu.person_id LEFT JOIN head tb ON tb.id = t.taken_by LEFT JOIN head p ON p.id = cp.place_ids LEFT JOIN head c ON c.id = h.case_id`+
		where+` ORDER BY cp.from_day DESC, cp.detention_id DESC LIMIT 50`, day, day)
}

const lines = ` FROM head h JOIN appeal t ON t.id = h.id JOIN appeal_line al ON al.appeal_id = h.id WHERE h.kind = 'appeal' AND h.voided = 0`

func (f *bare) appeals(ctx context.Context, out *bytes.Buffer, page int) error {
	if err := f.count(ctx, out, "SELECT COUNT(*)"+lines); err != nil {
		return err
	}
	return f.rows(ctx, out, `SELECT h.ref, h.title, h.state, t.kind, t.assignee, al.addressees, t.persons, al.met, al.demands, al.sent, al.due`+lines+
		` ORDER BY CASE WHEN al.due = '' THEN '9999' ELSE al.due END, h.seq LIMIT 50 OFFSET ?`, (max(page, 1)-1)*50)
}

func (f *bare) board(ctx context.Context, out *bytes.Buffer) error {
	return f.rows(ctx, out, `SELECT h.ref, h.title, h.state, t.assignee, al.addressees, al.sent_to, al.written_to, al.demands, al.met, al.due, al.waits_since, g.total FROM (SELECT h.id AS id,
		ROW_NUMBER() OVER (PARTITION BY h.state ORDER BY CASE WHEN al.due = '' THEN '9999' ELSE al.due END, h.seq) AS nth, COUNT(*) OVER (PARTITION BY h.state) AS total`+lines+`) g
		JOIN head h ON h.id = g.id JOIN appeal t ON t.id = h.id JOIN appeal_line al ON al.appeal_id = h.id WHERE g.nth <= 20 ORDER BY h.state, g.nth`)
}

func (f *bare) monday(ctx context.Context, out *bytes.Buffer) error {
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`SELECT h.ref, h.title, h.state, t.assignee, t.authors, al.waits_since FROM appeal_line al JOIN appeal t ON t.id = al.appeal_id JOIN head h ON h.id = t.id WHERE al.waits_since > '' AND h.voided = 0 ORDER BY al.waits_since LIMIT 15`, nil},
		{`SELECT dl.targets, COUNT(*), MIN(dl.due) FROM demand_line dl JOIN head h ON h.id = dl.demand_id
			WHERE dl.waiting = 1 AND dl.due > '' AND dl.due < ? AND h.voided = 0 GROUP BY dl.targets ORDER BY 2 DESC LIMIT 12`, []any{f.today}},
		{`SELECT h.ref, h.title, cu.state, cu.last_confirmed FROM custody cu JOIN head h ON h.id = cu.person_id WHERE cu.in_custody = 1 AND cu.latest = 1 AND cu.stale_on > '' AND cu.stale_on <= ? AND h.voided = 0 ORDER BY cu.stale_on LIMIT 6`, []any{f.today}},
		{`SELECT h.ref, h.title, h.state FROM casefile c JOIN head h ON h.id = c.id WHERE c.lead = '' AND h.voided = 0 LIMIT 6`, nil},
		{`SELECT t.assignee, h.state, COUNT(*) FROM appeal t JOIN head h ON h.id = t.id WHERE h.voided = 0 GROUP BY t.assignee, h.state`, nil},
		{`SELECT t.assignee, COUNT(*) FROM task t JOIN head h ON h.id = t.id WHERE h.state = 'open' AND h.voided = 0 GROUP BY t.assignee`, nil},
		{`SELECT h.ref, h.title, d.due FROM deadline d JOIN head h ON h.id = d.about_id WHERE d.met_on = '' AND d.due < ? AND d.rule = 'demand.due' AND h.voided = 0 ORDER BY d.due LIMIT 12`, []any{f.today}},
	} {
		if err := f.rows(ctx, out, q.sql, q.args...); err != nil {
			return err
		}
	}
	return nil
}

func (f *bare) scoreboard(ctx context.Context, out *bytes.Buffer) error {
	return f.rows(ctx, out, `SELECT dl.targets, dl.state, dl.answered, COUNT(*) FROM demand_line dl JOIN head h ON h.id = dl.demand_id
		WHERE dl.asked = 1 AND h.voided = 0 GROUP BY 1, 2, 3`)
}

// sent is a new person as both servers are told of it.
type sent struct {
	Case  string
	Sex   string
	Names []struct{ Full string }
}

// create writes the rows that a new person has: its own, its links, its words
// and names for finding it, and its line of the history with the chain.
func (f *bare) create(c *fasthttp.RequestCtx, out *bytes.Buffer) error {
	var p sent
	if err := json.Unmarshal(c.PostBody(), &p); err != nil || len(p.Names) == 0 {
		return fmt.Errorf("no name: %w", err)
	}
	name := p.Names[0].Full
	ref, err := inTx(c, f.db.Tx, database.Query, database.Exec, func(one func(query string, args ...any) (string, error), exec func(query string, args ...any) error) (string, error) {
		home, err := one("SELECT id FROM head WHERE ref = ?", p.Case)
		if err != nil {
			return "", err
		}
		number, err := one("UPDATE counter SET last = last + 1 WHERE name = 'P' RETURNING last")
		if err != nil {
			return "", err
		}
		seq, err := one("UPDATE counter SET last = last + 1 WHERE name = '#' RETURNING last")
		if err != nil {
			return "", err
		}
		n, err := one("UPDATE chain SET n = n + 1 WHERE id = 1 RETURNING n")
		if err != nil {
			return "", err
		}
		id, at, fold := uuid.Must(uuid.NewV7()).String(), time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), names.Fold(name)
		ref, hash := "P-"+number, hex.EncodeToString(sum(n+name))
		full, _ := json.Marshal(p.Names)
		steps := []struct {
			sql  string
			args []any
		}{
			{"INSERT INTO head (id, seq, ref, kind, case_id, title, sort, state, created_at, created_by, updated_at, updated_by) VALUES (?,?,?,'person',?,?,?,'current',?,?,?,?)",
				[]any{id, seq, ref, home, name, fold, at, f.worker, at, f.worker}},
			{"INSERT INTO person (id, names, sex, nationalities, occupations, roles, name_latn) VALUES (?,?,?,'NO','baker',?,?)", []any{id, string(full), p.Sex, `[{"case":"` + home + `","role":"detainee"}]`, name}},
			{"INSERT INTO tie (from_id, field, row_id, pos, to_id) VALUES (?,'roles.case',?,0,?)", []any{id, id, home}},
			{"INSERT INTO head_text (rowid, fold) VALUES (?, ?)", []any{seq, fold + "\nbaker"}},
			{"INSERT INTO trail (n, at, actor, record_id, action, version, payload_hash, hash) VALUES (?,?,?,?,'create',1,?,?)", []any{n, at, f.worker, id, hash, hash}},
			{"INSERT INTO trail_payload (n, salt, changes) VALUES (?,?,?)", []any{n, rand.Text(), string(full)}},
			{"UPDATE chain SET hash = ? WHERE id = 1", []any{hash}},
		}
		for _, s := range steps {
			if err := exec(s.sql, s.args...); err != nil {
				return "", err
			}
		}
		for _, k := range names.Keys(name) {
			if err := exec("INSERT INTO name_key (name_key, kind, record_id) VALUES (?,'person',?)", k, id); err != nil {
				return "", err
			}
		}
		return ref, nil
	})
	fmt.Fprintf(out, `{"ref":%q}`, ref)
	return err
}

// inTx runs work in one transaction. H is the handle of the database package.
func inTx[H any](ctx context.Context, begin func(context.Context, func(H) error) error, query func(H, string, ...any) (*sql.Rows, error), run func(H, string, ...any) (sql.Result, error),
	work func(one func(query string, args ...any) (string, error), exec func(query string, args ...any) error) (string, error)) (ref string, err error) {
	err = begin(ctx, func(h H) error {
		one := func(q string, args ...any) (string, error) {
			rows, err := query(h, q, args...)
			if err != nil {
				return "", err
			}
			defer rows.Close()
			var v string
			if !rows.Next() {
				return "", sql.ErrNoRows
			}
			return v, rows.Scan(&v)
		}
		ref, err = work(one, func(q string, args ...any) error { _, err := run(h, q, args...); return err })
		return err
	})
	return ref, err
}

func sum(text string) []byte {
	s := sha256.Sum256([]byte(text))
	return s[:]
}
