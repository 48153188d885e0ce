package edtf

// Certainty is the answer to a question about dates that are not exactly known.
type Certainty string

// The three answers.
const (
	Certainly Certainty = "certainly"
	Possibly  Certainty = "possibly"
	No        Certainty = "no"
)

// Overlap answers whether two dates have a day in common. A date of low precision ("2021-11") is one moment somewhere
// in it; only a span ("2021-11-01/2021-11-30", see Between) covers its days. A span between months starts and ends on
// unknown days of them. What carries ? or ~ is never certain. A zero Date overlaps nothing.
func Overlap(a, b Date) Certainty {
	x, err1 := parse(a.Text)
	y, err2 := parse(b.Text)
	if err1 != nil || err2 != nil {
		return No
	}
	return x.meets(func(i item) Certainty {
		return y.meets(func(j item) Certainty { return overlap(x.kind, i, y.kind, j) })
	})
}

// meets folds the answers for each item: of all-of one certain item is enough, of one-of all must be.
func (e expression) meets(ask func(item) Certainty) Certainty {
	certain, none := 0, 0
	for _, it := range e.items {
		switch ask(it) {
		case Certainly:
			certain++
		case No:
			none++
		}
	}
	switch {
	case none == len(e.items):
		return No
	case certain == len(e.items), e.kind == allOf && certain > 0:
		return Certainly
	}
	return Possibly
}

// reach is when something surely runs: it starts by s1 at the latest and ends on e0 at the earliest.
func reach(k kind, it item) (s1, e0 int) {
	switch {
	case k == span:
		s1, e0 = it.aHi, it.bLo
		switch it.start {
		case open:
			s1 = never
		case unknown:
			s1 = it.bHi
		}
		switch it.stop {
		case open:
			e0 = forever
		case unknown:
			e0 = it.aLo
		}
		return s1, e0
	case k == allOf && it.ranged:
		return it.lo, it.hi
	}
	return it.hi, it.lo
}

func overlap(k kind, a item, l kind, b item) Certainty {
	if a.lo > b.hi || b.lo > a.hi {
		return No
	}
	as, ae := reach(k, a)
	bs, be := reach(l, b)
	if as <= be && bs <= ae && !a.uncertain && !b.uncertain {
		return Certainly
	}
	return Possibly
}

// Less sorts by earliest, then latest day. An open start comes first, an open end after every known one, and what has
// neither bound comes last.
func Less(a, b Date) bool { return Compare(a, b) < 0 }

// Compare is Less as a number, for slices.SortFunc.
func Compare(a, b Date) int {
	ua, ub := a.Earliest == "" && a.Latest == "", b.Earliest == "" && b.Latest == ""
	switch {
	case ua != ub:
		if ua {
			return 1
		}
		return -1
	case a.Earliest != b.Earliest:
		return order(a.Earliest, b.Earliest)
	case a.Latest != b.Latest:
		if a.Latest == "" || b.Latest == "" {
			return -order(a.Latest, b.Latest)
		}
		return order(a.Latest, b.Latest)
	case a.Clock != b.Clock:
		return order(a.Clock, b.Clock)
	}
	return order(a.Text, b.Text)
}

func order(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// DaysBetween returns the least and the most days that can lie from a to b, where b is known to come after a; so
// neither is negative. most is -1 where a has no first or b no last day.
func DaysBetween(a, b Date) (least, most int) {
	if a.Latest != "" && b.Earliest != "" {
		least = max(0, DaysDiff(a.Latest, b.Earliest))
	}
	if a.Earliest == "" || b.Latest == "" {
		return least, -1
	}
	return least, max(least, DaysDiff(a.Earliest, b.Latest))
}
