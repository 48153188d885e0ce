package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/form"
	pages "amparo/views/admin"
	"amparo/views/desk"
	"amparo/views/parts"
)

// adminRoutes look after the accounts of others.
func (s *Server) adminRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/admin/users", Who: Rules, Handle: func(r *Request) error { return r.usersPage(fiber.StatusOK, shownLink{}, nil) }},
		{Method: post, Path: "/admin/users", Who: Rules, Fresh: fiveMinutes, Handle: (*Request).addUser},
		{Method: get, Path: "/admin/users/:id", Who: Rules, Handle: func(r *Request) error { return r.userPage(fiber.StatusOK, shownLink{}, nil) }},
		{Method: post, Path: "/admin/users/:id", Who: Rules, Fresh: fiveMinutes, Handle: (*Request).saveUser},
		{Method: post, Path: "/admin/factors", Who: Rules, Sets: true, Fresh: fiveMinutes, Handle: (*Request).setFactorRoles},
		{Method: post, Path: "/admin/reading", Who: Rules, Sets: true, Fresh: fiveMinutes, Handle: (*Request).setReading},
		{Method: post, Path: "/admin/users/:id/:act", Who: Rules, Fresh: fiveMinutes, Handle: (*Request).actOnUser},
	}
}

// shownLink is a one-time link, shown once to the administrator who made it.
type shownLink struct{ address, to string }

func (r *Request) linkTo(kind account.LinkKind, key, email string) shownLink {
	// Without a configured address the link stays relative: the request's own word
	// on where it went is not to be trusted with a way in.
	return shownLink{address: r.o.URL + "/" + string(kind) + "/" + key, to: r.L.T("web.admin.link_to", "email", email)}
}

func (r *Request) roleOptions(roles []auth.Role) []parts.Option {
	var list []parts.Option
	for _, role := range auth.Roles {
		list = append(list, parts.Option{Value: string(role), Label: r.L.T("role." + string(role)), Hint: r.L.T("role." + string(role) + ".about"), Selected: slices.Contains(roles, role)})
	}
	return list
}

func (r *Request) usersPage(status int, link shownLink, wrong error) error {
	users, err := r.office.Users(r.c.UserContext(), r.Actor)
	if err != nil {
		return err
	}
	m := pages.Users{Total: r.L.N("web.admin.count", len(users)), Link: link.address, LinkTo: link.to}
	for _, key := range []string{"page.account.name", "page.account.email", "page.account.roles", "web.admin.last"} {
		m.Table.Heads = append(m.Table.Heads, parts.Head{Label: r.L.T(key)})
	}
	m.Table.Caption = r.L.T("nav.users")
	nominated, err := r.office.Nominations(r.c.UserContext(), r.Actor)
	if err != nil {
		return err
	}
	for _, u := range users {
		name := parts.Cell{Text: u.Name, URL: "/admin/users/" + u.ID, Primary: true, Badges: r.userBadges(u)}
		if account.NominationOf(nominated, u.ID) != nil {
			name.Badges = append(name.Badges, parts.Badge{Word: r.L.T("web.nomination.waits"), Tone: parts.Warn})
		}
		seen := parts.Cell{}
		if !u.SignedInAt.IsZero() {
			seen.Text = r.moment(u.SignedInAt.Format(time.RFC3339))
		}
		m.Table.Rows = append(m.Table.Rows, parts.TableRow{Cells: []parts.Cell{name, {Text: u.Email}, {Text: r.rolesOf(u)}, seen}})
	}
	if m.Reading, err = r.readingForm(wrong); err != nil {
		return err
	}
	if m.Reading.Open {
		wrong = nil // of no other form
	}
	v, _ := r.form()
	m.Invite = pages.Form{Action: "/admin/users", Submit: r.L.T("web.admin.invite"), Open: wrong != nil}
	m.Invite.Fields, m.Invite.Problems = r.refused([]parts.Field{
		{Name: "name", Label: r.L.T("page.account.name"), Type: parts.Text, Value: v.First("name"), Required: true, Max: 100},
		{Name: "email", Label: r.L.T("page.account.email"), Type: parts.Email, Value: v.First("email"), Required: true, Max: 254},
		{Name: "roles", Label: r.L.T("page.account.roles"), Type: parts.Choices, Options: r.roleOptions(toRoles(v["roles"])), Required: true},
	}, wrong)
	needed, err := r.office.FactorRoles(r.c.UserContext())
	if err != nil {
		return err
	}
	m.Factors = pages.Form{Action: "/admin/factors", Submit: r.L.T("common.save"), Fields: []parts.Field{
		{Name: "factor_roles", Label: r.L.T("web.factor.roles"), Hint: r.L.T("web.factor.roles_hint"), Type: parts.Choices, Options: r.roleOptions(needed)}}}
	return r.page(status, r.L.T("nav.users"), pages.UsersPage(m))
}

