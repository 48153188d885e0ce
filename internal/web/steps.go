package web

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/detention"
	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/parts"
	personpage "amparo/views/person"
)

// personRoutes are what is done on the page of a person, and steps for several
// people of a case at once.
func (s *Server) personRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	step := "/detentions/:ref/steps/:id/"
	return []Route{
		{Method: get, Path: "/people/:ref/steps/new", Who: Writes, Handle: (*Request).newStep},
		{Method: post, Path: "/people/:ref/steps", Who: Writes, Handle: (*Request).addStep},
		{Method: post, Path: "/people/:ref/confirm", Who: Writes, Handle: (*Request).confirmHeld},
		{Method: post, Path: "/people/:ref/calls", Who: Writes, Handle: (*Request).addCall},
		{Method: get, Path: "/cases/:ref/steps", Who: Writes, Handle: (*Request).newSteps},
		{Method: post, Path: "/cases/:ref/steps", Who: Writes, Handle: (*Request).addSteps},
		{Method: post, Path: "/steps/undo", Who: Writes, Handle: (*Request).undoSteps},
		{Method: post, Path: step + "happened", Who: Writes, Handle: (*Request).stepHappened},
		{Method: post, Path: step + "annul", Who: Writes, Handle: (*Request).annulStep},
		{Method: post, Path: step + "restore", Who: Writes, Handle: (*Request).restoreStep},
		{Method: post, Path: step + "sources", Who: Writes, Handle: (*Request).addStepSource},
		{Method: post, Path: step + "choose", Who: Writes, Handle: (*Request).chooseSource},
		{Method: post, Path: step + "unchoose", Who: Writes, Handle: (*Request).unchooseSource},
	}
}

// verbs are the steps offered first; the rest lies under More.
var verbs = []string{detention.StepTransfer, detention.StepSeen, detention.StepVisit, detention.StepHearing, detention.StepIllTreatment, detention.StepRelease}

// foremostOf are the fields of a step's form that show at once, by its kind;
// date, places and text always do.
var foremostOf = map[string][]string{
	detention.StepArrest:        {"by"},
	detention.StepHeld:          {"by"},
	detention.StepVisit:         {"with", "result", "planned"},
	detention.StepHearing:       {"with", "planned"},
	detention.StepHospital:      {"with"},
	detention.StepIllTreatment:  {"by"},
	detention.StepCustodyDenied: {"by"},
	detention.StepRelease:       {"planned"},
	detention.StepHandover:      {"with"},
}

// stepFields are the fields of a step that its form asks for, in order.
var stepFields = []string{"date", "places", "with", "by", "result", "planned", "text"}

// sourceFields are those of a citation that go with a step.
var sourceFields = []string{"speaker", "document", "locator", "quote", "basis", "reliability", "credibility", "origin"}

// keep runs one piece of work again while somebody was quicker: what it appends
// to is read inside it, so nothing is overwritten.
func (r *Request) keep(work func(tx *record.Tx) error) error {
	var err error
	for range 5 {
		err = r.book.Do(r.c.UserContext(), r.Actor, work)
		var stale *record.Stale
		if !errors.As(err, &stale) {
			return err
		}
	}
	return err
}

// typedSource reads the source that goes with an entry; what is left open comes
// from the tray.
func (r *Request) typedSource(v form.Values) (citation.Citation, form.Problems) {
	var c citation.Citation
	problems := c.Fields().Decode(only(v, sourceFields), r.now())
	r.inherit(&c)
	if c.Empty() && c.Reliability+c.Credibility+c.Locator+c.Origin != "" {
		problems = append(problems, form.Problem{Field: "speaker", Code: "citation_empty"})
	}
	return c, problems
}

// stepDraft is a step being entered, for the people it is asked for.
type stepDraft struct {
	entry    cases.Entry
	values   form.Values // as typed, so that nothing is lost
	problems form.Problems
	near     *cases.Near
	who      *record.Sheet   // the person of the page; nil for several of a case
	home     *record.Sheet   // the case, for several
	several  []*record.Sheet // of the case
	also     []string        // refs that are ticked
}

