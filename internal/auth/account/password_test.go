package account_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"amparo/internal/auth/account"
)

func TestAPasswordIsJudgedByLengthListAndContext(t *testing.T) {
	context := []string{"lina.haddad@office.example", "Lina Haddad", "amparo", "Lighthouse Watch"}
	for password, want := range map[string]error{
		"":                                  account.ErrPasswordShort,
		"elevenchars":                       account.ErrPasswordShort,
		"نص قصير":                           account.ErrPasswordShort,
		strings.Repeat("a", 11) + "\u0301":  account.ErrPasswordShort, // twelve code points, eleven characters once composed
		"quiet lanterns cross":              nil,
		"مصابيح هادئة تعبر":                 nil,
		"тихие фонари у реки":               nil,
		"k8#vQz!m2Lp9":                      nil,
		"correct horse battery staple":      nil,
		strings.Repeat("xkq9 ", 25) + "abc": nil,
		strings.Repeat("xkq9 ", 26):         account.ErrPasswordLong,
		"password1234":                      account.ErrPasswordCommon,
		"Passw0rd2024":                      account.ErrPasswordCommon,
		"P@ssword!2024":                     account.ErrPasswordCommon,
		"passwordpassword":                  account.ErrPasswordCommon,
		"123456789012":                      account.ErrPasswordCommon,
		"111111111111":                      account.ErrPasswordCommon,
		"qwertyuiopas":                      account.ErrPasswordCommon,
		"qwertyuiop12":                      account.ErrPasswordCommon,
		"1q2w3e4r5t6y":                      account.ErrPasswordCommon,
		"abcdefghijkl":                      account.ErrPasswordCommon,
		"abcabcabcabcabc":                   account.ErrPasswordCommon,
		"letmein!!!!!!":                     account.ErrPasswordCommon,
		"manchester1234":                    account.ErrPasswordCommon,
		"iloveyou2026!":                     account.ErrPasswordCommon,
		"lina-haddad-2026":                  account.ErrPasswordContext,
		"LinaHaddad!2026":                   account.ErrPasswordContext,
		"amparo-2026-amparo":                account.ErrPasswordContext,
		"Lighthouse2026Watch":               account.ErrPasswordContext,
		"lina's tea is never cold":          nil,
		"twelve\x00chars and more":          account.ErrPasswordUnreadable,
		"twelve\xffchars and more":          account.ErrPasswordUnreadable,
	} {
		if err := account.CheckPassword(password, context...); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", password, err, want)
		}
	}
}

func TestOneHundredAndTwentyEightCharactersAreAllowedInAnyScript(t *testing.T) {
	long := "مصابيح هادئة تعبر النهر ليلًا، وسبع غيوم فوق البساتين، وأحد عشر طائرًا ورقيًّا على الميناء، وتسع أباريق نحاسية تغلي عند الفجر، ثم نعود إلى البيت"
	for utf8.RuneCountInString(long) > account.PasswordMax {
		long = long[:len(long)-1]
		for !utf8.ValidString(long) {
			long = long[:len(long)-1]
		}
	}
	if err := account.CheckPassword(long); err != nil || utf8.RuneCountInString(long) != account.PasswordMax {
		t.Errorf("%d characters: %v", utf8.RuneCountInString(long), err)
	}
}

func FuzzAPasswordIsJudgedWithoutFailing(f *testing.F) {
	f.Add("password1234", "Lina")
	f.Add("\xff\x00", "")
	f.Fuzz(func(t *testing.T, password, context string) {
		if account.CheckPassword(password, context) == nil && utf8.RuneCountInString(password) < account.PasswordMin {
			t.Errorf("%q passed", password)
		}
	})
}
