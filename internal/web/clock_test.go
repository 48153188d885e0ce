package web_test

import (
	"net/url"
	"strconv"
	"testing"
	"time"

	"amparo/internal/web/webtest"
)

// A clock that is put forward or back, by hand, by its battery or by summer
// time, keeps nobody signed in for longer and leaves no line out of its place.
func TestAClockThatJumpsKeepsNobodyInAndTheHistoryInOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *webtest.House) {
		ref := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Plain Ersen")
		at := "/people/" + ref
		for i, jump := range []time.Duration{-time.Hour, time.Hour, -24 * time.Hour, 24 * time.Hour, 10 * 365 * 24 * time.Hour, -20 * 365 * 24 * time.Hour, 10 * 365 * 24 * time.Hour} {
			h.Pass(jump)
			for _, page := range []string{"/", "/people", at, at + "/history", "/tasks", "/appeals", "/search?q=plain", "/deadlines"} {
				if a := h.Nadia.Get(page); a.Status >= 500 {
					t.Errorf("after the jump of %v %s answers %d", jump, page, a.Status)
				}
			}
			if a := h.Nadia.Get("/"); a.Status != 303 {
				t.Errorf("a session outlives the jump of %v: %d", jump, a.Status)
			}
			h.Nadia.SignIn()
			s, err := h.Book.Get(t.Context(), h.Nadia.Actor(), "person", ref)
			if err != nil {
				t.Fatal(err)
			}
			v := url.Values{"version": {strconv.Itoa(s.Head.Version)}, "fields": {"father"}, "father": {"Father " + strconv.Itoa(i)}}
			if a := h.Nadia.Post(at, v); a.Status != 303 {
				t.Errorf("after the jump of %v an edit answers %d", jump, a.Status)
			}
		}
		if n, broken, err := h.Book.Verify(t.Context()); err != nil || broken != 0 || n < 8 {
			t.Errorf("of %d lines the first that is not whole is %d, %v", n, broken, err)
		}
	})
}
