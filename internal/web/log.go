package web

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/person"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/record"
	pages "amparo/views/log"
	"amparo/views/parts"
)

// logRoutes log a detention, and keep what is half written.
func (s *Server) logRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/log", Who: Writes, Handle: (*Request).logForm},
		{Method: post, Path: "/log", Who: Writes, Upload: true, Handle: (*Request).log},
		{Method: get, Path: "/log/matches", Who: Writes, Handle: (*Request).logMatches},
		{Method: post, Path: "/drafts/log", Who: Writes, Handle: (*Request).keepDraft},
		{Method: post, Path: "/drafts/log/drop", Who: Writes, Handle: (*Request).dropDraft},
	}
}

// kept are the fields that stay for the next entry of the same call.
var kept = []string{"source", "source_contact", "reliability", "credibility", "when", "taken_by", "where", "case"}

// logWords are the texts that logging writes, in the logger's language.
func (r *Request) logWords(v form.Values) cases.Words {
	title := r.L.T("web.log.case_title")
	if where := strings.TrimSpace(v.First("where")); where != "" && form.Clean(where) {
		if !record.LooksLikeRef(strings.ToUpper(where)) {
			title += ", " + where
		}
	}
	title += ", " + edtf.Day(r.book.Today()).Short(r.L)
	return cases.Words{
		CaseTitle:   title,
		Placeholder: func(i, n int) string { return r.L.T("web.log.placeholder", "i", r.L.Int(i), "n", r.L.Int(n)) },
		CallBack:    r.L.T("web.log.call_back"),
		CheckDouble: r.L.T("web.log.check_double"),
	}
}

// isLogDraft tells the drafts of calls: each begun call has one of its own, so
// that a second call mixes with no other and costs none.
func isLogDraft(name string) bool { return name == "log" || strings.HasPrefix(name, "log:") }

// logDraft is the name of the draft that a form of a call keeps.
func logDraft(v form.Values) string {
	if name := v.First("draft"); isLogDraft(name) && form.Clean(name) && len(name) < 60 {
		return name
	}
	return "log"
}

