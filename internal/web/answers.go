package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/response"
	"amparo/internal/form"
	"amparo/internal/record"
	pages "amparo/views/answer"
	"amparo/views/parts"
)

// answerRoutes are the forms of answers to appeals.
func (s *Server) answerRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/appeals/:ref/responses/new", Who: Writes, Handle: (*Request).newAnswer},
		{Method: post, Path: "/appeals/:ref/responses", Who: Writes, Upload: true, Handle: (*Request).addAnswer},
		{Method: get, Path: "/responses/:ref/edit", Who: Writes, Handle: (*Request).editAnswer},
		{Method: post, Path: "/responses/:ref", Who: Writes, Handle: (*Request).saveAnswer},
	}
}

// answerDraft is an answer being entered.
type answerDraft struct {
	plea     cases.Plea
	body     *response.Response
	on       *record.Sheet // what is on file; nil for a new one
	said     []cases.Spoken
	version  string
	problems form.Problems
}

// answerFields are what is asked of the answer as a whole, in order.
var answerFields = []string{"from", "date", "form", "stance", "text", "document"}

func (r *Request) plea(tx *record.Tx, ref string) (cases.Plea, error) {
	s, err := tx.Get("appeal", ref)
	if err != nil {
		return cases.Plea{}, err
	}
	p, err := cases.ReadPlea(tx, s)
	if err == nil && !p.Observed() && p.SentTo() == 0 {
		return p, &record.NotOpen{Move: "answer", Why: []record.Why{{Code: "not_sent"}}}
	}
	return p, err
}

func (r *Request) newAnswer() error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		p, err := r.plea(tx, r.ref())
		if err != nil {
			return err
		}
		return r.answerPage(tx, fiber.StatusOK, answerDraft{plea: p, body: &response.Response{}})
	})
}

// readAnswer reads what the form says, with what it says to each demand.
func (r *Request) readAnswer(v form.Values, d *answerDraft) {
	d.problems = d.body.Fields().Decode(only(v, answerFields), r.now())
	d.said = nil
	for _, one := range d.plea.Demands {
		at := one.Head.Ref
		said := cases.Spoken{Demand: one, Stance: v.First("stance." + at), Noted: v.First("noted." + at)}
		if said.Stance != "" && !slices.Contains(response.Stances, said.Stance) {
			d.problems = append(d.problems, form.Problem{Field: "stance." + at, Code: "choice"})
		}
		if said.Noted != "" && !slices.Contains(slices.Concat(cases.NotedMoves, cases.NotedOutcomes), said.Noted) {
			d.problems = append(d.problems, form.Problem{Field: "noted." + at, Code: "choice"})
		}
		if said.Noted != "" && said.Stance == "" {
			d.problems = append(d.problems, form.Problem{Field: "stance." + at, Code: "noted_unspoken"})
		}
		for _, b := range one.Beneficiaries {
			if slices.Contains(v["for."+at], b.Ref) {
				said.For = append(said.For, b)
			}
		}
		d.said = append(d.said, said)
	}
}

func (r *Request) addAnswer() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	d := answerDraft{}
	var made *record.Sheet
	err = r.keep(func(tx *record.Tx) error {
		tx.EnterNames()
		var err error
		if d.plea, err = r.plea(tx, r.ref()); err != nil {
			return err
		}
		d.body = &response.Response{Appeal: d.plea.Ref()}
		if r.readAnswer(v, &d); len(d.problems) > 0 {
			return d.problems
		}
		home, err := tx.ByID("case", d.plea.Head.CaseID)
		if err != nil {
			return err
		}
		doc, err := r.filed(tx, "file", "letter", r.L.T("web.answer.file_of", "who", d.body.From.Ref, "what", d.plea.Head.Title), home)
		if err != nil {
			return err
		}
		if doc.Ref != "" {
			d.body.Document = doc
		}
		if made, err = cases.RecordAnswer(tx, home, d.body, d.said); err != nil {
			return err
		}
		_, err = r.citeFromTray(tx, made, "")
		return err
	})
	var notOpen *record.NotOpen
	if errors.As(err, &notOpen) && d.body != nil {
		d.problems = form.Problems{{Code: "not_open", Args: []any{"why", strings.Join(r.reasons(notOpen.Why), " ")}}}
		return r.answerAgain(fiber.StatusConflict, d)
	}
	if errors.As(err, &d.problems) && d.plea.Sheet != nil {
		return r.answerAgain(fiber.StatusUnprocessableEntity, d)
	}
	if err != nil {
		return err
	}
	if d.body.General() {
		r.flash("web.answer.kept_general", "who", d.body.From.Title)
	} else {
		r.flash("web.answer.kept", "who", d.body.From.Title)
	}
	return r.to(r.back(r.url(d.plea.Ref())))
}

