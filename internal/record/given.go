package record

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"amparo/internal/auth"
	"amparo/internal/form"
	"amparo/internal/names"
)

// Handout is one line of the given-to register: something that left the office.
type Handout struct {
	ID, At string
	By     form.Ref
	What   string // the document, such as "print.case"
	Form   string // pdf, docx, zip, sent
	// Audience is for whom it was made, Lang in which language.
	Audience, Lang string
	To, Why        string // given to whom, as it was said
	Code, SHA256   string // check code of the document; hash of the file
	Records        []Handed
}

// ToBoard is for whom a paper is that tells figures and no record. Everybody who
// may see the register sees its line.
const ToBoard = "board"

// Handed is a record that was told in a handout, as it was then.
type Handed struct {
	form.Ref
	Version int
	Told    string // of a person: full, initials, pseudonym or none
}

// HandedOf is a record as it is handed out now.
func HandedOf(s *Sheet, told string) Handed {
	return Handed{Ref: s.Ref(), Version: s.Head.Version, Told: told}
}

// mostGivenTo and mostReason are how long the words on the register, and those that
// say why, may be.
const (
	mostGivenTo = 500
	mostReason  = 4000
)

// GivenTo finds what is wrong with the words to whom something is given, and why.
func GivenTo(to, why string) form.Problems {
	return append(needed("to", to, mostGivenTo), needed("why", why, mostGivenTo)...)
}

// needed finds what is wrong with words that have to be given.
func needed(field, text string, most int) form.Problems {
	if strings.TrimSpace(text) == "" {
		return form.Problems{{Field: field, Code: "required"}}
	}
	return unfit(field, text, most)
}

// unfit finds what is wrong with words that may be left out.
func unfit(field, text string, most int) form.Problems {
	n := utf8.RuneCountInString(text)
	switch {
	case !form.Clean(text):
		return form.Problems{{Field: field, Code: "characters"}}
	case n > most:
		return form.Problems{{Field: field, Code: "too_long", Args: []any{"n", n, "max", most}}}
	}
	return nil
}

// handedOut is what the history calls a handout.
const handedOut = "hand_out"

// HandOut writes a line of the given-to register, and one on the history of the
// sheets that it is about. Lines are never changed.
func (tx *Tx) HandOut(h Handout, about ...*Sheet) error {
	if !tx.Actor.May(auth.Write) && !tx.Actor.IsSystem() {
		return ErrForbidden
	}
	h.ID, h.To, h.Why = NewID(), strings.TrimSpace(h.To), strings.TrimSpace(h.Why)
	if err := tx.put(`INSERT INTO handout (id, at, by_id, what, form, audience, lang, to_whom, to_fold, why, code, sha256) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`,
		h.ID, Moment(tx.At), tx.Actor.ID, h.What, h.Form, h.Audience, h.Lang, h.To, names.Fold(h.To), h.Why, h.Code, h.SHA256); err != nil {
		return err
	}
	for i, one := range h.Records {
		if err := tx.put("INSERT INTO handout_record (handout_id, pos, record_id, version, told) VALUES (?,?,?,?,?)", h.ID, i, one.ID, one.Version, one.Told); err != nil {
			return err
		}
	}
	for _, s := range about {
		if err := tx.trail(s.Head, handedOut, "", h.To, nil); err != nil {
			return err
		}
	}
	return nil
}

// HandoutQuery asks the given-to register.
type HandoutQuery struct {
	About         string // id of a record, or of a case for all in it
	Audience, To  string
	Page, PerPage int // PerPage 0: all
}

// toldWhole is SQL for the handouts (g) of which the actor may see every record, by his scope.
func toldWhole(scope string) string {
	return ` FROM handout g WHERE (g.audience = '` + ToBoard + `' OR EXISTS (SELECT 1 FROM handout_record x WHERE x.handout_id = g.id))
		AND NOT EXISTS (SELECT 1 FROM handout_record x WHERE x.handout_id = g.id AND NOT EXISTS (SELECT 1 FROM head h WHERE h.id = x.record_id AND ` + scope + `))`
}

