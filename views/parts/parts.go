// Package parts holds the pieces that every page is built from: inputs with their
// hint, error and echo, badges, tables, pagers, forms that ask before they act.
// Their models are plain strings and slices, already worded in the reader's
// language; only fixed labels are looked up in the catalogue.
// What a page shows, and whether its reader may see it, is decided elsewhere.
package parts

import (
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"unicode/utf8"
)

type tokenKey struct{}

// WithToken keeps the form token of the session for every form below ctx.
func WithToken(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, tokenKey{}, token)
}

// TokenFrom gives the form token kept by WithToken, or "".
func TokenFrom(ctx context.Context) string {
	token, _ := ctx.Value(tokenKey{}).(string)
	return token
}

// nonce tells one showing of a form from another, so that it is kept once.
func nonce() string { return rand.Text()[:16] }

// Type says how a field is entered.
type Type string

// The ways to enter a field.
const (
	Text     Type = "text"
	Textarea Type = "textarea"
	Date     Type = "date"     // plain words, echoed in words
	Choice   Type = "choice"   // one of Options, as a drop-down
	Segment  Type = "segment"  // one of Options, all visible side by side
	Choices  Type = "choices"  // several of Options
	Ref      Type = "ref"      // one record, typed with suggestions
	Refs     Type = "refs"     // several records: Items, and room to type one more
	Bool     Type = "bool"     // one tick, sent as "true"
	Number   Type = "number"   // digits
	List     Type = "list"     // one entry per line
	Group    Type = "group"    // repeated Rows of fields
	Password Type = "password" // never echoed
	Email    Type = "email"
	Code     Type = "code" // digits of a second factor
	Hidden   Type = "hidden"
	File     Type = "file" // a file; one that waits is in Value as its ticket, worded in Echo
)

// Option is one thing that can be chosen.
type Option struct {
	Value    string
	Label    string
	Hint     string
	Selected bool
}

// Row is one repetition inside a field of type Group. Its fields carry full names
// such as "names.0.full"; Prefix is "names.0" and ID fills the hidden "names.0.id".
type Row struct {
	Prefix string
	ID     string
	Title  string
	Fields []Field
}

// Field is one input with all that belongs to it.
type Field struct {
	Name         string
	ID           string // of the element; made from Name when empty
	Label        string
	Hint         string
	Value        string
	Echo         string // what the program understood, in words
	Error        string
	Type         Type
	Options      []Option
	Blank        string   // words for "nothing chosen" in a Choice, such as "any"
	Items        []Option // Refs: what is chosen so far
	Required     bool
	Max          int    // longest value in characters, of a Group the most rows; 0 leaves it open
	Rows         []Row  // Group only
	Kept         bool   // taken over from the entry before
	Suggest      string // kind asked at /suggest/<kind> for Ref and Refs
	Autocomplete string // HTML autocomplete token
	Lang         string // language of the value, where known
	Wide         bool   // takes the whole line
	Large        bool   // written larger: what the page is about
	Focus        bool   // the cursor starts here
	Bytes        int64  // File only: how large it may be
}

// DOMID is the id of the field's element.
func (f Field) DOMID() string {
	if f.ID != "" {
		return f.ID
	}
	return "f-" + strings.NewReplacer(".", "-", " ", "-", "[", "-", "]", "").Replace(f.Name)
}

func (f Field) described() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.DOMID()+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.DOMID()+"-error")
	}
	if f.Type == Date || f.Type == Ref || f.Echo != "" && f.Type != File {
		ids = append(ids, f.DOMID()+"-echo")
	}
	return strings.Join(ids, " ")
}

func (f Field) option(i int) string { return f.DOMID() + "-" + strconv.Itoa(i) }

func (f Field) invalid() string {
	if f.Error != "" {
		return "true"
	}
	return "false"
}

func (f Field) inputType() string {
	switch f.Type {
	case Password, Email:
		return string(f.Type)
	default:
		return "text"
	}
}

func (f Field) inputMode() string {
	switch f.Type {
	case Number, Code:
		return "numeric"
	case Email:
		return "email"
	default:
		return "text"
	}
}

func (f Field) autocomplete() string {
	if f.Autocomplete != "" {
		return f.Autocomplete
	}
	return "off"
}

