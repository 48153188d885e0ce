package web_test

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// hostile is what nobody types by accident.
var hostile = map[string]string{
	"NUL":              "a\x00b",
	"no UTF-8":         "a\xff\xfe\xc3\x28b",
	"a lone surrogate": "a\xed\xa0\x80b",
	"a megabyte":       strings.Repeat("ص", 500_000),
	"over the limit":   strings.Repeat("x", 301),
	"turned letters":   "\u202Egnp.exe\u202C \u2066x\u2069 \u200F",
	"SQL":              `'; DROP TABLE head; -- ") OR (1=1`,
	"search syntax":    `"unclosed* AND ( NEAR/2 -a: ^b & ! | <-> ' \`,
	"a template":       `{{.}} ${7*7} <%= 7 %> %s%n%x%d %!s(MISSING)`,
	"emoji":            "👩‍👩‍👧 𝕬𝖟 e\u0301 \u00e9",
	"a script":         `"><script>alert(1)</script>`,
	"an image":         `'><img src=x onerror=alert(1)>`,
	"an address":       `javascript:alert(1)//https://x.example/`,
	"an end tag":       `</textarea></title></style></script><svg onload=alert(1)>`,
	"header lines":     "a\r\nSet-Cookie: amparo=x\r\n\r\nb",
	"a formula":        `=HYPERLINK("http://x.example","y")`,
	"a path":           `../../../../etc/passwd`,
	"no number":        "1e999",
	"not a number":     "NaN",
	"below zero":       "-9223372036854775809",
	"not a day":        "99999-99-99",
	"nothing seen":     "\u200b\u00a0\t",
	"a ref":            "P-99999999999999999999",
	"many lines":       strings.Repeat("a\n", 700),
}

// worst are enough for what takes only some words.
var worst = []string{"NUL", "no UTF-8", "SQL", "a script"}

// runs tells whether something typed would run in the page.
func runs(body string) bool {
	for _, live := range []string{"<script>alert", "<img src=x", "<svg onload", `href="javascript:`, `src="javascript:`, `action="javascript:`, "</textarea></title>"} {
		if strings.Contains(body, live) {
			return true
		}
	}
	return false
}

// shown tells whether a page holds a typed text; what is no text is marked, and
// how lines end is not looked at.
func shown(body, typed string) bool {
	if len(typed) > 100_000 {
		typed = typed[:1000]
	}
	tidy := func(s string) string {
		return strings.Join(strings.Fields(strings.NewReplacer("\x00", "\uFFFD", "\u00a0", " ", "\u200b", "").Replace(strings.ToValidUTF8(s, "\uFFFD"))), " ")
	}
	text := tidy(html.UnescapeString(body))
	for line := range strings.SplitSeq(typed, "\n") {
		if !strings.Contains(text, tidy(line)) {
			return false
		}
	}
	return true
}

// bare is a form of each kind that would be kept.
func bare(h *webtest.House, refs map[string]string) map[string]url.Values {
	return map[string]url.Values{
		"case":         {"title": {"A matter"}},
		"person":       {"case": {h.Open}, "placeholder": {"A man in a coat"}},
		"detention":    {"case": {h.Open}, "person": {refs["people"]}},
		"organization": {"names.0.full": {"Harbour Guard"}},
		"place":        {"names.0.full": {"Quay prison"}},
		"evidence":     {"case": {h.Open}, "kind": {"letter"}, "title": {"A letter"}},
		"task":         {"case": {h.Open}, "text": {"An errand"}},
		"appeal":       {"case": {h.Open}, "title": {"A plea"}, "kind": {"urgent_appeal"}, "persons": {refs["people"]}, "texts.0.lang": {"en"}, "texts.0.body": {"Let him go."}},
		"demand":       {"appeal": {refs["appeals"]}, "number": {"7"}, "text": {"Let him go."}, "target_unspecified": {"true"}},
		"response":     {"from": {"Ministry of Lamps"}, "appeal": {refs["appeals"]}, "text": {"An answer"}},
	}
}

