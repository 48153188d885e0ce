package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"amparo/internal/config"
)

// certificate is a certificate with its key in two files, read anew when they
// change, so that a renewed one needs no restart.
type certificate struct {
	cert, key string
	mu        sync.Mutex
	kept      *tls.Certificate
	seen      string // state of the files it was read from
}

// encrypted wraps a listener in TLS where there is a certificate. One that cannot
// be read is an error now, not at the first visitor.
func encrypted(l net.Listener, c *config.Config) (net.Listener, error) {
	if c.TLSCert == "" {
		return l, nil
	}
	one := &certificate{cert: filepath.Clean(c.TLSCert), key: filepath.Clean(c.TLSKey)}
	if _, err := one.get(nil); err != nil {
		return nil, err
	}
	return tls.NewListener(l, &tls.Config{
		GetCertificate: one.get,
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"http/1.1"},
		// Of TLS 1.2 only what is authenticated and forward secret; 1.3 has nothing else.
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
	}), nil
}

// get gives the certificate as the files have it. While they are half replaced
// the one before goes on.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen, err := c.state()
	if err == nil && seen == c.seen {
		return c.kept, nil
	}
	if err == nil {
		var fresh tls.Certificate
		if fresh, err = tls.LoadX509KeyPair(c.cert, c.key); err == nil {
			c.kept, c.seen = &fresh, seen
		}
	}
	if c.kept == nil {
		return nil, fmt.Errorf("the certificate cannot be read: %w", err)
	}
	return c.kept, nil
}

func (c *certificate) state() (string, error) {
	s := ""
	for _, name := range []string{c.cert, c.key} {
		info, err := os.Stat(name)
		if err != nil {
			return "", err
		}
		s += fmt.Sprint(info.ModTime().UnixNano(), " ", info.Size(), " ")
	}
	return s, nil
}

// checkReach says in one sentence what is wrong with how browsers reach the
// program, or nothing: for amparo check.
func checkReach(c *config.Config) string {
	if err := c.Exposure(); err != nil {
		return err.Error()
	}
	if c.TLSCert == "" {
		return ""
	}
	one := &certificate{cert: filepath.Clean(c.TLSCert), key: filepath.Clean(c.TLSKey)}
	pair, err := one.get(nil)
	if err == nil {
		switch until := pair.Leaf.NotAfter; {
		case c.Now().After(until):
			err = fmt.Errorf("the certificate ended on %s: renew it", until.Format(time.DateOnly))
		case c.Now().Add(14 * 24 * time.Hour).After(until):
			err = fmt.Errorf("the certificate ends on %s: renew it", until.Format(time.DateOnly))
		}
	}
	if info, stat := os.Stat(one.key); err == nil && stat == nil && info.Mode().Perm()&0o077 != 0 {
		err = errors.New("others on this machine can read " + one.key + ": run chmod 600 on it")
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
