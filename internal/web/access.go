package web

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	pages "amparo/views/access"
	"amparo/views/desk"
	"amparo/views/parts"
)

// accessRoutes say who may see a record, let somebody in for a while, and open
// a restricted case in an emergency.
func (s *Server) accessRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	routes := []Route{
		{Method: get, Path: "/break-glass", Who: Leads, Handle: func(r *Request) error { return r.glassPage(fiber.StatusOK, nil) }},
		{Method: post, Path: "/break-glass", Who: Leads, Fresh: fiveMinutes, Handle: (*Request).breakGlass},
	}
	for _, k := range s.book.Kinds() {
		at := "/" + k.Path + "/:ref/access"
		routes = append(routes,
			Route{Method: get, Path: at, Who: Looks, Handle: func(r *Request) error { return r.access(k) }},
			Route{Method: post, Path: at + "/grant", Who: Writes, Fresh: anHour, Handle: func(r *Request) error { return r.changeAccess(k, (*Request).grant) }},
			Route{Method: post, Path: at + "/end", Who: Writes, Handle: func(r *Request) error { return r.changeAccess(k, (*Request).endGrant) }},
			Route{Method: post, Path: at + "/level", Who: Writes, Handle: func(r *Request) error { return r.changeAccess(k, (*Request).classify) }},
			Route{Method: post, Path: at + "/agree", Who: Writes, Fresh: anHour, Handle: func(r *Request) error { return r.changeAccess(k, (*Request).agree) }},
			Route{Method: post, Path: at + "/keep", Who: Writes, Handle: func(r *Request) error { return r.changeAccess(k, (*Request).keepClosed) }},
		)
	}
	return routes
}

// granting is what is asked to let somebody in.
type granting struct {
	account form.Ref
	until   edtf.Date
	reason  string
}

func (g *granting) fields() form.Set {
	return form.Set{form.OfAccount("account", &g.account, form.Required), form.OfDate("until", &g.until, form.Required, form.Ahead), form.OfLong("reason", &g.reason, form.Required, form.Max(4000))}
}

// leveling is what is asked to say how far a record may be told.
type leveling struct {
	level, code, reason string
	named               []form.Ref
}

func (l *leveling) fields(k *record.Kind) form.Set {
	set := form.Set{form.OfChoice("level", &l.level, k.LevelsOf(), form.Required, form.Vocab("sensitivity"))}
	if !k.IsCase {
		set = append(set, form.OfAccounts("named", &l.named))
	}
	if len(k.Identity) > 0 {
		set = append(set, form.OfText("code", &l.code, form.Max(100)))
	}
	return append(set, form.OfLong("reason", &l.reason, form.Required, form.Max(4000)))
}

func (l *leveling) asked() record.Level {
	return record.Level{Level: l.level, Named: l.named, Code: l.code, Reason: l.reason}
}

// untilOf is the moment at which a pass ends: the hour given, or the end of the day.
func (r *Request) untilOf(d edtf.Date) (time.Time, form.Problems) {
	if d.Latest == "" {
		return time.Time{}, form.Problems{{Field: "until", Code: "one_day"}}
	}
	if d.Clock != "" {
		if at, err := time.ParseInLocation("2006-01-02 15:04", d.Latest+" "+d.Clock, r.o.Zone); err == nil {
			return at, nil
		}
	}
	at, err := time.ParseInLocation(time.DateOnly, d.Latest, r.o.Zone)
	if err != nil {
		return time.Time{}, form.Problems{{Field: "until", Code: "one_day"}}
	}
	return at.AddDate(0, 0, 1), nil
}

// people are the accounts that can be let in, staff and readers, by id.
func (r *Request) people() (map[string]form.Ref, error) {
	users, err := r.office.Users(r.c.UserContext(), auth.System("who can be let in"))
	list := map[string]form.Ref{}
	for _, u := range users {
		if a := u.Actor(); (a.Staff() || a.Has(auth.Reader)) && !u.Disabled() {
			list[u.ID] = form.Ref{ID: u.ID, Ref: u.Email, Kind: "account", Title: u.Name}
		}
	}
	return list, err
}

func (r *Request) access(k *record.Kind) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		return r.accessPage(tx, s, fiber.StatusOK, nil)
	})
}

