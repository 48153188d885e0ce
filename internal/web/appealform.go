package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/demand"
	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/paper"
	"amparo/internal/record"
	"amparo/views/parts"
	pages "amparo/views/writing"
)

// manuscript is the form of an appeal while it is read or worded.
type manuscript struct {
	*Request
	tx   *record.Tx
	s    *record.Sheet // on file; nil for a new one
	plea cases.Plea    // the same with its demands
	w    *cases.Writing
	home *record.Sheet // its case; nil while that is not said

	v        form.Values // as typed; nil where nothing was
	out      []string    // ids of demands that are taken out
	problems form.Problems
	shut     []string // why it cannot be kept at all now
	previews map[string]pages.Preview
	checks   *pages.Checks

	draft, draftAt string // name of the draft, and when it was kept
	reminds        bool   // it asks again for what another appeal asked
}

// shownFields are the appeal's fields that the form shows, in the order of the page.
func (m *manuscript) shownFields() []string {
	list := []string{"title", "kind", "send_by", "persons", "facts", "texts", "addressees", "demands", "signatories", "signatory_count"}
	if m.w.Observed() {
		list = []string{"title", "kind", "submitters", "dated", "persons", "texts", "addressees", "demands", "signatories", "signatory_count"}
	}
	return append(list, m.furtherFields()...)
}

func (m *manuscript) furtherFields() []string {
	if m.w.Observed() {
		return []string{"attachments", "same_matter_elsewhere", "follows"}
	}
	return []string{"attachments", "submitted_by", "same_matter_elsewhere", "follows", "assignee"}
}

// langs are the languages of the text that the program can speak; the reader's
// own where there is none.
func (m *manuscript) langs() []string {
	var list []string
	for _, t := range m.w.Texts {
		if i18n.Known(t.Lang) {
			list = append(list, t.Lang)
		}
	}
	if len(list) == 0 {
		list = []string{m.L.Lang()}
	}
	return list
}

// address is where the form lies.
func (m *manuscript) address() string {
	if m.s == nil {
		return "/" + m.draft
	}
	return m.url(m.s.Ref()) + "/edit"
}

// field makes the input of one of the writing's fields, as it was typed; what was
// chosen keeps its name.
func (m *manuscript) field(kind, prefix string, f form.Field) parts.Field {
	in := m.input(kind, prefix, f, m.problems)
	if len(in.Options) > 0 && in.Options[0] == (parts.Option{}) {
		in.Options = in.Options[1:]
	}
	if m.v != nil {
		titles := map[string]string{}
		for _, o := range in.Items {
			titles[o.Value] = o.Label
		}
		retype(&in, m.v)
		for i, o := range in.Items {
			if title, ok := titles[o.Value]; ok && title != o.Value {
				in.Items[i].Label = title
			} else if found, err := m.tx.Find(strings.ToUpper(o.Value)); err == nil {
				in.Items[i].Label = found.Title
			}
		}
	}
	return in
}

