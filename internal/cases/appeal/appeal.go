// Package appeal is the room of appeals: what is asked of whom on whose behalf,
// in which words, who signed it, how it was sent and what became of it. The
// numbered demands are records of their own (package demand), as are answers
// (package response).
package appeal

import (
	"amparo/internal/auth"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/workflow"
)

// Addressee is one body that is written to, with how and when it was.
type Addressee struct {
	ID         string
	Org        form.Ref
	Channel    string
	SentAt     edtf.Date
	Proof      string // in words, or the ref of the evidence that holds it
	ReceivedAt edtf.Date
	TheirRef   string
}

// Sent tells whether the appeal has left for this addressee.
func (a Addressee) Sent() bool { return !a.SentAt.IsZero() }

// Text is the appeal in one language, as Markdown.
type Text struct{ ID, Lang, Body string }

// Fact is one statement of the appeal with the citations it rests on. One that
// names a language belongs to the text in that language alone.
type Fact struct {
	ID, Text, Lang string
	Citations      []string // ids of citations of any record
}

// Signatory is one who signs; who may not be named counts all the same.
type Signatory struct {
	ID, Name, Capacity               string
	MayBeNamed, Confirmed, Withdrawn bool
}

// Count is how many signed, as far as it is known.
type Count struct {
	ID, Qualifier string
	N             form.Num
}

// Entry is one line of the procedure before a body.
type Entry struct {
	ID   string
	Kind string
	Date edtf.Date
	Org  form.Ref // before which body, where there are several
	Text string
}

// Appeal is one appeal, ours or one observed.
type Appeal struct {
	By             string
	Submitters     []form.Ref
	Kind           string
	TitleText      string
	Dated          edtf.Date
	Persons        []form.Ref
	Addressees     []Addressee
	Texts          []Text
	Facts          []Fact
	Signatories    []Signatory
	SignatoryCount []Count
	SubmittedBy    string
	SameMatter     string
	Attachments    []form.Ref
	Follows        form.Ref
	Assignee       form.Ref
	SendBy         edtf.Date
	Log            []Entry
	Outcome, Told  string
	TextHash       string
	Authors        []form.Ref
	Urgency        string
	SecondReader   form.Ref

	Sending  Addressee  // what the move send is told; put into Addressees
	JustSent []form.Ref // to whom this very change records that it was sent
}

// Closed lists of this room.
var (
	Kinds      = []string{"urgent_appeal", "open_letter", "petition", "communication", "sanctions_request", "national_complaint", "quiet_diplomacy"}
	Sides      = []string{"ours", "others"}
	Entries    = []string{"registered", "transmitted", "reply", "extension", "comments", "decision", "follow_up"}
	Qualifiers = []string{"exact", "at_least", "more_than", "about", "at_most", "several", "unknown"}
)

// Who made the appeal.
const (
	Ours   = "ours"
	Others = "others"
)

// States of an appeal.
const (
	Draft     = "draft"
	InReview  = "in_review"
	Approved  = "approved"
	Sent      = "sent"
	Answered  = "answered"
	Closed    = "closed"
	Withdrawn = "withdrawn"
)

// Frozen are the fields that make up what is approved: what was approved is what
// is sent.
var Frozen = []string{"kind", "title", "persons", "texts", "facts"}

func (a *Addressee) fields() form.Set {
	return append(form.Set{form.OfLink("org", &a.Org, "organization", form.Required)}, a.sending()...)
}

// sending is how an appeal left for an addressee.
func (a *Addressee) sending() form.Set {
	return form.Set{
		form.OfText("channel", &a.Channel),
		form.OfDate("sent_at", &a.SentAt),
		form.OfText("proof", &a.Proof, form.Spoken),
		form.OfDate("received_at", &a.ReceivedAt),
		form.OfText("their_ref", &a.TheirRef),
	}
}

