package cases

import (
	"strings"

	"amparo/internal/record"
)

// Custody is where people stand now, in the few words that lists need.
type Custody struct {
	PersonID, DetentionID, State string
	InCustody                    bool
	Taken, Since                 string   // EDTF
	Places                       []string // ids; two or more: one of them
	LastConfirmed, StaleOn       string   // ISO days
	NextDay, NextClock, NextStep string
}

// CustodyOf reads where people stand in their latest episode, by person id, in
// one question however many they are.
func CustodyOf(tx *record.Tx, people ...string) (map[string]Custody, error) {
	out := map[string]Custody{}
	if len(people) == 0 {
		return out, nil
	}
	rows, err := tx.Rows(`SELECT cu.person_id, cu.detention_id, cu.state, cu.in_custody, cu.taken, cu.since, cu.place_ids, cu.last_confirmed, cu.stale_on, cu.next_day, cu.next_clock, cu.next_step
		FROM custody cu JOIN head h ON h.id = cu.detention_id WHERE cu.latest = 1 AND cu.person_id IN ? AND %SCOPE%`, people)
	for _, r := range rows {
		c := Custody{PersonID: r[0], DetentionID: r[1], State: r[2], InCustody: r[3] == "1", Taken: r[4], Since: r[5], LastConfirmed: r[7], StaleOn: r[8], NextDay: r[9], NextClock: r[10], NextStep: r[11]}
		if r[6] != "" {
			c.Places = strings.Split(r[6], "\n")
		}
		out[c.PersonID] = c
	}
	return out, err
}
