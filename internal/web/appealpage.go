package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/citation"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	pages "amparo/views/appeal"
	"amparo/views/parts"
	"amparo/views/records"
)

// appealRoutes are what an appeal has beyond the pages all kinds share.
func (s *Server) appealRoutes() []Route {
	post := fiber.MethodPost
	return []Route{
		{Method: post, Path: "/appeals/:ref/sendings", Who: Writes, Upload: true, Handle: (*Request).recordSending},
		{Method: post, Path: "/appeals/:ref/log", Who: Writes, Handle: (*Request).addProcedure},
		{Method: post, Path: "/appeals/:ref/comments", Who: Writes, Handle: func(r *Request) error { return r.addPiece(r.book.Kind("appeal"), "comments") }},
		{Method: post, Path: "/appeals/:ref/comments/:id/settle", Who: Writes, Handle: (*Request).settleComment},
	}
}

// stages are the way of an appeal; one that was withdrawn stops where it was.
var stages = []string{appeal.Draft, appeal.InReview, appeal.Approved, appeal.Sent, appeal.Answered, appeal.Closed}

// appealPage is one appeal on one page.
func (r *Request) appealPage(tx *record.Tx, s *record.Sheet) error {
	l, err := cases.ReadLetter(tx, s)
	if err != nil {
		return err
	}
	p := l.Plea
	base := r.url(s.Ref())
	m := pages.Appeal{Head: r.head(s), History: parts.Action{Label: r.L.T("web.history"), URL: base + "/history"}}
	m.Head.Kind = r.L.T("kind.appeal.one")
	if p.Appeal.Kind != "" {
		m.Head.Kind = r.L.T("option.appeal_kind." + p.Appeal.Kind)
	}
	people, err := tx.Accounts()
	if err != nil {
		return err
	}
	if !p.Observed() {
		m.Head.Sub = r.L.T("web.appeal.by", "name", nameOf(people[s.Head.CreatedBy]))
		if p.Assignee.ID != "" && p.Assignee.ID != s.Head.CreatedBy {
			m.Head.Sub += " · " + r.L.T("web.appeal.carried_by", "name", nameOf(p.Assignee))
		}
	}
	if s.Head.Voided {
		if m.Voided, err = r.voided(tx, s); err != nil {
			return err
		}
	}
	writes := r.writes(s)
	r.appealStages(&m, p)
	for _, step := range []func(*record.Tx, *pages.Appeal, cases.Plea, bool) error{
		r.appealMoves, r.appealChecks, r.appealChanges, r.appealComments, r.appealFacts, r.appealAnswers, r.appealFollowed, r.appealDues,
	} {
		if err := step(tx, &m, p, writes); err != nil {
			return err
		}
	}
	r.appealTexts(&m, l, writes)
	r.appealDemands(&m, p, writes)
	r.appealBodies(&m, p, writes)
	r.appealSigned(&m, p)
	r.appealLog(&m, p, writes)
	r.appealRest(&m, p)
	if m.Cites, _, m.Notes, err = r.pieces(tx, s); err != nil {
		return err
	}
	if writes {
		m.Cite, m.NotePost = r.citeAsk(s, ""), base+"/notes"
	}
	return r.page(fiber.StatusOK, s.Head.Title, pages.AppealPage(m))
}

// appealStages draws how far the appeal is; the notice says what is unusual of it.
func (r *Request) appealStages(m *pages.Appeal, p cases.Plea) {
	switch {
	case p.Observed():
		var by []string
		for _, o := range p.Submitters {
			if o.Title != "" {
				by = append(by, o.Title)
			}
		}
		m.Notice = r.L.T("web.appeal.observed", "who", r.apart(strings.Join(by, r.L.T("web.comma"))), "when", r.date(p.Dated))
	case p.Urgency != "" && p.SecondReader.ID == "":
		m.Notice = r.L.T("web.appeal.urgent", "until", r.day(edtf.AddDays(p.FirstSent().Latest, 1)), "why", p.Urgency)
	case p.Urgency != "":
		m.Notice = r.L.T("web.appeal.read_after", "name", nameOf(p.SecondReader), "why", p.Urgency)
	}
	if p.Head.State == appeal.Withdrawn || p.Observed() && p.Head.State == appeal.Sent {
		return
	}
	at := slices.Index(stages, p.Head.State)
	for i, state := range stages {
		m.Stages = append(m.Stages, pages.Stage{N: r.L.Int(i + 1), Label: r.L.T("state.appeal." + state), Done: i < at, Current: i == at})
	}
}

