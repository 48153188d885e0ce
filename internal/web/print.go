package web

import (
	"bytes"
	"cmp"
	"io"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/paper"
	"amparo/internal/record"
	"amparo/views/parts"
	"amparo/views/print"
)

// printed is one kind of printed document: what it is called, which record it
// is about, and how it is made.
type printed struct {
	path, word string
	kind       string // "" for a list, which is about no single record
	back       string // where a list comes from
	who        Who    // may open it; who may look at anything, unless said
	dated      bool   // it speaks of a day that can be chosen
	given      string // audience it is given to as it stands, "" for none
	filters    func(*Request) []string
	make       func(*Request, *record.Tx, *record.Sheet, string) (leaf, error)
	outside    func(*Request, *record.Tx, *record.Sheet, string, cases.Audience) (leaf, error) // for who is not of the office; nil: never
}

var printable = []printed{
	{path: "/cases/:ref/summary", word: "print.case", kind: "case", make: ofRecords((*Request).caseSummary), outside: (*Request).caseOutside},
	{path: "/cases/:ref/chronology", word: "print.chronology", kind: "case", make: ofRecords((*Request).caseChronology), outside: (*Request).chronologyOutside},
	{path: "/people/:ref/summary", word: "print.person", kind: "person", make: ofRecords((*Request).personSummary), outside: (*Request).personOutside},
	{path: "/detentions/list", word: "print.list", back: "/detentions", dated: true, filters: filtersOf("detention"), make: ofRecords((*Request).detaineeList), outside: (*Request).listOutside},
	{path: "/appeals/list", word: "print.appeals", back: "/appeals", filters: filtersOf("appeal"), make: (*Request).appealsOnPaper, outside: (*Request).appealsOutside},
	{path: "/reports/:ref/paper", word: "print.month", who: Writes, back: "/reports", given: record.ToBoard, make: (*Request).monthOnPaper},
	{path: "/erasures/:ref/certificate", word: "print.erasure", who: Leads, back: "/erasures", make: (*Request).erasureOnPaper},
	{path: "/deadlines/list", word: "print.deadlines", back: "/deadlines", filters: func(*Request) []string { return []string{"assignee", "rule", "status", "case", "overdue", "sort"} }, make: (*Request).deadlinesOnPaper},
	{path: "/appeals/:ref/letter", word: "print.letter", kind: "appeal", make: (*Request).appealLetter, outside: lettersOutside("letter", (*post).layLetter)},
	{path: "/appeals/:ref/urgent-action", word: "print.urgent_action", kind: "appeal", make: (*Request).urgentAction, outside: lettersOutside("urgent", (*post).layUrgent)},
	{path: "/appeals/:ref/signatures", word: "print.signatures", kind: "appeal", make: (*Request).signatures, outside: lettersOutside("signatures", (*post).laySignatures)},
}

// filtersOf are the filters of the list of a kind, and what it is searched for.
func filtersOf(kind string) func(*Request) []string {
	return func(r *Request) []string {
		names := []string{"q"}
		for _, f := range r.book.Kind(kind).ListOf(r.book.Today()).Filters {
			names = append(names, f.Name)
		}
		return names
	}
}

// leaf is a document with what is said and asked beside it.
type leaf struct {
	paper.Document
	leaves       bool // it goes to a body: neither our audience nor who printed it is on it
	records      int  // that it tells of, beside the one it is about
	langs        []string
	options      []parts.Field
	left, untold []string

	// Of a paper for somebody outside: what it was made of, how many numbers were
	// too small to be told, and what goes on the register when it is given out.
	out     *cases.Outside
	few     int
	code    string // its check code
	to, why string // proposed words for to whom it is given, and why
	handed  []record.Handed
	about   *record.Sheet
}

// ofRecords makes a leaf of a document that is put together from what is on file.
func ofRecords(make func(*Request, *record.Tx, *record.Sheet, string) (paper.Document, int, error)) func(*Request, *record.Tx, *record.Sheet, string) (leaf, error) {
	return func(r *Request, tx *record.Tx, s *record.Sheet, day string) (leaf, error) {
		doc, n, err := make(r, tx, s, day)
		l := leaf{Document: doc, records: n, untold: []string{r.L.T("print.untold.text")}}
		for _, key := range []string{"print.left.contacts", "print.left.sources", "print.left.annulled"} {
			l.left = append(l.left, r.L.T(key))
		}
		return l, err
	}
}

// printRoutes are the printed documents: a page with the options beside it, and
// the same as a file.
func (s *Server) printRoutes() []Route {
	var routes []Route
	for _, d := range printable {
		who := cmp.Or(d.who, Looks)
		for _, f := range paperFiles {
			routes = append(routes, Route{Method: fiber.MethodGet, Path: d.path + f.ext, Who: who, Handle: func(r *Request) error { return r.printFile(d, f) }})
		}
		routes = append(routes, Route{Method: fiber.MethodGet, Path: d.path, Who: who, Handle: func(r *Request) error { return r.printPage(d) }})
		if d.outside != nil || d.given != "" {
			routes = append(routes, Route{Method: fiber.MethodPost, Path: d.path + "/given", Who: Writes, Handle: func(r *Request) error { return r.givePrint(d) }})
		}
	}
	return routes
}