// asked are the paths of the inputs of a kind's form, the first row of groups among them.
func asked(k *record.Kind) (paths []string, types map[string]form.Field) {
	types = map[string]form.Field{}
	for _, f := range k.New().Fields() {
		if f.Derived || f.Inside {
			continue
		}
		if f.Type != form.Group {
			paths, types[f.Name] = append(paths, f.Name), f
			continue
		}
		for _, c := range f.Template() {
			if c.Derived {
				continue
			}
			path := f.Name + ".0." + c.Name
			paths, types[path] = append(paths, path), c
		}
	}
	return paths, types
}

func TestNothingHostileBreaksAFormRunsOrIsLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *webtest.House) {
		refs := filled(h, h.Nadia, h.Open, "Plain")
		for _, k := range h.Book.Kinds() {
			paths, types := asked(k)
			plain := url.Values{"fields": {}}
			for name, list := range bare(h, refs)[k.Name] {
				plain[name] = list
			}
			for _, p := range paths {
				name, _, _ := strings.Cut(p, ".")
				plain["fields"] = append(plain["fields"], name)
			}
			if a := h.Nadia.Post("/"+k.Path, plain); a.Status != 303 {
				t.Errorf("there is no form of a %s that would be kept: %d", k.Name, a.Status)
			}
			for _, path := range paths {
				for what, typed := range hostile {
					if what == "a megabyte" && path != paths[len(paths)-1] || len(types[path].Options) > 0 && !slices.Contains(worst, what) {
						continue // one of them shows it for all
					}
					v := url.Values{}
					for name, list := range bare(h, refs)[k.Name] {
						v[name] = list
					}
					v[path] = []string{typed}
					for _, p := range paths {
						name, _, _ := strings.Cut(p, ".")
						v["fields"] = append(v["fields"], name)
					}
					a := h.Nadia.Post("/"+k.Path, v)
					about := fmt.Sprintf("%s in %s.%s", what, k.Name, path)
					switch {
					case runs(a.Body):
						t.Errorf("%s runs", about)
					case a.Status == 303:
						readBack(t, h, k, a.To(), path, typed, about)
					case a.Status != 422:
						t.Errorf("%s answers %d", about, a.Status)
					case types[path].Type != form.Choice && types[path].Type != form.Bool && (types[path].Type != form.Choices || len(types[path].Options) > 40) && !shown(a.Body, typed):
						t.Errorf("%s is lost in the page that refuses it", about)
					}
				}
			}
		}
	})
}

// readBack looks whether what was accepted is on file as it was typed.
func readBack(t *testing.T, h *webtest.House, k *record.Kind, to, path, typed, about string) {
	t.Helper()
	ref := to[strings.LastIndex(to, "/")+1:]
	s, err := h.Book.Get(t.Context(), h.Nadia.Actor(), k.Name, ref)
	if err != nil {
		return // it leads elsewhere than to the record
	}
	s.Fields().Walk(func(at string, f form.Field) {
		if at != path || f.Type != form.Text && f.Type != form.Long {
			return
		}
		want := strings.ReplaceAll(typed, "\r\n", "\n")
		if f.Type == form.Text {
			want = strings.ReplaceAll(strings.TrimSpace(want), "\n", " ")
		}
		if got := f.String(); got != want && strings.TrimSpace(want) != "" {
			t.Errorf("%s is kept as %.80q", about, got)
		}
	})
	for _, at := range []string{"/" + k.Path + "/" + ref, "/" + k.Path + "/" + ref + "/edit", "/" + k.Path + "/" + ref + "/history"} {
		// What is not to be edited any more, such as an answer, says so.
		if a := h.Nadia.Get(at); a.Status != 200 && a.Status != 303 && (a.Status != 409 || !strings.HasSuffix(at, "/edit")) || runs(a.Body) {
			t.Errorf("%s: afterwards %s answers %d, or runs it", about, at, a.Status)
		}
	}
}

