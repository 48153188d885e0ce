package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/cases/demo"
	"amparo/internal/config"
	"amparo/internal/database"
	"amparo/internal/record"
)

// box is a mail server that passes on what it is given.
type box chan string

func (b box) NewSession(*smtp.Conn) (smtp.Session, error) { return b, nil }
func (b box) Reset()                                      {}
func (b box) Logout() error                               { return nil }
func (b box) Mail(string, *smtp.MailOptions) error        { return nil }
func (b box) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (b box) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	b <- string(raw)
	return err
}

func TestTheProgramTellsColleaguesOfAnOfficeByMail(t *testing.T) {
	mails := make(box, 100)
	server := smtp.NewServer(mails)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })

	c := config.Plain()
	c.Data, c.URL, c.SMTPURL = t.TempDir(), "https://records.example", "smtp://"+listener.Addr().String()+"?from=office@amparo.example"
	if err := c.SetNow("2026-11-20T10:00:00Z"); err != nil {
		t.Fatal(err)
	}
	all, err := open(t.Context(), c, config.RandomKeys(), database.Options{Sync: database.Throwaway, Path: filepath.Join(c.Data, "amparo.db")}, account.Options{Cost: account.TestCost})
	if err != nil {
		t.Fatal(err)
	}
	defer all.db.Close()
	if _, err := demo.Make(t.Context(), all.book, all.office, demo.Size{People: 60, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	stop, err := all.notify(t.Context(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	first := ""
	select {
	case first = <-mails:
	case <-time.After(20 * time.Second):
		t.Fatal("nobody was told anything")
	}
	if !strings.Contains(first, "https://records.example/deadlines") {
		t.Errorf("the mail does not lead to the deadlines:\n%s", first)
	}
	for _, name := range spoken(t, all) {
		if strings.Contains(first, name) {
			t.Errorf("the mail tells of %q:\n%s", name, first)
		}
	}
}

// spoken lists titles and refs of all that is on file, and the names of colleagues.
func spoken(t *testing.T, all *opened) []string {
	t.Helper()
	var list []string
	err := all.book.View(t.Context(), auth.System("test"), func(tx *record.Tx) error {
		rows, err := tx.Rows("SELECT h.title, h.ref FROM head h WHERE h.title <> '' AND %SCOPE%")
		for _, r := range rows {
			list = append(list, r...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	people, err := all.book.Accounts(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range people {
		list = append(list, one.Title)
	}
	return list
}
