package cases

import (
	"encoding/json"
	"slices"
	"strconv"
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"

	"amparo/internal/record"
)

// Round is what was under review once.
type Round struct {
	N      int
	At, By string // RFC 3339; account id
	Blocks []Block
}

// Rounds lists what was submitted for review, oldest first.
func Rounds(tx *record.Tx, s *record.Sheet) ([]Round, error) {
	rows, err := tx.Rows("SELECT ar.n, ar.at, ar.by_id, ar.text FROM appeal_round ar JOIN head h ON h.id = ar.appeal_id WHERE h.id = ? AND %SCOPE% ORDER BY ar.n", s.Head.ID)
	var list []Round
	for _, r := range rows {
		one := Round{At: r[1], By: r[2]}
		one.N, _ = strconv.Atoi(r[0])
		if err := json.Unmarshal([]byte(r[3]), &one.Blocks); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, err
}

// Altered is one block that differs between two rounds.
type Altered struct {
	Block
	Was   Block // zero: it is new; Block zero but for its key: it was taken out
	Words []Edit
}

// Edit is a stretch of words that stayed, went (-1) or came (1).
type Edit struct {
	Text string
	Op   int
}

// Since compares what is under review now with what was before, block by block;
// what is the same is left out.
func Since(before, now []Block) []Altered {
	var list []Altered
	was := map[string]Block{}
	for _, b := range before {
		was[b.Key] = b
	}
	same := func(a, b Block) bool {
		return a.Text == b.Text && slices.Equal(a.IDs, b.IDs) && slices.Equal(a.More, b.More)
	}
	for _, b := range now {
		old, there := was[b.Key]
		if there && same(old, b) {
			continue
		}
		list = append(list, Altered{Block: b, Was: old, Words: Differ(old.Text, b.Text)})
	}
	for _, b := range before {
		if !slices.ContainsFunc(now, func(n Block) bool { return n.Key == b.Key }) {
			list = append(list, Altered{Block: Block{Key: b.Key}, Was: b, Words: Differ(b.Text, "")})
		}
	}
	return list
}

// Differ compares two texts word by word. The library compares letters, so every
// word becomes a letter of an alphabet of its own.
func Differ(before, now string) []Edit {
	letters, words := map[string]rune{}, map[rune]string{}
	spell := func(text string) []rune {
		var out []rune
		for _, w := range pieces(text) {
			if letters[w] == 0 {
				r := rune(len(letters) + 1)
				if r >= 0xD800 {
					r += 0x800 // halves of pairs are no letters
				}
				letters[w], words[r] = r, w
			}
			out = append(out, letters[w])
		}
		return out
	}
	old, new := spell(before), spell(now)
	var list []Edit
	for _, d := range diffmatchpatch.New().DiffMainRunes(old, new, false) {
		e := Edit{Op: int(d.Type)}
		for _, r := range d.Text {
			e.Text += words[r]
		}
		list = append(list, e)
	}
	return list
}

// pieces cuts a text into words, each with the space that follows it.
func pieces(text string) []string {
	var list []string
	start, space := 0, false
	for i, r := range text {
		if unicode.IsSpace(r) {
			space = true
		} else if space {
			list = append(list, text[start:i])
			start, space = i, false
		}
	}
	if rest := text[start:]; rest != "" {
		list = append(list, rest)
	}
	return list
}
