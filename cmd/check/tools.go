package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"amparo/internal/browser"
	"amparo/internal/database/cluster"
)

// need is something the tests use that Go does not bring, and its packages by package manager: of a|b the first that it has.
type need struct {
	name     string
	there    func() bool
	packages map[string]string
}

var needs = []need{
	{"Chromium", func() bool { return browser.Find() != "" },
		map[string]string{"apt-get": "chromium-headless-shell|chromium", "dnf": "chromium", "apk": "chromium", "pacman": "chromium"}},
	{"PostgreSQL's server", func() bool { return cluster.Tool("initdb") != "" && cluster.Tool("pg_ctl") != "" },
		map[string]string{"apt-get": "postgresql", "dnf": "postgresql-server", "apk": "postgresql", "pacman": "postgresql"}},
	{"pdftotext (poppler)", onPath("pdftotext"),
		map[string]string{"apt-get": "poppler-utils", "dnf": "poppler-utils", "apk": "poppler-utils", "pacman": "poppler"}},
	{"a font with Arabic letters", arabicFont,
		map[string]string{"apt-get": "fonts-noto-core fontconfig", "dnf": "google-noto-sans-arabic-fonts google-noto-sans-fonts", "apk": "font-noto font-noto-arabic fontconfig", "pacman": "noto-fonts"}},
}

var managers = []struct {
	name    string
	refresh []string
	install []string
}{
	{"apt-get", []string{"update", "-q"}, []string{"install", "-y", "-q", "--no-install-recommends"}},
	{"dnf", nil, []string{"install", "-y", "-q"}},
	{"apk", nil, []string{"add", "--no-cache"}},
	{"pacman", nil, []string{"-Sy", "--noconfirm", "--needed"}},
}

// provide installs what is missing where this user may; otherwise the error says what to install.
func provide(ctx context.Context) error {
	missing := absent()
	if len(missing) == 0 {
		return nil
	}
	for _, m := range managers {
		if _, err := exec.LookPath(m.name); err != nil {
			continue
		}
		prefix, ok := asRoot(ctx)
		if ok && m.refresh != nil {
			// Old lists often still do; what counts is the installation.
			_, _ = runAs(ctx, prefix, append([]string{m.name}, m.refresh...))
		}
		var names []string
		for _, n := range missing {
			for _, choice := range strings.Fields(n.packages[m.name]) {
				names = append(names, available(ctx, strings.Split(choice, "|")))
			}
		}
		say := strings.Join(names, " ")
		if !ok {
			return fmt.Errorf("the tests need %s: install with %s", list(missing), strings.Join(append([]string{"sudo", m.name}, append(m.install, say)...), " "))
		}
		fmt.Println("installing", say)
		if out, err := runAs(ctx, prefix, append(append([]string{m.name}, m.install...), names...)); err != nil {
			return fmt.Errorf("the tests need %s and %s could not install it: %w\n%s", list(missing), m.name, err, tail(out))
		}
		if missing = absent(); len(missing) > 0 {
			return fmt.Errorf("%s was installed but %s is still not found", say, list(missing))
		}
		return nil
	}
	return fmt.Errorf("the tests need %s: install it with your system's package manager", list(missing))
}

// available is the first of these packages that the package manager has, the last where it has none. Only Debian's is asked.
func available(ctx context.Context, names []string) string {
	for _, name := range names[:len(names)-1] {
		ask := exec.CommandContext(ctx, "apt-cache", "show", name) // #nosec G204 -- a package of the table
		if ask.Run() == nil {
			return name
		}
	}
	return names[len(names)-1]
}

func absent() (missing []need) {
	for _, n := range needs {
		if !n.there() {
			missing = append(missing, n)
		}
	}
	return missing
}

func list(missing []need) string {
	var names []string
	for _, n := range missing {
		names = append(names, n.name)
	}
	return strings.Join(names, ", ")
}

func asRoot(ctx context.Context) (prefix []string, ok bool) {
	if os.Geteuid() == 0 {
		return nil, true
	}
	if exec.CommandContext(ctx, "sudo", "-n", "true").Run() == nil {
		return []string{"sudo", "-n"}, true
	}
	return nil, false
}

func runAs(ctx context.Context, prefix, command []string) (string, error) {
	all := append(append([]string{}, prefix...), command...)
	cmd := exec.CommandContext(ctx, all[0], all[1:]...) // #nosec G204 -- a package manager of the table
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}

func onPath(name string) func() bool {
	return func() bool { _, err := exec.LookPath(name); return err == nil }
}

func arabicFont() bool {
	out, err := exec.Command("fc-list", ":lang=ar", "family").Output()
	return err == nil && len(strings.TrimSpace(string(out))) > 0
}
