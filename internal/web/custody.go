package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/detention"
	"amparo/internal/edtf"
	"amparo/internal/record"
	"amparo/views/custody"
	"amparo/views/parts"
	"amparo/views/records"
)

// custodyList is who is in custody on a day: the list of detentions with its
// sums.
func (r *Request) custodyList(list records.List) error {
	typed := r.query("on")
	if day := r.askedDay(); typed != "" && day != "" && day != typed {
		return r.to(r.with("on", day)) // words become the day they mean
	}
	day := r.on()
	if day == "" {
		day = r.book.Today()
	}
	var sums cases.Sums
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		sums, err = cases.SumsOn(tx, day)
		return err
	})
	if err != nil {
		return err
	}
	m := custody.Custody{Title: r.L.T("nav.custody"), About: r.L.T("web.custody.about", "day", edtf.Day(day).In(r.L)), List: list,
		AsOf: parts.Field{Name: "on", Label: r.L.T("web.custody.as_of"), Type: parts.Date, Value: day, Max: 200}}
	if typed != "" && r.askedDay() == "" {
		m.AsOf.Value, m.AsOf.Error = typed, r.L.T("web.person.one_day")
	}
	query := url.Values{}
	if r.on() != "" {
		query.Set("on", day)
	}
	sum := func(key string, n [2]int, filter, value string) {
		query.Set(filter, value)
		m.Sums = append(m.Sums, custody.Sum{Figure: r.span(n[0], n[1]), Label: r.L.T(key), URL: "/detentions?" + query.Encode()})
		query.Del(filter)
	}
	sum("web.custody.in_custody", sums.InCustody, "in_custody", "yes")
	sum("web.custody.known", sums.Known, "state", detention.StateHeldKnown)
	sum("web.custody.uncertain", sums.Uncertain, "state", detention.StateHeldPlaceUncertain)
	m.Sums = append(m.Sums, custody.Sum{Figure: r.span(sums.Unknown[0], sums.Unknown[1]), Label: r.L.T("web.custody.unknown")})
	sum("web.custody.stale", sums.Stale, "stale", "yes")
	if list.Empty != nil && len(list.Set) == 0 {
		m.List.Empty = &parts.Empty{Text: r.L.T("web.custody.nobody"), Action: list.Empty.Action}
	}
	m.Print = &parts.Action{Label: r.L.T("web.custody.print"), URL: "/detentions/list?on=" + day}
	return r.page(fiber.StatusOK, m.Title, custody.CustodyPage(m))
}

// span words a figure that may be a range: "41–46".
func (r *Request) span(least, most int) string {
	if least == most {
		return r.L.Int(least)
	}
	return r.L.Int(least) + "–" + r.L.Int(most)
}

// askedDay is the one day the address asks for, typed as a date or in words;
// "" when it names none or more than one.
func (r *Request) askedDay() string {
	if day := r.on(); day != "" {
		return day
	}
	text := r.query("on")
	if text == "" {
		return ""
	}
	d, err := edtf.Understand(text, r.now())
	if err != nil || !d.IsDay() {
		return ""
	}
	return d.Earliest
}
