package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/form"
	"amparo/internal/record"
	pages "amparo/views/desk"
	"amparo/views/parts"
	"amparo/views/records"
)

// teamRoutes are what a supervisor does with the work of colleagues.
func (s *Server) teamRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/handover", Who: Leads, Handle: (*Request).handoverForm},
		{Method: post, Path: "/handover", Who: Leads, Handle: (*Request).handOver},
		{Method: post, Path: "/reassign", Who: Leads, Handle: (*Request).reassign},
		{Method: get, Path: "/handovers", Who: Leads, Handle: (*Request).handovers},
		{Method: post, Path: "/handovers/undo", Who: Leads, Handle: (*Request).takeBack},
	}
}

// mostAtOnce is how many records change hands in one piece of work.
const mostAtOnce = 1000

// reassignable are the kinds whose lists let a supervisor give the ticked rows to a colleague.
var reassignable = []string{"appeal", "task"}

// reassignForm is that form, under a list; nil for whoever may not.
func (r *Request) reassignForm(k *record.Kind, m *records.List) error {
	if !slices.Contains(reassignable, k.Name) || !r.Actor.May(auth.Lead) || len(m.Table.Rows) == 0 {
		return nil
	}
	to, err := r.receiver("reassign-to")
	if err != nil {
		return err
	}
	m.Table.Tick, m.Table.FormID = "pick", "reassign"
	for i := range m.Table.Rows {
		m.Table.Rows[i].Ticked = r.query("ticked") == "all"
	}
	var form templ.Component = records.BulkForm(records.Bulk{ID: "reassign", Post: "/reassign", Submit: r.L.T("web.team.move"), Tick: "pick",
		TickAll: parts.Action{Label: r.L.T("web.team.tick_all"), URL: r.with("ticked", "all")}, Hidden: []parts.Pair{{Name: "kind", Value: k.Name}, {Name: "next", Value: r.with("ticked", "")}},
		Fields: []parts.Field{to, {Name: "reason", ID: "reassign-reason", Label: r.L.T("web.reason"), Type: parts.Text, Max: 1000}}})
	m.Bulk = form
	return nil
}

// receiver asks to whom work is given.
func (r *Request) receiver(id string) (parts.Field, error) {
	staff, away, err := r.colleagues()
	in := parts.Field{Name: "to", ID: id, Label: r.L.T("web.team.to"), Type: parts.Choice, Required: true, Value: r.value("to")}
	for at, who := range staff {
		o := parts.Option{Value: who.Ref, Label: who.Title}
		if d, ok := away[at]; ok {
			o.Label = r.L.T("web.team.away_short", "who", who.Title, "until", r.day(d.Until))
		}
		in.Options = append(in.Options, o)
	}
	compare := r.L.Compare()
	slices.SortFunc(in.Options, func(a, b parts.Option) int { return compare(a.Label, b.Label) })
	return in, err
}

// colleagueIn reads from a form who is given work.
func (r *Request) colleagueIn(name string) (form.Ref, form.Problems, error) {
	staff, _, err := r.colleagues()
	if err != nil {
		return form.Ref{}, nil, err
	}
	typed := strings.TrimSpace(r.value(name))
	for _, who := range staff {
		if strings.EqualFold(who.Ref, typed) {
			return who, nil, nil
		}
	}
	code := "required"
	if typed != "" {
		code = "choice"
	}
	return form.Ref{}, form.Problems{{Field: name, Code: code}}, nil
}

// picked are the records that a form has ticked, of some kinds.
func (r *Request) picked(kinds ...string) ([]form.Ref, form.Problems) {
	var list []form.Ref
	for _, one := range r.values["pick"] {
		ref := strings.ToUpper(strings.TrimSpace(one))
		for _, kind := range kinds {
			if record.LooksLikeRef(ref) && strings.HasPrefix(ref, r.book.Kind(kind).Prefix+"-") {
				list = append(list, form.Ref{Ref: ref, Kind: kind})
			}
		}
	}
	switch {
	case len(list) == 0:
		return nil, form.Problems{{Field: "pick", Code: "nothing_picked"}}
	case len(list) > mostAtOnce:
		return nil, form.Problems{{Field: "pick", Code: "too_many", Args: []any{"max", mostAtOnce}}}
	}
	return list, nil
}

