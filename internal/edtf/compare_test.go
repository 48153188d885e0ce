package edtf

import (
	"slices"
	"testing"
)

func TestOverlapIsCertainOnlyWhenNothingCanPartThem(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Certainty
	}{
		{"2021-11-15", "2021-11-15", Certainly},
		{"2021-11-15", "2021-11-16", No},
		{"2021-11", "2021-11-15", Possibly},
		{"2021-11", "2021-12", No},
		{"[2021-11..2022-03]", "2022-01", Possibly},
		{"[2021-11..2022-03]", "2022-04", No},
		{"[2021-12..2022-02]", "2021-11/2022-03", Certainly},
		{"[2021-11..2022-03]", "2021-11/2022-03", Possibly},
		{"[2021-11..2022-03]", "2021-11-01/2022-03-31", Certainly},
		{"2021-11/2022-03", "2022-01", Certainly},
		{"2021-11/2022-03", "2022-03-10", Possibly},
		{"2015/..", "2022-03", Certainly},
		{"2015/", "2022-03", Possibly},
		{"2015/", "2014", No},
		{"../2020-06", "2019", Certainly},
		{"../2020-06", "2020-06-15", Possibly},
		{"../2020-06", "2020-07", No},
		{"[2020-11-20,2020-11-27]", "2020-11-27", Possibly},
		{"[2020-11-20,2020-11-27]", "2020-11-22", No},
		{"[2020-11-20,2020-11-27]", "2020-11-01/2020-11-30", Certainly},
		{"{2019-10-19,2019-10-20}", "2019-10-20", Certainly},
		{"{2019-10-19,2019-10-20}", "2019-10-21", No},
		{"{2019-10-19..2019-10-25}", "2019-10-21", Certainly},
		{"2022-03-20~", "2022-03-20", Possibly},
		{"XXXX-10-19", "2019-10-19", Possibly},
	} {
		if got := Overlap(Must(c.a), Must(c.b)); got != c.want {
			t.Errorf("%s with %s: %s, want %s", c.a, c.b, got, c.want)
		}
		if got := Overlap(Must(c.b), Must(c.a)); got != c.want {
			t.Errorf("%s with %s: %s, want %s", c.b, c.a, got, c.want)
		}
	}
	if Overlap(Date{}, Must("2021")) != No {
		t.Error("nothing overlaps something")
	}
	if got := Overlap(Must("2021-11"), Between("2021-11-01", "2021-11-30")); got != Certainly {
		t.Errorf("a month in its own days: %s", got)
	}
}

func TestDatesSortByEarliestThenLatest(t *testing.T) {
	want := []string{"../2020-06", "2020-06-01", "2020-06", "2020-06/..", "2021", "2021-11-03T08:00:00", "2021-11-03T18:30:00", "XXXX-10-19", "XXXX-10-20"}
	var ds []Date
	for i := range want {
		ds = append(ds, Must(want[(i*4+3)%len(want)]))
	}
	slices.SortFunc(ds, Compare)
	for i, d := range ds {
		if d.Text != want[i] {
			t.Fatalf("%d is %s, want %s", i, d.Text, want[i])
		}
	}
	if !Less(ds[0], ds[1]) || Less(ds[1], ds[0]) || Less(ds[0], ds[0]) || !Less(ds[0], Date{}) {
		t.Error("Less")
	}
}

func TestADurationIsARange(t *testing.T) {
	for _, c := range []struct {
		a, b        string
		least, most int
	}{
		{"[2021-11..2022-03]", "2026-11-20", 1695, 1845},
		{"2022-03-01", "2022-03-01", 0, 0},
		{"[2021-11..2022-03]", "2021-12-01", 0, 30},
		{"[..2022-03-01]", "2022-03-11", 10, -1},
		{"2022-03-01", "2022-03-11/..", 10, -1},
	} {
		if least, most := DaysBetween(Must(c.a), Must(c.b)); least != c.least || most != c.most {
			t.Errorf("%s to %s: %d–%d, want %d–%d", c.a, c.b, least, most, c.least, c.most)
		}
	}
}