// changeAccess runs one change of who sees a record, and shows its page again
// where it cannot be kept.
func (r *Request) changeAccess(k *record.Kind, change func(*Request, *record.Tx, *record.Sheet) error) error {
	if _, err := r.form(); err != nil {
		return err
	}
	err := r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		return change(r, tx, s)
	})
	var problems form.Problems
	if errors.As(err, &problems) {
		return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			s, err := r.sheet(tx, k)
			if err != nil {
				return err
			}
			return r.accessPage(tx, s, fiber.StatusUnprocessableEntity, problems)
		})
	}
	if err != nil {
		return err
	}
	if len(k.Identity) > 0 && r.value("level") == record.Sealed { // a seal changes no words elsewhere
		return r.to("/" + k.Path + "/" + r.ref() + "/named")
	}
	if r.asksSecond { // told after the work is kept: a message is kept by itself
		r.flash("web.access.waits")
	}
	return r.to("/" + k.Path + "/" + r.ref() + "/access")
}

func (r *Request) grant(tx *record.Tx, s *record.Sheet) error {
	g := &granting{}
	problems := g.fields().Decode(r.values, r.now())
	until, wrong := r.untilOf(g.until)
	if !problems.Has("until") && !g.until.IsZero() {
		problems = append(problems, wrong...)
	}
	people, err := r.people()
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(sortedKeys(people), func(id string) bool { return strings.EqualFold(people[id].Ref, g.account.Ref) })
	if g.account.Ref != "" && !known {
		problems = append(problems, form.Problem{Field: "account", Code: "choice"})
	}
	if len(problems) == 0 {
		problems = g.fields().Check()
	}
	if err := problems.Or(); err != nil {
		return err
	}
	return r.letIn(tx, s, g, until)
}

// letIn lets a colleague in, or shares with somebody outside who only reads.
func (r *Request) letIn(tx *record.Tx, s *record.Sheet, g *granting, until time.Time) error {
	users, err := r.office.Users(r.c.UserContext(), auth.System("who can be let in"))
	if err != nil {
		return err
	}
	reason := strings.TrimSpace(g.reason)
	if slices.ContainsFunc(users, func(u account.User) bool {
		return strings.EqualFold(u.Email, strings.TrimSpace(g.account.Ref)) && !u.Actor().Staff()
	}) {
		return cases.Share(tx, s, g.account, until, reason)
	}
	return tx.Grant(s, g.account, until, reason)
}

func (r *Request) endGrant(tx *record.Tx, s *record.Sheet) error {
	return tx.EndGrant(s, form.Ref{Ref: r.value("account")})
}

func (r *Request) classify(tx *record.Tx, s *record.Sheet) error {
	began, err := strconv.Atoi(r.value("version"))
	if err != nil {
		return statusError(fiber.StatusBadRequest)
	}
	l := &leveling{}
	fields := l.fields(s.Kind)
	problems := fields.Decode(r.values, r.now())
	if len(problems) == 0 {
		problems = fields.Check()
	}
	if err := problems.Or(); err != nil {
		return err
	}
	if record.Closes(s.Head.Sensitivity) && !record.Closes(l.level) {
		if err := r.fresh(anHour); err != nil {
			return err
		}
	}
	r.asksSecond, err = tx.Classify(s, began, l.asked())
	return err
}

func (r *Request) agree(tx *record.Tx, s *record.Sheet) error { return tx.Widen(s) }

func (r *Request) keepClosed(tx *record.Tx, s *record.Sheet) error { return tx.KeepClosed(s) }

