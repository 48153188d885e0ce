package cases

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/person"
	"amparo/internal/cases/response"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Plea is an appeal with its demands and what was answered, as its reader sees them.
type Plea struct {
	*record.Sheet
	*appeal.Appeal
	Demands   []Asked
	Responses []Answer
}

// Asked is one demand of an appeal.
type Asked struct {
	*record.Sheet
	*demand.Demand
}

// Answer is one answer on file.
type Answer struct {
	*record.Sheet
	*response.Response
}

// ReadPlea reads what belongs to an appeal, in two questions.
func ReadPlea(tx *record.Tx, s *record.Sheet) (Plea, error) {
	p := Plea{Sheet: s, Appeal: record.As[*appeal.Appeal](s)}
	list, err := tx.Tied("demand", "appeal", s.Head.ID)
	if err != nil {
		return p, err
	}
	for _, one := range list {
		p.Demands = append(p.Demands, Asked{one, record.As[*demand.Demand](one)})
	}
	slices.SortStableFunc(p.Demands, func(a, b Asked) int { return compareNumbers(a.Number, b.Number) })
	if list, err = tx.Tied("response", "appeal", s.Head.ID); err != nil {
		return p, err
	}
	for _, one := range list {
		p.Responses = append(p.Responses, Answer{one, record.As[*response.Response](one)})
	}
	slices.SortStableFunc(p.Responses, func(a, b Answer) int { return edtf.Compare(a.Date, b.Date) })
	return p, nil
}

// compareNumbers puts 2 before 10 and 1 before 1a.
func compareNumbers(a, b string) int {
	split := func(s string) (int, string) {
		i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if i < 0 {
			i = len(s)
		}
		n, err := strconv.Atoi(s[:i])
		if err != nil {
			n = 1 << 30
		}
		return n, s[i:]
	}
	an, at := split(a)
	bn, bt := split(b)
	return cmp.Or(cmp.Compare(an, bn), strings.Compare(at, bt))
}

// AnswersTo lists the answers that speak to a demand, oldest first.
func (p Plea) AnswersTo(demandID string) []Answer {
	var list []Answer
	for _, r := range p.Responses {
		if slices.ContainsFunc(r.Answers, func(d form.Ref) bool { return d.ID == demandID }) {
			list = append(list, r)
		}
	}
	return list
}

// answered tells whether any answer speaks to one of the demands.
func (p Plea) answered() bool {
	return slices.ContainsFunc(p.Responses, func(r Answer) bool { return !r.General() })
}

// Block is one piece of what is approved together: a text, a fact, a demand. IDs
// are the records it names, to be shown within their reader's scope.
type Block struct {
	Key  string
	Text string   `json:",omitempty"`
	IDs  []string `json:",omitempty"`
	More []string `json:",omitempty"` // for comparing only: ids of citations, due days
}

// Blocks lists all of an appeal that is approved together, in reading order.
func (p Plea) Blocks() []Block {
	ids := func(refs []form.Ref) []string {
		var list []string
		for _, r := range refs {
			list = append(list, r.ID)
		}
		return list
	}
	var orgs []string
	for _, a := range p.Addressees {
		orgs = append(orgs, a.Org.ID)
	}
	list := []Block{{Key: "title", Text: p.TitleText, More: []string{p.Appeal.Kind}}, {Key: "persons", IDs: ids(p.Persons)}, {Key: "addressees", IDs: orgs}}
	for _, t := range p.Texts {
		list = append(list, Block{Key: "text." + t.Lang, Text: t.Body})
	}
	for _, f := range p.Facts {
		list = append(list, Block{Key: "fact." + f.ID, Text: f.Text, More: f.Citations})
	}
	for _, d := range p.Demands {
		list = append(list, Block{Key: "demand." + d.Head.ID, Text: d.Number + ". " + d.Text, IDs: append(ids(d.Targets), ids(d.Beneficiaries)...),
			More: []string{d.Demand.Kind, d.Due.Text, strconv.FormatBool(d.Unspecified), strconv.Itoa(len(d.Targets)), d.Parent.ID}})
	}
	return list
}