// page words the form.
func (m *manuscript) page(status int) error {
	r := m.Request
	back, err := m.readBack()
	if err != nil {
		return err
	}
	p := pages.Page{Title: r.L.T("kind.appeal.new"), Action: "/appeals/new", Back: parts.Action{Label: r.L.T("common.cancel"), URL: "/appeals", Tone: parts.Quiet}, Names: r.mergeNames(r.L.Lang())}
	if m.s != nil {
		base := r.url(m.s.Ref())
		p.Title, p.Action, p.Back.URL, p.Back.Label = m.s.Head.Title, base+"/edit", base, r.L.T("page.writing.back")
		p.Sub = []parts.Run{{Text: m.s.Head.Ref}, {Text: "·"}, {Text: r.L.T("state.appeal." + m.s.Head.State)}}
		if m.s.Head.State == appeal.InReview {
			p.Note = r.L.T("page.writing.in_review")
		}
	}
	if m.home != nil {
		if len(p.Sub) > 0 {
			p.Sub = append(p.Sub, parts.Run{Text: "·"})
		}
		p.Sub = append(p.Sub, r.link(m.home.Ref()))
	}
	if m.reminds {
		p.Title = r.L.T("page.writing.reminder")
		p.Rather = &parts.Action{Label: r.L.T("page.writing.rather"), URL: "/appeals/new?as=new&follows=" + m.w.Follows.Ref}
	}
	if m.w.Follows.Ref != "" {
		p.Sub = append(p.Sub, parts.Run{Text: "·"}, parts.Run{Text: r.L.T("field.follows")}, r.link(m.w.Follows))
	}
	if err := m.look(); err != nil {
		return err
	}
	m.wordHidden(&p)
	m.wordWhat(&p)
	m.wordTexts(&p)
	if !m.w.Observed() {
		p.Facts = m.wordFacts(back)
		if m.s == nil || m.s.Head.State == appeal.Draft {
			p.Submit = r.L.T("move.submit")
		}
	}
	m.wordAddressees(&p)
	m.wordDemands(&p)
	m.wordSignatories(&p)
	fields := m.w.Fields()
	for _, name := range m.furtherFields() {
		f, _ := fields.Get(name)
		p.More = append(p.More, m.field("appeal", "", f))
	}
	if err := m.wordChecks(&p); err != nil {
		return err
	}
	p.Draft = parts.Draft{URL: "/drafts/appeals"}
	if m.draftAt != "" {
		p.Draft.Text = r.L.T("web.log.draft_kept", "at", r.moment(m.draftAt))
		p.Drop = &parts.Action{Label: r.L.T("page.writing.drop"), Post: "/drafts/appeals/drop", Hidden: []parts.Pair{{Name: "draft", Value: m.draft}}, Tone: parts.Quiet}
	}
	m.wordProblems(&p)
	return r.page(status, p.Title, pages.WritePage(p))
}

// readBack reads what the appeal can be written from.
func (m *manuscript) readBack() (background, error) {
	if m.w.Observed() {
		return background{}, nil
	}
	persons := slices.Clone(m.w.Persons)
	for i, p := range persons {
		if p.ID == "" {
			if found, err := m.tx.Find(strings.ToUpper(p.Ref)); err == nil {
				persons[i] = found
			}
		}
	}
	return m.readBackground(m.tx, m.home, persons, m.langs())
}

func (m *manuscript) wordHidden(p *pages.Page) {
	hide := func(name, value string) { p.Hidden = append(p.Hidden, parts.Pair{Name: name, Value: value}) }
	hide("draft", m.draft)
	for _, name := range m.shownFields() {
		hide("fields", name)
	}
	for _, id := range m.out {
		hide("out", id)
	}
	if m.s != nil {
		began := version(m.s)
		if typed := m.v.First("version"); typed != "" {
			began = typed
		}
		hide("version", began)
		return
	}
	if m.w.Observed() {
		hide("fields", "by")
		hide("by", appeal.Others)
	}
}

// wordWhat words what kind of appeal it is, what it is called and for whom.
func (m *manuscript) wordWhat(p *pages.Page) {
	fields := m.w.Fields()
	get := func(name string) parts.Field {
		f, _ := fields.Get(name)
		return m.field("appeal", "", f)
	}
	title := get("title")
	title.Wide, title.Large = true, true
	p.What = []parts.Field{title, get("kind")}
	if m.w.Observed() {
		p.By = []parts.Field{get("submitters"), get("dated")}
		if m.s == nil {
			p.By = append(p.By, m.sourceFields("source_", true)...)
		}
	} else {
		p.What = append(p.What, get("send_by"))
	}
	if m.s == nil && m.home == nil {
		in := parts.Field{Name: "case", Label: m.L.T("field.case"), Hint: m.L.T("page.writing.case_hint"), Type: parts.Ref, Suggest: "case", Value: m.v.First("case"), Max: 300}
		m.wrong(&in)
		p.What = append(p.What, in)
	} else if m.s == nil {
		p.Hidden = append(p.Hidden, parts.Pair{Name: "case", Value: m.home.Head.Ref})
	}
	p.Persons = get("persons")
}

