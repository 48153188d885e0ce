package web_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

const home = "http://localhost:8080"

// atHome opens the office at an address that has passkeys, on every database.
func atHome(t *testing.T, do func(t *testing.T, h *webtest.House)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *database.DB) { do(t, webtest.New(t, db, web.Options{Local: home})) })
}

// key is a security key made of paper: it signs what it is told to, right or wrong.
type key struct {
	secret *ecdsa.PrivateKey
	id     []byte
	handle []byte // whose it is
	count  uint32
}

// signing is what a key signs; the zero one with a challenge is as it should be.
type signing struct {
	challenge string
	kind      string // "" is what belongs there
	origin    string
	party     string
	flags     byte // 0: present and verified
}

var text64 = base64.RawURLEncoding

func (s signing) client(kind string) []byte {
	if s.kind != "" {
		kind = s.kind
	}
	if s.origin == "" {
		s.origin = home
	}
	b, _ := json.Marshal(map[string]any{"type": kind, "challenge": s.challenge, "origin": s.origin, "crossOrigin": false})
	return b
}

func (k *key) data(s signing, more byte) []byte {
	if s.party == "" {
		s.party = "localhost"
	}
	if s.flags == 0 {
		s.flags = 0x05
	}
	sum := sha256.Sum256([]byte(s.party))
	return binary.BigEndian.AppendUint32(append(sum[:], s.flags|more), k.count)
}

// bytesOf is a byte string as CBOR has it.
func bytesOf(b []byte) []byte {
	if len(b) < 24 {
		return append([]byte{0x40 | byte(len(b))}, b...)
	}
	return append([]byte{0x59, byte(len(b) >> 8), byte(len(b))}, b...)
}

// made answers the question for a new passkey.
func (k *key) made(t *testing.T, s signing) string {
	t.Helper()
	var err error
	if k.secret, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	k.id = make([]byte, 20)
	_, _ = rand.Read(k.id)
	point, err := k.secret.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	public := bytes.Join([][]byte{{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20}, point[1:33], {0x22, 0x58, 0x20}, point[33:]}, nil)
	data := bytes.Join([][]byte{k.data(s, 0x40), make([]byte, 16), {0, byte(len(k.id))}, k.id, public}, nil)
	object := bytes.Join([][]byte{{0xa3, 0x63}, []byte("fmt"), {0x64}, []byte("none"), {0x67}, []byte("attStmt"), {0xa0, 0x68}, []byte("authData"), bytesOf(data)}, nil)
	return k.answer(map[string]string{"clientDataJSON": text64.EncodeToString(s.client("webauthn.create")), "attestationObject": text64.EncodeToString(object)})
}

