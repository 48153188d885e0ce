package web

import (
	"slices"
	"strconv"
	"strings"

	"amparo/internal/cases"
	"amparo/internal/cases/detention"
	"amparo/internal/edtf"
	"amparo/internal/i18n"
	personpage "amparo/views/person"
)

// How long a confirmation holds on the strip: drawn whole while it counts as
// fresh, fading while it ages, and no news after that.
const (
	freshDays  = 30
	fadingDays = 180
)

// scale turns days into hundredths of the strip.
type scale struct {
	from string
	days float64
}

func (s scale) at(day string) float64 {
	return max(0, min(100, float64(edtf.DaysDiff(s.from, day))*100/s.days))
}

// strip draws an episode to scale as of a day; nil when nothing is dated.
func (r *Request) strip(d cases.Dossier, e *cases.Episode, day string) *personpage.Strip {
	periods := detention.Periods(e.Events, day)
	if len(periods) == 0 {
		return nil
	}
	from := periods[0].From
	if first := periods[0].FromEarliest; first != "" && first < from {
		from = first
	}
	if from < "1900" || from >= day {
		return nil
	}
	to, now := r.stripEnd(periods, e, from, day)
	sc := scale{from: from, days: float64(max(1, edtf.DaysDiff(from, to)))}
	m := &personpage.Strip{Dir: r.L.Dir(), Lanes: 1}
	var words []string
	for i, p := range periods {
		end := p.To
		if end == "" || end > day {
			end = now
		}
		r.stripPeriod(m, sc, d, e, p, end, min(end, day), i == 0)
		words = append(words, r.L.T("web.strip.period", "from", r.day(p.From), "state", r.stateOf(d, p)))
		for _, c := range p.Confirmed {
			m.Ticks = append(m.Ticks, personpage.Mark{At: sc.at(c), Label: r.L.T("web.strip.confirmed", "on", r.day(c))})
		}
	}
	if to > now {
		m.Segments = append(m.Segments, personpage.Segment{From: sc.at(now), Width: 100 - sc.at(now), Look: personpage.Planned, Label: r.L.T("web.strip.planned"), Title: r.L.T("web.strip.planned")})
	}
	m.Segments = seamless(m.Segments)
	m.Summary = strings.Join(words, " ")
	r.stripAxis(m, sc, from, now, day)
	r.stripLegend(m)
	return m
}

// seamless joins neighbours that look the same, so that a confirmation between
// them leaves no seam and a label has room.
func seamless(list []personpage.Segment) []personpage.Segment {
	var out []personpage.Segment
	for _, s := range list {
		i := len(out) - 1
		for i >= 0 && out[i].Lane != s.Lane {
			i--
		}
		if i >= 0 && out[i].Look == s.Look && out[i].Label == s.Label && s.From-out[i].From-out[i].Width < 0.001 && s.From-out[i].From-out[i].Width > -0.001 {
			out[i].Width += s.Width
			continue
		}
		out = append(out, s)
	}
	return out
}

// stripEnd is where the drawing ends, and where what is so now ends on it: the
// day, but what has just begun gets room enough to be seen; soon after the end
// of custody; a planned step that is near comes after it.
func (r *Request) stripEnd(periods []detention.Period, e *cases.Episode, from, day string) (to, now string) {
	last := periods[len(periods)-1]
	length := max(20, edtf.DaysDiff(from, day))
	now = max(edtf.AddDays(day, 1), edtf.AddDays(last.From, length/12))
	if !detention.InCustody(last.State) && last.State != detention.StateTrailLost {
		now = min(now, edtf.AddDays(last.From, max(7, edtf.DaysDiff(from, last.From)/8)))
		return now, now
	}
	to = now
	if next := e.On(day).Next; next != nil && next.Date.Latest > day {
		to = max(edtf.AddDays(now, length/16), min(next.Date.Latest, edtf.AddDays(now, length/8)))
	}
	return to, now
}

