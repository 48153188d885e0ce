package cases

import (
	"amparo/internal/record"
)

// guards registers what must be true before a move, where another room or a
// part decides it.
func guards(b *record.Book) {
	b.Require("case.citation", func(tx *record.Tx, s *record.Sheet) ([]record.Why, error) {
		rows, err := tx.Rows(`SELECT h.id FROM head h JOIN citation ci ON ci.record_id = h.id
			WHERE h.case_id = ? AND h.voided = 0 AND ci.annulled = '' AND %SCOPE% LIMIT 1`, s.Head.ID)
		if err != nil || len(rows) > 0 {
			return nil, err
		}
		return []record.Why{{Code: "needs_citation"}}, nil
	})
	b.Require("case.no_open_task", func(tx *record.Tx, s *record.Sheet) ([]record.Why, error) {
		rows, err := tx.Rows(`SELECT COUNT(*) FROM head h JOIN task t ON t.id = h.id
			WHERE h.case_id = ? AND h.voided = 0 AND h.state = 'open' AND t.due_latest <> '' AND %SCOPE%`, s.Head.ID)
		if err != nil {
			return nil, err
		}
		var why []record.Why
		if rows[0][0] != "0" {
			why = append(why, record.Why{Code: "open_deadlines", Args: []any{"n", rows[0][0]}})
		}
		// What is due to ourselves alone, such as asking again for a consent, ends with the case.
		rows, err = tx.Rows(`SELECT COUNT(*) FROM deadline dl JOIN head h ON h.id = dl.about_id
			WHERE h.case_id = ? AND h.voided = 0 AND dl.met_on = '' AND dl.rule NOT LIKE 'own.%' AND h.kind IN ('appeal', 'demand')
			AND h.state NOT IN ('closed', 'withdrawn') AND %SCOPE%`, s.Head.ID)
		if err == nil && rows[0][0] != "0" {
			why = append(why, record.Why{Code: "open_asks", Args: []any{"n", rows[0][0]}})
		}
		return why, err
	})
	b.Editable(func(tx *record.Tx, s *record.Sheet) ([]record.Why, error) {
		state := s.Head.State
		if !s.Kind.IsCase {
			if s.Head.CaseID == "" {
				return nil, nil
			}
			home, err := tx.AsSystem("is the home case open").Head(s.Head.CaseID)
			if err == record.ErrNotFound {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			if home.Voided {
				return []record.Why{{Code: "case_voided"}}, nil
			}
			state = home.State
		}
		switch state {
		case "closed", "rejected", "archived":
			return []record.Why{{Code: "case_" + state}}, nil
		}
		return nil, nil
	})
}
