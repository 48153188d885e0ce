package appeal

import (
	"strconv"

	"amparo/internal/form"
	"amparo/internal/record"
)

func itoa(i int) string { return strconv.Itoa(i) }

// Comment is what a reader says about a passage of an appeal under review.
type Comment struct {
	Lang    string // of the text the passage is in; "" for the whole
	Passage string // the words it is about; "" for the whole
	Text    string
	Settled bool
}

// Fields binds the comment's variables.
func (c *Comment) Fields() form.Set {
	return form.Set{
		form.OfText("lang", &c.Lang, form.Max(35)),
		form.OfLong("passage", &c.Passage, form.Max(2000)),
		form.OfLong("text", &c.Text, form.Required, form.Max(4000)),
		form.OfBool("settled", &c.Settled),
	}
}

// Hang registers comments with the book.
func Hang(b *record.Book) {
	b.Hang(&record.Part{Name: "comments", Table: "appeal_comment", New: func() record.PartBody { return &Comment{} }})
}
