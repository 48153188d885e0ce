package database

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/ext/fts5"
	_ "github.com/ncruces/go-sqlite3/vfs/adiantum" // the encrypting file system
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

const (
	readers        = 8
	cacheKiB       = 4 << 10
	writerCacheKiB = 64 << 10 // a large work must not be pushed to the disk page by page before it ends
	journalLimit   = 16 << 20
	busyTimeout    = 10 * time.Second
	checkpointEach = time.Minute
	plainHeader    = "SQLite format 3\x00"
)

// address is the one place where the data source of an encrypted file is written.
func address(path string, key []byte) string {
	q := url.Values{"vfs": {"adiantum"}, "hexkey": {hex.EncodeToString(key)}}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: q.Encode()}).String()
}

func openSQLite(o Options) (*DB, error) {
	if len(o.Key) != 32 {
		return nil, fmt.Errorf("open the database: the key has %d bytes and needs 32", len(o.Key))
	}
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	o.Path = path
	if err := inspect(o); err != nil {
		return nil, err
	}
	w, err := driver.Open(address(path, o.Key)+"&_txlock=immediate", o.prepare(fmt.Sprintf("PRAGMA query_only=off; PRAGMA cache_size=-%d", writerCacheKiB)))
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	w.SetMaxOpenConns(1)
	db := &DB{dialect: SQLite, opts: o, stop: make(chan struct{}), done: make(chan struct{})}
	db.writer = &writer{db: w, turn: make(chan struct{}, 1)}
	db.writer.turn <- struct{}{}
	if err := db.first(); err != nil {
		_ = w.Close()
		return nil, o.explain(err)
	}
	db.pool, err = driver.Open(address(path, o.Key), o.prepare("PRAGMA query_only=on"))
	if err != nil {
		_ = w.Close()
		return nil, fmt.Errorf("open the database for reading: %w", err)
	}
	db.pool.SetMaxOpenConns(readers)
	db.pool.SetMaxIdleConns(readers)
	db.cached = &readerPool{db: db.pool, stmts: map[string]*sql.Stmt{}}
	if db.reader, err = gorm.Open(gormsqlite.New(gormsqlite.Config{Conn: db.cached}), gormConfig()); err == nil {
		db.write, err = gorm.Open(gormsqlite.New(gormsqlite.Config{Conn: db.cached}), gormConfig())
	}
	if err != nil {
		_, _ = db.pool.Close(), w.Close()
		return nil, o.explain(err)
	}
	go db.checkpoints()
	return db, nil
}

// prepare readies each new connection: the engine keeps none of this in the file, except the journal mode.
func (o Options) prepare(last string) func(*sqlite3.Conn) error {
	sync := "FULL"
	if o.Sync == Throwaway {
		sync = "OFF"
	}
	return func(c *sqlite3.Conn) error {
		if err := c.BusyTimeout(busyTimeout); err != nil {
			return err
		}
		if err := fts5.Register(c); err != nil {
			return err
		}
		return c.Exec(fmt.Sprintf(`
			PRAGMA journal_mode=WAL;
			PRAGMA synchronous=%s;
			PRAGMA foreign_keys=on;
			PRAGMA secure_delete=on;
			PRAGMA temp_store=memory;
			PRAGMA trusted_schema=off;
			PRAGMA cache_size=-%d;
			PRAGMA journal_size_limit=%d;
			%s;`, sync, cacheKiB, journalLimit, last))
	}
}

// first makes the file where there is none and reads its first page where there is one, which fails with a wrong key.
func (db *DB) first() error {
	ctx := context.Background()
	if err := db.writer.acquire(ctx); err != nil {
		return err
	}
	defer db.writer.release()
	var n int
	if err := db.writer.conn.QueryRowContext(ctx, "select count(*) from sqlite_schema").Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		if _, err := os.Stat(db.opts.marker()); err == nil {
			return ErrMissing
		}
		// An empty database has no page yet: write one, so that the header can be checked and the key is bound.
		if _, err := db.writer.conn.ExecContext(ctx, "PRAGMA user_version=1"); err != nil {
			return err
		}
	}
	info, err := os.Stat(db.opts.Path)
	if err != nil {
		return err
	}
	if info.Mode().Perm() != 0o600 {
		return os.Chmod(db.opts.Path, 0o600)
	}
	return nil
}

// Files are the paths that belong to the SQLite database at path, the database itself first; not all of them need to
// exist. Who puts another database in its place removes the others, the database being closed.
func Files(path string) []string {
	return []string{path, path + "-wal", path + "-shm", path + "-journal", Options{Path: path}.marker()}
}

// marker is a small file beside the database that says: records are kept here, under this key. By it a first
// run is told from a lost file, and a wrong key from a damaged file.
func (o Options) marker() string { return o.Path + ".made" }

func (o Options) proof() string {
	m := hmac.New(sha256.New, o.Key)
	m.Write([]byte("amparo database"))
	return hex.EncodeToString(m.Sum(nil))
}

