package cases_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/person"
	"amparo/internal/cases/response"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// deputy is a caseworker who may approve.
var deputy = auth.Actor{ID: "u-dina", Email: "dina@example.org", Name: "Dina", Roles: []auth.Role{auth.Caseworker}, MayApprove: true}

// plea is an urgent appeal of Nadia's for one named man, to two bodies, with two demands.
type plea struct {
	t                 *testing.T
	b                 *record.Book
	home, appeal, man string // refs
	committee, court  form.Ref
	ministry          form.Ref
	first, second     string // refs of the demands
}

func newPlea(t *testing.T, b *record.Book) *plea {
	t.Helper()
	p := &plea{t: t, b: b}
	p.do(nadia, func(tx *record.Tx) error {
		tx.EnterNames()
		home, err := tx.Create("case", &casefile.Case{TitleText: "Dockers", Access: casefile.Staff, Priority: "normal", Country: "LY"}, nil)
		if err != nil {
			return err
		}
		man, err := tx.Create("person", &person.Person{Names: []person.Name{{Full: "Ilyas Marouf"}}}, home)
		if err != nil {
			return err
		}
		org := func(name, body string) (form.Ref, error) {
			s, err := tx.Create("organization", &organization.Organization{Names: []organization.Name{{Full: name}}, Body: body}, nil)
			if err != nil {
				return form.Ref{}, err
			}
			return s.Ref(), nil
		}
		if p.committee, err = org("Working Group on the Harbour", "wgad"); err != nil {
			return err
		}
		if p.court, err = org("Rapporteur on the Quays", "sp"); err != nil {
			return err
		}
		if p.ministry, err = org("Ministry of Quays", ""); err != nil {
			return err
		}
		a, err := tx.Create("appeal", &appeal.Appeal{TitleText: "Release Ilyas Marouf", Kind: "urgent_appeal", Persons: []form.Ref{man.Ref()},
			Addressees: []appeal.Addressee{{Org: p.committee}, {Org: p.court}}, Texts: []appeal.Text{{Lang: "en", Body: "We write about **Ilyas**."}}}, home)
		if err != nil {
			return err
		}
		one, err := tx.Create("demand", &demand.Demand{Appeal: a.Ref(), Number: "1", Text: "Release him.", Kind: "release", Targets: []form.Ref{p.ministry}, Beneficiaries: []form.Ref{man.Ref()}, Due: edtf.Must("2026-11-25")}, home)
		if err != nil {
			return err
		}
		two, err := tx.Create("demand", &demand.Demand{Appeal: a.Ref(), Number: "2", Text: "Let a doctor in.", Kind: "medical_care"}, home)
		if err != nil {
			return err
		}
		p.home, p.appeal, p.man, p.first, p.second = home.Head.Ref, a.Head.Ref, man.Head.Ref, one.Head.Ref, two.Head.Ref
		return nil
	})
	return p
}

func (p *plea) do(a auth.Actor, work func(tx *record.Tx) error) {
	p.t.Helper()
	if err := p.b.Do(p.t.Context(), a, work); err != nil {
		p.t.Fatal(err)
	}
}

// move makes a move with fields as one would type them.
func (p *plea) move(a auth.Actor, kind, ref, name string, fields form.Values) error {
	return p.b.Do(p.t.Context(), a, func(tx *record.Tx) error {
		s, err := tx.Get(kind, ref)
		if err != nil {
			return err
		}
		return tx.Move(s, s.Head.Version, name, fields.First("reason"), func(set form.Set) form.Problems { return set.Decode(fields, tx.At) })
	})
}

func (p *plea) edit(a auth.Actor, kind, ref string, change func(record.Body)) error {
	return p.b.Do(p.t.Context(), a, func(tx *record.Tx) error {
		s, err := tx.Get(kind, ref)
		if err != nil {
			return err
		}
		change(s.Body)
		return tx.Save(s, s.Head.Version)
	})
}

