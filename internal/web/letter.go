package web

import (
	"cmp"
	"slices"
	"strings"

	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/cases/person"
	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/paper"
	"amparo/internal/record"
	"amparo/views/parts"
)

// post words the papers of one appeal.
type post struct {
	*printer
	l    cases.Letter
	lang string            // of the text, which the pages need not speak
	to   *appeal.Addressee // the copy for one body; nil: ours
	out  *cases.Outside    // what an audience outside may be told; nil: it is for us or for a body
}

// post reads an appeal for its papers, in the language asked for. Without one
// it is the reader's own where the appeal has a text in it, else the first text's.
func (r *Request) post(tx *record.Tx, s *record.Sheet, day string) (*post, leaf, error) {
	p := &post{}
	var doc leaf
	var err error
	if p.l, err = cases.ReadLetter(tx, s); err != nil {
		return p, doc, err
	}
	for _, t := range p.l.Texts {
		doc.langs = append(doc.langs, t.Lang)
	}
	switch asked := r.query("lang"); {
	case slices.Contains(doc.langs, asked) || i18n.Known(asked):
		p.lang = asked
	case asked == "" && len(doc.langs) > 0 && !slices.Contains(doc.langs, r.L.Lang()):
		p.lang = doc.langs[0]
	default:
		p.lang = r.L.Lang()
	}
	p.speak(r, p.lang, day)
	doc.Lang, doc.Dir = p.lang, r.L.Dir()
	if script := person.Script(p.l.Appeal.Body(p.lang)); !i18n.Known(p.lang) {
		if script != "" {
			p.script = script
		}
		if script == "Arab" || script == "Hebr" {
			doc.Dir = "rtl"
		}
	}
	return p, doc, nil
}

// speak sets the language of the papers. Facts that name another one belong to
// another text.
func (p *post) speak(r *Request, lang, day string) {
	r.L = i18n.In(lang)
	p.lang, p.printer = lang, r.printer(p.l.People, day)
	own := *p.l.Appeal
	own.Facts = own.FactsIn(lang)
	p.l.Appeal = &own
}

// inLetter reads the text in a language as the letter has it: its blocks, and
// what stands in the place of its merge fields.
func (r *Request) inLetter(l cases.Letter, lang string) ([]paper.Block, paper.Values) {
	reader := *r
	p := &post{l: l}
	p.speak(&reader, lang, r.book.Today())
	values := p.values()
	return paper.Renumber(paper.Markdown(l.Appeal.Body(lang)), p.footnotes), values
}

// appealLetter is the letter that an appeal is: the copy for one body, or ours.
func (r *Request) appealLetter(tx *record.Tx, s *record.Sheet, day string) (leaf, error) {
	p, doc, err := r.post(tx, s, day)
	if err != nil {
		return doc, err
	}
	if doc.options, err = p.copies(); err != nil {
		return doc, err
	}
	if p.to != nil {
		doc.leaves = true
		gaps := p.values().Gaps(p.l.Appeal.Body(p.lang))
		p.outward = true
		if err := p.mayLeave(tx, gaps); err != nil {
			return doc, err
		}
	}
	p.layLetter(&doc)
	doc.Foot = p.code("letter")
	doc.left, doc.untold = p.leftOut(), p.untold()
	return doc, nil
}

// layLetter puts the letter together.
func (p *post) layLetter(doc *leaf) {
	body := p.l.Appeal.Body(p.lang)
	values := p.values()
	letter := paper.Letter{Document: doc.Document, Sender: p.sender(), Date: p.date(), Numbers: p.numbers(), Subject: p.l.TitleText, Others: p.others()}
	used := paper.FieldsIn(body)
	letter.Body = values.Fill(paper.Renumber(paper.Markdown(body), p.footnotes))
	more := func(field, heading string) {
		if blocks := values[field]; !slices.Contains(used, field) && len(blocks) > 0 {
			letter.Body = append(append(letter.Body, paper.Heading{Level: 2, Text: p.L.T(heading)}), blocks...)
		}
	}
	more("facts", "letter.facts")
	more("demands", "letter.demands")
	if !slices.Contains(used, "signatories") {
		letter.Signatories = p.signed()
	} else {
		letter.Others = ""
	}
	for _, a := range p.l.Addressees {
		if p.to == nil || a.Org.ID == p.to.Org.ID {
			letter.To = append(letter.To, p.addressee(a))
		}
	}
	letter.Sources = p.sources.Notes()
	switch {
	case p.out != nil:
		letter.Numbers = nil
	case p.to != nil:
		letter.Enclosures = p.enclosed()
		if len(letter.Sender) > 0 {
			letter.Head.Start = letter.Sender[0]
		}
		letter.Head.End = i18n.Isolate(p.l.Head.Ref)
	default:
		letter.Enclosures, letter.Remarks = p.enclosed(), p.remarks(values.Gaps(body))
	}
	doc.Document = letter.Lay()
}

