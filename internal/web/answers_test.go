package web_test

import (
	"net/url"
	"strings"
	"testing"

	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/response"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/web/webtest"
)

// letter is an appeal of Nadia's that has left the house, for two people, with three demands.
type letter struct {
	*webtest.House
	t        *testing.T
	at       string // address of the appeal
	men      []string
	ministry string
	demands  []string
}

func newLetter(t *testing.T, h *webtest.House) *letter {
	t.Helper()
	l := &letter{House: h, t: t}
	l.ministry = h.Make(h.Nadia, "organization", "", "names.0.full", "Ministry of Quays")
	committee := h.Make(h.Nadia, "organization", "", "names.0.full", "Committee of the Nine Coasts")
	for _, name := range []string{"Ilias Marun", "Sefa Marun"} {
		l.men = append(l.men, h.Make(h.Nadia, "person", h.Open, "names.0.full", name))
	}
	ref := h.Make(h.Nadia, "appeal", h.Open, "title", "Let the brothers go", "kind", "urgent_appeal", "persons", strings.Join(l.men, "\n"), "addressees.0.org", committee)
	l.at = "/appeals/" + ref
	for i, text := range []string{"Release them.", "Let a doctor in.", "Say why they are held."} {
		typed := []string{"appeal", ref, "number", string(rune('1' + i)), "text", text, "kind", "release", "targets", l.ministry, "beneficiaries", strings.Join(l.men, "\n"), "due", "2026-11-1" + string(rune('0'+i))}
		l.demands = append(l.demands, h.Make(h.Nadia, "demand", h.Open, typed...))
	}
	for _, man := range l.men {
		l.consent(man)
	}
	l.move(h.Nadia, "appeal", ref, "submit", nil)
	l.move(h.Luis, "appeal", ref, "approve", nil)
	l.move(h.Nadia, "appeal", ref, "send", form.Values{"channel": {"post"}, "sent_at": {"2026-11-02"}, "proof": {"receipt 7"}})
	return l
}

// consent records that somebody may be named to any body.
func (l *letter) consent(man string) {
	l.t.Helper()
	token := l.Nadia.Token()
	if a := l.Nadia.JSON("POST", "/api/v1/people/"+man+"/consents", token, map[string]any{"as": "self", "date": "2026-11-01", "scopes": []map[string]string{{"use": "body", "identity": "full"}}}); a.Status != 201 {
		l.t.Fatal(a.Body)
	}
}

func (l *letter) move(by *webtest.Person, kind, ref, name string, v form.Values) {
	l.t.Helper()
	if err := l.Book.Do(l.t.Context(), by.Actor(), func(tx *record.Tx) error {
		s, err := tx.Get(kind, ref)
		if err != nil {
			return err
		}
		return tx.Move(s, s.Head.Version, name, v.First("reason"), func(f form.Set) form.Problems { return f.Decode(v, webtest.Now) })
	}); err != nil {
		l.t.Fatal(name, err)
	}
}

func (l *letter) sheet(kind, ref string) *record.Sheet {
	l.t.Helper()
	s, err := l.Book.Get(l.t.Context(), l.Luis.Actor(), kind, ref)
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

func (l *letter) states() string {
	words := []string{l.sheet("appeal", strings.TrimPrefix(l.at, "/appeals/")).Head.State}
	for _, d := range l.demands {
		words = append(words, l.sheet("demand", d).Head.State)
	}
	return strings.Join(words, " ")
}

// leads follows an answer that should lead on, and gives the page.
func leads(t *testing.T, p *webtest.Person, a webtest.Answer) webtest.Answer {
	t.Helper()
	if a.Status != 303 {
		t.Fatalf("answers %d: %s", a.Status, a.Body)
	}
	return p.Get(a.To())
}

func has(t *testing.T, a webtest.Answer, all ...string) {
	t.Helper()
	for _, words := range all {
		if !strings.Contains(a.Body, words) {
			t.Errorf("the page lacks %q", words)
		}
	}
}

func TestAnAnswerThatSpeaksToNoDemandIsGeneral(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		l := newLetter(t, h)
		page := h.Nadia.Get(l.at + "/responses/new")
		has(t, page, "Let a doctor in.", "does not speak to it", "Ministry of Quays")
		after := leads(t, h.Nadia, h.Nadia.Post(l.at+"/responses", url.Values{"from": {"Office of the Harbour Master"}, "date": {"3 Nov 2026"}, "form": {"statement"}, "stance": {"denies"}, "text": {"Nobody is held."}}))
		has(t, after, "It speaks to no demand")
		if got := l.states(); got != "sent open open open" {
			t.Error(got)
		}
		list := h.Nadia.Get("/responses.csv").Body
		if !strings.Contains(list, "Office of the Harbour Master") || !strings.Contains(list, "denies") {
			t.Error(list)
		}
	})
}

