//go:build linux

package faults

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A steady load of twenty requests a second, of all sorts, makes nothing grow but
// the records. AMPARO_SOAK says for how long (make soak); in every run it is short,
// and only shows that nothing fails.
func TestASteadyLoadLeavesNothingBehind(t *testing.T) {
	t.Parallel() // it mostly waits
	long := os.Getenv("AMPARO_SOAK") != ""
	duration := 3 * time.Second
	if long {
		var err error
		if duration, err = time.ParseDuration(os.Getenv("AMPARO_SOAK")); err != nil {
			t.Fatal(err)
		}
	}
	o := newOffice(t)
	s := o.serve(o.colleague())
	home := s.make("/cases", map[string]any{"title": "Arrests at the Blue Mill"})
	person := s.make("/people", map[string]any{"case": home, "names": []map[string]any{{"full": "Planted Name"}}})
	page := func(path string) int {
		req, err := http.NewRequest("GET", s.url+path, nil)
		if err != nil {
			panic(err)
		}
		req.Header.Set("Authorization", "Bearer "+s.token)
		res, err := s.http.Do(req)
		if err != nil {
			return 0
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			return 0
		}
		return res.StatusCode
	}
	act := func(n int) int {
		switch {
		case n%40 == 7:
			return s.upload(home, fmt.Sprintf("File %d", n), bytes.Repeat([]byte("planted "), 2000)).Status
		case n%40 == 27:
			return page("/people/" + person + "/summary.pdf")
		case n%10 == 3:
			return s.call("POST", "/people", map[string]any{"case": home, "names": []map[string]any{{"full": fmt.Sprintf("Planted Name%06d", n)}}}).Status
		case n%10 == 5:
			return s.call("GET", "/people", nil).Status
		}
		return page([]string{"/", "/people", "/search?q=planted", "/cases/" + home, "/people/" + person, "/people?q=name"}[n%6])
	}

	type sample struct {
		memory, open float64 // MB, descriptors
		slow         time.Duration
	}
	var mu sync.Mutex
	var samples []sample
	var took []time.Duration
	failed := map[int]int{}
	done := 0
	var hands sync.WaitGroup
	began, sampled := time.Now(), time.Now()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for n := 0; time.Since(began) < duration; n++ {
		<-tick.C
		hands.Go(func() {
			at := time.Now()
			status := act(n)
			mu.Lock()
			defer mu.Unlock()
			took, done = append(took, time.Since(at)), done+1
			if status != http.StatusOK && status != http.StatusCreated {
				failed[status]++
			}
		})
		if time.Since(sampled) > duration/40 {
			mu.Lock()
			slices.Sort(took)
			slow := time.Duration(0)
			if len(took) > 0 {
				slow = took[len(took)*95/100]
			}
			samples, took, sampled = append(samples, sample{s.memory(), s.descriptors(), slow}), nil, time.Now()
			mu.Unlock()
		}
	}
	hands.Wait()
	s.stop()
	o.sound(t)
	if len(failed) > 0 || done < int(duration/time.Second)*15 {
		t.Errorf("of %d requests these were not answered as they should be: %v", done, failed)
	}
	quarter := func(from int, of func(sample) float64) float64 { // its median
		var list []float64
		for _, one := range samples[from*len(samples)/4 : (from+1)*len(samples)/4] {
			list = append(list, of(one))
		}
		slices.Sort(list)
		return list[len(list)/2]
	}
	memory, open := func(s sample) float64 { return s.memory }, func(s sample) float64 { return s.open }
	slow := func(s sample) float64 { return s.slow.Seconds() * 1000 }
	slope := (quarter(3, memory) - quarter(1, memory)) / (duration.Hours() / 2)
	t.Logf("%d requests in %v, failed %v; memory %.0f, %.0f, %.0f, %.0f MB in the four quarters, %+.0f MB an hour from the second to the last; descriptors %.0f and %.0f; p95 %.0f and %.0f ms",
		done, duration, failed, quarter(0, memory), quarter(1, memory), quarter(2, memory), quarter(3, memory), slope, quarter(0, open), quarter(3, open), quarter(0, slow), quarter(3, slow))
	if long && quarter(3, memory) > 1.1*quarter(0, memory) {
		t.Error("memory grows")
	}
	if quarter(3, open) > quarter(0, open)+16 {
		t.Error("open files and connections grow")
	}
}

// memory is what the program has in memory, in MB.
func (s *server) memory() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		s.o.t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		s.o.t.Fatal(err)
	}
	return float64(kb) / 1024
}

func (s *server) descriptors() float64 {
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.cmd.Process.Pid))
	if err != nil {
		s.o.t.Fatal(err)
	}
	return float64(len(list))
}
