package paper

import (
	"crypto/sha256"
	"encoding/binary"
)

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// CheckCode is a short code over the parts in their order, such as
// "7F3K-9QMX": the first 40 bits of SHA-256, in Crockford's base 32, which has
// no I, L, O or U. It shows that a record has changed since the print; it is
// too short to prove that nobody forged one.
func CheckCode(parts ...string) string {
	h := sha256.New()
	var size [8]byte
	for _, p := range parts {
		// The length goes first, so that "ab","c" and "a","bc" differ.
		binary.BigEndian.PutUint64(size[:], uint64(len(p)))
		h.Write(size[:])
		h.Write([]byte(p))
	}
	sum := h.Sum(nil)
	bits := binary.BigEndian.Uint64(sum[:8])
	out := make([]byte, 0, 9)
	for i := range 8 {
		if i == 4 {
			out = append(out, '-')
		}
		out = append(out, crockford[bits>>59])
		bits <<= 5
	}
	return string(out)
}