// readStep reads the form of a step.
func (r *Request) readStep(v form.Values) (stepDraft, error) {
	d := stepDraft{values: v, also: v["also"]}
	if len(d.also) > 200 {
		return d, statusError(fiber.StatusRequestEntityTooLarge)
	}
	step := &d.entry.Step
	step.Planned = v.First("planned") == "true"
	typed := only(v, append([]string{"kind", "planned"}, stepFields...))
	var unfit form.Problems
	typed["places"], unfit = placeNames(v)
	d.problems = append(step.Fields().Decode(typed, r.now()), unfit...)
	if step.Kind == "" && !d.problems.Has("kind") {
		d.problems = append(d.problems, form.Problem{Field: "kind", Code: "required"})
	}
	var more form.Problems
	d.entry.Source, more = r.typedSource(v)
	d.problems = append(d.problems, more...)
	if ref := strings.ToUpper(v.First("episode")); record.LooksLikeRef(ref) {
		d.entry.Episode = ref
	}
	if same := v.First("same"); same == "same" || same == "new" {
		d.entry.Same = same
	}
	return d, nil
}

// placeNames reads the places of a form: refs or names, one per line or as "A or B".
func placeNames(v form.Values) ([]string, form.Problems) {
	list := cases.SplitPlaces(v["places"])
	if len(list) > 20 {
		return nil, form.Problems{{Field: "places", Code: "too_many", Args: []any{"max", 20}}}
	}
	for _, name := range list {
		if n := utf8.RuneCountInString(name); n > 300 {
			return nil, form.Problems{{Field: "places", Code: "too_long", Args: []any{"max", 300, "n", n}}}
		}
		if !form.Clean(name) {
			return nil, form.Problems{{Field: "places", Code: "characters"}}
		}
	}
	return list, nil
}

// people reads the people named by refs, in the order of the book.
func people(tx *record.Tx, refs []string) ([]*record.Sheet, error) {
	var want []string
	for _, ref := range refs {
		if ref = strings.ToUpper(strings.TrimSpace(ref)); record.LooksLikeRef(ref) && !slices.Contains(want, ref) {
			want = append(want, ref)
		}
	}
	if len(want) == 0 {
		return nil, nil
	}
	list, err := tx.Where("person", "h.ref IN ?", want)
	if err == nil && len(list) < len(want) {
		return nil, form.Problems{{Field: "also", Code: "not_found", Args: []any{"what", strings.Join(want, " ")}}}
	}
	return list, err
}

// newStep is the form for one person's next step.
func (r *Request) newStep() error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := tx.Get("person", r.ref())
		if err != nil {
			return err
		}
		d := stepDraft{who: s}
		d.entry.Episode = r.query("episode")
		return r.stepPage(tx, fiber.StatusOK, d)
	})
}

// addStep keeps a step of one person, and the same one for others held together.
func (r *Request) addStep() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	d, err := r.readStep(v)
	if err != nil {
		return err
	}
	var kept []cases.Kept
	err = r.keep(func(tx *record.Tx) error {
		tx.EnterNames()
		var err error
		if d.who, err = tx.Get("person", r.ref()); err != nil {
			return err
		}
		others, err := people(tx, slices.DeleteFunc(slices.Clone(d.also), func(ref string) bool { return ref == d.who.Head.Ref }))
		if err != nil {
			return err
		}
		if len(d.problems) > 0 {
			return d.problems
		}
		kept, err = cases.AddStep(tx, d.entry, append([]*record.Sheet{d.who}, others...)...)
		return err
	})
	if err != nil {
		return r.stepAgain(d, err)
	}
	at := r.url(d.who.Ref()) + "?episode=" + kept[0].Detention + "#step-" + kept[0].Step
	r.offerUndo(d.entry.Step.Kind, kept, r.url(d.who.Ref()))
	return r.to(r.back(at))
}

