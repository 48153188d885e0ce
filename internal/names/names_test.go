package names

import "testing"

func TestTheSpellingsOfTheSeedsFindEachOther(t *testing.T) {
	people := [][2]string{
		{"Mohammed al-Kani", "Mohamed al-Kani"},
		{"Elbukhari", "Al-Bukhari"},
		{"محمد الكاني", "Mohammed al-Kani"},
		{"Mohammed al-Kani", "al-Kani, Mohamed"},
	}
	for _, c := range people {
		if m := Compare(c[0], c[1]); m.Score < Warn {
			t.Errorf("%s / %s: %.2f %v", c[0], c[1], m.Score, m.Reasons)
		}
	}
	for _, c := range [][2]string{{"al-Kaniyat", "Kaniyat"}, {"Gözətçi", "Gozetci"}, {"الكانيات", "Kaniyat"}} {
		if m := Score(PrepareOrganization(c[0]), PrepareOrganization(c[1])); m.Score < Warn {
			t.Errorf("%s / %s: %.2f %v", c[0], c[1], m.Score, m.Reasons)
		}
	}
	for _, c := range [][2]string{{"Misrata", "Misratah"}, {"Tarhuna", "Tarhouna"}, {"ترهونة", "Tarhuna"}, {"مصراتة", "Misrata"}} {
		if m := Score(PreparePlace(c[0]), PreparePlace(c[1])); m.Score < Warn {
			t.Errorf("%s / %s: %.2f %v", c[0], c[1], m.Score, m.Reasons)
		}
	}
}
