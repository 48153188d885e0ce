package web

import (
	"math"
	"strings"
	"sync"
	"time"

	"amparo/internal/auth/account"
	"amparo/internal/record"
)

// Whoever opens more different people and cases in a day than anybody at work does has
// to show again who he is, after each further so many again, and those who lead the
// office are told. It is counted in memory, so that reading writes nothing: for each
// server by itself, and anew when it starts. Lists, searches and files have bounds of
// their own.

// programsMay is how many times as much a program may open before it waits until the
// next day: it copies what an office has allowed it to, and nobody sits there who could
// show anything. The alarm is given as early as for people.
const programsMay = 10

// opened is what each account has opened today; programs with its tokens count apart.
type opened struct {
	mu sync.Mutex
	by map[string]*openedToday
}

type openedToday struct {
	day   string
	refs  map[string]bool
	told  int       // for how many the alarm was given
	since time.Time // when so many were reached that who it is has to be shown
}

func (o *opened) today(who, day string) *openedToday {
	if o.by == nil {
		o.by = map[string]*openedToday{}
	}
	if o.by[who] == nil || o.by[who].day != day {
		o.by[who] = &openedToday{day: day, refs: map[string]bool{}}
	}
	return o.by[who]
}

// opens is the person or the case that the route is about, "" for none.
func (r *Request) opens() string {
	path := strings.TrimPrefix(strings.TrimPrefix(r.route.Path, apiBase), "/")
	for _, kind := range []string{"person", "case"} {
		if strings.HasPrefix(path, r.book.Kind(kind).Path+"/:ref") && record.LooksLikeRef(r.ref()) {
			return r.ref()
		}
	}
	return ""
}

func (r *Request) reader() string {
	if r.token {
		return r.Actor.ID + " by token"
	}
	return r.Actor.ID
}

// open counts what the request opens, or refuses to open one more. What is not shown
// after all is taken back.
func (r *Request) open() (back func(), err error) {
	ref, day := r.opens(), r.book.Today()
	if ref == "" {
		return func() {}, nil
	}
	r.opened.mu.Lock()
	d := r.opened.today(r.reader(), day)
	again, n := d.refs[ref], len(d.refs)
	r.opened.mu.Unlock()
	if again {
		return func() {}, nil
	}
	most := r.o.Paces.Opened
	if most == 0 && n+1 < account.ReadingLeast {
		most = math.MaxInt // no office has set less
	} else if most == 0 {
		if most, err = r.office.ReadingLimit(r.c.UserContext()); err != nil {
			return nil, err
		}
	}
	alarm, err := r.openOne(ref, day, most)
	if alarm > 0 {
		if failed := r.office.NoteReading(r.c.UserContext(), r.Actor.ID, day, alarm); failed != nil {
			r.o.Log.Error("an alarm could not be written", "kind", typeName(failed)) // reading goes on while the disk is full
			alarm = 0
		}
		r.opened.mu.Lock()
		d.told = max(d.told, alarm)
		r.opened.mu.Unlock()
	}
	return func() {
		r.opened.mu.Lock()
		delete(d.refs, ref)
		r.opened.mu.Unlock()
	}, err
}

// openOne adds one more to what was opened today, and tells for how many an alarm is due.
func (r *Request) openOne(ref, day string, most int) (alarm int, err error) {
	r.opened.mu.Lock()
	defer r.opened.mu.Unlock()
	d := r.opened.today(r.reader(), day)
	n := len(d.refs)
	if n >= most && n/most*most > d.told {
		alarm = n / most * most
	}
	switch {
	case r.token && n/programsMay >= most:
		now := r.now()
		return alarm, &tooFast{wait: time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location()).Sub(now), enough: true}
	case !r.token && n >= most && !r.Session.ProvedAt.After(d.since):
		return alarm, &unproven{opened: n}
	}
	d.refs[ref] = true
	if len(d.refs)%most == 0 {
		d.since = r.o.Now()
	}
	return alarm, nil
}
