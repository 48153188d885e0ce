//go:build browser

package journeys

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"amparo/internal/browser"
)

// These tests enter two published documents whole from their pasted text, and ask what they answer: each answer ends at
// the sentence it rests on. The documents are read where they lie beside the project; where they do not, a text of our
// own of the same build stands for them.

// passages are a document and the sentences of it that are cited, by what they say.
type passages struct {
	text string
	at   map[string]string
}

// reading finds the passages of a document; each is a name, how it is found, and a sentence of our own.
func reading(t *testing.T, number string, list [][3]string) passages {
	t.Helper()
	files, err := filepath.Glob("../../../shared/seeds/" + number + "_*.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := passages{at: map[string]string{}}
	if len(files) == 0 {
		for _, one := range list {
			p.at[one[0]] = one[2]
			p.text += one[2] + "\n\n"
		}
		return p
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	p.text = strings.ReplaceAll(string(text), "\r\n", "\n")
	for _, one := range list {
		m := regexp.MustCompile(one[1]).FindStringSubmatch(p.text)
		if m == nil {
			t.Fatalf("document %s has no passage %q", number, one[0])
		}
		p.at[one[0]] = strings.TrimSpace(m[len(m)-1])
	}
	return p
}

// clerk is somebody who enters a document and counts how often she saves.
type clerk struct {
	*hands
	saves int
}

func (c *clerk) enter(path string, fields ...string) string {
	c.o.t.Helper()
	c.saves++
	return c.hands.enter(path, fields...)
}

func (c *clerk) add(path, piece string, fields ...string) {
	c.o.t.Helper()
	c.saves++
	c.hands.add(path, piece, fields...)
}

// sends fills a form of its own page and saves it.
func (c *clerk) sends(form, button string, fields ...string) {
	c.o.t.Helper()
	c.saves++
	for i := 0; i+1 < len(fields); i += 2 {
		name, _, _ := strings.Cut(fields[i], "=")
		c.Until(name, `document.querySelector(`+quoted(form+` [name="`+name+`"]`)+`) !== null`)
		c.put(form, fields[i], fields[i+1])
	}
	c.turn(func() { c.Click(form + " " + button) })
	if c.Count("#problems") > 0 {
		c.o.t.Fatalf("%s: %s", c.Path(), c.Text("#problems"))
	}
}

// selects marks words on the page of the document one works from, as with a mouse, until they are the quote.
func (c *clerk) selects(document, words string) {
	c.o.t.Helper()
	c.to("/evidence/" + document)
	found := browser.Eval[bool](c.Page, `(() => {
		const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
		for (let n = walk.nextNode(); n; n = walk.nextNode()) {
			const i = n.data.indexOf(`+quoted(words)+`);
			if (i < 0) continue;
			getSelection().setBaseAndExtent(n, i, n, i + `+quoted(words)+`.length);
			return true;
		}
		return false })()`)
	if !found {
		c.o.t.Fatalf("%s does not say %q", c.Path(), words)
	}
	c.Until("the quote", `document.querySelector("#tray-form [name=quote]").value === `+quoted(words))
	c.Rest()
}

// link is one that leads to a quoted passage; of several the one beside these words.
func (h *hands) link(part, words string) string {
	h.o.t.Helper()
	if !browser.Eval[bool](h.Page, `(() => {
		const tidy = (s) => s.replace(/\s+/g, " ");
		for (const a of document.querySelectorAll(`+quoted(part+` a[href*="quote="]`)+`)) {
			const e = a.closest(".citation, li, tr, dl > div") || a.parentElement;
			if (!tidy(e.innerText).includes(tidy(`+quoted(words)+`))) continue;
			a.setAttribute("data-journey", "1");
			return true;
		}
		return false })()`) {
		h.o.t.Fatalf("%s %s has no link to %q: %s", h.Path(), part, words, tidy(h.Text(part)))
	}
	return "[data-journey]"
}

// answers follows an answer from a page to the sentence it rests on: each step clicks once.
func (h *hands) answers(question, from, sentence string, steps ...func() string) {
	h.o.t.Helper()
	h.to(from)
	h.afresh()
	for _, step := range steps {
		if at := step(); at != "" {
			h.turn(func() { h.Click(at) })
		}
	}
	_, clicks := h.Effort()
	h.o.t.Logf("journey 12: %s: %d C", question, clicks)
	if clicks > 3 {
		h.o.t.Errorf("%s takes %d C, at most 3", question, clicks)
	}
	if h.Count("mark#quote") != 1 {
		h.o.t.Errorf("%s ends at %s, where nothing is highlighted", question, h.Path())
		return
	}
	if got := tidy(h.Text("mark#quote")); got != tidy(sentence) {
		h.o.t.Errorf("%s ends at %q, want %q", question, got, sentence)
	}
	if !browser.Eval[bool](h.Page, `(() => { const r = document.querySelector("mark#quote").getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight })()`) {
		h.o.t.Errorf("%s: the sentence is out of sight", question)
	}
}

// sees is a step that only looks.
func (h *hands) sees(part string, words ...string) func() string {
	return func() string { h.o.t.Helper(); h.says(part, words...); return "" }
}

// rests is the step to the passage that something rests on.
func (h *hands) rests(part, passage string) func() string {
	return func() string { h.o.t.Helper(); return h.link(part, passage) }
}

// toward is a step to a record by its address.
func toward(href string) func() string {
	return func() string { return `main a[href="` + href + `"]` }
}

func (c *clerk) figures(document string, most int) {
	c.o.t.Helper()
	c.o.t.Logf("journey 12: %s entered whole in %d saves", document, c.saves)
	if c.saves > most {
		c.o.t.Errorf("%s takes %d saves, at most %d", document, c.saves, most)
	}
}

func TestJourneyTwelveTheOpenLetterIsEnteredFromPastedText(t *testing.T) {
	doc := reading(t, "003", [][3]string{
		{"letter", `(?s)(“We condemn.*?actions)`, "“We ask all who can to end the beatings at the river.”"},
		{"written", `(This is the part of the appeal[^.]*\.)`, "This is part of a letter to the two committees."},
		{"signed", `(According to [^.]*signed the appeal\.)`, "More than 20 people signed it, says the river centre."},
		{"rallies", `(The document also mentions[^.]*\.)`, "It tells of the rallies of 19 and 20 October."},
		{"one", `(?m)^1\)\s+(.+?)[”"]?$`, "Both committees should send missions into these cases and visit the coast by the end of this year."},
		{"missions", `(launch fact-finding missions into [a-z]+ cases)`, "send missions into these cases"},
		{"visit", `(visit Azerbaijan by the end of this year)`, "visit the coast by the end of this year"},
		{"two", `(?m)^2\)\s+(.+?)[”"]?$`, "Both ministries should let the centre look into the prisons."},
		{"three", `(?m)^3\)\s+(.+?)[”"]?$`, "What the police stated should be looked into."},
		{"denial", `(Officials say no one faces[^.]*\.)`, "The spokesman says that nobody is held for his views."},
		{"prisoners", `(However, local human rights defenders[^.]*\.)`, "The centre counts about 135 prisoners."},
		{"conscience", `(Amnesty International considers[^.]*\.)`, "Another body names more than 10 of them."},
	})
	doc.text, _, _ = strings.Cut(doc.text, "Siz h") // the foot of the page is not the article's
	o := empty(t)
	c := &clerk{hands: o.nadia(browser.Desk)}
	cat, cpt := "UN Committee against Torture", "European Committee for the Prevention of Torture"

	// Entered whole.
	home := c.enter("/cases/new", "title", "An open letter on torture", "lead", "nadia@office.example", "country", "AZ")
	article := c.enter("/evidence/new", "case", home, "kind", "media_article", "title", "Article on an appeal of civil society", "issuer", "Gözətçi", "published", "[2019-10-20..2019-11-30]", "quality=undated", "true", "quality=partial", "true", "text", doc.text)
	c.to("/appeals/new?by=others&case=" + home)
	c.sends("#write", ".write-end button.main", "title", "Open letter on torture to two committees", "kind", "open_letter", "submitters", "Election Monitoring and Democracy Studies Center", "dated", "[2019-10-20..2019-11-30]",
		"source_document", article, "source_quote", doc.at["written"], "texts.0.body", doc.at["letter"], "addressees.0.org", cat, "addressees.1.org", cpt,
		"demands.0.number", "1", "demands.0.kind", "visit", "demands.0.text", doc.at["one"], "demands.0.targets", cat+"; "+cpt, "demands.0.due", "2019-12-31",
		"demands.1.number", "1a", "demands.1.kind", "investigate", "demands.1.text", doc.at["missions"], "demands.1.above", "true",
		"demands.2.number", "1b", "demands.2.kind", "visit", "demands.2.text", doc.at["visit"], "demands.2.above", "true",
		"demands.3.number", "2", "demands.3.kind", "access", "demands.3.text", doc.at["two"], "demands.3.targets", "Ministry of Internal Affairs of Azerbaijan; Ministry of Justice of Azerbaijan",
		"demands.4.number", "3", "demands.4.kind", "investigate", "demands.4.text", doc.at["three"], "demands.4.target_unspecified", "true",
		"signatory_count.0.qualifier", "more_than", "signatory_count.0.n", "20")
	letter := c.Path()
	c.add(letter, "citations", "document", article, "quote", doc.at["signed"], "says", "More than 20 signed; no name is given")
	c.to("/evidence/" + article)
	c.follow("Work from this")
	c.selects(article, doc.at["denial"])
	c.to(letter + "/responses/new")
	c.sends("#answer", ".form-end button.main", "from", "Official Baku", "form=statement", "true", "stance=denies", "true", "text", "All freedoms are ensured; the criticism is biased; nobody is persecuted for his views.", "document", article)
	c.selects(article, doc.at["prisoners"])
	c.add("/cases/"+home, "counts", "unit", "political_prisoner", "qualifier", "about", "n", "135", "counted_by", "local human rights defenders")
	c.selects(article, doc.at["conscience"])
	c.add("/cases/"+home, "counts", "unit", "prisoner_of_conscience", "qualifier", "more_than", "n", "10", "counted_by", "Amnesty International")
	c.selects(article, doc.at["rallies"])
	c.add("/cases/"+home, "citations", "says", "Rallies on XXXX-10-19 and XXXX-10-20, of the National Council of Democratic Forces and of women; the text gives no year", "basis", "stated")
	c.turn(func() { c.Click("#tray .tray-end") })
	c.add("/cases/"+home, "citations", "speaker", "other reports of the time", "says", "The rallies of 19 and 20 October were in 2019", "basis", "inferred")
	c.enter("/tasks/new?case="+home, "text", "Get the full text of the letter; the article only links it", "case", home)
	c.figures("003", 10)

	h := c.hands
	at := "/cases/" + home
	number := map[string]string{}
	for _, row := range h.table("/demands.csv") {
		number[row["number"]] = "/demands/" + row["ref"]
	}
	if len(number) != 5 {
		t.Fatalf("the demands on file: %v", number)
	}
	h.answers("who is written to", at, doc.at["written"], toward(letter), h.sees("main", cat, cpt), h.rests("#sources", doc.at["written"]))
	h.Shot("pasted-highlighted")
	for _, d := range []struct{ n, name, must string }{{"1", "one", "Must act " + cat + " · " + cpt}, {"2", "two", "Must act Ministry of Internal Affairs of Azerbaijan · Ministry of Justice of Azerbaijan"}, {"3", "three", "Must act The text names nobody who must act"}} {
		h.answers("who must act on demand "+d.n, at, doc.at[d.name], toward(letter), toward(number[d.n]), h.sees("main", d.must, tidy(doc.at[d.name])), h.rests("#sources", doc.at[d.name]))
	}
	h.to(letter)
	if n := h.Count("#demands tbody tr"); n != 5 {
		t.Errorf("%d demands are shown, with the parts of the first", n)
	}
	h.says("main", tidy(doc.at["letter"])[:60])
	for part, name := range map[string]string{"1a": "missions", "1b": "visit"} {
		h.answers("what demand "+part+" asks", at, doc.at[name], toward(letter), toward(number[part]), h.sees("main", doc.at[name]), h.rests("#sources", doc.at[name]))
		h.to(number[part])
		h.says("main", "Must act "+cat+" · "+cpt, "31 Dec 2019")
	}
	h.answers("which is due, and its state on 1 January 2020", number["1"]+"?on=2020-01-01", doc.at["one"], h.sees("main", "As of 1 January 2020", "1 day late", "Time ran out, not confirmed", "31 Dec 2019", "No answer"), h.rests("#sources", doc.at["one"]))
	for _, n := range []string{"2", "3"} {
		h.to(number[n] + "?on=2020-01-01")
		h.says("main", "Waiting", "no day was set")
		h.SeeNot("late")
	}
	luis := o.at(browser.Desk)
	luis.signIn("luis@office.example", password)
	luis.to(number["1"])
	luis.ClickOn("Confirm: Time ran out")
	luis.says("details[open]", "Suggested, since no answer is on file")
	if grade := luis.Value("details[open] [name=grade]"); grade != "D" {
		t.Errorf("the grade proposed is %q", grade)
	}
	h.answers("did the authorities answer", at, doc.at["denial"], toward(letter), h.sees("main", "General answer, to no demand: Denies · Official Baku"), func() string { return `main a[href^="/responses/"]` }, h.rests("#sources", doc.at["denial"]))
	for _, d := range number {
		h.to(d)
		h.says("main", "Waiting", "No answer", "in general, to no demand · Denies")
		h.SeeNot("Refused")
	}
	h.answers("how many signed, how many are named", at, doc.at["signed"], toward(letter), h.sees("main", "more than 20 signatories", "names held: 0"), h.rests("#sources", doc.at["signed"]))
	h.answers("when were the rallies", at, doc.at["rallies"], h.sees("#sources", "XXXX-10-19 and XXXX-10-20", "gives no year", "were in 2019"), h.rests("#sources", doc.at["rallies"]))
	for name, words := range map[string][]string{"prisoners": {"about 135 political prisoners", "local human rights defenders"}, "conscience": {"more than 10 prisoners of conscience", "Amnesty International"}} {
		h.answers("how many "+name, at, doc.at[name], h.sees("#counts", words...), func() string { return h.link("#counts", words[0]) })
	}
}

func TestJourneyTwelveTheArticleOnAnAssociationIsEnteredFromPastedText(t *testing.T) {
	doc := reading(t, "000", [][3]string{
		{"videos", `(This comes after[^.]*\.)`, "The river agency posted videos of what it calls the promotion of unbelief."},
		{"arrested", `“(The ISA arrested[^”]*)”`, "The agency took the seven men between November and March 2022."},
		{"held", `“(Following their arrest[^”]*)”`, "First they were in its quarters, then in one prison or the other, which the guard runs."},
		{"forced", `(?s)(The men were forced.*?without the presence of lawyers)`, "The men had to confess without lawyers."},
		{"received", `“(received allegations[^”]*)”`, "received word that the videos were made by force"},
		{"hiding", `“(These confessions also implicate[^”]*)”`, "Several others are named there and hide since they were threatened."},
		{"called", `(?s)(Both Amnesty International and the U\.N\. have called.*?by the ISA\.)`, "Both have called on the authorities to stop targeting people and uphold free speech. They asked to investigate the agency."},
		{"stop", `(stop targeting Libyans)`, "stop targeting people"},
		{"uphold", `(uphold their right to freedom of expression)`, "uphold free speech"},
		{"investigate", `(investigate the alleged human rights violations committed by the ISA)`, "investigate the agency"},
		{"founded", `(Tanweer Movement, a Tripoli-based[^.]*\.)`, "The association was founded in 2013; its chairman since 2015 is its founder."},
		{"dissolved", `(The ISA crackdown forced[^.]*\.)`, "It had to dissolve on March 13."},
	})
	o := empty(t)
	c := &clerk{hands: o.nadia(browser.Desk)}
	apparatus := "Deterrence Apparatus for Combating Organized Crime and Terrorism"
	home := c.enter("/cases/new", "title", "Seven men held over an association in Tripoli", "lead", "nadia@office.example", "country", "LY")
	at := "/cases/" + home
	article := c.enter("/evidence/new", "case", home, "kind", "media_article", "title", "Article on the crackdown on an association", "published", "[2022-03-25..]", "language", "en", "quality=undated", "true", "text", doc.text)
	c.add(at, "counts", "unit", "detainee", "qualifier", "at_least", "n", "7", "counted_by", "Amnesty's own text")

	c.to(at)
	c.source("document", article, "speaker", "Amnesty International")
	c.selects(article, doc.at["arrested"])
	c.to("/log?case=" + home)
	c.sends("#log", ".form-end button.main", "name", "7 men, no names", "when", "between Nov 2021 and Mar 2022", "taken_by", "Internal Security Agency", "held_now=place", "true", "held_place", "ISA headquarters, Tripoli",
		"reason_given", "“Promoting atheism”, as the agency alleges")
	first := c.Path()
	c.selects(article, doc.at["held"])
	c.to(first)
	c.follow("Transferred")
	c.ClickOn("All")
	c.sends("#step", ".form-end button.main", "date", "by 23 March 2022", "places", "Al-Jadida prison or Mitiga prison", "basis", "inferred")
	place := map[string]string{}
	for _, row := range c.table("/places.csv") {
		place[row["title"]] = "/places/" + row["ref"]
	}
	c.enter(place["Mitiga prison"]+"/edit", "run_by.0.org", apparatus)
	c.enter(place["ISA headquarters, Tripoli"]+"/edit", "run_by.0.org", "Internal Security Agency")
	c.add("/organizations/"+c.table("/organizations.csv?q=Deterrence")[0]["ref"], "citations", "says", "A militia; prolonged arbitrary detention, enforced disappearance and torture with impunity", "basis", "stated")
	c.selects(article, doc.at["forced"])
	c.to(first)
	c.follow("Ill-treated")
	c.ClickOn("All")
	c.sends("#step", ".form-end button.main", "text", "Made to confess without a lawyer.", "by", "Internal Security Agency")
	c.selects(article, doc.at["videos"])
	c.add(at, "citations", "says", "The agency recorded the confessions and published them; x-broadcast-confession", "basis", "stated")
	c.selects(article, doc.at["arrested"])
	c.add(at, "citations", "says", "The arrests span 2021-11/2022-03; the year 2021 is inferred", "basis", "inferred")
	c.to("/appeals/new?by=others&case=" + home)
	c.sends("#write", ".write-end button.main", "title", "What Amnesty and the United Nations asked", "kind", "open_letter", "submitters", "Amnesty International; United Nations", "dated", "2022-03",
		"source_document", article, "source_quote", doc.at["called"], "source_speaker", "", "addressees.0.org", "Libyan authorities",
		"demands.0.number", "1", "demands.0.kind", "stop", "demands.0.text", doc.at["stop"], "demands.0.targets", "Libyan authorities",
		"demands.1.number", "2", "demands.1.kind", "uphold", "demands.1.text", doc.at["uphold"], "demands.1.above", "true",
		"demands.2.number", "3", "demands.2.kind", "investigate", "demands.2.text", doc.at["investigate"], "demands.2.above", "true")
	said := c.Path()

	c.to(at)
	c.source("document", article, "speaker", "United Nations")
	c.selects(article, doc.at["received"])
	c.add(at, "citations", "says", "Allegations that the confessions were coerced; concern about torture", "basis", "stated")
	c.selects(article, doc.at["hiding"])
	c.enter("/people/new?case="+home, "placeholder", "Several other men and women named in the videos", "group", "true", "flags=in_hiding", "true", "flags=do_not_contact", "true")
	c.add(c.Path(), "counts", "unit", "person", "qualifier", "several", "counted_by", "United Nations")
	c.source("document", article, "speaker", "")
	c.selects(article, doc.at["dissolved"])
	c.enter("/organizations/new", "names.0.full", "Tanweer Movement", "names.0.shown", "true", "type", "association", "country", "LY", "founded", "2013", "dissolved", "2022-03-13", "dissolved_why", "Forced by the crackdown, according to the article; the year follows from the context")
	c.selects(article, doc.at["founded"])
	c.enter("/people/new?case="+home, "names.0.full", "Ahmed Elbukhari", "names.0.shown", "true", "occupations", "author", "relations.0.to", "Tanweer Movement", "relations.0.kind", "leader_of", "relations.0.since", "2015/..")
	founder := c.Path()
	c.turn(func() { c.Click("#tray .tray-end") })
	c.enter("/evidence/new", "case", home, "kind", "statement", "title", "Statement of Wednesday", "issuer", "Amnesty International", "published", "2022-03-23")
	c.enter("/evidence/new", "case", home, "kind", "statement", "title", "Statement of Friday", "issuer", "United Nations", "published", "2022-03-25")
	c.hands.figures("12, entering 000", limits{})
	c.figures("000", 20)

	h := c.hands
	person, number := map[string]string{}, map[string]string{}
	for _, row := range h.table("/people.csv?case=" + home) {
		person[row["title"]] = "/people/" + row["ref"]
	}
	for _, row := range h.table("/demands.csv") {
		number[row["number"]] = "/demands/" + row["ref"]
	}
	third := person["Detainee 3 of 7"]
	h.answers("how many detainees, how many identified", at, doc.at["arrested"], h.sees("#counts", "7 detainees", "Amnesty International", "at least 7 detainees"), h.sees("#people", "Detainee 7 of 7"), toward(third), h.sees("header.person-head", "Without a name"), h.rests(".chrono", doc.at["arrested"]))
	h.answers("when were they arrested", at, doc.at["arrested"], h.sees("#sources", "2021-11/2022-03", "the year 2021 is inferred"), toward(third), h.sees(".chrono", "one day between 1 Nov 2021 and 31 Mar 2022Arrest by Internal Security Agency"), h.rests(".chrono", doc.at["arrested"]))
	h.answers("where is detainee 3 on 23 March 2022", third+"?on=2022-03-23", doc.at["held"], h.sees("#where", "Al-Jadida prison or Mitiga prison", "not known which", "before that: ISA headquarters, Tripoli"), h.rests(".chrono", doc.at["held"]))
	h.answers("who runs Mitiga", at, doc.at["held"], toward(third), h.sees("header.person-head", "Al-Jadida prison: not known who runs it", "Mitiga prison: run by "+apparatus), toward(place["Mitiga prison"]), h.sees("main", apparatus, "Amnesty International"), h.rests("#sources", doc.at["held"]))
	h.to(place["ISA headquarters, Tripoli"])
	h.says("main", "Internal Security Agency")
	h.to(place["Al-Jadida prison"])
	h.SeeNot("Deterrence Apparatus")
	h.answers("what is alleged by Amnesty", at, doc.at["forced"], toward(third), h.sees(".chrono", "Made to confess without a lawyer.", "Amnesty International"), h.rests(".chrono", doc.at["forced"]))
	h.answers("what is alleged by the UN", at, doc.at["received"], h.sees("#sources", "United Nations", "concern about torture"), h.rests("#sources", doc.at["received"]))
	h.answers("who was threatened", at, doc.at["hiding"], toward(person["Several other men and women named in the videos"]), h.sees("#counts", "several"), h.rests("#sources", doc.at["hiding"]))
	h.SeeNot("verified")
	for n, name := range map[string]string{"1": "stop", "2": "uphold", "3": "investigate"} {
		h.answers("who demands "+n+" of whom", at, doc.at[name], toward(said), toward(number[n]), h.sees("main", "Demanded by Amnesty International · United Nations", "Must act Libyan authorities", "no day was set", "No answer"), h.rests("#sources", doc.at[name]))
		h.to(number[n])
		h.SeeNot("late")
	}
	h.answers("what the demands rest on", at, doc.at["called"], toward(said), h.rests("#sources", doc.at["called"]))
	h.answers("who founded the association", at, doc.at["founded"], toward(founder), h.rests("#sources", doc.at["founded"]))
	h.to(third)
	missing := tidy(browser.Eval[string](h.Page, `[...document.querySelectorAll(".missing li")].map(e => e.innerText).join(" | ")`))
	for _, words := range []string{"(a) Identity", "(b) Date and place of the arrest, and by whom known: authority", "(c) Who ordered it, and on what grounds known: stated grounds",
		"(d) Who supervises the detention known: force", "(e) Place, date of admission", "(f) State of health", "(h) Date of release or transfer"} {
		if !strings.Contains(missing, words) {
			t.Errorf("what is missing lacks %q: %s", words, missing)
		}
	}
	h.Shot("pasted-detainee")
}

func TestTheDemandsOfANewsroomAreEnteredAndAnswer(t *testing.T) {
	t.Parallel()
	doc := reading(t, "001", [][3]string{
		{"account", `(State-Financed Militia Must Be Held to Account for Extrajudicial Execution in Misratah, Libya)`, "The river militia must be held to account"},
		{"arms", `(must resolutely refrain from supplying weapons that could be used in the conflict)`, "must refrain from supplying weapons"},
		{"release", `(immediate release of all those abducted)`, "immediate release of all who were taken"},
		{"force", `(prompt, thorough and independent investigation into the use of force)`, "an investigation into the shooting"},
		{"responsible", `(those responsible to be held accountable)`, "those who shot to be held accountable"},
		{"cooperate", `(fully cooperate[^.]*? investigation team)`, "cooperate with the mission"},
		{"court", `(must order an urgent investigation into an abhorrent attack)`, "must order an urgent investigation"},
		{"killed", `(at least 40 refugees and migrants were killed and more than 80 injured)`, "at least 40 were killed and more than 80 injured"},
		{"caption", `(Over 40 migrants were killed in an air strike)`, "Over 40 were killed in a raid"},
		{"wounded", `(More than 130 people were also wounded)`, "More than 130 people were wounded"},
		{"held", `(at least 600 refugees and migrants were trapped in detention)`, "at least 600 were trapped there"},
	})
	o := empty(t)
	c := &clerk{hands: o.nadia(browser.Desk)}
	home := c.enter("/cases/new", "title", "A newsroom on Libya", "lead", "nadia@office.example", "country", "LY")
	page := c.enter("/evidence/new", "case", home, "kind", "other", "title", "Newsroom page", "issuer", "Amnesty International", "text", doc.text)
	type asked struct{ kind, name, of string }
	for _, item := range []struct {
		title, dated string
		demands      []asked
	}{
		{"Execution in Misratah", "2022-03-31", []asked{{"prosecute", "account", ""}}},
		{"Arms sales", "2020-11-09", []asked{{"stop", "arms", "United States"}}},
		{"Shots at a protest in Tripoli", "2020-08-26", []asked{{"release", "release", ""}, {"investigate", "force", ""}, {"prosecute", "responsible", ""}}},
		{"A fact-finding mission", "2020-06-24", []asked{{"cooperate", "cooperate", "Parties to the conflict in Libya"}}},
		{"The strike on Tajoura", "2019-07-03", []asked{{"investigate", "court", "International Criminal Court"}}},
	} {
		fields := []string{"title", item.title, "submitters", "Amnesty International", "dated", item.dated, "source_document", page, "source_quote", doc.at[item.demands[0].name]}
		for i, d := range item.demands {
			row := "demands." + string(rune('0'+i)) + "."
			fields = append(fields, row+"number", string(rune('1'+i)), row+"kind", d.kind, row+"text", doc.at[d.name])
			if d.of == "" {
				fields = append(fields, row+"target_unspecified", "true")
			} else {
				fields = append(fields, row+"targets", d.of)
			}
		}
		c.to("/appeals/new?by=others&case=" + home)
		c.sends("#write", ".write-end button.main", fields...)
	}
	c.to("/evidence/" + page)
	c.follow("Work from this")
	counts := []struct{ name, unit, qualifier, n, words string }{{"killed", "killed", "at_least", "40", "at least 40 people killed"}, {"caption", "killed", "more_than", "40", "more than 40 people killed"},
		{"wounded", "injured", "more_than", "130", "more than 130 people injured"}, {"held", "detainee", "at_least", "600", "at least 600 detainees"}}
	for _, n := range counts {
		c.selects(page, doc.at[n.name])
		c.add("/cases/"+home, "counts", "unit", n.unit, "qualifier", n.qualifier, "n", n.n, "as_of", "2019-07-02/2019-07-03")
	}
	c.turn(func() { c.Click("#tray .tray-end") })

	h := c.hands
	rows := h.table("/demands.csv")
	if len(rows) != 7 {
		t.Fatalf("%d demands are on file", len(rows))
	}
	h.to("/demands?from=" + h.table("/organizations.csv?q=Amnesty")[0]["ref"])
	h.says("main", "7 demands", tidy(doc.at["cooperate"]), tidy(doc.at["force"]))
	of := map[string]string{"arms": "Must act United States", "cooperate": "Must act Parties to the conflict in Libya", "court": "Must act International Criminal Court"}
	for _, name := range []string{"account", "arms", "release", "force", "responsible", "cooperate", "court"} {
		at := "/demands/" + h.pick("/demands.csv", "text", doc.at[name])["ref"]
		must := of[name]
		if must == "" {
			must = "Must act The text names nobody who must act"
		}
		h.answers("who must "+name, at, doc.at[name], h.sees("main", "Demanded by Amnesty International", must, "no day was set", "No answer"), h.rests("#sources", doc.at[name]))
		h.to(at)
		h.SeeNot("late")
	}
	for _, n := range counts {
		h.answers("how many "+n.name, "/cases/"+home, doc.at[n.name], h.sees("#counts", n.words), h.rests("#counts", n.words))
	}
	for _, total := range []string{"80 people killed", "170", "210"} { // nothing is added up or averaged
		h.to("/cases/" + home)
		h.SeeNot(total)
	}
}

func TestWhoMayBeMeantIsShownBelowTheNamesWithoutLosingAWord(t *testing.T) {
	t.Parallel()
	o := empty(t)
	h := o.nadia(browser.Desk)
	home := h.enter("/cases/new", "title", "Ferry workers", "lead", "nadia@office.example")
	known := h.enter("/people/new?case="+home, "names.0.full", "Kamal Tuwal", "names.0.shown", "true")
	self := h.enter("/people/new?case="+home, "names.0.full", "Idris Marbat", "names.0.shown", "true")
	for _, form := range []string{"/people/new?case=" + home, "/people/" + self + "/edit"} {
		h.to(form)
		h.Click(`[name="names.0.full"]`)
		h.Press("Control+a")
		h.write("Kamal Touwal")
		h.Wait("#likely .match")
		h.says("#likely", known, "Kamal Tuwal")
		h.write("i")
		h.Until("the name whole", `document.querySelector('[name="names.0.full"]').value === "Kamal Touwali"`)
		if h.Focused() != "names.0.full" {
			t.Errorf("%s: the cursor stands at %s", form, h.Focused())
		}
		if !browser.Eval[bool](h.Page, `(() => { const y = (s) => document.querySelector(s).getBoundingClientRect().top;
			return y('[name="names.0.full"]') < y("#likely .match") && y("#likely .match") < y('[name="father"]') })()`) {
			t.Errorf("%s: the card does not stand between the names and what follows", form)
		}
		h.looked("likely" + map[bool]string{true: "-new", false: "-edit"}[strings.Contains(form, "new")])
		h.Resize(browser.Desk)
	}
	h.NoScripts()
	h.to("/people/" + self + "/edit")
	h.Fill(`[name="names.0.full"]`, "Kamal Touwal")
	h.turn(func() { h.Click("#edit .form-end button.main") })
	h.Wait("#problems")
	h.says("#likely", known)
	h.Click(`label[for="confirm"]`)
	h.turn(func() { h.Click("#edit .form-end button.main") })
	h.says("h1", "Kamal Touwal")
}