// logForm is the form, with the draft that was left, if any: the one asked for,
// else the newest that is about what the address names. Without one a call begins.
func (r *Request) logForm() error {
	v := form.Values{}
	for _, name := range []string{"case", "name", "when"} {
		if text := r.query(name); text != "" {
			v[name] = []string{text}
		}
	}
	if ref := r.query("person"); ref != "" {
		v["match"] = []string{"new_arrest:" + ref}
		err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			s, err := tx.Get("person", ref)
			if err == nil {
				v["name"] = []string{s.Head.Title}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	drafts, err := r.book.Drafts(r.c.UserContext(), r.Actor)
	if err != nil {
		return err
	}
	at, asked := "", r.query("draft")
	for _, d := range drafts {
		of := isLogDraft(d.Name) && (asked == "" || asked == d.Name)
		for name := range v {
			of = of && slices.Equal(d.Values[name], v[name])
		}
		if of {
			v, at = d.Values, d.At
			v["draft"] = []string{d.Name}
			break
		}
	}
	if at == "" {
		v["draft"] = []string{"log:" + record.NewID()}
	}
	return r.logPage(fiber.StatusOK, v, nil, at)
}

// logPage shows the form filled with what was typed, whatever it is.
func (r *Request) logPage(status int, v form.Values, problems form.Problems, draftAt string) error {
	report := &cases.Report{}
	fields := report.Fields()
	in := func(name string) parts.Field {
		f, _ := fields.Get(name)
		p := r.input("log", "", f, problems)
		p.Value = strings.Join(v[name], "\n")
		if f.Type == form.Choice || f.Type == form.Choices {
			for i := range p.Options {
				p.Options[i].Selected = slices.Contains(v[name], p.Options[i].Value)
			}
		}
		if f.Type == form.Date && p.Value != "" && p.Error == "" {
			d := newDate()
			test := form.OfDate(name, d)
			if f.Ahead {
				test = form.OfDate(name, d, form.Ahead)
			}
			if code, _ := test.Set(p.Value, r.now()); code == "" {
				p.Echo = d.In(r.L)
			}
		}
		p.Kept = slices.Contains(v["kept"], name) && p.Value != ""
		return p
	}
	m := pages.Log{Title: r.L.T("do.log"), Action: "/log", Source: in("source"), CallBack: in("source_contact"), Reliability: in("reliability"), Credibility: in("credibility"),
		Name: in("name"), Age: in("age_or_birth"), When: in("when"), TakenBy: in("taken_by"), Where: in("where"), HeldAt: in("held_place"), What: in("what_happened"), Reason: in("reason_given"),
		NextCall: in("next_call"), Case: in("case"), File: r.fileInput("file", r.L.T("field.file"), problems)}
	m.Name.Large, m.Name.Focus = true, v.First("source") != "" || len(v["saved"]) > 0
	m.Source.Focus = !m.Name.Focus
	held := v.First("held_now")
	m.HeldNow = parts.Field{Name: "held_now", Label: r.L.T("field.held_now"), Type: parts.Segment, Options: r.options("option.held_now.", cases.HeldNow, held)}
	use := v.First("consent")
	m.MayUse = parts.Field{Name: "consent", Label: r.L.T("field.consent"), Type: parts.Segment, Options: []parts.Option{
		{Value: "not_asked", Label: r.L.T("option.consent_told.not_asked"), Selected: use == "not_asked"},
		{Value: "no", Label: r.L.T("option.consent_told.no"), Selected: use == "no"},
		{Value: "yes", Label: r.L.T("web.log.consent_yes"), Selected: use == "yes"}}}
	m.MayTo = parts.Field{Name: "consent_to", Label: r.L.T("web.log.consent_to"), Type: parts.Choices, Options: r.options("option.consent_told.", person.ConsentTold[2:], v["consent_to"]...)}
	for _, p := range problems {
		for _, f := range []*parts.Field{&m.HeldNow, &m.MayUse, &m.MayTo} {
			if p.Field == f.Name {
				f.Error = r.problem(p)
			}
		}
	}
	once := v.First("once")
	if once == "" || status == fiber.StatusOK {
		once = record.NewID()
	}
	m.Hidden = append(m.Hidden, parts.Pair{Name: "once", Value: once}, parts.Pair{Name: "draft", Value: logDraft(v)})
	for _, name := range []string{"kept", "saved"} {
		for _, one := range v[name] {
			m.Hidden = append(m.Hidden, parts.Pair{Name: name, Value: one})
		}
	}
	fields2 := []parts.Field{m.Source, m.CallBack, m.Name, m.Age, m.When, m.TakenBy, m.Where, m.HeldNow, m.HeldAt, m.What, m.MayUse, m.MayTo, m.NextCall, m.Case, m.Reason, m.Reliability, m.Credibility, m.File}
	m.Problems = parts.Problems(fields2)
	for _, p := range problems {
		if p.Field == "person" || p.Field == "match" {
			m.Matches.Error = r.problem(p)
			m.Problems = append(m.Problems, parts.Problem{Target: "matches", Text: r.problem(p)})
		}
	}
	m.Draft = parts.Draft{URL: "/drafts/log"}
	if draftAt != "" {
		if len(v["saved"]) == 0 {
			m.Left = r.L.T("web.log.draft_kept", "at", r.moment(draftAt))
		}
		m.Instead = []parts.Action{{Label: r.L.T("web.log.another_call"), URL: "/log?draft=new"},
			{Label: r.L.T("web.log.drop"), Post: "/drafts/log/drop", Hidden: []parts.Pair{{Name: "draft", Value: logDraft(v)}}}}
	}
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		if saved := v["saved"]; len(saved) > 0 {
			m.Saved = append(m.Saved, parts.Run{Text: r.L.T("web.log.saved")})
			for i, ref := range saved {
				if found, err := tx.Find(ref); err == nil {
					if i > 0 {
						m.Saved = append(m.Saved, parts.Run{Text: "·", Quiet: true})
					}
					m.Saved = append(m.Saved, r.link(found))
				}
			}
		}
		list, err := r.matches(tx, v)
		m.Matches.Asked, m.Matches.List = strings.TrimSpace(v.First("name")) != "", list
		return err
	})
	if err != nil {
		return err
	}
	return r.page(status, m.Title, pages.LogPage(m))
}

// logMatches is the card of people on file, while a name is typed.
func (r *Request) logMatches() error {
	v := form.Values{}
	for _, name := range []string{"name", "when", "where", "taken_by", "match"} {
		v[name] = []string{r.query(name)}
	}
	var m pages.Matches
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		m.List, err = r.matches(tx, v)
		m.Asked = strings.TrimSpace(v.First("name")) != ""
		return err
	})
	if err != nil {
		return err
	}
	return r.part(fiber.StatusOK, pages.MatchesPart(m))
}

