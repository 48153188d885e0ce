package web_test

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/citation"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/vault"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

var seenField = regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`)

// eraseBy asks by one and agrees by another, on the pages.
func eraseBy(t *testing.T, first, second *webtest.Person, at string, v url.Values) webtest.Answer {
	t.Helper()
	v.Set("version", versionAt(t, first, at+"/erase"))
	if v.Get("asked_by") == "" {
		v.Set("asked_by", "family")
	}
	v.Set("reason", "They ask for it in a letter")
	v.Set("backups_until", "2027-01-01")
	if a := first.Post(at+"/erase", v); a.Status != 303 {
		t.Fatalf("asking answers %d: %s", a.Status, a.Body)
	}
	page := second.Get(at + "/erase")
	seen := seenField.FindStringSubmatch(page.Body)
	if seen == nil {
		t.Fatalf("the second is not asked: %d %s", page.Status, page.Body)
	}
	return second.Post(at+"/erase/agree", url.Values{"seen": {seen[1]}})
}

var versionField = regexp.MustCompile(`name="version" value="([0-9]+)"`)

func versionAt(t *testing.T, p *webtest.Person, at string) string {
	t.Helper()
	a := p.Get(at)
	found := versionField.FindStringSubmatch(a.Body)
	if found == nil {
		t.Fatalf("%s (%d) has no version: %s", at, a.Status, a.Body)
	}
	return found[1]
}

// TestAMarkerInEveryFieldOfAnErasedPersonIsNowhereAfterwards plants a word in every
// field of every kind that belongs to somebody, and of what is erased with him.
func TestAMarkerInEveryFieldOfAnErasedPersonIsNowhereAfterwards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		key := bytes.Repeat([]byte{7}, 32)
		folder := filepath.Join(t.TempDir(), "files")
		files, err := vault.Open(folder, key)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = files.Close() })
		h := webtest.New(t, db, web.Options{Files: files})
		c := &canaries{t: t, by: h.Omar, made: map[string]form.Ref{}}
		for _, kind := range []string{"organization", "place"} { // the shared register stays
			ref := h.Make(h.Omar, kind, "", "names.0.full", "The "+kind)
			must(t, h.Book.View(t.Context(), h.Omar.Actor(), func(tx *record.Tx) error {
				s, err := tx.Get(kind, ref)
				c.made[kind] = s.Ref()
				return err
			}))
		}
		// Two files: one of him alone, one that somebody else's evidence holds too.
		upload := func(content string) string {
			a := h.Omar.Upload("/evidence", []webtest.Part{{Name: "case", Content: h.Open}, {Name: "fields", Content: "title"}, {Name: "title", Content: c.word()}, {Name: "kind", Content: "letter"}, {Name: "file", Called: c.word() + ".txt", Content: content}})
			if a.Status != 303 {
				t.Fatalf("an upload answers %d: %s", a.Status, a.Body)
			}
			return strings.TrimPrefix(strings.SplitN(a.To(), "?", 2)[0], "/evidence/")
		}
		own, shared := upload("a letter of "+song+"1, his alone"), upload("a list that others hold too")
		theirs := upload("a list that others hold too")
		refs := map[string]string{}
		must(t, h.Book.Do(t.Context(), h.Omar.Actor(), func(tx *record.Tx) error {
			home, err := tx.Get("case", h.Open)
			if err != nil {
				return err
			}
			list, err := tx.Where("evidence", "1 = 1")
			if err != nil {
				return err
			}
			c.made["evidence"] = list[0].Ref()
			for _, name := range []string{"person", "detention", "appeal", "demand", "response", "task"} {
				k := h.Book.Kind(name)
				body := k.New()
				c.fill(body.Fields(), k.Flow.Moves)
				if a, ok := body.(*appeal.Appeal); ok {
					for i := range a.Addressees {
						a.Addressees[i] = appeal.Addressee{Org: a.Addressees[i].Org, Channel: a.Addressees[i].Channel}
					}
				}
				if f, ok := body.Fields().Get("about"); ok {
					f.SetRefs([]form.Ref{c.made["person"]})
				}
				s, err := tx.Create(name, body, home)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				c.made[name], refs[name] = s.Ref(), s.Head.Ref
				for _, part := range h.Book.Parts() {
					if part.Name == "consents" && name != "person" {
						continue
					}
					piece := part.New()
					c.fill(piece.Fields(), nil)
					if _, err := tx.Add(part.Name, s, piece); err != nil {
						return fmt.Errorf("%s of %s: %w", part.Name, name, err)
					}
				}
			}
			s, err := tx.Get("person", refs["person"])
			if err != nil {
				return err
			}
			_, err = tx.Add("citations", s, &citation.Citation{Says: "so", Document: list[1].Ref()})
			return err
		}))
		who := "/people/" + refs["person"]
		// What colleagues hold beside: a source being worked from, a half-written form.
		h.Omar.Post("/tray", url.Values{"document": {own}, "speaker": {song + "77"}})
		must(t, h.Book.KeepDraft(t.Context(), h.Nadia.Actor(), "appeals/"+refs["appeal"], map[string][]string{"title": {song + "78"}}))
		if n := len(dbtest.Holding(t, db, song)); n < 15 {
			t.Fatalf("the marker stands in %d tables only: %v", n, dbtest.Holding(t, db, song))
		}
		// Alike, but with a seal first: the fields lie elsewhere then.
		if a := h.Nadia.Post(who+"/access/level", url.Values{"version": {versionAt(t, h.Nadia, who+"/access")}, "level": {"sealed"}, "named": {h.Luis.Email}, "code": {"Falcon"}, "reason": {song + "79"}}); a.Status != 303 || a.To() != who+"/named" {
			t.Fatalf("sealing answers %d to %q: %s", a.Status, a.To(), a.Body)
		}
		a := eraseBy(t, h.Luis, h.Petra, who, url.Values{"with": {own, shared, refs["appeal"]}, "asked_by": {"self"}})
		if a.Status != 303 || a.To() != "/erasures/"+refs["person"] {
			t.Fatalf("agreeing answers %d to %q: %s", a.Status, a.To(), a.Body)
		}
		for name, text := range dbtest.Tables(t, db) {
			if at := strings.Index(text, song); at >= 0 && name != "evidence" && name != "head" && name != "head_text_data" && name != "head_text" && name != "trail_payload" {
				t.Errorf("the marker stands in %s: …%s…", name, text[max(0, at-80):min(len(text), at+40)])
			}
		}
		// The one piece of evidence that stays is another's: it goes now, and nothing is left.
		if a := eraseBy(t, h.Petra, h.Luis, "/evidence/"+theirs, url.Values{}); a.Status != 303 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if left := dbtest.Holding(t, db, song); len(left) > 0 {
			t.Errorf("the marker stands in %v", left)
		}
		kept, err := os.ReadDir(filepath.Join(folder, "kept"))
		if err != nil || len(kept) != 0 {
			t.Errorf("%d files are kept, %v", len(kept), err)
		}
		if v, err := h.Book.Walk(t.Context()); err != nil || v.Flaw != "" {
			t.Errorf("the history: %+v, %v", v, err)
		}
		// Nothing of it in any answer, to anybody.
		asks := []string{"/", "/?view=team", "/search?q=" + song, "/erasures", "/given", "/api/v1/erasures", "/people/duplicates", "/deadlines", "/demands/scoreboard", "/erasures/" + refs["person"], "/erasures/" + refs["person"] + "/certificate"}
		for _, k := range h.Book.Kinds() {
			asks = append(asks, "/"+k.Path, "/"+k.Path+".csv", "/"+k.Path+"?q="+song+"1", "/api/v1/"+k.Path)
			for name, ref := range refs {
				if name == k.Name {
					asks = append(asks, "/"+k.Path+"/"+ref, "/"+k.Path+"/"+ref+"/history", "/"+k.Path+"/"+ref+"/access", "/api/v1/"+k.Path+"/"+ref, "/api/v1/"+k.Path+"/"+ref+"/history")
				}
			}
		}
		for _, p := range []*webtest.Person{h.Omar, h.Luis, h.Petra, h.Nadia, h.Ada, h.Rune} {
			token := p.Token()
			for _, at := range asks {
				var a webtest.Answer
				if strings.HasPrefix(at, "/api/") {
					a = p.JSON("GET", at, token, nil)
				} else {
					a = p.Get(at)
				}
				if a.Status >= 500 {
					t.Errorf("%s answers %s with %d", at, p.Name, a.Status)
				}
				if found := sung.FindStringIndex(strings.ReplaceAll(laidOpen(t, a), song+"1\"", "")); found != nil && !strings.Contains(at, "q=") {
					t.Errorf("%s tells %s", at, p.Name)
				}
			}
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What the pages of the database hold beside its tables is looked at in its files:
// deleted rows, freed pages, the log of writes.
func TestNothingErasedIsLeftInThePagesOfTheDatabase(t *testing.T) {
	db := dbtest.SQLite(t)
	h := webtest.New(t, db, web.Options{})
	who := h.Make(h.Nadia, "person", h.Open, "names.0.full", song+"1 "+song+"2", "father", song+"3")
	h.Make(h.Nadia, "detention", h.Open, "person", who, "reason_given", song+"4")
	for i := range 40 { // pages fill and split
		if a := h.Nadia.Post("/people/"+who+"/notes", url.Values{"text": {strings.Repeat(fmt.Sprint(song, 100+i, " "), 60)}}); a.Status != 303 {
			t.Fatal(a.Status)
		}
	}
	pages := func() int {
		must(t, db.Checkpoint(t.Context()))
		return bytes.Count(bytes.ToLower(dbtest.Pages(t, db)), []byte(song))
	}
	if n := pages(); n < 1000 {
		t.Fatalf("the marker stands %d times in the pages before", n)
	}
	if a := eraseBy(t, h.Luis, h.Petra, "/people/"+who, url.Values{}); a.Status != 303 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if n := pages(); n != 0 {
		t.Errorf("the marker stands %d times in the pages", n)
	}
	left, err := h.Book.Uncleaned(t.Context())
	if err != nil || len(left) != 0 {
		t.Errorf("uncleaned: %v, %v", left, err)
	}
}

func TestErasingTakesTwoSupervisorsWhoShowWhoTheyAre(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		ref := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Amal Qarsin")
		h.Make(h.Nadia, "task", h.Open, "text", "Call Amal Qarsin's mother", "about", h.Open)
		at := "/people/" + ref
		for _, p := range []*webtest.Person{h.Nadia, h.Omar, h.Rune, h.Ada} {
			if a := p.Get(at + "/erase"); a.Status != 403 {
				t.Errorf("%s is answered %d", p.Name, a.Status)
			}
		}
		form := h.Luis.Get(at + "/erase")
		if !strings.Contains(form.Body, "Call Amal Qarsin") {
			t.Error("it is not said where the name stands")
		}
		ask := url.Values{"version": {"1"}, "asked_by": {"court"}, "reason": {"An order of the court"}, "backups_until": {"2027-01-01"}}
		// What is wrong is said beside its field, and what was typed stays.
		for field, bad := range map[string]string{"asked_by": "", "reason": "Amal  QARSIN wants it", "backups_until": "some day"} {
			v := url.Values{}
			for name, values := range ask {
				v[name] = values
			}
			v.Set(field, bad)
			a := h.Luis.Post(at+"/erase", v)
			if a.Status != 422 || !strings.Contains(a.Body, `id="f-`+field) && !strings.Contains(a.Body, `name="`+field+`"`) || !strings.Contains(a.Body, `aria-invalid="true"`) {
				t.Errorf("%s %q answers %d", field, bad, a.Status)
			}
		}
		h.Pass(20 * time.Minute)
		if a := h.Luis.Post(at+"/erase", ask); a.Status != 403 || !strings.Contains(a.Body, `name="fresh"`) {
			t.Errorf("nobody asks who he is: %d", a.Status)
		}
		a := h.Luis.Post(at+"/erase", withField(ask, "fresh", webtest.Password))
		if a.Status != 303 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		follows(h.Luis, a)
		if a := h.Luis.Get(at + "/erase"); strings.Contains(a.Body, at+"/erase/agree") {
			t.Error("who asked is offered to agree")
		}
		if a := h.Luis.Post(at+"/erase/agree", url.Values{"seen": {"x"}}); a.Status != 403 {
			t.Errorf("who asked agrees: %d", a.Status)
		}
		if a := h.Petra.Get("/"); !strings.Contains(a.Body, at+"/erase") {
			t.Error("the second does not find it on the desk")
		}
		seen := seenField.FindStringSubmatch(h.Petra.Get(at + "/erase").Body)[1]
		if a := h.Petra.Post(at+"/erase/agree", url.Values{"seen": {seen}}); a.Status != 403 || !strings.Contains(a.Body, `name="fresh"`) {
			t.Errorf("nobody asks the second who he is: %d", a.Status)
		}
		// Programs neither ask nor agree.
		for _, path := range []string{"/erase", "/erase/agree", "/erasure", "/erasure/agree"} {
			if a := h.Petra.JSON("POST", "/api/v1/people/"+ref+path, h.Petra.Token(), map[string]any{"seen": seen}); a.Status != 404 {
				t.Errorf("a program is answered %d at %s", a.Status, path)
			}
			if a := h.Petra.Send("POST", at+path, "seen="+seen, "Authorization", "Bearer "+h.Petra.Token(), "Content-Type", "application/x-www-form-urlencoded"); a.Status != 403 && a.Status != 404 {
				t.Errorf("a token is answered %d at %s", a.Status, path)
			}
		}
		// What changed meanwhile has to be looked at again.
		h.Make(h.Nadia, "detention", h.Open, "person", ref)
		if a = h.Petra.Post(at+"/erase/agree", url.Values{"seen": {seen}, "fresh": {webtest.Password}}); a.Status != 409 {
			t.Errorf("what came meanwhile: %d", a.Status)
		}
		follows(h.Petra, a)
		seen = seenField.FindStringSubmatch(h.Petra.Get(at + "/erase").Body)[1]
		if a := h.Petra.Post(at+"/erase/agree", url.Values{"seen": {seen}}); a.Status != 303 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if a := h.Petra.Post(at+"/erase/agree", url.Values{"seen": {seen}}); a.Status != 410 {
			t.Errorf("a second time: %d", a.Status)
		}
		for _, p := range []*webtest.Person{h.Nadia, h.Luis} {
			if a := p.Get(at); a.Status != 410 || !strings.Contains(a.Body, ref) {
				t.Errorf("%s is answered %d", p.Name, a.Status)
			}
			if a := p.JSON("GET", "/api/v1/people/"+ref, p.Token(), nil); a.Status != 410 || !strings.Contains(a.Body, `"erased"`) {
				t.Errorf("a program of %s is answered %d %s", p.Name, a.Status, a.Body)
			}
		}
		h.Ada.SignIn()                                       // administrators are out sooner
		for _, p := range []*webtest.Person{h.Ada, h.Rune} { // to whom it was never in sight
			if a := p.Get(at); a.Status != 404 {
				t.Errorf("%s is answered %d", p.Name, a.Status)
			}
		}
		page := h.Luis.Get("/erasures/" + ref)
		for _, word := range []string{"An order of the court", "Luis", "Petra", "Call Amal"} {
			if !strings.Contains(page.Body, word) {
				t.Errorf("the page does not say %q", word)
			}
		}
		paper := h.Luis.Get("/erasures/" + ref + "/certificate")
		if paper.Status != 200 || strings.Contains(sheetOnly.FindString(paper.Body), "Qarsin") || !strings.Contains(paper.Body, "An order of the court") {
			t.Errorf("the certificate: %d", paper.Status)
		}
		// Its anchors hold the history to what it says.
		var lines []string
		for _, one := range regexp.MustCompile(`\{&#34;n&#34;.*?\}`).FindAllString(paper.Body, -1) {
			lines = append(lines, strings.ReplaceAll(one, "&#34;", `"`))
		}
		anchors, err := h.Book.Anchors(strings.NewReader(strings.Join(lines, "\n")))
		if err != nil || len(anchors) < 2 {
			t.Fatalf("%d anchors of %q: %v", len(anchors), lines, err)
		}
		if v, err := h.Book.Walk(t.Context(), anchors...); err != nil || v.Flaw != "" {
			t.Errorf("%+v, %v", v, err)
		}
		for _, end := range []string{".pdf", ".docx"} {
			if a := h.Luis.Get("/erasures/" + ref + "/certificate" + end); a.Status != 200 || strings.Contains(laidOpen(t, a), "qarsin") {
				t.Errorf("%s answers %d", end, a.Status)
			}
		}
		for _, p := range []*webtest.Person{h.Nadia, h.Rune, h.Ada} {
			if a := p.Get("/erasures/" + ref); a.Status != 403 {
				t.Errorf("%s reads the certificate: %d", p.Name, a.Status)
			}
		}
	})
}