// reassign gives the ticked appeals or tasks to a colleague.
func (r *Request) reassign() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	kind := v.First("kind")
	if !slices.Contains(reassignable, kind) {
		return statusError(fiber.StatusBadRequest)
	}
	to, problems, err := r.colleagueIn("to")
	if err != nil {
		return err
	}
	list, more := r.picked(kind)
	problems = append(problems, more...)
	if v.First("reason") != "" {
		problems = append(problems, reasonProblems(v.First("reason"), 1000)...)
	}
	moved := 0
	if err = problems.Or(); err == nil {
		err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			moved, err = cases.HandOver(tx, list, form.Ref{}, to, strings.TrimSpace(v.First("reason")))
			return err
		})
	}
	if errors.As(err, &problems) {
		return r.reassignAgain(kind, list, problems)
	}
	if err != nil {
		return err
	}
	r.flashMoved(moved, to)
	return r.to(r.back("/" + r.book.Kind(kind).Path))
}

// reassignAgain asks once more what was asked under the list.
func (r *Request) reassignAgain(kind string, list []form.Ref, problems form.Problems) error {
	to, err := r.receiver("")
	if err != nil {
		return err
	}
	m := records.Edit{Title: r.L.T("web.team.move"), Cancel: "/" + r.book.Kind(kind).Path, Hidden: []parts.Pair{{Name: "kind", Value: kind}}}
	picked := parts.Field{Name: "pick", Label: r.L.T("web.team.ticked"), Type: parts.Choices}
	for _, one := range list {
		picked.Options = append(picked.Options, parts.Option{Value: one.Ref, Label: one.Ref, Selected: true})
	}
	reason := r.reasonField(parts.Text, 1000)
	reason.Required = false
	return r.mend(fiber.StatusUnprocessableEntity, m, []parts.Field{to, reason, picked}, problems)
}

// flashMoved says how many changed hands, with the way back.
func (r *Request) flashMoved(n int, to form.Ref) {
	if n == 0 {
		r.flash("web.team.moved_none", "who", to.Title)
		return
	}
	r.flashUndo("/handovers/undo?last=1", "web.team.moved", "n", r.L.Int(n), "who", to.Title)
}

// handoverForm lists all that a colleague carries, to be given to another.
func (r *Request) handoverForm() error { return r.handoverPage(fiber.StatusOK, nil) }

func (r *Request) handoverPage(status int, problems form.Problems) error {
	staff, _, err := r.colleagues()
	if err != nil {
		return err
	}
	m := pages.Handover{Title: r.L.T("web.team.hand_over"), About: r.L.T("web.team.about"), Action: "/handover", Cancel: "/?view=team"}
	m.From = parts.Field{Name: "from", Label: r.L.T("web.team.from"), Type: parts.Choice, Value: r.value("from")}
	err = r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		people, err := tx.Accounts()
		if err != nil {
			return err
		}
		var from form.Ref
		for id, who := range people { // whoever left the office may still carry work
			if _, ok := staff[id]; ok || strings.EqualFold(who.Ref, m.From.Value) {
				m.From.Options = append(m.From.Options, parts.Option{Value: who.Ref, Label: who.Title})
			}
			if strings.EqualFold(who.Ref, m.From.Value) {
				from = who
			}
		}
		compare := r.L.Compare()
		slices.SortFunc(m.From.Options, func(a, b parts.Option) int { return compare(a.Label, b.Label) })
		if from.ID == "" {
			return nil
		}
		list, err := cases.CarriedBy(tx, from.ID)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			m.Empty = r.L.T("web.team.nothing", "who", from.Title)
			return nil
		}
		m.Groups = r.burdens(list)
		return nil
	})
	if err != nil {
		return err
	}
	to, err := r.receiver("")
	if err != nil {
		return err
	}
	to.Options = slices.DeleteFunc(to.Options, func(o parts.Option) bool { return strings.EqualFold(o.Value, m.From.Value) })
	m.Fields = []parts.Field{to, r.reasonField(parts.Textarea, 4000)}
	for i := range m.Fields {
		for _, p := range problems {
			if p.Field == m.Fields[i].Name {
				m.Fields[i].Error = r.problem(p)
			}
		}
	}
	m.Problems = parts.Problems(m.Fields)
	for _, p := range problems {
		if p.Field != "to" && p.Field != "reason" {
			m.Problems = append(m.Problems, parts.Problem{Text: r.problem(p)})
		}
	}
	return r.page(status, m.Title, pages.HandoverPage(m))
}

