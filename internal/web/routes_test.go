package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"amparo/assets"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// each opens the office on every database of the run.
func each(t *testing.T, do func(t *testing.T, h *webtest.House)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *database.DB) { do(t, webtest.New(t, db, web.Options{})) })
}

// filled is one record of every kind in a case, by path of the kind, with a
// word in each that stands nowhere else.
func filled(h *webtest.House, by *webtest.Person, home, word string) map[string]string {
	refs := map[string]string{"cases": home}
	refs["people"] = h.Make(by, "person", home, "names.0.full", word+" Ersen", "father", word+" Elder")
	refs["detentions"] = h.Make(by, "detention", home, "person", refs["people"], "reason_given", word+" reason")
	refs["evidence"] = h.Make(by, "evidence", home, "kind", "letter", "title", word+" letter", "text", word+" text")
	refs["appeals"] = h.Make(by, "appeal", home, "title", word+" appeal", "kind", "urgent_appeal", "persons", refs["people"], "texts.0.lang", "en", "texts.0.body", word+" words")
	refs["demands"] = h.Make(by, "demand", home, "appeal", refs["appeals"], "number", "1", "text", word+" demand", "target_unspecified", "true")
	refs["responses"] = h.Make(by, "response", home, "from", "Ministry of Lamps", "appeal", refs["appeals"], "text", word+" answer")
	refs["tasks"] = h.Make(by, "task", home, "text", word+" errand", "about", home, "due", "tomorrow", "assignee", by.Email)
	return refs
}

// address fills the names of a route's path; refs gives the record of each kind.
func address(route web.Route, refs map[string]string) string {
	path := strings.TrimPrefix(strings.TrimPrefix(route.Path, "/api/v1"), "/")
	kind, _, _ := strings.Cut(path, "/")
	ref := refs[kind]
	if ref == "" {
		ref = "C-999999999"
	}
	out := route.Path
	for name, value := range map[string]string{":ref": ref, ":kind": "person", ":move": "void", ":part": "notes", ":act": "enable", ":step": "none", ":id": "none", ":key": "none", "*": "nothing.css"} {
		if name == "*" {
			out = strings.Replace(out, name, value, 1)
			continue
		}
		parts := strings.Split(out, "/")
		for i, part := range parts {
			if bare, end, _ := strings.Cut(part, "."); bare == name {
				parts[i] = value
				if end != "" {
					parts[i] += "." + end
				}
			}
		}
		out = strings.Join(parts, "/")
	}
	return out
}

func ask(p *webtest.Person, token string, route web.Route, at string) webtest.Answer {
	if route.API {
		headers := []string{"Content-Type", "application/json"}
		if token != "" {
			headers = append(headers, "Authorization", "Bearer "+token)
		}
		body := ""
		if route.Method != http.MethodGet {
			body = "{}"
		}
		return p.Send(route.Method, at, body, headers...)
	}
	if route.Method == http.MethodGet {
		return p.Get(at)
	}
	return p.Post(at, url.Values{"version": {"1"}})
}

func TestEveryRouteLetsInWhomItsRuleNamesAndNobodyElse(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		real := filled(h, h.Nadia, h.Open, "Plain")
		real["places"] = h.Make(h.Nadia, "place", "", "names.0.full", "Quay prison")
		real["organizations"] = h.Make(h.Nadia, "organization", "", "names.0.full", "Harbour Guard")
		tokens := map[*webtest.Person]string{}
		for _, p := range []*webtest.Person{h.Nadia, h.Luis, h.Ada, h.Rune} {
			tokens[p] = p.Token()
		}
		for _, route := range h.Routes() {
			what := route.Method + " " + route.Path
			if route.Who == (web.Who{}) {
				t.Errorf("%s has no rule", what)
			}
			for _, p := range []*webtest.Person{h.Nobody(), h.Nadia, h.Luis, h.Ada, h.Rune} {
				for _, refs := range []map[string]string{nil, real} {
					if refs != nil && route.Method != http.MethodGet && p == h.Luis {
						continue // a supervisor would strike the records out before the others came
					}
					at := address(route, refs)
					a := ask(p, tokens[p], route, at)
					who := fmt.Sprintf("%s by %v at %s", what, p.Roles, at)
					switch {
					case a.Status >= 500:
						t.Errorf("%s answers %d", who, a.Status)
					case p.Name == "" && route.API && !route.Who.Open():
						if a.Status != 401 {
							t.Errorf("%s answers %d, not 401", who, a.Status)
						}
					case p.Name == "" && !route.Who.Open():
						if a.Status != 303 || !strings.HasPrefix(a.To(), "/login?") {
							t.Errorf("%s answers %d to %q, not 303 to the sign-in", who, a.Status, a.To())
						}
					case !route.Who.Allows(p.Actor()):
						if a.Status != 403 {
							t.Errorf("%s answers %d, not 403", who, a.Status)
						}
					case a.Status == 401, strings.HasPrefix(a.To(), "/login") && route.Path != "/logout", a.Status == 403 && refs == nil && p.Name != "":
						t.Errorf("%s answers %d to %q although the rule allows it", who, a.Status, a.To())
					}
					if route.Path == "/logout" && p.Name != "" {
						p.SignIn()
					}
				}
			}
		}
	})
}

