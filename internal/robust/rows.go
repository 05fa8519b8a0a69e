package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

const mib = 1 << 20

// rows are all that is tried. Bounds are on the peak memory of the process, as
// the kernel has it, everything included.
var rows = []row{
	{name: "captures cut at every byte", in: truncated, bound: 192 * mib, limit: time.Hour},
	{name: "every bit of the first kilobyte flipped", in: flipped, bound: 192 * mib, limit: time.Hour},
	{name: "every length set to its extremes", in: lengths, bound: 256 * mib, limit: time.Hour},
	{name: "times at the extremes of what they can be", in: farTimes, bound: 192 * mib, limit: time.Hour},
	capturing("bytes sent thrice with other content (900 MB)", contradicted, 64*mib),
	capturing("messages that end where sequence numbers wrap", wrapped, 512*mib),
	capturing("every second segment missing, nothing acknowledged", holes, 384*mib),
	capturing("streams sent from end to beginning, byte by byte", backwards, 128*mib),
	capturing("a million SYNs", synFlood, 1024*mib),
	capturing("100,000 connections of one packet", singles, 640*mib),
	capturing("a million idle connections", idle, 768*mib),
	capturing("one DATA of 20 GB, through a pipe", endless, 64*mib),
	capturing("commands that nobody answers (400 MB)", pipelined, 64*mib),
	capturing("a session of a million recipients, each refused at length (1.2 GB)", recipients, 256*mib),
	capturing("4,000 sessions that talk a great deal and stay open (3.5 GB)", talkative, 1792*mib),
	capturing("lines without an end, both ways (600 MB)", unended, 64*mib),
	capturing("IP in IP, 3,000 deep", nested, 64*mib),
	capturing("half a million fragments, none completed", fragments, 96*mib),
	capturing("a million repetitions of a byte behind thousands of others that wait", held, 64*mib),
	capturing("streams in single bytes, in no order, the first one last", shuffled, 128*mib),
	capturing("full segments that overlap nearly whole, in no order", shuffledOverlaps, 128*mib),
	capturing("datagrams in fragments of 8 bytes, in no order", crumbs, 96*mib),
	capturing("headers of 80 kB that fold a Message-ID over every line", folded, 64*mib),
	capturing("300 sessions of two thousand resets each, that go on all the same", resets, 512*mib),
	capturing("a million packets, each more than a day from the one before", leaps, 128*mib),
	capturing("pcapng: five million sections", sections, 64*mib),
	capturing("pcapng: 65,000 interfaces of a thousand names each", interfaces, 128*mib),
	capturing("pcapng: eight million packets of interfaces that are not described", strangers, 64*mib).exits(1),
	capturing("pcapng: packets of ten thousand comments each (600 MB)", remarks, 64*mib),
	capturing("pcapng: blocks of 16 MiB (2 GB)", hulks, 64*mib).exits(1),
	bombs("10 GB of zeros in 10 MB of gzip", bomb, 96*mib),
	bombs("pcapng: 10 GB of blocks of zeros in 10 MB of gzip", packedBlocks, 160*mib), // 55 MiB mostly, once 114
	bombs("10 GB of zeros in 330 kB of zstd", zstdBomb, 320*mib),                      // a window of up to 128 MiB, which docs/limits.md counts twice
	unpacking("zstd: 5 GB that fill windows of 128 MiB and pack 850 times", zstdWindows, 320*mib),
	unpacking("zstd: four million frames and six million blocks of nothing", zstdNothing, 320*mib), // its window as well
	unpacking("zstd: a window of 2 GiB", zstdWide, 64*mib).exits(1),
	aligning("40,000 sessions of one second, all alike, held against their log", crowd, crowdLog, 1024*mib),
	aligning("40,000 sessions of one second in teams of 28, held against their log", teams, teamsLog, 1024*mib),
	aligning("40,000 sessions in teams of 28, held against the log of 40,000 hosts", teams, hostsLog, 1024*mib).saying(`"gateway":"postfix"`),
	aligning("1,000 sessions of a hundred mails, all with the same few ids, held against their log", bulk, bulkLog, 1024*mib),
	aligning("one mail, held against a log that has it 200,000 times", alone, echoesLog, 1024*mib),
	replacing("names of a thousand lengths, and replies in which one may begin at every byte", manyNames, 384*mib),
	telling("250 lines of a log of 60 kB without a blank, told in a report", alone, wordsLog, 192*mib),
	logging("log lines of 100 MB", longLines, 64*mib),
	logging("a log of three million connections that never end", manyConnections, 448*mib),
	logging("a log of one connection with three million lines", oneConnection, 96*mib),
	logging("a log of one connection with three million messages", manyMessages, 96*mib),
	logging("a log of one connection that takes over a million messages", takenOver, 96*mib),
	logging("a log that ends all of a million connections a million times", manyEnds, 448*mib),
	logging("a log of a million connections that nothing tells apart", manyAlike, 448*mib),
	logging("log lines of a thousand credentials each (250 MB)", manyResponses, 192*mib),
	{name: "logs of random shapes", in: logShapes, bound: 640 * mib, limit: 2 * time.Hour},
	{name: "conversations of random shapes", in: talkShapes, bound: 640 * mib, limit: 2 * time.Hour},
	{name: "logs and conversations of random shapes, held against each other", in: pairShapes, bound: 1024 * mib, limit: 2 * time.Hour},
	{name: "logs and conversations of random shapes, told in reports, extracts and tables", in: toldShapes, bound: 2048 * mib, limit: 2 * time.Hour},
	{name: "random mutations of each golden capture", in: mutated, bound: 256 * mib, limit: 6 * time.Hour},
}

