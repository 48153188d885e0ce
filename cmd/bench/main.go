// Command bench measures the pages an office opens all day beside a bare
// program (floor.go) that reads and writes the same rows of the same database
// with the same engine: prepared sentences, a page printed into a buffer, no
// session, no rights, no layout. What counts is the ratio, since absolute times
// move with the machine.
//
//	go run ./cmd/bench [-people N] [-appeals N] [-keep DIR] [-for DURATION] [-only PAGE]
//
// Ours and the floor run as processes of their own and are asked in turns over
// HTTP on the loopback, so that whatever else the machine does falls on both.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"amparo/internal/cases/demo"
)

func main() {
	people := flag.Int("people", 100_000, "how many people the folder holds")
	appeals := flag.Int("appeals", 10_000, "how many appeals it holds, with four demands each, beside the demo's own")
	keep := flag.String("keep", "", "a folder to keep the data in for the next run")
	each := flag.Duration("for", time.Second, "how long one turn of one page lasts")
	only := flag.String("only", "", "measure only pages whose name holds this")
	serve := flag.String("serve", "", "be the server of this name: ours or floor")
	profile := flag.String("profile", "", "write a processor profile of ours to this file")
	flag.Parse()
	ctx := context.Background()
	var err error
	switch *serve {
	case "ours":
		err = serveOurs(ctx, *keep, *profile)
	case "floor":
		err = serveFloor(ctx, *keep)
	default:
		err = run(ctx, demo.Size{People: *people, Appeals: *appeals, Seed: 1}, *keep, *each, *only, *profile)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, size demo.Size, dir string, each time.Duration, only, profile string) error {
	if dir == "" {
		temp, err := os.MkdirTemp("", "amparo-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temp)
		dir = temp
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	m, err := fill(ctx, dir, size)
	if err != nil {
		return err
	}
	pages, err := choose(ctx, dir)
	if err != nil {
		return err
	}
	ours, err := start("ours", dir, "-profile", profile)
	if err != nil {
		return err
	}
	defer ours.stop()
	floor, err := start("floor", dir)
	if err != nil {
		return err
	}
	defer floor.stop()

	fmt.Printf("%d people, %d appeals, %d demands, %d records, %d MiB; made in %s\n", m.People, m.Appeals, m.Demands, m.Records, m.Bytes>>20, m.Took.Round(time.Second))
	fmt.Printf("start: first answer %s after the program was called; memory then %d MiB\n\n", ours.took.Round(time.Millisecond), ours.memory()>>20)
	fmt.Println("times in ms, one client; in brackets requests a second with 16")
	fmt.Printf("%-34s %26s %26s %7s %7s %9s %7s\n", "", "ours p50 · p95 (req/s)", "floor p50 · p95 (req/s)", "ratio", "at 16", "bytes", "MiB")
	for _, p := range pages {
		if !strings.Contains(p.name, only) {
			continue
		}
		a, b, err := compare(p, ours, floor, each)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		fmt.Printf("%-34s %26s %26s %7.1f %7.1f %9d %7d\n", p.name, a, b, ms(a.p50)/ms(b.p50), b.rate/a.rate, a.bytes, ours.memory()>>20)
	}
	return visit(ours)
}

// child is one of the two servers, in its own process.
type child struct {
	cmd    *exec.Cmd
	end    io.Closer     // the child ends when this does, so that none is left behind
	took   time.Duration // until it first answered
	Addr   string        `json:"addr"`
	Cookie string        `json:"cookie"`
	Lead   string        `json:"lead"` // the same of a supervisor
	Token  string        `json:"token"`
}

func start(name, dir string, more ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.Command(self, append([]string{"-serve", name, "-keep", dir}, more...)...)} // #nosec G204 -- this program itself
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if c.end, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	began := time.Now()
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	in := bufio.NewReader(out)
	for _, wanted := range []string{"address", "keys"} {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return nil, fmt.Errorf("the %s server gave no %s", name, wanted)
		}
		if err := json.Unmarshal(line, c); err != nil {
			return nil, err
		}
		if wanted == "address" {
			if _, err := newClient(c).ask("GET", "/readyz", nil); err != nil {
				return nil, err
			}
			c.took = time.Since(began)
		}
	}
	return c, nil
}

func (c *child) stop() {
	_ = c.end.Close()
	_ = c.cmd.Wait()
}

// memory is what the process holds of the machine's, in bytes; 0 where the
// system does not say so.
func (c *child) memory() int64 {
	b, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(c.cmd.Process.Pid), "status"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			var kib int64
			_, _ = fmt.Sscan(rest, &kib)
			return kib << 10
		}
	}
	return 0
}
