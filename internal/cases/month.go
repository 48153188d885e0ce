package cases

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"amparo/internal/auth"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/detention"
	"amparo/internal/form"
	"amparo/internal/record"
)

// The figures of a month. Each counts what every colleague may see, whoever asks,
// so that they are the same for all and tell nothing of a restricted case.
const (
	MonthAppeals    = "appeals"    // sent by us
	MonthAsked      = "asked"      // demands
	MonthAnswered   = "answered"   // demands that somebody spoke to for the first time
	MonthMet        = "met"        // demands, as a supervisor confirmed
	MonthPartlyMet  = "partly_met" // the same
	MonthRefused    = "refused"    // demands
	MonthUnanswered = "unanswered" // demands whose time ran out without a word
	MonthDetentions = "detentions" // begun
	MonthReleases   = "releases"
	MonthHeld       = "in_custody" // people, at its end
)

// The figures in the order in which they are told: those of demands, and those of
// people, with the appeals sent.
var (
	DemandFigures = []string{MonthAsked, MonthAnswered, MonthMet, MonthPartlyMet, MonthRefused, MonthUnanswered}
	PeopleFigures = []string{MonthAppeals, MonthDetentions, MonthReleases, MonthHeld}
	MonthFigures  = slices.Concat(DemandFigures, PeopleFigures)
)

// MonthBy are what a month is told by: whose turn it was to act, where, and what was asked.
var MonthBy = []string{"body", "country", "kind"}

// Month is what a calendar month brought.
type Month struct {
	Name        string // YYYY-MM
	First, Last string // days
	Ended       bool
	FrozenAt    string // moment; "" while it is not frozen
	FrozenBy    string // account
	All         map[string]int
	By          map[string][]MonthRow
}

// MonthRow is the figures of one body, country or kind.
type MonthRow struct {
	Key  string // an id or a code; "" where none is given
	Body form.Ref
	N    map[string]int
}

// MonthCalled gives the month of that name; ok is false where it is none, or has
// not begun.
func MonthCalled(name, today string) (m Month, ok bool) {
	t, err := time.Parse("2006-01", name)
	if err != nil || len(name) != 7 || name > today[:7] || name < "1900" {
		return m, false
	}
	m = Month{Name: name, First: name + "-01", Last: t.AddDate(0, 1, -1).Format(time.DateOnly)}
	m.Ended = m.Last < today
	return m, true
}

// about is what the history calls a month.
func (m Month) about() string { return "month " + m.Name }

// counting is SQL of all that a month counts, as it is on file now: the figure, the
// record that says so, what is counted once, and by what it is told. Each thing
// belongs to one month alone; an uncertain date to that of its last day.
func (m Month) counting(today string) string {
	ended := func(column, state string) string {
		return "SELECT '" + column + "', dl.demand_id, dl.demand_id, dl.country, dl.kind, d.targets FROM demand_line dl JOIN demand d ON d.id = dl.demand_id WHERE dl.asked = 1 AND dl.state = '" + state + "' AND dl.outcome_on BETWEEN {first} AND {last}"
	}
	const ofCustody = " FROM custody_period cp JOIN custody cu ON cu.detention_id = cp.detention_id LEFT JOIN casefile cf ON cf.id = cu.case_id WHERE "
	sql := strings.Join([]string{
		`SELECT 'asked' AS figure, dl.demand_id AS id, dl.demand_id AS one, dl.country AS country, dl.kind AS kind, d.targets AS bodies FROM demand_line dl JOIN demand d ON d.id = dl.demand_id WHERE dl.asked = 1 AND dl.asked_on BETWEEN {first} AND {last}`,
		`SELECT 'answered', dl.demand_id, dl.demand_id, dl.country, dl.kind, d.targets FROM demand_line dl JOIN demand d ON d.id = dl.demand_id WHERE dl.asked = 1 AND dl.answered_on BETWEEN {first} AND {last}`,
		ended(MonthMet, demand.Met), ended(MonthPartlyMet, demand.PartlyMet), ended(MonthRefused, demand.Rejected),
		`SELECT 'unanswered', dl.demand_id, dl.demand_id, dl.country, dl.kind, d.targets FROM demand_line dl JOIN demand d ON d.id = dl.demand_id WHERE dl.asked = 1 AND dl.due BETWEEN {first} AND {last} AND dl.due < {today}
			AND (dl.answered = 0 OR dl.answered_on > dl.due) AND NOT (dl.outcome_on > '' AND dl.outcome_on <= dl.due) AND dl.state NOT IN ('` + demand.Superseded + `', '` + demand.Withdrawn + `')`,
		`SELECT 'appeals', t.id, t.id, COALESCE(cf.country, ''), '', '' FROM appeal_line al JOIN appeal t ON t.id = al.appeal_id JOIN head ht ON ht.id = t.id LEFT JOIN casefile cf ON cf.id = ht.case_id
			WHERE al.sent_earliest BETWEEN {first} AND {last} AND t."by" <> '` + appeal.Others + `'`,
		`SELECT 'detentions', cp.detention_id, cp.detention_id, COALESCE(cf.country, ''), '', ''` + ofCustody + `cp.n = 0 AND cp.in_custody = 1 AND cp.from_day BETWEEN {first} AND {last}`,
		`SELECT 'releases', cp.detention_id, cp.detention_id, COALESCE(cf.country, ''), '', ''` + ofCustody + `cp.from_day BETWEEN {first} AND {last} AND cp.state IN ('` + detention.StateReleased + `', '` + detention.StateConditionalRelease + `')
			AND EXISTS (SELECT 1 FROM custody_period b WHERE b.detention_id = cp.detention_id AND b.n = cp.n - 1 AND b.in_custody = 1)`,
		`SELECT 'in_custody', cp.detention_id, cu.person_id, COALESCE(cf.country, ''), '', ''` + ofCustody + `cp.in_custody = 1 AND cp.from_day <= {end} AND (cp.to_day = '' OR cp.to_day > {end})`,
	}, "\n\t\tUNION ALL ")
	// Days are digits and dashes.
	return strings.NewReplacer("{first}", "'"+m.First+"'", "{last}", "'"+m.Last+"'", "{today}", "'"+today+"'", "{end}", "'"+min(m.Last, today)+"'").Replace(sql)
}

