// Package vault keeps evidence files: one folder of encrypted files, each
// written once, found by its content and never changed. What comes in is hashed
// with SHA-256 from its first byte while it is encrypted; what goes out is
// compared with that hash before its first byte leaves. On the disk neither
// name nor content tells what a file is or what it was called. Which record a
// file belongs to, and who may open it, is not known here.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
)

// Most is how many bytes a file may have.
const Most = 100 << 20

// What can be wrong with a file.
var (
	ErrEmpty   = errors.New("the file is empty")
	ErrLarge   = errors.New("the file is too large")
	ErrCut     = errors.New("the file did not arrive whole")
	ErrMissing = errors.New("the file is not there")
	ErrDamaged = errors.New("the file is damaged")
	ErrKey     = errors.New("these files were encrypted with another key: give the key file or passphrase they were made with")
	ErrTicket  = errors.New("the file is not waiting any more")
)

// The two folders: what is still on its way, and what is kept for good. Beside
// them lies a mark of the key, so that another key is refused before it is used.
const (
	arriving = "arriving"
	kept     = "kept"
	mark     = "key"
)

// File says what a file is: all of it found in its content.
type File struct {
	SHA256    string // of the content, in hexadecimal
	Size      int64
	MediaType string
	Metadata  []string // what a picture tells beside what it shows
}

// Vault is an open folder of files.
type Vault struct {
	root   *os.Root
	lock   lock
	names  []byte
	ticket cipher.AEAD
}

// Open opens the folder, and makes it where it is not there yet. key is 32
// bytes; every use of it has a key of its own.
func Open(folder string, key []byte) (*Vault, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of files: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("open the folder of files: %w", err)
	}
	v := &Vault{root: root, names: derive(key, "names")}
	for _, dir := range []string{arriving, kept} {
		if err := root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, errors.Join(fmt.Errorf("make the folder of files: %w", err), root.Close())
		}
	}
	if err := v.marked(); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	v.lock.seal, v.ticket = sealer(derive(key, "content")), sealer(derive(key, "tickets"))
	return v, nil
}

// Close lets go of the folder.
func (v *Vault) Close() error { return v.root.Close() }

func derive(key []byte, use string) []byte {
	own, err := hkdf.Key(sha256.New, key, nil, "amparo/1/files/"+use, 32)
	if err != nil {
		panic(err) // only for impossible lengths
	}
	return own
}

func sealer(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for impossible lengths
	}
	a, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES has the block size it asks for
	}
	return a
}

// marked holds the key against the mark of the folder, or leaves the mark in a
// new one.
func (v *Vault) marked() error {
	want := []byte(v.mac("the key of this folder"))
	have, err := v.root.ReadFile(mark)
	if err == nil {
		if !hmac.Equal(have, want) {
			return ErrKey
		}
		return nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read the mark of the key: %w", err)
	}
	tmp := filepath.Join(arriving, rand.Text())
	f, err := v.root.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o400)
	if err != nil {
		return fmt.Errorf("mark the key: %w", err)
	}
	_, err = f.Write(want)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = v.root.Rename(tmp, mark)
	}
	if err != nil {
		return fmt.Errorf("mark the key: %w", err)
	}
	return v.sync(".")
}

func (v *Vault) mac(text string) string {
	m := hmac.New(sha256.New, v.names)
	m.Write([]byte(text))
	return hex.EncodeToString(m.Sum(nil))
}

// name is where the content with this hash lies. Who sees the folder but has
// not the key cannot tell whether a file he knows is in it.
func (v *Vault) name(sum string) string { return filepath.Join(kept, v.mac(sum)) }

// sync returns when what a folder lists is on the disk.
func (v *Vault) sync(dir string) error {
	d, err := v.root.Open(dir)
	if err != nil {
		return fmt.Errorf("open the folder of files: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("write the folder of files: %w", err)
	}
	return nil
}

// Sweep takes away what is still on its way and was last written before a
// moment: uploads that broke off, files that nobody came back for.
func (v *Vault) Sweep(before time.Time) (swept int, err error) {
	list, err := v.list(arriving)
	if err != nil {
		return 0, err
	}
	for _, f := range list {
		if !f.ModTime().Before(before) {
			continue
		}
		if err := v.root.Remove(filepath.Join(arriving, f.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return swept, fmt.Errorf("take away an unfinished file: %w", err)
		}
		swept++
	}
	return swept, nil
}

// Remove takes the content with this hash away for good: no record may hold it, and
// nobody may keep it meanwhile, so it is asked within a piece of work that writes.
// Content that is not there is no error. What a disk keeps of it beneath is encrypted.
func (v *Vault) Remove(sum string) error {
	if err := v.root.Remove(v.name(sum)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("take a file away: %w", err)
	}
	return v.sync(kept)
}

// Strays counts the kept files that none of the hashes means: what was written
// when the program was stopped before the record was kept. They cannot be read
// by anybody through the program.
func (v *Vault) Strays(sums []string) (int, error) {
	list, err := v.list(kept)
	if err != nil {
		return 0, err
	}
	known := make(map[string]bool, len(sums))
	for _, sum := range sums {
		known[filepath.Base(v.name(sum))] = true
	}
	n := 0
	for _, f := range list {
		if !known[f.Name()] {
			n++
		}
	}
	return n, nil
}

func (v *Vault) list(dir string) ([]os.FileInfo, error) {
	d, err := v.root.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of files: %w", err)
	}
	defer d.Close()
	list, err := d.Readdir(-1)
	if err != nil {
		return nil, fmt.Errorf("read the folder of files: %w", err)
	}
	return list, nil
}

// lock wraps the key of each file with the vault's own. It stands where age has
// recipients and identities: nobody else's key opens these files.
type lock struct{ seal cipher.AEAD }

const stanza = "amparo-1"

// Wrap implements age.Recipient.
func (l lock) Wrap(key []byte) ([]*age.Stanza, error) {
	return []*age.Stanza{{Type: stanza, Body: l.seal.Seal(nil, nil, key, []byte(stanza))}}, nil
}

// Unwrap implements age.Identity.
func (l lock) Unwrap(list []*age.Stanza) ([]byte, error) {
	for _, s := range list {
		if s.Type != stanza {
			continue
		}
		if key, err := l.seal.Open(nil, nil, s.Body, []byte(stanza)); err == nil {
			return key, nil
		}
	}
	return nil, age.ErrIncorrectIdentity
}