// readingForm asks how many people and cases an account opens in a day before those
// who lead the office are told.
func (r *Request) readingForm(wrong error) (pages.Form, error) {
	most, err := r.office.ReadingLimit(r.c.UserContext())
	f := pages.Form{Action: "/admin/reading", Submit: r.L.T("common.save")}
	field := parts.Field{Name: "reading", Label: r.L.T("web.reading.field"), Hint: r.L.T("web.reading.hint"), Type: parts.Number, Value: strconv.Itoa(most), Required: true, Max: 6}
	if errors.Is(wrong, account.ErrReading) {
		field.Value, f.Open = legible(r.value("reading")), true
		f.Fields, f.Problems = r.refused([]parts.Field{field}, wrong)
		return f, err
	}
	f.Fields = []parts.Field{field}
	return f, err
}

func (r *Request) setReading() error {
	n, err := strconv.Atoi(strings.TrimSpace(form.ASCII(r.value("reading"))))
	if err != nil {
		n = 0 // which is refused in words
	}
	if err := r.office.SetReadingLimit(r.c.UserContext(), r.Actor, n); err != nil {
		return r.retry(err, func(status int) error { return r.usersPage(status, shownLink{}, err) })
	}
	return r.to("/admin/users")
}

// setFactorRoles says which roles need a second factor.
func (r *Request) setFactorRoles() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	if err := r.office.SetFactorRoles(r.c.UserContext(), r.Actor, toRoles(v["factor_roles"])); err != nil {
		return r.retry(err, func(status int) error { return r.usersPage(status, shownLink{}, err) })
	}
	return r.to("/admin/users")
}

func (r *Request) rolesOf(u account.User) string {
	var words []string
	for _, role := range u.Roles {
		words = append(words, r.L.T("role."+string(role)))
	}
	return strings.Join(words, r.L.T("web.comma"))
}

func (r *Request) userBadges(u account.User) []parts.Badge {
	switch {
	case u.Disabled():
		return []parts.Badge{{Word: r.L.T("web.admin.disabled"), Tone: parts.Quiet}}
	case u.Invited:
		return []parts.Badge{{Word: r.L.T("web.admin.invited"), Tone: parts.Warn}}
	}
	return nil
}

func toRoles(list []string) []auth.Role {
	var roles []auth.Role
	for _, one := range list {
		roles = append(roles, auth.Role(one))
	}
	return roles
}

// addUser makes an account that waits for its owner to choose a password.
func (r *Request) addUser() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	u, err := r.office.AddUser(r.c.UserContext(), r.Actor, account.NewUser{Email: v.First("email"), Name: v.First("name"), Rights: account.Rights{Roles: toRoles(v["roles"])}, Language: r.L.Lang()})
	if err != nil {
		return r.retry(err, func(status int) error { return r.usersPage(status, shownLink{}, err) })
	}
	if len(u.Roles) == 0 { // its only role waits for a second, and the invitation with it
		return r.to("/admin/users/" + u.ID)
	}
	key, err := r.office.Invite(r.c.UserContext(), r.Actor, u.ID)
	if err != nil {
		return err
	}
	r.values = nil
	return r.usersPage(fiber.StatusOK, r.linkTo(account.InviteLinkKind, key, u.Email), nil)
}

func (r *Request) userPage(status int, link shownLink, wrong error) error {
	u, err := r.office.User(r.c.UserContext(), r.Actor, r.c.Params("id"))
	if err != nil {
		return err
	}
	base := "/admin/users/" + u.ID
	m := pages.User{Name: u.Name, Email: u.Email, Badges: r.userBadges(u), Link: link.address, LinkTo: link.to, Back: parts.Action{Label: r.L.T("nav.users"), URL: "/admin/users"}}
	if !u.SignedInAt.IsZero() {
		m.Lines = append(m.Lines, pages.Line{Label: r.L.T("web.admin.last"), Value: r.moment(u.SignedInAt.Format(time.RFC3339))})
	}
	f, err := r.office.Factors(r.c.UserContext(), r.Actor, u.ID)
	if err != nil {
		return err
	}
	m.Lines = append(m.Lines, pages.Line{Label: r.L.T("web.factor.title"), Value: r.factorWords(f)})
	approve := ""
	if u.MayApprove {
		approve = "true"
	}
	m.Form = pages.Form{Action: base, Submit: r.L.T("common.save")}
	m.Form.Fields, m.Form.Problems = r.refused([]parts.Field{
		{Name: "name", Label: r.L.T("page.account.name"), Type: parts.Text, Value: u.Name, Required: true, Max: 100},
		{Name: "roles", Label: r.L.T("page.account.roles"), Type: parts.Choices, Options: r.roleOptions(u.Roles)},
		{Name: "may_approve", Label: r.L.T("web.admin.may_approve"), Type: parts.Bool, Value: approve},
	}, wrong)
	ask := func(act string, tone parts.Tone) {
		m.Asks = append(m.Asks, parts.Ask{Name: act, Label: r.L.T("web.admin." + act), Note: r.L.T("web.admin." + act + "_note"), Post: base + "/" + act, Tone: tone})
	}
	nominated, err := r.office.Nominations(r.c.UserContext(), r.Actor)
	if err != nil {
		return err
	}
	if n := account.NominationOf(nominated, u.ID); n != nil {
		m.Waits = r.nominationWords(*n) + " " + r.L.T("web.nomination.until", "until", r.moment(n.Ends.Format(time.RFC3339)))
		if n.By.ID == r.Actor.ID {
			ask("take_back", parts.Plain)
		} else {
			ask("agree", parts.Main)
			ask("decline", parts.Plain)
		}
	}
	if u.Disabled() {
		ask("enable", parts.Plain)
	} else {
		switch {
		case len(u.Roles) == 0: // nothing to be invited to yet
		case u.Invited:
			ask("invite_again", parts.Plain)
		default:
			ask("reset", parts.Plain)
		}
		if f.Any() {
			ask("reset_factor", parts.Alarm)
		}
		ask("end_sessions", parts.Plain)
		if u.ID != r.Actor.ID {
			ask("disable", parts.Alarm)
		}
	}
	return r.page(status, u.Name, pages.UserPage(m))
}

