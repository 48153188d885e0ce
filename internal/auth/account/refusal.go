package account

import (
	"time"

	"amparo/internal/i18n"
)

// Refusal is an answer of no that a person can understand: Key is its message
// in the catalogue, Field the field of the form that it belongs to, if any.
type Refusal struct {
	Key   string
	Field string
	// Wait is how long until another try, for ErrSlow only.
	Wait time.Duration
}

// Error is the key, for logs; people read Words.
func (r *Refusal) Error() string { return r.Key }

// Is makes two refusals with the same key the same error.
func (r *Refusal) Is(target error) bool {
	other, ok := target.(*Refusal)
	return ok && other.Key == r.Key
}

// Words is the refusal in the reader's language.
func (r *Refusal) Words(in *i18n.Reader) string {
	switch r.Key {
	case ErrSlow.Key:
		return in.N(r.Key, minutes(r.Wait))
	case ErrPasswordShort.Key:
		return in.N(r.Key, PasswordMin)
	case ErrPasswordLong.Key:
		return in.N(r.Key, PasswordMax)
	}
	return in.T(r.Key)
}

func minutes(d time.Duration) int {
	return max(1, int((d+time.Minute-1)/time.Minute))
}

// What may be refused. ErrWrong is the one answer to every failed sign-in:
// no such account, wrong password, disabled, invited but not yet here.
var (
	ErrWrong    = &Refusal{Key: "error.account.wrong"}
	ErrSlow     = &Refusal{Key: "error.account.slow"}
	ErrBusy     = &Refusal{Key: "error.account.busy"}
	ErrNobody   = &Refusal{Key: "error.account.signed_out"}
	ErrNotYours = &Refusal{Key: "error.account.not_yours"}
	ErrUnknown  = &Refusal{Key: "error.account.unknown"}
	ErrGone     = &Refusal{Key: "error.account.gone"}
	ErrLink     = &Refusal{Key: "error.account.link"}
	ErrSetUp    = &Refusal{Key: "error.account.set_up"}
	ErrLast     = &Refusal{Key: "error.account.last_administrator"}
	ErrTooMuch  = &Refusal{Key: "error.account.too_much"}
	ErrSame     = &Refusal{Key: "error.account.same"}
	ErrAwaits   = &Refusal{Key: "error.account.awaits"}
	ErrReading  = &Refusal{Key: "error.account.reading", Field: "reading"}

	ErrEmail    = &Refusal{Key: "error.account.email", Field: "email"}
	ErrTaken    = &Refusal{Key: "error.account.taken", Field: "email"}
	ErrName     = &Refusal{Key: "error.account.name", Field: "name"}
	ErrRoles    = &Refusal{Key: "error.account.roles", Field: "roles"}
	ErrLanguage = &Refusal{Key: "error.account.language", Field: "language"}
	ErrLabel    = &Refusal{Key: "error.account.label", Field: "label"}
	ErrExpires  = &Refusal{Key: "error.account.expires", Field: "expires"}

	ErrNotices     = &Refusal{Key: "error.account.notices", Field: "notices"}
	ErrHolidayDay  = &Refusal{Key: "error.account.holiday_day", Field: "day"}
	ErrHolidayName = &Refusal{Key: "error.account.holiday_name", Field: "name"}
	ErrWeekend     = &Refusal{Key: "error.account.weekend", Field: "weekend"}
	ErrTemplate    = &Refusal{Key: "error.account.template", Field: "body"}

	ErrCode         = &Refusal{Key: "error.account.code", Field: "code"}
	ErrFactorNeeded = &Refusal{Key: "error.account.factor_needed"}
	ErrUnproven     = &Refusal{Key: "error.account.unproven"}
	ErrPasskey      = &Refusal{Key: "error.account.passkey", Field: "passkey"}
	ErrPasskeyName  = &Refusal{Key: "error.account.passkey_name", Field: "name"}

	ErrCurrent            = &Refusal{Key: "error.account.current", Field: "current"}
	ErrPasswordShort      = &Refusal{Key: "error.account.password_short", Field: "password"}
	ErrPasswordLong       = &Refusal{Key: "error.account.password_long", Field: "password"}
	ErrPasswordCommon     = &Refusal{Key: "error.account.password_common", Field: "password"}
	ErrPasswordContext    = &Refusal{Key: "error.account.password_context", Field: "password"}
	ErrPasswordUnreadable = &Refusal{Key: "error.account.password_unreadable", Field: "password"}
)

var refusals = []*Refusal{
	ErrWrong, ErrSlow, ErrBusy, ErrNobody, ErrNotYours, ErrUnknown, ErrGone, ErrLink, ErrSetUp, ErrLast, ErrTooMuch, ErrSame, ErrAwaits, ErrReading,
	ErrEmail, ErrTaken, ErrName, ErrRoles, ErrLanguage, ErrLabel, ErrExpires,
	ErrNotices, ErrHolidayDay, ErrHolidayName, ErrWeekend, ErrTemplate,
	ErrCode, ErrFactorNeeded, ErrUnproven, ErrPasskey, ErrPasskeyName,
	ErrCurrent, ErrPasswordShort, ErrPasswordLong, ErrPasswordCommon, ErrPasswordContext, ErrPasswordUnreadable,
}

// Refusals lists every refusal, for the test that each has its words.
func Refusals() []*Refusal { return refusals }