// foremostMoves are the moves that lead on, the first that is open being the main one.
var foremostMoves = []string{"approve", "submit", "send", "read_again", "return"}

// appealMoves puts what can be done now in front, and what cannot, with the
// reason, aside.
func (r *Request) appealMoves(tx *record.Tx, m *pages.Appeal, p cases.Plea, _ bool) error {
	moves, err := r.moves(tx, p.Sheet)
	if err != nil {
		return err
	}
	slices.SortStableFunc(moves, func(a, b parts.Ask) int { return foremostAt(a) - foremostAt(b) })
	for _, a := range moves {
		name := strings.TrimPrefix(a.Name, "move-")
		a.Hidden = append(a.Hidden, parts.Pair{Name: "next", Value: r.url(p.Ref())})
		if name == "read_again" && p.Urgency == "" {
			continue // nothing was sent unread
		}
		if name == "send" || name == "send_urgently" {
			r.toWhom(&a, p)
		}
		if name == "send" {
			a.Post = r.url(p.Ref()) + "/sendings"
			r.orFile(&a.Fields)
		}
		if a.Why != "" || name == "void" || name == "unvoid" {
			m.Shut = append(m.Shut, a)
			continue
		}
		if len(m.Verbs) == 0 && a.Tone == "" {
			a.Tone = parts.Main
		}
		m.Verbs = append(m.Verbs, a)
	}
	return nil
}

func foremostAt(a parts.Ask) int {
	if i := slices.Index(foremostMoves, strings.TrimPrefix(a.Name, "move-")); i >= 0 {
		return i
	}
	return len(foremostMoves)
}

// toWhom lets a sending choose among those who were not written to yet.
func (r *Request) toWhom(a *parts.Ask, p cases.Plea) {
	for i := range a.Fields {
		if a.Fields[i].Name != "org" {
			continue
		}
		f := parts.Field{Name: "org", ID: a.Fields[i].ID, Label: r.L.T("field.addressees"), Type: parts.Choice}
		for _, to := range p.Addressees {
			if !to.Sent() && to.Org.Ref != "" {
				f.Options = append(f.Options, parts.Option{Value: to.Org.Ref, Label: to.Org.Title})
			}
		}
		a.Fields[i] = f
	}
}

// orFile lets a proof of sending be a file instead of words.
func (r *Request) orFile(fields *[]parts.Field) {
	if r.o.Files == nil {
		return
	}
	for i, f := range *fields {
		if f.Name == "proof" {
			(*fields)[i].Required = false
			in := r.fileInput("proof_file", r.L.T("web.appeal.proof_file"), nil)
			in.ID = f.ID + "-file"
			*fields = slices.Insert(*fields, i+1, in)
			return
		}
	}
}

// signs say how a check stands, by shape and in words.
var signs = map[bool]string{true: "✓", false: "○"}

func (r *Request) appealChecks(tx *record.Tx, m *pages.Appeal, p cases.Plea, writes bool) error {
	if p.Observed() || p.Head.State == appeal.Closed || p.Head.State == appeal.Withdrawn {
		return nil
	}
	l, err := cases.CheckAppeal(tx, p)
	if err != nil {
		return err
	}
	m.Checks = r.checkLists(p.Sheet, l, writes)
	if p.Head.State != appeal.Draft && p.Head.State != appeal.InReview {
		m.Checks = m.Checks[1:2] // what was approved is approved
	}
	return nil
}

// checkLists words what is missing, each gap with a link to where it is mended.
func (r *Request) checkLists(s *record.Sheet, l cases.CheckList, writes bool) []pages.Checks {
	word := func(title string, list []cases.Check, looks bool) pages.Checks {
		c := pages.Checks{Name: title, Title: r.L.T(title)}
		for _, one := range list {
			item := pages.Check{Sign: signs[one.Done], Spoken: r.L.T("web.check.gap"), Text: r.L.T(one.Code, r.eachApart(one.Args)...)}
			switch {
			case one.Done:
				item.Spoken = r.L.T("web.check.done")
			case looks:
				item.Sign, item.Spoken = "△", r.L.T("web.check.look")
			}
			if writes && !one.Done {
				item.Repair = r.repair(s, one)
			}
			c.Items = append(c.Items, item)
		}
		return c
	}
	return []pages.Checks{word("web.check.approval", l.Approval, false), word("web.check.sending", l.Sending, false), word("web.check.worth", l.Look, true)}
}

