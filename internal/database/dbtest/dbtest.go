// Package dbtest gives each test a fresh, migrated database: SQLite always, PostgreSQL too where
// AMPARO_TEST_POSTGRES names a throwaway server (the test command cmd/check starts one and sets it; a plain
// go test does without). The schema is migrated once and copied from then on.
package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver that makes and drops the test databases

	"amparo/internal/database"
	"amparo/migrations"
)

// Server is the environment variable that names the throwaway PostgreSQL server.
const Server = "AMPARO_TEST_POSTGRES"

// Key opens the SQLite files of tests.
var Key = []byte("a key for tests, not for records")

// Each runs test on every database of this run, each time on a fresh one with the program's whole schema.
func Each(t *testing.T, test func(t *testing.T, db *database.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	if os.Getenv(Server) != "" {
		t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
	}
}

// SQLite is a fresh SQLite database with the program's whole schema; it closes when the test ends.
func SQLite(t testing.TB) *database.DB {
	t.Helper()
	text, err := template()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "amparo.db")
	if err := os.WriteFile(path, text.file, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".made", text.marker, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, database.Options{Path: path, Key: Key, Sync: database.Throwaway})
}

// EachEmpty runs test on every database of this run, each time on one without any schema.
func EachEmpty(t *testing.T, test func(t *testing.T, db *database.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		test(t, open(t, database.Options{Path: filepath.Join(t.TempDir(), "amparo.db"), Key: Key, Sync: database.Throwaway}))
	})
	if os.Getenv(Server) != "" {
		t.Run("postgres", func(t *testing.T) { test(t, open(t, Empty(t))) })
	}
}

// Empty is a PostgreSQL database without any schema on the run's throwaway server; it is dropped when the test ends.
func Empty(t testing.TB) database.Options {
	t.Helper()
	o, drop, err := fresh(os.Getenv(Server), "template0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(drop)
	return o
}

// Postgres is a fresh PostgreSQL database with the program's whole schema on the run's throwaway server; it is dropped
// when the test ends.
func Postgres(t testing.TB) *database.DB {
	t.Helper()
	server := os.Getenv(Server)
	template, err := templateOn(server)
	if err != nil {
		t.Fatal(err)
	}
	o, drop, err := fresh(server, template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(drop)
	return open(t, o)
}

func open(t testing.TB, o database.Options) *database.DB {
	t.Helper()
	db, err := database.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// copyOf is a migrated SQLite file and the marker beside it.
type copyOf struct{ file, marker []byte }

var template = sync.OnceValues(func() (c copyOf, err error) {
	dir, err := os.MkdirTemp("", "amparo-template-")
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "amparo.db")
	db, err := database.Open(database.Options{Path: path, Key: Key, Sync: database.Throwaway})
	if err != nil {
		return c, err
	}
	ctx := context.Background()
	if err = db.Migrate(ctx, migrations.Files); err == nil {
		err = db.Checkpoint(ctx)
	}
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return c, err
	}
	c.file, err = os.ReadFile(path) // #nosec G304 -- in the folder made above
	if err != nil {
		return c, err
	}
	c.marker, err = os.ReadFile(path + ".made") // #nosec G304 -- in the folder made above
	return c, err
})

var count atomic.Int64

// fresh makes a database on the server by copying a template.
func fresh(server, template string) (o database.Options, drop func(), err error) {
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return o, nil, err
	}
	mine := fmt.Sprintf("test_%d_%d", os.Getpid(), count.Add(1))
	if _, err := admin.Exec("CREATE DATABASE " + mine + " TEMPLATE " + template); err != nil {
		_ = admin.Close()
		return o, nil, fmt.Errorf("copy the template database: %w", err)
	}
	o.URL, err = named(server, mine)
	drop = func() {
		_, _ = admin.Exec("DROP DATABASE IF EXISTS " + mine + " WITH (FORCE)") // the server is thrown away too
		_ = admin.Close()
	}
	return o, drop, err
}

// templateOn makes the migrated template where this server has none yet. Packages are tested by processes side by side:
// one of them makes it, the others wait.
func templateOn(server string) (string, error) {
	if server == "" {
		return "", fmt.Errorf("%s is not set: run the tests with go run ./cmd/check", Server)
	}
	name, err := templateName()
	if err != nil {
		return "", err
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return "", err
	}
	defer func() { _ = admin.Close() }()
	ctx := context.Background()
	conn, err := admin.Conn(ctx)
	if err != nil {
		return "", fmt.Errorf("reach the test server: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(8117)"); err != nil {
		return "", err
	}
	defer conn.ExecContext(ctx, "SELECT pg_advisory_unlock(8117)")
	var n int
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM pg_database WHERE datname = $1", name).Scan(&n); err != nil || n > 0 {
		return name, err
	}
	work := name + "_new"
	for _, q := range []string{"DROP DATABASE IF EXISTS " + work + " WITH (FORCE)", "CREATE DATABASE " + work} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return "", err
		}
	}
	at, err := named(server, work)
	if err != nil {
		return "", err
	}
	db, err := database.Open(database.Options{URL: at})
	if err != nil {
		return "", err
	}
	err = db.Migrate(ctx, migrations.Files)
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return "", err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+work+" RENAME TO "+name)
	return name, err
}

// templateName changes with the migrations, so that a server that outlives an edit is not asked for an old schema.
func templateName() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(migrations.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".sql") {
			return err
		}
		text, err := fs.ReadFile(migrations.Files, path)
		fmt.Fprintf(sum, "%s %d\n", path, len(text))
		sum.Write(text)
		return err
	})
	return "template_" + hex.EncodeToString(sum.Sum(nil))[:16], err
}

func named(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}