// Fields binds the appeal's variables.
func (a *Appeal) Fields() form.Set {
	return form.Set{
		form.OfText("title", &a.TitleText, form.Required, form.Max(500)),
		form.OfChoice("kind", &a.Kind, Kinds, form.Vocab("appeal_kind")),
		form.OfChoice("by", &a.By, Sides, form.Vocab("appeal_by")),
		form.OfLinks("submitters", &a.Submitters, "organization"),
		form.OfDate("dated", &a.Dated),
		form.OfLinks("persons", &a.Persons, "person"),
		form.OfGroup("addressees", &a.Addressees, func(one *Addressee) (*string, form.Set) { return &one.ID, one.fields() }),
		form.OfGroup("texts", &a.Texts, func(t *Text) (*string, form.Set) {
			return &t.ID, form.Set{
				form.OfText("lang", &t.Lang, form.Required, form.Max(35)),
				form.OfLong("body", &t.Body, form.Max(100000)),
			}
		}),
		form.OfGroup("facts", &a.Facts, func(f *Fact) (*string, form.Set) {
			return &f.ID, form.Set{
				form.OfLong("text", &f.Text, form.Required, form.Max(4000)),
				form.OfText("lang", &f.Lang, form.Max(35)),
				form.OfList("citations", &f.Citations),
			}
		}),
		form.OfGroup("signatories", &a.Signatories, func(s *Signatory) (*string, form.Set) {
			return &s.ID, form.Set{
				form.OfText("name", &s.Name, form.Required),
				form.OfText("capacity", &s.Capacity),
				form.OfBool("may_be_named", &s.MayBeNamed),
				form.OfBool("confirmed", &s.Confirmed),
				form.OfBool("withdrawn", &s.Withdrawn),
			}
		}),
		form.OfOne("signatory_count", &a.SignatoryCount, func(c *Count) (*string, form.Set) {
			return &c.ID, form.Set{
				form.OfChoice("qualifier", &c.Qualifier, Qualifiers, form.Required, form.Vocab("count_qualifier")),
				form.OfNumber("n", &c.N),
			}
		}),
		form.OfLong("submitted_by", &a.SubmittedBy, form.Max(2000)),
		form.OfLong("same_matter_elsewhere", &a.SameMatter, form.Max(4000)),
		form.OfLinks("attachments", &a.Attachments, "evidence"),
		form.OfLink("follows", &a.Follows, "appeal"),
		form.OfAccount("assignee", &a.Assignee),
		form.OfDate("send_by", &a.SendBy, form.Ahead),
		form.OfGroup("log", &a.Log, func(e *Entry) (*string, form.Set) {
			return &e.ID, form.Set{
				form.OfChoice("kind", &e.Kind, Entries, form.Required, form.Vocab("appeal_log")),
				form.OfDate("date", &e.Date),
				form.OfLink("org", &e.Org, "organization"),
				form.OfLong("text", &e.Text, form.Max(4000)),
			}
		}),
		form.OfLong("outcome", &a.Outcome, form.Inside, form.Max(4000)),
		form.OfLong("told", &a.Told, form.Inside, form.Max(2000)),
		form.OfLong("urgency", &a.Urgency, form.Inside, form.Max(2000)),
		form.OfText("text_hash", &a.TextHash, form.Derived),
		form.OfAccounts("authors", &a.Authors, form.Derived),
		form.OfAccount("second_reader", &a.SecondReader, form.Derived),
	}
}

// Title is the appeal's own title.
func (a *Appeal) Title() string { return a.TitleText }

// Observed tells whether others made the appeal and we only follow it.
func (a *Appeal) Observed() bool { return a.By == Others }

// Left are the fields of an appeal of ours that may still be changed by hand once
// it was approved.
func Left(state string) []string {
	list := []string{"assignee", "signatories", "signatory_count", "attachments", "submitted_by", "same_matter_elsewhere", "follows"}
	if state == Approved {
		return append(list, "send_by")
	}
	return append(list, "log")
}