func (p *plea) sheet(kind, ref string) *record.Sheet {
	p.t.Helper()
	s, err := p.b.Get(p.t.Context(), luis, kind, ref)
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

func (p *plea) consent(body form.Ref, identity string) {
	p.t.Helper()
	p.do(nadia, func(tx *record.Tx) error {
		man, err := tx.Get("person", p.man)
		if err != nil {
			return err
		}
		_, err = tx.Add("consents", man, &person.Consent{As: "self", Date: edtf.Must("2026-11-01"), Scopes: []person.Scope{{Use: "body", Body: body, Identity: identity}}})
		return err
	})
}

func (p *plea) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// why gives the codes of a refusal, "" when it is none.
func why(err error) string {
	var not *record.NotOpen
	var problems form.Problems
	switch {
	case errors.As(err, &not):
		var codes []string
		for _, w := range not.Why {
			codes = append(codes, w.Code)
		}
		return strings.Join(codes, " ")
	case errors.As(err, &problems):
		return problems.Error()
	case err != nil:
		return err.Error()
	}
	return ""
}

var posted = form.Values{"channel": {"post"}, "sent_at": {"2026-11-19"}, "proof": {"receipt 7"}}

func TestAnAppealIsReadBySomebodyElseAndLeavesAsItWasApproved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPlea(t, book(db))
		p.must(p.move(nadia, "appeal", p.appeal, "submit", nil))
		if err := p.move(luis, "appeal", p.appeal, "approve", nil); why(err) != "needs_targets" {
			t.Errorf("approved though demand 2 has no target: %v", err)
		}
		p.must(p.move(luis, "appeal", p.appeal, "return", form.Values{"reason": {"who lets the doctor in?"}}))
		p.must(p.edit(nadia, "demand", p.second, func(b record.Body) { b.(*demand.Demand).Unspecified = true }))
		p.must(p.move(nadia, "appeal", p.appeal, "submit", nil))
		for name, a := range map[string]auth.Actor{"the author": nadia, "the author, who may approve": {ID: nadia.ID, Roles: []auth.Role{auth.Supervisor}}} {
			if err := p.move(a, "appeal", p.appeal, "approve", nil); err != record.ErrForbidden {
				t.Errorf("%s approves: %v", name, err)
			}
		}
		p.must(p.move(deputy, "appeal", p.appeal, "approve", nil))
		a := record.As[*appeal.Appeal](p.sheet("appeal", p.appeal))
		if len(a.TextHash) != 64 {
			t.Errorf("no fingerprint of what was approved: %q", a.TextHash)
		}
		if err := p.edit(nadia, "appeal", p.appeal, func(b record.Body) { b.(*appeal.Appeal).Texts[0].Body = "other words" }); !strings.Contains(why(err), "frozen") {
			t.Errorf("what was approved is changed: %v", err)
		}
		if err := p.edit(nadia, "demand", p.first, func(b record.Body) { b.(*demand.Demand).Text = "Keep him." }); !strings.Contains(why(err), "frozen") {
			t.Errorf("a demand that was approved is changed: %v", err)
		}
		if err := p.move(luis, "demand", p.first, "void", form.Values{"reason": {"gone"}}); why(err) != "appeal_fixed" {
			t.Errorf("a demand that was approved is struck out: %v", err)
		}
		if err := p.move(nadia, "demand", p.first, "acknowledge", nil); why(err) != "not_sent" {
			t.Errorf("a demand nobody has received is acknowledged: %v", err)
		}
		if err := p.move(nadia, "appeal", p.appeal, "send", posted); why(err) != "needs_consent" {
			t.Errorf("sent without consent: %v", err)
		}
		p.consent(p.court, "initials")
		if err := p.move(nadia, "appeal", p.appeal, "send", posted); why(err) != "needs_consent" {
			t.Errorf("sent with the full name though only initials are allowed: %v", err)
		}
		p.consent(p.committee, "full")
		p.must(p.move(nadia, "appeal", p.appeal, "send", posted))
		a = record.As[*appeal.Appeal](p.sheet("appeal", p.appeal))
		if to := a.Addressees[0]; to.Org.ID != p.committee.ID || to.SentAt.Text != "2026-11-19" || to.Proof != "receipt 7" {
			t.Errorf("sent: %+v", to)
		}
		later := func(b record.Body) {
			to := &b.(*appeal.Appeal).Addressees[1]
			to.SentAt, to.Channel, to.Proof = edtf.Must("2026-11-20"), "e-mail", "copy"
		}
		if err := p.edit(nadia, "appeal", p.appeal, later); !strings.Contains(why(err), "consent") {
			t.Errorf("sent to the second body without consent: %v", err)
		}
		p.consent(p.court, "full")
		p.must(p.edit(nadia, "appeal", p.appeal, later))
	})
}

