package dbtest

import (
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"testing"

	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/ext/serdes"

	"amparo/internal/database"
)

// Pages are all pages of a SQLite database as they lie in its file, decrypted, with
// those that are free; nothing may be left in its log of writes.
func Pages(t testing.TB, db *database.DB) []byte {
	t.Helper()
	rows, err := db.Query(t.Context(), "SELECT file FROM pragma_database_list WHERE name = 'main'")
	if err != nil {
		t.Fatal(err)
	}
	path := ""
	for rows.Next() {
		if err := rows.Scan(&path); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		t.Fatalf("%d bytes are in the log of writes", info.Size())
	}
	pool, err := driver.Open("file:" + path + "?" + url.Values{"vfs": {"adiantum"}, "hexkey": {hex.EncodeToString(Key)}}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	return serialized(t, pool)
}

func serialized(t testing.TB, pool *sql.DB) (pages []byte) {
	t.Helper()
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Raw(func(c any) (err error) {
		pages, err = serdes.Serialize(c.(driver.Conn).Raw(), "main")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return pages
}