// stateOf words a stretch: its state, and where.
func (r *Request) stateOf(d cases.Dossier, p detention.Period) string {
	text := r.L.T("custody." + p.State)
	// While only reported, places are those of a step that may come.
	if places := r.placeWords(d, p.Places); places != "" && p.State != detention.StateReported {
		text = r.L.T("web.strip.state_at", "state", text, "places", places)
	}
	return text
}

// placeWords names places that are alternatives: "A or B".
func (r *Request) placeWords(d cases.Dossier, ids []string) string {
	var names []string
	for _, id := range ids {
		if s := d.Sites[id]; s != nil {
			names = append(names, s.Head.Title)
		}
	}
	return r.either(names)
}

// either joins alternatives.
func (r *Request) either(names []string) string {
	if len(names) == 0 {
		return ""
	}
	text := r.apart(names[0])
	for _, n := range names[1:] {
		text = r.L.T("web.person.either", "a", text, "b", r.apart(n))
	}
	return text
}

// apart keeps a name from turning the order of the words around it, where they
// run from right to left.
func (r *Request) apart(name string) string {
	if r.L.Dir() == "rtl" {
		return i18n.Isolate(name)
	}
	return name
}

// stripPeriod draws one stretch. A stretch in custody is drawn from
// confirmation to confirmation, fading after each.
func (r *Request) stripPeriod(m *personpage.Strip, sc scale, d cases.Dossier, e *cases.Episode, p detention.Period, end, until string, first bool) {
	title := r.L.T("web.strip.span", "from", r.day(p.From), "to", r.day(until), "what", r.stateOf(d, p))
	add := func(from, to, label string, look personpage.Look, lane int) {
		if to <= from {
			return
		}
		m.Segments = append(m.Segments, personpage.Segment{From: sc.at(from), Width: sc.at(to) - sc.at(from), Label: label, Title: title, Look: look, Lane: lane})
	}
	switch p.State {
	case detention.StateReported, detention.StateInTransfer:
		start := p.From
		if first {
			// The arrest lies somewhere inside its window.
			taken := e.Taken()
			if lo, hi := taken.Earliest, min(taken.Latest, end); lo != "" && lo < hi {
				m.Segments = append(m.Segments, personpage.Segment{From: sc.at(lo), Width: sc.at(hi) - sc.at(lo), Look: personpage.Window, Title: r.L.T("web.strip.window", "from", r.day(lo), "to", r.day(taken.Latest))})
				start = max(start, hi)
			}
		}
		r.stripAgeing(p, start, end, func(from, to string, fading bool) {
			if fading {
				add(from, to, "", personpage.Fading, 0)
			} else {
				add(from, to, r.L.T("custody."+p.State), personpage.Arrest, 0)
			}
		}, add)
	case detention.StateHeldKnown, detention.StateHeldPlaceUncertain:
		r.stripHeld(m, sc, d, p, end, add)
	case detention.StateDisappeared:
		add(p.From, end, r.L.T("custody."+p.State), personpage.Denied, 0)
	case detention.StateWhereaboutsUnknown, detention.StateTrailLost:
		add(p.From, end, r.L.T("custody."+p.State), personpage.Gap, 0)
	default:
		add(p.From, end, r.L.T("custody."+p.State), personpage.Out, 0)
	}
}

func (r *Request) stripHeld(m *personpage.Strip, sc scale, d cases.Dossier, p detention.Period, end string, add func(from, to, label string, look personpage.Look, lane int)) {
	looks, names := []personpage.Look{personpage.Held}, []string{r.placeWords(d, p.Places)}
	lanes := []int{0}
	if len(p.Places) > 1 {
		m.Lanes = 2
		looks, lanes = []personpage.Look{personpage.Held, personpage.Second}, []int{1, 2}
		names = []string{r.placeWords(d, p.Places[:1]), r.placeWords(d, p.Places[1:])}
	} else if len(p.Places) == 1 && r.otherPlace(m, p.Places[0]) {
		looks[0] = personpage.Second
	}
	narrow := false
	r.stripAgeing(p, p.From, end, func(from, to string, fading bool) {
		for n := range looks {
			switch {
			case !fading:
				add(from, to, names[n], looks[n], lanes[n])
			case narrow: // the name did not fit before
				add(from, to, names[n], personpage.Fading, lanes[n])
			default:
				add(from, to, "", personpage.Fading, lanes[n])
			}
		}
		narrow = !fading && sc.at(to)-sc.at(from) < 8
	}, add)
}

