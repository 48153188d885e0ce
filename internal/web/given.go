package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/paper"
	"amparo/internal/record"
	"amparo/views/parts"
	"amparo/views/print"
)

// Papers that leave: what one would reveal, shown to whoever is about to give it
// to somebody, and the act itself, which is on the given-to register.

// surroundOutside adds what a paper for somebody outside says of itself: whose
// it is, for whom and of which day, and nothing that leads back into the office.
func (r *Request) surroundOutside(doc *leaf, d printed, a cases.Audience) error {
	doc.Size = paper.SizeOf(r.query("paper"))
	if doc.Lang == "" {
		doc.Lang, doc.Dir = r.L.Lang(), r.L.Dir()
	}
	if day := r.paperDay(); day != r.book.Today() && !doc.leaves {
		doc.Blocks = append([]paper.Block{paper.Paragraph{Text: paper.Plain(r.L.T("print.as_of_outside", "day", r.dayOnPaper(day))), Tone: paper.Muted}}, doc.Blocks...)
	}
	own, err := r.letterhead(r.L.Lang())
	if err != nil {
		return err
	}
	who := r.L.T("app.name")
	if len(own) > 0 {
		who = i18n.Isolate(own[0])
	}
	if len(own) > 0 && doc.Title != "" {
		head := paper.Text{{Text: own[0], Style: paper.Bold | paper.Isolated}}
		for _, line := range own[1:] {
			head = append(head, paper.Span{Text: "\n"}, paper.Span{Text: line, Style: paper.Isolated | paper.Faint})
		}
		doc.Blocks = append([]paper.Block{paper.Paragraph{Text: head}, paper.Rule{}, paper.Heading{Level: 1, Text: doc.Title}}, doc.Blocks...)
		doc.Name, doc.Title = doc.Title, ""
	}
	doc.Head.Start = r.L.T("print.head", "app", who, "what", r.L.T(d.word), "audience", strings.ToLower(r.L.T("print.audience."+a.Name)))
	doc.Head.End = r.dayOnPaper(r.book.Today())
	doc.code = doc.Foot
	doc.Foot = r.L.T("paper.check_code", "code", i18n.Isolate(doc.Foot)) + " · " + r.givenWords(a)
	return nil
}

// givenWords say in the foot to whom a paper was given: a partner's copy names
// him, one that anybody may read names nobody, and one that was only looked at
// says so.
func (r *Request) givenWords(a cases.Audience) string {
	switch to := strings.TrimSpace(r.values.First("to")); {
	case r.c.Method() != fiber.MethodPost || to == "":
		return r.L.T("print.preview")
	case a.Public:
		return r.L.T("print.given_on", "date", r.dayOnPaper(r.book.Today()))
	default:
		return r.L.T("print.given_to", "who", i18n.Isolate(to), "date", r.dayOnPaper(r.book.Today()))
	}
}

// reveal fills what stands beside a paper before it leaves: of whom it tells
// what, on which consent, what is left out and why, and to whom it is given.
func (r *Request) reveal(m *print.Print, doc leaf, post string, typed form.Values, problems form.Problems) {
	m.Preview, m.Free = true, r.freeTexts(doc.out)
	for _, t := range doc.out.All {
		link := parts.Run{Text: r.titled(t.Person), URL: r.url(t.Person) + "/consent"}
		if t.Identity == "" {
			m.Withheld = append(m.Withheld, print.Reveal{Who: link, What: r.whyTold(t)})
			continue
		}
		what := []string{r.L.T("option.consent_identity." + t.Identity)}
		if t.Place {
			what = append(what, r.label("consents.scopes", "place"))
		}
		if t.Family {
			what = append(what, r.label("consents.scopes", "family"))
		}
		one := print.Reveal{Who: link, What: strings.Join(what, r.L.T("web.comma")), Why: r.whyTold(t)}
		for _, g := range t.By {
			one.On = append(one.On, r.L.T("print.on_consent", "date", r.date(g.Date), "by", r.giver(g)))
		}
		m.Told = append(m.Told, one)
	}
	for _, key := range []string{"contacts", "sources", "staff", "traits", "annulled", "days"} {
		m.LeftOut = append(m.LeftOut, r.L.T("print.left."+key))
	}
	if doc.few > 0 {
		m.LeftOut = append(m.LeftOut, r.L.N("print.left.few", doc.few))
	}
	if doc.out.Sealed {
		m.LeftOut = append(m.LeftOut, r.L.T("print.left.sealed"))
	}
	waiting := 0
	for _, f := range doc.out.Free {
		switch {
		case f.Betrays != "":
			m.LeftOut = append(m.LeftOut, r.L.T("print.left.betrays", "where", r.freeWhere(f), "word", i18n.Isolate(f.Betrays)))
		case !f.Ticked:
			waiting++
		}
	}
	if waiting > 0 {
		m.LeftOut = append(m.LeftOut, r.L.N("print.left.free", waiting))
	}
	m.Untold = doc.untold
	r.give(m, doc, post, typed, problems)
}

