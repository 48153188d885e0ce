package web

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"path"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth/account"
	"amparo/internal/cases"
	"amparo/internal/cases/evidence"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/vault"
	"amparo/views/parts"
	"amparo/views/records"
)

// What becomes of a file after it came: copies without what it tells, one item
// with its proof for somebody outside, and whether it is still what it was.

// held is the piece of evidence of the address, which must hold a file.
func (r *Request) held() (s *record.Sheet, e *evidence.Evidence, err error) {
	err = r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err = r.apiSheet(tx, evidence.Kind)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if e = record.As[*evidence.Evidence](s); e.SHA256 == "" || r.o.Files == nil {
		return nil, nil, record.ErrNotFound
	}
	return s, e, nil
}

// stripFile keeps a copy of a picture without what it tells beside what it shows: a
// piece of evidence of its own, which says what it was made from.
func (r *Request) stripFile() error {
	s, e, err := r.held()
	if err != nil {
		return err
	}
	made, err := r.stripped(s, e)
	if err != nil {
		return err
	}
	r.flash("file.stripped", "ref", made.Head.Ref)
	return r.to(r.url(made.Ref()))
}

func (r *Request) stripped(s *record.Sheet, e *evidence.Evidence) (made *record.Sheet, err error) {
	a, err := r.o.Files.TakeStripped(e.SHA256, e.MediaType)
	if errors.Is(err, vault.ErrPicture) {
		return nil, form.Problems{{Field: "file", Code: "file_no_picture"}}
	}
	if err != nil {
		return nil, err
	}
	end := path.Ext(e.FileName)
	u := &upload{Arrival: a, name: e.FileName[:len(e.FileName)-len(end)] + "-stripped" + end}
	r.came = map[string]*upload{"file": u} // taken away again if it is not kept
	if a.SHA256 == e.SHA256 {
		return nil, form.Problems{{Field: "file", Code: "file_tells_nothing"}}
	}
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		home, err := tx.ByID("case", s.Head.CaseID)
		if err != nil {
			return err
		}
		copied := &evidence.Evidence{Kind: e.Kind, TitleText: r.L.T("file.stripped_title", "title", e.TitleText), Issuer: e.Issuer, Published: e.Published, Language: e.Language,
			DerivedFrom: s.Ref(), DerivedHow: r.L.T("file.stripped_how"), DerivedBy: r.Actor.Name, DerivedWith: "Amparo", DerivedOn: edtf.Day(tx.Today())}
		if err := u.hold(copied, r.now()); err != nil {
			return err
		}
		if made, err = tx.Create(evidence.Kind.Name, copied, home); err != nil {
			return err
		}
		return u.keep()
	})
	return made, err
}

// apiStrip does the same for programs.
func (r *Request) apiStrip() error {
	s, e, err := r.held()
	if err != nil {
		return err
	}
	made, err := r.stripped(s, e)
	if err != nil {
		return err
	}
	r.c.Set(fiber.HeaderLocation, apiBase+evidence.Kind.Path+"/"+made.Head.Ref)
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error { return r.apiMadeFile(tx, made) })
}

// exportFields ask to whom a file is given with its proof, and why. It carries
// what is on file of it, names of colleagues too: nobody gives that to the public.
func (r *Request) exportFields(v form.Values) []parts.Field {
	list := []parts.Field{{Name: "audience", Label: r.L.T("print.audience"), Type: parts.Choice, Required: true, Value: v.First("audience")}}
	for _, a := range cases.Audiences {
		if a.Outside() && !a.Public {
			list[0].Options = append(list[0].Options, parts.Option{Value: a.Name, Label: r.L.T("print.audience." + a.Name)})
		}
	}
	for _, name := range []string{"to", "why"} {
		list = append(list, parts.Field{Name: name, Label: r.L.T("print.give." + name), Hint: r.L.T("print.give." + name + "_hint"), Type: parts.Text, Required: true, Max: 500, Value: v.First(name)})
	}
	return list
}