// accessPage words who may see a record, why and until when.
func (r *Request) accessPage(tx *record.Tx, s *record.Sheet, status int, problems form.Problems) error {
	base := r.url(s.Ref()) + "/access"
	m := pages.Access{Title: r.L.T("web.access.of", "what", r.titled(s.Ref())), Back: parts.Action{Label: r.titled(s.Ref()), URL: r.url(s.Ref())}, Level: r.levelBadge(s.Head.Sensitivity)}
	switch {
	case s.Head.Restricted() && s.Kind.IsCase:
		m.About = r.L.T("web.access.about.itself")
	case s.Head.Restricted() && s.Head.Gate == s.Head.CaseID:
		m.About = r.L.T("web.access.about.case")
	case s.Head.Restricted():
		m.About = r.L.T("web.access.about.named")
	default:
		m.About = r.L.T("web.access.about.all")
	}
	if s.Sealed() {
		m.More = r.L.T("web.access.about.sealed", "code", s.Head.Title)
	}
	shares, err := tx.MayShare(s)
	if err != nil {
		return err
	}
	passes, err := tx.Passes(s)
	if err != nil {
		return err
	}
	r.passTable(&m, s, passes, shares, base)
	if w, err := tx.Widening(s); err != nil {
		return err
	} else if w != nil {
		m.Waiting = r.waitingFor(w, base)
	}
	if shares && s.Head.Sensitivity != record.Sealed {
		g := &granting{}
		ask := parts.Ask{Name: "grant", Label: r.L.T("web.access.let_in"), Note: r.L.T("web.access.let_in_note"), Post: base + "/grant", Tone: parts.Main}
		people, err := r.people()
		if err != nil {
			return err
		}
		for _, f := range g.fields() {
			in := r.input("access", "", f, nil)
			if f.Name == "account" {
				in.Type, in.Suggest, in.Options = parts.Choice, "", r.peopleOptions(people)
			}
			ask.Fields = append(ask.Fields, in)
		}
		m.Asks = append(m.Asks, r.failed(ask, problems))
	}
	if r.writes(s) && (!s.Sealed() || s.Opened()) && (!s.Kind.IsCase || r.Actor.May(auth.Lead)) && m.Waiting == nil {
		staff, _, err := r.colleagues()
		if err != nil {
			return err
		}
		m.Asks = append(m.Asks, r.failed(r.levelAsk(s, staff, base), problems))
	}
	m.Acts = append(r.namedAct(s), r.eraseActs(s)...)
	for _, a := range m.Asks {
		m.Problems = append(m.Problems, problemsOf(a)...)
	}
	for _, p := range problems {
		if !slices.ContainsFunc(m.Asks, func(a parts.Ask) bool {
			return slices.ContainsFunc(a.Fields, func(f parts.Field) bool { return f.Name == p.Field })
		}) {
			m.Problems = append(m.Problems, parts.Problem{Text: r.problem(p)})
		}
	}
	return r.page(status, m.Title, pages.AccessPage(m))
}

// problemsOf are the errors of an ask, each leading to its own field.
func problemsOf(a parts.Ask) []parts.Problem {
	var fields []parts.Field
	for _, f := range a.Fields {
		f.ID = "ask-" + a.Name + "-" + f.Name
		fields = append(fields, f)
	}
	return parts.Problems(fields)
}

// failed fills an ask with what was typed and what was wrong with it, when it was
// the one that was sent.
func (r *Request) failed(a parts.Ask, problems form.Problems) parts.Ask {
	if a.Post != r.c.Path() || len(problems) == 0 {
		return a
	}
	a.Open = true
	for i := range a.Fields {
		f := &a.Fields[i]
		typed, sent := r.values[f.Name]
		if sent {
			f.Value = legible(strings.Join(typed, "\n"))
		}
		for j := range f.Options {
			f.Options[j].Selected = slices.Contains(typed, f.Options[j].Value)
		}
		for _, p := range problems {
			if p.Field == f.Name {
				f.Error = r.problem(p)
			}
		}
	}
	return a
}

// levelAsk asks how far a record may be told.
func (r *Request) levelAsk(s *record.Sheet, staff map[string]form.Ref, base string) parts.Ask {
	l := &leveling{level: s.Head.Sensitivity}
	ask := parts.Ask{Name: "level", Label: r.L.T("web.access.change_level"), Note: r.L.T("web.access.level_note"), Post: base + "/level", Version: version(s), Submit: r.L.T("common.save")}
	for _, f := range l.fields(s.Kind) {
		in := r.input("access", "", f, nil)
		switch f.Name {
		case "level":
			in.Type = parts.Choice
			for i, o := range in.Options {
				if o.Value != "" {
					in.Options[i].Label += ": " + r.L.T("web.access.level."+o.Value)
				}
			}
		case "named":
			in.Type, in.Items, in.Suggest, in.Options = parts.Choices, nil, "", r.peopleOptions(staff)
			in.Hint = r.L.T("web.access.named_hint")
		}
		ask.Fields = append(ask.Fields, in)
	}
	return ask
}

func (r *Request) peopleOptions(people map[string]form.Ref) []parts.Option {
	var list []parts.Option
	for id, one := range people {
		if id != r.Actor.ID {
			list = append(list, parts.Option{Value: one.Ref, Label: one.Title})
		}
	}
	compare := r.L.Compare()
	slices.SortFunc(list, func(a, b parts.Option) int { return compare(a.Label, b.Label) })
	return list
}

