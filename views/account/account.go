// Package account holds the pages about oneself: sign-in, set-up, invitation,
// reset, language, password, sessions, tokens. Accounts of others are in views/admin.
package account

import (
	"amparo/views/parts"
)

// Login is the sign-in page.
type Login struct {
	Email   string
	Next    string // where to go afterwards; a path of ours
	Error   string
	Passkey Ceremony
	Demo    []DemoUser
	Langs   []Lang
}

// Lang is a language the page can be read in.
type Lang struct {
	Code    string
	Name    string
	URL     string
	Current bool
}

// DemoUser is a fictional colleague that the demo lets anybody be.
type DemoUser struct {
	Role     string
	Email    string
	Password string
}

// Welcome is the form that sets a password: first administrator, invitation, reset.
type Welcome struct {
	Title    string
	About    string
	Action   string
	Problems []parts.Problem
	Fields   []parts.Field
	Submit   string
}

// Proof asks once more who it is.
type Proof struct {
	Action   string
	Kept     []parts.Pair // what was typed, to carry on with
	Why      string       // it is asked, where that is not plain
	Fields   []parts.Field
	Problems []parts.Problem
	Passkey  Ceremony
}

// Own is the page about oneself.
type Own struct {
	Name     string
	Email    string
	Roles    string
	Language parts.Ask
	Langs    []parts.Option
	Password Form
	Notices  []parts.Option // how one is told of deadlines by mail
	Calendar Calendar
	Links    []parts.Action // sessions, tokens
	Deputies []parts.Cell   // who approves in whose place
	Deputy   Form           // to name one; no Action: one may not
	Security []parts.Cell   // last sign-ins and changes
}

// Calendar is one's calendar feed.
type Calendar struct {
	Fresh string // its address, shown once right after it was made
	Made  string // when there is one
	Acts  []parts.Action
}

// Form is fields that are posted somewhere.
type Form struct {
	Action   string
	Fields   []parts.Field
	Problems []parts.Problem
	Submit   string
}

// Sessions is where one is signed in.
type Sessions struct {
	Rows   []Session
	EndAll *parts.Action
}

// Session is one sign-in.
type Session struct {
	Device  string
	Began   string
	Used    string
	Current bool
	End     *parts.Action
}

// Tokens is the keys of programs that act in one's name.
type Tokens struct {
	Fresh string // shown once, right after it was made
	Rows  []Token
	New   Form
	Empty string
}

// Token is one such key.
type Token struct {
	Name   string
	Made   string
	Used   string
	Until  string
	Revoke *parts.Action
}

func pressed(chosen bool) string {
	if chosen {
		return "true"
	}
	return "false"
}