// paperFile is a form in which a document is sent as a file.
type paperFile struct {
	ext, media, shown string
	write             func(paper.Document, io.Writer) error
}

var paperFiles = []paperFile{
	{".pdf", "application/pdf", "inline", paper.Document.PDF},
	{".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment", paper.Document.DOCX},
}

// audience is for whom a print is asked: the office itself where nothing is said.
func (r *Request) audience() (cases.Audience, bool) {
	if len(r.c.Query("audience")) == 0 {
		return cases.Audiences[0], true
	}
	return cases.AudienceOf(r.query("audience"))
}

// paperDay is the day a print speaks of: today unless another is asked for.
func (r *Request) paperDay() string {
	if day := r.askedDay(); day != "" {
		return day
	}
	return r.book.Today()
}

// document makes a document as its asker may see it. The record is looked for
// first: what may not be seen does not exist, for any audience.
func (r *Request) document(d printed) (leaf, string, error) {
	var doc leaf
	back := d.back
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var s *record.Sheet
		if d.kind != "" {
			var err error
			if s, err = tx.Get(d.kind, r.ref()); err != nil {
				return err
			}
			back = r.url(s.Ref())
		}
		a, known := r.audience()
		switch {
		case !known:
			return &record.NotOpen{Move: "print", Why: []record.Why{{Code: "print_audience"}}}
		case a.Outside() && d.outside == nil:
			return &record.NotOpen{Move: "print", Why: []record.Why{{Code: "print_inside_only"}}}
		case a.Outside():
			var err error
			if doc, err = d.outside(r, tx, s, r.paperDay(), a); err != nil {
				return err
			}
			doc.about = s
			if err := r.mayCarry(doc.records); err != nil {
				return err
			}
			return r.surroundOutside(&doc, d, a)
		}
		if _, err := r.spoiledFiles(tx); err != nil {
			return err
		}
		var err error
		if doc, err = d.make(r, tx, s, r.paperDay()); err != nil {
			return err
		}
		r.surround(&doc, d, s)
		return r.mayCarry(doc.records)
	})
	return doc, back, err
}

// surround adds what every document says of itself.
func (r *Request) surround(doc *leaf, d printed, s *record.Sheet) {
	doc.Size = paper.SizeOf(r.query("paper"))
	if doc.Lang == "" {
		doc.Lang, doc.Dir = r.L.Lang(), r.L.Dir()
	}
	if d.given != "" {
		doc.code = doc.Foot
		doc.Foot = r.L.T("paper.check_code", "code", i18n.Isolate(doc.code)) + " · " + r.givenWords(cases.Audience{})
		return
	}
	if doc.leaves {
		doc.Foot = i18n.Isolate(s.Head.Ref) + " · " + i18n.Isolate(doc.Foot)
		return
	}
	doc.Head.Start = r.L.T("print.head", "app", r.L.T("app.name"), "what", r.L.T(d.word), "audience", strings.ToLower(r.L.T("print.audience.internal")))
	date, by := r.dayOnPaper(r.book.Today()), i18n.Isolate(r.Actor.Name)
	doc.Head.End = r.L.T("print.head_end_list", "date", date, "name", by)
	if s != nil {
		doc.Head.End = r.L.T("print.head_end", "ref", i18n.Isolate(s.Head.Ref), "date", date, "name", by)
	}
	now := r.now()
	at := r.dayOnPaper(now.Format("2006-01-02")) + r.L.T("web.comma") + i18n.Isolate(now.Format("15:04"))
	doc.Foot = r.L.T("paper.check_code", "code", i18n.Isolate(doc.Foot)) + " · " + r.L.T("print.on_file", "at", at)
	if day := r.paperDay(); day != r.book.Today() {
		doc.Blocks = append([]paper.Block{paper.Paragraph{Text: paper.Plain(r.L.T("print.as_of", "day", r.dayOnPaper(day))), Tone: paper.Muted}}, doc.Blocks...)
	}
}

// printFile sends a document as a file.
func (r *Request) printFile(d printed, f paperFile) error {
	doc, _, err := r.document(d)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := f.write(doc.Document, &out); err != nil {
		return err
	}
	name := strings.TrimPrefix(d.word, "print.")
	ours := doc.out == nil && d.kind != ""
	if ours {
		name = r.ref() + "-" + name
	}
	if !ours || doc.records > bulk {
		if err := r.carryOff(d.word, max(doc.records, 1)); err != nil {
			return err
		}
	}
	r.c.Set(fiber.HeaderContentType, f.media)
	r.c.Set(fiber.HeaderContentDisposition, f.shown+`; filename="`+url.PathEscape(name)+f.ext+`"`)
	return r.c.Send(out.Bytes())
}

