// Package cases opens every room and holds what spans them: what one room
// demands of another before a move (guards.go), what a change sets off
// elsewhere (effects.go), reads that span rooms (overview.go), and the log of a
// detention (log.go), which writes into several rooms at once.
package cases

import (
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/evidence"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/person"
	"amparo/internal/cases/place"
	"amparo/internal/cases/response"
	"amparo/internal/cases/task"
	"amparo/internal/citation"
	"amparo/internal/database"
	"amparo/internal/record"
)

// Open makes the book of every kind Amparo knows.
func Open(db *database.DB, o record.Options) *record.Book {
	b := record.Open(db, o,
		casefile.Kind,
		person.Kind,
		detention.Kind,
		organization.Kind,
		place.Kind,
		evidence.Kind,
		appeal.Kind,
		demand.Kind,
		response.Kind,
		task.Kind,
	)
	citation.Hang(b)
	person.HangConsent(b)
	appeal.Hang(b)
	b.Beside(
		record.Beside{Table: "appeal_line", Key: "appeal_id"},
		record.Beside{Table: "appeal_round", Key: "appeal_id", Words: "text"},
		record.Beside{Table: "custody", Key: "detention_id"},
		record.Beside{Table: "custody_period", Key: "detention_id"},
		record.Beside{Table: "custody_place", Key: "detention_id"},
		record.Beside{Table: "deadline", Key: "about_id"},
		record.Beside{Table: "demand_line", Key: "demand_id"},
	)
	shapes(b)
	guards(b)
	appealGuards(b)
	effects(b)
	appealEffects(b)
	b.States(appeal.Kind.Name, func(tx *record.Tx, day string, sheets ...*record.Sheet) (map[string]string, error) {
		all, err := AppealStandings(tx, day, sheets...)
		states := map[string]string{}
		for id, st := range all {
			states[id] = st.State
		}
		return states, err
	})
	b.States(demand.Kind.Name, func(tx *record.Tx, day string, sheets ...*record.Sheet) (map[string]string, error) {
		all, err := DemandStandings(tx, day, sheets...)
		states := map[string]string{}
		for id, st := range all {
			states[id] = st.State
		}
		return states, err
	})
	return b
}
