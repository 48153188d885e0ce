package web

import (
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/record"
	pages "amparo/views/merge"
	"amparo/views/parts"
	"amparo/views/records"
)

// queueLength is how many likely pairs a page shows; who works through them
// sees the next.
const queueLength = 50

// mergeRoutes are the pages on records that may be one, of every kind that goes
// by names.
func (s *Server) mergeRoutes() []Route {
	var t []Route
	get, post := fiber.MethodGet, fiber.MethodPost
	for _, k := range s.book.Kinds() {
		if k.Called == nil {
			continue
		}
		may := writers(k)
		base, one := "/"+k.Path, "/"+k.Path+"/:ref"
		t = append(t,
			Route{Method: get, Path: base + "/duplicates", Who: Leads, Handle: func(r *Request) error { return r.duplicates(k) }},
			Route{Method: get, Path: base + "/matches", Who: may, Handle: func(r *Request) error { return r.formMatches(k) }},
			Route{Method: get, Path: one + "/matches", Who: may, Handle: func(r *Request) error { return r.formMatches(k) }},
			Route{Method: get, Path: one + "/merge", Who: Leads, Handle: func(r *Request) error { return r.mergeForm(k) }},
			Route{Method: post, Path: one + "/merge", Who: Leads, Handle: func(r *Request) error { return r.merge(k) }},
			Route{Method: post, Path: one + "/unmerge", Who: Leads, Handle: func(r *Request) error { return r.unmerge(k) }},
			Route{Method: post, Path: one + "/not-same", Who: may, Handle: func(r *Request) error { return r.notSame(k) }},
			Route{Method: post, Path: one + "/perhaps-same", Who: may, Handle: func(r *Request) error { return r.perhapsSame(k) }},
		)
	}
	return t
}

// movedTo says that a record was merged, and where its page is now.
type movedTo struct{ address string }

func (m *movedTo) Error() string { return "merged into another record" }

// follow leads on from a merged record: pages to the same page of the other,
// the API to the other record itself. A form that was opened before the merge
// is refused by the kernel.
func (r *Request) follow(tx *record.Tx, s *record.Sheet) (*record.Sheet, error) {
	if !s.Head.Voided || !r.route.API && r.c.Method() != fiber.MethodGet && r.c.Method() != fiber.MethodHead {
		return s, nil
	}
	if strings.HasSuffix(r.route.Path, "/history") || strings.HasSuffix(r.route.Path, "merge") { // or /unmerge
		return s, nil
	}
	into, err := tx.MergedInto(s)
	if err != nil || into.Ref == "" {
		return s, err
	}
	if r.route.API {
		r.c.Set(fiber.HeaderContentLocation, apiBase+s.Kind.Path+"/"+into.Ref)
		return tx.ByID(into.Kind, into.ID)
	}
	u, err := url.Parse(r.c.OriginalURL())
	if err != nil {
		return nil, err
	}
	address := r.url(into) + strings.TrimPrefix(u.Path, r.url(s.Ref()))
	if u.RawQuery != "" {
		address += "?" + u.RawQuery
	}
	return nil, &movedTo{address}
}

// gist words what is known of a record in one line.
func (r *Request) gist(s *record.Sheet) string {
	var words []string
	for _, f := range s.Fields() {
		if f.Derived || f.Empty() || f.Type == form.Group || f.Type == form.Long || f.Type == form.Bool || len(words) == 5 {
			continue
		}
		text := ""
		for _, run := range r.runs(f) {
			text += run.Text
		}
		words = append(words, r.label(s.Kind.Name, f.Name)+": "+text)
	}
	return strings.Join(words, " · ")
}

func (r *Request) side(s *record.Sheet) pages.Side {
	m := pages.Side{Ref: s.Head.Ref, Title: s.Head.Title, URL: r.url(s.Ref()), Gist: r.gist(s), Changed: r.changed(s)}
	if s.Case.Ref != "" && !s.Kind.IsCase {
		m.Case = s.Case.Ref + " " + s.Case.Title
	}
	return m
}

