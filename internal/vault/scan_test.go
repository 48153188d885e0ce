package vault

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// eicar is the harmless text that every scanner takes for a virus, not written here
// in one piece lest one finds this file.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// clamd is a scanner that knows one virus and takes most bytes of a file.
func clamd(t *testing.T, most int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clamd")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	answer := func(conn net.Conn) {
		defer conn.Close()
		in := bufio.NewReader(conn)
		command, err := in.ReadString(0)
		if err != nil {
			return
		}
		if command == "zPING\x00" {
			fmt.Fprint(conn, "PONG\x00")
			return
		}
		var file bytes.Buffer
		for {
			var n uint32
			if err := binary.Read(in, binary.BigEndian, &n); err != nil {
				return
			}
			if n == 0 {
				break
			}
			if file.Len()+int(n) > most {
				fmt.Fprint(conn, "INSTREAM size limit exceeded. ERROR\x00")
				return
			}
			if _, err := io.CopyN(&file, in, int64(n)); err != nil {
				return
			}
		}
		if strings.Contains(file.String(), eicar) {
			fmt.Fprint(conn, "stream: Eicar-Test-Signature FOUND\x00")
			return
		}
		fmt.Fprint(conn, "stream: OK\x00")
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answer(conn)
		}
	}()
	return "unix:" + path
}

func TestAScannerTellsWhatItFoundAndWhatNobodyKnows(t *testing.T) {
	s, err := NewScanner(clamd(t, 5<<20))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	of := func(s *Scanner, content string) (string, error) {
		scan := s.Scan()
		if n, err := io.Copy(scan, strings.NewReader(content)); err != nil || n != int64(len(content)) {
			t.Errorf("%d of %d bytes come through, %v", n, len(content), err)
		}
		return scan.Found()
	}
	for content, want := range map[string]string{"": "", "a letter": "", eicar: "Eicar-Test-Signature", strings.Repeat("x", 3<<20) + eicar: "Eicar-Test-Signature", strings.Repeat("x", 4<<20): ""} {
		if got, err := of(s, content); got != want || err != nil {
			t.Errorf("in %d bytes it finds %q, %v", len(content), got, err)
		}
	}
	if got, err := of(s, strings.Repeat("x", 40<<20)); got != "" || err == nil {
		t.Errorf("what is too large for it is %q, %v", got, err)
	}
	away, err := NewScanner("unix:" + filepath.Join(t.TempDir(), "nobody"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := of(away, eicar); got != "" || err == nil || away.Ping(t.Context()) == nil {
		t.Errorf("a scanner that is away finds %q, %v", got, err)
	}
	none, err := NewScanner("")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := of(none, eicar); got != "" || err != nil {
		t.Errorf("no scanner finds %q, %v", got, err)
	}
	for _, address := range []string{"clamd", "unix:clamd", "tcp:records.example.org:3310", "tcp:10.0.0.7:3310", "http://127.0.0.1"} {
		if _, err := NewScanner(address); err == nil {
			t.Errorf("%s is taken for a scanner", address)
		}
	}
}
