package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/form"
	"amparo/internal/i18n"
	pages "amparo/views/account"
	"amparo/views/layout"
	"amparo/views/parts"
)

// accountRoutes are the pages about oneself.
func (s *Server) accountRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/login", Who: Anybody, Handle: func(r *Request) error { return r.loginPage(fiber.StatusOK, "", nil) }},
		{Method: post, Path: "/login", Who: Anybody, Handle: (*Request).signIn},
		{Method: post, Path: "/logout", Who: Looks, Handle: (*Request).signOut},
		{Method: get, Path: "/setup/:key", Who: Anybody, Handle: func(r *Request) error { return r.setupPage(fiber.StatusOK, nil) }},
		{Method: post, Path: "/setup/:key", Who: Anybody, Handle: (*Request).setup},
		{Method: get, Path: "/invite/:key", Who: Anybody, Handle: func(r *Request) error { return r.linkPage(fiber.StatusOK, account.InviteLinkKind, nil) }},
		{Method: post, Path: "/invite/:key", Who: Anybody, Handle: func(r *Request) error { return r.acceptLink(account.InviteLinkKind) }},
		{Method: get, Path: "/reset/:key", Who: Anybody, Handle: func(r *Request) error { return r.linkPage(fiber.StatusOK, account.ResetLinkKind, nil) }},
		{Method: post, Path: "/reset/:key", Who: Anybody, Handle: func(r *Request) error { return r.acceptLink(account.ResetLinkKind) }},
		{Method: post, Path: "/account/language", Who: Anybody, Sets: true, Handle: (*Request).language},
		{Method: post, Path: "/account/notices", Who: Looks, Sets: true, Handle: (*Request).setNotices},
		{Method: get, Path: "/account", Who: Looks, Handle: func(r *Request) error { return r.ownPage(fiber.StatusOK, "", nil) }},
		{Method: post, Path: "/account/deputies", Who: Writes, Handle: (*Request).nameDeputy},
		{Method: post, Path: "/account/deputies/:id/end", Who: Writes, Handle: (*Request).endDeputy},
		{Method: post, Path: "/account/password", Who: Looks, Handle: (*Request).changePassword},
		{Method: post, Path: "/account/proof", Who: Looks, Sets: true, Fresh: anHour, Handle: func(r *Request) error { return r.to(own(r.value("next"), "/")) }},
		{Method: post, Path: "/account/told", Who: Looks, Sets: true, Handle: (*Request).told},
		{Method: get, Path: "/account/sessions", Who: Looks, Handle: (*Request).sessions},
		{Method: post, Path: "/account/sessions/end", Who: Looks, Handle: (*Request).endSessions},
		{Method: post, Path: "/account/sessions/:id/end", Who: Looks, Handle: (*Request).endSession},
		{Method: get, Path: "/account/tokens", Who: Looks, Handle: func(r *Request) error { return r.tokensPage(fiber.StatusOK, "", nil) }},
		{Method: post, Path: "/account/tokens", Who: Looks, Fresh: fiveMinutes, Handle: (*Request).addToken},
		{Method: post, Path: "/account/tokens/:id/revoke", Who: Looks, Handle: (*Request).revokeToken},
	}
}

func (r *Request) loginPage(status int, email string, wrong error) error {
	if !r.Actor.IsNobody() && wrong == nil {
		return r.c.Redirect(own(r.query("next"), "/"), fiber.StatusSeeOther)
	}
	m := pages.Login{Email: email, Next: r.next(), Passkey: r.ceremony("/login/passkey")}
	var refusal *account.Refusal
	if errors.As(wrong, &refusal) {
		m.Error = refusal.Words(r.L)
	}
	for _, l := range i18n.Languages() {
		m.Langs = append(m.Langs, pages.Lang{Code: l.Code, Name: l.Name, URL: "/login?lang=" + l.Code, Current: l.Code == r.L.Lang()})
	}
	if lang := r.query("lang"); i18n.Known(lang) {
		r.cookie(langCookie, lang, 365*24*3600)
	}
	for _, u := range r.o.DemoUser {
		m.Demo = append(m.Demo, pages.DemoUser{Role: r.L.T("role." + u.Role), Email: u.Email, Password: u.Password})
	}
	return r.page(status, r.L.T("page.account.sign_in"), pages.LoginPage(m))
}

