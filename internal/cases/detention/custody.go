package detention

import (
	"slices"
	"strings"

	"amparo/internal/edtf"
)

// The kinds of custody step.
const (
	StepArrest             = "arrest"
	StepHeld               = "held"
	StepTransfer           = "transfer"
	StepSeen               = "seen"
	StepVisit              = "visit"
	StepHearing            = "hearing"
	StepCharge             = "charge"
	StepSentence           = "sentence"
	StepHospital           = "hospital"
	StepIllTreatment       = "ill_treatment"
	StepCustodyDenied      = "custody_denied"
	StepConditionalRelease = "conditional_release"
	StepRelease            = "release"
	StepEscape             = "escape"
	StepHandover           = "handover"
	StepDeath              = "death"
	StepExecution          = "execution"
)

// StepKinds lists every kind of step in the order a list of choices shows them.
var StepKinds = []string{StepArrest, StepHeld, StepTransfer, StepSeen, StepVisit, StepHearing, StepCharge, StepSentence, StepHospital,
	StepIllTreatment, StepCustodyDenied, StepConditionalRelease, StepRelease, StepEscape, StepHandover, StepDeath, StepExecution}

// The states of custody. The first six mean in custody.
const (
	StateReported           = "reported"
	StateHeldKnown          = "held_known"
	StateHeldPlaceUncertain = "held_place_uncertain"
	StateWhereaboutsUnknown = "whereabouts_unknown"
	StateDisappeared        = "disappeared"
	StateInTransfer         = "in_transfer"
	StateConditionalRelease = "conditional_release"
	StateReleased           = "released"
	StateEscaped            = "escaped"
	StateHandedOver         = "handed_over"
	StateDied               = "died"
	StateExecuted           = "executed"
	StateTrailLost          = "trail_lost"
)

// CustodyStates lists every computed state, those in custody first.
var CustodyStates = []string{StateReported, StateHeldKnown, StateHeldPlaceUncertain, StateWhereaboutsUnknown, StateDisappeared, StateInTransfer,
	StateConditionalRelease, StateReleased, StateEscaped, StateHandedOver, StateDied, StateExecuted, StateTrailLost}

// InCustody reports whether a state means deprived of liberty.
func InCustody(state string) bool {
	i := slices.Index(CustodyStates, state)
	return i >= 0 && i < 6
}

// TrailLostAfter is after how many days without any word a detention that nothing has ended counts as "trail lost":
// five years. It is this office's own policy and no rule of law; a later word of any kind lifts it.
const TrailLostAfter = 5*365 + 1

// finals says which state a step that ends custody leads to.
var finals = map[string]string{
	StepConditionalRelease: StateConditionalRelease,
	StepRelease:            StateReleased,
	StepEscape:             StateEscaped,
	StepHandover:           StateHandedOver,
	StepDeath:              StateDied,
	StepExecution:          StateExecuted,
}

// Event is one custody step as the computation needs it.
type Event struct {
	ID       string
	Kind     string    // one of StepKinds
	Date     edtf.Date // may be zero
	Planned  bool      // has not happened; counts only for Status.Next
	Annulled bool      // entered by mistake; never counts
	Places   []string  // where held from then on; two or more mean one of them, not known which
	By       string    // who took or holds
	With     string    // who visited, treated or received
	Result   string    // of a visit: allowed, denied or unknown; empty is taken as having happened
	Known    string    // ISO day by which this was known: the date of its earliest document, else the day of entry
	Pos      int       // place in the order of entry; what has no date comes after the step before it
}

