package faults

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// certify writes a certificate for this machine with its key into the office's folder.
func (o *office) certify(serial int64) *x509.CertPool {
	o.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		o.t.Fatal(err)
	}
	plan := &x509.Certificate{SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	made, err := x509.CreateCertificate(rand.Reader, plan, plan, key.Public(), key)
	if err != nil {
		o.t.Fatal(err)
	}
	bare, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		o.t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made}))
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: made}, "key.pem": {Type: "PRIVATE KEY", Bytes: bare}} {
		if err := os.WriteFile(o.path(name), pem.EncodeToMemory(block), 0o600); err != nil {
			o.t.Fatal(err)
		}
	}
	return pool
}

// ASVS 12.1.1, 12.2.1, 3.3.1, 3.4.1, 4.2.1: https by a certificate of its own.
func TestWithACertificateEverythingGoesOverTLS(t *testing.T) {
	o := newOffice(t)
	token := o.colleague()
	pool := o.certify(1)
	o.env["AMPARO_TLS_CERT"], o.env["AMPARO_TLS_KEY"] = o.path("cert.pem"), o.path("key.pem")
	s := o.serve(token)
	if !strings.HasPrefix(s.url, "https://") {
		t.Fatalf("it listens on %s", s.url)
	}
	trust := &tls.Config{RootCAs: pool}
	s.http.Transport = &http.Transport{TLSClientConfig: trust}
	b := s.browser()
	b.signIn()
	res, err := b.Get(s.url + "/")
	if err != nil || res.StatusCode != 200 || res.Header.Get("Strict-Transport-Security") != "max-age=31536000; includeSubDomains" || res.TLS.Version < tls.VersionTLS12 {
		t.Fatalf("%v, %v", res, err)
	}
	res.Body.Close()
	at, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, c := range b.Jar.Cookies(at) {
		found = found || c.Name == "__Host-amparo"
		if c.Name == "amparo" {
			t.Error("there is a cookie of the plain kind")
		}
	}
	if !found {
		t.Error("the session's cookie has not the prefix that keeps others from setting it")
	}

	for what, c := range map[string]*tls.Config{
		"TLS 1.1":                      {RootCAs: pool, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
		"without forward secrecy":      {RootCAs: pool, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}},
		"without authenticated cipher": {RootCAs: pool, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}},
		"a stranger's trust":           {RootCAs: x509.NewCertPool()},
	} {
		if conn, err := tls.Dial("tcp", at.Host, c); err == nil {
			t.Errorf("%s is taken", what)
			conn.Close()
		}
	}
	plain, err := net.Dial("tcp", at.Host)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(plain, "GET /login HTTP/1.1\r\nHost: %s\r\n\r\n", at.Host)
	_ = plain.SetReadDeadline(time.Now().Add(5 * time.Second))
	if said, _ := io.ReadAll(plain); strings.Contains(string(said), "<html") {
		t.Errorf("plain text is answered: %.200s", said)
	}
	plain.Close()

	double, err := tls.Dial("tcp", at.Host, trust)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(double, "POST /login HTTP/1.1\r\nHost: %s\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /people HTTP/1.1\r\nHost: x\r\n\r\n", at.Host)
	_ = double.SetReadDeadline(time.Now().Add(5 * time.Second))
	if said, err := io.ReadAll(double); err != nil || !strings.HasPrefix(string(said), "HTTP/1.1 400") || strings.Count(string(said), "HTTP/1.1") != 1 {
		t.Errorf("a request of two lengths is answered %.300s, %v", said, err)
	}
	double.Close()

	// A certificate half replaced leaves the one before; a whole one counts at once.
	serial := func() int64 {
		conn, err := tls.Dial("tcp", at.Host, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if err := os.WriteFile(o.path("key.pem"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 1 {
		t.Errorf("half replaced it shows certificate %d", got)
	}
	s.http.Transport.(*http.Transport).TLSClientConfig.RootCAs = o.certify(2)
	if got := serial(); got != 2 {
		t.Errorf("replaced it shows certificate %d", got)
	}

	// The lock speaks TLS as well: else nobody would read that it is locked.
	if err := s.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		s.http.CloseIdleConnections()
		if res, err := s.http.Get(s.url + "/login"); err == nil {
			res.Body.Close()
			if res.StatusCode == 503 && res.Header.Get("Strict-Transport-Security") != "" {
				break
			}
		}
		if time.Since(began) > 10*time.Second {
			t.Fatal("it does not say over TLS that it is locked: " + s.said())
		}
	}
}

// ASVS 12.2.1: nothing starts that would send passwords in the clear.
func TestItDoesNotStartWherePasswordsWouldTravelReadable(t *testing.T) {
	o := newOffice(t)
	o.env["AMPARO_ADDR"] = "0.0.0.0:0"
	if a := o.run("", "serve"); a.status != 1 || !strings.Contains(a.errs, "AMPARO_TLS_CERT") || !strings.Contains(a.errs, "AMPARO_PROXIES") {
		t.Errorf("it ends with %d: %s", a.status, a.errs)
	}
	if a := o.run("", "check"); a.status != 1 || !strings.Contains(a.out, "WRONG Passwords and names") {
		t.Errorf("check says %s%s", a.out, a.errs)
	}
	o.env["AMPARO_ADDR"] = "127.0.0.1:0"
	o.env["AMPARO_TLS_CERT"], o.env["AMPARO_TLS_KEY"] = o.path("cert.pem"), o.path("key.pem")
	if a := o.run("", "serve"); a.status != 1 || !strings.Contains(a.errs, "certificate cannot be read") {
		t.Errorf("without the files it ends with %d: %s", a.status, a.errs)
	}
	o.certify(1)
	if err := os.Chmod(o.path("key.pem"), 0o644); err != nil {
		t.Fatal(err)
	}
	if a := o.run("", "check"); !strings.Contains(a.out, "WRONG Passwords and names travel encrypted, or stay on this machine. others on this machine can read") {
		t.Errorf("check says %s%s", a.out, a.errs)
	}
}
