// Package cluster makes a throwaway PostgreSQL for the tests: a fresh server on a free loopback port, which can be
// stopped and started again under whoever uses it.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Careless pushes nothing to the disk: for tests of everything but that.
const Careless = "-F -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off"

// Server is a throwaway PostgreSQL.
type Server struct {
	URL     string
	dir     string
	options string
}

// New makes a server and starts it; options are those of PostgreSQL's own command.
func New(ctx context.Context, options string) (*Server, error) {
	initdb := Tool("initdb")
	if initdb == "" || Tool("pg_ctl") == "" {
		return nil, errors.New("PostgreSQL's server is not found: install the package postgresql")
	}
	// Each test has a database of its own: a thousand small files, made four times as fast in memory.
	dir, err := os.MkdirTemp(inMemory(), "amparo-postgres-")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err == nil {
		err = give(dir)
	}
	s := &Server{dir: dir, URL: fmt.Sprintf("postgres://amparo@127.0.0.1:%d/postgres?sslmode=disable", port),
		options: fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c max_connections=300 %s", port, dir, options)}
	if err == nil {
		// Ordinary letters, plain order: what the tests compare must not depend on the machine's language.
		if out, failed := asServer(ctx, dir, initdb, "-D", s.data(), "-U", "amparo", "--auth=trust", "--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8", "--no-sync"); failed != nil {
			err = fmt.Errorf("make a throwaway PostgreSQL: %w\n%s", failed, tail(out))
		}
	}
	if err == nil {
		err = s.Start(ctx)
	}
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Start starts a server that was stopped, and waits until it answers.
func (s *Server) Start(ctx context.Context) error {
	log := filepath.Join(s.dir, "log")
	out, err := asServer(ctx, s.dir, Tool("pg_ctl"), "-D", s.data(), "-o", s.options, "-l", log, "-w", "start")
	if err != nil {
		said, _ := os.ReadFile(log) // #nosec G304 -- in the folder made above
		return fmt.Errorf("start a throwaway PostgreSQL: %w\n%s\n%s", err, tail(out), tail(string(said)))
	}
	return nil
}

// Stop ends it, "fast" as an operator does or "immediate" as a crash.
func (s *Server) Stop(ctx context.Context, how string) error {
	if out, err := asServer(ctx, s.dir, Tool("pg_ctl"), "-D", s.data(), "-m", how, "-w", "stop"); err != nil {
		return fmt.Errorf("stop the throwaway PostgreSQL: %w\n%s", err, tail(out))
	}
	return nil
}

// Remove ends it and takes it away.
func (s *Server) Remove() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := s.Stop(ctx, "immediate"); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	_ = os.RemoveAll(s.dir)
}

// Tool finds a program of PostgreSQL's server, which Debian keeps off the path; the newest wins.
func Tool(name string) string {
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/" + name, "/usr/pgsql-*/bin/" + name, "/usr/libexec/postgresql*/" + name} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[len(found)-1]
		}
	}
	path, _ := exec.LookPath(name)
	return path
}

// asServer runs a command as the user that the server may run under: PostgreSQL refuses root.
func asServer(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...) // #nosec G204 -- a program of PostgreSQL's
	cmd.Dir = dir
	// The server inherits its starter's output: with a pipe, waiting for the starter would mean waiting for the server.
	log, err := os.CreateTemp("", "amparo-postgres-out-")
	if err != nil {
		return "", err
	}
	defer os.Remove(log.Name())
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := demote(cmd); err != nil {
		return "", err
	}
	err = cmd.Run()
	text, _ := os.ReadFile(log.Name())
	return string(text), err
}

func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
