package web

import (
	"amparo/internal/edtf"
	"amparo/internal/record"
	"amparo/views/records"
)

func newDate() *edtf.Date { return &edtf.Date{} }

// faces are the kinds whose record page has a face of its own.
func (r *Request) faces() map[string]func(*record.Tx, *record.Sheet) error {
	return map[string]func(*record.Tx, *record.Sheet) error{
		"appeal":    r.appealPage,
		"case":      r.casePage,
		"demand":    r.demandPage,
		"detention": r.detentionFace,
		"person":    r.personFace,
	}
}

// listFaces are the kinds whose list has a face of its own.
func (r *Request) listFaces() map[string]func(records.List) error {
	return map[string]func(records.List) error{
		"appeal":    r.appealList,
		"demand":    r.demandList,
		"detention": r.custodyList,
	}
}

// views are other ways to see a list, by kind and the view asked for.
func (r *Request) views() map[string]func() error {
	return map[string]func() error{
		"appeal board": r.appealBoard,
	}
}

// formFace is the form of a kind that has one of its own.
type formFace struct {
	begin func() error                                       // of a new record
	edit  func(*record.Tx, *record.Sheet) error              // of one on file
	of    func(*record.Sheet) bool                           // whether it is for this record as it stands
	left  func(*record.Sheet) (names []string, about string) // else, what the form all kinds share still asks of it, and why no more
}

// formFaces are the kinds whose form has a face of its own.
func (r *Request) formFaces() map[string]formFace {
	return map[string]formFace{
		"appeal": {begin: r.beginAppeal, edit: r.editAppeal, of: writable, left: r.leftOfAppeal},
	}
}
