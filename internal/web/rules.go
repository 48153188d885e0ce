package web

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/deadline"
	"amparo/internal/form"
	pages "amparo/views/admin"
	"amparo/views/parts"
)

// ruleRoutes are the rules of deadlines: everybody may read them, an
// administrator confirms them and keeps the office's calendar.
func (s *Server) ruleRoutes() []Route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: "/admin/rules", Who: Looks, Handle: func(r *Request) error { return r.rulesPage(fiber.StatusOK, nil) }},
		{Method: post, Path: "/admin/rules/confirm", Who: Rules, Handle: func(r *Request) error {
			return r.settled(r.office.ConfirmRule(r.c.UserContext(), r.Actor, r.value("rule")))
		}},
		{Method: post, Path: "/admin/rules/doubt", Who: Rules, Handle: func(r *Request) error {
			return r.settled(r.office.DoubtRule(r.c.UserContext(), r.Actor, r.value("rule")))
		}},
		{Method: post, Path: "/admin/rules/holidays", Who: Rules, Handle: (*Request).setHoliday},
		{Method: post, Path: "/admin/rules/holidays/remove", Who: Rules, Handle: func(r *Request) error {
			return r.recounted(r.office.RemoveHoliday(r.c.UserContext(), r.Actor, r.value("day")))
		}},
		{Method: post, Path: "/admin/rules/weekend", Who: Rules, Handle: (*Request).setWeekend},
	}
}

// settled shows the page again after a change, with what was wrong if it was refused.
func (r *Request) settled(err error) error {
	if err != nil {
		return r.retry(err, func(status int) error { return r.rulesPage(status, err) })
	}
	return r.to("/admin/rules")
}

// recounted counts working days again after the calendar has changed.
func (r *Request) recounted(err error) error {
	if err == nil {
		if err := r.book.Do(r.c.UserContext(), auth.System("the office's calendar has changed"), cases.CountAgain); err != nil {
			return err
		}
	}
	return r.settled(err)
}

func (r *Request) setHoliday() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	date, day := newDate(), ""
	f := form.OfDate("day", date, form.Ahead)
	if code, _ := f.Set(v.First("day"), r.now()); code == "" && date.IsDay() {
		day = date.Earliest
	}
	return r.recounted(r.office.SetHoliday(r.c.UserContext(), r.Actor, day, v.First("name")))
}

func (r *Request) setWeekend() error {
	v, err := r.form()
	if err != nil {
		return err
	}
	var days []time.Weekday
	for _, text := range v["weekend"] {
		n, err := strconv.Atoi(text)
		if err != nil {
			return r.settled(account.ErrWeekend)
		}
		days = append(days, time.Weekday(n))
	}
	return r.recounted(r.office.SetWeekend(r.c.UserContext(), r.Actor, days))
}

func (r *Request) rulesPage(status int, wrong error) error {
	ctx := r.c.UserContext()
	calendar, err := r.office.Calendar(ctx)
	if err != nil {
		return err
	}
	rules, administers := deadline.Rules(), r.Actor.May(auth.Administer)
	var ids []string
	for _, tick := range calendar.Confirmed {
		ids = append(ids, tick.By)
	}
	names, err := r.office.Names(ctx, ids...)
	if err != nil {
		return err
	}
	m := pages.Rules{Table: parts.Table{Caption: r.L.T("nav.rules")}}
	for _, key := range []string{"page.rules.rule", "page.rules.owes", "page.rules.time", "page.rules.from", "page.rules.then", "page.rules.valid", "page.rules.source", "page.rules.checked"} {
		m.Table.Heads = append(m.Table.Heads, parts.Head{Label: r.L.T(key)})
	}
	for _, rule := range rules {
		m.Table.Rows = append(m.Table.Rows, parts.TableRow{Cells: append(r.ruleCells(rule), r.checkedCell(rule, calendar, names))})
	}
	for _, day := range slices.Sorted(maps.Keys(calendar.Holidays)) {
		h := pages.Holiday{Day: r.day(day), Name: calendar.Holidays[day]}
		if administers {
			h.Remove = &parts.Action{Label: r.L.T("common.remove"), Post: "/admin/rules/holidays/remove", Hidden: []parts.Pair{{Name: "day", Value: day}}, Tone: parts.Quiet}
		}
		m.Holidays = append(m.Holidays, h)
	}
	m.Weekend = r.weekendWords(calendar.Days())
	if administers {
		m.Add, m.Week = r.holidayForm(wrong), r.weekendForm(calendar, wrong)
		if m.Lately, err = r.settledLately(); err != nil {
			return err
		}
	}
	return r.page(status, r.L.T("nav.rules"), pages.RulesPage(m))
}

// ruleCells is a rule without what the office made of it.
func (r *Request) ruleCells(rule deadline.Rule) []parts.Cell {
	name := parts.Cell{Text: r.L.T("deadline.rule." + rule.Code), Sub: rule.Code, Primary: true}
	if rule.Variant != "" {
		name.Badges = []parts.Badge{{Word: r.L.T("deadline.variant." + rule.Variant), Tone: parts.Quiet}}
	}
	then := parts.Cell{Text: r.L.T("deadline.after." + rule.After)}
	if rule.Caution != "" {
		then.Sub = r.L.T("deadline.caution." + rule.Caution)
	}
	valid := parts.Cell{Text: r.L.T("page.rules.always")}
	switch {
	case rule.From != "":
		valid.Text = r.L.T("page.rules.since", "day", r.day(rule.From))
	case rule.Until != "":
		valid.Text = r.L.T("page.rules.until", "day", r.day(rule.Until))
	}
	source := parts.Cell{Sub: r.L.T("deadline.strength." + rule.Strength)}
	if rule.Strength != deadline.Own {
		source.Text = rule.Source
	}
	return []parts.Cell{name, {Text: r.L.T("deadline.owes." + rule.Owes)}, {Text: r.ruleTime(rule)}, {Text: r.L.T("deadline.trigger." + rule.Trigger)}, then, valid, source}
}

