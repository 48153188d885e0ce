package faults

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"amparo/internal/database/cluster"
	"amparo/internal/database/dbtest"
)

// Several servers over one PostgreSQL and one folder are as one: each is asked what
// the other was told.
func TestTwoServersOnOnePostgreSQLAreAsOne(t *testing.T) {
	t.Parallel() // it mostly waits
	if os.Getenv(dbtest.Server) == "" {
		return
	}
	o := newOffice(t).on(dbtest.Empty(t).URL)
	var servers [2]*server
	var first [2]error
	var both sync.WaitGroup
	for i := range servers { // key, schema and first run are raced for
		both.Go(func() { servers[i], first[i] = o.try("") })
	}
	both.Wait()
	if first[0] != nil || first[1] != nil {
		t.Fatal(first)
	}
	a, b := servers[0], servers[1]
	token := o.colleague()
	a.token, b.token = token, token

	here := a.browser()
	here.signIn()
	there := &browser{here.Client, b}
	if status, text := there.page("/"); status != http.StatusOK {
		t.Fatalf("who signed in at one is at the other: %d %.300s", status, text)
	}
	home := a.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	t.Run("what one keeps the other shows", func(t *testing.T) {
		for i := 1; i <= 5; i++ {
			to, from := servers[i%2], servers[(i+1)%2]
			ref := to.make("/people", map[string]any{"case": home, "names": []map[string]any{{"full": fmt.Sprintf("Planted Name%06d", i)}}})
			if r := from.call("GET", "/people/"+ref, nil); r.Status != http.StatusOK {
				t.Errorf("the record: %d", r.Status)
			}
			if r := from.call("GET", "/people", nil); !strings.Contains(r.Text, fmt.Sprintf(`"total":%d`, i)) {
				t.Errorf("the count of %d: %.200s", i, r.Text)
			}
			if _, text := there.page("/search?q=" + url.QueryEscape(fmt.Sprintf("Name%06d", i))); !strings.Contains(text, ref) {
				t.Errorf("%s is not found", ref)
			}
		}
		if status, text := here.post("/admin/rules", "/admin/rules/holidays", url.Values{"day": {"2031-05-07"}, "name": {"Lantern Day"}}); status != http.StatusSeeOther {
			t.Fatalf("a holiday: %d %.300s", status, text)
		}
		if _, text := there.page("/admin/rules"); !strings.Contains(text, "Lantern Day") {
			t.Error("a holiday is not there")
		}
	})
	t.Run("one of two edits at once wins", func(t *testing.T) {
		ref := a.make("/people", map[string]any{"case": home, "names": []map[string]any{{"full": "Planted Name000006"}}})
		version := a.call("GET", "/people/"+ref, nil).Etag
		rounds := much(8, 200)
		for i := range rounds {
			var kept [2]reply
			var both sync.WaitGroup
			for k, s := range servers {
				both.Go(func() {
					kept[k] = s.call("PATCH", "/people/"+ref, map[string]any{"father": fmt.Sprintf("Father %d of %d", i, k)}, "If-Match", version)
				})
			}
			both.Wait()
			statuses := []int{kept[0].Status, kept[1].Status}
			slices.Sort(statuses)
			if !slices.Equal(statuses, []int{http.StatusOK, http.StatusConflict}) && !slices.Equal(statuses, []int{http.StatusOK, http.StatusPreconditionFailed}) {
				t.Fatalf("two edits of one version answer %v", statuses)
			}
			version = kept[0].Etag
			won := 0
			if kept[1].Status == http.StatusOK {
				version, won = kept[1].Etag, 1
			}
			if r := servers[1-won].call("GET", "/people/"+ref, nil); r.Etag != version || !strings.Contains(r.Text, fmt.Sprintf("Father %d of %d", i, won)) {
				t.Fatalf("after %v there is %s", statuses, r.Text)
			}
		}
		t.Logf("of %d pairs one each was kept", rounds)
	})
	t.Run("guesses are counted together", func(t *testing.T) {
		var wrong, slow atomic.Int32
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				switch status, text := servers[i%2].browser().post("/login", "/login", url.Values{"email": {"nobody@office.example"}, "password": {"wrong wrong wrong"}}); status {
				case http.StatusUnprocessableEntity:
					wrong.Add(1)
				case http.StatusTooManyRequests:
					slow.Add(1)
				default:
					t.Errorf("a guess answers %d %.200s", status, text)
				}
			})
		}
		all.Wait()
		if n := wrong.Load(); n < 5 || n > 6 || slow.Load() != 16-n { // what both were at when the fifth failed
			t.Errorf("of 16 guesses at two servers %d were tried, %d slowed", n, slow.Load())
		}
	})
	if status, _ := here.post("/people", "/logout", url.Values{}); status != http.StatusSeeOther {
		t.Errorf("signing out answers %d", status)
	}
	if status, _ := there.page("/people"); status != http.StatusSeeOther {
		t.Errorf("who signed out at one is still at the other: %d", status)
	}
	b.stop()
	a.stop()
	o.sound(t)
}