func TestAnAnswerIsSaidDemandByDemandAndNotesWhatFollows(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		l := newLetter(t, h)
		paper := h.Make(h.Nadia, "evidence", h.Open, "kind", "letter", "title", "Letter of the ministry")
		one, two, three := l.demands[0], l.demands[1], l.demands[2]
		said := url.Values{"from": {l.ministry}, "date": {"2026-11-15"}, "form": {"letter"}, "text": {"One is at home; the doctor will come."}, "document": {paper},
			"stance." + one: {"partly"}, "noted." + one: {"met"}, "for." + one: {l.men[0]}, "stance." + two: {"accepts"}, "noted." + two: {"pledge"}, "noted." + three: {"reject"}}
		a := h.Nadia.Post(l.at+"/responses", said)
		if a.Status != 422 {
			t.Fatalf("what is noted without an answer is kept: %d", a.Status)
		}
		has(t, a, "One is at home", "Say what the answer says", `value="`+l.men[0]+`" checked`)
		said.Del("noted." + three)
		leads(t, h.Nadia, h.Nadia.Post(l.at+"/responses", said))
		if got := l.states(); got != "answered open pledged open" {
			t.Error(got)
		}
		d := record.As[*demand.Demand](l.sheet("demand", one))
		if len(d.Assessments) != 1 || d.Assessments[0].Outcome != "met" || d.Assessments[0].Confirmed || len(d.Assessments[0].For) != 1 || d.Assessments[0].For[0].Ref != l.men[0] || d.Assessments[0].Date.Text != "2026-11-15" || len(d.Assessments[0].Citations) != 1 {
			t.Errorf("%+v", d.Assessments)
		}
		if d := record.As[*demand.Demand](l.sheet("demand", two)); len(d.Assessments) != 1 || d.Assessments[0].Outcome != "pledged" || !d.Assessments[0].Confirmed {
			t.Errorf("%+v", d.Assessments)
		}
		if list := h.Luis.Get("/demands.csv?proposed=partly_meet").Body; !strings.Contains(list, one) {
			t.Error("nothing is proposed: " + list)
		}

		// The same form mends it; what it no longer says is taken out.
		answer := strings.TrimPrefix(strings.SplitN(h.Nadia.Get("/responses.csv").Body, "\r\n", 3)[1], "\ufeff")
		ref, _, _ := strings.Cut(answer, ",")
		edit := h.Nadia.Get("/responses/" + ref + "/edit")
		has(t, edit, "One is at home", `value="partly" selected`)
		leads(t, h.Nadia, h.Nadia.Post("/responses/"+ref, url.Values{"version": {"1"}, "from": {l.ministry}, "date": {"2026-11-15"}, "form": {"letter"}, "text": {"It was about another port."}, "document": {paper}}))
		if r := record.As[*response.Response](l.sheet("response", ref)); !r.General() {
			t.Errorf("%+v", r)
		}
		if a := l.sheet("appeal", strings.TrimPrefix(l.at, "/appeals/")); a.Head.State != appeal.Sent {
			t.Errorf("the appeal is %s", a.Head.State)
		}
		late := h.Luis.Post("/responses/"+ref, url.Values{"version": {"1"}, "from": {l.ministry}, "text": {"Mine, too late."}})
		if late.Status != 409 {
			t.Errorf("the second is kept: %d", late.Status)
		}
		has(t, late, "Mine, too late.")
	})
}

func TestNobodyAnswersWhatWasNotSent(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		ref := h.Make(h.Nadia, "appeal", h.Open, "title", "A draft")
		if a := h.Nadia.Get("/appeals/" + ref + "/responses/new"); a.Status != 409 {
			t.Errorf("answers %d", a.Status)
		}
		hidden := h.Make(h.Omar, "appeal", h.Restricted, "title", "Velvet letter", "by", "others")
		for _, path := range []string{"/appeals/" + hidden, "/appeals/A-999999"} {
			if a := h.Nadia.Get(path + "/responses/new"); a.Status != 404 {
				t.Errorf("%s answers %d", path, a.Status)
			}
		}
	})
}

func TestTheLetterOfAnAnswerAndTheProofOfASendingComeAsFiles(t *testing.T) {
	withFiles(t, func(t *testing.T, h *webtest.House) {
		l := newLetter(t, h)
		a := h.Nadia.Upload(l.at+"/responses", []webtest.Part{{Name: "from", Content: "Office of the Harbour Master"}, {Name: "date", Content: "3 Nov 2026"}, {Name: "form", Content: "letter"}, {Name: "file", Called: "answer.pdf", Content: pdf}})
		if a.Status != 303 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		has(t, h.Nadia.Get("/evidence"), "Answer of Office of the Harbour Master")
		only(t, h, 1, 0)
		to := record.As[*appeal.Appeal](l.sheet("appeal", strings.TrimPrefix(l.at, "/appeals/"))).Addressees[0]
		page := h.Nadia.Get(l.at)
		version := between(page.Body, `name="version" value="`, `"`)
		a = h.Nadia.Upload(l.at+"/sendings", []webtest.Part{{Name: "version", Content: version}, {Name: "org", Content: to.Org.Ref}, {Name: "channel", Content: "post"}, {Name: "sent_at", Content: "2026-11-02"}, {Name: "proof", Content: ""},
			{Name: "proof_file", Called: "receipt.pdf", Content: pdf + "2"}})
		if a.Status != 303 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		to = record.As[*appeal.Appeal](l.sheet("appeal", strings.TrimPrefix(l.at, "/appeals/"))).Addressees[0]
		if !strings.HasPrefix(to.Proof, "E-") {
			t.Errorf("the proof is %q", to.Proof)
		}
		only(t, h, 2, 0)
	})
}

// between is what stands in a text after one piece of it and before the next.
func between(text, after, before string) string {
	_, rest, _ := strings.Cut(text, after)
	found, _, _ := strings.Cut(rest, before)
	return found
}
