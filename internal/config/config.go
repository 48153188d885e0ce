// Package config turns environment and flags into one Config, tells what time it is, and unlocks the data key
// (Keys). It opens no database and listens nowhere.
package config

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // the office's zone must be known on machines without zone files
)

// Mode says what the program runs for.
type Mode int

const (
	// Office is real use.
	Office Mode = iota
	// Demo runs on throwaway data; only here (and in tests) may AMPARO_NOW set the day.
	Demo
)

// Config is everything that is settled before the program starts. Make one with Register and Settle, or Plain in tests.
type Config struct {
	Addr           string         // host:port to listen on
	Data           string         // folder of database, evidence files and the wrapped data key
	KeyFile        string         // empty: the default place, see DefaultKeyFile
	PassphraseFile string         // empty: a key file is used
	DatabaseURL    string         // empty: SQLite in Data
	URL            string         // public address without a closing slash; empty: relative links only
	TLSCert        string         // certificate file; empty: no HTTPS of its own
	TLSKey         string         // its key file
	Proxies        []netip.Prefix // whose word on the client counts; nobody else's
	SMTPURL        string         // empty: no mail
	Log            string         // "text", "json" or empty: by terminal
	Scanner        string         // clamd that looks through files; empty: nobody does
	AnchorFile     string         // empty: anchors of the history are taken by hand
	Zone           *time.Location

	zone    string
	proxies string
	now     string
	shift   time.Duration // AMPARO_NOW makes a clock that goes on from there
}

// settings is the table of names: flag, environment variable, where it goes, default, help.
func (c *Config) settings() []setting {
	return []setting{
		{"addr", "AMPARO_ADDR", &c.Addr, "127.0.0.1:8080", "address to listen on"},
		{"data", "AMPARO_DATA", &c.Data, "./data", "folder of the records"},
		{"key-file", "AMPARO_KEY_FILE", &c.KeyFile, "", "key file that unlocks the records; made at first start"},
		{"passphrase-file", "AMPARO_PASSPHRASE_FILE", &c.PassphraseFile, "", "file with the passphrase that unlocks the records, instead of a key file"},
		{"tz", "AMPARO_TZ", &c.zone, "UTC", "time zone of the office's day, such as Asia/Baku"},
		{"database-url", "AMPARO_DATABASE_URL", &c.DatabaseURL, "", "postgres://… for several servers; empty: SQLite in the data folder"},
		{"url", "AMPARO_URL", &c.URL, "", "public address, such as https://records.example.org"},
		{"tls-cert", "AMPARO_TLS_CERT", &c.TLSCert, "", "certificate file (PEM, with its chain), for HTTPS without a proxy; read anew when it changes"},
		{"tls-key", "AMPARO_TLS_KEY", &c.TLSKey, "", "key file of the certificate (PEM)"},
		{"proxies", "AMPARO_PROXIES", &c.proxies, "", "addresses of the proxies in front, such as 127.0.0.1; only their word on the client is believed"},
		{"smtp-url", "AMPARO_SMTP_URL", &c.SMTPURL, "", "mail server, such as smtp://user:password@host:587?from=office@example.org; empty: no mail"},
		{"log", "AMPARO_LOG", &c.Log, "", "text or json; empty: text on a terminal, json otherwise"},
		{"scanner", "AMPARO_SCANNER", &c.Scanner, "", "clamd that looks through files before they are kept, such as unix:/run/clamav/clamd.ctl; empty: nobody does"},
		{"anchor-file", "AMPARO_ANCHOR_FILE", &c.AnchorFile, "", "file on another machine's disk to which an anchor of the history is added each hour and at the end"},
		{"now", "AMPARO_NOW", &c.now, "", ""},
	}
}

type setting struct {
	flag, env string
	to        *string
	standard  string
	help      string
}

// Register puts the settings on a command's flags, with the environment (getenv, usually os.Getenv) as their defaults.
// Call Settle after the flags are parsed.
func Register(flags *flag.FlagSet, getenv func(string) string) *Config {
	c := &Config{}
	for _, s := range c.settings() {
		def := s.standard
		if v := getenv(s.env); v != "" {
			def = v
		}
		if s.help == "" { // AMPARO_NOW has no flag: nobody should be tempted
			*s.to = def
			continue
		}
		flags.StringVar(s.to, s.flag, def, s.help+" ("+s.env+")")
	}
	return c
}

// Plain is a settled Config with the defaults and no environment, in UTC: for tests.
func Plain() *Config {
	c := &Config{}
	for _, s := range c.settings() {
		*s.to = s.standard
	}
	c.Zone = time.UTC
	return c
}

// Settle checks every setting and makes it ready for use. The error is one sentence about the first that is wrong.
func (c *Config) Settle(mode Mode) error {
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		return fmt.Errorf("AMPARO_ADDR is %q: write host:port, such as 127.0.0.1:8080", c.Addr)
	}
	zone, err := time.LoadLocation(c.zone)
	if err != nil || c.zone == "Local" {
		return fmt.Errorf("AMPARO_TZ is %q: write a zone such as UTC or Asia/Baku", c.zone)
	}
	c.Zone = zone
	if c.Data, err = filepath.Abs(c.Data); err != nil {
		return fmt.Errorf("AMPARO_DATA: %w", err)
	}
	if c.KeyFile != "" && c.PassphraseFile != "" {
		return errors.New("AMPARO_KEY_FILE and AMPARO_PASSPHRASE_FILE are both set: keep one of them")
	}
	if c.DatabaseURL != "" && !strings.HasPrefix(c.DatabaseURL, "postgres://") && !strings.HasPrefix(c.DatabaseURL, "postgresql://") {
		return errors.New("AMPARO_DATABASE_URL must begin with postgres://, or be empty for SQLite")
	}
	if c.URL != "" {
		u, err := url.Parse(c.URL)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
			return fmt.Errorf("AMPARO_URL is %q: write the public address, such as https://records.example.org", c.URL)
		}
		c.URL = u.Scheme + "://" + u.Host
	}
	if err := c.settleReach(); err != nil {
		return err
	}
	if c.SMTPURL != "" && c.URL == "" {
		return errors.New("AMPARO_SMTP_URL is set and AMPARO_URL is not: mail needs the public address for its links")
	}
	switch c.Log {
	case "", "text", "json":
	default:
		return fmt.Errorf("AMPARO_LOG is %q: write text or json", c.Log)
	}
	return c.settleClock(mode)
}

// DatabasePath is where the SQLite file lies.
func (c *Config) DatabasePath() string { return filepath.Join(c.Data, "amparo.db") }

// FilesPath is the folder of the evidence files.
func (c *Config) FilesPath() string { return filepath.Join(c.Data, "files") }

// LockedPath is there while the records are locked, and until they are next opened.
func (c *Config) LockedPath() string { return filepath.Join(c.Data, "locked") }
