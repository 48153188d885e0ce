package web

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/cases/evidence"
	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/record"
	"amparo/views/parts"
	"amparo/views/records"
	pages "amparo/views/writing"
)

// The form of an appeal, as it comes in. It is read into the appeal and its
// demands, and they are kept as one piece of work.

// shownInRow are the fields of a row that the form shows; the rest of a row stays
// as it is on file.
var shownInRow = map[string][]string{
	"addressees":      {"org", "channel"},
	"texts":           {"lang", "body"},
	"facts":           {"text", "lang", "citations"},
	"demands":         {"number", "text", "kind", "targets", "target_unspecified", "beneficiaries", "due", "indicator"},
	"signatories":     {"name", "capacity", "may_be_named", "confirmed", "withdrawn"},
	"signatory_count": {"qualifier", "n"},
}

// fillsRow are the fields that make a row one to keep.
var fillsRow = map[string][]string{
	"addressees":      {"org"},
	"texts":           {"body"},
	"facts":           {"text", "citations", "new_document", "new_speaker", "new_locator", "new_quote"},
	"demands":         {"id", "text", "kind", "targets", "target_unspecified", "due", "indicator"},
	"signatories":     {"name", "capacity"},
	"signatory_count": {"qualifier", "n"},
}

// uncited stands among the citations of a fact for a source that is still to be
// cited.
const uncited = "new"

// read reads what was typed into the writing.
func (m *manuscript) read(v form.Values) {
	m.v = v
	began := map[string]cases.Wanted{}
	for _, d := range m.w.Demands {
		began[d.ID] = d
	}
	persons := slices.Clone(m.w.Persons)
	m.out = m.takenOut(v)
	v["out"] = m.out
	takePasted(v)
	fields := m.w.Fields()
	for _, name := range v["fields"] {
		f, ok := fields.Get(name)
		switch {
		case !ok || f.Derived:
		case f.Type == form.Group && shownInRow[name] != nil:
			m.readRows(name)
		case v[name] == nil:
			v[name] = []string{""}
		}
	}
	m.problems = fields.Decode(v, m.now())
	for i := range m.w.Demands {
		d := &m.w.Demands[i]
		prefix := "demands." + strconv.Itoa(i)
		d.Version, _ = strconv.Atoi(v.First(prefix + ".version"))
		was, onFile := began[d.ID]
		if !onFile {
			d.ID = ""
		}
		shown := strings.Fields(v.First(prefix + ".for"))
		switch {
		case len(shown) > 0:
			d.All = !slices.ContainsFunc(shown, func(ref string) bool { return !slices.Contains(v[prefix+".beneficiaries"], ref) })
		case onFile:
			d.All = was.All || len(persons) == 0
		default:
			d.All = true
		}
	}
}

// readRows makes the rows of a group fit to be read: those that are filled and
// stay, each with all that the form shows of it.
func (m *manuscript) readRows(name string) {
	v := m.v
	v[name+".sent"] = []string{"1"}
	closeGaps(v, name, func(row form.Values) bool {
		return slices.ContainsFunc(fillsRow[name], func(sub string) bool { return strings.TrimSpace(strings.Join(row[sub], "")) != "" })
	})
	for i := 0; rowThere(v, name, i); i++ {
		at := func(sub string) string { return name + "." + strconv.Itoa(i) + "." + sub }
		for _, sub := range shownInRow[name] {
			if v[at(sub)] == nil {
				v[at(sub)] = []string{""}
			}
		}
		switch name {
		case "addressees": // its name stands for the one that was chosen
			if title := v.First(at("title")); title != "" && strings.TrimSpace(v.First(at("org"))) == title {
				v[at("org")] = []string{v.First(at("ref"))}
			}
		case "facts":
			m.readSource(i, at)
		case "demands":
			m.readDemand(i, at)
		}
	}
}

