package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// people makes some, in a case that every colleague sees.
func people(h *webtest.House, n int) (paths []string) {
	for i := range n {
		paths = append(paths, "/people/"+h.Make(h.Nadia, "person", h.Open, "names.0.full", fmt.Sprintf("Velvet Nr%d", i)))
	}
	return paths
}

func readMuch(t *testing.T, h *webtest.House, kind account.EventKind) []account.Event {
	t.Helper()
	events, err := h.Office.Events(t.Context(), auth.System("test"), account.EventFilter{Kinds: []account.EventKind{kind}})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// ASVS 2.4.1: who opens more different people and cases in a day than anybody at work
// does shows again who he is, after so many more again; once a day those who lead the
// office are told, with who and how many and never which.
func TestWhoOpensUnusuallyManyRecordsShowsWhoHeIsAndTheLeadsAreTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		h := webtest.New(t, db, web.Options{Paces: web.Paces{Opened: 4}})
		all := append(people(h, 12), "/cases/"+h.Open)
		goes := func(from, to int) {
			t.Helper()
			for _, at := range all[from:to] {
				h.Pass(time.Second)
				if a := h.Nadia.Get(at); a.Status != 200 {
					t.Fatalf("%s answers %d", at, a.Status)
				}
			}
		}
		asked := func(at string) webtest.Answer {
			t.Helper()
			a := h.Nadia.Get(at)
			if a.Status != 403 || !strings.Contains(a.Body, "Is it still you?") || strings.Contains(a.Body, "Velvet") || strings.Contains(a.Body, "Blue Mill") {
				t.Fatalf("%s answers %d: %s", at, a.Status, plainText(a.Body))
			}
			return a
		}
		shows := func(a webtest.Answer) {
			t.Helper()
			h.Pass(time.Second)
			to, v := carried(t, a)
			v.Set("fresh", webtest.Password)
			answer := h.Nadia.Post(to, v)
			follows(h.Nadia, answer)
			if answer.Status != 303 || h.Nadia.Get(answer.To()).Status != 200 {
				t.Fatalf("after the answer it gives %d to %q", answer.Status, answer.To())
			}
		}
		for _, never := range []string{"/people/P-999999999", "/people/P-999999998", "/cases/" + h.Restricted, "/people/none"} {
			h.Nadia.Get(never) // what is not shown does not count
		}
		goes(0, 4)
		goes(0, 4) // the same again
		for _, other := range []string{"/people", "/search?q=velvet", "/people.csv", "/organizations", all[0] + "/history", "/api/v1" + all[0]} {
			if a := h.Nadia.Get(other); a.Status != 200 {
				t.Errorf("%s answers %d", other, a.Status)
			}
		}
		if len(readMuch(t, h, account.ReadMuch)) != 0 {
			t.Error("an alarm before there is reason")
		}
		for _, way := range []string{all[4], all[4] + "/history", all[4] + "/edit", all[4] + "/summary", all[4] + "/summary.pdf", "/people/P-999999999", all[12]} {
			asked(way)
		}
		if a := h.Nadia.Get("/api/v1" + all[4]); a.Status != 403 || strings.Contains(a.Body, "Velvet") {
			t.Errorf("the API answers her session %d", a.Status)
		}
		if a := h.Nadia.Post(all[4], url.Values{"version": {"0"}, "father": {"kept & typed"}}); a.Status != 403 || !strings.Contains(a.Body, "kept &amp; typed") || strings.Contains(a.Body, "Velvet") {
			t.Errorf("a form answers %d", a.Status)
		}
		goes(0, 4)
		if a := h.Omar.Get(all[4]); a.Status != 200 {
			t.Errorf("a colleague gets %d", a.Status)
		}
		shows(asked(all[4]))
		goes(4, 8)
		shows(asked(all[12]))
		goes(8, 11)
		asked(all[11])
		h.Pass(14 * time.Hour) // another day
		h.Nadia.SignIn()
		goes(0, 4)

		events := readMuch(t, h, account.ReadMuch)
		if len(events) != 3 || events[2].Count != 4 || events[1].Count != 8 || events[0].Count != 12 || events[0].AccountID != h.Nadia.ID || events[0].SubjectID != "2026-11-20" {
			t.Errorf("%+v", events)
		}
		if told := readMuch(t, h, account.ReadingTold); len(told) != 3 { // Luis, Petra, Ada: once a day
			t.Errorf("%+v", told)
		}
		for _, p := range []*webtest.Person{h.Luis, h.Petra, h.Ada} {
			p.SignIn()
			text := plainText(p.Get("/").Body)
			if !strings.Contains(text, "unusually many") || !strings.Contains(text, "Nadia · more than 4 in a day") || strings.Contains(text, strings.TrimPrefix(all[0], "/people/")) && p == h.Ada {
				t.Errorf("%s is told: %s", p.Name, text)
			}
		}
		h.Omar.SignIn()
		if strings.Contains(h.Omar.Get("/").Body, "unusually many") {
			t.Error("a colleague is told")
		}
	})
}