func TestWhatIsOpenToAnybodyIsNamedHere(t *testing.T) {
	open := []string{"GET " + assets.Base + "*", "GET /healthz", "GET /readyz", "GET /robots.txt", "GET /login", "POST /login", "GET /setup/:key", "POST /setup/:key",
		"GET /invite/:key", "POST /invite/:key", "GET /reset/:key", "POST /reset/:key", "POST /account/language", "GET /login/verify", "POST /login/verify", "GET /login/enrol", "POST /login/enrol",
		"POST /login/enrol/passkey", "POST /login/passkey", "GET /calendar/:key.ics"}
	for _, route := range webtest.New(t, dbtest.SQLite(t), web.Options{}).Routes() {
		if what := route.Method + " " + route.Path; route.Who.Open() != slices.Contains(open, what) {
			t.Errorf("%s: open is %t", what, route.Who.Open())
		}
	}
}

func TestAMethodThatIsNotRoutedIsNotThere(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	for _, method := range []string{"TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "OPTIONS"} {
		for _, at := range []string{"/", "/people", "/people/P-0001", "/login"} {
			if a := h.Nadia.Send(method, at, ""); a.Status != 404 {
				t.Errorf("%s %s answers %d", method, at, a.Status)
			}
		}
	}
	for _, at := range []string{"/.git/config", "/.env", "/debug/pprof/", "/metrics", "/swagger", "/static/../go.mod", "/wp-login.php"} {
		for _, p := range []*webtest.Person{h.Nobody(), h.Nadia} {
			if a := p.Get(at); a.Status != 404 {
				t.Errorf("%s answers %d", at, a.Status)
			}
		}
	}
}

// A restricted case and all in it: for who is not on it, it never was.

func TestARestrictedRecordAnswersAStrangerLikeOneThatNeverWas(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		hidden := filled(h, h.Omar, h.Restricted, "Velvet")
		for _, p := range []*webtest.Person{h.Nadia, h.Luis, h.Ada, h.Rune} {
			token := p.Token()
			for _, route := range h.Routes() {
				if !strings.Contains(route.Path, ":ref") {
					continue
				}
				kind, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(route.Path, "/api/v1"), "/"), "/")
				ref, ok := hidden[kind]
				if !ok {
					continue
				}
				never := ref[:2] + "999999999"
				a := ask(p, token, route, address(route, hidden))
				b := ask(p, token, route, address(route, map[string]string{kind: never}))
				if a.Status != b.Status || unref(a.Body, ref) != unref(b.Body, never) || a.To() != b.To() {
					t.Errorf("%v: %s %s: %d for the hidden, %d for the unknown", p.Roles, route.Method, route.Path, a.Status, b.Status)
				}
			}
		}
	})
}

// unref takes out what is allowed to differ: the ref that was asked for.
func unref(body, ref string) string { return strings.ReplaceAll(body, ref, "REF") }