func TestNothingHostileBreaksTheShortForms(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *webtest.House) {
		refs := filled(h, h.Luis, h.Open, "Plain")
		person, task := "/people/"+refs["people"], "/tasks/"+refs["tasks"]
		forms := map[string]url.Values{
			"/log": {"source": {"a cousin"}, "source_contact": {""}, "name": {"Plain Ersen"}, "age_or_birth": {""}, "when": {""}, "taken_by": {""}, "where": {""}, "held_now": {""}, "held_place": {""},
				"what_happened": {""}, "consent": {""}, "consent_to": {""}, "next_call": {""}, "case": {""}, "match": {""}, "once": {""}, "kept": {""}, "saved": {""}},
			"/tray":                          {"speaker": {"a cousin"}, "document": {""}, "locator": {""}, "quote": {""}, "reliability": {""}, "credibility": {""}, "origin": {""}},
			"/drafts/log":                    {"name": {""}, "source": {""}},
			person + "/notes":                {"text": {"a note"}},
			person + "/citations":            {"speaker": {"a cousin"}, "says": {""}, "quote": {""}, "document": {""}, "locator": {""}, "field": {""}, "via": {""}, "note": {""}, "reliability": {""}},
			person + "/counts":               {"unit": {"person"}, "qualifier": {"exact"}, "n": {"7"}, "n_max": {""}, "as_of": {""}, "counted_by": {""}, "citation": {""}},
			person + "/moves/void":           {"version": {"0"}, "reason": {""}},
			task + "/postpone":               {"version": {"0"}, "due": {"tomorrow"}, "reason": {"because"}},
			task + "/moves/drop":             {"version": {"0"}, "reason": {""}},
			person + "/pieces/notes/x/annul": {"reason": {""}},
			"/account/tokens":                {"label": {"x"}},
			"/account/language":              {"lang": {""}},
			"/account/password":              {"current": {""}, "password": {""}},
			"/login":                         {"email": {""}, "password": {""}, "next": {""}},
		}
		for path, v := range forms {
			for name := range v {
				for what, typed := range hostile {
					if what == "a megabyte" && name != "text" && name != "name" {
						continue
					}
					if path == "/login" && what != "NUL" && what != "no UTF-8" && what != "a script" {
						continue // guesses are slowed
					}
					sent := url.Values{}
					for n, list := range v {
						sent[n] = list
					}
					sent[name] = []string{typed}
					a := h.Luis.Post(path, sent)
					about := fmt.Sprintf("%s in %s of %s", what, name, path)
					if a.Status >= 500 || runs(a.Body) {
						t.Errorf("%s answers %d, or runs", about, a.Status)
					}
					closed := slices.Contains([]string{"reliability", "credibility", "unit", "qualifier", "consent", "consent_to", "held_now", "match", "lang", "password", "current", "version", "once", "kept", "saved", "field", "citation", "next"}, name)
					if (a.Status == 422 || a.Status == 409) && !closed && path != "/drafts/log" && !shown(a.Body, typed) {
						t.Errorf("%s is lost in the page that refuses it (%d)", about, a.Status)
					}
				}
				h.Luis.Post("/drafts/log/drop", nil)
			}
		}
	})
}

func TestNothingHostileInAnAddressBreaksAPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *webtest.House) {
		refs := filled(h, h.Nadia, h.Open, "Plain")
		pages := map[string][]string{
			"/search": {"q", "kind", "page", "lang"}, "/echo/date": {"value", "ahead"}, "/suggest/person": {"q"}, "/suggest/any": {"q"}, "/log": {"case", "person", "name"},
			"/log/matches": {"name", "when", "where", "taken_by", "match"}, "/people/" + refs["people"]: {"on", "episode", "lang", "page"}, "/cases/" + refs["cases"]: {"on", "page"}, "/": {"on", "lang"}, "/login": {"next"},
		}
		for _, k := range h.Book.Kinds() {
			names := []string{"q", "sort", "page", "per_page", "on"}
			for _, f := range k.ListOf(h.Book.Today()).Filters {
				names = append(names, f.Name)
			}
			pages["/"+k.Path], pages["/"+k.Path+".csv"] = names, names
			pages["/"+k.Path+"/new"] = []string{"case", "next", "about", "title", "person"}
		}
		more := map[string]string{"page -1": "-1", "page 0": "0", "a huge page": "99999999999999999999", "page 2^62": "4611686018427387904", "a sort": "-title; DROP", "half a day": "2020-02-30"}
		for at, names := range pages {
			for _, name := range names {
				for _, list := range []map[string]string{hostile, more} {
					for what, typed := range list {
						if name != "q" && name != "on" && name != "page" && len(names) > 4 && !slices.Contains(worst, what) && more[what] == "" {
							continue
						}
						if len(typed) > 3000 {
							typed = typed[:3000]
						}
						q := url.QueryEscape(typed)
						if a := h.Nadia.Get(at + "?" + name + "=" + q + "&" + name + "=again"); a.Status >= 500 || runs(a.Body) || strings.Contains(a.Header.Get("Set-Cookie"), "amparo=x") {
							t.Errorf("%s as %s of %s answers %d, or runs", what, name, at, a.Status)
						}
					}
				}
			}
		}
		for _, at := range []string{"/people/%00", "/people/%ff%fe", "/people/..%2f..%2fetc", "/people/P-0001%20", "/people/'", "/people/" + strings.Repeat("9", 3000), "/suggest/%00", "/suggest/nothing", "/people/%zz", "/%", "/people?%zz=%", "/people?q=%zz&q", "/people?=x&&&", "//people", "/people//" + refs["people"], "/people/" + strings.ToLower(refs["people"]),
			"/pieces/x", "/people/" + refs["people"] + "/pieces/heads/1/annul"} {
			if a := h.Nadia.Get(at); a.Status >= 500 || runs(a.Body) {
				t.Errorf("%s answers %d", at, a.Status)
			}
		}
		for _, lang := range []string{"xx", "../../etc", "en\x00", strings.Repeat("ar,", 2000)} {
			if a := h.Nadia.Send("GET", "/people", "", "Accept-Language", strings.ReplaceAll(lang, "\x00", ""), "X-Forwarded-For", "1.2.3.4", "X-Forwarded-Host", "evil.example"); a.Status != 200 || strings.Contains(a.Body, "evil.example") {
				t.Errorf("language %.20q answers %d", lang, a.Status)
			}
		}
	})
}

func TestForgedRowsAndVersionsChangeNothingElse(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		refs := filled(h, h.Nadia, h.Open, "Plain")
		other := h.Make(h.Nadia, "person", h.Open, "names.0.full", "Other One")
		theirs, err := h.Book.Get(t.Context(), h.Nadia.Actor(), "person", other)
		if err != nil {
			t.Fatal(err)
		}
		names, _ := theirs.Fields().Get("names")
		id, _ := names.Row(0)
		at := "/people/" + refs["people"]
		for what, v := range map[string]url.Values{
			"a row of another record":  {"names.0.id": {id}, "names.0.full": {"Plain Ersen"}},
			"a made-up row":            {"names.0.id": {"'; DROP"}, "names.0.full": {"Plain Ersen"}},
			"rows with wild numbers":   {"names.-1.full": {"x"}, "names.99999999999.full": {"y"}, "names.x.full": {"z"}, "names.0.full": {"Plain Ersen"}, "names.00.full": {"w"}},
			"a row that is not a form": {"names": {"x"}, "names.": {"y"}, "names.0": {"z"}, "names.0.full": {"Plain Ersen"}, "names.0.full.0.full": {"x"}},
			"fields that are not":      {"id": {"x"}, "ref": {"P-1"}, "case_id": {"x"}, "restricted": {"1"}, "created_by": {"x"}, "names.0.full": {"Plain Ersen"}},
		} {
			s, err := h.Book.Get(t.Context(), h.Nadia.Actor(), "person", refs["people"])
			if err != nil {
				t.Fatal(err)
			}
			v["version"], v["fields"] = []string{fmt.Sprint(s.Head.Version)}, []string{"names", "nothing", "names"}
			if a := h.Nadia.Post(at, v); a.Status != 303 && a.Status != 422 {
				t.Errorf("%s answers %d", what, a.Status)
			}
			after, err := h.Book.Get(t.Context(), h.Nadia.Actor(), "person", refs["people"])
			if err != nil || after.Head.Title != "Plain Ersen" || after.Head.CaseID != s.Head.CaseID || after.Head.Restricted() {
				t.Errorf("%s: the record is now %q, %v", what, after.Head.Title, err)
			}
			if now, err := h.Book.Get(t.Context(), h.Nadia.Actor(), "person", other); err != nil || now.Head.Title != "Other One" || now.Head.Version != theirs.Head.Version {
				t.Errorf("%s changed the other record", what)
			}
		}
		for what, version := range map[string]string{"none": "", "no number": "x", "below": "-1", "ahead": "99", "huge": "99999999999999999999", "half": "1.5"} {
			if a := h.Nadia.Post(at, url.Values{"version": {version}, "fields": {"father"}, "father": {"Forged"}}); a.Status != 400 && a.Status != 409 {
				t.Errorf("version %s answers %d", what, a.Status)
			}
		}
		if strings.Contains(h.Nadia.Get(at+"/history").Body, "Forged") {
			t.Error("a wrong version was taken")
		}
	})
}

