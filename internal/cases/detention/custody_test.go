package detention

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"amparo/internal/edtf"
)

// at is a step with a date and places; "" leaves it undated.
func at(kind, date string, places ...string) Event {
	e := Event{ID: kind, Kind: kind, Places: places}
	if date != "" {
		e.Date = edtf.Must(date)
	}
	return e
}

// row numbers steps in the order of entry.
func row(events ...Event) []Event {
	for i := range events {
		events[i].Pos = i
		events[i].ID = fmt.Sprintf("%s-%d", events[i].Kind, i)
	}
	return events
}

func known(day string, e Event) Event { e.Known = day; return e }
func result(r string, e Event) Event  { e.Result = r; return e }
func by(who string, e Event) Event    { e.By = who; return e }
func planned(e Event) Event           { e.Planned = true; return e }
func annulled(e Event) Event          { e.Annulled = true; return e }

// seven is one of several men taken in a window of months and moved, on an unknown day, to one of two places.
func seven() []Event {
	const paper = "2022-03-23"
	return row(
		known(paper, by("force one", at(StepArrest, "[2021-11..2022-03]"))),
		known(paper, at(StepHeld, "", "place one")),
		known(paper, at(StepTransfer, "", "place two", "place three")),
	)
}

func TestATransferToOneOfTwoPlacesLeavesThePlaceUncertain(t *testing.T) {
	st := On(seven(), "2022-03-23")
	if st.State != StateHeldPlaceUncertain || !slices.Equal(st.Places, []string{"place two", "place three"}) || !st.Alternatives || !st.InCustody || st.Uncertain {
		t.Errorf("%+v", st)
	}
	if st.By != "" {
		t.Errorf("held by %q, though nobody said who runs either place", st.By)
	}
}

func TestBeforeTheTransferIsCertainHeIsAtTheFirstPlace(t *testing.T) {
	for _, day := range []string{"2021-12-24", "2022-03-22"} {
		st := On(seven(), day)
		if st.State != StateReported || !slices.Equal(st.Places, []string{"place one"}) || !st.Uncertain || st.By != "force one" {
			t.Errorf("%s: %+v", day, st)
		}
	}
	if st := On(seven(), "2021-10-31"); st.State != "" || st.InCustody || st.DaysMax != 0 {
		t.Errorf("before anything happened: %+v", st)
	}
}

func TestDaysAreARangeBetweenTheStatedBounds(t *testing.T) {
	st := On(seven(), "2026-11-20")
	if st.DaysMin != 1695 || st.DaysMax != 1845 || st.DaysOpen {
		t.Errorf("%d–%d", st.DaysMin, st.DaysMax)
	}
	for _, c := range []struct {
		events    []Event
		day       string
		min, max  int
		unlimited bool
	}{
		{row(at(StepArrest, "2022-03-01"), at(StepRelease, "2022-03-11")), "2022-03-06", 5, 5, false},
		{row(at(StepArrest, "2022-03-01"), at(StepRelease, "2022-03-11")), "2025-01-01", 10, 10, false},
		{row(at(StepArrest, "2022-03-01"), at(StepRelease, "2022-04")), "2025-01-01", 31, 60, false},
		{row(at(StepArrest, "2022-03-01"), at(StepRelease, "2022-04")), "2022-04-10", 40, 40, false},
		{row(at(StepArrest, "2022-03-01"), at(StepConditionalRelease, "2022-03-11"), at(StepArrest, "2022-04-01"), at(StepRelease, "2022-04-06")), "2025-01-01", 15, 15, false},
		{row(at(StepArrest, "[2021-11..2022-03]")), "2022-01-10", 0, 70, false},
		{row(known("2022-03-23", at(StepArrest, ""))), "2022-04-02", 10, 10, true},
		{row(at(StepSeen, "2022-03-01", "place one")), "2022-03-11", 10, 10, true},
	} {
		st := On(c.events, c.day)
		if st.DaysMin != c.min || st.DaysMax != c.max || st.DaysOpen != c.unlimited {
			t.Errorf("%v on %s: %d–%d %v, want %d–%d %v", kinds(c.events), c.day, st.DaysMin, st.DaysMax, st.DaysOpen, c.min, c.max, c.unlimited)
		}
	}
}

