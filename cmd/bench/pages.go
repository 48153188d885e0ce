package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// page is one thing that is measured, with its address on either server. i
// goes up from one request to the next, so that not always the same is asked.
type page struct {
	name        string
	ours, floor func(i int) string
	body        func(i int) []byte           // of a POST
	before      func(c *client, i int) error // done first and not measured
	lead        bool                         // opened by the supervisor
}

// samples are what is on file and can be asked for.
type samples struct {
	people    []string // refs of people with a detention
	fragments []string // beginnings of names
	words     []string // words of titles
	names     [][2]string
	home      string // ref of an open case
	days      []string
}

// choose picks what the pages are asked with out of the folder.
func choose(ctx context.Context, dir string) ([]page, error) {
	all, err := open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer all.db.Close()
	texts := func(query string) []string {
		var list []string
		rows, qerr := all.db.Query(ctx, query)
		if qerr != nil {
			err = qerr
			return nil
		}
		defer rows.Close()
		for rows.Next() {
			var one string
			if serr := rows.Scan(&one); serr != nil {
				err = serr
			}
			list = append(list, one)
		}
		return list
	}
	var s samples
	s.people = texts(`SELECT h.ref FROM custody cu JOIN head h ON h.id = cu.person_id WHERE cu.latest = 1 AND h.seq % 97 = 5 ORDER BY h.seq LIMIT 300`)
	for _, fold := range texts(`SELECT h.sort FROM head h WHERE h.kind = 'person' AND h.seq % 89 = 3 AND h.sort <> '' ORDER BY h.seq LIMIT 300`) {
		words := strings.Fields(fold)
		last := []rune(words[len(words)-1])
		if len(words) < 2 || len(last) < 4 || last[0] > 'z' {
			continue
		}
		s.fragments = append(s.fragments, string(last[:4]))
		s.names = append(s.names, [2]string{words[0], string(last)})
	}
	for _, fold := range texts(`SELECT h.sort FROM head h WHERE h.kind IN ('case', 'evidence') AND h.seq % 7 = 3 ORDER BY h.seq LIMIT 300`) {
		for _, w := range strings.Fields(fold) {
			if len(w) > 5 && w[0] <= 'z' && !slices.Contains(s.words, w) && len(s.words) < 40 {
				s.words = append(s.words, w)
			}
		}
	}
	homes := texts(`SELECT h.ref FROM head h WHERE h.kind = 'case' AND h.state = 'open' AND h.gate = '' ORDER BY h.seq DESC LIMIT 1`)
	if err != nil {
		return nil, err
	}
	if len(s.people) == 0 || len(s.fragments) == 0 || len(s.words) == 0 || len(homes) == 0 {
		return nil, fmt.Errorf("%s is too small to measure", dir)
	}
	s.home = homes[0]
	for n := range 6 {
		s.days = append(s.days, time.Now().AddDate(0, 0, -30-17*n).Format(time.DateOnly))
	}
	return s.pages(), nil
}

func of(list []string, i int) string { return list[i%len(list)] }

func (s samples) pages() []page {
	same := func(address func(i int) string) (ours, floor func(i int) string) { return address, address }
	find := func(words []string) func(i int) string {
		return func(i int) string { return "/search?q=" + url.QueryEscape(of(words, i)) }
	}
	list := func(i int) string { return fmt.Sprintf("/people?custody=held_known&sort=title&page=%d", 1+i%3) }
	create := func(i int) []byte {
		first, last := s.names[i%len(s.names)][0], s.names[(i/3)%len(s.names)][1]
		b, _ := json.Marshal(map[string]any{"case": s.home, "sex": "male", "occupations": []string{"baker"}, "nationalities": []string{"NO"},
			"names": []map[string]any{{"full": first + " " + last, "shown": true}}, "roles": []map[string]any{{"case": s.home, "role": "detainee"}}})
		return b
	}
	write := func(c *client, i int) error {
		_, err := c.ask("POST", "/api/v1/people", create(i))
		return err
	}
	pages := []page{
		{name: "desk"},
		{name: "list"},
		{name: "person"},
		{name: "fragment of a name"},
		{name: "word in full text"},
		{name: "custody list on a past day"},
		{name: "create", body: create},
		{name: "list right after somebody wrote", before: write},
		{name: "appeals, table"},
		{name: "appeals, table, after a write", before: write},
		{name: "appeals, board"},
		{name: "appeals, board, after a write", before: write},
		{name: "scoreboard"},
		{name: "scoreboard, after a write", before: write},
		{name: "Monday", lead: true},
		{name: "Monday, after a write", lead: true, before: write},
	}
	table := func(i int) string { return fmt.Sprintf("/appeals?sort=due&page=%d", 1+i%3) }
	board := func(int) string { return "/appeals?view=board" }
	score := func(int) string { return "/demands/scoreboard" }
	monday := func(int) string { return "/?view=team" }
	for i, address := range []func(i int) string{
		func(int) string { return "/" },
		list,
		func(i int) string { return "/people/" + of(s.people, i) },
		find(s.fragments),
		find(s.words),
		func(i int) string { return "/detentions?on=" + of(s.days, i) },
		func(int) string { return "/api/v1/people" },
		list,
		table, table, board, board, score, score, monday, monday,
	} {
		pages[i].ours, pages[i].floor = same(address)
	}
	return pages
}
