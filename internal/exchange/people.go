package exchange

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"amparo/internal/auth"
	"amparo/internal/cases/casefile"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/names"
	"amparo/internal/record"
)

// Result is what became of a row.
type Result string

const (
	Created Result = "created" // a new person
	Matched Result = "matched" // its ref is on file; nothing was changed
	Skipped Result = "skipped" // says the same as an earlier row
	Wrong   Result = "wrong"   // why it cannot be kept
	Ready   Result = "ready"   // would be created: a rehearsal, or another row is wrong
)

// Doubles says how far likely doubles are looked for.
type Doubles int

const (
	// SameSpelling finds those that go by the same name, letter for letter.
	SameSpelling Doubles = iota
	// AnySpelling compares every name across spellings and scripts: some
	// milliseconds a row.
	AnySpelling
)

// Options say how people are brought in.
type Options struct {
	Heads     Map
	Case      string // ref of the case of rows that name none; "" for a new one
	CaseTitle string // of the new one; names nobody
	Rehearse  Rehearsal
	Doubles   Doubles
	// Progress is told now and then how many rows are done; it may be nil.
	Progress func(stage Stage, done, of int)
}

// Rehearsal says whether anything is kept.
type Rehearsal int

const (
	// Keep keeps all people, or nobody where a row is wrong.
	Keep Rehearsal = iota
	// Rehearse keeps nothing and reports what would be.
	Rehearse
)

// Stage of an import.
type Stage string

const (
	Checking Stage = "checking"
	Keeping  Stage = "keeping"
)

// Outcome is the report's line of one row.
type Outcome struct {
	Row     int
	Result  Result
	Ref     string
	Why     []string // in the reader's language
	Doubles []string // likely doubles, in the reader's language
}

// Report says what became of every row.
type Report struct {
	Rows    []Outcome
	Ignored []string // heads that the program computes itself
	Case    form.Ref // the new case, where one was opened
	Kept    bool
}

// Count is how many rows had a result.
func (r *Report) Count(result Result) int {
	n := 0
	for _, o := range r.Rows {
		if o.Result == result {
			n++
		}
	}
	return n
}

// batch is how many rows are looked up and handed over together.
const batch = 500

// importing is one import while it runs.
type importing struct {
	reading
	actor  auth.Actor
	l      *i18n.Reader
	o      Options
	report *Report
	// look reads what is on file beside the work that writes, which would have to
	// write first all that it holds back.
	look *record.Tx

	cases   map[string]*record.Sheet // by ref; nil for one that is not there
	rows    map[string]int           // first row of a name, and of a whole row
	twins   map[int][]string         // ids on file of the same name, by place in the report
	index   *names.Index             // names of the file itself, for AnySpelling
	at      []int                    // row of each name in the index
	opened  *record.Sheet            // the new case
	firsts  map[string]string        // id of the first new record of a name
	spoiled bool                     // a row is wrong, so nothing is kept
}

