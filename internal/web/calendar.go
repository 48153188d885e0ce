package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/emersion/go-ical"
	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/edtf"
	"amparo/internal/i18n"
	"amparo/internal/record"
	pages "amparo/views/account"
	"amparo/views/parts"
)

// How far a calendar feed reaches, in days before and after today.
const (
	feedBack  = 92
	feedAhead = 731
)

// calendar is the feed of whose secret stands in the address: his deadlines and
// the number of his tasks, by day and in words that are safe on any device. What
// he may see is asked anew at each fetch.
func (r *Request) calendar() error {
	owner, err := r.office.CalendarOwner(r.c.UserContext(), r.c.Params("key"))
	if err != nil {
		return err
	}
	actor := owner.Actor()
	if !actor.May(auth.Look) {
		return record.ErrNotFound
	}
	today := r.book.Today()
	var days []cases.DayDue
	if err := r.book.View(r.c.UserContext(), actor, func(tx *record.Tx) error {
		var err error
		days, err = cases.DuesBetween(tx, edtf.AddDays(today, -feedBack), edtf.AddDays(today, feedAhead))
		return err
	}); err != nil {
		return err
	}
	body, err := r.feed(i18n.In(owner.Language), owner.ID, days)
	if err != nil {
		return err
	}
	r.c.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8")
	return r.c.Send(body)
}

func (r *Request) feed(in *i18n.Reader, ownerID string, days []cases.DayDue) ([]byte, error) {
	cal := ical.NewCalendar()
	cal.Props.SetText(ical.PropVersion, "2.0")
	cal.Props.SetText(ical.PropProductID, "-//Amparo//Deadlines//EN")
	cal.Props.SetText(ical.PropName, in.T("calendar.name"))
	for _, d := range days {
		event := ical.NewEvent()
		// The same deadline on the same day is the same event, and its name tells nobody anything.
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %v", ownerID, d.Day, d.Rule, d.Estimated))
		event.Props.SetText(ical.PropUID, hex.EncodeToString(sum[:16])+"@amparo")
		event.Props.SetDateTime(ical.PropDateTimeStamp, r.o.Now().UTC())
		at, err := time.Parse(time.DateOnly, d.Day)
		if err != nil {
			return nil, fmt.Errorf("read a due day: %w", err)
		}
		event.Props.SetDate(ical.PropDateTimeStart, at)
		event.Props.SetText(ical.PropTransparency, "TRANSPARENT") // a due day keeps nobody busy
		text, page := in.N("calendar.tasks", d.N), "/tasks"
		if d.Rule != "" {
			text, page = in.N("calendar.deadlines", d.N, "rule", in.T("deadline.rule."+d.Rule)), "/deadlines"
		}
		if d.Estimated {
			text = in.T("calendar.estimated", "text", text)
		}
		event.Props.SetText(ical.PropSummary, text)
		if r.o.URL != "" {
			link := ical.NewProp(ical.PropURL)
			link.Value = r.o.URL + page
			event.Props.Set(link)
		}
		cal.Children = append(cal.Children, event.Component)
	}
	if len(days) == 0 {
		// The encoder refuses a calendar without events, which calendars read well.
		return []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Amparo//Deadlines//EN\r\nEND:VCALENDAR\r\n"), nil
	}
	var b bytes.Buffer
	if err := ical.NewEncoder(&b).Encode(cal); err != nil {
		return nil, fmt.Errorf("write a calendar: %w", err)
	}
	return b.Bytes(), nil
}

func (r *Request) makeCalendar() error {
	key, err := r.office.MakeCalendar(r.c.UserContext(), r.Actor)
	if err != nil {
		return err
	}
	return r.ownPage(fiber.StatusOK, r.o.URL+"/calendar/"+key+".ics", nil)
}

func (r *Request) revokeCalendar() error {
	if err := r.office.RevokeCalendar(r.c.UserContext(), r.Actor); err != nil {
		return err
	}
	return r.to("/account")
}

func (r *Request) ownCalendar(fresh string) (pages.Calendar, error) {
	at, err := r.office.CalendarMadeAt(r.c.UserContext(), r.Actor)
	if err != nil {
		return pages.Calendar{}, err
	}
	c := pages.Calendar{Fresh: fresh}
	if at.IsZero() {
		c.Acts = []parts.Action{{Label: r.L.T("page.account.calendar_new"), Post: "/account/calendar"}}
		return c, nil
	}
	c.Made = r.moment(at.Format(time.RFC3339))
	c.Acts = []parts.Action{{Label: r.L.T("page.account.calendar_again"), Post: "/account/calendar"}, {Label: r.L.T("page.account.calendar_revoke"), Post: "/account/calendar/revoke", Tone: parts.Quiet}}
	return c, nil
}