// stepAgain shows the form again with what was typed and what is wrong.
func (r *Request) stepAgain(d stepDraft, err error) error {
	var problems form.Problems
	switch {
	case errors.As(err, &d.near):
	case errors.As(err, &problems):
		d.problems = problems
	default:
		return err
	}
	if d.who == nil && d.home == nil {
		return err
	}
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		return r.stepPage(tx, fiber.StatusUnprocessableEntity, d)
	})
}

// newSteps is the form for several people of a case at once.
func (r *Request) newSteps() error {
	var refs []string
	for _, b := range r.c.Context().QueryArgs().PeekMulti("people") {
		refs = append(refs, strings.FieldsFunc(string(b), func(c rune) bool { return c == ',' || c == ' ' })...)
	}
	if len(refs) > 200 {
		return statusError(fiber.StatusRequestEntityTooLarge)
	}
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var d stepDraft
		var err error
		if d.home, err = tx.Get("case", r.ref()); err != nil {
			return err
		}
		if d.several, err = people(tx, refs); err != nil {
			return err
		}
		for _, p := range d.several {
			d.also = append(d.also, p.Head.Ref)
		}
		return r.stepPage(tx, fiber.StatusOK, d)
	})
}

// addSteps keeps one step for several people of a case.
func (r *Request) addSteps() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	d, err := r.readStep(v)
	if err != nil {
		return err
	}
	var kept []cases.Kept
	err = r.keep(func(tx *record.Tx) error {
		tx.EnterNames()
		var err error
		if d.home, err = tx.Get("case", r.ref()); err != nil {
			return err
		}
		if d.several, err = people(tx, append(slices.Clone(d.also), v["people"]...)); err != nil {
			return err
		}
		if len(d.problems) > 0 {
			return d.problems
		}
		ticked := slices.DeleteFunc(slices.Clone(d.several), func(s *record.Sheet) bool { return !slices.Contains(d.also, s.Head.Ref) })
		kept, err = cases.AddStep(tx, d.entry, ticked...)
		return err
	})
	if err != nil {
		return r.stepAgain(d, err)
	}
	r.offerUndo(d.entry.Step.Kind, kept, r.url(d.home.Ref()))
	return r.to(r.back(r.url(d.home.Ref())))
}

// stepPage words the form of a step.
func (r *Request) stepPage(tx *record.Tx, status int, d stepDraft) error {
	kind := d.entry.Step.Kind
	if kind == "" {
		kind = r.value("kind")
	}
	if !slices.Contains(detention.StepKinds, kind) {
		kind = detention.StepSeen
	}
	d.entry.Step.Kind = kind
	if d.values == nil && r.query("planned") != "" {
		d.entry.Step.Planned = true
	}
	m := personpage.StepForm{Title: r.L.T("step.is." + kind)}
	m.Hidden = []parts.Pair{{Name: "kind", Value: kind}}
	if next := r.value("next"); own(next, "") != "" {
		m.Hidden = append(m.Hidden, parts.Pair{Name: "next", Value: next})
	}
	base := ""
	if d.who != nil {
		if err := r.stepForOne(tx, &m, d); err != nil {
			return err
		}
		base = m.Action + "/new?kind="
		if d.entry.Episode != "" {
			m.Hidden = append(m.Hidden, parts.Pair{Name: "episode", Value: d.entry.Episode})
			base = m.Action + "/new?episode=" + d.entry.Episode + "&kind="
		}
	} else {
		r.stepForSeveral(&m, d)
		base = m.Action + "?"
		for _, p := range d.several {
			base += "people=" + p.Head.Ref + "&"
		}
		base += "kind="
	}
	for _, k := range detention.StepKinds {
		m.Kinds = append(m.Kinds, parts.Tab{Label: r.L.T("step.is." + k), URL: base + k, Current: k == kind})
	}
	r.stepInputs(&m, d)
	if d.near != nil {
		when := r.dated(d.near.Step.Date)
		if when == "" {
			when = r.L.T("date.unknown")
		}
		m.Same = &personpage.Same{Question: r.L.T("web.steps.same", "what", r.L.T("step.is."+kind), "when", when), Options: []parts.Option{
			{Value: "same", Label: r.L.T("web.steps.same_one")}, {Value: "new", Label: r.L.T("web.steps.another")}}}
		m.Problems = append(m.Problems, parts.Problem{Text: m.Same.Question})
	}
	return r.page(status, m.Title, personpage.StepPage(m))
}

