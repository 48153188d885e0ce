package i18n

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed messages/*/*.json
var files embed.FS

// message is one entry: a plain one has only forms[Other].
type message struct {
	plural bool
	forms  [plural.Many + 1]*template
}

// template is text cut at its placeholders: texts[0] names[0] texts[1] …, so
// there is always one text more than names.
type template struct {
	texts []string
	names []string
	size  int
}

func (t *template) fill(r *Reader, key, n string, args []any) string {
	if len(t.names) == 0 {
		return t.texts[0]
	}
	var b strings.Builder
	b.Grow(t.size + 16*len(t.names))
	for i, name := range t.names {
		b.WriteString(t.texts[i])
		if name == "n" && n != "" {
			b.WriteString(n)
			continue
		}
		b.WriteString(r.value(key, name, args))
	}
	b.WriteString(t.texts[len(t.names)])
	return b.String()
}

func (r *Reader) value(key, name string, args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		switch v := args[i+1].(type) {
		case string:
			return v
		case int:
			return r.Int(v)
		case int64:
			return group(strconv.FormatInt(v, 10))
		case fmt.Stringer:
			return v.String()
		default:
			return fmt.Sprint(v)
		}
	}
	if testing.Testing() {
		panic(fmt.Sprintf("i18n: message %q wants {%s}", key, name))
	}
	return "{" + name + "}"
}

func compile(text string) (*template, error) {
	t := &template{size: len(text)}
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 2 {
			return nil, errors.New("a { without a name and }")
		}
		name := text[open+1 : open+end]
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_0123456789") != "" {
			return nil, fmt.Errorf("{%s} is no name of a placeholder", name)
		}
		t.texts = append(t.texts, text[:open])
		t.names = append(t.names, name)
		text = text[open+end+1:]
	}
	t.texts = append(t.texts, text)
	return t, nil
}

var formNames = map[string]plural.Form{
	"zero": plural.Zero, "one": plural.One, "two": plural.Two,
	"few": plural.Few, "many": plural.Many, "other": plural.Other,
}

func mustLoad() map[string]*Reader {
	all, err := load(files)
	if err != nil {
		panic("i18n: " + err.Error())
	}
	return all
}

func load(from fs.FS) (map[string]*Reader, error) {
	all := make(map[string]*Reader, len(languages))
	for _, l := range languages {
		r := &Reader{language: l, tag: language.MustParse(l.Code), messages: map[string]message{}}
		names, err := fs.Glob(from, path.Join("messages", l.Code, "*.json"))
		if err != nil {
			return nil, err
		}
		slices.Sort(names)
		for _, name := range names {
			data, err := fs.ReadFile(from, name)
			if err != nil {
				return nil, err
			}
			if err := r.read(data); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		all[l.Code] = r
	}
	for code, r := range all {
		if code != Fallback {
			r.next = all[Fallback]
		}
	}
	return all, nil
}

// read adds one file. It walks tokens instead of unmarshalling, because a key
// written twice would otherwise be lost without a word.
func (r *Reader) read(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if err := expect(d, '{'); err != nil {
		return err
	}
	for d.More() {
		key, err := text(d)
		if err != nil {
			return err
		}
		if _, twice := r.messages[key]; twice {
			return fmt.Errorf("%q is there twice", key)
		}
		m, err := readMessage(d)
		if err != nil {
			return fmt.Errorf("%q: %w", key, err)
		}
		r.messages[key] = m
	}
	if err := expect(d, '}'); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the last }")
	}
	return nil
}

func readMessage(d *json.Decoder) (message, error) {
	var m message
	token, err := d.Token()
	if err != nil {
		return m, err
	}
	if s, ok := token.(string); ok {
		m.forms[plural.Other], err = compile(s)
		return m, err
	}
	if token != json.Delim('{') {
		return m, errors.New("neither a text nor plural forms")
	}
	m.plural = true
	for d.More() {
		name, err := text(d)
		if err != nil {
			return m, err
		}
		form, ok := formNames[name]
		if !ok || m.forms[form] != nil {
			return m, fmt.Errorf("plural form %q is unknown or there twice", name)
		}
		s, err := text(d)
		if err != nil {
			return m, err
		}
		if m.forms[form], err = compile(s); err != nil {
			return m, err
		}
	}
	if m.forms[plural.Other] == nil {
		return m, errors.New(`the plural form "other" is missing`)
	}
	return m, expect(d, '}')
}

func expect(d *json.Decoder, want json.Delim) error {
	token, err := d.Token()
	if err == nil && token != want {
		err = fmt.Errorf("%v instead of %v", token, want)
	}
	return err
}

func text(d *json.Decoder) (string, error) {
	token, err := d.Token()
	if err != nil {
		return "", err
	}
	s, ok := token.(string)
	if !ok {
		return "", fmt.Errorf("%v instead of a text", token)
	}
	return s, nil
}
