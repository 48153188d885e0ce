package record

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"amparo/internal/auth"
	"amparo/internal/form"
)

// Every record has a gate: nothing but being a colleague, its restricted case,
// or itself. A pass lets one account through one gate until a moment; when that
// has come nothing has to run. Who may see what is this one question, asked by
// every sentence that reads.

// Where a pass comes from.
const (
	ByTeam  = "team"  // leads the case or works on it
	ByName  = "named" // named when the record was closed by itself
	ByGrant = "grant" // let in by who leads the case, for a while
	ByGlass = "glass" // broke in, for GlassLasts; reads and changes nothing
)

// GlassLasts is how long a broken gate stays open to who broke it; GlassMost is
// how many one may break within a day, whatever was behind them.
const (
	GlassLasts = 4 * time.Hour
	GlassMost  = 5
)

// forever is the end of a pass that has none.
const forever = "9999"

// grantsAtMost is the longest time for which somebody is let in.
const grantsAtMost = 366 * 24 * time.Hour

// minute is this moment as passes know it. They end on whole minutes, so that
// within one the same question has the same answer and may be remembered.
func minute(t time.Time) string { return Moment(t.Truncate(time.Minute)) }

// passed is the condition that the actor holds a pass for one of the given SQL.
const passed = "EXISTS (SELECT 1 FROM pass ps WHERE ps.account_id = ? AND ps.until > ? AND ps.gate IN "

// scope limits heads (alias h) to what the actor may see.
func (tx *Tx) scope() (string, []any) {
	a, now := tx.Actor, minute(tx.At)
	shared := func(h string) string {
		return passed + "(" + h + ".id, CASE WHEN " + h + ".gate = '' THEN " + h + ".case_id ELSE " + h + ".gate END))"
	}
	switch {
	case a.IsSystem():
		return "1=1", nil
	case a.Staff():
		return "(h.gate = '' OR " + passed + "(h.gate, h.id)))", []any{a.ID, now}
	case a.Has(auth.Administrator):
		return "(h.case_id = '' AND h.gate = '')", nil
	case a.Has(auth.Reader):
		return "(" + shared("h") + " OR (h.case_id = '' AND h.gate = '' AND EXISTS (SELECT 1 FROM tie st JOIN head sf ON sf.id = st.from_id WHERE st.to_id = h.id AND " + shared("sf") + ")))",
			[]any{a.ID, now, a.ID, now}
	}
	return "1=0", nil
}

// Seen is the condition that the record a column names, of some kinds, lies within
// scope, for figures over tables beside the heads; %SCOPE% is filled in as in Rows.
// For colleagues it looks for the few that have a gate, instead of at each of all.
func (tx *Tx) Seen(column string, kinds ...string) string {
	of := "IN ('" + strings.Join(kinds, "', '") + "') AND "
	if tx.Actor.Staff() { // without the index of kinds, which holds all that have none too
		return column + " NOT IN (SELECT h.id FROM head h WHERE h.gate > '' AND h.kind || '' " + of + "NOT %SCOPE%)"
	}
	return column + " IN (SELECT h.id FROM head h WHERE h.kind " + of + "%SCOPE%)"
}

// passes are the gates the actor may pass now, each with where that comes from.
func (tx *Tx) passes() (map[string][]string, error) {
	key := tx.Actor.ID
	if held, ok := tx.work.passes[key]; ok {
		return held, nil
	}
	rows, err := flat(tx.query("SELECT gate, origin FROM pass WHERE account_id = ? AND until > ?", tx.Actor.ID, minute(tx.At)))
	if err != nil {
		return nil, err
	}
	held := map[string][]string{}
	for _, r := range rows {
		held[r[0]] = append(held[r[0]], r[1])
	}
	if tx.work.passes == nil {
		tx.work.passes = map[string]map[string][]string{}
	}
	tx.work.passes[key] = held
	return held, nil
}

