package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strings"
	"testing/fstest"

	"github.com/ncruces/go-sqlite3/driver"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// migrationName is what a migration may be called: NNNN_name.sql, or with .sqlite or .postgres before the ending.
var migrationName = regexp.MustCompile(`^(\d{4}_[a-z0-9_]+)(\.sqlite|\.postgres)?\.sql$`)

// Step is one migration and whether this database has it.
type Step struct {
	Name    string
	Applied bool
}

// Migrate brings the schema up to the newest of files (see package migrations). Each migration is one transaction: it is
// there whole or not at all. Servers that start together on one PostgreSQL take turns.
// ErrNewer means that the database knows migrations which these files lack.
func (db *DB) Migrate(ctx context.Context, files fs.FS) error {
	p, done, err := db.provider(files)
	if err != nil {
		return err
	}
	defer done()
	if p != nil {
		if err := db.notNewer(ctx, p); err != nil {
			return err
		}
		if _, err := p.Up(ctx); err != nil {
			var partial *goose.PartialError
			if errors.As(err, &partial) && partial.Failed != nil {
				return fmt.Errorf("migrate the database, %s: %w", path.Base(partial.Failed.Source.Path), partial.Err)
			}
			return fmt.Errorf("migrate the database: %w", err)
		}
	}
	if db.dialect == SQLite {
		if err := db.whole(ctx); err != nil {
			return err
		}
		return db.mark()
	}
	return nil
}

// Steps lists the migrations in their order and which of them this database has.
func (db *DB) Steps(ctx context.Context, files fs.FS) ([]Step, error) {
	p, done, err := db.provider(files)
	if err != nil || p == nil {
		return nil, err
	}
	defer done()
	all, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	var steps []Step
	for _, s := range all {
		steps = append(steps, Step{Name: strings.TrimSuffix(path.Base(s.Source.Path), ".sql"), Applied: s.State == goose.StateApplied})
	}
	return steps, nil
}

func (db *DB) notNewer(ctx context.Context, p *goose.Provider) error {
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the database's version: %w", err)
	}
	newest := int64(0)
	for _, s := range p.ListSources() {
		newest = max(newest, s.Version)
	}
	if have > newest {
		return ErrNewer
	}
	return nil
}

// provider readies goose over this dialect's files; it is nil where there are none. SQLite's steps run on a
// connection of their own, which done closes.
func (db *DB) provider(files fs.FS) (p *goose.Provider, done func(), err error) {
	done = func() {}
	mine, err := pick(files, db.dialect)
	if err != nil || len(mine) == 0 {
		return nil, done, err
	}
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithTableName("schema_migrations")}
	dialect, conn := goose.DialectPostgres, db.pool
	if db.dialect == SQLite {
		dialect = goose.DialectSQLite3
		if conn, err = driver.Open(address(db.opts.Path, db.opts.Key)+"&_txlock=immediate", db.opts.prepare("PRAGMA query_only=off")); err != nil {
			return nil, done, err
		}
		done = func() { _ = conn.Close() }
	} else {
		l, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120)) // asks each second, gives up after two minutes
		if err != nil {
			return nil, done, err
		}
		opts = append(opts, goose.WithSessionLocker(l))
	}
	p, err = goose.NewProvider(dialect, conn, mine, opts...)
	if err != nil {
		done()
		return nil, func() {}, fmt.Errorf("read the migrations: %w", err)
	}
	return p, done, nil
}

// pick takes the files of one dialect and gives them the plain name.
func pick(files fs.FS, d Dialect) (fstest.MapFS, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	out := fstest.MapFS{}
	for _, name := range names {
		m := migrationName.FindStringSubmatch(name)
		if m == nil {
			return nil, fmt.Errorf("read the migrations: %s is not called NNNN_name.sql, .sqlite.sql or .postgres.sql", name)
		}
		if m[2] != "" && m[2] != "."+string(d) {
			continue
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		if out[m[1]+".sql"] != nil {
			return nil, fmt.Errorf("read the migrations: %s is there twice for %s", m[1], d)
		}
		out[m[1]+".sql"] = &fstest.MapFile{Data: text}
	}
	return out, nil
}
