package cases

import (
	"slices"
	"unicode/utf8"

	"amparo/internal/cases/demand"
	"amparo/internal/cases/response"
	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Spoken is what an answer says to one demand, and what is noted of that.
type Spoken struct {
	Demand Asked
	Stance string     // "" while the answer does not speak to it
	Noted  string     // a move, or an outcome that a supervisor confirms; "" for none
	For    []form.Ref // whom the outcome is for; none: all
}

// Notes are what may be noted of a demand when an answer comes: moves are made at
// once, outcomes only proposed.
var (
	NotedMoves    = []string{"acknowledge", "pledge", "reject"}
	NotedOutcomes = []string{"partly_met", "met"}
)

// OpenNotes are those that may be noted of a demand as it stands.
func OpenNotes(tx *record.Tx, d Asked) ([]string, error) {
	offers, err := tx.Offers(d.Sheet)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, name := range NotedMoves {
		if slices.ContainsFunc(offers, func(o record.Offer) bool { return o.Name == name && o.Open }) {
			list = append(list, name)
		}
	}
	if !slices.Contains([]string{demand.Met, demand.Superseded, demand.Withdrawn}, d.Head.State) {
		list = append(list, NotedOutcomes...)
	}
	return list, nil
}

// RecordAnswer keeps an answer to an appeal with what is noted of its demands.
func RecordAnswer(tx *record.Tx, home *record.Sheet, r *response.Response, said []Spoken) (*record.Sheet, error) {
	r.Stands, r.Answers = nil, nil
	for _, one := range said {
		if one.Stance != "" {
			r.Stands = append(r.Stands, response.Stand{Demand: one.Demand.Ref(), Stance: one.Stance})
		}
	}
	made, err := tx.Create("response", r, home)
	if err != nil {
		return nil, err
	}
	for _, one := range said {
		if one.Noted == "" {
			continue
		}
		if err := note(tx, made, r, one); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// note keeps what follows from an answer for one demand: dated as the answer,
// with its document as the evidence.
func note(tx *record.Tx, made *record.Sheet, r *response.Response, one Spoken) error {
	var cited []string
	if r.Document.ID != "" {
		says := r.Text
		if utf8.RuneCountInString(says) > 4000 {
			says = "" // it stands in the answer itself
		}
		c, err := tx.Add("citations", one.Demand.Sheet, &citation.Citation{Field: "assessments", Speaker: r.From.Ref, Document: r.Document, Says: says, Basis: "stated"})
		if err != nil {
			return err
		}
		cited = []string{c.ID}
	}
	judged := demand.Assessment{Date: r.Date, For: one.For, Citations: cited}
	if slices.Contains(NotedOutcomes, one.Noted) {
		judged.Outcome, judged.Reason = one.Noted, made.Head.Ref
		one.Demand.Assessments = append(one.Demand.Assessments, judged)
		return tx.Save(one.Demand.Sheet, one.Demand.Head.Version)
	}
	one.Demand.Judged = judged
	return tx.Move(one.Demand.Sheet, one.Demand.Head.Version, one.Noted, made.Head.Ref, nil)
}
