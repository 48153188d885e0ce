package config

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The wrapped data key lies beside the records; what unwraps it must not.
const wrappedName = "data.key"

// Argon2id for a passphrase: once at each start, so dear.
const (
	wrapTime    = 3
	wrapMemory  = 64 << 10 // KiB
	wrapThreads = 2
	keyFileHead = "amparo-key-1 "
)

// What can be wrong with keys; each is one sentence that says what to do.
var (
	ErrNoKeyFile    = errors.New("the key file of these records is not there: put it back, or name its place in AMPARO_KEY_FILE; without it nobody can read them")
	ErrWrongKey     = errors.New("this key file or passphrase does not unlock these records: give the one they were made with")
	ErrNoDataKey    = errors.New("the wrapped data key (data.key) is missing from AMPARO_DATA although records are there: put it back, or bring back the last backup with 'amparo restore FILE'")
	ErrHalfRestored = errors.New("bringing back a backup into AMPARO_DATA did not finish: run 'amparo restore FILE' again")
	ErrBadDataKey   = errors.New("the wrapped data key (data.key) in AMPARO_DATA is damaged: bring back the last backup with 'amparo restore FILE'")
)

// Keys holds the data key and gives every use a key of its own.
type Keys struct {
	data [32]byte
	// Made is the key file written at this start, empty where it was there before: tell the operator to keep it.
	Made string
}

// RandomKeys are keys that nobody else has and that end with the program: the demo and tests.
func RandomKeys() *Keys {
	k := &Keys{}
	_, _ = rand.Read(k.data[:])
	return k
}

// Derive gives the 32-byte key for one use; the same use always gives the same key.
func (k *Keys) Derive(use string) []byte {
	key, err := hkdf.Key(sha256.New, k.data[:], nil, "amparo/1/"+use, 32)
	if err != nil {
		panic(err) // only for impossible lengths
	}
	return key
}

// Database is the 32-byte key of the SQLite file.
func (k *Keys) Database() []byte { return k.Derive("database") }

// Forget overwrites the data key in memory; derived keys are with whoever asked for them.
func (k *Keys) Forget() { clear(k.data[:]) }

// wrapped is the file data.key.
type wrapped struct {
	Version int    `json:"version"`
	By      string `json:"by"` // "keyfile" or "passphrase"
	Salt    string `json:"salt"`
	Sealed  string `json:"sealed"` // nonce and AES-256-GCM of the data key
}

// DefaultKeyFile is the key file's place where none is named: the user's configuration folder, outside AMPARO_DATA.
func DefaultKeyFile() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", errors.New("no place for the key file is known: name one outside AMPARO_DATA in AMPARO_KEY_FILE")
	}
	return filepath.Join(dir, "amparo", "key"), nil
}

// KeyPlace is the key file in use: the one named, or the default.
func (c *Config) KeyPlace() (string, error) {
	if c.KeyFile != "" {
		return filepath.Abs(c.KeyFile)
	}
	return DefaultKeyFile()
}

// Restoring is the folder in AMPARO_DATA in which a restore works.
func (c *Config) Restoring() string { return filepath.Join(c.Data, "restoring") }

// HalfRestored tells whether a restore was interrupted: it begins with its folder and ends with the wrapped data key.
func (c *Config) HalfRestored() bool {
	_, began := os.Stat(c.Restoring())
	_, ended := os.Stat(c.SealedPath())
	return began == nil && errors.Is(ended, os.ErrNotExist)
}

// SealedPath is where the wrapped data key lies.
func (c *Config) SealedPath() string { return filepath.Join(c.Data, wrappedName) }

// Unlock reads the data key. At the first start on a data folder (which it makes) it makes the data key, and the key file
// where a key file is used and none is there. Errors are one sentence each.
func (c *Config) Unlock() (*Keys, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if c.HalfRestored() {
		return nil, ErrHalfRestored
	}
	text, err := os.ReadFile(c.SealedPath())
	if errors.Is(err, os.ErrNotExist) {
		return c.firstKeys()
	}
	if err != nil {
		return nil, fmt.Errorf("read the wrapped data key: %w", err)
	}
	k, _, err := c.Unseal(text)
	return k, err
}

