// Package account keeps the accounts of an office: who may sign in, with which
// password, from which sessions and with which API tokens, and the log of
// security events. It has its own tables and knows no record; what a role may
// do is in auth, cookies and pages are in web.
//
// Whatever opens something (session, link, token, device) is a 256-bit random
// text that leaves this package once; the tables keep its SHA-256 only.
package account

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
	"amparo/internal/form"
	"amparo/internal/i18n"
)

// Limits are how long a session lives.
type Limits struct {
	Idle              time.Duration // without a request
	IdleAdministrator time.Duration // the same for accounts with the role administrator
	Whole             time.Duration // whatever happens
}

var usualLimits = Limits{Idle: 30 * time.Minute, IdleAdministrator: 15 * time.Minute, Whole: 12 * time.Hour}

// Options are what an office may do differently. The zero Options are the
// documented ones.
type Options struct {
	Cost   Cost             // of password hashes
	Limits Limits           // of sessions; zero ones are the usual
	Words  []string         // names of the office, which no password may be made of
	Now    func() time.Time // the clock
	Key    []byte           // 32 bytes that seeds of authenticators are encrypted with; nil: one that is lost when the program ends
}

// Office is the door to all accounts. It is safe for use by many at once.
type Office struct {
	db        *database.DB
	hasher    *hasher
	limits    Limits
	words     []string
	now       func() time.Time
	turns     turns
	sealer    cipher.AEAD
	meanwhile meanwhile
	called    called
}

// Open opens the accounts kept in a migrated database.
func Open(db *database.DB, o Options) (*Office, error) {
	h, err := newHasher(o.Cost)
	if err != nil {
		return nil, fmt.Errorf("open the accounts: %w", err)
	}
	l := o.Limits
	if l.Idle == 0 {
		l.Idle = usualLimits.Idle
	}
	if l.IdleAdministrator == 0 {
		l.IdleAdministrator = min(usualLimits.IdleAdministrator, l.Idle)
	}
	if l.Whole == 0 {
		l.Whole = usualLimits.Whole
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Key == nil {
		o.Key = make([]byte, chacha20poly1305.KeySize)
		_, _ = rand.Read(o.Key)
	}
	sealer, err := chacha20poly1305.NewX(o.Key)
	if err != nil {
		return nil, fmt.Errorf("open the accounts: %w", err)
	}
	office := &Office{sealer: sealer, db: db, hasher: h, limits: l, words: append([]string{"amparo", "administrator", "supervisor", "caseworker"}, o.Words...), now: o.Now}
	office.meanwhile.emptied()
	office.meanwhile.began = office.moment().Unix() / codeStep
	return office, nil
}

// User is an account.
type User struct {
	ID    string
	Email string // lower case
	Name  string
	Rights
	Language   string
	Notices    string    // NoticesDaily or NoticesNever
	Invited    bool      // has not chosen a password yet
	DisabledAt time.Time // zero while the account may sign in
	SignedInAt time.Time // last time; zero for never
	CreatedAt  time.Time
}

// Rights are what an administrator grants an account.
type Rights struct {
	Roles      []auth.Role
	MayApprove bool // a named deputy who may approve like a supervisor
}

// Disabled tells whether the account may not sign in.
func (u User) Disabled() bool { return !u.DisabledAt.IsZero() }

// Actor is the account as the one who acts.
func (u User) Actor() auth.Actor {
	return auth.Actor{ID: u.ID, Email: u.Email, Name: u.Name, Roles: u.Roles, MayApprove: u.MayApprove}
}

// NewUser is what an account is made from. Without a password it waits for
// its invitation.
type NewUser struct {
	Email string
	Name  string
	Rights
	Language string // "" is the fallback of i18n
	Password string
}

// AddUser makes an account; only who may administer. The role administrator may have
// to wait for a second: the account then has the others, or none yet.
func (o *Office) AddUser(ctx context.Context, by auth.Actor, n NewUser) (User, error) {
	if !by.May(auth.Administer) {
		return User{}, ErrNotYours
	}
	u, hash, err := o.prepare(ctx, n)
	if err != nil {
		return User{}, err
	}
	asked := u.Roles
	err = o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := lockAccounts(tx); err != nil {
			return err
		}
		u.Roles = nil
		if err := o.insert(tx, u, hash); err != nil {
			return err
		}
		if u.Roles, err = o.grant(tx, by, u, asked); err != nil {
			return err
		}
		if _, err := database.Exec(tx, `UPDATE account SET roles = ? WHERE id = ?`, joinRoles(u.Roles), u.ID); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: UserAdded, AccountID: u.ID, ActorID: by.ID})
	})
	if err != nil {
		return User{}, wrap("add an account", err)
	}
	return u, nil
}

