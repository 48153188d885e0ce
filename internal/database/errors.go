package database

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"
	"gorm.io/gorm"
)

// What can be wrong with a database file; each is one sentence that says what to do.
var (
	ErrWrongKey     = errors.New("the database does not open with this key: give the key file or passphrase it was made with (AMPARO_KEY_FILE, AMPARO_PASSPHRASE_FILE)")
	ErrDamaged      = errors.New("the database is damaged: keep the folder as it is and bring back the last backup with 'amparo restore FILE'")
	ErrMissing      = errors.New("the database of this folder is missing or empty although records were kept in it: put the file back or bring back the last backup with 'amparo restore FILE'")
	ErrNotEncrypted = errors.New("the database file is not encrypted: it was not made by this program; move it away and start again")
	ErrNoWriting    = errors.New("the data folder cannot be written to: mount it for writing and give this user the right to it")
	ErrFull         = errors.New("the disk takes nothing more")
	ErrNewer        = errors.New("the database was made by a newer version of this program: install that version")
)

// IsUnique says whether err means that a row with the same unique value exists.
func IsUnique(err error) bool {
	if errors.Is(err, sqlite3.CONSTRAINT_UNIQUE) || errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY) || errors.Is(err, gorm.ErrDuplicatedKey) {
		return true
	}
	return postgresCode(err) == "23505"
}

// IsForeignKey says whether err means that a row points at one that is not there, or is pointed at.
func IsForeignKey(err error) bool {
	return errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY) || postgresCode(err) == "23503"
}

// IsCheck says whether err means that a check or trigger of the schema refused the row.
func IsCheck(err error) bool {
	switch postgresCode(err) {
	case "23514", "P0001":
		return true
	}
	return errors.Is(err, sqlite3.CONSTRAINT_CHECK) || errors.Is(err, sqlite3.CONSTRAINT_TRIGGER)
}

// IsFull says whether err means that the disk takes nothing more: it is full, or it cannot be written any longer.
func IsFull(err error) bool {
	for _, code := range []sqlite3.ExtendedErrorCode{sqlite3.IOERR_WRITE, sqlite3.IOERR_FSYNC, sqlite3.IOERR_DIR_FSYNC, sqlite3.IOERR_TRUNCATE, sqlite3.IOERR_SHMSIZE} {
		if errors.Is(err, code) {
			return true
		}
	}
	return errors.Is(err, ErrFull) || errors.Is(err, sqlite3.FULL) || errors.Is(err, sqlite3.READONLY) || postgresCode(err) == "53100" || postgresCode(err) == "25006"
}

// IsBusy says whether err means that somebody else held the database for longer than one waits.
func IsBusy(err error) bool {
	return errors.Is(err, sqlite3.BUSY) || postgresCode(err) == "55P03"
}

// IsDown says whether err means that PostgreSQL cannot be reached, or went away in the middle of the work. What was
// to be committed then may have been kept or not.
func IsDown(err error) bool {
	switch code := postgresCode(err); {
	case code == "57P01", code == "57P02", code == "57P03", code == "53300", strings.HasPrefix(code, "08"): // it ends, it starts, it has too many guests
		return true
	}
	var refused *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &refused) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err)
}

// IsDamaged says whether err means that the database file cannot be read as one.
func IsDamaged(err error) bool {
	return errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) || errors.Is(err, ErrDamaged) || errors.Is(err, ErrMissing)
}

func postgresCode(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}
