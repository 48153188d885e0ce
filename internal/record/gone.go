package record

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"amparo/internal/form"
)

// going is all that an erasure takes away.
type going struct {
	sheets []*Sheet
	ids    []string
	roots  []*Sheet            // those that follow no other of them
	names  map[string][]string // what each goes by, by id
	files  []string
}

// called are the names of some of them.
func (g *going) called(ids []string) (list []string) {
	for _, id := range ids {
		list = append(list, g.names[id]...)
	}
	return list
}

func (g *going) has(id string) bool { return slices.Contains(g.ids, id) }

// going gathers the records, what was merged into them, and what belongs to them:
// by the link that puts it behind their gate, or because it lies in the case. It
// is asked with the program's eyes, since what nobody here may see belongs to them too.
func (tx *Tx) going(ids []string) (*going, error) {
	g := &going{names: map[string][]string{}}
	parent := map[string]bool{} // belongs to another that goes
	for len(ids) > 0 {
		var fresh []string
		for _, id := range ids {
			if !g.has(id) && !slices.Contains(fresh, id) {
				fresh = append(fresh, id)
			}
		}
		ids = nil
		for chunk := range slices.Chunk(fresh, 500) {
			g.ids = append(g.ids, chunk...)
			rows, err := flat(tx.query("SELECT id FROM head WHERE merged_into IN ? OR case_id IN ? AND id <> case_id", chunk, chunk))
			if err != nil {
				return nil, err
			}
			for _, k := range tx.book.kinds {
				if name := tx.book.sql[k.Name].follows; name != "" {
					more, err := flat(tx.query("SELECT h.id FROM tie t JOIN head h ON h.id = t.from_id WHERE t.to_id IN ? AND t.field = ? AND h.kind = ?", chunk, name, k.Name))
					if err != nil {
						return nil, err
					}
					rows = append(rows, more...)
				}
			}
			for _, r := range rows {
				if parent[r[0]] = true; !g.has(r[0]) {
					ids = append(ids, r[0])
				}
			}
		}
	}
	for _, k := range tx.book.kinds {
		for chunk := range slices.Chunk(g.ids, 500) {
			list, err := tx.load(k, "h.id IN ?", chunk)
			if err != nil {
				return nil, err
			}
			for _, s := range list {
				if k.Called != nil {
					g.names[s.Head.ID] = k.Called(s.Body)
					if s.Sealed() { // words may say who it is
						open, err := tx.load(k, "h.id = ?", s.Head.ID)
						if err != nil {
							return nil, err
						}
						if err := tx.unlock(open[0]); err != nil {
							return nil, err
						}
						g.names[s.Head.ID] = append(g.names[s.Head.ID], k.Called(open[0].Body)...)
					}
				}
				if k.Content != nil && k.Content(s.Body) != "" {
					g.files = append(g.files, k.Content(s.Body))
				}
				if g.sheets = append(g.sheets, s); !parent[s.Head.ID] {
					g.roots = append(g.roots, s)
				}
			}
		}
	}
	return g, nil
}

// whyNotErase names what others cannot do without: their link would be taken out
// although it must be filled. What a shared register holds is needed in rows too.
func (tx *Tx) whyNotErase(g *going) ([]Why, error) {
	register := slices.ContainsFunc(g.sheets, func(s *Sheet) bool { return s.Kind.Register })
	needed := func(k *Kind, path string) bool {
		fields, within := k.New().Fields(), false
		for name, rest, more := strings.Cut(path, "."); ; name, rest, more = strings.Cut(rest, ".") {
			f, ok := fields.Get(name)
			if !ok {
				return false
			}
			if !more {
				return f.Required && (!within || register)
			}
			fields, within = f.Template(), true
		}
	}
	limit, args := tx.scope()
	var refs []string
	for chunk := range slices.Chunk(g.ids, 500) {
		rows, err := flat(tx.query("SELECT h.id, h.ref, h.kind, t.field FROM tie t JOIN head h ON h.id = t.from_id WHERE t.to_id IN ? AND t.field NOT LIKE '@%' AND "+limit+" ORDER BY h.seq", append([]any{chunk}, args...)...))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if !g.has(r[0]) && needed(tx.book.Kind(r[2]), r[3]) && !slices.Contains(refs, r[1]) {
				refs = append(refs, r[1])
			}
		}
	}
	if len(refs) == 0 {
		return nil, nil
	}
	return []Why{{Code: "erase_needed", Args: []any{"refs", strings.Join(refs[:min(len(refs), 10)], ", ")}}}, nil
}

