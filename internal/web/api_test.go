package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/database/dbtest"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/web"
)

// outside is the program as other programs see it, with a token for each of
// its users: nadia (caseworker), luis (supervisor), omar (another caseworker),
// rita (reader), ada (administrator).
type outside struct {
	t      *testing.T
	app    *web.Server
	office *account.Office
	tokens map[string]string
}

var apiDay = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

func newOutside(t *testing.T) *outside {
	t.Helper()
	db := dbtest.SQLite(t)
	now := func() time.Time { return apiDay }
	office, err := account.Open(db, account.Options{Cost: account.TestCost, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	book := cases.Open(db, record.Options{Now: now, Day: func(t time.Time) string { return t.Format(time.DateOnly) },
		Accounts: func(ctx context.Context) (map[string]form.Ref, error) {
			list, err := office.Users(ctx, auth.System("names of colleagues"))
			people := map[string]form.Ref{}
			for _, u := range list {
				people[u.ID] = form.Ref{ID: u.ID, Ref: u.Email, Kind: "account", Title: u.Name}
			}
			return people, err
		}})
	o := &outside{t: t, office: office, tokens: map[string]string{}}
	o.app = web.New(book, office, web.Options{Now: now})
	for name, roles := range map[string][]auth.Role{"nadia": {auth.Caseworker}, "luis": {auth.Supervisor}, "omar": {auth.Caseworker}, "rita": {auth.Reader}, "ada": {auth.Administrator}} {
		u, err := office.AddUser(t.Context(), auth.System("test"), account.NewUser{Email: name + "@example.org", Name: strings.ToUpper(name[:1]) + name[1:],
			Rights: account.Rights{Roles: roles}})
		if err != nil {
			t.Fatal(err)
		}
		if o.tokens[name], _, err = office.AddToken(t.Context(), u.Actor(), account.NewToken{AccountID: u.ID, Label: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// answer is what came back.
type answer struct {
	t      *testing.T
	what   string
	status int
	header map[string][]string
	text   string
	json   map[string]any
}

// ask sends a request as somebody ("" for nobody); headers are name, value pairs.
func (o *outside) ask(who, method, path, body string, headers ...string) answer {
	o.t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	if body == "" {
		req = httptest.NewRequest(method, path, nil)
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+o.tokens[who])
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := o.app.App().Test(req, -1)
	if err != nil {
		o.t.Fatal(method, path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	a := answer{t: o.t, what: who + " " + method + " " + path, status: res.StatusCode, header: res.Header, text: string(text)}
	if bytes.HasPrefix(text, []byte("{")) {
		if err := json.Unmarshal(text, &a.json); err != nil {
			o.t.Fatal(a.what, err)
		}
	}
	return a
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d: %s", a.what, a.status, status, a.text)
	}
	if status >= 400 && a.text != "" {
		if kind := a.get("Content-Type"); kind != "application/problem+json" {
			a.t.Errorf("%s: %s", a.what, kind)
		}
		if a.json["status"] != float64(status) || a.json["title"] == "" || a.json["type"] == "" {
			a.t.Errorf("%s: no problem document: %s", a.what, a.text)
		}
	}
	return a
}

func (a answer) get(header string) string {
	if list := a.header[header]; len(list) > 0 {
		return list[0]
	}
	return ""
}

func (a answer) ref() string { s, _ := a.json["ref"].(string); return s }

// wrong gives the codes of a 422 by field.
func (a answer) wrong() map[string]string {
	out := map[string]string{}
	list, _ := a.json["errors"].([]any)
	for _, one := range list {
		m := one.(map[string]any)
		if m["message"] == "" {
			a.t.Errorf("%s: no message for %v", a.what, m["field"])
		}
		out[m["field"].(string)] = m["code"].(string)
	}
	return out
}

func (o *outside) newCase(who, more string) string {
	o.t.Helper()
	a := o.ask(who, "POST", "/api/v1/cases", `{"title":"Arrests at Lake Norrin"`+more+`}`).is(201)
	return a.ref()
}

func (o *outside) newPerson(who, home, name string) string {
	o.t.Helper()
	return o.ask(who, "POST", "/api/v1/people", fmt.Sprintf(`{"case":%q,"names":[{"full":%q,"kind":"legal"}]}`, home, name)).is(201).ref()
}

func TestARecordIsMadeReadAndChangedByItsVersion(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	made := o.ask("nadia", "POST", "/api/v1/people", `{"case":"`+home+`","names":[{"full":"Lina Norrin","kind":"legal"},{"full":"لينا نورين"}],"born":"about 1984","nationalities":["AQ"]}`).is(201)
	at := made.get("Location")
	if at != "/api/v1/people/"+made.ref() || made.get("Etag") != `"1"` {
		t.Errorf("at %q, version %q", at, made.get("Etag"))
	}
	got := o.ask("luis", "GET", at, "").is(200)
	for name, want := range map[string]any{"kind": "person", "case": home, "title": "Lina Norrin", "state": "active", "sensitivity": "internal", "version": 1.0,
		"created_by": "nadia@example.org", "born": "1984~", "born_words": "about 1984", "name_arab": "لينا نورين", "custody": nil} {
		if got.json[name] != want {
			t.Errorf("%s is %v, want %v", name, got.json[name], want)
		}
	}
	if got.json["born_earliest"] == "" || got.json["moves"] == nil {
		t.Error(got.text)
	}
	if head := o.ask("luis", "HEAD", at, "").is(200); head.text != "" || head.get("Etag") != `"1"` {
		t.Errorf("HEAD: %q %q", head.text, head.get("Etag"))
	}
	o.ask("nadia", "PATCH", at, `{"father":"Marun"}`).is(428)
	o.ask("nadia", "PATCH", at, `{"father":"Marun"}`, "If-Match", "*").is(428)
	changed := o.ask("nadia", "PATCH", at, `{"father":"Marun"}`, "If-Match", `"1"`).is(200)
	if changed.get("Etag") != `"2"` || changed.json["father"] != "Marun" || changed.json["born"] != "1984~" {
		t.Error(changed.text)
	}
	stale := o.ask("luis", "PATCH", at, `{"mother":"Sefa"}`, "If-Match", `"1"`).is(412)
	current, _ := stale.json["current"].(map[string]any)
	if current["father"] != "Marun" || current["version"] != 2.0 || stale.get("Etag") != `"2"` {
		t.Error(stale.text)
	}
	o.ask("luis", "PATCH", at, `{"mother":"Sefa"}`, "If-Match", `"seven"`).is(412)
	// What was read may be sent back.
	whole, _ := json.Marshal(changed.json)
	o.ask("nadia", "PATCH", at, string(whole), "If-Match", `"2"`).is(200)
	lines := o.ask("nadia", "GET", at+"/history", "").is(200)
	if items := lines.json["items"].([]any); len(items) != 2 || items[0].(map[string]any)["by"] != "nadia@example.org" {
		t.Error(lines.text)
	}
}

func TestWhatNobodyMaySetIsRefused(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	at := "/api/v1/people/" + o.newPerson("nadia", home, "Lina Norrin")
	for body, want := range map[string][2]string{
		`{"version":9}`:                                 {"version", "read_only"},
		`{"state":"closed"}`:                            {"state", "read_only"},
		`{"case":"C-9999"}`:                             {"case", "read_only"},
		`{"created_by":"x@example.org"}`:                {"created_by", "read_only"},
		`{"custody":{"state":"released"}}`:              {"custody", "read_only"},
		`{"name_latn":"Other"}`:                         {"name_latn", "read_only"},
		`{"id":"x"}`:                                    {"id", "unknown_field"},
		`{"__proto__":{}}`:                              {"__proto__", "unknown_field"},
		`{"names":[{"full":"A","colour":"x"}]}`:         {"names.0.colour", "unknown_field"},
		`{"names":[]}`:                                  {"names", "name_or_placeholder"},
		`{"names":"Lina"}`:                              {"names", "wrong_type"},
		`{"names":[{"full":7}]}`:                        {"names.0.full", "wrong_type"},
		`{"father":true}`:                               {"father", "wrong_type"},
		`{"father":"a\u0000b"}`:                         {"father", "characters"},
		`{"father":"` + strings.Repeat("x", 301) + `"}`: {"father", "too_long"},
		`{"group":"maybe"}`:                             {"group", "wrong_type"},
		`{"age":131}`:                                   {"age", "age"},
		`{"age":1e999}`:                                 {"age", "wrong_type"},
		`{"sex":"x"}`:                                   {"sex", "choice"},
		`{"born":"the day after never"}`:                {"born", "date"},
		`{"born":"2031"}`:                               {"born", "future"},
		`{"relations":[{"to":"Northgate prison","kind":"other"}]}`: {"relations.0.to", "not_found"},
		`{"relations":[{"to":"P-999999","kind":"other"}]}`:         {"relations.0.to", "not_found"},
	} {
		a := o.ask("nadia", "PATCH", at, body, "If-Match", `"1"`).is(422)
		if a.wrong()[want[0]] != want[1] {
			t.Errorf("%.60s: %v", body, a.text)
		}
	}
	if a := o.ask("nadia", "GET", at, ""); a.json["version"] != 1.0 {
		t.Error("something was kept")
	}
	if a := o.ask("nadia", "POST", "/api/v1/people", `{"placeholder":"X"}`).is(422); a.wrong()["case"] != "required" {
		t.Error(a.text)
	}
	if a := o.ask("nadia", "POST", "/api/v1/people", `{"placeholder":"X","case":"C-99999"}`).is(422); a.wrong()["case"] != "not_found" {
		t.Error(a.text)
	}
	if a := o.ask("nadia", "POST", "/api/v1/places", `{"names":[{"full":"Quay"}],"case":"C-1"}`).is(422); a.wrong()["case"] != "unknown_field" {
		t.Error(a.text)
	}
}

func TestBodiesThatCanBeReadTwoWaysAreRefused(t *testing.T) {
	o := newOutside(t)
	for body, code := range map[string]string{
		`{`: "malformed", `[]`: "not_an_object", `null`: "not_an_object", `"x"`: "not_an_object", `{"title":"A"}{}`: "malformed", `{'title':'A'}`: "malformed",
		`{"title":"A","title":"B"}`:         "twice",
		`{"title":"A","x":[{"a":1,"a":2}]}`: "twice",
		`{"title":"\ud800"}`:                "characters",
		`{"title":"\udc00\ud800"}`:          "characters",
		"{\"title\":\"\xff\"}":              "characters",
		"{\"title\":\"a\x00\"}":             "characters",
		`{"x":` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + `}`: "request_too_deep",
		strings.Repeat("[", 20000):                                        "malformed",
		"\ufeff{}":                                                        "malformed",
	} {
		a := o.ask("nadia", "POST", "/api/v1/cases", body).is(400)
		if a.json["code"] != code {
			t.Errorf("%.40q: %s, want %s", body, a.json["code"], code)
		}
	}
	o.ask("nadia", "POST", "/api/v1/cases", `{"title":"\ud83d\ude00 \\ud800"}`).is(201)
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""} {
		o.ask("nadia", "POST", "/api/v1/cases", `{"title":"A"}`, "Content-Type", kind).is(415)
	}
	o.ask("nadia", "POST", "/api/v1/cases", `{"title":"A"}`, "Content-Type", "application/json; charset=UTF-8").is(201)
}

func TestTooLargeABodyIsRefused(t *testing.T) {
	o := newOutside(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go o.app.App().Listener(l)
	t.Cleanup(func() { o.app.App().Shutdown() })
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// The head alone: what is being sent while the answer comes can tear it off.
	fmt.Fprintf(conn, "POST /api/v1/cases HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\nAuthorization: Bearer %s\r\n\r\n", 5<<20, o.tokens["nadia"])
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge || res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
}

func TestNobodyGetsInWithoutAToken(t *testing.T) {
	o := newOutside(t)
	for _, route := range o.app.Routes() {
		if !route.API {
			continue
		}
		path := strings.NewReplacer(":ref", "P-0001", ":move", "void", ":id", "x").Replace(route.Path)
		a := o.ask("", route.Method, path, "").is(401)
		if !strings.HasPrefix(a.get("Www-Authenticate"), "Bearer") {
			t.Errorf("%s: no WWW-Authenticate", path)
		}
		o.ask("", route.Method, path, "", "Authorization", "Bearer amp_wrong").is(401)
	}
}

func TestReadersAndAdministratorsCannotWriteCases(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	at := "/api/v1/people/" + o.newPerson("nadia", home, "Lina Norrin")
	for _, who := range []string{"rita", "ada"} {
		o.ask(who, "POST", "/api/v1/cases", `{"title":"A"}`).is(403)
		o.ask(who, "PATCH", at, `{"father":"A"}`, "If-Match", `"1"`).is(403)
		o.ask(who, "POST", at+"/moves/void", `{"reason":"A"}`, "If-Match", `"1"`).is(403)
		o.ask(who, "POST", at+"/notes", `{"text":"A"}`).is(403)
		o.ask(who, "POST", "/api/v1/log", `{"name":"A"}`).is(403)
		o.ask(who, "GET", at, "").is(404)
	}
	o.ask("rita", "POST", "/api/v1/places", `{"names":[{"full":"Quay"}]}`).is(403)
	o.ask("ada", "POST", "/api/v1/places", `{"names":[{"full":"Quay"}]}`).is(201)
}

func TestWhatMayNotBeSeenLooksLikeWhatNeverWas(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", `,"access":"restricted","lead":"nadia@example.org"`)
	person := o.newPerson("nadia", home, "Hidden Person")
	for _, what := range []string{"", "/history", "/notes", "/citations", "/counts"} {
		there := o.ask("omar", "GET", "/api/v1/people/"+person+what, "").is(404)
		never := o.ask("omar", "GET", "/api/v1/people/P-999999"+what, "").is(404)
		if there.text != never.text || fmt.Sprint(there.header) != fmt.Sprint(never.header) {
			t.Errorf("%s: %s is told from %s", what, there.text, never.text)
		}
	}
	for _, try := range [][3]string{{"PATCH", "", `{"father":"x"}`}, {"POST", "/moves/void", `{"reason":"x"}`}, {"POST", "/notes", `{"text":"x"}`}, {"PATCH", "/notes/x", `{"text":"x"}`}} {
		there := o.ask("omar", try[0], "/api/v1/people/"+person+try[1], try[2]).is(404)
		never := o.ask("omar", try[0], "/api/v1/people/P-999999"+try[1], try[2]).is(404)
		if there.text != never.text {
			t.Errorf("%v: %s is told from %s", try, there.text, never.text)
		}
	}
	for _, path := range []string{"/api/v1/people", "/api/v1/search?q=Hidden", "/api/v1/people/matches?name=Hidden+Person", "/api/v1/people?case=" + home, "/people.csv"} {
		if a := o.ask("omar", "GET", path, ""); a.status != 200 || strings.Contains(a.text, "Hidden") || strings.Contains(a.text, person) {
			t.Errorf("%s: %d %s", path, a.status, a.text)
		}
	}
	if a := o.ask("omar", "POST", "/api/v1/people", `{"case":"`+home+`","placeholder":"x"}`).is(422); a.wrong()["case"] != "not_found" {
		t.Error(a.text)
	}
	for _, path := range []string{"/api/v1/people/x", "/api/v1/people/%ff", "/api/v1/people/P-1%00", "/api/v1/nothing", "/api/v1/", "/api/"} {
		o.ask("omar", "GET", path, "").is(404)
	}
	o.ask("omar", "DELETE", "/api/v1/people/"+person, "").is(404)
}

func TestAListIsFilteredSortedAndPaged(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	for i := range 30 {
		o.newPerson("nadia", home, fmt.Sprintf("Person %02d", i))
	}
	o.newPerson("nadia", o.newCase("nadia", ""), "Elsewhere")
	a := o.ask("luis", "GET", "/api/v1/people?case="+home+"&sort=-title&per_page=25&page=2", "").is(200)
	items := a.json["items"].([]any)
	if a.json["total"] != 30.0 || a.json["page"] != 2.0 || a.json["per_page"] != 25.0 || len(items) != 5 {
		t.Fatal(a.text)
	}
	if first := items[0].(map[string]any); first["title"] != "Person 04" || first["names"] == nil || first["created_by"] != "nadia@example.org" {
		t.Error(first)
	}
	if a := o.ask("luis", "GET", "/api/v1/people?q=person+07", "").is(200); a.json["total"] != 1.0 {
		t.Error(a.text)
	}
	if a := o.ask("luis", "GET", "/api/v1/people?case=C-99999&sort=1;drop&page=x&q=%22*", "").is(200); a.json["total"] != 0.0 || !strings.Contains(a.text, `"items":[]`) {
		t.Error(a.text)
	}
	if a := o.ask("luis", "GET", "/api/v1/search?q=person+07&kind=person", "").is(200); a.json["total"] != 1.0 || !strings.Contains(a.text, `"snippet":"Person 07"`) {
		t.Error(a.text)
	}
	o.ask("luis", "GET", "/api/v1/search", "").is(422)
	m := o.ask("luis", "GET", "/api/v1/people/matches?name=Elswhere", "").is(200)
	if list := m.json["items"].([]any); len(list) == 0 || list[0].(map[string]any)["name"] != "Elsewhere" || list[0].(map[string]any)["reason"] == "" {
		t.Error(m.text)
	}
	o.ask("luis", "GET", "/api/v1/people/matches", "").is(422)
}

func TestAMoveIsMadeOrSaysWhyNot(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	at := "/api/v1/cases/" + home
	o.ask("luis", "POST", at+"/moves/open", `{"lead":"nadia@example.org"}`).is(428)
	o.ask("luis", "POST", at+"/moves/open", `{}`, "If-Match", `"9"`).is(412)
	o.ask("nadia", "POST", at+"/moves/open", `{"lead":"nadia@example.org"}`, "If-Match", `"1"`).is(403)
	o.ask("luis", "POST", at+"/moves/fly", `{}`, "If-Match", `"1"`).is(404)
	refused := o.ask("luis", "POST", at+"/moves/open", `{"lead":"nadia@example.org"}`, "If-Match", `"1"`).is(409)
	if why := fmt.Sprint(refused.json["why"]); !strings.Contains(why, "source") || refused.json["moves"] == nil {
		t.Error(refused.text)
	}
	got := o.ask("luis", "GET", at, "").is(200)
	for _, one := range got.json["moves"].([]any) {
		if m := one.(map[string]any); m["name"] == "open" && (m["open"] != false || m["why_not"] == "" || m["to"] != "open") {
			t.Error(m)
		}
	}
	o.ask("nadia", "POST", at+"/citations", `{"speaker":"a cousin","reliability":"B","credibility":"2"}`).is(201)
	if a := o.ask("luis", "POST", at+"/moves/open", "", "If-Match", `"1"`).is(422); a.wrong()["lead"] != "required" {
		t.Error(a.text)
	}
	if a := o.ask("luis", "POST", at+"/moves/open", `{"lead":"nadia@example.org","title":"Other"}`, "If-Match", `"1"`).is(422); a.wrong()["title"] != "unknown_field" {
		t.Error(a.text)
	}
	opened := o.ask("luis", "POST", at+"/moves/open", `{"lead":"nadia@example.org","note":"as agreed"}`, "If-Match", `"1"`).is(200)
	if opened.json["state"] != "open" || opened.json["lead"] != "nadia@example.org" || opened.json["version"] != 2.0 {
		t.Error(opened.text)
	}
	if a := o.ask("luis", "GET", at+"/history", "").is(200); !strings.Contains(a.text, `"as agreed"`) {
		t.Error(a.text)
	}
	o.ask("luis", "POST", at+"/moves/close", `{"closing_reason":"Over","family_told":"by telephone"}`, "If-Match", `"2"`).is(200)
	o.ask("luis", "PATCH", at, `{"summary":"x"}`, "If-Match", `"3"`).is(409)
	o.ask("luis", "POST", at+"/moves/reopen", `{"reason":"News"}`, "If-Match", `"3"`).is(200)
}

func TestNotesCitationsAndCountsHangOnARecord(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	at := "/api/v1/cases/" + home
	note := o.ask("nadia", "POST", at+"/notes", `{"text":"Called twice."}`).is(201)
	id := note.json["id"].(string)
	if note.get("Location") != at+"/notes/"+id || note.json["created_by"] != "nadia@example.org" {
		t.Error(note.text)
	}
	o.ask("luis", "PATCH", at+"/notes/"+id, `{"text":"Called three times."}`).is(200)
	o.ask("luis", "PATCH", at+"/notes", `{"id":"`+id+`","text":"Called four times."}`).is(200)
	o.ask("luis", "PATCH", at+"/notes/unknown", `{"text":"x"}`).is(404)
	o.ask("luis", "PATCH", at+"/notes/"+id, `{"annulled":"wrong case"}`).is(200)
	list := o.ask("rita", "GET", at+"/notes", "")
	list.is(404)
	list = o.ask("nadia", "GET", at+"/notes", "").is(200)
	if got := list.json["items"].([]any)[0].(map[string]any); got["text"] != "Called four times." || got["annulled"] != "wrong case" {
		t.Error(list.text)
	}
	if a := o.ask("nadia", "POST", at+"/citations", `{"reliability":"B"}`).is(422); a.wrong()["speaker"] != "citation_empty" {
		t.Error(a.text)
	}
	if a := o.ask("nadia", "POST", at+"/citations", `{"speaker":"x","document":"E-99999"}`).is(422); a.wrong()["document"] != "not_found" {
		t.Error(a.text)
	}
	if a := o.ask("nadia", "POST", at+"/notes", `{}`).is(422); a.wrong()["text"] != "required" {
		t.Error(a.text)
	}
	o.ask("nadia", "POST", at+"/counts", `{"unit":"detainee","qualifier":"at_least","n":7,"as_of":"2026-11"}`).is(201)
	if a := o.ask("nadia", "GET", at+"/counts", "").is(200); a.json["total"] != 1.0 {
		t.Error(a.text)
	}
	if a := o.ask("nadia", "GET", at, "").is(200); a.json["version"] != 1.0 {
		t.Error("what hangs on a record changed its version")
	}
}

func TestACallIsLoggedAndCustodyFollows(t *testing.T) {
	o := newOutside(t)
	a := o.ask("nadia", "POST", "/api/v1/log", `{"name":"Ilias Marun\nSefa Marun","when":"2026-11-01","taken_by":"Harbour Guard","held_now":"Northgate prison or Quay prison",
		"what_happened":"Taken at dawn","source":"a cousin","source_contact":"evenings","reliability":"B","credibility":"2","next_call":"2026-11-25"}`).is(201)
	people, detentions := a.json["people"].([]any), a.json["detentions"].([]any)
	if len(people) != 2 || len(detentions) != 2 || a.json["case"] == "" {
		t.Fatal(a.text)
	}
	p := o.ask("luis", "GET", "/api/v1/people/"+people[0].(string), "").is(200)
	c := p.json["custody"].(map[string]any)
	days := c["days"].(map[string]any)
	if c["state"] != "held_place_uncertain" || c["alternatives"] != true || len(c["places"].([]any)) != 2 || c["detention"] != detentions[0] ||
		days["max"] != 19.0 || c["in_custody"] != true || !strings.HasPrefix(c["by"].(string), "O-") || c["last_source"] != "a cousin" {
		t.Error(p.text)
	}
	d := o.ask("luis", "GET", "/api/v1/detentions/"+detentions[0].(string), "").is(200)
	if d.json["state"] != "held_place_uncertain" || d.json["person"] != people[0] || d.json["title"] != "Ilias Marun" {
		t.Error(d.text)
	}
	before := o.ask("luis", "GET", "/api/v1/people/"+people[0].(string)+"?on=2026-10-01", "").is(200)
	if before.json["custody"] != nil {
		t.Error(before.text)
	}
	tasks := o.ask("nadia", "GET", "/api/v1/tasks?state=open", "").is(200)
	if tasks.json["total"] != 1.0 {
		t.Error(tasks.text)
	}
	for body, want := range map[string][2]string{
		`{}`:                               {"name", "name_or_number"},
		`{"name":"A","when":"2030-01-01"}`: {"when", "future"},
		`{"name":"A","colour":"x"}`:        {"colour", "unknown_field"},
		`{"name":7}`:                       {"name", "wrong_type"},
		`{"name":"A","case":"C-99999"}`:    {"case", "not_found"},
	} {
		if a := o.ask("nadia", "POST", "/api/v1/log", body).is(422); a.wrong()[want[0]] != want[1] {
			t.Errorf("%s: %s", body, a.text)
		}
	}
}

func TestATaskTakesItsCaseFromWhatItIsAbout(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	person := o.newPerson("nadia", home, "Lina Norrin")
	task := o.ask("nadia", "POST", "/api/v1/tasks", `{"text":"Call","about":"`+person+`","assignee":"luis@example.org","due":"2026-12-01"}`).is(201)
	if task.json["case"] != home || task.json["assignee"] != "luis@example.org" || task.json["state"] != "open" {
		t.Error(task.text)
	}
	o.ask("nadia", "POST", "/api/v1/tasks/"+task.ref()+"/moves/done", "", "If-Match", task.get("Etag")).is(200)
	o.ask("nadia", "POST", "/api/v1/tasks/"+task.ref()+"/moves/done", "", "If-Match", `"2"`).is(409)
	d := o.ask("nadia", "POST", "/api/v1/detentions", `{"person":"`+person+`","steps":[{"kind":"arrest","date":"2026-11-02"}]}`).is(201)
	if d.json["case"] != home || d.json["title"] != "Lina Norrin" || d.json["custody"] == nil {
		t.Error(d.text)
	}
	// Names make no register entries here.
	if a := o.ask("nadia", "POST", "/api/v1/detentions", `{"person":"`+person+`","taken_by":"Harbour Guard"}`).is(422); a.wrong()["taken_by"] != "not_found" {
		t.Error(a.text)
	}
	if a := o.ask("nadia", "GET", "/api/v1/organizations", "").is(200); a.json["total"] != 0.0 {
		t.Error(a.text)
	}
}

func TestTheDescriptionHasEveryRouteAndNoLooseEnd(t *testing.T) {
	o := newOutside(t)
	a := o.ask("rita", "GET", "/api/v1/openapi.json", "").is(200)
	paths := a.json["paths"].(map[string]any)
	colon := regexp.MustCompile(`:(\w+)`)
	for _, r := range o.app.Routes() {
		if !r.API {
			continue
		}
		path, _ := paths[colon.ReplaceAllString(r.Path, "{$1}")].(map[string]any)
		if path[strings.ToLower(r.Method)] == nil {
			t.Errorf("%s %s is not described", r.Method, r.Path)
		}
	}
	schemas := a.json["components"].(map[string]any)["schemas"].(map[string]any)
	for _, m := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(a.text, -1) {
		if schemas[m[1]] == nil {
			t.Errorf("no schema %s", m[1])
		}
	}
	var ids []string
	for _, m := range regexp.MustCompile(`"operationId":"([^"]+)"`).FindAllStringSubmatch(a.text, -1) {
		if slices.Contains(ids, m[1]) {
			t.Errorf("%s is there twice", m[1])
		}
		ids = append(ids, m[1])
	}
	home := o.newCase("nadia", "")
	made := map[string]answer{"person": o.ask("nadia", "GET", "/api/v1/people/"+o.newPerson("nadia", home, "Lina Norrin"), "").is(200),
		"appeal": o.ask("nadia", "POST", "/api/v1/appeals", `{"case":"`+home+`","title":"Let her go"}`).is(201),
		"demand": o.ask("nadia", "POST", "/api/v1/demands", `{"case":"`+home+`","number":"1","text":"Release her.","due":"2026-12-01"}`).is(201)}
	for kind, of := range made {
		described := schemas[kind].(map[string]any)["properties"].(map[string]any)
		for name := range of.json {
			if described[name] == nil {
				t.Errorf("%s carries %s, which is not described", kind, name)
			}
		}
	}
}

func TestEvidenceKeepsItsOwnKind(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	e := o.ask("nadia", "POST", "/api/v1/evidence", `{"case":"`+home+`","kind":"press_release","title":"Statement on the arrests","published":"2026-11-03"}`).is(201)
	if e.json["kind"] != "press_release" || e.json["title"] != "Statement on the arrests" || e.json["published_latest"] != "2026-11-03" {
		t.Error(e.text)
	}
	o.ask("nadia", "POST", "/api/v1/evidence", `{"case":"`+home+`"}`).is(422)
	org := o.ask("ada", "POST", "/api/v1/organizations", `{"names":[{"full":"Harbour Guard"}],"type":"security_force"}`).is(201)
	place := o.ask("nadia", "POST", "/api/v1/places", `{"names":[{"full":"Northgate prison"}],"run_by":[{"org":"`+org.ref()+`","since":"2019"}],"lat":91}`).is(422)
	if place.wrong()["lat"] != "latitude" {
		t.Error(place.text)
	}
	place = o.ask("nadia", "POST", "/api/v1/places", `{"names":[{"full":"Northgate prison"}],"run_by":[{"org":"`+org.ref()+`","since":"2019"}],"lat":-12.5}`).is(201)
	if place.json["lat"] != -12.5 || place.json["case"] != nil || !strings.Contains(place.text, `"org":"`+org.ref()+`"`) {
		t.Error(place.text)
	}
}

func TestProblemsAreWordedInTheLanguageAskedFor(t *testing.T) {
	o := newOutside(t)
	for lang, want := range map[string]string{"en": "There is nothing here.", "ar": "لا يوجد شيء هنا."} {
		if a := o.ask("nadia", "GET", "/api/v1/people/P-9999", "", "Accept-Language", lang).is(404); a.json["detail"] != want || a.json["code"] != "not_found" {
			t.Error(a.text)
		}
	}
}

func TestNoValueOfAFieldMakesTheProgramFail(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	person := o.newPerson("nadia", home, "Lina Norrin")
	values := []string{"null", "true", "-1", "1e308", "1e999", `""`, `"x"`, `" "`, `"a\u0000b"`, `"\u202e=1"`, `"P-99999999999999999999"`, `"` + person + `"`, "[]", "[null]", "[1]", `["x"]`,
		`["` + person + `"]`, "{}", "[{}]", "[[]]", `[{"id":7}]`, `[{"id":"x","full":"y","kind":"z","to":"` + person + `"}]`, `"` + strings.Repeat("ا", 30000) + `"`, `"%s%n' OR 1=1 --"`}
	schemas := o.ask("nadia", "GET", "/api/v1/openapi.json", "").is(200).json["components"].(map[string]any)["schemas"].(map[string]any)
	fieldsOf := func(schema string) []string {
		var list []string
		for name := range schemas[schema].(map[string]any)["properties"].(map[string]any) {
			list = append(list, name)
		}
		slices.Sort(list)
		return list
	}
	try := func(method, path, body string, headers ...string) {
		if a := o.ask("nadia", method, path, body, headers...); a.status >= 500 {
			t.Errorf("%s %s %.80s: %d %s", method, path, body, a.status, a.text)
		}
	}
	for schema, path := range map[string]string{"case_input": "/api/v1/cases", "person_input": "/api/v1/people", "detention_input": "/api/v1/detentions", "organization_input": "/api/v1/organizations",
		"place_input": "/api/v1/places", "evidence_input": "/api/v1/evidence", "task_input": "/api/v1/tasks", "log": "/api/v1/log",
		"appeal_input": "/api/v1/appeals", "demand_input": "/api/v1/demands", "response_input": "/api/v1/responses", "consents_input": "/api/v1/people/" + person + "/consents",
		"citations_input": "/api/v1/people/" + person + "/citations", "notes_input": "/api/v1/people/" + person + "/notes", "counts_input": "/api/v1/people/" + person + "/counts"} {
		for _, field := range fieldsOf(schema) {
			for _, v := range values {
				with := `"case":"` + home + `",`
				if field == "case" || strings.Contains(path, person) {
					with = ""
				}
				try("POST", path, fmt.Sprintf(`{%s%q:%s}`, with, field, v))
				if schema == "person_input" {
					try("PATCH", path+"/"+person, fmt.Sprintf(`{%q:%s}`, field, v), "If-Match", `"1"`)
				}
				if strings.HasSuffix(schema, "s_input") {
					try("PATCH", path, fmt.Sprintf(`{"id":"x",%q:%s}`, field, v))
				}
			}
		}
	}
	for _, v := range values {
		for _, field := range []string{"note", "reason", "lead"} {
			try("POST", "/api/v1/cases/"+home+"/moves/reject", fmt.Sprintf(`{%q:%s}`, field, v), "If-Match", `"1"`)
		}
	}
	for _, q := range []string{"%00", "%ff", "%22*", "a+AND", "(", "'", "%25", strings.Repeat("a", 3000), "=", "%E2%80%AE", "-", "P-0"} {
		for _, path := range []string{"/api/v1/people?q=", "/api/v1/people?sort=", "/api/v1/people?case=", "/api/v1/people?place=", "/api/v1/people?on=", "/api/v1/people?page=", "/api/v1/people?country=", "/api/v1/tasks?assignee=",
			"/api/v1/detentions?organization=", "/api/v1/search?q=", "/api/v1/search?q=a&kind=", "/api/v1/people/matches?name=", "/people.csv?q=", "/detentions.csv?on=", "/api/v1/people/"} {
			try("GET", path+q, "")
		}
	}
}

func TestASearchAlsoFindsOtherSpellingsOfWhoAndWhat(t *testing.T) {
	o := newOutside(t)
	home := o.newCase("nadia", "")
	person := o.newPerson("nadia", home, "Ruslan Tikhoberezhny")
	place := o.ask("nadia", "POST", "/api/v1/places", `{"names":[{"full":"Buludtəpə","kind":"legal"}],"type":"town"}`).is(201).ref()
	body := o.ask("nadia", "POST", "/api/v1/organizations", `{"names":[{"full":"al-Tamriyat","kind":"legal"}],"type":"armed_group"}`).is(201).ref()
	for q, want := range map[string]string{"Руслан+Тихобережный": person, "Ruslan+Tihoberezni": person, "Buludtapa": place, "Булудтапа": place, "التامريات": body} {
		a := o.ask("luis", "GET", "/api/v1/search?q="+q, "").is(200)
		items := a.json["items"].([]any)
		if len(items) == 0 || items[0].(map[string]any)["ref"] != want {
			t.Errorf("%s: %s", q, a.text)
		}
	}
	if a := o.ask("luis", "GET", "/api/v1/search?q=Ruslan+Tihoberezni&kind=place", "").is(200); a.json["total"] != 0.0 {
		t.Error(a.text)
	}
	// Words that are found do not keep a very like name out, nor bring in what is not.
	other := o.newPerson("nadia", home, "Ruslan Tihoberezni")
	o.newPerson("nadia", home, "Ruslan Tamrin")
	if a := o.ask("luis", "GET", "/api/v1/search?q=Ruslan+Tihoberezni", "").is(200); a.json["total"] != 2.0 || !strings.Contains(a.text, person) || !strings.Contains(a.text, other) {
		t.Error(a.text)
	}
}
