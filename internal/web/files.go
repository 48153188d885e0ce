package web

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases"
	"amparo/internal/cases/evidence"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/vault"
	"amparo/views/parts"
	"amparo/views/records"
)

// fileRoutes are the addresses of files.
func (s *Server) fileRoutes() []Route {
	return []Route{
		{Method: fiber.MethodGet, Path: "/" + evidence.Kind.Path + "/:ref/file", Who: Looks, Handle: (*Request).sendFile},
		{Method: fiber.MethodPost, Path: "/" + evidence.Kind.Path + "/:ref/export", Who: Writes, Handle: (*Request).exportFile},
		{Method: fiber.MethodPost, Path: "/" + evidence.Kind.Path + "/:ref/stripped", Who: Writes, Handle: (*Request).stripFile},
		{Method: fiber.MethodGet, Path: "/" + evidence.Kind.Path + "/recheck", Who: Leads, Handle: (*Request).recheckPage},
		{Method: fiber.MethodPost, Path: "/" + evidence.Kind.Path + "/recheck", Who: Leads, Sets: true, Handle: (*Request).recheck},
	}
}

// upload is a file that came with a form; of nil nothing is made.
type upload struct {
	*vault.Arrival // nil when it did not come whole
	name           string
	wrong          form.Problem
	waits          bool // its form came back to be mended
	kept           bool
}

func (u *upload) sum() string {
	if u.Arrival == nil {
		return u.wrong.Code
	}
	return u.SHA256
}

// hold gives a piece of evidence the file.
func (u *upload) hold(body record.Body, at time.Time) error {
	if u == nil {
		return nil
	}
	return body.(*evidence.Evidence).Hold(u.File, u.name, at)
}

// keep is the last thing done before a record with a file is kept: what comes
// first is on the disk first.
func (u *upload) keep() error {
	if u == nil {
		return nil
	}
	u.kept = true
	return u.Keep()
}

// filesLimit is how many files may come with one form.
const filesLimit = 20

// takeFile reads one file of a form; whole is false when nothing can come after it.
func (r *Request) takeFile(field, called string, content io.Reader) (whole bool, err error) {
	if !r.route.Upload || r.came[field] != nil || len(r.came) == filesLimit {
		return true, nil // of doubled ones the first counts
	}
	if !r.token && !r.proven() {
		return false, errCrossSite
	}
	if r.o.Files == nil {
		return false, statusError(fiber.StatusServiceUnavailable)
	}
	scan := r.o.Scanner.Scan()
	a, err := r.o.Files.Take(io.TeeReader(content, scan), r.o.FileMost)
	infected, unknown := scan.Found()
	u := &upload{Arrival: a, name: fileName(called), wrong: form.Problem{Field: field}}
	switch {
	case err == nil && program(a.MediaType, u.name):
		u.wrong.Code, u.Arrival = "file_program", nil
		if err := a.Drop(); err != nil {
			return false, err
		}
	case err == nil && (infected != "" || unknown != nil):
		u.wrong.Code, u.Arrival = "file_infected", nil
		if unknown != nil {
			u.wrong.Code = "file_unscanned"
			r.o.Log.Error("a file could not be scanned", "kind", typeName(unknown))
		}
		if err := a.Drop(); err != nil {
			return false, err
		}
	case err == nil:
	case errors.Is(err, vault.ErrEmpty) && called == "":
		return true, nil // a form in which no file was chosen
	case errors.Is(err, vault.ErrEmpty):
		u.wrong.Code = "file_empty"
	case errors.Is(err, vault.ErrLarge):
		u.wrong.Code, u.wrong.Args = "file_large", []any{"max", r.size(r.o.FileMost)}
	case errors.Is(err, vault.ErrCut):
		u.wrong.Code = "file_cut"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return false, statusError(fiber.StatusInsufficientStorage)
	default:
		return false, err
	}
	if r.came == nil {
		r.came = map[string]*upload{}
	}
	r.came[field] = u
	return u.wrong.Code != "file_cut", nil
}

