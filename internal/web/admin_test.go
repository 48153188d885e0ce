package web_test

import (
	"net/url"
	"strings"
	"testing"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/web/webtest"
)

// colleague adds an account in the middle of a test.
func colleague(t *testing.T, h *webtest.House, name string, roles ...auth.Role) *webtest.Person {
	t.Helper()
	p := *h.Nobody()
	var err error
	p.User, err = h.Office.AddUser(t.Context(), auth.System("test"), account.NewUser{Email: strings.ToLower(name) + "@office.example", Name: name, Password: webtest.Password, Rights: account.Rights{Roles: roles}})
	if err != nil {
		t.Fatal(err)
	}
	p.SignIn()
	return &p
}

// ASVS 2.3.5: on the pages, and by forms that no page offers.
func TestTheRoleAdministratorIsGivenByTwoOnThePages(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		bela := colleague(t, h, "Bela", auth.Administrator)
		roles := func(id string) []auth.Role {
			u, err := h.Office.User(t.Context(), auth.System("test"), id)
			if err != nil {
				t.Fatal(err)
			}
			return u.Roles
		}
		omar := "/admin/users/" + h.Omar.ID
		wanted := url.Values{"name": {"Omar"}, "roles": {"caseworker", "administrator"}}
		for _, by := range []*webtest.Person{h.Nadia, h.Luis, h.Rune, h.Omar} {
			if a := by.Post(omar, wanted); a.Status != 403 {
				t.Errorf("%s asks and gets %d", by.Name, a.Status)
			}
		}
		if a := h.Ada.Post(omar, wanted); a.Status != 303 || len(roles(h.Omar.ID)) != 1 {
			t.Fatalf("asking answers %d, and the roles are %v", a.Status, roles(h.Omar.ID))
		}
		own := h.Ada.Get(omar).Body
		if !strings.Contains(own, omar+"/take_back") || strings.Contains(own, omar+"/agree") || strings.Contains(h.Ada.Get("/").Body, omar) {
			t.Error("who asked is asked to agree, or cannot take it back")
		}
		if first := bela.Get("/").Body; !strings.Contains(first, omar) || !strings.Contains(plainText(first), "Ada asked on") {
			t.Errorf("the other is not told on the first page: %s", plainText(first))
		}
		if page := bela.Get(omar).Body; !strings.Contains(page, omar+"/agree") || !strings.Contains(page, omar+"/decline") || !strings.Contains(bela.Get("/admin/users").Body, "a second is needed") {
			t.Error("the other cannot decide")
		}
		for _, by := range []*webtest.Person{h.Nobody(), h.Nadia, h.Luis, h.Rune, h.Omar} {
			for _, path := range []string{"/", "/admin/users", omar} {
				if a := by.Get(path); strings.Contains(a.Body, "a second is needed") {
					t.Errorf("%s is told at %s", by.Name, path)
				}
			}
			for _, act := range []string{"/agree", "/decline", "/take_back"} {
				if a := by.Post(omar+act, nil); a.Status != 403 && a.Status != 303 {
					t.Errorf("%s: %s answers %d", by.Name, act, a.Status)
				}
			}
		}
		if a := h.Ada.Post(omar+"/agree", nil); a.Status != 422 || !strings.Contains(a.Body, "two different people") {
			t.Errorf("agreeing to one's own answers %d", a.Status)
		}
		if a := bela.Send("POST", omar+"/agree", "", "Content-Type", "application/x-www-form-urlencoded"); a.Status != 403 {
			t.Errorf("without the token of the page it answers %d", a.Status)
		}
		if a := h.Nobody().Send("POST", omar+"/agree", "", "Authorization", "Bearer "+bela.Token()); a.Status != 403 {
			t.Errorf("a program of the other's gets %d", a.Status)
		}
		if len(roles(h.Omar.ID)) != 1 {
			t.Fatalf("the roles are %v", roles(h.Omar.ID))
		}
		if a := bela.Post(omar+"/agree", nil); a.Status != 303 || len(roles(h.Omar.ID)) != 2 {
			t.Errorf("agreeing answers %d, and the roles are %v", a.Status, roles(h.Omar.ID))
		}
		if a := bela.Post(omar+"/agree", nil); a.Status == 303 || a.Status >= 500 {
			t.Errorf("agreeing again answers %d", a.Status)
		}

		// An invitation that carries the role.
		a := h.Ada.Post("/admin/users", url.Values{"name": {"Iris"}, "email": {"iris@office.example"}, "roles": {"administrator"}})
		iris := a.To()
		if a.Status != 303 || strings.Contains(a.Body, "/invite/") || !strings.Contains(h.Ada.Get(iris).Body, "asked on") {
			t.Fatalf("inviting answers %d", a.Status)
		}
		for _, act := range []string{"/invite_again", "/reset"} {
			if a := h.Ada.Post(iris+act, nil); a.Status != 422 || strings.Contains(a.Body, "works once") {
				t.Errorf("%s answers %d", act, a.Status)
			}
		}
		if a := bela.Post(iris+"/decline", nil); a.Status != 303 || len(roles(strings.TrimPrefix(iris, "/admin/users/"))) != 0 {
			t.Errorf("declining answers %d", a.Status)
		}
		if a := h.Ada.Post("/admin/users", url.Values{"name": {"Juno"}, "email": {"juno@office.example"}, "roles": {"reader", "administrator"}}); a.Status != 200 || !strings.Contains(a.Body, "/invite/") {
			t.Errorf("an invitation with another role answers %d", a.Status)
		}
	})
}

// Where there is one administrator, supervisors are told on their next page of whom
// that one made another.
func TestSupervisorsSeeThatTheOnlyAdministratorMadeAnother(t *testing.T) {
	each(t, func(t *testing.T, h *webtest.House) {
		if a := h.Ada.Post("/admin/users/"+h.Omar.ID, url.Values{"name": {"Omar"}, "roles": {"caseworker", "administrator"}}); a.Status != 303 {
			t.Fatalf("it answers %d", a.Status)
		}
		for _, p := range []*webtest.Person{h.Luis, h.Petra} {
			if text := plainText(p.Get("/").Body); !strings.Contains(text, "by the only one") || !strings.Contains(text, "Omar, by Ada") {
				t.Errorf("%s is told: %s", p.Name, text)
			}
		}
		if strings.Contains(h.Nadia.Get("/").Body, "Omar, by Ada") {
			t.Error("a caseworker is told")
		}
	})
}
