package demand

import (
	"maps"
	"testing"

	"amparo/internal/edtf"
	"amparo/internal/form"
)

func TestWhatIsSaidForAllTakesFromNobodyWhatHeHas(t *testing.T) {
	anis, badr, cem := form.Ref{ID: "a"}, form.Ref{ID: "b"}, form.Ref{ID: "c"}
	all := []form.Ref{anis, badr, cem}
	for name, c := range map[string]struct {
		said []Assessment
		want map[string]string
	}{
		"nothing is said":                           {nil, map[string]string{}},
		"some were helped":                          {[]Assessment{{Outcome: "met", For: all[:1]}}, map[string]string{"a": "met"}},
		"partly, of nobody in particular":           {[]Assessment{{Outcome: "partly_met"}}, map[string]string{"a": "partly_met", "b": "partly_met", "c": "partly_met"}},
		"partly, since one was helped":              {[]Assessment{{Outcome: "met", For: all[:1]}, {Outcome: "partly_met"}}, map[string]string{"a": "met"}},
		"the time of the rest ran out":              {[]Assessment{{Outcome: "met", For: all[:1]}, {Outcome: "lapsed"}}, map[string]string{"a": "met", "b": "lapsed", "c": "lapsed"}},
		"all were helped":                           {[]Assessment{{Outcome: "rejected"}, {Outcome: "met"}}, map[string]string{"a": "met", "b": "met", "c": "met"}},
		"it was taken from all":                     {[]Assessment{{Outcome: "met"}, {Outcome: "regressed"}}, map[string]string{"a": "regressed", "b": "regressed", "c": "regressed"}},
		"it was taken from one":                     {[]Assessment{{Outcome: "met"}, {Outcome: "regressed", For: all[2:]}}, map[string]string{"a": "met", "b": "met", "c": "regressed"}},
		"the newest counts, in whatever order told": {[]Assessment{{Outcome: "met", For: all[:1], Date: edtf.Must("2026-11-09")}, {Outcome: "pledged", For: all[:1], Date: edtf.Must("2026-11-02")}}, map[string]string{"a": "met"}},
	} {
		d := Demand{Assessments: c.said}
		if got := d.Standing(all, ""); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
