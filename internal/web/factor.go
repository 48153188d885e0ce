package web

import (
	"errors"
	"fmt"
	"image/color"
	"net/url"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth/account"
	pages "amparo/views/account"
	"amparo/views/parts"
)

// factorRoutes are the second factor: asked for at the sign-in, set up by who
// needs one before anything else opens, and looked after on one's own page.
func (s *Server) factorRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/login/verify", Who: Anybody, Handle: func(r *Request) error { return r.verifyPage(fiber.StatusOK, nil) }},
		{Method: post, Path: "/login/verify", Who: Anybody, Handle: (*Request).verifyCode},
		{Method: get, Path: "/login/enrol", Who: Anybody, Handle: func(r *Request) error { return r.enrolPage(fiber.StatusOK, nil) }},
		{Method: post, Path: "/login/enrol", Who: Anybody, Handle: (*Request).enrol},
		{Method: post, Path: "/login/enrol/passkey", Who: Anybody, Handle: (*Request).askNewPasskey},
		{Method: post, Path: "/login/passkey", Who: Anybody, Handle: (*Request).askPasskey},
		{Method: get, Path: "/account/factors", Who: Looks, Handle: func(r *Request) error { return r.factorsPage(fiber.StatusOK, nil) }},
		{Method: post, Path: "/account/factors", Who: Looks, Fresh: fiveMinutes, Handle: (*Request).addFactor},
		{Method: post, Path: "/account/factors/passkey", Who: Looks, Handle: (*Request).askNewPasskey},
		{Method: post, Path: "/account/factors/codes", Who: Looks, Fresh: fiveMinutes, Handle: (*Request).newRecoveryCodes},
		{Method: post, Path: "/account/factors/remove", Who: Looks, Fresh: fiveMinutes, Handle: (*Request).removeFactor},
		{Method: post, Path: "/account/factors/:id/name", Who: Looks, Handle: (*Request).renamePasskey},
	}
}

// stageAddress is where a sign-in that is not whole goes on.
func stageAddress(s account.Session) string {
	return map[account.Stage]string{account.Second: "/login/verify", account.Enrol: "/login/enrol"}[s.Stage]
}

func (r *Request) next() string { return own(r.value("next"), "/") }

// ceremony is how this page asks for a passkey, where there can be any.
func (r *Request) ceremony(ask string) pages.Ceremony {
	if r.passkeys == nil {
		return pages.Ceremony{}
	}
	return pages.Ceremony{Ask: ask, Field: "passkey", Origin: r.passkeys.Origin}
}

// attempt is what a sign-in tells of where it comes from.
func (r *Request) attempt() account.Attempt {
	return account.Attempt{Address: r.o.client(r.c).String(), Agent: r.c.Get(fiber.HeaderUserAgent), Device: r.c.Cookies(r.o.cookie(deviceCookie))}
}

// refusedStatus is the status of a page that shows a refusal.
func (r *Request) refusedStatus(err *account.Refusal) int {
	if errors.Is(err, account.ErrSlow) || errors.Is(err, account.ErrBusy) {
		r.later(err.Wait)
		return fiber.StatusTooManyRequests
	}
	return fiber.StatusUnprocessableEntity
}

// mendable shows a page with what was wrong, where its reader can mend it.
func (r *Request) mendable(err error, page func(status int, wrong error) error) error {
	var refusal *account.Refusal
	if errors.As(err, &refusal) && !errors.Is(err, account.ErrNobody) && !errors.Is(err, account.ErrGone) {
		return page(r.refusedStatus(refusal), refusal)
	}
	if errors.Is(err, account.ErrNobody) {
		return errSignedOut
	}
	return err
}

func (r *Request) codeField(label string) parts.Field {
	return parts.Field{Name: "code", Label: r.L.T(label), Type: parts.Text, Autocomplete: "one-time-code", Required: true, Max: 40, Focus: true}
}

// placed puts a refusal at its field, or at the first.
func (r *Request) placed(fields []parts.Field, wrong error) ([]parts.Field, []parts.Problem) {
	var refusal *account.Refusal
	if !errors.As(wrong, &refusal) {
		return fields, nil
	}
	at := 0
	for i := range fields {
		if fields[i].Name == refusal.Field {
			at = i
		}
	}
	fields[at].Error = refusal.Words(r.L)
	return fields, parts.Problems(fields)
}

func (r *Request) verifyPage(status int, wrong error) error {
	if r.Session.Stage != account.Second {
		return r.to(r.next())
	}
	field := r.codeField("web.factor.code")
	field.Hint = r.L.T("web.factor.code_hint")
	m := pages.Verify{Next: r.next(), Passkey: r.ceremony("/login/passkey")}
	m.Fields, m.Problems = r.placed([]parts.Field{field}, wrong)
	return r.page(status, r.L.T("web.factor.verify"), pages.VerifyPage(m))
}

func (r *Request) verifyCode() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	if answer := v.First("passkey"); answer != "" {
		return r.passkeySignIn(answer, r.verifyPage)
	}
	if r.Session.Stage != account.Second {
		return r.to(r.next())
	}
	s, err := r.office.Verify(r.c.UserContext(), r.Session, v.First("code"), r.attempt())
	if err != nil {
		return r.mendable(err, r.verifyPage)
	}
	return r.enter(s, r.next())
}

