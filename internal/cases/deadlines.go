package cases

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"amparo/internal/deadline"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Owed is one deadline that follows from a record, as it stands today.
type Owed struct {
	Due
	About     form.Ref
	CaseID    string
	Assignee  string // account id: who the appeal is given to, else who leads the case; "" for nobody
	Confirmed bool   // the rule was held against its source
	Status    string // one of deadline.Statuses
	Days      int    // left; below zero late
}

// OwedQuery chooses deadlines; what is empty chooses all.
type OwedQuery struct {
	Assignee string // account id
	CaseID   string
	AboutID  string
	Rule     string
	Status   string // one of deadline.Statuses, or Running
	Later    bool   // the latest due day first
	Page     int    // from 1
	PerPage  int
}

// DueRules lists the rules that deadlines go by: those of the table that are not
// mere extensions, and the due day that an appeal sets itself.
func DueRules() []string {
	list := []string{RuleDemand}
	for _, r := range deadline.Rules() {
		if r.Extends == "" && !slices.Contains(list, r.Code) {
			list = append(list, r.Code)
		}
	}
	return list
}

const (
	// owedFrom joins deadlines (d) with the head they follow from (h), within scope. What is over with its case is
	// over: only what was met stays to be seen.
	owedFrom = ` FROM deadline d JOIN head h ON h.id = d.about_id LEFT JOIN demand dm ON dm.id = d.about_id
		LEFT JOIN appeal ap ON ap.id = COALESCE(NULLIF(dm.appeal, ''), d.about_id) LEFT JOIN casefile cf ON cf.id = d.case_id LEFT JOIN head hc ON hc.id = d.case_id
		WHERE h.voided = 0 AND d.due > '' AND (hc.id IS NULL OR hc.voided = 0 AND (d.met_on <> '' OR hc.state NOT IN ('closed', 'archived', 'rejected'))) AND %SCOPE%`
	// owedBy is whose deadline it is.
	owedBy = `COALESCE(NULLIF(ap.assignee, ''), cf.lead, '')`
)

// Running is what has not been met yet, whether late or not.
const Running = "running"

// statusSQL says in the database what a status is; each ? is today.
var statusSQL = map[string]string{
	"":                "1=1",
	Running:           "d.met_on = ''",
	deadline.Met:      "d.met_on <> ''",
	deadline.Overdue:  "d.met_on = '' AND d.due < ?",
	deadline.Extended: "d.met_on = '' AND d.due >= ? AND d.extended = 1",
	deadline.Open:     "d.met_on = '' AND d.due >= ? AND d.extended = 0",
}

func (q OwedQuery) where(today string) (string, []any) {
	condition, known := statusSQL[q.Status]
	if !known {
		condition = "1=0"
	}
	sql, args := " AND "+condition, []any{}
	if strings.Contains(condition, "?") {
		args = append(args, today)
	}
	for _, one := range []struct{ column, value string }{{owedBy, q.Assignee}, {"d.case_id", q.CaseID}, {"d.about_id", q.AboutID}, {"d.rule", q.Rule}} {
		if one.value != "" {
			sql += " AND " + one.column + " = ?"
			args = append(args, one.value)
		}
	}
	return sql, args
}

// Deadlines reads one page of deadlines by their due day, with the number of all.
func Deadlines(tx *record.Tx, q OwedQuery) ([]Owed, int, error) {
	calendar, err := tx.Calendar()
	if err != nil {
		return nil, 0, err
	}
	today := tx.Today()
	where, args := q.where(today)
	sums, err := tx.Sums("SELECT COUNT(*)"+owedFrom+where, args...)
	if err != nil {
		return nil, 0, err
	}
	total, err := strconv.Atoi(sums[0][0])
	if err != nil {
		return nil, 0, err
	}
	order := " ORDER BY d.due, d.rule, h.seq"
	if q.Later {
		order = " ORDER BY d.due DESC, d.rule, h.seq"
	}
	rows, err := tx.Rows(`SELECT h.id, h.ref, h.kind, h.title, d.case_id, d.rule, d.trigger_earliest, d.trigger_latest, d.due, d.owes, d.estimated, d.extended, d.met_on, `+owedBy+
		owedFrom+where+order+" LIMIT ? OFFSET ?", append(args, q.PerPage, (q.Page-1)*q.PerPage)...)
	if err != nil {
		return nil, 0, err
	}
	list, about := make([]Owed, len(rows)), make([]form.Ref, len(rows))
	for i, r := range rows {
		o := Owed{About: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, CaseID: r[4], Assignee: r[13],
			Due: Due{Rule: r[5], Trigger: deadline.Trigger{Earliest: r[6], Latest: r[7]}, Day: r[8], Owes: r[9], Estimated: r[10] == "1", Extended: r[11] == "1", MetOn: r[12]}}
		longer := ""
		if o.Extended {
			longer = o.Day
		}
		o.Status, o.Days = deadline.Status(o.Day, max(today, o.MetOn), o.MetOn, longer), deadline.Days(o.Day, today)
		o.Confirmed = confirmed(calendar, o.Due)
		list[i] = o
		about[i] = o.About
	}
	return list, total, tx.Showed(about...)
}