// counted is the rows that a month counts: those kept when it was frozen, else
// those on file. Alias m, with the records as h.
func (m Month) counted(today string) string {
	if m.FrozenAt != "" {
		return m.kept() + " JOIN head h ON h.id = m.id WHERE %SCOPE%"
	}
	return "(" + m.counting(today) + ") m JOIN head h ON h.id = m.id WHERE h.voided = 0 AND %SCOPE%"
}

// kept is the rows of a frozen month, whatever became of their records.
func (m Month) kept() string {
	return "(SELECT mr.figure, mr.record_id AS id, mr.one, mr.country, mr.kind, mr.bodies FROM month_row mr WHERE mr.month = '" + m.Name + "') m"
}

// ReadMonth fills in the figures of a month.
func ReadMonth(tx *record.Tx, m Month) (Month, error) {
	frozen, err := tx.AsSystem("whether a month is frozen is no secret of a case").Rows("SELECT mr.frozen_at, mr.frozen_by FROM month_report mr LEFT JOIN head h ON 1 = 0 WHERE mr.month = ? AND %SCOPE%", m.Name)
	if err != nil {
		return m, err
	}
	if len(frozen) > 0 {
		m.FrozenAt, m.FrozenBy = frozen[0][0], frozen[0][1]
	}
	all, from := tx.AsColleague(), m.counted(tx.Today())
	if m.FrozenAt != "" { // a figure that fell would tell that something was closed since
		all, from = tx.AsSystem("what was frozen was told to every colleague"), m.kept()+" LEFT JOIN head h ON 1 = 0 WHERE %SCOPE%"
	}
	rows, err := all.Sums("SELECT g.figure, g.country, g.kind, g.bodies, COUNT(*) FROM (SELECT m.figure AS figure, m.one AS one, MIN(m.country) AS country, MIN(m.kind) AS kind, MIN(m.bodies) AS bodies FROM " +
		from + " GROUP BY m.figure, m.one) g GROUP BY g.figure, g.country, g.kind, g.bodies")
	if err != nil {
		return m, err
	}
	m.All, m.By = map[string]int{}, map[string][]MonthRow{}
	for _, r := range rows {
		n, err := strconv.Atoi(r[4])
		if err != nil {
			return m, err
		}
		figure := r[0]
		m.All[figure] += n
		m.add("country", r[1], figure, n)
		if slices.Contains(DemandFigures, figure) {
			m.add("kind", r[2], figure, n)
			for body := range strings.SplitSeq(r[3], "\n") {
				m.add("body", body, figure, n)
			}
		}
	}
	return m, m.settle(tx)
}

