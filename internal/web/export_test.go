package web_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
)

// filed keeps a case with two people of whom one is held.
func filed(t *testing.T) (o *outside, home string) {
	t.Helper()
	o = newOutside(t)
	home = o.newCase("nadia", "")
	o.ask("nadia", "POST", "/api/v1/log", `{"name":"Ilias Marun","case":"`+home+`","when":"2026-11-01","taken_by":"Harbour Guard","where":"Quay","held_now":"Northgate prison or Quay prison","source":"a cousin"}`).is(201)
	o.ask("nadia", "POST", "/api/v1/people", `{"case":"`+home+`","names":[{"full":"=HYPERLINK(\"x\")"},{"full":"+44 20"},{"full":"لينا"}],"nationalities":["AQ","BV"],"age":30,"born":"1996~","sex":"female"}`).is(201)
	return o, home
}

func TestPeopleAsAFileHaveTheHeadsOthersHoldOnTo(t *testing.T) {
	o, home := filed(t)
	a := o.ask("luis", "GET", "/people.csv?sort=ref&per_page=25", "")
	if a.status != 200 || a.get("Content-Type") != "text/csv; charset=utf-8" || a.get("Content-Disposition") != `attachment; filename="people-internal.csv"` {
		t.Fatal(a.status, a.header)
	}
	lines := strings.Split(a.text, "\r\n")
	if want := "\ufeffref,case,title,name_latn,name_arab,name_cyrl,other_names,born,age,sex,nationalities,custody_state,custody_since,held_at,held_by,days_min,days_max,last_confirmed,version"; lines[0] != want {
		t.Errorf("heads %q", lines[0])
	}
	if len(lines) != 4 || lines[3] != "" {
		t.Fatalf("%q", lines)
	}
	_, rest, _ := strings.Cut(lines[1], ",")
	if want := home + ",Ilias Marun,Ilias Marun,,,,,,,,held_place_uncertain,"; !strings.HasPrefix(rest, want) || !strings.Contains(rest, ",Northgate prison; Quay prison,Harbour Guard,") {
		t.Errorf("%q", lines[1])
	}
	_, rest, _ = strings.Cut(lines[2], ",")
	if want := home + `,"'=HYPERLINK(""x"")","'=HYPERLINK(""x"")",لينا,,'+44 20,1996~,30,female,AQ; BV,,,,,,,,1`; rest != want {
		t.Errorf("%q, want %q", rest, want)
	}
	before := o.ask("luis", "GET", "/people.csv?sort=ref&on=2026-10-01", "")
	if strings.Contains(before.text, "held_place_uncertain") {
		t.Error(before.text)
	}
	if head := o.ask("luis", "HEAD", "/people.csv", ""); head.status != 200 || head.text != "" {
		t.Error(head.status, head.text)
	}
}

func TestDetentionsAsAFileHaveTheHeadsOthersHoldOnTo(t *testing.T) {
	o, home := filed(t)
	lines := strings.Split(o.ask("luis", "GET", "/detentions.csv", "").text, "\r\n")
	if want := "\ufeffref,case,person,name,taken,taken_by,taken_at,warrant_shown,state,since,held_at"; lines[0] != want {
		t.Errorf("heads %q", lines[0])
	}
	if len(lines) != 3 || !strings.Contains(lines[1], ","+home+",P-") || !strings.Contains(lines[1], ",Ilias Marun,2026-11-01,Harbour Guard,Quay,,held_place_uncertain,") ||
		!strings.HasSuffix(lines[1], ",Northgate prison; Quay prison") {
		t.Errorf("%q", lines)
	}
}

func TestAFileHoldsTheWholeFilterAndIsNoted(t *testing.T) {
	o, _ := filed(t)
	home := o.newCase("nadia", "")
	for range 60 {
		o.ask("nadia", "POST", "/api/v1/people", `{"case":"`+home+`","placeholder":"Unnamed"}`).is(201)
	}
	a := o.ask("luis", "GET", "/people.csv?per_page=25&case="+home, "")
	if n := strings.Count(a.text, "\r\n"); n != 61 {
		t.Errorf("%d lines", n)
	}
	events, err := o.office.Events(t.Context(), auth.System("test"), account.EventFilter{Kinds: []account.EventKind{account.Exported}})
	if err != nil || len(events) != 1 || events[0].Count != 60 {
		t.Errorf("%v, %v", events, err)
	}
}

func TestEveryKindDownloadsInBothFormats(t *testing.T) {
	o, _ := filed(t)
	for _, kind := range []string{"cases", "people", "detentions", "organizations", "places", "evidence", "tasks"} {
		if a := o.ask("luis", "GET", "/"+kind+".csv", ""); a.status != 200 || !strings.HasPrefix(a.text, "\ufeffref,") {
			t.Errorf("%s: %d %q", kind, a.status, a.text)
		}
		a := o.ask("luis", "GET", "/"+kind+".xlsx", "")
		book, err := excelize.OpenReader(bytes.NewReader([]byte(a.text)))
		if err != nil {
			t.Errorf("%s: %d %v", kind, a.status, err)
			continue
		}
		if v, err := book.GetCellValue("Sheet1", "A1"); err != nil || v != "ref" {
			t.Errorf("%s: %q %v", kind, v, err)
		}
		book.Close()
	}
}
