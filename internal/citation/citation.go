// Package citation holds what hangs on records of every kind: who says what
// about which field in which document and how it is graded (Citation), which
// of several sources we go with and why (Choice), counts as observations
// (Tally), and plain notes (Note). Facts carry citations; two sources may say
// different things and both stay.
package citation

import (
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Citation says who says what about a field, where, and how far it is to be believed.
type Citation struct {
	Field                    string // "" = the whole record; "steps.<id>" or "steps.<id>.places" for a step
	Says                     string // what this source says there; a ref where it says a place or organization
	Speaker                  string // text, or the ref of a person or organization
	Via                      []string
	Document                 form.Ref
	Locator, Quote           string
	Basis                    string
	Reliability, Credibility string
	Origin                   string // citations that share one origin count as one source
	Note                     string
}

// Closed lists: the admiralty grades and what a statement rests on.
var (
	Reliability = []string{"A", "B", "C", "D", "E", "F"}
	Credibility = []string{"1", "2", "3", "4", "5", "6"}
	Bases       = []string{"stated", "inferred"}
)

// Fields binds the citation's variables.
func (c *Citation) Fields() form.Set {
	return form.Set{
		form.OfText("field", &c.Field, form.Max(120)),
		form.OfLong("says", &c.Says, form.Max(4000)),
		form.OfText("speaker", &c.Speaker, form.Spoken),
		form.OfList("via", &c.Via, form.Spoken),
		form.OfLink("document", &c.Document, "evidence"),
		form.OfText("locator", &c.Locator),
		form.OfLong("quote", &c.Quote, form.Max(10000)),
		form.OfChoice("basis", &c.Basis, Bases),
		form.OfChoice("reliability", &c.Reliability, Reliability),
		form.OfChoice("credibility", &c.Credibility, Credibility),
		form.OfText("origin", &c.Origin),
		form.OfText("note", &c.Note, form.Max(2000)),
	}
}

// Empty tells whether nothing is said that could be cited.
func (c *Citation) Empty() bool {
	return c.Speaker == "" && c.Document.ID == "" && c.Document.Ref == "" && c.Quote == "" && c.Says == ""
}

// Grade is the two grades together ("B2"), "" when not graded.
func (c *Citation) Grade() string { return c.Reliability + c.Credibility }

// Choice is which of several statements we go with, and why; all of them stay.
type Choice struct{ Field, Says, Reason string }

// Fields binds the choice's variables.
func (c *Choice) Fields() form.Set {
	return form.Set{
		form.OfText("field", &c.Field, form.Required, form.Max(120)),
		form.OfLong("says", &c.Says, form.Required, form.Max(4000)),
		form.OfLong("reason", &c.Reason, form.Required, form.Max(4000)),
	}
}

// Note is a plain note.
type Note struct{ Text string }

// Fields binds the note's variable.
func (n *Note) Fields() form.Set {
	return form.Set{form.OfLong("text", &n.Text, form.Required)}
}

// Tally is one observation of a number; it is never overwritten by another.
type Tally struct {
	Unit, Qualifier string
	N, NMax         form.Num
	Basis           string
	AsOf, Since     edtf.Date
	CountedBy       string
	Citation        string // id of the citation it rests on
}

// Closed lists of counting.
var (
	Units = []string{"person", "body", "body_part_set", "grave", "site", "detainee", "political_prisoner", "prisoner_of_conscience", "killed",
		"injured", "abducted", "displaced", "missing", "signatory", "incident"}
	Qualifiers = []string{"exact", "at_least", "more_than", "about", "at_most", "range", "several", "unknown", "zero"}
	CountBases = []string{"cumulative", "increment", "snapshot"}
)

// Fields binds the tally's variables.
func (t *Tally) Fields() form.Set {
	return form.Set{
		form.OfChoice("unit", &t.Unit, Units, form.Required, form.Vocab("count_unit")),
		form.OfChoice("qualifier", &t.Qualifier, Qualifiers, form.Required, form.Vocab("count_qualifier")),
		form.OfNumber("n", &t.N),
		form.OfNumber("n_max", &t.NMax),
		form.OfChoice("basis", &t.Basis, CountBases, form.Vocab("count_basis")),
		form.OfDate("as_of", &t.AsOf),
		form.OfDate("since", &t.Since),
		form.OfText("counted_by", &t.CountedBy, form.Spoken),
		form.OfText("citation", &t.Citation, form.Max(60)),
	}
}

// Hang registers these parts with the book.
func Hang(b *record.Book) {
	b.Hang(&record.Part{Name: "citations", Table: "citation", New: func() record.PartBody { return &Citation{} }})
	b.Hang(&record.Part{Name: "choices", Table: "choice", New: func() record.PartBody { return &Choice{} }})
	b.Hang(&record.Part{Name: "notes", Table: "note", New: func() record.PartBody { return &Note{} }})
	b.Hang(&record.Part{Name: "counts", Table: "tally", New: func() record.PartBody { return &Tally{} }})
}

// Cited is a citation with when and by whom it was entered.
type Cited struct {
	record.Piece
	*Citation
}

// ByID reads citations of any records by their ids, in two questions; those on
// records that may not be seen, and annulled ones, are left out.
func ByID(tx *record.Tx, ids ...string) (map[string]Cited, error) {
	out := map[string]Cited{}
	pieces, err := tx.PiecesByID("citations", ids...)
	for _, p := range pieces {
		if p.Annulled == "" {
			out[p.ID] = Cited{Piece: p, Citation: p.Body.(*Citation)}
		}
	}
	return out, err
}

// Of reads the citations that hang on sheets; annulled ones are left out.
func Of(tx *record.Tx, sheets ...*record.Sheet) ([]Cited, error) {
	pieces, err := tx.Pieces("citations", sheets...)
	if err != nil {
		return nil, err
	}
	var list []Cited
	for _, p := range pieces {
		if p.Annulled == "" {
			list = append(list, Cited{Piece: p, Citation: p.Body.(*Citation)})
		}
	}
	return list, nil
}