// levelBadge is how far a record may be told.
func (r *Request) levelBadge(level string) parts.Badge {
	b := parts.Badge{Word: r.L.T("option.sensitivity." + level)}
	switch {
	case record.Closes(level):
		b.Tone = parts.Warn
	case level == record.Public:
		b.Tone = parts.Good
	}
	return b
}

// passTable lists who was let in: all of it to who decides, to others their own.
func (r *Request) passTable(m *pages.Access, s *record.Sheet, passes []record.Pass, shares bool, base string) {
	m.Table.Caption = r.L.T("page.access.passes")
	for _, key := range []string{"web.access.who", "web.access.why", "field.until", "web.reason"} {
		m.Table.Heads = append(m.Table.Heads, parts.Head{Label: r.L.T(key)})
	}
	if shares {
		m.Table.Heads = append(m.Table.Heads, parts.Head{Label: r.L.T("web.access.act"), Hidden: true})
	}
	for _, p := range passes {
		forAWhile := p.Origin == record.ByGrant || p.Origin == record.ByGlass
		if forAWhile && !shares && p.Account.ID != r.Actor.ID {
			continue
		}
		why := parts.Cell{Text: r.L.T("web.access.from." + p.Origin)}
		if p.By.ID != "" && forAWhile && p.By.ID != p.Account.ID {
			why.Sub = r.L.T("web.access.by", "by", nameOf(p.By), "at", r.moment(p.At))
		}
		until := parts.Cell{Text: r.L.T("web.access.no_end"), Tight: true}
		if p.Until != "" {
			until.Text = r.moment(p.Until)
		}
		if p.Ended {
			until.Badges = []parts.Badge{{Word: r.L.T("web.access.ended"), Tone: parts.Quiet}}
		}
		row := parts.TableRow{Cells: []parts.Cell{{Text: nameOf(p.Account), Primary: true}, why, until, {Text: p.Reason}}}
		if shares {
			act := parts.Cell{}
			if p.Origin == record.ByGrant && !p.Ended && p.Gate == s.Head.ID {
				act.Actions = []parts.Action{{Label: r.L.T("web.access.take_back"), Post: base + "/end", Hidden: []parts.Pair{{Name: "account", Value: p.Account.Ref}}}}
			}
			row.Cells = append(row.Cells, act)
		}
		m.Table.Rows = append(m.Table.Rows, row)
	}
}

// waitingFor words what a second person has to agree to.
func (r *Request) waitingFor(w *record.Waiting, base string) *pages.Waiting {
	out := &pages.Waiting{Text: r.L.T("web.access.asks", "by", nameOf(w.By), "at", r.moment(w.At), "level", r.L.T("option.sensitivity."+w.Level)), Reason: w.Reason}
	if w.By.ID != r.Actor.ID && r.Actor.May(auth.Write) {
		out.Acts = append(out.Acts, parts.Action{Label: r.L.T("web.access.agree"), Post: base + "/agree", Tone: parts.Main})
	}
	if r.Actor.May(auth.Write) {
		out.Acts = append(out.Acts, parts.Action{Label: r.L.T("web.access.keep"), Post: base + "/keep"})
	}
	return out
}

// brokenLately is how long the desk tells of a gate that was broken.
const brokenLately = 14 * 24 * time.Hour

