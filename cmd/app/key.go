package main

import (
	"context"
	"fmt"
	"io"

	"amparo/internal/auth/account"
	"amparo/internal/config"
	"amparo/internal/i18n"
)

// key gives the records another key file or passphrase. The present one is named by
// the settings, as always.
func key(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	f, next := flags("key"), config.Config{}
	f.StringVar(&next.KeyFile, "to-key-file", "", "")
	f.StringVar(&next.PassphraseFile, "to-passphrase-file", "", "")
	words, err := interleaved(f, args)
	if err != nil || len(words) != 1 || words[0] != "change" || (next.KeyFile == "") == (next.PassphraseFile == "") {
		return wrongUsage{i18n.T(ctx, "command.key.usage")}
	}
	all, err := records(ctx, "key", nil, getenv)
	if err != nil {
		return err
	}
	defer all.db.Close()
	next.Data = all.config.Data
	made, err := all.config.ChangeKey(&next)
	if err != nil {
		return err
	}
	setting := "AMPARO_KEY_FILE=" + next.KeyFile
	if next.PassphraseFile != "" {
		setting = "AMPARO_PASSPHRASE_FILE=" + next.PassphraseFile
	}
	if made != "" {
		fmt.Fprintln(out, i18n.T(ctx, "command.serve.key_made", "place", made))
	}
	fmt.Fprintln(out, i18n.T(ctx, "command.key.changed", "setting", setting))
	return all.office.Note(ctx, commandLine, account.KeyChanged, "", 0)
}
