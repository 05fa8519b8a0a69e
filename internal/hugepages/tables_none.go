//go:build !linux || !cgo

package hugepages

// GiveBackTables is for a program with libpcap, on Linux.
func GiveBackTables() {}