// matches finds who on file may be meant by the last line of the names.
func (r *Request) matches(tx *record.Tx, v form.Values) ([]pages.Match, error) {
	lines := strings.Split(strings.TrimSpace(v.First("name")), "\n")
	name := strings.TrimSpace(lines[len(lines)-1])
	answer, chosen, _ := strings.Cut(v.First("match"), ":")
	var likes []record.Likeness
	if len([]rune(name)) >= 3 && form.Clean(name) && len(name) < 600 {
		var err error
		if likes, err = tx.Like("person", name, 5); err != nil {
			return nil, err
		}
	}
	// While a name is still being typed the right one may score low; further down
	// the list only what is really near is worth reading.
	likes = slices.DeleteFunc(likes, func(l record.Likeness) bool { return l.Score < 0.45 })
	for i := range likes {
		if i >= 3 && likes[i].Score < names.Warn {
			likes = likes[:i]
			break
		}
	}
	var out []pages.Match
	var ids []string
	for _, l := range likes {
		ids = append(ids, l.ID)
	}
	custody, err := cases.CustodyOf(tx, ids...)
	if err != nil {
		return nil, err
	}
	var places []string
	for _, c := range custody {
		places = append(places, c.Places...)
	}
	titles, err := tx.Titles(places...)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, nil
	}
	sheets, err := tx.Where("person", "h.id IN ?", ids)
	if err != nil {
		return nil, err
	}
	byID := map[string]*record.Sheet{}
	for _, s := range sheets {
		byID[s.Head.ID] = s
	}
	for _, l := range likes {
		s := byID[l.ID]
		if s == nil {
			continue
		}
		p := record.As[*person.Person](s)
		m := pages.Match{Ref: l.Ref.Ref, Name: r.titled(s.Ref()), URL: r.url(l.Ref), Alike: r.alike(l.Score), Reasons: r.nameReasons(l.Reasons)}
		for _, name := range nonEmpty(p.Title(), p.Arab, l.Name) {
			if name != m.Name && !slices.Contains(m.Other, name) {
				m.Other = append(m.Other, name)
			}
		}
		var family []string
		if p.Father != "" || p.Mother != "" {
			family = append(family, r.L.T("web.log.child_of", "parents", strings.Join(nonEmpty(p.Father, p.Mother), r.L.T("web.and"))))
		}
		if !p.Born.IsZero() {
			family = append(family, r.L.T("web.log.born", "when", p.Born.Short(r.L)))
		} else if p.Age.Valid {
			family = append(family, r.aged(p))
		}
		m.Family = strings.Join(append(family, p.Occupations...), r.L.T("web.comma"))
		if c, ok := custody[l.ID]; ok {
			words := []string{r.L.T("custody." + c.State)}
			if c.Taken != "" {
				words = append(words, r.L.T("web.log.taken", "when", r.dateText(c.Taken)))
			}
			var at []string
			for _, id := range c.Places {
				at = append(at, r.titled(titles[id]))
			}
			if len(at) > 0 {
				words = append(words, strings.Join(at, r.L.T("web.or")))
			}
			m.Custody = strings.Join(words, r.L.T("web.comma"))
		}
		if chosen == l.Ref.Ref {
			m.Answer = answer
		}
		out = append(out, m)
	}
	return out, nil
}

// aged says how old somebody was told to be.
func (r *Request) aged(p *person.Person) string {
	age := p.AgeTold()
	if age.Exact() {
		return r.L.N("web.log.aged", int(age.N.N))
	}
	return r.L.N("web.log.aged_about", int(max(age.N.N, age.Max.N)), "age", age.Words(r.L))
}