// Status is what is known of custody on one day.
type Status struct {
	State         string   // one of CustodyStates; "" before the episode began
	SinceEarliest string   // ISO bounds of the step that led to State; "" when unknown
	SinceLatest   string   //
	SinceEvent    string   // id of that step
	AsOf          string   // the day asked for
	Places        []string // where held; in state reported, where he would be if the next step has already happened
	Alternatives  bool     // Places are alternatives
	By            string
	DaysMin       int  // days in custody up to AsOf or to the end, at least
	DaysMax       int  // at most
	DaysOpen      bool // DaysMax is no limit, because the beginning is not known
	LastConfirmed string
	// LastConfirmedBy is the id of the step that confirmed custody last; LastConfirmed its day, at the latest.
	LastConfirmedBy string
	InCustody       bool
	Uncertain       bool   // a later step may already have happened
	Next            *Event // the earliest planned step
}

// Period is a stretch of days with one state and place. It runs from From until the day before To.
type Period struct {
	From         string // ISO day from which this is certain
	FromEarliest string // first day it may have begun; "" when unknown
	To           string // From of the next period; "" for the last
	State        string
	Places       []string
	By           string
	Confirmed    []string // ISO days inside on which custody was confirmed, ascending
	EventID      string   // the step that began it
}

// step is an event with the bounds that its neighbours leave it.
type step struct {
	Event
	earliest, latest string // effective; earliest may be ""
}

// firstDay stands for a beginning of which nothing at all is known.
const firstDay = "0000-01-01"

// ordered leaves out what is planned or annulled, sorts the rest and narrows each step's bounds by its neighbours'.
func ordered(events []Event) []step {
	var in []Event
	for _, e := range events {
		if e.Planned || e.Annulled {
			continue
		}
		if edtf.Day(e.Known).IsZero() {
			e.Known = ""
		}
		in = append(in, e)
	}
	slices.SortStableFunc(in, func(a, b Event) int {
		if a.Pos != b.Pos {
			return a.Pos - b.Pos
		}
		return strings.Compare(a.ID, b.ID)
	})
	// Undated steps follow the one entered before them, so steps are sorted in chains behind a dated one.
	type chain struct {
		date  edtf.Date
		steps []step
	}
	var chains []chain
	for _, e := range in {
		limit := e.Date.Latest
		if limit == "" || e.Known != "" && e.Known < limit {
			limit = e.Known
		}
		last := len(chains) - 1
		switch {
		case e.Date.Earliest != "":
			chains = append(chains, chain{e.Date, []step{{Event: e}}})
		case last >= 0 && (limit == "" || chains[last].date.Earliest <= limit):
			chains[last].steps = append(chains[last].steps, step{Event: e})
		case limit != "" && last >= 0:
			// It was known before the step entered just before it can have happened.
			chains = append(chains, chain{edtf.Day(limit), []step{{Event: e}}})
		default:
			chains = append(chains, chain{edtf.Date{}, []step{{Event: e}}})
		}
	}
	slices.SortStableFunc(chains, func(a, b chain) int {
		if a.date.IsZero() || b.date.IsZero() {
			return strings.Compare(a.date.Earliest, b.date.Earliest)
		}
		if c := strings.Compare(a.date.Earliest, b.date.Earliest); c != 0 {
			return c
		}
		if a.date.Latest != b.date.Latest {
			return edtf.Compare(a.date, b.date)
		}
		return strings.Compare(a.date.Clock, b.date.Clock)
	})
	var steps []step
	for _, c := range chains {
		steps = append(steps, c.steps...)
	}
	earliest := ""
	for i := range steps {
		s := &steps[i]
		earliest = max(earliest, s.Date.Earliest)
		s.earliest = earliest
		s.latest = s.Date.Latest
		// What a paper of March tells had happened by March, whatever window it gives.
		if s.Known != "" && s.Known >= s.Date.Earliest && (s.latest == "" || s.Known < s.latest) {
			s.latest = s.Known
		}
		if s.latest != "" {
			s.latest = max(s.latest, earliest)
		}
	}
	latest := ""
	for i := len(steps) - 1; i >= 0; i-- {
		s := &steps[i]
		if latest == "" || s.latest != "" && s.latest < latest {
			latest = s.latest
		}
		s.latest = latest
	}
	// With no bound at all, a step counts from as early as it may.
	for i := range steps {
		s := &steps[i]
		if s.latest == "" {
			if s.latest = max(s.earliest, firstDay); i > 0 {
				s.latest = max(s.latest, steps[i-1].latest)
			}
		}
	}
	return steps
}