// mergeForm asks which values to keep; for a merged record, whether to take the
// merge back.
func (r *Request) mergeForm(k *record.Kind) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		if s.Head.Voided {
			return r.unmergePage(tx, fiber.StatusOK, s, nil)
		}
		with := strings.ToUpper(strings.TrimSpace(r.query("with")))
		if with == "" {
			return r.mergeAsk(s, nil)
		}
		other, err := tx.Get(k.Name, with)
		if err == record.ErrNotFound {
			return r.mergeAsk(s, form.Problems{{Field: "with", Code: "not_found", Args: []any{"what", with}}})
		}
		if err != nil {
			return err
		}
		m, err := r.mergeModel(tx, s, other)
		if err != nil {
			return err
		}
		return r.page(fiber.StatusOK, m.Title, pages.MergePage(m))
	})
}

// mergeAsk asks which record is the same.
func (r *Request) mergeAsk(s *record.Sheet, problems form.Problems) error {
	m := pages.Ask{Title: r.L.T("web.merge.with", "what", r.titled(s.Ref())), Action: r.url(s.Ref()) + "/merge", Cancel: r.url(s.Ref())}
	m.With = parts.Field{Name: "with", Label: r.L.T("web.merge.other"), Type: parts.Ref, Suggest: s.Kind.Name, Required: true, Max: 300, Value: r.query("with")}
	status := fiber.StatusOK
	for _, p := range problems {
		m.With.Error, status = r.problem(p), fiber.StatusUnprocessableEntity
	}
	return r.page(status, m.Title, pages.AskPage(m))
}

// mergeModel words two records side by side, with what was chosen so far.
func (r *Request) mergeModel(tx *record.Tx, kept, gone *record.Sheet) (pages.Merge, error) {
	k := kept.Kind
	base := r.url(kept.Ref())
	m := pages.Merge{Title: r.L.T("web.merge.title", "gone", r.titled(gone.Ref()), "kept", r.titled(kept.Ref())), Action: base + "/merge", Cancel: base,
		Kept: r.side(kept), Gone: r.side(gone), Reason: r.reasonField(parts.Textarea, 4000),
		Swap:   parts.Action{Label: r.L.T("web.merge.swap", "ref", gone.Head.Ref), URL: r.url(gone.Ref()) + "/merge?with=" + kept.Head.Ref},
		Hidden: []parts.Pair{{Name: "with", Value: gone.Head.Ref}, {Name: "version", Value: version(kept)}, {Name: "with_version", Value: version(gone)}}}
	why, err := tx.WhyNotMerge(kept, gone)
	if err != nil {
		return m, err
	}
	m.Why = r.reasons(why)
	links, err := tx.LinksTo(gone.Head.ID)
	if err != nil {
		return m, err
	}
	from := map[string]bool{}
	for _, l := range links {
		from[l.From.ID] = true
	}
	m.Carried = r.L.N("web.merge.carried", len(from), "gone", gone.Head.Ref, "kept", kept.Head.Ref)
	a, b := kept.Fields().Snapshot(), gone.Fields().Snapshot()
	for _, f := range kept.Fields() {
		other, _ := gone.Fields().Get(f.Name)
		if f.Derived || f.Empty() && other.Empty() {
			continue
		}
		d := pages.Field{Name: f.Name, Label: r.label(k.Name, f.Name), Kept: r.worded(k.Name, f), Gone: r.worded(k.Name, other), Unites: record.Unites(f)}
		if a[f.Name] == b[f.Name] || d.Kept == d.Gone {
			m.Same = append(m.Same, d)
			continue
		}
		switch d.Take = r.value("take:" + f.Name); {
		case slices.Contains([]string{record.TakeKept, record.TakeGone, record.TakeBoth}, d.Take) && r.c.Method() == fiber.MethodPost:
		case d.Unites:
			d.Take = record.TakeBoth
		case f.Empty():
			d.Take = record.TakeGone
		default:
			d.Take = record.TakeKept
		}
		m.Fields = append(m.Fields, d)
	}
	return m, nil
}

// worded gives a field's value in the reader's words, rows one per line.
func (r *Request) worded(kind string, f form.Field) string {
	if f.Type == form.Group {
		return r.typed(kind, f)
	}
	text := ""
	for _, run := range r.runs(f) {
		text += run.Text
	}
	return text
}

