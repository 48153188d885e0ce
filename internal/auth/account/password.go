package account

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// Bounds of a password, in characters after normalisation.
const (
	PasswordMin = 12
	PasswordMax = 128
)

// Cost is the work of one password hash. The zero Cost is the documented one:
// 64 MiB, three times, two lanes.
type Cost struct {
	MemoryKiB uint32
	Times     uint32
	Lanes     uint8
}

var fullCost = Cost{MemoryKiB: 64 * 1024, Times: 3, Lanes: 2}

// TestCost is for tests and throwaway data only.
var TestCost = Cost{MemoryKiB: 64, Times: 1, Lanes: 1}

const (
	// hashesAtOnce bounds the memory of hashing: two times 64 MiB.
	hashesAtOnce = 2
	// hashWait is how long a sign-in waits for its turn before it is told to come back.
	hashWait = 10 * time.Second
)

// hasher makes and checks password hashes, a bounded number at a time.
type hasher struct {
	params argon2id.Params
	slots  chan struct{}
	dummy  string // checked for accounts that do not exist, so that both cost the same
}

func newHasher(c Cost) (*hasher, error) {
	if c == (Cost{}) {
		c = fullCost
	}
	h := &hasher{
		params: argon2id.Params{Memory: c.MemoryKiB, Iterations: c.Times, Parallelism: c.Lanes, SaltLength: 16, KeyLength: 32},
		slots:  make(chan struct{}, hashesAtOnce),
	}
	var err error
	h.dummy, err = argon2id.CreateHash(secret(), &h.params)
	return h, err
}

func (h *hasher) turn(ctx context.Context) (release func(), err error) {
	timer := time.NewTimer(hashWait)
	defer timer.Stop()
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-timer.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hasher) make(ctx context.Context, password string) (string, error) {
	release, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	hash, err := argon2id.CreateHash(norm.NFC.String(password), &h.params)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return hash, nil
}

// check compares while the caller holds a turn. An empty hash never matches
// but costs as much as any other.
func (h *hasher) check(password, hash string) (matches, outdated bool, err error) {
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	// Longer than any password there can be: hash a part, for the time's sake only.
	if len(password) > PasswordMax*utf8.UTFMax {
		password, known = password[:PasswordMax], false
	}
	ok, params, err := argon2id.CheckHash(norm.NFC.String(password), hash)
	if err != nil {
		return false, false, fmt.Errorf("check a password: %w", err)
	}
	return ok && known, *params != h.params, nil
}

// CheckPassword tells whether a new password will do; context words (the
// account's name and address, the office) must not make up most of it. The
// error is one of the ErrPassword refusals.
func CheckPassword(password string, context ...string) error {
	if !utf8.ValidString(password) || strings.ContainsRune(password, 0) {
		return ErrPasswordUnreadable
	}
	password = norm.NFC.String(password)
	switch n := utf8.RuneCountInString(password); {
	case n < PasswordMin:
		return ErrPasswordShort
	case n > PasswordMax:
		return ErrPasswordLong
	}
	if common(password) {
		return ErrPasswordCommon
	}
	if mostlyContext(password, context) {
		return ErrPasswordContext
	}
	return nil
}

// commonList holds the first four bytes of SHA-256 of 30,000 common passwords
// in lower case, sorted; see gencommon.go.
//
//go:embed common.bin
var commonList []byte

func listed(word string) bool {
	sum := sha256.Sum256([]byte(word))
	want := binary.BigEndian.Uint32(sum[:4])
	n := len(commonList) / 4
	i, j := 0, n
	for i < j {
		mid := i + (j-i)/2
		if binary.BigEndian.Uint32(commonList[mid*4:]) < want {
			i = mid + 1
		} else {
			j = mid
		}
	}
	return i < n && binary.BigEndian.Uint32(commonList[i*4:]) == want
}

var unleet = strings.NewReplacer("@", "a", "4", "a", "3", "e", "1", "i", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t")

// common tells whether a password is on the list, or is made from the list by
// the habits that guessers know: digits around it, letters swapped for signs,
// the same again, keys in a row.
func common(password string) bool {
	p := strings.ToLower(password)
	letters := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	added := utf8.RuneCountInString(p) - utf8.RuneCountInString(letters)
	candidates := []string{p, unleet.Replace(p), strip(p)}
	if added < 8 {
		candidates = append(candidates, letters, unleet.Replace(letters), strip(letters))
		// The end may be digits that unleet would read as letters: Passw0rd2024.
		body := strings.TrimRightFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
		candidates = append(candidates, unleet.Replace(body))
	}
	for _, c := range candidates {
		if utf8.RuneCountInString(c) >= 4 && (listed(c) || repeated(c)) {
			return true
		}
	}
	return inARow(p)
}

// strip keeps letters and digits only, so that words parted by signs are seen.
func strip(p string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, p)
}

// repeated tells whether the text is one short or common piece again and again.
func repeated(p string) bool {
	r := []rune(p)
	for unit := 1; unit <= len(r)/2; unit++ {
		same := true
		for i := unit; i < len(r); i++ {
			if r[i] != r[i%unit] {
				same = false
				break
			}
		}
		if same && (unit <= 6 || listed(string(r[:unit]))) {
			return true
		}
	}
	return false
}

const rows = "abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiopasdfghjklzxcvbnm 1qaz2wsx3edc4rfv5tgb6yhn7ujm 1q2w3e4r5t6y7u8i9o0p"

// inARow tells whether nearly every character follows its neighbour on the
// keyboard, in the alphabet or in counting, in either direction.
func inARow(p string) bool {
	r := []rune(p)
	steps := 0
	for i := 1; i < len(r); i++ {
		pair, back := string(r[i-1:i+1]), string([]rune{r[i], r[i-1]})
		if r[i] == r[i-1] || strings.Contains(rows, pair) || strings.Contains(rows, back) {
			steps++
		}
	}
	return steps*5 >= (len(r)-1)*4
}

// mostlyContext tells whether fewer than eight letters or digits are left once
// the words that anybody knows of the account are taken out.
func mostlyContext(password string, context []string) bool {
	left := strip(strings.ToLower(password))
	var words []string
	for _, text := range context {
		words = append(words, strings.FieldsFunc(strings.ToLower(norm.NFC.String(text)), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r)
		})...)
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	found := false
	for _, w := range words {
		if utf8.RuneCountInString(w) >= 3 && strings.Contains(left, w) {
			left, found = strings.ReplaceAll(left, w, ""), true
		}
	}
	return found && utf8.RuneCountInString(left) < 8
}