// wrong says what is wrong with a field that is no field of the appeal's own.
func (m *manuscript) wrong(in *parts.Field) {
	for _, p := range m.problems {
		if p.Field == in.Name {
			in.Error = m.problem(p)
		}
	}
}

// newSource are the names of the fields of a source that is not cited yet.
var newSource = []string{"document", "speaker", "locator", "quote"}

// sourceFields ask for a source that is not cited yet; where one is needed, the
// one that is being worked from is there already.
func (m *manuscript) sourceFields(prefix string, needed bool) []parts.Field {
	c := &citation.Citation{}
	if needed && m.v == nil {
		m.inherit(c)
	}
	var list []parts.Field
	for _, name := range newSource {
		f, _ := c.Fields().Get(name)
		in := m.input("citations", "", f, nil)
		in.Name, in.ID, in.Hint = prefix+name, "", ""
		if typed, ok := m.v[in.Name]; ok {
			in.Value, in.Echo = legible(strings.Join(typed, "\n")), ""
		}
		m.wrong(&in)
		list = append(list, in)
	}
	return list
}

// wordFacts words the chronology to tick and the facts with what they rest on.
func (m *manuscript) wordFacts(back background) *pages.Facts {
	r := m.Request
	out := &pages.Facts{Ticks: r.ticks(back, m.langs(), m.w.Facts, m.v["tick"]), Empty: r.L.T("page.writing.no_ticks")}
	sources := r.sources(back)
	labels := map[string]string{}
	for _, o := range sources {
		labels[o.Value] = o.Label
	}
	f, _ := m.w.Fields().Get("facts")
	n := f.Len()
	for i := range n + 1 {
		prefix := "facts." + strconv.Itoa(i)
		one := pages.Fact{Prefix: prefix, N: r.L.Int(i + 1), Spare: i == n}
		var fields form.Set
		if i < n {
			one.ID, fields = f.Row(i)
		} else {
			fields = m.emptyRow("facts")
		}
		text, _ := fields.Get("text")
		one.Text = m.field("appeal.facts", prefix+".", text)
		one.Text.Label, one.Text.Wide, one.Text.Required = r.L.T("page.writing.fact_n", "n", one.N), true, false
		if len(m.w.Texts) > 1 {
			lang, _ := fields.Get("lang")
			one.Lang = m.langChoice(prefix+".lang", lang.String())
		}
		cited, _ := fields.Get("citations")
		for _, id := range cited.Lines() {
			label, ok := labels[id]
			if !ok {
				label = r.L.T("page.writing.source_elsewhere")
			}
			one.Sources = append(one.Sources, parts.Option{Value: id, Label: label, Selected: true})
		}
		one.Bare = len(one.Sources) == 0 && !one.Spare
		one.More = parts.Field{Name: prefix + ".citations", ID: "f-facts-" + strconv.Itoa(i) + "-more", Label: r.L.T("page.writing.one_source"), Type: parts.Choice, Blank: r.L.T("page.writing.on_file"), Options: sources}
		one.New = m.sourceFields(prefix+".new_", false)
		one.NewOpen = slices.ContainsFunc(one.New, func(f parts.Field) bool { return f.Value != "" || f.Error != "" })
		out.Own = append(out.Own, one)
	}
	return out
}

// langChoice asks to which of the texts something belongs.
func (m *manuscript) langChoice(name, value string) parts.Field {
	in := parts.Field{Name: name, Label: m.L.T("page.writing.fact_lang"), Type: parts.Choice, Value: value, Blank: m.L.T("page.writing.every_lang")}
	for _, t := range m.w.Texts {
		in.Options = append(in.Options, parts.Option{Value: t.Lang, Label: m.L.LanguageName(t.Lang)})
	}
	return in
}

