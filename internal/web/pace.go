package web

import (
	"path"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// A file made on demand (a list, a printed paper, a piece of evidence with its
// hashes) is much work and carries much away. Nobody needs a thousand and then one
// each second; a program that runs wild, or a stolen session, does. Searches and
// pages are bounded in what one of them may cost, not in how many there are.
const (
	filesAtOnce = 1000
	fileEvery   = time.Second
)

// pace is how many files each account has left.
type pace struct {
	mu   sync.Mutex
	full map[string]time.Time // when the account's allowance is whole again
}

// take takes one file off an account's allowance, or tells how long to wait for the next.
func (p *pace) take(account string, most int, now time.Time) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.full == nil {
		p.full = map[string]time.Time{}
	}
	full := p.full[account]
	if full.Before(now) {
		full = now
	}
	full = full.Add(fileEvery)
	if over := full.Sub(now) - time.Duration(most)*fileEvery; over > 0 {
		return over
	}
	p.full[account] = full
	return 0
}

// makesFile tells whether a route makes a file.
func (r Route) makesFile() bool {
	return path.Base(r.Path) == "export" || slices.Contains([]string{".csv", ".xlsx", ".pdf", ".docx"}, path.Ext(r.Path))
}

// tooFast is more than a pace allows.
type tooFast struct{ wait time.Duration }

func (*tooFast) Error() string { return "too many files at once" }

// later tells programs and browsers when to try again.
func (r *Request) later(wait time.Duration) {
	r.c.Set(fiber.HeaderRetryAfter, strconv.Itoa(max(1, int((wait+time.Second-1)/time.Second))))
}
