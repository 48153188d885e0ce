package paper

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
)

// said writes blocks shortly: what each is, and its words.
func said(blocks []Block) string {
	var out []string
	for _, b := range blocks {
		switch b := b.(type) {
		case Heading:
			out = append(out, fmt.Sprintf("h%d(%s)", b.Level, b.Text))
		case Paragraph:
			text := ""
			for _, s := range b.Text {
				one := strings.ReplaceAll(s.Text, "\n", "/")
				if s.Note > 0 {
					one = "#" + fmt.Sprint(s.Note)
				}
				if s.Style&Bold != 0 {
					one = "*" + one + "*"
				}
				if s.Style&Italic != 0 {
					one = "_" + one + "_"
				}
				text += one
			}
			out = append(out, "p("+text+")")
		case List:
			items := ""
			for i, item := range b.Items {
				items += b.mark(i) + said(item.Blocks)
			}
			out = append(out, "l("+items+")")
		case Quote:
			out = append(out, "q("+said(b.Blocks)+")")
		case Rule:
			out = append(out, "---")
		}
	}
	return strings.Join(out, " ")
}

func TestWhatIsWrittenForALetterIsRead(t *testing.T) {
	for written, want := range map[string]string{
		"":                                      "",
		" \n\n":                                 "",
		"One.\nStill one.\n\nTwo":               "p(One. Still one.) p(Two)",
		"# Facts\n## More\n##### Deep\n#\nnot#": "h2(Facts) h2(More) h3(Deep) p(not#)",
		"**bold** and *slanted*, _too_":         "p(*bold* and _slanted_, _too_)",
		"***both***":                            "p(_*both*_)",
		"case_title_here":                       "p(case_title_here)",
		"first  \nsecond\\\nthird":              "p(first/second/third)",
		"- a\n- b\n\n  more\n- c":               "l(•p(a)•p(b) p(more)•p(c))",
		"* a\n  1. x\n  2. y":                   "l(•p(a) l(1.p(x)2.p(y)))",
		"3) c\n4) d":                            "l(3.p(c)4.p(d))",
		"• a\n• b":                              "l(•p(a)•p(b))",
		"١. أولًا\n٢. ثانيًا":                   "l(1.p(أولًا)2.p(ثانيًا))",
		"في عام ٢٠٢٢. قال":                      "p(في عام ٢٠٢٢. قال)",
		"> said\n> so\n\nwe":                    "q(p(said so)) p(we)",
		"a\n\n---\n\nb\n***\nc":                 "p(a) --- p(b) --- p(c)",
		"Signed\n---":                           "p(Signed) ---",
		"taken [1] and [^2], see [١٢]":          "p(taken#1 and#2, see#12)",
		"[0] [2021] [a] [1a] [^x]":              "p([0] [2021] [a] [1a] [^x])",
		"[1]: a source":                         "p(#1: a source)",
		"[the list](https://example.org/l)":     "p(the list (https://example.org/l))",
		"[1](https://example.org)":              "p(1 (https://example.org))",
		"[https://example.org](https://example.org) [a@b.example](mailto:a@b.example)": "p(https://example.org a@b.example)",
		"<https://example.org/a>":                     "p(https://example.org/a)",
		"[say](javascript:alert(1))":                  "p(say (javascript:alert(1)))",
		"<script>alert(1)</script>":                   "p(<script>alert(1)</script>)",
		"<div>\n<b>x</b>\n</div>":                     "p(<div> <b>x</b> </div>)",
		"![a *map*](/secret.png) !":                   "p(![a *map*](/secret.png) !)",
		"[x ![a](b)](c)":                              "p(x ![a](b) (c))",
		"![a](b":                                      "p(![a](b)",
		"    far in":                                  "p(far in)",
		"```\ncode\n```":                              "p(``` code ```)",
		"Al-Ka`bi and Ba`ath":                         "p(Al-Ka`bi and Ba`ath)",
		`\*not\* \[1\] \{{date}} 5 \> 4 &lt;b&gt; &x`: `p(*not* [1] {{date}} 5 > 4 <b> &x)`,
		"Dear {{ addressees }},":                      "p(Dear {{addressees}},)",
		"{{*x*}} {{}} {{ }} {x}":                      "p({{_x_}} {{}} {{ }} {x})",
		"a\x00b \xff":                                 "p(a\ufffdb \ufffd)",
	} {
		if got := said(Markdown(written)); got != want {
			t.Errorf("%q\n is read as %s\n      wanted %s", written, got, want)
		}
	}
}

func TestDeepNestingIsFlattenedAndLosesNothing(t *testing.T) {
	for _, sign := range []string{">", "- ", "1. "} {
		blocks := Markdown(strings.Repeat(sign, 60) + "the word")
		if got := said(blocks); !strings.Contains(got, "the word") || strings.Count(got, "(") > nested+2 {
			t.Errorf("%q: %s", sign, got)
		}
		b := read(t, Document{Lang: "en", Dir: "ltr", Blocks: blocks})
		if !strings.Contains(b.text(), "the word") {
			t.Errorf("%q: the word is not on paper: %q", sign, b.text())
		}
	}
}

