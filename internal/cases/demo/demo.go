// Package demo makes an invented office: accounts of every role, a register of
// invented prisons and forces, a few cases told in full (story.go) and as many
// people beside them as are asked for (crowd.go). Everything goes through the
// same doors as a colleague's work, so history, rights and custody are real.
// Nothing here is taken from any real person, prison or country.
package demo

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/vault"
)

// Size says how many people to invent, and from which seed: the same seed
// gives the same data, refs aside.
type Size struct {
	People  int
	Appeals int // beside those told in full; 0 is one for every ten people
	Seed    int64
	Files   *vault.Vault // where its files go; nil: it has none
}

// User is one sign-in of the demo.
type User struct {
	Role     string `json:"role"`
	Email    string `json:"email"`
	Password string `json:"password"`
	Token    string `json:"token"`
	TOTP     string `json:"totp"`
}

// Made is what a demo consists of, as its one JSON line tells it.
type Made struct {
	URL   string `json:"url"`
	Users []User `json:"users"`
	Cases struct {
		Open       string `json:"open"`
		Restricted string `json:"restricted"`
		Closed     string `json:"closed"`
	} `json:"cases"`
}

// Make fills an empty book and office.
func Make(ctx context.Context, book *record.Book, office *account.Office, s Size) (Made, error) {
	var made Made
	// Tens of thousands of records leave much behind that is soon forgotten.
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	m := &maker{ctx: ctx, r: rand.New(rand.NewPCG(uint64(s.Seed), 0xa3b0)), now: book.Now(), files: s.Files} // #nosec G404 G115 -- invented people, the same for a seed, whatever its sign
	m.clock = m.now
	m.book = book.At(func() time.Time { return m.clock })
	if err := m.people(office, s.Seed, &made); err != nil {
		return made, fmt.Errorf("make the demo's accounts: %w", err)
	}
	for _, step := range []func() error{
		m.register,
		func() error { return m.story(&made) },
		func() error { return m.crowd(s.People - m.entered - unnamed) },
		m.today,
		m.appeals,
		m.given,
		func() error { return m.pleas(cmp.Or(s.Appeals, s.People/10)) },
		m.month,
	} {
		if err := step(); err != nil {
			return made, fmt.Errorf("make the demo: %w", err)
		}
	}
	return made, nil
}

// month freezes the month before the last; the last still waits for it.
func (m *maker) month() error {
	return m.as(m.leadSuper, m.now, func(p *pen) {
		last := edtf.AddDays(p.today[:7]+"-01", -1)
		before, _ := cases.MonthCalled(edtf.AddDays(last[:7]+"-01", -1)[:7], p.today)
		p.err = cases.Freeze(p.tx, before)
	})
}

// maker holds what the parts of a demo share.
type maker struct {
	ctx   context.Context
	book  *record.Book
	r     *rand.Rand
	now   time.Time // the demo's present
	clock time.Time // the moment that is being told
	files *vault.Vault

	leadCase, otherCase, leadSuper, otherSuper, admin, reader auth.Actor

	lands []land
	net   form.Ref // an organization that helps

	told    told
	asked   bodies
	homes   []home // open cases of the crowd
	entered int    // people so far
}

// colleagues are the accounts of the demo. Names and passwords are the same in
// every demo, since it holds nothing that is worth keeping from anybody.
var colleagues = []struct {
	role              auth.Role
	name, email, word string
}{
	{auth.Caseworker, "Nadia Halloun", "nadia@demo.example", "copper-teapot"},
	{auth.Caseworker, "Mirko Ruizander", "mirko@demo.example", "violet-ladder"},
	{auth.Supervisor, "Lucía Okaforte", "lucia@demo.example", "granite-parasol"},
	{auth.Supervisor, "Sander Vanterloo", "sander@demo.example", "walnut-compass"},
	{auth.Administrator, "Aysel Tekinova", "aysel@demo.example", "marble-lantern"},
	{auth.Reader, "Remy Castellune", "remy@demo.example", "saffron-window"},
}

