package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// client asks one of the servers over kept connections.
type client struct {
	http   *fasthttp.HostClient
	child  *child
	cookie string
}

const clients = 16

func newClient(c *child) *client {
	return &client{&fasthttp.HostClient{Addr: c.Addr, MaxConns: clients}, c, c.Cookie}
}

// ask sends one request and gives the size of the answer as it came over the
// line. Every answer must be the page that was asked for.
func (c *client) ask(method, path string, body []byte) (int, error) {
	b, err := c.read(method, path, body)
	return len(b), err
}

func (c *client) read(method, path string, body []byte) ([]byte, error) {
	q, a := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(q)
	defer fasthttp.ReleaseResponse(a)
	q.Header.SetMethod(method)
	q.SetRequestURI("http://" + c.child.Addr + path)
	q.Header.Set("Accept-Encoding", "gzip, br")
	q.Header.Set("Accept-Language", "en")
	if method == "POST" {
		q.Header.SetContentType("application/json")
		q.Header.Set("Authorization", "Bearer "+c.child.Token)
		q.SetBody(body)
	} else if c.cookie != "" {
		q.Header.SetCookie("amparo", c.cookie)
	}
	if err := c.http.Do(q, a); err != nil {
		return nil, err
	}
	if s := a.StatusCode(); s != 200 && s != 201 {
		return nil, fmt.Errorf("%s answers %d: %.300s", path, s, a.Body())
	}
	return bytes.Clone(a.Body()), nil
}

// figures are what was measured of one page on one server.
type figures struct {
	p50, p95 time.Duration
	rate     float64 // requests a second with 16 clients
	bytes    int     // of one answer on the line
}

func (f figures) String() string {
	return fmt.Sprintf("%.2f · %.2f (%.0f)", ms(f.p50), ms(f.p95), f.rate)
}

func ms(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// turns is how often the two servers take turns at one page.
const turns = 4

// compare measures one page on both servers in turns.
func compare(p page, ours, floor *child, each time.Duration) (a, b figures, err error) {
	sides := []*side{{c: newClient(ours), address: p.ours}, {c: newClient(floor), address: p.floor}}
	for _, s := range sides {
		if p.lead {
			s.c.cookie = s.c.child.Lead
		}
	}
	for _, s := range sides { // what is asked for the first time is not measured
		for i := range 10 {
			if s.size, err = s.ask(p, i); err != nil {
				return a, b, err
			}
		}
	}
	for range turns {
		for _, s := range sides {
			if err := s.alone(p, each/2); err != nil {
				return a, b, err
			}
		}
	}
	for range turns / 2 {
		for _, s := range sides {
			if err := s.crowd(p, each); err != nil {
				return a, b, err
			}
		}
	}
	return sides[0].figures(), sides[1].figures(), nil
}

// side is one server while a page is measured on it.
type side struct {
	c       *client
	address func(i int) string
	size    int
	i       atomic.Int64
	times   []time.Duration
	many    int
	spent   time.Duration
}

func (s *side) ask(p page, i int) (int, error) {
	if p.before != nil {
		if err := p.before(s.c, i); err != nil {
			return 0, err
		}
	}
	return s.send(p, i)
}

func (s *side) send(p page, i int) (int, error) {
	if p.body != nil {
		return s.c.ask("POST", s.address(i), p.body(i))
	}
	return s.c.ask("GET", s.address(i), nil)
}

func (s *side) alone(p page, d time.Duration) error {
	for began := time.Now(); time.Since(began) < d; {
		i := int(s.i.Add(1))
		if p.before != nil {
			if err := p.before(s.c, i); err != nil {
				return err
			}
		}
		at := time.Now()
		if _, err := s.send(p, i); err != nil {
			return err
		}
		s.times = append(s.times, time.Since(at))
	}
	return nil
}

func (s *side) crowd(p page, d time.Duration) error {
	var wg sync.WaitGroup
	var n atomic.Int64
	var failed atomic.Pointer[error]
	began := time.Now()
	for range clients {
		wg.Go(func() {
			for time.Since(began) < d {
				if _, err := s.ask(p, int(s.i.Add(1))); err != nil {
					failed.Store(&err)
					return
				}
				n.Add(1)
			}
		})
	}
	wg.Wait()
	s.many += int(n.Load())
	s.spent += time.Since(began)
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

func (s *side) figures() figures {
	slices.Sort(s.times)
	return figures{p50: s.times[len(s.times)/2], p95: s.times[len(s.times)*95/100], rate: float64(s.many) / s.spent.Seconds(), bytes: s.size}
}

var linked = regexp.MustCompile(`(?:href|src)="(/assets/[^"#]+)`)

// visit tells what the first page of a day sends, with all its files.
func visit(ours *child) error {
	c := newClient(ours)
	body, err := c.read("GET", "/", nil)
	if err != nil {
		return err
	}
	size, files := len(body), 1
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return err
	}
	html, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, m := range linked.FindAllStringSubmatch(string(html), -1) {
		if seen[m[1]] {
			continue
		}
		seen[m[1]] = true
		n, err := c.ask("GET", m[1], nil)
		if err != nil {
			return err
		}
		size, files = size+n, files+1
	}
	fmt.Printf("\nfirst visit of the desk: %.1f KB in %d files, later %.1f KB\n", float64(size)/1000, files, float64(len(body))/1000)
	return nil
}