// closed are the ids of what goes by whose names may tell more than the record that
// was asked for tells: each that is closed by itself under its own, the rest under "".
func (g *going) closed(root *Sheet) map[string][]string {
	by := map[string][]string{}
	for _, s := range g.sheets {
		switch {
		case len(g.names[s.Head.ID]) == 0:
		case s.Sealed() || s.Head.Gate != "" && s.Head.Gate != root.Head.Gate:
			by[s.Head.ID] = []string{s.Head.ID}
		default:
			by[""] = append(by[""], s.Head.ID)
		}
	}
	return by
}

// leave takes the records out of account first, so that what others compute from
// them is computed without.
func (tx *Tx) leave(g *going) error {
	sys := tx.AsSystem("a record is erased")
	return sys.Together(func() error {
		for _, s := range g.sheets {
			if err := tx.exec("UPDATE head SET voided = 1 WHERE id = ?", s.Head.ID); err != nil {
				return err
			}
		}
		for _, s := range g.roots {
			if s.Head.Voided {
				continue
			}
			old := *s
			s.Head.Voided = true
			if err := sys.effects(&old, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// remove deletes all that is kept of the records but their heads, of which the ref stays.
func (tx *Tx) remove(g *going) error {
	if err := tx.indexTexts(); err != nil {
		return err
	}
	for _, s := range g.sheets {
		if s.Kind.Called != nil {
			if err := tx.forgetNames(s); err != nil {
				return err
			}
		}
		if err := tx.exec("DELETE FROM "+s.Kind.Table+" WHERE id = ?", s.Head.ID); err != nil {
			return err
		}
		if err := tx.exec("DELETE FROM head_text WHERE rowid = ?", s.Head.Seq); err != nil {
			return err
		}
		for _, about := range []string{"name LIKE '%/'||?", "name LIKE '%/'||?||'/%'", "name LIKE '%='||?", "name LIKE '%='||?||'&%'", `fields LIKE '%"'||?||'"%'`} {
			if err := tx.exec("DELETE FROM draft WHERE "+about, s.Head.Ref); err != nil {
				return err
			}
		}
		if err := tx.exec("UPDATE head SET title = ref, title_arab = '', sort = '', state = ?, merged_into = '', version = version + 1, updated_at = ?, updated_by = ? WHERE id = ?", Erased, Moment(tx.At), tx.Actor.ID, s.Head.ID); err != nil {
			return err
		}
	}
	if err := tx.mergeWords(); err != nil {
		return err
	}
	var rows [][2]string
	for _, p := range tx.book.Parts() {
		rows = append(rows, [2]string{p.Table, "record_id"})
	}
	for _, b := range tx.book.beside {
		rows = append(rows, [2]string{b.Table, b.Key})
	}
	rows = append(rows, [][2]string{{"tie", "from_id"}, {"likely_pair", "a_id"}, {"likely_pair", "b_id"}, {"not_same", "a_id"}, {"not_same", "b_id"},
		{"merging", "kept_id"}, {"merging", "gone_id"}, {"identity", "record_id"}, {"widening", "record_id"}}...)
	for chunk := range slices.Chunk(g.ids, 500) {
		for _, r := range rows {
			if err := tx.exec("DELETE FROM "+r[0]+" WHERE "+r[1]+" IN ?", chunk); err != nil {
				return err
			}
		}
		if err := tx.exec("UPDATE pass SET reason = '' WHERE gate IN ?", chunk); err != nil {
			return err
		}
		if err := tx.exec("DELETE FROM erasure WHERE record_id IN ? AND erased_at = '' AND record_id <> ?", chunk, g.ids[0]); err != nil {
			return err
		}
		for _, id := range chunk {
			if err := tx.put("INSERT INTO erased (record_id, by_record) VALUES (?,?)", id, g.ids[0]); err != nil {
				return err
			}
		}
	}
	return nil
}

// unlink takes the links to what is gone out of all others; rows of which the link
// is what they are about go with it.
func (tx *Tx) unlink(g *going) ([]string, error) {
	sys := tx.AsSystem("links to an erased record")
	byKind, pieces, kinds := map[string][]string{}, map[string]map[string]bool{}, map[string]string{}
	var touched []string
	for chunk := range slices.Chunk(g.ids, 500) {
		rows, err := flat(tx.query("SELECT DISTINCT t.from_id, h.kind, t.field, t.row_id, h.seq FROM tie t JOIN head h ON h.id = t.from_id WHERE t.to_id IN ? ORDER BY h.seq", chunk))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			kinds[r[0]] = r[1]
			if part, ok := strings.CutPrefix(r[2], "@"); ok {
				part, _, _ = strings.Cut(part, ".")
				if pieces[r[0]] == nil {
					pieces[r[0]] = map[string]bool{}
				}
				pieces[r[0]][part+" "+r[3]] = true
			} else if !slices.Contains(byKind[r[1]], r[0]) {
				byKind[r[1]] = append(byKind[r[1]], r[0])
			}
		}
	}
	err := sys.Together(func() error {
		for _, kind := range slices.Sorted(maps.Keys(byKind)) {
			if err := tx.others(kind, byKind[kind], func(s *Sheet) error { return tx.unlinked(s, g) }); err != nil {
				return err
			}
		}
		for _, id := range slices.Sorted(maps.Keys(pieces)) {
			s, err := sys.ByID(kinds[id], id)
			if err != nil {
				return err
			}
			for _, one := range slices.Sorted(maps.Keys(pieces[id])) {
				part, row, _ := strings.Cut(one, " ")
				if err := tx.unlinkPiece(s, part, row, g); err != nil {
					return err
				}
			}
			if err := sys.ripple(s); err != nil {
				return err
			}
		}
		return nil
	})
	for id := range kinds {
		touched = append(touched, id)
	}
	slices.Sort(touched)
	return touched, err
}

func (tx *Tx) unlinked(s *Sheet, g *going) error {
	old := *s
	var changes []form.Change
	for _, f := range s.Fields() {
		was := f.Keep()
		now := g.out(f, was)
		if string(now) == string(was) {
			continue
		}
		f.Restore(now)
		changes = append(changes, form.Change{Field: f.Name, Before: g.told(string(was))})
	}
	if len(changes) == 0 {
		return nil
	}
	if _, _, err := tx.fillRefs([]*Sheet{s}); err != nil {
		return err
	}
	return tx.keepLinks(s, &old, "unlink", changes)
}

func (tx *Tx) unlinkPiece(s *Sheet, part, id string, g *going) error {
	p := tx.book.parts[part]
	list, err := tx.AsSystem("links to an erased record").pieces(p, "record_id = ? AND id = ?", s.Head.ID, id)
	if err != nil || len(list) == 0 {
		return err
	}
	fields := list[0].Body.Fields()
	var changes []form.Change
	for _, f := range fields {
		was := f.Keep()
		if now := g.out(f, was); string(now) != string(was) {
			f.Restore(now)
			changes = append(changes, form.Change{Field: p.Name + "." + f.Name, Before: g.told(string(was))})
		}
	}
	if err := tx.keepPiece(p, s.Head.ID, id, fields); err != nil {
		return err
	}
	return tx.trail(s.Head, "unlink", "", "", changes)
}

// out gives the stored value of a field without links to what is gone.
func (g *going) out(f form.Field, raw json.RawMessage) json.RawMessage {
	empty := json.RawMessage("null")
	switch f.Type {
	case form.Link:
		var id string
		if json.Unmarshal(raw, &id) == nil && g.has(id) {
			return empty
		}
	case form.Links:
		var ids []string
		_ = json.Unmarshal(raw, &ids)
		if n := len(ids); n > 0 {
			if ids = slices.DeleteFunc(ids, g.has); len(ids) == 0 {
				return empty
			} else if len(ids) < n {
				raw, _ = json.Marshal(ids)
			}
		}
	case form.Group:
		rows := rowsOf(raw)
		if len(rows) == 0 {
			return raw
		}
		changed := false
		rows = slices.DeleteFunc(rows, func(row map[string]json.RawMessage) bool {
			for _, sub := range f.Template() {
				was, ok := row[sub.Name]
				if !ok {
					continue
				}
				now := g.out(sub, was)
				if string(now) == string(was) {
					continue
				}
				changed = true
				if string(now) == "null" && sub.Required {
					return true
				}
				if row[sub.Name] = now; string(now) == "null" {
					delete(row, sub.Name)
				}
			}
			return false
		})
		if changed {
			if raw, _ = json.Marshal(rows); len(rows) == 0 {
				return empty
			}
		}
	}
	return raw
}

// told are the refs of what is gone that a stored value pointed at, for the history;
// who reads it need not be let into what is closed.
func (g *going) told(raw string) any {
	var refs []any
	for _, s := range g.sheets {
		if !s.Head.Restricted() && strings.Contains(raw, s.Head.ID) {
			refs = append(refs, s.Head.Ref)
		}
	}
	if len(refs) == 0 {
		return nil
	}
	return refs
}

// emptyOwn empties the history of what is gone.
func (tx *Tx) emptyOwn(g *going) error {
	for _, s := range g.sheets {
		rows, err := flat(tx.query("SELECT n FROM trail WHERE record_id = ? ORDER BY n", s.Head.ID))
		if err != nil {
			return err
		}
		lines := make([]int64, len(rows))
		for i, r := range rows {
			lines[i] = number(r[0])
		}
		if err := tx.empty(s.Head, lines); err != nil {
			return err
		}
	}
	return nil
}

// empty empties entries of a record's history, and writes the one that says which
// they were, with a hash over theirs.
func (tx *Tx) empty(h Head, lines []int64) error {
	sum := sha256.New()
	for _, n := range lines {
		hash := ""
		if err := tx.one([]any{&hash}, "SELECT payload_hash FROM trail WHERE n = ?", n); err != nil {
			return err
		}
		fmt.Fprintln(sum, hash)
		if err := tx.exec("UPDATE trail_payload SET salt = '', note = '', changes = '' WHERE n = ?", n); err != nil {
			return err
		}
	}
	return tx.trail(h, erasing, "", "", []form.Change{{Field: "entries", After: lines}, {Field: "sha256", After: hex.EncodeToString(sum.Sum(nil))}})
}

// erasedBy are the entries that an erasing one says were emptied.
func erasedBy(changes string) []int64 {
	var list []struct {
		Field string
		After json.RawMessage
	}
	var lines []int64
	if json.Unmarshal([]byte(changes), &list) != nil {
		return nil
	}
	for _, c := range list {
		if c.Field == "entries" {
			_ = json.Unmarshal(c.After, &lines)
		}
	}
	return lines
}

// pairActs write into the history of another record what was said of the two.
var pairActs = []string{"merge", "merge_into", "unmerge", "not_same", "perhaps_same"}

// emptyOthers empties what other records' history says of what is gone: what they
// took over from it in a merge that was taken back, and where two people have seen
// that it is named.
func (tx *Tx) emptyOthers(g *going, named []Place, histories []string, went *Went) error {
	lines := map[string][]int64{}
	for _, p := range named {
		for _, n := range p.Lines {
			if slices.Contains(histories, p.Record.ID) && !slices.Contains(lines[p.Record.ID], n) {
				lines[p.Record.ID] = append(lines[p.Record.ID], n)
			}
		}
	}
	for _, s := range g.sheets {
		rows, err := flat(tx.query("SELECT t.record_id, t.n FROM trail t JOIN trail_payload p ON p.n = t.n WHERE t.action IN ? AND (p.note = ? OR p.note LIKE ?)", pairActs, s.Head.Ref, s.Head.Ref+":%"))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if n := number(r[1]); !g.has(r[0]) && !slices.Contains(lines[r[0]], n) {
				lines[r[0]] = append(lines[r[0]], n)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(lines)) {
		if len(lines[id]) == 0 {
			continue
		}
		slices.Sort(lines[id])
		var h Head
		if err := tx.one(h.dests(), "SELECT "+headColumns+" FROM head h WHERE h.id = ?", id); err != nil {
			return err
		}
		went.Others[id] = len(lines[id])
		if err := tx.empty(h, lines[id]); err != nil {
			return err
		}
	}
	return nil
}

func number(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64) // columns of whole numbers
	return n
}