func TestHostileMarkdownIsReadInTime(t *testing.T) {
	begin := time.Now()
	for _, sign := range []string{"- ", "![", "*", "**a", "{{", "[1]", "<", "`", "_a", "a[b](", "\n> - ", "&", "\\", "1. ", "![a]", "![a]("} {
		Markdown(strings.Repeat(sign, 20_000/len(sign)))
	}
	for _, sign := range []string{">", "> ", "[", "- > "} { // these grow with the square of their number, so they are not read as what they pretend
		if got := Markdown(strings.Repeat(sign, 100_000/len(sign)) + "word"); len(got) != 1 || !strings.HasSuffix(said(got), "word)") {
			t.Errorf("%q: %d blocks", sign, len(got))
		}
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestNotesAreTiedToSourcesAndTheRestIsText(t *testing.T) {
	blocks := Markdown("Taken [1], held [2].\n\n- in [3]\n\n> or [9]")
	tied := Renumber(blocks, func(n int) []int { return map[int][]int{1: {4}, 2: {5, 6}, 3: {4}}[n] })
	if got, want := said(tied), "p(Taken#4, held#5#6.) l(•p(in#4)) q(p(or [9]))"; got != want {
		t.Errorf("got %s, wanted %s", got, want)
	}
	if got, want := said(blocks), "p(Taken#1, held#2.) l(•p(in#3)) q(p(or#9))"; got != want {
		t.Errorf("what was given is changed: %s", got)
	}
}

func markdownPage(t testing.TB, lang string, blocks []Block) string {
	t.Helper()
	var out bytes.Buffer
	if err := Fragment(lang, blocks).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestThePreviewShowsListsQuotesAndFieldsStillToFill(t *testing.T) {
	page := markdownPage(t, "ar", Markdown("إلى {{الجهات المخاطبة}}\n\n1. أولًا\n2. second\n\n> قول\n\n---\n"))
	for _, want := range []string{
		`<div class="paper paper-fragment" lang="ar" dir="rtl">`, `<ol class="paper-list"><li><span class="paper-point">1.</span><div><p class="paper-text">أولًا</p></div></li>`,
		`<p class="paper-text" dir="ltr">second</p>`, `<blockquote class="paper-quote">`, `<hr class="paper-rule">`, `<mark class="paper-unfilled">{{الجهات المخاطبة}}</mark>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the preview lacks %s:\n%s", want, page)
		}
	}
}

func TestListsAndQuotesStandFurtherInOnPaper(t *testing.T) {
	for _, dir := range []string{"ltr", "rtl"} {
		lang, words := "en", [3]string{"outer", "inner", "quoted"}
		if dir == "rtl" {
			lang, words = "ar", [3]string{"ظاهر", "داخل", "مقتبس"}
		}
		b := read(t, Document{Lang: lang, Dir: dir, Blocks: Markdown("- " + words[0] + "\n  - " + words[1] + "\n\n> " + words[2] + "\n")})
		x := map[string]float64{}
		y := map[string]float64{}
		tags := map[string]string{}
		for _, l := range b.pages[0] {
			for _, w := range words {
				if l.text == w || l.text == seen(w) {
					x[w], y[w], tags[w] = l.x, l.y, l.tag
				}
			}
			if l.text == "•" && l.tag != "Lbl" {
				t.Errorf("a bullet is read as %s", l.tag)
			}
		}
		in := func(a, b string) bool {
			if dir == "rtl" {
				return x[a] > x[b]
			}
			return x[a] < x[b]
		}
		if !in(words[0], words[1]) || y[words[0]] <= y[words[1]] || tags[words[1]] != "P" {
			t.Errorf("%s: places %v, heights %v, tags %v", dir, x, y, tags)
		}
	}
}

func TestABreakBeginsAPageAndNoneIsEmpty(t *testing.T) {
	b := read(t, Document{Lang: "en", Dir: "ltr", Blocks: []Block{Break{}, Paragraph{Text: Plain("one")}, Break{}, Break{}, Heading{2, "head"}, Break{}, Paragraph{Text: Plain("two")}}})
	var got []string
	for i := range b.pages {
		got = append(got, strings.Split(b.page(i), "\n")[0])
	}
	if fmt.Sprint(got) != "[one head two]" {
		t.Errorf("pages begin with %v", got)
	}
}

var tagsOfPreview = regexp.MustCompile(`<(?:/?(?:h2|h3|p|ul|ol|li|div|span|blockquote|strong|em|bdi|mark)|hr|br|link|a|/a)(?: (?:class|lang|dir|href|rel|aria-label)="[^"<>]*")*>`)

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}

// Whatever is written, the page holds no tag that is not ours and both other
// forms are made.
func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"# a\n- b\n  1. c\n\n> d [1] {{date}}\n***\n![x](y) <b onclick=x> &lt;i&gt;", "١. ا\n• ب", "[a](<b\"c>) **x _y_ z**", "{{\u202edate}}", "> > > - - 1. a\\\nb", "[1][2](x)", "\x00\xff\u2068"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, written string) {
		if len(written) > 4000 {
			return
		}
		blocks := Markdown(written)
		page := markdownPage(t, "en", blocks)
		if rest := tagsOfPreview.ReplaceAllString(page, ""); strings.ContainsAny(rest, "<>") {
			t.Fatalf("%q leaves a tag in %q", written, rest)
		}
		// Escapes, addresses and fields are words of their own; without them every letter is kept.
		if !strings.ContainsAny(written, "&<{") && !strings.Contains(written, "](") && letters(sentence(blocks).String()) != letters(written) {
			t.Fatalf("%q loses letters: %s", written, said(blocks))
		}
		values := Values{"date": {Paragraph{Text: Plain("1 May")}}, "demands": {List{First: 1, Items: []Item{{Blocks: []Block{Paragraph{Text: Plain("x")}}}}}}}
		for _, g := range values.Gaps(written) {
			if g.Line < 1 || g.Column < 1 {
				t.Fatalf("%q: gap %+v", written, g)
			}
		}
		d := Document{Lang: "en", Dir: "ltr", Blocks: values.Fill(blocks)}
		opened(t, d)
		if err := d.PDF(io.Discard); err != nil {
			t.Fatal(err)
		}
	})
}