func kinds(events []Event) (out []string) {
	for _, e := range events {
		out = append(out, e.Kind+" "+e.Date.Text)
	}
	return out
}

func TestEveryStepLeadsToItsState(t *testing.T) {
	arrest := at(StepArrest, "2022-01-01")
	for _, c := range []struct {
		name   string
		events []Event
		state  string
		places []string
	}{
		{"nothing on file", nil, StateReported, nil},
		{"arrest alone", row(arrest), StateReported, nil},
		{"arrest names where it happened, not where he is", row(at(StepArrest, "2022-01-01", "a street")), StateReported, nil},
		{"held at a place", row(arrest, at(StepHeld, "2022-01-02", "place one")), StateHeldKnown, []string{"place one"}},
		{"held at one of two", row(arrest, at(StepHeld, "2022-01-02", "place one", "place two")), StateHeldPlaceUncertain, []string{"place one", "place two"}},
		{"one place said twice", row(arrest, at(StepHeld, "2022-01-02", "place one", "place one")), StateHeldKnown, []string{"place one"}},
		{"held nobody says where", row(arrest, at(StepHeld, "2022-01-02")), StateWhereaboutsUnknown, nil},
		{"taken away", row(arrest, at(StepHeld, "2022-01-02", "place one"), at(StepTransfer, "2022-01-03")), StateInTransfer, nil},
		{"moved", row(arrest, at(StepHeld, "2022-01-02", "place one"), at(StepTransfer, "2022-01-03", "place two")), StateHeldKnown, []string{"place two"}},
		{"denied", row(arrest, at(StepHeld, "2022-01-02", "place one"), at(StepCustodyDenied, "2022-01-03")), StateDisappeared, nil},
		{"denied, and still nobody says where", row(arrest, at(StepCustodyDenied, "2022-01-03"), at(StepHeld, "2022-01-04")), StateDisappeared, nil},
		{"denied, then seen", row(arrest, at(StepCustodyDenied, "2022-01-03"), at(StepSeen, "2022-02-01", "place one")), StateHeldKnown, []string{"place one"}},
		{"denied, then seen nobody says where", row(arrest, at(StepCustodyDenied, "2022-01-03"), at(StepSeen, "2022-02-01")), StateDisappeared, nil},
		{"denied, then in hospital", row(arrest, at(StepCustodyDenied, "2022-01-03"), at(StepHospital, "2022-02-01", "clinic one")), StateHeldKnown, []string{"clinic one"}},
		{"denied, then before a court", row(arrest, at(StepCustodyDenied, "2022-01-03"), at(StepHearing, "2022-02-01", "court one")), StateWhereaboutsUnknown, nil},
		{"a hearing is not where he is held", row(arrest, at(StepHeld, "2022-01-02", "place one"), at(StepHearing, "2022-02-01", "court one")), StateHeldKnown, []string{"place one"}},
		{"charged and sentenced", row(arrest, at(StepHeld, "2022-01-02", "place one"), at(StepCharge, "2022-02-01"), at(StepSentence, "2022-03-01")), StateHeldKnown, []string{"place one"}},
		{"visited", row(arrest, result("allowed", at(StepVisit, "2022-02-01", "place one"))), StateHeldKnown, []string{"place one"}},
		{"visit denied", row(arrest, result("denied", at(StepVisit, "2022-02-01", "place one"))), StateReported, nil},
		{"out on conditions", row(arrest, at(StepConditionalRelease, "2022-02-01")), StateConditionalRelease, nil},
		{"out on conditions, then free", row(arrest, at(StepConditionalRelease, "2022-02-01"), at(StepRelease, "2022-03-01")), StateReleased, nil},
		{"out on conditions, then taken again", row(arrest, at(StepConditionalRelease, "2022-02-01"), at(StepHeld, "2022-03-01", "place one")), StateHeldKnown, []string{"place one"}},
		{"released", row(arrest, at(StepRelease, "2022-02-01")), StateReleased, nil},
		{"released, word of it before the sighting", row(arrest, at(StepRelease, "2022-02-01"), at(StepSeen, "2022-01-15", "place one")), StateReleased, nil},
		{"released, then seen", row(arrest, at(StepRelease, "2022-02-01"), at(StepSeen, "2022-02-15", "place one")), StateReleased, nil},
		{"released, held at a time that may be before", row(arrest, at(StepRelease, "2022-02"), at(StepHeld, "2022-02-15", "place one")), StateReleased, nil},
		{"released, later died at home", row(arrest, at(StepRelease, "2022-02-01"), at(StepDeath, "2022-03-01")), StateReleased, nil},
		{"escaped", row(arrest, at(StepEscape, "2022-02-01")), StateEscaped, nil},
		{"escaped and caught", row(arrest, at(StepEscape, "2022-02-01"), at(StepArrest, "2022-02-03")), StateReported, nil},
		{"handed over", row(arrest, at(StepHandover, "2022-02-01")), StateHandedOver, nil},
		{"handed over, then released", row(arrest, at(StepHandover, "2022-02-01"), at(StepRelease, "2022-03-01")), StateReleased, nil},
		{"died", row(arrest, at(StepDeath, "2022-02-01"), at(StepSeen, "2022-03-01", "place one"), at(StepArrest, "2022-04-01")), StateDied, nil},
		{"executed", row(arrest, at(StepExecution, "2022-02-01")), StateExecuted, nil},
		{"planned release", row(arrest, planned(at(StepRelease, "2022-02-01"))), StateReported, nil},
		{"annulled release", row(arrest, annulled(at(StepRelease, "2022-02-01"))), StateReported, nil},
	} {
		st := On(c.events, "2022-12-31")
		if st.State != c.state || !slices.Equal(st.Places, c.places) || st.InCustody != InCustody(c.state) {
			t.Errorf("%s: %s %v, want %s %v", c.name, st.State, st.Places, c.state, c.places)
		}
	}
}