// ours asks for the copy of the office itself.
const ours = "ours"

// copies asks for whom the letter is; whom it is asked for must be written to.
func (p *post) copies() ([]parts.Field, error) {
	f := parts.Field{Name: "to", Label: p.L.T("letter.copy"), Type: parts.Choice, Required: true, Value: cmp.Or(p.query("to"), ours), Options: []parts.Option{{Value: ours, Label: p.L.T("letter.copy_ours")}}}
	for i, a := range p.l.Addressees {
		if a.Org.Hidden() || a.Org.ID == "" {
			continue
		}
		f.Options = append(f.Options, parts.Option{Value: a.Org.Ref, Label: p.called(a.Org)})
		if f.Value == a.Org.Ref {
			p.to = &p.l.Addressees[i]
		}
	}
	if f.Value != ours && p.to == nil {
		return nil, record.ErrNotFound
	}
	return []parts.Field{f}, nil
}

// mayLeave tells why a copy for a body cannot be made: not approved, no text in
// this language, a merge field without value, somebody whom whoever prints it
// may not see or whom no consent covers.
func (p *post) mayLeave(tx *record.Tx, gaps []paper.Gap) error {
	why := p.unfit(gaps)
	who, err := p.l.Unconsented(tx, p.to.Org.ID)
	if err != nil {
		return err
	}
	return p.uncovered(why, who)
}

// unfit tells what keeps a letter from leaving, whoever it is for.
func (p *post) unfit(gaps []paper.Gap) (why []record.Why) {
	switch p.l.Head.State {
	case appeal.Draft, appeal.InReview, appeal.Withdrawn:
		why = append(why, record.Why{Code: "print_unapproved"})
	}
	if p.l.Observed() || p.l.Head.Voided {
		why = append(why, record.Why{Code: "print_not_ours"})
	}
	if p.l.Appeal.Body(p.lang) == "" {
		why = append(why, record.Why{Code: "print_no_text", Args: []any{"language", p.L.LanguageName(p.lang)}})
	}
	for _, g := range gaps {
		why = append(why, record.Why{Code: "print_unfilled", Args: []any{"field", g.Field}})
	}
	if slices.ContainsFunc(p.l.Persons, form.Ref.Hidden) {
		why = append(why, record.Why{Code: "print_hidden"})
	}
	return why
}