// accessWaits are the rows of the desk on who sees what: gates that were broken,
// and what waits for a second person.
func (r *Request) accessWaits(tx *record.Tx) ([]desk.Row, error) {
	var list []desk.Row
	broken, cases, err := tx.BrokenInto(record.Moment(tx.At.Add(-brokenLately)))
	if err != nil {
		return nil, err
	}
	for _, p := range broken {
		home := cases[p.Gate]
		row := desk.Row{When: &parts.Badge{Word: r.L.T("trail.break_in"), Tone: parts.Alarm}, Title: []parts.Run{{Text: r.titled(home), URL: r.url(home) + "/access", Strong: true}},
			Sub:  []parts.Run{{Text: home.Ref}, {Text: r.L.T("web.access.broke", "by", r.apart(nameOf(p.Account)), "at", r.moment(p.At), "until", r.moment(p.Until))}, {Text: short(p.Reason, 200)}},
			Acts: []parts.Action{{Label: r.L.T("page.readings.title"), URL: r.url(home) + "/readings"}}}
		list = append(list, spaced(row))
	}
	wide, err := tx.Widenings()
	for _, w := range wide {
		list = append(list, spaced(desk.Row{When: &parts.Badge{Word: r.L.T("page.access.waiting"), Tone: parts.Warn}, Title: []parts.Run{{Text: r.titled(w.Record), URL: r.url(w.Record) + "/access", Strong: true}},
			Sub:  []parts.Run{{Text: w.Record.Ref}, {Text: r.L.T("web.access.asks", "by", nameOf(w.By), "at", r.moment(w.At), "level", r.L.T("option.sensitivity."+w.Level))}, {Text: short(w.Reason, 200)}},
			Acts: []parts.Action{{Label: r.L.T("web.desk.decide"), URL: r.url(w.Record) + "/access"}}}))
	}
	return list, err
}

func (r *Request) glassPage(status int, problems form.Problems) error {
	m := pages.Glass{Title: r.L.T("web.glass.title"), About: []string{r.L.T("web.glass.about"), r.L.T("web.glass.told")}}
	m.Fields = []parts.Field{{Name: "ref", Label: r.L.T("web.glass.ref"), Hint: r.L.T("web.glass.ref_hint"), Type: parts.Text, Required: true, Max: 20, Value: legible(r.value("ref"))}, r.reasonField(parts.Textarea, 4000)}
	for i := range m.Fields {
		for _, p := range problems {
			if p.Field == m.Fields[i].Name {
				m.Fields[i].Error = r.problem(p)
			}
		}
	}
	m.Problems = parts.Problems(m.Fields)
	if asked := strings.ToUpper(r.query("asked")); record.LooksLikeRef(asked) {
		m.Asked = &pages.Asked{Text: r.L.T("web.glass.done", "ref", asked), Look: parts.Action{Label: r.L.T("web.glass.look", "ref", asked), URL: "/search?q=" + asked, Tone: parts.Main}}
	}
	return r.page(status, m.Title, pages.GlassPage(m))
}

// breakGlass opens a restricted case, and says the same where there is none.
func (r *Request) breakGlass() error {
	_, err := r.book.BreakIn(r.c.UserContext(), r.Actor, r.value("ref"), r.value("reason"))
	var problems form.Problems
	if errors.As(err, &problems) {
		return r.glassPage(fiber.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	return r.to("/break-glass?asked=" + url.QueryEscape(strings.ToUpper(strings.TrimSpace(r.value("ref")))))
}

// accessOperations are the same for programs. Breaking glass is not among them: a
// program has nobody who could show who he is.
func accessOperations(k *record.Kind, one string, rec schema) []operation {
	at, who := one+"/access", schemaRef("access")
	return []operation{
		{method: fiber.MethodGet, path: at, who: Looks, do: func(r *Request) error { return r.apiAccess(k) }, id: "access_of_" + k.Name, tag: k.Name, status: 200, reply: who},
		{method: fiber.MethodPut, path: one + "/sensitivity", who: Writes, do: func(r *Request) error { return r.apiLevel(k) }, id: "classify_" + k.Name, tag: k.Name, matches: true, body: schemaRef("level"), status: 200, reply: who},
		{method: fiber.MethodPost, path: at + "/grants", who: Writes, do: func(r *Request) error { return r.apiGrant(k) }, id: "grant_" + k.Name, tag: k.Name, body: schemaRef("grant"), status: 201, reply: who},
		{method: fiber.MethodPost, path: at + "/grants/end", who: Writes, do: func(r *Request) error { return r.apiEndGrant(k) }, id: "end_grant_of_" + k.Name, tag: k.Name, body: schemaRef("grant_end"), status: 200, reply: who},
		{method: fiber.MethodPost, path: at + "/agree", who: Writes, do: func(r *Request) error { return r.apiDecide(k, (*record.Tx).Widen) }, id: "agree_" + k.Name, tag: k.Name, body: schemaRef("note"), status: 200, reply: who},
		{method: fiber.MethodPost, path: at + "/keep", who: Writes, do: func(r *Request) error { return r.apiDecide(k, (*record.Tx).KeepClosed) }, id: "keep_closed_" + k.Name, tag: k.Name, body: schemaRef("note"), status: 200, reply: who},
	}
}

// accessSchemas describe them.
func accessSchemas() map[string]schema {
	text := schema{"type": "string"}
	waiting := objectOf(schema{"level": codesOf(record.Levels), "reason": text, "by": text, "at": momentOf})
	level, grant := objectOf(fieldSchemas((&leveling{}).fields(&record.Kind{Identity: []string{"names"}}), given)), objectOf(fieldSchemas((&granting{}).fields(), given))
	level["required"], level["additionalProperties"] = []string{"level", "reason"}, false
	grant["required"], grant["additionalProperties"] = []string{"account", "until", "reason"}, false
	return map[string]schema{"level": level, "grant": grant,
		"grant_end": schema{"type": "object", "properties": schema{"account": text}, "required": []string{"account"}, "additionalProperties": false},
		"access": objectOf(schema{"sensitivity": codesOf(record.Levels), "restricted": yesOrNo, "waiting": orNull(waiting),
			"passes": listOf(objectOf(schema{"account": text, "from": codesOf([]string{record.ByTeam, record.ByName, record.ByGrant, record.ByGlass}), "until": orNull(momentOf), "ended": yesOrNo, "reason": text, "by": text}))})}
}

func (r *Request) apiAccess(k *record.Kind) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		return r.accessJSON(tx, s, fiber.StatusOK)
	})
}

