package record

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"amparo/internal/database"
	"amparo/internal/database/dbtest"
)

// A history of a million entries is walked in less than a minute: make faults; a
// shorter one in every run, in proportion.
func TestAMillionEntriesAreWalkedWithinAMinute(t *testing.T) {
	entries, within := 5_000, 5*time.Second
	if os.Getenv("AMPARO_FAULTS") == "all" {
		entries, within = 1_000_000, time.Minute
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		fillTrail(t, db, entries)
		b := &Book{db: db}
		began := time.Now()
		v, err := b.Walk(t.Context())
		took := time.Since(began)
		if err != nil || v.Flaw != "" || v.Lines != int64(entries) {
			t.Fatalf("%+v, %v", v, err)
		}
		t.Logf("%d entries walked in %v", entries, took.Round(time.Millisecond))
		if took > within {
			t.Errorf("%d entries take %v", entries, took)
		}
		// What the walk is fast at is still the whole of it.
		if err := db.Tx(t.Context(), func(tx *database.Handle) error {
			return tx.Exec("UPDATE trail_payload SET note = 'x' WHERE n = ?", entries-1).Error
		}); err != nil {
			t.Fatal(err)
		}
		if v, err := b.Walk(t.Context()); err != nil || v.Broken != int64(entries-1) || v.Flaw != Changed {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// fillTrail writes a history as the kernel does, many entries in one sentence.
func fillTrail(t *testing.T, db *database.DB, entries int) {
	t.Helper()
	const together = 500
	row := func(n int) string { return "(?" + strings.Repeat(",?", n-1) + ")" }
	values := func(n int) string { return strings.TrimSuffix(strings.Repeat(row(n)+",", together), ",") }
	trail := "INSERT INTO trail (n, at, actor, record_id, action, move, version, payload_hash, hash) VALUES " + values(9)
	payloads := "INSERT INTO trail_payload (n, salt, note, changes) VALUES " + values(4)
	last := ""
	for from := 1; from <= entries; from += together {
		var lines, said []any
		for n := from; n < from+together; n++ {
			salt, changes := fmt.Sprintf("%022d", n), fmt.Sprintf(`[{"field":"father","before":"Father %d","after":"Father %d of the Blue Mill"}]`, n, n+1)
			at, record, payload := Moment(time.Unix(1_700_000_000+int64(n), 0)), fmt.Sprintf("019a0000-0000-7000-8000-%012d", n%50_000), payloadHash(salt, "", changes)
			last = lineHash(last, int64(n), at, "u-nadia", record, "saved", "", n/50_000+1, payload)
			lines = append(lines, n, at, "u-nadia", record, "saved", "", n/50_000+1, payload, last)
			said = append(said, n, salt, "", changes)
		}
		if err := db.Tx(t.Context(), func(tx *database.Handle) error {
			if _, err := database.Exec(tx, trail, lines...); err != nil {
				return err
			}
			if _, err := database.Exec(tx, payloads, said...); err != nil {
				return err
			}
			_, err := database.Exec(tx, "UPDATE chain SET n = ?, hash = ? WHERE id = 1", from+together-1, last)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}