// uncovered refuses a letter for those reasons, and for whoever no consent covers.
func (p *post) uncovered(why []record.Why, who []form.Ref) error {
	var names []string
	for _, one := range who {
		name := p.L.T("print.hidden")
		if !one.Hidden() && one.Title != "" {
			name = i18n.Isolate(one.Title)
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		code := "needs_consent"
		if p.out != nil {
			code = "print_needs_consent"
		}
		why = append(why, record.Why{Code: code, Args: []any{"who", strings.Join(names, p.L.T("web.comma"))}})
	}
	if len(why) > 0 {
		return &record.NotOpen{Move: "print", Why: why}
	}
	return nil
}

// code is the check code of a paper of the appeal.
func (p *post) code(what string) string {
	to := ""
	if p.to != nil {
		to = p.to.Org.Ref
	}
	return paper.CheckCode(append([]string{what, to}, p.l.Canon()...)...)
}

// called is an organization by its name in the document's script.
func (p *post) called(r form.Ref) string { return p.ref(r).String() }

// sender is whose letter it is: as it is written, else who made it.
func (p *post) sender() []string {
	var lines []string
	for line := range strings.Lines(p.l.SubmittedBy) {
		if line = flat(line); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) > 0 {
		return lines
	}
	for _, r := range p.l.Submitters {
		lines = append(lines, p.called(r))
	}
	return lines
}

// date is the day of the letter: of its sending to whom it is for. A copy that is
// made to be sent has the day on which it is made.
func (p *post) date() string {
	sent := p.l.FirstSent()
	if p.to != nil {
		sent = p.to.SentAt
	}
	switch {
	case !sent.IsZero():
		return p.onPaper(sent)
	case p.to != nil:
		return p.dayOnPaper(p.book.Today())
	case !p.l.Dated.IsZero():
		return p.onPaper(p.l.Dated)
	}
	return p.L.T("letter.date_later")
}

func (p *post) numbers() []paper.Fact {
	list := []paper.Fact{{Label: p.L.T("letter.our_number"), Value: paper.Apart(p.l.Head.Ref)}}
	theirs := ""
	switch {
	case p.to != nil:
		theirs = p.to.TheirRef
	case len(p.l.Addressees) == 1:
		theirs = p.l.Addressees[0].TheirRef
	}
	if theirs != "" {
		list = append(list, paper.Fact{Label: p.L.T("letter.your_number"), Value: paper.Apart(theirs)})
	}
	return list
}

// addressee is one whom it is written to; on our copy also when it was sent.
func (p *post) addressee(a appeal.Addressee) paper.Text {
	t := paper.Text{{Text: p.called(a.Org), Style: paper.Bold | paper.Isolated}}
	if a.Channel != "" && p.out == nil {
		t = append(t, paper.Span{Text: "\n"}, paper.Span{Text: a.Channel, Style: paper.Faint | paper.Isolated})
	}
	if p.to == nil && p.out == nil && !p.l.Observed() {
		said := p.L.T("letter.not_sent")
		if a.Sent() {
			said = p.L.T("letter.sent_on", "date", p.onPaper(a.SentAt))
		}
		t = append(t, paper.Span{Text: "\n"}, paper.Span{Text: said, Style: paper.Faint})
	}
	return t
}

// asking are the demands as they stand in the letter.
func (p *post) asking() []cases.Asked {
	return slices.DeleteFunc(slices.Clone(p.l.Demands), func(d cases.Asked) bool {
		return p.l.SentTo() == 0 && (d.Head.State == demand.Withdrawn || d.Head.State == demand.Superseded)
	})
}

// demands are numbered as they were sent, with who must act and by when.
func (p *post) demands() []paper.Block {
	list := paper.List{First: 1}
	for _, d := range p.asking() {
		blocks := []paper.Block{paper.Paragraph{Text: paper.Plain(d.Text)}}
		var more []paper.Text
		if who := p.refs("print.comma", d.Targets); len(who) > 0 {
			more = append(more, who)
		}
		if !d.Due.IsZero() {
			more = append(more, paper.Plain(p.L.T("letter.by_day", "date", p.onPaper(d.Due))))
		}
		if line := p.join("letter.beside", more...); len(line) > 0 {
			blocks = append(blocks, paper.Paragraph{Text: line, Tone: paper.Muted})
		}
		list.Items = append(list.Items, paper.Item{Mark: d.Number, Blocks: blocks})
	}
	if len(list.Items) == 0 {
		return nil
	}
	return []paper.Block{list}
}

// facts are numbered, so that [2] in the text means the sources of the second.
func (p *post) facts() []paper.Block {
	list := paper.List{First: 1}
	for i, f := range p.l.Facts {
		text := paper.Plain(f.Text).Marked(p.footnotes(i + 1)...)
		list.Items = append(list.Items, paper.Item{Blocks: []paper.Block{paper.Paragraph{Text: text}}})
	}
	if len(list.Items) == 0 {
		return nil
	}
	return []paper.Block{list}
}

// footnotes are the numbers of the sources that a fact rests on; facts are
// counted from 1.
func (p *post) footnotes(fact int) []int {
	if fact > len(p.l.Facts) {
		return nil
	}
	var list []citation.Cited
	for _, id := range p.l.Facts[fact-1].Citations {
		if c, ok := p.l.Footnotes[id]; ok {
			list = append(list, c)
		}
	}
	var numbers []int
	for _, s := range p.marks(list...) {
		numbers = append(numbers, s.Note)
	}
	return numbers
}

// values are what stands in the merge fields of the text.
func (p *post) values() paper.Values {
	p.sources = paper.Sources{}
	v := paper.Values{}
	put := func(name string, t paper.Text) {
		if len(t) > 0 {
			v[name] = []paper.Block{paper.Paragraph{Text: t}}
		}
	}
	v["facts"], v["demands"] = p.facts(), p.demands()
	put("person.names", p.named())
	var to []paper.Text
	for _, a := range p.l.Addressees {
		if p.to == nil || a.Org.ID == p.to.Org.ID {
			to = append(to, p.ref(a.Org))
		}
	}
	put("addressees", p.series(to))
	name := p.l.Case.Title
	if p.outward {
		name = p.l.CaseName
	}
	put("case.title", paper.Apart(name))
	put("date", paper.Plain(p.date()))
	put("deadline", paper.Plain(p.deadline()))
	var names []paper.Text
	for _, s := range p.signed() {
		one := paper.Apart(s.Name)
		if s.Capacity != "" {
			one = append(one, paper.Span{Text: " ("}, paper.Span{Text: s.Capacity, Style: paper.Isolated}, paper.Span{Text: ")"})
		}
		names = append(names, one)
	}
	signed := p.join("print.comma", names...)
	if others := p.others(); others != "" {
		signed = after(signed, paper.Plain(others))
	}
	put("signatories", signed)
	return v
}

// named are those it is written for, first in the document's script.
func (p *post) named() paper.Text {
	var list []paper.Text
	for _, r := range p.l.Persons {
		if r.Hidden() {
			list = append(list, paper.Plain(p.L.T("print.hidden")))
			continue
		}
		i := slices.IndexFunc(p.l.People.List, func(d cases.Dossier) bool { return d.Person.Head.ID == r.ID })
		if i < 0 {
			continue
		}
		all := p.scripts(p.l.People.List[i].Person)
		one := paper.Apart(all[0])
		if len(all) > 1 {
			one = append(one, paper.Span{Text: " ("}, paper.Span{Text: all[1], Style: paper.Isolated}, paper.Span{Text: ")"})
		}
		list = append(list, one)
	}
	return p.series(list)
}

// series is a list as a sentence has it: one, two and three.
func (p *post) series(list []paper.Text) paper.Text {
	if len(list) < 2 {
		return p.join("print.comma", list...)
	}
	last := len(list) - 1
	return p.fill("letter.and", slot{"a", p.join("print.comma", list[:last]...)}, slot{"b", list[last]})
}

// deadline is the first day on which something is due of those written to.
func (p *post) deadline() string {
	at := ""
	for _, d := range p.asking() {
		if day := d.Due.Latest; day != "" && (at == "" || day < at) {
			at = day
		}
	}
	return p.dayOnPaper(at)
}

// signs tells whether a signature counts: on what leaves, only a confirmed one.
func (p *post) signs(s appeal.Signatory) bool { return !s.Withdrawn && (s.Confirmed || !p.outward) }

// signed are those who sign by name.
func (p *post) signed() []paper.Signatory {
	var list []paper.Signatory
	for _, s := range p.l.Signatories {
		if !p.signs(s) || !s.MayBeNamed {
			continue
		}
		one := paper.Signatory{Name: s.Name, Capacity: s.Capacity}
		if !s.Confirmed && !p.l.Observed() {
			one.Capacity = strings.TrimPrefix(one.Capacity+p.L.T("web.comma")+p.L.T("letter.unconfirmed"), p.L.T("web.comma"))
		}
		list = append(list, one)
	}
	return list
}

// others words how many more sign. One or two are not told by their number: it
// would tell who they are.
func (p *post) others() string {
	total, key := 0, "letter.others"
	for _, s := range p.l.Signatories {
		if p.signs(s) {
			total++
		}
	}
	for _, c := range p.l.SignatoryCount {
		switch c.Qualifier {
		case "exact":
			total = max(total, int(c.N.N))
		case "at_least", "more_than":
			if int(c.N.N) >= total {
				total, key = int(c.N.N), map[string]string{"at_least": "letter.others_at_least", "more_than": "letter.others_more_than"}[c.Qualifier]
			}
		default:
			total, key = total+1, ""
		}
	}
	more := total - len(p.signed())
	switch {
	case more <= 0 && key == "letter.others":
		return ""
	case more < 3 || key == "":
		return p.L.T("letter.others_some")
	}
	return p.L.T(key, "n", p.L.Int(more))
}

// enclosed are the titles of what goes with the letter.
func (p *post) enclosed() []paper.Text {
	var list []paper.Text
	for _, r := range p.l.Attachments {
		switch {
		case !r.Hidden():
			list = append(list, paper.Apart(r.Title))
		case !p.outward:
			list = append(list, paper.Plain(p.L.T("print.hidden")))
		}
	}
	return list
}

// remarks are what is to be known of our own copy.
func (p *post) remarks(gaps []paper.Gap) []string {
	var list []string
	say := func(key string, args ...any) { list = append(list, p.L.T(key, args...)) }
	switch {
	case p.l.Head.Voided:
		say("web.voided")
	case p.l.Observed():
		say("letter.observed")
	case p.l.Head.State == appeal.Draft || p.l.Head.State == appeal.InReview:
		say("letter.draft")
	case p.l.Head.State == appeal.Withdrawn:
		say("letter.withdrawn")
	}
	if p.l.Urgency != "" && p.l.SecondReader.ID == "" && p.l.SentTo() > 0 {
		say("letter.unread")
	}
	if p.l.Appeal.Body(p.lang) == "" {
		var langs []string
		for _, t := range p.l.Texts {
			langs = append(langs, p.L.LanguageName(t.Lang))
		}
		if len(langs) == 0 {
			say("letter.no_text")
		} else {
			say("letter.no_text_in", "language", p.L.LanguageName(p.lang), "languages", strings.Join(langs, p.L.T("web.comma")))
		}
	}
	if len(p.sender()) == 0 {
		say("letter.no_sender")
	}
	for i, f := range p.l.Facts {
		if len(f.Citations) == 0 {
			say("letter.bare", "n", p.L.Int(i+1))
		}
	}
	for _, g := range gaps {
		key := "letter.gap_unknown"
		if g.Known {
			key = "letter.gap_empty"
		}
		say(key, "field", i18n.Isolate("{{"+g.Field+"}}"), "line", p.L.Int(g.Line))
	}
	return list
}

// leftOut is what is not on the paper, and why.
func (p *post) leftOut() []string {
	list := []string{p.L.T("print.left.sources")}
	if p.others() != "" {
		list = append(list, p.L.T("letter.left_unnamed"))
	}
	if p.outward && slices.ContainsFunc(p.l.Signatories, func(s appeal.Signatory) bool { return !s.Confirmed && !s.Withdrawn }) {
		list = append(list, p.L.T("letter.left_unconfirmed"))
	}
	return list
}

// untold is what has no text in the document's language, told by its letters.
func (p *post) untold() []string {
	foreign := func(text string) bool { s := person.Script(text); return s != "" && s != p.script }
	var facts, demands []string
	for i, f := range p.l.Facts {
		if foreign(f.Text) {
			facts = append(facts, p.L.Int(i+1))
		}
	}
	for _, d := range p.asking() {
		if foreign(d.Text) {
			demands = append(demands, d.Number)
		}
	}
	var list []string
	if p.l.Appeal.Body(p.lang) == "" {
		list = append(list, p.L.T("letter.untold_text"))
	}
	if foreign(p.l.TitleText) {
		list = append(list, p.L.T("letter.untold_title"))
	}
	if len(facts) > 0 {
		list = append(list, p.L.T("letter.untold_facts", "which", strings.Join(facts, p.L.T("web.comma"))))
	}
	if len(demands) > 0 {
		list = append(list, p.L.T("letter.untold_demands", "which", strings.Join(demands, p.L.T("web.comma"))))
	}
	return list
}
