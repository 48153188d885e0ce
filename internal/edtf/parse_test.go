package edtf

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestEveryFormHasItsBounds(t *testing.T) {
	for _, c := range []struct{ in, text, from, to string }{
		// level 0
		{"1985-04-12", "1985-04-12", "1985-04-12", "1985-04-12"},
		{"1985-04", "1985-04", "1985-04-01", "1985-04-30"},
		{"1985", "1985", "1985-01-01", "1985-12-31"},
		{"2024-02", "2024-02", "2024-02-01", "2024-02-29"},
		{"1900-02", "1900-02", "1900-02-01", "1900-02-28"},
		{"0000-02", "0000-02", "0000-02-01", "0000-02-29"},
		{"1985-04-12T23:20:30", "1985-04-12T23:20:30", "1985-04-12", "1985-04-12"},
		{"1985-04-12T23:20:30Z", "1985-04-12T23:20:30Z", "1985-04-12", "1985-04-12"},
		{"1985-04-12T23:20:30-04:30", "1985-04-12T23:20:30-04:30", "1985-04-12", "1985-04-12"},
		{"1985-04-12t23:20", "1985-04-12T23:20:00", "1985-04-12", "1985-04-12"},
		{"1964/2008", "1964/2008", "1964-01-01", "2008-12-31"},
		{"2004-02-01/2005-02", "2004-02-01/2005-02", "2004-02-01", "2005-02-28"},
		// level 1
		{"Y170000002", "Y170000002", "9999-12-31", ""},
		{"Y-170000002", "Y-170000002", "", "0000-01-01"},
		{"-1985", "-1985", "", "0000-01-01"},
		{"-0004-02-29", "-0004-02-29", "", "0000-01-01"},
		{"2001-21", "2001-21", "2001-03-01", "2001-05-31"},
		{"2001-24", "2001-24", "2001-12-01", "2002-02-28"},
		{"1984?", "1984?", "1984-01-01", "1984-12-31"},
		{"2004-06~", "2004-06~", "2004-06-01", "2004-06-30"},
		{"2004-06-11%", "2004-06-11%", "2004-06-11", "2004-06-11"},
		{"2004-06-11?~", "2004-06-11%", "2004-06-11", "2004-06-11"},
		{"201X", "201X", "2010-01-01", "2019-12-31"},
		{"20xx", "20XX", "2000-01-01", "2099-12-31"},
		{"2004-XX", "2004-XX", "2004-01-01", "2004-12-31"},
		{"1985-04-XX", "1985-04-XX", "1985-04-01", "1985-04-30"},
		{"1985-XX-XX", "1985-XX-XX", "1985-01-01", "1985-12-31"},
		{"2022-03/", "2022-03/", "2022-03-01", ""},
		{"2022-03/..", "2022-03/..", "2022-03-01", ""},
		{"../2020-06", "../2020-06", "", "2020-06-30"},
		{"/2020-06", "/2020-06", "", "2020-06-30"},
		{"1984?/2004-06~", "1984?/2004-06~", "1984-01-01", "2004-06-30"},
		// of level 2
		{"2021-1X", "2021-1X", "2021-10-01", "2021-12-31"},
		{"2021-0X", "2021-0X", "2021-01-01", "2021-09-30"},
		{"2021-X1", "2021-X1", "2021-01-01", "2021-11-30"},
		{"2021-11-2X", "2021-11-2X", "2021-11-20", "2021-11-29"},
		{"2021-11-3X", "2021-11-3X", "2021-11-30", "2021-11-30"},
		{"XXXX-10-19", "XXXX-10-19", "", ""},
		{"XXXX-02-29", "XXXX-02-29", "", ""},
		{"199X-02-29", "199X-02-29", "1992-02-29", "1996-02-29"},
		{"156X-12-25", "156X-12-25", "1560-12-25", "1569-12-25"},
		{"1XXX-XX", "1XXX-XX", "1000-01-01", "1999-12-31"},
		{"2021-XX-31", "2021-XX-31", "2021-01-31", "2021-12-31"},
		{"[2021-11..2022-03]", "[2021-11..2022-03]", "2021-11-01", "2022-03-31"},
		{"[2020-11-20, 2020-11-27]", "[2020-11-20,2020-11-27]", "2020-11-20", "2020-11-27"},
		{"{2019-10-19,2019-10-20}", "{2019-10-19,2019-10-20}", "2019-10-19", "2019-10-20"},
		{"[..1760-12-03]", "[..1760-12-03]", "", "1760-12-03"},
		{"[1760-12..]", "[1760-12..]", "1760-12-01", ""},
		{"[1760-01,1760-02,1760-12..]", "[1760-01,1760-02,1760-12..]", "1760-01-01", ""},
		{"{1667,1668,1670..1672}", "{1667,1668,1670..1672}", "1667-01-01", "1672-12-31"},
		{"{..1984}", "{..1984}", "", "1984-12-31"},
		{"2020-06-~20", "2020-06-~20", "2020-06-20", "2020-06-20"},
		{"2004?-06-11", "2004?-06-11", "2004-06-11", "2004-06-11"},
		{"?2004-06-~11", "?2004-06-~11", "2004-06-11", "2004-06-11"},
		{"2004-%06-11", "2004-%06-11", "2004-06-11", "2004-06-11"},
		// forgiven
		{" ٢٠٢١-١١ ", "2021-11", "2021-11-01", "2021-11-30"},
		{"2021–11", "2021-11", "2021-11-01", "2021-11-30"},
	} {
		d, err := Parse(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if d.Text != c.text || d.Earliest != c.from || d.Latest != c.to {
			t.Errorf("%q: %s %s…%s, want %s %s…%s", c.in, d.Text, d.Earliest, d.Latest, c.text, c.from, c.to)
		}
	}
}

func TestWhatIsNoDateIsRefusedWithItsReason(t *testing.T) {
	for in, code := range map[string]string{
		"": CodeEmpty, "   ": CodeEmpty,
		"2022-13": CodeMonth, "2022-00": CodeMonth, "2022-25": CodeMonth, "2022-13-01": CodeMonth,
		"2022-02-30": CodeDay, "2023-02-29": CodeDay, "2022-04-31": CodeDay, "2022-04-00": CodeDay, "2022-21-01": CodeDay,
		"2021-2X": CodeMask, "2021-2X-01": CodeMask, "2021-11-4X": CodeMask, "2021-02-3X": CodeMask, "-1XX0": CodeMask,
		"XXXX-02-30": CodeDay, "XXXX-13": CodeMonth,
		"2022-03/2021-11": CodeReversed, "[2022..2021]": CodeReversed, "-1000/-2000": CodeReversed,
		"[2021": CodeSet, "[]": CodeSet, "{2021,}": CodeSet, "[2021}": CodeSet, "2021]": CodeSet, "[2021/2022]": CodeSet,
		"/": CodeOpen, "../..": CodeOpen, "[..]": CodeOpen,
		"2022-03-01T25:00:00": CodeTime, "2022-03-01T12": CodeTime,
		"Y2022": CodeYear, "-0000": CodeYear,
		"soon": CodeUnreadable, "20221": CodeUnreadable, "2022-3": CodeUnreadable, "1/2/3": CodeUnreadable, "2022-03-1": CodeUnreadable,
	} {
		d, err := Parse(in)
		var e *Error
		if !errors.As(err, &e) || e.Code != code {
			t.Errorf("%q: %v %v, want %s", in, d, err, code)
		}
	}
}

func TestAReversedIntervalIsRefused(t *testing.T) {
	if _, err := Parse("2022-03-02/2022-03-01"); err == nil {
		t.Error("accepted")
	}
	if _, err := Parse("2022-03-10/2022-03"); err != nil {
		t.Errorf("an end that may lie after the start was refused: %v", err)
	}
}

func TestASpanAndOneMomentInsideAreDifferent(t *testing.T) {
	if Must("2021-11/2022-03").Text == Must("[2021-11..2022-03]").Text || Must("2022-03/").Text == Must("2022-03/..").Text {
		t.Error("the same text for different things")
	}
}

func TestATimeOfDayIsKept(t *testing.T) {
	if d := Must("2026-11-21T18:30:00"); d.Clock != "18:30" || !d.IsDay() {
		t.Errorf("%+v", d)
	}
}

// randomDate writes some valid EDTF.
func randomDate(r *rand.Rand) string {
	day := func() string {
		s := fmt.Sprintf("%04d", 1900+r.IntN(200))
		if r.IntN(4) == 0 {
			return s + []string{"", "?", "~", "%"}[r.IntN(4)]
		}
		s += []string{"", "?", "~"}[r.IntN(3)] + "-" + []string{"", "~"}[r.IntN(2)] + fmt.Sprintf("%02d", 1+r.IntN(12))
		if r.IntN(3) == 0 {
			return s
		}
		return s + "-" + []string{fmt.Sprintf("%02d", 1+r.IntN(28)), "XX", "1X", "~20"}[r.IntN(4)]
	}
	a, b := day(), day()
	if a[:4] > b[:4] {
		a, b = b, a
	}
	switch r.IntN(8) {
	case 0:
		return a + "/" + b
	case 1:
		return "[" + a + ".." + b + "]"
	case 2:
		return "{" + a + "," + b + "}"
	case 3:
		return a + []string{"/", "/.."}[r.IntN(2)]
	case 4:
		return "[.." + b + "," + a + "]"
	}
	return a
}

func TestTheNormalFormReadsBackAsItself(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	read := 0
	for range 5000 {
		in := randomDate(r)
		d, err := Parse(in)
		if err != nil {
			if e := err.(*Error); e.Code != CodeReversed {
				t.Fatalf("%q: %v", in, err)
			}
			continue
		}
		read++
		again, err := Parse(d.Text)
		if err != nil || again.Text != d.Text || again.Earliest != d.Earliest || again.Latest != d.Latest {
			t.Fatalf("%q → %+v → %+v, %v", in, d, again, err)
		}
		if a, b := Overlap(d, again), Overlap(again, d); a != b || a == No {
			t.Fatalf("%q with itself: %s, %s", in, a, b)
		}
	}
	if read < 4000 {
		t.Errorf("only %d of 5000 were read", read)
	}
}

func TestDaysGoThereAndBack(t *testing.T) {
	for n := civil(0, 1, 1); n <= civil(9999, 12, 31); n += 13 {
		y, m, d := fromCivil(n)
		if civil(y, m, d) != n {
			t.Fatalf("%d → %d-%d-%d → %d", n, y, m, d, civil(y, m, d))
		}
	}
	if AddDays("2024-02-28", 2) != "2024-03-01" || AddDays("2022-01-01", -1) != "2021-12-31" || AddDays("9999-12-31", 1) != "" || AddDays("x", 1) != "" {
		t.Error("AddDays")
	}
	if DaysDiff("2021-11-01", "2026-11-20") != 1845 || DaysDiff("2022-03-31", "2026-11-20") != 1695 || DaysDiff("", "2026-11-20") != 0 {
		t.Error("DaysDiff")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2021-1X", "[2021-11..2022-03]", "{2019-10-19,2019-10-20}", "2020-06-~20", "Y-170000002", "../2020-06", "2022-03/..", "X99X-02-29", "-0004-02-29?", "1985-04-12T23:20:30+04", "9999-24"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			if _, ok := err.(*Error); !ok {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		sound(t, d)
		again, err := Parse(d.Text)
		if err != nil || again.Text != d.Text {
			t.Fatalf("%q → %q → %q, %v", s, d.Text, again.Text, err)
		}
	})
}

// sound checks what holds for every date that was read.
func sound(t *testing.T, d Date) {
	t.Helper()
	if d.IsZero() {
		t.Fatal("no error and no date")
	}
	if d.Earliest != "" && d.Latest != "" && d.Earliest > d.Latest {
		t.Fatalf("%q: %s after %s", d.Text, d.Earliest, d.Latest)
	}
	for _, day := range []string{d.Earliest, d.Latest} {
		if _, ok := dayNumber(day); !ok && day != "" {
			t.Fatalf("%q: bound %q", d.Text, day)
		}
	}
	if d.In(keys{}) == "" || d.Short(keys{}) == "" || d.Paper(keys{}) == "" {
		t.Fatalf("%q says nothing", d.Text)
	}
}