// holds tells whether the actor holds a pass of one of the origins for a gate;
// of any where none is named.
func (tx *Tx) holds(gate string, origins ...string) (bool, error) {
	if tx.Actor.IsSystem() {
		return true, nil
	}
	held, err := tx.passes()
	return err == nil && slices.ContainsFunc(held[gate], func(o string) bool { return len(origins) == 0 || slices.Contains(origins, o) }), err
}

// mayChange refuses changes of what the actor sees only because he broke in.
func (tx *Tx) mayChange(s *Sheet) error {
	if s.Head.Gate == "" {
		return nil
	}
	refusal := ErrNotFound
	for _, gate := range []string{s.Head.Gate, s.Head.ID} {
		if ok, err := tx.holds(gate, ByTeam, ByName, ByGrant); ok || err != nil {
			return err
		}
		if ok, err := tx.holds(gate); err != nil {
			return err
		} else if ok {
			refusal = ErrForbidden
		}
	}
	return refusal
}

// lasting tells whether the actor sees a record for good, and not only for a while.
func (tx *Tx) lasting(s *Sheet) (bool, error) {
	if s.Head.Gate == "" {
		return true, nil
	}
	return tx.holds(s.Head.Gate, ByTeam, ByName)
}

// Pass is one account's way to a record.
type Pass struct {
	Account       form.Ref
	Origin        string
	Until         string // moment; "" for good
	Reason        string
	By            form.Ref
	At            string
	Gate          string
	Ended, Itself bool // Itself: for this record alone, not for its case
}

// Passes lists who may see a record beyond those who may see everything like it,
// with passes that have ended; the caller holds its sheet.
func (tx *Tx) Passes(s *Sheet) ([]Pass, error) {
	gates := []string{s.Head.ID}
	if s.Head.CaseID != "" && (s.Head.Gate == "" || s.Head.Gate == s.Head.CaseID) {
		gates = append(gates, s.Head.CaseID)
	} else if s.Head.Gate != "" {
		gates = append(gates, s.Head.Gate)
	}
	list, err := tx.listPasses("gate IN ? ORDER BY origin DESC, until DESC, account_id", gates)
	for i, p := range list {
		list[i].Itself = p.Gate == s.Head.ID && !s.Kind.IsCase
		if list[i].Itself && s.Sealed() && !s.opened { // a reason may say who it is
			list[i].Reason = ""
		}
	}
	return list, err
}

// BrokenInto lists who broke into what the actor works on since a moment, newest first.
func (tx *Tx) BrokenInto(since string) ([]Pass, map[string]form.Ref, error) {
	list, err := tx.listPasses("origin = '"+ByGlass+"' AND at > ? AND account_id <> ? AND gate IN (SELECT m.gate FROM pass m WHERE m.account_id = ? AND m.origin = '"+ByTeam+"') ORDER BY at DESC LIMIT 20",
		since, tx.Actor.ID, tx.Actor.ID)
	if err != nil || len(list) == 0 {
		return nil, nil, err
	}
	var ids []string
	for _, p := range list {
		ids = append(ids, p.Gate)
	}
	titles, err := tx.Titles(ids...)
	return slices.DeleteFunc(list, func(p Pass) bool { return titles[p.Gate].ID == "" }), titles, err
}

func (tx *Tx) listPasses(where string, args ...any) ([]Pass, error) {
	people, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	rows, err := flat(tx.query("SELECT account_id, gate, origin, until, reason, by_id, at FROM pass WHERE "+where, args...))
	list := make([]Pass, len(rows))
	for i, r := range rows {
		list[i] = Pass{Account: people[r[0]], Gate: r[1], Origin: r[2], Until: r[3], Reason: r[4], By: people[r[5]], At: r[6], Ended: r[3] <= minute(tx.At)}
		list[i].Account.ID = r[0]
		if r[3] == forever {
			list[i].Until = ""
		}
	}
	return list, err
}

// letIn writes a pass, in place of one of the same origin.
func (tx *Tx) letIn(account, gate, origin, until, reason string) error {
	tx.work.passes = nil
	return tx.exec(`INSERT INTO pass (account_id, gate, origin, until, reason, by_id, at) VALUES (?,?,?,?,?,?,?)
		ON CONFLICT (account_id, gate, origin) DO UPDATE SET until = excluded.until, reason = excluded.reason, by_id = excluded.by_id, at = excluded.at`,
		account, gate, origin, until, reason, tx.Actor.ID, Moment(tx.At))
}