// burdens words what a colleague carries, all of it ticked until somebody takes a tick away.
func (r *Request) burdens(list []cases.Burden) []pages.Burdens {
	var groups []pages.Burdens
	sent := r.c.Method() == fiber.MethodPost
	for _, kind := range []string{"case", "appeal", "task"} {
		g := pages.Burdens{Table: parts.Table{Tick: "pick", FormID: "handover", Heads: []parts.Head{{Label: r.L.T("field.title")}, {Label: r.L.T("field.state")}}}}
		for _, b := range list {
			if b.Kind != kind {
				continue
			}
			state := parts.Cell{Badges: []parts.Badge{r.stateBadge(kind, b.State)}}
			if b.Restricted && kind == "case" {
				state.Badges = append(state.Badges, parts.Badge{Word: r.L.T("option.access.restricted"), Tone: parts.Warn})
				state.Sub = r.L.T("web.team.will_see")
			}
			g.Table.Rows = append(g.Table.Rows, parts.TableRow{Select: b.Ref.Ref, Ticked: !sent || slices.Contains(r.values["pick"], b.Ref.Ref),
				Cells: []parts.Cell{{Text: r.titled(b.Ref), URL: r.url(b.Ref), Sub: b.Ref.Ref, Primary: true}, state}})
		}
		if n := len(g.Table.Rows); n > 0 {
			g.Title = r.L.N("kind."+kind+".count", n)
			g.Table.Caption = g.Title
			groups = append(groups, g)
		}
	}
	return groups
}

// handOver gives what is ticked of a colleague's work to another, all or none.
func (r *Request) handOver() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	to, problems, err := r.colleagueIn("to")
	if err != nil {
		return err
	}
	problems = append(problems, reasonProblems(v.First("reason"), 4000)...)
	list, more := r.picked("case", "appeal", "task")
	problems = append(problems, more...)
	if to.ID != "" && strings.EqualFold(to.Ref, v.First("from")) {
		problems = append(problems, form.Problem{Field: "to", Code: "same_colleague"})
	}
	moved := 0
	if err = problems.Or(); err == nil {
		err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			people, err := tx.Accounts()
			if err != nil {
				return err
			}
			for _, from := range people {
				if strings.EqualFold(from.Ref, v.First("from")) {
					moved, err = cases.HandOver(tx, list, from, to, strings.TrimSpace(v.First("reason")))
					return err
				}
			}
			return form.Problems{{Field: "from", Code: "choice"}}
		})
	}
	if errors.As(err, &problems) {
		return r.handoverPage(fiber.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	r.flashMoved(moved, to)
	return r.to("/?view=team")
}

// handovers lists what changed hands lately, each with the way back.
func (r *Request) handovers() error {
	m := pages.Handovers{Title: r.L.T("web.team.handovers"), Begin: parts.Action{Label: r.L.T("web.team.hand_over"), URL: "/handover", Tone: parts.Main}}
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		list, err := cases.Handovers(tx)
		if err != nil {
			return err
		}
		people, err := tx.Accounts()
		if err != nil {
			return err
		}
		names := map[string]string{}
		for _, who := range people {
			names[who.Ref] = who.Title
		}
		for _, h := range list {
			row := pages.Row{Title: []parts.Run{{Text: r.L.N("web.team.records", len(h.Lines)), Strong: true}}, Sub: []parts.Run{{Text: r.moment(h.At)}, {Text: nameOf(h.By)}, {Text: h.Reason}}}
			if to := names[h.To]; to != "" {
				row.Title = []parts.Run{{Text: r.L.N("web.team.records_to", len(h.Lines), "who", to), Strong: true}}
			}
			for i, l := range h.Lines {
				if i == 5 && len(h.Lines) > 6 {
					row.Sub = append(row.Sub, parts.Run{Text: r.L.N("web.case.and_others", len(h.Lines)-i)})
					break
				}
				row.Sub = append(row.Sub, r.link(l.Record))
			}
			row.Acts = []parts.Action{{Label: r.L.T("web.team.take_back"), Post: "/handovers/undo?" + url.Values{"at": {h.At}, "by": {h.By.ID}, "why": {h.Reason}}.Encode()}}
			m.Rows = append(m.Rows, spaced(row))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(m.Rows) == 0 {
		m.Empty = &parts.Empty{Text: r.L.T("web.team.no_handovers")}
	}
	return r.page(fiber.StatusOK, m.Title, pages.HandoversPage(m))
}

// takeBack gives what changed hands back to whoever had it.
func (r *Request) takeBack() error {
	back, changed := 0, 0
	err := r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		list, err := cases.Handovers(tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(h cases.Handover) bool {
			if r.query("last") != "" {
				return h.By.ID == r.Actor.ID
			}
			return h.At == r.query("at") && h.By.ID == r.query("by") && h.Reason == r.query("why")
		})
		if i < 0 {
			return record.ErrNotFound
		}
		back, changed, err = cases.TakeBack(tx, list[i], r.L.T("web.team.taken_back", "at", r.moment(list[i].At)))
		return err
	})
	if err != nil {
		return err
	}
	if changed > 0 {
		r.flash("web.team.back_some", "n", r.L.Int(back), "rest", r.L.Int(changed))
	} else {
		r.flash("web.team.back_all", "n", r.L.Int(back))
	}
	return r.to("/handovers")
}
