package cases

import (
	"cmp"
	"errors"
	"iter"
	"maps"
	"slices"
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
	toRead = `SELECT al.appeal_id AS id, '` + ForReader + `' AS what, al.waits_since AS since, al.waits_since AS began, al.assignee AS carrier, al.authors AS authors FROM appeal_line al WHERE al.waits_since > '' AND al.state NOT IN ('', 'withdrawn')
		UNION ALL SELECT al.appeal_id, '` + ForSecond + `', al.sent_earliest, al.sent_earliest, al.assignee, al.authors FROM appeal_line al WHERE al.unread_until > '' AND al.state NOT IN ('', 'withdrawn')`
	toDecide = toRead + ` UNION ALL SELECT c.id, '` + ForOpening + `', '', hc.created_at, c.lead, '' FROM head hc JOIN casefile c ON c.id = hc.id WHERE hc.kind = 'case' AND hc.voided = 0 AND hc.state = 'intake'
		UNION ALL SELECT c.id, '` + ForReview + `', c.review_on_latest, c.review_on_latest, c.lead, '' FROM casefile c JOIN head hc ON hc.id = c.id WHERE c.review_on_earliest > '' AND c.review_on_earliest <= ? AND hc.voided = 0 AND hc.state = 'open'`
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
	rows, err := tx.Sums(`SELECT w.id, w.what, w.since, w.carrier, w.authors, COUNT(*) OVER () FROM (`+what+`) w WHERE `+tx.Seen("w.id", "appeal", "case")+`
		ORDER BY CASE WHEN w.authors LIKE '%' || ? || '%' THEN 1 ELSE 0 END, w.began, w.id LIMIT `+strconv.Itoa(most), append(args, tx.Actor.ID)...)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	total, err := strconv.Atoi(rows[0][5])
	if err != nil {
		return nil, 0, err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r[0]
	}
	titles, err := tx.Titles(ids...)
	list := make([]Waiting, len(rows))
	for i, r := range rows {
		list[i] = Waiting{Ref: titles[r[0]], What: r[1], Since: r[2], Carrier: r[3]}
		if r[4] != "" {
			list[i].Authors = strings.Split(r[4], "\n")
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
	list, shown := make([]Returned, len(rows)), make([]form.Ref, len(rows))
	for i, r := range rows {
		list[i] = Returned{Ref: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, At: r[4], By: r[5], Why: r[6]}
		shown[i] = list[i].Ref
	}
	return list, errors.Join(err, tx.Showed(shown...))
}

// DueOf lists the lines of the appeals an account carries on which something is
// due by an ISO day, the longest late first. It walks along the days that are
// due, since a colleague may carry thousands.
func DueOf(tx *record.Tx, account, until string, most int) ([]Line, error) {
	rows, err := tx.Sums("SELECT h.id, h.ref, h.title, h.state, "+strings.Join(lineCells, ", ")+` FROM appeal_line al JOIN appeal t ON t.id = al.appeal_id JOIN head h ON h.id = t.id
		WHERE al.due > '' AND al.due <= ? AND t.assignee || '' = ? AND h.voided = 0 AND %SCOPE% ORDER BY al.due LIMIT `+strconv.Itoa(most), until, account)
	list, shown := make([]Line, len(rows)), make([]form.Ref, len(rows))
	for i, r := range rows {
		list[i] = lineOf(form.Ref{ID: r[0], Ref: r[1], Kind: appeal.Kind.Name, Title: r[2]}, r[3], r[4:])
		shown[i] = list[i].Ref
	}
	return list, errors.Join(err, tx.Showed(shown...))
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
	all, err := record.Fold(tx, "late", "SELECT dl.targets, dl.due FROM demand_line dl WHERE dl.waiting = 1 AND dl.due > '' AND dl.due < ? AND "+tx.Seen("dl.demand_id", "demand"), []any{today}, func(rows iter.Seq[[]string]) map[string]Overdue {
		at, first := map[string]Overdue{}, map[string]string{}
		for r := range rows {
			for body := range strings.SplitSeq(r[0], "\n") {
				o := at[body]
				switch {
				case r[1] >= week:
					o.Week++
				case r[1] >= month:
					o.Month++
				default:
					o.Older++
				}
				if first[body] == "" || r[1] < first[body] {
					first[body] = r[1]
					o.Longest = edtf.DaysDiff(r[1], today)
				}
				at[body] = o
			}
		}
		return at
	})
	if err != nil {
		return nil, err
	}
	titles, err := tx.Titles(slices.Collect(maps.Keys(all))...)
	var list []Overdue
	unnamed := Overdue{}
	for id, o := range all {
		if o.Body = titles[id]; o.Body.ID != "" {
			list = append(list, o)
			continue
		}
		unnamed.Week, unnamed.Month, unnamed.Older, unnamed.Longest = unnamed.Week+o.Week, unnamed.Month+o.Month, unnamed.Older+o.Older, max(unnamed.Longest, o.Longest)
	}
	if unnamed.All() > 0 {
		list = append(list, unnamed)
	}
	slices.SortFunc(list, func(a, b Overdue) int { return cmp.Or(b.All()-a.All(), strings.Compare(a.Body.ID, b.Body.ID)) })
	return list[:min(len(list), most)], err
}

// StaleCustody is somebody in custody of whom nothing was heard for too long.
type StaleCustody struct {
	form.Ref
	State, LastConfirmed string
}

// StaleCustodies lists whom nothing has confirmed for the longest, and how many there are.
func StaleCustodies(tx *record.Tx, most int) ([]StaleCustody, int, error) {
	from := " FROM custody cu WHERE cu.in_custody = 1 AND cu.latest = 1 AND cu.stale_on > '' AND cu.stale_on <= ? AND " + tx.Seen("cu.detention_id", "detention")
	sums, err := tx.Sums("SELECT COUNT(*)"+from, tx.Today())
	if err != nil {
		return nil, 0, err
	}
	total, err := strconv.Atoi(sums[0][0])
	if err != nil || total == 0 {
		return nil, 0, err
	}
	rows, err := tx.Sums("SELECT hp.id, hp.ref, hp.kind, hp.title, s.state, s.last, hp.title_arab FROM (SELECT cu.person_id AS person_id, cu.state AS state, cu.last_confirmed AS last, cu.stale_on AS stale_on"+from+
		" ORDER BY cu.stale_on LIMIT "+strconv.Itoa(most)+") s JOIN head hp ON hp.id = s.person_id ORDER BY s.stale_on", tx.Today())
	var list []StaleCustody
	for _, r := range rows {
		list = append(list, StaleCustody{Ref: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3], Arab: r[6]}, State: r[4], LastConfirmed: r[5]})
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
	list, shown := make([]Unled, len(rows)), make([]form.Ref, len(rows))
	for i, r := range rows {
		list[i] = Unled{Ref: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, State: r[4], Since: r[5]}
		shown[i] = list[i].Ref
	}
	return list, total, errors.Join(err, tx.Showed(shown...))
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
	today := tx.Today()
	led, err := tx.Sums(`SELECT c.lead, COUNT(*) FROM head h JOIN casefile c ON c.id = h.id WHERE h.kind = 'case' AND h.voided = 0 AND h.state IN ('intake', 'open', 'dormant') AND c.lead > '' AND %SCOPE% GROUP BY c.lead`)
	if err != nil {
		return nil, err
	}
	tasks, err := tx.Sums(`SELECT t.assignee, COUNT(*), SUM(CASE WHEN t.due_latest > '' AND t.due_latest < ? THEN 1 ELSE 0 END) FROM head h JOIN task t ON t.id = h.id
		WHERE h.kind = 'task' AND h.voided = 0 AND h.state = 'open' AND t.assignee > '' AND %SCOPE% GROUP BY t.assignee`, today)
	if err != nil {
		return nil, err
	}
	carried, err := record.Fold(tx, "loads", "SELECT al.assignee, al.state, al.due FROM appeal_line al WHERE al.assignee > '' AND al.state IN ('draft', 'in_review', 'approved', 'sent', 'answered') AND "+tx.Seen("al.appeal_id", "appeal"), nil, func(rows iter.Seq[[]string]) map[[2]string][2]int {
		at := map[[2]string][2]int{}
		for r := range rows {
			n := at[[2]string{r[0], r[1]}]
			n[0]++
			if r[2] > "" && r[2] < today {
				n[1]++
			}
			at[[2]string{r[0], r[1]}] = n
		}
		return at
	})
	list := map[string]Load{}
	for key, n := range carried {
		l := list[key[0]]
		if l.Appeals == nil {
			l.Appeals = map[string]int{}
		}
		l.Appeals[key[1]] += n[0]
		l.AllAppeals += n[0]
		l.Late += n[1]
		list[key[0]] = l
	}
	for _, r := range led {
		l := list[r[0]]
		l.Cases, _ = strconv.Atoi(r[1]) // counts are digits
		list[r[0]] = l
	}
	for _, r := range tasks {
		l := list[r[0]]
		l.Tasks, _ = strconv.Atoi(r[1])
		l.LateTasks, _ = strconv.Atoi(r[2])
		list[r[0]] = l
	}
	return list, err
}