func withField(v url.Values, name, value string) url.Values {
	all := url.Values{name: {value}}
	for n, values := range v {
		all[n] = values
	}
	return all
}

// An erasure of which the files could not be taken away is cleaned up later.
func TestWhatCouldNotBeCleanedIsCleanedLater(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		ref := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Amal Qarsin")
		must(t, h.Book.Do(t.Context(), h.Luis.Actor(), func(tx *record.Tx) error {
			s, err := tx.Get("person", ref)
			if err != nil {
				return err
			}
			return tx.AskErase(s, 1, record.Erasing{AskedBy: "self", Reason: "Asked", BackupsUntil: "2027-01-01"})
		}))
		must(t, h.Book.Do(t.Context(), h.Petra.Actor(), func(tx *record.Tx) error { // and the program ends here
			s, err := tx.Get("person", ref)
			if err != nil {
				return err
			}
			p, _, err := tx.PlanErase(s, nil, nil)
			if err != nil {
				return err
			}
			return tx.Erase(s, p.Seen)
		}))
		if a := h.Luis.Get("/erasures/" + ref); !strings.Contains(a.Body, "still being overwritten") {
			t.Error("it is not said that it is not clean yet")
		}
		must(t, cases.CleanErased(t.Context(), h.Book, nil))
		if a := h.Luis.Get("/erasures/" + ref); a.Status != 200 || strings.Contains(a.Body, "still being overwritten") {
			t.Errorf("%d: it is not clean after all", a.Status)
		}
	})
}
