// Package notice tells colleagues by mail that deadlines are near: at most one mail a day, with a count and a link and
// never a name, a ref or a title, since mail is read by others on its way. What is to be sent is written down first (in
// auth/account), so that a restart loses nothing and nothing is sent twice. How mail is handed over is in mail.go; which
// deadlines count for whom is decided in cases.
package notice

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/i18n"
)

// Count is how many deadlines a colleague is told of.
type Count struct {
	Due     int // today is one of their days to remind
	Overdue int
}

// Opened is a case that somebody opened in an emergency, and an account to be told of it.
type Opened struct{ Account, At string }

// openedLately is how far back such cases are looked for.
const openedLately = 20 * time.Hour

// Notices sends what is to be told. Every field must be set.
type Notices struct {
	Office *account.Office
	Post   *Post
	URL    string // public address, which the link leads to
	Count  func(ctx context.Context, who auth.Actor) (Count, error)
	Opened func(ctx context.Context, since time.Time) ([]Opened, error)
	Now    func() time.Time
	Zone   *time.Location // of the office's day
	Log    *slog.Logger
}

const (
	morning = 7 // the hour before which nobody is told anything
	pause   = time.Minute
)

// Run goes its rounds until the context ends.
func (n *Notices) Run(ctx context.Context) {
	for {
		if err := n.Round(ctx); err != nil && ctx.Err() == nil {
			n.Log.Error("notices wait for the next round", "kind", kindOf(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// Round writes down today's notices, from the morning on, and sends what waits.
func (n *Notices) Round(ctx context.Context) error {
	if now := n.Now().In(n.Zone); now.Hour() >= morning {
		if err := n.write(ctx, now.Format(time.DateOnly)); err != nil {
			return err
		}
	}
	opened, err := n.Opened(ctx, n.Now().Add(-openedLately))
	if err != nil {
		return err
	}
	for _, one := range opened {
		if err := n.Office.QueueOpened(ctx, one.Account, one.At); err != nil {
			return err
		}
	}
	waiting, err := n.Office.WaitingNotices(ctx)
	if err != nil {
		return err
	}
	for _, one := range waiting {
		if err := n.send(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

func (n *Notices) write(ctx context.Context, day string) error {
	users, err := n.Office.Untold(ctx, day)
	if err != nil {
		return err
	}
	for _, u := range users {
		count, err := n.Count(ctx, u.Actor())
		if err != nil {
			return err
		}
		if count == (Count{}) {
			continue
		}
		if err := n.Office.QueueNotice(ctx, u.ID, day, count.Due, count.Overdue); err != nil {
			return err
		}
	}
	return nil
}

// send hands one notice over. What the server refuses is tried again later; when the line is cut after everything was
// sent, nobody knows whether it arrived, and it is not sent again.
func (n *Notices) send(ctx context.Context, one account.Notice) error {
	err := n.Post.Send(ctx, n.mail(one), func() error { return n.Office.HandNotice(ctx, one.ID) })
	ctx = context.WithoutCancel(ctx) // what became of it is kept also when the program is asked to stop
	switch {
	case err == nil, errors.Is(err, ErrUnsure):
		return n.Office.NoticeSent(ctx, one.ID)
	case errors.Is(err, account.ErrGone):
		return nil // another server has it
	}
	n.Log.Warn("a notice could not be sent", "tries", one.Tries+1, "kind", kindOf(err))
	return n.Office.NoticeFailed(ctx, one)
}

func (n *Notices) mail(one account.Notice) Mail {
	in := i18n.In(one.Language)
	if one.Kind == account.NoticeSecurity {
		text := in.N("notice.security", one.Due) + "\n\n" + n.URL + "/account#lately\n"
		return Mail{ID: one.ID, To: one.Email, Subject: in.T("notice.security_subject"), Text: text, At: n.Now()}
	}
	if one.Kind == account.NoticeOpened {
		text := in.N("notice.opened", one.Due) + "\n\n" + n.URL + "/\n"
		return Mail{ID: one.ID, To: one.Email, Subject: in.T("notice.opened_subject"), Text: text, At: n.Now()}
	}
	text := ""
	if one.Due > 0 {
		text += in.N("notice.due", one.Due) + "\n"
	}
	if one.Overdue > 0 {
		text += in.N("notice.overdue", one.Overdue) + "\n"
	}
	text += "\n" + n.URL + "/deadlines\n\n" + in.T("notice.off") + "\n"
	return Mail{ID: one.ID, To: one.Email, Subject: in.T("notice.subject"), Text: text, At: n.Now()}
}
