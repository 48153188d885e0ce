package web

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	room "amparo/internal/cases/person"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	pages "amparo/views/consent"
	"amparo/views/parts"
)

// consentRoutes are what may be told of a person.
func (s *Server) consentRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/people/:ref/consent", Who: Looks, Handle: (*Request).showConsent},
		{Method: post, Path: "/people/:ref/consent", Who: Writes, Handle: (*Request).recordConsent},
		{Method: post, Path: "/people/:ref/consent/:id/withdraw", Who: Writes, Handle: (*Request).withdrawConsent},
		{Method: post, Path: "/people/:ref/consent/:id/annul", Who: Writes, Handle: (*Request).annulConsent},
	}
}

// shownWith are what a use may show beside the name.
var shownWith = []string{"photo", "place", "family"}

// consentFields are the fields of the form that stand above and below the uses.
var consentFields, consentMore = []string{"as", "given_by", "date"}, []string{"why", "language", "method", "explained", "until"}

// consentDraft is a consent being entered; values are as typed, nil before the first sending.
type consentDraft struct {
	body     *room.Consent
	values   form.Values
	problems form.Problems
}

func (r *Request) showConsent() error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, r.book.Kind("person"))
		if err != nil {
			return err
		}
		return r.consentPage(tx, s, fiber.StatusOK, consentDraft{body: &room.Consent{}})
	})
}

func (r *Request) consentPage(tx *record.Tx, s *record.Sheet, status int, d consentDraft) error {
	p := record.As[*room.Person](s)
	name, _ := inScripts(r.L.Lang(), p)
	m := pages.Consent{Title: r.L.T("web.consent.title"), Person: r.link(s.Ref()), NoUse: r.L.T("web.consent.no_use")}
	m.Person.Text = name + " · " + s.Head.Ref
	for _, f := range p.Flags {
		if f == "in_hiding" || f == "do_not_contact" || f == "minor" {
			m.Badges = append(m.Badges, parts.Badge{Word: r.L.T("option.flag." + f), Tone: parts.Alarm})
			m.Caution = r.L.T("web.consent.caution")
		}
	}
	if next := own(r.value("next"), ""); next != "" {
		m.Back = &parts.Action{Label: r.L.T("web.consent.back"), URL: next}
	}
	all, err := cases.ConsentsOf(tx, s)
	if err != nil {
		return err
	}
	list := all[s.Head.ID]
	today := tx.Today()
	r.allowed(&m, list, today)
	if err := r.used(tx, &m, s, list, today); err != nil {
		return err
	}
	writes := r.writes(s)
	for _, g := range list {
		m.Given = append(m.Given, r.given(s, g, today, writes))
	}
	if writes {
		if m.Form, err = r.consentForm(tx, s, d); err != nil {
			return err
		}
		m.Form.Open = m.Form.Open || len(list) == 0
	}
	return r.page(status, m.Title+": "+name, pages.ConsentPage(m))
}

// allowed words what may be told today. No consent means no.
func (r *Request) allowed(m *pages.Consent, list []cases.Given, today string) {
	scopes := cases.Allowed(list, today)
	if len(scopes) == 0 {
		m.Empty = &parts.Empty{Text: r.L.T("web.consent.none")}
		return
	}
	holds := slices.DeleteFunc(slices.Clone(list), func(g cases.Given) bool { return g.Annulled != "" || !g.Holds(today) })
	m.Today = r.L.T("web.consent.holds", "date", r.date(holds[0].Date), "age", r.age(holds[0].Date, today))
	m.Allowed = parts.Table{Caption: r.L.T("web.consent.today"), Heads: []parts.Head{{Label: r.L.T("web.consent.to_whom")}, {Label: r.L.T("web.consent.shown")}, {Label: r.L.T("web.consent.also_shown")}, {Label: r.L.T("web.consent.by_whom")}, {Label: r.L.T("field.until")}}}
	for _, use := range room.ConsentUses {
		told := false
		for _, s := range scopes {
			if s.Use != use {
				continue
			}
			told = true
			row := parts.TableRow{Cells: []parts.Cell{{Text: r.useWords(s), Primary: true}, {Text: r.L.T("option.consent_identity." + s.Identity)}, {Text: r.alsoWords(s)}}}
			var by, until []string
			for _, g := range holds {
				if slices.ContainsFunc(g.Scopes, func(o room.Scope) bool { return o.Use == s.Use && o.Body.ID == s.Body.ID }) {
					by, until = append(by, r.giver(g)), append(until, r.date(g.Until))
				}
			}
			row.Cells = append(row.Cells, parts.Cell{Text: joinFilled(" · ", slices.Compact(by)...)}, parts.Cell{Text: joinFilled(" · ", until...)})
			m.Allowed.Rows = append(m.Allowed.Rows, row)
		}
		if !told {
			m.Allowed.Rows = append(m.Allowed.Rows, parts.TableRow{Cells: []parts.Cell{{Text: r.L.T("option.consent_use." + use), Primary: true}, {Runs: []parts.Run{{Text: r.L.T("web.consent.nothing"), Quiet: true}}}, {}, {}, {}}})
		}
	}
}

