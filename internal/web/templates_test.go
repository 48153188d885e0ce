package web_test

import (
	"net/url"
	"strings"
	"testing"

	"amparo/internal/cases/appeal"
	"amparo/internal/database/dbtest"
	"amparo/internal/i18n"
	"amparo/internal/paper"
	"amparo/internal/web"
	"amparo/internal/web/webtest"
)

func TestEachTemplateHasBothLanguagesAndOnlyMergeFieldsThatThereAre(t *testing.T) {
	all := paper.Values{}
	for _, name := range paper.FieldNames {
		all[name] = []paper.Block{paper.Paragraph{Text: paper.Plain(name)}}
	}
	if len(appeal.Templates()) != len(appeal.Kinds)+2 {
		t.Fatalf("templates: %v", appeal.Templates())
	}
	for _, name := range appeal.Templates() {
		for _, l := range i18n.Languages() {
			text := appeal.Template(name, l.Code)
			if name == appeal.Letterhead && text == "Amparo\n" {
				continue // until the office says whose papers they are
			}
			if len(text) < 200 || !strings.Contains(text, "{{") {
				t.Errorf("%s in %s is no letter: %q", name, l.Code, text)
			}
			for _, gap := range all.Gaps(text) {
				t.Errorf("%s in %s, line %d: there is no merge field %q", name, l.Code, gap.Line, gap.Field)
			}
		}
	}
}

func TestAnAdministratorChangesATemplateAndTakesItBack(t *testing.T) {
	h := webtest.New(t, dbtest.SQLite(t), web.Options{})
	const at = "/admin/templates/urgent_appeal/en"
	if page := h.Nadia.Get(at); page.Status != 200 || !strings.Contains(page.Body, "Samir Qandil-Nour") || strings.Contains(page.Body, "<textarea name=\"body\"") {
		t.Errorf("a caseworker looks at a template: %d", page.Status)
	}
	if page := h.Nadia.Post(at, url.Values{"body": {"Mine."}}); page.Status != 403 {
		t.Errorf("a caseworker changes a template: %d", page.Status)
	}
	for _, nowhere := range []string{"/admin/templates/urgent_appeal/xx", "/admin/templates/love_letter/en"} {
		if page := h.Ada.Get(nowhere); page.Status != 404 {
			t.Errorf("%s: %d", nowhere, page.Status)
		}
	}
	own := "Dear reader of {{facts}},\n\n{{nothing}} and {{deadline}}"
	page := h.Ada.Post(at, url.Values{"body": {own}, "then": {"preview"}})
	if page.Status != 200 || !strings.Contains(page.Body, "is no name that Amparo knows") || !strings.Contains(page.Body, "4 December 2026") {
		t.Errorf("the preview: %d", page.Status)
	}
	if part := h.Ada.Post(at+"/preview", url.Values{"body": {own}}); part.Status != 200 || !strings.Contains(part.Body, "4 December 2026") || strings.Contains(part.Body, "<main") {
		t.Errorf("the preview alone: %d %s", part.Status, part.Body)
	}
	if page = h.Ada.Post(at, url.Values{"body": {"  "}}); page.Status != 422 {
		t.Errorf("an empty template: %d", page.Status)
	}
	if page = h.Ada.Post(at, url.Values{"body": {own}}); page.To() != "/admin/templates" {
		t.Errorf("keeping it: %d", page.Status)
	}
	if page = h.Ada.Get("/admin/templates"); !strings.Contains(page.Body, "The office&#39;s own") || !strings.Contains(page.Body, "Template changed") {
		t.Error("the list does not tell who changed it")
	}
	if page = h.Ada.Get(at); !strings.Contains(page.Body, "Dear reader of {{facts}}") {
		t.Error("the changed text is not there")
	}
	if page = h.Ada.Post(at+"/reset", nil); page.To() != at {
		t.Errorf("taking it back: %d", page.Status)
	}
	if page = h.Ada.Get(at); strings.Contains(page.Body, "Dear reader of") || !strings.Contains(page.Body, "Every day counts") && !strings.Contains(page.Body, "every day counts") {
		t.Error("the text of the program is not back")
	}
}
