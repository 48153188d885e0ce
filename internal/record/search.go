package record

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"amparo/internal/database"
	"amparo/internal/form"
	"amparo/internal/names"
)

// index renews the words and names a record is found by. Text is folded once,
// in Go, and the same column serves both databases.
func (tx *Tx) index(s *Sheet, again bool) error {
	words := []string{strings.ToLower(s.Head.Ref), s.Body.Title()}
	var open form.Set // who told something is not searched
	for _, f := range s.Fields() {
		if !f.Guarded {
			open = append(open, f)
		}
	}
	open.Walk(func(_ string, f form.Field) {
		switch f.Type {
		case form.Text, form.Long, form.List:
			if !f.Empty() {
				words = append(words, f.String())
			}
		}
	})
	t := text{seq: s.Head.Seq, fold: names.Fold(strings.Join(words, "\n")), again: again}
	i := -1
	if again { // a new record has no text yet
		i = slices.IndexFunc(tx.work.texts, func(o text) bool { return o.seq == t.seq })
	}
	if i >= 0 {
		tx.work.texts[i].fold = t.fold
	} else {
		tx.work.texts = append(tx.work.texts, t)
	}
	if s.Kind.Called == nil {
		return nil
	}
	called := s.Kind.Called(s.Body)
	if again {
		if same, err := tx.sameNames(s.Head.ID, called); err != nil || same {
			return err
		}
		if err := tx.forgetNames(s); err != nil {
			return err
		}
	}
	for i, name := range called {
		if err := tx.put("INSERT INTO called (record_id, pos, name) VALUES (?,?,?)", s.Head.ID, i, name); err != nil {
			return err
		}
	}
	if tx.work.many && !again {
		return tx.fileLater(s.Kind, s.Head.ID, called)
	}
	keys := s.Kind.keys(called)
	cells := make([]any, 0, 3*len(keys))
	for _, k := range keys {
		cells = append(cells, k, s.Kind.Name, s.Head.ID)
	}
	if err := tx.fill("name_key (name_key, kind, record_id)", 3, cells); err != nil {
		return err
	}
	return tx.pair(s, called, again)
}

// Reword renews the words a record is found by when what it is called by changed
// elsewhere, so that nobody finds it by a name that is no longer said.
func (tx *Tx) Reword(s *Sheet) error { return tx.index(s, true) }

