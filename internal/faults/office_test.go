package faults

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/database"
	"amparo/internal/database/dbtest"
)

var program string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "amparo-faults-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "amparo")
		if out, err := exec.Command("go", "build", "-o", program, "amparo/cmd/app").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

const (
	email    = "mira@office.example"
	password = "quiet lanterns cross rivers"
)

// office is a data folder of its own, and what the program is told of it.
type office struct {
	t    testing.TB
	dir  string
	env  map[string]string
	logs bytes.Buffer // all that a server printed, and commands on stderr
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{t: t, dir: t.TempDir()}
	o.env = map[string]string{"AMPARO_DATA": o.path("data"), "AMPARO_KEY_FILE": o.path("key"), "AMPARO_ADDR": "127.0.0.1:0", "AMPARO_LOG": "json", "TMPDIR": o.path("tmp"), "HOME": o.dir}
	if err := os.Mkdir(o.path("tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	return o
}

// eachOffice tries a fault with SQLite, and with PostgreSQL where this run has one.
func eachOffice(t *testing.T, try func(t *testing.T, o *office)) {
	t.Run("sqlite", func(t *testing.T) { try(t, newOffice(t)) })
	if os.Getenv(dbtest.Server) != "" {
		t.Run("postgres", func(t *testing.T) { try(t, newOffice(t).on(dbtest.Empty(t).URL)) })
	}
}

// on keeps the records of the office in a database of PostgreSQL's.
func (o *office) on(url string) *office {
	o.env["AMPARO_DATABASE_URL"] = url
	return o
}

func (o *office) path(name string) string { return filepath.Join(o.dir, name) }

func (o *office) command(args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	for name, value := range o.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// answer is what a command said.
type answer struct {
	status    int
	out, errs string
}

func (o *office) run(stdin string, args ...string) answer {
	o.t.Helper()
	cmd := o.command(args...)
	var out, errs strings.Builder
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		o.t.Fatal(err)
	}
	o.logs.WriteString(errs.String())
	return answer{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// must runs a command that has to end well, and gives what it printed.
func (o *office) must(stdin string, args ...string) string {
	o.t.Helper()
	a := o.run(stdin, args...)
	if a.status != 0 {
		o.t.Fatalf("%v ends with %d: %s%s", args, a.status, a.out, a.errs)
	}
	return a.out
}

var tokenText = regexp.MustCompile(`amp_\S+`)

// colleague makes an account that may do everything, and a token for it.
func (o *office) colleague() (token string) {
	o.t.Helper()
	o.must(password+"\n", "user", "add", "--email", email, "--name", "Mira", "--role", "supervisor,administrator", "--password-stdin")
	o.readsAll()
	return tokenText.FindString(o.must("", "token", "add", "--email", email, "--label", "faults"))
}

// readsAll lets whoever counts what is left open all of it in a day.
func (o *office) readsAll() {
	o.t.Helper()
	db, err := database.Open(database.Options{URL: o.env["AMPARO_DATABASE_URL"], Path: o.path("data/amparo.db"), Key: o.keys().Database()})
	if err != nil {
		o.t.Fatal(err)
	}
	defer db.Close()
	accounts, err := account.Open(db, account.Options{})
	if err == nil {
		err = accounts.SetReadingLimit(o.t.Context(), auth.System("faults"), 100_000)
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// server is the program at work.
type server struct {
	o     *office
	cmd   *exec.Cmd
	url   string
	token string
	http  *http.Client
	done  chan error
	mu    sync.Mutex
	errs  strings.Builder
}

// Write takes what the program says on stderr.
func (s *server) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.errs.Write(p)
}

func (s *server) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.errs.String()
}

// serve starts the program and waits until it listens.
func (o *office) serve(token string) *server {
	o.t.Helper()
	s, err := o.try(token)
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

// try starts the program and waits until it listens or has ended.
func (o *office) try(token string) (*server, error) {
	s := &server{o: o, cmd: o.command("serve"), token: token, done: make(chan error, 1),
		http: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 8}}}
	s.cmd.Stderr = s
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	o.t.Cleanup(s.kill)
	listens := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			fmt.Fprintln(s, lines.Text())
			if _, at, ok := strings.Cut(lines.Text(), "listens on "); ok {
				listens <- at
			}
		}
		s.done <- s.cmd.Wait()
	}()
	select {
	case s.url = <-listens:
		return s, nil
	case err := <-s.done:
		s.done <- err
		return s, fmt.Errorf("the program ends with %v: %s", err, s.said())
	case <-time.After(60 * time.Second):
		return s, errors.New("the program does not begin to listen: " + s.said())
	}
}

// end waits for the program's end and keeps what it said.
func (s *server) end() error {
	err := <-s.done
	s.done <- err
	s.http.CloseIdleConnections()
	return err
}

func (s *server) kill() {
	_ = s.cmd.Process.Signal(syscall.SIGKILL) // it may have ended already
	_ = s.end()
}

// stop asks the program to end, as an operator does.
func (s *server) stop() {
	s.o.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.o.t.Fatal(err)
	}
	if err := s.end(); err != nil {
		s.o.t.Fatalf("asked to stop it ends with %v: %s", err, s.said())
	}
	s.o.logs.WriteString(s.said())
}