// fileIn gives the file that came in a field of the form, or that waits since
// the form was sent before; nil when there is none.
func (r *Request) fileIn(field string) (*upload, form.Problems) {
	u := r.came[field]
	if ticket := r.values.First(field + ".waiting"); u == nil && ticket != "" && r.values.First(field+".leave") == "" && r.o.Files != nil {
		a, name, err := r.o.Files.Claim(ticket, r.Actor.ID)
		if err != nil {
			return nil, form.Problems{{Field: field, Code: "file_gone"}}
		}
		u = &upload{Arrival: a, name: name}
		if r.came == nil {
			r.came = map[string]*upload{}
		}
		r.came[field] = u
	}
	if u != nil && u.wrong.Code != "" {
		return nil, form.Problems{u.wrong}
	}
	return u, nil
}

// fileOf is the file that came for a record of a kind that may hold one.
func (r *Request) fileOf(k *record.Kind) (*upload, form.Problems) {
	if k.Name != evidence.Kind.Name {
		return nil, nil
	}
	return r.fileIn("file")
}

// fileInput asks for a file. One that came whole with a form that has to be
// mended is not asked for again: it waits.
func (r *Request) fileInput(field, label string, problems form.Problems) parts.Field {
	in := parts.Field{Name: field, Label: label, Type: parts.File, Hint: r.L.T("file.hint", "max", r.size(r.o.FileMost)), Bytes: r.o.FileMost}
	for _, p := range problems {
		if p.Field == field {
			in.Error = r.problem(p)
		}
	}
	if u := r.came[field]; u != nil && u.Arrival != nil && u.Waits() {
		u.waits = true
		in.Value, in.Echo = u.Ticket(r.Actor.ID, u.name), r.L.T("file.waits", "name", u.name, "size", r.size(u.Size))
	}
	return in
}

// fileField asks for the file of a record that may hold one and holds none yet.
func (r *Request) fileField(k *record.Kind, body record.Body, problems form.Problems) (in parts.Field, asked bool) {
	if k.Name != evidence.Kind.Name || r.o.Files == nil {
		return in, false
	}
	in = r.fileInput("file", r.L.T("field.file"), problems)
	return in, in.Value != "" || in.Error != "" || body.(*evidence.Evidence).SHA256 == ""
}

// refused is the status of a form that is not kept.
func refused(problems form.Problems) int {
	if slices.ContainsFunc(problems, func(p form.Problem) bool { return p.Code == "file_large" }) {
		return fiber.StatusRequestEntityTooLarge
	}
	return fiber.StatusUnprocessableEntity
}

// leaveFiles takes away what came with a request and was not kept.
func (r *Request) leaveFiles() {
	for _, u := range r.came {
		if u.Arrival == nil || u.waits {
			continue
		}
		err := u.Drop()
		if u.kept && r.c.Response().StatusCode() >= 400 {
			err = errors.Join(err, r.book.Do(r.c.UserContext(), auth.System("a file whose record was not kept"), func(tx *record.Tx) error {
				held, err := cases.HoldsFile(tx, u.SHA256)
				if err != nil || held {
					return err
				}
				return u.Unkeep()
			}))
		} else if u.kept && u.Mends() {
			err = errors.Join(err, cases.KeepFound(r.c.UserContext(), r.book, map[string]string{u.SHA256: cases.Whole}))
		}
		if err != nil {
			r.o.Log.Error("a file could not be taken away", "kind", typeName(err))
		}
	}
}

// filed keeps the file that came in a field of the form as a piece of evidence
// in the case and gives its ref: for forms that ask for a proof or a document.
// The zero ref means that no file was sent. kind is one of evidence.Kinds, title
// what the evidence is called. What is wrong with the file is a form.Problems
// under the field's name.
//
// The route must say Upload: true, and the form ask with fileInput; both forms
// of parts and records that hold such a field are sent in parts by themselves.
func (r *Request) filed(tx *record.Tx, field, kind, title string, home *record.Sheet) (form.Ref, error) {
	u, problems := r.fileIn(field)
	if u == nil || problems != nil {
		return form.Ref{}, problems.Or()
	}
	e := &evidence.Evidence{Kind: kind, TitleText: title}
	if err := u.hold(e, r.now()); err != nil {
		return form.Ref{}, err
	}
	made, err := tx.Create(evidence.Kind.Name, e, home)
	if err != nil {
		return form.Ref{}, err
	}
	return made.Ref(), u.keep()
}

// tellSame says on the next page where the same file is on file already.
func (r *Request) tellSame(s *record.Sheet) error {
	if s.Kind.Name != evidence.Kind.Name {
		return nil
	}
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		same, err := cases.SameFile(tx, s)
		if err != nil || len(same) == 0 {
			return err
		}
		r.flash("file.same", "refs", refWords(r, same))
		return nil
	})
}

