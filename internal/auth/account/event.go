package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"amparo/internal/auth"
	"amparo/internal/database"
)

// EventKind is a kind of security event; its name in the catalogue is
// event.<kind>.
type EventKind string

// The kinds of security events.
const (
	SignedIn        EventKind = "signed_in"
	SignInFailed    EventKind = "sign_in_failed"
	SignInSlowed    EventKind = "sign_in_slowed"
	SignedOut       EventKind = "signed_out"
	SessionEnded    EventKind = "session_ended"
	Proved          EventKind = "proved"
	Refused         EventKind = "refused"  // somebody asked for what is not his; noted by web
	Exported        EventKind = "exported" // noted by web with the number of rows
	SetUpDone       EventKind = "set_up"
	UserAdded       EventKind = "user_added"
	UserRenamed     EventKind = "user_renamed"
	RightsChanged   EventKind = "rights_changed"
	UserDisabled    EventKind = "disabled"
	UserEnabled     EventKind = "enabled"
	Invited         EventKind = "invited"
	ResetStarted    EventKind = "reset_started"
	LinkUsed        EventKind = "link_used"
	PasswordChanged EventKind = "password_changed"
	TokenAdded      EventKind = "token_added"
	TokenRevoked    EventKind = "token_revoked"
	RuleConfirmed   EventKind = "rule_confirmed"
	RuleDoubted     EventKind = "rule_doubted"
	HolidayAdded    EventKind = "holiday_added"
	HolidayRemoved  EventKind = "holiday_removed"
	WeekendSet      EventKind = "weekend_set"
	BackedUp        EventKind = "backed_up" // noted by the command, with the lines of history in it
	Restored        EventKind = "restored"
	Anchored        EventKind = "anchored"    // an anchor of the history was taken, with its number
	Locked          EventKind = "locked"      // all records, at the button or by signal
	Unlocked        EventKind = "unlocked"    // started anew after that
	KeyChanged      EventKind = "key_changed" // of all records, by the command
	TemplateSet     EventKind = "template_set"
	TemplateReset   EventKind = "template_reset"
	CalendarMade    EventKind = "calendar_made"
	CalendarRevoked EventKind = "calendar_revoked"
	DeputyNamed     EventKind = "deputy_named"
	DeputyEnded     EventKind = "deputy_ended"
	NewDevice       EventKind = "new_device"
	FactorAdded     EventKind = "factor_added"
	FactorRemoved   EventKind = "factor_removed"
	FactorReset     EventKind = "factor_reset"
	FactorRolesSet  EventKind = "factor_roles_set"
	RecoveryMade    EventKind = "recovery_made"
	RecoveryUsed    EventKind = "recovery_used"
	EnrolRefused    EventKind = "enrol_refused"  // the right password, but no device that was there before
	PasskeyCopied   EventKind = "passkey_copied" // its counter went back: two of it may exist

	Nominated        EventKind = "nominated" // for administrator; another has to agree
	NominationAgreed EventKind = "nomination_agreed"
	NominationEnded  EventKind = "nomination_ended" // declined or taken back
	MadeAlone        EventKind = "made_alone"       // an administrator, by the only one: told to a supervisor

	ReadingLimitSet EventKind = "reading_limit_set"
	ReadMuch        EventKind = "read_much"    // more different people and cases than usual, with their number
	ReadingTold     EventKind = "reading_told" // to who leads the office; who read is the actor
)

// EventKinds lists every kind, for filters.
var EventKinds = []EventKind{
	SignedIn, SignInFailed, SignInSlowed, SignedOut, SessionEnded, Proved, Refused, Exported, SetUpDone,
	UserAdded, UserRenamed, RightsChanged, UserDisabled, UserEnabled, Invited, ResetStarted, LinkUsed,
	PasswordChanged, TokenAdded, TokenRevoked,
	RuleConfirmed, RuleDoubted, HolidayAdded, HolidayRemoved, WeekendSet, TemplateSet, TemplateReset,
	CalendarMade, CalendarRevoked, DeputyNamed, DeputyEnded,
	NewDevice, FactorAdded, FactorRemoved, FactorReset, FactorRolesSet, RecoveryMade, RecoveryUsed, PasskeyCopied, EnrolRefused,
	Nominated, NominationAgreed, NominationEnded, MadeAlone, ReadingLimitSet, ReadMuch, ReadingTold,
	BackedUp, Restored, KeyChanged, Anchored, Locked, Unlocked,
}

// alerting are the kinds that the owner of an account is told of.
var alerting = []EventKind{NewDevice, EnrolRefused, FactorAdded, FactorRemoved, FactorReset, RecoveryMade, RecoveryUsed, PasskeyCopied, PasswordChanged, LinkUsed, MadeAlone, ReadingTold}

// Event is one line of the security log. It holds ids only: no names, no
// addresses, no search words.
type Event struct {
	ID        string
	At        time.Time
	Kind      EventKind
	AccountID string // whose account it is about; "" when there is none
	ActorID   string // who did it; "" for nobody signed in
	SubjectID string // session, token, record, rule or day it was about
	Count     int    // rows of an export
}