func (m Month) add(by, key, figure string, n int) {
	i := slices.IndexFunc(m.By[by], func(r MonthRow) bool { return r.Key == key })
	if i < 0 {
		i = len(m.By[by])
		m.By[by] = append(m.By[by], MonthRow{Key: key, N: map[string]int{}})
	}
	m.By[by][i].N[figure] += n
}

// settle names the bodies and puts first what is told of most. Bodies that are not
// in the shared register are told together with those that nobody named.
func (m Month) settle(tx *record.Tx) error {
	var ids []string
	for _, r := range m.By["body"] {
		ids = append(ids, r.Key)
	}
	titles, err := tx.AsColleague().Titles(ids...)
	if err != nil {
		return err
	}
	for by, list := range m.By {
		for i := range list {
			list[i].Body = titles[list[i].Key]
		}
		slices.SortFunc(list, func(a, b MonthRow) int {
			if d := b.sum() - a.sum(); d != 0 {
				return d
			}
			return strings.Compare(a.Key, b.Key)
		})
		m.By[by] = list
	}
	return nil
}

func (r MonthRow) sum() int {
	n := 0
	for _, one := range r.N {
		n += one
	}
	return n
}

// Counted is one record behind a figure, as it is called and stands today.
type Counted struct {
	form.Ref
	State  string
	Voided bool
}

// CountedIn lists the records behind a figure of a month that every colleague may
// see today, by body, country or kind where one is given, and how many they are.
// page begins at 1.
func CountedIn(tx *record.Tx, m Month, figure, by, key string, page, perPage int) ([]Counted, int, error) {
	where, args := " AND m.figure = ?", []any{figure}
	switch {
	case by == "body" && key == "":
		where += " AND m.bodies = ''"
	case by == "body":
		where, args = where+` AND ('
' || m.bodies || '
') LIKE ('%
' || ? || '
%')`, append(args, key)
	case by != "":
		where, args = where+" AND m."+by+" = ?", append(args, key) // by is one of MonthBy
	}
	rows, err := tx.AsColleague().Sums("SELECT h.id, h.ref, h.kind, h.title, h.state, h.voided, COUNT(*) OVER () FROM head h JOIN (SELECT m.one AS one, MIN(m.id) AS id FROM "+m.counted(tx.Today())+where+
		" GROUP BY m.one) c ON c.id = h.id ORDER BY h.seq LIMIT "+strconv.Itoa(perPage)+" OFFSET "+strconv.Itoa((page-1)*perPage), args...)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	total, err := strconv.Atoi(rows[0][6])
	list := make([]Counted, len(rows))
	for i, r := range rows {
		list[i] = Counted{Ref: form.Ref{ID: r[0], Ref: r[1], Kind: r[2], Title: r[3]}, State: r[4], Voided: r[5] == "1"}
	}
	return list, total, err
}

// FrozenMonth is one month that is frozen.
type FrozenMonth struct{ Name, At, By string }

// FrozenMonths lists them, newest first.
func FrozenMonths(tx *record.Tx) ([]FrozenMonth, error) {
	rows, err := tx.AsSystem("whether a month is frozen is no secret of a case").Rows("SELECT mr.month, mr.frozen_at, mr.frozen_by FROM month_report mr LEFT JOIN head h ON 1 = 0 WHERE %SCOPE% ORDER BY mr.month DESC")
	var list []FrozenMonth
	for _, r := range rows {
		list = append(list, FrozenMonth{r[0], r[1], r[2]})
	}
	return list, err
}

// The words of the history for months.
const (
	MonthFrozen = "freeze_month"
	MonthThawed = "thaw_month"
)

// monthRows reads the rows that a month counts, as cells of month_row without the month.
func monthRows(tx *record.Tx, m Month) ([][]string, error) {
	return tx.AsColleague().Rows("SELECT m.figure, m.id, m.one, m.country, m.kind, m.bodies FROM " + m.counted(tx.Today()) + " ORDER BY m.figure, m.id")
}