// enter goes on with a session that has just begun or become whole.
func (r *Request) enter(s account.Session, next string) error {
	if err := r.begin(s); err != nil {
		return err
	}
	if at := stageAddress(s); at != "" {
		return r.to(at + "?next=" + url.QueryEscape(next))
	}
	return r.to(next)
}

func (r *Request) passkeySignIn(answer string, page func(int, error) error) error {
	if r.passkeys == nil {
		return page(fiber.StatusUnprocessableEntity, account.ErrPasskey)
	}
	s, err := r.passkeys.SignIn(r.c.UserContext(), answer, r.attempt())
	if err != nil {
		return r.mendable(err, page)
	}
	return r.enter(s, r.next())
}

// askPasskey tells a browser what a device has to sign for signing in, or for
// showing who is there.
func (r *Request) askPasskey() error {
	if r.passkeys == nil {
		return statusError(fiber.StatusNotFound)
	}
	return r.sendOptions(r.passkeys.Ask(r.c.UserContext()))
}

// askNewPasskey does the same for a passkey that shall be made.
func (r *Request) askNewPasskey() error {
	if r.passkeys == nil || r.token || r.Session.Stage == account.Second {
		return statusError(fiber.StatusNotFound)
	}
	if r.Session.AccountID == "" {
		return errSignedOut
	}
	return r.sendOptions(r.passkeys.AskNew(r.c.UserContext(), r.Session))
}

func (r *Request) sendOptions(options []byte, err error) error {
	if err != nil {
		return err
	}
	r.c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return r.c.Send(options)
}

// offerCodes is the part of a page that sets up an authenticator. A seed that was
// offered before is offered again, since it may be in the authenticator by now.
func (r *Request) offerCodes(action string, wrong error) (pages.Setup, error) {
	u, err := r.office.Who(r.c.UserContext(), r.Session)
	if err != nil {
		return pages.Setup{}, err
	}
	seed, ok := r.office.SameSeed(u, r.Session, r.values.First("seed"))
	if !ok {
		seed = r.office.NewSeed(u, r.Session)
	}
	m := pages.Setup{Action: action, Next: r.next(), Sealed: seed.Sealed}
	for part := range len(seed.Text) / 4 {
		m.Text += seed.Text[part*4:part*4+4] + " "
	}
	if m.Picture, m.Size, err = squares(seed.Address); err != nil {
		return m, err
	}
	m.Fields, m.Problems = r.placed([]parts.Field{r.codeField("web.factor.first_code")}, wrong)
	return m, nil
}

