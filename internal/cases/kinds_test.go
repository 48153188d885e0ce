package cases_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"amparo/internal/auth"
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
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/record/recordtest"
	"amparo/internal/workflow"
)

var stranger = auth.Actor{ID: "u-omar", Email: "omar@example.org", Name: "Omar", Roles: []auth.Role{auth.Caseworker}}

func restrictedCase(tx *record.Tx) (*record.Sheet, error) {
	return tx.Create("case", &casefile.Case{TitleText: "Dock workers", Access: casefile.Restricted, Priority: "high", Country: "LY",
		Lead: form.Ref{ID: tx.Actor.ID}, Team: []form.Ref{{ID: luis.ID}}, Topics: []string{"unions", "harbour"}, ReviewOn: edtf.Must("2027-01")}, nil)
}

// subjects are one rich record of every kind; a kind without one fails the test.
var subjects = map[string]recordtest.Subject{
	"case": {
		Body: func(tx *record.Tx, _ *record.Sheet) (record.Body, error) {
			return &casefile.Case{TitleText: "Printers", Access: casefile.Staff, Priority: "normal", Risk: "high", OpenedOn: edtf.Must("2026-11-~20"), Team: []form.Ref{{ID: luis.ID}, {ID: nadia.ID}}}, nil
		},
		Change: func(b record.Body) { b.(*casefile.Case).Summary += " more" },
	},
	"person": {
		Body: func(tx *record.Tx, home *record.Sheet) (record.Body, error) {
			tx.EnterNames()
			org, err := tx.Resolve("organization", "Harbour union")
			return &person.Person{Names: []person.Name{{Full: "Ilyas Marouf", Kind: "legal", Shown: true}, {Full: "إلياس معروف"}}, Father: "Karim", Born: edtf.Must("1996~"),
				Age: form.Num{Valid: true, N: 30}, Nationalities: []string{"LY", "TN"}, Flags: []string{"medical"}, Occupations: []string{"docker"},
				Relations: []person.Relation{{To: org, Kind: "member_of", Since: edtf.Must("2015/..")}}, Roles: []person.Role{{Case: home.Ref(), Role: "detainee"}},
				Calls: []person.Call{{At: edtf.Must("2026-11-19"), Said: "he is well\nand asks for a lawyer"}}}, err
		},
		Change: func(b record.Body) { b.(*person.Person).Mother += "M" },
	},
	"detention": {
		Body: func(tx *record.Tx, home *record.Sheet) (record.Body, error) {
			tx.EnterNames()
			p, err := tx.Create("person", &person.Person{Placeholder: "a docker"}, home)
			if err != nil {
				return nil, err
			}
			site, err := tx.Resolve("place", "Quay prison")
			return &detention.Detention{Person: p.Ref(), WarrantShown: "no", Charges: []detention.Charge{{Law: "Code", Article: "206", Status: "brought"}},
				Steps: []detention.Step{{Kind: "arrest", Date: edtf.Must("[2021-11..2022-03]")}, {Kind: "held", Places: []form.Ref{site}}}}, err
		},
		Change: func(b record.Body) { b.(*detention.Detention).ReasonGiven += "leaflets" },
	},
	"organization": {
		Body: func(*record.Tx, *record.Sheet) (record.Body, error) {
			return &organization.Organization{Names: []organization.Name{{Full: "Harbour Guard", Shown: true}}, Type: "security_force", Founded: edtf.Must("2013"), Languages: []string{"ar"}}, nil
		},
		Change: func(b record.Body) { b.(*organization.Organization).DissolvedWhy += "forced" },
	},
	"place": {
		Body: func(*record.Tx, *record.Sheet) (record.Body, error) {
			return &place.Place{Names: []place.Name{{Full: "Northgate prison"}}, Type: "prison", Lat: form.Num{Valid: true, N: 32.9}, Lon: form.Num{Valid: true, N: 13.125}}, nil
		},
		Change: func(b record.Body) { b.(*place.Place).FacilityType = "official_prison" },
	},
	"evidence": {
		Body: func(*record.Tx, *record.Sheet) (record.Body, error) {
			return &evidence.Evidence{Kind: "statement", TitleText: "Statement of the union", Issuer: "the union", Published: edtf.Must("2022-03-23"), Text: "line\nline", Quality: []string{"partial"}}, nil
		},
		Change: func(b record.Body) { b.(*evidence.Evidence).Text += "." },
	},
	"appeal": {
		Body: func(tx *record.Tx, home *record.Sheet) (record.Body, error) {
			tx.EnterNames()
			body, err := tx.Resolve("organization", "Committee for the Harbour")
			if err != nil {
				return nil, err
			}
			p, err := tx.Create("person", &person.Person{Placeholder: "a crane driver"}, home)
			if err != nil {
				return nil, err
			}
			return &appeal.Appeal{By: appeal.Ours, Kind: "urgent_appeal", TitleText: "Let the dockers go", Persons: []form.Ref{p.Ref()}, Addressees: []appeal.Addressee{{Org: body, Channel: "post"}},
				Texts: []appeal.Text{{Lang: "en", Body: "We write to you."}, {Lang: "ar", Body: "نكتب إليكم."}}, Facts: []appeal.Fact{{Text: "They were taken."}},
				Signatories: []appeal.Signatory{{Name: "The union", MayBeNamed: true}}, SignatoryCount: []appeal.Count{{Qualifier: "more_than", N: form.Num{Valid: true, N: 20}}},
				SendBy: edtf.Must("2026-12-01")}, nil
		},
		Change: func(b record.Body) { b.(*appeal.Appeal).SubmittedBy += "the office" },
	},
	"demand": {
		Body: func(tx *record.Tx, home *record.Sheet) (record.Body, error) {
			tx.EnterNames()
			ministry, err := tx.Resolve("organization", "Ministry of the Quays")
			if err != nil {
				return nil, err
			}
			a, err := tx.Create("appeal", &appeal.Appeal{TitleText: "Let them go"}, home)
			if err != nil {
				return nil, err
			}
			return &demand.Demand{Appeal: a.Ref(), Number: "1", Text: "Release them.", Kind: "release", Targets: []form.Ref{ministry}, Due: edtf.Must("2026-12-31")}, nil
		},
		Change: func(b record.Body) { b.(*demand.Demand).Indicator += "a list of names" },
	},
	"response": {
		Body: func(tx *record.Tx, home *record.Sheet) (record.Body, error) {
			tx.EnterNames()
			ministry, err := tx.Resolve("organization", "Ministry of the Harbour")
			if err != nil {
				return nil, err
			}
			a, err := tx.Create("appeal", &appeal.Appeal{TitleText: "Let them all go"}, home)
			if err != nil {
				return nil, err
			}
			return &response.Response{From: ministry, Appeal: a.Ref(), Form: "letter", Stance: "denies", Date: edtf.Must("2026-11-18"), Text: "Nobody is held."}, nil
		},
		Change: func(b record.Body) { b.(*response.Response).Text += "." },
	},
	"task": {
		Body: func(tx *record.Tx, home *record.Sheet) (record.Body, error) {
			return &task.Task{Text: "Call the brother", Due: edtf.Must("2026-11-21"), About: home.Ref(), Assignee: form.Ref{ID: tx.Actor.ID}}, nil
		},
		Change: func(b record.Body) { b.(*task.Task).Text += "!" },
	},
}