// rowThere tells whether a group has a row of that number.
func rowThere(v form.Values, group string, i int) bool {
	prefix := group + "." + strconv.Itoa(i) + "."
	for name := range v {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// readSource marks a fact that rests on a source still to be cited: one that is
// typed, or for a new fact without any the one that is being worked from.
func (m *manuscript) readSource(i int, at func(string) string) {
	cited := slices.DeleteFunc(m.v[at("citations")], func(id string) bool { return id == "" || id == uncited })
	typed := slices.ContainsFunc(newSource, func(name string) bool { return strings.TrimSpace(m.v.First(at("new_"+name))) != "" })
	if typed || len(cited) == 0 && m.v.First(at("id")) == "" && !m.tray().empty() {
		cited = append(cited, uncited)
	}
	if len(cited) == 0 {
		cited = []string{""}
	}
	m.v[at("citations")] = cited
}

// readDemand completes a row of the demands: of the same and by the same day as
// the row above, in the usual words for its kind.
func (m *manuscript) readDemand(i int, at func(string) string) {
	v := m.v
	above := "demands." + strconv.Itoa(i-1) + "."
	if i > 0 && v.First(at("above")) != "" {
		if strings.Join(v[at("targets")], "") == "" && v.First(at("target_unspecified")) == "" {
			v[at("targets")], v[at("target_unspecified")] = v[above+"targets"], v[above+"target_unspecified"]
		}
		if v.First(at("due")) == "" {
			v[at("due")] = v[above+"due"]
		}
	}
	if kind := v.First(at("kind")); kind != "" && strings.TrimSpace(v.First(at("text"))) == "" {
		if in := i18n.In(m.textLang()); in.Has("web.write.standard." + kind) {
			v[at("text")] = []string{in.T("web.write.standard." + kind)}
		}
	}
}

// textLang is the language of the first text, as it was typed or is on file.
func (m *manuscript) textLang() string {
	for i := 0; rowThere(m.v, "texts", i); i++ {
		if lang := m.v.First("texts." + strconv.Itoa(i) + ".lang"); i18n.Known(lang) {
			return lang
		}
	}
	return m.langs()[0]
}

// takenOut are the demands on file whose rows are to go.
func (m *manuscript) takenOut(v form.Values) []string {
	list := v["out"]
	for name := range v {
		prefix, ok := strings.CutSuffix(name, ".remove")
		if ok && strings.HasPrefix(name, "demands.") && v.First(name) != "" {
			if id := v.First(prefix + ".id"); id != "" && !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
	}
	slices.Sort(list)
	return slices.DeleteFunc(list, func(id string) bool {
		return !slices.ContainsFunc(m.w.Demands, func(d cases.Wanted) bool { return d.ID == id })
	})
}

// takePasted makes rows of a pasted list of signatories.
func takePasted(v form.Values) {
	text := v.First("pasted")
	if strings.TrimSpace(text) == "" || !form.Clean(text) {
		return
	}
	next := 0
	for name := range v {
		if rest, ok := strings.CutPrefix(name, "signatories."); ok {
			number, _, _ := strings.Cut(rest, ".")
			if n, err := strconv.Atoi(number); err == nil {
				next = max(next, n+1)
			}
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		name, capacity := signed(line)
		if name == "" {
			continue
		}
		prefix := "signatories." + strconv.Itoa(next) + "."
		v[prefix+"name"], v[prefix+"capacity"], v[prefix+"may_be_named"] = []string{name}, []string{capacity}, v["pasted_named"]
		next++
	}
	delete(v, "pasted")
}

// signed reads one line of a list: a number or a bullet, the name, and after a
// comma, a semicolon, a tab or a dash in which capacity.
func signed(line string) (name, capacity string) {
	line = strings.TrimSpace(line)
	if rest := strings.TrimLeftFunc(line, func(c rune) bool { return unicode.IsDigit(c) }); rest != line {
		if cut := strings.TrimLeft(rest, ".)-\u2013\t"); cut != rest {
			line = cut
		}
	}
	line = strings.TrimSpace(strings.TrimLeft(line, "-*•–— \t"))
	at, size := -1, 0
	for _, mark := range []string{",", "،", ";", "؛", "\t", " – ", " — ", " - "} {
		if i := strings.Index(line, mark); i >= 0 && (at < 0 || i < at) {
			at, size = i, len(mark)
		}
	}
	if at < 0 {
		return line, ""
	}
	return strings.TrimSpace(line[:at]), strings.TrimSpace(line[at+size:])
}

// manuscript opens the form of an appeal within a piece of work and reads what was
// typed; ref is "" for a new one.
func (r *Request) manuscript(tx *record.Tx, ref string, v form.Values) (*manuscript, error) {
	m := &manuscript{Request: r, tx: tx, draft: "appeals/" + ref}
	if ref == "" {
		m.draft = v.First("draft")
		m.w = &cases.Writing{Appeal: &appeal.Appeal{By: appeal.Ours}}
		if v.First("by") == appeal.Others {
			m.w.By = appeal.Others
		}
		var err error
		if home := strings.ToUpper(strings.TrimSpace(v.First("case"))); home != "" {
			if m.home, err = tx.Get("case", home); err != nil && err != record.ErrNotFound {
				return nil, err
			}
		}
	} else {
		s, err := tx.Get("appeal", ref)
		if err != nil {
			return nil, err
		}
		if err := m.open(s); err != nil {
			return nil, err
		}
	}
	if v != nil {
		m.read(v)
	}
	return m, nil
}

// open puts an appeal on file into the form.
func (m *manuscript) open(s *record.Sheet) error {
	var err error
	if m.plea, err = cases.ReadPlea(m.tx, s); err != nil {
		return err
	}
	m.s, m.w, m.draft = s, cases.Written(m.plea), "appeals/"+s.Head.Ref
	m.home, err = m.tx.ByID("case", s.Head.CaseID)
	return err
}

// fromDraft shows the form as it was left.
func (m *manuscript) fromDraft(d record.Draft) error {
	m.draftAt = d.At
	m.read(d.Values)
	m.problems = nil // they are said when it is sent
	return m.page(fiber.StatusOK)
}

// keep keeps the appeal and its demands, and cites what is cited for the first time.
func (m *manuscript) keep(began int) (*record.Sheet, error) {
	tx := m.tx
	problems := slices.Clone(m.problems)
	home, err := m.findHome()
	var lost form.Problems
	if errors.As(err, &lost) {
		problems = append(problems, lost...)
	} else if err != nil {
		return nil, err
	}
	if err := m.citeNew(home, &problems); err != nil {
		return nil, err
	}
	if keys := m.v["tick"]; len(keys) > 0 && !m.w.Observed() {
		back, err := m.readBack()
		if err != nil {
			return nil, err
		}
		m.w.Facts = append(m.w.Facts, back.ticked(keys, m.langs())...)
	}
	source, err := m.observedBy(&problems)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, m.w.Wrong(tx, home, problems)
	}
	s, err := cases.Write(tx, m.w, m.s, home, began, m.out, m.L.T("page.writing.taken_out"))
	if err != nil {
		return nil, err
	}
	if source != nil {
		if _, err := tx.Add("citations", s, source); err != nil {
			var p form.Problems
			if errors.As(err, &p) {
				return nil, prefixed(p, "source_")
			}
			return nil, err
		}
		return s, m.citeDemands(*source)
	}
	return s, nil
}

// citeDemands cites the source of an appeal by others on each demand that stands
// there word for word.
func (m *manuscript) citeDemands(source citation.Citation) error {
	if source.Document.ID == "" {
		return nil
	}
	doc, err := m.tx.ByID("evidence", source.Document.ID)
	if err != nil {
		return err
	}
	for _, d := range m.w.Demands {
		_, words, _, ok := within(record.As[*evidence.Evidence](doc).Text, d.Text)
		if !ok {
			continue
		}
		s, err := m.tx.ByID("demand", d.ID)
		if err != nil {
			return err
		}
		c := source
		c.Field, c.Quote = "text", words
		if _, err := m.tx.Add("citations", s, &c); err != nil {
			return err
		}
	}
	return nil
}

// findHome finds the case of a new appeal: the one that is named, else that of
// its people or of the appeal it follows.
func (m *manuscript) findHome() (*record.Sheet, error) {
	if m.home != nil {
		return m.home, nil
	}
	home, err := m.Request.home(m.tx, m.book.Kind("appeal"), m.w.Appeal)
	if err != nil || home != nil || m.w.Follows.Ref == "" {
		return home, err
	}
	found, err := m.tx.Get("appeal", strings.ToUpper(m.w.Follows.Ref))
	if err == record.ErrNotFound {
		return nil, nil // said of the field
	}
	if err != nil {
		return nil, err
	}
	return m.tx.ByID("case", found.Head.CaseID)
}

// source is what was typed of a source that is not cited yet.
func (m *manuscript) source(prefix string) (*citation.Citation, form.Problems) {
	c := &citation.Citation{}
	typed := form.Values{}
	for _, name := range newSource {
		if list, ok := m.v[prefix+name]; ok {
			typed[name] = list
		}
	}
	problems := c.Fields().Decode(typed, m.now())
	m.inherit(c)
	return c, prefixed(problems, prefix)
}

func prefixed(p form.Problems, prefix string) form.Problems {
	out := slices.Clone(p)
	for i := range out {
		out[i].Field = prefix + out[i].Field
	}
	return out
}

// citeNew cites the sources of facts that were not cited before; they hang on the case.
func (m *manuscript) citeNew(home *record.Sheet, problems *form.Problems) error {
	for i := range m.w.Facts {
		f := &m.w.Facts[i]
		at := slices.Index(f.Citations, uncited)
		if at < 0 {
			continue
		}
		f.Citations = slices.Delete(f.Citations, at, at+1)
		prefix := "facts." + strconv.Itoa(i) + ".new_"
		c, wrong := m.source(prefix)
		if len(wrong) > 0 || c.Empty() || home == nil {
			*problems = append(*problems, wrong...)
			continue
		}
		piece, err := m.tx.Add("citations", home, c)
		var p form.Problems
		if errors.As(err, &p) {
			*problems = append(*problems, prefixed(p, prefix)...)
			continue
		}
		if err != nil {
			return err
		}
		f.Citations = append(f.Citations, piece.ID)
	}
	return nil
}

// observedBy is the source of a new appeal by others, which must have one.
func (m *manuscript) observedBy(problems *form.Problems) (*citation.Citation, error) {
	if m.s != nil || !m.w.Observed() {
		return nil, nil
	}
	c, wrong := m.source("source_")
	if len(wrong) == 0 && c.Empty() {
		wrong = form.Problems{{Field: "source_document", Code: "citation_empty"}}
	}
	*problems = append(*problems, wrong...)
	return c, nil
}

// keepAppeal keeps what was written; ref is "" for a new appeal.
func (r *Request) keepAppeal(ref string) error {
	v, err := r.form()
	if err != nil {
		return err
	}
	began := 0
	if ref != "" {
		if began, err = strconv.Atoi(v.First("version")); err != nil {
			return statusError(fiber.StatusBadRequest)
		}
	}
	v = settleWriting(v)
	if v.First("add") != "" {
		return r.writeOn(ref, v)
	}
	var m *manuscript
	var kept *record.Sheet
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		tx.EnterNames()
		var err error
		if m, err = r.manuscript(tx, ref, v); err != nil {
			return err
		}
		if kept, err = m.keep(began); err != nil {
			return err
		}
		if v.First("then") == "submit" && kept.Head.State == appeal.Draft {
			return tx.Move(kept, kept.Head.Version, "submit", "", nil)
		}
		return nil
	})
	var problems form.Problems
	var stale *record.Stale
	var shut *record.NotOpen
	switch {
	case errors.As(err, &stale):
		return r.writingConflict(m, began)
	case errors.As(err, &problems):
		return r.writeAgain(fiber.StatusUnprocessableEntity, ref, v, problems, nil)
	case errors.As(err, &shut) && m != nil:
		return r.writeAgain(fiber.StatusConflict, ref, v, nil, r.reasons(shut.Why))
	case err != nil:
		return err
	}
	if err := r.book.KeepDraft(r.c.UserContext(), r.Actor, m.draft, nil); err != nil {
		return err
	}
	at := r.url(kept.Ref())
	if v.First("then") == "submit" {
		r.flash("web.moved", "what", r.L.T("move.submit"), "ref", kept.Head.Ref)
		return r.to(r.back(at))
	}
	r.flash("page.writing.saved", "ref", kept.Head.Ref)
	if m.w.Observed() {
		return r.to(r.back(at))
	}
	return r.to(r.back(at + "/edit"))
}

// writeAgain shows the form as it was typed, with what is wrong with it.
func (r *Request) writeAgain(status int, ref string, v form.Values, problems form.Problems, why []string) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		m, err := r.manuscript(tx, ref, v)
		if err != nil {
			return err
		}
		m.problems, m.shut = problems, why
		return m.page(status)
	})
}