func refWords(r *Request, list []form.Ref) string {
	words := make([]string, len(list))
	for i, ref := range list {
		words[i] = ref.Ref
	}
	return strings.Join(words, r.L.T("web.comma"))
}

// fileName is what a sender calls his file: without folders, and without signs
// that are not seen. It is only ever shown and given back, never a path.
func fileName(called string) string {
	name := strings.ToValidUTF8(called, "\uFFFD")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) {
			return -1
		}
		return c
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	if runes := []rune(name); len(runes) > 150 {
		end := []rune(path.Ext(name))
		if len(end) > 10 {
			end = nil
		}
		name = string(runes[:150-len(end)]) + string(end)
	}
	if name == "" {
		return "file"
	}
	return name
}

// Programs are not taken as they are: whoever opens one by a mistake runs it.
var (
	programTypes = []string{"application/vnd.microsoft.portable-executable", "application/x-elf", "application/x-executable", "application/x-sharedlib", "application/x-object",
		"application/x-mach-binary", "application/x-ms-installer", "application/x-ms-shortcut", "application/vnd.android.package-archive", "application/java-archive",
		"application/x-java-applet", "application/x-chrome-extension", "application/vnd.debian.binary-package", "application/x-rpm", "application/wasm", "application/vnd.ms-htmlhelp"}
	programEnds = []string{".exe", ".dll", ".com", ".scr", ".pif", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".hta", ".msi", ".msp", ".jar", ".apk",
		".lnk", ".reg", ".chm", ".cpl", ".scf", ".app", ".deb", ".rpm"}
)

func program(mediaType, name string) bool {
	return slices.Contains(programTypes, mediaType) || slices.Contains(programEnds, strings.ToLower(path.Ext(name)))
}

// harmless are the types a file is sent as; all others are sent as mere bytes.
func harmless(mediaType string) string {
	kind, sub, _ := strings.Cut(mediaType, "/")
	switch {
	case kind == "image" && slices.Contains([]string{"png", "jpeg", "gif", "webp", "tiff", "bmp", "heic", "heif", "avif"}, sub), kind == "audio", kind == "video",
		mediaType == "application/pdf", mediaType == "application/zip", strings.HasPrefix(sub, "vnd.openxmlformats-"), strings.HasPrefix(sub, "vnd.oasis."):
		return mediaType
	}
	return fiber.MIMEOctetStream
}

// attachment says that a file is to be laid down, not opened, and what it is called.
func attachment(name string) string {
	plain := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || strings.ContainsRune(`"\%`, c) {
			return '_'
		}
		return c
	}, name)
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// sendFile gives the file of a piece of evidence to whoever may see it, as it
// came, and leaves a line of that.
func (r *Request) sendFile() error {
	s, e, err := r.held()
	if err != nil {
		return err
	}
	if r.c.Method() == fiber.MethodHead {
		r.dressFile(e)
		r.c.Response().Header.SetContentLength(int(e.Size.N))
		return nil
	}
	content, err := r.openFile(e)
	if err != nil {
		return err
	}
	if err := r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error { return tx.Witness(s, "read_file") }); err != nil {
		return errors.Join(err, content.Close())
	}
	r.dressFile(e)
	r.c.Response().SetBodyStream(&outgoing{ReadCloser: content, conn: r.c.Context().Conn()}, int(content.Size))
	return nil
}

// openFile opens the file of a piece of evidence; what is found wrong with it is
// kept, so that everything that rests on it is marked.
func (r *Request) openFile(e *evidence.Evidence) (*vault.Content, error) {
	content, err := r.o.Files.Open(e.SHA256)
	if err == nil {
		return content, nil
	}
	if how, other := cases.FoundAs(err); other == nil {
		err = errors.Join(err, cases.KeepFound(r.c.UserContext(), r.book, map[string]string{e.SHA256: how}))
	}
	return nil, fmt.Errorf("open a file: %w", err)
}

// dressFile sets what keeps a browser from opening a file in our name.
func (r *Request) dressFile(e *evidence.Evidence) {
	r.c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	r.c.Set(fiber.HeaderContentDisposition, attachment(e.FileName))
	r.c.Set(fiber.HeaderContentType, harmless(e.MediaType))
}

