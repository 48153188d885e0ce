package database

import (
	"context"
	"database/sql"
	"fmt"

	"gorm.io/gorm"
)

// writer is SQLite's one writing connection, its prepared statements kept with it. It speaks BEGIN and COMMIT itself:
// statements that belong to a *sql.Tx would be prepared anew in each transaction.
type writer struct {
	db    *sql.DB
	turn  chan struct{} // holds one token: who has it may write
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (w *writer) acquire(ctx context.Context) error {
	select {
	case <-w.turn:
	case <-ctx.Done():
		return fmt.Errorf("wait for the turn to write: %w", ctx.Err())
	}
	if w.conn == nil {
		conn, err := w.db.Conn(ctx)
		if err != nil {
			w.turn <- struct{}{}
			return fmt.Errorf("open the writing connection: %w", err)
		}
		w.conn, w.stmts = conn, map[string]*sql.Stmt{}
	}
	return nil
}

func (w *writer) release() { w.turn <- struct{}{} }

// forget drops the connection after something left it in an unknown state.
func (w *writer) forget() {
	for _, s := range w.stmts {
		_ = s.Close()
	}
	_ = w.conn.Close()
	w.conn, w.stmts = nil, nil
}

func (w *writer) tx(ctx context.Context, h *gorm.DB, fn func(tx *gorm.DB) error) (err error) {
	if err := w.acquire(ctx); err != nil {
		return err
	}
	defer w.release()
	if _, err := w.run(ctx, "BEGIN IMMEDIATE"); err != nil {
		// Interrupted at the wrong moment it may have begun all the same; where it has not, this is refused.
		_, _ = w.run(context.WithoutCancel(ctx), "ROLLBACK")
		return fmt.Errorf("begin to write: %w", err)
	}
	open := true
	defer func() {
		if open {
			// The request may be gone; its transaction must go too.
			if _, rerr := w.run(context.WithoutCancel(ctx), "ROLLBACK"); rerr != nil {
				w.forget()
			}
		}
	}()
	tx := h.Session(&gorm.Session{Context: ctx, NewDB: true})
	tx.Statement.ConnPool = &writerPool{w: w}
	if err := fn(tx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := w.run(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	open = false
	return nil
}

func (w *writer) run(ctx context.Context, query string) (sql.Result, error) {
	s, err := w.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx)
}

func (w *writer) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := w.stmts[query]; s != nil {
		return s, nil
	}
	s, err := w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(w.stmts) >= keptStatements {
		for old, s := range w.stmts {
			_ = s.Close()
			delete(w.stmts, old)
		}
	}
	w.stmts[query] = s
	return s, nil
}

func (w *writer) close() error {
	<-w.turn
	if w.conn != nil {
		w.forget()
	}
	return w.db.Close()
}

// writerPool is gorm's connection pool inside a transaction. Commit and Rollback are there so that gorm takes it for one
// and nests by savepoint; Tx alone ends it.
type writerPool struct{ w *writer }

func (p *writerPool) Commit() error   { return gorm.ErrInvalidTransaction }
func (p *writerPool) Rollback() error { return gorm.ErrInvalidTransaction }

func (p *writerPool) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return p.w.conn.PrepareContext(ctx, query)
}

func (p *writerPool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	args, err := plain(args)
	if err != nil {
		return nil, err
	}
	s, err := p.w.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (p *writerPool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	args, err := plain(args)
	if err != nil {
		return nil, err
	}
	s, err := p.w.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (p *writerPool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if flat, err := plain(args); err == nil {
		args = flat
	}
	s, err := p.w.stmt(ctx, query)
	if err != nil {
		return p.w.conn.QueryRowContext(ctx, query, args...)
	}
	return s.QueryRowContext(ctx, args...)
}
