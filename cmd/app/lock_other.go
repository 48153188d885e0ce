//go:build !unix

package main

import (
	"errors"
	"net"
	"os"

	"amparo/internal/config"
)

// ownFiles does nothing: here the folder's own rights hold.
func ownFiles() {}

// lockSignals is nil where there is no such signal.
func lockSignals() chan os.Signal { return nil }

func deafToLock() {}

// becomeLocked cannot be done here: the program ends instead, which locks the records too.
func becomeLocked(*net.TCPListener, *config.Config) error {
	return errors.New("the records are locked; start the program anew to open them")
}