func (r *Request) merge(k *record.Kind) error {
	v, began, err := r.formFrom()
	if err != nil {
		return err
	}
	otherBegan, err := strconv.Atoi(v.First("with_version"))
	if err != nil {
		return statusError(fiber.StatusBadRequest)
	}
	take := map[string]string{}
	for _, f := range k.New().Fields() {
		take[f.Name] = v.First("take:" + f.Name)
	}
	var kept *record.Sheet
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var gone *record.Sheet
		var err error
		if kept, err = r.sheet(tx, k); err != nil {
			return err
		}
		if gone, err = tx.Itself(k.Name, v.First("with")); err != nil {
			return err
		}
		return tx.Merge(kept, gone, began, otherBegan, take, strings.TrimSpace(v.First("reason")))
	})
	var problems form.Problems
	var stale *record.Stale
	if errors.As(err, &problems) || errors.As(err, &stale) {
		return r.mergeAgain(k, problems, stale)
	}
	if err != nil {
		return err
	}
	return r.to(r.back(r.url(kept.Ref())))
}

// mergeAgain shows both records again as they are now, with what was chosen.
func (r *Request) mergeAgain(k *record.Kind, problems form.Problems, stale *record.Stale) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		kept, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		gone, err := tx.Itself(k.Name, r.value("with"))
		if err != nil {
			return err
		}
		m, err := r.mergeModel(tx, kept, gone)
		if err != nil {
			return err
		}
		status := fiber.StatusUnprocessableEntity
		if stale != nil {
			status, m.Stale = fiber.StatusConflict, r.L.T("web.merge.stale", "ref", stale.Current.Head.Ref)
		}
		for _, p := range problems {
			text := r.problem(p)
			if p.Field == "reason" {
				m.Reason.Error = text
				m.Problems = append(m.Problems, parts.Problem{Target: m.Reason.DOMID(), Text: m.Reason.Label + ": " + text})
				continue
			}
			name, _, _ := strings.Cut(p.Field, ".")
			m.Problems = append(m.Problems, parts.Problem{Text: r.label(k.Name, name) + ": " + text})
		}
		return r.page(status, m.Title, pages.MergePage(m))
	})
}

// unmergePage asks why a merge is taken back, or says why it cannot be.
func (r *Request) unmergePage(tx *record.Tx, status int, gone *record.Sheet, problems form.Problems) error {
	kept, why, err := tx.WhyNotUnmerge(gone)
	if err != nil {
		return err
	}
	m := records.Edit{Title: r.L.T("web.merge.undo"), About: r.L.T("web.merge.undo_about", "gone", gone.Head.Ref+" "+gone.Head.Title, "kept", kept.Head.Ref+" "+kept.Head.Title),
		Action: r.url(gone.Ref()) + "/unmerge", Version: version(gone), Cancel: r.url(kept.Ref()), Save: r.L.T("web.merge.undo")}
	if len(why) > 0 {
		for _, text := range r.mergeReasons(gone.Kind, why) {
			m.Problems = append(m.Problems, parts.Problem{Text: text})
		}
		return r.page(max(status, fiber.StatusOK), m.Title, records.EditPage(m))
	}
	in := r.reasonField(parts.Textarea, 4000)
	for _, p := range problems {
		in.Error = r.problem(p)
	}
	m.Sections = []records.Fields{{Fields: []parts.Field{in}}}
	m.Problems = append(m.Problems, parts.Problems([]parts.Field{in})...)
	return r.page(status, m.Title, records.EditPage(m))
}

// mergeReasons words why a merge cannot be taken back, fields by their names.
func (r *Request) mergeReasons(k *record.Kind, list []record.Why) []string {
	for i, w := range list {
		if w.Code == "merge_changed" {
			list[i].Args = []any{"field", r.label(k.Name, w.Args[1].(string))}
		}
	}
	return r.reasons(list)
}

func (r *Request) unmerge(k *record.Kind) error {
	began, err := strconv.Atoi(r.value("version"))
	if err != nil {
		return statusError(fiber.StatusBadRequest)
	}
	var gone *record.Sheet
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		if gone, err = r.sheet(tx, k); err != nil {
			return err
		}
		return tx.Unmerge(gone, began, strings.TrimSpace(r.value("reason")))
	})
	var problems form.Problems
	var closed *record.NotOpen
	switch {
	case errors.As(err, &problems):
		return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			return r.unmergePage(tx, fiber.StatusUnprocessableEntity, gone, problems)
		})
	case errors.As(err, &closed):
		return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			return r.unmergePage(tx, fiber.StatusConflict, gone, nil)
		})
	case err != nil:
		return err
	}
	return r.to(r.back(r.url(gone.Ref())))
}

