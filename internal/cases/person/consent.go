package person

import (
	"strings"

	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Scope is one use that a consent allows, and how much of the person it shows.
type Scope struct {
	ID            string
	Use           string
	Body          form.Ref // for the use "body": which; none means any body addressed
	Identity      string
	Photo         bool
	Place, Family bool
}

// Withdrawal is when and how far a consent was taken back.
type Withdrawal struct {
	ID    string
	Date  edtf.Date
	Scope string // in words; empty: all of it
}

// Consent is what a person, or who may speak for him, allowed to be told. No
// consent means no.
type Consent struct {
	GivenBy, As, Why string
	Date             edtf.Date
	Language, Method string
	Explained        string
	Scopes           []Scope
	Until            edtf.Date
	Withdrawn        []Withdrawal
}

// Closed lists of consent.
var (
	ConsentAs       = []string{"self", "guardian", "next_of_kin"}
	ConsentUses     = []string{"internal", "body", "court", "partner", "media", "publication"}
	ConsentIdentity = []string{"full", "initials", "pseudonym", "none"}
)

// Fields binds the consent's variables.
func (c *Consent) Fields() form.Set {
	return form.Set{
		form.OfText("given_by", &c.GivenBy),
		form.OfChoice("as", &c.As, ConsentAs, form.Required, form.Vocab("consent_as")),
		form.OfText("why", &c.Why, form.Max(1000)),
		form.OfDate("date", &c.Date, form.Required),
		form.OfText("language", &c.Language, form.Max(35)),
		form.OfText("method", &c.Method),
		form.OfLong("explained", &c.Explained, form.Max(4000)),
		form.OfGroup("scopes", &c.Scopes, func(s *Scope) (*string, form.Set) {
			return &s.ID, form.Set{
				form.OfChoice("use", &s.Use, ConsentUses, form.Required, form.Vocab("consent_use")),
				form.OfLink("body", &s.Body, "organization"),
				form.OfChoice("identity", &s.Identity, ConsentIdentity, form.Required, form.Vocab("consent_identity")),
				form.OfBool("photo", &s.Photo),
				form.OfBool("place", &s.Place),
				form.OfBool("family", &s.Family),
			}
		}),
		form.OfDate("until", &c.Until, form.Ahead),
		form.OfOne("withdrawn", &c.Withdrawn, func(w *Withdrawal) (*string, form.Set) {
			return &w.ID, form.Set{
				form.OfDate("date", &w.Date, form.Required),
				form.OfText("scope", &w.Scope, form.Max(1000)),
			}
		}),
	}
}

// Holds tells whether the consent counts on an ISO day: given, not run out, not
// withdrawn. What is uncertain counts against it.
func (c *Consent) Holds(day string) bool {
	return c.Date.Earliest <= day && (c.Until.Earliest == "" || c.Until.Earliest >= day) &&
		(len(c.Withdrawn) == 0 || c.Withdrawn[0].Date.Earliest > day)
}

// Covers gives how much of the person may be shown to a body, "" when nothing.
func (c *Consent) Covers(bodyID string) string {
	best := ""
	for _, s := range c.Scopes {
		if s.Use != "body" || s.Body.ID != "" && s.Body.ID != bodyID {
			continue
		}
		if best == "" || rank(s.Identity) < rank(best) {
			best = s.Identity
		}
	}
	return best
}

func rank(identity string) int { return strings.Index("full initials pseudonym none", identity) }

// Named tells whether the person can be told by a name; a placeholder is nobody.
func (p *Person) Named() bool { return len(p.Names) > 0 && !p.Group }

// HangConsent registers consents with the book.
func HangConsent(b *record.Book) {
	b.Hang(&record.Part{Name: "consents", Table: "consent", Lasting: true, New: func() record.PartBody { return &Consent{} }})
}