// consentNow words the consent that holds, else what became of the newest; what was
// told when somebody was logged counts as long as none was recorded.
func (r *Request) consentNow(p *room.Person, list []cases.Given, today string) string {
	list = slices.DeleteFunc(slices.Clone(list), func(g cases.Given) bool { return g.Annulled != "" })
	if len(list) == 0 {
		var told []string
		for _, c := range p.Consent {
			told = append(told, r.L.T("option.consent_told."+c))
		}
		if len(told) == 0 {
			return r.L.T("web.person.not_asked")
		}
		return strings.Join(told, r.L.T("web.comma"))
	}
	now := list[max(slices.IndexFunc(list, func(g cases.Given) bool { return g.Holds(today) }), 0)]
	switch {
	case now.Holds(today) && len(now.Scopes) == 0:
		return r.L.T("web.consent.refused")
	case now.Holds(today):
		return r.dotted(r.date(now.Date), r.age(now.Date, today))
	case len(now.Withdrawn) > 0:
		return r.L.T("web.consent.withdrawn", "date", r.date(now.Withdrawn[0].Date))
	}
	return r.L.T("web.consent.ran_out", "date", r.date(now.Until))
}

// age words how long ago a day was.
func (r *Request) age(d edtf.Date, today string) string {
	return r.L.N("web.person.days_ago", max(edtf.DaysDiff(d.Earliest, today), 0))
}

// useWords say to whom: a use, or the body it names.
func (r *Request) useWords(s room.Scope) string {
	switch {
	case s.Body.ID == "" && s.Use == "body":
		return r.L.T("web.consent.any_body")
	case s.Body.ID != "" && s.Body.Hidden():
		return r.L.T("web.hidden")
	case s.Body.ID != "":
		return s.Body.Title
	}
	return r.L.T("option.consent_use." + s.Use)
}

// alsoWords say what a use shows beside the name.
func (r *Request) alsoWords(s room.Scope) string {
	var words []string
	for i, on := range []bool{s.Photo, s.Place, s.Family} {
		if on {
			words = append(words, r.label("consents.scopes", shownWith[i]))
		}
	}
	return strings.Join(words, r.L.T("web.comma"))
}

// giver words who gave a consent.
func (r *Request) giver(g cases.Given) string {
	return r.dotted(r.option("option.consent_as.", g.As), g.GivenBy)
}

// used lists where the person is told of, and whether consent covers it now.
func (r *Request) used(tx *record.Tx, m *pages.Consent, s *record.Sheet, list []cases.Given, today string) error {
	found, err := cases.MentionsOf(tx, s)
	if err != nil {
		return err
	}
	m.Used = parts.Table{Caption: r.L.T("web.consent.used"), Heads: []parts.Head{{Label: r.L.T("kind.appeal.one")}, {Label: r.L.T("filter.state")}, {Label: r.L.T("web.consent.went_to")}, {Label: r.L.T("web.consent.covered")}}}
	for _, one := range found {
		row := parts.TableRow{Cells: []parts.Cell{{Text: r.titled(one.Ref()), URL: r.url(one.Ref()), Sub: one.Head.Ref, Primary: true}, {Badges: []parts.Badge{r.stateBadge("appeal", one.Head.State)}}}}
		var sent []string
		for _, to := range one.Addressees {
			if to.Sent() && !to.Org.Hidden() {
				sent = append(sent, joinFilled(" ", to.Org.Title, r.date(to.SentAt)))
			}
		}
		row.Cells = append(row.Cells, parts.Cell{Text: strings.Join(sent, r.L.T("web.comma"))})
		var lacks []string
		for _, org := range one.Uncovered(s, list, today) {
			lacks = append(lacks, titleOr(org))
		}
		cover := parts.Cell{Badges: []parts.Badge{{Word: r.L.T("web.consent.covers"), Tone: parts.Good}}}
		if len(lacks) > 0 {
			cover = parts.Cell{Badges: []parts.Badge{{Word: r.L.T("web.consent.lacks"), Tone: parts.Alarm}}, Sub: strings.Join(lacks, r.L.T("web.comma"))}
		}
		row.Cells = append(row.Cells, cover)
		m.Used.Rows = append(m.Used.Rows, row)
	}
	return r.went(tx, m, s, list, today)
}

