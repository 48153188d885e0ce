// Package backup writes the records and the evidence files into one encrypted
// file while the program works, and brings them back on an empty machine. The
// file is in the age format. Its head carries the wrapped data key, so that it
// and the key file (or passphrase) are all that is needed; what is in it is a
// tar of the database as it was at one moment, the evidence files as they lie in
// their folder, encrypted with their own keys, and last the list of their
// hashes. Which records there are is not known here.
package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
)

// What can be wrong; each is one sentence that says what to do.
var (
	ErrPostgres = errors.New("the records lie in PostgreSQL: back them up with pg_dump --format=custom, and with them the folder AMPARO_DATA, which holds the wrapped data key and the evidence files")
	ErrExists   = errors.New("this file exists already: give the backup a new name, so that an older one is never lost for it")
	ErrInside   = errors.New("a backup inside AMPARO_DATA would be lost with it: write it to another disk")
	ErrNoBackup = errors.New("this file is not a backup of this program")
	ErrCut      = errors.New("this backup is damaged or was cut off: nothing was brought back; take another one")
	ErrNewer    = errors.New("this backup was made by a newer version of this program: install that version")
	ErrNotEmpty = errors.New("AMPARO_DATA is not empty: a backup is brought back into an empty folder only; move away what is there")
)

// Contents says what a backup holds.
type Contents struct {
	Version int       `json:"version"`
	At      time.Time `json:"at"`     // when the database was copied
	Lines   int64     `json:"lines"`  // of the history
	Broken  int64     `json:"broken"` // the first line that is not whole, 0 when all are
	Files   int       `json:"-"`      // evidence files
	Size    int64     `json:"-"`      // of the backup itself
	SHA256  string    `json:"-"`      // of the backup itself
}

const version = 1

// What stands in the tar, in this order.
const (
	headName = "amparo-backup.json"
	dbName   = "amparo.db"
	folder   = "files"
	sumsName = "SHA256SUMS"
)

// arriving is where the folder of files keeps what is still on its way: not part
// of a backup.
const arriving = "arriving"

// sums lists what was written or read, in order, as sha256sum prints it.
type sums struct{ text bytes.Buffer }

func (s *sums) add(name string, sum []byte) {
	fmt.Fprintf(&s.text, "%s  %s\n", hex.EncodeToString(sum), name)
}

// read goes through a whole backup and gives each member to take; it has
// compared everything when it returns. Members may not be believed before.
func read(ctx context.Context, f *os.File, id *identity, take func(name string, r io.Reader) error) (Contents, error) {
	var c Contents
	whole := sha256.New()
	source := &counted{r: io.TeeReader(f, whole), ctx: ctx}
	buffered := bufio.NewReaderSize(source, 1<<20)
	peeked, _ := buffered.Peek(len(magicLine)) // shorter where the file is
	magic := string(peeked)
	plain, err := age.Decrypt(buffered, id)
	if err != nil {
		return c, opening(err, magic)
	}
	archive := tar.NewReader(plain)
	var have sums
	for n := 0; ; n++ {
		h, err := archive.Next()
		if err != nil {
			return c, cut(ctx, err)
		}
		if n == 0 && h.Name != headName || h.Typeflag != tar.TypeReg || h.Name != filepath.ToSlash(filepath.Clean(h.Name)) || !filepath.IsLocal(h.Name) {
			return c, ErrNoBackup
		}
		if h.Name == sumsName {
			break
		}
		sum := sha256.New()
		member := io.TeeReader(archive, sum)
		switch {
		case h.Name == headName:
			if err := json.NewDecoder(member).Decode(&c); err != nil {
				return c, cut(ctx, err)
			}
			if c.Version > version {
				return c, ErrNewer
			}
		case h.Name == dbName:
			err = take(h.Name, member)
		case strings.HasPrefix(h.Name, folder+"/"):
			if strings.Count(h.Name, "/") > 1 { // beside them lies the mark of their key
				c.Files++
			}
			err = take(h.Name, member)
		default:
			return c, ErrNoBackup
		}
		if err != nil {
			return c, err
		}
		if _, err := io.Copy(io.Discard, member); err != nil {
			return c, cut(ctx, err)
		}
		have.add(h.Name, sum.Sum(nil))
	}
	want, err := io.ReadAll(archive)
	if err != nil || !bytes.Equal(want, have.text.Bytes()) {
		return c, cut(ctx, err)
	}
	if _, err := archive.Next(); err != io.EOF {
		return c, cut(ctx, err)
	}
	if _, err := io.Copy(io.Discard, plain); err != nil { // its last piece is what shows that nothing was cut off
		return c, cut(ctx, err)
	}
	c.Size, c.SHA256 = source.n, hex.EncodeToString(whole.Sum(nil))
	return c, nil
}

// cut is what a backup that cannot be read to its end is called, unless somebody
// stopped the work.
func cut(ctx context.Context, err error) error {
	var disk *os.PathError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &disk):
		return fmt.Errorf("read the backup: %w", err)
	}
	return ErrCut
}

// opening words why a file does not open.
func opening(err error, magic string) error {
	var own *keyError
	var foreign *age.NoIdentityMatchError
	switch {
	case errors.As(err, &own):
		return own.error
	case errors.As(err, &foreign), magic != magicLine:
		return ErrNoBackup
	}
	return ErrCut
}

// magicLine is how every file in the age format begins.
const magicLine = "age-encryption.org/v1\n"

// counted counts what is read, and ends with its context.
type counted struct {
	r   io.Reader
	n   int64
	ctx context.Context
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