// fingerprint is a hash over all rows that a month counts.
func fingerprint(rows [][]string) string {
	sum := sha256.New()
	for _, r := range rows {
		fmt.Fprintf(sum, "%q\n", r)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Freeze keeps what a month that has ended counts, so that its figures stay as they
// are. The history keeps a hash of it.
func Freeze(tx *record.Tx, m Month) error {
	if !tx.Actor.May(auth.Lead) {
		return record.ErrForbidden
	}
	m, err := ReadMonth(tx, m)
	switch {
	case err != nil:
		return err
	case !m.Ended:
		return &record.NotOpen{Move: "freeze", Why: []record.Why{{Code: "month_not_over"}}}
	case m.FrozenAt != "":
		return &record.NotOpen{Move: "freeze", Why: []record.Why{{Code: "month_frozen"}}}
	}
	rows, err := monthRows(tx, m)
	if err != nil {
		return err
	}
	var cells []any
	for _, r := range rows {
		cells = append(cells, m.Name)
		for _, c := range r {
			cells = append(cells, c)
		}
	}
	hash := fingerprint(rows)
	if err := tx.Derive("INSERT INTO month_report (month, frozen_at, frozen_by, figures) VALUES (?,?,?,?)", m.Name, record.Moment(tx.At), tx.Actor.ID, hash); err != nil {
		return err
	}
	if err := tx.DeriveRows("month_row (month, figure, record_id, one, country, kind, bodies)", 7, cells); err != nil {
		return err
	}
	return tx.Enter(m.about(), MonthFrozen, "", []form.Change{{Field: "rows", After: hash}})
}

// Thaw lets a month count anew what is on file, for a reason that the history keeps.
func Thaw(tx *record.Tx, m Month, reason string) error {
	if !tx.Actor.May(auth.Lead) {
		return record.ErrForbidden
	}
	m, err := ReadMonth(tx, m)
	if err != nil {
		return err
	}
	if m.FrozenAt == "" {
		return &record.NotOpen{Move: "thaw", Why: []record.Why{{Code: "month_not_frozen"}}}
	}
	for _, table := range []string{"month_row", "month_report"} {
		if err := tx.Derive("DELETE FROM "+table+" WHERE month = ?", m.Name); err != nil {
			return err
		}
	}
	return tx.Enter(m.about(), MonthThawed, reason, nil)
}

// MonthHistory lists when a month was frozen and thawed, newest first.
func MonthHistory(tx *record.Tx, m Month) ([]record.Line, error) { return tx.Entries(m.about()) }

// MonthChange is what became of one figure since its month was frozen, as far as
// every colleague may see it: without numbers, which would tell what was closed.
type MonthChange struct {
	Came, Went []form.Ref // the first of them
	More       int        // beyond those
}

// mostChanged is how many records of a change are named.
const mostChanged = 20

// SinceFrozen tells what a month would count now that it did not when it was frozen,
// and the other way round, by figure.
func SinceFrozen(tx *record.Tx, m Month) (map[string]MonthChange, error) {
	then, err := monthRows(tx, m)
	if err != nil {
		return nil, err
	}
	fresh := m
	fresh.FrozenAt = ""
	now, err := monthRows(tx, fresh)
	if err != nil {
		return nil, err
	}
	key := func(r []string) [2]string { return [2]string{r[0], r[2]} }
	set := func(rows [][]string) map[[2]string]string {
		out := map[[2]string]string{}
		for _, r := range rows {
			out[key(r)] = r[1]
		}
		return out
	}
	was, is := set(then), set(now)
	out := map[string]MonthChange{}
	differ := func(list [][]string, from, other map[[2]string]string, put func(*MonthChange, form.Ref)) {
		for _, r := range list {
			k := key(r)
			if _, both := other[k]; both || from[k] != r[1] {
				continue
			}
			c := out[k[0]]
			if len(c.Came)+len(c.Went) < mostChanged {
				put(&c, form.Ref{ID: r[1]})
			} else {
				c.More++
			}
			out[k[0]] = c
		}
	}
	differ(now, is, was, func(c *MonthChange, r form.Ref) { c.Came = append(c.Came, r) })
	differ(then, was, is, func(c *MonthChange, r form.Ref) { c.Went = append(c.Went, r) })
	var ids []string
	for _, c := range out {
		for _, r := range slices.Concat(c.Came, c.Went) {
			ids = append(ids, r.ID)
		}
	}
	titles, err := tx.AsColleague().Titles(ids...)
	for figure, c := range out {
		for _, list := range [][]form.Ref{c.Came, c.Went} {
			for i := range list {
				list[i] = titles[list[i].ID]
			}
		}
		out[figure] = c
	}
	return out, err
}