func TestEveryKindKeepsThePromises(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b := book(db)
		for _, k := range b.Kinds() {
			s, ok := subjects[k.Name]
			if !ok {
				t.Errorf("no subject for %s", k.Name)
				continue
			}
			s.Kind, s.Case = k.Name, restrictedCase
			t.Run(k.Name, func(t *testing.T) {
				recordtest.Run(t, db, b, recordtest.Cast{Owner: nadia, Stranger: stranger, Lead: luis}, s)
			})
		}
	})
}

// eyes words who else may make a move, and who may not.
func eyes(m workflow.Move) string {
	words := ""
	if m.Approver {
		words += " or who may approve"
	}
	if m.NotAuthor {
		words += ", not its author"
	}
	return words
}

// TestTheTablesOfMovesAreAsReviewed prints state × move × who for every kind
// and compares it with the file that was read and agreed on.
func TestTheTablesOfMovesAreAsReviewed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		var out strings.Builder
		for _, k := range book(db).Kinds() {
			for _, state := range k.Flow.States() {
				moves := k.Flow.From(state)
				slices.SortFunc(moves, func(a, b2 workflow.Move) int { return strings.Compare(a.Name, b2.Name) })
				for _, m := range moves {
					to := m.To
					if m.Voids {
						to = "(struck out)"
					}
					fmt.Fprintf(&out, "%-10s %-9s --%s--> %-9s by %s%s; asks %v; needs %v\n", k.Name, state, m.Name, to, m.Who, eyes(m), m.Asks, m.Needs)
				}
			}
		}
		want, err := os.ReadFile("testdata/moves.golden")
		if err != nil || string(want) != out.String() {
			_ = os.WriteFile(t.ArtifactDir()+"/moves.golden", []byte(out.String()), 0o644)
			t.Errorf("the tables of moves differ from testdata/moves.golden (%v); they are now:\n%s", err, out.String())
		}
	})
}
