// Package browser drives a headless Chromium as a person would, for the journeys that tests with the build tag
// "browser" walk: real keys and clicks, counted; a slow line; pictures; accessibility by axe. A page that logs an error, breaks
// the content security policy, asks another host for something or gets a 5xx fails its test. A machine without Chromium
// fails too: nothing here is skipped.
package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Widths that everything is looked at in, in CSS pixels.
const (
	Desk  = 1400
	Phone = 390
)

// patience is how long anything on a page may take before its test fails.
const patience = 30 * time.Second

// Page is one tab with its own cookies. Its methods fail the test when they cannot do what they say.
type Page struct {
	t    testing.TB
	ctx  context.Context
	Keys int // keys pressed so far, modifiers not counted
	// Clicks is the number of mouse clicks so far.
	Clicks int

	mu       sync.Mutex
	host     string
	allowed  []string
	problems []string
	status   int // of the last document
	quiet    bool
}

// chromium is the one of a package's tests: to start it takes longer than many a test.
var chromium struct {
	sync.Mutex
	ctx  context.Context
	stop func()
}

// Run runs a package's tests and ends their Chromium; its TestMain calls it.
func Run(m *testing.M) int {
	defer func() {
		if chromium.ctx != nil {
			chromium.stop()
		}
	}()
	return m.Run()
}

// Open opens an empty page of this width (CSS pixels) with cookies of its own, which ends with the test. The first one
// starts Chromium.
func Open(t testing.TB, width int) *Page {
	t.Helper()
	return page(t, start(t), width)
}

func start(t testing.TB) context.Context {
	t.Helper()
	chromium.Lock()
	defer chromium.Unlock()
	if chromium.ctx != nil && chromium.ctx.Err() == nil {
		return chromium.ctx
	}
	path := Find()
	if path == "" {
		t.Fatal("Chromium is not found: run go run ./cmd/check, which installs it, or name it in AMPARO_CHROMIUM")
	}
	opts := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	opts = append(opts,
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("force-prefers-reduced-motion", true), chromedp.Flag("lang", "en"),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.WSURLReadTimeout(60*time.Second),
	)
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		stop()
		stopAllocator()
		t.Fatalf("start Chromium: %v", err)
	}
	chromium.ctx, chromium.stop = ctx, func() {
		_ = chromedp.Cancel(ctx) // waits for Chromium to end
		stop()
		stopAllocator()
	}
	return ctx
}

// Another opens a further page with cookies of its own: another person.
func (p *Page) Another(width int) *Page {
	p.t.Helper()
	return page(p.t, p.ctx, width)
}

func page(t testing.TB, in context.Context, width int) *Page {
	t.Helper()
	ctx, stop := chromedp.NewContext(in, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	p := &Page{t: t, ctx: ctx}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("open a page: %v", err)
	}
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		// Of several pages each behaves as the one in front.
		_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}))
	p.Resize(width)
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, problem := range p.problems {
			t.Errorf("the page said: %s", problem)
		}
	})
	return p
}

// Find is the path of the Chromium to drive, empty where there is none. The one without windows draws the same pages
// at a third of the cost.
func Find() string {
	if named := os.Getenv("AMPARO_CHROMIUM"); named != "" {
		return named
	}
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// hear collects what goes wrong on the page. It runs on the connection's own goroutine and must not call the page.
func (p *Page) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		p.problem("exception: " + text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" {
			var said []string
			for _, a := range e.Args {
				said = append(said, string(a.Value)+a.Description)
			}
			p.problem("console: " + strings.Join(said, " "))
		}
	case *log.EventEntryAdded:
		// What the network answers is judged below, by its status.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != "network" {
			p.problem(string(e.Entry.Source) + ": " + e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		p.mu.Lock()
		host := p.host
		p.mu.Unlock()
		if err == nil && host != "" && u.Host != host && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "ws" || u.Scheme == "wss") {
			p.problem("asked another host: " + e.Request.URL)
		}
	case *network.EventResponseReceived:
		code := int(e.Response.Status)
		if e.Type == network.ResourceTypeDocument {
			p.mu.Lock()
			p.status = code
			p.mu.Unlock()
		}
		if code >= 500 || (code >= 400 && e.Type != network.ResourceTypeDocument && e.Type != network.ResourceTypeFetch && e.Type != network.ResourceTypeXHR) {
			p.problem(fmt.Sprintf("%d for %s", code, e.Response.URL))
		}
	}
}