// ruleTime words how much time a rule gives.
func (r *Request) ruleTime(rule deadline.Rule) string {
	unit := "deadline.unit." + rule.Unit
	text := r.L.N(unit, rule.Amount)
	if rule.Extends != "" {
		text = r.L.T("page.rules.at_most", "time", text)
	}
	if rule.Warn > 0 {
		text = r.L.T("page.rules.warns", "time", text, "warn", r.L.N(unit, rule.Warn))
	}
	if rule.Reminders > 0 {
		text = r.L.N("page.rules.reminders", rule.Reminders, "time", text)
	}
	return text
}

func (r *Request) checkedCell(rule deadline.Rule, calendar deadline.Calendar, names map[string]account.Name) parts.Cell {
	tick, ticked := calendar.Confirmed[rule.ID()]
	act := func(key, post string) []parts.Action {
		if !r.Actor.May(auth.Administer) {
			return nil
		}
		return []parts.Action{{Label: r.L.T(key), Post: post, Hidden: []parts.Pair{{Name: "rule", Value: rule.ID()}}, Tone: parts.Quiet}}
	}
	switch {
	case rule.Checked:
		return parts.Cell{Badges: []parts.Badge{{Word: r.L.T("page.rules.checked_on"), Tone: parts.Good}}, Sub: r.day(rule.CheckedOn)}
	case ticked:
		return parts.Cell{Badges: []parts.Badge{{Word: r.L.T("page.rules.confirmed"), Tone: parts.Good}},
			Sub: r.L.T("page.rules.by_on", "by", names[tick.By].Name, "day", r.moment(tick.At.Format(time.RFC3339))), Actions: act("page.rules.doubt", "/admin/rules/doubt")}
	}
	return parts.Cell{Badges: []parts.Badge{{Word: r.L.T("page.rules.unconfirmed"), Tone: parts.Unknown}}, Actions: act("page.rules.confirm", "/admin/rules/confirm")}
}

func (r *Request) holidayForm(wrong error) *pages.Form {
	v, _ := r.form()
	f := &pages.Form{Action: "/admin/rules/holidays", Submit: r.L.T("page.rules.add")}
	f.Fields, f.Problems = r.refused([]parts.Field{
		{Name: "day", Label: r.L.T("page.rules.day"), Hint: r.L.T("page.rules.day_hint"), Type: parts.Date, Value: v.First("day"), Required: true, Max: 100},
		{Name: "name", Label: r.L.T("page.rules.name"), Type: parts.Text, Value: v.First("name"), Required: true, Max: 120},
	}, wrong)
	return f
}

func (r *Request) weekendForm(calendar deadline.Calendar, wrong error) *pages.Form {
	week := parts.Field{Name: "weekend", Label: r.L.T("page.rules.weekend"), Type: parts.Choices}
	for i := range 7 {
		day := time.Weekday((i + 1) % 7)
		week.Options = append(week.Options, parts.Option{Value: strconv.Itoa(int(day)), Label: r.weekday(day), Selected: slices.Contains(calendar.Days(), day)})
	}
	f := &pages.Form{Action: "/admin/rules/weekend", Submit: r.L.T("common.save")}
	f.Fields, _ = r.refused([]parts.Field{week}, wrong)
	f.Problems = parts.Problems(f.Fields)
	return f
}

func (r *Request) weekday(d time.Weekday) string {
	return r.L.T("deadline.weekday." + strconv.Itoa(int(d)))
}

func (r *Request) weekendWords(days []time.Weekday) string {
	if len(days) == 0 {
		return r.L.T("page.rules.no_weekend")
	}
	var words []string
	for _, d := range days {
		words = append(words, r.weekday(d))
	}
	return strings.Join(words, r.L.T("web.comma"))
}

// settledLately is who changed what on this page.
func (r *Request) settledLately() ([]parts.Cell, error) {
	ctx := r.c.UserContext()
	events, err := r.office.Events(ctx, r.Actor, account.EventFilter{Limit: 10,
		Kinds: []account.EventKind{account.RuleConfirmed, account.RuleDoubted, account.HolidayAdded, account.HolidayRemoved, account.WeekendSet}})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range events {
		ids = append(ids, e.ActorID)
	}
	names, err := r.office.Names(ctx, ids...)
	if err != nil {
		return nil, err
	}
	var list []parts.Cell
	for _, e := range events {
		what := e.SubjectID
		switch e.Kind {
		case account.RuleConfirmed, account.RuleDoubted:
			what, _, _ = strings.Cut(what, " ")
			if key := "deadline.rule." + what; r.L.Has(key) {
				what = r.L.T(key)
			}
		case account.HolidayAdded, account.HolidayRemoved:
			what = r.day(e.SubjectID)
		case account.WeekendSet:
			what = r.weekendWords(account.Weekend(e.SubjectID))
		}
		list = append(list, parts.Cell{Text: r.dotted(r.L.T("event."+string(e.Kind)), what), Sub: r.L.T("page.rules.by_on", "by", names[e.ActorID].Name, "day", r.moment(e.At.Format(time.RFC3339)))})
	}
	return list, nil
}