func (r *Request) accessJSON(tx *record.Tx, s *record.Sheet, status int) error {
	shares, err := tx.MayShare(s)
	if err != nil {
		return err
	}
	passes, err := tx.Passes(s)
	if err != nil {
		return err
	}
	w, err := tx.Widening(s)
	if err != nil {
		return err
	}
	list := []map[string]any{}
	for _, p := range passes {
		if !shares && p.Account.ID != r.Actor.ID && (p.Origin == record.ByGrant || p.Origin == record.ByGlass) {
			continue
		}
		one := map[string]any{"account": p.Account.Ref, "from": p.Origin, "until": nil, "ended": p.Ended, "reason": p.Reason, "by": p.By.Ref}
		if p.Until != "" {
			one["until"] = p.Until
		}
		list = append(list, one)
	}
	m := map[string]any{"sensitivity": s.Head.Sensitivity, "restricted": s.Head.Restricted(), "waiting": nil, "passes": list}
	if w != nil {
		m["waiting"] = map[string]any{"level": w.Level, "reason": w.Reason, "by": w.By.Ref, "at": w.At}
	}
	return r.json(status, m)
}

// apiChange reads a body into fields and runs one change of who sees a record.
func (r *Request) apiChange(k *record.Kind, fields form.Set, status int, change func(tx *record.Tx, s *record.Sheet) error) error {
	in, err := r.object()
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		_, problems := noted(in)
		if err := problems.Or(); err != nil {
			return err
		}
		in = map[string]json.RawMessage{}
	}
	problems := r.fill(fields, in)
	if len(problems) == 0 {
		problems = fields.Check()
	}
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		if err := problems.Or(); err != nil {
			return err
		}
		if err := change(tx, s); err != nil {
			return err
		}
		s, err = r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		return r.accessJSON(tx, s, status)
	})
}

func (r *Request) apiLevel(k *record.Kind) error {
	l := &leveling{}
	return r.apiChange(k, l.fields(k), fiber.StatusOK, func(tx *record.Tx, s *record.Sheet) error {
		began, err := r.began(s)
		if err != nil {
			return err
		}
		_, err = tx.Classify(s, began, l.asked())
		return err
	})
}

func (r *Request) apiGrant(k *record.Kind) error {
	g := &granting{}
	return r.apiChange(k, g.fields(), fiber.StatusCreated, func(tx *record.Tx, s *record.Sheet) error {
		until, problems := r.untilOf(g.until)
		if err := problems.Or(); err != nil {
			return err
		}
		return r.letIn(tx, s, g, until)
	})
}

func (r *Request) apiEndGrant(k *record.Kind) error {
	g := &granting{}
	return r.apiChange(k, g.fields()[:1], fiber.StatusOK, func(tx *record.Tx, s *record.Sheet) error { return tx.EndGrant(s, g.account) })
}

func (r *Request) apiDecide(k *record.Kind, decide func(*record.Tx, *record.Sheet) error) error {
	return r.apiChange(k, nil, fiber.StatusOK, decide)
}