// wordTexts words the text in each language, with its preview.
func (m *manuscript) wordTexts(p *pages.Page) {
	f, _ := m.w.Fields().Get("texts")
	for i, t := range m.w.Texts {
		prefix := "texts." + strconv.Itoa(i)
		id, fields := f.Row(i)
		body, _ := fields.Get("body")
		one := pages.Text{Prefix: prefix, ID: id, Lang: t.Lang, Language: m.L.LanguageName(t.Lang), Body: m.field("appeal.texts", prefix+".", body)}
		one.Body.Label = m.L.T("page.writing.text_in", "language", one.Language)
		one.Body.Lang = t.Lang
		for _, problem := range m.problems {
			if problem.Field == prefix+".lang" {
				one.Body.Error = m.problem(problem)
			}
		}
		one.Preview = pages.Preview{Paper: paper.Fragment(t.Lang, paper.Markdown(t.Body))}
		if seen, ok := m.previews[t.Lang]; ok {
			one.Preview = seen
		}
		one.Preview.ID, one.Preview.URL, one.Preview.Label = "seen-"+t.Lang, "/previews/appeals/"+t.Lang, m.L.T("page.writing.preview", "language", one.Language)
		p.Texts = append(p.Texts, one)
	}
	p.AddText = parts.Field{Name: "add_lang", Label: m.L.T("page.writing.add_language"), Type: parts.Choice, Blank: m.L.T("page.parts.choose")}
	for _, code := range tongues {
		if !slices.ContainsFunc(m.w.Texts, func(t appeal.Text) bool { return t.Lang == code }) {
			p.AddText.Options = append(p.AddText.Options, parts.Option{Value: code, Label: m.L.LanguageName(code)})
		}
	}
}

// spareRows is how many empty rows stand below those that are filled.
func (m *manuscript) spareRows(group string, filled int) int {
	spare := 1
	if group == "addressees" || group == "demands" {
		spare = max(1, 2-filled)
	}
	if m.v.First("add") == group {
		spare++
	}
	return spare
}

func (m *manuscript) wordAddressees(p *pages.Page) {
	f, _ := m.w.Fields().Get("addressees")
	n := f.Len()
	for i := range n + m.spareRows("addressees", n) {
		prefix := "addressees." + strconv.Itoa(i)
		one := pages.Addressee{Prefix: prefix, Spare: i >= n}
		var fields form.Set
		if i < n {
			if f.HidesRow(i) {
				continue
			}
			one.ID, fields = f.Row(i)
			if org := m.w.Addressees[i].Org; org.ID != "" {
				one.Ref, one.Title = org.Ref, org.Title
			}
		} else {
			fields = m.emptyRow("addressees")
		}
		org, _ := fields.Get("org")
		channel, _ := fields.Get("channel")
		one.Org, one.Channel = m.field("appeal.addressees", prefix+".", org), m.field("appeal.addressees", prefix+".", channel)
		one.Org.Label, one.Org.Required = m.L.T("page.writing.addressee"), false
		if one.Ref != "" && (one.Org.Value == one.Ref || one.Org.Value == one.Title) {
			one.Org.Value, one.Org.Echo = one.Title, one.Ref
		}
		p.To = append(p.To, one)
	}
}

// emptyRow is a row of a group with nothing in it yet.
func (m *manuscript) emptyRow(group string) form.Set {
	w := &cases.Writing{Appeal: &appeal.Appeal{}}
	f, _ := w.Fields().Get(group)
	return f.Template()
}