func TestABodyTheServerCannotReadIsRefused(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	token := account.CSRF(h.Nadia.Cookie)
	many := url.Values{"csrf": {token}}
	for i := range 5001 {
		many.Set(fmt.Sprintf("x%d", i), "y")
	}
	part := "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + token + "\r\n"
	for what, c := range map[string]struct {
		kind, body string
		want       []int
	}{
		"5,001 fields":              {asForm, many.Encode(), []int{413}},
		"halves of escapes":         {asForm, "csrf=" + token + "&speaker=%&x=%z&%=%", []int{303, 204}},
		"only separators":           {asForm, strings.Repeat("&=", 2000), []int{403}},
		"another kind":              {"application/json", `{"csrf":"` + token + `"}`, []int{415}},
		"a kind with an odd case":   {"APPLICATION/X-WWW-FORM-URLENCODED; charset=utf-16", "csrf=" + token + "&speaker=x", []int{303, 403, 415}},
		"a multipart that is right": {"multipart/form-data; boundary=x", part + "--x\r\nContent-Disposition: form-data; name=\"speaker\"\r\n\r\nan uncle\r\n--x--\r\n", []int{303}},
	} {
		a := h.Nadia.Send("POST", "/tray", c.body, "Content-Type", c.kind)
		if !slices.Contains(c.want, a.Status) {
			t.Errorf("%s answers %d", what, a.Status)
		}
	}
	doubled := "csrf=" + url.QueryEscape(token) + "&csrf=forged&text=First&text=Second&case=" + h.Open + "&fields=text"
	a := h.Nadia.Send("POST", "/tasks", doubled, "Content-Type", asForm)
	if a.Status != 303 || !strings.Contains(h.Nadia.Get("/tasks").Body, "First") || strings.Contains(h.Nadia.Get("/tasks").Body, "Second") {
		t.Errorf("of doubled fields the first does not win (%d)", a.Status)
	}
}

