// Package database opens the records' database, SQLite (encrypted, in one file) or PostgreSQL, and
// hands out two things: reading (Read, Query) and writing (Tx). The few words in which the two differ live here
// too. What the tables mean does not: that is the kernel's (internal/record) and the accounts'.
package database

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Dialect names the database spoken to.
type Dialect string

// The two databases that Amparo runs on.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Options say which database to open.
type Options struct {
	// Path is the SQLite file. Its folder must exist.
	Path string
	// Key is the 32-byte key of the SQLite file.
	Key []byte
	// URL, where it is set (postgres://…), chooses PostgreSQL; Path and Key are then unused.
	URL string
	// Sync says how hard a commit is pushed to the disk.
	Sync Sync
}

// Sync says how hard a commit is pushed to the disk.
type Sync int

const (
	// OnDisk means that a commit has reached the disk when Tx returns.
	OnDisk Sync = iota
	// Throwaway leaves that to the operating system: tests and the demo only.
	Throwaway
)

// DB is an open database. It is safe for use by many goroutines.
type DB struct {
	dialect Dialect
	opts    Options
	reader  *gorm.DB
	pool    *sql.DB       // readers in SQLite, everything in PostgreSQL
	cached  *readerPool   // SQLite only
	writer  *writer       // SQLite only
	write   *gorm.DB      // like reader; in SQLite Tx gives it the writer as its pool
	writing chan struct{} // PostgreSQL only: who is in a Tx
	stop    chan struct{}
	done    chan struct{}
}

// Handle is what Read and Tx hand out, by a name that needs no knowledge of gorm.
type Handle = gorm.DB

// Open opens the database and proves that it can be read. It does not migrate.
// Errors are one sentence that says what to do; ErrWrongKey, ErrDamaged, ErrMissing and ErrNotEncrypted tell the cases apart.
func Open(o Options) (*DB, error) {
	if o.URL != "" {
		return openPostgres(o)
	}
	return openSQLite(o)
}

// Dialect says which of the two databases this is.
func (db *DB) Dialect() Dialect { return db.dialect }

// Read returns a handle for reading. In SQLite it cannot write. Times come back in UTC. Read rows out before asking for
// more: a reader that waits for a second connection while it holds one can wait for ever.
func (db *DB) Read(ctx context.Context) *gorm.DB { return db.reader.WithContext(ctx) }

// Pool returns the readers' pool for measuring and for waiting; queries go through Read, Query or Tx.
func (db *DB) Pool() *sql.DB { return db.pool }

// Query runs one reading statement without gorm's cost, prepared and kept. Placeholders are ? on both databases.
// The caller closes the rows.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return Query(db.Read(ctx), query, args...)
}

// Query runs a statement that returns rows on a handle from Read or Tx, without gorm's cost.
// Placeholders are ? on both databases. The caller closes the rows.
func Query(h *gorm.DB, query string, args ...any) (*sql.Rows, error) {
	return h.Statement.ConnPool.QueryContext(h.Statement.Context, bind(h, query), args...)
}

// Exec runs a statement on a handle from Tx without gorm's cost. Placeholders are ? on both databases.
func Exec(h *gorm.DB, query string, args ...any) (sql.Result, error) {
	return h.Statement.ConnPool.ExecContext(h.Statement.Context, bind(h, query), args...)
}

// DialectOf says which database a handle from Read or Tx speaks to.
func DialectOf(h *gorm.DB) Dialect { return Dialect(h.Dialector.Name()) }

var statements atomic.Int64

// Statements tells how many statements Query and Exec have run since the program started: tests hold a page to a number
// of questions by it.
func Statements() int64 { return statements.Load() }

func bind(h *gorm.DB, query string) string {
	statements.Add(1)
	if DialectOf(h) == SQLite {
		return query
	}
	return dollars(query)
}

// inTx marks a context that belongs to an open transaction, so that opening a second one inside it fails at once
// instead of waiting for itself.
type inTx struct{}

// Tx runs fn in one writing transaction: it commits where fn returns nil and rolls back where it returns an error
// or panics. In SQLite there is one writer at a time and a commit is on the disk when Tx returns. fn must use the handle
// it is given (and that handle's context), never the DB.
func (db *DB) Tx(ctx context.Context, fn func(tx *gorm.DB) error) error {
	if ctx.Value(inTx{}) != nil {
		return fmt.Errorf("open a transaction: one is open already in this context")
	}
	ctx = context.WithValue(ctx, inTx{}, true)
	if db.dialect == SQLite {
		return db.writer.tx(ctx, db.write, fn)
	}
	// Who writes may have to read beside it: not all connections may be held by those who write.
	select {
	case db.writing <- struct{}{}:
		defer func() { <-db.writing }()
	case <-ctx.Done():
		return fmt.Errorf("wait for the turn to write: %w", ctx.Err())
	}
	return db.write.WithContext(ctx).Transaction(fn)
}

// Ping says whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return db.pool.QueryRowContext(ctx, "select 1").Scan(&one)
}

// Close waits for what is running and closes the database.
func (db *DB) Close() error {
	if db.stop != nil {
		close(db.stop)
		<-db.done
	}
	if db.cached != nil {
		db.cached.close()
	}
	err := db.pool.Close()
	if db.writer != nil {
		if werr := db.writer.close(); err == nil {
			err = werr
		}
	}
	return err
}

func gormConfig() *gorm.Config {
	return &gorm.Config{
		// gorm's own logger prints failing statements with their values: names would end up in logs.
		Logger:                 logger.Discard,
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		NowFunc:                func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
	}
}
