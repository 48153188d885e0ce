// Package layout is the frame around every page: head, sidebar, search, source
// tray, flash and the place for the page itself. What the pages say lives in the
// other folders of views.
package layout

import (
	"github.com/a-h/templ"

	"amparo/views/parts"
)

// Page is everything the frame needs to know.
type Page struct {
	Title  string // of the window; without names on restricted cases
	Lang   string
	Dir    string // "ltr" or "rtl"
	CSRF   string
	Nav    []Item
	More   []Item // under "More" in the sidebar
	Search string // what was searched for, put back into the field
	Tray   *Tray  // nil where no source can be set
	User   *User  // nil when nobody is signed in
	LogURL string // "/log" for those who may, else ""
	Flash  []Flash
	Demo   string // a line that says the data are invented, or ""
	Body   templ.Component
	Bare   bool // no sidebar: sign-in, set-up, errors before sign-in
}

// Item is one line of the navigation.
type Item struct {
	Label   string
	URL     string
	Count   string
	Current bool
}

// User is who is signed in.
type User struct {
	Name  string
	Email string
	// Idle is how many seconds without a touch until the page is covered.
	Idle int
	// Passkey is where a browser learns what a passkey shall sign, Origin the
	// address at which that works; "" for nowhere.
	Passkey string
	Origin  string
	Role    string // in words
	// LockURL leads to where the records are locked, "" for who may not.
	LockURL string
	Langs   []Lang
}

// Lang is a language the reader can change to; changing posts to /account/language.
type Lang struct {
	Code    string
	Name    string // its name in itself
	Current bool
}

// Tray is the source that every save inherits until it is ended.
type Tray struct {
	Text   string        // "call, brother, 20 Nov · B2"; "" when nothing is set
	URL    string        // of the document, when it is one on file
	Fields []parts.Field // what POST /tray takes; "quote" among them
	Return string        // page to come back to
}

// Flash is said once on top of the page.
type Flash struct {
	Text string
	Tone parts.Tone
	URL  string        // where what it speaks of is found
	Undo *parts.Action // taken back within a minute
}

func (f Flash) classes() string {
	if f.Tone == parts.Plain {
		return "flash good"
	}
	return "flash " + string(f.Tone)
}

func (f Flash) role() string {
	if f.Tone == parts.Alarm {
		return "alert"
	}
	return "status"
}