// people makes the accounts.
func (m *maker) people(office *account.Office, seed int64, made *Made) error {
	actors := []*auth.Actor{&m.leadCase, &m.otherCase, &m.leadSuper, &m.otherSuper, &m.admin, &m.reader}
	by := auth.System("the demo's accounts")
	for i, c := range colleagues {
		password := fmt.Sprintf("%s-%d-by-the-sea", c.word, seed)
		u, err := office.AddUser(m.ctx, by, account.NewUser{Email: c.email, Name: c.name, Rights: account.Rights{Roles: []auth.Role{c.role}}, Password: password})
		if err != nil {
			return err
		}
		*actors[i] = u.Actor()
		token, _, err := office.AddToken(m.ctx, u.Actor(), account.NewToken{AccountID: u.ID, Label: "demo"})
		if err != nil {
			return err
		}
		made.Users = append(made.Users, User{Role: string(c.role), Email: u.Email, Password: password, Token: token})
	}
	for _, head := range [][2]string{{"en", "Lantern Network\n7 Beacon Lane, Marsun\noffice@lantern.example"}, {"ar", "شبكة الفانوس\n7 زقاق المنارة، مرسون\noffice@lantern.example"}} {
		if err := office.SetTemplate(m.ctx, m.admin, appeal.Letterhead, head[0], head[1]); err != nil {
			return err
		}
	}
	return nil
}

// as does one piece of work at a moment, as one colleague.
func (m *maker) as(a auth.Actor, at time.Time, work func(p *pen)) error {
	m.clock = at
	return m.book.Do(m.ctx, a, func(tx *record.Tx) error {
		p := &pen{tx: tx, today: tx.Today(), files: m.files}
		work(p)
		return p.err
	})
}

// pen writes records until something fails; after that it does nothing.
type pen struct {
	tx    *record.Tx
	today string
	files *vault.Vault
	err   error
}

func (p *pen) create(kind string, body record.Body, home *record.Sheet) *record.Sheet {
	s := &record.Sheet{}
	if p.err == nil {
		var made *record.Sheet
		if made, p.err = p.tx.Create(kind, body, home); p.err == nil {
			return made
		}
		p.err = fmt.Errorf("%s %q: %w", kind, body.Title(), p.err)
	}
	return s
}

// add hangs rows on a record and gives the id of the last.
func (p *pen) add(part string, s *record.Sheet, bodies ...record.PartBody) string {
	id := ""
	for _, b := range bodies {
		if p.err != nil {
			return ""
		}
		var piece record.Piece
		if piece, p.err = p.tx.Add(part, s, b); p.err != nil {
			p.err = fmt.Errorf("%s on %s: %w", part, s.Head.Title, p.err)
		}
		id = piece.ID
	}
	return id
}

func (p *pen) annul(part string, s *record.Sheet, id, reason string) {
	if p.err == nil {
		p.err = p.tx.Annul(part, s, id, reason)
	}
}

// again reads a record anew, as another piece of work must.
func (p *pen) again(s *record.Sheet) *record.Sheet {
	if p.err != nil {
		return s
	}
	fresh, err := p.tx.ByID(s.Head.Kind, s.Head.ID)
	if err != nil {
		p.err = fmt.Errorf("read %s again: %w", s.Head.Title, err)
		return s
	}
	return fresh
}

// move makes a move; fields are name, typed text.
func (p *pen) move(s *record.Sheet, name, note string, fields ...string) {
	if p.err != nil {
		return
	}
	fill := func(set form.Set) form.Problems {
		var problems form.Problems
		for i := 0; i+1 < len(fields); i += 2 {
			f, _ := set.Get(fields[i])
			if code, args := f.Set(fields[i+1], p.tx.At); code != "" {
				problems = append(problems, form.Problem{Field: fields[i], Code: code, Args: args})
			}
		}
		return problems
	}
	if err := p.tx.Move(s, s.Head.Version, name, note, fill); err != nil {
		p.err = fmt.Errorf("%s of %s: %w", name, s.Head.Title, err)
	}
}

// together computes what follows from several writings once.
func (p *pen) together(write func()) {
	if p.err == nil {
		p.err = p.tx.Together(func() error { write(); return p.err })
	}
}

func (p *pen) save(s *record.Sheet) {
	if p.err == nil {
		p.err = p.tx.Save(s, s.Head.Version)
	}
}

// colleague points at an account.
func colleague(a auth.Actor) form.Ref {
	return form.Ref{ID: a.ID, Ref: a.Email, Kind: "account", Title: a.Name}
}

// ago is the day n days before today.
func (p *pen) ago(n int) string { return edtf.AddDays(p.today, -n) }

// day is the date of n days ago; negative ones lie ahead.
func (p *pen) day(n int) edtf.Date { return edtf.Day(p.ago(n)) }
