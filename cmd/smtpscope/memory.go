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
	keptPercent    = 100
	watchPercent   = 50
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

// keepAll sets the collector to a process that lets hardly anything go: with a
// log all sessions and all of the log's connections are kept until the end. To
// look for what can go each time a quarter has come costs more than it finds:
// measured on 135,000 sessions and a million lines, 94 s of CPU time and 2.0 GB
// became 67 s and 2.4 GB.
func keepAll() {
	if ballast != nil {
		debug.SetGCPercent(keptPercent)
	}
}

// watchMemory sets the collector to a process that keeps below a bound: the
// ballast would count there, by which live.Memory gives up sessions for memory
// that nobody has.
func watchMemory() {
	if ballast != nil {
		ballast = nil
		debug.SetGCPercent(watchPercent)
	}
}