func (r *Request) stepForOne(tx *record.Tx, m *personpage.StepForm, d stepDraft) error {
	at := r.url(d.who.Ref())
	m.Person = parts.Run{Text: d.who.Head.Title + " · " + d.who.Head.Ref, URL: at}
	m.Action, m.Cancel = at+"/steps", at
	doss, err := cases.ReadDossier(tx, d.who)
	if err != nil {
		return err
	}
	e := doss.On(tx.Today())
	if e == nil {
		m.About = r.L.T("web.steps.opens")
		return nil
	}
	others, err := cases.HeldTogether(tx, e)
	if err != nil || len(others) == 0 {
		return err
	}
	m.Also = &personpage.Also{Title: r.L.N("web.steps.also", len(others))}
	for _, o := range others {
		m.Also.Options = append(m.Also.Options, parts.Option{Value: o.Ref.Ref, Label: o.Title, Hint: o.Ref.Ref + " · " + r.L.T("custody."+o.State), Selected: slices.Contains(d.also, o.Ref.Ref)})
	}
	return nil
}

func (r *Request) stepForSeveral(m *personpage.StepForm, d stepDraft) {
	at := r.url(d.home.Ref())
	m.Person = parts.Run{Text: d.home.Head.Title + " · " + d.home.Head.Ref, URL: at}
	m.Action, m.Cancel = at+"/steps", at
	m.Also = &personpage.Also{Title: r.L.N("web.steps.several", len(d.several))}
	for _, p := range d.several {
		m.Hidden = append(m.Hidden, parts.Pair{Name: "people", Value: p.Head.Ref})
		m.Also.Options = append(m.Also.Options, parts.Option{Value: p.Head.Ref, Label: p.Head.Title, Hint: p.Head.Ref, Selected: slices.Contains(d.also, p.Head.Ref)})
	}
	if len(d.several) == 0 {
		m.Also, m.About = nil, r.L.T("web.steps.nobody")
	}
	for _, p := range d.problems {
		if p.Field == "also" {
			m.Problems = append(m.Problems, parts.Problem{Text: r.problem(p)})
		}
	}
}

// stepInputs words the inputs of a step and its source. Details and grades are
// folded away until one of them is wrong or filled.
func (r *Request) stepInputs(m *personpage.StepForm, d stepDraft) {
	step := d.entry.Step
	fields := step.Fields()
	for _, name := range stepFields {
		f, _ := fields.Get(name)
		in := r.input("detention.steps", "", f, d.problems)
		switch name {
		case "date":
			in.Focus = d.values == nil
		case "places":
			in.Label, in.Hint = r.L.T("web.steps.where"), r.L.T("web.steps.where_hint")
			switch step.Kind {
			case detention.StepTransfer:
				in.Label = r.L.T("web.steps.to_where")
			case detention.StepHearing:
				in.Label, in.Hint = r.L.T("web.steps.which_court"), ""
			}
		}
		r.asTyped(&in, d.values, f)
		if name == "date" || name == "places" || name == "text" || slices.Contains(foremostOf[step.Kind], name) || in.Error != "" || in.Value != "" {
			m.Fields = append(m.Fields, in)
		} else {
			m.Folded = append(m.Folded, in)
		}
	}
	source := d.entry.Source
	if d.values == nil {
		r.inherit(&source)
	}
	for _, name := range sourceFields {
		f, _ := source.Fields().Get(name)
		in := r.input("citations", "", f, d.problems)
		r.asTyped(&in, d.values, f)
		if name == "speaker" || in.Error != "" {
			m.Fields = append(m.Fields, in)
		} else {
			m.Folded = append(m.Folded, in)
		}
	}
	m.Problems = append(m.Problems, parts.Problems(append(slices.Clone(m.Fields), m.Folded...))...)
}

