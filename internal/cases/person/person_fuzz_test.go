package person

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"amparo/internal/form"
)

// Whatever names and values a form brings, they are read or refused, and what
// was read can be kept and shown.
func FuzzAFormIsReadOrRefused(f *testing.F) {
	for _, sent := range []string{"", "names.0.full=Mira&fields=names", "names.-1.full=x&names.99999999999.full=y", "names.0.id=x&names.00.full=w&names=q", "age=1e999&born=99999-99-99&sex=%00", "relations.0.to=P-1&relations.0.kind=parent_of&fields=relations", "names.0.full.0.full=x"} {
		f.Add(sent)
	}
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, sent string) {
		v, err := url.ParseQuery(sent)
		if err != nil {
			return
		}
		p := &Person{}
		fields := p.Fields()
		problems := append(fields.Decode(form.Values(v), now), fields.Check()...)
		for _, one := range problems {
			if one.Field == "" || one.Code == "" {
				t.Fatalf("%q: a problem without a place or a name: %+v", sent, problems)
			}
		}
		if _, err := json.Marshal(fields.Readable()); err != nil {
			t.Fatal(err)
		}
		if len(fields.Args()) != len(fields.Columns()) {
			t.Fatal("values and columns differ in number")
		}
		before := fields.Snapshot()
		for _, one := range fields {
			one.Restore(one.Keep())
		}
		for name, value := range fields.Snapshot() {
			if before[name] != value && len(problems) == 0 {
				t.Fatalf("%q: %s is kept as %q and comes back as %q", sent, name, before[name], value)
			}
		}
	})
}
