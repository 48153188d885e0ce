// What scripts add to pages that work without them: keys, words for dates while
// typing, people already on file, drafts kept on the server, a sign-in that lies
// over the page when the session has ended. No inline code, no eval.
(() => {
const doc = document;
const one = (q, from = doc) => from.querySelector(q);
const all = (q, from = doc) => [...from.querySelectorAll(q)];
const timers = new WeakMap();
let here = location.pathname + location.search;
const soon = (key, ms, act) => { clearTimeout(timers.get(key)); timers.set(key, setTimeout(act, ms)); };
const editable = (el) => el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));

class SignedOut extends Error {}

// ask sends a request for a part of a page; 401 opens the sign-in.
async function ask(url, options = {}) {
	const headers = { "HX-Request": "true", "X-CSRF-Token": token() };
	const answer = await fetch(url, { credentials: "same-origin", ...options, headers });
	if (answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === "/login")) throw new SignedOut();
	if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
	return answer.text();
}
const token = () => { const t = one("input[name=csrf]"); return t ? t.value : ""; };

// Keys, by place on the keyboard and not by letter.
doc.addEventListener("keydown", (e) => {
	if (e.code === "Slash" && !e.ctrlKey && !e.metaKey && !e.altKey && !editable(e.target)) {
		const find = one("#find");
		if (find) { e.preventDefault(); find.focus(); find.select(); }
	}
	if ((e.code === "Enter" || e.code === "NumpadEnter") && (e.ctrlKey || e.metaKey)) {
		const form = (e.target.closest && e.target.closest("form[method=post]")) || one("form[data-save]");
		if (form) {
			e.preventDefault();
			const next = e.shiftKey && one("button[name=next]", form);
			form.requestSubmit(next || one("button.main", form) || undefined);
		}
	}
	if (e.code === "KeyL" && e.altKey && !e.ctrlKey && !e.metaKey) {
		const log = one(".log-button");
		if (log) { e.preventDefault(); log.click(); }
	}
	if (e.code === "Escape") {
		const open = e.target.closest && e.target.closest("details.ask[open]");
		if (open) { open.open = false; one("summary", open).focus(); }
	}
});
doc.addEventListener("click", (e) => {
	for (const d of all(".top details.ask[open], .row-acts details.ask[open], .verbs details.ask[open]")) if (!d.contains(e.target)) d.open = false;
	const fill = e.target.closest("[data-fill]");
	if (fill) {
		const input = doc.getElementById(fill.closest(".echo").id.replace(/-echo$/, ""));
		input.value = fill.dataset.fill;
		input.focus();
		input.dispatchEvent(new Event("input", { bubbles: true }));
	}
	if (e.target.closest("[data-print]")) print();
	const copy = e.target.closest("[data-copy]");
	if (copy) navigator.clipboard?.writeText(doc.getElementById(copy.dataset.copy).textContent).then(() => { copy.textContent = copy.dataset.done; });
	const ticks = e.target.closest("[data-tick-all]");
	if (ticks) {
		const boxes = all(`input[type=checkbox][name="${ticks.dataset.tickAll}"]`, ticks.closest("fieldset, .table-wrap, section") || doc);
		const on = boxes.some((b) => !b.checked);
		for (const b of boxes) b.checked = on;
	}
});

