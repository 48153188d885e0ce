package record

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Anchor is where the history ended at a moment. It is kept outside, where who
// can change the records cannot change it, and shows later whether the history
// up to there is still the same. Mark shows that the anchor itself is.
type Anchor struct {
	N    int64  `json:"n"`
	Hash string `json:"hash"`
	At   string `json:"at"` // when the anchor was taken
	Mark string `json:"mark"`
}

// String is the anchor as it is kept: one line of JSON.
func (a Anchor) String() string {
	text, err := json.Marshal(a)
	if err != nil {
		panic("record: " + err.Error()) // plain values always marshal
	}
	return string(text)
}

// NotOurs says that a line is no anchor of these records.
type NotOurs struct{ Line int }

func (e *NotOurs) Error() string {
	return fmt.Sprintf("line %d is not an anchor of these records", e.Line)
}

// Anchor takes an anchor of the history as it ends now.
func (b *Book) Anchor(ctx context.Context) (Anchor, error) {
	a := Anchor{At: Moment(b.now())}
	if err := b.db.Read(ctx).Raw("SELECT n, hash FROM chain WHERE id = 1").Row().Scan(&a.N, &a.Hash); err != nil {
		return a, fmt.Errorf("read the end of the history: %w", err)
	}
	a.Mark = b.mark(a)
	return a, nil
}

func (b *Book) mark(a Anchor) string {
	m := hmac.New(sha256.New, b.anchorKey)
	fmt.Fprintf(m, "%d\x00%s\x00%s", a.N, a.Hash, a.At)
	return hex.EncodeToString(m.Sum(nil))
}

// Anchors reads anchors, one a line, in any order. A line that is no anchor of
// these records is an error of type NotOurs.
func (b *Book) Anchors(r io.Reader) ([]Anchor, error) {
	var list []Anchor
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		var a Anchor
		if err := json.Unmarshal([]byte(text), &a); err != nil || !hmac.Equal([]byte(a.Mark), []byte(b.mark(a))) {
			return nil, &NotOurs{n}
		}
		list = append(list, a)
	}
	return list, lines.Err()
}

// Flaw is what is wrong with an entry of the history.
type Flaw string

// What can be wrong with the first entry that is not whole.
const (
	Changed   Flaw = "changed"   // it does not follow from the one before, or says something else than it said
	Missing   Flaw = "missing"   // there was one, and it is gone
	Added     Flaw = "added"     // there is one that was never written
	Rewritten Flaw = "rewritten" // whole in itself, but another history than the anchor saw
)

// Verdict is what a walk over the whole history found.
type Verdict struct {
	Lines  int64 // entries there are
	Broken int64 // the first that is not whole, 0 when all are
	Flaw   Flaw
	// Since is the last entry before the broken one that an anchor vouches for. Of
	// a history that was written anew only this is known: it was the same up to here.
	Since int64
	// Last is the last anchor that fits, the zero Anchor when there is none.
	Last Anchor
}

func (v Verdict) broken(n int64, f Flaw) Verdict { v.Broken, v.Flaw = n, f; return v }

// Verify walks the whole history and gives the number of the first line that
// is not whole, 0 when all are.
func (b *Book) Verify(ctx context.Context) (lines, broken int64, err error) {
	v, err := b.Walk(ctx)
	return v.Lines, v.Broken, err
}

// Walk goes through the whole history and holds it against anchors that were
// kept outside. It sees one moment, whoever writes meanwhile.
func (b *Book) Walk(ctx context.Context, anchors ...Anchor) (v Verdict, err error) {
	anchors = slices.Clone(anchors)
	slices.SortFunc(anchors, func(a, b Anchor) int { return int(a.N - b.N) })
	end := Anchor{}
	rows, err := b.db.Query(ctx, `SELECT c.n, c.hash, t.n, t.at, t.actor, t.record_id, t.action, t.move, t.version, t.payload_hash, t.hash, p.salt, p.note, p.changes
		FROM chain c LEFT JOIN trail t ON 1 = 1 LEFT JOIN trail_payload p ON p.n = t.n WHERE c.id = 1 ORDER BY t.n`)
	if err != nil {
		return v, fmt.Errorf("read the history: %w", err)
	}
	defer rows.Close()
	last, found, fitting := "", Verdict{}, []Anchor(nil)
	emptied := map[int64]string{} // entries that were emptied, and of which record
	for rows.Next() {
		var n *int64
		var version *int
		var at, actor, record, action, move, payload, hash, salt, note, changes *string
		if err := rows.Scan(&end.N, &end.Hash, &n, &at, &actor, &record, &action, &move, &version, &payload, &hash, &salt, &note, &changes); err != nil {
			return v, fmt.Errorf("read the history: %w", err)
		}
		if n == nil { // no entry at all
			break
		}
		v.Lines++
		if found.Broken != 0 {
			continue // only how many there are is still to be told
		}
		erased := salt == nil || *salt == ""
		switch {
		case *n < v.Lines:
			found = v.broken(max(*n, 1), Added)
		case *n > v.Lines:
			found = v.broken(v.Lines, Missing)
		case *hash != lineHash(last, *n, *at, *actor, *record, *action, *move, *version, *payload),
			!erased && *payload != payloadHash(*salt, *note, *changes):
			found = v.broken(*n, Changed)
		}
		switch {
		case erased && found.Broken == 0:
			emptied[*n] = *record
		case *action == erasing:
			for _, one := range erasedBy(*changes) {
				if emptied[one] == *record {
					delete(emptied, one)
				}
			}
		}
		last = *hash
		for len(anchors) > 0 && anchors[0].N <= *n && found.Broken == 0 {
			if anchors[0].N == *n && anchors[0].Hash != *hash {
				found = v.broken(*n, Rewritten)
				break
			}
			fitting, anchors = append(fitting, anchors[0]), anchors[1:]
		}
	}
	if err := rows.Err(); err != nil {
		return v, fmt.Errorf("read the history: %w", err)
	}
	if found.Broken == 0 {
		found = v.ending(end, last, anchors)
	}
	// What an entry said may be emptied, but only when a later entry says that of this very one.
	for n := range emptied {
		if found.Broken == 0 || n < found.Broken {
			found = found.broken(n, Changed)
		}
	}
	found.Lines = v.Lines
	for _, a := range fitting {
		if found.Broken == 0 || a.N < found.Broken {
			found.Since, found.Last = a.N, a
		}
	}
	return found, nil
}

// ending compares the last entry with where the history says that it ends, and
// with anchors that have seen it longer.
func (v Verdict) ending(end Anchor, last string, unseen []Anchor) Verdict {
	switch {
	case end.N > v.Lines, len(unseen) > 0 && unseen[0].N > v.Lines:
		return v.broken(v.Lines+1, Missing)
	case end.N < v.Lines:
		return v.broken(end.N+1, Added)
	case end.Hash != last:
		return v.broken(v.Lines, Changed)
	}
	return v
}