// squares draws a text for cameras: the dark squares as a path.
func squares(text string) (path string, size int, err error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", 0, fmt.Errorf("draw a seed: %w", err)
	}
	var b strings.Builder
	size = code.Bounds().Dx()
	for y := range size {
		for x := range size {
			if color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128 {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return b.String(), size, nil
}

func (r *Request) newKey(action, ask string, wrong error) pages.NewKey {
	m := pages.NewKey{Action: action, Next: r.next(), Passkey: r.ceremony(ask)}
	m.Fields, m.Problems = r.placed([]parts.Field{{Name: "name", Label: r.L.T("web.passkey.name"), Hint: r.L.T("web.passkey.name_hint"), Type: parts.Text, Value: legible(r.value("name")), Required: true, Max: 80}}, wrong)
	return m
}

// ofKey tells whether a refusal is about a passkey and not about a code.
func ofKey(wrong error) bool {
	return errors.Is(wrong, account.ErrPasskey) || errors.Is(wrong, account.ErrPasskeyName)
}

// parted gives each of the two forms its own refusal.
func parted(wrong error) (ofCode, ofPasskey error) {
	if ofKey(wrong) {
		return nil, wrong
	}
	return wrong, nil
}

func (r *Request) enrolPage(status int, wrong error) (err error) {
	if r.Session.Stage != account.Enrol {
		return r.to(r.next())
	}
	ofCode, ofPasskey := parted(wrong)
	m := pages.Enrolling{Key: r.newKey("/login/enrol", "/login/enrol/passkey", ofPasskey)}
	if m.Setup, err = r.offerCodes("/login/enrol", ofCode); err != nil {
		return err
	}
	return r.page(status, r.L.T("web.factor.enrol"), pages.EnrolPage(m))
}

func (r *Request) enrol() error {
	if r.Session.Stage != account.Enrol {
		return r.to(r.next())
	}
	return r.addedFactor(r.enrolPage, r.next())
}

func (r *Request) addFactor() error {
	return r.addedFactor(r.factorsPage, "/account/factors")
}

// addedFactor adds what the form brings, and shows the recovery codes that come
// with the first factor.
func (r *Request) addedFactor(page func(int, error) error, next string) error {
	v, err := r.form()
	if err != nil {
		return err
	}
	var s account.Session
	var codes []string
	if answer := v.First("passkey"); answer != "" && r.passkeys != nil {
		s, codes, err = r.passkeys.Add(r.c.UserContext(), r.Session, v.First("name"), answer, r.c.Cookies(r.o.cookie(deviceCookie)))
	} else {
		s, codes, err = r.office.AddCodes(r.c.UserContext(), r.Session, v.First("seed"), v.First("code"), r.c.Cookies(r.o.cookie(deviceCookie)))
	}
	if err != nil {
		return r.mendable(err, page)
	}
	if err := r.begin(s); err != nil {
		return err
	}
	return r.codesPage(codes, next)
}

func (r *Request) codesPage(codes []string, next string) error {
	if len(codes) == 0 {
		return r.to(next)
	}
	if err := r.signedIn(); err != nil {
		return err
	}
	return r.page(fiber.StatusOK, r.L.T("web.factor.recovery"), pages.CodesPage(pages.Codes{List: codes, Next: next}))
}

// signedIn reads the session anew after it changed in this request.
func (r *Request) signedIn() (err error) {
	r.Actor, r.Session, err = r.store.Current(r.httpRequest())
	return err
}

func (r *Request) factorsPage(status int, wrong error) error {
	if r.token {
		return statusError(fiber.StatusNotFound)
	}
	f, err := r.office.Factors(r.c.UserContext(), r.Actor, r.Actor.ID)
	if err != nil {
		return err
	}
	var m pages.Factors
	ofCode, ofPasskey := parted(wrong)
	if errors.Is(wrong, account.ErrFactorNeeded) {
		m.Wrong, ofCode = account.ErrFactorNeeded.Words(r.L), nil
	}
	m.Needed = f.Needed
	if r.query("first") != "" && !f.Any() && !f.Needed {
		m.Later = "/"
	}
	if f.Codes.IsZero() {
		if m.Setup, err = r.offerCodes("/account/factors", ofCode); err != nil {
			return err
		}
	} else {
		m.Since = r.moment(f.Codes.Format(time.RFC3339))
		m.Remove = &parts.Action{Label: r.L.T("common.remove"), Post: "/account/factors/remove", Tone: parts.Quiet}
	}
	for _, k := range f.Passkeys {
		one := pages.Key{Name: k.Name, Made: r.L.T("web.passkey.made", "when", r.moment(k.MadeAt.Format(time.RFC3339))),
			Remove: parts.Action{Label: r.L.T("common.remove"), Post: "/account/factors/remove", Hidden: []parts.Pair{{Name: "passkey", Value: k.ID}}, Tone: parts.Quiet},
			Rename: parts.Ask{Name: "name-" + k.ID, Label: r.L.T("web.passkey.rename"), Post: "/account/factors/" + k.ID + "/name",
				Fields: []parts.Field{{Name: "name", ID: "name-" + k.ID, Label: r.L.T("web.passkey.name"), Type: parts.Text, Value: k.Name, Required: true, Max: 80}}, Submit: r.L.T("common.save")}}
		if !k.UsedAt.IsZero() {
			one.Used = r.L.T("web.passkey.used", "when", r.moment(k.UsedAt.Format(time.RFC3339)))
		}
		m.Keys = append(m.Keys, one)
	}
	m.New = r.newKey("/account/factors", "/account/factors/passkey", ofPasskey)
	if f.Any() {
		m.Left = r.L.N("web.factor.left", f.Left)
		m.Again = &parts.Action{Label: r.L.T("web.factor.new_codes"), Post: "/account/factors/codes"}
	}
	return r.page(status, r.L.T("web.factor.title"), pages.FactorsPage(m))
}

// factorWords says in a few words what an account has beside its password.
func (r *Request) factorWords(f account.Factors) string {
	var words []string
	if !f.Codes.IsZero() {
		words = append(words, r.L.T("web.factor.codes"))
	}
	if n := len(f.Passkeys); n > 0 {
		words = append(words, r.L.N("web.passkey.count", n))
	}
	switch {
	case len(words) > 0:
		return strings.Join(words, r.L.T("web.comma"))
	case f.Needed:
		return r.L.T("web.factor.none_yet")
	}
	return r.L.T("web.factor.none")
}

func (r *Request) newRecoveryCodes() error {
	codes, err := r.office.NewRecoveryCodes(r.c.UserContext(), r.Session)
	if err != nil {
		return err
	}
	return r.codesPage(codes, "/account/factors")
}

func (r *Request) removeFactor() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	var s account.Session
	if id := v.First("passkey"); id != "" {
		s, err = r.office.RemovePasskey(r.c.UserContext(), r.Session, id)
	} else {
		s, err = r.office.RemoveCodes(r.c.UserContext(), r.Session)
	}
	if err != nil {
		return r.mendable(err, r.factorsPage)
	}
	if err := r.begin(s); err != nil {
		return err
	}
	return r.to("/account/factors")
}

func (r *Request) renamePasskey() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	if err := r.office.RenamePasskey(r.c.UserContext(), r.Actor, r.c.Params("id"), v.First("name")); err != nil {
		return r.mendable(err, r.factorsPage)
	}
	return r.to("/account/factors")
}