func (p *Page) problem(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.quiet {
		return
	}
	for _, a := range p.allowed {
		if strings.Contains(text, a) {
			return
		}
	}
	p.problems = append(p.problems, text)
}

// Allow says that problems with these words are part of the test.
func (p *Page) Allow(words string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed = append(p.allowed, words)
}

// Status is the HTTP status of the page that was loaded last.
func (p *Page) Status() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

func (p *Page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("in the browser: %v", err)
	}
}

// Resize makes the page this wide, in CSS pixels; up to 500 it is a phone.
func (p *Page) Resize(width int) {
	p.t.Helper()
	height := int64(900)
	if width <= 500 {
		height = 844
	}
	p.do(chromedp.EmulateViewport(int64(width), height))
}

// Go opens an address and waits until the page rests. The first one sets the host that everything must come from.
func (p *Page) Go(address string) {
	p.t.Helper()
	if u, err := url.Parse(address); err == nil && p.host == "" {
		p.mu.Lock()
		p.host = u.Host
		p.mu.Unlock()
	}
	p.do(chromedp.Navigate(address))
	p.Rest()
}

// SecurityKey gives the page a device that keeps passkeys and says yes to whatever it is asked.
func (p *Page) SecurityKey() {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
		return err
	}))
}

// Address is where the page is now.
func (p *Page) Address() string { return Eval[string](p, "location.href") }

// Path is the path of that, without the query.
func (p *Page) Path() string { return Eval[string](p, "location.pathname") }

// Title is the document's title.
func (p *Page) Title() string { return Eval[string](p, "document.title") }

// Eval runs a JavaScript expression, waits for its promise, and returns its value.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	v, err := eval[T](p, expression)
	if err != nil {
		p.t.Fatalf("in the browser: %s: %v", expression, err)
	}
	return v
}

func eval[T any](p *Page, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Rest waits until the page is loaded and nothing that it asked for by script is under way.
func (p *Page) Rest() {
	p.t.Helper()
	const resting = `document.readyState === "complete" && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")`
	calm := 0
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(25 * time.Millisecond) {
		// A page on its way out answers with an error: ask again.
		if ok, err := eval[bool](p, resting); err != nil || !ok {
			calm = 0
			continue
		}
		if calm++; calm >= 2 {
			return
		}
	}
	p.t.Fatalf("the page at %s does not come to rest", p.Address())
}

// Until waits until a JavaScript expression is true; what names it in the failure.
func (p *Page) Until(what, expression string) {
	p.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(25 * time.Millisecond) {
		if ok, err := eval[bool](p, "!!("+expression+")"); err == nil && ok {
			return
		}
	}
	p.t.Fatalf("waited in vain for %s at %s; the page says:\n%s", what, p.Address(), short(p.Text("body")))
}

// Wait waits until something that the CSS selector fits is visible.
func (p *Page) Wait(selector string) {
	p.t.Helper()
	p.Until(selector, `[...document.querySelectorAll(`+js(selector)+`)].some(e => e.checkVisibility() && e.getClientRects().length > 0)`)
}

// See waits until the page shows these words.
func (p *Page) See(words string) {
	p.t.Helper()
	p.Until(strconv.Quote(words), `document.body && document.body.innerText.replace(/[\u2066-\u2069\u200e\u200f]/g, "").replace(/\s+/g, " ").includes(`+js(words)+`)`)
}

// SeeNot fails where the page shows these words now.
func (p *Page) SeeNot(words string) {
	p.t.Helper()
	if strings.Contains(strings.Join(strings.Fields(p.Text("body")), " "), words) {
		p.t.Errorf("%s shows %q", p.Address(), words)
	}
}

// Text is what the first element that fits shows, empty where there is none.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return Eval[string](p, `(document.querySelector(`+js(selector)+`)?.innerText ?? "")`)
}