func TestPostgreSQLStoppedUnderTrafficLosesNothing(t *testing.T) {
	t.Parallel() // it mostly waits
	if os.Getenv(dbtest.Server) == "" {
		return
	}
	pg, err := cluster.New(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Remove()
	o := newOffice(t).on(pg.URL)
	s := o.serve(o.colleague())
	home := s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	reader := s.browser()
	reader.signIn()
	l := newLedger()
	var over atomic.Bool
	var hands sync.WaitGroup
	var mu sync.Mutex
	said := map[int]int{} // what was not done, by status
	slowest := time.Duration(0)
	for range 4 {
		hands.Go(func() {
			for !over.Load() {
				began := time.Now()
				r := l.write(s, home, func() bool { began = time.Now(); return over.Load() })
				mu.Lock()
				slowest = max(slowest, time.Since(began))
				if r.Status != 0 || r.Text != "" {
					said[r.Status]++
					if r.Status != http.StatusServiceUnavailable || !strings.Contains(r.Text, "Not available now") {
						t.Errorf("while PostgreSQL is stopped a write answers %d %s", r.Status, r.Text)
					}
				}
				mu.Unlock()
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	hands.Go(func() {
		for i := 0; !over.Load(); i++ {
			at := []string{"/", "/people", "/search?q=planted", "/login"}[i%4]
			began := time.Now()
			res, err := reader.Get(s.url + at)
			status, text := reader.read(res, err)
			mu.Lock()
			slowest = max(slowest, time.Since(began))
			mu.Unlock()
			if status != http.StatusOK && (status != http.StatusServiceUnavailable || !strings.Contains(text, "Not ready")) && !(at == "/login" && status == http.StatusSeeOther) {
				t.Errorf("while PostgreSQL is stopped %s answers %d %.300s", at, status, text)
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	acts := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.acts
	}
	later := func(than int) time.Duration {
		for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
			if acts() > than+4 {
				return time.Since(began)
			}
			if time.Since(began) > 20*time.Second {
				t.Error("it does not go on by itself")
				return time.Since(began)
			}
		}
	}
	var again []time.Duration
	for i := range much(1, 6) {
		later(acts() + much(10, 100))
		if err := pg.Stop(context.WithoutCancel(t.Context()), []string{"immediate", "fast"}[i%2]); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(much(500, 2000)) * time.Millisecond)
		for path, want := range map[string]int{"/readyz": http.StatusServiceUnavailable, "/healthz": http.StatusOK} {
			if status, _, _ := s.answers(path); status != want {
				t.Errorf("while PostgreSQL is stopped %s answers %d", path, status)
			}
		}
		if status, text := s.browser().post("/login", "/login", url.Values{"email": {email}, "password": {password}}); status != http.StatusServiceUnavailable {
			t.Errorf("while PostgreSQL is stopped signing in answers %d %.300s", status, text)
		}
		before := acts()
		if err := pg.Start(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		again = append(again, later(before))
	}
	over.Store(true)
	hands.Wait()
	l.holdAll(t, s)
	s.stop()
	o.sound(t)
	if said[http.StatusServiceUnavailable] == 0 {
		t.Error("nothing was refused: it was not tried")
	}
	slices.Sort(again)
	t.Logf("%d acknowledged, 0 lost, %s refused in words, in %d stops; the fifth write after the start after at most %v; slowest answer %v",
		l.acts, strconv.Itoa(said[http.StatusServiceUnavailable]), len(again), again[len(again)-1].Round(time.Millisecond), slowest.Round(time.Millisecond))
}
