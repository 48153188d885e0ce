package web_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"amparo/internal/auth/account"
	"amparo/internal/cases/appeal"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/web/webtest"
	"amparo/internal/workflow"
)

// canaries plants a word that stands nowhere else in every text of every field
// of every kind, and in all that hangs on them. A new field, kind or part joins
// by itself.
type canaries struct {
	t    *testing.T
	by   *webtest.Person
	made map[string]form.Ref // by kind
	n    int
}

// song is how every canary begins; folding and cutting leave it whole.
const song = "zqxv"

func (c *canaries) word() string { c.n++; return fmt.Sprintf("%s%d", song, c.n) }

// fill plants into fields; moves are those of the kind, whose words no edit sets.
func (c *canaries) fill(fields form.Set, moves []workflow.Move) {
	for _, f := range fields {
		asked := false
		for _, m := range moves {
			for _, name := range append(append([]string{}, m.Asks...), m.May...) {
				asked = asked || f.Inside && name == f.Name
			}
		}
		if f.Derived || asked {
			continue
		}
		text := ""
		switch f.Type {
		case form.Text, form.Long, form.List:
			text = c.word()
			switch {
			case f.Name == "url":
				text = "https://" + text + ".example/"
			case f.Name == "lang" || f.Name == "language":
				text = "en"
			case f.Max < 20:
				text = song
			}
		case form.Date:
			text = "2026-01-02"
		case form.Choice, form.Choices:
			text = f.Options[0]
		case form.Link, form.Links:
			kind := f.Kind
			if kind == "" {
				kind = "organization"
			}
			if ref, ok := c.made[kind]; ok {
				f.SetRefs([]form.Ref{ref})
			}
			continue
		case form.Account, form.Accounts:
			f.SetRefs([]form.Ref{{ID: c.by.ID, Ref: c.by.Email, Kind: "account", Title: c.by.Name}})
			continue
		case form.Group:
			c.fill(f.Template(), nil)
			continue
		default:
			continue
		}
		if code, _ := f.Set(text, webtest.Now); code != "" {
			c.t.Fatalf("%s does not take %q: %s", f.Name, text, code)
		}
	}
}