// went lists what told of the person and was given to somebody, and whether
// consent covers it now.
func (r *Request) went(tx *record.Tx, m *pages.Consent, s *record.Sheet, list []cases.Given, today string) error {
	if !r.Actor.May(auth.Write) {
		return nil
	}
	given, err := cases.GivenOf(tx, s)
	if err != nil {
		return err
	}
	m.Went = parts.Table{Caption: r.L.T("given.title"), Heads: []parts.Head{{Label: r.L.T("given.to")}, {Label: r.L.T("given.what")}, {Label: r.L.T("given.when")}, {Label: r.L.T("web.consent.shown")}, {Label: r.L.T("web.consent.covered")}}}
	for _, h := range given {
		cover := parts.Badge{Word: r.L.T("web.consent.covers"), Tone: parts.Good}
		if !h.Covered(s, list, today) {
			cover = parts.Badge{Word: r.L.T("web.consent.lacks"), Tone: parts.Alarm}
		}
		m.Went.Rows = append(m.Went.Rows, parts.TableRow{Cells: []parts.Cell{{Text: h.To, Sub: h.Why, Primary: true}, {Text: r.L.T(h.What), Sub: r.L.T("print.audience." + h.Audience)},
			{Text: r.moment(h.At)}, {Text: r.L.T("option.consent_identity." + h.Told)}, {Badges: []parts.Badge{cover}}}})
	}
	return nil
}

// given words one consent on file, with how it ends.
func (r *Request) given(s *record.Sheet, g cases.Given, today string, writes bool) pages.Given {
	out := pages.Given{ID: g.ID, Date: r.date(g.Date), By: r.giver(g), Entry: r.L.T("web.entered_by", "by", nameOf(g.By), "at", r.moment(g.At))}
	switch {
	case g.Annulled != "":
		out.State = parts.Badge{Word: r.L.T("web.consent.annulled"), Tone: parts.Quiet}
		out.Lines = append(out.Lines, g.Annulled)
	case len(g.Withdrawn) > 0:
		out.State = parts.Badge{Word: r.L.T("web.consent.withdrawn", "date", r.date(g.Withdrawn[0].Date)), Tone: parts.Alarm}
		if g.Withdrawn[0].Scope != "" {
			out.Lines = append(out.Lines, g.Withdrawn[0].Scope)
		}
	case !g.Holds(today):
		out.State = parts.Badge{Word: r.L.T("web.consent.ran_out", "date", r.date(g.Until)), Tone: parts.Warn}
	default:
		out.State = parts.Badge{Word: r.L.T("web.consent.in_force"), Tone: parts.Good}
	}
	for _, sc := range g.Scopes {
		out.Scopes = append(out.Scopes, r.dotted(r.useWords(sc), r.L.T("option.consent_identity."+sc.Identity), r.alsoWords(sc)))
	}
	if len(g.Scopes) == 0 {
		out.Scopes = []string{r.L.T("web.consent.refused")}
	}
	how := r.dotted(g.Method, r.L.LanguageName(g.Language), g.Why)
	if g.Language == "" {
		how = r.dotted(g.Method, g.Why)
	}
	for _, line := range []string{how, g.Explained} {
		if line != "" {
			out.Lines = append(out.Lines, line)
		}
	}
	if !g.Until.IsZero() {
		out.Lines = append(out.Lines, r.L.T("web.consent.until", "date", r.date(g.Until)))
	}
	if !writes || g.Annulled != "" {
		return out
	}
	at := r.url(s.Ref()) + "/consent/" + g.ID
	if len(g.Withdrawn) == 0 {
		out.Asks = append(out.Asks, r.refill(parts.Ask{Name: "withdraw-" + g.ID, Label: r.L.T("web.consent.withdraw"), Note: r.L.T("web.consent.withdraw_note"), Post: at + "/withdraw", Tone: parts.Alarm, Fields: []parts.Field{
			{Name: "date", Label: r.label("consents.withdrawn", "date"), Type: parts.Date, Required: true, Max: 200},
			{Name: "scope", Label: r.L.T("web.consent.how_far"), Hint: r.L.T("web.consent.how_far_hint"), Type: parts.Text, Max: 1000}}}))
	}
	out.Asks = append(out.Asks, r.refill(parts.Ask{Name: "annul-" + g.ID, Label: r.L.T("web.consent.annul"), Note: r.L.T("web.steps.annul_note"), Post: at + "/annul", Tone: parts.Quiet, Fields: []parts.Field{
		{Name: "reason", Label: r.L.T("web.reason"), Type: parts.Text, Required: true, Max: 1000}}}))
	return out
}