// twoOf reads the record of the address and the other one a form names.
func (r *Request) twoOf(tx *record.Tx, k *record.Kind) (a, b *record.Sheet, err error) {
	if a, err = r.sheet(tx, k); err == nil {
		b, err = tx.Get(k.Name, r.value("with"))
	}
	return a, b, err
}

func (r *Request) notSame(k *record.Kind) error {
	var a *record.Sheet
	err := r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var b *record.Sheet
		var err error
		if a, b, err = r.twoOf(tx, k); err != nil {
			return err
		}
		return tx.NotSame(a, b, strings.TrimSpace(r.value("reason")))
	})
	if err != nil {
		return err
	}
	return r.to(r.back(r.url(a.Ref())))
}

func (r *Request) perhapsSame(k *record.Kind) error {
	var a *record.Sheet
	err := r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var b *record.Sheet
		var err error
		if a, b, err = r.twoOf(tx, k); err != nil {
			return err
		}
		return tx.PerhapsSame(a, b)
	})
	if err != nil {
		return err
	}
	return r.to(r.back(r.url(a.Ref())))
}

// pairActs are what can be done with a pair; next is where to go on.
func (r *Request) pairActs(a, b form.Ref, next string) []parts.Action {
	var list []parts.Action
	if r.Actor.May(auth.Lead) {
		list = append(list, parts.Action{Label: r.L.T("web.merge.merge"), URL: r.url(a) + "/merge?with=" + b.Ref})
	}
	return append(list, parts.Action{Label: r.L.T("web.merge.not_same"), Post: r.url(a) + "/not-same", Tone: parts.Quiet,
		Hidden: []parts.Pair{{Name: "with", Value: b.Ref}, {Name: "next", Value: next}}})
}

// mergeAct leads a supervisor to where two records are made one.
func (r *Request) mergeAct(s *record.Sheet) []parts.Action {
	if s.Kind.Called == nil || s.Head.Voided || !r.Actor.May(auth.Lead) || !r.mayWrite(s.Kind) {
		return nil
	}
	return []parts.Action{{Label: r.L.T("web.merge.merge"), URL: r.url(s.Ref()) + "/merge", Tone: parts.Quiet}}
}

// queueAct leads a supervisor from a list to its likely pairs.
func (r *Request) queueAct(k *record.Kind) []parts.Action {
	if k.Called == nil || !r.Actor.May(auth.Lead) {
		return nil
	}
	return []parts.Action{{Label: r.L.T("web.merge.queue"), URL: "/" + k.Path + "/duplicates", Tone: parts.Quiet}}
}

// duplicates is a supervisor's queue of likely pairs, best first.
func (r *Request) duplicates(k *record.Kind) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		pairs, err := tx.LikelyPairs(k.Name, queueLength)
		if err != nil {
			return err
		}
		m := pages.Queue{Title: r.L.T("web.merge.queue"), Empty: r.L.T("web.merge.queue_empty")}
		for _, other := range r.book.Kinds() {
			if other.Called != nil {
				m.Tabs = append(m.Tabs, parts.Tab{Label: r.L.T("kind." + other.Name + ".many"), URL: "/" + other.Path + "/duplicates", Current: other == k})
			}
		}
		var ids []string
		for _, p := range pairs {
			ids = append(ids, p.A.ID, p.B.ID)
		}
		sides := map[string]pages.Side{}
		if len(ids) > 0 {
			sheets, err := tx.Where(k.Name, "h.id IN ?", ids)
			if err != nil {
				return err
			}
			for _, s := range sheets {
				sides[s.Head.ID] = r.side(s)
			}
		}
		for _, p := range pairs {
			m.Pairs = append(m.Pairs, pages.Pair{A: sides[p.A.ID], B: sides[p.B.ID], Alike: r.alike(p.Match.Score), Reasons: r.nameReasons(p.Match.Reasons),
				Acts: r.pairActs(p.A, p.B, "/"+k.Path+"/duplicates")})
		}
		return r.page(fiber.StatusOK, m.Title, pages.QueuePage(m))
	})
}