// inspect looks at the files before the engine does.
func inspect(o Options) error {
	proof, err := os.ReadFile(o.marker())
	made := err == nil
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read the database folder: %w", err)
	}
	if made && strings.TrimSpace(string(proof)) != o.proof() {
		return ErrWrongKey
	}
	f, err := os.Open(o.Path)
	if errors.Is(err, os.ErrNotExist) {
		if made {
			return ErrMissing
		}
		if _, err := os.Stat(filepath.Dir(o.Path)); err != nil {
			return fmt.Errorf("open the database: %w", err)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer f.Close()
	head := make([]byte, len(plainHeader))
	n, _ := f.ReadAt(head, 0)
	if n == 0 && made {
		return ErrMissing
	}
	if string(head[:n]) == plainHeader {
		return ErrNotEncrypted
	}
	return nil
}

// explain turns the engine's "file is not a database" into what it means here.
func (o Options) explain(err error) error {
	if errors.Is(err, ErrMissing) {
		return err
	}
	if errors.Is(err, sqlite3.NOTADB) || errors.Is(err, sqlite3.CORRUPT) {
		// With the marker the key was proven already: what does not read is the file.
		if _, merr := os.Stat(o.marker()); merr == nil {
			return ErrDamaged
		}
		return ErrWrongKey
	}
	if errors.Is(err, sqlite3.READONLY) || errors.Is(err, sqlite3.CANTOPEN) || errors.Is(err, os.ErrPermission) {
		return ErrNoWriting
	}
	return fmt.Errorf("open the database: %w", err)
}

// whole compares the file's length with what its header promises; a cut file is otherwise found only when somebody reads there.
func (db *DB) whole(ctx context.Context) error {
	if info, err := os.Stat(db.opts.Path + "-wal"); err == nil && info.Size() > 0 {
		return nil // pages may still be in the log
	}
	info, err := os.Stat(db.opts.Path)
	if err != nil {
		return fmt.Errorf("look at the database file: %w", err)
	}
	var pages, size int64
	if err := db.pool.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return db.opts.explain(err)
	}
	if err := db.pool.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size); err != nil {
		return db.opts.explain(err)
	}
	if info.Size() < pages*size {
		return ErrDamaged
	}
	return nil
}

// mark writes the marker once the schema stands.
func (db *DB) mark() error {
	if _, err := os.Stat(db.opts.marker()); err == nil {
		return nil
	}
	tmp := db.opts.marker() + ".new"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600) // #nosec G304 -- in the folder of the records, or where the operator wants it
	if err != nil {
		return err
	}
	_, err = f.WriteString(db.opts.proof() + "\n")
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp, db.opts.marker())
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(db.opts.Path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir) // #nosec G304 -- in the folder of the records, or where the operator wants it
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// checkpoints keeps the write-ahead log short: under steady readers the engine's own checkpoints never shorten it.
func (db *DB) checkpoints() {
	defer close(db.done)
	tick := time.NewTicker(checkpointEach)
	defer tick.Stop()
	for {
		select {
		case <-db.stop:
			return
		case <-tick.C:
			if info, err := os.Stat(db.opts.Path + "-wal"); err == nil && info.Size() > journalLimit/2 {
				_ = db.Checkpoint(context.Background()) // the next minute tries again
			}
		}
	}
}

// Checkpoint moves the write-ahead log into the file and shortens it; readers that are busy are not waited for.
// It does nothing on PostgreSQL.
func (db *DB) Checkpoint(ctx context.Context) error {
	if db.writer == nil {
		return nil
	}
	if err := db.writer.acquire(ctx); err != nil {
		return err
	}
	defer db.writer.release()
	_, err := db.writer.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout=100; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout=%d", busyTimeout.Milliseconds()))
	return err
}

// scrubs is how often the log is tried to be emptied while readers hold it, scrubPause how long it waits between.
const (
	scrubs     = 50
	scrubPause = 100 * time.Millisecond
)

// ErrHeld says that somebody who reads keeps the log of writes from being emptied.
var ErrHeld = errors.New("the log of writes is held by a reader")

// Scrub sees to it that what was deleted is nowhere in the database's files any more: SQLite overwrites what it
// deletes, but the log of writes still holds it until it is emptied. PostgreSQL frees it for being overwritten.
func (db *DB) Scrub(ctx context.Context) error {
	if db.writer == nil {
		sql, err := db.write.DB()
		if err == nil {
			_, err = sql.ExecContext(ctx, "VACUUM")
		}
		return err
	}
	for range scrubs {
		if err := db.Checkpoint(ctx); err != nil {
			return err
		}
		info, err := os.Stat(db.opts.Path + "-wal")
		if errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("look at the log of writes: %w", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(scrubPause):
		}
	}
	return ErrHeld
}

// CopyTo writes a consistent copy of the SQLite database to a new file, encrypted with key (32 bytes), while the
// database goes on working. The copy is on the disk when it returns.
func (db *DB) CopyTo(ctx context.Context, path string, key []byte) error {
	if db.dialect != SQLite {
		return errors.New("copy the database: with PostgreSQL use its own pg_dump")
	}
	if len(key) != 32 {
		return fmt.Errorf("copy the database: the key has %d bytes and needs 32", len(key))
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("copy the database: %s exists already", filepath.Base(path))
	}
	conn, err := db.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// query_only refuses VACUUM INTO although it writes elsewhere.
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only=off"); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA query_only=on")
	if _, err := conn.ExecContext(ctx, "VACUUM INTO ?", address(path, key)); err != nil {
		if rerr := os.Remove(path); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
		return fmt.Errorf("copy the database: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0o600) // #nosec G304 -- in the folder of the records, or where the operator wants it
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Chmod(0o600); err != nil {
		return err
	}
	return f.Sync()
}

// Integrity asks SQLite to read every page and index; problems is empty where all is well.
func (db *DB) Integrity(ctx context.Context) (problems []string, err error) {
	if db.dialect != SQLite {
		return nil, db.Ping(ctx)
	}
	rows, err := db.pool.QueryContext(ctx, "PRAGMA integrity_check(20)")
	if err != nil {
		return nil, db.opts.explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		if line != "ok" {
			problems = append(problems, line)
		}
	}
	return problems, rows.Err()
}