// caseOf reads the home case of a record as the actor sees it, nil where it has none.
func (tx *Tx) caseOf(s *Sheet) (*Sheet, error) {
	switch {
	case s.Kind.IsCase:
		return s, nil
	case s.Head.CaseID == "":
		return nil, nil
	}
	return tx.ByID(tx.book.cases.Name, s.Head.CaseID)
}

// MayShare tells whether the actor decides who else may see a record: who leads
// its case, or a supervisor, who sees it for good.
func (tx *Tx) MayShare(s *Sheet) (bool, error) {
	if !tx.Actor.May(auth.Write) || s.Head.Voided {
		return false, nil
	}
	if ok, err := tx.lasting(s); !ok || err != nil {
		return false, err
	}
	if tx.Actor.May(auth.Lead) {
		return true, nil
	}
	home, err := tx.caseOf(s)
	if home == nil || err != nil {
		if errors.Is(err, ErrNotFound) {
			err = nil
		}
		return false, err
	}
	return home.lead() == tx.Actor.ID, nil
}

// lead is the account that leads a case, "" for nobody.
func (s *Sheet) lead() string {
	if _, members := s.Kind.Access(s.Body); len(members) > 0 {
		return members[0]
	}
	return ""
}

// Grant lets a colleague or a reader see a case or one record until a moment,
// for a reason. A sealed record is for the two people named alone.
func (tx *Tx) Grant(s *Sheet, to form.Ref, until time.Time, reason string) error {
	if ok, err := tx.MayShare(s); err != nil || !ok {
		return cmp.Or(err, ErrForbidden)
	}
	problems := needed("reason", reason, mostReason)
	found, err := tx.account(to)
	if err != nil {
		return err
	}
	if found.ID == "" {
		problems = append(problems, form.Problem{Field: "account", Code: "required"})
	}
	end := minute(until)
	switch {
	case until.IsZero():
		problems = append(problems, form.Problem{Field: "until", Code: "required"})
	case end <= minute(tx.At):
		problems = append(problems, form.Problem{Field: "until", Code: "past"})
	case until.Sub(tx.At) > grantsAtMost:
		problems = append(problems, form.Problem{Field: "until", Code: "grant_too_long"})
	}
	if s.Head.Sensitivity == Sealed {
		problems = append(problems, form.Problem{Field: "account", Code: "sealed_two"})
	}
	if err := problems.Or(); err != nil {
		return err
	}
	if err := tx.letIn(found.ID, s.Head.ID, ByGrant, end, reason); err != nil {
		return err
	}
	return tx.trail(s.Head, "grant", "", reason, []form.Change{{Field: "grant", After: found.Ref}, {Field: "until", After: end}})
}

// EndGrant takes a grant back at once.
func (tx *Tx) EndGrant(s *Sheet, to form.Ref) error {
	if ok, err := tx.MayShare(s); err != nil || !ok {
		return cmp.Or(err, ErrForbidden)
	}
	found, err := tx.account(to)
	if err != nil {
		return err
	}
	tx.work.passes = nil
	done, err := tx.run("DELETE FROM pass WHERE account_id = ? AND gate = ? AND origin = ? AND until > ?", found.ID, s.Head.ID, ByGrant, minute(tx.At))
	if err != nil || done == 0 {
		return cmp.Or(err, ErrNotFound)
	}
	return tx.trail(s.Head, "grant_end", "", "", []form.Change{{Field: "grant", Before: found.Ref}})
}

// account finds the account that a ref means, without an id where there is none.
func (tx *Tx) account(to form.Ref) (form.Ref, error) {
	people, err := tx.Accounts()
	for id, one := range people {
		if id == to.ID || to.ID == "" && to.Ref != "" && strings.EqualFold(one.Ref, strings.TrimSpace(to.Ref)) {
			one.ID = id
			return one, err
		}
	}
	return form.Ref{ID: to.ID, Ref: to.Ref, Kind: "account", Title: to.Title}, err // an id comes from the program itself
}