// kindred words who else a record could be, what it was said not to be, and
// what was merged into it.
func (r *Request) kindred(tx *record.Tx, s *record.Sheet) ([]records.Related, error) {
	if s.Kind.Called == nil || s.Head.Voided {
		return nil, nil
	}
	var out []records.Related
	writes := r.mayWrite(s.Kind)
	here := r.url(s.Ref())
	pairs, err := tx.LikelyOf(s, 5)
	if err != nil {
		return nil, err
	}
	if len(pairs) > 0 {
		rel := records.Related{ID: "likely", Title: r.L.T("web.merge.who_else." + s.Kind.Name)}
		for _, p := range pairs {
			cell := parts.Cell{Text: r.titled(p.B), URL: r.url(p.B), Sub: joinFilled(" · ", p.B.Ref, r.nameReasons(p.Match.Reasons)), Badges: []parts.Badge{r.alike(p.Match.Score)}}
			if writes {
				cell.Actions = r.pairActs(s.Ref(), p.B, here)
			}
			rel.Rows = append(rel.Rows, cell)
		}
		out = append(out, rel)
	}
	apart, err := tx.TwoApart(s)
	if err != nil {
		return nil, err
	}
	if len(apart) > 0 {
		rel := records.Related{ID: "not-same", Title: r.L.T("web.merge.not_same")}
		for _, ref := range apart {
			cell := parts.Cell{Text: r.titled(ref), URL: r.url(ref), Sub: ref.Ref}
			if writes {
				cell.Actions = []parts.Action{{Label: r.L.T("web.merge.perhaps_same"), Post: here + "/perhaps-same", Tone: parts.Quiet, Hidden: []parts.Pair{{Name: "with", Value: ref.Ref}, {Name: "next", Value: here}}}}
			}
			rel.Rows = append(rel.Rows, cell)
		}
		out = append(out, rel)
	}
	merged, err := tx.MergedHere(s)
	if err != nil {
		return nil, err
	}
	if len(merged) > 0 {
		rel := records.Related{ID: "merged", Title: r.L.T("web.merge.merged_here")}
		for _, ref := range merged {
			cell := parts.Cell{Text: r.titled(ref), URL: r.url(ref) + "/history", Sub: ref.Ref}
			if writes && r.Actor.May(auth.Lead) {
				cell.Actions = []parts.Action{{Label: r.L.T("web.merge.undo"), URL: r.url(ref) + "/merge", Tone: parts.Quiet}}
			}
			rel.Rows = append(rel.Rows, cell)
		}
		out = append(out, rel)
	}
	return out, nil
}

// likeCalled finds who on file may be meant by any of the names, best first; not
// the record itself, nor who was said to be somebody else.
func (r *Request) likeCalled(tx *record.Tx, k *record.Kind, called []string, self *record.Sheet) ([]record.Likeness, error) {
	var out []record.Likeness
	others := map[string]bool{}
	if self != nil {
		apart, err := tx.TwoApart(self)
		if err != nil {
			return nil, err
		}
		for _, ref := range append(apart, self.Ref()) {
			others[ref.ID] = true
		}
	}
	for i, name := range called {
		if i == 4 || len([]rune(name)) < 3 || len(name) > 600 {
			continue
		}
		list, err := tx.Like(k.Name, name, 6)
		if err != nil {
			return nil, err
		}
		for _, l := range list {
			if l.Score < names.Warn || others[l.ID] || slices.ContainsFunc(out, func(o record.Likeness) bool { return o.ID == l.ID }) {
				continue
			}
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b record.Likeness) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	return out[:min(len(out), 5)], nil
}

func (r *Request) likely(list []record.Likeness) (out []pages.One) {
	for _, l := range list {
		out = append(out, pages.One{Ref: l.Ref.Ref, Title: l.Title, URL: r.url(l.Ref), Name: l.Name, Alike: r.alike(l.Score), Reasons: r.nameReasons(l.Reasons)})
	}
	return out
}

// formMatches is the card of who may be meant, while names are typed in a form.
func (r *Request) formMatches(k *record.Kind) error {
	called := []string{r.query("name")}
	for i := range 4 {
		called = append(called, r.query("names."+strconv.Itoa(i)+".full"))
	}
	called = nonEmpty(called...)
	var m pages.Likely
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var self *record.Sheet
		if r.ref() != "" {
			var err error
			if self, err = r.sheet(tx, k); err != nil && err != record.ErrNotFound {
				return err
			}
		}
		list, err := r.likeCalled(tx, k, called, self)
		m.List = r.likely(list)
		return err
	})
	if err != nil {
		return err
	}
	return r.part(fiber.StatusOK, pages.LikelyPart(m))
}

