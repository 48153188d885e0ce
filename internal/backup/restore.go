package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"amparo/internal/config"
	"amparo/internal/database"
	"amparo/migrations"
)

// Restore brings a backup back into the empty folder of c. All of the backup is
// read and compared before anything is written; what is written becomes the
// data folder only when it has been opened and found whole. look is given the
// opened database before that, to ask more of it and to ready it.
func Restore(ctx context.Context, path string, c *config.Config, look func(db *database.DB, keys *config.Keys, files string) error) (Contents, error) {
	if c.DatabaseURL != "" {
		return Contents{}, ErrPostgres
	}
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return Contents{}, fmt.Errorf("open the backup: %w", err)
	}
	defer f.Close()
	if err := empty(c); err != nil {
		return Contents{}, err
	}
	id := &identity{config: c}
	contents, err := read(ctx, f, id, func(string, io.Reader) error { return nil })
	if err != nil {
		return contents, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return contents, fmt.Errorf("read the backup: %w", err)
	}
	work := c.Restoring()
	err = errors.Join(os.RemoveAll(work), os.MkdirAll(work, 0o700))
	if err == nil {
		err = bring(ctx, f, id, work)
	}
	if err == nil {
		err = open(ctx, id, work, look)
	}
	if err != nil {
		return contents, errors.Join(err, os.RemoveAll(work))
	}
	return contents, settle(c, work, id.sealed)
}

// empty refuses a folder in which anything lies but the rest of a restore that
// did not finish: then the wrapped key, which comes last, is not there yet.
func empty(c *config.Config) error {
	list, err := os.ReadDir(c.Data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read AMPARO_DATA: %w", err)
	}
	rest := []string{"lost+found", filepath.Base(c.Restoring())}
	if c.HalfRestored() {
		rest = append(rest, filepath.Base(c.FilesPath()))
		for _, path := range database.Files(c.DatabasePath()) {
			rest = append(rest, filepath.Base(path))
		}
	}
	for _, e := range list {
		if !slices.Contains(rest, e.Name()) {
			return ErrNotEmpty
		}
	}
	return nil
}

// bring writes the members into the folder of work.
func bring(ctx context.Context, f *os.File, id *identity, work string) error {
	root, err := os.OpenRoot(work)
	if err != nil {
		return fmt.Errorf("write the records: %w", err)
	}
	defer root.Close()
	_, err = read(ctx, f, id, func(name string, r io.Reader) error {
		name = filepath.FromSlash(name)
		if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return fmt.Errorf("write the records: %w", err)
		}
		mode := os.FileMode(0o600)
		if name != dbName {
			mode = 0o400 // evidence is never written again
		}
		to, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
		if err != nil {
			return fmt.Errorf("write the records: %w", err)
		}
		_, err = io.Copy(to, r)
		if err = errors.Join(err, to.Sync(), to.Close()); err != nil {
			return fmt.Errorf("write the records: %w", err)
		}
		return nil
	})
	return err
}

// open proves that what was brought back can be used.
func open(ctx context.Context, id *identity, work string, look func(*database.DB, *config.Keys, string) error) error {
	db, err := database.Open(database.Options{Path: filepath.Join(work, dbName), Key: id.keys.Database()})
	if err != nil {
		return err
	}
	if err = db.Migrate(ctx, migrations.Files); err == nil {
		_, _, err = whole(ctx, db)
	}
	if err == nil {
		err = look(db, id.keys, filepath.Join(work, folder))
	}
	if err == nil {
		err = db.Checkpoint(ctx)
	}
	return errors.Join(err, db.Close())
}

// settle moves everything to its place; the wrapped key, without which nothing
// opens, comes last.
func settle(c *config.Config, work string, sealed []byte) error {
	moved := [][2]string{{filepath.Join(work, folder), c.FilesPath()}}
	for i, from := range database.Files(filepath.Join(work, dbName)) {
		moved = append(moved, [2]string{from, database.Files(c.DatabasePath())[i]})
	}
	for _, m := range moved {
		// What lies there is the rest of a restore that was killed here.
		if err := os.RemoveAll(m[1]); err != nil {
			return fmt.Errorf("put the records in their place: %w", err)
		}
		if err := os.Rename(m[0], m[1]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("put the records in their place: %w", err)
		}
	}
	if err := syncFolder(c.Data); err != nil {
		return err
	}
	if err := c.KeepSealed(sealed); err != nil {
		return err
	}
	return os.RemoveAll(work)
}