// consentForm asks for one more consent. Nothing is preset but what was asked for:
// the body whose letter lacks it.
func (r *Request) consentForm(tx *record.Tx, s *record.Sheet, d consentDraft) (*pages.Form, error) {
	f := &pages.Form{Label: r.L.T("web.consent.record"), Action: r.url(s.Ref()) + "/consent", Open: d.values != nil}
	if next := own(r.value("next"), ""); next != "" {
		f.Hidden = []parts.Pair{{Name: "next", Value: next}}
	}
	v := d.values
	if v == nil {
		v = form.Values{}
		if body := strings.ToUpper(r.query("body")); record.LooksLikeRef(body) {
			v["bodies"], v["use.body"], f.Open = []string{body}, []string{"full"}, true
		}
	}
	fields := d.body.Fields()
	ask := func(names []string) []parts.Field {
		var list []parts.Field
		for _, name := range names {
			in, _ := fields.Get(name)
			one := r.input("consents", "", in, d.problems)
			one.ID = "consent-" + name
			r.retype(&one)
			if name == "as" {
				one.Type, one.Options, one.Wide = parts.Segment, r.options(in.LabelPrefix(), in.Options, in.String()), true
			}
			list = append(list, one)
		}
		return list
	}
	f.Fields, f.More = ask(consentFields), ask(consentMore)
	for _, use := range room.ConsentUses {
		one := pages.Use{Name: use}
		identity := parts.Field{Name: "use." + use, Label: r.L.T("option.consent_use." + use), Type: parts.Segment, Wide: true, Error: r.problemOf(d.problems, "use."+use)}
		identity.Options = append([]parts.Option{{Label: r.L.T("web.consent.nothing"), Selected: v.First("use."+use) == ""}}, r.options("option.consent_identity.", room.ConsentIdentity, v.First("use."+use))...)
		with := parts.Field{Name: "with." + use, Label: r.L.T("web.consent.also_shown"), Type: parts.Choices, Wide: true}
		for _, name := range shownWith {
			with.Options = append(with.Options, parts.Option{Value: name, Label: r.label("consents.scopes", name), Selected: slices.Contains(v["with."+use], name)})
		}
		one.Fields = []parts.Field{identity, with}
		if use == "body" {
			which, err := r.whichBodies(tx, v["bodies"], d.problems)
			if err != nil {
				return nil, err
			}
			one.Fields = append(one.Fields, which)
		}
		f.Uses = append(f.Uses, one)
	}
	f.Nothing = parts.Field{Name: "nothing", Label: r.L.T("web.consent.nothing_allowed"), Type: parts.Bool, Value: v.First("nothing"), Error: r.problemOf(d.problems, "nothing")}
	all := slices.Concat(f.Fields, []parts.Field{f.Nothing}, f.More)
	for _, u := range f.Uses {
		all = append(all, u.Fields...)
	}
	f.Problems = parts.Problems(all)
	for _, p := range d.problems {
		if !slices.ContainsFunc(all, func(in parts.Field) bool { return in.Name == p.Field }) {
			f.Problems = append(f.Problems, parts.Problem{Text: r.problem(p)})
		}
	}
	var err error
	f.Also, err = r.consentAlso(tx, s, v["also"])
	return f, err
}

func (r *Request) problemOf(list form.Problems, field string) string {
	for _, p := range list {
		if p.Field == field {
			return r.problem(p)
		}
	}
	return ""
}