func (m *manuscript) wordDemands(p *pages.Page) {
	r := m.Request
	in := i18n.In(m.langs()[0])
	for _, k := range demand.Kinds {
		p.Standard = append(p.Standard, parts.Option{Value: k, Label: in.T("web.write.standard." + k)})
	}
	f, _ := m.w.Fields().Get("demands")
	n := f.Len()
	next := cases.NextNumber(m.w.Demands)
	for i := range n + m.spareRows("demands", n) {
		prefix := "demands." + strconv.Itoa(i)
		one := pages.Demand{Prefix: prefix, Name: r.L.T("kind.demand.one") + " " + r.L.Int(i+1), Above: i > 0, AboveTicked: m.v.First(prefix+".above") != "", Spare: i >= n, Removable: true}
		var fields form.Set
		row := cases.Wanted{All: true}
		if i < n {
			one.ID, fields = f.Row(i)
			row = m.w.Demands[i]
			if row.ID != "" {
				one.Version = strconv.Itoa(row.Version)
				m.onFile(&one, row.ID)
			}
		} else {
			fields = m.emptyRow("demands")
		}
		get := func(name string) parts.Field {
			field, _ := fields.Get(name)
			in := m.field("demand", prefix+".", field)
			in.Required = false
			return in
		}
		one.Number, one.Kind, one.Text, one.Targets, one.Nobody, one.Due, one.Indicator = get("number"), get("kind"), get("text"), get("targets"), get("target_unspecified"), get("due"), get("indicator")
		if one.Number.Value == "" {
			one.Number.Value = strconv.Itoa(next)
			next++
		}
		one.Kind.Blank = r.L.T("page.writing.demand_kind")
		for _, a := range m.w.Addressees {
			if title := titleOr(a.Org); title != "" && !a.Org.Hidden() {
				one.Targets.Options = append(one.Targets.Options, parts.Option{Value: title, Label: title})
			}
		}
		one.For = m.forWhom(prefix, row)
		for _, o := range one.For.Options {
			one.Shown = strings.TrimSpace(one.Shown + " " + o.Value)
		}
		one.Open = one.Indicator.Value != "" || one.Indicator.Error != "" || one.For.Error != "" || !row.All && one.For.Label != ""
		p.Demands = append(p.Demands, one)
	}
}

// onFile says how a demand stands that is on file, and whether it can be taken out.
func (m *manuscript) onFile(one *pages.Demand, id string) {
	for _, d := range m.plea.Demands {
		if d.Head.ID != id {
			continue
		}
		one.Removable = m.plea.Removable(d)
		if d.Head.State != demand.Open {
			b := m.stateBadge("demand", d.Head.State)
			one.State = &b
		}
	}
}

// forWhom asks for whom of the people something is demanded; for all of them
// unless it is said otherwise.
func (m *manuscript) forWhom(prefix string, row cases.Wanted) parts.Field {
	in := parts.Field{Name: prefix + ".beneficiaries", Type: parts.Choices}
	for _, p := range m.w.Persons {
		if p.Hidden() {
			continue
		}
		in.Label = m.label("demand", "beneficiaries")
		chosen := row.All || slices.ContainsFunc(row.Beneficiaries, func(b form.Ref) bool { return b.Ref == p.Ref || b.ID != "" && b.ID == p.ID })
		in.Options = append(in.Options, parts.Option{Value: p.Ref, Label: titleOr(p), Selected: chosen})
	}
	m.wrong(&in)
	return in
}

func (m *manuscript) wordSignatories(p *pages.Page) {
	r := m.Request
	f, _ := m.w.Fields().Get("signatories")
	n := f.Len()
	var called []string
	for _, s := range m.w.Signatories {
		called = append(called, s.Name)
	}
	same := alike(called)
	for i := range n + m.spareRows("signatories", n) {
		prefix := "signatories." + strconv.Itoa(i)
		one := pages.Signatory{Prefix: prefix, Spare: i >= n}
		fields := m.emptyRow("signatories")
		if i < n {
			one.ID, fields = f.Row(i)
			s := m.w.Signatories[i]
			one.Named, one.Confirmed, one.Withdrawn = s.MayBeNamed, s.Confirmed, s.Withdrawn
			if k := same[i]; k >= 0 {
				one.Like = r.L.T("page.writing.like", "n", r.L.Int(k+1), "name", r.apart(called[k]))
			}
		}
		name, _ := fields.Get("name")
		capacity, _ := fields.Get("capacity")
		one.Name, one.Capacity = m.field("appeal.signatories", prefix+".", name), m.field("appeal.signatories", prefix+".", capacity)
		p.Signatories = append(p.Signatories, one)
	}
	p.Paste = []parts.Field{{Name: "pasted", Label: r.L.T("page.writing.paste"), Hint: r.L.T("page.writing.paste_hint"), Type: parts.Textarea, Value: legible(m.v.First("pasted"))},
		{Name: "pasted_named", Label: r.L.T("page.writing.paste_named"), Type: parts.Bool, Wide: true}}
	count := m.emptyRow("signatory_count")
	if f, _ := m.w.Fields().Get("signatory_count"); f.Len() > 0 {
		_, count = f.Row(0)
	}
	for _, f := range count {
		in := m.field("appeal.signatory_count", "signatory_count.0.", f)
		in.Required = false
		p.Count = append(p.Count, in)
	}
}

