package web

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net"
	"os"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Bodies are read here and nowhere else. They come as a stream, so that a file
// is encrypted while it arrives and never lies in memory or unencrypted on the
// disk; what is no file has a limit of its own.

const (
	// bodyLimit is how much of a form without its files, or of JSON, is read.
	bodyLimit = 4 << 20
	// partsLimit is how many fields a form may have.
	partsLimit = 5000
)

// streamMost is how much of a form with files is read to its end, so that one
// with too large a file still gets its page back; more is refused at once.
func (s *Server) streamMost() int64 { return 2*s.o.FileMost + bodyLimit }

// patient reads a body from a slow line: what arrives in time gives more time.
type patient struct {
	io.Reader
	conn  net.Conn
	due   int  // bytes until the clock is set anew
	ended bool // asked again, a stream would go on with the next request
}

func (p *patient) Read(b []byte) (int, error) {
	if p.ended {
		return 0, io.EOF
	}
	if p.due <= 0 {
		p.due = 64 << 10
		if err := p.conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			return 0, err
		}
	}
	n, err := p.Reader.Read(b)
	p.due, p.ended = p.due-n, err == io.EOF
	return n, err
}

// tooLong marks a request of whose body nothing is read.
const tooLong = "X-Amparo-Too-Long"

// readHead looks at the head of a request before any of its body is waited for. What
// says that it is too long is answered at once, and the connection ended.
func (s *Server) readHead(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	most := int64(bodyLimit)
	if isParts(h.ContentType()) {
		most = s.streamMost()
	}
	if int64(h.ContentLength()) > most {
		h.SetContentLength(0)
		h.SetConnectionClose()
		h.Set(tooLong, "1")
	}
	return fasthttp.RequestConfig{}
}

func isParts(contentType []byte) bool {
	return bytes.HasPrefix(bytes.ToLower(contentType), []byte("multipart/form-data"))
}

func isMultipart(c *fiber.Ctx) bool { return isParts(c.Request().Header.ContentType()) }

// takeIn reads the body of a request whole, unless it is a form in parts, which
// is read when it is known who sends it.
func takeIn(c *fiber.Ctx) error {
	req := c.Request()
	if len(req.Header.Peek(tooLong)) > 0 {
		c.Context().SetConnectionClose()
		return fiber.ErrRequestEntityTooLarge
	}
	if !req.IsBodyStream() || isMultipart(c) {
		return nil
	}
	var b bytes.Buffer
	b.Grow(max(req.Header.ContentLength(), 0) + bytes.MinRead)
	n, err := b.ReadFrom(io.LimitReader(req.BodyStream(), bodyLimit+1))
	switch {
	case err == nil && n > bodyLimit:
		err = fiber.ErrRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = fiber.ErrRequestTimeout
	case err != nil:
		err = fiber.ErrBadRequest
	}
	if err != nil {
		c.Context().SetConnectionClose()
		return err
	}
	req.SetBodyRaw(b.Bytes())
	return nil
}

// leave ends the connection of a request whose body was not read to its end:
// what is left of it would be taken for the next request. It is read away as far
// as it comes in time, so that the answer is not lost on who is still sending.
func (s *Server) leave(c *fiber.Ctx) {
	req := c.Request()
	if !req.IsBodyStream() {
		return
	}
	c.Context().SetConnectionClose()
	_, _ = io.CopyN(io.Discard, req.BodyStream(), s.streamMost()) // whether it comes does not matter any more
}

// readParts reads a form in parts. A file is taken only where the route takes
// one, and only once it is shown that the form is our own: the token comes
// before it.
func (r *Request) readParts() error {
	_, parameters, err := mime.ParseMediaType(r.c.Get(fiber.HeaderContentType))
	if err != nil || parameters["boundary"] == "" || r.c.Get(fiber.HeaderContentEncoding) != "" {
		return statusError(fiber.StatusBadRequest)
	}
	req := r.c.Request()
	if !req.IsBodyStream() {
		return statusError(fiber.StatusBadRequest)
	}
	most := r.streamMost()
	if !r.route.Upload {
		most = bodyLimit
	}
	if int64(req.Header.ContentLength()) > most {
		return statusError(fiber.StatusRequestEntityTooLarge)
	}
	line := &patient{Reader: req.BodyStream(), conn: r.c.Context().Conn()}
	defer func() {
		if line.ended {
			req.SetBodyRaw(nil)
		}
	}()
	body := &io.LimitedReader{R: line, N: most}
	in := multipart.NewReader(body, parameters["boundary"])
	left := bodyLimit
	for n := 0; ; n++ {
		p, err := in.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil && body.N <= 0 {
			return statusError(fiber.StatusRequestEntityTooLarge)
		}
		if err != nil {
			return statusError(fiber.StatusBadRequest)
		}
		if n >= partsLimit {
			return statusError(fiber.StatusRequestEntityTooLarge)
		}
		_, said, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
		if err != nil || said["name"] == "" {
			return statusError(fiber.StatusBadRequest)
		}
		name := said["name"]
		if called, isFile := said["filename"]; isFile {
			whole, err := r.takeFile(name, called, p)
			if err != nil {
				return err
			}
			if !whole { // nothing comes after it
				return nil
			}
			continue
		}
		text, err := io.ReadAll(io.LimitReader(p, int64(left)+1))
		if err != nil {
			return statusError(fiber.StatusBadRequest)
		}
		if left -= len(text); left < 0 {
			return statusError(fiber.StatusRequestEntityTooLarge)
		}
		r.values[name] = append(r.values[name], string(text))
	}
	// What follows the last part means nothing, but it has to be out of the way.
	_, _ = io.CopyN(io.Discard, body, 64<<10)
	return nil
}

// fingerprint tells one sending of a form from another.
func (r *Request) fingerprint() [32]byte {
	if !isMultipart(r.c) {
		return sha256.Sum256(r.c.Request().Body())
	}
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(r.values)) {
		fmt.Fprintf(h, "%q%q", name, r.values[name])
	}
	for _, name := range slices.Sorted(maps.Keys(r.came)) {
		fmt.Fprintf(h, "%q%q", name, r.came[name].sum())
	}
	return [32]byte(h.Sum(nil))
}