// exportFile gives one item as somebody outside can check it without the
// program: the file, the record and its history, and the hashes of all three.
func (r *Request) exportFile() error {
	s, e, err := r.held()
	if err != nil {
		return err
	}
	v, err := r.form()
	if err != nil {
		return err
	}
	a, known := cases.AudienceOf(v.First("audience"))
	problems := record.GivenTo(v.First("to"), v.First("why"))
	if !known || !a.Outside() || a.Public {
		problems = append(problems, form.Problem{Field: "audience", Code: "choice"})
	}
	if len(problems) > 0 {
		return r.mend(fiber.StatusUnprocessableEntity, records.Edit{Title: r.L.T("file.export"), About: r.L.T("file.export_note"), Save: r.L.T("file.export"), Cancel: r.url(s.Ref())}, r.exportFields(v), problems)
	}
	if err := barred(a, s); err != nil {
		return err
	}
	told, err := r.toldOf(s)
	if err != nil {
		return err
	}
	content, err := r.openFile(e)
	if err != nil {
		return err
	}
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error { return tx.Witness(s, "read_export") })
	if err == nil {
		err = r.handOut(record.Handout{What: "given.file", Form: "zip", Audience: a.Name, To: v.First("to"), Why: v.First("why"), SHA256: e.SHA256,
			Records: []record.Handed{record.HandedOf(s, "")}}, v.First("nonce"), s)
	}
	if err == nil {
		err = r.office.Note(r.c.UserContext(), r.Actor, account.Exported, evidence.Kind.Name, 1)
	}
	if err != nil {
		return errors.Join(err, content.Close())
	}
	called := "file/" + e.FileName
	sums := e.SHA256 + "  " + called + "\n"
	for _, name := range []string{"record.json", "history.json"} {
		sum := sha256.Sum256(told[name])
		sums += hex.EncodeToString(sum[:]) + "  " + name + "\n"
	}
	about := r.L.T("file.export_about", "ref", s.Head.Ref, "at", r.moment(r.o.Now().UTC().Format(time.RFC3339)), "by", r.Actor.Name) + "\n"
	r.dressFile(e)
	r.c.Set(fiber.HeaderContentType, "application/zip")
	r.c.Set(fiber.HeaderContentDisposition, attachment(s.Head.Ref+".zip"))
	from, to := io.Pipe()
	now := r.now()
	go func() {
		defer content.Close()
		z := zip.NewWriter(to)
		put := func(name string, in io.Reader) error {
			w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: now})
			if err == nil {
				_, err = io.Copy(w, in)
			}
			return err
		}
		var err error
		for _, one := range []struct {
			name string
			in   io.Reader
		}{
			{"SHA256SUMS", bytes.NewReader([]byte(sums))}, {"README.txt", bytes.NewReader([]byte(about))}, {"record.json", bytes.NewReader(told["record.json"])},
			{"history.json", bytes.NewReader(told["history.json"])}, {called, content},
		} {
			if err == nil {
				err = put(one.name, one.in)
			}
		}
		if err == nil {
			err = z.Close()
		}
		_ = to.CloseWithError(err) // it never fails
	}()
	r.c.Response().SetBodyStream(&outgoing{ReadCloser: from, conn: r.c.Context().Conn()}, -1)
	return nil
}

// toldOf is what the API tells of a record and of its history, as files.
func (r *Request) toldOf(s *record.Sheet) (map[string][]byte, error) {
	told := map[string][]byte{}
	return told, r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		list, err := r.apiRecords(tx, s.Kind, []*record.Sheet{s})
		if err != nil {
			return err
		}
		lines, err := tx.History(s)
		if err != nil {
			return err
		}
		for name, v := range map[string]any{"record.json": list[0], "history.json": historyJSON(lines)} {
			b, err := json.MarshalIndent(v, "", "  ")
			if err != nil {
				return err
			}
			told[name] = append(b, '\n')
		}
		return nil
	})
}