// give asks to whom a paper is given, and why.
func (r *Request) give(m *print.Print, doc leaf, post string, typed form.Values, problems form.Problems) {
	if !r.Actor.May(auth.Write) || r.token {
		return
	}
	if typed == nil {
		typed = form.Values{"to": {doc.to}, "why": {doc.why}}
	}
	m.Give, m.Code = post, doc.code
	for _, name := range []string{"to", "why"} {
		in := parts.Field{Name: name, ID: "given-" + name, Label: r.L.T("print.give." + name), Hint: r.L.T("print.give." + name + "_hint"), Type: parts.Text, Required: true, Max: 500, Value: typed.First(name)}
		for _, p := range problems {
			if p.Field == name {
				in.Error = r.problem(p)
			}
		}
		m.GivenTo = append(m.GivenTo, in)
	}
	for _, p := range problems {
		if p.Field == "code" {
			m.Changed = r.problem(p)
		}
	}
	m.Problems = parts.Problems(m.GivenTo)
}

// whyTold words why no more is told of somebody.
func (r *Request) whyTold(t cases.Telling) string {
	var words []string
	for _, why := range t.Why {
		if t.Identity == "" || why == "in_hiding" || why == "minor" {
			words = append(words, r.L.T("why.print_told_"+why))
		}
	}
	return strings.Join(words, " ")
}

// freeTexts ask line by line which words of ours may leave; nil when there are none.
func (r *Request) freeTexts(out *cases.Outside) *parts.Field {
	in := parts.Field{Name: "text", Label: r.L.T("print.free"), Hint: r.L.T("print.free_hint"), Type: parts.Choices, Wide: true}
	seen := map[string]bool{}
	for _, f := range out.Free {
		if f.Betrays == "" && !seen[f.ID] {
			seen[f.ID] = true
			in.Options = append(in.Options, parts.Option{Value: f.ID, Label: f.Text, Hint: r.dotted(r.freeWhere(f), r.alsoNames(f)), Selected: f.Ticked})
		}
	}
	if len(in.Options) == 0 {
		return nil
	}
	return &in
}

// alsoNames warns of people whom a free text names and the paper does not.
func (r *Request) alsoNames(f cases.FreeText) string {
	var who []string
	for _, one := range f.Names {
		who = append(who, i18n.Isolate(one.Title))
	}
	if len(who) == 0 {
		return ""
	}
	return r.L.T("print.free_names", "who", strings.Join(who, r.L.T("web.comma")))
}

// freeWhere says where a free text stands.
func (r *Request) freeWhere(f cases.FreeText) string {
	kind, field, _ := strings.Cut(f.Field, ".")
	if group, name, ok := strings.Cut(field, "."); ok {
		kind, field = kind+"."+group, name
	}
	return r.dotted(r.label(kind, field), f.Who.Title, r.date(f.When))
}

// givePrint gives a paper to somebody: the file, with a line on the register.
func (r *Request) givePrint(d printed) error {
	v, err := r.form()
	if err != nil {
		return err
	}
	doc, _, err := r.document(d)
	if err != nil {
		return err
	}
	audience := d.given
	if doc.out != nil {
		audience = doc.out.Audience.Name
	}
	if audience == "" {
		return &record.NotOpen{Move: "print", Why: []record.Why{{Code: "print_audience"}}}
	}
	problems := record.GivenTo(v.First("to"), v.First("why"))
	status := fiber.StatusUnprocessableEntity
	if code := v.First("code"); len(problems) == 0 && code != doc.code {
		problems, status = form.Problems{{Field: "code", Code: "print_changed"}}, fiber.StatusConflict
	}
	if len(problems) > 0 {
		typed := form.Values{"to": {v.First("to")}, "why": {v.First("why")}}
		delete(r.values, "to") // what comes back is looked at, not given
		return r.printAgain(d, status, typed, problems)
	}
	f := paperFiles[max(0, slices.IndexFunc(paperFiles, func(f paperFile) bool { return f.ext == "."+v.First("form") }))]
	var out bytes.Buffer
	if err := f.write(doc.Document, &out); err != nil {
		return err
	}
	sum := sha256.Sum256(out.Bytes())
	h := record.Handout{What: d.word, Form: f.ext[1:], Audience: audience, Lang: doc.Lang, To: v.First("to"), Why: v.First("why"),
		Code: doc.code, SHA256: hex.EncodeToString(sum[:]), Records: doc.handed}
	token := v.First("nonce")
	if token != "" {
		token += f.ext
	}
	if err := r.handOut(h, token, doc.about); err != nil {
		return err
	}
	r.c.Set(fiber.HeaderContentType, f.media)
	r.c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+url.PathEscape(strings.TrimPrefix(d.word, "print."))+f.ext+`"`)
	return r.c.Send(out.Bytes())
}

// handOut writes a line of the register, once however often the form is sent.
func (r *Request) handOut(h record.Handout, token string, about *record.Sheet) error {
	return r.keep(func(tx *record.Tx) error {
		_, done, err := tx.Once(token)
		if err != nil || done {
			return err
		}
		var on []*record.Sheet
		if about != nil {
			on = append(on, about)
		}
		if err := tx.HandOut(h, on...); err != nil {
			return err
		}
		return tx.Did(token, "")
	})
}
