//go:build browser

package journeys

import (
	"strings"
	"testing"

	"amparo/internal/browser"
)

// These tests enter what a caseworker takes from five published documents: facts with their source, in our own words.
// They are the only place where real organizations and officials are named.

// register enters an organization or place; further names are its other spellings.
func (h *hands) register(kind string, fields []string, all ...string) string {
	h.o.t.Helper()
	var typed []string
	for i, name := range all {
		row := "names." + string(rune('0'+i))
		typed = append(typed, row+".full", name)
		if i == 0 {
			typed = append(typed, row+".shown", "true")
		}
	}
	return h.enter("/"+kind+"/new", append(typed, fields...)...)
}

func TestTheFirstDocumentIsEnteredWholeAndAnswers(t *testing.T) {
	t.Parallel()
	h := empty(t).nadia(browser.Desk)
	home := h.enter("/cases/new", "title", "Seven men held over an association in Tripoli", "lead", "nadia@office.example", "country", "LY")

	// Who and where.
	agency := h.register("organizations", []string{"type", "security_force", "country", "LY"}, "Internal Security Agency", "ISA")
	amnesty := h.register("organizations", []string{"type", "ngo"}, "Amnesty International")
	un := h.register("organizations", []string{"type", "intergovernmental"}, "United Nations", "UN")
	h.register("organizations", []string{"type", "state_organ", "country", "LY"}, "Libyan authorities")
	apparatus := h.register("organizations", []string{"country", "LY"}, "Deterrence Apparatus for Combating Organized Crime and Terrorism")
	association := h.register("organizations", []string{"type", "association", "country", "LY", "founded", "2013", "dissolved", "2022-03-13", "dissolved_why", "Forced by the crackdown, according to the article"}, "Tanweer Movement")
	tripoli := h.register("places", []string{"type", "town"}, "Tripoli")
	office := h.register("places", []string{"type", "facility", "inside", tripoli, "run_by.0.org", agency}, "ISA headquarters, Tripoli")
	jadida := h.register("places", []string{"type", "prison"}, "Al-Jadida prison")
	mitiga := h.register("places", []string{"type", "prison", "run_by.0.org", apparatus}, "Mitiga prison")

	// The documents: one that relays, two that are relayed.
	article := h.enter("/evidence/new", "case", home, "kind", "media_article", "title", "Article on the crackdown on an association", "published", "[2022-03-25..]", "language", "en", "quality=undated", "true")
	first := h.enter("/evidence/new", "case", home, "kind", "statement", "title", "Statement of Wednesday", "issuer", "Amnesty International", "published", "2022-03-23")
	second := h.enter("/evidence/new", "case", home, "kind", "statement", "title", "Statement of Friday", "issuer", "United Nations", "published", "2022-03-25")
	for _, ref := range []string{first, second} {
		h.add("/evidence/"+ref, "citations", "field", "published", "document", article, "basis", "inferred", "says", "The day of the week and the date of the article give the day")
	}
	h.add("/organizations/"+apparatus, "citations", "speaker", amnesty, "document", article, "says", "A militia; prolonged arbitrary detention, enforced disappearance and torture with impunity")
	h.add("/organizations/"+association, "citations", "document", article, "field", "dissolved", "basis", "inferred", "says", "The article gives day and month; the year follows from the context")
	h.add("/places/"+mitiga, "citations", "speaker", amnesty, "document", article, "says", "Run by the Deterrence Apparatus")

	// The seven, from the article that quotes Amnesty.
	h.to("/cases/" + home)
	h.source("document", article, "speaker", amnesty)
	h.to("/log?case=" + home)
	h.put("#log", "name", "7 men, no names")
	h.put("#log", "when", "between Nov 2021 and Mar 2022")
	h.put("#log", "taken_by", agency)
	h.put("#log", "held_now=place", "true")
	h.put("#log", "held_place", office)
	h.turn(func() { h.Click("#log .form-end button.main") })
	h.says("main", "Detainee 1 of 7")
	h.follow("Transferred")
	h.put("#step", "date", "by 23 March 2022")
	h.put("#step", "places", jadida+" or "+mitiga)
	h.put("#step", "basis", "inferred")
	h.ClickOn("All")
	h.save()
	h.follow("Ill-treated")
	h.put("#step", "text", "Made to confess on video without a lawyer; the videos were published. The UN received allegations of coercion and is concerned about torture.")
	h.put("#step", "by", agency)
	h.ClickOn("All")
	h.save()

	// The two groups and the founder.
	group := h.enter("/people/new?case="+home, "placeholder", "Seven young men of the association", "group", "true")
	h.add("/people/"+group, "counts", "unit", "detainee", "qualifier", "exact", "n", "7", "counted_by", amnesty)
	h.add("/people/"+group, "counts", "unit", "detainee", "qualifier", "at_least", "n", "7", "counted_by", "Amnesty's own text")
	h.add("/people/"+group, "citations", "speaker", amnesty, "document", article, "basis", "inferred", "says", "The arrests span 2021-11/2022-03; the year 2021 is inferred")
	others := h.enter("/people/new?case="+home, "placeholder", "Several other men and women named in the videos", "group", "true", "flags=in_hiding", "true", "flags=do_not_contact", "true")
	h.add("/people/"+others, "counts", "unit", "person", "qualifier", "several", "counted_by", un)
	h.add("/people/"+others, "citations", "speaker", un, "document", article, "says", "Many in hiding after death threats; who threatened them is not known")
	founder := h.enter("/people/new?case="+home, "names.0.full", "Ahmed Elbukhari", "names.0.shown", "true", "occupations", "author", "relations.0.to", association, "relations.0.kind", "leader_of", "relations.0.since", "2015/..")
	h.add("/people/"+founder, "citations", "speaker", "his own website", "document", article, "says", "Co-founder in 2013, chairman since 2015")
	h.add("/cases/"+home, "counts", "unit", "detainee", "qualifier", "at_least", "n", "7", "counted_by", "Amnesty's own text")
	h.add("/cases/"+home, "notes", "text", "Alleged, for the record of acts: death threats against the group of several; the association closed under pressure on 13 March 2022 (year inferred).")

	seven := map[string]string{}
	for _, row := range h.rows("/people.csv?case=" + home)[1:] {
		cells := strings.Split(row, ",")
		if strings.HasPrefix(cells[2], "Detainee ") {
			seven[cells[2]] = cells[0]
		}
	}
	if len(seven) != 7 {
		t.Fatalf("%d of the seven are on file: %v", len(seven), h.rows("/people.csv"))
	}
	for _, ref := range seven {
		h.enter("/people/"+ref+"/edit", "relations.0.to", group, "relations.0.kind", "member_of")
	}
	for _, row := range h.rows("/detentions.csv?case=" + home)[1:] {
		h.enter("/detentions/"+strings.Split(row, ",")[0]+"/edit", "reason_given", "“Promoting atheism”, as the agency alleges")
	}

	// 1. How many detainees, how many identified?
	h.to("/people/" + group)
	h.says("#counts", "7 detainees", "at least 7 detainees")
	h.to("/cases/" + home)
	h.says("#counts", "7 detainees", "at least 7 detainees", "Amnesty")
	h.says("#people", "Detainee 7 of 7")
	h.Shot("seed-case")
	third := seven["Detainee 3 of 7"]
	h.to("/people/" + third)
	h.says("header.person-head", "Without a name")

	// 2. When were they arrested?
	h.says(".chrono", "one day between 1 Nov 2021 and 31 Mar 2022Arrest by Internal Security Agency")
	h.to("/people/" + group)
	h.says("#sources", "2021-11/2022-03", "the year 2021 is inferred")

	// 3. Where is detainee 3 on 23 March 2022?
	h.to("/people/" + third)
	h.Fill("input[name=on]", "23 March 2022")
	h.turn(func() { h.Press("Enter") })
	h.says("#where", "Al-Jadida prison or Mitiga prison", "not known which", "before that: ISA headquarters, Tripoli")
	h.says(".chrono", "Transferred to Al-Jadida prison or Mitiga prison")
	h.Shot("seed-detainee")

	// 4. Who runs each place?
	h.says("header.person-head", "Al-Jadida prison: not known who runs it", "Mitiga prison: run by Deterrence Apparatus for Combating Organized Crime and Terrorism")
	h.to("/places/" + office)
	h.says("main", "Internal Security Agency")
	h.to("/places/" + mitiga)
	h.says("main", "Deterrence Apparatus for Combating Organized Crime and Terrorism", "Amnesty International")
	h.to("/places/" + jadida)
	h.says("main", "Al-Jadida prison")
	h.SeeNot("Deterrence Apparatus")

	// 14. What of ICPPED 17(3) is missing?
	h.to("/people/" + third)
	missing := tidy(browser.Eval[string](h.Page, `[...document.querySelectorAll(".missing li")].map(e => e.innerText).join(" | ")`))
	for _, words := range []string{"(a) Identity", "(b) Date and place of the arrest, and by whom known: authority", "(c) Who ordered it, and on what grounds known: stated grounds",
		"(d) Who supervises the detention known: force", "(e) Place, date of admission", "(f) State of health", "(h) Date of release or transfer"} {
		if !strings.Contains(missing, words) {
			t.Errorf("what is missing lacks %q: %s", words, missing)
		}
	}
	h.says("main", "ICPPED 17(3)")
	if strings.Contains(tidy(h.Text("main")), "verified") {
		t.Error("something is called verified")
	}
	h.to("/cases/" + home + "/summary")
	h.says("main", "Al-Jadida prison or Mitiga prison")
	h.Shot("seed-case-print")
	h.to("/cases/" + home + "/summary?lang=ar")
	h.Shot("seed-case-print-ar")
}

