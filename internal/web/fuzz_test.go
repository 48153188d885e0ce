package web_test

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"amparo/internal/auth/account"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

// trial is an office that outlives a single try of a fuzz test: what goes wrong in one fails that one.
type trial struct {
	testing.TB
	try *testing.T
}

func (u *trial) Helper()                  {}
func (u *trial) Output() io.Writer        { return io.Discard }
func (u *trial) Context() context.Context { return context.Background() }
func (u *trial) Fatal(why ...any) {
	if u.try == nil {
		u.TB.Fatal(why...)
	}
	u.try.Fatal(why...)
}

// tried opens an office for a fuzz test; each try calls in with its own test.
func tried(f *testing.F) (h *webtest.House, refs map[string]string, in func(t *testing.T)) {
	u := &trial{TB: f}
	h = webtest.New(u, dbtest.SQLite(f), web.Options{})
	return h, filled(h, h.Nadia, h.Open, "Plain"), func(t *testing.T) { u.try = t }
}

// sendable is an address part as a client may send it: what would end the line of the request is escaped, and it is not
// longer than a server takes.
func sendable(typed string) string {
	var b strings.Builder
	for i := range min(len(typed), 3000) {
		switch c := typed[i]; {
		case c <= ' ' || c >= 0x7f || c == '#':
			b.WriteString("%" + string("0123456789ABCDEF"[c>>4]) + string("0123456789ABCDEF"[c&15]))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func FuzzTheAddressOfAListIsAnsweredAndTellsNothingHidden(f *testing.F) {
	h, _, in := tried(f)
	kinds := h.Book.Kinds()
	for i, k := range kinds {
		for _, q := range []string{"", "q=%22open AND (", "sort=-title; DROP&page=-1&per_page=1e9", "on=2020-02-30&q=%00", "page=4611686018427387904&%zz=%", "q=velvet&sort=title&sort=-title"} {
			f.Add(uint8(i), q)
		}
		for _, filter := range k.ListOf(h.Book.Today()).Filters {
			f.Add(uint8(i), filter.Name+"=x&"+filter.Name+"=-9223372036854775809&"+filter.Name+"=%ff")
			f.Add(uint8(i), filter.Name+"="+url.QueryEscape(`'; DROP TABLE head; -- ") OR (1=1`))
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, query string) {
		in(t)
		query = sendable(query)
		for _, at := range []string{"/" + kinds[int(kind)%len(kinds)].Path, "/" + kinds[int(kind)%len(kinds)].Path + ".csv"} {
			a := h.Nadia.Get(at + "?" + query)
			if a.Status >= 500 || runs(a.Body) {
				t.Fatalf("%s?%s answers %d, or runs", at, query, a.Status)
			}
			if strings.Contains(a.Body, "Velvet matter") && !strings.Contains(strings.ToLower(query), "elvet") {
				t.Fatalf("%s?%s tells of a case that she may not see", at, query)
			}
		}
	})
}

func FuzzADayInAnAddressIsReadOrRefused(f *testing.F) {
	h, refs, in := tried(f)
	pages := []string{"/people/" + refs["people"], "/detentions", "/people", "/demands/scoreboard", "/appeals?view=board&x=x", "/appeals/" + refs["appeals"], "/cases/" + refs["cases"] + "/summary", "/people/" + refs["people"] + "/summary"}
	for i := range pages {
		for _, day := range []string{"", "2024-02-29", "2023-02-29", "yesterday", "23 March 2022", "2021-11/2022-03", "[2020..]", "Y-99999999", "2020-02-30&on=2021-01-01", "٢٠٢٢-٠٣-٢٣", "9999-12-31", "0000-00-00", "-1", "\x00", "2004-XX", "2004-06~?"} {
			f.Add(uint8(i), day)
		}
	}
	f.Fuzz(func(t *testing.T, page uint8, day string) {
		in(t)
		at := pages[int(page)%len(pages)]
		join := "?"
		if strings.Contains(at, "?") {
			join = "&"
		}
		at += join + "on=" + sendable(strings.ReplaceAll(day, "%", "%25"))
		for range 3 { // words become the day they mean
			a := h.Nadia.Get(at)
			if a.Status >= 500 || runs(a.Body) {
				t.Fatalf("%s answers %d, or runs", at, a.Status)
			}
			if a.Status != 303 {
				return
			}
			at = a.To()
		}
		t.Fatalf("on %q leads round in a circle: %s", day, at)
	})
}

func FuzzNoMadeUpSecretOpensAnything(f *testing.F) {
	h, _, in := tried(f)
	token := h.Nadia.Token()
	calendar, err := h.Office.MakeCalendar(f.Context(), h.Nadia.Actor())
	if err != nil {
		f.Fatal(err)
	}
	reset, err := h.Office.Reset(f.Context(), h.Ada.Actor(), h.Rune.ID)
	if err != nil {
		f.Fatal(err)
	}
	whole := []string{token, calendar, reset, h.Nadia.Cookie}
	if a := h.Nobody().Send("GET", "/api/v1/people", "", "Authorization", "Bearer "+token); a.Status != 200 {
		f.Fatalf("the true token answers %d", a.Status)
	}
	if a := h.Nobody().Get("/reset/" + reset); a.Status != 200 {
		f.Fatalf("the true link answers %d", a.Status)
	}
	if a := h.Nobody().Get("/calendar/" + calendar + ".ics"); a.Status != 200 {
		f.Fatalf("the true calendar answers %d", a.Status)
	}
	for _, s := range whole {
		for _, made := range []string{s[1:], s[:len(s)-1], s + "A", strings.ToUpper(s), strings.ToLower(s), s + "\x00", "%00" + s, s[:4], s + "." + s, strings.Repeat("A", len(s)), "../" + s} {
			f.Add(made)
		}
	}
	for _, made := range []string{"", " ", ".", "null", "' OR ''='", "%", "\xff\xfe", strings.Repeat("a", 2900)} {
		f.Add(made)
	}
	f.Fuzz(func(t *testing.T, secret string) {
		in(t)
		inAddress := sendable(secret)
		// White space around it is no part of a header, and an escape is read.
		asRead, err := url.PathUnescape(inAddress)
		if slices.Contains(whole, strings.TrimSpace(secret)) || err == nil && slices.Contains(whole, strings.TrimSpace(asRead)) {
			return
		}
		inHeader := strings.Map(func(c rune) rune {
			if c < ' ' || c == 0x7f {
				return '?'
			}
			return c
		}, secret[:min(len(secret), 3000)])
		for what, a := range map[string]webtest.Answer{
			"a token":         h.Nobody().Send("GET", "/api/v1/people", "", "Authorization", "Bearer "+inHeader),
			"a session":       h.Nobody().Send("GET", "/people", "", "Cookie", "amparo="+inHeader),
			"a calendar":      h.Nobody().Get("/calendar/" + strings.NewReplacer("/", "%2F", "?", "%3F").Replace(inAddress) + ".ics"),
			"an invitation":   h.Nobody().Get("/invite/" + strings.NewReplacer("/", "%2F", "?", "%3F").Replace(inAddress)),
			"a reset link":    h.Nobody().Get("/reset/" + strings.NewReplacer("/", "%2F", "?", "%3F").Replace(inAddress)),
			"a word of reset": h.Nobody().Post("/reset/"+strings.NewReplacer("/", "%2F", "?", "%3F").Replace(inAddress), url.Values{"password": {"slow rivers carry lanterns"}, "again": {"slow rivers carry lanterns"}}),
		} {
			if a.Status < 300 || a.Status >= 500 || a.Status == 303 && !strings.HasPrefix(a.To(), "/login") || strings.Contains(a.Header.Get("Set-Cookie"), "amparo=") && !strings.Contains(a.Header.Get("Set-Cookie"), "amparo=;") {
				t.Fatalf("%s %q answers %d to %q", what, secret, a.Status, a.To())
			}
		}
	})
}

func FuzzAnUploadIsKeptWholeOrNotAtAll(f *testing.F) {
	h, _, in := tried(f)
	const boundary = "x"
	head := "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + account.CSRF(h.Nadia.Cookie) + "\r\n"
	field := func(name, value string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	asked := field("case", "CASE") + field("kind", "letter") + field("title", "A letter")
	file := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7 a paper\r\n"
	for _, rest := range []string{asked + file + "--x--\r\n", asked + file, file + asked + "--x--", asked + file + file + "--x--\r\n", "--x--", "", "--x\r\n\r\n\r\n--x--", asked + strings.Replace(file, `name="file"; `, "", 1) + "--x--\r\n",
		asked + strings.Replace(file, "a.pdf", "../../a\x00\r\n", 1) + "--x--\r\n", asked + strings.Replace(file, "form-data", "attachment", 1) + "--x--\r\n", strings.ReplaceAll(asked+file, "\r\n", "\n") + "--x--", "--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\n--y--\r\n--x--\r\n"} {
		f.Add([]byte(rest))
	}
	f.Fuzz(func(t *testing.T, rest []byte) {
		in(t)
		kept, waiting := lying(t, h)
		// Each process that tries has a case of its own.
		a := h.Nadia.Send("POST", "/evidence", head+strings.ReplaceAll(string(rest), "CASE", h.Open), "Content-Type", "multipart/form-data; boundary="+boundary)
		if a.Status >= 500 || a.Status < 300 || runs(a.Body) {
			t.Fatalf("%q answers %d, or runs", rest, a.Status)
		}
		// A form that is shown again keeps its file waiting.
		if after, arriving := lying(t, h); a.Status != 303 && after != kept || a.Status != 422 && arriving > waiting {
			t.Fatalf("%q answers %d: %d files are kept and %d on their way, before it %d and %d", rest, a.Status, after, arriving, kept, waiting)
		}
	})
}