// prepare checks a new account and hashes its password outside any transaction.
func (o *Office) prepare(ctx context.Context, n NewUser) (User, string, error) {
	u := User{ID: newID(), Rights: n.Rights, Language: n.Language, Notices: NoticesDaily, Invited: n.Password == "", CreatedAt: o.moment()}
	var ok bool
	if u.Email, ok = NormalEmail(n.Email); !ok {
		return u, "", ErrEmail
	}
	if u.Name, ok = normalName(n.Name); !ok {
		return u, "", ErrName
	}
	if u.Language == "" {
		u.Language = i18n.Fallback
	}
	if !i18n.Known(u.Language) {
		return u, "", ErrLanguage
	}
	var err error
	if u.Roles, err = normalRoles(u.Roles); err != nil {
		return u, "", err
	}
	if n.Password == "" {
		return u, "", nil
	}
	hash, err := o.newPassword(ctx, u, n.Password)
	return u, hash, err
}

// newPassword checks a password for an account and hashes it.
func (o *Office) newPassword(ctx context.Context, u User, password string) (string, error) {
	if err := CheckPassword(password, append([]string{u.Email, u.Name}, o.words...)...); err != nil {
		return "", err
	}
	return o.hasher.make(ctx, password)
}

func (o *Office) insert(tx *gorm.DB, u User, hash string) error {
	_, err := database.Exec(tx, `INSERT INTO account
		(id, email, name, roles, may_approve, language, password, disabled_at, signed_in_at, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, '', '', ?)`,
		u.ID, u.Email, u.Name, joinRoles(u.Roles), flag(u.MayApprove), u.Language, hash, stamp(u.CreatedAt))
	if database.IsUnique(err) {
		return ErrTaken
	}
	return err
}

// SetRights gives an account other rights and ends its sessions. The role
// administrator may have to wait for a second.
func (o *Office) SetRights(ctx context.Context, by auth.Actor, id string, r Rights) error {
	asked, err := normalRoles(r.Roles)
	if err != nil {
		return err
	}
	return o.change(ctx, by, id, RightsChanged, func(tx *gorm.DB, u User) error {
		roles, err := o.grant(tx, by, u, asked)
		if err != nil {
			return err
		}
		if slices.Equal(roles, u.Roles) && r.MayApprove == u.MayApprove {
			return nil
		}
		if _, err := database.Exec(tx, `UPDATE account SET roles = ?, may_approve = ? WHERE id = ?`, joinRoles(roles), flag(r.MayApprove), id); err != nil {
			return err
		}
		if err := oneAdministratorLeft(tx); err != nil {
			return err
		}
		if err := o.endSessions(tx, id, ""); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: RightsChanged, AccountID: id, ActorID: by.ID})
	})
}

// Rename gives an account another name.
func (o *Office) Rename(ctx context.Context, by auth.Actor, id, name string) error {
	name, ok := normalName(name)
	if !ok {
		return ErrName
	}
	return o.administer(ctx, by, id, UserRenamed, func(tx *gorm.DB, u User) error {
		_, err := database.Exec(tx, `UPDATE account SET name = ? WHERE id = ?`, name, id)
		return err
	})
}

