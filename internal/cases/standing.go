package cases

import (
	"strings"

	"amparo/internal/cases/detention"
	"amparo/internal/edtf"
	"amparo/internal/record"
)

// Standing is the custody of one episode on one day, with what it rests on.
type Standing struct {
	detention.Status
	Detention    *record.Sheet
	Since        edtf.Date // of the step that led to the state; zero when it has none
	Stale        bool      // nothing has confirmed it for too long
	LastSpeaker  string    // who confirmed it last; "" when nobody is named
	LastDocument string    // id of the document that confirmed it last; its reader may not see it
	NextText     string    // what is planned next; its kind where nothing is said of it

	began string // first day on which it may have begun, "" when unknown
}

// Standings computes the custody of detentions on an ISO day, by the id of the
// detention. It asks the same number of questions however many they are. What
// is computed does not depend on who reads; places, holders and documents in it
// are ids, to be resolved within the reader's scope.
func Standings(tx *record.Tx, day string, detentions ...*record.Sheet) (map[string]Standing, error) {
	out := make(map[string]Standing, len(detentions))
	if len(detentions) == 0 {
		return out, nil
	}
	sys := tx.AsSystem("custody is computed from all that is on file")
	facts, err := factsOf(sys, detentions...)
	if err != nil {
		return nil, err
	}
	people := map[string]bool{}
	for _, s := range detentions {
		people[record.As[*detention.Detention](s).Person.ID] = true
	}
	flagged, err := sys.Rows("SELECT h.id, t.flags FROM head h JOIN person t ON t.id = h.id WHERE h.id IN ? AND t.flags <> '' AND %SCOPE%", keys(people))
	if err != nil {
		return nil, err
	}
	flags := map[string][]string{}
	for _, p := range flagged {
		flags[p[0]] = strings.Split(p[1], "\n")
	}
	for _, s := range detentions {
		d := record.As[*detention.Detention](s)
		events := facts.Events(s)
		st := Standing{Status: detention.On(events, day), Detention: s, began: takenOn(events).Earliest}
		st.Stale = detention.Stale(st.Status, day, RecheckAfter(flags[d.Person.ID]))
		if step, ok := d.Step(st.SinceEvent); ok {
			st.Since = step.Date
		}
		if st.LastConfirmedBy != "" {
			for _, c := range facts.About(s.Head.ID, "steps."+st.LastConfirmedBy) {
				st.LastSpeaker, st.LastDocument = c.Speaker, c.Document.ID
			}
		}
		if st.Next != nil {
			st.NextText = st.Next.Kind
			if step, ok := d.Step(st.Next.ID); ok && step.Text != "" {
				st.NextText = step.Text
			}
		}
		out[s.Head.ID] = st
	}
	return out, hideSpeakers(tx, out)
}

// hideSpeakers leaves out who confirmed custody last where it is the ref of a
// record that its reader may not see.
func hideSpeakers(tx *record.Tx, all map[string]Standing) error {
	var said []string
	for _, st := range all {
		said = append(said, st.LastSpeaker)
	}
	seen, err := Named(tx, said...)
	if err != nil {
		return err
	}
	for id, st := range all {
		if _, ok := seen[st.LastSpeaker]; !ok && record.LooksLikeRef(st.LastSpeaker) {
			st.LastSpeaker = ""
			all[id] = st
		}
	}
	return nil
}

// StandingOfPeople computes the custody of people on an ISO day, by the id of
// the person: that of the latest episode that had begun by then, among those
// the reader may see. Who was never held is not in it.
func StandingOfPeople(tx *record.Tx, day string, ids ...string) (map[string]Standing, error) {
	list, err := tx.Tied("detention", "person", ids...)
	if err != nil {
		return nil, err
	}
	all, err := Standings(tx, day, list...)
	if err != nil {
		return nil, err
	}
	out := map[string]Standing{}
	began := map[string]string{}
	for _, s := range list {
		st := all[s.Head.ID]
		if st.State == "" {
			continue
		}
		id := record.As[*detention.Detention](s).Person.ID
		if _, seen := out[id]; !seen || st.began >= began[id] {
			out[id], began[id] = st, st.began
		}
	}
	return out, nil
}
