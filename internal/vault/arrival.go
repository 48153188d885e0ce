package vault

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"

	"filippo.io/age"
	"github.com/gabriel-vasile/mimetype"
)

// Arrival is a file that came in whole and is on the disk, but is not kept
// yet: Keep it or Drop it.
type Arrival struct {
	File
	v     *Vault
	at    string // "" once it was kept or dropped
	mends bool   // what is kept under this hash is damaged
	fresh bool   // Keep put it there
}

// Take reads a file to its end, at most so many bytes of it. Nothing is left
// behind when it breaks off. Memory does not grow with the file.
func (v *Vault) Take(r io.Reader, most int64) (*Arrival, error) {
	a := &Arrival{v: v, at: filepath.Join(arriving, rand.Text())}
	f, err := v.root.OpenFile(a.at, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("begin a file: %w", err)
	}
	err = a.write(f, r, most)
	if cerr := f.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("write a file: %w", cerr)
	}
	if err == nil {
		err = v.sync(arriving)
	}
	if err != nil {
		return nil, errors.Join(err, a.Drop())
	}
	// The same content may be there already and have been damaged since: then
	// this copy, which has the same hash, takes its place.
	if err := v.Check(a.SHA256); errors.Is(err, ErrDamaged) {
		a.mends = true
	}
	return a, nil
}

func (a *Arrival) write(f *os.File, r io.Reader, most int64) error {
	buffered := bufio.NewWriterSize(f, 64<<10)
	sealed, err := age.Encrypt(buffered, a.v.lock)
	if err != nil {
		return fmt.Errorf("encrypt a file: %w", err)
	}
	sum := sha256.New()
	var head []byte
	buf := make([]byte, 64<<10)
	for {
		n, rerr := r.Read(buf)
		if a.Size += int64(n); a.Size > most {
			return ErrLarge
		}
		sum.Write(buf[:n]) // a hash never fails
		if len(head) < looked {
			head = append(head, buf[:min(n, looked-len(head))]...)
		}
		if _, err := sealed.Write(buf[:n]); err != nil {
			return fmt.Errorf("write a file: %w", err)
		}
		if rerr == io.EOF {
			break
		}
		if rerr != nil {
			return fmt.Errorf("%w: %w", ErrCut, rerr)
		}
	}
	if a.Size == 0 {
		return ErrEmpty
	}
	a.SHA256, a.MediaType = hex.EncodeToString(sum.Sum(nil)), MediaType(head[:min(len(head), sniffed)])
	a.Metadata = Metadata(a.MediaType, head)
	for _, step := range []func() error{sealed.Close, buffered.Flush, func() error { return f.Chmod(0o400) }, f.Sync} {
		if err := step(); err != nil {
			return fmt.Errorf("write a file: %w", err)
		}
	}
	return nil
}

const (
	sniffed = 3072      // how much of a file its type is found in
	looked  = 128 << 10 // and what a picture tells beside what it shows
)

// MediaType finds what a file is in its first bytes; nobody's word counts. What
// begins as a program is one, whatever else it is as well; a text may begin with
// the same two letters.
func MediaType(head []byte) string {
	if bytes.HasPrefix(head, []byte("MZ")) {
		if bytes.IndexByte(head, 0) >= 0 {
			return "application/vnd.microsoft.portable-executable"
		}
		head = head[1:]
	}
	kind, _, err := mime.ParseMediaType(mimetype.Detect(head).String())
	if err != nil {
		return "application/octet-stream"
	}
	return kind
}

// Keep gives the file its place for good; it is on the disk when Keep returns.
// Content that is there already is there once.
func (a *Arrival) Keep() error {
	to := a.v.name(a.SHA256)
	if _, err := a.v.root.Stat(to); err == nil && !a.mends {
		return a.Drop()
	}
	if err := a.v.root.Rename(a.at, to); err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	a.at, a.fresh = "", !a.mends
	if err := a.v.sync(kept); err != nil {
		return err
	}
	return a.v.sync(arriving)
}

// Unkeep takes the file away again when this very arrival brought it: for a
// record that was not kept after all. Nobody else may keep the same content
// meanwhile, so both are done within a piece of work that writes.
func (a *Arrival) Unkeep() error {
	if !a.fresh {
		return nil
	}
	a.fresh = false
	if err := a.v.root.Remove(a.v.name(a.SHA256)); err != nil {
		return fmt.Errorf("take a file away again: %w", err)
	}
	return a.v.sync(kept)
}

// Mends tells whether the same content was kept before and is damaged or missing
// now: what Keep does mends it.
func (a *Arrival) Mends() bool { return a.mends }

// Waits tells whether the file is neither kept nor dropped yet.
func (a *Arrival) Waits() bool { return a.at != "" }

// Drop takes the file away, unless it was kept.
func (a *Arrival) Drop() error {
	if a.at == "" {
		return nil
	}
	if err := a.v.root.Remove(a.at); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("take away an unfinished file: %w", err)
	}
	a.at = ""
	return nil
}

// ticket is what a waiting file is found again by.
type ticket struct {
	At    string `json:"at"`
	File  File   `json:"file"`
	Mends bool   `json:"mends"`
	Name  string `json:"name"`
}

// Ticket lets a file wait: for one person, who can claim it until it is swept.
// name is what he calls it. The ticket tells nothing to anybody else.
func (a *Arrival) Ticket(whose, name string) string {
	text, err := json.Marshal(ticket{a.at, a.File, a.mends, name})
	if err != nil {
		panic("vault: " + err.Error()) // plain values always marshal
	}
	return base64.RawURLEncoding.EncodeToString(a.v.ticket.Seal(nil, nil, text, []byte(whose)))
}

// Claim gives a waiting file back to whom its ticket was given, with its name.
func (v *Vault) Claim(text, whose string) (*Arrival, string, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, "", ErrTicket
	}
	plain, err := v.ticket.Open(nil, nil, sealed, []byte(whose))
	if err != nil {
		return nil, "", ErrTicket
	}
	var t ticket
	if err := json.Unmarshal(plain, &t); err != nil {
		return nil, "", ErrTicket
	}
	if _, err := v.root.Stat(t.At); err != nil {
		return nil, "", ErrTicket
	}
	return &Arrival{File: t.File, v: v, at: t.At, mends: t.Mends}, t.Name, nil
}