// A session that somebody else has does not go on because its owner showed who he is in another.
func TestOnlyTheSessionThatShowedWhoItIsReadsOn(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{Paces: web.Paces{Opened: 2}})
	all := people(h, 4)
	thief := *h.Nadia
	h.Pass(time.Second)
	for _, at := range all[:2] {
		thief.Get(at)
	}
	h.Pass(time.Second)
	h.Nadia.SignIn()
	if a := h.Nadia.Get(all[2]); a.Status != 200 {
		t.Errorf("a new sign-in shows who it is, and gets %d", a.Status)
	}
	if a := thief.Get(all[3]); a.Status != 403 {
		t.Errorf("the other session gets %d", a.Status)
	}
}

// A program has nobody who could show anything: the leads are told as early as of
// people, and at ten times as many it waits until the next day. Its owner does not.
func TestAProgramThatOpensUnusuallyManyRecordsWaitsUntilTheNextDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		h := webtest.New(t, db, web.Options{Paces: web.Paces{Opened: 2}})
		all := people(h, 22)
		program := func(at string) webtest.Answer {
			return h.Nobody().Send("GET", at, "", "Authorization", "Bearer "+h.Nadia.Token())
		}
		for _, at := range all[:20] {
			if a := program("/api/v1" + at); a.Status != 200 {
				t.Fatalf("%s answers %d", at, a.Status)
			}
		}
		for _, at := range []string{"/api/v1" + all[20], "/api/v1" + all[20] + "/history", all[20], all[20] + "/summary.pdf"} {
			if a := program(at); a.Status != 429 || a.Header.Get("Retry-After") != "50400" || strings.Contains(a.Body, "Velvet") || !strings.Contains(a.Body, "tomorrow") {
				t.Errorf("%s answers %d, again after %q", at, a.Status, a.Header.Get("Retry-After"))
			}
		}
		if a := program("/api/v1" + all[0]); a.Status != 200 {
			t.Errorf("what was opened already answers %d", a.Status)
		}
		if events := readMuch(t, h, account.ReadMuch); len(events) != 10 || events[0].Count != 20 || len(readMuch(t, h, account.ReadingTold)) != 3 {
			t.Errorf("%+v", events)
		}
		if a := h.Nadia.Get(all[20]); a.Status != 200 {
			t.Errorf("its owner gets %d", a.Status)
		}
		h.Pass(14 * time.Hour)
		if a := program("/api/v1" + all[20]); a.Status != 200 {
			t.Errorf("the next day it answers %d", a.Status)
		}
	})
}

func TestAnAdministratorSetsHowMuchIsOpenedInADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		h := webtest.New(t, db, web.Options{Paces: web.Paces{Files: web.Pace{AtOnce: 1000, Every: time.Second}}})
		for _, wrong := range []string{"", "49", "100001", "-60", "many"} {
			if a := h.Ada.Post("/admin/reading", url.Values{"reading": {wrong}}); a.Status != 422 || strings.Count(a.Body, `from 50 to`) != 2 {
				t.Errorf("%q answers %d", wrong, a.Status)
			}
		}
		if a := h.Luis.Post("/admin/reading", url.Values{"reading": {"5000"}}); a.Status != 403 {
			t.Errorf("a supervisor sets it: %d", a.Status)
		}
		if a := h.Ada.Post("/admin/reading", url.Values{"reading": {"٥٠"}}); a.Status != 303 || !strings.Contains(h.Ada.Get("/admin/users").Body, `value="50"`) {
			t.Errorf("setting it answers %d", a.Status)
		}
		all := people(h, 51)
		h.Pass(time.Second)
		for n, at := range all {
			if a := h.Nadia.Get(at); (n < 50) != (a.Status == 200) {
				t.Fatalf("number %d answers %d", n+1, a.Status)
			}
		}
		h.Pass(6 * time.Minute)
		if a := h.Ada.Post("/admin/reading", url.Values{"reading": {"100"}}); a.Status != 403 || !strings.Contains(a.Body, "Is it still you?") {
			t.Errorf("later it answers %d", a.Status)
		}
	})
}