// asTyped puts back what was typed where it could not be read.
func (r *Request) asTyped(in *parts.Field, v form.Values, f form.Field) {
	if v == nil {
		return
	}
	if in.Type == parts.Refs {
		in.Items = nil
		for _, text := range cases.SplitPlaces(v[in.Name]) {
			in.Items = append(in.Items, parts.Option{Value: text, Label: text, Selected: true})
		}
		return
	}
	if in.Error != "" && f.Type != form.Choice {
		in.Value, in.Echo = v.First(in.Name), ""
	}
}

// undone is what the last entry of a session kept, for taking it back at once.
type undone struct {
	At   time.Time
	Kept []cases.Kept
}

// undoFor is how long an entry can be taken back without a reason: a minute,
// and one more for whoever reads slowly.
const undoFor = 2 * time.Minute

// offerUndo says what was kept, with a button that takes it back.
func (r *Request) offerUndo(kind string, kept []cases.Kept, back string) {
	key, args := "web.steps.kept", []any{"what", r.L.T("step.is." + kind)}
	if len(kept) > 1 {
		key, args = "web.steps.kept_several", append(args, "n", len(kept))
	}
	b, err := json.Marshal(undone{At: r.o.Now(), Kept: kept})
	if err == nil && r.office.Put(r.c.UserContext(), r.Session, "undo", string(b)) == nil {
		r.flashUndo("/steps/undo?next="+url.QueryEscape(back), key, args...)
		return
	}
	// Too many to remember: each can still be annulled with a reason.
	r.flash(key, args...)
}

// undoSteps takes back what was just entered.
func (r *Request) undoSteps() error {
	var u undone
	if json.Unmarshal([]byte(r.Session.Value("undo")), &u) != nil || r.o.Now().Sub(u.At) > undoFor {
		return &record.NotOpen{Move: "undo", Why: []record.Why{{Code: "undo_over"}}}
	}
	err := r.keep(func(tx *record.Tx) error { return cases.Undo(tx, u.Kept, r.L.T("web.steps.undone_reason")) })
	if err != nil {
		return err
	}
	if err := r.office.Put(r.c.UserContext(), r.Session, "undo", ""); err != nil {
		return err
	}
	r.flash("web.steps.undone")
	return r.to(own(r.query("next"), "/"))
}

// confirmHeld keeps that somebody is still held, as of today, in one click.
func (r *Request) confirmHeld() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	source, problems := r.typedSource(v)
	if err := problems.Or(); err != nil {
		return err
	}
	var kept []cases.Kept
	var who *record.Sheet
	err = r.keep(func(tx *record.Tx) error {
		var err error
		if who, err = tx.Get("person", r.ref()); err != nil {
			return err
		}
		step := detention.Step{Kind: detention.StepSeen, Text: v.First("text")}
		if code, args := form.OfText("text", &step.Text, form.Max(4000)).Set(v.First("text"), r.now()); code != "" {
			return form.Problems{{Field: "text", Code: code, Args: args}}
		}
		date := form.OfDate("date", &step.Date)
		if code, args := date.Set(tx.Today(), r.now()); code != "" {
			return form.Problems{{Field: "date", Code: code, Args: args}}
		}
		kept, err = cases.AddStep(tx, cases.Entry{Step: step, Source: source, Episode: v.First("episode")}, who)
		return err
	})
	if err != nil {
		return err
	}
	at := r.back(r.url(who.Ref()))
	r.offerUndo(detention.StepSeen, kept, at)
	return r.to(at)
}

