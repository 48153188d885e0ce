package cases

import (
	"cmp"
	"slices"

	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/response"
	"amparo/internal/edtf"
	"amparo/internal/record"
)

// DemandStanding is where a demand stood on a day, from what is on file now.
type DemandStanding struct {
	State, Grade  string
	Asked         bool // it had left the house, or others had made it
	Answered      bool // somebody had spoken to it
	Overdue       int  // days since it was due, while it was waited for; 0 else
	LapseProposed bool // its day had passed and nobody had confirmed what became of it
}

// AppealStanding is where an appeal stood on a day.
type AppealStanding struct {
	State   string
	Due     string // ISO day of what was due next, "" for nothing
	Overdue int    // days since then, 0 while there was time
}

// dated is a state that began on a day; "" is the beginning of all.
type dated struct{ day, state string }

// last is the state of the latest that had begun by a day.
func last(list []dated, day, otherwise string) string {
	slices.SortStableFunc(list, func(a, b dated) int { return cmp.Compare(a.day, b.day) })
	for _, d := range list {
		if d.day <= day {
			otherwise = d.state
		}
	}
	return otherwise
}

// asking is what appeals and their demands are judged by on a day, read in a
// number of questions that does not grow with them.
type asking struct {
	day, today string
	appeals    map[string]*record.Sheet
	moves      map[string][]dated              // made on records of those ids, by name instead of state
	answers    map[string][]*response.Response // by the demand they speak to
}

// readAsking reads with the program's own eyes: a state must not depend on who looks.
func readAsking(tx *record.Tx, day string, demands []*record.Sheet, appealIDs map[string]bool) (asking, error) {
	sys := tx.AsSystem("where it stood follows from all that is on file")
	k := asking{day: day, today: tx.Today(), appeals: map[string]*record.Sheet{}, moves: map[string][]dated{}, answers: map[string][]*response.Response{}}
	ids := map[string]bool{}
	var asked []string
	for _, s := range demands {
		asked, ids[s.Head.ID] = append(asked, s.Head.ID), true
		if of := record.As[*demand.Demand](s).Appeal.ID; of != "" {
			appealIDs[of] = true
		}
	}
	if len(appealIDs) > 0 {
		list, err := sys.Where("appeal", "h.id IN ?", keys(appealIDs))
		if err != nil {
			return k, err
		}
		for _, s := range list {
			k.appeals[s.Head.ID], ids[s.Head.ID] = s, true
		}
	}
	list, err := sys.Tied("response", "answers", asked...)
	if err != nil {
		return k, err
	}
	for _, s := range list {
		r := record.As[*response.Response](s)
		for _, d := range r.Answers {
			k.answers[d.ID] = append(k.answers[d.ID], r)
		}
	}
	if day >= k.today || len(ids) == 0 {
		return k, nil
	}
	rows, err := sys.Rows(`SELECT tr.record_id, tr.at, tr.move FROM trail tr JOIN head h ON h.id = tr.record_id WHERE tr.record_id IN ? AND tr.move <> '' AND %SCOPE% ORDER BY tr.n`, keys(ids))
	for _, r := range rows {
		k.moves[r[0]] = append(k.moves[r[0]], dated{r[1][:10], r[2]})
	}
	return k, err
}

// sentBy tells whether an appeal had left the house by the day; one by others has.
func (k asking) sentBy(a *appeal.Appeal) bool {
	if a.Observed() {
		return true
	}
	first := a.FirstSent()
	return !first.IsZero() && first.Earliest <= k.day
}

// indoors are the moves of an appeal before it leaves the house.
var indoors = map[string]string{"submit": appeal.InReview, "return": appeal.Draft, "approve": appeal.Approved, "revise": appeal.Draft, "withdraw": appeal.Withdrawn}

// state is that of an appeal; answered tells whether any of its demands was.
func (k asking) state(s *record.Sheet, answered bool) string {
	a := record.As[*appeal.Appeal](s)
	if k.day >= k.today {
		return s.Head.State
	}
	if k.sentBy(a) {
		now := appeal.Sent
		if answered {
			now = appeal.Answered
		}
		var over []dated
		for _, m := range k.moves[s.Head.ID] {
			switch m.state {
			case "close":
				over = append(over, dated{m.day, appeal.Closed})
			case "withdraw":
				over = append(over, dated{m.day, appeal.Withdrawn})
			case "reopen":
				over = append(over, dated{m.day, now})
			}
		}
		return last(over, k.day, now)
	}
	var steps []dated
	for _, m := range k.moves[s.Head.ID] {
		if to := indoors[m.state]; to != "" {
			steps = append(steps, dated{m.day, to})
		}
	}
	return last(steps, k.day, appeal.Draft)
}