// Unseal opens the first of several wrapped data keys that this machine's key file or passphrase opens, and gives that
// text too.
func (c *Config) Unseal(sealed ...[]byte) (*Keys, []byte, error) {
	mine := "keyfile"
	if c.PassphraseFile != "" {
		mine = "passphrase"
	}
	var last error
	for _, text := range sealed {
		var w wrapped
		if err := json.Unmarshal(text, &w); err != nil || w.Version != 1 {
			last = ErrBadDataKey
			continue
		}
		if w.By != mine && len(sealed) > 1 {
			continue
		}
		secret, err := c.secret(w.By)
		if err != nil {
			return nil, nil, err
		}
		k := &Keys{}
		if last = w.open(secret, k.data[:]); last == nil {
			return k, text, nil
		}
	}
	if last == nil {
		last = ErrWrongKey
	}
	return nil, nil, last
}

// ChangeKey wraps the data key for another key file, which is made where there is
// none, or for the passphrase in a file, and puts that in place of the present one.
// Whenever it is interrupted, the one or the other opens the records. A program that
// is running goes on, since it has the data key.
func (c *Config) ChangeKey(next *Config) (made string, err error) {
	text, err := os.ReadFile(c.SealedPath())
	if err != nil {
		return "", fmt.Errorf("read the wrapped data key: %w", err)
	}
	k, _, err := c.Unseal(text)
	if err != nil {
		return "", err
	}
	defer k.Forget()
	by := "passphrase"
	if next.PassphraseFile == "" {
		by = "keyfile"
		if made, err = next.keyFile(); err != nil {
			return "", err
		}
	}
	secret, err := next.secret(by)
	if err != nil {
		return "", err
	}
	if text, err = k.seal(by, secret); err != nil {
		return "", err
	}
	if err := writeOver(c.SealedPath(), text); err != nil {
		return "", fmt.Errorf("keep the wrapped data key: %w", err)
	}
	return made, nil
}

// keyFile makes the key file where there is none, and tells its place then.
func (c *Config) keyFile() (made string, err error) {
	place, err := c.KeyPlace()
	if err != nil {
		return "", err
	}
	if inside(c.Data, place) {
		return "", errors.New("the key file may not lie inside AMPARO_DATA: who takes the records would take the key; name another place in AMPARO_KEY_FILE")
	}
	if _, err := os.Stat(place); !errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err := makeKeyFile(place); errors.Is(err, os.ErrExist) {
		return "", nil
	} else if err != nil {
		return "", fmt.Errorf("make the key file: %w", err)
	}
	return place, nil
}

// SealBy wraps the data key once more: for the passphrase in a file.
func (k *Keys) SealBy(passphraseFile string) ([]byte, error) {
	secret, err := (&Config{PassphraseFile: passphraseFile}).secret("passphrase")
	if err != nil {
		return nil, err
	}
	return k.seal("passphrase", secret)
}

func (k *Keys) seal(by string, secret []byte) ([]byte, error) {
	w, err := seal(by, secret, k.data[:])
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(w, "", "  ")
	return append(text, '\n'), err
}

// KeepSealed puts a wrapped data key into a data folder that has none.
func (c *Config) KeepSealed(text []byte) error {
	if err := writeOnce(c.SealedPath(), text); err != nil {
		return fmt.Errorf("keep the wrapped data key: %w", err)
	}
	return nil
}

// firstKeys makes the keys of a new data folder.
func (c *Config) firstKeys() (*Keys, error) {
	if _, err := os.Stat(c.DatabasePath()); err == nil {
		return nil, ErrNoDataKey
	}
	k := RandomKeys()
	by := "passphrase"
	if c.PassphraseFile == "" {
		by = "keyfile"
		var err error
		if k.Made, err = c.keyFile(); err != nil {
			return nil, err
		}
	}
	secret, err := c.secret(by)
	if err != nil {
		return nil, err
	}
	text, err := k.seal(by, secret)
	if err != nil {
		return nil, err
	}
	if err = c.KeepSealed(text); errors.Is(err, os.ErrExist) { // another server of this office was first
		made := k.Made
		if k, err = c.Unlock(); err == nil {
			k.Made = made
		}
	}
	return k, err
}