// Disable keeps an account from signing in, ends its sessions and lets its
// links lapse; its tokens rest until it is enabled again.
func (o *Office) Disable(ctx context.Context, by auth.Actor, id string) error {
	return o.administer(ctx, by, id, UserDisabled, func(tx *gorm.DB, u User) error {
		if _, err := database.Exec(tx, `UPDATE account SET disabled_at = ? WHERE id = ? AND disabled_at = ''`, stamp(o.moment()), id); err != nil {
			return err
		}
		if err := oneAdministratorLeft(tx); err != nil {
			return err
		}
		if err := o.endLinks(tx, id); err != nil {
			return err
		}
		if _, err := endNomination(tx, id); err != nil {
			return err
		}
		return o.endSessions(tx, id, "")
	})
}

// Enable lets a disabled account sign in again. An administrator's may have to wait
// for a second.
func (o *Office) Enable(ctx context.Context, by auth.Actor, id string) error {
	return o.change(ctx, by, id, UserEnabled, func(tx *gorm.DB, u User) error {
		if u.Disabled() && u.Actor().Has(auth.Administrator) && !by.IsSystem() {
			if waits, err := o.nominate(tx, by, id); err != nil || waits {
				return err
			}
		}
		if _, err := database.Exec(tx, `UPDATE account SET disabled_at = '' WHERE id = ?`, id); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: UserEnabled, AccountID: id, ActorID: by.ID})
	})
}

// administer does one thing to one account and notes it.
func (o *Office) administer(ctx context.Context, by auth.Actor, id string, kind EventKind, do func(tx *gorm.DB, u User) error) error {
	return o.change(ctx, by, id, kind, func(tx *gorm.DB, u User) error {
		if err := do(tx, u); err != nil {
			return err
		}
		return o.note(tx, Event{Kind: kind, AccountID: id, ActorID: by.ID})
	})
}

// change does one thing to one account, which notes by itself what came of it.
func (o *Office) change(ctx context.Context, by auth.Actor, id string, kind EventKind, do func(tx *gorm.DB, u User) error) error {
	if !by.May(auth.Administer) {
		return ErrNotYours
	}
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := lockAccounts(tx); err != nil {
			return err
		}
		u, _, err := load(tx, `id = ?`, id)
		if err != nil {
			return err
		}
		return do(tx, u)
	})
	return wrap(string(kind), err)
}

// lockAccounts keeps two servers from deciding on the number of accounts at
// the same time; SQLite has one writer anyway.
func lockAccounts(tx *gorm.DB) error {
	if database.DialectOf(tx) != database.Postgres {
		return nil
	}
	_, err := database.Exec(tx, `LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE`)
	return err
}

func oneAdministratorLeft(tx *gorm.DB) error {
	n, err := count(tx, `SELECT count(*) FROM account WHERE disabled_at = '' AND roles LIKE '%administrator%'`)
	if err == nil && n == 0 {
		return ErrLast
	}
	return err
}

// SetLanguage sets the language that an account reads in.
func (o *Office) SetLanguage(ctx context.Context, accountID, lang string) error {
	if !i18n.Known(lang) {
		return ErrLanguage
	}
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		_, err := database.Exec(tx, `UPDATE account SET language = ? WHERE id = ?`, lang, accountID)
		return err
	})
	return wrap("set a language", err)
}

// called is what everybody is called, as last read.
type called struct {
	mu  sync.Mutex
	at  time.Time
	all map[string]form.Ref
}

// Directory gives what every account is called, by id; it is read at most once a
// second, since every page asks.
func (o *Office) Directory(ctx context.Context) (map[string]form.Ref, error) {
	known := &o.called
	known.mu.Lock()
	if known.all != nil && time.Since(known.at) < time.Second {
		defer known.mu.Unlock()
		return known.all, nil
	}
	// Meanwhile others go on with what was known: nobody waits here for somebody who waits for a connection.
	before := known.at
	known.at = time.Now()
	known.mu.Unlock()
	found, err := list(o.db.Read(context.WithoutCancel(ctx)), `1 = 1`)
	known.mu.Lock()
	defer known.mu.Unlock()
	if err != nil {
		known.at = before
		return nil, wrap("list names", err)
	}
	known.all = make(map[string]form.Ref, len(found))
	for _, u := range found {
		known.all[u.ID] = form.Ref{ID: u.ID, Ref: u.Email, Kind: "account", Title: u.Name}
	}
	return known.all, nil
}