// Note writes a line for what happens outside this package: Refused and Exported.
func (o *Office) Note(ctx context.Context, by auth.Actor, kind EventKind, subjectID string, rows int) error {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		return o.note(tx, Event{Kind: kind, AccountID: by.ID, ActorID: by.ID, SubjectID: subjectID, Count: rows})
	})
	return wrap("note a security event", err)
}

func (o *Office) note(tx *gorm.DB, e Event) error {
	if e.At.IsZero() {
		e.At = o.moment()
	}
	_, err := database.Exec(tx, `INSERT INTO account_event (id, at, kind, account_id, actor_id, subject_id, count) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		newID(), stamp(e.At), string(e.Kind), e.AccountID, e.ActorID, e.SubjectID, e.Count)
	return err
}

// alert writes a line that the owner of the account is told of: on the next page of
// his other sessions, and by mail.
func (o *Office) alert(tx *gorm.DB, e Event) error {
	if err := o.note(tx, e); err != nil {
		return err
	}
	return o.tell(tx, e.AccountID)
}

func (o *Office) tell(tx *gorm.DB, accountID string) error {
	now := o.moment()
	if _, err := database.Exec(tx, `UPDATE account SET alert_since = ? WHERE id = ? AND alert_since = ''`, stamp(now), accountID); err != nil {
		return err
	}
	// Of one minute there is one mail, and one that is on its way already takes no more in.
	_, err := database.Exec(tx, `INSERT INTO account_notice (id, account_id, day, kind, due, overdue, made_at, tries, next_at, handed_at, done_at)
		VALUES (?, ?, ?, ?, 1, 0, ?, 0, ?, '', '') ON CONFLICT (account_id, day) DO UPDATE SET due = account_notice.due + 1`,
		newID(), accountID, now.Format("2006-01-02T15:04"), NoticeSecurity, stamp(now), stamp(now))
	return err
}

// Alerts lists what happened to the account that its owner has not been told, but
// for what was done in this very session.
func (o *Office) Alerts(ctx context.Context, s Session) ([]Event, error) {
	if s.AlertedAt.IsZero() || s.Stage != Whole {
		return nil, nil
	}
	all, err := o.Events(ctx, auth.Actor{ID: s.AccountID}, EventFilter{AccountID: s.AccountID, Kinds: alerting, Since: s.AlertedAt, Limit: 20})
	return slices.DeleteFunc(all, func(e Event) bool { return e.SubjectID == s.ID }), err
}

// Told notes that the owner of a session's account has read its alerts.
func (o *Office) Told(ctx context.Context, s Session) error {
	err := o.db.Tx(ctx, func(tx *gorm.DB) error {
		_, err := database.Exec(tx, `UPDATE account SET alert_since = '' WHERE id = ?`, s.AccountID)
		return err
	})
	return wrap("note that alerts were read", err)
}

// EventFilter chooses lines of the security log; empty fields choose all.
type EventFilter struct {
	AccountID string
	Kinds     []EventKind // any of them
	Since     time.Time
	Limit     int // 0 is 100
	Skip      int
}

// Events lists security events, newest first. An account may read its own;
// all are for who may administer.
func (o *Office) Events(ctx context.Context, by auth.Actor, f EventFilter) ([]Event, error) {
	if !by.May(auth.Administer) && (by.IsNobody() || f.AccountID != by.ID) {
		return nil, ErrNotYours
	}
	where, args := []string{"1 = 1"}, []any{}
	if f.AccountID != "" {
		where, args = append(where, "account_id = ?"), append(args, f.AccountID)
	}
	if len(f.Kinds) > 0 {
		where = append(where, "kind IN (?"+strings.Repeat(", ?", len(f.Kinds)-1)+")")
		for _, kind := range f.Kinds {
			args = append(args, string(kind))
		}
	}
	if !f.Since.IsZero() {
		where, args = append(where, "at >= ?"), append(args, stamp(f.Since))
	}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	args = append(args, f.Limit, max(0, f.Skip))
	rows, err := o.db.Query(ctx, `SELECT id, at, kind, account_id, actor_id, subject_id, count FROM account_event
		WHERE `+strings.Join(where, " AND ")+` ORDER BY at DESC, id DESC LIMIT ? OFFSET ?`, args...)
	if err != nil {
		return nil, wrap("list security events", err)
	}
	defer rows.Close()
	var all []Event
	for rows.Next() {
		var e Event
		var at, kind string
		if err := rows.Scan(&e.ID, &at, &kind, &e.AccountID, &e.ActorID, &e.SubjectID, &e.Count); err != nil {
			return nil, wrap("list security events", err)
		}
		e.At, e.Kind = parse(at), EventKind(kind)
		all = append(all, e)
	}
	return all, wrap("list security events", rows.Err())
}
