package backup

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"amparo/internal/config"
	"amparo/internal/database"
	"amparo/internal/record"
)

// Source is what a backup is made of.
type Source struct {
	DB     *database.DB
	Keys   *config.Keys
	Sealed [][]byte // the wrapped data key, for each key file or passphrase that is to open the backup
	Config *config.Config
	Now    func() time.Time
}

// Write makes a backup of what is there at this moment; the program may go on
// working. The file bears its name only when it was written, read back and
// compared. Nothing of it is left behind when that fails.
func Write(ctx context.Context, path string, s Source) (c Contents, err error) {
	if s.DB.Dialect() != database.SQLite {
		return c, ErrPostgres
	}
	if path, err = filepath.Abs(path); err != nil {
		return c, err
	}
	if rel, err := filepath.Rel(s.Config.Data, path); err == nil && filepath.IsLocal(rel) {
		return c, ErrInside
	}
	if _, err := os.Lstat(path); err == nil {
		return c, ErrExists
	}
	copied, contents, err := s.copy(ctx)
	if err != nil {
		return c, err
	}
	defer remove(copied)
	unfinished := path + ".unfinished"
	f, err := os.OpenFile(unfinished, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o600) // #nosec G304 -- where the operator wants it
	if err != nil {
		return c, fmt.Errorf("begin the backup: %w", err)
	}
	defer os.Remove(unfinished)
	defer f.Close()
	if err := s.write(ctx, f, copied, contents); err != nil {
		return c, fmt.Errorf("write the backup: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return c, fmt.Errorf("read the backup back: %w", err)
	}
	if c, err = read(ctx, f, &identity{config: s.Config}, func(string, io.Reader) error { return nil }); err != nil {
		return c, fmt.Errorf("read the backup back: %w", err)
	}
	if err := place(unfinished, path); err != nil {
		return c, fmt.Errorf("give the backup its name: %w", err)
	}
	return c, nil
}

// copy makes a consistent copy of the database, encrypted as the database is,
// and says whether the history in it is whole.
func (s Source) copy(ctx context.Context) (path string, c Contents, err error) {
	s.clear()
	path = filepath.Join(s.Config.Data, copyPrefix+rand.Text()+".db")
	c = Contents{Version: version, At: s.Now().UTC()}
	defer func() {
		if err != nil {
			remove(path)
		}
	}()
	if err := s.DB.CopyTo(ctx, path, s.Keys.Database()); err != nil {
		return path, c, err
	}
	db, err := database.Open(database.Options{Path: path, Key: s.Keys.Database(), Sync: database.Throwaway})
	if err != nil {
		return path, c, err
	}
	c.Lines, c.Broken, err = whole(ctx, db)
	return path, c, errors.Join(err, db.Close())
}

// whole reads every page of a database and walks its history.
func whole(ctx context.Context, db *database.DB) (lines, broken int64, err error) {
	problems, err := db.Integrity(ctx)
	if err != nil {
		return 0, 0, err
	}
	if len(problems) > 0 {
		return 0, 0, database.ErrDamaged
	}
	return record.Open(db, record.Options{}).Verify(ctx)
}

const copyPrefix = "backup-"

// clear takes away the copy of a backup that was killed.
func (s Source) clear() {
	left, _ := filepath.Glob(filepath.Join(s.Config.Data, copyPrefix+"*.db"))
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			remove(path)
		}
	}
}

func remove(db string) {
	for _, path := range database.Files(db) {
		_ = os.Remove(path) // not all of them are there, and clear takes what is left
	}
}

// write puts all of it into the file and returns when it is on the disk.
func (s Source) write(ctx context.Context, f *os.File, copied string, c Contents) error {
	buffered := bufio.NewWriterSize(f, 1<<20)
	sealed, err := age.Encrypt(buffered, &recipient{s.Keys, s.Sealed})
	if err != nil {
		return err
	}
	a := &archive{tar: tar.NewWriter(sealed), ctx: ctx, at: c.At}
	head, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := a.text(headName, head); err != nil {
		return err
	}
	if err := a.file(dbName, copied); err != nil {
		return err
	}
	// The files come after the records: what a record names was kept before it.
	if err := a.folder(s.Config.FilesPath()); err != nil {
		return err
	}
	if err := a.text(sumsName, a.sums.text.Bytes()); err != nil {
		return err
	}
	for _, step := range []func() error{a.tar.Close, sealed.Close, buffered.Flush, f.Sync} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// archive writes members and remembers their hashes.
type archive struct {
	tar  *tar.Writer
	sums sums
	ctx  context.Context
	at   time.Time
}

func (a *archive) member(name string, size int64, r io.Reader) error {
	if err := a.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: a.at.Truncate(time.Second), Typeflag: tar.TypeReg}); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(a.tar, sum), &counted{r: r, ctx: a.ctx}); err != nil {
		return err
	}
	a.sums.add(name, sum.Sum(nil))
	return nil
}

func (a *archive) text(name string, text []byte) error {
	return a.member(name, int64(len(text)), strings.NewReader(string(text)))
}

func (a *archive) file(name, path string) error {
	f, err := os.Open(filepath.Clean(path))
	if errors.Is(err, fs.ErrNotExist) && name != dbName {
		return nil // erased since the folder was read
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return a.member(name, info.Size(), f)
}

func (a *archive) folder(path string) error {
	return filepath.WalkDir(path, func(at string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(path, at)
		if err != nil {
			return err
		}
		if rel == arriving {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() {
			return nil
		}
		return a.file(folder+"/"+filepath.ToSlash(rel), at)
	})
}

// place gives a finished file its name, which must not be there yet, and returns
// when that is on the disk.
func place(from, to string) error {
	if err := os.Link(from, to); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return ErrExists
		}
		if err := os.Rename(from, to); err != nil { // a file system without links
			return err
		}
	}
	return syncFolder(filepath.Dir(to))
}

func syncFolder(path string) error {
	d, err := os.Open(filepath.Clean(path))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
