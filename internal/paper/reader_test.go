package paper

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// leaf is one line or cell line of a page as a reader of our PDF finds it.
type leaf struct {
	text string // as the eye sees it, from left to right
	tag  string // H1, TD, Artifact …
	x, y float64
}

// book is a PDF of ours, opened again.
type book struct {
	raw     []byte
	objects map[int]string
	streams map[int][]byte
	pages   [][]leaf
}

var (
	objectHead = regexp.MustCompile(`(?s)(\d+) 0 obj\n<<(.*?)/Length (\d+)>>\nstream\n`)
	refs       = regexp.MustCompile(`(\d+) 0 R`)
	fontRef    = regexp.MustCompile(`/(F\d) (\d+) 0 R`)
	bfchar     = regexp.MustCompile(`<([0-9A-F]{4})><([0-9A-F]+)>\n`)
	artifact   = regexp.MustCompile(`^/Artifact BMC$`)
	tagged     = regexp.MustCompile(`^/(\w+)<</MCID (\d+)>>BDC$`)
	shown      = regexp.MustCompile(`/(F\d) [\d.]+ Tf 1 0 0 1 ([\d.-]+) ([\d.-]+) Tm\[(.*)\]TJ$`)
	hexes      = regexp.MustCompile(`<([0-9A-F]+)>`)
)

func read(t *testing.T, d Document) *book {
	t.Helper()
	var out bytes.Buffer
	if err := d.PDF(&out); err != nil {
		t.Fatal(err)
	}
	b := &book{raw: out.Bytes(), objects: map[int]string{}, streams: map[int][]byte{}}
	for at := 0; ; {
		m := objectHead.FindSubmatchIndex(b.raw[at:])
		if m == nil {
			break
		}
		number, dict := atoi(t, string(b.raw[at+m[2]:at+m[3]])), string(b.raw[at+m[4]:at+m[5]])
		size := atoi(t, string(b.raw[at+m[6]:at+m[7]]))
		data := b.raw[at+m[1] : at+m[1]+size]
		if strings.Contains(dict, "FlateDecode") {
			z, err := zlib.NewReader(bytes.NewReader(data))
			if err != nil {
				t.Fatalf("object %d: %v", number, err)
			}
			if data, err = io.ReadAll(z); err != nil {
				t.Fatalf("object %d: %v", number, err)
			}
		}
		b.objects[number], b.streams[number] = dict, data
		if strings.Contains(dict, "/Type/ObjStm") {
			first := atoi(t, regexp.MustCompile(`/First (\d+)`).FindStringSubmatch(dict)[1])
			index := strings.Fields(string(data[:first]))
			for i := 0; i < len(index); i += 2 {
				body := string(data[first+atoi(t, index[i+1]):])
				b.objects[atoi(t, index[i])], _, _ = strings.Cut(body, "\n")
			}
		}
		at += m[1] + size
	}
	b.readPages(t)
	return b
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (b *book) find(part string) string {
	for _, body := range b.objects {
		if strings.Contains(body, part) {
			return body
		}
	}
	return ""
}

func (b *book) readPages(t *testing.T) {
	kids := b.find("/Type/Pages")
	for _, m := range refs.FindAllStringSubmatch(kids[strings.Index(kids, "/Kids"):], -1) {
		page := b.objects[atoi(t, m[1])]
		texts := map[string]map[string]string{}
		for _, f := range fontRef.FindAllStringSubmatch(page, -1) {
			font := b.objects[atoi(t, f[2])]
			cmap := b.streams[atoi(t, regexp.MustCompile(`/ToUnicode (\d+)`).FindStringSubmatch(font)[1])]
			texts[f[1]] = map[string]string{}
			for _, c := range bfchar.FindAllStringSubmatch(string(cmap), -1) {
				raw, err := hex.DecodeString(c[2])
				if err != nil {
					t.Fatal(err)
				}
				var units []uint16
				for i := 0; i < len(raw); i += 2 {
					units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
				}
				texts[f[1]][c[1]] = string(utf16.Decode(units))
			}
		}
		content := b.streams[atoi(t, regexp.MustCompile(`/Contents (\d+)`).FindStringSubmatch(page)[1])]
		b.pages = append(b.pages, leaves(t, string(content), texts))
	}
}

func leaves(t *testing.T, content string, texts map[string]map[string]string) []leaf {
	var out []leaf
	tag := ""
	for _, row := range strings.Split(content, "\n") {
		switch {
		case artifact.MatchString(row):
			tag = "Artifact"
		case tagged.MatchString(row):
			tag = tagged.FindStringSubmatch(row)[1]
		case row == "EMC":
			tag = ""
		case row == "BT":
			out = append(out, leaf{tag: tag})
		case strings.HasSuffix(row, "TJ"):
			m := shown.FindStringSubmatch(row)
			if m == nil {
				t.Fatalf("cannot read %q", row)
			}
			l := &out[len(out)-1]
			if l.text == "" {
				l.x, _ = strconv.ParseFloat(m[2], 64)
				l.y, _ = strconv.ParseFloat(m[3], 64)
			}
			for _, h := range hexes.FindAllStringSubmatch(m[4], -1) {
				for part := range slices.Chunk([]byte(h[1]), 4) {
					l.text += texts[m[1]][string(part)]
				}
			}
		}
	}
	return out
}

// page is the text of a page, a line for each line of each cell.
func (b *book) page(i int) string {
	var lines []string
	for _, l := range b.pages[i] {
		lines = append(lines, strings.TrimSpace(l.text))
	}
	return strings.Join(lines, "\n")
}

func (b *book) text() string {
	var all []string
	for i := range b.pages {
		all = append(all, b.page(i))
	}
	return strings.Join(all, "\n")
}

// seen is how the eye sees a text of right-to-left letters alone.
func seen(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}
