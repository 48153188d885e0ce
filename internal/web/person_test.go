package web_test

import (
	"context"
	stdhtml "html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/cases/detention"
	"amparo/internal/citation"
	"amparo/internal/database/dbtest"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// ward is an office with seven invented people, reached as a browser would.
type ward struct {
	t      *testing.T
	server *web.Server
	book   *record.Book
	nadia  auth.Actor
	cookie string
	lang   string
	caseAt string
	people []string // refs
	now    time.Time
	mu     sync.Mutex
}

func newWard(t *testing.T) *ward {
	t.Helper()
	db := dbtest.SQLite(t)
	w := &ward{t: t, now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC), lang: "en"}
	clock := func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }
	office, err := account.Open(db, account.Options{Cost: account.TestCost, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	const password = "harbour lantern willow"
	user, err := office.AddUser(t.Context(), auth.System("a test begins"), account.NewUser{Email: "nadia@example.org", Name: "Nadia", Rights: account.Rights{Roles: []auth.Role{auth.Caseworker, auth.Supervisor}}, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	w.nadia = user.Actor()
	w.book = cases.Open(db, record.Options{Now: clock, Day: func(at time.Time) string { return at.Format(time.DateOnly) },
		Accounts: func(context.Context) (map[string]form.Ref, error) {
			return map[string]form.Ref{user.ID: {ID: user.ID, Ref: user.Email, Kind: "account", Title: user.Name}}, nil
		}})
	w.server = web.New(w.book, office, web.Options{Now: clock})
	session, err := office.SignIn(t.Context(), account.Attempt{Email: user.Email, Password: password, Address: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	w.cookie = session.Cookie
	return w
}

// seven logs seven men without names, taken inside a window and held at one place.
func (w *ward) seven() {
	w.t.Helper()
	words := cases.Words{CaseTitle: "Arrests", Placeholder: func(i, n int) string { return "Detainee " + string(rune('0'+i)) + " of 7" }, CallBack: "Call back", CheckDouble: "Same?"}
	err := w.book.Do(w.t.Context(), w.nadia, func(tx *record.Tx) error {
		tx.EnterNames()
		out, err := cases.Log(tx, &cases.Report{Name: "7 men, no names", When: edtf.Must("[2021-11..2022-03]"), TakenBy: form.Ref{Ref: "Harbour Guard"},
			HeldNow: "place", HeldPlace: "Harbour Guard house", Source: "an article", Reliability: "C", Credibility: "3"}, citation.Citation{}, words)
		if err != nil {
			return err
		}
		w.caseAt = "/cases/" + out.Case.Head.Ref
		for _, p := range out.People {
			w.people = append(w.people, p.Head.Ref)
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *ward) send(req *http.Request) (int, string, string) {
	w.t.Helper()
	req.Header.Set("Cookie", "amparo="+w.cookie)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := w.server.App().Test(req, 20000)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, string(body), res.Header.Get("Location")
}

// open gets a page that must be there.
func (w *ward) open(address string) string {
	w.t.Helper()
	status, body, at := w.send(httptest.NewRequest(http.MethodGet, with(address, "lang="+w.lang), nil))
	if status != http.StatusOK {
		w.t.Fatalf("GET %s: %d %s\n%s", address, status, at, plainText(body))
	}
	return body
}

func with(address, query string) string {
	path, fragment, _ := strings.Cut(address, "#")
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	if fragment != "" {
		fragment = "#" + fragment
	}
	return path + sep + query + fragment
}

// post sends a form; fields are name, value pairs.
func (w *ward) post(want int, address string, fields ...string) (body, at string) {
	w.t.Helper()
	v := url.Values{"csrf": {account.CSRF(w.cookie)}}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	req := httptest.NewRequest(http.MethodPost, address, strings.NewReader(v.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, body, at := w.send(req)
	if status != want {
		w.t.Fatalf("POST %s: %d, want %d\n%s", address, status, want, plainText(body))
	}
	return body, at
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

func plainText(html string) string {
	if _, main, ok := strings.Cut(html, "<main"); ok {
		html = "<main" + main
	}
	return spaces.ReplaceAllString(stdhtml.UnescapeString(tags.ReplaceAllString(html, " ")), " ")
}

func (w *ward) sees(page string, texts ...string) {
	w.t.Helper()
	text := plainText(page)
	for _, want := range texts {
		if !strings.Contains(text, want) {
			w.t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
}

func (w *ward) seesNot(page string, texts ...string) {
	w.t.Helper()
	text := plainText(page)
	for _, bad := range texts {
		if strings.Contains(text, bad) {
			w.t.Errorf("the page shows %q:\n%s", bad, text)
		}
	}
}

// episode reads a person's latest detention.
func (w *ward) episode(person string) (*record.Sheet, *detention.Detention) {
	w.t.Helper()
	var s *record.Sheet
	err := w.book.View(w.t.Context(), w.nadia, func(tx *record.Tx) error {
		p, err := tx.Get("person", person)
		if err != nil {
			return err
		}
		d, err := cases.ReadDossier(tx, p)
		if err != nil {
			return err
		}
		s = d.On(tx.Today()).Sheet
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return s, record.As[*detention.Detention](s)
}

// moved enters "moved to one of two places" for all seven in one form.
func (w *ward) moved() {
	w.t.Helper()
	fields := []string{"kind", "transfer", "places", "Northgate prison or Quay prison", "speaker", "a statement", "reliability", "B", "credibility", "2"}
	for _, p := range w.people[1:] {
		fields = append(fields, "also", p)
	}
	w.post(http.StatusSeeOther, "/people/"+w.people[0]+"/steps", fields...)
}

func TestOneFormMovesAllSevenToOneOfTwoPlaces(t *testing.T) {
	w := newWard(t)
	w.seven()
	form := w.open("/people/" + w.people[0] + "/steps/new?kind=transfer")
	w.sees(form, "Also for 6 others held together", "Detainee 7 of 7")
	w.moved()
	for _, p := range w.people {
		s, d := w.episode(p)
		if s.Head.State != detention.StateHeldPlaceUncertain || len(d.Steps) != 3 {
			t.Errorf("%s: %s with %d steps", p, s.Head.State, len(d.Steps))
		}
	}
	page := w.open("/people/" + w.people[2])
	w.sees(page, "What is missing (ICPPED 17(3)): 7 of 8", "known: authority · missing: exact date, place", "Detainee 3 of 7", "Held, place uncertain", "Northgate prison or Quay prison", "Kept: Transferred. People: 7.", "a statement, B2", "What is missing")
	w.sees(w.open("/people/"+w.people[2]+"?on=2026-11-20"), "Northgate prison or Quay prison not known which", "before that: Harbour Guard house")
	w.sees(w.open("/detentions"), "Place uncertain 7")
	w.lang = "ar"
	w.sees(w.open("/people/"+w.people[2]), "نقل إلى Northgate prison أو Quay prison", "احتجاز، المكان غير مؤكد")
}

func TestADayOfThePastAnswersBothPlaces(t *testing.T) {
	w := newWard(t)
	w.seven()
	w.moved()
	// A statement of 23 March tells by when all this was known.
	err := w.book.Do(t.Context(), w.nadia, func(tx *record.Tx) error {
		s, err := tx.Get("person", w.people[0])
		if err != nil {
			return err
		}
		d, err := cases.ReadDossier(tx, s)
		if err != nil {
			return err
		}
		return addStatement(tx, w, d.Episodes[0])
	})
	if err != nil {
		t.Fatal(err)
	}
	page := w.open("/people/" + w.people[0] + "?on=2022-03-23")
	w.sees(page, "23 March 2022: Northgate prison or Quay prison not known which", "Transferred: date unknown", "before that: Harbour Guard house", "As of 23 March 2022")
	w.sees(w.open("/people/"+w.people[0]+"?on=23+March+2022"), "Northgate prison or Quay prison not known which")
	w.sees(w.open("/people/"+w.people[0]+"?on=March+2022"), "Give one day")
	w.sees(w.open("/people/"+w.people[0]+"?on=2021-01-01"), "not in custody yet")
}

// addStatement cites a dated document on every step of an episode.
func addStatement(tx *record.Tx, w *ward, e cases.Episode) error {
	k := w.book.Kind("evidence")
	body := k.New()
	body.Fields().Decode(form.Values{"kind": {"statement"}, "title": {"A statement"}, "published": {"2022-03-23"}}, tx.At)
	home, err := tx.ByID("case", e.Head.CaseID)
	if err != nil {
		return err
	}
	doc, err := tx.Create("evidence", body, home)
	if err != nil {
		return err
	}
	for _, step := range e.Steps {
		if _, err := tx.Add("citations", e.Sheet, &citation.Citation{Field: "steps." + step.ID, Document: doc.Ref()}); err != nil {
			return err
		}
	}
	return nil
}

func TestAContradictionIsShownChosenAndTakenBack(t *testing.T) {
	w := newWard(t)
	w.seven()
	who := "/people/" + w.people[0]
	w.post(http.StatusSeeOther, who+"/steps", "kind", "transfer", "date", "20 March 2022", "places", "Northgate prison", "speaker", "family", "reliability", "B", "credibility", "2")
	if s, _ := w.episode(w.people[0]); s.Head.State != detention.StateHeldKnown {
		t.Fatal(s.Head.State)
	}
	s, d := w.episode(w.people[0])
	step := d.Steps[len(d.Steps)-1]
	base := "/detentions/" + s.Head.Ref + "/steps/" + step.ID
	body, _ := w.post(http.StatusUnprocessableEntity, base+"/sources", "ask", "source-"+step.ID, "says", "")
	w.sees(body, "Say who says it")
	w.post(http.StatusSeeOther, base+"/sources", "places", "Quay prison", "speaker", "a lawyer", "reliability", "C", "credibility", "3")
	if s, _ = w.episode(w.people[0]); s.Head.State != detention.StateHeldPlaceUncertain {
		t.Fatal(s.Head.State)
	}
	page := w.open(who)
	w.sees(page, "Transferred to Northgate prison (family, B2) or Quay prison (a lawyer, C3)", "Sources differ", "two lanes")
	w.sees(w.open("/detentions"), "Northgate prison or Quay prison")

	says := ""
	for _, m := range regexp.MustCompile(`name="says" value="(L-\d+)"`).FindAllStringSubmatch(page, -1) {
		says = m[1] // the last: what the lawyer says
	}
	body, _ = w.post(http.StatusUnprocessableEntity, base+"/choose", "ask", "choose-"+step.ID+"-1", "says", says)
	w.sees(body, "This is needed.")
	w.post(http.StatusSeeOther, base+"/choose", "says", says, "reason", "the lawyer saw him there")
	if s, _ = w.episode(w.people[0]); s.Head.State != detention.StateHeldKnown {
		t.Fatal(s.Head.State)
	}
	w.sees(w.open(who), "We go with Quay prison because: the lawyer saw him there · Nadia", "or Quay prison (a lawyer, C3)")
	w.post(http.StatusSeeOther, base+"/unchoose")
	if s, _ = w.episode(w.people[0]); s.Head.State != detention.StateHeldPlaceUncertain {
		t.Fatal(s.Head.State)
	}
	w.post(http.StatusNotFound, base+"/unchoose")
	w.post(http.StatusUnprocessableEntity, base+"/choose", "says", "L-9999", "reason", "x")
	w.post(http.StatusNotFound, "/detentions/"+s.Head.Ref+"/steps/none/annul", "reason", "x")
}

func TestASecondTransferWithinAWeekAsksWhetherItIsTheSame(t *testing.T) {
	w := newWard(t)
	w.seven()
	at := "/people/" + w.people[0] + "/steps"
	w.post(http.StatusSeeOther, at, "kind", "transfer", "date", "2022-03-20", "places", "Northgate prison")
	body, _ := w.post(http.StatusUnprocessableEntity, at, "kind", "transfer", "date", "2022-03-25", "places", "Quay prison", "speaker", "a cousin")
	w.sees(body, "Is it the same one?")
	if !strings.Contains(body, `value="2022-03-25"`) && !strings.Contains(body, `value="25 Mar 2022"`) {
		t.Error("the typed date is lost")
	}
	if !strings.Contains(body, "Quay prison") || !strings.Contains(body, "a cousin") {
		t.Error("what was typed is lost")
	}
	w.post(http.StatusSeeOther, at, "kind", "transfer", "date", "2022-03-25", "places", "Quay prison", "speaker", "a cousin", "same", "same")
	if _, d := w.episode(w.people[0]); len(d.Steps) != 3 {
		t.Errorf("%d steps", len(d.Steps))
	}
	w.post(http.StatusSeeOther, at, "kind", "transfer", "date", "2022-03-25", "places", "Hill prison", "same", "new")
	if _, d := w.episode(w.people[0]); len(d.Steps) != 4 {
		t.Errorf("%d steps", len(d.Steps))
	}
	w.post(http.StatusSeeOther, at, "kind", "transfer", "date", "2022-06-25", "places", "Hill prison")
}

func TestWhatWasJustEnteredIsUndoneAtOnceButNotLater(t *testing.T) {
	w := newWard(t)
	w.seven()
	w.moved()
	w.post(http.StatusSeeOther, "/steps/undo?next=/people/"+w.people[0])
	for _, p := range w.people {
		if s, d := w.episode(p); s.Head.State != detention.StateHeldKnown || d.Steps[2].Annulled == "" {
			t.Errorf("%s: %s", p, s.Head.State)
		}
	}
	w.post(http.StatusConflict, "/steps/undo")
	w.moved()
	w.mu.Lock()
	w.now = w.now.Add(5 * time.Minute)
	w.mu.Unlock()
	w.post(http.StatusConflict, "/steps/undo")
}

func TestBadInputIsShownNextToItsFieldAndNothingIsLost(t *testing.T) {
	w := newWard(t)
	w.seven()
	at := "/people/" + w.people[0] + "/steps"
	body, _ := w.post(http.StatusUnprocessableEntity, at, "kind", "visit", "date", "the day of the <b>storm</b>", "with", "a sister", "text", "ten minutes", "reliability", "Z", "also", w.people[3])
	for _, want := range []string{`value="the day of the &lt;b&gt;storm`, `value="a sister"`, ">ten minutes</textarea>", `value="` + w.people[3] + `" checked`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is lost", want)
		}
	}
	body, _ = w.post(http.StatusUnprocessableEntity, at, "kind", "hearing", "date", "2027-01-05")
	w.sees(body, "Mark the step as planned")
	body, _ = w.post(http.StatusUnprocessableEntity, at, "kind", "seen", "grade", "", "reliability", "B")
	w.sees(body, "Say who says it")
	w.post(http.StatusUnprocessableEntity, at, "kind", "no such kind")
	w.post(http.StatusUnprocessableEntity, at, "kind", "seen", "also", "P-9999")
	w.post(http.StatusUnprocessableEntity, at, "kind", "seen", "text", "a\x00b")
	w.post(http.StatusUnprocessableEntity, at, "kind", "seen", "places", strings.Repeat("x", 400))
	w.post(http.StatusNotFound, "/people/P-9999/steps", "kind", "seen")
	if _, d := w.episode(w.people[0]); len(d.Steps) != 2 {
		t.Errorf("%d steps were kept", len(d.Steps))
	}
}

func TestAPlannedStepAsksWhetherItHappened(t *testing.T) {
	w := newWard(t)
	w.seven()
	at := "/people/" + w.people[0]
	w.post(http.StatusSeeOther, at+"/steps", "kind", "hearing", "date", "20 November 2026 10:00", "planned", "true", "places", "Quay court")
	page := w.open(at)
	w.sees(page, "Today 10:00 Hearing", "Quay court", "What happened?")
	s, d := w.episode(w.people[0])
	base := "/detentions/" + s.Head.Ref + "/steps/" + d.Steps[2].ID + "/happened"
	body, _ := w.post(http.StatusUnprocessableEntity, base, "ask", "happened-"+d.Steps[2].ID, "answer", "no", "text", "kept words")
	w.sees(body, "This is needed.", "kept words")
	w.post(http.StatusSeeOther, base, "answer", "later", "date", "27 November 2026 09:30")
	w.sees(w.open(at), "27 Nov 2026 at 09:30")
	w.post(http.StatusUnprocessableEntity, base, "answer", "yes")
	w.post(http.StatusSeeOther, base, "answer", "yes", "date", "2026-11-19", "text", "adjourned", "speaker", "the lawyer")
	if _, d := w.episode(w.people[0]); d.Steps[2].Planned || d.Steps[2].Date.Text != "2026-11-19" {
		t.Errorf("%+v", d.Steps[2])
	}
	w.sees(w.open(at), "adjourned", "the lawyer")
	w.post(http.StatusUnprocessableEntity, base, "answer", "yes")
	annul := strings.TrimSuffix(base, "happened")
	w.post(http.StatusSeeOther, annul+"annul", "reason", "another man's hearing")
	w.sees(w.open(at), "Annulled: another man's hearing")
	w.post(http.StatusSeeOther, annul+"restore", "reason", "his after all")
	if _, d := w.episode(w.people[0]); d.Steps[2].Annulled != "" {
		t.Error("not restored")
	}
}

func TestStillHeldIsConfirmedInOneClick(t *testing.T) {
	w := newWard(t)
	w.seven()
	_, at := w.post(http.StatusSeeOther, "/people/"+w.people[0]+"/confirm", "speaker", "his sister", "reliability", "B", "credibility", "2", "next", "/")
	if at != "/" {
		t.Error(at)
	}
	s, d := w.episode(w.people[0])
	last := d.Steps[len(d.Steps)-1]
	if last.Kind != detention.StepSeen || last.Date.Text != "2026-11-20" || s.Head.State != detention.StateHeldKnown {
		t.Errorf("%+v, %s", last, s.Head.State)
	}
	w.sees(w.open("/people/"+w.people[0]), "last confirmed 20 Nov 2026 (his sister, B2)")
}

func TestStepsForSeveralPeopleOfACase(t *testing.T) {
	w := newWard(t)
	w.seven()
	page := w.open(w.caseAt + "/steps?kind=release&people=" + w.people[0] + "&people=" + w.people[1])
	w.sees(page, "Released", "For 2 people", "Detainee 1 of 7")
	w.seesNot(page, "Detainee 3 of 7")
	w.post(http.StatusSeeOther, w.caseAt+"/steps", "kind", "release", "date", "2026-11-19", "people", w.people[0], "people", w.people[1], "also", w.people[0], "also", w.people[1])
	for i, p := range w.people[:3] {
		if s, _ := w.episode(p); (s.Head.State == detention.StateReleased) != (i < 2) {
			t.Errorf("%s: %s", p, s.Head.State)
		}
	}
	body, _ := w.post(http.StatusUnprocessableEntity, w.caseAt+"/steps", "kind", "seen", "people", w.people[0])
	w.sees(body, "This is needed.")
	w.sees(w.open("/detentions?on=2026-11-18"), "In custody 7")
	w.sees(w.open("/detentions"), "In custody 5")
}

func TestTwoColleaguesWhoAddStepsAtOnceBothSucceed(t *testing.T) {
	w := newWard(t)
	w.seven()
	var group sync.WaitGroup
	for _, kind := range []string{"seen", "hospital", "hearing", "charge"} {
		group.Go(func() {
			w.post(http.StatusSeeOther, "/people/"+w.people[0]+"/steps", "kind", kind, "date", "2026-11-01")
		})
	}
	group.Wait()
	_, d := w.episode(w.people[0])
	var kinds []string
	for _, s := range d.Steps[2:] {
		kinds = append(kinds, s.Kind)
	}
	slices.Sort(kinds)
	if want := []string{"charge", "hearing", "hospital", "seen"}; !slices.Equal(kinds, want) {
		t.Error(kinds)
	}
}

func TestADetentionLeadsToThePersonAtThatEpisode(t *testing.T) {
	w := newWard(t)
	w.seven()
	s, _ := w.episode(w.people[0])
	status, _, at := w.send(httptest.NewRequest(http.MethodGet, "/detentions/"+s.Head.Ref, nil))
	if status != http.StatusSeeOther || at != "/people/"+w.people[0]+"?episode="+s.Head.Ref {
		t.Error(status, at)
	}
	w.post(http.StatusSeeOther, "/people/"+w.people[0]+"/steps", "kind", "release", "date", "2026-01-01")
	w.post(http.StatusSeeOther, "/people/"+w.people[0]+"/steps", "kind", "arrest", "date", "2026-10-01", "by", "Hill Guard")
	if again, d := w.episode(w.people[0]); again.Head.Ref == s.Head.Ref || d.TakenBy.Title != "Hill Guard" {
		t.Error("a new arrest after the release did not open a new episode")
	}
	w.sees(w.open("/people/"+w.people[0]+"?episode="+s.Head.Ref), "Released", "Arrest by Hill Guard")
}

func TestSomebodyWithoutADetentionHasAFriendlyPage(t *testing.T) {
	w := newWard(t)
	w.seven()
	_, at := w.post(http.StatusSeeOther, "/people", "case", strings.TrimPrefix(w.caseAt, "/cases/"), "fields", "names", "names.sent", "1", "names.0.full", "Salma Invented", "names.1.full", "سلمى")
	page := w.open(at)
	w.sees(page, "Salma Invented", "سلمى", "No detention is on file", "Log a detention", "(a) Identity")
	w.lang = "ar"
	if text := plainText(w.open(at)); strings.Index(text, "سلمى") > strings.Index(text, "Salma Invented") {
		t.Error("the name in the reader's script does not come first")
	}
	w.lang = "en"
	_, again := w.post(http.StatusSeeOther, at+"/steps", "kind", "seen", "places", "Quay prison")
	w.sees(w.open(again), "Held, place known")
}

func TestACallIsLoggedWithItsNextCall(t *testing.T) {
	w := newWard(t)
	w.seven()
	at := "/people/" + w.people[0]
	body, _ := w.post(http.StatusUnprocessableEntity, at+"/calls", "at", "today")
	w.sees(body, "This is needed.")
	w.post(http.StatusSeeOther, at+"/calls", "at", "today", "with", "a sister", "said", "no news", "promised", "to ask again", "next", "2026-11-25")
	w.sees(w.open(at), "20 Nov 2026 · a sister", "Promised: to ask again", "Call back: a sister")
}

func TestALongChronologyIsWhole(t *testing.T) {
	w := newWard(t)
	w.seven()
	for range 12 {
		w.post(http.StatusSeeOther, "/people/"+w.people[0]+"/steps", "kind", "seen", "date", "2026-11-01", "places", "Quay prison", "speaker", "a cousin")
	}
	if page := w.open("/people/" + w.people[0]); strings.Count(page, `id="step-`) != 14 {
		t.Error("steps are lacking")
	}
}

func TestWhoeverReadsArabicSeesNamesInArabicLettersFirst(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		lina := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Lina Qarsin", "names.1.full", "لينا قرصين")
		h.Make(h.Nadia, "detention", h.Open, "person", lina, "steps.0.kind", "arrest", "steps.0.date", "2026-02-01")
		h.Make(h.Nadia, "task", h.Open, "text", "Ring the mother", "about", lina, "due", "tomorrow", "assignee", h.Nadia.Email)
		plea := h.Make(h.Nadia, "appeal", h.Open, "title", "Let her go", "persons", lina)
		pages := []string{"/", "/people", "/detentions", "/cases/" + h.Open, "/tasks", "/appeals/" + plea, "/search?q=lina", "/people/" + lina + "/history"}
		speak := func(lang string) { h.Nadia.Post("/account/language", url.Values{"lang": {lang}}) }
		for lang, names := range map[string][2]string{"en": {"Lina Qarsin", "لينا قرصين"}, "ar": {"لينا قرصين", "Lina Qarsin"}} {
			speak(lang)
			for _, at := range pages {
				body := h.Nadia.Get(at).Body
				first, other := strings.Index(body, names[0]), strings.Index(body, names[1])
				if first < 0 || other >= 0 && other < first {
					t.Errorf("%s, %s: %q does not come first", lang, at, names[0])
				}
			}
		}
		speak("ar")
		// Who is sealed has the code name alone, in whatever letters.
		if err := h.Book.Do(t.Context(), h.Nadia.Actor(), func(tx *record.Tx) error {
			s, err := tx.Get("person", lina)
			if err != nil {
				return err
			}
			_, err = tx.Classify(s, s.Head.Version, record.Level{Level: record.Sealed, Code: "Falcon", Reason: "threats", Named: []form.Ref{{ID: h.Luis.ID}}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		h.Omar.Post("/account/language", url.Values{"lang": {"ar"}})
		for _, at := range pages {
			if body := h.Omar.Get(at).Body; strings.Contains(body, "قرصين") || strings.Contains(body, "Qarsin") {
				t.Errorf("%s names who is sealed", at)
			}
		}
	})
}