// Below the last row that is written in stands another one.
doc.addEventListener("input", (e) => {
	const rows = e.target.closest("[data-grow]");
	const last = rows && rows.lastElementChild;
	if (!last || !last.contains(e.target)) return;
	const group = rows.dataset.grow;
	const n = Number(one("[name]", last).name.split(".")[1]);
	const next = last.cloneNode(true);
	for (const el of [next, ...all("*", next)]) {
		for (const a of [...el.attributes]) {
			if (a.name === "dir" || a.name === "autofocus") el.removeAttribute(a.name);
			else if (/^(name|id|for|list|aria-describedby|hx-target)$/.test(a.name)) el.setAttribute(a.name, a.value.replaceAll(`${group}.${n}.`, `${group}.${n + 1}.`).replaceAll(`${group}-${n}-`, `${group}-${n + 1}-`));
		}
		if (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName)) { el.value = el.type === "checkbox" ? el.value : el.getAttribute("value") || ""; el.checked = false; }
		if (el.classList.contains("echo")) el.textContent = "";
	}
	const name = next.getAttribute("data-name");
	if (name) next.setAttribute("aria-label", `${name} ${rows.children.length + 1}`);
	const number = one(`[name="${group}.${n + 1}.number"]`, next);
	const whole = all(`[name$=".number"]`, rows).map((i) => parseInt(i.value, 10) || 0);
	if (number) number.value = Math.max(...whole) + 1;
	rows.append(next);
});

// A kind of demand brings its usual words, unless other words stand there.
doc.addEventListener("change", (e) => {
	const kind = e.target;
	const usual = one("#standard");
	if (!usual || !/^demands\.\d+\.kind$/.test(kind.name || "")) return;
	const text = kind.form.elements[kind.name.replace(/kind$/, "text")];
	const words = [...usual.options].map((o) => o.label);
	const mine = [...usual.options].find((o) => o.value === kind.value);
	if (mine && (!text.value.trim() || words.includes(text.value))) { text.value = mine.label; text.dispatchEvent(new Event("input", { bubbles: true })); }
});

// Words for a date, names for a reference, people on file: while typing.
doc.addEventListener("input", (e) => {
	const el = e.target;
	if (el.dir !== "ltr" && /^(text|search|textarea)$/.test(el.type)) {
		if (el.value) el.dir = "auto"; else el.removeAttribute("dir");
	}
	if (el.dataset.echo) {
		soon(el, 250, async () => {
			const echo = doc.getElementById(el.id + "-echo");
			try { if (echo) echo.innerHTML = el.value.trim() ? await ask(`${el.dataset.echo}?value=${encodeURIComponent(el.value)}`) : ""; } catch { /* the words are a help, not a need */ }
		});
	}
	if (el.dataset.suggest && el.list && !all("option", el.list).some((o) => o.value === el.value)) {
		soon(el, 200, async () => {
			try { if (el.value.trim().length > 1) el.list.innerHTML = await ask(`/suggest/${el.dataset.suggest}?q=${encodeURIComponent(el.value)}`); } catch { /* it can be typed in full */ }
		});
	}
	const form = el.form;
	if (!form) return;
	const part = one("[data-refresh]", form);
	if (part && (" " + part.dataset.from + " ").includes(" " + el.name + " ")) soon(part, 250, () => refresh(form, part));
	const draft = one("[data-draft]", form);
	if (draft && draft.dataset.draft) { form.dirty = true; soon(draft, 2000, () => keep(form)); }
});

async function refresh(form, part) {
	const query = new URLSearchParams();
	for (const name of part.dataset.from.split(" ")) {
		const field = form.elements[name];
		if (field && field.value) query.set(name, field.value);
	}
	const chosen = one("input:checked", part);
	try {
		const html = await ask(`${part.dataset.refresh}?${query}`);
		if (part.contains(doc.activeElement)) return;
		part.innerHTML = html;
		const again = chosen && one(`input[value="${CSS.escape(chosen.value)}"]`, part);
		if (again) again.checked = true;
	} catch { /* what stands there stays */ }
}

// typed is what a form holds in words; files are no part of a draft.
const typed = (form) => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));

// Drafts: the whole form, a moment after the last key and when the page is left.
async function keep(form, options) {
	if (form.sending) return true;
	const line = one("[data-draft]", form);
	const url = line.dataset.draft;
	if (!url) return true;
	try {
		const html = await ask(url, { method: "POST", body: typed(form), ...options });
		form.dirty = false;
		const fresh = new DOMParser().parseFromString(html, "text/html").body;
		line.textContent = one("#draft", fresh).textContent.trim();
		for (const part of all("[data-part]", fresh)) {
			const old = doc.getElementById(part.id);
			if (old && !old.contains(doc.activeElement)) old.replaceWith(doc.adoptNode(part));
		}
		return true;
	} catch (err) {
		if (err instanceof SignedOut) { await signIn(); return keep(form, options); }
		line.textContent = doc.body.dataset.sayOffline;
		soon(line, 4000, () => keep(form));
		return false;
	}
}
doc.addEventListener("visibilitychange", () => {
	if (doc.visibilityState !== "hidden") return;
	for (const form of all("form")) if (form.dirty) keep(form, { keepalive: true });
});

