// Package assets holds the style sheet, the script and the icons, embedded and
// named by the hash of their content so that a browser may keep them for ever.
// Pages live in views; who may ask for a file (everybody) is said in web.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:embed css icons js vendor/*.js
var files embed.FS

// Base is the beginning of every address made by URL.
const Base = "/assets/"

// File is one asset as it is sent.
type File struct {
	Name   string // as in the source: "css/app.css"
	Type   string // Content-Type
	ETag   string // quoted
	Plain  []byte
	brotli func() []byte // nil when not smaller; made once, when first asked for
	gzip   func() []byte
}

var (
	byName = map[string]string{} // css/app.css → /assets/css/app.1a2b3c4d5e6f.css
	byPath = map[string]*File{}
)

func init() {
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".md" || path.Ext(name) == ".go" || strings.HasPrefix(name, "vendor/") {
			return err
		}
		data, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		if name == "js/app.js" {
			if data, err = bundle(data); err != nil {
				return err
			}
		}
		keep(name, data)
		return nil
	})
	if err != nil {
		panic("assets: " + err.Error())
	}
}

// bundle puts the vendored library behind our script: one file, one request.
func bundle(ours []byte) ([]byte, error) {
	htmx, err := files.ReadFile("vendor/htmx-4.0.1.min.js")
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{ours, []byte("\n;"), htmx, []byte("\n")}, nil), nil
}

func keep(name string, data []byte) {
	if ext := path.Ext(name); ext == ".css" || ext == ".js" {
		data = slim(data, ext)
	}
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	hashed := Base + strings.TrimSuffix(name, ext) + "." + hash + ext
	byPath[hashed] = &File{
		Name: name, Type: mediaType(ext), ETag: `"` + hash + `"`, Plain: data,
		// Best compression costs a tenth of a second: not at the start of the program.
		brotli: sync.OnceValue(func() []byte {
			return smaller(data, func(b *bytes.Buffer) {
				w := brotli.NewWriterLevel(b, brotli.BestCompression)
				_, _ = w.Write(data) // a bytes.Buffer does not fail
				_ = w.Close()
			})
		}),
		gzip: sync.OnceValue(func() []byte {
			return smaller(data, func(b *bytes.Buffer) {
				w, _ := gzip.NewWriterLevel(b, gzip.BestCompression)
				_, _ = w.Write(data)
				_ = w.Close()
			})
		}),
	}
	byName[name] = hashed
}

func smaller(data []byte, write func(*bytes.Buffer)) []byte {
	var b bytes.Buffer
	write(&b)
	if b.Len() >= len(data) {
		return nil
	}
	return b.Bytes()
}

// slim drops what only we read: indentation, blank lines, and lines that are
// comments as a whole. It never joins lines, so no statement changes meaning.
func slim(data []byte, ext string) []byte {
	var out bytes.Buffer
	inside := false
	for line := range bytes.Lines(data) {
		t := bytes.TrimSpace(line)
		if inside {
			inside = !bytes.HasSuffix(t, []byte("*/"))
			continue
		}
		switch {
		case len(t) == 0:
			continue
		case ext == ".js" && bytes.HasPrefix(t, []byte("//")):
			continue
		case bytes.HasPrefix(t, []byte("/*")):
			inside = !bytes.Contains(t, []byte("*/"))
			continue
		}
		out.Write(t)
		out.WriteByte('\n')
	}
	return out.Bytes()
}

func mediaType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	default:
		return "application/octet-stream"
	}
}

// URL is the address of an asset, named by its content. A name that does not
// exist is a mistake in the program and panics.
func URL(name string) string {
	u, ok := byName[name]
	if !ok {
		panic("assets: no file " + name)
	}
	return u
}

// Find gives the asset at an address made by URL; nil when there is none.
func Find(address string) *File { return byPath[address] }

// Encoded chooses the smallest form that an Accept-Encoding header allows and
// names it as Content-Encoding; "" is plain.
func (f *File) Encoded(accept string) (body []byte, encoding string) {
	if strings.Contains(accept, "br") {
		if body := f.brotli(); body != nil {
			return body, "br"
		}
	}
	if strings.Contains(accept, "gzip") {
		if body := f.gzip(); body != nil {
			return body, "gzip"
		}
	}
	return f.Plain, ""
}
