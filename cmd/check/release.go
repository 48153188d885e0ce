package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// release builds the program twice, here and from a copy of the sources in another folder with nothing built before,
// and keeps it where both are the same byte for byte.
func release(ctx context.Context) error {
	elsewhere, err := os.MkdirTemp("", "amparo-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(elsewhere)
	sources, cache := filepath.Join(elsewhere, "sources"), filepath.Join(elsewhere, "cache")
	for _, part := range []string{"assets", "cmd", "internal", "migrations", "third_party", "views"} {
		if err := os.CopyFS(filepath.Join(sources, part), os.DirFS(part)); err != nil {
			return err
		}
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(file) // #nosec G304 -- one of the two
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(sources, file), text, 0o600); err != nil {
			return err
		}
	}
	here, err := build(ctx, ".", filepath.Join("bin", "amparo"))
	if err != nil {
		return err
	}
	there, err := build(ctx, sources, filepath.Join(elsewhere, "amparo"), "GOCACHE="+cache)
	if err != nil {
		return err
	}
	if here != there {
		return errors.Join(fmt.Errorf("two builds differ: %s here, %s in another folder", here, there), os.Remove(filepath.Join("bin", "amparo")))
	}
	fmt.Printf("%s  bin/amparo\n%s, the same from two folders; what is in it: %s\n", here, runtime.Version(), sbom)
	return nil
}

// build makes the program and gives its hash. Neither the folder nor the moment goes in.
func build(ctx context.Context, dir, to string, env ...string) (string, error) {
	to, err := filepath.Abs(to)
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", to, "./cmd/app") // #nosec G204 -- go, into a folder named above
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS="), env...)
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build the program: %w", err)
	}
	text, err := os.ReadFile(to) // #nosec G304 -- just built
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