func TestWhoChangesADemandUnderReviewIsAnAuthorAndTheApproverIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPlea(t, book(db))
		p.must(p.edit(nadia, "demand", p.second, func(b record.Body) { b.(*demand.Demand).Unspecified = true }))
		p.must(p.move(nadia, "appeal", p.appeal, "submit", nil))
		seen := p.sheet("appeal", p.appeal).Head.Version
		p.must(p.edit(luis, "demand", p.first, func(b record.Body) { b.(*demand.Demand).Text = "Release him today." }))
		err := p.b.Do(t.Context(), deputy, func(tx *record.Tx) error {
			s, err := tx.Get("appeal", p.appeal)
			if err != nil {
				return err
			}
			return tx.Move(s, seen, "approve", "", nil)
		})
		var stale *record.Stale
		if !errors.As(err, &stale) {
			t.Errorf("approved what was not read: %v", err)
		}
		if err := p.move(luis, "appeal", p.appeal, "approve", nil); err != record.ErrForbidden {
			t.Errorf("who wrote a demand approves it: %v", err)
		}
		p.must(p.move(deputy, "appeal", p.appeal, "approve", nil))
	})
}

func TestAGeneralDenialAnswersNothingAndAnAnswerMovesTheAppealOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPlea(t, book(db))
		p.sent()
		answer := func(answers ...string) string {
			var ref string
			p.do(nadia, func(tx *record.Tx) error {
				r := &response.Response{From: p.ministry, Appeal: form.Ref{Ref: p.appeal}, Date: edtf.Must("2026-11-20"), Form: "statement", Stance: "denies"}
				for _, d := range answers {
					r.Answers = append(r.Answers, form.Ref{Ref: d})
				}
				home, err := tx.Get("case", p.home)
				if err != nil {
					return err
				}
				s, err := tx.Create("response", r, home)
				if err == nil {
					ref = s.Head.Ref
				}
				return err
			})
			return ref
		}
		answer()
		if s := p.sheet("appeal", p.appeal); s.Head.State != appeal.Sent {
			t.Errorf("a general denial leaves the appeal %s", s.Head.State)
		}
		if s := p.sheet("demand", p.first); s.Head.State != demand.Open {
			t.Errorf("a general denial makes a demand %s", s.Head.State)
		}
		r := answer(p.first)
		if s := p.sheet("appeal", p.appeal); s.Head.State != appeal.Answered {
			t.Errorf("an answer to a demand leaves the appeal %s", s.Head.State)
		}
		p.must(p.move(luis, "response", r, "void", form.Values{"reason": {"it was about somebody else"}}))
		if s := p.sheet("appeal", p.appeal); s.Head.State != appeal.Sent {
			t.Errorf("with its only answer struck out the appeal is %s", s.Head.State)
		}
	})
}

// sent brings the appeal out of the house.
func (p *plea) sent() {
	p.t.Helper()
	p.consent(form.Ref{}, "full")
	p.must(p.edit(nadia, "demand", p.second, func(b record.Body) { b.(*demand.Demand).Unspecified = true }))
	p.must(p.move(nadia, "appeal", p.appeal, "submit", nil))
	p.must(p.move(luis, "appeal", p.appeal, "approve", nil))
	p.must(p.move(nadia, "appeal", p.appeal, "send", posted))
}

func TestWhatIsDueFollowsFromTheProcedure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPlea(t, book(db))
		p.sent()
		due := func() string {
			var out []string
			p.must(p.b.View(t.Context(), luis, func(tx *record.Tx) error {
				rows, err := tx.Rows("SELECT dl.rule, dl.due, dl.met_on FROM deadline dl JOIN head h ON h.id = dl.about_id WHERE h.kind IN ('appeal', 'demand') AND %SCOPE% ORDER BY dl.rule")
				for _, r := range rows {
					out = append(out, strings.Join(r, " "))
				}
				return err
			}))
			return strings.Join(out, "; ")
		}
		if got := due(); got != "demand.due 2026-11-25 " {
			t.Errorf("after sending: %s", got)
		}
		enter := func(kind, day string) {
			p.must(p.edit(nadia, "appeal", p.appeal, func(b record.Body) {
				a := b.(*appeal.Appeal)
				a.Log = append(a.Log, appeal.Entry{Kind: kind, Date: edtf.Must(day), Org: p.committee})
			}))
		}
		enter("transmitted", "2022-03-28")
		if got := due(); got != "demand.due 2026-11-25 ; wgad.reply 2022-05-27 " {
			t.Errorf("after the body passed it on: %s", got)
		}
		enter("extension", "2022-05-20")
		enter("reply", "2022-06-20")
		if got := due(); got != "demand.due 2026-11-25 ; wgad.reply 2022-06-27 2022-06-20" {
			t.Errorf("after more time and a reply: %s", got)
		}
	})
}

