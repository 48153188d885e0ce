package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/pprof"

	"amparo/internal/auth"
	"amparo/internal/auth/account"
	"amparo/internal/web"
)

// The caseworker of the demo who opens the pages.
const (
	worker   = "nadia@demo.example"
	password = "copper-teapot-1-by-the-sea"
)

// The supervisor who opens the team's.
const (
	lead         = "lucia@demo.example"
	leadPassword = "granite-parasol-1-by-the-sea" // #nosec G101 -- of an account that lives as long as a measurement
)

// serveOurs is the program itself, with a session and a token handed out.
func serveOurs(ctx context.Context, dir, profile string) error {
	all, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer all.db.Close()
	l, err := listen()
	if err != nil {
		return err
	}
	server := web.New(all.book, all.office, web.Options{Ready: all.db.Ping, Paces: web.Unpaced, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	go func() { _ = server.App().Listener(l) }()
	session, err := all.office.SignIn(ctx, account.Attempt{Email: worker, Password: password, Address: "127.0.0.1"})
	if err != nil {
		return err
	}
	leads, err := all.office.SignIn(ctx, account.Attempt{Email: lead, Password: leadPassword, Address: "127.0.0.1"})
	if err != nil {
		return err
	}
	nadia, err := all.office.UserByEmail(ctx, auth.System("bench"), worker)
	if err != nil {
		return err
	}
	token, _, err := all.office.AddToken(ctx, nadia.Actor(), account.NewToken{AccountID: nadia.ID, Label: "bench"})
	if err != nil {
		return err
	}
	if profile != "" {
		var kept bytes.Buffer
		if err := pprof.StartCPUProfile(&kept); err != nil {
			return err
		}
		defer func() {
			pprof.StopCPUProfile()
			_ = os.WriteFile(profile, kept.Bytes(), 0o600)
		}()
	}
	return waitForEnd(map[string]string{"cookie": session.Cookie, "lead": leads.Cookie, "token": token})
}

// listen takes a free port and says which.
func listen() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return l, say(map[string]string{"addr": l.Addr().String()})
}

// waitForEnd hands over the keys and serves until whoever asks is gone.
func waitForEnd(keys map[string]string) error {
	if err := say(keys); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

func say(v any) error {
	b, err := json.Marshal(v)
	if err == nil {
		_, err = fmt.Println(string(b))
	}
	return err
}
