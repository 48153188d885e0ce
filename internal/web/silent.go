package web

import (
	"net"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// silent are the connections on which no request has come yet. Browsers open some
// ahead of need; fasthttp takes them for busy, and an end would wait for them.
type silent struct {
	mu   sync.Mutex
	open map[net.Conn]bool
}

func (s *silent) follow(c net.Conn, state fasthttp.ConnState) {
	switch state {
	case fasthttp.StateNew:
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.open == nil {
			s.open = map[net.Conn]bool{}
		}
		s.open[c] = true
	case fasthttp.StateClosed, fasthttp.StateHijacked:
		s.heard(c)
	}
}

// heard notes that a request has come.
func (s *silent) heard(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

func (s *silent) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		_ = c.Close() // nobody asked anything
	}
}

// Leave says that the program is about to end: it is not ready any more and
// closes each connection after its answer.
func (s *Server) Leave() { s.leaving.Store(true) }

// End takes no more connections and lets requests under way finish.
func (s *Server) End(within time.Duration) error {
	ended := make(chan error, 1)
	go func() { ended <- s.app.ShutdownWithTimeout(within) }()
	for {
		s.silent.end()
		select {
		case err := <-ended:
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}