// likelyCard stands in the form of a kind that goes by names, below them; self is
// the record on file, nil for a new one.
func (r *Request) likelyCard(k *record.Kind, body record.Body, self *record.Sheet) templ.Component {
	if k.Called == nil {
		return nil
	}
	m := pages.Likely{Refresh: "/" + k.Path + "/matches", Sure: r.value("confirm") != ""}
	if self != nil {
		m.Refresh = r.url(self.Ref()) + "/matches"
	}
	if self == nil || r.c.Method() == fiber.MethodPost {
		// A card that cannot be made is no reason to refuse the form.
		_ = r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			list, err := r.likeCalled(tx, k, k.Called(body), self)
			m.List = r.likely(list)
			return err
		})
	}
	return pages.LikelyCard(m)
}

// somebodyElse asks, before a record is kept under names it did not go by before,
// whether it is another one already on file; the tick that says no is asked for once.
func (r *Request) somebodyElse(tx *record.Tx, k *record.Kind, body record.Body, self *record.Sheet, before []string) error {
	if k.Called == nil || r.value("confirm") != "" {
		return nil
	}
	called := slices.DeleteFunc(k.Called(body), func(name string) bool { return slices.Contains(before, name) })
	list, err := r.likeCalled(tx, k, called, self)
	list = slices.DeleteFunc(list, func(l record.Likeness) bool { return l.Score < askFrom })
	if err != nil || len(list) == 0 {
		return err
	}
	ids := make([]string, len(list))
	for i, l := range list {
		ids[i] = l.ID
	}
	sheets, err := tx.Where(k.Name, "h.id IN ?", ids)
	if err != nil {
		return err
	}
	mine := typeOf(body)
	for _, s := range sheets {
		if theirs := typeOf(s.Body); mine == "" || theirs == "" || mine == theirs {
			return form.Problems{{Field: "names", Code: "likely"}}
		}
	}
	return nil
}

// askFrom is how alike names are for a form to be held up; less is only shown.
const askFrom = 0.92

// typeOf is the type of an organization or a place: a town and the prison named
// after it are two.
func typeOf(body record.Body) string {
	f, ok := body.Fields().Get("type")
	if !ok {
		return ""
	}
	return f.String()
}

// apiMatch is one who may be meant by a name.
func (r *Request) apiMatch(l record.Likeness) map[string]any {
	reasons, words := []string{}, []string{}
	for _, why := range l.Reasons {
		reasons, words = append(reasons, why.Code), append(words, r.L.T(why.Key(), why.Args...))
	}
	return map[string]any{"ref": l.Ref.Ref, "name": l.Name, "score": math.Round(l.Score*1000) / 1000,
		"reasons": reasons, "reason": strings.Join(words, r.L.T("names.reason.separator"))}
}

// apiMade answers with a new record and who on file it could be.
func (r *Request) apiMade(tx *record.Tx, made *record.Sheet) error {
	pairs, err := tx.LikelyOf(made, 5)
	if err != nil {
		return err
	}
	likely := make([]map[string]any, 0, len(pairs))
	for _, p := range pairs {
		likely = append(likely, r.apiMatch(record.Likeness{Ref: p.B, Name: p.Names[1], Score: p.Match.Score, Reasons: p.Match.Reasons}))
	}
	return r.apiWith(tx, fiber.StatusCreated, made, "likely", likely)
}

// apiMoved answers for a merged record with the one it was merged into.
func (r *Request) apiMoved(tx *record.Tx, s *record.Sheet) error {
	return r.apiWith(tx, fiber.StatusOK, s, "merged_into", s.Head.Ref)
}

// apiWith answers with a record as it is on file now and one member more.
func (r *Request) apiWith(tx *record.Tx, status int, s *record.Sheet, member string, value any) error {
	now, err := tx.Get(s.Kind.Name, s.Head.Ref)
	if err != nil {
		return err
	}
	m, err := r.apiRecord(tx, now)
	if err != nil {
		return err
	}
	m[member] = value
	r.c.Set(fiber.HeaderETag, `"`+version(now)+`"`)
	return r.json(status, m)
}