// Users lists all accounts by name; only for who may administer.
func (o *Office) Users(ctx context.Context, by auth.Actor) ([]User, error) {
	if !by.May(auth.Administer) {
		return nil, ErrNotYours
	}
	found, err := list(o.db.Read(ctx), `1 = 1`)
	return found, wrap("list accounts", err)
}

// User is one account by id; only for itself and who may administer.
func (o *Office) User(ctx context.Context, by auth.Actor, id string) (User, error) {
	if by.ID != id && !by.May(auth.Administer) {
		return User{}, ErrNotYours
	}
	u, _, err := load(o.db.Read(ctx), `id = ?`, id)
	return u, wrap("read an account", err)
}

// Who is the account of a session, whole or not.
func (o *Office) Who(ctx context.Context, s Session) (User, error) {
	u, _, err := load(o.db.Read(ctx), `id = ?`, s.AccountID)
	return u, wrap("read an account", err)
}

// UserByEmail is one account by address; only for who may administer.
func (o *Office) UserByEmail(ctx context.Context, by auth.Actor, email string) (User, error) {
	if !by.May(auth.Administer) {
		return User{}, ErrNotYours
	}
	email, ok := NormalEmail(email)
	if !ok {
		return User{}, ErrUnknown
	}
	u, _, err := load(o.db.Read(ctx), `email = ?`, email)
	return u, wrap("read an account", err)
}

// Name is what colleagues see of an account.
type Name struct {
	ID       string
	Email    string
	Name     string
	Roles    []auth.Role
	Disabled bool
}

func (u User) short() Name {
	return Name{ID: u.ID, Email: u.Email, Name: u.Name, Roles: u.Roles, Disabled: u.Disabled()}
}

// Names finds accounts by id, for showing who did what. Ids that are no
// account are left out.
func (o *Office) Names(ctx context.Context, ids ...string) (map[string]Name, error) {
	return o.names(ctx, "id", ids, func(u User) string { return u.ID })
}

// NamesByEmail finds accounts by address, keyed by the address as it was given.
func (o *Office) NamesByEmail(ctx context.Context, emails ...string) (map[string]Name, error) {
	given := map[string][]string{}
	normal := make([]string, 0, len(emails))
	for _, e := range emails {
		if n, ok := NormalEmail(e); ok {
			given[n] = append(given[n], e)
			normal = append(normal, n)
		}
	}
	found, err := o.names(ctx, "email", normal, func(u User) string { return u.Email })
	if err != nil {
		return nil, err
	}
	all := make(map[string]Name, len(found))
	for email, name := range found {
		for _, e := range given[email] {
			all[e] = name
		}
	}
	return all, nil
}

func (o *Office) names(ctx context.Context, column string, values []string, key func(User) string) (map[string]Name, error) {
	values = slices.Clone(values)
	slices.Sort(values)
	values = slices.Compact(values)
	all := make(map[string]Name, len(values))
	for part := range slices.Chunk(values, 500) {
		args := make([]any, len(part))
		for i, v := range part {
			args[i] = v
		}
		found, err := list(o.db.Read(ctx), column+` IN (?`+strings.Repeat(", ?", len(part)-1)+`)`, args...)
		if err != nil {
			return nil, wrap("look up names", err)
		}
		for _, u := range found {
			all[key(u)] = u.short()
		}
	}
	return all, nil
}