// FirstSent is when the appeal left for its first addressee; for an appeal by
// others the day it bears where no sending is known. Zero while it has not.
func (a *Appeal) FirstSent() edtf.Date {
	var first edtf.Date
	for _, one := range a.Addressees {
		if one.Sent() && (first.IsZero() || one.SentAt.Earliest < first.Earliest) {
			first = one.SentAt
		}
	}
	if first.IsZero() && a.Observed() {
		return a.Dated
	}
	return first
}

// SentTo is how many addressees it has left for.
func (a *Appeal) SentTo() int {
	n := 0
	for _, one := range a.Addressees {
		if one.Sent() {
			n++
		}
	}
	return n
}

// Body gives the text in a language, "" where there is none.
func (a *Appeal) Body(lang string) string {
	for _, t := range a.Texts {
		if t.Lang == lang {
			return t.Body
		}
	}
	return ""
}

// FactsIn lists the facts of the text in a language.
func (a *Appeal) FactsIn(lang string) []Fact {
	var list []Fact
	for _, f := range a.Facts {
		if f.Lang == "" || f.Lang == lang {
			list = append(list, f)
		}
	}
	return list
}

func states(s ...workflow.State) []workflow.State { return s }

// Kind declares appeals.
var Kind = &record.Kind{
	Name: "appeal", Path: "appeals", Prefix: "A", Table: "appeal", Home: "persons",
	New: func() record.Body { return &Appeal{By: Ours} },
	Flow: workflow.Flow{Start: Draft, Moves: []workflow.Move{
		{Name: "submit", From: states(Draft), To: InReview, Who: auth.Write},
		{Name: "return", From: states(InReview), To: Draft, Who: auth.Lead, Approver: true, Asks: []string{"reason"}},
		{Name: "approve", From: states(InReview), To: Approved, Who: auth.Lead, Approver: true, NotAuthor: true, Needs: []string{"appeal.targets", "appeal.footnotes"}},
		{Name: "revise", From: states(Approved), To: Draft, Who: auth.Write},
		{Name: "send", From: states(Approved), To: Sent, Who: auth.Write, Asks: []string{"channel", "sent_at", "proof"}, May: []string{"org", "received_at", "their_ref"},
			Needs: []string{"appeal.addressees", "appeal.consent"}},
		{Name: "send_urgently", From: states(Draft, InReview), To: Sent, Who: auth.Write, Asks: []string{"urgency", "channel", "sent_at", "proof"}, May: []string{"org", "received_at", "their_ref"},
			Needs: []string{"appeal.targets", "appeal.footnotes", "appeal.addressees", "appeal.consent"}},
		{Name: "read_again", From: states(Sent, Answered, Closed), Who: auth.Lead, Approver: true, NotAuthor: true, Needs: []string{"appeal.unread"}},
		{Name: "answer", From: states(Sent), To: Answered, Who: auth.Itself},
		{Name: "unanswer", From: states(Answered), To: Sent, Who: auth.Itself},
		{Name: "close", From: states(Sent, Answered), To: Closed, Who: auth.Lead, Approver: true, Asks: []string{"outcome"}},
		{Name: "reopen", From: states(Closed), To: Sent, Who: auth.Lead, Approver: true, Asks: []string{"reason"}},
		{Name: "withdraw", From: states(Draft, InReview, Approved), To: Withdrawn, Who: auth.Write, Asks: []string{"reason"}},
		{Name: "withdraw", From: states(Sent, Answered), To: Withdrawn, Who: auth.Lead, Approver: true, Asks: []string{"told"}},
	}},
	Asked: func(b record.Body, move string) form.Set {
		if move != "send" && move != "send_urgently" {
			return nil
		}
		to := &b.(*Appeal).Sending
		return append(form.Set{form.OfLink("org", &to.Org, "organization")}, to.sending()...)
	},
	Authors: func(b record.Body) []string {
		var list []string
		for _, one := range b.(*Appeal).Authors {
			list = append(list, one.ID)
		}
		return list
	},
	Check: check,
	List: func(on string) record.List {
		return record.List{
			Default: "-updated_at",
			Join:    []record.Join{{Table: "appeal_line", Alias: "al", On: "al.appeal_id = h.id", Each: true}},
			Columns: []record.Column{
				{Name: "due", SQL: "al.due", Sort: "CASE WHEN al.due = '' THEN '9999' ELSE al.due END", Then: "al.appeal_id", Type: form.Date},
				{Name: "addressees", SQL: "al.addressees", Type: form.Links},
				{Name: "persons", SQL: "t.persons", Type: form.Links},
				{Name: "met", SQL: "al.met", Sort: "al.met", Type: form.Number},
				{Name: "demands", SQL: "al.demands", Sort: "al.demands", Type: form.Number, File: true},
				{Name: "assignee", SQL: "t.assignee", Sort: "t.assignee", Type: form.Account},
				{Name: "kind", SQL: "t.kind", Sort: "t.kind", Type: form.Choice, File: true},
				{Name: "sent_at", SQL: "al.sent", Sort: "al.sent_earliest", Type: form.Date},
				{Name: "author", SQL: "h.created_by", Type: form.Account, File: true},
				{Name: "case", SQL: "h.case_id", Type: form.Link, File: true},
			},
			Filters: []record.Filter{
				{Name: "kind", SQL: "t.kind = ?", Options: Kinds, Vocab: "option.appeal_kind."},
				{Name: "overdue", SQL: "al.due <> '' AND al.due < '" + on + "' AND ? = 'yes'", Options: []string{"yes"}, Vocab: "option.yes."},
				{Name: "assignee", SQL: "t.assignee = ?", Kind: "account"},
				{Name: "to", SQL: "h.id IN (SELECT from_id FROM tie WHERE field = 'addressees.org' AND to_id = ?)", Kind: "organization"},
				{Name: "person", SQL: "h.id IN (SELECT from_id FROM tie WHERE field = 'persons' AND to_id = ?)", Kind: "person"},
				{Name: "from", SQL: "h.id IN (SELECT from_id FROM tie WHERE field = 'submitters' AND to_id = ?)", Kind: "organization"},
				{Name: "country", SQL: "h.case_id IN (SELECT cf.id FROM casefile cf WHERE cf.country = ?)", Options: form.Countries(), Vocab: "option.country."},
				{Name: "by", SQL: "t.\"by\" = ?", Options: Sides, Vocab: "option.appeal_by."},
			},
		}
	},
}