// wordChecks words what the appeal lacks: as it was last tried, else as it is on file.
func (m *manuscript) wordChecks(p *pages.Page) error {
	switch {
	case m.w.Observed():
		return nil
	case m.checks != nil:
		p.Checks = *m.checks
		return nil
	case m.s == nil:
		p.Checks.Note = m.L.T("page.writing.checks_later")
		return nil
	}
	l, err := cases.CheckAppeal(m.tx, m.plea)
	if err != nil {
		return err
	}
	p.Checks = m.checkPanel(m.s, l)
	return nil
}

// look shows the texts as they stand in the letter, where they are as on file.
func (m *manuscript) look() (err error) {
	if m.previews == nil && m.v == nil && m.s != nil {
		m.previews, err = m.seenIn(m.tx, m.s)
	}
	return err
}

// checkPanel words what an appeal lacks; a gap that is mended in this form leads
// to its part of it.
func (m *manuscript) checkPanel(s *record.Sheet, l cases.CheckList) pages.Checks {
	var out pages.Checks
	base := m.url(s.Ref())
	for _, list := range m.checkLists(s, l, m.Actor.May(auth.Write)) {
		c := pages.CheckList{Title: list.Title}
		for _, i := range list.Items {
			item := pages.Check{Sign: i.Sign, Spoken: i.Spoken, Text: i.Text, Repair: i.Repair}
			if i.Repair != nil {
				if part, ok := strings.CutPrefix(i.Repair.URL, base+"/edit#"); ok {
					item.Repair = &parts.Action{Label: i.Repair.Label, URL: "#" + part}
				} else if at, ok := strings.CutSuffix(i.Repair.URL, "next="+base); ok {
					item.Repair = &parts.Action{Label: i.Repair.Label, URL: at + "next=" + url.QueryEscape(m.address())}
				}
			}
			c.Items = append(c.Items, item)
		}
		out.Lists = append(out.Lists, c)
	}
	return out
}

// wordProblems gathers what is wrong, in the order of the page; what belongs to
// no field stands for itself.
func (m *manuscript) wordProblems(p *pages.Page) {
	list := slices.Concat(p.What, p.By, []parts.Field{p.Persons})
	if p.Facts != nil {
		for _, f := range p.Facts.Own {
			list = append(append(list, f.Text), f.New...)
		}
	}
	for _, t := range p.Texts {
		list = append(list, t.Body)
	}
	for _, a := range p.To {
		list = append(list, a.Org, a.Channel)
	}
	of := func(row string, fields ...parts.Field) { // each row has fields of the same names
		for _, f := range fields {
			f.Label = row + " · " + f.Label
			list = append(list, f)
		}
	}
	for _, d := range p.Demands {
		of(d.Name, d.Number, d.Kind, d.Text, d.Targets, d.Nobody, d.Due, d.For, d.Indicator)
	}
	for i, s := range p.Signatories {
		of(m.L.T("page.writing.line", "n", m.L.Int(i+1)), s.Name, s.Capacity)
	}
	list = slices.Concat(list, p.Paste, p.Count, p.More)
	for _, why := range m.shut {
		p.Problems = append(p.Problems, parts.Problem{Text: why})
	}
	p.Problems = append(p.Problems, parts.Problems(list)...)
	for _, one := range m.problems {
		if !slices.ContainsFunc(list, func(f parts.Field) bool { return f.Name == one.Field && f.Error != "" }) && !strings.HasSuffix(one.Field, ".lang") {
			p.Problems = append(p.Problems, parts.Problem{Text: m.problem(one)})
		}
	}
}