// capturing is a row in which the program reads a capture from a pipe.
func capturing(name string, input func(*trial, io.Writer) error, bound int64) row {
	return row{name: name, args: []string{"analyze", "--format", "jsonl", "-"}, input: input, bound: bound,
		limit: 10 * time.Minute, says: `"type":"capture"`}
}

// exits is the row with another exit code than 0 for the right one.
func (r row) exits(code int) row {
	r.codes = []int{code}
	return r
}

// saying is the row with other words that its output must hold: a last line of
// many clocks is longer than what is kept of it.
func (r row) saying(words string) row {
	r.says = words
	return r
}

// logging is a row in which the program reads a log.
func logging(name string, input func(*trial, io.Writer) error, bound int64) row {
	return row{name: name, args: []string{"log", "--format", "jsonl", "-"}, input: input, bound: bound, limit: 10 * time.Minute}
}

// aligning is a row in which the program holds a capture against a log.
func aligning(name string, input, log func(*trial, io.Writer) error, bound int64) row {
	r := capturing(name, input, bound)
	r.args, r.log = []string{"analyze", "--format", "jsonl", "--log", "{log}", "-"}, log
	return r
}

// replacing is a row in which the program replaces the names of a report.
func replacing(name string, input func(*trial, io.Writer) error, bound int64) row {
	r := capturing(name, input, bound)
	r.args, r.says = []string{"report", "--redact", "--format", "json", "-o", "-", "-"}, `"sessions"`
	return r
}

// telling is a row in which the program writes a report of a capture and a log.
func telling(name string, input, log func(*trial, io.Writer) error, bound int64) row {
	r := capturing(name, input, bound)
	r.args, r.log, r.says = []string{"report", "--format", "txt", "--log", "{log}", "-o", "-", "-"}, log, "Session 1"
	return r
}

// bombs is a row in which the program refuses to unpack a file.
func bombs(name string, input func(*trial, io.Writer) error, bound int64) row {
	r := row{name: name, args: []string{"analyze", "--format", "jsonl", "{}"}, input: input, file: true,
		bound: bound, limit: 5 * time.Minute, codes: []int{1}, says: "decompression bomb"}
	return r
}

// unpacking is a row in which the program reads a packed file.
func unpacking(name string, input func(*trial, io.Writer) error, bound int64) row {
	return row{name: name, args: []string{"analyze", "--format", "jsonl", "{}"}, input: input, file: true, bound: bound, limit: 5 * time.Minute}
}

// child runs one row in this process and prints what came of it.
func (t *trial) child(name string) {
	for _, r := range rows {
		if r.name != name {
			continue
		}
		o := r.in(t)
		if o.wrong != "" {
			fmt.Fprintln(os.Stderr, o.wrong)
			os.Exit(1)
		}
		fmt.Printf("%s%d inputs, %d of them with an error that names a place; the longest took %s\n",
			o.said, o.inputs, o.errors, o.longest.Round(time.Millisecond))
		return
	}
	fmt.Fprintln(os.Stderr, "no such row")
	os.Exit(2)
}