// onStep does something with one step of an episode. Bad input opens the same
// question again on the person's page, with what was typed.
func (r *Request) onStep(work func(tx *record.Tx, d *record.Sheet, id string, v form.Values) error) error {
	v, err := r.form()
	if err != nil {
		return err
	}
	var d *record.Sheet
	id := r.c.Params("id")
	err = r.keep(func(tx *record.Tx) error {
		tx.EnterNames()
		var err error
		if d, err = tx.Get("detention", r.ref()); err != nil {
			return err
		}
		return work(tx, d, id, v)
	})
	var problems form.Problems
	if errors.As(err, &problems) && d != nil {
		r.c.Locals("again", &again{ask: v.First("ask"), values: v, problems: problems})
		return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			who, err := tx.ByID("person", record.As[*detention.Detention](d).Person.ID)
			if err != nil {
				return err
			}
			return r.personPage(tx, who, d.Head.Ref, fiber.StatusUnprocessableEntity)
		})
	}
	if err != nil {
		return err
	}
	who := record.As[*detention.Detention](d).Person
	return r.to(r.back(r.url(who) + "?episode=" + d.Head.Ref + "#step-" + id))
}

// again is a question that was answered wrongly, to be opened with what was typed.
type again struct {
	ask      string
	values   form.Values
	problems form.Problems
}

// refill opens an act again when it is the one that was answered wrongly.
func (r *Request) refill(a parts.Ask) parts.Ask {
	a.Hidden = append(a.Hidden, parts.Pair{Name: "ask", Value: a.Name})
	g, ok := r.c.Locals("again").(*again)
	if !ok || g.ask != a.Name {
		return a
	}
	a.Open = true
	for i := range a.Fields {
		f := &a.Fields[i]
		if f.Type == parts.Refs {
			f.Items = nil
			for _, text := range cases.SplitPlaces(g.values[f.Name]) {
				f.Items = append(f.Items, parts.Option{Value: text, Label: text, Selected: true})
			}
		} else {
			f.Value, f.Echo = g.values.First(f.Name), ""
		}
		for _, p := range g.problems {
			if p.Field == f.Name {
				f.Error = r.problem(p)
			}
		}
	}
	return a
}

func (r *Request) stepHappened() error {
	return r.onStep(func(tx *record.Tx, d *record.Sheet, id string, v form.Values) error {
		o := cases.Outcome{Answer: v.First("answer")}
		when := form.OfDate("date", &o.Date)
		if o.Answer == "later" {
			when = form.OfDate("date", &o.Date, form.Ahead)
		}
		problems := form.Set{when, form.OfLong("text", &o.Text, form.Max(3000)), form.OfText("reason", &o.Reason, form.Max(1000))}.Decode(v, r.now())
		var more form.Problems
		if o.Source, more = r.typedSource(v); len(more)+len(problems) > 0 {
			return append(problems, more...)
		}
		return cases.Happened(tx, d, id, o)
	})
}

func (r *Request) annulStep() error {
	return r.onStep(func(tx *record.Tx, d *record.Sheet, id string, v form.Values) error {
		return cases.AnnulStep(tx, d, id, v.First("reason"))
	})
}

func (r *Request) restoreStep() error {
	return r.onStep(func(tx *record.Tx, d *record.Sheet, id string, v form.Values) error {
		return cases.RestoreStep(tx, d, id, v.First("reason"))
	})
}

func (r *Request) addStepSource() error {
	return r.onStep(func(tx *record.Tx, d *record.Sheet, id string, v form.Values) error {
		c := citation.Citation{}
		problems := form.Set{form.OfLong("says", &c.Says, form.Max(2000))}.Decode(v, r.now())
		problems = append(problems, c.Fields().Decode(only(v, sourceFields), r.now())...)
		r.inherit(&c)
		places, unfit := placeNames(v)
		if problems = append(problems, unfit...); len(problems) > 0 {
			return problems
		}
		_, err := cases.AddSource(tx, d, id, c, places)
		return err
	})
}

func (r *Request) chooseSource() error {
	return r.onStep(func(tx *record.Tx, d *record.Sheet, id string, v form.Values) error {
		reason := strings.TrimSpace(v.First("reason"))
		if reason == "" {
			return form.Problems{{Field: "reason", Code: "required"}}
		}
		if !form.Clean(reason) || len([]rune(reason)) > 4000 {
			return form.Problems{{Field: "reason", Code: "too_long", Args: []any{"max", 4000, "n", len([]rune(reason))}}}
		}
		return cases.Choose(tx, d, id, v.First("says"), reason)
	})
}