// ImportPeople brings the people of a sheet on file, all of them or nobody, in
// one transaction as the actor. Words of the report are l's. The error is a
// *Fault where the heads do not do, form.Problems where Options.Case is no
// case, record.ErrForbidden where the actor may not; a wrong row is no error but
// in the report, with Kept false.
func ImportPeople(ctx context.Context, book *record.Book, actor auth.Actor, l *i18n.Reader, sheet *Sheet, o Options) (*Report, error) {
	if !actor.May(auth.Write) {
		return nil, record.ErrForbidden
	}
	im := &importing{reading: reading{sheet: sheet, now: book.Now().UTC()}, actor: actor, l: l, o: o, report: &Report{},
		cases: map[string]*record.Sheet{}, rows: map[string]int{}, twins: map[int][]string{}, firsts: map[string]string{}}
	if o.Doubles == AnySpelling {
		im.index = names.NewIndex()
	}
	var err error
	if im.columns, im.report.Ignored, err = o.Heads.columns(sheet.Heads); err != nil {
		return nil, err
	}
	err = book.View(ctx, actor, func(look *record.Tx) error {
		im.look = look
		if o.Case != "" {
			if home, err := im.home(strings.ToUpper(o.Case)); err != nil {
				return err
			} else if home == nil {
				return form.Problems{{Field: "case", Code: "not_found", Args: []any{"what", o.Case}}}
			}
		}
		if o.Rehearse == Rehearse {
			return im.bring(ctx, nil)
		}
		if o.Doubles == AnySpelling { // milliseconds a row, for which nobody who writes should wait
			if err := im.bring(ctx, nil); err != nil || im.spoiled {
				return err
			}
			clear(im.cases)
		}
		err := book.Do(ctx, actor, func(tx *record.Tx) error {
			if o.Doubles == SameSpelling {
				tx.Many()
			}
			if err := im.bring(ctx, tx); err != nil || !im.spoiled {
				return err
			}
			return errSpoiled
		})
		if err == errSpoiled {
			im.undone()
			err = nil
		}
		return err
	})
	im.report.Kept = err == nil && o.Rehearse == Keep && !im.spoiled
	return im.report, err
}

// errSpoiled takes back what was kept before a wrong row was met.
var errSpoiled = errors.New("a row is wrong")

// undone takes back what the report says of a work that was not kept.
func (im *importing) undone() {
	im.report.Case = form.Ref{}
	for i := range im.report.Rows {
		if o := &im.report.Rows[i]; o.Result == Created {
			o.Result, o.Ref = Ready, ""
		}
	}
}

// bring goes through all rows, compares them unless that is done, and keeps
// their people with tx until a row is wrong; without tx it keeps nobody.
func (im *importing) bring(ctx context.Context, tx *record.Tx) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	stage := Keeping
	if tx == nil {
		stage = Checking
	}
	at := 0
	for entries := range im.read(ctx) {
		if at == len(im.report.Rows) {
			if err := im.compare(entries); err != nil {
				return err
			}
		}
		for _, e := range entries {
			if im.report.Rows[at].Result == Ready {
				if err := im.settle(tx, e, at); err != nil {
					return err
				}
			}
			at++
		}
		im.tell(stage, at)
	}
	return ctx.Err()
}

func (im *importing) tell(stage Stage, done int) {
	if im.o.Progress != nil {
		im.o.Progress(stage, done, len(im.sheet.Rows))
	}
}