func TestAnyDayInThePastCanBeAsked(t *testing.T) {
	events := row(
		by("force one", at(StepArrest, "2022-01-01")), at(StepHeld, "2022-01-02", "place one"),
		by("force two", at(StepTransfer, "2022-02-01", "place two")), at(StepCustodyDenied, "2022-03-01"), at(StepRelease, "2022-04-01"),
	)
	for _, c := range []struct{ day, state, place, by string }{
		{"2021-12-31", "", "", ""},
		{"2022-01-01", StateReported, "", "force one"},
		{"2022-01-02", StateHeldKnown, "place one", "force one"},
		{"2022-01-31", StateHeldKnown, "place one", "force one"},
		{"2022-02-01", StateHeldKnown, "place two", "force two"},
		{"2022-03-01", StateDisappeared, "", "force two"},
		{"2022-04-01", StateReleased, "", ""},
	} {
		st := On(events, c.day)
		place := ""
		if len(st.Places) > 0 {
			place = st.Places[0]
		}
		if st.State != c.state || place != c.place || st.By != c.by || st.AsOf != c.day {
			t.Errorf("%s: %+v, want %+v", c.day, st, c)
		}
	}
}

func TestWhatMayAlreadyHaveHappenedIsMarked(t *testing.T) {
	events := row(at(StepArrest, "2022-01-01"), at(StepHeld, "2022-01-02", "place one"), at(StepTransfer, "2022-03", "place two"))
	if st := On(events, "2022-02-28"); st.Uncertain {
		t.Errorf("%+v", st)
	}
	if st := On(events, "2022-03-10"); !st.Uncertain || st.Places[0] != "place one" {
		t.Errorf("%+v", st)
	}
	if st := On(events, "2022-03-31"); st.Uncertain || st.Places[0] != "place two" || st.SinceEarliest != "2022-03-01" || st.SinceLatest != "2022-03-31" {
		t.Errorf("%+v", st)
	}
}

