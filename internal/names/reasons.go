package names

import "unicode"

// reasons names what was seen while two names were aligned.
func reasons(a, b Form, links []link) []Reason {
	var out []Reason
	if a.folded == b.folded {
		return []Reason{{Code: "same_spelling"}}
	}
	if len(links) == 0 {
		return nil
	}
	sameSpelling, sameSound, scriptDiffers, initials, article := true, true, false, false, false
	kunyas := false
	var variants []Reason
	for _, l := range links {
		x, y := &a.words[l.a], &b.words[l.b]
		if x.folded != y.folded {
			sameSpelling = false
		}
		if l.like < .9 {
			sameSound = false
		}
		scriptDiffers = scriptDiffers || x.script != y.script
		initials = initials || (x.kind == initial) != (y.kind == initial)
		kunyas = kunyas || x.kind == kunya || y.kind == kunya
		article = article || x.article != y.article
		if x.folded != y.folded && shareGroup(x.groups, y.groups) && len(variants) < 2 {
			code := "same_given_name"
			if shareGroup(x.groups, givenForms["mohammed"]) {
				code = "mohammed_variant"
			}
			variants = append(variants, Reason{Code: code, Args: []any{"a", x.shown(), "b", y.shown()}})
		}
	}
	covered := 0
	for _, l := range links {
		covered += l.na
	}
	coveredB := 0
	for _, l := range links {
		coveredB += l.nb
	}
	switch {
	case sameSpelling:
		out = append(out, Reason{Code: "same_words"})
	case sameConsonants(a, b, links):
		out = append(out, Reason{Code: "same_consonants"})
	case sameSound:
		out = append(out, Reason{Code: "same_sound"})
	default:
		out = append(out, Reason{Code: "near_spelling"})
	}
	out = append(out, variants...)
	if orderDiffers(links) {
		out = append(out, Reason{Code: "order_differs"})
	}
	if scriptDiffers {
		out = append(out, Reason{Code: "script_differs"})
	}
	for _, l := range links {
		if l.na != l.nb {
			out = append(out, Reason{Code: "joined_words"})
			break
		}
	}
	if article {
		out = append(out, Reason{Code: "article"})
	}
	if initials {
		out = append(out, Reason{Code: "initials"})
	}
	if kunyas {
		out = append(out, Reason{Code: "kunya"})
	}
	missA, missB := solidLeft(a, links, false), solidLeft(b, links, true)
	switch {
	case missA != "" && missB != "":
		out = append(out, Reason{Code: "part_differs", Args: []any{"a", missA, "b", missB}})
	case missA != "":
		out = append(out, Reason{Code: "missing_part", Args: []any{"part", missA}})
	case missB != "":
		out = append(out, Reason{Code: "missing_part", Args: []any{"part", missB}})
	}
	return out
}

func shareGroup(a, b []int) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

func sameConsonants(a, b Form, links []link) bool {
	for _, l := range links {
		if l.na != 1 || l.nb != 1 {
			return false
		}
		x, y := &a.words[l.a], &b.words[l.b]
		if !x.solid() || y.kind == initial {
			continue
		}
		c1, c2 := skeleton(x.phones)
		d1, d2 := skeleton(y.phones)
		if c1 != d1 && c2 != d1 && c1 != d2 && c2 != d2 {
			return false
		}
	}
	return true
}

func orderDiffers(links []link) bool {
	for i := range links {
		for j := range links {
			if (links[i].a < links[j].a) && (links[i].b > links[j].b) {
				return true
			}
		}
	}
	return false
}

// solidLeft returns the first word of weight that has no partner.
func solidLeft(f Form, links []link, second bool) string {
	for i := range f.words {
		if !f.words[i].solid() {
			continue
		}
		used := false
		for _, l := range links {
			from, n := l.a, l.na
			if second {
				from, n = l.b, l.nb
			}
			used = used || i >= from && i < from+n
		}
		if !used {
			return f.words[i].shown()
		}
	}
	return ""
}

// shown is a word as a sentence writes it: capitals at the start.
func (w *word) shown() string {
	out := make([]rune, 0, len(w.text))
	start := true
	for _, r := range w.text {
		if start {
			r = unicode.ToTitle(r)
		}
		start = r == ' '
		out = append(out, r)
	}
	return string(out)
}