// Count is how many elements fit.
func (p *Page) Count(selector string) int {
	p.t.Helper()
	return Eval[int](p, `document.querySelectorAll(`+js(selector)+`).length`)
}

// Value is what stands in the field that fits; whether a box is ticked is "true" or "false".
func (p *Page) Value(selector string) string {
	p.t.Helper()
	return Eval[string](p, `(e => !e ? "" : e.type === "checkbox" || e.type === "radio" ? String(e.checked) : e.value)(document.querySelector(`+js(selector)+`))`)
}

// Focused names the element that has the keyboard: its name, else its id, else its words.
func (p *Page) Focused() string {
	p.t.Helper()
	return Eval[string](p, `(e => e.name || e.id || (e.innerText || "").trim())(document.activeElement || document.body)`)
}

// Click clicks on the middle of the first visible element that fits and waits until the page rests.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.Wait(selector)
	p.click(`[...document.querySelectorAll(`+js(selector)+`)].find(e => e.checkVisibility() && e.getClientRects().length > 0)`, selector)
}

// ClickOn clicks on the link, button, label or summary that shows exactly these words.
func (p *Page) ClickOn(words string) {
	p.t.Helper()
	find := `[...document.querySelectorAll("a, button, summary, label, [role=button], [role=tab], input[type=submit]")].find(e => e.checkVisibility() && e.getClientRects().length > 0 && (e.innerText || e.value || "").replace(/[\u2066-\u2069\u200e\u200f]/g, "").trim().replace(/\s+/g, " ") === ` + js(words) + `)`
	p.Until("something to click that says "+strconv.Quote(words), find)
	p.click(find, words)
}

func (p *Page) click(find, what string) {
	p.t.Helper()
	at := Eval[[]float64](p, `(e => { e.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"}); const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2] })(`+find+`)`)
	if len(at) != 2 {
		p.t.Fatalf("%s has no place on the page", what)
	}
	p.Clicks++
	p.do(chromedp.MouseClickXY(at[0], at[1]))
	time.Sleep(30 * time.Millisecond) // what the click sets off starts after it
	p.Rest()
}

// Type types into whatever has the keyboard, key by key.
func (p *Page) Type(text string) {
	p.t.Helper()
	for _, r := range text {
		p.Keys++
		if r < 0x80 {
			p.do(chromedp.KeyEvent(string(r)))
			continue
		}
		// Letters of other scripts come from other keyboards: the page sees them as typed text.
		p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kb.KeyChar, Text: string(r), Key: string(r), UnmodifiedText: string(r)})
			return err
		}))
	}
}

var named = map[string]string{
	"Tab": kb.Tab, "Enter": kb.Enter, "Escape": kb.Escape, "Backspace": kb.Backspace, "Delete": kb.Delete, "Space": " ", "Home": kb.Home, "End": kb.End,
	"ArrowDown": kb.ArrowDown, "ArrowUp": kb.ArrowUp, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight, "PageDown": kb.PageDown, "PageUp": kb.PageUp,
}

