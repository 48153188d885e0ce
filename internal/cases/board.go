package cases

import (
	"slices"
	"strconv"
	"strings"

	"amparo/internal/auth"
	"amparo/internal/cases/appeal"
	"amparo/internal/deadline"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Line is one appeal as boards and lists tell of it, from what is kept beside it.
type Line struct {
	form.Ref
	State, AppealKind string
	By, Assignee      string
	Authors           []string // accounts that wrote it
	To                []string // ids of the bodies
	Sent, Written     int      // bodies it left for, and all it is addressed to
	Demands, Met      int
	Partly, Answered  int
	SendBy            string // ISO day
	Due               string // ISO day of what is due next, "" when nothing is
	WeOwe             bool   // what is due next is owed by us
	WaitsSince        string // moment it came under review
	UnreadUntil       string // ISO day by which somebody else must have read what was sent in urgency
	UpdatedAt         string
}

// lineCells are what a Line is made of, in the tables of an appeal's list.
var lineCells = []string{`t."by"`, "t.assignee", "h.created_by", "t.authors", "al.addressees", "al.sent_to", "al.written_to", "al.demands", "al.met", "al.partly", "al.answered",
	"t.send_by_latest", "al.due", "(SELECT MIN(d.owes) FROM deadline d WHERE d.about_id = h.id AND d.met_on = '' AND d.due = al.due)", "al.waits_since", "al.unread_until", "h.updated_at", "t.kind"}

// soonest puts first what is late or waits longest.
const soonest = `CASE WHEN al.unread_until > '' THEN al.unread_until WHEN h.state = 'in_review' THEN al.waits_since WHEN al.due = '' THEN '9999' ELSE al.due END`

func lineOf(ref form.Ref, state string, c []string) Line {
	number := func(s string) int { n, _ := strconv.Atoi(s); return n } // counts are always digits
	l := Line{Ref: ref, State: state, By: c[0], Assignee: c[1], Sent: number(c[5]), Written: number(c[6]), Demands: number(c[7]), Met: number(c[8]), Partly: number(c[9]), Answered: number(c[10]),
		SendBy: c[11], Due: c[12], WeOwe: c[13] == deadline.Us, WaitsSince: c[14], UnreadUntil: c[15], UpdatedAt: c[16], AppealKind: c[17], Authors: []string{c[2]}}
	if c[3] != "" {
		l.Authors = append(l.Authors, strings.Split(c[3], "\n")...)
	}
	if c[4] != "" {
		l.To = strings.Split(c[4], "\n")
	}
	return l
}

// MayRead tells whether an actor may be the second pair of eyes for an appeal.
func (l Line) MayRead(a auth.Actor) bool {
	return a.May(auth.Write) && (a.May(auth.Lead) || a.MayApprove) && !slices.Contains(l.Authors, a.ID)
}

// Observed tells whether others made the appeal.
func (l Line) Observed() bool { return l.By == appeal.Others }

// Pile is the appeals of one state on a board: the first of them, and how many
// there are.
type Pile struct {
	State string
	Total int
	Lines []Line
}

// Board reads the first appeals of each state, what is late first.
func Board(tx *record.Tx, q record.Query, most int) (map[string]Pile, error) {
	q.Kind = appeal.Kind.Name
	rows, totals, err := tx.Grouped(q, most, soonest, lineCells...)
	piles := map[string]Pile{}
	for state, n := range totals {
		piles[state] = Pile{State: state, Total: n}
	}
	for _, r := range rows {
		p := piles[r.State]
		p.Lines = append(p.Lines, lineOf(form.Ref{ID: r.ID, Ref: r.Ref, Kind: appeal.Kind.Name, Title: r.Title}, r.State, r.Cells))
		piles[r.State] = p
	}
	return piles, err
}

// LinesOf reads the lines of appeals, by ref.
func LinesOf(tx *record.Tx, refs ...string) (map[string]Line, error) {
	found := map[string]Line{}
	if len(refs) == 0 {
		return found, nil
	}
	rows, err := tx.Rows("SELECT h.id, h.ref, h.title, h.state, "+strings.Join(lineCells, ", ")+
		" FROM head h JOIN appeal t ON t.id = h.id JOIN appeal_line al ON al.appeal_id = h.id WHERE h.ref IN ? AND %SCOPE%", refs)
	for _, r := range rows {
		found[r[1]] = lineOf(form.Ref{ID: r[0], Ref: r[1], Kind: appeal.Kind.Name, Title: r[2]}, r[3], r[4:])
	}
	return found, err
}

// WrittenTo lists whom appeals are written to, by id, as far as their reader sees
// the appeals: to choose from.
func WrittenTo(tx *record.Tx) ([]string, error) {
	rows, err := tx.Sums(`SELECT o.id FROM organization o WHERE EXISTS (SELECT 1 FROM tie ti JOIN head h ON h.id = ti.from_id
		WHERE ti.to_id = o.id AND ti.field = 'addressees.org' AND h.voided = 0 AND %SCOPE%)`)
	var list []string
	for _, r := range rows {
		list = append(list, r[0])
	}
	return list, err
}