func nonEmpty(list ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// alike words how near two names are, without percentages.
func (r *Request) alike(score float64) parts.Badge {
	switch {
	case score >= 0.92:
		return parts.Badge{Word: r.L.T("web.log.very_alike"), Tone: parts.Warn}
	case score >= names.Warn:
		return parts.Badge{Word: r.L.T("web.log.alike"), Tone: parts.Unknown}
	}
	return parts.Badge{Word: r.L.T("web.log.little_alike"), Tone: parts.Quiet}
}

// nameReasons words why two names are near.
func (r *Request) nameReasons(list []names.Reason) string {
	var words []string
	for _, one := range list {
		words = append(words, r.L.T("names.reason."+one.Code, one.Args...))
	}
	return strings.Join(words, r.L.T("names.reason.separator"))
}

// log keeps a report. Nothing typed is lost, whatever is wrong with it.
func (r *Request) log() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	report := &cases.Report{}
	asked := form.Values{}
	for name, list := range v {
		asked[name] = list
	}
	if answer, ref, ok := strings.Cut(v.First("match"), ":"); ok {
		asked["match"], asked["person"] = []string{answer}, []string{ref}
	}
	switch v.First("consent") {
	case "yes":
		asked["consent"] = v["consent_to"]
		if len(v["consent_to"]) == 0 {
			report.Misread = form.Problems{{Field: "consent_to", Code: "required"}}
		}
	case "":
		delete(asked, "consent")
	}
	_, wrong := r.fileIn("file")
	report.Misread = slices.Concat(report.Fields().Decode(asked, r.now()), report.Misread, wrong)
	c := citation.Citation{}
	if report.Source == "" {
		r.inherit(&c)
	} else {
		c.Speaker, c.Reliability, c.Credibility = report.Source, report.Reliability, report.Credibility
		if t := r.tray(); t.Speaker == report.Source {
			r.inherit(&c)
		}
	}
	once := v.First("once")
	if !form.Clean(once) || len(once) > 100 {
		once = "" // not one of ours
	}
	var out cases.Logged
	address, again := "", false
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		if was, done, err := tx.Once(once); err != nil || done {
			address, again = was, done
			return err
		}
		tx.EnterNames()
		var err error
		if out, err = cases.Log(tx, report, c, r.logWords(v)); err != nil {
			return err
		}
		address = r.url(out.Case.Ref())
		if len(out.People) > 0 {
			address = r.url(out.People[0].Ref())
		}
		if err := tx.Did(once, address); err != nil {
			return err
		}
		return r.logFile(tx, out, c)
	})
	var problems form.Problems
	if errors.As(err, &problems) {
		// What is refused is kept too; what no draft can hold stands on the page.
		if draft, unfit := halfWritten(v); unfit == nil {
			if err := r.book.KeepDraft(r.c.UserContext(), r.Actor, logDraft(v), draft); err != nil {
				return err
			}
		}
		return r.logPage(refused(problems), v, problems, "")
	}
	if err != nil {
		return err
	}
	if again { // the first of two has done it all, the draft for the next entry too
		if v.First("next") == "same_call" {
			address = "/log"
		}
		return r.to(address)
	}
	next := form.Values{}
	if v.First("next") == "same_call" {
		for _, name := range kept {
			if text := v.First(name); text != "" {
				next[name], next["kept"] = []string{text}, append(next["kept"], name)
			}
		}
		if out.Case != nil {
			next["case"] = []string{out.Case.Head.Ref}
			if !slices.Contains(next["kept"], "case") {
				next["kept"] = append(next["kept"], "case")
			}
		}
		next["saved"] = v["saved"]
		for _, p := range out.People {
			next["saved"] = append(next["saved"], p.Head.Ref)
		}
		address = "/log"
	}
	if err := r.book.KeepDraft(r.c.UserContext(), r.Actor, logDraft(v), next); err != nil {
		return err
	}
	if address != "/log" && len(out.People) > 0 {
		if out.Again {
			r.flash("web.log.another_source", "ref", out.People[0].Head.Ref)
		} else {
			r.flash("web.log.logged", "n", r.L.Int(len(out.People)), "case", out.Case.Head.Ref)
		}
	}
	return r.to(address)
}

// logFile keeps a photo or a voice note that came with a call, as a source on
// everybody of whom the call told.
func (r *Request) logFile(tx *record.Tx, out cases.Logged, c citation.Citation) error {
	kind := "other"
	if u := r.came["file"]; u != nil && u.Arrival != nil {
		half, _, _ := strings.Cut(u.MediaType, "/")
		if of, ok := map[string]string{"image": "photo", "audio": "audio", "video": "video"}[half]; ok {
			kind = of
		}
	}
	doc, err := r.filed(tx, "file", kind, r.L.T("file.with_call", "when", edtf.Day(tx.Today()).Short(r.L)), out.Case)
	if err != nil || doc.Ref == "" {
		return err
	}
	for _, p := range out.People {
		if _, err := tx.Add("citations", p, &citation.Citation{Speaker: c.Speaker, Document: doc, Reliability: c.Reliability, Credibility: c.Credibility, Origin: c.Origin}); err != nil {
			return err
		}
	}
	return nil
}

// halfWritten is what a draft holds of the form.
func halfWritten(v form.Values) (form.Values, error) {
	values := form.Values{}
	size := 0
	for name, list := range v {
		if name == "csrf" || name == "once" || name == "draft" || name == "next" {
			continue
		}
		for _, text := range list {
			if !form.Clean(text) {
				return nil, form.Problems{{Field: name, Code: "characters"}}
			}
			size += len(text)
			if strings.TrimSpace(text) != "" {
				values[name] = append(values[name], text)
			}
		}
	}
	if size > 200_000 || len(values) > 100 {
		return nil, statusError(fiber.StatusRequestEntityTooLarge)
	}
	return values, nil
}

// keepDraft keeps the half-written form on the server.
func (r *Request) keepDraft() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	values, err := halfWritten(v)
	if err != nil {
		return err
	}
	if err := r.book.KeepDraft(r.c.UserContext(), r.Actor, logDraft(v), values); err != nil {
		return err
	}
	return r.part(fiber.StatusOK, parts.DraftLine(parts.Draft{Text: r.L.T("web.log.draft_now"), URL: "/drafts/log"}))
}

func (r *Request) dropDraft() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	if err := r.book.KeepDraft(r.c.UserContext(), r.Actor, logDraft(v), nil); err != nil {
		return err
	}
	return r.to("/log?draft=new")
}
