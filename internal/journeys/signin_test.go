//go:build browser

package journeys

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/browser"
)

// leave signs out by the menu.
func (h *hands) leave() {
	h.o.t.Helper()
	h.Click("details.user summary")
	h.Click(`form[action="/logout"] button`)
	h.Wait("#email")
}

func TestAPasskeyIsMadeAndSignsInAloneAndAtItsOwnAddressOnly(t *testing.T) {
	t.Parallel()
	o := empty(t)
	h := &hands{Page: browser.Open(t, browser.Desk), o: o}
	h.Go(o.local() + "/login")
	h.SecurityKey()
	h.Wait("[data-passkey]:not([hidden])")
	h.signIn("nadia@office.example", password)
	h.Go(o.local() + "/account/factors")
	h.looked("factors-none")
	h.Fill(`form[action="/account/factors"] [name=name]`, "Blue key")
	h.Click(`form[action="/account/factors"] [data-passkey]`)
	h.Wait(".codes")
	if n := h.Count(".codes li"); n != 10 {
		t.Errorf("%d recovery codes are shown", n)
	}
	h.looked("recovery-codes")
	h.Click("main a.main")
	h.See("Blue key")
	h.looked("factors")
	h.leave()
	h.Click("[data-passkey]")
	h.Wait("#find")
	h.leave()
	// After the password it is the second factor.
	h.Fill("#email", "nadia@office.example")
	h.Fill("#password", password)
	h.Press("Enter")
	h.Wait(`form[action="/login/verify"]`)
	h.looked("verify")
	h.Click("[data-passkey]")
	h.Wait("#find")
	h.leave()

	// ASVS 6.5.7: a page of another origin gets nothing that opens.
	h.Allow("asked another host")
	h.Go(strings.Replace(o.local(), "localhost", "evil.localhost", 1) + "/login")
	h.Until("the button stays hidden", `document.querySelector("[data-passkey]").hidden`)
	browser.Eval[bool](h.Page, `(async () => {
		const text = (b) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
		const csrf = document.querySelector("[name=csrf]").value;
		try {
			const o = (await (await fetch("/login/passkey", { method: "POST", body: new URLSearchParams({ csrf }) })).json()).publicKey;
			o.challenge = Uint8Array.from(atob(o.challenge.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
			const got = await navigator.credentials.get({ publicKey: o });
			const response = {};
			for (const name of ["clientDataJSON", "authenticatorData", "signature", "userHandle"]) response[name] = text(got.response[name]);
			const passkey = JSON.stringify({ id: got.id, rawId: text(got.rawId), type: got.type, clientExtensionResults: {}, response });
			const answer = await fetch("/login", { method: "POST", body: new URLSearchParams({ csrf, passkey }) });
			document.title = "refused by the server: " + answer.status + " " + new URL(answer.url).pathname;
		} catch (e) { document.title = "refused by the browser: " + e.name; }
	})(), true`)
	h.Until("a refusal", `document.title.startsWith("refused")`)
	t.Log(h.Title())
	if h.Title() != "refused by the server: 422 /login" && h.Title() != "refused by the browser: SecurityError" {
		t.Errorf("another origin is %s", h.Title())
	}
}