// stated returns the bounds as the source gives them, or as the neighbours leave them where it gives none.
func (s step) stated() (earliest, latest string) {
	earliest, latest = s.Date.Earliest, s.Date.Latest
	if earliest == "" {
		earliest = s.earliest
	}
	if latest == "" {
		latest = s.latest
	}
	return earliest, latest
}

// confirms reports whether a step shows that the person was in custody on its day.
func (s step) confirms() bool {
	switch s.Kind {
	case StepArrest, StepHeld, StepTransfer, StepSeen, StepHearing, StepHospital, StepIllTreatment:
		return true
	case StepVisit:
		return s.tookPlace()
	}
	return false
}

func (s step) tookPlace() bool { return s.Result == "" || s.Result == "allowed" }

// movesOn reports whether a step can change state or place.
func (s step) movesOn() bool {
	switch s.Kind {
	case StepCharge, StepSentence, StepIllTreatment:
		return false
	case StepVisit, StepSeen, StepHospital:
		return len(s.Places) > 0
	case StepHearing:
		return false
	}
	return true
}

// custody is the state while it is being folded over the steps.
type custody struct {
	state  string
	places []string
	by     string
	since  step
	spells []spell
	// last is the latest day of any step; trail_lost counts from it.
	last        string
	confirmed   string
	confirmedBy string
	open        bool // the first step is not the beginning
}

// spell is one stretch in custody, with the bounds of its ends.
type spell struct {
	startEarliest, startLatest string
	endEarliest, endLatest     string
	ended                      bool
}

func (c *custody) set(s step, state string, places []string) {
	places = distinct(places)
	if c.state == state && slices.Equal(c.places, places) {
		if s.By != "" {
			c.by = s.By
		}
		return
	}
	c.state, c.places, c.since = state, places, s
}

