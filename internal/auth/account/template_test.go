package account_test

import (
	"strings"
	"testing"

	"amparo/internal/auth/account"
)

func TestTheOfficeKeepsTextsOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, chief := t.Context(), o.chief.Actor()
		o.must(o.SetTemplate(ctx, chief, "petition", "en", "We ask.\r\nAgain."))
		o.must(o.SetTemplate(ctx, chief, "petition", "en", "We ask.\nAgain.\n")) // the same words: no line
		o.must(o.SetTemplate(ctx, chief, "petition", "ar", "نطلب."))
		o.must(o.SetTemplate(ctx, chief, "petition", "en", "We ask you."))
		list, err := o.Templates(ctx)
		o.must(err)
		if len(list) != 2 || list[0].Lang != "ar" || list[1].Body != "We ask you.\n" || list[1].By != o.chief.ID || !list[1].At.Equal(o.clock.now()) {
			t.Errorf("kept: %+v", list)
		}
		for _, bad := range []string{"", " \n ", "a\x00b", "\xff", strings.Repeat("a", 50_001)} {
			o.want(o.SetTemplate(ctx, chief, "petition", "en", bad), account.ErrTemplate)
		}
		o.must(o.ResetTemplate(ctx, chief, "petition", "en"))
		o.must(o.ResetTemplate(ctx, chief, "petition", "en"))
		if list, err = o.Templates(ctx); err != nil || len(list) != 1 {
			t.Errorf("after putting one back: %+v, %v", list, err)
		}
		for kind, n := range map[account.EventKind]int{account.TemplateSet: 3, account.TemplateReset: 1} {
			if e := o.events(kind); len(e) != n || e[0].ActorID != o.chief.ID || !strings.HasPrefix(e[0].SubjectID, "petition ") {
				t.Errorf("%s: %d lines, want %d: %+v", kind, len(e), n, e)
			}
		}
	})
}
