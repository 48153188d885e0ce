package cases_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"amparo/internal/auth"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/person"
	"amparo/internal/cases/task"
	"amparo/internal/citation"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// toldTo is everything that an actor can read of all kinds: heads, fields, pieces,
// histories, lists and a search.
func (g *gates) toldTo(a auth.Actor, word string) []string {
	g.t.Helper()
	var told []string
	note := func(where string, v any) {
		text, err := json.Marshal(v)
		if err != nil {
			g.t.Fatal(err)
		}
		if at := strings.Index(strings.ToLower(string(text)), word); at >= 0 {
			told = append(told, fmt.Sprintf("%s: …%s…", where, text[max(0, at-40):min(len(text), at+30)]))
		}
	}
	if err := g.b.View(g.t.Context(), a, func(tx *record.Tx) error {
		for _, k := range g.b.Kinds() {
			list, err := tx.Where(k.Name, "1 = 1")
			if err != nil {
				return err
			}
			rows, err := tx.List(record.Query{Kind: k.Name, Page: 1, PerPage: 100})
			if err != nil {
				return err
			}
			note("list of "+k.Path, rows.Rows)
			for _, s := range list {
				one, err := tx.Get(k.Name, s.Head.Ref)
				if err != nil {
					return err
				}
				note(s.Head.Ref, one.Head)
				note(s.Head.Ref+" fields", one.Fields().JSON())
				lines, err := tx.History(one)
				if err != nil {
					return err
				}
				note(s.Head.Ref+" history", lines)
				for _, p := range g.b.Parts() {
					pieces, err := tx.Pieces(p.Name, one)
					if err != nil {
						return err
					}
					for _, piece := range pieces {
						note(s.Head.Ref+" "+p.Name, piece.Body.Fields().JSON())
					}
				}
				links, err := tx.LinksTo(one.Head.ID)
				if err != nil {
					return err
				}
				note(s.Head.Ref+" links", links)
			}
		}
		hits, _, err := tx.Search(word, "", 1, 50)
		note("search", hits)
		return err
	}); err != nil {
		g.t.Fatal(err)
	}
	return told
}

// Two records of one man are merged, and then it is closed who he is. The merge is
// not taken back while it is: nobody else would see the second record, nor anybody
// once the first is opened again.
func TestTakingAMergeBackAfterASealTellsNobodyWhoHeIs(t *testing.T) {
	for _, level := range []string{record.Sealed, record.Restricted} {
		t.Run(level, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				g := newGates(t, db)
				var kept, gone, held, letter string
				g.work(luis, func(tx *record.Tx) error {
					c, err := tx.Create("case", &casefile.Case{TitleText: "Arrests at the mill", Lead: form.Ref{ID: nadia.ID}}, nil)
					if err != nil {
						return err
					}
					a, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: marker + "1 " + marker + "2"}}}, c)
					if err != nil {
						return err
					}
					b, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: marker + "1 " + marker + "2"}}}, c)
					if err != nil {
						return err
					}
					d, err := tx.Create("detention", &detention.Detention{Person: b.Ref(), Steps: []detention.Step{{Kind: "arrest", Date: edtf.Must("2026-10-01")}}}, c)
					if err != nil {
						return err
					}
					if _, err := tx.Create("task", &task.Task{Text: "Ring the mother", About: b.Ref()}, c); err != nil {
						return err
					}
					l, err := tx.Create("appeal", &appeal.Appeal{TitleText: "For one of them", Kind: "urgent_appeal", Persons: []form.Ref{b.Ref()}}, c)
					if err != nil {
						return err
					}
					if _, err := tx.Add("notes", b, &citation.Note{Text: marker + "5 said so"}); err != nil {
						return err
					}
					kept, gone, held, letter = a.Head.Ref, b.Head.Ref, d.Head.Ref, l.Head.Ref
					return tx.Merge(a, b, a.Head.Version, b.Head.Version, nil, "one man")
				})
				takeBack := func(a auth.Actor) error {
					return g.b.Do(t.Context(), a, func(tx *record.Tx) error {
						s, err := tx.Itself("person", gone)
						if err != nil {
							return err
						}
						return tx.Unmerge(s, s.Head.Version, "they are two")
					})
				}
				others := []auth.Actor{stranger, petra, rune_, ada}
				silent := func(when string) {
					t.Helper()
					for _, a := range others {
						if told := g.toldTo(a, marker); len(told) > 0 {
							t.Errorf("%s %s is told %v", when, a.Name, told)
						}
					}
				}
				g.work(nadia, func(tx *record.Tx) error {
					s, err := tx.Get("person", kept)
					if err != nil {
						return err
					}
					_, err = tx.Classify(s, s.Head.Version, record.Level{Level: level, Named: []form.Ref{{ID: luis.ID}}, Code: "Falcon", Reason: "in danger"})
					return err
				})
				silent("closed,")
				if err := takeBack(petra); !errors.Is(err, record.ErrNotFound) {
					t.Errorf("who does not know who it is takes the merge back: %v", err)
				}
				var shut *record.NotOpen
				if err := takeBack(luis); !errors.As(err, &shut) || shut.Why[0].Code != "merge_closed" {
					t.Errorf("it is taken back: %v", err)
				}
				silent("after that,")
				// Opened again by two, it can be, and nothing is lost.
				g.work(luis, func(tx *record.Tx) error {
					s, err := tx.Get("person", kept)
					if err != nil {
						return err
					}
					_, err = tx.Classify(s, s.Head.Version, record.Level{Level: record.Internal, Reason: "out of danger"})
					return err
				})
				g.work(nadia, func(tx *record.Tx) error {
					s, err := tx.Get("person", kept)
					if err != nil {
						return err
					}
					return tx.Widen(s)
				})
				if err := takeBack(petra); err != nil {
					t.Fatal(err)
				}
				g.work(petra, func(tx *record.Tx) error {
					d, err := tx.Get("detention", held)
					if err != nil {
						return err
					}
					if of := record.As[*detention.Detention](d).Person.Ref; of != gone {
						t.Errorf("the detention is of %s", of)
					}
					l, err := tx.Get("appeal", letter)
					if err != nil {
						return err
					}
					if for_ := record.As[*appeal.Appeal](l).Persons; !slices.ContainsFunc(for_, func(r form.Ref) bool { return r.Ref == gone }) {
						t.Errorf("the appeal is for %v", for_)
					}
					return nil
				})
				g.whole()
			})
		})
	}
}
