package deadline

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
)

// How strongly a rule binds whom it addresses.
const (
	Binding   = "binding"
	Customary = "customary"
	Own       = "own"
)

// Rule is one version of a rule, as rules.json has it.
type Rule struct {
	Code      string `json:"code"`
	Variant   string `json:"variant,omitempty"`   // "" is the plain rule
	Extends   string `json:"extends,omitempty"`   // the rule whose due day this one moves
	Mechanism string `json:"mechanism"`           // the body by the name that organizations carry, or "own"
	Trigger   string `json:"trigger"`             // words under "deadline.trigger.…"
	Owes      string `json:"owes"`                // us, state or body
	Amount    int    `json:"amount"`              // how many
	Unit      string `json:"unit"`                // of what
	Warn      int    `json:"warn,omitempty"`      // an earlier amount, in the same unit, from which to warn
	Reminders int    `json:"reminders,omitempty"` // how often the body itself reminds afterwards
	Caution   string `json:"caution,omitempty"`   // what to look at before sending; words under "deadline.caution.…"
	After     string `json:"after"`               // what happens then; words under "deadline.after.…"
	From      string `json:"from,omitempty"`      // first and last day of a trigger for which this version holds
	Until     string `json:"until,omitempty"`
	Strength  string `json:"strength"`             // binding, customary or own
	Source    string `json:"source"`               // the public document it stands in
	CheckedOn string `json:"checked_on,omitempty"` // the day it was held against its source; "" = not yet

	Checked bool `json:"-"`
}

// ID names one version of a rule by all that somebody confirms who holds it against its source: with another amount it
// is another.
func (r Rule) ID() string {
	id := r.Code
	if r.Variant != "" {
		id += " " + r.Variant
	}
	id += fmt.Sprintf(" %d %s", r.Amount, r.Unit)
	if r.From != "" {
		id += " from " + r.From
	}
	if r.Until != "" {
		id += " until " + r.Until
	}
	return id
}

func (r Rule) holds(day string) bool {
	return (r.From == "" || day >= r.From) && (r.Until == "" || day <= r.Until)
}

//go:embed rules.json
var table []byte

var rules = read(table)

func read(text []byte) []Rule {
	var all []Rule
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&all); err != nil {
		panic(fmt.Sprintf("deadline: reading rules.json: %v", err)) // it is compiled in: only a build that passes no test has this
	}
	for i := range all {
		all[i].Checked = all[i].CheckedOn != ""
	}
	return all
}

// Rules lists every version of every rule, in the order of the table.
func Rules() []Rule { return slices.Clone(rules) }

// Edition tells this table of rules from every other: what was counted by
// another is to be counted again.
func Edition() int64 {
	sum := sha256.Sum256(table)
	return int64(binary.BigEndian.Uint64(sum[:]) >> 1) // #nosec G115 -- the first 63 bits: a database has no unsigned numbers
}

// Codes lists the rules, each once.
func Codes() []string {
	var codes []string
	for _, r := range rules {
		if !slices.Contains(codes, r.Code) {
			codes = append(codes, r.Code)
		}
	}
	return codes
}

// For gives the version of a rule that holds for the day of its trigger.
func For(code string, t Trigger) (Rule, bool) { return version(code, "", t) }

func version(code, variant string, t Trigger) (Rule, bool) {
	for _, r := range rules {
		if r.Code != code || r.Variant != variant {
			continue
		}
		if day := t.Counted(r.Owes); day != "" && r.holds(day) {
			return r, true
		}
	}
	return Rule{}, false
}
