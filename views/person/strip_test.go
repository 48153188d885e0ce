package person

import "testing"

func TestTimeRunsInTheDirectionOfWriting(t *testing.T) {
	g := Segment{From: 10, Width: 30}
	if got := (Strip{Dir: "ltr"}).x(g); got != "10.00%" {
		t.Errorf("left to right it begins at %s", got)
	}
	if got := (Strip{Dir: "rtl"}).x(g); got != "60.00%" {
		t.Errorf("right to left it begins at %s", got)
	}
	if got := (Strip{Dir: "rtl"}).at(10); got != "90.00%" {
		t.Errorf("right to left the tick is at %s", got)
	}
}

func TestALabelWithoutRoomIsLeftOut(t *testing.T) {
	for width, want := range map[float64]string{1: "", 40: "Wadi Sarab prison", 9: "Wadi Sar…"} {
		if got := (Segment{Width: width, Label: "Wadi Sarab prison"}).label(); got != want {
			t.Errorf("%v hundredths give %q, want %q", width, got, want)
		}
	}
}

func TestNothingIsDrawnOutsideTheStrip(t *testing.T) {
	if percent(-3) != "0.00%" || percent(130) != "100.00%" {
		t.Error(percent(-3), percent(130))
	}
}