func TestARestrictedRecordIsInNoListCountSearchSuggestionMatchOrDesk(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		hidden := filled(h, h.Omar, h.Restricted, "Velvet")
		filled(h, h.Nadia, h.Open, "Plain")
		h.Make(h.Nadia, "organization", "", "names.0.full", "Harbour Guard")
		pages := []string{"/", "/search?q=velvet", "/search?q=Velvet+Ersen", "/search?q=" + hidden["people"], "/suggest/any?q=velvet", "/suggest/person?q=Velvet+Ersen", "/suggest/case?q=velvet",
			"/log/matches?name=Velvet+Ersen", "/log", "/log?case=" + h.Restricted, "/log?person=" + hidden["people"], "/organizations", "/places"}
		for _, k := range h.Book.Kinds() {
			for _, q := range []string{"", "?q=velvet", "?case=" + h.Restricted, "?q=" + hidden[k.Path], "?assignee=" + h.Omar.Email} {
				pages = append(pages, "/"+k.Path+q, "/"+k.Path+".csv"+q, "/api/v1/"+k.Path+q)
			}
		}
		pages = append(pages, "/api/v1/search?q=velvet", "/api/v1/people/matches?name=Velvet+Ersen")
		known := map[string]bool{}
		for _, r := range h.Routes() {
			known[r.Path] = true
		}
		sees := 0
		for _, p := range []*webtest.Person{h.Nadia, h.Luis, h.Ada, h.Rune, h.Omar} {
			for _, at := range pages {
				path, _, _ := strings.Cut(at, "?")
				if !known[path] && !strings.HasPrefix(path, "/suggest/") {
					continue
				}
				body := p.Get(at).Body
				if strings.Contains(at, "velvet") || strings.Contains(at, "Velvet") || strings.Contains(at, "?q=") || strings.Contains(at, "?case=") {
					// What was typed stands in its own field; only what was found counts.
					for _, typed := range []string{`value="velvet"`, `value="Velvet Ersen"`, "q=velvet", "q=Velvet"} {
						body = strings.ReplaceAll(body, typed, "")
					}
				}
				for kind, ref := range hidden {
					found := strings.Contains(body, `/`+kind+`/`+ref) || strings.Contains(body, "Velvet Ersen") || strings.Contains(body, "Velvet matter") || strings.Contains(body, "Velvet letter") || strings.Contains(body, "Velvet errand")
					if found && p != h.Omar {
						t.Errorf("%s is shown to %s (%v) at %s", kind, p.Name, p.Roles, at)
					}
					if found && p == h.Omar {
						sees++
					}
				}
			}
		}
		if sees < 20 {
			t.Errorf("the test looks at the wrong pages: its own people see the case only %d times", sees)
		}
	})
}

func TestTotalsDoNotCountWhatIsHidden(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		h.Make(h.Nadia, "organization", "", "names.0.full", "Ministry of Lamps") // the register is everybody's
		before := map[string]string{}
		pages := []string{"/appeals", "/appeals?view=board", "/demands", "/responses", "/deadlines", "/cases", "/people", "/detentions", "/evidence", "/tasks", "/?view=team", "/search?q=ersen", "/search?q=letter", "/"}
		for _, p := range []*webtest.Person{h.Nadia, h.Rune, h.Ada} {
			for _, at := range pages {
				before[p.Name+at] = p.Get(at).Body
			}
		}
		filled(h, h.Omar, h.Restricted, "Velvet")
		for _, p := range []*webtest.Person{h.Nadia, h.Rune, h.Ada} {
			for _, at := range pages {
				if p.Get(at).Body != before[p.Name+at] {
					t.Errorf("%s sees at %s that something was added out of sight", p.Name, at)
				}
			}
		}
	})
}