func (f Field) classes() string {
	c := "field field-" + string(f.Type)
	if f.Wide || f.Type == Textarea || f.Type == Group {
		c += " wide"
	}
	if f.Large {
		c += " large"
	}
	if f.Error != "" {
		c += " bad"
	}
	return c
}

// dir follows the first strong letter of what is written. An empty input keeps
// the direction of the page: dir="auto" would turn it left to right.
func (f Field) dir() string {
	switch {
	case f.Type == Password, f.Type == Email, f.Type == Code:
		return "ltr"
	case f.Value != "":
		return "auto"
	default:
		return ""
	}
}

// Enctype is how a form with these fields is sent.
func Enctype(fields []Field) string {
	for _, f := range fields {
		if f.Type == File {
			return "multipart/form-data"
		}
	}
	return "application/x-www-form-urlencoded"
}

// Problem is one line of the error summary; Target is the id of the field's element.
type Problem struct {
	Target string
	Text   string
}

// Problems collects the errors of fields, rows of groups included, in page order.
func Problems(fields []Field) []Problem {
	var out []Problem
	for _, f := range fields {
		if f.Error != "" {
			out = append(out, Problem{Target: f.DOMID(), Text: f.Label + ": " + f.Error})
		}
		for _, row := range f.Rows {
			out = append(out, Problems(row.Fields)...)
		}
	}
	return out
}

// Tone says how much a thing weighs.
type Tone string

// The tones; each badge has its own shape as well as its own colour.
const (
	Plain   Tone = ""
	Main    Tone = "main"   // the one action the page is for
	Good    Tone = "good"   // settled for the better
	Warn    Tone = "warn"   // needs attention soon
	Alarm   Tone = "alarm"  // late, or a person in danger
	Quiet   Tone = "quiet"  // over, or of no weight now
	Unknown Tone = "unsure" // not settled, sources differ
)

// Badge is a state: a word and a shape, never colour alone.
type Badge struct {
	Word string
	Tone Tone
}

// Shape is the sign that goes with the tone.
func (b Badge) Shape() string {
	switch b.Tone {
	case Good:
		return "✓"
	case Warn:
		return "◆"
	case Alarm:
		return "▲"
	case Unknown:
		return "◐"
	case Quiet:
		return "○"
	default:
		return "■"
	}
}

func (b Badge) classes() string {
	c := "badge"
	if b.Tone != Plain {
		c += " " + string(b.Tone)
	}
	if utf8.RuneCountInString(b.Word) > 24 { // a sentence may take two lines
		c += " long"
	}
	return c
}

// Run is a piece of a sentence.
type Run struct {
	Text   string
	URL    string
	Strong bool
	Quiet  bool
	Lang   string
	Badge  *Badge // instead of Text
}

// Words makes a sentence of one plain piece.
func Words(text string) []Run { return []Run{{Text: text}} }

// Pair is a hidden form value.
type Pair struct{ Name, Value string }

// Action is a button: a link when URL is set, a form of one button when Post is.
type Action struct {
	Label  string
	URL    string
	Post   string
	Hidden []Pair
	Tone   Tone
	Target string // id of the element that the answer replaces; "" loads the page
}

func (a Action) classes() string { return button(a.Tone) }

func button(t Tone) string {
	switch t {
	case Main:
		return "button main"
	case Alarm:
		return "button alarm"
	case Quiet:
		return "button quiet"
	default:
		return "button"
	}
}

func target(id string) string {
	if id == "" {
		return ""
	}
	return "#" + id
}

// Ask is an act that opens in place and asks for something, or for a second click,
// before it is sent: every move, a postponement, annulling a step.
type Ask struct {
	Name    string // of the act; unique on the page, since element ids are made from it
	Label   string
	Spoken  string   // what is read out where Label is only a sign such as "⋯"
	Note    string   // what it does, or what it needs
	Needs   []string // what has to be in place first, each in words
	Why     string   // why it is not open now; then nothing can be sent
	Post    string
	Hidden  []Pair
	Fields  []Field
	Submit  string // label of the button; Label when empty
	Tone    Tone
	Version string // hidden version when not empty
	Open    bool   // unfolded, as after an error
	Target  string // id of the element that the answer replaces
}

func (a Ask) submit() string {
	if a.Submit != "" {
		return a.Submit
	}
	return a.Label
}

