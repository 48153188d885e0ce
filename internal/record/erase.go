package record

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"amparo/internal/auth"
	"amparo/internal/form"
)

// Erasing takes the words of a record out of everything that is on file: the one
// act that cannot be taken back, and the only one that takes something away. One
// supervisor asks, another agrees. What stays is the ref, that it was erased and
// when; the history keeps who did what on which day, with nothing of what it said.

// Erased is the state of what is left of an erased record.
const Erased = "erased"

// erasing is the action of the entry that says which earlier ones of the same
// record were emptied.
const erasing = "erase"

// AskedBy are those on whose request a record is erased.
var AskedBy = []string{"self", "family", "lawyer", "court", "office"}

// Erasing is what somebody asks to have erased.
type Erasing struct {
	AskedBy, Reason string
	BackupsUntil    string // day until when copies that still hold it are kept
	// With are refs of records that go too; Histories those whose history is
	// emptied where it names the record.
	With, Histories []string
}

// Beside is a table of a room beside the records: its rows go with the record
// whose id stands in Key. Words is a column that holds what somebody wrote.
type Beside struct{ Table, Key, Words string }

// Beside registers tables of rooms whose rows go with a record that is erased.
func (b *Book) Beside(tables ...Beside) { b.beside = append(b.beside, tables...) }

// Erasure is a record that is to be erased, or was.
type Erasure struct {
	Record          form.Ref
	AskedBy, Reason string
	BackupsUntil    string
	With, Histories []string // ids
	By, Second      form.Ref
	At              string
	ErasedAt        string // "" while it waits for the second person
	CleanedAt       string // when files and freed space were overwritten, "" while that is still to come
	Went            Went
	Before, After   Anchor
}

// Went is what an erasure took away, by ids and numbers: never a word of it. Its
// reader is told of the records within his scope alone, their sums included.
type Went struct {
	Records  []string           `json:"records"`
	Counts   map[string]Counted `json:"counts"` // by record
	Others   map[string]int     `json:"others"` // entries of others' history that were emptied, by id
	Unlinked []string           `json:"unlinked"`
	// Named is where words named them still; refs and titles are read anew. What is
	// found by the names of a closed record stands under its id, the rest under "".
	Named map[string][]Place `json:"named"`

	Counted  `json:"-"`
	Left     []Place `json:"-"`
	Handouts int     `json:"-"`
}

// Counted is what hangs on records that go, or went.
type Counted struct {
	Pieces map[string]int `json:"pieces"` // rows by part
	Lines  int            `json:"lines"`  // entries of their history
	Files  int            `json:"files"`
}

func (c *Counted) add(more Counted) {
	if c.Pieces == nil {
		c.Pieces = map[string]int{}
	}
	for name, n := range more.Pieces {
		c.Pieces[name] += n
	}
	c.Lines, c.Files = c.Lines+more.Lines, c.Files+more.Files
}

// Plan is what an erasure would take away, as one actor sees it.
type Plan struct {
	Records []form.Ref // the record, what was merged into it and what belongs to it
	Counted
	Linked   []form.Ref // lose their link to it
	Also     []form.Ref // could go with it
	Places   []Place    // whose words or history name it
	Handouts int
	Seen     string // stands for all of this; who agrees sends it back
}

// mayErase holds who may ask for an erasure, or agree to one: who leads the office
// and sees the record for good.
func (tx *Tx) mayErase(s *Sheet) error {
	if !tx.Actor.May(auth.Lead) {
		return ErrForbidden
	}
	if err := tx.mayWrite(s.Kind); err != nil {
		return err
	}
	if merged, err := tx.isMerged(s); err != nil || merged {
		return cmp.Or[error](err, &NotOpen{Move: "erase", Why: []Why{{Code: "merged"}}})
	}
	if ok, err := tx.lasting(s); err != nil || !ok {
		return cmp.Or(err, ErrForbidden)
	}
	return nil
}