func TestARequestThatTwoProgramsCouldReadDifferentlyIsRefused(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{URL: "https://office.example"})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go h.App().Listener(l)
	defer h.App().Shutdown()
	body := "csrf=x&speaker=y"
	length := fmt.Sprintf("Content-Length: %d\r\n", len(body))
	multipart := func(boundary, body string) string {
		return fmt.Sprintf("POST /tray HTTP/1.1\r\nHost: office.example\r\nContent-Type: multipart/form-data%s\r\nContent-Length: %d\r\n\r\n%s", boundary, len(body), body)
	}
	form := "POST /tray HTTP/1.1\r\nHost: office.example\r\nContent-Type: " + asForm + "\r\n"
	for what, c := range map[string]struct {
		text string
		want int
	}{
		"two lengths that differ":  {form + length + "Content-Length: 3\r\n\r\n" + body, 400},
		"two lengths alike":        {form + length + length + "\r\n" + body, 400},
		"a length and chunks":      {form + length + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
		"two hosts":                {"GET /login HTTP/1.1\r\nHost: office.example\r\nHost: evil.example\r\n\r\n", 400},
		"a length below zero":      {form + "Content-Length: -5\r\n\r\n" + body, 400},
		"a length that is none":    {form + "Content-Length: 5x\r\n\r\n" + body, 400},
		"no HTTP":                  {"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400},
		"a header without an end":  {"GET /login HTTP/1.1\r\nHost: office.example\r\nX: " + strings.Repeat("x", 40<<10) + "\r\n\r\n", 431},
		"five megabytes":           {form + "Content-Length: 5242880\r\n\r\n" + strings.Repeat("x", 5<<20), 413},
		"a broken multipart":       {multipart("; boundary=x", "--x\r\nContent-Disp"), 303},
		"a multipart that ends":    {multipart("; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb"), 303},
		"5,001 parts":              {multipart("; boundary=x", strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n", 5001)+"--x--\r\n"), 303},
		"a head that claims 5 GB":  {"POST /tray HTTP/1.1\r\nHost: office.example\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 5368709120\r\n\r\n", 413},
		"a form of 5 MB claimed":   {form + "Content-Length: 5242880\r\n\r\nx", 413},
		"no boundary":              {multipart("", "--x\r\n"), 303},
		"an empty multipart":       {multipart("; boundary=x", ""), 303},
		"a page that is not there": {"GET /nothing HTTP/1.1\r\nHost: office.example\r\nConnection: close\r\n\r\n", 404},
		"a page":                   {"GET /login HTTP/1.1\r\nHost: office.example\r\nConnection: close\r\n\r\n", 200},
	} {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(3 * time.Second))
		go io.WriteString(conn, c.text)
		in := bufio.NewReader(conn)
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			conn.Close()
			continue
		}
		text, _ := io.ReadAll(res.Body)
		if res.StatusCode != c.want {
			t.Errorf("%s answers %d, not %d", what, res.StatusCode, c.want)
		}
		dressed(t, what, webtest.Answer{Status: res.StatusCode, Header: res.Header, Body: string(text)})
		if res.StatusCode >= 400 && strings.Contains(string(text), "fasthttp") {
			t.Errorf("%s tells what the program is made of", what)
		}
		if c.want == 400 {
			if _, err := in.ReadByte(); err == nil || os.IsTimeout(err) {
				t.Errorf("%s: the connection goes on", what)
			}
		}
		conn.Close()
	}
}

func TestAnErrorTellsNothingOfTheInside(t *testing.T) {
	db := dbtest.SQLite(t)
	h := webtest.New(t, db, web.Options{})
	token := h.Nadia.Token()
	answers := []webtest.Answer{h.Nadia.Get("/nothing"), h.Nadia.Get("/people/P-9"), h.Nobody().Post("/tray", nil), h.Rune.Get("/log"), h.Nadia.Post("/people/x", url.Values{"version": {"x"}})}
	// What went wrong inside, on pages, files and in JSON.
	if err := db.Tx(t.Context(), func(tx *database.Handle) error {
		return tx.Exec("ALTER TABLE head RENAME TO away").Error
	}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/people", "/people.csv", "/search?q=lina", "/cases/" + h.Open, "/api/v1/people"} {
		a := h.Nadia.Send("GET", path, "", "Authorization", "Bearer "+token)
		if a.Status != 500 {
			t.Errorf("%s without its table answers %d", path, a.Status)
		}
		answers = append(answers, a)
	}
	for _, a := range answers {
		for _, inside := range []string{"goroutine", ".go:", "SELECT", "sqlite", "no such table", "panic", "/work", "fiber"} {
			if strings.Contains(a.Body, inside) {
				t.Errorf("%d tells %q", a.Status, inside)
			}
		}
	}
}