// printPage shows a document with what can be chosen beside it. The page speaks
// its reader's own language, the document the one that was asked for.
func (r *Request) printPage(d printed) error { return r.printAgain(d, fiber.StatusOK, nil, nil) }

// printAgain is the same after something was wrong with to whom it is given.
func (r *Request) printAgain(d printed, status int, typed form.Values, problems form.Problems) error {
	doc, back, err := r.document(d)
	var shut *record.NotOpen
	if err != nil && !isNotOpen(err, &shut) {
		return err
	}
	lang := r.L.Lang()
	if doc.Lang != "" {
		lang = doc.Lang
	}
	if i18n.Known(r.Session.Language) && !r.token {
		r.L = i18n.In(r.Session.Language)
	}
	at := strings.TrimSuffix(r.c.Path(), "/given")
	m := print.Print{Title: r.L.T(d.word), Action: at, Back: parts.Action{Label: r.L.T("print.back"), URL: back}, Lang: lang, Dir: doc.Dir, Options: r.printOptions(d, doc, lang)}
	if shut != nil {
		m.Refused = strings.Join(r.reasons(shut.Why), " ")
		return r.page(fiber.StatusOK, m.Title, print.PrintPage(m))
	}
	m.Document = paper.Page(doc.Document)
	query := "?" + r.printQuery(lang)
	if doc.out != nil {
		r.reveal(&m, doc, at+"/given"+query, typed, problems)
		return r.page(status, m.Title, print.PrintPage(m))
	}
	if d.given != "" {
		m.Preview = true
		r.give(&m, doc, at+"/given"+query, typed, problems)
		return r.page(status, m.Title, print.PrintPage(m))
	}
	if doc.records > bulk { // a browser prints what it shows
		if err := r.carryOff(d.word, doc.records); err != nil {
			return err
		}
	}
	m.Files = []parts.Action{{Label: r.L.T("print.pdf"), URL: at + ".pdf" + query, Tone: parts.Main}, {Label: r.L.T("print.docx"), URL: at + ".docx" + query}}
	m.LeftOut, m.Untold = doc.left, doc.untold
	return r.page(status, m.Title, print.PrintPage(m))
}

func isNotOpen(err error, into **record.NotOpen) bool {
	n, ok := err.(*record.NotOpen)
	*into = n
	return ok
}

// printQuery is what the page was asked for, for the address of the file.
func (r *Request) printQuery(lang string) string {
	v := url.Values{}
	r.c.Context().QueryArgs().VisitAll(func(key, value []byte) { v.Add(string(key), string(value)) })
	v.Set("lang", lang)
	return v.Encode()
}

// printOptions are what can be chosen of a document; a list keeps its filters.
func (r *Request) printOptions(d printed, doc leaf, lang string) []parts.Field {
	a, _ := r.audience()
	audience := parts.Field{Name: "audience", Label: r.L.T("print.audience"), Type: parts.Choice, Required: true, Value: a.Name}
	for _, a := range cases.Audiences {
		if !a.Outside() || d.outside != nil {
			audience.Options = append(audience.Options, parts.Option{Value: a.Name, Label: r.L.T("print.audience." + a.Name)})
		}
	}
	tongue := parts.Field{Name: "lang", Label: r.L.T("print.lang"), Type: parts.Choice, Required: true, Value: lang}
	for _, l := range i18n.Languages() {
		tongue.Options = append(tongue.Options, parts.Option{Value: l.Code, Label: l.Name})
	}
	for _, code := range doc.langs {
		if !i18n.Known(code) {
			tongue.Options = append(tongue.Options, parts.Option{Value: code, Label: r.L.LanguageName(code)})
		}
	}
	size := parts.Field{Name: "paper", Label: r.L.T("print.paper"), Type: parts.Choice, Required: true, Value: "a4",
		Options: []parts.Option{{Value: "a4", Label: r.L.T("print.paper.a4")}, {Value: "letter", Label: r.L.T("print.paper.letter")}}}
	if paper.SizeOf(r.query("paper")) == paper.LetterSize {
		size.Value = "letter"
	}
	list := append([]parts.Field{tongue, size}, doc.options...)
	if d.given == "" {
		list = append([]parts.Field{audience}, list...)
	}
	on := parts.Field{Name: "on", Label: r.L.T("print.on"), Type: parts.Hidden, Value: r.askedDay()}
	switch {
	case d.dated:
		on.Type, on.Value, on.Max = parts.Date, r.paperDay(), 200
		on.Echo = edtf.Day(on.Value).In(r.L)
		if typed := r.query("on"); typed != "" && r.askedDay() == "" {
			on.Value, on.Echo, on.Error = typed, "", r.L.T("web.person.one_day")
		}
		list = append(list, on)
	case d.kind != "" && on.Value != "":
		list = append(list, on)
	}
	if d.filters != nil {
		for _, name := range d.filters(r) {
			if value := r.query(name); value != "" {
				list = append(list, parts.Field{Name: name, Type: parts.Hidden, Value: value})
			}
		}
	}
	return list
}