// answerAgain shows the form again with what was typed. What was entered on the
// way is gone with the refused work, so the appeal is read anew.
func (r *Request) answerAgain(status int, d answerDraft) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		p, err := r.plea(tx, d.plea.Head.Ref)
		if err != nil {
			return err
		}
		d.plea = p
		return r.answerPage(tx, status, d)
	})
}

// ofAppeal reads an answer of the address with its appeal; ok is false when it is to none.
func (r *Request) ofAppeal(tx *record.Tx, d *answerDraft) (ok bool, err error) {
	if d.on, err = r.sheet(tx, r.book.Kind("response")); err != nil {
		return false, err
	}
	d.body = record.As[*response.Response](d.on)
	if d.body.Appeal.Ref == "" {
		return false, nil
	}
	d.plea, err = r.plea(tx, d.body.Appeal.Ref)
	return err == nil, err
}

func (r *Request) editAnswer() error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var d answerDraft
		ok, err := r.ofAppeal(tx, &d)
		if err != nil {
			return err
		}
		if !ok {
			return r.editForm(r.book.Kind("response"))
		}
		for _, one := range d.plea.Demands {
			d.said = append(d.said, cases.Spoken{Demand: one, Stance: d.body.StanceOn(one.Head.ID)})
		}
		d.version = version(d.on)
		return r.answerPage(tx, fiber.StatusOK, d)
	})
}

func (r *Request) saveAnswer() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	if v["fields"] != nil { // the form of an answer to no appeal
		return r.save(r.book.Kind("response"))
	}
	began, err := strconv.Atoi(v.First("version"))
	if err != nil {
		return statusError(fiber.StatusBadRequest)
	}
	d := answerDraft{version: v.First("version")}
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		tx.EnterNames()
		ok, err := r.ofAppeal(tx, &d)
		if err != nil {
			return err
		}
		if !ok {
			return statusError(fiber.StatusBadRequest)
		}
		if r.readAnswer(v, &d); len(d.problems) > 0 {
			return d.problems
		}
		d.body.Stands, d.body.Answers = nil, nil
		for _, one := range d.said {
			if one.Stance != "" {
				d.body.Stands = append(d.body.Stands, response.Stand{Demand: one.Demand.Ref(), Stance: one.Stance})
			}
		}
		return tx.Save(d.on, began)
	})
	var stale *record.Stale
	switch {
	case errors.As(err, &stale):
		d.version = version(stale.Current)
		d.problems = form.Problems{{Code: "meanwhile"}}
		return r.answerAgain(fiber.StatusConflict, d)
	case errors.As(err, &d.problems) && d.plea.Sheet != nil:
		return r.answerAgain(fiber.StatusUnprocessableEntity, d)
	case err != nil:
		return err
	}
	return r.to(r.back(r.url(d.on.Ref())))
}