func TestAReleaseProposesThatTheDemandIsMet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPlea(t, book(db))
		p.sent()
		p.do(nadia, func(tx *record.Tx) error {
			man, err := tx.Get("person", p.man)
			if err != nil {
				return err
			}
			if _, err = cases.AddStep(tx, cases.Entry{Step: step("arrest", "2026-11-01")}, man); err == nil {
				_, err = cases.AddStep(tx, cases.Entry{Step: step("release", "2026-11-20")}, man)
			}
			return err
		})
		p.must(p.b.View(t.Context(), luis, func(tx *record.Tx) error {
			res, err := tx.List(record.Query{Kind: "demand", Filters: map[string]string{"proposed": "meet"}})
			if err == nil && (res.Total != 1 || res.Rows[0].Ref != p.first) {
				t.Errorf("proposed as met: %+v", res.Rows)
			}
			return err
		}))
		p.must(p.move(luis, "demand", p.first, "meet", form.Values{"grade": {"A"}, "reason": {"he is at home"}}))
		d := record.As[*demand.Demand](p.sheet("demand", p.first))
		if len(d.Assessments) != 1 || d.Assessments[0].Outcome != "met" || d.Assessments[0].Grade != "A" || d.Assessments[0].By.ID != luis.ID || d.Assessments[0].Reason != "he is at home" {
			t.Errorf("what was judged: %+v", d.Assessments)
		}
	})
}

func TestAnAppealByOthersIsOnlyFollowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPlea(t, book(db))
		var ref string
		p.do(nadia, func(tx *record.Tx) error {
			home, err := tx.Get("case", p.home)
			if err != nil {
				return err
			}
			s, err := tx.Create("appeal", &appeal.Appeal{By: appeal.Others, TitleText: "Open letter of the port", Dated: edtf.Must("[2019-10-20..2019-11-30]"), Addressees: []appeal.Addressee{{Org: p.committee}}}, home)
			if err != nil {
				return err
			}
			ref = s.Head.Ref
			d, err := tx.Create("demand", &demand.Demand{Appeal: s.Ref(), Number: "1", Text: "Visit.", Targets: []form.Ref{p.committee}, Due: edtf.Must("2019-12-31")}, home)
			if err != nil {
				return err
			}
			return tx.Move(d, d.Head.Version, "acknowledge", "", nil)
		})
		s := p.sheet("appeal", ref)
		if s.Head.State != appeal.Sent {
			t.Errorf("it is %s", s.Head.State)
		}
		for _, move := range []string{"submit", "approve", "send"} {
			if err := p.move(luis, "appeal", ref, move, posted); why(err) != "state" {
				t.Errorf("%s: %v", move, err)
			}
		}
	})
}