// fields gives every field an id of its own: several acts of one page may ask for
// a reason.
func (a Ask) fields() []Field {
	out := make([]Field, len(a.Fields))
	for i, f := range a.Fields {
		if f.ID == "" && a.Name != "" {
			f.ID = "ask-" + a.Name + "-" + f.Name
		}
		out[i] = f
	}
	return out
}

// Head is the head of a column.
type Head struct {
	Name    string // of the column, for whoever fills its cells
	Label   string
	SortURL string // set when the column sorts
	Sorted  string // "asc", "desc" or ""
	Numeric bool
	Hidden  bool // label for screen readers only
}

func (h Head) ariaSort() string {
	switch h.Sorted {
	case "asc":
		return "ascending"
	case "desc":
		return "descending"
	default:
		return "none"
	}
}

func (h Head) classes() string {
	if h.Numeric {
		return "num"
	}
	return ""
}

// Cell is what stands in one column of one row.
type Cell struct {
	Text    string
	URL     string
	Sub     string // second line
	Other   string // the same in another script
	Badges  []Badge
	Runs    []Run // instead of Text
	Actions []Action
	Numeric bool
	Primary bool // names the row
	Stacked bool // each of Runs on a line of its own
	Tight   bool // stays on one line: refs, short dates
}

func (c Cell) classes() string {
	var s []string
	if c.Numeric {
		s = append(s, "num")
	}
	if c.Primary {
		s = append(s, "primary")
	}
	if c.Tight {
		s = append(s, "tight")
	}
	if c.Stacked {
		s = append(s, "stacked")
	}
	if c.Text == "" && c.Sub == "" && len(c.Badges) == 0 && len(c.Runs) == 0 && len(c.Actions) == 0 {
		s = append(s, "blank")
	}
	return strings.Join(s, " ")
}

// TableRow is one row; Select, when set, is the value of a tick box before it.
type TableRow struct {
	Select  string
	Spoken  string // what the tick box is called where its value is no word
	Ticked  bool
	Cells   []Cell
	Current bool
}

func (r TableRow) spoken() string {
	if r.Spoken != "" {
		return r.Spoken
	}
	return r.Select
}

// Table is rows under heads; on a phone every row is a card.
type Table struct {
	Caption string // for screen readers
	Heads   []Head
	Rows    []TableRow
	Tick    string // name of the tick boxes, when rows can be chosen
	FormID  string // form that the tick boxes belong to
}

func (t Table) label(i int) string {
	if i < len(t.Heads) {
		return t.Heads[i].Label
	}
	return ""
}

// Pager leads through a long list. Summary is worded: "51–100 of 312".
type Pager struct {
	Summary string
	Prev    string
	Next    string
	Pages   []PageLink
}

// PageLink is one page number; a gap has no URL and is not current.
type PageLink struct {
	Label   string
	URL     string
	Current bool
}

// Tab is one of several views of a page.
type Tab struct {
	Label   string
	URL     string
	Count   string
	Current bool
}

// Empty is shown where a list has nothing in it.
type Empty struct {
	Text   string
	Action *Action
}

// Note is something a colleague wrote on a record.
type Note struct {
	By   string
	At   string
	Text string
}

// Citation is who says what, in which document, and how far it is trusted.
type Citation struct {
	Field    string // what it is about, in words; "" for the whole record
	Says     string
	Speaker  string
	Via      string
	Document Run
	Locator  string
	Quote    string
	Grade    string // "B2", or words for not graded
	Basis    string
	Origin   string
	Note     string
	By       string
	URL      string
	Spoiled  *Badge // what is wrong with the document's file
}

// Count is a number as somebody observed it.
type Count struct {
	Text   string // "at least 7 people"
	AsOf   string
	By     string
	Source string
	Cited  *Run // what it rests on
}

// Marked is a text with some words of it marked.
type Marked struct{ Before, Words, After string }

// Understood is how typed words of a date were read.
type Understood struct {
	Words   string
	Problem string   // why it cannot be read, instead of Words
	Choices []Option // which one is meant; Value is put into the field
}

// Draft says what became of the text that is being typed.
type Draft struct {
	Text string // "draft kept 3 s ago", "" before the first
	URL  string // where drafts are posted; "" keeps none
}