func (r *Request) saveUser() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	ctx, id := r.c.UserContext(), r.c.Params("id")
	u, err := r.office.User(ctx, r.Actor, id)
	if err != nil {
		return err
	}
	rights := account.Rights{Roles: toRoles(v["roles"]), MayApprove: v.First("may_approve") == "true"}
	if name := v.First("name"); name != u.Name {
		err = r.office.Rename(ctx, r.Actor, id, name)
	}
	if err == nil && (!slices.Equal(rights.Roles, u.Roles) || rights.MayApprove != u.MayApprove) {
		err = r.office.SetRights(ctx, r.Actor, id, rights)
	}
	if err != nil {
		return r.retry(err, func(status int) error { return r.userPage(status, shownLink{}, err) })
	}
	return r.to("/admin/users/" + id)
}

// actOnUser disables, enables, resets, invites again, ends all sessions, or agrees
// that somebody becomes an administrator.
func (r *Request) actOnUser() error {
	ctx, id := r.c.UserContext(), r.c.Params("id")
	u, err := r.office.User(ctx, r.Actor, id)
	if err != nil {
		return err
	}
	switch r.c.Params("act") {
	case "disable":
		err = r.office.Disable(ctx, r.Actor, id)
	case "enable":
		err = r.office.Enable(ctx, r.Actor, id)
	case "agree":
		err = r.office.AgreeNomination(ctx, r.Actor, id)
	case "decline", "take_back":
		err = r.office.EndNomination(ctx, r.Actor, id)
	case "reset_factor":
		key, err := r.office.ResetFactor(ctx, r.Actor, id)
		if err != nil {
			return err
		}
		if key != "" {
			return r.userPage(fiber.StatusOK, r.linkTo(account.ResetLinkKind, key, u.Email), nil)
		}
	case "end_sessions":
		err = r.office.RevokeAll(ctx, r.Actor, id)
	case "reset":
		key, err := r.office.Reset(ctx, r.Actor, id)
		if err != nil {
			return err
		}
		return r.userPage(fiber.StatusOK, r.linkTo(account.ResetLinkKind, key, u.Email), nil)
	case "invite_again":
		key, err := r.office.Invite(ctx, r.Actor, id)
		if err != nil {
			return err
		}
		return r.userPage(fiber.StatusOK, r.linkTo(account.InviteLinkKind, key, u.Email), nil)
	default:
		return statusError(fiber.StatusNotFound)
	}
	if err != nil {
		return r.retry(err, func(status int) error { return r.userPage(status, shownLink{}, err) })
	}
	return r.to("/admin/users/" + id)
}

func (r *Request) nominationWords(n account.Nomination) string {
	return r.L.T("web.nomination.asked", "by", r.apart(n.By.Name), "at", r.moment(n.At.Format(time.RFC3339)))
}

// nominationsWaiting are the rows of the desk on who is to become an administrator, for
// the administrators who did not nominate.
func (r *Request) nominationsWaiting() ([]desk.Row, error) {
	if !r.Actor.May(auth.Administer) {
		return nil, nil
	}
	list, err := r.office.Nominations(r.c.UserContext(), r.Actor)
	var rows []desk.Row
	for _, n := range list {
		if n.By.ID == r.Actor.ID {
			continue
		}
		at := "/admin/users/" + n.Account.ID
		rows = append(rows, spaced(desk.Row{When: &parts.Badge{Word: r.L.T("web.nomination.waits"), Tone: parts.Warn}, Title: []parts.Run{{Text: n.Account.Name, URL: at, Strong: true}},
			Sub: []parts.Run{{Text: n.Account.Email}, {Text: r.nominationWords(n)}}, Acts: []parts.Action{{Label: r.L.T("web.desk.decide"), URL: at}}}))
	}
	return rows, err
}