// A form that keeps a draft or brings a file is sent without leaving the page: when
// the line is cut or the session has ended, it stays as it is, and the save goes
// through once it can.
doc.addEventListener("submit", (e) => {
	const form = e.target;
	const file = chosen(form);
	const line = one("[data-draft]", form);
	if (!file && !(line && line.dataset.draft) || form.hasAttribute("hx-post") || e.submitter?.hasAttribute("formnovalidate")) return;
	e.preventDefault();
	if (file && !fits(file)) { file.focus(); return; }
	send(form, file ? one(".upload [role=status]", form) : line, e.submitter || one("button.main", form));
});
const chosen = (form) => all("input[type=file]", form).find((i) => i.files.length);

// What is wrong with a file is said before it is sent, not after.
function fits(input) {
	const size = input.files.length ? input.files[0].size : 1;
	const wrong = size === 0 ? input.dataset.sayEmpty : size > Number(input.dataset.max) ? input.dataset.sayLarge : "";
	const box = doc.getElementById(input.id + "-upload");
	box.hidden = !wrong;
	one("progress", box).hidden = true;
	one("[role=status]", box).textContent = wrong;
	return !wrong;
}
doc.addEventListener("change", (e) => { if (e.target.type === "file") fits(e.target); });

// post sends a form; a file is told how far it is on its way.
function post(form, by) {
	const headers = { "HX-Request": "true", "X-Follow": "true" };
	const url = form.getAttribute("action");
	const file = chosen(form);
	if (!file) {
		const words = typed(form);
		if (by && by.name) words.set(by.name, by.value);
		return fetch(url, { method: "POST", body: words, credentials: "same-origin", headers });
	}
	const body = new FormData(form);
	if (by && by.name) body.set(by.name, by.value);
	const box = doc.getElementById(file.id + "-upload");
	const bar = one("progress", box);
	box.hidden = bar.hidden = false;
	one("[role=status]", box).textContent = file.dataset.sayOnItsWay;
	return new Promise((done, cut) => {
		const x = new XMLHttpRequest();
		x.open("POST", url);
		for (const name in headers) x.setRequestHeader(name, headers[name]);
		x.upload.onprogress = (e) => { if (e.lengthComputable) bar.value = Math.floor(100 * e.loaded / e.total); };
		x.onload = () => done({ status: x.status, text: async () => x.responseText, headers: { get: (name) => x.getResponseHeader(name) } });
		x.onerror = x.onabort = cut;
		x.send(body);
	});
}

async function send(form, line, by) {
	if (form.sending) return;
	form.sending = true;
	const again = () => { form.sending = false; return send(form, line, by); };
	try {
		const answer = await post(form, by);
		if (answer.status === 401) { await signIn(); return again(); }
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		form.sending = false;
		if (answer.status >= 500 || answer.status === 429) { line.textContent = one("main", page).textContent.trim(); return; }
		form.dirty = false;
		soon(line, 0, () => {});
		const at = answer.headers.get("HX-Push-Url");
		if (at) { history.pushState(null, "", at); here = location.pathname + location.search; }
		doc.title = page.title;
		doc.body.replaceWith(doc.adoptNode(page.body));
		scrollTo(0, 0);
		arrive();
	} catch {
		line.textContent = doc.body.dataset.sayOffline;
		soon(line, 4000, again);
	}
}
addEventListener("pageshow", () => { for (const form of all("form")) form.sending = false; });