// outgoing gives a file to a slow line: what is taken in time gives more time.
type outgoing struct {
	io.ReadCloser
	conn net.Conn
}

func (o *outgoing) Read(b []byte) (int, error) {
	if err := o.conn.SetWriteDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		return 0, err
	}
	return o.ReadCloser.Read(b)
}

// size words a number of bytes.
func (r *Request) size(n int64) string {
	const kb, mb = 1 << 10, 1 << 20
	switch {
	case n < kb:
		return r.L.N("file.bytes", int(n))
	case n < mb:
		return r.L.T("file.kb", "n", r.L.Int(int(n+kb/2)/kb))
	case n < 10*mb:
		return r.L.T("file.mb", "n", strconv.FormatFloat(float64(n)/mb, 'f', 1, 64))
	}
	return r.L.T("file.mb", "n", r.L.Int(int(n+mb/2)/mb))
}

// mediaTypes are the words for what files are; of all others the first half says enough.
var mediaTypes = map[string]string{
	"application/pdf": "pdf", "image/jpeg": "jpeg", "image/png": "png", "text/csv": "csv", "text/html": "html", "application/octet-stream": "unknown", "message/rfc822": "mail",
	"application/vnd.ms-outlook": "mail", "application/zip": "archive", "application/gzip": "archive", "application/x-7z-compressed": "archive", "application/vnd.rar": "archive",
	"application/msword": "word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word", "application/vnd.oasis.opendocument.text": "word",
	"application/vnd.ms-excel": "excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "excel", "application/vnd.oasis.opendocument.spreadsheet": "excel",
}

// mediaType words what a file is.
func (r *Request) mediaType(kind string) string {
	if kind == "" {
		return ""
	}
	word, ok := mediaTypes[kind]
	if !ok {
		word, _, _ = strings.Cut(kind, "/")
		if !slices.Contains([]string{"image", "audio", "video", "text"}, word) {
			word = "other"
		}
	}
	return r.L.T("file.type." + word)
}

// fileCard is what a record's page says of its file; nil when it holds none.
func (r *Request) fileCard(tx *record.Tx, s *record.Sheet) (*records.File, error) {
	if s.Kind.Name != evidence.Kind.Name {
		return nil, nil
	}
	e := record.As[*evidence.Evidence](s)
	if e.SHA256 == "" {
		return nil, nil
	}
	spoiled, err := r.spoiledFiles(tx)
	if err != nil {
		return nil, err
	}
	m := &records.File{Spoiled: r.spoiledBadge(spoiled[s.Head.ID]), Name: e.FileName, Size: r.size(int64(e.Size.N)), Type: r.mediaType(e.MediaType), Media: e.MediaType, Hash: e.SHA256, URL: r.url(s.Ref()) + "/file"}
	same, err := cases.SameFile(tx, s)
	if err != nil {
		return nil, err
	}
	for _, what := range e.Metadata {
		m.Tells = append(m.Tells, parts.Badge{Word: r.L.T("option.metadata." + what), Tone: map[string]parts.Tone{vault.Place: parts.Alarm}[what]})
	}
	if r.writes(s) && !r.token {
		m.Export = &parts.Ask{Name: "export", Label: r.L.T("file.export"), Note: r.L.T("file.export_note"), Post: m.URL[:len(m.URL)-len("file")] + "export", Fields: r.exportFields(nil)}
		if vault.CanStrip(e.MediaType) {
			m.Strip = m.URL[:len(m.URL)-len("file")] + "stripped"
		}
	}
	for _, ref := range same {
		m.Same = append(m.Same, parts.Run{Text: ref.Ref + " " + ref.Title, URL: r.url(ref)})
	}
	lines, err := tx.History(s)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		came := slices.ContainsFunc(l.Changes, func(c form.Change) bool { return c.Field == "sha256" })
		if !came && !strings.HasPrefix(l.Action, "read_") && !strings.HasPrefix(l.Action, "file_") {
			continue
		}
		what := r.act(l)
		if came {
			what = r.L.T("file.came")
		}
		m.Held = append(m.Held, records.Holding{What: what, By: nameOf(l.By), At: r.moment(l.At)})
	}
	return m, nil
}

