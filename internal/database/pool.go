package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"
	"time"
)

// keptStatements bounds the prepared statements of one pool: statements that came first are the hot ones,
// later ones are prepared for each use.
const keptStatements = 256

// stamp is how SQLite keeps a moment: UTC, microseconds, always the same width, so that text order is time order.
const stamp = "2006-01-02T15:04:05.000000Z"

// plain turns moments into text before the driver sees them, since its own format is of changing width and zone.
func plain(args []any) ([]any, error) {
	var out []any
	for i, a := range args {
		var text any
		switch v := a.(type) {
		case time.Time:
			text = v.UTC().Format(stamp)
		case *time.Time:
			if v != nil {
				text = v.UTC().Format(stamp)
			}
		case driver.Valuer:
			val, err := value(v)
			if err != nil {
				return nil, err
			}
			if t, ok := val.(time.Time); ok {
				val = t.UTC().Format(stamp)
			}
			text = val
		default:
			continue
		}
		if out == nil {
			out = append([]any(nil), args...)
		}
		out[i] = text
	}
	if out == nil {
		return args, nil
	}
	return out, nil
}

// value calls Value as database/sql does: a nil pointer whose type has a value method is NULL.
func value(v driver.Valuer) (val any, err error) {
	defer func() {
		if recover() != nil {
			val, err = nil, nil
		}
	}()
	return v.Value()
}

// readerPool is gorm's connection pool over the readers, with its statements prepared once and kept.
type readerPool struct {
	db    *sql.DB
	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

func (p *readerPool) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.RLock()
	s, full := p.stmts[query], len(p.stmts) >= keptStatements
	p.mu.RUnlock()
	if s != nil || full {
		return s, nil
	}
	s, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.stmts[query]; other != nil {
		_ = s.Close()
		return other, nil
	}
	p.stmts[query] = s
	return s, nil
}

func (p *readerPool) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return p.db.PrepareContext(ctx, query)
}

func (p *readerPool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	args, err := plain(args)
	if err != nil {
		return nil, err
	}
	return p.db.ExecContext(ctx, query, args...)
}

func (p *readerPool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	args, err := plain(args)
	if err != nil {
		return nil, err
	}
	s, err := p.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return p.db.QueryContext(ctx, query, args...)
	}
	return s.QueryContext(ctx, args...)
}

func (p *readerPool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if flat, err := plain(args); err == nil {
		args = flat
	}
	if s, err := p.stmt(ctx, query); err == nil && s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return p.db.QueryRowContext(ctx, query, args...)
}

func (p *readerPool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.stmts {
		_ = s.Close()
	}
	clear(p.stmts)
}
