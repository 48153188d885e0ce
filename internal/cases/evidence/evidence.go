// Package evidence is the room of sources and evidence: a document, a link, a
// transcript, a file. Here a piece of evidence is what it says, where it can be
// found and how it came; the bytes of its file lie in the vault.
package evidence

import (
	"strings"
	"time"

	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/vault"
	"amparo/internal/workflow"
)

// Evidence is one document, link or file.
type Evidence struct {
	Kind, TitleText, Issuer string
	Published               edtf.Date
	Language, URL, Text     string
	Quality                 []string

	SHA256, MediaType, FileName       string // of the file, "" without one
	Size                              form.Num
	ReceivedAt                        edtf.Date
	ReceivedFrom, CollectedBy, Method string
	Metadata                          []string // what a picture tells beside what it shows

	// What was made from another piece of evidence: a copy, a crop, a transcript.
	DerivedFrom                        form.Ref
	DerivedHow, DerivedBy, DerivedWith string
	DerivedOn                          edtf.Date
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
		form.OfDate("received_at", &e.ReceivedAt),
		form.OfText("received_from", &e.ReceivedFrom, form.Guarded),
		form.OfText("collected_by", &e.CollectedBy, form.Guarded),
		form.OfText("method", &e.Method),
		form.OfLink("derived_from", &e.DerivedFrom, "evidence"),
		form.OfText("derived_how", &e.DerivedHow, form.Max(1000)),
		form.OfText("derived_by", &e.DerivedBy),
		form.OfText("derived_with", &e.DerivedWith),
		form.OfDate("derived_on", &e.DerivedOn),
		form.OfText("file_name", &e.FileName, form.Derived, form.Told),
		form.OfText("media_type", &e.MediaType, form.Derived, form.Told),
		form.OfNumber("size", &e.Size, form.Derived, form.Told),
		form.OfText("sha256", &e.SHA256, form.Derived, form.Told),
		form.OfChoices("metadata", &e.Metadata, vault.Told, form.Derived),
	}
}

// Hold gives the evidence its file, under the name its sender gave it. It holds
// one at most, and for good: another file is another piece of evidence.
func (e *Evidence) Hold(f vault.File, name string, at time.Time) error {
	if e.SHA256 != "" {
		return form.Problems{{Field: "file", Code: "file_once"}}
	}
	e.SHA256, e.MediaType, e.FileName = f.SHA256, f.MediaType, name
	e.Size, e.Metadata = form.Num{Valid: true, N: float64(f.Size)}, f.Metadata
	if e.ReceivedAt.IsZero() && e.DerivedFrom == (form.Ref{}) { // what is made here was not received
		moment, err := edtf.Parse(at.Format(time.RFC3339))
		if err != nil {
			return err
		}
		e.ReceivedAt = moment
	}
	return nil
}

// Title is the evidence's own title.
func (e *Evidence) Title() string { return e.TitleText }

// Kind declares evidence.
var Kind = &record.Kind{
	Name: "evidence", Path: "evidence", Prefix: "E", Table: "evidence",
	New:     func() record.Body { return &Evidence{} },
	Flow:    workflow.Simple,
	Content: func(b record.Body) string { return b.(*Evidence).SHA256 },
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
			{Name: "media_type", SQL: "t.media_type", Sort: "t.media_type"},
			{Name: "case", SQL: "h.case_id", Type: form.Link},
			{Name: "file_name", SQL: "t.file_name", File: true},
			{Name: "size", SQL: "t.size", Type: form.Number, File: true},
			{Name: "sha256", SQL: "t.sha256", File: true},
		}, Filters: []record.Filter{
			{Name: "kind", SQL: "t.kind = ?", Options: Kinds, Vocab: "option.evidence_kind."},
			{Name: "file", SQL: "CASE ? WHEN 'with' THEN t.sha256 <> '' WHEN 'without' THEN t.sha256 = '' ELSE EXISTS (SELECT 1 FROM file_check fc WHERE fc.sha256 = t.sha256 AND fc.state <> 'whole') END",
				Options: []string{"with", "without", "spoiled"}, Vocab: "option.file."},
		}}
	},
}