// partsOf is the form in parts that makes a record with its file, nil for kinds
// that hold none.
func partsOf(k *record.Kind) schema {
	if k.Name != evidence.Kind.Name {
		return nil
	}
	return schemaRef(k.Name + "_with_file")
}

// fileOperations are what the API does with the file of a record.
func fileOperations(one string, rec schema) []operation {
	file := objectOf(schema{"file": schema{"type": "string", "format": "binary"}})
	return []operation{
		{method: fiber.MethodGet, path: one + "/file", who: Looks, do: (*Request).sendFile, id: "get_file", tag: evidence.Kind.Name, status: fiber.StatusOK},
		{method: fiber.MethodPost, path: one + "/stripped", who: Writes, do: (*Request).apiStrip, id: "strip_file", tag: evidence.Kind.Name, status: fiber.StatusCreated, reply: rec},
		{method: fiber.MethodPost, path: one + "/file", who: Writes, do: (*Request).apiAttach, id: "add_file", tag: evidence.Kind.Name, matches: true, parts: file, status: fiber.StatusOK, reply: rec},
	}
}

// withFile is what makes a piece of evidence together with its file.
func withFile(input schema) schema {
	fields := schema{"file": schema{"type": "string", "format": "binary"}}
	for name, of := range input["properties"].(schema) {
		fields[name] = of
	}
	return objectOf(fields)
}

// apiReceive makes a piece of evidence of a form in parts: its fields, and the
// file under "file".
func (r *Request) apiReceive() error {
	k := evidence.Kind
	v, err := r.form()
	if err != nil {
		return err
	}
	e := &evidence.Evidence{}
	var problems form.Problems
	for _, name := range slices.Sorted(maps.Keys(v)) {
		f, ok := e.Fields().Get(name)
		switch {
		case ok && f.Derived, name != "case" && slices.Contains(headMembers, name) && !ok:
			problems = append(problems, form.Problem{Field: name, Code: "read_only"})
		case !ok && name != "case":
			problems = append(problems, form.Problem{Field: name, Code: "unknown_field"})
		}
	}
	for field := range r.came {
		if field != "file" {
			problems = append(problems, form.Problem{Field: field, Code: "unknown_field"})
		}
	}
	problems = append(problems, e.Fields().Decode(v, r.now())...)
	u, wrong := r.fileIn("file")
	if err := append(problems, wrong...).Or(); err != nil {
		return err
	}
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		home, err := r.home(tx, k, e)
		if err != nil {
			return err
		}
		if err := u.hold(e, r.now()); err != nil {
			return err
		}
		made, err := tx.Create(k.Name, e, home)
		if err != nil {
			return err
		}
		r.c.Set(fiber.HeaderLocation, apiBase+k.Path+"/"+made.Head.Ref)
		if err := r.apiMadeFile(tx, made); err != nil {
			return err
		}
		return u.keep()
	})
}

// apiMadeFile answers with a new piece of evidence, and with the refs of those
// that hold the same file.
func (r *Request) apiMadeFile(tx *record.Tx, made *record.Sheet) error {
	now, err := tx.Get(made.Kind.Name, made.Head.Ref)
	if err != nil {
		return err
	}
	m, err := r.apiRecord(tx, now)
	if err != nil {
		return err
	}
	same, err := cases.SameFile(tx, now)
	if err != nil {
		return err
	}
	refs := make([]string, len(same))
	for i, ref := range same {
		refs[i] = ref.Ref
	}
	m["same_file"] = refs
	r.c.Set(fiber.HeaderETag, `"`+version(now)+`"`)
	return r.json(fiber.StatusCreated, m)
}

// apiAttach gives a piece of evidence on file the file that it lacks.
func (r *Request) apiAttach() error {
	if _, err := r.form(); err != nil {
		return err
	}
	u, problems := r.fileIn("file")
	if u == nil && problems == nil {
		problems = form.Problems{{Field: "file", Code: "required"}}
	}
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.apiSheet(tx, evidence.Kind)
		if err != nil {
			return err
		}
		began, err := r.began(s)
		if err != nil {
			return err
		}
		if err := problems.Or(); err != nil {
			return err
		}
		if err := u.hold(s.Body, r.now()); err != nil {
			return err
		}
		if err := tx.Save(s, began); err != nil {
			return err
		}
		if err := r.apiKept(tx, fiber.StatusOK, s); err != nil {
			return err
		}
		return u.keep()
	})
}
