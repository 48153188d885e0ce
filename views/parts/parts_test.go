package parts

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"amparo/internal/i18n"
)

func draw(t *testing.T, f Field) string {
	t.Helper()
	var out bytes.Buffer
	if err := Input(f).Render(i18n.With(context.Background(), i18n.In("en")), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAFieldWithAnErrorIsWiredToItsMessage(t *testing.T) {
	got := draw(t, Field{Name: "born", Label: "Born", Type: Date, Value: "12/11/26", Hint: "as you heard it", Error: "which one?"})
	for _, want := range []string{`aria-invalid="true"`, `aria-describedby="f-born-hint f-born-error f-born-echo"`, `id="f-born-error"`, `value="12/11/26"`, `for="f-born"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestAHostileValueStaysText(t *testing.T) {
	const hostile = `"><script>alert(1)</script>`
	for _, kind := range []Type{Text, Textarea, Date, Ref, List, Number, Hidden} {
		if got := draw(t, Field{Name: "x", Label: hostile, Type: kind, Value: hostile, Error: hostile, Hint: hostile, Echo: hostile}); strings.Contains(got, "<script>") {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

func TestAnEmptyFieldKeepsTheDirectionOfThePage(t *testing.T) {
	if got := draw(t, Field{Name: "x", Type: Text}); strings.Contains(got, "dir=") {
		t.Error(got)
	}
	if got := draw(t, Field{Name: "x", Type: Text, Value: "سمير"}); !strings.Contains(got, `dir="auto"`) {
		t.Error(got)
	}
	if got := draw(t, Field{Name: "x", Type: Password}); !strings.Contains(got, `dir="ltr"`) {
		t.Error(got)
	}
}

func TestARepeatedGroupCanGrowWithoutScripts(t *testing.T) {
	got := draw(t, Field{Name: "names", Label: "Names", Type: Group, Rows: []Row{{Prefix: "names.0", ID: "n7", Fields: []Field{{Name: "names.0.full", Label: "Full", Value: "Samir"}}}}})
	for _, want := range []string{`name="names.0.id" value="n7"`, `name="names.0.full"`, `name="names.0.remove"`, `name="add" value="names" formnovalidate`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestProblemsOfRowsAreInTheSummary(t *testing.T) {
	got := Problems([]Field{{Name: "a", Label: "A"}, {Name: "names", Type: Group, Rows: []Row{{Fields: []Field{{Name: "names.0.full", Label: "Full", Error: "needed"}}}}}})
	if len(got) != 1 || got[0].Target != "f-names-0-full" || got[0].Text != "Full: needed" {
		t.Fatalf("%+v", got)
	}
}

func TestEveryToneHasAShapeOfItsOwn(t *testing.T) {
	seen := map[string]Tone{}
	for _, tone := range []Tone{Plain, Good, Warn, Alarm, Quiet, Unknown} {
		shape := Badge{Tone: tone}.Shape()
		if other, ok := seen[shape]; ok {
			t.Errorf("%q and %q are both %s", tone, other, shape)
		}
		seen[shape] = tone
	}
}