func (r *Request) unchooseSource() error {
	return r.onStep(func(tx *record.Tx, d *record.Sheet, id string, v form.Values) error {
		reason := strings.TrimSpace(v.First("reason"))
		if reason == "" || !form.Clean(reason) {
			reason = r.L.T("web.steps.unchosen_reason")
		}
		return cases.Unchoose(tx, d, id, reason)
	})
}

// stepAsks are what may be done with one step on the page.
func (r *Request) stepAsks(e *cases.Episode, step detention.Step, at string) []parts.Ask {
	base := "/detentions/" + e.Head.Ref + "/steps/" + step.ID + "/"
	name := func(act string) string { return act + "-" + at + step.ID }
	reason := parts.Field{Name: "reason", Label: r.L.T("web.reason"), Type: parts.Text, Required: true, Max: 1000}
	if step.Annulled != "" {
		return []parts.Ask{r.refill(parts.Ask{Name: name("restore"), Label: r.L.T("web.steps.restore"), Post: base + "restore", Fields: []parts.Field{reason}, Tone: parts.Quiet})}
	}
	var list []parts.Ask
	if step.Planned {
		list = append(list, r.happenedAsk(e, step, at))
	} else {
		list = append(list, r.refill(parts.Ask{Name: name("source"), Label: r.L.T("web.add_source"), Post: base + "sources", Submit: r.L.T("common.save"), Fields: r.otherSource(step), Tone: parts.Quiet}))
	}
	return append(list, r.refill(parts.Ask{Name: name("annul"), Label: r.L.T("web.steps.annul"), Note: r.L.T("web.steps.annul_note"), Post: base + "annul", Fields: []parts.Field{reason}, Tone: parts.Quiet}))
}

// happenedAsk asks what became of a planned step.
func (r *Request) happenedAsk(e *cases.Episode, step detention.Step, at string) parts.Ask {
	a := parts.Ask{Name: "happened-" + at + step.ID, Label: r.L.T("web.steps.what_happened"), Post: "/detentions/" + e.Head.Ref + "/steps/" + step.ID + "/happened", Submit: r.L.T("common.save")}
	answer := parts.Field{Name: "answer", Label: r.L.T("web.desk.what_happened"), Type: parts.Segment, Required: true}
	for _, code := range cases.Answers {
		answer.Options = append(answer.Options, parts.Option{Value: code, Label: r.L.T("step.answer." + code)})
	}
	a.Fields = []parts.Field{answer,
		{Name: "date", Label: r.L.T("web.steps.answer_date"), Type: parts.Date, Max: 200},
		{Name: "text", Label: r.L.T("web.steps.answer_text"), Type: parts.Textarea, Max: 3000},
		{Name: "reason", Label: r.L.T("web.steps.answer_reason"), Type: parts.Text, Max: 1000}}
	return r.refill(a)
}

// placed tells whether a step of a kind has to do with where somebody is held.
func placed(kind string) bool {
	switch kind {
	case detention.StepCharge, detention.StepSentence, detention.StepCustodyDenied, detention.StepVisit:
		return false
	}
	return true
}

// otherSource are the inputs of "another source on this": what it says there,
// who says it, and the grades.
func (r *Request) otherSource(step detention.Step) []parts.Field {
	var list []parts.Field
	if placed(step.Kind) {
		list = append(list, parts.Field{Name: "places", Label: r.L.T("web.steps.says_where"), Hint: r.L.T("web.steps.where_hint"), Type: parts.Refs, Suggest: "place", Max: 300})
	}
	c := citation.Citation{}
	r.inherit(&c)
	for _, name := range []string{"says", "speaker", "document", "reliability", "credibility", "quote", "origin"} {
		f, _ := c.Fields().Get(name)
		in := r.input("citations", "", f, nil)
		if name == "says" && placed(step.Kind) {
			in.Label = r.L.T("web.steps.says_else")
		}
		if name == "origin" {
			in.Hint = r.L.T("web.steps.origin_hint")
		}
		list = append(list, in)
	}
	return list
}

func itoa(n int) string { return strconv.Itoa(n) }