// keys are all terms by which one is found who goes by the names, sorted.
func (k *Kind) keys(called []string) []string {
	var list []string
	for _, name := range called {
		if exact := exactKey(name); exact != "=" {
			list = append(list, exact)
		}
		list = append(list, k.Compare(name).Keys()...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// forgetNames takes a record's names out of the index. Its keys follow from the
// names it had: an index by record would double the table.
func (tx *Tx) forgetNames(s *Sheet) error {
	rows, err := flat(tx.query("SELECT name FROM called WHERE record_id = ?", s.Head.ID))
	if err != nil {
		return err
	}
	called := make([]string, len(rows))
	for i, r := range rows {
		called[i] = r[0]
	}
	for keys := range slices.Chunk(s.Kind.keys(called), 32) {
		for len(keys) < 32 { // one sentence, however many there are
			keys = append(slices.Clip(keys), keys[0])
		}
		if err := tx.exec("DELETE FROM name_key WHERE name_key IN ? AND kind = ? AND record_id = ?", keys, s.Kind.Name, s.Head.ID); err != nil {
			return err
		}
	}
	return tx.exec("DELETE FROM called WHERE record_id = ?", s.Head.ID)
}

// indexTexts writes the words of all that was written so far: at the end, since
// SQLite pushes its index to the disk at every other statement in between.
func (tx *Tx) indexTexts() error {
	for _, t := range tx.work.texts {
		if t.again {
			if err := tx.exec("DELETE FROM head_text WHERE rowid = ?", t.seq); err != nil {
				return err
			}
		}
		if err := tx.exec("INSERT INTO head_text (rowid, fold) VALUES (?, ?)", t.seq, t.fold); err != nil {
			return err
		}
	}
	tx.work.texts = nil
	return nil
}

// mergeWords makes the index hold only what is still there: SQLite keeps the words of
// what was deleted until it is merged.
func (tx *Tx) mergeWords() error {
	if err := tx.indexTexts(); err != nil || tx.book.db.Dialect() != database.SQLite {
		return err
	}
	return tx.exec("INSERT INTO head_text (head_text) VALUES ('optimize')")
}

// matches gives the condition for folded words: each must be there, the last
// may be unfinished. Words are quoted, so the search syntax never errs.
func (tx *Tx) matches(folded string) (condition, term string, err error) {
	if !tx.readonly {
		if err := tx.indexTexts(); err != nil {
			return "", "", err
		}
	}
	words := strings.Fields(folded)
	if len(words) > 12 {
		words = words[:12]
	}
	if tx.book.db.Dialect() == database.SQLite {
		for i, w := range words {
			words[i] = `"` + strings.ReplaceAll(w, `"`, "") + `"*`
		}
		return "h.seq IN (SELECT rowid FROM head_text WHERE head_text MATCH ?)", strings.Join(words, " "), nil
	}
	for i, w := range words {
		words[i] = "'" + strings.NewReplacer("'", "", `\`, "").Replace(w) + "':*"
	}
	return "h.seq IN (SELECT rowid FROM head_text WHERE words @@ to_tsquery('simple', ?))", strings.Join(words, " & "), nil
}

// Hit is one find of the global search.
type Hit struct {
	form.Ref
	State string
	Case  string // ref of the home case
}

// Search finds records of any kind by words or by ref, within scope, best
// kinds first as given; total is exact up to 1000.
func (tx *Tx) Search(text, kind string, page, perPage int) ([]Hit, int, error) {
	if !form.Clean(text) {
		return nil, 0, nil
	}
	var where []string
	var args []any
	if ref := strings.ToUpper(strings.TrimSpace(text)); LooksLikeRef(ref) {
		where, args = []string{"h.ref = ?"}, []any{ref}
	} else {
		words := names.Fold(text)
		if words == "" {
			return nil, 0, nil
		}
		match, term, err := tx.matches(words)
		if err != nil {
			return nil, 0, err
		}
		where, args = []string{match}, []any{term}
	}
	if kind != "" {
		where, args = append(where, "h.kind = ?"), append(args, kind)
	}
	limit, scopeArgs := tx.scope()
	// One pass over the newest thousand finds: sorting all that begins with two
	// letters would cost more than anybody reads of it.
	rows, err := tx.query("SELECT id, ref, kind, title, title_arab, state, case_id, gate, COUNT(*) OVER () FROM (SELECT h.id, h.ref, h.kind, h.title, h.title_arab, h.state, h.case_id, h.gate, h.sort, h.seq FROM head h WHERE h.voided = 0 AND "+
		strings.Join(where, " AND ")+" AND "+limit+" ORDER BY h.seq DESC LIMIT 1000) found ORDER BY kind <> 'person', kind, sort, seq LIMIT ? OFFSET ?",
		append(append(args, scopeArgs...), perPage, (max(page, 1)-1)*perPage)...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	var hits []Hit
	total := 0
	for rows.Next() {
		var h Hit
		var gate string
		if err := rows.Scan(&h.ID, &h.Ref.Ref, &h.Kind, &h.Title, &h.Arab, &h.State, &h.Case, &gate, &total); err != nil {
			return nil, 0, err
		}
		tx.glimpsed(Head{ID: h.ID, Ref: h.Ref.Ref, CaseID: h.Case, Gate: gate})
		hits = append(hits, h)
	}
	return hits, total, rows.Err()
}

// Likeness is one record that may be meant by a name.
type Likeness struct {
	form.Ref
	Name    string // the name that matched
	Score   float64
	Reasons []names.Reason
}

// Like finds the records of a kind that a name may mean, best first, within
// scope.
func (tx *Tx) Like(kind, name string, limit int) ([]Likeness, error) {
	k := tx.book.Kind(kind)
	if k.Called == nil || !form.Clean(name) {
		return nil, nil
	}
	asked := k.Compare(name)
	if asked.Empty() {
		return nil, nil
	}
	found, err := names.Candidates(asked, func(keys []string, most int) (map[string][]string, error) {
		return tx.keyed(kind, keys, most)
	}, names.CandidateLimit)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids := make([]string, len(found))
	for i, c := range found {
		ids[i] = c.ID
	}
	// Names are compared before it is asked who may be seen: reading what is not
	// shown in the end costs most of the time.
	rows, err := tx.ofKeys("SELECT c.record_id, c.name FROM called c WHERE c.record_id IN (SELECT k.value FROM %KEYS%) ORDER BY c.record_id, c.pos", ids)
	if err != nil {
		return nil, err
	}
	called := make(map[string][]string, len(ids))
	for _, r := range rows {
		called[r[0]] = append(called[r[0]], r[1])
	}
	type ranked struct {
		Likeness
		rank float64
	}
	likely := make([]ranked, 0, len(found))
	for _, c := range found {
		one := ranked{Likeness: Likeness{Ref: form.Ref{ID: c.ID, Kind: kind}}}
		for _, name := range called[c.ID] {
			if score := asked.Likeness(k.Compare(name)); score > one.Score {
				one.Name, one.Score = name, score
			}
		}
		if one.rank = c.Rank(one.Score); one.rank > 0.3 {
			likely = append(likely, one)
		}
	}
	slices.SortStableFunc(likely, func(a, b ranked) int { return cmp.Compare(b.rank, a.rank) })
	var list []Likeness
	for some := range slices.Chunk(likely, max(2*limit, 20)) {
		if len(list) >= limit {
			break
		}
		ids := make([]string, len(some))
		for i, one := range some {
			ids[i] = one.ID
		}
		seen, err := tx.Rows("SELECT h.id, h.ref, h.title, h.case_id, h.gate, h.title_arab FROM head h WHERE h.id IN ? AND h.voided = 0 AND %SCOPE%", ids)
		if err != nil {
			return nil, err
		}
		for _, one := range some {
			if i := slices.IndexFunc(seen, func(r []string) bool { return r[0] == one.ID }); i >= 0 && len(list) < limit {
				one.Ref.Ref, one.Title, one.Arab = seen[i][1], seen[i][2], seen[i][5]
				tx.glimpsed(Head{ID: one.ID, Ref: one.Ref.Ref, CaseID: seen[i][3], Gate: seen[i][4]})
				one.Reasons = names.Score(asked, k.Compare(one.Name)).Reasons
				list = append(list, one.Likeness)
			}
		}
	}
	return list, nil
}

// keyed reads at most so many records for each key, in one question: the keys
// go in as one value and the records of a key come back as one, since a
// thousand rows cost far more than what is in them.
func (tx *Tx) keyed(kind string, keys []string, most int) (map[string][]string, error) {
	rows, err := tx.ofKeys(`SELECT k.value, (SELECT %LIST% FROM (SELECT record_id FROM name_key WHERE name_key = k.value AND kind = ? LIMIT ?) found) FROM %KEYS%`, keys, kind, most)
	if err != nil {
		return nil, err
	}
	found := make(map[string][]string, len(rows))
	for _, r := range rows {
		if r[1] != "" {
			found[r[0]] = strings.Split(r[1], ",")
		}
	}
	return found, nil
}

// Shelf is where the names of a kind are filed, for finding them in a text. It
// tells only names the actor may see.
func (tx *Tx) Shelf(kind string, about names.Subject) names.Shelf[string] {
	return names.Shelf[string]{
		About: about,
		Exact: exactKey,
		Has: func(keys []string) (map[string]bool, error) {
			rows, err := tx.ofKeys("SELECT k.value FROM %KEYS% WHERE EXISTS (SELECT 1 FROM name_key WHERE name_key = k.value AND kind = '"+kind+"')", keys)
			there := make(map[string]bool, len(rows))
			for _, r := range rows {
				there[r[0]] = true
			}
			return there, err
		},
		Read: func(keys []string, most int) (map[string][]string, error) { return tx.keyed(kind, keys, most) },
		Names: func(ids []string) (map[string][]string, error) {
			limit, args := tx.scope()
			rows, err := tx.ofKeys("SELECT h.id, c.name FROM head h JOIN called c ON c.record_id = h.id WHERE h.voided = 0 AND "+limit+
				" AND h.id IN (SELECT k.value FROM %KEYS%) ORDER BY h.id, c.pos", ids, args...)
			called := map[string][]string{}
			for _, r := range rows {
				called[r[0]] = append(called[r[0]], r[1])
			}
			return called, err
		},
	}
}

// ofKeys asks for many keys at once; the sentence is the same however many
// they are, so it is prepared only once. %KEYS% comes last.
func (tx *Tx) ofKeys(sql string, keys []string, args ...any) ([][]string, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	list, from := "string_agg(record_id, ',')", "json_array_elements_text(CAST(CAST(? AS text) AS json)) k(value)"
	if tx.book.db.Dialect() == database.SQLite {
		list, from = "group_concat(record_id)", "json_each(?) k"
	}
	text, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	sql = strings.NewReplacer("%LIST%", list, "%KEYS%", from).Replace(sql)
	return flat(tx.query(sql, append(args, string(text))...))
}
