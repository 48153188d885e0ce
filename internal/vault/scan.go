package vault

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Scanner is a program beside ours that looks through files as they come: clamd, by
// its own protocol. Nil looks through nothing.
type Scanner struct{ network, address string }

const (
	scanDial  = 5 * time.Second
	scanWrite = time.Minute
	scanReply = 5 * time.Minute
	scanPiece = 1 << 20 // bytes told at a time
)

// NewScanner reads the address of a clamd, such as unix:/run/clamav/clamd.ctl or
// tcp:127.0.0.1:3310; of "" it makes none.
func NewScanner(address string) (*Scanner, error) {
	network, at, _ := strings.Cut(address, ":")
	switch {
	case address == "":
		return nil, nil
	case network == "unix" && strings.HasPrefix(at, "/"):
	case network == "tcp":
		host, _, err := net.SplitHostPort(at)
		if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return nil, errors.New("AMPARO_SCANNER must be a clamd on this machine: files go to it unencrypted")
		}
	default:
		return nil, errors.New("AMPARO_SCANNER must be unix:/path or tcp:127.0.0.1:port of a clamd, or empty")
	}
	return &Scanner{network, at}, nil
}

// Ping asks whether the scanner is there.
func (s *Scanner) Ping(ctx context.Context) error {
	conn, err := (&net.Dialer{Timeout: scanDial}).DialContext(ctx, s.network, s.address)
	if err != nil {
		return fmt.Errorf("reach the scanner: %w", err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write([]byte("zPING\x00")); err != nil {
		return fmt.Errorf("ask the scanner: %w", err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(scanDial)); err != nil {
		return fmt.Errorf("ask the scanner: %w", err)
	}
	if reply, err := bufio.NewReader(conn).ReadString(0); err != nil || strings.TrimRight(reply, "\x00") != "PONG" {
		return errors.New("ask the scanner: it gives no answer")
	}
	return nil
}

// Scan is one file on its way through the scanner; nil is none.
type Scan struct {
	conn net.Conn
	err  error
}

// Scan begins with a file. What goes wrong is told by Found alone, so that the file
// itself comes in whole.
func (s *Scanner) Scan() *Scan {
	if s == nil {
		return nil
	}
	conn, err := net.DialTimeout(s.network, s.address, scanDial)
	if err == nil {
		_, err = conn.Write([]byte("zINSTREAM\x00"))
	}
	return &Scan{conn, err}
}

// Write tells the scanner what comes next.
func (s *Scan) Write(p []byte) (int, error) {
	for rest := p; s != nil && s.err == nil && len(rest) > 0; {
		n := min(len(rest), scanPiece)
		if s.err = s.conn.SetWriteDeadline(time.Now().Add(scanWrite)); s.err == nil {
			_, s.err = s.conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(n)), rest[:n]...)) // #nosec G115 -- a piece at most
		}
		rest = rest[n:]
	}
	return len(p), nil
}

// Found ends the scan and tells what the scanner calls what it has found, "" for
// nothing. An error means that nobody knows.
func (s *Scan) Found() (string, error) {
	if s == nil {
		return "", nil
	}
	if s.conn != nil {
		defer func() { _ = s.conn.Close() }()
	}
	if s.err == nil {
		_, s.err = s.conn.Write(make([]byte, 4))
	}
	if s.conn == nil {
		return "", fmt.Errorf("scan a file: %w", s.err)
	}
	// Of a file that is too large for it the scanner says so and listens no longer.
	if err := s.conn.SetReadDeadline(time.Now().Add(scanReply)); err != nil {
		return "", fmt.Errorf("scan a file: %w", err)
	}
	reply, err := bufio.NewReader(s.conn).ReadString(0)
	reply = strings.TrimPrefix(strings.TrimRight(reply, "\x00"), "stream: ")
	what, found := strings.CutSuffix(reply, " FOUND")
	switch {
	case found:
		return what, nil
	case reply == "OK" && s.err == nil && err == nil:
		return "", nil
	}
	return "", errors.Join(errors.New("scan a file: the scanner could not look through it"), s.err, err)
}