// Colleagues lists the accounts that may sign in, by name, for choosing one.
func (o *Office) Colleagues(ctx context.Context) ([]Name, error) {
	found, err := list(o.db.Read(ctx), `disabled_at = ''`)
	if err != nil {
		return nil, wrap("list colleagues", err)
	}
	names := make([]Name, len(found))
	for i, u := range found {
		names[i] = u.short()
	}
	return names, nil
}

const userColumns = `id, email, name, roles, may_approve, language, password, disabled_at, signed_in_at, created_at, notices`

func list(h *gorm.DB, where string, args ...any) ([]User, error) {
	rows, err := database.Query(h, `SELECT `+userColumns+` FROM account WHERE `+where+` ORDER BY name, email`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []User
	for rows.Next() {
		u, _, err := scanUser(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, rows.Err()
}

// load reads one account and its password hash, or ErrUnknown.
func load(h *gorm.DB, where string, args ...any) (User, string, error) {
	rows, err := database.Query(h, `SELECT `+userColumns+` FROM account WHERE `+where, args...)
	if err != nil {
		return User{}, "", err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return User{}, "", err
		}
		return User{}, "", ErrUnknown
	}
	return scanUser(rows.Scan)
}

func scanUser(scan func(...any) error) (u User, hash string, err error) {
	var roles, disabled, signedIn, created string
	var mayApprove int
	err = scan(&u.ID, &u.Email, &u.Name, &roles, &mayApprove, &u.Language, &hash, &disabled, &signedIn, &created, &u.Notices)
	u.Roles, u.MayApprove, u.Invited = splitRoles(roles), mayApprove != 0, hash == ""
	u.DisabledAt, u.SignedInAt, u.CreatedAt = parse(disabled), parse(signedIn), parse(created)
	return u, hash, err
}

func count(h *gorm.DB, query string, args ...any) (n int, err error) {
	rows, err := database.Query(h, query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&n)
	}
	if err == nil {
		err = rows.Err()
	}
	return n, err
}

// NormalEmail is an address as accounts keep it: trimmed, composed, lower
// case. It answers false for what is no single address of at most 254 bytes.
func NormalEmail(s string) (string, bool) {
	s = strings.ToLower(norm.NFC.String(strings.TrimSpace(s)))
	if len(s) > 254 || !utf8.ValidString(s) {
		return "", false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune(`"<>(),;:\`, r)
	}) {
		return "", false
	}
	return s, true
}

func normalName(s string) (string, bool) {
	if !utf8.ValidString(s) {
		return "", false
	}
	s = strings.TrimSpace(norm.NFC.String(s))
	if n := utf8.RuneCountInString(s); n < 1 || n > 120 || strings.ContainsFunc(s, unicode.IsControl) {
		return "", false
	}
	return s, true
}

func normalRoles(roles []auth.Role) ([]auth.Role, error) {
	var known []auth.Role
	for _, r := range auth.Roles {
		if slices.Contains(roles, r) {
			known = append(known, r)
		}
	}
	for _, r := range roles {
		if !slices.Contains(auth.Roles, r) {
			return nil, ErrRoles
		}
	}
	if len(known) == 0 {
		return nil, ErrRoles
	}
	return known, nil
}

func joinRoles(roles []auth.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

func splitRoles(s string) []auth.Role {
	var roles []auth.Role
	for _, w := range strings.Fields(s) {
		roles = append(roles, auth.Role(w))
	}
	return roles
}

// moment is now as the tables keep it.
func (o *Office) moment() time.Time { return o.now().UTC().Truncate(time.Millisecond) }

// stampForm has one width, so that stamps sort as text.
const stampForm = "2006-01-02T15:04:05.000Z"

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(stampForm)
}

func parse(s string) time.Time {
	t, err := time.Parse(stampForm, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// secret is 256 random bits as text for an address or a cookie.
func secret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: the program ends if the system has no randomness
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// digest is what the tables keep of a secret, or of a subject that has no
// business there in the clear.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// wrap says what was being done, but leaves refusals as they are.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
		return refusal
	}
	return fmt.Errorf("%s: %w", doing, err)
}