// read reads rows into people on a processor of its own, some at a time.
func (im *importing) read(ctx context.Context) <-chan []entry {
	out := make(chan []entry, 2)
	go func() {
		defer close(out)
		for lines := range slices.Chunk(im.sheet.Rows, batch) {
			entries := make([]entry, len(lines))
			for i, line := range lines {
				entries[i] = im.entry(line)
			}
			select {
			case out <- entries:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// compare holds rows against what is on file and against earlier rows.
func (im *importing) compare(entries []entry) error {
	var refs, called []string
	for _, e := range entries {
		if e.ref != "" {
			refs = append(refs, e.ref)
		}
		called = append(called, e.person.Called()...)
	}
	known, err := im.look.Known("person", refs...)
	if err != nil {
		return err
	}
	same, err := im.look.Exactly("person", called...)
	if err != nil {
		return err
	}
	for _, e := range entries {
		o := Outcome{Row: e.line.N, Result: Ready}
		earlier, repeated := im.repeats(e)
		switch {
		case known[e.ref]:
			o.Result, o.Ref, o.Why = Matched, e.ref, []string{im.l.T("exchange.why.on_file")}
		case repeated:
			o.Result, o.Why = Skipped, []string{im.l.T("exchange.why.repeated", "row", earlier)}
		default:
			if o.Doubles, err = im.doubles(e, same); err != nil {
				return err
			}
		}
		im.report.Rows = append(im.report.Rows, o)
	}
	return nil
}

// repeats finds an earlier row that says exactly the same of somebody with a
// name; people without one may well be several.
func (im *importing) repeats(e entry) (row int, repeated bool) {
	if len(e.person.Names) == 0 {
		return 0, false
	}
	key := "\x00" + strings.Join(e.line.Cells, "\x00")
	if row, repeated = im.rows[key]; !repeated {
		im.rows[key] = e.line.N
	}
	return row, repeated
}

// settle keeps the person of a row, or tells why that cannot be.
func (im *importing) settle(tx *record.Tx, e entry, at int) error {
	o := &im.report.Rows[at]
	problems := e.problems
	home := im.opened
	if ref := cmp.Or(e.home, strings.ToUpper(im.o.Case)); ref != "" {
		var err error
		if home, err = im.home(ref); err != nil {
			return err
		}
		if home == nil {
			problems = append(problems, form.Problem{Field: im.head("case"), Code: "not_found", Args: []any{"what", short(ref)}})
		}
	}
	if tx == nil || im.spoiled || len(problems) > 0 {
		if home == nil {
			home = intake
		}
		why, err := im.why(problems, im.look.Probe("person", e.person, home))
		if len(why) > 0 {
			o.Result, o.Why, im.spoiled = Wrong, why, true
		}
		return err
	}
	if home == nil {
		var err error
		if home, err = im.open(tx); err != nil {
			return err
		}
	}
	s, err := tx.Create("person", e.person, home)
	if err != nil {
		why, err := im.why(nil, err)
		o.Result, o.Why, im.spoiled = Wrong, why, true
		return err
	}
	o.Result, o.Ref = Created, s.Head.Ref
	twins := im.twins[at]
	for _, name := range e.person.Called() {
		fold := folded(name)
		if id, ok := im.firsts[fold]; !ok {
			im.firsts[fold] = s.Head.ID
		} else if id != s.Head.ID {
			twins = append(twins, id)
		}
	}
	return tx.Twins(s, twins...)
}

// why words what keeps a row from being kept.
func (im *importing) why(problems form.Problems, err error) ([]string, error) {
	if more, ok := err.(form.Problems); ok && len(problems) > 0 { // a name that could not be read is not also missing
		err = slices.DeleteFunc(more, func(p form.Problem) bool { return p.Code == "name_or_placeholder" }).Or()
	}
	more, err := im.words(err)
	var list []string
	for _, p := range problems {
		list = append(list, im.sentence(p.Field, p))
	}
	return append(list, more...), err
}

// intake stands for the case that is opened once all rows are fine.
var intake = &record.Sheet{Kind: casefile.Kind, Head: record.Head{CaseID: "-", Kind: "case", State: string(casefile.Kind.Flow.Start)}}

// home finds a case by its ref, nil where there is none to see.
func (im *importing) home(ref string) (*record.Sheet, error) {
	if s, asked := im.cases[ref]; asked {
		return s, nil
	}
	s, err := im.look.Get("case", ref)
	if err != nil && !errors.Is(err, record.ErrNotFound) {
		return nil, err
	}
	im.cases[ref] = s
	return s, nil
}

// words turns a refusal of the kernel into sentences; what is none stays an error.
func (im *importing) words(err error) ([]string, error) {
	var problems form.Problems
	var closed *record.NotOpen
	switch {
	case err == nil:
		return nil, nil
	case errors.As(err, &problems):
		var list []string
		for _, p := range problems {
			field, _, _ := strings.Cut(p.Field, ".")
			list = append(list, im.sentence(im.head(field), p))
		}
		return list, nil
	case errors.As(err, &closed):
		var list []string
		for _, w := range closed.Why {
			list = append(list, im.head("case")+": "+im.l.T("why."+w.Code, w.Args...))
		}
		return list, nil
	}
	return nil, err
}

// head gives the file's own head for one of ours, or ours where the file has none.
func (im *importing) head(column string) string {
	if column == "names" {
		for _, c := range append(slices.Clone(nameHeads), "other_names") {
			if slices.Contains(im.columns, c) {
				column = c
				break
			}
		}
	}
	if i := slices.Index(im.columns, column); i >= 0 {
		return im.sheet.Heads[i]
	}
	return column
}

func (im *importing) sentence(head string, p form.Problem) string {
	text := ""
	switch p.Code {
	case "date":
		var e *edtf.Error
		if len(p.Args) == 2 {
			e, _ = p.Args[1].(*edtf.Error)
		}
		if e == nil {
			text = im.l.T("problem.date")
		} else {
			text = e.In(im.l)
		}
	case "beside":
		text = im.l.T("exchange.problem.beside")
	case "choice":
		switch {
		case len(p.Args) < 4:
			text = im.l.T("problem.choice")
		case p.Args[3] == "":
			text = im.l.T("exchange.problem.country", p.Args...)
		default:
			text = im.l.T("exchange.problem.choice", p.Args...)
		}
	default:
		text = im.l.T("problem."+p.Code, p.Args...)
	}
	if head == "" {
		return text
	}
	return head + ": " + text
}

// most is how many likely doubles a row names.
const most = 3

// doubles words who a row's person might be already: on file, or in an earlier row.
func (im *importing) doubles(e entry, same map[string][]form.Ref) ([]string, error) {
	var list []string
	add := func(text string) {
		if len(list) < most && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	told := map[string]bool{}
	for _, name := range e.person.Called() {
		fold := folded(name)
		for _, ref := range same[fold] {
			if !told[ref.ID] {
				told[ref.ID] = true
				im.twins[len(im.report.Rows)] = append(im.twins[len(im.report.Rows)], ref.ID)
				add(im.l.T("exchange.double.same", "ref", ref.Ref, "name", ref.Title))
			}
		}
		if row, ok := im.rows[fold]; ok && row != e.line.N {
			add(im.l.T("exchange.double.row", "row", row))
		} else if fold != "" {
			im.rows[fold] = e.line.N
		}
	}
	if im.o.Doubles == SameSpelling {
		return list, nil
	}
	for _, name := range e.person.Called() {
		like, err := im.look.Like("person", name, most)
		if err != nil {
			return nil, err
		}
		for _, one := range like {
			if one.Score >= names.Warn && !told[one.ID] {
				told[one.ID] = true
				add(im.l.T("exchange.double.like", "ref", one.Ref.Ref, "name", one.Name, "score", fmt.Sprintf("%.2f", one.Score), "reason", im.reasons(one.Reasons)))
			}
		}
		asked := names.Prepare(name)
		for _, hit := range im.index.FindForm(asked, most) {
			if hit.Score >= names.Warn && im.at[hit.Record] != e.line.N {
				add(im.l.T("exchange.double.row_like", "row", im.at[hit.Record], "score", fmt.Sprintf("%.2f", hit.Score)))
			}
		}
		im.index.AddForm(asked)
		im.at = append(im.at, e.line.N)
	}
	return list, nil
}

func (im *importing) reasons(list []names.Reason) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = im.l.T(r.Key(), r.Args...)
	}
	return strings.Join(words, im.l.T("names.reason.separator"))
}

// open opens the case of the rows that name none, for intake, with who imports
// as its lead.
func (im *importing) open(tx *record.Tx) (*record.Sheet, error) {
	s, err := tx.Create("case", &casefile.Case{TitleText: im.o.CaseTitle, Access: casefile.Staff, Priority: "normal",
		Lead: form.Ref{ID: im.actor.ID, Ref: im.actor.Email, Title: im.actor.Name}}, nil)
	if err != nil {
		return nil, err
	}
	im.opened, im.report.Case = s, s.Ref()
	return s, nil
}
