package database

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"
)

// ASVS 12.3.2, 12.3.3: to another machine only over TLS, to a server whose certificate fits.
func TestPostgreSQLOnAnotherMachineIsVerifiedUnlessTheAddressSaysOtherwise(t *testing.T) {
	t.Setenv("PGSSLMODE", "")
	for address, want := range map[string]bool{
		"postgres://amparo@127.0.0.1/amparo":                               true,
		"postgres://amparo@[::1]:5433/amparo":                              true,
		"postgres://amparo@localhost/amparo?sslmode=disable":               true,
		"postgres:///amparo?host=/run/postgresql":                          true,
		"postgres://amparo@records.example.org/amparo":                     true,
		"postgres://amparo@10.0.0.7/amparo":                                true,
		"postgres://amparo@records.example.org/amparo?sslmode=verify-full": true,
		"postgres://amparo@records.example.org/amparo?sslmode=require":     false,
		"postgres://amparo@records.example.org/amparo?sslmode=prefer":      false,
		"postgres://amparo@records.example.org/amparo?sslmode=disable":     false,
	} {
		if got := Verified(address); got != want {
			t.Errorf("%s is verified: %t", address, got)
		}
	}
}

// A server with a certificate of its own making is told nothing, not even a name.
func TestAServerWithTheWrongCertificateIsToldNothing(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	told := make(chan string, 8)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			ask := make([]byte, 8) // of whoever wants TLS: a length and a number
			if _, err := io.ReadFull(conn, ask); err != nil || binary.BigEndian.Uint32(ask[4:]) != 80877103 {
				told <- "it asks for no TLS: " + string(ask)
				conn.Close()
				continue
			}
			_, _ = conn.Write([]byte("S"))
			secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
			text, _ := io.ReadAll(secure) // it ends with a refusal
			told <- string(text)
			conn.Close()
		}
	}()
	port := l.Addr().String()[strings.LastIndex(l.Addr().String(), ":"):]
	db, err := Open(Options{URL: "postgres://planted@localhost" + port + "/planted?sslmode=verify-full"})
	if err == nil {
		db.Close()
		t.Fatal("it takes any certificate")
	}
	if !strings.Contains(err.Error(), "certificate") {
		t.Errorf("it says %v", err)
	}
	if text := <-told; text != "" {
		t.Errorf("the server was told %q", text)
	}
}