func TestALaterStepBoundsTheOnesBefore(t *testing.T) {
	events := row(at(StepArrest, "2022-01-01"), at(StepTransfer, "2022", "place one"), at(StepSeen, "2022-06-10", "place one"))
	if st := On(events, "2022-06-10"); st.State != StateHeldKnown || st.SinceEvent != "transfer-1" || st.LastConfirmed != "2022-06-10" || st.LastConfirmedBy != "seen-2" {
		t.Errorf("%+v", st)
	}
	if st := On(events, "2022-06-09"); st.State != StateReported || !st.Uncertain {
		t.Errorf("%+v", st)
	}
}

func TestAnUndatedStepKnownEarlyDoesNotFollowALateOne(t *testing.T) {
	events := row(at(StepArrest, "2021-11-05"), at(StepSeen, "2026-11-03", "place two"), known("2022-03-23", at(StepTransfer, "", "place one")))
	if st := On(events, "2022-04-01"); st.State != StateHeldKnown || st.Places[0] != "place one" {
		t.Errorf("%+v", st)
	}
	if st := On(events, "2026-11-20"); st.Places[0] != "place two" {
		t.Errorf("%+v", st)
	}
}

func TestADeniedVisitConfirmsNothing(t *testing.T) {
	events := row(at(StepArrest, "2022-01-01"), result("denied", at(StepVisit, "2022-02-01")), at(StepCharge, "2022-02-10"))
	if st := On(events, "2022-03-01"); st.LastConfirmed != "2022-01-01" {
		t.Errorf("%+v", st)
	}
	events = row(at(StepArrest, "2022-01-01"), result("allowed", at(StepVisit, "2022-02-01")))
	if st := On(events, "2022-03-01"); st.LastConfirmed != "2022-02-01" {
		t.Errorf("%+v", st)
	}
}

func TestCustodyIsStaleWhenNothingConfirmsIt(t *testing.T) {
	events := row(at(StepArrest, "2022-01-01"))
	for _, c := range []struct {
		day   string
		limit int
		want  bool
	}{{"2022-01-30", 30, false}, {"2022-01-31", 30, true}, {"2022-01-07", 7, false}, {"2022-01-08", 7, true}} {
		if got := Stale(On(events, c.day), c.day, c.limit); got != c.want {
			t.Errorf("%s %d: %v", c.day, c.limit, got)
		}
	}
	if Stale(On(row(at(StepArrest, "2022-01-01"), at(StepRelease, "2022-01-02")), "2023-01-01"), "2023-01-01", 30) {
		t.Error("whoever is free is not stale")
	}
}

func TestATrailWithoutWordForFiveYearsIsLost(t *testing.T) {
	events := row(at(StepArrest, "2015-01-01"), at(StepHeld, "2015-01-02", "place one"))
	if st := On(events, "2020-01-01"); st.State != StateHeldKnown {
		t.Errorf("%+v", st)
	}
	st := On(events, "2020-01-03")
	if st.State != StateTrailLost || st.InCustody || len(st.Places) != 0 || st.DaysMin != 1 || st.DaysMax != 1828 {
		t.Errorf("%+v", st)
	}
	heard := append(events, at(StepSeen, "2021-05-05", "place one"))
	heard[2].Pos = 2
	if st := On(heard, "2022-01-01"); st.State != StateHeldKnown {
		t.Errorf("%+v", st)
	}
}

func TestTheNextPlannedStepIsTheEarliestThatStands(t *testing.T) {
	events := row(at(StepArrest, "2022-01-01"), planned(at(StepHearing, "2022-05-01")), annulled(planned(at(StepHearing, "2022-02-01"))), planned(at(StepRelease, "2022-06")), planned(at(StepVisit, "")))
	if st := On(events, "2022-01-10"); st.Next == nil || st.Next.ID != "hearing-1" {
		t.Errorf("%+v", st.Next)
	}
	if st := On(row(at(StepArrest, "2022-01-01")), "2022-01-10"); st.Next != nil {
		t.Errorf("%+v", st.Next)
	}
}