// confirmed tells whether the rule of a deadline was held against its source; a
// day that we set ourselves needs none.
func confirmed(c deadline.Calendar, d Due) bool {
	rule, known := deadline.For(d.Rule, d.Trigger)
	return !known || c.Confirms(rule)
}

// Told counts what the actor is to be told of today: his deadlines of which it
// is a day to remind, and those that are overdue.
func Told(tx *record.Tx) (due, overdue int, err error) {
	today := tx.Today()
	where, args := OwedQuery{Assignee: tx.Actor.ID, Status: deadline.Overdue}.where(today)
	rows, err := tx.Rows("SELECT COUNT(*)"+owedFrom+where, args...)
	if err != nil {
		return 0, 0, err
	}
	if overdue, err = strconv.Atoi(rows[0][0]); err != nil {
		return 0, 0, err
	}
	where, args = OwedQuery{Assignee: tx.Actor.ID, Status: Running}.where(today)
	rows, err = tx.Rows("SELECT d.trigger_earliest, d.trigger_latest, d.owes, d.due"+owedFrom+where+" AND d.due >= ?", append(args, today)...)
	for _, r := range rows {
		start := deadline.Trigger{Earliest: r[0], Latest: r[1]}.Counted(r[2])
		if slices.Contains(deadline.Reminders(start, r[3]), today) {
			due++
		}
	}
	return due, overdue, err
}

// DayDue is what is due on a day, as a number only.
type DayDue struct {
	Day       string
	Rule      string // "" for tasks
	Estimated bool
	N         int
}

// DuesBetween counts the actor's deadlines and tasks of the days from one to another,
// by day.
func DuesBetween(tx *record.Tx, from, to string) ([]DayDue, error) {
	where, args := OwedQuery{Assignee: tx.Actor.ID, Status: Running}.where(tx.Today())
	rows, err := tx.Rows("SELECT d.due, d.rule, d.estimated, COUNT(*)"+owedFrom+where+" AND d.due BETWEEN ? AND ? GROUP BY d.due, d.rule, d.estimated ORDER BY d.due, d.rule, d.estimated", append(args, from, to)...)
	if err != nil {
		return nil, err
	}
	tasks, err := tx.Rows(`SELECT t.due_latest, '', 0, COUNT(*) FROM task t JOIN head h ON h.id = t.id
		WHERE h.voided = 0 AND h.state = 'open' AND t.assignee = ? AND t.due_latest BETWEEN ? AND ? AND %SCOPE% GROUP BY t.due_latest ORDER BY t.due_latest`, tx.Actor.ID, from, to)
	if err != nil {
		return nil, err
	}
	var list []DayDue
	for _, r := range append(rows, tasks...) {
		n, err := strconv.Atoi(r[3])
		if err != nil {
			return nil, err
		}
		list = append(list, DayDue{Day: r[0], Rule: r[1], Estimated: r[2] == "1", N: n})
	}
	slices.SortStableFunc(list, func(a, b DayDue) int { return strings.Compare(a.Day, b.Day) })
	return list, nil
}

// CountAgain renews the deadlines that are counted in working days, after the
// office's holidays or its weekend have changed.
func CountAgain(tx *record.Tx) error {
	var rules []string
	for _, r := range deadline.Rules() {
		if r.Unit == deadline.WorkingDays {
			rules = append(rules, r.Code)
		}
	}
	return countAgain(tx, "appeal", "h.id IN (SELECT d.about_id FROM deadline d WHERE d.rule IN ?)", rules)
}

// CountByNewRules renews all deadlines once where this program has another table
// of rules than the one that counted them last.
func CountByNewRules(ctx context.Context, b *record.Book) error {
	return b.Anew(ctx, "deadlines", deadline.Edition(), func(tx *record.Tx) error {
		for _, of := range []struct{ kind, which string }{
			{"appeal", "1=1"},
			{"detention", "h.id IN (SELECT cu.detention_id FROM custody cu WHERE cu.in_custody = 1)"},
			{"person", "h.id IN (SELECT d.about_id FROM deadline d)"},
		} {
			if err := countAgain(tx, of.kind, of.which); err != nil {
				return err
			}
		}
		return nil
	})
}

// countAgain renews what is due for records of a kind, a few of them at a time.
func countAgain(tx *record.Tx, kind, which string, args ...any) error {
	rows, err := tx.Rows("SELECT h.id FROM head h WHERE h.kind = '"+kind+"' AND h.voided = 0 AND "+which+" AND %SCOPE%", args...)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(rows, 500) {
		ids := make([]string, len(chunk))
		for i, r := range chunk {
			ids[i] = r[0]
		}
		sheets, err := tx.Where(kind, "h.id IN ?", ids)
		if err != nil {
			return err
		}
		for _, s := range sheets {
			switch kind {
			case "appeal":
				err = keepAppeal(tx, s.Head.ID)
			case "detention":
				err = keepCustody(tx, s, s)
			case "person":
				err = keepConsents(tx, s)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
