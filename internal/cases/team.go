package cases

import (
	"strconv"
	"strings"

	"amparo/internal/cases/appeal"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// What a supervisor asks on a Monday, each in one question over all that is on
// file and within scope.

// What something waits for.
const (
	ForReader  = "reader"  // an appeal, for somebody who did not write it
	ForSecond  = "second"  // an appeal sent in urgency, for the same afterwards
	ForOpening = "opening" // a case in intake
	ForReview  = "review"  // a case whose day of review has come
)

// Waiting is one thing that waits for a decision.
type Waiting struct {
	form.Ref
	What, Since string   // Since is a day or a moment
	Carrier     string   // account that carries or leads it
	Authors     []string // accounts that may not decide, since they wrote it
}

// toRead are the appeals that wait for somebody who did not write them, and
// toDecide all that waits; both as SQL rows of what, since when, and who has it.
const (
	toRead = `SELECT t.id AS id, '` + ForReader + `' AS what, al.waits_since AS since, t.assignee AS carrier, t.authors AS authors FROM appeal_line al JOIN appeal t ON t.id = al.appeal_id WHERE al.waits_since > ''
		UNION ALL SELECT t.id, '` + ForSecond + `', al.sent_earliest, t.assignee, t.authors FROM appeal_line al JOIN appeal t ON t.id = al.appeal_id WHERE al.unread_until > ''`
	toDecide = toRead + ` UNION ALL SELECT c.id, '` + ForOpening + `', '', c.lead, '' FROM casefile c
		UNION ALL SELECT c.id, '` + ForReview + `', c.review_on_latest, c.lead, '' FROM casefile c WHERE c.review_on_earliest > '' AND c.review_on_earliest <= ?`
)

// WaitsForDecision lists all that waits, what its reader may decide first and then
// the longest, and how many there are.
func WaitsForDecision(tx *record.Tx, most int) ([]Waiting, int, error) {
	return waiting(tx, toDecide, most, tx.Today())
}

// WaitsForReading lists the appeals alone.
func WaitsForReading(tx *record.Tx, most int) ([]Waiting, int, error) {
	return waiting(tx, toRead, most)
}

func waiting(tx *record.Tx, what string, most int, args ...any) ([]Waiting, int, error) {
	rows, err := tx.Sums(`SELECT h.id, h.ref, h.kind, h.title, w.what, w.since, w.carrier, w.authors, h.created_by, COUNT(*) OVER () FROM (`+what+`) w JOIN head h ON h.id = w.id
		WHERE h.voided = 0 AND %SCOPE% AND h.state <> 'withdrawn' AND (w.what <> '`+ForOpening+`' OR h.state = 'intake') AND (w.what <> '`+ForReview+`' OR h.state = 'open')
		ORDER BY CASE WHEN w.authors <> '' AND (h.created_by = ? OR w.authors LIKE '%' || ? || '%') THEN 1 ELSE 0 END, CASE w.since WHEN '' THEN h.created_at ELSE w.since END, h.seq LIMIT `+strconv.Itoa(most),
		append(args, tx.Actor.ID, tx.Actor.ID)...)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	total, err := strconv.Atoi(rows[0][9])
	list := make([]Waiting, len(rows))
	for i, r := range rows {
		list[i] = Waiting{Ref: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, What: r[4], Since: r[5], Carrier: r[6]}
		if r[7] != "" {
			list[i].Authors = append(strings.Split(r[7], "\n"), r[8])
		}
	}
	return list, total, err
}

// Returned is a draft that its reader sent back.
type Returned struct {
	form.Ref
	At, By, Why string
}

// ReturnedTo lists the drafts an account carries that were sent back, newest first.
func ReturnedTo(tx *record.Tx, account string, most int) ([]Returned, error) {
	rows, err := tx.Rows(`SELECT h.id, h.ref, h.kind, h.title, tr.at, tr.actor, p.note FROM appeal t JOIN head h ON h.id = t.id
		JOIN trail tr ON tr.n = (SELECT MAX(x.n) FROM trail x WHERE x.record_id = h.id AND x.action = 'move') JOIN trail_payload p ON p.n = tr.n
		WHERE t.assignee = ? AND h.state = '`+appeal.Draft+`' AND h.voided = 0 AND tr.move = 'return' AND %SCOPE% ORDER BY tr.n DESC LIMIT `+strconv.Itoa(most), account)
	list := make([]Returned, len(rows))
	for i, r := range rows {
		list[i] = Returned{Ref: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, At: r[4], By: r[5], Why: r[6]}
	}
	return list, err
}

// DueOf lists the lines of the appeals an account carries on which something is
// due by an ISO day, the longest late first. It walks along the days that are
// due, since a colleague may carry thousands.
func DueOf(tx *record.Tx, account, until string, most int) ([]Line, error) {
	rows, err := tx.Sums("SELECT h.id, h.ref, h.title, h.state, "+strings.Join(lineCells, ", ")+` FROM appeal_line al JOIN appeal t ON t.id = al.appeal_id JOIN head h ON h.id = t.id
		WHERE al.due > '' AND al.due <= ? AND t.assignee || '' = ? AND h.voided = 0 AND %SCOPE% ORDER BY al.due LIMIT `+strconv.Itoa(most), until, account)
	list := make([]Line, len(rows))
	for i, r := range rows {
		list[i] = lineOf(form.Ref{ID: r[0], Ref: r[1], Kind: appeal.Kind.Name, Title: r[2]}, r[3], r[4:])
	}
	return list, err
}

// Overdue is how many demands wait for one body whose day has passed, by how long.
type Overdue struct {
	Body               form.Ref // empty where the text names nobody
	Week, Month, Older int
	Longest            int // days
}

// All is how many there are.
func (o Overdue) All() int { return o.Week + o.Month + o.Older }

// LateByBody lists whose time has run out, the most first.
func LateByBody(tx *record.Tx, most int) ([]Overdue, error) {
	today := tx.Today()
	week, month := edtf.AddDays(today, -7), edtf.AddDays(today, -30)
	rows, err := tx.Sums(`SELECT COALESCE(hb.id, ''), SUM(CASE WHEN dl.due >= ? THEN 1 ELSE 0 END), SUM(CASE WHEN dl.due < ? AND dl.due >= ? THEN 1 ELSE 0 END), SUM(CASE WHEN dl.due < ? THEN 1 ELSE 0 END), MIN(dl.due), MAX(hb.ref), MAX(hb.title)
		FROM demand_line dl LEFT JOIN demand_target dt ON dt.demand_id = dl.demand_id LEFT JOIN head hb ON hb.id = dt.target_id AND hb.case_id = ''
		WHERE dl.waiting = 1 AND dl.due > '' AND dl.due < ? AND `+seenDemands+` GROUP BY COALESCE(hb.id, '') ORDER BY COUNT(*) DESC, 1 LIMIT `+strconv.Itoa(most),
		week, week, month, month, today)
	list := make([]Overdue, len(rows))
	for i, r := range rows {
		o := Overdue{Body: form.Ref{ID: r[0], Ref: r[5], Kind: "organization", Title: r[6]}, Longest: edtf.DaysDiff(r[4], today)}
		for at, to := range map[int]*int{1: &o.Week, 2: &o.Month, 3: &o.Older} {
			*to, _ = strconv.Atoi(r[at])
		}
		list[i] = o
	}
	return list, err
}

// StaleCustody is somebody in custody of whom nothing was heard for too long.
type StaleCustody struct {
	form.Ref
	State, LastConfirmed string
}

// StaleCustodies lists whom nothing has confirmed for the longest, and how many there are.
func StaleCustodies(tx *record.Tx, most int) ([]StaleCustody, int, error) {
	rows, err := tx.Sums(`SELECT hp.id, hp.ref, hp.kind, hp.title, s.state, s.last, s.total FROM (SELECT cu.person_id AS person_id, cu.state AS state, cu.last_confirmed AS last, cu.stale_on AS stale_on, COUNT(*) OVER () AS total
		FROM custody cu JOIN head h ON h.id = cu.detention_id WHERE cu.in_custody = 1 AND cu.latest = 1 AND cu.stale_on > '' AND cu.stale_on <= ? AND h.voided = 0 AND %SCOPE%
		ORDER BY cu.stale_on LIMIT `+strconv.Itoa(most)+`) s JOIN head hp ON hp.id = s.person_id ORDER BY s.stale_on`, tx.Today())
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	total, err := strconv.Atoi(rows[0][6])
	var list []StaleCustody
	for _, r := range rows {
		list = append(list, StaleCustody{Ref: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, State: r[4], LastConfirmed: r[5]})
	}
	return list, total, err
}

// Unled is a case that nobody leads or an appeal that nobody carries.
type Unled struct {
	form.Ref
	State, Since string
}

// WithoutLead lists them, the oldest first, and how many there are.
func WithoutLead(tx *record.Tx, most int) ([]Unled, int, error) {
	rows, err := tx.Sums(`SELECT h.id, h.ref, h.kind, h.title, h.state, h.created_at, COUNT(*) OVER () FROM (
		SELECT c.id AS id FROM casefile c WHERE c.lead = '' UNION ALL SELECT t.id FROM appeal t WHERE t.assignee = '' AND t."by" <> '` + appeal.Others + `') w JOIN head h ON h.id = w.id
		WHERE h.voided = 0 AND h.state IN ('intake','open','dormant','draft','in_review','approved','sent','answered') AND %SCOPE% ORDER BY h.seq LIMIT ` + strconv.Itoa(most))
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	total, err := strconv.Atoi(rows[0][6])
	list := make([]Unled, len(rows))
	for i, r := range rows {
		list[i] = Unled{Ref: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, State: r[4], Since: r[5]}
	}
	return list, total, err
}

// Load is how much one colleague has.
type Load struct {
	Cases      int            // led and not closed
	Appeals    map[string]int // carried, by state
	Tasks      int            // open
	Late       int            // of the appeals
	LateTasks  int
	AllAppeals int
}

// All is all of it together.
func (l Load) All() int { return l.Cases + l.AllAppeals + l.Tasks }

// Loads tells how much each colleague has, by account.
func Loads(tx *record.Tx) (map[string]Load, error) {
	rows, err := tx.Sums(`SELECT w.who, h.kind, h.state, COUNT(*), SUM(w.late) FROM (
		SELECT c.id AS id, c.lead AS who, 0 AS late FROM casefile c WHERE c.lead > ''
		UNION ALL SELECT al.appeal_id, t.assignee, CASE WHEN al.due > '' AND al.due < ? THEN 1 ELSE 0 END FROM appeal_line al JOIN appeal t ON t.id = al.appeal_id WHERE t.assignee > ''
		UNION ALL SELECT k.id, k.assignee, CASE WHEN k.due_latest > '' AND k.due_latest < ? THEN 1 ELSE 0 END FROM task k WHERE k.assignee > '') w JOIN head h ON h.id = w.id
		WHERE h.voided = 0 AND h.state IN ('intake','open','dormant','draft','in_review','approved','sent','answered') AND %SCOPE% GROUP BY w.who, h.kind, h.state`, tx.Today(), tx.Today())
	list := map[string]Load{}
	for _, r := range rows {
		l := list[r[0]]
		n, _ := strconv.Atoi(r[3])
		late, _ := strconv.Atoi(r[4])
		switch r[1] {
		case "case":
			l.Cases += n
		case "appeal":
			if l.Appeals == nil {
				l.Appeals = map[string]int{}
			}
			l.Appeals[r[2]] += n
			l.AllAppeals += n
			l.Late += late
		default:
			l.Tasks += n
			l.LateTasks += late
		}
		list[r[0]] = l
	}
	return list, err
}