func (r *Request) signIn() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	page := func(status int, wrong error) error { return r.loginPage(status, v.First("email"), wrong) }
	if answer := v.First("passkey"); answer != "" {
		return r.passkeySignIn(answer, page)
	}
	a := r.attempt()
	a.Email, a.Password = v.First("email"), v.First("password")
	s, err := r.office.SignIn(r.c.UserContext(), a)
	if err != nil {
		return r.mendable(err, page)
	}
	// The language picked at the door is the one to go on in.
	if lang := r.c.Cookies(r.o.cookie(langCookie)); i18n.Known(lang) && lang != s.Language {
		if err := r.office.SetLanguage(r.c.UserContext(), s.AccountID, lang); err != nil && !database.IsFull(err) {
			return err
		}
	}
	return r.enter(s, r.next())
}

// begin hands the browser the cookie of a session that has just begun.
func (r *Request) begin(s account.Session) error {
	if s.Device != "" {
		r.cookie(deviceCookie, s.Device, 180*24*3600)
	}
	r.c.Response().Header.DelCookie(r.store.Name()) // of a secret that was given in the same answer
	if err := r.writeCookies(func(w http.ResponseWriter) error { return r.store.Begin(w, r.httpRequest(), s) }); err != nil {
		return err
	}
	r.c.Request().Header.SetCookie(r.store.Name(), s.Cookie) // for the page that follows in the same answer
	return nil
}

func (r *Request) signOut() error {
	if err := r.writeCookies(func(w http.ResponseWriter) error { return r.store.End(w, r.httpRequest()) }); err != nil {
		return err
	}
	r.c.Set("Clear-Site-Data", `"cache", "storage"`)
	return r.c.Redirect("/login", fiber.StatusSeeOther)
}

func (r *Request) language() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	lang := v.First("lang")
	if !i18n.Known(lang) {
		return account.ErrLanguage
	}
	r.cookie(langCookie, lang, 365*24*3600)
	if !r.Actor.IsNobody() {
		if err := r.office.SetLanguage(r.c.UserContext(), r.Actor.ID, lang); err != nil {
			return err
		}
	}
	return r.to(r.back("/"))
}

// problemsOf puts a refusal next to its field.
func (r *Request) refused(fields []parts.Field, err error) ([]parts.Field, []parts.Problem) {
	var refusal *account.Refusal
	if !errors.As(err, &refusal) {
		return fields, nil
	}
	for i := range fields {
		if fields[i].Name == refusal.Field {
			fields[i].Error = refusal.Words(r.L)
			return fields, parts.Problems(fields)
		}
	}
	return fields, []parts.Problem{{Text: refusal.Words(r.L)}}
}

func (r *Request) passwordField(name, label, complete string) parts.Field {
	f := parts.Field{Name: name, Label: label, Type: parts.Password, Autocomplete: complete, Required: true, Max: 512}
	if complete == "new-password" {
		f.Hint = r.L.T("web.account.password_hint")
	}
	return f
}

func (r *Request) setupPage(status int, wrong error) error {
	if _, err := r.office.Link(r.c.UserContext(), account.SetupLinkKind, r.c.Params("key")); err != nil {
		return err
	}
	fields := []parts.Field{
		{Name: "name", Label: r.L.T("page.account.name"), Type: parts.Text, Value: r.value("name"), Required: true, Max: 100, Focus: true},
		{Name: "email", Label: r.L.T("page.account.email"), Type: parts.Email, Value: r.value("email"), Autocomplete: "username", Required: true, Max: 254},
		r.passwordField("password", r.L.T("page.account.password"), "new-password"),
	}
	m := pages.Welcome{Title: r.L.T("web.account.setup"), About: r.L.T("web.account.setup_about"), Action: r.c.Path(), Submit: r.L.T("web.account.setup_submit")}
	m.Fields, m.Problems = r.refused(fields, wrong)
	return r.page(status, m.Title, pages.WelcomePage(m))
}

func (r *Request) setup() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	_, err = r.office.Setup(r.c.UserContext(), r.c.Params("key"), account.NewUser{Email: v.First("email"), Name: v.First("name"), Password: v.First("password"), Language: r.L.Lang()})
	if err != nil {
		return r.retry(err, func(status int) error { return r.setupPage(status, err) })
	}
	// Whoever runs everything is asked for a second factor first of all.
	return r.signInAs(v.First("email"), v.First("password"), "/account/factors?first=yes")
}