// eachApart keeps names in their own direction within a sentence.
func (r *Request) eachApart(args []any) []any {
	out := slices.Clone(args)
	for i := 1; i < len(out); i += 2 {
		if text, ok := out[i].(string); ok {
			out[i] = r.apart(text)
		}
	}
	return out
}

// repair leads to where a gap is mended.
func (r *Request) repair(s *record.Sheet, c cases.Check) *parts.Action {
	base := r.url(s.Ref())
	switch {
	case c.Code == "check.author":
		return nil
	case c.Person.Ref != "" && c.Org.Ref != "":
		return &parts.Action{Label: r.L.T("web.check.record"), URL: r.url(c.Person) + "/consent?body=" + c.Org.Ref + "&next=" + base}
	case c.Part == "case" && s.Case.Ref != "":
		return &parts.Action{Label: r.L.T("web.check.mend"), URL: r.url(s.Case) + "/edit?next=" + base}
	case c.Part == "comments":
		return &parts.Action{Label: r.L.T("web.desk.look"), URL: base + "#comments"}
	case c.Part != "":
		return &parts.Action{Label: r.L.T("web.check.mend"), URL: base + "/edit#" + c.Part}
	}
	return nil
}

// appealChanges shows who reads an appeal again only what changed since.
func (r *Request) appealChanges(tx *record.Tx, m *pages.Appeal, p cases.Plea, _ bool) error {
	if p.Head.State != appeal.InReview {
		return nil
	}
	rounds, err := cases.Rounds(tx, p.Sheet)
	if err != nil || len(rounds) < 2 {
		return err
	}
	last := rounds[len(rounds)-2]
	changed := cases.Since(last.Blocks, p.Blocks())
	m.Since = r.L.T("web.appeal.since", "n", r.L.Int(last.N), "at", r.moment(last.At))
	if len(changed) == 0 {
		m.Changed = []pages.Changed{{Title: r.L.T("web.appeal.nothing_changed")}}
		return nil
	}
	var ids []string
	for _, c := range changed {
		ids = append(append(ids, c.IDs...), c.Was.IDs...)
	}
	titles, err := tx.Titles(ids...)
	if err != nil {
		return err
	}
	for _, c := range changed {
		one := pages.Changed{Title: r.blockTitle(c)}
		for _, e := range c.Words {
			one.Edits = append(one.Edits, pages.Edit{Text: e.Text, Went: e.Op < 0, Came: e.Op > 0})
		}
		one.Note = r.namesChanged(c, titles)
		m.Changed = append(m.Changed, one)
	}
	return nil
}

// blockTitle says what part of an appeal a block is.
func (r *Request) blockTitle(c cases.Altered) string {
	name, rest, _ := strings.Cut(c.Key, ".")
	switch name {
	case "text":
		return r.L.T("web.appeal.text_in", "language", r.L.LanguageName(rest))
	case "fact":
		return r.L.T("web.appeal.fact")
	case "demand":
		return r.L.T("kind.demand.one")
	}
	return r.L.T("field." + name)
}

// namesChanged words who and what was added to a block or taken out.
func (r *Request) namesChanged(c cases.Altered, titles map[string]form.Ref) string {
	var words []string
	add := func(key string, from, than []string) {
		var list []string
		for _, id := range from {
			if !slices.Contains(than, id) && titles[id].Title != "" {
				list = append(list, titles[id].Title)
			}
		}
		if len(list) > 0 {
			words = append(words, r.L.T(key, "who", strings.Join(list, r.L.T("web.comma"))))
		}
	}
	add("web.appeal.came", c.IDs, c.Was.IDs)
	add("web.appeal.went", c.Was.IDs, c.IDs)
	if len(words) == 0 && c.Text == c.Was.Text {
		return r.L.T("web.appeal.other_changes")
	}
	return strings.Join(words, " · ")
}