func distinct(places []string) []string {
	var out []string
	for _, p := range places {
		if p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

func placed(places []string, none string) string {
	switch len(distinct(places)) {
	case 0:
		return none
	case 1:
		return StateHeldKnown
	}
	return StateHeldPlaceUncertain
}

func (c *custody) begin(s step) {
	earliest, latest := s.stated()
	c.spells = append(c.spells, spell{startEarliest: earliest, startLatest: latest})
}

// take applies one step that has happened.
func (c *custody) take(s step) {
	c.last = max(c.last, s.latest)
	if c.state == "" {
		c.begin(s)
		c.open = s.earliest == "" || s.Kind != StepArrest && s.Kind != StepHeld && s.Kind != StepTransfer
		c.set(s, StateReported, nil)
		c.by = s.By
	}
	if !InCustody(c.state) && !c.resume(s) {
		return
	}
	if s.confirms() {
		c.confirmed, c.confirmedBy = max(c.confirmed, s.latest), s.ID
	}
	if state, ok := finals[s.Kind]; ok {
		c.end(s, state)
		return
	}
	switch s.Kind {
	case StepArrest:
		if !InCustody(c.state) {
			c.set(s, StateReported, nil)
			c.by = s.By
		} else if c.by == "" {
			c.by = s.By
		}
	case StepHeld:
		if len(distinct(s.Places)) == 0 && c.state == StateDisappeared {
			return
		}
		// Until the first transfer whoever took him holds him, if no one else is named.
		by := s.By
		if by == "" && c.state == StateReported {
			by = c.by
		}
		c.move(s, placed(s.Places, StateWhereaboutsUnknown), by)
	case StepTransfer:
		c.move(s, placed(s.Places, StateInTransfer), s.By)
	case StepSeen, StepHospital:
		if len(distinct(s.Places)) > 0 {
			c.move(s, placed(s.Places, ""), s.By)
		}
	case StepVisit:
		switch {
		case !s.tookPlace():
		case len(distinct(s.Places)) > 0:
			c.move(s, placed(s.Places, ""), "")
		case c.state == StateDisappeared:
			c.set(s, StateWhereaboutsUnknown, nil)
		}
	case StepHearing:
		// Whoever is brought before a court is no longer concealed.
		if c.state == StateDisappeared {
			c.set(s, StateWhereaboutsUnknown, nil)
		}
	case StepCustodyDenied:
		c.set(s, StateDisappeared, nil)
	}
}

// move sets state and places, and who holds there: nobody known, unless said or the place is the same.
func (c *custody) move(s step, state, by string) {
	same := c.state == state && slices.Equal(c.places, distinct(s.Places))
	c.set(s, state, s.Places)
	if !same {
		c.by = by
	}
}

// resume reports whether a step changes anything after custody has ended. Death is the end. Being held again, surely
// later, begins a new spell; whoever was handed over or released on conditions can still come to another end.
func (c *custody) resume(s step) bool {
	if c.state == StateDied || c.state == StateExecuted {
		return false
	}
	_, ended := c.since.stated()
	later := s.Date.Earliest != "" && s.Date.Earliest > ended
	switch s.Kind {
	case StepArrest, StepHeld, StepTransfer:
		if later {
			c.begin(s)
		}
		return later
	case StepRelease:
		return c.state == StateConditionalRelease || c.state == StateHandedOver
	case StepDeath, StepExecution, StepEscape:
		return c.state == StateHandedOver
	}
	return false
}

func (c *custody) end(s step, state string) {
	earliest, latest := s.stated()
	if sp := &c.spells[len(c.spells)-1]; !sp.ended {
		sp.endEarliest, sp.endLatest, sp.ended = earliest, latest, true
	}
	c.set(s, state, s.Places)
	c.by = s.By
}

// days adds up the spells up to a day.
func (c *custody) days(day string) (least, most int) {
	for _, sp := range c.spells {
		endEarliest, endLatest := day, day
		if sp.ended {
			endEarliest, endLatest = clip(sp.endEarliest, day), clip(sp.endLatest, day)
		} else if c.state == StateTrailLost {
			endEarliest = clip(c.last, day)
		}
		lo := 0
		if endEarliest != "" {
			lo = max(0, edtf.DaysDiff(sp.startLatest, endEarliest))
		}
		hi := lo
		if sp.startEarliest != "" {
			hi = max(lo, edtf.DaysDiff(sp.startEarliest, endLatest))
		}
		least, most = least+lo, most+hi
	}
	return least, most
}

func clip(bound, day string) string {
	if bound > day {
		return day
	}
	return bound
}

// On returns what is known of custody on an ISO day, from all that is on file. A step counts from the day by which it
// has surely happened; between its first possible day and that one the state before it stands and Uncertain is set.
func On(events []Event, day string) Status {
	return on(ordered(events), events, day)
}

func on(steps []step, events []Event, day string) Status {
	st := Status{AsOf: day, Next: next(events)}
	if edtf.Day(day).IsZero() {
		return st
	}
	if len(steps) == 0 {
		// That the record exists is a report, of when nobody knows.
		st.State, st.InCustody, st.Uncertain, st.DaysOpen = StateReported, true, true, true
		return st
	}
	var c custody
	var pending []step
	for _, s := range steps {
		switch {
		case s.latest <= day:
			c.take(s)
		case s.earliest <= day:
			pending = append(pending, s)
		}
	}
	if c.state == "" {
		if len(pending) == 0 || pending[0].earliest == "" {
			return st
		}
		// Inside the window of the first step it may have happened already.
		s := pending[0]
		c.begin(s)
		c.set(s, StateReported, nil)
		c.by = s.By
		c.open = s.Kind != StepArrest && s.Kind != StepHeld && s.Kind != StepTransfer
		st.Uncertain = true
	} else if InCustody(c.state) && c.last != "" && edtf.DaysDiff(c.last, day) >= TrailLostAfter {
		c.state, c.places, c.by = StateTrailLost, nil, ""
		c.since = step{earliest: edtf.AddDays(c.last, TrailLostAfter), latest: edtf.AddDays(c.last, TrailLostAfter)}
	}
	places := c.places
	for _, s := range pending {
		if !s.movesOn() {
			continue
		}
		if c.state == StateReported && len(places) == 0 && len(s.Places) > 0 && s.Kind != StepArrest && finals[s.Kind] == "" {
			places = distinct(s.Places)
		}
		st.Uncertain = true
	}
	st.State, st.Places, st.By = c.state, slices.Clone(places), c.by
	st.Alternatives = len(places) > 1
	st.SinceEarliest, st.SinceLatest = c.since.stated()
	st.SinceEvent = c.since.ID
	st.DaysMin, st.DaysMax = c.days(day)
	st.DaysOpen = c.open
	st.LastConfirmed, st.LastConfirmedBy = c.confirmed, c.confirmedBy
	st.InCustody = InCustody(c.state)
	return st
}

// next returns the earliest planned step, also one whose day has passed: then it waits to be told whether it happened.
func next(events []Event) *Event {
	var best *Event
	for i := range events {
		e := &events[i]
		if !e.Planned || e.Annulled {
			continue
		}
		if best == nil || earlier(*e, *best) {
			best = e
		}
	}
	if best == nil {
		return nil
	}
	e := *best
	return &e
}

func earlier(a, b Event) bool {
	if c := edtf.Compare(a.Date, b.Date); c != 0 {
		return c < 0
	}
	return a.Pos < b.Pos || a.Pos == b.Pos && a.ID < b.ID
}

// Periods cuts the episode into stretches of one state and place, as On would answer on each of their days, sorted and
// without gaps. Those that begin after today are left out; with "9999-12-31" nothing is, and the trail that will be lost
// if no word comes is among them, so that a stored table stays true as time goes on. Without steps there are none.
func Periods(events []Event, today string) []Period {
	steps := ordered(events)
	var days []string
	for _, s := range steps {
		days = append(days, s.latest, edtf.AddDays(s.latest, TrailLostAfter))
		if s.earliest != "" {
			days = append(days, s.earliest)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	var out []Period
	for _, day := range days {
		if day == "" || day > today {
			continue
		}
		st := on(steps, nil, day)
		if st.State == "" {
			continue
		}
		p := Period{From: day, FromEarliest: st.SinceEarliest, State: st.State, Places: st.Places, By: st.By, EventID: st.SinceEvent}
		if n := len(out); n > 0 {
			last := &out[n-1]
			if last.State == p.State && last.By == p.By && last.EventID == p.EventID && slices.Equal(last.Places, p.Places) {
				continue
			}
			last.To = day
		}
		out = append(out, p)
	}
	for _, s := range steps {
		if !s.confirms() {
			continue
		}
		for i := range out {
			p := &out[i]
			if s.latest >= p.From && (p.To == "" || s.latest < p.To) && !slices.Contains(p.Confirmed, s.latest) && s.latest <= today && InCustody(p.State) {
				p.Confirmed = append(p.Confirmed, s.latest)
			}
		}
	}
	for i := range out {
		slices.Sort(out[i].Confirmed)
	}
	return out
}

// Stale reports whether nothing has confirmed custody for limitDays up to an ISO day: 30, or 7 at high risk.
func Stale(st Status, day string, limitDays int) bool {
	if !st.InCustody {
		return false
	}
	return st.LastConfirmed == "" || edtf.DaysDiff(st.LastConfirmed, day) >= limitDays
}
