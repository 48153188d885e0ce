package deadline

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"
)

// row is a rule as docs/deadlines.md has it.
func row(r Rule) string {
	rule := "`" + r.Code + "`"
	if r.Variant != "" {
		rule += " " + strings.ReplaceAll(r.Variant, "_", " ")
	}
	unit := strings.ReplaceAll(r.Unit, "_", " ")
	if r.Amount == 1 {
		unit = strings.TrimSuffix(unit, "s")
	}
	time := fmt.Sprintf("%d %s", r.Amount, unit)
	if r.Extends != "" {
		time = "at most " + time + " more than `" + r.Extends + "`"
	}
	if r.Warn > 0 {
		time += fmt.Sprintf(", warns at %d", r.Warn)
	}
	if r.Reminders > 0 {
		time += fmt.Sprintf(", then %d reminders", r.Reminders)
	}
	valid := "always"
	switch {
	case r.From != "":
		valid = "from " + r.From
	case r.Until != "":
		valid = "until " + r.Until
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", rule, strings.ReplaceAll(r.Trigger, "_", " "), r.Owes, time,
		strings.ReplaceAll(r.After, "_", " "), valid, r.Strength, r.Source, cmp.Or(r.CheckedOn, "no"))
}

func TestTheDocumentShowsTheTable(t *testing.T) {
	text, err := os.ReadFile("../../docs/deadlines.md")
	if err != nil {
		t.Fatal(err)
	}
	want := "| rule | trigger | owes | time | after | valid for a trigger | strength | source | checked |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
	for _, r := range Rules() {
		want += row(r)
	}
	if !strings.Contains(string(text), want) {
		t.Errorf("docs/deadlines.md does not show rules.json; its table should read\n%s", want)
	}
}