// retry shows a form again after a refusal that its writer can mend.
func (r *Request) retry(err error, again func(status int) error) error {
	var refusal *account.Refusal
	if errors.As(err, &refusal) && !errors.Is(err, account.ErrLink) && !errors.Is(err, account.ErrSetUp) {
		return again(fiber.StatusUnprocessableEntity)
	}
	return err
}

// signInAs goes in with what was chosen by a one-time link.
func (r *Request) signInAs(email, password, next string) error {
	a := r.attempt()
	a.Email, a.Password, a.ByLink = email, password, true
	s, err := r.office.SignIn(r.c.UserContext(), a)
	if err != nil {
		return r.c.Redirect("/login", fiber.StatusSeeOther)
	}
	return r.enter(s, next)
}

func (r *Request) linkPage(status int, kind account.LinkKind, wrong error) error {
	link, err := r.office.Link(r.c.UserContext(), kind, r.c.Params("key"))
	if err != nil {
		return err
	}
	m := pages.Welcome{Title: r.L.T("web.account." + string(kind)), About: r.L.T("web.account.link_about", "email", link.User.Email), Action: r.c.Path(), Submit: r.L.T("web.account.keep_password")}
	m.Fields, m.Problems = r.refused([]parts.Field{r.passwordField("password", r.L.T("page.account.password"), "new-password")}, wrong)
	return r.page(status, m.Title, pages.WelcomePage(m))
}

func (r *Request) acceptLink(kind account.LinkKind) error {
	v, err := r.form()
	if err != nil {
		return err
	}
	u, err := r.office.Accept(r.c.UserContext(), kind, r.c.Params("key"), v.First("password"))
	if err != nil {
		return r.retry(err, func(status int) error { return r.linkPage(status, kind, err) })
	}
	return r.signInAs(u.Email, v.First("password"), "/")
}

func (r *Request) setNotices() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	if err := r.office.SetNotices(r.c.UserContext(), r.Actor.ID, v.First("notices")); err != nil {
		return err
	}
	return r.to("/account")
}

// ownPage is about oneself; feed is the address of a calendar feed just made.
func (r *Request) ownPage(status int, feed string, wrong error) error {
	u, err := r.office.User(r.c.UserContext(), r.Actor, r.Actor.ID)
	if err != nil {
		return err
	}
	m := pages.Own{Name: r.Actor.Name, Email: r.Actor.Email, Roles: r.roleWords()}
	for _, l := range i18n.Languages() {
		m.Langs = append(m.Langs, parts.Option{Value: l.Code, Label: l.Name, Selected: l.Code == r.L.Lang()})
	}
	for _, how := range [][2]string{{account.NoticesDaily, "page.account.notices_daily"}, {account.NoticesNever, "page.account.notices_never"}} {
		m.Notices = append(m.Notices, parts.Option{Value: how[0], Label: r.L.T(how[1]), Selected: u.Notices == how[0]})
	}
	if m.Calendar, err = r.ownCalendar(feed); err != nil {
		return err
	}
	ofDeputy := error(nil)
	if r.c.Path() == "/account/deputies" {
		wrong, ofDeputy = nil, wrong
	}
	m.Password = pages.Form{Action: "/account/password", Submit: r.L.T("page.account.change_password")}
	m.Password.Fields, m.Password.Problems = r.refused([]parts.Field{
		r.passwordField("current", r.L.T("web.account.current"), "current-password"),
		r.passwordField("password", r.L.T("web.account.new_password"), "new-password"),
	}, wrong)
	if err := r.ownDeputies(&m, ofDeputy); err != nil {
		return err
	}
	if m.Security, err = r.ownEvents(); err != nil {
		return err
	}
	m.Links = []parts.Action{{Label: r.L.T("web.factor.title"), URL: "/account/factors"}, {Label: r.L.T("page.account.sessions"), URL: "/account/sessions"}, {Label: r.L.T("page.account.tokens"), URL: "/account/tokens"}}
	return r.page(status, r.L.T("web.account.own"), pages.OwnPage(m))
}

// ownEvents is what happened to the account itself, newest first.
func (r *Request) ownEvents() ([]parts.Cell, error) {
	events, err := r.office.Events(r.c.UserContext(), r.Actor, account.EventFilter{AccountID: r.Actor.ID, Limit: 10})
	if err != nil {
		return nil, err
	}
	return r.eventCells(events)
}