func TestAPageLeftAloneIsCoveredAndOpensWithNothingLost(t *testing.T) {
	o := restless(t, account.Limits{Idle: 6 * time.Second})
	ctx := t.Context()
	s, err := o.accounts.SignIn(ctx, account.Attempt{Email: "nadia@office.example", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	u, err := o.accounts.Who(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	seed := o.accounts.NewSeed(u, s)
	code := func(ahead time.Duration) string {
		c, err := totp.GenerateCode(seed.Text, o.now().Add(ahead))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	_, recovery, err := o.accounts.AddCodes(ctx, s, seed.Sealed, code(0), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.accounts.RevokeAll(ctx, auth.System("test"), u.ID); err != nil {
		t.Fatal(err)
	}
	h := o.at(browser.Desk)
	h.Fill("#email", "nadia@office.example")
	h.Fill("#password", password)
	h.Press("Enter")
	h.Wait(`form[action="/login/verify"]`)
	h.Fill("[name=code]", code(30*time.Second))
	h.Press("Enter")
	h.Wait("#find")
	h.to("/tasks/new")
	h.Click("[name=text]")
	h.write("Ask the lawyer of Tarek")
	// Who goes on touching the page is not disturbed, for longer than a session may rest.
	for range 9 {
		time.Sleep(time.Second)
		h.Press("ArrowRight")
	}
	if browser.Eval[bool](h.Page, `document.querySelector("#again").open`) {
		t.Fatal("the page is covered while somebody works on it")
	}
	began := time.Now()
	h.Until("the cover", `document.querySelector("#again").open && document.documentElement.classList.contains("covered")`)
	t.Logf("covered after %v", time.Since(began).Round(100*time.Millisecond))
	if browser.Eval[string](h.Page, `getComputedStyle(document.querySelector("main")).visibility`) != "hidden" {
		t.Error("the page can still be read")
	}
	h.looked("covered")
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		list, err := o.accounts.Sessions(ctx, auth.System("test"), u.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		if time.Since(began) > 5*time.Second {
			t.Fatal("the session goes on under the cover")
		}
	}
	h.Press("Escape")
	h.Press("Escape")
	h.Until("the cover to stay", `document.querySelector("#again").open`)
	h.Fill("#again-password", "a wrong one of many")
	h.Press("Enter")
	h.Wait("#again-error:not([hidden])")
	h.Fill("#again-password", password)
	h.Press("Enter")
	h.Until("the question for a code", `document.activeElement.id === "again-code"`)
	h.Axe()
	h.Fill("#again-code", "000000")
	h.Press("Enter")
	h.Wait("#again-error:not([hidden])")
	h.Fill("#again-code", recovery[0])
	h.Press("Enter")
	h.Until("the page", `!document.querySelector("#again").open && !document.documentElement.classList.contains("covered")`)
	if got := h.Value("[name=text]"); got != "Ask the lawyer of Tarek" {
		t.Errorf("what was typed is %q", got)
	}
	h.Click("#main .form-end button.main, #main form[data-save] button.main")
	h.Rest()
	// The form passes with the new session's token; it only lacks its case.
	if got := h.Value("[name=text]"); h.Status() != 422 || got != "Ask the lawyer of Tarek" {
		t.Errorf("saving answers %d with %q", h.Status(), got)
	}
}

func TestACoverOpensWithAPasskeyAndTheSourceIsStillSet(t *testing.T) {
	t.Parallel()
	o := restless(t, account.Limits{Idle: 8 * time.Second})
	h := &hands{Page: browser.Open(t, browser.Desk), o: o}
	h.Go(o.local() + "/login")
	h.SecurityKey()
	h.signIn("nadia@office.example", password)
	h.Go(o.local() + "/account/factors")
	h.Fill(`form[action="/account/factors"] [name=name]`, "Blue key")
	h.Click(`form[action="/account/factors"] [data-passkey]`)
	h.Wait(".codes")
	h.Go(o.local() + "/tasks/new")
	h.Click("#tray summary")
	h.Fill("#tray-form [name=speaker]", "the sister, by telephone")
	h.Choose("#tray-form [name=reliability]", "B")
	h.turn(func() { h.Click("#tray-form button.main") })
	h.says("#tray", "the sister, by telephone", "B")
	h.Click("#main [name=text]")
	h.write("Ask the lawyer of Tarek")
	began := time.Now()
	h.Until("the cover", `document.querySelector("#again").open && document.documentElement.classList.contains("covered")`)
	time.Sleep(time.Second) // the session is ended from under it
	h.Click("#again-passkey")
	h.Until("the page", `!document.querySelector("#again").open && !document.documentElement.classList.contains("covered")`)
	t.Logf("open again %v after the last letter", time.Since(began).Round(100*time.Millisecond))
	if got := h.Value("#main [name=text]"); got != "Ask the lawyer of Tarek" {
		t.Errorf("what was typed is %q", got)
	}
	h.turn(func() { h.Click("#main .form-end button.main, #main form[data-save] button.main") })
	if got := h.Value("#main [name=text]"); h.Status() != 422 || got != "Ask the lawyer of Tarek" { // it only lacks its case
		t.Errorf("saving answers %d with %q", h.Status(), got)
	}
	h.says("#tray", "the sister, by telephone", "B")
}
