package account

import "amparo/views/parts"

// Verify asks for the second factor of a sign-in.
type Verify struct {
	Next     string
	Fields   []parts.Field
	Problems []parts.Problem
	Passkey  Ceremony
}

// Ceremony is how a browser is asked for a passkey; the zero Ceremony is none.
type Ceremony struct {
	Ask    string // where it learns what to sign
	Field  string // what the answer is sent in
	Origin string // the address at which passkeys work; elsewhere the button stays hidden
}

// Setup is the seed of an authenticator, and the field for its first code.
type Setup struct {
	Action   string
	Next     string
	Picture  string // path of the dark squares, for a camera
	Size     int    // squares on a side
	Text     string // to type in, in groups
	Sealed   string
	Fields   []parts.Field
	Problems []parts.Problem
}

// NewKey is the form that adds a passkey.
type NewKey struct {
	Action   string
	Next     string
	Fields   []parts.Field
	Problems []parts.Problem
	Passkey  Ceremony
}

// Enrolling leads who needs a second factor to one.
type Enrolling struct {
	Setup Setup
	Key   NewKey
}

// Codes are recovery codes, shown once.
type Codes struct {
	List []string
	Next string
}

// Factors is what an account has beside its password.
type Factors struct {
	Later  string // where who was asked at the first start may go instead; "" else
	Needed bool
	Since  string        // when codes were set up; "" for not
	Remove *parts.Action // of the codes
	Setup  Setup
	Keys   []Key
	New    NewKey
	Left   string        // recovery codes left, in words; "" for no factor
	Again  *parts.Action // makes new ones
	Wrong  string
}

// Key is one passkey.
type Key struct {
	Name   string
	Made   string
	Used   string
	Rename parts.Ask
	Remove parts.Action
}