// writeOn shows the form with one more row, a further text, or what was pasted.
func (r *Request) writeOn(ref string, v form.Values) error {
	lang := v.First("add_lang")
	seen := map[string]pages.Preview{}
	var checks *pages.Checks
	if v.First("add") == "preview" {
		if err := r.rehearse(ref, v, func(t *trial) { checks, seen = &t.checks, t.seen }); err != nil {
			return err
		}
	}
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		m, err := r.manuscript(tx, ref, v)
		if err != nil {
			return err
		}
		m.problems, m.previews, m.checks = nil, seen, checks
		if v.First("add") == "texts" && slices.Contains(tongues, lang) && !slices.ContainsFunc(m.w.Texts, func(t appeal.Text) bool { return t.Lang == lang }) {
			text := appeal.Text{Lang: lang}
			if !m.w.Observed() && slices.Contains(appeal.Kinds, m.w.Appeal.Kind) {
				if text.Body, err = r.template(m.w.Appeal.Kind, lang); err != nil {
					return err
				}
			}
			m.w.Texts = append(m.w.Texts, text)
		}
		return m.page(fiber.StatusOK)
	})
}

// settleWriting takes, for each part that differed, the version that was chosen.
func settleWriting(v form.Values) form.Values {
	if v.First("conflict") == "" {
		return v
	}
	for _, name := range slices.Clone(v["fields"]) {
		if v.First("take:"+name) == "theirs" {
			v["fields"] = slices.DeleteFunc(v["fields"], func(f string) bool { return f == name })
			dropPath(v, name)
		} else if list := v["mine:"+name]; list != nil && v[name] != nil {
			v[name] = list
		}
	}
	for name := range maps.Clone(v) {
		if row, ok := strings.CutPrefix(name, "take:demands."); ok && v.First(name) == "theirs" {
			dropPath(v, "demands."+row)
		}
	}
	return v
}