// whichBodies asks which bodies a consent names; those named so far by their titles.
func (r *Request) whichBodies(tx *record.Tx, typed []string, problems form.Problems) (parts.Field, error) {
	in := parts.Field{Name: "bodies", Label: r.L.T("web.consent.bodies"), Hint: r.L.T("web.consent.bodies_hint"), Type: parts.Refs, Suggest: "organization", Max: 300, Wide: true, Error: r.problemOf(problems, "bodies")}
	named, err := cases.Named(tx, typed...)
	for _, text := range linesOf(typed) {
		text = legible(text)
		o := parts.Option{Value: text, Label: text, Selected: true}
		if ref, ok := named[text]; ok {
			o.Label = ref.Title
		}
		in.Items = append(in.Items, o)
	}
	return in, err
}

// consentAlso offers the other people of the case, for whom the same person may speak.
func (r *Request) consentAlso(tx *record.Tx, s *record.Sheet, ticked []string) (*pages.Also, error) {
	if s.Head.CaseID == "" {
		return nil, nil
	}
	rows, err := tx.Rows(`SELECT h.ref, h.title FROM head h WHERE h.case_id = ? AND h.kind = 'person' AND h.voided = 0 AND h.id <> ? AND %SCOPE% ORDER BY h.sort, h.seq LIMIT 200`, s.Head.CaseID, s.Head.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	also := &pages.Also{Title: r.L.N("web.consent.also", len(rows))}
	for _, row := range rows {
		also.Options = append(also.Options, parts.Option{Value: row[0], Label: row[1], Hint: row[0], Selected: slices.Contains(ticked, row[0])})
	}
	return also, nil
}

// readConsent reads what the form allows.
func (r *Request) readConsent(v form.Values) (*room.Consent, form.Problems) {
	c := &room.Consent{}
	problems := c.Fields().Decode(only(v, slices.Concat(consentFields, consentMore)), r.now())
	add := func(field, code string, args ...any) {
		problems = append(problems, form.Problem{Field: field, Code: code, Args: args})
	}
	for _, use := range room.ConsentUses {
		identity := v.First("use." + use)
		if identity == "" {
			continue
		}
		if !slices.Contains(room.ConsentIdentity, identity) {
			add("use."+use, "choice")
			continue
		}
		with := v["with."+use]
		scope := room.Scope{Use: use, Identity: identity, Photo: slices.Contains(with, "photo"), Place: slices.Contains(with, "place"), Family: slices.Contains(with, "family")}
		var bodies []string
		if use == "body" {
			bodies = linesOf(v["bodies"])
		}
		if len(bodies) > 50 {
			add("bodies", "too_many", "max", 50)
			continue
		}
		for _, text := range bodies {
			named := scope
			if code, args := form.OfLink("body", &named.Body, "organization").Set(text, r.now()); code != "" {
				add("bodies", code, args...)
			}
			c.Scopes = append(c.Scopes, named)
		}
		if len(bodies) == 0 {
			c.Scopes = append(c.Scopes, scope)
		}
	}
	switch {
	case len(c.Scopes) == 0 && v.First("nothing") == "":
		add("nothing", "nothing_ticked")
	case len(c.Scopes) > 0 && v.First("nothing") != "":
		add("nothing", "something_ticked")
	}
	if c.As != "" && c.As != "self" && c.GivenBy == "" {
		add("given_by", "required")
	}
	if c.Date.Earliest > r.book.Today() {
		add("date", "future")
	}
	return c, problems
}

func (r *Request) recordConsent() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	if len(v["also"]) > 200 {
		return statusError(fiber.StatusRequestEntityTooLarge)
	}
	d := consentDraft{values: v}
	var s *record.Sheet
	n := 0
	err = r.keep(func(tx *record.Tx) error {
		tx.EnterNames()
		var err error
		if s, err = tx.Get("person", r.ref()); err != nil {
			return err
		}
		others, err := people(tx, slices.DeleteFunc(slices.Clone(v["also"]), func(ref string) bool { return ref == s.Head.Ref }))
		if err != nil {
			return err
		}
		all := append([]*record.Sheet{s}, others...)
		n = len(all)
		for _, one := range all {
			if d.body, d.problems = r.readConsent(v); len(d.problems) > 0 {
				d.problems = append(d.problems, missingOf(d.body, d.problems)...)
				return d.problems
			}
			if _, err := tx.Add("consents", one, d.body); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.As(err, &d.problems) && s != nil {
		for i, p := range d.problems {
			if strings.HasPrefix(p.Field, "scopes.") {
				d.problems[i].Field = "bodies"
			}
		}
		if d.body == nil {
			d.body, _ = r.readConsent(v)
		}
		return r.consentAgain(s, fiber.StatusUnprocessableEntity, d)
	}
	if err != nil {
		return err
	}
	r.flash("web.consent.kept", "n", r.L.Int(n))
	return r.to(r.back(r.url(s.Ref()) + "/consent"))
}

// linesOf are the filled lines of typed texts, each once.
func linesOf(typed []string) []string {
	var list []string
	for _, text := range typed {
		for line := range strings.SplitSeq(text, "\n") {
			if line = strings.TrimSpace(line); line != "" && !slices.Contains(list, line) {
				list = append(list, line)
			}
		}
	}
	return list
}

// missingOf names what is needed and was not filled, beside what is wrong already.
func missingOf(c *room.Consent, known form.Problems) form.Problems {
	return slices.DeleteFunc(c.Fields().Check(), func(p form.Problem) bool { return known.Has(p.Field) })
}

func (r *Request) consentAgain(s *record.Sheet, status int, d consentDraft) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		now, err := tx.Get("person", s.Head.Ref)
		if err != nil {
			return err
		}
		return r.consentPage(tx, now, status, d)
	})
}