// spoiledFiles is what was last found damaged or missing; asked once a request.
func (r *Request) spoiledFiles(tx *record.Tx) (map[string]string, error) {
	if r.spoiled == nil {
		found, err := cases.SpoiledFiles(tx)
		if err != nil {
			return nil, err
		}
		r.spoiled = found
	}
	return r.spoiled, nil
}

// spoiledBadge says what is wrong with a file, nil when nothing is known to be.
func (r *Request) spoiledBadge(how string) *parts.Badge {
	if how == "" {
		return nil
	}
	return &parts.Badge{Word: r.L.T("file.found." + how), Tone: parts.Alarm}
}

// reading is the comparing of all files that is under way, one at a time.
type reading struct {
	under    sync.WaitGroup
	mu       sync.Mutex
	running  bool
	done, of int
	failed   bool
}

// recheck begins to read and compare all files; the page tells how far it is.
func (r *Request) recheck() error {
	if r.o.Files == nil {
		return statusError(fiber.StatusServiceUnavailable)
	}
	r.reading.mu.Lock()
	defer r.reading.mu.Unlock()
	if !r.reading.running {
		r.reading.running, r.reading.done, r.reading.of = true, 0, 0
		r.reading.under.Go(r.compareFiles)
	}
	return r.to("/" + evidence.Kind.Path + "/recheck")
}

// compareFiles outlives the request that asked for it.
func (s *Server) compareFiles() {
	found, err := cases.CheckFiles(s.life, s.book, s.o.Files, func(done, of int) {
		s.reading.mu.Lock()
		defer s.reading.mu.Unlock()
		s.reading.done, s.reading.of = done, of
	})
	if err == nil {
		err = cases.KeepFound(s.life, s.book, found)
	}
	if err != nil && s.life.Err() == nil {
		s.o.Log.Error("the files could not be compared", "kind", typeName(err))
	}
	s.reading.mu.Lock()
	defer s.reading.mu.Unlock()
	s.reading.running, s.reading.failed = false, err != nil
}

// recheckPage says how the files were last found, and how far a comparing is.
func (r *Request) recheckPage() error {
	m := records.Recheck{Title: r.L.T("file.recheck"), About: r.L.T("file.recheck_about"), Post: "/" + evidence.Kind.Path + "/recheck"}
	r.reading.mu.Lock()
	m.Running, m.Failed = r.reading.running, r.reading.failed
	if r.reading.of > 0 {
		m.Percent = 100 * r.reading.done / r.reading.of // of how many is not told: some are nobody's affair here
	}
	r.reading.mu.Unlock()
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		st, err := cases.StandingOfFiles(tx)
		if err != nil {
			return err
		}
		m.Lines = append(m.Lines, r.L.N("file.found_files", st.Files))
		for _, line := range []struct {
			n    int
			says string
		}{{st.Whole, r.L.N("file.found_whole", st.Whole)}, {st.Damaged, r.L.N("file.found_damaged", st.Damaged)}, {st.Missing, r.L.N("file.found_missing", st.Missing)}, {st.Never, r.L.N("file.found_never", st.Never)}} {
			if line.n > 0 {
				m.Lines = append(m.Lines, line.says)
			}
		}
		if st.Oldest != "" {
			m.Lines = append(m.Lines, r.L.T("file.found_at", "at", r.moment(st.Oldest)))
		}
		spoiled, err := r.spoiledFiles(tx)
		if err != nil || len(spoiled) == 0 {
			return err
		}
		sheets, err := tx.Where(evidence.Kind.Name, "t.sha256 IN (SELECT f.sha256 FROM file_check f WHERE f.state <> 'whole')")
		for _, s := range sheets {
			m.Spoiled = append(m.Spoiled, parts.Cell{Text: r.titled(s.Ref()), URL: r.url(s.Ref()), Sub: s.Head.Ref, Badges: []parts.Badge{*r.spoiledBadge(spoiled[s.Head.ID])}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.page(fiber.StatusOK, m.Title, records.RecheckPage(m))
}