func dropPath(v form.Values, path string) {
	for name := range maps.Clone(v) {
		if name == path || strings.HasPrefix(name, path+".") {
			delete(v, name)
		}
	}
}

// writingConflict shows both versions of what differs, field by field and demand
// by demand; mine is what the late writer typed.
func (r *Request) writingConflict(mine *manuscript, began int) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		theirs, err := r.manuscript(tx, mine.s.Head.Ref, nil)
		if err != nil {
			return err
		}
		s := theirs.s
		before, err := tx.ChangedSince(s, began)
		if err != nil {
			return err
		}
		people, err := tx.Accounts()
		if err != nil {
			return err
		}
		m := records.Conflict{Title: s.Head.Title, By: nameOf(people[s.Head.UpdatedBy]), At: r.moment(s.Head.UpdatedAt), Action: r.url(s.Ref()) + "/edit", Version: version(s), Cancel: r.url(s.Ref()) + "/edit"}
		mineNow, theirsNow := mine.w.Fields(), theirs.w.Fields()
		a, b := mineNow.Snapshot(), theirsNow.Snapshot()
		for _, name := range mine.v["fields"] {
			old, changed := before[name]
			if !changed || a[name] == b[name] {
				continue
			}
			f, _ := mineNow.Get(name)
			t, _ := theirsNow.Get(name)
			d := records.Differing{Name: name, Label: r.label("appeal", name), Mine: r.typed("appeal", f), Theirs: r.typed("appeal", t), Before: r.plain("appeal", name, old), Take: "mine", Fixed: !rewritable(f)}
			if same(mineNow.Readable()[name], old) {
				d.Take = "theirs"
			}
			m.Fields = append(m.Fields, d)
		}
		versions := r.demandConflicts(&m, mine, theirs)
		m.Hidden = append(m.Hidden, parts.Pair{Name: "conflict", Value: "1"})
		for name, list := range mine.v {
			switch {
			case name == "csrf" || name == "nonce" || name == "version" || strings.HasSuffix(name, ".sent") || strings.HasPrefix(name, "take:") || strings.HasPrefix(name, "mine:") || strings.HasPrefix(name, "theirs:"):
				continue
			case versions[name] != "":
				list = []string{versions[name]}
			}
			for _, text := range list {
				m.Hidden = append(m.Hidden, parts.Pair{Name: name, Value: text})
			}
		}
		slices.SortStableFunc(m.Hidden, func(a, b parts.Pair) int { return strings.Compare(a.Name, b.Name) })
		return r.page(fiber.StatusConflict, r.L.T("web.conflict"), records.ConflictPage(m))
	})
}

