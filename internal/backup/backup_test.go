package backup

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"amparo/internal/config"
)

func FuzzNoFileThatIsNoneIsTakenForABackup(f *testing.F) {
	c := config.Plain()
	c.Data, c.KeyFile = filepath.Join(f.TempDir(), "data"), filepath.Join(f.TempDir(), "key")
	if _, err := c.Unlock(); err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"", magicLine, magicLine + "-> " + fileStanza + "\n\n-> " + keyStanza + "\nAAAA\n--- AAAA\n", magicLine + "-> X25519 x\n\n---", "\x1f\x8b"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "a.backup")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		_, err = read(context.Background(), file, &identity{config: c}, func(name string, _ io.Reader) error {
			t.Errorf("%s is taken out", name)
			return nil
		})
		if err == nil || errors.Is(err, context.Canceled) {
			t.Errorf("it is read: %v", err)
		}
	})
}
