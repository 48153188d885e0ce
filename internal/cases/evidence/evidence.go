// Package evidence is the room of sources and evidence: a document, a link, a
// transcript. Files come with the vault; here a piece of evidence is what it
// says and where it can be found.
package evidence

import (
	"strings"

	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/workflow"
)

// Evidence is one document or link.
type Evidence struct {
	Kind, TitleText, Issuer string
	Published               edtf.Date
	Language, URL, Text     string
	Quality                 []string
}

// Kinds of evidence and marks on its quality.
var (
	Kinds = []string{"media_article", "press_release", "statement", "report", "letter", "official_document", "court_document", "medical_report",
		"interview", "call", "message", "social_post", "video", "photo", "audio", "list", "website", "other"}
	Quality = []string{"machine_translation", "garbled", "partial", "edited", "loaded_words", "undated", "unsigned"}
)

// Fields binds the evidence's variables.
func (e *Evidence) Fields() form.Set {
	return form.Set{
		form.OfChoice("kind", &e.Kind, Kinds, form.Required, form.Vocab("evidence_kind")),
		form.OfText("title", &e.TitleText, form.Required, form.Max(500)),
		form.OfText("issuer", &e.Issuer),
		form.OfDate("published", &e.Published),
		form.OfText("language", &e.Language, form.Max(35)),
		form.OfText("url", &e.URL, form.Max(2000)),
		form.OfLong("text", &e.Text, form.Max(200000)),
		form.OfChoices("quality", &e.Quality, Quality),
	}
}

// Title is the evidence's own title.
func (e *Evidence) Title() string { return e.TitleText }

// Kind declares evidence.
var Kind = &record.Kind{
	Name: "evidence", Path: "evidence", Prefix: "E", Table: "evidence",
	New:  func() record.Body { return &Evidence{} },
	Flow: workflow.Simple,
	Check: func(b record.Body, _ string) form.Problems {
		e := b.(*Evidence)
		if e.URL != "" && !strings.HasPrefix(e.URL, "https://") && !strings.HasPrefix(e.URL, "http://") {
			return form.Problems{{Field: "url", Code: "url"}}
		}
		return nil
	},
	List: func(string) record.List {
		return record.List{Default: "-updated_at", Columns: []record.Column{
			{Name: "kind", SQL: "t.kind", Sort: "t.kind", Type: form.Choice},
			{Name: "issuer", SQL: "t.issuer", Sort: "t.issuer"},
			{Name: "published", SQL: "t.published", Sort: "t.published_earliest", Type: form.Date},
			{Name: "case", SQL: "h.case_id", Type: form.Link},
		}, Filters: []record.Filter{
			{Name: "kind", SQL: "t.kind = ?", Options: Kinds, Vocab: "option.evidence_kind."},
		}}
	},
}
