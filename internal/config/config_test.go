package config

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func settle(t *testing.T, mode Mode, args string, env map[string]string) (*Config, error) {
	t.Helper()
	fs := flag.NewFlagSet("x", flag.ContinueOnError)
	c := Register(fs, func(k string) string { return env[k] })
	if err := fs.Parse(strings.Fields(args)); err != nil {
		t.Fatal(err)
	}
	return c, c.Settle(mode)
}

func TestAFlagWinsOverTheEnvironmentAndTheEnvironmentOverTheDefault(t *testing.T) {
	c, err := settle(t, Office, "--tz Asia/Baku --url https://records.example.org/", map[string]string{"AMPARO_TZ": "UTC", "AMPARO_ADDR": "127.0.0.1:9"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Zone.String() != "Asia/Baku" || c.Addr != "127.0.0.1:9" || !filepath.IsAbs(c.Data) || c.URL != "https://records.example.org" {
		t.Errorf("got %+v", c)
	}
}

func TestAWrongSettingIsNamedInOneSentence(t *testing.T) {
	for env, value := range map[string]string{
		"AMPARO_TZ": "Mars/Base", "AMPARO_ADDR": "8080", "AMPARO_URL": "ftp://x", "AMPARO_LOG": "loud",
		"AMPARO_DATABASE_URL": "mysql://x", "AMPARO_SMTP_URL": "smtp://mail.example", "AMPARO_NOW": "2024-01-01",
		"AMPARO_TLS_CERT": "/x.pem", "AMPARO_TLS_KEY": "/x.key", "AMPARO_PROXIES": "127.0.0.1, proxy.example",
	} {
		_, err := settle(t, Office, "", map[string]string{env: value})
		if err == nil || !strings.Contains(err.Error(), env) {
			t.Errorf("%s=%s says %v", env, value, err)
		}
	}
	if _, err := settle(t, Demo, "", map[string]string{"AMPARO_NOW": "soon"}); err == nil {
		t.Error("a nonsense moment is taken")
	}
}

func TestTheOfficesDayIsThatOfItsZone(t *testing.T) {
	c, err := settle(t, Demo, "--tz Asia/Baku", map[string]string{"AMPARO_NOW": "2024-02-29T21:00:00Z"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Today() != "2024-03-01" || c.Now().Location() != time.UTC || c.Now().Nanosecond()%1000 != 0 {
		t.Errorf("today is %s, now %s", c.Today(), c.Now())
	}
	if err := c.SetNow("2023-12-31"); err != nil || c.Today() != "2023-12-31" {
		t.Errorf("today is %s, %v", c.Today(), err)
	}
}

func TestKeysAreMadeOnceAndComeBack(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	c := Plain()
	c.Data = filepath.Join(t.TempDir(), "data")
	first, err := c.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	if first.Made == "" || second.Made != "" || !bytes.Equal(first.Database(), second.Database()) || len(first.Database()) != 32 {
		t.Errorf("first %q, second %q", first.Made, second.Made)
	}
	if bytes.Equal(first.Database(), first.Derive("files")) {
		t.Error("two uses share a key")
	}
	if c.Exposed() != "" {
		t.Error(c.Exposed())
	}
	other := filepath.Join(t.TempDir(), "other")
	if err := makeKeyFile(other); err != nil {
		t.Fatal(err)
	}
	c.KeyFile = other
	if _, err := c.Unlock(); !errors.Is(err, ErrWrongKey) {
		t.Errorf("a foreign key file says %v", err)
	}
	c.KeyFile = other + "x"
	if _, err := c.Unlock(); !errors.Is(err, ErrNoKeyFile) {
		t.Errorf("a lost key file says %v", err)
	}
	if err := os.WriteFile(c.DatabasePath(), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(c.Data, wrappedName)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Unlock(); !errors.Is(err, ErrNoDataKey) {
		t.Errorf("a lost data key says %v", err)
	}
}

func TestServersThatStartTogetherHaveOneKey(t *testing.T) {
	for range 20 {
		dir := t.TempDir()
		var keys [4][]byte
		var made atomic.Int32
		var all sync.WaitGroup
		for i := range keys {
			all.Go(func() {
				k, err := (&Config{Data: filepath.Join(dir, "data"), KeyFile: filepath.Join(dir, "key")}).Unlock()
				if err != nil {
					t.Error(err)
					return
				}
				keys[i] = k.Derive("files")
				if k.Made != "" {
					made.Add(1)
				}
			})
		}
		all.Wait()
		later, err := (&Config{Data: filepath.Join(dir, "data"), KeyFile: filepath.Join(dir, "key")}).Unlock()
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range keys {
			if !bytes.Equal(k, later.Derive("files")) {
				t.Fatal("one of them has another key")
			}
		}
		if made.Load() != 1 {
			t.Errorf("%d say that they made the key file", made.Load())
		}
	}
}

func TestAPassphraseUnlocksInsteadOfAKeyFile(t *testing.T) {
	c := Plain()
	c.Data = t.TempDir()
	c.PassphraseFile = filepath.Join(t.TempDir(), "words")
	write := func(words string) {
		if err := os.WriteFile(c.PassphraseFile, []byte(words+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("short")
	if _, err := c.Unlock(); err == nil {
		t.Error("a short passphrase is taken")
	}
	write("six plain words in a row")
	first, err := c.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.Unlock()
	if err != nil || !bytes.Equal(first.Database(), second.Database()) {
		t.Fatal(err)
	}
	write("six other words in a row")
	if _, err := c.Unlock(); !errors.Is(err, ErrWrongKey) {
		t.Errorf("another passphrase says %v", err)
	}
}

func TestAKeyFileInsideTheDataFolderIsRefused(t *testing.T) {
	c := Plain()
	c.Data = t.TempDir()
	c.KeyFile = filepath.Join(c.Data, "key")
	if _, err := c.Unlock(); err == nil {
		t.Error("the key lies beside the records")
	}
}

// ASVS 12.2.1, 12.1.1: nothing but the loopback is served without encryption.
func TestPlainTextIsServedOnTheLoopbackOrToANamedProxyOnly(t *testing.T) {
	for env, good := range map[string]bool{
		"":                              true,
		"AMPARO_ADDR=127.0.0.1:80":      true,
		"AMPARO_ADDR=localhost:80":      true,
		"AMPARO_ADDR=[::1]:80":          true,
		"AMPARO_ADDR=:80":               false,
		"AMPARO_ADDR=0.0.0.0:80":        false,
		"AMPARO_ADDR=[::]:80":           false,
		"AMPARO_ADDR=10.8.0.1:80":       false,
		"AMPARO_ADDR=records.example:1": false,
		"AMPARO_ADDR=0.0.0.0:80 AMPARO_URL=https://records.example":                                     false,
		"AMPARO_ADDR=0.0.0.0:80 AMPARO_URL=https://records.example AMPARO_PROXIES=10.0.0.2":             true,
		"AMPARO_ADDR=0.0.0.0:80 AMPARO_URL=http://records.example AMPARO_PROXIES=10.0.0.2":              false,
		"AMPARO_ADDR=0.0.0.0:80 AMPARO_PROXIES=10.0.0.2":                                                false,
		"AMPARO_ADDR=0.0.0.0:80 AMPARO_TLS_CERT=/c AMPARO_TLS_KEY=/k":                                   true,
		"AMPARO_ADDR=0.0.0.0:80 AMPARO_TLS_CERT=/c AMPARO_TLS_KEY=/k AMPARO_URL=http://records.example": false,
		"AMPARO_URL=http://records.example":                                                             false,
		"AMPARO_URL=http://amparoamparoamparo.onion AMPARO_PROXIES=127.0.0.1":                           true,
		"AMPARO_URL=https://records.example AMPARO_PROXIES=127.0.0.1,2001:db8::/32":                     true,
	} {
		vars := map[string]string{}
		for _, pair := range strings.Fields(env) {
			name, value, _ := strings.Cut(pair, "=")
			vars[name] = value
		}
		c, err := settle(t, Office, "", vars)
		if err != nil {
			t.Fatalf("%s: %v", env, err)
		}
		if err := c.Exposure(); (err == nil) != good {
			t.Errorf("%s: %v", env, err)
		}
	}
}