// reply is what the API answered; Status is 0 when there was no whole answer.
type reply struct {
	Status int
	Ref    string
	Etag   string
	Text   string
}

// call asks the API. It may be called from many goroutines.
func (s *server) call(method, path string, in any, headers ...string) reply {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			panic(err)
		}
		body = bytes.NewReader(text)
	}
	return s.send(method, path, "application/json", body, headers...)
}

func (s *server) send(method, path, mediaType string, body io.Reader, headers ...string) reply {
	req, err := http.NewRequest(method, s.url+"/api/v1"+path, body)
	if err != nil {
		panic(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", mediaType)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := s.http.Do(req)
	if err != nil {
		return reply{Text: err.Error()}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{Text: err.Error()}
	}
	var made struct{ Ref string }
	_ = json.Unmarshal(text, &made) // an answer without a ref has none
	return reply{Status: res.StatusCode, Ref: made.Ref, Etag: res.Header.Get("ETag"), Text: string(text)}
}

// upload creates a piece of evidence with a file.
func (s *server) upload(home, name string, content []byte) reply {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, value := range map[string]string{"case": home, "kind": "letter", "title": name} {
		if err := form.WriteField(field, value); err != nil {
			panic(err)
		}
	}
	file, err := form.CreateFormFile("file", name+".bin")
	if err == nil {
		_, err = file.Write(content)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		panic(err)
	}
	return s.send("POST", "/evidence", form.FormDataContentType(), &body)
}

// make creates a record that must be kept, and gives its ref.
func (s *server) make(path string, in any) string {
	s.o.t.Helper()
	r := s.call("POST", path, in)
	if r.Status != http.StatusCreated {
		s.o.t.Fatalf("POST %s answers %d: %s", path, r.Status, r.Text)
	}
	return r.Ref
}

// browser is somebody at the pages, with cookies.
type browser struct {
	*http.Client
	s *server
}

func (s *server) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.o.t.Fatal(err)
	}
	return &browser{&http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: s.http.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, s}
}

var csrfText = regexp.MustCompile(`name="csrf" value="([^"]*)"`)

// page opens a page and gives its status and text.
func (b *browser) page(path string) (int, string) {
	b.s.o.t.Helper()
	res, err := b.Get(b.s.url + path)
	return b.read(res, err)
}

func (b *browser) read(res *http.Response, err error) (int, string) {
	b.s.o.t.Helper()
	if err != nil {
		b.s.o.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.s.o.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// post sends a form of a page, with the page's own token.
func (b *browser) post(page, path string, v url.Values) (int, string) {
	b.s.o.t.Helper()
	_, text := b.page(page)
	if found := csrfText.FindStringSubmatch(text); found != nil {
		v.Set("csrf", found[1])
	}
	res, err := b.PostForm(b.s.url+path, v)
	return b.read(res, err)
}

// signIn signs the colleague in; the desk then opens.
func (b *browser) signIn() {
	b.s.o.t.Helper()
	if status, text := b.post("/login", "/login", url.Values{"email": {email}, "password": {password}}); status != http.StatusSeeOther {
		b.s.o.t.Fatalf("signing in answers %d: %s", status, text)
	}
	if status, text := b.page("/"); status != http.StatusOK {
		b.s.o.t.Fatalf("the desk answers %d: %s", status, text)
	}
}