// answerPage is the form of an answer. Nothing is preset: an answer speaks to no
// demand until somebody says so.
func (r *Request) answerPage(tx *record.Tx, status int, d answerDraft) error {
	p := d.plea
	at := r.url(p.Ref())
	m := pages.Answer{Title: r.L.T("kind.response.new"), Appeal: r.link(p.Ref()), Action: at + "/responses", Cancel: r.back(at), About: r.L.T("web.answer.about")}
	m.Appeal.Text = p.Head.Ref + " · " + p.Head.Title
	if next := own(r.value("next"), ""); next != "" {
		m.Hidden = []parts.Pair{{Name: "next", Value: next}}
	}
	if d.on != nil {
		m.Title, m.Action, m.Version = r.L.T("web.edit_of", "what", r.titled(d.on.Ref())), r.url(d.on.Ref()), d.version
		m.Cancel = r.back(r.url(d.on.Ref()))
	}
	for _, name := range answerFields {
		f, _ := d.body.Fields().Get(name)
		in := r.input("response", "", f, d.problems)
		r.retype(&in)
		switch name {
		case "from":
			in.Focus, in.Hint = d.problems == nil, r.L.T("web.answer.from_hint")
		case "form", "stance":
			in.Type, in.Options, in.Wide = parts.Segment, r.options(f.LabelPrefix(), f.Options, f.String()), true
		}
		m.Fields = append(m.Fields, in)
	}
	if d.on == nil && r.o.Files != nil {
		m.Fields = append(m.Fields, r.fileInput("file", r.L.T("web.answer.file"), d.problems))
	}
	for _, one := range p.Demands {
		row, err := r.answerRow(tx, d, one)
		if err != nil {
			return err
		}
		m.Demands = append(m.Demands, row)
	}
	var all []parts.Field
	all = append(all, m.Fields...)
	for _, row := range m.Demands {
		all = append(all, row.Fields...)
	}
	m.Problems = parts.Problems(all)
	for _, problem := range d.problems {
		if !slices.ContainsFunc(all, func(f parts.Field) bool { return f.Name == problem.Field }) {
			m.Problems = append(m.Problems, parts.Problem{Text: r.problem(problem)})
		}
	}
	return r.page(status, m.Title, pages.AnswerPage(m))
}

// answerRow asks what an answer says to one demand.
func (r *Request) answerRow(tx *record.Tx, d answerDraft, one cases.Asked) (pages.Demand, error) {
	at := one.Head.Ref
	row := pages.Demand{ID: "demand-" + at, Number: one.Number, Text: one.Text, Sub: r.askedOf(one), Badges: []parts.Badge{r.stateBadge("demand", one.Head.State)}}
	said := cases.Spoken{}
	for _, s := range d.said {
		if s.Demand.Head.ID == one.Head.ID {
			said = s
		}
	}
	ask := func(name, label string, kind parts.Type) parts.Field {
		in := parts.Field{Name: name + "." + at, Label: r.L.T(label), Type: kind}
		for _, p := range d.problems {
			if p.Field == in.Name {
				in.Error = r.problem(p)
			}
		}
		return in
	}
	stance := ask("stance", "web.answer.stance", parts.Choice)
	stance.Value, stance.Blank = said.Stance, r.L.T("web.answer.unspoken")
	stance.Options = r.options("option.response_stance.", response.Stances, said.Stance)
	row.Fields = append(row.Fields, stance)
	if d.on != nil {
		return row, nil
	}
	open, err := cases.OpenNotes(tx, one)
	if err != nil {
		return row, err
	}
	noted := ask("noted", "web.answer.noted", parts.Choice)
	noted.Value, noted.Blank = said.Noted, r.L.T("web.answer.not_noted")
	for _, name := range open {
		o := parts.Option{Value: name, Selected: name == said.Noted}
		if slices.Contains(cases.NotedOutcomes, name) {
			o.Label = r.L.T("web.answer.proposed", "what", r.L.T("option.demand_outcome."+name))
		} else {
			o.Label = r.L.T("move." + name)
		}
		noted.Options = append(noted.Options, o)
	}
	row.Fields = append(row.Fields, noted)
	if len(one.Beneficiaries) > 1 {
		who := ask("for", "web.answer.for", parts.Choices)
		who.Hint, who.Wide = r.L.T("web.answer.for_hint"), true
		for _, b := range one.Beneficiaries {
			if b.Hidden() {
				continue
			}
			who.Options = append(who.Options, parts.Option{Value: b.Ref, Label: b.Title, Selected: slices.ContainsFunc(said.For, func(f form.Ref) bool { return f.ID == b.ID })})
		}
		row.Fields = append(row.Fields, who)
	}
	return row, nil
}

// askedOf words who must act and by when.
func (r *Request) askedOf(d cases.Asked) string {
	var who []string
	for _, t := range d.Targets {
		if !t.Hidden() {
			who = append(who, titleOr(t))
		}
	}
	words := strings.Join(who, r.L.T("web.comma"))
	if d.Unspecified {
		words = r.L.T("web.demand.unspecified")
	}
	if !d.Due.IsZero() {
		words = joinFilled(" · ", words, r.L.T("web.demand.by", "date", r.date(d.Due)))
	}
	return words
}