// demandConflicts adds the demands that somebody else changed meanwhile, and gives
// the versions of all rows as they are now.
func (r *Request) demandConflicts(m *records.Conflict, mine, theirs *manuscript) map[string]string {
	versions := map[string]string{}
	for i, d := range mine.w.Demands {
		if d.ID == "" {
			continue
		}
		prefix := "demands." + strconv.Itoa(i)
		k := slices.IndexFunc(theirs.w.Demands, func(t cases.Wanted) bool { return t.ID == d.ID })
		if k < 0 {
			// Taken out meanwhile: mine would be a new one.
			versions[prefix+".id"] = record.NewID()
			m.Fields = append(m.Fields, records.Differing{Name: prefix, Label: r.L.T("kind.demand.one") + " " + d.Number, Mine: r.demandWords(d), Theirs: r.L.T("page.writing.gone"), Take: "mine", Fixed: true})
			continue
		}
		t := theirs.w.Demands[k]
		versions[prefix+".version"] = strconv.Itoa(t.Version)
		if a, b := r.demandWords(d), r.demandWords(t); t.Version != d.Version && a != b {
			m.Fields = append(m.Fields, records.Differing{Name: prefix, Label: r.L.T("kind.demand.one") + " " + d.Number, Mine: a, Theirs: b, Take: "mine", Fixed: true})
		}
	}
	return versions
}

