package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// garbagePercent and ballast set the garbage collector to a process of some
// ten MiB that makes little garbage. Go's own setting lets the heap double, so
// that a capture with 60 MiB of open sessions would need 120; a quarter on top
// costs more collections, which are short. With a small heap that alone would
// collect every MiB: the ballast, memory that is never touched and so never
// there, moves the first collection to 8 MiB of real heap.
const (
	garbagePercent = 25
	ballastBytes   = 32 << 20
)

var ballast []byte

// tuneMemory does so, unless the user has set the collector by GOGC.
func tuneMemory() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(garbagePercent)
	ballast = make([]byte, ballastBytes)
	runtime.KeepAlive(ballast)
}