func TestTheOtherDocumentsFillTheRegisterAndLookAlikesAreFound(t *testing.T) {
	t.Parallel()
	h := empty(t).nadia(browser.Desk)
	home := h.enter("/cases/new", "title", "What was published on Tarhuna", "lead", "nadia@office.example", "country", "LY")
	other := h.enter("/cases/new", "title", "An appeal on torture, Azerbaijan", "lead", "nadia@office.example", "country", "AZ")
	for _, o := range []struct {
		kind string
		all  []string
	}{
		// The newsroom.
		{"state_militia", []string{"Joint Operations Force", "JOF", "al-Moshtaraka"}}, {"company", []string{"Amesys"}}, {"company", []string{"Nexa Technologies"}}, {"ngo", []string{"Amnesty International USA"}},
		// The blocked proposal and the listing.
		{"armed_group", []string{"al-Kaniyat", "Kaniyat militia", "الكانيات"}}, {"sanctions_committee", []string{"1970 Libya Sanctions Committee"}}, {"state_organ", []string{"Government of National Accord", "GNA", "Government of National Agreement"}},
		{"intergovernmental", []string{"UNSMIL"}}, {"armed_group", []string{"Libyan National Army", "LNA"}}, {"medium", []string{"Reuters"}}, {"other", []string{"Libyan Political Dialogue Forum"}},
		// The open letter.
		{"treaty_body", []string{"UN Committee against Torture", "CAT"}}, {"intergovernmental", []string{"European Committee for the Prevention of Torture", "CPT"}}, {"ngo", []string{"Election Monitoring and Democracy Studies Center", "EMDS"}},
		{"association", []string{"National Council of Democratic Forces"}}, {"state_organ", []string{"Ministry of Internal Affairs of Azerbaijan"}}, {"state_organ", []string{"Ministry of Justice of Azerbaijan"}}, {"medium", []string{"Gözətçi", "Gozetci"}},
	} {
		h.register("organizations", []string{"type", o.kind}, o.all...)
	}
	kaniyat := strings.Split(findRow(t, h, "/organizations.csv", "al-Kaniyat"), ",")[0]
	accord := strings.Split(findRow(t, h, "/organizations.csv", "Government of National Accord"), ",")[0]
	town := h.register("places", []string{"type", "town", "controlled_by.0.org", kaniyat, "controlled_by.0.until", "2020-06", "controlled_by.1.org", accord, "controlled_by.1.since", "2020-06"}, "Tarhuna", "Tarhouna")
	h.register("places", []string{"type", "prison", "inside", town, "run_by.0.org", kaniyat}, "Tarhuna prison")
	for _, name := range []string{"Misratah", "Tajoura", "Tripoli"} {
		h.register("places", []string{"type", "town"}, name)
	}
	kani := h.enter("/people/new?case="+home, "names.0.full", "Mohammed al-Kani", "names.0.shown", "true", "names.1.full", "محمد الكاني", "relations.0.to", kaniyat, "relations.0.kind", "leader_of")
	h.enter("/people/new?case="+home, "names.0.full", "Philippe Nassif", "names.0.shown", "true", "occupations", "advocacy director")
	h.enter("/people/new?case="+home, "names.0.full", "Rasha Abdul Rahim", "names.0.shown", "true")
	h.enter("/people/new?case="+other, "placeholder", "Signatories of the open letter", "group", "true")
	h.add(h.Path(), "counts", "unit", "signatory", "qualifier", "more_than", "n", "20", "counted_by", "EMDS")
	h.says("#counts", "more than 20")
	h.add("/places/"+town, "counts", "unit", "body", "qualifier", "exact", "n", "12", "basis", "increment", "as_of", "2020-10", "counted_by", "Libyan authorities")
	h.add("/places/"+town, "counts", "unit", "body", "qualifier", "about", "n", "112", "basis", "cumulative", "as_of", "2020-11-20~", "since", "2020-06")
	h.says("#counts", "12 bodies", "about 112 bodies")
	h.SeeNot("124")

	for typed, want := range map[string]string{"Kaniyat": "al-Kaniyat", "Tarhouna": "Tarhuna", "Mohamed al-Kani": "Mohammed al-Kani"} {
		h.to("/")
		h.Fill("#find", typed)
		h.turn(func() { h.Press("Enter") })
		h.says("main", want)
	}
	h.to("/log")
	h.Fill("#log [name=name]", "Mohamed al-Kani")
	h.Wait("#matches .match")
	h.says("#matches .match:first-child", kani, "Mohammed al-Kani")
	h.Shot("seed-match")
}

// findRow is the line of a downloaded list with these words.
func findRow(t *testing.T, h *hands, list, words string) string {
	t.Helper()
	for _, row := range h.rows(list) {
		if strings.Contains(row, words) {
			return row
		}
	}
	t.Fatalf("%s has no %q", list, words)
	return ""
}