// eventCells words events of one's own account, with the device where it is known still.
func (r *Request) eventCells(events []account.Event) ([]parts.Cell, error) {
	open, err := r.office.Sessions(r.c.UserContext(), r.Actor, r.Actor.ID)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range events {
		ids = append(ids, e.ActorID, e.SubjectID)
	}
	names, err := r.office.Names(r.c.UserContext(), ids...)
	if err != nil {
		return nil, err
	}
	var list []parts.Cell
	for _, e := range events {
		c := parts.Cell{Text: r.L.T("event." + string(e.Kind)), Sub: r.moment(e.At.Format(time.RFC3339))}
		if e.Kind == account.ReadingTold {
			c.Sub = r.dotted(c.Sub, names[e.ActorID].Name, r.L.N("web.reading.more", e.Count))
		}
		if e.Kind == account.MadeAlone {
			c.Sub = r.dotted(c.Sub, r.L.T("web.nomination.alone", "who", r.apart(names[e.SubjectID].Name), "by", r.apart(names[e.ActorID].Name)))
		}
		for _, s := range open {
			if s.ID == e.SubjectID {
				c.Sub = r.dotted(c.Sub, s.Agent)
			}
		}
		list = append(list, c)
	}
	return list, nil
}

// alerts tells, on whatever page comes next, what happened to the account that
// its owner may not know of.
func (r *Request) alerts(p *layout.Page) error {
	if r.token || r.Session.AlertedAt.IsZero() {
		return nil
	}
	events, err := r.office.Alerts(r.c.UserContext(), r.Session)
	if err != nil || len(events) == 0 {
		return err
	}
	cells, err := r.eventCells(events)
	if err != nil {
		return err
	}
	var words []string
	for _, c := range cells[:min(len(cells), 3)] {
		words = append(words, r.dotted(c.Text, c.Sub))
	}
	p.Flash = append(p.Flash, layout.Flash{Text: strings.Join(words, " — "), URL: "/account#lately", Tone: parts.Warn,
		Undo: &parts.Action{Label: r.L.T("web.account.told"), Post: "/account/told"}})
	return nil
}

func (r *Request) told() error {
	if err := r.office.Told(r.c.UserContext(), r.Session); err != nil {
		return err
	}
	return r.to(r.back("/"))
}

// ownDeputies lists who approves in whose place, and lets who may approve name one.
func (r *Request) ownDeputies(m *pages.Own, wrong error) error {
	list, err := r.office.Deputies(r.c.UserContext(), r.Actor)
	if err != nil {
		return err
	}
	for _, d := range list {
		cell := parts.Cell{Text: r.L.T("web.account.deputy_of", "who", r.apart(d.Who.Name), "for", r.apart(d.For.Name)), Sub: r.L.T("web.account.deputy_days", "from", r.day(d.From), "until", r.day(d.Until))}
		if d.For.ID == r.Actor.ID {
			cell.Actions = []parts.Action{{Label: r.L.T("web.account.end"), Post: "/account/deputies/" + d.ID + "/end"}}
		}
		m.Deputies = append(m.Deputies, cell)
	}
	if !r.Actor.May(auth.Lead) && !r.Actor.MayApprove || r.token {
		return nil
	}
	fields := []parts.Field{{Name: "deputy", Label: r.L.T("web.account.deputy"), Type: parts.Ref, Suggest: "account", Required: true, Max: 300, Value: legible(r.value("deputy"))},
		{Name: "from", Label: r.L.T("web.account.from"), Type: parts.Date, Required: true, Max: 100, Value: legible(r.value("from"))},
		{Name: "until", Label: r.L.T("field.until"), Type: parts.Date, Required: true, Max: 100, Value: legible(r.value("until"))}}
	m.Deputy = pages.Form{Action: "/account/deputies", Submit: r.L.T("web.account.name_deputy")}
	m.Deputy.Fields, m.Deputy.Problems = r.refused(fields, wrong)
	return nil
}

