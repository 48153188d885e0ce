//go:build !linux

package cluster

func inMemory() string { return "" }
