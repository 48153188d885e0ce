// Package auth knows who acts and what a role may do: Actor, Role, and one
// table of role × action. It knows nothing of accounts, passwords, sessions
// (those are in auth/account) or of any record.
package auth

import "slices"

// Role is one of the four parts an account can play; an account may hold several.
type Role string

const (
	Caseworker    Role = "caseworker"
	Supervisor    Role = "supervisor"
	Administrator Role = "administrator"
	Reader        Role = "reader"
)

// Roles lists every role, weakest sight last.
var Roles = []Role{Caseworker, Supervisor, Administrator, Reader}

// Actor is who acts: an account, or the program itself. There is no nil actor;
// the zero Actor may do nothing and see nothing.
type Actor struct {
	ID         string // account id; "system" for the program itself
	Email      string
	Name       string
	Roles      []Role
	MayApprove bool   // named colleague or deputy who may approve like a supervisor
	Reason     string // why the program itself acts; empty for people
}

// System is the program itself acting for a stated reason, such as a nightly check.
func System(reason string) Actor {
	return Actor{ID: "system", Name: "Amparo", Reason: reason}
}

// IsSystem tells whether the program itself acts.
func (a Actor) IsSystem() bool { return a.ID == "system" && a.Reason != "" }

// IsNobody tells whether nobody is signed in.
func (a Actor) IsNobody() bool { return a.ID == "" }

// Has tells whether the actor holds the role.
func (a Actor) Has(r Role) bool { return slices.Contains(a.Roles, r) }

// Staff tells whether the actor works on cases: caseworker or supervisor.
func (a Actor) Staff() bool { return a.Has(Caseworker) || a.Has(Supervisor) }

// Action is something a role may or may not do at all; which records it may be
// done to is decided by the scope of the kernel.
type Action string

const (
	Look       Action = "look"       // open pages, lists, printed documents
	Write      Action = "write"      // create and edit records, notes, citations
	Lead       Action = "lead"       // moves of a supervisor: open, close, assign, void
	Register   Action = "register"   // edit the shared register: organizations, places
	Administer Action = "administer" // accounts and settings
	Itself     Action = "itself"     // moves that only follow from something else; no role may
)

var table = map[Action][]Role{
	Look:       {Caseworker, Supervisor, Administrator, Reader},
	Write:      {Caseworker, Supervisor},
	Lead:       {Supervisor},
	Register:   {Caseworker, Supervisor, Administrator},
	Administer: {Administrator},
}

// May tells whether one of the actor's roles allows the action. The program
// itself may do everything; nobody may do nothing.
func (a Actor) May(do Action) bool {
	if a.IsSystem() {
		return true
	}
	for _, r := range table[do] {
		if a.Has(r) {
			return true
		}
	}
	return false
}
