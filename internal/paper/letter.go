package paper

import (
	"strings"

	"amparo/internal/i18n"
)

// Letter is a letter in parts, in the order in which they stand on paper. What
// is empty takes no room.
type Letter struct {
	Document                // its language, sheet, heads and foot; its blocks are made of what follows
	Remarks     []string    // what is to be known of this copy: a draft, not sent yet
	Sender      []string    // whose letter it is, then how to reach them
	Place       string      // where it is written
	Date        string      // as the reader says it
	Numbers     []Fact      // our number and theirs
	To          []Text      // each whom it is written to, a line or several
	Subject     string      // what it is about
	Body        []Block     // what is written
	Signatories []Signatory // who signs by name
	Others      string      // how many more sign
	Enclosures  []Text
	Sources     Notes
}

// Signatory is one who signs a letter.
type Signatory struct{ Name, Capacity string }

// Lay puts the parts of a letter together.
func (l Letter) Lay() Document {
	d := l.Document
	r := i18n.In(d.Lang)
	d.Large = true
	if d.Name == "" {
		d.Name = l.Subject
	}
	add := func(blocks ...Block) { d.Blocks = append(d.Blocks, blocks...) }
	for _, remark := range l.Remarks {
		add(Paragraph{Text: Plain(remark), Tone: Muted})
	}
	if len(l.Sender) > 0 {
		head := Text{{Text: l.Sender[0], Style: Bold | Isolated}}
		for _, line := range l.Sender[1:] {
			head = append(head, Span{Text: "\n"}, Span{Text: line, Style: Isolated | Faint})
		}
		add(Paragraph{Text: head}, Rule{})
	}
	if l.Date != "" {
		day := l.Date
		if l.Place != "" {
			day = r.T("paper.letter.place_date", "place", i18n.Isolate(l.Place), "date", day)
		}
		add(Paragraph{Text: Plain(day), Align: End})
	}
	if len(l.Numbers) > 0 {
		add(Facts{Facts: l.Numbers})
	}
	if len(l.To) > 0 {
		add(Space{})
	}
	for _, to := range l.To {
		add(Paragraph{Text: to})
	}
	if l.Subject != "" {
		add(Heading{Level: 1, Text: r.T("paper.letter.subject", "what", i18n.Isolate(l.Subject))})
	}
	add(l.Body...)
	l.sign(add, r)
	if len(l.Enclosures) > 0 {
		list := List{First: 1}
		for _, one := range l.Enclosures {
			list.Items = append(list.Items, Item{Blocks: []Block{Paragraph{Text: one}}})
		}
		add(Heading{Level: 3, Text: r.T("paper.letter.enclosures")}, list)
	}
	if len(l.Sources.Notes) > 0 {
		add(Heading{Level: 3, Text: r.T("paper.sources")}, l.Sources)
	}
	return d
}

// sign is who signs. A few stand under each other, many are numbered, so that
// they can be counted.
func (l Letter) sign(add func(...Block), r *i18n.Reader) {
	if len(l.Signatories) == 0 && l.Others == "" {
		return
	}
	add(Space{})
	const few = 4
	list := List{First: 1}
	for _, s := range l.Signatories {
		line := Text{{Text: s.Name, Style: Bold | Isolated}}
		if s.Capacity != "" {
			line = append(line, Span{Text: r.T("paper.letter.capacity.separator")}, Span{Text: strings.TrimSpace(s.Capacity), Style: Isolated})
		}
		if len(l.Signatories) <= few {
			add(Paragraph{Text: line})
		}
		list.Items = append(list.Items, Item{Blocks: []Block{Paragraph{Text: line}}})
	}
	if len(l.Signatories) > few {
		add(Heading{Level: 3, Text: r.T("paper.letter.signed")}, list)
	}
	if l.Others != "" {
		add(Paragraph{Text: Plain(l.Others)})
	}
}

// SignaturePage is a page to be signed by hand: names already known stand in
// their lines, and lines enough for more are left free.
type SignaturePage struct {
	Document             // its language, sheet, heads and foot
	Letter   string      // what is signed
	To       string      // whom it is written to, in a line
	Names    []Signatory // known beforehand
	Lines    int         // in all, at least
}

// Lay makes the page.
func (s SignaturePage) Lay() Document {
	d := s.Document
	r := i18n.In(d.Lang)
	d.Title = r.T("paper.signatures.title")
	d.Blocks = append(d.Blocks, Paragraph{Text: Plain(r.T("paper.signatures.text", "what", i18n.Isolate(s.Letter)))})
	if s.To != "" {
		d.Blocks = append(d.Blocks, Paragraph{Text: Plain(r.T("paper.signatures.to", "who", s.To))})
	}
	t := Table{Caption: d.Title, Columns: []Column{{Title: "#", Width: .06}, {Title: r.T("paper.signatures.name"), Width: .3}, {Title: r.T("paper.signatures.capacity"), Width: .26},
		{Title: r.T("paper.signatures.signature"), Width: .22}, {Title: r.T("paper.signatures.named"), Width: .16}}}
	for i := range max(len(s.Names), s.Lines) {
		var one Signatory
		if i < len(s.Names) {
			one = s.Names[i]
		}
		t.Rows = append(t.Rows, []Text{Plain(r.Int(i+1) + "\n\u00a0"), Apart(one.Name), Apart(one.Capacity)})
	}
	d.Blocks = append(d.Blocks, t, Paragraph{Text: Plain(r.T("paper.signatures.note")), Tone: Muted})
	return d
}