// demandWords words a row of the demands as one text.
func (r *Request) demandWords(d cases.Wanted) string {
	lines := []string{d.Number + ". " + d.Text}
	var who []string
	for _, t := range d.Targets {
		who = append(who, titleOr(t))
	}
	if d.Unspecified {
		who = append(who, r.label("demand", "target_unspecified"))
	}
	return strings.Join(nonEmpty(append(lines, r.option("option.demand_kind.", d.Demand.Kind), strings.Join(who, r.L.T("web.comma")), r.date(d.Due), d.Indicator)...), "\n")
}

// writable tells whether the words of an appeal can still be changed.
func writable(s *record.Sheet) bool {
	return record.As[*appeal.Appeal](s).Observed() || s.Head.State == appeal.Draft || s.Head.State == appeal.InReview
}

// leftOfAppeal is what the form all kinds share still asks of an appeal whose
// words stand.
func (r *Request) leftOfAppeal(s *record.Sheet) (names []string, about string) {
	if s.Head.State == appeal.Approved {
		return appeal.Left(s.Head.State), r.L.T("page.writing.approved")
	}
	return appeal.Left(s.Head.State), r.L.T("page.writing.left")
}

// editAppeal opens an appeal for writing, as it was left where a draft is kept.
func (r *Request) editAppeal(tx *record.Tx, s *record.Sheet) error {
	draft, err := r.draft("appeals/" + s.Head.Ref)
	if err != nil {
		return err
	}
	m := &manuscript{Request: r, tx: tx}
	if err := m.open(s); err != nil {
		return err
	}
	if draft.At != "" {
		return m.fromDraft(draft)
	}
	return m.page(fiber.StatusOK)
}