// hushHandouts leaves out of lines of the history to whom something was given,
// where the register does not tell it either.
func (tx *Tx) hushHandouts(list []Line) error {
	var at []string
	for _, l := range list {
		if l.Action == handedOut && l.Note != "" {
			at = append(at, l.At)
		}
	}
	if len(at) == 0 || tx.Actor.IsSystem() {
		return nil
	}
	told := map[[2]string]bool{}
	if tx.Actor.May(auth.Write) {
		limit, args := tx.scope()
		rows, err := flat(tx.query("SELECT g.at, g.to_whom"+toldWhole(limit)+" AND g.at IN ?", append(slices.Clone(args), at)...))
		if err != nil {
			return err
		}
		for _, r := range rows {
			told[[2]string{r[0], r[1]}] = true
		}
	}
	for i, l := range list {
		if l.Action == handedOut && !told[[2]string{l.At, l.Note}] {
			list[i].Note = ""
		}
	}
	return nil
}

// Handouts reads the given-to register, newest first, and how many lines there
// are. A line is seen by whoever may see every record that was told.
func (tx *Tx) Handouts(q HandoutQuery) ([]Handout, int, error) {
	limit, args := tx.scope()
	from := toldWhole(limit)
	args = slices.Clone(args)
	if q.About != "" {
		from += ` AND g.id IN (SELECT x.handout_id FROM handout_record x JOIN head a ON a.id = x.record_id WHERE a.id = ? OR a.merged_into = ? OR a.case_id = ?)`
		args = append(args, q.About, q.About, q.About)
	}
	if q.Audience != "" {
		from += " AND g.audience = ?"
		args = append(args, q.Audience)
	}
	if to := names.Fold(q.To); to != "" {
		from += " AND g.to_fold LIKE ?"
		args = append(args, "%"+to+"%")
	}
	total := 0
	if err := tx.one([]any{&total}, "SELECT COUNT(*)"+from, args...); err != nil || total == 0 {
		return nil, 0, err
	}
	ask := "SELECT g.id, g.at, g.by_id, g.what, g.form, g.audience, g.lang, g.to_whom, g.why, g.code, g.sha256" + from + " ORDER BY g.at DESC, g.id DESC"
	if q.PerPage > 0 {
		ask += " LIMIT ? OFFSET ?"
		args = append(args, q.PerPage, max(q.Page-1, 0)*q.PerPage)
	}
	rows, err := flat(tx.query(ask, args...))
	if err != nil {
		return nil, 0, err
	}
	people, err := tx.Accounts()
	if err != nil {
		return nil, 0, err
	}
	list := make([]Handout, len(rows))
	at := map[string]*Handout{}
	for i, r := range rows {
		list[i] = Handout{ID: r[0], At: r[1], By: people[r[2]], What: r[3], Form: r[4], Audience: r[5], Lang: r[6], To: r[7], Why: r[8], Code: r[9], SHA256: r[10]}
		at[r[0]] = &list[i]
	}
	return list, total, tx.fillHandouts(at)
}

// handoutsOf counts the handouts, as the register tells of them, in which one of the
// records was told.
func (tx *Tx) handoutsOf(ids []string) (n int, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	limit, args := tx.scope()
	err = tx.one([]any{&n}, "SELECT COUNT(*)"+toldWhole(limit)+" AND g.id IN (SELECT x.handout_id FROM handout_record x WHERE x.record_id IN ?)", append(slices.Clone(args), ids)...)
	return n, err
}

// fillHandouts reads which records were told in handouts, by their ids.
func (tx *Tx) fillHandouts(at map[string]*Handout) error {
	ids := make([]string, 0, len(at))
	for id := range at {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	spoken := map[string]bool{}
	for chunk := range slices.Chunk(ids, 500) {
		rows, err := tx.query("SELECT handout_id, record_id, version, told FROM handout_record WHERE handout_id IN ? ORDER BY handout_id, pos", chunk)
		if err != nil {
			return err
		}
		for rows.Next() {
			var id string
			var one Handed
			if err := rows.Scan(&id, &one.ID, &one.Version, &one.Told); err != nil {
				return cmp.Or(rows.Close(), err)
			}
			at[id].Records = append(at[id].Records, one)
			spoken[one.ID] = true
		}
		if err := cmp.Or(rows.Close(), rows.Err()); err != nil {
			return err
		}
	}
	found, err := tx.refs(spoken)
	for _, h := range at {
		for i := range h.Records {
			h.Records[i].Ref = found[h.Records[i].ID]
		}
	}
	return err
}