// nameDeputy lets a colleague approve in one's place. Days are typed in words.
func (r *Request) nameDeputy() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	days := [2]string{}
	for i, name := range []string{"from", "until"} {
		d := newDate()
		if code, _ := form.OfDate(name, d, form.Ahead).Set(v.First(name), r.now()); code == "" && d.IsDay() {
			days[i] = d.Earliest
		}
	}
	if err := r.office.NameDeputy(r.c.UserContext(), r.Actor, v.First("deputy"), days[0], days[1]); err != nil {
		return r.retry(err, func(status int) error { return r.ownPage(status, "", err) })
	}
	return r.to("/account#deputies")
}

func (r *Request) endDeputy() error {
	if err := r.office.EndDeputy(r.c.UserContext(), r.Actor, r.c.Params("id")); err != nil {
		return err
	}
	return r.to("/account#deputies")
}

func (r *Request) changePassword() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	s, err := r.office.ChangePassword(r.c.UserContext(), r.Session, v.First("current"), v.First("password"))
	if err != nil {
		return r.retry(err, func(status int) error { return r.ownPage(status, "", err) })
	}
	if err := r.begin(s); err != nil {
		return err
	}
	return r.to("/account")
}

func (r *Request) sessions() error {
	list, err := r.office.Sessions(r.c.UserContext(), r.Actor, r.Actor.ID)
	if err != nil {
		return err
	}
	var m pages.Sessions
	for _, s := range list {
		row := pages.Session{Device: s.Agent, Began: r.moment(s.CreatedAt.Format(time.RFC3339)), Used: r.moment(s.SeenAt.Format(time.RFC3339)), Current: s.ID == r.Session.ID}
		if !row.Current {
			row.End = &parts.Action{Label: r.L.T("web.account.end"), Post: "/account/sessions/" + s.ID + "/end"}
		}
		m.Rows = append(m.Rows, row)
	}
	if len(list) > 1 {
		m.EndAll = &parts.Action{Label: r.L.T("web.account.end_others"), Post: "/account/sessions/end", Tone: parts.Alarm}
	}
	return r.page(fiber.StatusOK, r.L.T("page.account.sessions"), pages.SessionsPage(m))
}

func (r *Request) endSessions() error {
	if err := r.office.RevokeOthers(r.c.UserContext(), r.Session); err != nil {
		return err
	}
	return r.to("/account/sessions")
}

func (r *Request) endSession() error {
	if err := r.office.Revoke(r.c.UserContext(), r.Actor, r.c.Params("id")); err != nil {
		return err
	}
	return r.to("/account/sessions")
}

func (r *Request) tokensPage(status int, fresh string, wrong error) error {
	list, err := r.office.Tokens(r.c.UserContext(), r.Actor, r.Actor.ID)
	if err != nil {
		return err
	}
	m := pages.Tokens{Fresh: fresh, Empty: r.L.T("web.account.no_tokens")}
	for _, t := range list {
		row := pages.Token{Name: t.Label, Made: r.moment(t.CreatedAt.Format(time.RFC3339)), Until: r.moment(t.Ends.Format(time.RFC3339))}
		if !t.UsedAt.IsZero() {
			row.Used = r.moment(t.UsedAt.Format(time.RFC3339))
		}
		if t.RevokedAt.IsZero() {
			row.Revoke = &parts.Action{Label: r.L.T("web.account.revoke"), Post: "/account/tokens/" + t.ID + "/revoke"}
		}
		m.Rows = append(m.Rows, row)
	}
	m.New = pages.Form{Action: "/account/tokens", Submit: r.L.T("page.account.new_token")}
	m.New.Fields, m.New.Problems = r.refused([]parts.Field{{Name: "label", Label: r.L.T("web.account.token_label"), Type: parts.Text, Value: r.value("label"), Required: true, Max: 80}}, wrong)
	return r.page(status, r.L.T("page.account.tokens"), pages.TokensPage(m))
}

func (r *Request) addToken() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	fresh, _, err := r.office.AddToken(r.c.UserContext(), r.Actor, account.NewToken{AccountID: r.Actor.ID, Label: v.First("label")})
	if err != nil {
		return r.retry(err, func(status int) error { return r.tokensPage(status, "", err) })
	}
	return r.tokensPage(fiber.StatusOK, fresh, nil)
}

func (r *Request) revokeToken() error {
	if err := r.office.RevokeToken(r.c.UserContext(), r.Actor, r.c.Params("id")); err != nil {
		return err
	}
	return r.to("/account/tokens")
}
