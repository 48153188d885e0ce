package web

import (
	"slices"
	"strings"

	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/names"
	"amparo/internal/paper"
	"amparo/internal/record"
	"amparo/views/parts"
	pages "amparo/views/writing"
)

// happening is one line of the chronology as a fact of an appeal: worded from
// its fields alone, in each language of the text.
type happening struct {
	key     string   // episode and step, of each person it befell
	words   []string // one for each language
	cited   []citation.Cited
	differs bool
}

// background is what an appeal can be written from: the chronology of its people,
// or of the whole case, and all that is cited there.
type background struct {
	cases.Dossiers
	lines []happening
}

// readBackground reads it for the people an appeal is for, for the whole case
// where it names none; langs are those of its texts.
func (r *Request) readBackground(tx *record.Tx, home *record.Sheet, persons []form.Ref, langs []string) (background, error) {
	var b background
	var people []*record.Sheet
	var err error
	switch {
	case len(persons) > 0:
		var ids []string
		for _, p := range persons {
			ids = append(ids, p.ID)
		}
		people, err = tx.Where("person", "h.id IN ?", ids)
	case home != nil:
		people, err = tx.InCase("person", home.Head.ID)
	}
	if err != nil {
		return b, err
	}
	var further []*record.Sheet
	if home != nil {
		further = append(further, home)
	}
	if b.Dossiers, err = cases.ReadDossiers(tx, people, further...); err != nil {
		return b, err
	}
	var writers []*printer
	for _, lang := range langs {
		in := *r
		in.L = i18n.In(lang)
		writers = append(writers, in.printer(b.Dossiers, tx.Today()))
	}
	same := map[string]int{}
	var whom [][]cases.Dossier
	var first []cases.Occurrence
	for _, h := range cases.Chronology(tx.Today(), b.List...) {
		if h.Step.Planned {
			continue
		}
		what, _ := writers[0].happened(h)
		like := writers[0].when(h) + "\x00" + bare(what)
		i, ok := same[like]
		if !ok {
			i = len(b.lines)
			same[like] = i
			b.lines = append(b.lines, happening{})
			whom, first = append(whom, nil), append(first, h)
		}
		line := &b.lines[i]
		line.key = strings.TrimSpace(line.key + " " + h.Episode.Head.ID + "/" + h.Step.ID)
		line.differs = line.differs || len(b.Versions(h.Episode.Head.ID, h.Step)) > 1 || len(b.Differ(h.Episode.Head.ID, "steps."+h.Step.ID)) > 0
		line.cited = append(line.cited, b.restsOn(h)...)
		whom[i] = append(whom[i], h.Who)
	}
	for i, h := range first {
		for _, w := range writers {
			what, _ := w.happened(h)
			if len(b.List) > 1 {
				what = w.fill("print.step_of", slot{"who", w.who(whom[i], len(b.List))}, slot{"what", what})
			}
			b.lines[i].words = append(b.lines[i].words, w.L.T("web.write.fact", "date", w.when(h), "what", bare(what)))
		}
	}
	return b, nil
}

// restsOn are the citations of a step; where it has none, those of its episode.
func (b background) restsOn(h cases.Occurrence) []citation.Cited {
	id := h.Episode.Head.ID
	list := b.About(id, "steps."+h.Step.ID)
	if len(list) > 0 {
		return list
	}
	for _, c := range b.Cited[id] {
		if c.Field == "" {
			list = append(list, c)
		}
	}
	return list
}

// bare is a text without the marks of its notes and of its directions.
func bare(t paper.Text) string {
	var out strings.Builder
	for _, s := range t {
		if s.Note == 0 {
			out.WriteString(s.Text)
		}
	}
	return strings.Map(func(c rune) rune {
		if c >= '\u2066' && c <= '\u2069' {
			return -1
		}
		return c
	}, flat(out.String()))
}

// ticked makes facts of the lines that were ticked, one for each language.
func (b background) ticked(keys, langs []string) []appeal.Fact {
	var list []appeal.Fact
	for _, line := range b.lines {
		if !slices.Contains(keys, line.key) {
			continue
		}
		var ids []string
		for _, c := range line.cited {
			if !slices.Contains(ids, c.ID) {
				ids = append(ids, c.ID)
			}
		}
		for i, words := range line.words {
			f := appeal.Fact{Text: words, Citations: ids}
			if len(langs) > 1 {
				f.Lang = langs[i]
			}
			list = append(list, f)
		}
	}
	return list
}

// told tells whether a line is among the facts, in one of its languages.
func (h happening) told(facts []appeal.Fact) bool {
	return slices.ContainsFunc(facts, func(f appeal.Fact) bool { return slices.Contains(h.words, f.Text) })
}

// sourceWords names who says something, where, and how far it is believed.
func (r *Request) sourceWords(c citation.Cited, speakers map[string]form.Ref) string {
	return r.dotted(spoken(c.Speaker, speakers), titleOr(c.Document), c.Locator, c.Grade())
}

// ticks words the chronology for ticking, in the reader's language where the
// text is written in it too.
func (r *Request) ticks(b background, langs []string, facts []appeal.Fact, keys []string) []pages.Tick {
	var list []pages.Tick
	for _, line := range b.lines {
		t := pages.Tick{Value: line.key, Text: line.words[max(0, slices.Index(langs, r.L.Lang()))], Ticked: slices.Contains(keys, line.key), Used: line.told(facts)}
		var said []string
		for _, c := range line.cited {
			if words := r.sourceWords(c, b.Speakers); words != "" && !slices.Contains(said, words) {
				said = append(said, words)
			}
		}
		t.Sources = strings.Join(said, "; ")
		if len(said) == 0 {
			t.Badges = append(t.Badges, parts.Badge{Word: r.L.T("web.person.no_source"), Tone: parts.Warn})
		}
		if line.differs {
			t.Badges = append(t.Badges, parts.Badge{Word: r.L.T("web.person.differ"), Tone: parts.Unknown})
		}
		list = append(list, t)
	}
	return list
}

// mostSources is how many citations a fact can choose among.
const mostSources = 200

// sources are the citations on file, newest first, for a fact to rest on.
func (r *Request) sources(b background) []parts.Option {
	var all []citation.Cited
	for _, list := range b.Cited {
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b citation.Cited) int { return strings.Compare(b.ID, a.ID) })
	var out []parts.Option
	for _, c := range all[:min(len(all), mostSources)] {
		out = append(out, parts.Option{Value: c.ID, Label: r.sourceLabel(c, b.Speakers)})
	}
	return out
}

// sourceLabel is a citation in one line, with the beginning of what it says.
func (r *Request) sourceLabel(c citation.Cited, speakers map[string]form.Ref) string {
	quote := []rune(flat(c.Quote))
	if len(quote) > 60 {
		quote = append(quote[:58], '…')
	}
	return r.dotted(r.sourceWords(c, speakers), string(quote))
}

// alike finds for each name the first of the others before it that may mean the
// same person; -1 for none.
func alike(list []string) []int {
	out := make([]int, len(list))
	forms := make([]names.Form, len(list))
	filed := map[string][]int{}
	for i, name := range list {
		out[i] = -1
		forms[i] = names.Prepare(name)
		best := names.Warn
		tried := map[int]bool{}
		for _, key := range forms[i].Keys() {
			for _, k := range filed[key] {
				if tried[k] {
					continue
				}
				tried[k] = true
				if score := names.Score(forms[k], forms[i]).Score; score >= best && (out[i] < 0 || score > best) {
					out[i], best = k, score
				}
			}
			filed[key] = append(filed[key], i)
		}
	}
	return out
}
