package vault

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"filippo.io/age"
)

// Content is a kept file, to be read from its first byte; Close it.
type Content struct {
	io.Reader
	Size int64
	f    *os.File
}

var isSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Close lets go of the file.
func (c *Content) Close() error { return c.f.Close() }

// Open gives the content with this hash. All of it was read and compared before
// the first byte is given, so that no part of a damaged file leaves.
func (v *Vault) Open(sum string) (*Content, error) {
	if !isSum.MatchString(sum) {
		return nil, ErrMissing
	}
	f, err := v.root.Open(v.name(sum))
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("open a file: %w", err)
	}
	c := &Content{f: f}
	if err := c.compare(v.lock, sum); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return c, nil
}

// Check tells whether the content with this hash is there and whole: nil,
// ErrMissing, ErrDamaged or ErrKey.
func (v *Vault) Check(sum string) error {
	c, err := v.Open(sum)
	if err != nil {
		return err
	}
	return c.Close()
}

func (c *Content) compare(l lock, sum string) error {
	if err := c.rewind(l); err != nil {
		return err
	}
	have := sha256.New()
	var err error
	if c.Size, err = io.Copy(have, c.Reader); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if hex.EncodeToString(have.Sum(nil)) != sum {
		return fmt.Errorf("%w: its hash is another", ErrDamaged)
	}
	return c.rewind(l)
}

// rewind begins to decrypt from the start.
func (c *Content) rewind(l lock) error {
	if _, err := c.f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read a file: %w", err)
	}
	plain, err := age.Decrypt(bufio.NewReaderSize(c.f, 64<<10), l)
	var foreign *age.NoIdentityMatchError
	if errors.As(err, &foreign) {
		return ErrKey
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	c.Reader = plain
	return nil
}