// The sign-in over the page. It is for who was signed in; for somebody else the
// page is left, since what stands on it is not his. Nothing of it is lost.
let signing;
function signIn() {
	const dialog = one("#again");
	if (!dialog) { location.href = "/login"; return new Promise(() => {}); }
	if (signing) return signing;
	signing = new Promise((done) => {
		if (!dialog.open) dialog.showModal();
		dialog.oncancel = (e) => e.preventDefault();
		dialog.onclose = () => { if (signing) dialog.showModal(); };
		const form = one("#again-form");
		const wrong = one("#again-error");
		const asks = (path) => { for (const part of all("[data-again]", form)) { part.hidden = part.dataset.again !== path; if (!part.hidden) one("input", part).focus(); } };
		asks("/login");
		const opened = async (page) => {
			if (one("#again [name=email]", page)?.value !== one("[name=email]", form).value) { location.href = "/"; return; }
			for (const field of all("input[name=csrf]")) field.value = one("input[name=csrf]", page).value;
			wrong.hidden = true;
			form.reset();
			// The source one works from went with the session; what is sent next cites it again.
			if (one("#tray .set")) await ask("/tray", { method: "POST", body: new URLSearchParams(new FormData(one("#tray-form"))) }).catch(() => {});
			signing = null;
			dialog.close();
			doc.documentElement.classList.remove("covered");
			touched();
			done();
		};
		const give = async (words, passkey) => {
			try {
				const at = one("[data-again]:not([hidden])", form).dataset.again;
				const door = new DOMParser().parseFromString(await (await fetch(at)).text(), "text/html");
				const t = one("input[name=csrf]", door);
				if (t) words.set("csrf", t.value);
				if (passkey) words.set("passkey", await ceremony(passkey, t.value));
				words.set("next", "/account");
				const answer = await fetch(at, { method: "POST", body: words });
				const page = new DOMParser().parseFromString(await answer.text(), "text/html");
				const led = new URL(answer.url).pathname;
				if (led === "/login/enrol") { location.href = "/login/enrol"; return; }
				if (answer.ok && led !== at && led === "/login/verify") { wrong.hidden = true; asks(led); return; }
				if (!answer.ok || led === "/login" || led === "/login/verify") { wrong.hidden = false; if (led === "/login") asks(led); return; }
				await opened(page);
			} catch { wrong.hidden = false; }
		};
		form.onsubmit = (e) => { e.preventDefault(); give(new URLSearchParams(new FormData(form))); };
		const key = one("#again-passkey");
		if (key) key.onclick = () => give(new URLSearchParams(), key.dataset.passkey);
	});
	return signing;
}