// appealTexts shows the appeal in every language it is written in. A merge field
// that stands for nothing keeps the letter from leaving.
func (r *Request) appealTexts(m *pages.Appeal, l cases.Letter, writes bool) {
	p := l.Plea
	for i, t := range p.Texts {
		blocks, values := r.inLetter(l, t.Lang)
		seen := r.seen(t.Lang, t.Body, blocks, values)
		m.Texts = append(m.Texts, pages.Text{ID: "text-" + strconv.Itoa(i), Lang: t.Lang, Name: r.L.LanguageName(t.Lang), Body: seen.Paper})
		at := slices.IndexFunc(m.Checks, func(c pages.Checks) bool { return c.Name == "web.check.sending" })
		if at < 0 {
			continue
		}
		for _, note := range seen.Notes {
			gap := pages.Check{Sign: signs[false], Spoken: r.L.T("web.check.gap"), Text: r.dotted(r.L.LanguageName(t.Lang), note)}
			if writes {
				gap.Repair = r.repair(p.Sheet, cases.Check{Part: "texts"})
			}
			m.Checks[at].Items = append(m.Checks[at].Items, gap)
		}
	}
}

func (r *Request) appealComments(tx *record.Tx, m *pages.Appeal, p cases.Plea, writes bool) error {
	list, err := tx.Pieces("comments", p.Sheet)
	if err != nil {
		return err
	}
	for _, piece := range list {
		if piece.Annulled != "" {
			continue
		}
		c := piece.Body.(*appeal.Comment)
		one := pages.Comment{ID: piece.ID, By: nameOf(piece.By), At: r.moment(piece.At), Passage: c.Passage, Text: c.Text, Settled: c.Settled}
		if writes && !c.Settled {
			one.Settle = &parts.Action{Label: r.L.T("web.appeal.settle"), Post: r.url(p.Ref()) + "/comments/" + piece.ID + "/settle"}
		}
		m.Comments = append(m.Comments, one)
	}
	if writes && !p.Observed() && (p.Head.State == appeal.Draft || p.Head.State == appeal.InReview) {
		m.Comment = parts.Ask{Name: "comment", Label: r.L.T("web.appeal.comment"), Post: r.url(p.Ref()) + "/comments", Hidden: []parts.Pair{{Name: "next", Value: r.url(p.Ref()) + "#comments"}}}
		c := &appeal.Comment{}
		for _, name := range []string{"passage", "text"} {
			f, _ := c.Fields().Get(name)
			in := r.input("comments", "", f, nil)
			in.ID = "comment-" + name
			m.Comment.Fields = append(m.Comment.Fields, in)
		}
	}
	return nil
}

// appealFacts numbers the facts with the sources they rest on.
func (r *Request) appealFacts(tx *record.Tx, m *pages.Appeal, p cases.Plea, _ bool) error {
	var ids []string
	for _, f := range p.Facts {
		ids = append(ids, f.Citations...)
	}
	cited, err := citation.ByID(tx, ids...)
	if err != nil {
		return err
	}
	var who []string
	for _, c := range cited {
		who = append(who, c.Speaker)
	}
	speakers, err := cases.Named(tx, who...)
	if err != nil {
		return err
	}
	for _, f := range p.Facts {
		one := pages.Fact{Text: f.Text}
		for _, id := range f.Citations {
			c, ok := cited[id]
			if !ok {
				continue // on a record its reader may not see
			}
			one.Notes = append(one.Notes, r.footnote(c, speakers))
		}
		m.Facts = append(m.Facts, one)
	}
	return nil
}

// notSentYet is how a demand stands before anybody has received it.
func (r *Request) demandBadge(p cases.Plea, d cases.Asked) parts.Badge {
	if !p.Observed() && p.SentTo() == 0 && d.Head.State == "open" {
		return parts.Badge{Word: r.L.T("web.appeal.not_sent_yet"), Tone: parts.Quiet}
	}
	return r.stateBadge("demand", d.Head.State)
}

