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
	{"nav.", "the list of rooms in the layout"},
	{"kind.", "record.Kind: names of a kind, one and many"},
	{"field.", "form.Field: label of a field, field.<kind>.<name>"},
	{"hint.", "form.Field: hint under a field"},
	{"option.", "form.Field: words of a choice"},
	{"section.", "headings of groups of fields"},
	{"state.", "workflow.State, state.<kind>.<name>"},
	{"status.", "computed status of custody"},
	{"step.", "kinds of custody step"},
	{"move.", "workflow.Move: the verb on its button"},
	{"asks.", "workflow.Move: what a move asks for"},
	{"guard.", "guards: why a move is not open"},
	{"role.", "auth.Role, role.<name> and role.<name>.about"},
	{"problem.", "form: what is wrong with a value"},
	{"error.", "codes of typed errors, shown by web"},
	{"event.", "kinds of security events"},
	{"do.", "verbs of the screens"},
	{"grade.", "grades of sources and information"},
	{"column.", "columns of lists"},
	{"filter.", "filters of lists"},
	{"trail.", "kinds of history lines"},
	{"date.", "imprecise dates in words"},
	{"names.reason.", "names: why two names may be one"},
	{"count.", "numbers of records of a kind"},
	{"unit.", "units of numbers"},
	{"custody.", "computed status of custody in sentences"},
	{"why.", "why a move is refused"},
	{"web.fault.", "pages of what went wrong, by status"},
	{"month.", "names of months"},
	{"weekday.", "names of days"},
	{"lang.", "names of languages a text may be in"},
	{"script.", "names of scripts"},
	{"country.", "names of countries"},
	{"paper.", "headings of printed documents"},
	{"missing.", "items of What is missing"},
}