// Who has not touched the page for as long as a session may rest finds it covered.
// Touching it in any window counts in all; while it is touched the server is told,
// so that what is typed for long is not cut off. The cover ends the session.
let lastTouch = Date.now(), lastTold = Date.now();
const restMost = () => 1000 * Number(one("#again")?.dataset.idle || 0);
function touched() {
	lastTouch = Date.now();
	if (signing || !restMost()) return;
	if (lastTouch - lastTold < Math.min(60000, restMost() / 3)) return;
	lastTold = lastTouch;
	try { localStorage.setItem("amparo-touched", lastTouch); } catch { /* this window alone then */ }
	fetch("/healthz", { credentials: "same-origin" }).catch(() => {});
}
for (const what of ["keydown", "pointerdown", "pointermove", "scroll", "touchstart"]) addEventListener(what, touched, { passive: true, capture: true });
async function cover() {
	if (signing || !restMost()) return;
	let elsewhere = 0;
	try { elsewhere = Number(localStorage.getItem("amparo-touched")) || 0; } catch { /* this window alone then */ }
	if (Date.now() - Math.max(lastTouch, elsewhere) < restMost()) return;
	doc.documentElement.classList.add("covered");
	const body = new URLSearchParams({ csrf: token() });
	signIn();
	await fetch("/logout", { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => {});
}
setInterval(cover, 1000);
doc.addEventListener("visibilitychange", cover);
doc.addEventListener("htmx:after:request", (e) => { if (e.detail?.ctx?.response?.status === 401) signIn(); });

// Passkeys. Only a browser at their own address shows the buttons. What the device
// signed goes into the form that the button stands in.
const fromText = (t) => Uint8Array.from(atob(t.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (b) => b && btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
async function ceremony(at, csrf) {
	const asked = await (await fetch(at, { method: "POST", body: new URLSearchParams({ csrf }), credentials: "same-origin" })).json();
	const o = asked.publicKey;
	o.challenge = fromText(o.challenge);
	for (const c of [...(o.allowCredentials || []), ...(o.excludeCredentials || [])]) c.id = fromText(c.id);
	if (o.user) o.user.id = fromText(o.user.id);
	const got = o.user ? await navigator.credentials.create({ publicKey: o }) : await navigator.credentials.get({ publicKey: o });
	const response = {};
	for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) if (got.response[name]) response[name] = toText(got.response[name]);
	return JSON.stringify({ id: got.id, rawId: toText(got.rawId), type: got.type, clientExtensionResults: got.getClientExtensionResults(), response });
}
const passkeysWork = (b) => window.PublicKeyCredential && b.dataset.origin === location.origin;
doc.addEventListener("click", async (e) => {
	const b = e.target.closest("[data-passkey]");
	if (!b || b.id === "again-passkey") return;
	const form = b.form;
	const failed = one("[data-passkey-failed]", form);
	const name = one("[name=name]", form);
	failed.hidden = true;
	if (name && !name.value.trim()) { name.focus(); return; }
	try {
		one("[name=" + b.dataset.answer + "]", form).value = await ceremony(b.dataset.passkey, one("[name=csrf]", form).value);
		form.submit();
	} catch { failed.hidden = false; }
});

// Selected text becomes the quote of the source one works from.
doc.addEventListener("selectionchange", () => {
	const form = one("#tray-form");
	const quote = form && one("[name=quote]", form);
	if (!quote || !one("#tray .set")) return;
	const picked = getSelection();
	const text = picked.toString().trim();
	const at = picked.anchorNode && (picked.anchorNode.nodeType === 1 ? picked.anchorNode : picked.anchorNode.parentElement);
	const source = one("[name=document]", form);
	if (!source || !source.value || !here.includes(source.value)) return; // only its own page says what it says
	if (text.length < 12 || !at || !at.closest("main") || at.closest("form, button, nav, .flash")) return;
	soon(quote, 700, async () => {
		quote.value = text.slice(0, 2000);
		try { await ask("/tray", { method: "POST", body: new URLSearchParams(new FormData(form)) }); } catch { /* it is sent with the tray */ }
	});
});

// Selected words of a letter are the passage that a comment is about.
doc.addEventListener("selectionchange", () => {
	const passage = one("#comment-passage");
	if (!passage) return;
	const picked = getSelection();
	const at = picked.anchorNode && (picked.anchorNode.nodeType === 1 ? picked.anchorNode : picked.anchorNode.parentElement);
	const text = picked.toString().trim();
	if (text.length > 2 && at && at.closest(".paper-fragment")) passage.value = text.slice(0, 2000);
});

// What a page needs once it is there. The first problem is where the eye goes.
function arrive() {
	for (const b of all("[data-tick-all], [data-print], [data-copy]")) b.hidden = false;
	for (const el of all("[data-echo][aria-invalid=true]")) if (el.value) el.dispatchEvent(new Event("input", { bubbles: true }));
	for (const b of all("[data-passkey]")) if (passkeysWork(b)) { b.hidden = false; const part = b.closest("[data-passkey-part]"); if (part) part.hidden = false; }
	const first = one("#problems") || one("details.ask[open] [aria-invalid=true]") || (doc.activeElement === doc.body && one("[autofocus]"));
	if (first) first.focus();
}
arrive();
addEventListener("popstate", () => { if (location.pathname + location.search !== here) location.reload(); });
})();
