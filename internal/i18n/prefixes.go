package i18n

// Prefix is the beginning of keys that are put together while the program
// runs, from a declaration that lists its own words. The test that finds unused
// messages cannot see such keys, so it takes their prefix as their use; whoever
// declares the words checks in a test of his own that each has its message.
type Prefix struct {
	Begins string // with the closing dot, such as "state."
	From   string // where the rest comes from
}

// Prefixes lists every composed family. Composing a key of a family that is
// not here fails a test; add the line together with the code.
var Prefixes = []Prefix{
	{"kind.", "record.Kind: kind.<name>.one, .many, .new, .none and .count"},
	{"field.", "form.Field: its label, field.<kind>.<name> before field.<name>"},
	{"column.", "record.Column: its head where it differs from the field"},
	{"filter.", "record.Filter: its label"},
	{"hint.", "form.Field: what stands under its input, hint.<kind>.<name>"},
	{"option.", "form.Field: the words of a choice, option.<list>.<code>"},
	{"state.", "workflow.State, state.<kind>.<name>"},
	{"custody.", "computed states of custody"},
	{"step.is.", "kinds of custody step as verbs, step.is.<kind>"},
	{"step.answer.", "answers to whether a planned step happened"},
	{"move.", "workflow.Move: the verb on its button"},
	{"why.", "record.Why: why a move or an edit is not open"},
	{"problem.", "form.Problem: what is wrong with a value"},
	{"trail.", "actions of the history"},
	{"audit.flaw.", "record.Flaw: what is wrong with the first entry of the history that is not whole"},
	{"count.", "citation.Tally: a sentence for each qualifier"},
	{"unit.", "citation.Tally: what is counted, for the number it stands with"},
	{"role.", "auth.Role, role.<name> and role.<name>.about"},
	{"error.", "codes of typed errors, shown by web"},
	{"event.", "kinds of security events"},
	{"date.month.", "names of months, each family of Arabic ones too"},
	{"date.season.", "seasons and quarters of imprecise dates"},
	{"date.note.", "how sure an imprecise date is"},
	{"date.error.", "edtf.Error: why a date cannot be read"},
	{"names.reason.", "names.Reason: why two names may be one"},
	{"exchange.fault.", "exchange.Fault: why a file cannot be read"},
	{"command.import.progress.", "exchange.Stage: how far an import is"},
	{"missing.", "items of What is missing, and missing.part for pieces of them"},
	{"print.step.", "custody steps as lines of a chronology, by what is known of them"},
	{"print.gap.", "what a printed document lacks"},
	{"print.left.", "what was left out of a printed document, and why"},
	{"given.", "the register of what was given to somebody: columns and forms"},
	{"print.give.", "to whom a paper is given, and why"},
	{"print.untold.", "what has no text in the language of a printed document"},
	{"print.audience.", "who a printed document is for"},
	{"print.paper.", "sizes of paper"},
	{"paper.merge.", "paper.FieldNames: merge fields by their names in each language"},
	{"web.access.from.", "record.Pass.Origin: where a pass comes from"},
	{"web.access.level.", "record.Levels: what a level means"},
	{"web.account.", "account.LinkKind: the page behind a one-time link"},
	{"web.admin.", "what can be done with an account, web.admin.<act> and _note"},
	{"web.merge.who_else.", "record.Kind: what asks who else a record could be"},
	{"deadline.", "deadline.Rule: rule.<code>, variant, trigger, owes, unit, after, caution, strength; deadline.Status; days of the week"},
	{"web.write.kind.", "appeal.Kinds: what each kind of appeal is for"},
	{"web.write.standard.", "demand.Kinds: the usual words of a demand, in the language of the text"},
	{"web.write.example.", "paper.FieldNames: what stands for each in a template's preview"},
	{"web.month.figure.", "cases.MonthFigures: what is counted in a month"},
	{"file.found.", "cases: how a file was found"},
	{"file.type.", "what a file is, by its media type"},
	{"web.erase.part.", "record.Part.Name, record.Beside.Table: what hangs on a record and goes with it"},
	{"web.fault.", "pages of what went wrong, web.fault.<key>.title and .text"},
}