// AskErase asks a second person to agree that a record is erased.
func (tx *Tx) AskErase(s *Sheet, version int, e Erasing) error {
	if err := tx.mayErase(s); err != nil {
		return err
	}
	if s.Head.Version != version {
		return tx.stale(s)
	}
	problems := needed("reason", e.Reason, mostReason)
	if !slices.Contains(AskedBy, e.AskedBy) {
		problems = append(problems, form.Problem{Field: "asked_by", Code: "required"})
	}
	if !form.IsDay(e.BackupsUntil) {
		problems = append(problems, form.Problem{Field: "backups_until", Code: "erase_day"})
	}
	with, wrong, err := tx.idsOf("with", e.With)
	if err != nil {
		return err
	}
	histories, more, err := tx.idsOf("histories", e.Histories)
	if err != nil {
		return err
	}
	problems = append(append(problems, wrong...), more...)
	set, err := tx.AsSystem("what belongs to a record").going(append([]string{s.Head.ID}, with...))
	if err != nil {
		return err
	}
	known, unknown, err := tx.known(set)
	if err != nil {
		return err
	}
	if len(unknown) > 0 {
		return &NotOpen{Move: "erase", Why: []Why{{Code: "erase_sealed", Args: []any{"refs", strings.Join(unknown, ", ")}}}}
	}
	if calledAs(set.called(known)).in(e.Reason) { // the certificate keeps it; an answer about others would tell their names
		problems = append(problems, form.Problem{Field: "reason", Code: "names_record"})
	}
	if err := problems.Or(); err != nil {
		return err
	}
	if why, err := tx.whyNotErase(set); err != nil {
		return err
	} else if len(why) > 0 {
		return &NotOpen{Move: "erase", Why: why}
	}
	done, err := tx.run("INSERT INTO erasure (record_id, asked_by, reason, also, histories, backups_until, by_id, at) VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (record_id) DO NOTHING",
		s.Head.ID, e.AskedBy, strings.TrimSpace(e.Reason), strings.Join(with, "\n"), strings.Join(histories, "\n"), e.BackupsUntil, tx.Actor.ID, Moment(tx.At))
	if err != nil {
		return err
	}
	if done == 0 {
		return &NotOpen{Move: "erase", Why: []Why{{Code: "erasure_waits"}}}
	}
	return tx.trail(s.Head, "erase_ask", "", e.Reason, nil)
}

// known are the ids of what goes and is within scope; unknown the refs of those of
// them who are sealed, and the actor does not know who they are.
func (tx *Tx) known(g *going) (ids, unknown []string, err error) {
	heads, err := tx.heads(keys(g.ids))
	if err != nil {
		return nil, nil, err
	}
	for _, s := range g.sheets {
		if _, ok := heads[s.Head.ID]; !ok {
			continue
		}
		if s.Sealed() {
			if ok, err := tx.holds(s.Head.ID, ByName); err != nil {
				return nil, nil, err
			} else if !ok {
				unknown = append(unknown, s.Head.Ref)
				continue
			}
		}
		ids = append(ids, s.Head.ID)
	}
	return ids, unknown, nil
}