// TestNoSequenceOfCallsReachesAStateWithoutItsConditions lets people of every
// role try anything, in any order.
func TestNoSequenceOfCallsReachesAStateWithoutItsConditions(t *testing.T) {
	db := dbtest.SQLite(t)
	b := book(db)
	reader := auth.Actor{ID: "u-rosa", Roles: []auth.Role{auth.Reader}}
	cast := []auth.Actor{nadia, luis, deputy, reader}
	reached := map[string]int{}
	for round := range uint64(12) {
		rng := rand.New(rand.NewPCG(round, 7))
		p := newPlea(t, b)
		p.must(p.edit(nadia, "demand", p.second, func(b record.Body) { b.(*demand.Demand).Unspecified = true }))
		for range 120 {
			a := cast[rng.IntN(len(cast))]
			before := p.sheet("appeal", p.appeal)
			was := record.As[*appeal.Appeal](before)
			wrote := appeal.Kind.Authors(was)
			var err error
			move := ""
			switch n := rng.IntN(14); {
			case n < 7:
				move = appeal.Kind.Flow.Moves[rng.IntN(len(appeal.Kind.Flow.Moves))].Name
				if move == "withdraw" && rng.IntN(12) > 0 || move == "send_urgently" && rng.IntN(4) > 0 {
					move = "submit" // else nearly every trial ends at once
				}
				err = p.move(a, "appeal", p.appeal, move, form.Values{"channel": {"post"}, "sent_at": {"2026-11-19"}, "proof": {"x"}, "reason": {"because"}, "outcome": {"done"}, "told": {"all"}, "urgency": {"now"}})
			case n == 7:
				err = p.edit(a, "appeal", p.appeal, func(b record.Body) { b.(*appeal.Appeal).Texts[0].Body += "." })
			case n == 8:
				err = p.edit(a, "demand", p.first, func(b record.Body) { b.(*demand.Demand).Text += "." })
			case n == 9:
				err = p.edit(a, "demand", p.second, func(b record.Body) { d := b.(*demand.Demand); d.Unspecified = !d.Unspecified })
			case n == 10:
				_ = b.Do(t.Context(), a, func(tx *record.Tx) error {
					man, err := tx.Get("person", p.man)
					if err != nil {
						return err
					}
					_, err = tx.Add("consents", man, &person.Consent{As: "self", Date: edtf.Must("2026-11-01"), Scopes: []person.Scope{{Use: "body", Identity: "full"}}})
					return err
				})
			default:
				ref := []string{p.first, p.second}[rng.IntN(2)]
				err = p.move(a, "demand", ref, demand.Kind.Flow.Moves[rng.IntN(len(demand.Kind.Flow.Moves))].Name, form.Values{"reason": {"because"}})
			}
			after := p.sheet("appeal", p.appeal)
			now := record.As[*appeal.Appeal](after)
			from, to := before.Head.State, after.Head.State
			reached[to]++
			if from == to && err != nil {
				continue
			}
			if from != to && a.ID == reader.ID {
				t.Fatalf("a reader made %s", move)
			}
			var hash string
			p.must(b.View(t.Context(), luis, func(tx *record.Tx) error {
				whole, err := cases.ReadPlea(tx, after)
				hash = whole.Hash()
				return err
			}))
			switch {
			case to == appeal.Approved && from != to:
				if a.ID == before.Head.CreatedBy || contains(wrote, a.ID) || !(a.Has(auth.Supervisor) || a.MayApprove) {
					t.Fatalf("%s approved what %v wrote", a.Name, wrote)
				}
			case to == appeal.Sent && from != to && from != appeal.Answered && from != appeal.Closed:
				if now.SentTo() == 0 || from != appeal.Approved && now.Urgency == "" {
					t.Fatalf("from %s it is sent to %d", from, now.SentTo())
				}
			}
			if to == appeal.Approved || to == appeal.Sent {
				if now.TextHash != hash {
					t.Fatalf("what is %s is not what was approved", to)
				}
			}
			if to == appeal.Draft && now.SentTo() > 0 {
				t.Fatal("a draft was sent")
			}
		}
	}
	for _, state := range appeal.Kind.Flow.States() {
		if reached[string(state)] == 0 && state != appeal.Answered && state != appeal.Closed {
			t.Errorf("the trials never reached %s: %v", state, reached)
		}
	}
	if _, broken, err := b.Verify(t.Context()); err != nil || broken != 0 {
		t.Errorf("the history breaks at line %d: %v", broken, err)
	}
}

func contains(list []string, one string) bool {
	for _, s := range list {
		if s == one {
			return true
		}
	}
	return false
}

func TestTwoWhoApproveAtOnceAndOneWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newPlea(t, book(db))
		p.must(p.edit(nadia, "demand", p.second, func(b record.Body) { b.(*demand.Demand).Unspecified = true }))
		p.must(p.move(nadia, "appeal", p.appeal, "submit", nil))
		version := p.sheet("appeal", p.appeal).Head.Version
		done := make(chan error)
		for _, a := range []auth.Actor{luis, deputy} {
			go func() {
				done <- p.b.Do(t.Context(), a, func(tx *record.Tx) error {
					s, err := tx.Get("appeal", p.appeal)
					if err != nil {
						return err
					}
					return tx.Move(s, version, "approve", "", nil)
				})
			}()
		}
		one, two := <-done, <-done
		if one != nil {
			one, two = two, one
		}
		var stale *record.Stale
		if one != nil || !errors.As(two, &stale) {
			t.Errorf("%v and %v", one, two)
		}
	})
}
