package web

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/views/parts"
)

// What one request may cost is bounded elsewhere; here is how many of them one
// account may make, its programs included. Nobody at work meets these bounds; a
// program that runs wild, or reads everything with a stolen session, does. They hold
// for each server by itself.

// Pace is how many of something an account may ask for at once, and after how long
// there is one more.
type Pace struct {
	AtOnce int
	Every  time.Duration
}

// Paces are what is paced.
type Paces struct {
	All      Pace // requests of any sort, but for what is open to anybody
	Searches Pace // and suggestions, and comparisons of names
	Uploads  Pace // forms that may bring a file
	Files    Pace // made on demand: much work, and much is carried away
	Opened   int  // different people and cases in a day; 0: what the office has set
}

var usualPaces = Paces{
	All:      Pace{20_000, time.Second / 200},
	Searches: Pace{5000, time.Second / 50},
	Uploads:  Pace{1000, time.Second},
	Files:    Pace{1000, time.Second},
}

// Unpaced is for measurements and tests, which ask as fast as they can, and for the demo, which has nothing to protect.
var Unpaced = Paces{All: unpaced, Searches: unpaced, Uploads: unpaced, Files: unpaced, Opened: 1 << 30}

var unpaced = Pace{1 << 30, time.Nanosecond}

// orUsual fills in what is not said.
func (p Paces) orUsual() Paces {
	return Paces{All: cmp.Or(p.All, usualPaces.All), Searches: cmp.Or(p.Searches, usualPaces.Searches),
		Uploads: cmp.Or(p.Uploads, usualPaces.Uploads), Files: cmp.Or(p.Files, usualPaces.Files), Opened: p.Opened}
}

// allowance is how much each account has left, by what is paced.
type allowance struct {
	mu   sync.Mutex
	full map[[2]string]time.Time // when it is whole again
}

// take takes one off an account's allowance, or tells how long to wait for the next.
func (a *allowance) take(account, what string, p Pace, now time.Time) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.full == nil {
		a.full = map[[2]string]time.Time{}
	}
	key := [2]string{account, what}
	full := a.full[key]
	if full.Before(now) {
		full = now
	}
	full = full.Add(p.Every)
	if over := full.Sub(now) - time.Duration(p.AtOnce)*p.Every; over > 0 {
		return over
	}
	a.full[key] = full
	return 0
}

// inPace refuses a request that comes too fast after others.
func (r *Request) inPace() error {
	if r.Actor.IsNobody() || r.route.Path != "" && r.route.Who.Open() {
		return nil // signing in has bounds of its own, by address
	}
	now, p := time.Now(), r.o.Paces
	wait := r.left.take(r.Actor.ID, "all", p.All, now)
	if wait == 0 && r.searches() {
		wait = r.left.take(r.Actor.ID, "searches", p.Searches, now)
	}
	if wait == 0 && r.route.Upload && isMultipart(r.c) {
		wait = r.left.take(r.Actor.ID, "uploads", p.Uploads, now)
	}
	if wait == 0 && r.route.makesFile() {
		wait = r.left.take(r.Actor.ID, "files", p.Files, now)
	}
	if wait > 0 {
		return &tooFast{wait: wait}
	}
	return nil
}

// searches tells whether the request looks for something: on a page that does nothing
// else, or in a list.
func (r *Request) searches() bool {
	return slices.Contains([]string{"search", "find", "matches", "duplicates", "named"}, path.Base(r.route.Path)) ||
		strings.HasPrefix(r.route.Path, "/suggest/") || r.c.Query("q") != ""
}

// makesFile tells whether a route makes a file.
func (r Route) makesFile() bool {
	return path.Base(r.Path) == "export" || slices.Contains([]string{".csv", ".xlsx", ".pdf", ".docx"}, path.Ext(r.Path))
}

// tooFast is more than a pace allows.
type tooFast struct {
	wait   time.Duration
	enough bool // for today
}

func (*tooFast) Error() string { return "too many requests at once" }

// later tells programs and browsers when to try again.
func (r *Request) later(wait time.Duration) {
	r.c.Set(fiber.HeaderRetryAfter, strconv.Itoa(max(1, int((wait+time.Second-1)/time.Second))))
}

// sendAgain offers to send a form that came too fast once more, with all that was
// typed. Passwords are typed anew.
func (r *Request) sendAgain() []parts.Action {
	if r.c.Method() != fiber.MethodPost || r.values["password"] != nil {
		return nil
	}
	return []parts.Action{{Label: r.L.T("web.fault.send_again"), Post: own(r.c.OriginalURL(), "/"), Hidden: r.carriedOn(), Tone: parts.Main}}
}