func keys(ids []string) map[string]bool {
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// idsOf finds what refs mean, within scope.
func (tx *Tx) idsOf(field string, refs []string) (ids []string, problems form.Problems, err error) {
	for _, ref := range refs {
		found, err := tx.find(strings.ToUpper(strings.TrimSpace(ref)), Erased)
		if err == ErrNotFound {
			problems = append(problems, form.Problem{Field: field, Code: "not_found", Args: []any{"what", ref}})
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		ids = append(ids, found.ID)
	}
	return ids, problems, nil
}

// KeepOnFile takes back that a record is to be erased; who asked for it may do so too.
func (tx *Tx) KeepOnFile(s *Sheet) error {
	if err := tx.mayErase(s); err != nil {
		return err
	}
	done, err := tx.run("DELETE FROM erasure WHERE record_id = ? AND erased_at = ''", s.Head.ID)
	if err != nil || done == 0 {
		return cmp.Or(err, ErrNotFound)
	}
	return tx.trail(s.Head, "erase_refuse", "", "", nil)
}

// PlanErase tells what an erasure would take away, with records that go too and
// those whose history is emptied where it names it; why says what stands against it.
func (tx *Tx) PlanErase(s *Sheet, with, histories []string) (p Plan, why []Why, err error) {
	if err := tx.mayErase(s); err != nil {
		return p, nil, err
	}
	sys := tx.AsSystem("what belongs to a record")
	g, err := sys.going(append([]string{s.Head.ID}, with...))
	if err != nil {
		return p, nil, err
	}
	if why, err = tx.whyNotErase(g); err != nil {
		return p, nil, err
	}
	seen := sha256.New()
	heads, err := tx.Titles(g.ids...)
	if err != nil {
		return p, nil, err
	}
	var told []string // what is told of: the rest does not exist for the actor
	for _, one := range g.sheets {
		if ref := heads[one.Head.ID]; ref.ID != "" {
			p.Records, told = append(p.Records, ref), append(told, ref.ID)
			fmt.Fprintf(seen, "%s %d\n", one.Head.ID, one.Head.Version)
		}
	}
	for _, id := range histories {
		fmt.Fprintln(seen, id)
	}
	counts, err := tx.counted(g, told)
	if err != nil {
		return p, nil, err
	}
	for _, one := range counts {
		p.add(one)
	}
	if p.Handouts, err = tx.handoutsOf(told); err != nil {
		return p, nil, err
	}
	linked, also := map[string]bool{}, map[string]bool{}
	for chunk := range slices.Chunk(told, 500) {
		rows, err := flat(tx.query("SELECT from_id, 'from' FROM tie WHERE to_id IN ? UNION SELECT to_id, 'to' FROM tie WHERE from_id IN ?", chunk, chunk))
		if err != nil {
			return p, nil, err
		}
		for _, r := range rows {
			if !g.has(r[0]) {
				also[r[0]], linked[r[0]] = true, linked[r[0]] || r[1] == "from"
			}
		}
	}
	others, err := tx.heads(also)
	if err != nil {
		return p, nil, err
	}
	for _, id := range slices.SortedFunc(maps.Keys(others), func(a, b string) int { return int(others[a].Seq - others[b].Seq) }) {
		h := others[id]
		tx.glimpsed(h)
		ref := h.ref()
		if linked[id] {
			p.Linked = append(p.Linked, ref)
		}
		if k := tx.book.Kind(h.Kind); !k.IsCase && !k.Register && h.Kind != s.Head.Kind && h.State != Erased {
			p.Also = append(p.Also, ref)
		}
	}
	if !s.Sealed() || s.opened || slices.ContainsFunc(g.roots, func(r *Sheet) bool { return r.Head.ID != s.Head.ID }) {
		p.Places, err = tx.placesNaming(tx.namesTold(s, g), g.ids)
	}
	p.Seen = hex.EncodeToString(seen.Sum(nil))
	return p, why, err
}

// namesTold are the names that the actor may know of.
func (tx *Tx) namesTold(s *Sheet, g *going) []string {
	list := s.NamesOf()
	for _, one := range g.sheets {
		if one.Head.ID != s.Head.ID && (one.Head.Gate == "" || one.Head.Gate == s.Head.Gate) {
			list = append(list, one.NamesOf()...)
		}
	}
	return list
}

// placesNaming finds where words and history name somebody.
func (tx *Tx) placesNaming(list, but []string) ([]Place, error) {
	found, err := tx.Named(list, but...)
	if err != nil {
		return nil, err
	}
	lines, err := tx.linesNaming(list, but...)
	if err != nil {
		return nil, err
	}
	all := places{}
	for _, one := range append(found, lines...) {
		at := all.at([]string{one.head.ID, one.head.Ref, one.head.Kind, one.head.Title, one.head.CaseID, one.head.Gate})
		at.Fields, at.Lines = append(at.Fields, one.Fields...), append(at.Lines, one.Lines...)
	}
	return all.list(tx, but), nil
}

// counted are what hangs on some of the records that go, by id.
func (tx *Tx) counted(g *going, ids []string) (map[string]Counted, error) {
	counts := map[string]Counted{}
	add := func(table string, to func(c *Counted, n int)) error {
		for chunk := range slices.Chunk(ids, 500) {
			rows, err := flat(tx.query("SELECT record_id, COUNT(*) FROM "+table+" WHERE record_id IN ? GROUP BY record_id", chunk))
			if err != nil {
				return err
			}
			for _, r := range rows {
				c := counts[r[0]]
				to(&c, int(number(r[1])))
				counts[r[0]] = c
			}
		}
		return nil
	}
	for _, p := range tx.book.Parts() {
		if err := add(p.Table, func(c *Counted, n int) { c.add(Counted{Pieces: map[string]int{p.Name: n}}) }); err != nil {
			return nil, err
		}
	}
	if err := add("trail", func(c *Counted, n int) { c.Lines += n }); err != nil {
		return nil, err
	}
	for _, s := range g.sheets {
		if k := s.Kind; k.Content != nil && k.Content(s.Body) != "" && slices.Contains(ids, s.Head.ID) {
			c := counts[s.Head.ID]
			c.Files++
			counts[s.Head.ID] = c
		}
	}
	return counts, nil
}

// Erase is the second person's word: the record is gone. seen is Plan.Seen of what
// he agreed to.
func (tx *Tx) Erase(s *Sheet, seen string) error {
	if err := tx.mayErase(s); err != nil {
		return err
	}
	e, err := tx.ErasureOf(s.Head.ID)
	if err != nil {
		return err
	}
	if e.By.ID == tx.Actor.ID {
		return ErrForbidden
	}
	p, why, err := tx.PlanErase(s, e.With, e.Histories)
	if err != nil {
		return err
	}
	if len(why) > 0 {
		return &NotOpen{Move: "erase", Why: why}
	}
	if p.Seen != seen {
		return tx.stale(s)
	}
	sys := tx.AsSystem("a record is erased")
	g, err := sys.going(append([]string{s.Head.ID}, e.With...))
	if err != nil {
		return err
	}
	went := Went{Records: g.ids, Others: map[string]int{}, Named: map[string][]Place{}}
	if went.Counts, err = sys.counted(g, g.ids); err != nil {
		return err
	}
	before := Anchor{N: tx.work.line, Hash: tx.work.hash}
	if before.N == 0 {
		if err := tx.one([]any{&before.N, &before.Hash}, "SELECT n, hash FROM chain WHERE id = 1"); err != nil {
			return err
		}
	}
	if err := tx.leave(g); err != nil {
		return err
	}
	if err := tx.remove(g); err != nil {
		return err
	}
	if went.Unlinked, err = tx.unlink(g); err != nil {
		return err
	}
	var named []Place
	for of, ids := range g.closed(s) {
		places, err := sys.placesNaming(g.called(ids), g.ids)
		if err != nil {
			return err
		}
		named = append(named, places...)
		for _, p := range places {
			p.Record = form.Ref{ID: p.Record.ID}
			if len(p.Fields) > 0 || len(p.Lines) > 0 && !slices.Contains(e.Histories, p.Record.ID) {
				went.Named[of] = append(went.Named[of], p)
			}
		}
	}
	if err := tx.emptyOwn(g); err != nil {
		return err
	}
	if err := tx.emptyOthers(g, named, e.Histories, &went); err != nil {
		return err
	}
	told, err := json.Marshal(went)
	if err != nil {
		return err
	}
	return tx.exec("UPDATE erasure SET second_id = ?, erased_at = ?, told = ?, before_n = ?, before_hash = ?, after_n = ?, after_hash = ?, files = ? WHERE record_id = ?",
		tx.Actor.ID, Moment(tx.At), string(told), before.N, before.Hash, tx.work.line, tx.work.hash, strings.Join(g.files, "\n"), s.Head.ID)
}

// tell leaves of what went what the reader may know of, and sums it up.
func (tx *Tx) tell(list []Erasure) error {
	all := map[string]bool{}
	for _, e := range list {
		maps.Copy(all, keys(e.Went.Records))
	}
	heads, err := tx.heads(all)
	if err != nil {
		return err
	}
	for i := range list {
		w := &list[i].Went
		w.Records = slices.DeleteFunc(w.Records, func(id string) bool { return heads[id].ID == "" })
		left := places{}
		for _, id := range append([]string{""}, w.Records...) {
			w.add(w.Counts[id])
			if ok, err := tx.knows(heads[id]); err != nil {
				return err
			} else if !ok {
				continue
			}
			for _, p := range w.Named[id] {
				at := left.at([]string{p.Record.ID, "", "", "", "", ""})
				at.Fields, at.Lines = append(at.Fields, p.Fields...), append(at.Lines, p.Lines...)
			}
		}
		w.Left = left.list(tx, nil)
	}
	return nil
}

// ErasureOf gives what is asked or was done about a record, by its id. ErrNotFound
// where there is nothing, or where the actor may not see the record.
func (tx *Tx) ErasureOf(id string) (*Erasure, error) {
	list, err := tx.erasures("e.record_id = ?", id)
	if err != nil || len(list) == 0 {
		return nil, cmp.Or(err, ErrNotFound)
	}
	return &list[0], nil
}

// Erasures lists those that wait and those that were done, newest first, within scope.
func (tx *Tx) Erasures() ([]Erasure, error) { return tx.erasures("1 = 1") }

// ErasuresToDecide lists those that wait for the actor's word as the second person.
func (tx *Tx) ErasuresToDecide() ([]Erasure, error) {
	if !tx.Actor.May(auth.Lead) {
		return nil, nil
	}
	return tx.erasures("e.erased_at = '' AND e.by_id <> ?", tx.Actor.ID)
}

func (tx *Tx) erasures(where string, args ...any) ([]Erasure, error) {
	rows, err := tx.Rows(`SELECT h.id, h.ref, h.kind, h.title, e.asked_by, e.reason, e.also, e.histories, e.by_id, e.second_id, e.at, e.erased_at, e.cleaned_at, e.told,
		e.before_n, e.before_hash, e.after_n, e.after_hash, e.backups_until, h.case_id, h.gate FROM erasure e JOIN head h ON h.id = e.record_id WHERE `+where+" AND %SCOPE% ORDER BY e.at DESC LIMIT 500", args...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	people, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	list := make([]Erasure, len(rows))
	for i, r := range rows {
		e := Erasure{Record: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, AskedBy: r[4], Reason: r[5], With: lines(r[6]), Histories: lines(r[7]),
			By: people[r[8]], Second: people[r[9]], At: r[10], ErasedAt: r[11], CleanedAt: r[12], BackupsUntil: r[18]}
		e.By.ID, e.Second.ID = r[8], r[9]
		tx.glimpsed(Head{ID: r[0], Ref: r[1], CaseID: r[19], Gate: r[20]})
		if r[13] != "" {
			if err := json.Unmarshal([]byte(r[13]), &e.Went); err != nil {
				return nil, err
			}
			for _, a := range []struct {
				to      *Anchor
				n, hash string
			}{{&e.Before, r[14], r[15]}, {&e.After, r[16], r[17]}} {
				*a.to = Anchor{N: number(a.n), Hash: a.hash, At: e.ErasedAt}
				a.to.Mark = tx.book.mark(*a.to)
			}
		}
		list[i] = e
	}
	return list, tx.tell(list)
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// ErasedWith gives the erasure by which a ref's record went, within scope. Where it
// went with another that is not, there is nothing of it but when that was.
func (tx *Tx) ErasedWith(ref string) (*Erasure, error) {
	if !LooksLikeRef(ref) {
		return nil, ErrNotFound
	}
	rows, err := tx.Rows("SELECT d.by_record, e.erased_at FROM erased d JOIN head h ON h.id = d.record_id JOIN erasure e ON e.record_id = d.by_record WHERE h.ref = ? AND %SCOPE%", ref)
	if err != nil || len(rows) == 0 {
		return nil, cmp.Or(err, ErrNotFound)
	}
	e, err := tx.ErasureOf(rows[0][0])
	if err == ErrNotFound {
		return &Erasure{ErasedAt: rows[0][1]}, nil
	}
	if err == nil {
		e.Went.Handouts, err = tx.handoutsOf(e.Went.Records)
	}
	return e, err
}

// Uncleaned are erasures of which files, or freed space of the database, are still
// to be overwritten: by id of the record, with the hashes of its files.
func (b *Book) Uncleaned(ctx context.Context) (map[string][]string, error) {
	rows, err := flat(b.db.Query(ctx, "SELECT record_id, files FROM erasure WHERE erased_at <> '' AND cleaned_at = ''"))
	list := map[string][]string{}
	for _, r := range rows {
		list[r[0]] = lines(r[1])
	}
	return list, err
}

// Clean overwrites what the database has freed, once the files of erasures are gone.
func (b *Book) Clean(ctx context.Context, ids ...string) error {
	note := func(sentence string, args ...any) error {
		return b.Do(ctx, auth.System("erased for good"), func(tx *Tx) error { return tx.exec(sentence, append(args, ids)...) })
	}
	if err := note("UPDATE erasure SET files = '' WHERE record_id IN ?"); err != nil {
		return err
	}
	if err := b.db.Scrub(ctx); err != nil {
		return err
	}
	return note("UPDATE erasure SET cleaned_at = ? WHERE record_id IN ?", Moment(b.now()))
}
