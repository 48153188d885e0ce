package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// PressAt presses the key at a place of the keyboard (a KeyboardEvent code such as "KeyL" or "Slash") that writes this
// letter on the layout in use, with the modifiers "Alt", "Control", "Shift" held.
func (p *Page) PressAt(place, letter string, modifiers ...string) {
	p.t.Helper()
	p.Keys++
	var held int64
	for _, m := range modifiers {
		bit, known := map[string]chromedp.Modifier{"Alt": chromedp.ModifierAlt, "Control": chromedp.ModifierCtrl, "Shift": chromedp.ModifierShift}[m]
		if !known {
			p.t.Fatalf("there is no key %q", m)
		}
		held |= int64(bit)
	}
	key := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Code: place, Key: letter, UnmodifiedText: letter, Modifiers: held}
	if len(place) == 4 && place[:3] == "Key" {
		key.WindowsVirtualKeyCode = int64(place[3])
	}
	if held == 0 {
		key.Text = letter // typed unless the page takes the key for itself
	}
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, key); err != nil {
			return err
		}
		up := key
		up.Type, up.Text, up.UnmodifiedText = input.DispatchKeyEventTypeKeyUp, "", ""
		_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, up)
		return err
	}))
}

// NoScripts turns off the scripts of every page that is loaded from now on.
func (p *Page) NoScripts() {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}
