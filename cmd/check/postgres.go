package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// server is a throwaway PostgreSQL: a fresh cluster on a free loopback port, nothing pushed to the disk.
type server struct {
	url string
	dir string
}

// setting is the environment variable by which the tests find it.
func (s *server) setting() string { return "AMPARO_TEST_POSTGRES=" + s.url }

func startPostgres(ctx context.Context) (*server, error) {
	initdb, ctl := postgresTool("initdb"), postgresTool("pg_ctl")
	if initdb == "" || ctl == "" {
		return nil, errors.New("PostgreSQL's server is not found: install the package postgresql")
	}
	// Each test has a database of its own: a thousand small files, made four times as fast in memory.
	dir, err := os.MkdirTemp(inMemory(), "amparo-postgres-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	if err := give(dir); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	data := filepath.Join(dir, "data")
	// Ordinary letters, plain order: what the tests compare must not depend on the machine's language.
	if out, err := asServer(ctx, dir, initdb, "-D", data, "-U", "amparo", "--auth=trust", "--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8", "--no-sync"); err != nil {
		_ = os.RemoveAll(dir)
		return nil, fmt.Errorf("make a throwaway PostgreSQL: %w\n%s", err, tail(out))
	}
	options := fmt.Sprintf("-F -p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c full_page_writes=off -c synchronous_commit=off -c max_connections=300 -c autovacuum=off", port, dir)
	if out, err := asServer(ctx, dir, ctl, "-D", data, "-o", options, "-l", filepath.Join(dir, "log"), "-w", "start"); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log")) // #nosec G304 -- in the folder made above
		_ = os.RemoveAll(dir)
		return nil, fmt.Errorf("start a throwaway PostgreSQL: %w\n%s\n%s", err, tail(out), tail(string(log)))
	}
	s.url = fmt.Sprintf("postgres://amparo@127.0.0.1:%d/postgres?sslmode=disable", port)
	return s, nil
}

func (s *server) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if out, err := asServer(ctx, s.dir, postgresTool("pg_ctl"), "-D", filepath.Join(s.dir, "data"), "-m", "immediate", "-w", "stop"); err != nil {
		fmt.Fprintf(os.Stderr, "check: stop the throwaway PostgreSQL: %v\n%s\n", err, tail(out))
	}
	_ = os.RemoveAll(s.dir)
}

// asServer runs a command as the user that the server may run under: PostgreSQL refuses root.
func asServer(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
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

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