// answered tells whether somebody had spoken to a demand. An answer of no known
// day counts: nobody says that it came later.
func (k asking) answered(demandID string) bool {
	return slices.ContainsFunc(k.answers[demandID], func(r *response.Response) bool { return r.Date.Earliest <= k.day })
}

// judged are the moves that give a demand a state without an assessment.
var judged = map[string]string{"acknowledge": demand.Acknowledged, "supersede": demand.Superseded, "withdraw": demand.Withdrawn}

// becoming are the states that confirmed outcomes gave.
var becoming = map[string]string{"met": demand.Met, "partly_met": demand.PartlyMet, "pledged": demand.Pledged, "rejected": demand.Rejected, "lapsed": demand.Lapsed, "regressed": demand.Regressed}

func (k asking) demand(s *record.Sheet) DemandStanding {
	d := record.As[*demand.Demand](s)
	out := DemandStanding{State: s.Head.State, Grade: d.Grade(k.day), Answered: k.answered(s.Head.ID), Asked: d.Appeal.ID == ""}
	if k.day < k.today {
		var became []dated
		for _, a := range d.Assessments {
			if to := becoming[a.Outcome]; a.Confirmed && to != "" {
				became = append(became, dated{a.Date.Earliest, to})
			}
		}
		for _, m := range k.moves[s.Head.ID] {
			if to := judged[m.state]; to != "" {
				became = append(became, dated{m.day, to})
			}
		}
		out.State = last(became, k.day, demand.Open)
	}
	open := true
	if of := k.appeals[d.Appeal.ID]; of != nil {
		out.Asked = k.sentBy(record.As[*appeal.Appeal](of))
		state := k.state(of, false)
		open = state == appeal.Sent || state == appeal.Answered
	}
	if out.Asked && open && slices.Contains(demand.Waiting, out.State) && d.Due.Latest != "" && d.Due.Latest < k.day {
		out.Overdue, out.LapseProposed = edtf.DaysDiff(d.Due.Latest, k.day), true
	}
	return out
}

// DemandStandings computes where demands stood on an ISO day, by their ids.
func DemandStandings(tx *record.Tx, day string, demands ...*record.Sheet) (map[string]DemandStanding, error) {
	out := make(map[string]DemandStanding, len(demands))
	k, err := readAsking(tx, day, demands, map[string]bool{})
	for _, s := range demands {
		out[s.Head.ID] = k.demand(s)
	}
	return out, err
}

// AppealStandings computes where appeals stood on an ISO day, by their ids.
func AppealStandings(tx *record.Tx, day string, appeals ...*record.Sheet) (map[string]AppealStanding, error) {
	out := make(map[string]AppealStanding, len(appeals))
	ids := map[string]bool{}
	for _, s := range appeals {
		ids[s.Head.ID] = true
	}
	if len(ids) == 0 {
		return out, nil
	}
	sys := tx.AsSystem("where it stood follows from all that is on file")
	list, err := sys.Tied("demand", "appeal", keys(ids)...)
	if err != nil {
		return nil, err
	}
	k, err := readAsking(tx, day, list, ids)
	if err != nil {
		return nil, err
	}
	due := map[string]string{}
	sooner := func(id, day string) {
		if day != "" && (due[id] == "" || day < due[id]) {
			due[id] = day
		}
	}
	answered := map[string]bool{}
	for _, s := range list {
		d := record.As[*demand.Demand](s)
		st := k.demand(s)
		answered[d.Appeal.ID] = answered[d.Appeal.ID] || st.Answered
		if st.Asked && slices.Contains(demand.Waiting, st.State) {
			sooner(d.Appeal.ID, d.Due.Latest)
		}
	}
	rows, err := sys.Rows(`SELECT dl.about_id, dl.due FROM deadline dl JOIN head h ON h.id = dl.about_id
		WHERE dl.about_id IN ? AND (dl.met_on = '' OR dl.met_on > ?) AND dl.trigger_earliest <= ? AND %SCOPE%`, keys(ids), day, day)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		sooner(r[0], r[1])
	}
	for _, s := range appeals {
		st := AppealStanding{State: k.state(s, answered[s.Head.ID])}
		switch st.State {
		case appeal.Draft, appeal.InReview, appeal.Approved:
			sooner(s.Head.ID, record.As[*appeal.Appeal](s).SendBy.Latest)
			st.Due = due[s.Head.ID]
		case appeal.Sent, appeal.Answered:
			st.Due = due[s.Head.ID]
		}
		if st.Due != "" && st.Due < day {
			st.Overdue = edtf.DaysDiff(st.Due, day)
		}
		out[s.Head.ID] = st
	}
	return out, nil
}