func TestALinkToAHiddenRecordDoesNotTellWhatItIs(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		hidden := filled(h, h.Omar, h.Restricted, "Velvet")
		org := h.Make(h.Nadia, "organization", "", "names.0.full", "Harbour Guard")
		h.Make(h.Omar, "detention", h.Restricted, "person", hidden["people"], "taken_by", org)
		mine := h.Make(h.Omar, "task", h.Open, "text", "Ask again", "about", hidden["people"])
		for _, at := range []string{"/organizations/" + org, "/organizations/" + org + "/history", "/tasks/" + mine, "/tasks/" + mine + "/edit", "/tasks", "/tasks.csv", "/api/v1/organizations/" + org, "/api/v1/tasks/" + mine} {
			if got := h.Nadia.Get(at).Body; strings.Contains(got, "Velvet") || strings.Contains(got, hidden["people"]) {
				t.Errorf("%s tells of a hidden record", at)
			}
		}
		a := h.Nadia.Post("/tasks/"+mine, url.Values{"version": {"1"}, "fields": {"text", "about"}, "text": {"Ask once more"}, "about": {""}})
		if a.Status != 303 {
			t.Fatalf("saving answers %d", a.Status)
		}
		if !strings.Contains(h.Omar.Get("/tasks/"+mine).Body, "Velvet Ersen") {
			t.Error("who may not see a link has cut it by saving")
		}
		for _, typed := range []string{hidden["people"], "Velvet Ersen", "P-999999999"} {
			a := h.Nadia.Post("/tasks", url.Values{"text": {"Try"}, "about": {typed}, "fields": {"text", "about"}})
			if a.Status != 422 || strings.Count(a.Body, "Velvet") != strings.Count(typed, "Velvet")*strings.Count(a.Body, typed) {
				t.Errorf("a form that names %q answers %d", typed, a.Status)
			}
		}
	})
}

func TestAnAdministratorSeesNoRecordOfACase(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		for kind, ref := range filled(h, h.Nadia, h.Open, "Plain") {
			if a := h.Ada.Get("/" + kind + "/" + ref); a.Status != 404 {
				t.Errorf("%s answers %d", kind, a.Status)
			}
			if a := h.Ada.Get("/" + kind); strings.Contains(a.Body, ref) || strings.Contains(a.Body, "Plain") {
				t.Errorf("the list of %s tells the administrator of it", kind)
			}
		}
	})
}

var posts = regexp.MustCompile(`<form[^>]*method="post"[^>]*>`)

func TestAReaderSeesTheCaseThatIsSharedAndWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		shared, other := filled(h, h.Nadia, h.Shared, "Common"), filled(h, h.Nadia, h.Open, "Plain")
		for kind, ref := range shared {
			a := h.Rune.Get("/" + kind + "/" + ref)
			if a.Status != 200 && !(kind == "detentions" && strings.HasPrefix(a.To(), "/people/"+shared["people"])) {
				t.Errorf("%s answers %d", kind, a.Status)
			}
			for _, form := range posts.FindAllString(a.Body, -1) {
				if !strings.Contains(form, `"/account/language"`) && !strings.Contains(form, `"/logout"`) && !strings.Contains(form, `"/login"`) {
					t.Errorf("%s offers a reader %s", kind, form)
				}
			}
			if a := h.Rune.Get("/" + kind + "/" + other[kind]); a.Status != 404 {
				t.Errorf("%s of another case answers %d", kind, a.Status)
			}
			if a := h.Rune.Post("/"+kind+"/"+ref+"/notes", url.Values{"text": {"I was here"}}); a.Status != 403 {
				t.Errorf("a note on %s answers %d", kind, a.Status)
			}
			list := h.Rune.Get("/" + kind).Body
			if kind != "detentions" && !strings.Contains(list, ref) || strings.Contains(list, other[kind]) || strings.Contains(list, "Plain") {
				t.Errorf("the list of %s shows too much or too little", kind)
			}
		}
	})
}

func TestLeavingATeamCountsFromTheNextRequest(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		refs := filled(h, h.Omar, h.Restricted, "Velvet")
		if a := h.Petra.Get("/people/" + refs["people"]); a.Status != 200 {
			t.Fatalf("a colleague on the team gets %d", a.Status)
		}
		alone := url.Values{"version": {"1"}, "fields": {"lead", "team", "access"}, "lead": {h.Omar.Email}, "team": {""}, "access": {"restricted"}}
		if a := h.Omar.Post("/cases/"+h.Restricted, alone); a.Status != 422 {
			t.Fatalf("a caseworker shuts a supervisor out: %d", a.Status)
		}
		if a := h.Petra.Post("/cases/"+h.Restricted, alone); a.Status != 303 {
			t.Fatalf("changing the team answers %d", a.Status)
		}
		for kind, ref := range refs {
			if a := h.Petra.Get("/" + kind + "/" + ref); a.Status != 404 {
				t.Errorf("%s answers %d to who left the team", kind, a.Status)
			}
		}
	})
}