// Broken is what became of a broken gate, told to who broke it in the same words
// whatever was behind it.
type Broken struct{ Until string }

// BreakIn opens a restricted case to a supervisor for GlassLasts, for a reason.
// Whether there is a case of that ref, restricted or seen already, changes
// neither the answer nor what is done: one pass is written and one line of
// history, for a gate that leads nowhere where there is none to open.
func (b *Book) BreakIn(ctx context.Context, a auth.Actor, ref, reason string) (out Broken, err error) {
	if !a.May(auth.Lead) || a.IsSystem() {
		return out, ErrForbidden
	}
	problems := needed("reason", reason, mostReason)
	ref = strings.ToUpper(strings.TrimSpace(ref))
	if !LooksLikeRef(ref) {
		problems = append(problems, form.Problem{Field: "ref", Code: "ref"})
	}
	if err := problems.Or(); err != nil {
		return out, err
	}
	err = b.Do(ctx, a, func(tx *Tx) error {
		var n int
		// Acts are counted, not passes: the same gate broken again is the same pass.
		if err := tx.one([]any{&n}, "SELECT COUNT(*) FROM trail WHERE actor = ? AND action = 'break_in' AND at > ? AND n > (SELECT n FROM chain WHERE id = 1) - ?",
			a.ID, Moment(tx.At.Add(-24*time.Hour)), actsWithin); err != nil {
			return err
		}
		if n >= GlassMost {
			return form.Problems{{Field: "ref", Code: "glass_most", Args: []any{"n", GlassMost}}}
		}
		out.Until = minute(tx.At.Add(GlassLasts))
		h := Head{ID: NewID()}
		// One question for all: the restricted case that it is or lies in, where it is closed to the actor.
		var gate string
		if err := tx.one([]any{&gate}, `SELECT COALESCE((SELECT h.gate FROM head h WHERE h.ref = ? AND h.gate <> '' AND h.gate = h.case_id AND NOT `+passed+`(h.gate))), '')`,
			ref, a.ID, minute(tx.At)); err != nil {
			return err
		}
		if gate != "" {
			h.ID = gate
		}
		if err := tx.letIn(a.ID, h.ID, ByGlass, out.Until, reason); err != nil {
			return err
		}
		return tx.trail(h, "break_in", "", reason, []form.Change{{Field: "until", After: out.Until}})
	})
	return out, err
}

// Told is a broken gate that somebody is to be told of by mail.
type Told struct{ Account, At string }

// ToTell lists whom to tell of gates broken since a moment: who leads the case,
// or its whole team where nobody does.
func (b *Book) ToTell(ctx context.Context, since time.Time) ([]Told, error) {
	var list []Told
	err := b.View(ctx, auth.System("who is told of a broken gate"), func(tx *Tx) error {
		rows, err := flat(tx.query("SELECT g.gate, g.at, g.account_id FROM pass g WHERE g.origin = ? AND g.at > ? ORDER BY g.at, g.gate", ByGlass, Moment(since)))
		if err != nil {
			return err
		}
		for _, r := range rows {
			home, err := tx.ByID(b.cases.Name, r[0])
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			_, members := home.Kind.Access(home.Body)
			if lead := home.lead(); lead != "" {
				members = []string{lead}
			}
			for _, one := range members {
				if one != "" && one != r[2] {
					list = append(list, Told{Account: one, At: r[1]})
				}
			}
		}
		return nil
	})
	return list, err
}

// Mine is SQL for the cases that the account of its one ? leads or works on.
const Mine = "(SELECT mp.gate FROM pass mp WHERE mp.account_id = ? AND mp.origin = '" + ByTeam + "')"

// Sees tells whether a colleague could open a record.
func (tx *Tx) Sees(s *Sheet, account string) (bool, error) {
	_, err := tx.as(colleague(account)).Head(s.Head.ID)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