// signed answers the question for signing in.
func (k *key) signed(t *testing.T, s signing) string {
	t.Helper()
	client, data := s.client("webauthn.get"), k.data(s, 0)
	sum := sha256.Sum256(client)
	whole := sha256.Sum256(append(bytes.Clone(data), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.secret, whole[:])
	if err != nil {
		t.Fatal(err)
	}
	return k.answer(map[string]string{"clientDataJSON": text64.EncodeToString(client), "authenticatorData": text64.EncodeToString(data),
		"signature": text64.EncodeToString(signature), "userHandle": text64.EncodeToString(k.handle)})
}

func (k *key) answer(response map[string]string) string {
	id := text64.EncodeToString(k.id)
	b, _ := json.Marshal(map[string]any{"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	return string(b)
}

// questioned reads what a browser is asked.
func questioned(t *testing.T, a webtest.Answer) (challenge string, options map[string]any) {
	t.Helper()
	var got struct {
		PublicKey map[string]any `json:"publicKey"`
	}
	if err := json.Unmarshal([]byte(a.Body), &got); err != nil || a.Status != 200 {
		t.Fatalf("asking answers %d %s", a.Status, a.Body)
	}
	challenge, _ = got.PublicKey["challenge"].(string)
	return challenge, got.PublicKey
}

// adds makes a passkey for a person who is signed in.
func adds(t *testing.T, p *webtest.Person, name string) *key {
	t.Helper()
	challenge, _ := questioned(t, p.Post("/account/factors/passkey", nil))
	k := &key{handle: []byte(p.ID)}
	a := p.Post("/account/factors", url.Values{"name": {name}, "passkey": {k.made(t, signing{challenge: challenge})}})
	follows(p, a)
	if a.Status != 200 && a.Status != 303 {
		t.Fatalf("adding a passkey answers %d: %s", a.Status, plainText(a.Body))
	}
	return k
}

func (b *visit) challenge(t *testing.T) string {
	t.Helper()
	challenge, _ := questioned(t, b.send("POST", "/login/passkey", url.Values{}))
	return challenge
}

// ASVS 6.5.6, 6.5.7, 6.7.2: challenges of 32 bytes, good once and for the purpose
// they were made for; user verification; the address; the counter.
func TestAPasskeySignsInAndWhatIsWrongWithItDoesNot(t *testing.T) {
	atHome(t, func(t *testing.T, h *webtest.House) {
		k := adds(t, h.Nadia, "Blue key")
		stranger := adds(t, h.Omar, "Red key")
		b := visiting(h)
		challenge, options := questioned(t, b.send("POST", "/login/passkey", url.Values{}))
		if raw, err := text64.DecodeString(challenge); err != nil || len(raw) < 32 || options["userVerification"] != "required" || options["rpId"] != "localhost" || options["allowCredentials"] != nil {
			t.Fatalf("it is asked %v, %v", options, err)
		}
		enter := func(answer string) webtest.Answer {
			b.session = ""
			return b.send("POST", "/login", url.Values{"passkey": {answer}, "next": {"/people"}})
		}
		newOne, _ := questioned(t, h.Nadia.Post("/account/factors/passkey", nil))
		for what, wrong := range map[string]func() string{
			"for another origin":            func() string { return k.signed(t, signing{challenge: b.challenge(t), origin: "http://evil.example"}) },
			"for the same name, other port": func() string { return k.signed(t, signing{challenge: b.challenge(t), origin: "http://localhost:8081"}) },
			"for another party":             func() string { return k.signed(t, signing{challenge: b.challenge(t), party: "evil.example"}) },
			"without user verification":     func() string { return k.signed(t, signing{challenge: b.challenge(t), flags: 0x01}) },
			"of the other kind":             func() string { return k.signed(t, signing{challenge: b.challenge(t), kind: "webauthn.create"}) },
			"for a challenge of its own":    func() string { return k.signed(t, signing{challenge: text64.EncodeToString(make([]byte, 32))}) },
			"for the making of a passkey":   func() string { return k.signed(t, signing{challenge: newOne}) },
			"with another's name": func() string {
				forged := *stranger
				forged.handle = k.handle
				return forged.signed(t, signing{challenge: b.challenge(t)})
			},
			"by an unknown key": func() string {
				forged := &key{handle: k.handle}
				forged.made(t, signing{})
				return forged.signed(t, signing{challenge: b.challenge(t)})
			},
			"changed afterwards": func() string {
				return strings.Replace(k.signed(t, signing{challenge: b.challenge(t)}), `"authenticatorData":"S`, `"authenticatorData":"T`, 1)
			},
			"no answer": func() string { return "{}" },
			"too late": func() string {
				late := b.challenge(t)
				h.Pass(6 * time.Minute)
				return k.signed(t, signing{challenge: late})
			},
		} {
			k.count, stranger.count = k.count+1, stranger.count+1
			if a := enter(wrong()); a.Status != 422 || b.session != "" {
				t.Errorf("%s: it answers %d", what, a.Status)
			}
		}
		k.count++
		right := k.signed(t, signing{challenge: b.challenge(t)})
		if a := enter(right); a.Status != 303 || a.To() != "/people" || b.session == "" {
			t.Fatalf("a right answer gets %d %q", a.Status, a.To())
		}
		if a := b.send("GET", "/people", nil); a.Status != 200 {
			t.Errorf("then the people answer %d", a.Status)
		}
		if a := enter(right); a.Status != 422 {
			t.Errorf("the same answer again gets %d", a.Status)
		}
		// A copy of the key has fallen behind its counter.
		k.count--
		if a := enter(k.signed(t, signing{challenge: b.challenge(t)})); a.Status != 422 {
			t.Errorf("a counter that went back gets %d", a.Status)
		}
		if events, err := h.Office.Events(t.Context(), auth.System("test"), account.EventFilter{AccountID: h.Nadia.ID, Kinds: []account.EventKind{account.PasskeyCopied}}); err != nil || len(events) != 1 {
			t.Errorf("nobody is told of the copy: %v %v", events, err)
		}
		// A disabled account has no way in.
		h.Ada.SignIn()
		h.Ada.Post("/admin/users/"+h.Nadia.ID+"/disable", nil)
		k.count += 5
		if a := enter(k.signed(t, signing{challenge: b.challenge(t)})); a.Status != 422 {
			t.Errorf("a disabled account gets %d", a.Status)
		}
	})
}

// ASVS 6.1.1, 6.3.1: who is shut out by guesses at his password gets in by a passkey.
func TestAPasskeyWorksWhilePasswordsAreHeldUp(t *testing.T) {
	atHome(t, func(t *testing.T, h *webtest.House) {
		k := adds(t, h.Nadia, "Blue key")
		b := visiting(h)
		for range 5 {
			b.send("POST", "/login", url.Values{"email": {h.Nadia.Email}, "password": {"wrong wrong wrong"}})
		}
		if a := b.password(h.Nadia, "/"); a.Status != 429 {
			t.Fatalf("the right password answers %d", a.Status)
		}
		k.count++
		if a := b.send("POST", "/login", url.Values{"passkey": {k.signed(t, signing{challenge: b.challenge(t)})}}); a.Status != 303 || a.To() != "/" {
			t.Errorf("the passkey answers %d %q", a.Status, a.To())
		}
	})
}

// ASVS 6.3.3, 7.5.1: an account with a passkey alone needs it after its password too;
// several have names of their own, are revoked one by one; a passkey answers the
// question who is there.
func TestPasskeysHaveNamesAndAreRevokedOneByOne(t *testing.T) {
	atHome(t, func(t *testing.T, h *webtest.House) {
		blue, red := adds(t, h.Nadia, "Blue key"), adds(t, h.Nadia, "Red key")
		if a := visiting(h).password(h.Nadia, "/"); a.To() != "/login/verify?next=%2F" {
			t.Errorf("the password alone leads to %q", a.To())
		}
		f, err := h.Office.Factors(t.Context(), h.Nadia.Actor(), h.Nadia.ID)
		if err != nil || len(f.Passkeys) != 2 || f.Left != 10 {
			t.Fatalf("%+v, %v", f, err)
		}
		if a := h.Omar.Post("/account/factors/"+f.Passkeys[0].ID+"/name", url.Values{"name": {"Mine"}}); a.Status != 422 && a.Status != 404 {
			t.Errorf("another renames it: %d", a.Status)
		}
		if a := h.Omar.Post("/account/factors/remove", url.Values{"passkey": {f.Passkeys[0].ID}}); a.Status < 400 {
			t.Errorf("another removes it: %d", a.Status)
		}
		if a := h.Nadia.Post("/account/factors/"+f.Passkeys[0].ID+"/name", url.Values{"name": {"Navy key"}}); a.Status != 303 || !strings.Contains(h.Nadia.Get("/account/factors").Body, "Navy key") {
			t.Errorf("renaming answers %d", a.Status)
		}
		// Asked who is there, the red key answers; Omar's does not.
		h.Pass(10 * time.Minute)
		a := h.Nadia.Post("/account/factors/remove", url.Values{"passkey": {f.Passkeys[0].ID}})
		to, v := carried(t, a)
		if a.Status != 403 || v.Get("passkey") != f.Passkeys[0].ID {
			t.Fatalf("it asks with %d and carries %v", a.Status, v)
		}
		h.Omar.SignIn()
		omars := adds(t, h.Omar, "Omar's")
		omars.count, red.count = 1, 1
		b := visiting(h)
		v.Set("fresh-passkey", omars.signed(t, signing{challenge: b.challenge(t)}))
		if a := h.Nadia.Post(to, v); a.Status != 422 {
			t.Errorf("somebody else's key answers %d", a.Status)
		}
		v.Set("fresh-passkey", red.signed(t, signing{challenge: b.challenge(t)}))
		a = h.Nadia.Post(to, v)
		follows(h.Nadia, a)
		if a.Status != 303 {
			t.Fatalf("her own key answers %d", a.Status)
		}
		blue.count, red.count = 1, 2
		if a := b.send("POST", "/login", url.Values{"passkey": {blue.signed(t, signing{challenge: b.challenge(t)})}}); a.Status != 422 {
			t.Errorf("the revoked key gets %d", a.Status)
		}
		if a := b.send("POST", "/login", url.Values{"passkey": {red.signed(t, signing{challenge: b.challenge(t)})}}); a.Status != 303 {
			t.Errorf("the other key gets %d", a.Status)
		}
	})
}

// ASVS 15.4: of many who use one answer at once, one gets in.
func TestOneAnswerOfAPasskeySentAtOnceOpensOneSession(t *testing.T) {
	atHome(t, func(t *testing.T, h *webtest.House) {
		k := adds(t, h.Nadia, "Blue key")
		k.count++
		answer := k.signed(t, signing{challenge: visiting(h).challenge(t)})
		before := alive(t, h, h.Nadia)
		var wait sync.WaitGroup
		for range 12 {
			wait.Go(func() { visiting(h).send("POST", "/login", url.Values{"passkey": {answer}}) })
		}
		wait.Wait()
		if got := alive(t, h, h.Nadia) - before; got != 1 {
			t.Errorf("%d sessions were opened", got)
		}
	})
}

// ASVS 6.7.2: without a name of its own, or by a bare number, there are no passkeys,
// and no page offers them.
func TestWithoutANameThereAreNoPasskeys(t *testing.T) {
	for _, o := range []web.Options{{}, {Local: "http://127.0.0.1:8080"}, {URL: "http://[::1]:8080"}} {
		h := webtest.New(t, dbtest.SQLite(t), o)
		b := visiting(h)
		if a := b.send("POST", "/login/passkey", url.Values{}); a.Status != 404 {
			t.Errorf("%+v: it answers %d", o, a.Status)
		}
		if a := b.send("GET", "/login", nil); strings.Contains(a.Body, "data-passkey=") {
			t.Errorf("%+v: the page offers one", o)
		}
	}
}