// Press presses keys one after another: "Tab", "Enter", "Shift+Tab", "Control+Enter", "Alt+s", "/".
func (p *Page) Press(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		p.Keys++
		var opts []chromedp.KeyOption
		rest := key
		for {
			modifier, after, ok := strings.Cut(rest, "+")
			if !ok || after == "" {
				break
			}
			m, known := map[string]chromedp.Modifier{"Shift": chromedp.ModifierShift, "Control": chromedp.ModifierCtrl, "Alt": chromedp.ModifierAlt, "Meta": chromedp.ModifierMeta}[modifier]
			if !known {
				p.t.Fatalf("there is no key %q", key)
			}
			opts, rest = append(opts, chromedp.KeyModifiers(m)), after
		}
		code, ok := named[rest]
		if !ok {
			if len([]rune(rest)) != 1 {
				p.t.Fatalf("there is no key %q", key)
			}
			code = rest
		}
		p.do(chromedp.KeyEvent(code, opts...))
		if rest == "Enter" || len(opts) > 0 {
			time.Sleep(30 * time.Millisecond)
			p.Rest()
		}
	}
}

// Fill goes into a field with a click, empties it, and types.
func (p *Page) Fill(selector, text string) {
	p.t.Helper()
	p.Click(selector)
	if p.Value(selector) != "" {
		p.Press("Control+a", "Delete")
	}
	p.Type(text)
}

// Choose picks the option with this value in a select, as one click.
func (p *Page) Choose(selector, value string) {
	p.t.Helper()
	p.Wait(selector)
	p.Clicks++
	ok := Eval[bool](p, `(e => { e.focus(); e.value = `+js(value)+`; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); return e.value === `+js(value)+` })(document.querySelector(`+js(selector)+`))`)
	if !ok {
		p.t.Fatalf("%s has no choice %q", selector, value)
	}
	p.Rest()
}

// Attach chooses a file in the file field that fits, as one click.
func (p *Page) Attach(selector, path string) {
	p.t.Helper()
	p.Wait(selector)
	p.Clicks++
	p.do(chromedp.SetUploadFiles(selector, []string{path}))
	p.Rest()
}

// Effort starts counting keys and clicks anew and returns what was counted before.
func (p *Page) Effort() (keys, clicks int) {
	keys, clicks = p.Keys, p.Clicks
	p.Keys, p.Clicks = 0, 0
	return keys, clicks
}

// conditions is the network emulation that every Chromium of the last years knows.
type conditions struct {
	Offline            bool    `json:"offline"`
	Latency            float64 `json:"latency"`
	DownloadThroughput float64 `json:"downloadThroughput"`
	UploadThroughput   float64 `json:"uploadThroughput"`
}

var emulate = cdp.Command[conditions, cdp.Empty]{Method: "Network.emulateNetworkConditions"}

func (p *Page) line(c conditions) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulate, c)
		return err
	}))
}

// Slow gives the page a bad line: 300 ms and 1 Mbit/s.
func (p *Page) Slow() {
	p.line(conditions{Latency: 300, DownloadThroughput: 125_000, UploadThroughput: 125_000})
}

// Cut takes the line away.
func (p *Page) Cut() { p.line(conditions{Offline: true}) }

// Mend gives a good line back.
func (p *Page) Mend() { p.line(conditions{DownloadThroughput: -1, UploadThroughput: -1}) }

// Shot keeps a picture of the whole page as name.png in the folder AMPARO_SHOTS; without that it does nothing.
func (p *Page) Shot(name string) {
	p.t.Helper()
	dir := os.Getenv("AMPARO_SHOTS")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.MkdirAll(dir, 0o755) // #nosec G301 -- pictures, to be read by everybody
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644) // #nosec G306 -- pictures, to be read by everybody
	}
	if err != nil {
		p.t.Errorf("keep a picture of the page: %v", err)
	}
}

// SetCookie puts a cookie on the page's host.
func (p *Page) SetCookie(name, value string) {
	p.t.Helper()
	at := p.Address()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: at})
		return err
	}))
}

// NoSidewaysScroll fails where the page is wider than its window.
func (p *Page) NoSidewaysScroll() {
	p.t.Helper()
	if over := Eval[int](p, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		p.t.Errorf("%s is %d pixels wider than the window", p.Path(), over)
	}
}

func js(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

func short(text string) string {
	if r := []rune(text); len(r) > 1500 {
		return string(r[:1500]) + "…"
	}
	return text
}