func (r *Request) appealDemands(m *pages.Appeal, p cases.Plea, writes bool) {
	if len(p.Demands) == 0 {
		m.NoDemand = &parts.Empty{Text: r.L.T("web.appeal.no_demand")}
		if writes && (p.Observed() || p.Head.State == appeal.Draft) {
			m.NoDemand.Action = &parts.Action{Label: r.L.T("kind.demand.new"), URL: r.url(p.Ref()) + "/edit#demands"}
		}
		return
	}
	m.Demands.Caption = r.L.T("kind.demand.many")
	for _, key := range []string{"web.appeal.number", "kind.demand.one", "web.appeal.of_whom", "web.appeal.until", "field.outcome"} {
		m.Demands.Heads = append(m.Demands.Heads, parts.Head{Label: r.L.T(key)})
	}
	today := r.book.Today()
	for _, d := range p.Demands {
		outcome := parts.Cell{Badges: []parts.Badge{r.demandBadge(p, d)}}
		standing := d.Standing(d.Beneficiaries, today)
		met := 0
		for _, o := range standing {
			if o == "met" {
				met++
			}
		}
		if met > 0 && len(d.Beneficiaries) > 1 {
			outcome.Sub = r.L.T("web.appeal.met_for", "n", r.L.Int(met), "of", r.L.Int(len(d.Beneficiaries)))
		} else if len(p.AnswersTo(d.Head.ID)) == 0 && p.SentTo() > 0 && d.Head.State == "open" {
			outcome.Sub = r.L.T("web.appeal.no_answer")
		}
		until := parts.Cell{Text: r.date(d.Due)}
		if d.Head.State == "open" && p.SentTo() > 0 || p.Observed() && d.Head.State == "open" {
			until.Badges = r.lateBadge(d.Due.Latest)
		}
		m.Demands.Rows = append(m.Demands.Rows, parts.TableRow{Cells: []parts.Cell{{Text: d.Number, Tight: true}, {Text: d.Demand.Text, URL: r.url(d.Ref()), Primary: true}, {Runs: r.mustAct(d.Demand)}, until, outcome}})
	}
}

func (r *Request) appealSigned(m *pages.Appeal, p cases.Plea) {
	named, left := 0, 0
	for _, s := range p.Signatories {
		if s.Withdrawn {
			left++
			continue
		}
		cell := parts.Cell{Text: s.Name, Sub: s.Capacity}
		if s.MayBeNamed {
			named++
		} else {
			cell.Badges = append(cell.Badges, parts.Badge{Word: r.L.T("web.appeal.not_named"), Tone: parts.Quiet})
		}
		if s.Confirmed {
			cell.Badges = append(cell.Badges, parts.Badge{Word: r.L.T("field.confirmed"), Tone: parts.Good})
		}
		m.Names = append(m.Names, cell)
	}
	n := len(p.Signatories) - left
	switch {
	case len(p.SignatoryCount) > 0:
		c := p.SignatoryCount[0]
		word := ""
		if c.N.Valid {
			word = r.L.Int(int(c.N.N))
		}
		m.Signed = append(m.Signed, parts.Run{Text: r.L.T("count."+c.Qualifier, "n", word, "max", word, "what", r.L.N("unit.signatory", int(c.N.N))), Strong: true},
			parts.Run{Text: r.L.T("web.appeal.names_held", "n", r.L.Int(n))})
	case n > 0:
		m.Signed = append(m.Signed, parts.Run{Text: r.L.N("web.appeal.signed", n), Strong: true}, parts.Run{Text: r.L.N("web.appeal.may_be_named", named)})
	}
	if left > 0 {
		m.Signed = append(m.Signed, parts.Run{Text: r.L.T("web.appeal.left", "n", r.L.Int(left)), Quiet: true})
	}
}

// settleComment marks a comment as dealt with.
func (r *Request) settleComment() error {
	err := r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := tx.Get("appeal", r.ref())
		if err != nil {
			return err
		}
		return tx.Amend("comments", s, r.c.Params("id"), func(b record.PartBody) error {
			b.(*appeal.Comment).Settled = true
			return nil
		})
	})
	if err != nil {
		return err
	}
	return r.to("/appeals/" + r.ref() + "#comments")
}

// appealAnswers lists what came back. A general answer speaks to no demand and is
// said once.
func (r *Request) appealAnswers(_ *record.Tx, m *pages.Appeal, p cases.Plea, writes bool) error {
	m.Answers = records.Related{ID: "answers", Title: r.L.T("kind.response.many")}
	for _, a := range p.Responses {
		stance := ""
		if a.Stance != "" {
			stance = r.L.T("option.response_stance." + a.Stance)
		}
		if a.General() {
			m.General = append(m.General, r.L.T("web.appeal.general", "what", r.dotted(stance, r.apart(a.From.Title), r.date(a.Date))))
		}
		var to []string
		for _, d := range p.Demands {
			if a.StanceOn(d.Head.ID) != "" || slices.ContainsFunc(a.Answers, func(x form.Ref) bool { return x.ID == d.Head.ID }) {
				to = append(to, d.Number)
			}
		}
		sub := r.dotted(r.date(a.Date), r.option("option.response_form.", a.Form), stance)
		if len(to) > 0 {
			sub = r.dotted(sub, r.L.T("web.appeal.speaks_to", "which", strings.Join(to, ", ")))
		}
		m.Answers.Rows = append(m.Answers.Rows, parts.Cell{Text: a.From.Title, URL: r.url(a.Ref()), Sub: sub})
	}
	sent := p.SentTo() > 0 || p.Observed()
	switch {
	case !sent:
		m.Answers = records.Related{}
	case len(p.Responses) == 0:
		m.Answers.Empty = r.L.T("web.appeal.no_answer")
	}
	if sent && writes && p.Head.State != appeal.Withdrawn {
		m.Answers.Add = &parts.Action{Label: r.L.T("kind.response.new"), URL: r.url(p.Ref()) + "/responses/new"}
	}
	return nil
}