// plant fills a restricted case: one record of every kind that lies in a case,
// and every part on each of them. It answers their refs by path.
func plant(t *testing.T, h *webtest.House) map[string]string {
	t.Helper()
	c := &canaries{t: t, by: h.Omar, made: map[string]form.Ref{}}
	refs := map[string]string{"cases": h.Restricted}
	// The register is open to colleagues; it carries no canary.
	for _, kind := range []string{"organization", "place"} {
		ref := h.Make(h.Omar, kind, "", "names.0.full", "The "+kind)
		if err := h.Book.View(t.Context(), h.Omar.Actor(), func(tx *record.Tx) error {
			s, err := tx.Get(kind, ref)
			c.made[kind] = s.Ref()
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Book.Do(t.Context(), h.Omar.Actor(), func(tx *record.Tx) error {
		home, err := tx.Get("case", h.Restricted)
		if err != nil {
			return err
		}
		c.made["case"] = home.Ref()
		for _, k := range h.Book.Kinds() {
			if k.IsCase || k.Register {
				continue
			}
			body := k.New()
			c.fill(body.Fields(), k.Flow.Moves)
			if a, ok := body.(*appeal.Appeal); ok { // one of ours is not sent by writing so; nor do we follow what is to be made yet
				for i := range a.Addressees {
					a.Addressees[i] = appeal.Addressee{Org: a.Addressees[i].Org, Channel: a.Addressees[i].Channel}
				}
			}
			s, err := tx.Create(k.Name, body, home)
			if err != nil {
				return fmt.Errorf("%s: %w", k.Name, err)
			}
			c.made[k.Name], refs[k.Path] = s.Ref(), s.Head.Ref
			for _, part := range h.Book.Parts() {
				if part.Name == "consents" && k.Name != "person" {
					continue
				}
				piece := part.New()
				c.fill(piece.Fields(), nil)
				if _, err := tx.Add(part.Name, s, piece); err != nil {
					return fmt.Errorf("%s of %s: %w", part.Name, k.Name, err)
				}
			}
		}
		sent := &appeal.Appeal{}
		c.fill(sent.Fields(), appeal.Kind.Flow.Moves)
		sent.By, sent.Addressees[0].SentAt = appeal.Others, edtf.Must("2026-01-02")
		if _, err := tx.Create("appeal", sent, home); err != nil {
			return fmt.Errorf("an appeal by others: %w", err)
		}
		s, err := tx.Get("case", h.Restricted)
		if err != nil {
			return err
		}
		var open form.Set // who may see it stays as it is
		for _, f := range s.Fields() {
			if f.Name != "lead" && f.Name != "team" && f.Name != "access" {
				open = append(open, f)
			}
		}
		c.fill(open, s.Kind.Flow.Moves)
		return tx.Save(s, s.Head.Version)
	}); err != nil {
		t.Fatal(err)
	}
	return refs
}

// laidOpen is all the text of an answer: files are opened.
func laidOpen(t *testing.T, a webtest.Answer) string {
	t.Helper()
	all := a.Body + fmt.Sprint(a.Header)
	if z, err := zip.NewReader(bytes.NewReader([]byte(a.Body)), int64(len(a.Body))); err == nil {
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(r)
			all += f.Name + string(b)
		}
	}
	return strings.ToLower(all)
}

// sung is a canary as it was planted; what is asked for below is only its
// beginning, which comes back to who typed it.
var sung = regexp.MustCompile(song + "[0-9]")

// TestNoOutputTellsAnybodyElseOfARestrictedCase asks every address there is, as
// everybody there is.
func TestNoOutputTellsAnybodyElseOfARestrictedCase(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		refs := plant(t, h)
		h.Make(h.Nadia, "person", h.Open, "names.0.full", "Somebody known")
		asks := []string{"/search?q=" + song, "/suggest/any?q=" + song, "/api/v1/search?q=" + song, "/api/v1/people/matches?name=" + song + "+" + song,
			"/log/matches?name=" + song, "/?view=team", "/appeals?view=board", "/appeals?view=table", "/tasks?state=open", "/demands?overdue=yes", "/deadlines?overdue=yes"}
		for _, k := range h.Book.Kinds() {
			for _, end := range []string{"", ".csv", ".xlsx"} {
				for _, q := range []string{"", "?q=" + song, "?case=" + h.Restricted, "?per_page=100&sort=ref", "?assignee=" + h.Omar.Email} {
					asks = append(asks, "/"+k.Path+end+q)
				}
			}
		}
		for _, route := range h.Routes() {
			if route.Method == "GET" {
				asks = append(asks, address(route, refs))
			}
		}
		seen := 0
		for _, p := range []*webtest.Person{h.Omar, h.Nadia, h.Luis, h.Ada, h.Rune, h.Nobody()} {
			token := ""
			if p.Name != "" {
				token = p.Token()
			}
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
				text := laidOpen(t, a)
				at0 := sung.FindStringIndex(text)
				tells := at0 != nil
				for path, ref := range refs {
					tells = tells || strings.Contains(text, strings.ToLower("/"+path+"/"+ref)) && !strings.Contains(at, ref)
				}
				switch {
				case tells && p != h.Omar:
					i := 0
					if at0 != nil {
						i = at0[0]
					}
					t.Errorf("%s (%v) is told at %s (%d): …%s…", p.Name, p.Roles, at, a.Status, text[max(0, i-60):min(len(text), i+60)])
				case tells:
					seen++
				}
			}
			if p == h.Omar || p.Name == "" {
				continue
			}
			a := p.Send("POST", "/find", url.Values{"csrf": {account.CSRF(p.Cookie)}, "text": {song + "2 and " + song + "3 were seen"}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
			for path, ref := range refs {
				if strings.Contains(a.Body, "/"+path+"/"+ref) {
					t.Errorf("%s finds %s in a text", p.Name, ref)
				}
			}
		}
		if seen < 60 {
			t.Errorf("who is on the case sees it at %d addresses only: the canaries were not planted", seen)
		}
	})
}