func TestPeriodsFollowTheStrip(t *testing.T) {
	var got []string
	for _, p := range Periods(append(seven(), Event{ID: "v", Kind: StepVisit, Date: edtf.Must("2026-11-03"), Places: []string{"place two"}, Pos: 3}), "2026-11-20") {
		got = append(got, fmt.Sprintf("%s–%s %s %v %v", p.From, p.To, p.State, p.Places, p.Confirmed))
	}
	want := []string{
		"2021-11-01–2022-03-23 reported [place one] []",
		"2022-03-23–2026-11-03 held_place_uncertain [place two place three] [2022-03-23]",
		"2026-11-03– held_known [place two] [2026-11-03]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if ps := Periods(seven(), "9999-12-31"); ps[len(ps)-1].State != StateTrailLost || ps[len(ps)-1].From != "2027-03-23" {
		t.Errorf("%+v", ps)
	}
}

// randomEvents makes a case file as careless as life.
func randomEvents(r *rand.Rand) []Event {
	all := StepKinds
	dates := []string{"", "2022-03-01", "2022-03", "2022", "[2021-11..2022-03]", "2021-11/2022-03", "[..2022-06-01]", "2022-05/..", "XXXX-10-19", "2014-02-03", "2022-03-20~", "2023-1X"}
	days := []string{"", "2021-12-01", "2022-03-23", "2023-01-01", "nonsense"}
	places := [][]string{nil, {"place one"}, {"place two"}, {"place one", "place two"}, {""}}
	var events []Event
	for i := range r.IntN(9) {
		e := at(all[r.IntN(len(all))], dates[r.IntN(len(dates))], places[r.IntN(len(places))]...)
		e.ID, e.Pos, e.Known = fmt.Sprint(i), r.IntN(9), days[r.IntN(len(days))]
		e.Result = []string{"", "allowed", "denied", "unknown"}[r.IntN(4)]
		e.Planned, e.Annulled = r.IntN(8) == 0, r.IntN(8) == 0
		events = append(events, e)
	}
	return events
}

func TestWhateverIsEnteredTheAnswerIsSound(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		events := randomEvents(r)
		before := fmt.Sprint(events)
		periods := Periods(events, "9999-12-31")
		for i, p := range periods {
			if i > 0 && (periods[i-1].To != p.From || periods[i-1].From >= p.From) || i == len(periods)-1 && p.To != "" {
				t.Fatalf("%v: gap or disorder in %+v", before, periods)
			}
			if !slices.IsSorted(p.Confirmed) || !slices.Contains(CustodyStates, p.State) {
				t.Fatalf("%v: %+v", before, p)
			}
		}
		for range 10 {
			day := edtf.AddDays("2014-01-01", r.IntN(4000))
			st := On(events, day)
			if st.DaysMin < 0 || st.DaysMin > st.DaysMax || st.InCustody != InCustody(st.State) || st.Alternatives != (len(st.Places) > 1) || st.LastConfirmed > day {
				t.Fatalf("%v on %s: %+v", before, day, st)
			}
			if st.SinceEarliest != "" && st.SinceLatest != "" && st.SinceEarliest > st.SinceLatest {
				t.Fatalf("%v on %s: since %s–%s", before, day, st.SinceEarliest, st.SinceLatest)
			}
			i := slices.IndexFunc(periods, func(p Period) bool { return p.From <= day && (p.To == "" || p.To > day) })
			switch {
			case i < 0 && st.State != "" && len(ordered(events)) > 0:
				t.Fatalf("%v on %s: %s, but no period", before, day, st.State)
			case i >= 0 && (periods[i].State != st.State || !slices.Equal(periods[i].Places, st.Places)):
				t.Fatalf("%v on %s: %+v, but %+v", before, day, st, periods[i])
			}
		}
		r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		if a, b := fmt.Sprint(Periods(events, "9999-12-31")), fmt.Sprint(periods); a != b {
			t.Fatalf("%v: the order of the list matters:\n%s\n%s", before, a, b)
		}
	}
}
