//go:build browser

package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) { os.Exit(Run(m)) }

const form = `<!doctype html><html lang="en"><title>Form</title><meta name="viewport" content="width=device-width"><main><h1>Form</h1>
<form method="post"><label for="a">Name</label> <input id="a" name="name"> <label for="c">Kind</label> <select id="c" name="kind"><option value="x">X</option><option value="y">Y</option></select>
<button>Send it</button></form></main>`

func serve(t *testing.T, policy string) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		switch {
		case r.URL.Path == "/broken":
			fmt.Fprint(w, `<!doctype html><html><title>x</title><img src="/a.png"><style>p{color:red}</style><p style="color: #eee">faint`)
		case r.URL.Path == "/a.png":
			http.NotFound(w, r)
		case r.Method == http.MethodPost:
			w.WriteHeader(http.StatusUnprocessableEntity)
			fmt.Fprintf(w, "<!doctype html><html lang=en><title>Sent</title><main><h1>You sent %s and %s</h1></main>", r.FormValue("name"), r.FormValue("kind"))
		default:
			fmt.Fprint(w, form)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func TestAFormIsFilledByKeysAndClicksThatAreCounted(t *testing.T) {
	s := serve(t, "default-src 'self'")
	p := Open(t, Phone)
	p.Go(s.URL)
	p.Axe()
	p.NoSidewaysScroll()
	p.Press("Tab")
	if p.Focused() != "name" {
		t.Errorf("the keyboard is on %q", p.Focused())
	}
	p.Type("Zoë علي")
	p.Choose("select", "y")
	p.ClickOn("Send it")
	p.See("You sent Zoë علي and y")
	if keys, clicks := p.Effort(); keys != 8 || clicks != 2 {
		t.Errorf("counted %d keys and %d clicks", keys, clicks)
	}
	if p.Status() != 422 || p.Title() != "Sent" || p.Path() != "/" {
		t.Errorf("status %d, title %q, path %q", p.Status(), p.Title(), p.Path())
	}
	other := p.Another(Desk)
	other.Go(s.URL)
	other.Fill("#a", "b")
	other.Press("Enter")
	other.See("You sent b")
}

func TestASlowLineIsSlow(t *testing.T) {
	s := serve(t, "default-src 'self'")
	p := Open(t, Desk)
	p.Slow()
	began := time.Now()
	p.Go(s.URL)
	if took := time.Since(began); took < 300*time.Millisecond {
		t.Errorf("the page came in %s", took)
	}
	p.Mend()
	began = time.Now()
	p.Go(s.URL)
	if took := time.Since(began); took > 300*time.Millisecond {
		t.Errorf("the mended line took %s", took)
	}
}

// recorder is a test that may fail without failing this one.
type recorder struct {
	*testing.T
	said []string
	done []func()
}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}
func (r *recorder) Cleanup(f func()) { r.done = append(r.done, f) }

func TestABrokenPageFails(t *testing.T) {
	s := serve(t, "default-src 'self'")
	r := &recorder{T: t}
	p := Open(r, Desk)
	p.Go(s.URL + "/broken")
	p.Axe()
	for i := len(r.done) - 1; i >= 0; i-- {
		r.done[i]()
	}
	all := strings.Join(r.said, "\n")
	for _, want := range []string{"404 for", "security:", "axe, /broken"} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing about %q in\n%s", want, all)
		}
	}
}
