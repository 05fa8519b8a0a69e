package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"slices"

	"smtpscope/internal/hugepages"
)

// garbagePercent and ballast set the garbage collector to a process of some
// ten MiB that makes little garbage. Go's own setting lets the heap double, so
// that a capture with 60 MiB of open sessions would need 120; 15 % on top cost
// more collections, which are short, and few where little garbage is made: what
// sessions are worked with is used again, and their strings (Config.ReuseTexts).
// With a small heap that alone would collect every MiB: the ballast, memory that is
// never touched and so never there, moves the first collection to 5 MiB of real heap.
//
// groundBytes is what the heap grows by at once, in huge pages (package
// hugepages): small takes 2,200 page faults in place of 8,300 and 0.64 to 0.78 of
// the CPU time, dialogues and mail with one worker 2,800 in place of 18,000 to 25,000
// and some 0.85 of it. Two workers fill more than 64 MiB of dialogues.
const (
	garbagePercent = 15
	littlePercent  = 10
	ballastBytes   = 32 << 20
	groundBytes    = 96 << 20
	keptPercent    = 100
	keptGround     = 4 << 30
	watchPercent   = 50
)

var (
	ballast []byte
	tuned   bool // the collector is ours to set
)

// tuneMemory does so for the commands that read captures or logs, unless the user
// has set the collector by GOGC. The other commands are done before there is any
// garbage, or keep below a bound.
func tuneMemory(args []string) {
	if tuned = os.Getenv("GOGC") == ""; !tuned || len(args) == 0 || !slices.Contains([]string{"analyze", "show", "report", "extract", "log"}, args[0]) {
		return
	}
	debug.SetGCPercent(-1) // one collection for both, right behind
	ballast = make([]byte, ballastBytes)
	runtime.KeepAlive(ballast)
	hugepages.Ground(groundBytes)
	debug.SetGCPercent(garbagePercent)
}

// keepLittle sets the collector to a reading that writes each session at once and
// forgets it, of which the peak is what counts and little garbage comes: two
// thirds of the room for it, and as many collections as there were before the rules
// and the words of logs were given memory to use again.
func keepLittle() {
	if tuned {
		debug.SetGCPercent(littlePercent)
	}
}

// collectReading collects what a reading of so many sessions held: connections, stories
// and words, most of what lives, are of no use behind it. The patterns are found in
// their place: 8 MiB of dialogues' peak, 4 of mail's. Where there were few the process is
// small, and done before that pays.
func collectReading(sessions int64) {
	if tuned && sessions >= worthCollecting {
		runtime.GC()
	}
}

const worthCollecting = 1 << 12 // sessions

// keepAll sets the collector to a process that lets hardly anything go: with a
// log all sessions and all of the log's connections are kept until the end. To
// look for what can go each time a quarter has come costs more than it finds:
// measured on 135,000 sessions and a million lines, 94 s of CPU time and 2.0 GB
// became 67 s and 2.4 GB.
//
// The ground is for as much as came of that log, 21 bytes for each of its bytes:
// with it 17,000 page faults in place of 655,000, and 0.86 of the CPU time in one run. What is not
// needed of it is not touched; only the address space is limited by keptGround.
func keepAll(log int64) {
	if tuned {
		debug.SetGCPercent(-1)
		hugepages.Ground(int(min(log*21, keptGround)) - groundBytes)
		debug.SetGCPercent(keptPercent)
	}
}

// watchMemory sets the collector to a process that keeps below a bound. Ballast
// and ground would count there, by which live.Memory gives up sessions for memory
// that nobody has.
func watchMemory() {
	if tuned {
		debug.SetGCPercent(watchPercent)
	}
}