// stripAgeing draws a stretch from confirmation to confirmation: whole while
// fresh, then fading, then no news.
func (r *Request) stripAgeing(p detention.Period, start, end string, held func(from, to string, fading bool), add func(from, to, label string, look personpage.Look, lane int)) {
	known := []string{start}
	for _, c := range p.Confirmed {
		if c > start {
			known = append(known, c)
		}
	}
	for i, c := range known {
		next := end
		if i+1 < len(known) {
			next = known[i+1]
		}
		fresh := min(edtf.AddDays(c, freshDays), next)
		if edtf.DaysDiff(fresh, next) <= freshDays/2 {
			fresh = next // too little to be worth a change of colour
		}
		fading := min(edtf.AddDays(c, fadingDays), next)
		held(c, fresh, false)
		held(fresh, fading, true)
		add(fading, next, r.L.T("web.strip.no_news"), personpage.Gap, 0)
	}
}

// otherPlace tells whether a place gets the second colour, so that neighbours
// on the strip differ: every second place does.
func (r *Request) otherPlace(m *personpage.Strip, id string) bool {
	seen, _ := r.c.Locals("strip").([]string)
	i := slices.Index(seen, id)
	if i < 0 {
		i = len(seen)
		r.c.Locals("strip", append(seen, id))
	}
	return i%2 == 1
}

// stripAxis marks both ends and the years, or the months of a short strip.
func (r *Request) stripAxis(m *personpage.Strip, sc scale, from, now, day string) {
	end := r.L.T("web.desk.today")
	if day != r.book.Today() || now < day {
		end = r.day(min(now, day))
	}
	at := sc.at(now)
	m.Axis = append(m.Axis, personpage.Mark{At: 0, Label: r.dateText(from[:7])})
	step := 1
	years := sc.days / 365
	for years/float64(step) > 8 {
		step *= 2
	}
	taken := []float64{0, at}
	mark := func(iso, label string, minor bool) {
		x := sc.at(iso)
		if iso <= from || iso >= now || slices.ContainsFunc(taken, func(t float64) bool { return x-t < 11 && t-x < 11 }) {
			return
		}
		taken = append(taken, x)
		m.Axis = append(m.Axis, personpage.Mark{At: x, Label: label, Minor: minor})
	}
	first, _ := strconv.Atoi(from[:4])
	last, _ := strconv.Atoi(now[:4])
	for y := first + 1; y <= last; y += step {
		mark(strconv.Itoa(y)+"-01-01", strconv.Itoa(y), (y-first)%2 == 0)
	}
	if years < 1.2 {
		for i := 1; i <= 12; i++ {
			month := edtf.AddDays(from[:8]+"15", i*30)[:7]
			mark(month+"-01", r.dateText(month), i%2 == 0)
		}
	}
	m.Axis = append(m.Axis, personpage.Mark{At: at, Label: end})
}

// stripLegend explains the looks that are there.
func (r *Request) stripLegend(m *personpage.Strip) {
	has := func(l personpage.Look) bool {
		return slices.ContainsFunc(m.Segments, func(s personpage.Segment) bool { return s.Look == l })
	}
	if len(m.Ticks) > 0 {
		m.Legend = append(m.Legend, r.L.T("web.strip.legend_tick"))
	}
	if has(personpage.Fading) {
		m.Legend = append(m.Legend, r.L.T("web.strip.legend_fading"))
	}
	if has(personpage.Window) {
		m.Legend = append(m.Legend, r.L.T("web.strip.legend_window"))
	}
	if m.Lanes > 1 {
		m.Legend = append(m.Legend, r.L.T("web.strip.legend_lanes"))
	}
	if has(personpage.Planned) {
		m.Legend = append(m.Legend, r.L.T("web.strip.legend_planned"))
	}
}