// Hash is the fingerprint of all that is approved together.
func (p Plea) Hash() string {
	b, err := json.Marshal(p.Blocks())
	if err != nil {
		panic("cases: an appeal is plain text: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// whole reads an appeal with the program's own eyes: what is approved must not
// depend on who looks.
func whole(tx *record.Tx, s *record.Sheet) (Plea, error) {
	sys := tx.AsSystem("an appeal is judged as a whole")
	return ReadPlea(sys, s)
}

// fixed tells whether the words of an appeal may not be changed any more.
func fixed(a *appeal.Appeal, state string) bool {
	return !a.Observed() && state != appeal.Draft && state != appeal.InReview
}

// shapes registers what completes appeals, demands and answers before they are kept.
func shapes(b *record.Book) {
	b.Before("appeal", shapeAppeal)
	b.Before("demand", shapeDemand)
	b.Before("response", shapeResponse)
}

func shapeAppeal(tx *record.Tx, s *record.Sheet, act record.Act) error {
	a := record.As[*appeal.Appeal](s)
	if s.Head.ID == "" {
		return newAppeal(tx, s, a)
	}
	old, err := tx.AsSystem("what an edit may not touch").ByID("appeal", s.Head.ID)
	if err != nil {
		return err
	}
	switch act.Move {
	case "":
		return editedAppeal(tx, s, a, record.As[*appeal.Appeal](old))
	case "submit":
		return keepRound(tx, s)
	case "approve":
		return freeze(tx, s, a)
	case "return", "revise":
		a.TextHash = ""
	case "send_urgently":
		if err := freeze(tx, s, a); err != nil {
			return err
		}
		return sendAppeal(tx, s, a)
	case "send":
		return sendAppeal(tx, s, a)
	case "read_again":
		a.SecondReader = form.Ref{ID: tx.Actor.ID, Ref: tx.Actor.Email, Kind: "account", Title: tx.Actor.Name}
	case "reopen":
		p, err := whole(tx, s)
		if err != nil {
			return err
		}
		if p.answered() {
			s.Head.State = appeal.Answered
		}
	}
	return nil
}

func newAppeal(tx *record.Tx, s *record.Sheet, a *appeal.Appeal) error {
	me := form.Ref{ID: tx.Actor.ID, Ref: tx.Actor.Email, Kind: "account", Title: tx.Actor.Name}
	if a.Observed() {
		s.Head.State = appeal.Sent
		return nil
	}
	a.Authors = []form.Ref{me}
	if a.Assignee.ID == "" && !tx.Actor.IsSystem() {
		a.Assignee = me
	}
	for i, one := range a.Addressees {
		if one.Sent() {
			return form.Problems{{Field: "addressees." + strconv.Itoa(i) + ".sent_at", Code: "not_sent_yet"}}
		}
	}
	return nil
}

// editedAppeal holds an edit to what may still be changed, and keeps who wrote.
func editedAppeal(tx *record.Tx, s *record.Sheet, a, old *appeal.Appeal) error {
	var p form.Problems
	if a.By != old.By {
		p = append(p, form.Problem{Field: "by", Code: "read_only"})
	}
	now, before := a.Fields().Snapshot(), old.Fields().Snapshot()
	wrote := false
	for _, name := range appeal.Frozen {
		if now[name] == before[name] {
			continue
		}
		if fixed(a, s.Head.State) {
			p = append(p, form.Problem{Field: name, Code: "frozen"})
		}
		wrote = true
	}
	orgs := func(a *appeal.Appeal) (list []string) {
		for _, one := range a.Addressees {
			list = append(list, one.Org.ID)
		}
		return list
	}
	if !slices.Equal(orgs(a), orgs(old)) {
		if fixed(a, s.Head.State) {
			p = append(p, form.Problem{Field: "addressees", Code: "frozen"})
		}
		wrote = true
	}
	for i, one := range a.Addressees {
		was := appeal.Addressee{}
		for _, o := range old.Addressees {
			if o.Org.ID == one.Org.ID {
				was = o
			}
		}
		path := "addressees." + strconv.Itoa(i)
		switch {
		case a.Observed() || one.SentAt.Text == was.SentAt.Text:
		case was.Sent() && !one.Sent():
			p = append(p, form.Problem{Field: path + ".sent_at", Code: "was_sent"})
		case was.Sent():
		case s.Head.State != appeal.Sent && s.Head.State != appeal.Answered:
			p = append(p, form.Problem{Field: path + ".sent_at", Code: "not_sent_yet"})
		default:
			gaps, err := consentGaps(tx, s)
			if err != nil {
				return err
			}
			if len(gaps[one.Org.ID]) > 0 {
				p = append(p, form.Problem{Field: path + ".sent_at", Code: "consent", Args: []any{"who", namesOf(gaps[one.Org.ID])}})
			}
			for field, missing := range map[string]bool{"channel": one.Channel == "", "proof": one.Proof == ""} {
				if missing {
					p = append(p, form.Problem{Field: path + "." + field, Code: "required"})
				}
			}
			a.JustSent = append(a.JustSent, one.Org)
		}
	}
	if wrote && !a.Observed() {
		addAuthor(tx, a)
		if now["texts"] != before["texts"] {
			unsign(a)
		}
	}
	return p.Or()
}

// unsign lets signatures fall: they were given to other words.
func unsign(a *appeal.Appeal) {
	for i := range a.Signatories {
		a.Signatories[i].Confirmed = false
	}
}

func addAuthor(tx *record.Tx, a *appeal.Appeal) bool {
	if tx.Actor.IsSystem() || slices.ContainsFunc(a.Authors, func(r form.Ref) bool { return r.ID == tx.Actor.ID }) {
		return false
	}
	a.Authors = append(a.Authors, form.Ref{ID: tx.Actor.ID, Ref: tx.Actor.Email, Kind: "account", Title: tx.Actor.Name})
	return true
}

func freeze(tx *record.Tx, s *record.Sheet, a *appeal.Appeal) error {
	p, err := whole(tx, s)
	a.TextHash = p.Hash()
	return err
}

// sendAppeal puts what the move was told where it belongs: at the addressee it
// names, or at the first that was not written to yet.
func sendAppeal(tx *record.Tx, s *record.Sheet, a *appeal.Appeal) error {
	to := a.Sending
	i := slices.IndexFunc(a.Addressees, func(one appeal.Addressee) bool {
		return !one.Sent() && (to.Org.ID == "" || one.Org.ID == to.Org.ID)
	})
	if i < 0 {
		return form.Problems{{Field: "org", Code: "no_addressee"}}
	}
	if to.SentAt.Earliest > tx.Today() {
		return form.Problems{{Field: "sent_at", Code: "future"}}
	}
	gaps, err := consentGaps(tx, s)
	if err != nil {
		return err
	}
	if who := gaps[a.Addressees[i].Org.ID]; len(who) > 0 {
		return &record.NotOpen{Move: "send", Why: []record.Why{{Code: "needs_consent", Args: []any{"who", namesOf(who)}}}}
	}
	to.ID, to.Org = a.Addressees[i].ID, a.Addressees[i].Org
	a.Addressees[i], a.Sending = to, appeal.Addressee{}
	a.JustSent = append(a.JustSent, to.Org)
	return nil
}

func namesOf(refs []form.Ref) string {
	var list []string
	for _, r := range refs {
		list = append(list, cmp.Or(r.Title, "…"))
	}
	return strings.Join(list, ", ")
}

// keepRound keeps what is under review, so that the next round shows what changed.
func keepRound(tx *record.Tx, s *record.Sheet) error {
	p, err := whole(tx, s)
	if err != nil {
		return err
	}
	b, err := json.Marshal(p.Blocks())
	if err != nil {
		return err
	}
	return tx.Derive(`INSERT INTO appeal_round (appeal_id, n, at, by_id, text)
		SELECT ?, COUNT(*) + 1, ?, ?, ? FROM appeal_round WHERE appeal_id = ?`, s.Head.ID, record.Moment(tx.At), tx.Actor.ID, string(b), s.Head.ID)
}

// consentGaps finds for each addressee who of the people an appeal tells of by
// name has given no consent that covers it. No consent means no. It asks with
// the program's own eyes: whom the sender may not see is protected all the same.
func consentGaps(tx *record.Tx, s *record.Sheet) (map[string][]form.Ref, error) {
	p, err := whole(tx, s)
	if err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for _, r := range p.Persons {
		told[r.ID] = true
	}
	for _, d := range p.Demands {
		for _, r := range d.Beneficiaries {
			told[r.ID] = true
		}
	}
	gaps := map[string][]form.Ref{}
	if len(told) == 0 {
		return gaps, nil
	}
	sys := tx.AsSystem("nobody is named without consent")
	people, err := sys.Where("person", "h.id IN ?", keys(told))
	if err != nil {
		return nil, err
	}
	pieces, err := sys.Pieces("consents", people...)
	if err != nil {
		return nil, err
	}
	seen, err := tx.Titles(keys(told)...)
	if err != nil {
		return nil, err
	}
	for _, to := range p.Addressees {
		for _, one := range people {
			if !record.As[*person.Person](one).Named() {
				continue
			}
			covered := slices.ContainsFunc(pieces, func(c record.Piece) bool {
				consent := c.Body.(*person.Consent)
				return c.RecordID == one.Head.ID && c.Annulled == "" && consent.Holds(tx.Today()) && consent.Covers(to.Org.ID) == "full"
			})
			if !covered {
				gaps[to.Org.ID] = append(gaps[to.Org.ID], seen[one.Head.ID])
			}
		}
	}
	return gaps, nil
}

// judgements are the outcomes that moves of a demand write down.
var judgements = map[string]string{"pledge": "pledged", "reject": "rejected", "partly_meet": "partly_met", "meet": "met", "lapse": "lapsed", "regress": "regressed"}

func shapeDemand(tx *record.Tx, s *record.Sheet, act record.Act) error {
	d := record.As[*demand.Demand](s)
	me := form.Ref{ID: tx.Actor.ID, Ref: tx.Actor.Email, Kind: "account", Title: tx.Actor.Name}
	if outcome := judgements[act.Move]; outcome != "" {
		one := d.Judged
		one.Outcome, one.Reason, one.Confirmed = outcome, act.Note, true
		if one.Date.Earliest > tx.Today() {
			return form.Problems{{Field: "date", Code: "future"}}
		}
		d.Assessments, d.Judged = append(d.Assessments, one), demand.Assessment{}
	}
	var was *demand.Demand
	if s.Head.ID != "" {
		old, err := tx.AsSystem("what an edit may not touch").ByID("demand", s.Head.ID)
		if err != nil {
			return err
		}
		was = record.As[*demand.Demand](old)
		if was.Appeal.ID != "" && was.Appeal.ID != d.Appeal.ID {
			return form.Problems{{Field: "appeal", Code: "read_only"}}
		}
	}
	for i := range d.Assessments {
		one := &d.Assessments[i]
		if was != nil && slices.ContainsFunc(was.Assessments, func(old demand.Assessment) bool { return old.ID == one.ID }) {
			continue
		}
		one.By = me
		if one.Date.IsZero() {
			one.Date = edtf.Day(tx.Today())
		}
		if one.Date.Earliest > tx.Today() {
			return form.Problems{{Field: "assessments." + strconv.Itoa(i) + ".date", Code: "future"}}
		}
	}
	if d.Appeal.ID == "" {
		return nil
	}
	sys := tx.AsSystem("a demand follows its appeal")
	of, err := sys.ByID("appeal", d.Appeal.ID)
	if err != nil {
		return err
	}
	if of.Head.CaseID != s.Head.CaseID {
		return form.Problems{{Field: "appeal", Code: "same_case"}}
	}
	a := record.As[*appeal.Appeal](of)
	if was == nil || act.Move == "unvoid" || demand.Kind.Voids(act.Move) {
		if of.Head.Voided {
			return form.Problems{{Field: "appeal", Code: "not_found", Args: []any{"what", of.Head.Ref}}}
		}
		if fixed(a, of.Head.State) {
			return &record.NotOpen{Move: "edit", Why: []record.Why{{Code: "appeal_fixed"}}}
		}
	}
	var p form.Problems
	if was != nil && fixed(a, of.Head.State) {
		now, before := d.Fields().Snapshot(), was.Fields().Snapshot()
		for _, name := range demand.Frozen {
			if now[name] != before[name] && !(name == "appeal" && was.Appeal.ID == "") {
				p = append(p, form.Problem{Field: name, Code: "frozen"})
			}
		}
	}
	if was == nil || was.Number != d.Number {
		same, err := sys.Where("demand", "t.appeal = ? AND t.number = ? AND h.id <> ?", d.Appeal.ID, d.Number, s.Head.ID)
		if err != nil {
			return err
		}
		if len(same) > 0 {
			p = append(p, form.Problem{Field: "number", Code: "twice"})
		}
	}
	return p.Or()
}

// shapeResponse keeps an answer within its appeal: it speaks to that appeal's
// demands, and what it says of one it also counts as answering.
func shapeResponse(tx *record.Tx, s *record.Sheet, _ record.Act) error {
	r := record.As[*response.Response](s)
	for _, one := range r.Stands {
		if !slices.ContainsFunc(r.Answers, func(d form.Ref) bool { return d.ID == one.Demand.ID }) {
			r.Answers = append(r.Answers, one.Demand)
		}
	}
	if r.Demand.ID != "" && len(r.Answers) == 0 && r.Stance != "" && r.Stance != "procedural" {
		r.Answers = []form.Ref{r.Demand}
	}
	sys := tx.AsSystem("an answer stays with its appeal")
	if s.Head.ID != "" {
		old, err := sys.ByID("response", s.Head.ID)
		if err != nil {
			return err
		}
		if was := record.As[*response.Response](old).Appeal.ID; was != "" && was != r.Appeal.ID {
			return form.Problems{{Field: "appeal", Code: "read_only"}}
		}
	}
	if r.Appeal.ID == "" {
		return nil
	}
	of, err := sys.ByID("appeal", r.Appeal.ID)
	if err != nil {
		return err
	}
	if of.Head.CaseID != s.Head.CaseID {
		return form.Problems{{Field: "appeal", Code: "same_case"}}
	}
	for _, d := range r.Answers {
		one, err := sys.ByID("demand", d.ID)
		if err != nil {
			return err
		}
		if record.As[*demand.Demand](one).Appeal.ID != r.Appeal.ID {
			return form.Problems{{Field: "answers", Code: "other_appeal", Args: []any{"what", d.Ref}}}
		}
	}
	return nil
}

// AskedYet tells which of some demands have reached anybody.
func AskedYet(tx *record.Tx, demandIDs ...string) (map[string]bool, error) {
	rows, err := tx.Rows("SELECT h.id FROM demand_line dl JOIN head h ON h.id = dl.demand_id WHERE dl.demand_id IN ? AND dl.asked = 1 AND %SCOPE%", demandIDs)
	out := map[string]bool{}
	for _, r := range rows {
		out[r[0]] = true
	}
	return out, err
}