// secret reads what unlocks: the bytes of the key file, or the passphrase.
func (c *Config) secret(by string) ([]byte, error) {
	switch by {
	case "keyfile":
		if c.PassphraseFile != "" {
			return nil, errors.New("these records are unlocked by a key file, not a passphrase: unset AMPARO_PASSPHRASE_FILE")
		}
		place, err := c.KeyPlace()
		if err != nil {
			return nil, err
		}
		text, err := os.ReadFile(place) // #nosec G304 -- where the operator keeps it
		if errors.Is(err, os.ErrNotExist) {
			return nil, ErrNoKeyFile
		}
		if err != nil {
			return nil, fmt.Errorf("read the key file: %w", err)
		}
		line, _, _ := strings.Cut(string(text), "\n")
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(strings.TrimPrefix(line, keyFileHead)))
		if !strings.HasPrefix(line, keyFileHead) || err != nil || len(key) != 32 {
			return nil, fmt.Errorf("%s is not a key file of this program: name the right one in AMPARO_KEY_FILE", place)
		}
		return key, nil
	case "passphrase":
		if c.PassphraseFile == "" {
			return nil, errors.New("these records are unlocked by a passphrase: name the file that holds it in AMPARO_PASSPHRASE_FILE")
		}
		text, err := os.ReadFile(c.PassphraseFile)
		if err != nil {
			return nil, fmt.Errorf("read the passphrase file: %w", err)
		}
		text = bytes.TrimRight(text, "\r\n")
		if len(text) < 12 {
			return nil, errors.New("the passphrase is too short: use at least 12 characters, better six words")
		}
		return text, nil
	}
	return nil, ErrBadDataKey
}

// wrapping is the key that seals the data key.
func wrapping(by string, secret, salt []byte) ([]byte, error) {
	if by == "passphrase" {
		return argon2.IDKey(secret, salt, wrapTime, wrapMemory, wrapThreads, 32), nil
	}
	return hkdf.Key(sha256.New, secret, salt, "amparo/1/wrap", 32)
}

func sealer(by string, secret, salt []byte) (cipher.AEAD, error) {
	key, err := wrapping(by, secret, salt)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func seal(by string, secret, data []byte) (wrapped, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	a, err := sealer(by, secret, salt)
	if err != nil {
		return wrapped{}, err
	}
	sealed := a.Seal(nil, nil, data, []byte("amparo data key 1 "+by))
	return wrapped{1, by, base64.StdEncoding.EncodeToString(salt), base64.StdEncoding.EncodeToString(sealed)}, nil
}

func (w wrapped) open(secret, into []byte) error {
	salt, err := base64.StdEncoding.DecodeString(w.Salt)
	if err != nil || len(salt) != 16 {
		return ErrBadDataKey
	}
	sealed, err := base64.StdEncoding.DecodeString(w.Sealed)
	if err != nil {
		return ErrBadDataKey
	}
	a, err := sealer(w.By, secret, salt)
	if err != nil {
		return err
	}
	data, err := a.Open(nil, nil, sealed, []byte("amparo data key 1 "+w.By))
	if err != nil || len(data) != len(into) {
		return ErrWrongKey
	}
	copy(into, data)
	return nil
}

func makeKeyFile(place string) error {
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return err
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return writeOnce(place, []byte(keyFileHead+base64.StdEncoding.EncodeToString(key)+"\nKeep a copy of this file away from the records: without it nobody can read them.\n"))
}

// writeOnce writes a private file that must not exist, and returns when it is on the disk. A half-written file
// never bears the name.
func writeOnce(place string, text []byte) error {
	return write(place, text, func(tmp string) error {
		// Link, not Rename: two first starts at once must not overwrite each other's key.
		err := os.Link(tmp, place)
		if err != nil && !errors.Is(err, os.ErrExist) {
			err = os.Rename(tmp, place) // a file system without links
		}
		return err
	})
}

// writeOver does the same with a file that is there.
func writeOver(place string, text []byte) error {
	return write(place, text, func(tmp string) error { return os.Rename(tmp, place) })
}

func write(place string, text []byte, name func(tmp string) error) error {
	// A name of its own: two that write at once must not write into each other's file.
	f, err := os.CreateTemp(filepath.Dir(place), filepath.Base(place)+".new-*")
	if err != nil {
		return err
	}
	tmp := f.Name()
	defer os.Remove(tmp)
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if err := name(tmp); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(place))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func inside(dir, place string) bool {
	rel, err := filepath.Rel(dir, place)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// Exposed says in one sentence what is wrong with how the key is kept, or nothing: for amparo check.
func (c *Config) Exposed() string {
	place := c.PassphraseFile
	if place == "" {
		var err error
		if place, err = c.KeyPlace(); err != nil {
			return err.Error()
		}
	}
	if inside(c.Data, place) {
		return place + " lies inside AMPARO_DATA: move it elsewhere"
	}
	info, err := os.Stat(place)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		return "others on this machine can read " + place + ": run chmod 600 on it"
	}
	return ""
}