func (r *Request) appealFollowed(tx *record.Tx, m *pages.Appeal, p cases.Plea, writes bool) (err error) {
	m.Followed, err = r.reminders(tx, p, writes)
	return err
}

// reminders lists the letters that follow an appeal up; nothing where there are
// none and none can be written.
func (r *Request) reminders(tx *record.Tx, p cases.Plea, writes bool) (records.Related, error) {
	list, err := tx.Tied("appeal", "follows", p.Head.ID)
	reminds := writes && !p.Observed() && p.SentTo() > 0
	if err != nil || len(list) == 0 && !reminds {
		return records.Related{}, err
	}
	out := records.Related{ID: "followed", Title: r.L.T("web.appeal.followed"), Empty: r.L.T("web.appeal.no_reminder")}
	for _, s := range list {
		out.Rows = append(out.Rows, parts.Cell{Text: r.titled(s.Ref()), URL: r.url(s.Ref()), Sub: s.Head.Ref, Badges: []parts.Badge{r.stateBadge("appeal", s.Head.State)}})
	}
	if reminds {
		out.Add = &parts.Action{Label: r.L.T("web.appeal.remind"), URL: "/appeals/new?follows=" + p.Head.Ref}
	}
	return out, nil
}

// appealDues lists the time limits that run from what the appeal's bodies did.
func (r *Request) appealDues(tx *record.Tx, m *pages.Appeal, p cases.Plea, _ bool) error {
	list, _, err := cases.Deadlines(tx, cases.OwedQuery{AboutID: p.Head.ID, Page: 1, PerPage: 20})
	if err != nil || len(list) == 0 {
		return err
	}
	m.Dues = records.Related{ID: "dues", Title: r.L.T("nav.deadlines")}
	for _, o := range list {
		cell := parts.Cell{Text: r.L.T("deadline.rule." + o.Rule), Sub: r.dotted(r.day(o.Day), r.daysLeft(o), r.L.T("deadline.owes."+o.Owes)), Badges: []parts.Badge{r.deadlineBadge(o)}}
		if o.Estimated {
			cell.Badges = append(cell.Badges, parts.Badge{Word: r.L.T("page.deadlines.estimated"), Tone: parts.Unknown})
		}
		if !o.Confirmed {
			cell.Badges = append(cell.Badges, parts.Badge{Word: r.L.T("page.rules.unconfirmed"), Tone: parts.Unknown})
		}
		m.Dues.Rows = append(m.Dues.Rows, cell)
	}
	return nil
}

// appealRest are the fields that have no place of their own on the page.
func (r *Request) appealRest(m *pages.Appeal, p cases.Plea) {
	sections, _ := r.fieldsOf(p.Sheet, map[string]bool{"title": true, "kind": true, "by": true, "submitters": p.Observed(), "dated": p.Observed(), "attachments": true, "assignee": true, "urgency": true})
	for _, sec := range sections {
		m.Rest = append(m.Rest, sec.Lines...)
	}
	if p.TextHash != "" {
		m.Rest = append(m.Rest, records.Line{Label: r.L.T("field.text_hash"), Value: []parts.Run{{Text: p.TextHash[:12] + "…"}}})
	}
	m.Papers = records.Related{ID: "attachments", Title: r.L.T("field.attachments")}
	for _, e := range p.Attachments {
		if e.Ref != "" {
			m.Papers.Rows = append(m.Papers.Rows, parts.Cell{Text: r.titled(e), URL: r.url(e), Sub: e.Ref})
		}
	}
}