// ending words what follows from the end of a consent; it names nobody.
func (r *Request) ending(s *record.Sheet) cases.Ending {
	return cases.Ending{Fell: r.L.T("web.consent.fell", "who", s.Head.Ref), Tell: func(body form.Ref) string {
		return r.L.T("web.consent.tell", "who", s.Head.Ref, "body", body.Title)
	}, Given: func(h cases.HandedOut) string {
		return r.L.T("web.consent.tell_given", "who", s.Head.Ref, "to", h.To, "what", r.L.T(h.What), "date", r.day(h.At[:10]))
	}}
}

// endConsent does what ends a consent, says what followed, and shows all its uses.
func (r *Request) endConsent(name string, end func(tx *record.Tx, s *record.Sheet, id string, v form.Values) error) error {
	v, err := r.form()
	if err != nil {
		return err
	}
	id := r.c.Params("id")
	if !form.Clean(id) || len(id) > 60 {
		return record.ErrNotFound
	}
	var s *record.Sheet
	var done cases.Ended
	err = r.keep(func(tx *record.Tx) error {
		var err error
		if s, err = tx.Get("person", r.ref()); err != nil {
			return err
		}
		if _, err = tx.Piece("consents", s, id); err != nil {
			return err
		}
		done, err = cases.EndConsent(tx, s, r.ending(s), func() error { return end(tx, s, id, v) })
		return err
	})
	var problems form.Problems
	if errors.As(err, &problems) {
		r.c.Locals("again", &again{ask: name + "-" + id, values: v, problems: problems})
		return r.consentAgain(s, fiber.StatusUnprocessableEntity, consentDraft{body: &room.Consent{}})
	}
	if err != nil {
		return err
	}
	r.flash("web.consent.ended", "fell", r.L.N("web.consent.approvals_fell", done.Fell), "tasks", r.L.N("web.consent.tasks_made", done.Tasks))
	return r.to(r.back(r.url(s.Ref()) + "/consent#used"))
}

func (r *Request) withdrawConsent() error {
	return r.endConsent("withdraw", func(tx *record.Tx, s *record.Sheet, id string, v form.Values) error {
		w := room.Withdrawal{}
		problems := form.Set{form.OfDate("date", &w.Date), form.OfText("scope", &w.Scope, form.Max(1000))}.Decode(v, r.now())
		switch {
		case w.Date.IsZero() && !problems.Has("date"):
			problems = append(problems, form.Problem{Field: "date", Code: "required"})
		case w.Date.Earliest > tx.Today():
			problems = append(problems, form.Problem{Field: "date", Code: "future"})
		}
		if err := problems.Or(); err != nil {
			return err
		}
		return tx.Amend("consents", s, id, func(b record.PartBody) error {
			b.(*room.Consent).Withdrawn = []room.Withdrawal{w}
			return nil
		})
	})
}

func (r *Request) annulConsent() error {
	return r.endConsent("annul", func(tx *record.Tx, s *record.Sheet, id string, v form.Values) error {
		reason := strings.TrimSpace(v.First("reason"))
		if err := reasonProblems(reason, 1000).Or(); err != nil {
			return err
		}
		return tx.Annul("consents", s, id, reason)
	})
}