func check(b record.Body, today string) form.Problems {
	a := b.(*Appeal)
	var p form.Problems
	if a.By == "" {
		a.By = Ours
	}
	seen := map[string]bool{}
	for i, one := range a.Addressees {
		path := "addressees." + itoa(i)
		if one.Org.ID != "" && seen[one.Org.ID] {
			p = append(p, form.Problem{Field: path + ".org", Code: "twice"})
		}
		seen[one.Org.ID] = true
		if one.SentAt.Earliest > today {
			p = append(p, form.Problem{Field: path + ".sent_at", Code: "future"})
		}
		if one.ReceivedAt.Latest != "" && one.SentAt.Earliest != "" && one.ReceivedAt.Latest < one.SentAt.Earliest {
			p = append(p, form.Problem{Field: path + ".received_at", Code: "before_sending"})
		}
		if !one.Sent() && (!one.ReceivedAt.IsZero() || one.Proof != "") && !a.Observed() {
			p = append(p, form.Problem{Field: path + ".sent_at", Code: "required"})
		}
	}
	spoken := map[string]bool{}
	for i, t := range a.Texts {
		if t.Lang != "" && spoken[t.Lang] {
			p = append(p, form.Problem{Field: "texts." + itoa(i) + ".lang", Code: "twice"})
		}
		spoken[t.Lang] = true
	}
	return p
}
